//! Pictures on the software driver. Where a machine has no Vulkan driver at all the installation is incomplete, and the
//! tests say so.

use geo::{LineString, Point, Polygon};
use image::RgbaImage;

use super::*;
use crate::base::LonLat;
use crate::map::camera::NOTCH;
use crate::map::overlay::{Marker, Shape};
use crate::spatial::feature::{Feature, Layer};
use crate::spatial::pack::{Pack, PackWriter};

const MIDDLE: LonLat = LonLat::new(116.2, 39.92);
const SIZE: [u32; 2] = [320, 240];

fn degrees(east_m: f64, north_m: f64) -> (f64, f64) {
    (MIDDLE.lon + east_m / 85_500.0, MIDDLE.lat + north_m / 111_000.0)
}

/// A lake in the west, a road from north to south in the east, a component and a pipeline between them.
fn scene() -> Arc<Scene> {
    let lake: LineString<f64> = [(-120.0, -60.0), (-20.0, -60.0), (-20.0, 60.0), (-120.0, 60.0), (-120.0, -60.0)]
        .map(|(x, y)| degrees(x, y))
        .to_vec()
        .into();
    let road: LineString<f64> = vec![degrees(60.0, -200.0), degrees(60.0, 200.0)].into();
    let pipe: LineString<f64> = vec![degrees(20.0, -200.0), degrees(20.0, 200.0)].into();
    let feature = |layer, class: &str, name: &str, geometry: geo::Geometry<f64>| Feature {
        layer,
        class: class.to_owned(),
        code: String::new(),
        name: name.to_owned(),
        extra: Vec::new(),
        geometry,
    };
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("small.gpkg");
    let mut writer = PackWriter::create(&path).unwrap();
    for feature in [
        feature(Layer::Water, "lake", "", Polygon::new(lake, Vec::new()).into()),
        feature(Layer::Roads, "primary", "石景山路", road.into()),
        feature(Layer::Pipelines, "water", "", pipe.into()),
        feature(Layer::Components, "0137", "", Point::from(degrees(0.0, 30.0)).into()),
    ] {
        writer.add(&feature).unwrap();
    }
    writer.finish().unwrap();
    Arc::new(Scene::build(&Pack::open(&path).unwrap(), |_| ()).unwrap())
}

fn painter() -> Painter {
    painter_by(By::Processor)
}

fn painter_by(by: By) -> Painter {
    let gpu = Gpu::headless(true).expect("a Vulkan driver: setup.sh installs mesa-vulkan-drivers");
    let mut painter = Painter::by(gpu, by);
    painter.set_scene(&scene());
    painter
}

fn view(overlay: &Overlay) -> View<'_> {
    View {
        camera: Camera::new(MIDDLE, 1.0),
        size: SIZE,
        pixels_per_point: 1.0,
        style: Style::built_in(),
        theme: MapTheme::Light,
        hidden: &[],
        opacities: &[],
        overlay,
        still: false,
    }
}

fn near(metres_per_point: f64) -> Camera {
    Camera::new(MIDDLE, metres_per_point)
}

/// The pixel so many metres from the middle, at the view's scale.
fn pixel(picture: &RgbaImage, camera: Camera, east_m: f64, north_m: f64) -> [u8; 3] {
    let x = f64::from(SIZE[0]) / 2.0 + east_m / camera.metres_per_point;
    let y = f64::from(SIZE[1]) / 2.0 - north_m / camera.metres_per_point;
    let [r, g, b, _] = picture.get_pixel(x as u32, y as u32).0;
    [r, g, b]
}

fn rgb([r, g, b, _]: Rgba) -> [u8; 3] {
    [r, g, b]
}

fn marker(key: u64, shape: Shape) -> Marker {
    Marker {
        key,
        at: MIDDLE,
        shape,
        fill: [10, 120, 40, 255],
        lamp: None,
        glyph: String::new(),
        heading_degrees: None,
        selected: false,
        faint: false,
        note: String::new(),
        size: 1.0,
    }
}

