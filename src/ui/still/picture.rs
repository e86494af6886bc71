//! A panel's picture: drawn once by the toolkit, shown by a pass of its own.

use eframe::egui::epaint::{ClippedPrimitive, Primitive};
use eframe::egui::{Color32, PaintCallbackInfo, Pos2, Rect, Shape};
use eframe::egui_wgpu::{self, CallbackResources, CallbackTrait, ScreenDescriptor, wgpu};

use crate::map::gpu::show::{Pass, Place, Showing};

/// Numbers as the screen has them, as the map's picture.
pub(super) const FORMAT: wgpu::TextureFormat = wgpu::TextureFormat::Rgba8Unorm;

/// What a panel's picture is drawn from, in the window's coordinates.
pub(super) struct Drawn {
    pub primitives: Vec<ClippedPrimitive>,
    /// Of the picture.
    pub screen: ScreenDescriptor,
    pub ground: Color32,
}

impl Drawn {
    /// Draws it by the toolkit; `corner` is the upper left one of the panel, points.
    pub fn by(
        mut self,
        device: &wgpu::Device,
        queue: &wgpu::Queue,
        renderer: &mut egui_wgpu::Renderer,
        corner: Pos2,
    ) -> wgpu::TextureView {
        let [width, height] = self.screen.size_in_pixels;
        let texture = device.create_texture(&wgpu::TextureDescriptor {
            label: Some("still panel"),
            size: wgpu::Extent3d { width, height, depth_or_array_layers: 1 },
            mip_level_count: 1,
            sample_count: 1,
            dimension: wgpu::TextureDimension::D2,
            format: FORMAT,
            usage: wgpu::TextureUsages::RENDER_ATTACHMENT | wgpu::TextureUsages::TEXTURE_BINDING,
            view_formats: &[],
        });
        let by = -corner.to_vec2();
        for primitive in &mut self.primitives {
            primitive.clip_rect = primitive.clip_rect.translate(by);
            if let Primitive::Mesh(mesh) = &mut primitive.primitive {
                mesh.translate(by);
            }
        }
        let view = texture.create_view(&Default::default());
        self.onto(device, queue, renderer, &view);
        view
    }

    /// Draws it into a texture of its size.
    pub fn onto(
        self,
        device: &wgpu::Device,
        queue: &wgpu::Queue,
        renderer: &mut egui_wgpu::Renderer,
        view: &wgpu::TextureView,
    ) {
        let mut encoder = device.create_command_encoder(&wgpu::CommandEncoderDescriptor { label: Some("still panel") });
        let more = renderer.update_buffers(device, queue, &mut encoder, &self.primitives, &self.screen);
        let [r, g, b, _] = self.ground.to_normalized_gamma_f32().map(f64::from);
        let ground = wgpu::Color { r, g, b, a: 1.0 };
        let pass = encoder.begin_render_pass(&wgpu::RenderPassDescriptor {
            label: Some("still panel"),
            color_attachments: &[Some(wgpu::RenderPassColorAttachment {
                view,
                depth_slice: None,
                resolve_target: None,
                ops: wgpu::Operations { load: wgpu::LoadOp::Clear(ground), store: wgpu::StoreOp::Store },
            })],
            ..Default::default()
        });
        renderer.render(&mut pass.forget_lifetime(), &self.primitives, &self.screen);
        queue.submit(more.into_iter().chain([encoder.finish()]));
    }
}

/// A panel's picture, ready to be shown.
pub(super) struct Picture {
    field: Rect,
    bands: Vec<Rect>,
    showing: Showing,
}

impl Picture {
    /// Of a panel in `field`, of which `bands` are covered (points).
    pub fn new(
        field: Rect,
        bands: Vec<Rect>,
        mut showing: Showing,
        device: &wgpu::Device,
        view: &wgpu::TextureView,
    ) -> Self {
        showing.set_picture(device, view);
        Self { field, bands, showing }
    }

    /// The shape that stands for the panel in a frame.
    pub fn callback(&self, queue: &wgpu::Queue) -> Option<Shape> {
        let pass = self.showing.pass(queue, Place::SAME, [0; 4])?;
        let bands = Bands { pass, bands: self.bands.clone() };
        Some(Shape::Callback(egui_wgpu::Callback::new_paint_callback(self.field, bands)))
    }
}

/// Puts the parts of a panel that are not bare ground onto the window.
struct Bands {
    pass: Pass,
    /// Points of the window.
    bands: Vec<Rect>,
}

impl CallbackTrait for Bands {
    fn paint(&self, info: PaintCallbackInfo, pass: &mut wgpu::RenderPass<'static>, _resources: &CallbackResources) {
        let [width, height] = info.screen_size_px;
        let first = |points: f32, most: u32| ((points * info.pixels_per_point).floor().max(0.0) as u32).min(most);
        let after = |points: f32, most: u32| ((points * info.pixels_per_point).ceil().max(0.0) as u32).min(most);
        for band in &self.bands {
            let low = [first(band.min.x, width), first(band.min.y, height)];
            let high = [after(band.max.x, width), after(band.max.y, height)];
            if high[0] > low[0] && high[1] > low[1] {
                pass.set_scissor_rect(low[0], low[1], high[0] - low[0], high[1] - low[1]);
                self.pass.draw(pass);
            }
        }
    }
}
