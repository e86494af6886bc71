//! Checks of shapes on the plane of EPSG:4548: G3 to G8.

use std::collections::{BTreeMap, HashMap};

use geo::orient::Direction;
use geo::{
    Area, BooleanOps, BoundingRect, Coord, CoordsIter, Intersects, IsConvex, MultiPolygon, Orient, Rect, Validation,
    unary_union,
};
use rstar::primitives::{GeomWithData, Rectangle};
use rstar::{AABB, RTree};

use super::{
    CUT_M2, Check, Finding, GAP_M2, OUTSIDE_M2, OVERLAP_M2, OnPlane, SIZE_M2, Surroundings, about_cell, placed,
    spot_on_plane,
};
use crate::spatial::grid::CellBook;
use crate::spatial::plane::ground_area;

/// The cells that hold and have a place, and G3 for those whose outline is not sound.
pub(super) fn sound_cells(book: &CellBook) -> (Vec<OnPlane<'_>>, Vec<Finding>) {
    let (mut cells, mut findings) = (Vec::new(), Vec::new());
    for version in book.current() {
        let flaw = version.shape.check_validation().err().map(|error| error.to_string());
        let sound = flaw.is_none();
        let placed = placed(version);
        if !sound || placed.is_none() {
            findings.push(about_cell(Check::G3, version, flaw.unwrap_or_else(|| "it is empty".to_owned())));
        }
        // One winding for all: joining goes by it.
        let on_plane = |(shape, bounds): (MultiPolygon<f64>, Rect<f64>)| OnPlane {
            version,
            shape: shape.orient(Direction::Default),
            bounds,
            sound,
        };
        cells.extend(placed.map(on_plane));
    }
    cells.retain(|cell| cell.sound);
    (cells, findings)
}

pub(super) fn check(cells: &[OnPlane<'_>], around: &Surroundings) -> Vec<Finding> {
    let entries = cells.iter().enumerate().map(|(index, cell)| GeomWithData::new(rectangle(cell.bounds), index));
    let tree = RTree::bulk_load(entries.collect());
    let mut findings = sizes(cells);
    findings.extend(overlaps(cells, &tree));
    findings.extend(communities(cells, around));
    findings.extend(buildings(cells, &tree, around));
    findings
}

type Tree = RTree<GeomWithData<Rectangle<[f64; 2]>, usize>>;

fn rectangle(bounds: Rect<f64>) -> Rectangle<[f64; 2]> {
    Rectangle::from_corners([bounds.min().x, bounds.min().y], [bounds.max().x, bounds.max().y])
}

fn touching<'a>(tree: &'a Tree, bounds: Rect<f64>) -> impl Iterator<Item = usize> + 'a {
    let around = AABB::from_corners([bounds.min().x, bounds.min().y], [bounds.max().x, bounds.max().y]);
    tree.locate_in_envelope_intersecting(&around).map(|entry| entry.data).collect::<Vec<_>>().into_iter()
}

