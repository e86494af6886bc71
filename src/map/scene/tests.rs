use std::path::Path;

use geo::{Geometry, LineString, MultiPolygon, Point, Polygon};
use proptest::prelude::*;

use super::*;
use crate::map::style::text::{Naming, Symbol};
use crate::spatial::feature::{Feature, Layer};
use crate::spatial::pack::PackWriter;

/// Degrees of a place so many metres east and north of the middle of Shijingshan, well enough for a test.
fn degrees(east_m: f64, north_m: f64) -> (f64, f64) {
    (116.2 + east_m / 85_500.0, 39.92 + north_m / 111_000.0)
}

fn line(points: &[(f64, f64)]) -> LineString<f64> {
    points.iter().map(|(x, y)| degrees(*x, *y)).collect()
}

fn square(x: f64, y: f64, side: f64) -> Polygon<f64> {
    Polygon::new(line(&[(x, y), (x + side, y), (x + side, y + side), (x, y + side), (x, y)]), Vec::new())
}

fn feature(layer: Layer, class: &str, name: &str, geometry: impl Into<Geometry<f64>>) -> Feature {
    Feature {
        layer,
        class: class.to_owned(),
        code: String::new(),
        name: name.to_owned(),
        extra: Vec::new(),
        geometry: geometry.into(),
    }
}

fn scene_of(features: &[Feature]) -> Scene {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("small.gpkg");
    pack_of(&path, features);
    Scene::build(&Pack::open(&path).unwrap(), |_| ()).unwrap()
}

fn pack_of(path: &Path, features: &[Feature]) {
    let mut writer = PackWriter::create(path).unwrap();
    for feature in features {
        writer.add(feature).unwrap();
    }
    writer.finish().unwrap();
}

/// Triangles of a kind at a level.
fn triangles(scene: &Scene, level: usize, kind: Kind) -> u32 {
    scene.levels()[level]
        .chunks
        .iter()
        .flat_map(|chunk| &chunk.meshes)
        .filter(|mesh| mesh.kind == kind)
        .map(|mesh| mesh.indices.len() as u32 / 3)
        .sum()
}

fn town() -> Vec<Feature> {
    let mut house = feature(Layer::Buildings, "apartments", "", square(10.0, 10.0, 20.0));
    house.extra = vec![("building", "3".to_owned()), ("compound", "八角北里".to_owned())];
    let mut cell = feature(Layer::UnitGrids, "", "", square(0.0, 0.0, 100.0));
    cell.code = "110107003005012".to_owned();
    let mut next = feature(Layer::UnitGrids, "", "", square(100.0, 0.0, 100.0));
    next.code = "110107003005013".to_owned();
    let mut lamp = feature(Layer::Components, "0137", "路灯", Point::from(degrees(50.0, 50.0)));
    lamp.extra = vec![("state", "破损".to_owned())];
    vec![
        feature(Layer::Water, "lake", "小湖", square(-300.0, -300.0, 150.0)),
        house,
        feature(Layer::Roads, "primary", "石景山路", line(&[(-400.0, 0.0), (0.0, 0.0)])),
        feature(Layer::Roads, "primary", "石景山路", line(&[(0.0, 0.0), (400.0, 5.0)])),
        cell,
        next,
        lamp,
        feature(Layer::Pois, "hospital", "石景山医院", Point::from(degrees(80.0, 200.0))),
        feature(Layer::Pois, "shop", "", Point::from(degrees(85.0, 210.0))),
    ]
}

#[test]
fn a_small_town_becomes_what_it_should() {
    let scene = scene_of(&town());
    assert_eq!((scene.stats().features, scene.stats().broken), (9, 0));
    assert_eq!(triangles(&scene, 0, Kind::Building), 2);
    assert_eq!(triangles(&scene, 0, Kind::BuildingEdge), 8);
    assert!(triangles(&scene, 0, Kind::Water) >= 2);
    assert_eq!(triangles(&scene, 0, Kind::Component), 2);
    // Seven edges, of which one is shared and drawn once.
    assert_eq!(triangles(&scene, 0, Kind::GridBorder), 14);
    let names = scene.names().within([-1e6, -1e6], [1e6, 1e6], 0.2);
    let written: Vec<(&str, Naming)> = names.iter().map(|name| (&*name.text, name.naming)).collect();
    assert_eq!(
        written,
        [
            ("石景山路", Naming::MajorRoad),
            ("小湖", Naming::Water),
            ("石景山医院", Naming::PublicPlace),
            ("012", Naming::GridNumber),
            ("013", Naming::GridNumber),
            ("3号楼", Naming::BuildingNumber),
        ]
    );
    assert_eq!(scene.names().len(), 6, "the two ways of a road are one name");
}

