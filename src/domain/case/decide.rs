//! Command against case: entries, or a refusal that a person can read.
//!
//! **Time.** Every clock runs on `Context::now`, the time of recording at the authority: a sender's clock may be wrong, and
//! `claimed_at` is only kept for the record.
//!
//! **A case that has moved.** A command says which entry of the case its sender had seen (`based_on`). When the case has
//! gone on since, the sender decided without knowing, so the command is refused: as [`Refusal::AlreadyDone`] when
//! somebody did the same act in between and it cannot be done again, else as [`Refusal::StateMoved`]. Nothing is merged in
//! silence. One exception does no harm: entries that only confirm what the sender had already decided on. Today that is
//! the department's signature ([`QUIET`]): a return may be asked for by somebody who had not yet seen the case signed for.
//! A command that claims to have seen more than there is was built on something that never happened here
//! ([`Refusal::StateMoved`] as well).

use serde::{Deserialize, Serialize};

use crate::base::LonLat;
use crate::base::Timestamp;
use crate::domain::calendar::Calendar;
use crate::domain::case::apply::Case;
use crate::domain::case::check::{self, field};
use crate::domain::case::command::{Act, ActKind, Answer, Channel, Command, Found, Report};
use crate::domain::case::entry::{Entry, Fact};
use crate::domain::case::state::{Stage, State};
use crate::domain::case::transition::{Step, check_four_eyes, check_guard, check_party};
use crate::domain::code::CaseNo;
use crate::domain::limit::{LimitUnit, stage_limit};
use crate::domain::org::{Actor, OnBehalfOf, Role, User};

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
        /// Roles of which one would do; empty when the act was claimed in somebody else's name.
        needs: Vec<Role>,
    },
    /// It is another department's or officer's turn.
    NotYours {
        /// Whose.
        whose: OnBehalfOf,
    },
    /// What the officer answered leads elsewhere: only a good result is closed, only a bad one reworked.
    AnswerForbids {
        /// What was wanted.
        act: ActKind,
        /// What the officer answered.
        answer: Answer,
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
        /// Field name ([`field`]).
        field: String,
    },
    /// A value is out of its bounds.
    BadValue {
        /// Field name ([`field`]).
        field: String,
    },
    /// There is no such case here.
    UnknownCase,
    /// There already is a case with this id.
    CaseExists,
}

/// Acts after which a command made without knowing of them still means what its sender meant.
const QUIET: &[ActKind] = &[ActKind::Sign];

/// Decides a command. Pure and total: the same arguments give the same answer on every machine.
///
/// # Errors
/// The [`Refusal`] that a person is to see; nothing has happened then.
pub fn decide(case: Option<&Case>, command: &Command, context: &Context<'_>) -> Result<Vec<Entry>, Refusal> {
    let user = context.user;
    if !user.streets.contains(&command.street) {
        return Err(Refusal::WrongStreet);
    }
    check_role(command, user)?;
    match (case, &command.act) {
        (None, Act::Report(report)) => {
            if command.based_on != 0 {
                return Err(check::bad(field::BASED_ON));
            }
            check::check_act(command)?;
            check_reporter(report, &command.actor)?;
            let report = Box::new(Report { place: placed(report), ..(**report).clone() });
            let deadline = stage_deadline(Stage::Accept, context);
            Ok(vec![entry(command, context, 1, Fact::Reported { report, deadline })])
        }
        (None, _) => Err(Refusal::UnknownCase),
        (Some(_), Act::Report(_)) => Err(Refusal::CaseExists),
        (Some(case), _) => {
            if case.id != command.case_id {
                return Err(Refusal::UnknownCase);
            }
            if case.street() != command.street {
                return Err(Refusal::WrongStreet);
            }
            check_state(case, command)?;
            check_party(command.act.kind(), Some(case), &command.actor, user)?;
            check_guard(case, command.act.kind())?;
            check_four_eyes(case, command.act.kind(), user)?;
            check::check_act(command)?;
            let number = case.seq.checked_add(1).ok_or_else(|| check::bad(field::BASED_ON))?;
            Ok(vec![entry(command, context, number, fact(case, command, context)?)])
        }
    }
}

