//! Pictures of small districts made by hand, on the software driver: what a theme looks like stays so until somebody means
//! to change it. `JIEDAO_GOLDEN=write cargo test --test it golden` draws them anew; look at them before they are kept.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use geo::{Geometry, LineString, Point, Polygon};
use image::{Rgba, RgbaImage};
use jiedao::base::LonLat;
use jiedao::map::camera::Camera;
use jiedao::map::gpu::{Gpu, Painter, View};
use jiedao::map::overlay::{Marker, Overlay, Shape};
use jiedao::map::raster::{Underlay, of_file};
use jiedao::map::scene::Scene;
use jiedao::map::style::{LayerGroup, MapTheme, Style};
use jiedao::spatial::feature::{Feature, Layer};
use jiedao::spatial::pack::{Pack, PackWriter};
use jiedao::spatial::raster::{RasterFile, Tile, Tiling};

use crate::tiles::mbtiles;

const MIDDLE: LonLat = LonLat::new(116.2, 39.92);
const SIZE: [u32; 2] = [320, 240];
/// A part of a colour may be off by so much: drivers smooth edges in their own ways.
const TOLERANCE: i32 = 28;
/// Level of the imagery: about a metre a pixel.
const LEVEL: u8 = 17;
/// Pixels that may be off by more, of all.
const MOST_OFF: f64 = 0.006;

fn at(east_m: f64, north_m: f64) -> (f64, f64) {
    (MIDDLE.lon + east_m / 85_500.0, MIDDLE.lat + north_m / 111_000.0)
}

fn line(points: &[(f64, f64)]) -> Geometry<f64> {
    LineString::from(points.iter().map(|(east, north)| at(*east, *north)).collect::<Vec<_>>()).into()
}

fn block(west: f64, south: f64, east: f64, north: f64) -> Geometry<f64> {
    let ring = [(west, south), (east, south), (east, north), (west, north)].map(|(x, y)| at(x, y)).to_vec();
    Polygon::new(ring.into(), Vec::new()).into()
}

fn point(east_m: f64, north_m: f64) -> Geometry<f64> {
    Point::from(at(east_m, north_m)).into()
}

type Extra<'a> = &'a [(&'static str, &'a str)];

fn feature(layer: Layer, class: &str, name: &str, extra: Extra<'_>, geometry: Geometry<f64>) -> Feature {
    let extra = extra.iter().map(|(key, value)| (*key, (*value).to_owned())).collect();
    Feature { layer, class: class.to_owned(), code: String::new(), name: name.to_owned(), extra, geometry }
}

/// Ground, water, green, houses, roads, rails.
fn base() -> Vec<Feature> {
    vec![
        feature(Layer::Water, "river", "莲石河", &[], block(-160.0, -100.0, 160.0, -60.0)),
        feature(Layer::Green, "park", "口袋公园", &[], block(-140.0, 20.0, -40.0, 110.0)),
        feature(Layer::Compounds, "residential", "青禾东里", &[], block(20.0, -40.0, 150.0, 60.0)),
        feature(Layer::Buildings, "apartments", "", &[("floors", "6")], block(40.0, 30.0, 130.0, 45.0)),
        feature(Layer::Buildings, "apartments", "", &[("floors", "6")], block(40.0, -20.0, 130.0, -5.0)),
        feature(Layer::Roads, "primary", "石景山路", &[], line(&[(-160.0, 80.0), (0.0, 85.0), (160.0, 95.0)])),
        feature(Layer::Roads, "residential", "青禾路", &[], line(&[(0.0, -55.0), (0.0, 85.0)])),
        feature(Layer::Railways, "rail", "", &[], line(&[(-160.0, -110.0), (160.0, -112.0)])),
        feature(Layer::Boundaries, "community", "", &[], block(-150.0, -105.0, 155.0, 110.0)),
    ]
}

