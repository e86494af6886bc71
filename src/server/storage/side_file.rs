//! The side file: what the database said last, kept outside of it.
//!
//! It lies beside the database and holds the epoch and the last number and hash of each feed. When the database is
//! behind it at start-up, somebody has put an older copy in its place, and a new epoch has to begin (SYNC.md 2.5,
//! rule 5). It is written after the commit, so it may be behind the database and never the other way round.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::protocol::api::Epoch;
use crate::protocol::chain::HexHash;

/// Contents of the file.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SideFile {
    /// The epoch.
    pub epoch: Epoch,
    /// Feed to number and hash of its last event.
    pub heads: BTreeMap<String, (u64, HexHash)>,
}

impl SideFile {
    /// Where it lies for a database.
    pub fn path_of(database: &Path) -> PathBuf {
        let mut name = database.as_os_str().to_owned();
        name.push(".heads.json");
        PathBuf::from(name)
    }

    /// Reads it; `None` when there is none.
    ///
    /// # Errors
    /// When it is there and cannot be read or understood.
    pub fn read(path: &Path) -> io::Result<Option<Self>> {
        match std::fs::read(path) {
            Ok(bytes) => serde_json::from_slice(&bytes).map(Some).map_err(io::Error::from),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Writes it whole, by a new file that takes the old one's place.
    ///
    /// # Errors
    /// When the folder cannot be written.
    pub fn write(&self, path: &Path) -> io::Result<()> {
        let mut draft = path.as_os_str().to_owned();
        draft.push(".new");
        std::fs::write(&draft, serde_json::to_vec(self)?)?;
        std::fs::rename(&draft, path)
    }

    /// Whether a database of `epoch` is older than, or strange to, what this file remembers; `hash_at` gives the hash
    /// of an event of a feed in the database, if it is there.
    pub fn is_ahead_of(&self, epoch: &Epoch, mut hash_at: impl FnMut(&str, u64) -> Option<HexHash>) -> bool {
        self.epoch.n > epoch.n
            || (self.epoch.n == epoch.n && self.epoch.id != epoch.id)
            || self.heads.iter().any(|(feed, (seq, hash))| *seq > 0 && hash_at(feed, *seq).as_ref() != Some(hash))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn side(n: u64, seq: u64, hash: &str) -> SideFile {
        let epoch = Epoch { n, id: "a".to_owned() };
        SideFile { epoch, heads: [("110107001".to_owned(), (seq, hash.to_owned()))].into() }
    }

    #[test]
    fn only_an_older_or_another_history_is_behind() {
        let epoch = Epoch { n: 2, id: "a".to_owned() };
        let database = |_: &str, seq: u64| (seq <= 5).then(|| format!("hash{seq}"));
        assert!(!side(2, 5, "hash5").is_ahead_of(&epoch, database));
        assert!(!side(2, 3, "hash3").is_ahead_of(&epoch, database));
        assert!(!side(1, 3, "hash3").is_ahead_of(&epoch, database));
        assert!(side(2, 6, "hash6").is_ahead_of(&epoch, database));
        assert!(side(2, 5, "another").is_ahead_of(&epoch, database));
        assert!(side(3, 5, "hash5").is_ahead_of(&epoch, database));
        assert!(side(2, 5, "hash5").is_ahead_of(&Epoch { n: 2, id: "b".to_owned() }, database));
    }
}
