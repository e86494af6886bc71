//! Lettering: faces, the pictures of words, and where they find room.

pub mod along;
pub mod font;
pub mod place;
pub mod sprite;

pub use place::{Layout, Piece, Placed, Request, place};
