//! The picture back from the device, for files and tests.

use eframe::egui_wgpu::wgpu;
use image::RgbaImage;

use super::{GpuError, Painter};

impl Painter {
    /// The picture drawn last.
    ///
    /// # Errors
    /// When nothing was drawn or the device was lost.
    pub fn read_back(&self) -> Result<RgbaImage, GpuError> {
        let broken = |reason: &str| GpuError::ReadBack(reason.to_owned());
        let target = self.target.as_ref().ok_or_else(|| broken("nothing was drawn"))?;
        let shown = self.newest().ok_or_else(|| broken("nothing was drawn"))?;
        let [width, height] = target.size;
        let row = (width * 4).next_multiple_of(wgpu::COPY_BYTES_PER_ROW_ALIGNMENT);
        let device = &self.gpu.device;
        let buffer = device.create_buffer(&wgpu::BufferDescriptor {
            label: Some("map read back"),
            size: u64::from(row) * u64::from(height),
            usage: wgpu::BufferUsages::COPY_DST | wgpu::BufferUsages::MAP_READ,
            mapped_at_creation: false,
        });
        let mut encoder =
            device.create_command_encoder(&wgpu::CommandEncoderDescriptor { label: Some("map read back") });
        encoder.copy_texture_to_buffer(
            shown.texture.as_image_copy(),
            wgpu::TexelCopyBufferInfo {
                buffer: &buffer,
                layout: wgpu::TexelCopyBufferLayout { offset: 0, bytes_per_row: Some(row), rows_per_image: None },
            },
            target.whole(),
        );
        self.gpu.queue.submit([encoder.finish()]);
        let (tell, told) = std::sync::mpsc::sync_channel(1);
        buffer.slice(..).map_async(wgpu::MapMode::Read, move |outcome| {
            let _ = tell.send(outcome);
        });
        self.gpu.finish();
        told.recv().map_err(|_| broken("no answer"))?.map_err(|error| broken(&error.to_string()))?;
        let mapped = buffer.slice(..).get_mapped_range().map_err(|error| broken(&error.to_string()))?;
        let mut pixels = Vec::with_capacity((width * height * 4) as usize);
        for line in mapped.chunks(row as usize) {
            pixels.extend_from_slice(&line[..(width * 4) as usize]);
        }
        RgbaImage::from_raw(width, height, pixels).ok_or_else(|| broken("wrong size"))
    }
}
