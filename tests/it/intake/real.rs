//! The real files beside the checkout, with counts as GDAL has them.

use std::path::Path;
use std::process::Command;

use jiedao::spatial::crs::SourceCrs;
use jiedao::spatial::feature::Layer;
use jiedao::spatial::import::profile::Profile;
use jiedao::spatial::import::{ImportError, Options};

use super::{features, taken};
use crate::import::real;

/// The one number that `ogrinfo` says to a question, or nothing when it is not installed.
#[allow(clippy::print_stdout)]
fn ogr(path: &Path, sql: &str) -> Option<u64> {
    // Its own index of nodes expects ids in order, which not every real file has.
    let Ok(told) = Command::new("ogrinfo")
        .args(["--config", "OSM_USE_CUSTOM_INDEXING", "NO", "-q", "-dialect", "SQLite", "-sql", sql])
        .arg(path)
        .output()
    else {
        println!("left out: ogrinfo is not installed");
        return None;
    };
    let text = String::from_utf8_lossy(&told.stdout).into_owned();
    let count = text.lines().find_map(|line| line.split(" = ").nth(1)?.trim().parse().ok());
    assert!(count.is_some(), "ogrinfo about {}: {text} {}", path.display(), String::from_utf8_lossy(&told.stderr));
    count
}

fn brought(path: &Path, options: &Options) -> jiedao::spatial::import::ImportReport {
    let folder = tempfile::tempdir().unwrap();
    taken(&[path.to_owned()], &folder.path().join("p.gpkg"), options).unwrap_or_else(|error| panic!("{error}"))
}

#[test]
fn geojson_has_the_rows_that_gdal_counts() {
    for name in [
        "osm_shijingshan/shijingshan_box_roads_osm2013.geojson",
        "boundary/beijing_districts_simplified.geojson",
        "boundary/district_110107_wgs84.geojson",
        "boundary/district_110107_gcj02_asis.geojson",
        "addresses/compounds_box_wgs84.geojson",
    ] {
        let Some(path) = real(name) else { continue };
        let report = brought(&path, &Options::with_crs(SourceCrs::LonLat));
        let told = Command::new("ogrinfo").args(["-so", "-al"]).arg(&path).output();
        let Ok(told) = told else { return };
        let told = String::from_utf8_lossy(&told.stdout).into_owned();
        let count: u64 =
            told.lines().filter_map(|line| line.strip_prefix("Feature Count: ")?.trim().parse::<u64>().ok()).sum();
        assert_eq!(report.rows, count, "{name}");
        assert_eq!(report.skipped, 0, "{name}: {:?}", report.skips);
    }
}

#[test]
fn openstreetmap_has_the_things_that_gdal_counts() {
    for name in [
        "osm_shijingshan/shijingshan_box_roads_osm2013.osm.pbf",
        "osm_shijingshan/beijing_roads_osm2013.osm.pbf",
        "osm_fixtures/Helsinki.osm.pbf",
        "osm_fixtures/liechtenstein.osm.pbf",
        "osm_fixtures/andorra.osm.pbf",
        "osm_fixtures/north-bayreuth.osm.gz",
        "osm_fixtures/nyc_small.osm.pbf",
    ] {
        let Some(path) = real(name) else { continue };
        let folder = tempfile::tempdir().unwrap();
        let into = folder.path().join("p.gpkg");
        let report = taken(std::slice::from_ref(&path), &into, &Options::with_crs(SourceCrs::LonLat)).unwrap();
        let asked = if name.ends_with(".gz") {
            let plain = folder.path().join("plain.osm");
            let mut packed = flate2::read::GzDecoder::new(std::fs::File::open(&path).unwrap());
            std::io::copy(&mut packed, &mut std::fs::File::create(&plain).unwrap()).unwrap();
            plain
        } else {
            path
        };
        let Some((rails, roads)) = lines(&asked) else { return };
        assert_eq!(report.layers.get(&Layer::Railways).copied().unwrap_or(0), rails, "railways of {name}");
        let ours = features(&into, Layer::Roads);
        let ours = ours.iter().filter(|road| !["platform", "pedestrian", "service"].contains(&&*road.class)).count();
        assert_eq!(ours as u64, roads, "roads of {name}");
    }
}

/// Railways and roads that are lines, by the same words that sort them here. Platforms, squares and yards are left out:
/// GDAL takes closed ones for areas by a list of its own.
fn lines(path: &Path) -> Option<(u64, u64)> {
    let rails = ogr(
        path,
        "SELECT count(*) FROM lines WHERE highway IS NULL AND railway IN ('rail', 'subway', 'light_rail', 'tram', \
         'narrow_gauge', 'monorail', 'funicular')",
    )?;
    let roads = ogr(
        path,
        "SELECT count(*) FROM lines WHERE highway IS NOT NULL AND highway NOT IN ('street_lamp', 'proposed', 'razed', \
         'abandoned', 'platform', 'pedestrian', 'service')",
    )?;
    Some((rails, roads))
}

#[test]
fn a_table_of_requests_comes_in_packed_as_it_is() {
    let Some(path) = real("incidents/boston311_2015_q1q3.csv.gz") else { return };
    let profile =
        Profile::from_toml("crs = \"wgs84\"\n[[table]]\nlayer = \"incidents\"\n[table.class]\nvalue = \"request\"")
            .unwrap();
    let report = brought(&path, &Options { profile: Some(profile), ..Options::default() });
    assert_eq!(report.rows, 93_963);
    assert_eq!(report.accepted + report.skipped, 93_963, "{:?}", report.reasons);
}

#[test]
fn tables_without_places_are_told_apart() {
    for name in ["admin_codes/110107_communities.csv", "incidents/hotline_complaints_zh.csv"] {
        let Some(path) = real(name) else { continue };
        let folder = tempfile::tempdir().unwrap();
        let outcome = taken(&[path], &folder.path().join("p.gpkg"), &Options::default());
        assert!(matches!(outcome, Err(ImportError::NoPlaces { .. })), "{name}: {outcome:?}");
    }
}
