//! The one integration binary: the library and the built programs from outside.

#![allow(missing_docs, clippy::unwrap_used)]

mod import;
mod layering;
mod licences;
mod server;
mod store;
mod texts;
