//! Times, people and classes in words, rounded so that a text changes only when its meaning does.

use crate::app::state::AppState;
use crate::app::words as app;
use crate::base::Timestamp;
use crate::base::clock::office_time;
use crate::base::text::Lang;
use crate::domain::case::command::{Answer, ClassRef};
use crate::domain::case::{Act, ActKind, Case, FlowRecord, Refusal, words as field};
use crate::domain::org::{Role, User};

pub use crate::domain::case::words::{act, answer, channel, lamp as lamp_name, limit, role, state};

/// Minutes of work in a working day with the standard slots, by which working time is told in days.
const WORK_DAY_MINUTES: i64 = 480;

/// Name of a class; its code when the catalogue does not know it.
pub fn class(state: &AppState, class: &ClassRef) -> String {
    match state.books.catalogue.get(class) {
        Some(known) => known.name(state.settings.lang).to_owned(),
        None => class.code.to_string(),
    }
}

/// One or two characters that tell the major class on the map.
pub fn class_glyph(state: &AppState, class: &ClassRef) -> String {
    match state.books.catalogue.get(class) {
        Some(known) if state.settings.lang == Lang::ZhCn => known.major_zh.chars().take(1).collect(),
        _ => class.code.as_str().chars().take(2).collect(),
    }
}

/// By what a person calls a case: its number, or that it has none yet.
pub fn number(lang: Lang, case: &Case) -> String {
    case.number.as_ref().map_or_else(|| lang.text("ui.case.no_number").to_owned(), ToString::to_string)
}

/// A condition in words.
pub fn condition(state: &AppState, class: &ClassRef, condition: &str) -> String {
    let row = state.books.limits.find(class, condition);
    row.map_or_else(|| condition.to_owned(), |row| row.words(state.settings.lang).to_owned())
}

/// Whether the time left of the case is counted in working time.
pub fn runs_in_working_time(case: &Case) -> bool {
    case.state.is_disposal() && case.limit.is_some_and(|limit| limit.unit.is_working())
}

/// Time left until the deadline, or by how much it is past, in the clock that runs. Coarse: days by halves, hours by
/// halves, minutes by fives, and single minutes only in the last ten.
pub fn time_left(lang: Lang, minutes: i64, working: bool) -> String {
    let late = minutes < 0;
    let minutes = minutes.abs();
    let day = if working { WORK_DAY_MINUTES } else { 24 * 60 };
    let halves = |whole: i64| {
        // What is left is rounded down and what is late as well: nobody is promised more, or blamed for more.
        let halves = minutes * 2 / whole;
        if halves % 2 == 0 { format!("{}", halves / 2) } else { format!("{}.5", halves / 2) }
    };
    let (value, unit) = match minutes {
        // The first day is told in hours.
        m if m >= 2 * day => (halves(day), if working { "ui.time.work_days" } else { "ui.time.days" }),
        m if m >= 120 => (halves(60), if working { "ui.time.work_hours" } else { "ui.time.hours" }),
        m if m >= 10 => ((m - m % 5).to_string(), "ui.time.minutes"),
        m => (m.to_string(), "ui.time.minutes"),
    };
    let span = lang.fill(unit, &[("value", &value)]);
    lang.fill(if late { "ui.time.late" } else { "ui.time.left" }, &[("span", &span)])
}

/// How long ago, in coarse steps.
pub fn age(lang: Lang, now: Timestamp, then: Timestamp) -> String {
    let minutes = now.duration_since(then).as_mins();
    match minutes {
        m if m < 1 => lang.text("ui.age.now").to_owned(),
        m if m < 10 => lang.fill("ui.age.minutes", &[("value", &m)]),
        m if m < 120 => lang.fill("ui.age.minutes", &[("value", &(m - m % 5))]),
        m if m < 48 * 60 => lang.fill("ui.age.hours", &[("value", &(m / 60))]),
        m => lang.fill("ui.age.days", &[("value", &(m / (24 * 60)))]),
    }
}

/// Hours and minutes on the office wall.
pub fn clock(at: Timestamp) -> String {
    office_time(at).strftime("%H:%M").to_string()
}

