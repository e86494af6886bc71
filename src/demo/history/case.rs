//! The course of one case, as commands.

use std::collections::HashSet;

use super::later;
use super::matters::{MATTERS, Matter, NOT_GOOD, NOT_MENDED, REJECTED, RETURNED, VOIDED};
use super::places::{self, Places};
use super::words::words;
use crate::base::clock::office_time;
use crate::base::{CaseId, CommandId, IdSource, Timestamp};
use crate::demo::dice::Dice;
use crate::demo::offices::{DEPARTMENTS, answering};
use crate::demo::people::People;
use crate::demo::{STREET, names};
use crate::domain::calendar::Calendar;
use crate::domain::case::command::{
    Act, Assignee, Caller, Channel, CheckResult, ClassRef, Command, Found, Kind, Report,
};
use crate::domain::case::{Lamp, State};
use crate::domain::category::SCHEME_IN_USE;
use crate::domain::code::{ClassCode, StreetCode};
use crate::domain::limit::{Limit, LimitTable};
use crate::domain::org::{Actor, DeptCode, OfficerId, OnBehalfOf, Role, User};

/// Where an open case is to stand, and its lamp.
#[derive(Clone, Copy, Debug)]
pub struct End {
    pub state: State,
    pub lamp: Lamp,
}

/// Makes cases.
pub struct Maker {
    now: Timestamp,
    ids: IdSource,
    places: Places,
    officers: Vec<(OfficerId, User)>,
    acceptors: Vec<User>,
    dispatchers: Vec<User>,
    leaders: Vec<User>,
    clerks: Vec<User>,
    calendar: Calendar,
    limits: LimitTable,
    matter: &'static Matter,
}

/// A case in the making.
struct Course {
    id: CaseId,
    at: Timestamp,
    commands: Vec<Command>,
    matter: &'static Matter,
    class: ClassRef,
    limit: Limit,
    officer: usize,
    dept: usize,
    acceptor: usize,
    patrol: bool,
    called: bool,
}

impl Maker {
    pub fn new(seed: u64, now: Timestamp, places: Places, people: People) -> Self {
        let of = |role: Role| -> Vec<User> {
            people.users.iter().filter(|user| user.roles.contains(&role)).cloned().collect()
        };
        let officers = people
            .officers
            .iter()
            .filter_map(|officer| {
                let user = people.users.iter().find(|user| Some(&user.id) == officer.user.as_ref())?;
                Some((officer.id.clone(), user.clone()))
            })
            .collect();
        Self {
            now,
            ids: IdSource::seeded(seed ^ 0x6A69_6564_616F),
            places,
            officers,
            acceptors: of(Role::Acceptor),
            dispatchers: of(Role::Dispatcher),
            leaders: of(Role::DutyLeader),
            clerks: of(Role::Department),
            calendar: Calendar::standard(),
            limits: LimitTable::sample(),
            matter: &MATTERS[0],
        }
    }

    /// Decides what the next case is about; its hours of the day.
    pub fn next_matter(&mut self, dice: &mut Dice) -> (u8, u8) {
        let weights: Vec<f64> = MATTERS.iter().map(|matter| matter.weight).collect();
        self.matter = &MATTERS[dice.weighted(&weights)];
        self.matter.hours
    }

    /// A case reported at `at` that has come to its end; `None` when it would not have ended by now.
    pub fn past(&mut self, at: Timestamp, dice: &mut Dice, texts: &mut HashSet<String>) -> Option<Vec<Command>> {
        let mut course = self.report(at, dice, texts)?;
        if self.accept(&mut course, dice, None) {
            self.file(&mut course, dice);
            self.dispatch(&mut course, dice);
            let returned = dice.chance(0.06);
            if returned {
                self.give_back(&mut course, dice);
            }
            self.sign(&mut course, dice);
            let in_time = if course.limit_hours() < 6.0 { 0.84 } else { 0.91 };
            let share = if dice.chance(in_time) { dice.range(0.15, 0.93) } else { dice.range(1.04, 1.7) };
            self.finish(&mut course, share, dice);
            self.judge(&mut course, dice);
        }
        // What is only just over belongs to today's shift, which the open cases tell.
        (course.at < later(self.now, -20.0)).then_some(course.commands)
    }

