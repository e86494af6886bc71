//! The profile: a folder that one process owns, with everything the console must not forget.
//!
//! * `outbox.db`: commands that exist nowhere else yet, refusals that wait for a person, the draft, settings, session.
//!   On the disk when a call returns. `outbox.journal` beside it is a text copy for the day the file is damaged.
//! * `cache.db`: events that the server has confirmed and the cases made of them. Rebuildable.
//! * `tiles.db`: pictures for below the map ([`tiles`]), opened by whoever shows them.
//!
//! The first two files do not commit together. The cache commits first; whether a command has come back is then always looked
//! up in the cache and never remembered, so a stop at any moment between the two is harmless (SYNC.md 2.3).
//!
//! ```no_run
//! # fn main() -> Result<(), jiedao::store::StoreError> {
//! # let now = jiedao::base::Timestamp::UNIX_EPOCH;
//! let (store, opened) = jiedao::store::Store::open(std::path::Path::new("profile"), now)?;
//! assert_eq!(store.device(), opened.device);
//! # Ok(())
//! # }
//! ```
//!
//! Programs with a window do not call [`Store`] themselves but own a [`Worker`], whose thread does.

mod cache;
mod error;
mod journal;
mod outbox;
mod sqlite;
pub mod tiles;
#[cfg(feature = "console")]
pub mod verifier;
mod worker;

use std::fs::File;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::base::{CaseId, CommandId, DeviceId, Timestamp, UserId};
use crate::domain::case::{Case, Command};
use crate::domain::code::StreetCode;
use crate::domain::org::User;
use crate::protocol::api::{Epoch, NumberedCommand, Page, PushAnswer, Reference, Verdict};

pub use cache::Cursor;
pub use error::{PageRefused, StoreError};
pub use outbox::{Pending, Recovered, Refused};
pub use worker::{Answer, Closed, Handle, Request, Wake, Worker};

use cache::Cache;
use outbox::{Entry, Outbox};

/// Days for which a command is kept after it is known to be backed up at the server.
const KEEP_DAYS: i64 = 7;
/// Days after an online login during which the profile opens for that person without the server.
const UNLOCK_DAYS: i64 = 7;

/// An open profile.
#[derive(Debug)]
pub struct Store {
    outbox: Outbox,
    cache: Cache,
    /// Held for as long as the profile is open.
    _lock: Lock,
}

/// The right to a profile. Given back by name: a process that is just being started may hold a copy of the file for a
/// moment, and closing ours alone would not free it then.
#[derive(Debug)]
struct Lock(File);

impl Drop for Lock {
    fn drop(&mut self) {
        if let Err(error) = self.0.unlock() {
            tracing::warn!(%error, "the profile's lock was not given back");
        }
    }
}

/// What was known when the profile was last closed.
#[derive(Debug)]
pub struct Opened {
    /// Identity of the profile.
    pub device: DeviceId,
    /// Confirmed cases.
    pub cases: Vec<Case>,
    /// Cases with events that only a newer build can read: show them, do not work on them.
    pub unreadable: Vec<CaseId>,
    /// Saved, not refused and not seen in the feed, oldest first.
    pub pending: Vec<Pending>,
    /// Refused and not settled, oldest first.
    pub inbox: Vec<Refused>,
    /// The draft as [`Store::keep_draft`] was given it.
    pub draft: Option<String>,
    /// The settings as [`Store::keep_settings`] was given them.
    pub settings: Option<String>,
    /// Departments and officers as last known.
    pub reference: Option<Reference>,
    /// The damaged cache was put aside under this name and is being pulled again.
    pub cache_put_aside: Option<PathBuf>,
    /// The outbox was damaged; tell the person these numbers.
    pub recovered: Option<Recovered>,
}

/// What a page changed.
#[derive(Debug, Default)]
pub struct Applied {
    /// Cases that changed, as they stand now.
    pub cases: Vec<Case>,
    /// Own commands that were seen in this page and need no longer be shown as pending.
    pub retired: Vec<CommandId>,
    /// Own commands that had been refused and were applied after all.
    pub applied_after_all: Vec<CommandId>,
    /// Cases that only a newer build can read to the end.
    pub unreadable: Vec<CaseId>,
}

