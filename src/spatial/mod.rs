//! Space: coordinate systems, the map pack, importers, indexes, measuring. Knows no drawing and no cases.

pub mod crs;
pub mod crs_out;
pub mod export;
pub mod feature;
pub mod filter;
pub mod grid;
pub mod import;
pub mod incidents;
pub mod index;
pub mod measure;
pub mod outline;
pub mod pack;
pub mod plane;
pub mod raster;
pub mod section;
pub mod select;
pub mod street;
pub mod typed;
mod words;
