//! Unit grid cells through time: every cell's versions, and the changes that make new ones.
//!
//! A code is given once and never again; a cell that is split or merged ends and new codes begin; a border that moves a
//! little makes a new version of the same code (DOMAIN.md 1.4). Days are office days; a version holds from its first day up
//! to, and without, the day it ended on, so that a case finds the version of the day it was filed.

pub mod check;
mod cut;
mod keep;
#[cfg(test)]
mod tests;
mod words;

use std::collections::{BTreeSet, HashSet};

use geo::MultiPolygon;
use jiff::Timestamp;
use jiff::civil::Date;

pub use keep::{Edit, KeepError, Request};

use crate::spatial::feature::{Feature, Layer};
use crate::spatial::pack::{Pack, PackError};
use crate::spatial::plane::area_of;

/// Digits of a cell's code, of its community and of its street.
pub const CODE_DIGITS: usize = 15;
/// Digits of a community's code.
pub const COMMUNITY_DIGITS: usize = 12;
/// Digits of a street's code.
pub const STREET_DIGITS: usize = 9;

/// Why the cells of a pack could not be changed.
#[derive(Debug, thiserror::Error)]
pub enum GridError {
    /// The change is against the rules.
    #[error(transparent)]
    Keep(#[from] KeepError),
    /// The pack could not be read or written.
    #[error(transparent)]
    Pack(#[from] PackError),
}

/// How a version began or ended.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Act {
    /// It was in the pack before its history was kept.
    Imported,
    /// Drawn anew.
    Drawn,
    /// One cell became several.
    Split,
    /// Several cells became one.
    Merged,
    /// The border moved and most of the area stayed.
    Reshaped,
    /// The cell ended without a successor.
    Voided,
}

impl Act {
    const ALL: [Self; 6] = [Self::Imported, Self::Drawn, Self::Split, Self::Merged, Self::Reshaped, Self::Voided];

    /// The word that a pack keeps.
    pub fn key(self) -> &'static str {
        match self {
            Self::Imported => "imported",
            Self::Drawn => "drawn",
            Self::Split => "split",
            Self::Merged => "merged",
            Self::Reshaped => "reshaped",
            Self::Voided => "voided",
        }
    }

    /// The act of a pack's word.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|act| act.key() == key)
    }
}

/// The beginning or the end of a version.
#[derive(Clone, PartialEq, Debug)]
pub struct Change {
    /// What was done.
    pub act: Act,
    /// Office day from which it holds; `None` where nobody has said.
    pub day: Option<Date>,
    /// Why.
    pub reason: String,
    /// When it was entered.
    pub recorded_at: Option<Timestamp>,
    /// Codes on the other side: predecessors of a beginning, successors of an end.
    pub others: Vec<String>,
}

/// One version of a cell.
#[derive(Clone, PartialEq, Debug)]
pub struct CellVersion {
    /// 15 digits.
    pub code: String,
    /// 1 for the first version of the code.
    pub version: u32,
    /// Outline, longitude and latitude.
    pub shape: MultiPolygon<f64>,
    /// How it began.
    pub began: Change,
    /// How it ended; `None` while it holds.
    pub ended: Option<Change>,
}

impl CellVersion {
    /// Whether it holds today and further on.
    pub fn is_current(&self) -> bool {
        self.ended.is_none()
    }

    /// Whether it held on a day. An end without a day is taken as long ago.
    pub fn held_on(&self, day: Date) -> bool {
        let begun = self.began.day.is_none_or(|first| first <= day);
        let over = self.ended.as_ref().is_some_and(|end| end.day.is_none_or(|last| last <= day));
        begun && !over
    }

    /// The community's 12 digits; empty for a code that is too short.
    pub fn community(&self) -> &str {
        self.code.get(..COMMUNITY_DIGITS).unwrap_or_default()
    }
}

/// All versions of all cells of a street, by code and version.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct CellBook {
    versions: Vec<CellVersion>,
}

impl CellBook {
    /// A book of these versions.
    pub fn new(mut versions: Vec<CellVersion>) -> Self {
        versions.sort_by(|a, b| a.code.cmp(&b.code).then(a.version.cmp(&b.version)));
        Self { versions }
    }

