//! The picture back from the device, for files and tests.

use eframe::egui_wgpu::wgpu;
use image::RgbaImage;

use super::{Gpu, GpuError, Painter};

impl Painter {
    /// The picture drawn last.
    ///
    /// # Errors
    /// When nothing was drawn or the device was lost.
    pub fn read_back(&self) -> Result<RgbaImage, GpuError> {
        let broken = |reason: &str| GpuError::ReadBack(reason.to_owned());
        let target = self.target.as_ref().ok_or_else(|| broken("nothing was drawn"))?;
        let shown = self.newest().ok_or_else(|| broken("nothing was drawn"))?;
        self.gpu.read(&shown.texture, target.size)
    }
}

impl Gpu {
    /// The pixels of a texture of four bytes each, from the device.
    ///
    /// # Errors
    /// When the device does not hand them out.
    pub(crate) fn read(&self, texture: &wgpu::Texture, [width, height]: [u32; 2]) -> Result<RgbaImage, GpuError> {
        let broken = |reason: &str| GpuError::ReadBack(reason.to_owned());
        let row = (width * 4).next_multiple_of(wgpu::COPY_BYTES_PER_ROW_ALIGNMENT);
        let buffer = self.device.create_buffer(&wgpu::BufferDescriptor {
            label: Some("map read back"),
            size: u64::from(row) * u64::from(height),
            usage: wgpu::BufferUsages::COPY_DST | wgpu::BufferUsages::MAP_READ,
            mapped_at_creation: false,
        });
        let mut encoder =
            self.device.create_command_encoder(&wgpu::CommandEncoderDescriptor { label: Some("map read back") });
        encoder.copy_texture_to_buffer(
            texture.as_image_copy(),
            wgpu::TexelCopyBufferInfo {
                buffer: &buffer,
                layout: wgpu::TexelCopyBufferLayout { offset: 0, bytes_per_row: Some(row), rows_per_image: None },
            },
            wgpu::Extent3d { width, height, depth_or_array_layers: 1 },
        );
        self.queue.submit([encoder.finish()]);
        let (tell, told) = std::sync::mpsc::sync_channel(1);
        buffer.slice(..).map_async(wgpu::MapMode::Read, move |outcome| {
            let _ = tell.send(outcome);
        });
        self.finish();
        told.recv().map_err(|_| broken("no answer"))?.map_err(|error| broken(&error.to_string()))?;
        let mapped = buffer.slice(..).get_mapped_range().map_err(|error| broken(&error.to_string()))?;
        let mut pixels = Vec::with_capacity((width * height * 4) as usize);
        for line in mapped.chunks(row as usize) {
            pixels.extend_from_slice(&line[..(width * 4) as usize]);
        }
        RgbaImage::from_raw(width, height, pixels).ok_or_else(|| broken("wrong size"))
    }
}
