//! Exports in words for a person.

use super::{ExportError, Note};
use crate::base::text::Lang;

impl ExportError {
    /// What is wrong and what to do.
    pub fn words(&self, lang: Lang) -> String {
        match self {
            Self::UnknownFormat(path) => lang.fill("space.export.unknown_format", &[("path", &path.display())]),
            Self::Nothing => lang.text("space.export.nothing").to_owned(),
            Self::SystemUnfit { crs } => lang.fill("space.export.system_unfit", &[("crs", crs)]),
            Self::Crs(error) => error.words(lang),
            Self::Pack(error) => error.words(lang),
            Self::Io { path, source } => lang.fill("pack.io", &[("path", &path.display()), ("reason", source)]),
            Self::Writer { path, reason } => {
                lang.fill("space.export.writer", &[("path", &path.display()), ("reason", reason)])
            }
        }
    }
}

impl Note {
    /// What a person has to know.
    pub fn words(&self, lang: Lang) -> String {
        match self {
            Self::Renamed { column, field } => {
                lang.fill("space.export.renamed", &[("column", column), ("field", field)])
            }
            Self::Cut { column, values } => lang.fill("space.export.cut", &[("column", column), ("values", values)]),
            Self::Split => lang.text("space.export.split").to_owned(),
            Self::SystemUnsaid(crs) => lang.fill("space.export.system_unsaid", &[("crs", crs)]),
        }
    }
}
