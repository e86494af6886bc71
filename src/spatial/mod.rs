//! Space: coordinate systems, the map pack, importers, indexes, measuring. Knows no drawing and no cases.

pub mod crs;
pub mod feature;
pub mod import;
pub mod grid;
pub mod index;
pub mod outline;
pub mod pack;
pub mod plane;
pub mod street;
mod words;
