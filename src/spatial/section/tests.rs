use proptest::prelude::*;

use super::*;
use crate::spatial::crs::{Ground, lonlat_from_ground};

/// A place so many metres east and north of a corner.
fn place(east_m: f64, north_m: f64) -> LonLat {
    lonlat_from_ground(Ground { east_m: 431_000.0 + east_m, north_m: 4_418_000.0 + north_m })
}

fn pipe(kind: &str, depth: &str, diameter: &str, points: &[(f64, f64)]) -> Feature {
    let at = |(east, north): &(f64, f64)| {
        let at = place(*east, *north);
        Coord { x: at.lon, y: at.lat }
    };
    let extra = [("depth_m", depth), ("diameter_mm", diameter), ("material", "钢")];
    Feature {
        layer: Layer::Pipelines,
        class: kind.to_owned(),
        code: String::new(),
        name: format!("{kind}管"),
        extra: extra.iter().filter(|(_, value)| !value.is_empty()).map(|(k, v)| (*k, (*v).to_owned())).collect(),
        geometry: LineString(points.iter().map(at).collect()).into(),
    }
}

fn cut(ends: [(f64, f64); 2], pipes: &[Feature]) -> Section {
    let ends = ends.map(|(east, north)| place(east, north));
    section(ends, pipes.iter().enumerate().map(|(fid, pipe)| (fid as i64, pipe))).unwrap()
}

#[test]
fn pipes_stand_where_the_line_cuts_them_at_their_depth() {
    let street = [
        pipe("water", "1.4", "DN600", &[(10.0, -50.0), (10.0, 50.0)]),
        pipe("sewage", "3.5", "1000", &[(18.0, -50.0), (18.0, 50.0)]),
        pipe("power", "0.9", "600x400", &[(5.0, -50.0), (5.0, 50.0)]),
        pipe("gas", "1.1", "300", &[(0.0, 60.0), (30.0, 60.0)]),
    ];
    let section = cut([(0.0, 0.0), (30.0, 0.0)], &street);
    let kinds: Vec<&str> = section.crossings.iter().map(|crossing| &*crossing.kind).collect();
    assert_eq!(kinds, ["power", "water", "sewage"]);
    // The plane of the metres is some centimetres a hundred metres away from the ellipsoid.
    assert!((section.length_m - 30.0).abs() < 0.01, "{}", section.length_m);
    let [power, water, sewage] = [0, 1, 2].map(|index| &section.crossings[index]);
    for (crossing, along) in [(power, 5.0), (water, 10.0), (sewage, 18.0)] {
        assert!((crossing.along_m - along).abs() < 0.01 && (crossing.angle_degrees - 90.0).abs() < 0.01);
    }
    assert_eq!((power.size_m, power.depth_m), (Some((0.6, 0.4)), Some((0.9, 1.3))));
    // Pressure pipes are surveyed to the top, those that drain to the bottom.
    assert_eq!((water.depth_m, sewage.depth_m), (Some((1.4, 2.0)), Some((2.5, 3.5))));
    let room = section.clearances[1];
    assert!((room.aside_m - (8.0 - 0.3 - 0.5)).abs() < 0.01 && (room.below_m.unwrap() - 0.5).abs() < 1e-9);
    assert_eq!(section.closest().unwrap().0.between, (0, 1));
    assert_eq!(section.deepest_m(), 3.5);
}

#[test]
fn a_pipe_cut_askew_is_wider_and_one_without_numbers_is_still_there() {
    let askew = pipe("water", "1.0", "1000", &[(0.0, -10.0), (20.0, 10.0)]);
    let unknown = pipe("telecom", "", "", &[(15.0, -10.0), (15.0, 10.0)]);
    let section = cut([(0.0, 0.0), (20.0, 0.0)], &[askew, unknown]);
    assert!((section.crossings[0].half_along_m() - 0.5 * std::f64::consts::SQRT_2).abs() < 1e-3);
    assert_eq!((section.crossings[1].size_m, section.crossings[1].depth_m), (None, None));
    assert_eq!(section.clearances[0].below_m, None);
    assert!(!section.report(crate::base::text::Lang::En).is_empty());
}

