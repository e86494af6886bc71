//! Drawing: one offscreen picture, redrawn only when what it shows has changed.
//!
//! The ground is drawn in one smoothed pass: for each step of the style's order, the meshes of that kind in the chunks
//! in view. Names go on top without smoothing. Signs of cases and officers are drawn on a copy of that, so that they
//! may change without the ground being drawn again.

mod atlas;
mod chunks;
mod device;
mod pipelines;
mod readback;
pub mod show;
pub mod signs;
mod target;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use bytemuck::{Pod, cast_slice};
use eframe::egui_wgpu::wgpu;

pub use device::{Gpu, GpuError};

use crate::base::Revision;
use crate::map::camera::Camera;
use crate::map::label::font::Fonts;
use crate::map::label::{Layout, Request, place};
use crate::map::overlay::Overlay;
use crate::map::scene::{Scene, level};
use crate::map::style::kind::{Form, Kind};
use crate::map::style::palette::{self, Rgba};
use crate::map::style::text::Symbol;
use crate::map::style::{LayerGroup, MapTheme, SOLID, steps};
use atlas::Atlas;
use chunks::Chunks;
use pipelines::{Draw, Globals, Pipelines, Sign, Word, floats, premultiplied};
use target::Target;

/// A picture that is wanted.
#[derive(Clone, Copy, Debug)]
pub struct View<'a> {
    /// What part of the ground.
    pub camera: Camera,
    /// Width and height in pixels.
    pub size: [u32; 2],
    /// Pixels of a logical point.
    pub pixels_per_point: f32,
    /// By day or by night.
    pub theme: MapTheme,
    /// Groups of layers left out.
    pub hidden: &'a [LayerGroup],
    /// Signs on top.
    pub overlay: &'a Overlay,
    /// A picture of its own, not one of a row that a person moves through: names keep clear of its edges.
    pub still: bool,
}

/// What the ground depends on.
#[derive(Clone, PartialEq)]
struct BaseKey {
    scene: u64,
    camera: Camera,
    size: [u32; 2],
    pixels_per_point: f32,
    theme: MapTheme,
    hidden: Vec<LayerGroup>,
    still: bool,
}

/// A placing of names, good for every view inside it at the same scale.
struct Lettered {
    scene: u64,
    request: Request,
    layout: Layout,
}

/// Draws the map of one window, or of none.
pub struct Painter {
    gpu: Gpu,
    pipelines: Pipelines,
    globals: wgpu::Buffer,
    globals_group: wgpu::BindGroup,
    chunks: Chunks,
    atlas: Atlas,
    fonts: Fonts,
    target: Option<Target>,
    scene: Option<Arc<Scene>>,
    lettered: Option<Lettered>,
    base_key: Option<BaseKey>,
    shown_key: Option<(Revision, u64, Vec<LayerGroup>)>,
    drawn: u64,
    composed: u64,
}

impl Painter {
    /// Compiles the pipelines; nothing is drawn yet.
    pub fn new(gpu: Gpu) -> Self {
        let device = &gpu.device;
        let pipelines = Pipelines::new(device, gpu.samples);
        let globals = device.create_buffer(&wgpu::BufferDescriptor {
            label: Some("map globals"),
            size: size_of::<Globals>() as u64,
            usage: wgpu::BufferUsages::UNIFORM | wgpu::BufferUsages::COPY_DST,
            mapped_at_creation: false,
        });
        let globals_group = device.create_bind_group(&wgpu::BindGroupDescriptor {
            label: Some("map globals"),
            layout: &pipelines.globals_layout,
            entries: &[wgpu::BindGroupEntry { binding: 0, resource: globals.as_entire_binding() }],
        });
        let atlas = Atlas::new(device, &pipelines.atlas_layout);
        Self {
            gpu,
            pipelines,
            globals,
            globals_group,
            chunks: Chunks::default(),
            atlas,
            fonts: Fonts::default(),
            target: None,
            scene: None,
            lettered: None,
            base_key: None,
            shown_key: None,
            drawn: 0,
            composed: 0,
        }
    }

    /// The device.
    pub fn gpu(&self) -> &Gpu {
        &self.gpu
    }

    /// Shows this base map from now on; the same one again costs nothing.
    pub fn set_scene(&mut self, scene: &Arc<Scene>) {
        if self.scene.as_ref().is_none_or(|known| known.id() != scene.id()) {
            self.scene = Some(scene.clone());
            self.chunks = Chunks::default();
            self.lettered = None;
        }
    }

