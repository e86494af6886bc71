//! Shapefiles: shapes from `.shp`, attributes from `.dbf` in the encoding that `.cpg`, the table or its bytes tell, the
//! coordinate system from `.prj`.
//!
//! Each record is cut out here by its own length and handed to the shapefile crate by itself, so that a broken one is one
//! refused row and a length that lies cannot make the crate reserve memory for it.

use std::fs;
use std::io::{BufReader, Cursor, Read, Seek, SeekFrom};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use dbase::encoding::EncodingRs;
use dbase::{FieldIndex, FieldValue};
use encoding_rs::{Encoding, GB18030};
use geo::{Coord, Geometry, LineString, MultiLineString, MultiPoint, Point};
use shapefile::{Shape, ShapeReader};

use super::input::{Guess, MAX_ROW_BYTES, encoding_named};
use super::report::SkipReason;
use super::rings::polygons;
use super::row::{Row, RowKind, Rows, Stop};
use super::{File, ImportError, Tags};
use crate::spatial::crs::SourceCrs;

const HEADER_BYTES: usize = 100;

/// Largest whole number up to which every one has a place of its own in the numbers of the table's reader.
const EXACT: f64 = 9_007_199_254_740_992.0;

pub(super) fn read(file: &File, rows: &mut dyn Rows) -> Result<(), Stop> {
    let io = |source| Stop::from(ImportError::Io { path: file.path.clone(), source });
    let mut shapes = BufReader::with_capacity(1 << 16, fs::File::open(&file.path).map_err(io)?);
    let mut header = [0; HEADER_BYTES];
    shapes.read_exact(&mut header).map_err(|_| Stop::Broken("its header is cut off".to_owned()))?;
    if !header.starts_with(&9994_i32.to_be_bytes()) {
        return Err(Stop::Broken("it does not begin like a shapefile".to_owned()));
    }
    let says = match beside(&file.path, "prj") {
        Some(prj) => {
            let bytes = fs::read(&prj).map_err(|source| ImportError::Io { path: prj, source })?;
            Some(system(&String::from_utf8_lossy(&bytes)))
        }
        None => None,
    };
    rows.begin("", says)?;
    let mut table = Table::open(file)?;
    let mut at = HEADER_BYTES as u64;
    let mut number = 0_usize;
    while at < file.size {
        let mut head = [0; 8];
        shapes
            .read_exact(&mut head)
            .map_err(|_| Stop::Broken(format!("the file ends inside the head at byte {at}")))?;
        let [_, _, _, _, a, b, c, d] = head;
        let words = u64::from(u32::from_be_bytes([a, b, c, d]));
        let bytes = words * 2;
        if bytes > file.size.saturating_sub(at + 8) || bytes > MAX_ROW_BYTES {
            return Err(Stop::Broken(format!(
                "the file ends inside the record at byte {at}, which claims {bytes} bytes"
            )));
        }
        let mut record = header.to_vec();
        // The length of a file that holds just this record, in words of two bytes.
        let length = u32::try_from(54 + words).unwrap_or(u32::MAX).to_be_bytes();
        record.splice(24..28, length);
        record.extend_from_slice(&head);
        let begin = record.len();
        record.resize(begin + usize::try_from(bytes).unwrap_or(0), 0);
        let body = record.get_mut(begin..).unwrap_or_default();
        shapes.read_exact(body).map_err(|error| Stop::Broken(error.to_string()))?;
        at += 8 + bytes;
        let (tags, is_deleted, fault) = table.as_mut().map_or_else(Default::default, |table| table.row(number));
        number += 1;
        if is_deleted {
            continue;
        }
        let geometry = match fault {
            Some(reason) => Err(reason),
            None => shape(record),
        };
        rows.row(Row { kind: RowKind::Record, number: number as i64, tags, geometry })?;
        if number.is_multiple_of(256) {
            rows.told(at);
        }
    }
    match table {
        Some(table) if table.records > number => {
            Err(Stop::Broken(format!("it holds {number} shapes and its .dbf {} rows: it is cut off", table.records)))
        }
        _ => Ok(()),
    }
}

/// The system of a `.prj`: its EPSG code where it names one, else what it describes.
pub(super) fn system(wkt: &str) -> SourceCrs {
    let wkt = wkt.trim_matches(['\u{feff}', ' ', '\r', '\n', '\0']);
    let last = wkt.rfind("AUTHORITY[\"EPSG\",").and_then(|at| wkt.get(at..));
    // Only what closes the whole text is the system's own code.
    let code = last.filter(|tail| tail.trim_end().ends_with("]]") && tail.matches('[').count() == 1).and_then(|tail| {
        let digits: String = tail.chars().skip(17).filter(char::is_ascii_digit).collect();
        digits.parse::<SourceCrs>().ok()
    });
    code.unwrap_or_else(|| SourceCrs::from_wkt(wkt))
}

/// The file beside this one with another ending, in whatever case.
fn beside(path: &Path, ending: &str) -> Option<PathBuf> {
    [ending.to_owned(), ending.to_uppercase()]
        .iter()
        .map(|ending| path.with_extension(ending))
        .find(|path| path.is_file())
}

