//! Many points as few discs: what lies in one square of the screen is shown as one disc in the middle of it, the larger the
//! more there are. Squares of a level are made of four of the next finer one, so all levels cost little more than the
//! finest.

use std::collections::BTreeMap;

use super::drafts::Drafts;
use super::level::upper;
use super::simplify::Point;
use crate::map::style::kind::Kind;

/// Side of a square in pixels of the level's coarsest view: discs of neighbours just touch.
const SQUARE_PIXELS: f64 = 40.0;

#[derive(Clone, Copy, Default)]
struct Square {
    count: u32,
    sum: Point,
}

/// Points on their way into discs.
#[derive(Default)]
pub struct Clusters {
    squares: BTreeMap<[i32; 2], Square>,
}

/// Radius of a disc in points.
fn radius(count: u32) -> f32 {
    (3.0 + 1.65 * (count.max(1) as f32).ln()).min(19.0)
}

impl Clusters {
    /// Adds a point, metres from the scene's origin.
    pub fn add(&mut self, at: Point) {
        let side = upper(0) * SQUARE_PIXELS;
        let square = self.squares.entry(at.map(|part| (part / side).floor() as i32)).or_default();
        square.count = square.count.saturating_add(1);
        square.sum = [square.sum[0] + at[0], square.sum[1] + at[1]];
    }

    /// Makes the discs of every level.
    pub fn finish(mut self, drafts: &mut Drafts) {
        for level in 0..drafts.levels() {
            let mut coarser: BTreeMap<[i32; 2], Square> = BTreeMap::new();
            for (at, square) in self.squares {
                let middle = square.sum.map(|part| part / f64::from(square.count.max(1)));
                drafts.sign_at(level, Kind::Cluster, middle, radius(square.count));
                let above = coarser.entry(at.map(|part| part.div_euclid(2))).or_default();
                above.count = above.count.saturating_add(square.count);
                above.sum = [above.sum[0] + square.sum[0], above.sum[1] + square.sum[1]];
            }
            self.squares = coarser;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn discs(points: &[Point]) -> Vec<Vec<(Point, f32)>> {
        let mut clusters = Clusters::default();
        points.iter().for_each(|point| clusters.add(*point));
        let mut drafts = Drafts::new(3);
        clusters.finish(&mut drafts);
        let of_chunk = |chunk: &crate::map::scene::Chunk| {
            let at = |index: usize| chunk.origin[index];
            let place = |wide: &crate::map::scene::stroke::Wide| {
                ([at(0) + f64::from(wide.at[0]), at(1) + f64::from(wide.at[1])], wide.along)
            };
            chunk.arrays().unwrap().wides.chunks(4).map(|corners| place(&corners[0])).collect::<Vec<_>>()
        };
        drafts.finish().iter().map(|level| level.chunks.iter().flat_map(of_chunk).collect()).collect()
    }

    #[test]
    fn near_points_become_one_disc_the_larger_the_more() {
        let levels = discs(&[[5.0, 5.0], [7.0, 5.0], [60.0, 5.0], [-300.0, 5.0]]);
        assert_eq!(levels.iter().map(Vec::len).collect::<Vec<_>>(), [3, 2, 2]);
        assert!(levels[0].contains(&([6.0, 5.0], radius(2))) && levels[0].contains(&([60.0, 5.0], radius(1))));
        assert!(levels[1].contains(&([24.0, 5.0], radius(3))));
        assert!(radius(1) < radius(2) && radius(2) < radius(1000) && radius(u32::MAX) <= 19.0);
        // Discs of one level stay within their squares.
        assert!(f64::from(radius(u32::MAX)) * 2.0 <= SQUARE_PIXELS);
    }
}
