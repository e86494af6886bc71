//! The map as a widget: the only file of the map that knows egui.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use eframe::{egui, egui_wgpu};

use crate::base::LonLat;
use crate::base::clock::{Clock, SystemClock};
use crate::map::camera::{Camera, scale_bar};
use crate::map::drawing::{Drawing, Drawn};
use crate::map::gpu::show::{Pass, Place, Showing};
use crate::map::gpu::{Gpu, Painter, View};
use crate::map::overlay::Overlay;
use crate::map::pick::marker_at;
use crate::map::scene::Scene;
use crate::map::style::palette::palette;
use crate::map::style::{LayerGroup, MapTheme};

mod drawing;

/// What is drawn above the map, and what pointer and keys do with it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Hand<'a> {
    /// Lines and marks.
    pub drawing: Option<&'a Drawing>,
    /// Clicks draw: a double click ends what is drawn and does not magnify.
    pub draws: bool,
    /// A drag spans a box.
    pub boxes: bool,
    /// Points that a drag can move.
    pub handles: &'a [LonLat],
}

/// What is to be shown in this frame. Nothing in it is kept.
#[derive(Clone, Copy, Debug)]
pub struct MapInput<'a> {
    /// The view.
    pub camera: Camera,
    /// Groups of layers that are hidden.
    pub hidden: &'a [LayerGroup],
    /// Layers that are not fully opaque, with their percent.
    pub opacities: &'a [(LayerGroup, u8)],
    /// Signs above the base map.
    pub overlay: &'a Overlay,
    /// Light or dark ground.
    pub theme: MapTheme,
    /// Accessible name of the map.
    pub name: &'a str,
    /// The whole extent is to be brought into the picture.
    pub fit: bool,
    /// This point is to be brought into the picture if it lies outside.
    pub reveal: Option<LonLat>,
    /// The keyboard is to come here.
    pub focus: bool,
    /// What is drawn above it.
    pub hand: Hand<'a>,
}

/// What the person did to the map in this frame.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct MapOutput {
    /// The view was moved (by drag, wheel, key, fit or reveal).
    pub camera: Option<Camera>,
    /// A click.
    pub click: Option<MapClick>,
    /// Where the pointer is.
    pub hover: Option<LonLat>,
    /// Key of the sign under the pointer.
    pub hover_marker: Option<u64>,
    /// What is drawn is whole: a double click, or a click with the second button, while clicks draw.
    pub finish: bool,
    /// A drag that is no move of the view.
    pub drag: Option<MapDrag>,
}

/// A drag with what is in hand.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct MapDrag {
    /// What is dragged.
    pub what: Dragged,
    /// Where it is now.
    pub to: LonLat,
    /// It was let go.
    pub done: bool,
}

/// What a drag has hold of.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Dragged {
    /// A box, by the corner at which it began.
    Box(LonLat),
    /// A point that can be moved, by its number.
    Handle(usize),
}

/// A click on the map.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct MapClick {
    /// Where.
    pub at: LonLat,
    /// Radius of the click on the ground, metres.
    pub radius_m: f64,
    /// Key of the uppermost sign that was hit.
    pub marker: Option<u64>,
    /// With the second button.
    pub secondary: bool,
}

/// The map of a window: its GPU resources and the picture drawn last. Redraws only when camera, size, theme, layers,
/// scene or overlay changed.
pub struct MapView {
    window: Option<Window>,
    scene: Option<Arc<Scene>>,
    size: [f64; 2],
    field: egui::Rect,
    camera: Camera,
    flat: drawing::Flat,
    dragged: Option<Dragged>,
}

/// What a view with a GPU has.
struct Window {
    painter: Painter,
    showing: Showing,
    /// The picture has been handed to `showing`.
    has_picture: bool,
    /// The view that the picture shows, and when it was drawn (seconds of the window's clock).
    shown: Option<(Camera, f64)>,
    /// What the device took for the last picture.
    pace: Arc<Pace>,
}

/// Time that drawing takes, told by the device when it is done.
struct Pace {
    clock: SystemClock,
    millis: AtomicU64,
}

/// On a slow device a drag shows the last picture shifted, and a new one when so many times its cost have passed: the
/// window stays free to answer.
const REST: f64 = 1.6;
/// A picture that takes no longer is drawn at once, milliseconds.
const QUICK_MS: u64 = 14;
/// Part of the picture that an arrow key moves by.
const KEY_STEP: f64 = 0.15;
/// With shift.
const FINE_STEP: f64 = 0.01;
/// One notch of the wheel, or a press of `+`.
const NOTCH: f64 = 1.35;
/// Radius of a click, points.
const CLICK_RADIUS: f64 = 8.0;
/// How far from the edge a revealed point comes to lie, points.
const REVEAL_MARGIN: f64 = 60.0;

