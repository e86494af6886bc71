//! Style files: TOML, read with the line of each fault, and written so that a person's own words in it stay.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::key::{Allowed, Key, Raw, Value};
use super::palette::Ink;
use crate::base::text::Lang;

/// The form of the file that this build reads.
const FORMAT: f64 = 1.0;
/// A person mends a few faults at a time.
const MOST_PROBLEMS: usize = 12;
/// Longer lists of what is allowed tell less.
const MOST_NAMES: usize = 12;

/// What is wrong with a style file, at one place of it.
#[derive(Clone, PartialEq, Debug)]
pub struct Problem {
    /// Line, from 1; none for what came from elsewhere.
    pub line: Option<usize>,
    /// Path of the entry; empty for the file as a whole.
    pub key: String,
    /// What is wrong.
    pub fault: Fault,
}

/// What is wrong.
#[derive(Clone, PartialEq, Debug)]
pub enum Fault {
    /// No TOML, in the parser's words.
    Syntax(String),
    /// The file cannot be read or written, in the system's words.
    Unreadable(String),
    /// A later form of style files.
    Format,
    /// There is no such section or entry; there are these, the most alike first.
    Unknown(Vec<String>),
    /// Something else is wanted there.
    Wrong(Allowed),
    /// The range of scales is turned about: the nearest must be less than the farthest.
    Turned,
}

impl Problem {
    /// In words for a person.
    pub fn words(&self, lang: Lang) -> String {
        let told = match &self.fault {
            Fault::Syntax(why) => lang.fill("map.style.syntax", &[("why", why)]),
            Fault::Unreadable(why) => lang.fill("map.style.unreadable", &[("why", why)]),
            Fault::Format => lang.text("map.style.format").to_owned(),
            Fault::Unknown(names) => lang.fill("map.style.unknown", &[("names", &names.join(", "))]),
            Fault::Wrong(allowed) => lang.fill("map.style.wrong", &[("allowed", &allowed.words(lang))]),
            Fault::Turned => lang.text("map.style.turned").to_owned(),
        };
        let key = if self.key.is_empty() { told } else { format!("{}: {told}", self.key) };
        match self.line {
            Some(line) => lang.fill("map.style.line", &[("line", &line), ("what", &key)]),
            None => key,
        }
    }
}

impl Allowed {
    /// In words for a person.
    pub fn words(self, lang: Lang) -> String {
        match self {
            Self::Color => lang.text("map.style.allowed.color").to_owned(),
            Self::Number(low, high) if high.is_infinite() => lang.fill("map.style.allowed.at_least", &[("low", &low)]),
            Self::Number(low, high) => lang.fill("map.style.allowed.number", &[("low", &low), ("high", &high)]),
            Self::Stops(most) => lang.fill("map.style.allowed.stops", &[("most", &most)]),
            Self::Dash => lang.text("map.style.allowed.dash").to_owned(),
            Self::Flag => lang.text("map.style.allowed.flag").to_owned(),
            Self::Ink => {
                let names: Vec<&str> = Ink::ALL.iter().map(|ink| ink.word()).collect();
                lang.fill("map.style.allowed.ink", &[("names", &names.join(", "))])
            }
        }
    }
}

fn line_of(text: &str, at: usize) -> usize {
    text.as_bytes().iter().take(at).filter(|byte| **byte == b'\n').count() + 1
}

fn raw(value: &DeValue<'_>) -> Raw {
    match value {
        DeValue::String(text) => Raw::Text(text.to_string()),
        DeValue::Integer(number) => {
            let parsed = i64::from_str_radix(number.as_str(), number.radix()).ok();
            parsed.map_or(Raw::Other, |number| Raw::Number(number as f64))
        }
        DeValue::Float(number) => number.as_str().parse().map_or(Raw::Other, Raw::Number),
        DeValue::Boolean(flag) => Raw::Flag(*flag),
        DeValue::Array(list) => Raw::List(list.iter().map(|one| raw(one.get_ref())).collect()),
        _ => Raw::Other,
    }
}

/// Letters that two words share, in order: what a slip of the finger leaves.
fn alike(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut row = vec![0; b.len() + 1];
    for one in &a {
        let mut corner = 0;
        for (at, other) in b.iter().enumerate() {
            let above = row[at + 1];
            row[at + 1] = if one == other { corner + 1 } else { above.max(row[at]) };
            corner = above;
        }
    }
    row.last().copied().unwrap_or(0)
}

