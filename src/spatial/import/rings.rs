//! Closed rings out of the ways of a multipolygon relation.

use std::collections::{BTreeMap, BTreeSet};

use geo::{Area, BoundingRect, Contains, Coord, LineString, MultiPolygon, Point, Polygon};

/// A way: its nodes, in order, with their places.
pub type Way = Vec<(i64, Coord<f64>)>;

/// Joins ways end to end, each used once, and returns the rings that close; `open` counts ways that are in none.
pub fn close_rings(ways: Vec<Way>) -> (Vec<LineString<f64>>, usize) {
    let mut ends: BTreeMap<i64, BTreeSet<usize>> = BTreeMap::new();
    let mut left: BTreeMap<usize, Way> = BTreeMap::new();
    let mut rings = Vec::new();
    let mut open = 0;
    for (index, way) in ways.into_iter().enumerate() {
        match (way.first(), way.last()) {
            (Some((first, _)), Some((last, _))) if first == last && way.len() >= 4 => rings.push(ring(&way)),
            (Some((first, _)), Some((last, _))) if first != last => {
                ends.entry(*first).or_default().insert(index);
                ends.entry(*last).or_default().insert(index);
                left.insert(index, way);
            }
            _ => open += 1,
        }
    }
    while let Some((index, mut chain)) = left.pop_first() {
        forget(&mut ends, index, &chain);
        let mut used = 1;
        let closed = loop {
            let (Some((start, _)), Some((end, _))) = (chain.first().copied(), chain.last().copied()) else {
                break false;
            };
            if start == end {
                break chain.len() >= 4;
            }
            let next = ends.get(&end).and_then(|there| there.first().copied());
            let Some((next, mut way)) = next.and_then(|next| Some((next, left.remove(&next)?))) else { break false };
            forget(&mut ends, next, &way);
            if way.first().map(|(id, _)| *id) != Some(end) {
                way.reverse();
            }
            chain.extend(way.into_iter().skip(1));
            used += 1;
        };
        if closed {
            rings.push(ring(&chain));
        } else {
            open += used;
        }
    }
    (rings, open)
}

fn forget(ends: &mut BTreeMap<i64, BTreeSet<usize>>, index: usize, way: &Way) {
    for (node, _) in way.first().into_iter().chain(way.last()) {
        if let Some(there) = ends.get_mut(node) {
            there.remove(&index);
        }
    }
}

fn ring(way: &Way) -> LineString<f64> {
    LineString(way.iter().map(|(_, at)| *at).collect())
}

/// Polygons from rings: those at an even depth of nesting are outlines, the others holes in the smallest outline
/// around them. Roles are not believed: they are wrong too often.
pub fn polygons(rings: Vec<LineString<f64>>) -> MultiPolygon<f64> {
    let mut shells: Vec<Polygon<f64>> = rings
        .into_iter()
        .map(|ring| Polygon::new(ring, Vec::new()))
        .filter(|polygon| polygon.unsigned_area() > 0.0)
        .collect();
    shells.sort_by(|a, b| b.unsigned_area().total_cmp(&a.unsigned_area()));
    let bounds: Vec<_> = shells.iter().map(BoundingRect::bounding_rect).collect();
    let inside = |inner: usize, outer: usize| -> bool {
        let (Some(Some(a)), Some(Some(b))) = (bounds.get(inner), bounds.get(outer)) else { return false };
        let fits = b.min().x <= a.min().x && b.min().y <= a.min().y && b.max().x >= a.max().x && b.max().y >= a.max().y;
        // Rings may touch in points, so the middle of an edge is asked, not a corner.
        let line = shells.get(inner).and_then(|shell| shell.exterior().lines().next());
        let middle = line.map(|line| Point::from((line.start + line.end) / 2.0));
        fits && middle.is_some_and(|point| shells.get(outer).is_some_and(|shell| shell.contains(&point)))
    };
    let mut parents: Vec<Option<usize>> = Vec::with_capacity(shells.len());
    let mut depths: Vec<usize> = Vec::with_capacity(shells.len());
    for inner in 0..shells.len() {
        // Sorted by size, so the last that holds it is the smallest.
        let parent = (0..inner).rev().find(|outer| inside(inner, *outer));
        depths.push(parent.and_then(|parent| depths.get(parent)).map_or(0, |depth| depth + 1));
        parents.push(parent);
    }
    let mut holes: BTreeMap<usize, Vec<LineString<f64>>> = BTreeMap::new();
    for (index, shell) in shells.iter().enumerate() {
        if let (Some(Some(parent)), Some(1)) = (parents.get(index), depths.get(index).map(|depth| depth % 2)) {
            holes.entry(*parent).or_default().push(shell.exterior().clone());
        }
    }
    let outlines = shells
        .into_iter()
        .enumerate()
        .filter(|(index, _)| depths.get(*index).is_some_and(|depth| depth % 2 == 0))
        .map(|(index, shell)| Polygon::new(shell.into_inner().0, holes.remove(&index).unwrap_or_default()))
        .collect();
    MultiPolygon(outlines)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn way(nodes: &[i64], at: impl Fn(i64) -> (f64, f64)) -> Way {
        nodes.iter().map(|id| (*id, Coord::from(at(*id)))).collect()
    }

    /// A square of four corner nodes `base + 0..4` with the side `size`.
    fn corner(id: i64) -> (f64, f64) {
        let (low, size) = (f64::from(id as i32 / 10), 10.0 - 2.0 * f64::from(id as i32 / 10));
        match id % 10 {
            0 => (low, low),
            1 => (low + size, low),
            2 => (low + size, low + size),
            _ => (low, low + size),
        }
    }

    #[test]
    fn pieces_in_any_order_and_direction_make_a_ring_with_a_hole_and_an_island() {
        let pieces = vec![
            way(&[2, 1], corner),
            way(&[2, 3, 0], corner),
            way(&[10, 11, 12, 13, 10], corner),
            way(&[0, 1], corner),
            way(&[20, 21, 22], corner),
            way(&[20, 23, 22], corner),
        ];
        let (rings, open) = close_rings(pieces);
        assert_eq!((rings.len(), open), (3, 0));
        let shape = polygons(rings);
        assert_eq!(shape.0.len(), 2, "outline and island");
        assert_eq!(shape.unsigned_area(), 100.0 - 64.0 + 36.0);
    }

    #[test]
    fn what_does_not_close_is_counted() {
        let pieces = vec![way(&[0, 1, 2], corner), way(&[5], corner), Vec::new(), way(&[10, 11, 12, 10], corner)];
        let (rings, open) = close_rings(pieces);
        assert_eq!((rings.len(), open), (1, 3));
    }

    proptest! {
        #[test]
        fn any_ways_end(ways in proptest::collection::vec(proptest::collection::vec(0i64..8, 0..6), 0..12)) {
            let count = ways.len();
            let pieces = ways.iter().map(|nodes| way(nodes, |id| (id as f64, (id * id % 5) as f64))).collect();
            let (rings, open) = close_rings(pieces);
            prop_assert!(rings.len() + open <= count);
            let _ = polygons(rings);
        }
    }
}
