//! Drawing: one offscreen picture, redrawn only when what it shows has changed.
//!
//! The ground is drawn in one pass: for each step of the style's order, the meshes of that kind in the chunks in view.
//! When the map is dragged, what was drawn already is moved and only the strips that came into view are drawn. Names and
//! signs go on a copy of the ground, so that they may change without it.

mod ahead;
mod atlas;
mod chunks;
mod device;
mod ground;
mod lettering;
mod pipelines;
mod plan;
mod readback;
pub mod show;
pub mod signs;
mod soft;
mod target;
#[cfg(test)]
mod tests;
mod under;
mod upload;

use std::ops::Range;
use std::sync::Arc;

use bytemuck::{Pod, cast_slice};
use eframe::egui_wgpu::wgpu;

pub use device::{Gpu, GpuError};

use crate::base::Revision;
use crate::map::camera::Camera;
use crate::map::label::font::Fonts;
use crate::map::overlay::Overlay;
use crate::map::raster::Underlay;
use crate::map::scene::Scene;
use crate::map::style::kind::{Form, Kind};
use crate::map::style::palette::{Palette, Rgba};
use crate::map::style::text::Symbol;
use crate::map::style::{LayerGroup, MapTheme, SOLID, Shown, Style};
use ahead::Ahead;
use atlas::Atlas;
use chunks::Chunks;
use lettering::{Collected, Lettering};
use pipelines::{Draw, Globals, Pipelines, Sign, Word, floats, premultiplied};
use soft::Soft;
use target::Target;
use under::Under;

/// A picture that is wanted.
#[derive(Clone, Copy, Debug)]
pub struct View<'a> {
    /// What part of the ground.
    pub camera: Camera,
    /// Width and height in pixels.
    pub size: [u32; 2],
    /// Pixels of a logical point.
    pub pixels_per_point: f32,
    /// The look.
    pub style: &'a Arc<Style>,
    /// By day, by night, or for paper.
    pub theme: MapTheme,
    /// Groups of layers left out.
    pub hidden: &'a [LayerGroup],
    /// Layers that are not fully opaque, with their percent.
    pub opacities: &'a [(LayerGroup, u8)],
    /// Signs on top.
    pub overlay: &'a Overlay,
    /// A picture of its own, not one of a row that a person moves through: names keep clear of its edges.
    pub still: bool,
}

/// What the picture without its overlay depends on.
#[derive(Clone, PartialEq)]
struct ViewKey {
    look: ground::Look,
    camera: Camera,
    still: bool,
}

/// Names and their signs as they stand on the present ground.
#[derive(Default)]
struct Names {
    signs: Option<(wgpu::Buffer, u32)>,
    words: Option<(wgpu::Buffer, u32)>,
    /// So many of the words come first and stand upright on whole pixels.
    upright: u32,
}

/// Who draws.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum By {
    /// The graphics card, by its driver.
    Device,
    /// This program, on all cores.
    Processor,
}

/// What the device draws with.
struct Card {
    pipelines: Pipelines,
    globals: wgpu::Buffer,
    globals_group: wgpu::BindGroup,
    atlas_group: wgpu::BindGroup,
}

impl Card {
    fn new(gpu: &Gpu, atlas: &mut Atlas) -> Self {
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
        let atlas_group = atlas.bind(device, &pipelines.atlas_layout);
        Self { pipelines, globals, globals_group, atlas_group }
    }
}

/// Draws the map of one window, or of none.
pub struct Painter {
    gpu: Gpu,
    card: Option<Card>,
    soft: Option<Soft>,
    chunks: Chunks,
    lettering: Lettering,
    target: Option<Target>,
    /// Which of the target's two pictures is whole.
    newest: Option<usize>,
    scene: Option<Arc<Scene>>,
    names: Names,
    ground: Option<ground::Drawn>,
    ahead: Ahead,
    under: Under,
    view_key: Option<ViewKey>,
    shown_key: Option<(Revision, u64, Vec<LayerGroup>)>,
    drawn: u64,
    composed: u64,
}

impl Painter {
    /// By whatever draws faster: the graphics card, or the processor where the driver would use it anyway. Nothing is drawn
    /// yet; for the card the pipelines are compiled.
    pub fn new(gpu: Gpu) -> Self {
        let by = if gpu.is_software() { By::Processor } else { By::Device };
        Self::by(gpu, by)
    }

