//! What is not said to its end: beginnings, parts, pinyin; and coordinates.

use super::gazetteer::Gazetteer;
use super::rank::{Hit, HitKind, Reason};
use super::resolve::{anchor, name_score};
use crate::spatial::typed;

/// Places that begin with a query are looked at up to this many: enough to choose from, few enough to stay quick.
const MOST_CANDIDATES: usize = 400;
/// Coordinates are shorter than this in every way to write them.
const LONGEST_COORDINATES: usize = 120;

impl Gazetteer {
    /// Names that are, begin with, hold or sound like the query.
    pub(super) fn by_name(&self, query: &str, hits: &mut Vec<Hit>) {
        for (key, entries) in self.names.beginning(query, MOST_CANDIDATES) {
            if key != query {
                let all = entries.iter();
                hits.extend(all.map(|entry| anchor(entry, name_score(entry.kind, false), Reason::Prefix).hit));
            }
        }
        if query.is_ascii() {
            for entry in self.names.sounding(query, MOST_CANDIDATES) {
                hits.push(anchor(entry, name_score(entry.kind, false) - 0.05, Reason::Pinyin).hit);
            }
        } else if hits.is_empty() {
            let all = self.names.holding(query, MOST_CANDIDATES);
            hits.extend(all.map(|entry| anchor(entry, 0.50, Reason::Part).hit));
        }
    }

    /// Places that coordinates mean; several when they may be read in several systems.
    pub(super) fn positions(&self, query: &str) -> Vec<Hit> {
        if query.len() > LONGEST_COORDINATES || !query.contains(|letter: char| letter.is_ascii_digit()) {
            return Vec::new();
        }
        let all = typed::read(query).into_iter().enumerate();
        all.map(|(order, reading)| Hit {
            label: format!("{:.6},{:.6}", reading.at.lon, reading.at.lat),
            at: reading.at,
            kind: HitKind::Position,
            score: if order == 0 { 0.95 } else { 0.50 },
            reason: Reason::Coordinates,
            uncertainty_m: 5.0,
            moves: Vec::new(),
        })
        .collect()
    }
}
