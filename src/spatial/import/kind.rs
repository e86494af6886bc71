//! What kind of file it is: by its name, or by how it begins.

use std::io::Read;
use std::path::Path;

use super::{ImportError, input, zipped};

/// A format that can be read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Kind {
    Pbf,
    OsmXml,
    GeoJson,
    Shp,
    Gpkg,
    Kml,
    Gpx,
    Csv,
    Xlsx,
    Fgb,
    Zip,
}

/// By the name's ending; text formats may be packed by gzip.
pub(super) fn by_name(path: &Path) -> Option<Kind> {
    let name = path.file_name()?.to_str()?.to_ascii_lowercase();
    let (name, packed) = match name.strip_suffix(".gz") {
        Some(name) => (name, true),
        None => (name.as_str(), false),
    };
    let kind = match name.rsplit_once('.')?.1 {
        "pbf" => Kind::Pbf,
        "osm" => Kind::OsmXml,
        "geojson" | "json" => Kind::GeoJson,
        "shp" => Kind::Shp,
        "gpkg" => Kind::Gpkg,
        "kml" => Kind::Kml,
        "gpx" => Kind::Gpx,
        "csv" | "tsv" | "txt" => Kind::Csv,
        "xlsx" | "xlsm" => Kind::Xlsx,
        "fgb" => Kind::Fgb,
        "zip" | "kmz" => Kind::Zip,
        _ => return None,
    };
    let is_text = matches!(kind, Kind::OsmXml | Kind::GeoJson | Kind::Kml | Kind::Gpx | Kind::Csv);
    (is_text || !packed).then_some(kind)
}

/// By the name, else by the first bytes.
pub(super) fn of(path: &Path) -> Result<Kind, ImportError> {
    if let Some(kind) = by_name(path) {
        return Ok(kind);
    }
    let (reader, _) = input::open(path)?;
    let mut head = Vec::new();
    // What cannot be unpacked is of no known kind.
    let _ = reader.take(2048).read_to_end(&mut head);
    let unknown = || ImportError::UnknownKind { path: path.to_owned() };
    by_head(&head, path).ok_or_else(unknown)
}

fn by_head(head: &[u8], path: &Path) -> Option<Kind> {
    let text = String::from_utf8_lossy(head);
    let text = text.trim_start_matches(['\u{feff}', ' ', '\r', '\n', '\t']);
    if head.starts_with(b"PK\x03\x04") {
        let names = zipped::names(path, zipped::MAX_ARCHIVE_BYTES).ok()?;
        return Some(if names.iter().any(|name| name == "xl/workbook.xml") { Kind::Xlsx } else { Kind::Zip });
    }
    if head.starts_with(b"SQLite format 3\0") {
        Some(Kind::Gpkg)
    } else if head.starts_with(b"fgb\x03") {
        Some(Kind::Fgb)
    } else if head.starts_with(&9994_i32.to_be_bytes()) {
        Some(Kind::Shp)
    } else if head.windows(9).take(64).any(|bytes| bytes == b"OSMHeader") {
        Some(Kind::Pbf)
    } else if text.starts_with('{') {
        Some(Kind::GeoJson)
    } else if text.starts_with('<') {
        [("<osm", Kind::OsmXml), ("<kml", Kind::Kml), ("<gpx", Kind::Gpx)]
            .into_iter()
            .find(|(word, _)| text.contains(word))
            .map(|(_, kind)| kind)
    } else {
        None
    }
}