    /// How often the ground has been drawn.
    pub fn drawn(&self) -> u64 {
        self.drawn
    }

    /// How often signs have been drawn on it.
    pub fn composed(&self) -> u64 {
        self.composed
    }

    /// Bytes of geometry on the device.
    pub fn geometry_bytes(&self) -> u64 {
        self.chunks.bytes()
    }

    /// The picture drawn last, if there is one.
    pub fn picture(&self) -> Option<&wgpu::TextureView> {
        self.target.as_ref().map(|target| &target.shown_view)
    }

    /// Brings the picture up to date with what is wanted and tells whether the texture is another one than before. A view
    /// without extent draws nothing.
    pub fn draw(&mut self, view: &View<'_>) -> bool {
        let most = self.gpu.device.limits().max_texture_dimension_2d;
        let size = view.size.map(|length| length.min(most));
        if size.contains(&0) || !(view.pixels_per_point > 0.0 && view.pixels_per_point.is_finite()) {
            return false;
        }
        let fresh = self.target.as_ref().is_none_or(|target| target.size != size);
        if fresh {
            self.target = Some(Target::new(&self.gpu.device, size, self.gpu.samples));
            self.base_key = None;
        }
        let view = View { size, camera: view.camera.sound(), ..*view };
        let mut hidden: Vec<LayerGroup> = view.hidden.to_vec();
        hidden.sort_unstable();
        hidden.dedup();
        let (signs, ground): (Vec<LayerGroup>, Vec<LayerGroup>) =
            hidden.into_iter().partition(|group| matches!(group, LayerGroup::Cases | LayerGroup::Officers));
        let key = BaseKey {
            scene: self.scene.as_ref().map_or(0, |scene| scene.id()),
            camera: view.camera,
            size,
            pixels_per_point: view.pixels_per_point,
            theme: view.theme,
            hidden: ground,
            still: view.still,
        };
        if self.base_key.as_ref() != Some(&key) {
            self.draw_ground(&view);
            self.base_key = Some(key);
            self.drawn += 1;
            self.shown_key = None;
        }
        let shown = (view.overlay.revision, view.overlay.markers.len() as u64, signs);
        if self.shown_key.as_ref() != Some(&shown) {
            self.draw_signs(&view);
            self.shown_key = Some(shown);
            self.composed += 1;
        }
        fresh
    }

    fn write_globals(&self, view: &View<'_>) {
        let palette = palette::palette(view.theme);
        let mut component = [[0.0; 4]; 8];
        for (major, color) in (0..8).zip(&mut component) {
            *color = floats(palette::component(major, view.theme));
        }
        let scale = f64::from(view.pixels_per_point) / view.camera.metres_per_point;
        let globals = Globals {
            size: view.size.map(|length| length as f32),
            scale: scale as f32,
            pixels_per_point: view.pixels_per_point,
            paper: floats(palette.sign_paper),
            ink: floats(palette.sign_ink),
            component,
        };
        self.gpu.queue.write_buffer(&self.globals, 0, bytemuck::bytes_of(&globals));
    }

    fn instances<T: Pod>(&self, items: &[T]) -> Option<wgpu::Buffer> {
        use wgpu::util::DeviceExt;
        (!items.is_empty()).then(|| {
            self.gpu.device.create_buffer_init(&wgpu::util::BufferInitDescriptor {
                label: Some("map instances"),
                contents: cast_slice(items),
                usage: wgpu::BufferUsages::VERTEX,
            })
        })
    }

