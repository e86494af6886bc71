//! Small valid files of every format, made by hand: the same three covers in the district wherever attributes allow.

use std::io::Write;
use std::path::{Path, PathBuf};

use flatgeobuf::{ColumnType, FgbCrs, FgbWriter, FgbWriterOptions, GeometryType};
use geo::Point;
use geozero::{ColumnValue, PropertyProcessor};
use rusqlite::Connection;

/// Code, name, longitude and latitude of what the files hold.
pub const COVERS: [(&str, &str, f64, f64); 3] = [
    ("1101070101000001", "鲁谷路给水井", 116.2229, 39.9066),
    ("1101070101000002", "八角街污水井", 116.2010, 39.9050),
    ("1101070101000003", "古城路雨水井", 116.1900, 39.9120),
];

/// Every format that [`make`] can make.
pub const FORMATS: [&str; 14] =
    ["osm", "osm.gz", "pbf", "geojson", "shp", "zip", "gpkg", "kml", "kmz", "gpx", "csv", "gbk.csv", "xlsx", "fgb"];

/// Writes a file of the format into the folder and returns its path.
pub fn make(format: &str, folder: &Path) -> PathBuf {
    let path = folder.join(format!("covers.{format}"));
    let bytes = match format {
        "osm" => osm().into_bytes(),
        "osm.gz" => gzip(osm().as_bytes()),
        "pbf" => pbf(),
        "geojson" => geojson().into_bytes(),
        "shp" => {
            shapefile(&path, &dbf("gbk", 0x4D), Some("GBK"));
            return path;
        }
        "zip" => {
            let inner = tempfile::tempdir().unwrap();
            let shapes = inner.path().join("井.shp");
            shapefile(&shapes, &dbf("gbk", 0x4D), None);
            let members: Vec<(String, Vec<u8>)> = ["shp", "dbf", "prj"]
                .map(|ending| (format!("数据/井.{ending}"), std::fs::read(shapes.with_extension(ending)).unwrap()))
                .to_vec();
            zip(&members)
        }
        "gpkg" => {
            gpkg(&path);
            return path;
        }
        "kml" => kml().into_bytes(),
        "kmz" => zip(&[("doc.kml".to_owned(), kml().into_bytes())]),
        "gpx" => gpx().into_bytes(),
        "csv" => csv(',').into_bytes(),
        "gbk.csv" => encoding_rs::GBK.encode(&csv(';')).0.into_owned(),
        "xlsx" => xlsx(),
        "fgb" => fgb(),
        other => panic!("no format {other}"),
    };
    std::fs::write(&path, bytes).unwrap();
    path
}

fn each(row: impl Fn(&(&str, &str, f64, f64)) -> String) -> String {
    COVERS.iter().map(row).collect()
}

pub fn csv(delimiter: char) -> String {
    let d = delimiter;
    let rows = each(|(code, name, lon, lat)| format!("{code}{d}\"{name}\"{d}{lon}{d}{lat}\r\n"));
    format!("部件标识码{d}部件名称{d}经度_wgs84{d}纬度_wgs84\r\n{rows}")
}

pub fn geojson() -> String {
    let rows: Vec<String> = COVERS
        .iter()
        .map(|(code, name, lon, lat)| {
            format!(
                r#"{{"type":"Feature","properties":{{"ObjID":"{code}","ObjName":"{name}"}},"geometry":{{"type":"Point","coordinates":[{lon},{lat}]}}}}"#
            )
        })
        .collect();
    format!(r#"{{"type":"FeatureCollection","features":[{}]}}"#, rows.join(",\n"))
}

fn osm() -> String {
    let mut id = 0;
    let rows: Vec<String> = COVERS
        .iter()
        .map(|(code, name, lon, lat)| {
            id += 1;
            format!(
                "<node id=\"{id}\" lon=\"{lon}\" lat=\"{lat}\"><tag k=\"manhole\" v=\"drain\"/>\
                 <tag k=\"code\" v=\"{code}\"/><tag k=\"name\" v=\"{name}\"/></node>\n"
            )
        })
        .collect();
    format!("<?xml version='1.0' encoding='UTF-8'?>\n<osm version=\"0.6\">\n{}</osm>\n", rows.concat())
}

fn kml() -> String {
    let rows = each(|(code, name, lon, lat)| {
        format!(
            "<Placemark><name>{name}</name><ExtendedData><Data name=\"ObjID\"><value>{code}</value></Data></ExtendedData>\
             <Point><coordinates>{lon},{lat},50</coordinates></Point></Placemark>\n"
        )
    });
    format!(
        "<?xml version=\"1.0\"?>\n<kml xmlns=\"http://www.opengis.net/kml/2.2\"><Document><Folder>\n{rows}\
         </Folder></Document></kml>"
    )
}

fn gpx() -> String {
    let rows = each(|(_, name, lon, lat)| {
        format!("<wpt lat=\"{lat}\" lon=\"{lon}\"><名称>{name}</名称><name>{name} &amp; 1</name></wpt>\n")
    });
    format!("<?xml version=\"1.0\"?>\n<gpx version=\"1.1\">\n{rows}</gpx>")
}

pub fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    packer.write_all(bytes).unwrap();
    packer.finish().unwrap()
}

