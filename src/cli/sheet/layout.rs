//! Where everything lies on a map sheet, in millimetres from its upper left corner. Pure: the same wishes give the same sheet.

/// Dots an inch of the map's picture. Two and a half pixels a point: whole pixels stay whole.
pub(super) const DPI: f64 = 240.0;
/// Pixels a logical point of the map: its lettering is made for 96 points an inch.
pub(super) const PIXELS_PER_POINT: f64 = DPI / 96.0;
const MM_PER_INCH: f64 = 25.4;

const MARGIN_MM: f64 = 10.0;
const TITLE_MM: f64 = 14.0;
const FOOT_MM: f64 = 22.0;
const SIDE_MM: f64 = 50.0;
const GAP_MM: f64 = 3.0;
/// Points of ordinary lettering, and of the title.
const TEXT_PT: f64 = 8.0;
const TITLE_PT: f64 = 20.0;
const INK: [u8; 3] = [0x22, 0x25, 0x2A];
const PAPER: [u8; 3] = [0xFF, 0xFF, 0xFF];

/// Paper sizes of ISO 216 that office printers and plotters take.
#[derive(Clone, Copy, PartialEq, Eq, Debug, clap::ValueEnum)]
pub enum Paper {
    /// 297 mm by 210 mm.
    A4,
    /// 420 mm by 297 mm.
    A3,
    /// 594 mm by 420 mm.
    A2,
    /// 841 mm by 594 mm.
    A1,
}

impl Paper {
    /// Width and height in millimetres.
    pub(super) fn size_mm(self, portrait: bool) -> [f64; 2] {
        let (long, short) = match self {
            Self::A4 => (297.0, 210.0),
            Self::A3 => (420.0, 297.0),
            Self::A2 => (594.0, 420.0),
            Self::A1 => (841.0, 594.0),
        };
        if portrait { [short, long] } else { [long, short] }
    }
}

/// What a legend entry is drawn as.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) enum Swatch {
    Area([u8; 3]),
    Line([u8; 3]),
    Dot([u8; 3]),
}

/// What a sheet says.
#[derive(Clone, PartialEq, Debug, Default)]
pub(super) struct Words {
    pub title: String,
    pub legend_title: String,
    pub legend: Vec<(Swatch, String)>,
    /// `1 : 2,000` as people write it.
    pub scale: String,
    pub north: String,
    /// System, date, approval, copyright, …: one line each.
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
    /// Pixels of the map's picture; it fills `map` exactly at [`DPI`].
    pub map_px: [u32; 2],
    pub shapes: Vec<Shape>,
    pub texts: Vec<Text>,
}

/// Ground metres of a logical point of the map at a scale of one to `denominator`.
pub(super) fn metres_per_point(denominator: f64) -> f64 {
    denominator * MM_PER_INCH / 1000.0 / DPI * PIXELS_PER_POINT
}

/// Lays a sheet out.
pub(super) fn layout(paper_mm: [f64; 2], denominator: f64, words: &Words) -> Sheet {
    let [paper_width, paper_height] = paper_mm;
    let room = [
        paper_width - 2.0 * MARGIN_MM - SIDE_MM - GAP_MM,
        paper_height - 2.0 * MARGIN_MM - TITLE_MM - FOOT_MM - GAP_MM,
    ];
    // Whole pixels that fit, and a frame of exactly their size.
    let map_px = room.map(|mm| (mm / MM_PER_INCH * DPI).floor().max(1.0) as u32);
    let [width, height] = map_px.map(|px| f64::from(px) / DPI * MM_PER_INCH);
    let map = Frame { x: MARGIN_MM, y: MARGIN_MM + TITLE_MM, width, height };
    let mut sheet = Sheet { paper_mm, map, map_px, ..Sheet::default() };
    sheet.frame(map, 0.5);
    sheet.text([MARGIN_MM, MARGIN_MM + 9.0], TITLE_PT, true, &words.title);
    let side = Frame {
        x: map.x + map.width + GAP_MM,
        y: map.y,
        width: paper_width - MARGIN_MM - (map.x + map.width + GAP_MM),
        height: map.height,
    };
    sheet.frame(side, 0.25);
    sheet.north_arrow(side, &words.north);
    sheet.legend(side, words);
    sheet.foot(map, denominator, words);
    sheet
}

