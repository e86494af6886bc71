//! Zip archives: refused when they claim, or turn out, to hold too much; else unpacked beside, file by file.

use std::fs;
use std::io::{BufReader, Read, Write, copy, sink};
use std::path::{Path, PathBuf};

use encoding_rs::GB18030;
use zip::ZipArchive;

use super::ImportError;
use super::row::Stop;

/// Bytes that an archive of map data may unpack to.
pub(super) const MAX_ARCHIVE_BYTES: u64 = 2 << 30;

/// Files that an archive may hold.
const MAX_FILES: usize = 10_000;

type Archive = ZipArchive<BufReader<fs::File>>;

fn open(path: &Path, limit: u64) -> Result<Archive, Stop> {
    let file = fs::File::open(path).map_err(|source| ImportError::Io { path: path.to_owned(), source })?;
    let mut archive = ZipArchive::new(BufReader::new(file)).map_err(|error| Stop::Broken(error.to_string()))?;
    if archive.len() > MAX_FILES {
        let (what, limit) = ("files in an archive", MAX_FILES as u64);
        return Err(ImportError::TooMuch { path: path.to_owned(), what, limit }.into());
    }
    let mut claimed = 0_u64;
    for index in 0..archive.len() {
        let entry = archive.by_index_raw(index).map_err(|error| Stop::Broken(error.to_string()))?;
        claimed = claimed.saturating_add(entry.size());
    }
    if claimed > limit { Err(bomb(path, limit).into()) } else { Ok(archive) }
}

fn bomb(path: &Path, limit: u64) -> ImportError {
    ImportError::Bomb { path: path.to_owned(), limit_mib: limit >> 20 }
}

/// Unpacks a member to `into`; what it really holds counts against `left`.
fn unpack(
    path: &Path,
    archive: &mut Archive,
    index: usize,
    left: &mut u64,
    limit: u64,
    into: &mut dyn Write,
) -> Result<(), Stop> {
    let entry = archive.by_index(index).map_err(|error| Stop::Broken(error.to_string()))?;
    let name = name_of(entry.name_raw());
    let count =
        copy(&mut entry.take(*left + 1), into).map_err(|error| Stop::Broken(format!("{name} in it: {error}")))?;
    if count > *left {
        return Err(bomb(path, limit).into());
    }
    *left -= count;
    Ok(())
}

/// Unpacks everything to nowhere, so that a reader which believes an archive cannot be led astray by it.
pub(super) fn check(path: &Path, limit: u64) -> Result<(), Stop> {
    let mut archive = open(path, limit)?;
    let mut left = limit;
    (0..archive.len()).try_for_each(|index| unpack(path, &mut archive, index, &mut left, limit, &mut sink()))
}

/// The names of the members, as a person reads them.
pub(super) fn names(path: &Path, limit: u64) -> Result<Vec<String>, Stop> {
    let mut archive = open(path, limit)?;
    (0..archive.len())
        .map(|index| {
            let entry = archive.by_index_raw(index).map_err(|error| Stop::Broken(error.to_string()))?;
            Ok(name_of(entry.name_raw()))
        })
        .collect()
}

/// Chinese zip programs write names in GBK.
fn name_of(raw: &[u8]) -> String {
    std::str::from_utf8(raw).map_or_else(|_| GB18030.decode(raw).0.into_owned(), str::to_owned)
}

/// Unpacks the files of an archive into a folder, each under its own name without folders, and returns their paths in the
/// order of their names. Members of a folder keep apart from those of another by a number in front.
pub(super) fn unpack_into(path: &Path, folder: &Path) -> Result<Vec<PathBuf>, Stop> {
    let limit = MAX_ARCHIVE_BYTES;
    let mut archive = open(path, limit)?;
    let mut left = limit;
    let mut folders: Vec<String> = Vec::new();
    let mut paths = Vec::new();
    for index in 0..archive.len() {
        let (raw, is_file) = {
            let entry = archive.by_index_raw(index).map_err(|error| Stop::Broken(error.to_string()))?;
            (entry.name_raw().to_vec(), entry.is_file())
        };
        let name = name_of(&raw);
        let (inner, name) = name.rsplit_once(['/', '\\']).unwrap_or(("", &name));
        // What a Mac puts beside every file is none of ours.
        if !is_file || name.is_empty() || name == ".." || name.starts_with("._") || inner.starts_with("__MACOSX") {
            continue;
        }
        let slot = folders.iter().position(|known| known == inner).unwrap_or_else(|| {
            folders.push(inner.to_owned());
            folders.len() - 1
        });
        let place = folder.join(slot.to_string());
        let target = place.join(name.replace(['\0', ':'], "_"));
        let io = |source| ImportError::Io { path: target.clone(), source };
        fs::create_dir_all(&place).map_err(io)?;
        let mut out = fs::File::create(&target).map_err(io)?;
        unpack(path, &mut archive, index, &mut left, limit, &mut out)?;
        paths.push(target);
    }
    paths.sort();
    Ok(paths)
}