#[test]
fn things_are_where_they_lie_in_the_colours_of_the_theme() {
    let mut painter = painter();
    let overlay = Overlay::default();
    for theme in [MapTheme::Light, MapTheme::Dark] {
        let view = View { theme, ..view(&overlay) };
        painter.draw(&view);
        let picture = painter.read_back().unwrap();
        let at = |x, y| pixel(&picture, view.camera, x, y);
        assert_eq!(at(-70.0, 0.0), rgb(Style::built_in().body(Kind::Water, theme)));
        assert_eq!(at(60.0, -90.0), rgb(Style::built_in().body(Kind::Primary, theme)));
        assert_eq!(at(110.0, 0.0), rgb(Style::built_in().palette(theme).ground));
        if theme == MapTheme::Light {
            let darkest = (62..72).map(|x| at(f64::from(x), -90.0)[2]).min();
            assert!(
                darkest < Some(Style::built_in().body(Kind::Primary, theme)[2]),
                "the road has an edge: {darkest:?}"
            );
        }
    }
}

#[test]
fn the_ground_is_drawn_only_when_it_changed() {
    let mut painter = painter();
    let mut overlay = Overlay::default();
    painter.draw(&view(&overlay));
    assert_eq!((painter.drawn(), painter.composed()), (1, 1));
    painter.draw(&view(&overlay));
    painter.draw(&view(&overlay));
    assert_eq!((painter.drawn(), painter.composed()), (1, 1), "the same view costs nothing");
    overlay.revision = Revision(1);
    overlay.markers.push(marker(1, Shape::Circle));
    painter.draw(&view(&overlay));
    assert_eq!((painter.drawn(), painter.composed()), (1, 2), "signs do not redraw the ground");
    painter.draw(&View { hidden: &[LayerGroup::Cases], ..view(&overlay) });
    assert_eq!((painter.drawn(), painter.composed()), (1, 3));
    painter.draw(&View { camera: near(1.1), ..view(&overlay) });
    assert_eq!((painter.drawn(), painter.composed()), (2, 4));
    painter.draw(&View { camera: near(1.1), theme: MapTheme::Dark, ..view(&overlay) });
    let other = scene();
    painter.set_scene(&other);
    painter.set_scene(&other);
    painter.draw(&View { camera: near(1.1), theme: MapTheme::Dark, ..view(&overlay) });
    assert_eq!(painter.drawn(), 4);
}

#[test]
fn a_hidden_layer_is_not_in_the_picture() {
    let mut painter = painter();
    let overlay = Overlay::default();
    let mut changed = |scale: f64, group: LayerGroup| {
        let mut picture = |hidden: &[LayerGroup]| {
            painter.draw(&View { camera: near(scale), hidden, ..view(&overlay) });
            painter.read_back().unwrap()
        };
        let (whole, without) = (picture(&[]), picture(&[group]));
        whole.pixels().zip(without.pixels()).filter(|(a, b)| a != b).count()
    };
    for (scale, group) in [(0.4, LayerGroup::Pipelines), (0.4, LayerGroup::Components), (1.0, LayerGroup::Names)] {
        assert!(changed(scale, group) > 5, "{group:?}");
    }
    assert_eq!(changed(0.4, LayerGroup::UnitGrid), 0, "there is no grid to hide");
}

#[test]
fn a_fainter_layer_is_drawn_anew_and_between_itself_and_the_ground() {
    let mut painter = painter();
    let overlay = Overlay::default();
    let mut water = |opacities| {
        painter.draw(&View { opacities, ..view(&overlay) });
        let picture = painter.read_back().unwrap();
        pixel(&picture, view(&overlay).camera, -70.0, 0.0)
    };
    let (whole, half) = (water(&[]), water(&[(LayerGroup::Water, 50)]));
    let ground = Style::built_in().palette(MapTheme::Light).ground;
    for at in 0..3 {
        assert!(half[at].abs_diff(whole[at] / 2 + ground[at] / 2) <= 2, "{whole:?} {half:?}");
    }
}

