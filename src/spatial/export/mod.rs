//! A selection of a pack as a file that other programs read: GeoPackage, GeoJSON, Shapefile, KML, CSV.
//!
//! The selection is read twice: once to know what is in it, once to write it, so memory does not grow with it. Each file is
//! written under a name of its own beside its target and takes the target's name when it is whole. What was there before stays
//! unless it was said that it may go, and stays too when the export fails or is stopped.

mod csv_file;
mod geojson_file;
mod geopackage;
mod kml_file;
mod part;
mod shapefile;
mod survey;
#[cfg(test)]
mod tests;
mod words;

use std::io;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use geo::{Coord, Geometry, MapCoords};

pub use survey::{Kind, LayerSurvey, Survey};

use super::crs::CrsError;
use super::crs_out::TargetCrs;
use super::feature::{Feature, Layer};
use super::pack::{Pack, PackError};
use super::select::Selection;
use crate::base::LonLat;

/// How many refused features a report names; the rest are only counted.
const NAMED: usize = 20;

/// A kind of file.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Format {
    /// `.gpkg`: each layer a table.
    GeoPackage,
    /// `.geojson`, `.json`: all layers in one collection.
    GeoJson,
    /// `.shp`: each layer and kind of shape a file.
    Shapefile,
    /// `.kml`: each layer a folder.
    Kml,
    /// `.csv`: all layers in one table.
    Csv,
}

impl Format {
    /// The format that a file's name asks for.
    pub fn of(path: &Path) -> Option<Self> {
        match path.extension()?.to_str()?.to_ascii_lowercase().as_str() {
            "gpkg" => Some(Self::GeoPackage),
            "geojson" | "json" => Some(Self::GeoJson),
            "shp" => Some(Self::Shapefile),
            "kml" => Some(Self::Kml),
            "csv" => Some(Self::Csv),
            _ => None,
        }
    }
}

/// Why nothing was exported. What was there before is still there.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// The file's name ends in nothing that says a format.
    #[error("{0} names no format: end it in .gpkg, .geojson, .shp, .kml or .csv")]
    UnknownFormat(PathBuf),
    /// Nothing is selected.
    #[error("nothing is selected")]
    Nothing,
    /// Files are there already and nobody has said that they may go.
    #[error("already there: {0:?}")]
    Exists(Vec<PathBuf>),
    /// The file is the map pack itself.
    #[error("{0} is the map pack that is exported from")]
    IsPack(PathBuf),
    /// A folder of that name is there.
    #[error("{0} is a folder")]
    IsFolder(PathBuf),
    /// The folder in which the file is to lie is not there.
    #[error("there is no folder {0}")]
    NoFolder(PathBuf),
    /// Another program has the GeoPackage open that was to be replaced.
    #[error("{0} is open in another program")]
    InUse(PathBuf),
    /// It was broken off.
    #[error("stopped")]
    Stopped,
    /// There is no room left.
    #[error("{0}: no room is left on the disk")]
    DiskFull(PathBuf),
    /// The format cannot hold numbers of the system.
    #[error("the format cannot hold {crs}")]
    SystemUnfit {
        /// The system.
        crs: TargetCrs,
    },
    /// The system is not known, or has no description.
    #[error(transparent)]
    Crs(#[from] CrsError),
    /// The pack cannot be read, or the GeoPackage not be written.
    #[error(transparent)]
    Pack(#[from] PackError),
    /// The file system refused.
    #[error("{path}: {source}")]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// A writer of the format refused.
    #[error("{path}: {reason}")]
    Writer {
        /// The file.
        path: PathBuf,
        /// What it said.
        reason: String,
    },
}

impl ExportError {
    fn io(path: &Path, source: io::Error) -> Self {
        let path = path.to_owned();
        match source.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Self::DiskFull(path),
            _ => Self::Io { path, source },
        }
    }
}

/// Something that a person has to know about an export that went well.
#[derive(Clone, PartialEq, Debug)]
pub enum Note {
    /// A field got another name, because the format's are short.
    Renamed {
        /// The column of the layer.
        column: &'static str,
        /// Its name in the file.
        field: String,
    },
    /// Values were cut off, because the format's are short.
    Cut {
        /// The column of the layer.
        column: &'static str,
        /// How many.
        values: u64,
    },
    /// Shapes were taken apart into a file for each kind.
    Split,
    /// The file cannot say that its numbers are in this system.
    SystemUnsaid(TargetCrs),
}

