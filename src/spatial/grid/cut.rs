//! Cutting and joining outlines so that what was a vertex stays that very vertex: neighbours go on sharing their borders.

use std::collections::HashMap;

use geo::{Area, Coord, LineString, MapCoords, MultiPolygon, Orient, Polygon, orient::Direction, unary_union};
use i_overlay::core::fill_rule::FillRule;
use i_overlay::float::slice::FloatSlice;

use crate::spatial::plane::{ground_coord, lonlat_coord};

/// A vertex nearer than this to one that was there before is that one.
const SAME_M: f64 = 0.001;
/// A vertex nearer than this to a border lies on it.
const ON_BORDER_M: f64 = 0.005;
/// Holes smaller than this that joining leaves are seams.
const SEAM_M2: f64 = 0.1;

/// The parts into which a line cuts an area, all in longitude and latitude; one part when it does not cut it through.
pub fn split(area: &MultiPolygon<f64>, line: &LineString<f64>) -> Vec<MultiPolygon<f64>> {
    let vertices = Vertices::new(area.0.iter().flat_map(rings).chain([line]));
    let path = |ring: &LineString<f64>| -> Vec<[f64; 2]> {
        ring.0.iter().map(|at| ground_coord(*at)).map(|at| [at.x, at.y]).collect()
    };
    let shape: Vec<Vec<[f64; 2]>> = area
        .orient(Direction::Default)
        .0
        .iter()
        .flat_map(|polygon| rings(polygon).map(path).collect::<Vec<_>>())
        .collect();
    let parts = shape.slice_by(&path(line), FillRule::NonZero);
    let ring = |contour: &Vec<[f64; 2]>| vertices.ring(contour.iter().map(|[x, y]| Coord { x: *x, y: *y }));
    parts
        .iter()
        .filter_map(|contours| {
            let (outer, holes) = contours.split_first()?;
            Some(MultiPolygon(vec![Polygon::new(ring(outer), holes.iter().map(ring).collect())]))
        })
        .collect()
}

/// Areas joined into one; several polygons when they do not touch along a border.
pub fn join(areas: &[&MultiPolygon<f64>]) -> MultiPolygon<f64> {
    let all_rings = areas.iter().flat_map(|area| area.0.iter()).flat_map(rings);
    let vertices = Vertices::new(all_rings);
    let corners: Vec<Coord<f64>> = vertices.ground.clone();
    let noded = |ring: &LineString<f64>| {
        let ground: Vec<Coord<f64>> = ring.0.iter().map(|at| vertices.same(ground_coord(*at))).collect();
        LineString(
            ground.windows(2).flat_map(|side| with_corners(side, &corners)).chain(ground.last().copied()).collect(),
        )
    };
    let polygons: Vec<Polygon<f64>> = areas
        .iter()
        .flat_map(|area| area.0.iter())
        .map(|polygon| Polygon::new(noded(polygon.exterior()), polygon.interiors().iter().map(noded).collect()))
        .map(|polygon| polygon.orient(Direction::Default))
        .collect();
    let joined = unary_union(&polygons);
    let kept = joined.0.into_iter().filter(|polygon| polygon.unsigned_area() > SEAM_M2).map(|polygon| {
        let (outer, holes) = polygon.into_inner();
        let holes = holes.into_iter().filter(|hole| Polygon::new(hole.clone(), Vec::new()).unsigned_area() > SEAM_M2);
        let ring = |ring: LineString<f64>| vertices.ring(ring.0.into_iter());
        Polygon::new(ring(outer), holes.map(ring).collect())
    });
    MultiPolygon(kept.collect())
}

/// Metres squared of an area given in longitude and latitude, on the plane.
pub fn area_m2(area: &MultiPolygon<f64>) -> f64 {
    area.map_coords(ground_coord).unsigned_area()
}

fn rings(polygon: &Polygon<f64>) -> impl Iterator<Item = &LineString<f64>> {
    std::iter::once(polygon.exterior()).chain(polygon.interiors())
}

/// The start of a side, then the corners that lie on it, without its end.
fn with_corners(side: &[Coord<f64>], corners: &[Coord<f64>]) -> Vec<Coord<f64>> {
    let [from, to] = side else { return Vec::new() };
    let (dx, dy) = (to.x - from.x, to.y - from.y);
    let length = dx.hypot(dy);
    let mut on_side: Vec<(f64, Coord<f64>)> = corners
        .iter()
        .filter_map(|corner| {
            let along = ((corner.x - from.x) * dx + (corner.y - from.y) * dy) / length;
            let off = ((corner.x - from.x) * dy - (corner.y - from.y) * dx).abs() / length;
            (along > ON_BORDER_M && along < length - ON_BORDER_M && off < ON_BORDER_M).then_some((along, *corner))
        })
        .collect();
    on_side.sort_by(|a, b| a.0.total_cmp(&b.0));
    std::iter::once(*from).chain(on_side.into_iter().map(|(_, corner)| corner)).collect()
}

/// Vertices that were there before, found again by their place on the ground.
struct Vertices {
    ground: Vec<Coord<f64>>,
    lonlat: Vec<Coord<f64>>,
    by_place: HashMap<(i64, i64), Vec<usize>>,
}

impl Vertices {
    fn new<'a>(rings: impl Iterator<Item = &'a LineString<f64>>) -> Self {
        let mut found = Self { ground: Vec::new(), lonlat: Vec::new(), by_place: HashMap::new() };
        for at in rings.flat_map(|ring| ring.0.iter()) {
            let ground = ground_coord(*at);
            if found.find(ground).is_none() {
                found.by_place.entry(place(ground)).or_default().push(found.ground.len());
                found.ground.push(ground);
                found.lonlat.push(*at);
            }
        }
        found
    }

    fn find(&self, at: Coord<f64>) -> Option<usize> {
        let (x, y) = place(at);
        let near = (x - 1..=x + 1).flat_map(|x| (y - 1..=y + 1).map(move |y| (x, y)));
        near.filter_map(|key| self.by_place.get(&key))
            .flatten()
            .copied()
            .find(|index| self.ground.get(*index).is_some_and(|known| (known.x - at.x).hypot(known.y - at.y) <= SAME_M))
    }

    /// The vertex that was there before, or the one given.
    fn same(&self, at: Coord<f64>) -> Coord<f64> {
        self.find(at).and_then(|index| self.ground.get(index)).copied().unwrap_or(at)
    }

    /// A closed ring in longitude and latitude of vertices in metres.
    fn ring(&self, ground: impl Iterator<Item = Coord<f64>>) -> LineString<f64> {
        let known = |at: Coord<f64>| self.find(at).and_then(|index| self.lonlat.get(index)).copied();
        let mut ring: Vec<Coord<f64>> = ground.map(|at| known(at).unwrap_or_else(|| lonlat_coord(at))).collect();
        ring.dedup();
        let mut ring = LineString(ring);
        ring.close();
        ring
    }
}

/// The square of 2 millimetres that a vertex lies in.
fn place(at: Coord<f64>) -> (i64, i64) {
    ((at.x / (2.0 * SAME_M)).floor() as i64, (at.y / (2.0 * SAME_M)).floor() as i64)
}
