//! Lines, areas and marks above the base map, handed in by whoever knows what they mean: what is drawn by hand, what is
//! selected, what a check found. They are few; the base map itself is a scene.

use crate::base::{LonLat, Revision};

/// Colour and form of a line or mark.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Ink {
    /// sRGB.
    pub color: [u8; 4],
    /// Width of lines, points.
    pub width: f32,
    /// With gaps, which tell it from a line of the same colour.
    pub dashed: bool,
}

/// A mark at a point. Shapes tell what colours tell.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Mark {
    /// A corner that was drawn, and can be moved.
    Handle,
    /// A point of interest.
    Dot,
    /// Drawing holds to a corner here.
    OnVertex,
    /// Drawing holds to an edge here.
    OnEdge,
    /// Here was asked.
    Cross,
}

/// What is drawn.
#[derive(Clone, PartialEq, Debug)]
pub enum Form {
    /// A line, or an outline.
    Path {
        /// Longitude and latitude.
        points: Vec<LonLat>,
        /// From the last back to the first.
        closed: bool,
    },
    /// A sign.
    Mark {
        /// Where.
        at: LonLat,
        /// Which.
        mark: Mark,
    },
    /// A few words beside a point.
    Words {
        /// Where.
        at: LonLat,
        /// The words.
        text: String,
    },
}

/// One thing drawn.
#[derive(Clone, PartialEq, Debug)]
pub struct Drawn {
    /// What.
    pub form: Form,
    /// How.
    pub ink: Ink,
}

impl Drawn {
    /// A line, or an outline.
    pub fn path(points: Vec<LonLat>, closed: bool, ink: Ink) -> Self {
        Self { form: Form::Path { points, closed }, ink }
    }

    /// A sign.
    pub fn mark(at: LonLat, mark: Mark, ink: Ink) -> Self {
        Self { form: Form::Mark { at, mark }, ink }
    }

    /// Words beside a point.
    pub fn words(at: LonLat, text: String, ink: Ink) -> Self {
        Self { form: Form::Words { at, text }, ink }
    }

    /// All parts of a shape: outlines of areas, lines, dots.
    pub fn shape(shape: &geo::Geometry<f64>, ink: Ink, out: &mut Vec<Self>) {
        use geo::Geometry::{
            GeometryCollection, Line, LineString, MultiLineString, MultiPoint, MultiPolygon, Point, Polygon, Rect,
            Triangle,
        };
        let at = |coord: geo::Coord<f64>| LonLat::new(coord.x, coord.y);
        let path = |line: &geo::LineString<f64>, out: &mut Vec<Self>| {
            out.push(Self::path(line.0.iter().map(|coord| at(*coord)).collect(), false, ink));
        };
        let area = |polygon: &geo::Polygon<f64>, out: &mut Vec<Self>| {
            for ring in std::iter::once(polygon.exterior()).chain(polygon.interiors()) {
                out.push(Self::path(ring.0.iter().map(|coord| at(*coord)).collect(), false, ink));
            }
        };
        match shape {
            Point(point) => out.push(Self::mark(at(point.0), Mark::Dot, ink)),
            MultiPoint(points) => out.extend(points.iter().map(|point| Self::mark(at(point.0), Mark::Dot, ink))),
            Line(line) => out.push(Self::path(vec![at(line.start), at(line.end)], false, ink)),
            LineString(line) => path(line, out),
            MultiLineString(lines) => lines.iter().for_each(|line| path(line, out)),
            Polygon(polygon) => area(polygon, out),
            MultiPolygon(polygons) => polygons.iter().for_each(|polygon| area(polygon, out)),
            Rect(rect) => area(&rect.to_polygon(), out),
            Triangle(triangle) => area(&triangle.to_polygon(), out),
            GeometryCollection(parts) => parts.iter().for_each(|part| Self::shape(part, ink, out)),
        }
    }
}

/// All that is drawn, as long as it stays the same.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Drawing {
    /// Grows with every change.
    pub revision: Revision,
    /// In drawing order.
    pub shapes: Vec<Drawn>,
}
