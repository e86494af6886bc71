use std::collections::{BTreeMap, BTreeSet};

use geo::{Area as _, BooleanOps as _, BoundingRect as _, Contains as _, CoordsIter as _, Distance as _, Euclidean};
use geo::{Geometry, LineString, MapCoords as _, Point, Polygon};
use rstar::primitives::{GeomWithData, Rectangle};
use rstar::{AABB, RTree};

use super::TOWN;
use crate::base::LonLat;
use crate::demo::{Plan, SEED, STREET, write_pack};
use crate::domain::code::{ComponentCode, GridCode};
use crate::geocode::{HitKind, Reason};
use crate::spatial::crs::{distance_m, ground_from_lonlat};
use crate::spatial::feature::{Feature, Layer};

fn metres(geometry: &Geometry<f64>) -> Geometry<f64> {
    geometry.map_coords(|at| {
        let ground = ground_from_lonlat(LonLat::new(at.x, at.y));
        geo::Coord { x: ground.east_m, y: ground.north_m }
    })
}

fn area(feature: &Feature) -> Polygon<f64> {
    match metres(&feature.geometry) {
        Geometry::Polygon(polygon) => polygon,
        other => panic!("{other:?}"),
    }
}

fn point(feature: &Feature) -> LonLat {
    match &feature.geometry {
        Geometry::Point(at) => LonLat::new(at.x(), at.y()),
        other => panic!("{other:?}"),
    }
}

fn boxed(shape: &impl geo::BoundingRect<f64, Output = Option<geo::Rect<f64>>>, by: f64) -> AABB<[f64; 2]> {
    let bounds = shape.bounding_rect().unwrap();
    AABB::from_corners([bounds.min().x - by, bounds.min().y - by], [bounds.max().x + by, bounds.max().y + by])
}

type Tree = RTree<GeomWithData<Rectangle<[f64; 2]>, usize>>;

fn tree(shapes: &[Polygon<f64>]) -> Tree {
    RTree::bulk_load(
        shapes.iter().enumerate().map(|(index, shape)| GeomWithData::new(boxed(shape, 0.0).into(), index)).collect(),
    )
}

#[test]
fn the_same_seed_gives_the_same_bytes_and_another_another_town() {
    let folder = tempfile::tempdir().unwrap();
    let again = |name: &str, seed| {
        let path = folder.path().join(name);
        write_pack(&path, Plan::town(seed), |_| ()).unwrap();
        std::fs::read(path).unwrap()
    };
    assert!(TOWN.bytes == again("again.gpkg", SEED));
    assert!(TOWN.bytes != again("other.gpkg", SEED + 1));
}

#[test]
fn it_has_what_a_subdistrict_has() {
    let count = |layer| TOWN.layers[&layer].len();
    assert_eq!(TOWN.counted, TOWN.layers.values().map(|features| features.len() as u64).sum::<u64>());
    assert!((29_500..=32_500).contains(&count(Layer::Components)), "{}", count(Layer::Components));
    assert!((470..=560).contains(&count(Layer::UnitGrids)), "{}", count(Layer::UnitGrids));
    assert_eq!(TOWN.street.communities().len(), 12);
    assert_eq!(TOWN.street.street_code(), STREET);
    assert_eq!((TOWN.meta["generated"].as_str(), TOWN.meta["title"].contains("演示")), ("true", true));
    let kinds = |layer: Layer| TOWN.layers[&layer].iter().map(|f| f.class.as_str()).collect::<BTreeSet<_>>();
    assert_eq!(
        kinds(Layer::Pipelines),
        ["gas", "heat", "power", "sewage", "storm", "water"].into_iter().collect::<BTreeSet<_>>()
    );
    for class in ["primary", "secondary", "tertiary", "residential", "living_street", "service", "footway"] {
        assert!(kinds(Layer::Roads).contains(class), "{class}");
    }
    for class in [
        "school",
        "kindergarten",
        "clinic",
        "hospital",
        "supermarket",
        "restaurant",
        "bus_stop",
        "toilets",
        "police",
        "fire_station",
        "townhall",
        "community_centre",
        "station",
        "park",
        "marketplace",
        "subway_entrance",
    ] {
        assert!(kinds(Layer::Pois).contains(class), "{class}");
    }
    assert!(kinds(Layer::Components).len() >= 40);
    let street = TOWN.layers[&Layer::Boundaries].iter().find(|border| border.class == "street").unwrap();
    assert!(street.name.contains("演示"));
    let square = area(street).unsigned_area();
    assert!((5.5e6..6.5e6).contains(&square), "{square}");
}