impl Sheet {
    fn text(&mut self, at: [f64; 2], size_pt: f64, bold: bool, words: &str) {
        if !words.is_empty() {
            self.texts.push(Text { at, size_pt, bold, words: words.to_owned() });
        }
    }

    fn frame(&mut self, frame: Frame, line_mm: f64) {
        self.shapes.push(Shape { stroke: Some((INK, line_mm)), ..area(frame, None) });
    }

    fn north_arrow(&mut self, side: Frame, north: &str) {
        let (x, y) = (side.x + side.width / 2.0, side.y + 8.0);
        for (half, fill) in [(-4.0, INK), (4.0, PAPER)] {
            let corners = vec![[x, y], [x + half, y + 14.0], [x, y + 11.0]];
            self.shapes.push(Shape { corners, fill: Some(fill), stroke: Some((INK, 0.25)), closed: true });
        }
        self.text([x - ems(north) * mm(TEXT_PT) / 2.0, y - 1.5], TEXT_PT, true, north);
    }

    fn legend(&mut self, side: Frame, words: &Words) {
        let mut y = side.y + 32.0;
        self.text([side.x + 4.0, y], TEXT_PT + 2.0, true, &words.legend_title);
        for (swatch, label) in &words.legend {
            y += 7.0;
            if y > side.y + side.height - 3.0 {
                // What does not fit is left out rather than drawn over the foot.
                break;
            }
            let (x, middle) = (side.x + 4.0, y - 1.2);
            let shape = match swatch {
                Swatch::Area(color) => Shape {
                    stroke: Some((INK, 0.1)),
                    ..area(Frame { x, y: middle - 2.0, width: 9.0, height: 4.0 }, Some(*color))
                },
                Swatch::Line(color) => Shape {
                    corners: vec![[x, middle], [x + 9.0, middle]],
                    fill: None,
                    stroke: Some((*color, 0.7)),
                    closed: false,
                },
                Swatch::Dot(color) => {
                    area(Frame { x: x + 3.5, y: middle - 1.0, width: 2.0, height: 2.0 }, Some(*color))
                }
            };
            self.shapes.push(shape);
            self.text([x + 12.0, y], TEXT_PT, false, label);
        }
    }

    /// Scale and scale bar to the left, the lines in columns to their right.
    fn foot(&mut self, map: Frame, denominator: f64, words: &Words) {
        let top = map.y + map.height + GAP_MM;
        let step_m = scale_step_m(denominator);
        let step_mm = step_m / denominator * 1000.0;
        self.text([map.x, top + 4.0], TEXT_PT + 2.0, true, &words.scale);
        let bar_y = top + 9.0;
        for index in 0..4 {
            let x = map.x + f64::from(index) * step_mm;
            let fill = if index % 2 == 0 { INK } else { PAPER };
            let bar = area(Frame { x, y: bar_y, width: step_mm, height: 1.6 }, Some(fill));
            self.shapes.push(Shape { stroke: Some((INK, 0.2)), ..bar });
        }
        for index in [0_u32, 2, 4] {
            let metres = f64::from(index) * step_m;
            let unit = if index == 4 { " m" } else { "" };
            self.text(
                [map.x + f64::from(index) * step_mm, bar_y + 5.0],
                TEXT_PT - 1.0,
                false,
                &format!("{metres}{unit}"),
            );
        }
        let left = map.x + 4.0 * step_mm + 24.0;
        let width_mm = self.paper_mm[0] - MARGIN_MM - left;
        let rows = words.lines.iter().flat_map(|line| wrapped(line, width_mm / mm(TEXT_PT)));
        for (index, row) in rows.enumerate().take((FOOT_MM / 3.6) as usize) {
            self.text([left, top + 3.0 + 3.6 * index as f64], TEXT_PT, false, &row);
        }
    }
}

