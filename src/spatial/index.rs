//! An R-tree over shapes in metres: what lies at a point, in a box, in an area, nearest to a point, along a line.
//!
//! The tree only proposes by bounds; each answer is checked with the shape itself on the plane of EPSG:4548, so it is that of
//! a scan of all shapes. Answers are positions in the order in which the shapes were given.

use geo::algorithm::line_measures::metric_spaces::Euclidean;
use geo::{BoundingRect, CoordsIter, Distance, Geometry, Intersects, Line, LineString, MultiPolygon, Point, Rect};
use rstar::primitives::{GeomWithData, Rectangle};
use rstar::{AABB, Envelope, RTree, RTreeObject, SelectionFunction};

use super::crs::Ground;
use super::feature::Layer;
use super::pack::{Pack, PackError};
use super::plane::ground_shape;

type Entry = GeomWithData<Rectangle<[f64; 2]>, u32>;

/// Shapes in metres on EPSG:4548 and a tree over their bounds.
#[derive(Debug, Default)]
pub struct PlaneIndex {
    shapes: Vec<Geometry<f64>>,
    tree: RTree<Entry>,
}

impl PlaneIndex {
    /// Takes shapes whose coordinates are metres. A shape without points, or with numbers that are not finite, keeps its
    /// position and is never found.
    pub fn new(shapes: Vec<Geometry<f64>>) -> Self {
        let entries = shapes
            .iter()
            .zip(0_u32..)
            .filter(|(shape, _)| shape.coords_iter().all(|at| at.x.is_finite() && at.y.is_finite()))
            .filter_map(|(shape, position)| {
                let bounds = shape.bounding_rect()?;
                Some(Entry::new(Rectangle::from_aabb(envelope(bounds)), position))
            })
            .collect();
        Self { tree: RTree::bulk_load(entries), shapes }
    }

    /// All shapes, in the order given.
    pub fn shapes(&self) -> &[Geometry<f64>] {
        &self.shapes
    }

    /// Areas that hold the point or have it on their border, and lines and points that it lies on.
    pub fn at(&self, at: Ground) -> Vec<usize> {
        let point = Point::new(at.east_m, at.north_m);
        self.checked(AABB::from_point([at.east_m, at.north_m]), |shape| shape.intersects(&point))
    }

    /// Shapes that share a point with a box of metres, borders included.
    pub fn in_box(&self, bounds: Rect<f64>) -> Vec<usize> {
        let all = envelope(bounds);
        let found = self.tree.locate_in_envelope_intersecting(&all).filter_map(|entry| {
            let position = entry.data as usize;
            // Bounds within the box spare the look at the shape.
            let inside = all.contains_envelope(&entry.geom().envelope());
            (inside || self.shapes.get(position)?.intersects(&bounds)).then_some(position)
        });
        sorted(found.collect())
    }

    /// Shapes that share a point with an area, borders included.
    pub fn in_area(&self, area: &MultiPolygon<f64>) -> Vec<usize> {
        let Some(bounds) = area.bounding_rect() else { return Vec::new() };
        self.checked(envelope(bounds), |shape| shape.intersects(area))
    }

    /// The `max` shapes nearest to a point with their distances in metres, nearest first; of two equally far, the one given
    /// first. An area around the point is 0 metres away.
    pub fn nearest(&self, at: Ground, max: usize) -> Vec<(usize, f64)> {
        let mut best: Vec<(f64, u32)> = Vec::with_capacity(max.min(self.shapes.len()) + 1);
        if max == 0 || !(at.east_m.is_finite() && at.north_m.is_finite()) {
            return Vec::new();
        }
        let point = Point::new(at.east_m, at.north_m);
        for (entry, squared) in self.tree.nearest_neighbor_iter_with_distance_2(&[at.east_m, at.north_m]) {
            // Beyond the last one wanted, with room for the rounding of the square.
            if best.len() == max && best.last().is_some_and(|(worst, _)| squared > worst * worst * (1.0 + 1e-12)) {
                break;
            }
            let (low, high) = (entry.geom().lower(), entry.geom().upper());
            let metres = if low == high {
                (low[0] - at.east_m).hypot(low[1] - at.north_m)
            } else {
                match self.shapes.get(entry.data as usize) {
                    Some(shape) => Euclidean.distance(shape, &point),
                    None => continue,
                }
            };
            let place = best.partition_point(|known| (known.0, known.1) < (metres, entry.data));
            if place < max {
                best.truncate(max - 1);
                best.insert(place, (metres, entry.data));
            }
        }
        best.into_iter().map(|(metres, position)| (position as usize, metres)).collect()
    }

