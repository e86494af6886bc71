//! Past incidents strewn over the streets: what a map of some years' cases looks like.

use geo::{Geometry, Point};
use jiff::SignedDuration;

use super::dice::Dice;
use super::history::matters::MATTERS;
use super::town::Town;
use super::town::out::SCHEME;
use crate::base::Timestamp;
use crate::spatial::feature::{Feature, Layer};

/// The day before which all of them lie, and how far back they go: a pack of the same seed has the same bytes on any day.
const LAST: &str = "2026-01-01T00:00:00Z";
const DAYS: f64 = 3.0 * 365.0;
/// Most incidents lie around a few places of a road: gates, crossings, markets.
const SPOTS: usize = 5;

/// What holds for all of them.
pub struct Incidents<'a> {
    town: &'a Town,
    dice: Dice,
    weights: Vec<f64>,
    last: Timestamp,
}

impl<'a> Incidents<'a> {
    /// Of a town; `None` only if the last day is no day.
    pub fn of(town: &'a Town) -> Option<Self> {
        let weights = MATTERS.iter().map(|matter| matter.weight).collect();
        Some(Self { town, dice: Dice::new(town.seed, &[30]), weights, last: LAST.parse().ok()? })
    }

    /// The incident of a number; `None` in a town without roads.
    pub fn next(&mut self, number: u64) -> Option<Feature> {
        let Self { town, dice, weights, last } = self;
        let road = town.roads.get(dice.whole(town.roads.len()))?;
        let length = road.to - road.from;
        let along = if dice.chance(0.7) {
            let spot = (dice.whole(SPOTS) as f64 + 0.5) / SPOTS as f64;
            spot * length + dice.range(-20.0, 20.0) + dice.range(-20.0, 20.0)
        } else {
            dice.range(0.0, length.max(1.0))
        };
        let along = road.from + along.clamp(0.0, length.max(0.0));
        let at = road.point(along, dice.range(-1.3, 1.3) * road.way.half_m());
        let (kind, class) = MATTERS.get(dice.weighted(weights))?.class.split_at(1);
        let seconds = (dice.unit() * DAYS * 86_400.0) as i64;
        let time = last.checked_sub(SignedDuration::from_secs(seconds)).ok()?;
        let place = town.bend.lonlat(at);
        Some(Feature {
            layer: Layer::Incidents,
            class: class.to_owned(),
            code: format!("{:011}", 20_000_000_000 + number),
            name: String::new(),
            extra: vec![
                ("kind", kind.to_owned()),
                ("scheme", SCHEME.to_owned()),
                ("reported_at", time.to_string()),
                ("grid", town.cell_at(at).map(|cell| cell.code.clone()).unwrap_or_default()),
            ],
            geometry: Geometry::Point(Point::new(place.lon, place.lat)),
        })
    }
}