/// What was exported.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct ExportReport {
    /// The files, with the number of features in each.
    pub files: Vec<(PathBuf, u64)>,
    /// The first features that were left out.
    pub refused: Vec<LeftOut>,
    /// How many were left out, the unnamed ones too.
    pub refused_count: u64,
    /// What else there is to know.
    pub notes: Vec<Note>,
}

/// A feature that was left out.
#[derive(Clone, PartialEq, Debug)]
pub struct LeftOut {
    /// Its layer.
    pub layer: Layer,
    /// Its `fid`.
    pub fid: i64,
    /// Why.
    pub reason: Reason,
}

/// Why a feature was left out.
#[derive(Clone, PartialEq, Debug)]
pub enum Reason {
    /// The format holds shapes of one kind only, and this one has several.
    MixedShape,
    /// It lies where the system has no place; what was said of it.
    NoPlace(CrsError),
    /// Its row is gone or cannot be understood; what was said of it.
    Unreadable(String),
}

/// Where an export goes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Target<'a> {
    /// System of the numbers.
    pub crs: TargetCrs,
    /// The file; its ending says the format.
    pub out: &'a Path,
    /// What may be written over.
    pub overwrite: &'a Overwrite,
}

/// Which files may be written over.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub enum Overwrite {
    /// None.
    #[default]
    Nothing,
    /// These, about which a person was asked.
    These(Vec<PathBuf>),
    /// Any.
    Anything,
}

/// How far an export is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Progress {
    /// So many features have been looked at, nothing is written yet.
    Surveying(u64),
    /// So many of so many features are written.
    Writing(u64, u64),
}

/// Files with the number of features in each, and what else there is to know.
type Finished = (Vec<(PathBuf, u64)>, Vec<Note>);

/// Takes features of one export after the other, in the order of the survey's layers.
trait Sink {
    /// Takes a feature whose coordinates are in the target's system. `Ok(Some(reason))` leaves it out.
    fn take(&mut self, fid: i64, feature: &Feature) -> Result<Option<Reason>, ExportError>;
    /// Completes the files and gives them their names.
    fn finish(self: Box<Self>) -> Result<Finished, ExportError>;
}

/// Whether a file can be written at all in a system, as far as its name and the system tell: its format.
///
/// # Errors
/// When the name says no format, the format cannot hold the system, or the system is not known.
pub fn format_for(out: &Path, crs: TargetCrs) -> Result<Format, ExportError> {
    let format = Format::of(out).ok_or_else(|| ExportError::UnknownFormat(out.to_owned()))?;
    if crs.epsg().is_some() {
        crs.from_lonlat(LonLat::new(117.0, 40.0))?;
    }
    // KML knows nothing else.
    if format == Format::Kml && !crs.is_lonlat() {
        return Err(ExportError::SystemUnfit { crs });
    }
    Ok(format)
}

/// How many features are selected; none when `goes_on`, which hears how many were looked at, breaks off.
///
/// # Errors
/// When a table cannot be read.
pub fn count(
    pack: &Pack,
    selection: &Selection,
    goes_on: &mut dyn FnMut(u64) -> ControlFlow<()>,
) -> Result<Option<u64>, PackError> {
    let (mut found, mut looked_at, mut flow) = (0, 0, ControlFlow::Continue(()));
    selection.walk(pack, |_, _, chosen| {
        looked_at += 1;
        found += u64::from(chosen);
        flow = goes_on(looked_at);
        flow
    })?;
    Ok(flow.is_continue().then_some(found))
}