fn shape(record: Vec<u8>) -> Result<Geometry<f64>, SkipReason> {
    let parsed = catch_unwind(AssertUnwindSafe(|| {
        let mut reader = ShapeReader::new(Cursor::new(record)).map_err(|error| error.to_string())?;
        reader.iter_shapes().next().ok_or("its record is empty")?.map_err(|error| error.to_string())
    }));
    let shape = parsed.unwrap_or_else(|_| Err("its numbers contradict each other".to_owned()));
    fn line<P: Copy>(points: &[P]) -> LineString<f64>
    where
        Coord<f64>: From<P>,
    {
        LineString(points.iter().map(|point| Coord::from(*point)).collect())
    }
    fn lines<P: Copy>(parts: &[Vec<P>]) -> Result<Geometry<f64>, SkipReason>
    where
        Coord<f64>: From<P>,
    {
        let mut lines: Vec<LineString<f64>> = parts.iter().map(|part| line(part)).collect();
        match lines.len() {
            0 => Err(SkipReason::NoGeometry),
            1 => lines.pop().map(Geometry::LineString).ok_or(SkipReason::NoGeometry),
            _ => Ok(MultiLineString(lines).into()),
        }
    }
    // Which rings are holes is told by what lies in what: the order of their points is wrong too often.
    fn area<P: Copy>(rings: &[shapefile::PolygonRing<P>]) -> Result<Geometry<f64>, SkipReason>
    where
        Coord<f64>: From<P>,
    {
        let rings: Vec<LineString<f64>> = rings.iter().map(|ring| line(ring.as_ref())).collect();
        if rings.iter().flat_map(|ring| &ring.0).any(|at| !(at.x.is_finite() && at.y.is_finite())) {
            return Err(SkipReason::NotANumber);
        }
        if rings.is_empty() {
            return Err(SkipReason::NoGeometry);
        }
        // A single ring keeps its shape even where it crosses itself, so that this can be told.
        let [only] = rings.as_slice() else {
            let mut areas = polygons(rings);
            return match areas.0.len() {
                0 => Err(SkipReason::EmptyArea),
                1 => areas.0.pop().map(Geometry::Polygon).ok_or(SkipReason::EmptyArea),
                _ => Ok(areas.into()),
            };
        };
        Ok(geo::Polygon::new(only.clone(), Vec::new()).into())
    }
    fn points<P: Copy>(points: &[P]) -> Result<Geometry<f64>, SkipReason>
    where
        Coord<f64>: From<P>,
    {
        Ok(MultiPoint(points.iter().map(|point| Point(Coord::from(*point))).collect()).into())
    }
    match shape.map_err(SkipReason::Unsound)? {
        Shape::NullShape => Err(SkipReason::NoGeometry),
        Shape::Point(point) => Ok(Point::new(point.x, point.y).into()),
        Shape::PointM(point) => Ok(Point::new(point.x, point.y).into()),
        Shape::PointZ(point) => Ok(Point::new(point.x, point.y).into()),
        Shape::Polyline(shape) => lines(shape.parts()),
        Shape::PolylineM(shape) => lines(shape.parts()),
        Shape::PolylineZ(shape) => lines(shape.parts()),
        Shape::Polygon(shape) => area(shape.rings()),
        Shape::PolygonM(shape) => area(shape.rings()),
        Shape::PolygonZ(shape) => area(shape.rings()),
        Shape::Multipoint(shape) => points(shape.points()),
        Shape::MultipointM(shape) => points(shape.points()),
        Shape::MultipointZ(shape) => points(shape.points()),
        Shape::Multipatch(_) => Err(SkipReason::Unsound("multipatch shapes are not read".to_owned())),
    }
}

/// The attributes of a shapefile.
struct Table {
    file: dbase::File<BufReader<fs::File>>,
    columns: Vec<String>,
    records: usize,
}

impl Table {
    fn open(file: &File) -> Result<Option<Self>, Stop> {
        let Some(path) = beside(&file.path, "dbf") else { return Ok(None) };
        let io = |source| Stop::from(ImportError::Io { path: path.clone(), source });
        let encoding = match file.encoding {
            Some(encoding) => encoding,
            None => encoding_of(&file.path, &path)?,
        };
        let size = fs::metadata(&path).map_err(io)?.len();
        let mut reader = BufReader::new(fs::File::open(&path).map_err(io)?);
        let mut head = [0; 12];
        let header_bytes = match reader.read_exact(&mut head) {
            Ok(()) => u64::from(u16::from_le_bytes([head[8], head[9]])),
            Err(_) => 0,
        };
        reader.rewind().map_err(io)?;
        let broken = |reason: String| Stop::Broken(format!("its .dbf: {reason}"));
        let opened = catch_unwind(AssertUnwindSafe(|| {
            dbase::File::open_with_encoding(reader, EncodingRs::from(encoding)).map_err(|error| error.to_string())
        }));
        let table = opened.unwrap_or_else(|_| Err("its header contradicts itself".to_owned())).map_err(broken)?;
        // A name is cut off after ten bytes, be it within a character.
        let name = |field: &dbase::FieldInfo| field.name().trim_end_matches('\u{fffd}').trim().to_owned();
        let columns: Vec<String> = table.fields().iter().map(name).collect();
        let records = table.num_records();
        let record_bytes: u64 = 1 + table.fields().iter().map(|field| u64::from(field.length())).sum::<u64>();
        if header_bytes.saturating_add(record_bytes.saturating_mul(records as u64)) > size {
            return Err(broken(format!("it claims {records} rows, which is more than it holds: it is cut off")));
        }
        Ok(Some(Self { file: table, columns, records }))
    }

