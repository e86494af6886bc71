//! Opening the file: whose it is, whether it is sound, which form it has, which epoch it belongs to.

use std::fs::{File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use rusqlite::{Connection, ErrorCode, OptionalExtension as _};

use crate::protocol::api::Epoch;
use crate::server::storage::side_file::SideFile;

/// Oldest SQLite that the statements here are written for (3.50).
const OLDEST_SQLITE: i32 = 3_050_000;

/// The steps from each version of the schema to the next; `user_version` counts them.
const MIGRATIONS: &[&str] = &[include_str!("schema.sql")];

/// Why the database cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Another process owns it.
    #[error("another process uses {}", .0.display())]
    InUse(PathBuf),
    /// The file is damaged or no database.
    #[error("damaged: {0}")]
    Damaged(String),
    /// Written by a newer program.
    #[error("version {found} of the database is newer than {known}")]
    Newer {
        /// Version of the file.
        found: usize,
        /// Newest version known here.
        known: usize,
    },
    /// The linked SQLite is too old.
    #[error("SQLite {0} is too old")]
    OldSqlite(String),
    /// The file system refused.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// SQLite refused.
    #[error(transparent)]
    Sqlite(rusqlite::Error),
}

impl From<rusqlite::Error> for OpenError {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => Self::Damaged(error.to_string()),
            _ => Self::Sqlite(error),
        }
    }
}

/// Makes this process the owner of the database, by a lock on a file beside it that ends with the process.
pub(super) fn take_lock(database: &Path) -> Result<File, OpenError> {
    let mut path = database.as_os_str().to_owned();
    path.push(".lock");
    let mut options = OpenOptions::new();
    options.create(true).truncate(false).write(true);
    private(&mut options);
    let file = options.open(&path)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(OpenError::InUse(database.to_owned())),
        Err(TryLockError::Error(error)) => Err(error.into()),
    }
}

/// Files of the server are its user's alone.
fn private(options: &mut OpenOptions) {
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(options, 0o600);
    #[cfg(not(unix))]
    let _ = options;
}

/// Opens the file, checks it and brings its schema up to date.
pub(super) fn connect(path: &Path) -> Result<Connection, OpenError> {
    if rusqlite::version_number() < OLDEST_SQLITE {
        return Err(OpenError::OldSqlite(rusqlite::version().to_owned()));
    }
    let mut options = OpenOptions::new();
    options.create(true).truncate(false).write(true).read(true);
    private(&mut options);
    options.open(path)?;
    let mut connection = Connection::open(path)?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update_and_check(None, "journal_mode", "TRUNCATE", |row| row.get::<_, String>(0))?;
    let sound: String = connection.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
    if sound != "ok" {
        return Err(OpenError::Damaged(sound));
    }
    migrate(&mut connection)?;
    Ok(connection)
}

fn migrate(connection: &mut Connection) -> Result<(), OpenError> {
    let found: usize = connection.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    let known = MIGRATIONS.len();
    if found > known {
        return Err(OpenError::Newer { found, known });
    }
    for (step, sql) in MIGRATIONS.iter().enumerate().skip(found) {
        let transaction = connection.transaction()?;
        transaction.execute_batch(sql)?;
        transaction.pragma_update(None, "user_version", step + 1)?;
        transaction.commit()?;
    }
    Ok(())
}

fn meta(connection: &Connection, key: &str) -> Result<Option<String>, OpenError> {
    Ok(connection.query_row("SELECT value FROM meta WHERE key = ?1", [key], |row| row.get(0)).optional()?)
}

fn set_meta(connection: &Connection, key: &str, value: &str) -> Result<(), OpenError> {
    connection.execute("INSERT OR REPLACE INTO meta (key, value) VALUES (?1, ?2)", [key, value])?;
    Ok(())
}

/// The epoch in force, with the heads as they are, and the server's identity. A database without an epoch, or one
/// that its side file has overtaken, begins a new one.
pub(super) fn settle_epoch(connection: &Connection, side_path: &Path) -> Result<(SideFile, String), OpenError> {
    let server_id = match meta(connection, "server_id")? {
        Some(id) => id,
        None => {
            let id = uuid::Uuid::new_v4().to_string();
            set_meta(connection, "server_id", &id)?;
            id
        }
    };
    let stored: Option<Epoch> = meta(connection, "epoch")?.and_then(|text| serde_json::from_str(&text).ok());
    // A side file that cannot be read remembers nothing; what it knew is unknown, so a new epoch is the safe side.
    let side = SideFile::read(side_path);
    let highest = side.as_ref().ok().and_then(Option::as_ref).map_or(0, |side| side.epoch.n);
    let hash_at = |feed: &str, seq: u64| {
        let seq = i64::try_from(seq).ok()?;
        let sql = "SELECT hash FROM event WHERE feed = ?1 AND seq = ?2";
        connection.query_row(sql, rusqlite::params![feed, seq], |row| row.get(0)).ok()
    };
    let epoch = match (stored, &side) {
        (Some(epoch), Ok(None)) => epoch,
        (Some(epoch), Ok(Some(side))) if !side.is_ahead_of(&epoch, hash_at) => epoch,
        (stored, _) => {
            let n = stored.as_ref().map_or(0, |epoch| epoch.n).max(highest) + 1;
            let epoch = Epoch { n, id: uuid::Uuid::new_v4().simple().to_string() };
            if stored.is_some() {
                tracing::warn!(
                    n,
                    "the database is behind its side file: an older copy was put in place; a new epoch begins"
                );
            }
            let text = serde_json::to_string(&epoch).map_err(io::Error::from)?;
            set_meta(connection, "epoch", &text)?;
            epoch
        }
    };
    let mut statement = connection.prepare("SELECT feed, next - 1, head_hash FROM feed")?;
    let heads = statement
        .query_map([], |row| Ok((row.get(0)?, (row.get::<_, i64>(1)?.cast_unsigned(), row.get(2)?))))?
        .collect::<Result<_, _>>()?;
    Ok((SideFile { epoch, heads }, server_id))
}
