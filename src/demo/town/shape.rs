//! The drawing board of the town and its way onto the ground.
//!
//! The town is planned on a board of straight lines, in metres east (`u`) and north (`v`). A smooth bend that folds
//! nothing carries the board onto the ground: what does not overlap on the board does not overlap in the town, and what
//! shares a line there shares it here.

use geo::{Coord, LineString, Polygon};

use crate::base::LonLat;
use crate::demo::dice::Dice;
use crate::spatial::crs::{Ground, ground_from_lonlat, lonlat_from_ground};

/// Distance between the points of long lines, metres: chords stay within centimetres of the bend.
pub const STEP_M: f64 = 50.0;

/// Where the middle of the town lies, in the south-east of Shijingshan.
const HOME: LonLat = LonLat::new(116.2072, 39.9025);

/// A direction of lines on the board.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Axis {
    /// West to east, at a constant `v`.
    East,
    /// South to north, at a constant `u`.
    North,
}

impl Axis {
    /// The board point at `along` on the line at `across`.
    pub fn point(self, along: f64, across: f64) -> (f64, f64) {
        match self {
            Self::East => (along, across),
            Self::North => (across, along),
        }
    }
}

/// A rectangle on the board.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct Block {
    /// West border.
    pub u0: f64,
    /// South border.
    pub v0: f64,
    /// East border.
    pub u1: f64,
    /// North border.
    pub v1: f64,
}

impl Block {
    /// From its borders.
    pub fn new(u0: f64, v0: f64, u1: f64, v1: f64) -> Self {
        Self { u0, v0, u1, v1 }
    }

    /// Metres from west to east.
    pub fn width(&self) -> f64 {
        self.u1 - self.u0
    }

    /// Metres from south to north.
    pub fn height(&self) -> f64 {
        self.v1 - self.v0
    }

    /// Square metres.
    pub fn area(&self) -> f64 {
        self.width() * self.height()
    }

    /// Its middle.
    pub fn centre(&self) -> (f64, f64) {
        ((self.u0 + self.u1) / 2.0, (self.v0 + self.v1) / 2.0)
    }

    /// The rectangle with each border moved inwards: south, north, west, east.
    pub fn inset(&self, by: [f64; 4]) -> Self {
        Self::new(self.u0 + by[2], self.v0 + by[0], self.u1 - by[3], self.v1 - by[1])
    }

    /// The same on all sides.
    pub fn shrunk(&self, by: f64) -> Self {
        self.inset([by; 4])
    }

    /// Whether there is anything in it.
    pub fn is_sound(&self) -> bool {
        self.width() > 0.0 && self.height() > 0.0
    }

    /// Whether a point lies in it; the west and south borders belong to it.
    pub fn holds(&self, (u, v): (f64, f64)) -> bool {
        (self.u0..self.u1).contains(&u) && (self.v0..self.v1).contains(&v)
    }

    /// Cut at `at` across `axis`' direction: along [`Axis::North`] into west and east, along [`Axis::East`] into south and
    /// north.
    pub fn cut(&self, axis: Axis, at: f64) -> (Self, Self) {
        match axis {
            Axis::North => (Self { u1: at, ..*self }, Self { u0: at, ..*self }),
            Axis::East => (Self { v1: at, ..*self }, Self { v0: at, ..*self }),
        }
    }
}

/// The bend.
#[derive(Clone, Debug)]
pub struct Bend {
    origin: Ground,
    waves: Vec<Wave>,
    /// Local turns: middle, radius, radians.
    turns: Vec<(f64, f64, f64, f64)>,
}

#[derive(Clone, Copy, Debug)]
struct Wave {
    /// Amplitude in metres, east and north.
    amplitude: (f64, f64),
    /// Radians a metre, along east and north.
    rate: (f64, f64),
    phase: f64,
}

