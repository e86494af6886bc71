//! Whether a shape can be kept. The order of a ring's points is no fault: outlines are turned to run counter-clockwise,
//! holes clockwise.

use std::panic::{AssertUnwindSafe, catch_unwind};

use geo::orient::{Direction, Orient};
use geo::{Area, BooleanOps, Coord, CoordsIter, Geometry, Line, MultiPolygon, Polygon};
use rstar::primitives::GeomWithData;
use rstar::{AABB, Envelope, RTree, RTreeObject};

use super::report::SkipReason;

/// Edges that share a box when crossings are looked for.
const CHAIN_EDGES: usize = 16;

/// A sound shape, in longitude and latitude or any other plane.
pub(super) struct Sound {
    pub geometry: Geometry<f64>,
    /// Whether an outline crossed itself and was taken apart.
    pub mended: bool,
}

/// Refuses what holds a number that is none, or nothing at all.
pub(super) fn check_numbers(geometry: &Geometry<f64>) -> Result<Coord<f64>, SkipReason> {
    let mut first = None;
    for at in geometry.coords_iter() {
        if !(at.x.is_finite() && at.y.is_finite()) {
            return Err(SkipReason::NotANumber);
        }
        first.get_or_insert(at);
    }
    first.ok_or(SkipReason::NoGeometry)
}

/// A shape as it may be kept. Areas that cross themselves are refused where `strict`, else taken apart where they cross.
pub(super) fn sound(geometry: Geometry<f64>, strict: bool) -> Result<Sound, SkipReason> {
    let plain = |geometry| Ok(Sound { geometry, mended: false });
    match geometry {
        Geometry::Polygon(polygon) => areas(MultiPolygon(vec![polygon]), strict).map(|(mut shape, mended)| {
            let single = (shape.0.len() == 1).then(|| shape.0.pop()).flatten();
            Sound { geometry: single.map_or_else(|| shape.into(), Geometry::Polygon), mended }
        }),
        Geometry::MultiPolygon(shape) => {
            areas(shape, strict).map(|(shape, mended)| Sound { geometry: shape.into(), mended })
        }
        Geometry::LineString(ref line) if !has_length(&line.0) => Err(SkipReason::EmptyArea),
        Geometry::MultiLineString(mut lines) => {
            lines.0.retain(|line| has_length(&line.0));
            if lines.0.is_empty() { Err(SkipReason::EmptyArea) } else { plain(lines.into()) }
        }
        Geometry::GeometryCollection(mut parts) if parts.0.len() == 1 => match parts.0.pop() {
            Some(only) => sound(only, strict),
            None => Err(SkipReason::NoGeometry),
        },
        other => plain(other),
    }
}

fn has_length(line: &[Coord<f64>]) -> bool {
    line.first().is_some_and(|first| line.iter().any(|at| at != first))
}

fn areas(mut shape: MultiPolygon<f64>, strict: bool) -> Result<(MultiPolygon<f64>, bool), SkipReason> {
    shape.0.retain(|polygon| has_length(&polygon.exterior().0));
    let crossing = shape.0.iter().find_map(crossing);
    let mended = crossing.is_some();
    if let Some(at) = crossing {
        if strict {
            return Err(SkipReason::Crosses { lon: format!("{:.6}", at.x), lat: format!("{:.6}", at.y) });
        }
        // The union with nothing takes an outline apart where it crosses itself.
        shape = catch_unwind(AssertUnwindSafe(|| shape.union(&MultiPolygon(Vec::new()))))
            .map_err(|_| SkipReason::EmptyArea)?;
    }
    shape.0.retain(|polygon| polygon.unsigned_area() > 0.0);
    if shape.0.is_empty() {
        return Err(SkipReason::EmptyArea);
    }
    Ok((shape.orient(Direction::Default), mended))
}

