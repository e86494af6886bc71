//! KML: placemarks in whatever folders, always longitude and latitude on WGS 84 by definition (and GCJ-02 in practice
//! where a Chinese web map made it, which the survey of the district finds out).

use geo::{Coord, Geometry, GeometryCollection, LineString, Point, Polygon};

use super::report::SkipReason;
use super::row::{Row, RowKind, Rows, Stop};
use super::xml::{Document, Step, attribute};
use super::{File, Tags};
use crate::spatial::crs::SourceCrs;

#[derive(Default)]
struct Placemark {
    tags: Tags,
    /// Name of the datum of `ExtendedData` that is open.
    datum: String,
    shapes: Vec<Geometry<f64>>,
    outer: Option<LineString<f64>>,
    holes: Vec<LineString<f64>>,
    in_hole: bool,
    in_area: bool,
    track: Vec<Coord<f64>>,
    fault: Option<SkipReason>,
}

pub(super) fn read(file: &File, rows: &mut dyn Rows) -> Result<(), Stop> {
    let mut document = Document::open(file)?;
    rows.begin("", Some(SourceCrs::LonLat))?;
    let mut open: Option<(usize, Placemark)> = None;
    let mut number = 0;
    loop {
        match document.step()? {
            Step::End => return Ok(()),
            Step::Open(name, attributes) => match (&mut open, name.as_str()) {
                (None, "Placemark") => {
                    let mut tags = Tags::new();
                    if let Some(id) = attribute(&attributes, "id") {
                        tags.insert("id".to_owned(), id.to_owned());
                    }
                    open = Some((document.depth(), Placemark { tags, ..Placemark::default() }));
                }
                (None, other) if document.depth() == 1 && !matches!(other, "kml" | "Document" | "Folder") => {
                    return Err(Stop::Broken(format!("it begins with <{name}> and not with <kml>")));
                }
                (Some((_, placemark)), "Data" | "SimpleData") => {
                    placemark.datum = attribute(&attributes, "name").unwrap_or_default().to_owned();
                }
                (Some((_, placemark)), "Polygon") => placemark.in_area = true,
                (Some((_, placemark)), "innerBoundaryIs") => placemark.in_hole = true,
                _ => {}
            },
            Step::Close(name, text) => {
                let Some((depth, placemark)) = &mut open else { continue };
                if name == "Placemark" {
                    number += 1;
                    if let Some((_, done)) = open.take() {
                        rows.row(done.row(number))?;
                        document.meter.row_done();
                        rows.told(document.meter.file_bytes());
                    }
                } else {
                    placemark.close(&name, text.trim(), document.depth() == *depth);
                }
            }
        }
    }
}

impl Placemark {
    /// An element ends; `own` when it stands directly in the placemark.
    fn close(&mut self, name: &str, text: &str, own: bool) {
        match name {
            "name" | "description" | "address" | "phoneNumber" | "styleUrl" if own && !text.is_empty() => {
                self.tags.insert(name.to_owned(), text.to_owned());
            }
            "value" | "SimpleData" if !self.datum.is_empty() && !text.is_empty() => {
                self.tags.insert(self.datum.clone(), text.to_owned());
            }
            "Data" => self.datum.clear(),
            "coordinates" => match coordinates(text) {
                Ok(line) if self.in_area && self.in_hole => self.holes.push(line),
                Ok(line) if self.in_area => self.outer = Some(line),
                Ok(line) => self.track = line.0,
                Err(reason) => {
                    self.fault.get_or_insert(reason);
                }
            },
            "coord" => match coordinate(text, char::is_whitespace) {
                Ok(at) => self.track.push(at),
                Err(reason) => {
                    self.fault.get_or_insert(reason);
                }
            },
            "Point" => {
                self.shapes.extend(std::mem::take(&mut self.track).first().map(|at| Geometry::Point(Point(*at))))
            }
            "LineString" | "Track" => {
                let line = std::mem::take(&mut self.track);
                self.shapes.extend((!line.is_empty()).then_some(Geometry::LineString(LineString(line))));
            }
            "LinearRing" if !self.in_area => {
                let ring = LineString(std::mem::take(&mut self.track));
                self.shapes.extend((!ring.0.is_empty()).then(|| Polygon::new(ring, Vec::new()).into()));
            }
            "innerBoundaryIs" => self.in_hole = false,
            "Polygon" => {
                self.in_area = false;
                let holes = std::mem::take(&mut self.holes);
                self.shapes.extend(self.outer.take().map(|outer| Polygon::new(outer, holes).into()));
            }
            _ => {}
        }
    }

    fn row(mut self, number: i64) -> Row {
        let geometry = match (self.fault, self.shapes.len()) {
            (Some(reason), _) => Err(reason),
            (None, 0 | 1) => self.shapes.pop().ok_or(SkipReason::NoGeometry),
            (None, _) => Ok(gathered(self.shapes)),
        };
        Row { kind: RowKind::Placemark, number, tags: self.tags, geometry }
    }
}

/// Shapes of one kind as one, others as a collection.
pub(super) fn gathered(shapes: Vec<Geometry<f64>>) -> Geometry<f64> {
    let (mut areas, mut lines, mut points) = (Vec::new(), Vec::new(), Vec::new());
    for shape in &shapes {
        match shape {
            Geometry::Polygon(area) => areas.push(area.clone()),
            Geometry::LineString(line) => lines.push(line.clone()),
            Geometry::Point(point) => points.push(*point),
            _ => return Geometry::GeometryCollection(GeometryCollection(shapes)),
        }
    }
    if areas.len() == shapes.len() {
        geo::MultiPolygon(areas).into()
    } else if lines.len() == shapes.len() {
        geo::MultiLineString(lines).into()
    } else if points.len() == shapes.len() {
        geo::MultiPoint(points).into()
    } else {
        Geometry::GeometryCollection(GeometryCollection(shapes))
    }
}

fn coordinates(text: &str) -> Result<LineString<f64>, SkipReason> {
    text.split_whitespace()
        .map(|tuple| coordinate(tuple, |letter| letter == ','))
        .collect::<Result<_, _>>()
        .map(LineString)
}

/// Longitude and latitude of a tuple; a height after them is passed over.
fn coordinate(tuple: &str, between: impl Fn(char) -> bool) -> Result<Coord<f64>, SkipReason> {
    let mut numbers = tuple.split(between).map(|part| part.trim().parse::<f64>());
    match (numbers.next(), numbers.next()) {
        (Some(Ok(x)), Some(Ok(y))) => Ok(Coord { x, y }),
        _ => Err(SkipReason::NoCoordinate { column: "coordinates".to_owned(), text: tuple.chars().take(60).collect() }),
    }
}
