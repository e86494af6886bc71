//! Hits, their reasons and their order (DOMAIN.md 6.3).

use crate::base::LonLat;
use crate::spatial::crs::distance_m;

/// What kind of place was found.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum HitKind {
    /// Road and door number.
    Door,
    /// Building of a compound.
    Building,
    /// Crossing of two roads.
    Crossing,
    /// Point of interest.
    Poi,
    /// Residential compound.
    Compound,
    /// Road as a whole.
    Road,
    /// Unit grid cell.
    Cell,
}

/// Why a place was proposed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Reason {
    /// It is what was asked for.
    Exact,
    /// Its name begins with what was typed.
    Prefix,
    /// Its name holds what was typed.
    Part,
    /// Its pinyin, or the initials, begin with what was typed.
    Pinyin,
    /// The number asked for is not known; this is the nearest on the same side of the road.
    NearestNumber {
        /// The number that was asked for.
        wanted: u32,
    },
}

/// A place proposed for a query.
#[derive(Clone, PartialEq, Debug)]
pub struct Hit {
    /// The words to show.
    pub label: String,
    /// Where it is.
    pub at: LonLat,
    /// What it is.
    pub kind: HitKind,
    /// 0 to 1; a person chooses below 0.80, below 0.50 no case is placed.
    pub score: f64,
    /// Why it is here.
    pub reason: Reason,
}

/// Best first; among equals the nearer to `near`, then by label. The same place is named once.
pub fn ranked(mut hits: Vec<Hit>, near: Option<LonLat>, limit: usize) -> Vec<Hit> {
    let away = |hit: &Hit| near.map_or(0.0, |near| distance_m(near, hit.at));
    hits.sort_by(|a, b| {
        b.score
            .total_cmp(&a.score)
            .then_with(|| away(a).total_cmp(&away(b)))
            .then_with(|| a.label.chars().count().cmp(&b.label.chars().count()))
            .then_with(|| a.label.cmp(&b.label))
            .then_with(|| a.kind.cmp(&b.kind))
            .then_with(|| a.at.lon.total_cmp(&b.at.lon))
            .then_with(|| a.at.lat.total_cmp(&b.at.lat))
    });
    let mut kept: Vec<Hit> = Vec::new();
    for hit in hits {
        if kept.len() >= limit {
            break;
        }
        let again =
            |other: &Hit| other.label == hit.label && other.kind == hit.kind && distance_m(other.at, hit.at) < 60.0;
        if !kept.iter().any(again) {
            kept.push(hit);
        }
    }
    kept
}