    fn draw_ground(&mut self, view: &View<'_>) {
        self.write_globals(view);
        let scale = f64::from(view.pixels_per_point);
        let metres_per_pixel = view.camera.metres_per_point / scale;
        let scene = self.scene.clone();
        let center = scene.as_ref().map_or([0.0, 0.0], |scene| scene.local(view.camera.center));
        let half = view.size.map(|length| f64::from(length) / 2.0);
        // What is drawn, mesh by mesh, in order.
        let mut draws: Vec<Draw> = Vec::new();
        let mut meshes: Vec<(Kind, bool, chunks::Key, &crate::map::scene::Mesh)> = Vec::new();
        self.chunks.begin();
        if let Some(scene) = &scene
            && let Some(level) = scene.levels().get(level::for_scale(metres_per_pixel, scene.levels().len()))
        {
            // Wide roads and signs reach into the picture from outside.
            let margin = 50.0 * scale;
            let reach = half.map(|half| (half + margin) * metres_per_pixel);
            let seen: Vec<_> = level
                .within([center[0] - reach[0], center[1] - reach[1]], [center[0] + reach[0], center[1] + reach[1]])
                .collect();
            for (number, chunk) in &seen {
                self.chunks.need(&self.gpu.device, (level.number, *number), chunk);
            }
            for step in steps(view.theme, view.camera.metres_per_point, view.hidden) {
                for (number, chunk) in &seen {
                    let Ok(index) = chunk.meshes.binary_search_by_key(&step.kind, |mesh| mesh.kind) else { continue };
                    draws.push(Draw {
                        origin: [
                            (half[0] + (chunk.origin[0] - center[0]) / metres_per_pixel) as f32,
                            (half[1] - (chunk.origin[1] - center[1]) / metres_per_pixel) as f32,
                        ],
                        color: premultiplied(step.color),
                        half_width: step.half_width * view.pixels_per_point,
                        dash: step.dash.map(|length| length * view.pixels_per_point),
                    });
                    meshes.push((step.kind, step.dash != SOLID, (level.number, *number), &chunk.meshes[index]));
                }
            }
        }
        let (words, signs) = self.letter(view, center);
        let draws = self.instances(&draws);
        let words_buffer = self.instances(&words);
        let signs_buffer = self.instances(&signs);
        let Some(target) = &self.target else { return };
        let mut encoder =
            self.gpu.device.create_command_encoder(&wgpu::CommandEncoderDescriptor { label: Some("map") });
        {
            let ground = palette::palette(view.theme).ground.map(|part| f64::from(part) / 255.0);
            let clear = wgpu::Color { r: ground[0], g: ground[1], b: ground[2], a: 1.0 };
            let (drawn_to, resolved_to) = match &target.samples {
                Some(samples) => (samples, Some(&target.base_view)),
                None => (&target.base_view, None),
            };
            let store = if resolved_to.is_some() { wgpu::StoreOp::Discard } else { wgpu::StoreOp::Store };
            let mut pass = pass(&mut encoder, "ground", drawn_to, resolved_to, wgpu::LoadOp::Clear(clear), store);
            pass.set_bind_group(0, &self.globals_group, &[]);
            if let Some(draws) = &draws {
                pass.set_vertex_buffer(1, draws.slice(..));
            }
            for (number, (kind, dashed, key, mesh)) in (0..).zip(&meshes) {
                let Some(chunk) = self.chunks.get(*key) else { continue };
                let (pipeline, vertices) = match (kind.form(), kind) {
                    (Form::Fill, _) => (&self.pipelines.fill, &chunk.fills),
                    (Form::Line, _) if *dashed => (&self.pipelines.dash, &chunk.wides),
                    (Form::Line, _) => (&self.pipelines.line, &chunk.wides),
                    (Form::Sign, Kind::Component) => (&self.pipelines.component, &chunk.wides),
                    (Form::Sign, Kind::Cluster) => (&self.pipelines.cluster, &chunk.wides),
                    (Form::Sign, _) => (&self.pipelines.pipe_point, &chunk.wides),
                };
                let (Some(vertices), Some(indices)) = (vertices, &chunk.indices) else { continue };
                pass.set_pipeline(pipeline);
                pass.set_vertex_buffer(0, vertices.slice(..));
                pass.set_index_buffer(indices.slice(..), wgpu::IndexFormat::Uint32);
                pass.draw_indexed(mesh.indices.clone(), mesh.base, number..number + 1);
            }
        }
        if words_buffer.is_some() || signs_buffer.is_some() {
            let store = wgpu::StoreOp::Store;
            let mut pass = pass(&mut encoder, "names", &target.base_view, None, wgpu::LoadOp::Load, store);
            pass.set_bind_group(0, &self.globals_group, &[]);
            self.stamp(&mut pass, &signs_buffer, 0..signs.len() as u32, &words_buffer, 0..words.len() as u32);
        }
        self.gpu.queue.submit([encoder.finish()]);
    }

