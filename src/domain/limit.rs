//! Time limits: a number and the clock it is counted in; the table of limits by class and condition.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use serde::{Deserialize, Serialize};

use crate::base::text::Lang;
use crate::domain::case::command::{ClassRef, Kind};
use crate::domain::case::state::Stage;
use crate::domain::category::Catalogue;
use crate::domain::code::ClassCode;
use crate::domain::table::{self, BadTable};

/// Which clock a limit runs on (DOMAIN.md 4.1).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LimitUnit {
    /// 紧急工作时: runs all day, all days.
    UrgentHour,
    /// 工作时: only inside the slots of working days.
    WorkHour,
    /// 工作日: the slot hours of one working day.
    WorkDay,
    /// 紧急工作日、自然日: continuous days.
    NaturalDay,
}

impl LimitUnit {
    /// All units.
    pub const ALL: [Self; 4] = [Self::UrgentHour, Self::WorkHour, Self::WorkDay, Self::NaturalDay];

    /// Name in the text table, in tables and on the wire.
    pub fn name(self) -> &'static str {
        match self {
            Self::UrgentHour => "urgent_hour",
            Self::WorkHour => "work_hour",
            Self::WorkDay => "work_day",
            Self::NaturalDay => "natural_day",
        }
    }

    /// Whether only the slots of working days count.
    pub fn is_working(self) -> bool {
        matches!(self, Self::WorkHour | Self::WorkDay)
    }
}

/// A limit such as "4 working hours".
#[derive(Clone, Copy, PartialEq, Debug, Serialize, Deserialize)]
pub struct Limit {
    /// How many; tables hold whole and half numbers.
    pub value: f64,
    /// Of what.
    pub unit: LimitUnit,
}

impl Limit {
    /// More of any unit is no limit but a mistake: 1,000 working days are four years.
    pub const MOST: f64 = 1000.0;

    /// The least that a limit can be, and the step in which limits are kept.
    const LEAST: f64 = 0.01;

    /// Whether the limit can be one: a number, a hundredth of its unit at least, no more than [`Self::MOST`].
    pub fn is_valid(self) -> bool {
        self.value.is_finite() && self.value >= Self::LEAST && self.value <= Self::MOST
    }

    /// The limit to the hundredth, which is the same number after writing and reading.
    pub fn to_hundredth(self) -> Self {
        Self { value: (self.value * 100.0).round() / 100.0, ..self }
    }
}

/// Limits by class and condition. Cheap to clone.
#[derive(Clone, Debug)]
pub struct LimitTable(Arc<Rows>);

#[derive(Debug)]
struct Rows {
    by_class: BTreeMap<ClassRef, Vec<LimitRow>>,
    /// For a class that nobody knows.
    fallback: Vec<LimitRow>,
}

/// One row of the limit table.
#[derive(Clone, PartialEq, Debug)]
pub struct LimitRow {
    /// The class it is for.
    pub class: ClassRef,
    /// Key of the condition, unique within the class; kept in cases.
    pub condition: String,
    /// The condition in Chinese, for example 缺失、移位、开裂.
    pub words_zh: String,
    /// The condition in English.
    pub words_en: String,
    /// The limit.
    pub limit: Limit,
}

impl LimitRow {
    /// The condition in a language.
    pub fn words(&self, lang: Lang) -> &str {
        match lang {
            Lang::ZhCn => &self.words_zh,
            Lang::En => &self.words_en,
        }
    }

    /// Whether the class has no conditions of its own and this is the limit for all such classes.
    pub fn is_fallback(&self) -> bool {
        self.condition == LimitTable::FALLBACK
    }
}

static SAMPLE: LazyLock<LimitTable> = LazyLock::new(|| {
    LimitTable::from_table(include_str!("../../data/limits.tsv"), &Catalogue::standard())
        .expect("the built-in limits are read by a test")
});

impl Default for LimitTable {
    fn default() -> Self {
        Self::sample()
    }
}

impl LimitTable {
    /// Key of the condition of a class that has none of its own.
    pub const FALLBACK: &'static str = "default";

    /// The sample limits built into this version: `data/limits.tsv`. Each street loads its own.
    pub fn sample() -> Self {
        SAMPLE.clone()
    }

