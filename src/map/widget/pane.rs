//! One picture of the map in the window: what is drawn for it, where it lies, and what pointer and keys did to it.

use std::sync::Arc;

use eframe::egui;
use eframe::egui_wgpu::{self, wgpu};

use super::artist::{Artist, Wish};
use super::{CLICK_RADIUS, Dragged, MapClick, MapDrag, MapInput, MapOutput, SideInput, color, steer};
use crate::map::camera::Camera;
use crate::map::gpu::Gpu;
use crate::map::gpu::show::{Pass, Place, Showing};
use crate::map::pick::marker_at;
use crate::map::raster::Underlay;
use crate::map::scene::Scene;

/// One of the maps of the window.
pub(super) struct Pane {
    pub window: Option<Window>,
    pub underlay: Option<Arc<Underlay>>,
    /// Width and height in points, as it was last shown.
    pub size: [f64; 2],
    /// Where it was last shown; nowhere while it is put away.
    pub field: egui::Rect,
    dragged: Option<Dragged>,
}

/// What a view with a GPU has.
pub(super) struct Window {
    pub artist: Artist,
    pub showing: Showing,
    pub queue: wgpu::Queue,
    device: wgpu::Device,
    /// What the picture on the screen shows.
    pub shown: Option<Wish>,
    /// What it should show.
    pub wanted: Option<Wish>,
    pub drawn: u64,
}

impl Pane {
    pub fn new(window: Option<Window>) -> Self {
        Self { window, underlay: None, size: [0.0, 0.0], field: egui::Rect::NOTHING, dragged: None }
    }

    /// Takes the picture away and what belongs to it, the thread included.
    pub fn put_away(&mut self) {
        if self.field.is_positive() || self.window.is_some() {
            *self = Self::new(None);
        }
    }

    /// Where a point of the window lies in the field, points from its upper left corner.
    fn local(&self, at: egui::Pos2) -> [f64; 2] {
        [f64::from(at.x - self.field.min.x), f64::from(at.y - self.field.min.y)]
    }

    /// Takes what was done to this map in the frame: moves `camera`, and tells the rest.
    pub fn follow(
        &mut self,
        ui: &egui::Ui,
        response: &egui::Response,
        camera: &mut Camera,
        input: &MapInput<'_>,
        one: &SideInput<'_>,
        extent: Option<geo::Rect<f64>>,
    ) -> MapOutput {
        let (hand, size) = (&input.hand, self.size);
        let mut output = MapOutput { side: one.side, ..MapOutput::default() };
        let pressed_at = ui.input(|i| i.pointer.press_origin()).filter(|_| response.drag_started());
        if let Some(at) = pressed_at.filter(|_| response.dragged_by(egui::PointerButton::Primary)) {
            self.dragged = steer::take_hold(hand, *camera, size, self.local(at));
        }
        steer::steer(ui, response, camera, size, extent, hand.draws, self.dragged.is_some());
        let marker = |at| marker_at(one.overlay, one.hidden, *camera, size, at);
        if let Some(at) = response.hover_pos().map(|at| self.local(at)) {
            output.hover = Some(camera.lonlat_from_screen(at, size));
            output.hover_marker = marker(at);
        }
        if let Some(what) = self.dragged {
            if let Some(at) = response.interact_pointer_pos().map(|at| self.local(at)) {
                output.drag =
                    Some(MapDrag { what, to: camera.lonlat_from_screen(at, size), done: response.drag_stopped() });
            }
            if !response.dragged() {
                self.dragged = None;
            }
        }
        output.finish = hand.draws && (response.double_clicked() || response.secondary_clicked());
        let secondary = response.secondary_clicked() && !output.finish;
        if (response.clicked() && !response.double_clicked()) || secondary {
            response.request_focus();
            // A click by key has no pointer: it is meant for the cross in the middle.
            let middle = [size[0] / 2.0, size[1] / 2.0];
            let at = response.interact_pointer_pos().map_or(middle, |at| self.local(at));
            output.click = Some(MapClick {
                at: camera.lonlat_from_screen(at, size),
                radius_m: CLICK_RADIUS * camera.metres_per_point,
                marker: marker(at),
                secondary,
            });
        }
        output.taken = response.clicked() || response.drag_started() || secondary || output.finish;
        if output.hover_marker.is_some() {
            ui.ctx().set_cursor_icon(egui::CursorIcon::PointingHand);
        } else if response.dragged() {
            ui.ctx().set_cursor_icon(egui::CursorIcon::Grabbing);
        } else if hand.draws && response.hovered() {
            ui.ctx().set_cursor_icon(egui::CursorIcon::Crosshair);
        }
        output
    }

    /// Puts the picture onto the field: the one that is wanted, or an older one where its ground lies.
    pub fn paint(
        &mut self,
        ui: &egui::Ui,
        camera: Camera,
        input: &MapInput<'_>,
        one: &SideInput<'_>,
        scene: Option<&Arc<Scene>>,
    ) {
        let rect = self.field;
        let scale = ui.ctx().pixels_per_point();
        let wish = || Wish {
            camera,
            size: [rect.width(), rect.height()].map(|length| (length * scale).round() as u32),
            pixels_per_point: scale,
            style: input.style.clone(),
            theme: input.theme,
            hidden: one.hidden.to_vec(),
            opacities: one.opacities.to_vec(),
            overlay: one.overlay.clone(),
            scene: scene.cloned(),
            underlay: self.underlay.clone(),
        };
        show_picture(ui, rect, self.window.as_mut().map(|window| (window, wish())), input.palette().ground);
    }

    /// Whether the picture on the screen is the one that was asked for last, pictures below it included.
    pub fn is_final(&self) -> bool {
        self.window.as_ref().is_none_or(|window| match (&window.shown, &window.wanted) {
            (Some(shown), Some(wanted)) => {
                shown.is(wanted) && shown.underlay.as_ref().is_none_or(|under| under.is_final())
            }
            _ => false,
        })
    }
}

/// Has a picture drawn and puts it, or the one before, onto a field; the colour of the ground where there is none yet.
pub(super) fn show_picture(ui: &egui::Ui, rect: egui::Rect, wished: Option<(&mut Window, Wish)>, ground: [u8; 4]) {
    let painter = ui.painter_at(rect);
    let pass = wished.and_then(|(window, wish)| {
        window.bring(wish, ui.ctx());
        let place = place(window.shown.as_ref()?, window.wanted.as_ref()?);
        window.showing.pass(&window.queue, place, ground)
    });
    match pass {
        Some(pass) => {
            painter.add(egui_wgpu::Callback::new_paint_callback(rect, Shown(pass)));
        }
        None => {
            painter.rect_filled(rect, 0.0, color(ground));
        }
    }
}

impl Window {
    pub fn new(state: &egui_wgpu::RenderState) -> Self {
        Self {
            artist: Artist::new(Gpu::of_window(state)),
            showing: Showing::new(&state.device, state.target_format),
            queue: state.queue.clone(),
            device: state.device.clone(),
            shown: None,
            wanted: None,
            drawn: 0,
        }
    }

    /// Another one on the same device.
    pub fn beside(&self) -> Self {
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
pub(super) fn place(shown: &Wish, wanted: &Wish) -> Place {
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
