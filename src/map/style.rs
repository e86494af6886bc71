//! How the ground looks.

use serde::{Deserialize, Serialize};

/// Layers that a person shows and hides together.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LayerGroup {
    /// Names of roads and places.
    Names,
    /// Unit grid cells.
    UnitGrid,
    /// Community, street and district boundaries.
    Boundaries,
    /// Components.
    Components,
    /// Underground pipelines.
    Pipelines,
    /// Addresses and points of interest.
    Places,
    /// Signs of cases.
    Cases,
    /// Patrol officers.
    Officers,
}

/// Ground for the day or for the night.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum MapTheme {
    /// Pale ground.
    #[default]
    Light,
    /// Dark ground.
    Dark,
}
