//! What the map draws, made from a pack once and without a GPU: features and style become meshes, names become
//! labels to be placed.

use crate::spatial::pack::{Pack, PackError};
use geo::Rect;

/// The base map of one pack, ready to be uploaded. Shared by `Arc` between the loading thread and the window.
#[derive(Debug, Default)]
pub struct Scene {
    extent: Option<Rect<f64>>,
}

impl Scene {
    /// Reads the pack and makes its meshes. `progress` is told how many features have been read. Runs on a worker thread.
    ///
    /// # Errors
    /// When a table of the pack cannot be read.
    pub fn build(pack: &Pack, progress: impl FnMut(u64)) -> Result<Self, PackError> {
        let _ = progress;
        Ok(Self { extent: pack.extent() })
    }

    /// Longitude and latitude bounds.
    pub fn extent(&self) -> Option<Rect<f64>> {
        self.extent
    }
}