/// Whether the account may do the act at all, in its own name or recording for somebody.
fn check_role(command: &Command, user: &User) -> Result<(), Refusal> {
    let actor = &command.actor;
    if actor.user != user.id {
        return Err(Refusal::NotAllowed { needs: Vec::new() });
    }
    // All rows of an act name the same roles.
    let Some(step) = Step::of(command.act.kind()).next() else {
        return Err(Refusal::NotAllowed { needs: Vec::new() });
    };
    let holds = user.roles.contains(&actor.role);
    let (own, records) = (step.roles.contains(&actor.role), step.recorders.contains(&actor.role));
    match &actor.on_behalf_of {
        None if holds && own => Ok(()),
        Some(_) if holds && records => Ok(()),
        // The right person, but it does not say for whom, or says so where nobody else can act.
        None if holds && records => Err(check::missing(field::ON_BEHALF_OF)),
        Some(_) if holds && own => Err(check::bad(field::ON_BEHALF_OF)),
        None => Err(Refusal::NotAllowed { needs: step.roles.to_vec() }),
        Some(_) if step.recorders.is_empty() => Err(Refusal::NotAllowed { needs: step.roles.to_vec() }),
        Some(_) => Err(Refusal::NotAllowed { needs: step.recorders.to_vec() }),
    }
}

/// A report can be recorded for an officer on the street and for nobody else, and is that officer's finding then.
fn check_reporter(report: &Report, actor: &Actor) -> Result<(), Refusal> {
    match &actor.on_behalf_of {
        None => Ok(()),
        Some(OnBehalfOf::Officer(_)) if report.channel == Channel::Patrol => Ok(()),
        Some(_) => Err(check::bad(field::ON_BEHALF_OF)),
    }
}

/// Whether the act is possible where the case stands, and the sender knew where that is.
fn check_state(case: &Case, command: &Command) -> Result<(), Refusal> {
    let act = command.act.kind();
    let possible = Step::find(Some(case.state), act).is_some();
    if command.based_on == case.seq {
        return if possible { Ok(()) } else { Err(Refusal::NotInState { act, state: case.state }) };
    }
    let unseen = || case.records.iter().filter(|record| record.seq > command.based_on);
    if possible && command.based_on < case.seq && unseen().all(|record| QUIET.contains(&record.act)) {
        return Ok(());
    }
    let same = unseen().rfind(|record| record.act == act);
    if let Some(done) = same.filter(|_| !possible) {
        return Err(Refusal::AlreadyDone { by: done.actor.name.clone(), at: done.recorded_at });
    }
    let last = case.records.last();
    Err(Refusal::StateMoved {
        state: case.state,
        case_seq: case.seq,
        by: last.map(|record| record.actor.name.clone()).unwrap_or_default(),
        at: last.map_or(case.reported_at, |record| record.recorded_at),
    })
}

/// The place to the seventh decimal of a degree: a centimetre, and the same number after writing and reading.
fn placed(report: &Report) -> crate::domain::case::command::Place {
    let round = |degrees: f64| (degrees * 1e7).round() / 1e7;
    let mut place = report.place.clone();
    place.at = LonLat::new(round(place.at.lon), round(place.at.lat));
    place
}

fn entry(command: &Command, context: &Context<'_>, case_seq: u32, fact: Fact) -> Entry {
    let mut actor = command.actor.clone();
    // A name is what the deciding side knows, not what the sender says.
    if !context.user.name.is_empty() {
        actor.name.clone_from(&context.user.name);
    }
    Entry {
        case_id: command.case_id,
        case_seq,
        command_id: command.id,
        actor,
        claimed_at: command.claimed_at,
        recorded_at: context.now,
        fact,
    }
}

