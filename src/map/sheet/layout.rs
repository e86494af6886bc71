//! Where everything lies on a map sheet, in millimetres from its upper left corner. Pure: the same wishes give the same sheet.

use super::legend::Entry;
use super::ruler::Ruler;

/// Dots an inch of the map's picture. Two and a half pixels a point: whole pixels stay whole.
pub(super) const DPI: f64 = 240.0;
/// Pixels a logical point of the map: its lettering is made for 96 points an inch.
pub(super) const PIXELS_PER_POINT: f64 = DPI / 96.0;
pub(super) const MM_PER_INCH: f64 = 25.4;

const MARGIN_MM: f64 = 10.0;
const SIDE_MM: f64 = 50.0;
const GAP_MM: f64 = 3.0;
/// Room of the title at least, and of one of its rows where it has several.
const TITLE_MM: f64 = 14.0;
const TITLE_ROW_MM: f64 = 6.2;
/// Room of scale and scale bar, and of a line of the foot.
const BAR_MM: f64 = 17.0;
const LINE_MM: f64 = 3.7;
/// Paper narrower than this has its lines below the scale bar and not beside it.
const NARROW_MM: f64 = 250.0;
/// No more of the paper than this is taken by the lines of the foot.
const MOST_FOOT: f64 = 0.3;
/// Points of ordinary lettering.
const TEXT_PT: f64 = 8.0;
/// Points of the title in one row, the largest that fits; and in several.
const TITLE_PT: [f64; 2] = [20.0, 16.0];
const TITLE_ROWS_PT: f64 = 13.0;
const MOST_TITLE_ROWS: usize = 4;
/// Where the legend begins below the north arrow, and the distance of its entries.
const LEGEND_MM: f64 = 32.0;
const ENTRY_MM: [f64; 2] = [4.4, 7.0];
const SWATCH_MM: [f64; 2] = [9.0, 3.6];
pub(super) const INK: [u8; 3] = [0x22, 0x25, 0x2A];
pub(super) const PAPER: [u8; 3] = [0xFF, 0xFF, 0xFF];

/// What a sheet says.
#[derive(Clone, PartialEq, Debug, Default)]
pub(super) struct Words {
    pub title: String,
    pub legend_title: String,
    pub legend: Vec<Entry>,
    /// `1:2000`.
    pub scale: String,
    pub north: String,
    /// Approval, copyright, system, date, …: one line each, what has to be there first.
    pub lines: Vec<String>,
}

/// A rectangle in millimetres.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub(super) struct Frame {
    pub x: f64,
    pub y: f64,
    pub width: f64,
    pub height: f64,
}

/// A line of lettering; `at` is the left end of its base line.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Text {
    pub at: [f64; 2],
    pub size_pt: f64,
    pub bold: bool,
    pub ink: [u8; 3],
    pub words: String,
}

/// A polygon, filled or outlined.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Shape {
    pub corners: Vec<[f64; 2]>,
    pub fill: Option<[u8; 3]>,
    pub stroke: Option<([u8; 3], f64)>,
    pub closed: bool,
}

/// A sheet ready to be drawn: first the map's picture, then the shapes, then the lettering.
#[derive(Clone, PartialEq, Debug, Default)]
pub(super) struct Sheet {
    pub paper_mm: [f64; 2],
    pub map: Frame,
    /// Pixels of the map's picture; it fills `map` exactly at `dpi`.
    pub map_px: [u32; 2],
    pub dpi: f64,
    pub shapes: Vec<Shape>,
    pub texts: Vec<Text>,
}

/// How the paper is shared out.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Rooms {
    paper_mm: [f64; 2],
    pub map: Frame,
    pub map_px: [u32; 2],
    title: Vec<String>,
    title_pt: f64,
    /// Upper left corner and width of the lines of the foot, and how many there is room for.
    lines_at: [f64; 2],
    lines_width: f64,
    lines: usize,
}

/// Ground metres of a logical point of the map at a scale of one to `denominator`.
pub(super) fn metres_per_point(denominator: f64) -> f64 {
    denominator * MM_PER_INCH / 1000.0 / DPI * PIXELS_PER_POINT
}

