//! Drawing on the processor, for machines whose graphics driver does that too, only slower: thin clients, remote desktops,
//! virtual machines. The meshes are those of the graphics card and the looks are those of its shaders; what is saved is a
//! driver's generality. A full field of one colour is a run of stores, and a triangle of three pixels costs three pixels.
//!
//! Colours are premultiplied sRGB numbers in one `u32`, red lowest. Coordinates are pixels of the picture, y downwards; a
//! pixel belongs to a shape when its middle does.

mod mesh;
mod picture;
mod pixel;
mod scroll;
mod sign;
mod triangle;
mod word;

use std::ops::Range;
use std::sync::{Mutex, OnceLock};

pub use mesh::{Brush, Job, Stamps};
pub use picture::Textured;
pub use pixel::packed;
pub use scroll::{Part, Scroll};
pub use sign::{Sign, SignColors};
pub use word::{Ready, Sheet, Turns, Word};

/// A picture in memory.
#[derive(Clone, Debug, Default)]
pub struct Canvas {
    size: [usize; 2],
    pixels: Vec<u32>,
}

/// Some whole rows of a picture, of which only a rectangle is drawn into.
pub struct Band<'a> {
    pixels: &'a mut [u32],
    /// Pixels of a row.
    width: usize,
    /// The picture's row that the first pixels belong to.
    first_row: usize,
    clip: Clip,
}

/// What may be touched: columns and rows of the picture.
#[derive(Clone, PartialEq, Debug)]
struct Clip {
    columns: Range<i32>,
    rows: Range<i32>,
}

impl Band<'_> {
    /// A piece of a row. `from..to` lies within the clip.
    #[inline]
    fn row(&mut self, y: i32, from: i32, to: i32) -> &mut [u32] {
        let start = (y as usize - self.first_row) * self.width;
        &mut self.pixels[start + from as usize..start + to as usize]
    }
}

/// Bands for each thread: enough that all threads end together, and few, because what lies across two is looked at twice.
const BANDS_EACH: usize = 5;
/// Fewer rows are not worth a thread.
const LEAST_ROWS: usize = 32;
/// More threads than this gain nothing: memory sets the pace.
const MOST_THREADS: usize = 8;

impl Canvas {
    /// A picture of one colour.
    pub fn new(size: [u32; 2], color: u32) -> Self {
        let size = size.map(|length| length as usize);
        Self { size, pixels: vec![color; size[0] * size[1]] }
    }

    /// Width and height.
    pub fn size(&self) -> [u32; 2] {
        self.size.map(|length| length as u32)
    }

    /// All pixels, row by row from the top.
    pub fn pixels(&self) -> &[u32] {
        &self.pixels
    }

    /// Draws into a part (left, top, width, height) by all cores: `each` is given one band after the other.
    pub fn draw(&mut self, [left, top, width, height]: [u32; 4], each: impl Fn(&mut Band<'_>) + Sync) {
        let [whole, _] = self.size;
        let (top, bottom) = (top as usize, (top + height) as usize);
        let columns = left as i32..(left + width) as i32;
        let Some(pixels) = self.pixels.get_mut(top * whole..bottom * whole) else { return };
        let band_rows = (bottom - top).div_ceil(threads() * BANDS_EACH).max(LEAST_ROWS);
        let bands: Vec<Band<'_>> = (top..)
            .step_by(band_rows)
            .zip(pixels.chunks_mut(band_rows * whole.max(1)))
            .map(|(first_row, pixels)| {
                let rows = first_row as i32..(first_row + pixels.len() / whole.max(1)) as i32;
                Band { pixels, width: whole, first_row, clip: Clip { columns: columns.clone(), rows } }
            })
            .collect();
        by_all_cores(bands, || (), |(), mut band| each(&mut band));
    }
}

/// Gives out the rows of a view piece by piece: a copy of the ground with something drawn on it by `each`, handed with the
/// receiver of these rows to `put`. The pieces are small enough for a core's own memory.
pub fn compose<T: Send>(
    ground: &Scroll,
    receivers: Vec<(Range<usize>, T)>,
    each: impl Fn(&mut Band<'_>) + Sync,
    put: impl Fn(T, &[u32]) + Sync,
) {
    let width = ground.size()[0] as usize;
    by_all_cores(receivers, Vec::new, |pixels: &mut Vec<u32>, (rows, receiver)| {
        pixels.resize(rows.len() * width, 0);
        for (y, row) in rows.clone().zip(pixels.chunks_mut(width.max(1))) {
            ground.row(y, row);
        }
        let clip = Clip { columns: 0..width as i32, rows: rows.start as i32..rows.end as i32 };
        each(&mut Band { pixels, width, first_row: rows.start, clip });
        put(receiver, pixels);
    });
}

fn threads() -> usize {
    // The system reads files to tell, and it is asked several times a picture.
    static THREADS: OnceLock<usize> = OnceLock::new();
    *THREADS.get_or_init(|| std::thread::available_parallelism().map_or(1, usize::from).min(MOST_THREADS))
}

/// Hands the items to as many threads as there are cores, each with something of its own.
fn by_all_cores<T: Send, O>(items: Vec<T>, own: impl Fn() -> O + Sync, each: impl Fn(&mut O, T) + Sync) {
    let threads = threads().min(items.len());
    let items = Mutex::new(items.into_iter());
    let work = || {
        let mut own = own();
        loop {
            let next = items.lock().unwrap_or_else(std::sync::PoisonError::into_inner).next();
            let Some(item) = next else { break };
            each(&mut own, item);
        }
    };
    std::thread::scope(|scope| {
        for _ in 1..threads {
            // Without another thread this one does it all.
            let _ = std::thread::Builder::new().name("map band".to_owned()).spawn_scoped(scope, work);
        }
        work();
    });
}

#[cfg(test)]
mod tests;
