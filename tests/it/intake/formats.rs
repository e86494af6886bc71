//! Each format brings the same things, and the way they are mapped and placed is told.

use geo::Geometry;
use jiedao::base::LonLat;
use jiedao::spatial::crs::{Bd09, Gcj02, SourceCrs, distance_m};
use jiedao::spatial::feature::Layer;
use jiedao::spatial::import::profile::Profile;
use jiedao::spatial::import::{ImportError, Options};

use super::files::{self, COVERS};
use super::{features, taken, text};

#[test]
fn every_format_brings_the_same_covers_without_a_word_said() {
    for format in files::FORMATS {
        let folder = tempfile::tempdir().unwrap();
        let path = files::make(format, folder.path());
        let into = folder.path().join("p.gpkg");
        let report = taken(&[path], &into, &Options::default()).unwrap_or_else(|error| panic!("{format}: {error}"));
        assert_eq!((report.rows, report.accepted), (3, 3), "{format}: {:?}", report.skips);
        // A GPX waypoint has nowhere to keep a code.
        let layer = if format == "gpx" { Layer::Pois } else { Layer::Components };
        let found = features(&into, layer);
        assert_eq!(found.len(), 3, "{format}: {:?}", report.layers);
        for (feature, (code, name, lon, lat)) in found.iter().zip(by_code(&found, layer)) {
            let Geometry::Point(at) = feature.geometry else { panic!("{format}: {feature:?}") };
            assert!(distance_m(LonLat::new(at.x(), at.y()), LonLat::new(lon, lat)) < 0.05, "{format}: {feature:?}");
            if layer == Layer::Components {
                assert_eq!((&*feature.code, &*feature.name), (code, name), "{format}");
                let classes = if ["osm", "osm.gz", "pbf"].contains(&format) { "0103" } else { "0101" };
                assert_eq!(feature.class, classes, "{format}");
            }
        }
    }
}

/// The covers in the order of the features: FlatGeobuf sorts them by place.
fn by_code(found: &[jiedao::spatial::feature::Feature], layer: Layer) -> Vec<(&'static str, &'static str, f64, f64)> {
    found
        .iter()
        .map(|feature| {
            let fits = |cover: &&(&str, &str, f64, f64)| {
                if layer == Layer::Components { cover.0 == feature.code } else { feature.name.starts_with(cover.1) }
            };
            *COVERS.iter().find(fits).unwrap_or_else(|| panic!("{feature:?}"))
        })
        .collect()
}

#[test]
fn the_name_of_a_file_is_not_needed() {
    for format in ["osm", "osm.gz", "pbf", "geojson", "zip", "gpkg", "kml", "gpx", "xlsx", "fgb"] {
        let folder = tempfile::tempdir().unwrap();
        let path = files::make(format, folder.path());
        let plain = folder.path().join("data");
        std::fs::rename(path, &plain).unwrap();
        let report = taken(&[plain], &folder.path().join("p.gpkg"), &Options::default());
        assert_eq!(report.unwrap_or_else(|error| panic!("{format}: {error}")).accepted, 3);
    }
}

#[test]
fn the_table_of_a_shapefile_is_read_in_its_encoding() {
    // GBK by the mark, by .cpg, by its bytes alone; UTF-8 against a mark that says GBK, by .cpg.
    for (encoding, mark, cpg) in [
        ("gbk", 0x4D, None),
        ("gbk", 0, Some("936")),
        ("gbk", 0x57, None),
        ("utf-8", 0x57, None),
        ("utf-8", 0x4D, Some("UTF-8")),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.shp");
        files::shapefile(&path, &files::dbf(encoding, mark), cpg);
        let into = folder.path().join("p.gpkg");
        let profile = "[[table]]\nlayer = \"pois\"\n[table.name]\ncolumns = [\"部件名称\", \"部件名\"]";
        let profile = Some(Profile::from_toml(profile).unwrap());
        taken(&[path], &into, &Options { profile, ..Options::default() }).unwrap();
        let names: Vec<String> = features(&into, Layer::Pois).into_iter().map(|feature| feature.name).collect();
        assert_eq!(names, COVERS.map(|cover| cover.1), "{encoding} {mark:#x} {cpg:?}");
    }
}

