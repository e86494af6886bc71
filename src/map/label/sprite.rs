//! Pictures of words: letters and halo, ready for the atlas.

use std::collections::HashMap;

use ab_glyph::{GlyphId, OutlinedGlyph, PxScaleFactor, point};

use super::font::{Fonts, room_after};

/// What a sprite shows: the same key gives the same picture.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct SpriteKey {
    /// One line, or several with `\n` between them.
    pub text: Box<str>,
    /// Height of the em in quarter pixels.
    pub size: u16,
    /// From the bold face.
    pub bold: bool,
    /// Width of the halo in eighth pixels.
    pub halo: u8,
    /// Extra room between characters in hundredths of an em.
    pub spacing: u8,
}

/// Coverage of letters and of their halo, row by row from the top. The middle of the picture is the middle of the text.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Sprite {
    /// Pixels across.
    pub width: u32,
    /// Pixels down.
    pub height: u32,
    /// Letter and halo of each pixel.
    pub pixels: Vec<[u8; 2]>,
}

/// Height of a line in ems.
pub const LINE: f32 = 1.18;
/// The middle of Chinese characters and of capitals above the base line, ems.
const MIDDLE: f32 = 0.37;

/// A letter drawn once: coverage and halo, and where its upper left corner lies from the pen on the base line.
#[derive(Clone, Debug, Default)]
pub struct Stamp {
    corner: [i32; 2],
    width: usize,
    pixels: Vec<[u8; 2]>,
}

/// What a letter's stamp depends on.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct StampKey {
    letter: char,
    size: u16,
    bold: bool,
    halo: u8,
    /// Where between two pixels the pen stands, in quarters.
    quarter: u8,
}

/// Letters drawn so far. Words share them: a new view has new words, but hardly a new letter.
#[derive(Debug, Default)]
pub struct Stamps(HashMap<StampKey, Stamp>);

/// So many letters are kept; some five megabytes.
const MOST_STAMPS: usize = 8192;

impl Stamps {
    fn get(&mut self, key: StampKey, fonts: &mut Fonts) -> &Stamp {
        if self.0.len() >= MOST_STAMPS && !self.0.contains_key(&key) {
            self.0.clear();
        }
        self.0.entry(key).or_insert_with(|| stamp(key, fonts))
    }
}

/// Draws a text.
pub fn rasterise(key: &SpriteKey, fonts: &mut Fonts, stamps: &mut Stamps) -> Sprite {
    let size = f32::from(key.size) / 4.0;
    let halo = f32::from(key.halo) / 8.0;
    let spacing = f32::from(key.spacing) / 100.0;
    let lines: Vec<&str> = key.text.split('\n').collect();
    let widths: Vec<f32> = lines.iter().map(|line| fonts.width(line, key.bold, spacing) * size).collect();
    let widest = widths.iter().copied().fold(0.0, f32::max);
    let pad = halo.ceil() + 2.0;
    // Even numbers of pixels keep the middle between two pixels, whatever is written.
    let even = |length: f32| ((length / 2.0).ceil() as u32 * 2).clamp(2, 4096);
    let width = even(widest + size * 0.2 + 2.0 * pad);
    let height = even(size * (LINE * (lines.len() as f32 - 1.0) + 1.25) + 2.0 * pad);
    let mut sprite = Sprite { width, height, pixels: vec![[0; 2]; (width * height) as usize] };
    for (row, (line, line_width)) in lines.iter().zip(&widths).enumerate() {
        let base = height as f32 / 2.0 + size * (LINE * (row as f32 - (lines.len() as f32 - 1.0) / 2.0) + MIDDLE);
        let mut x = ((width as f32 - line_width) / 2.0).round();
        for letter in line.chars() {
            let quarters = (x * 4.0).round();
            let quarter = quarters.rem_euclid(4.0) as u8;
            let letter_key = StampKey { letter, size: key.size, bold: key.bold, halo: key.halo, quarter };
            let pen = [(quarters / 4.0).floor() as i32, base.round() as i32];
            sprite.put(stamps.get(letter_key, fonts), pen);
            x += (fonts.letter(letter, key.bold).2 + room_after(letter, spacing)) * size;
        }
    }
    sprite.trimmed()
}

