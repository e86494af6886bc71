//! How the ground looks.
//!
//! What is drawn, and in which order, is in the sources; how it looks is in a style file. The built-in one lies in
//! `assets/style`, and one of an office's own changes what it names. docs/style.md tells what each entry means.

mod file;
mod key;
pub mod kind;
mod layers;
mod order;
pub mod palette;
mod sheet;
pub mod text;
pub mod vision;

use serde::{Deserialize, Serialize};

pub use file::{Fault, Problem, changes, merged, written};
pub use key::{Allowed, Key, Raw, Value, hex};
use kind::Kind;
pub use layers::{LayerLook, denominator, faded};
pub use order::steps;
use palette::Rgba;
pub use sheet::{BUILT_IN, Style};

use crate::spatial::feature::Layer;

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
    /// Parcels by land use and ownership.
    Parcels,
    /// Construction sites.
    Sites,
    /// Patrol routes and duty grids.
    Patrols,
    /// Video points.
    Video,
    /// Emergency resources.
    Emergency,
    /// Lines of equal height.
    Relief,
    /// Past incidents.
    Incidents,
    /// Signs of cases.
    Cases,
    /// Patrol officers.
    Officers,
    /// Rails above and below ground.
    Rails,
    /// Roads and paths.
    Roads,
    /// Buildings.
    Buildings,
    /// Waters and their shores.
    Water,
    /// Parks, woods, lawns, fields, rows of trees.
    Green,
    /// Use of land, compounds and their walls.
    Land,
}

impl LayerGroup {
    /// The group with which a layer of the pack is shown and hidden.
    pub fn of(layer: Layer) -> Self {
        match layer {
            Layer::Water => Self::Water,
            Layer::Green => Self::Green,
            Layer::LandUse | Layer::Compounds => Self::Land,
            Layer::Buildings => Self::Buildings,
            Layer::Roads => Self::Roads,
            Layer::Railways => Self::Rails,
            Layer::Contours => Self::Relief,
            Layer::Boundaries => Self::Boundaries,
            Layer::Parcels => Self::Parcels,
            Layer::Sites => Self::Sites,
            Layer::Pipelines => Self::Pipelines,
            Layer::UnitGrids => Self::UnitGrid,
            Layer::DutyGrids | Layer::PatrolRoutes => Self::Patrols,
            Layer::Addresses | Layer::Pois => Self::Places,
            Layer::Components => Self::Components,
            Layer::VideoPoints => Self::Video,
            Layer::Emergency => Self::Emergency,
            Layer::Incidents => Self::Incidents,
        }
    }

    /// Hidden until somebody wants them: themes that would lie between a dispatcher and the case.
    pub const HIDDEN_AT_FIRST: [Self; 5] = [Self::Parcels, Self::Patrols, Self::Video, Self::Emergency, Self::Relief];

    /// What tells of cases and persons: on a sheet only where it is asked for.
    pub const SIGNS: [Self; 3] = [Self::Incidents, Self::Cases, Self::Officers];
}

/// The layers that are shown, as one number that two views are compared by.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Shown(u32);

impl Shown {
    /// All but those hidden.
    pub const fn without(hidden: &[LayerGroup]) -> Self {
        let mut bits = u32::MAX;
        let mut at = 0;
        while at < hidden.len() {
            bits &= !(1 << hidden[at] as u32);
            at += 1;
        }
        Self(bits)
    }

    /// Whether a layer is among them.
    pub const fn holds(self, group: LayerGroup) -> bool {
        self.0 & 1 << group as u32 != 0
    }
}

/// Ground for the day or for the night.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MapTheme {
    /// Pale ground.
    #[default]
    Light,
    /// Dark ground.
    Dark,
    /// White ground, for paper.
    Print,
}

impl MapTheme {
    /// How many there are.
    pub const COUNT: usize = 3;
    /// All, in the order of the style file.
    pub const ALL: [Self; Self::COUNT] = [Self::Light, Self::Dark, Self::Print];

    /// Its name in the style file.
    pub fn word(self) -> &'static str {
        match self {
            Self::Light => "light",
            Self::Dark => "dark",
            Self::Print => "print",
        }
    }
}

/// On, off, on, off along a line, in points; all zero for a line without gaps.
pub type Dash = [f32; 4];

/// A line without gaps.
pub const SOLID: Dash = [0.0; 4];

/// One step of the drawing order: all meshes of a kind, once, with one look.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Step {
    /// Whose meshes.
    pub kind: Kind,
    /// Colour.
    pub color: Rgba,
    /// Half the width of a line, or half the side of a sign, points.
    pub half_width: f32,
    /// Gaps along a line.
    pub dash: Dash,
}