/// One of each theme.
fn themes() -> Vec<Feature> {
    let state = &[("ownership", "国有")];
    let village = &[("ownership", "集体")];
    vec![
        feature(
            Layer::Contours,
            "index",
            "",
            &[("height_m", "65")],
            line(&[(-160.0, -80.0), (0.0, -95.0), (160.0, -70.0)]),
        ),
        feature(Layer::Contours, "intermediate", "", &[("height_m", "66")], line(&[(-160.0, -65.0), (160.0, -55.0)])),
        feature(Layer::Parcels, "0701", "", state, block(-150.0, 20.0, -80.0, 100.0)),
        feature(Layer::Parcels, "0601", "", village, block(-70.0, 20.0, -10.0, 100.0)),
        feature(Layer::Parcels, "0810", "", state, block(0.0, 20.0, 60.0, 100.0)),
        feature(Layer::Sites, "housing", "安置房工地", &[], block(75.0, 20.0, 150.0, 100.0)),
        feature(Layer::DutyGrids, "", "第一责任网格", &[("officer", "罗敏")], block(-155.0, -45.0, 0.0, 110.0)),
        feature(Layer::DutyGrids, "", "第二责任网格", &[("officer", "梁鹏")], block(0.0, -45.0, 155.0, 110.0)),
        feature(Layer::PatrolRoutes, "walk", "", &[], line(&[(-140.0, 5.0), (140.0, 5.0), (140.0, -35.0)])),
        feature(Layer::VideoPoints, "fixed", "", &[("direction_degrees", "90")], point(-130.0, -20.0)),
        feature(Layer::VideoPoints, "dome", "", &[], point(-100.0, -20.0)),
        feature(Layer::Emergency, "hydrant", "", &[], point(-60.0, -20.0)),
        feature(Layer::Emergency, "shelter", "公园避难场所", &[], point(-20.0, -20.0)),
        feature(Layer::Emergency, "store", "", &[], point(60.0, -20.0)),
        feature(Layer::Emergency, "medical", "", &[], point(100.0, -20.0)),
    ]
}

/// Pipelines of every kind, and components of every state.
fn below() -> Vec<Feature> {
    let kinds = ["water", "sewage", "storm", "gas", "heat", "power", "telecom", "oil"];
    let pipes = kinds.iter().enumerate().map(|(row, kind)| {
        let north = 40.0 - row as f64 * 9.0;
        feature(Layer::Pipelines, kind, "", &[], line(&[(-60.0, north), (60.0, north)]))
    });
    let states = ["完好", "破损", "丢失", "废弃"];
    let things = states.iter().enumerate().flat_map(|(column, state)| {
        ["0101", "0201", "0301"].iter().enumerate().map(move |(row, class)| {
            let at = point(-45.0 + column as f64 * 12.0, -34.0 - row as f64 * 7.0);
            feature(Layer::Components, class, "", &[("scheme", "GB/T 30428.2-2013"), ("state", *state)], at)
        })
    });
    pipes.chain(things).collect()
}

/// Cases, cases together, an officer, a picked point.
fn signs() -> Overlay {
    let marker = |key: u64, east: f64, shape: Shape, glyph: &str| Marker {
        key,
        at: LonLat::new(at(east, 20.0).0, at(east, 20.0).1),
        shape,
        fill: [43, 58, 74, 255],
        lamp: None,
        glyph: glyph.to_owned(),
        heading_degrees: None,
        selected: false,
        faint: false,
        note: String::new(),
        size: 1.0,
    };
    let (red, yellow, green) = ([176, 31, 36, 255], [176, 106, 0, 255], [10, 125, 120, 255]);
    let markers = vec![
        Marker { lamp: Some((Shape::Square, red)), ..marker(0, -120.0, Shape::Square, "市") },
        Marker { lamp: Some((Shape::Triangle, yellow)), ..marker(1, -80.0, Shape::Circle, "街") },
        Marker { lamp: Some((Shape::Circle, green)), size: 1.2, ..marker(2, -40.0, Shape::Circle, "128") },
        Marker { heading_degrees: Some(45.0), note: "5 分钟前".into(), ..marker(3, 10.0, Shape::Person, "") },
        Marker { selected: true, ..marker(4, 60.0, Shape::Circle, "园") },
        Marker { faint: true, size: 1.6, ..marker(5, 110.0, Shape::Circle, "1024") },
    ];
    Overlay { markers, ..Overlay::default() }
}

