//! Chance that repeats: the same seed gives the same throws on every machine.

use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;

/// A stream of throws.
#[derive(Debug)]
pub struct Dice(ChaCha8Rng);

impl Dice {
    /// The stream of a seed and of whatever it is for; streams of different purposes do not follow each other, so that
    /// one more throw in one place changes nothing elsewhere.
    pub fn new(seed: u64, purpose: &[u64]) -> Self {
        let mut key = seed;
        for part in purpose {
            // Steele's splitmix64 step.
            key = (key ^ part.wrapping_mul(0x9E37_79B9_7F4A_7C15)).wrapping_add(0x9E37_79B9_7F4A_7C15);
            key = (key ^ (key >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
            key = (key ^ (key >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
            key ^= key >> 31;
        }
        Self(ChaCha8Rng::seed_from_u64(key))
    }

    /// At least 0, less than 1.
    pub fn unit(&mut self) -> f64 {
        (self.0.random::<u64>() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// At least `low`, less than `high`.
    pub fn range(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.unit()
    }

    /// One of `0..n`; 0 when there is no choice.
    pub fn whole(&mut self, n: usize) -> usize {
        ((self.unit() * n as f64) as usize).min(n.saturating_sub(1))
    }

    /// One of `low..=high`.
    pub fn between(&mut self, low: usize, high: usize) -> usize {
        low + self.whole(high + 1 - low)
    }

    /// True with this probability.
    pub fn chance(&mut self, probability: f64) -> bool {
        self.unit() < probability
    }

    /// One of a list that is not empty.
    pub fn pick<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        &list[self.whole(list.len())]
    }

    /// An index, by weights.
    pub fn weighted(&mut self, weights: &[f64]) -> usize {
        let mut left = self.unit() * weights.iter().sum::<f64>();
        for (index, weight) in weights.iter().enumerate() {
            left -= weight;
            if left < 0.0 {
                return index;
            }
        }
        weights.len().saturating_sub(1)
    }

    /// Puts a list into a random order.
    pub fn shuffle<T>(&mut self, list: &mut [T]) {
        for last in (1..list.len()).rev() {
            list.swap(last, self.whole(last + 1));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn streams_repeat_and_do_not_follow_each_other() {
        let throw = |seed, purpose: &[u64]| {
            let mut dice = Dice::new(seed, purpose);
            (0..5).map(|_| dice.whole(1_000_000)).collect::<Vec<_>>()
        };
        assert_eq!(throw(1, &[2, 3]), throw(1, &[2, 3]));
        assert_ne!(throw(1, &[2, 3]), throw(1, &[3, 2]));
        assert_ne!(throw(1, &[]), throw(2, &[]));
    }

    #[test]
    fn throws_keep_to_their_bounds() {
        let mut dice = Dice::new(7, &[]);
        for _ in 0..1000 {
            assert!((0.0..1.0).contains(&dice.unit()));
            assert!((2.0..3.0).contains(&dice.range(2.0, 3.0)));
            assert!(dice.whole(3) < 3);
            assert!((4..=6).contains(&dice.between(4, 6)));
            assert_eq!(dice.weighted(&[0.0, 1.0, 0.0]), 1);
        }
        assert_eq!(dice.whole(0), 0);
        let mut list: Vec<u32> = (0..20).collect();
        dice.shuffle(&mut list);
        assert_ne!(list, (0..20).collect::<Vec<_>>());
        list.sort_unstable();
        assert_eq!(list, (0..20).collect::<Vec<_>>());
    }
}
