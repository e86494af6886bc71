//! The map as a widget: the only file of the map that knows egui.

use std::sync::Arc;

use eframe::egui;
use eframe::egui_wgpu::{self, wgpu};

use crate::base::LonLat;
use crate::map::camera::{Camera, NOTCH, scale_bar};
use crate::map::drawing::{Drawing, Drawn};
use crate::map::gpu::Gpu;
use crate::map::gpu::show::{Pass, Place, Showing};
use crate::map::overlay::Overlay;
use crate::map::pick::marker_at;
use crate::map::raster::Underlay;
use crate::map::scene::Scene;
use crate::map::style::palette::Palette;
use crate::map::style::{LayerGroup, MapTheme, Style};

mod artist;
mod drawing;
mod overview;

use artist::{Artist, Wish};

pub use overview::OverviewInput;

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
    pub overlay: &'a Arc<Overlay>,
    /// The look.
    pub style: &'a Arc<Style>,
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

impl MapInput<'_> {
    fn palette(&self) -> &Palette {
        self.style.palette(self.theme)
    }
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
    underlay: Option<Arc<Underlay>>,
    size: [f64; 2],
    field: egui::Rect,
    camera: Camera,
    /// Around what is drawn over the map.
    paper: [u8; 4],
    flat: drawing::Flat,
    overview: overview::Overview,
    dragged: Option<Dragged>,
}

/// What a view with a GPU has.
struct Window {
    artist: Artist,
    showing: Showing,
    queue: wgpu::Queue,
    device: wgpu::Device,
    /// What the picture on the screen shows.
    shown: Option<Wish>,
    /// What it should show.
    wanted: Option<Wish>,
    drawn: u64,
}

/// Part of the picture that an arrow key moves by.
const KEY_STEP: f64 = 0.15;
/// With shift.
const FINE_STEP: f64 = 0.01;
/// Radius of a click, points.
const CLICK_RADIUS: f64 = 8.0;
/// How far from the edge a revealed point comes to lie, points.
const REVEAL_MARGIN: f64 = 60.0;

impl MapView {
    /// With the window's GPU; without one (panel tests) the map is an empty field with its name. Drawing is a thread's work.
    pub fn new(gpu: Option<&egui_wgpu::RenderState>) -> Self {
        let window = gpu.map(|state| Window {
            artist: Artist::new(Gpu::of_window(state)),
            showing: Showing::new(&state.device, state.target_format),
            queue: state.queue.clone(),
            device: state.device.clone(),
            shown: None,
            wanted: None,
            drawn: 0,
        });
        Self {
            window,
            scene: None,
            underlay: None,
            size: [0.0, 0.0],
            field: egui::Rect::NOTHING,
            camera: Camera::default(),
            paper: [0; 4],
            flat: drawing::Flat::default(),
            overview: overview::Overview::default(),
            dragged: None,
        }
    }

    /// Shows this base map from now on; the same one again costs nothing.
    pub fn set_scene(&mut self, scene: &Arc<Scene>) {
        self.scene = Some(scene.clone());
    }

    /// Lays these pictures below the map from now on, or none; the same ones again cost nothing.
    pub fn set_underlay(&mut self, underlay: Option<Arc<Underlay>>) {
        self.underlay = underlay;
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
        steer(ui, &response, &mut camera, size, extent, input.hand.draws, self.dragged.is_some());
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
        self.paint(ui, rect, camera, input);
        (self.field, self.camera) = (rect, camera);
        if let Some(drawing) = input.hand.drawing {
            self.flat.paint(&ui.painter_at(rect), camera, drawing, input.palette().halo);
        }
        furnish(ui, rect, camera, input.palette(), response.has_focus());
        self.paper = input.palette().halo;
        output
    }

