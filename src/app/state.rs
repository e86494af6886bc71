//! What the console knows and shows. Panels read this and nothing else.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::app::beside::Beside;
use crate::app::bookmarks::Bookmarks;
use crate::app::export::Export;
use crate::app::intake::Intake;
use crate::app::keeping::Keeping;
use crate::app::section::SectionView;
use crate::app::sheet::Sheets;
use crate::app::style::StyleState;
use crate::app::timeline::Span;
use crate::app::tools::{Selection, Tools};
use crate::base::text::Lang;
use crate::base::{CaseId, CommandId, LonLat, Revision, Timestamp};
use crate::domain::calendar::Calendar;
use crate::domain::case::command::{Caller, Channel, ClassRef, Place};
use crate::domain::case::{Case, Command, Lamp, Refusal, State};
use crate::domain::category::Catalogue;
use crate::domain::code::{ComponentCode, StreetCode};
use crate::domain::limit::LimitTable;
use crate::domain::org::{Department, Officer, User};
use crate::geocode::Gazetteer;
use crate::map::camera::Camera;
use crate::map::style::{LayerGroup, LayerLook};
use crate::spatial::incidents::Incidents;
use crate::spatial::pack::About;
use crate::spatial::street::Street;

/// The five backbone systems, as seats.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Seat {
    /// 呼叫中心.
    CallCentre,
    /// 监督中心.
    Supervision,
    /// 指挥中心.
    #[default]
    Command,
}

impl Seat {
    /// All seats, in the order of the work.
    pub const ALL: [Self; 3] = [Self::CallCentre, Self::Supervision, Self::Command];

    /// The seat that a case in this state waits for, or that watches over it; `None` when it has ended.
    pub fn of(state: State) -> Option<Self> {
        match state {
            State::Reported | State::Verifying | State::Verified => Some(Self::CallCentre),
            State::Accepted | State::CheckWait | State::Checking | State::Checked => Some(Self::Supervision),
            State::Filed
            | State::Dispatched
            | State::Handling
            | State::ReturnAsked
            | State::ExtendAsked
            | State::HangAsked
            | State::Suspended
            | State::Handled
            | State::Escalated => Some(Self::Command),
            State::NotAccepted
            | State::Closed
            | State::ForcedClosed
            | State::Void
            | State::Merged
            | State::Emergency => None,
        }
    }
}

/// Which cases the queue shows.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum QueueFilter {
    /// What waits for the seat that is open.
    #[default]
    Mine,
    /// All open cases.
    Open,
    /// All that are late.
    Late,
    /// All that have ended, newest first.
    Ended,
}

/// Light or dark.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ThemeChoice {
    /// For a bright room.
    #[default]
    Light,
    /// For the night shift.
    Dark,
}

/// Size of text.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
pub enum TextScale {
    /// 100 %.
    #[default]
    #[serde(rename = "100")]
    P100,
    /// 125 %.
    #[serde(rename = "125")]
    P125,
    /// 150 %.
    #[serde(rename = "150")]
    P150,
}

/// What a person has set; kept in the profile.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Settings {
    /// Language of the window.
    pub lang: Lang,
    /// Light or dark.
    pub theme: ThemeChoice,
    /// Size of text.
    pub text_scale: TextScale,
}

/// The fixed books of the office, loaded once at start.
#[derive(Debug, Default)]
pub struct Books {
    /// Working calendar and slots.
    pub calendar: Calendar,
    /// Classes of both schemes.
    pub catalogue: Catalogue,
    /// Limits by class and condition.
    pub limits: LimitTable,
    /// The street's cells, components, addresses, for looking up by place.
    pub street: Street,
    /// Places in words.
    pub gazetteer: Gazetteer,
    /// What the pack says of where its layers come from.
    pub about: About,
    /// Past incidents by place and time.
    pub incidents: Incidents,
}

