//! The field's words for people: states, acts, roles, limits, refusals, in either language.
//!
//! Console and server use the same words. The names come from the area `case` of the text table.

use crate::base::Timestamp;
use crate::base::clock::office_time;
use crate::base::text::Lang;
use crate::domain::case::check::{field, most_chars};
use crate::domain::case::command::{ActKind, Answer, Channel, Kind};
use crate::domain::case::decide::Refusal;
use crate::domain::case::state::{Lamp, Stage, State};
use crate::domain::limit::{Limit, LimitUnit};
use crate::domain::org::{OnBehalfOf, Role};

/// A word of the table; the last part of its key when the table lacks it, so that a gap is seen and not silent.
fn word(lang: Lang, key: &str, name: &'static str) -> &'static str {
    lang.find(key).unwrap_or(name)
}

/// Name of a state.
pub fn state(lang: Lang, state: State) -> &'static str {
    word(lang, &format!("case.state.{}", state.name()), state.name())
}

/// Name of an act, as on a button.
pub fn act(lang: Lang, act: ActKind) -> &'static str {
    word(lang, &format!("case.act.{}", act.name()), act.name())
}

/// Name of a role.
pub fn role(lang: Lang, role: Role) -> &'static str {
    word(lang, &format!("case.role.{}", role.name()), role.name())
}

/// Name of a way in.
pub fn channel(lang: Lang, channel: Channel) -> &'static str {
    word(lang, &format!("case.channel.{}", channel.name()), channel.name())
}

/// Name of a stage.
pub fn stage(lang: Lang, stage: Stage) -> &'static str {
    word(lang, &format!("case.stage.{}", stage.name()), stage.name())
}

/// What a lamp means.
pub fn lamp(lang: Lang, lamp: Lamp) -> &'static str {
    word(lang, &format!("case.lamp.{}", lamp.name()), lamp.name())
}

/// Component or event.
pub fn kind(lang: Lang, kind: Kind) -> &'static str {
    word(lang, &format!("case.kind.{}", kind.name()), kind.name())
}

/// What an officer answered.
pub fn answer(lang: Lang, answer: Answer) -> &'static str {
    word(lang, &format!("case.answer.{}", answer.name()), answer.name())
}

/// Name of a unit of limits.
pub fn unit(lang: Lang, unit: LimitUnit) -> &'static str {
    word(lang, &format!("case.unit.{}", unit.name()), unit.name())
}

/// Name of a field that a refusal speaks of; the field's own name for one that nobody knows here.
pub fn field_name(lang: Lang, name: &str) -> String {
    lang.find(&format!("case.field.{name}")).unwrap_or(name).to_owned()
}

/// A limit such as 4 个工作时.
pub fn limit(lang: Lang, limit: Limit) -> String {
    lang.fill(&format!("case.limit.{}", limit.unit.name()), &[("value", &limit.value)])
}

/// Month, day, hour and minute on the office wall.
pub fn moment(at: Timestamp) -> String {
    let wall = office_time(at);
    format!("{:02}-{:02} {:02}:{:02}", wall.month(), wall.day(), wall.hour(), wall.minute())
}

/// Why a command was refused, who and when included, and what to do. Departments and officers stand by their code.
pub fn refusal(lang: Lang, refusal: &Refusal) -> String {
    refusal_naming(lang, refusal, &|whose| whose.code().to_owned())
}

