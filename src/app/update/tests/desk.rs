//! A console in memory with a small street, a disk that answers when told to, and an authority that decides.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, LazyLock};

use geo::{Geometry, Point, Rect};
use jiff::SignedDuration;

use crate::app::state::{Books, Conflict, Severity};
use crate::app::tools::job::Job;
use crate::app::update::{Input, update};
use crate::app::{Action, AppState, Completion, DraftEdit, Effect};
use crate::base::{CaseId, CommandId, IdSource, LonLat, Timestamp, UserId};
use crate::domain::case::command::{Assignee, CheckResult, ClassRef, Kind};
use crate::domain::case::{Act, Case, Command, Context, State, apply, decide};
use crate::domain::code::{CaseNo, ClassCode, StreetCode};
use crate::domain::limit::{Limit, LimitUnit};
use crate::domain::org::{Department, DeptCode, Fix, Officer, OfficerId, Role, User};
use crate::geocode::Gazetteer;
use crate::protocol::api::Reference;
use crate::spatial::feature::{Feature, Layer};
use crate::spatial::grid::{CellBook, CellVersion, Change};
use crate::spatial::pack::{Pack, PackWriter};
use crate::spatial::street::Street;

pub(crate) const STREET: &str = "110107901";
pub(crate) const LAMP: &str = "1101070103000001";

pub(crate) fn street() -> StreetCode {
    StreetCode::new(STREET).unwrap()
}

/// A Monday morning.
pub(crate) fn at(minute: i64) -> Timestamp {
    let begin: Timestamp = "2026-03-02T01:00:00Z".parse().unwrap();
    begin.checked_add(SignedDuration::from_mins(minute)).unwrap()
}

