//! The placing of all names of a picture at once: by priority, without overlap, the same for the same view.

use std::collections::HashMap;

use super::along::{Measured, Px, set};
use super::font::{Fonts, room_after};
use super::sprite::{LINE, SpriteKey};
use crate::map::scene::names::{Anchor, Name, Names, is_wide};
use crate::map::style::text::{Lettering, Naming, Symbol};
use crate::map::style::{Shown, Style};

/// A picture that lies in the atlas, and where it goes.
#[derive(Clone, PartialEq, Debug)]
pub struct Piece {
    /// Which picture.
    pub sprite: SpriteKey,
    /// Its middle, pixels from the layout's middle.
    pub at: Px,
    /// Turned by so much, radians clockwise.
    pub turn: f32,
}

/// A name that has found room.
#[derive(Clone, PartialEq, Debug)]
pub struct Placed {
    /// What it names.
    pub naming: Naming,
    /// Its letters.
    pub pieces: Vec<Piece>,
    /// Its sign and where that stands.
    pub symbol: Option<(Symbol, Px)>,
    /// The room it takes: middle and half extent of boxes, pixels.
    pub boxes: Vec<(Px, Px)>,
}

/// All names of a picture.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Layout {
    /// In the order of priority.
    pub placed: Vec<Placed>,
}

/// What is to be lettered.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Request {
    /// Middle of the layout, metres from the scene's origin.
    pub center: [f64; 2],
    /// Metres for a point.
    pub metres_per_point: f64,
    /// Pixels of a point.
    pub pixels_per_point: f32,
    /// Half the width and height of the layout, pixels.
    pub half: Px,
    /// The layers that are shown.
    pub shown: Shown,
}

impl Request {
    fn shows(&self, naming: Naming) -> bool {
        naming.groups().iter().all(|group| self.shown.holds(*group))
    }
}

/// Names that are not repeated near by: two stops of a road share their name.
fn is_number(naming: Naming) -> bool {
    matches!(naming, Naming::GridNumber | Naming::BuildingNumber | Naming::DoorNumber | Naming::ParcelUse)
}

/// Pixels between two names of the same road, at one pixel a point.
const REPEAT: f32 = 430.0;
/// Pixels between two places of the same name, at one pixel a point.
const ALIKE: f32 = 260.0;
/// No more names than the eye can take in.
const MOST: usize = 3000;

struct Placing<'a> {
    request: &'a Request,
    style: &'a Style,
    fonts: &'a mut Fonts,
    taken: Taken,
    shown: HashMap<&'a str, Vec<Px>>,
    layout: Layout,
}

/// Places the names of a view.
pub fn place(names: &Names, fonts: &mut Fonts, style: &Style, request: &Request) -> Layout {
    let metres_per_pixel = request.metres_per_point / f64::from(request.pixels_per_point);
    let reach = [0, 1].map(|axis| f64::from(request.half[axis]) * metres_per_pixel);
    let low = [0, 1].map(|axis| (request.center[axis] - reach[axis]) as f32);
    let high = [0, 1].map(|axis| (request.center[axis] + reach[axis]) as f32);
    let found = names.within(low, high, request.metres_per_point as f32);
    let mut placing = Placing {
        request,
        style,
        fonts,
        taken: Taken::new(request.half),
        shown: HashMap::new(),
        layout: Layout::default(),
    };
    for name in found.into_iter().filter(|name| request.shows(name.naming)) {
        placing.name(name, metres_per_pixel);
        if placing.layout.placed.len() >= MOST {
            break;
        }
    }
    placing.layout
}

impl<'a> Placing<'a> {
    fn pixel(&self, at: [f32; 2], metres_per_pixel: f64) -> Px {
        [
            ((f64::from(at[0]) - self.request.center[0]) / metres_per_pixel) as f32,
            ((self.request.center[1] - f64::from(at[1])) / metres_per_pixel) as f32,
        ]
    }

    fn name(&mut self, name: &'a Name, metres_per_pixel: f64) {
        let style = self.style;
        let look = style.lettering(name.naming);
        let scale = self.request.metres_per_point as f32;
        // One that has room only from near wants to be nearer still when it is larger.
        let fits =
            name.max_scale >= name.naming.reach().1 || scale * look.size <= name.max_scale * name.naming.made_for();
        if !look.shows_at(scale) || (!fits && look.size > name.naming.made_for()) {
            return;
        }
        match &name.anchor {
            Anchor::Point(at) => {
                let at = self.pixel(*at, metres_per_pixel);
                self.point(name, look, at);
            }
            Anchor::Line(line) => {
                let line = line.iter().map(|at| self.pixel(*at, metres_per_pixel)).collect();
                self.line(name, look, &Measured::new(line));
            }
        }
    }

