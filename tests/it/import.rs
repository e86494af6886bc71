//! Importing map data: small files of our own, and the real ones where they are at hand.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use geo::Geometry;
use jiedao::base::LonLat;
use jiedao::spatial::crs::{SourceCrs, distance_m};
use jiedao::spatial::feature::{Feature, Layer};
use jiedao::spatial::import::{ImportError, ImportReport, Options, SkipReason, import};
use jiedao::spatial::pack::Pack;
use proptest::prelude::*;

// A test that is left out says so.
#[allow(clippy::print_stdout)]
pub(crate) fn real(name: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data").join(name);
    if !path.exists() {
        println!("left out: {} is not here", path.display());
        return None;
    }
    Some(path)
}

fn bring(files: &[PathBuf], crs: SourceCrs) -> (ImportReport, BTreeMap<Layer, Vec<Feature>>) {
    let folder = tempfile::tempdir().unwrap();
    let into = folder.path().join("street.gpkg");
    let mut last = None;
    let report = import(files, &into, &Options::with_crs(crs), |progress| last = Some(progress)).unwrap();
    let last = last.unwrap();
    assert_eq!(last.done_bytes, last.total_bytes);
    let pack = Pack::open(&into).unwrap();
    let mut layers = BTreeMap::new();
    for layer in pack.layers() {
        let mut features = Vec::new();
        assert_eq!(pack.features(layer, |_, feature| features.push(feature)).unwrap().skipped, 0);
        assert_eq!(features.len() as u64, report.layers[&layer]);
        layers.insert(layer, features);
    }
    (report, layers)
}

fn with_class(features: &[Feature], classes: &[&str]) -> usize {
    features.iter().filter(|feature| classes.contains(&feature.class.as_str())).count()
}

#[test]
fn helsinki_brings_what_its_tags_say() {
    let Some(path) = real("osm_fixtures/Helsinki.osm.pbf") else { return };
    let (report, layers) = bring(&[path], SourceCrs::LonLat);
    println!("{:?}", report.layers);
    report.skips.iter().filter(|skip| skip.reason != SkipReason::NoNodes).for_each(|skip| println!("{skip}"));
    let components = &layers[&Layer::Components];
    let covers = ["0101", "0102", "0103", "0105", "0107", "0108", "0110", "0111", "0118", "0123"];
    assert_eq!(with_class(components, &covers), 402);
    assert_eq!(with_class(components, &["0137"]), 586);
    assert_eq!(with_class(components, &["0305"]), 36);
    assert_eq!(with_class(components, &["0113"]), 37);
    assert_eq!(layers[&Layer::Pipelines].len(), 79);
    // 1,470 elements bear a house number.
    assert_eq!(layers[&Layer::Addresses].len(), 1470);
    // Of 536 elements with a `building` tag 36 are nodes (33 of them entrances), 433 ways, 67 relations; of the
    // last two kinds 465 have a whole outline in the extract.
    assert_eq!(layers[&Layer::Buildings].len(), 465);
    assert_eq!(with_class(&layers[&Layer::Pipelines], &["water"]), 42);
}

#[test]
fn liechtenstein_and_the_roads_of_the_district_arrive() {
    if let Some(path) = real("osm_fixtures/liechtenstein.osm.pbf") {
        let (report, layers) = bring(&[path], SourceCrs::LonLat);
        println!("{:?} {} {:?}", report.layers, report.skipped, report.skips);
        assert!(layers[&Layer::Buildings].len() > 8_900);
        assert!(layers[&Layer::Boundaries].iter().any(|feature| feature.class == "country"));
    }
    for name in ["shijingshan_box_roads_osm2013.osm.pbf", "shijingshan_box_roads_osm2013.geojson"] {
        let Some(path) = real(&format!("osm_shijingshan/{name}")) else { return };
        let (_, layers) = bring(&[path], SourceCrs::LonLat);
        let roads = &layers[&Layer::Roads];
        assert_eq!(roads.len(), 2699, "{name}");
        assert_eq!(roads.iter().filter(|road| !road.name.is_empty()).count(), 788);
    }
}

#[test]
fn the_published_boundary_lands_on_the_true_one() {
    let Some(published) = real("boundary/district_110107_gcj02_asis.geojson") else { return };
    let Some(truth) = real("boundary/district_110107_wgs84.geojson") else { return };
    let outline = |path: PathBuf, crs| -> Vec<LonLat> {
        let (_, layers) = bring(&[path], crs);
        let feature = &layers[&Layer::Boundaries][0];
        assert_eq!((feature.class.as_str(), feature.code.as_str()), ("district", "110107"));
        use geo::CoordsIter;
        feature.geometry.coords_iter().map(|c| LonLat::new(c.x, c.y)).collect()
    };
    let truth = outline(truth, SourceCrs::LonLat);
    let converted = outline(published.clone(), SourceCrs::Gcj02);
    let raw = outline(published, SourceCrs::LonLat);
    assert_eq!(truth.len(), converted.len());
    for ((truth, converted), raw) in truth.iter().zip(&converted).zip(&raw) {
        assert!(distance_m(*truth, *converted) < 1.0);
        assert!(distance_m(*truth, *raw) > 400.0);
    }
}

