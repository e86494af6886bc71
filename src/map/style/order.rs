//! What is drawn at a scale, and in which order.

use super::kind::Kind;
use super::palette::Rgba;
use super::{Dash, LayerGroup, MapTheme, SOLID, Step, Style, faded};

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

const PIPES: [Kind; 8] = [
    Kind::PipeOther,
    Kind::PipeStorm,
    Kind::PipeSewage,
    Kind::PipeWater,
    Kind::PipeHeat,
    Kind::PipeGas,
    Kind::PipeTelecom,
    Kind::PipePower,
];

/// The themes in their drawing order. Their areas are outlines or a sparse hatch, so that a theme costs few pixels and hides
/// nothing below it; gaps and shapes tell what the colour tells.
const THEMES: [Kind; 20] = [
    Kind::Contour,
    Kind::ContourIndex,
    Kind::ParcelOther,
    Kind::ParcelTraffic,
    Kind::ParcelGreen,
    Kind::ParcelIndustry,
    Kind::ParcelPublic,
    Kind::ParcelCommerce,
    Kind::ParcelHome,
    Kind::ParcelCollective,
    Kind::SiteHatch,
    Kind::SiteEdge,
    Kind::Site,
    Kind::DutyBorder,
    Kind::PatrolRoute,
    Kind::Video,
    Kind::Hydrant,
    Kind::Medical,
    Kind::Store,
    Kind::Shelter,
];

