//! The one position type that all rooms share. Other coordinate spaces live in `spatial`.

use serde::{Deserialize, Serialize};

/// Longitude and latitude in degrees, CGCS2000 (EPSG:4490), to which WGS 84 fixes are taken as equal
/// (DOMAIN.md 7.2). Never GCJ-02 or BD-09: those have types of their own in `spatial`.
#[derive(Clone, Copy, PartialEq, Debug, Default, Serialize, Deserialize)]
pub struct LonLat {
    /// Degrees east.
    pub lon: f64,
    /// Degrees north.
    pub lat: f64,
}

impl LonLat {
    /// A position from degrees east and north.
    pub const fn new(lon: f64, lat: f64) -> Self {
        Self { lon, lat }
    }

    /// Whether both numbers are finite and on the globe.
    pub fn is_valid(self) -> bool {
        self.lon.is_finite() && self.lat.is_finite() && self.lon.abs() <= 180.0 && self.lat.abs() <= 90.0
    }
}
