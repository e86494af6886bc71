//! Places in words: the gazetteer of the map pack, forwards and backwards.

mod gazetteer;
mod normalise;
mod parse;
mod rank;

pub use gazetteer::Gazetteer;
pub use normalise::normalise;
pub use rank::{Hit, HitKind, Reason};