    /// A case that stands at `end` now.
    pub fn open(&mut self, end: End, dice: &mut Dice, texts: &mut HashSet<String>) -> Option<Vec<Command>> {
        // The last step lies so far back that the lamp of its stage comes out.
        let ago = match (end.state, end.lamp) {
            (State::Reported | State::Accepted | State::Filed, Lamp::Green) => dice.range(1.0, 9.0),
            (State::Reported | State::Accepted | State::Filed, Lamp::Yellow) => dice.range(12.6, 14.2),
            (_, Lamp::Yellow) => dice.range(25.0, 28.5),
            (_, Lamp::Red) => dice.range(22.0, 60.0),
            _ => dice.range(2.0, 9.0),
        };
        let last = later(self.now, -ago);
        let disposal = matches!(end.state, State::Dispatched | State::Handling | State::ReturnAsked);
        let limit = self.limit_of(self.matter)?;
        let moment = if disposal { self.dispatch_moment(limit, end.lamp, dice) } else { None };
        let before = |minutes: f64| later(last, -minutes);
        let start = match end.state {
            State::Reported => last,
            State::Verifying => before(6.0),
            State::Verified => before(26.0),
            State::Accepted => before(38.0),
            State::Filed => before(48.0),
            _ if disposal => later(moment?, -58.0),
            // Handled and after: the disposal took a while.
            _ => later(last, -f64::from(260 + dice.whole(90) as u32)),
        };
        let mut course = self.report(start, dice, texts)?;
        if matches!(end.state, State::Verifying | State::Verified | State::Reported) && course.patrol {
            return None;
        }
        if end.state == State::Reported {
            return Some(course.commands);
        }
        if !self.accept(&mut course, dice, Some((end.state, last))) {
            return None;
        }
        if matches!(end.state, State::Verifying | State::Verified | State::Accepted) {
            return Some(course.commands);
        }
        self.file(&mut course, dice);
        if end.state == State::Filed {
            return course.ends_at(last);
        }
        self.dispatch(&mut course, dice);
        if let Some(moment) = moment {
            course.shift_to(moment);
        }
        match end.state {
            State::Dispatched => {}
            State::Handling => {
                // Signed for soon after, if there was time.
                course.at = later(course.at, dice.range(0.5, 4.0));
                self.step(
                    &mut course,
                    Role::Department,
                    Act::Sign { opinion: "已签收，安排人员到场".to_owned() },
                    dice,
                );
            }
            State::ReturnAsked => {
                course.at = later(course.at, dice.range(1.0, 5.0));
                let reason = (*dice.pick(RETURNED)).to_owned();
                self.step(&mut course, Role::Department, Act::AskReturn { reason }, dice);
            }
            _ => self.checked_end(&mut course, end.state, last, dice),
        }
        (course.at < self.now).then_some(course.commands)
    }

    /// From handling to the state wanted, the last step at `last`.
    fn checked_end(&mut self, course: &mut Course, state: State, last: Timestamp, dice: &mut Dice) {
        self.sign(course, dice);
        let steps = match state {
            State::Handled => 0.0,
            State::CheckWait => 1.0,
            State::Checking => 2.0,
            _ => 3.0,
        };
        course.at = later(last, -9.0 * steps).max(later(course.at, 1.0));
        self.done(course, dice);
        if steps >= 1.0 {
            course.at = later(course.at, 9.0);
            self.step(course, Role::Dispatcher, Act::ToCheck { opinion: "处置结果齐全，请核查".to_owned() }, dice);
        }
        if steps >= 2.0 {
            course.at = later(course.at, 9.0);
            self.send_check(course, dice);
        }
        if steps >= 3.0 {
            course.at = later(course.at, 9.0);
            let act =
                Act::CheckReply { result: CheckResult::Pass, opinion: "现场核查，问题已解决".to_owned() };
            self.step(course, Role::Supervisor, act, dice);
        }
    }

    /// When a case must have been dispatched for its lamp to be as wanted now.
    fn dispatch_moment(&self, limit: Limit, lamp: Lamp, dice: &mut Dice) -> Option<Timestamp> {
        let (low, high) = match lamp {
            Lamp::Yellow => (0.83, 0.97),
            Lamp::Red => (1.04, 1.35),
            _ => (0.06, 0.7),
        };
        let wanted = dice.range(low, high);
        let used = |minutes: f64| {
            let start = later(self.now, -minutes);
            self.calendar.share_used(self.now, self.calendar.deadline(start, limit), limit)
        };
        // The share only grows with the time gone by: halve the stretch until it is found.
        let (mut near, mut far) = (8.0, 60.0 * 24.0 * 60.0);
        if used(near) > wanted || used(far) < wanted {
            return None;
        }
        while far - near > 0.25 {
            let middle = (near + far) / 2.0;
            if used(middle) < wanted { near = middle } else { far = middle }
        }
        let share = used(far);
        (low..=high).contains(&share).then(|| later(self.now, -far))
    }

