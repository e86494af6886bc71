//! What a map pack holds: features in layers.

use geo::Geometry;
use serde::{Deserialize, Serialize};

/// Layers of a map pack; each is one feature table of the GeoPackage, named by [`Layer::table`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Layer {
    /// Lakes, rivers and canals as areas; streams as lines.
    Water,
    /// Parks, woods, grass.
    Green,
    /// Plots by use (residential, commercial, school grounds): the ground colour of a block.
    #[serde(rename = "landuse")]
    LandUse,
    /// Lines of equal height: `class` = `index` (numbered) or `intermediate`.
    Contours,
    /// Administrative boundaries: `class` = `district`, `street`, `community`, `country`, …; `code` where known.
    Boundaries,
    /// Residential compounds (小区) as areas.
    Compounds,
    /// Parcels (宗地) as areas: `class` is the land use of GB/T 21010-2017, `code` the 19 digits and letters of GB/T 37346-2019.
    Parcels,
    /// Buildings as areas; `floors` where known.
    Buildings,
    /// Construction sites as areas: `class` = `housing`, `road`, `utility`, `renovation`.
    Sites,
    /// Roads as lines; `class` is the OSM highway value.
    Roads,
    /// Railways and subways as lines.
    Railways,
    /// Underground pipelines as lines; `class` is the kind (water, sewage, storm, gas, heat, power, telecom).
    Pipelines,
    /// Unit grid cells as areas; `code` has 15 digits.
    UnitGrids,
    /// Duty grids as areas: unit grid cells joined, bound to a person.
    DutyGrids,
    /// Patrol routes as lines.
    PatrolRoutes,
    /// Address points: `street`, `number`, `compound`, `building` in the attributes.
    Addresses,
    /// Points of interest; `class` is the kind.
    Pois,
    /// Components as points; `class` has four digits of `scheme`, `code` 16 digits where known.
    Components,
    /// Video points: `class` = `fixed`, `dome`, `crossing`; `code` has the 20 digits of GB/T 28181.
    VideoPoints,
    /// Emergency resources as points: `class` = `shelter`, `hydrant`, `store`, `medical`.
    Emergency,
    /// Past incidents as points, one for each case: `class` has four digits of `scheme`, `code` is the number of the case.
    Incidents,
}

impl Layer {
    /// All layers, from the ground upwards.
    pub const ALL: [Self; 21] = [
        Self::Water,
        Self::Green,
        Self::LandUse,
        Self::Contours,
        Self::Boundaries,
        Self::Compounds,
        Self::Parcels,
        Self::Buildings,
        Self::Sites,
        Self::Roads,
        Self::Railways,
        Self::Pipelines,
        Self::UnitGrids,
        Self::DutyGrids,
        Self::PatrolRoutes,
        Self::Addresses,
        Self::Pois,
        Self::Components,
        Self::VideoPoints,
        Self::Emergency,
        Self::Incidents,
    ];

    /// Table name in the GeoPackage.
    pub fn table(self) -> &'static str {
        match self {
            Self::Water => "water",
            Self::Green => "green",
            Self::LandUse => "landuse",
            Self::Contours => "contours",
            Self::Boundaries => "boundaries",
            Self::Compounds => "compounds",
            Self::Parcels => "parcels",
            Self::Buildings => "buildings",
            Self::Sites => "sites",
            Self::Roads => "roads",
            Self::Railways => "railways",
            Self::Pipelines => "pipelines",
            Self::UnitGrids => "unit_grids",
            Self::DutyGrids => "duty_grids",
            Self::PatrolRoutes => "patrol_routes",
            Self::Addresses => "addresses",
            Self::Pois => "pois",
            Self::Components => "components",
            Self::VideoPoints => "video_points",
            Self::Emergency => "emergency",
            Self::Incidents => "incidents",
        }
    }

    /// The layer kept in a table of this name.
    pub fn from_table(table: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|layer| layer.table() == table)
    }

    /// Further attributes that the layer's table keeps, beside `class`, `code` and `name`.
    pub fn columns(self) -> &'static [&'static str] {
        match self {
            Self::Water | Self::Green => &["height_m"],
            Self::LandUse => &["street", "number", "compound"],
            Self::Contours => &["height_m"],
            Self::Boundaries => &["admin_level", "parent"],
            Self::Compounds => &["street", "number", "community"],
            Self::Parcels => {
                &["use", "ownership", "right", "owner", "area_m2", "until", "street", "number", "compound"]
            }
            Self::Buildings => &["floors", "height_m", "street", "number", "compound", "building"],
            Self::Sites => &["state", "permit", "client", "contractor", "starts", "ends", "area_m2", "street", "phone"],
            Self::Roads => &["oneway", "lanes", "width_m", "bridge", "tunnel", "level", "name_en"],
            Self::Railways => &["bridge", "tunnel", "level"],
            Self::Pipelines => &["depth_m", "diameter_mm", "material", "owner", "state", "built"],
            Self::UnitGrids => &["community", "area_m2", "officer", "kind", "state"],
            Self::DutyGrids => &["officer", "badge", "phone", "cells", "area_m2"],
            Self::PatrolRoutes => &["officer", "badge", "turn", "hours", "length_m"],
            Self::Addresses => &["street", "number", "compound", "building", "city"],
            Self::Pois => &["street", "number", "phone", "compound"],
            Self::Components => &["scheme", "state", "grid", "department", "owner", "street", "built", "note"],
            Self::VideoPoints => &["direction_degrees", "reach_m", "state", "owner", "grid", "street", "built"],
            Self::Emergency => &["capacity", "holds", "state", "keeper", "phone", "grid", "street", "checked"],
            Self::Incidents => &["kind", "scheme", "reported_at", "grid"],
        }
    }
}

/// A feature on its way into or out of a map pack. Coordinates are longitude, latitude in degrees (EPSG:4490).
#[derive(Clone, PartialEq, Debug)]
pub struct Feature {
    /// Where it belongs.
    pub layer: Layer,
    /// Class within the layer: highway value, pipeline kind, component class, kind of place.
    pub class: String,
    /// Code within its own system: 15 digits of a cell, 16 of a component, or empty.
    pub code: String,
    /// Name as shown, or empty.
    pub name: String,
    /// Further attributes, by column name: `street`, `number`, `compound`, `building`, `floors`, `depth_m`, `state`, ….
    pub extra: Vec<(&'static str, String)>,
    /// The shape.
    pub geometry: Geometry<f64>,
}

impl Feature {
    /// The value of a further attribute.
    pub fn extra(&self, key: &str) -> Option<&str> {
        self.extra.iter().find(|(name, _)| *name == key).map(|(_, value)| value.as_str())
    }
}

/// A feature of a pack: its layer, and its row there.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub struct FeatureId {
    /// The layer.
    pub layer: Layer,
    /// The row's `fid`.
    pub fid: i64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_script_names_a_layer_as_its_table_is_called() {
        for layer in Layer::ALL {
            assert_eq!(serde_json::to_string(&layer).unwrap(), format!("\"{}\"", layer.table()));
        }
    }
}