/// What a push answer changed.
#[derive(Debug, Default)]
pub struct Recorded {
    /// Refused for good and safe in the inbox.
    pub refused: Vec<Refused>,
    /// Commands that the server has applied.
    pub applied: usize,
    /// Commands that have to be sent again later.
    pub later: usize,
}

/// A session at the server.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Session {
    /// Opaque token. Never logged: this type has no `Debug` that shows it.
    pub token: String,
    /// When it ends.
    pub expires_at: Timestamp,
    /// Whose it is.
    pub user: User,
}

impl std::fmt::Debug for Session {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Session")
            .field("user", &self.user.id)
            .field("expires_at", &self.expires_at)
            .finish_non_exhaustive()
    }
}

/// What is to be sent, and as whom.
#[derive(Clone, PartialEq, Debug)]
pub struct Parcel {
    /// This profile.
    pub device: DeviceId,
    /// Highest epoch seen.
    pub epoch_seen: Epoch,
    /// In the device's order.
    pub commands: Vec<NumberedCommand>,
}

/// Moves a damaged file aside, with the time in its name.
fn put_aside(path: &Path, now: Timestamp) -> Result<PathBuf, StoreError> {
    let stamp = now.strftime("%Y%m%dT%H%M%SZ");
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let aside = path.with_file_name(format!("{name}.damaged-{stamp}"));
    std::fs::rename(path, &aside).map_err(|source| StoreError::io(path, source))?;
    for ending in ["-wal", "-shm", "-journal"] {
        // They belong to the damaged file; beside a new one they would do harm.
        let beside = path.with_file_name(format!("{name}{ending}"));
        if beside.exists() {
            let to = aside.with_file_name(format!("{name}.damaged-{stamp}{ending}"));
            std::fs::rename(&beside, &to).map_err(|source| StoreError::io(&beside, source))?;
        }
    }
    Ok(aside)
}

fn own(dir: &Path) -> Result<Lock, StoreError> {
    let wrap = |source| StoreError::io(dir, source);
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(dir).map_err(wrap)?;
    let path = dir.join("profile.lock");
    sqlite::make_private(&path)?;
    let lock = File::options().append(true).open(&path).map_err(wrap)?;
    match lock.try_lock() {
        Ok(()) => Ok(Lock(lock)),
        Err(std::fs::TryLockError::WouldBlock) => Err(StoreError::InUse { dir: dir.to_path_buf() }),
        Err(std::fs::TryLockError::Error(source)) => Err(wrap(source)),
    }
}

impl Store {
    /// Opens the profile in `dir`, making it if need be, and repairs what can be repaired: a damaged cache is put aside
    /// and begun anew, a damaged outbox is put aside and brought back from its journal.
    ///
    /// # Errors
    /// [`StoreError::InUse`] when another process owns the profile; else whatever the disk says.
    pub fn open(dir: &Path, now: Timestamp) -> Result<(Self, Opened), StoreError> {
        let lock = own(dir)?;
        let (outbox, recovered) = Outbox::open(&dir.join("outbox.db"), &dir.join("outbox.journal"), now)?;
        let path = dir.join("cache.db");
        let (cache, cache_put_aside) = match Cache::open(&path).and_then(|cache| cache.cases().map(|_| cache)) {
            Ok(cache) => (cache, None),
            Err(StoreError::Damaged { .. }) => {
                let aside = put_aside(&path, now)?;
                (Cache::open(&path)?, Some(aside))
            }
            Err(error) => return Err(error),
        };
        let store = Self { outbox, cache, _lock: lock };
        let mut opened = store.look()?;
        opened.cache_put_aside = cache_put_aside;
        opened.recovered = recovered;
        Ok((store, opened))
    }

    /// What is known now, as at opening.
    ///
    /// # Errors
    /// When a file cannot be read.
    pub fn look(&self) -> Result<Opened, StoreError> {
        Ok(Opened {
            device: self.outbox.device,
            cases: self.cache.cases()?,
            unreadable: self.cache.unreadable()?,
            pending: self.pending()?,
            inbox: self.inbox()?,
            draft: self.outbox.kept("draft")?,
            settings: self.outbox.kept("settings")?,
            reference: self.cache.reference()?,
            cache_put_aside: None,
            recovered: None,
        })
    }

