//! Grid keeping in words for a person.

use super::check::{Check, Finding};
use super::{Act, CellVersion, Change, GridError, KeepError};
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

impl Change {
    /// Day, act, codes on the other side and reason.
    pub fn words(&self, lang: Lang) -> String {
        let day = self.day.map_or_else(|| lang.text("grid.undated").to_owned(), |day| day.to_string());
        let others = self.others.join(lang.text("grid.and"));
        let values: [(&str, &dyn std::fmt::Display); 4] =
            [("day", &day), ("act", &self.act.words(lang)), ("others", &others), ("reason", &self.reason)];
        let key = match (self.others.is_empty(), self.reason.is_empty()) {
            (true, true) => "grid.change",
            (true, false) => "grid.change_why",
            (false, _) => "grid.change_others",
        };
        lang.fill(key, &values)
    }
}

impl CellVersion {
    /// Code, number of the version, how it began and how it ended.
    pub fn words(&self, lang: Lang) -> String {
        let ended = self.ended.as_ref().map_or_else(|| lang.text("grid.holds").to_owned(), |end| end.words(lang));
        let values: [(&str, &dyn std::fmt::Display); 4] =
            [("code", &self.code), ("version", &self.version), ("began", &self.began.words(lang)), ("ended", &ended)];
        lang.fill("grid.version", &values)
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
