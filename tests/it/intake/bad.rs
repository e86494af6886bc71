//! Bad input: each fault is decided, told with row and reason, and the good rows go in.

use std::io::Write;
use std::path::PathBuf;

use geo::Geometry;
use jiedao::spatial::crs::SourceCrs;
use jiedao::spatial::feature::Layer;
use jiedao::spatial::import::profile::Profile;
use jiedao::spatial::import::{ImportError, Options, SkipReason};

use super::files::{self, COVERS};
use super::{features, taken, text};

fn rule(layer: &str) -> Options {
    let profile = format!("crs = \"wgs84\"\n[[table]]\nlayer = \"{layer}\"\n[table.code]\ncolumns = [\"code\"]");
    Options { profile: Some(Profile::from_toml(&profile).unwrap()), ..Options::default() }
}

fn square(west: f64) -> String {
    let east = west + 0.001;
    format!("POLYGON(({west} 39.9, {east} 39.9, {east} 39.901, {west} 39.901, {west} 39.9))")
}

#[test]
fn each_bad_shape_is_named_with_its_row_and_the_good_ones_go_in() {
    let bow = "POLYGON((116.2 39.9, 116.201 39.901, 116.201 39.9, 116.2 39.901, 116.2 39.9))";
    let clockwise = "POLYGON((116.2 39.9, 116.2 39.901, 116.201 39.901, 116.201 39.9, 116.2 39.9))";
    let shapes = [
        square(116.20),
        bow.to_owned(),
        String::new(),
        "POLYGON EMPTY".to_owned(),
        clockwise.to_owned(),
        "POLYGON((116.2 39.9, NaN 39.9, 116.2 39.91, 116.2 39.9))".to_owned(),
        "POLYGON((39.9 116.2, 39.901 116.2, 39.901 116.201, 39.9 116.2))".to_owned(),
        "POLYGON((500 39.9, 501 39.9, 501 40, 500 39.9))".to_owned(),
        "POINT(116.2 39.9)".to_owned(),
        "POLYGON((116.2 39.9, 116.2 39.9, 116.2 39.9, 116.2 39.9))".to_owned(),
        "CIRCLE(1)".to_owned(),
        square(116.21),
    ];
    let rows: String =
        shapes.iter().enumerate().map(|(number, shape)| format!("11010700300{number:04},\"{shape}\"\n")).collect();
    let table = format!("code,wkt\n{rows}");
    let (outcome, folder) = text("cells.csv", &table, &rule("unit_grids"));
    let report = outcome.unwrap();
    let named: Vec<(i64, &str)> = report.skips.iter().map(|skip| (skip.what.number, skip.reason.key())).collect();
    // Row 1 is the header.
    let number = |row: i64| named.iter().find(|(named, _)| *named == row).map(|(_, key)| *key);
    assert_eq!(number(3), Some("crosses"));
    assert_eq!(number(4), Some("no_geometry"));
    assert_eq!(number(5), Some("no_geometry"));
    assert_eq!(number(8), Some("swapped"));
    assert_eq!(number(9), Some("no_place"));
    assert_eq!(number(10), Some("wrong_shape"));
    assert_eq!(number(11), Some("empty_area"));
    assert_eq!(number(12), Some("unsound"));
    assert!(matches!(number(7), Some("not_a_number" | "unsound")), "{named:?}");
    assert_eq!((report.accepted, report.skipped), (3, 9));
    for cell in features(&folder.path().join("p.gpkg"), Layer::UnitGrids) {
        use geo::Winding;
        let Geometry::Polygon(shape) = cell.geometry else { panic!("{cell:?}") };
        assert!(shape.exterior().is_ccw(), "winding is no fault and is turned");
    }
    // For show only, the crossing outline is taken apart.
    let report = text("lawns.csv", &table, &rule("green")).0.unwrap();
    assert_eq!((report.mended, report.reasons.get("crosses")), (1, None));
}

#[test]
fn the_same_code_twice_is_refused_and_told_with_the_first_row() {
    let table = format!(
        "code,wkt\n110107003005001,\"{}\"\n110107003005002,\"{}\"\n110107003005001,\"{}\"\n",
        square(116.20),
        square(116.21),
        square(116.22)
    );
    let report = text("cells.csv", table, &rule("unit_grids")).0.unwrap();
    assert_eq!(report.accepted, 2);
    match &report.skips[0].reason {
        SkipReason::DuplicateCode { code, first } => assert_eq!((&**code, &**first), ("110107003005001", "row 2")),
        other => panic!("{other:?}"),
    }
    assert_eq!(report.skips[0].what.number, 4);
}

