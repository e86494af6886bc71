use egui_kittest::Harness;
use egui_kittest::kittest::Queryable;

use super::artist::{Artist, Wish};
use super::pane::place;
use super::*;
use crate::map::camera::NOTCH;
use crate::map::gpu::Gpu;
use crate::map::gpu::show::Place;

const HOME: LonLat = LonLat::new(116.2, 39.92);

struct Field {
    view: MapView,
    overlay: Arc<Overlay>,
    camera: Camera,
    last: MapOutput,
    clicks: Vec<MapClick>,
}

/// A map without a GPU that keeps the view it is given back, as the program does.
fn field() -> Harness<'static, Field> {
    let start = Field {
        view: MapView::new(None),
        overlay: Arc::default(),
        camera: Camera::new(HOME, 2.0),
        last: MapOutput::default(),
        clicks: Vec::new(),
    };
    Harness::builder().with_size(egui::vec2(400.0, 300.0)).build_ui_state(
        |ui, field: &mut Field| {
            let input = MapInput {
                camera: field.camera,
                sides: &[SideInput {
                    side: Side::Right,
                    hidden: &[],
                    opacities: &[],
                    overlay: &field.overlay,
                    name: "地图",
                }],
                style: Style::built_in(),
                theme: MapTheme::Light,
                fit: false,
                reveal: None,
                focus: None,
                hand: Hand::default(),
            };
            let output = field.view.show(ui, &input);
            field.camera = output.camera.unwrap_or(field.camera);
            field.clicks.extend(output.click);
            field.last = output;
        },
        start,
    )
}

fn middle_east_m(harness: &Harness<'_, Field>) -> f64 {
    harness.state().camera.center_on_ground().east_m - Camera::new(HOME, 2.0).center_on_ground().east_m
}

#[test]
fn the_field_has_its_name_and_is_steered_by_keys() {
    let mut harness = field();
    harness.get_by_label("地图").focus();
    harness.run();
    harness.key_press(egui::Key::ArrowRight);
    harness.run();
    assert!(middle_east_m(&harness) > 50.0);
    harness.key_press(egui::Key::ArrowLeft);
    harness.run();
    assert!(middle_east_m(&harness).abs() < 1.0);
    harness.key_press_modifiers(egui::Modifiers::SHIFT, egui::Key::ArrowRight);
    harness.run();
    let fine = middle_east_m(&harness);
    assert!(fine > 1.0 && fine < 20.0, "with shift a small step: {fine}");
    harness.key_press_modifiers(egui::Modifiers::SHIFT, egui::Key::ArrowLeft);
    harness.run();
    harness.key_press(egui::Key::Plus);
    harness.run();
    assert!(harness.state().camera.metres_per_point < 1.6);
    harness.key_press(egui::Key::Minus);
    harness.run();
    assert!((harness.state().camera.metres_per_point - 2.0).abs() < 1e-9);
    harness.key_press(egui::Key::Enter);
    harness.run();
    let click = harness.state().clicks[0];
    let [x, y] = harness.state().camera.screen_from_lonlat(click.at, harness.state().view.size());
    let size = harness.state().view.size();
    assert!((x - size[0] / 2.0).abs() < 0.1 && (y - size[1] / 2.0).abs() < 0.1, "a key's click is in the middle");
}

#[test]
fn keys_do_nothing_without_focus() {
    let mut harness = field();
    harness.key_press(egui::Key::ArrowRight);
    harness.key_press(egui::Key::Minus);
    harness.run();
    assert_eq!(harness.state().camera, Camera::new(HOME, 2.0));
}

#[test]
fn the_wheel_keeps_what_is_under_the_pointer() {
    let mut harness = field();
    let at = egui::pos2(300.0, 100.0);
    harness.event(egui::Event::PointerMoved(at));
    harness.run();
    let before = harness.state().last.hover.unwrap();
    harness.event(egui::Event::MouseWheel {
        unit: egui::MouseWheelUnit::Line,
        delta: egui::vec2(0.0, 2.0),
        phase: egui::TouchPhase::Move,
        source: egui::MouseWheelSource::Unknown,
        modifiers: egui::Modifiers::NONE,
    });
    harness.run();
    let after = harness.state().last.hover.unwrap();
    assert!((harness.state().camera.metres_per_point - 2.0 / NOTCH / NOTCH).abs() < 1e-9);
    assert!((before.lon - after.lon).abs() < 1e-9 && (before.lat - after.lat).abs() < 1e-9);
}