    /// Identity of the profile.
    pub fn device(&self) -> DeviceId {
        self.outbox.device
    }

    /// Saves a command and gives its number; the same command again gets its first number. When this returns the command
    /// is on the disk, twice.
    ///
    /// # Errors
    /// When it could not be written; then it is not saved, and a person must be told so.
    pub fn commit_command(&mut self, command: &Command, now: Timestamp) -> Result<u64, StoreError> {
        self.outbox.save(command, now)
    }

    /// Saved, not refused and not seen in the feed, oldest first.
    ///
    /// # Errors
    /// When a file cannot be read.
    pub fn pending(&self) -> Result<Vec<Pending>, StoreError> {
        let mut pending = Vec::new();
        for row in self.outbox.entries("refusal IS NULL")? {
            if self.cache.seen(row.pending.command.id)?.is_none() {
                pending.push(row.pending);
            }
        }
        Ok(pending)
    }

    /// Refused and not settled, oldest first.
    ///
    /// # Errors
    /// When a file cannot be read.
    pub fn inbox(&self) -> Result<Vec<Refused>, StoreError> {
        let rows = self.outbox.entries("refusal IS NOT NULL AND settled_at IS NULL")?;
        Ok(rows
            .into_iter()
            .filter_map(|row| {
                let (refusal, refused_at) = row.refusal?;
                Some(Refused { device_no: row.pending.device_no, command: row.pending.command, refusal, refused_at })
            })
            .collect())
    }

    /// What is to be sent next in the session of `user`: that person's pending commands that have no verdict, in the
    /// device's order, at least one if there is one, else within both bounds. A session speaks for its own person only, so
    /// what somebody else has left in this profile waits for that person's next login; sent by another it would be refused.
    ///
    /// # Errors
    /// When a file cannot be read.
    pub fn to_push(&self, user: &UserId, max_commands: usize, max_bytes: usize) -> Result<Parcel, StoreError> {
        let mut commands = Vec::new();
        let mut bytes = 256;
        for row in self.outbox.entries("refusal IS NULL AND verdict_epoch IS NULL AND stable_since IS NULL")? {
            if row.pending.command.actor.user != *user || self.cache.seen(row.pending.command.id)?.is_some() {
                continue;
            }
            let one = NumberedCommand { device_no: row.pending.device_no, command: row.pending.command };
            bytes += serde_json::to_string(&one).map_or(0, |text| text.len() + 1);
            if !commands.is_empty() && (commands.len() >= max_commands || bytes > max_bytes) {
                break;
            }
            commands.push(one);
        }
        Ok(Parcel { device: self.outbox.device, epoch_seen: self.epoch_seen()?, commands })
    }

    /// The highest epoch that any answer has named.
    ///
    /// # Errors
    /// When the outbox cannot be read.
    pub fn epoch_seen(&self) -> Result<Epoch, StoreError> {
        Ok(self.outbox.kept("epoch")?.and_then(|tag| Epoch::from_tag(&tag)).unwrap_or_default())
    }

    /// Notes an epoch; false when it is older than one seen before, so that the answer is to be dropped.
    fn note_epoch(&mut self, epoch: &Epoch) -> Result<bool, StoreError> {
        let seen = self.epoch_seen()?;
        if epoch.n < seen.n {
            return Ok(false);
        }
        if *epoch != seen {
            self.outbox.keep("epoch", Some(&epoch.tag()))?;
        }
        Ok(true)
    }

