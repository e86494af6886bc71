//! A cross-section through the pipelines below a line: which of them it crosses, where, how deep, and how far apart they lie.
//!
//! The ground is taken as level, and depths count down from it. Pipes under pressure, cables and ducts are surveyed to their
//! top, pipes that drain by gravity to the bottom of their inside (CJJ 61-2017); diameters are nominal, without the wall.

mod words;

use geo::line_intersection::{LineIntersection, line_intersection};
use geo::{Coord, Geometry, Line, LineString};

use super::feature::{Feature, Layer};
use super::measure;
use super::pack::{Pack, PackError};
use super::plane::ground_coord;
use crate::base::LonLat;

/// A section may be at most so long; beyond it nobody could read the drawing.
pub const LONGEST_M: f64 = 2_000.0;
/// More crossings than this are counted and not kept.
pub const MOST_CROSSINGS: usize = 500;
/// Crossings of one kind and size nearer to each other than this are the two ends of pieces of one pipe.
const SAME_M: f64 = 0.02;
/// A pipe that runs flatter than this along the section is cut over a length that says nothing of its width, degrees.
const FLATTEST_DEGREES: f64 = 10.0;

/// One pipe where the section cuts it.
#[derive(Clone, PartialEq, Debug)]
pub struct Crossing {
    /// The pipe's `fid` in the pack.
    pub fid: i64,
    /// Kind: water, sewage, storm, gas, heat, power, telecom, or what the pack says.
    pub kind: String,
    /// Name of the pipe, or empty.
    pub name: String,
    /// Where it is cut.
    pub at: LonLat,
    /// Metres from the section's beginning.
    pub along_m: f64,
    /// Angle between pipe and section, above 0 to 90 degrees.
    pub angle_degrees: f64,
    /// Width and height of its inside, metres: equal for round ones. `None` where the pack does not say.
    pub size_m: Option<(f64, f64)>,
    /// Metres below ground of its top and its bottom. `None` where the pack gives no depth.
    pub depth_m: Option<(f64, f64)>,
    /// Material, or empty.
    pub material: String,
    /// Year of building, or what stands in its place.
    pub built: String,
    /// Who it belongs to.
    pub owner: String,
}

/// Room between two pipes that lie next to each other in the section.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Clearance {
    /// Places in the list of crossings.
    pub between: (usize, usize),
    /// Metres from wall to wall along the section; 0 where one lies above the other.
    pub aside_m: f64,
    /// Metres from wall to wall downwards; 0 where their depths overlap, `None` where a depth is not known.
    pub below_m: Option<f64>,
}

/// What a line cuts.
#[derive(Clone, PartialEq, Debug)]
pub struct Section {
    /// Where it begins and ends.
    pub ends: [LonLat; 2],
    /// Metres from end to end, on the ellipsoid.
    pub length_m: f64,
    /// Pipes by their distance along it.
    pub crossings: Vec<Crossing>,
    /// Room between each pipe and the next.
    pub clearances: Vec<Clearance>,
    /// Crossings beyond [`MOST_CROSSINGS`].
    pub left_out: usize,
}