fn scene(features: &[Feature]) -> Arc<Scene> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("district.gpkg");
    let mut writer = PackWriter::create(&path).unwrap();
    features.iter().for_each(|feature| {
        writer.add(feature).unwrap();
    });
    writer.finish().unwrap();
    Arc::new(Scene::build(&Pack::open(&path).unwrap(), |_| ()).unwrap())
}

/// The software driver; `None`, with the reason printed, where there is none.
fn software() -> Option<Gpu> {
    let reason = match Gpu::headless(true) {
        Ok(gpu) if gpu.is_software() => return Some(gpu),
        Ok(_) => "the machine draws with a graphics card".to_owned(),
        Err(error) => error.to_string(),
    };
    #[expect(clippy::print_stderr, reason = "a test that looks at nothing says so")]
    {
        eprintln!("golden pictures are left out: {reason}");
    }
    None
}

struct Picture<'a> {
    name: &'a str,
    features: Vec<Feature>,
    overlay: Overlay,
    metres_per_point: f64,
    hidden: &'a [LayerGroup],
    /// Imagery lies below.
    imagery: bool,
}

/// Imagery of fields in stripes below the view, laid from a file of tiles as the program lays it.
fn imagery(camera: Camera) -> Underlay {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("fields.mbtiles");
    let [column, row] = Tiling::Mercator.place(MIDDLE, LEVEL).map(|part| part as u32);
    let places = (column - 3..=column + 3).flat_map(|x| (row - 3..=row + 3).map(move |y| (x, y)));
    let tiles: Vec<(Tile, RgbaImage)> = places
        .map(|(x, y)| {
            let earth = |across: u32, down: u32| match (across / 32 + down / 64 + x + y) % 3 {
                0 => Rgba([96, 112, 64, 255]),
                1 => Rgba([146, 128, 92, 255]),
                _ => Rgba([70, 84, 60, 255]),
            };
            (Tile { z: LEVEL, x, y }, RgbaImage::from_fn(256, 256, earth))
        })
        .collect();
    mbtiles(&path, "", &tiles);
    let mut underlay = Underlay::default();
    let mut file = RasterFile::open(&path).unwrap();
    let bad = of_file(&mut file, camera, SIZE.map(f64::from), 1.0, &mut underlay).unwrap();
    assert!(bad == 0 && !underlay.placed.is_empty());
    underlay
}

fn pictures() -> [Picture<'static>; 6] {
    let of = |name, features, metres_per_point| Picture {
        name,
        features,
        overlay: Overlay::default(),
        metres_per_point,
        hidden: &[],
        imagery: false,
    };
    [
        of("base", base(), 1.0),
        of("themes", themes(), 1.0),
        of("below", below(), 0.4),
        of("near", themes(), 0.5),
        Picture { overlay: signs(), ..of("signs", base(), 1.0) },
        Picture { imagery: true, overlay: signs(), ..of("imagery", base(), 1.0) },
    ]
}

fn draw(painter: &mut Painter, picture: &Picture<'_>, theme: MapTheme) -> RgbaImage {
    painter.set_scene(&scene(&picture.features));
    let camera = Camera::new(MIDDLE, picture.metres_per_point);
    painter.set_underlay(picture.imagery.then(|| Arc::new(imagery(camera))).as_ref());
    painter.draw(&View {
        camera,
        size: SIZE,
        pixels_per_point: 1.0,
        style: Style::built_in(),
        theme,
        hidden: picture.hidden,
        overlay: &picture.overlay,
        still: true,
        opacities: &[],
    });
    painter.read_back().unwrap()
}