    /// By the one or the other.
    pub fn by(gpu: Gpu, by: By) -> Self {
        let mut lettering = Lettering::default();
        let card = (by == By::Device).then(|| Card::new(&gpu, &mut lettering.atlas));
        let soft = (by == By::Processor).then(Soft::default);
        // Nothing on the device smooths what the processor drew.
        let gpu = if soft.is_some() { Gpu { samples: 1, ..gpu } } else { gpu };
        Self {
            gpu,
            card,
            soft,
            chunks: Chunks::default(),
            lettering,
            target: None,
            newest: None,
            scene: None,
            names: Names::default(),
            ground: None,
            ahead: Ahead::default(),
            under: Under::default(),
            view_key: None,
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
            if let Some(soft) = &mut self.soft {
                soft.clear();
            }
            self.ahead.clear();
            (self.lettering.lettered, self.ground) = (None, None);
        }
    }

    /// Lays pictures below the map from now on, or none; the same ones again cost nothing.
    pub fn set_underlay(&mut self, underlay: Option<&Arc<Underlay>>) {
        if self.under.revision() != underlay.map_or(0, |underlay| underlay.revision) {
            self.under.set(underlay);
            self.ahead.clear();
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

    /// Bytes of geometry at hand for drawing.
    pub fn geometry_bytes(&self) -> u64 {
        self.soft.as_ref().map_or(self.chunks.bytes(), Soft::bytes)
    }

    /// The picture drawn last, if there is one. The next one is drawn beside it: what is on the screen stays whole.
    pub fn picture(&self) -> Option<&wgpu::TextureView> {
        self.newest().map(|sheet| &sheet.view)
    }

    fn newest(&self) -> Option<&target::Sheet> {
        self.target.as_ref().zip(self.newest).map(|(target, which)| &target.shown[which])
    }

    /// Brings the picture up to date with what is wanted and tells whether there is one: a view without extent has none.
    pub fn draw(&mut self, view: &View<'_>) -> bool {
        let most = self.gpu.device.limits().max_texture_dimension_2d;
        let size = view.size.map(|length| length.min(most));
        if size.contains(&0) || !(view.pixels_per_point > 0.0 && view.pixels_per_point.is_finite()) {
            return false;
        }
        let fresh = self.target.as_ref().is_none_or(|target| target.size != size);
        if fresh {
            self.target = Some(Target::new(&self.gpu.device, size, self.gpu.samples, self.card.is_some()));
            (self.ground, self.view_key, self.newest) = (None, None, None);
        }
        let view = View { size, camera: view.camera.sound(), ..*view };
        let mut hidden: Vec<LayerGroup> = view.hidden.to_vec();
        hidden.sort_unstable();
        hidden.dedup();
        let (signs, ground): (Vec<LayerGroup>, Vec<LayerGroup>) =
            hidden.into_iter().partition(|group| matches!(group, LayerGroup::Cases | LayerGroup::Officers));
        self.under.lay(self.scene.as_deref());
        let look = ground::Look {
            under: self.under.revision(),
            scene: self.scene.as_ref().map_or(0, |scene| scene.id()),
            metres_per_point: view.camera.metres_per_point,
            size,
            pixels_per_point: view.pixels_per_point,
            style: view.style.clone(),
            theme: view.theme,
            hidden: ground,
            opacities: view.opacities.to_vec(),
        };
        let key = ViewKey { look, camera: view.camera, still: view.still };
        if self.view_key.as_ref() != Some(&key) {
            let names = self.draw_ground(&view, &key.look);
            self.write_names(names);
            self.view_key = Some(key);
            self.drawn += 1;
            self.shown_key = None;
        }
        let shown = (view.overlay.revision, view.overlay.markers.len() as u64, signs);
        if self.shown_key.as_ref() != Some(&shown) {
            self.draw_signs(&view);
            self.shown_key = Some(shown);
            self.composed += 1;
        }
        self.newest.is_some()
    }

    fn write_globals(&self, view: &View<'_>) {
        let Some(card) = &self.card else { return };
        let palette = view.style.palette(view.theme);
        let mut component = [[0.0; 4]; 8];
        for (major, color) in (0..8).zip(&mut component) {
            *color = floats(palette.component(major));
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
        self.gpu.queue.write_buffer(&card.globals, 0, bytemuck::bytes_of(&globals));
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

    /// Signs, then words, of which those below `upright` stand upright on whole pixels.
    fn stamp(
        card: &Card,
        pass: &mut wgpu::RenderPass<'_>,
        (signs, which_signs): (Option<&wgpu::Buffer>, Range<u32>),
        (words, which_words): (Option<&wgpu::Buffer>, Range<u32>),
        upright: u32,
    ) {
        if let Some(signs) = signs
            && !which_signs.is_empty()
        {
            pass.set_pipeline(&card.pipelines.sign);
            pass.set_vertex_buffer(0, signs.slice(..));
            pass.draw(0..4, which_signs);
        }
        let Some(words) = words else { return };
        let middle = upright.clamp(which_words.start, which_words.end);
        for (pipeline, which) in
            [(&card.pipelines.upright, which_words.start..middle), (&card.pipelines.word, middle..which_words.end)]
        {
            if !which.is_empty() {
                pass.set_pipeline(pipeline);
                pass.set_bind_group(1, &card.atlas_group, &[]);
                pass.set_vertex_buffer(0, words.slice(..));
                pass.draw(0..4, which);
            }
        }
    }

    fn draw_signs(&mut self, view: &View<'_>) {
        let paper = view.style.palette(view.theme).sign_paper;
        let size = view.size.map(f64::from);
        let scale = f64::from(view.pixels_per_point);
        let logical = size.map(|length| length / scale);
        let plane_center = self.ground.as_ref().map(|ground| ground.center);
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
        let letters = &mut self.lettering;
        let (mut all_signs, mut all_words, mut parts) = (Vec::new(), Vec::new(), Vec::new());
        for batch in &batches {
            let (first_sign, first_word) = (all_signs.len() as u32, all_words.len() as u32);
            all_signs.extend_from_slice(&batch.signs);
            for (key, middle, color) in &batch.words {
                let slot = match letters.atlas.slot(&mut letters.fonts, key) {
                    Some(slot) => slot,
                    // Words collected so far point into what would be cleared: a letter less is the lesser evil.
                    None if !all_words.is_empty() => continue,
                    None => {
                        letters.atlas.clear();
                        match letters.atlas.slot(&mut letters.fonts, key) {
                            Some(slot) => slot,
                            None => continue,
                        }
                    }
                };
                let halo = if key.halo > 0 { pipelines::premultiplied(paper) } else { [0; 4] };
                all_words.push(word(slot, middle.map(f32::round), [1.0, 0.0], *color, halo));
            }
            parts.push((first_sign..all_signs.len() as u32, first_word..all_words.len() as u32));
        }
        let Some(target) = &self.target else { return };
        let which = self.newest.map_or(0, |shown| 1 - shown);
        if let Some(soft) = &mut self.soft {
            let texture = &target.shown[which].texture;
            if soft.compose(&self.gpu, texture, &self.lettering.atlas, (&all_signs, &all_words), &parts).is_some() {
                self.newest = Some(which);
            }
            return;
        }
        self.lettering.atlas.send(&self.gpu.queue);
        let signs = self.instances(&all_signs);
        let words = self.instances(&all_words);
        let Some(card) = &self.card else { return };
        let mut encoder =
            self.gpu.device.create_command_encoder(&wgpu::CommandEncoderDescriptor { label: Some("signs") });
        let ground = &target.grounds[self.ground.as_ref().map_or(0, |ground| ground.at)];
        let shown = &target.shown[which];
        encoder.copy_texture_to_texture(ground.texture.as_image_copy(), shown.texture.as_image_copy(), target.whole());
        if !all_signs.is_empty() || !self.names.is_empty() {
            let store = wgpu::StoreOp::Store;
            let mut pass = pass(&mut encoder, "names and signs", &shown.view, None, wgpu::LoadOp::Load, store);
            pass.set_bind_group(0, &card.globals_group, &[]);
            let all = |held: &'_ Option<(wgpu::Buffer, u32)>| held.as_ref().map_or(0..0, |(_, count)| 0..*count);
            let Names { signs: of_signs, words: of_words, upright } = &self.names;
            Self::stamp(
                card,
                &mut pass,
                (of_signs.as_ref().map(|(buffer, _)| buffer), all(of_signs)),
                (of_words.as_ref().map(|(buffer, _)| buffer), all(of_words)),
                *upright,
            );
            for (which_signs, which_words) in parts {
                Self::stamp(card, &mut pass, (signs.as_ref(), which_signs), (words.as_ref(), which_words), u32::MAX);
            }
        }
        self.gpu.queue.submit([encoder.finish()]);
        self.newest = Some(which);
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
