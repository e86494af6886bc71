//! What belongs to the window alone and to no case: which form is open, what is being typed into it, where the keyboard
//! is to go. Nothing of it is truth; all of it may be lost with the window, and nothing of it with a click elsewhere.

use std::collections::BTreeMap;

use eframe::egui::Rect;

use crate::base::{CaseId, LonLat};
use crate::domain::case::ActKind;
use crate::domain::case::command::{CheckResult, ClassRef, Found};
use crate::domain::org::{DeptCode, OfficerId};
use crate::map::style::LayerGroup;
use crate::ui::data::DataLocal;
use crate::ui::data::export::ExportLocal;
use crate::ui::grid::GridLocal;
use crate::ui::layers::Part;
use crate::ui::layers::bookmarks::BookmarksLocal;
use crate::ui::layers::editor::EditorLocal;
use crate::ui::layers::raster::RasterForm;
use crate::ui::section::SectionForm;
use crate::ui::sheet::SheetLocal;
use crate::ui::timeline::SpanForm;
use crate::ui::tools::hand::ToolsLocal;

/// What the pane on the right shows in the call centre.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Hand {
    /// The sheet of the report being taken.
    #[default]
    Sheet,
    /// The case in hand.
    Case,
}

/// Where the keyboard is to go with the next frame.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Focus {
    /// The command bar.
    CommandBar,
    /// Search field of the queue.
    Search,
    /// The queue; its search field when it is empty.
    Queue,
    /// The map.
    Map,
    /// The overview of the whole map.
    Overview,
    /// What the left column shows beside the queue; Tab goes on to what is in it.
    Column,
    /// The pane of the case in hand; Tab goes on to what is in it.
    Hand,
    /// First field of the sheet.
    Sheet,
    /// First field of the step that was opened.
    Step,
    /// First field of the tool in hand.
    Tool,
    /// Name on the login screen.
    Login,
}

/// What the left column shows.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Tab {
    /// The queue of cases.
    #[default]
    Queue,
    /// The layers of the map.
    Layers,
    /// The tools of the map.
    Tools,
    /// Data from elsewhere.
    Data,
    /// The keeping of the unit grid.
    Grid,
    /// Printed sheets.
    Sheet,
}

impl Tab {
    /// All tabs, from left to right.
    pub const ALL: [Self; 6] = [Self::Queue, Self::Layers, Self::Tools, Self::Data, Self::Grid, Self::Sheet];
}

/// The parts of the window between which one key goes, in its order.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Pane {
    /// Command bar and left column.
    Column,
    /// The map.
    Map,
    /// What is in hand.
    Hand,
}

impl Pane {
    /// All panes, from left to right.
    pub const ALL: [Self; 3] = [Self::Column, Self::Map, Self::Hand];
}

/// What has been filled in for one step with one case.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct StepForm {
    /// Opinion, reason or result.
    pub words: String,
    /// Officer to be sent, or on the spot.
    pub officer: Option<OfficerId>,
    /// Department to be dispatched to.
    pub dept: Option<DeptCode>,
    /// What was found when verifying.
    pub found: Option<Found>,
    /// What was found when checking.
    pub check: Option<CheckResult>,
    /// No look on the spot is needed.
    pub waived: bool,
    /// Class as filed, when it is another than the report's.
    pub class: Option<ClassRef>,
    /// Words by which another class is looked for.
    pub class_query: String,
    /// Row of the hits under the keyboard.
    pub class_cursor: usize,
    /// Condition as filed, when it is another than the report's.
    pub condition: Option<String>,
    /// Who did the work.
    pub person: String,
    /// Has been sent for when the case stood at this entry; forgotten once it has moved on.
    pub sent_at: Option<u32>,
    /// Sending was tried and something was missing: say what.
    pub tried: bool,
    /// Proposals have been put in once.
    pub proposed: bool,
}

/// All of it.
#[derive(Debug, Default)]
pub struct Local {
    /// Name on the login screen.
    pub user: String,
    /// Password on the login screen; emptied once it is sent.
    pub password: String,
    /// What the left column shows.
    pub tab: Tab,
    /// The layer whose look and origin are shown.
    pub layer: Option<LayerGroup>,
    /// Pictures below the map that are being added.
    pub raster: RasterForm,
    /// What of the layers' tab is shown.
    pub layers_part: Part,
    /// The list of views kept by name.
    pub bookmarks: BookmarksLocal,
    /// The style editor.
    pub editor: EditorLocal,
    /// The keyboard was in the column's panel with the last frame, or nowhere: Esc is meant for it.
    pub column_has_keyboard: bool,
    /// What is being brought in from elsewhere.
    pub data: DataLocal,
    /// What is being taken elsewhere.
    pub export: ExportLocal,
    /// Field of the map as it was last shown.
    pub map_field: Option<Rect>,
    /// What is being done to keep the unit grid.
    pub grid: GridLocal,
    /// What is typed for a printed sheet.
    pub sheet: SheetLocal,
    /// What is being done with the tools of the map.
    pub tools: ToolsLocal,
    /// What the call centre has in hand.
    pub hand: Hand,
    /// The step whose form is open.
    pub step: Option<(CaseId, ActKind)>,
    /// Forms that have been begun.
    pub forms: BTreeMap<(CaseId, ActKind), StepForm>,
    /// Line of the command bar.
    pub line: String,
    /// Row of the list below the command bar that is under the keyboard; `None` is the line itself.
    pub line_cursor: Option<usize>,
    /// A line was just carried out: the list below the command bar stays away until the next key, so that the queue is
    /// seen again.
    pub line_done: bool,
    /// Row of the classes found that is under the keyboard.
    pub class_cursor: usize,
    /// Row of the places found that is under the keyboard.
    pub place_cursor: usize,
    /// Sending the sheet was tried: say what is missing.
    pub sheet_tried: bool,
    /// Where the keyboard is to go.
    pub focus: Option<Focus>,
    /// Where the panes stood in the last frame.
    pub panes: [Option<Rect>; Pane::ALL.len()],
    /// Where the pointer is on the map.
    pub pointer: Option<LonLat>,
    /// The case that was in hand in the last frame, to notice a change.
    pub last_case: Option<CaseId>,
    /// Throwing the sheet away was asked for once.
    pub clear_asked: bool,
    /// What is typed for a cross-section.
    pub section: SectionForm,
    /// What is typed for a span of days.
    pub span: SpanForm,
    /// Discarding this refused command was asked for once.
    pub discard_asked: Option<crate::base::CommandId>,
}

impl Local {
    /// The form of a step, begun or fresh.
    pub fn form(&mut self, case: CaseId, kind: ActKind) -> &mut StepForm {
        self.forms.entry((case, kind)).or_default()
    }
}
