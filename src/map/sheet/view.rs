//! The view as it is, as a sheet: the map over all of it, in its lower corners the scale bar and what has to be said.

use super::layout::{Frame, MM_PER_INCH, Shape, Sheet, Text, area, mm};
use super::ruler::Ruler;
use super::words::{approval, copyright, moment};
use super::{Own, ViewWish};
use crate::base::text::Lang;
use crate::map::camera::scale_bar;
use crate::map::style::Style;

/// Points of the lettering: as large as on the screen.
const TEXT_PT: f64 = 8.5;
/// Longest scale bar, logical points.
const BAR_POINTS: f64 = 140.0;

/// Lays the view out.
pub(super) fn layout(wish: &ViewWish, own: &Own, style: &Style, lang: Lang) -> Sheet {
    let dpi = 96.0 * f64::from(wish.pixels_per_point);
    let point = MM_PER_INCH / 96.0;
    let paper_mm = wish.size.map(|px| f64::from(px) / dpi * MM_PER_INCH);
    let map = Frame { x: 0.0, y: 0.0, width: paper_mm[0], height: paper_mm[1] };
    let mut sheet = Sheet { paper_mm, map, map_px: wish.size, dpi, ..Sheet::default() };
    let palette = style.palette(wish.theme);
    let solid = |[red, green, blue, _]: [u8; 4]| [red, green, blue];
    let (ink, ground) = (solid(palette.text), solid(palette.halo));
    let ruler = Ruler::default();
    let em = mm(TEXT_PT);
    let text = |sheet: &mut Sheet, at: [f64; 2], words: &str| {
        let words = words.to_owned();
        sheet.texts.push(Text { at, size_pt: TEXT_PT, bold: false, ink, words });
    };
    let (metres, points) = scale_bar(wish.camera.metres_per_point, BAR_POINTS.min(paper_mm[0] / point * 0.3));
    let length = points * point;
    let (left, base) = (3.5, paper_mm[1] - 3.0);
    let told = words_of(metres);
    let wide = length.max(ruler.width(&told, false) * em + 1.6);
    sheet.shapes.push(area(Frame { x: left - 1.5, y: base - 5.2, width: wide + 3.0, height: 6.4 }, Some(ground)));
    sheet.shapes.push(Shape {
        corners: vec![[left, base - 1.4], [left, base], [left + length, base], [left + length, base - 1.4]],
        fill: None,
        stroke: Some((ink, 0.4)),
        closed: false,
    });
    text(&mut sheet, [left + 0.8, base - 1.3], &told);
    let lines = [approval(wish.approval.as_deref(), lang)].into_iter();
    let lines: Vec<String> =
        lines.chain(copyright(wish.copyright.as_deref(), own, lang)).chain(moment(own, lang)).collect();
    let room = (paper_mm[0] - (left + wide + 8.0)).max(20.0);
    let rows: Vec<String> = lines.iter().flat_map(|line| ruler.rows(line, false, room / em)).collect();
    let widest = rows.iter().map(|row| ruler.width(row.trim_end(), false) * em).fold(0.0, f64::max);
    let (row_mm, right) = (em * 1.25, paper_mm[0] - 2.5);
    let high = row_mm * rows.len() as f64;
    let top = paper_mm[1] - 2.0 - high;
    let plate = Frame { x: right - widest - 1.2, y: top - 0.6, width: widest + 2.4, height: high + 1.2 };
    sheet.shapes.push(area(plate, Some(ground)));
    for (index, row) in rows.iter().enumerate() {
        let at = [right - ruler.width(row.trim_end(), false) * em, top + row_mm * index as f64 + em * 0.95];
        text(&mut sheet, at, row.trim_end());
    }
    sheet
}

fn words_of(metres: f64) -> String {
    if metres >= 1000.0 {
        format!("{} km", metres / 1000.0)
    } else if metres >= 1.0 {
        format!("{metres} m")
    } else {
        format!("{} cm", (metres * 100.0).round())
    }
}
