//! Space: coordinate systems, the map pack, importers, indexes, measuring. Knows no drawing and no cases.

pub mod crs;
pub mod feature;
pub mod import;
pub mod index;
pub mod pack;
pub mod plane;
pub mod street;
mod words;