    /// Signs, then words.
    fn stamp(
        &self,
        pass: &mut wgpu::RenderPass<'_>,
        signs: &Option<wgpu::Buffer>,
        which_signs: std::ops::Range<u32>,
        words: &Option<wgpu::Buffer>,
        which_words: std::ops::Range<u32>,
    ) {
        if let Some(signs) = signs
            && !which_signs.is_empty()
        {
            pass.set_pipeline(&self.pipelines.sign);
            pass.set_vertex_buffer(0, signs.slice(..));
            pass.draw(0..4, which_signs);
        }
        if let Some(words) = words
            && !which_words.is_empty()
        {
            pass.set_pipeline(&self.pipelines.word);
            pass.set_bind_group(1, &self.atlas.group, &[]);
            pass.set_vertex_buffer(0, words.slice(..));
            pass.draw(0..4, which_words);
        }
    }

    /// Names and their signs for a view, from the last placing where that still covers it.
    fn letter(&mut self, view: &View<'_>, center: [f64; 2]) -> (Vec<Word>, Vec<Sign>) {
        let Some(scene) = self.scene.clone() else { return Default::default() };
        let half = view.size.map(|length| length as f32 / 2.0);
        let shows = |group| !view.hidden.contains(&group);
        // A placing for more than is seen lasts for some of a drag.
        let room = if view.still { 0.0 } else { 200.0 * view.pixels_per_point };
        let request = Request {
            center,
            metres_per_point: view.camera.metres_per_point,
            pixels_per_point: view.pixels_per_point,
            half: half.map(|half| half + room),
            names: shows(LayerGroup::Names),
            places: shows(LayerGroup::Places),
            grid: shows(LayerGroup::UnitGrid),
            borders: shows(LayerGroup::Boundaries),
        };
        let metres_per_pixel = view.camera.metres_per_point / f64::from(view.pixels_per_point);
        let moved = |from: [f64; 2]| {
            [((from[0] - center[0]) / metres_per_pixel) as f32, ((center[1] - from[1]) / metres_per_pixel) as f32]
        };
        let covered = self.lettered.as_ref().is_some_and(|lettered| {
            let by = moved(lettered.request.center);
            lettered.scene == scene.id()
                && Request { center, ..lettered.request } == request
                && (0..2).all(|axis| by[axis].abs() <= room)
        });
        if !covered {
            let layout = place(scene.names(), &mut self.fonts, &request);
            self.lettered = Some(Lettered { scene: scene.id(), request, layout });
        }
        let Some(lettered) = self.lettered.take() else { return Default::default() };
        let by = moved(lettered.request.center);
        // Whole pixels keep letters crisp.
        let origin = [(half[0] + by[0]).round(), (half[1] + by[1]).round()];
        let found = match self.collect(&lettered.layout, origin, view) {
            Some(found) => found,
            None => {
                // The atlas was full of what is not seen any more.
                self.atlas.clear();
                self.collect(&lettered.layout, origin, view).unwrap_or_default()
            }
        };
        self.lettered = Some(lettered);
        found
    }

    fn collect(&mut self, layout: &Layout, origin: [f32; 2], view: &View<'_>) -> Option<(Vec<Word>, Vec<Sign>)> {
        let palette = palette::palette(view.theme);
        let (mut words, mut signs) = (Vec::new(), Vec::new());
        let inside = |at: [f32; 2], reach: f32| {
            (0..2).all(|axis| at[axis] > -reach && at[axis] < view.size[axis] as f32 + reach)
        };
        for placed in &layout.placed {
            if let Some((symbol, at)) = placed.symbol {
                let middle = [at[0] + origin[0], at[1] + origin[1]];
                if inside(middle, 20.0) {
                    signs.extend(symbol_signs(symbol, middle, view.pixels_per_point, palette));
                }
            }
            let color = premultiplied(placed.naming.color(palette));
            for piece in &placed.pieces {
                let middle = [piece.at[0] + origin[0], piece.at[1] + origin[1]];
                if !inside(middle, 400.0 * view.pixels_per_point) {
                    continue;
                }
                let slot = self.atlas.slot(&self.gpu.queue, &mut self.fonts, &piece.sprite)?;
                let (sin, cos) = piece.turn.sin_cos();
                words.push(word(slot, middle, [cos, sin], color, premultiplied(palette.halo)));
            }
        }
        Some((words, signs))
    }

