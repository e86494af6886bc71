//! The view: which part of the ground the picture shows.

use serde::{Deserialize, Serialize};

use crate::base::LonLat;

/// A north-up view. Ground metres are those of EPSG:4548; the picture's size is given at each use.
#[derive(Clone, Copy, PartialEq, Debug, Serialize, Deserialize)]
pub struct Camera {
    /// The point in the middle of the picture.
    pub center: LonLat,
    /// Metres on the ground for one logical point on the screen.
    pub metres_per_point: f64,
}
