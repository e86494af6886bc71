//! Points moved off the place that they are told by: across the road, along it, to a side, a corner or a gate.

use geo::Coord;

use super::gazetteer::Gazetteer;
use super::parse::Relation;
use super::rank::HitKind;
use super::resolve::{Anchor, to_ground, to_lonlat};
use super::roads::{Foot, Road};
use crate::spatial::street::Bearing;

/// A road so far from a place still passes it.
const ROAD_REACH_M: f64 = 90.0;
/// A way told as to the north goes along a road that runs within 40° of it.
const ALONG_COSINE: f64 = 0.766;

fn unit(bearing: Bearing) -> Coord<f64> {
    let (sin, cos) = bearing.degrees().to_radians().sin_cos();
    Coord { x: sin, y: cos }
}

fn dot(a: Coord<f64>, b: Coord<f64>) -> f64 {
    a.x * b.x + a.y * b.y
}

/// The anchor moved; none where the relation makes no sense for it.
pub(super) fn moved(all: &Gazetteer, mut anchor: Anchor, relation: Relation) -> Option<Anchor> {
    let from = to_ground(anchor.hit.at);
    let road = anchor.hit.kind == HitKind::Road;
    let (at, more_m, fit) = match relation {
        Relation::At => (from, 5.0, 0.99),
        Relation::Near => (from, 50.0, 0.97),
        Relation::Beside => (from, 20.0, 0.98),
        Relation::Before => (faced(all, &anchor, from, 1.0), 10.0, 0.98),
        Relation::Behind => (faced(all, &anchor, from, -1.0), 15.0, 0.97),
        Relation::Opposite => match foot(all, &anchor, from) {
            Some((_, foot)) if !road => (foot.at * 2.0 - from, 20.0, 0.97),
            _ => (from, 50.0, 0.85),
        },
        Relation::Side(bearing) if road => {
            let half_m = road_of(all, &anchor).map_or(10.0, Road::half_m);
            (from + unit(bearing) * half_m, 0.0, 0.99)
        }
        Relation::Side(bearing) => (edge(&anchor, from, bearing, 12.0), 15.0, 0.98),
        Relation::Corner(_) if road => return None,
        Relation::Corner(bearing) if anchor.hit.kind == HitKind::Crossing => {
            let widths = anchor.roads.iter().filter_map(|road| all.roads.get(road)).map(Road::half_m);
            (from + unit(bearing) * (widths.fold(6.0, f64::max) * std::f64::consts::SQRT_2 + 4.0), 5.0, 0.99)
        }
        Relation::Corner(bearing) => (corner(&anchor, from, bearing), 15.0, 0.97),
        // Only what has an outline has gates; a point's gate is the point.
        Relation::Gate(_) if matches!(anchor.hit.kind, HitKind::Road | HitKind::Crossing | HitKind::Cell) => {
            return None;
        }
        Relation::Gate(bearing) => (edge(&anchor, from, bearing, 0.0), 30.0, 0.97),
        Relation::Away { metres, bearing, vague } => {
            let metres = f64::from(metres);
            let at = bearing.map_or(from, |bearing| away(all, &anchor, from, bearing, metres));
            let share = if bearing.is_none() {
                1.0
            } else if vague {
                0.6
            } else {
                0.2
            };
            (at, 5.0 + metres * share, if bearing.is_some() { 0.97 } else { 0.90 })
        }
    };
    // A gate, a corner or a side of a known outline is better known than somewhere inside it.
    if !anchor.ring.is_empty() && matches!(relation, Relation::Side(_) | Relation::Corner(_) | Relation::Gate(_)) {
        anchor.hit.uncertainty_m = (anchor.hit.uncertainty_m / 2.0).min(40.0);
    }
    if matches!(anchor.hit.kind, HitKind::Compound | HitKind::Building)
        && !matches!(relation, Relation::At | Relation::Near)
    {
        anchor.hit.score = anchor.hit.score.max((anchor.hit.score + 0.1).min(0.80));
    }
    anchor.hit.at = to_lonlat(at);
    anchor.hit.uncertainty_m += more_m;
    anchor.hit.score *= fit;
    anchor.hit.moves.push(relation);
    anchor.ring.clear();
    Some(anchor)
}