impl MapView {
    /// With the window's GPU; without one (panel tests) the map is an empty field with its name. Compiles the pipelines.
    pub fn new(gpu: Option<&egui_wgpu::RenderState>) -> Self {
        let window = gpu.map(|state| Window {
            painter: Painter::new(Gpu::of_window(state)),
            showing: Showing::new(&state.device, state.target_format),
            has_picture: false,
            shown: None,
            pace: Arc::new(Pace { clock: SystemClock::default(), millis: AtomicU64::new(0) }),
        });
        Self {
            window,
            scene: None,
            size: [0.0, 0.0],
            field: egui::Rect::NOTHING,
            camera: Camera::default(),
            flat: drawing::Flat::default(),
            dragged: None,
        }
    }

    /// Shows this base map from now on; the same one again costs nothing.
    pub fn set_scene(&mut self, scene: &Arc<Scene>) {
        if let Some(window) = &mut self.window {
            window.painter.set_scene(scene);
        }
        self.scene = Some(scene.clone());
    }

    /// Fills what is left of `ui` with the map, scale bar included.
    pub fn show(&mut self, ui: &mut egui::Ui, input: &MapInput<'_>) -> MapOutput {
        let points_per_pixel = 1.0 / ui.ctx().pixels_per_point();
        let rect = ui.available_rect_before_wrap();
        // On whole pixels the picture is shown as it was drawn.
        let snap = |point: egui::Pos2| (point.to_vec2() / points_per_pixel).round() * points_per_pixel;
        let rect = egui::Rect::from_min_max(snap(rect.min).to_pos2(), snap(rect.max).to_pos2());
        let response = ui.allocate_rect(rect, egui::Sense::click_and_drag());
        response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Image, true, input.name));
        if input.focus {
            response.request_focus();
        }
        let size = [f64::from(rect.width()), f64::from(rect.height())];
        self.size = size;
        let mut output = MapOutput::default();
        if !(size[0] >= 1.0 && size[1] >= 1.0) {
            return output;
        }
        let before = input.camera.sound();
        let mut camera = self.asked_for(before, input, size);
        let pressed_at = ui.input(|i| i.pointer.press_origin()).filter(|_| response.drag_started());
        if let Some(at) = pressed_at.filter(|_| response.dragged_by(egui::PointerButton::Primary)) {
            self.dragged = take_hold(&input.hand, camera, size, [at.x - rect.min.x, at.y - rect.min.y].map(f64::from));
        }
        let extent = self.scene.as_deref().and_then(Scene::extent);
        let moving = steer(ui, &response, &mut camera, size, extent, input.hand.draws, self.dragged.is_some());
        if camera != input.camera {
            output.camera = Some(camera);
        }
        let local = |at: egui::Pos2| [f64::from(at.x - rect.min.x), f64::from(at.y - rect.min.y)];
        let marker = |at| marker_at(input.overlay, input.hidden, camera, size, at);
        if let Some(at) = response.hover_pos().map(local) {
            output.hover = Some(camera.lonlat_from_screen(at, size));
            output.hover_marker = marker(at);
        }
        if let Some(what) = self.dragged {
            if let Some(at) = response.interact_pointer_pos().map(local) {
                output.drag =
                    Some(MapDrag { what, to: camera.lonlat_from_screen(at, size), done: response.drag_stopped() });
            }
            if !response.dragged() {
                self.dragged = None;
            }
        }
        output.finish = input.hand.draws && (response.double_clicked() || response.secondary_clicked());
        let secondary = response.secondary_clicked() && !output.finish;
        if (response.clicked() && !response.double_clicked()) || secondary {
            response.request_focus();
            // A click by key has no pointer: it is meant for the cross in the middle.
            let at = response.interact_pointer_pos().map_or([size[0] / 2.0, size[1] / 2.0], local);
            output.click = Some(MapClick {
                at: camera.lonlat_from_screen(at, size),
                radius_m: CLICK_RADIUS * camera.metres_per_point,
                marker: marker(at),
                secondary,
            });
        }
        if output.hover_marker.is_some() {
            ui.ctx().set_cursor_icon(egui::CursorIcon::PointingHand);
        } else if response.dragged() {
            ui.ctx().set_cursor_icon(egui::CursorIcon::Grabbing);
        } else if input.hand.draws && response.hovered() {
            ui.ctx().set_cursor_icon(egui::CursorIcon::Crosshair);
        }
        self.paint(ui, rect, camera, input, moving);
        (self.field, self.camera) = (rect, camera);
        if let Some(drawing) = input.hand.drawing {
            self.flat.paint(&ui.painter_at(rect), camera, drawing, input.theme);
        }
        furnish(ui, rect, camera, input.theme, response.has_focus());
        output
    }

    /// Draws over the map as it was just shown, for this frame only.
    pub fn draw_over(&self, ui: &egui::Ui, shapes: &[Drawn], theme: MapTheme) {
        if self.field.is_positive() {
            drawing::paint_live(&ui.painter_at(self.field), self.camera, shapes, theme);
        }
    }

    /// The field of the map in the window as it was last shown.
    pub fn field(&self) -> egui::Rect {
        self.field
    }

    /// The view after what the program asks for.
    fn asked_for(&self, camera: Camera, input: &MapInput<'_>, size: [f64; 2]) -> Camera {
        let extent = self.scene.as_ref().and_then(|scene| scene.extent());
        let camera = match extent.filter(|_| input.fit) {
            Some(extent) => Camera::fit(extent, size),
            None => camera,
        };
        input.reveal.map_or(camera, |at| camera.revealing(at, REVEAL_MARGIN, size))
    }

    fn paint(&mut self, ui: &egui::Ui, rect: egui::Rect, camera: Camera, input: &MapInput<'_>, moving: bool) {
        let painter = ui.painter_at(rect);
        let ground = || painter.rect_filled(rect, 0.0, color(palette(input.theme).ground));
        let Some(window) = &mut self.window else {
            ground();
            return;
        };
        let now = ui.input(|i| i.time);
        let scale = ui.ctx().pixels_per_point();
        let cost = window.pace.millis.load(Ordering::Relaxed);
        let rest = if cost > QUICK_MS { cost as f64 / 1000.0 * REST } else { 0.0 };
        let waits = window.shown.is_some_and(|(shown, drawn_at)| {
            moving && shown != camera && shown.plane() == camera.plane() && now - drawn_at < rest
        });
        if waits {
            let left = window.shown.map_or(0.0, |(_, drawn_at)| rest - (now - drawn_at));
            ui.ctx().request_repaint_after(std::time::Duration::from_secs_f64(left.clamp(0.005, 1.0)));
        } else {
            let size = [rect.width(), rect.height()].map(|length| (length * scale).round() as u32);
            let view = View {
                camera,
                size,
                pixels_per_point: scale,
                theme: input.theme,
                hidden: input.hidden,
                opacities: input.opacities,
                overlay: input.overlay,
                still: false,
            };
            window.draw(&view, now);
        }
        let Some((shown, _)) = window.shown else {
            ground();
            return;
        };
        // Where the picture lies under the wanted view: exactly on the field, unless it is an older one.
        let place = if shown == camera {
            Place::SAME
        } else {
            let size = [f64::from(rect.width()), f64::from(rect.height())];
            let zoom = shown.metres_per_point / camera.metres_per_point;
            let middle = camera.screen_from_ground(shown.center_on_ground(), size);
            let inside = |axis: usize, at: f64| ((at - middle[axis]) / (size[axis] * zoom) + 0.5) as f32;
            Place {
                upper_left: [inside(0, 0.0), inside(1, 0.0)],
                lower_right: [inside(0, size[0]), inside(1, size[1])],
            }
        };
        match window.showing.pass(&window.painter.gpu().queue, place, palette(input.theme).ground) {
            Some(pass) => {
                painter.add(egui_wgpu::Callback::new_paint_callback(rect, Shown(pass)));
            }
            None => {
                ground();
            }
        }
    }

    /// How often the base picture has been drawn, for tests and the frame panel.
    pub fn drawn(&self) -> u64 {
        self.window.as_ref().map_or(0, |window| window.painter.drawn())
    }

    /// Whether the picture on the screen is the one of this view, and not an older one shifted while the device works.
    pub fn is_final(&self, camera: Camera) -> bool {
        self.window.as_ref().is_none_or(|window| window.shown.is_some_and(|(shown, _)| shown == camera))
    }

    /// Width and height of the field in points, as it was last shown.
    pub fn size(&self) -> [f64; 2] {
        self.size
    }
}

