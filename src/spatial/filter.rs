//! A small language to choose features by their attributes.
//!
//! `field op value`, joined by `and`, `or`, `not` and brackets: `class = 0137 and (state != 完好 or built < 2000)`. Fields are
//! `layer`, `class`, `code`, `name` and the columns of the layers. Operators: `=` `!=` `<` `<=` `>` `>=`, and `~` for "contains".
//! Two numbers compare as numbers, anything else letter by letter. A value with spaces or brackets stands in quotes, single or
//! double; `name = ''` finds those without a name. `且`, `或`, `非` are read too.

use std::cmp::Ordering;
use std::str::FromStr;

use super::feature::{Feature, Layer};
use crate::base::text::Lang;

/// Brackets inside brackets deeper than this are refused.
const MAX_NESTING: usize = 32;

/// A choice of features.
#[derive(Clone, PartialEq, Debug)]
pub enum Filter {
    /// All of these.
    All(Vec<Filter>),
    /// At least one of these.
    Any(Vec<Filter>),
    /// Not this.
    Not(Box<Filter>),
    /// A comparison.
    Term {
        /// Which attribute.
        field: Field,
        /// How it is compared.
        op: Op,
        /// With what.
        value: String,
    },
}

/// An attribute of a feature.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Field {
    /// Table of the layer.
    Layer,
    /// Class within the layer.
    Class,
    /// Code.
    Code,
    /// Name as shown.
    Name,
    /// A further column.
    Column(&'static str),
}

/// A comparison.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Op {
    /// The same.
    Is,
    /// Not the same.
    IsNot,
    /// Less.
    Less,
    /// Less or the same.
    AtMost,
    /// More.
    More,
    /// More or the same.
    AtLeast,
    /// Contains the value.
    Contains,
}

/// Why a filter cannot be read.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum FilterError {
    /// Something else was expected at a letter, counted from 1.
    #[error("letter {at}: {wanted:?} expected")]
    Wanted {
        /// Which letter.
        at: usize,
        /// What was expected there.
        wanted: Wanted,
    },
    /// No layer has such a column.
    #[error("no layer has a field {0:?}")]
    UnknownField(String),
    /// Too many brackets inside brackets.
    #[error("brackets are nested too deeply")]
    TooDeep,
}

/// What a filter lacks.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Wanted {
    /// A field's name.
    Field,
    /// A comparison.
    Op,
    /// A value.
    Value,
    /// The other bracket.
    Bracket,
    /// The other quote.
    Quote,
    /// `and`, `or`, or nothing more.
    End,
}

impl FilterError {
    /// What is wrong and what to do.
    pub fn words(&self, lang: Lang) -> String {
        match self {
            Self::Wanted { at, wanted } => {
                let wanted = match wanted {
                    Wanted::Field => lang.text("space.filter.field"),
                    Wanted::Op => lang.text("space.filter.op"),
                    Wanted::Value => lang.text("space.filter.value"),
                    Wanted::Bracket => lang.text("space.filter.bracket"),
                    Wanted::Quote => lang.text("space.filter.quote"),
                    Wanted::End => lang.text("space.filter.end"),
                };
                lang.fill("space.filter.wanted", &[("at", at), ("wanted", &wanted)])
            }
            Self::UnknownField(name) => lang.fill("space.filter.unknown_field", &[("name", name)]),
            Self::TooDeep => lang.text("space.filter.too_deep").to_owned(),
        }
    }
}

impl Filter {
    /// Whether a feature is chosen.
    pub fn holds(&self, feature: &Feature) -> bool {
        match self {
            Self::All(parts) => parts.iter().all(|part| part.holds(feature)),
            Self::Any(parts) => parts.iter().any(|part| part.holds(feature)),
            Self::Not(part) => !part.holds(feature),
            Self::Term { field, op, value } => {
                let own = match field {
                    Field::Layer => feature.layer.table(),
                    Field::Class => &feature.class,
                    Field::Code => &feature.code,
                    Field::Name => &feature.name,
                    Field::Column(name) => feature.extra(name).unwrap_or_default(),
                };
                compares(own, *op, value)
            }
        }
    }
}

