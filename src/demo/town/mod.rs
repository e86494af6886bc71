//! The town: a plan from a seed, and what is built after it.

mod areas;
mod block;
pub mod out;
pub mod plan;
mod planner;
pub mod shape;
mod streetside;
mod themes;

pub use out::{Out, Spot, SpotKind, Thing};
pub use plan::Town;
pub use themes::build as build_themes;

/// Features of one tile, about: the town of `make run`.
const TILE_FEATURES: u64 = 45_500;
/// Components of a unit grid cell, about.
const COMPONENTS_OF_A_CELL: u64 = 58;
/// More would use up the six digits of the most frequent class of component.
const MOST_TILES: usize = 110;

/// The town of a seed that has about so many features.
pub fn plan(seed: u64, features: Option<u64>) -> Town {
    let tiles = features.map_or(1, |features| (features + TILE_FEATURES / 2) / TILE_FEATURES);
    planner::draw(seed, usize::try_from(tiles).unwrap_or(MOST_TILES).clamp(1, MOST_TILES))
}

/// How many components the whole town has, about.
pub fn components(town: &Town) -> u64 {
    (town.cells.len() as u64) * COMPONENTS_OF_A_CELL
}

/// Builds the whole town. `each` is called whenever a block or a road stands, and may take the features away.
///
/// # Errors
/// What `each` answers; nothing more is built then.
pub fn build<'a, E>(out: &mut Out<'a>, mut each: impl FnMut(&mut Out<'a>) -> Result<(), E>) -> Result<(), E> {
    let town = out.town;
    areas::divisions(out);
    areas::lines(out);
    each(out)?;
    for leaf in &town.leaves {
        block::build(out, leaf);
        each(out)?;
    }
    for road in 0..town.roads.len() {
        streetside::build(out, road);
        each(out)?;
    }
    Ok(())
}
