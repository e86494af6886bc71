//! The demonstration subdistrict (示范街道): generated from a seed, and labelled as generated.

mod dice;
mod names;
mod offices;
mod pack;
mod town;

use crate::base::Timestamp;
use crate::domain::case::Command;
use crate::domain::org::{Department, Officer, User};

pub use pack::write_pack;

/// Code of the demonstration subdistrict: in Shijingshan's numbers, and none of its streets.
pub const STREET: &str = "110107901";

/// Seed of the town that `make run` opens.
pub const SEED: u64 = 110_107;

/// What to generate.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Plan {
    /// The same seed gives the same bytes.
    pub seed: u64,
    /// About how many features the pack is to hold; `None` for the town itself (some 45,000). More makes the town
    /// larger, at the same density.
    pub features: Option<u64>,
}

/// Those who work in the town.
#[derive(Clone, PartialEq, Debug)]
pub struct People {
    /// Departments that answer.
    pub departments: Vec<Department>,
    /// Thirty patrol officers with their last fix.
    pub officers: Vec<Officer>,
    /// Accounts in whose names the history was made; they cannot log in.
    pub users: Vec<User>,
}

/// The people of the town; fixes are a few minutes older than `now`.
pub fn people(seed: u64, now: Timestamp) -> People {
    let _ = (seed, now);
    People { departments: Vec::new(), officers: Vec::new(), users: Vec::new() }
}

/// What has happened in the town until `now`: the commands of 2,000 ended and 40 open cases, in the order of time, each
/// acceptable when it is decided at its `claimed_at`.
pub fn history(seed: u64, now: Timestamp) -> Vec<Command> {
    let _ = (seed, now);
    Vec::new()
}
