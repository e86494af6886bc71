//! The relief: a plain that falls from the hills in the north-west to the south-east, a river bed, and a hill in each large
//! park; its lines of equal height.

use contour::ContourBuilder;
use geo::{Coord, LineString};

use crate::demo::town::out::Out;
use crate::demo::town::plan::{Town, Use};
use crate::demo::town::shape::Block;
use crate::spatial::feature::Layer;

/// Metres above the sea in the south-west corner of the board's north.
const FOOT_M: f64 = 71.0;
/// Metres lost for a metre to the south, and to the east.
const FALL: (f64, f64) = (0.0046, 0.0032);
/// Distance of the samples; doubled while there are more of them than a contouring should take.
const STEP_M: f64 = 24.0;
const MOST_SAMPLES: f64 = 300_000.0;
/// Every fifth line is numbered.
const INDEX_M: i64 = 5;
/// A hill of a park: the least size of its park in square metres, and its height above the plain.
const HILL: (f64, f64) = (40_000.0, 26.0);

struct Relief {
    tall: f64,
    /// Bands of rivers.
    rivers: Vec<Block>,
    /// Middle, squared radius, height of each hill.
    hills: Vec<((f64, f64), f64, f64)>,
    phase: [f64; 3],
}

impl Relief {
    fn of(out: &mut Out<'_>, board: &Block) -> Self {
        let town = out.town;
        let parks = town.leaves.iter().filter(|leaf| leaf.use_ == Use::Park && leaf.block.area() > HILL.0);
        let hills = parks
            .map(|leaf| {
                let radius = leaf.block.width().min(leaf.block.height()) * 0.22;
                (leaf.block.centre(), radius * radius, HILL.1)
            })
            .collect();
        let phase = [0; 3].map(|_| out.dice.range(0.0, std::f64::consts::TAU));
        Self { tall: board.v1, rivers: town.rivers.iter().map(|(_, band)| *band).collect(), hills, phase }
    }

    /// Metres above the sea.
    fn height_m(&self, (u, v): (f64, f64)) -> f64 {
        let plain = FOOT_M - (self.tall - v) * FALL.0 - u * FALL.1;
        let swell = 0.7 * (u / 310.0 + self.phase[0]).sin()
            + 0.6 * (v / 270.0 + self.phase[1]).sin()
            + 0.4 * ((u + v) / 190.0 + self.phase[2]).sin();
        let hills: f64 = self
            .hills
            .iter()
            .map(|((cu, cv), squared, height)| height * (-((u - cu).powi(2) + (v - cv).powi(2)) / squared).exp())
            .sum();
        let bed: f64 =
            self.rivers.iter().map(|band| 3.2 * (-((v - (band.v0 + band.v1) / 2.0) / 26.0).powi(2)).exp()).sum();
        plain + swell + hills - bed
    }
}

fn board(town: &Town) -> Block {
    town.leaves
        .iter()
        .map(|leaf| leaf.block)
        .fold(Block::new(f64::INFINITY, f64::INFINITY, f64::NEG_INFINITY, f64::NEG_INFINITY), |all, block| {
            Block::new(all.u0.min(block.u0), all.v0.min(block.v0), all.u1.max(block.u1), all.v1.max(block.v1))
        })
}

pub fn build(out: &mut Out<'_>) {
    out.turn_to(&[40]);
    let board = board(out.town);
    if !board.is_sound() {
        return;
    }
    let relief = Relief::of(out, &board);
    let mut step = STEP_M;
    while board.area() / (step * step) > MOST_SAMPLES {
        step *= 2.0;
    }
    let (columns, rows) = ((board.width() / step) as usize + 2, (board.height() / step) as usize + 2);
    let place = |column: f64, row: f64| (board.u0 + column * step, board.v0 + row * step);
    let heights: Vec<f64> = (0..columns * rows)
        .map(|sample| relief.height_m(place((sample % columns) as f64, (sample / columns) as f64)))
        .collect();
    let (low, high) = heights
        .iter()
        .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), height| (low.min(*height), high.max(*height)));
    let wanted: Vec<i64> = (low.ceil() as i64..=high.floor() as i64).collect();
    let thresholds: Vec<f64> = wanted.iter().map(|metres| *metres as f64).collect();
    // Samples stand half a step inside the squares that the contouring counts.
    let builder = ContourBuilder::new(columns, rows, true);
    let Ok(lines) = builder.lines(&heights, &thresholds) else { return };
    for (metres, line) in wanted.into_iter().zip(lines) {
        let class = if metres % INDEX_M == 0 { "index" } else { "intermediate" };
        for run in line.geometry().0.iter().flat_map(|ring| runs(&ring.0, [columns as f64, rows as f64])) {
            let points: Vec<(f64, f64)> = run.into_iter().map(|at| place(at.x - 0.5, at.y - 0.5)).collect();
            // Beyond the town nobody has measured.
            let within = points.chunk_by(|a, b| out.town.leaf_at(*a).is_some() == out.town.leaf_at(*b).is_some());
            let pieces: Vec<LineString<f64>> = within
                .filter(|piece| piece.len() > 1 && out.town.leaf_at(piece[0]).is_some())
                .map(|piece| piece.iter().map(|at| out.town.bend.coord(*at)).collect())
                .collect();
            for piece in pieces {
                out.add(Layer::Contours, class, "", vec![("height_m", metres.to_string())], piece);
            }
        }
    }
}

/// The pieces of a ring that do not run along the edge of the samples, which the contouring closes its rings by.
fn runs(ring: &[Coord<f64>], size: [f64; 2]) -> Vec<Vec<Coord<f64>>> {
    let on_edge = |at: &Coord<f64>| at.x <= 0.0 || at.y <= 0.0 || at.x >= size[0] || at.y >= size[1];
    let Some(first) = ring.iter().position(on_edge) else { return vec![ring.to_vec()] };
    // A ring says its first point again at its end.
    let open = &ring[..ring.len().saturating_sub(1)];
    let mut found = vec![Vec::new()];
    for at in open[first..].iter().chain(&open[..first]) {
        match found.last_mut() {
            Some(run) if !on_edge(at) => run.push(*at),
            Some(run) if !run.is_empty() => found.push(Vec::new()),
            _ => {}
        }
    }
    found.retain(|run| run.len() > 1);
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edges_are_cut_off_a_ring_and_whole_rings_stay() {
        let at = |x: f64, y: f64| Coord { x, y };
        let inside = vec![at(1.0, 1.0), at(2.0, 1.0), at(2.0, 2.0), at(1.0, 1.0)];
        assert_eq!(runs(&inside, [9.0, 9.0]), std::slice::from_ref(&inside));
        let cut = [at(2.0, 1.0), at(0.0, 1.5), at(0.0, 4.5), at(2.0, 4.0), at(3.0, 3.0), at(2.0, 1.0)];
        assert_eq!(runs(&cut, [9.0, 9.0]), [vec![at(2.0, 4.0), at(3.0, 3.0), at(2.0, 1.0)]]);
    }
}
