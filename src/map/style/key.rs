//! The entries of a style by name, and what each may hold.

use std::fmt::{Display, Formatter};
use std::str::FromStr;
use std::sync::LazyLock;

use super::kind::{Form, Kind};
use super::palette::{Ink, Rgba};
use super::text::{Naming, Symbol};
use super::{Dash, MapTheme, SOLID};

/// One entry of a style. As text it is the path in the style file: `light.ground`, `kinds.motorway.width`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Key {
    /// A colour of a palette.
    Ink(MapTheme, Ink),
    /// The colour of components of a major class, 0 for the others.
    Component(MapTheme, u8),
    /// The colour of a kind.
    Body(Kind, MapTheme),
    /// The colour of a road's edge.
    Edge(Kind, MapTheme),
    /// Width of a line or side of a sign by scale.
    Width(Kind),
    /// Gaps along a line; for roads along their edge.
    Dash(Kind),
    /// Scale to which a kind is drawn.
    Farthest(Kind),
    /// Height of letters.
    Size(Naming),
    /// From the bold face.
    Bold(Naming),
    /// Extra room between Chinese characters.
    Spacing(Naming),
    /// Width of the halo.
    Halo(Naming),
    /// Nearest scale of a name.
    NameNearest(Naming),
    /// Farthest scale of a name.
    NameFarthest(Naming),
    /// Which colour of the palette a name has.
    NameInk(Naming),
    /// Half the side of a sign beside letters.
    SignSize(Symbol),
    /// Which colour of the palette it has.
    SignInk(Symbol),
}

/// What stands at a key.
#[derive(Clone, PartialEq, Debug)]
pub enum Value {
    /// A colour.
    Color(Rgba),
    /// Points, metres for a point, or ems.
    Number(f64),
    /// Metres for a point and points.
    Stops(Vec<(f32, f32)>),
    /// Gaps.
    Dash(Dash),
    /// Yes or no.
    Flag(bool),
    /// A colour of the palette by name.
    Ink(Ink),
}

/// A value as it was written, whatever it was written in.
#[derive(Clone, PartialEq, Debug)]
pub enum Raw {
    /// Text.
    Text(String),
    /// A number.
    Number(f64),
    /// Yes or no.
    Flag(bool),
    /// A list.
    List(Vec<Raw>),
    /// Something that no key takes.
    Other,
}

/// What a key takes.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Allowed {
    /// A colour, `#RRGGBB`.
    Color,
    /// A number from one to another.
    Number(f64, f64),
    /// Pairs of metres for a point, growing, and points from 0 to this.
    Stops(f32),
    /// An empty list, or two or four lengths.
    Dash,
    /// `true` or `false`.
    Flag,
    /// The name of a colour of the palette.
    Ink,
}

/// Numbers of components' classes that have a colour.
const MAJORS: [u8; 6] = [1, 2, 3, 4, 5, 0];
/// A line is cut off at the picture's edge when more than half of it lies outside.
const WIDEST: f32 = 96.0;
const LARGEST_SIGN: f32 = 48.0;
/// Gaps shorter than this run into each other.
const LEAST_DASH: f32 = 0.5;
const LONGEST_DASH: f32 = 200.0;
const MOST_STOPS: usize = 16;

/// `LandOther` as `land_other`.
pub(super) fn snake(word: &str) -> String {
    let mut out = String::with_capacity(word.len() + 4);
    for letter in word.chars() {
        if letter.is_uppercase() && !out.is_empty() {
            out.push('_');
        }
        out.extend(letter.to_lowercase());
    }
    out
}

fn component(major: u8) -> String {
    if major == 0 { "component_other".to_owned() } else { format!("component_{major}") }
}

impl Display for Key {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        let (section, entry) = self.place();
        write!(f, "{section}.{entry}")
    }
}

static ALL: LazyLock<Vec<(String, Key)>> = LazyLock::new(|| {
    let mut all = Vec::new();
    for theme in MapTheme::ALL {
        all.extend(Ink::ALL.iter().map(|ink| Key::Ink(theme, *ink)));
        all.extend(MAJORS.map(|major| Key::Component(theme, major)));
    }
    for kind in Kind::ALL {
        all.extend(MapTheme::ALL.map(|theme| Key::Body(kind, theme)));
        if kind.has_edge() {
            all.extend(MapTheme::ALL.map(|theme| Key::Edge(kind, theme)));
        }
        all.extend((kind.form() != Form::Fill).then_some(Key::Width(kind)));
        all.extend((kind.form() == Form::Line).then_some(Key::Dash(kind)));
        all.push(Key::Farthest(kind));
    }
    for naming in Naming::ALL {
        all.extend([Key::Size, Key::Bold, Key::Spacing, Key::Halo].map(|of| of(naming)));
        all.extend([Key::NameNearest, Key::NameFarthest, Key::NameInk].map(|of| of(naming)));
    }
    all.extend(Symbol::ALL.into_iter().flat_map(|symbol| [Key::SignSize(symbol), Key::SignInk(symbol)]));
    all.into_iter().map(|key| (key.to_string(), key)).collect()
});

