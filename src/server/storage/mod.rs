//! Where the server keeps what it decided: one transaction per command, behind a trait.
//!
//! Whatever stands behind it has to hold, at the level of the database itself: numbers of a feed without holes, a
//! command once, an entry number of a case once, a predecessor of an event once.

pub mod side_file;
pub mod sqlite;

use std::collections::BTreeSet;
use std::future::Future;
use std::pin::Pin;

use crate::base::{CommandId, DeviceId, Timestamp, UserId};
use crate::domain::case::Command;
use crate::domain::code::StreetCode;
use crate::domain::org::{Department, Officer, User};
use crate::protocol::api::{Epoch, Event, FeedHead, Verdict};
use crate::protocol::chain::HexHash;

/// What a storage operation answers, some time later.
pub type Answer<'a, T> = Pin<Box<dyn Future<Output = Result<T, StorageError>> + Send + 'a>>;

/// Why an operation failed. Nothing has been written then.
#[derive(Debug, thiserror::Error)]
pub enum StorageError {
    /// No room left.
    #[error("no room left on the disk of the database")]
    Full,
    /// Too many operations are waiting.
    #[error("too many operations are waiting for the database")]
    Busy,
    /// The database failed; the text is for the log only.
    #[error("the database failed: {0}")]
    Failed(String),
    /// What is stored cannot be understood; the text is for the log only.
    #[error("what is stored cannot be read: {0}")]
    Unreadable(String),
    /// The program is at fault; the text is for the log only.
    #[error("a fault of the program: {0}")]
    Fault(String),
}

/// A command with what the server knows about its sender.
#[derive(Debug, Clone)]
pub struct Arrival {
    /// The account that sent it.
    pub user: User,
    /// The device that sent it.
    pub device: DeviceId,
    /// Its number there.
    pub device_no: u64,
    /// The intent.
    pub command: Command,
    /// Time of recording.
    pub now: Timestamp,
    /// A command of the same case that was refused in the same push, so that this one was made without knowing.
    pub stands_on: Option<CommandId>,
}

/// What became of a command.
#[derive(Debug, Clone, PartialEq)]
pub struct Outcome {
    /// The verdict, the first one if the command had come before.
    pub verdict: Verdict,
    /// Feed and number of its last event, when something new was written.
    pub grown: Option<(String, u64)>,
}

/// Part of a feed.
#[derive(Debug, Clone)]
pub struct Slice {
    /// Where the feed stands.
    pub head: FeedHead,
    /// Hash of event `after`; `None` when the feed does not reach so far.
    pub hash_at_after: Option<HexHash>,
    /// Events `after + 1 ..` without holes.
    pub events: Vec<Event>,
}

/// An account with its secret.
#[derive(Debug, Clone, PartialEq)]
pub struct Account {
    /// As the rules see it.
    pub user: User,
    /// PHC string of the password; `None` for somebody who appears in the record and cannot log in.
    pub password: Option<String>,
}

/// What is known before a password is looked at.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct LoginState {
    /// The account, if there is one.
    pub account: Option<Account>,
    /// No login before this time.
    pub locked_until: Option<Timestamp>,
}

/// A session that holds.
#[derive(Debug, Clone, PartialEq)]
pub struct Session {
    /// Whose.
    pub user: User,
    /// The device that logged in.
    pub device: DeviceId,
    /// When it ends.
    pub expires_at: Timestamp,
}

/// A line of the audit log. Never holds secrets or telephone numbers.
#[derive(Debug, Clone, PartialEq)]
pub struct AuditLine {
    /// When.
    pub at: Timestamp,
    /// What: a short stable word such as `login_failed`.
    pub what: &'static str,
    /// Who, as far as known.
    pub user: Option<UserId>,
    /// Details in short.
    pub detail: String,
    /// The request's id in the log.
    pub request_id: String,
}

/// What changes rarely, of some streets.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Directory {
    /// Departments.
    pub departments: Vec<Department>,
    /// Officers with their last fix.
    pub officers: Vec<Officer>,
}

/// A first filling: all or nothing, and only into an empty storage.
#[derive(Debug, Clone)]
pub struct Seed {
    /// Whose departments and officers these are.
    pub street: StreetCode,
    /// People; those of the history as well.
    pub accounts: Vec<Account>,
    /// Departments and officers.
    pub directory: Directory,
    /// The history, in order; each command is recorded at the time at which it claims to have been made.
    pub commands: Vec<Command>,
}

/// What a filling did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Seeded {
    /// Whether the storage was empty, so that something was done at all.
    pub done: bool,
    /// Events written.
    pub events: u64,
    /// Commands that the rules refused.
    pub refused: u64,
}

/// The server's memory.
pub trait Storage: Send + Sync {
    /// Epoch of this history.
    fn epoch(&self) -> Epoch;

    /// Name of the server's identity.
    fn server_id(&self) -> &str;

    /// Decides a command in one transaction: known already, or refused, or written; the verdict is kept in the same
    /// transaction.
    fn decide(&self, arrival: Arrival) -> Answer<'_, Outcome>;

    /// Where feeds stand; a feed without events stands at 0.
    fn heads(&self, feeds: BTreeSet<StreetCode>) -> Answer<'_, Vec<FeedHead>>;

    /// At most `limit` events of `feed` after number `after`.
    fn slice(&self, feed: StreetCode, after: u64, limit: usize) -> Answer<'_, Slice>;

    /// Departments and officers of streets.
    fn directory(&self, streets: BTreeSet<StreetCode>) -> Answer<'_, Directory>;

    /// Adds an account or replaces it; its sessions end.
    fn put_account(&self, account: Account) -> Answer<'_, ()>;

    /// How many accounts can log in.
    fn count_accounts(&self) -> Answer<'_, u64>;

    /// The account and whether it is locked at `now`.
    fn login_state(&self, user: UserId, now: Timestamp) -> Answer<'_, LoginState>;

    /// Notes a failed login, for unknown names as well; five in a row lock the name for a quarter of an hour.
    fn login_failed(&self, user: UserId, now: Timestamp) -> Answer<'_, ()>;

    /// Opens a session under the hash of its token and forgets failed logins.
    fn open_session(&self, token_hash: String, session: Session, now: Timestamp) -> Answer<'_, ()>;

    /// The session of a token, if it holds at `now`; with the account as it is now.
    fn session(&self, token_hash: String, now: Timestamp) -> Answer<'_, Option<Session>>;

    /// Ends a session.
    fn close_session(&self, token_hash: String) -> Answer<'_, ()>;

    /// Adds a line to the audit log.
    fn audit(&self, line: AuditLine) -> Answer<'_, ()>;

    /// Fills an empty storage.
    fn seed(&self, seed: Seed) -> Answer<'_, Seeded>;
}
