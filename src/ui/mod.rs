//! The window: egui panels that read the state and send actions. `shell` is its loop, `view` the whole of it as a
//! function of the state; one file for each panel, one folder for each seat.

pub mod beside;
pub mod call_centre;
pub mod case_panel;
pub mod column;
pub mod command;
pub mod command_bar;
pub mod data;
pub mod grid;
pub mod hover;
pub mod inbox;
pub mod keys;
pub mod layers;
pub mod local;
pub mod login;
pub mod map_overlay;
pub mod map_panel;
pub mod notices;
pub mod queue;
pub mod section;
pub mod settings;
pub mod sheet;
pub mod shell;
pub mod status_bar;
pub mod step_form;
pub mod still;
pub mod supervision;
pub mod theme;
pub mod timeline;
pub mod tools;
pub mod top_bar;
pub mod view;
pub mod widgets;
pub mod words;

#[cfg(test)]
mod tests;
