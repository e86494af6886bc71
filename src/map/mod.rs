//! The map engine: camera, style, scene, labels, picking, drawing. Draws what it is handed and knows no cases.

pub mod camera;
pub mod drawing;
pub mod gpu;
pub mod label;
pub mod overlay;
pub mod pick;
pub mod raster;
pub mod scene;
pub mod sheet;
pub mod side;
pub mod soft;
pub mod style;
pub mod widget;