impl FromStr for Key {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        ALL.iter().find(|(path, _)| path == text).map(|(_, key)| *key).ok_or(())
    }
}

impl Key {
    /// All entries of a style, in the order of the built-in file.
    pub fn all() -> impl Iterator<Item = Self> {
        ALL.iter().map(|(_, key)| *key)
    }

    /// Section and entry in the file.
    pub fn place(self) -> (String, String) {
        let kind = |kind: Kind| format!("kinds.{}", snake(&format!("{kind:?}")));
        let name = |naming: Naming| format!("names.{}", snake(&format!("{naming:?}")));
        let sign = |symbol: Symbol| format!("signs.{}", snake(&format!("{symbol:?}")));
        let (section, entry) = match self {
            Self::Ink(theme, ink) => (theme.word().to_owned(), ink.word()),
            Self::Component(theme, major) => return (theme.word().to_owned(), component(major)),
            Self::Body(of, theme) => (kind(of), theme.word()),
            Self::Edge(of, theme) => return (kind(of), format!("edge_{}", theme.word())),
            Self::Width(of) => (kind(of), "width"),
            Self::Dash(of) => (kind(of), "dash"),
            Self::Farthest(of) => (kind(of), "farthest"),
            Self::Size(of) => (name(of), "size"),
            Self::Bold(of) => (name(of), "bold"),
            Self::Spacing(of) => (name(of), "spacing"),
            Self::Halo(of) => (name(of), "halo"),
            Self::NameNearest(of) => (name(of), "nearest"),
            Self::NameFarthest(of) => (name(of), "farthest"),
            Self::NameInk(of) => (name(of), "ink"),
            Self::SignSize(of) => (sign(of), "size"),
            Self::SignInk(of) => (sign(of), "ink"),
        };
        (section, entry.to_owned())
    }

    /// What it takes. Ranges of scales can be made narrower than the built-in ones and not wider: geometry and names are made
    /// only as far as those.
    pub fn allowed(self) -> Allowed {
        match self {
            Self::Ink(..) | Self::Component(..) | Self::Body(..) | Self::Edge(..) => Allowed::Color,
            Self::Width(kind) => Allowed::Stops(if kind.form() == Form::Sign { LARGEST_SIGN } else { WIDEST }),
            Self::Dash(_) => Allowed::Dash,
            Self::Farthest(kind) => Allowed::Number(0.02, kind.max_metres_per_pixel()),
            Self::Size(_) => Allowed::Number(6.0, 48.0),
            Self::Bold(_) => Allowed::Flag,
            Self::Spacing(_) => Allowed::Number(0.0, 2.0),
            Self::Halo(_) => Allowed::Number(0.0, 6.0),
            Self::NameNearest(naming) | Self::NameFarthest(naming) => {
                let (nearest, farthest) = naming.reach();
                Allowed::Number(shortest(nearest), shortest(farthest))
            }
            Self::NameInk(_) | Self::SignInk(_) => Allowed::Ink,
            Self::SignSize(_) => Allowed::Number(1.0, 16.0),
        }
    }

    /// Takes a value as it was written.
    ///
    /// # Errors
    /// What the key takes instead.
    pub fn read(self, raw: &Raw) -> Result<Value, Allowed> {
        let allowed = self.allowed();
        let value = match (allowed, raw) {
            (Allowed::Color, Raw::Text(text)) => color(text).map(Value::Color),
            (Allowed::Number(low, high), Raw::Number(number)) => {
                // Without end where nothing limits it: JSON has no other way to say so.
                let number = if high.is_infinite() && *number == f64::MAX { high } else { *number };
                (low..=high).contains(&number).then_some(Value::Number(number))
            }
            (Allowed::Flag, Raw::Flag(flag)) => Some(Value::Flag(*flag)),
            (Allowed::Ink, Raw::Text(text)) => {
                Ink::ALL.iter().find(|ink| ink.word() == text).map(|ink| Value::Ink(*ink))
            }
            (Allowed::Stops(most), Raw::List(list)) => stops(list, most).map(Value::Stops),
            (Allowed::Dash, Raw::List(list)) => dash(list).map(Value::Dash),
            _ => None,
        };
        value.ok_or(allowed)
    }
}