fn compares(own: &str, op: Op, value: &str) -> bool {
    // Codes have more digits than a number holds, so what is written alike is alike.
    match op {
        Op::Contains => return own.contains(value),
        Op::Is if own == value => return true,
        Op::IsNot if own == value => return false,
        // What is not there is neither less nor more.
        Op::Less | Op::AtMost | Op::More | Op::AtLeast if own.is_empty() => return false,
        _ => {}
    }
    let long = own.len().max(value.len()) > 15;
    let numbers = (!long).then(|| Some((own.parse::<f64>().ok()?, value.parse::<f64>().ok()?))).flatten();
    let order = match numbers {
        Some((a, b)) => a.partial_cmp(&b),
        None => Some(own.cmp(value)),
    };
    match op {
        // Codes such as 0137 are no numbers: `=` asks for the same writing unless both look like measures.
        Op::Is => order == Some(Ordering::Equal) && !is_code(own) && !is_code(value),
        Op::IsNot => !(order == Some(Ordering::Equal) && !is_code(own) && !is_code(value)),
        Op::Less => order == Some(Ordering::Less),
        Op::AtMost => matches!(order, Some(Ordering::Less | Ordering::Equal)),
        Op::More => order == Some(Ordering::Greater),
        Op::AtLeast => matches!(order, Some(Ordering::Greater | Ordering::Equal)),
        Op::Contains => false,
    }
}

/// Digits that begin with a nought are a code.
fn is_code(text: &str) -> bool {
    text.len() > 1 && text.starts_with('0') && text.bytes().all(|byte| byte.is_ascii_digit())
}

impl FromStr for Filter {
    type Err = FilterError;

    fn from_str(text: &str) -> Result<Self, FilterError> {
        let mut reader = Reader { letters: text.chars().collect(), at: 0 };
        let filter = reader.any(0)?;
        reader.skip_spaces();
        if reader.at < reader.letters.len() { Err(reader.wanted(Wanted::End)) } else { Ok(filter) }
    }
}

struct Reader {
    letters: Vec<char>,
    at: usize,
}

impl Reader {
    fn wanted(&self, wanted: Wanted) -> FilterError {
        FilterError::Wanted { at: self.at + 1, wanted }
    }

    fn peek(&self) -> Option<char> {
        self.letters.get(self.at).copied()
    }

    fn skip_spaces(&mut self) {
        while self.peek().is_some_and(char::is_whitespace) {
            self.at += 1;
        }
    }

    /// Letters up to a space, a bracket, a quote or an operator.
    fn word(&mut self, stops: &str) -> String {
        let start = self.at;
        while self.peek().is_some_and(|letter| !letter.is_whitespace() && !stops.contains(letter)) {
            self.at += 1;
        }
        self.letters.get(start..self.at).unwrap_or_default().iter().collect()
    }

    /// Takes one of two words when it comes next.
    fn takes(&mut self, english: &str, chinese: char) -> bool {
        self.skip_spaces();
        let before = self.at;
        if self.peek() == Some(chinese) {
            self.at += 1;
            return true;
        }
        if self.word("()'\"=!<>~").eq_ignore_ascii_case(english) {
            return true;
        }
        self.at = before;
        false
    }

    fn any(&mut self, depth: usize) -> Result<Filter, FilterError> {
        if depth > MAX_NESTING {
            return Err(FilterError::TooDeep);
        }
        let mut parts = vec![self.all(depth)?];
        while self.takes("or", '或') {
            parts.push(self.all(depth)?);
        }
        Ok(if parts.len() == 1 { parts.remove(0) } else { Filter::Any(parts) })
    }

    fn all(&mut self, depth: usize) -> Result<Filter, FilterError> {
        let mut parts = vec![self.one(depth)?];
        while self.takes("and", '且') {
            parts.push(self.one(depth)?);
        }
        Ok(if parts.len() == 1 { parts.remove(0) } else { Filter::All(parts) })
    }

    fn one(&mut self, depth: usize) -> Result<Filter, FilterError> {
        if depth > MAX_NESTING {
            return Err(FilterError::TooDeep);
        }
        if self.takes("not", '非') {
            return Ok(Filter::Not(Box::new(self.one(depth + 1)?)));
        }
        if matches!(self.peek(), Some('(' | '（')) {
            self.at += 1;
            let inner = self.any(depth + 1)?;
            self.skip_spaces();
            if !matches!(self.peek(), Some(')' | '）')) {
                return Err(self.wanted(Wanted::Bracket));
            }
            self.at += 1;
            return Ok(inner);
        }
        let place = self.wanted(Wanted::Field);
        let name = self.word("()（）'\"=!<>~");
        if name.is_empty() {
            return Err(place);
        }
        let field = field_of(&name)?;
        let op = self.op()?;
        Ok(Filter::Term { field, op, value: self.value()? })
    }

