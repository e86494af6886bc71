//! Numbers of tiles and the ground they cover. Columns count from 180° W to the east, rows from the north downwards; the
//! files that count rows from the south are turned where they are read.

use std::f64::consts::PI;

use serde::{Deserialize, Serialize};

use crate::base::LonLat;

/// The deepest level of any known service; a column's number fits an `u32` with room to spare.
pub const DEEPEST: u8 = 24;
/// Web Mercator ends here.
const MERCATOR_LAT: f64 = 85.051_128_779_806_59;
/// Metres of the equator on a pixel of the only tile of level 0, 256 pixels wide.
const MERCATOR_METRES: f64 = 2.0 * PI * 6_378_137.0 / 256.0;
/// Metres of a degree of latitude, on an average.
const METRES_OF_A_DEGREE: f64 = 111_195.0;

/// How the globe is cut.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tiling {
    /// Web Mercator (EPSG:3857): one tile at level 0, four times as many with each level. `w` of Tianditu.
    #[default]
    Mercator,
    /// Degrees (EPSG:4490, EPSG:4326): two tiles beside each other at level 1. `c` of Tianditu.
    Degrees,
}

/// One tile.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct Tile {
    /// Level.
    pub z: u8,
    /// Column from the west.
    pub x: u32,
    /// Row from the north.
    pub y: u32,
}

impl Tile {
    /// A tile by its numbers; `None` when there is no such tile.
    pub fn new(tiling: Tiling, z: u8, x: u32, y: u32) -> Option<Self> {
        let [columns, rows] = tiling.extent(z)?;
        (x < columns && y < rows).then_some(Self { z, x, y })
    }

    /// The tile of the level above that holds it.
    pub fn parent(self) -> Option<Self> {
        (self.z > 0).then(|| Self { z: self.z - 1, x: self.x / 2, y: self.y / 2 })
    }

    /// Its row as MBTiles and TMS count it, from the south (Web Mercator).
    pub fn row_from_south(self) -> u32 {
        (1_u32 << self.z) - 1 - self.y
    }
}

impl Tiling {
    /// Columns and rows of a level; `None` for a level that is not served.
    pub fn extent(self, z: u8) -> Option<[u32; 2]> {
        match self {
            _ if z > DEEPEST => None,
            Self::Mercator => Some([1 << z, 1 << z]),
            Self::Degrees => (z > 0).then(|| [1 << z, 1 << (z - 1)]),
        }
    }

    /// Where a position lies, in tiles of level `z` from the north-western corner. Positions beyond the poles of the cut are
    /// brought to its edge.
    pub fn place(self, at: LonLat, z: u8) -> [f64; 2] {
        let columns = f64::from(1_u32 << z.min(DEEPEST));
        let x = (at.lon + 180.0) / 360.0 * columns;
        let y = match self {
            Self::Mercator => {
                let lat = at.lat.clamp(-MERCATOR_LAT, MERCATOR_LAT).to_radians();
                (1.0 - lat.tan().asinh() / PI) / 2.0 * columns
            }
            Self::Degrees => (90.0 - at.lat.clamp(-90.0, 90.0)) / 360.0 * columns,
        };
        [x, y]
    }

    /// The position of a place that is so many tiles of level `z` from the north-western corner.
    pub fn lonlat(self, z: u8, [x, y]: [f64; 2]) -> LonLat {
        let columns = f64::from(1_u32 << z.min(DEEPEST));
        let lon = x / columns * 360.0 - 180.0;
        let lat = match self {
            Self::Mercator => (PI * (1.0 - 2.0 * y / columns)).sinh().atan().to_degrees(),
            Self::Degrees => 90.0 - y / columns * 360.0,
        };
        LonLat::new(lon, lat)
    }

    /// Metres of ground on a pixel of a tile of 256 pixels, at a latitude.
    pub fn metres_per_pixel(self, z: u8, lat: f64) -> f64 {
        let columns = f64::from(1_u32 << z.min(DEEPEST));
        match self {
            Self::Mercator => MERCATOR_METRES * lat.clamp(-MERCATOR_LAT, MERCATOR_LAT).to_radians().cos() / columns,
            Self::Degrees => METRES_OF_A_DEGREE * 360.0 / 256.0 / columns,
        }
    }
}