impl Bend {
    /// A bend for a board whose town is `width` × `height`.
    pub fn new(seed: u64, width: f64, height: f64) -> Self {
        let mut dice = Dice::new(seed, &[1]);
        let home = ground_from_lonlat(HOME);
        let origin = Ground { east_m: home.east_m - width / 2.0, north_m: home.north_m - height / 2.0 };
        // Lengths and amplitudes keep the steepest slope of all waves together near one in eight.
        let mut waves = Vec::new();
        for (length, amplitude) in [(2700.0, 25.0), (1900.0, 11.0), (1150.0, 4.5)] {
            let rate = std::f64::consts::TAU / length;
            waves.push(Wave {
                amplitude: (0.0, amplitude * dice.range(0.8, 1.15)),
                rate: (rate, rate * dice.range(-0.2, 0.2)),
                phase: dice.range(0.0, std::f64::consts::TAU),
            });
            waves.push(Wave {
                amplitude: (amplitude * dice.range(0.8, 1.15), 0.0),
                rate: (rate * dice.range(-0.2, 0.2), rate),
                phase: dice.range(0.0, std::f64::consts::TAU),
            });
        }
        let turns = [(0.22, 0.3, 0.045), (0.8, 0.62, -0.05), (0.45, 0.9, 0.035)]
            .map(|(u, v, angle)| (u * width.min(2800.0), v * height.min(2500.0), 480.0, angle))
            .to_vec();
        Self { origin, waves, turns }
    }

    /// Metres on the ground of a board point.
    pub fn ground(&self, (u, v): (f64, f64)) -> Ground {
        let (mut x, mut y) = (u, v);
        for wave in &self.waves {
            let sway = (u * wave.rate.0 + v * wave.rate.1 + wave.phase).sin();
            x += wave.amplitude.0 * sway;
            y += wave.amplitude.1 * sway;
        }
        for (cu, cv, radius, angle) in &self.turns {
            let (du, dv) = (u - cu, v - cv);
            let squared = (du * du + dv * dv) / (2.0 * radius * radius);
            if squared < 20.0 {
                let turn = angle * (-squared).exp();
                x -= turn * dv;
                y += turn * du;
            }
        }
        Ground { east_m: self.origin.east_m + x, north_m: self.origin.north_m + y }
    }

    /// Longitude and latitude of metres on the ground, to a tenth of a millimetre.
    pub fn place(at: Ground) -> Coord<f64> {
        let at = lonlat_from_ground(at);
        let round = |degrees: f64| (degrees * 1e9).round() / 1e9;
        Coord { x: round(at.lon), y: round(at.lat) }
    }

    /// Longitude and latitude of a board point.
    pub fn coord(&self, at: (f64, f64)) -> Coord<f64> {
        Self::place(self.ground(at))
    }

    /// The same as a position.
    pub fn lonlat(&self, at: (f64, f64)) -> LonLat {
        let at = self.coord(at);
        LonLat::new(at.x, at.y)
    }

    /// A line of the board between `from` and `to`, with points at `stops` and every [`STEP_M`].
    pub fn line(&self, axis: Axis, across: f64, from: f64, to: f64, stops: &[f64]) -> LineString<f64> {
        points_between(from, to, stops).into_iter().map(|along| self.coord(axis.point(along, across))).collect()
    }

    /// A rectangle of the board, its long sides following the bend.
    pub fn area(&self, block: &Block) -> Polygon<f64> {
        let mut ring = Vec::new();
        let mut side = |axis: Axis, across: f64, from: f64, to: f64| {
            let mut stops = points_between(from.min(to), from.max(to), &[]);
            if from > to {
                stops.reverse();
            }
            stops.pop();
            ring.extend(stops.into_iter().map(|along| self.coord(axis.point(along, across))));
        };
        side(Axis::East, block.v0, block.u0, block.u1);
        side(Axis::North, block.u1, block.v0, block.v1);
        side(Axis::East, block.v1, block.u1, block.u0);
        side(Axis::North, block.u0, block.v1, block.v0);
        Polygon::new(LineString(ring), Vec::new())
    }

    /// A ring of board points, as it is.
    pub fn ring(&self, points: &[(f64, f64)]) -> Polygon<f64> {
        Polygon::new(points.iter().map(|at| self.coord(*at)).collect(), Vec::new())
    }

