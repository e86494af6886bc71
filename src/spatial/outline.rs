//! Outlines that a person brings in a file: an area as GeoJSON or as well-known text.

use std::path::{Path, PathBuf};

use geo::{Geometry, MapCoords, MultiPolygon};

use super::crs::{CrsError, SourceCrs};
use super::plane::area_of;
use crate::base::text::Lang;

/// An outline is drawn by hand; a file beyond this is something else.
const MOST_BYTES: u64 = 64 << 20;

/// Why a file gives no outline.
#[derive(Debug, thiserror::Error)]
pub enum OutlineError {
    /// The file system refused.
    #[error("{path}: {source}")]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The file is neither GeoJSON nor well-known text of an area.
    #[error("{path} holds no area: {reason}")]
    NoArea {
        /// The file.
        path: PathBuf,
        /// What is missing or wrong.
        reason: String,
    },
    /// Its numbers are no places in the system they are said to be in.
    #[error(transparent)]
    Crs(#[from] CrsError),
}

impl OutlineError {
    /// Which file, what is wrong and what to do.
    pub fn words(&self, lang: Lang) -> String {
        match self {
            Self::Io { path, source } => lang.fill("pack.io", &[("path", &path.display()), ("reason", source)]),
            Self::NoArea { path, reason } => {
                lang.fill("pack.no_area", &[("path", &path.display()), ("reason", reason)])
            }
            Self::Crs(error) => error.words(lang),
        }
    }
}

/// The area in a file, all its polygons together, in longitude and latitude.
///
/// # Errors
/// When the file cannot be read, holds no area, or is not in the system it is said to be in.
pub fn read_area(path: &Path, crs: SourceCrs) -> Result<MultiPolygon<f64>, OutlineError> {
    let io = |source| OutlineError::Io { path: path.to_owned(), source };
    let no_area = |reason: String| OutlineError::NoArea { path: path.to_owned(), reason };
    crs.check()?;
    let size = std::fs::metadata(path).map_err(io)?.len();
    if size > MOST_BYTES {
        return Err(no_area(format!("it has {size} bytes, more than {MOST_BYTES}")));
    }
    let bytes = std::fs::read(path).map_err(io)?;
    let text = String::from_utf8(bytes).map_err(|error| no_area(error.to_string()))?;
    let text = text.trim_start_matches('\u{feff}').trim();
    let shapes = if text.starts_with(['{', '[']) { from_geojson(text) } else { from_wkt(text) };
    let polygons: Vec<_> = shapes.map_err(no_area)?.into_iter().filter_map(area_of).flat_map(|area| area.0).collect();
    if polygons.is_empty() {
        return Err(no_area("it has no polygon".to_owned()));
    }
    let area = MultiPolygon(polygons)
        .try_map_coords(|at| crs.to_lonlat(at.x, at.y).map(|lonlat| geo::Coord { x: lonlat.lon, y: lonlat.lat }))?;
    Ok(area)
}

fn from_geojson(text: &str) -> Result<Vec<Geometry<f64>>, String> {
    let told = |error: geojson::Error| error.to_string();
    let geojson: geojson::GeoJson = text.parse().map_err(told)?;
    let geometries: Vec<geojson::Geometry> = match geojson {
        geojson::GeoJson::Geometry(geometry) => vec![geometry],
        geojson::GeoJson::Feature(feature) => feature.geometry.into_iter().collect(),
        geojson::GeoJson::FeatureCollection(all) => all.features.into_iter().filter_map(|one| one.geometry).collect(),
    };
    geometries.into_iter().map(|geometry| Geometry::try_from(geometry).map_err(told)).collect()
}

fn from_wkt(text: &str) -> Result<Vec<Geometry<f64>>, String> {
    use wkt::TryFromWkt;
    Geometry::try_from_wkt_str(text).map(|geometry| vec![geometry]).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use geo::Area;

    use super::*;

    fn read(text: &str, crs: SourceCrs) -> Result<MultiPolygon<f64>, OutlineError> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("outline");
        std::fs::write(&path, text).unwrap();
        read_area(&path, crs)
    }

    #[test]
    fn areas_come_from_geojson_and_from_well_known_text() {
        let wkt = read("POLYGON((116.2 39.9, 116.3 39.9, 116.3 40.0, 116.2 39.9))", SourceCrs::LonLat).unwrap();
        let ring = "[[[116.2,39.9],[116.3,39.9],[116.3,40.0],[116.2,39.9]]]";
        let geometry = format!(r#"{{"type":"Polygon","coordinates":{ring}}}"#);
        let feature = format!(r#"{{"type":"Feature","properties":{{}},"geometry":{geometry}}}"#);
        let all = format!(r#"{{"type":"FeatureCollection","features":[{feature},{feature}]}}"#);
        assert_eq!(read(&geometry, SourceCrs::LonLat).unwrap(), wkt);
        assert_eq!(read(&format!("\u{feff}{feature}"), SourceCrs::LonLat).unwrap(), wkt);
        assert_eq!(read(&all, SourceCrs::LonLat).unwrap().0.len(), 2);
        let metres = "POLYGON((433000 4419000, 434000 4419000, 434000 4420000, 433000 4420000, 433000 4419000))";
        let area = read(metres, SourceCrs::Epsg(4548)).unwrap();
        assert!((crate::spatial::plane::ground_area(&area).unsigned_area() - 1e6).abs() < 0.1);
    }

    #[test]
    fn what_is_no_area_is_told() {
        for text in ["", "nonsense", "{}", "POINT(1 2)", r#"{"type":"Point","coordinates":[1,2]}"#] {
            let refused = read(text, SourceCrs::LonLat).unwrap_err();
            assert!(matches!(refused, OutlineError::NoArea { .. }), "{text}: {refused}");
        }
        let metres = "POLYGON((433000 4419000, 434000 4419000, 434000 4420000, 433000 4419000))";
        assert!(matches!(read(metres, SourceCrs::LonLat), Err(OutlineError::Crs(_))));
        let missing = read_area(Path::new("no/such/file"), SourceCrs::LonLat).unwrap_err();
        assert!(missing.words(Lang::En).contains("no/such/file"));
    }
}
