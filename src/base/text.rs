//! The text table: every string that a person sees, in Chinese first and in English completely.
//!
//! One TOML file per area and language lies in `assets/text/<language>/`; both languages hold the same keys, which
//! a test checks. Placeholders are written `{name}`.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

/// A language of the text table.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
pub enum Lang {
    /// Simplified Chinese, the users' language.
    #[default]
    #[serde(rename = "zh-CN")]
    ZhCn,
    /// English.
    #[serde(rename = "en")]
    En,
}

macro_rules! tables {
    ($lang:literal: $($area:literal),* $(,)?) => {
        &[$(($area, include_str!(concat!("../../assets/text/", $lang, "/", $area, ".toml")))),*]
    };
}

/// Area name and TOML source of each table; an area is the first part of its keys.
const ZH_CN: &[(&str, &str)] = tables!("zh-CN": "app", "case", "cli", "data", "grid", "layer", "map", "pack", "place", "section", "server", "sheet", "space", "store", "sync", "tool", "ui");
const EN: &[(&str, &str)] = tables!("en": "app", "case", "cli", "data", "grid", "layer", "map", "pack", "place", "section", "server", "sheet", "space", "store", "sync", "tool", "ui");

type Table = BTreeMap<String, String>;

fn load(sources: &[(&str, &str)]) -> Table {
    let mut table = Table::new();
    for (area, source) in sources {
        // The sources are compiled in and a test parses them all, so an unreadable one cannot ship.
        let parsed: Table = toml::from_str(source).unwrap_or_default();
        table.extend(parsed.into_iter().map(|(key, text)| (format!("{area}.{key}"), text)));
    }
    table
}

static TABLE_ZH_CN: LazyLock<Table> = LazyLock::new(|| load(ZH_CN));
static TABLE_EN: LazyLock<Table> = LazyLock::new(|| load(EN));

impl Lang {
    /// Reads a language tag such as `zh-CN` or `en_US.UTF-8`.
    pub fn from_tag(tag: &str) -> Option<Self> {
        let lower = tag.to_ascii_lowercase();
        if lower.starts_with("zh") {
            Some(Self::ZhCn)
        } else if lower.starts_with("en") {
            Some(Self::En)
        } else {
            None
        }
    }

    fn table(self) -> &'static Table {
        match self {
            Self::ZhCn => &TABLE_ZH_CN,
            Self::En => &TABLE_EN,
        }
    }

    /// The text of `key`; the key itself when the table lacks it, so that a gap is seen and not silent.
    pub fn text(self, key: &'static str) -> &'static str {
        self.table().get(key).map_or(key, String::as_str)
    }

    /// The text of a key made at run time (`case.state.FILED`), if there is one.
    pub fn find(self, key: &str) -> Option<&'static str> {
        self.table().get(key).map(String::as_str)
    }

    /// The text of `key` with `{name}` replaced by the value given for `name`.
    pub fn fill(self, key: &str, values: &[(&str, &dyn std::fmt::Display)]) -> String {
        let mut text = self.find(key).unwrap_or(key).to_owned();
        for (name, value) in values {
            text = text.replace(&format!("{{{name}}}"), &value.to_string());
        }
        text
    }

    /// All keys of the language, for the test that compares the languages.
    pub fn keys(self) -> impl Iterator<Item = &'static str> {
        self.table().keys().map(String::as_str)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_languages_are_readable_and_hold_the_same_keys() {
        for (area, source) in ZH_CN.iter().chain(EN) {
            toml::from_str::<Table>(source).unwrap_or_else(|error| panic!("text table {area}: {error}"));
        }
        let zh: Vec<_> = Lang::ZhCn.keys().collect();
        let en: Vec<_> = Lang::En.keys().collect();
        assert_eq!(zh, en);
    }

    #[test]
    fn both_languages_name_the_same_placeholders() {
        let holes = |text: &str| {
            let mut names: Vec<String> = text
                .split('{')
                .skip(1)
                .filter_map(|rest| rest.split_once('}').map(|(name, _)| name.to_owned()))
                .collect();
            names.sort();
            names
        };
        for key in Lang::ZhCn.keys() {
            let (zh, en) = (Lang::ZhCn.find(key).unwrap_or(""), Lang::En.find(key).unwrap_or(""));
            assert_eq!(holes(zh), holes(en), "placeholders of {key}");
        }
    }
}
