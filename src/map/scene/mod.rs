//! What the map draws, made from a pack once and without a GPU: features and style become meshes, names become
//! labels to be placed.

mod build;
mod chains;
mod clusters;
mod codec;
mod drafts;
pub mod fill;
mod hatch;
pub mod level;
mod looks;
pub mod names;
mod simplify;
pub mod store;
pub mod stroke;
#[cfg(test)]
mod tests;
mod themes;

use std::borrow::Cow;
use std::ops::Range;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};

use geo::Rect;

use crate::base::LonLat;
use crate::map::camera::Plane;
use crate::map::style::kind::Kind;
use crate::spatial::crs::Ground;
use crate::spatial::pack::{Pack, PackError};

pub use level::Level;
pub use looks::{State, pipe_kind};
pub use names::{Anchor, Name, Names};
pub use themes::{parcel_kind, sign};

/// The base map of one pack, ready to be uploaded. Shared by `Arc` between the loading thread and the window.
#[derive(Debug)]
pub struct Scene {
    id: u64,
    extent: Option<Rect<f64>>,
    plane: Plane,
    origin: Ground,
    levels: Vec<Level>,
    names: Names,
    stats: Stats,
    generated: bool,
}

/// The geometry of a square of ground at one level: two vertex buffers and one of indices.
#[derive(Debug)]
pub struct Chunk {
    /// Metres east and north of the scene's origin.
    pub origin: [f64; 2],
    /// South-west corner of what it holds, metres from its origin.
    pub low: [f32; 2],
    /// North-east corner.
    pub high: [f32; 2],
    /// Which of its triangles show what.
    pub meshes: Vec<Mesh>,
    /// Where its arrays are.
    held: Held,
}

/// Vertices and triangles of a chunk.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Arrays {
    /// Corners of areas.
    pub fills: Vec<[f32; 2]>,
    /// Corners of strips and signs.
    pub wides: Vec<stroke::Wide>,
    /// Triangles of all meshes.
    pub indices: Vec<u32>,
}

/// Arrays just made, or on the disk until they are wanted.
#[derive(Debug)]
enum Held {
    Memory(Arrays),
    File(store::Stored),
}

impl Arrays {
    /// Bytes that they take.
    pub fn bytes(&self) -> u64 {
        (self.fills.len() * 8 + self.wides.len() * 16 + self.indices.len() * 4) as u64
    }
}

impl Chunk {
    /// Its vertices and triangles.
    ///
    /// # Errors
    /// When the file that holds them cannot be read any more.
    pub fn arrays(&self) -> std::io::Result<Cow<'_, Arrays>> {
        match &self.held {
            Held::Memory(arrays) => Ok(Cow::Borrowed(arrays)),
            Held::File(stored) => stored.read().map(Cow::Owned),
        }
    }

    fn triangles(&self) -> u64 {
        match &self.held {
            Held::Memory(arrays) => arrays.indices.len() as u64 / 3,
            Held::File(stored) => stored.triangles(),
        }
    }

    fn bytes(&self) -> u64 {
        match &self.held {
            Held::Memory(arrays) => arrays.bytes(),
            Held::File(stored) => stored.bytes(),
        }
    }
}

/// All of one kind in a chunk.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Mesh {
    /// What it shows.
    pub kind: Kind,
    /// Its part of the chunk's indices.
    pub indices: Range<u32>,
    /// Where its vertices begin.
    pub base: i32,
}

/// What the making of a scene came to.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Stats {
    /// Features read.
    pub features: u64,
    /// Features, or parts of them, that could not be drawn: empty, without extent, or with rings that no rule fills.
    pub broken: u64,
    /// Triangles of all levels.
    pub triangles: u64,
    /// Bytes of all vertices and indices.
    pub bytes: u64,
}

/// Number of scenes made so far: a scene is told from the next by its number.
static MADE: AtomicU64 = AtomicU64::new(1);

impl Default for Scene {
    fn default() -> Self {
        Self {
            id: MADE.fetch_add(1, Ordering::Relaxed),
            extent: None,
            plane: Plane::default(),
            origin: Ground::default(),
            levels: Vec::new(),
            names: Names::default(),
            stats: Stats::default(),
            generated: false,
        }
    }
}

impl Scene {
    /// Reads the pack and makes its meshes. `progress` is told how many features have been read. Runs on a worker thread.
    ///
    /// # Errors
    /// When a table of the pack cannot be read.
    pub fn build(pack: &Pack, progress: impl FnMut(u64)) -> Result<Self, PackError> {
        build::build(pack, progress)
    }

    /// The scene of a pack out of a folder of drawn maps; made, and kept there, if there is none. Without a folder, or with
    /// one that cannot be written, it is made and held in memory.
    ///
    /// # Errors
    /// When the pack cannot be read.
    pub fn open(pack: &Pack, folder: Option<&Path>, progress: impl FnMut(u64)) -> Result<Self, PackError> {
        let Some(folder) = folder else { return Self::build(pack, progress) };
        let print = pack.fingerprint()?;
        if let Some(scene) = store::open(folder, print) {
            return Ok(scene);
        }
        let scene = Self::build(pack, progress)?;
        match store::save(folder, print, &scene) {
            Ok(()) => Ok(store::open(folder, print).unwrap_or(scene)),
            Err(error) => {
                tracing::warn!(folder = %folder.display(), %error, "the drawn map cannot be kept");
                Ok(scene)
            }
        }
    }

    /// Longitude and latitude bounds.
    pub fn extent(&self) -> Option<Rect<f64>> {
        self.extent
    }

    /// A number that no other scene of this process has.
    pub fn id(&self) -> u64 {
        self.id
    }

    /// Levels of detail, the finest first.
    pub fn levels(&self) -> &[Level] {
        &self.levels
    }

    /// All names and numbers.
    pub fn names(&self) -> &Names {
        &self.names
    }

    /// What the making came to.
    pub fn stats(&self) -> Stats {
        self.stats
    }

    /// Whether the pack says that its data is made up.
    pub fn is_generated(&self) -> bool {
        self.generated
    }

    /// Metres east and north of the scene's origin.
    pub fn local(&self, at: LonLat) -> [f64; 2] {
        let ground = self.plane.ground(at);
        [ground.east_m - self.origin.east_m, ground.north_m - self.origin.north_m]
    }
}
