//! Working calendar and the three clocks (DOMAIN.md 4.3).
//!
//! Working time is a number line: every instant has a count of working time before it, and every count has a first
//! instant at which it is reached. A deadline is a sum on that line, what is left a difference, and both cost the same
//! for an hour as for years: whole days come from a running count of working days, never from walking along the calendar.

use std::collections::BTreeSet;
use std::sync::{Arc, LazyLock};

use jiff::civil::{Date, date};

use crate::base::Timestamp;
use crate::base::clock::{OFFICE_OFFSET, office_time};
use crate::domain::limit::{Limit, LimitUnit};
use crate::domain::table::{self, BadTable};

const NANOS_PER_SECOND: i128 = 1_000_000_000;
const SECONDS_PER_HOUR: i64 = 3600;
const SECONDS_PER_DAY: i64 = 24 * SECONDS_PER_HOUR;
const NANOS_PER_DAY: i128 = SECONDS_PER_DAY as i128 * NANOS_PER_SECOND;

/// Slots of a working day, as seconds after office midnight: 08:00–12:00 and 14:00–18:00.
pub const STANDARD_SLOTS: &[(i64, i64)] =
    &[(8 * SECONDS_PER_HOUR, 12 * SECONDS_PER_HOUR), (14 * SECONDS_PER_HOUR, 18 * SECONDS_PER_HOUR)];

/// Working days, holidays, make-up workdays and the slots of a working day. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Calendar(Arc<Book>);

#[derive(Debug)]
struct Book {
    /// Slots of a working day in nanoseconds after office midnight, in order.
    slots: Vec<(i128, i128)>,
    /// Working time of one working day.
    day_nanos: i128,
    /// First day of the table, in days since 1970-01-01.
    first: i64,
    /// How many working days lie between the table's first day and each of its days; one more than it has days.
    before: Vec<i64>,
    /// Years whose holidays have been published.
    known: BTreeSet<i16>,
}

static STANDARD: LazyLock<Calendar> = LazyLock::new(|| {
    Calendar::from_table(include_str!("../../data/holidays.tsv"), STANDARD_SLOTS)
        .expect("the built-in holidays are read by a test")
});

impl Default for Calendar {
    fn default() -> Self {
        Self::standard()
    }
}

impl Calendar {
    /// The calendar built into this version: `data/holidays.tsv`, slots 08:00–12:00 and 14:00–18:00.
    pub fn standard() -> Self {
        STANDARD.clone()
    }

    /// A calendar from a holiday table (columns as in `data/holidays.tsv`) and the slots of a working day in seconds
    /// after midnight.
    ///
    /// # Errors
    /// [`BadTable`] with the line, when a row cannot be read, a date comes twice, or the slots are not in order.
    pub fn from_table(text: &str, slots: &[(i64, i64)]) -> Result<Self, BadTable> {
        const TABLE: &str = "holidays";
        let bad = |what: &str| BadTable { table: TABLE, line: 0, what: what.to_owned() };
        let in_order = slots.iter().flat_map(|(from, to)| [*from, *to]).collect::<Vec<_>>();
        let in_day = in_order.iter().all(|second| (0..=SECONDS_PER_DAY).contains(second));
        if slots.is_empty() || !in_day || slots.iter().any(|(from, to)| from >= to) || !in_order.is_sorted() {
            return Err(bad("the slots of a working day have to follow one another within a day"));
        }
        let mut named = std::collections::BTreeMap::new();
        let mut holidays = BTreeSet::new();
        for row in table::rows(TABLE, text, ["date", "type", "name_zh", "name_en", "official_paper"])? {
            let day: Date = row.cells[0].parse().map_err(|_| row.bad(format!("{:?} is no date", row.cells[0])))?;
            let works = match row.cells[1] {
                "holiday" => {
                    holidays.insert(day);
                    false
                }
                "makeup_workday" => true,
                other => return Err(row.bad(format!("{other:?} is neither holiday nor makeup_workday"))),
            };
            if named.insert(epoch_day(day), works).is_some() {
                return Err(row.bad(format!("{day} comes twice")));
            }
        }
        let (Some(earliest), Some(latest)) = (holidays.first(), holidays.last()) else {
            return Err(bad("there is no holiday in it"));
        };
        let first = epoch_day(date(earliest.year(), 1, 1));
        let last = epoch_day(date(latest.year(), 12, 31));
        let mut before = vec![0];
        let mut count = 0;
        for day in first..=last {
            count += i64::from(named.get(&day).copied().unwrap_or_else(|| is_monday_to_friday(day)));
            before.push(count);
        }
        // The notice of a year names its New Year and its National Day; a stray December day of a neighbour does not.
        let known = (earliest.year()..=latest.year())
            .filter(|year| [date(*year, 1, 1), date(*year, 10, 1)].iter().all(|day| holidays.contains(day)))
            .collect();
        let nanos = |second: i64| i128::from(second) * NANOS_PER_SECOND;
        let slots: Vec<_> = slots.iter().map(|(from, to)| (nanos(*from), nanos(*to))).collect();
        let day_nanos = slots.iter().map(|(from, to)| to - from).sum();
        Ok(Self(Arc::new(Book { slots, day_nanos, first, before, known })))
    }

