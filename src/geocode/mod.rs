//! Places in words: the gazetteer of the map pack, forwards and backwards.
//!
//! A phrase is brought into one form (`normalise`), taken apart into readings (`parse`, `number`), and each reading leads to
//! places (`resolve`, with `names` and `roads`), off which the point may be moved (`moves`). docs/geocoding.md tells it to
//! people.

mod gazetteer;
mod moves;
mod names;
mod normalise;
mod number;
mod numerals;
mod parse;
mod rank;
mod resolve;
mod reverse;
mod roads;
#[cfg(test)]
mod tests;
mod typing;
mod words;

pub use gazetteer::Gazetteer;
pub use normalise::normalise;
pub use parse::Relation;
pub use rank::{Hit, HitKind, Reason};
pub use reverse::{Around, Nearby, around};
