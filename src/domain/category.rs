//! Classes of components and events, searched by words and pinyin.

/// All classes of both schemes.
#[derive(Clone, Debug, Default)]
pub struct Catalogue {}