pub fn zip(members: &[(String, Vec<u8>)]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, bytes) in members {
        writer.start_file(name.as_str(), zip::write::SimpleFileOptions::default()).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

pub const PRJ_4490: &str = r#"GEOGCS["GCS_China_Geodetic_Coordinate_System_2000",DATUM["D_China_2000",SPHEROID["CGCS2000",6378137.0,298.257222101]],PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]]"#;

/// The three beside each other: shapes, attributes, system.
pub fn shapefile(path: &Path, dbf: &[u8], cpg: Option<&str>) {
    let records: Vec<Vec<u8>> = COVERS
        .iter()
        .map(|(_, _, lon, lat)| {
            let mut record = 1_i32.to_le_bytes().to_vec();
            record.extend(lon.to_le_bytes());
            record.extend(lat.to_le_bytes());
            record
        })
        .collect();
    std::fs::write(path, shp(1, &records)).unwrap();
    std::fs::write(path.with_extension("dbf"), dbf).unwrap();
    std::fs::write(path.with_extension("prj"), PRJ_4490).unwrap();
    if let Some(cpg) = cpg {
        std::fs::write(path.with_extension("cpg"), cpg).unwrap();
    }
}

/// A `.shp` of records that begin with their shape type.
pub fn shp(kind: i32, records: &[Vec<u8>]) -> Vec<u8> {
    let length: usize = 100 + records.iter().map(|record| 8 + record.len()).sum::<usize>();
    let mut bytes = 9994_i32.to_be_bytes().to_vec();
    bytes.extend([0; 20]);
    bytes.extend(u32::try_from(length / 2).unwrap().to_be_bytes());
    bytes.extend(1000_i32.to_le_bytes());
    bytes.extend(kind.to_le_bytes());
    for bound in [116.0_f64, 39.8, 116.3, 40.0, 0.0, 0.0, 0.0, 0.0] {
        bytes.extend(bound.to_le_bytes());
    }
    for (number, record) in (1_i32..).zip(records) {
        bytes.extend(number.to_be_bytes());
        bytes.extend(u32::try_from(record.len() / 2).unwrap().to_be_bytes());
        bytes.extend(record);
    }
    bytes
}

/// A polygon record of a `.shp`.
pub fn shp_polygon(rings: &[&[(f64, f64)]]) -> Vec<u8> {
    let mut record = 5_i32.to_le_bytes().to_vec();
    for bound in [116.0_f64, 39.8, 116.3, 40.0] {
        record.extend(bound.to_le_bytes());
    }
    record.extend(i32::try_from(rings.len()).unwrap().to_le_bytes());
    record.extend(i32::try_from(rings.iter().map(|ring| ring.len()).sum::<usize>()).unwrap().to_le_bytes());
    let mut begin = 0_i32;
    for ring in rings {
        record.extend(begin.to_le_bytes());
        begin += i32::try_from(ring.len()).unwrap();
    }
    for (x, y) in rings.iter().flat_map(|ring| ring.iter()) {
        record.extend(x.to_le_bytes());
        record.extend(y.to_le_bytes());
    }
    record
}

/// The attributes as text in an encoding, with a mark of the language that may lie.
pub fn dbf(encoding: &str, mark: u8) -> Vec<u8> {
    let encoding = encoding_rs::Encoding::for_label(encoding.as_bytes()).unwrap();
    let fields: [(&str, u8); 2] = [("部件标识码", 16), ("部件名称", 40)];
    let record_bytes = 1 + fields.iter().map(|(_, length)| u16::from(*length)).sum::<u16>();
    let mut bytes = vec![3, 124, 1, 1];
    bytes.extend(u32::try_from(COVERS.len()).unwrap().to_le_bytes());
    bytes.extend((32_u16 + 32 * 2 + 1).to_le_bytes());
    bytes.extend(record_bytes.to_le_bytes());
    bytes.extend([0; 17]);
    bytes.push(mark);
    bytes.extend([0; 2]);
    for (name, length) in fields {
        let (name, _, _) = encoding.encode(name);
        let mut field = name.iter().copied().take(10).collect::<Vec<u8>>();
        field.resize(11, 0);
        field.push(b'C');
        field.extend([0; 4]);
        field.push(length);
        field.resize(32, 0);
        bytes.extend(field);
    }
    bytes.push(0x0D);
    for (code, name, _, _) in COVERS {
        bytes.push(b' ');
        for (text, length) in [(code, 16), (name, 40)] {
            let mut field = encoding.encode(text).0.into_owned();
            field.resize(length, b' ');
            bytes.extend(field);
        }
    }
    bytes.push(0x1A);
    bytes
}

/// A GeoPackage of another program, in metres on EPSG:4548.
fn gpkg(path: &Path) {
    let _ = std::fs::remove_file(path);
    let db = Connection::open(path).unwrap();
    db.execute_batch(
        "PRAGMA application_id = 1196444487;
         CREATE TABLE gpkg_spatial_ref_sys (srs_name TEXT, srs_id INTEGER PRIMARY KEY, organization TEXT,
           organization_coordsys_id INTEGER, definition TEXT, description TEXT);
         INSERT INTO gpkg_spatial_ref_sys VALUES ('CGCS2000 / 117E', 4548, 'EPSG', 4548, 'PROJCS[]', '');
         CREATE TABLE gpkg_contents (table_name TEXT PRIMARY KEY, data_type TEXT, srs_id INTEGER);
         CREATE TABLE gpkg_geometry_columns (table_name TEXT, column_name TEXT, geometry_type_name TEXT, srs_id INTEGER);
         INSERT INTO gpkg_contents VALUES ('井盖', 'features', 4548);
         INSERT INTO gpkg_geometry_columns VALUES ('井盖', '图形', 'POINT', 4548);
         CREATE TABLE \"井盖\" (id INTEGER PRIMARY KEY, \"图形\" BLOB, ObjID TEXT, ObjName TEXT);",
    )
    .unwrap();
    for (code, name, lon, lat) in COVERS {
        let at = jiedao::spatial::crs::ground_from_lonlat(jiedao::base::LonLat::new(lon, lat));
        let mut blob = b"GP\0\x01\xC4\x11\0\0\x01\x01\0\0\0".to_vec();
        blob.extend(at.east_m.to_le_bytes());
        blob.extend(at.north_m.to_le_bytes());
        db.execute(
            "INSERT INTO \"井盖\" (\"图形\", ObjID, ObjName) VALUES (?1, ?2, ?3)",
            rusqlite::params![blob, code, name],
        )
        .unwrap();
    }
}

fn fgb() -> Vec<u8> {
    let crs = FgbCrs { code: 4490, ..FgbCrs::default() };
    let options = FgbWriterOptions { crs, ..FgbWriterOptions::default() };
    let mut writer = FgbWriter::create_with_options("covers", GeometryType::Point, options).unwrap();
    writer.add_column("ObjID", ColumnType::String, |_, _| {});
    writer.add_column("ObjName", ColumnType::String, |_, _| {});
    for (code, name, lon, lat) in COVERS {
        writer
            .add_feature_geom(geo::Geometry::Point(Point::new(lon, lat)), |feature| {
                feature.property(0, "ObjID", &ColumnValue::String(code)).unwrap();
                feature.property(1, "ObjName", &ColumnValue::String(name)).unwrap();
            })
            .unwrap();
    }
    let mut bytes = Vec::new();
    writer.write(&mut bytes).unwrap();
    bytes
}

/// A workbook with a title above its header, and a sheet that is no table of places.
fn xlsx() -> Vec<u8> {
    let text = |column: char, row: usize, text: &str| {
        format!("<c r=\"{column}{row}\" t=\"inlineStr\"><is><t>{text}</t></is></c>")
    };
    let mut rows = format!("<row r=\"1\">{}</row>", text('A', 1, "部件普查表"));
    let names = ["部件标识码", "部件名称", "经度(WGS84)", "纬度(WGS84)"];
    let header: String =
        ['A', 'B', 'C', 'D'].into_iter().zip(names).map(|(column, name)| text(column, 3, name)).collect();
    rows.push_str(&format!("<row r=\"3\">{header}</row>"));
    for (row, (code, name, lon, lat)) in (4..).zip(COVERS) {
        rows.push_str(&format!(
            "<row r=\"{row}\">{}{}<c r=\"C{row}\"><v>{lon}</v></c><c r=\"D{row}\"><v>{lat}</v></c></row>",
            text('A', row, code),
            text('B', row, name)
        ));
    }
    let main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    let relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let package = "http://schemas.openxmlformats.org/package/2006";
    let sheet = |rows: &str| {
        format!("<?xml version=\"1.0\"?><worksheet xmlns=\"{main}\"><sheetData>{rows}</sheetData></worksheet>")
            .into_bytes()
    };
    let kind = |name: &str, of: &str| {
        format!(
            "<Override PartName=\"/xl/{name}.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.{of}+xml\"/>"
        )
    };
    zip(&[
        (
            "[Content_Types].xml".to_owned(),
            format!(
                "<?xml version=\"1.0\"?><Types xmlns=\"{package}/content-types\"><Default Extension=\"rels\" \
                 ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>{}{}{}</Types>",
                kind("workbook", "sheet.main"),
                kind("worksheets/sheet1", "worksheet"),
                kind("worksheets/sheet2", "worksheet")
            )
            .into_bytes(),
        ),
        (
            "_rels/.rels".to_owned(),
            format!(
                "<?xml version=\"1.0\"?><Relationships xmlns=\"{package}/relationships\"><Relationship Id=\"rId1\" \
                 Type=\"{relations}/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"
            )
            .into_bytes(),
        ),
        (
            "xl/workbook.xml".to_owned(),
            format!(
                "<?xml version=\"1.0\"?><workbook xmlns=\"{main}\" xmlns:r=\"{relations}\"><sheets>\
                 <sheet name=\"说明\" sheetId=\"1\" r:id=\"rId1\"/><sheet name=\"井盖\" sheetId=\"2\" r:id=\"rId2\"/>\
                 </sheets></workbook>"
            )
            .into_bytes(),
        ),
        (
            "xl/_rels/workbook.xml.rels".to_owned(),
            format!(
                "<?xml version=\"1.0\"?><Relationships xmlns=\"{package}/relationships\">\
                 <Relationship Id=\"rId1\" Type=\"{relations}/worksheet\" Target=\"worksheets/sheet1.xml\"/>\
                 <Relationship Id=\"rId2\" Type=\"{relations}/worksheet\" Target=\"worksheets/sheet2.xml\"/></Relationships>"
            )
            .into_bytes(),
        ),
        ("xl/worksheets/sheet1.xml".to_owned(), sheet(&format!("<row r=\"1\">{}</row>", text('A', 1, "填表说明")))),
        ("xl/worksheets/sheet2.xml".to_owned(), sheet(&rows)),
    ])
}

/// A number, then a string or message, of a protocol buffer.
fn put(out: &mut Vec<u8>, field: u8, bytes: &[u8]) {
    out.push(field << 3 | 2);
    varint(out, bytes.len() as u64);
    out.extend(bytes);
}

fn varint(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

fn zigzag(value: i64) -> u64 {
    (value << 1 ^ value >> 63) as u64
}

/// A PBF of plain nodes with tags.
fn pbf() -> Vec<u8> {
    let mut header = Vec::new();
    put(&mut header, 4, b"OsmSchema-V0.6");
    let (mut strings, mut table) =
        (vec![String::new(), "manhole".into(), "drain".into(), "code".into(), "name".into()], Vec::new());
    let mut group = Vec::new();
    for (id, (code, name, lon, lat)) in (1_i64..).zip(COVERS) {
        let first = strings.len() as u8;
        strings.extend([code.to_owned(), name.to_owned()]);
        let mut node = vec![1 << 3];
        varint(&mut node, zigzag(id));
        put(&mut node, 2, &[1, 3, 4]);
        put(&mut node, 3, &[2, first, first + 1]);
        for (field, degrees) in [(8_u8, lat), (9, lon)] {
            node.push(field << 3);
            varint(&mut node, zigzag((degrees * 1e7).round() as i64));
        }
        put(&mut group, 1, &node);
    }
    strings.iter().for_each(|text| put(&mut table, 1, text.as_bytes()));
    let mut block = Vec::new();
    put(&mut block, 1, &table);
    put(&mut block, 2, &group);
    let mut file = Vec::new();
    for (kind, data) in [("OSMHeader", header), ("OSMData", block)] {
        let mut blob = Vec::new();
        put(&mut blob, 1, &data);
        let mut head = Vec::new();
        put(&mut head, 1, kind.as_bytes());
        head.push(3 << 3);
        varint(&mut head, blob.len() as u64);
        file.extend(u32::try_from(head.len()).unwrap().to_be_bytes());
        file.extend(head);
        file.extend(blob);
    }
    file
}
