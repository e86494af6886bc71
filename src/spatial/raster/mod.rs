//! Pictures below the map: where their tiles lie, which of them a view wants, and the files and addresses that have them.
//!
//! * [`tiling`]: numbers of tiles, and the ground that each covers.
//! * [`wanted`]: the tiles of a view, bounded in number.
//! * [`file`](mod@file): MBTiles and PMTiles.
//! * [`address`]: XYZ and WMTS addresses with the user's own key, which is kept out of everything that can be read.
//!
//! Nothing here decodes pictures or speaks with a network.

pub mod address;
mod error;
pub mod file;
mod mbtiles;
mod pmtiles;
#[cfg(test)]
mod tests;
pub mod tiling;
pub mod wanted;

pub use address::{Address, Key};
pub use error::{AddressFault, RasterError};
pub use file::{About, Format, RasterFile};
pub use tiling::{Tile, Tiling};
