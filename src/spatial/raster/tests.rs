use std::path::{Path, PathBuf};

use geo::Rect;
use proptest::prelude::*;

use super::address::Tianditu;
use super::pmtiles::{HEAD, number};
use super::wanted::{Reach, part_of, wanted};
use super::*;
use crate::base::LonLat;
use crate::base::text::Lang;

const PLACE: LonLat = LonLat::new(116.2229, 39.9066);

#[test]
fn known_tiles_are_found() {
    let [x, y] = Tiling::Mercator.place(PLACE, 15);
    // From its metres in EPSG:3857 (DOMAIN.md 7.2): 12 937 874.05 east, 4 852 378.91 north.
    let half = 20_037_508.342_789;
    let metres = [12_937_874.05 + half, half - 4_852_378.91].map(|metres| metres / (2.0 * half) * 32_768.0);
    assert!((x - metres[0]).abs() < 1e-4 && (y - metres[1]).abs() < 1e-4, "{x} {y} {metres:?}");
    assert!((Tiling::Mercator.metres_per_pixel(0, 0.0) - 156_543.033_928).abs() < 1e-3);
    let [x, y] = Tiling::Degrees.place(PLACE, 12);
    assert_eq!((x as u32, y as u32), ((296.2229 / 360.0 * 4096.0) as u32, (50.0934 / 360.0 * 4096.0) as u32));
    assert_eq!(Tiling::Degrees.extent(1), Some([2, 1]));
    assert_eq!((Tiling::Degrees.extent(0), Tiling::Mercator.extent(25)), (None, None));
    assert_eq!(Tile { z: 3, x: 1, y: 1 }.row_from_south(), 6);
    assert_eq!(Tile::new(Tiling::Mercator, 2, 4, 0), None);
}

#[test]
fn a_tile_has_the_number_that_the_format_gives() {
    // The specification's own examples.
    let ids = [(0, 0, 0), (1, 0, 0), (1, 0, 1), (1, 1, 1), (1, 1, 0), (2, 0, 0), (12, 3423, 1763)];
    let ids = ids.map(|(z, x, y)| number(Tile { z, x, y }));
    assert_eq!(ids, [0, 1, 2, 3, 4, 5, 19_078_479]);
}

fn reach(levels: std::ops::RangeInclusive<u8>) -> Reach {
    Reach { tiling: Tiling::Mercator, levels, bounds: None }
}

#[test]
fn a_view_gets_tiles_that_fit_its_pixels_and_no_more_than_allowed() {
    let seen = Rect::new([116.20, 39.90], [116.23, 39.92]);
    let sharp = wanted(&reach(0..=18), seen, 1.0, 500);
    assert_eq!(sharp[0].z, 17, "{:?}", sharp[0]);
    assert!(Tiling::Mercator.metres_per_pixel(17, 39.9) < 1.45);
    let few = wanted(&reach(0..=18), seen, 1.0, 12);
    assert!(!few.is_empty() && few.len() <= 12 && few[0].z < 17);
    // Closer than the source reaches, its deepest level is stretched.
    assert_eq!(wanted(&reach(3..=10), seen, 0.1, 64)[0].z, 10);
    let elsewhere = Reach { bounds: Some(Rect::new([0.0, 0.0], [1.0, 1.0])), ..reach(0..=18) };
    assert_eq!(wanted(&elsewhere, seen, 1.0, 64), []);
    for bad in [f64::NAN, 0.0, -1.0] {
        assert_eq!(wanted(&reach(0..=18), seen, bad, 64), []);
    }
    let parent = Tile { z: 3, x: 1, y: 1 };
    assert_eq!(part_of(Tile { z: 5, x: 7, y: 4 }, parent), Some([0.75, 0.0, 0.25, 0.25]));
    assert_eq!(part_of(Tile { z: 5, x: 8, y: 4 }, parent), None);
    assert_eq!(Tile { z: 5, x: 7, y: 4 }.parent().and_then(Tile::parent), Some(parent));
}