    /// Attributes of a record, whether it is deleted, and why it cannot be read.
    fn row(&mut self, index: usize) -> (Tags, bool, Option<SkipReason>) {
        let mut tags = Tags::new();
        let columns = &self.columns;
        let file = &mut self.file;
        let read = catch_unwind(AssertUnwindSafe(|| {
            let Some(mut record) = file.record(index) else { return (false, None) };
            match record.is_deleted() {
                Ok(false) => {}
                Ok(true) => return (true, None),
                Err(error) => return (false, Some(SkipReason::Unsound(error.to_string()))),
            }
            for (slot, column) in columns.iter().enumerate() {
                let Some(mut field) = record.field(FieldIndex(slot)) else { continue };
                match field.read().map(words) {
                    Ok(Some(text)) if !text.is_empty() => {
                        tags.insert(column.clone(), text);
                    }
                    Ok(Some(_)) => {}
                    Ok(None) => {
                        let reason = format!("column {column}: the number is too long to be kept; make it text");
                        return (false, Some(SkipReason::Unsound(reason)));
                    }
                    Err(error) => {
                        return (false, Some(SkipReason::Unsound(format!("column {column}: {error}"))));
                    }
                }
            }
            (false, None)
        }));
        let (is_deleted, fault) =
            read.unwrap_or_else(|_| (false, Some(SkipReason::Unsound("its attributes cannot be read".to_owned()))));
        (tags, is_deleted, fault)
    }
}

/// `.cpg`, else the table's mark for GBK, else what its bytes look like.
fn encoding_of(shapes: &Path, table: &Path) -> Result<&'static Encoding, Stop> {
    if let Some(cpg) = beside(shapes, "cpg") {
        let text = fs::read(&cpg).map_err(|source| ImportError::Io { path: cpg, source })?;
        let text = String::from_utf8_lossy(&text);
        let name = text.trim_matches(['\u{feff}', ' ', '\r', '\n', '\0']);
        let name = name.strip_prefix("ANSI ").unwrap_or(name);
        if !name.is_empty() {
            return Ok(encoding_named(name)?);
        }
    }
    let io = |source| Stop::from(ImportError::Io { path: table.to_owned(), source });
    let mut file = fs::File::open(table).map_err(io)?;
    let mut head = [0; 32];
    if file.read_exact(&mut head).is_err() {
        return Ok(GB18030);
    }
    let [_, _, _, _, _, _, _, _, low, high, ..] = head;
    if head.get(29) == Some(&0x4D) {
        return Ok(GB18030);
    }
    let mut guess = Guess::default();
    // Column names are text too; the numbers between them hold no bytes above 127 that would count.
    file.seek(SeekFrom::Start(u64::from(u16::from_le_bytes([low, high])))).map_err(io)?;
    let mut block = vec![0; 1 << 16];
    loop {
        let count = file.read(&mut block).map_err(io)?;
        if count == 0 {
            return Ok(guess.encoding());
        }
        guess.take(block.get(..count).unwrap_or_default());
    }
}

/// The text of a value; `None` when it is a number that could not be kept exactly.
fn words(value: FieldValue) -> Option<String> {
    Some(match value {
        // Some programs fill the rest of a field with zeros instead of spaces.
        FieldValue::Character(text) => {
            text.unwrap_or_default().split('\0').next().unwrap_or_default().trim().to_owned()
        }
        FieldValue::Numeric(Some(number)) | FieldValue::Double(number) | FieldValue::Currency(number) => {
            if number.abs() >= EXACT {
                return None;
            }
            number.to_string()
        }
        FieldValue::Float(Some(number)) => number.to_string(),
        FieldValue::Integer(number) => number.to_string(),
        FieldValue::Logical(Some(yes)) => if yes { "yes" } else { "no" }.to_owned(),
        FieldValue::Date(Some(date)) => format!("{:04}-{:02}-{:02}", date.year(), date.month(), date.day()),
        FieldValue::DateTime(at) => {
            let date = at.date();
            format!("{:04}-{:02}-{:02}", date.year(), date.month(), date.day())
        }
        FieldValue::Memo(text) => text,
        FieldValue::Numeric(None) | FieldValue::Float(None) | FieldValue::Logical(None) | FieldValue::Date(None) => {
            String::new()
        }
    })
}
