//! Cases by the day on which they came in: a span of days, what falls into it, and where it lies. Panel, map and scripts
//! have their numbers from [`within`] and [`discs`], which are one count.

use std::collections::BTreeMap;

use jiff::civil::{Date, Time};
use jiff::{SignedDuration, Timestamp, ToSpan as _};
use serde::{Deserialize, Serialize};

use crate::app::state::AppState;
use crate::base::clock::{from_office_time, office_time};
use crate::base::{CaseId, LonLat};
use crate::spatial::crs::{Ground, ground_from_lonlat};
use crate::spatial::incidents::place;

/// Which days are meant, on the calendar of the office.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Span {
    /// Since midnight.
    Today,
    /// Today and the six days before.
    Week,
    /// Today and the 29 days before.
    Month,
    /// Since the first day of the quarter.
    Season,
    /// From one day to another, both included.
    Between(Date, Date),
}

impl Span {
    /// Those with a name.
    pub const NAMED: [Self; 4] = [Self::Today, Self::Week, Self::Month, Self::Season];

    /// First and last day.
    pub fn days(self, now: Timestamp) -> [Date; 2] {
        let today = office_time(now).date();
        let back = |days: i64| today.checked_sub(days.days()).unwrap_or(today);
        match self {
            Self::Today => [today, today],
            Self::Week => [back(6), today],
            Self::Month => [back(29), today],
            Self::Season => {
                let month = (today.month() - 1) / 3 * 3 + 1;
                [Date::new(today.year(), month, 1).unwrap_or(today), today]
            }
            Self::Between(from, to) => [from.min(to), from.max(to)],
        }
    }

    /// Seconds since 1970 at its beginning and just after its end.
    pub fn seconds(self, now: Timestamp) -> [i64; 2] {
        let [from, to] = self.days(now);
        let midnight = |day: Date| from_office_time(day.to_datetime(Time::midnight()));
        let after = to.checked_add(1.day()).map_or(Timestamp::MAX, midnight);
        [midnight(from).as_second(), after.as_second()]
    }
}

/// What falls into a span.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Within {
    /// Open cases that came in then.
    pub open: Vec<CaseId>,
    /// Open cases that came in at another time: they are not on the map, and that has to be said.
    pub open_outside: usize,
    /// Cases of that time that have ended.
    pub ended: Vec<CaseId>,
    /// Incidents of that time out of the map pack.
    pub past: usize,
}

/// What falls into a span of days.
pub fn within(state: &AppState, span: Span) -> Within {
    let seconds = span.seconds(state.office_now());
    let [from, to] = seconds;
    let mut found = Within { past: state.books.incidents.count(seconds), ..Within::default() };
    for (id, case) in &state.cases.view {
        let inside = (from..to).contains(&case.reported_at.as_second());
        match (state.cases.open.contains(id), inside) {
            (true, true) => found.open.push(*id),
            (true, false) => found.open_outside += 1,
            (false, true) => found.ended.push(*id),
            (false, false) => {}
        }
    }
    found
}

/// Several points near each other on the screen.
#[derive(Clone, PartialEq, Debug)]
pub struct Group<T> {
    /// Their middle.
    pub at: LonLat,
    /// What they are.
    pub members: Vec<T>,
}

/// Side of the squares in which points become one sign, points of the screen at the nearest scale of each step.
const SQUARE_POINTS: f64 = 30.0;
/// From this scale on, metres for a point, signs near each other become one.
pub const GROUPED_FROM: f64 = 1.0;

/// The step of a scale: groups stay as they are until it changes. `None` where nothing is grouped.
pub fn step(metres_per_point: f64) -> Option<i32> {
    (metres_per_point > GROUPED_FROM).then(|| metres_per_point.log2().ceil() as i32)
}

/// Side of a square at a step, metres.
fn side_m(step: i32) -> f64 {
    SQUARE_POINTS * 2.0_f64.powi(step)
}

fn square(at: Ground, side_m: f64) -> [i64; 2] {
    [(at.east_m / side_m).floor() as i64, (at.north_m / side_m).floor() as i64]
}