/// Day and time on the office wall; the year only when it is another than this one.
pub fn moment(now: Timestamp, at: Timestamp) -> String {
    let (here, there) = (office_time(now), office_time(at));
    let form = match () {
        () if here.date() == there.date() => "%H:%M",
        () if here.year() == there.year() => "%m-%d %H:%M",
        () => "%Y-%m-%d %H:%M",
    };
    there.strftime(form).to_string()
}

/// Metres in words.
pub fn metres(lang: Lang, metres: f64) -> String {
    if metres < 1000.0 {
        let value =
            if metres < 10.0 { format!("{metres:.0}") } else { format!("{:.0}", (metres / 10.0).round() * 10.0) };
        lang.fill("ui.metres", &[("value", &value)])
    } else {
        lang.fill("ui.kilometres", &[("value", &format!("{:.1}", metres / 1000.0))])
    }
}

/// Name of a department.
pub fn department(state: &AppState, code: &str) -> String {
    let known = state.reference.departments.iter().find(|one| one.code.0 == code);
    known.map_or_else(|| code.to_owned(), |one| one.name.clone())
}

/// Name of an officer with the number.
pub fn officer(state: &AppState, id: &str) -> String {
    let known = state.reference.officers.iter().find(|one| one.id.0 == id);
    known.map_or_else(|| id.to_owned(), |one| format!("{} {id}", one.name))
}

/// Receiver of a step, whichever of both it is.
pub fn receiver(state: &AppState, record: &FlowRecord) -> Option<String> {
    let code = record.receiver.as_deref()?;
    Some(match record.act {
        ActKind::SendVerify | ActKind::SendCheck => officer(state, code),
        _ => department(state, code),
    })
}

/// Whether this person may see who called: those who talk to the caller or answer for the case, and nobody else.
pub fn may_see_caller(user: &User) -> bool {
    user.roles.iter().any(|role| {
        matches!(role, Role::Acceptor | Role::Dispatcher | Role::DutyLeader | Role::Department | Role::Inspector)
    })
}

/// A name of which only the first character is shown.
pub fn masked_name(name: &str) -> String {
    name.chars().enumerate().map(|(at, letter)| if at == 0 { letter } else { '*' }).collect()
}

/// A telephone number of which only both ends are shown.
pub fn masked_phone(phone: &str) -> String {
    let length = phone.chars().count();
    let open = if length >= 11 { (3, 4) } else { (0, 2) };
    phone
        .chars()
        .enumerate()
        .map(|(at, letter)| if at < open.0 || at + open.1 >= length { letter } else { '*' })
        .collect()
}

