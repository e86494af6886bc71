//! The window without a window: whole panels on a console in memory, worked by accessible names and by keys.

mod bench;
mod call;
mod case;
mod data;
mod export;
mod grid;
mod imagery;
mod look;
mod panes;
mod quiet;
mod sheet;
mod strip;
mod themes;
mod tools;