    fn limit_of(&self, matter: &Matter) -> Option<Limit> {
        let class = class_of(matter)?;
        self.limits.find(&class, matter.condition).map(|row| row.limit)
    }

    fn report(&mut self, at: Timestamp, dice: &mut Dice, texts: &mut HashSet<String>) -> Option<Course> {
        let matter = self.matter;
        let class = class_of(matter)?;
        let places::Found { place, bare, component } = self.places.find(matter, dice)?;
        let hour = office_time(at).hour();
        let channels =
            if (7..19).contains(&hour) { [0.46, 0.37, 0.09, 0.03, 0.05] } else { [0.84, 0.0, 0.14, 0.0, 0.02] };
        let channel = [Channel::Hotline, Channel::Patrol, Channel::Web, Channel::Leader, Channel::OtherSystem]
            [dice.weighted(&channels)];
        let text = loop {
            let text = words(matter, channel, (&place.address, &bare), dice);
            if texts.insert(text.clone()) {
                break text;
            }
        };
        let caller = match channel {
            Channel::Hotline | Channel::Web => {
                let name = names::caller(dice);
                let known = name != "匿名" || dice.chance(0.4);
                let phone = if known { names::caller_phone(dice) } else { String::new() };
                Caller { name, wants_reply: !phone.is_empty() && dice.chance(0.6), phone }
            }
            _ => Caller::default(),
        };
        let called = !caller.phone.is_empty();
        let limit = self.limit_of(matter)?;
        let officer = self.places.officer(&place.grid).min(self.officers.len().checked_sub(1)?);
        let urgent = matter.urgent && dice.chance(0.7);
        let condition = matter.condition.to_owned();
        let report = Report { channel, caller, class: class.clone(), condition, component, place, text, urgent };
        let id = CaseId(self.ids.next(at));
        let acceptor = dice.whole(self.acceptors.len());
        let patrol = channel == Channel::Patrol;
        let mut course = Course {
            id,
            at,
            commands: Vec::new(),
            matter,
            class,
            limit,
            officer,
            dept: answering(matter.class),
            acceptor,
            patrol,
            called,
        };
        let role = if patrol { Role::Supervisor } else { Role::Acceptor };
        self.step(&mut course, role, Act::Report(Box::new(report)), dice);
        Some(course)
    }

