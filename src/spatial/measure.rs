//! Measuring as a person expects it: distances and areas on the ellipsoid, buffers in metres on the ground, and snapping.
//!
//! The ellipsoid is that of WGS 84; CGCS2000's differs from it by a tenth of a millimetre at the poles.

use geo::algorithm::line_measures::metric_spaces::Geodesic;
use geo::line_measures::LengthMeasurable as _;
use geo::{
    Buffer, Closest, ClosestPoint, CoordsIter, GeodesicArea, Geometry, LineString, LinesIter, MultiPolygon, Point,
    Polygon,
};

use super::crs::{Ground, ground_from_lonlat};
use super::index::PlaneIndex;
use super::plane::{ground_shape, lonlat_area};
use crate::base::LonLat;

/// Metres along a path of positions, on the ellipsoid.
pub fn length_m(path: &[LonLat]) -> f64 {
    line(path).length(&Geodesic)
}

/// What a ring of positions encloses.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Enclosed {
    /// Square metres on the ellipsoid.
    pub area_m2: f64,
    /// Metres around it.
    pub perimeter_m: f64,
}

/// What the ring through some positions encloses; it is closed from the last to the first.
pub fn enclosed(ring: &[LonLat]) -> Enclosed {
    let polygon = Polygon::new(line(ring), Vec::new());
    let (perimeter_m, area_m2) = polygon.geodesic_perimeter_area_signed();
    // Two corners enclose nothing, whichever way round.
    if ring.len() < 3 {
        Enclosed { area_m2: 0.0, perimeter_m }
    } else {
        Enclosed { area_m2: area_m2.abs(), perimeter_m }
    }
}

/// Square metres of an area on the ellipsoid, holes taken off. Which way its rings run does not matter.
pub fn area_m2(area: &MultiPolygon<f64>) -> f64 {
    let one = |ring: &LineString<f64>| Polygon::new(ring.clone(), Vec::new()).geodesic_area_signed().abs();
    area.iter()
        .map(|polygon| one(polygon.exterior()) - polygon.interiors().iter().map(one).sum::<f64>())
        .sum::<f64>()
        .max(0.0)
}

/// Everything within some metres of a shape given in longitude and latitude; inwards for an area when the metres are
/// negative. Round corners are drawn with chords.
pub fn buffer(shape: &Geometry<f64>, within_m: f64) -> MultiPolygon<f64> {
    if !within_m.is_finite() || !shape.coords_iter().all(|at| LonLat::new(at.x, at.y).is_valid()) {
        return MultiPolygon(Vec::new());
    }
    lonlat_area(&ground_shape(shape).buffer(within_m))
}

fn line(path: &[LonLat]) -> LineString<f64> {
    path.iter().map(|at| (at.lon, at.lat)).collect()
}

/// What a point snapped to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SnapKind {
    /// A corner, an end, or a point.
    Vertex,
    /// Somewhere on a line or a border.
    Edge,
}

/// Where a point snapped.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Snap {
    /// Corner or edge.
    pub kind: SnapKind,
    /// The place, in metres on EPSG:4548.
    pub at: Ground,
    /// Position of the shape in the index.
    pub shape: usize,
    /// How far the point was moved.
    pub metres: f64,
}

/// The nearest vertex within some metres; when there is none, the nearest place on an edge. Of two equally near the shape given
/// first wins.
pub fn snap(index: &PlaneIndex, at: LonLat, within_m: f64) -> Option<Snap> {
    if !at.is_valid() {
        return None;
    }
    let here = ground_from_lonlat(at);
    // Inside of an area its border may be far: the bounds of what is near are what counts.
    let near = index.within(here, within_m);
    let shapes = || near.iter().filter_map(|(position, _)| Some((*position, index.shapes().get(*position)?)));
    let vertices = shapes().flat_map(|(shape, geometry)| {
        geometry.coords_iter().map(move |vertex| (shape, Ground { east_m: vertex.x, north_m: vertex.y }))
    });
    let point = Point::new(here.east_m, here.north_m);
    let edges = || {
        shapes().flat_map(move |(shape, geometry)| {
            edges_of(geometry).into_iter().filter_map(move |edge| match edge.closest_point(&point) {
                Closest::Intersection(on) | Closest::SinglePoint(on) => {
                    Some((shape, Ground { east_m: on.x(), north_m: on.y() }))
                }
                Closest::Indeterminate => None,
            })
        })
    };
    nearest(vertices, here, within_m, SnapKind::Vertex).or_else(|| nearest(edges(), here, within_m, SnapKind::Edge))
}

