//! PMTiles, version 3: one file with a head, directories of tile numbers along a Hilbert curve, and the tiles.
//!
//! Read here and not by the crate of that name, because that reads by an asynchronous runtime only, which nothing else on
//! this side of the program needs; the format is a head of 127 bytes and lists of variable-length numbers.

use std::fs::File;
use std::io::{Read, Seek as _, SeekFrom};
use std::path::{Path, PathBuf};

use flate2::read::GzDecoder;

use super::error::RasterError;
use super::file::{About, Format, LARGEST_TILE, bounds, plain, stem};
use super::tiling::{DEEPEST, Tile, Tiling};
use super::wanted::Reach;

pub(super) const HEAD: usize = 127;
/// No directory or description is larger once it is unpacked; good root directories have 16 KiB.
const LARGEST_PART: u64 = 16 << 20;
/// Directories below directories: the format allows few, and a ring of them none.
const DEEPEST_LEAF: usize = 4;
/// Leaf directories kept.
const KEPT: usize = 16;

#[derive(Debug)]
pub(super) struct PmTiles {
    file: File,
    path: PathBuf,
    root: Vec<Entry>,
    /// Where leaves and tiles begin.
    leaves: u64,
    tiles: u64,
    packed: bool,
    tiles_packed: bool,
    /// Leaves read lately, the latest last.
    kept: Vec<(u64, Vec<Entry>)>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Entry {
    pub id: u64,
    /// Tiles in a row that share it; 0 for a leaf directory.
    pub run: u64,
    pub length: u64,
    pub offset: u64,
}

impl PmTiles {
    pub(super) fn open(path: &Path) -> Result<(Self, About), RasterError> {
        let io = |source| RasterError::Io { path: path.to_path_buf(), source };
        let broken = |reason: &str| RasterError::Broken { path: path.to_path_buf(), reason: reason.to_owned() };
        let unsupported = |what: &str| RasterError::Unsupported { path: path.to_path_buf(), what: what.to_owned() };
        let mut file = File::open(path).map_err(io)?;
        let mut head = Vec::new();
        Read::by_ref(&mut file).take(HEAD as u64).read_to_end(&mut head).map_err(io)?;
        if head.len() < HEAD {
            return Err(broken("it ends within its head"));
        }
        let long = |at: usize| {
            let mut bytes = [0; 8];
            bytes.copy_from_slice(&head[at..at + 8]);
            u64::from_le_bytes(bytes)
        };
        let degrees = |at: usize| {
            let mut bytes = [0; 4];
            bytes.copy_from_slice(&head[at..at + 4]);
            f64::from(i32::from_le_bytes(bytes)) / 1e7
        };
        let packed = |kind: u8| match kind {
            0 | 1 => Ok(false),
            2 => Ok(true),
            3 => Err(unsupported("Brotli")),
            4 => Err(unsupported("Zstandard")),
            _ => Err(broken("an unknown compression")),
        };
        let format = match head[99] {
            1 => return Err(RasterError::Vector { path: path.to_path_buf() }),
            0 => None,
            2 => Some(Format::Png),
            3 => Some(Format::Jpeg),
            4 => Some(Format::Webp),
            5 => return Err(unsupported("AVIF")),
            _ => return Err(unsupported("an unknown kind of picture")),
        };
        let (internal, tiles_packed) = (packed(head[97])?, packed(head[98])?);
        let (least, most) = (head[100], head[101]);
        if least > most || most > DEEPEST {
            return Err(broken("its levels are none"));
        }
        let mut this = Self {
            file,
            path: path.to_path_buf(),
            root: Vec::new(),
            leaves: long(40),
            tiles: long(56),
            packed: internal,
            tiles_packed,
            kept: Vec::new(),
        };
        this.root = this.directory(long(8), long(16))?;
        // A file without a description, or with a broken one, is still a good map.
        let told = this.part(long(24), long(32), internal).ok();
        let told: serde_json::Value = told.and_then(|told| serde_json::from_slice(&told).ok()).unwrap_or_default();
        let said = |name: &str| told.get(name).and_then(serde_json::Value::as_str).map(plain).unwrap_or_default();
        let name = Some(said("name")).filter(|name| !name.is_empty());
        let about = About {
            name: name.unwrap_or_else(|| stem(path)),
            format,
            attribution: said("attribution"),
            reach: Reach {
                tiling: Tiling::Mercator,
                levels: least..=most,
                bounds: bounds(degrees(102), degrees(106), degrees(110), degrees(114)),
            },
        };
        Ok((this, about))
    }

    pub(super) fn tile(&mut self, tile: Tile) -> Result<Option<Vec<u8>>, RasterError> {
        let id = number(tile);
        let mut found = find(&self.root, id);
        for _ in 0..DEEPEST_LEAF {
            let Some(entry) = found else { return Ok(None) };
            if entry.run > 0 {
                if entry.length > LARGEST_TILE {
                    let reason = format!("tile {}/{}/{} has {} bytes", tile.z, tile.x, tile.y, entry.length);
                    return Err(self.broken(&reason));
                }
                let bytes = self.part(self.tiles.saturating_add(entry.offset), entry.length, self.tiles_packed)?;
                return Ok(Some(bytes).filter(|bytes| !bytes.is_empty()));
            }
            let leaf = self.leaf(entry)?;
            found = find(leaf, id);
        }
        Err(self.broken("its directories lie too deep"))
    }

