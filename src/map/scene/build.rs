//! From a pack to a scene.

use geo::{Geometry, LineString, Polygon};

use super::chains::{Borders, join};
use super::clusters::Clusters;
use super::drafts::Drafts;
use super::fill::{area, bounds};
use super::names::{Anchor, Name, Names, ems, is_wide};
use super::simplify::{Point, without_repeats};
use super::{Chunk, Scene, Stats, level, looks, themes};
use crate::base::LonLat;
use crate::map::camera::{Plane, ground_bounds};
use crate::map::style::kind::Kind;
use crate::map::style::text::{Naming, Symbol};
use crate::spatial::crs::Ground;
use crate::spatial::feature::{Feature, Layer};
use crate::spatial::pack::{Pack, PackError};

/// Half-metre steps would be too coarse and the origin's own digits too many: it is a round number of metres.
const ORIGIN_STEP_M: f64 = 1000.0;

struct Builder {
    plane: Plane,
    origin: Ground,
    drafts: Drafts,
    borders: Borders<Kind>,
    /// Those of duty grids, which follow the cells' and are hidden by themselves.
    duties: Borders<Kind>,
    lines: Vec<((Kind, String), Vec<Point>)>,
    names: Vec<Name>,
    clusters: Clusters,
}

pub(super) fn build(pack: &Pack, mut progress: impl FnMut(u64)) -> Result<Scene, PackError> {
    let extent = pack.extent();
    let mut scene = Scene { extent, ..Scene::default() };
    scene.generated = pack.meta().get("generated").is_some_and(|value| value == "true");
    let Some(extent) = extent else { return Ok(scene) };
    let middle = extent.center();
    let plane = Plane::around(LonLat::new(middle.x, middle.y));
    let ground = ground_bounds(extent, plane);
    let center = ground.center();
    let round = |metres: f64| (metres / ORIGIN_STEP_M).round() * ORIGIN_STEP_M;
    let origin = Ground { east_m: round(center.x), north_m: round(center.y) };
    let levels = level::count_for(ground.width().max(ground.height()));
    let mut builder = Builder {
        plane,
        origin,
        drafts: Drafts::new(levels),
        borders: Borders::default(),
        duties: Borders::default(),
        lines: Vec::new(),
        names: Vec::new(),
        clusters: Clusters::default(),
    };
    let mut read = 0;
    for layer in Layer::ALL {
        pack.features(layer, |_, feature| {
            builder.feature(&feature);
            read += 1;
            if read % 1000 == 0 {
                progress(read);
            }
        })?;
    }
    progress(read);
    builder.finish_lines();
    std::mem::take(&mut builder.clusters).finish(&mut builder.drafts);
    let broken = builder.drafts.broken;
    scene.levels = builder.drafts.finish();
    scene.names = Names::new(builder.names);
    let chunks = || scene.levels.iter().flat_map(|level| &level.chunks);
    scene.stats = Stats {
        features: read,
        broken,
        triangles: chunks().map(Chunk::triangles).sum(),
        bytes: chunks().map(Chunk::bytes).sum(),
    };
    (scene.plane, scene.origin) = (plane, origin);
    Ok(scene)
}

impl Builder {
    fn local(&self, at: geo::Coord<f64>) -> Point {
        let ground = self.plane.ground(LonLat::new(at.x, at.y));
        [ground.east_m - self.origin.east_m, ground.north_m - self.origin.north_m]
    }

    /// A line on the plane, without what is no number there.
    fn line(&self, line: &LineString<f64>) -> Vec<Point> {
        let mut points: Vec<Point> =
            line.0.iter().map(|at| self.local(*at)).filter(|at| at[0].abs() < 1e8 && at[1].abs() < 1e8).collect();
        without_repeats(&mut points);
        points
    }

    fn rings(&self, polygon: &Polygon<f64>) -> Vec<Vec<Point>> {
        std::iter::once(polygon.exterior()).chain(polygon.interiors()).map(|ring| self.line(ring)).collect()
    }

    fn feature(&mut self, feature: &Feature) {
        self.geometry(feature, &feature.geometry);
    }

    fn geometry(&mut self, feature: &Feature, geometry: &Geometry<f64>) {
        match geometry {
            Geometry::Point(point) => self.point(feature, point.0),
            Geometry::MultiPoint(points) => points.iter().for_each(|point| self.point(feature, point.0)),
            Geometry::Line(line) => self.linear(feature, &LineString(vec![line.start, line.end])),
            Geometry::LineString(line) => self.linear(feature, line),
            Geometry::MultiLineString(lines) => lines.iter().for_each(|line| self.linear(feature, line)),
            Geometry::Polygon(polygon) => self.areal(feature, std::slice::from_ref(polygon)),
            Geometry::MultiPolygon(polygons) => self.areal(feature, &polygons.0),
            Geometry::Rect(rect) => self.areal(feature, &[rect.to_polygon()]),
            Geometry::Triangle(triangle) => self.areal(feature, &[triangle.to_polygon()]),
            Geometry::GeometryCollection(parts) => parts.iter().for_each(|part| self.geometry(feature, part)),
        }
    }

