use geo::{Area, BooleanOps, LineString, MapCoords, Polygon, Rect, coord};
use jiff::civil::{Date, date};
use proptest::prelude::*;

use super::*;
use crate::base::LonLat;
use crate::spatial::crs::{Ground, ground_from_lonlat};
use crate::spatial::plane::{ground_area, lonlat_area, lonlat_coord};

const COMMUNITY: &str = "110107011001";

fn metres(ring: &[(f64, f64)]) -> MultiPolygon<f64> {
    let Ground { east_m, north_m } = ground_from_lonlat(LonLat::new(116.22, 39.9));
    let ring: LineString<f64> = ring.iter().map(|(x, y)| coord! { x: east_m + x, y: north_m + y }).collect();
    lonlat_area(&MultiPolygon(vec![Polygon::new(ring, Vec::new())]))
}

fn rect(x: f64, y: f64, width: f64, height: f64) -> MultiPolygon<f64> {
    metres(&[(x, y), (x + width, y), (x + width, y + height), (x, y + height)])
}

fn line(points: &[(f64, f64)]) -> LineString<f64> {
    let Ground { east_m, north_m } = ground_from_lonlat(LonLat::new(116.22, 39.9));
    let line: LineString<f64> = points.iter().map(|(x, y)| coord! { x: east_m + x, y: north_m + y }).collect();
    line.map_coords(lonlat_coord)
}

fn on(day: Date) -> Request {
    Request { day, reason: "调整".to_owned(), recorded_at: "2026-03-01T01:00:00Z".parse().unwrap() }
}

const DAY: Date = date(2026, 3, 1);

fn code(number: u32) -> String {
    format!("{COMMUNITY}{number:03}")
}

/// Cells of 100 m side by side, drawn from west to east.
fn book(count: u32) -> CellBook {
    let mut book = CellBook::default();
    for index in 0..count {
        let edit = book
            .draw(COMMUNITY, rect(f64::from(index) * 100.0, 0.0, 100.0, 100.0), None, &on(date(2025, 1, 1)))
            .unwrap();
        book.apply(&edit);
    }
    book
}

fn codes(edit: &Edit) -> Vec<&str> {
    edit.began.iter().map(|version| version.code.as_str()).collect()
}

#[test]
fn codes_go_up_and_are_never_given_again() {
    let mut book = book(2);
    assert_eq!(book.versions().iter().map(|version| version.code.clone()).collect::<Vec<_>>(), [code(1), code(2)]);
    let void = book.void(&code(2), &on(DAY)).unwrap();
    book.apply(&void);
    let drawn = book.draw(COMMUNITY, rect(100.0, 0.0, 100.0, 100.0), None, &on(DAY)).unwrap();
    assert_eq!(codes(&drawn), [code(3)]);
    assert!(matches!(book.void(&code(2), &on(DAY)), Err(KeepError::Void { .. })));
    assert!(matches!(book.void(&code(9), &on(DAY)), Err(KeepError::Unknown { .. })));
    let mut last = book.versions()[0].clone();
    last.code = code(999);
    let full = CellBook::new(vec![last]);
    let refused = full.draw(COMMUNITY, rect(500.0, 0.0, 100.0, 100.0), None, &on(DAY));
    assert!(matches!(refused, Err(KeepError::CommunityFull { .. })));
}

#[test]
fn a_split_gives_two_codes_in_reading_order_and_loses_no_ground() {
    let book = book(1);
    let west_east = book.split(&code(1), &line(&[(40.0, -10.0), (60.0, 110.0)]), &on(DAY)).unwrap();
    assert_eq!(codes(&west_east), [code(2), code(3)]);
    let north_south = book.split(&code(1), &line(&[(110.0, 45.0), (-10.0, 45.0)]), &on(DAY)).unwrap();
    let areas: Vec<f64> = north_south.began.iter().map(|part| ground_area(&part.shape).unsigned_area()).collect();
    assert!((areas[0] - 5500.0).abs() < 0.01 && (areas[1] - 4500.0).abs() < 0.01, "north first: {areas:?}");
    let ended = north_south.ended[0].ended.as_ref().unwrap();
    assert_eq!((ended.act, ended.day, ended.others.as_slice()), (Act::Split, Some(DAY), &[code(2), code(3)][..]));
    assert!(north_south.began.iter().all(|part| part.began.others == [code(1)] && part.version == 1));
    // Corners of the old cell are corners of a part, bit by bit.
    let old = &book.of(&code(1))[0].shape.0[0];
    for corner in &old.exterior().0 {
        assert!(west_east.began.iter().any(|part| part.shape.0[0].exterior().0.contains(corner)), "{corner:?}");
    }
}

