//! The storage on SQLite: one file, one connection, one thread that owns it.
//!
//! `journal_mode = TRUNCATE` and `synchronous = FULL`: when an answer leaves the server, what it says lies on the disk.

mod accounts;
mod feed;
mod open;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::mpsc::{SyncSender, TrySendError, sync_channel};
use std::thread::JoinHandle;

use rusqlite::{Connection, ErrorCode};
use tokio::sync::oneshot;

use super::side_file::SideFile;
use super::{
    Account, Answer, Arrival, AuditLine, Directory, LoginState, Outcome, Seed, Seeded, Session, Slice, Storage,
    StorageError,
};
use crate::base::{Timestamp, UserId};
use crate::domain::calendar::Calendar;
use crate::domain::code::StreetCode;
use crate::protocol::api::{Epoch, FeedHead};

pub use open::OpenError;

/// Operations that may wait for the connection; more are turned away.
const QUEUE: usize = 256;

type Job = Box<dyn FnOnce(&mut Desk) + Send>;

/// What the thread of the connection has before it.
struct Desk {
    connection: Connection,
    calendar: Calendar,
    side: SideFile,
    side_path: PathBuf,
}

impl Desk {
    /// Notes the new end of a feed beside the database. A failure costs only the early warning, so it is logged.
    fn note_head(&mut self, feed: &str, seq: u64, hash: String) {
        self.side.heads.insert(feed.to_owned(), (seq, hash));
        self.write_side_file();
    }

    fn write_side_file(&self) {
        if let Err(error) = self.side.write(&self.side_path) {
            tracing::warn!(%error, "the side file of the database cannot be written");
        }
    }
}

/// A database file that this process owns.
pub struct SqliteStorage {
    jobs: Option<SyncSender<Job>>,
    thread: Option<JoinHandle<()>>,
    epoch: Epoch,
    server_id: String,
    /// Held for as long as the database is ours.
    _lock: std::fs::File,
}

impl SqliteStorage {
    /// Opens or makes the database at `path`; `calendar` is what deadlines are worked out by.
    ///
    /// # Errors
    /// [`OpenError`] when the file is another's, damaged, newer than this program or cannot be written.
    pub fn open(path: &std::path::Path, calendar: Calendar) -> Result<Self, OpenError> {
        let lock = open::take_lock(path)?;
        let connection = open::connect(path)?;
        let side_path = SideFile::path_of(path);
        let (side, server_id) = open::settle_epoch(&connection, &side_path)?;
        let epoch = side.epoch.clone();
        let mut desk = Desk { connection, calendar, side, side_path };
        desk.write_side_file();

        let (jobs, inbox) = sync_channel::<Job>(QUEUE);
        let thread = std::thread::Builder::new()
            .name("jiedao-storage".to_owned())
            .spawn(move || {
                for job in inbox {
                    // A job that panics has dropped its transaction, which rolls it back; its asker sees a closed
                    // channel. The connection itself stays sound.
                    let job = std::panic::AssertUnwindSafe(|| job(&mut desk));
                    if std::panic::catch_unwind(job).is_err() {
                        tracing::error!("an operation on the database panicked and was rolled back");
                    }
                }
            })
            .map_err(OpenError::Io)?;
        Ok(Self { jobs: Some(jobs), thread: Some(thread), epoch, server_id, _lock: lock })
    }

    fn run<T: Send + 'static>(
        &self,
        job: impl FnOnce(&mut Desk) -> Result<T, StorageError> + Send + 'static,
    ) -> Answer<'_, T> {
        let (reply, answer) = oneshot::channel();
        let job: Job = Box::new(move |desk| {
            // Whoever asked may have gone; what was done stays done.
            let _ = reply.send(job(desk));
        });
        let sent = match &self.jobs {
            Some(jobs) => jobs.try_send(job).map_err(|error| match error {
                TrySendError::Full(_) => StorageError::Busy,
                TrySendError::Disconnected(_) => StorageError::Failed("the thread has ended".to_owned()),
            }),
            None => Err(StorageError::Failed("the storage is closed".to_owned())),
        };
        Box::pin(async move {
            sent?;
            answer.await.unwrap_or_else(|_| Err(StorageError::Fault("an operation panicked".to_owned())))
        })
    }
}

