//! Checks G1 to G11 of a street's cells (DOMAIN.md 1.6), as a report with places to zoom to.

mod areas;
mod records;
#[cfg(test)]
mod tests;

use geo::{BoundingRect, Centroid, Geometry, MapCoords, MultiPolygon, Rect};

use super::{CellBook, CellVersion};
use crate::base::LonLat;
use crate::spatial::feature::{Feature, Layer};
use crate::spatial::pack::{Pack, PackError};
use crate::spatial::plane::{area_of, ground_area, lonlat_coord};
use crate::spatial::street::address_label;

/// Overlaps up to this are roundings of the survey (G4).
pub const OVERLAP_M2: f64 = 0.1;
/// Gaps up to this are roundings of the survey (G5).
pub const GAP_M2: f64 = 1.0;
/// What a cell may reach beyond its community (G6): as much as a gap.
pub const OUTSIDE_M2: f64 = 1.0;
/// A building is cut when more than this of it lies in a second cell (G7).
pub const CUT_M2: f64 = 1.0;
/// Sizes without a warning (G8): a tenth around 10,000 m².
pub const SIZE_M2: std::ops::RangeInclusive<f64> = 9_000.0..=11_000.0;

/// A check.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Check {
    /// Code shape and known prefix.
    G1,
    /// Code given twice, at once or one after the other.
    G2,
    /// Outline no sound area.
    G3,
    /// Cells overlap.
    G4,
    /// Gap inside a community.
    G5,
    /// Cell reaches out of its community.
    G6,
    /// Border cuts a building.
    G7,
    /// Size far from the nominal one.
    G8,
    /// End before the beginning.
    G9,
    /// Void cell still bound to a duty grid.
    G10,
    /// Open case in a void cell.
    G11,
}

impl Check {
    /// All checks, in order.
    pub const ALL: [Self; 11] = [
        Self::G1,
        Self::G2,
        Self::G3,
        Self::G4,
        Self::G5,
        Self::G6,
        Self::G7,
        Self::G8,
        Self::G9,
        Self::G10,
        Self::G11,
    ];

    /// `G1` to `G11`.
    pub fn id(self) -> &'static str {
        match self {
            Self::G1 => "G1",
            Self::G2 => "G2",
            Self::G3 => "G3",
            Self::G4 => "G4",
            Self::G5 => "G5",
            Self::G6 => "G6",
            Self::G7 => "G7",
            Self::G8 => "G8",
            Self::G9 => "G9",
            Self::G10 => "G10",
            Self::G11 => "G11",
        }
    }

    /// Whether a finding is only a hint. Sizes depend on the ground; all else breaks a rule.
    pub fn is_warning(self) -> bool {
        self == Self::G8
    }
}

/// One thing that is not as it should be.
#[derive(Clone, PartialEq, Debug)]
pub struct Finding {
    /// Which check.
    pub check: Check,
    /// Codes of the cells in question; for a gap, of none.
    pub cells: Vec<String>,
    /// What else it is about, as people know it: a community, a building, a duty grid, a case, two days, a flaw.
    pub about: String,
    /// Square metres of overlap, gap or cell.
    pub area_m2: Option<f64>,
    /// Where to look; `None` when no shape says it.
    pub at: Option<LonLat>,
    /// Longitude and latitude bounds to zoom to.
    pub bounds: Option<Rect<f64>>,
}

/// What the checks found.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Report {
    /// Cells that hold.
    pub cells: usize,
    /// By check, then by code.
    pub findings: Vec<Finding>,
    /// Checks that could not be made, because what they compare with was not given.
    pub unchecked: Vec<Check>,
}

/// What the cells are compared with. Shapes are longitude and latitude.
#[derive(Clone, Debug, Default)]
pub struct Surroundings {
    /// Nine digits of the street; empty when unknown.
    pub street_code: String,
    /// Communities: 12 digits, name, area.
    pub communities: Vec<(String, String, MultiPolygon<f64>)>,
    /// Buildings: what people call them, and their outline.
    pub buildings: Vec<(String, MultiPolygon<f64>)>,
    /// Duty grids and the cells bound to them: name of the duty grid, code of the cell. `None` when not given.
    pub duties: Option<Vec<(String, String)>>,
    /// Open cases: number, code of the cell. `None` when not given.
    pub open_cases: Option<Vec<(String, String)>>,
}