/// Writes a selection of a pack into a file, in the format that its name asks for. `goes_on` hears of every feature and may break
/// off.
///
/// # Errors
/// When nothing is selected, the format cannot hold the system, files are there that may not be written over, something cannot be
/// read or written, or it was broken off. What was there before is still there then.
pub fn export(
    pack: &Pack,
    selection: &Selection,
    target: &Target<'_>,
    goes_on: &mut dyn FnMut(Progress) -> ControlFlow<()>,
) -> Result<ExportReport, ExportError> {
    let Target { crs, out, overwrite } = *target;
    let format = format_for(out, crs)?;
    // Said before a long look at a large pack.
    may_lie(pack, out)?;
    let survey = Survey::of(pack, selection, &mut |looked_at| goes_on(Progress::Surveying(looked_at)))?;
    let survey = survey.ok_or(ExportError::Stopped)?;
    let total = survey.count();
    if total == 0 {
        return Err(ExportError::Nothing);
    }
    let files = match format {
        Format::Shapefile => shapefile::files(&survey, out),
        _ => vec![out.to_owned()],
    };
    may_replace(pack, &files, overwrite)?;
    let mut sink: Box<dyn Sink> = match format {
        Format::GeoPackage => Box::new(geopackage::Geopackage::create(pack, &survey, crs, out)?),
        Format::GeoJson => Box::new(geojson_file::Collection::create(&survey, crs, out)?),
        Format::Shapefile => Box::new(shapefile::Files::create(&survey, crs, out)?),
        Format::Kml => Box::new(kml_file::Document::create(&survey, out)?),
        Format::Csv => Box::new(csv_file::Table::create(&survey, crs, out)?),
    };
    let mut report = ExportReport::default();
    let (mut outcome, mut done) = (Ok(()), 0);
    let read = selection.walk(pack, |fid, feature, chosen| {
        if chosen {
            done += 1;
            outcome = write(sink.as_mut(), crs, fid, feature, &mut report);
        }
        if goes_on(Progress::Writing(done, total)).is_break() {
            outcome = Err(ExportError::Stopped);
        }
        if outcome.is_err() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    })?;
    outcome?;
    report.refused_count += read.skipped;
    for row in read.bad_rows {
        if let Some(layer) = Layer::from_table(row.table) {
            report.leave_out(layer, row.fid, Reason::Unreadable(row.reason));
        }
    }
    // Long enough for somebody else to have put something there.
    may_replace(pack, &files, overwrite)?;
    (report.files, report.notes) = sink.finish()?;
    Ok(report)
}

impl ExportReport {
    fn leave_out(&mut self, layer: Layer, fid: i64, reason: Reason) {
        if self.refused.len() < NAMED {
            self.refused.push(LeftOut { layer, fid, reason });
        }
    }
}

fn write(
    sink: &mut dyn Sink,
    crs: TargetCrs,
    fid: i64,
    mut feature: Feature,
    report: &mut ExportReport,
) -> Result<(), ExportError> {
    let reason = match converted(&feature.geometry, crs) {
        Ok(geometry) => {
            feature.geometry = geometry;
            sink.take(fid, &feature)?
        }
        Err(error) => Some(Reason::NoPlace(error)),
    };
    if let Some(reason) = reason {
        report.refused_count += 1;
        report.leave_out(feature.layer, fid, reason);
    }
    Ok(())
}

/// Whether a file may lie there, whatever is there.
fn may_lie(pack: &Pack, file: &Path) -> Result<(), ExportError> {
    // A bare name lies in the present folder.
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    if !folder.is_dir() {
        return Err(ExportError::NoFolder(folder.to_owned()));
    }
    if file.is_dir() {
        return Err(ExportError::IsFolder(file.to_owned()));
    }
    // By whatever name, link or detour.
    match (file.canonicalize(), pack.path().canonicalize()) {
        (Ok(one), Ok(other)) if one == other => Err(ExportError::IsPack(file.to_owned())),
        _ => Ok(()),
    }
}

/// Whether these files may be written, given what is there.
fn may_replace(pack: &Pack, files: &[PathBuf], overwrite: &Overwrite) -> Result<(), ExportError> {
    let mut there = Vec::new();
    for file in files {
        may_lie(pack, file)?;
        if file.symlink_metadata().is_err() {
            continue;
        }
        // What another program has not yet taken over from its log would be taken over into the new file.
        let log = |ending: &str| PathBuf::from([file.as_os_str(), ending.as_ref()].join("".as_ref()));
        if ["-wal", "-journal"].iter().any(|ending| log(ending).metadata().is_ok_and(|log| log.len() > 0)) {
            return Err(ExportError::InUse(file.clone()));
        }
        let may = match overwrite {
            Overwrite::Nothing => false,
            Overwrite::These(these) => these.contains(file),
            Overwrite::Anything => true,
        };
        if !may {
            there.push(file.clone());
        }
    }
    if there.is_empty() { Ok(()) } else { Err(ExportError::Exists(there)) }
}

fn converted(shape: &Geometry<f64>, crs: TargetCrs) -> Result<Geometry<f64>, CrsError> {
    shape.try_map_coords(|at| crs.from_lonlat(LonLat::new(at.x, at.y)).map(|(x, y)| Coord { x, y }))
}

/// The value of a column that every layer has, or of a further one.
fn value<'a>(feature: &'a Feature, column: &str) -> &'a str {
    match column {
        "class" => &feature.class,
        "code" => &feature.code,
        "name" => &feature.name,
        _ => feature.extra(column).unwrap_or_default(),
    }
}