impl Drop for SqliteStorage {
    fn drop(&mut self) {
        self.jobs = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

impl From<rusqlite::Error> for StorageError {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => Self::Full,
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => Self::Unreadable(error.to_string()),
            _ => Self::Failed(error.to_string()),
        }
    }
}

/// Reads a stored body.
fn parse<T: serde::de::DeserializeOwned>(what: &str, text: &str) -> Result<T, StorageError> {
    serde_json::from_str(text).map_err(|error| StorageError::Unreadable(format!("{what}: {error}")))
}

/// Writes a body.
fn print<T: serde::Serialize>(what: &str, value: &T) -> Result<String, StorageError> {
    serde_json::to_string(value).map_err(|error| StorageError::Fault(format!("{what}: {error}")))
}

/// A count or number as SQLite keeps it.
fn stored(number: u64) -> Result<i64, StorageError> {
    i64::try_from(number).map_err(|_| StorageError::Fault(format!("{number} is too large")))
}

impl Storage for SqliteStorage {
    fn epoch(&self) -> Epoch {
        self.epoch.clone()
    }

    fn server_id(&self) -> &str {
        &self.server_id
    }

    fn decide(&self, arrival: Arrival) -> Answer<'_, Outcome> {
        self.run(move |desk| feed::decide(desk, &arrival))
    }

    fn heads(&self, feeds: BTreeSet<StreetCode>) -> Answer<'_, Vec<FeedHead>> {
        self.run(move |desk| feeds.iter().map(|feed| feed::head(&desk.connection, feed.as_str())).collect())
    }

    fn slice(&self, feed: StreetCode, after: u64, limit: usize) -> Answer<'_, Slice> {
        self.run(move |desk| feed::slice(&desk.connection, feed.as_str(), after, limit))
    }

    fn directory(&self, streets: BTreeSet<StreetCode>) -> Answer<'_, Directory> {
        self.run(move |desk| accounts::directory(&desk.connection, &streets))
    }

    fn put_account(&self, account: Account) -> Answer<'_, ()> {
        self.run(move |desk| accounts::put(&mut desk.connection, &account))
    }

    fn count_accounts(&self) -> Answer<'_, u64> {
        self.run(|desk| accounts::count(&desk.connection))
    }

    fn login_state(&self, user: UserId, now: Timestamp) -> Answer<'_, LoginState> {
        self.run(move |desk| accounts::login_state(&desk.connection, &user, now))
    }

    fn login_failed(&self, user: UserId, now: Timestamp) -> Answer<'_, ()> {
        self.run(move |desk| accounts::login_failed(&mut desk.connection, &user, now))
    }

    fn open_session(&self, token_hash: String, session: Session, now: Timestamp) -> Answer<'_, ()> {
        self.run(move |desk| accounts::open_session(&mut desk.connection, &token_hash, &session, now))
    }

    fn session(&self, token_hash: String, now: Timestamp) -> Answer<'_, Option<Session>> {
        self.run(move |desk| accounts::session(&desk.connection, &token_hash, now))
    }

    fn close_session(&self, token_hash: String) -> Answer<'_, ()> {
        self.run(move |desk| {
            desk.connection.execute("DELETE FROM session WHERE token_hash = ?1", [token_hash])?;
            Ok(())
        })
    }

    fn audit(&self, line: AuditLine) -> Answer<'_, ()> {
        self.run(move |desk| accounts::audit(&desk.connection, &line))
    }

    fn seed(&self, seed: Seed) -> Answer<'_, Seeded> {
        self.run(move |desk| feed::seed(desk, seed))
    }
}
