//! Why an import was given up.

use std::path::PathBuf;

use super::survey::Question;
use crate::spatial::crs::CrsError;
use crate::spatial::pack::PackError;

/// Why an import was given up. Nothing of it is left behind, and the pack is as it was.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The file system refused.
    #[error("{path}: {source}")]
    Io {
        /// The file in question.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// None of the formats that can be read.
    #[error(
        "{path} is of no known kind: OSM PBF or XML, GeoJSON, shapefile, GeoPackage, KML, GPX, CSV, XLSX, FlatGeobuf, or a zip of these"
    )]
    UnknownKind {
        /// The file in question.
        path: PathBuf,
    },
    /// A PBF file is broken; everything before the offset could be read.
    #[error("{path}: broken at byte {offset}: {reason}")]
    BrokenPbf {
        /// The file in question.
        path: PathBuf,
        /// Where the blob begins that cannot be read.
        offset: u64,
        /// What is wrong with it.
        reason: String,
    },
    /// A file is broken or cut off.
    #[error("{path}: broken after {rows} rows: {reason}")]
    Broken {
        /// The file in question.
        path: PathBuf,
        /// How many rows could be read before.
        rows: u64,
        /// What is wrong, in the words of the parser.
        reason: String,
    },
    /// An archive or compressed file unpacks to more than may be.
    #[error("{path} unpacks to more than {limit_mib} MiB: it is refused as a zip bomb")]
    Bomb {
        /// The file in question.
        path: PathBuf,
        /// The limit in MiB.
        limit_mib: u64,
    },
    /// More than this program keeps in memory at once.
    #[error("{path}: more than {limit} {what}: cut the part out that you need")]
    TooMuch {
        /// The file in question.
        path: PathBuf,
        /// What there is too much of.
        what: &'static str,
        /// How much may be.
        limit: u64,
    },
    /// A table without columns that say where its rows are.
    #[error("{path}: no columns of coordinates or WKT among: {columns}")]
    NoPlaces {
        /// The file in question.
        path: PathBuf,
        /// The columns there are.
        columns: String,
    },
    /// An encoding that is none.
    #[error("encoding {0:?} is not known: give UTF-8, GBK, GB18030 or another name of the WHATWG list")]
    UnknownEncoding(String),
    /// A profile cannot be used.
    #[error("profile: {0}")]
    Profile(String),
    /// An update by something no layer of the import has.
    #[error("layer {layer} has no attribute {key:?} to update by")]
    UnknownKey {
        /// Table of the layer.
        layer: &'static str,
        /// The key.
        key: String,
    },
    /// It was given up from outside.
    #[error("stopped")]
    Stopped,
    /// Cells for a pack that keeps their history: codes that were given once would be lost from it.
    #[error("{path} keeps the history of its unit grid cells: change them there, or begin a new pack")]
    CellsKept {
        /// The pack.
        path: PathBuf,
    },
    /// The coordinate system has to be said.
    #[error("{0}")]
    Ask(Box<Question>),
    /// The coordinate system cannot be converted.
    #[error(transparent)]
    Crs(#[from] CrsError),
    /// The pack cannot be written.
    #[error(transparent)]
    Pack(#[from] PackError),
}
