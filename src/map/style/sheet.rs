//! A style: all colours, widths, gaps and sizes, by number, so that a picture looks nothing up by name.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::{Arc, LazyLock};

use super::key::{Key, Value};
use super::kind::Kind;
use super::palette::{Ink, Palette, Rgba};
use super::text::{Lettering, Naming, Symbol};
use super::{Dash, MapTheme, SOLID};

/// How a kind looks.
#[derive(Clone, PartialEq, Debug)]
struct KindLook {
    body: [Rgba; MapTheme::COUNT],
    edge: [Rgba; MapTheme::COUNT],
    /// From metres per point to a width in points, between which the logarithm of the scale decides.
    width: Vec<(f32, f32)>,
    dash: Dash,
    /// Metres per point from which on it is not drawn any more.
    farthest: f64,
}

/// The look of the map in all its themes. Equal numbers are equal looks.
#[derive(Clone, Debug)]
pub struct Style {
    id: u64,
    palettes: [Palette; MapTheme::COUNT],
    kinds: Vec<KindLook>,
    letterings: Vec<Lettering>,
    symbols: Vec<(f32, Ink)>,
}

impl PartialEq for Style {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}

/// The file that the built-in style is read from.
pub const BUILT_IN: &str = include_str!("../../../assets/style/built-in.toml");

static BUILT_IN_STYLE: LazyLock<Arc<Style>> = LazyLock::new(|| {
    let mut style = Style::blank();
    match super::file::changes(BUILT_IN) {
        Ok(changes) => style.apply(changes),
        // A test reads the file: it cannot be wrong in a build that was made from tested sources.
        Err(problems) => tracing::error!(?problems, "the built-in style"),
    }
    Arc::new(style)
});

impl Style {
    fn blank() -> Self {
        let kind = |kind: Kind| KindLook {
            body: Default::default(),
            edge: Default::default(),
            width: Vec::new(),
            dash: SOLID,
            farthest: kind.max_metres_per_pixel(),
        };
        Self {
            id: 0,
            palettes: Default::default(),
            kinds: Kind::ALL.into_iter().map(kind).collect(),
            letterings: Naming::ALL.into_iter().map(Lettering::blank).collect(),
            symbols: Symbol::ALL.into_iter().map(|_| (1.0, Ink::Text)).collect(),
        }
    }

