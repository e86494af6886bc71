//! ESRI Shapefile: a file for each layer and kind of shape, because one holds one kind only. Tables are UTF-8 and say so in
//! `.cpg`; the system stands in `.prj`. Field names have at most ten letters and values at most 254 bytes: what had to be
//! changed for that is told.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use geo::{Geometry, MultiLineString, MultiPolygon};
use shapefile::dbase::{FieldName, FieldValue, Record, TableWriterBuilder, encoding::UnicodeLossy};
use shapefile::{Multipoint, Point, Polygon, Polyline, ShapeWriter, Writer};

use super::part::{Fault, Watched, part_name, place, sync};
use super::survey::{Kind, LayerSurvey};
use super::{ExportError, Finished, Note, Reason, Sink, Survey, value};
use crate::spatial::crs_out::{TargetCrs, WktFlavour};
use crate::spatial::feature::{Feature, Layer};

/// Letters of a field's name.
const NAME_BYTES: usize = 10;
/// Bytes of a value.
const VALUE_BYTES: usize = 254;
/// The files of one; what makes it one comes last.
const ENDINGS: [&str; 5] = ["cpg", "prj", "dbf", "shx", "shp"];

pub(super) struct Files {
    /// Where the unfinished files lie.
    folder: PathBuf,
    target: PathBuf,
    fault: Fault,
    parts: BTreeMap<(Layer, Kind), Part>,
    crs: TargetCrs,
    prj: Option<String>,
    cut: BTreeMap<&'static str, u64>,
    renamed: BTreeMap<&'static str, String>,
}

struct Part {
    stem: String,
    writer: Writer<Watched>,
    columns: Vec<(&'static str, String)>,
    count: u64,
}

impl Files {
    pub fn create(survey: &Survey, crs: TargetCrs, out: &Path) -> Result<Self, ExportError> {
        let folder = part_name(out);
        let io = |source| ExportError::io(&folder, source);
        match std::fs::remove_dir_all(&folder) {
            Err(source) if source.kind() != std::io::ErrorKind::NotFound => return Err(io(source)),
            _ => {}
        }
        std::fs::create_dir(&folder).map_err(io)?;
        let prj = crs.definition(WktFlavour::Esri).map(|(_, wkt)| wkt);
        let mut files = Self {
            folder,
            target: out.to_owned(),
            fault: Fault::default(),
            parts: BTreeMap::new(),
            crs,
            prj,
            cut: BTreeMap::new(),
            renamed: BTreeMap::new(),
        };
        for (layer, kind, own, stem) in stems(survey, out) {
            let part = files.begin(stem, own)?;
            files.parts.insert((layer, kind), part);
        }
        Ok(files)
    }

    fn begin(&mut self, stem: String, own: &LayerSurvey) -> Result<Part, ExportError> {
        let mut table = TableWriterBuilder::with_encoding(UnicodeLossy);
        let mut columns: Vec<(&'static str, String)> = Vec::new();
        for (column, width) in &own.widths {
            let field = field_name(column, &columns);
            if field != *column {
                self.renamed.insert(column, field.clone());
            }
            let name = FieldName::try_from(field.as_str()).map_err(|error| self.refused(&error))?;
            let width = u8::try_from((*width).min(VALUE_BYTES)).unwrap_or(u8::MAX);
            table = table.add_character_field(name, width);
            columns.push((column, field));
        }
        if columns.is_empty() {
            // A table without fields is none.
            let name = FieldName::try_from("fid").map_err(|error| self.refused(&error))?;
            table = table.add_character_field(name, 12);
        }
        let file = |ending: &str| Watched::create(&self.folder.join(format!("{stem}.{ending}")), &self.fault);
        let shapes = ShapeWriter::with_shx(file("shp")?, file("shx")?);
        let writer = Writer::new(shapes, table.build_with_dest(file("dbf")?));
        Ok(Part { stem, writer, columns, count: 0 })
    }

    fn refused(&self, error: &dyn std::fmt::Display) -> ExportError {
        self.fault.or(&self.target, error)
    }
}

/// Layers and kinds of shape with the names of their files, without endings.
fn stems<'a>(survey: &'a Survey, out: &Path) -> Vec<(Layer, Kind, &'a LayerSurvey, String)> {
    // Those of several kinds as one feature fit into no file of one kind.
    let kinds = |own: &'a LayerSurvey| own.kinds.keys().copied().filter(|kind| *kind != Kind::Mixed);
    let all: usize = survey.layers.iter().map(|(_, own)| kinds(own).count()).sum();
    let stem = out.file_stem().unwrap_or_default().to_string_lossy();
    let name = |layer: Layer, kind: Kind, of_layer: usize| match (all, of_layer) {
        (1, _) => stem.to_string(),
        (_, 1) => format!("{stem}_{}", layer.table()),
        _ => format!("{stem}_{}_{}", layer.table(), kind.word()),
    };
    let of_layer = |(layer, own): &'a (Layer, LayerSurvey)| {
        let count = kinds(own).count();
        kinds(own).map(move |kind| (*layer, kind, own, count))
    };
    let each = survey.layers.iter().flat_map(of_layer);
    each.map(|(layer, kind, own, count)| (layer, kind, own, name(layer, kind, count))).collect()
}

