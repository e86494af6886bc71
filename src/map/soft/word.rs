//! Words out of the atlas: halo first, letters on it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use super::pixel::{of_256, over, scaled};
use super::{Band, by_all_cores};

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

/// A turned word's picture.
#[derive(Debug)]
struct Turned {
    /// Its upper left pixel, from the pixel of the word's middle.
    corner: [i32; 2],
    size: [i32; 2],
    pixels: Vec<[u8; 2]>,
}

/// What a turned picture depends on: where the word lies in the atlas, its angle, its place within a pixel.
type TurnKey = ([u16; 2], i16, [u8; 2]);

/// Pictures of turned words: names along roads are the same ones in every step of a drag.
#[derive(Debug, Default)]
pub struct Turns {
    pictures: HashMap<TurnKey, Arc<Turned>>,
}

/// A word with its picture.
#[derive(Clone, Debug)]
pub struct Ready {
    word: Word,
    /// None where the atlas has it.
    turned: Option<Arc<Turned>>,
}

impl Ready {
    /// Draws it.
    pub fn draw(&self, band: &mut Band<'_>, sheet: Sheet<'_>) {
        match &self.turned {
            Some(turned) => self.word.lay_turned(band, turned),
            None => self.word.draw(band, sheet),
        }
    }
}

impl Turns {
    /// More are not kept.
    const MOST: usize = 6000;

    /// Forgets all: the atlas has others now.
    pub fn clear(&mut self) {
        self.pictures.clear();
    }