#[test]
fn signs_stand_at_their_places() {
    let mut painter = painter();
    let mut overlay = Overlay::default();
    for shape in [Shape::Circle, Shape::Square, Shape::Triangle] {
        overlay.markers = vec![marker(1, shape), marker(2, shape)];
        overlay.markers[1].at = LonLat::new(f64::NAN, 0.0);
        overlay.revision = Revision(overlay.revision.0 + 1);
        painter.draw(&view(&overlay));
        let picture = painter.read_back().unwrap();
        assert_eq!(pixel(&picture, near(1.0), 0.0, -2.0), [10, 120, 40], "{shape:?}");
        assert_eq!(pixel(&picture, near(1.0), 110.0, 0.0), rgb(Style::built_in().palette(MapTheme::Light).ground));
    }
    let mut selected = marker(1, Shape::Pin);
    selected.selected = true;
    selected.lamp = Some((Shape::Triangle, [200, 150, 0, 255]));
    selected.glyph = "单".to_owned();
    selected.heading_degrees = Some(45.0);
    overlay.markers = vec![selected];
    overlay.revision = Revision(9);
    painter.draw(&view(&overlay));
    let picture = painter.read_back().unwrap();
    let lamp = picture.pixels().filter(|pixel| pixel.0[..3] == [200, 150, 0]).count();
    let glyph = picture.pixels().filter(|pixel| pixel.0[..3] == [255, 255, 255]).count();
    assert!(lamp > 8 && glyph > 8, "{lamp} {glyph}");
}

#[test]
fn sizes_that_are_none_or_too_large_are_no_trouble() {
    let mut painter = painter();
    let overlay = Overlay::default();
    for size in [[0, 0], [0, 100], [100, 0]] {
        painter.draw(&View { size, ..view(&overlay) });
    }
    assert_eq!(painter.drawn(), 0);
    assert!(painter.read_back().is_err());
    painter.draw(&View { pixels_per_point: f32::NAN, ..view(&overlay) });
    painter.draw(&View { size: [u32::MAX, 1], ..view(&overlay) });
    painter.draw(&View {
        size: [1, 1],
        camera: Camera { center: MIDDLE, metres_per_point: f64::NAN },
        ..view(&overlay)
    });
    assert_eq!(painter.drawn(), 2);
    assert_eq!(painter.read_back().unwrap().dimensions(), (1, 1));
}

#[test]
fn a_view_with_more_pixels_a_point_shows_the_same_ground() {
    let mut painter = painter();
    let overlay = Overlay::default();
    painter.draw(&View { size: [640, 480], pixels_per_point: 2.0, ..view(&overlay) });
    let picture = painter.read_back().unwrap();
    let [r, g, b, _] = picture.get_pixel(320 - 140, 240).0;
    assert_eq!([r, g, b], rgb(Style::built_in().body(Kind::Water, MapTheme::Light)));
}

#[test]
fn a_dragged_ground_is_the_ground_drawn_anew() {
    let overlay = Overlay::default();
    let names = [LayerGroup::Names];
    let at = |camera| View { camera, hidden: &names, ..view(&overlay) };
    for by in [By::Processor, By::Device] {
        let mut dragged = painter_by(by);
        let mut camera = near(0.47);
        dragged.draw(&at(camera));
        for step in [[37.0, 0.0], [0.0, -21.0], [-90.0, 55.0], [300.0, 0.0], [-3.0, -2.0]] {
            camera = camera.panned(step);
            dragged.draw(&at(camera));
            let mut fresh = painter_by(by);
            fresh.draw(&at(camera));
            let (moved, anew) = (dragged.read_back().unwrap(), fresh.read_back().unwrap());
            // The last bit of a coordinate may round otherwise, and with it the last bit of a smoothed edge.
            let most = moved.as_raw().iter().zip(anew.as_raw()).map(|(a, b)| a.abs_diff(*b)).max();
            assert!(most <= Some(1), "{by:?} {step:?}: {most:?}");
        }
        // Less than a pixel: the ground stays where it is.
        let before = dragged.read_back().unwrap();
        dragged.draw(&at(camera.panned([0.3, 0.2])));
        assert_eq!(dragged.read_back().unwrap(), before);
        dragged.draw(&at(camera.panned([0.8, 0.2])));
        assert_ne!(dragged.read_back().unwrap(), before);
    }
}

