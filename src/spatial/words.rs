//! The troubles of map data in words for a person. What a parser or the system said stands in brackets, as it said it.

use super::crs::CrsError;
use super::import::{ImportError, Question, RowName, Skip, SkipReason};
use super::pack::PackError;
use crate::base::text::Lang;

impl CrsError {
    /// What is wrong and what to do.
    pub fn words(&self, lang: Lang) -> String {
        match self {
            Self::UnknownName(name) => lang.fill("pack.crs.unknown", &[("name", name)]),
            Self::NoWay { name, reason } => lang.fill("pack.crs.no_way", &[("name", name), ("reason", reason)]),
            Self::BadFile { path, reason } => lang.fill("pack.crs.bad_file", &[("path", path), ("reason", reason)]),
            Self::NoPlace { x, y, crs } => lang.fill("pack.crs.no_place", &[("x", x), ("y", y), ("crs", crs)]),
        }
    }
}

impl PackError {
    /// Which file and table, what is wrong and what to do.
    pub fn words(&self, lang: Lang) -> String {
        match self {
            Self::Io { path, source } => lang.fill("pack.io", &[("path", &path.display()), ("reason", source)]),
            Self::Sql { path, table, source } => {
                lang.fill("pack.sql", &[("path", &path.display()), ("table", table), ("reason", source)])
            }
            Self::NotAPack { path, reason } => {
                lang.fill("pack.not_a_pack", &[("path", &path.display()), ("reason", reason)])
            }
            Self::CutOff { path, bytes, .. } => {
                lang.fill("pack.cut_off", &[("path", &path.display()), ("bytes", bytes)])
            }
            Self::BadShape { path, table, reason } => {
                lang.fill("pack.unfit", &[("path", &path.display()), ("table", table), ("reason", reason)])
            }
            Self::UnknownColumn { path, table, column } => {
                lang.fill("pack.unfit", &[("path", &path.display()), ("table", table), ("reason", column)])
            }
        }
    }
}

impl ImportError {
    /// Which file, where in it, what is wrong and what to do.
    pub fn words(&self, lang: Lang) -> String {
        match self {
            Self::Io { path, source } => lang.fill("pack.io", &[("path", &path.display()), ("reason", source)]),
            Self::UnknownKind { path } => lang.fill("pack.import.unknown_kind", &[("path", &path.display())]),
            Self::BrokenPbf { path, offset, reason } => lang
                .fill("pack.import.broken_pbf", &[("path", &path.display()), ("offset", offset), ("reason", reason)]),
            Self::Broken { path, rows, reason } => {
                lang.fill("pack.import.broken", &[("path", &path.display()), ("rows", rows), ("reason", reason)])
            }
            Self::Bomb { path, limit_mib } => {
                lang.fill("pack.import.bomb", &[("path", &path.display()), ("limit", limit_mib)])
            }
            Self::TooMuch { path, what, limit } => {
                lang.fill("pack.import.too_much", &[("path", &path.display()), ("what", what), ("limit", limit)])
            }
            Self::NoPlaces { path, columns } => {
                lang.fill("pack.import.no_places", &[("path", &path.display()), ("columns", columns)])
            }
            Self::UnknownEncoding(name) => lang.fill("pack.import.unknown_encoding", &[("name", name)]),
            Self::Profile(reason) => lang.fill("pack.import.profile", &[("reason", reason)]),
            Self::UnknownKey { layer, key } => lang.fill("pack.import.unknown_key", &[("layer", layer), ("key", key)]),
            Self::Stopped => lang.text("pack.import.stopped").to_owned(),
            Self::CellsKept { path } => lang.fill("pack.import.cells_kept", &[("path", &path.display())]),
            Self::Ask(question) => question.words(lang),
            Self::Crs(error) => error.words(lang),
            Self::Pack(error) => error.words(lang),
        }
    }
}

