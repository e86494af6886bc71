//! What has happened in the town: two thousand ended cases and forty open ones, as the commands that made them.

mod case;
pub(super) mod matters;
mod places;
mod words;

use std::collections::HashSet;

use jiff::{SignedDuration, ToSpan as _, civil};

use self::case::{End, Maker};
use self::places::Places;
use super::dice::Dice;
use super::people::people_of;
use super::town;
use crate::base::Timestamp;
use crate::base::clock::{from_office_time, office_time};
use crate::domain::case::{Command, Lamp, State};

/// Ended cases.
pub const PAST: usize = 2000;
/// How many days the history reaches back.
const DAYS: i64 = 120;

/// Open cases: where they stand, and the lamp of those whose disposal runs.
const OPEN: &[(State, Lamp, usize)] = &[
    (State::Reported, Lamp::Green, 3),
    (State::Reported, Lamp::Red, 1),
    (State::Verifying, Lamp::Green, 3),
    (State::Verifying, Lamp::Yellow, 1),
    (State::Verified, Lamp::Green, 2),
    (State::Accepted, Lamp::Green, 2),
    (State::Accepted, Lamp::Yellow, 1),
    (State::Filed, Lamp::Green, 3),
    (State::Filed, Lamp::Red, 1),
    (State::Dispatched, Lamp::Green, 3),
    (State::Dispatched, Lamp::Yellow, 1),
    (State::Dispatched, Lamp::Red, 1),
    (State::Handling, Lamp::Green, 6),
    (State::Handling, Lamp::Yellow, 3),
    (State::Handling, Lamp::Red, 2),
    (State::ReturnAsked, Lamp::Green, 2),
    (State::Handled, Lamp::Green, 2),
    (State::CheckWait, Lamp::Green, 1),
    (State::Checking, Lamp::Green, 1),
    (State::Checked, Lamp::Green, 1),
];

/// What has happened in the town until `now`: the commands of 2,000 ended and 40 open cases, in the order of time, each
/// acceptable when it is decided at its `claimed_at`.
pub fn history(seed: u64, now: Timestamp) -> Vec<Command> {
    let town = town::plan(seed, None);
    let places = Places::of(&town);
    let people = people_of(&town, now);
    let mut maker = Maker::new(seed, now, places, people);
    let mut dice = Dice::new(seed, &[30]);
    let mut texts = HashSet::new();
    let mut commands = Vec::new();
    let mut made = 0;
    let mut tries = 0;
    // Of some moments nothing has ended by now; at the beginning of the calendar that is so of all.
    while made < PAST && tries < 20 * PAST {
        tries += 1;
        let hours = maker.next_matter(&mut dice);
        let at = moment(now, &mut dice, hours);
        let Some(case) = maker.past(at, &mut dice, &mut texts) else { continue };
        commands.extend(case);
        made += 1;
    }
    for (state, lamp, count) in OPEN {
        let mut left = *count;
        let mut tries = 0;
        while left > 0 && tries < 200 {
            tries += 1;
            maker.next_matter(&mut dice);
            if let Some(case) = maker.open(End { state: *state, lamp: *lamp }, &mut dice, &mut texts) {
                commands.extend(case);
                left -= 1;
            }
        }
    }
    // Within a case the order of making is the order of time; between cases the id tells.
    commands.sort_by(|a, b| {
        a.claimed_at.cmp(&b.claimed_at).then(a.case_id.cmp(&b.case_id)).then(a.based_on.cmp(&b.based_on))
    });
    commands
}

/// How busy each hour of the day is.
const BUSY: [f64; 24] = [
    0.8, 0.5, 0.3, 0.3, 0.4, 0.9, 2.2, 5.0, 8.6, 9.4, 9.0, 7.2, 4.6, 5.0, 7.2, 8.0, 7.8, 6.6, 5.2, 4.8, 4.2, 3.4, 2.2,
    1.3,
];

/// A moment of the last months, within the hours of a matter.
fn moment(now: Timestamp, dice: &mut Dice, (from, to): (u8, u8)) -> Timestamp {
    let today = office_time(now).date();
    let day = loop {
        let day = today.saturating_sub((1 + dice.whole(DAYS as usize) as i64).days());
        // Sundays are quieter; the day after a quiet one makes up for it.
        let weight = match day.weekday() {
            civil::Weekday::Monday => 1.0,
            civil::Weekday::Saturday => 0.72,
            civil::Weekday::Sunday => 0.62,
            _ => 0.88,
        };
        if dice.chance(weight) {
            break day;
        }
    };
    let weights: Vec<f64> =
        (0..24_u8).map(|hour| if (from..to).contains(&hour) { BUSY[usize::from(hour)] } else { 0.0 }).collect();
    let hour = dice.weighted(&weights) as i8;
    let time = civil::time(hour, dice.whole(60) as i8, dice.whole(60) as i8, 0);
    from_office_time(day.to_datetime(time))
}

/// So many minutes later.
fn later(at: Timestamp, minutes: f64) -> Timestamp {
    at.checked_add(SignedDuration::from_secs((minutes * 60.0).round() as i64)).unwrap_or(at)
}
