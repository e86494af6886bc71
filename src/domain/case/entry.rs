//! What happened to a case. Entries are only ever added.

use serde::{Deserialize, Serialize};

use crate::base::{CaseId, CommandId, Timestamp};
use crate::domain::case::command::{Assignee, CheckResult, ClassRef, Found, Report};
use crate::domain::code::CaseNo;
use crate::domain::limit::Limit;
use crate::domain::org::{Actor, OfficerId};

/// One thing that happened, numbered within its case without holes.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Entry {
    /// The case.
    pub case_id: CaseId,
    /// Number within the case, from 1.
    pub case_seq: u32,
    /// The command it came from.
    pub command_id: CommandId,
    /// Who did it.
    pub actor: Actor,
    /// When the sender says it was done.
    pub claimed_at: Timestamp,
    /// When the authority recorded it; the predicting console puts its own time here.
    pub recorded_at: Timestamp,
    /// What.
    pub fact: Fact,
}

/// What an entry says. One fact for each kind of act; times and limits are worked out by `decide` and stand here, so
/// that `apply` computes nothing that could differ between two programs.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(tag = "fact", rename_all = "snake_case")]
#[expect(missing_docs, reason = "the fields are those of the act of the same name")]
pub enum Fact {
    Reported(Box<Report>),
    VerifySent {
        officer: OfficerId,
        opinion: String,
        deadline: Timestamp,
    },
    VerifyReplied {
        found: Found,
        opinion: String,
    },
    Accepted {
        verification_waived: bool,
        opinion: String,
    },
    Rejected {
        reason: String,
    },
    /// `number` is given by the authority; a prediction has none yet.
    Filed {
        class: ClassRef,
        condition: String,
        limit: Limit,
        opinion: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        number: Option<CaseNo>,
    },
    Voided {
        reason: String,
    },
    /// `deadline` by the disposal limit; `limit_minutes` is the limit's length in minutes of its own clock.
    Dispatched {
        to: Assignee,
        opinion: String,
        deadline: Timestamp,
    },
    Signed {
        opinion: String,
    },
    ReturnAsked {
        reason: String,
    },
    ReturnAgreed {
        opinion: String,
    },
    ReturnRefused {
        opinion: String,
    },
    /// `in_time` compares the end of handling with the deadline.
    Finished {
        result: String,
        person: String,
        in_time: bool,
    },
    PassedToCheck {
        opinion: String,
    },
    SentBack {
        reason: String,
        deadline: Timestamp,
    },
    CheckSent {
        officer: OfficerId,
        opinion: String,
        deadline: Timestamp,
    },
    CheckReplied {
        result: CheckResult,
        opinion: String,
    },
    Closed {
        opinion: String,
    },
    Reworked {
        reason: String,
        deadline: Timestamp,
    },
    RecheckOrdered {
        reason: String,
    },
}