/// [`refusal`] by one who knows how departments and officers are called.
pub fn refusal_naming(lang: Lang, refusal: &Refusal, name_of: &dyn Fn(&OnBehalfOf) -> String) -> String {
    match refusal {
        Refusal::StateMoved { state: now, by, at, .. } => {
            lang.fill("case.refusal.state_moved", &[("state", &state(lang, *now)), ("by", by), ("at", &moment(*at))])
        }
        Refusal::AlreadyDone { by, at } => lang.fill("case.refusal.already_done", &[("by", by), ("at", &moment(*at))]),
        Refusal::NotInState { act: wanted, state: now } => {
            lang.fill("case.refusal.not_in_state", &[("act", &act(lang, *wanted)), ("state", &state(lang, *now))])
        }
        Refusal::NotAllowed { needs } if needs.is_empty() => lang.text("case.refusal.not_own_name").to_owned(),
        Refusal::NotAllowed { needs } => {
            let roles: Vec<_> = needs.iter().map(|one| role(lang, *one)).collect();
            lang.fill("case.refusal.not_allowed", &[("roles", &roles.join(lang.text("case.separator")))])
        }
        Refusal::NotYours { whose } => lang.fill("case.refusal.not_yours", &[("whose", &name_of(whose))]),
        Refusal::AnswerForbids { act: wanted, answer: said } => {
            lang.fill("case.refusal.answer_forbids", &[("act", &act(lang, *wanted)), ("answer", &answer(lang, *said))])
        }
        Refusal::WrongStreet => lang.text("case.refusal.wrong_street").to_owned(),
        Refusal::FourEyes { dispatched_by } => lang.fill("case.refusal.four_eyes", &[("dispatched_by", dispatched_by)]),
        Refusal::Missing { field } => missing(lang, field),
        Refusal::BadValue { field } => bad(lang, field),
        Refusal::UnknownCase => lang.text("case.refusal.unknown_case").to_owned(),
        Refusal::CaseExists => lang.text("case.refusal.case_exists").to_owned(),
    }
}

fn missing(lang: Lang, name: &str) -> String {
    match name {
        field::VERIFY_RESULT => lang.text("case.missing.verify_result").to_owned(),
        field::ON_BEHALF_OF => lang.text("case.missing.on_behalf_of").to_owned(),
        _ => lang.fill("case.refusal.missing", &[("field", &field_name(lang, name))]),
    }
}

