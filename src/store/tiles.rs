//! `tiles.db`: pictures of the map that came over a line, kept so that the map is there without one. It may be lost at any
//! time. What was not asked for the longest goes first when the limit is reached.
//!
//! A source is named by a hash that its user's key has no part in, so the file holds no secret.

use std::path::{Path, PathBuf};

use rusqlite::{OptionalExtension as _, params};

use crate::base::Timestamp;
use crate::store::error::StoreError;
use crate::store::sqlite::Database;

/// Losing the last pictures to a power cut costs nothing but fetching them again.
const PRAGMAS: &str = "PRAGMA auto_vacuum = INCREMENTAL; PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF;
    PRAGMA cache_size = -2000; PRAGMA journal_size_limit = 4194304;";

const FORMS: &[&str] = &["
    CREATE TABLE tile (
        source TEXT NOT NULL,
        z INTEGER NOT NULL,
        x INTEGER NOT NULL,
        y INTEGER NOT NULL,
        fetched INTEGER NOT NULL,
        used INTEGER NOT NULL,
        size INTEGER NOT NULL,
        etag TEXT,
        modified TEXT,
        body BLOB NOT NULL,
        PRIMARY KEY (source, z, x, y)
    ) STRICT;
    CREATE INDEX tile_used ON tile (used, size);
"];

/// What a row takes beside its picture, in the file and its indexes.
const ROW_BYTES: u64 = 160;
/// When room is made, so many hundredths of the limit stay in use: making room for each picture singly would be slow.
const LEAVES: u64 = 90;
/// A use is written down again after so long only, seconds: looking at the map does not wear the disk.
const USE_STEP: i64 = 3600;

/// Which tile of which source.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct TileKey {
    /// The source's identity, without its key.
    pub source: String,
    /// Level.
    pub z: u8,
    /// Column.
    pub x: u32,
    /// Row.
    pub y: u32,
}

/// A picture that was kept.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct KeptTile {
    /// As it came; empty when the service said that it has none.
    pub body: Vec<u8>,
    /// When.
    pub fetched: Timestamp,
    /// What the service calls this version, to ask whether there is a newer one.
    pub etag: Option<String>,
    /// When the service says that it was changed.
    pub modified: Option<String>,
}

/// What a cache holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Held {
    /// Tiles, those that a service has none of included.
    pub tiles: u64,
    /// Bytes.
    pub bytes: u64,
    /// When the oldest was fetched.
    pub oldest: Option<Timestamp>,
}

/// The cache of one profile.
#[derive(Debug)]
pub struct TileCache {
    database: Database,
    limit: u64,
    bytes: u64,
    /// A damaged file that was moved out of the way when this one was opened.
    set_aside: Option<PathBuf>,
}

impl TileCache {
    /// Opens or makes the file, with a limit in bytes. A damaged one is set aside as `<name>.damaged`, and one of a later build
    /// too; it is begun anew.
    ///
    /// # Errors
    /// When the folder cannot be written to, or another program has the file open.
    pub fn open(file: &Path, limit: u64) -> Result<Self, StoreError> {
        let opened = Database::open(file, PRAGMAS, FORMS).and_then(|database| Self::counted(database, limit));
        let fault = match opened {
            Ok(cache) => return cache.trimmed(),
            Err(fault @ (StoreError::Damaged { .. } | StoreError::TooNew { .. })) => fault,
            Err(other) => return Err(other),
        };
        let mut name = file.as_os_str().to_owned();
        name.push(".damaged");
        let aside = PathBuf::from(name);
        tracing::warn!(%fault, "the cache of the map's pictures is begun anew");
        std::fs::rename(file, &aside).map_err(|source| StoreError::io(file, source))?;
        for ending in ["-wal", "-shm"] {
            let mut beside = file.as_os_str().to_owned();
            beside.push(ending);
            // Most often there is none.
            let _ = std::fs::remove_file(PathBuf::from(beside));
        }
        let cache = Self::counted(Database::open(file, PRAGMAS, FORMS)?, limit)?;
        Ok(Self { set_aside: Some(aside), ..cache })
    }

    fn counted(database: Database, limit: u64) -> Result<Self, StoreError> {
        let sql = "SELECT coalesce(sum(size), 0) + count(*) * ?1 FROM tile";
        let bytes = database.connection.query_row(sql, [ROW_BYTES as i64], |row| row.get::<_, i64>(0));
        let bytes = bytes.map_err(database.fault())?.max(0) as u64;
        Ok(Self { database, limit, bytes, set_aside: None })
    }

    fn trimmed(mut self) -> Result<Self, StoreError> {
        self.make_room(0)?;
        Ok(self)
    }

    /// Where a damaged file has gone.
    pub fn set_aside(&self) -> Option<&Path> {
        self.set_aside.as_deref()
    }

