//! What lies below the ground: pictures, laid out once and drawn before everything else.

use std::collections::HashMap;
use std::sync::Arc;

use bytemuck::{Pod, Zeroable, cast_slice};
use eframe::egui_wgpu::wgpu;

use super::View;
use super::pipelines::Pipelines;
use crate::map::raster::{Laid, Picture, Underlay, laid};
use crate::map::scene::Scene;
use crate::map::soft::Textured;
use crate::map::style::MapTheme;

/// By night a picture made by day would blind: so much of its light is left, of 256.
const NIGHT: u32 = 150;

/// A corner of a picture's triangle.
#[derive(Clone, Copy, Pod, Zeroable)]
#[repr(C)]
pub(super) struct Vertex {
    pub at: [f32; 2],
    pub uv: [f32; 2],
    pub tint: [u8; 4],
}

/// The pictures below the ground.
#[derive(Default)]
pub(super) struct Under {
    shown: Option<Arc<Underlay>>,
    /// Laid out for a scene and an underlay, by their numbers.
    laid: Option<(u64, u64, Vec<Laid>)>,
    textures: HashMap<u64, wgpu::BindGroup>,
    sampler: Option<wgpu::Sampler>,
}

fn light(theme: MapTheme) -> u32 {
    if theme == MapTheme::Dark { NIGHT } else { 256 }
}

impl Under {
    pub fn set(&mut self, underlay: Option<&Arc<Underlay>>) {
        self.shown = underlay.cloned();
        if self.shown.is_none() {
            // Nothing is kept of what is not shown.
            *self = Self::default();
        }
    }

    /// Its number; 0 for nothing below the ground.
    pub fn revision(&self) -> u64 {
        self.shown.as_ref().map_or(0, |underlay| underlay.revision)
    }

    pub fn lay(&mut self, scene: Option<&Scene>) {
        let (Some(underlay), Some(scene)) = (&self.shown, scene) else {
            self.laid = None;
            return;
        };
        let numbers = (scene.id(), underlay.revision);
        if self.laid.as_ref().is_none_or(|(scene, revision, _)| (*scene, *revision) != numbers) {
            self.laid = Some((numbers.0, numbers.1, laid(underlay, scene)));
        }
    }

    fn all(&self) -> &[Laid] {
        self.laid.as_ref().map_or(&[], |(_, _, laid)| laid)
    }

    /// For the processor: on a canvas that lies by `shift` so many pixels farther to the right and down.
    pub fn textured(&self, view: &View<'_>, center: [f64; 2], shift: [i32; 2]) -> Vec<Textured<'_>> {
        let each = |laid: &'_ Laid| -> (Vec<[f32; 2]>, std::ops::Range<i32>) {
            let mut places = places(laid, view, center);
            let (mut top, mut bottom) = (f32::INFINITY, f32::NEG_INFINITY);
            for place in &mut places {
                *place = [place[0] + shift[0] as f32, place[1] + shift[1] as f32];
                (top, bottom) = (top.min(place[1]), bottom.max(place[1]));
            }
            (places, top.floor() as i32..(bottom.ceil() as i32).saturating_add(1))
        };
        self.all()
            .iter()
            .map(|laid| {
                let (places, rows) = each(laid);
                Textured {
                    pixels: laid.picture.pixels(),
                    size: laid.picture.size(),
                    triangles: laid.triangles().map(|three| three.map(|(at, uv)| (places[at], uv))).collect(),
                    rows,
                    opacity: opacity(laid),
                    light: light(view.theme),
                }
            })
            .collect()
    }

    /// For the device: all corners, and how many each picture has, in order.
    pub fn vertices(&self, view: &View<'_>, center: [f64; 2]) -> (Vec<Vertex>, Vec<(u64, u32)>) {
        let (mut vertices, mut runs) = (Vec::new(), Vec::new());
        let light = light(view.theme).min(255) as u8;
        for laid in self.all() {
            let places = places(laid, view, center);
            let before = vertices.len();
            let tint = [light, light, light, opacity(laid)];
            for three in laid.triangles() {
                vertices.extend(three.map(|(at, uv)| Vertex { at: places[at], uv, tint }));
            }
            runs.push((laid.picture.id(), (vertices.len() - before) as u32));
        }
        (vertices, runs)
    }

    /// Brings the pictures that are laid to the device, and lets the others go.
    pub fn send(&mut self, device: &wgpu::Device, queue: &wgpu::Queue, pipelines: &Pipelines) {
        let Some((_, _, laid)) = &self.laid else {
            self.textures.clear();
            return;
        };
        let wanted: HashMap<u64, &Arc<Picture>> = laid.iter().map(|laid| (laid.picture.id(), &laid.picture)).collect();
        self.textures.retain(|id, _| wanted.contains_key(id));
        let sampler = self.sampler.get_or_insert_with(|| {
            device.create_sampler(&wgpu::SamplerDescriptor {
                label: Some("map raster"),
                mag_filter: wgpu::FilterMode::Linear,
                min_filter: wgpu::FilterMode::Linear,
                ..Default::default()
            })
        });
        for (id, picture) in wanted {
            self.textures.entry(id).or_insert_with(|| bind(device, queue, &pipelines.atlas_layout, sampler, picture));
        }
    }

    pub fn texture(&self, id: u64) -> Option<&wgpu::BindGroup> {
        self.textures.get(&id)
    }
}

fn opacity(laid: &Laid) -> u8 {
    (u16::from(laid.opacity.min(100)) * 255 / 100) as u8
}

/// Where the corners lie on a picture whose middle shows `center`, pixels.
fn places(laid: &Laid, view: &View<'_>, center: [f64; 2]) -> Vec<[f32; 2]> {
    let pixels = f64::from(view.pixels_per_point) / view.camera.metres_per_point;
    let half = view.size.map(|length| f64::from(length) / 2.0);
    let place = |at: &[f64; 2]| {
        [(half[0] + (at[0] - center[0]) * pixels) as f32, (half[1] - (at[1] - center[1]) * pixels) as f32]
    };
    laid.corners.iter().map(place).collect()
}

fn bind(
    device: &wgpu::Device,
    queue: &wgpu::Queue,
    layout: &wgpu::BindGroupLayout,
    sampler: &wgpu::Sampler,
    picture: &Picture,
) -> wgpu::BindGroup {
    let [width, height] = picture.size();
    let size = wgpu::Extent3d { width, height, depth_or_array_layers: 1 };
    let texture = device.create_texture(&wgpu::TextureDescriptor {
        label: Some("map raster"),
        size,
        mip_level_count: 1,
        sample_count: 1,
        dimension: wgpu::TextureDimension::D2,
        format: wgpu::TextureFormat::Rgba8Unorm,
        usage: wgpu::TextureUsages::TEXTURE_BINDING | wgpu::TextureUsages::COPY_DST,
        view_formats: &[],
    });
    queue.write_texture(
        texture.as_image_copy(),
        cast_slice(picture.pixels()),
        wgpu::TexelCopyBufferLayout { offset: 0, bytes_per_row: Some(width * 4), rows_per_image: None },
        size,
    );
    device.create_bind_group(&wgpu::BindGroupDescriptor {
        label: Some("map raster"),
        layout,
        entries: &[
            wgpu::BindGroupEntry {
                binding: 0,
                resource: wgpu::BindingResource::TextureView(&texture.create_view(&Default::default())),
            },
            wgpu::BindGroupEntry { binding: 1, resource: wgpu::BindingResource::Sampler(sampler) },
        ],
    })
}
