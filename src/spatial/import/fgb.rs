//! FlatGeobuf. The crate reserves memory for as many bytes as a feature claims to take, so those claims are looked at
//! before it sees them.

use std::fs;
use std::io::{BufReader, Error, Read, Result as IoResult, Seek, SeekFrom};
use std::panic::{AssertUnwindSafe, catch_unwind};

use flatgeobuf::{FallibleStreamingIterator, FeatureProperties, FgbReader};
use geozero::ToGeo;

use super::input::MAX_ROW_BYTES;
use super::report::SkipReason;
use super::row::{Row, RowKind, Rows, Stop};
use super::shp::system;
use super::{File, ImportError, Tags};
use crate::spatial::crs::SourceCrs;

/// Lets through what the crate reads, but for lengths (it reads those four bytes at a time) that cannot be.
struct Guard {
    inner: BufReader<fs::File>,
    limit: u64,
}

impl Read for Guard {
    fn read(&mut self, buffer: &mut [u8]) -> IoResult<usize> {
        self.inner.read(buffer)
    }

    fn read_exact(&mut self, buffer: &mut [u8]) -> IoResult<()> {
        self.inner.read_exact(buffer)?;
        match *buffer {
            [a, b, c, d] if u64::from(u32::from_le_bytes([a, b, c, d])) > self.limit => {
                Err(Error::other("a feature claims more bytes than there are"))
            }
            _ => Ok(()),
        }
    }
}

impl Seek for Guard {
    fn seek(&mut self, to: SeekFrom) -> IoResult<u64> {
        self.inner.seek(to)
    }
}

pub(super) fn read(file: &File, rows: &mut dyn Rows) -> Result<(), Stop> {
    let opened = fs::File::open(&file.path).map_err(|source| ImportError::Io { path: file.path.clone(), source })?;
    let guard = Guard { inner: BufReader::with_capacity(1 << 16, opened), limit: file.size.min(MAX_ROW_BYTES) };
    let reader = guarded(|| FgbReader::open(guard).map_err(|error| error.to_string()))?;
    let (says, claimed) = guarded(|| {
        let header = reader.header();
        let says = header.crs().and_then(|crs| {
            // Without an organization the code is one of EPSG's, says the format; 0 is none.
            let of_epsg = crs.org().is_none_or(|name| name.eq_ignore_ascii_case("EPSG")) && crs.code() > 0;
            let by_code = of_epsg.then(|| crs.code().to_string().parse::<SourceCrs>().ok()).flatten();
            by_code.or_else(|| crs.wkt().filter(|text| text.contains('[')).map(system))
        });
        Ok((says, header.features_count()))
    })?;
    rows.begin("", says)?;
    let mut features = guarded(|| reader.select_all().map_err(|error| error.to_string()))?;
    let mut number = 0_u64;
    loop {
        let next = guarded(|| {
            let Some(feature) = features.next().map_err(|error| error.to_string())? else { return Ok(None) };
            let mut reason = None;
            let tags: Tags = match feature.properties() {
                Ok(found) => found
                    .into_iter()
                    .map(|(column, text): (String, String)| (column, text.trim().to_owned()))
                    .filter(|(_, text)| !text.is_empty())
                    .collect(),
                Err(error) => {
                    reason = Some(SkipReason::Unsound(error.to_string()));
                    Tags::new()
                }
            };
            let geometry = match (reason, feature.geometry()) {
                (Some(reason), _) => Err(reason),
                (None, None) => Err(SkipReason::NoGeometry),
                (None, Some(_)) => feature.to_geo().map_err(|error| SkipReason::Unsound(error.to_string())),
            };
            Ok(Some((tags, geometry)))
        })?;
        let Some((tags, geometry)) = next else { break };
        number += 1;
        rows.row(Row { kind: RowKind::Feature, number: number as i64, tags, geometry })?;
        if number.is_multiple_of(256) && claimed > 0 {
            rows.told((u128::from(file.size) * u128::from(number) / u128::from(claimed)) as u64);
        }
    }
    if number < claimed {
        return Err(Stop::Broken(format!("it claims {claimed} features and ends after {number}")));
    }
    Ok(())
}

/// A panic of the parser is a broken file.
fn guarded<T>(read: impl FnOnce() -> Result<T, String>) -> Result<T, Stop> {
    catch_unwind(AssertUnwindSafe(read))
        .unwrap_or_else(|_| Err("its numbers contradict each other".to_owned()))
        .map_err(Stop::Broken)
}