/// All files that may be written.
pub(super) fn files(survey: &Survey, out: &Path) -> Vec<PathBuf> {
    let home = out.parent().unwrap_or(Path::new(""));
    let of_stem = |stem: String| ENDINGS.iter().rev().map(move |ending| home.join(format!("{stem}.{ending}")));
    stems(survey, out).into_iter().flat_map(|(.., stem)| of_stem(stem)).collect()
}

/// The first ten letters of a column; when another has them, the last give way to a number.
fn field_name(column: &str, taken: &[(&'static str, String)]) -> String {
    let short = |length: usize| column.chars().take(length).collect::<String>();
    let free = |name: &String| taken.iter().all(|(_, known)| known != name);
    let plain = short(NAME_BYTES);
    if free(&plain) {
        return plain;
    }
    (1..100).map(|number| format!("{}{number}", short(NAME_BYTES - 2))).find(free).unwrap_or(plain)
}

/// The longest beginning of whole letters that fits.
fn fitting(text: &str) -> &str {
    let end = (0..=VALUE_BYTES.min(text.len())).rev().find(|end| text.is_char_boundary(*end)).unwrap_or(0);
    text.get(..end).unwrap_or_default()
}

impl Sink for Files {
    fn take(&mut self, fid: i64, feature: &Feature) -> Result<Option<Reason>, ExportError> {
        let kind = Kind::of(&feature.geometry);
        let Some(part) = self.parts.get_mut(&(feature.layer, kind)) else {
            return Ok(Some(Reason::MixedShape));
        };
        let mut record = Record::default();
        for (column, field) in &part.columns {
            let own = value(feature, column);
            let kept = fitting(own);
            if kept.len() < own.len() {
                *self.cut.entry(column).or_insert(0) += 1;
            }
            record.insert(field.clone(), FieldValue::Character((!kept.is_empty()).then(|| kept.to_owned())));
        }
        if part.columns.is_empty() {
            record.insert("fid".to_owned(), FieldValue::Character(Some(fid.to_string())));
        }
        let written = match feature.geometry.clone() {
            Geometry::Point(at) => part.writer.write_shape_and_record(&Point::from(at), &record),
            Geometry::MultiPoint(points) => part.writer.write_shape_and_record(&Multipoint::from(points), &record),
            Geometry::LineString(line) => {
                part.writer.write_shape_and_record(&Polyline::from(MultiLineString(vec![line])), &record)
            }
            Geometry::MultiLineString(lines) => part.writer.write_shape_and_record(&Polyline::from(lines), &record),
            Geometry::Polygon(polygon) => {
                part.writer.write_shape_and_record(&Polygon::from(MultiPolygon(vec![polygon])), &record)
            }
            Geometry::MultiPolygon(polygons) => part.writer.write_shape_and_record(&Polygon::from(polygons), &record),
            _ => return Ok(Some(Reason::MixedShape)),
        };
        if let Err(error) = written {
            return Err(self.refused(&error));
        }
        part.count += 1;
        Ok(None)
    }

    fn finish(mut self: Box<Self>) -> Result<Finished, ExportError> {
        let write = |name: String, text: &str| {
            let path = self.folder.join(name);
            std::fs::write(&path, text).map_err(|source| ExportError::io(&path, source))
        };
        let home = self.target.parent().unwrap_or(Path::new("")).to_owned();
        let parts = std::mem::take(&mut self.parts);
        let several = parts.len() > 1;
        let (mut files, mut moves) = (Vec::new(), Vec::new());
        for Part { stem, writer, count, .. } in parts.into_values() {
            // Closing writes the heads.
            drop(writer);
            if let Some(fault) = self.fault.take(&self.target) {
                return Err(fault);
            }
            write(format!("{stem}.cpg"), "UTF-8")?;
            if let Some(prj) = &self.prj {
                write(format!("{stem}.prj"), prj)?;
            }
            for ending in ENDINGS {
                let name = format!("{stem}.{ending}");
                // Without a new description an older one goes: it is not that of this file.
                let from = Some(self.folder.join(&name)).filter(|from| from.exists());
                from.as_deref().map_or(Ok(()), sync)?;
                moves.push((from, home.join(name)));
            }
            files.push((home.join(format!("{stem}.shp")), count));
        }
        place(&moves, &self.folder)?;
        let mut notes: Vec<Note> =
            self.renamed.iter().map(|(column, field)| Note::Renamed { column, field: field.clone() }).collect();
        notes.extend(self.cut.iter().map(|(column, values)| Note::Cut { column, values: *values }));
        notes.extend(several.then_some(Note::Split));
        notes.extend(self.prj.is_none().then_some(Note::SystemUnsaid(self.crs)));
        Ok((files, notes))
    }
}

impl Drop for Files {
    fn drop(&mut self) {
        self.parts.clear();
        // After `finish` it is empty; before that, what lies in it is of no use.
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}
