//! The console without pixels.
//!
//! `Input = Action | Completion | Tick`; [`update::update`] is total, synchronous, and does no I/O: it changes the
//! [`AppState`] and asks for [`Effect`]s, which the shell (window or headless) carries out and answers with
//! [`Completion`]s.

pub mod action;
pub mod bar;
pub mod beside;
pub mod bookmarks;
pub mod effect;
pub mod export;
pub mod intake;
pub mod keeping;
pub mod layers;
pub mod propose;
pub mod raster;
pub mod runtime;
pub mod section;
pub mod sheet;
pub mod state;
pub mod style;
pub mod timeline;
pub mod tools;
pub mod update;
pub mod words;

pub use action::{Action, ConflictVerb, DraftEdit, MapAction};
pub use effect::{Completion, Effect};
pub use state::AppState;
pub use update::{Input, update};
