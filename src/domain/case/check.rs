//! What a command may contain: lengths, shapes, and what must not be empty.

use crate::domain::case::command::{Act, Assignee, ClassRef, Command, Report};
use crate::domain::case::decide::Refusal;
use crate::domain::code::StreetCode;
use crate::domain::limit::is_condition_key;
use crate::domain::org::{DeptCode, OfficerId, OnBehalfOf};

/// Names of fields in refusals, after `fields.tsv`; a form finds the place to mend by them, and `case.field.*` of the
/// text table has their words.
pub mod field {
    /// Opinion of an act.
    pub const OPINION: &str = "opinion";
    /// Reason of an act that needs one.
    pub const REASON: &str = "reason";
    /// What was done about it.
    pub const RESULT: &str = "result";
    /// Who did it.
    pub const PERSON: &str = "person";
    /// What was said.
    pub const DESCRIPTION: &str = "description";
    /// The place in words.
    pub const ADDRESS: &str = "address";
    /// How the caller is addressed.
    pub const REPORTER: &str = "reporter";
    /// Number to call back.
    pub const PHONE: &str = "phone";
    /// Class of component or event.
    pub const CLASS_CODE: &str = "class_code";
    /// Condition that decides the limit.
    pub const CONDITION: &str = "condition";
    /// Code of the component.
    pub const COMP_CODE: &str = "comp_code";
    /// Code of the unit grid cell.
    pub const GRID_CODE: &str = "grid_code";
    /// The point.
    pub const COORDINATES: &str = "coordinates";
    /// Disposal limit.
    pub const LIMIT: &str = "limit";
    /// The department.
    pub const DEPT: &str = "dept";
    /// The officer.
    pub const OFFICER: &str = "officer";
    /// In whose name it is recorded.
    pub const ON_BEHALF_OF: &str = "on_behalf_of";
    /// What the officer found, or why nobody was sent.
    pub const VERIFY_RESULT: &str = "verify_result";
    /// What the sender saw of the case.
    pub const BASED_ON: &str = "based_on";
    /// The id of the command.
    pub const COMMAND_ID: &str = "command_id";

    /// All of them.
    pub const ALL: &[&str] = &[
        OPINION,
        REASON,
        RESULT,
        PERSON,
        DESCRIPTION,
        ADDRESS,
        REPORTER,
        PHONE,
        CLASS_CODE,
        CONDITION,
        COMP_CODE,
        GRID_CODE,
        COORDINATES,
        LIMIT,
        DEPT,
        OFFICER,
        ON_BEHALF_OF,
        VERIFY_RESULT,
        BASED_ON,
        COMMAND_ID,
    ];
}

/// Most characters of a text field; `None` for a field that is no free text.
pub fn most_chars(name: &str) -> Option<usize> {
    Some(match name {
        field::DESCRIPTION => 2000,
        field::RESULT => 1000,
        field::OPINION | field::REASON => 500,
        field::ADDRESS => 200,
        field::PERSON | field::REPORTER => 50,
        field::PHONE => 32,
        _ => return None,
    })
}

/// Longest code of a department or officer, and longest name of a scheme.
const MOST_CODE_CHARS: usize = 64;

/// The box in which a case can lie: China. A place outside is a slip (swapped numbers, zeros), wherever the street is.
const WEST_SOUTH_EAST_NORTH: [f64; 4] = [73.0, 3.0, 136.0, 54.0];

