//! Roads as lines in metres on the ground: where they meet, what lies beside them, how far along them.

use geo::line_intersection::{LineIntersection, line_intersection};
use geo::{BoundingRect as _, Coord, Geometry, Line, LineString};

use crate::base::LonLat;
use crate::spatial::plane::{ground_coord, lonlat_coord};

/// Roads that end so near to another are taken to meet it.
const NEARLY_M: f64 = 30.0;
/// Meeting points nearer than this are one crossing of a road with several lanes.
const ONE_CROSSING_M: f64 = 60.0;

/// A road, in pieces as the pack has it.
#[derive(Debug, Default)]
pub(super) struct Road {
    pub label: String,
    /// Half its width; 6 where the pack does not tell.
    half_m: Option<f64>,
    lines: Vec<LineString<f64>>,
}

/// The place of a road nearest to a point.
#[derive(Clone, Copy, Debug)]
pub(super) struct Foot<'a> {
    line: &'a LineString<f64>,
    /// On the road.
    pub at: Coord<f64>,
    /// Metres from the beginning of the line.
    pub along_m: f64,
    /// Metres from the point.
    pub away_m: f64,
    /// Direction of the road there, of length one.
    pub heading: Coord<f64>,
}

fn length(of: Coord<f64>) -> f64 {
    of.x.hypot(of.y)
}

impl Road {
    pub(super) fn take(&mut self, width_m: Option<f64>, shape: Geometry<f64>) {
        if let Some(width_m) = width_m {
            self.half_m = Some(self.half_m.unwrap_or(0.0).max(width_m / 2.0));
        }
        match shape {
            Geometry::LineString(line) => self.lines.push(line),
            Geometry::MultiLineString(lines) => self.lines.extend(lines),
            _ => {}
        }
    }

    pub(super) fn half_m(&self) -> f64 {
        self.half_m.unwrap_or(6.0)
    }

    /// The middle vertex of the longest piece: it lies on the road, which a centroid need not.
    pub(super) fn middle(&self) -> Option<LonLat> {
        let longest = self.lines.iter().max_by_key(|line| line.0.len())?;
        let at = lonlat_coord(*longest.0.get(longest.0.len() / 2)?);
        Some(LonLat::new(at.x, at.y))
    }

    /// Metres of the longest piece.
    pub(super) fn longest_m(&self) -> f64 {
        let metres = |line: &LineString<f64>| line.lines().map(|piece| length(piece.delta())).sum::<f64>();
        self.lines.iter().map(metres).fold(0.0, f64::max)
    }

    /// The place of the road nearest to `point`, within `reach_m`.
    pub(super) fn foot(&self, point: Coord<f64>, reach_m: f64) -> Option<Foot<'_>> {
        let mut best: Option<Foot<'_>> = None;
        for line in &self.lines {
            let Some(bounds) = line.bounding_rect() else { continue };
            let (low, high) = (bounds.min(), bounds.max());
            if point.x < low.x - reach_m
                || point.x > high.x + reach_m
                || point.y < low.y - reach_m
                || point.y > high.y + reach_m
            {
                continue;
            }
            let mut before_m = 0.0;
            for piece in line.lines() {
                let (span, to) = (piece.delta(), point - piece.start);
                let long = length(span);
                if long > 0.0 {
                    let part = ((to.x * span.x + to.y * span.y) / (long * long)).clamp(0.0, 1.0);
                    let at = piece.start + span * part;
                    let away_m = length(point - at);
                    if away_m <= best.map_or(reach_m, |best| best.away_m) {
                        best = Some(Foot { line, at, along_m: before_m + part * long, away_m, heading: span / long });
                    }
                }
                before_m += long;
            }
        }
        best
    }

    /// The place between two doors of the road at the share `part` of the way, as far beside it as they are; none when the
    /// doors do not lie along one piece of it.
    pub(super) fn between(&self, low: Coord<f64>, high: Coord<f64>, part: f64) -> Option<Coord<f64>> {
        /// Doors further from their road than this belong to a yard.
        const REACH_M: f64 = 80.0;
        let (from, to) = (self.foot(low, REACH_M)?, self.foot(high, REACH_M)?);
        if !std::ptr::eq(from.line, to.line) {
            return None;
        }
        let aside = |foot: &Foot<'_>, door: Coord<f64>| {
            let off = door - foot.at;
            foot.heading.x * off.y - foot.heading.y * off.x
        };
        let aside_m = aside(&from, low) * (1.0 - part) + aside(&to, high) * part;
        let at = from.walked(to.along_m * part + from.along_m * (1.0 - part) - from.along_m);
        let heading = self.foot(at, 1.0)?.heading;
        Some(at + Coord { x: -heading.y, y: heading.x } * aside_m)
    }

    /// Where two roads meet, each crossing once, and whether they only nearly do; the most north-western first.
    pub(super) fn meetings(&self, other: &Self) -> (Vec<Coord<f64>>, bool) {
        let mut all = Vec::new();
        for (a, b) in self.lines.iter().flat_map(|a| other.lines.iter().map(move |b| (a, b))) {
            if within(a, b, 1.0) {
                for (piece, across) in a.lines().flat_map(|piece| b.lines().map(move |across| (piece, across))) {
                    all.extend(meeting(piece, across));
                }
            }
        }
        let nearly = all.is_empty();
        if nearly {
            let ends = |road: &Self| {
                let ends = road.lines.iter().flat_map(|line| [line.0.first().copied(), line.0.last().copied()]);
                ends.flatten().collect::<Vec<_>>()
            };
            all.extend(ends(self).into_iter().filter_map(|end| Some(other.foot(end, NEARLY_M)?.at)));
            all.extend(ends(other).into_iter().filter_map(|end| Some(self.foot(end, NEARLY_M)?.at)));
        }
        all.sort_by(|a, b| (a.x - a.y).total_cmp(&(b.x - b.y)));
        let mut kept: Vec<Coord<f64>> = Vec::new();
        for at in all {
            if !kept.iter().any(|other| length(*other - at) < ONE_CROSSING_M) {
                kept.push(at);
            }
        }
        (kept, nearly)
    }
}