#[test]
fn far_levels_hold_only_what_can_be_seen_there() {
    let mut features = town();
    // Far apart, so that the scene has many levels.
    features.push(feature(Layer::Roads, "motorway", "京西高速", line(&[(-20_000.0, 900.0), (20_000.0, 900.0)])));
    let scene = scene_of(&features);
    assert!(scene.levels().len() >= 7);
    let kinds = |level: usize| -> Vec<Kind> {
        let mut kinds: Vec<Kind> =
            scene.levels()[level].chunks.iter().flat_map(|chunk| chunk.meshes.iter().map(|mesh| mesh.kind)).collect();
        kinds.sort_unstable();
        kinds.dedup();
        kinds
    };
    assert!(kinds(0).contains(&Kind::Component));
    assert!(!kinds(2).contains(&Kind::Component) && kinds(2).contains(&Kind::Building));
    assert_eq!(kinds(6), [Kind::Water, Kind::Primary, Kind::Motorway]);
    assert!(scene.names().within([-1e6, -1e6], [1e6, 1e6], 20.0).iter().all(|name| name.naming <= Naming::MajorRoad));
    for chunk in scene.levels().iter().flat_map(|level| &level.chunks) {
        assert!(chunk.meshes.windows(2).all(|pair| pair[0].kind < pair[1].kind), "meshes are found by their kind");
        assert!(chunk.arrays().unwrap().fills.iter().flatten().all(|number| number.abs() < 1e5));
    }
}

#[test]
fn the_same_pack_gives_the_same_scene() {
    let [one, two] = [scene_of(&town()), scene_of(&town())];
    assert_ne!(one.id(), two.id());
    for (a, b) in one.levels().iter().zip(two.levels()) {
        for (a, b) in a.chunks.iter().zip(&b.chunks) {
            assert_eq!((a.arrays().unwrap(), &a.meshes), (b.arrays().unwrap(), &b.meshes));
        }
    }
}

#[test]
fn an_empty_pack_is_an_empty_map() {
    let scene = scene_of(&[]);
    assert_eq!((scene.extent(), scene.levels().len(), scene.names().len()), (None, 0, 0));
}

#[test]
fn a_map_of_another_country_is_north_up_there() {
    let at = |x: f64, y: f64| (24.94 + x, 60.17 + y);
    let road: LineString<f64> = vec![at(0.0, 0.0), at(0.01, 0.0)].into();
    let scene = scene_of(&[feature(Layer::Roads, "primary", "Mannerheimintie", road)]);
    let [west, east] = [LonLat::new(24.94, 60.17), LonLat::new(24.95, 60.17)].map(|at| scene.local(at));
    let length = (east[0] - west[0]).hypot(east[1] - west[1]);
    assert!((length - 555.0).abs() < 3.0, "{length}");
    assert!((east[1] - west[1]).abs() < 10.0, "west to east is left to right");
}

#[test]
fn broken_shapes_are_counted_and_the_rest_is_drawn() {
    let mut features = town();
    let point: LineString<f64> = line(&[(5.0, 5.0), (5.0, 5.0), (5.0, 5.0)]);
    features.push(feature(Layer::Roads, "primary", "", point.clone()));
    features.push(feature(Layer::Buildings, "", "", Polygon::new(point.clone(), Vec::new())));
    features.push(feature(Layer::Water, "", "", MultiPolygon::new(vec![Polygon::new(point, Vec::new())])));
    let scene = scene_of(&features);
    assert_eq!(scene.stats().broken, 3);
    assert_eq!(triangles(&scene, 0, Kind::Building), 2);
}

#[test]
fn a_ring_of_a_hundred_thousand_points_is_no_trouble() {
    let ring: Vec<(f64, f64)> = (0..=100_000)
        .map(|i| {
            let angle = f64::from(i) / 100_000.0 * std::f64::consts::TAU;
            let radius = 800.0 + f64::from(i % 7) * 0.05;
            (radius * angle.cos(), radius * angle.sin())
        })
        .collect();
    let scene = scene_of(&[feature(Layer::Green, "wood", "大林", Polygon::new(line(&ring), Vec::new()))]);
    assert_eq!(scene.stats().broken, 0);
    assert!(
        scene.levels().last().unwrap().chunks.iter().map(|chunk| chunk.arrays().unwrap().indices.len()).sum::<usize>()
            < 6_000
    );
}