/// Part of the pixels that differ by more than the tolerance; 1 for pictures of different sizes.
fn difference(a: &RgbaImage, b: &RgbaImage) -> f64 {
    if a.dimensions() != b.dimensions() {
        return 1.0;
    }
    let off = |one: &Rgba<u8>, other: &Rgba<u8>| {
        one.0.iter().zip(&other.0).any(|(a, b)| (i32::from(*a) - i32::from(*b)).abs() > TOLERANCE)
    };
    let count = a.pixels().zip(b.pixels()).filter(|(one, other)| off(one, other)).count();
    count as f64 / f64::from(a.width() * a.height())
}

/// Whether the pictures are to be drawn anew.
fn is_writing() -> bool {
    std::env::var("JIEDAO_GOLDEN").is_ok_and(|word| word == "write")
}

fn golden(name: &str, theme: MapTheme) -> PathBuf {
    let theme = if theme == MapTheme::Dark { "dark" } else { "light" };
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/golden").join(format!("{name}-{theme}.png"))
}

#[test]
fn small_districts_look_as_they_did() {
    let Some(gpu) = software() else { return };
    let mut painter = Painter::new(gpu);
    let is_writing = is_writing();
    let mut wrong = Vec::new();
    for picture in pictures() {
        for theme in [MapTheme::Light, MapTheme::Dark] {
            let drawn = draw(&mut painter, &picture, theme);
            let path = golden(picture.name, theme);
            if is_writing {
                drawn.save(&path).unwrap();
                continue;
            }
            let kept = image::open(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display())).to_rgba8();
            let off = difference(&drawn, &kept);
            if off > MOST_OFF {
                let seen = Path::new(env!("CARGO_TARGET_TMPDIR")).join(path.file_name().unwrap());
                drawn.save(&seen).unwrap();
                wrong.push(format!(
                    "{} differs in {:.2} % of its pixels; drawn: {}",
                    path.display(),
                    off * 100.0,
                    seen.display()
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_is_missing_in_a_picture_is_noticed() {
    let Some(gpu) = software().filter(|_| !is_writing()) else { return };
    let mut painter = Painter::new(gpu);
    let whole = pictures();
    let kept = |picture: &Picture<'_>| image::open(golden(picture.name, MapTheme::Light)).unwrap().to_rgba8();
    for group in
        [LayerGroup::Parcels, LayerGroup::Sites, LayerGroup::Patrols, LayerGroup::Emergency, LayerGroup::Relief]
    {
        let hidden = [group];
        let less = Picture {
            hidden: &hidden,
            features: themes(),
            overlay: Overlay::default(),
            name: "themes",
            metres_per_point: 1.0,
            imagery: false,
        };
        let off = difference(&draw(&mut painter, &less, MapTheme::Light), &kept(&whole[1]));
        assert!(off > MOST_OFF, "{group:?} is missing and only {:.2} % differ", off * 100.0);
    }
    let dark = draw(&mut painter, &whole[0], MapTheme::Dark);
    assert!(difference(&dark, &kept(&whole[0])) > 0.5, "night is not day");
    let [.., below] = pictures();
    let bare = Picture { imagery: false, ..below };
    assert!(difference(&draw(&mut painter, &bare, MapTheme::Light), &kept(&whole[5])) > 0.2, "imagery is seen");
    // A sign that is not there.
    let mut fewer = signs();
    fewer.markers.pop();
    let less =
        Picture { overlay: fewer, features: base(), hidden: &[], name: "signs", metres_per_point: 1.0, imagery: false };
    assert!(difference(&draw(&mut painter, &less, MapTheme::Light), &kept(&whole[4])) > MOST_OFF);
}