    fn is_near_its_like(&self, text: &str, at: Px, distance: f32) -> bool {
        self.shown
            .get(text)
            .is_some_and(|others| others.iter().any(|other| (other[0] - at[0]).hypot(other[1] - at[1]) < distance))
    }

    fn key(&self, text: &str, look: &Lettering) -> SpriteKey {
        let scale = self.request.pixels_per_point;
        SpriteKey {
            text: text.into(),
            size: (look.size * scale * 4.0).round().clamp(1.0, 1000.0) as u16,
            bold: look.bold,
            halo: (look.halo * scale * 8.0).round().clamp(0.0, 255.0) as u8,
            spacing: (look.spacing * 100.0).round() as u8,
        }
    }

    fn point(&mut self, name: &'a Name, look: &Lettering, at: Px) {
        let scale = self.request.pixels_per_point;
        if !self.taken.holds(at) || (!is_number(name.naming) && self.is_near_its_like(&name.text, at, ALIKE * scale)) {
            return;
        }
        let size = look.size * scale;
        let text = in_lines(&name.text, name.naming);
        let lines = text.split('\n').count() as f32;
        let widest = text.split('\n').map(|line| self.fonts.width(line, look.bold, look.spacing)).fold(0.0, f32::max);
        let half = [widest * size / 2.0 + scale, (size * (LINE * (lines - 1.0) + 1.0)) / 2.0];
        let sign = name.symbol.map(|symbol| (symbol, self.style.symbol_half(symbol) * scale));
        let middles: Vec<Px> = match sign {
            None => vec![at],
            Some((_, sign)) => {
                let (beside, above) = (half[0] + sign + 1.5 * scale, half[1] + sign + scale);
                vec![[at[0] + beside, at[1]], [at[0] - beside, at[1]], [at[0], at[1] + above], [at[0], at[1] - above]]
            }
        };
        let sign_box = sign.map(|(_, sign)| (at, [sign, sign]));
        if sign_box.is_some_and(|(at, half)| !self.taken.is_free(at, half)) {
            return;
        }
        let found = middles.into_iter().find(|middle| self.taken.is_free(*middle, half));
        // A stop or a clinic is worth its sign even where its name finds no room; a shop is not.
        if found.is_none() && !matches!(name.symbol, Some(Symbol::Transit | Symbol::Health | Symbol::Public)) {
            return;
        }
        let mut boxes: Vec<(Px, Px)> = sign_box.into_iter().collect();
        let pieces = found.map(|middle| {
            boxes.push((middle, half));
            // Whole pixels keep letters crisp.
            Piece { sprite: self.key(&text, look), at: middle.map(f32::round), turn: 0.0 }
        });
        boxes.iter().for_each(|(at, half)| self.taken.take(*at, *half));
        self.shown.entry(&name.text).or_default().push(at);
        self.layout.placed.push(Placed {
            naming: name.naming,
            pieces: pieces.into_iter().collect(),
            symbol: sign.map(|(symbol, _)| (symbol, at)),
            boxes,
        });
    }

    fn line(&mut self, name: &'a Name, look: &Lettering, line: &Measured) {
        let scale = self.request.pixels_per_point;
        let size = look.size * scale;
        let letters: Vec<(char, f32)> = name
            .text
            .chars()
            .map(|letter| (letter, (self.fonts.letter(letter, look.bold).2 + room_after(letter, look.spacing)) * size))
            .collect();
        let (length, width): (f32, f32) = (line.length(), letters.iter().map(|(_, width)| width).sum());
        if length < width {
            return;
        }
        // Places are counted along the whole line, not along what is seen of it: they stay when the map is moved.
        let count = (length / (REPEAT * scale).max(width * 2.2)).floor().clamp(1.0, 400.0);
        let step = length / count;
        for number in 0..count as u32 {
            let middle = step * (number as f32 + 0.5);
            if !self.taken.holds(line.at(middle)) {
                continue;
            }
            for shift in [0.0, 0.16, -0.16, 0.32, -0.32] {
                let middle = middle + shift * step;
                if self.is_near_its_like(&name.text, line.at(middle), REPEAT * scale * 0.55) {
                    continue;
                }
                let Some(runs) = set(line, middle, &letters, size) else { continue };
                let mut boxes = Vec::with_capacity(letters.len());
                for run in &runs {
                    self.boxes_of(&run.text, run.at, run.turn, size, &letters, &mut boxes);
                }
                if !boxes.iter().all(|(at, half)| self.taken.is_free(*at, *half)) {
                    continue;
                }
                boxes.iter().for_each(|(at, half)| self.taken.take(*at, *half));
                self.shown.entry(&name.text).or_default().push(line.at(middle));
                let pieces = runs
                    .into_iter()
                    .map(|run| Piece {
                        at: if run.turn == 0.0 { run.at.map(f32::round) } else { run.at },
                        sprite: self.key(&run.text, look),
                        turn: run.turn,
                    })
                    .collect();
                self.layout.placed.push(Placed { naming: name.naming, pieces, symbol: None, boxes });
                break;
            }
        }
    }

