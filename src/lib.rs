//! jiedao (街道): the command console of a subdistrict office and the district server it works with.
//!
//! Rooms and the directions in which they may look are described in `ARCHITECTURE.md`; `tests/it/layering.rs`
//! keeps them. Everything up to `store` builds without a window and without HTTP
//! (`cargo build --lib --no-default-features`).

pub mod base;
pub mod demo;
pub mod domain;
pub mod geocode;
pub mod protocol;
pub mod spatial;
pub mod store;

#[cfg(feature = "console")]
pub mod app;
#[cfg(feature = "cli")]
pub mod cli;
#[cfg(feature = "console")]
pub mod map;
#[cfg(feature = "console")]
pub mod sync;
#[cfg(feature = "console")]
pub mod ui;

#[cfg(feature = "server")]
pub mod server;
