//! Which tiles a view wants.

use std::ops::RangeInclusive;

use geo::Rect;

use super::tiling::{DEEPEST, Tile, Tiling};
use crate::base::LonLat;

/// A tile may be magnified so far before the next level is taken: sharp enough for the eye, and half as many tiles to bring.
const MAGNIFIED: f64 = 1.45;

/// What a source has.
#[derive(Clone, PartialEq, Debug)]
pub struct Reach {
    /// How it cuts the globe.
    pub tiling: Tiling,
    /// Levels it has.
    pub levels: RangeInclusive<u8>,
    /// Degrees of longitude and latitude outside which it has nothing.
    pub bounds: Option<Rect<f64>>,
}

/// The tiles over `seen` (degrees), row by row, of the level that fits pixels of so many metres; of a coarser one when there
/// would be more than `most`. Nothing when the view is closer to none of the source's levels than its coarsest allows.
///
/// `seen` is bounded by what a window shows, so a coarser level always fits at the end.
pub fn wanted(reach: &Reach, seen: Rect<f64>, metres_per_pixel: f64, most: usize) -> Vec<Tile> {
    let finite = [seen.min().x, seen.min().y, seen.max().x, seen.max().y].iter().all(|part| part.is_finite());
    if !finite || metres_per_pixel.is_nan() || metres_per_pixel <= 0.0 || most == 0 {
        return Vec::new();
    }
    let Some(seen) = reach.bounds.map_or(Some(seen), |bounds| common(seen, bounds)) else { return Vec::new() };
    let (least, deepest) = (*reach.levels.start(), (*reach.levels.end()).min(DEEPEST));
    let lat = seen.center().y;
    let fits = |z: &u8| reach.tiling.metres_per_pixel(*z, lat) <= metres_per_pixel * MAGNIFIED;
    let first = (least..=deepest).find(fits).unwrap_or(deepest);
    for z in (least..=first).rev() {
        let Some([columns, rows]) = reach.tiling.extent(z) else { continue };
        let upper = reach.tiling.place(LonLat::new(seen.min().x, seen.max().y), z);
        let lower = reach.tiling.place(LonLat::new(seen.max().x, seen.min().y), z);
        let span = |axis: usize, count: u32| {
            let last = f64::from(count - 1);
            // What ends on a tile's edge needs nothing of the next one.
            (upper[axis].floor().clamp(0.0, last) as u32)..=((lower[axis].ceil() - 1.0).clamp(0.0, last) as u32)
        };
        let (across, down) = (span(0, columns), span(1, rows));
        let count = across.clone().count().saturating_mul(down.clone().count());
        if count <= most {
            return down.flat_map(|y| across.clone().map(move |x| Tile { z, x, y })).collect();
        }
    }
    Vec::new()
}

fn common(one: Rect<f64>, other: Rect<f64>) -> Option<Rect<f64>> {
    let low = [one.min().x.max(other.min().x), one.min().y.max(other.min().y)];
    let high = [one.max().x.min(other.max().x), one.max().y.min(other.max().y)];
    (low[0] < high[0] && low[1] < high[1]).then(|| Rect::new(low, high))
}

/// The part of `parent`'s picture that `tile` covers: left, top, width, height as parts of one. `None` when it is none of its
/// children.
pub fn part_of(tile: Tile, parent: Tile) -> Option<[f64; 4]> {
    let down = tile.z.checked_sub(parent.z)?;
    let many = 1_u32.checked_shl(u32::from(down))?;
    if tile.x / many != parent.x || tile.y / many != parent.y {
        return None;
    }
    let size = 1.0 / f64::from(many);
    Some([f64::from(tile.x % many) * size, f64::from(tile.y % many) * size, size, size])
}