    /// Reads a pack's history. Cells of the pack without one begin as [`Act::Imported`].
    ///
    /// # Errors
    /// When a table of the pack cannot be read.
    pub fn load(pack: &Pack) -> Result<Self, PackError> {
        let mut versions = pack.cell_versions()?;
        let known: HashSet<String> = versions.iter().map(|version| version.code.clone()).collect();
        pack.features(Layer::UnitGrids, |_, feature| {
            if !known.contains(&feature.code) {
                versions.extend(imported(feature));
            }
        })?;
        Ok(Self::new(versions))
    }

    /// The same book with the history that a pack holds by now.
    pub(super) fn with_history(&self, stored: Vec<CellVersion>) -> Self {
        let known: HashSet<&str> = stored.iter().map(|version| version.code.as_str()).collect();
        let others = self.versions.iter().filter(|version| !known.contains(version.code.as_str())).cloned().collect();
        Self::new([stored.clone(), others].concat())
    }

    /// All versions, by code and version.
    pub fn versions(&self) -> &[CellVersion] {
        &self.versions
    }

    /// The versions that hold.
    pub fn current(&self) -> impl Iterator<Item = &CellVersion> {
        self.versions.iter().filter(|version| version.is_current())
    }

    /// The versions of a code, first one first.
    pub fn of(&self, code: &str) -> &[CellVersion] {
        let first = self.versions.partition_point(|version| version.code.as_str() < code);
        let count = self.versions.get(first..).map_or(0, |rest| rest.partition_point(|version| version.code == code));
        self.versions.get(first..first + count).unwrap_or_default()
    }

    /// The version of a code that held on a day: what a case filed on that day refers to.
    pub fn on(&self, code: &str, day: Date) -> Option<&CellVersion> {
        self.of(code).iter().rev().find(|version| version.held_on(day))
    }

    /// Whether the code is known and no version of it holds.
    pub fn is_void(&self, code: &str) -> bool {
        let versions = self.of(code);
        !versions.is_empty() && versions.iter().all(|version| !version.is_current())
    }

    /// The family of a code: its versions, those of all cells that it came from, and of all that it went into, by code and
    /// version. Siblings of an ancestor are no family.
    pub fn family(&self, code: &str) -> Vec<&CellVersion> {
        let mut codes = BTreeSet::new();
        for back in [true, false] {
            let mut seen = BTreeSet::new();
            let mut open = vec![code];
            while let Some(next) = open.pop() {
                // A ring in the data must not hold us.
                if !seen.insert(next) {
                    continue;
                }
                for version in self.of(next) {
                    let change = if back { Some(&version.began) } else { version.ended.as_ref() };
                    open.extend(change.into_iter().flat_map(|change| change.others.iter().map(String::as_str)));
                }
            }
            codes.append(&mut seen);
        }
        codes.into_iter().flat_map(|code| self.of(code)).collect()
    }

    /// The next free codes of a community: from one above all that were ever given there.
    ///
    /// # Errors
    /// When they would go beyond 999.
    pub fn next_codes(&self, community: &str, count: usize) -> Result<Vec<String>, KeepError> {
        let highest = self
            .versions
            .iter()
            .filter(|version| version.community() == community)
            .filter_map(|version| version.code.get(COMMUNITY_DIGITS..)?.parse::<usize>().ok())
            .max()
            .unwrap_or(0);
        if highest + count > 999 {
            return Err(KeepError::CommunityFull { community: community.to_owned() });
        }
        Ok((highest + 1..=highest + count).map(|number| format!("{community}{number:03}")).collect())
    }

    /// The book after a change.
    pub fn apply(&mut self, edit: &Edit) {
        for ended in &edit.ended {
            let same = |version: &&mut CellVersion| version.code == ended.code && version.version == ended.version;
            if let Some(version) = self.versions.iter_mut().find(same) {
                version.ended.clone_from(&ended.ended);
            }
        }
        let versions = std::mem::take(&mut self.versions).into_iter().chain(edit.began.iter().cloned());
        *self = Self::new(versions.collect());
    }
}

/// Whether a row of the cell table says that the cell is void.
pub fn says_void(state: &str) -> bool {
    matches!(state.trim(), "void" | "作废")
}

fn imported(feature: Feature) -> Option<CellVersion> {
    let change = |act| Change { act, day: None, reason: String::new(), recorded_at: None, others: Vec::new() };
    let ended = feature.extra("state").is_some_and(says_void).then(|| change(Act::Voided));
    let shape = area_of(feature.geometry)?;
    Some(CellVersion { code: feature.code, version: 1, shape, began: change(Act::Imported), ended })
}