/// Where two edges of a polygon's rings cross; rings that only touch do not cross.
fn crossing(polygon: &Polygon<f64>) -> Option<Coord<f64>> {
    let edges: Vec<Line<f64>> = std::iter::once(polygon.exterior())
        .chain(polygon.interiors())
        .flat_map(|ring| ring.lines())
        .filter(|edge| edge.start != edge.end)
        .collect();
    // Edges in their order lie near each other: boxes around a few of them at a time keep most pairs apart.
    let chains: Vec<&[Line<f64>]> = edges.chunks(CHAIN_EDGES).collect();
    let tree = RTree::bulk_load(chains.iter().enumerate().filter_map(|(index, chain)| boxed(index, chain)).collect());
    chains.iter().enumerate().find_map(|(index, chain)| {
        let own = boxed(index, chain)?;
        tree.locate_in_envelope_intersecting(&own.envelope()).filter(|other| other.data >= index).find_map(|other| {
            let others = *chains.get(other.data)?;
            chain.iter().enumerate().find_map(|(at, a)| {
                let pass = if other.data == index { at + 1 } else { 0 };
                others.iter().skip(pass).filter(|b| touch(*a, **b)).find_map(|b| cross(*a, *b))
            })
        })
    })
}

type Boxed = GeomWithData<rstar::primitives::Rectangle<[f64; 2]>, usize>;

fn boxed(index: usize, chain: &[Line<f64>]) -> Option<Boxed> {
    let mut corners = chain.iter().flat_map(|edge| [[edge.start.x, edge.start.y], [edge.end.x, edge.end.y]]);
    let mut bounds = AABB::from_point(corners.next()?);
    corners.for_each(|corner| bounds.merge(&AABB::from_point(corner)));
    Some(GeomWithData::new(bounds.into(), index))
}

/// Whether the boxes of two edges touch.
fn touch(a: Line<f64>, b: Line<f64>) -> bool {
    let apart = |a1: f64, a2: f64, b1: f64, b2: f64| a1.max(a2) < b1.min(b2) || b1.max(b2) < a1.min(a2);
    !apart(a.start.x, a.end.x, b.start.x, b.end.x) && !apart(a.start.y, a.end.y, b.start.y, b.end.y)
}

/// Where two edges cross in their insides, or run along each other.
fn cross(a: Line<f64>, b: Line<f64>) -> Option<Coord<f64>> {
    let side = |line: Line<f64>, at: Coord<f64>| robust_sign(line.start, line.end, at);
    let (a1, a2) = (side(b, a.start), side(b, a.end));
    let (b1, b2) = (side(a, b.start), side(a, b.end));
    if a1 * a2 < 0 && b1 * b2 < 0 {
        let (d, e) = (a.delta(), b.delta());
        let along = ((b.start.x - a.start.x) * e.y - (b.start.y - a.start.y) * e.x) / (d.x * e.y - d.y * e.x);
        return Some(Coord { x: a.start.x + along * d.x, y: a.start.y + along * d.y });
    }
    if a1 == 0 && a2 == 0 && b1 == 0 && b2 == 0 {
        // On one line: the stretch they share, if it is more than a point.
        let d = a.delta();
        let at = |c: Coord<f64>| (c.x - a.start.x) * d.x + (c.y - a.start.y) * d.y;
        let (low, high) = (at(b.start).min(at(b.end)).max(0.0), at(b.start).max(at(b.end)).min(at(a.end)));
        if high > low {
            return Some(if at(b.start) > 0.0 && at(b.start) < at(a.end) { b.start } else { a.start });
        }
    }
    None
}

fn robust_sign(a: Coord<f64>, b: Coord<f64>, c: Coord<f64>) -> i8 {
    use geo::kernels::{Kernel, Orientation, RobustKernel};
    match RobustKernel::orient2d(a, b, c) {
        Orientation::CounterClockwise => 1,
        Orientation::Clockwise => -1,
        Orientation::Collinear => 0,
    }
}

#[cfg(test)]
mod tests {
    use geo::{Geometry, LineString, point, polygon};

    use super::*;

    fn bow_tie() -> Polygon<f64> {
        polygon![(x: 0.0, y: 0.0), (x: 2.0, y: 2.0), (x: 2.0, y: 0.0), (x: 0.0, y: 2.0)]
    }

    /// A star-shaped ring of so many corners; two of them change places when `crossed`.
    fn large(corners: usize, crossed: bool) -> Polygon<f64> {
        let mut ring: Vec<Coord<f64>> = (0..corners)
            .map(|step| {
                let angle = step as f64 / corners as f64 * std::f64::consts::TAU;
                // Where two neighbours of a smooth ring change places, the edges beside them cross for certain.
                let radius = if crossed { 1.0 } else { 1.0 + 0.001 * (step % 7) as f64 / corners as f64 };
                Coord { x: radius * angle.cos(), y: radius * angle.sin() }
            })
            .collect();
        if crossed {
            ring.swap(corners / 2, corners / 2 + 1);
        }
        Polygon::new(LineString(ring), Vec::new())
    }