fn edges_of(shape: &Geometry<f64>) -> Vec<geo::Line<f64>> {
    match shape {
        Geometry::Line(line) => vec![*line],
        Geometry::LineString(line) => line.lines_iter().collect(),
        Geometry::MultiLineString(lines) => lines.lines_iter().collect(),
        Geometry::Polygon(polygon) => polygon.lines_iter().collect(),
        Geometry::MultiPolygon(polygons) => polygons.lines_iter().collect(),
        Geometry::Rect(rect) => rect.lines_iter().collect(),
        Geometry::Triangle(triangle) => triangle.lines_iter().collect(),
        Geometry::GeometryCollection(parts) => parts.iter().flat_map(edges_of).collect(),
        Geometry::Point(_) | Geometry::MultiPoint(_) => Vec::new(),
    }
}

fn nearest(places: impl Iterator<Item = (usize, Ground)>, here: Ground, within_m: f64, kind: SnapKind) -> Option<Snap> {
    let measured = places.map(|(shape, at)| Snap { kind, at, shape, metres: at.distance_m(here) });
    measured
        .filter(|snap| snap.metres <= within_m)
        .min_by(|a, b| a.metres.total_cmp(&b.metres).then(a.shape.cmp(&b.shape)))
}

#[cfg(test)]
mod tests {
    use geo::{Area, Contains, Rect, coord};
    use proptest::prelude::*;

    use super::*;
    use crate::spatial::crs::lonlat_from_ground;
    use crate::spatial::plane::ground_area;

    const HOME: LonLat = LonLat::new(116.2229, 39.9066);

    #[test]
    fn distances_are_those_of_the_published_examples() {
        // First line of the GeodTest data set (Karney, doi:10.5281/zenodo.32156).
        let path = [LonLat::new(0.0, 36.530_042_355_041), LonLat::new(5.762_344_694_676_51, -48.164_270_779_097_77)];
        assert!((length_m(&path) - 9_398_502.043_468_7).abs() < 1e-4, "{}", length_m(&path));
        // GeographicLib's own page: JFK (40.6N 73.8W) to LHR (51.6N 0.5W) is 5551.76 km.
        let flight = [LonLat::new(-73.8, 40.6), LonLat::new(-0.5, 51.6)];
        assert!((length_m(&flight) / 1000.0 - 5551.76).abs() < 0.01, "{}", length_m(&flight));
        assert_eq!(length_m(&[HOME]), 0.0);
        assert_eq!(length_m(&[]), 0.0);
    }

    #[test]
    fn areas_are_those_of_the_published_examples() {
        // GeographicLib's Planimeter: Antarctica, perimeter 16831067.893 m and area 13662703680020.1 m².
        let antarctica = [
            (-63.1, -58.0),
            (-72.9, -74.0),
            (-71.9, -102.0),
            (-74.9, -102.0),
            (-74.3, -131.0),
            (-77.5, -163.0),
            (-77.4, 163.0),
            (-71.7, 172.0),
            (-65.9, 140.0),
            (-65.7, 113.0),
            (-66.6, 88.0),
            (-66.9, 59.0),
            (-69.8, 25.0),
            (-70.0, -4.0),
            (-71.0, -14.0),
            (-77.3, -33.0),
            (-77.9, -46.0),
            (-74.7, -61.0),
        ]
        .map(|(lat, lon)| LonLat::new(lon, lat));
        let all = enclosed(&antarctica);
        assert!((all.perimeter_m - 16_831_067.893).abs() < 0.01, "{all:?}");
        assert!((all.area_m2 - 13_662_703_680_020.1).abs() < 10.0, "{all:?}");
        assert_eq!(enclosed(&[HOME, LonLat::new(116.3, 39.9)]).area_m2, 0.0);
    }

