//! Map data from elsewhere into a map pack: OpenStreetMap PBF and GeoJSON.

mod classify;
mod geojson_file;
mod osm_pbf;
mod rings;

use std::collections::BTreeMap;
use std::io::Read;
use std::path::{Path, PathBuf};

use geo::{Geometry, MapCoords};

pub use super::crs::{CrsError, SourceCrs};
use super::feature::{Feature, Layer};
use super::pack::{PackError, PackWriter};
use crate::base::LonLat;

/// Tags of a thing on the map, in the words of OpenStreetMap.
pub type Tags = BTreeMap<String, String>;

/// How many of the things left out a report names; the rest are only counted.
const NAMED_SKIPS: usize = 50;

/// Why an import was given up. Nothing of it is left behind.
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
    /// Neither PBF nor GeoJSON.
    #[error("{path} is neither OpenStreetMap PBF (.pbf) nor GeoJSON (.geojson, .json)")]
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
    /// A GeoJSON file is broken as JSON.
    #[error("{path}: broken after feature {features}: {reason}")]
    BrokenGeoJson {
        /// The file in question.
        path: PathBuf,
        /// How many features could be read before.
        features: u64,
        /// What is wrong, with line and column.
        reason: String,
    },
    /// The coordinate system cannot be converted.
    #[error(transparent)]
    Crs(#[from] CrsError),
    /// The pack cannot be written.
    #[error(transparent)]
    Pack(#[from] PackError),
}

/// How far an import has come, for a bar.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Progress {
    /// Bytes worked through; a PBF file is read twice and counts twice.
    pub done_bytes: u64,
    /// Bytes to work through.
    pub total_bytes: u64,
}

/// What an import brought.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct ImportReport {
    /// Features by layer.
    pub layers: BTreeMap<Layer, u64>,
    /// Things with tags that no layer is for.
    pub unclassified: u64,
    /// Things that belong to a layer and could not be kept.
    pub skipped: u64,
    /// The first of them.
    pub skips: Vec<Skip>,
}

/// A thing that was left out.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{path}: {what}: {reason}")]
pub struct Skip {
    /// The file.
    pub path: PathBuf,
    /// Which thing: `way 4711`, `relation 12`, `feature 3`.
    pub what: String,
    /// Why.
    pub reason: SkipReason,
}

/// Why a thing was left out.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
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
    /// A feature without a geometry.
    #[error("it has no geometry")]
    NoGeometry,
    /// A point was wanted, and the shape has no middle.
    #[error("its shape has no middle")]
    NoMiddle,
    /// Anything else, in the words of whoever noticed: a parser, a projection, the pack.
    #[error("{0}")]
    Unsound(String),
}

/// Reads the files into one new pack at `into`, which replaces an older one only when all went well.
///
/// `crs` is the system of the files' numbers; `progress` is called now and then from the calling thread.
///
/// # Errors
/// When a file is broken (named with its offset or feature), the system is unknown, or the pack cannot be written.
/// Single things that cannot be kept are left out and reported.
pub fn import(
    files: &[PathBuf],
    into: &Path,
    crs: SourceCrs,
    mut progress: impl FnMut(Progress),
) -> Result<ImportReport, ImportError> {
    crs.check()?;
    let mut total_bytes = 0;
    let mut plan = Vec::new();
    for path in files {
        let size = std::fs::metadata(path).map_err(|source| ImportError::Io { path: path.clone(), source })?.len();
        let kind = kind_of(path)?;
        total_bytes += if kind == Kind::Pbf { 2 * size } else { size };
        plan.push((path, kind, size));
    }
    let mut sink = Sink { pack: PackWriter::create(into)?, crs, path: PathBuf::new(), report: ImportReport::default() };
    let names: Vec<_> = files.iter().filter_map(|path| path.file_name()?.to_str()).collect();
    sink.pack.set_meta("source", &names.join(", "))?;
    sink.pack.set_meta("crs_from", &crs.to_string())?;
    let mut before = 0;
    for (path, kind, size) in plan {
        sink.path = path.clone();
        let mut tell = |bytes: u64| progress(Progress { done_bytes: before + bytes, total_bytes });
        match kind {
            Kind::Pbf => osm_pbf::read(path, size, &mut sink, &mut tell)?,
            Kind::GeoJson => geojson_file::read(path, &mut sink, &mut tell)?,
        }
        before += if kind == Kind::Pbf { 2 * size } else { size };
        progress(Progress { done_bytes: before, total_bytes });
    }
    let Sink { pack, mut report, .. } = sink;
    report.layers = Layer::ALL.into_iter().map(|layer| (layer, pack.count(layer))).filter(|(_, n)| *n > 0).collect();
    pack.finish()?;
    Ok(report)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Pbf,
    GeoJson,
}

fn kind_of(path: &Path) -> Result<Kind, ImportError> {
    let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default().to_ascii_lowercase();
    match ending.as_str() {
        "pbf" => return Ok(Kind::Pbf),
        "geojson" | "json" => return Ok(Kind::GeoJson),
        _ => {}
    }
    let io = |source| ImportError::Io { path: path.to_owned(), source };
    let mut head = [0; 16];
    let count = std::fs::File::open(path).and_then(|mut file| file.read(&mut head)).map_err(io)?;
    let head = head.get(..count).unwrap_or_default();
    if head.trim_ascii_start().starts_with(b"{") {
        Ok(Kind::GeoJson)
    } else if head.windows(9).any(|bytes| bytes == b"OSMHeader") {
        Ok(Kind::Pbf)
    } else {
        Err(ImportError::UnknownKind { path: path.to_owned() })
    }
}

/// Where readers put what they found.
struct Sink {
    pack: PackWriter,
    crs: SourceCrs,
    path: PathBuf,
    report: ImportReport,
}

impl Sink {
    /// Converts, classifies and keeps a thing; `what` names it in the report.
    fn put(&mut self, tags: &Tags, geometry: &Geometry<f64>, what: impl Fn() -> String) -> Result<(), ImportError> {
        let drafts = classify::classify(tags, classify::Shape::of(geometry));
        if drafts.is_empty() {
            self.report.unclassified += 1;
            return Ok(());
        }
        let crs = self.crs;
        let geometry = match geometry.try_map_coords(|c| crs.to_lonlat(c.x, c.y).map(lonlat_coord)) {
            Ok(geometry) => geometry,
            Err(error) => {
                self.skip(what(), SkipReason::Unsound(error.to_string()));
                return Ok(());
            }
        };
        for draft in drafts {
            let Some(geometry) = draft.geometry(&geometry) else {
                self.skip(what(), SkipReason::NoMiddle);
                continue;
            };
            let feature = Feature {
                layer: draft.layer,
                class: draft.class,
                code: draft.code,
                name: draft.name,
                extra: draft.extra,
                geometry,
            };
            match self.pack.add(&feature) {
                Ok(_) => {}
                Err(PackError::BadShape { reason, .. }) => self.skip(what(), SkipReason::Unsound(reason)),
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }

    fn skip(&mut self, what: String, reason: SkipReason) {
        self.report.skipped += 1;
        if self.report.skips.len() < NAMED_SKIPS {
            self.report.skips.push(Skip { path: self.path.clone(), what, reason });
        }
    }
}

fn lonlat_coord(at: LonLat) -> geo::Coord<f64> {
    geo::Coord { x: at.lon, y: at.lat }
}