#[test]
fn a_ground_drawn_ahead_is_the_ground_drawn_anew() {
    let overlay = Overlay::default();
    let names = [LayerGroup::Names];
    let at = |camera| View { camera, hidden: &names, ..view(&overlay) };
    let size = SIZE.map(f64::from);
    let mut painter = painter_by(By::Processor);
    let mut camera = near(0.47);
    let corners = [[0.0, 0.0], [size[0], size[1]], [3.0, size[1] - 1.0], [size[0] / 2.0, 41.0]];
    for (step, (corner, factor)) in corners.into_iter().cycle().zip([NOTCH, 1.0 / NOTCH].repeat(4)).enumerate() {
        painter.draw(&at(camera));
        while painter.look_ahead() {}
        camera = camera.zoomed_at(corner, factor, size);
        painter.draw(&at(camera));
        assert_eq!(painter.ahead.taken, step as u64 + 1, "{corner:?} {factor}");
        // On the pixels that were drawn ahead, so off by up to half a pixel.
        let (center, wanted) =
            (painter.ground.as_ref().unwrap().center, painter.scene.as_ref().unwrap().local(camera.center));
        let off = [0, 1].map(|axis| (center[axis] - wanted[axis]) / camera.metres_per_point);
        assert!(off.iter().all(|pixels| pixels.abs() <= 0.501), "{off:?}");
        let mut fresh = painter_by(By::Processor);
        fresh.draw(&at(camera.panned([-off[0], off[1]])));
        let (ahead, anew) = (painter.read_back().unwrap(), fresh.read_back().unwrap());
        let most = ahead.as_raw().iter().zip(anew.as_raw()).map(|(a, b)| a.abs_diff(*b)).max();
        assert!(most <= Some(2), "{corner:?} {factor}: {most:?}");
    }
    // Another theme and another step are not what was drawn ahead.
    let taken = painter.ahead.taken;
    while painter.look_ahead() {}
    painter.draw(&View { theme: MapTheme::Dark, ..at(camera.zoomed_at(corners[0], NOTCH, size)) });
    painter.draw(&at(camera.zoomed_at(corners[0], 2.0, size)));
    assert_eq!(painter.ahead.taken, taken);
    let mut card = painter_by(By::Device);
    card.draw(&at(camera));
    assert!(!card.look_ahead(), "a graphics card is not asked ahead");
}

/// A view of all there is, with signs of every sort on it.
#[test]
fn processor_and_device_draw_the_same_picture() {
    let shapes = [Shape::Circle, Shape::Square, Shape::Triangle, Shape::Person, Shape::Pin];
    let markers = shapes.into_iter().zip(0_u32..).map(|(shape, number)| Marker {
        at: LonLat::new(MIDDLE.lon + 0.0004 * (f64::from(number) - 2.0), MIDDLE.lat + 0.0003),
        glyph: "急".to_owned(),
        lamp: Some((Shape::Triangle, [200, 40, 40, 255])),
        heading_degrees: (shape == Shape::Person).then_some(60.0),
        selected: number % 2 == 0,
        faint: number == 3,
        ..marker(u64::from(number), shape)
    });
    let overlay = Overlay { markers: markers.collect(), ..Overlay::default() };
    for (metres_per_point, theme) in [(0.5, MapTheme::Light), (0.2, MapTheme::Dark), (1.0, MapTheme::Light)] {
        let view = View { camera: near(metres_per_point), theme, ..view(&overlay) };
        let [device, processor] = [By::Device, By::Processor].map(|by| {
            let mut painter = painter_by(by);
            painter.draw(&view);
            painter.read_back().unwrap()
        });
        let far = |(a, b): (&image::Rgba<u8>, &image::Rgba<u8>)| a.0.iter().zip(b.0).any(|(a, b)| a.abs_diff(b) > 40);
        let differing = device.pixels().zip(processor.pixels()).filter(|pair| far(*pair)).count();
        let all = (SIZE[0] * SIZE[1]) as usize;
        assert!(differing * 200 < all, "{differing} of {all} pixels differ at {metres_per_point} m a point");
    }
}