#[test]
fn a_click_tells_place_radius_and_sign() {
    let mut harness = field();
    let at = egui::pos2(150.0, 200.0);
    harness.event(egui::Event::PointerMoved(at));
    harness.run();
    let there = harness.state().last.hover.unwrap();
    Arc::make_mut(&mut harness.state_mut().overlay).markers.push(crate::map::overlay::Marker {
        key: 7,
        at: there,
        shape: crate::map::overlay::Shape::Circle,
        fill: [1, 2, 3, 255],
        lamp: None,
        glyph: String::new(),
        heading_degrees: None,
        selected: false,
        faint: false,
        note: String::new(),
        size: 1.0,
    });
    for pressed in [true, false] {
        harness.event(egui::Event::PointerButton {
            pos: at,
            button: egui::PointerButton::Primary,
            pressed,
            modifiers: egui::Modifiers::NONE,
        });
        harness.run();
    }
    let [click] = harness.state().clicks[..] else { panic!("one click") };
    assert_eq!((click.marker, click.radius_m, click.secondary), (Some(7), 16.0, false));
    assert_eq!(harness.state().last.hover_marker, Some(7));
}

#[test]
fn fit_and_reveal_move_the_view_only_when_they_must() {
    let camera = Camera::new(HOME, 2.0);
    let size = [400.0, 300.0];
    let view = MapView::new(None);
    let input = MapInput {
        camera,
        sides: &[SideInput {
            side: Side::Right, hidden: &[], opacities: &[], overlay: &Arc::default(), name: "地图"
        }],
        style: Style::built_in(),
        theme: MapTheme::Light,
        fit: true,
        reveal: Some(HOME),
        focus: None,
        hand: Hand::default(),
    };
    assert_eq!(view.asked_for(camera, &input, size), camera, "without a scene there is nothing to fit");
    let far = LonLat::new(116.25, 39.95);
    let moved = view.asked_for(camera, &MapInput { reveal: Some(far), ..input }, size);
    let [x, y] = moved.screen_from_lonlat(far, size);
    assert!((0.0..400.0).contains(&x) && (0.0..300.0).contains(&y));
}

#[test]
fn a_drag_spans_a_box_or_moves_a_corner_and_leaves_the_view() {
    for boxes in [true, false] {
        let start = (MapView::new(None), Camera::new(HOME, 2.0), Vec::<MapDrag>::new());
        let mut harness = Harness::builder().with_size(egui::vec2(400.0, 300.0)).build_ui_state(
            |ui, (view, camera, drags): &mut (MapView, Camera, Vec<MapDrag>)| {
                let handles = [camera.lonlat_from_screen([100.0, 100.0], view.size())];
                let input = MapInput {
                    camera: *camera,
                    sides: &[SideInput {
                        side: Side::Right,
                        hidden: &[],
                        opacities: &[],
                        overlay: &Arc::default(),
                        name: "地图",
                    }],
                    style: Style::built_in(),
                    theme: MapTheme::Light,
                    fit: false,
                    reveal: None,
                    focus: None,
                    hand: Hand { drawing: None, draws: !boxes, boxes, handles: &handles },
                };
                let output = view.show(ui, &input);
                *camera = output.camera.unwrap_or(*camera);
                drags.extend(output.drag);
            },
            start,
        );
        let at = |harness: &Harness<'_, (MapView, Camera, Vec<MapDrag>)>, x: f32, y: f32| {
            harness.get_by_label("地图").rect().min + egui::vec2(x, y)
        };
        harness.run();
        let (from, to) = (at(&harness, 101.0, 101.0), at(&harness, 180.0, 160.0));
        harness.drag_at(from);
        harness.run();
        harness.hover_at(to);
        harness.run();
        harness.drop_at(to);
        harness.run();
        let (_, camera, drags) = harness.state();
        assert_eq!(*camera, Camera::new(HOME, 2.0), "the view stays");
        let last = drags.last().unwrap();
        assert!(last.done && drags.iter().filter(|drag| drag.done).count() == 1);
        match last.what {
            Dragged::Box(_) => assert!(boxes),
            Dragged::Handle(index) => assert!(!boxes && index == 0),
        }
    }
}

fn wish(camera: Camera, size: [u32; 2]) -> Wish {
    Wish {
        camera,
        size,
        pixels_per_point: 2.0,
        style: Style::built_in().clone(),
        theme: MapTheme::Light,
        hidden: Vec::new(),
        opacities: Vec::new(),
        overlay: Arc::default(),
        scene: None,
        underlay: None,
    }
}