impl Sprite {
    fn put(&mut self, stamp: &Stamp, pen: [i32; 2]) {
        if stamp.width == 0 {
            return;
        }
        let (width, height) = (self.width as i32, self.height as i32);
        for (row, pixels) in (0..).zip(stamp.pixels.chunks_exact(stamp.width)) {
            let y = pen[1] + stamp.corner[1] + row;
            if !(0..height).contains(&y) {
                continue;
            }
            for (column, [letter, halo]) in (0..).zip(pixels) {
                let x = pen[0] + stamp.corner[0] + column;
                if (0..width).contains(&x) {
                    let pixel = &mut self.pixels[(y * width + x) as usize];
                    *pixel = [pixel[0].saturating_add(*letter), pixel[1].max(*halo)];
                }
            }
        }
    }

    /// Without empty margins, but for one pixel that smoothing needs; the same on opposite sides, so that the middle stays.
    fn trimmed(self) -> Self {
        let (width, height) = (self.width as usize, self.height as usize);
        let is_empty = |pixel: &[u8; 2]| *pixel == [0; 2];
        let row = |y: usize| &self.pixels[y * width..(y + 1) * width];
        let empty_rows =
            (0..height / 2).take_while(|y| row(*y).iter().chain(row(height - 1 - y)).all(is_empty)).count();
        let column = |x: usize| (0..height).all(|y| is_empty(&row(y)[x]) && is_empty(&row(y)[width - 1 - x]));
        let empty_columns = (0..width / 2).take_while(|x| column(*x)).count();
        let (across, down) = (empty_columns.saturating_sub(1), empty_rows.saturating_sub(1));
        if (across, down) == (0, 0) {
            return self;
        }
        let pixels = (down..height - down).flat_map(|y| row(y)[across..width - across].iter().copied()).collect();
        Self { width: (width - 2 * across) as u32, height: (height - 2 * down) as u32, pixels }
    }
}

/// Draws a letter with its halo.
fn stamp(key: StampKey, fonts: &mut Fonts) -> Stamp {
    let size = f32::from(key.size) / 4.0;
    let halo = f32::from(key.halo) / 8.0;
    let margin = halo.ceil() as i32 + 1;
    // The letter's pixels with their coverage, from the pen.
    let mut inked: Vec<(i32, i32, f32)> = Vec::new();
    match fonts.outline(key.letter, key.bold) {
        Some((outline, ems)) => {
            let factor = size * ems;
            let scale = PxScaleFactor { horizontal: factor, vertical: factor };
            let at = point(f32::from(key.quarter) / 4.0, 0.0);
            let glyph = GlyphId(0).with_scale_and_position(super::font::scale(size), at);
            let outlined = OutlinedGlyph::new(glyph, outline, scale);
            let corner = outlined.px_bounds().min;
            outlined.draw(|x, y, coverage| {
                if coverage > 0.0 {
                    inked.push((corner.x as i32 + x as i32, corner.y as i32 + y as i32, coverage.min(1.0)));
                }
            });
        }
        None if key.letter.is_whitespace() => {}
        None if fonts.letter(key.letter, key.bold).0 != super::font::Face::Missing => {}
        None => {
            // No face has it: an empty box says that something is written here.
            let side = fonts.letter(key.letter, key.bold).2 * size;
            let (left, right) = ((side * 0.1).round() as i32, (side * 0.9).round() as i32);
            let (top, bottom) = ((-size * 0.8).round() as i32, (size * 0.05).round() as i32);
            inked.extend((left..=right).flat_map(|x| [(x, top, 1.0), (x, bottom, 1.0)]));
            inked.extend((top + 1..bottom).flat_map(|y| [(left, y, 1.0), (right, y, 1.0)]));
        }
    }
    let Some(bounds) = inked.iter().fold(None, |bounds: Option<[i32; 4]>, (x, y, _)| {
        Some(bounds.map_or([*x, *y, *x, *y], |[l, t, r, b]| [l.min(*x), t.min(*y), r.max(*x), b.max(*y)]))
    }) else {
        return Stamp::default();
    };
    let corner = [bounds[0] - margin, bounds[1] - margin];
    let (width, height) =
        ((bounds[2] - bounds[0] + 1 + 2 * margin) as usize, (bounds[3] - bounds[1] + 1 + 2 * margin) as usize);
    let mut letters = vec![0.0_f32; width * height];
    for (x, y, coverage) in inked {
        letters[(y - corner[1]) as usize * width + (x - corner[0]) as usize] = coverage;
    }
    let around = spread(&letters, width, height, halo);
    let byte = |value: f32| (value.clamp(0.0, 1.0) * 255.0).round() as u8;
    let pixels = letters.iter().zip(&around).map(|(letter, halo)| [byte(*letter), byte(*halo)]).collect();
    Stamp { corner, width, pixels }
}