/// Points in one square of a step as one group. Squares lie still on the ground, so groups do not swim when the map is moved.
pub fn grouped<T>(points: impl IntoIterator<Item = (LonLat, T)>, step: i32) -> Vec<Group<T>> {
    let mut squares: BTreeMap<[i64; 2], (Ground, Vec<T>)> = BTreeMap::new();
    for (at, member) in points.into_iter().filter(|(at, _)| at.is_valid()) {
        let ground = ground_from_lonlat(at);
        let (sum, members) = squares.entry(square(ground, side_m(step))).or_default();
        (sum.east_m, sum.north_m) = (sum.east_m + ground.east_m, sum.north_m + ground.north_m);
        members.push(member);
    }
    squares.into_values().map(|(sum, members)| Group { at: middle(sum, members.len()), members }).collect()
}

fn middle(sum: Ground, count: usize) -> LonLat {
    let count = count.max(1) as f64;
    place(Ground { east_m: sum.east_m / count, north_m: sum.north_m / count })
}

/// Ended cases and past incidents of one square.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Disc {
    /// Their middle.
    pub at: LonLat,
    /// How many they are.
    pub count: usize,
}

/// Where what is over and past of a span lies, within some metres of a middle: the squares of a step as discs. `ended` are
/// the cases that [`within`] found.
pub fn discs(state: &AppState, span: Span, ended: &[CaseId], step: i32, around: LonLat, within_m: f64) -> Vec<Disc> {
    let side_m = side_m(step);
    let mut squares: BTreeMap<[i64; 2], (Ground, usize)> = BTreeMap::new();
    let mut add = |at: Ground| {
        let (sum, count) = squares.entry(square(at, side_m)).or_default();
        (sum.east_m, sum.north_m) = (sum.east_m + at.east_m, sum.north_m + at.north_m);
        *count += 1;
    };
    let places = ended.iter().filter_map(|id| Some(state.cases.view.get(id)?.report.place.at));
    places.filter(|at| at.is_valid()).for_each(|at| add(ground_from_lonlat(at)));
    let seconds = span.seconds(state.office_now());
    state.books.incidents.each(seconds, ground_from_lonlat(around), within_m, add);
    squares.into_values().map(|(sum, count)| Disc { at: middle(sum, count), count }).collect()
}

/// First day and last day of everything that is known: the ends of the slider. At most three years.
pub fn extent(state: &AppState) -> [Date; 2] {
    const MOST_DAYS: i64 = 3 * 366;
    let now = state.office_now();
    let today = office_time(now).date();
    let cases = state.cases.view.values().map(|case| case.reported_at.as_second()).min();
    let first = cases.into_iter().chain(state.books.incidents.first_s()).min();
    let first = first.and_then(|second| Timestamp::from_second(second).ok()).map_or(today, |at| office_time(at).date());
    let earliest = today.checked_sub(MOST_DAYS.days()).unwrap_or(today);
    // A month of room at least, so that the slider has something to slide on.
    let month = today.checked_sub(30.days()).unwrap_or(today);
    [first.max(earliest).min(month), today]
}

/// How many cases and incidents came in, in so many even parts of a span of days.
pub fn bars(state: &AppState, days: [Date; 2], count: usize) -> Vec<u32> {
    let mut bars = vec![0; count.max(1)];
    let seconds = Span::Between(days[0], days[1]).seconds(state.office_now());
    let [from, to] = seconds;
    let length = (to - from).max(1) as f64;
    for case in state.cases.view.values() {
        let at = case.reported_at.as_second();
        if (from..to).contains(&at) {
            let bar = ((at - from) as f64 / length * bars.len() as f64) as usize;
            let last = bars.len() - 1;
            bars[bar.min(last)] += 1;
        }
    }
    state.books.incidents.add_bars(seconds, &mut bars);
    bars
}

/// Days from one to another.
pub fn days_between(from: Date, to: Date) -> i64 {
    from.duration_until(to).as_hours() / 24
}

/// The day so many days after one.
pub fn day_after(from: Date, days: i64) -> Date {
    from.checked_add(SignedDuration::from_hours(days.saturating_mul(24))).unwrap_or(from)
}