    fn point(&mut self, feature: &Feature, at: geo::Coord<f64>) {
        let at = self.local(at);
        if !(at[0].abs() < 1e8 && at[1].abs() < 1e8) {
            self.drafts.broken += 1;
            return;
        }
        match feature.layer {
            Layer::Components => {
                let state = looks::component_state(feature.extra("state").unwrap_or_default());
                let what = looks::component_major(&feature.class) + 8 * (state as u8);
                self.drafts.sign(Kind::Component, at, f32::from(what));
            }
            Layer::Pipelines => self.drafts.sign(Kind::PipePoint, at, 0.0),
            Layer::Incidents => {
                self.drafts.sign(Kind::Incident, at, 0.0);
                self.clusters.add(at);
            }
            Layer::Pois => {
                let (naming, symbol) = looks::poi(&feature.class);
                self.name(&feature.name, naming, symbol, at, 0.0, None);
            }
            Layer::Addresses => {
                let (naming, text) = house_text(feature);
                self.name(&text, naming, None, at, 0.0, None);
            }
            Layer::Compounds => self.name(&feature.name, Naming::CompoundName, None, at, 0.0, None),
            Layer::VideoPoints | Layer::Emergency => {
                if let Some((kind, what)) = themes::sign(feature) {
                    self.drafts.sign(kind, at, what);
                    // Hydrants and cameras stand too close to be named.
                    if matches!(kind, Kind::Shelter | Kind::Store | Kind::Medical) {
                        self.name(&feature.name, Naming::EmergencyName, Some(Symbol::Room), at, 0.0, None);
                    }
                }
            }
            _ => {}
        }
    }

    fn linear(&mut self, feature: &Feature, line: &LineString<f64>) {
        let line = self.line(line);
        if line.len() < 2 {
            self.drafts.broken += 1;
            return;
        }
        match feature.layer {
            Layer::Boundaries => self.borders.add(looks::border_kind(feature), &line),
            Layer::UnitGrids => self.borders.add(Kind::GridBorder, &line),
            Layer::Compounds => self.drafts.line(Kind::CompoundWall, &line, false),
            Layer::DutyGrids => self.duties.add(Kind::DutyBorder, &line),
            Layer::PatrolRoutes => self.drafts.line(Kind::PatrolRoute, &line, false),
            Layer::Contours => self.lines.push(((themes::contour_kind(feature), themes::contour_text(feature)), line)),
            _ => {
                if let Some(kind) = looks::line_kind(feature) {
                    self.lines.push(((kind, feature.name.clone()), line));
                }
            }
        }
    }

