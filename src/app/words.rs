//! Cases, acts and refusals in words, as notices, the inbox and scripts show them.

use crate::base::Timestamp;
use crate::base::clock::office_time;
use crate::base::text::Lang;
use crate::domain::case::{Act, ActKind, Case, Refusal, State};
use crate::domain::org::Role;

/// Name of an act.
pub fn act(lang: Lang, kind: ActKind) -> &'static str {
    lang.find(&format!("case.act.{}", kind.name())).unwrap_or(kind.name())
}

/// Name of a state.
pub fn state(lang: Lang, state: State) -> String {
    let name = tag(&state);
    lang.find(&format!("case.state.{name}")).map_or(name, str::to_owned)
}

/// Name of a role.
pub fn role(lang: Lang, role: Role) -> String {
    let name = tag(&role);
    lang.find(&format!("case.role.{name}")).map_or(name, str::to_owned)
}

/// The name under which a value without fields travels.
fn tag<T: serde::Serialize>(value: &T) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(name)) => name,
        _ => String::new(),
    }
}

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

/// Day and time on the office wall.
pub fn moment(at: Timestamp) -> String {
    office_time(at).strftime("%m-%d %H:%M").to_string()
}

/// Why not, and what to do.
pub fn refusal(lang: Lang, refusal: &Refusal) -> String {
    match refusal {
        Refusal::StateMoved { state: now, by, at, .. } => {
            lang.fill("app.refusal.state_moved", &[("state", &state(lang, *now)), ("by", by), ("at", &moment(*at))])
        }
        Refusal::AlreadyDone { by, at } => lang.fill("app.refusal.already_done", &[("by", by), ("at", &moment(*at))]),
        Refusal::NotInState { act: wanted, state: now } => {
            lang.fill("app.refusal.not_in_state", &[("act", &act(lang, *wanted)), ("state", &state(lang, *now))])
        }
        Refusal::NotAllowed { needs } => {
            let names: Vec<_> = needs.iter().map(|needed| role(lang, *needed)).collect();
            match names.as_slice() {
                [] => lang.text("app.refusal.not_yours").to_owned(),
                names => {
                    let or = lang.text("app.refusal.or");
                    lang.fill("app.refusal.not_allowed", &[("roles", &names.join(or))])
                }
            }
        }
        Refusal::WrongStreet => lang.text("app.refusal.wrong_street").to_owned(),
        Refusal::FourEyes { dispatched_by } => lang.fill("app.refusal.four_eyes", &[("by", dispatched_by)]),
        Refusal::Missing { field: name } => lang.fill("app.refusal.missing", &[("field", &field(lang, name))]),
        Refusal::BadValue { field: name } => lang.fill("app.refusal.bad_value", &[("field", &field(lang, name))]),
        Refusal::UnknownCase => lang.text("app.refusal.unknown_case").to_owned(),
        Refusal::CaseExists => lang.text("app.refusal.case_exists").to_owned(),
    }
}

/// A field of the record by the name that rules use.
fn field(lang: Lang, name: &str) -> String {
    lang.find(&format!("app.field.{name}")).map_or_else(|| name.to_owned(), str::to_owned)
}

/// What stands between the items of a list.
pub fn list_comma(lang: Lang) -> &'static str {
    match lang {
        Lang::ZhCn => "、",
        Lang::En => ", ",
    }
}
