//! Command against case: entries, or a refusal that a person can read.

use serde::{Deserialize, Serialize};

use crate::base::Timestamp;
use crate::domain::calendar::Calendar;
use crate::domain::case::apply::Case;
use crate::domain::case::command::{ActKind, Command};
use crate::domain::case::entry::Entry;
use crate::domain::case::state::State;
use crate::domain::code::CaseNo;
use crate::domain::org::{Role, User};

/// What the rules may look at besides the case.
#[derive(Debug)]
pub struct Context<'a> {
    /// Time of recording: the authority's clock, or the console's for a prediction.
    pub now: Timestamp,
    /// Working calendar and slots.
    pub calendar: &'a Calendar,
    /// The account as the deciding side knows it.
    pub user: &'a User,
    /// The number to give if the command files the case; `None` when predicting.
    pub next_number: Option<CaseNo>,
}

/// Why a command cannot be carried out.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(tag = "why", rename_all = "snake_case")]
pub enum Refusal {
    /// The case has moved on since the sender looked at it.
    StateMoved {
        /// Where it stands now.
        state: State,
        /// Number of its last entry.
        case_seq: u32,
        /// Who moved it.
        by: String,
        /// When.
        at: Timestamp,
    },
    /// Somebody did the same before.
    AlreadyDone {
        /// Who.
        by: String,
        /// When.
        at: Timestamp,
    },
    /// The act does not exist in this state.
    NotInState {
        /// What was wanted.
        act: ActKind,
        /// Where the case stands.
        state: State,
    },
    /// The account does not hold the role the act needs.
    NotAllowed {
        /// Roles of which one would do.
        needs: Vec<Role>,
    },
    /// The case belongs to a street that the account has no rights in.
    WrongStreet,
    /// Who dispatched a case may not close it.
    FourEyes {
        /// Who dispatched.
        dispatched_by: String,
    },
    /// Something that the record needs is missing.
    Missing {
        /// Field name as in `fields.tsv`.
        field: String,
    },
    /// A value is out of its bounds.
    BadValue {
        /// Field name as in `fields.tsv`.
        field: String,
    },
    /// There is no such case here.
    UnknownCase,
    /// There already is a case with this id.
    CaseExists,
}

/// Decides a command. Pure and total: the same arguments give the same answer on every machine.
///
/// # Errors
/// The [`Refusal`] that a person is to see; nothing has happened then.
pub fn decide(case: Option<&Case>, command: &Command, context: &Context<'_>) -> Result<Vec<Entry>, Refusal> {
    let _ = (case, command, context);
    Err(Refusal::UnknownCase)
}