proptest! {
    #[test]
    fn places_go_there_and_back(lon in -179.9..179.9_f64, lat in -85.0..85.0_f64, z in 1_u8..=20) {
        for tiling in [Tiling::Mercator, Tiling::Degrees] {
            let back = tiling.lonlat(z, tiling.place(LonLat::new(lon, lat), z));
            prop_assert!((back.lon - lon).abs() < 1e-9 && (back.lat - lat).abs() < 1e-9);
        }
    }

    #[test]
    fn the_tiles_of_a_view_cover_it(lon in 100.0..120.0_f64, lat in 20.0..50.0_f64, across in 0.001..2.0_f64, metres in 0.1..500.0_f64) {
        let seen = Rect::new([lon, lat], [lon + across, lat + across / 2.0]);
        let tiles = wanted(&reach(0..=20), seen, metres, 60);
        prop_assert!(!tiles.is_empty() && tiles.len() <= 60);
        for at in [[0.01, 0.01], [0.5, 0.5], [0.99, 0.99]] {
            let at = LonLat::new(lon + across * at[0], lat + across / 2.0 * at[1]);
            let [x, y] = Tiling::Mercator.place(at, tiles[0].z).map(|part| part as u32);
            let covered = tiles.contains(&Tile { z: tiles[0].z, x, y });
            prop_assert!(covered);
        }
    }
}

#[test]
fn a_key_goes_into_the_request_and_nowhere_else() {
    let typed = "https://t{s}.example.cn/img_w/wmts?LAYER=img&TILEMATRIX={z}&TILEROW={y}&TILECOL={x}&tk=0123abcd";
    let address = Address::read(typed, &Key::default()).unwrap();
    let of = address.of(Tile { z: 3, x: 5, y: 2 });
    assert_eq!(of, "https://t7.example.cn/img_w/wmts?LAYER=img&TILEMATRIX=3&TILEROW=2&TILECOL=5&tk=0123abcd");
    assert!(!address.shown().contains("0123abcd") && address.shown().ends_with("tk={key}"));
    assert!(!format!("{address:?}").contains("0123abcd"));
    let other = Address::read(typed, &Key("another".to_owned())).unwrap();
    assert!(other.of(Tile { z: 3, x: 5, y: 2 }).ends_with("tk=another"));
    assert_eq!(address.identity(), other.identity(), "what is kept stays good when the key changes");
    let strange = Address::read("http://a/{z}/{x}/{-y}?tk={key}", &Key("a b&c#".to_owned())).unwrap();
    assert_eq!(strange.of(Tile { z: 2, x: 1, y: 0 }), "http://a/2/1/3?tk=a%20b%26c%23");
}

#[test]
fn addresses_that_are_none_are_refused_without_being_repeated() {
    let fault = |text: &str| Address::read(text, &Key::default()).unwrap_err();
    for bad in
        ["", "ftp://a/{z}{x}{y}", "https:///{z}/{x}/{y}", "file:///{z}/{x}/{y}", "http://me:secret@a/{z}/{x}/{y}"]
    {
        assert_eq!(fault(bad), AddressFault::Scheme, "{bad}");
    }
    assert_eq!(fault("http://a/{x}/{y}"), AddressFault::Missing("z"));
    assert_eq!(fault("http://a/{z}/{x}"), AddressFault::Missing("y"));
    assert_eq!(fault("http://a/{z}/{x}/{y}/{w}"), AddressFault::Unknown("w".to_owned()));
    assert_eq!(fault("http://a/{z}/{x}/{y}/{s:}"), AddressFault::Unknown("s:".to_owned()));
    assert_eq!(fault("http://a/{z}/{x}/{y}?k={key}"), AddressFault::NoKey);
    assert!(matches!(fault(&format!("http://a/{{z}}/{{x}}/{{y}}{}", "a".repeat(3000))), AddressFault::Long(_)));
    for lang in [Lang::ZhCn, Lang::En] {
        assert!(fault("http://a/{x}/{y}").words(lang).contains('z'));
    }
    for layer in Tianditu::ALL {
        assert_eq!(Address::read(&layer.address(), &Key::default()), Err(AddressFault::NoKey));
        assert!(Address::read(&layer.address(), &Key("k".to_owned())).is_ok());
    }
}

#[test]
fn a_service_in_degrees_is_known_by_its_matrix_set() {
    let key = Key("k".to_owned());
    let of_web = Tianditu::Img.address();
    let in_degrees = of_web.replace("img_w", "img_c").replace("TILEMATRIXSET=w", "TileMatrixSet=c");
    assert_eq!(Address::read(&of_web, &key).unwrap().tiling(), Tiling::Mercator);
    assert_eq!(Address::read(&in_degrees, &key).unwrap().tiling(), Tiling::Degrees);
    let from_south = Address::read("http://a/{z}/{x}/{-y}?TILEMATRIXSET=c", &key).unwrap();
    assert_eq!(from_south.of(Tile { z: 3, x: 1, y: 1 }), "http://a/3/1/2?TILEMATRIXSET=c", "four rows at level 3");
}

