//! Those who work in the town: departments, patrol officers, the accounts in whose names the history was made.

use jiff::SignedDuration;

use super::dice::Dice;
use super::offices::DEPARTMENTS;
use super::patrol::Beat;
use super::town::Town;
use super::{STREET, names, town};
use crate::base::{Timestamp, UserId};
use crate::domain::code::StreetCode;
use crate::domain::org::{Department, DeptCode, Officer, OfficerId, Role, User};

/// Patrol officers of the town.
pub const OFFICERS: usize = 30;

/// Those who work in the town.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct People {
    /// Departments that answer.
    pub departments: Vec<Department>,
    /// Thirty patrol officers with their last fix.
    pub officers: Vec<Officer>,
    /// Accounts in whose names the history was made; they cannot log in.
    pub users: Vec<User>,
}

/// The people of the town; fixes of those on duty are a few minutes older than `now`.
pub fn people(seed: u64, now: Timestamp) -> People {
    people_of(&town::plan(seed, None), now)
}

/// The number on the badge of the officer at a place of the list.
pub fn badge(index: usize) -> String {
    format!("901{:02}", index + 1)
}

/// The officer whose duty grid a cell belongs to, by the cell's place among those of the first twelve communities.
pub fn officer_of(town: &Town, community: usize, place: usize) -> Option<usize> {
    let first: usize = town.communities.iter().take(community).map(|other| other.cells.len()).sum();
    let all: usize = town.communities.iter().take(12).map(|other| other.cells.len()).sum();
    (community < 12).then(|| (first + place) * OFFICERS / all.max(1)).filter(|officer| *officer < OFFICERS)
}

pub(super) fn people_of(town: &Town, now: Timestamp) -> People {
    let mut dice = Dice::new(town.seed, &[20]);
    let departments = DEPARTMENTS
        .iter()
        .map(|(code, name, duties)| Department {
            code: DeptCode((*code).to_owned()),
            name: (*name).to_owned(),
            duties: duties.iter().map(|duty| (*duty).to_owned()).collect(),
            phone: names::office_phone(&mut dice),
        })
        .collect();
    let officers = officers(town, now, &mut dice);
    let users = users(&officers, &mut dice);
    People { departments, officers, users }
}

/// Whether the officer at a place of the list is out: three out of four are.
pub(super) fn on_duty(index: usize) -> bool {
    index % 4 != 3
}

/// The stretch of road that each officer walks.
pub(super) fn beats(town: &Town) -> Vec<Option<Beat>> {
    // Home of each officer: the middle of the cells of the duty grid.
    let mut homes: Vec<Vec<(f64, f64)>> = vec![Vec::new(); OFFICERS];
    for (index, community) in town.communities.iter().enumerate() {
        for (place, cell) in community.cells.iter().enumerate() {
            if let Some(officer) = officer_of(town, index, place) {
                homes[officer].push(town.cells[*cell].block.centre());
            }
        }
    }
    let mut dice = Dice::new(town.seed, &[21]);
    homes.iter().map(|cells| Beat::cast(town, cells, &mut dice)).collect()
}

fn officers(town: &Town, now: Timestamp, dice: &mut Dice) -> Vec<Officer> {
    let mut seen = std::collections::BTreeSet::new();
    beats(town)
        .into_iter()
        .enumerate()
        .map(|(index, beat)| {
            let mut name = names::person(dice).0;
            while !seen.insert(name.clone()) {
                name = names::person(dice).0;
            }
            let on_duty = on_duty(index);
            let minutes = if on_duty { dice.range(0.5, 7.0) } else { dice.range(130.0, 600.0) };
            let time = now.checked_sub(SignedDuration::from_secs((minutes * 60.0) as i64)).unwrap_or(now);
            Officer {
                id: OfficerId(badge(index)),
                name,
                user: Some(UserId(format!("officer{:02}", index + 1))),
                phone: format!("1380000{:04}", 9000 + index),
                on_duty,
                fix: beat.map(|beat| beat.first(town, time)),
            }
        })
        .collect()
}

fn users(officers: &[Officer], dice: &mut Dice) -> Vec<User> {
    let streets: std::collections::BTreeSet<StreetCode> = StreetCode::new(STREET).into_iter().collect();
    let user = |id: String, name: String, role: Role| User {
        id: UserId(id),
        name,
        roles: [role].into(),
        streets: streets.clone(),
        dept: None,
        officer: None,
    };
    let mut users = Vec::new();
    for (prefix, role, count) in [
        ("past-acceptor", Role::Acceptor, 5),
        ("past-dispatcher", Role::Dispatcher, 3),
        ("past-leader", Role::DutyLeader, 3),
    ] {
        for number in 1..=count {
            users.push(user(format!("{prefix}{number}"), names::person(dice).0, role));
        }
    }
    for (code, _, _) in &DEPARTMENTS {
        let id = format!("past-{}", code.to_lowercase());
        let mut clerk = user(id, names::person(dice).0, Role::Department);
        clerk.dept = Some(DeptCode((*code).to_owned()));
        users.push(clerk);
    }
    for officer in officers {
        if let Some(id) = &officer.user {
            let mut own = user(id.0.clone(), officer.name.clone(), Role::Supervisor);
            own.officer = Some(officer.id.clone());
            users.push(own);
        }
    }
    users
}
