//! How pointer, wheel and keys move the view.

use eframe::egui;

use super::{CLICK_RADIUS, Dragged, FINE_STEP, Hand, KEY_STEP};
use crate::base::LonLat;
use crate::map::camera::{Camera, NOTCH};

/// What a drag that begins at a place has hold of; nothing when it is to move the view.
pub(super) fn take_hold(hand: &Hand<'_>, camera: Camera, size: [f64; 2], at: [f64; 2]) -> Option<Dragged> {
    if hand.boxes {
        return Some(Dragged::Box(camera.lonlat_from_screen(at, size)));
    }
    let away = |point: &LonLat| {
        let [x, y] = camera.screen_from_lonlat(*point, size);
        (x - at[0]).hypot(y - at[1])
    };
    let near = hand.handles.iter().map(away).enumerate().filter(|(_, away)| *away <= CLICK_RADIUS);
    near.min_by(|a, b| a.1.total_cmp(&b.1)).map(|(index, _)| Dragged::Handle(index))
}

/// Moves the view by drag, wheel and key.
pub(super) fn steer(
    ui: &egui::Ui,
    response: &egui::Response,
    camera: &mut Camera,
    size: [f64; 2],
    extent: Option<geo::Rect<f64>>,
    draws: bool,
    holds: bool,
) {
    if holds && response.dragged_by(egui::PointerButton::Primary) {
        // The drag is about what is drawn.
    } else if response.dragged_by(egui::PointerButton::Primary) || response.dragged_by(egui::PointerButton::Middle) {
        let by = response.drag_delta();
        *camera = camera.panned([f64::from(by.x), f64::from(by.y)]);
    }
    if response.drag_started() {
        response.request_focus();
    }
    let min = response.rect.min;
    let local = |at: egui::Pos2| [f64::from(at.x - min.x), f64::from(at.y - min.y)];
    if let Some(at) = response.hover_pos().map(local) {
        let factor = ui.input(wheel);
        if factor != 1.0 {
            *camera = camera.zoomed_at(at, factor, size);
        }
        if response.double_clicked() && !draws {
            *camera = camera.zoomed_at(at, 2.0, size);
        }
    }
    if response.has_focus() {
        // Arrows move the map and not the focus; tab and escape leave it.
        let filter = egui::EventFilter { horizontal_arrows: true, vertical_arrows: true, ..Default::default() };
        ui.memory_mut(|memory| memory.set_focus_lock_filter(response.id, filter));
        let pressed = |key| ui.input(|i| i.modifiers.is_none() && i.key_pressed(key));
        // `+` needs shift on some keyboards.
        let signed = |key| ui.input(|i| !i.modifiers.command && !i.modifiers.alt && i.key_pressed(key));
        // With shift in small steps, to bring the cross onto a corner. Each press counts, by what was held with it: several
        // may come with one frame.
        let presses = |key: egui::Key, held: egui::Modifiers| {
            let is = |event: &&egui::Event| matches!(event, egui::Event::Key { key: one, pressed: true, modifiers, .. } if *one == key && *modifiers == held);
            ui.input(|i| i.events.iter().filter(is).count()) as f64
        };
        let step = |key: egui::Key, x: f64, y: f64| {
            let part =
                presses(key, egui::Modifiers::NONE) * KEY_STEP + presses(key, egui::Modifiers::SHIFT) * FINE_STEP;
            [x * part, y * part]
        };
        for [x, y] in [
            step(egui::Key::ArrowLeft, 1.0, 0.0),
            step(egui::Key::ArrowRight, -1.0, 0.0),
            step(egui::Key::ArrowUp, 0.0, 1.0),
            step(egui::Key::ArrowDown, 0.0, -1.0),
        ] {
            if [x, y] != [0.0, 0.0] {
                *camera = camera.panned([x * size[0], y * size[1]]);
            }
        }
        let middle = [size[0] / 2.0, size[1] / 2.0];
        if signed(egui::Key::Plus) || signed(egui::Key::Equals) {
            *camera = camera.zoomed_at(middle, NOTCH, size);
        }
        if signed(egui::Key::Minus) {
            *camera = camera.zoomed_at(middle, 1.0 / NOTCH, size);
        }
        if let Some(extent) = extent.filter(|_| pressed(egui::Key::Home)) {
            *camera = Camera::fit(extent, size);
        }
    }
}

/// By how much wheel and pinch magnify. The wheel's own events, not the smoothed ones: each is one step, and nothing goes
/// on moving afterwards.
fn wheel(input: &egui::InputState) -> f64 {
    let mut notches = 0.0;
    for event in &input.events {
        if let egui::Event::MouseWheel { unit, delta, .. } = event {
            let up = f64::from(delta.y);
            notches += match unit {
                egui::MouseWheelUnit::Line => up,
                egui::MouseWheelUnit::Point => up / 50.0,
                egui::MouseWheelUnit::Page => up * 3.0,
            };
        }
    }
    let pinch: f64 = input
        .events
        .iter()
        .filter_map(|event| if let egui::Event::Zoom(factor) = event { Some(f64::from(*factor)) } else { None })
        .product();
    NOTCH.powf(notches.clamp(-6.0, 6.0)) * pinch
}