#[test]
fn it_lies_inside_the_district() {
    let text = include_str!("../../../data/district_110107.geojson");
    let district: geojson::FeatureCollection = text.parse().unwrap();
    let district: Vec<Geometry<f64>> =
        district.features.into_iter().map(|feature| Geometry::try_from(feature.geometry.unwrap()).unwrap()).collect();
    let all = TOWN.layers[&Layer::Boundaries].iter().chain(&TOWN.layers[&Layer::Railways]);
    for at in all.flat_map(|feature| feature.geometry.coords_iter()) {
        assert!(district.iter().any(|shape| shape.contains(&Point::from(at))), "{at:?}");
    }
}

#[test]
fn cells_tile_the_street() {
    let street = TOWN.layers[&Layer::Boundaries].iter().find(|border| border.class == "street").unwrap();
    let whole = area(street).unsigned_area();
    let communities: Vec<&Feature> =
        TOWN.layers[&Layer::Boundaries].iter().filter(|border| border.class == "community").collect();
    let of = |features: &[&Feature]| features.iter().map(|feature| area(feature).unsigned_area()).sum::<f64>();
    let cells: Vec<&Feature> = TOWN.layers[&Layer::UnitGrids].iter().collect();
    assert!((of(&communities) - whole).abs() < 1.0 && (of(&cells) - whole).abs() < 1.0);
    let shapes: Vec<Polygon<f64>> = cells.iter().map(|cell| area(cell)).collect();
    let tree = tree(&shapes);
    for (index, shape) in shapes.iter().enumerate() {
        let size = shape.unsigned_area();
        assert!((5_000.0..20_000.0).contains(&size), "{} {size}", cells[index].code);
        for other in tree.locate_in_envelope_intersecting(&boxed(shape, 0.0)).map(|entry| entry.data) {
            if other > index {
                let shared = shape.intersection(&shapes[other]).unsigned_area();
                assert!(shared < 0.1, "{} and {} share {shared}", cells[index].code, cells[other].code);
            }
        }
    }
    // Numbered from one in every community, in the north-west first.
    for community in communities {
        let own: Vec<&&Feature> = cells.iter().filter(|cell| cell.code.starts_with(&community.code)).collect();
        let codes: BTreeSet<String> = own.iter().map(|cell| cell.code.clone()).collect();
        let wanted = (1..=own.len()).map(|n| format!("{}{n:03}", community.code)).collect();
        assert_eq!(codes, wanted);
        let mean = |which: &dyn Fn(usize) -> bool| {
            let some: Vec<f64> = own
                .iter()
                .filter(|cell| which(cell.code[12..].parse().unwrap()))
                .map(|cell| area(cell).bounding_rect().unwrap().center().y)
                .collect();
            some.iter().sum::<f64>() / some.len() as f64
        };
        assert!(mean(&|n| n <= own.len() / 3) > mean(&|n| n > own.len() * 2 / 3), "{}", community.code);
    }
}

#[test]
fn houses_stand_apart_off_the_roads_and_in_one_cell() {
    let houses: Vec<Polygon<f64>> = TOWN.layers[&Layer::Buildings].iter().map(area).collect();
    let index = tree(&houses);
    for (own, house) in houses.iter().enumerate() {
        for other in index.locate_in_envelope_intersecting(&boxed(house, 0.0)).map(|entry| entry.data) {
            if other > own {
                let shared = house.intersection(&houses[other]).unsigned_area();
                assert!(
                    shared < 0.5,
                    "{:?} and {:?} share {shared}",
                    TOWN.layers[&Layer::Buildings][own],
                    TOWN.layers[&Layer::Buildings][other]
                );
            }
        }
        let feature = &TOWN.layers[&Layer::Buildings][own];
        let cells: BTreeSet<&str> = feature
            .geometry
            .coords_iter()
            .filter_map(|at| TOWN.street.cell_at(LonLat::new(at.x, at.y)))
            .map(|cell| cell.code.as_str())
            .collect();
        assert_eq!(cells.len(), 1, "{feature:?} lies in {cells:?}");
    }
    for road in &TOWN.layers[&Layer::Roads] {
        if road.class == "footway" {
            continue;
        }
        let half: f64 = road.extra("width_m").unwrap().parse::<f64>().unwrap() / 2.0;
        let Geometry::LineString(line) = metres(&road.geometry) else { panic!("{road:?}") };
        for near in index.locate_in_envelope_intersecting(&boxed(&line, half)).map(|entry| entry.data) {
            let away = Euclidean.distance(&line, &houses[near]);
            assert!(away > half - 0.6, "{away} m from {road:?}: {:?}", TOWN.layers[&Layer::Buildings][near]);
        }
    }
}

