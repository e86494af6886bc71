use std::collections::{BTreeMap, BTreeSet};

use jiff::SignedDuration;

use super::TOWN;
use crate::base::clock::office_time;
use crate::base::{CaseId, Timestamp, UserId};
use crate::demo::{Patrol, SEED, history, people};
use crate::domain::calendar::Calendar;
use crate::domain::case::command::{Act, Channel};
use crate::domain::case::{Case, Command, Context, Lamp, State, apply, decide};
use crate::domain::code::CaseNo;
use crate::domain::org::{Fix, OfficerId, User};
use crate::spatial::crs::distance_m;

/// A Tuesday morning, a Sunday night, the first day after the Spring Festival.
const NOWS: [&str; 3] = ["2026-06-16T02:30:00Z", "2026-08-30T15:10:00Z", "2026-02-24T00:45:00Z"];

fn replay(now: Timestamp) -> (Vec<Command>, BTreeMap<CaseId, Case>) {
    let commands = history(SEED, now);
    let users: BTreeMap<UserId, User> =
        people(SEED, now).users.into_iter().map(|user| (user.id.clone(), user)).collect();
    let calendar = Calendar::standard();
    let mut cases: BTreeMap<CaseId, Case> = BTreeMap::new();
    let mut numbers = 0;
    for command in &commands {
        numbers += 1;
        let context = Context {
            now: command.claimed_at,
            calendar: &calendar,
            user: &users[&command.actor.user],
            next_number: Some(CaseNo::new(format!("{numbers:011}")).unwrap()),
        };
        let before = cases.remove(&command.case_id);
        let entries = decide(before.as_ref(), command, &context)
            .unwrap_or_else(|refusal| panic!("{refusal:?}: {command:?} on {before:?}"));
        let after = entries.iter().fold(before, apply).unwrap();
        cases.insert(command.case_id, after);
    }
    (commands, cases)
}

#[test]
fn every_command_is_acceptable_and_forty_cases_stay_open() {
    for now in NOWS {
        let now: Timestamp = now.parse().unwrap();
        let (commands, cases) = replay(now);
        assert!(commands.is_sorted_by_key(|command| command.claimed_at));
        assert!(commands.last().unwrap().claimed_at <= now);
        let open: Vec<&Case> = cases.values().filter(|case| case.state.is_open()).collect();
        assert_eq!((cases.len() - open.len(), open.len()), (2000, 40), "at {now}");
        let states: BTreeMap<State, usize> = open.iter().fold(BTreeMap::new(), |mut states, case| {
            *states.entry(case.state).or_default() += 1;
            states
        });
        for state in [
            State::Reported,
            State::Verifying,
            State::Verified,
            State::Accepted,
            State::Filed,
            State::Dispatched,
            State::Handling,
            State::ReturnAsked,
            State::Handled,
            State::CheckWait,
            State::Checking,
            State::Checked,
        ] {
            assert!(states.contains_key(&state), "no {state:?} at {now}: {states:?}");
        }
        let calendar = Calendar::standard();
        let lamps: Vec<(State, Lamp)> = open.iter().map(|case| (case.state, case.lamp(now, &calendar))).collect();
        for (lamp, least) in [(Lamp::Green, 4), (Lamp::Yellow, 2), (Lamp::Red, 2)] {
            let count = lamps.iter().filter(|pair| **pair == (State::Handling, lamp)).count();
            assert!(count >= least, "{count} {lamp:?} at {now}: {lamps:?}");
        }
    }
}