#[test]
fn text_in_a_wrong_encoding_is_told_with_column_and_row() {
    // GBK where UTF-8 is said.
    let (gbk, _, _) = encoding_rs::GBK.encode("名称,lon,lat\nabc,116.2,39.9\n鲁谷,116.2,39.9\n");
    let say = Options {
        encoding: Some("utf-8".to_owned()),
        profile: Some(Profile::from_toml("[[table]]\nlayer = \"pois\"\n[table.name]\ncolumns = [\"名称\"]").unwrap()),
        ..Options::with_crs(SourceCrs::LonLat)
    };
    // The header's own names cannot be read either, so every row is refused and nothing garbled goes in.
    let report = text("a.csv", &gbk, &say).0.unwrap();
    assert_eq!((report.accepted, report.skipped), (0, 2));
    assert_eq!(report.skips[0].reason.key(), "wrong_encoding");
    // A .cpg that lies.
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.shp");
    files::shapefile(&path, &files::dbf("gbk", 0x4D), Some("UTF-8"));
    let report = taken(&[path], &folder.path().join("p.gpkg"), &Options::default()).unwrap();
    assert_eq!((report.accepted, report.reasons.get("wrong_encoding")), (0, Some(&3)), "{:?}", report.skips);
    let unknown = Options { encoding: Some("klingon".to_owned()), ..Options::default() };
    assert!(matches!(text("a.csv", &gbk, &unknown).0, Err(ImportError::UnknownEncoding(_))));
}

