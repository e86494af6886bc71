//! How the ground looks.

pub mod kind;
mod layers;
pub mod palette;
pub mod text;
mod themes;

use serde::{Deserialize, Serialize};

use kind::Kind;
pub use layers::{LayerLook, denominator, faded};
use palette::Rgba;

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
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum MapTheme {
    /// Pale ground.
    #[default]
    Light,
    /// Dark ground.
    Dark,
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

/// From metres per point to a width in points: `(metres, points)`, between which the logarithm of the scale decides.
type Stops = &'static [(f32, f32)];

fn at_scale(stops: Stops, metres_per_point: f32) -> f32 {
    let Some(first) = stops.first() else { return 0.0 };
    if metres_per_point <= first.0 {
        return first.1;
    }
    for pair in stops.windows(2) {
        let [(from, low), (to, high)] = [pair[0], pair[1]];
        if metres_per_point <= to {
            let t = (metres_per_point / from).ln() / (to / from).ln();
            return low + (high - low) * t;
        }
    }
    stops.last().map_or(0.0, |last| last.1)
}

/// Width of a line of the kind; 0 where it is not drawn.
pub fn width(kind: Kind, metres_per_point: f32) -> f32 {
    if f64::from(metres_per_point) > kind.max_metres_per_pixel() {
        return 0.0;
    }
    if let Some(stops) = themes::stops(kind) {
        return at_scale(stops, metres_per_point);
    }
    let stops: Stops = match kind {
        Kind::Motorway => &[
            (0.06, 90.0),
            (0.25, 34.0),
            (0.5, 22.0),
            (1.0, 14.0),
            (2.0, 9.0),
            (4.0, 6.0),
            (8.0, 4.4),
            (32.0, 2.4),
            (128.0, 1.2),
        ],
        Kind::Trunk => &[
            (0.06, 90.0),
            (0.25, 32.0),
            (0.5, 20.0),
            (1.0, 12.5),
            (2.0, 8.0),
            (4.0, 5.4),
            (8.0, 3.8),
            (32.0, 2.0),
            (128.0, 1.0),
        ],
        Kind::Primary => &[
            (0.06, 80.0),
            (0.25, 30.0),
            (0.5, 19.0),
            (1.0, 12.0),
            (2.0, 7.6),
            (4.0, 5.0),
            (8.0, 3.4),
            (32.0, 1.4),
            (100.0, 0.6),
        ],
        Kind::Secondary => &[
            (0.06, 70.0),
            (0.25, 26.0),
            (0.5, 16.5),
            (1.0, 10.0),
            (2.0, 6.4),
            (4.0, 4.2),
            (8.0, 2.6),
            (16.0, 1.6),
            (48.0, 0.7),
        ],
        Kind::Tertiary | Kind::TunnelMajor => {
            &[(0.06, 60.0), (0.25, 21.0), (0.5, 13.5), (1.0, 8.4), (2.0, 5.2), (4.0, 3.2), (8.0, 1.8), (24.0, 0.7)]
        }
        Kind::Minor | Kind::Construction | Kind::TunnelMinor => {
            &[(0.06, 44.0), (0.25, 15.0), (0.5, 10.0), (1.0, 6.4), (2.0, 3.8), (4.0, 2.0), (10.0, 0.7)]
        }
        Kind::Service => &[(0.06, 30.0), (0.25, 9.0), (0.5, 6.0), (1.0, 3.8), (2.0, 2.0), (4.5, 0.8)],
        Kind::Pedestrian => &[(0.06, 32.0), (0.25, 10.0), (0.5, 6.6), (1.0, 4.2), (2.0, 2.4), (6.0, 0.8)],
        Kind::Path | Kind::Track => &[(0.1, 3.0), (0.5, 1.6), (1.0, 1.1), (1.8, 0.7)],
        Kind::Rail => &[(0.25, 5.0), (1.0, 3.0), (4.0, 2.4), (16.0, 1.8), (128.0, 0.8)],
        Kind::RailSiding | Kind::Tram => &[(0.25, 2.4), (1.0, 1.6), (4.5, 0.9)],
        Kind::Subway => &[(0.25, 4.0), (1.0, 3.0), (4.0, 2.2), (48.0, 1.0)],
        Kind::River => &[(0.1, 40.0), (0.5, 12.0), (1.0, 8.0), (4.0, 3.4), (48.0, 1.0)],
        Kind::Stream => &[(0.1, 14.0), (0.5, 4.0), (1.0, 2.6), (4.0, 1.4), (10.0, 0.7)],
        Kind::TreeRow => &[(0.1, 24.0), (0.5, 6.0), (1.0, 3.4), (1.8, 1.6)],
        Kind::Shore => &[(0.5, 1.3), (24.0, 0.8)],
        Kind::GreenEdge => &[(0.5, 1.0), (1.0, 0.7)],
        Kind::CompoundWall => &[(0.5, 1.2), (2.5, 0.7)],
        Kind::BuildingEdge => &[(0.25, 1.0), (0.9, 0.7)],
        Kind::PipeWater
        | Kind::PipeSewage
        | Kind::PipeStorm
        | Kind::PipeGas
        | Kind::PipeHeat
        | Kind::PipePower
        | Kind::PipeTelecom
        | Kind::PipeOther => &[(0.1, 2.4), (0.25, 1.4), (0.5, 0.8)],
        // DOMAIN.md 7.1: the cell 1.2, community, street and district 1.5, 2.5 and 3.5 pixels.
        Kind::GridBorder => &[(1.4, 1.2), (3.4, 0.6)],
        Kind::CommunityBorder => &[(8.0, 1.5), (24.0, 1.0)],
        Kind::StreetBorder => &[(16.0, 2.5), (96.0, 1.4)],
        Kind::DistrictBorder => &[(32.0, 3.5), (200.0, 1.6)],
        Kind::OtherBorder => &[(64.0, 1.4), (200.0, 1.0)],
        Kind::Component => &[(0.06, 16.0), (0.2, 11.0), (0.35, 6.0), (0.6, 3.0)],
        Kind::PipePoint => &[(0.3, 7.0), (0.6, 4.0)],
        Kind::Incident => &[(0.3, 7.0), (0.6, 5.0)],
        // Twice the radius of a disc of one incident.
        Kind::Cluster => &[(0.6, 2.0)],
        _ => return 0.0,
    };
    at_scale(stops, metres_per_point)
}

/// Width of a road's edge on either side; 0 where the road is too thin for one.
fn edge(width: f32) -> f32 {
    if width < 2.2 { 0.0 } else { (0.45 + width * 0.04).min(1.2) }
}

const ROADS: [Kind; 9] = [
    Kind::Pedestrian,
    Kind::Service,
    Kind::Construction,
    Kind::Minor,
    Kind::Tertiary,
    Kind::Secondary,
    Kind::Primary,
    Kind::Trunk,
    Kind::Motorway,
];

const PIPES: [(Kind, Dash); 8] = [
    (Kind::PipeOther, [3.0, 2.0, 3.0, 2.0]),
    (Kind::PipeStorm, [7.0, 2.5, 7.0, 2.5]),
    (Kind::PipeSewage, [11.0, 2.5, 11.0, 2.5]),
    (Kind::PipeWater, SOLID),
    (Kind::PipeHeat, [9.0, 2.0, 2.0, 2.0]),
    (Kind::PipeGas, [14.0, 2.0, 2.0, 2.0]),
    (Kind::PipeTelecom, [4.0, 2.0, 4.0, 2.0]),
    (Kind::PipePower, [6.0, 2.0, 1.5, 2.0]),
];

/// What is drawn at a scale, from the ground upwards: without the hidden layers, and those of `opacities` as opaque as
/// they say, in percent.
pub fn steps(
    theme: MapTheme,
    metres_per_point: f64,
    hidden: &[LayerGroup],
    opacities: &[(LayerGroup, u8)],
) -> Vec<Step> {
    let scale = metres_per_point as f32;
    let mut steps = Vec::with_capacity(80);
    let fill = |steps: &mut Vec<Step>, kind: Kind| {
        if metres_per_point <= kind.max_metres_per_pixel() {
            steps.push(Step { kind, color: palette::body(kind, theme), half_width: 0.0, dash: SOLID });
        }
    };
    let line = |steps: &mut Vec<Step>, kind: Kind, color: Rgba, more: f32, dash: Dash| {
        let width = width(kind, scale);
        if width > 0.0 && width + 2.0 * more > 0.0 {
            steps.push(Step { kind, color, half_width: width / 2.0 + more, dash });
        }
    };
    let body = |kind| palette::body(kind, theme);
    let themes = |steps: &mut Vec<Step>, group: LayerGroup| {
        for (kind, dash) in themes::STEPS.iter().filter(|(kind, _)| kind.group() == group) {
            line(steps, *kind, body(*kind), 0.0, *dash);
        }
    };
    for kind in [
        Kind::LandOther,
        Kind::LandResidential,
        Kind::LandCommercial,
        Kind::LandIndustrial,
        Kind::LandTransport,
        Kind::Farmland,
        Kind::LandEducation,
        Kind::LandMedical,
        Kind::Compound,
        Kind::Grass,
        Kind::Wood,
        Kind::Park,
        Kind::Pitch,
    ] {
        fill(&mut steps, kind);
    }
    line(&mut steps, Kind::GreenEdge, body(Kind::GreenEdge), 0.0, SOLID);
    line(&mut steps, Kind::TreeRow, body(Kind::TreeRow), 0.0, SOLID);
    themes(&mut steps, LayerGroup::Relief);
    for kind in [Kind::Stream, Kind::River] {
        line(&mut steps, kind, body(kind), 0.0, SOLID);
    }
    fill(&mut steps, Kind::Water);
    line(&mut steps, Kind::Shore, body(Kind::Shore), 0.0, SOLID);
    line(&mut steps, Kind::CompoundWall, body(Kind::CompoundWall), 0.0, SOLID);
    for kind in [Kind::TunnelMinor, Kind::TunnelMajor] {
        let more = edge(width(kind, scale));
        line(&mut steps, kind, palette::casing(kind, theme), more, [4.0, 3.0, 4.0, 3.0]);
        line(&mut steps, kind, body(kind), 0.0, SOLID);
    }
    line(&mut steps, Kind::Subway, body(Kind::Subway), 0.0, [7.0, 4.0, 7.0, 4.0]);
    fill(&mut steps, Kind::Building);
    line(&mut steps, Kind::BuildingEdge, body(Kind::BuildingEdge), 0.0, SOLID);
    line(&mut steps, Kind::Track, body(Kind::Track), 0.0, [6.0, 3.0, 6.0, 3.0]);
    line(&mut steps, Kind::Path, body(Kind::Path), 0.0, [3.0, 2.0, 3.0, 2.0]);
    for kind in ROADS {
        let more = edge(width(kind, scale));
        if more > 0.0 {
            line(&mut steps, kind, palette::casing(kind, theme), more, SOLID);
        }
    }
    for kind in ROADS {
        let color = if edge(width(kind, scale)) > 0.0 { body(kind) } else { palette::casing(kind, theme) };
        line(&mut steps, kind, color, 0.0, SOLID);
    }
    for kind in [Kind::Tram, Kind::RailSiding] {
        line(&mut steps, kind, body(kind), 0.0, SOLID);
    }
    line(&mut steps, Kind::Rail, body(Kind::Rail), 0.0, SOLID);
    if width(Kind::Rail, scale) > 2.0 {
        // The white of the black-and-white sign; thinner by half a point on either side.
        line(&mut steps, Kind::Rail, palette::palette(theme).sign_paper, -0.55, [8.0, 8.0, 8.0, 8.0]);
    }
    themes(&mut steps, LayerGroup::Parcels);
    themes(&mut steps, LayerGroup::Sites);
    for (kind, dash) in PIPES {
        line(&mut steps, kind, body(kind), 0.0, dash);
    }
    line(&mut steps, Kind::PipePoint, body(Kind::PipePoint), 0.0, SOLID);
    let mut color = body(Kind::GridBorder);
    // Far away the net would cover the ground; it steps back before it goes.
    color[3] = (255.0 * (1.0 - (scale.max(1.4) / 1.4).ln() / 1.1).clamp(0.25, 1.0)) as u8;
    line(&mut steps, Kind::GridBorder, color, 0.0, SOLID);
    line(&mut steps, Kind::OtherBorder, body(Kind::OtherBorder), 0.0, [6.0, 4.0, 6.0, 4.0]);
    line(&mut steps, Kind::CommunityBorder, body(Kind::CommunityBorder), 0.0, [9.0, 3.0, 1.5, 3.0]);
    line(&mut steps, Kind::StreetBorder, body(Kind::StreetBorder), 0.0, [14.0, 4.0, 2.5, 4.0]);
    line(&mut steps, Kind::DistrictBorder, body(Kind::DistrictBorder), 0.0, [20.0, 5.0, 3.5, 5.0]);
    themes(&mut steps, LayerGroup::Patrols);
    line(&mut steps, Kind::Component, body(Kind::Component), 0.0, SOLID);
    themes(&mut steps, LayerGroup::Video);
    themes(&mut steps, LayerGroup::Emergency);
    // One or the other: discs where points would run into each other.
    let kind = if metres_per_point <= Kind::Incident.max_metres_per_pixel() { Kind::Incident } else { Kind::Cluster };
    line(&mut steps, kind, body(kind), 0.0, SOLID);
    steps.retain(|step| !hidden.contains(&step.kind.group()));
    for step in &mut steps {
        if let Some((_, opacity)) = opacities.iter().find(|(group, _)| *group == step.kind.group()) {
            step.color = faded(step.kind, step.color, *opacity, theme);
        }
    }
    steps
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_is_drawn_at_some_scale_and_by_its_layer() {
        for theme in [MapTheme::Light, MapTheme::Dark] {
            let drawn: Vec<Kind> = [0.1, 0.3, 0.8, 2.0]
                .iter()
                .flat_map(|scale| steps(theme, *scale, &[], &[]))
                .map(|step| step.kind)
                .collect();
            for kind in Kind::ALL {
                assert!(drawn.contains(&kind), "{kind:?}");
            }
        }
        let hidden = [
            LayerGroup::UnitGrid,
            LayerGroup::Boundaries,
            LayerGroup::Components,
            LayerGroup::Pipelines,
            LayerGroup::Incidents,
            LayerGroup::Parcels,
            LayerGroup::Sites,
            LayerGroup::Patrols,
            LayerGroup::Video,
            LayerGroup::Emergency,
            LayerGroup::Relief,
        ];
        let left: Vec<Kind> = steps(MapTheme::Light, 0.3, &hidden, &[]).iter().map(|step| step.kind).collect();
        assert!(
            left.contains(&Kind::Water)
                && left
                    .iter()
                    .all(|kind| *kind < Kind::ParcelHome && !matches!(kind, Kind::Contour | Kind::ContourIndex))
        );
        assert!(steps(MapTheme::Light, 0.3, &LayerGroup::ALL, &[]).is_empty(), "each kind has a layer that hides it");
    }

    #[test]
    fn borders_grow_with_rank_and_keep_their_signs() {
        let widths = [Kind::GridBorder, Kind::CommunityBorder, Kind::StreetBorder, Kind::DistrictBorder]
            .map(|kind| width(kind, 1.0));
        assert_eq!(widths, [1.2, 1.5, 2.5, 3.5]);
        let grid =
            steps(MapTheme::Light, 1.0, &[], &[]).into_iter().find(|step| step.kind == Kind::GridBorder).unwrap();
        assert_eq!(grid.color, [0xE4, 0x00, 0x7F, 255]);
    }

    #[test]
    fn lines_grow_steadily_with_the_scale() {
        for kind in Kind::ALL {
            let widths: Vec<f32> = (0..200).map(|i| width(kind, 0.04 * 1.06_f32.powi(i))).collect();
            assert!(widths.windows(2).all(|pair| pair[1] <= pair[0] + 1e-4), "{kind:?}");
        }
    }
}