    #[test]
    fn a_bow_tie_is_refused_by_law_and_taken_apart_for_show() {
        match sound(bow_tie().into(), true) {
            Err(SkipReason::Crosses { lon, lat }) => assert_eq!((&*lon, &*lat), ("1.000000", "1.000000")),
            _ => panic!("it must be refused"),
        }
        let mended = sound(bow_tie().into(), false).unwrap();
        assert!(mended.mended);
        match mended.geometry {
            Geometry::MultiPolygon(parts) => {
                assert_eq!(parts.0.len(), 2);
                assert!((parts.unsigned_area() - 2.0).abs() < 1e-9);
            }
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn winding_is_turned_and_holes_run_the_other_way() {
        let clockwise = polygon!(
            exterior: [(x: 0.0, y: 0.0), (x: 0.0, y: 4.0), (x: 4.0, y: 4.0), (x: 4.0, y: 0.0)],
            interiors: [[(x: 1.0, y: 1.0), (x: 2.0, y: 1.0), (x: 2.0, y: 2.0), (x: 1.0, y: 2.0)]]
        );
        let turned = sound(clockwise.into(), true).unwrap();
        assert!(!turned.mended);
        let Geometry::Polygon(turned) = turned.geometry else { panic!("one area stays one") };
        use geo::Winding;
        assert!(turned.exterior().is_ccw() && turned.interiors().iter().all(|hole| hole.is_cw()));
    }

    #[test]
    fn touching_is_not_crossing_and_a_hole_through_the_outline_is() {
        let touching = polygon!(
            exterior: [(x: 0.0, y: 0.0), (x: 4.0, y: 0.0), (x: 4.0, y: 4.0), (x: 0.0, y: 4.0)],
            interiors: [[(x: 0.0, y: 2.0), (x: 2.0, y: 1.0), (x: 2.0, y: 3.0)]]
        );
        assert!(sound(touching.into(), true).is_ok());
        let through = polygon!(
            exterior: [(x: 0.0, y: 0.0), (x: 4.0, y: 0.0), (x: 4.0, y: 4.0), (x: 0.0, y: 4.0)],
            interiors: [[(x: -1.0, y: 2.0), (x: 2.0, y: 1.0), (x: 2.0, y: 3.0)]]
        );
        assert!(matches!(sound(through.into(), true), Err(SkipReason::Crosses { .. })));
        let there_and_back = polygon![
            (x: 0.0, y: 0.0), (x: 4.0, y: 0.0), (x: 4.0, y: 4.0), (x: 4.0, y: 6.0), (x: 4.0, y: 4.0), (x: 0.0, y: 4.0),
        ];
        assert!(matches!(sound(there_and_back.into(), true), Err(SkipReason::Crosses { .. })));
    }

    #[test]
    fn a_million_corners_are_looked_at_and_the_one_crossing_found() {
        assert!(sound(large(1_000_000, false).into(), true).is_ok());
        assert!(matches!(sound(large(100_000, true).into(), true), Err(SkipReason::Crosses { .. })));
    }

    #[test]
    fn nothing_and_not_a_number_are_refused() {
        assert_eq!(check_numbers(&point!(x: f64::NAN, y: 1.0).into()), Err(SkipReason::NotANumber));
        assert_eq!(check_numbers(&point!(x: 1.0, y: f64::INFINITY).into()), Err(SkipReason::NotANumber));
        assert_eq!(check_numbers(&MultiPolygon::<f64>(Vec::new()).into()), Err(SkipReason::NoGeometry));
        for flat in [
            polygon![(x: 1.0, y: 1.0), (x: 1.0, y: 1.0)],
            polygon![(x: 0.0, y: 0.0), (x: 1.0, y: 1.0), (x: 2.0, y: 2.0)],
        ] {
            assert!(sound(flat.into(), false).is_err());
        }
        let still = LineString(vec![Coord { x: 1.0, y: 1.0 }; 3]);
        assert!(matches!(sound(still.into(), false), Err(SkipReason::EmptyArea)));
    }
}