    /// Boxes along a word that may be turned.
    fn boxes_of(&self, text: &str, at: Px, turn: f32, size: f32, letters: &[(char, f32)], boxes: &mut Vec<(Px, Px)>) {
        let width: f32 =
            if text.chars().count() == letters.len() { letters.iter().map(|(_, width)| width).sum() } else { size };
        let (sin, cos) = turn.sin_cos();
        let parts = (width / size).ceil().max(1.0);
        let part = width / parts;
        let half =
            [(part * cos.abs() + size * sin.abs()) / 2.0 + 0.5, (part * sin.abs() + size * cos.abs()) / 2.0 + 0.5];
        for number in 0..parts as u32 {
            let offset = (number as f32 + 0.5) * part - width / 2.0;
            boxes.push(([at[0] + offset * cos, at[1] + offset * sin], half));
        }
    }
}

/// A long name in two or three lines: Chinese after so many characters, others at a space.
fn in_lines(text: &str, naming: Naming) -> String {
    let letters: Vec<char> = text.chars().collect();
    if is_number(naming) || matches!(naming, Naming::DistrictName | Naming::StreetName | Naming::CommunityName) {
        return text.to_owned();
    }
    if letters.iter().filter(|letter| is_wide(**letter)).count() * 2 > letters.len() {
        if letters.len() <= 8 {
            return text.to_owned();
        }
        // What stands in brackets goes below.
        if let Some(bracket) = letters.iter().position(|letter| matches!(letter, '（' | '('))
            && (2..=10).contains(&bracket)
            && letters.len() - bracket <= 10
        {
            let [name, note] = [&letters[..bracket], &letters[bracket..]].map(|part| part.iter().collect::<String>());
            return format!("{name}\n{note}");
        }
        let lines = letters.len().div_ceil(8);
        let each = letters.len().div_ceil(lines);
        return letters.chunks(each).map(|line| line.iter().collect::<String>()).collect::<Vec<_>>().join("\n");
    }
    if letters.len() <= 15 {
        return text.to_owned();
    }
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.is_empty() => line.push_str(word),
            Some(line) if line.chars().count() + word.chars().count() < 15 => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines.join("\n")
}

/// The room taken so far, by squares of the picture.
struct Taken {
    half: Px,
    columns: usize,
    rows: usize,
    squares: Vec<Vec<(Px, Px)>>,
}

const SQUARE: f32 = 64.0;

impl Taken {
    fn new(half: Px) -> Self {
        let count = |half: f32| (half * 2.0 / SQUARE).ceil().clamp(1.0, 1024.0) as usize;
        let (columns, rows) = (count(half[0]), count(half[1]));
        Self { half, columns, rows, squares: vec![Vec::new(); columns * rows] }
    }

    fn holds(&self, at: Px) -> bool {
        at[0].abs() <= self.half[0] && at[1].abs() <= self.half[1]
    }

    fn squares_of(&self, at: Px, half: Px) -> impl Iterator<Item = usize> + use<> {
        let span = |axis: usize, count: usize| {
            let low = ((at[axis] - half[axis] + self.half[axis]) / SQUARE).floor().max(0.0) as usize;
            let high = ((at[axis] + half[axis] + self.half[axis]) / SQUARE).floor().max(0.0) as usize;
            low.min(count - 1)..=high.min(count - 1)
        };
        let columns = self.columns;
        let across = span(0, self.columns);
        span(1, self.rows).flat_map(move |row| across.clone().map(move |column| row * columns + column))
    }

    /// Whether a box lies inside the picture and touches no other.
    fn is_free(&self, at: Px, half: Px) -> bool {
        (0..2).all(|axis| at[axis].abs() + half[axis] <= self.half[axis])
            && self.squares_of(at, half).all(|square| {
                self.squares[square].iter().all(|(other, reach)| {
                    (at[0] - other[0]).abs() >= half[0] + reach[0] || (at[1] - other[1]).abs() >= half[1] + reach[1]
                })
            })
    }