struct Reader<'a> {
    text: &'a str,
    changes: Vec<(Key, Value)>,
    lines: Vec<usize>,
    problems: Vec<Problem>,
}

impl Reader<'_> {
    fn fail(&mut self, span: &Range<usize>, key: String, fault: Fault) {
        if self.problems.len() < MOST_PROBLEMS {
            self.problems.push(Problem { line: Some(line_of(self.text, span.start)), key, fault });
        }
    }

    fn unknown(&mut self, span: &Range<usize>, path: &str, word: &str, mut names: Vec<String>) {
        names.sort();
        names.dedup();
        names.sort_by_key(|name| std::cmp::Reverse(alike(name, word) * 100 / (name.len() + word.len()).max(1)));
        names.truncate(MOST_NAMES);
        self.fail(span, path.to_owned(), Fault::Unknown(names));
    }

    /// A table of entries, or of tables of them.
    fn table(&mut self, path: &str, table: &DeTable<'_>) {
        for (word, value) in table {
            let at = if path.is_empty() { word.get_ref().to_string() } else { format!("{path}.{}", word.get_ref()) };
            if at == "format" {
                if raw(value.get_ref()) != Raw::Number(FORMAT) {
                    self.fail(&value.span(), at, Fault::Format);
                }
                continue;
            }
            match (value.get_ref(), at.parse::<Key>()) {
                (value_of, Ok(key)) => match key.read(&raw(value_of)) {
                    Ok(value_read) => {
                        self.changes.push((key, value_read));
                        self.lines.push(line_of(self.text, value.span().start));
                    }
                    Err(allowed) => self.fail(&value.span(), at, Fault::Wrong(allowed)),
                },
                (DeValue::Table(inner), Err(())) if is_section(&at) => self.table(&at, inner),
                _ => self.unknown(&word.span(), &at, word.get_ref(), entries(path)),
            }
        }
    }

    /// What single entries cannot tell.
    fn whole(&mut self) {
        let found: Vec<(usize, Key, f64, f64)> = self
            .changes
            .iter()
            .zip(&self.lines)
            .filter_map(|((key, value), line)| {
                let (Key::NameNearest(naming) | Key::NameFarthest(naming), Value::Number(own)) = (key, value) else {
                    return None;
                };
                let nearest = matches!(key, Key::NameNearest(_));
                let other = if nearest { Key::NameFarthest(*naming) } else { Key::NameNearest(*naming) };
                let reach = naming.reach();
                let other = self.changes.iter().rev().find(|(key, _)| *key == other).map_or(
                    if nearest { f64::from(reach.1) } else { f64::from(reach.0) },
                    |(_, value)| {
                        if let Value::Number(number) = value { *number } else { 0.0 }
                    },
                );
                Some((*line, *key, if nearest { *own } else { other }, if nearest { other } else { *own }))
            })
            .collect();
        for (line, key, _, _) in found.into_iter().filter(|(_, _, nearest, farthest)| nearest >= farthest) {
            self.problems.push(Problem { line: Some(line), key: key.to_string(), fault: Fault::Turned });
        }
    }
}

fn is_section(path: &str) -> bool {
    let inside = format!("{path}.");
    Key::all().any(|key| key.to_string().starts_with(&inside))
}

/// The words that may follow a path.
fn entries(path: &str) -> Vec<String> {
    let inside = if path.is_empty() { String::new() } else { format!("{path}.") };
    Key::all()
        .filter_map(|key| {
            let rest = key.to_string().strip_prefix(&inside)?.to_owned();
            Some(rest.split('.').next().unwrap_or_default().to_owned())
        })
        .collect()
}

/// What a style file changes, in the order of its entries.
///
/// # Errors
/// All that is wrong with it, up to a dozen; then nothing of it holds.
pub fn changes(text: &str) -> Result<Vec<(Key, Value)>, Vec<Problem>> {
    let table: Spanned<DeTable<'_>> = match DeTable::parse(text) {
        Ok(table) => table,
        Err(error) => {
            let line = error.span().map(|span| line_of(text, span.start));
            let fault = Fault::Syntax(error.message().to_owned());
            return Err(vec![Problem { line, key: String::new(), fault }]);
        }
    };
    let mut reader = Reader { text, changes: Vec::new(), lines: Vec::new(), problems: Vec::new() };
    reader.table("", table.get_ref());
    reader.whole();
    if reader.problems.is_empty() {
        return Ok(reader.changes);
    }
    reader.problems.sort_by_key(|problem| problem.line);
    Err(reader.problems)
}

