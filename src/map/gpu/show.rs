//! The picture on its way to the window. egui could show it as an image, but its shader is made for everything: on the
//! software driver one pass of it over the window takes 80 ms, and one of this some 10.

use bytemuck::{Pod, Zeroable};
use eframe::egui_wgpu::wgpu;

use super::pipelines::floats;
use crate::map::style::palette::Rgba;

/// Where the picture lies in the field.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Place {
    /// What of the picture lies at the field's upper left corner, 0 to 1 inside the picture.
    pub upper_left: [f32; 2],
    /// What lies at its lower right corner.
    pub lower_right: [f32; 2],
}

impl Place {
    /// Picture and field are the same, pixel by pixel.
    pub const SAME: Self = Self { upper_left: [0.0, 0.0], lower_right: [1.0, 1.0] };
}

#[derive(Clone, Copy, Pod, Zeroable)]
#[repr(C)]
struct Uniform {
    upper_left: [f32; 2],
    lower_right: [f32; 2],
    ground: [f32; 4],
}

/// Shows one picture in one field.
#[derive(Debug)]
pub struct Showing {
    same: wgpu::RenderPipeline,
    moved: wgpu::RenderPipeline,
    layout: wgpu::BindGroupLayout,
    smooth: wgpu::Sampler,
    uniform: wgpu::Buffer,
    group: Option<wgpu::BindGroup>,
}

/// All that one pass needs; cheap to make.
#[derive(Clone, Debug)]
pub struct Pass {
    pipeline: wgpu::RenderPipeline,
    group: wgpu::BindGroup,
}

impl Pass {
    /// Fills the viewport of the pass.
    pub fn draw(&self, pass: &mut wgpu::RenderPass<'_>) {
        pass.set_pipeline(&self.pipeline);
        pass.set_bind_group(0, &self.group, &[]);
        pass.draw(0..4, 0..1);
    }
}

fn uniform(device: &wgpu::Device) -> wgpu::Buffer {
    device.create_buffer(&wgpu::BufferDescriptor {
        label: Some("map showing"),
        size: size_of::<Uniform>() as u64,
        usage: wgpu::BufferUsages::UNIFORM | wgpu::BufferUsages::COPY_DST,
        mapped_at_creation: false,
    })
}

impl Showing {
    /// For windows of this format.
    pub fn new(device: &wgpu::Device, format: wgpu::TextureFormat) -> Self {
        let visibility = wgpu::ShaderStages::VERTEX_FRAGMENT;
        let entry = |binding, ty| wgpu::BindGroupLayoutEntry { binding, visibility, ty, count: None };
        let layout = device.create_bind_group_layout(&wgpu::BindGroupLayoutDescriptor {
            label: Some("map showing"),
            entries: &[
                entry(
                    0,
                    wgpu::BindingType::Buffer {
                        ty: wgpu::BufferBindingType::Uniform,
                        has_dynamic_offset: false,
                        min_binding_size: None,
                    },
                ),
                entry(
                    1,
                    wgpu::BindingType::Texture {
                        sample_type: wgpu::TextureSampleType::Float { filterable: true },
                        view_dimension: wgpu::TextureViewDimension::D2,
                        multisampled: false,
                    },
                ),
                entry(2, wgpu::BindingType::Sampler(wgpu::SamplerBindingType::Filtering)),
            ],
        });
        let pipeline_layout = device.create_pipeline_layout(&wgpu::PipelineLayoutDescriptor {
            label: Some("map showing"),
            bind_group_layouts: &[Some(&layout)],
            immediate_size: 0,
        });
        let module = device.create_shader_module(wgpu::ShaderModuleDescriptor {
            label: Some("map showing"),
            source: wgpu::ShaderSource::Wgsl(include_str!("show.wgsl").into()),
        });
        let pipeline = |fragment| {
            device.create_render_pipeline(&wgpu::RenderPipelineDescriptor {
                label: Some("map showing"),
                layout: Some(&pipeline_layout),
                vertex: wgpu::VertexState {
                    module: &module,
                    entry_point: Some("corner"),
                    compilation_options: Default::default(),
                    buffers: &[],
                },
                primitive: wgpu::PrimitiveState {
                    topology: wgpu::PrimitiveTopology::TriangleStrip,
                    ..Default::default()
                },
                depth_stencil: None,
                multisample: Default::default(),
                fragment: Some(wgpu::FragmentState {
                    module: &module,
                    entry_point: Some(fragment),
                    compilation_options: Default::default(),
                    targets: &[Some(format.into())],
                }),
                multiview_mask: None,
                cache: None,
            })
        };
        let [same, moved] =
            if format.is_srgb() { ["same_linear", "moved_linear"] } else { ["same", "moved"] }.map(pipeline);
        let smooth = device.create_sampler(&wgpu::SamplerDescriptor {
            label: Some("map showing"),
            mag_filter: wgpu::FilterMode::Linear,
            min_filter: wgpu::FilterMode::Linear,
            ..Default::default()
        });
        Self { same, moved, layout, smooth, uniform: uniform(device), group: None }
    }

    /// For another picture in the same window.
    pub fn beside(&self, device: &wgpu::Device) -> Self {
        let Self { same, moved, layout, smooth, .. } = self;
        Self {
            same: same.clone(),
            moved: moved.clone(),
            layout: layout.clone(),
            smooth: smooth.clone(),
            uniform: uniform(device),
            group: None,
        }
    }

    /// Shows this picture from now on.
    pub fn set_picture(&mut self, device: &wgpu::Device, picture: &wgpu::TextureView) {
        self.group = Some(device.create_bind_group(&wgpu::BindGroupDescriptor {
            label: Some("map showing"),
            layout: &self.layout,
            entries: &[
                wgpu::BindGroupEntry { binding: 0, resource: self.uniform.as_entire_binding() },
                wgpu::BindGroupEntry { binding: 1, resource: wgpu::BindingResource::TextureView(picture) },
                wgpu::BindGroupEntry { binding: 2, resource: wgpu::BindingResource::Sampler(&self.smooth) },
            ],
        }));
    }

    /// A pass that shows the picture at this place; `ground` where there is none. `None` without a picture.
    pub fn pass(&self, queue: &wgpu::Queue, place: Place, ground: Rgba) -> Option<Pass> {
        let group = self.group.clone()?;
        let Place { upper_left, lower_right } = place;
        let uniform = Uniform { upper_left, lower_right, ground: floats(ground) };
        queue.write_buffer(&self.uniform, 0, bytemuck::bytes_of(&uniform));
        let pipeline = if place == Place::SAME { &self.same } else { &self.moved };
        Some(Pass { pipeline: pipeline.clone(), group })
    }
}
