//! What is kept looks as what is drawn, on a device without a window; skipped where there is none.

use eframe::egui::{Frame, Panel, Pos2, RawInput, RichText, Vec2};
use image::RgbaImage;

use super::*;
use crate::map::gpu::Gpu;

const SIZE: [u32; 2] = [240, 160];

struct Screen {
    gpu: Gpu,
    ctx: Context,
    renderer: egui_wgpu::Renderer,
}

impl Screen {
    fn new() -> Option<Self> {
        let Ok(gpu) = Gpu::headless(true) else {
            println!("skipped: no graphics driver");
            return None;
        };
        let ctx = Context::default();
        ctx.add_plugin(StillPanels::new(&gpu.device, &gpu.queue, picture::FORMAT));
        let options = egui_wgpu::RendererOptions { dithering: false, ..Default::default() };
        let renderer = egui_wgpu::Renderer::new(&gpu.device, picture::FORMAT, options);
        Some(Self { gpu, ctx, renderer })
    }

    /// A frame with a panel at the left and something that moves beside and above it: the picture, and how many shapes were
    /// put in place of panels.
    fn frame(&mut self, words: &str, at: f32) -> (RgbaImage, usize) {
        let whole = Rect::from_min_size(Pos2::ZERO, Vec2::new(SIZE[0] as f32, SIZE[1] as f32));
        let input = RawInput { screen_rect: Some(whole), ..RawInput::default() };
        let mut output = self.ctx.run_ui(input, |ui| {
            let frame = Frame::new().inner_margin(4.0);
            let panel = Panel::left("panel").frame(frame).resizable(false).exact_size(120.0).show(ui, |ui| {
                ui.label(RichText::new(words).size(17.0));
                ui.add_enabled(false, eframe::egui::Button::new("grey"));
                let _ = ui.button("a button");
            });
            tell(ui.ctx(), [panel.response.rect]);
            let square = Rect::from_min_size(Pos2::new(at, 70.0), Vec2::splat(30.0));
            ui.painter().rect_filled(square, 3.0, Color32::from_gray(90));
        });
        let kept = output.shapes.iter().filter(|one| matches!(one.shape, Shape::Callback(_))).count();
        let (device, queue) = (&self.gpu.device, &self.gpu.queue);
        let mut delta = std::mem::take(&mut output.textures_delta);
        for (id, changes) in &delta.set {
            changes.iter().for_each(|change| self.renderer.update_texture(device, queue, *id, change));
        }
        delta.clear();
        let primitives = self.ctx.tessellate(std::mem::take(&mut output.shapes), output.pixels_per_point);
        let texture = device.create_texture(&wgpu::TextureDescriptor {
            label: None,
            size: wgpu::Extent3d { width: SIZE[0], height: SIZE[1], depth_or_array_layers: 1 },
            mip_level_count: 1,
            sample_count: 1,
            dimension: wgpu::TextureDimension::D2,
            format: picture::FORMAT,
            usage: wgpu::TextureUsages::RENDER_ATTACHMENT | wgpu::TextureUsages::COPY_SRC,
            view_formats: &[],
        });
        let screen = ScreenDescriptor { size_in_pixels: SIZE, pixels_per_point: output.pixels_per_point };
        let ground = self.ctx.global_style().visuals.panel_fill;
        let drawn = picture::Drawn { primitives, screen, ground };
        drawn.onto(device, queue, &mut self.renderer, &texture.create_view(&Default::default()));
        (self.gpu.read(&texture, SIZE).unwrap(), kept)
    }
}

#[test]
fn a_panel_that_stands_still_is_kept_and_looks_the_same_to_the_pixel() {
    let Some(mut screen) = Screen::new() else { return };
    // The first frames of all make the letters.
    screen.frame("one", 150.0);
    screen.frame("two", 150.0);
    let (first, kept) = screen.frame("one", 150.0);
    assert_eq!(kept, 0, "what has changed is drawn");
    let (second, kept) = screen.frame("one", 150.0);
    assert_eq!(kept, 1);
    assert_eq!(first, second);
    let (_, kept) = screen.frame("one", 170.0);
    assert_eq!(kept, 1, "what moves beside it is no matter");
    let (third, _) = screen.frame("one", 150.0);
    assert_eq!(first, third);
    let (other, kept) = screen.frame("two", 150.0);
    assert!(kept == 0 && other != first);
    let (above, kept) = screen.frame("two", 100.0);
    assert_eq!(kept, 1);
    assert_ne!(above, other, "what lies above it is seen");
    assert_eq!(above.get_pixel(110, 85).0[..3], [90; 3]);
}