impl Foot<'_> {
    /// The place so many metres further along the road, back when negative; past its end straight on.
    pub(super) fn walked(&self, metres: f64) -> Coord<f64> {
        let target = self.along_m + metres;
        let mut before_m = 0.0;
        let mut last = None;
        for piece in self.line.lines() {
            let long = length(piece.delta());
            if long <= 0.0 {
                continue;
            }
            last = Some((piece, before_m, long));
            if target <= before_m + long {
                break;
            }
            before_m += long;
        }
        last.map_or(self.at, |(piece, before_m, long)| piece.start + piece.delta() * ((target - before_m) / long))
    }
}

fn within(a: &LineString<f64>, b: &LineString<f64>, reach_m: f64) -> bool {
    let (Some(a), Some(b)) = (a.bounding_rect(), b.bounding_rect()) else { return false };
    a.min().x <= b.max().x + reach_m
        && b.min().x <= a.max().x + reach_m
        && a.min().y <= b.max().y + reach_m
        && b.min().y <= a.max().y + reach_m
}

fn meeting(a: Line<f64>, b: Line<f64>) -> Option<Coord<f64>> {
    let crossed = |a, b| {
        line_intersection(a, b).map(|meeting| match meeting {
            LineIntersection::SinglePoint { intersection, .. } => intersection,
            LineIntersection::Collinear { intersection } => intersection.start,
        })
    };
    // What is straight in the pack is straight in degrees; over kilometres that is metres off on the ground.
    let degrees = |line: Line<f64>| Line::new(lonlat_coord(line.start), lonlat_coord(line.end));
    let exact = crossed(a, b).map(|on_ground| crossed(degrees(a), degrees(b)).map_or(on_ground, ground_coord));
    // A road that ends on another ends there by its own rounding.
    let touching = |end: Coord<f64>, line: Line<f64>| {
        let span = line.delta();
        let squared = span.x * span.x + span.y * span.y;
        let to = end - line.start;
        let part = if squared > 0.0 { ((to.x * span.x + to.y * span.y) / squared).clamp(0.0, 1.0) } else { 0.0 };
        let at = line.start + span * part;
        (length(end - at) < 0.5).then_some(at)
    };
    exact
        .or_else(|| touching(a.start, b))
        .or_else(|| touching(a.end, b))
        .or_else(|| touching(b.start, a))
        .or_else(|| touching(b.end, a))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A place of the district, in metres.
    const HOME: Coord<f64> = Coord { x: 433_000.0, y: 4_418_000.0 };

    fn road(lines: &[&[(f64, f64)]]) -> Road {
        let mut road = Road::default();
        for line in lines {
            let line: LineString<f64> = line.iter().map(|(x, y)| HOME + Coord { x: *x, y: *y }).collect();
            road.take(Some(12.0), line.into());
        }
        road
    }

    #[test]
    fn roads_meet_where_they_cross_touch_or_nearly_do() {
        let east = road(&[&[(0.0, 0.0), (100.0, 0.0), (500.0, 0.0)]]);
        let at = |other: &Road| {
            let (all, nearly) = east.meetings(other);
            (all.iter().map(|at| (at.x - HOME.x).round()).collect::<Vec<_>>(), nearly)
        };
        assert_eq!(at(&road(&[&[(50.0, -50.0), (50.0, 50.0)]])), (vec![50.0], false));
        assert_eq!(at(&road(&[&[(50.0, -50.0), (50.0, -0.2)]])), (vec![50.0], false));
        assert_eq!(at(&road(&[&[(50.0, -50.0), (50.0, -20.0)]])), (vec![50.0], true));
        assert_eq!(at(&road(&[&[(50.0, -90.0), (50.0, -50.0)]])), (vec![], true));
        // Two carriageways are one crossing, two crossings are two.
        let twice = road(&[&[(50.0, -5.0), (50.0, 5.0)], &[(70.0, -5.0), (70.0, 5.0)], &[(300.0, -5.0), (300.0, 5.0)]]);
        assert_eq!(at(&twice), (vec![50.0, 300.0], false));
    }

    #[test]
    fn a_door_between_two_lies_along_the_road_on_their_side() {
        let bent = road(&[&[(0.0, 0.0), (100.0, 0.0), (100.0, 100.0)]]);
        let point = |x, y| HOME + Coord { x, y };
        let at = bent.between(point(60.0, 8.0), point(92.0, 40.0), 0.25).unwrap();
        assert!(length(at - point(80.0, 8.0)) < 1e-6, "{at:?}");
        let foot = bent.foot(point(60.0, 8.0), 20.0).unwrap();
        assert!(length(foot.walked(60.0) - point(100.0, 20.0)) < 1e-6);
        assert!(length(foot.walked(-90.0) - point(-30.0, 0.0)) < 1e-6);
    }
}