/// Of a number the one with the fewest digits that is the same as a float of half the length.
fn shortest(number: f32) -> f64 {
    number.to_string().parse().unwrap_or(f64::from(number))
}

fn color(text: &str) -> Option<Rgba> {
    let digits = text
        .strip_prefix('#')
        .filter(|digits| digits.len() == 6 && digits.bytes().all(|byte| byte.is_ascii_hexdigit()))?;
    let [_, r, g, b] = u32::from_str_radix(digits, 16).ok()?.to_be_bytes();
    Some([r, g, b, 255])
}

fn stops(list: &[Raw], most: f32) -> Option<Vec<(f32, f32)>> {
    let pair = |raw: &Raw| match raw {
        Raw::List(pair) => match pair[..] {
            [Raw::Number(metres), Raw::Number(points)] => Some((metres as f32, points as f32)),
            _ => None,
        },
        _ => None,
    };
    let stops: Vec<(f32, f32)> = list.iter().map(pair).collect::<Option<_>>()?;
    let sound = |(metres, points): &(f32, f32)| (0.01..=1000.0).contains(metres) && (0.0..=most).contains(points);
    let grows = stops.windows(2).all(|pair| pair[0].0 < pair[1].0);
    ((1..=MOST_STOPS).contains(&stops.len()) && stops.iter().all(sound) && grows).then_some(stops)
}

fn dash(list: &[Raw]) -> Option<Dash> {
    let length = |raw: &Raw| match raw {
        Raw::Number(number) => Some(*number as f32).filter(|length| (LEAST_DASH..=LONGEST_DASH).contains(length)),
        _ => None,
    };
    let lengths: Vec<f32> = list.iter().map(length).collect::<Option<_>>()?;
    match lengths[..] {
        [] => Some(SOLID),
        [on, off] => Some([on, off, on, off]),
        [a, b, c, d] => Some([a, b, c, d]),
        _ => None,
    }
}

impl Value {
    pub(super) fn number(number: f32) -> Self {
        Self::Number(shortest(number))
    }

    /// As it is written in a file or script.
    pub fn raw(&self) -> Raw {
        let number = |number: f32| Raw::Number(shortest(number));
        match self {
            Self::Color(color) => Raw::Text(hex(*color)),
            Self::Number(number) => Raw::Number(*number),
            Self::Stops(stops) => {
                Raw::List(stops.iter().map(|(at, width)| Raw::List(vec![number(*at), number(*width)])).collect())
            }
            Self::Dash(dash) => {
                let [a, b, c, d] = *dash;
                let lengths: &[f32] = if *dash == SOLID {
                    &[]
                } else if [a, b] == [c, d] {
                    &[a, b]
                } else {
                    dash
                };
                Raw::List(lengths.iter().map(|length| number(*length)).collect())
            }
            Self::Flag(flag) => Raw::Flag(*flag),
            Self::Ink(ink) => Raw::Text(ink.word().to_owned()),
        }
    }
}

/// `#RRGGBB`.
pub fn hex([r, g, b, _]: Rgba) -> String {
    format!("#{r:02X}{g:02X}{b:02X}")
}

impl From<&serde_json::Value> for Raw {
    fn from(value: &serde_json::Value) -> Self {
        match value {
            serde_json::Value::String(text) => Self::Text(text.clone()),
            serde_json::Value::Number(number) => number.as_f64().map_or(Self::Other, Self::Number),
            serde_json::Value::Bool(flag) => Self::Flag(*flag),
            serde_json::Value::Array(list) => Self::List(list.iter().map(Into::into).collect()),
            _ => Self::Other,
        }
    }
}

impl From<&Raw> for serde_json::Value {
    fn from(raw: &Raw) -> Self {
        match raw {
            Raw::Text(text) => text.as_str().into(),
            // JSON has no word for what never ends.
            Raw::Number(number) if number.is_infinite() => f64::MAX.into(),
            Raw::Number(number) => (*number).into(),
            Raw::Flag(flag) => (*flag).into(),
            Raw::List(list) => list.iter().map(Self::from).collect::<Vec<_>>().into(),
            Raw::Other => Self::Null,
        }
    }
}
