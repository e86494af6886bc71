//! A selection of a pack as a file that other programs read: GeoPackage, GeoJSON, Shapefile, KML, CSV.
//!
//! The selection is read twice: once to know what is in it, once to write it, so memory does not grow with it. Each file is
//! written under a name of its own beside its target and takes the target's name when it is whole.

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

use std::path::{Path, PathBuf};

use geo::{Coord, Geometry, MapCoords};

pub use survey::{Kind, LayerSurvey, Survey};

use super::crs::CrsError;
use super::crs_out::TargetCrs;
use super::feature::Feature;
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
    /// Features that were left out: layer and `fid`, and why.
    pub refused: Vec<(String, String)>,
    /// How many were left out, the unnamed ones too.
    pub refused_count: u64,
    /// What else there is to know.
    pub notes: Vec<Note>,
}

/// Files with the number of features in each, and what else there is to know.
type Finished = (Vec<(PathBuf, u64)>, Vec<Note>);

/// Takes features of one export after the other, in the order of the survey's layers.
trait Sink {
    /// Takes a feature whose coordinates are in the target's system. `Ok(Some(reason))` leaves it out.
    fn take(&mut self, fid: i64, feature: &Feature) -> Result<Option<String>, ExportError>;
    /// Completes the files and gives them their names.
    fn finish(self: Box<Self>) -> Result<Finished, ExportError>;
}

/// Writes a selection of a pack into `out`, in the format that its name asks for.
///
/// # Errors
/// When nothing is selected, the format cannot hold the system, or something cannot be read or written.
pub fn export(
    pack: &Pack,
    selection: &Selection,
    crs: TargetCrs,
    out: &Path,
    mut progress: impl FnMut(u64, u64),
) -> Result<ExportReport, ExportError> {
    let format = Format::of(out).ok_or_else(|| ExportError::UnknownFormat(out.to_owned()))?;
    let survey = Survey::of(pack, selection)?;
    let total = survey.count();
    if total == 0 {
        return Err(ExportError::Nothing);
    }
    // A system that PROJ does not know is told before a file is begun.
    if crs.epsg().is_some() {
        crs.from_lonlat(LonLat::new(117.0, 40.0))?;
    }
    let mut sink: Box<dyn Sink> = match format {
        Format::GeoPackage => Box::new(geopackage::Geopackage::create(pack, &survey, crs, out)?),
        Format::GeoJson => Box::new(geojson_file::Collection::create(&survey, crs, out)?),
        Format::Shapefile => Box::new(shapefile::Files::create(&survey, crs, out)?),
        Format::Kml => Box::new(kml_file::Document::create(&survey, crs, out)?),
        Format::Csv => Box::new(csv_file::Table::create(&survey, crs, out)?),
    };
    let mut report = ExportReport::default();
    let mut failed = None;
    let mut done = 0;
    selection.each(pack, |fid, mut feature| {
        if failed.is_some() {
            return;
        }
        done += 1;
        progress(done, total);
        let outcome = match converted(&feature.geometry, crs) {
            Ok(geometry) => {
                feature.geometry = geometry;
                sink.take(fid, &feature)
            }
            Err(error) => Ok(Some(error.to_string())),
        };
        match outcome {
            Ok(None) => {}
            Ok(Some(reason)) => {
                report.refused_count += 1;
                if report.refused.len() < NAMED {
                    report.refused.push((format!("{} {fid}", feature.layer.table()), reason));
                }
            }
            Err(error) => failed = Some(error),
        }
    })?;
    if let Some(error) = failed {
        return Err(error);
    }
    (report.files, report.notes) = sink.finish()?;
    Ok(report)
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
