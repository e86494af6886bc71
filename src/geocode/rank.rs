//! Hits, their reasons and their order (DOMAIN.md 6.3).

use super::parse::Relation;
use crate::base::LonLat;
use crate::spatial::crs::distance_m;

/// What kind of place was found: how far down an answer reaches.
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
    /// Community.
    Community,
    /// Component, by its code.
    Component,
    /// Coordinates.
    Position,
}

impl HitKind {
    /// The word for programs.
    pub fn key(self) -> &'static str {
        match self {
            Self::Door => "door",
            Self::Building => "building",
            Self::Crossing => "crossing",
            Self::Poi => "poi",
            Self::Compound => "compound",
            Self::Road => "road",
            Self::Cell => "cell",
            Self::Community => "community",
            Self::Component => "component",
            Self::Position => "position",
        }
    }
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
    /// Its name has another ending than what was typed, or one that was left out.
    Ending,
    /// Its name differs by one character.
    Typo,
    /// Its name sounds like what was typed.
    Sound,
    /// The number asked for is not known; this is the nearest on the same side of the road.
    NearestNumber {
        /// The number that was asked for.
        wanted: u32,
    },
    /// The number asked for is not known; the place is worked out along the road between two that are, on the same side.
    Interpolated {
        /// The number that was asked for.
        wanted: u32,
        /// The next known one below.
        low: u32,
        /// The next known one above.
        high: u32,
    },
    /// The number asked for is not known; this is the road or the compound as a whole.
    WithoutNumber {
        /// The number that was asked for.
        wanted: u32,
    },
    /// Two roads do not meet, but come so near that this must be meant.
    NearlyMeeting,
    /// Halfway between two places that were named.
    Between,
    /// Coordinates that were read.
    Coordinates,
}

impl Reason {
    /// The name is like what was said, and not what was said.
    pub fn is_likeness(self) -> bool {
        matches!(self, Self::Pinyin | Self::Ending | Self::Typo | Self::Sound)
    }
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
    /// Metres around `at` within which the place is expected.
    pub uncertainty_m: f64,
    /// How the point was moved off the places named, first move first.
    pub moves: Vec<Relation>,
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