fn stage_deadline(stage: Stage, context: &Context<'_>) -> Timestamp {
    stage_limit(stage).map_or(context.now, |limit| context.calendar.deadline(context.now, limit))
}

/// When a disposal that stood still since it was reported done has to be done now.
fn resumed_deadline(case: &Case, context: &Context<'_>) -> Timestamp {
    let unit = case.limit.map_or(LimitUnit::UrgentHour, |limit| limit.unit);
    let deadline = case.disposal_deadline.unwrap_or(context.now);
    context.calendar.resumed(deadline, case.handled_at.unwrap_or(context.now), context.now, unit)
}

/// What the act records. Its contents have been checked, and the case stands where the act is possible.
fn fact(case: &Case, command: &Command, context: &Context<'_>) -> Result<Fact, Refusal> {
    let next = |stage| stage_deadline(stage, context);
    Ok(match command.act.clone() {
        Act::Report(_) => return Err(Refusal::CaseExists),
        Act::SendVerify { officer, opinion } => Fact::VerifySent { officer, opinion, deadline: next(Stage::Verify) },
        Act::VerifyReply { found, opinion } => Fact::VerifyReplied { found, opinion, deadline: next(Stage::Accept) },
        Act::Accept { verification_waived, opinion } => {
            check_acceptance(case, verification_waived, &opinion)?;
            Fact::Accepted { verification_waived, opinion, deadline: next(Stage::File) }
        }
        Act::Reject { reason } => Fact::Rejected { reason },
        Act::File { class, condition, limit, opinion } => Fact::Filed {
            class,
            condition,
            limit: limit.to_hundredth(),
            opinion,
            number: context.next_number.clone(),
            deadline: next(Stage::Dispatch),
        },
        Act::Void { reason } => Fact::Voided { reason },
        Act::Dispatch { to, opinion } => {
            let limit = case.limit.ok_or_else(|| check::missing(field::LIMIT))?;
            Fact::Dispatched { to, opinion, deadline: context.calendar.deadline(context.now, limit) }
        }
        Act::Sign { opinion } => Fact::Signed { opinion },
        Act::AskReturn { reason } => Fact::ReturnAsked { reason },
        Act::AgreeReturn { opinion } => Fact::ReturnAgreed { opinion, deadline: next(Stage::Dispatch) },
        Act::RefuseReturn { opinion } => Fact::ReturnRefused { opinion },
        Act::Finish { result, person } => {
            let in_time = case.disposal_deadline.is_none_or(|deadline| context.now <= deadline);
            Fact::Finished { result, person, in_time, deadline: next(Stage::Feedback) }
        }
        Act::ToCheck { opinion } => Fact::PassedToCheck { opinion, deadline: next(Stage::Check) },
        Act::SendBack { reason } => Fact::SentBack { reason, deadline: resumed_deadline(case, context) },
        Act::SendCheck { officer, opinion } => Fact::CheckSent { officer, opinion, deadline: next(Stage::Check) },
        Act::CheckReply { result, opinion } => Fact::CheckReplied { result, opinion, deadline: next(Stage::Close) },
        Act::Close { opinion } => Fact::Closed { opinion },
        Act::Rework { reason } => Fact::Reworked { reason, deadline: resumed_deadline(case, context) },
        Act::Recheck { reason } => Fact::RecheckOrdered { reason, deadline: next(Stage::Check) },
    })
}

/// A public report is looked at on the spot before it is accepted, or it is said why not; what an officer found needs no
/// second look; what an officer could not tell, the seat has to judge and to say how.
fn check_acceptance(case: &Case, waived: bool, opinion: &str) -> Result<(), Refusal> {
    let reasoned = || if opinion.trim().is_empty() { Err(check::missing(field::OPINION)) } else { Ok(()) };
    match case.found {
        Some(Found::Unable) => reasoned(),
        Some(_) => Ok(()),
        None if case.report.channel == Channel::Patrol => Ok(()),
        None if waived => reasoned(),
        None => Err(check::missing(field::VERIFY_RESULT)),
    }
}
