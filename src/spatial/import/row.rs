//! What every reader yields: one row after the other, never a whole file.

use std::fmt;

use geo::Geometry;

use super::report::SkipReason;
use super::{ImportError, Tags};
use crate::spatial::crs::SourceCrs;

/// What a source calls the things it consists of.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum RowKind {
    /// A GeoJSON, GeoPackage or FlatGeobuf feature.
    Feature,
    /// A line of a table, the header being row 1.
    Row,
    /// A record of a shapefile, from 1.
    Record,
    /// A KML placemark.
    Placemark,
    /// A GPX waypoint.
    Waypoint,
    /// A GPX route.
    Route,
    /// A GPX track.
    Track,
    /// An OpenStreetMap node, by its id.
    Node,
    /// An OpenStreetMap way, by its id.
    Way,
    /// An OpenStreetMap relation, by its id.
    Relation,
}

impl RowKind {
    /// The word of the text table's keys and of machine-readable reports.
    pub fn key(self) -> &'static str {
        match self {
            Self::Feature => "feature",
            Self::Row => "row",
            Self::Record => "record",
            Self::Placemark => "placemark",
            Self::Waypoint => "waypoint",
            Self::Route => "route",
            Self::Track => "track",
            Self::Node => "node",
            Self::Way => "way",
            Self::Relation => "relation",
        }
    }
}

/// Which row of a file: `feature 3`, `way 4711`, `Sheet1 row 17`.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct RowName {
    /// Table, sheet or layer where a file has several; else empty.
    pub table: String,
    /// What it is called there.
    pub kind: RowKind,
    /// Its number or id.
    pub number: i64,
}

impl fmt::Display for RowName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.table.is_empty() {
            write!(f, "{} ", self.table)?;
        }
        write!(f, "{} {}", self.kind.key(), self.number)
    }
}

/// One row of a source on its way in.
pub(super) struct Row {
    pub kind: RowKind,
    pub number: i64,
    /// Attributes by column name; what is empty is left out.
    pub tags: Tags,
    /// The shape in the numbers of the file, or why the row has none.
    pub geometry: Result<Geometry<f64>, SkipReason>,
}

/// Where readers put what they find. Rows are worked through one at a time; nothing of them is kept by the reader.
pub(super) trait Rows {
    /// A table, sheet or layer begins (empty for a file that is one). `says` is the system that the file names.
    fn begin(&mut self, table: &str, says: Option<SourceCrs>) -> Result<(), ImportError>;
    /// Takes a row.
    fn row(&mut self, row: Row) -> Result<(), ImportError>;
    /// So many bytes of the file have been worked through.
    fn told(&mut self, bytes: u64);
}

/// Why a reader stopped: the file is broken (in its words), or those who took the rows gave up.
pub(super) enum Stop {
    Broken(String),
    Given(ImportError),
}

impl From<ImportError> for Stop {
    fn from(error: ImportError) -> Self {
        Self::Given(error)
    }
}
