//! What is written on the map, before it is known where there is room for it.

use rstar::primitives::{GeomWithData, Rectangle};
use rstar::{AABB, RTree};

use super::codec::{Reader, Writer};
use crate::map::style::text::{Naming, Symbol};

/// Where a name belongs, metres from the scene's origin.
#[derive(Clone, PartialEq, Debug)]
pub enum Anchor {
    /// At a point, beside its sign if it has one.
    Point([f32; 2]),
    /// Along a line, repeated.
    Line(Box<[[f32; 2]]>),
}

/// A name or number of the map.
#[derive(Clone, PartialEq, Debug)]
pub struct Name {
    /// The letters.
    pub text: Box<str>,
    /// What it names: look and place in the order.
    pub naming: Naming,
    /// Sign at the point.
    pub symbol: Option<Symbol>,
    /// Where.
    pub anchor: Anchor,
    /// Within a naming the heavier go first.
    pub weight: f32,
    /// Farthest scale at which it is shown, metres for a point.
    pub max_scale: f32,
    /// Nearest scale.
    pub min_scale: f32,
}

/// A name without a sign, written down.
const NO_SYMBOL: u8 = u8::MAX;

type Entry = GeomWithData<Rectangle<[f32; 2]>, u32>;

/// Farthest scales of the steps in which names are indexed: a far view does not look through the door numbers.
const STEPS: [f32; 7] = [0.35, 0.8, 1.6, 3.2, 6.5, 15.0, f32::INFINITY];

/// All names of a scene, the most important first.
#[derive(Debug, Default)]
pub struct Names {
    names: Vec<Name>,
    steps: Vec<(f32, RTree<Entry>)>,
}

impl Names {
    /// Puts the names in order. The order depends on nothing but the names.
    pub fn new(mut names: Vec<Name>) -> Self {
        names.sort_by(|a, b| {
            a.naming
                .cmp(&b.naming)
                .then(b.weight.total_cmp(&a.weight))
                .then_with(|| a.text.cmp(&b.text))
                .then_with(|| bounds(&a.anchor).partial_cmp(&bounds(&b.anchor)).unwrap_or(std::cmp::Ordering::Equal))
        });
        Self::indexed(names)
    }

    fn indexed(names: Vec<Name>) -> Self {
        let mut entries: Vec<Vec<Entry>> = STEPS.iter().map(|_| Vec::new()).collect();
        for (index, name) in names.iter().enumerate() {
            let step = STEPS.iter().position(|step| name.max_scale <= *step).unwrap_or(STEPS.len() - 1);
            let (low, high) = bounds(&name.anchor);
            if let Ok(index) = u32::try_from(index) {
                entries[step].push(Entry::new(Rectangle::from_corners(low, high), index));
            }
        }
        let steps = STEPS.into_iter().zip(entries).map(|(step, entries)| (step, RTree::bulk_load(entries))).collect();
        Self { names, steps }
    }

    /// Writes them down in their order.
    pub(super) fn encode(&self, to: &mut Writer) -> std::io::Result<()> {
        to.count(self.names.len())?;
        for name in &self.names {
            to.u8(name.naming as u8);
            to.u8(name.symbol.map_or(NO_SYMBOL, |symbol| symbol as u8));
            [name.weight, name.max_scale, name.min_scale].into_iter().for_each(|number| to.f32(number));
            to.text(&name.text)?;
            let points = match &name.anchor {
                Anchor::Point(at) => {
                    to.u32(0);
                    std::slice::from_ref(at)
                }
                Anchor::Line(line) => {
                    to.count(line.len())?;
                    line
                }
            };
            points.iter().flatten().for_each(|part| to.f32(*part));
        }
        Ok(())
    }

    /// Reads what [`encode`](Self::encode) wrote; `None` if it is no such thing.
    pub(super) fn decode(from: &mut Reader<'_>) -> Option<Self> {
        let count = from.count(30)?;
        let mut names = Vec::with_capacity(count);
        for _ in 0..count {
            let naming = *Naming::ALL.get(usize::from(from.u8()?))?;
            let symbol = match from.u8()? {
                NO_SYMBOL => None,
                number => Some(*Symbol::ALL.get(usize::from(number))?),
            };
            let [weight, max_scale, min_scale] = [from.f32()?, from.f32()?, from.f32()?];
            let text = from.text()?.into();
            let anchor = match from.count(8)? {
                0 => Anchor::Point([from.f32()?, from.f32()?]),
                count => {
                    let points: Option<Vec<[f32; 2]>> = (0..count).map(|_| Some([from.f32()?, from.f32()?])).collect();
                    Anchor::Line(points?.into())
                }
            };
            names.push(Name { text, naming, symbol, anchor, weight, max_scale, min_scale });
        }
        Some(Self::indexed(names))
    }

    /// The names shown at a scale whose bounds touch a box (metres from the scene's origin), the most important first.
    pub fn within(&self, low: [f32; 2], high: [f32; 2], scale: f32) -> Vec<&Name> {
        let window = AABB::from_corners(low, high);
        let mut found: Vec<u32> = self
            .steps
            .iter()
            .filter(|(step, _)| *step >= scale)
            .flat_map(|(_, tree)| tree.locate_in_envelope_intersecting(&window).map(|entry| entry.data))
            .collect();
        found.sort_unstable();
        found
            .into_iter()
            .filter_map(|index| self.names.get(index as usize))
            .filter(|name| (name.min_scale..=name.max_scale).contains(&scale))
            .collect()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.names.len()
    }

    /// Whether nothing is written anywhere.
    pub fn is_empty(&self) -> bool {
        self.names.is_empty()
    }
}

fn bounds(anchor: &Anchor) -> ([f32; 2], [f32; 2]) {
    match anchor {
        Anchor::Point(at) => (*at, *at),
        Anchor::Line(line) => line.iter().fold(([f32::INFINITY; 2], [f32::NEG_INFINITY; 2]), |(low, high), at| {
            ([low[0].min(at[0]), low[1].min(at[1])], [high[0].max(at[0]), high[1].max(at[1])])
        }),
    }
}

/// About how many ems a text is wide: a Chinese character is one.
pub fn ems(text: &str) -> f32 {
    text.chars().map(|letter| if is_wide(letter) { 1.0 } else { 0.55 }).sum()
}

/// Whether a character fills a square and may stand upright in a column.
pub fn is_wide(letter: char) -> bool {
    matches!(letter, '\u{2E80}'..='\u{9FFF}' | '\u{AC00}'..='\u{D7A3}' | '\u{F900}'..='\u{FAFF}' | '\u{FF00}'..='\u{FF60}' | '\u{20000}'..='\u{3FFFF}')
}