    /// Records verdicts. Refusals are in the inbox, with the command, when this returns; "applied" is only a hint that
    /// suppresses sending again (SYNC.md 2.5, rules 3 and 4). An answer of an older epoch changes nothing.
    ///
    /// # Errors
    /// When the outbox cannot be written; the commands are then sent again.
    pub fn record_verdicts(&mut self, answer: &PushAnswer, now: Timestamp) -> Result<Recorded, StoreError> {
        let mut recorded = Recorded::default();
        if !self.note_epoch(&answer.epoch)? {
            return Ok(recorded);
        }
        let mut verdicts = Vec::new();
        for result in &answer.results {
            let Some(row) = self.outbox.entry(result.command_id)? else { continue };
            if row.refusal.is_some() || self.cache.seen(result.command_id)?.is_some() {
                continue;
            }
            match &result.verdict {
                Verdict::Applied { seq } => {
                    verdicts.push((result.command_id, Some((answer.epoch.clone(), *seq))));
                    recorded.applied += 1;
                }
                Verdict::Refused { refusal } => recorded.refused.push(refused(row, refusal.clone(), now)),
                Verdict::DependsOn { command_id } => {
                    // What it builds on was refused: so is this, for the same reason.
                    let earlier = recorded.refused.iter().find(|one| one.command.id == *command_id);
                    let refusal = match earlier {
                        Some(one) => Some(one.refusal.clone()),
                        None => self.outbox.entry(*command_id)?.and_then(|row| row.refusal).map(|(why, _)| why),
                    };
                    match refusal {
                        Some(refusal) => recorded.refused.push(refused(row, refusal, now)),
                        None => {
                            // The server does not have it, whatever it said of it before.
                            verdicts.push((*command_id, None));
                            recorded.later += 1;
                        }
                    }
                }
                Verdict::RetryLater => recorded.later += 1,
            }
        }
        self.outbox.refuse(&recorded.refused)?;
        self.outbox.set_verdicts(&verdicts)?;
        Ok(recorded)
    }

    /// The position in a feed.
    ///
    /// # Errors
    /// When the cache cannot be read.
    pub fn cursor(&self, feed: &StreetCode) -> Result<Cursor, StoreError> {
        self.cache.cursor(feed.as_str())
    }

    /// Takes over a page that was asked for from `base`. Contiguity, chain and epoch are checked before anything is
    /// written; events, cases and position are written together.
    ///
    /// # Errors
    /// [`PageRefused`]; if [`needs_reset`](PageRefused::needs_reset), call [`reset_feed`](Self::reset_feed) and pull from
    /// the beginning.
    pub fn apply_page(
        &mut self,
        feed: &StreetCode,
        base: &Cursor,
        page: &Page,
        now: Timestamp,
    ) -> Result<Applied, PageRefused> {
        if !self.note_epoch(&page.epoch)? {
            return Err(PageRefused::OldEpoch { found: page.epoch.n, known: self.epoch_seen()?.n });
        }
        let folded = self.cache.apply(feed, base, page)?;
        let mut retired = Vec::new();
        for id in folded.commands {
            if self.outbox.entry(id)?.is_some() {
                retired.push(id);
            }
        }
        let applied_after_all = self.tidy(feed, page, now)?;
        Ok(Applied { cases: folded.cases, retired, applied_after_all, unreadable: folded.unreadable })
    }

    /// Brings the outbox in line with what the cache has seen: the rules for verdicts, retirement and refusals that turn
    /// out to have been applied. Running it again changes nothing, so it may be cut off anywhere.
    fn tidy(&mut self, feed: &StreetCode, page: &Page, now: Timestamp) -> Result<Vec<CommandId>, StoreError> {
        let cursor = self.cache.cursor(feed.as_str())?;
        let stable_seq = self.cache.stable_seq(feed.as_str())?;
        // A code of nine digits: safe within SQL.
        let rows = self.outbox.entries(&format!("feed = '{feed}'"))?;
        let (mut after_all, mut forget, mut stable, mut done) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        for row in rows {
            let id = row.pending.command.id;
            let seen = self.cache.seen(id)?;
            if row.refusal.is_some() && seen.is_some() {
                after_all.push(id);
            }
            if let Some((epoch, seq)) = &row.verdict {
                let passed = cursor.seq >= *seq && seen.is_none();
                if *epoch != page.epoch || page.head.seq < *seq || passed {
                    forget.push((id, None));
                }
            }
            let is_stable = seen.is_some_and(|seq| seq <= stable_seq);
            match row.stable_since {
                Some(since) if is_stable && days_between(since, now) >= KEEP_DAYS => done.push(id),
                Some(_) if seen.is_none() => stable.push((id, None)),
                None if is_stable => stable.push((id, Some(now))),
                _ => {}
            }
        }
        self.outbox.applied_after_all(&after_all)?;
        self.outbox.set_verdicts(&forget)?;
        self.outbox.set_stable(&stable, &done)?;
        Ok(after_all)
    }

