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
