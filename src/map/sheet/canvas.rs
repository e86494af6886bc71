//! A laid-out sheet as one picture: the map's picture, the shapes and the lettering, each pixel by how much of it is covered.

use ab_glyph::{GlyphId, Outline, OutlineCurve, OutlinedGlyph, PxScaleFactor, Rect, point};
use image::{ImageEncoder as _, Rgb, RgbImage, RgbaImage};

use super::SheetError;
use super::layout::{MM_PER_INCH, PAPER, Shape, Sheet, Text, mm};
use crate::map::label::font::{self, Fonts};

/// A picture of the whole sheet. The map's picture is taken in and let go before anything else is drawn.
pub(super) fn painted(sheet: &Sheet, picture: RgbaImage) -> RgbImage {
    let scale = sheet.dpi / MM_PER_INCH;
    let [width, height] = page_px(sheet);
    let mut canvas = Canvas { image: RgbImage::from_pixel(width, height, Rgb(PAPER)), scale };
    canvas.lay(&picture, [sheet.map.x, sheet.map.y].map(|mm| (mm * scale).round() as u32));
    drop(picture);
    for shape in &sheet.shapes {
        canvas.shape(shape);
    }
    let mut fonts = Fonts::default();
    for text in &sheet.texts {
        canvas.text(text, &mut fonts);
    }
    canvas.image
}

/// Width and height of the whole sheet in pixels.
pub(super) fn page_px(sheet: &Sheet) -> [u32; 2] {
    sheet.paper_mm.map(|mm| (mm / MM_PER_INCH * sheet.dpi).round().max(1.0) as u32)
}

/// The bytes of a PNG file that says how large it is on paper.
///
/// # Errors
/// When the writer refuses.
pub(super) fn png(image: &RgbImage, dpi: f64) -> Result<Vec<u8>, SheetError> {
    let mut bytes = Vec::new();
    image::codecs::png::PngEncoder::new(&mut bytes)
        .write_image(image.as_raw(), image.width(), image.height(), image::ExtendedColorType::Rgb8)
        .map_err(|error| SheetError::Png(error.to_string()))?;
    // Pixels of a metre stand in a chunk of their own, right behind the first one.
    const AFTER_HEAD: usize = 8 + 25;
    let per_metre = (dpi / MM_PER_INCH * 1000.0).round() as u32;
    let mut chunk = b"pHYs".to_vec();
    chunk.extend([per_metre, per_metre].iter().flat_map(|number| number.to_be_bytes()));
    chunk.push(1);
    let mut check = flate2::Crc::new();
    check.update(&chunk);
    let length = (chunk.len() - 4) as u32;
    let whole = length.to_be_bytes().into_iter().chain(chunk).chain(check.sum().to_be_bytes());
    if bytes.len() > AFTER_HEAD {
        bytes.splice(AFTER_HEAD..AFTER_HEAD, whole);
    }
    Ok(bytes)
}

struct Canvas {
    image: RgbImage,
    /// Pixels of a millimetre.
    scale: f64,
}

impl Canvas {
    /// Lays a picture on whole pixels.
    fn lay(&mut self, picture: &RgbaImage, [left, top]: [u32; 2]) {
        for (x, y, pixel) in picture.enumerate_pixels() {
            let [red, green, blue, _] = pixel.0;
            if let Some(own) = self.image.get_pixel_mut_checked(left + x, top + y) {
                *own = Rgb([red, green, blue]);
            }
        }
    }

    fn px(&self, at: [f64; 2]) -> [f64; 2] {
        at.map(|mm| mm * self.scale)
    }

    fn shape(&mut self, shape: &Shape) {
        let corners: Vec<[f64; 2]> = shape.corners.iter().map(|at| self.px(*at)).collect();
        if let Some(color) = shape.fill {
            self.polygon(&corners, color);
        }
        let Some((color, width)) = shape.stroke else { return };
        let half = width * self.scale / 2.0;
        let ends = corners.iter().zip(corners.iter().cycle().skip(1));
        let sides = if shape.closed { corners.len() } else { corners.len().saturating_sub(1) };
        // Within a line of several sides each reaches to the outer edge of the next.
        let joined = sides > 1;
        for (from, to) in ends.take(sides) {
            let length = (to[0] - from[0]).hypot(to[1] - from[1]);
            if length <= 0.0 {
                continue;
            }
            let along = [(to[0] - from[0]) / length, (to[1] - from[1]) / length];
            let reach = if joined { half } else { 0.0 };
            let at = |end: &[f64; 2], along_by: f64, aside: f64| {
                [end[0] + along[0] * along_by - along[1] * aside, end[1] + along[1] * along_by + along[0] * aside]
            };
            let strip = [at(from, -reach, half), at(to, reach, half), at(to, reach, -half), at(from, -reach, -half)];
            self.polygon(&strip, color);
        }
    }

