//! `update` by scripts of inputs: what goes in, what the state says, what is asked for outside.

mod bar;
mod beside;
mod bookmarks;
mod case;
mod conflict;
pub(crate) mod desk;
mod draft;
mod export;
mod intake;
mod keeping;
mod map;
mod property;
mod queue;
mod raster;
mod session;
mod sheet;
mod style;
mod sync;
mod themes;
mod tools;
