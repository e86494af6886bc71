//! Newtype identities. A case id is never a command id by accident.

use std::fmt;
use std::str::FromStr;
use std::sync::Mutex;

use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use jiff::Timestamp;

macro_rules! uuid_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self.0)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Uuid::parse_str(text).map(Self)
            }
        }
    };
}

uuid_id! {
    /// A case, from the first report on. The printed case number is given later, at filing.
    CaseId
}
uuid_id! {
    /// One intent of one person; the key by which a retry is recognised.
    CommandId
}
uuid_id! {
    /// One profile on one machine, numbered by itself without holes.
    DeviceId
}

/// Login name of a person, stable for life of the account (for example `dispatcher1`).
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct UserId(pub String);

impl fmt::Display for UserId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<&str> for UserId {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

/// Makes time-ordered ids (UUID version 7). Seeded for tests and for the demonstration data, so that the same
/// seed gives the same bytes.
#[derive(Debug)]
pub struct IdSource(Mutex<ChaCha8Rng>);

impl IdSource {
    /// Ids that repeat with the seed.
    pub fn seeded(seed: u64) -> Self {
        Self(Mutex::new(ChaCha8Rng::seed_from_u64(seed)))
    }

    /// Ids that nobody can foresee, from the operating system's randomness.
    pub fn from_os() -> Self {
        let bytes = Uuid::new_v4().into_bytes();
        let other = Uuid::new_v4().into_bytes();
        let mut seed = [0_u8; 32];
        seed[..16].copy_from_slice(&bytes);
        seed[16..].copy_from_slice(&other);
        Self(Mutex::new(ChaCha8Rng::from_seed(seed)))
    }

    /// The next id, carrying `at` in its leading bits so that ids sort by making.
    pub fn next(&self, at: Timestamp) -> Uuid {
        let random: [u8; 10] = {
            let mut rng = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            rng.random()
        };
        let millis = u64::try_from(at.as_millisecond()).unwrap_or(0);
        uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid()
    }
}
