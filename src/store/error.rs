//! What can go wrong with a profile, told so that a person knows what to do.

use std::path::{Path, PathBuf};

use crate::domain::code::StreetCode;

/// The profile cannot be opened, read or written.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Another process owns the profile.
    #[error("another program has the profile {} open: use that window, or close it first", .dir.display())]
    InUse {
        /// The profile.
        dir: PathBuf,
    },
    /// No room left. Nothing of the last write is kept; reading goes on.
    #[error("no room left to write {}: free some space and try again", .file.display())]
    DiskFull {
        /// The file.
        file: PathBuf,
    },
    /// The bytes of a file are damaged.
    #[error("{} is damaged ({what}): start the program again, it repairs the profile when it opens it", .file.display())]
    Damaged {
        /// The file.
        file: PathBuf,
        /// What was found.
        what: String,
    },
    /// The file was written by a later build.
    #[error("{} has form {found}, this build knows {known}: install the newer build", .file.display())]
    TooNew {
        /// The file.
        file: PathBuf,
        /// Form found.
        found: usize,
        /// Newest form known.
        known: usize,
    },
    /// The built-in SQLite is not the one that this code was proved with.
    #[error("SQLite {found} is built in, at least {wanted} is needed")]
    OldSqlite {
        /// Version number found.
        found: i32,
        /// Least version number.
        wanted: i32,
    },
    /// Another fault of the database.
    #[error("{}: {source}", .file.display())]
    Sql {
        /// The file.
        file: PathBuf,
        /// What SQLite says.
        source: rusqlite::Error,
    },
    /// Another fault of the file system.
    #[error("{}: {source}", .file.display())]
    Io {
        /// The file or folder.
        file: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// The password verifier could not be made.
    #[error("the password cannot be hashed")]
    Hashing,
}

impl StoreError {
    /// Key of the text table that says it to a person; `{file}` may be filled in with [`file`](Self::file).
    pub fn text_key(&self) -> &'static str {
        match self {
            Self::InUse { .. } => "store.error.in_use",
            Self::DiskFull { .. } => "store.error.disk_full",
            Self::Damaged { .. } => "store.error.damaged",
            Self::TooNew { .. } => "store.error.too_new",
            Self::OldSqlite { .. } | Self::Hashing => "store.error.build",
            Self::Sql { .. } | Self::Io { .. } => "store.error.other",
        }
    }

    /// The file or folder meant, if there is one.
    pub fn file(&self) -> Option<&Path> {
        match self {
            Self::InUse { dir } => Some(dir),
            Self::DiskFull { file }
            | Self::Damaged { file, .. }
            | Self::TooNew { file, .. }
            | Self::Sql { file, .. }
            | Self::Io { file, .. } => Some(file),
            Self::OldSqlite { .. } | Self::Hashing => None,
        }
    }

    pub(super) fn io(file: &Path, source: std::io::Error) -> Self {
        if source.kind() == std::io::ErrorKind::StorageFull {
            Self::DiskFull { file: file.to_path_buf() }
        } else {
            Self::Io { file: file.to_path_buf(), source }
        }
    }

    pub(super) fn sql(file: &Path, source: rusqlite::Error) -> Self {
        let file = file.to_path_buf();
        match source.sqlite_error_code() {
            Some(rusqlite::ErrorCode::DiskFull) => Self::DiskFull { file },
            Some(rusqlite::ErrorCode::DatabaseCorrupt | rusqlite::ErrorCode::NotADatabase) => {
                Self::Damaged { file, what: source.to_string() }
            }
            Some(rusqlite::ErrorCode::DatabaseBusy | rusqlite::ErrorCode::DatabaseLocked) => Self::InUse { dir: file },
            _ => match source {
                // A row that does not read as what this code wrote is damage as well.
                rusqlite::Error::FromSqlConversionFailure(..) | rusqlite::Error::InvalidColumnType(..) => {
                    Self::Damaged { file, what: source.to_string() }
                }
                source => Self::Sql { file, source },
            },
        }
    }
}

/// A page that was not taken over. Nothing of it is in the cache.
#[derive(Debug, thiserror::Error)]
pub enum PageRefused {
    /// It was asked for from another position than the present one: late or doubled. Drop it.
    #[error("a page of {feed} asked for after {base}, but the position is {seq}")]
    Stale {
        /// The feed.
        feed: StreetCode,
        /// Position for which it was asked.
        base: u64,
        /// Position now.
        seq: u64,
    },
    /// It comes from a server that has been replaced since. Drop it.
    #[error("a page of epoch {found}, but epoch {known} has been seen")]
    OldEpoch {
        /// Its number.
        found: u64,
        /// Highest seen.
        known: u64,
    },
    /// It belongs to another feed.
    #[error("a page of {found} came for {feed}")]
    WrongFeed {
        /// Asked for.
        feed: StreetCode,
        /// Found.
        found: String,
    },
    /// The server's history is another one than that of the position: forget the feed and pull it again.
    #[error("the history of {feed} is another one than before")]
    OtherHistory {
        /// The feed.
        feed: StreetCode,
    },
    /// Event numbers do not follow each other, or go beyond the head.
    #[error("event {expected} of {feed} is wanted, the page has {found}")]
    Hole {
        /// The feed.
        feed: StreetCode,
        /// Number wanted.
        expected: u64,
        /// Number found.
        found: u64,
    },
    /// An event's hash is not that of its bytes.
    #[error("event {seq} of {feed} does not match its hash")]
    BadHash {
        /// The feed.
        feed: StreetCode,
        /// Its number.
        seq: u64,
    },
    /// An event of a known type cannot be read: the feed stops, loudly.
    #[error("event {seq} of {feed} cannot be read: {source}")]
    BadBody {
        /// The feed.
        feed: StreetCode,
        /// Its number.
        seq: u64,
        /// Where.
        source: serde_json::Error,
    },
    /// The page is good but could not be written.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl PageRefused {
    /// Whether the feed has to be forgotten and pulled again from the beginning.
    pub fn needs_reset(&self) -> bool {
        matches!(self, Self::OtherHistory { .. })
    }
}
