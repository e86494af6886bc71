//! What a case looks like after its entries. `apply` never fails and computes nothing that `decide` has not written
//! into the entry.

use serde::{Deserialize, Serialize};

use crate::base::{CaseId, Timestamp, UserId};
use crate::domain::calendar::Calendar;
use crate::domain::case::command::{ActKind, Answer, Assignee, CheckResult, Found, Report};
use crate::domain::case::entry::{Entry, Fact};
use crate::domain::case::state::{Lamp, State};
use crate::domain::code::{CaseNo, StreetCode};
use crate::domain::limit::{Limit, LimitUnit};
use crate::domain::org::{Actor, OfficerId};

/// One line of the record that a person reads (`flow_record` of `fields.tsv`).
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct FlowRecord {
    /// Number within the case.
    pub seq: u32,
    /// What was done.
    pub act: ActKind,
    /// By whom.
    pub actor: Actor,
    /// When it was done, by the actor's clock.
    pub claimed_at: Timestamp,
    /// When the authority recorded it.
    pub recorded_at: Timestamp,
    /// State after it.
    pub state: State,
    /// Opinion, reason or result, as typed.
    pub opinion: String,
    /// Code of the department that it was sent to, or number of the officer who was sent.
    pub receiver: Option<String>,
    /// What an officer answered, if this is an answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answer: Option<Answer>,
    /// Who is to do the work or did it: number of the officer named at dispatch, or the name given when it was done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<String>,
}

/// A case as it stands after its entries.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Case {
    /// Identity.
    pub id: CaseId,
    /// Number of the last entry.
    pub seq: u32,
    /// Where it stands.
    pub state: State,
    /// Printed number, from filing on.
    pub number: Option<CaseNo>,
    /// What was reported, with the class and condition as filed.
    pub report: Report,
    /// When it was reported (authority's clock).
    pub reported_at: Timestamp,
    /// What the officer found when verifying.
    pub found: Option<Found>,
    /// Disposal limit, from filing on.
    pub limit: Option<Limit>,
    /// When the disposal clock started.
    pub dispatched_at: Option<Timestamp>,
    /// By when the disposal has to be done: kept while the result is checked, taken back with an agreed return.
    pub disposal_deadline: Option<Timestamp>,
    /// By when the running stage has to be done: disposal while dispatched or handling, else the stage's own.
    pub deadline: Option<Timestamp>,
    /// When the running clock started: the dispatch or the resumption for the disposal, else the beginning of the stage.
    pub clock_started_at: Option<Timestamp>,
    /// Who handles it.
    pub assignee: Option<Assignee>,
    /// Who dispatched it last; that person may not close it.
    pub dispatched_by: Option<UserId>,
    /// Officer who verifies or checks now.
    pub officer: Option<OfficerId>,
    /// Answer of the last check.
    pub check: Option<CheckResult>,
    /// When handling ended; the disposal clock stands since then.
    pub handled_at: Option<Timestamp>,
    /// Whether handling ended in time, once it has ended.
    pub handled_in_time: Option<bool>,
    /// When it came to its end.
    pub ended_at: Option<Timestamp>,
    /// Failed checks so far.
    pub rework_count: u32,
    /// Returns agreed so far.
    pub return_count: u32,
    /// The whole record, oldest first.
    pub records: Vec<FlowRecord>,
}

impl Case {
    /// The street that the case belongs to: the one its cell lies in.
    pub fn street(&self) -> StreetCode {
        self.report.place.grid.street()
    }

    /// The lamp at `now`: how much of the running limit is used, in the limit's own clock. Late is from the first
    /// moment after the deadline.
    pub fn lamp(&self, now: Timestamp, calendar: &Calendar) -> Lamp {
        let (Some(deadline), Some(started)) = (self.deadline, self.clock_started_at) else { return Lamp::Off };
        if now > deadline {
            return Lamp::Red;
        }
        let used = match self.disposal_limit() {
            Some(limit) => calendar.share_used(now, deadline, limit),
            None => {
                let whole = deadline.duration_since(started).as_secs_f64();
                // A clock that was over when it started is all used.
                if whole > 0.0 { now.duration_since(started).as_secs_f64() / whole } else { 1.0 }
            }
        };
        if used > 0.8 { Lamp::Yellow } else { Lamp::Green }
    }

    /// Minutes left until the deadline in the clock that runs now (the disposal limit's own while a department has the
    /// case, continuous otherwise); negative minutes are late; `None` when no clock runs.
    pub fn minutes_left(&self, now: Timestamp, calendar: &Calendar) -> Option<i64> {
        let unit = self.disposal_limit().map_or(LimitUnit::UrgentHour, |limit| limit.unit);
        self.deadline.map(|deadline| calendar.minutes_left(now, deadline, unit))
    }

    /// The limit of the case, while it is the one that runs.
    fn disposal_limit(&self) -> Option<Limit> {
        self.limit.filter(|_| self.state.is_disposal())
    }
}

/// The case after `entry`. `before` is `None` exactly for the first entry of a case; an entry that does not follow
/// (wrong number, no case) leaves things as they are and returns `before`.
pub fn apply(before: Option<Case>, entry: &Entry) -> Option<Case> {
    match (before, &entry.fact) {
        (None, Fact::Reported { report, .. }) if entry.case_seq == 1 => {
            let mut case = reported(entry, report);
            note(&mut case, entry);
            Some(case)
        }
        (Some(mut case), fact)
            if case.id == entry.case_id
                && case.seq.checked_add(1) == Some(entry.case_seq)
                && !matches!(fact, Fact::Reported { .. }) =>
        {
            change(&mut case, entry);
            note(&mut case, entry);
            Some(case)
        }
        (before, _) => before,
    }
}