impl Window {
    fn draw(&mut self, view: &View<'_>, now: f64) {
        let before = (self.painter.drawn(), self.painter.composed());
        let fresh = self.painter.draw(view);
        if (self.painter.drawn(), self.painter.composed()) != before {
            self.shown = Some((view.camera, now));
        }
        if self.painter.drawn() != before.0 {
            let pace = self.pace.clone();
            let start = pace.clock.monotonic();
            self.painter.gpu().queue.on_submitted_work_done(move || {
                let took = pace.clock.monotonic().saturating_sub(start).as_millis();
                pace.millis.store(u64::try_from(took).unwrap_or(u64::MAX), Ordering::Relaxed);
            });
        }
        if let Some(picture) = self.painter.picture().filter(|_| fresh || !self.has_picture) {
            self.showing.set_picture(&self.painter.gpu().device, picture);
            self.has_picture = true;
        }
    }
}

/// The picture as a shape of egui's.
struct Shown(Pass);

impl egui_wgpu::CallbackTrait for Shown {
    fn paint(
        &self,
        _info: egui::PaintCallbackInfo,
        pass: &mut egui_wgpu::wgpu::RenderPass<'static>,
        _resources: &egui_wgpu::CallbackResources,
    ) {
        self.0.draw(pass);
    }
}

