//! What `--demo` fills an empty database with: people whose password everybody knows, and the generated subdistrict.

use crate::base::UserId;
use crate::domain::case::Command;
use crate::domain::code::StreetCode;
use crate::domain::org::{Role, User};
use crate::server::password::{self, PasswordError};
use crate::server::storage::{Account, Directory, Seed};

pub use crate::demo::PASSWORD;

/// Login name, name as shown, roles.
const PEOPLE: &[(&str, &str, &[Role])] = &[
    ("dispatcher1", "陈晓燕", &[Role::Acceptor, Role::Dispatcher]),
    ("dispatcher2", "刘建国", &[Role::Acceptor, Role::Dispatcher]),
    ("acceptor1", "王丽", &[Role::Acceptor]),
    ("leader1", "赵志强", &[Role::DutyLeader]),
    ("supervisor1", "孙伟", &[Role::Supervisor]),
    ("department1", "周敏", &[Role::Department]),
    ("inspector1", "吴正", &[Role::Inspector]),
];

/// The first filling: `history` in order, with the people who appear in it and cannot log in.
///
/// # Errors
/// [`PasswordError`] when passwords cannot be hashed on this machine.
pub fn seed(
    street: StreetCode,
    directory: Directory,
    others: Vec<User>,
    history: Vec<Command>,
) -> Result<Seed, PasswordError> {
    // One hash for all: the password is no secret, and a second start should not take seconds.
    let phc = password::hash(PASSWORD)?;
    let person = |(id, name, roles): &(&str, &str, &[Role])| {
        let id = UserId::from(*id);
        let user = User {
            name: (*name).to_owned(),
            roles: roles.iter().copied().collect(),
            streets: [street.clone()].into(),
            dept: roles
                .contains(&Role::Department)
                .then(|| directory.departments.first().map(|department| department.code.clone()))
                .flatten(),
            officer: roles
                .contains(&Role::Supervisor)
                .then(|| directory.officers.first().map(|officer| officer.id.clone()))
                .flatten(),
            id,
        };
        Account { user, password: Some(phc.clone()) }
    };
    let mut accounts: Vec<Account> = others.into_iter().map(|user| Account { user, password: None }).collect();
    // Whoever can log in comes last and wins over a namesake of the history.
    accounts.extend(PEOPLE.iter().map(person));
    Ok(Seed { street, accounts, directory, commands: history })
}
