//! Places in words: the gazetteer of the map pack, forwards and backwards.

/// Places of a map pack, found by words.
#[derive(Debug, Default)]
pub struct Gazetteer {}
