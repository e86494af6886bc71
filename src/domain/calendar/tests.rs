use jiff::SignedDuration;
use proptest::prelude::*;

use super::*;
use crate::base::clock::from_office_time;
use LimitUnit::{NaturalDay, UrgentHour, WorkDay, WorkHour};

fn at(text: &str) -> Timestamp {
    from_office_time(text.parse().unwrap())
}

fn limit(value: f64, unit: LimitUnit) -> Limit {
    Limit { value, unit }
}

#[test]
fn the_vectors_of_the_field() {
    let calendar = Calendar::standard();
    for (start, value, unit, deadline) in [
        ("2026-03-04T09:00", 4.0, WorkHour, "2026-03-04T15:00"),
        ("2026-03-04T09:00", 1.0, WorkDay, "2026-03-05T09:00"),
        ("2026-03-04T12:30", 1.0, WorkHour, "2026-03-04T15:00"),
        ("2026-03-06T17:30", 4.0, WorkHour, "2026-03-09T11:30"),
        ("2026-03-06T18:00", 4.0, WorkHour, "2026-03-09T12:00"),
        ("2026-02-13T17:30", 4.0, WorkHour, "2026-02-14T11:30"),
        ("2026-02-14T16:00", 1.0, WorkDay, "2026-02-24T16:00"),
        ("2026-04-30T10:00", 5.0, WorkDay, "2026-05-11T10:00"),
        ("2026-09-30T15:00", 2.0, WorkDay, "2026-10-09T15:00"),
        ("2025-12-31T17:00", 4.0, WorkHour, "2026-01-04T11:00"),
        ("2026-02-17T01:00", 2.0, UrgentHour, "2026-02-17T03:00"),
    ] {
        let limit = limit(value, unit);
        let found = calendar.deadline(at(start), limit);
        assert_eq!(office_time(found), office_time(at(deadline)), "{start} and {limit:?}");
        assert_eq!(calendar.minutes_left(at(start), found, unit), calendar.limit_minutes(limit), "{start}");
    }
}

#[test]
fn a_table_is_refused_by_line_and_reason() {
    let head = "date\ttype\tname_zh\tname_en\tofficial_paper\n";
    let read = |rows: &str| Calendar::from_table(&format!("{head}{rows}"), STANDARD_SLOTS).map(|_| ());
    let good = "2026-01-01\tholiday\t元旦\tNew Year\t-\n";
    assert_eq!(read(good), Ok(()));
    for (rows, line, word) in [
        (format!("{good}2026-13-01\tholiday\t\t\t\n"), 3, "no date"),
        (format!("{good}2026-01-02\tfeast\t\t\t\n"), 3, "neither"),
        (format!("{good}{good}"), 3, "twice"),
        (format!("{good}2026-01-02\tholiday\n"), 3, "columns"),
        (String::new(), 0, "no holiday"),
    ] {
        let error = read(&rows).unwrap_err();
        assert_eq!(error.line, line, "{error}");
        assert!(error.what.contains(word), "{error}");
    }
    for slots in [&[][..], &[(10, 5)], &[(0, 10), (5, 20)], &[(0, 90_000)], &[(-5, 10)]] {
        assert!(Calendar::from_table(&format!("{head}{good}"), slots).is_err(), "{slots:?}");
    }
}

#[test]
fn it_says_which_years_it_knows_and_goes_on_with_monday_to_friday() {
    let calendar = Calendar::standard();
    assert!((2019..=2026).all(|year| calendar.knows_year(year)));
    assert!(!calendar.knows_year(2018) && !calendar.knows_year(2027));
    assert_eq!(calendar.unknown_year_between(at("2026-03-01T00:00"), at("2026-12-31T23:59")), None);
    assert_eq!(calendar.unknown_year_between(at("2026-03-01T00:00"), at("2028-01-01T00:00")), Some(2027));
    // A Friday in a year that has no notice yet, and one long before the table begins.
    for friday in ["2027-10-01T17:00", "2001-10-05T17:00"] {
        let found = calendar.deadline(at(friday), limit(1.0, WorkDay));
        assert_eq!(found, at(friday) + SignedDuration::from_hours(3 * 24), "{friday}");
    }
}

#[test]
fn late_is_from_the_first_moment_after_the_deadline() {
    let calendar = Calendar::standard();
    let deadline = at("2026-03-06T18:00");
    for unit in LimitUnit::ALL {
        assert_eq!(calendar.minutes_left(deadline, deadline, unit), 0);
        assert_eq!(calendar.minutes_left(deadline + SignedDuration::from_millis(1), deadline, unit), -1);
        assert_eq!(calendar.minutes_left(deadline - SignedDuration::from_secs(59), deadline, unit), 0);
    }
    // No working time passes on a weekend, and yet the limit is over.
    assert_eq!(calendar.minutes_left(at("2026-03-08T12:00"), deadline, WorkHour), -1);
    assert_eq!(calendar.minutes_left(at("2026-03-09T09:00"), deadline, WorkHour), -60);
}

#[test]
fn a_pause_keeps_what_was_left_and_what_was_late() {
    let calendar = Calendar::standard();
    let deadline = at("2026-03-06T11:00");
    let resumed = |paused, again| office_time(calendar.resumed(deadline, at(paused), at(again), WorkHour)).to_string();
    assert_eq!(resumed("2026-03-06T09:00", "2026-03-06T17:00"), "2026-03-09T09:00:00");
    assert_eq!(resumed("2026-03-06T11:00", "2026-03-06T17:00"), "2026-03-06T17:00:00");
    assert_eq!(resumed("2026-03-06T12:00", "2026-03-06T17:00"), "2026-03-06T16:00:00");
    // Handled at night after a deadline at the end of the day: late, though no working minute has passed.
    let evening = at("2026-03-06T18:00");
    let again = at("2026-03-08T10:00");
    let after = calendar.resumed(evening, at("2026-03-06T20:00"), again, WorkHour);
    assert!(calendar.minutes_left(again, after, WorkHour) < 0);
}

