//! What an import brought and what it did not.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde_json::{Value, json};

use super::profile::Profile;
use super::row::RowName;
use crate::spatial::crs::CrsError;
use crate::spatial::feature::Layer;

/// How many of the rows refused for one reason a report names; the rest are only counted.
const NAMED_SKIPS: u64 = 20;

/// What an import brought.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct ImportReport {
    /// Features of this import by layer.
    pub layers: BTreeMap<Layer, u64>,
    /// Rows read: accepted, refused and those no layer is for.
    pub rows: u64,
    /// Rows of which everything was kept.
    pub accepted: u64,
    /// Rows that no layer is for.
    pub unclassified: u64,
    /// Rows that belong to a layer and could not be kept, wholly or in part.
    pub skipped: u64,
    /// The first of them, for each reason.
    pub skips: Vec<Skip>,
    /// How many rows were refused, by [`SkipReason::key`].
    pub reasons: BTreeMap<&'static str, u64>,
    /// Areas whose outline crossed itself and was taken apart; the layer only shows, so they went in.
    pub mended: u64,
    /// What became of the rows in the pack, when it was updated by key.
    pub update: Option<UpdateCount>,
    /// The rules by which tables were mapped, given or proposed, ready to be kept and changed.
    pub profile: Profile,
    /// What was read from where.
    pub sources: Vec<SourceReport>,
    /// Whether nothing was changed because this was a trial.
    pub dry_run: bool,
}

/// What an update by key did.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct UpdateCount {
    /// Features whose key the pack did not hold.
    pub added: u64,
    /// Features that differed from those of the same key.
    pub changed: u64,
    /// Features that the pack holds already just so.
    pub unchanged: u64,
}

/// A table, sheet, layer or file that was read.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SourceReport {
    /// The file.
    pub path: PathBuf,
    /// The table in it, or empty.
    pub table: String,
    /// The system its numbers were taken to be in.
    pub crs: String,
    /// Rows read from it.
    pub rows: u64,
    /// The layer its columns were mapped to; `None` when the tags of each row decided.
    pub mapped: Option<Layer>,
    /// Its columns, each with the beginning of its first value.
    pub fields: BTreeMap<String, String>,
}

/// A row that was left out.
#[derive(Clone, PartialEq, Debug, thiserror::Error)]
#[error("{path}: {what}: {reason}")]
pub struct Skip {
    /// The file.
    pub path: PathBuf,
    /// Which row.
    pub what: RowName,
    /// Why.
    pub reason: SkipReason,
}

/// Why a row was left out.
#[derive(Clone, PartialEq, Debug, thiserror::Error)]
pub enum SkipReason {
    /// A way whose nodes lie outside the extract.
    #[error("none of its nodes is in the file")]
    NoNodes,
    /// A relation whose ways, as far as they are in the file, close to no ring.
    #[error("no closed ring ({missing} ways missing, {open} open)")]
    OpenRing {
        /// Ways that the file does not hold.
        missing: usize,
        /// Chains of ways that do not close.
        open: usize,
    },
    /// A row without a geometry, or with an empty one.
    #[error("it has no geometry")]
    NoGeometry,
    /// A point was wanted, and the shape has no middle.
    #[error("its shape has no middle")]
    NoMiddle,
    /// A coordinate is NaN or infinite.
    #[error("a coordinate is not a number")]
    NotANumber,
    /// Coordinates that cannot be read as numbers.
    #[error("column {column}: {text:?} is no coordinate")]
    NoCoordinate {
        /// The column.
        column: String,
        /// What stands there.
        text: String,
    },
    /// The place is off the globe as it stands, and in China when its numbers change places.
    #[error("{x}, {y} looks like latitude, longitude: the axes are swapped")]
    Swapped {
        /// First number as given.
        x: String,
        /// Second number as given.
        y: String,
    },
    /// The numbers are no place in the system they are said to be in.
    #[error("{0}")]
    NoPlace(CrsError),
    /// The outline of an area that has legal weight crosses itself.
    #[error("its outline crosses itself near {lon}, {lat}")]
    Crosses {
        /// Degrees east, six decimals.
        lon: String,
        /// Degrees north, six decimals.
        lat: String,
    },
    /// An area without extent, or with fewer than three different corners.
    #[error("its area is empty")]
    EmptyArea,
    /// The layer holds other shapes.
    #[error("layer {layer} holds no shapes of this kind")]
    WrongShape {
        /// Table of the layer.
        layer: &'static str,
    },
    /// Bytes that are no text in the encoding of the file.
    #[error("column {column} is no text in this encoding")]
    WrongEncoding {
        /// The column.
        column: String,
    },
    /// The same code twice.
    #[error("code {code} is already that of {first}")]
    DuplicateCode {
        /// The code.
        code: String,
        /// The row that has it.
        first: String,
    },
    /// An update needs a key, and the row has none.
    #[error("it has no {key} to find it by")]
    NoKey {
        /// The attribute.
        key: String,
    },
    /// An update finds several features under the key.
    #[error("{key} {value} stands for more than one feature of the pack")]
    UnclearKey {
        /// The attribute.
        key: String,
        /// Its value.
        value: String,
    },
    /// A profile wants a value that the row does not have.
    #[error("column {column} is empty or holds a value that the profile does not know")]
    NoValue {
        /// The columns that were asked.
        column: String,
    },
    /// A line of a table has more fields than the header.
    #[error("it has {found} fields, the header {wanted}")]
    Ragged {
        /// Fields of the row.
        found: usize,
        /// Fields of the header.
        wanted: usize,
    },
    /// Anything else, in the words of whoever noticed: a parser, the pack.
    #[error("{0}")]
    Unsound(String),
}

