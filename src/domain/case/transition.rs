//! The table of allowed steps, after `states.tsv`.
//!
//! **Recording for others (代录).** A department without a console and an officer with nothing but a radio still act; a
//! seat writes down what they say and names them in [`Actor::on_behalf_of`]. Only the seat that sent them may: the
//! dispatcher for the department or officer that the case was dispatched to, the acceptor for the officer who was sent to
//! verify or check, and for an officer who reports by radio. What a seat decides itself nobody else can record: filing,
//! voiding, dispatching, returns, closing. So acceptor, dispatcher and duty leader can run a whole shift by telephone,
//! and every line of the record still says who really spoke.

use crate::domain::case::apply::Case;
use crate::domain::case::command::{ActKind, Answer, CheckResult, Found};
use crate::domain::case::decide::Refusal;
use crate::domain::case::state::{Stage, State};
use crate::domain::org::{Actor, OnBehalfOf, Role, User};

/// One row: in `from`, somebody in one of `roles` may do `act`, which leads to `to`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Step {
    /// The state before; `None` for the report that begins a case.
    pub from: Option<State>,
    /// The act.
    pub act: ActKind,
    /// The state after it.
    pub to: State,
    /// Roles of which one is needed to do it in one's own name.
    pub roles: &'static [Role],
    /// Roles of which one is needed to record it for the absent officer or department whose act it is (代录).
    pub recorders: &'static [Role],
    /// Stage of the work.
    pub stage: Stage,
}

/// Who does an act: the columns `role` of `states.tsv` and the seat that may record it.
type Who = (&'static [Role], &'static [Role]);

const ACCEPTOR: Who = (&[Role::Acceptor], &[]);
const LEADER: Who = (&[Role::DutyLeader], &[]);
const DISPATCHER: Who = (&[Role::Dispatcher], &[]);
const REPORTER: Who = (&[Role::Acceptor, Role::Supervisor], &[Role::Acceptor]);
const OFFICER: Who = (&[Role::Supervisor], &[Role::Acceptor]);
const DEPARTMENT: Who = (&[Role::Department], &[Role::Dispatcher]);

const fn step(from: State, act: ActKind, to: State, (roles, recorders): Who, stage: Stage) -> Step {
    Step { from: Some(from), act, to, roles, recorders, stage }
}

/// All allowed steps.
pub const STEPS: &[Step] = &[
    Step {
        from: None,
        act: ActKind::Report,
        to: State::Reported,
        roles: REPORTER.0,
        recorders: REPORTER.1,
        stage: Stage::Accept,
    },
    step(State::Reported, ActKind::SendVerify, State::Verifying, ACCEPTOR, Stage::Verify),
    step(State::Reported, ActKind::Accept, State::Accepted, ACCEPTOR, Stage::Accept),
    step(State::Reported, ActKind::Reject, State::NotAccepted, ACCEPTOR, Stage::Accept),
    step(State::Verifying, ActKind::VerifyReply, State::Verified, OFFICER, Stage::Verify),
    step(State::Verified, ActKind::Accept, State::Accepted, ACCEPTOR, Stage::Accept),
    step(State::Verified, ActKind::Reject, State::NotAccepted, ACCEPTOR, Stage::Accept),
    step(State::Accepted, ActKind::File, State::Filed, LEADER, Stage::File),
    step(State::Accepted, ActKind::Void, State::Void, LEADER, Stage::File),
    step(State::Filed, ActKind::Dispatch, State::Dispatched, DISPATCHER, Stage::Dispatch),
    step(State::Dispatched, ActKind::Sign, State::Handling, DEPARTMENT, Stage::Handle),
    step(State::Dispatched, ActKind::AskReturn, State::ReturnAsked, DEPARTMENT, Stage::Handle),
    step(State::Handling, ActKind::Finish, State::Handled, DEPARTMENT, Stage::Handle),
    step(State::Handling, ActKind::AskReturn, State::ReturnAsked, DEPARTMENT, Stage::Handle),
    step(State::ReturnAsked, ActKind::AgreeReturn, State::Filed, DISPATCHER, Stage::Dispatch),
    step(State::ReturnAsked, ActKind::RefuseReturn, State::Handling, DISPATCHER, Stage::Dispatch),
    step(State::Handled, ActKind::ToCheck, State::CheckWait, DISPATCHER, Stage::Feedback),
    step(State::Handled, ActKind::SendBack, State::Handling, DISPATCHER, Stage::Feedback),
    step(State::CheckWait, ActKind::SendCheck, State::Checking, ACCEPTOR, Stage::Check),
    step(State::Checking, ActKind::CheckReply, State::Checked, OFFICER, Stage::Check),
    step(State::Checked, ActKind::Close, State::Closed, LEADER, Stage::Close),
    step(State::Checked, ActKind::Rework, State::Handling, LEADER, Stage::Close),
    step(State::Checked, ActKind::Recheck, State::CheckWait, LEADER, Stage::Check),
];