    /// Shapes within `within_m` metres of a point, with their distance in metres, by position.
    pub fn within(&self, at: Ground, within_m: f64) -> Vec<(usize, f64)> {
        let point = Point::new(at.east_m, at.north_m);
        let here = geo::Coord::from(point);
        let near = self.tree.locate_with_selection_function(Beside::new(Line::new(here, here), within_m));
        let measured = near.filter_map(|entry| {
            let position = entry.data as usize;
            Some((position, Euclidean.distance(self.shapes.get(position)?, &point)))
        });
        let mut found: Vec<(usize, f64)> = measured.filter(|(_, metres)| *metres <= within_m).collect();
        found.sort_by_key(|(position, _)| *position);
        found
    }

    /// Shapes within `within_m` metres of a line.
    pub fn along(&self, line: &LineString<f64>, within_m: f64) -> Vec<usize> {
        let single = line.0.first().filter(|_| line.0.len() == 1).map(|at| Line::new(*at, *at));
        let mut found = Vec::new();
        for part in line.lines().chain(single) {
            let beside = Beside::new(part, within_m);
            found.extend(self.tree.locate_with_selection_function(beside).filter_map(|entry| {
                let position = entry.data as usize;
                (Euclidean.distance(self.shapes.get(position)?, &part) <= within_m).then_some(position)
            }));
        }
        sorted(found)
    }

    fn checked(&self, around: AABB<[f64; 2]>, holds: impl Fn(&Geometry<f64>) -> bool) -> Vec<usize> {
        let found = self.tree.locate_in_envelope_intersecting(&around).map(|entry| entry.data as usize);
        sorted(found.filter(|position| self.shapes.get(*position).is_some_and(&holds)).collect())
    }
}

fn envelope(bounds: Rect<f64>) -> AABB<[f64; 2]> {
    AABB::from_corners([bounds.min().x, bounds.min().y], [bounds.max().x, bounds.max().y])
}

fn sorted(mut positions: Vec<usize>) -> Vec<usize> {
    positions.sort_unstable();
    positions.dedup();
    positions
}

/// Chooses bounds that may hold something within some metres of a straight line: those that its widened bounds touch and
/// that reach into the strip along it.
struct Beside {
    wide: AABB<[f64; 2]>,
    /// Unit vector across the line, and where the line lies on it.
    across: [f64; 2],
    offset: f64,
    within_m: f64,
}

impl Beside {
    fn new(part: Line<f64>, within_m: f64) -> Self {
        // A hair more than asked for: bounds are only a first sieve and must not lose anything to rounding.
        let within_m = within_m + 1e-6;
        let (low_x, high_x) = (part.start.x.min(part.end.x), part.start.x.max(part.end.x));
        let (low_y, high_y) = (part.start.y.min(part.end.y), part.start.y.max(part.end.y));
        let wide = AABB::from_corners([low_x - within_m, low_y - within_m], [high_x + within_m, high_y + within_m]);
        let length = part.dx().hypot(part.dy());
        let across = if length > 0.0 { [-part.dy() / length, part.dx() / length] } else { [0.0, 0.0] };
        let offset = across[0] * part.start.x + across[1] * part.start.y;
        Self { wide, across, offset, within_m }
    }

    fn may_hold(&self, bounds: &AABB<[f64; 2]>) -> bool {
        if !self.wide.intersects(bounds) {
            return false;
        }
        let (low, high) = (bounds.lower(), bounds.upper());
        let middle = [(low[0] + high[0]) / 2.0, (low[1] + high[1]) / 2.0];
        let reach =
            (self.across[0] * (high[0] - low[0])).abs() / 2.0 + (self.across[1] * (high[1] - low[1])).abs() / 2.0;
        let off = self.across[0] * middle[0] + self.across[1] * middle[1] - self.offset;
        off.abs() <= reach + self.within_m
    }
}

