//! Grid keeping in words for a person.

use super::check::{Check, Finding};
use super::{Act, GridError, KeepError};
use crate::base::text::Lang;

impl Check {
    /// What the check is about, in a few words.
    pub fn title(self, lang: Lang) -> &'static str {
        lang.find(&format!("grid.title.{}", self.id())).unwrap_or(self.id())
    }
}

impl Finding {
    /// What is wrong, where, and what to do.
    pub fn words(&self, lang: Lang) -> String {
        let area = self.area_m2.map_or_else(String::new, |area| format!("{area:.1}"));
        let cells = self.cells.join(lang.text("grid.and"));
        let values: [(&str, &dyn std::fmt::Display); 3] = [("cells", &cells), ("about", &self.about), ("area", &area)];
        lang.fill(&format!("grid.found.{}", self.check.id()), &values)
    }
}

impl Act {
    /// One word for it.
    pub fn words(self, lang: Lang) -> &'static str {
        lang.find(&format!("grid.act.{}", self.key())).unwrap_or(self.key())
    }
}

impl KeepError {
    /// Why it was refused and what to do.
    pub fn words(&self, lang: Lang) -> String {
        match self {
            Self::NoReason => lang.text("grid.refused.no_reason").to_owned(),
            Self::Unknown { code } => lang.fill("grid.refused.unknown", &[("code", code)]),
            Self::Void { code } => lang.fill("grid.refused.void", &[("code", code)]),
            Self::Twice { code } => lang.fill("grid.refused.twice", &[("code", code)]),
            Self::TooEarly { code, day, first } => {
                lang.fill("grid.refused.too_early", &[("code", code), ("day", day), ("first", first)])
            }
            Self::BadCommunity { code } => lang.fill("grid.refused.bad_community", &[("code", code)]),
            Self::CommunityFull { community } => lang.fill("grid.refused.full", &[("community", community)]),
            Self::Unsound { reason } => lang.fill("grid.refused.unsound", &[("reason", reason)]),
            Self::Overlaps { code, area_m2 } => {
                lang.fill("grid.refused.overlaps", &[("code", code), ("area", &format_args!("{area_m2:.1}"))])
            }
            Self::Outside { community, area_m2 } => {
                lang.fill("grid.refused.outside", &[("community", community), ("area", &format_args!("{area_m2:.1}"))])
            }
            Self::NotCut { code } => lang.fill("grid.refused.not_cut", &[("code", code)]),
            Self::TooFew => lang.text("grid.refused.too_few").to_owned(),
            Self::TwoCommunities { first, other } => {
                lang.fill("grid.refused.two_communities", &[("first", first), ("other", other)])
            }
            Self::NotAdjacent => lang.text("grid.refused.not_adjacent").to_owned(),
            Self::TooDifferent { code, percent } => {
                lang.fill("grid.refused.too_different", &[("code", code), ("percent", &format_args!("{percent:.0}"))])
            }
        }
    }
}

impl GridError {
    /// What is wrong and what to do.
    pub fn words(&self, lang: Lang) -> String {
        match self {
            Self::Keep(error) => error.words(lang),
            Self::Pack(error) => error.words(lang),
        }
    }
}
