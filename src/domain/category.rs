//! Classes of components and events, searched by words and pinyin.

mod search;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, LazyLock};

use crate::base::text::Lang;
use crate::domain::case::command::{ClassRef, Kind};
use crate::domain::limit::read_class;
use crate::domain::table::{self, BadTable};
use search::{Query, Sought};

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

    /// The name of its major class in a language.
    pub fn major(&self, lang: Lang) -> &str {
        match lang {
            Lang::ZhCn => &self.major_zh,
            Lang::En => &self.major_en,
        }
    }
}

/// All classes of both schemes. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Catalogue(Arc<Index>);

#[derive(Debug)]
struct Index {
    classes: Vec<Class>,
    by_ref: BTreeMap<ClassRef, usize>,
    /// What the classes of the scheme in use are sought by.
    sought: Vec<(usize, Sought)>,
}

static STANDARD: LazyLock<Catalogue> = LazyLock::new(|| {
    Catalogue::from_table(include_str!("../../data/categories.tsv")).expect("the built-in classes are read by a test")
});

impl Default for Catalogue {
    fn default() -> Self {
        Self::standard()
    }
}

impl Catalogue {
    /// The catalogue built into this version: `data/categories.tsv`.
    pub fn standard() -> Self {
        STANDARD.clone()
    }

    /// A catalogue from a table with the columns of `data/categories.tsv`.
    ///
    /// # Errors
    /// [`BadTable`] with the line: a class that is none, comes twice or lacks a name.
    pub fn from_table(text: &str) -> Result<Self, BadTable> {
        const COLUMNS: [&str; 10] = [
            "scheme",
            "kind",
            "code",
            "name_zh",
            "name_en",
            "major_zh",
            "major_en",
            "extension",
            "source",
            "confidence",
        ];
        let mut rows = Vec::new();
        let mut seen = BTreeSet::new();
        for row in table::rows("classes", text, COLUMNS)? {
            let [scheme, kind, code, name_zh, name_en, major_zh, major_en, extension, ..] = row.cells;
            let class = read_class(scheme, kind, code);
            let class = class.ok_or_else(|| row.bad(format!("{scheme} {kind} {code} is no class")))?;
            if [scheme, name_zh, name_en, major_zh, major_en].iter().any(|text| text.trim().is_empty()) {
                return Err(row.bad("a class needs its names in both languages"));
            }
            if !matches!(extension, "0" | "1") {
                return Err(row.bad(format!("extension is 0 or 1, not {extension:?}")));
            }
            if !seen.insert(class.clone()) {
                return Err(row.bad(format!("{scheme} {kind} {code} comes twice")));
            }
            let class = Class {
                class,
                name_zh: name_zh.to_owned(),
                name_en: name_en.to_owned(),
                major_zh: major_zh.to_owned(),
                major_en: major_en.to_owned(),
            };
            rows.push((class, extension == "1"));
        }
        rows.sort_by(|(a, _), (b, _)| a.class.cmp(&b.class));
        let sought = rows
            .iter()
            .enumerate()
            .filter(|(_, (class, _))| class.class.scheme == SCHEME_IN_USE)
            .map(|(number, (class, extension))| (number, Sought::new(class, *extension)))
            .collect();
        let classes: Vec<Class> = rows.into_iter().map(|(class, _)| class).collect();
        let by_ref = classes.iter().enumerate().map(|(number, class)| (class.class.clone(), number)).collect();
        Ok(Self(Arc::new(Index { classes, by_ref, sought })))
    }

    /// All classes, by scheme, kind and code.
    pub fn classes(&self) -> &[Class] {
        &self.0.classes
    }

    /// One class.
    pub fn get(&self, class: &ClassRef) -> Option<&Class> {
        self.0.by_ref.get(class).map(|number| &self.0.classes[*number])
    }

