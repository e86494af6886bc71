//! CSV with any delimiter, in UTF-8, GBK or another encoding; the first line names the columns.

use std::io::Read;

use super::File;
use super::input::{self, as_text, guess_encoding};
use super::row::{Row, RowKind, Rows, Stop};
use super::table::{Header, no_places};

const DELIMITERS: [u8; 4] = [b',', b'\t', b';', b'|'];

pub(super) fn read(file: &File, rows: &mut dyn Rows) -> Result<(), Stop> {
    let encoding = match file.encoding {
        Some(encoding) => encoding,
        None => guess_encoding(&file.path)?,
    };
    let delimiter = delimiter(&head(file, encoding)?);
    let (bytes, meter) = input::open(&file.path)?;
    let mut csv = csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .flexible(true)
        .has_headers(false)
        .from_reader(as_text(bytes, encoding));
    let mut record = csv::StringRecord::new();
    let broken = |error: csv::Error| Stop::Broken(error.to_string());
    csv.read_record(&mut record).map_err(broken)?;
    let columns: Vec<String> = record.iter().map(|name| name.trim_matches(['\u{feff}', ' ']).to_owned()).collect();
    let Some(header) = Header::recognise(columns, file.rule("")) else {
        let columns: Vec<String> = record.iter().map(str::to_owned).collect();
        return Err(no_places(&file.shown, &columns).into());
    };
    rows.begin("", header.says.clone())?;
    let mut number = 1;
    while csv.read_record(&mut record).map_err(broken)? {
        number += 1;
        let fields: Vec<&str> = record.iter().collect();
        let (tags, geometry) = header.row(&fields);
        rows.row(Row { kind: RowKind::Row, number, tags, geometry })?;
        meter.row_done();
        if number % 256 == 0 {
            rows.told(meter.file_bytes());
        }
    }
    Ok(())
}

/// The first line, or as much of it as is needed.
fn head(file: &File, encoding: &'static encoding_rs::Encoding) -> Result<String, Stop> {
    let (bytes, _) = input::open(&file.path)?;
    let mut head = Vec::new();
    as_text(bytes, encoding).take(1 << 16).read_to_end(&mut head).map_err(|error| Stop::Broken(error.to_string()))?;
    let head = String::from_utf8_lossy(&head).into_owned();
    Ok(head.lines().next().unwrap_or_default().to_owned())
}

/// The delimiter that the header has most of, outside quotes.
fn delimiter(header: &str) -> u8 {
    let mut counts = [0_usize; DELIMITERS.len()];
    let mut quoted = false;
    for byte in header.bytes() {
        if byte == b'"' {
            quoted = !quoted;
        } else if !quoted && let Some(slot) = DELIMITERS.iter().position(|known| *known == byte) {
            counts.iter_mut().skip(slot).take(1).for_each(|count| *count += 1);
        }
    }
    let most = counts.iter().copied().max().unwrap_or(0);
    counts.iter().position(|count| *count == most).and_then(|slot| DELIMITERS.get(slot)).copied().unwrap_or(b',')
}