/// Why there is no section.
#[derive(Debug, thiserror::Error)]
pub enum SectionError {
    /// An end is no place.
    #[error("an end of the section is no place on the globe")]
    NoPlace,
    /// Both ends are one place.
    #[error("the two ends of the section are the same place")]
    NoLength,
    /// The ends lie too far apart.
    #[error("the section is {0:.0} m long; at most {LONGEST_M:.0} m can be shown")]
    TooLong(f64),
    /// The pack cannot be read.
    #[error(transparent)]
    Pack(#[from] PackError),
}

/// Whether a kind drains by gravity, so that its depth is that of the bottom of its inside.
fn by_gravity(kind: &str) -> bool {
    matches!(kind, "sewage" | "storm" | "combined")
}

fn number(text: Option<&str>) -> Option<f64> {
    let text = text?.trim();
    // `DN400`, `400mm` and `1.5米` are numbers to whoever wrote them.
    let digits = text.trim_start_matches(|letter: char| !letter.is_ascii_digit() && letter != '-');
    let end = digits.find(|letter: char| !matches!(letter, '0'..='9' | '.' | '-')).unwrap_or(digits.len());
    digits[..end].parse().ok().filter(|number: &f64| number.is_finite() && (0.0..1e5).contains(number))
}

/// Width and height in metres of what is surveyed as `400`, `DN400` or `2000x1500`.
fn size_m(text: Option<&str>) -> Option<(f64, f64)> {
    let text = text?;
    let parts: Vec<&str> = text.split(['x', 'X', '×', '*']).collect();
    let metres = |part: &str| number(Some(part)).filter(|mm| *mm > 0.0).map(|mm| mm / 1000.0);
    match parts.as_slice() {
        [one] => metres(one).map(|size| (size, size)),
        [width, height] => Some((metres(width)?, metres(height)?)),
        _ => None,
    }
}

impl Crossing {
    /// Half of what of the pipe lies along the section: more than half its width where it is cut askew.
    pub fn half_along_m(&self) -> f64 {
        let width = self.size_m.map_or(0.0, |(width, _)| width);
        width / 2.0 / self.angle_degrees.max(FLATTEST_DEGREES).to_radians().sin()
    }
}

/// The section between two places through pipelines that are handed in with their `fid`s. Other layers are passed over.
///
/// # Errors
/// When the ends are no places, the same place, or too far apart.
pub fn section<'a>(
    ends: [LonLat; 2],
    pipes: impl IntoIterator<Item = (i64, &'a Feature)>,
) -> Result<Section, SectionError> {
    let mut cut = Cut::new(ends)?;
    pipes.into_iter().for_each(|(fid, feature)| cut.feature(fid, feature));
    Ok(cut.finish())
}

/// The same through the pipelines of a pack, of which only those near the line are read.
///
/// # Errors
/// As [`section`], and when the pack cannot be read.
pub fn of_pack(pack: &Pack, ends: [LonLat; 2]) -> Result<Section, SectionError> {
    let mut cut = Cut::new(ends)?;
    let [a, b] = ends.map(|end| Coord { x: end.lon, y: end.lat });
    pack.features_in(Layer::Pipelines, geo::Rect::new(a, b), |fid, feature| cut.feature(fid, &feature))?;
    Ok(cut.finish())
}

/// A section in the making.
struct Cut {
    ends: [LonLat; 2],
    length_m: f64,
    /// The section on the plane.
    line: Line<f64>,
    crossings: Vec<Crossing>,
}

impl Cut {
    fn new(ends: [LonLat; 2]) -> Result<Self, SectionError> {
        if !ends.iter().all(|end| end.is_valid()) {
            return Err(SectionError::NoPlace);
        }
        let length_m = measure::length_m(&ends);
        if length_m < 0.01 {
            return Err(SectionError::NoLength);
        }
        if length_m > LONGEST_M {
            return Err(SectionError::TooLong(length_m));
        }
        let [a, b] = ends.map(|end| ground_coord(Coord { x: end.lon, y: end.lat }));
        Ok(Self { ends, length_m, line: Line::new(a, b), crossings: Vec::new() })
    }

    fn feature(&mut self, fid: i64, feature: &Feature) {
        if feature.layer == Layer::Pipelines {
            self.geometry(fid, feature, &feature.geometry);
        }
    }

    fn geometry(&mut self, fid: i64, feature: &Feature, geometry: &Geometry<f64>) {
        match geometry {
            Geometry::Line(line) => self.line(fid, feature, &LineString(vec![line.start, line.end])),
            Geometry::LineString(line) => self.line(fid, feature, line),
            Geometry::MultiLineString(lines) => lines.iter().for_each(|line| self.line(fid, feature, line)),
            Geometry::GeometryCollection(parts) => parts.iter().for_each(|part| self.geometry(fid, feature, part)),
            _ => {}
        }
    }

