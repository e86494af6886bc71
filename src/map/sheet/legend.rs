//! The legend: what of the map's layers lies within the sheet, drawn by the very steps that draw the map.

use std::ops::ControlFlow;

use geo::{BoundingRect as _, Intersects as _, Polygon};

use super::Look;
use super::layout::{Frame, INK, MM_PER_INCH, Shape, area};
use crate::base::text::Lang;
use crate::map::overlay::{self, Overlay};
use crate::map::scene::{parcel_kind, pipe_kind, sign};
use crate::map::style::kind::{Form, Kind};
use crate::map::style::palette::Rgba;
use crate::map::style::{LayerGroup, MapTheme, Step, steps};
use crate::spatial::feature::{Feature, Layer};
use crate::spatial::pack::{Pack, PackError};

/// A wide road would fill its swatch; its edges are to be seen.
const WIDEST_MM: f64 = 2.6;
const MM_PER_POINT: f64 = MM_PER_INCH / 96.0;

/// One coat of a swatch.
#[derive(Clone, PartialEq, Debug)]
pub(super) enum Coat {
    /// Filled with this.
    Fill([u8; 3]),
    /// A line, around an area or across the swatch; width and gaps in millimetres.
    Line { color: [u8; 3], width: f64, dash: [f64; 4], around: bool },
    /// A sign.
    Sign(SignForm, [u8; 3]),
}

/// Outline of a sign, as the map has it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum SignForm {
    Disc,
    Square,
    Person,
    House,
    Cross,
}

/// One line of the legend.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Entry {
    pub coats: Vec<Coat>,
    pub label: String,
}

/// A layer of the pack, the kinds that stand for it, whether these are an area, and what it is called. A layer without
/// kinds is told by each of its own.
const ROWS: [(Layer, &[Kind], bool, &str); 17] = [
    (Layer::Buildings, &[Kind::Building, Kind::BuildingEdge], true, "sheet.sign.buildings"),
    (Layer::Compounds, &[Kind::Compound, Kind::CompoundWall], true, "sheet.sign.compounds"),
    (Layer::Green, &[Kind::Park, Kind::GreenEdge], true, "sheet.sign.green"),
    (Layer::Water, &[Kind::Water, Kind::Shore], true, "sheet.sign.water"),
    (Layer::Roads, &[Kind::Primary], false, "sheet.sign.roads"),
    (Layer::Railways, &[Kind::Rail], false, "sheet.sign.railways"),
    (Layer::UnitGrids, &[Kind::GridBorder], false, "sheet.sign.unit_grids"),
    (Layer::Boundaries, &[Kind::CommunityBorder], false, "sheet.sign.boundaries"),
    (Layer::Pipelines, &[], false, "sheet.sign.pipe"),
    (Layer::Sites, &[Kind::SiteEdge], true, "sheet.sign.sites"),
    (Layer::Parcels, &[], true, "sheet.sign.own"),
    (Layer::DutyGrids, &[Kind::DutyBorder], true, "sheet.sign.duty"),
    (Layer::PatrolRoutes, &[Kind::PatrolRoute], false, "sheet.sign.patrol"),
    (Layer::Components, &[Kind::Component], false, "sheet.sign.components"),
    (Layer::VideoPoints, &[Kind::Video], false, "sheet.sign.video"),
    (Layer::Emergency, &[], false, "sheet.sign.own"),
    (Layer::Contours, &[Kind::Contour], false, "sheet.sign.contours"),
];

/// The kind of a feature of a layer that is told by each of its own.
fn kind_of(feature: &Feature) -> Option<Kind> {
    match feature.layer {
        Layer::Pipelines => Some(pipe_kind(&feature.class)),
        Layer::Parcels => Some(parcel_kind(&feature.class)),
        _ => sign(feature).map(|(kind, _)| kind),
    }
}

