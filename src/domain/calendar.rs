//! Working calendar and the three clocks (DOMAIN.md 4.3).

use crate::base::Timestamp;
use crate::domain::limit::{Limit, LimitUnit};

/// Working days, holidays, make-up workdays and the slots of a working day.
#[derive(Clone, Debug, Default)]
pub struct Calendar {}

impl Calendar {
    /// The calendar built into this version: `data/holidays.tsv`, slots 08:00–12:00 and 14:00–18:00.
    pub fn standard() -> Self {
        Self::default()
    }

    /// The instant at which `limit`, started at `start`, is used up.
    pub fn deadline(&self, start: Timestamp, limit: Limit) -> Timestamp {
        let _ = limit;
        start
    }

    /// Minutes left until `deadline` in the clock of `unit`; negative minutes are late. For working clocks only the
    /// minutes inside slots count.
    pub fn minutes_left(&self, now: Timestamp, deadline: Timestamp, unit: LimitUnit) -> i64 {
        let _ = (now, deadline, unit);
        0
    }
}