/// Whether the contents of an act can stand in the record.
pub(super) fn check_act(command: &Command) -> Result<(), Refusal> {
    match &command.actor.on_behalf_of {
        Some(OnBehalfOf::Department(dept)) => check_code(&dept.0, field::ON_BEHALF_OF)?,
        Some(OnBehalfOf::Officer(officer)) => check_code(&officer.0, field::ON_BEHALF_OF)?,
        None => {}
    }
    match &command.act {
        Act::Report(report) => check_report(report, &command.street),
        Act::SendVerify { officer, opinion } | Act::SendCheck { officer, opinion } => {
            check_officer(officer)?;
            check_text(opinion, field::OPINION)
        }
        Act::VerifyReply { opinion, .. }
        | Act::CheckReply { opinion, .. }
        | Act::Accept { opinion, .. }
        | Act::Sign { opinion }
        | Act::AgreeReturn { opinion }
        | Act::ToCheck { opinion }
        | Act::Close { opinion } => check_text(opinion, field::OPINION),
        Act::RefuseReturn { opinion } => check_needed(opinion, field::OPINION),
        Act::Reject { reason }
        | Act::Void { reason }
        | Act::AskReturn { reason }
        | Act::SendBack { reason }
        | Act::Rework { reason }
        | Act::Recheck { reason } => check_needed(reason, field::REASON),
        Act::File { class, condition, limit, opinion } => {
            check_class(class)?;
            check_condition(condition)?;
            if !limit.is_valid() {
                return Err(bad(field::LIMIT));
            }
            check_text(opinion, field::OPINION)
        }
        Act::Dispatch { to, opinion } => {
            check_assignee(to)?;
            check_text(opinion, field::OPINION)
        }
        Act::Finish { result, person } => {
            check_needed(result, field::RESULT)?;
            check_text(person, field::PERSON)
        }
    }
}

fn check_report(report: &Report, street: &StreetCode) -> Result<(), Refusal> {
    check_class(&report.class)?;
    check_condition(&report.condition)?;
    let place = &report.place;
    let [west, south, east, north] = WEST_SOUTH_EAST_NORTH;
    let inside = (west..=east).contains(&place.at.lon) && (south..=north).contains(&place.at.lat);
    if !place.at.is_valid() || !inside {
        return Err(bad(field::COORDINATES));
    }
    if place.grid.street() != *street {
        return Err(bad(field::GRID_CODE));
    }
    // Both begin with the six digits of the district.
    if report.component.as_ref().is_some_and(|code| code.as_str()[..6] != street.as_str()[..6]) {
        return Err(bad(field::COMP_CODE));
    }
    check_text(&place.address, field::ADDRESS)?;
    check_needed(&report.text, field::DESCRIPTION)?;
    check_text(&report.caller.name, field::REPORTER)?;
    check_text(&report.caller.phone, field::PHONE)?;
    let phone = report.caller.phone.trim();
    if phone.chars().any(|letter| !(letter.is_ascii_digit() || "+-() #*,".contains(letter))) {
        return Err(bad(field::PHONE));
    }
    if report.caller.wants_reply && phone.is_empty() { Err(missing(field::PHONE)) } else { Ok(()) }
}

fn check_class(class: &ClassRef) -> Result<(), Refusal> {
    // The code has its shape by its type.
    check_code(&class.scheme, field::CLASS_CODE)
}

fn check_condition(condition: &str) -> Result<(), Refusal> {
    if condition.is_empty() {
        Err(missing(field::CONDITION))
    } else if is_condition_key(condition) {
        Ok(())
    } else {
        Err(bad(field::CONDITION))
    }
}

fn check_assignee(to: &Assignee) -> Result<(), Refusal> {
    let DeptCode(dept) = &to.dept;
    check_code(dept, field::DEPT)?;
    to.officer.as_ref().map_or(Ok(()), check_officer)
}

fn check_officer(OfficerId(number): &OfficerId) -> Result<(), Refusal> {
    check_code(number, field::OFFICER)
}

fn check_code(code: &str, name: &str) -> Result<(), Refusal> {
    if code.trim().is_empty() {
        Err(missing(name))
    } else if code.chars().count() > MOST_CODE_CHARS || code.chars().any(char::is_control) {
        Err(bad(name))
    } else {
        Ok(())
    }
}

fn check_needed(text: &str, name: &str) -> Result<(), Refusal> {
    if text.trim().is_empty() { Err(missing(name)) } else { check_text(text, name) }
}

fn check_text(text: &str, name: &str) -> Result<(), Refusal> {
    let too_long = most_chars(name).is_some_and(|most| text.chars().count() > most);
    // Line ends and tabs are typed; other control characters only harm whoever prints or exports the record.
    let unprintable = text.chars().any(|letter| letter.is_control() && !matches!(letter, '\n' | '\r' | '\t'));
    if too_long || unprintable { Err(bad(name)) } else { Ok(()) }
}

pub(super) fn missing(name: &str) -> Refusal {
    Refusal::Missing { field: name.to_owned() }
}

pub(super) fn bad(name: &str) -> Refusal {
    Refusal::BadValue { field: name.to_owned() }
}