/// A table of points in the middle of the district, in the numbers that `make` makes of them.
fn points(header: &str, make: impl Fn(LonLat) -> (f64, f64)) -> String {
    let rows: String = (0..50)
        .map(|step| {
            let at = LonLat::new(116.17 + 0.001 * f64::from(step), 39.91);
            let (x, y) = make(at);
            format!("n{step},{x},{y}\n")
        })
        .collect();
    format!("{header}\n{rows}")
}

fn asked(
    outcome: Result<jiedao::spatial::import::ImportReport, ImportError>,
) -> Box<jiedao::spatial::import::Question> {
    match outcome {
        Err(ImportError::Ask(question)) => question,
        other => panic!("it must ask: {other:?}"),
    }
}

#[test]
fn a_system_is_asked_for_and_taken_when_it_is_said() {
    let header = "名称,x,y";
    let metres = points(header, |at| {
        let ground = jiedao::spatial::crs::ground_from_lonlat(at);
        (ground.north_m, ground.east_m)
    });
    let question = asked(text("a.csv", &metres, &Options::default()).0);
    assert_eq!((question.says.as_ref(), question.looked_at), (None, 50));
    let (best, count) = &question.inside[0];
    assert_eq!((&best.crs, best.swapped, *count), (&SourceCrs::Epsg(4548), true, 50), "{question}");
    let words = question.words(jiedao::base::text::Lang::En);
    assert!(words.contains("50 of 50") && words.contains("--crs EPSG:4548 --swap-axes"), "{words}");
    let said = Options { swap_axes: true, ..Options::with_crs(SourceCrs::Epsg(4548)) };
    let (outcome, folder) = text("a.csv", &metres, &said);
    assert_eq!(outcome.unwrap().accepted, 50);
    let first = &features(&folder.path().join("p.gpkg"), Layer::Pois)[0];
    let Geometry::Point(at) = first.geometry else { panic!("{first:?}") };
    assert!(distance_m(LonLat::new(at.x(), at.y()), LonLat::new(116.17, 39.91)) < 0.01);
    // Nothing is said in a plain table even when its numbers lie in the district: they may be those of a web map.
    let plain = points("名称,经度,纬度", |at| (at.lon, at.lat));
    let question = asked(text("a.csv", &plain, &Options::default()).0);
    assert!(question.inside.iter().any(|(reading, _)| reading.crs == SourceCrs::Gcj02), "{question}");
    assert!(question.inside.iter().any(|(reading, _)| reading.crs == SourceCrs::Bd09), "{question}");
    let accept = Options { accept_crs: true, ..Options::default() };
    assert_eq!(text("a.csv", &plain, &accept).0.unwrap().accepted, 50);
}

#[test]
fn swapped_axes_of_a_whole_file_are_asked_about_and_of_one_row_told() {
    let swapped = files::geojson().replace("[116.2229,39.9066]", "[39.9066,116.2229]");
    let (outcome, _folder) = text("a.geojson", &swapped, &Options::default());
    let report = outcome.unwrap();
    assert_eq!((report.accepted, report.reasons.get("swapped")), (2, Some(&1)), "{:?}", report.skips);
    let mut all = files::geojson();
    for (_, _, lon, lat) in COVERS {
        all = all.replace(&format!("[{lon},{lat}]"), &format!("[{lat},{lon}]"));
    }
    let question = asked(text("a.geojson", &all, &Options::default()).0);
    assert!(question.inside[0].0.swapped && question.inside[0].1 == 3, "{question}");
    let say = Options { swap_axes: true, ..Options::with_crs(SourceCrs::LonLat) };
    assert_eq!(text("a.geojson", &all, &say).0.unwrap().accepted, 3);
}

#[test]
fn a_system_that_a_file_names_wrongly_is_doubted() {
    // Far to the east of where they are: as if Helsinki's data were brought.
    let moved = files::geojson().replace("116.", "24.");
    let question = asked(text("a.geojson", &moved, &Options::default()).0);
    assert_eq!(question.says, Some(SourceCrs::LonLat));
    let accept = Options { accept_crs: true, ..Options::default() };
    assert_eq!(text("a.geojson", &moved, &accept).0.unwrap().accepted, 3);
}

