//! Shapes in metres: from longitude and latitude to EPSG:4548 and back, vertex by vertex.
//!
//! Lines between two vertices are straight on the plane. Over the 100 metres of a cell's side the straight line of the plane
//! and that of longitude and latitude lie less than a millimetre apart.

use geo::{Coord, Geometry, MapCoords, MultiPolygon};

use super::crs::{Ground, ground_from_lonlat, lonlat_from_ground};
use crate::base::LonLat;

/// A vertex in metres on EPSG:4548 from one in degrees.
pub fn ground_coord(at: Coord<f64>) -> Coord<f64> {
    let ground = ground_from_lonlat(LonLat::new(at.x, at.y));
    Coord { x: ground.east_m, y: ground.north_m }
}

/// A vertex in degrees from one in metres on EPSG:4548.
pub fn lonlat_coord(at: Coord<f64>) -> Coord<f64> {
    let lonlat = lonlat_from_ground(Ground { east_m: at.x, north_m: at.y });
    Coord { x: lonlat.lon, y: lonlat.lat }
}

/// A shape in metres from one in degrees.
pub fn ground_shape(shape: &Geometry<f64>) -> Geometry<f64> {
    shape.map_coords(ground_coord)
}

/// An area in metres from one in degrees.
pub fn ground_area(area: &MultiPolygon<f64>) -> MultiPolygon<f64> {
    area.map_coords(ground_coord)
}

/// A shape in degrees from one in metres.
pub fn lonlat_shape(shape: &Geometry<f64>) -> Geometry<f64> {
    shape.map_coords(lonlat_coord)
}

/// An area in degrees from one in metres.
pub fn lonlat_area(area: &MultiPolygon<f64>) -> MultiPolygon<f64> {
    area.map_coords(lonlat_coord)
}

/// The polygons of a shape; `None` when it is no area.
pub fn area_of(shape: Geometry<f64>) -> Option<MultiPolygon<f64>> {
    match shape {
        Geometry::Polygon(polygon) => Some(MultiPolygon(vec![polygon])),
        Geometry::MultiPolygon(polygons) => Some(polygons),
        Geometry::Rect(rect) => Some(MultiPolygon(vec![rect.to_polygon()])),
        Geometry::Triangle(triangle) => Some(MultiPolygon(vec![triangle.to_polygon()])),
        _ => None,
    }
}
