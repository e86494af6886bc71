//! Keeping the unit grid: a change is decided on the book with all that waits before it, and saved by a worker thread.

use std::sync::Arc;

use geo::{BoundingRect, Centroid, LineString, MultiPolygon, Polygon};

use super::Desk;
use crate::app::effect::Effect;
use crate::app::keeping::step::{Step, What};
use crate::app::keeping::{Change, GridAction, Made, Pointed, SaveTrouble};
use crate::app::state::{PackState, Severity};
use crate::app::tools::job::{Answer, Job};
use crate::app::tools::{Said, Tool};
use crate::base::LonLat;
use crate::base::clock::office_time;
use crate::spatial::grid::check::Report;
use crate::spatial::grid::{CellBook, CellVersion, KeepError, Request};

impl Desk<'_> {
    pub(super) fn grid(&mut self, action: GridAction) {
        if !matches!(action, GridAction::Day { .. } | GridAction::Reason { .. }) {
            self.state.keeping.said = None;
            self.state.tools.said = None;
        }
        match action {
            GridAction::Begin { what } => self.begin_change(what),
            GridAction::Pick { code } => self.pick_cell(code.trim()),
            GridAction::Community { code } => self.state.keeping.community = code,
            GridAction::Day { text } => self.state.keeping.day = text,
            GridAction::Reason { text } => self.state.keeping.reason = text,
            GridAction::Make => self.make_change(),
            GridAction::Undo => {
                let keeping = &mut self.state.keeping;
                if keeping.saving.is_none()
                    && let Some(last) = keeping.made.pop()
                {
                    keeping.undone.push(last);
                    keeping.work_out();
                }
            }
            GridAction::Redo => {
                let keeping = &mut self.state.keeping;
                if keeping.saving.is_none()
                    && let Some(last) = keeping.undone.pop()
                {
                    keeping.made.push(last);
                    keeping.work_out();
                }
            }
            GridAction::Save => self.save_grid(),
            GridAction::Check => self.check_grid(),
            GridAction::ShowFinding { index } => self.show_finding(index),
            GridAction::History { code } => self.show_history(code),
            GridAction::ShowVersion { code, version } => {
                let known = self.state.keeping.preview.of(&code).iter().find(|one| one.version == version);
                if let Some(shape) = known.map(|known| known.shape.clone()) {
                    self.point_at(Pointed { at: None, bounds: shape.bounding_rect(), shape: Some(shape) });
                }
            }
        }
        self.state.keeping.revision.bump();
    }

    fn refuse_grid(&mut self, text: String) {
        self.state.keeping.said = Some(Said { text, refused: true });
    }

    fn begin_change(&mut self, what: Option<Change>) {
        let keeping = &mut self.state.keeping;
        keeping.change = what;
        let most = what.map_or(0, Change::most_cells);
        keeping.picked.truncate(most);
        self.take_grid_tool();
    }

    /// The tool that the change needs next comes into the hand.
    fn take_grid_tool(&mut self) {
        let keeping = &self.state.keeping;
        let what = keeping.change.map(|change| change.tool(keeping.picked.len()));
        let outline = match (keeping.change, keeping.picked.as_slice()) {
            (Some(Change::Reshape), [code]) => current(&keeping.preview, code).and_then(|cell| cell.shape.0.first()),
            _ => None,
        };
        // The border as it is, so that only the corners that change are moved.
        let corners: Vec<LonLat> = outline
            .map(|polygon| polygon.exterior().0.iter().skip(1).map(|at| LonLat::new(at.x, at.y)).collect())
            .unwrap_or_default();
        self.choose_tool(what);
        let sketch = &mut self.state.tools.sketch;
        *sketch = Default::default();
        if !corners.is_empty() {
            let most = Tool::CellOutline.draws().most();
            corners.into_iter().for_each(|at| sketch.add(at, most));
            sketch.finish(Tool::CellOutline.draws().least());
        }
        self.state.tools.revision.bump();
        self.read_near();
    }

    pub(super) fn pick_cell(&mut self, code: &str) {
        let keeping = &mut self.state.keeping;
        let Some(change) = keeping.change else { return };
        if let Some(at) = keeping.picked.iter().position(|picked| picked == code) {
            keeping.picked.remove(at);
        } else {
            if current(&keeping.preview, code).is_none() {
                let code = code.to_owned();
                let known = !keeping.preview.of(&code).is_empty();
                let error = if known { KeepError::Void { code } } else { KeepError::Unknown { code } };
                let text = error.words(self.lang());
                self.refuse_grid(text);
                return;
            }
            let most = change.most_cells();
            if most == 0 {
                return;
            }
            keeping.picked.truncate(most - 1);
            keeping.picked.push(code.to_owned());
        }
        keeping.revision.bump();
        self.take_grid_tool();
    }

    /// A click on the map picks the cell that lies there, by the book with all that waits to be saved.
    pub(super) fn pick_cell_at(&mut self, at: LonLat) {
        use geo::Intersects;
        let point = geo::Point::new(at.lon, at.lat);
        let preview = self.state.keeping.preview.clone();
        let lies = |cell: &&CellVersion| {
            cell.shape.bounding_rect().is_some_and(|bounds| bounds.intersects(&point)) && cell.shape.intersects(&point)
        };
        let found = preview.current().find(lies);
        match found {
            Some(cell) => self.pick_cell(&cell.code),
            None => {
                let text = self.lang().text("tool.refused.no_cell_here").to_owned();
                self.refuse_grid(text);
            }
        }
    }

    fn make_change(&mut self) {
        if self.state.keeping.saving.is_some() {
            return;
        }
        let what = match self.what_is_meant() {
            Ok(what) => what,
            Err(text) => {
                self.refuse_grid(text);
                return;
            }
        };
        let today = office_time(self.state.office_now()).date();
        let Some(day) = self.state.keeping.day(today) else {
            let text = self.fill("grid.panel.bad_day", &[("text", &self.state.keeping.day.trim())]);
            self.refuse_grid(text);
            return;
        };
        let (reason, recorded_at) = (self.state.keeping.reason.clone(), self.state.now);
        let step = Step { what, request: Request { day, reason, recorded_at } };
        match step.decide(&self.state.keeping.preview) {
            Ok(edit) => {
                let keeping = &mut self.state.keeping;
                keeping.undone.clear();
                keeping.made.push(Made { step, edit });
                keeping.work_out();
                keeping.picked.clear();
                self.take_grid_tool();
            }
            Err(error) => {
                let text = error.words(self.lang());
                self.refuse_grid(text);
            }
        }
    }

    /// The change with its cells and shapes, or what is missing, in words.
    fn what_is_meant(&self) -> Result<What, String> {
        let keeping = &self.state.keeping;
        let missing = |key: &'static str| self.lang().text(key).to_owned();
        let change = keeping.change.ok_or_else(|| missing("grid.panel.choose"))?;
        let points = self.state.tools.sketch.points();
        let ring = || -> Result<LineString<f64>, String> {
            if points.len() < 3 { Err(missing("grid.panel.no_outline")) } else { Ok(line_of(points)) }
        };
        let cell = || keeping.picked.first().cloned().ok_or_else(|| missing("grid.panel.no_cell"));
        Ok(match change {
            Change::Draw => {
                let shape = MultiPolygon(vec![Polygon::new(ring()?, Vec::new())]);
                let community = match keeping.community.as_str() {
                    "" => {
                        let middle = shape.centroid().map(|at| LonLat::new(at.x(), at.y()));
                        let found = middle.and_then(|at| self.state.books.street.community_at(at));
                        found.map(|found| found.code.clone()).ok_or_else(|| missing("grid.panel.no_community"))?
                    }
                    code => code.to_owned(),
                };
                What::Draw { area: self.community_area(&community), community, shape }
            }
            Change::Split => {
                if points.len() < 2 {
                    return Err(missing("grid.panel.no_line"));
                }
                What::Split { code: cell()?, line: line_of(points) }
            }
            Change::Merge => What::Merge { codes: keeping.picked.clone() },
            Change::Void => What::Void { code: cell()? },
            Change::Reshape => {
                let code = cell()?;
                let cell = current(&keeping.preview, &code).ok_or_else(|| missing("grid.panel.no_cell"))?;
                let mut shape = cell.shape.clone();
                if let Some(first) = shape.0.first_mut() {
                    // Holes and further parts of the cell stay as they are.
                    *first = Polygon::new(ring()?, first.interiors().to_vec());
                }
                let community = code.get(..crate::spatial::grid::COMMUNITY_DIGITS).unwrap_or_default();
                What::Reshape { area: self.community_area(community), code, shape }
            }
        })
    }

    /// All parts of a community, where its area is known.
    fn community_area(&self, code: &str) -> Option<MultiPolygon<f64>> {
        let parts = self.state.books.street.communities().iter().filter(|one| one.code == code);
        let polygons: Vec<_> = parts.flat_map(|one| one.shape.0.clone()).collect();
        (!polygons.is_empty()).then_some(MultiPolygon(polygons))
    }

    fn grid_job(&mut self, job: Job) -> Option<u64> {
        if self.state.pack != PackState::Ready {
            let text = self.lang().text("tool.refused.no_pack").to_owned();
            self.refuse_grid(text);
            return None;
        }
        let number = self.state.tools.next_job();
        self.effects.push(Effect::MapJob { number, job: Box::new(job) });
        Some(number)
    }

    fn save_grid(&mut self) {
        let keeping = &self.state.keeping;
        if keeping.made.is_empty() || keeping.saving.is_some() {
            return;
        }
        if self.state.intake.brings() {
            // The pack is being replaced by a copy that would not hold the change.
            let text = self.lang().text("grid.panel.intake_runs").to_owned();
            self.refuse_grid(text);
            return;
        }
        if self.state.export.running.is_some() {
            // It would write half of what was and half of what is.
            let text = self.lang().text("grid.panel.export_runs").to_owned();
            self.refuse_grid(text);
            return;
        }
        // Who reads long keeps who writes waiting.
        self.stop_counting();
        let keeping = &self.state.keeping;
        let job = Job::SaveGrid { book: keeping.book.clone(), made: keeping.made.clone(), now: self.state.now };
        self.state.keeping.saving = self.grid_job(job);
    }

    fn check_grid(&mut self) {
        if self.state.keeping.checking.is_some() {
            return;
        }
        let cases = &self.state.cases;
        let bond = |id| {
            let case = cases.view.get(id)?;
            let number = case.number.as_ref().map_or_else(|| crate::app::words::case(case), ToString::to_string);
            Some((number, case.report.place.grid.to_string()))
        };
        let open_cases = cases.open.iter().filter_map(bond).collect();
        let job = Job::CheckGrid { book: self.state.keeping.preview.clone(), open_cases };
        self.state.keeping.checking = self.grid_job(job);
    }

    fn show_finding(&mut self, index: usize) {
        let found = self.state.keeping.report.as_ref().and_then(|report| report.findings.get(index)).cloned();
        let Some(finding) = found else { return };
        self.state.keeping.finding = Some(index);
        if finding.at.is_some() || finding.bounds.is_some() {
            self.point_at(Pointed { at: finding.at, bounds: finding.bounds, shape: None });
        } else {
            self.state.keeping.pointed = None;
        }
    }

    fn show_history(&mut self, code: Option<String>) {
        let code = code.map(|code| code.trim().to_owned());
        if let Some(code) = code.as_ref().filter(|code| self.state.keeping.preview.of(code).is_empty()) {
            let text = KeepError::Unknown { code: code.clone() }.words(self.lang());
            self.refuse_grid(text);
            return;
        }
        self.state.keeping.history = code;
        self.state.keeping.pointed = None;
    }

    fn point_at(&mut self, pointed: Pointed) {
        let bounds = pointed.bounds.or(pointed.at.map(|at| geo::Rect::new((at.lon, at.lat), (at.lon, at.lat))));
        self.state.keeping.pointed = Some(pointed);
        self.zoom_to(bounds);
    }

    /// The pack's history has been read: what waits to be saved is decided on it anew.
    pub(super) fn cells_ready(&mut self, book: Arc<CellBook>) {
        let lang = self.lang();
        let keeping = &mut self.state.keeping;
        if keeping.book == book {
            return;
        }
        keeping.book = book;
        keeping.undone.clear();
        let mut preview = (*keeping.book).clone();
        let mut lost = Vec::new();
        keeping.made.retain_mut(|made| match made.step.decide(&preview) {
            Ok(edit) => {
                preview.apply(&edit);
                made.edit = edit;
                true
            }
            Err(error) => {
                lost.push(error.words(lang));
                false
            }
        });
        keeping.work_out();
        let preview = keeping.preview.clone();
        keeping.picked.retain(|code| current(&preview, code).is_some());
        keeping.revision.bump();
        for why in lost {
            let text = self.fill("grid.panel.no_longer", &[("why", &why)]);
            self.notice(Severity::Warning, text);
        }
    }

    /// Takes the answer to a job of grid keeping; false when it is none.
    pub(super) fn grid_answer(&mut self, number: u64, answer: &Answer) -> bool {
        let keeping = &mut self.state.keeping;
        if keeping.checking == Some(number) {
            keeping.checking = None;
            match answer {
                Answer::Checked(report) => self.checked(report.clone()),
                Answer::Failed(why) => self.refuse_grid(why.clone()),
                _ => {}
            }
        } else if keeping.saving == Some(number) {
            keeping.saving = None;
            match answer {
                Answer::GridSaved { count, trouble } => self.grid_saved(*count, trouble.as_deref()),
                Answer::Failed(why) => self.refuse_grid(why.clone()),
                _ => {}
            }
        } else {
            return false;
        }
        self.state.keeping.revision.bump();
        true
    }

    fn checked(&mut self, report: Arc<Report>) {
        self.state.keeping.finding = None;
        self.state.keeping.report = Some(report);
    }

    fn grid_saved(&mut self, count: usize, trouble: Option<&SaveTrouble>) {
        let keeping = &mut self.state.keeping;
        let count = count.min(keeping.made.len());
        let mut book = (*keeping.book).clone();
        keeping.made.drain(..count).for_each(|made| book.apply(&made.edit));
        keeping.book = Arc::new(book);
        keeping.undone.clear();
        keeping.work_out();
        if count > 0 {
            let text = self.fill("grid.panel.saved", &[("count", &count)]);
            self.notice(Severity::Info, text);
        }
        if let Some(trouble) = trouble {
            let text = match trouble {
                SaveTrouble::Grid(error) => error.words(self.lang()),
                SaveTrouble::Elsewhere => self.lang().text("grid.panel.elsewhere").to_owned(),
            };
            self.refuse_grid(text);
        }
        if count > 0 || matches!(trouble, Some(SaveTrouble::Elsewhere)) {
            // Map and places follow the cells.
            self.state.pack_rereading = true;
            self.effects.push(Effect::ReloadPack);
        }
    }
}

/// The version of a code that holds.
fn current<'a>(book: &'a CellBook, code: &str) -> Option<&'a CellVersion> {
    book.of(code).iter().find(|version| version.is_current())
}

fn line_of(points: &[LonLat]) -> LineString<f64> {
    points.iter().map(|at| (at.lon, at.lat)).collect()
}
