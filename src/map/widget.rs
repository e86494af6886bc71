//! The map as a widget: the only file of the map that knows egui.

use std::sync::Arc;

use eframe::{egui, egui_wgpu};

use crate::base::LonLat;
use crate::map::camera::Camera;
use crate::map::drawing::{Drawing, Drawn};
use crate::map::overlay::Overlay;
use crate::map::raster::Underlay;
use crate::map::scene::Scene;
use crate::map::side::Side;
use crate::map::style::palette::Palette;
use crate::map::style::{LayerGroup, MapTheme, Style};

mod artist;
mod drawing;
mod furniture;
mod overview;
mod pane;
mod steer;

pub use overview::OverviewInput;
use pane::{Pane, Window};

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
    /// The look.
    pub style: &'a Arc<Style>,
    /// Light or dark ground.
    pub theme: MapTheme,
    /// The whole extent is to be brought into the picture.
    pub fit: bool,
    /// This point is to be brought into the picture if it lies outside.
    pub reveal: Option<LonLat>,
    /// The keyboard is to come to this map.
    pub focus: Option<Side>,
    /// What is drawn above it.
    pub hand: Hand<'a>,
    /// The map, or two from left to right.
    pub sides: &'a [SideInput<'a>],
}

/// What one map shows by itself.
#[derive(Clone, Copy, Debug)]
pub struct SideInput<'a> {
    /// Where it stands.
    pub side: Side,
    /// Groups of layers that are hidden.
    pub hidden: &'a [LayerGroup],
    /// Layers that are not fully opaque, with their percent.
    pub opacities: &'a [(LayerGroup, u8)],
    /// Signs above the base map.
    pub overlay: &'a Arc<Overlay>,
    /// Accessible name of the map.
    pub name: &'a str,
}

impl MapInput<'_> {
    fn palette(&self) -> &Palette {
        self.style.palette(self.theme)
    }
}

/// What the person did to the map in this frame.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct MapOutput {
    /// The map that it was done to.
    pub side: Side,
    /// It was pressed: it is this one that the person is at.
    pub taken: bool,
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

impl MapOutput {
    /// What was done weighs more than where the pointer is, and that more than nothing.
    fn weight(&self) -> u8 {
        match self {
            Self { taken: true, .. } => 3,
            Self { drag: Some(_), .. } => 2,
            Self { hover: Some(_), .. } => 1,
            _ => 0,
        }
    }
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

/// The maps of a window: one scene, one view, and for each map the picture drawn last. A picture is drawn anew only when camera,
/// size, theme, layers, scene or overlay changed.
pub struct MapView {
    /// From left to right; one that stands alone is the right one.
    panes: [Pane; 2],
    scene: Option<Arc<Scene>>,
    camera: Camera,
    /// Around what is drawn over the map.
    paper: [u8; 4],
    flat: drawing::Flat,
    overview: overview::Overview,
}

/// Part of the picture that an arrow key moves by.
const KEY_STEP: f64 = 0.15;
/// With shift.
const FINE_STEP: f64 = 0.01;
/// Radius of a click, points.
const CLICK_RADIUS: f64 = 8.0;
/// How far from the edge a revealed point comes to lie, points.
const REVEAL_MARGIN: f64 = 60.0;

/// Room between two maps, points.
const GAP: f32 = 3.0;

impl MapView {
    /// With the window's GPU; without one (panel tests) the map is an empty field with its name. Drawing is a thread's work.
    pub fn new(gpu: Option<&egui_wgpu::RenderState>) -> Self {
        Self {
            panes: [Pane::new(None), Pane::new(gpu.map(Window::new))],
            scene: None,
            camera: Camera::default(),
            paper: [0; 4],
            flat: drawing::Flat::default(),
            overview: overview::Overview::default(),
        }
    }

    /// Shows this base map from now on; the same one again costs nothing.
    pub fn set_scene(&mut self, scene: &Arc<Scene>) {
        self.scene = Some(scene.clone());
    }

    /// Lays these pictures below a map from now on, or none; the same ones again cost nothing.
    pub fn set_underlay(&mut self, side: Side, underlay: Option<Arc<Underlay>>) {
        self.pane_mut(side).underlay = underlay;
    }

