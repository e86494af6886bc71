//! Checks of codes, days and bonds: G1, G2, G9, G10, G11.

use std::collections::BTreeMap;

use super::{Check, Finding, Surroundings, about_cell};
use crate::spatial::grid::{Act, CODE_DIGITS, CellBook, CellVersion, STREET_DIGITS};

pub(super) fn check(book: &CellBook, around: &Surroundings) -> Vec<Finding> {
    let mut findings: Vec<Finding> = book
        .current()
        .filter(|version| !is_known_code(version, around))
        .map(|version| about_cell(Check::G1, version, String::new()))
        .collect();
    let mut by_code: BTreeMap<&str, Vec<&CellVersion>> = BTreeMap::new();
    for version in book.versions() {
        by_code.entry(&version.code).or_default().push(version);
    }
    for versions in by_code.values().filter(|versions| given_again(versions)) {
        // The last one is the one that should not have the code.
        findings.extend(versions.last().map(|version| about_cell(Check::G2, version, String::new())));
    }
    for version in book.versions() {
        let days = version.ended.as_ref().and_then(|end| Some((version.began.day?, end.day?)));
        if let Some((first, last)) = days.filter(|(first, last)| last < first) {
            findings.push(about_cell(Check::G9, version, format!("{first} > {last}")));
        }
    }
    for (check, bonds) in [(Check::G10, &around.duties), (Check::G11, &around.open_cases)] {
        for (name, code) in bonds.iter().flatten().filter(|(_, code)| book.is_void(code)) {
            findings.extend(book.of(code).last().map(|version| about_cell(check, version, name.clone())));
        }
    }
    findings
}

/// 15 digits that begin with a community of the pack; with the street where the pack has no communities with codes.
fn is_known_code(version: &CellVersion, around: &Surroundings) -> bool {
    let code = version.code.as_str();
    if code.len() != CODE_DIGITS || !code.bytes().all(|byte| byte.is_ascii_digit()) || code.ends_with("000") {
        return false;
    }
    let mut communities = around.communities.iter().filter(|(community, ..)| !community.is_empty()).peekable();
    if communities.peek().is_some() {
        return communities.any(|(community, ..)| community == version.community());
    }
    around.street_code.len() != STREET_DIGITS || code.starts_with(&around.street_code)
}

/// Whether two cells share the code: two versions hold at once, or one began after the code had ended. `versions` are those
/// of one code, in order.
fn given_again(versions: &[&CellVersion]) -> bool {
    let current = versions.iter().filter(|version| version.is_current()).count();
    let began_again = versions.windows(2).any(|pair| match pair {
        [before, after] => {
            let moved = before.ended.as_ref().is_some_and(|end| end.act == Act::Reshaped);
            before.ended.is_some() && !(moved && after.began.act == Act::Reshaped)
        }
        _ => false,
    });
    current > 1 || began_again
}
