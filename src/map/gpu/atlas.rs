//! The atlas: pictures of words in one texture, in rows of equal height.

use std::collections::HashMap;
use std::ops::Range;

use eframe::egui_wgpu::wgpu;

use crate::map::label::font::Fonts;
use crate::map::label::sprite::{SpriteKey, Stamps, rasterise};
use crate::map::soft::Sheet;

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

/// What lies in the atlas, in memory and on the device.
#[derive(Debug)]
pub struct Atlas {
    shelves: Shelves,
    slots: HashMap<SpriteKey, Slot>,
    stamps: Stamps,
    pixels: Vec<[u8; 2]>,
    /// Rows that the texture has yet to get.
    unsent: Option<Range<u32>>,
    filling: u64,
    texture: Option<wgpu::Texture>,
}

impl Default for Atlas {
    /// An empty one, in memory only.
    fn default() -> Self {
        Self {
            shelves: Shelves::new(SIDE),
            slots: HashMap::new(),
            stamps: Stamps::default(),
            pixels: vec![[0; 2]; (SIDE * SIDE) as usize],
            unsent: None,
            filling: 0,
            texture: None,
        }
    }
}

impl Atlas {
    /// Makes the texture; gives it and its sampler for the pipelines.
    pub fn bind(&mut self, device: &wgpu::Device, layout: &wgpu::BindGroupLayout) -> wgpu::BindGroup {
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
        self.texture = Some(texture);
        self.unsent = Some(0..SIDE);
        group
    }

    /// All pictures, for drawing without a texture.
    pub fn sheet(&self) -> Sheet<'_> {
        Sheet { pixels: &self.pixels, side: SIDE as usize }
    }

    /// Forgets everything: the next pictures are drawn anew.
    pub fn clear(&mut self) {
        self.shelves = Shelves::new(SIDE);
        self.slots.clear();
        self.filling += 1;
    }

    /// Another number after each clearing: slots of another filling mean nothing any more.
    pub fn filling(&self) -> u64 {
        self.filling
    }

    /// Sends what was drawn since the last time to the device: all new words at once.
    pub fn send(&mut self, queue: &wgpu::Queue) {
        let Some(texture) = &self.texture else { return };
        let Some(rows) = self.unsent.take() else { return };
        let side = SIDE as usize;
        queue.write_texture(
            wgpu::TexelCopyTextureInfo {
                texture,
                mip_level: 0,
                origin: wgpu::Origin3d { x: 0, y: rows.start, z: 0 },
                aspect: wgpu::TextureAspect::All,
            },
            bytemuck::cast_slice(&self.pixels[rows.start as usize * side..rows.end as usize * side]),
            wgpu::TexelCopyBufferLayout { offset: 0, bytes_per_row: Some(SIDE * 2), rows_per_image: None },
            wgpu::Extent3d { width: SIDE, height: rows.end - rows.start, depth_or_array_layers: 1 },
        );
    }

    /// Where the picture of a word lies, drawing it if it is new; `None` when the atlas is full. It is
    /// on the device once [`send`](Self::send) has been called.
    pub fn slot(&mut self, fonts: &mut Fonts, key: &SpriteKey) -> Option<Slot> {
        if let Some(known) = self.slots.get(key) {
            return Some(*known);
        }
        let sprite = rasterise(key, fonts, &mut self.stamps);
        let [x, y] = self.shelves.put(sprite.width, sprite.height)?;
        for (row, pixels) in (y as usize..).zip(sprite.pixels.chunks_exact(sprite.width as usize)) {
            let at = row * SIDE as usize + x as usize;
            self.pixels[at..at + pixels.len()].copy_from_slice(pixels);
        }
        let new = y..y + sprite.height;
        self.unsent = match self.unsent.take() {
            Some(rows) => Some(rows.start.min(new.start)..rows.end.max(new.end)),
            None => Some(new),
        };
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