impl Surroundings {
    /// Communities, buildings and duties (`officer` of a cell's row) of a pack.
    ///
    /// # Errors
    /// When a table of the pack cannot be read.
    pub fn load(pack: &Pack) -> Result<Self, PackError> {
        let mut found =
            Self { street_code: pack.meta().get("street_code").cloned().unwrap_or_default(), ..Self::default() };
        pack.features(Layer::Boundaries, |_, feature| {
            if feature.class == "community"
                && let Some(area) = area_of(feature.geometry)
            {
                found.communities.push((feature.code, feature.name, area));
            }
        })?;
        pack.features(Layer::Buildings, |_, feature| {
            let label = building_label(&feature);
            found.buildings.extend(area_of(feature.geometry).map(|area| (label, area)));
        })?;
        let mut duties = Vec::new();
        pack.features(Layer::UnitGrids, |_, feature| {
            if let Some(officer) = feature.extra("officer") {
                duties.push((officer.to_owned(), feature.code.clone()));
            }
        })?;
        found.duties = (!duties.is_empty()).then_some(duties);
        Ok(found)
    }
}

fn building_label(feature: &Feature) -> String {
    if feature.name.is_empty() { address_label(feature) } else { feature.name.clone() }
}

/// A cell that holds, with its shape on the plane.
struct OnPlane<'a> {
    version: &'a CellVersion,
    shape: MultiPolygon<f64>,
    bounds: Rect<f64>,
    /// Whether the outline is sound: only then are areas worked out with it.
    sound: bool,
}

/// Makes all checks.
pub fn check(book: &CellBook, around: &Surroundings) -> Report {
    let mut findings = records::check(book, around);
    let (cells, unsound) = areas::sound_cells(book);
    findings.extend(unsound);
    findings.extend(areas::check(&cells, around));
    findings.sort_by(|a, b| a.check.cmp(&b.check).then_with(|| a.cells.cmp(&b.cells)));
    let missing = [
        (Check::G5, around.communities.is_empty()),
        (Check::G6, around.communities.is_empty()),
        (Check::G7, around.buildings.is_empty()),
        (Check::G10, around.duties.is_none()),
        (Check::G11, around.open_cases.is_none()),
    ];
    let unchecked = missing.into_iter().filter(|(_, missing)| *missing).map(|(check, _)| check).collect();
    Report { cells: book.current().count(), findings, unchecked }
}

/// A finding about a cell as a whole.
fn about_cell(check: Check, version: &CellVersion, about: String) -> Finding {
    let (at, bounds) = spot(&version.shape);
    Finding { check, cells: vec![version.code.clone()], about, area_m2: None, at, bounds }
}

/// Where a shape in longitude and latitude lies.
fn spot(shape: &MultiPolygon<f64>) -> (Option<LonLat>, Option<Rect<f64>>) {
    let finite =
        |bounds: &Rect<f64>| [bounds.min(), bounds.max()].iter().all(|at| at.x.is_finite() && at.y.is_finite());
    let bounds = shape.bounding_rect().filter(finite);
    let at = shape.centroid().map(|at| LonLat::new(at.x(), at.y())).filter(|at| at.is_valid());
    (at.or_else(|| bounds.map(|bounds| LonLat::new(bounds.center().x, bounds.center().y))), bounds)
}

/// The same for a shape in metres.
fn spot_on_plane(shape: &MultiPolygon<f64>) -> (Option<LonLat>, Option<Rect<f64>>) {
    spot(&shape.map_coords(lonlat_coord))
}

/// A shape in metres when it is made of numbers that are places.
fn placed(version: &CellVersion) -> Option<(MultiPolygon<f64>, Rect<f64>)> {
    use geo::CoordsIter;
    let sound = Geometry::from(version.shape.clone()).coords_iter().all(|at| LonLat::new(at.x, at.y).is_valid());
    let shape = sound.then(|| ground_area(&version.shape))?;
    let bounds = shape.bounding_rect()?;
    Some((shape, bounds))
}