impl SkipReason {
    /// The word of the text table's keys and of machine-readable reports.
    pub fn key(&self) -> &'static str {
        match self {
            Self::NoNodes => "no_nodes",
            Self::OpenRing { .. } => "open_ring",
            Self::NoGeometry => "no_geometry",
            Self::NoMiddle => "no_middle",
            Self::NotANumber => "not_a_number",
            Self::NoCoordinate { .. } => "no_coordinate",
            Self::Swapped { .. } => "swapped",
            Self::NoPlace(_) => "no_place",
            Self::Crosses { .. } => "crosses",
            Self::EmptyArea => "empty_area",
            Self::WrongShape { .. } => "wrong_shape",
            Self::WrongEncoding { .. } => "wrong_encoding",
            Self::DuplicateCode { .. } => "duplicate_code",
            Self::NoKey { .. } => "no_key",
            Self::UnclearKey { .. } => "unclear_key",
            Self::NoValue { .. } => "no_value",
            Self::Ragged { .. } => "ragged",
            Self::Unsound(_) => "unsound",
        }
    }
}

impl ImportReport {
    pub(super) fn skip(&mut self, path: PathBuf, what: RowName, reason: SkipReason) {
        self.skipped += 1;
        let count = self.reasons.entry(reason.key()).or_default();
        *count += 1;
        if *count <= NAMED_SKIPS {
            self.skips.push(Skip { path, what, reason });
        }
    }

    /// The report for machines. Reasons are the keys of [`SkipReason::key`], words are English.
    pub fn to_json(&self) -> Value {
        let layers: BTreeMap<_, _> = self.layers.iter().map(|(layer, count)| (layer.table(), count)).collect();
        let refused: BTreeMap<_, _> = self
            .reasons
            .iter()
            .map(|(key, count)| {
                let first: Vec<Value> = self
                    .skips
                    .iter()
                    .filter(|skip| skip.reason.key() == *key)
                    .map(|skip| {
                        json!({
                            "path": skip.path.to_string_lossy(), "table": skip.what.table,
                            "kind": skip.what.kind.key(), "number": skip.what.number, "why": skip.reason.to_string(),
                        })
                    })
                    .collect();
                (*key, json!({ "count": count, "first": first }))
            })
            .collect();
        let sources: Vec<Value> = self
            .sources
            .iter()
            .map(|source| {
                json!({
                    "path": source.path.to_string_lossy(), "table": source.table, "crs": source.crs,
                    "rows": source.rows, "layer": source.mapped.map(Layer::table),
                })
            })
            .collect();
        let update = self
            .update
            .map(|count| json!({ "added": count.added, "changed": count.changed, "unchanged": count.unchanged }));
        json!({
            "dry_run": self.dry_run, "rows": self.rows, "accepted": self.accepted, "unclassified": self.unclassified,
            "refused": { "count": self.skipped, "reasons": refused }, "mended": self.mended, "layers": layers,
            "update": update, "sources": sources,
        })
    }
}
