//! The patrol of the demonstration: officers on duty walk up and down a stretch of road of their duty grid, and their
//! terminals (城管通) report where they are. A fix would be forty minutes old after forty minutes otherwise, and nobody
//! would be near any case.

use std::collections::BTreeMap;

use jiff::SignedDuration;

use super::dice::Dice;
use super::people;
use super::town::plan::Road;
use super::town::shape::Axis;
use super::town::{self, Town};
use crate::base::Timestamp;
use crate::domain::org::{Fix, OfficerId};

/// How fast an officer walks, in metres a second.
const WALK_M_S: f64 = 1.2;

/// How far an officer goes from the middle of the beat to either side, in metres.
const REACH_M: f64 = 130.0;

/// A stretch of road that an officer walks.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Beat {
    axis: Axis,
    across: f64,
    from: f64,
    to: f64,
    /// Where on the road the history found the officer.
    along: f64,
    /// Left of the middle of the road, in metres.
    aside: f64,
    forward: bool,
    accuracy_m: f32,
}

impl Beat {
    /// A beat on the road nearest to the middle of one of the cells of a duty grid; `None` without cells or roads.
    pub(super) fn cast(town: &Town, cells: &[(f64, f64)], dice: &mut Dice) -> Option<Self> {
        let (u, v) = *cells.get(dice.whole(cells.len()))?;
        let along_of = |axis| match axis {
            Axis::East => (u, v),
            Axis::North => (v, u),
        };
        // The road whose line comes nearest to the middle of the cell.
        let away = |road: &Road| {
            let (along, across) = along_of(road.axis);
            let beyond = (road.from - along).max(along - road.to).max(0.0);
            (across - road.across).abs() + 2.0 * beyond
        };
        let road = town.roads.iter().min_by(|a, b| away(a).total_cmp(&away(b)))?;
        let (from, to) = (road.from + 4.0, (road.to - 4.0).max(road.from + 4.0));
        let along = (along_of(road.axis).0 + dice.range(-45.0, 45.0)).clamp(from, to);
        let aside = dice.range(-0.42, 0.42) * road.way.carriage_m();
        let forward = dice.chance(0.5);
        let accuracy_m = (dice.range(3.0, 16.0) * 10.0).round() as f32 / 10.0;
        let (from, to) = ((along - REACH_M).max(from), (along + REACH_M).min(to));
        Some(Self { axis: road.axis, across: road.across, from, to, along, aside, forward, accuracy_m })
    }

    /// The fix where the history found the officer.
    pub(super) fn first(&self, town: &Town, time: Timestamp) -> Fix {
        self.fix(town, self.along, self.forward, time)
    }

    /// The fix after walking for `seconds`, up and down the stretch.
    fn walked(&self, town: &Town, seconds: f64, time: Timestamp) -> Fix {
        let length = (self.to - self.from).max(1.0);
        let start = if self.forward { self.along - self.from } else { 2.0 * length - (self.along - self.from) };
        let way = (start + seconds * WALK_M_S).rem_euclid(2.0 * length);
        let (along, forward) = if way < length { (way, true) } else { (2.0 * length - way, false) };
        self.fix(town, self.from + along, forward, time)
    }

    fn fix(&self, town: &Town, along: f64, forward: bool, time: Timestamp) -> Fix {
        let at = match self.axis {
            Axis::East => (along, self.across + self.aside),
            Axis::North => (self.across - self.aside, along),
        };
        // Rounding may come to 360, which is 0.
        let heading_degrees = (town.bend.heading_degrees(at, self.axis, forward) * 10.0).round() / 10.0 % 360.0;
        Fix {
            at: town.bend.lonlat(at),
            time,
            heading_degrees: Some(heading_degrees as f32),
            accuracy_m: self.accuracy_m,
        }
    }
}

/// Where the officers of the demonstration are at any time.
pub struct Patrol {
    town: Town,
    /// Of those on duty, with their place in the list.
    beats: BTreeMap<OfficerId, (i64, Beat)>,
}

impl Patrol {
    /// The patrol of the town of a seed.
    pub fn new(seed: u64) -> Self {
        let town = town::plan(seed, None);
        let beats = (0..)
            .zip(people::beats(&town))
            .filter(|(index, _)| people::on_duty(*index))
            .filter_map(|(index, beat)| Some((OfficerId(people::badge(index)), (index as i64, beat?))))
            .collect();
        Self { town, beats }
    }

    /// The last fix of an officer by `now`; `None` for one who is off duty or of another office. Terminals report every
    /// half to two minutes, each in its own rhythm.
    pub fn fix(&self, officer: &OfficerId, now: Timestamp) -> Option<Fix> {
        let (index, beat) = self.beats.get(officer)?;
        let rhythm_s = 30 + (index * 37) % 90;
        let age_s = (now.as_second() + index * 11).rem_euclid(rhythm_s);
        let time = now.checked_sub(SignedDuration::from_secs(age_s)).unwrap_or(now);
        // A week of walking is enough to count from; a larger number would only lose its fraction.
        let seconds = time.as_second().rem_euclid(7 * 86_400) as f64;
        Some(beat.walked(&self.town, seconds, time))
    }
}