    /// Whether the holidays of a year have been published. For any other year Monday to Friday count as working days.
    pub fn knows_year(&self, year: i16) -> bool {
        self.0.known.contains(&year)
    }

    /// The first year between two instants whose holidays are not known: a deadline worked out across it is provisional,
    /// and whoever shows it should say so.
    pub fn unknown_year_between(&self, from: Timestamp, to: Timestamp) -> Option<i16> {
        let (from, to) = (office_time(from).year(), office_time(to).year());
        (from..=to).find(|year| !self.knows_year(*year))
    }

    /// Length of a limit in minutes of its own clock; what [`Limit::is_valid`] refuses is cut to what it allows.
    pub fn limit_minutes(&self, limit: Limit) -> i64 {
        narrow(self.limit_nanos(limit) / (60 * NANOS_PER_SECOND))
    }

    /// The instant at which `limit`, started at `start`, is used up. On a working clock a start outside the slots counts
    /// from the next slot, and a limit that ends with a slot ends there. A limit of nothing ends where it starts.
    pub fn deadline(&self, start: Timestamp, limit: Limit) -> Timestamp {
        match self.limit_nanos(limit) {
            0 => start,
            nanos => self.moved(start, nanos, limit.unit),
        }
    }

    /// Minutes left until `deadline` in the clock of `unit`; negative minutes are late. For working clocks only the
    /// minutes inside slots count. Minutes are rounded down, and whatever is late is late by a minute at least.
    pub fn minutes_left(&self, now: Timestamp, deadline: Timestamp, unit: LimitUnit) -> i64 {
        let minutes = narrow(self.nanos_between(now, deadline, unit).div_euclid(60 * NANOS_PER_SECOND));
        if now > deadline { minutes.min(-1) } else { minutes }
    }

    /// A deadline after a pause: what was left of `deadline` at `paused` is left again at `resumed`, in the clock of
    /// `unit`. What was late stays late by as much.
    pub fn resumed(&self, deadline: Timestamp, paused: Timestamp, resumed: Timestamp, unit: LimitUnit) -> Timestamp {
        match self.nanos_between(paused, deadline, unit) {
            // Late by nothing that the working clock counts, and late all the same.
            0 if paused > deadline => deadline,
            0 => resumed,
            left => self.moved(resumed, left, unit),
        }
    }

    /// What share of a limit that ends at `deadline` is used at `now`; above 1 it is late.
    pub fn share_used(&self, now: Timestamp, deadline: Timestamp, limit: Limit) -> f64 {
        let whole = self.limit_nanos(limit).max(1);
        1.0 - self.nanos_between(now, deadline, limit.unit) as f64 / whole as f64
    }

    fn limit_nanos(&self, limit: Limit) -> i128 {
        let unit_nanos = match limit.unit {
            LimitUnit::UrgentHour | LimitUnit::WorkHour => i128::from(SECONDS_PER_HOUR) * NANOS_PER_SECOND,
            LimitUnit::WorkDay => self.0.day_nanos,
            LimitUnit::NaturalDay => NANOS_PER_DAY,
        };
        // NaN falls through both comparisons of `clamp` and becomes 0 in the cast. To the second is exact enough.
        let seconds = limit.value.clamp(0.0, Limit::MOST) * (unit_nanos / NANOS_PER_SECOND) as f64;
        (seconds.round() as i128) * NANOS_PER_SECOND
    }