/// What was wanted, in one line: the act, and what was written or chosen with it.
pub fn wanted(state: &AppState, act: &Act) -> Vec<(&'static str, String)> {
    let lang = state.settings.lang;
    let mut lines: Vec<(&'static str, String)> = Vec::new();
    match act {
        Act::Report(report) => {
            lines.push(("ui.field.class", class(state, &report.class)));
            lines.push(("ui.field.place", report.place.address.clone()));
            lines.push(("ui.field.text", report.text.clone()));
        }
        Act::SendVerify { officer: id, .. } | Act::SendCheck { officer: id, .. } => {
            lines.push(("ui.field.officer", officer(state, &id.0)));
        }
        Act::VerifyReply { found, .. } => {
            lines.push(("ui.field.found", answer(lang, Answer::Verify(*found)).to_owned()))
        }
        Act::CheckReply { result, .. } => {
            lines.push(("ui.field.check", answer(lang, Answer::Check(*result)).to_owned()))
        }
        Act::Accept { verification_waived: true, .. } => {
            lines.push(("ui.field.waived", lang.text("ui.yes").to_owned()));
        }
        Act::File { class: filed, condition: key, limit: allowed, .. } => {
            lines.push(("ui.field.class", class(state, filed)));
            lines.push(("ui.field.condition", condition(state, filed, key)));
            lines.push(("ui.field.limit", field::limit(lang, *allowed)));
        }
        Act::Dispatch { to, .. } => {
            lines.push(("ui.field.dept", department(state, &to.dept.0)));
            if let Some(id) = &to.officer {
                lines.push(("ui.field.officer", officer(state, &id.0)));
            }
        }
        Act::Finish { person, .. } if !person.is_empty() => lines.push(("ui.field.person", person.clone())),
        _ => {}
    }
    let typed = typed_words(act);
    if !typed.is_empty() {
        lines.push((words_field(act.kind()), typed.to_owned()));
    }
    lines
}

/// What was typed with an act.
pub fn typed_words(act: &Act) -> &str {
    match act {
        Act::Report(_) => "",
        Act::SendVerify { opinion, .. }
        | Act::VerifyReply { opinion, .. }
        | Act::Accept { opinion, .. }
        | Act::File { opinion, .. }
        | Act::Dispatch { opinion, .. }
        | Act::Sign { opinion }
        | Act::AgreeReturn { opinion }
        | Act::RefuseReturn { opinion }
        | Act::ToCheck { opinion }
        | Act::SendCheck { opinion, .. }
        | Act::CheckReply { opinion, .. }
        | Act::Close { opinion } => opinion,
        Act::Reject { reason }
        | Act::Void { reason }
        | Act::AskReturn { reason }
        | Act::SendBack { reason }
        | Act::Rework { reason }
        | Act::Recheck { reason } => reason,
        Act::Finish { result, .. } => result,
    }
}

/// What the words of an act are called.
pub fn words_field(kind: ActKind) -> &'static str {
    match kind {
        ActKind::Reject
        | ActKind::Void
        | ActKind::AskReturn
        | ActKind::SendBack
        | ActKind::Rework
        | ActKind::Recheck => "ui.field.reason",
        ActKind::Finish => "ui.field.result",
        ActKind::SendVerify | ActKind::SendCheck => "ui.field.message",
        _ => "ui.field.opinion",
    }
}

/// Why not, with the names of departments and officers.
pub fn refusal(state: &AppState, refusal: &Refusal) -> String {
    app::refusal(state.settings.lang, refusal, &state.reference)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_left_is_told_in_coarse_steps_of_its_own_clock() {
        let zh = |minutes, working| time_left(Lang::ZhCn, minutes, working);
        assert_eq!(zh(3 * 24 * 60 + 1, false), "剩 3 天");
        assert_eq!(zh(47 * 60, false), "剩 47 小时");
        assert_eq!(zh(2 * 480, true), "剩 2 工作日");
        assert_eq!(zh(2 * 480 - 1, true), "剩 15.5 工时");
        assert_eq!(zh(150, true), "剩 2.5 工时");
        assert_eq!(zh(119, true), "剩 115 分");
        assert_eq!(zh(7, false), "剩 7 分");
        assert_eq!(zh(0, false), "剩 0 分");
        assert_eq!(zh(-1, false), "超 1 分");
        assert_eq!(zh(-185, false), "超 3 小时");
        assert_eq!(time_left(Lang::En, -185, false), "3 h late");
    }

    #[test]
    fn personal_data_is_masked_whatever_its_length() {
        assert_eq!(masked_name("王建国"), "王**");
        assert_eq!(masked_name(""), "");
        assert_eq!(masked_phone("13812345678"), "138****5678");
        assert_eq!(masked_phone("68871234"), "******34");
        assert_eq!(masked_phone("1"), "1");
        assert_eq!(masked_phone(""), "");
    }

    #[test]
    fn ages_and_moments_are_coarse() {
        let now = Timestamp::from_second(1_780_000_000).unwrap();
        let before = |minutes: i64| Timestamp::from_second(1_780_000_000 - minutes * 60).unwrap();
        let zh = |minutes| age(Lang::ZhCn, now, before(minutes));
        assert_eq!(zh(0), "刚刚");
        assert_eq!(zh(-5), "刚刚", "a clock that runs ahead makes no negative age");
        assert_eq!(zh(7), "7 分钟前");
        assert_eq!(zh(58), "55 分钟前");
        assert_eq!(zh(180), "3 小时前");
        assert_eq!(zh(3 * 24 * 60), "3 天前");
        assert_eq!(moment(now, now).len(), 5);
        assert_eq!(moment(now, before(60 * 24 * 3)).len(), 11);
        assert_eq!(moment(now, before(60 * 24 * 400)).len(), 16);
    }
}
