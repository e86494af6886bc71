//! What is drawn above the base map, handed in by whoever knows what it means.

use crate::base::{LonLat, Revision};

/// Outline of a sign. Shape and colour both tell, so that no meaning hangs on colour alone.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Shape {
    /// Event, or a green lamp.
    Circle,
    /// Component, or a red lamp.
    Square,
    /// A yellow lamp.
    Triangle,
    /// A person on the street.
    Person,
    /// A point just picked.
    Pin,
}

/// One sign.
#[derive(Clone, PartialEq, Debug)]
pub struct Marker {
    /// By which a click tells what was hit; unique within the overlay.
    pub key: u64,
    /// Where.
    pub at: LonLat,
    /// Body of the sign.
    pub shape: Shape,
    /// Colour of the body, sRGB.
    pub fill: [u8; 4],
    /// A small lamp at the corner: its shape and colour.
    pub lamp: Option<(Shape, [u8; 4])>,
    /// One or two characters inside; up to four for a larger sign.
    pub glyph: String,
    /// Degrees clockwise from north, for persons on the move.
    pub heading_degrees: Option<f32>,
    /// Drawn larger and with a ring.
    pub selected: bool,
    /// Drawn in a fainter way: off duty, ended.
    pub faint: bool,
    /// Small letters below the sign.
    pub note: String,
    /// How many times as large as an ordinary sign.
    pub size: f32,
}

/// All signs above the base map.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Overlay {
    /// Grows with every change.
    pub revision: Revision,
    /// In drawing order.
    pub markers: Vec<Marker>,
}
