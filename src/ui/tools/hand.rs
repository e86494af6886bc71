//! What pointer and keys do on the map while a tool is in hand.

use crate::app::action::Action;
use crate::app::state::AppState;
use crate::app::tools::{Draws, Tool, ToolAction};
use crate::base::LonLat;
use crate::map::widget::{Dragged, Hand, MapDrag, MapOutput};
use crate::spatial::crs::lonlat_from_ground;
use crate::spatial::measure::{self, SnapKind};
use crate::ui::local::{Local, Pane};
use crate::ui::tools::drawn::ToolDrawing;
use crate::ui::tools::words;

/// How near to a corner or edge drawing holds to it, points.
const SNAP_POINTS: f64 = 10.0;

/// What a point of the drawing holds to.
#[derive(Clone, PartialEq, Debug)]
pub struct Held {
    /// Where it comes to lie.
    pub at: LonLat,
    /// Corner or edge.
    pub kind: SnapKind,
    /// The same in words, with the layer.
    pub words: String,
}

/// What of the tools belongs to the window alone.
#[derive(Debug, Default)]
pub struct ToolsLocal {
    /// The keyboard goes to the first field of this tool (or of none) as soon as it is in hand.
    pub focus: Option<Option<Tool>>,
    /// A place being typed.
    pub typed: String,
    /// The point of what is drawn that the typed place is for; `None` for a new one.
    pub edits: Option<usize>,
    /// A code or name of an area being typed.
    pub area: String,
    /// Layer whose selected rows are listed.
    pub layer: Option<crate::spatial::feature::Layer>,
    /// A drag that is going on.
    pub drag: Option<MapDrag>,
    /// What the pointer holds to.
    pub snap: Option<Held>,
    /// The pane that had the keyboard in the last frame.
    pub pane: Option<Pane>,
    /// Lines and marks on the map.
    pub drawing: ToolDrawing,
}

/// What the map is to do with pointer and keys.
pub fn on_map<'a>(state: &'a AppState, drawing: &'a mut ToolDrawing) -> Hand<'a> {
    let draws = state.tools.draws();
    let line = matches!(draws, Draws::Line | Draws::Ring);
    Hand {
        drawing: Some(drawing.of(state)),
        draws: line,
        boxes: draws == Draws::Box,
        handles: if line { state.tools.sketch.points() } else { &[] },
    }
}

/// Takes what was done on the map; true when it was meant for the tool.
pub fn follow(state: &AppState, local: &mut Local, output: &MapOutput, out: &mut Vec<Action>) -> bool {
    let Some(tool) = state.tools.tool else {
        (local.tools.snap, local.tools.drag) = (None, None);
        return false;
    };
    let pointer = output.drag.map(|drag| drag.to).or(output.click.map(|click| click.at)).or(output.hover);
    local.tools.snap = pointer.and_then(|at| held(state, at));
    let at = |raw: LonLat| local.tools.snap.as_ref().map_or(raw, |held| held.at);
    let mut send = |action: ToolAction| out.push(Action::Tool(action));
    let drag = output.drag.filter(|drag| !drag.done);
    if let Some(MapDrag { what, to, done: true }) = output.drag {
        match what {
            Dragged::Box(from) if from != to => {
                send(ToolAction::Clear);
                send(ToolAction::Point { at: from });
                send(ToolAction::Point { at: to });
            }
            Dragged::Box(_) => {}
            Dragged::Handle(index) => send(ToolAction::MovePoint { index, at: at(to) }),
        }
    }
    if output.finish {
        send(ToolAction::Finish);
    }
    let click = output.click.filter(|click| !click.secondary && tool.draws() != Draws::Nothing);
    if let Some(click) = click {
        let reach = click.radius_m;
        let first = state.tools.sketch.points().first();
        let closes = tool.draws() == Draws::Ring
            && !state.tools.sketch.is_finished()
            && state.tools.sketch.points().len() >= Draws::Ring.least()
            && first.is_some_and(|first| measure::length_m(&[*first, click.at]) <= reach);
        send(if closes { ToolAction::Finish } else { ToolAction::Point { at: at(click.at) } });
    }
    local.tools.drag = drag;
    click.is_some()
}

/// The corner or edge that a point holds to.
fn held(state: &AppState, at: LonLat) -> Option<Held> {
    let snapping = &state.tools.snapping;
    let near = snapping.near.as_ref().filter(|_| snapping.on && state.tools.tool.is_some_and(Tool::snaps))?;
    let snap = measure::snap(near.plane(), at, SNAP_POINTS * state.map.camera.metres_per_point)?;
    let lang = state.settings.lang;
    let layer = near.key(snap.shape).map_or("", |(layer, _)| words::layer(lang, layer));
    let key = match snap.kind {
        SnapKind::Vertex => "tool.snap.vertex",
        SnapKind::Edge => "tool.snap.edge",
    };
    Some(Held { at: lonlat_from_ground(snap.at), kind: snap.kind, words: lang.fill(key, &[("layer", &layer)]) })
}
