//! Pictures stretched over triangles.

use std::ops::Range;

use super::pixel::{of_256, over, scaled};
use super::triangle::{Gradient, Px, spans};
use super::{Band, Clip};

/// A picture and the triangles that it is stretched over.
#[derive(Clone, Debug)]
pub struct Textured<'a> {
    /// Premultiplied, row by row.
    pub pixels: &'a [u32],
    /// Width and height.
    pub size: [u32; 2],
    /// Corners on the canvas, and in the picture as parts of one.
    pub triangles: Vec<[(Px, [f32; 2]); 3]>,
    /// Rows of the canvas that it may touch.
    pub rows: Range<i32>,
    /// How opaque, of 255.
    pub opacity: u8,
    /// How bright, of 256.
    pub light: u32,
}

impl Textured<'_> {
    /// Draws it on what is there.
    pub fn draw(&self, band: &mut Band<'_>) {
        let Self { pixels, size, .. } = *self;
        let [width, height] = size.map(|length| length as i32);
        if width < 1 || height < 1 || pixels.len() < (width * height) as usize {
            return;
        }
        if self.rows.end <= band.clip.rows.start || band.clip.rows.end <= self.rows.start {
            return;
        }
        let cover = of_256(u32::from(self.opacity));
        let plain = cover == 256 && self.light >= 256;
        for corners in &self.triangles {
            let places = corners.map(|(at, _)| at);
            let value = |axis: usize| corners.map(|(_, of)| of[axis] * size[axis] as f32);
            let (Some(u), Some(v)) = (Gradient::new(places, value(0)), Gradient::new(places, value(1))) else {
                continue;
            };
            // In 256ths of a pixel of the picture.
            let (across, down) = ((u.step[0] * 256.0) as i32, (v.step[0] * 256.0) as i32);
            let Band { pixels: canvas, width: row_length, first_row, clip } = band;
            let clip: &Clip = clip;
            spans(clip, places, |y, from, to| {
                let start = (y as usize - *first_row) * *row_length;
                let row = &mut canvas[start + from as usize..start + to as usize];
                // Begun anew every so often: steps are cut off to 256ths.
                for (piece, begin) in row.chunks_mut(64).zip((from..).step_by(64)) {
                    let mut x = ((u.in_pixel(begin, y) * 256.0) as i32).saturating_sub(128);
                    let mut z = ((v.in_pixel(begin, y) * 256.0) as i32).saturating_sub(128);
                    for pixel in piece {
                        let mut color = sample(pixels, width, height, x, z);
                        if !plain {
                            color = scaled(lit(color, self.light), cover);
                        }
                        *pixel = if color >> 24 == 255 { color } else { over(color, *pixel) };
                        x = x.wrapping_add(across);
                        z = z.wrapping_add(down);
                    }
                }
            });
        }
    }
}

/// A colour by less light; as opaque as before.
#[inline]
fn lit(color: u32, light: u32) -> u32 {
    (scaled(color, light.min(256)) & 0x00FF_FFFF) | (color & 0xFF00_0000)
}

/// Between the four nearest pixels; places in 256ths, beyond the edge that of the edge.
#[inline]
fn sample(pixels: &[u32], width: i32, height: i32, x: i32, y: i32) -> u32 {
    let (left, top) = (x >> 8, y >> 8);
    let (right_part, lower_part) = ((x & 255) as u32, (y & 255) as u32);
    let column = |at: i32| at.clamp(0, width - 1) as usize;
    let row = |at: i32| at.clamp(0, height - 1) as usize * width as usize;
    let (west, east) = (column(left), column(left.saturating_add(1)));
    let (upper, lower) = (row(top), row(top.saturating_add(1)));
    let one = mixed(pixels[upper + west], pixels[upper + east], right_part);
    let other = mixed(pixels[lower + west], pixels[lower + east], right_part);
    mixed(one, other, lower_part)
}

