//! What of the tools is seen on the map: the sketch, the selection, the feature that is shown.

use eframe::egui::Color32;

use crate::app::state::{AppState, ThemeChoice};
use crate::app::tools::{Draws, Tool};
use crate::base::{LonLat, Revision};
use crate::map::drawing::{Drawing, Drawn, Ink, Mark};
use crate::map::widget::Dragged;
use crate::spatial::measure::SnapKind;
use crate::ui::local::Local;
use crate::ui::theme::Palette;
use crate::ui::tools::words;

/// So many outlines are drawn boldly.
const FEW: usize = 200;

/// What the drawing depends on.
type Made = ([Revision; 3], ThemeChoice, Option<[LonLat; 2]>);

/// Lines and marks that stay from frame to frame, made anew only when something in them changed.
#[derive(Debug, Default)]
pub struct ToolDrawing {
    drawing: Drawing,
    made: Option<Made>,
}

impl ToolDrawing {
    /// The drawing for this state.
    pub fn of(&mut self, state: &AppState) -> &Drawing {
        let revisions = [state.tools.revision, state.selection.revision, state.keeping.revision];
        let section = state.map.section.as_ref().and_then(|view| view.ends);
        let wanted = (revisions, state.settings.theme, section);
        if self.made != Some(wanted) {
            self.made = Some(wanted);
            self.drawing.revision.bump();
            self.drawing.shapes.clear();
            crate::ui::grid::drawn::fill(state, &mut self.drawing.shapes);
            fill(state, &mut self.drawing.shapes);
        }
        &self.drawing
    }
}

pub(crate) fn ink(color: Color32, width: f32, dashed: bool) -> Ink {
    Ink { color: color.to_srgba_unmultiplied(), width, dashed }
}

fn fill(state: &AppState, out: &mut Vec<Drawn>) {
    let palette = Palette::of(state.settings.theme);
    let tools = &state.tools;
    // Many outlines side by side have to leave the map legible.
    let width = if state.selection.outlines.len() > FEW { 1.0 } else { 2.0 };
    for outline in state.selection.outlines.iter() {
        Drawn::shape(outline, ink(palette.pin, width, false), out);
    }
    if let Some(shown) = &tools.shown {
        Drawn::shape(&shown.shape, ink(palette.pin, 4.0, false), out);
    }
    if let Some(ends) = state.map.section.as_ref().and_then(|view| view.ends) {
        out.push(Drawn::path(ends.to_vec(), false, ink(palette.accent, 2.0, true)));
    }
    let own = ink(palette.accent, 2.0, false);
    let points = tools.sketch.points();
    match tools.draws() {
        Draws::Nothing => {}
        Draws::Point => out.extend(points.iter().map(|at| Drawn::mark(*at, Mark::Cross, own))),
        Draws::Line => out.push(Drawn::path(points.to_vec(), false, own)),
        Draws::Ring => out.push(Drawn::path(points.to_vec(), tools.sketch.is_finished(), own)),
        Draws::Box => {
            if let [a, b] = points {
                out.push(Drawn::path(corners(*a, *b).to_vec(), true, own));
            }
        }
    }
    if tools.tool == Some(Tool::Buffer)
        && let Some(area) = tools.area()
    {
        Drawn::shape(&area.into(), ink(palette.accent, 2.0, true), out);
    }
    if matches!(tools.draws(), Draws::Line | Draws::Ring | Draws::Box) {
        out.extend(points.iter().map(|at| Drawn::mark(*at, Mark::Handle, own)));
    }
}

fn corners(a: LonLat, b: LonLat) -> [LonLat; 4] {
    [a, LonLat::new(b.lon, a.lat), b, LonLat::new(a.lon, b.lat)]
}

/// What follows the pointer: the side that would come next, with its measure, and what it holds to.
pub fn live(state: &AppState, local: &Local) -> Vec<Drawn> {
    let lang = state.settings.lang;
    let palette = Palette::of(state.settings.theme);
    let tools = &state.tools;
    let (own, loose) = (ink(palette.accent, 2.0, false), ink(palette.accent, 2.0, true));
    let text = ink(palette.text, 1.0, false);
    let mut out = Vec::new();
    let mut said: Vec<String> = Vec::new();
    let points = tools.sketch.points();
    let snap = local.tools.snap.as_ref();
    let pointer = snap.map(|snap| snap.at).or(local.pointer);
    match (local.tools.drag.map(|drag| (drag.what, drag.to)), pointer) {
        (Some((Dragged::Box(from), to)), _) => {
            out.push(Drawn::path(corners(from, to).to_vec(), true, loose));
            said.extend(words::figures(lang, tools, &[from, to]).into_iter().map(|(_, value)| value));
        }
        (Some((Dragged::Handle(index), to)), _) => {
            let to = snap.map_or(to, |snap| snap.at);
            let mut moved = points.to_vec();
            if let Some(point) = moved.get_mut(index) {
                *point = to;
            }
            said.extend(words::figures(lang, tools, &moved).into_iter().take(1).map(|(_, value)| value));
            match (tools.draws(), moved.as_slice()) {
                (Draws::Box, [a, b]) => out.push(Drawn::path(corners(*a, *b).to_vec(), true, loose)),
                (draws, _) => out.push(Drawn::path(moved, draws == Draws::Ring && tools.sketch.is_finished(), loose)),
            }
        }
        (None, Some(at)) if !tools.sketch.is_finished() => {
            let next: Vec<LonLat> = points.iter().copied().chain([at]).collect();
            match (tools.draws(), points) {
                (Draws::Line, [.., last]) => out.push(Drawn::path(vec![*last, at], false, loose)),
                (Draws::Ring, [only]) => out.push(Drawn::path(vec![*only, at], false, loose)),
                (Draws::Ring, [first, .., last]) => out.push(Drawn::path(vec![*last, at, *first], false, loose)),
                (Draws::Box, [corner]) => out.push(Drawn::path(corners(*corner, at).to_vec(), true, loose)),
                _ => {}
            }
            if !points.is_empty() {
                said.extend(words::figures(lang, tools, &next).into_iter().take(1).map(|(_, value)| value));
            }
        }
        _ => {}
    }
    if let Some(snap) = snap {
        let mark = if snap.kind == SnapKind::Vertex { Mark::OnVertex } else { Mark::OnEdge };
        out.push(Drawn::mark(snap.at, mark, own));
        said.push(snap.words.clone());
    }
    let at = local.tools.drag.map(|drag| drag.to).or(pointer);
    if let Some(at) = at.filter(|_| !said.is_empty()) {
        out.push(Drawn::words(at, said.join("  "), text));
    }
    out
}
