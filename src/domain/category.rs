//! Classes of components and events, searched by words and pinyin.

use crate::base::text::Lang;
use crate::domain::case::command::{ClassRef, Kind};

/// The scheme in which new reports are classed; older cases keep theirs.
pub const SCHEME_IN_USE: &str = "GB/T 30428.2-2013";

/// One class of one scheme.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Class {
    /// Scheme, kind and code.
    pub class: ClassRef,
    /// Name in Chinese.
    pub name_zh: String,
    /// Name in English.
    pub name_en: String,
    /// Name of its major class in Chinese.
    pub major_zh: String,
    /// Name of its major class in English.
    pub major_en: String,
}

impl Class {
    /// The name in a language.
    pub fn name(&self, lang: Lang) -> &str {
        match lang {
            Lang::ZhCn => &self.name_zh,
            Lang::En => &self.name_en,
        }
    }
}

/// All classes of both schemes.
#[derive(Clone, Debug, Default)]
pub struct Catalogue {}

impl Catalogue {
    /// The catalogue built into this version: `data/categories.tsv`.
    pub fn standard() -> Self {
        Self::default()
    }

    /// All classes, by scheme, kind and code.
    pub fn classes(&self) -> &[Class] {
        &[]
    }

    /// One class.
    pub fn get(&self, class: &ClassRef) -> Option<&Class> {
        let _ = class;
        None
    }

    /// At most `limit` classes of the scheme in use for words, code, pinyin or pinyin initials, best first.
    pub fn search(&self, query: &str, kind: Option<Kind>, limit: usize) -> Vec<&Class> {
        let _ = (query, kind, limit);
        Vec::new()
    }
}
