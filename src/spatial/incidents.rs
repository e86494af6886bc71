//! Past incidents of a pack by place and time: how many there were in a span of time, square by square.

use std::collections::BTreeMap;

use geo::Geometry;

use super::feature::Layer;
use super::pack::{Pack, PackError};
use crate::base::{LonLat, Timestamp};
use crate::spatial::crs::{Ground, ground_from_lonlat, lonlat_from_ground};

/// Side of the squares that incidents are kept in, metres.
pub const SQUARE_M: f64 = 64.0;

/// One incident: when, in seconds since 1970, and where in its square, metres.
type Kept = (i64, [f32; 2]);

/// All incidents of a pack, each square's in the order of time.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Incidents {
    squares: BTreeMap<[i32; 2], Vec<Kept>>,
    count: usize,
    first_s: Option<i64>,
}

/// The square of a place, and the place within it.
fn square_of(at: Ground) -> ([i32; 2], [f32; 2]) {
    let cut = |metres: f64| {
        let square = (metres / SQUARE_M).floor();
        (square as i32, (metres - square * SQUARE_M) as f32)
    };
    let ((column, east), (row, north)) = (cut(at.east_m), cut(at.north_m));
    ([column, row], [east, north])
}

impl Incidents {
    /// Reads the incidents of a pack. One without a time that can be read, or without a point, is left out.
    ///
    /// # Errors
    /// When the table cannot be read.
    pub fn load(pack: &Pack) -> Result<Self, PackError> {
        let mut found = Vec::new();
        pack.features(Layer::Incidents, |_, feature| {
            let time = feature.extra("reported_at").and_then(|text| text.parse::<Timestamp>().ok());
            if let (Some(time), Geometry::Point(at)) = (time, &feature.geometry) {
                found.push((LonLat::new(at.x(), at.y()), time));
            }
        })?;
        Ok(Self::of(found))
    }

    /// From places and times; those that are no place are left out.
    pub fn of(all: impl IntoIterator<Item = (LonLat, Timestamp)>) -> Self {
        let mut squares: BTreeMap<[i32; 2], Vec<Kept>> = BTreeMap::new();
        let mut count = 0;
        for (at, time) in all.into_iter().filter(|(at, _)| at.is_valid()) {
            let (square, within) = square_of(ground_from_lonlat(at));
            squares.entry(square).or_default().push((time.as_second(), within));
            count += 1;
        }
        for kept in squares.values_mut() {
            kept.sort_by_key(|(time, _)| *time);
            kept.shrink_to_fit();
        }
        let first_s = squares.values().filter_map(|kept| kept.first()).map(|(time, _)| *time).min();
        Self { squares, count, first_s }
    }

    /// How many there are at all times.
    pub fn len(&self) -> usize {
        self.count
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// The earliest of them, seconds since 1970.
    pub fn first_s(&self) -> Option<i64> {
        self.first_s
    }

    /// How many fall into a span of seconds, its end not included.
    pub fn count(&self, [from, to]: [i64; 2]) -> usize {
        self.squares.values().map(|kept| cut(kept, from, to).len()).sum()
    }

    /// Adds those of each second span that `bars` parts `[from, to)` into evenly.
    pub fn add_bars(&self, [from, to]: [i64; 2], bars: &mut [u32]) {
        let length = (to - from).max(1) as f64;
        let last = bars.len().saturating_sub(1);
        for (time, _) in self.squares.values().flat_map(|kept| cut(kept, from, to)) {
            let bar = ((time - from) as f64 / length * bars.len() as f64) as usize;
            if let Some(bar) = bars.get_mut(bar.min(last)) {
                *bar = bar.saturating_add(1);
            }
        }
    }

    /// Hands out those of a span within some metres of a middle (by squares, so some more), each with its place on the plane.
    pub fn each(&self, [from, to]: [i64; 2], middle: Ground, within_m: f64, mut each: impl FnMut(Ground)) {
        let reach = |metres: f64| {
            ((metres - within_m) / SQUARE_M).floor() as i32..=((metres + within_m) / SQUARE_M).floor() as i32
        };
        let rows = reach(middle.north_m);
        let columns = reach(middle.east_m);
        for (square, kept) in self.squares.range([*columns.start(), i32::MIN]..=[*columns.end(), i32::MAX]) {
            if !rows.contains(&square[1]) {
                continue;
            }
            for (_, within) in cut(kept, from, to) {
                each(Ground {
                    east_m: f64::from(square[0]) * SQUARE_M + f64::from(within[0]),
                    north_m: f64::from(square[1]) * SQUARE_M + f64::from(within[1]),
                });
            }
        }
    }
}

/// The part of a square's incidents within a span.
fn cut(kept: &[Kept], from: i64, to: i64) -> &[Kept] {
    let start = kept.partition_point(|(time, _)| *time < from);
    let end = kept.partition_point(|(time, _)| *time < to);
    kept.get(start..end).unwrap_or_default()
}

/// The place on the globe of a point of the plane.
pub fn place(at: Ground) -> LonLat {
    lonlat_from_ground(at)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn time(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    proptest! {
        /// What the squares say is what a look at every incident says.
        #[test]
        fn counts_and_places_are_those_of_a_scan(
            all in prop::collection::vec((116.19..116.21_f64, 39.89..39.91_f64, 0..1000_i64), 0..60),
            from in 0..1000_i64, length in 0..600_i64, within_m in 50.0..900.0_f64,
        ) {
            let to = from + length;
            let incidents = Incidents::of(all.iter().map(|(lon, lat, second)| (LonLat::new(*lon, *lat), time(*second))));
            let wanted: Vec<_> = all.iter().filter(|(_, _, second)| (from..to).contains(second)).collect();
            prop_assert_eq!(incidents.count([from, to]), wanted.len());
            let mut bars = [0; 7];
            incidents.add_bars([from, to], &mut bars);
            prop_assert_eq!(bars.iter().sum::<u32>() as usize, wanted.len());
            let middle = ground_from_lonlat(LonLat::new(116.2, 39.9));
            let mut near = Vec::new();
            incidents.each([from, to], middle, within_m, |at| near.push(at));
            for (lon, lat, _) in wanted {
                let at = ground_from_lonlat(LonLat::new(*lon, *lat));
                let inside = (at.east_m - middle.east_m).abs() <= within_m && (at.north_m - middle.north_m).abs() <= within_m;
                let found = near.iter().any(|one| (one.east_m - at.east_m).hypot(one.north_m - at.north_m) < 0.001);
                prop_assert!(found || !inside);
            }
        }
    }

    #[test]
    fn what_is_no_place_is_left_out() {
        let incidents = Incidents::of([(LonLat::new(f64::NAN, 0.0), time(5)), (LonLat::new(116.2, 39.9), time(7))]);
        assert_eq!((incidents.len(), incidents.first_s()), (1, Some(7)));
        assert!(Incidents::default().is_empty());
    }
}