fn area(frame: Frame, fill: Option<[u8; 3]>) -> Shape {
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

/// About how many ems a text is wide; never less than it is.
fn ems(text: &str) -> f64 {
    text.chars().map(|letter| if (letter as u32) < 0x2E80 { 0.62 } else { 1.0 }).sum()
}

/// A text in rows of so many ems.
fn wrapped(text: &str, most_ems: f64) -> Vec<String> {
    let mut rows = vec![String::new()];
    for letter in text.chars() {
        if let Some(row) = rows.last_mut() {
            row.push(letter);
            if ems(row) > most_ems && row.chars().count() > 1 {
                row.pop();
                rows.push(letter.to_string());
            }
        }
    }
    rows
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn words() -> Words {
        Words {
            title: "示范街道单元网格图".to_owned(),
            legend_title: "图例".to_owned(),
            legend: vec![(Swatch::Area([1, 2, 3]), "建筑".to_owned()); 9],
            scale: "1:2000".to_owned(),
            north: "北".to_owned(),
            lines: vec!["坐标系：CGCS2000".to_owned(), "审图号：".to_owned() + &"京".repeat(300)],
        }
    }

    #[test]
    fn a_millimetre_of_paper_is_its_metres_of_ground() {
        for (denominator, bar) in [(500.0, 10.0), (1000.0, 20.0), (2000.0, 50.0), (10_000.0, 200.0)] {
            let sheet = layout(Paper::A3.size_mm(false), denominator, &words());
            let points = f64::from(sheet.map_px[0]) / PIXELS_PER_POINT;
            let ground_m = points * metres_per_point(denominator);
            assert!((ground_m / (sheet.map.width / 1000.0) / denominator - 1.0).abs() < 1e-12);
            assert_eq!(scale_step_m(denominator), bar);
        }
        assert_eq!(PIXELS_PER_POINT as f32, 2.5, "exactly");
    }

    #[test]
    fn a_text_is_cut_into_rows_and_nothing_of_it_lost() {
        let text = "审图号 BJ-2026-001 号";
        for most in [0.1, 2.0, 5.0, 100.0] {
            assert_eq!(wrapped(text, most).concat(), text);
        }
        assert!(wrapped(text, 5.0).iter().all(|row| ems(row) <= 5.0));
    }

    proptest! {
        #[test]
        fn nothing_lies_beyond_the_paper(
            paper in prop_oneof![Just(Paper::A4), Just(Paper::A3), Just(Paper::A2), Just(Paper::A1)],
            portrait: bool,
            denominator in 100.0f64..100_000.0,
        ) {
            let sheet = layout(paper.size_mm(portrait), denominator, &words());
            let on_paper = |[x, y]: [f64; 2]| {
                (MARGIN_MM - 5.0..=sheet.paper_mm[0] - MARGIN_MM + 1e-9).contains(&x)
                    && (MARGIN_MM..=sheet.paper_mm[1] - MARGIN_MM + 1e-9).contains(&y)
            };
            for at in sheet.shapes.iter().flat_map(|shape| &shape.corners) {
                prop_assert!(on_paper(*at), "{:?} on {:?}", at, sheet.paper_mm);
            }
            for text in &sheet.texts {
                prop_assert!(on_paper(text.at), "{:?}", text);
                prop_assert!(text.at[0] + ems(&text.words) * mm(text.size_pt) <= sheet.paper_mm[0], "{:?}", text);
            }
            prop_assert!(sheet.map_px.iter().all(|px| *px <= 8192));
        }
    }
}