    /// Verification and acceptance. `until` names the state to stop in and the moment of the last step. False when the
    /// case has ended here.
    fn accept(&mut self, course: &mut Course, dice: &mut Dice, until: Option<(State, Timestamp)>) -> bool {
        let stop = until.map(|(state, _)| state);
        let last = |course: &Course, wanted: State, minutes: f64| match until {
            Some((state, last)) if state == wanted => last.max(later(course.at, 0.2)),
            _ => later(course.at, minutes),
        };
        if stop.is_none() && !course.patrol && dice.chance(0.03) {
            course.at = later(course.at, dice.range(2.0, 12.0));
            let reason = (*dice.pick(REJECTED)).to_owned();
            self.step(course, Role::Acceptor, Act::Reject { reason }, dice);
            return false;
        }
        let verify = !course.patrol && (matches!(stop, Some(State::Verifying | State::Verified)) || dice.chance(0.6));
        let mut opinion = String::new();
        if verify {
            course.at = last(course, State::Verifying, dice.range(1.5, 8.0));
            let officer = self.officers[course.officer].0.clone();
            let opinion_sent =
                (*dice.pick(&["请到现场核实并拍照", "请核实后反馈", "群众来电，请尽快查看", ""])).to_owned();
            self.step(course, Role::Acceptor, Act::SendVerify { officer, opinion: opinion_sent }, dice);
            if stop == Some(State::Verifying) {
                return true;
            }
            let answer = if until.is_some() { 0 } else { dice.weighted(&[0.92, 0.05, 0.03]) };
            course.at = last(course, State::Verified, dice.range(7.0, if until.is_some() { 18.0 } else { 33.0 }));
            let (found, words) = match answer {
                0 => (
                    Found::Exist,
                    *dice.pick(&[
                        "情况属实，已拍照",
                        "属实，现场照片已上传",
                        "现场与来电一致",
                        "属实，范围比来电说的大",
                    ]),
                ),
                1 => {
                    (Found::NotExist, *dice.pick(&["现场未发现该问题", "到场时已无此情况", "按地址查找，未见反映事项"]))
                }
                _ => (Found::Unable, *dice.pick(&["院门锁闭，无法进入", "天黑看不清，不能判定"])),
            };
            self.step(course, Role::Supervisor, Act::VerifyReply { found, opinion: words.to_owned() }, dice);
            if stop == Some(State::Verified) {
                return true;
            }
            match found {
                Found::NotExist => {
                    course.at = later(course.at, dice.range(2.0, 10.0));
                    let reason = "经现场核实未发现该问题，已告知来电人".to_owned();
                    self.step(course, Role::Acceptor, Act::Reject { reason }, dice);
                    return false;
                }
                Found::Unable => "电话再次询问来电人，描述明确，予以受理".clone_into(&mut opinion),
                Found::Exist => {}
            }
        }
        let waived = !verify && !course.patrol;
        if waived {
            let why = if course.matter.urgent {
                ["情况紧急，先行处置", "涉及安全，边处置边核实"]
            } else {
                ["来电人提供照片，位置明确", "反映具体，无需现场核实"]
            };
            (*dice.pick(&why)).clone_into(&mut opinion);
        }
        course.at = last(course, State::Accepted, dice.range(1.0, 9.0));
        self.step(course, Role::Acceptor, Act::Accept { verification_waived: waived, opinion }, dice);
        if until.is_none() && dice.chance(0.012) {
            course.at = later(course.at, dice.range(2.0, 12.0));
            let reason = (*dice.pick(VOIDED)).to_owned();
            self.step(course, Role::DutyLeader, Act::Void { reason }, dice);
            return false;
        }
        true
    }

    fn file(&mut self, course: &mut Course, dice: &mut Dice) {
        course.at = later(course.at, dice.range(1.0, 9.0));
        let act = Act::File {
            class: course.class.clone(),
            condition: course.matter.condition.to_owned(),
            limit: course.limit,
            opinion: (*dice.pick(&["符合立案条件", "同意立案", "立案，请按时限处置", ""])).to_owned(),
        };
        self.step(course, Role::DutyLeader, act, dice);
    }

    fn dispatch(&mut self, course: &mut Course, dice: &mut Dice) {
        course.at = later(course.at, dice.range(1.0, 9.0));
        // Small matters on the street go with the officer of the duty grid.
        let named = course.matter.class.starts_with("E04") && dice.chance(0.2);
        let to = Assignee {
            dept: DeptCode(DEPARTMENTS[course.dept].0.to_owned()),
            officer: named.then(|| self.officers[course.officer].0.clone()),
        };
        let opinion = match dice.whole(4) {
            0 => format!("请{}按时限处置", DEPARTMENTS[course.dept].1),
            1 => "请尽快到场处置，完成后上传照片".to_owned(),
            2 => "群众诉求，请处置后回复".to_owned(),
            _ => String::new(),
        };
        self.step(course, Role::Dispatcher, Act::Dispatch { to, opinion }, dice);
    }

    /// The department says it is not theirs; the dispatcher agrees or does not.
    fn give_back(&mut self, course: &mut Course, dice: &mut Dice) {
        course.at = later(course.at, dice.range(6.0, 40.0));
        let reason = (*dice.pick(RETURNED)).to_owned();
        self.step(course, Role::Department, Act::AskReturn { reason }, dice);
        course.at = later(course.at, dice.range(4.0, 25.0));
        if dice.chance(0.6) {
            let opinion = "权属核对无误，同意回退改派".to_owned();
            self.step(course, Role::Dispatcher, Act::AgreeReturn { opinion }, dice);
            // To those who look after compounds, or to the street's own office.
            course.dept = if course.dept == 13 { 0 } else { 13 };
            self.dispatch(course, dice);
        } else {
            let opinion = "职责清单明确由你单位处置，不同意回退".to_owned();
            self.step(course, Role::Dispatcher, Act::RefuseReturn { opinion }, dice);
        }
    }