    /// Draws over the map as it was just shown, for this frame only.
    pub fn draw_over(&self, ui: &egui::Ui, shapes: &[Drawn]) {
        if self.field.is_positive() {
            drawing::paint_live(&ui.painter_at(self.field), self.camera, shapes, self.paper);
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

    fn paint(&mut self, ui: &egui::Ui, rect: egui::Rect, camera: Camera, input: &MapInput<'_>) {
        let painter = ui.painter_at(rect);
        let ground = input.palette().ground;
        let scale = ui.ctx().pixels_per_point();
        let shown = self.window.as_mut().and_then(|window| {
            window.bring(
                Wish {
                    camera,
                    size: [rect.width(), rect.height()].map(|length| (length * scale).round() as u32),
                    pixels_per_point: scale,
                    style: input.style.clone(),
                    theme: input.theme,
                    hidden: input.hidden.to_vec(),
                    opacities: input.opacities.to_vec(),
                    overlay: input.overlay.clone(),
                    scene: self.scene.clone(),
                    underlay: self.underlay.clone(),
                },
                ui.ctx(),
            );
            let place = place(window.shown.as_ref()?, window.wanted.as_ref()?);
            window.showing.pass(&window.queue, place, ground)
        });
        match shown {
            Some(pass) => {
                painter.add(egui_wgpu::Callback::new_paint_callback(rect, Shown(pass)));
            }
            None => {
                painter.rect_filled(rect, 0.0, color(ground));
            }
        }
    }

    /// How often the base picture has been drawn, for tests and the frame panel.
    pub fn drawn(&self) -> u64 {
        self.window.as_ref().map_or(0, |window| window.drawn)
    }

    /// Whether the picture on the screen is the one that was asked for last, and not an older one shifted while the next is
    /// being drawn, nor one for which pictures below are still to come.
    pub fn is_final(&self) -> bool {
        self.window.as_ref().is_none_or(|window| match (&window.shown, &window.wanted) {
            (Some(shown), Some(wanted)) => {
                shown.is(wanted) && shown.underlay.as_ref().is_none_or(|under| under.is_final())
            }
            _ => false,
        })
    }

    /// Width and height of the field in points, as it was last shown.
    pub fn size(&self) -> [f64; 2] {
        self.size
    }
}

impl Window {
    /// Another one on the same device.
    fn beside(&self) -> Self {
        Self {
            artist: self.artist.beside(),
            showing: self.showing.beside(&self.device),
            queue: self.queue.clone(),
            device: self.device.clone(),
            shown: None,
            wanted: None,
            drawn: 0,
        }
    }

    /// Takes what has been drawn, and has drawn what is wanted now.
    fn bring(&mut self, wanted: Wish, context: &egui::Context) {
        self.take(context);
        if !self.artist.is_at_work() && self.shown.as_ref().is_none_or(|shown| !shown.is(&wanted)) {
            self.artist.order(wanted.clone(), context);
            self.take(context);
        }
        self.wanted = Some(wanted);
    }

    fn take(&mut self, context: &egui::Context) {
        if let Some(picture) = self.artist.take(context) {
            self.showing.set_picture(&self.device, &picture.view);
            self.drawn = picture.drawn;
            self.shown = Some(picture.of);
        }
    }
}

/// Where the picture lies under the wanted view: exactly on the field, unless it is an older one.
fn place(shown: &Wish, wanted: &Wish) -> Place {
    if shown.camera == wanted.camera && shown.size == wanted.size && shown.pixels_per_point == wanted.pixels_per_point {
        return Place::SAME;
    }
    let points = |wish: &Wish| wish.size.map(|length| f64::from(length) / f64::from(wish.pixels_per_point));
    let (size, of_picture) = (points(wanted), points(shown));
    let zoom = shown.camera.metres_per_point / wanted.camera.metres_per_point;
    let middle = wanted.camera.screen_from_lonlat(shown.camera.center, size);
    let inside = |axis: usize, at: f64| ((at - middle[axis]) / (of_picture[axis] * zoom) + 0.5) as f32;
    Place { upper_left: [inside(0, 0.0), inside(1, 0.0)], lower_right: [inside(0, size[0]), inside(1, size[1])] }
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

/// Moves the view by drag, wheel and key.
fn steer(
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

/// Scale bar, focus ring and, for those who steer by key, the cross in the middle.
fn furnish(ui: &egui::Ui, rect: egui::Rect, camera: Camera, palette: &Palette, focused: bool) {
    let painter = ui.painter_at(rect);
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
