//! Everything a person can do, as one closed list: buttons, shortcuts, the command bar and headless scripts all send
//! these and nothing else.

use serde::{Deserialize, Serialize};

use crate::app::bookmarks::BookmarkAction;
use crate::app::export::ExportAction;
use crate::app::intake::IntakeAction;
use crate::app::keeping::GridAction;
use crate::app::sheet::SheetAction;
use crate::app::state::{QueueFilter, Seat, TextScale, ThemeChoice};
use crate::app::style::StyleAction;
use crate::app::tools::ToolAction;
use crate::base::text::Lang;
use crate::base::{CaseId, CommandId, LonLat, UserId};
use crate::domain::case::Act;
use crate::domain::case::command::{Channel, ClassRef};
use crate::domain::code::ComponentCode;

/// One thing a person does.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
pub enum Action {
    /// Log in to the server; offline, unlock the profile of a user who has logged in here before.
    Login {
        /// Login name.
        user: UserId,
        /// Password.
        password: Secret,
    },
    /// End the session; the profile keeps what is pending.
    Logout,
    /// Go to another seat.
    SelectSeat {
        /// Which.
        seat: Seat,
    },
    /// Choose the case in hand, or none.
    SelectCase {
        /// Which.
        case: Option<CaseId>,
    },
    /// Move the choice in the visible queue by so many rows.
    StepCase {
        /// Rows; negative is up.
        by: i32,
    },
    /// Narrow the queue.
    FilterQueue {
        /// To what.
        filter: QueueFilter,
    },
    /// Search in the queue by number, address or text; empty shows all.
    SearchQueue {
        /// What was typed.
        text: String,
    },
    /// Change the report being taken.
    Draft(DraftEdit),
    /// Send the report being taken; with `confirmed` also when duplicates are near.
    SubmitDraft {
        /// The person has seen the likely duplicates.
        confirmed: bool,
    },
    /// Do one step with a case.
    Act {
        /// The case.
        case: CaseId,
        /// The step.
        step: Act,
    },
    /// Something on the map.
    Map(MapAction),
    /// Something with a tool of the map.
    Tool(ToolAction),
    /// Something to keep the unit grid.
    Grid(GridAction),
    /// Something with views kept by name.
    Bookmark(BookmarkAction),
    /// Something with the look of the map.
    Style(StyleAction),
    /// Pictures below the map.
    Raster(crate::app::raster::RasterAction),
    /// Something about data from elsewhere.
    Intake(IntakeAction),
    /// Something about data that goes elsewhere.
    Export(ExportAction),
    /// Something about printed sheets.
    Sheet(SheetAction),
    /// Answer an entry of the conflict inbox.
    Conflict {
        /// The refused command.
        command: CommandId,
        /// What to do with it.
        verb: ConflictVerb,
    },
    /// Show or hide the conflict inbox.
    ShowInbox {
        /// Shown.
        open: bool,
    },
    /// Take a notice off the screen.
    DismissNotice {
        /// Its number.
        id: u64,
    },
    /// A line of the command bar.
    CommandLine {
        /// As typed.
        line: String,
    },
    /// Show or hide the list of what the command bar understands.
    ShowHelp {
        /// Shown.
        open: bool,
    },
    /// Language of the window.
    SetLang {
        /// Which.
        lang: Lang,
    },
    /// Light or dark.
    SetTheme {
        /// Which.
        theme: ThemeChoice,
    },
    /// Size of text.
    SetTextScale {
        /// Which.
        scale: TextScale,
    },
    /// Try the connection now instead of at the next retry.
    SyncNow,
}

/// A password on its way in; never shown by `Debug`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Secret(pub String);

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// A change of the report being taken. The form fills in any order.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(tag = "field", content = "value", rename_all = "snake_case")]
pub enum DraftEdit {
    /// Way in.
    Channel(Channel),
    /// Name of the caller.
    CallerName(String),
    /// Number of the caller.
    CallerPhone(String),
    /// Wants to hear how it ends.
    WantsReply(bool),
    /// What was said.
    Text(String),
    /// Words, code or pinyin by which the class is looked for.
    ClassQuery(String),
    /// The class, chosen.
    Class(ClassRef),
    /// The condition, chosen among those of the class.
    Condition(String),
    /// The place as said; it is looked up in the gazetteer as one types.
    PlaceQuery(String),
    /// One of the places found, by its position in the list.
    PlaceHit(usize),
    /// A point taken from the map.
    PlacePoint(LonLat),
    /// The component meant.
    Component(Option<ComponentCode>),
    /// Needs to be treated at once.
    Urgent(bool),
    /// Throw the draft away.
    Clear,
}

/// Something done on or to the map.
#[derive(Clone, Copy, PartialEq, Debug, Serialize, Deserialize)]
#[serde(tag = "map", rename_all = "snake_case")]
pub enum MapAction {
    /// The view was moved by hand.
    SetCamera {
        /// To this.
        camera: crate::map::camera::Camera,
    },
    /// Show the whole street.
    Fit,
    /// Bring a point to the middle, close enough to see it.
    GoTo {
        /// The point.
        at: LonLat,
    },
    /// Asked what lies here (a click).
    Inspect {
        /// The point.
        at: LonLat,
        /// Radius of the click in metres at the present scale.
        radius_m: f64,
    },
    /// Show or hide a group of layers.
    ToggleLayer {
        /// Which.
        layer: crate::map::style::LayerGroup,
    },
    /// How a layer is shown: opacity and range of scales.
    SetLayerLook {
        /// Which.
        layer: crate::map::style::LayerGroup,
        /// How.
        look: crate::map::style::LayerLook,
    },
    /// Show all layers as at first.
    ResetLayers,
    /// Show or hide the overview of the whole map.
    ShowOverview {
        /// Shown.
        open: bool,
    },
    /// Open or put away the cross-section.
    ShowSection {
        /// Open.
        open: bool,
    },
    /// Cut a section through the pipelines.
    CutSection {
        /// Where it begins.
        from: LonLat,
        /// Where it ends.
        to: LonLat,
    },
    /// Show the cases of some days, or those that are open.
    SetSpan {
        /// Which days.
        span: Option<crate::app::timeline::Span>,
    },
    /// Put a second map beside the first, with the same view, or put it away.
    ShowBeside {
        /// Shown.
        open: bool,
    },
    /// Take one of two maps in hand: layers, days and pictures are set for that one.
    TakeInHand {
        /// Which.
        side: crate::map::side::Side,
    },
}

/// What a person may do with a refused command.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ConflictVerb {
    /// Make the same step again, on the case as it is now.
    Reapply,
    /// Let it go; it stays in the record of this profile.
    Discard,
    /// Look at the case.
    OpenCase,
}