/// The whole console.
#[derive(Debug)]
pub struct AppState {
    /// Calendar, classes, limits, street.
    pub books: Arc<Books>,
    /// What the person has set.
    pub settings: Settings,
    /// Who is logged in, or not.
    pub session: Session,
    /// The seat in front.
    pub seat: Seat,
    /// Cases as shown: confirmed ones with the pending commands replayed on them.
    pub cases: CaseBook,
    /// The case in hand.
    pub selected: Option<CaseId>,
    /// What the queue shows.
    pub queue: Queue,
    /// The report being taken.
    pub draft: Draft,
    /// The map's view.
    pub map: MapState,
    /// The tools of the map.
    pub tools: Tools,
    /// What is selected on the map.
    pub selection: Selection,
    /// The keeping of the unit grid.
    pub keeping: Keeping,
    /// Data from elsewhere on its way into the pack.
    pub intake: Intake,
    /// What is in the pack on its way elsewhere.
    pub export: Export,
    /// Printed sheets.
    pub sheets: Sheets,
    /// Departments and officers.
    pub reference: ReferenceState,
    /// Connection, age of data, what is pending.
    pub sync: SyncState,
    /// Refused commands that wait for a person.
    pub inbox: Vec<Conflict>,
    /// Whether the inbox is open.
    pub inbox_open: bool,
    /// Short messages, newest last; a person takes them away, or they age out.
    pub notices: Vec<Notice>,
    /// Number of the next notice.
    pub next_notice: u64,
    /// Whether the map pack has been read.
    pub pack: PackState,
    /// The pack was changed and is being read again; what was read before stays until then.
    pub pack_rereading: bool,
    /// Whether the profile is open: until it is, nothing can be taken down.
    pub profile: ProfileState,
    /// The command bar.
    pub bar: BarState,
    /// The person has logged out while a login was on its way: its answer is not to be followed.
    pub login_given_up: bool,
    /// Grows with every change of what is shown on the map.
    pub overlay_revision: Revision,
    /// Time of the last input, by the machine's clock.
    pub now: Timestamp,
}

/// How far the map pack is on its way into [`Books`].
#[derive(Clone, PartialEq, Debug, Default)]
pub enum PackState {
    /// Nobody named one; places cannot be looked up.
    #[default]
    Absent,
    /// Being read; features so far.
    Loading {
        /// Features read.
        features: u64,
    },
    /// Cells, components and places are there.
    Ready,
    /// Could not be read; why, in words for a person.
    Failed(String),
}

/// How far the profile is.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub enum ProfileState {
    /// Being opened: a moment after the start.
    #[default]
    Opening,
    /// Open: what is saved is safe.
    Open,
    /// Could not be opened, and why: a key of the text table, whose words say what to do.
    Failed(String),
}

/// What the command bar has to show.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct BarState {
    /// The list of commands ([`crate::app::bar::COMMANDS`]) is shown.
    pub help_open: bool,
    /// Answer to the last line, until the next one or until what it tells of has changed: what was done, or what the
    /// line lacks.
    pub reply: Option<String>,
}

/// Who is here.
#[derive(Clone, PartialEq, Debug, Default)]
pub enum Session {
    /// Nobody.
    #[default]
    LoggedOut,
    /// The server (or the profile) is being asked.
    LoggingIn,
    /// Refused, and why (a key of the text table).
    Refused(String),
    /// Somebody.
    User(Arc<User>),
}

impl Session {
    /// The account, when somebody is logged in.
    pub fn user(&self) -> Option<&Arc<User>> {
        match self {
            Self::User(user) => Some(user),
            _ => None,
        }
    }
}

/// Confirmed cases, pending commands and the view made of both.
#[derive(Debug, Default)]
pub struct CaseBook {
    /// As the authority has confirmed them.
    pub confirmed: BTreeMap<CaseId, Arc<Case>>,
    /// Saved here and not yet seen in the feed, oldest first.
    pub pending: Vec<PendingCommand>,
    /// On their way to the disk: nobody has been told yet that they are saved, and the view does not show them.
    pub saving: Vec<Saving>,
    /// Confirmed with pending on top: what panels show.
    pub view: BTreeMap<CaseId, Arc<Case>>,
    /// Cases of `view` that still need somebody.
    pub open: BTreeSet<CaseId>,
    /// Cases with entries that only a newer build can read: they are shown as far as they are understood, and nothing can
    /// be done to them here.
    pub unreadable: BTreeSet<CaseId>,
    /// Lamps of the open cases in `view` as of the last tick; a case without a running clock has none.
    pub lamps: BTreeMap<CaseId, Lamp>,
    /// Grows with every change of `view`.
    pub revision: Revision,
}

/// A command between "saved" and "seen in the feed".
#[derive(Clone, PartialEq, Debug)]
pub struct PendingCommand {
    /// The command.
    pub command: Command,
    /// Number on this device.
    pub device_no: u64,
    /// When it was saved.
    pub saved_at: Timestamp,
    /// Why it would no longer apply to what is confirmed by now; shown struck through.
    pub predicted_refusal: Option<Refusal>,
}

/// A command on its way to the disk.
#[derive(Clone, PartialEq, Debug)]
pub struct Saving {
    /// The command.
    pub command: Command,
    /// The refused command that this one makes again; it leaves the inbox once this one is saved.
    pub instead_of: Option<CommandId>,
}

