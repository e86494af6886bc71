//! The edge of both programs: command lines, profile folders, logging, exit codes.

#[cfg(feature = "console")]
pub mod console;
pub mod import;
#[cfg(feature = "server")]
pub mod server;