fn road_of<'a>(all: &'a Gazetteer, anchor: &Anchor) -> Option<&'a Road> {
    all.roads.get(&super::normalise::normalise(&anchor.hit.label))
}

/// The road that passes a place, and where: its own where it is known, else the nearest with a name.
fn foot<'a>(all: &'a Gazetteer, anchor: &Anchor, from: Coord<f64>) -> Option<(&'a Road, Foot<'a>)> {
    let near = |road: &'a Road| Some((road, road.foot(from, ROAD_REACH_M)?));
    let own = anchor.roads.iter().filter_map(|key| all.roads.get(key)).find_map(near);
    let nearer = |a: &(&Road, Foot<'_>), b: &(&Road, Foot<'_>)| a.1.away_m.total_cmp(&b.1.away_m);
    own.or_else(|| all.roads.values().filter_map(near).min_by(nearer))
}

/// Before (1) or behind (-1) a place: towards its road; a house of a compound faces south.
fn faced(all: &Gazetteer, anchor: &Anchor, from: Coord<f64>, sign: f64) -> Coord<f64> {
    if anchor.hit.kind == HitKind::Building {
        return edge(anchor, from, if sign > 0.0 { Bearing::South } else { Bearing::North }, 10.0);
    }
    match foot(all, anchor, from) {
        Some((_, foot)) if foot.away_m > 1.0 => from + (foot.at - from) / foot.away_m * (sign * foot.away_m.min(12.0)),
        _ => from,
    }
}

/// Where the way from the middle of a place on a bearing leaves it, and so many metres further.
fn edge(anchor: &Anchor, from: Coord<f64>, bearing: Bearing, further_m: f64) -> Coord<f64> {
    let way = unit(bearing);
    let mut out: f64 = 0.0;
    for (a, b) in anchor.ring.iter().zip(anchor.ring.iter().skip(1)) {
        let (to, span) = (*a - from, *b - *a);
        let across = way.x * span.y - way.y * span.x;
        if across.abs() > 1e-9 {
            let along = (to.x * span.y - to.y * span.x) / across;
            let part = (to.x * way.y - to.y * way.x) / across;
            if (0.0..=1.0).contains(&part) {
                out = out.max(along);
            }
        }
    }
    from + way * (out + further_m)
}

/// The outermost point of a place on a bearing.
fn corner(anchor: &Anchor, from: Coord<f64>, bearing: Bearing) -> Coord<f64> {
    let way = unit(bearing);
    let reach = |at: &&Coord<f64>| dot(**at - from, way);
    let outermost = anchor.ring.iter().max_by(|a, b| reach(a).total_cmp(&reach(b)));
    outermost.copied().unwrap_or(from + way * 15.0)
}

/// So many metres on a bearing, along a road where one leads that way; from the edge of a place that has one.
fn away(all: &Gazetteer, anchor: &Anchor, from: Coord<f64>, bearing: Bearing, metres: f64) -> Coord<f64> {
    let way = unit(bearing);
    let feet = anchor.roads.iter().filter_map(|key| all.roads.get(key)?.foot(from, ROAD_REACH_M));
    let leading = feet.max_by(|a, b| dot(a.heading, way).abs().total_cmp(&dot(b.heading, way).abs()));
    match leading.map(|foot| (foot, dot(foot.heading, way))) {
        Some((foot, cosine)) if cosine.abs() >= ALONG_COSINE => {
            let walked = foot.walked(metres * cosine.signum());
            walked + (from - foot.at)
        }
        _ => edge(anchor, from, bearing, metres),
    }
}
