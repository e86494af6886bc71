//! GPX: waypoints, routes and tracks, always longitude and latitude on WGS 84.

use geo::{Coord, Geometry, LineString, MultiLineString, Point};

use super::report::SkipReason;
use super::row::{Row, RowKind, Rows, Stop};
use super::table::number;
use super::xml::{Document, Step, attribute};
use super::{File, Tags};
use crate::spatial::crs::SourceCrs;

/// The waypoint, route or track that is open.
struct Thing {
    kind: RowKind,
    depth: usize,
    tags: Tags,
    lines: Vec<Vec<Coord<f64>>>,
    fault: Option<SkipReason>,
}

pub(super) fn read(file: &File, rows: &mut dyn Rows) -> Result<(), Stop> {
    let mut document = Document::open(file)?;
    rows.begin("", Some(SourceCrs::LonLat))?;
    let mut thing: Option<Thing> = None;
    let mut numbers = [0_i64; 3];
    loop {
        match document.step()? {
            Step::End => return Ok(()),
            Step::Open(name, attributes) => {
                let kind = match name.as_str() {
                    "wpt" => Some(RowKind::Waypoint),
                    "rte" => Some(RowKind::Route),
                    "trk" => Some(RowKind::Track),
                    "gpx" => continue,
                    _ if document.depth() <= 1 && thing.is_none() && name != "gpx" => {
                        return Err(Stop::Broken(format!("it begins with <{name}> and not with <gpx>")));
                    }
                    _ => None,
                };
                if let (Some(kind), None) = (kind, &thing) {
                    let depth = document.depth();
                    thing = Some(Thing { kind, depth, tags: Tags::new(), lines: vec![Vec::new()], fault: None });
                }
                let Some(thing) = &mut thing else { continue };
                match name.as_str() {
                    "trkseg" => thing.lines.push(Vec::new()),
                    "wpt" | "rtept" | "trkpt" => match place(&attributes) {
                        Ok(at) => thing.lines.last_mut().into_iter().for_each(|line| line.push(at)),
                        Err(reason) => {
                            thing.fault.get_or_insert(reason);
                        }
                    },
                    _ => {}
                }
            }
            Step::Close(name, text) => {
                let Some(open) = &mut thing else { continue };
                if matches!(name.as_str(), "wpt" | "rte" | "trk") {
                    let slot = match open.kind {
                        RowKind::Waypoint => 0,
                        RowKind::Route => 1,
                        _ => 2,
                    };
                    let count = numbers.get_mut(slot).map_or(0, |count| {
                        *count += 1;
                        *count
                    });
                    if let Some(done) = thing.take() {
                        rows.row(row(done, count))?;
                        document.meter.row_done();
                        rows.told(document.meter.file_bytes());
                    }
                } else if document.depth() == open.depth && !text.trim().is_empty() {
                    open.tags.insert(name, text.trim().to_owned());
                }
            }
        }
    }
}

fn row(thing: Thing, number: i64) -> Row {
    let Thing { kind, mut tags, lines, fault, .. } = thing;
    if kind == RowKind::Waypoint && !tags.contains_key("type") {
        // A symbol is what a device keeps the kind in.
        if let Some(symbol) = tags.get("sym").cloned() {
            tags.insert("type".to_owned(), symbol);
        }
    }
    let mut lines: Vec<LineString<f64>> = lines.into_iter().filter(|line| !line.is_empty()).map(LineString).collect();
    let geometry: Result<Geometry<f64>, SkipReason> = match (fault, kind) {
        (Some(reason), _) => Err(reason),
        (None, RowKind::Waypoint) => {
            let at = lines.first().and_then(|line| line.0.first()).copied();
            at.map(|at| Point(at).into()).ok_or(SkipReason::NoGeometry)
        }
        (None, _) if lines.len() <= 1 => lines.pop().map(Geometry::LineString).ok_or(SkipReason::NoGeometry),
        (None, _) => Ok(MultiLineString(lines).into()),
    };
    Row { kind, number, tags, geometry }
}

fn place(attributes: &[(String, String)]) -> Result<Coord<f64>, SkipReason> {
    let read = |name: &str| {
        let text = attribute(attributes, name).unwrap_or_default();
        number(text).ok_or_else(|| SkipReason::NoCoordinate { column: name.to_owned(), text: text.to_owned() })
    };
    Ok(Coord { x: read("lon")?, y: read("lat")? })
}