    fn sign(&mut self, course: &mut Course, dice: &mut Dice) {
        let refused = matches!(course.commands.last().map(|last| &last.act), Some(Act::RefuseReturn { .. }));
        if refused {
            return;
        }
        course.at = later(course.at, dice.range(2.0, if course.limit_hours() < 6.0 { 14.0 } else { 50.0 }));
        let opinion = (*dice.pick(&["已签收", "收到，已派人", "签收，预计当日完成", ""])).to_owned();
        self.step(course, Role::Department, Act::Sign { opinion }, dice);
    }

    /// Handling ends when `share` of the limit has gone by.
    fn finish(&mut self, course: &mut Course, share: f64, dice: &mut Dice) {
        let dispatched = course.commands.iter().rev().find(|command| matches!(command.act, Act::Dispatch { .. }));
        let start = dispatched.map_or(course.at, |command| command.claimed_at);
        let part = Limit { value: course.limit.value * share, unit: course.limit.unit };
        // A share of a limit in its own clock: nobody mends by night what may wait for the morning.
        let mut at = self.calendar.deadline(start, part);
        let hour = office_time(at).hour();
        if course.limit_hours() > 6.0 && !(7..21).contains(&hour) {
            at = later(at, 600.0);
        }
        course.at = at.max(later(course.at, dice.range(5.0, 20.0)));
        self.done(course, dice);
    }

    fn done(&mut self, course: &mut Course, dice: &mut Dice) {
        let tails = ["。", "，照片已上传。", "，后续纳入日常巡查。", "。处置前后照片齐全。", "，已电话告知来电人。"];
        // Only where somebody called can somebody be called back.
        let tail = tails[dice.whole(if course.called { 5 } else { 4 })];
        let result = format!("{}{tail}", dice.pick(course.matter.done));
        let person = names::person(dice).0;
        self.step(course, Role::Department, Act::Finish { result, person }, dice);
        if dice.chance(0.02) && course.at < later(self.now, -600.0) {
            course.at = later(course.at, dice.range(6.0, 30.0));
            let reason = "缺少处置后照片，请补充".to_owned();
            self.step(course, Role::Dispatcher, Act::SendBack { reason }, dice);
            course.at = later(course.at, dice.range(15.0, 90.0));
            let result = format!("{}，已补传照片。", dice.pick(course.matter.done));
            let person = names::person(dice).0;
            self.step(course, Role::Department, Act::Finish { result, person }, dice);
        }
    }

    fn send_check(&mut self, course: &mut Course, dice: &mut Dice) {
        let officer = self.officers[course.officer].0.clone();
        let opinion = (*dice.pick(&["请核查处置结果", "请到场核查并拍照", ""])).to_owned();
        self.step(course, Role::Acceptor, Act::SendCheck { officer, opinion }, dice);
    }

    /// The check, and what follows from it: closing, rework, another check.
    fn judge(&mut self, course: &mut Course, dice: &mut Dice) {
        for round in 0..4 {
            course.at = later(course.at, dice.range(4.0, 30.0));
            let passed_on = matches!(course.commands.last().map(|last| &last.act), Some(Act::Recheck { .. }));
            if !passed_on {
                let opinion = (*dice.pick(&["请核查", "处置结果齐全，转核查", ""])).to_owned();
                self.step(course, Role::Dispatcher, Act::ToCheck { opinion }, dice);
                course.at = later(course.at, dice.range(3.0, 20.0));
            }
            self.send_check(course, dice);
            course.at = later(course.at, dice.range(9.0, 34.0));
            let outcome = if round == 3 { 0 } else { dice.weighted(&[0.925, 0.055, 0.02]) };
            let (result, words) = match outcome {
                0 => (
                    CheckResult::Pass,
                    if course.mends() {
                        *dice.pick(&["问题已解决", "修复到位", "设施完好，功能正常", "已恢复原状"])
                    } else {
                        *dice.pick(&["问题已解决", "现场已恢复，符合要求", "复查未见反弹", "现场情况与反馈一致"])
                    },
                ),
                1 => (CheckResult::NotPass, *dice.pick(if course.mends() { NOT_MENDED } else { NOT_GOOD })),
                _ => (CheckResult::Unable, *dice.pick(&["现场被车辆遮挡，无法判定", "院门锁闭，未能进入"])),
            };
            self.step(course, Role::Supervisor, Act::CheckReply { result, opinion: words.to_owned() }, dice);
            course.at = later(course.at, dice.range(4.0, 40.0));
            match result {
                CheckResult::Pass => {
                    let opinion = (*dice.pick(&["予以结案", "结案归档", "处置到位，同意结案", ""])).to_owned();
                    self.step(course, Role::DutyLeader, Act::Close { opinion }, dice);
                    return;
                }
                CheckResult::NotPass => {
                    let reason = format!("核查未通过：{words}");
                    self.step(course, Role::DutyLeader, Act::Rework { reason }, dice);
                    course.at = later(course.at, dice.range(40.0, 260.0));
                    let result = format!("已返工，{}。", dice.pick(course.matter.done));
                    let person = names::person(dice).0;
                    self.step(course, Role::Department, Act::Finish { result, person }, dice);
                }
                CheckResult::Unable => {
                    let reason = "核查员未能判定，请重新核查".to_owned();
                    self.step(course, Role::DutyLeader, Act::Recheck { reason }, dice);
                }
            }
        }
    }

