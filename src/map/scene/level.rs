//! Levels of detail: each holds what can be told apart at its scales, and nothing finer.

use super::Chunk;

/// The geometry for views between [`lower`] and [`upper`] metres for a pixel.
#[derive(Debug)]
pub struct Level {
    /// Place in the row of levels; 0 is the finest.
    pub number: usize,
    /// Its chunks, by column and row.
    pub chunks: Vec<Chunk>,
}

impl Level {
    pub(super) fn new(number: usize) -> Self {
        Self { number, chunks: Vec::new() }
    }

    /// The chunks whose bounds touch a box (metres from the scene's origin), with their places in the level.
    pub fn within(&self, low: [f64; 2], high: [f64; 2]) -> impl Iterator<Item = (usize, &Chunk)> {
        self.chunks.iter().enumerate().filter(move |(_, chunk)| {
            (0..2).all(|axis| {
                chunk.origin[axis] + f64::from(chunk.low[axis]) <= high[axis]
                    && chunk.origin[axis] + f64::from(chunk.high[axis]) >= low[axis]
            })
        })
    }
}

/// Coarsest scale of a level, metres for a pixel.
pub fn upper(level: usize) -> f64 {
    2.0_f64.powi(i32::try_from(level).unwrap_or(i32::MAX))
}

/// Finest scale of a level. The finest level serves all nearer views.
pub fn lower(level: usize) -> f64 {
    if level == 0 { 0.1 } else { upper(level) / 2.0 }
}

/// How many levels a map of this many metres needs: in the coarsest it is smaller than a window.
pub fn count_for(longest_m: f64) -> usize {
    (0..16).find(|level| longest_m / upper(*level) < 500.0).unwrap_or(16) + 1
}

/// The level for a scale.
pub fn for_scale(metres_per_pixel: f64, levels: usize) -> usize {
    (0..levels).find(|level| metres_per_pixel <= upper(*level)).unwrap_or(levels.saturating_sub(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_scale_has_its_level() {
        assert_eq!((for_scale(0.05, 8), for_scale(1.0, 8), for_scale(1.01, 8), for_scale(5000.0, 8)), (0, 0, 1, 7));
        assert_eq!(for_scale(3.0, 0), 0);
        assert_eq!((count_for(0.0), count_for(450.0), count_for(10_000.0)), (1, 1, 6));
        for level in 1..10 {
            assert_eq!(for_scale(lower(level) * 1.001, 16), level);
        }
    }
}