    /// Fills a polygon whose corners are given in pixels.
    fn polygon(&mut self, corners: &[[f64; 2]], color: [u8; 3]) {
        let (mut low, mut high) = ([f64::INFINITY; 2], [f64::NEG_INFINITY; 2]);
        for corner in corners {
            for axis in 0..2 {
                low[axis] = low[axis].min(corner[axis]);
                high[axis] = high[axis].max(corner[axis]);
            }
        }
        if corners.len() < 3 || low.iter().chain(&high).any(|number| !number.is_finite()) {
            return;
        }
        // An outline's y goes up. From a near whole pixel, so that its numbers stay exact.
        let origin = low.map(f64::floor);
        let at = |corner: &[f64; 2]| point((corner[0] - origin[0]) as f32, (origin[1] - corner[1]) as f32);
        let sides = corners.iter().zip(corners.iter().cycle().skip(1));
        let outline = Outline {
            bounds: Rect { min: at(&low), max: at(&high) },
            curves: sides.map(|(from, to)| OutlineCurve::Line(at(from), at(to))).collect(),
        };
        self.cover(outline, 1.0, origin, color);
    }

    fn text(&mut self, text: &Text, fonts: &mut Fonts) {
        let size = mm(text.size_pt) * self.scale;
        let [mut x, y] = self.px(text.at);
        for letter in text.words.chars() {
            let (_, _, width) = fonts.letter(letter, text.bold);
            match fonts.outline(letter, text.bold) {
                Some((outline, ems)) => self.cover(outline, size as f32 * ems, [x, y], text.ink),
                None if letter.is_whitespace() => {}
                None if fonts.letter(letter, text.bold).0 != font::Face::Missing => {}
                None => {
                    // No face has it: an empty box says that something is written here.
                    let [left, right] = [0.1, 0.9].map(|part| x + part * f64::from(width) * size);
                    let [top, bottom] = [y - 0.8 * size, y + 0.05 * size];
                    let corners = [[left, top], [right, top], [right, bottom], [left, bottom]];
                    let corners = corners.map(|at| at.map(|px| px / self.scale)).to_vec();
                    let stroke = Some((text.ink, 0.06 * size / self.scale));
                    self.shape(&Shape { corners, fill: None, stroke, closed: true });
                }
            }
            x += f64::from(width) * size;
        }
    }

    /// Lays a colour over what an outline covers.
    fn cover(&mut self, outline: Outline, factor: f32, at: [f64; 2], color: [u8; 3]) {
        let whole = at.map(f64::floor);
        let part = point((at[0] - whole[0]) as f32, (at[1] - whole[1]) as f32);
        let glyph = GlyphId(0).with_scale_and_position(font::scale(1.0), part);
        let outlined = OutlinedGlyph::new(glyph, outline, PxScaleFactor { horizontal: factor, vertical: factor });
        let corner = outlined.px_bounds().min;
        let first = [whole[0] + f64::from(corner.x), whole[1] + f64::from(corner.y)].map(|px| px as i64);
        outlined.draw(|x, y, covered| {
            let covered = covered.clamp(0.0, 1.0);
            let place = [first[0] + i64::from(x), first[1] + i64::from(y)].map(u32::try_from);
            let [Ok(x), Ok(y)] = place else { return };
            if covered <= 0.0 {
                return;
            }
            if let Some(Rgb(own)) = self.image.get_pixel_mut_checked(x, y) {
                for (own, ink) in own.iter_mut().zip(color) {
                    *own = (f32::from(*own) + (f32::from(ink) - f32::from(*own)) * covered).round() as u8;
                }
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::map::sheet::layout::{Frame, area};

    #[test]
    fn a_square_millimetre_covers_its_pixels_and_halves_of_them_half() {
        let square = area(Frame { x: 1.0, y: 1.0, width: 1.0, height: 0.55 }, Some([0, 0, 0]));
        let sheet = Sheet { paper_mm: [4.0, 4.0], dpi: 254.0, shapes: vec![square], ..Sheet::default() };
        let image = painted(&sheet, RgbaImage::new(0, 0));
        assert_eq!((image.dimensions(), page_px(&sheet)), ((40, 40), [40, 40]));
        let at = |x, y| image.get_pixel(x, y).0[0];
        assert_eq!([at(9, 12), at(10, 10), at(19, 14), at(20, 12), at(12, 9), at(12, 16)], [255, 0, 0, 255, 255, 255]);
        assert!((120..=136).contains(&at(15, 15)), "half of a pixel: {}", at(15, 15));
    }

    #[test]
    fn letters_stand_on_their_base_line_and_a_file_says_its_size() {
        let text = Text { at: [1.0, 4.0], size_pt: 8.0, bold: true, ink: [200, 0, 0], words: "图I".to_owned() };
        let sheet = Sheet { paper_mm: [8.0, 6.0], dpi: 254.0, texts: vec![text], ..Sheet::default() };
        let image = painted(&sheet, RgbaImage::new(0, 0));
        let inked: Vec<(u32, u32)> =
            image.enumerate_pixels().filter(|(_, _, pixel)| pixel.0[1] < 128).map(|(x, y, _)| (x, y)).collect();
        assert!(inked.len() > 60, "{}", inked.len());
        let rows = inked.iter().map(|(_, y)| *y);
        assert!(rows.clone().min() >= Some(14) && rows.max() <= Some(43), "{inked:?}");
        assert!(inked.iter().any(|(x, _)| *x > 38), "both letters are there");
        let bytes = png(&image, 254.0).unwrap();
        let again = image::load_from_memory(&bytes).unwrap().into_rgb8();
        assert_eq!(again, image);
        let at = bytes.windows(4).position(|part| part == b"pHYs").unwrap();
        assert_eq!(bytes[at + 4..at + 13], [0, 0, 39, 16, 0, 0, 39, 16, 1], "10,000 pixels a metre");
    }
}
