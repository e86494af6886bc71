//! Geometry on the device: uploaded when it is first seen, kept while there is room.

use std::collections::HashMap;

use bytemuck::cast_slice;
use eframe::egui_wgpu::wgpu;
use eframe::egui_wgpu::wgpu::util::DeviceExt;

use crate::map::scene::Chunk;

/// Level and place of a chunk in its scene.
pub type Key = (usize, usize);

/// Buffers of a chunk.
#[derive(Debug)]
pub struct Uploaded {
    /// Corners of areas.
    pub fills: Option<wgpu::Buffer>,
    /// Corners of strips and signs.
    pub wides: Option<wgpu::Buffer>,
    /// Triangles.
    pub indices: Option<wgpu::Buffer>,
    bytes: u64,
    seen: u64,
}

/// Chunks on the device.
#[derive(Debug, Default)]
pub struct Chunks {
    held: HashMap<Key, Uploaded>,
    bytes: u64,
    picture: u64,
}

/// Beyond this the chunks not seen for longest go.
const BUDGET_BYTES: u64 = 256 << 20;

impl Chunks {
    /// Begins a picture: what is asked for from now on is not thrown away before the next.
    pub fn begin(&mut self) {
        self.picture += 1;
        if self.bytes > BUDGET_BYTES {
            let mut by_age: Vec<(u64, Key)> = self.held.iter().map(|(key, held)| (held.seen, *key)).collect();
            by_age.sort_unstable();
            for (_, key) in by_age {
                if self.bytes <= BUDGET_BYTES / 2 {
                    break;
                }
                if let Some(gone) = self.held.remove(&key) {
                    self.bytes -= gone.bytes;
                }
            }
        }
    }

    /// Makes sure that a chunk is on the device.
    pub fn need(&mut self, device: &wgpu::Device, key: Key, chunk: &Chunk) {
        let picture = self.picture;
        if let Some(held) = self.held.get_mut(&key) {
            held.seen = picture;
            return;
        }
        let buffer = |contents: &[u8], usage| {
            (!contents.is_empty()).then(|| {
                device.create_buffer_init(&wgpu::util::BufferInitDescriptor {
                    label: Some("map chunk"),
                    contents,
                    usage,
                })
            })
        };
        let arrays = match chunk.arrays() {
            Ok(arrays) => arrays,
            Err(error) => {
                // Asked for again with the next picture.
                tracing::error!(%error, "a piece of the map cannot be read from the disk");
                return;
            }
        };
        let (fills, wides, indices) = (
            cast_slice::<_, u8>(&arrays.fills),
            cast_slice::<_, u8>(&arrays.wides),
            cast_slice::<_, u8>(&arrays.indices),
        );
        let bytes = (fills.len() + wides.len() + indices.len()) as u64;
        let uploaded = Uploaded {
            fills: buffer(fills, wgpu::BufferUsages::VERTEX),
            wides: buffer(wides, wgpu::BufferUsages::VERTEX),
            indices: buffer(indices, wgpu::BufferUsages::INDEX),
            bytes,
            seen: picture,
        };
        self.bytes += bytes;
        self.held.insert(key, uploaded);
    }

    /// A chunk that [`need`](Self::need) was asked for.
    pub fn get(&self, key: Key) -> Option<&Uploaded> {
        self.held.get(&key)
    }

    /// Bytes on the device.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }
}