    /// Limits from a table with the columns of `data/limits.tsv`, for the classes of `catalogue`. A row whose scheme,
    /// kind and code are `*` is the fallback.
    ///
    /// # Errors
    /// [`BadTable`] with the line: a class that is not known, a condition that comes twice or is no key, a limit that
    /// [`Limit::is_valid`] refuses, a table without a fallback.
    pub fn from_table(text: &str, catalogue: &Catalogue) -> Result<Self, BadTable> {
        const TABLE: &str = "limits";
        const COLUMNS: [&str; 9] =
            ["scheme", "kind", "code", "condition", "words_zh", "words_en", "value", "unit", "note"];
        let mut by_class: BTreeMap<ClassRef, Vec<LimitRow>> = BTreeMap::new();
        let mut fallback: Option<LimitRow> = None;
        let mut last = 1;
        for row in table::rows(TABLE, text, COLUMNS)? {
            last += 1;
            let [scheme, kind, code, condition, words_zh, words_en, value, unit, _note] = row.cells;
            let unit = LimitUnit::ALL.into_iter().find(|one| one.name() == unit);
            let unit = unit.ok_or_else(|| row.bad(format!("{:?} is no unit", row.cells[7])))?;
            let limit = Limit { value: value.parse().unwrap_or(f64::NAN), unit };
            if !limit.is_valid() {
                return Err(row.bad(format!("{value:?} is no limit")));
            }
            if !is_condition_key(condition) {
                return Err(row.bad(format!("{condition:?} is no key of a condition")));
            }
            if words_zh.is_empty() || words_en.is_empty() {
                return Err(row.bad("the condition needs words in both languages"));
            }
            let is_fallback = [scheme, kind, code] == ["*"; 3];
            if is_fallback != (condition == Self::FALLBACK) {
                return Err(row.bad(format!("{:?} is the key of the fallback row", Self::FALLBACK)));
            }
            let class = if is_fallback { nobodys_class() } else { read_class(scheme, kind, code) };
            let class = class.ok_or_else(|| row.bad(format!("{scheme} {kind} {code} is no class")))?;
            let made = LimitRow {
                class,
                condition: condition.to_owned(),
                words_zh: words_zh.to_owned(),
                words_en: words_en.to_owned(),
                limit,
            };
            if is_fallback {
                if fallback.replace(made).is_some() {
                    return Err(row.bad("a second fallback row"));
                }
                continue;
            }
            if catalogue.get(&made.class).is_none() {
                return Err(row.bad(format!("{scheme} {kind} {code} is not in the catalogue")));
            }
            let rows = by_class.entry(made.class.clone()).or_default();
            if rows.iter().any(|other| other.condition == made.condition) {
                return Err(row.bad(format!("condition {condition:?} comes twice in the class")));
            }
            rows.push(made);
        }
        let no_fallback = || BadTable { table: TABLE, line: last, what: "there is no fallback row".to_owned() };
        let fallback = fallback.ok_or_else(no_fallback)?;
        for class in catalogue.classes() {
            by_class
                .entry(class.class.clone())
                .or_insert_with(|| vec![LimitRow { class: class.class.clone(), ..fallback.clone() }]);
        }
        Ok(Self(Arc::new(Rows { by_class, fallback: vec![fallback] })))
    }

    /// The conditions of a class in the table's order; never empty: a class without rows of its own has the fallback
    /// row.
    pub fn conditions(&self, class: &ClassRef) -> &[LimitRow] {
        self.0.by_class.get(class).unwrap_or(&self.0.fallback)
    }

    /// One condition of a class.
    pub fn find(&self, class: &ClassRef, condition: &str) -> Option<&LimitRow> {
        self.conditions(class).iter().find(|row| row.condition == condition)
    }
}

/// Whether a text can be the key of a condition: up to 40 small letters, digits and underscores.
pub fn is_condition_key(text: &str) -> bool {
    (1..=40).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
}

fn nobodys_class() -> Option<ClassRef> {
    read_class("*", "E", "0000")
}

/// A class as tables write it.
pub(super) fn read_class(scheme: &str, kind: &str, code: &str) -> Option<ClassRef> {
    let kind = match kind {
        "C" => Kind::Component,
        "E" => Kind::Event,
        _ => return None,
    };
    Some(ClassRef { scheme: scheme.to_owned(), kind, code: ClassCode::new(code).ok()? })
}

static STAGES: LazyLock<BTreeMap<Stage, Limit>> = LazyLock::new(|| {
    stages(include_str!("../../data/stage_limits.tsv")).expect("the built-in stage limits are read by a test")
});

/// How long a desk may take for its own stage (`data/stage_limits.tsv`), on the continuous clock; `None` for the
/// disposal, which has the limit of the case.
pub fn stage_limit(stage: Stage) -> Option<Limit> {
    STAGES.get(&stage).copied()
}

