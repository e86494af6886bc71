//! The district server: the same rules, the deciding side.
