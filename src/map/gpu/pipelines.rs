//! Pipelines, and the layout of what they read.

use bytemuck::{Pod, Zeroable};
use eframe::egui_wgpu::wgpu;

use super::target::FORMAT;

/// What holds for a whole picture.
#[derive(Clone, Copy, Pod, Zeroable)]
#[repr(C)]
pub struct Globals {
    pub size: [f32; 2],
    pub scale: f32,
    pub pixels_per_point: f32,
    pub paper: [f32; 4],
    pub ink: [f32; 4],
    pub component: [[f32; 4]; 8],
}

/// One draw: a mesh of a chunk with the look of its kind.
#[derive(Clone, Copy, Pod, Zeroable)]
#[repr(C)]
pub struct Draw {
    pub origin: [f32; 2],
    pub color: [u8; 4],
    pub half_width: f32,
    pub dash: [f32; 4],
}

/// A sign that stands by itself.
#[derive(Clone, Copy, Pod, Zeroable)]
#[repr(C)]
pub struct Sign {
    pub middle: [f32; 2],
    pub half_size: f32,
    pub shape: u32,
    pub color: [u8; 4],
    pub edge: [u8; 4],
    pub turn: [f32; 2],
}

/// A word out of the atlas.
#[derive(Clone, Copy, Pod, Zeroable)]
#[repr(C)]
pub struct Word {
    pub middle: [f32; 2],
    pub turn: [f32; 2],
    pub corner: [u16; 2],
    pub extent: [u16; 2],
    pub color: [u8; 4],
    pub halo: [u8; 4],
}

/// A rectangle of one colour: left, top, width, height in pixels.
#[derive(Clone, Copy, Pod, Zeroable)]
#[repr(C)]
pub struct Wash {
    pub part: [f32; 4],
    pub color: [u8; 4],
}

/// All pipelines of the map.
#[derive(Debug)]
pub struct Pipelines {
    pub wash: wgpu::RenderPipeline,
    pub raster: wgpu::RenderPipeline,
    pub fill: wgpu::RenderPipeline,
    pub line: wgpu::RenderPipeline,
    pub dash: wgpu::RenderPipeline,
    pub component: wgpu::RenderPipeline,
    pub theme: wgpu::RenderPipeline,
    pub cluster: wgpu::RenderPipeline,
    pub pipe_point: wgpu::RenderPipeline,
    pub sign: wgpu::RenderPipeline,
    pub word: wgpu::RenderPipeline,
    pub upright: wgpu::RenderPipeline,
    pub globals_layout: wgpu::BindGroupLayout,
    pub atlas_layout: wgpu::BindGroupLayout,
}

const FILL: [wgpu::VertexAttribute; 1] = wgpu::vertex_attr_array![0 => Float32x2];
const WIDE: [wgpu::VertexAttribute; 3] = wgpu::vertex_attr_array![0 => Float32x2, 1 => Sint16x2, 2 => Float32];
/// Without the dash, which only dashed lines read.
const DRAW: [wgpu::VertexAttribute; 3] = wgpu::vertex_attr_array![4 => Float32x2, 5 => Unorm8x4, 6 => Float32];
const DASHED: [wgpu::VertexAttribute; 4] =
    wgpu::vertex_attr_array![4 => Float32x2, 5 => Unorm8x4, 6 => Float32, 7 => Float32x4];
const WASH: [wgpu::VertexAttribute; 2] = wgpu::vertex_attr_array![0 => Float32x4, 1 => Unorm8x4];
const RASTER: [wgpu::VertexAttribute; 3] = wgpu::vertex_attr_array![0 => Float32x2, 1 => Float32x2, 2 => Unorm8x4];
const SIGN: [wgpu::VertexAttribute; 6] = wgpu::vertex_attr_array![
    0 => Float32x2, 1 => Float32, 2 => Uint32, 3 => Unorm8x4, 4 => Unorm8x4, 5 => Float32x2
];
const WORD: [wgpu::VertexAttribute; 6] = wgpu::vertex_attr_array![
    0 => Float32x2, 1 => Float32x2, 2 => Uint16x2, 3 => Uint16x2, 4 => Unorm8x4, 5 => Unorm8x4
];

fn buffer<T>(
    step_mode: wgpu::VertexStepMode,
    attributes: &[wgpu::VertexAttribute],
) -> Option<wgpu::VertexBufferLayout<'_>> {
    Some(wgpu::VertexBufferLayout { array_stride: size_of::<T>() as u64, step_mode, attributes })
}