/// The queue as shown.
#[derive(Debug, Default)]
pub struct Queue {
    /// Narrowed to.
    pub filter: QueueFilter,
    /// Searched for.
    pub search: String,
    /// Cases in order: nearest to being late on top.
    pub rows: Vec<CaseId>,
    /// Row at which the case in hand stands, or stood before it left the queue: from here the next step goes on.
    pub cursor: usize,
}

/// The report being taken; every keystroke is kept in the profile.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
pub struct Draft {
    /// Way in.
    pub channel: Option<Channel>,
    /// Who calls.
    pub caller: Caller,
    /// What is said.
    pub text: String,
    /// As typed to find the class.
    pub class_query: String,
    /// Classes found for it, best first.
    #[serde(skip)]
    pub class_hits: Vec<ClassRef>,
    /// The class, once chosen.
    pub class: Option<ClassRef>,
    /// The condition, once chosen.
    pub condition: Option<String>,
    /// As typed to find the place.
    pub place_query: String,
    /// Places found for it, best first.
    #[serde(skip)]
    pub place_hits: Vec<PlaceHit>,
    /// The place, once chosen.
    pub place: Option<Place>,
    /// The component meant.
    pub component: Option<ComponentCode>,
    /// Needs to be treated at once.
    pub urgent: bool,
    /// Cases near by that may be the same, nearest first; filled as class and place become known.
    #[serde(skip)]
    pub duplicates: Vec<Duplicate>,
    /// Names of fields (as in the text table, `ui.draft.<field>`) that are still wanted or wrong.
    #[serde(skip)]
    pub missing: Vec<&'static str>,
    /// Sending was asked for and likely duplicates are near: the person has to say that it is another matter.
    #[serde(skip)]
    pub confirm_wanted: bool,
    /// The command that carries this report, while it is on its way to the disk.
    #[serde(skip)]
    pub saving: Option<CommandId>,
}

impl Draft {
    /// An empty sheet as the call centre begins: the call came by telephone.
    pub fn fresh() -> Self {
        Self { channel: Some(Channel::Hotline), ..Self::default() }
    }

    /// Whether nothing has been typed or chosen yet.
    pub fn is_blank(&self) -> bool {
        self.caller == Caller::default()
            && self.text.is_empty()
            && self.class_query.is_empty()
            && self.class.is_none()
            && self.place_query.is_empty()
            && self.place.is_none()
            && self.component.is_none()
            && !self.urgent
    }
}

/// A place the gazetteer found.
#[derive(Clone, PartialEq, Debug)]
pub struct PlaceHit {
    /// As shown.
    pub label: String,
    /// Where.
    pub at: LonLat,
}

/// A case that may be the same as the one being reported.
#[derive(Clone, PartialEq, Debug)]
pub struct Duplicate {
    /// The case.
    pub case: CaseId,
    /// How far away, metres.
    pub distance_m: f64,
    /// The same class.
    pub same_class: bool,
}

/// What the map shows.
#[derive(Clone, PartialEq, Debug)]
pub struct MapState {
    /// The view.
    pub camera: Camera,
    /// Layers that are hidden.
    pub hidden: Vec<LayerGroup>,
    /// Layers that are not shown as at first: opacity and range of scales.
    pub looks: BTreeMap<LayerGroup, LayerLook>,
    /// The overview of the whole map is shown.
    pub overview: bool,
    /// Views kept by name.
    pub bookmarks: Bookmarks,
    /// How it all looks.
    pub style: StyleState,
    /// Pictures below it.
    pub raster: crate::app::raster::RasterState,
    /// What a click found.
    pub inspected: Option<Inspected>,
    /// A fit is wanted as soon as the size of the view is known; taken back by the next `SetCamera`.
    pub fit_wanted: bool,
    /// This point is to be brought into the picture if it lies outside (the case just chosen in the queue); the map
    /// panel, which knows the size of the picture, answers with `SetCamera` or finds that nothing is to be done.
    pub reveal_wanted: Option<LonLat>,
    /// The cross-section that is open.
    pub section: Option<SectionView>,
    /// The days whose cases are shown; without them those that are open.
    pub span: Option<Span>,
    /// The other map, while two stand side by side; layers, days and pictures above are then those of the map in hand.
    pub beside: Option<Beside>,
}

/// What lies at a point.
#[derive(Clone, PartialEq, Debug)]
pub struct Inspected {
    /// The point.
    pub at: LonLat,
    /// 15-digit code of the cell.
    pub grid: Option<String>,
    /// Name of the community.
    pub community: Option<String>,
    /// The nearest address in words, with distance in metres.
    pub address: Option<(String, f64)>,
    /// Components within the click: class name, code, distance in metres.
    pub components: Vec<(String, String, f64)>,
    /// Cases within the click.
    pub cases: Vec<CaseId>,
}

