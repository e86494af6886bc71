//! Who could be sent: proposals for a person to choose from, never a choice by themselves.

use crate::base::{LonLat, Timestamp};
use crate::domain::case::command::{ClassRef, Kind};
use crate::domain::org::{Department, Officer};
use crate::spatial::crs::distance_m;

/// A position older than this says little about where somebody is now.
pub const FRESH_MINUTES: i64 = 30;

/// An officer on duty, as seen from a place.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct OfficerProposal<'a> {
    /// The officer.
    pub officer: &'a Officer,
    /// Metres from the place to the last fix, in a straight line; `None` without a fix.
    pub distance_m: Option<f64>,
    /// Age of the fix in minutes.
    pub fix_age_minutes: Option<i64>,
}

impl OfficerProposal<'_> {
    /// Whether the fix is young enough to be gone by.
    pub fn is_fresh(&self) -> bool {
        self.fix_age_minutes.is_some_and(|age| age <= FRESH_MINUTES)
    }
}

/// At most `most` officers on duty: first those with a fresh fix, nearest first; then those with an old one; then those of
/// whom nothing is known. Equals stand in the order of their numbers.
pub fn officers(all: &[Officer], at: LonLat, now: Timestamp, most: usize) -> Vec<OfficerProposal<'_>> {
    let mut found: Vec<OfficerProposal<'_>> = all
        .iter()
        .filter(|officer| officer.on_duty)
        .map(|officer| OfficerProposal {
            officer,
            distance_m: officer.fix.filter(|fix| fix.at.is_valid()).map(|fix| distance_m(at, fix.at)),
            fix_age_minutes: officer.fix.map(|fix| now.duration_since(fix.time).as_mins().max(0)),
        })
        .collect();
    let metres = |one: &OfficerProposal<'_>| one.distance_m.unwrap_or(f64::INFINITY);
    found.sort_by(|a, b| {
        let fresh = b.is_fresh().cmp(&a.is_fresh());
        fresh.then(metres(a).total_cmp(&metres(b))).then_with(|| a.officer.id.cmp(&b.officer.id))
    });
    found.truncate(most);
    found
}

/// How closely a department's duties fit a class.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Fit {
    /// It answers for this very class (`C0101`).
    Class,
    /// It answers for the major class (`C01`).
    Major,
    /// It answers for all components or all events of its place (`C`, `E`).
    Place,
}

/// A department, and whether the class is its duty.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct DepartmentProposal<'a> {
    /// The department.
    pub department: &'a Department,
    /// `None`: the class is none of its duties, but a person may know better.
    pub fit: Option<Fit>,
}

/// All departments, those that answer for the class first. A component goes to its owner first and then to the place, an
/// event to the place first and then to the owner (先属主后属地, 先属地后属主).
pub fn departments<'a>(all: &'a [Department], class: &ClassRef) -> Vec<DepartmentProposal<'a>> {
    let prefix = match class.kind {
        Kind::Component => "C",
        Kind::Event => "E",
    };
    let code = class.code.as_str();
    let whole = format!("{prefix}{code}");
    let major = format!("{prefix}{}", code.get(..2).unwrap_or(code));
    let fit = |department: &Department| {
        department
            .duties
            .iter()
            .filter_map(|duty| match duty.as_str() {
                duty if duty == whole => Some(Fit::Class),
                duty if duty == major => Some(Fit::Major),
                duty if duty == prefix => Some(Fit::Place),
                _ => None,
            })
            .min()
    };
    let mut found: Vec<DepartmentProposal<'_>> =
        all.iter().map(|department| DepartmentProposal { department, fit: fit(department) }).collect();
    let rank = |fit: Option<Fit>| match (fit, class.kind) {
        (Some(Fit::Place), Kind::Event) => 0,
        (Some(Fit::Class), _) => 1,
        (Some(Fit::Major), _) => 2,
        (Some(Fit::Place), Kind::Component) => 3,
        (None, _) => 4,
    };
    found.sort_by(|a, b| rank(a.fit).cmp(&rank(b.fit)).then_with(|| a.department.code.cmp(&b.department.code)));
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::code::ClassCode;
    use crate::domain::org::{DeptCode, Fix, OfficerId};

    fn at(minute: i64) -> Timestamp {
        Timestamp::from_second(1_790_000_000 + 60 * minute).unwrap()
    }

    fn officer(id: &str, on_duty: bool, east: Option<(f64, i64)>) -> Officer {
        let fix = east.map(|(east, minute)| Fix {
            at: LonLat::new(116.2 + east, 39.9),
            time: at(minute),
            heading_degrees: None,
            accuracy_m: 5.0,
        });
        Officer { id: OfficerId(id.into()), name: id.into(), user: None, phone: String::new(), on_duty, fix }
    }

    #[test]
    fn the_nearest_fresh_officer_comes_first() {
        let all = [
            officer("far", true, Some((0.02, 0))),
            officer("stale", true, Some((0.0, -90))),
            officer("off", false, Some((0.0, 0))),
            officer("near", true, Some((0.001, 0))),
            officer("unknown", true, None),
        ];
        let found = officers(&all, LonLat::new(116.2, 39.9), at(0), 9);
        let order: Vec<_> = found.iter().map(|one| one.officer.id.0.as_str()).collect();
        assert_eq!(order, ["near", "far", "stale", "unknown"]);
        assert_eq!(found[2].fix_age_minutes, Some(90));
        assert_eq!(officers(&all, LonLat::new(116.2, 39.9), at(0), 1).len(), 1);
        assert_eq!(officers(&all, LonLat::new(f64::NAN, 0.0), at(0), 9).len(), 4);
    }

    #[test]
    fn who_answers_for_a_class_comes_first_by_owner_or_by_place() {
        let department = |code: &str, duties: &[&str]| Department {
            code: DeptCode(code.into()),
            name: code.into(),
            duties: duties.iter().map(|duty| (*duty).to_owned()).collect(),
            phone: String::new(),
        };
        let all = [
            department("none", &["C0102"]),
            department("street", &["C", "E"]),
            department("major", &["C01", "E01"]),
            department("class", &["C01", "C0101", "E0101"]),
        ];
        let order = |kind| {
            let class = ClassRef { scheme: String::new(), kind, code: ClassCode::new("0101").unwrap() };
            departments(&all, &class).iter().map(|one| one.department.code.0.clone()).collect::<Vec<_>>()
        };
        assert_eq!(order(Kind::Component), ["class", "major", "street", "none"]);
        assert_eq!(order(Kind::Event), ["street", "class", "major", "none"]);
    }
}
