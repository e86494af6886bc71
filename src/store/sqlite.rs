//! Opening SQLite files: permissions, version, check, migrations by `user_version`.

use std::path::{Path, PathBuf};

use rusqlite::Connection;

use crate::store::error::StoreError;

/// SQLite 3.50.2. With this version a WAL file may have one connection only (a fault with two was mended in 3.51.3),
/// which the profile lock and `locking_mode=EXCLUSIVE` see to.
const LEAST_SQLITE: i32 = 3_050_002;

/// A connection and the file that its errors are to name.
#[derive(Debug)]
pub(super) struct Database {
    pub(super) connection: Connection,
    pub(super) file: PathBuf,
}

impl Database {
    /// Opens or makes `file`, sets it up with `pragmas` and brings it to the newest of `forms`; each form is the SQL that
    /// leads to it from the one before. Damage shows as [`StoreError::Damaged`].
    pub(super) fn open(file: &Path, pragmas: &str, forms: &[&str]) -> Result<Self, StoreError> {
        let found = rusqlite::version_number();
        if found < LEAST_SQLITE {
            return Err(StoreError::OldSqlite { found, wanted: LEAST_SQLITE });
        }
        make_private(file)?;
        let connection = Connection::open(file).map_err(|source| StoreError::sql(file, source))?;
        Self { connection, file: file.to_path_buf() }.set_up(pragmas, forms)
    }

    fn set_up(mut self, pragmas: &str, forms: &[&str]) -> Result<Self, StoreError> {
        let file = self.file.clone();
        let wrap = |source| StoreError::sql(&file, source);
        self.connection.execute_batch("PRAGMA locking_mode = EXCLUSIVE;").map_err(wrap)?;
        self.connection.execute_batch(pragmas).map_err(wrap)?;
        let check: String = self.connection.query_row("PRAGMA quick_check(1)", [], |row| row.get(0)).map_err(wrap)?;
        if check != "ok" {
            return Err(StoreError::Damaged { file, what: check });
        }
        let form: usize = self.connection.query_row("PRAGMA user_version", [], |row| row.get(0)).map_err(wrap)?;
        if form > forms.len() {
            return Err(StoreError::TooNew { file, found: form, known: forms.len() });
        }
        for (number, sql) in forms.iter().enumerate().skip(form) {
            let step = self.connection.transaction().map_err(wrap)?;
            step.execute_batch(sql).map_err(wrap)?;
            step.pragma_update(None, "user_version", number + 1).map_err(wrap)?;
            step.commit().map_err(wrap)?;
        }
        Ok(self)
    }

    /// Wraps an SQLite fault with the name of this file.
    pub(super) fn fault(&self) -> impl Fn(rusqlite::Error) -> StoreError + Clone + use<> {
        let file = self.file.clone();
        move |source| StoreError::sql(&file, source)
    }
}

/// Makes the file, readable and writable for its owner only, when there is none. The files that SQLite puts beside it
/// get the same rights.
pub(super) fn make_private(file: &Path) -> Result<(), StoreError> {
    let mut options = std::fs::OpenOptions::new();
    options.append(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(file).map(drop).map_err(|source| StoreError::io(file, source))
}

/// A value that is kept as JSON text; what does not read again is damage.
pub(super) fn from_json<T: serde::de::DeserializeOwned>(text: &str) -> rusqlite::Result<T> {
    serde_json::from_str(text).map_err(conversion)
}

/// A value as JSON text.
pub(super) fn to_json<T: serde::Serialize>(value: &T) -> rusqlite::Result<String> {
    serde_json::to_string(value).map_err(conversion)
}

/// A value that is kept as plain text (ids, codes, times).
pub(super) fn from_text<T>(text: &str) -> rusqlite::Result<T>
where
    T: std::str::FromStr,
    T::Err: std::error::Error + Send + Sync + 'static,
{
    text.parse().map_err(conversion)
}

fn conversion(error: impl std::error::Error + Send + Sync + 'static) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(0, rusqlite::types::Type::Text, Box::new(error))
}