/// The halo: what lies within `radius` pixels of a letter.
fn spread(letters: &[f32], width: usize, height: usize, radius: f32) -> Vec<f32> {
    let reach = radius.ceil() as i64;
    let mut kernel: Vec<(i64, i64, f32)> = Vec::new();
    for dy in -reach..=reach {
        for dx in -reach..=reach {
            let weight = (radius + 0.5 - ((dx * dx + dy * dy) as f32).sqrt()).clamp(0.0, 1.0);
            if weight > 0.0 {
                kernel.push((dx, dy, weight));
            }
        }
    }
    let mut out = vec![0.0_f32; letters.len()];
    for (index, letter) in letters.iter().enumerate().filter(|(_, letter)| **letter > 0.02) {
        let (x, y) = ((index % width) as i64, (index / width) as i64);
        // A stroke of half a pixel still wants a whole halo.
        let strength = (letter * 1.6).min(1.0);
        for (dx, dy, weight) in &kernel {
            let (to_x, to_y) = (x + dx, y + dy);
            if (0..width as i64).contains(&to_x) && (0..height as i64).contains(&to_y) {
                let pixel = &mut out[to_y as usize * width + to_x as usize];
                *pixel = pixel.max(strength * weight);
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(text: &str) -> SpriteKey {
        SpriteKey { text: text.into(), size: 48, bold: false, halo: 12, spacing: 0 }
    }

    fn drawn(text: &str) -> Sprite {
        rasterise(&key(text), &mut Fonts::default(), &mut Stamps::default())
    }

    #[test]
    fn a_word_is_trimmed_to_its_halo_and_keeps_its_middle() {
        let short = drawn("一");
        assert!(short.height < 16, "{} pixels high for a stroke", short.height);
        for text in ["一", "八角", "12号", "g"] {
            let sprite = drawn(text);
            let (width, height) = (sprite.width as usize, sprite.height as usize);
            assert_eq!((width % 2, height % 2), (0, 0));
            let empty = |x: usize, y: usize| sprite.pixels[y * width + x] == [0; 2];
            assert!((0..width).all(|x| empty(x, 0) && empty(x, height - 1)));
            let second = |x: usize| (0..height).all(|y| empty(x, y));
            assert!(!second(1) || !second(width - 2), "no more than one empty column on both sides of {text}");
        }
    }

    fn ink(sprite: &Sprite) -> (u64, u64) {
        sprite.pixels.iter().fold((0, 0), |sum, pixel| (sum.0 + u64::from(pixel[0]), sum.1 + u64::from(pixel[1])))
    }

    #[test]
    fn letters_lie_in_the_middle_inside_their_halo() {
        let sprite = drawn("八角");
        let (letters, halo) = ink(&sprite);
        assert!(letters > 5000 && halo > letters);
        let middle: f64 = sprite
            .pixels
            .iter()
            .enumerate()
            .map(|(i, pixel)| f64::from(pixel[0]) * (i / sprite.width as usize) as f64)
            .sum::<f64>()
            / letters as f64;
        assert!((middle - f64::from(sprite.height) / 2.0).abs() < 1.5, "{middle} of {}", sprite.height);
        let edge = |at: usize| sprite.pixels[at][1];
        assert!((0..sprite.width as usize).all(|x| edge(x) == 0), "the halo is not cut off");
    }

    #[test]
    fn a_letter_in_no_face_leaves_a_box() {
        let sprite = drawn("\u{E123}");
        assert!(ink(&sprite).0 > 1000);
    }

    #[test]
    fn empty_text_and_spaces_are_no_trouble() {
        for text in ["", " ", "\n", "\u{3000}"] {
            assert_eq!(ink(&drawn(text)).0, 0, "{text:?}");
        }
    }
}