fn item(raw: &Raw) -> toml_edit::Value {
    match raw {
        Raw::Text(text) => text.as_str().into(),
        Raw::Number(number) => (*number).into(),
        Raw::Flag(flag) => (*flag).into(),
        Raw::List(list) => list.iter().map(item).collect::<toml_edit::Array>().into(),
        Raw::Other => "".into(),
    }
}

/// A value as it is written in a style file.
pub fn written(value: &Value) -> String {
    item(&value.raw()).to_string()
}

/// The text of a style file with some entries set, or taken out where there is no value. What else stands in it stays as it is.
///
/// # Errors
/// What is wrong with the text: a file that cannot be read is not written over.
pub fn merged(text: &str, set: &[(Key, Option<Value>)]) -> Result<String, Vec<Problem>> {
    changes(text)?;
    let mut document: toml_edit::DocumentMut = text.parse().map_err(|error: toml_edit::TomlError| {
        vec![Problem { line: None, key: String::new(), fault: Fault::Syntax(error.message().to_owned()) }]
    })?;
    if !document.contains_key("format") {
        document.insert("format", toml_edit::value(1));
    }
    for (key, value) in set {
        let (section, entry) = key.place();
        let Some(table) = table_of(document.as_table_mut(), &section, value.is_some()) else { continue };
        match value {
            Some(value) => {
                let mut new = item(&value.raw());
                // A remark behind the value stays.
                if let Some(old) = table.get(&entry).and_then(toml_edit::Item::as_value) {
                    *new.decor_mut() = old.decor().clone();
                }
                table.insert(&entry, new.into());
            }
            None => {
                table.remove(&entry);
            }
        }
    }
    Ok(document.to_string())
}

/// The table of a section, made when it is wanted.
fn table_of<'a>(
    table: &'a mut dyn toml_edit::TableLike,
    path: &str,
    wanted: bool,
) -> Option<&'a mut dyn toml_edit::TableLike> {
    let (word, rest) = path.split_once('.').map_or((path, None), |(word, rest)| (word, Some(rest)));
    if !table.contains_key(word) {
        if !wanted {
            return None;
        }
        let mut made = toml_edit::Table::new();
        // `[kinds]` alone says nothing.
        made.set_implicit(rest.is_some());
        table.insert(word, made.into());
    }
    let inner = table.get_mut(word)?.as_table_like_mut()?;
    match rest {
        Some(rest) => table_of(inner, rest, wanted),
        None => Some(inner),
    }
}

#[cfg(test)]
mod tests {
    use super::super::{BUILT_IN, MapTheme, Style};
    use super::*;
    use crate::map::style::kind::Kind;

    fn faults(text: &str) -> Vec<(Option<usize>, String, Fault)> {
        changes(text).unwrap_err().into_iter().map(|one| (one.line, one.key, one.fault)).collect()
    }

    #[test]
    fn the_built_in_file_says_all_and_nothing_twice() {
        let said: Vec<Key> = changes(BUILT_IN).unwrap().into_iter().map(|(key, _)| key).collect();
        let all: Vec<Key> = Key::all().collect();
        assert_eq!(said.len(), all.len());
        for key in all {
            assert!(said.contains(&key), "{key}");
        }
        let style = Style::built_in();
        for kind in Kind::ALL {
            assert_eq!(style.farthest(kind), kind.max_metres_per_pixel(), "{kind:?}: as far as geometry is made");
        }
        for naming in super::super::text::Naming::ALL {
            let look = style.lettering(naming);
            assert_eq!((look.min_scale, look.max_scale), naming.reach(), "{naming:?}");
            assert_eq!(look.size, naming.made_for(), "{naming:?}");
        }
    }