/// Shares the paper out. Title and lines take what they need, the map has the rest.
pub(super) fn rooms(paper_mm: [f64; 2], denominator: f64, words: &Words, ruler: &Ruler) -> Rooms {
    let [paper_width, paper_height] = paper_mm;
    let within = paper_width - 2.0 * MARGIN_MM;
    let (title, title_pt, title_mm) = title(&words.title, within, ruler);
    let bar = 4.0 * scale_step_m(denominator) / denominator * 1000.0;
    let narrow = paper_width < NARROW_MM;
    let beside = if narrow { 0.0 } else { bar + 24.0 };
    let lines_width = within - beside;
    let wanted: usize = words.lines.iter().map(|line| ruler.rows(line, false, lines_width / mm(TEXT_PT)).len()).sum();
    let lines = wanted.min((paper_height * MOST_FOOT / LINE_MM) as usize);
    let lines_mm = LINE_MM * lines as f64 + 0.5;
    let foot_mm = if narrow { BAR_MM + lines_mm } else { BAR_MM.max(lines_mm) };
    // Whole pixels from the corner of the paper, and a frame of whole pixels.
    let on_pixel = |mm: f64| (mm / MM_PER_INCH * DPI).ceil() / DPI * MM_PER_INCH;
    let (x, y) = (on_pixel(MARGIN_MM), on_pixel(MARGIN_MM + title_mm));
    let room = [paper_width - MARGIN_MM - SIDE_MM - GAP_MM - x, paper_height - MARGIN_MM - foot_mm - GAP_MM - y];
    let map_px = room.map(|mm| (mm / MM_PER_INCH * DPI).floor().max(1.0) as u32);
    let [width, height] = map_px.map(|px| f64::from(px) / DPI * MM_PER_INCH);
    let map = Frame { x, y, width, height };
    let below = if narrow { BAR_MM } else { 0.0 };
    let lines_at = [x + beside, y + height + GAP_MM + below];
    Rooms { paper_mm, map, map_px, title, title_pt, lines_at, lines_width: lines_width - (x - MARGIN_MM), lines }
}

/// The title's rows, their size in points, and the room they take.
fn title(words: &str, within_mm: f64, ruler: &Ruler) -> (Vec<String>, f64, f64) {
    for size in TITLE_PT {
        if ruler.width(words, true) * mm(size) <= within_mm {
            return (vec![words.to_owned()], size, TITLE_MM);
        }
    }
    let rows = ruler.some_rows(words, true, within_mm / mm(TITLE_ROWS_PT), MOST_TITLE_ROWS);
    let room = (TITLE_ROW_MM * rows.len() as f64 + 2.5).max(TITLE_MM);
    (rows, TITLE_ROWS_PT, room)
}

/// Lays a sheet out.
pub(super) fn layout(rooms: &Rooms, denominator: f64, words: &Words, ruler: &Ruler) -> Sheet {
    let Rooms { paper_mm, map, map_px, .. } = *rooms;
    let mut sheet = Sheet { paper_mm, map, map_px, dpi: DPI, ..Sheet::default() };
    sheet.frame(map, 0.5);
    let first = if rooms.title.len() > 1 { MARGIN_MM + mm(rooms.title_pt) } else { MARGIN_MM + 9.0 };
    for (index, row) in rooms.title.iter().enumerate() {
        sheet.text([map.x, first + TITLE_ROW_MM * index as f64], rooms.title_pt, true, row.trim_end());
    }
    let left = map.x + map.width + GAP_MM;
    let side = Frame { x: left, y: map.y, width: paper_mm[0] - MARGIN_MM - left, height: map.height };
    sheet.frame(side, 0.25);
    sheet.north_arrow(side, &words.north, ruler);
    sheet.legend(side, words, ruler);
    sheet.scale(map, denominator, words, ruler);
    let rows = words.lines.iter().flat_map(|line| ruler.rows(line, false, rooms.lines_width / mm(TEXT_PT)));
    for (index, row) in rows.enumerate().take(rooms.lines) {
        let [x, y] = rooms.lines_at;
        sheet.text([x, y + 3.0 + LINE_MM * index as f64], TEXT_PT, false, row.trim_end());
    }
    sheet
}

impl Sheet {
    fn text(&mut self, at: [f64; 2], size_pt: f64, bold: bool, words: &str) {
        if !words.is_empty() {
            self.texts.push(Text { at, size_pt, bold, ink: INK, words: words.to_owned() });
        }
    }

    fn frame(&mut self, frame: Frame, line_mm: f64) {
        self.shapes.push(Shape { stroke: Some((INK, line_mm)), ..area(frame, None) });
    }