/// So many 256ths of the second, and the rest of the first. Rounded as one sum, so that opaque stays opaque.
#[inline]
fn mixed(first: u32, second: u32, part: u32) -> u32 {
    let rest = 256 - part;
    let low = ((first & 0x00FF_00FF) * rest + (second & 0x00FF_00FF) * part) >> 8;
    let high = ((first >> 8) & 0x00FF_00FF) * rest + ((second >> 8) & 0x00FF_00FF) * part;
    (low & 0x00FF_00FF) | (high & 0xFF00_FF00)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::map::soft::{Canvas, packed};

    fn square(size: f32, part: [f32; 4]) -> Vec<[(Px, [f32; 2]); 3]> {
        let [l, t, r, b] = part;
        let corners = [([0.0, 0.0], [l, t]), ([size, 0.0], [r, t]), ([0.0, size], [l, b]), ([size, size], [r, b])];
        vec![[corners[0], corners[1], corners[2]], [corners[2], corners[1], corners[3]]]
    }

    fn drawn(pixels: &[u32], triangles: Vec<[(Px, [f32; 2]); 3]>, opacity: u8, light: u32) -> Canvas {
        let mut canvas = Canvas::new([8, 8], packed([255, 255, 255, 255]));
        let picture = Textured { pixels, size: [2, 2], triangles, rows: 0..8, opacity, light };
        canvas.draw([0, 0, 8, 8], |band| picture.draw(band));
        canvas
    }

    #[test]
    fn a_picture_covers_its_square_and_mixes_between_its_pixels() {
        let [a, b, c, d] = [[255, 0, 0, 255], [0, 255, 0, 255], [0, 0, 255, 255], [255, 255, 0, 255]].map(packed);
        let canvas = drawn(&[a, b, c, d], square(8.0, [0.0, 0.0, 1.0, 1.0]), 255, 256);
        let at = |x: usize, y: usize| canvas.pixels()[y * 8 + x];
        assert_eq!([at(0, 0), at(7, 0), at(0, 7), at(7, 7)], [a, b, c, d]);
        assert!(canvas.pixels().iter().all(|pixel| pixel >> 24 == 255));
        let [red, green, ..] = at(4, 0).to_le_bytes();
        assert!((80..130).contains(&red) && (120..180).contains(&green), "{red} {green}");
        // A quarter of it, stretched: nothing but its own corner beyond the middle.
        let quarter = drawn(&[a, b, c, d], square(8.0, [0.0, 0.0, 0.25, 0.25]), 255, 256);
        assert!(quarter.pixels().iter().all(|pixel| *pixel == a));
    }

    #[test]
    fn opacity_lets_the_paper_through_and_night_dims() {
        let black = [packed([0, 0, 0, 255]); 4];
        let [grey, ..] = drawn(&black, square(8.0, [0.0, 0.0, 1.0, 1.0]), 128, 256).pixels()[9].to_le_bytes();
        assert!((125..=129).contains(&grey), "{grey}");
        let white = [packed([255, 255, 255, 255]); 4];
        let dimmed = drawn(&white, square(8.0, [0.0, 0.0, 1.0, 1.0]), 255, 128).pixels()[9].to_le_bytes();
        assert_eq!(dimmed, [127, 127, 127, 255]);
        let clear = drawn(&[0; 4], square(8.0, [0.0, 0.0, 1.0, 1.0]), 255, 128);
        assert!(clear.pixels().iter().all(|pixel| *pixel == u32::MAX));
    }

    #[test]
    fn nothing_strange_harms() {
        for bad in [f32::NAN, f32::INFINITY, -1e30] {
            let mut triangles = square(8.0, [0.0, 0.0, 1.0, 1.0]);
            triangles[0][1].0 = [bad, bad];
            triangles[1][0].1 = [bad, 1e20];
            drawn(&[1; 4], triangles, 200, 200);
        }
        drawn(&[], square(8.0, [0.0; 4]), 255, 256);
    }
}