/// What the legend of a sheet holds.
///
/// # Errors
/// When a table of the pack cannot be read.
pub(super) fn entries(
    pack: &Pack,
    seen: &Polygon<f64>,
    metres_per_point: f64,
    look: &Look,
    signs: Option<&Overlay>,
    over_pictures: bool,
    lang: Lang,
) -> Result<Vec<Entry>, PackError> {
    let theme = MapTheme::Print;
    let ground = look.style.palette(theme).ground;
    let all = steps(&look.style, theme, metres_per_point, &look.hidden, &look.opacities);
    let mut entries = Vec::new();
    for (layer, kinds, area, key) in ROWS {
        if look.hidden.contains(&LayerGroup::of(layer)) {
            continue;
        }
        let coats = |kinds: &[Kind]| -> Vec<Coat> {
            let steps = all.iter().filter(|step| kinds.contains(&step.kind));
            // Where pictures lie below, areas are left to their outlines.
            let steps = steps.filter(|step| !(over_pictures && step.kind.form() == Form::Fill));
            thinner(steps.map(|step| coat(step, ground, area)).collect())
        };
        let found = found(pack, layer, seen, kinds.is_empty())?;
        if !kinds.is_empty() {
            let coats = coats(kinds);
            if found.is_some() && !coats.is_empty() {
                entries.push(Entry { coats, label: lang.text(key).to_owned() });
            }
            continue;
        }
        for kind in found.unwrap_or_default() {
            let coats = coats(&[kind]);
            let name = lang.find(&format!("layer.kind.{kind:?}")).unwrap_or_default();
            if !coats.is_empty() {
                entries.push(Entry { coats, label: lang.fill(key, &[("name", &name)]) });
            }
        }
    }
    entries.extend(signs.into_iter().flat_map(|signs| of_signs(signs, lang)));
    Ok(entries)
}

/// Whether a layer has anything there, and if wanted which kinds, in the order of the kinds.
fn found(pack: &Pack, layer: Layer, seen: &Polygon<f64>, each: bool) -> Result<Option<Vec<Kind>>, PackError> {
    let Some(bounds) = seen.bounding_rect() else { return Ok(None) };
    let (mut any, mut kinds) = (false, Vec::new());
    pack.walk(layer, Some(bounds), |_, feature| {
        if !feature.geometry.intersects(seen) {
            return ControlFlow::Continue(());
        }
        any = true;
        if !each {
            return ControlFlow::Break(());
        }
        if let Some(kind) = kind_of(&feature).filter(|kind| !kinds.contains(kind)) {
            kinds.push(kind);
        }
        ControlFlow::Continue(())
    })?;
    kinds.sort_unstable();
    Ok(any.then_some(kinds))
}

/// What signs above the map mean, as far as there are any.
fn of_signs(overlay: &Overlay, lang: Lang) -> Vec<Entry> {
    let rows = [
        (overlay::Shape::Square, SignForm::Square, "sheet.sign.component_cases"),
        (overlay::Shape::Circle, SignForm::Disc, "sheet.sign.event_cases"),
        (overlay::Shape::Person, SignForm::Person, "sheet.sign.officers"),
    ];
    let row = |(shape, form, key): (overlay::Shape, SignForm, &'static str)| {
        let marker = overlay.markers.iter().find(|marker| marker.shape == shape)?;
        let [red, green, blue, _] = marker.fill;
        Some(Entry { coats: vec![Coat::Sign(form, [red, green, blue])], label: lang.text(key).to_owned() })
    };
    rows.into_iter().filter_map(row).collect()
}

fn coat(step: &Step, ground: Rgba, around: bool) -> Coat {
    let color = over(step.color, ground);
    match step.kind.form() {
        Form::Fill => Coat::Fill(color),
        Form::Line => Coat::Line {
            color,
            width: f64::from(step.half_width) * 2.0 * MM_PER_POINT,
            dash: step.dash.map(|part| f64::from(part) * MM_PER_POINT),
            around,
        },
        Form::Sign => Coat::Sign(form_of(step.kind), color),
    }
}

/// Lines as wide as the swatch allows, each with the edges that it has on the map.
fn thinner(mut coats: Vec<Coat>) -> Vec<Coat> {
    let width = |coat: &Coat| if let Coat::Line { width, .. } = coat { *width } else { 0.0 };
    let less = (coats.iter().map(width).fold(0.0, f64::max) - WIDEST_MM).max(0.0);
    for coat in &mut coats {
        if let Coat::Line { width, .. } = coat {
            *width = (*width - less).max(0.1);
        }
    }
    coats
}

fn form_of(kind: Kind) -> SignForm {
    match kind {
        Kind::Component | Kind::Store | Kind::Video => SignForm::Square,
        Kind::Shelter => SignForm::House,
        Kind::Medical => SignForm::Cross,
        _ => SignForm::Disc,
    }
}