impl Step {
    /// The row for an act in a state (`None` before the report).
    pub fn find(from: Option<State>, act: ActKind) -> Option<&'static Self> {
        STEPS.iter().find(|step| step.from == from && step.act == act)
    }

    /// The rows for an act; all of them name the same roles.
    pub fn of(act: ActKind) -> impl Iterator<Item = &'static Self> {
        STEPS.iter().filter(move |step| step.act == act)
    }

    /// As whom `user` would do this step with `case` now: in a role of the user's own where one fits, else recording for
    /// the officer or department whose turn it is. `None` when neither is open to the user.
    pub fn actor(&self, case: Option<&Case>, user: &User) -> Option<Actor> {
        let actor = |role, on_behalf_of| Actor { user: user.id.clone(), name: user.name.clone(), role, on_behalf_of };
        let own = self.roles.iter().find(|role| user.roles.contains(*role)).map(|role| actor(*role, None));
        if let Some(own) = own.filter(|own| check_party(self.act, case, own, user).is_ok()) {
            return Some(own);
        }
        let role = self.recorders.iter().find(|role| user.roles.contains(*role))?;
        turn_of(self.act, case?).into_iter().next().map(|whose| actor(*role, Some(whose)))
    }
}

/// The steps that `user` may take with `case` now, in the order of the table: state, role, jurisdiction, four eyes and
/// guards are looked at. Buttons and shortcuts are made from it; [`Step::actor`] says as whom.
pub fn open_steps(case: &Case, user: &User) -> Vec<&'static Step> {
    if !user.streets.contains(&case.street()) {
        return Vec::new();
    }
    STEPS
        .iter()
        .filter(|step| {
            step.from == Some(case.state)
                && step.actor(Some(case), user).is_some()
                && check_guard(case, step.act).is_ok()
                && check_four_eyes(case, step.act, user).is_ok()
        })
        .collect()
}

/// Those whose act it is while it is not a seat's own: the department that the case was dispatched to and the officer
/// named with it, or the officer who was sent.
fn turn_of(act: ActKind, case: &Case) -> Vec<OnBehalfOf> {
    match act {
        ActKind::Sign | ActKind::AskReturn | ActKind::Finish => case
            .assignee
            .iter()
            .flat_map(|to| {
                let officer = to.officer.clone().map(OnBehalfOf::Officer);
                std::iter::once(OnBehalfOf::Department(to.dept.clone())).chain(officer)
            })
            .collect(),
        ActKind::VerifyReply | ActKind::CheckReply => {
            case.officer.clone().map(OnBehalfOf::Officer).into_iter().collect()
        }
        _ => Vec::new(),
    }
}

/// Whether the actor, or the one in whose name the actor records, is the one whose turn it is.
pub(super) fn check_party(act: ActKind, case: Option<&Case>, actor: &Actor, user: &User) -> Result<(), Refusal> {
    let Some(case) = case else { return Ok(()) };
    let turn = turn_of(act, case);
    let Some(first) = turn.first() else { return Ok(()) };
    let fits = match &actor.on_behalf_of {
        Some(told) => turn.contains(told),
        None => {
            let dept = user.dept.clone().map(OnBehalfOf::Department);
            let officer = user.officer.clone().map(OnBehalfOf::Officer);
            match actor.role {
                Role::Department => dept.is_some_and(|dept| turn.contains(&dept)),
                _ => officer.is_some_and(|officer| turn.contains(&officer)),
            }
        }
    };
    if fits { Ok(()) } else { Err(Refusal::NotYours { whose: first.clone() }) }
}

/// What the last answer of an officer allows: only a good result is closed, only a bad one reworked, only an undecided
/// one checked again; what is not there is not accepted.
pub(super) fn check_guard(case: &Case, act: ActKind) -> Result<(), Refusal> {
    let allowed = match act {
        ActKind::Close => case.check == Some(CheckResult::Pass),
        ActKind::Rework => case.check == Some(CheckResult::NotPass),
        ActKind::Recheck => case.check == Some(CheckResult::Unable),
        ActKind::Accept => case.found != Some(Found::NotExist),
        _ => true,
    };
    let answer = match act {
        ActKind::Accept => case.found.map(Answer::Verify),
        _ => case.check.map(Answer::Check),
    };
    match (allowed, answer) {
        (true, _) => Ok(()),
        (false, Some(answer)) => Err(Refusal::AnswerForbids { act, answer }),
        (false, None) => Err(Refusal::NotInState { act, state: case.state }),
    }
}

/// The two axes: the supervision centre judges, the command centre acts, and nobody does both to one case.
pub(super) fn check_four_eyes(case: &Case, act: ActKind, user: &User) -> Result<(), Refusal> {
    if act != ActKind::Close || case.dispatched_by.as_ref() != Some(&user.id) {
        return Ok(());
    }
    let record = case.records.iter().rev().find(|record| record.act == ActKind::Dispatch);
    let dispatched_by = record.map_or_else(|| user.name.clone(), |record| record.actor.name.clone());
    Err(Refusal::FourEyes { dispatched_by })
}
