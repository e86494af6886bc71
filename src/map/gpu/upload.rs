//! The way of a picture drawn in memory to the device: buffers that the processor writes straight into and the device reads
//! from, in turns.

use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use eframe::egui_wgpu::wgpu;

use super::Gpu;

/// Rows of a picture that are handed out together.
const ROWS: usize = 32;
/// One is being written while the device may still read another.
const MOST: usize = 3;

/// Some rows of a buffer that is being written.
pub(super) struct Rows {
    view: wgpu::BufferViewMut,
    stride: usize,
}

impl Rows {
    /// Writes them: pixels of a picture, row by row.
    pub fn put(mut self, pixels: &[u32], width: usize) {
        let row_bytes = width * 4;
        if row_bytes == self.stride {
            self.view.copy_from_slice(bytemuck::cast_slice(pixels));
            return;
        }
        for (row, pixels) in pixels.chunks(width.max(1)).enumerate() {
            let start = row * self.stride;
            self.view.slice(start..start + row_bytes).copy_from_slice(bytemuck::cast_slice(pixels));
        }
    }
}

struct Slot {
    buffer: wgpu::Buffer,
    /// The processor may write into it.
    mapped: Arc<AtomicBool>,
}

/// Buffers for pictures of one size.
#[derive(Default)]
pub(super) struct Upload {
    size: [u32; 2],
    slots: Vec<Slot>,
}

impl Upload {
    /// Has a picture of `size` written by `write` and brings it into a texture. `None` when the device is lost.
    pub fn send(
        &mut self,
        gpu: &Gpu,
        size: [u32; 2],
        texture: &wgpu::Texture,
        write: impl FnOnce(Vec<(Range<usize>, Rows)>),
    ) -> Option<()> {
        if self.size != size {
            (self.size, self.slots) = (size, Vec::new());
        }
        let stride = (size[0] * 4).next_multiple_of(wgpu::COPY_BYTES_PER_ROW_ALIGNMENT);
        let slot = self.free(gpu, u64::from(stride) * u64::from(size[1]));
        let height = size[1] as usize;
        let rows = |first: usize| {
            let rows = first..(first + ROWS).min(height);
            let [start, end] = [rows.start, rows.end].map(|row| row as u64 * u64::from(stride));
            let view = slot.buffer.slice(start..end).get_mapped_range_mut().ok()?;
            Some((rows, Rows { view, stride: stride as usize }))
        };
        let all: Option<Vec<_>> = (0..height).step_by(ROWS).map(rows).collect();
        let Some(all) = all else {
            self.slots.clear();
            return None;
        };
        write(all);
        slot.buffer.unmap();
        slot.mapped.store(false, Ordering::Release);
        let mut encoder = gpu.device.create_command_encoder(&wgpu::CommandEncoderDescriptor { label: Some("map") });
        encoder.copy_buffer_to_texture(
            wgpu::TexelCopyBufferInfo {
                buffer: &slot.buffer,
                layout: wgpu::TexelCopyBufferLayout { offset: 0, bytes_per_row: Some(stride), rows_per_image: None },
            },
            texture.as_image_copy(),
            wgpu::Extent3d { width: size[0], height: size[1], depth_or_array_layers: 1 },
        );
        gpu.queue.submit([encoder.finish()]);
        let mapped = slot.mapped.clone();
        slot.buffer.slice(..).map_async(wgpu::MapMode::Write, move |outcome| {
            mapped.store(outcome.is_ok(), Ordering::Release);
        });
        Some(())
    }

    /// A buffer that may be written into.
    fn free(&mut self, gpu: &Gpu, bytes: u64) -> &Slot {
        let is_free = |slot: &Slot| slot.mapped.load(Ordering::Acquire);
        if !self.slots.iter().any(is_free) {
            // A lost device has nothing to wait for.
            let _ = gpu.device.poll(wgpu::PollType::Poll);
        }
        if !self.slots.iter().any(is_free) && self.slots.len() >= MOST {
            gpu.finish();
        }
        let at = self.slots.iter().position(is_free).unwrap_or_else(|| {
            let buffer = gpu.device.create_buffer(&wgpu::BufferDescriptor {
                label: Some("map picture"),
                size: bytes,
                usage: wgpu::BufferUsages::MAP_WRITE | wgpu::BufferUsages::COPY_SRC,
                mapped_at_creation: true,
            });
            self.slots.truncate(MOST - 1);
            self.slots.push(Slot { buffer, mapped: Arc::new(AtomicBool::new(true)) });
            self.slots.len() - 1
        });
        &self.slots[at]
    }
}