    /// Fills what is left of `ui` with the maps, scale bars included. Two maps are of one size, so that one camera shows the same
    /// ground in both.
    pub fn show(&mut self, ui: &mut egui::Ui, input: &MapInput<'_>) -> MapOutput {
        let fields = fields(ui.available_rect_before_wrap(), input.sides.len(), ui.ctx().pixels_per_point());
        let mut responses = Vec::with_capacity(fields.len());
        for (one, field) in input.sides.iter().zip(&fields) {
            let response = ui.allocate_rect(*field, egui::Sense::click_and_drag());
            response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Image, true, one.name));
            if input.focus == Some(one.side) {
                response.request_focus();
            }
            let pane = self.pane_mut(one.side);
            (pane.field, pane.size) = (*field, [f64::from(field.width()), f64::from(field.height())]);
            responses.push(response);
        }
        if !input.sides.iter().any(|one| one.side == Side::Left) {
            self.pane_mut(Side::Left).put_away();
        } else if self.pane(Side::Left).window.is_none() {
            // Its thread begins when it is first shown.
            self.pane_mut(Side::Left).window = self.pane(Side::Right).window.as_ref().map(Window::beside);
        }
        let size = self.size();
        if !(size[0] >= 1.0 && size[1] >= 1.0) {
            return MapOutput::default();
        }
        let extent = self.scene.as_deref().and_then(Scene::extent);
        let mut camera = self.asked_for(input.camera.sound(), input, size);
        let mut output = MapOutput::default();
        for (one, response) in input.sides.iter().zip(&responses) {
            let done = self.pane_mut(one.side).follow(ui, response, &mut camera, input, one, extent);
            if done.weight() > output.weight() {
                output = done;
            }
        }
        output.camera = Some(camera).filter(|camera| *camera != input.camera);
        let scene = self.scene.clone();
        for (one, response) in input.sides.iter().zip(&responses) {
            let pane = self.pane_mut(one.side);
            pane.paint(ui, camera, input, one, scene.as_ref());
            let (field, on_pictures) = (pane.field, pane.underlay.is_some());
            if let Some(drawing) = input.hand.drawing {
                self.flat.paint(&ui.painter_at(field), camera, drawing, input.palette().halo);
            }
            furniture::furnish(ui, field, camera, input.palette(), on_pictures, response.has_focus());
        }
        (self.camera, self.paper) = (camera, input.palette().halo);
        output
    }

    /// Draws over the maps as they were just shown, for this frame only.
    pub fn draw_over(&self, ui: &egui::Ui, shapes: &[Drawn]) {
        Side::ALL.into_iter().for_each(|side| self.draw_over_one(ui, side, shapes));
    }

    /// Draws over one of them, for this frame only.
    pub fn draw_over_one(&self, ui: &egui::Ui, side: Side, shapes: &[Drawn]) {
        let field = self.pane(side).field;
        if field.is_positive() {
            drawing::paint_live(&ui.painter_at(field), self.camera, shapes, self.paper);
        }
    }

    /// The field of a map in the window as it was last shown; nowhere while there is none.
    pub fn field(&self, side: Side) -> egui::Rect {
        self.pane(side).field
    }

    fn pane(&self, side: Side) -> &Pane {
        let [left, right] = &self.panes;
        side.of([left, right])
    }

    fn pane_mut(&mut self, side: Side) -> &mut Pane {
        let [left, right] = &mut self.panes;
        side.of([left, right])
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

    /// How often the base picture has been drawn, for tests and the frame panel.
    pub fn drawn(&self) -> u64 {
        self.panes.iter().flat_map(|pane| &pane.window).map(|window| window.drawn).sum()
    }

    /// Whether the pictures on the screen are those that were asked for last, and not older ones shifted while the next are
    /// being drawn, nor such for which pictures below are still to come.
    pub fn is_final(&self) -> bool {
        self.panes.iter().all(Pane::is_final)
    }

    /// Width and height of a map's field in points, as it was last shown; two maps are of one size.
    pub fn size(&self) -> [f64; 2] {
        self.pane(Side::Right).size
    }
}

/// The fields of so many maps beside each other: of one size, on whole pixels.
fn fields(room: egui::Rect, count: usize, pixels_per_point: f32) -> Vec<egui::Rect> {
    // On whole pixels the picture is shown as it was drawn.
    let snap = |points: f32| (points * pixels_per_point).round() / pixels_per_point;
    let room = egui::Rect::from_min_max(
        egui::pos2(snap(room.min.x), snap(room.min.y)),
        egui::pos2(snap(room.max.x), snap(room.max.y)),
    );
    let share = (room.width() - GAP * (count as f32 - 1.0)) / count as f32;
    let width = ((share * pixels_per_point).floor() / pixels_per_point).max(0.0);
    // What is left over lies between them.
    let left = |at: usize| if at == 0 { room.min.x } else { room.max.x - width };
    (0..count).map(|at| egui::Rect::from_x_y_ranges(left(at)..=left(at) + width, room.y_range())).collect()
}

fn color([r, g, b, a]: [u8; 4]) -> egui::Color32 {
    egui::Color32::from_rgba_unmultiplied(r, g, b, a)
}

#[cfg(test)]
mod tests;