#[test]
fn roads_meet_at_shared_points_and_all_hang_together() {
    let mut owner: BTreeMap<(i64, i64), Vec<usize>> = BTreeMap::new();
    let roads: Vec<&Feature> = TOWN.layers[&Layer::Roads].iter().filter(|road| road.class != "footway").collect();
    for (index, road) in roads.iter().enumerate() {
        for at in road.geometry.coords_iter() {
            owner.entry(((at.x * 1e9).round() as i64, (at.y * 1e9).round() as i64)).or_default().push(index);
        }
    }
    let mut reached = vec![false; roads.len()];
    let mut open = vec![0];
    let mut meeting: Vec<BTreeSet<usize>> = vec![BTreeSet::new(); roads.len()];
    for all in owner.values() {
        for one in all {
            meeting[*one].extend(all);
        }
    }
    while let Some(road) = open.pop() {
        if !std::mem::replace(&mut reached[road], true) {
            open.extend(meeting[road].iter().copied());
        }
    }
    let lost: Vec<&str> = (0..roads.len()).filter(|i| !reached[*i]).map(|i| roads[i].name.as_str()).collect();
    assert!(lost.is_empty(), "{} roads hang on nothing: {lost:?}", lost.len());
}

#[test]
fn components_lie_where_they_say() {
    let mut codes = BTreeSet::new();
    let mut intact = 0;
    let all = &TOWN.layers[&Layer::Components];
    for component in all {
        let code = ComponentCode::new(component.code.clone()).unwrap();
        assert!(code.as_str().starts_with("110107") && code.as_str()[6..10] == component.class);
        assert!(codes.insert(code), "{} twice", component.code);
        let grid = GridCode::new(component.extra("grid").unwrap()).unwrap();
        let found = TOWN.street.cell_at(point(component)).unwrap_or_else(|| panic!("{component:?} lies outside"));
        assert_eq!(found.code, grid.as_str(), "{component:?}");
        intact += usize::from(component.extra("state") == Some("完好"));
        for key in ["scheme", "department", "owner", "street"] {
            assert!(component.extra(key).is_some(), "{component:?} lacks {key}");
        }
    }
    assert!(intact * 100 > all.len() * 95 && intact < all.len());
}

#[test]
fn component_classes_are_those_of_the_catalogue() {
    use crate::domain::case::command::{ClassRef, Kind};
    let catalogue = crate::domain::category::Catalogue::standard();
    let seen: BTreeSet<(&str, &str)> = TOWN.layers[&Layer::Components]
        .iter()
        .map(|component| (component.extra("scheme").unwrap(), component.class.as_str()))
        .collect();
    for (scheme, code) in seen {
        let code = crate::domain::code::ClassCode::new(code).unwrap();
        let class = ClassRef { scheme: scheme.to_owned(), kind: Kind::Component, code };
        assert!(catalogue.get(&class).is_some(), "{class:?}");
    }
}

#[test]
fn doors_houses_and_places_are_found_by_their_words() {
    let best = |query: &str| {
        let hits = TOWN.gazetteer.search(query, None, 3);
        hits.first().cloned().unwrap_or_else(|| panic!("{query} finds nothing"))
    };
    let mut doors = 0;
    let mut houses = 0;
    for address in TOWN.layers[&Layer::Addresses].iter().step_by(7) {
        let get = |key: &str| address.extra(key).unwrap_or("").to_owned();
        let query = if get("building").is_empty() {
            doors += 1;
            format!("{}{}号", get("street"), get("number"))
        } else {
            houses += 1;
            format!("{}{}号楼", get("compound"), get("building"))
        };
        let hit = best(&query);
        assert_eq!((hit.label.as_str(), hit.reason), (query.as_str(), Reason::Exact));
        assert!(distance_m(hit.at, point(address)) < 1.0, "{query} twice");
    }
    assert!(doors > 150 && houses > 80, "{doors} {houses}");
    for class in ["school", "hospital", "police", "townhall", "park", "station", "marketplace"] {
        let place = TOWN.layers[&Layer::Pois].iter().find(|poi| poi.class == class).unwrap();
        let hit = best(&place.name);
        assert_eq!((hit.kind, hit.reason, hit.label.as_str()), (HitKind::Poi, Reason::Exact, place.name.as_str()));
    }
    let compound = &TOWN.layers[&Layer::Compounds][0].name;
    assert_eq!(best(compound).kind, HitKind::Compound);
    let names: BTreeSet<&str> = TOWN.layers[&Layer::Compounds].iter().map(|feature| feature.name.as_str()).collect();
    assert_eq!(names.len(), TOWN.layers[&Layer::Compounds].len(), "no compound bears another's name");
}