    /// Adds a command by somebody who may do it: the one whose act it is, or a seat that records it.
    fn step(&mut self, course: &mut Course, role: Role, act: Act, dice: &mut Dice) {
        let dept = DeptCode(DEPARTMENTS[course.dept].0.to_owned());
        let told = dice.chance(0.35);
        let day = course.at.as_second() / 43_200;
        let shift = |list: &[User]| list[day.unsigned_abs() as usize % list.len()].clone();
        let (user, role, on_behalf_of) = match role {
            Role::Supervisor => {
                let (id, own) = &self.officers[course.officer];
                if told {
                    let seat = self.acceptors[course.acceptor].clone();
                    (seat, Role::Acceptor, Some(OnBehalfOf::Officer(id.clone())))
                } else {
                    (own.clone(), Role::Supervisor, None)
                }
            }
            Role::Department if told => {
                (shift(&self.dispatchers), Role::Dispatcher, Some(OnBehalfOf::Department(dept)))
            }
            Role::Department => (self.clerks[course.dept].clone(), Role::Department, None),
            Role::Dispatcher => (shift(&self.dispatchers), Role::Dispatcher, None),
            Role::DutyLeader => (shift(&self.leaders), Role::DutyLeader, None),
            _ => (self.acceptors[course.acceptor].clone(), Role::Acceptor, None),
        };
        let Ok(street) = StreetCode::new(STREET) else { return };
        let based_on = u32::try_from(course.commands.len()).unwrap_or(u32::MAX);
        course.commands.push(Command {
            id: CommandId(self.ids.next(course.at)),
            case_id: course.id,
            street,
            actor: Actor { user: user.id, name: user.name, role, on_behalf_of },
            claimed_at: course.at,
            based_on,
            act,
        });
    }
}

impl Course {
    /// Whether a thing is mended, and not a disorder ended.
    fn mends(&self) -> bool {
        self.matter.class.starts_with('C') || self.matter.class.starts_with("E05") || self.matter.class == "E0113"
    }

    fn limit_hours(&self) -> f64 {
        use crate::domain::limit::LimitUnit;
        match self.limit.unit {
            LimitUnit::UrgentHour | LimitUnit::WorkHour => self.limit.value,
            LimitUnit::WorkDay | LimitUnit::NaturalDay => self.limit.value * 24.0,
        }
    }

    /// Moves the whole course so that its last step falls on `moment`.
    fn shift_to(&mut self, moment: Timestamp) {
        let by = moment.duration_since(self.at);
        for command in &mut self.commands {
            command.claimed_at = command.claimed_at.checked_add(by).unwrap_or(command.claimed_at);
        }
        self.at = moment;
    }

    /// The commands, the last one moved to `last`.
    fn ends_at(mut self, last: Timestamp) -> Option<Vec<Command>> {
        let before = self.commands.len().checked_sub(2).and_then(|index| self.commands.get(index))?.claimed_at;
        if let Some(command) = self.commands.last_mut() {
            command.claimed_at = last.max(later(before, 0.2));
        }
        Some(self.commands)
    }
}

fn class_of(matter: &Matter) -> Option<ClassRef> {
    let kind = if matter.class.starts_with('C') { Kind::Component } else { Kind::Event };
    let code = ClassCode::new(matter.class.get(1..)?).ok()?;
    Some(ClassRef { scheme: SCHEME_IN_USE.to_owned(), kind, code })
}