/// A day as people type it: 2026-03-01, 2026.3.1, 2026/3/1, or 3-1 for this year.
pub fn read_day(text: &str, now: Timestamp) -> Option<Date> {
    let parts: Vec<&str> =
        text.trim().split(['-', '/', '.', '年', '月', '日']).filter(|part| !part.is_empty()).collect();
    let (year, month, day) = match parts[..] {
        [year, month, day] => (year.parse().ok()?, month, day),
        [month, day] => (office_time(now).year(), month, day),
        _ => return None,
    };
    Date::new(year, month.parse().ok()?, day.parse().ok()?).ok()
}

/// A span as it is typed behind the command `时段`: a name, or two days.
pub fn read_span(text: &str, now: Timestamp) -> Option<Span> {
    let words: Vec<&str> = text.split_whitespace().collect();
    match words[..] {
        [one] => Some(match one.to_lowercase().as_str() {
            "今天" | "今日" | "today" => Span::Today,
            "7天" | "七天" | "一周" | "week" | "7d" => Span::Week,
            "30天" | "三十天" | "一月" | "month" | "30d" => Span::Month,
            "本季" | "季度" | "season" | "quarter" => Span::Season,
            _ => {
                let day = read_day(one, now)?;
                Span::Between(day, day)
            }
        }),
        [from, to] => Some(Span::Between(read_day(from, now)?, read_day(to, now)?)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn now() -> Timestamp {
        // Half past midnight on the office wall, the day before in Greenwich.
        "2026-05-09T16:30:00Z".parse().unwrap()
    }

    #[test]
    fn spans_are_days_of_the_office() {
        let days = |span: Span| span.days(now());
        assert_eq!(days(Span::Today), [date(2026, 5, 10), date(2026, 5, 10)]);
        assert_eq!(days(Span::Week), [date(2026, 5, 4), date(2026, 5, 10)]);
        assert_eq!(days(Span::Month), [date(2026, 4, 11), date(2026, 5, 10)]);
        assert_eq!(days(Span::Season), [date(2026, 4, 1), date(2026, 5, 10)]);
        assert_eq!(days(Span::Between(date(2026, 3, 2), date(2026, 3, 1))), [date(2026, 3, 1), date(2026, 3, 2)]);
        let [from, to] = Span::Today.seconds(now());
        assert_eq!(
            (to - from, Timestamp::from_second(from).unwrap().to_string()),
            (86_400, "2026-05-09T16:00:00Z".to_owned())
        );
    }

    #[test]
    fn what_people_type_is_read() {
        assert_eq!(read_day("2026-3-1", now()), Some(date(2026, 3, 1)));
        assert_eq!(read_day(" 2026年03月01日 ", now()), Some(date(2026, 3, 1)));
        assert_eq!(read_day("3/1", now()), Some(date(2026, 3, 1)));
        for bad in ["", "1", "2026-13-1", "2026-02-30", "a-b-c", "1-2-3-4"] {
            assert_eq!(read_day(bad, now()), None, "{bad}");
        }
        assert_eq!(read_span("7天", now()), Some(Span::Week));
        assert_eq!(read_span("2026-03-01 2026-03-05", now()), Some(Span::Between(date(2026, 3, 1), date(2026, 3, 5))));
        assert_eq!((read_span("", now()), read_span("bald", now())), (None, None));
    }

    #[test]
    fn groups_lie_still_and_lose_nobody() {
        let points: Vec<(LonLat, usize)> =
            (0..400).map(|i| (LonLat::new(116.2 + (i % 20) as f64 * 4e-4, 39.9 + (i / 20) as f64 * 3e-4), i)).collect();
        for step in 1..8 {
            let groups = grouped(points.clone(), step);
            let mut members: Vec<usize> = groups.iter().flat_map(|group| group.members.clone()).collect();
            members.sort_unstable();
            assert_eq!(members, (0..400).collect::<Vec<_>>());
            assert!(groups.len() < 400 || step < 2);
        }
        assert_eq!((step(0.5), step(1.0), step(1.1), step(2.0), step(2.1)), (None, None, Some(1), Some(1), Some(2)));
        let broken = grouped([(LonLat::new(f64::NAN, 0.0), 1)], 3);
        assert!(broken.is_empty());
    }
}
