use geo::Rect;
use jiff::civil::date;

use super::*;
use crate::base::text::Lang;
use crate::spatial::crs::{Ground, ground_from_lonlat};
use crate::spatial::grid::{Act, Change};
use crate::spatial::plane::lonlat_area;

const COMMUNITY: &str = "110107011001";

/// A rectangle of metres east and north of a corner in the district.
fn area(x: f64, y: f64, width: f64, height: f64) -> MultiPolygon<f64> {
    let Ground { east_m, north_m } = ground_from_lonlat(LonLat::new(116.22, 39.9));
    let corner = (east_m + x, north_m + y);
    lonlat_area(&MultiPolygon(vec![Rect::new(corner, (corner.0 + width, corner.1 + height)).to_polygon()]))
}

fn change(act: Act, day: Option<jiff::civil::Date>) -> Change {
    Change { act, day, reason: "因".to_owned(), recorded_at: None, others: Vec::new() }
}

fn cell(sequence: u32, shape: MultiPolygon<f64>) -> CellVersion {
    let code = format!("{COMMUNITY}{sequence:03}");
    CellVersion { code, version: 1, shape, began: change(Act::Drawn, Some(date(2025, 1, 1))), ended: None }
}

/// Two by two cells of 100 m that fill their community, with a building in one and nothing wrong.
fn sound() -> (Vec<CellVersion>, Surroundings) {
    let corners = [(0.0, 100.0), (100.0, 100.0), (0.0, 0.0), (100.0, 0.0)];
    let cells = (1..).zip(corners).map(|(sequence, (x, y))| cell(sequence, area(x, y, 100.0, 100.0))).collect();
    let around = Surroundings {
        street_code: "110107011".to_owned(),
        communities: vec![(COMMUNITY.to_owned(), "六合园社区".to_owned(), area(0.0, 0.0, 200.0, 200.0))],
        buildings: vec![("6号楼".to_owned(), area(60.0, 20.0, 40.0, 15.0))],
        duties: Some(vec![("张三".to_owned(), format!("{COMMUNITY}001"))]),
        open_cases: Some(vec![("26112600001".to_owned(), format!("{COMMUNITY}002"))]),
    };
    (cells, around)
}

fn found(cells: Vec<CellVersion>, around: &Surroundings) -> Vec<Finding> {
    let report = check(&CellBook::new(cells), around);
    for finding in &report.findings {
        for lang in [Lang::ZhCn, Lang::En] {
            let words = finding.words(lang);
            assert!(!words.contains(['{', '}']) && !words.starts_with("grid."), "{words}");
        }
        assert!(finding.at.is_some() && finding.bounds.is_some(), "{finding:?}");
    }
    report.findings
}

/// Exactly one finding, of this check.
fn only(findings: &[Finding], wanted: Check) -> &Finding {
    let checks: Vec<Check> = findings.iter().map(|finding| finding.check).collect();
    assert_eq!(checks, [wanted], "{findings:?}");
    &findings[0]
}

#[test]
fn a_sound_grid_has_no_findings() {
    let (cells, around) = sound();
    assert_eq!(found(cells, &around), []);
}

#[test]
fn g1_codes_that_are_none_or_of_elsewhere() {
    let (mut cells, mut around) = sound();
    cells[3].code = "1101070110010".to_owned();
    only(&found(cells.clone(), &around), Check::G1);
    around.communities.clear();
    only(&found(cells.clone(), &around), Check::G1);
    cells[3].code = "110107012001004".to_owned();
    only(&found(cells.clone(), &around), Check::G1);
    cells[3].code = "110107011001000".to_owned();
    only(&found(cells, &around), Check::G1);
}

#[test]
fn g2_codes_given_twice_at_once_or_one_after_the_other() {
    let (mut cells, around) = sound();
    cells[3].code = cells[2].code.clone();
    cells[3].version = 2;
    assert_eq!(only(&found(cells, &around), Check::G2).cells, [format!("{COMMUNITY}003")]);
    let (mut cells, around) = sound();
    let mut before = cells[3].clone();
    before.ended = Some(change(Act::Voided, Some(date(2025, 6, 1))));
    cells[3].version = 2;
    cells[3].began.day = Some(date(2025, 6, 1));
    cells.push(before.clone());
    only(&found(cells.clone(), &around), Check::G2);
    // A border that moved keeps its code.
    cells[4].ended = Some(change(Act::Reshaped, Some(date(2025, 6, 1))));
    cells[3].began.act = Act::Reshaped;
    assert_eq!(found(cells, &around), []);
}

#[test]
fn g3_outlines_that_cross_themselves() {
    let (mut cells, mut around) = sound();
    around.communities.clear();
    let mut ring = cells[0].shape.0[0].exterior().0.clone();
    ring.swap(1, 2);
    cells[0].shape = MultiPolygon(vec![geo::Polygon::new(geo::LineString(ring), Vec::new())]);
    assert!(!only(&found(cells, &around), Check::G3).about.is_empty());
}