    /// Forgets a feed, whose history at the server is another one now, and gives what is pending then: commands that had
    /// been seen in the old history are sent again.
    ///
    /// # Errors
    /// When a file cannot be written.
    pub fn reset_feed(&mut self, feed: &StreetCode) -> Result<Vec<Pending>, StoreError> {
        self.cache.reset(feed.as_str())?;
        let rows = self.outbox.entries(&format!("feed = '{feed}' AND refusal IS NULL"))?;
        let ids: Vec<_> = rows.iter().map(|row| row.pending.command.id).collect();
        self.outbox.set_verdicts(&ids.iter().map(|id| (*id, None)).collect::<Vec<_>>())?;
        self.outbox.set_stable(&ids.iter().map(|id| (*id, None)).collect::<Vec<_>>(), &[])?;
        self.pending()
    }

    /// Takes a refusal out of the inbox; the command stays in the profile's record.
    ///
    /// # Errors
    /// When the outbox cannot be written.
    pub fn settle(&mut self, command: CommandId, now: Timestamp) -> Result<(), StoreError> {
        self.outbox.settle(command, now)
    }

    /// Keeps the draft (any text; `None` forgets it).
    ///
    /// # Errors
    /// When the outbox cannot be written.
    pub fn keep_draft(&mut self, draft: Option<&str>) -> Result<(), StoreError> {
        self.outbox.keep("draft", draft)
    }

    /// Keeps the settings (any text).
    ///
    /// # Errors
    /// When the outbox cannot be written.
    pub fn keep_settings(&mut self, settings: &str) -> Result<(), StoreError> {
        self.outbox.keep("settings", Some(settings))
    }

    /// Keeps departments and officers.
    ///
    /// # Errors
    /// When the cache cannot be written.
    pub fn keep_reference(&mut self, reference: &Reference) -> Result<(), StoreError> {
        self.cache.keep_reference(reference)
    }

    /// Keeps the session at the server, or forgets it.
    ///
    /// # Errors
    /// When the outbox cannot be written.
    pub fn keep_session(&mut self, session: Option<&Session>) -> Result<(), StoreError> {
        let text = session.and_then(|session| serde_json::to_string(session).ok());
        self.outbox.keep("session", text.as_deref())
    }

    /// The session kept, if it has not ended by `now`.
    ///
    /// # Errors
    /// When the outbox cannot be read.
    pub fn session(&self, now: Timestamp) -> Result<Option<Session>, StoreError> {
        let kept = self.outbox.kept("session")?.and_then(|text| serde_json::from_str::<Session>(&text).ok());
        Ok(kept.filter(|session| session.expires_at > now))
    }

    /// Keeps account and password verifier after an online login.
    ///
    /// # Errors
    /// When the outbox cannot be written.
    pub fn keep_verifier(&mut self, user: &User, phc: &str, now: Timestamp) -> Result<(), StoreError> {
        let account = serde_json::to_string(user).unwrap_or_default();
        self.outbox.keep_verifier(&user.id.0, &account, phc, now)
    }

    /// Account and verifier of a person whose last online login is not more than seven days ago. A clock that was set back
    /// does not lengthen the time.
    ///
    /// # Errors
    /// When the outbox cannot be read.
    pub fn verifier(&self, user: &UserId, now: Timestamp) -> Result<Option<(User, String)>, StoreError> {
        let Some((account, phc, verified_at)) = self.outbox.verifier(&user.0)? else { return Ok(None) };
        let fresh = verified_at <= now && days_between(verified_at, now) < UNLOCK_DAYS;
        Ok(fresh.then(|| serde_json::from_str(&account).ok().map(|user| (user, phc))).flatten())
    }

    /// Forgets a verifier: the server has refused that person.
    ///
    /// # Errors
    /// When the outbox cannot be written.
    pub fn forget_verifier(&mut self, user: &UserId) -> Result<(), StoreError> {
        self.outbox.forget_verifier(&user.0)
    }
}

fn refused(row: Entry, refusal: crate::domain::case::Refusal, refused_at: Timestamp) -> Refused {
    Refused { device_no: row.pending.device_no, command: row.pending.command, refusal, refused_at }
}

fn days_between(from: Timestamp, to: Timestamp) -> i64 {
    to.duration_since(from).as_hours() / 24
}