    fn north_arrow(&mut self, side: Frame, north: &str, ruler: &Ruler) {
        let (x, y) = (side.x + side.width / 2.0, side.y + 8.0);
        for (half, fill) in [(-4.0, INK), (4.0, PAPER)] {
            let corners = vec![[x, y], [x + half, y + 14.0], [x, y + 11.0]];
            self.shapes.push(Shape { corners, fill: Some(fill), stroke: Some((INK, 0.25)), closed: true });
        }
        self.text([x - ruler.width(north, true) * mm(TEXT_PT) / 2.0, y - 1.5], TEXT_PT, true, north);
    }

    /// As many entries as there is room for, nearer to each other where they are many.
    fn legend(&mut self, side: Frame, words: &Words, ruler: &Ruler) {
        if words.legend.is_empty() {
            return;
        }
        let x = side.x + 4.0;
        let mut y = side.y + LEGEND_MM;
        self.text([x, y], TEXT_PT + 2.0, true, &words.legend_title);
        let room = side.height - LEGEND_MM - 3.0;
        let step = (room / words.legend.len() as f64).clamp(ENTRY_MM[0], ENTRY_MM[1]);
        let fits = (room / step + 1e-9) as usize;
        let label_ems = (side.width - 4.0 - SWATCH_MM[0] - 3.0 - 1.0) / mm(TEXT_PT);
        for (index, entry) in words.legend.iter().take(fits).enumerate() {
            y += step;
            if index + 1 == fits && fits < words.legend.len() {
                self.text([x, y], TEXT_PT, false, "…");
                return;
            }
            let middle = [x + SWATCH_MM[0] / 2.0, y - 1.1];
            self.shapes.extend(entry.swatch(middle, SWATCH_MM));
            let label = ruler.some_rows(&entry.label, false, label_ems, 1).pop().unwrap_or_default();
            self.text([x + SWATCH_MM[0] + 3.0, y], TEXT_PT, false, &label);
        }
    }

    /// Scale and scale bar below the map's left end.
    fn scale(&mut self, map: Frame, denominator: f64, words: &Words, ruler: &Ruler) {
        let top = map.y + map.height + GAP_MM;
        let step_m = scale_step_m(denominator);
        let step_mm = step_m / denominator * 1000.0;
        self.text([map.x, top + 4.0], TEXT_PT + 2.0, true, &words.scale);
        let bar_y = top + 8.0;
        for index in 0..4 {
            let x = map.x + f64::from(index) * step_mm;
            let fill = if index % 2 == 0 { INK } else { PAPER };
            let bar = area(Frame { x, y: bar_y, width: step_mm, height: 1.6 }, Some(fill));
            self.shapes.push(Shape { stroke: Some((INK, 0.2)), ..bar });
        }
        let size = TEXT_PT - 1.0;
        for index in [0_u32, 2, 4] {
            let number = (f64::from(index) * step_m).to_string();
            // The middle of the number stands below its mark, but for the first one, and the unit follows it.
            let half = if index == 0 { 0.0 } else { ruler.width(&number, false) * mm(size) / 2.0 };
            let unit = if index == 4 { " m" } else { "" };
            let at = [map.x + f64::from(index) * step_mm - half, bar_y + 5.0];
            self.text(at, size, false, &format!("{number}{unit}"));
        }
    }
}

pub(super) fn area(frame: Frame, fill: Option<[u8; 3]>) -> Shape {
    let (right, bottom) = (frame.x + frame.width, frame.y + frame.height);
    let corners = vec![[frame.x, frame.y], [right, frame.y], [right, bottom], [frame.x, bottom]];
    Shape { corners, fill, stroke: None, closed: true }
}

/// Metres of a quarter of the scale bar: one, two or five times a power of ten, 10 to 25 mm long on paper.
fn scale_step_m(denominator: f64) -> f64 {
    let longest = 0.025 * denominator;
    let power = 10.0_f64.powf(longest.log10().floor());
    let factor = if longest >= 5.0 * power {
        5.0
    } else if longest >= 2.0 * power {
        2.0
    } else {
        1.0
    };
    factor * power
}

