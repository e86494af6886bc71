//! What `update` asks the shell to do, and what comes back.

use std::sync::Arc;

use crate::app::action::Secret;
use crate::app::export::{ExportAnswer, ExportJob};
use crate::app::intake::{IntakeAnswer, IntakeJob};
use crate::app::layers::Kept;
use crate::app::raster::{AllTold, KeptRasters};
use crate::app::sheet::{SheetAnswer, SheetJob};
use crate::app::state::{Books, Conflict, Draft};
use crate::app::style::StyleFile;
use crate::app::tools::job::{Answer, Job};
use crate::base::text::Lang;
use crate::base::{CaseId, CommandId, LonLat, Timestamp, UserId};
use crate::domain::case::{Case, Command};
use crate::domain::code::StreetCode;
use crate::domain::org::User;
use crate::map::style::{Key, Problem, Value};
use crate::protocol::api::Reference;
use crate::spatial::grid::CellBook;
use crate::spatial::section::Section;

/// Something to be done outside.
#[derive(Clone, PartialEq, Debug)]
pub enum Effect {
    /// Write the command to the outbox and fsync; answered by [`Completion::Saved`] or [`Completion::SaveFailed`].
    Commit(Box<Command>),
    /// Ask the server who this is; offline, ask the profile.
    Login {
        /// Login name.
        user: UserId,
        /// Password.
        password: Secret,
    },
    /// Forget the session.
    Logout,
    /// Keep the draft as it is now.
    KeepDraft(Box<Draft>),
    /// Keep the settings.
    KeepSettings(Box<Kept>),
    /// Take the refused command out of the inbox; it stays in the profile's record.
    SettleConflict(CommandId),
    /// Cut a section through the pipelines of the map pack; answered by [`Completion::SectionCut`].
    CutSection([LonLat; 2]),
    /// Push and pull now.
    SyncNow,
    /// Read something from the map pack; answered by [`Completion::MapAnswer`].
    MapJob {
        /// By which the answer is known.
        number: u64,
        /// What.
        job: Box<Job>,
    },
    /// Read the map pack again: it has been changed. Answered by [`Completion::CellsReady`] and [`Completion::PackReady`].
    ReloadPack,
    /// Set entries of the style file, or take them out; answered by [`Completion::StyleSaved`] and then
    /// [`Completion::StyleRead`].
    SaveStyle(Vec<(Key, Option<Value>)>),
    /// Read the style file again; answered by [`Completion::StyleRead`].
    ReloadStyle,
    /// Do something about data from elsewhere; answered by [`Completion::Intake`].
    Intake {
        /// By which the answers are known.
        number: u64,
        /// What.
        job: Box<IntakeJob>,
    },
    /// Make a sheet; answered by [`Completion::Sheet`].
    MakeSheet {
        /// By which the answers are known.
        number: u64,
        /// What.
        job: Box<SheetJob>,
    },
    /// Give up the sheet of this number.
    StopSheet {
        /// The number.
        number: u64,
    },
    /// Give up the reading of this number.
    StopIntake {
        /// The number.
        number: u64,
    },
    /// Count or write what goes out of the map pack; answered by [`Completion::Export`].
    Export {
        /// By which the answers are known.
        number: u64,
        /// What.
        job: Box<ExportJob>,
    },
    /// Break off the counting or writing of this number.
    StopExport {
        /// The number.
        number: u64,
    },
    /// Have these pictures below the map from now on; answered by [`Completion::RastersTold`].
    ShowRasters {
        /// Which, and what they may take on the disk.
        kept: Box<KeptRasters>,
        /// The map of which they say whether they are shown.
        in_hand: crate::map::side::Side,
        /// For what is told of them.
        lang: Lang,
    },
    /// Take all pictures that came over the network off the disk.
    EmptyTiles,
    /// Give up the job of this number and all before it, as far as they can be given up.
    StopMapJobs {
        /// The number.
        up_to: u64,
    },
}

/// What was repaired when the profile was opened.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Repair {
    /// The cache was damaged: it is pulled again.
    Cache,
    /// The outbox was damaged and has been brought back from its journal.
    Outbox {
        /// Commands brought back.
        commands: usize,
        /// Lines of the journal that could not be read: so much may be lost.
        unreadable_lines: usize,
    },
}