    fn leaf(&mut self, entry: Entry) -> Result<&[Entry], RasterError> {
        let kept = match self.kept.iter().position(|(offset, _)| *offset == entry.offset) {
            Some(at) => self.kept.remove(at),
            None => (entry.offset, self.directory(self.leaves.saturating_add(entry.offset), entry.length)?),
        };
        if self.kept.len() >= KEPT {
            self.kept.remove(0);
        }
        self.kept.push(kept);
        Ok(self.kept.last().map_or(&[], |(_, entries)| entries))
    }

    fn directory(&mut self, offset: u64, length: u64) -> Result<Vec<Entry>, RasterError> {
        let bytes = self.part(offset, length, self.packed)?;
        entries(&bytes).ok_or_else(|| self.broken(&format!("the directory at byte {offset}")))
    }

    /// A part of the file, unpacked. Nothing is reserved for a length that the file only claims.
    fn part(&mut self, offset: u64, length: u64, packed: bool) -> Result<Vec<u8>, RasterError> {
        if length > LARGEST_PART {
            return Err(self.broken(&format!("a part of {length} bytes at byte {offset}")));
        }
        let read = (|| {
            self.file.seek(SeekFrom::Start(offset))?;
            let mut raw = Vec::new();
            Read::by_ref(&mut self.file).take(length).read_to_end(&mut raw)?;
            if (raw.len() as u64) < length {
                return Err(std::io::ErrorKind::UnexpectedEof.into());
            }
            if !packed {
                return Ok(raw);
            }
            let mut bytes = Vec::new();
            GzDecoder::new(&raw[..]).take(LARGEST_PART + 1).read_to_end(&mut bytes)?;
            if bytes.len() as u64 > LARGEST_PART {
                return Err(std::io::Error::other("it unpacks to far more than a good one"));
            }
            Ok(bytes)
        })();
        read.map_err(|error: std::io::Error| self.broken(&format!("byte {offset}: {error}")))
    }

    fn broken(&self, reason: &str) -> RasterError {
        RasterError::Broken { path: self.path.clone(), reason: reason.to_owned() }
    }
}

/// The entry that may hold a tile, if one does.
fn find(entries: &[Entry], id: u64) -> Option<Entry> {
    let entry = entries[..entries.partition_point(|entry| entry.id <= id)].last()?;
    (entry.run == 0 || id - entry.id < entry.run).then_some(*entry)
}

fn entries(bytes: &[u8]) -> Option<Vec<Entry>> {
    let mut rest = bytes;
    let count = varint(&mut rest)?;
    // Each takes four numbers, and each number a byte.
    if count == 0 || count > rest.len() as u64 / 4 {
        return None;
    }
    let mut entries = vec![Entry { id: 0, run: 0, length: 0, offset: 0 }; count as usize];
    let mut id = 0_u64;
    for entry in &mut entries {
        id = id.checked_add(varint(&mut rest)?)?;
        entry.id = id;
    }
    for entry in &mut entries {
        entry.run = varint(&mut rest)?;
    }
    for entry in &mut entries {
        entry.length = varint(&mut rest)?;
    }
    let mut next = None;
    for entry in &mut entries {
        entry.offset = match (varint(&mut rest)?, next) {
            (0, Some(next)) => next,
            (0, None) => return None,
            (offset, _) => offset - 1,
        };
        next = entry.offset.checked_add(entry.length);
        next?;
    }
    Some(entries)
}

fn varint(rest: &mut &[u8]) -> Option<u64> {
    let mut value = 0_u64;
    for shift in (0..64).step_by(7) {
        let (first, others) = rest.split_first()?;
        *rest = others;
        value |= u64::from(first & 0x7f).checked_shl(shift)?;
        if first & 0x80 == 0 {
            return Some(value);
        }
    }
    None
}

/// The number of a tile: those of all levels above, and its place along the Hilbert curve of its own.
pub(super) fn number(tile: Tile) -> u64 {
    let before = ((1_u64 << (2 * u32::from(tile.z))) - 1) / 3;
    let (mut x, mut y) = (u64::from(tile.x), u64::from(tile.y));
    let mut along = 0;
    for level in (0..tile.z).rev() {
        let half = 1_u64 << level;
        let (right, below) = (u64::from(x & half > 0), u64::from(y & half > 0));
        along += half * half * ((3 * right) ^ below);
        (x, y) = (x & (half - 1), y & (half - 1));
        if below == 0 {
            if right == 1 {
                (x, y) = (half - 1 - x, half - 1 - y);
            }
            (x, y) = (y, x);
        }
    }
    before + along
}