#[test]
fn door_numbers_ascend_and_keep_to_their_sides() {
    let mut lines: BTreeMap<&str, Vec<LineString<f64>>> = BTreeMap::new();
    for road in &TOWN.layers[&Layer::Roads] {
        if let (false, Geometry::LineString(line)) = (road.name.is_empty(), metres(&road.geometry)) {
            lines.entry(&road.name).or_default().push(line);
        }
    }
    let mut roads: BTreeMap<&str, Vec<(u32, geo::Coord<f64>)>> = BTreeMap::new();
    for address in &TOWN.layers[&Layer::Addresses] {
        if let (Some(street), Some(number)) = (address.extra("street"), address.extra("number")) {
            let ground = ground_from_lonlat(point(address));
            let at = geo::Coord { x: ground.east_m, y: ground.north_m };
            roads.entry(street).or_default().push((number.parse().unwrap(), at));
        }
    }
    assert!(roads.len() > 80);
    for (street, mut doors) in roads {
        doors.sort_by_key(|(number, _)| *number);
        let line = &lines[street][0];
        let (first, last) = (line.0[0], line.0[line.0.len() - 1]);
        let (dx, dy) = (last.x - first.x, last.y - first.y);
        let length = dx.hypot(dy);
        let along = |at: geo::Coord<f64>| ((at.x - first.x) * dx + (at.y - first.y) * dy) / length;
        for parity in [0, 1] {
            let side: Vec<_> = doors.iter().filter(|(number, _)| number % 2 == parity).collect();
            for pair in side.windows(2) {
                assert_ne!(pair[0].0, pair[1].0, "{street}{}号 twice", pair[0].0);
                assert!(along(pair[0].1) < along(pair[1].1) + 4.0, "{street}: {pair:?}");
            }
        }
    }
}

#[test]
fn a_larger_town_is_larger_and_keeps_its_codes_apart() {
    let town = crate::demo::town::plan(3, Some(420_000));
    let codes: BTreeSet<&str> = town.cells.iter().map(|cell| cell.code.as_str()).collect();
    assert_eq!(codes.len(), town.cells.len());
    assert!(town.cells.len() > 3_500, "{}", town.cells.len());
    assert!(town.streets.len() >= 2 && codes.iter().all(|code| GridCode::new(*code).is_ok()));
    assert_eq!(town.communities.len() % 12, 0);
}

#[test]
fn parcels_lie_apart_and_bear_their_rights() {
    let parcels = &TOWN.layers[&Layer::Parcels];
    assert!((150..=900).contains(&parcels.len()), "{}", parcels.len());
    let shapes: Vec<Polygon<f64>> = parcels.iter().map(area).collect();
    let index = tree(&shapes);
    let mut codes = BTreeSet::new();
    for (own, shape) in shapes.iter().enumerate() {
        let parcel = &parcels[own];
        for other in index.locate_in_envelope_intersecting(&boxed(shape, 0.0)).map(|entry| entry.data) {
            if other > own {
                let shared = shape.intersection(&shapes[other]).unsigned_area();
                assert!(shared < 1.0, "{parcel:?} and {:?} share {shared}", parcels[other]);
            }
        }
        assert!(parcel.code.len() == 19 && codes.insert(&parcel.code), "{}", parcel.code);
        let collective = parcel.extra("ownership") == Some("集体");
        assert_eq!(&parcel.code[12..13], if collective { "J" } else { "G" });
        let said: f64 = parcel.extra("area_m2").unwrap().parse().unwrap();
        assert!((said / shape.unsigned_area() - 1.0).abs() < 0.005, "{said}");
        assert!(parcel.extra("until").is_none() || parcel.extra("right").unwrap().contains("出让"));
    }
    let uses: BTreeSet<&str> = parcels.iter().map(|parcel| &parcel.class[..2]).collect();
    assert_eq!(uses, ["05", "06", "07", "08", "10", "11"].into_iter().collect());
    assert!(parcels.iter().any(|parcel| parcel.extra("ownership") == Some("集体")));
}