/// A file of MBTiles with these tiles.
fn mbtiles(path: &Path, format: &str, tiles: &[(Tile, &[u8])]) {
    let db = rusqlite::Connection::open(path).unwrap();
    db.execute_batch(
        "CREATE TABLE metadata (name TEXT, value TEXT);
         CREATE TABLE tiles (zoom_level INTEGER, tile_column INTEGER, tile_row INTEGER, tile_data BLOB);
         CREATE UNIQUE INDEX tile ON tiles (zoom_level, tile_column, tile_row);
         INSERT INTO metadata VALUES ('name', '航片 2025'), ('bounds', '116.1,39.8,116.3,40.0'),
             ('attribution', '<a href=\"x\">测绘院</a> &copy; 2025');",
    )
    .unwrap();
    db.execute("INSERT INTO metadata VALUES ('format', ?1)", [format]).unwrap();
    for (tile, bytes) in tiles {
        db.execute("INSERT INTO tiles VALUES (?1, ?2, ?3, ?4)", (tile.z, tile.x, tile.row_from_south(), bytes))
            .unwrap();
    }
}

fn put(value: u64, out: &mut Vec<u8>) {
    let mut value = value;
    while value >= 0x80 {
        out.push((value & 0x7f) as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

fn directory(entries: &[[u64; 4]]) -> Vec<u8> {
    let mut raw = Vec::new();
    put(entries.len() as u64, &mut raw);
    let mut last = 0;
    for [id, ..] in entries {
        put(id - last, &mut raw);
        last = *id;
    }
    for column in 1..3 {
        entries.iter().for_each(|entry| put(entry[column], &mut raw));
    }
    entries.iter().for_each(|entry| put(entry[3] + 1, &mut raw));
    let mut packed = Vec::new();
    let mut encoder = flate2::read::GzEncoder::new(&raw[..], flate2::Compression::default());
    std::io::Read::read_to_end(&mut encoder, &mut packed).unwrap();
    packed
}

/// A file of PMTiles with these tiles, all but the first in a leaf directory.
fn pmtiles(path: &Path, kind: u8, tiles: &[(Tile, &[u8])]) {
    let mut tiles: Vec<_> = tiles.iter().map(|(tile, bytes)| (number(*tile), tile.z, *bytes)).collect();
    tiles.sort_unstable();
    let (mut data, mut entries) = (Vec::new(), Vec::new());
    for (id, _, bytes) in &tiles {
        entries.push([*id, 1, bytes.len() as u64, data.len() as u64]);
        data.extend_from_slice(bytes);
    }
    let leaf = directory(&entries[1..]);
    let root = directory(&[entries[0], [entries[1][0], 0, leaf.len() as u64, 0]]);
    let told = br#"{"name":"\u822a\u7247","attribution":"<b>\u6d4b\u7ed8\u9662</b>"}"#;
    let mut head = b"PMTiles\x03".to_vec();
    let mut at = HEAD as u64;
    for length in [root.len(), told.len(), leaf.len(), data.len()] {
        head.extend_from_slice(&at.to_le_bytes());
        head.extend_from_slice(&(length as u64).to_le_bytes());
        at += length as u64;
    }
    head.extend_from_slice(&[0; 24]);
    let levels = tiles.iter().map(|(_, z, _)| *z);
    head.extend_from_slice(&[1, 2, 1, kind, levels.clone().min().unwrap(), levels.max().unwrap()]);
    for degrees in [116.1, 39.8, 116.3, 40.0] {
        head.extend_from_slice(&((degrees * 1e7) as i32).to_le_bytes());
    }
    head.resize(HEAD, 0);
    // The description is not packed in the same way as directories in no file; this one says it is, and is broken there.
    std::fs::write(path, [&head[..], &root, told, &leaf, &data].concat()).unwrap();
}

const TILES: [(Tile, &[u8]); 4] = [
    (Tile { z: 1, x: 1, y: 0 }, b"first"),
    (Tile { z: 3, x: 6, y: 3 }, b"second"),
    (Tile { z: 3, x: 7, y: 2 }, b"third"),
    (Tile { z: 15, x: 26_963, y: 12_412 }, b"fourth"),
];

fn both(folder: &Path) -> [PathBuf; 2] {
    let paths = [folder.join("a.mbtiles"), folder.join("a.pmtiles")];
    mbtiles(&paths[0], "png", &TILES);
    pmtiles(&paths[1], 2, &TILES);
    paths
}

#[test]
fn both_kinds_of_files_give_what_was_put_in() {
    let folder = tempfile::tempdir().unwrap();
    for path in both(folder.path()) {
        let mut file = RasterFile::open(&path).unwrap();
        let about = file.about().clone();
        assert_eq!((about.format, about.reach.levels.clone()), (Some(Format::Png), 1..=15), "{}", path.display());
        assert!((about.reach.bounds.unwrap().max().x - 116.3).abs() < 1e-6);
        for (tile, bytes) in TILES {
            assert_eq!(file.tile(tile).unwrap().as_deref(), Some(bytes), "{tile:?}");
        }
        for none in [
            Tile { z: 3, x: 0, y: 0 },
            Tile { z: 0, x: 0, y: 0 },
            Tile { z: 3, x: 9, y: 0 },
            Tile { z: 24, x: 0, y: 0 },
        ] {
            assert_eq!(file.tile(none).unwrap(), None, "{none:?}");
        }
    }
    let told = RasterFile::open(&folder.path().join("a.mbtiles")).unwrap().about().clone();
    assert_eq!((told.name.as_str(), told.attribution.as_str()), ("航片 2025", "测绘院 © 2025"));
    // A broken description costs the name only.
    assert_eq!(RasterFile::open(&folder.path().join("a.pmtiles")).unwrap().about().name, "a");
}

#[test]
fn files_that_hold_no_pictures_say_what_they_hold() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    mbtiles(&path("v.mbtiles"), "pbf", &TILES);
    pmtiles(&path("v.pmtiles"), 1, &TILES);
    for name in ["v.mbtiles", "v.pmtiles"] {
        let error = RasterFile::open(&path(name)).unwrap_err();
        assert!(matches!(error, RasterError::Vector { .. }), "{error}");
        assert!(error.words(Lang::ZhCn).contains(name) && error.words(Lang::En).contains("vector"));
    }
    rusqlite::Connection::open(path("other.mbtiles")).unwrap().execute_batch("CREATE TABLE a (b);").unwrap();
    std::fs::write(path("text.pmtiles"), "no tiles").unwrap();
    for name in ["other.mbtiles", "text.pmtiles"] {
        assert!(matches!(RasterFile::open(&path(name)).unwrap_err(), RasterError::UnknownKind { .. }));
    }
    mbtiles(&path("empty.mbtiles"), "png", &[]);
    assert!(matches!(RasterFile::open(&path("empty.mbtiles")).unwrap_err(), RasterError::Broken { .. }));
    assert!(matches!(RasterFile::open(&path("none")).unwrap_err(), RasterError::Io { .. }));
    let large = vec![0; 5 << 20];
    mbtiles(&path("large.mbtiles"), "png", &[(TILES[0].0, &large[..])]);
    let error = RasterFile::open(&path("large.mbtiles")).unwrap().tile(TILES[0].0).unwrap_err();
    assert!(error.to_string().contains("5242880"), "{error}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    /// Whatever happened to a file, it is read or refused, and never takes the program with it.
    #[test]
    fn damaged_files_are_read_or_refused(hits in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..12), cut in proptest::option::of(any::<prop::sample::Index>())) {
        let folder = tempfile::tempdir().unwrap();
        for path in both(folder.path()) {
            let mut bytes = std::fs::read(&path).unwrap();
            for (at, byte) in &hits {
                // Most of the damage where the numbers are.
                let within = if byte % 2 == 0 { bytes.len() } else { bytes.len().min(400) };
                let at = at.index(within);
                bytes[at] = *byte;
            }
            if let Some(cut) = &cut {
                bytes.truncate(cut.index(bytes.len()));
            }
            std::fs::write(&path, bytes).unwrap();
            if let Ok(mut file) = RasterFile::open(&path) {
                for (tile, _) in TILES {
                    let _ = file.tile(tile);
                }
            }
        }
    }
}
