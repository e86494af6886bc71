//! `outbox.db`: what exists nowhere else. A rollback journal and `synchronous=EXTRA`: when a commit returns, it is on the
//! disk.

use std::path::{Path, PathBuf};

use rusqlite::{OptionalExtension as _, Row, Transaction, params};

use crate::base::{CommandId, DeviceId, Timestamp};
use crate::domain::case::{Command, Refusal};
use crate::protocol::api::Epoch;
use crate::store::error::StoreError;
use crate::store::journal::{self, Journal, Line};
use crate::store::sqlite::{Database, from_json, from_text, to_json};

const PRAGMAS: &str = "PRAGMA journal_mode = TRUNCATE; PRAGMA synchronous = EXTRA;";

/// A command stays here until it has been seen in the feed and its place is backed up; a refused one stays for good.
const FORMS: &[&str] = &["
    CREATE TABLE command (
        device_no INTEGER PRIMARY KEY,
        command_id TEXT NOT NULL UNIQUE,
        feed TEXT NOT NULL,
        saved_at TEXT NOT NULL,
        body TEXT NOT NULL,
        verdict_epoch TEXT,
        verdict_seq INTEGER,
        refusal TEXT,
        refused_at TEXT,
        settled_at TEXT,
        stable_since TEXT
    ) STRICT;
    CREATE INDEX command_feed ON command (feed);
    CREATE TABLE kept (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
    CREATE TABLE verifier (
        user TEXT PRIMARY KEY,
        account TEXT NOT NULL,
        phc TEXT NOT NULL,
        verified_at TEXT NOT NULL
    ) STRICT;
"];

/// A saved command.
#[derive(Clone, PartialEq, Debug)]
pub struct Pending {
    /// Number on this device.
    pub device_no: u64,
    /// When it was saved.
    pub saved_at: Timestamp,
    /// The command.
    pub command: Command,
}

/// A refused command in the inbox.
#[derive(Clone, PartialEq, Debug)]
pub struct Refused {
    /// Number on this device.
    pub device_no: u64,
    /// The command, whole.
    pub command: Command,
    /// Why.
    pub refusal: Refusal,
    /// When the refusal came.
    pub refused_at: Timestamp,
}

/// What was rescued from the text journal.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Recovered {
    /// The damaged file, put aside; `None` when there was none any more.
    pub damaged: Option<PathBuf>,
    /// Commands brought back.
    pub commands: usize,
    /// Refusals brought back.
    pub refusals: usize,
    /// Lines of the journal that could not be read: so much may be lost.
    pub unreadable_lines: usize,
}

/// A row as the rules of the store look at it.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) pending: Pending,
    pub(super) verdict: Option<(Epoch, u64)>,
    pub(super) refusal: Option<(Refusal, Timestamp)>,
    pub(super) settled: bool,
    pub(super) stable_since: Option<Timestamp>,
}

#[derive(Debug)]
pub(super) struct Outbox {
    database: Database,
    /// `None` only while the outbox is being opened.
    journal: Option<Journal>,
    pub(super) device: DeviceId,
}

const COLUMNS: &str =
    "device_no, saved_at, body, verdict_epoch, verdict_seq, refusal, refused_at, settled_at, stable_since";

fn entry(row: &Row<'_>) -> rusqlite::Result<Entry> {
    let text = |index: usize| row.get::<_, Option<String>>(index);
    let verdict = match (text(3)?, row.get::<_, Option<u64>>(4)?) {
        (Some(tag), Some(seq)) => Epoch::from_tag(&tag).map(|epoch| (epoch, seq)),
        _ => None,
    };
    let refusal = match (text(5)?, text(6)?) {
        (Some(refusal), Some(at)) => Some((from_json(&refusal)?, from_text(&at)?)),
        _ => None,
    };
    Ok(Entry {
        pending: Pending {
            device_no: row.get(0)?,
            saved_at: from_text(&row.get::<_, String>(1)?)?,
            command: from_json(&row.get::<_, String>(2)?)?,
        },
        verdict,
        refusal,
        settled: text(7)?.is_some(),
        stable_since: text(8)?.map(|at| from_text(&at)).transpose()?,
    })
}

