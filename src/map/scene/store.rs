//! A scene as a file: what was made from a pack once is not made again at the next start, and its geometry stays on the disk
//! until it comes into view.
//!
//! The file is worth something only for the pack it was made from and for the rules that made it, so it bears [`VERSION`] and
//! the pack's [`Fingerprint`]; when either differs, or a byte has changed on the disk, it is made anew. Numbers are
//! little-endian, which every machine that draws maps is; on another the file is never written.
//!
//! ```text
//! magic, version u32, fingerprint of the pack (bytes u64, hash u64), length of the head u64, hash of head and data u64
//! head: extent, origin, counts, levels with their chunks, names
//! data: for each chunk its areas' corners, its strips' corners, its triangles
//! ```

use std::fs::{self, File};
use std::hash::Hasher as _;
use std::io::{self, BufReader, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use bytemuck::{Pod, cast_slice, cast_slice_mut};
use geo::Rect;
use twox_hash::XxHash3_64;

use super::codec::{Reader, Writer};
use super::level::Level;
use super::names::Names;
use super::{Arrays, Chunk, Held, Mesh, Scene, Stats};
use crate::base::LonLat;
use crate::map::camera::Plane;
use crate::map::style::kind::Kind;
use crate::spatial::crs::Ground;
use crate::spatial::pack::Fingerprint;

/// To be raised whenever the same pack would give another scene.
pub const VERSION: u32 = 3;
const MAGIC: [u8; 12] = *b"jiedao scene";
const HEADER_BYTES: u64 = 12 + 4 + 16 + 16;
/// So many scenes of other packs are kept beside the newest.
const KEPT: usize = 4;
const ENDING: &str = "scene";

/// The open file that chunks are read from.
#[derive(Debug)]
pub struct Shelf {
    file: Mutex<File>,
    data_at: u64,
}

/// Where a chunk's arrays lie.
#[derive(Clone, Debug)]
pub struct Stored {
    shelf: Arc<Shelf>,
    offset: u64,
    /// Corners of areas, corners of strips, indices.
    counts: [u32; 3],
}

impl Stored {
    /// Bytes of all arrays.
    pub fn bytes(&self) -> u64 {
        let [fills, wides, indices] = self.counts.map(u64::from);
        fills * 8 + wides * 16 + indices * 4
    }

    /// Triangles.
    pub fn triangles(&self) -> u64 {
        u64::from(self.counts[2]) / 3
    }

    /// Reads the arrays.
    ///
    /// # Errors
    /// When the file cannot be read any more.
    pub fn read(&self) -> io::Result<Arrays> {
        let mut file = self.shelf.file.lock().unwrap_or_else(PoisonError::into_inner);
        file.seek(SeekFrom::Start(self.shelf.data_at + self.offset))?;
        Ok(Arrays {
            fills: array(&mut *file, self.counts[0])?,
            wides: array(&mut *file, self.counts[1])?,
            indices: array(&mut *file, self.counts[2])?,
        })
    }
}

fn array<T: Pod>(file: &mut impl Read, count: u32) -> io::Result<Vec<T>> {
    let mut items = vec![T::zeroed(); usize::try_from(count).unwrap_or_default()];
    file.read_exact(cast_slice_mut(&mut items))?;
    Ok(items)
}

/// The file of a pack's scene in a folder.
pub fn path_in(folder: &Path, pack: Fingerprint) -> PathBuf {
    folder.join(format!("{:016x}-{:x}.{ENDING}", pack.hash, pack.bytes))
}

/// Opens the scene of a pack; `None` if there is none, or none that can be trusted.
pub fn open(folder: &Path, pack: Fingerprint) -> Option<Scene> {
    let path = path_in(folder, pack);
    match read(&path, pack) {
        Ok(scene) => scene,
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(error) => {
            tracing::warn!(path = %path.display(), %error, "a drawn map cannot be read and is drawn anew");
            None
        }
    }
}

fn read(path: &Path, pack: Fingerprint) -> io::Result<Option<Scene>> {
    let mut file = BufReader::with_capacity(1 << 20, File::open(path)?);
    let mut header = [0; HEADER_BYTES as usize];
    file.read_exact(&mut header)?;
    let mut reader = Reader::new(&header);
    let known = reader.bytes(MAGIC.len()) == Some(&MAGIC[..])
        && reader.u32() == Some(VERSION)
        && reader.u64() == Some(pack.bytes)
        && reader.u64() == Some(pack.hash);
    let (Some(head_bytes), Some(sum)) = (reader.u64(), reader.u64()) else { return Ok(None) };
    let length = file.get_ref().metadata()?.len();
    if !known || head_bytes > length.saturating_sub(HEADER_BYTES) {
        return Ok(None);
    }
    let mut head = vec![0; usize::try_from(head_bytes).map_err(io::Error::other)?];
    file.read_exact(&mut head)?;
    let mut hasher = XxHash3_64::with_seed(0);
    hasher.write(&head);
    // All of it is read once: a map that lost a byte on the disk would be drawn wrong in silence.
    let mut block = vec![0; 1 << 20];
    loop {
        let count = file.read(&mut block)?;
        if count == 0 {
            break;
        }
        hasher.write(&block[..count]);
    }
    if hasher.finish() != sum {
        tracing::warn!(path = %path.display(), "a drawn map was damaged on the disk and is drawn anew");
        return Ok(None);
    }
    let shelf = Arc::new(Shelf { file: Mutex::new(file.into_inner()), data_at: HEADER_BYTES + head_bytes });
    Ok(decode(&head, &shelf))
}

fn decode(head: &[u8], shelf: &Arc<Shelf>) -> Option<Scene> {
    let mut from = Reader::new(head);
    let extent = match from.u32()? {
        0 => None,
        _ => {
            let [west, south, east, north] = [from.f64()?, from.f64()?, from.f64()?, from.f64()?];
            Some(Rect::new((west, south), (east, north)))
        }
    };
    let mut scene = Scene { extent, ..Scene::default() };
    if let Some(extent) = extent {
        scene.plane = Plane::around(LonLat::new(extent.center().x, extent.center().y));
    }
    scene.origin = Ground { east_m: from.f64()?, north_m: from.f64()? };
    scene.generated = from.u32()? != 0;
    scene.stats = Stats { features: from.u64()?, broken: from.u64()?, triangles: from.u64()?, bytes: from.u64()? };
    let mut offset = 0;
    for number in 0..from.count(4)? {
        let mut level = Level { number, chunks: Vec::new() };
        for _ in 0..from.count(44)? {
            let origin = [from.f64()?, from.f64()?];
            let (low, high) = ([from.f32()?, from.f32()?], [from.f32()?, from.f32()?]);
            let counts = [from.u32()?, from.u32()?, from.u32()?];
            let mut meshes = Vec::new();
            for _ in 0..from.count(13)? {
                let kind = *Kind::ALL.get(usize::from(from.u8()?))?;
                let indices = from.u32()?..from.u32()?;
                meshes.push(Mesh { kind, indices, base: i32::try_from(from.u32()?).ok()? });
            }
            let stored = Stored { shelf: shelf.clone(), offset, counts };
            offset += stored.bytes();
            level.chunks.push(Chunk { origin, low, high, meshes, held: Held::File(stored) });
        }
        scene.levels.push(level);
    }
    scene.names = Names::decode(&mut from)?;
    Some(scene)
}

fn encode(scene: &Scene) -> io::Result<Vec<u8>> {
    let mut to = Writer::default();
    to.u32(u32::from(scene.extent.is_some()));
    if let Some(extent) = scene.extent {
        [extent.min().x, extent.min().y, extent.max().x, extent.max().y].into_iter().for_each(|part| to.f64(part));
    }
    [scene.origin.east_m, scene.origin.north_m].into_iter().for_each(|part| to.f64(part));
    to.u32(u32::from(scene.generated));
    let Stats { features, broken, triangles, bytes } = scene.stats;
    [features, broken, triangles, bytes].into_iter().for_each(|count| to.u64(count));
    to.count(scene.levels.len())?;
    for level in &scene.levels {
        to.count(level.chunks.len())?;
        for chunk in &level.chunks {
            chunk.origin.into_iter().for_each(|part| to.f64(part));
            chunk.low.into_iter().chain(chunk.high).for_each(|part| to.f32(part));
            let arrays = chunk.arrays()?;
            to.count(arrays.fills.len())?;
            to.count(arrays.wides.len())?;
            to.count(arrays.indices.len())?;
            to.count(chunk.meshes.len())?;
            for mesh in &chunk.meshes {
                to.u8(mesh.kind as u8);
                to.u32(mesh.indices.start);
                to.u32(mesh.indices.end);
                to.u32(u32::try_from(mesh.base).map_err(io::Error::other)?);
            }
        }
    }
    scene.names.encode(&mut to)?;
    Ok(to.bytes)
}

/// Writes the scene of a pack into a folder, whole or not at all, and clears away the scenes of packs used long ago.
///
/// # Errors
/// When the folder cannot be written.
pub fn save(folder: &Path, pack: Fingerprint, scene: &Scene) -> io::Result<()> {
    if cfg!(target_endian = "big") {
        return Err(io::Error::other("only little-endian machines keep drawn maps"));
    }
    fs::create_dir_all(folder)?;
    let path = path_in(folder, pack);
    let part = path.with_extension(format!("{}.part", std::process::id()));
    let outcome = write(&part, pack, scene).and_then(|()| fs::rename(&part, &path));
    if outcome.is_err() {
        // What is left of it is of no use; if it cannot be removed either, the first error tells why.
        let _ = fs::remove_file(&part);
    }
    outcome?;
    clear_away(folder);
    Ok(())
}

fn write(part: &Path, pack: Fingerprint, scene: &Scene) -> io::Result<()> {
    let head = encode(scene)?;
    let mut file = io::BufWriter::with_capacity(1 << 20, File::create(part)?);
    let mut header = Writer::default();
    header.bytes.extend(MAGIC);
    header.u32(VERSION);
    header.u64(pack.bytes);
    header.u64(pack.hash);
    header.u64(head.len() as u64);
    file.write_all(&header.bytes)?;
    file.write_all(&[0; 8])?;
    let mut hasher = XxHash3_64::with_seed(0);
    let mut both = |bytes: &[u8]| {
        hasher.write(bytes);
        file.write_all(bytes)
    };
    both(&head)?;
    for chunk in scene.levels.iter().flat_map(|level| &level.chunks) {
        let arrays = chunk.arrays()?;
        both(cast_slice(&arrays.fills))?;
        both(cast_slice(&arrays.wides))?;
        both(cast_slice(&arrays.indices))?;
    }
    let sum = hasher.finish();
    file.seek(SeekFrom::Start(HEADER_BYTES - 8))?;
    file.write_all(&sum.to_le_bytes())?;
    file.into_inner().map_err(io::IntoInnerError::into_error)?.sync_all()
}

/// Keeps the newest files; what cannot be removed stays.
fn clear_away(folder: &Path) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    let mut files: Vec<_> = entries
        .flatten()
        .filter(|entry| entry.path().extension().is_some_and(|ending| ending == ENDING))
        .filter_map(|entry| Some((entry.metadata().ok()?.modified().ok()?, entry.path())))
        .collect();
    files.sort();
    for (_, path) in files.iter().rev().skip(KEPT) {
        if let Err(error) = fs::remove_file(path) {
            tracing::debug!(path = %path.display(), %error, "an old drawn map stays");
        }
    }
}
