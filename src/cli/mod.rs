//! The edge of both programs: command lines, profile folders, logging, exit codes.

#[cfg(feature = "console")]
pub mod console;
pub mod demo;
#[cfg(feature = "console")]
mod demonstration;
#[cfg(feature = "console")]
mod export;
#[cfg(feature = "console")]
mod geocode;
#[cfg(feature = "console")]
mod grid;
#[cfg(feature = "console")]
mod headless;
#[cfg(feature = "console")]
pub mod import;
pub mod log;
#[cfg(feature = "console")]
pub mod render;
#[cfg(feature = "console")]
mod section;
#[cfg(feature = "server")]
pub mod server;
#[cfg(feature = "console")]
mod sheet;
#[cfg(feature = "console")]
mod window;
