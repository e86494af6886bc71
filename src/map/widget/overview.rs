//! A small map of the whole scene with the frame of the view. It is drawn once for a scene, style and theme; then only the
//! frame moves.

use std::sync::Arc;

use eframe::egui;

use super::artist::Wish;
use super::pane::{Window, show_picture};
use super::{FINE_STEP, KEY_STEP, MapView, Side, color};
use crate::map::camera::Camera;
use crate::map::scene::Scene;
use crate::map::style::{LayerGroup, MapTheme, Style};

/// What the overview is to show in this frame.
#[derive(Clone, Copy, Debug)]
pub struct OverviewInput<'a> {
    /// The view of the map.
    pub camera: Camera,
    /// The look.
    pub style: &'a Arc<Style>,
    /// Light or dark ground.
    pub theme: MapTheme,
    /// Accessible name.
    pub name: &'a str,
    /// The keyboard is to come here.
    pub focus: bool,
}

/// The overview of a window's map.
#[derive(Default)]
pub(super) struct Overview {
    window: Option<Window>,
}

/// Longest sides, points.
const LARGEST: [f64; 2] = [210.0, 150.0];
/// Shortest sides: a long and narrow district is still to be hit with a pointer.
const LEAST: f64 = 70.0;
/// Distance from the edges of the map.
const MARGIN: f32 = 10.0;
/// A frame smaller than this is a cross as well, points.
const LEAST_FRAME: f32 = 9.0;

/// What cannot be read at that size, or moves.
const LEFT_OUT: [LayerGroup; 12] = [
    LayerGroup::Names,
    LayerGroup::Places,
    LayerGroup::Incidents,
    LayerGroup::Emergency,
    LayerGroup::Video,
    LayerGroup::Components,
    LayerGroup::Patrols,
    LayerGroup::UnitGrid,
    LayerGroup::Pipelines,
    LayerGroup::Sites,
    LayerGroup::Parcels,
    LayerGroup::Relief,
];

/// Width and height for an extent: its own shape, as large as allowed.
fn size_for(extent: geo::Rect<f64>) -> [f64; 2] {
    // A degree of longitude is shorter than one of latitude.
    let shrink = extent.center().y.to_radians().cos().max(0.1);
    let shape = [(extent.width() * shrink).max(1e-9), extent.height().max(1e-9)];
    let scale = (LARGEST[0] / shape[0]).min(LARGEST[1] / shape[1]);
    [0, 1].map(|axis| (shape[axis] * scale).max(LEAST).min(LARGEST[axis]).round())
}

/// The camera of the overview: the whole extent fills it.
fn whole(extent: geo::Rect<f64>, size: [f64; 2]) -> Camera {
    Camera::fit(extent, size)
}

/// Corners of the view on the overview, points from its upper left corner.
fn frame(view: Camera, view_size: [f64; 2], overview: Camera, size: [f64; 2]) -> [[f64; 2]; 4] {
    let [width, height] = view_size;
    [[0.0, 0.0], [width, 0.0], [width, height], [0.0, height]]
        .map(|corner| overview.screen_from_lonlat(view.lonlat_from_screen(corner, view_size), size))
}

impl MapView {
    /// Shows the overview in the lower right corner of the map as it was just shown, and tells where the view is to go. Nothing
    /// is shown before there is a scene, or where the map is too small for it.
    pub fn overview(&mut self, ui: &egui::Ui, input: &OverviewInput<'_>) -> Option<Camera> {
        let extent = self.scene.as_deref().and_then(Scene::extent)?;
        let size = size_for(extent);
        let field = self.field(Side::Right);
        let room = egui::vec2(size[0] as f32, size[1] as f32);
        if field.width() < room.x * 2.0 || field.height() < room.y * 2.0 {
            return None;
        }
        let points_per_pixel = 1.0 / ui.ctx().pixels_per_point();
        let corner = field.max - room - egui::vec2(MARGIN, MARGIN);
        let corner = ((corner.to_vec2() / points_per_pixel).round() * points_per_pixel).to_pos2();
        let rect = egui::Rect::from_min_size(corner, room);
        let response = ui.interact(rect, egui::Id::unique("overview"), egui::Sense::click_and_drag());
        response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Image, true, input.name));
        if input.focus {
            response.request_focus();
        }
        let overview = whole(extent, size);
        let view_size = self.size();
        let moved = moved(ui, &response, input.camera, view_size, overview, size);
        self.paint_overview(ui, rect, overview, input);
        let painter = ui.painter_at(rect.expand(2.0));
        let palette = input.style.palette(input.theme);
        let (ink, paper) = (color(palette.text), color(palette.halo));
        let frame = frame(moved.unwrap_or(input.camera), view_size, overview, size)
            .map(|[x, y]| corner + egui::vec2(x as f32, y as f32));
        let inside = painter.with_clip_rect(rect);
        let bounds = egui::Rect::from_points(&frame);
        for (width, color) in [(4.0, paper), (2.0, ink)] {
            let stroke = egui::Stroke::new(width, color);
            inside.add(egui::Shape::closed_line(frame.to_vec(), stroke));
            if bounds.width().max(bounds.height()) < LEAST_FRAME {
                for arm in [egui::vec2(8.0, 0.0), egui::vec2(0.0, 8.0)] {
                    inside.line_segment([bounds.center() - arm, bounds.center() + arm], stroke);
                }
            }
        }
        let edge = if response.has_focus() { ui.visuals().selection.stroke.color } else { ink };
        let width = if response.has_focus() { 2.0 } else { 1.0 };
        painter.rect_stroke(rect, 0.0, egui::Stroke::new(width, edge), egui::StrokeKind::Outside);
        moved
    }

    fn paint_overview(&mut self, ui: &egui::Ui, rect: egui::Rect, camera: Camera, input: &OverviewInput<'_>) {
        let ground = input.style.palette(input.theme).ground;
        let scale = ui.ctx().pixels_per_point();
        if self.overview.window.is_none() {
            // Its thread begins when it is first shown.
            self.overview.window = self.pane(Side::Right).window.as_ref().map(Window::beside);
        }
        let scene = self.scene.clone();
        let overview = &mut self.overview;
        let wish = || Wish {
            camera,
            size: [rect.width(), rect.height()].map(|length| (length * scale).round() as u32),
            pixels_per_point: scale,
            style: input.style.clone(),
            theme: input.theme,
            hidden: LEFT_OUT.to_vec(),
            opacities: Vec::new(),
            overlay: Arc::default(),
            scene,
            underlay: None,
        };
        let wished = overview.window.as_mut().map(|window| (window, wish()));
        show_picture(ui, rect, wished, ground);
    }

    /// How often the picture of the overview has been drawn, for tests.
    pub fn overview_drawn(&self) -> u64 {
        self.overview.window.as_ref().map_or(0, |window| window.drawn)
    }
}

