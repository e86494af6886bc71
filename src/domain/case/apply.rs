//! What a case looks like after its entries. `apply` never fails and computes nothing that `decide` has not written
//! into the entry.

use serde::{Deserialize, Serialize};

use crate::base::{CaseId, Timestamp, UserId};
use crate::domain::calendar::Calendar;
use crate::domain::case::command::{ActKind, Assignee, CheckResult, Report};
use crate::domain::case::entry::Entry;
use crate::domain::case::state::{Lamp, State};
use crate::domain::code::CaseNo;
use crate::domain::limit::Limit;
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
    /// Receiver in words' stead: department or officer code, if the act had one.
    pub receiver: Option<String>,
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
    /// Disposal limit, from filing on.
    pub limit: Option<Limit>,
    /// When the disposal clock started.
    pub dispatched_at: Option<Timestamp>,
    /// By when the running stage has to be done: disposal while dispatched or handling, else the stage's own.
    pub deadline: Option<Timestamp>,
    /// When the running clock started, for the lamp.
    pub clock_started_at: Option<Timestamp>,
    /// Who handles it.
    pub assignee: Option<Assignee>,
    /// Who dispatched it last; that person may not close it.
    pub dispatched_by: Option<UserId>,
    /// Officer who verifies or checks now.
    pub officer: Option<OfficerId>,
    /// Answer of the last check.
    pub check: Option<CheckResult>,
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
    /// The lamp at `now`: how much of the running limit is used, in the limit's own clock.
    pub fn lamp(&self, now: Timestamp, calendar: &Calendar) -> Lamp {
        let _ = (now, calendar);
        Lamp::Off
    }

    /// Minutes left until the deadline in the clock that runs now (the disposal limit's own while a department has the
    /// case, continuous otherwise); negative minutes are late; `None` when no clock runs.
    pub fn minutes_left(&self, now: Timestamp, calendar: &Calendar) -> Option<i64> {
        let _ = (now, calendar);
        None
    }
}

/// The case after `entry`. `before` is `None` exactly for the first entry of a case; an entry that does not follow
/// (wrong number, no case) leaves things as they are and returns `before`.
pub fn apply(before: Option<Case>, entry: &Entry) -> Option<Case> {
    let _ = entry;
    before
}
