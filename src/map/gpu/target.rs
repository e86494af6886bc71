//! The pictures drawn into.

use eframe::egui_wgpu::wgpu;

/// Colours are plain sRGB numbers, blended as such, as egui does it.
pub const FORMAT: wgpu::TextureFormat = wgpu::TextureFormat::Rgba8Unorm;

/// Textures of one size.
#[derive(Debug)]
pub struct Target {
    /// Width and height in pixels.
    pub size: [u32; 2],
    /// Where edges are smoothed; `None` when one sample is all there is.
    pub samples: Option<wgpu::TextureView>,
    /// The ground with its names.
    pub base: wgpu::Texture,
    /// View of it.
    pub base_view: wgpu::TextureView,
    /// The ground with the signs on it: what is shown.
    pub shown: wgpu::Texture,
    /// View of it.
    pub shown_view: wgpu::TextureView,
}

impl Target {
    /// New textures; their content is not defined.
    pub fn new(device: &wgpu::Device, size: [u32; 2], samples: u32) -> Self {
        let texture = |label, sample_count, usage| {
            device.create_texture(&wgpu::TextureDescriptor {
                label: Some(label),
                size: wgpu::Extent3d { width: size[0], height: size[1], depth_or_array_layers: 1 },
                mip_level_count: 1,
                sample_count,
                dimension: wgpu::TextureDimension::D2,
                format: FORMAT,
                usage,
                view_formats: &[],
            })
        };
        use wgpu::TextureUsages as Usage;
        let view = |texture: &wgpu::Texture| texture.create_view(&wgpu::TextureViewDescriptor::default());
        let base = texture("map base", 1, Usage::RENDER_ATTACHMENT | Usage::COPY_SRC);
        let shown =
            texture("map", 1, Usage::RENDER_ATTACHMENT | Usage::COPY_SRC | Usage::COPY_DST | Usage::TEXTURE_BINDING);
        let samples = (samples > 1).then(|| view(&texture("map samples", samples, Usage::RENDER_ATTACHMENT)));
        Self { size, samples, base_view: view(&base), shown_view: view(&shown), base, shown }
    }

    /// The whole of a texture as the place of a copy.
    pub fn whole(&self) -> wgpu::Extent3d {
        wgpu::Extent3d { width: self.size[0], height: self.size[1], depth_or_array_layers: 1 }
    }
}
