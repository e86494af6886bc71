//! The demonstration subdistrict (示范街道): generated from a seed, and labelled as generated.

mod dice;
mod history;
mod incidents;
mod names;
mod offices;
mod pack;
mod patrol;
mod people;
#[cfg(test)]
mod tests;
mod town;

pub use history::history;
pub use pack::write_pack;
pub use patrol::Patrol;
pub use people::{People, people};

/// Code of the demonstration subdistrict: in Shijingshan's numbers, and none of its streets.
pub const STREET: &str = "110107901";

/// Seed of the town that `make run` opens.
pub const SEED: u64 = 110_107;

/// Which town and history these are. To be raised whenever the generator gives another town, so that cases are never shown
/// on streets that they did not happen in.
pub const EDITION: u32 = 2;

/// Password of everybody in the demonstration, shown wherever one logs in to it. Such accounts exist in no other
/// database.
pub const PASSWORD: &str = "jiedao-demo";

/// What to generate.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Plan {
    /// The same seed gives the same bytes.
    pub seed: u64,
    /// About how many features the pack is to hold; `None` for the town itself (some 43,000). More makes the town
    /// larger, at the same density.
    pub features: Option<u64>,
    /// How many past incidents are strewn over the streets; the town itself has none.
    pub incidents: u64,
    /// About how many of the components are kept; `None` keeps them all.
    pub components: Option<u64>,
}

impl Plan {
    /// The town itself.
    pub fn town(seed: u64) -> Self {
        Self { seed, features: None, incidents: 0, components: None }
    }
}