#[test]
fn the_past_is_such_as_one_would_believe() {
    let now: Timestamp = NOWS[0].parse().unwrap();
    let (commands, cases) = replay(now);
    let all: Vec<&Case> = cases.values().collect();
    let texts: BTreeSet<&str> = all.iter().map(|case| case.report.text.as_str()).collect();
    assert_eq!(texts.len(), all.len(), "nobody says what another said");
    for case in &all {
        let place = &case.report.place;
        let cell = TOWN.street.cell_at(place.at).unwrap();
        assert_eq!(cell.code, place.grid.as_str(), "{place:?}");
        let phone = &case.report.caller.phone;
        assert!(phone.is_empty() || phone.starts_with("1380000") || phone.starts_with("010-5550"), "{phone}");
    }
    let share = |count: usize| count as f64 / all.len() as f64;
    let rework = share(all.iter().filter(|case| case.rework_count > 0).count());
    let returned = share(all.iter().filter(|case| case.return_count > 0).count());
    let late = share(all.iter().filter(|case| case.handled_in_time == Some(false)).count());
    assert!((0.02..0.12).contains(&rework), "rework {rework}");
    assert!((0.01..0.08).contains(&returned), "returned {returned}");
    assert!((0.03..0.22).contains(&late), "late {late}");
    for state in [State::Closed, State::NotAccepted, State::Void] {
        assert!(all.iter().any(|case| case.state == state), "{state:?}");
    }
    let hour = |case: &&&Case| office_time(case.reported_at).hour();
    let day = all.iter().filter(|case| (7..19).contains(&hour(case))).count();
    assert!(day * 100 > all.len() * 70, "{day} by day");
    let patrol = all.iter().filter(|case| case.report.channel == Channel::Patrol).count();
    assert!((0.15..0.5).contains(&share(patrol)));
    let departments: BTreeSet<String> = commands
        .iter()
        .filter_map(|command| match &command.act {
            Act::Dispatch { to, .. } => Some(to.dept.0.clone()),
            _ => None,
        })
        .collect();
    assert!(departments.len() >= 12, "{departments:?}");
}

#[test]
fn the_same_seed_and_moment_give_the_same_history() {
    let now: Timestamp = NOWS[1].parse().unwrap();
    assert_eq!(history(SEED, now), history(SEED, now));
    assert_eq!(people(SEED, now), people(SEED, now));
}

#[test]
fn officers_are_on_the_roads_of_the_town() {
    let now: Timestamp = NOWS[0].parse().unwrap();
    let people = people(SEED, now);
    assert_eq!(people.officers.len(), 30);
    let names: BTreeSet<&str> = people.officers.iter().map(|officer| officer.name.as_str()).collect();
    assert_eq!(names.len(), 30);
    assert!((18..28).contains(&people.officers.iter().filter(|officer| officer.on_duty).count()));
    for officer in &people.officers {
        let fix = officer.fix.unwrap();
        let age = now.duration_since(fix.time).as_secs();
        assert!(if officer.on_duty { (10..600).contains(&age) } else { age > 3600 }, "{officer:?}");
        assert!(TOWN.street.extent().is_some() && fix.accuracy_m > 0.0);
        assert!(fix.heading_degrees.is_some_and(|degrees| (0.0..360.0).contains(&degrees)));
    }
    let known: BTreeSet<&str> = people.officers.iter().map(|officer| officer.id.0.as_str()).collect();
    use crate::spatial::feature::Layer;
    for cell in &TOWN.layers[&Layer::UnitGrids] {
        assert!(known.contains(cell.extra("officer").unwrap()));
    }
    assert!((12..=15).contains(&people.departments.len()));
}

#[test]
fn officers_on_duty_walk_their_beat() {
    let patrol = Patrol::new(SEED);
    let start: Timestamp = NOWS[0].parse().unwrap();
    let officers = people(SEED, start).officers;
    for officer in &officers {
        let home = officer.fix.unwrap().at;
        let mut seen: Vec<Fix> = Vec::new();
        for minute in 0..60 {
            let now = start.checked_add(SignedDuration::from_mins(minute)).unwrap();
            let fix = patrol.fix(&officer.id, now);
            assert_eq!(fix, patrol.fix(&officer.id, now));
            assert_eq!(fix.is_some(), officer.on_duty, "{officer:?}");
            let Some(fix) = fix else { continue };
            assert!((0..120).contains(&now.duration_since(fix.time).as_secs()), "{fix:?}");
            assert!(distance_m(home, fix.at) < 270.0, "{fix:?}");
            assert!(fix.heading_degrees.is_some_and(|degrees| (0.0..360.0).contains(&degrees)));
            if let Some(before) = seen.last() {
                let walked_s = fix.time.duration_since(before.time).as_secs_f64();
                assert!(distance_m(before.at, fix.at) <= 1.3 * walked_s + 0.5, "{before:?} {fix:?}");
            }
            seen.push(fix);
        }
        assert!(!officer.on_duty || seen.iter().any(|fix| distance_m(fix.at, seen[0].at) > 20.0), "{officer:?}");
    }
    assert_eq!(patrol.fix(&OfficerId("elsewhere".to_owned()), start), None);
}