impl SelectionFunction<Entry> for Beside {
    fn should_unpack_parent(&self, bounds: &AABB<[f64; 2]>) -> bool {
        self.may_hold(bounds)
    }

    fn should_unpack_leaf(&self, leaf: &Entry) -> bool {
        self.may_hold(&leaf.envelope())
    }
}

/// Features of a pack by place.
#[derive(Debug, Default)]
pub struct FeatureIndex {
    keys: Vec<(Layer, i64)>,
    plane: PlaneIndex,
    skipped: u64,
}

impl FeatureIndex {
    /// Reads layers of a pack, in the order given.
    ///
    /// # Errors
    /// When a table cannot be read; single bad rows are left out and counted by [`skipped`](Self::skipped).
    pub fn load(pack: &Pack, layers: &[Layer]) -> Result<Self, PackError> {
        let (mut keys, mut shapes, mut skipped) = (Vec::new(), Vec::new(), 0);
        for layer in layers {
            let report = pack.features(*layer, |fid, feature| {
                keys.push((*layer, fid));
                shapes.push(ground_shape(&feature.geometry));
            })?;
            skipped += report.skipped;
        }
        Ok(Self { keys, plane: PlaneIndex::new(shapes), skipped })
    }

    /// Takes features that were read already: layer, `fid` and shape in longitude and latitude.
    pub fn of(features: impl IntoIterator<Item = (Layer, i64, Geometry<f64>)>) -> Self {
        let (keys, shapes) =
            features.into_iter().map(|(layer, fid, shape)| ((layer, fid), ground_shape(&shape))).unzip();
        Self { keys, plane: PlaneIndex::new(shapes), skipped: 0 }
    }

    /// The tree and the shapes; its positions are asked for with [`key`](Self::key).
    pub fn plane(&self) -> &PlaneIndex {
        &self.plane
    }

    /// Layer and `fid` of the feature at a position.
    pub fn key(&self, position: usize) -> Option<(Layer, i64)> {
        self.keys.get(position).copied()
    }

    /// Rows that could not be understood.
    pub fn skipped(&self) -> u64 {
        self.skipped
    }
}

#[cfg(test)]
mod tests {
    use geo::{coord, polygon};
    use proptest::prelude::*;

    use super::*;

    /// Points, lines, areas and a broken shape now and then, within 100 metres.
    fn shapes() -> impl Strategy<Value = Vec<Geometry<f64>>> {
        let spot = || (0.0f64..100.0, 0.0f64..100.0);
        let one = (spot(), spot(), 0.1f64..20.0, 0u8..5).prop_map(|(a, b, size, kind)| match kind {
            0 => Point::from(a).into(),
            1 => LineString::from(vec![a, b, (a.0, b.1)]).into(),
            2 => Rect::new(a, (a.0 + size, a.1 + size)).to_polygon().into(),
            3 => polygon![(x: a.0, y: a.1), (x: a.0 + size, y: a.1), (x: a.0, y: a.1 + size)].into(),
            _ if size < 2.0 => Point::new(f64::NAN, a.1).into(),
            _ => MultiPolygon(vec![
                Rect::new(a, (a.0 + 1.0, a.1 + 1.0)).to_polygon(),
                Rect::new(b, (b.0 + size, b.1 + 2.0)).to_polygon(),
            ])
            .into(),
        });
        proptest::collection::vec(one, 0..60)
    }

    fn sound(shape: &Geometry<f64>) -> bool {
        shape.coords_iter().all(|at| at.x.is_finite())
    }

    fn scan(shapes: &[Geometry<f64>], holds: impl Fn(&Geometry<f64>) -> bool) -> Vec<usize> {
        let found = shapes.iter().enumerate().filter(|(_, shape)| sound(shape) && holds(shape));
        found.map(|(position, _)| position).collect()
    }

