//! How often somebody may ask: token buckets in memory, bounded in number.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::time::Duration;

/// Most buckets kept; when there are more, full ones are forgotten, and all of them if none is full.
const MOST_BUCKETS: usize = 10_000;

/// One bucket per key: `burst` at once, refilled by `per_second`.
#[derive(Debug)]
pub struct Rate {
    per_second: f64,
    burst: f64,
    buckets: Mutex<BTreeMap<String, Bucket>>,
}

#[derive(Debug, Clone, Copy)]
struct Bucket {
    left: f64,
    at: Duration,
}

impl Rate {
    /// Buckets of `burst` tokens that fill up by `per_second`.
    pub fn new(per_second: f64, burst: f64) -> Self {
        Self { per_second, burst, buckets: Mutex::default() }
    }

    /// Takes a token; `Err` says after how long there will be one. `now` is monotonic.
    ///
    /// # Errors
    /// The time to wait when the bucket of `key` is empty.
    pub fn take(&self, key: &str, now: Duration) -> Result<(), Duration> {
        let mut buckets = self.buckets.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if buckets.len() >= MOST_BUCKETS && !buckets.contains_key(key) {
            buckets.retain(|_, bucket| self.filled(*bucket, now) < self.burst);
            if buckets.len() >= MOST_BUCKETS {
                buckets.clear();
            }
        }
        let bucket = buckets.entry(key.to_owned()).or_insert(Bucket { left: self.burst, at: now });
        let left = self.filled(*bucket, now);
        *bucket = Bucket { left: if left >= 1.0 { left - 1.0 } else { left }, at: now };
        if left >= 1.0 { Ok(()) } else { Err(Duration::from_secs_f64((1.0 - left) / self.per_second)) }
    }

    fn filled(&self, bucket: Bucket, now: Duration) -> f64 {
        let passed = now.saturating_sub(bucket.at).as_secs_f64();
        passed.mul_add(self.per_second, bucket.left).min(self.burst)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_empties_and_fills_by_time_alone() {
        let rate = Rate::new(2.0, 3.0);
        let at = Duration::from_secs;
        assert!((0..3).all(|_| rate.take("a", at(1)).is_ok()));
        assert_eq!(rate.take("a", at(1)), Err(Duration::from_millis(500)));
        assert!(rate.take("b", at(1)).is_ok());
        assert!(rate.take("a", at(2)).is_ok());
        // A clock that runs backwards gives nothing and takes nothing.
        assert!(rate.take("a", at(0)).is_ok());
        assert!(rate.take("a", at(0)).is_err());
    }

    #[test]
    fn the_number_of_buckets_is_bounded() {
        let rate = Rate::new(0.001, 1.0);
        for key in 0..MOST_BUCKETS + 10 {
            assert!(rate.take(&key.to_string(), Duration::ZERO).is_ok());
        }
        assert!(rate.buckets.lock().unwrap().len() <= MOST_BUCKETS);
    }
}
