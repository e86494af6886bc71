//! XLSX workbooks: every sheet in which a line names columns of coordinates.

use std::fs;
use std::io::BufReader;
use std::panic::{AssertUnwindSafe, catch_unwind};

use calamine::{DataRef, Reader, Xlsx};

use super::row::{Row, RowKind, Rows, Stop};
use super::table::{Header, no_places};
use super::{File, zipped};

/// Bytes that a workbook may unpack to; its text is held in memory.
const MAX_WORKBOOK_BYTES: u64 = 1 << 30;

/// The header is looked for in so many lines: titles stand above it.
const HEADER_WITHIN: u32 = 20;

/// Columns of a sheet that are read.
const MAX_COLUMNS: u32 = 2000;

pub(super) fn read(file: &File, rows: &mut dyn Rows) -> Result<(), Stop> {
    zipped::check(&file.path, MAX_WORKBOOK_BYTES)?;
    let opened = fs::File::open(&file.path).map_err(|error| Stop::Broken(error.to_string()))?;
    let mut book: Xlsx<BufReader<fs::File>> = guarded(|| Xlsx::new(BufReader::new(opened)).map_err(|e| e.to_string()))?;
    let mut found = false;
    let mut seen = Vec::new();
    for (done, sheet) in book.sheet_names().into_iter().enumerate() {
        found |= read_sheet(file, &mut book, &sheet, rows, &mut seen)?;
        rows.told(file.size * (done as u64 + 1) / (book.sheet_names().len() as u64).max(1));
    }
    if found { Ok(()) } else { Err(no_places(&file.shown, &seen).into()) }
}

/// Reads a sheet; whether it has a header with coordinates. `seen` gathers the first line of sheets that have none.
fn read_sheet(
    file: &File,
    book: &mut Xlsx<BufReader<fs::File>>,
    sheet: &str,
    rows: &mut dyn Rows,
    seen: &mut Vec<String>,
) -> Result<bool, Stop> {
    let mut cells = match guarded(|| book.worksheet_cells_reader(sheet).map_err(|error| error.to_string())) {
        Ok(cells) => cells,
        // Charts and macro sheets have no cells.
        Err(Stop::Broken(_)) => return Ok(false),
        Err(error) => return Err(error),
    };
    let mut header: Option<Header> = None;
    let mut line: Vec<String> = Vec::new();
    let mut line_number = 0;
    loop {
        let cell = guarded(|| cells.next_cell().map_err(|error| error.to_string()))?;
        let at = cell.as_ref().map(|cell| cell.get_position());
        if at.is_none_or(|(row, _)| row != line_number) && !line.is_empty() {
            match &header {
                Some(header) => {
                    let fields: Vec<&str> = line.iter().map(String::as_str).collect();
                    let filled = fields.iter().rposition(|field| !field.is_empty()).map_or(0, |last| last + 1);
                    let (tags, geometry) = header.row(fields.get(..filled).unwrap_or_default());
                    let number = i64::from(line_number) + 1;
                    rows.row(Row { kind: RowKind::Row, number, tags, geometry })?;
                }
                None => {
                    header = Header::recognise(line.clone(), file.rule(sheet));
                    match &header {
                        Some(header) => rows.begin(sheet, header.says.clone())?,
                        None if seen.len() < 100 => seen.extend(line.iter().filter(|name| !name.is_empty()).cloned()),
                        None => {}
                    }
                }
            }
            line.clear();
        }
        let (Some(cell), Some((row, column))) = (cell, at) else { break };
        line_number = row;
        if header.is_none() && row >= HEADER_WITHIN {
            return Ok(false);
        }
        if column < MAX_COLUMNS {
            let text = words(cell.get_value());
            if !text.is_empty() {
                let column = column as usize;
                if line.len() <= column {
                    line.resize(column + 1, String::new());
                }
                line.iter_mut().skip(column).take(1).for_each(|field| field.clone_from(&text));
            }
        }
    }
    Ok(header.is_some())
}

fn words(value: &DataRef<'_>) -> String {
    match value {
        DataRef::Int(number) => number.to_string(),
        DataRef::Float(number) => number.to_string(),
        DataRef::String(text) => text.trim().to_owned(),
        DataRef::SharedString(text) => text.trim().to_owned(),
        DataRef::Bool(yes) => if *yes { "yes" } else { "no" }.to_owned(),
        DataRef::DateTime(date) => {
            let (year, month, day, hour, minute, second, _) = date.to_ymd_hms_milli();
            if (hour, minute, second) == (0, 0, 0) {
                format!("{year:04}-{month:02}-{day:02}")
            } else {
                format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}")
            }
        }
        DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => text.clone(),
        DataRef::Error(_) | DataRef::Empty => String::new(),
    }
}

/// A panic of the parser is a broken file.
fn guarded<T>(read: impl FnOnce() -> Result<T, String>) -> Result<T, Stop> {
    catch_unwind(AssertUnwindSafe(read))
        .unwrap_or_else(|_| Err("the workbook's parts contradict each other".to_owned()))
        .map_err(Stop::Broken)
}