    fn line(&mut self, fid: i64, feature: &Feature, line: &LineString<f64>) {
        let points: Vec<Coord<f64>> = line.0.iter().map(|at| ground_coord(*at)).collect();
        for pair in points.windows(2) {
            let piece = Line::new(pair[0], pair[1]);
            let at = match line_intersection(self.line, piece) {
                Some(LineIntersection::SinglePoint { intersection, .. }) => intersection,
                // What runs along the section is cut in the middle of what they share.
                Some(LineIntersection::Collinear { intersection }) => Coord {
                    x: (intersection.start.x + intersection.end.x) / 2.0,
                    y: (intersection.start.y + intersection.end.y) / 2.0,
                },
                None => continue,
            };
            self.crossing(fid, feature, at, piece);
        }
    }

    fn crossing(&mut self, fid: i64, feature: &Feature, at: Coord<f64>, piece: Line<f64>) {
        let (own, other) = (self.line.delta(), piece.delta());
        let squared = own.x * own.x + own.y * own.y;
        let t = (((at.x - self.line.start.x) * own.x + (at.y - self.line.start.y) * own.y) / squared).clamp(0.0, 1.0);
        let cross = (own.x * other.y - own.y * other.x).abs();
        let dot = (own.x * other.x + own.y * other.y).abs();
        let size_m = size_m(feature.extra("diameter_mm"));
        let surveyed = number(feature.extra("depth_m"));
        let height = size_m.map_or(0.0, |(_, height)| height);
        let depth_m = surveyed.map(|depth| match by_gravity(&feature.class) {
            true => ((depth - height).max(0.0), depth),
            false => (depth, depth + height),
        });
        let text = |key: &str| feature.extra(key).unwrap_or_default().to_owned();
        let [a, b] = self.ends;
        let between = |from: f64, to: f64| from + (to - from) * t;
        let crossing = Crossing {
            fid,
            kind: feature.class.clone(),
            name: feature.name.clone(),
            at: LonLat::new(between(a.lon, b.lon), between(a.lat, b.lat)),
            along_m: t * self.length_m,
            angle_degrees: cross.atan2(dot).to_degrees(),
            size_m,
            depth_m,
            material: text("material"),
            built: text("built"),
            owner: text("owner"),
        };
        let is_same = |known: &Crossing| {
            (known.along_m - crossing.along_m).abs() < SAME_M
                && known.kind == crossing.kind
                && known.size_m == crossing.size_m
                && (known.fid == fid || known.name == crossing.name)
        };
        if !self.crossings.iter().any(is_same) {
            self.crossings.push(crossing);
        }
    }

    fn finish(self) -> Section {
        let Self { ends, length_m, mut crossings, .. } = self;
        crossings.sort_by(|a, b| a.along_m.total_cmp(&b.along_m).then(a.fid.cmp(&b.fid)));
        let left_out = crossings.len().saturating_sub(MOST_CROSSINGS);
        crossings.truncate(MOST_CROSSINGS);
        let clearances = (1..crossings.len()).map(|next| clearance(&crossings, next - 1, next)).collect();
        Section { ends, length_m, crossings, clearances, left_out }
    }
}

/// Room between two crossings.
fn clearance(crossings: &[Crossing], a: usize, b: usize) -> Clearance {
    let (one, other) = (&crossings[a], &crossings[b]);
    let aside = (other.along_m - one.along_m).abs() - one.half_along_m() - other.half_along_m();
    let below_m = one.depth_m.zip(other.depth_m).map(|(one, other)| (other.0 - one.1).max(one.0 - other.1).max(0.0));
    Clearance { between: (a, b), aside_m: aside.max(0.0), below_m }
}

impl Section {
    /// The two neighbours that lie nearest to each other, by the straight way between their walls.
    pub fn closest(&self) -> Option<(Clearance, f64)> {
        let straight = |room: &Clearance| room.aside_m.hypot(room.below_m.unwrap_or(0.0));
        self.clearances.iter().map(|room| (*room, straight(room))).min_by(|a, b| a.1.total_cmp(&b.1))
    }

    /// Metres below ground of the lowest wall; a metre where nothing is known.
    pub fn deepest_m(&self) -> f64 {
        self.crossings.iter().filter_map(|crossing| crossing.depth_m).map(|(_, bottom)| bottom).fold(1.0, f64::max)
    }
}

#[cfg(test)]
mod tests;