#[test]
fn the_joint_of_two_pieces_is_one_crossing_and_a_pipe_along_the_line_is_one_too() {
    let pieces = [
        pipe("water", "1", "200", &[(10.0, -10.0), (10.0, 0.0)]),
        pipe("water", "1", "200", &[(10.0, 0.0), (10.0, 10.0)]),
        pipe("gas", "1", "200", &[(4.0, 0.0), (8.0, 0.0)]),
    ];
    let section = cut([(0.0, 0.0), (20.0, 0.0)], &pieces);
    let found: Vec<(&str, i64)> =
        section.crossings.iter().map(|crossing| (&*crossing.kind, crossing.along_m.round() as i64)).collect();
    assert_eq!(found.iter().filter(|(kind, _)| *kind == "water").count(), 1);
    assert!(found.contains(&("water", 10)));
    // Whether a pipe on the line to the last digit meets it is up to rounding; it is cut once at most.
    assert!(found.iter().filter(|(kind, _)| *kind == "gas").count() <= 1);
}

#[test]
fn numbers_are_read_as_surveys_write_them() {
    assert_eq!(
        ["DN400", "400", "400mm", "2000x1500", "2000×1500", "", "圆", "-3", "0", "1x2x3", "NaN"]
            .map(|t| size_m(Some(t))),
        [
            Some((0.4, 0.4)),
            Some((0.4, 0.4)),
            Some((0.4, 0.4)),
            Some((2.0, 1.5)),
            Some((2.0, 1.5)),
            None,
            None,
            None,
            None,
            None,
            None
        ]
    );
    assert_eq!(["1.5", "1.5米", "埋深1.5", "深"].map(|t| number(Some(t))), [Some(1.5), Some(1.5), Some(1.5), None]);
}

#[test]
fn ends_that_make_no_section_are_refused() {
    let none: [(i64, &Feature); 0] = [];
    let refused = |a, b| section([a, b], none).unwrap_err();
    let here = place(0.0, 0.0);
    assert!(matches!(refused(here, here), SectionError::NoLength));
    assert!(matches!(refused(here, LonLat::new(f64::NAN, 0.0)), SectionError::NoPlace));
    assert!(matches!(refused(here, place(2_500.0, 0.0)), SectionError::TooLong(_)));
}

proptest! {
    /// From the other end the same pipes are met in the opposite order, at the same places.
    #[test]
    fn a_section_read_backwards_is_its_mirror(
        pipes in prop::collection::vec(
            (prop::sample::select(vec!["water", "sewage", "gas"]), 0.5..5.0_f64, 100.0..2000.0_f64,
             prop::collection::vec((-60.0..60.0_f64, -60.0..60.0_f64), 2..5)), 0..12),
        end in (5.0..60.0_f64, -60.0..60.0_f64),
    ) {
        let pipes: Vec<Feature> = pipes
            .iter()
            .map(|(kind, depth, diameter, points)| pipe(kind, &depth.to_string(), &diameter.to_string(), points))
            .collect();
        let there = cut([(0.0, 0.0), end], &pipes);
        let back = cut([end, (0.0, 0.0)], &pipes);
        prop_assert_eq!(there.crossings.len(), back.crossings.len());
        for crossing in &there.crossings {
            let mirrored = |other: &&Crossing| {
                other.fid == crossing.fid && (other.along_m + crossing.along_m - there.length_m).abs() < 1e-4
            };
            let other = back.crossings.iter().find(mirrored);
            prop_assert!(other.is_some_and(|other| (other.angle_degrees - crossing.angle_degrees).abs() < 1e-3));
        }
        prop_assert!(there.crossings.windows(2).all(|pair| pair[0].along_m <= pair[1].along_m));
        prop_assert!(there.clearances.iter().all(|room| room.aside_m >= 0.0 && room.below_m.is_none_or(|m| m >= 0.0)));
    }
}
