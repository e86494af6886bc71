//! OpenStreetMap XML, plain or packed by gzip: read twice, like PBF.

use geo::Point;

use super::osm::{Gathered, MAX_NODES};
use super::report::SkipReason;
use super::row::{Row, RowKind, Rows, Stop};
use super::xml::{Document, Step, attribute};
use super::{File, ImportError, Tags};
use crate::spatial::crs::SourceCrs;

/// An element with its tags and what it refers to.
#[derive(Default)]
struct Thing {
    id: i64,
    lon: f64,
    lat: f64,
    tags: Tags,
    refs: Vec<i64>,
    fault: Option<String>,
}

pub(super) fn read(file: &File, rows: &mut dyn Rows) -> Result<(), Stop> {
    rows.begin("", Some(SourceCrs::LonLat))?;
    let mut all = Gathered::default();
    each(file, 0, rows, &mut |kind, thing, _| {
        match kind {
            RowKind::Node if thing.fault.is_none() => {
                all.nodes.push((thing.id, e7(thing.lon), e7(thing.lat)));
                if all.nodes.len() > MAX_NODES {
                    let (what, limit) = ("nodes", MAX_NODES as u64);
                    return Err(ImportError::TooMuch { path: file.shown.clone(), what, limit });
                }
            }
            RowKind::Relation => all.relation(thing.id, thing.tags, thing.refs),
            _ => {}
        }
        Ok(())
    })?;
    all.sort();
    each(file, file.size, rows, &mut |kind, thing, rows| match kind {
        RowKind::Node if !thing.tags.is_empty() => {
            let geometry = match thing.fault {
                Some(text) => Err(SkipReason::NoCoordinate { column: "lon, lat".to_owned(), text }),
                None => Ok(Point::new(thing.lon, thing.lat).into()),
            };
            rows.row(Row { kind, number: thing.id, tags: thing.tags, geometry })
        }
        RowKind::Way => match all.way(thing.id, thing.refs.into_iter(), thing.tags) {
            Some(row) => rows.row(row),
            None => Ok(()),
        },
        _ => Ok(()),
    })?;
    Ok(all.areas(rows)?)
}

/// Hundred-nanodegrees, as PBF keeps them.
fn e7(degrees: f64) -> i32 {
    // Degrees are below 180 here, which fits.
    (degrees * 1e7).round() as i32
}

type Each<'a> = dyn FnMut(RowKind, Thing, &mut dyn Rows) -> Result<(), ImportError> + 'a;

fn each(file: &File, before: u64, rows: &mut dyn Rows, take: &mut Each<'_>) -> Result<(), Stop> {
    let mut document = Document::open(file)?;
    let mut open: Option<(RowKind, Thing)> = None;
    let mut count = 0_u64;
    loop {
        match document.step()? {
            Step::End => return Ok(()),
            Step::Open(name, attributes) => {
                let value = |key: &str| attribute(&attributes, key).unwrap_or_default();
                let kind = match name.as_str() {
                    "node" => RowKind::Node,
                    "way" => RowKind::Way,
                    "relation" => RowKind::Relation,
                    "tag" => {
                        if let Some((_, thing)) = &mut open {
                            thing.tags.insert(value("k").to_owned(), value("v").to_owned());
                        }
                        continue;
                    }
                    "nd" | "member" => {
                        if let Some((_, thing)) = &mut open
                            && (name == "nd" || value("type") == "way")
                            && let Ok(id) = value("ref").parse()
                        {
                            thing.refs.push(id);
                        }
                        continue;
                    }
                    "osm" => continue,
                    other if document.depth() <= 1 && count == 0 && open.is_none() && !is_head(other) => {
                        return Err(Stop::Broken(format!("it begins with <{other}> and not with <osm>")));
                    }
                    _ => continue,
                };
                let Ok(id) = value("id").parse() else {
                    return Err(Stop::Broken(format!("a {name} has no number: {:?}", value("id"))));
                };
                let (lon, lat) = (value("lon").parse::<f64>(), value("lat").parse::<f64>());
                let mut thing = Thing { id, ..Thing::default() };
                match (lon, lat) {
                    (Ok(lon), Ok(lat)) if lon.abs() <= 180.0 && lat.abs() <= 90.0 => {
                        (thing.lon, thing.lat) = (lon, lat);
                    }
                    _ => thing.fault = Some(format!("{}, {}", value("lon"), value("lat"))),
                }
                open = Some((kind, thing));
            }
            Step::Close(name, _) => {
                if matches!(name.as_str(), "node" | "way" | "relation")
                    && let Some((kind, thing)) = open.take()
                {
                    count += 1;
                    take(kind, thing, rows)?;
                    document.meter.row_done();
                    if count.is_multiple_of(4096) {
                        rows.told((before + document.meter.file_bytes()) / 2);
                    }
                }
            }
        }
    }
}

fn is_head(name: &str) -> bool {
    matches!(name, "note" | "meta" | "bounds" | "bound")
}
