//! Map data from elsewhere into a map pack.
//!
//! Each format has a reader that yields rows (a shape in the numbers of the file, attributes as text, the row's number)
//! one after the other; one stage accepts or refuses them, whatever they came from.

mod accept;
mod classify;
mod csv_file;
mod error;
mod fgb;
mod geojson_file;
mod gpkg_file;
mod gpx;
mod input;
mod kind;
mod kml;
mod osm;
mod osm_pbf;
mod osm_xml;
pub mod profile;
mod report;
mod rings;
mod row;
mod shp;
mod sound;
mod survey;
mod table;
mod xlsx;
mod xml;
mod zipped;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use encoding_rs::Encoding;
use geo::MultiPolygon;

use super::feature::Layer;
use super::pack::{PackWriter, source_key};
use accept::Accept;
pub use error::ImportError;
use kind::Kind;
use profile::{Profile, TableRule};
pub use report::{ImportReport, Skip, SkipReason, SourceReport, UpdateCount};
pub use row::{RowKind, RowName};
use row::{Rows, Stop};
pub use survey::{Question, Reading};

pub use super::crs::{CrsError, SourceCrs};

/// Tags of a thing on the map, in the words of OpenStreetMap, or attributes by the names of their columns.
pub type Tags = BTreeMap<String, String>;

/// What becomes of the pack that lies at the target.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Mode {
    /// It is replaced by a new one.
    #[default]
    New,
    /// It is kept, and what comes in is added. Codes of cells and components that it holds already are refused.
    Append,
    /// The layers that something comes in for are emptied first; the others are kept.
    Replace,
    /// Features with the same key get what comes in, others are added, and nothing is taken away. An attribute that comes
    /// in empty leaves the old value.
    Update,
}

/// How an import is to be done.
#[derive(Clone, Debug)]
pub struct Options {
    /// The system of all files' numbers, whatever they say of themselves.
    pub crs: Option<SourceCrs>,
    /// Takes what the files say of their systems, or longitude and latitude where they say nothing, without asking.
    pub accept_crs: bool,
    /// The two numbers of each place change places.
    pub swap_axes: bool,
    /// The encoding of text (a WHATWG name, or GBK) where files are not to be believed.
    pub encoding: Option<String>,
    /// What becomes of foreign attributes; without it tags decide, or a mapping that is proposed from the columns.
    pub profile: Option<Profile>,
    /// What becomes of the pack at the target.
    pub mode: Mode,
    /// The attribute that an update finds features by.
    pub key: String,
    /// Everything is done but for the last step, so that nothing changes.
    pub dry_run: bool,
    /// Where the data should lie, in longitude and latitude.
    pub district: MultiPolygon<f64>,
    /// Set from outside, it ends the import at the next row with [`ImportError::Stopped`].
    pub stop: Arc<AtomicBool>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            crs: None,
            accept_crs: false,
            swap_axes: false,
            encoding: None,
            profile: None,
            mode: Mode::New,
            key: "code".to_owned(),
            dry_run: false,
            district: district_from_geojson(include_str!("../../../data/district_110107.geojson")).unwrap_or_else(
                |_| {
                    // A test reads the built-in boundary.
                    MultiPolygon(Vec::new())
                },
            ),
            stop: Arc::default(),
        }
    }
}

impl Options {
    /// The usual way, with the system of the files' numbers said.
    pub fn with_crs(crs: SourceCrs) -> Self {
        Self { crs: Some(crs), ..Self::default() }
    }
}

/// The areas of a GeoJSON text in longitude and latitude.
///
/// # Errors
/// When it is no GeoJSON, or holds no area.
pub fn district_from_geojson(text: &str) -> Result<MultiPolygon<f64>, String> {
    use geo::Geometry;
    let json: geojson::GeoJson = text.parse().map_err(|error: geojson::Error| error.to_string())?;
    let whole = geo::GeometryCollection::<f64>::try_from(&json).map_err(|error| error.to_string())?;
    let mut areas = Vec::new();
    for shape in whole {
        match shape {
            Geometry::Polygon(area) => areas.push(area),
            Geometry::MultiPolygon(several) => areas.extend(several),
            _ => {}
        }
    }
    if areas.is_empty() { Err("it holds no area".to_owned()) } else { Ok(MultiPolygon(areas)) }
}

/// How far an import has come, for a bar.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Progress {
    /// Bytes worked through.
    pub done_bytes: u64,
    /// Bytes to work through.
    pub total_bytes: u64,
}

/// A file as its reader sees it.
struct File<'a> {
    path: PathBuf,
    /// What a person knows it by: a file of an archive lies elsewhere while it is read.
    shown: PathBuf,
    kind: Kind,
    size: u64,
    encoding: Option<&'static Encoding>,
    profile: Option<&'a Profile>,
}

impl File<'_> {
    /// The profile's rule for a table of the file.
    fn rule(&self, table: &str) -> Option<&TableRule> {
        let stem = self.shown.file_stem().unwrap_or_default().to_string_lossy();
        self.profile.and_then(|profile| profile.rule(table, &stem))
    }
}