    /// A stiff outline, given in metres around `at` and turned as the board is turned there: houses keep their right
    /// angles.
    pub fn stiff(&self, at: (f64, f64), outline: &[(f64, f64)]) -> Polygon<f64> {
        let middle = self.ground(at);
        let (cos, sin) = self.turn(at);
        let points = outline.iter().map(|(x, y)| {
            Self::place(Ground {
                east_m: middle.east_m + x * cos - y * sin,
                north_m: middle.north_m + x * sin + y * cos,
            })
        });
        Polygon::new(points.collect(), Vec::new())
    }

    /// Cosine and sine of the board's own turn at a point: the mean of its two directions.
    fn turn(&self, (u, v): (f64, f64)) -> (f64, f64) {
        const REACH: f64 = 6.0;
        let (west, east) = (self.ground((u - REACH, v)), self.ground((u + REACH, v)));
        let (south, north) = (self.ground((u, v - REACH)), self.ground((u, v + REACH)));
        let x = (east.east_m - west.east_m) + (north.north_m - south.north_m);
        let y = (east.north_m - west.north_m) - (north.east_m - south.east_m);
        let length = x.hypot(y);
        (x / length, y / length)
    }

    /// Degrees clockwise from north of a movement on the board.
    pub fn heading_degrees(&self, at: (f64, f64), axis: Axis, forward: bool) -> f64 {
        let ahead = if forward { 5.0 } else { -5.0 };
        let to = match axis {
            Axis::East => (at.0 + ahead, at.1),
            Axis::North => (at.0, at.1 + ahead),
        };
        let (here, there) = (self.ground(at), self.ground(to));
        (there.east_m - here.east_m).atan2(there.north_m - here.north_m).to_degrees().rem_euclid(360.0)
    }
}

/// `from`, `to`, the stops between them, and every [`STEP_M`], in order and each once.
pub fn points_between(from: f64, to: f64, stops: &[f64]) -> Vec<f64> {
    const SAME: f64 = 0.25;
    let mut all = vec![from];
    all.extend(stops.iter().copied().filter(|stop| *stop > from + SAME && *stop < to - SAME));
    let mut next = (from / STEP_M).floor() * STEP_M + STEP_M;
    while next < to - SAME {
        all.push(next);
        next += STEP_M;
    }
    all.push(to);
    all.sort_by(f64::total_cmp);
    all.dedup_by(|a, b| (*a - *b).abs() < SAME);
    // The end may have been taken for its neighbour.
    if let Some(last) = all.last_mut() {
        *last = to;
    }
    all
}

#[cfg(test)]
mod tests {
    use geo::Area as _;

    use super::*;

    #[test]
    fn the_bend_folds_nothing_and_turns_no_house_far() {
        let bend = Bend::new(5, 2700.0, 2400.0);
        for i in 0..54 {
            for j in 0..48 {
                let (u, v) = (f64::from(i) * 50.0, f64::from(j) * 50.0);
                let (o, e, n) = (bend.ground((u, v)), bend.ground((u + 1.0, v)), bend.ground((u, v + 1.0)));
                let (ex, ey) = (e.east_m - o.east_m, e.north_m - o.north_m);
                let (nx, ny) = (n.east_m - o.east_m, n.north_m - o.north_m);
                let area = ex * ny - ey * nx;
                assert!((0.7..1.35).contains(&area), "{area} at {u}, {v}");
                assert!(ey.abs() < 0.3 && nx.abs() < 0.3);
            }
        }
    }

    #[test]
    fn lines_have_their_stops_once() {
        assert_eq!(points_between(10.0, 120.0, &[50.1, 70.0, 5.0, 120.0]), [10.0, 50.0, 70.0, 100.0, 120.0]);
        assert_eq!(points_between(0.0, 50.0, &[]), [0.0, 50.0]);
    }

    #[test]
    fn areas_are_about_as_large_as_planned() {
        let bend = Bend::new(5, 2700.0, 2400.0);
        let ring = bend.area(&Block::new(100.0, 100.0, 260.0, 240.0));
        // Square degrees at this latitude.
        let metres = ring.unsigned_area() * 85_500.0 * 111_030.0;
        assert!((metres / (160.0 * 140.0) - 1.0).abs() < 0.3, "{metres}");
        assert!(ring.signed_area() > 0.0);
    }
}