fn reported(entry: &Entry, report: &Report) -> Case {
    Case {
        id: entry.case_id,
        seq: entry.case_seq,
        state: State::Reported,
        number: None,
        report: report.clone(),
        reported_at: entry.recorded_at,
        found: None,
        limit: None,
        dispatched_at: None,
        disposal_deadline: None,
        deadline: None,
        clock_started_at: None,
        assignee: None,
        dispatched_by: None,
        officer: None,
        check: None,
        handled_at: None,
        handled_in_time: None,
        ended_at: None,
        rework_count: 0,
        return_count: 0,
        records: Vec::new(),
    }
}

/// What is particular to a fact.
fn change(case: &mut Case, entry: &Entry) {
    let at = entry.recorded_at;
    match &entry.fact {
        // Only the first entry reports, and it made the case.
        Fact::Reported { .. }
        | Fact::Accepted { .. }
        | Fact::Rejected { .. }
        | Fact::Voided { .. }
        | Fact::Signed { .. }
        | Fact::ReturnAsked { .. }
        | Fact::ReturnRefused { .. }
        | Fact::PassedToCheck { .. }
        | Fact::Closed { .. }
        | Fact::RecheckOrdered { .. } => {}
        Fact::VerifySent { officer, .. } => case.officer = Some(officer.clone()),
        Fact::VerifyReplied { found, .. } => {
            case.officer = None;
            case.found = Some(*found);
        }
        Fact::Filed { class, condition, limit, number, .. } => {
            case.report.class = class.clone();
            case.report.condition.clone_from(condition);
            case.limit = Some(*limit);
            case.number.clone_from(number);
        }
        Fact::Dispatched { to, deadline, .. } => {
            case.assignee = Some(to.clone());
            case.dispatched_by = Some(entry.actor.user.clone());
            case.dispatched_at = Some(at);
            case.disposal_deadline = Some(*deadline);
        }
        Fact::ReturnAgreed { .. } => {
            case.assignee = None;
            case.dispatched_at = None;
            case.disposal_deadline = None;
            case.return_count = case.return_count.saturating_add(1);
        }
        Fact::Finished { in_time, .. } => {
            case.handled_at = Some(at);
            case.handled_in_time = Some(*in_time);
        }
        Fact::SentBack { deadline, .. } => handling_again(case, *deadline),
        Fact::Reworked { deadline, .. } => {
            handling_again(case, *deadline);
            case.rework_count = case.rework_count.saturating_add(1);
        }
        Fact::CheckSent { officer, .. } => {
            case.officer = Some(officer.clone());
            case.check = None;
        }
        Fact::CheckReplied { result, .. } => {
            case.officer = None;
            case.check = Some(*result);
        }
    }
}

fn handling_again(case: &mut Case, deadline: Timestamp) {
    case.disposal_deadline = Some(deadline);
    case.handled_at = None;
    case.handled_in_time = None;
}

/// What is the same for all facts: number, state, clock, end and record.
fn note(case: &mut Case, entry: &Entry) {
    case.seq = entry.case_seq;
    case.state = entry.fact.state_after();
    if let Some(deadline) = entry.fact.deadline() {
        case.deadline = Some(deadline);
        case.clock_started_at = Some(entry.recorded_at);
    }
    if case.state.is_open() {
        case.ended_at = None;
    } else {
        case.deadline = None;
        case.clock_started_at = None;
        case.ended_at.get_or_insert(entry.recorded_at);
    }
    let said = said(&entry.fact);
    case.records.push(FlowRecord {
        seq: entry.case_seq,
        act: entry.fact.act(),
        actor: entry.actor.clone(),
        claimed_at: entry.claimed_at,
        recorded_at: entry.recorded_at,
        state: case.state,
        opinion: said.opinion.to_owned(),
        receiver: said.receiver.map(str::to_owned),
        answer: said.answer,
        person: said.person.map(str::to_owned),
    });
}

#[derive(Default)]
struct Said<'a> {
    opinion: &'a str,
    receiver: Option<&'a str>,
    answer: Option<Answer>,
    person: Option<&'a str>,
}

fn said(fact: &Fact) -> Said<'_> {
    match fact {
        Fact::Reported { report, .. } => Said { opinion: &report.text, ..Said::default() },
        Fact::VerifySent { officer, opinion, .. } | Fact::CheckSent { officer, opinion, .. } => {
            Said { opinion, receiver: Some(&officer.0), ..Said::default() }
        }
        Fact::VerifyReplied { found, opinion, .. } => {
            Said { opinion, answer: Some(Answer::Verify(*found)), ..Said::default() }
        }
        Fact::CheckReplied { result, opinion, .. } => {
            Said { opinion, answer: Some(Answer::Check(*result)), ..Said::default() }
        }
        Fact::Dispatched { to, opinion, .. } => Said {
            opinion,
            receiver: Some(&to.dept.0),
            person: to.officer.as_ref().map(|officer| officer.0.as_str()),
            ..Said::default()
        },
        Fact::Finished { result, person, .. } => {
            Said { opinion: result, person: Some(person.as_str()).filter(|name| !name.is_empty()), ..Said::default() }
        }
        Fact::Accepted { opinion, .. }
        | Fact::Filed { opinion, .. }
        | Fact::Signed { opinion }
        | Fact::ReturnAgreed { opinion, .. }
        | Fact::ReturnRefused { opinion }
        | Fact::PassedToCheck { opinion, .. }
        | Fact::Closed { opinion } => Said { opinion, ..Said::default() },
        Fact::Rejected { reason }
        | Fact::Voided { reason }
        | Fact::ReturnAsked { reason }
        | Fact::SentBack { reason, .. }
        | Fact::Reworked { reason, .. }
        | Fact::RecheckOrdered { reason, .. } => Said { opinion: reason, ..Said::default() },
    }
}
