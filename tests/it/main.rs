//! The one integration binary: the library and the built programs from outside.

#![allow(missing_docs, clippy::unwrap_used)]

#[cfg(feature = "console")]
mod bringing;
#[cfg(feature = "console")]
mod exporting;
mod golden;
mod headless;
mod headless_desk;
#[cfg(feature = "console")]
mod imagery;
mod import;
mod intake;
#[cfg(feature = "console")]
mod keeping;
mod layering;
mod licences;
mod server;
mod store;
mod texts;
mod tiles;
#[cfg(all(unix, feature = "console"))]
mod window;