#[test]
fn g4_overlaps_beyond_a_rounding() {
    let (mut cells, mut around) = sound();
    cells[0].shape = area(0.0, 100.0, 100.0005, 100.0);
    assert_eq!(found(cells.clone(), &around), [], "0.05 m² is a rounding");
    cells[0].shape = area(0.0, 100.0, 103.0, 100.0);
    around.buildings.clear();
    let findings = found(cells, &around);
    let overlap = only(&findings, Check::G4);
    assert!((overlap.area_m2.unwrap() - 300.0).abs() < 0.01);
    assert_eq!(overlap.cells, [1, 2].map(|sequence| format!("{COMMUNITY}00{sequence}")));
    let bounds = overlap.bounds.unwrap();
    assert!(bounds.width() < bounds.height() / 15.0, "zooms to the overlap itself: {bounds:?}");
}

#[test]
fn g5_gaps_within_the_community() {
    let (mut cells, around) = sound();
    cells[1].shape = area(100.0, 100.0, 99.995, 100.0);
    assert_eq!(found(cells.clone(), &around), [], "0.5 m² is a rounding");
    cells[1].shape = area(100.0, 100.0, 95.0, 100.0);
    let findings = found(cells, &around);
    let gap = only(&findings, Check::G5);
    assert!((gap.area_m2.unwrap() - 500.0).abs() < 0.01 && gap.about == "六合园社区");
}

#[test]
fn g6_cells_beyond_their_community() {
    let (mut cells, around) = sound();
    cells[1].shape = area(100.0, 100.0, 104.0, 100.0);
    let findings = found(cells, &around);
    let outside = only(&findings, Check::G6);
    assert!((outside.area_m2.unwrap() - 400.0).abs() < 0.01);
    assert_eq!(outside.cells, [format!("{COMMUNITY}002")]);
}

#[test]
fn g7_borders_through_buildings() {
    let (cells, mut around) = sound();
    around.buildings.push(("墙边".to_owned(), area(60.0, 50.0, 40.0001, 15.0)));
    assert_eq!(found(cells.clone(), &around), [], "a wall on the border is not cut");
    around.buildings.push(("7号楼".to_owned(), area(90.0, 90.0, 30.0, 5.0)));
    let findings = found(cells, &around);
    let cut = only(&findings, Check::G7);
    assert_eq!((cut.about.as_str(), cut.cells.len()), ("7号楼", 2));
    assert!((cut.area_m2.unwrap() - 50.0).abs() < 0.01);
}

#[test]
fn g8_sizes_are_only_warned_of() {
    let (mut cells, mut around) = sound();
    around.communities.clear();
    cells[1].shape = area(100.0, 100.0, 120.0, 100.0);
    let findings = found(cells.clone(), &around);
    let size = only(&findings, Check::G8);
    assert!(size.check.is_warning() && (size.area_m2.unwrap() - 12_000.0).abs() < 0.1);
    cells[1].shape = area(100.0, 100.0, 109.0, 100.0);
    assert_eq!(found(cells, &around), []);
}

#[test]
fn g9_ends_before_the_beginning() {
    let (mut cells, around) = sound();
    let mut past = cell(9, area(0.0, 0.0, 200.0, 100.0));
    past.ended = Some(change(Act::Split, Some(date(2025, 1, 1))));
    cells.push(past);
    assert_eq!(found(cells.clone(), &around), [], "ended on its first day");
    cells[4].ended = Some(change(Act::Split, Some(date(2024, 12, 31))));
    only(&found(cells, &around), Check::G9);
}

#[test]
fn g10_and_g11_void_cells_that_somebody_still_counts_on() {
    let (mut cells, mut around) = sound();
    let mut past = cell(9, area(0.0, 0.0, 200.0, 100.0));
    past.ended = Some(change(Act::Merged, Some(date(2025, 3, 1))));
    cells.push(past);
    let code = format!("{COMMUNITY}009");
    around.duties = Some(vec![("李四".to_owned(), code.clone())]);
    assert_eq!(only(&found(cells.clone(), &around), Check::G10).about, "李四");
    around.duties = Some(Vec::new());
    around.open_cases = Some(vec![("26112600002".to_owned(), code)]);
    assert_eq!(only(&found(cells, &around), Check::G11).about, "26112600002");
}

#[test]
fn what_was_not_given_is_said_to_be_unchecked() {
    let report = check(&CellBook::new(sound().0), &Surroundings::default());
    assert_eq!(report.unchecked, [Check::G5, Check::G6, Check::G7, Check::G10, Check::G11]);
    assert_eq!((report.cells, report.findings), (4, Vec::new()));
}
