//! The tools of the map: what is in hand, what is drawn, what is selected. What needs the pack is asked of a worker thread;
//! an answer that nobody waits for any more is let go.

use std::collections::BTreeSet;

use geo::{BoundingRect, MultiPolygon, Rect};

use super::Desk;
use crate::app::effect::Effect;
use crate::app::keeping::GridAction;
use crate::app::state::{PackState, Severity};
use crate::app::tools::job::{Answer, Job};
use crate::app::tools::{Busy, Draws, Identified, Listed, Said, SelectMode, Selection, Tool, ToolAction};
use crate::base::LonLat;
use crate::map::camera::Camera;
use crate::map::style::LayerGroup;
use crate::spatial::feature::{FeatureId, Layer};
use crate::spatial::filter::Filter;
use crate::spatial::select;

/// So many rows of a layer are named at a time.
const NAMED_AT_ONCE: usize = 100;
/// So many selected rows are drawn; more would hide the map.
const MOST_OUTLINES: usize = 3_000;
/// How far beside a click something may lie to be meant by it, points on the screen.
const CLICK_POINTS: f64 = 6.0;
/// A picture of this size (points) is covered when reading what drawing holds to, with a margin for a drag.
const NEAR_SIZE: [f64; 2] = [2_400.0, 1_600.0];
/// From further away (metres for a point) corners cannot be told apart by hand.
const NEAR_SCALE: f64 = 2.5;
/// What is zoomed to fits into a picture of this size, which the smallest window has.
const ZOOM_SIZE: [f64; 2] = [520.0, 400.0];
/// Width of a buffer, metres.
const WIDTH_M: std::ops::RangeInclusive<f64> = 0.1..=20_000.0;