    fn areal(&mut self, feature: &Feature, polygons: &[Polygon<f64>]) {
        let mut largest: (f64, Vec<Vec<Point>>) = (0.0, Vec::new());
        for polygon in polygons {
            let rings = self.rings(polygon);
            match feature.layer {
                Layer::Boundaries | Layer::UnitGrids => {
                    rings.iter().for_each(|ring| self.borders.add(looks::border_kind(feature), ring));
                }
                Layer::DutyGrids => rings.iter().for_each(|ring| self.duties.add(Kind::DutyBorder, ring)),
                Layer::Contours => {
                    let kind = (themes::contour_kind(feature), themes::contour_text(feature));
                    rings.iter().for_each(|ring| self.lines.push((kind.clone(), ring.clone())));
                }
                Layer::Parcels => self.parcel(feature, &rings),
                Layer::Sites => {
                    self.drafts.hatch(Kind::SiteHatch, &rings);
                    for ring in rings.iter().filter(|ring| ring.len() > 2) {
                        self.drafts.line(Kind::SiteEdge, ring, true);
                    }
                }
                layer => {
                    if let Some(kind) = looks::area_kind(feature) {
                        self.drafts.area(kind, &rings);
                    }
                    let edge = match layer {
                        Layer::Buildings => Some(Kind::BuildingEdge),
                        Layer::Compounds => Some(Kind::CompoundWall),
                        Layer::Water => Some(Kind::Shore),
                        Layer::Green => Some(Kind::GreenEdge),
                        _ => None,
                    };
                    for ring in rings.iter().filter(|ring| ring.len() > 2) {
                        if let Some(kind) = edge {
                            self.drafts.line(kind, ring, true);
                        }
                    }
                    // A closed road is a square or a circus; drawn as a line, as its class wants it.
                    if let Some(kind) =
                        looks::line_kind(feature).filter(|_| matches!(layer, Layer::Roads | Layer::Railways))
                    {
                        rings.iter().for_each(|ring| self.lines.push(((kind, feature.name.clone()), ring.clone())));
                    }
                }
            }
            let size = rings.first().map_or(0.0, |ring| area(ring));
            if size > largest.0 {
                largest = (size, rings);
            }
        }
        let (size, rings) = largest;
        let Some(at) = inner_point(&rings) else { return };
        let size_m = size.sqrt();
        let (text, naming) = match feature.layer {
            Layer::Water => (feature.name.clone(), Naming::Water),
            Layer::Green => (feature.name.clone(), Naming::Park),
            Layer::LandUse => match &*feature.class {
                // A compound of the same name has its own.
                "residential" => return,
                _ => (feature.name.clone(), Naming::PublicPlace),
            },
            Layer::Compounds => (feature.name.clone(), Naming::CompoundName),
            Layer::Boundaries => match looks::border_kind(feature) {
                Kind::CommunityBorder => (feature.name.clone(), Naming::CommunityName),
                Kind::StreetBorder => (feature.name.clone(), Naming::StreetName),
                Kind::DistrictBorder => (feature.name.clone(), Naming::DistrictName),
                _ => return,
            },
            Layer::UnitGrids => {
                let digits: Vec<char> = feature.code.chars().rev().take(3).collect();
                (digits.into_iter().rev().collect(), Naming::GridNumber)
            }
            Layer::Buildings if !feature.name.is_empty() => (feature.name.clone(), Naming::BuildingName),
            Layer::Buildings => {
                let number = feature.extra("building").unwrap_or_default();
                (with_unit(number, "号楼", feature.extra("compound")), Naming::BuildingNumber)
            }
            Layer::Pois => (feature.name.clone(), looks::poi(&feature.class).0),
            Layer::Sites => {
                if let Some((kind, what)) = themes::sign(feature) {
                    let at = beside_middle(&rings, at, 0.22);
                    self.drafts.sign(kind, at, what);
                    self.name(&feature.name, Naming::SiteName, Some(Symbol::Room), at, size_m, Some(size_m * 3.0));
                }
                return;
            }
            _ => match themes::area_text(feature) {
                Some(text) => text,
                None => return,
            },
        };
        let at = if feature.layer == Layer::Parcels { beside_middle(&rings, at, -0.3) } else { at };
        // A cell's number fits its cell, a border's name stands alone in its area; other names need room.
        let room = match naming {
            Naming::GridNumber
            | Naming::DutyName
            | Naming::CommunityName
            | Naming::StreetName
            | Naming::DistrictName => size_m * 1.6,
            Naming::BuildingName | Naming::BuildingNumber => size_m * 2.2,
            _ => size_m * 1.5,
        };
        self.name(&text, naming, None, at, size_m, Some(room));
    }

    fn parcel(&mut self, feature: &Feature, rings: &[Vec<Point>]) {
        let kind = themes::parcel_kind(&feature.class);
        let collective = themes::is_collective(feature).then_some(Kind::ParcelCollective);
        for ring in rings.iter().filter(|ring| ring.len() > 2) {
            [Some(kind), collective].into_iter().flatten().for_each(|kind| self.drafts.line(kind, ring, true));
        }
    }

    fn name(&mut self, text: &str, naming: Naming, symbol: Option<Symbol>, at: Point, weight: f64, room: Option<f64>) {
        let text = text.trim();
        if text.is_empty() {
            return;
        }
        // Lettering longer than a line of print is no name; the map shows its beginning.
        let text: String = text.chars().filter(|letter| !letter.is_control()).take(40).collect();
        let (nearest, farthest) = naming.reach();
        let fits = room.map_or(f32::INFINITY, |room| room as f32 / (ems(&text) * naming.made_for()));
        self.names.push(Name {
            text: text.into(),
            naming,
            symbol,
            anchor: Anchor::Point([at[0] as f32, at[1] as f32]),
            weight: weight as f32,
            max_scale: farthest.min(fits),
            min_scale: nearest,
        });
    }

