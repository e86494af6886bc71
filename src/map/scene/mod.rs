//! What the map draws, made from a pack once and without a GPU: features and style become meshes, names become
//! labels to be placed.

mod build;
mod chains;
mod clusters;
mod drafts;
pub mod fill;
pub mod level;
mod looks;
pub mod names;
mod simplify;
pub mod stroke;
#[cfg(test)]
mod tests;

use std::ops::Range;
use std::sync::atomic::{AtomicU64, Ordering};

use geo::Rect;

use crate::base::LonLat;
use crate::map::camera::Plane;
use crate::map::style::kind::Kind;
use crate::spatial::crs::Ground;
use crate::spatial::pack::{Pack, PackError};

pub use level::Level;
pub use looks::State;
pub use names::{Anchor, Name, Names};

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
    /// Corners of areas.
    pub fills: Vec<[f32; 2]>,
    /// Corners of strips and signs.
    pub wides: Vec<stroke::Wide>,
    /// Triangles of all meshes.
    pub indices: Vec<u32>,
    /// Which of them show what.
    pub meshes: Vec<Mesh>,
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