const COLLECTION: &str = r#"{"type":"FeatureCollection","bbox":[1,2,3,4],"features":[
 {"type":"Feature","properties":{"highway":"residential","name":"鲁谷路"},"geometry":{"type":"LineString","coordinates":[[116.22,39.90],[116.23,39.90]]}},
 {"type":"Feature","properties":{"amenity":"waste_basket"},"geometry":{"type":"Point","coordinates":[116.22,39.90]}},
 {"type":"Feature","properties":{"building":"yes","addr:street":"鲁谷路","addr:housenumber":"12","building:levels":6},"geometry":{"type":"Polygon","coordinates":[[[116.22,39.90],[116.221,39.90],[116.221,39.901],[116.22,39.90]]]}},
 {"type":"Feature","properties":{"highway":"primary"},"geometry":{"type":"LineString","coordinates":[[433549,4419447],[116.2,39.9]]}},
 {"type":"Feature","properties":{},"geometry":{"type":"Blob","coordinates":[]}},
 {"type":"Feature","properties":{"name":"nothing"},"geometry":null}
]}"#;

#[test]
fn a_small_geojson_arrives_and_its_bad_features_are_named() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.geojson");
    std::fs::write(&path, COLLECTION).unwrap();
    let (report, layers) = bring(&[path], SourceCrs::LonLat);
    let house = &layers[&Layer::Buildings][0];
    assert_eq!((house.extra("floors"), house.extra("number")), (Some("6"), Some("12")));
    assert!(matches!(layers[&Layer::Addresses][0].geometry, Geometry::Point(_)));
    assert_eq!(layers[&Layer::Roads].len(), 1);
    assert_eq!(layers[&Layer::Components][0].class, "0305");
    let named: Vec<String> = report.skips.iter().map(|skip| skip.what.to_string()).collect();
    assert_eq!((report.skipped, named), (3, ["feature 4", "feature 5", "feature 6"].map(str::to_owned).to_vec()));
}

/// What is left in a folder after an import of these bytes under this name.
fn refused(name: &str, bytes: &[u8]) -> Result<ImportReport, ImportError> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    std::fs::write(&path, bytes).unwrap();
    let outcome = import(&[path], &folder.path().join("p.gpkg"), &Options::with_crs(SourceCrs::LonLat), |_| ());
    let left = std::fs::read_dir(folder.path()).unwrap().count();
    assert_eq!(left, if outcome.is_ok() { 2 } else { 1 }, "nothing half is left behind");
    outcome
}

#[test]
fn broken_files_are_named_and_leave_nothing() {
    let cut = &COLLECTION.as_bytes()[..500];
    match refused("cut.geojson", cut) {
        Err(error @ ImportError::Broken { rows: 2, .. }) => {
            assert!(error.to_string().contains("cut.geojson"))
        }
        other => panic!("{other:?}"),
    }
    assert!(matches!(refused("empty.geojson", b""), Err(ImportError::Broken { rows: 0, .. })));
    assert!(matches!(refused("empty.osm.pbf", b""), Err(ImportError::BrokenPbf { offset: 0, .. })));
    assert!(matches!(refused("x.bin", b"whatever"), Err(ImportError::UnknownKind { .. })));
    let Some(path) = real("osm_fixtures/nyc_small.osm.pbf") else { return };
    let whole = std::fs::read(path).unwrap();
    assert!(refused("whole.pbf", &whole).is_ok());
    for cut in [1, 3, 10, 200, whole.len() / 2, whole.len() - 1] {
        let outcome = refused("cut.pbf", &whole[..cut]);
        assert!(matches!(outcome, Err(ImportError::BrokenPbf { .. })), "cut at {cut}: {outcome:?}");
    }
    let mut spoilt = whole.clone();
    let middle = spoilt.len() / 2;
    spoilt[middle..middle + 50].fill(0x5A);
    assert!(matches!(refused("spoilt.pbf", &spoilt), Err(ImportError::BrokenPbf { offset, .. }) if offset > 0));
}

#[test]
fn the_command_tells_what_came_of_it() {
    use jiedao::base::text::Lang;
    use jiedao::cli::import::ImportArgs;
    let folder = tempfile::tempdir().unwrap();
    let (path, into) = (folder.path().join("a.geojson"), folder.path().join("p.gpkg"));
    std::fs::write(&path, COLLECTION).unwrap();
    let mut said = Vec::new();
    let args = |crs: &str, into: &Path| ImportArgs {
        files: vec![path.clone()],
        into: into.to_owned(),
        crs: Some(crs.to_owned()),
        ..ImportArgs::default()
    };
    jiedao::cli::import::run(&args("EPSG:4490", &into), Lang::En, &mut said);
    let said = String::from_utf8(said).unwrap();
    assert!(said.contains("100%") && said.contains("feature 4") && said.contains("roads"), "{said}");
    assert!(into.exists());
    let mut said = Vec::new();
    jiedao::cli::import::run(&args("moon", &folder.path().join("q.gpkg")), Lang::En, &mut said);
    assert!(String::from_utf8(said).unwrap().contains("moon"));
    assert!(!folder.path().join("q.gpkg").exists());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]
    #[test]
    fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        prop_assert!(refused("x.pbf", &bytes).is_err());
        prop_assert!(refused("x.geojson", &bytes).is_err());
    }
}
