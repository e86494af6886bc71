//! The troubles of map data in words for a person. What a parser or the system said stands in brackets, as it said it.

use super::crs::CrsError;
use super::import::{ImportError, Skip, SkipReason};
use super::pack::PackError;
use crate::base::text::Lang;

impl CrsError {
    /// What is wrong and what to do.
    pub fn words(&self, lang: Lang) -> String {
        match self {
            Self::UnknownName(name) => lang.fill("pack.crs.unknown", &[("name", name)]),
            Self::NoWay { code, reason } => lang.fill("pack.crs.no_way", &[("code", code), ("reason", reason)]),
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
            Self::BrokenGeoJson { path, features, reason } => lang.fill(
                "pack.import.broken_geojson",
                &[("path", &path.display()), ("features", features), ("reason", reason)],
            ),
            Self::Crs(error) => error.words(lang),
            Self::Pack(error) => error.words(lang),
        }
    }
}

impl Skip {
    /// Which thing of which file, and why it was left out.
    pub fn words(&self, lang: Lang) -> String {
        let reason = match &self.reason {
            SkipReason::NoNodes => lang.text("pack.skip.no_nodes").to_owned(),
            SkipReason::OpenRing { missing, open } => {
                lang.fill("pack.skip.open_ring", &[("missing", missing), ("open", open)])
            }
            SkipReason::NoGeometry => lang.text("pack.skip.no_geometry").to_owned(),
            SkipReason::NoMiddle => lang.text("pack.skip.no_middle").to_owned(),
            SkipReason::Unsound(reason) => reason.clone(),
        };
        lang.fill("pack.skip.said", &[("path", &self.path.display()), ("what", &self.what), ("reason", &reason)])
    }
}
