//! Cases and refusals in words, as notices, the inbox and scripts show them: the field's own words are in
//! [`crate::domain::case::words`], here come the names of this street's departments, officers and cases.

use crate::app::state::ReferenceState;
use crate::base::text::Lang;
use crate::domain::case::{Act, Case, Refusal, words as domain};
use crate::domain::org::{DeptCode, OfficerId, OnBehalfOf};

/// By what a person calls a case: its number, or before there is one the beginning of what was said.
pub fn case(case: &Case) -> String {
    match &case.number {
        Some(number) => number.to_string(),
        None => short(&case.report.text),
    }
}

/// By what a person calls the case of a command.
pub fn subject(known: Option<&Case>, command: &Act) -> String {
    match (known, command) {
        (Some(known), _) => case(known),
        (None, Act::Report(report)) => short(&report.text),
        (None, _) => String::new(),
    }
}

fn short(text: &str) -> String {
    const LETTERS: usize = 12;
    let line = text.lines().next().unwrap_or_default();
    let mut short: String = line.chars().take(LETTERS).collect();
    if line.chars().count() > LETTERS {
        short.push('…');
    }
    short
}

/// Why not, and what to do; departments and officers by their names where they are known.
pub fn refusal(lang: Lang, refusal: &Refusal, known: &ReferenceState) -> String {
    domain::refusal_naming(lang, refusal, &|whose| party(whose, known))
}

/// Name of a department or an officer; the code where the name is not known.
pub fn party(whose: &OnBehalfOf, known: &ReferenceState) -> String {
    let name = match whose {
        OnBehalfOf::Department(code) => department(code, known),
        OnBehalfOf::Officer(id) => officer(id, known),
    };
    name.unwrap_or_else(|| whose.code()).to_owned()
}

/// Name of a department, if it is known.
pub fn department<'a>(code: &DeptCode, known: &'a ReferenceState) -> Option<&'a str> {
    known.departments.iter().find(|one| one.code == *code).map(|one| one.name.as_str())
}

/// Name of an officer, if it is known.
pub fn officer<'a>(id: &OfficerId, known: &'a ReferenceState) -> Option<&'a str> {
    known.officers.iter().find(|one| one.id == *id).map(|one| one.name.as_str())
}

/// What stands between the items of a list.
pub fn list_comma(lang: Lang) -> &'static str {
    match lang {
        Lang::ZhCn => "、",
        Lang::En => ", ",
    }
}
