//! ESRI Shapefile: a file for each layer and kind of shape, because one holds one kind only. Tables are UTF-8 and say so in
//! `.cpg`; the system stands in `.prj`. Field names have at most ten letters and values at most 254 bytes: what had to be
//! changed for that is told.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::BufWriter;
use std::path::{Path, PathBuf};

use geo::{Geometry, MultiLineString, MultiPolygon};
use shapefile::dbase::{FieldName, FieldValue, Record, TableWriterBuilder, encoding::UnicodeLossy};
use shapefile::{Multipoint, Point, Polygon, Polyline, Writer};

use super::part::part_name;
use super::survey::{Kind, LayerSurvey};
use super::{ExportError, Finished, Note, Sink, Survey, value};
use crate::spatial::crs_out::{TargetCrs, WktFlavour};
use crate::spatial::feature::{Feature, Layer};

/// Letters of a field's name.
const NAME_BYTES: usize = 10;
/// Bytes of a value.
const VALUE_BYTES: usize = 254;

pub(super) struct Files {
    /// Where the unfinished files lie.
    folder: PathBuf,
    target: PathBuf,
    parts: BTreeMap<(Layer, Kind), Part>,
    crs: TargetCrs,
    prj: Option<String>,
    cut: BTreeMap<&'static str, u64>,
    renamed: BTreeMap<&'static str, String>,
}

struct Part {
    stem: String,
    writer: Writer<BufWriter<File>>,
    columns: Vec<(&'static str, String)>,
    count: u64,
}

impl Files {
    pub fn create(survey: &Survey, crs: TargetCrs, out: &Path) -> Result<Self, ExportError> {
        let folder = part_name(out);
        let io = |source| ExportError::Io { path: folder.clone(), source };
        match std::fs::remove_dir_all(&folder) {
            Err(source) if source.kind() != std::io::ErrorKind::NotFound => return Err(io(source)),
            _ => {}
        }
        std::fs::create_dir(&folder).map_err(io)?;
        let prj = crs.definition(WktFlavour::Esri).map(|(_, wkt)| wkt);
        let mut files = Self {
            folder,
            target: out.to_owned(),
            parts: BTreeMap::new(),
            crs,
            prj,
            cut: BTreeMap::new(),
            renamed: BTreeMap::new(),
        };
        // Those of several kinds as one feature fit into no file of one kind.
        let wanted =
            survey.layers.iter().flat_map(|(layer, own)| own.kinds.keys().map(move |kind| (*layer, *kind, own)));
        let wanted: Vec<_> = wanted.filter(|(_, kind, _)| *kind != Kind::Mixed).collect();
        let stem = out.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        for (layer, kind, own) in &wanted {
            let kinds = wanted.iter().filter(|(other, ..)| other == layer).count();
            let name = match (wanted.len(), kinds) {
                (1, _) => stem.clone(),
                (_, 1) => format!("{stem}_{}", layer.table()),
                _ => format!("{stem}_{}_{}", layer.table(), kind.word()),
            };
            let part = files.begin(name, own)?;
            files.parts.insert((*layer, *kind), part);
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
        let path = self.folder.join(format!("{stem}.shp"));
        let writer = Writer::from_path(path, table).map_err(|error| self.refused(&error))?;
        Ok(Part { stem, writer, columns, count: 0 })
    }

    fn refused(&self, error: &dyn std::fmt::Display) -> ExportError {
        ExportError::Writer { path: self.target.clone(), reason: error.to_string() }
    }
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
    fn take(&mut self, fid: i64, feature: &Feature) -> Result<Option<String>, ExportError> {
        let kind = Kind::of(&feature.geometry);
        let Some(part) = self.parts.get_mut(&(feature.layer, kind)) else {
            return Ok(Some("a Shapefile holds no mixed shapes".to_owned()));
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
            _ => return Ok(Some("a Shapefile holds no such shape".to_owned())),
        };
        if let Err(error) = written {
            return Err(self.refused(&error));
        }
        part.count += 1;
        Ok(None)
    }

    fn finish(mut self: Box<Self>) -> Result<Finished, ExportError> {
        let io = |path: &Path| {
            let path = path.to_owned();
            move |source| ExportError::Io { path, source }
        };
        let home = self.target.parent().unwrap_or(Path::new("")).to_owned();
        let mut files = Vec::new();
        let parts = std::mem::take(&mut self.parts);
        let several = parts.len() > 1;
        let mut stems = Vec::new();
        for part in parts.into_values() {
            // Closing writes the heads.
            drop(part.writer);
            let cpg = self.folder.join(format!("{}.cpg", part.stem));
            std::fs::write(&cpg, "UTF-8").map_err(io(&cpg))?;
            if let Some(prj) = &self.prj {
                let path = self.folder.join(format!("{}.prj", part.stem));
                std::fs::write(&path, prj).map_err(io(&path))?;
            }
            stems.push((part.stem, part.count));
        }
        for (stem, count) in stems {
            // What makes a Shapefile one comes last.
            for ending in ["cpg", "prj", "dbf", "shx", "shp"] {
                let (from, to) = (self.folder.join(format!("{stem}.{ending}")), home.join(format!("{stem}.{ending}")));
                if from.exists() {
                    std::fs::rename(&from, &to).map_err(io(&to))?;
                } else if to.exists() {
                    // The system of an older file is not that of this one.
                    std::fs::remove_file(&to).map_err(io(&to))?;
                }
            }
            files.push((home.join(format!("{stem}.shp")), count));
        }
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