    fn draw_signs(&mut self, view: &View<'_>) {
        let paper = palette::palette(view.theme).sign_paper;
        let size = view.size.map(f64::from);
        let scale = f64::from(view.pixels_per_point);
        let logical = size.map(|length| length / scale);
        let plane_center = self.scene.as_ref().map(|scene| scene.local(view.camera.center));
        let scene = self.scene.clone();
        let batches = signs::batches(view.overlay, view.hidden, view.size, view.pixels_per_point, paper, |marker| {
            // On the scene's own plane, so that signs stand on its ground to the pixel.
            match (&scene, plane_center) {
                (Some(scene), Some(center)) => {
                    let at = scene.local(marker.at);
                    let pixels = scale / view.camera.metres_per_point;
                    [
                        (size[0] / 2.0 + (at[0] - center[0]) * pixels) as f32,
                        (size[1] / 2.0 - (at[1] - center[1]) * pixels) as f32,
                    ]
                }
                _ => view.camera.screen_from_lonlat(marker.at, logical).map(|part| (part * scale) as f32),
            }
        });
        let (mut all_signs, mut all_words, mut parts) = (Vec::new(), Vec::new(), Vec::new());
        for batch in &batches {
            let (first_sign, first_word) = (all_signs.len() as u32, all_words.len() as u32);
            all_signs.extend_from_slice(&batch.signs);
            for (key, middle, color) in &batch.words {
                let slot = match self.atlas.slot(&self.gpu.queue, &mut self.fonts, key) {
                    Some(slot) => slot,
                    // Words collected so far point into what would be cleared: a letter less is the lesser evil.
                    None if !all_words.is_empty() => continue,
                    None => {
                        self.atlas.clear();
                        match self.atlas.slot(&self.gpu.queue, &mut self.fonts, key) {
                            Some(slot) => slot,
                            None => continue,
                        }
                    }
                };
                all_words.push(word(slot, *middle, [1.0, 0.0], *color, [0; 4]));
            }
            parts.push((first_sign..all_signs.len() as u32, first_word..all_words.len() as u32));
        }
        let signs = self.instances(&all_signs);
        let words = self.instances(&all_words);
        let Some(target) = &self.target else { return };
        let mut encoder =
            self.gpu.device.create_command_encoder(&wgpu::CommandEncoderDescriptor { label: Some("signs") });
        encoder.copy_texture_to_texture(target.base.as_image_copy(), target.shown.as_image_copy(), target.whole());
        if !all_signs.is_empty() {
            let store = wgpu::StoreOp::Store;
            let mut pass = pass(&mut encoder, "signs", &target.shown_view, None, wgpu::LoadOp::Load, store);
            pass.set_bind_group(0, &self.globals_group, &[]);
            for (which_signs, which_words) in parts {
                self.stamp(&mut pass, &signs, which_signs, &words, which_words);
            }
        }
        self.gpu.queue.submit([encoder.finish()]);
    }
}

fn pass<'a>(
    encoder: &'a mut wgpu::CommandEncoder,
    label: &str,
    view: &wgpu::TextureView,
    resolve_target: Option<&wgpu::TextureView>,
    load: wgpu::LoadOp<wgpu::Color>,
    store: wgpu::StoreOp,
) -> wgpu::RenderPass<'a> {
    encoder.begin_render_pass(&wgpu::RenderPassDescriptor {
        label: Some(label),
        color_attachments: &[Some(wgpu::RenderPassColorAttachment {
            view,
            depth_slice: None,
            resolve_target,
            ops: wgpu::Operations { load, store },
        })],
        ..Default::default()
    })
}

fn word(slot: atlas::Slot, middle: [f32; 2], turn: [f32; 2], color: Rgba, halo: Rgba) -> Word {
    Word { middle, turn, corner: slot.corner, extent: slot.extent, color, halo }
}

/// A bar in the shader.
const BAR: u32 = 9;

/// The signs of a point of interest.
fn symbol_signs(symbol: Symbol, middle: [f32; 2], scale: f32, palette: &palette::Palette) -> Vec<Sign> {
    let (color, paper) = (premultiplied(symbol.color(palette)), premultiplied(palette.sign_paper));
    let half = symbol.half() * scale;
    let sign = |half_size, shape, color, edge| Sign { middle, half_size, shape, color, edge, turn: [0.0, 0.0] };
    match symbol {
        Symbol::Dot => vec![sign(half, 0, color, paper)],
        // Never a square: that is what components are.
        Symbol::Transit => vec![sign(half, 0, color, paper), sign(half * 0.6, BAR, paper, [0; 4])],
        Symbol::Health => vec![sign(half, 0, color, paper), sign(half * 0.6, 6, paper, [0; 4])],
        Symbol::Public => vec![sign(half, 0, color, paper), sign(half * 0.62, 2, paper, [0; 4])],
    }
}
