//! What the programs say to each other: versioned wire types, and nothing that acts.
//!
//! The bodies of commands and entries are the serialised forms of [`crate::domain`]; `tests/it/protocol.rs` pins them
//! with a corpus of every form ever shipped.

pub mod api;
pub mod chain;
pub mod problem;

/// Version of the protocol spoken by this build.
pub const PROTO: u32 = 1;