fn any_geometry() -> impl Strategy<Value = Geometry<f64>> {
    let point = || {
        let number = || prop_oneof![-500.0..500.0_f64, Just(0.0), Just(100.0), -3e4..3e4_f64];
        (number(), number()).prop_map(|(x, y)| degrees(x, y))
    };
    let ring = || prop::collection::vec(point(), 1..12).prop_map(LineString::from);
    let area =
        move || (ring(), prop::collection::vec(ring(), 0..3)).prop_map(|(outer, inner)| Polygon::new(outer, inner));
    prop_oneof![
        point().prop_map(|at| Point::from(at).into()),
        ring().prop_map(Geometry::from),
        area().prop_map(Geometry::from),
        prop::collection::vec(area(), 1..3).prop_map(|areas| MultiPolygon::new(areas).into()),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn no_pack_breaks_the_map(
        features in prop::collection::vec(
            (prop::sample::select(Layer::ALL.to_vec()), "(water|residential|primary|0137|district|)", "(鲁谷路|\u{1F600}|a b c|)", any_geometry())
                .prop_map(|(layer, class, name, geometry)| feature(layer, &class, &name, geometry)),
            0..30),
    ) {
        let scene = scene_of(&features);
        for chunk in scene.levels().iter().flat_map(|level| &level.chunks) {
            let arrays = chunk.arrays().unwrap();
            for mesh in &chunk.meshes {
                let most = if mesh.kind.form() == crate::map::style::kind::Form::Fill { arrays.fills.len() } else { arrays.wides.len() };
                for index in &arrays.indices[mesh.indices.start as usize..mesh.indices.end as usize] {
                    prop_assert!((*index as usize + mesh.base as usize) < most);
                }
            }
        }
    }
}

fn same(a: &Scene, b: &Scene) {
    assert_eq!((a.extent(), a.stats(), a.is_generated()), (b.extent(), b.stats(), b.is_generated()));
    let at = LonLat::new(116.2, 39.92);
    assert_eq!(a.local(at), b.local(at));
    assert_eq!(a.levels().len(), b.levels().len());
    for (a, b) in a.levels().iter().zip(b.levels()) {
        assert_eq!((a.number, a.chunks.len()), (b.number, b.chunks.len()));
        for (a, b) in a.chunks.iter().zip(&b.chunks) {
            assert_eq!((a.origin, a.low, a.high, &a.meshes), (b.origin, b.low, b.high, &b.meshes));
            assert_eq!(a.arrays().unwrap(), b.arrays().unwrap());
        }
    }
    let all = |scene: &Scene| -> Vec<Name> {
        [0.1, 0.5, 3.0, 20.0]
            .iter()
            .flat_map(|scale| scene.names().within([-1e6; 2], [1e6; 2], *scale).into_iter().cloned())
            .collect()
    };
    assert_eq!(all(a), all(b));
    assert_eq!(a.names().len(), b.names().len());
}

#[test]
fn a_kept_scene_is_the_scene_and_is_made_anew_when_pack_or_file_changed() {
    let folder = tempfile::tempdir().unwrap();
    let (path, kept) = (folder.path().join("small.gpkg"), folder.path().join("drawn"));
    pack_of(&path, &town());
    let pack = Pack::open(&path).unwrap();
    let made = Scene::build(&pack, |_| ()).unwrap();
    let mut read = 0;
    same(&made, &Scene::open(&pack, Some(&kept), |count| read = count).unwrap());
    assert_eq!(read, 9);
    read = 0;
    same(&made, &Scene::open(&pack, Some(&kept), |count| read = count).unwrap());
    assert_eq!(read, 0, "the second time nothing is made");
    // A byte anywhere in the file, or a lost end: made anew, and kept again.
    let file = store::path_in(&kept, pack.fingerprint().unwrap());
    let whole = std::fs::read(&file).unwrap();
    for at in (0..whole.len()).step_by(whole.len() / 60 + 1) {
        let mut bytes = whole.clone();
        bytes[at] ^= 0x10;
        std::fs::write(&file, &bytes).unwrap();
        assert!(store::open(&kept, pack.fingerprint().unwrap()).is_none(), "byte {at}");
        std::fs::write(&file, &whole[..at]).unwrap();
        assert!(store::open(&kept, pack.fingerprint().unwrap()).is_none(), "cut at {at}");
    }
    same(&made, &Scene::open(&pack, Some(&kept), |count| read = count).unwrap());
    assert_eq!(read, 9);
    // Another pack under the same name is another map.
    let mut more = town();
    more.push(feature(Layer::Pois, "school", "石景山小学", Point::from(degrees(-80.0, 200.0))));
    drop(pack);
    pack_of(&path, &more);
    let pack = Pack::open(&path).unwrap();
    let other = Scene::open(&pack, Some(&kept), |_| ()).unwrap();
    assert_eq!(other.stats().features, 10);
    assert_eq!(std::fs::read_dir(&kept).unwrap().count(), 2);
}

#[test]
fn a_folder_that_cannot_be_written_costs_the_file_and_not_the_map() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("small.gpkg");
    pack_of(&path, &town());
    let pack = Pack::open(&path).unwrap();
    // A file stands where the folder would be.
    let scene = Scene::open(&pack, Some(&path.join("drawn")), |_| ()).unwrap();
    assert_eq!(scene.stats().features, 9);
}

#[test]
fn kinds_and_namings_are_numbered_as_they_are_listed() {
    for (number, kind) in Kind::ALL.into_iter().enumerate() {
        assert_eq!(kind as usize, number);
    }
    for (number, naming) in Naming::ALL.into_iter().enumerate() {
        assert_eq!(naming as usize, number);
    }
    for (number, symbol) in Symbol::ALL.into_iter().enumerate() {
        assert_eq!(symbol as usize, number);
    }
}
