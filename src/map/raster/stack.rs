//! Decoded tiles at hand, and what of them a view is covered with.

use std::collections::HashMap;
use std::sync::Arc;

use super::{Picture, Placed};
use crate::spatial::raster::wanted::part_of;
use crate::spatial::raster::{Tile, Tiling};

/// What is known of a tile.
#[derive(Clone, Debug)]
pub enum Found {
    /// Its picture.
    Picture(Arc<Picture>),
    /// There is none, or it cannot be shown.
    Nothing,
}

/// Decoded tiles of one source, the least used leaving first.
#[derive(Debug, Default)]
pub struct Shelf {
    tiles: HashMap<Tile, (Found, u64)>,
    bytes: u64,
    turn: u64,
}

/// Memory for decoded tiles of a source, bytes: some 380 tiles of 256 pixels, more than a view on a large screen.
const BUDGET: u64 = 96 << 20;
/// What a tile takes that is none.
const ROW: u64 = 64;

impl Shelf {
    /// Begins another view: what it asks for stays.
    pub fn begin(&mut self) {
        self.turn += 1;
        if self.bytes <= BUDGET {
            return;
        }
        let mut by_age: Vec<(u64, Tile)> = self.tiles.iter().map(|(tile, (_, used))| (*used, *tile)).collect();
        by_age.sort_unstable();
        for (used, tile) in by_age {
            // What the last view shows is wanted by this one too, most often.
            if self.bytes <= BUDGET / 2 || used + 1 >= self.turn {
                break;
            }
            self.remove(tile);
        }
    }

    /// What is known of a tile.
    pub fn get(&mut self, tile: Tile) -> Option<Found> {
        let (found, used) = self.tiles.get_mut(&tile)?;
        *used = self.turn;
        Some(found.clone())
    }

    /// Puts a tile in the place of the one before it.
    pub fn put(&mut self, tile: Tile, found: Found) {
        self.remove(tile);
        self.bytes += bytes(&found);
        self.tiles.insert(tile, (found, self.turn));
    }

    /// Forgets a tile.
    pub fn remove(&mut self, tile: Tile) {
        if let Some((gone, _)) = self.tiles.remove(&tile) {
            self.bytes -= bytes(&gone);
        }
    }

    /// Lays the tiles of a view: each by its picture, or by the part of the nearest coarser one that is at hand. Nothing is laid
    /// for a tile that the source has none of and whose coarser ones are not at hand.
    pub fn lay(&mut self, tiling: Tiling, wanted: &[Tile], opacity: u8, out: &mut Vec<Placed>) {
        for tile in wanted {
            let mut at = Some(*tile);
            while let Some(place) = at {
                if let Some(Found::Picture(picture)) = self.get(place) {
                    let part = part_of(*tile, place).unwrap_or([0.0, 0.0, 1.0, 1.0]);
                    out.push(Placed { picture, tile: *tile, tiling, part, opacity });
                    break;
                }
                at = place.parent();
            }
        }
    }
}

fn bytes(found: &Found) -> u64 {
    match found {
        Found::Picture(picture) => picture.bytes() + ROW,
        Found::Nothing => ROW,
    }
}