#[test]
fn web_map_systems_are_turned_back_when_columns_name_them() {
    for (header, system) in [("名称,lng_gcj02,lat_gcj02", "gcj"), ("名称,百度经度,百度纬度", "bd")] {
        let table = points(header, |at| {
            if system == "gcj" {
                (Gcj02::from(at).lon, Gcj02::from(at).lat)
            } else {
                (Bd09::from(at).lon, Bd09::from(at).lat)
            }
        });
        let (outcome, folder) = text("a.csv", &table, &Options::default());
        assert_eq!(outcome.unwrap().accepted, 50);
        let first = &features(&folder.path().join("p.gpkg"), Layer::Pois)[0];
        let Geometry::Point(at) = first.geometry else { panic!("{first:?}") };
        assert!(distance_m(LonLat::new(at.x(), at.y()), LonLat::new(116.17, 39.91)) < 0.01, "{header}");
    }
}

#[test]
fn a_crs_member_of_geojson_counts() {
    let at = jiedao::spatial::crs::ground_from_lonlat(LonLat::new(116.2229, 39.9066));
    let member = r#""crs":{"type":"name","properties":{"name":"urn:ogc:def:crs:EPSG::4548"}},"features""#;
    let metres = files::geojson()
        .replace("[116.2229,39.9066]", &format!("[{},{}]", at.east_m, at.north_m))
        .replace("\"features\"", member);
    let (outcome, _folder) = text("a.geojson", &metres, &Options::default());
    // The two rows that still are degrees lie at the equator of that system, far away.
    let report = outcome;
    match report {
        Ok(report) => assert_eq!(report.sources[0].crs, "EPSG:4548"),
        Err(ImportError::Ask(question)) => assert_eq!(question.says, Some(SourceCrs::Epsg(4548))),
        Err(error) => panic!("{error}"),
    }
    let unknown = member.replace("EPSG::4548", "MOON::1");
    let (outcome, _folder) = text("a.geojson", files::geojson().replace("\"features\"", &unknown), &Options::default());
    assert!(matches!(outcome, Err(ImportError::Broken { reason, .. }) if reason.contains("MOON")));
}

#[test]
fn tracks_routes_and_shapes_of_kml_and_gpx_are_what_they_are() {
    let gpx = "<gpx><trk><name>t</name><trkseg><trkpt lat='39.90' lon='116.2'/><trkpt lat='39.91' lon='116.2'/></trkseg>\
               <trkseg><trkpt lat='39.92' lon='116.2'/><trkpt lat='39.93' lon='116.2'/></trkseg></trk>\
               <rte><name>r</name><rtept lat='39.9' lon='116.2'><name>not it</name></rtept><rtept lat='39.91' lon='116.2'/></rte></gpx>";
    let profile = Profile::from_toml("[[table]]\nlayer = \"roads\"\n[table.name]\ncolumns = [\"name\"]").unwrap();
    let options = Options { profile: Some(profile), ..Options::default() };
    let (outcome, folder) = text("a.gpx", gpx, &options);
    assert_eq!(outcome.unwrap().accepted, 2);
    let roads = features(&folder.path().join("p.gpkg"), Layer::Roads);
    assert!(matches!(&roads[0].geometry, Geometry::MultiLineString(lines) if lines.0.len() == 2));
    assert_eq!(roads[1].name, "r");
    let ring = |lon: f64| format!("{lon},39.9 {},39.9 {lon},39.91 {lon},39.9", lon + 0.01);
    let kml = format!(
        "<kml><Placemark><name>a</name><MultiGeometry><Polygon><outerBoundaryIs><LinearRing><coordinates>{}</coordinates>\
         </LinearRing></outerBoundaryIs></Polygon><Polygon><outerBoundaryIs><LinearRing><coordinates>{}</coordinates>\
         </LinearRing></outerBoundaryIs></Polygon></MultiGeometry></Placemark></kml>",
        ring(116.2),
        ring(116.18)
    );
    let profile = Profile::from_toml("[[table]]\nlayer = \"green\"").unwrap();
    let (outcome, folder) = text("a.kml", kml, &Options { profile: Some(profile), ..Options::default() });
    assert_eq!(outcome.unwrap().accepted, 1);
    let green = features(&folder.path().join("p.gpkg"), Layer::Green);
    assert!(matches!(&green[0].geometry, Geometry::MultiPolygon(parts) if parts.0.len() == 2));
}