impl Pipelines {
    /// Compiles all of them: on the software driver that takes some tenths of a second, so it is done before the first
    /// picture is wanted.
    pub fn new(device: &wgpu::Device, samples: u32) -> Self {
        let globals_layout = device.create_bind_group_layout(&wgpu::BindGroupLayoutDescriptor {
            label: Some("map globals"),
            entries: &[wgpu::BindGroupLayoutEntry {
                binding: 0,
                visibility: wgpu::ShaderStages::VERTEX_FRAGMENT,
                ty: wgpu::BindingType::Buffer {
                    ty: wgpu::BufferBindingType::Uniform,
                    has_dynamic_offset: false,
                    min_binding_size: None,
                },
                count: None,
            }],
        });
        let atlas_layout = device.create_bind_group_layout(&wgpu::BindGroupLayoutDescriptor {
            label: Some("map atlas"),
            entries: &[
                wgpu::BindGroupLayoutEntry {
                    binding: 0,
                    visibility: wgpu::ShaderStages::VERTEX_FRAGMENT,
                    ty: wgpu::BindingType::Texture {
                        sample_type: wgpu::TextureSampleType::Float { filterable: true },
                        view_dimension: wgpu::TextureViewDimension::D2,
                        multisampled: false,
                    },
                    count: None,
                },
                wgpu::BindGroupLayoutEntry {
                    binding: 1,
                    visibility: wgpu::ShaderStages::FRAGMENT,
                    ty: wgpu::BindingType::Sampler(wgpu::SamplerBindingType::Filtering),
                    count: None,
                },
            ],
        });
        let layout = |groups: &[Option<&wgpu::BindGroupLayout>]| {
            device.create_pipeline_layout(&wgpu::PipelineLayoutDescriptor {
                label: Some("map"),
                bind_group_layouts: groups,
                immediate_size: 0,
            })
        };
        let plain = layout(&[Some(&globals_layout)]);
        let lettered = layout(&[Some(&globals_layout), Some(&atlas_layout)]);
        let module = |label, source: &'static str| {
            device.create_shader_module(wgpu::ShaderModuleDescriptor {
                label: Some(label),
                source: wgpu::ShaderSource::Wgsl(source.into()),
            })
        };
        let map = module("map", include_str!("map.wgsl"));
        let text = module("map text", include_str!("text.wgsl"));
        let raster = module("map raster", include_str!("raster.wgsl"));
        let make = |label: &str,
                    (layout, module): (&wgpu::PipelineLayout, &wgpu::ShaderModule),
                    (vertex, fragment): (&str, &str),
                    buffers: &[Option<wgpu::VertexBufferLayout<'_>>],
                    topology: wgpu::PrimitiveTopology,
                    samples: u32,
                    blend: Option<wgpu::BlendState>| {
            device.create_render_pipeline(&wgpu::RenderPipelineDescriptor {
                label: Some(label),
                layout: Some(layout),
                vertex: wgpu::VertexState {
                    module,
                    entry_point: Some(vertex),
                    compilation_options: Default::default(),
                    buffers,
                },
                primitive: wgpu::PrimitiveState { topology, ..Default::default() },
                depth_stencil: None,
                multisample: wgpu::MultisampleState { count: samples, ..Default::default() },
                fragment: Some(wgpu::FragmentState {
                    module,
                    entry_point: Some(fragment),
                    compilation_options: Default::default(),
                    targets: &[Some(wgpu::ColorTargetState {
                        format: FORMAT,
                        blend,
                        write_mask: wgpu::ColorWrites::ALL,
                    })],
                }),
                multiview_mask: None,
                cache: None,
            })
        };
        use wgpu::PrimitiveTopology::{TriangleList, TriangleStrip};
        use wgpu::VertexStepMode::{Instance, Vertex};
        let blend = Some(wgpu::BlendState::PREMULTIPLIED_ALPHA_BLENDING);
        let fills = [buffer::<[f32; 2]>(Vertex, &FILL), buffer::<Draw>(Instance, &DRAW)];
        let wides = [buffer::<crate::map::scene::stroke::Wide>(Vertex, &WIDE), buffer::<Draw>(Instance, &DRAW)];
        let dashes = [buffer::<crate::map::scene::stroke::Wide>(Vertex, &WIDE), buffer::<Draw>(Instance, &DASHED)];
        let on_map = (&plain, &map);
        Self {
            wash: make(
                "wash",
                on_map,
                ("wash_vertex", "fill_fragment"),
                &[buffer::<Wash>(Instance, &WASH)],
                TriangleStrip,
                samples,
                None,
            ),
            raster: make(
                "raster",
                (&lettered, &raster),
                ("raster_vertex", "raster_fragment"),
                &[buffer::<super::under::Vertex>(Vertex, &RASTER)],
                TriangleList,
                samples,
                blend,
            ),
            fill: make("fill", on_map, ("fill_vertex", "fill_fragment"), &fills, TriangleList, samples, None),
            line: make("line", on_map, ("line_vertex", "line_fragment"), &wides, TriangleList, samples, blend),
            dash: make("dash", on_map, ("dash_vertex", "dash_fragment"), &dashes, TriangleList, samples, blend),
            component: make(
                "component",
                on_map,
                ("component_vertex", "component_fragment"),
                &wides,
                TriangleList,
                samples,
                blend,
            ),
            theme: make("theme", on_map, ("theme_vertex", "sign_fragment"), &wides, TriangleList, samples, blend),
            cluster: make("cluster", on_map, ("cluster_vertex", "disc_fragment"), &wides, TriangleList, samples, blend),
            pipe_point: make(
                "pipe point",
                on_map,
                ("pipe_point_vertex", "disc_fragment"),
                &wides,
                TriangleList,
                samples,
                blend,
            ),
            sign: make(
                "sign",
                on_map,
                ("sign_vertex", "sign_fragment"),
                &[buffer::<Sign>(Instance, &SIGN)],
                TriangleStrip,
                1,
                blend,
            ),
            word: make(
                "word",
                (&lettered, &text),
                ("word_vertex", "word_fragment"),
                &[buffer::<Word>(Instance, &WORD)],
                TriangleStrip,
                1,
                blend,
            ),
            upright: make(
                "upright word",
                (&lettered, &text),
                ("upright_vertex", "upright_fragment"),
                &[buffer::<Word>(Instance, &WORD)],
                TriangleStrip,
                1,
                blend,
            ),
            globals_layout,
            atlas_layout,
        }
    }
}

/// A colour whose parts are already multiplied by its opacity, as blending wants it.
pub fn premultiplied(color: [u8; 4]) -> [u8; 4] {
    let part = |value: u8| ((u16::from(value) * u16::from(color[3]) + 127) / 255) as u8;
    [part(color[0]), part(color[1]), part(color[2]), color[3]]
}

/// The same for a uniform.
pub fn floats(color: [u8; 4]) -> [f32; 4] {
    premultiplied(color).map(|part| f32::from(part) / 255.0)
}
