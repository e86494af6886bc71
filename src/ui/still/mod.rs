//! Panels that stand still are not drawn again.
//!
//! On a machine without a graphics card the toolkit's shader, which is made for everything, costs more for the letters and fields
//! of the panels than the whole map, and it draws all of them in every frame, even while only the map moves. Here the picture of
//! a panel whose shapes are those of the frame before is kept and put onto the window by a pass that reads one texel a pixel.
//! What differs in anything is drawn by the toolkit as ever, so what is seen is the same to the pixel. Where there is a graphics
//! card nothing of this is done.

mod parts;
mod picture;
#[cfg(test)]
mod tests;

use eframe::egui::epaint::textures::TexturesDelta;
use eframe::egui::epaint::{ClippedPrimitive, ClippedShape};
use eframe::egui::{Color32, Context, FullOutput, Plugin, Rect, Shape};
use eframe::egui_wgpu::{self, RenderState, ScreenDescriptor, wgpu};

use crate::map::gpu::show::Showing;
use picture::Picture;

/// The kept pictures of a window's panels.
pub struct StillPanels {
    device: wgpu::Device,
    queue: wgpu::Queue,
    /// The toolkit's own drawing, into pictures instead of the window.
    renderer: egui_wgpu::Renderer,
    showing: Showing,
    /// Where panels lie in the frame being made, points.
    fields: Vec<Rect>,
    panels: Vec<Panel>,
}

/// A panel as it was in the frame before.
struct Panel {
    field: Rect,
    pixels_per_point: f32,
    shapes: Vec<ClippedShape>,
    /// Its picture, once it has stood still.
    picture: Option<Picture>,
}

/// Puts the keeping of pictures to work in a window that is drawn by the processor.
pub fn install(ctx: &Context, state: Option<&RenderState>) {
    let Some(state) = state.filter(|state| state.adapter.get_info().device_type == wgpu::DeviceType::Cpu) else {
        return;
    };
    ctx.add_plugin(StillPanels::new(&state.device, &state.queue, state.target_format));
}

/// Tells where panels lie in this frame, in points. Each must lie on whole pixels to be kept.
pub fn tell(ctx: &Context, fields: impl IntoIterator<Item = Rect>) {
    if let Some(plugin) = ctx.plugin_opt::<StillPanels>() {
        plugin.lock().fields.extend(fields);
    }
}

impl StillPanels {
    fn new(device: &wgpu::Device, queue: &wgpu::Queue, format: wgpu::TextureFormat) -> Self {
        let options = egui_wgpu::RendererOptions { dithering: false, ..Default::default() };
        Self {
            renderer: egui_wgpu::Renderer::new(device, picture::FORMAT, options),
            showing: Showing::new(device, format),
            device: device.clone(),
            queue: queue.clone(),
            fields: Vec::new(),
            panels: Vec::new(),
        }
    }

    fn draw(
        &mut self,
        field: Rect,
        pixels_per_point: f32,
        primitives: Vec<ClippedPrimitive>,
        bands: Vec<Rect>,
        ground: Color32,
    ) -> Picture {
        let size = [field.width(), field.height()].map(|length| ((length * pixels_per_point).round() as u32).max(1));
        let screen = ScreenDescriptor { size_in_pixels: size, pixels_per_point };
        let drawn = picture::Drawn { primitives, screen, ground };
        let view = drawn.by(&self.device, &self.queue, &mut self.renderer, field.min);
        Picture::new(field, bands, self.showing.beside(&self.device), &self.device, &view)
    }

    /// Follows the toolkit's textures: the letters.
    fn take_textures(&mut self, delta: &TexturesDelta) {
        for (id, changes) in &delta.set {
            for change in changes {
                self.renderer.update_texture(&self.device, &self.queue, *id, change);
            }
        }
        for id in &delta.free {
            self.renderer.free_texture(id);
        }
    }
}

impl Plugin for StillPanels {
    fn debug_name(&self) -> &'static str {
        "still panels"
    }

    fn output_hook(&mut self, ctx: &Context, output: &mut FullOutput) {
        self.take_textures(&output.textures_delta);
        let pixels_per_point = output.pixels_per_point;
        let seen: Vec<Rect> = output.shapes.iter().map(parts::seen).collect();
        let mut before = std::mem::take(&mut self.panels);
        for field in std::mem::take(&mut self.fields) {
            let Some(own) = parts::of_field(field, pixels_per_point, &output.shapes, &seen) else { continue };
            let known = before.iter().position(|panel| panel.field == field);
            let mut panel = match known.map(|at| before.swap_remove(at)) {
                Some(panel) if panel.is(pixels_per_point, &own, &output.shapes) => panel,
                _ => {
                    let shapes = own.iter().filter_map(|at| output.shapes.get(*at)).cloned().collect();
                    self.panels.push(Panel { field, pixels_per_point, shapes, picture: None });
                    continue;
                }
            };
            if panel.picture.is_none() {
                let ground = ctx.global_style().visuals.panel_fill;
                let primitives = ctx.tessellate(panel.shapes.clone(), pixels_per_point);
                let bands = parts::bands(field, own.iter().filter_map(|at| seen.get(*at)));
                panel.picture = Some(self.draw(field, pixels_per_point, primitives, bands, ground));
            }
            let kept = panel.picture.as_ref().and_then(|picture| picture.callback(&self.queue));
            if let Some(callback) = kept {
                let mut places = own.iter();
                if let Some(first) = places.next().and_then(|at| output.shapes.get_mut(*at)) {
                    *first = ClippedShape::new(field, callback);
                }
                for at in places {
                    if let Some(shape) = output.shapes.get_mut(*at) {
                        shape.shape = Shape::Noop;
                    }
                }
            }
            self.panels.push(panel);
        }
    }
}

impl Panel {
    /// Whether it would be drawn just as in the frame before.
    fn is(&self, pixels_per_point: f32, own: &[usize], shapes: &[ClippedShape]) -> bool {
        self.pixels_per_point == pixels_per_point
            && self.shapes.len() == own.len()
            && own.iter().zip(&self.shapes).all(|(at, before)| shapes.get(*at) == Some(before))
    }
}