    #[test]
    fn each_value_is_read_as_it_is_written_and_changes_only_itself() {
        let built_in = Style::built_in();
        for key in Key::all() {
            let value = built_in.get(key);
            assert_eq!(key.read(&value.raw()), Ok(value.clone()), "{key}");
            let text = merged("", &[(key, Some(value.clone()))]).unwrap();
            assert_eq!(changes(&text), Ok(vec![(key, value)]), "{text}");
        }
        let road = Key::Body(Kind::Primary, MapTheme::Dark);
        let style = built_in.with(changes("[kinds.primary]\ndark = \"#123456\"").unwrap());
        assert_eq!(style.get(road), Value::Color([0x12, 0x34, 0x56, 255]));
        assert!(Key::all().all(|key| key == road || style.get(key) == built_in.get(key)));
        assert_ne!(style.id(), built_in.id());
        assert_eq!(style.with([(road, built_in.get(road))]), **built_in, "what looks the same is the same");
    }

    #[test]
    fn faults_name_line_entry_and_what_is_allowed() {
        let text = "[light]\nground = \"red\"\n[kinds.motorwy]\nlight = 3\n[names.water]\nsize = 200\nsise = 12\n";
        let found = faults(text);
        assert_eq!(found[0], (Some(2), "light.ground".to_owned(), Fault::Wrong(Allowed::Color)));
        assert_eq!((found[1].0, found[1].1.as_str()), (Some(3), "kinds.motorwy"));
        assert!(matches!(&found[1].2, Fault::Unknown(names) if names[0] == "motorway"), "{:?}", found[1]);
        assert_eq!(found[2], (Some(6), "names.water.size".to_owned(), Fault::Wrong(Allowed::Number(6.0, 48.0))));
        assert!(matches!(&found[3].2, Fault::Unknown(names) if names[0] == "size"), "{:?}", found[3]);
        for lang in [Lang::ZhCn, Lang::En] {
            let words = changes(text).unwrap_err()[2].words(lang);
            assert!(words.contains('6') && words.contains("48") && words.contains("names.water.size"), "{words}");
        }
        assert!(matches!(&faults("[light]\nground = \n")[..], [(Some(2), _, Fault::Syntax(_))]));
        assert_eq!(faults("format = 2")[0].2, Fault::Format);
        assert_eq!(faults("[names.town]\nnearest = 20.0\nfarthest = 10.0")[0].2, Fault::Turned);
    }

    #[test]
    fn what_no_line_or_letter_can_be_is_refused() {
        for bad in [
            "kinds.rail.width = []",
            "kinds.rail.width = [[1.0, 500.0]]",
            "kinds.rail.width = [[2.0, 3.0], [1.0, 2.0]]",
            "kinds.rail.width = [[nan, 3.0]]",
            "kinds.rail.width = [1.0, 3.0]",
            "kinds.rail.dash = [1.0]",
            "kinds.rail.dash = [0.0, 0.0]",
            "kinds.rail.dash = [-3.0, 2.0]",
            "kinds.rail.farthest = 1000.0",
            "kinds.rail.light = \"#FFF\"",
            "kinds.rail.light = \"#äää\"",
            "kinds.rail.light = \"#+12345\"",
            "kinds.rail.edge_light = \"#FFFFFF\"",
            "kinds.building.width = [[1.0, 3.0]]",
            "names.water.ink = \"ultramarine\"",
            "names.water.bold = 1",
            "names.water.farthest = 25.0",
            "signs.dot.size = inf",
            "light = 3",
            "kinds = []",
        ] {
            assert!(changes(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_file_keeps_its_own_words_when_entries_are_set_and_taken_out() {
        let text = "# Ours.\n[kinds.rail] # black\nlight = \"#000000\" # as the railway wants it\ndark = \"#111111\"\n";
        let (light, dark) = (Key::Body(Kind::Rail, MapTheme::Light), Key::Body(Kind::Rail, MapTheme::Dark));
        let set = [(light, Some(Value::Color([1, 2, 3, 255]))), (dark, None), (Key::Dash(Kind::Tram), None)];
        let merged_text = merged(text, &set).unwrap();
        assert_eq!(changes(&merged_text).unwrap(), vec![(light, Value::Color([1, 2, 3, 255]))]);
        for words in ["# Ours.", "# black", "# as the railway wants it", "format = 1"] {
            assert!(merged_text.contains(words), "{merged_text}");
        }
        assert!(merged("[light", &set).is_err(), "what cannot be read is not written over");
    }
}