/// Departments, officers, and how old the knowledge is.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct ReferenceState {
    /// Departments of the streets served.
    pub departments: Vec<Department>,
    /// Patrol officers.
    pub officers: Vec<Officer>,
    /// Server time of this knowledge.
    pub as_of: Option<Timestamp>,
}

/// Connection and freshness, per direction; never one green light.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct SyncState {
    /// What the line does.
    pub link: Link,
    /// Server time minus this machine's time, milliseconds, at the last contact.
    pub clock_offset_ms: Option<i64>,
    /// Last time everything up to the head was here, by this machine's clock.
    pub current_as_of: Option<Timestamp>,
    /// Events that the server has and we have not, by street.
    pub behind: BTreeMap<StreetCode, u64>,
    /// Last error in words of the text table, while it lasts.
    pub last_error: Option<String>,
    /// The outbox could not be opened or written, in words: nothing can be saved until it can.
    pub store_failed: Option<String>,
    /// Keys of the text table behind `last_error` and `store_failed`, so that they follow the language.
    pub error_keys: [Option<String>; 2],
}

/// What the line to the server does.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Link {
    /// Nothing tried yet.
    #[default]
    Starting,
    /// The server answers.
    Online,
    /// It does not; since when.
    Offline {
        /// By this machine's clock.
        since: Timestamp,
    },
    /// The server answers, but wants a new login.
    LoginNeeded,
}

/// A refused command in front of a person.
#[derive(Clone, PartialEq, Debug)]
pub struct Conflict {
    /// What was wanted.
    pub command: Command,
    /// Why not.
    pub refusal: Refusal,
    /// When the refusal came.
    pub refused_at: Timestamp,
    /// Identity of the command, by which it is answered.
    pub id: CommandId,
}

/// A short message.
#[derive(Clone, PartialEq, Debug)]
pub struct Notice {
    /// By which it is dismissed.
    pub id: u64,
    /// How bad.
    pub severity: Severity,
    /// In words, in the language it was made in.
    pub text: String,
    /// When.
    pub at: Timestamp,
}

/// How bad a notice is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Severity {
    /// Done.
    Info,
    /// Look at this.
    Warning,
    /// Something was not done.
    Error,
}

impl AppState {
    /// A console that has just been started: nobody logged in, nothing known but the books.
    pub fn new(books: Arc<Books>, now: Timestamp) -> Self {
        Self {
            books,
            settings: Settings::default(),
            session: Session::default(),
            seat: Seat::default(),
            cases: CaseBook::default(),
            selected: None,
            queue: Queue::default(),
            draft: Draft::fresh(),
            map: MapState {
                camera: Camera { center: DISTRICT_CENTRE, metres_per_point: 8.0 },
                hidden: LayerGroup::HIDDEN_AT_FIRST.to_vec(),
                looks: BTreeMap::new(),
                raster: Default::default(),
                overview: false,
                bookmarks: Bookmarks::default(),
                style: StyleState::default(),
                inspected: None,
                fit_wanted: true,
                reveal_wanted: None,
                section: None,
                span: None,
                beside: None,
            },
            tools: Tools::default(),
            selection: Selection::default(),
            keeping: Keeping::default(),
            intake: Intake::default(),
            export: Export::default(),
            sheets: Sheets::default(),
            reference: ReferenceState::default(),
            sync: SyncState::default(),
            inbox: Vec::new(),
            inbox_open: false,
            notices: Vec::new(),
            next_notice: 1,
            pack: PackState::default(),
            pack_rereading: false,
            profile: ProfileState::default(),
            bar: BarState::default(),
            login_given_up: false,
            overlay_revision: Revision::default(),
            now,
        }
    }

    /// The present by the authority's clock, as far as it is known: what deadlines are compared with. Small differences
    /// are the line's and are left out.
    pub fn office_now(&self) -> Timestamp {
        const NOTABLE_MS: i64 = 5_000;
        match self.sync.clock_offset_ms {
            Some(offset) if offset.abs() >= NOTABLE_MS => {
                self.now.checked_add(jiff::SignedDuration::from_millis(offset)).unwrap_or(self.now)
            }
            _ => self.now,
        }
    }

    /// The case in hand as shown.
    pub fn selected_case(&self) -> Option<&Arc<Case>> {
        self.selected.and_then(|id| self.cases.view.get(&id))
    }
}

/// Where the map looks before a pack is known: the middle of Shijingshan.
const DISTRICT_CENTRE: LonLat = LonLat::new(116.2229, 39.9066);