impl Outbox {
    /// Opens the outbox; when it is damaged or gone, makes it anew from the journal.
    pub(super) fn open(
        path: &Path,
        journal_path: &Path,
        now: Timestamp,
    ) -> Result<(Self, Option<Recovered>), StoreError> {
        let lines = journal::read(journal_path)?;
        let existed = path.exists();
        let (database, damaged) = match Self::open_and_read(path) {
            Ok(database) => (database, None),
            Err(StoreError::Damaged { .. }) => {
                let aside = super::put_aside(path, now)?;
                (Self::open_and_read(path)?, Some(aside))
            }
            Err(error) => return Err(error),
        };
        let known_device = kept(&database, "device")?;
        let in_journal = lines.lines.iter().rev().find_map(|line| match line {
            Line::Device { device, .. } => Some(*device),
            _ => None,
        });
        let device = match (&known_device, in_journal) {
            (Some(text), _) => from_text(text).map_err(database.fault())?,
            (None, Some(device)) => device,
            (None, None) => DeviceId(uuid::Uuid::new_v4()),
        };
        let mut outbox = Self { database, journal: None, device };
        let (commands, refusals) = outbox.replay(&lines.lines)?;
        if known_device.is_none() {
            outbox.keep("device", Some(&device.to_string()))?;
        }
        outbox.journal = Some(Journal::rewrite(journal_path, &outbox.as_lines()?)?);
        let lost_file = !existed && in_journal.is_some();
        let recovered = (damaged.is_some() || lost_file || commands > 0).then_some(Recovered {
            damaged,
            commands,
            refusals,
            unreadable_lines: lines.unreadable,
        });
        Ok((outbox, recovered))
    }

    fn open_and_read(path: &Path) -> Result<Database, StoreError> {
        let database = Database::open(path, PRAGMAS, FORMS)?;
        // A page may be whole and its content not: every row is read once.
        for row in entries(&database, "1 = 1")? {
            drop(row);
        }
        Ok(database)
    }

    /// Brings back what the journal has and the outbox has not; gives the numbers of commands and refusals.
    fn replay(&mut self, lines: &[Line]) -> Result<(usize, usize), StoreError> {
        let (mut commands, mut refusals) = (0, 0);
        let wrap = self.database.fault();
        // What the outbox has retired already is not to come back: only numbers beyond its own, or all into a new file.
        let last = self.last_device_no()?;
        let step = self.database.connection.transaction().map_err(&wrap)?;
        let mut highest = last;
        for line in lines {
            match line {
                Line::Device { last_device_no, .. } => highest = highest.max(*last_device_no),
                Line::Saved { device_no, saved_at, command } if *device_no > last => {
                    commands += insert(&step, *device_no, *saved_at, command).map_err(&wrap)?;
                    highest = highest.max(*device_no);
                }
                Line::Saved { .. } => {}
                Line::Refused { command_id, refusal, refused_at } => {
                    refusals += set_refusal(&step, *command_id, refusal, *refused_at).map_err(&wrap)?;
                }
                Line::Settled { command_id, settled_at } => {
                    set_settled(&step, *command_id, *settled_at).map_err(&wrap)?;
                }
                Line::AppliedAfterAll { command_id } => clear_refusal(&step, *command_id).map_err(&wrap)?,
            }
        }
        if highest > last {
            keep_number(&step, highest).map_err(&wrap)?;
        }
        step.commit().map_err(&wrap)?;
        Ok((commands, refusals))
    }

    fn as_lines(&self) -> Result<Vec<Line>, StoreError> {
        let mut lines = vec![Line::Device { device: self.device, last_device_no: self.last_device_no()? }];
        for row in self.entries("1 = 1")? {
            let command_id = row.pending.command.id;
            lines.push(Line::Saved {
                device_no: row.pending.device_no,
                saved_at: row.pending.saved_at,
                command: Box::new(row.pending.command),
            });
            if let Some((refusal, refused_at)) = row.refusal {
                lines.push(Line::Refused { command_id, refusal, refused_at });
                if row.settled {
                    lines.push(Line::Settled { command_id, settled_at: refused_at });
                }
            }
        }
        Ok(lines)
    }

    /// The last number given on this device; 0 before the first.
    pub(super) fn last_device_no(&self) -> Result<u64, StoreError> {
        let text = self.kept("last_device_no")?;
        text.map_or(Ok(0), |text| from_text(&text).map_err(self.database.fault()))
    }