    /// The style that the program brings along.
    pub fn built_in() -> &'static Arc<Self> {
        &BUILT_IN_STYLE
    }

    /// Two styles of the same number look the same.
    pub fn id(&self) -> u64 {
        self.id
    }

    /// The same with some of it changed.
    #[must_use]
    pub fn with(&self, changes: impl IntoIterator<Item = (Key, Value)>) -> Self {
        let mut style = self.clone();
        style.apply(changes);
        style
    }

    fn apply(&mut self, changes: impl IntoIterator<Item = (Key, Value)>) {
        for (key, value) in changes {
            self.set(key, value);
        }
        self.id = 0;
        let mut hasher = DefaultHasher::new();
        format!("{self:?}").hash(&mut hasher);
        self.id = hasher.finish();
    }

    /// Values that do not belong to the key change nothing: `Key::read` makes none.
    fn set(&mut self, key: Key, value: Value) {
        match (key, value) {
            (Key::Ink(theme, ink), Value::Color(color)) => self.palettes[theme as usize].set(ink, color),
            (Key::Component(theme, major), Value::Color(color)) => {
                let components = &mut self.palettes[theme as usize].components;
                if major == 0 {
                    // Classes that have no colour of their own.
                    components.iter_mut().skip(6).for_each(|one| *one = color);
                }
                if let Some(one) = components.get_mut(usize::from(major)) {
                    *one = color;
                }
            }
            (Key::Body(kind, theme), Value::Color(color)) => self.kinds[kind as usize].body[theme as usize] = color,
            (Key::Edge(kind, theme), Value::Color(color)) => self.kinds[kind as usize].edge[theme as usize] = color,
            (Key::Width(kind), Value::Stops(stops)) => self.kinds[kind as usize].width = stops,
            (Key::Dash(kind), Value::Dash(dash)) => self.kinds[kind as usize].dash = dash,
            (Key::Farthest(kind), Value::Number(number)) => self.kinds[kind as usize].farthest = number,
            (Key::Size(naming), Value::Number(number)) => self.letterings[naming as usize].size = number as f32,
            (Key::Bold(naming), Value::Flag(flag)) => self.letterings[naming as usize].bold = flag,
            (Key::Spacing(naming), Value::Number(number)) => self.letterings[naming as usize].spacing = number as f32,
            (Key::Halo(naming), Value::Number(number)) => self.letterings[naming as usize].halo = number as f32,
            (Key::NameNearest(naming), Value::Number(to)) => self.letterings[naming as usize].min_scale = to as f32,
            (Key::NameFarthest(naming), Value::Number(to)) => self.letterings[naming as usize].max_scale = to as f32,
            (Key::NameInk(naming), Value::Ink(ink)) => self.letterings[naming as usize].ink = ink,
            (Key::SignSize(symbol), Value::Number(number)) => self.symbols[symbol as usize].0 = number as f32,
            (Key::SignInk(symbol), Value::Ink(ink)) => self.symbols[symbol as usize].1 = ink,
            (_, _) => {}
        }
    }

    /// What stands at a key.
    pub fn get(&self, key: Key) -> Value {
        let lettering = |naming: Naming| &self.letterings[naming as usize];
        let number = |number: f32| Value::number(number);
        match key {
            Key::Ink(theme, ink) => Value::Color(self.palette(theme).get(ink)),
            Key::Component(theme, major) => Value::Color(self.palette(theme).component(major)),
            Key::Body(kind, theme) => Value::Color(self.body(kind, theme)),
            Key::Edge(kind, theme) => Value::Color(self.casing(kind, theme)),
            Key::Width(kind) => Value::Stops(self.kinds[kind as usize].width.clone()),
            Key::Dash(kind) => Value::Dash(self.dash(kind)),
            Key::Farthest(kind) => Value::Number(self.farthest(kind)),
            Key::Size(naming) => number(lettering(naming).size),
            Key::Bold(naming) => Value::Flag(lettering(naming).bold),
            Key::Spacing(naming) => number(lettering(naming).spacing),
            Key::Halo(naming) => number(lettering(naming).halo),
            Key::NameNearest(naming) => number(lettering(naming).min_scale),
            Key::NameFarthest(naming) => number(lettering(naming).max_scale),
            Key::NameInk(naming) => Value::Ink(lettering(naming).ink),
            Key::SignSize(symbol) => number(self.symbol_half(symbol)),
            Key::SignInk(symbol) => Value::Ink(self.symbols[symbol as usize].1),
        }
    }

    /// The palette of a theme.
    pub fn palette(&self, theme: MapTheme) -> &Palette {
        &self.palettes[theme as usize]
    }

    /// Body colour of a kind.
    pub fn body(&self, kind: Kind, theme: MapTheme) -> Rgba {
        self.kinds[kind as usize].body[theme as usize]
    }

    /// Colour of a road's edge.
    pub fn casing(&self, kind: Kind, theme: MapTheme) -> Rgba {
        self.kinds[kind as usize].edge[theme as usize]
    }

    /// Gaps along a line of the kind; for roads those of the edge.
    pub fn dash(&self, kind: Kind) -> Dash {
        self.kinds[kind as usize].dash
    }

    /// Metres for a point from which on the kind is not drawn any more.
    pub fn farthest(&self, kind: Kind) -> f64 {
        self.kinds[kind as usize].farthest
    }

    /// Width of a line of the kind, or the side of a sign, points; 0 where it is not drawn.
    pub fn width(&self, kind: Kind, metres_per_point: f32) -> f32 {
        let look = &self.kinds[kind as usize];
        if f64::from(metres_per_point) > look.farthest { 0.0 } else { at_scale(&look.width, metres_per_point) }
    }

    /// How a name is lettered.
    pub fn lettering(&self, naming: Naming) -> &Lettering {
        &self.letterings[naming as usize]
    }

    /// Colour of a name.
    pub fn letters(&self, naming: Naming, theme: MapTheme) -> Rgba {
        self.palette(theme).get(self.lettering(naming).ink)
    }

    /// Half the side of a sign beside letters, points.
    pub fn symbol_half(&self, symbol: Symbol) -> f32 {
        self.symbols[symbol as usize].0
    }

    /// Colour of a sign beside letters.
    pub fn symbol_color(&self, symbol: Symbol, theme: MapTheme) -> Rgba {
        self.palette(theme).get(self.symbols[symbol as usize].1)
    }
}

fn at_scale(stops: &[(f32, f32)], metres_per_point: f32) -> f32 {
    let Some(first) = stops.first() else { return 0.0 };
    if metres_per_point <= first.0 {
        return first.1;
    }
    for pair in stops.windows(2) {
        let [(from, low), (to, high)] = [pair[0], pair[1]];
        if metres_per_point <= to {
            let t = (metres_per_point / from).ln() / (to / from).ln();
            return low + (high - low) * t;
        }
    }
    stops.last().map_or(0.0, |last| last.1)
}