    fn op(&mut self) -> Result<Op, FilterError> {
        self.skip_spaces();
        let next = self.letters.get(self.at + 1).copied();
        let (op, letters) = match (self.peek(), next) {
            (Some('!'), Some('=')) => (Op::IsNot, 2),
            (Some('<'), Some('=')) => (Op::AtMost, 2),
            (Some('>'), Some('=')) => (Op::AtLeast, 2),
            (Some('='), Some('=')) => (Op::Is, 2),
            (Some('='), _) => (Op::Is, 1),
            (Some('<'), _) => (Op::Less, 1),
            (Some('>'), _) => (Op::More, 1),
            (Some('~'), _) => (Op::Contains, 1),
            _ => return Err(self.wanted(Wanted::Op)),
        };
        self.at += letters;
        Ok(op)
    }

    fn value(&mut self) -> Result<String, FilterError> {
        self.skip_spaces();
        if let Some(quote @ ('\'' | '"')) = self.peek() {
            self.at += 1;
            let start = self.at;
            while self.peek().is_some_and(|letter| letter != quote) {
                self.at += 1;
            }
            let value = self.letters.get(start..self.at).unwrap_or_default().iter().collect();
            if self.peek().is_none() {
                return Err(self.wanted(Wanted::Quote));
            }
            self.at += 1;
            return Ok(value);
        }
        let place = self.wanted(Wanted::Value);
        let value = self.word("()（）'\"");
        if value.is_empty() { Err(place) } else { Ok(value) }
    }
}

fn field_of(name: &str) -> Result<Field, FilterError> {
    match name {
        "layer" => Ok(Field::Layer),
        "class" => Ok(Field::Class),
        "code" => Ok(Field::Code),
        "name" => Ok(Field::Name),
        _ => Layer::ALL
            .iter()
            .flat_map(|layer| layer.columns())
            .find(|column| **column == name)
            .map(|column| Field::Column(column))
            .ok_or_else(|| FilterError::UnknownField(name.to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use geo::Point;
    use proptest::prelude::*;

    use super::*;

    fn lamp() -> Feature {
        Feature {
            layer: Layer::Components,
            class: "0137".to_owned(),
            code: "1101070137000001".to_owned(),
            name: "路灯".to_owned(),
            extra: vec![("state", "完好".to_owned()), ("built", "1999".to_owned()), ("note", "a b".to_owned())],
            geometry: Point::new(116.2, 39.9).into(),
        }
    }

    #[test]
    fn what_is_asked_is_answered() {
        for (text, wanted) in [
            ("class=0137", true),
            ("class = 137", false),
            ("class != 0137", false),
            ("built < 2000 and built >= 1999.0", true),
            ("built = 1999.0", true),
            ("built > 20000", false),
            ("name ~ 灯 且 非 state = 破损", true),
            ("layer = pois or layer=components", true),
            ("layer = pois or (state = 完好 and name = 井盖)", false),
            ("not (class = 0137)", false),
            ("note = 'a b'", true),
            ("owner = ''", true),
            ("owner < 5", false),
            ("code = 1101070137000002", false),
            ("code = 1101070137000001", true),
            ("state = 完好 or state = 破损 and class = 0101", true),
        ] {
            assert_eq!(text.parse::<Filter>().unwrap().holds(&lamp()), wanted, "{text}");
        }
    }

    #[test]
    fn faults_say_where_and_what() {
        use FilterError::Wanted as At;
        for (text, wanted) in [
            ("", At { at: 1, wanted: Wanted::Field }),
            ("class", At { at: 6, wanted: Wanted::Op }),
            ("class =", At { at: 8, wanted: Wanted::Value }),
            ("class = 'x", At { at: 11, wanted: Wanted::Quote }),
            ("(class = x", At { at: 11, wanted: Wanted::Bracket }),
            ("class = x y", At { at: 11, wanted: Wanted::End }),
            ("colour = red", FilterError::UnknownField("colour".to_owned())),
        ] {
            let error = text.parse::<Filter>().unwrap_err();
            assert_eq!(error, wanted, "{text}");
            for lang in [Lang::ZhCn, Lang::En] {
                assert!(!error.words(lang).contains("space."));
            }
        }
        assert_eq!("(".repeat(99).parse::<Filter>(), Err(FilterError::TooDeep));
        assert_eq!("not ".repeat(99).parse::<Filter>(), Err(FilterError::TooDeep));
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text in "[()'\"=!<>~ a-z且或非0-9]{0,60}") {
            if let Ok(filter) = text.parse::<Filter>() {
                let _ = filter.holds(&lamp());
            }
        }
    }
}
