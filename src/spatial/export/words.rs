//! Exports in words for a person.

use super::{ExportError, LeftOut, Note, Reason};
use crate::base::text::Lang;
use crate::spatial::pack::PackError;

impl ExportError {
    /// Whether there was no room left on the disk.
    pub fn is_disk_full(&self) -> bool {
        match self {
            Self::DiskFull(_) => true,
            Self::Pack(error) => error.is_disk_full(),
            _ => false,
        }
    }

    /// What is wrong and what to do.
    pub fn words(&self, lang: Lang) -> String {
        match self {
            Self::UnknownFormat(path) => lang.fill("space.export.unknown_format", &[("path", &path.display())]),
            Self::Nothing => lang.text("space.export.nothing").to_owned(),
            Self::SystemUnfit { crs } => lang.fill("space.export.system_unfit", &[("crs", crs)]),
            Self::Exists(files) => {
                let names: Vec<String> = files.iter().map(|file| file.display().to_string()).collect();
                lang.fill("space.export.exists", &[("files", &names.join(", "))])
            }
            Self::IsPack(path) => lang.fill("space.export.is_pack", &[("path", &path.display())]),
            Self::IsFolder(path) => lang.fill("space.export.is_folder", &[("path", &path.display())]),
            Self::NoFolder(path) => lang.fill("space.export.no_folder", &[("path", &path.display())]),
            Self::InUse(path) => lang.fill("space.export.in_use", &[("path", &path.display())]),
            Self::Stopped => lang.text("space.export.stopped").to_owned(),
            Self::DiskFull(path) => lang.fill("space.export.disk_full", &[("path", &path.display())]),
            Self::Crs(error) => error.words(lang),
            Self::Pack(PackError::Io { path, .. } | PackError::Sql { path, .. }) if self.is_disk_full() => {
                lang.fill("space.export.disk_full", &[("path", &path.display())])
            }
            Self::Pack(error) => error.words(lang),
            Self::Io { path, source } => lang.fill("pack.io", &[("path", &path.display()), ("reason", source)]),
            Self::Writer { path, reason } => {
                lang.fill("space.export.writer", &[("path", &path.display()), ("reason", reason)])
            }
        }
    }
}

impl LeftOut {
    /// Which feature, and why it was left out.
    pub fn words(&self, lang: Lang) -> String {
        let reason = match &self.reason {
            Reason::MixedShape => lang.text("space.export.mixed_shape").to_owned(),
            Reason::NoPlace(why) => lang.fill("space.export.no_place", &[("why", &why.words(lang))]),
            Reason::Unreadable(why) => lang.fill("space.export.unreadable", &[("why", why)]),
        };
        let layer = self.layer.table();
        let name = lang.find(&format!("tool.layer.{layer}")).unwrap_or(layer);
        lang.fill("space.export.left_out", &[("layer", &name), ("fid", &self.fid), ("reason", &reason)])
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