/// Reads the files into the pack at `into`, which becomes another only when all went well: a failed import leaves it as it
/// was.
///
/// `progress` is called now and then from the calling thread.
///
/// # Errors
/// When a file is broken (named with the place), the coordinate system has to be said ([`ImportError::Ask`]), or the pack
/// cannot be written. Single rows that cannot be kept are left out and reported.
pub fn import(
    files: &[PathBuf],
    into: &Path,
    options: &Options,
    mut progress: impl FnMut(Progress),
) -> Result<ImportReport, ImportError> {
    let profile = options.profile.as_ref();
    let given = match (&options.crs, profile.and_then(|profile| profile.crs.as_deref())) {
        (Some(crs), _) => Some(crs.clone()),
        (None, Some(named)) => Some(SourceCrs::from_argument(named)?),
        (None, None) => None,
    };
    if let Some(crs) = &given {
        crs.check()?;
    }
    let encoding = options.encoding.as_deref().or_else(|| profile.and_then(|profile| profile.encoding.as_deref()));
    let encoding = encoding.map(input::encoding_named).transpose()?;
    // Files of archives live here until the import is over.
    let mut unpacked = Vec::new();
    let mut plan = Vec::new();
    for path in files {
        let size = std::fs::metadata(path).map_err(|source| ImportError::Io { path: path.clone(), source })?.len();
        let kind = kind::of(path)?;
        let file = File { path: path.clone(), shown: path.clone(), kind, size, encoding, profile };
        if kind == Kind::Zip {
            plan.extend(members(&file, &mut unpacked)?);
        } else {
            plan.push(file);
        }
    }
    let total_bytes = plan.iter().map(|file| file.size).sum();
    let pack = match options.mode {
        Mode::New => PackWriter::create(into)?,
        Mode::Append | Mode::Replace | Mode::Update => PackWriter::reopen(into)?,
    };
    let mut accept = Accept::new(pack, options, given, &mut progress);
    let mut before = 0;
    for file in &plan {
        accept.open(&file.shown, before, total_bytes);
        read(file, &mut accept)?;
        accept.close()?;
        accept.told(file.size);
        before += file.size;
    }
    let Accept { mut pack, report, fed, replaced, .. } = accept;
    if fed.contains_key(&Layer::UnitGrids) && options.mode != Mode::New && pack.keeps_cells()? {
        return Err(ImportError::CellsKept { path: into.to_owned() });
    }
    if options.stop.load(Ordering::Relaxed) {
        return Err(ImportError::Stopped);
    }
    if options.dry_run {
        return Ok(report);
    }
    let names: BTreeSet<String> =
        files.iter().filter_map(|path| Some(path.file_name()?.to_string_lossy().into_owned())).collect();
    let systems: BTreeSet<String> = report.sources.iter().map(|source| source.crs.clone()).collect();
    for (key, values) in [("source", names), ("crs_from", systems)] {
        let mut all: BTreeSet<String> = pack.meta(key)?.split(", ").map(str::to_owned).collect();
        all.extend(values);
        let all: Vec<String> = all.into_iter().filter(|value| !value.is_empty()).collect();
        pack.set_meta(key, &all.join(", "))?;
    }
    for (layer, names) in fed {
        let key = source_key(layer);
        let before = if replaced.contains(&layer) { String::new() } else { pack.meta(&key)? };
        let mut all: BTreeSet<&str> = before.split(", ").filter(|name| !name.is_empty()).collect();
        all.extend(names.iter().map(String::as_str));
        pack.set_meta(&key, &all.into_iter().collect::<Vec<_>>().join(", "))?;
    }
    pack.finish()?;
    Ok(report)
}

/// The files of an archive that are map data.
fn members<'a>(archive: &File<'a>, unpacked: &mut Vec<tempfile::TempDir>) -> Result<Vec<File<'a>>, ImportError> {
    let io = |source| ImportError::Io { path: archive.path.clone(), source };
    let folder = tempfile::tempdir().map_err(io)?;
    let paths = zipped::unpack_into(&archive.path, folder.path()).map_err(|stop| told(archive, stop, 0))?;
    unpacked.push(folder);
    let mut files = Vec::new();
    for path in paths {
        let Some(kind) = kind::by_name(&path).filter(|kind| *kind != Kind::Zip) else { continue };
        let size = std::fs::metadata(&path).map_err(io)?.len();
        let shown = archive.shown.join(path.file_name().unwrap_or_default());
        files.push(File { path, shown, kind, size, encoding: archive.encoding, profile: archive.profile });
    }
    if files.is_empty() { Err(ImportError::UnknownKind { path: archive.path.clone() }) } else { Ok(files) }
}

fn read(file: &File, accept: &mut Accept<'_>) -> Result<(), ImportError> {
    let before = accept.report.rows;
    let outcome = match file.kind {
        Kind::Pbf => osm_pbf::read(&file.path, file.size, accept).map_err(Stop::Given),
        Kind::OsmXml => osm_xml::read(file, accept),
        Kind::GeoJson => geojson_file::read(file, accept),
        Kind::Shp => shp::read(file, accept),
        Kind::Gpkg => gpkg_file::read(file, accept),
        Kind::Kml => kml::read(file, accept),
        Kind::Gpx => gpx::read(file, accept),
        Kind::Csv => csv_file::read(file, accept),
        Kind::Xlsx => xlsx::read(file, accept),
        Kind::Fgb => fgb::read(file, accept),
        // Unpacked before, never an archive in an archive.
        Kind::Zip => Ok(()),
    };
    outcome.map_err(|stop| told(file, stop, accept.report.rows - before))
}

fn told(file: &File, stop: Stop, rows: u64) -> ImportError {
    match stop {
        Stop::Given(error) => error,
        Stop::Broken(reason) => ImportError::Broken { path: file.shown.clone(), rows, reason },
    }
}

/// The layers that features can go to, by the names that profiles use.
pub fn layer_names() -> impl Iterator<Item = &'static str> {
    Layer::ALL.into_iter().map(Layer::table)
}
