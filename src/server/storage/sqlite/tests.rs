//! The storage by itself: locks, sessions, what a full disk and a wrong file lead to.

use std::path::Path;

use jiff::SignedDuration;

use super::*;
use crate::base::{CaseId, CommandId, DeviceId, IdSource, LonLat};
use crate::domain::case::command::{Caller, Channel, ClassRef, Kind, Place, Report};
use crate::domain::case::{Act, Command};
use crate::domain::code::{ClassCode, GridCode};
use crate::domain::limit::{Limit, LimitUnit};
use crate::domain::org::{Actor, Role, User};
use crate::server::demo;
use crate::server::storage::LoginState;

fn open(path: &Path) -> SqliteStorage {
    SqliteStorage::open(path, Calendar::default()).unwrap()
}

fn wait<T>(answer: Answer<'_, T>) -> Result<T, StorageError> {
    tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(answer)
}

fn at(minutes: i64) -> Timestamp {
    "2026-03-02T01:00:00Z".parse::<Timestamp>().unwrap() + SignedDuration::from_mins(minutes)
}

fn account(name: &str) -> Account {
    let user = User {
        id: UserId::from(name),
        name: name.to_owned(),
        roles: [Role::Dispatcher].into(),
        streets: [StreetCode::new("110107001").unwrap()].into(),
        dept: None,
        officer: None,
    };
    Account { user, password: Some("$argon2id$none".to_owned()) }
}

#[test]
fn five_failures_lock_a_name_for_a_quarter_of_an_hour_whether_it_exists_or_not() {
    let folder = tempfile::tempdir().unwrap();
    let storage = open(&folder.path().join("server.db"));
    wait(storage.put_account(account("known"))).unwrap();
    for name in ["known", "unknown"] {
        let user = UserId::from(name);
        let locked_until = |now| wait(storage.login_state(user.clone(), now)).unwrap().locked_until;
        for _ in 0..4 {
            wait(storage.login_failed(user.clone(), at(0))).unwrap();
            assert_eq!(locked_until(at(0)), None);
        }
        wait(storage.login_failed(user.clone(), at(1))).unwrap();
        assert_eq!(locked_until(at(2)), Some(at(16)));
        assert_eq!(locked_until(at(16)), None);
    }
    let state = wait(storage.login_state(UserId::from("nobody"), at(0))).unwrap();
    assert_eq!(state, LoginState::default());
}

#[test]
fn sessions_end_by_time_by_logout_and_with_their_account() {
    let folder = tempfile::tempdir().unwrap();
    let storage = open(&folder.path().join("server.db"));
    let user = account("d1");
    wait(storage.put_account(user.clone())).unwrap();
    let session = Session { user: user.user.clone(), device: DeviceId(uuid::Uuid::nil()), expires_at: at(60) };
    let opened = |hash: &str| wait(storage.open_session(hash.to_owned(), session.clone(), at(0))).unwrap();
    let held = |hash: &str, now| wait(storage.session(hash.to_owned(), now)).unwrap();
    opened("a");
    opened("b");
    assert_eq!(held("a", at(59)), Some(session.clone()));
    assert_eq!(held("a", at(60)), None);
    assert_eq!(held("c", at(0)), None);
    wait(storage.close_session("a".to_owned())).unwrap();
    assert_eq!(held("a", at(1)), None);
    assert!(held("b", at(1)).is_some());
    wait(storage.put_account(user)).unwrap();
    assert_eq!(held("b", at(1)), None);
}

#[test]
fn a_full_disk_is_told_apart_and_passes_without_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let storage = open(&folder.path().join("server.db"));
    let pages = |limit: i64| {
        wait(storage.run(move |desk| {
            Ok(desk.connection.pragma_update_and_check(None, "max_page_count", limit, |row| row.get::<_, i64>(0))?)
        }))
        .unwrap()
    };
    // Less than there is means: no page more than now.
    pages(1);
    let line = |number: u32| AuditLine {
        at: at(0),
        what: "test",
        user: None,
        detail: "x".repeat(3000),
        request_id: number.to_string(),
    };
    let failed = (0..50).find_map(|number| wait(storage.audit(line(number))).err());
    assert!(matches!(failed, Some(StorageError::Full)), "{failed:?}");
    pages(1_000_000);
    wait(storage.audit(line(50))).unwrap();
}

#[test]
fn a_panicking_operation_is_rolled_back_and_the_next_one_works() {
    let folder = tempfile::tempdir().unwrap();
    let storage = open(&folder.path().join("server.db"));
    let panicked: Result<(), _> = wait(storage.run(|desk| {
        let transaction = desk.connection.transaction()?;
        transaction.execute("INSERT INTO meta (key, value) VALUES ('half', 'done')", [])?;
        panic!("in the middle")
    }));
    assert!(matches!(panicked, Err(StorageError::Fault(_))));
    let rows = |desk: &mut Desk| {
        let sql = "SELECT count(*) FROM meta WHERE key = 'half'";
        Ok(desk.connection.query_row(sql, [], |row| row.get::<_, i64>(0))?)
    };
    assert_eq!(wait(storage.run(rows)).unwrap(), 0);
}