/// What a drag that begins at a place has hold of; nothing when it is to move the view.
fn take_hold(hand: &Hand<'_>, camera: Camera, size: [f64; 2], at: [f64; 2]) -> Option<Dragged> {
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

/// Moves the view by drag, wheel and key; tells whether the person is still at it.
fn steer(
    ui: &egui::Ui,
    response: &egui::Response,
    camera: &mut Camera,
    size: [f64; 2],
    extent: Option<geo::Rect<f64>>,
    draws: bool,
    holds: bool,
) -> bool {
    let before = *camera;
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
    *camera != before || response.is_pointer_button_down_on()
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

/// Scale bar, focus ring and, for those who steer by key, the cross in the middle.
fn furnish(ui: &egui::Ui, rect: egui::Rect, camera: Camera, theme: MapTheme, focused: bool) {
    let painter = ui.painter_at(rect);
    let palette = palette(theme);
    let (ink, paper) = (color(palette.text), color(palette.halo));
    let (metres, points) = scale_bar(camera.metres_per_point, 120.0);
    let words = if metres >= 1000.0 {
        format!("{} km", metres / 1000.0)
    } else if metres >= 1.0 {
        format!("{metres} m")
    } else {
        format!("{} cm", (metres * 100.0).round())
    };
    let left = rect.min.x + 14.0;
    let base = rect.max.y - 12.0;
    let bar = |painter: &egui::Painter, width: f32, color: egui::Color32| {
        let right = left + points as f32;
        let stroke = egui::Stroke::new(width, color);
        painter.line(
            vec![
                egui::pos2(left, base - 5.0),
                egui::pos2(left, base),
                egui::pos2(right, base),
                egui::pos2(right, base - 5.0),
            ],
            stroke,
        );
    };
    bar(&painter, 4.0, paper);
    bar(&painter, 1.5, ink);
    let at = egui::pos2(left + 5.0, base - 3.0);
    let font = egui::FontId::proportional(11.0);
    for by in [[-1.0, 0.0], [1.0, 0.0], [0.0, -1.0], [0.0, 1.0]] {
        painter.text(at + egui::vec2(by[0], by[1]), egui::Align2::LEFT_BOTTOM, &words, font.clone(), paper);
    }
    painter.text(at, egui::Align2::LEFT_BOTTOM, &words, font, ink);
    if focused {
        let ring = ui.visuals().selection.stroke;
        let width = ring.width.max(2.0);
        painter.rect_stroke(rect, 0.0, egui::Stroke::new(width, ring.color), egui::StrokeKind::Inside);
        let middle = rect.center();
        for (width, color) in [(3.0, paper), (1.0, ink)] {
            let stroke = egui::Stroke::new(width, color);
            for arm in [egui::vec2(6.0, 0.0), egui::vec2(0.0, 6.0)] {
                painter.line_segment([middle - arm, middle + arm], stroke);
            }
        }
    }
}

fn color([r, g, b, a]: [u8; 4]) -> egui::Color32 {
    egui::Color32::from_rgba_unmultiplied(r, g, b, a)
}

#[cfg(test)]
mod tests;