#[test]
fn lines_that_do_not_go_through_are_refused() {
    let book = book(1);
    for points in
        [&[(40.0, -10.0), (60.0, 90.0)][..], &[(200.0, 0.0), (200.0, 100.0)], &[(0.001, -10.0), (0.001, 110.0)]]
    {
        let refused = book.split(&code(1), &line(points), &on(DAY));
        assert!(matches!(refused, Err(KeepError::NotCut { .. })), "{points:?}");
    }
    let blank = Request { reason: " ".to_owned(), ..on(DAY) };
    assert_eq!(book.void(&code(1), &blank), Err(KeepError::NoReason));
    assert!(matches!(book.void(&code(1), &on(date(2024, 1, 1))), Err(KeepError::TooEarly { .. })));
}

#[test]
fn a_merge_ends_all_and_begins_one() {
    let book = book(3);
    let edit = book.merge(&[code(2), code(1)], &on(DAY)).unwrap();
    assert_eq!(codes(&edit), [code(4)]);
    assert_eq!(edit.began[0].began.others, [code(1), code(2)]);
    assert!((ground_area(&edit.began[0].shape).unsigned_area() - 20_000.0).abs() < 0.01);
    assert!(edit.ended.iter().all(|old| old.ended.as_ref().unwrap().others == [code(4)]));
    assert_eq!(book.merge(&[code(1), code(3)], &on(DAY)), Err(KeepError::NotAdjacent));
    assert_eq!(book.merge(&[code(1), code(1)], &on(DAY)), Err(KeepError::TooFew));
    let mut two = book.clone();
    two.apply(&book.draw("110107011002", rect(0.0, 100.0, 100.0, 100.0), None, &on(DAY)).unwrap());
    let refused = two.merge(&[code(1), "110107011002001".to_owned()], &on(DAY));
    assert!(matches!(refused, Err(KeepError::TwoCommunities { .. })));
}

#[test]
fn a_seam_whose_corners_are_only_almost_on_the_border_is_no_gap() {
    // Two cells above a long one; the corner between them dips a tenth of a millimetre off its side.
    let mut book = CellBook::default();
    for shape in [
        rect(0.0, 0.0, 100.0, 50.0),
        metres(&[(0.0, 50.0), (50.0, 50.0001), (50.0, 100.0), (0.0, 100.0)]),
        metres(&[(50.0, 50.0001), (100.0, 50.0), (100.0, 100.0), (50.0, 100.0)]),
    ] {
        let edit = book.draw(COMMUNITY, shape, None, &on(DAY)).unwrap();
        book.apply(&edit);
    }
    for wanted in [vec![1, 2], vec![1, 3], vec![1, 2, 3]] {
        let edit = book.merge(&wanted.iter().map(|number| code(*number)).collect::<Vec<_>>(), &on(DAY)).unwrap();
        assert_eq!(edit.began[0].shape.0[0].interiors().len(), 0, "{wanted:?}");
    }
}

#[test]
fn a_border_may_move_while_most_stays() {
    let book = book(1);
    let edit = book.reshape(&code(1), rect(0.0, 0.0, 120.0, 100.0), None, &on(DAY)).unwrap();
    assert_eq!((codes(&edit), edit.began[0].version), (vec![code(1).as_str()], 2));
    let mut after = book.clone();
    after.apply(&edit);
    assert_eq!(after.on(&code(1), date(2026, 2, 28)).unwrap().version, 1);
    assert_eq!(after.on(&code(1), DAY).unwrap().version, 2);
    assert!(!after.is_void(&code(1)));
    let refused = book.reshape(&code(1), rect(60.0, 0.0, 100.0, 100.0), None, &on(DAY));
    assert!(matches!(refused, Err(KeepError::TooDifferent { percent, .. }) if (percent - 40.0).abs() < 0.1));
}

