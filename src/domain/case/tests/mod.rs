//! The rules as a whole: the road of a case, the table, clocks, refusals, and what must hold whatever is tried.

mod any;
mod clocks;
mod refusals;
mod road;
mod table;

use jiff::SignedDuration;

use super::command::{Assignee, Caller, Channel, CheckResult, ClassRef, Found, Kind, Place, Report};
use super::*;
use crate::base::clock::from_office_time;
use crate::base::{CaseId, CommandId, IdSource, LonLat, Timestamp, UserId};
use crate::domain::calendar::Calendar;
use crate::domain::code::{CaseNo, ClassCode, GridCode, StreetCode};
use crate::domain::limit::{Limit, LimitUnit};
use crate::domain::org::{Actor, DeptCode, OfficerId, OnBehalfOf, Role, User};

const STREET: &str = "110107901";

fn street() -> StreetCode {
    StreetCode::new(STREET).unwrap()
}

fn at(text: &str) -> Timestamp {
    from_office_time(text.parse().unwrap())
}

fn user(name: &str, roles: &[Role]) -> User {
    User {
        id: UserId::from(name),
        name: format!("{name} 姓名"),
        roles: roles.iter().copied().collect(),
        streets: [street()].into(),
        dept: roles.contains(&Role::Department).then(dept),
        officer: roles.contains(&Role::Supervisor).then(officer),
    }
}

fn dept() -> DeptCode {
    DeptCode("D01".to_owned())
}

fn officer() -> OfficerId {
    OfficerId("P001".to_owned())
}

fn assignee() -> Assignee {
    Assignee { dept: dept(), officer: None }
}

fn class() -> ClassRef {
    ClassRef { scheme: "GB/T 30428.2-2013".to_owned(), kind: Kind::Event, code: ClassCode::new("0110").unwrap() }
}

fn report() -> Report {
    Report {
        channel: Channel::Hotline,
        caller: Caller { name: "李先生".to_owned(), phone: "138-0000-0000".to_owned(), wants_reply: true },
        class: class(),
        condition: "outside_bin".to_owned(),
        component: None,
        place: Place {
            at: LonLat::new(116.2, 39.9),
            grid: GridCode::new(format!("{STREET}001001")).unwrap(),
            address: "示范路 12 号门前".to_owned(),
        },
        text: "垃圾堆在路边".to_owned(),
        urgent: false,
    }
}

fn limit() -> Limit {
    Limit { value: 4.0, unit: LimitUnit::WorkHour }
}

/// An act of each kind that can stand in the record.
fn act(kind: ActKind) -> Act {
    let text = || "情况说明".to_owned();
    match kind {
        ActKind::Report => Act::Report(Box::new(report())),
        ActKind::SendVerify => Act::SendVerify { officer: officer(), opinion: text() },
        ActKind::VerifyReply => Act::VerifyReply { found: Found::Exist, opinion: text() },
        ActKind::Accept => Act::Accept { verification_waived: true, opinion: text() },
        ActKind::Reject => Act::Reject { reason: text() },
        ActKind::File => {
            Act::File { class: class(), condition: "outside_bin".to_owned(), limit: limit(), opinion: text() }
        }
        ActKind::Void => Act::Void { reason: text() },
        ActKind::Dispatch => Act::Dispatch { to: assignee(), opinion: text() },
        ActKind::Sign => Act::Sign { opinion: text() },
        ActKind::AskReturn => Act::AskReturn { reason: text() },
        ActKind::AgreeReturn => Act::AgreeReturn { opinion: text() },
        ActKind::RefuseReturn => Act::RefuseReturn { opinion: text() },
        ActKind::Finish => Act::Finish { result: text(), person: "张师傅".to_owned() },
        ActKind::ToCheck => Act::ToCheck { opinion: text() },
        ActKind::SendBack => Act::SendBack { reason: text() },
        ActKind::SendCheck => Act::SendCheck { officer: officer(), opinion: text() },
        ActKind::CheckReply => Act::CheckReply { result: CheckResult::Pass, opinion: text() },
        ActKind::Close => Act::Close { opinion: text() },
        ActKind::Rework => Act::Rework { reason: text() },
        ActKind::Recheck => Act::Recheck { reason: text() },
    }
}

/// One case and the desk it is worked at.
struct Desk {
    calendar: Calendar,
    ids: IdSource,
    now: Timestamp,
    case: Option<Case>,
    entries: Vec<Entry>,
}

impl Desk {
    /// Wednesday, nine in the morning.
    fn new() -> Self {
        Self {
            calendar: Calendar::standard(),
            ids: IdSource::seeded(1),
            now: at("2026-03-04T09:00"),
            case: None,
            entries: Vec::new(),
        }
    }

    fn case(&self) -> &Case {
        self.case.as_ref().unwrap()
    }

    fn wait(&mut self, minutes: i64) {
        self.now += SignedDuration::from_mins(minutes);
    }

    fn command(&self, user: &User, role: Role, act: Act) -> Command {
        Command {
            id: CommandId(self.ids.next(self.now)),
            case_id: self.case.as_ref().map_or_else(|| CaseId(self.ids.next(self.now)), |case| case.id),
            street: street(),
            actor: Actor { user: user.id.clone(), name: "谁知道".to_owned(), role, on_behalf_of: None },
            claimed_at: self.now,
            based_on: self.case.as_ref().map_or(0, |case| case.seq),
            act,
        }
    }

    fn decide(&self, user: &User, command: &Command) -> Result<Vec<Entry>, Refusal> {
        let context = Context {
            now: self.now,
            calendar: &self.calendar,
            user,
            next_number: Some(CaseNo::new("26030400001").unwrap()),
        };
        decide(self.case.as_ref(), command, &context)
    }

    fn settle(&mut self, user: &User, command: &Command) -> Result<(), Refusal> {
        for entry in self.decide(user, command)? {
            self.case = apply(self.case.take(), &entry);
            self.entries.push(entry);
        }
        Ok(())
    }

    /// Does an act in one's own name.
    fn own(&mut self, user: &User, role: Role, act: Act) -> Result<(), Refusal> {
        let command = self.command(user, role, act);
        self.settle(user, &command)
    }

    /// Does an act as whom the table says.
    fn step(&mut self, user: &User, act: Act) -> Result<(), Refusal> {
        let step = transition::Step::find(self.case.as_ref().map(|case| case.state), act.kind()).unwrap();
        let actor = step.actor(self.case.as_ref(), user).unwrap();
        let mut command = self.command(user, actor.role, act);
        command.actor = actor;
        self.settle(user, &command)
    }
}

/// Those of a small shift: who takes calls and dispatches, and who files and closes.
fn dispatcher() -> User {
    user("dispatcher1", &[Role::Acceptor, Role::Dispatcher])
}

fn leader() -> User {
    user("leader1", &[Role::DutyLeader])
}

/// A desk whose case has gone these steps; the clock stands still.
fn desk_after(acts: &[ActKind]) -> Desk {
    let mut desk = Desk::new();
    for kind in acts {
        let who = if transition::Step::of(*kind).any(|step| step.roles == [Role::DutyLeader]) {
            leader()
        } else {
            dispatcher()
        };
        desk.step(&who, act(*kind)).unwrap();
    }
    desk
}

const TO_HANDLING: &[ActKind] = &[ActKind::Report, ActKind::Accept, ActKind::File, ActKind::Dispatch, ActKind::Sign];