/// A colour as it looks on the ground.
fn over([red, green, blue, alpha]: Rgba, ground: Rgba) -> [u8; 3] {
    let part = f32::from(alpha) / 255.0;
    let mix = |own: u8, below: u8| (f32::from(below) + (f32::from(own) - f32::from(below)) * part).round() as u8;
    [mix(red, ground[0]), mix(green, ground[1]), mix(blue, ground[2])]
}

impl Entry {
    /// The shapes of its swatch around a place, in millimetres.
    pub(super) fn swatch(&self, middle: [f64; 2], [width, height]: [f64; 2]) -> Vec<Shape> {
        let whole = Frame { x: middle[0] - width / 2.0, y: middle[1] - height / 2.0, width, height };
        let mut shapes = Vec::new();
        for coat in &self.coats {
            match coat {
                Coat::Fill(color) => shapes.push(area(whole, Some(*color))),
                Coat::Line { color, width: line, dash, around: true } => {
                    let outline = area(whole, None).corners;
                    let ends = outline.iter().zip(outline.iter().cycle().skip(1));
                    for (from, to) in ends {
                        shapes.extend(dashes(*from, *to, *dash, *color, *line));
                    }
                }
                Coat::Line { color, width: line, dash, around: false } => {
                    let ends = [[whole.x, middle[1]], [whole.x + width, middle[1]]];
                    shapes.extend(dashes(ends[0], ends[1], *dash, *color, *line));
                }
                Coat::Sign(form, color) => shapes.extend(form.shapes(middle, 1.3, *color)),
            }
        }
        // An area of one pale colour would hardly be seen on white.
        if self.coats.iter().all(|coat| matches!(coat, Coat::Fill(_))) {
            shapes.push(Shape { stroke: Some((INK, 0.1)), ..area(whole, None) });
        }
        shapes
    }
}

/// A line with its gaps, as lines without.
fn dashes(from: [f64; 2], to: [f64; 2], dash: [f64; 4], color: [u8; 3], width: f64) -> Vec<Shape> {
    let line = |corners: Vec<[f64; 2]>| Shape { corners, fill: None, stroke: Some((color, width)), closed: false };
    let length = (to[0] - from[0]).hypot(to[1] - from[1]);
    let whole: f64 = dash.iter().sum();
    if whole <= 0.05 || length <= 0.0 {
        return vec![line(vec![from, to])];
    }
    let at = |along: f64| {
        let part = (along / length).min(1.0);
        [from[0] + (to[0] - from[0]) * part, from[1] + (to[1] - from[1]) * part]
    };
    let (mut shapes, mut along) = (Vec::new(), 0.0);
    while along < length {
        let [on, off, on_too, off_too] = dash;
        for (on, off) in [(on, off), (on_too, off_too)] {
            if along < length && on > 0.0 {
                shapes.push(line(vec![at(along), at(along + on)]));
            }
            along += on + off;
        }
    }
    shapes
}

impl SignForm {
    fn shapes(self, [x, y]: [f64; 2], r: f64, color: [u8; 3]) -> Vec<Shape> {
        let filled = |corners: Vec<[f64; 2]>| Shape { corners, fill: Some(color), stroke: None, closed: true };
        let block = |half: [f64; 2], down: f64| {
            let [width, height] = half.map(|half| half * 2.0 * r);
            area(Frame { x: x - width / 2.0, y: y + down * r - height / 2.0, width, height }, Some(color))
        };
        let disc = |r: f64, down: f64| {
            let corner = |index: i32| {
                let (sin, cos) = (std::f64::consts::TAU * f64::from(index) / 24.0).sin_cos();
                [x + sin * r, y + down + cos * r]
            };
            filled((0..24).map(corner).collect())
        };
        match self {
            Self::Disc => vec![disc(r, 0.0)],
            Self::Square => vec![block([0.9, 0.9], 0.0)],
            Self::Person => {
                let body = vec![[x, y - 0.3 * r], [x + 0.8 * r, y + r], [x - 0.8 * r, y + r]];
                vec![filled(body), disc(0.45 * r, -0.55 * r)]
            }
            Self::House => {
                let roof = vec![[x, y - 0.95 * r], [x + r, y], [x - r, y]];
                vec![filled(roof), block([0.66, 0.45], 0.42)]
            }
            Self::Cross => vec![block([1.0, 0.34], 0.0), block([0.34, 1.0], 0.0)],
        }
    }
}