fn sizes(cells: &[OnPlane<'_>]) -> Vec<Finding> {
    let sized = cells.iter().map(|cell| (cell, cell.shape.unsigned_area()));
    sized
        .filter(|(_, area)| !SIZE_M2.contains(area))
        .map(|(cell, area)| Finding { area_m2: Some(area), ..about_cell(Check::G8, cell.version, String::new()) })
        .collect()
}

fn overlaps(cells: &[OnPlane<'_>], tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (index, cell) in cells.iter().enumerate() {
        for other in touching(tree, cell.bounds).filter(|other| *other > index).filter_map(|other| cells.get(other)) {
            // Bounds that share less cannot hold shapes that share more.
            if shared_m2(cell.bounds, other.bounds) <= OVERLAP_M2 || only_touch(&cell.shape, &other.shape) {
                continue;
            }
            let shared = cell.shape.intersection(&other.shape);
            let area = shared.unsigned_area();
            if area > OVERLAP_M2 {
                let (at, bounds) = spot_on_plane(&shared);
                let codes = vec![cell.version.code.clone(), other.version.code.clone()];
                let (about, area_m2) = (String::new(), Some(area));
                findings.push(Finding { check: Check::G4, cells: codes, about, area_m2, at, bounds });
            }
        }
    }
    findings
}

/// Square metres that two bounds share.
fn shared_m2(a: Rect<f64>, b: Rect<f64>) -> f64 {
    let width = a.max().x.min(b.max().x) - a.min().x.max(b.min().x);
    let height = a.max().y.min(b.max().y) - a.min().y.max(b.min().y);
    width.max(0.0) * height.max(0.0)
}

/// Whether a side of one of two shapes has all of the other beyond it: then they share no area. A quick answer for the many
/// pairs of neighbours; `false` says nothing.
fn only_touch(a: &MultiPolygon<f64>, b: &MultiPolygon<f64>) -> bool {
    parted_by_a_side(a, b) || parted_by_a_side(b, a)
}

fn parted_by_a_side(a: &MultiPolygon<f64>, b: &MultiPolygon<f64>) -> bool {
    let [polygon] = a.0.as_slice() else { return false };
    polygon.exterior().lines().any(|side| {
        let beyond = |at: Coord<f64>| {
            (side.end.x - side.start.x) * (at.y - side.start.y) - (side.end.y - side.start.y) * (at.x - side.start.x)
        };
        // The exterior runs counter-clockwise: its own side is the left one.
        polygon.exterior().0.iter().all(|at| beyond(*at) >= 0.0) && b.coords_iter().all(|at| beyond(at) <= 0.0)
    })
}

/// G5 and G6: what of a community no cell covers, and what of its cells lies outside of it.
fn communities(cells: &[OnPlane<'_>], around: &Surroundings) -> Vec<Finding> {
    let mut by_community: HashMap<&str, Vec<&OnPlane<'_>>> = HashMap::new();
    for cell in cells {
        by_community.entry(cell.version.community()).or_default().push(cell);
    }
    // A community may come in several rows.
    let mut areas: BTreeMap<&str, (&str, Vec<MultiPolygon<f64>>)> = BTreeMap::new();
    for (code, name, area) in around.communities.iter().filter(|(code, ..)| !code.is_empty()) {
        areas.entry(code).or_insert((name, Vec::new())).1.push(ground_area(area).orient(Direction::Default));
    }
    let mut findings = Vec::new();
    for (code, (name, parts)) in areas {
        let area = if parts.len() == 1 { parts.into_iter().next().unwrap_or_else(empty) } else { unary_union(&parts) };
        let own = by_community.remove(code).unwrap_or_default();
        let covered = unary_union(own.iter().map(|cell| &cell.shape));
        let about = if name.is_empty() { code.to_owned() } else { name.to_owned() };
        for gap in area.difference(&covered).0 {
            let area_m2 = gap.unsigned_area();
            if area_m2 > GAP_M2 {
                let (at, bounds) = spot_on_plane(&MultiPolygon(vec![gap]));
                let (about, area_m2) = (about.clone(), Some(area_m2));
                findings.push(Finding { check: Check::G5, cells: Vec::new(), about, area_m2, at, bounds });
            }
        }
        if covered.difference(&area).unsigned_area() <= OUTSIDE_M2 {
            continue;
        }
        for cell in own {
            let outside = cell.shape.difference(&area);
            let area_m2 = outside.unsigned_area();
            if area_m2 > OUTSIDE_M2 {
                let (at, bounds) = spot_on_plane(&outside);
                let cells = vec![cell.version.code.clone()];
                findings.push(Finding {
                    check: Check::G6,
                    cells,
                    about: about.clone(),
                    area_m2: Some(area_m2),
                    at,
                    bounds,
                });
            }
        }
    }
    findings
}

fn empty() -> MultiPolygon<f64> {
    MultiPolygon(Vec::new())
}

/// G7: buildings of which more than a rounding lies in a second cell.
fn buildings(cells: &[OnPlane<'_>], tree: &Tree, around: &Surroundings) -> Vec<Finding> {
    let convex: Vec<bool> = cells
        .iter()
        .map(
            |cell| matches!(cell.shape.0.as_slice(), [one] if one.interiors().is_empty() && one.exterior().is_convex()),
        )
        .collect();
    let mut findings = Vec::new();
    for (label, outline) in &around.buildings {
        let outline = ground_area(outline);
        let Some(bounds) = outline.bounding_rect() else { continue };
        let near: Vec<usize> = touching(tree, bounds).collect();
        // All corners in a convex cell: the building is.
        let whole = |index: &usize| {
            convex.get(*index) == Some(&true)
                && cells.get(*index).is_some_and(|cell| outline.coords_iter().all(|at| cell.shape.intersects(&at)))
        };
        if near.len() < 2 || near.iter().any(whole) || !outline.is_valid() {
            continue;
        }
        let mut shares: Vec<(f64, &OnPlane<'_>)> = near
            .iter()
            .filter_map(|index| cells.get(*index))
            .map(|cell| (cell.shape.intersection(&outline).unsigned_area(), cell))
            .filter(|(area, _)| *area > CUT_M2)
            .collect();
        shares.sort_by(|a, b| b.0.total_cmp(&a.0));
        if let [_, (second, _), ..] = shares.as_slice() {
            let area_m2 = Some(*second);
            let (at, bounds) = spot_on_plane(&outline);
            let mut codes: Vec<String> = shares.iter().map(|(_, cell)| cell.version.code.clone()).collect();
            codes.sort();
            findings.push(Finding { check: Check::G7, cells: codes, about: label.clone(), area_m2, at, bounds });
        }
    }
    findings
}