    /// The tile as it was kept, of whatever age.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn get(&self, key: &TileKey, now: Timestamp) -> Result<Option<KeptTile>, StoreError> {
        let wrap = self.database.fault();
        let sql =
            "SELECT body, fetched, etag, modified, used FROM tile WHERE source = ?1 AND z = ?2 AND x = ?3 AND y = ?4";
        let mut query = self.database.connection.prepare_cached(sql).map_err(&wrap)?;
        let found = query
            .query_row(params![key.source, key.z, key.x, key.y], |row| {
                let fetched = Timestamp::from_second(row.get(1)?).unwrap_or(Timestamp::UNIX_EPOCH);
                let kept = KeptTile { body: row.get(0)?, fetched, etag: row.get(2)?, modified: row.get(3)? };
                Ok((kept, row.get::<_, i64>(4)?))
            })
            .optional()
            .map_err(&wrap)?;
        let Some((kept, used)) = found else { return Ok(None) };
        if (now.as_second() - used).abs() > USE_STEP {
            let sql = "UPDATE tile SET used = ?5 WHERE source = ?1 AND z = ?2 AND x = ?3 AND y = ?4";
            let values = params![key.source, key.z, key.x, key.y, now.as_second()];
            self.database.connection.prepare_cached(sql).and_then(|mut sql| sql.execute(values)).map_err(wrap)?;
        }
        Ok(Some(kept))
    }

    /// Keeps a tile in the place of the one before it. One that is larger than the whole limit is not kept.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn put(&mut self, key: &TileKey, tile: &KeptTile, now: Timestamp) -> Result<(), StoreError> {
        let size = tile.body.len() as u64 + ROW_BYTES;
        self.remove(key)?;
        if size > self.limit * LEAVES / 100 {
            return Ok(());
        }
        self.make_room(size)?;
        let sql = "INSERT INTO tile (source, z, x, y, fetched, used, size, etag, modified, body)
                   VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)";
        let length = tile.body.len() as i64;
        let (fetched, now) = (tile.fetched.as_second(), now.as_second());
        let values =
            params![key.source, key.z, key.x, key.y, fetched, now, length, tile.etag, tile.modified, tile.body];
        let connection = &self.database.connection;
        connection.prepare_cached(sql).and_then(|mut sql| sql.execute(values)).map_err(self.database.fault())?;
        self.bytes += size;
        Ok(())
    }

    /// Writes down that the service has no newer one.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn renew(&mut self, key: &TileKey, now: Timestamp) -> Result<(), StoreError> {
        let sql = "UPDATE tile SET fetched = ?5, used = ?5 WHERE source = ?1 AND z = ?2 AND x = ?3 AND y = ?4";
        let values = params![key.source, key.z, key.x, key.y, now.as_second()];
        self.database.connection.execute(sql, values).map(drop).map_err(self.database.fault())
    }

    /// Forgets a tile, such as one whose bytes are no picture.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn remove(&mut self, key: &TileKey) -> Result<(), StoreError> {
        let sql = "DELETE FROM tile WHERE source = ?1 AND z = ?2 AND x = ?3 AND y = ?4 RETURNING size";
        let values = params![key.source, key.z, key.x, key.y];
        let gone: Option<i64> = self
            .database
            .connection
            .query_row(sql, values, |row| row.get(0))
            .optional()
            .map_err(self.database.fault())?;
        if let Some(gone) = gone {
            self.bytes = self.bytes.saturating_sub(gone.max(0) as u64 + ROW_BYTES);
        }
        Ok(())
    }

    /// Forgets all tiles, or those of one source, and gives their room back to the disk.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn empty(&mut self, source: Option<&str>) -> Result<(), StoreError> {
        let connection = &self.database.connection;
        let gone = match source {
            Some(source) => connection.execute("DELETE FROM tile WHERE source = ?1", [source]),
            None => connection.execute("DELETE FROM tile", []),
        };
        gone.and_then(|_| self.give_back()).map_err(self.database.fault())?;
        self.bytes = self.count()?.bytes;
        Ok(())
    }

    /// Sets another limit, bytes; what is beyond it goes at once.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn set_limit(&mut self, limit: u64) -> Result<(), StoreError> {
        self.limit = limit;
        self.make_room(0)
    }

    /// What it holds.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn count(&self) -> Result<Held, StoreError> {
        let sql = "SELECT count(*), coalesce(sum(size), 0), min(fetched) FROM tile";
        let row = self.database.connection.query_row(sql, [], |row| {
            Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?, row.get::<_, Option<i64>>(2)?))
        });
        let (tiles, bytes, oldest) = row.map_err(self.database.fault())?;
        let tiles = tiles.max(0) as u64;
        Ok(Held {
            tiles,
            bytes: bytes.max(0) as u64 + tiles * ROW_BYTES,
            oldest: oldest.and_then(|seconds| Timestamp::from_second(seconds).ok()),
        })
    }

    fn make_room(&mut self, wanted: u64) -> Result<(), StoreError> {
        if self.bytes.saturating_add(wanted) <= self.limit {
            return Ok(());
        }
        let most = (self.limit * LEAVES / 100).saturating_sub(wanted);
        let wrap = self.database.fault();
        let connection = &self.database.connection;
        let sql =
            "DELETE FROM tile WHERE rowid IN (SELECT rowid FROM tile ORDER BY used, rowid LIMIT 64) RETURNING size";
        while self.bytes > most {
            let mut query = connection.prepare_cached(sql).map_err(&wrap)?;
            let sizes: Vec<i64> = query.query_map([], |row| row.get(0)).and_then(Iterator::collect).map_err(&wrap)?;
            if sizes.is_empty() {
                self.bytes = 0;
                break;
            }
            let gone: u64 = sizes.iter().map(|size| (*size).max(0) as u64 + ROW_BYTES).sum();
            self.bytes = self.bytes.saturating_sub(gone);
        }
        self.give_back().map_err(wrap)
    }

    fn give_back(&self) -> rusqlite::Result<()> {
        // The pragma frees a page with each row that it is asked for.
        let mut free = self.database.connection.prepare("PRAGMA incremental_vacuum")?;
        let mut rows = free.query([])?;
        while rows.next()?.is_some() {}
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(1_700_000_000 + seconds).unwrap()
    }

    fn key(x: u32) -> TileKey {
        TileKey { source: "abc".to_owned(), z: 12, x, y: 7 }
    }

    fn tile(length: usize, seconds: i64) -> KeptTile {
        KeptTile { body: vec![7; length], fetched: at(seconds), etag: Some("\"1\"".to_owned()), modified: None }
    }

    #[test]
    fn what_is_kept_comes_back_after_the_program_has_ended() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("tiles.db");
        let mut cache = TileCache::open(&file, 1 << 20).unwrap();
        cache.put(&key(1), &tile(1000, 0), at(0)).unwrap();
        cache.put(&key(2), &tile(0, 5), at(5)).unwrap();
        drop(cache);
        let mut cache = TileCache::open(&file, 1 << 20).unwrap();
        assert_eq!(cache.get(&key(1), at(9)).unwrap(), Some(tile(1000, 0)));
        assert_eq!(cache.get(&key(3), at(9)).unwrap(), None);
        assert_eq!(cache.count().unwrap(), Held { tiles: 2, bytes: 1000 + 2 * ROW_BYTES, oldest: Some(at(0)) });
        cache.renew(&key(1), at(50)).unwrap();
        assert_eq!(cache.get(&key(1), at(60)).unwrap().unwrap().fetched, at(50));
        cache.put(&key(1), &tile(10, 70), at(70)).unwrap();
        assert_eq!(cache.count().unwrap().bytes, cache.bytes);
        cache.empty(Some("another")).unwrap();
        assert_eq!(cache.count().unwrap().tiles, 2);
        cache.empty(None).unwrap();
        assert_eq!((cache.count().unwrap(), cache.bytes), (Held::default(), 0));
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o077, 0);
        }
    }

    #[test]
    fn the_limit_is_kept_and_what_was_not_used_for_longest_goes_first() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("tiles.db");
        let limit = 1 << 20;
        let mut cache = TileCache::open(&file, limit).unwrap();
        for x in 0..400 {
            cache.put(&key(x), &tile(10_000, 0), at(i64::from(x))).unwrap();
            // The first is looked at all the time, hours later by its own reckoning.
            cache.get(&key(0), at(10_000 + i64::from(x) * 4000)).unwrap();
            assert!(cache.bytes <= limit && cache.count().unwrap().bytes == cache.bytes);
        }
        assert!(cache.get(&key(0), at(0)).unwrap().is_some() && cache.get(&key(399), at(0)).unwrap().is_some());
        assert_eq!(cache.get(&key(1), at(0)).unwrap(), None);
        cache.put(&key(900), &tile(2 << 20, 0), at(0)).unwrap();
        assert_eq!(cache.get(&key(900), at(0)).unwrap(), None, "larger than everything");
        cache.set_limit(100_000).unwrap();
        assert!(cache.count().unwrap().bytes <= 100_000);
        drop(cache);
        let on_disk = std::fs::metadata(&file).unwrap().len();
        assert!(on_disk < 1 << 20, "{on_disk} bytes are still on the disk");
        assert!(TileCache::open(&file, 30_000).unwrap().count().unwrap().bytes <= 30_000);
    }

    #[test]
    fn a_damaged_file_is_set_aside_and_begun_anew() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("tiles.db");
        std::fs::write(&file, vec![0x5a; 9000]).unwrap();
        let mut cache = TileCache::open(&file, 1 << 20).unwrap();
        assert_eq!(cache.set_aside(), Some(folder.path().join("tiles.db.damaged").as_path()));
        cache.put(&key(1), &tile(10, 0), at(0)).unwrap();
        assert!(
            matches!(TileCache::open(&file, 1 << 20).unwrap_err(), StoreError::InUse { .. }),
            "one connection only"
        );
        drop(cache);
        assert_eq!(TileCache::open(&file, 1 << 20).unwrap().set_aside(), None);
    }
}