/// Two cells, nine doors of 鲁谷路, one component.
pub(crate) static BOOKS: LazyLock<Arc<Books>> = LazyLock::new(|| {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("street.gpkg");
    let mut pack = PackWriter::create(&path).unwrap();
    pack.set_meta("street_code", STREET).unwrap();
    let mut add = |layer, class: &str, code: &str, extra: &[(&'static str, &str)], geometry: Geometry<f64>| {
        let extra = extra.iter().map(|(key, value)| (*key, (*value).to_owned())).collect();
        let (class, code, name) = (class.to_owned(), code.to_owned(), String::new());
        pack.add(&Feature { layer, class, code, name, extra, geometry }).unwrap();
    };
    for (sequence, west) in [("001", 116.200), ("002", 116.205)] {
        let code = format!("{STREET}001{sequence}");
        let cell = Rect::new((west, 39.900), (west + 0.005, 39.905)).to_polygon();
        add(Layer::UnitGrids, "", &code, &[("community", "古城社区")], cell.into());
    }
    for number in 1..=9 {
        let door = door(number);
        let extra = [("street", "鲁谷路"), ("number", &*number.to_string())];
        add(Layer::Addresses, "", "", &extra, Point::new(door.lon, door.lat).into());
    }
    let extra = [("scheme", "GB/T 30428.2-2013")];
    add(Layer::Components, "0103", LAMP, &extra, Point::new(116.2071, 39.9011).into());
    pack.finish().unwrap();
    let pack = Pack::open(&path).unwrap();
    Arc::new(Books {
        calendar: crate::domain::calendar::Calendar::standard(),
        catalogue: crate::domain::category::Catalogue::standard(),
        limits: crate::domain::limit::LimitTable::sample(),
        street: Street::load(&pack).unwrap(),
        gazetteer: Gazetteer::build(&pack).unwrap(),
        about: pack.about().unwrap(),
        incidents: crate::spatial::incidents::Incidents::default(),
    })
});

/// The two cells of the street, as the pack has them.
pub(crate) fn cells() -> Arc<CellBook> {
    let cells = BOOKS.street.cells().iter().map(|cell| CellVersion {
        code: cell.code.clone(),
        version: 1,
        shape: cell.shape.clone(),
        began: Change {
            act: crate::spatial::grid::Act::Imported,
            day: None,
            reason: String::new(),
            recorded_at: None,
            others: Vec::new(),
        },
        ended: None,
    });
    Arc::new(CellBook::new(cells.collect()))
}

/// A door of the street; they stand 43 m apart.
pub(crate) fn door(number: u32) -> LonLat {
    LonLat::new(116.2005 + 0.0005 * f64::from(number), 39.9021)
}

pub(crate) fn event_class() -> ClassRef {
    class(Kind::Event, "0101")
}

pub(crate) fn class(kind: Kind, code: &str) -> ClassRef {
    ClassRef { scheme: "GB/T 30428.2-2013".into(), kind, code: ClassCode::new(code).unwrap() }
}

pub(crate) fn condition(class: &ClassRef) -> String {
    BOOKS.limits.conditions(class)[0].condition.clone()
}

pub(crate) fn user(id: &str, roles: &[Role]) -> Arc<User> {
    Arc::new(User {
        id: UserId::from(id),
        name: format!("{id}先生"),
        roles: roles.iter().copied().collect(),
        streets: BTreeSet::from([street()]),
        dept: None,
        officer: None,
    })
}

pub(crate) fn dispatcher() -> Arc<User> {
    user("dispatcher1", &[Role::Acceptor, Role::Dispatcher])
}

pub(crate) fn leader() -> Arc<User> {
    user("leader1", &[Role::DutyLeader])
}

pub(crate) fn reference() -> Reference {
    let officer = |id: &str, name: &str, on_duty, number| Officer {
        id: OfficerId(id.into()),
        name: name.into(),
        user: None,
        phone: String::new(),
        on_duty,
        fix: Some(Fix { at: door(number), time: at(-3), heading_degrees: None, accuracy_m: 5.0 }),
    };
    let department = |code: &str, name: &str, duties: &[&str]| Department {
        code: DeptCode(code.into()),
        name: name.into(),
        duties: duties.iter().map(|duty| (*duty).to_owned()).collect(),
        phone: String::new(),
    };
    Reference {
        server_time: at(0),
        departments: vec![
            department("D01", "城管执法队", &["E01"]),
            department("D02", "环卫所", &["E02"]),
            department("D03", "环保站", &[]),
        ],
        officers: vec![
            officer("P01", "王巡", true, 9),
            officer("P02", "李巡", true, 2),
            officer("P03", "赵巡", false, 1),
        ],
        calendar: String::new(),
    }
}

/// The authority: decides for good, numbers, and tells what it has confirmed.
#[derive(Default)]
pub(crate) struct Authority {
    pub(crate) cases: BTreeMap<CaseId, Arc<Case>>,
    pub(crate) decided: BTreeSet<CommandId>,
    filed: u32,
}

pub(crate) struct Desk {
    pub(crate) state: AppState,
    pub(crate) now: Timestamp,
    pub(crate) effects: Vec<Effect>,
    pub(crate) authority: Authority,
    ids: IdSource,
    device_no: u64,
}

impl Desk {
    /// Before the profile is open.
    pub(crate) fn starting() -> Self {
        Self {
            state: AppState::new(BOOKS.clone(), at(0)),
            now: at(0),
            effects: Vec::new(),
            authority: Authority::default(),
            ids: IdSource::seeded(1),
            device_no: 0,
        }
    }

    /// Open, with a map, nobody here.
    pub(crate) fn open() -> Self {
        let mut desk = Self::starting();
        desk.told(Completion::Opened {
            cases: Vec::new(),
            pending: Vec::new(),
            inbox: Vec::new(),
            draft: None,
            settings: Default::default(),
            reference: Some(reference()),
        });
        desk.told(Completion::PackReady(BOOKS.clone()));
        desk
    }

    /// Open, with the dispatcher at the desk.
    pub(crate) fn manned() -> Self {
        let mut desk = Self::open();
        desk.enter(dispatcher());
        desk
    }

    pub(crate) fn enter(&mut self, user: Arc<User>) {
        self.told(Completion::LoggedIn { user, online: true });
        self.state.notices.clear();
    }

    pub(crate) fn input(&mut self, input: Input) {
        update(&mut self.state, input, self.now, &self.ids, &mut self.effects);
    }

    pub(crate) fn act(&mut self, action: Action) {
        self.input(Input::Action(action));
    }

    pub(crate) fn told(&mut self, completion: Completion) {
        self.input(Input::Completion(completion));
    }

    pub(crate) fn tick(&mut self, minutes: i64) {
        self.now = self.now.checked_add(SignedDuration::from_mins(minutes)).unwrap();
        self.input(Input::Tick);
    }

    pub(crate) fn edit(&mut self, edit: DraftEdit) {
        self.act(Action::Draft(edit));
    }

    pub(crate) fn line(&mut self, line: &str) {
        self.act(Action::CommandLine { line: line.into() });
    }

    pub(crate) fn worst_notice(&self) -> Option<Severity> {
        self.state.notices.iter().map(|notice| notice.severity).max()
    }

    /// Commands on their way to the disk, out of the effects.
    pub(crate) fn commits(&mut self) -> Vec<Command> {
        let mut commits = Vec::new();
        self.effects.retain(|effect| match effect {
            Effect::Commit(command) => {
                commits.push((**command).clone());
                false
            }
            _ => true,
        });
        commits
    }

    /// Jobs for the map pack, out of the effects: those that read what drawing holds to, or all others.
    pub(crate) fn map_jobs(&mut self, near: bool) -> Vec<(u64, Job)> {
        let mut jobs = Vec::new();
        self.effects.retain(|effect| match effect {
            Effect::MapJob { number, job } if matches!(**job, Job::Near { .. }) == near => {
                jobs.push((*number, (**job).clone()));
                false
            }
            _ => true,
        });
        jobs
    }

    /// The disk answers: all that is on its way is saved.
    pub(crate) fn save(&mut self) -> Vec<CommandId> {
        let commits = self.commits();
        let ids = commits.iter().map(|command| command.id).collect();
        for command in commits {
            self.device_no += 1;
            self.told(Completion::Saved { command: Box::new(command), device_no: self.device_no });
        }
        ids
    }

    /// The authority decides a command; what it answers, told or not.
    pub(crate) fn decide(&mut self, command: &Command, user: &User) -> Completion {
        if !self.authority.decided.insert(command.id) {
            return self.pulled(&[], &[command.id]);
        }
        let before = self.authority.cases.get(&command.case_id).cloned();
        let next_number = matches!(command.act, Act::File { .. })
            .then(|| CaseNo::new(format!("2603020{:04}", self.authority.filed + 1)).unwrap());
        let context = Context { now: self.now, calendar: &BOOKS.calendar, user, next_number };
        match decide(before.as_deref(), command, &context) {
            Ok(entries) => {
                self.authority.filed += 1;
                let mut case = before.map(|case| (*case).clone());
                for entry in &entries {
                    case = apply(case, entry);
                }
                let case = Arc::new(case.unwrap());
                self.authority.cases.insert(case.id, case.clone());
                self.pulled(&[case], &[command.id])
            }
            Err(refusal) => Completion::Refused {
                conflict: Box::new(Conflict {
                    command: command.clone(),
                    refusal,
                    refused_at: self.now,
                    id: command.id,
                }),
            },
        }
    }

    pub(crate) fn pulled(&self, cases: &[Arc<Case>], retired: &[CommandId]) -> Completion {
        Completion::Pulled {
            feed: street(),
            cases: cases.to_vec(),
            retired: retired.to_vec(),
            behind: 0,
            server_time: self.now,
        }
    }

    /// The line is up: all that is pending is decided.
    pub(crate) fn sync(&mut self) {
        let known = self.state.session.user().cloned().unwrap_or_else(dispatcher);
        for command in self.state.cases.pending.iter().map(|one| one.command.clone()).collect::<Vec<_>>() {
            let told = self.decide(&command, &known);
            self.told(told);
        }
    }

    /// Somebody at another console does something.
    pub(crate) fn elsewhere(&mut self, who: &User, case: CaseId, act: Act) {
        assert!(self.try_elsewhere(who, case, act.clone()), "{act:?}");
    }

    /// Somebody at another console tries something; whether it was done.
    pub(crate) fn try_elsewhere(&mut self, who: &User, case: CaseId, act: Act) -> bool {
        let known = self.authority.cases[&case].clone();
        let actor = super::super::case::actor(who, Some(&known), act.kind());
        let command = Command {
            id: CommandId(self.ids.next(self.now)),
            case_id: case,
            street: street(),
            actor,
            claimed_at: self.now,
            based_on: known.seq,
            act,
        };
        match self.decide(&command, who) {
            Completion::Pulled { cases, .. } => {
                let told = self.pulled(&cases, &[]);
                self.told(told);
                true
            }
            _ => false,
        }
    }

    pub(crate) fn fill(&mut self, text: &str, number: u32) {
        self.edit(DraftEdit::Text(text.into()));
        self.edit(DraftEdit::Class(event_class()));
        self.edit(DraftEdit::Condition(condition(&event_class())));
        self.edit(DraftEdit::PlacePoint(door(number)));
    }

    /// A report, saved.
    pub(crate) fn report(&mut self, text: &str, number: u32) -> CaseId {
        self.fill(text, number);
        self.act(Action::SubmitDraft { confirmed: true });
        let before: BTreeSet<CaseId> = self.state.cases.view.keys().copied().collect();
        self.save();
        let new: Vec<_> = self.state.cases.view.keys().filter(|id| !before.contains(id)).collect();
        assert_eq!(new.len(), 1, "{:?}", self.state.notices);
        *new[0]
    }

    pub(crate) fn step(&mut self, case: CaseId, step: Act) {
        self.act(Action::Act { case, step });
    }

    pub(crate) fn state_of(&self, case: CaseId) -> Option<State> {
        self.state.cases.view.get(&case).map(|case| case.state)
    }

    /// What has to hold after every input.
    pub(crate) fn check(&self) {
        let (state, cases) = (&self.state, &self.state.cases);
        assert_eq!(cases.view, state.view_from_scratch(), "the view is what is confirmed with what is pending on it");
        let open: BTreeSet<_> = cases.view.values().filter(|case| case.state.is_open()).map(|case| case.id).collect();
        assert_eq!(cases.open, open);
        assert!(cases.lamps.keys().all(|id| open.contains(id)));
        let mut ids: Vec<_> = cases.saving.iter().map(|one| one.command.id).collect();
        ids.extend(cases.pending.iter().map(|one| one.command.id));
        let count = ids.len();
        ids.sort();
        ids.dedup();
        assert_eq!(ids.len(), count, "a command is on its way, or pending, once");
        assert!(cases.pending.is_sorted_by_key(|one| one.device_no));
        let wanted: BTreeSet<_> = state.queue.rows.iter().copied().collect();
        assert_eq!(wanted.len(), state.queue.rows.len(), "no row stands twice");
        for row in &state.queue.rows {
            let case = &cases.view[row];
            use crate::app::state::{QueueFilter, Seat};
            match state.queue.filter {
                QueueFilter::Mine => assert_eq!(Seat::of(case.state), Some(state.seat)),
                QueueFilter::Open | QueueFilter::Late => assert!(case.state.is_open()),
                QueueFilter::Ended => assert!(!case.state.is_open()),
            }
        }
        if state.queue.search.is_empty() && state.queue.filter == crate::app::state::QueueFilter::Open {
            assert_eq!(wanted, open, "every open case has a row");
        }
        let mut notices: Vec<_> = state.notices.iter().map(|notice| notice.id).collect();
        notices.dedup();
        assert!(notices.is_sorted() && notices.len() == state.notices.len() && notices.len() <= 20);
        let (tools, selection) = (&state.tools, &state.selection);
        assert!(selection.rows.is_sorted_by(|a, b| a < b), "selected once, in order");
        assert!(selection.listed.iter().all(|one| selection.rows.binary_search(&one.id).is_ok()));
        assert!(selection.listed.is_sorted_by(|a, b| a.id < b.id));
        assert!(tools.sketch.points().len() <= tools.draws().most());
        assert!(tools.area().is_none_or(|area| crate::spatial::measure::area_m2(&area).is_finite()));
        let keeping = &state.keeping;
        let mut worked_out = keeping.clone();
        worked_out.work_out();
        assert_eq!(worked_out.preview, keeping.preview, "what is shown is what is saved with what waits on it");
        let holds = |code: &String| keeping.preview.of(code).iter().any(|version| version.is_current());
        assert!(keeping.picked.iter().all(holds), "only cells that hold are picked");
        assert!(keeping.picked.len() <= keeping.change.map_or(0, crate::app::keeping::Change::most_cells));
        let changes = state.intake.brings() || keeping.saving.is_some();
        assert!(state.export.running.is_none() || !changes, "the pack does not change while it is written elsewhere");
        assert!(state.map.camera.center.is_valid() && state.map.camera.metres_per_point > 0.0);
    }
}

pub(crate) fn accept() -> Act {
    Act::Accept { verification_waived: true, opinion: "事实清楚".into() }
}

pub(crate) fn file() -> Act {
    let class = event_class();
    let condition = condition(&class);
    Act::File { class, condition, limit: Limit { value: 4.0, unit: LimitUnit::WorkHour }, opinion: String::new() }
}

pub(crate) fn dispatch() -> Act {
    Act::Dispatch { to: Assignee { dept: DeptCode("D01".into()), officer: None }, opinion: String::new() }
}

pub(crate) fn sign() -> Act {
    Act::Sign { opinion: String::new() }
}

pub(crate) fn finish() -> Act {
    Act::Finish { result: "已处理".into(), person: "张工".into() }
}

pub(crate) fn pass() -> Act {
    Act::CheckReply { result: CheckResult::Pass, opinion: String::new() }
}