impl Question {
    /// What the file says of its system, how many rows would lie in the district by which, and how to say it.
    pub fn words(&self, lang: Lang) -> String {
        let source = if self.table.is_empty() {
            self.path.display().to_string()
        } else {
            format!("{} ({})", self.path.display(), self.table)
        };
        let mut text = match &self.says {
            Some(crs) => lang.fill("pack.ask.elsewhere", &[("source", &source), ("crs", crs)]),
            None => lang.fill("pack.ask.unsaid", &[("source", &source)]),
        };
        for (reading, count) in &self.inside {
            let values: [(&str, &dyn std::fmt::Display); 3] =
                [("count", count), ("all", &self.looked_at), ("how", reading)];
            text.push('\n');
            text.push_str(&lang.fill("pack.ask.reading", &values));
        }
        text.push('\n');
        text.push_str(lang.text("pack.ask.say"));
        text
    }
}

impl RowName {
    /// The row in words, with its table where the file has several.
    pub fn words(&self, lang: Lang) -> String {
        let row = lang.fill(&format!("pack.row.{}", self.kind.key()), &[("number", &self.number)]);
        if self.table.is_empty() { row } else { format!("{} {row}", self.table) }
    }
}

impl SkipReason {
    /// Why, and what to do.
    pub fn words(&self, lang: Lang) -> String {
        let fill = |values: &[(&str, &dyn std::fmt::Display)]| lang.fill(&format!("pack.skip.{}", self.key()), values);
        match self {
            Self::NoNodes | Self::NoGeometry | Self::NoMiddle | Self::NotANumber | Self::EmptyArea => fill(&[]),
            Self::OpenRing { missing, open } => fill(&[("missing", missing), ("open", open)]),
            Self::NoCoordinate { column, text } if text.trim().is_empty() => {
                lang.fill("pack.skip.empty_coordinate", &[("column", column)])
            }
            Self::NoCoordinate { column, text } => fill(&[("column", column), ("text", text)]),
            Self::Swapped { x, y } => fill(&[("x", x), ("y", y)]),
            Self::Crosses { lon, lat } => fill(&[("lon", lon), ("lat", lat)]),
            Self::WrongShape { layer } => fill(&[("layer", layer)]),
            Self::WrongEncoding { column } | Self::NoValue { column } => fill(&[("column", column)]),
            Self::DuplicateCode { code, first } => fill(&[("code", code), ("first", first)]),
            Self::NoKey { key } => fill(&[("key", key)]),
            Self::UnclearKey { key, value } => fill(&[("key", key), ("value", value)]),
            Self::Ragged { found, wanted } => fill(&[("found", found), ("wanted", wanted)]),
            Self::NoPlace(error) => fill(&[("reason", &error.words(lang))]),
            Self::Unsound(reason) => fill(&[("reason", reason)]),
        }
    }
}

impl Skip {
    /// Which row of which file, and why it was left out.
    pub fn words(&self, lang: Lang) -> String {
        let (what, reason) = (self.what.words(lang), self.reason.words(lang));
        lang.fill("pack.skip.said", &[("path", &self.path.display()), ("what", &what), ("reason", &reason)])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spatial::crs::SourceCrs;

    #[test]
    fn a_refused_row_is_told_in_the_words_of_the_language() {
        let nowhere = SkipReason::NoPlace(CrsError::NoPlace { x: 216.2, y: 39.9, crs: SourceCrs::LonLat });
        assert_eq!(nowhere.words(Lang::ZhCn), "坐标 216.2, 39.9 不在 EPSG:4490 的有效范围内");
        assert!(nowhere.words(Lang::En).contains("no place"));
        let typed = |text: &str| SkipReason::NoCoordinate { column: "纬度".into(), text: text.into() };
        assert_eq!(typed("abc").words(Lang::ZhCn), "“纬度”列的“abc”不是坐标");
        assert_eq!(typed(" ").words(Lang::ZhCn), "“纬度”列没有坐标");
    }
}
