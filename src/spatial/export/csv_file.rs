//! CSV in UTF-8 with a byte order mark, which spreadsheets need to read Chinese. Points have their numbers in two columns;
//! when other shapes are selected too, all shapes stand as well-known text.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use geo::Geometry;
use wkt::ToWkt as _;

use super::part::PartFile;
use super::{ExportError, Finished, Note, Reason, Sink, Survey, value};
use crate::spatial::crs_out::TargetCrs;
use crate::spatial::feature::Feature;

pub(super) struct Table {
    rows: csv::Writer<PartFile>,
    columns: Vec<&'static str>,
    as_numbers: bool,
    count: u64,
    out: PathBuf,
    crs: TargetCrs,
}

impl Table {
    pub fn create(survey: &Survey, crs: TargetCrs, out: &Path) -> Result<Self, ExportError> {
        let mut file = PartFile::create(out)?;
        file.write_all("\u{feff}".as_bytes()).map_err(|error| file.refused(error))?;
        let (columns, as_numbers) = (survey.columns(), survey.only_points());
        let mut table =
            Self { rows: csv::Writer::from_writer(file), columns, as_numbers, count: 0, out: out.to_owned(), crs };
        let degrees = crs.is_lonlat() || crs.epsg().is_none();
        let shape: &[&str] = match (as_numbers, degrees) {
            (true, true) => &["lon", "lat"],
            (true, false) => &["x", "y"],
            (false, _) => &["wkt"],
        };
        let head = ["layer", "fid"].iter().chain(&table.columns).chain(shape).copied().collect::<Vec<_>>();
        table.write(&head)?;
        Ok(table)
    }

    fn write<T: AsRef<[u8]>>(&mut self, row: &[T]) -> Result<(), ExportError> {
        self.rows.write_record(row).map_err(|error| self.rows.get_ref().refused(error))
    }
}

impl Sink for Table {
    fn take(&mut self, fid: i64, feature: &Feature) -> Result<Option<Reason>, ExportError> {
        let mut row = vec![feature.layer.table().to_owned(), fid.to_string()];
        row.extend(self.columns.iter().map(|column| value(feature, column).to_owned()));
        match &feature.geometry {
            Geometry::Point(at) if self.as_numbers => row.extend([at.x().to_string(), at.y().to_string()]),
            shape => row.push(shape.wkt_string()),
        }
        self.write(&row)?;
        self.count += 1;
        Ok(None)
    }

    fn finish(mut self: Box<Self>) -> Result<Finished, ExportError> {
        self.rows.flush().map_err(|error| self.rows.get_ref().refused(error))?;
        let closed = |error: csv::IntoInnerError<_>| ExportError::Writer {
            path: self.out.clone(),
            reason: error.error().to_string(),
        };
        let file = self.rows.into_inner().map_err(closed)?;
        // No CSV says what its numbers are.
        let unsaid = (!self.crs.is_lonlat()).then_some(Note::SystemUnsaid(self.crs));
        Ok((vec![(file.finish()?, self.count)], unsaid.into_iter().collect()))
    }
}