    #[test]
    fn small_areas_agree_with_the_plane_whichever_way_they_run() {
        let Ground { east_m, north_m } = ground_from_lonlat(HOME);
        let square = |size: f64| Rect::new((east_m, north_m), (east_m + size, north_m + size)).to_polygon();
        let holed = Polygon::new(square(100.0).exterior().clone(), vec![square(10.0).exterior().clone()]);
        let area = lonlat_area(&MultiPolygon(vec![holed]));
        let mut backwards = area.clone();
        backwards.0[0].exterior_mut(|ring| ring.0.reverse());
        for area in [area, backwards] {
            // The plane is larger than the ground by 1.0001 here, 66 km west of its meridian.
            assert!((area_m2(&area) - 9900.0).abs() < 1.5, "{}", area_m2(&area));
        }
    }

    #[test]
    fn buffers_are_metres_on_the_ground() {
        let circle = buffer(&Point::new(HOME.lon, HOME.lat).into(), 50.0);
        let area = ground_area(&circle).unsigned_area();
        assert!((area / (std::f64::consts::PI * 2500.0) - 1.0).abs() < 0.02, "{area}");
        assert!(circle.contains(&Point::new(HOME.lon, HOME.lat)));
        assert!(buffer(&circle.into(), -60.0).0.is_empty(), "nothing is left inwards");
        assert!(buffer(&Point::new(500.0, 0.0).into(), 5.0).0.is_empty());
    }

    fn index() -> PlaneIndex {
        let Ground { east_m, north_m } = ground_from_lonlat(HOME);
        let at = |x: f64, y: f64| coord! { x: east_m + x, y: north_m + y };
        PlaneIndex::new(vec![
            LineString(vec![at(0.0, 0.0), at(100.0, 0.0)]).into(),
            Rect::new(at(0.0, 50.0), at(100.0, 150.0)).to_polygon().into(),
            Point(at(50.0, 3.0)).into(),
        ])
    }

    fn moved(x: f64, y: f64) -> LonLat {
        let Ground { east_m, north_m } = ground_from_lonlat(HOME);
        lonlat_from_ground(Ground { east_m: east_m + x, north_m: north_m + y })
    }

    #[test]
    fn corners_draw_more_than_edges() {
        let index = index();
        let snapped = |x, y, within| snap(&index, moved(x, y), within).map(|snap| (snap.kind, snap.shape));
        assert_eq!(snapped(97.0, 1.0, 5.0), Some((SnapKind::Vertex, 0)), "though the edge is nearer");
        assert_eq!(snapped(70.0, 1.0, 5.0), Some((SnapKind::Edge, 0)));
        assert_eq!(snapped(50.0, 1.0, 5.0), Some((SnapKind::Vertex, 2)));
        assert_eq!(snapped(50.0, 100.0, 5.0), None, "in the middle of an area");
        assert_eq!(snapped(2.0, 100.0, 5.0), Some((SnapKind::Edge, 1)));
        assert_eq!(snapped(-30.0, -30.0, 5.0), None);
        let edge = snap(&index, moved(70.0, 1.0), 5.0).unwrap();
        assert!((edge.metres - 1.0).abs() < 1e-4);
    }

    proptest! {
        #[test]
        fn a_snap_is_within_reach_and_on_the_shape(x in -20.0f64..120.0, y in -20.0f64..170.0, within in 0.0f64..20.0) {
            use geo::algorithm::line_measures::metric_spaces::Euclidean;
            use geo::Distance;
            let index = index();
            if let Some(snap) = snap(&index, moved(x, y), within) {
                prop_assert!(snap.metres <= within);
                let on = Point::new(snap.at.east_m, snap.at.north_m);
                prop_assert!(Euclidean.distance(&index.shapes()[snap.shape], &on) < 1e-6);
            }
        }
    }
}