#[test]
fn duty_grids_are_their_officers_cells_and_routes_stay_by_them() {
    let duties = &TOWN.layers[&Layer::DutyGrids];
    assert_eq!(duties.len(), 30);
    let all: usize = duties.iter().map(|duty| duty.extra("cells").unwrap().parse::<usize>().unwrap()).sum();
    assert_eq!(all, TOWN.layers[&Layer::UnitGrids].len());
    let whole = |features: &[Feature]| -> f64 {
        features.iter().map(|feature| metres(&feature.geometry).unsigned_area()).sum()
    };
    assert!((whole(duties) - whole(&TOWN.layers[&Layer::UnitGrids])).abs() < 1.0);
    let people = crate::demo::people(SEED, crate::base::Timestamp::UNIX_EPOCH);
    for (duty, route) in duties.iter().zip(&TOWN.layers[&Layer::PatrolRoutes]) {
        let officer = people.officers.iter().find(|officer| officer.id.0 == duty.extra("badge").unwrap()).unwrap();
        assert_eq!(duty.extra("officer"), Some(&*officer.name));
        assert_eq!(route.extra("badge"), duty.extra("badge"));
        assert!(Euclidean.distance(&metres(&route.geometry), &metres(&duty.geometry)) < 1.0, "{}", route.name);
        let length: f64 = route.extra("length_m").unwrap().parse().unwrap();
        assert!((300.0..6_000.0).contains(&length), "{length}");
    }
}

#[test]
fn cameras_and_hydrants_stand_where_the_components_stand() {
    let at = |features: &[Feature], class: &str| -> BTreeSet<String> {
        features
            .iter()
            .filter(|one| one.class == class || class.is_empty())
            .map(|one| format!("{:?}", point(one)))
            .collect()
    };
    let components = &TOWN.layers[&Layer::Components];
    assert_eq!(at(&TOWN.layers[&Layer::VideoPoints], ""), at(components, "0150"));
    assert_eq!(at(&TOWN.layers[&Layer::Emergency], "hydrant"), at(components, "0113"));
    for video in &TOWN.layers[&Layer::VideoPoints] {
        assert!(video.code.len() == 20 && video.code.bytes().all(|digit| digit.is_ascii_digit()), "{}", video.code);
        assert_eq!(video.extra("direction_degrees").is_some(), video.class != "dome");
    }
    for class in ["shelter", "store", "medical"] {
        assert!(TOWN.layers[&Layer::Emergency].iter().filter(|one| one.class == class).count() >= 5, "{class}");
    }
    let sites = &TOWN.layers[&Layer::Sites];
    assert!((5..=60).contains(&sites.len()), "{}", sites.len());
    for site in sites {
        let (starts, ends) = (site.extra("starts").unwrap(), site.extra("ends").unwrap());
        assert!(starts < "2026" && ends > "2026" && site.extra("permit").is_some(), "{site:?}");
    }
}

#[test]
fn contours_do_not_cross_and_fall_to_the_south_east() {
    let contours = &TOWN.layers[&Layer::Contours];
    assert!((25..=400).contains(&contours.len()), "{}", contours.len());
    let height = |contour: &Feature| contour.extra("height_m").unwrap().parse::<i64>().unwrap();
    for contour in contours {
        assert_eq!(contour.class == "index", height(contour) % 5 == 0);
    }
    let heights: BTreeSet<i64> = contours.iter().map(height).collect();
    assert!(heights.len() > 20 && heights.last().unwrap() - heights.first().unwrap() == heights.len() as i64 - 1);
    // Two lines of different heights share no point.
    let lines: Vec<(i64, LineString<f64>)> = contours
        .iter()
        .map(|contour| match metres(&contour.geometry) {
            Geometry::LineString(line) => (height(contour), line),
            other => panic!("{other:?}"),
        })
        .collect();
    let boxes = RTree::bulk_load(
        lines
            .iter()
            .enumerate()
            .map(|(at, (_, line))| GeomWithData::new(Rectangle::from_aabb(boxed(line, 0.0)), at))
            .collect(),
    );
    for (own, line) in &lines {
        for other in boxes.locate_in_envelope_intersecting(&boxed(line, 0.0)).map(|entry| entry.data) {
            if lines[other].0 > *own {
                assert!(Euclidean.distance(line, &lines[other].1) > 0.0, "{own} m meets {} m", lines[other].0);
            }
        }
    }
}