#[test]
fn a_file_has_one_owner_and_has_to_be_sound_and_not_from_the_future() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("server.db");
    let storage = open(&path);
    let epoch = storage.epoch();
    assert_eq!(epoch.n, 1);
    assert!(matches!(SqliteStorage::open(&path, Calendar::default()), Err(OpenError::InUse(_))));
    drop(storage);
    assert_eq!(open(&path).epoch(), epoch);

    rusqlite::Connection::open(&path).unwrap().pragma_update(None, "user_version", 999).unwrap();
    let newer = SqliteStorage::open(&path, Calendar::default());
    assert!(matches!(newer, Err(OpenError::Newer { found: 999, .. })));

    let damaged = folder.path().join("damaged.db");
    std::fs::write(&damaged, b"this is a text and no database at all, though it is long enough").unwrap();
    assert!(matches!(SqliteStorage::open(&damaged, Calendar::default()), Err(OpenError::Damaged(_))));
}

#[test]
fn a_side_file_that_knows_more_begins_a_new_epoch() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("server.db");
    let first = open(&path).epoch();
    let side_path = SideFile::path_of(&path);
    let mut side = SideFile::read(&side_path).unwrap().unwrap();
    side.heads.insert("110107001".to_owned(), (7, "00".repeat(32)));
    side.write(&side_path).unwrap();
    let second = open(&path).epoch();
    assert_eq!((first.n, second.n), (1, 2));
    assert_ne!(first.id, second.id);
    assert_eq!(open(&path).epoch(), second, "the new epoch stays");

    std::fs::write(&side_path, b"{").unwrap();
    assert_eq!(open(&path).epoch().n, 3, "an unreadable side file is no witness");
}

#[test]
fn events_cannot_be_changed_or_removed_by_statements() {
    let folder = tempfile::tempdir().unwrap();
    let storage = open(&folder.path().join("server.db"));
    let tried = wait(storage.run(|desk| {
        desk.connection.execute_batch(
            "PRAGMA defer_foreign_keys = 1; PRAGMA foreign_keys = 0;
             INSERT INTO feed VALUES ('f', 2, 'h');
             INSERT INTO event VALUES ('f', 1, 'c', 1, 'k', 't', 1, '{}', 'p', 'h');",
        )?;
        let changed = desk.connection.execute("UPDATE event SET body = '[]'", []).is_ok();
        let removed = desk.connection.execute("DELETE FROM event", []).is_ok();
        Ok((changed, removed))
    }));
    assert_eq!(tried.unwrap(), (false, false));
}

/// A case from call to filing, for each of `cases`, a minute apart.
fn history(cases: i64) -> Vec<Command> {
    let ids = IdSource::seeded(1);
    let class =
        ClassRef { scheme: "GB/T 30428.2-2013".to_owned(), kind: Kind::Event, code: ClassCode::new("0101").unwrap() };
    (0..cases)
        .flat_map(|minute| {
            let case_id = CaseId(ids.next(at(minute)));
            let command = |based_on, user: &str, role, act| Command {
                id: CommandId(ids.next(at(minute))),
                case_id,
                street: StreetCode::new("110107901").unwrap(),
                actor: Actor { user: UserId::from(user), name: user.to_owned(), role, on_behalf_of: None },
                claimed_at: at(minute),
                based_on,
                act,
            };
            let report = Report {
                channel: Channel::Hotline,
                caller: Caller::default(),
                class: class.clone(),
                condition: "c1".to_owned(),
                component: None,
                place: Place {
                    at: LonLat::new(116.2, 39.9),
                    grid: GridCode::new("110107901001001").unwrap(),
                    address: "示范路 1 号".to_owned(),
                },
                text: "路面积水".to_owned(),
                urgent: false,
            };
            let limit = Limit { value: 4.0, unit: LimitUnit::WorkHour };
            [
                command(0, "acceptor1", Role::Acceptor, Act::Report(Box::new(report))),
                command(
                    1,
                    "acceptor1",
                    Role::Acceptor,
                    Act::Accept { verification_waived: true, opinion: "事实清楚".to_owned() },
                ),
                command(
                    2,
                    "leader1",
                    Role::DutyLeader,
                    Act::File { class: class.clone(), condition: "c1".to_owned(), limit, opinion: String::new() },
                ),
            ]
        })
        .collect()
}

#[test]
fn a_first_filling_goes_the_way_of_every_command_and_only_into_an_empty_database() {
    let folder = tempfile::tempdir().unwrap();
    let storage = open(&folder.path().join("server.db"));
    let street = StreetCode::new("110107901").unwrap();
    let mut commands = history(1500);
    commands.last_mut().unwrap().actor.user = UserId::from("a stranger");
    let seed = || demo::seed(street.clone(), Directory::default(), Vec::new(), commands.clone()).unwrap();
    assert_eq!(wait(storage.seed(seed())).unwrap(), Seeded { done: true, events: 4499, refused: 1 });
    assert_eq!(wait(storage.seed(seed())).unwrap(), Seeded::default());

    let slice = wait(storage.slice(street, 0, 5000)).unwrap();
    assert_eq!((slice.head.seq, slice.events.len()), (4499, 4499));
    // 09:00 office time plus 1,499 minutes reaches into the next day: two series of numbers, each from 00001.
    let numbers: Vec<String> = slice
        .events
        .iter()
        .filter(|event| event.kind == "filed")
        .map(|event| {
            let body: serde_json::Value = serde_json::from_str(event.body.get()).unwrap();
            body["fact"]["number"].as_str().unwrap().to_owned()
        })
        .collect();
    assert_eq!((numbers.len(), numbers[0].as_str()), (1499, "26030200001"));
    assert_eq!((numbers[899].as_str(), numbers[900].as_str()), ("26030200900", "26030300001"));
    assert!(wait(storage.login_state(UserId::from("leader1"), at(0))).unwrap().account.is_some());
}