    proptest! {
        #[test]
        fn boxes_points_and_areas_are_those_of_a_scan(
            shapes in shapes(), a in (0.0f64..100.0, 0.0f64..100.0), size in (0.0f64..60.0, 0.0f64..60.0),
        ) {
            let index = PlaneIndex::new(shapes.clone());
            let bounds = Rect::new(a, (a.0 + size.0, a.1 + size.1));
            prop_assert_eq!(index.in_box(bounds), scan(&shapes, |shape| shape.intersects(&bounds)));
            let point = Point::from(a);
            let at = index.at(Ground { east_m: a.0, north_m: a.1 });
            prop_assert_eq!(at, scan(&shapes, |shape| shape.intersects(&point)));
            let corner = coord! { x: a.0 + size.0, y: a.1 };
            let area = MultiPolygon(vec![polygon![a.into(), corner, coord! { x: a.0, y: a.1 + size.1 }]]);
            prop_assert_eq!(index.in_area(&area), scan(&shapes, |shape| shape.intersects(&area)));
        }

        #[test]
        fn the_nearest_are_those_of_a_scan(
            shapes in shapes(), at in (-20.0f64..120.0, -20.0f64..120.0), max in 0usize..15,
        ) {
            let point = Point::from(at);
            let mut wanted: Vec<(f64, usize)> = scan(&shapes, |_| true)
                .into_iter()
                .map(|position| (Euclidean.distance(&shapes[position], &point), position))
                .collect();
            wanted.sort_by(|a, b| a.partial_cmp(b).unwrap());
            wanted.truncate(max);
            let found = PlaneIndex::new(shapes).nearest(Ground { east_m: at.0, north_m: at.1 }, max);
            prop_assert_eq!(found.iter().map(|(p, _)| *p).collect::<Vec<_>>(), wanted.iter().map(|(_, p)| *p).collect::<Vec<_>>());
            for ((_, metres), (scanned, _)) in found.iter().zip(&wanted) {
                prop_assert!((metres - scanned).abs() < 1e-9);
            }
        }

        #[test]
        fn what_lies_along_a_line_is_that_of_a_scan(
            shapes in shapes(),
            line in proptest::collection::vec((-20.0f64..120.0, -20.0f64..120.0), 1..8),
            within in 0.0f64..30.0,
        ) {
            let line = LineString::from(line);
            let near = |shape: &Geometry<f64>| match line.0.as_slice() {
                [only] => Euclidean.distance(shape, &Point(*only)) <= within,
                _ => Euclidean.distance(shape, &line) <= within,
            };
            prop_assert_eq!(PlaneIndex::new(shapes.clone()).along(&line, within), scan(&shapes, near));
        }
    }

    #[test]
    fn equally_far_ones_come_in_the_order_given() {
        let corners = [(1.0, 0.0), (0.0, 1.0), (-1.0, 0.0), (0.0, -1.0)].map(|at| Point::from(at).into());
        let index = PlaneIndex::new(corners.to_vec());
        let found = index.nearest(Ground::default(), 3);
        assert_eq!(found, [(0, 1.0), (1, 1.0), (2, 1.0)]);
        assert!(index.nearest(Ground { east_m: f64::NAN, north_m: 0.0 }, 3).is_empty());
        assert!(PlaneIndex::default().nearest(Ground::default(), 3).is_empty());
    }

    #[test]
    fn features_of_a_pack_keep_their_layer_and_number() {
        use crate::spatial::feature::Feature;
        use crate::spatial::pack::PackWriter;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("p.gpkg");
        let mut writer = PackWriter::create(&path).unwrap();
        for (layer, lon) in [(Layer::Pois, 116.2), (Layer::Pois, 116.21), (Layer::Components, 116.2)] {
            let geometry = Point::new(lon, 39.9).into();
            let [class, code, name] = [(); 3].map(|()| String::new());
            writer.add(&Feature { layer, class, code, name, extra: Vec::new(), geometry }).unwrap();
        }
        writer.finish().unwrap();
        let index = FeatureIndex::load(&Pack::open(&path).unwrap(), &[Layer::Components, Layer::Pois]).unwrap();
        let at = crate::spatial::crs::ground_from_lonlat(crate::base::LonLat::new(116.2, 39.9));
        let near: Vec<_> = index.plane().nearest(at, 2).into_iter().map(|(p, _)| index.key(p).unwrap()).collect();
        assert_eq!(near, [(Layer::Components, 1), (Layer::Pois, 1)]);
        assert_eq!((index.skipped(), index.key(9)), (0, None));
    }
}
