//! Words out of the atlas: halo first, letters on it.

use super::Band;
use super::pixel::{of_256, over, scaled};

/// A word and where it goes.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Word {
    /// Its picture's upper left corner in the atlas.
    pub corner: [u16; 2],
    /// Width and height of its picture.
    pub extent: [u16; 2],
    /// Pixels.
    pub middle: [f32; 2],
    /// Cosine and sine of the turn.
    pub turn: [f32; 2],
    /// Premultiplied.
    pub color: u32,
    /// Premultiplied.
    pub halo: u32,
}

/// The atlas: coverage of letter and halo, row by row.
#[derive(Clone, Copy)]
pub struct Sheet<'a> {
    /// All pixels.
    pub pixels: &'a [[u8; 2]],
    /// Pixels of a row.
    pub side: usize,
}

impl Word {
    /// Draws it.
    pub fn draw(&self, band: &mut Band<'_>, sheet: Sheet<'_>) {
        let whole = self.middle.iter().all(|part| part.fract() == 0.0);
        if self.turn == [1.0, 0.0] && whole {
            self.upright(band, sheet);
        } else {
            self.turned(band, sheet);
        }
    }

    #[inline]
    fn put(&self, pixel: &mut u32, [letter, halo]: [u8; 2]) {
        if halo == 0 && letter == 0 {
            return;
        }
        let below = if letter < 255 { over(scaled(self.halo, of_256(halo.into())), *pixel) } else { *pixel };
        *pixel = over(scaled(self.color, of_256(letter.into())), below);
    }

    fn upright(&self, band: &mut Band<'_>, sheet: Sheet<'_>) {
        let [width, height] = self.extent.map(i32::from);
        let [left, top] =
            [(0, width), (1, height)].map(|(axis, length)| (self.middle[axis] as i32).saturating_sub(length / 2));
        let (columns, rows) = (band.clip.columns.clone(), band.clip.rows.clone());
        let (from, to) = (left.max(columns.start), left.saturating_add(width).min(columns.end));
        if from >= to {
            return;
        }
        for row in top.max(rows.start)..top.saturating_add(height).min(rows.end) {
            let start = (i32::from(self.corner[1]) + row - top) as usize * sheet.side
                + (i32::from(self.corner[0]) + from - left) as usize;
            let Some(own) = sheet.pixels.get(start..start + (to - from) as usize) else { return };
            for (pixel, texel) in band.row(row, from, to).iter_mut().zip(own) {
                self.put(pixel, *texel);
            }
        }
    }

    fn turned(&self, band: &mut Band<'_>, sheet: Sheet<'_>) {
        let [cos, sin] = self.turn;
        let half = self.extent.map(|length| f32::from(length) / 2.0);
        let reach = [half[0] * cos.abs() + half[1] * sin.abs(), half[0] * sin.abs() + half[1] * cos.abs()];
        let [x, y] = self.middle;
        let (columns, rows) = (band.clip.columns.clone(), band.clip.rows.clone());
        let (from, to) =
            (((x - reach[0]) as i32).max(columns.start), ((x + reach[0]) as i32).saturating_add(1).min(columns.end));
        if from >= to {
            return;
        }
        for row in ((y - reach[1]) as i32).max(rows.start)..((y + reach[1]) as i32).saturating_add(1).min(rows.end) {
            let down = row as f32 + 0.5 - y;
            let mut right = from as f32 + 0.5 - x;
            for pixel in band.row(row, from, to) {
                // Back into the word's own picture, from its upper left corner.
                let u = right * cos + down * sin + half[0];
                let v = down * cos - right * sin + half[1];
                right += 1.0;
                if u >= 0.0 && v >= 0.0 && u < 2.0 * half[0] && v < 2.0 * half[1] {
                    self.put(pixel, self.smooth(sheet, u - 0.5, v - 0.5));
                }
            }
        }
    }

    /// Between the four pixels around a place.
    #[inline]
    fn smooth(&self, sheet: Sheet<'_>, u: f32, v: f32) -> [u8; 2] {
        let (u, v) = (u.max(0.0), v.max(0.0));
        let (left, top) = (u as usize, v as usize);
        let (across, down) = ((u.fract() * 256.0) as u32, (v.fract() * 256.0) as u32);
        let right = (left + 1).min(usize::from(self.extent[0]).saturating_sub(1));
        let bottom = (top + 1).min(usize::from(self.extent[1]).saturating_sub(1));
        let corner = usize::from(self.corner[1]) * sheet.side + usize::from(self.corner[0]);
        let texel = |x: usize, y: usize| sheet.pixels.get(corner + y * sheet.side + x).copied().unwrap_or_default();
        let (a, b, c, d) = (texel(left, top), texel(right, top), texel(left, bottom), texel(right, bottom));
        let between = |part: usize| {
            let upper = u32::from(a[part]) * (256 - across) + u32::from(b[part]) * across;
            let lower = u32::from(c[part]) * (256 - across) + u32::from(d[part]) * across;
            ((upper * (256 - down) + lower * down) >> 16) as u8
        };
        [between(0), between(1)]
    }
}