#[test]
fn an_older_picture_lies_where_its_ground_is() {
    let camera = Camera::new(HOME, 2.0);
    let shown = wish(camera, [800, 600]);
    assert_eq!(place(&shown, &shown), Place::SAME);
    // Moved by a quarter of the field to the right: what was a quarter left of the picture is at its left edge now.
    let moved = place(&shown, &wish(camera.panned([100.0, 0.0]), [800, 600]));
    let near = |a: [f32; 2], b: [f32; 2]| (0..2).all(|axis| (a[axis] - b[axis]).abs() < 1e-3);
    assert!(near(moved.upper_left, [-0.25, 0.0]) && near(moved.lower_right, [0.75, 1.0]), "{moved:?}");
    // Magnified twice: the middle half fills the field.
    let magnified = place(&shown, &wish(Camera::new(HOME, 1.0), [800, 600]));
    assert!(near(magnified.upper_left, [0.25, 0.25]) && near(magnified.lower_right, [0.75, 0.75]), "{magnified:?}");
    // A field of half the width shows the middle half across.
    let narrower = place(&shown, &wish(camera, [400, 600]));
    assert!(near(narrower.upper_left, [0.25, 0.0]) && near(narrower.lower_right, [0.75, 1.0]), "{narrower:?}");
}

#[test]
fn a_picture_is_another_one_when_anything_in_it_differs() {
    let one = wish(Camera::new(HOME, 2.0), [800, 600]);
    assert!(one.is(&one.clone()));
    let mut others = vec![one.clone(); 6];
    others[0].camera = Camera::new(HOME, 2.1);
    others[1].size = [801, 600];
    others[2].theme = MapTheme::Dark;
    others[3].hidden = vec![LayerGroup::Cases];
    others[4].opacities = vec![(LayerGroup::Buildings, 40)];
    let mut overlay = Overlay::default();
    overlay.revision.bump();
    others[5].overlay = Arc::new(overlay);
    assert!(others.iter().all(|other| !one.is(other)));
}

/// What the thread does, on a device without a window; skipped where there is none.
#[test]
fn the_painter_draws_what_was_ordered_and_nothing_twice() {
    let Ok(gpu) = Gpu::headless(true) else {
        println!("skipped: no graphics driver");
        return;
    };
    let mut artist = Artist::new(gpu);
    let context = egui::Context::default();
    let mut wanted = wish(Camera::new(HOME, 2.0), [80, 60]);
    for round in 1..=4 {
        wanted.camera = wanted.camera.panned([7.0, 3.0]);
        artist.order(wanted.clone(), &context);
        assert!(artist.is_at_work());
        let picture = loop {
            if let Some(picture) = artist.take(&context) {
                break picture;
            }
            std::thread::yield_now();
        };
        assert!(picture.of.is(&wanted) && !artist.is_at_work());
        assert_eq!(picture.drawn, round);
    }
    assert!(artist.take(&context).is_none(), "nothing is at work");
    wanted.size = [0, 60];
    artist.order(wanted, &context);
    while artist.is_at_work() {
        assert!(artist.take(&context).is_none(), "a view without extent has no picture");
        std::thread::yield_now();
    }
}

#[test]
fn two_fields_are_of_one_size_on_whole_pixels_within_the_room() {
    let room = egui::Rect::from_min_max(egui::pos2(320.3, 42.0), egui::pos2(983.6, 700.4));
    for scale in [1.0_f32, 1.25, 1.5, 2.0] {
        for count in [1, 2] {
            let fields = fields(room, count, scale);
            assert_eq!(fields.len(), count);
            let whole = |points: f32| ((points * scale).round() / scale - points).abs() < 1e-3;
            assert!(fields.iter().all(|field| whole(field.min.x) && whole(field.max.x)), "{fields:?}");
            assert!((fields[0].width() - fields[count - 1].width()).abs() < 1e-3);
            assert!(fields[0].min.x >= room.min.x - 1.0 && fields[count - 1].max.x <= room.max.x + 1.0);
            assert!(count == 1 || fields[0].max.x + GAP <= fields[1].min.x + 1e-3);
        }
    }
    assert!(fields(egui::Rect::NOTHING, 2, 1.0).iter().all(|field| field.width() <= 0.0 || !field.is_positive()));
}