    fn finish_lines(&mut self) {
        for ((kind, text), line) in join(std::mem::take(&mut self.lines)) {
            let closed = line.len() > 3 && line.first() == line.last();
            self.drafts.line(kind, &line, closed);
            let naming = match kind {
                Kind::River | Kind::Stream => Naming::Water,
                Kind::ContourIndex => Naming::HeightNumber,
                kind if (Kind::Path..=Kind::TunnelMajor).contains(&kind) => looks::road_naming(kind),
                _ => continue,
            };
            let text = text.trim();
            if text.is_empty() {
                continue;
            }
            let length: f64 = line.windows(2).map(|p| (p[1][0] - p[0][0]).hypot(p[1][1] - p[0][1])).sum();
            let (_, farthest) = naming.reach();
            // A name needs a piece of road not much shorter than itself.
            let fits = (length * 1.15) as f32 / (ems(text) * naming.made_for());
            let thin = super::simplify::simplify(&line, 0.4);
            self.names.push(Name {
                text: text.chars().filter(|letter| !letter.is_control()).take(40).collect::<String>().into(),
                naming,
                symbol: None,
                anchor: Anchor::Line(thin.iter().map(|at| [at[0] as f32, at[1] as f32]).collect()),
                weight: (kind as u8) as f32 * 1e5 + (length as f32).min(9e4),
                max_scale: farthest.min(fits),
                min_scale: 0.0,
            });
        }
        let borders = std::mem::take(&mut self.borders).chains();
        for (kind, line) in borders.into_iter().chain(std::mem::take(&mut self.duties).chains()) {
            self.drafts.line(kind, &line, line.len() > 3 && line.first() == line.last());
        }
    }
}

/// What is written at an address point: the building's number within its compound, or the number at the street.
fn house_text(feature: &Feature) -> (Naming, String) {
    match feature.extra("building").filter(|building| !building.is_empty()) {
        Some(building) => (Naming::BuildingNumber, with_unit(building, "号楼", feature.extra("compound"))),
        None => {
            let number = feature.extra("number").unwrap_or_default();
            (Naming::DoorNumber, with_unit(number, "号", feature.extra("street")))
        }
    }
}

/// A bare number gets its unit where the place beside it is named in Chinese.
fn with_unit(number: &str, unit: &str, beside: Option<&str>) -> String {
    let bare = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
    if bare && beside.is_some_and(|name| name.chars().any(is_wide)) {
        format!("{number}{unit}")
    } else {
        number.to_owned()
    }
}

/// A point above the middle of an area that is large enough, by a part of its height, or below it: the middle itself bears
/// the name of what is there.
fn beside_middle(rings: &[Vec<Point>], middle: Point, part: f64) -> Point {
    const ROOM_M: f64 = 50.0;
    let all = bounds(rings);
    let tall = all[3] - all[1];
    if tall > ROOM_M && all[2] - all[0] > ROOM_M { [middle[0], middle[1] + tall * part] } else { middle }
}

/// A point well inside some rings: the centre of gravity of the outer one, or the middle of the widest piece of the line
/// through it.
fn inner_point(rings: &[Vec<Point>]) -> Option<Point> {
    let outer = rings.first()?;
    let first = *outer.first()?;
    let (mut twice, mut sum) = (0.0, [0.0, 0.0]);
    for pair in outer.windows(2) {
        let [a, b] = [pair[0], pair[1]].map(|p| [p[0] - first[0], p[1] - first[1]]);
        let cross = a[0] * b[1] - b[0] * a[1];
        twice += cross;
        sum = [sum[0] + (a[0] + b[0]) * cross, sum[1] + (a[1] + b[1]) * cross];
    }
    let all = bounds(rings);
    let mut at = if twice.abs() > 1e-6 {
        [first[0] + sum[0] / (3.0 * twice), first[1] + sum[1] / (3.0 * twice)]
    } else {
        [(all[0] + all[2]) / 2.0, (all[1] + all[3]) / 2.0]
    };
    let mut crossings: Vec<f64> = rings
        .iter()
        .flat_map(|ring| ring.iter().zip(ring.iter().skip(1).chain(ring.first())))
        .filter(|(a, b)| (a[1] > at[1]) != (b[1] > at[1]))
        .map(|(a, b)| a[0] + (at[1] - a[1]) / (b[1] - a[1]) * (b[0] - a[0]))
        .collect();
    crossings.sort_unstable_by(f64::total_cmp);
    let pieces = || crossings.chunks_exact(2).map(|pair| (pair[0], pair[1]));
    if !pieces().any(|(from, to)| (from..=to).contains(&at[0]))
        && let Some((from, to)) = pieces().max_by(|a, b| (a.1 - a.0).total_cmp(&(b.1 - b.0)))
    {
        at[0] = (from + to) / 2.0;
    }
    (at[0].is_finite() && at[1].is_finite()).then_some(at)
}