/// Millimetres of a size in points.
pub(super) fn mm(points: f64) -> f64 {
    points / 72.0 * MM_PER_INCH
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::map::sheet::Paper;
    use crate::map::sheet::legend::Coat;

    fn words(title: usize, entries: usize) -> Words {
        let entry = Entry { coats: vec![Coat::Fill([1, 2, 3])], label: "建筑".to_owned() };
        Words {
            title: "示范街道单元网格图".chars().cycle().take(title).collect(),
            legend_title: "图例".to_owned(),
            legend: vec![entry; entries],
            scale: "1:2000".to_owned(),
            north: "北".to_owned(),
            lines: vec!["审图号：京S(2026)001号".to_owned(), "坐标系：CGCS2000 ".repeat(9), "京".repeat(300)],
        }
    }

    fn laid(paper: Paper, upright: bool, denominator: f64, words: &Words) -> Sheet {
        let ruler = Ruler::default();
        let rooms = rooms(paper.size_mm(upright), denominator, words, &ruler);
        layout(&rooms, denominator, words, &ruler)
    }

    /// Left, top, right and bottom of a line of lettering; Chinese reaches no further.
    fn bounds(text: &Text) -> [f64; 4] {
        let (em, [x, y]) = (mm(text.size_pt), text.at);
        [x, y - 0.88 * em, x + Ruler::default().width(&text.words, text.bold) * em, y + 0.12 * em]
    }

    #[test]
    fn a_millimetre_of_paper_is_its_metres_of_ground() {
        for (denominator, bar) in [(500.0, 10.0), (1000.0, 20.0), (2000.0, 50.0), (10_000.0, 200.0)] {
            let sheet = laid(Paper::A3, false, denominator, &words(9, 9));
            let points = f64::from(sheet.map_px[0]) / PIXELS_PER_POINT;
            let ground_m = points * metres_per_point(denominator);
            assert!((ground_m / (sheet.map.width / 1000.0) / denominator - 1.0).abs() < 1e-12);
            assert_eq!(scale_step_m(denominator), bar);
        }
        assert_eq!(PIXELS_PER_POINT as f32, 2.5, "exactly");
    }

    #[test]
    fn what_has_to_be_on_a_sheet_is_there_upright_too() {
        let sheet = laid(Paper::A4, true, 2000.0, &words(70, 70));
        let all: Vec<&str> = sheet.texts.iter().map(|text| text.words.as_str()).collect();
        for wanted in ["审图号：京S(2026)001号", "1:2000", "图例", "北", "200 m"] {
            assert!(all.contains(&wanted), "{wanted}: {all:?}");
        }
        assert!(all.iter().filter(|row| row.contains("示范街道")).count() > 1, "a long title has rows");
        assert!(all.contains(&"…"), "a legend that is too long says so");
    }

    proptest! {
        #[test]
        fn nothing_lies_beyond_the_paper_nor_on_anything_else(
            paper in prop_oneof![Just(Paper::A4), Just(Paper::A3), Just(Paper::A2), Just(Paper::A1)],
            upright: bool,
            denominator in 100.0f64..100_000.0,
            title in 0_usize..130,
            entries in 0_usize..40,
        ) {
            let sheet = laid(paper, upright, denominator, &words(title, entries));
            let on_paper = |[x, y]: [f64; 2]| {
                (MARGIN_MM..=sheet.paper_mm[0] - MARGIN_MM + 0.2).contains(&x)
                    && (MARGIN_MM..=sheet.paper_mm[1] - MARGIN_MM + 0.2).contains(&y)
            };
            for at in sheet.shapes.iter().flat_map(|shape| &shape.corners) {
                prop_assert!(on_paper(*at), "{:?} on {:?}", at, sheet.paper_mm);
            }
            let map = [sheet.map.x, sheet.map.y, sheet.map.x + sheet.map.width, sheet.map.y + sheet.map.height];
            let boxes: Vec<[f64; 4]> = sheet.texts.iter().map(bounds).collect();
            let apart = |a: &[f64; 4], b: &[f64; 4]| {
                a[2] <= b[0] + 0.01 || b[2] <= a[0] + 0.01 || a[3] <= b[1] + 0.05 || b[3] <= a[1] + 0.05
            };
            for (index, one) in boxes.iter().enumerate() {
                prop_assert!(on_paper([one[0], one[1]]) && on_paper([one[2], one[3]]), "{:?}", sheet.texts[index]);
                prop_assert!(apart(one, &map), "{:?} on the map {:?}", sheet.texts[index], map);
                for (other, two) in boxes.iter().enumerate().skip(index + 1) {
                    prop_assert!(apart(one, two), "{:?} and {:?}", sheet.texts[index], sheet.texts[other]);
                }
            }
            // Half of the paper at least is map, or what is said beside it.
            prop_assert!(sheet.map.height > 0.45 * sheet.paper_mm[1], "{:?}", sheet.map);
            prop_assert!(sheet.map_px.iter().all(|px| *px <= 8192));
        }
    }
}