fn bad(lang: Lang, name: &str) -> String {
    let own = match name {
        field::GRID_CODE => "case.bad.grid_code",
        field::COORDINATES => "case.bad.coordinates",
        field::COMP_CODE => "case.bad.comp_code",
        field::PHONE => "case.bad.phone",
        field::LIMIT => "case.bad.limit",
        field::ON_BEHALF_OF => "case.bad.on_behalf_of",
        field::BASED_ON => "case.bad.based_on",
        field::COMMAND_ID => "case.bad.command_id",
        _ => {
            let named = field_name(lang, name);
            return match most_chars(name) {
                Some(most) => lang.fill("case.refusal.bad_text", &[("field", &named), ("most", &most)]),
                None => lang.fill("case.refusal.bad_value", &[("field", &named)]),
            };
        }
    };
    match most_chars(name) {
        Some(most) => lang.fill(own, &[("most", &most), ("limit", &Limit::MOST)]),
        None => lang.fill(own, &[("limit", &Limit::MOST)]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::category::Catalogue;
    use crate::domain::limit::LimitTable;
    use crate::domain::org::{DeptCode, OfficerId};

    const BOTH: [Lang; 2] = [Lang::ZhCn, Lang::En];

    #[test]
    fn everything_has_a_word_in_both_languages() {
        for lang in BOTH {
            let mut keys: Vec<String> = Vec::new();
            keys.extend(State::ALL.map(|one| format!("case.state.{}", one.name())));
            keys.extend(ActKind::ALL.iter().map(|one| format!("case.act.{}", one.name())));
            keys.extend(Role::ALL.map(|one| format!("case.role.{}", one.name())));
            keys.extend(Channel::ALL.map(|one| format!("case.channel.{}", one.name())));
            keys.extend(Stage::ALL.map(|one| format!("case.stage.{}", one.name())));
            keys.extend(Lamp::ALL.map(|one| format!("case.lamp.{}", one.name())));
            keys.extend(Kind::ALL.map(|one| format!("case.kind.{}", one.name())));
            keys.extend(Answer::ALL.map(|one| format!("case.answer.{}", one.name())));
            keys.extend(LimitUnit::ALL.map(|one| format!("case.unit.{}", one.name())));
            keys.extend(LimitUnit::ALL.map(|one| format!("case.limit.{}", one.name())));
            keys.extend(field::ALL.iter().map(|one| format!("case.field.{one}")));
            for key in keys {
                assert!(lang.find(&key).is_some_and(|text| !text.trim().is_empty()), "{key} in {lang:?}");
            }
            for class in Catalogue::standard().classes() {
                assert!(!class.name(lang).is_empty() && !class.major(lang).is_empty(), "{class:?}");
                for row in LimitTable::sample().conditions(&class.class) {
                    assert!(!row.words(lang).is_empty(), "{row:?}");
                }
            }
        }
    }

    #[test]
    fn names_in_the_table_are_those_on_the_wire() {
        let wire = |value: serde_json::Value| value.as_str().unwrap().to_owned();
        for one in State::ALL {
            assert_eq!(wire(serde_json::to_value(one).unwrap()), one.name());
        }
        for one in Stage::ALL {
            assert_eq!(wire(serde_json::to_value(one).unwrap()), one.name());
        }
        for one in Role::ALL {
            assert_eq!(wire(serde_json::to_value(one).unwrap()), one.name());
        }
        for one in Channel::ALL {
            assert_eq!(wire(serde_json::to_value(one).unwrap()), one.name());
        }
        for one in LimitUnit::ALL {
            assert_eq!(wire(serde_json::to_value(one).unwrap()), one.name());
        }
        for one in ActKind::ALL {
            assert_eq!(wire(serde_json::to_value(one).unwrap()), one.name());
        }
    }

    #[test]
    fn a_refusal_says_who_when_and_what_and_leaves_no_hole() {
        let at: Timestamp = "2026-03-02T02:41:00Z".parse().unwrap();
        let by = || "王丽".to_owned();
        let mut all = vec![
            (Refusal::StateMoved { state: State::Handling, case_seq: 7, by: by(), at }, vec!["王丽", "03-02 10:41"]),
            (Refusal::AlreadyDone { by: by(), at }, vec!["王丽", "03-02 10:41"]),
            (Refusal::NotInState { act: ActKind::Close, state: State::Filed }, vec![]),
            (Refusal::NotAllowed { needs: vec![Role::Dispatcher, Role::DutyLeader] }, vec![]),
            (Refusal::NotAllowed { needs: Vec::new() }, vec![]),
            (Refusal::NotYours { whose: OnBehalfOf::Department(DeptCode("D07".to_owned())) }, vec!["D07"]),
            (Refusal::NotYours { whose: OnBehalfOf::Officer(OfficerId("P12".to_owned())) }, vec!["P12"]),
            (Refusal::WrongStreet, vec![]),
            (Refusal::FourEyes { dispatched_by: by() }, vec!["王丽"]),
            (Refusal::Missing { field: "no such field".to_owned() }, vec!["no such field"]),
            (Refusal::BadValue { field: "no such field".to_owned() }, vec!["no such field"]),
            (Refusal::BadValue { field: field::PHONE.to_owned() }, vec!["32"]),
            (Refusal::BadValue { field: field::REASON.to_owned() }, vec!["500"]),
            (Refusal::BadValue { field: field::LIMIT.to_owned() }, vec!["1000"]),
            (Refusal::UnknownCase, vec![]),
            (Refusal::CaseExists, vec![]),
        ];
        all.extend(Answer::ALL.map(|answer| (Refusal::AnswerForbids { act: ActKind::Close, answer }, vec![])));
        for name in field::ALL {
            all.push((Refusal::Missing { field: (*name).to_owned() }, vec![]));
            all.push((Refusal::BadValue { field: (*name).to_owned() }, vec![]));
        }
        for lang in BOTH {
            for (one, parts) in &all {
                let text = refusal(lang, one);
                assert!(!text.contains(['{', '}']) && !text.starts_with("case."), "{text}");
                assert!(parts.iter().all(|part| text.contains(part)), "{text}");
            }
        }
        let moved = refusal(Lang::ZhCn, &all[0].0);
        assert!(moved.contains("处置中"), "{moved}");
        let named = refusal_naming(Lang::ZhCn, &all[5].0, &|_| "市政所".to_owned());
        assert!(named.contains("市政所") && !named.contains("D07"), "{named}");
    }

    #[test]
    fn limits_are_told_with_their_clock() {
        assert_eq!(limit(Lang::ZhCn, Limit { value: 4.0, unit: LimitUnit::WorkHour }), "4 个工作时");
        assert_eq!(limit(Lang::En, Limit { value: 0.5, unit: LimitUnit::WorkDay }), "0.5 working day(s)");
    }
}