#[test]
fn absurd_limits_are_cut_and_nothing_breaks_at_the_ends_of_time() {
    let calendar = Calendar::standard();
    for unit in LimitUnit::ALL {
        let start = at("2026-03-04T09:00");
        let most = calendar.deadline(start, limit(Limit::MOST, unit));
        for value in [f64::NAN, f64::NEG_INFINITY, -1.0, -0.0, 0.0] {
            assert_eq!(calendar.deadline(start, limit(value, unit)), start);
        }
        for value in [f64::INFINITY, f64::MAX, 1e18] {
            assert_eq!(calendar.deadline(start, limit(value, unit)), most);
        }
        for (end, other) in [(Timestamp::MAX, Timestamp::MIN), (Timestamp::MIN, Timestamp::MAX)] {
            calendar.deadline(end, limit(Limit::MOST, unit));
            calendar.minutes_left(end, other, unit);
            calendar.resumed(end, other, end, unit);
            calendar.unknown_year_between(end, other);
        }
    }
}

/// Instants from before the table to after it, and limits that a table may hold.
fn instants() -> impl Strategy<Value = Timestamp> {
    (1_400_000_000_000_i64..1_950_000_000_000).prop_map(|millis| Timestamp::from_millisecond(millis).unwrap())
}

fn units() -> impl Strategy<Value = LimitUnit> {
    proptest::sample::select(LimitUnit::ALL.to_vec())
}

fn values() -> impl Strategy<Value = f64> {
    (1_u32..200).prop_map(|halves| f64::from(halves) / 2.0)
}

proptest! {
    #[test]
    fn what_is_left_at_the_start_is_the_limit(start in instants(), value in values(), unit in units()) {
        let calendar = Calendar::standard();
        let limit = limit(value, unit);
        let deadline = calendar.deadline(start, limit);
        prop_assert!(deadline > start);
        prop_assert_eq!(calendar.minutes_left(start, deadline, unit), calendar.limit_minutes(limit));
        prop_assert!((calendar.share_used(deadline, deadline, limit) - 1.0).abs() < 1e-9);
        prop_assert!(calendar.share_used(start, deadline, limit).abs() < 1e-9);
    }

    #[test]
    fn later_starts_and_longer_limits_end_no_earlier(
        start in instants(), wait in 0_i64..3_000_000, value in values(), more in values(), unit in units()
    ) {
        let calendar = Calendar::standard();
        let later = start + SignedDuration::from_secs(wait);
        let deadline = calendar.deadline(start, limit(value, unit));
        prop_assert!(calendar.deadline(later, limit(value, unit)) >= deadline);
        prop_assert!(calendar.deadline(start, limit(value + more, unit)) > deadline);
        prop_assert!(calendar.minutes_left(later, deadline, unit) <= calendar.minutes_left(start, deadline, unit));
        prop_assert_eq!(calendar.minutes_left(later, deadline, unit) < 0, later > deadline);
    }

    /// Against a slow walk along the calendar, minute by minute.
    #[test]
    fn working_clocks_agree_with_a_walk_and_end_inside_slots(
        hour in 0_i64..24 * 3000, minute in 0_i64..60, halves in 1_u32..40
    ) {
        let calendar = Calendar::standard();
        let start = at("2018-12-01T00:00") + SignedDuration::from_mins(hour * 60 + minute);
        let limit = limit(f64::from(halves) / 2.0, WorkHour);
        let table: std::collections::BTreeMap<String, bool> = include_str!("../../../data/holidays.tsv")
            .lines()
            .skip(1)
            .map(|line| {
                let mut cells = line.split('\t');
                (cells.next().unwrap().to_owned(), cells.next() == Some("makeup_workday"))
            })
            .collect();
        let works = |instant: Timestamp| {
            let civil = office_time(instant);
            let weekday = civil.weekday().to_monday_zero_offset() < 5;
            let day = table.get(&civil.date().to_string()).copied().unwrap_or(weekday);
            day && matches!(civil.hour(), 8..12 | 14..18)
        };
        let (mut walk, mut left) = (start, calendar.limit_minutes(limit));
        while left > 0 {
            left -= i64::from(works(walk));
            walk += SignedDuration::from_mins(1);
        }
        let found = calendar.deadline(start, limit);
        prop_assert_eq!(found, walk);
        prop_assert!(works(found - SignedDuration::from_secs(1)));
    }

    #[test]
    fn a_pause_costs_nothing(
        start in instants(), value in values(), unit in units(), worked in 0_i64..2_000_000, pause in 0_i64..2_000_000
    ) {
        let calendar = Calendar::standard();
        let limit = limit(value, unit);
        let deadline = calendar.deadline(start, limit);
        let paused = start + SignedDuration::from_secs(worked);
        let again = paused + SignedDuration::from_secs(pause);
        let after = calendar.resumed(deadline, paused, again, unit);
        prop_assert_eq!(calendar.minutes_left(again, after, unit) < 0, paused > deadline);
        let (left_before, left_after) =
            (calendar.nanos_between(paused, deadline, unit), calendar.nanos_between(again, after, unit));
        prop_assert!(left_before == left_after || (left_before == 0 && paused > deadline));
    }
}

#[test]
fn natural_days_run_through_holidays() {
    let calendar = Calendar::standard();
    assert_eq!(calendar.deadline(at("2026-02-14T16:00"), limit(2.0, NaturalDay)), at("2026-02-16T16:00"));
}
