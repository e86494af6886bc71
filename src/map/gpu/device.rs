//! The graphics device: the window's, or one of our own where there is no window.

use eframe::egui_wgpu::wgpu;

/// Why there is no device to draw with.
#[derive(Debug, thiserror::Error)]
pub enum GpuError {
    /// No adapter at all.
    #[error("no Vulkan, Metal or Direct3D driver was found: {0}")]
    NoAdapter(String),
    /// The adapter gave no device.
    #[error("the graphics driver refused: {0}")]
    NoDevice(String),
    /// The picture could not be brought back from the device.
    #[error("the picture could not be read back: {0}")]
    ReadBack(String),
}

/// A device and what is to be known about it.
#[derive(Clone, Debug)]
pub struct Gpu {
    /// The device.
    pub device: wgpu::Device,
    /// Its queue.
    pub queue: wgpu::Queue,
    /// Name and sort of the adapter.
    pub info: wgpu::AdapterInfo,
    /// Samples of a pixel while the ground is drawn.
    pub samples: u32,
}

impl Gpu {
    /// Around a window's device.
    pub fn of_window(state: &eframe::egui_wgpu::RenderState) -> Self {
        let samples = samples_for(&state.adapter);
        Self { device: state.device.clone(), queue: state.queue.clone(), info: state.adapter.get_info(), samples }
    }

    /// A device without a window. `software` takes the driver that draws on the processor, if there is one: tests want the
    /// same picture everywhere.
    ///
    /// # Errors
    /// When no driver is installed or it refuses.
    pub fn headless(software: bool) -> Result<Self, GpuError> {
        let mut descriptor = wgpu::InstanceDescriptor::new_without_display_handle();
        descriptor.backends = wgpu::Backends::PRIMARY;
        let instance = wgpu::Instance::new(descriptor);
        let adapter = pollster::block_on(async {
            let all = instance.enumerate_adapters(wgpu::Backends::PRIMARY).await;
            let rank = |adapter: &wgpu::Adapter| match (adapter.get_info().device_type, software) {
                (wgpu::DeviceType::Cpu, true) | (wgpu::DeviceType::DiscreteGpu, false) => 0,
                (wgpu::DeviceType::IntegratedGpu, _) => 1,
                (wgpu::DeviceType::Cpu, false) => 3,
                _ => 2,
            };
            all.into_iter().min_by_key(rank)
        });
        let adapter = adapter.ok_or_else(|| GpuError::NoAdapter("no adapter answered".to_owned()))?;
        let limits = adapter.limits();
        let wanted = wgpu::Limits {
            max_texture_dimension_2d: limits.max_texture_dimension_2d,
            max_buffer_size: limits.max_buffer_size,
            ..wgpu::Limits::downlevel_defaults()
        };
        let (device, queue) = pollster::block_on(adapter.request_device(&wgpu::DeviceDescriptor {
            label: Some("map"),
            required_limits: wanted,
            ..Default::default()
        }))
        .map_err(|error| GpuError::NoDevice(error.to_string()))?;
        let samples = samples_for(&adapter);
        Ok(Self { device, queue, info: adapter.get_info(), samples })
    }

    /// Whether the processor does the work of a graphics card.
    pub fn is_software(&self) -> bool {
        self.info.device_type == wgpu::DeviceType::Cpu
    }

    /// Waits until all that was submitted is done.
    pub fn finish(&self) {
        // A lost device has nothing left to wait for.
        let _ = self.device.poll(wgpu::PollType::wait_indefinitely());
    }
}

/// Lines smooth their own edges; four samples smooth those of areas too. On a graphics card they cost nothing to speak
/// of; on the processor they would take two thirds of the time of a picture.
fn samples_for(adapter: &wgpu::Adapter) -> u32 {
    let flags = adapter.get_texture_format_features(super::target::FORMAT).flags;
    let software = adapter.get_info().device_type == wgpu::DeviceType::Cpu;
    if !software && flags.sample_count_supported(4) { 4 } else { 1 }
}
