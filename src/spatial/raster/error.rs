//! What can be wrong with a source of tiles, told so that a person knows what to do.

use std::path::PathBuf;

use crate::base::text::Lang;

/// A file of tiles that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum RasterError {
    /// The system would not let it be read.
    #[error("{} cannot be read: {source}", .path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// It is of no kind that is known.
    #[error("{} is neither MBTiles nor PMTiles (version 3)", .path.display())]
    UnknownKind {
        /// The file.
        path: PathBuf,
    },
    /// It says what it is and does not keep to it.
    #[error("{} is broken: {reason}", .path.display())]
    Broken {
        /// The file.
        path: PathBuf,
        /// Where.
        reason: String,
    },
    /// Its tiles hold shapes and no pictures.
    #[error("{} holds vector tiles, not pictures", .path.display())]
    Vector {
        /// The file.
        path: PathBuf,
    },
    /// It is sound, but of a kind that is not read here.
    #[error("{} uses {what}, which cannot be read", .path.display())]
    Unsupported {
        /// The file.
        path: PathBuf,
        /// What it uses.
        what: String,
    },
}

impl RasterError {
    /// Which file, what is wrong and what to do.
    pub fn words(&self, lang: Lang) -> String {
        match self {
            Self::Io { path, source } => lang.fill("pack.io", &[("path", &path.display()), ("reason", source)]),
            Self::UnknownKind { path } => lang.fill("space.raster.unknown_kind", &[("path", &path.display())]),
            Self::Broken { path, reason } => {
                lang.fill("space.raster.broken", &[("path", &path.display()), ("reason", reason)])
            }
            Self::Vector { path } => lang.fill("space.raster.vector", &[("path", &path.display())]),
            Self::Unsupported { path, what } => {
                lang.fill("space.raster.unsupported", &[("path", &path.display()), ("what", what)])
            }
        }
    }
}

/// Why an address was not taken. None of these repeats the address: it may hold a key.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum AddressFault {
    /// It does not begin with `http://` or `https://` and a host.
    #[error("it is no http or https address")]
    Scheme,
    /// A place for column, row or level is missing.
    #[error("{{{0}}} is missing")]
    Missing(&'static str),
    /// Something in braces that is not known.
    #[error("{{{0}}} is not known")]
    Unknown(String),
    /// It asks for a key and there is none.
    #[error("a key is wanted")]
    NoKey,
    /// It is longer than any good one.
    #[error("it is longer than {0} characters")]
    Long(usize),
}

impl AddressFault {
    /// What is wrong and how to write it.
    pub fn words(&self, lang: Lang) -> String {
        match self {
            Self::Scheme => lang.text("space.raster.address_scheme").to_owned(),
            Self::Missing(name) => lang.fill("space.raster.address_missing", &[("name", name)]),
            Self::Unknown(name) => lang.fill("space.raster.address_unknown", &[("name", name)]),
            Self::NoKey => lang.text("space.raster.address_no_key").to_owned(),
            Self::Long(most) => lang.fill("space.raster.address_long", &[("most", most)]),
        }
    }
}