    /// `from` moved along the clock of `unit`.
    fn moved(&self, from: Timestamp, nanos: i128, unit: LimitUnit) -> Timestamp {
        let at =
            if unit.is_working() { self.0.reached(self.0.worked(from) + nanos) } else { from.as_nanosecond() + nanos };
        Timestamp::from_nanosecond(at).unwrap_or(if at > 0 { Timestamp::MAX } else { Timestamp::MIN })
    }

    fn nanos_between(&self, from: Timestamp, to: Timestamp, unit: LimitUnit) -> i128 {
        if unit.is_working() {
            self.0.worked(to) - self.0.worked(from)
        } else {
            to.as_nanosecond() - from.as_nanosecond()
        }
    }
}

impl Book {
    /// Working time between the table's first day and `at`; negative before it.
    fn worked(&self, at: Timestamp) -> i128 {
        let office = at.as_nanosecond() + i128::from(OFFICE_OFFSET.seconds()) * NANOS_PER_SECOND;
        let day = narrow(office.div_euclid(NANOS_PER_DAY));
        let time = office.rem_euclid(NANOS_PER_DAY);
        let days = self.working_days_before(day);
        let today = if self.working_days_before(day + 1) > days {
            self.slots.iter().map(|(from, to)| time.clamp(*from, *to) - from).sum()
        } else {
            0
        };
        i128::from(days) * self.day_nanos + today
    }

    /// The first instant by which so much working time has passed: the end of a slot, not the beginning of the next.
    fn reached(&self, worked: i128) -> i128 {
        let days = (worked - 1).div_euclid(self.day_nanos);
        let mut rest = worked - days * self.day_nanos;
        let midnight = i128::from(self.working_day(narrow(days))) * NANOS_PER_DAY
            - i128::from(OFFICE_OFFSET.seconds()) * NANOS_PER_SECOND;
        for (from, to) in &self.slots {
            if rest <= to - from {
                return midnight + from + rest;
            }
            rest -= to - from;
        }
        midnight + self.slots.last().map_or(0, |(_, to)| *to)
    }

    fn end(&self) -> i64 {
        self.first + self.before.len() as i64 - 1
    }

    /// Working days from the table's first day up to and without `day`.
    fn working_days_before(&self, day: i64) -> i64 {
        let end = self.end();
        if day < self.first {
            weekdays_before(day) - weekdays_before(self.first)
        } else if day <= end {
            self.before[(day - self.first) as usize]
        } else {
            self.total() + weekdays_before(day) - weekdays_before(end)
        }
    }

    /// The working day that has so many before it.
    fn working_day(&self, number: i64) -> i64 {
        if number < 0 {
            weekday(number + weekdays_before(self.first))
        } else if number < self.total() {
            self.first + self.before.partition_point(|count| *count <= number) as i64 - 1
        } else {
            weekday(number - self.total() + weekdays_before(self.end()))
        }
    }

    fn total(&self) -> i64 {
        self.before.last().copied().unwrap_or(0)
    }
}

fn narrow(wide: i128) -> i64 {
    i64::try_from(wide).unwrap_or(if wide > 0 { i64::MAX } else { i64::MIN })
}

/// Days since 1970-01-01.
fn epoch_day(day: Date) -> i64 {
    day.duration_since(date(1970, 1, 1)).as_hours() / 24
}

/// 1970-01-01 was a Thursday: day -3 was a Monday.
const MONDAY: i64 = -3;

fn is_monday_to_friday(day: i64) -> bool {
    (day - MONDAY).rem_euclid(7) < 5
}

/// Mondays to Fridays between that Monday and `day`.
fn weekdays_before(day: i64) -> i64 {
    let days = day - MONDAY;
    days.div_euclid(7) * 5 + days.rem_euclid(7).min(5)
}

/// The Monday to Friday that has so many before it.
fn weekday(number: i64) -> i64 {
    number.div_euclid(5) * 7 + number.rem_euclid(5) + MONDAY
}

#[cfg(test)]
mod tests;