#[test]
fn new_outlines_must_fit() {
    let book = book(2);
    let refused = book.draw(COMMUNITY, rect(150.0, 50.0, 100.0, 100.0), None, &on(DAY));
    assert!(
        matches!(refused, Err(KeepError::Overlaps { code: other, area_m2 }) if other == code(2) && area_m2 > 2499.0)
    );
    let community = rect(0.0, 0.0, 250.0, 200.0);
    let refused = book.draw(COMMUNITY, rect(200.0, 0.0, 100.0, 100.0), Some(&community), &on(DAY));
    assert!(matches!(refused, Err(KeepError::Outside { area_m2, .. }) if (area_m2 - 5000.0).abs() < 0.1));
    let bow = metres(&[(300.0, 0.0), (400.0, 100.0), (400.0, 0.0), (300.0, 100.0)]);
    assert!(matches!(book.draw(COMMUNITY, bow, None, &on(DAY)), Err(KeepError::Unsound { .. })));
    let bad = book.draw("110107", rect(300.0, 0.0, 100.0, 100.0), None, &on(DAY));
    assert!(matches!(bad, Err(KeepError::BadCommunity { .. })));
}

#[test]
fn a_family_is_the_line_of_a_cell_and_no_cousins() {
    let mut book = book(3);
    for step in 0..2 {
        let edit = match step {
            0 => book.split(&code(1), &line(&[(50.0, -10.0), (50.0, 110.0)]), &on(DAY)).unwrap(),
            _ => book.merge(&[code(5), code(2)], &on(date(2026, 4, 1))).unwrap(),
        };
        book.apply(&edit);
    }
    let family = |number| book.family(&code(number)).iter().map(|version| version.code.clone()).collect::<Vec<_>>();
    assert_eq!(family(6), [1, 2, 5, 6].map(code));
    assert_eq!(family(4), [1, 4].map(code));
    assert_eq!(family(1), [1, 4, 5, 6].map(code));
    assert_eq!(family(3), [3].map(code));
}

proptest! {
    #[test]
    fn what_is_split_and_merged_again_is_the_same_ground(
        cuts in proptest::collection::vec((0.0f64..1.0, 0.0f64..1.0, any::<bool>()), 1..4),
    ) {
        let mut book = book(1);
        let mut day = DAY;
        for (from, to, upright) in cuts {
            let current: Vec<CellVersion> = book.current().cloned().collect();
            // A line through everything cuts each cell that it meets.
            let cut = if upright {
                line(&[(from * 100.0, -5.0), (to * 100.0, 105.0)])
            } else {
                line(&[(-5.0, from * 100.0), (105.0, to * 100.0)])
            };
            for cell in current {
                if let Ok(edit) = book.split(&cell.code, &cut, &on(day)) {
                    book.apply(&edit);
                }
            }
            day = day.tomorrow().unwrap();
        }
        let mut seen = std::collections::BTreeSet::new();
        prop_assert!(book.versions().iter().all(|version| seen.insert(version.code.clone())), "a code was given twice");
        let whole: f64 = book.current().map(|cell| ground_area(&cell.shape).unsigned_area()).sum();
        prop_assert!((whole - 10_000.0).abs() < 0.01, "{whole}");
        let all: Vec<String> = book.current().map(|cell| cell.code.clone()).collect();
        if all.len() > 1 {
            let merged = book.merge(&all, &on(day)).unwrap();
            let shape = ground_area(&merged.began[0].shape);
            prop_assert_eq!(shape.0[0].interiors().len(), 0);
            let before = ground_area(&rect(0.0, 0.0, 100.0, 100.0));
            prop_assert!(shape.xor(&before).unsigned_area() < 0.01);
            let report = check::check(&book, &check::Surroundings::default());
            let wrong = report.findings.iter().filter(|finding| !finding.check.is_warning()).count();
            prop_assert_eq!(wrong, 0);
        }
    }
}

#[test]
fn rows_of_a_pack_that_say_void_are_void() {
    let feature = |state: &str| Feature {
        layer: Layer::UnitGrids,
        class: String::new(),
        code: code(1),
        name: String::new(),
        extra: vec![("state", state.to_owned())],
        geometry: Rect::new((116.2, 39.9), (116.21, 39.91)).to_polygon().into(),
    };
    assert!(imported(feature("作废")).unwrap().ended.is_some());
    assert!(imported(feature("有效")).unwrap().is_current());
}