    /// At most `limit` classes of the scheme in use for words, code, pinyin or pinyin initials, best first. Several
    /// words separated by spaces all have to fit. An empty query gives the classes in the order of their codes.
    pub fn search(&self, query: &str, kind: Option<Kind>, limit: usize) -> Vec<&Class> {
        let query = Query::new(query);
        let mut found: Vec<_> = self
            .0
            .sought
            .iter()
            .filter(|(number, _)| kind.is_none_or(|kind| self.0.classes[*number].class.kind == kind))
            .filter_map(|(number, sought)| Some((sought.rank(&query)?, *number)))
            .collect();
        found.sort_unstable();
        found.into_iter().take(limit).map(|(_, number)| &self.0.classes[number]).collect()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn names(query: &str) -> Vec<String> {
        let catalogue = Catalogue::standard();
        catalogue.search(query, None, 5).into_iter().map(|class| class.name_zh.clone()).collect()
    }

    #[test]
    fn the_catalogue_holds_both_schemes_apart() {
        let catalogue = Catalogue::standard();
        assert_eq!(catalogue.classes().len(), 344);
        let name = |scheme: &str, code| {
            catalogue.get(&read_class(scheme, "E", code).unwrap()).map(|class| class.name_zh.as_str())
        };
        // Majors 04 and 05 of events are swapped between the schemes.
        assert_eq!(name("CJ/T 214-2007", "0401"), Some("路面塌陷"));
        assert_eq!(name(SCHEME_IN_USE, "0401"), Some("无照经营游商"));
        assert_eq!(name(SCHEME_IN_USE, "0407"), None);
        assert!(catalogue.classes().is_sorted_by(|a, b| a.class < b.class));
    }

    #[test]
    fn words_codes_pinyin_and_initials_find_the_class_first() {
        for (query, best) in [
            ("路灯", "路灯"),
            ("上水井盖", "上水井盖"),
            ("ludeng", "路灯"),
            ("ld", "路灯"),
            ("LuDeng", "路灯"),
            ("ssjg", "上水井盖"),
            ("shangshuijinggai", "上水井盖"),
            ("shangshuijg", "上水井盖"),
            ("0137", "路灯"),
            ("c0137", "路灯"),
            ("E0405", "店外经营"),
            ("ｅ０４０５", "店外经营"),
            ("暴露垃圾", "暴露生活垃圾"),
            ("生活 垃圾", "暴露生活垃圾"),
            ("street light", "路灯"),
            ("lvhuaqiliao", "绿化弃料"),
            ("luhuaqiliao", "绿化弃料"),
            ("rxd", "人行道"),
            ("renxingdao", "人行道"),
            ("tiaoyazhan", "燃气调压站（箱）"),
        ] {
            assert_eq!(names(query).first().map(String::as_str), Some(best), "{query}: {:?}", names(query));
        }
        assert!(names("井盖").iter().all(|name| name.contains("井盖")));
        assert!(names("查无此类").is_empty() && names("zzzzzz").is_empty() && names("9999").is_empty());
    }

    #[test]
    fn the_kind_narrows_and_an_empty_query_lists_by_code() {
        let catalogue = Catalogue::standard();
        let all = catalogue.search(" ", Some(Kind::Event), usize::MAX);
        assert_eq!(all.len(), 101);
        assert!(all.iter().all(|class| class.class.kind == Kind::Event && class.class.scheme == SCHEME_IN_USE));
        assert!(all.is_sorted_by(|a, b| a.class < b.class));
        assert!(catalogue.search("ld", Some(Kind::Event), 5).iter().all(|class| class.class.kind == Kind::Event));
        assert_eq!(catalogue.search("井盖", None, 3).len(), 3);
        assert!(catalogue.search("井盖", None, 0).is_empty());
    }

    #[test]
    fn every_class_is_found_by_its_name_code_and_pinyin() {
        let catalogue = Catalogue::standard();
        for class in catalogue.classes().iter().filter(|class| class.class.scheme == SCHEME_IN_USE) {
            let kind = if class.class.kind == Kind::Component { "C" } else { "E" };
            let pinyin: String = search::syllables(&class.name_zh).iter().map(|spoken| spoken[0].as_str()).collect();
            let initials: String = search::syllables(&class.name_zh).iter().map(|spoken| &spoken[0][..1]).collect();
            for query in
                [class.name_zh.clone(), class.name_en.clone(), format!("{kind}{}", class.class.code), pinyin, initials]
            {
                let found = catalogue.search(&query, Some(class.class.kind), 20);
                assert!(found.contains(&class), "{query} does not find {}", class.name_zh);
            }
            assert_eq!(catalogue.search(&class.name_zh, Some(class.class.kind), 1), [class]);
        }
    }

    #[test]
    fn a_table_is_refused_by_line_and_reason() {
        let head = include_str!("../../data/categories.tsv").lines().next().unwrap().to_owned() + "\n";
        let good = "S\tC\t0101\t名\tname\t类\tmajor\t0\tcity\tA\n";
        let read = |rows: String| Catalogue::from_table(&format!("{head}{rows}")).map(|_| ());
        assert_eq!(read(good.to_owned()), Ok(()));
        for (rows, word) in [
            (format!("{good}{good}"), "twice"),
            (good.replace("\tC\t", "\tX\t"), "no class"),
            (good.replace("0101", "101"), "no class"),
            (good.replace("名", ""), "names"),
            (good.replace("\t0\tcity", "\tno\tcity"), "extension"),
        ] {
            let error = read(rows).unwrap_err();
            assert!(error.what.contains(word), "{error}");
        }
        assert!(Catalogue::from_table("").is_err());
    }

    proptest! {
        #[test]
        fn any_query_is_answered_the_same_way_twice(query in any::<String>(), limit in 0_usize..30) {
            let catalogue = Catalogue::standard();
            let found = catalogue.search(&query, None, limit);
            prop_assert!(found.len() <= limit);
            prop_assert_eq!(found, catalogue.search(&query, None, limit));
        }

        #[test]
        fn more_letters_of_a_name_find_no_less(number in 0_usize..205, letters in 1_usize..40) {
            let catalogue = Catalogue::standard();
            let all = catalogue.search("", None, usize::MAX);
            let class = all[number % all.len()];
            let pinyin: String = search::syllables(&class.name_zh).iter().map(|spoken| spoken[0].as_str()).collect();
            let typed: String = pinyin.chars().take(letters).collect();
            prop_assert!(catalogue.search(&typed, None, usize::MAX).contains(&class), "{}", typed);
        }
    }
}