/// What is drawn at a scale, from the ground upwards: without the hidden layers, and those of `opacities` as opaque as
/// they say, in percent.
pub fn steps(
    style: &Style,
    theme: MapTheme,
    metres_per_point: f64,
    hidden: &[LayerGroup],
    opacities: &[(LayerGroup, u8)],
) -> Vec<Step> {
    let scale = metres_per_point as f32;
    let ground = style.palette(theme).ground;
    let mut steps = Vec::with_capacity(80);
    let fill = |steps: &mut Vec<Step>, kind: Kind| {
        if metres_per_point <= style.farthest(kind) {
            steps.push(Step { kind, color: style.body(kind, theme), half_width: 0.0, dash: SOLID });
        }
    };
    let line = |steps: &mut Vec<Step>, kind: Kind, color: Rgba, more: f32, dash: Dash| {
        let width = style.width(kind, scale);
        if width > 0.0 && width + 2.0 * more > 0.0 {
            steps.push(Step { kind, color, half_width: width / 2.0 + more, dash });
        }
    };
    let body = |kind| style.body(kind, theme);
    let own = |steps: &mut Vec<Step>, kind: Kind| line(steps, kind, body(kind), 0.0, style.dash(kind));
    let themes = |steps: &mut Vec<Step>, group: LayerGroup| {
        for kind in THEMES.into_iter().filter(|kind| kind.group() == group) {
            own(steps, kind);
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
    own(&mut steps, Kind::GreenEdge);
    own(&mut steps, Kind::TreeRow);
    themes(&mut steps, LayerGroup::Relief);
    for kind in [Kind::Stream, Kind::River] {
        own(&mut steps, kind);
    }
    fill(&mut steps, Kind::Water);
    own(&mut steps, Kind::Shore);
    own(&mut steps, Kind::CompoundWall);
    for kind in [Kind::TunnelMinor, Kind::TunnelMajor] {
        let more = edge(style.width(kind, scale));
        line(&mut steps, kind, style.casing(kind, theme), more, style.dash(kind));
        line(&mut steps, kind, body(kind), 0.0, SOLID);
    }
    own(&mut steps, Kind::Subway);
    fill(&mut steps, Kind::Building);
    own(&mut steps, Kind::BuildingEdge);
    own(&mut steps, Kind::Track);
    own(&mut steps, Kind::Path);
    for kind in ROADS {
        let more = edge(style.width(kind, scale));
        if more > 0.0 {
            line(&mut steps, kind, style.casing(kind, theme), more, style.dash(kind));
        }
    }
    for kind in ROADS {
        let color = if edge(style.width(kind, scale)) > 0.0 { body(kind) } else { style.casing(kind, theme) };
        line(&mut steps, kind, color, 0.0, SOLID);
    }
    for kind in [Kind::Tram, Kind::RailSiding] {
        own(&mut steps, kind);
    }
    line(&mut steps, Kind::Rail, body(Kind::Rail), 0.0, SOLID);
    if style.width(Kind::Rail, scale) > 2.0 {
        // The white of the black-and-white sign; thinner by half a point on either side.
        line(&mut steps, Kind::Rail, style.palette(theme).sign_paper, -0.55, style.dash(Kind::Rail));
    }
    themes(&mut steps, LayerGroup::Parcels);
    themes(&mut steps, LayerGroup::Sites);
    for kind in PIPES {
        own(&mut steps, kind);
    }
    own(&mut steps, Kind::PipePoint);
    let mut color = body(Kind::GridBorder);
    // Far away the net would cover the ground; it steps back before it goes.
    color[3] = (255.0 * (1.0 - (scale.max(1.4) / 1.4).ln() / 1.1).clamp(0.25, 1.0)) as u8;
    line(&mut steps, Kind::GridBorder, color, 0.0, style.dash(Kind::GridBorder));
    own(&mut steps, Kind::OtherBorder);
    own(&mut steps, Kind::CommunityBorder);
    own(&mut steps, Kind::StreetBorder);
    own(&mut steps, Kind::DistrictBorder);
    themes(&mut steps, LayerGroup::Patrols);
    own(&mut steps, Kind::Component);
    themes(&mut steps, LayerGroup::Video);
    themes(&mut steps, LayerGroup::Emergency);
    // One or the other: discs where points would run into each other.
    let kind = if metres_per_point <= style.farthest(Kind::Incident) { Kind::Incident } else { Kind::Cluster };
    own(&mut steps, kind);
    steps.retain(|step| !hidden.contains(&step.kind.group()));
    for step in &mut steps {
        if let Some((_, opacity)) = opacities.iter().find(|(group, _)| *group == step.kind.group()) {
            step.color = faded(step.kind, step.color, *opacity, ground);
        }
    }
    steps
}

#[cfg(test)]
mod tests {
    use super::*;

    fn style() -> &'static Style {
        Style::built_in()
    }

    #[test]
    fn every_kind_is_drawn_at_some_scale_and_by_its_layer() {
        for theme in MapTheme::ALL {
            let drawn: Vec<Kind> = [0.1, 0.3, 0.8, 2.0]
                .iter()
                .flat_map(|scale| steps(style(), theme, *scale, &[], &[]))
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
        let left: Vec<Kind> = steps(style(), MapTheme::Light, 0.3, &hidden, &[]).iter().map(|step| step.kind).collect();
        assert!(
            left.contains(&Kind::Water)
                && left
                    .iter()
                    .all(|kind| *kind < Kind::ParcelHome && !matches!(kind, Kind::Contour | Kind::ContourIndex))
        );
        assert!(
            steps(style(), MapTheme::Light, 0.3, &LayerGroup::ALL, &[]).is_empty(),
            "each kind has a layer that hides it"
        );
    }

    #[test]
    fn borders_grow_with_rank_and_keep_their_signs() {
        let widths = [Kind::GridBorder, Kind::CommunityBorder, Kind::StreetBorder, Kind::DistrictBorder]
            .map(|kind| style().width(kind, 1.0));
        assert_eq!(widths, [1.2, 1.5, 2.5, 3.5]);
        let grid = steps(style(), MapTheme::Light, 1.0, &[], &[])
            .into_iter()
            .find(|step| step.kind == Kind::GridBorder)
            .unwrap();
        assert_eq!(grid.color, [0xE4, 0x00, 0x7F, 255]);
    }

    #[test]
    fn lines_grow_steadily_with_the_scale() {
        for kind in Kind::ALL {
            let widths: Vec<f32> = (0..200).map(|i| style().width(kind, 0.04 * 1.06_f32.powi(i))).collect();
            assert!(widths.windows(2).all(|pair| pair[1] <= pair[0] + 1e-4), "{kind:?}");
        }
    }
}
