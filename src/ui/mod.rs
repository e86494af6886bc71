//! The window: egui panels that read the state and send actions.