/// What came back.
#[derive(Clone, Debug)]
pub enum Completion {
    /// The profile was opened: everything that was known when the console stopped.
    Opened {
        /// Confirmed cases.
        cases: Vec<Arc<Case>>,
        /// Saved and not retired commands with their numbers and times, oldest first.
        pending: Vec<(u64, Timestamp, Command)>,
        /// Refused and not settled.
        inbox: Vec<Conflict>,
        /// The report being taken.
        draft: Option<Box<Draft>>,
        /// Settings.
        settings: Box<Kept>,
        /// Departments and officers as last known.
        reference: Option<Reference>,
    },
    /// The profile could not be opened; a key of the text table says why and what to do.
    OpenFailed {
        /// The key.
        why: String,
    },
    /// The profile was damaged and has been repaired: what a person has to know of it.
    Repaired(Repair),
    /// These cases hold entries that only a newer build can read.
    Unreadable(Vec<CaseId>),
    /// The command is on the disk.
    Saved {
        /// The command.
        command: Box<Command>,
        /// Its number on this device.
        device_no: u64,
    },
    /// The command could not be written and is not saved.
    SaveFailed {
        /// The command, so that nothing typed is lost.
        command: Box<Command>,
        /// Why: a key of the text table, or words for a person.
        why: String,
    },
    /// Somebody is logged in.
    LoggedIn {
        /// Who.
        user: Arc<User>,
        /// By the server, or by the profile alone.
        online: bool,
    },
    /// The login was refused; a key of the text table says why.
    LoginRefused {
        /// The key.
        why: String,
    },
    /// Confirmed cases changed, and these commands were seen in the feed.
    Pulled {
        /// The street.
        feed: StreetCode,
        /// Cases as they stand now.
        cases: Vec<Arc<Case>>,
        /// Commands that need no longer be shown as pending.
        retired: Vec<CommandId>,
        /// Events the server has beyond these.
        behind: u64,
        /// The server's clock at that answer.
        server_time: Timestamp,
    },
    /// The history of a feed is another one now: its confirmed cases are forgotten and come again.
    FeedReset {
        /// The street.
        feed: StreetCode,
        /// All that is pending now, oldest first: commands that had been confirmed in the old history are pending again.
        pending: Vec<(u64, Timestamp, Command)>,
    },
    /// A command was refused for good; the refusal is on the disk already.
    Refused {
        /// As it will stand in the inbox.
        conflict: Box<Conflict>,
    },
    /// The refusal is out of the inbox, on the disk as well.
    Settled(CommandId),
    /// Draft, settings or a settlement could not be written; a key of the text table says why.
    KeepFailed {
        /// The key.
        why: String,
    },
    /// A refused command turned out to have been applied after all.
    AppliedAfterAll(CommandId),
    /// A section was cut, or why not, in words for a person.
    SectionCut {
        /// From where to where.
        ends: [LonLat; 2],
        /// The section.
        outcome: Result<Arc<Section>, String>,
    },
    /// Departments and officers.
    Reference(Box<Reference>),
    /// The server answered.
    Online {
        /// The server's clock, if the answer told it.
        server_time: Option<Timestamp>,
    },
    /// Something about the line that time alone does not mend; a key of the text table.
    Trouble {
        /// The key.
        why: String,
    },
    /// A feed stands still: its bytes are damaged, or only a newer build can read them.
    FeedStuck {
        /// The street.
        feed: StreetCode,
    },
    /// The server did not answer.
    Offline {
        /// Why: a key of the text table, or words for a person.
        why: String,
    },
    /// The session at the server has ended.
    LoginNeeded,
    /// The map pack is being read; features so far.
    PackProgress {
        /// Features read.
        features: u64,
    },
    /// The map pack has been read: the books with cells, components and places.
    PackReady(Arc<Books>),
    /// The history of the unit grid has been read.
    CellsReady(Arc<CellBook>),
    /// The map pack could not be read; why, in words for a person.
    PackFailed {
        /// Why.
        why: String,
    },
    /// The style file has been read: at the start, when it has changed, or when that was asked for.
    StyleRead(StyleFile),
    /// What is known of the pictures below the map.
    RastersTold(Box<AllTold>),
    /// The style file was written, or what stood against it.
    StyleSaved(Result<(), Vec<Problem>>),
    /// What came of data from elsewhere.
    Intake {
        /// Number of the job.
        number: u64,
        /// What came of it.
        answer: IntakeAnswer,
    },
    /// What came of data that goes elsewhere.
    Export {
        /// Number of the job.
        number: u64,
        /// What came of it.
        answer: ExportAnswer,
    },
    /// What came of a sheet.
    Sheet {
        /// Number of the job.
        number: u64,
        /// What came of it.
        answer: SheetAnswer,
    },
    /// What the map pack holds, as asked for.
    MapAnswer {
        /// Number of the job.
        number: u64,
        /// What came of it.
        answer: Answer,
    },
}
