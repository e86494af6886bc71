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
    /// The ground, and the one before it: a dragged ground comes over from one into the other. None where the processor
    /// draws.
    pub grounds: Vec<Sheet>,
    /// The ground with names and signs on it: what is shown. Two, in turns: one is shown while the next is drawn.
    pub shown: [Sheet; 2],
}

/// A texture that is drawn into.
#[derive(Debug)]
pub struct Sheet {
    /// The texture.
    pub texture: wgpu::Texture,
    /// View of it.
    pub view: wgpu::TextureView,
}

impl Target {
    /// New textures; their content is not defined. `grounds` tells whether the device draws into them.
    pub fn new(device: &wgpu::Device, size: [u32; 2], samples: u32, grounds: bool) -> Self {
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
        let ground = || {
            let texture = texture("map ground", 1, Usage::RENDER_ATTACHMENT | Usage::COPY_SRC | Usage::COPY_DST);
            Sheet { view: view(&texture), texture }
        };
        let grounds = if grounds { vec![ground(), ground()] } else { Vec::new() };
        let shown = || {
            let usage = Usage::RENDER_ATTACHMENT | Usage::COPY_SRC | Usage::COPY_DST | Usage::TEXTURE_BINDING;
            let texture = texture("map", 1, usage);
            Sheet { view: view(&texture), texture }
        };
        let samples = (samples > 1).then(|| view(&texture("map samples", samples, Usage::RENDER_ATTACHMENT)));
        Self { size, samples, grounds, shown: [shown(), shown()] }
    }

    /// The whole of a texture as the place of a copy.
    pub fn whole(&self) -> wgpu::Extent3d {
        wgpu::Extent3d { width: self.size[0], height: self.size[1], depth_or_array_layers: 1 }
    }
}
