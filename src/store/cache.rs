//! `cache.db`: what the server has confirmed. It may be lost at any time and is pulled again.

use std::collections::BTreeMap;
use std::path::Path;

use rusqlite::{Connection, OptionalExtension as _, params};

use crate::base::{CaseId, CommandId};
use crate::domain::case::{Case, Entry, Fact, apply};
use crate::domain::code::StreetCode;
use crate::protocol::api::{Epoch, Event, Page, Reference};
use crate::protocol::chain::{self, HexHash};
use crate::store::error::{PageRefused, StoreError};
use crate::store::sqlite::{Database, from_json, to_json};

/// A power cut may move the position back a little; the events are pulled again then.
const PRAGMAS: &str = "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;";

const FORMS: &[&str] = &["
    CREATE TABLE feed (
        feed TEXT PRIMARY KEY,
        epoch TEXT NOT NULL,
        seq INTEGER NOT NULL,
        hash TEXT NOT NULL,
        stable_seq INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE event (
        feed TEXT NOT NULL,
        seq INTEGER NOT NULL,
        kind TEXT NOT NULL,
        version INTEGER NOT NULL,
        hash TEXT NOT NULL,
        command_id TEXT,
        body TEXT NOT NULL,
        PRIMARY KEY (feed, seq)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX event_command ON event (command_id) WHERE command_id IS NOT NULL;
    CREATE TABLE case_now (
        case_id TEXT PRIMARY KEY,
        feed TEXT NOT NULL,
        body TEXT NOT NULL
    ) STRICT;
    CREATE INDEX case_feed ON case_now (feed);
    CREATE TABLE unreadable (case_id TEXT PRIMARY KEY, feed TEXT NOT NULL) STRICT;
    CREATE TABLE kept (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
"];

/// Version of the folding of entries into cases. A build with another one folds the kept events anew when it opens a
/// profile, so that facts which an older build could not read come to light.
const FOLD: &str = concat!(env!("CARGO_PKG_VERSION"), "/1");

/// A position in a feed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Cursor {
    /// In which epoch; `None` before the first page.
    pub epoch: Option<Epoch>,
    /// Number of the last event here; 0 for none.
    pub seq: u64,
    /// Its hash.
    pub hash: HexHash,
}

impl Cursor {
    /// Before the first event.
    pub fn beginning() -> Self {
        Self { epoch: None, seq: 0, hash: chain::genesis() }
    }
}

#[derive(Debug, Default)]
pub(super) struct Folded {
    pub(super) cases: Vec<Case>,
    pub(super) commands: Vec<CommandId>,
    pub(super) unreadable: Vec<CaseId>,
}

#[derive(Debug)]
pub(super) struct Cache {
    database: Database,
}

/// What can be told of a body whose type is not known here.
#[derive(serde::Deserialize)]
struct Outline {
    case_id: Option<CaseId>,
    command_id: Option<CommandId>,
}

/// A body as far as this build can read it.
enum Body {
    Known(Box<Entry>),
    Unknown(Outline),
}

fn read_body(event: &Event) -> Result<Body, serde_json::Error> {
    match serde_json::from_str(event.body.get()) {
        Ok(entry) => Ok(Body::Known(Box::new(entry))),
        Err(error) if is_known(&event.kind) => Err(error),
        Err(_) => serde_json::from_str(event.body.get()).map(Body::Unknown),
    }
}

/// Whether this build has a fact of that type. Asking the decoder itself keeps the answer right when facts are added.
fn is_known(kind: &str) -> bool {
    match serde_json::from_value::<Fact>(serde_json::json!({ "fact": kind })) {
        Ok(_) => true,
        Err(error) => !error.to_string().starts_with("unknown variant"),
    }
}

impl Cache {
    pub(super) fn open(path: &Path) -> Result<Self, StoreError> {
        let mut cache = Self { database: Database::open(path, PRAGMAS, FORMS)? };
        cache.fold_anew_if_needed()?;
        Ok(cache)
    }

    fn fold_anew_if_needed(&mut self) -> Result<(), StoreError> {
        let wrap = self.database.fault();
        if kept(&self.database.connection, "fold").map_err(&wrap)?.as_deref() == Some(FOLD) {
            return Ok(());
        }
        let step = self.database.connection.transaction().map_err(&wrap)?;
        step.execute_batch("DELETE FROM case_now; DELETE FROM unreadable;").map_err(&wrap)?;
        {
            let mut query =
                step.prepare("SELECT feed, seq, kind, body FROM event ORDER BY feed, seq").map_err(&wrap)?;
            let mut rows = query.query([]).map_err(&wrap)?;
            let mut feed_cases: BTreeMap<CaseId, (String, Case)> = BTreeMap::new();
            while let Some(row) = rows.next().map_err(&wrap)? {
                let feed: String = row.get(0).map_err(&wrap)?;
                let text: String = row.get(3).map_err(&wrap)?;
                if let Ok(entry) = serde_json::from_str::<Entry>(&text) {
                    let before = feed_cases.remove(&entry.case_id).map(|(_, case)| case);
                    if let Some(case) = apply(before, &entry) {
                        feed_cases.insert(case.id, (feed, case));
                    }
                } else if let Ok(Outline { case_id: Some(id), .. }) = serde_json::from_str(&text) {
                    mark_unreadable(&step, id, &feed).map_err(&wrap)?;
                }
            }
            for (feed, case) in feed_cases.values() {
                save_case(&step, feed, case).map_err(&wrap)?;
            }
        }
        step.execute("INSERT OR REPLACE INTO kept (key, value) VALUES ('fold', ?1)", [FOLD]).map_err(&wrap)?;
        step.commit().map_err(&wrap)
    }

    pub(super) fn cases(&self) -> Result<Vec<Case>, StoreError> {
        let wrap = self.database.fault();
        let mut query =
            self.database.connection.prepare_cached("SELECT body FROM case_now ORDER BY case_id").map_err(&wrap)?;
        let rows = query.query_map([], |row| from_json(&row.get::<_, String>(0)?)).map_err(&wrap)?;
        rows.collect::<rusqlite::Result<_>>().map_err(&wrap)
    }

    pub(super) fn unreadable(&self) -> Result<Vec<CaseId>, StoreError> {
        let wrap = self.database.fault();
        let mut query = self
            .database
            .connection
            .prepare_cached("SELECT case_id FROM unreadable ORDER BY case_id")
            .map_err(&wrap)?;
        let rows =
            query.query_map([], |row| crate::store::sqlite::from_text(&row.get::<_, String>(0)?)).map_err(&wrap)?;
        rows.collect::<rusqlite::Result<_>>().map_err(&wrap)
    }

    pub(super) fn cursor(&self, feed: &str) -> Result<Cursor, StoreError> {
        let found = self
            .database
            .connection
            .query_row("SELECT epoch, seq, hash FROM feed WHERE feed = ?1", [feed], |row| {
                Ok(Cursor { epoch: Epoch::from_tag(&row.get::<_, String>(0)?), seq: row.get(1)?, hash: row.get(2)? })
            })
            .optional()
            .map_err(self.database.fault())?;
        Ok(found.unwrap_or_else(Cursor::beginning))
    }

    /// Up to which event the feed is known to be backed up; 0 when nothing is known.
    pub(super) fn stable_seq(&self, feed: &str) -> Result<u64, StoreError> {
        let found = self
            .database
            .connection
            .query_row("SELECT stable_seq FROM feed WHERE feed = ?1", [feed], |row| row.get(0))
            .optional()
            .map_err(self.database.fault())?;
        Ok(found.unwrap_or(0))
    }

    /// Number of the last event that came from `command`, if one is here.
    pub(super) fn seen(&self, command: CommandId) -> Result<Option<u64>, StoreError> {
        self.database
            .connection
            .prepare_cached("SELECT max(seq) FROM event WHERE command_id = ?1")
            .and_then(|mut query| query.query_row([command.to_string()], |row| row.get(0)))
            .map_err(self.database.fault())
    }

    /// Checks a page that was asked for from `base` against the position, and takes over events, cases and the new
    /// position in one transaction.
    pub(super) fn apply(&mut self, feed: &StreetCode, base: &Cursor, page: &Page) -> Result<Folded, PageRefused> {
        let cursor = self.cursor(feed.as_str())?;
        check(feed, &cursor, base, page)?;
        let mut bodies = Vec::with_capacity(page.events.len());
        for event in &page.events {
            let body = read_body(event).map_err(|source| PageRefused::BadBody {
                feed: feed.clone(),
                seq: event.seq,
                source,
            })?;
            bodies.push((event, body));
        }
        self.take_over(feed.as_str(), &cursor, page, bodies).map_err(PageRefused::Store)
    }

    fn take_over(
        &mut self,
        feed: &str,
        cursor: &Cursor,
        page: &Page,
        bodies: Vec<(&Event, Body)>,
    ) -> Result<Folded, StoreError> {
        let wrap = self.database.fault();
        let step = self.database.connection.transaction().map_err(&wrap)?;
        let mut cases: BTreeMap<CaseId, Case> = BTreeMap::new();
        let mut folded = Folded::default();
        for (event, body) in bodies {
            let command_id = match &body {
                Body::Known(entry) => Some(entry.command_id),
                Body::Unknown(outline) => outline.command_id,
            };
            step.prepare_cached(
                "INSERT INTO event (feed, seq, kind, version, hash, command_id, body) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            )
            .and_then(|mut insert| {
                insert.execute(params![
                    feed,
                    event.seq,
                    event.kind,
                    event.version,
                    event.hash,
                    command_id.map(|id| id.to_string()),
                    event.body.get()
                ])
            })
            .map_err(&wrap)?;
            if let Some(id) = command_id
                && folded.commands.last() != Some(&id)
            {
                folded.commands.push(id);
            }
            match body {
                Body::Known(entry) => {
                    let before = match cases.remove(&entry.case_id) {
                        Some(case) => Some(case),
                        None => load_case(&step, entry.case_id).map_err(&wrap)?,
                    };
                    if let Some(case) = apply(before, &entry) {
                        cases.insert(case.id, case);
                    }
                }
                Body::Unknown(Outline { case_id: Some(id), .. }) => {
                    mark_unreadable(&step, id, feed).map_err(&wrap)?;
                    folded.unreadable.push(id);
                }
                Body::Unknown(_) => {}
            }
        }
        for case in cases.values() {
            save_case(&step, feed, case).map_err(&wrap)?;
        }
        let (seq, hash) = page.events.last().map_or((cursor.seq, &cursor.hash), |event| (event.seq, &event.hash));
        step.execute(
            "INSERT OR REPLACE INTO feed (feed, epoch, seq, hash, stable_seq) VALUES (?1, ?2, ?3, ?4, ?5)",
            params![feed, page.epoch.tag(), seq, hash, page.head.stable_seq],
        )
        .map_err(&wrap)?;
        step.commit().map_err(&wrap)?;
        folded.cases = cases.into_values().collect();
        Ok(folded)
    }

    /// Forgets a feed: events, cases and position.
    pub(super) fn reset(&mut self, feed: &str) -> Result<(), StoreError> {
        let wrap = self.database.fault();
        let step = self.database.connection.transaction().map_err(&wrap)?;
        for table in ["event", "case_now", "unreadable", "feed"] {
            step.execute(&format!("DELETE FROM {table} WHERE feed = ?1"), [feed]).map_err(&wrap)?;
        }
        step.commit().map_err(&wrap)
    }

    pub(super) fn keep_reference(&mut self, reference: &Reference) -> Result<(), StoreError> {
        let connection = &self.database.connection;
        to_json(reference)
            .and_then(|text| {
                connection.execute("INSERT OR REPLACE INTO kept (key, value) VALUES ('reference', ?1)", [text])
            })
            .map(drop)
            .map_err(self.database.fault())
    }

    /// Departments and officers as last known; what an older build wrote in another form is asked for again.
    pub(super) fn reference(&self) -> Result<Option<Reference>, StoreError> {
        let text = kept(&self.database.connection, "reference").map_err(self.database.fault())?;
        Ok(text.and_then(|text| serde_json::from_str(&text).ok()))
    }
}

/// The rules of SYNC.md 2.5 for a page, in an order that tells late pages from other histories.
fn check(feed: &StreetCode, cursor: &Cursor, base: &Cursor, page: &Page) -> Result<(), PageRefused> {
    if page.head.feed != feed.as_str() {
        return Err(PageRefused::WrongFeed { feed: feed.clone(), found: page.head.feed.clone() });
    }
    if base != cursor {
        return Err(PageRefused::Stale { feed: feed.clone(), base: base.seq, seq: cursor.seq });
    }
    let same_epoch = cursor.epoch.as_ref().is_none_or(|epoch| *epoch == page.epoch);
    if !same_epoch || page.head.seq < cursor.seq {
        return Err(PageRefused::OtherHistory { feed: feed.clone() });
    }
    let (mut seq, mut hash) = (cursor.seq, cursor.hash.as_str());
    for event in &page.events {
        seq += 1;
        if event.seq != seq {
            return Err(PageRefused::Hole { feed: feed.clone(), expected: seq, found: event.seq });
        }
        if event.hash != chain::link(&event.prev_hash, feed.as_str(), seq, event.body.get()) {
            return Err(PageRefused::BadHash { feed: feed.clone(), seq });
        }
        if event.prev_hash != hash {
            // Sound in itself but joined to another event than ours: at the joint that is another history.
            return Err(if seq == cursor.seq + 1 {
                PageRefused::OtherHistory { feed: feed.clone() }
            } else {
                PageRefused::BadHash { feed: feed.clone(), seq }
            });
        }
        hash = &event.hash;
    }
    if seq > page.head.seq {
        return Err(PageRefused::Hole { feed: feed.clone(), expected: page.head.seq, found: seq });
    }
    if seq > 0 && seq == page.head.seq && hash != page.head.hash {
        return Err(PageRefused::OtherHistory { feed: feed.clone() });
    }
    Ok(())
}

fn load_case(connection: &Connection, id: CaseId) -> rusqlite::Result<Option<Case>> {
    connection
        .prepare_cached("SELECT body FROM case_now WHERE case_id = ?1")?
        .query_row([id.to_string()], |row| from_json(&row.get::<_, String>(0)?))
        .optional()
}

fn save_case(connection: &Connection, feed: &str, case: &Case) -> rusqlite::Result<()> {
    connection
        .prepare_cached("INSERT OR REPLACE INTO case_now (case_id, feed, body) VALUES (?1, ?2, ?3)")?
        .execute(params![case.id.to_string(), feed, to_json(case)?])
        .map(drop)
}

fn mark_unreadable(connection: &Connection, id: CaseId, feed: &str) -> rusqlite::Result<()> {
    connection
        .execute("INSERT OR IGNORE INTO unreadable (case_id, feed) VALUES (?1, ?2)", params![id.to_string(), feed])
        .map(drop)
}

fn kept(connection: &Connection, key: &str) -> rusqlite::Result<Option<String>> {
    connection.query_row("SELECT value FROM kept WHERE key = ?1", [key], |row| row.get(0)).optional()
}