    /// Makes what is missing and hands out the words with their pictures.
    pub fn ready(&mut self, words: impl Iterator<Item = Word>, sheet: Sheet<'_>) -> Vec<Ready> {
        if self.pictures.len() > Self::MOST {
            self.clear();
        }
        let words: Vec<(Word, Option<TurnKey>)> = words.map(Word::settled).collect();
        let mut missing: HashMap<TurnKey, Word> = HashMap::new();
        for (word, key) in &words {
            if let Some(key) = key.filter(|key| !self.pictures.contains_key(key)) {
                missing.entry(key).or_insert(*word);
            }
        }
        let missing: Vec<(TurnKey, Word)> = missing.into_iter().collect();
        let made = Mutex::new(Vec::with_capacity(missing.len()));
        // A few at a time, so that the lock is no matter.
        by_all_cores(
            missing.chunks(32).collect(),
            || (),
            |(), words: &[(TurnKey, Word)]| {
                let some: Vec<_> = words.iter().map(|(key, word)| (*key, Arc::new(word.turned(sheet)))).collect();
                made.lock().unwrap_or_else(PoisonError::into_inner).extend(some);
            },
        );
        self.pictures.extend(made.into_inner().unwrap_or_else(PoisonError::into_inner));
        words
            .into_iter()
            .map(|(word, key)| Ready { word, turned: key.and_then(|key| self.pictures.get(&key).cloned()) })
            .collect()
    }
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
        if self.is_upright() {
            self.upright(band, sheet);
        } else {
            self.lay_turned(band, &self.turned(sheet));
        }
    }

    fn lay_turned(&self, band: &mut Band<'_>, turned: &Turned) {
        let corner = [0, 1].map(|axis| (self.middle[axis].floor() as i32).saturating_add(turned.corner[axis]));
        let width = turned.size[0] as usize;
        self.lay(band, corner, turned.size, |row| turned.pixels.get(row * width..(row + 1) * width));
    }

    /// The word at an eighth of a pixel and at an angle of a five-hundredth part of a radian, with the key of its picture; none
    /// for one that stands upright.
    fn settled(mut self) -> (Self, Option<TurnKey>) {
        if self.is_upright() || !self.middle.iter().all(|part| part.abs() < 1e6) {
            return (self, None);
        }
        let eighths = self.middle.map(|part| (part * 8.0).round());
        self.middle = eighths.map(|part| part / 8.0);
        let angle = (self.turn[1].atan2(self.turn[0]) * 500.0).round();
        let (sin, cos) = (angle / 500.0).sin_cos();
        self.turn = [cos, sin];
        (self, Some((self.corner, angle as i16, eighths.map(|part| part.rem_euclid(8.0) as u8))))
    }

    /// Its picture lies upright on whole pixels.
    fn is_upright(&self) -> bool {
        self.turn == [1.0, 0.0] && self.middle.iter().all(|part| part.fract() == 0.0)
    }

    #[inline]
    fn put(&self, pixel: &mut u32, [letter, halo]: [u8; 2]) {
        let below = match halo {
            0 => *pixel,
            _ if letter == 255 => *pixel,
            _ => over(scaled(self.halo, of_256(halo.into())), *pixel),
        };
        *pixel = if letter == 0 { below } else { over(scaled(self.color, of_256(letter.into())), below) };
    }

    /// A row of a picture. Most of one is empty: four pixels are looked at at a time.
    #[inline]
    fn put_row(&self, pixels: &mut [u32], texels: &[[u8; 2]]) {
        let (fours, rest) = texels.as_chunks::<4>();
        let (pixel_fours, pixel_rest) = pixels.as_chunks_mut::<4>();
        for (pixels, texels) in pixel_fours.iter_mut().zip(fours) {
            if *texels != [[0; 2]; 4] {
                pixels.iter_mut().zip(texels).for_each(|(pixel, texel)| self.put(pixel, *texel));
            }
        }
        pixel_rest.iter_mut().zip(rest).for_each(|(pixel, texel)| self.put(pixel, *texel));
    }

    /// Puts down a picture that stands upright, given row by row, with its upper left corner at a pixel.
    #[inline]
    fn lay<'t>(
        &self,
        band: &mut Band<'_>,
        [left, top]: [i32; 2],
        [width, height]: [i32; 2],
        texels: impl Fn(usize) -> Option<&'t [[u8; 2]]>,
    ) {
        let (columns, rows) = (band.clip.columns.clone(), band.clip.rows.clone());
        let (from, to) = (left.max(columns.start), left.saturating_add(width).min(columns.end));
        if from >= to {
            return;
        }
        for row in top.max(rows.start)..top.saturating_add(height).min(rows.end) {
            let Some(texels) = texels((row - top) as usize) else { return };
            let Some(texels) = texels.get((from - left) as usize..(to - left) as usize) else { return };
            self.put_row(band.row(row, from, to), texels);
        }
    }

    fn upright(&self, band: &mut Band<'_>, sheet: Sheet<'_>) {
        let size = self.extent.map(i32::from);
        let corner = [0, 1].map(|axis| (self.middle[axis] as i32).saturating_sub(size[axis] / 2));
        let [column, first] = self.corner.map(usize::from);
        let width = usize::from(self.extent[0]);
        self.lay(band, corner, size, |row| {
            let start = (first + row) * sheet.side + column;
            sheet.pixels.get(start..start + width)
        });
    }

    /// Its picture turned, and the place of that from the pixel in which its middle lies.
    fn turned(&self, sheet: Sheet<'_>) -> Turned {
        let [cos, sin] = self.turn;
        let half = self.extent.map(|length| f32::from(length) / 2.0);
        let reach = [half[0] * cos.abs() + half[1] * sin.abs(), half[0] * sin.abs() + half[1] * cos.abs()];
        let off = self.middle.map(|part| part - part.floor());
        let corner = [0, 1].map(|axis| (off[axis] - reach[axis]).floor() as i32);
        let size = [0, 1].map(|axis| (off[axis] + reach[axis]).floor() as i32 + 1 - corner[axis]);
        let mut pixels = Vec::with_capacity((size[0] * size[1]) as usize);
        for row in 0..size[1] {
            let down = (row + corner[1]) as f32 + 0.5 - off[1];
            for column in 0..size[0] {
                let right = (column + corner[0]) as f32 + 0.5 - off[0];
                // Back into the word's own picture, from its upper left corner.
                let u = right * cos + down * sin + half[0];
                let v = down * cos - right * sin + half[1];
                let inside = u >= 0.0 && v >= 0.0 && u < 2.0 * half[0] && v < 2.0 * half[1];
                pixels.push(if inside { self.smooth(sheet, u - 0.5, v - 0.5) } else { [0; 2] });
            }
        }
        Turned { corner, size, pixels }
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
