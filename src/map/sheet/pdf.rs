//! A laid-out sheet as a PDF file; lettering stays text, with the letters in use taken from the bundled faces.

use image::RgbaImage;
use krilla::color::rgb;
use krilla::geom::{Path, PathBuilder, Point, Size, Transform};
use krilla::image::Image;
use krilla::metadata::Metadata;
use krilla::page::PageSettings;
use krilla::paint::{Fill, Stroke};
use krilla::text::{Font, TextDirection};
use krilla::{Data, Document};

use super::SheetError;
use super::layout::{Shape, Sheet};
use crate::map::label::font::{BOLD, REGULAR};

/// Points of a millimetre.
const PT_PER_MM: f64 = 72.0 / 25.4;

/// The bytes of the sheet with the map's picture on it.
///
/// # Errors
/// When the writer refuses.
pub(super) fn pdf(sheet: &Sheet, picture: RgbaImage, title: &str, lang: &str) -> Result<Vec<u8>, SheetError> {
    written(sheet, picture, title, lang).map_err(SheetError::Pdf)
}

fn written(sheet: &Sheet, picture: RgbaImage, title: &str, lang: &str) -> Result<Vec<u8>, String> {
    let face = |data: &'static [u8]| Font::new(Data::from(data), 0).ok_or("font");
    let (regular, bold) = (face(REGULAR)?, face(BOLD)?);
    let [width, height] = sheet.paper_mm.map(pt);
    let settings = PageSettings::from_wh(width, height).ok_or_else(|| format!("{width} x {height}"))?;
    let mut document = Document::new();
    document
        .set_metadata(Metadata::new().title(title.to_owned()).creator("jiedao".to_owned()).language(lang.to_owned()));
    let mut page = document.start_page_with(settings);
    let mut surface = page.surface();
    let map = sheet.map;
    let size = Size::from_wh(pt(map.width), pt(map.height)).ok_or("size")?;
    let image = Image::from_rgba8(picture.into_raw(), sheet.map_px[0], sheet.map_px[1]);
    surface.push_transform(&Transform::from_translate(pt(map.x), pt(map.y)));
    surface.draw_image(image, size);
    surface.pop();
    for shape in &sheet.shapes {
        let Some(path) = path_of(shape) else { continue };
        surface.set_fill(shape.fill.map(fill));
        surface.set_stroke(shape.stroke.map(|(color, mm)| Stroke {
            paint: rgb::Color::new(color[0], color[1], color[2]).into(),
            width: pt(mm),
            ..Stroke::default()
        }));
        surface.draw_path(&path);
    }
    surface.set_stroke(None);
    for text in &sheet.texts {
        surface.set_fill(Some(fill(text.ink)));
        let font = if text.bold { &bold } else { &regular };
        let at = Point::from_xy(pt(text.at[0]), pt(text.at[1]));
        surface.draw_text(at, font.clone(), text.size_pt as f32, &text.words, false, TextDirection::LeftToRight);
    }
    surface.finish();
    page.finish();
    document.finish().map_err(|error| format!("{error:?}"))
}

fn pt(mm: f64) -> f32 {
    (mm * PT_PER_MM) as f32
}

fn fill(color: [u8; 3]) -> Fill {
    Fill { paint: rgb::Color::new(color[0], color[1], color[2]).into(), ..Fill::default() }
}

fn path_of(shape: &Shape) -> Option<Path> {
    let (first, rest) = shape.corners.split_first()?;
    let mut path = PathBuilder::new();
    path.move_to(pt(first[0]), pt(first[1]));
    for corner in rest {
        path.line_to(pt(corner[0]), pt(corner[1]));
    }
    if shape.closed {
        path.close();
    }
    path.finish()
}