/// Pictures below the map: around the middle at level 17, each a field of its own colour with a darker north-west.
fn underlay(opacity: u8) -> Arc<Underlay> {
    use crate::map::raster::{Picture, Placed};
    use crate::spatial::raster::{Tile, Tiling};
    let [x, y] = Tiling::Mercator.place(MIDDLE, 17).map(|part| part as u32);
    let mut underlay = Underlay { revision: 7, ..Underlay::default() };
    for (number, (across, down)) in (0..9).map(|n| (n, (n % 3, n / 3))) {
        let image = RgbaImage::from_fn(64, 64, |u, v| {
            let dark = if u < 32 && v < 32 { 40 } else { 0 };
            image::Rgba([200 - 10 * number as u8 - dark, 90 + 10 * number as u8, 160 - dark, 255])
        });
        let mut bytes = std::io::Cursor::new(Vec::new());
        image.write_to(&mut bytes, image::ImageFormat::Png).unwrap();
        underlay.placed.push(Placed {
            picture: Arc::new(Picture::decode(&bytes.into_inner()).unwrap()),
            tile: Tile { z: 17, x: x + across - 1, y: y + down - 1 },
            tiling: Tiling::Mercator,
            part: [0.0, 0.0, 1.0, 1.0],
            opacity,
        });
    }
    Arc::new(underlay)
}

#[test]
fn pictures_lie_below_the_map_and_both_painters_agree_on_them() {
    let overlay = Overlay::default();
    let names = [LayerGroup::Names];
    for theme in [MapTheme::Light, MapTheme::Dark] {
        for opacity in [100, 60] {
            let view = View { hidden: &names, theme, ..view(&overlay) };
            let under = underlay(opacity);
            let pictures = [By::Processor, By::Device].map(|by| {
                let mut painter = painter_by(by);
                painter.draw(&view);
                let (before, drawn) = (painter.read_back().unwrap(), painter.drawn());
                painter.set_underlay(Some(&under));
                painter.draw(&view);
                painter.draw(&view);
                assert_eq!(painter.drawn(), drawn + 1, "drawn once for what came");
                assert!(!painter.look_ahead(), "of another view there may be no pictures yet");
                let with = painter.read_back().unwrap();
                painter.set_underlay(None);
                painter.draw(&view);
                assert_eq!(painter.read_back().unwrap(), before, "{by:?}: without pictures all is as before");
                with
            });
            let at = |x, y| pixel(&pictures[0], view.camera, x, y);
            assert_eq!(at(60.0, -90.0), rgb(Style::built_in().body(Kind::Primary, theme)), "the road lies above");
            let water = rgb(Style::built_in().body(Kind::Water, theme));
            assert_ne!(at(-70.0, 0.0), water, "areas hide nothing");
            if opacity == 100 {
                let [red, _, blue] = at(110.0, 0.0);
                assert_eq!((red, blue) < (140, 140), theme == MapTheme::Dark, "{red} {blue}: dimmed by night");
            }
            let apart = pictures[0].as_raw().iter().zip(pictures[1].as_raw()).filter(|(a, b)| a.abs_diff(**b) > 6);
            let apart = apart.count() as f64 / pictures[0].as_raw().len() as f64;
            assert!(apart < 0.01, "{theme:?} {opacity}: {:.3} % differ", apart * 100.0);
        }
    }
}

#[test]
fn pictures_follow_a_drag_on_both_painters() {
    let overlay = Overlay::default();
    let names = [LayerGroup::Names];
    let at = |camera| View { camera, hidden: &names, ..view(&overlay) };
    for by in [By::Processor, By::Device] {
        let (mut dragged, mut fresh) = (painter_by(by), painter_by(by));
        let under = underlay(100);
        dragged.set_underlay(Some(&under));
        fresh.set_underlay(Some(&under));
        let mut camera = near(0.47);
        dragged.draw(&at(camera));
        for step in [[37.0, 0.0], [0.0, -21.0], [-60.0, 45.0]] {
            camera = camera.panned(step);
            dragged.draw(&at(camera));
        }
        fresh.draw(&at(camera));
        let (moved, anew) = (dragged.read_back().unwrap(), fresh.read_back().unwrap());
        // A pixel whose middle lies on the edge of two pictures may come to the one or the other.
        let apart = moved.as_raw().iter().zip(anew.as_raw()).filter(|(a, b)| a.abs_diff(**b) > 3).count();
        assert!(apart * 200 < moved.as_raw().len(), "{by:?}: {apart} of {} differ", moved.as_raw().len());
    }
}