    fn take(&mut self, at: Px, half: Px) {
        for square in self.squares_of(at, half) {
            self.squares[square].push((at, half));
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::map::style::LayerGroup;

    const REQUEST: Request = Request {
        center: [0.0, 0.0],
        metres_per_point: 0.5,
        pixels_per_point: 1.0,
        half: [500.0, 400.0],
        shown: Shown::without(&[]),
    };

    fn name() -> impl Strategy<Value = Name> {
        let at = || (-300.0..300.0_f32, -250.0..250.0_f32).prop_map(|(x, y)| [x, y]);
        let anchor = prop_oneof![
            at().prop_map(Anchor::Point),
            prop::collection::vec(at(), 2..6).prop_map(|line| Anchor::Line(line.into_boxed_slice())),
        ];
        let naming = prop_oneof![
            Just(Naming::MajorRoad),
            Just(Naming::SmallRoad),
            Just(Naming::CompoundName),
            Just(Naming::Place),
            Just(Naming::DoorNumber),
        ];
        let text =
            prop_oneof![Just("鲁谷路"), Just("八角北里社区卫生服务站"), Just("12号"), Just("Elimäenkatu"), Just("")];
        let symbol = prop_oneof![Just(None), Just(Some(Symbol::Dot)), Just(Some(Symbol::Transit))];
        (anchor, naming, text, symbol, 0.0..100.0_f32).prop_map(|(anchor, naming, text, symbol, weight)| Name {
            text: text.into(),
            naming,
            symbol: if matches!(anchor, Anchor::Point(_)) { symbol } else { None },
            anchor,
            weight,
            max_scale: 10.0,
            min_scale: 0.0,
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(40))]
        #[test]
        fn names_do_not_overlap_stay_inside_and_come_out_the_same(names in prop::collection::vec(name(), 0..80)) {
            let mut turned = names.clone();
            turned.reverse();
            let layout = place(&Names::new(names), &mut Fonts::default(), Style::built_in(), &REQUEST);
            let again = place(&Names::new(turned), &mut Fonts::default(), Style::built_in(), &REQUEST);
            prop_assert_eq!(&layout, &again, "the order of the input does not matter");
            for (index, one) in layout.placed.iter().enumerate() {
                for (at, half) in &one.boxes {
                    prop_assert!(at[0].abs() + half[0] <= 500.0 && at[1].abs() + half[1] <= 400.0);
                    for other in &layout.placed[index + 1..] {
                        for (there, reach) in &other.boxes {
                            let apart = (at[0] - there[0]).abs() >= half[0] + reach[0]
                                || (at[1] - there[1]).abs() >= half[1] + reach[1];
                            prop_assert!(apart);
                        }
                    }
                }
            }
        }
    }

    fn road(text: &str, weight: f32, line: &[[f32; 2]]) -> Name {
        Name {
            text: text.into(),
            naming: Naming::MajorRoad,
            symbol: None,
            anchor: Anchor::Line(line.into()),
            weight,
            max_scale: 10.0,
            min_scale: 0.0,
        }
    }

    #[test]
    fn a_long_road_is_named_again_and_again_at_places_that_stay() {
        let names = Names::new(vec![road("石景山路", 1.0, &[[-3000.0, 0.0], [3000.0, 0.0]])]);
        let at = |request: &Request| -> Vec<i32> {
            place(&names, &mut Fonts::default(), Style::built_in(), request)
                .placed
                .iter()
                .map(|placed| (f64::from(placed.pieces[0].at[0]) * 0.5 + request.center[0]).round() as i32)
                .collect()
        };
        let first = at(&REQUEST);
        assert!(first.len() >= 2, "{first:?}");
        let moved = at(&Request { center: [40.0, 7.0], ..REQUEST });
        assert!(first.iter().filter(|x| moved.iter().any(|y| (*x - y).abs() <= 1)).count() >= first.len() - 1);
    }

    #[test]
    fn the_more_important_name_finds_room_first() {
        let line = [[-100.0, 0.0], [100.0, 0.0]];
        let names = Names::new(vec![road("小路", 1.0, &line), road("大路", 2.0, &line)]);
        let layout = place(&names, &mut Fonts::default(), Style::built_in(), &REQUEST);
        assert_eq!(&*layout.placed[0].pieces[0].sprite.text, "大路");
    }

    #[test]
    fn long_names_are_broken_where_they_may_be() {
        assert_eq!(in_lines("八角北里社区卫生服务站", Naming::Place), "八角北里社区\n卫生服务站");
        assert_eq!(in_lines("八角北里", Naming::Place), "八角北里");
        assert_eq!(in_lines("桐荫站（地铁一号线）", Naming::Station), "桐荫站\n（地铁一号线）");
        assert_eq!(in_lines("Helsinki Cathedral School", Naming::Place), "Helsinki\nCathedral\nSchool");
    }

    #[test]
    fn hidden_groups_are_not_lettered() {
        let names = Names::new(vec![road("大路", 2.0, &[[-100.0, 0.0], [100.0, 0.0]])]);
        let request = Request { shown: Shown::without(&[LayerGroup::Names]), ..REQUEST };
        assert!(place(&names, &mut Fonts::default(), Style::built_in(), &request).placed.is_empty());
    }
}