#[test]
fn lines_of_a_table_that_do_not_fit_are_told() {
    let table = "名称,经度,纬度\na,116.2,39.9\nb,116.2,39.9,extra\nc\nd,east,39.9\n\ne,\"116.2\",\"39.9\"\n";
    let report = text("a.csv", table, &Options::with_crs(SourceCrs::LonLat)).0.unwrap();
    assert_eq!(report.accepted, 2);
    let named: Vec<(i64, &str)> = report.skips.iter().map(|skip| (skip.what.number, skip.reason.key())).collect();
    assert_eq!(named, [(3, "ragged"), (4, "no_geometry"), (5, "no_coordinate")]);
    let none = text("a.csv", "名称,地址\na,b\n", &Options::default()).0;
    match none {
        Err(ImportError::NoPlaces { columns, .. }) => assert_eq!(columns, "名称, 地址"),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_file_cut_off_anywhere_leaves_the_pack_as_it_was() {
    for format in files::FORMATS {
        let folder = tempfile::tempdir().unwrap();
        let path = files::make(format, folder.path());
        let whole = std::fs::read(&path).unwrap();
        let into = folder.path().join("p.gpkg");
        taken(std::slice::from_ref(&path), &into, &Options::with_crs(SourceCrs::LonLat)).ok();
        std::fs::write(&into, b"as it was").unwrap();
        for part in [0, 1, 3, 5, 7, 9] {
            let cut = whole.len() * part / 10;
            std::fs::write(&path, &whole[..cut]).unwrap();
            let outcome =
                taken(std::slice::from_ref(&path), &into, &Options { accept_crs: true, ..Options::default() });
            // A table of text that ends at the end of a line, or in a number, cannot be known to be cut off.
            let plain = format.ends_with("csv");
            match outcome {
                Err(error) => {
                    let words = error.words(jiedao::base::text::Lang::En);
                    assert!(words.contains("covers"), "{format} cut at {cut}: {words}");
                    assert_eq!(std::fs::read(&into).unwrap(), b"as it was", "{format} cut at {cut}");
                }
                Ok(report) => {
                    assert!(plain, "{format} cut at {cut} of {} went in: {report:?}", whole.len());
                    std::fs::write(&into, b"as it was").unwrap();
                }
            }
        }
    }
}

#[test]
fn a_shapefile_with_half_a_table_is_told_and_a_broken_record_is_one_row() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.shp");
    let into = folder.path().join("p.gpkg");
    let table = files::dbf("gbk", 0x4D);
    files::shapefile(&path, &table[..table.len() - 40], None);
    let cut = taken(std::slice::from_ref(&path), &into, &Options::default());
    assert!(matches!(&cut, Err(ImportError::Broken { reason, .. }) if reason.contains("dbf")), "{cut:?}");
    files::shapefile(&path, &table, None);
    let mut shapes = std::fs::read(&path).unwrap();
    // The second record says it is of a kind there is none of.
    shapes[100 + 28 + 8] = 99;
    std::fs::write(&path, shapes).unwrap();
    let report = taken(std::slice::from_ref(&path), &into, &Options::default()).unwrap();
    assert_eq!((report.accepted, report.skips[0].what.number), (2, 2));
    // A polygon that claims two thousand million points.
    let ring = [(116.2, 39.9), (116.201, 39.9), (116.201, 39.901), (116.2, 39.9)];
    let mut liar = files::shp_polygon(&[&ring]);
    liar[40..44].copy_from_slice(&i32::MAX.to_le_bytes());
    std::fs::write(&path, files::shp(5, &[liar, files::shp_polygon(&[&ring]), 0_i32.to_le_bytes().to_vec()])).unwrap();
    let report = taken(&[path], &into, &rule("green")).unwrap();
    assert_eq!((report.accepted, report.skipped), (1, 2), "{:?}", report.skips);
    assert_eq!(report.skips[1].reason, SkipReason::NoGeometry);
}

#[test]
fn rings_wound_the_wrong_way_keep_their_holes() {
    let outer = [(116.2, 39.9), (116.21, 39.9), (116.21, 39.91), (116.2, 39.91), (116.2, 39.9)];
    let hole = [(116.202, 39.902), (116.202, 39.904), (116.204, 39.904), (116.202, 39.902)];
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.shp");
    let into = folder.path().join("p.gpkg");
    // The hole stands first, and outlines run against the rule.
    std::fs::write(&path, files::shp(5, &[files::shp_polygon(&[&hole, &outer])])).unwrap();
    assert_eq!(taken(&[path], &into, &rule("green")).unwrap().accepted, 1);
    let Geometry::Polygon(shape) = features(&into, Layer::Green).remove(0).geometry else { panic!("one area") };
    assert_eq!(shape.interiors().len(), 1);
}

#[test]
fn a_million_corners_go_in() {
    use std::fmt::Write;
    let mut ring = String::new();
    for step in 0..1_000_000_u32 {
        let angle = f64::from(step) * std::f64::consts::TAU / 1e6;
        let radius = 0.01 + 1e-6 * f64::from(step % 5);
        write!(ring, "{:.9} {:.9},", 116.2 + radius * angle.cos(), 39.9 + radius * angle.sin()).unwrap();
    }
    let table = format!("code,wkt\n1,\"POLYGON(({ring}116.21 39.9))\"\n2,\"{}\"\n", square(116.2));
    let (outcome, folder) = text("big.csv", table, &rule("green"));
    assert_eq!(outcome.unwrap().accepted, 2);
    use geo::CoordsIter;
    assert!(features(&folder.path().join("p.gpkg"), Layer::Green)[0].geometry.coords_count() >= 1_000_000);
}

#[test]
fn archives_that_hold_too_much_are_refused_by_what_they_claim_and_by_what_they_hold() {
    let folder = tempfile::tempdir().unwrap();
    let into = folder.path().join("p.gpkg");
    let import = |path: PathBuf| taken(&[path], &into, &Options::default());
    // A claim of many GiB in the directory of a small archive.
    let mut claims = files::zip(&[("a.geojson".to_owned(), files::geojson().into_bytes())]);
    let directory = claims.windows(4).rposition(|bytes| bytes == b"PK\x01\x02").unwrap();
    claims[directory + 24..directory + 28].copy_from_slice(&0xFFFF_FFF0_u32.to_le_bytes());
    let path = folder.path().join("claims.zip");
    std::fs::write(&path, claims).unwrap();
    let outcome = import(path);
    assert!(matches!(outcome, Err(ImportError::Bomb { limit_mib: 2048, .. })), "{outcome:?}");
    // A workbook with a part of more than a GiB of zeros, in a MiB.
    let path = folder.path().join("bomb.xlsx");
    let mut writer = zip::ZipWriter::new(std::fs::File::create(&path).unwrap());
    let quick = zip::write::SimpleFileOptions::default().compression_level(Some(1));
    writer.start_file("xl/workbook.xml", quick).unwrap();
    let block = vec![b' '; 1 << 20];
    for _ in 0..1030 {
        writer.write_all(&block).unwrap();
    }
    writer.finish().unwrap();
    let mut bytes = std::fs::read(&path).unwrap();
    let outcome = import(path.clone());
    assert!(matches!(outcome, Err(ImportError::Bomb { limit_mib: 1024, .. })), "{outcome:?}");
    // The same, claiming to be small.
    let directory = bytes.windows(4).rposition(|bytes| bytes == b"PK\x01\x02").unwrap();
    bytes[directory + 24..directory + 28].copy_from_slice(&100_u32.to_le_bytes());
    std::fs::write(&path, bytes).unwrap();
    let outcome = import(path);
    assert!(matches!(outcome, Err(ImportError::Bomb { .. } | ImportError::Broken { .. })), "{outcome:?}");
    // A gzip of one endless line.
    let path = folder.path().join("bomb.csv.gz");
    let mut packer = flate2::write::GzEncoder::new(std::fs::File::create(&path).unwrap(), flate2::Compression::fast());
    packer.write_all(b"name,wkt\n\"").unwrap();
    for _ in 0..300 {
        packer.write_all(&block).unwrap();
    }
    packer.finish().unwrap();
    let outcome = import(path);
    assert!(matches!(&outcome, Err(ImportError::Broken { reason, .. }) if reason.contains("256 MiB")), "{outcome:?}");
    assert!(!into.exists());
    // An archive of nothing that can be read, and one whose names lead out of it.
    let path = folder.path().join("other.zip");
    std::fs::write(&path, files::zip(&[("a.docx".to_owned(), vec![1, 2, 3])])).unwrap();
    assert!(matches!(import(path), Err(ImportError::UnknownKind { .. })));
    let path = folder.path().join("slip.zip");
    std::fs::write(&path, files::zip(&[("../../slip.geojson".to_owned(), files::geojson().into_bytes())])).unwrap();
    assert_eq!(import(path).unwrap().accepted, COVERS.len() as u64);
    assert!(!folder.path().join("../slip.geojson").exists());
}

#[test]
fn an_xml_bomb_is_not_expanded() {
    let kml = "<?xml version='1.0'?><!DOCTYPE kml [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;&a;'>]>\
               <kml><Placemark><name>&b;x</name><ExtendedData><Data name='amenity'><value>cafe</value></Data></ExtendedData>\
               <Point><coordinates>116.2,39.9</coordinates></Point></Placemark></kml>";
    let (outcome, folder) = text("a.kml", kml, &Options::default());
    assert_eq!(outcome.unwrap().accepted, 1);
    assert_eq!(features(&folder.path().join("p.gpkg"), Layer::Pois)[0].name, "x");
    let deep = format!("<kml>{}", "<Folder>".repeat(100_000));
    assert!(matches!(text("a.kml", deep, &Options::default()).0, Err(ImportError::Broken { .. })));
}

/// Rows in plenty pass through in the memory of one: run alone with `/usr/bin/time -v`, it shows the peak.
#[test]
#[ignore = "writes a file of three gigabytes"]
fn three_gigabytes_pass_through() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("big.geojson");
    let mut file = std::io::BufWriter::new(std::fs::File::create(&path).unwrap());
    file.write_all(b"{\"type\":\"FeatureCollection\",\"features\":[").unwrap();
    let filling = "x".repeat(2000);
    let mut written = 0_u64;
    let mut count = 0_u64;
    while written < 3 << 30 {
        let row = format!(
            r#"{}{{"type":"Feature","properties":{{"amenity":"cafe","note":"{filling}"}},"geometry":{{"type":"Point","coordinates":[116.2,39.9]}}}}"#,
            if count == 0 { "" } else { "," }
        );
        file.write_all(row.as_bytes()).unwrap();
        written += row.len() as u64;
        count += 1;
    }
    file.write_all(b"]}").unwrap();
    file.flush().unwrap();
    let trial = Options { dry_run: true, ..Options::default() };
    let report = taken(&[path], &folder.path().join("p.gpkg"), &trial).unwrap();
    assert_eq!(report.accepted, count);
    assert!(!folder.path().join("p.gpkg").exists());
}
