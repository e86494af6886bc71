//! What tells one content of a pack from another.

use std::fs::File;
use std::hash::Hasher as _;
use std::io::Read as _;
use std::path::Path;

use twox_hash::XxHash3_64;

use super::{Pack, PackError};

/// Length and XXH3 hash of the whole file: whatever edits a pack, in this program or in another, changes it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Fingerprint {
    /// Bytes of the file.
    pub bytes: u64,
    /// Hash of all of them.
    pub hash: u64,
}

impl Fingerprint {
    fn of(path: &Path) -> std::io::Result<Self> {
        let mut file = File::open(path)?;
        let mut hasher = XxHash3_64::with_seed(0);
        let mut block = vec![0; 1 << 20];
        let mut bytes = 0;
        loop {
            let count = file.read(&mut block)?;
            if count == 0 {
                return Ok(Self { bytes, hash: hasher.finish() });
            }
            hasher.write(&block[..count]);
            bytes += count as u64;
        }
    }
}

impl Pack {
    /// The fingerprint of the file as it is now; reads all of it.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn fingerprint(&self) -> Result<Fingerprint, PackError> {
        Fingerprint::of(self.path()).map_err(|source| PackError::Io { path: self.path().to_owned(), source })
    }
}
