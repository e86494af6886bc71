//! What happened to a case. Entries are only ever added.

use serde::{Deserialize, Serialize};

use crate::base::{CaseId, CommandId, Timestamp};
use crate::domain::case::command::{ActKind, Assignee, CheckResult, ClassRef, Found, Report};
use crate::domain::case::state::State;
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
    /// Who did it, under the name by which the deciding side knows the account.
    pub actor: Actor,
    /// When the sender says it was done.
    pub claimed_at: Timestamp,
    /// When the authority recorded it; the predicting console puts its own time here. All limits run on this time.
    pub recorded_at: Timestamp,
    /// What.
    pub fact: Fact,
}

/// What an entry says. One fact for each kind of act; times and limits are worked out by `decide` and stand here, so
/// that `apply` computes nothing that could differ between two programs.
///
/// `deadline` is always the one that runs from here on: of the desk whose turn it is (`data/stage_limits.tsv`,
/// continuous), or of the disposal, in the clock of the case's limit. Facts without one leave the running clock alone or
/// end it.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(tag = "fact", rename_all = "snake_case")]
#[expect(missing_docs, reason = "the fields are those of the act of the same name")]
pub enum Fact {
    /// The place is kept to the seventh decimal of a degree, about a centimetre.
    Reported {
        report: Box<Report>,
        deadline: Timestamp,
    },
    VerifySent {
        officer: OfficerId,
        opinion: String,
        deadline: Timestamp,
    },
    VerifyReplied {
        found: Found,
        opinion: String,
        deadline: Timestamp,
    },
    Accepted {
        verification_waived: bool,
        opinion: String,
        deadline: Timestamp,
    },
    /// Ends the case.
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
        deadline: Timestamp,
    },
    /// Ends the case.
    Voided {
        reason: String,
    },
    /// The disposal clock starts: `deadline` by the limit of the case.
    Dispatched {
        to: Assignee,
        opinion: String,
        deadline: Timestamp,
    },
    /// The disposal clock runs on.
    Signed {
        opinion: String,
    },
    /// The disposal clock runs on.
    ReturnAsked {
        reason: String,
    },
    /// The disposal clock is taken back; the next dispatch starts it anew. `deadline` is the dispatcher's.
    ReturnAgreed {
        opinion: String,
        deadline: Timestamp,
    },
    /// The disposal clock runs on.
    ReturnRefused {
        opinion: String,
    },
    /// The disposal clock stops; `in_time` compares this moment with its deadline. `deadline` is the dispatcher's.
    Finished {
        result: String,
        person: String,
        in_time: bool,
        deadline: Timestamp,
    },
    PassedToCheck {
        opinion: String,
        deadline: Timestamp,
    },
    /// The disposal clock resumes with what was left of it.
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
        deadline: Timestamp,
    },
    /// Ends the case.
    Closed {
        opinion: String,
    },
    /// The disposal clock resumes with what was left of it.
    Reworked {
        reason: String,
        deadline: Timestamp,
    },
    RecheckOrdered {
        reason: String,
        deadline: Timestamp,
    },
}

impl Fact {
    /// The kind of act it comes from.
    pub fn act(&self) -> ActKind {
        match self {
            Self::Reported { .. } => ActKind::Report,
            Self::VerifySent { .. } => ActKind::SendVerify,
            Self::VerifyReplied { .. } => ActKind::VerifyReply,
            Self::Accepted { .. } => ActKind::Accept,
            Self::Rejected { .. } => ActKind::Reject,
            Self::Filed { .. } => ActKind::File,
            Self::Voided { .. } => ActKind::Void,
            Self::Dispatched { .. } => ActKind::Dispatch,
            Self::Signed { .. } => ActKind::Sign,
            Self::ReturnAsked { .. } => ActKind::AskReturn,
            Self::ReturnAgreed { .. } => ActKind::AgreeReturn,
            Self::ReturnRefused { .. } => ActKind::RefuseReturn,
            Self::Finished { .. } => ActKind::Finish,
            Self::PassedToCheck { .. } => ActKind::ToCheck,
            Self::SentBack { .. } => ActKind::SendBack,
            Self::CheckSent { .. } => ActKind::SendCheck,
            Self::CheckReplied { .. } => ActKind::CheckReply,
            Self::Closed { .. } => ActKind::Close,
            Self::Reworked { .. } => ActKind::Rework,
            Self::RecheckOrdered { .. } => ActKind::Recheck,
        }
    }

    /// Where the case stands after it.
    pub fn state_after(&self) -> State {
        match self {
            Self::Reported { .. } => State::Reported,
            Self::VerifySent { .. } => State::Verifying,
            Self::VerifyReplied { .. } => State::Verified,
            Self::Accepted { .. } => State::Accepted,
            Self::Rejected { .. } => State::NotAccepted,
            Self::Filed { .. } | Self::ReturnAgreed { .. } => State::Filed,
            Self::Voided { .. } => State::Void,
            Self::Dispatched { .. } => State::Dispatched,
            Self::Signed { .. } | Self::ReturnRefused { .. } | Self::SentBack { .. } | Self::Reworked { .. } => {
                State::Handling
            }
            Self::ReturnAsked { .. } => State::ReturnAsked,
            Self::Finished { .. } => State::Handled,
            Self::PassedToCheck { .. } | Self::RecheckOrdered { .. } => State::CheckWait,
            Self::CheckSent { .. } => State::Checking,
            Self::CheckReplied { .. } => State::Checked,
            Self::Closed { .. } => State::Closed,
        }
    }

    /// The deadline that runs from here on, if the fact sets one.
    pub fn deadline(&self) -> Option<Timestamp> {
        match self {
            Self::Reported { deadline, .. }
            | Self::VerifySent { deadline, .. }
            | Self::VerifyReplied { deadline, .. }
            | Self::Accepted { deadline, .. }
            | Self::Filed { deadline, .. }
            | Self::Dispatched { deadline, .. }
            | Self::ReturnAgreed { deadline, .. }
            | Self::Finished { deadline, .. }
            | Self::PassedToCheck { deadline, .. }
            | Self::SentBack { deadline, .. }
            | Self::CheckSent { deadline, .. }
            | Self::CheckReplied { deadline, .. }
            | Self::Reworked { deadline, .. }
            | Self::RecheckOrdered { deadline, .. } => Some(*deadline),
            Self::Rejected { .. }
            | Self::Voided { .. }
            | Self::Signed { .. }
            | Self::ReturnAsked { .. }
            | Self::ReturnRefused { .. }
            | Self::Closed { .. } => None,
        }
    }
}