/// Where a click, a drag or an arrow key moves the view.
fn moved(
    ui: &egui::Ui,
    response: &egui::Response,
    camera: Camera,
    view_size: [f64; 2],
    overview: Camera,
    size: [f64; 2],
) -> Option<Camera> {
    if response.clicked() || response.dragged() {
        response.request_focus();
        if let Some(at) = response.interact_pointer_pos() {
            let at = [0, 1].map(|axis| f64::from(at[axis] - response.rect.min[axis]).clamp(0.0, size[axis]));
            let center = overview.lonlat_from_screen(at, size);
            return Some(Camera { center, ..camera }).filter(|moved| *moved != camera);
        }
    }
    if !response.has_focus() {
        return None;
    }
    let filter = egui::EventFilter { horizontal_arrows: true, vertical_arrows: true, ..Default::default() };
    ui.memory_mut(|memory| memory.set_focus_lock_filter(response.id, filter));
    let presses = |key: egui::Key, held: egui::Modifiers| {
        let is = |event: &&egui::Event| matches!(event, egui::Event::Key { key: one, pressed: true, modifiers, .. } if *one == key && *modifiers == held);
        ui.input(|i| i.events.iter().filter(is).count()) as f64
    };
    let steps = |key| presses(key, egui::Modifiers::NONE) * KEY_STEP + presses(key, egui::Modifiers::SHIFT) * FINE_STEP;
    let x = steps(egui::Key::ArrowLeft) - steps(egui::Key::ArrowRight);
    let y = steps(egui::Key::ArrowUp) - steps(egui::Key::ArrowDown);
    ([x, y] != [0.0, 0.0]).then(|| camera.panned([x * view_size[0], y * view_size[1]]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::LonLat;

    #[test]
    fn the_overview_has_the_shape_of_the_district_within_bounds() {
        let wide = size_for(geo::Rect::new((116.0, 39.9), (116.4, 39.92)));
        assert_eq!(wide, [LARGEST[0], LEAST]);
        let high = size_for(geo::Rect::new((116.0, 39.7), (116.01, 39.9)));
        assert_eq!(high, [LEAST, LARGEST[1]]);
        assert!(size_for(geo::Rect::new((116.0, 39.7), (116.0, 39.7))).iter().all(|side| side.is_finite()));
    }

    #[test]
    fn the_frame_is_what_the_view_shows() {
        let extent = geo::Rect::new((116.0, 39.8), (116.4, 40.0));
        let size = size_for(extent);
        let overview = whole(extent, size);
        let view = Camera::new(LonLat::new(116.2, 39.9), overview.metres_per_point / 4.0);
        let corners = frame(view, [400.0, 200.0], overview, size);
        let middle = [size[0] / 2.0, size[1] / 2.0];
        for axis in 0..2 {
            let mean = corners.iter().map(|corner| corner[axis]).sum::<f64>() / 4.0;
            assert!((mean - middle[axis]).abs() < 1.0, "{corners:?}");
        }
        assert!((corners[1][0] - corners[0][0] - 100.0).abs() < 1.5, "{corners:?}");
        assert!((corners[2][1] - corners[1][1] - 50.0).abs() < 1.5, "{corners:?}");
    }
}
