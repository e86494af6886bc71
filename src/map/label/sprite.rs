//! Pictures of words: letters and halo, ready for the atlas.

use ab_glyph::{GlyphId, OutlinedGlyph, Point, PxScaleFactor, point};

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

/// Draws a text.
pub fn rasterise(key: &SpriteKey, fonts: &mut Fonts) -> Sprite {
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
    let mut letters = vec![0.0_f32; (width * height) as usize];
    for (row, (line, line_width)) in lines.iter().zip(&widths).enumerate() {
        let base = height as f32 / 2.0 + size * (LINE * (row as f32 - (lines.len() as f32 - 1.0) / 2.0) + MIDDLE);
        let mut x = ((width as f32 - line_width) / 2.0).round();
        for letter in line.chars() {
            draw(letter, key.bold, size, point(x, base.round()), fonts, &mut letters, width, height);
            x += (fonts.letter(letter, key.bold).2 + room_after(letter, spacing)) * size;
        }
    }
    let around = spread(&letters, width as usize, height as usize, halo);
    let byte = |value: f32| (value.clamp(0.0, 1.0) * 255.0).round() as u8;
    let pixels = letters.iter().zip(&around).map(|(letter, halo)| [byte(*letter), byte(*halo)]).collect();
    Sprite { width, height, pixels }
}

#[expect(clippy::too_many_arguments, reason = "a letter, its place and the picture it goes into")]
fn draw(letter: char, bold: bool, size: f32, at: Point, fonts: &mut Fonts, into: &mut [f32], width: u32, height: u32) {
    let mut put = |x: i64, y: i64, coverage: f32| {
        if (0..i64::from(width)).contains(&x) && (0..i64::from(height)).contains(&y) {
            let pixel = &mut into[(y * i64::from(width) + x) as usize];
            *pixel = (*pixel + coverage).min(1.0);
        }
    };
    match fonts.outline(letter, bold) {
        Some((outline, ems)) => {
            let factor = size * ems;
            let scale = PxScaleFactor { horizontal: factor, vertical: factor };
            let glyph = GlyphId(0).with_scale_and_position(super::font::scale(size), at);
            let outlined = OutlinedGlyph::new(glyph, outline, scale);
            let corner = outlined.px_bounds().min;
            outlined
                .draw(|x, y, coverage| put(corner.x as i64 + i64::from(x), corner.y as i64 + i64::from(y), coverage));
        }
        None if letter.is_whitespace() => {}
        None if fonts.letter(letter, bold).0 != super::font::Face::Missing => {}
        None => {
            // No face has it: an empty box says that something is written here.
            let side = fonts.letter(letter, bold).2 * size;
            let (left, right) = ((at.x + side * 0.1).round() as i64, (at.x + side * 0.9).round() as i64);
            let (top, bottom) = ((at.y - size * 0.8).round() as i64, (at.y + size * 0.05).round() as i64);
            for x in left..=right {
                put(x, top, 1.0);
                put(x, bottom, 1.0);
            }
            for y in top + 1..bottom {
                put(left, y, 1.0);
                put(right, y, 1.0);
            }
        }
    }
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

    fn ink(sprite: &Sprite) -> (u64, u64) {
        sprite.pixels.iter().fold((0, 0), |sum, pixel| (sum.0 + u64::from(pixel[0]), sum.1 + u64::from(pixel[1])))
    }

    #[test]
    fn letters_lie_in_the_middle_inside_their_halo() {
        let sprite = rasterise(&key("八角"), &mut Fonts::default());
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
        let sprite = rasterise(&key("\u{E123}"), &mut Fonts::default());
        assert!(ink(&sprite).0 > 1000);
    }

    #[test]
    fn empty_text_and_spaces_are_no_trouble() {
        for text in ["", " ", "\n", "\u{3000}"] {
            assert_eq!(ink(&rasterise(&key(text), &mut Fonts::default())).0, 0, "{text:?}");
        }
    }
}
