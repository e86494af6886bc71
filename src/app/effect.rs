//! What `update` asks the shell to do, and what comes back.

use std::sync::Arc;

use crate::app::action::Secret;
use crate::app::state::{Books, Conflict, Draft, Settings};
use crate::base::{CommandId, Timestamp, UserId};
use crate::domain::case::{Case, Command, Refusal};
use crate::domain::code::StreetCode;
use crate::domain::org::User;
use crate::protocol::api::Reference;

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
    KeepSettings(Settings),
    /// Take the refused command out of the inbox; it stays in the profile's record.
    SettleConflict(CommandId),
    /// Push and pull now.
    SyncNow,
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
        settings: Settings,
        /// Departments and officers as last known.
        reference: Option<Reference>,
    },
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
        /// Why, in words for a person.
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
    /// The cache was thrown away (epoch or hash did not fit, or the file was damaged) and is being made again.
    CacheReset,
    /// A command was refused for good; the refusal is on the disk already.
    Refused {
        /// As it will stand in the inbox.
        conflict: Box<Conflict>,
    },
    /// A refused command turned out to have been applied after all.
    AppliedAfterAll(CommandId),
    /// Departments and officers.
    Reference(Box<Reference>),
    /// The server answered.
    Online {
        /// The server's clock.
        server_time: Timestamp,
    },
    /// The server did not answer.
    Offline {
        /// Why, in words for a person.
        why: String,
    },
    /// The session at the server has ended.
    LoginNeeded,
    /// A command that the console predicts will fail when it arrives.
    Predicted(CommandId, Refusal),
    /// The map pack is being read; features so far.
    PackProgress {
        /// Features read.
        features: u64,
    },
    /// The map pack has been read: the books with cells, components and places.
    PackReady(Arc<Books>),
    /// The map pack could not be read; why, in words for a person.
    PackFailed {
        /// Why.
        why: String,
    },
}