    /// Runs `change` in a transaction whose journal lines are on the disk before it commits.
    fn journaled<R>(
        &mut self,
        lines: &[Line],
        change: impl FnOnce(&Transaction<'_>) -> rusqlite::Result<R>,
    ) -> Result<R, StoreError> {
        let wrap = self.database.fault();
        let step = self.database.connection.transaction().map_err(&wrap)?;
        let result = change(&step).map_err(&wrap)?;
        let Some(journal) = &mut self.journal else {
            step.commit().map_err(&wrap)?;
            return Ok(result);
        };
        let before = journal.length();
        journal.append(lines)?;
        match step.commit() {
            Ok(()) => Ok(result),
            Err(source) => {
                journal.cut_back(before);
                Err(wrap(source))
            }
        }
    }

    /// Saves a command; the same command again gets its first number.
    pub(super) fn save(&mut self, command: &Command, saved_at: Timestamp) -> Result<u64, StoreError> {
        let known = self
            .database
            .connection
            .query_row("SELECT device_no FROM command WHERE command_id = ?1", [command.id.to_string()], |row| {
                row.get(0)
            })
            .optional()
            .map_err(self.database.fault())?;
        if let Some(device_no) = known {
            return Ok(device_no);
        }
        let device_no = self.last_device_no()? + 1;
        let line = Line::Saved { device_no, saved_at, command: Box::new(command.clone()) };
        self.journaled(&[line], |step| {
            insert(step, device_no, saved_at, command)?;
            keep_number(step, device_no)
        })?;
        Ok(device_no)
    }

    pub(super) fn entries(&self, condition: &str) -> Result<Vec<Entry>, StoreError> {
        entries(&self.database, condition)
    }

    pub(super) fn entry(&self, id: CommandId) -> Result<Option<Entry>, StoreError> {
        self.database
            .connection
            .query_row(&format!("SELECT {COLUMNS} FROM command WHERE command_id = ?1"), [id.to_string()], entry)
            .optional()
            .map_err(self.database.fault())
    }

    /// Puts refusals on the disk.
    pub(super) fn refuse(&mut self, refused: &[Refused]) -> Result<(), StoreError> {
        if refused.is_empty() {
            return Ok(());
        }
        let lines: Vec<_> = refused
            .iter()
            .map(|one| Line::Refused {
                command_id: one.command.id,
                refusal: one.refusal.clone(),
                refused_at: one.refused_at,
            })
            .collect();
        self.journaled(&lines, |step| {
            for one in refused {
                set_refusal(step, one.command.id, &one.refusal, one.refused_at)?;
            }
            Ok(())
        })
    }

    /// Notes that a person has dealt with a refusal.
    pub(super) fn settle(&mut self, command_id: CommandId, settled_at: Timestamp) -> Result<(), StoreError> {
        self.journaled(&[Line::Settled { command_id, settled_at }], |step| set_settled(step, command_id, settled_at))
    }

    /// Takes back the refusals of commands that were seen in the feed.
    pub(super) fn applied_after_all(&mut self, ids: &[CommandId]) -> Result<(), StoreError> {
        if ids.is_empty() {
            return Ok(());
        }
        let lines: Vec<_> = ids.iter().map(|id| Line::AppliedAfterAll { command_id: *id }).collect();
        self.journaled(&lines, |step| ids.iter().try_for_each(|id| clear_refusal(step, *id)))
    }

    /// Sets (or, with `None`, forgets) verdicts.
    pub(super) fn set_verdicts(&mut self, verdicts: &[(CommandId, Option<(Epoch, u64)>)]) -> Result<(), StoreError> {
        if verdicts.is_empty() {
            return Ok(());
        }
        self.journaled(&[], |step| {
            for (id, verdict) in verdicts {
                let tag = verdict.as_ref().map(|(epoch, _)| epoch.tag());
                let seq = verdict.as_ref().map(|(_, seq)| *seq);
                step.execute(
                    "UPDATE command SET verdict_epoch = ?2, verdict_seq = ?3 WHERE command_id = ?1",
                    params![id.to_string(), tag, seq],
                )?;
            }
            Ok(())
        })
    }

    /// Notes since when commands are known to be backed up at the server, and drops those in `done`.
    pub(super) fn set_stable(
        &mut self,
        stable: &[(CommandId, Option<Timestamp>)],
        done: &[CommandId],
    ) -> Result<(), StoreError> {
        if stable.is_empty() && done.is_empty() {
            return Ok(());
        }
        self.journaled(&[], |step| {
            for (id, since) in stable {
                let since = since.map(|at| at.to_string());
                step.execute(
                    "UPDATE command SET stable_since = ?2 WHERE command_id = ?1",
                    params![id.to_string(), since],
                )?;
            }
            for id in done {
                step.execute("DELETE FROM command WHERE command_id = ?1", [id.to_string()])?;
            }
            Ok(())
        })
    }

    pub(super) fn kept(&self, key: &str) -> Result<Option<String>, StoreError> {
        kept(&self.database, key)
    }

    pub(super) fn keep(&mut self, key: &str, value: Option<&str>) -> Result<(), StoreError> {
        let connection = &self.database.connection;
        let done = match value {
            Some(value) => connection.execute("INSERT OR REPLACE INTO kept (key, value) VALUES (?1, ?2)", [key, value]),
            None => connection.execute("DELETE FROM kept WHERE key = ?1", [key]),
        };
        done.map(drop).map_err(self.database.fault())
    }

    pub(super) fn keep_verifier(
        &mut self,
        user: &str,
        account: &str,
        phc: &str,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        self.database
            .connection
            .execute(
                "INSERT OR REPLACE INTO verifier (user, account, phc, verified_at) VALUES (?1, ?2, ?3, ?4)",
                params![user, account, phc, at.to_string()],
            )
            .map(drop)
            .map_err(self.database.fault())
    }

    /// Account (JSON), verifier and time of the last online login of `user`.
    pub(super) fn verifier(&self, user: &str) -> Result<Option<(String, String, Timestamp)>, StoreError> {
        self.database
            .connection
            .query_row("SELECT account, phc, verified_at FROM verifier WHERE user = ?1", [user], |row| {
                Ok((row.get(0)?, row.get(1)?, from_text(&row.get::<_, String>(2)?)?))
            })
            .optional()
            .map_err(self.database.fault())
    }

    pub(super) fn forget_verifier(&mut self, user: &str) -> Result<(), StoreError> {
        self.database
            .connection
            .execute("DELETE FROM verifier WHERE user = ?1", [user])
            .map(drop)
            .map_err(self.database.fault())
    }
}

fn entries(database: &Database, condition: &str) -> Result<Vec<Entry>, StoreError> {
    let wrap = database.fault();
    let mut query = database
        .connection
        .prepare_cached(&format!("SELECT {COLUMNS} FROM command WHERE {condition} ORDER BY device_no"))
        .map_err(&wrap)?;
    let rows = query.query_map([], entry).map_err(&wrap)?;
    rows.collect::<rusqlite::Result<_>>().map_err(&wrap)
}

fn kept(database: &Database, key: &str) -> Result<Option<String>, StoreError> {
    database
        .connection
        .query_row("SELECT value FROM kept WHERE key = ?1", [key], |row| row.get(0))
        .optional()
        .map_err(database.fault())
}

fn insert(step: &Transaction<'_>, device_no: u64, saved_at: Timestamp, command: &Command) -> rusqlite::Result<usize> {
    step.execute(
        "INSERT OR IGNORE INTO command (device_no, command_id, feed, saved_at, body) VALUES (?1, ?2, ?3, ?4, ?5)",
        params![device_no, command.id.to_string(), command.street.as_str(), saved_at.to_string(), to_json(command)?],
    )
}

fn keep_number(step: &Transaction<'_>, number: u64) -> rusqlite::Result<()> {
    step.execute("INSERT OR REPLACE INTO kept (key, value) VALUES ('last_device_no', ?1)", [number.to_string()])
        .map(drop)
}

fn set_refusal(step: &Transaction<'_>, id: CommandId, refusal: &Refusal, at: Timestamp) -> rusqlite::Result<usize> {
    step.execute(
        "UPDATE command SET refusal = ?2, refused_at = ?3 WHERE command_id = ?1 AND refusal IS NULL",
        params![id.to_string(), to_json(refusal)?, at.to_string()],
    )
}

fn set_settled(step: &Transaction<'_>, id: CommandId, at: Timestamp) -> rusqlite::Result<()> {
    step.execute(
        "UPDATE command SET settled_at = ?2 WHERE command_id = ?1 AND settled_at IS NULL",
        params![id.to_string(), at.to_string()],
    )
    .map(drop)
}

fn clear_refusal(step: &Transaction<'_>, id: CommandId) -> rusqlite::Result<()> {
    step.execute(
        "UPDATE command SET refusal = NULL, refused_at = NULL, settled_at = NULL WHERE command_id = ?1",
        [id.to_string()],
    )
    .map(drop)
}
