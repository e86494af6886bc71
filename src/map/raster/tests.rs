use std::io::Cursor;
use std::sync::Arc;

use image::{DynamicImage, ImageFormat, Rgb, RgbImage, Rgba, RgbaImage};
use proptest::prelude::*;

use super::*;
use crate::base::LonLat;
use crate::map::camera::Plane;
use crate::map::soft::packed;

fn written(format: ImageFormat) -> Vec<u8> {
    let image = RgbImage::from_fn(32, 32, |x, y| Rgb([(x * 8) as u8, (y * 8) as u8, 90]));
    let mut bytes = Cursor::new(Vec::new());
    DynamicImage::ImageRgb8(image).write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

#[test]
fn the_three_kinds_of_pictures_are_read() {
    for format in [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::WebP] {
        let picture = Picture::decode(&written(format)).unwrap();
        assert_eq!((picture.size(), picture.bytes()), ([32, 32], 4096), "{format:?}");
        let [red, green, blue, alpha] = picture.pixels()[16 * 32 + 8].to_le_bytes();
        let near = |value: u8, wanted: u8| value.abs_diff(wanted) < 12;
        assert!(near(red, 64) && near(green, 128) && near(blue, 90) && alpha == 255, "{format:?}");
    }
    let mut bytes = Cursor::new(Vec::new());
    RgbaImage::from_pixel(2, 2, Rgba([200, 100, 0, 128])).write_to(&mut bytes, ImageFormat::Png).unwrap();
    assert_eq!(Picture::decode(&bytes.into_inner()).unwrap().pixels()[0], packed([100, 50, 0, 128]));
}

#[test]
fn pictures_that_are_too_large_or_none_are_refused() {
    let mut bytes = Cursor::new(Vec::new());
    RgbaImage::new(2049, 1).write_to(&mut bytes, ImageFormat::Png).unwrap();
    assert!(Picture::decode(&bytes.into_inner()).is_err());
    // A head that claims 2 000 000 000 pixels a side.
    let mut huge = written(ImageFormat::Png);
    huge[16..24].copy_from_slice(&[0x77, 0x35, 0x94, 0, 0x77, 0x35, 0x94, 0]);
    for bad in [&huge[..], b"", b"<html>", b"\x89PNG\r\n\x1a\n"] {
        assert!(Picture::decode(bad).is_err());
    }
}

proptest! {
    #[test]
    fn damaged_pictures_never_harm(kind in 0..3_usize, hits in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..10), cut in prop::option::of(any::<prop::sample::Index>())) {
        let mut bytes = written([ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::WebP][kind]);
        for (at, byte) in hits {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        if let Some(cut) = cut {
            bytes.truncate(cut.index(bytes.len()));
        }
        let _ = Picture::decode(&bytes);
    }

    /// Between the corners of its grid a tile is stretched straight: the error is below half a pixel of its own.
    #[test]
    fn a_tile_lies_where_it_belongs(z in 5_u8..=20, lon in 114.0..120.0_f64, lat in 20.0..52.0_f64, across in 0.0..1.0_f64, down in 0.0..1.0_f64) {
        let plane = Plane::around(LonLat::new(lon, lat));
        for tiling in [Tiling::Mercator, Tiling::Degrees] {
            let [x, y] = tiling.place(LonLat::new(lon, lat), z).map(f64::floor);
            let cells = cells(z) as f64;
            let ground = |place: [f64; 2]| {
                let at = plane.ground(tiling.lonlat(z, [x + place[0], y + place[1]]));
                [at.east_m, at.north_m]
            };
            let (cell_x, cell_y) = ((across * cells).floor(), (down * cells).floor());
            let (u, v) = (across * cells - cell_x, down * cells - cell_y);
            let corner = |right: f64, below: f64| ground([(cell_x + right) / cells, (cell_y + below) / cells]);
            let (a, b, c, d) = (corner(0.0, 0.0), corner(1.0, 0.0), corner(0.0, 1.0), corner(1.0, 1.0));
            let exact = ground([across, down]);
            let metres = tiling.metres_per_pixel(z, lat);
            let off = |axis: usize| {
                // The triangle that the point is in.
                let straight = if u + v < 1.0 {
                    a[axis] + (b[axis] - a[axis]) * u + (c[axis] - a[axis]) * v
                } else {
                    d[axis] + (c[axis] - d[axis]) * (1.0 - u) + (b[axis] - d[axis]) * (1.0 - v)
                };
                (straight - exact[axis]) / metres
            };
            let error = off(0).hypot(off(1));
            prop_assert!(error < 0.5, "{error} pixels at level {z}");
        }
    }
}

fn picture() -> Arc<Picture> {
    Arc::new(Picture::decode(&written(ImageFormat::Png)).unwrap())
}

#[test]
fn a_coarser_tile_stands_in_and_the_least_used_leave() {
    let mut shelf = Shelf::default();
    shelf.begin();
    let tile = Tile { z: 5, x: 7, y: 4 };
    let parent = Tile { z: 3, x: 1, y: 1 };
    shelf.put(parent, Found::Picture(picture()));
    shelf.put(Tile { z: 4, x: 3, y: 2 }, Found::Nothing);
    let lay = |shelf: &mut Shelf| {
        let mut out = Vec::new();
        shelf.lay(Tiling::Mercator, &[tile, Tile { z: 5, x: 30, y: 30 }], 70, &mut out);
        out.iter().map(|placed| (placed.tile, placed.part, placed.opacity)).collect::<Vec<_>>()
    };
    assert_eq!(lay(&mut shelf), [(tile, [0.75, 0.0, 0.25, 0.25], 70)]);
    shelf.put(tile, Found::Picture(picture()));
    assert_eq!(lay(&mut shelf), [(tile, [0.0, 0.0, 1.0, 1.0], 70)]);
    shelf.remove(tile);
    assert_eq!(lay(&mut shelf).len(), 1);
}

#[test]
fn what_a_view_shows_holds_its_corners() {
    let camera = Camera::default();
    let seen = seen(camera, [800.0, 600.0]);
    let corner = camera.lonlat_from_screen([0.0, 0.0], [800.0, 600.0]);
    assert!(seen.min().x <= corner.lon && corner.lat <= seen.max().y);
    let reach = Reach { tiling: Tiling::Mercator, levels: 0..=18, bounds: None };
    let tiles = wanted_in(&reach, camera, [800.0, 600.0], 1.0);
    assert!((6..40).contains(&tiles.len()), "{}", tiles.len());
}

#[test]
fn a_file_is_laid_below_a_view_with_what_it_has() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.mbtiles");
    let camera = Camera::default();
    let [x, y] = Tiling::Mercator.place(camera.center, 13).map(|part| part as u32);
    let db = rusqlite::Connection::open(&path).unwrap();
    db.execute_batch(
        "CREATE TABLE metadata (name TEXT, value TEXT);
         CREATE TABLE tiles (zoom_level INTEGER, tile_column INTEGER, tile_row INTEGER, tile_data BLOB);
         INSERT INTO metadata VALUES ('format', 'png');",
    )
    .unwrap();
    let put = |tile: Tile, bytes: &[u8]| {
        db.execute("INSERT INTO tiles VALUES (?1, ?2, ?3, ?4)", (tile.z, tile.x, tile.row_from_south(), bytes))
            .unwrap();
    };
    let middle = Tile { z: 13, x, y };
    put(middle, &written(ImageFormat::Png));
    put(middle.parent().unwrap(), &written(ImageFormat::Jpeg));
    put(Tile { x: x + 1, ..middle }, b"no picture");
    // Its deepest level says how far the file goes, here at least as far as the view.
    put(Tile { z: 14, x: 0, y: 0 }, &written(ImageFormat::Png));
    let mut underlay = Underlay::default();
    let mut file = RasterFile::open(&path).unwrap();
    let bad =
        of_file(&mut file, Camera { metres_per_point: 15.0, ..camera }, [300.0, 300.0], 1.0, &mut underlay).unwrap();
    assert!(underlay.is_final() && underlay.revision == 1);
    let own = underlay.placed.iter().find(|placed| placed.tile == middle).unwrap();
    assert_eq!(own.part, [0.0, 0.0, 1.0, 1.0]);
    let beside = underlay.placed.iter().filter(|placed| placed.tile != middle);
    assert!(beside.clone().all(|placed| placed.part[2] == 0.5), "the coarser one stands in");
    assert!(bad <= 1);
}
