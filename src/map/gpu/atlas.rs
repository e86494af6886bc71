//! The atlas: pictures of words in one texture, in rows of equal height.

use std::collections::HashMap;

use eframe::egui_wgpu::wgpu;

use crate::map::label::font::Fonts;
use crate::map::label::sprite::{SpriteKey, rasterise};

const SIDE: u32 = 2048;
/// Between two pictures, so that smoothing takes nothing from the neighbour.
const GAP: u32 = 1;

/// Where a picture lies.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Slot {
    /// Upper left corner.
    pub corner: [u16; 2],
    /// Width and height.
    pub extent: [u16; 2],
}

/// The packing, without the texture.
#[derive(Debug)]
struct Shelves {
    side: u32,
    /// Top, height and free from where.
    rows: Vec<[u32; 3]>,
    free_from: u32,
}

impl Shelves {
    fn new(side: u32) -> Self {
        Self { side, rows: Vec::new(), free_from: 0 }
    }

    fn put(&mut self, width: u32, height: u32) -> Option<[u32; 2]> {
        let (width, height) = (width + GAP, (height + GAP).next_multiple_of(4));
        if width > self.side {
            return None;
        }
        let fitting = self
            .rows
            .iter_mut()
            .filter(|row| row[1] >= height && row[1] <= height + 8 && row[2] + width <= self.side)
            .min_by_key(|row| row[1]);
        if let Some(row) = fitting {
            let at = [row[2], row[0]];
            row[2] += width;
            return Some(at);
        }
        if self.free_from + height > self.side {
            return None;
        }
        let top = self.free_from;
        self.rows.push([top, height, width]);
        self.free_from += height;
        Some([0, top])
    }
}

/// The texture and what lies in it.
#[derive(Debug)]
pub struct Atlas {
    texture: wgpu::Texture,
    /// Texture and sampler for the pipelines.
    pub group: wgpu::BindGroup,
    shelves: Shelves,
    slots: HashMap<SpriteKey, Slot>,
}

impl Atlas {
    /// An empty one.
    pub fn new(device: &wgpu::Device, layout: &wgpu::BindGroupLayout) -> Self {
        let texture = device.create_texture(&wgpu::TextureDescriptor {
            label: Some("map atlas"),
            size: wgpu::Extent3d { width: SIDE, height: SIDE, depth_or_array_layers: 1 },
            mip_level_count: 1,
            sample_count: 1,
            dimension: wgpu::TextureDimension::D2,
            format: wgpu::TextureFormat::Rg8Unorm,
            usage: wgpu::TextureUsages::TEXTURE_BINDING | wgpu::TextureUsages::COPY_DST,
            view_formats: &[],
        });
        let sampler = device.create_sampler(&wgpu::SamplerDescriptor {
            label: Some("map atlas"),
            mag_filter: wgpu::FilterMode::Linear,
            min_filter: wgpu::FilterMode::Linear,
            ..Default::default()
        });
        let group = device.create_bind_group(&wgpu::BindGroupDescriptor {
            label: Some("map atlas"),
            layout,
            entries: &[
                wgpu::BindGroupEntry {
                    binding: 0,
                    resource: wgpu::BindingResource::TextureView(&texture.create_view(&Default::default())),
                },
                wgpu::BindGroupEntry { binding: 1, resource: wgpu::BindingResource::Sampler(&sampler) },
            ],
        });
        Self { texture, group, shelves: Shelves::new(SIDE), slots: HashMap::new() }
    }

    /// Forgets everything: the next pictures are drawn anew.
    pub fn clear(&mut self) {
        self.shelves = Shelves::new(SIDE);
        self.slots.clear();
    }

    /// Where the picture of a word lies, drawing it if it is new; `None` when the atlas is full.
    pub fn slot(&mut self, queue: &wgpu::Queue, fonts: &mut Fonts, key: &SpriteKey) -> Option<Slot> {
        if let Some(known) = self.slots.get(key) {
            return Some(*known);
        }
        let sprite = rasterise(key, fonts);
        let [x, y] = self.shelves.put(sprite.width, sprite.height)?;
        queue.write_texture(
            wgpu::TexelCopyTextureInfo {
                texture: &self.texture,
                mip_level: 0,
                origin: wgpu::Origin3d { x, y, z: 0 },
                aspect: wgpu::TextureAspect::All,
            },
            bytemuck::cast_slice(&sprite.pixels),
            wgpu::TexelCopyBufferLayout { offset: 0, bytes_per_row: Some(sprite.width * 2), rows_per_image: None },
            wgpu::Extent3d { width: sprite.width, height: sprite.height, depth_or_array_layers: 1 },
        );
        let slot = Slot { corner: [x as u16, y as u16], extent: [sprite.width as u16, sprite.height as u16] };
        self.slots.insert(key.clone(), slot);
        Some(slot)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn pictures_in_the_atlas_do_not_overlap(sizes in prop::collection::vec((1..90_u32, 8..40_u32), 0..120)) {
            let mut shelves = Shelves::new(256);
            let mut put: Vec<[u32; 4]> = Vec::new();
            for (width, height) in sizes {
                let Some([x, y]) = shelves.put(width, height) else { continue };
                prop_assert!(x + width <= 256 && y + height <= 256);
                for other in &put {
                    prop_assert!(x >= other[2] || other[0] >= x + width || y >= other[3] || other[1] >= y + height);
                }
                put.push([x, y, x + width, y + height]);
            }
        }
    }
}
