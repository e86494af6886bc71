//! A tile's picture, decoded.

use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU64, Ordering};

use image::ImageReader;

use crate::map::soft::packed;

/// Longest side of a tile's picture, pixels; good ones have 256 or 512.
const LONGEST: u32 = 2048;
/// Memory that a decoder may take, bytes.
const MOST_MEMORY: u64 = 64 << 20;

/// A picture in memory: premultiplied sRGB, row by row from the top.
#[derive(Debug)]
pub struct Picture {
    id: u64,
    size: [u32; 2],
    pixels: Vec<u32>,
}

/// Bytes that are no picture which can be shown, with the decoder's reason.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("no picture: {0}")]
pub struct BadPicture(pub String);

static NEXT: AtomicU64 = AtomicU64::new(1);

impl Picture {
    /// Decodes PNG, JPEG or WebP; which it is, the first bytes say.
    ///
    /// # Errors
    /// [`BadPicture`], also for pictures with more than 2048 pixels on a side.
    pub fn decode(bytes: &[u8]) -> Result<Self, BadPicture> {
        let decode = || {
            let mut reader = ImageReader::new(Cursor::new(bytes)).with_guessed_format().map_err(|e| e.to_string())?;
            let mut limits = image::Limits::default();
            limits.max_image_width = Some(LONGEST);
            limits.max_image_height = Some(LONGEST);
            limits.max_alloc = Some(MOST_MEMORY);
            reader.limits(limits);
            reader.decode().map(image::DynamicImage::into_rgba8).map_err(|error| error.to_string())
        };
        // A panic of a decoder is a broken picture.
        let image = catch_unwind(AssertUnwindSafe(decode))
            .unwrap_or_else(|_| Err("the decoder failed".to_owned()))
            .map_err(BadPicture)?;
        let size = [image.width(), image.height()];
        if size.iter().any(|length| !(1..=LONGEST).contains(length)) {
            return Err(BadPicture(format!("{} × {} pixels", size[0], size[1])));
        }
        let pixels = image.pixels().map(|pixel| {
            let [r, g, b, a] = pixel.0;
            let part = |value: u8| ((u16::from(value) * u16::from(a) + 127) / 255) as u8;
            packed([part(r), part(g), part(b), a])
        });
        Ok(Self { id: NEXT.fetch_add(1, Ordering::Relaxed), size, pixels: pixels.collect() })
    }

    /// Another number for each picture.
    pub fn id(&self) -> u64 {
        self.id
    }

    /// Width and height, pixels.
    pub fn size(&self) -> [u32; 2] {
        self.size
    }

    /// All pixels.
    pub fn pixels(&self) -> &[u32] {
        &self.pixels
    }

    /// Bytes in memory.
    pub fn bytes(&self) -> u64 {
        self.pixels.len() as u64 * 4
    }
}