fn stages(text: &str) -> Result<BTreeMap<Stage, Limit>, BadTable> {
    let mut limits = BTreeMap::new();
    for row in table::rows("stage limits", text, ["stage", "minutes", "note"])? {
        let stage = Stage::ALL.into_iter().find(|stage| stage.name() == row.cells[0]);
        let stage = stage.ok_or_else(|| row.bad(format!("{:?} is no stage", row.cells[0])))?;
        let minutes: f64 = row.cells[1].parse().map_err(|_| row.bad("the minutes are no number"))?;
        let limit = Limit { value: minutes / 60.0, unit: LimitUnit::UrgentHour };
        if !limit.is_valid() || limits.insert(stage, limit).is_some() {
            return Err(row.bad("no limit, or a second one for the stage"));
        }
    }
    Ok(limits)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn class(kind: &str, code: &str) -> ClassRef {
        read_class("GB/T 30428.2-2013", kind, code).unwrap()
    }

    #[test]
    fn every_class_has_a_condition_and_says_when_it_is_the_fallback() {
        let (catalogue, limits) = (Catalogue::standard(), LimitTable::sample());
        let mut own = 0;
        for one in catalogue.classes() {
            let rows = limits.conditions(&one.class);
            assert!(!rows.is_empty(), "{one:?}");
            for row in rows {
                assert_eq!(row.class, one.class);
                assert!(row.limit.is_valid() && is_condition_key(&row.condition));
                assert_eq!(limits.find(&one.class, &row.condition), Some(row));
                assert_eq!(row.is_fallback(), row.words_zh.contains("缺省"), "{row:?}");
                own += usize::from(!row.is_fallback());
            }
        }
        assert_eq!(own, 519);
        let unknown = class("E", "9999");
        assert!(limits.conditions(&unknown)[0].is_fallback());
    }

    #[test]
    fn the_examples_of_the_field() {
        let limits = LimitTable::sample();
        for (kind, code, condition, value, unit) in [
            ("C", "0101", "missing", 2.0, LimitUnit::UrgentHour),
            ("C", "0101", "broken", 4.0, LimitUnit::WorkHour),
            ("C", "0106", "broken", 1.0, LimitUnit::WorkDay),
            ("C", "0101", "rattle", 2.0, LimitUnit::WorkDay),
            ("C", "0101", "broken_subsided", 5.0, LimitUnit::WorkDay),
            ("C", "0104", "blocked", 1.0, LimitUnit::WorkDay),
            ("C", "0207", "ponding", 2.0, LimitUnit::UrgentHour),
            ("E", "0501", "leak", 1.0, LimitUnit::UrgentHour),
            ("E", "0505", "collapse", 2.0, LimitUnit::UrgentHour),
            ("E", "0401", "stall", 2.0, LimitUnit::UrgentHour),
            ("E", "0110", "outside_bin", 4.0, LimitUnit::WorkHour),
            ("E", "0101", "under_construction", 2.0, LimitUnit::NaturalDay),
            ("E", "0101", "built", 15.0, LimitUnit::WorkDay),
        ] {
            let row = limits.find(&class(kind, code), condition).unwrap_or_else(|| panic!("{kind}{code} {condition}"));
            assert_eq!(row.limit, Limit { value, unit }, "{kind}{code} {condition}");
        }
        // The spreadsheet's slips are mended: five steps of 2 cm, and 4 hours for the covers of the same kind.
        for code in ["0110", "0111"] {
            assert!(limits.find(&class("C", code), "broken_subsided").unwrap().words_zh.contains("超过 2 cm"));
            let broken = limits.find(&class("C", code), "broken").unwrap().limit;
            assert_eq!(broken, Limit { value: 4.0, unit: LimitUnit::WorkHour });
        }
    }

    #[test]
    fn a_table_is_refused_by_line_and_reason() {
        let head = "scheme\tkind\tcode\tcondition\twords_zh\twords_en\tvalue\tunit\tnote\n";
        let fallback = "*\t*\t*\tdefault\t缺省\tDefault\t5\twork_day\t\n";
        let read = |rows: String| LimitTable::from_table(&format!("{head}{rows}"), &Catalogue::standard()).map(|_| ());
        let row = |code: &str, key: &str, value: &str, unit: &str| {
            format!("{fallback}GB/T 30428.2-2013\tC\t{code}\t{key}\t缺失\tMissing\t{value}\t{unit}\t\n")
        };
        assert_eq!(read(row("0101", "missing", "0.5", "work_hour")), Ok(()));
        for (rows, word) in [
            (row("0101", "missing", "0", "work_hour"), "no limit"),
            (row("0101", "missing", "NaN", "work_hour"), "no limit"),
            (row("0101", "missing", "2", "fortnight"), "no unit"),
            (row("0101", "MISSING", "2", "work_hour"), "no key"),
            (row("0101", "default", "2", "work_hour"), "fallback"),
            (row("0113", "missing", "2", "work_hour"), "not in the catalogue"),
            (row("x", "missing", "2", "work_hour"), "no class"),
            (format!("{fallback}{fallback}"), "second"),
            (String::new(), "no fallback"),
        ] {
            let error = read(rows).unwrap_err();
            assert!(error.what.contains(word), "{error}");
        }
    }

    #[test]
    fn every_desk_has_its_limit_and_the_disposal_has_the_cases() {
        for stage in Stage::ALL {
            assert_eq!(stage_limit(stage).is_none(), stage == Stage::Handle, "{stage:?}");
        }
        let minutes = |stage| stage_limit(stage).unwrap().value * 60.0;
        assert_eq!(
            [Stage::Accept, Stage::Dispatch, Stage::Verify, Stage::Check].map(minutes),
            [15.0, 15.0, 30.0, 30.0]
        );
    }
}
