//! A file of tiles, whatever its kind. Every number that a file claims is looked at before memory is reserved for it.

use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use geo::Rect;

use super::error::RasterError;
use super::mbtiles::MbTiles;
use super::pmtiles::PmTiles;
use super::tiling::{Tile, Tiling};
use super::wanted::Reach;

/// No picture of a tile is larger, bytes.
pub const LARGEST_TILE: u64 = 4 << 20;

/// How the pictures are written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Format {
    /// PNG.
    Png,
    /// JPEG.
    Jpeg,
    /// WebP.
    Webp,
}

/// What a file says of itself.
#[derive(Clone, PartialEq, Debug)]
pub struct About {
    /// Its title, or the name of the file.
    pub name: String,
    /// How pictures are written; `None` when it does not say.
    pub format: Option<Format>,
    /// What is to be shown beside the picture, without markup.
    pub attribution: String,
    /// Levels and bounds.
    pub reach: Reach,
}

/// An open file of tiles.
#[derive(Debug)]
pub struct RasterFile {
    path: PathBuf,
    about: About,
    kind: Kind,
}

#[derive(Debug)]
enum Kind {
    Mb(MbTiles),
    Pm(PmTiles),
}

impl RasterFile {
    /// Opens a file and reads what it says of itself; which kind it is, its first bytes tell.
    ///
    /// # Errors
    /// [`RasterError`] when it cannot be read, is broken, or holds no pictures.
    pub fn open(path: &Path) -> Result<Self, RasterError> {
        let io = |source| RasterError::Io { path: path.to_path_buf(), source };
        let mut first = Vec::new();
        File::open(path).and_then(|file| file.take(16).read_to_end(&mut first)).map_err(io)?;
        let (about, kind) = if first.starts_with(b"SQLite format 3\0") {
            let (file, about) = MbTiles::open(path)?;
            (about, Kind::Mb(file))
        } else if first.starts_with(b"PMTiles\x03") {
            let (file, about) = PmTiles::open(path)?;
            (about, Kind::Pm(file))
        } else {
            return Err(RasterError::UnknownKind { path: path.to_path_buf() });
        };
        Ok(Self { path: path.to_path_buf(), about, kind })
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What it says of itself.
    pub fn about(&self) -> &About {
        &self.about
    }

    /// The picture of a tile as it is written in the file, at most [`LARGEST_TILE`] bytes; `None` when the file has none.
    ///
    /// # Errors
    /// [`RasterError::Broken`], [`RasterError::Io`].
    pub fn tile(&mut self, tile: Tile) -> Result<Option<Vec<u8>>, RasterError> {
        if !self.about.reach.levels.contains(&tile.z) || Tile::new(Tiling::Mercator, tile.z, tile.x, tile.y).is_none() {
            return Ok(None);
        }
        match &mut self.kind {
            Kind::Mb(file) => file.tile(tile),
            Kind::Pm(file) => file.tile(tile),
        }
    }
}

/// Bounds in degrees, if they are some.
pub(super) fn bounds(west: f64, south: f64, east: f64, north: f64) -> Option<Rect<f64>> {
    let sound = west < east && south < north && west >= -180.5 && east <= 180.5 && south >= -90.5 && north <= 90.5;
    sound.then(|| Rect::new([west, south], [east, north]))
}

/// Text of a file as it may be shown: links become their words, and it is cut where nobody would read on.
pub(super) fn plain(text: &str) -> String {
    let mut out = String::new();
    let mut inside = false;
    for letter in text.chars().take(2000) {
        match letter {
            '<' => inside = true,
            '>' if inside => inside = false,
            _ if inside => {}
            letter if letter.is_control() => out.push(' '),
            letter => out.push(letter),
        }
    }
    let out = out.replace("&copy;", "©").replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&");
    let words: Vec<&str> = out.split_whitespace().collect();
    words.join(" ").chars().take(200).collect()
}

pub(super) fn stem(path: &Path) -> String {
    path.file_stem().map_or_else(String::new, |stem| stem.to_string_lossy().into_owned())
}