impl Desk<'_> {
    pub(super) fn tool(&mut self, action: ToolAction) {
        if !matches!(action, ToolAction::ListMore { .. } | ToolAction::Show { .. }) {
            self.state.tools.said = None;
        }
        match action {
            ToolAction::Choose { what } => {
                // A change of the grid goes with its tools.
                if !what.is_some_and(Tool::keeps_grid) && self.state.keeping.change.is_some() {
                    self.grid(GridAction::Begin { what: None });
                }
                self.choose_tool(what);
            }
            ToolAction::Point { at } => self.tool_point(at),
            ToolAction::Typed { text, index } => self.tool_typed(&text, index),
            ToolAction::Finish => self.finish_sketch(),
            ToolAction::MovePoint { index, at } => self.state.tools.sketch.move_to(index, at),
            ToolAction::RemovePoint { index } => self.state.tools.sketch.remove(index),
            ToolAction::Undo => {
                self.state.tools.sketch.undo();
            }
            ToolAction::Redo => {
                self.state.tools.sketch.redo();
            }
            ToolAction::Clear => {
                self.state.tools.sketch.clear();
                self.state.tools.identified = None;
            }
            ToolAction::Snap { on } => self.state.tools.snapping.on = on,
            ToolAction::Width { metres } => {
                if WIDTH_M.contains(&metres) {
                    self.state.tools.width_m = metres;
                } else {
                    self.refuse_tool("tool.refused.width", &[]);
                }
            }
            ToolAction::Layers { mut layers } => {
                layers.sort();
                layers.dedup();
                self.state.tools.layers = layers;
            }
            ToolAction::Filter { text } => self.state.tools.filter = text,
            ToolAction::Mode { mode } => self.state.tools.mode = mode,
            ToolAction::SelectIn { area } => self.select_in(&area),
            ToolAction::SelectAll => self.select_by_filter(),
            ToolAction::ListMore { layer } => self.list_more(layer),
            ToolAction::Show { feature } => self.show_feature(feature),
            ToolAction::ZoomToSelection => {
                let bounds = self.state.selection.bounds;
                self.zoom_to(bounds);
            }
            ToolAction::ZoomToShown => {
                let bounds = self.state.tools.shown.as_ref().and_then(|shown| shown.shape.bounding_rect());
                self.zoom_to(bounds);
            }
            ToolAction::ClearSelection => {
                let revision = self.state.selection.revision;
                self.state.selection = Selection { revision, ..Selection::default() };
                self.state.selection.revision.bump();
                self.state.tools.shown = None;
            }
            ToolAction::Copied { text } => {
                let text = self.fill("tool.said.copied", &[("text", &text)]);
                self.notice(Severity::Info, text);
            }
            ToolAction::Stop => self.stop_selecting(),
        }
        self.state.tools.revision.bump();
        self.read_near();
    }

    pub(super) fn choose_tool(&mut self, what: Option<Tool>) {
        let tools = &mut self.state.tools;
        let draws = what.map_or(Draws::Nothing, Tool::draws);
        // A line that was measured can be buffered, an area that was measured can be selected with.
        if draws != tools.draws() || draws == Draws::Point {
            tools.sketch = Default::default();
        }
        tools.tool = what;
        // What was told of a point goes with the tool that asked.
        tools.identified = None;
        tools.shown = None;
        tools.waiting.identify = None;
        tools.waiting.show = None;
    }

    /// Says why something was not done.
    fn refuse_tool(&mut self, key: &str, values: &[(&str, &dyn std::fmt::Display)]) {
        let text = self.fill(key, values);
        self.state.tools.said = Some(Said { text, refused: true });
    }

    fn say_tool(&mut self, text: String) {
        self.state.tools.said = Some(Said { text, refused: false });
    }

    fn tool_point(&mut self, at: LonLat) {
        if !at.is_valid() {
            self.refuse_tool("app.map.no_place", &[]);
            return;
        }
        let Some(tool) = self.state.tools.tool else { return };
        let draws = tool.draws();
        self.state.tools.sketch.add(at, draws.most());
        match tool {
            Tool::Identify => self.identify(at),
            Tool::Place => self.state.tools.place = Some(at),
            Tool::CellPick => self.pick_cell_at(at),
            Tool::SelectCell => match self.state.books.street.cell_at(at) {
                Some(cell) => {
                    let (code, area) = (cell.code.clone(), cell.shape.clone());
                    self.select_area(area, Some(code));
                }
                None => self.refuse_tool("tool.refused.no_cell_here", &[]),
            },
            Tool::SelectCommunity => match self.state.books.street.community_at(at) {
                Some(community) => {
                    let (name, area) = (community.name.clone(), community.shape.clone());
                    self.select_area(area, Some(name));
                }
                None => self.refuse_tool("tool.refused.no_community_here", &[]),
            },
            Tool::SelectBox if self.state.tools.sketch.points().len() == draws.least() => self.finish_sketch(),
            _ => {}
        }
    }

    fn tool_typed(&mut self, text: &str, index: Option<usize>) {
        let (at, reply) = match self.typed_coordinates(text) {
            Some(found) => found,
            None => match self.named_place(text) {
                Some(hit) => (hit.at, self.fill("tool.said.place", &[("label", &hit.label)])),
                None => {
                    self.refuse_tool("tool.refused.no_place", &[("text", &text.trim())]);
                    return;
                }
            },
        };
        if self.state.tools.draws() == Draws::Nothing {
            self.go_to(at);
        } else {
            self.state.map.reveal_wanted = Some(at);
            match index {
                Some(index) => self.state.tools.sketch.move_to(index, at),
                None => self.tool_point(at),
            }
        }
        if self.state.tools.said.is_none() {
            self.say_tool(reply);
        }
    }

    fn finish_sketch(&mut self) {
        let tools = &mut self.state.tools;
        let Some(tool) = tools.tool else { return };
        // A buffer may lie around a single point.
        let least = if tool == Tool::Buffer { 1 } else { tool.draws().least() };
        if !tools.sketch.finish(least) {
            self.refuse_tool("tool.refused.points", &[("count", &least)]);
            return;
        }
        if tool.selects()
            && let Some(area) = self.state.tools.area()
        {
            self.select_area(area, None);
        }
    }

    /// The layers that are selected from.
    fn selected_layers(&self) -> Vec<Layer> {
        if self.state.tools.layers.is_empty() { self.visible_layers() } else { self.state.tools.layers.clone() }
    }

    fn visible_layers(&self) -> Vec<Layer> {
        let hidden = &self.state.map.hidden;
        let shown = |layer: &Layer| !hidden.contains(&LayerGroup::of(*layer));
        Layer::ALL.into_iter().filter(shown).collect()
    }

    fn select_in(&mut self, area: &str) {
        let street = &self.state.books.street;
        let wanted = area.trim();
        let cell = street.cell(wanted).map(|cell| (cell.code.clone(), cell.shape.clone()));
        let community = || {
            let found = street.communities().iter().find(|one| one.code == wanted || one.name == wanted)?;
            Some((found.name.clone(), found.shape.clone()))
        };
        match cell.or_else(community) {
            Some((name, shape)) => self.select_area(shape, Some(name)),
            None => self.refuse_tool("tool.refused.no_area", &[("text", &wanted)]),
        }
    }

    fn select_by_filter(&mut self) {
        if self.state.tools.filter.trim().is_empty() {
            self.refuse_tool("tool.refused.no_filter", &[]);
        } else {
            self.select(None);
        }
    }

    fn select_area(&mut self, area: MultiPolygon<f64>, name: Option<String>) {
        if let Some(name) = name {
            let text = self.fill("tool.said.area", &[("name", &name)]);
            self.say_tool(text);
        }
        self.select(Some(area));
    }

    fn select(&mut self, area: Option<MultiPolygon<f64>>) {
        let filter = match self.state.tools.filter.trim() {
            "" => None,
            text => match text.parse::<Filter>() {
                Ok(filter) => Some(filter),
                Err(error) => {
                    let text = error.words(self.lang());
                    self.state.tools.said = Some(Said { text, refused: true });
                    return;
                }
            },
        };
        self.stop_selecting();
        let selection = select::Selection { layers: self.selected_layers(), filter, area, rows: None };
        if let Some(number) = self.ask_map(Job::Select { selection }) {
            self.state.tools.busy = Some(Busy { number, looked_at: 0 });
        }
    }

    fn stop_selecting(&mut self) {
        if let Some(busy) = self.state.tools.busy.take() {
            self.effects.push(Effect::StopMapJobs { up_to: busy.number });
        }
    }

    fn identify(&mut self, at: LonLat) {
        let within_m = (CLICK_POINTS * self.state.map.camera.metres_per_point).clamp(0.5, 100.0);
        // Cell, address and cases of the place stand below the map, as for a click without a tool.
        self.inspect(at, within_m);
        if let Some(number) = self.ask_map(Job::Identify { at, within_m }) {
            self.state.tools.waiting.identify = Some(number);
            self.state.tools.identified = Some(Identified { at, found: None });
        }
    }

    fn show_feature(&mut self, feature: Option<FeatureId>) {
        self.state.tools.shown = None;
        self.state.tools.waiting.show = None;
        if let Some(id) = feature
            && let Some(number) = self.ask_map(Job::Show { id })
        {
            self.state.tools.waiting.show = Some(number);
        }
    }

    fn list_more(&mut self, layer: Layer) {
        let selection = &self.state.selection;
        let known: BTreeSet<FeatureId> = selection.listed.iter().map(|one| one.id).collect();
        let rows = selection.rows_of(layer).iter().filter(|row| !known.contains(row));
        let titles: Vec<FeatureId> = rows.take(NAMED_AT_ONCE).copied().collect();
        if !titles.is_empty() && self.state.tools.waiting.list.is_none() {
            self.state.tools.waiting.list = self.ask_map(Job::List { titles, outlines: Vec::new() });
        }
    }

    /// Hands a job to the worker; its number, unless there is no pack to ask.
    fn ask_map(&mut self, job: Job) -> Option<u64> {
        if self.state.pack != PackState::Ready {
            self.refuse_tool("tool.refused.no_pack", &[]);
            return None;
        }
        let number = self.state.tools.next_job();
        self.effects.push(Effect::MapJob { number, job: Box::new(job) });
        Some(number)
    }

    /// Brings bounds into view.
    pub(super) fn zoom_to(&mut self, bounds: Option<Rect<f64>>) {
        let Some(bounds) = bounds else { return };
        let map = &mut self.state.map;
        map.fit_wanted = false;
        map.reveal_wanted = None;
        map.camera = Camera::fit(bounds, ZOOM_SIZE);
    }

    /// Has what drawing can hold to read from the pack, when it is wanted and not there.
    pub(super) fn read_near(&mut self) {
        let snaps = self.state.tools.tool.is_some_and(Tool::snaps);
        let (camera, tools) = (self.state.map.camera.sound(), &self.state.tools);
        if !snaps
            || !tools.snapping.on
            || tools.waiting.near.is_some()
            || camera.metres_per_point > NEAR_SCALE
            || self.state.pack != PackState::Ready
        {
            return;
        }
        let view = view_bounds(camera, 0.5);
        let layers = self.visible_layers();
        let known = tools.snapping.bounds.is_some_and(|bounds| holds(bounds, view)) && tools.snapping.layers == layers;
        if !known {
            let bounds = view_bounds(camera, 1.0);
            let snapping = &mut self.state.tools.snapping;
            snapping.bounds = Some(bounds);
            snapping.layers.clone_from(&layers);
            snapping.near = None;
            self.state.tools.waiting.near = self.ask_map(Job::Near { bounds, layers });
        }
    }

    /// The pack is another one: rows that were known may be others.
    pub(super) fn forget_found(&mut self) {
        self.stop_selecting();
        let revision = self.state.selection.revision;
        self.state.selection = Selection { revision, ..Selection::default() };
        self.state.selection.revision.bump();
        let tools = &mut self.state.tools;
        tools.waiting = Default::default();
        tools.shown = None;
        tools.identified = None;
        tools.snapping.bounds = None;
        tools.snapping.near = None;
        tools.revision.bump();
        self.read_near();
    }

    pub(super) fn map_answer(&mut self, number: u64, answer: Answer) {
        let is = |waiting: Option<u64>| waiting == Some(number);
        if self.grid_answer(number, &answer) {
            return;
        }
        let waiting = self.state.tools.waiting;
        if let Some(busy) = self.state.tools.busy.filter(|busy| busy.number == number) {
            self.selected(busy, answer);
        } else if is(waiting.identify) {
            self.state.tools.waiting.identify = None;
            self.identified(answer);
        } else if is(waiting.list) {
            self.state.tools.waiting.list = None;
            self.listed(answer);
        } else if is(waiting.show) {
            self.state.tools.waiting.show = None;
            match answer {
                Answer::Shown(Some(shown)) => self.state.tools.shown = Some(*shown),
                Answer::Shown(None) => self.refuse_tool("tool.refused.gone", &[]),
                other => self.tell_failure(other),
            }
        } else if is(waiting.near) {
            self.state.tools.waiting.near = None;
            match answer {
                Answer::Near(near) => self.state.tools.snapping.near = near,
                other => self.tell_failure(other),
            }
            // The view may have moved on by now.
            self.read_near();
        }
        self.state.tools.revision.bump();
    }

    fn tell_failure(&mut self, answer: Answer) {
        if let Answer::Failed(why) = answer {
            self.refuse_tool("tool.refused.failed", &[("why", &why)]);
        }
    }

    fn identified(&mut self, answer: Answer) {
        match answer {
            Answer::Identified(found) => {
                let first = found.first().map(|one| one.id);
                if let Some(identified) = &mut self.state.tools.identified {
                    identified.found = Some(found);
                }
                // What lies on top is most likely what is meant.
                self.show_feature(first);
            }
            other => {
                self.state.tools.identified = None;
                self.tell_failure(other);
            }
        }
    }

    fn selected(&mut self, busy: Busy, answer: Answer) {
        match answer {
            Answer::LookedAt(looked_at) => self.state.tools.busy = Some(Busy { looked_at, ..busy }),
            Answer::Selected { rows, bounds } => {
                self.state.tools.busy = None;
                self.take_rows(rows, bounds);
            }
            other => {
                self.state.tools.busy = None;
                self.tell_failure(other);
            }
        }
    }

    fn take_rows(&mut self, mut new: Vec<FeatureId>, bounds: Option<Rect<f64>>) {
        new.sort();
        let old = std::mem::take(&mut self.state.selection);
        // Rows may be counted by the million: they come sorted, and are sorted again in one pass.
        let (mut rows, bounds) = match self.state.tools.mode {
            SelectMode::Replace => (new, bounds),
            SelectMode::Add => ([new, old.rows].concat(), both(old.bounds, bounds)),
            SelectMode::Remove => {
                let mut rows = old.rows;
                rows.retain(|row| new.binary_search(row).is_err());
                (rows, old.bounds)
            }
        };
        rows.sort();
        rows.dedup();
        let mut revision = old.revision;
        revision.bump();
        let bounds = bounds.filter(|_| !rows.is_empty());
        self.state.selection = Selection { rows, bounds, revision, ..Selection::default() };
        self.state.tools.shown = None;
        let selection = &self.state.selection;
        let firsts =
            selection.rows.chunk_by(|a, b| a.layer == b.layer).flat_map(|rows| rows.iter().take(NAMED_AT_ONCE));
        let titles: Vec<FeatureId> = firsts.copied().collect();
        let outlines: Vec<FeatureId> = selection.rows.iter().take(MOST_OUTLINES).copied().collect();
        if titles.is_empty() {
            self.say_tool(self.lang().text("tool.said.nothing").to_owned());
        }
        self.state.tools.waiting.list =
            if titles.is_empty() { None } else { self.ask_map(Job::List { titles, outlines }) };
    }

    fn listed(&mut self, answer: Answer) {
        match answer {
            Answer::Listed { titles, outlines } => {
                let selection = &mut self.state.selection;
                let rows = &selection.rows;
                let own = titles.into_iter().filter(|one: &Listed| rows.binary_search(&one.id).is_ok());
                selection.listed.extend(own);
                selection.listed.sort_by_key(|one| one.id);
                selection.listed.dedup_by_key(|one| one.id);
                if let Some(outlines) = outlines {
                    selection.outlines = outlines;
                }
                selection.revision.bump();
            }
            other => self.tell_failure(other),
        }
    }
}

/// What a picture around the middle shows, `part` of [`NEAR_SIZE`] large.
fn view_bounds(camera: Camera, part: f64) -> Rect<f64> {
    let size = NEAR_SIZE.map(|length| length * part);
    let (a, b) = (camera.lonlat_from_screen([0.0, 0.0], size), camera.lonlat_from_screen(size, size));
    Rect::new((a.lon, a.lat), (b.lon, b.lat))
}

fn holds(outer: Rect<f64>, inner: Rect<f64>) -> bool {
    outer.min().x <= inner.min().x
        && outer.min().y <= inner.min().y
        && outer.max().x >= inner.max().x
        && outer.max().y >= inner.max().y
}

fn both(a: Option<Rect<f64>>, b: Option<Rect<f64>>) -> Option<Rect<f64>> {
    match (a, b) {
        (Some(a), Some(b)) => Some(Rect::new(
            (a.min().x.min(b.min().x), a.min().y.min(b.min().y)),
            (a.max().x.max(b.max().x), a.max().y.max(b.max().y)),
        )),
        (one, other) => one.or(other),
    }
}
