//! Any inputs in any order: nothing panics, and what has to hold holds after each of them.

use proptest::prelude::*;
use uuid::Uuid;

use super::desk::*;
use crate::app::action::Secret;
use crate::app::bar::COMMANDS;
use crate::app::export::{Area, ExportAction, ExportAnswer, Wishes};
use crate::app::keeping::{Change, GridAction};
use crate::app::state::{QueueFilter, Seat};
use crate::app::tools::job::{Answer, Job};
use crate::app::tools::{Listed, SelectMode, Tool, ToolAction};
use crate::app::{Action, Completion, ConflictVerb, DraftEdit, MapAction};
use crate::base::text::Lang;
use crate::base::{CaseId, CommandId, LonLat, Revision, UserId};
use crate::domain::case::Act;
use crate::domain::case::command::{CheckResult, Found, Kind};
use crate::domain::org::OfficerId;
use crate::map::camera::Camera;
use crate::map::style::LayerGroup;
use crate::spatial::export::Progress;
use crate::spatial::feature::{FeatureId, Layer};

/// One thing that happens; numbers choose among what there is at that moment.
#[derive(Clone, Debug)]
enum Event {
    Do(Action),
    ActOn(usize, Act),
    Select(usize),
    Answer(usize, ConflictVerb),
    FillAndSend(u32),
    Save,
    FailToSave,
    Sync,
    Refuse(usize),
    Elsewhere(usize, Act),
    Reset,
    Enter(bool),
    Told(Completion),
    MapAnswer(Vec<i64>),
    ExportAnswer(ExportAnswer),
    Tick(i64),
}

fn place() -> impl Strategy<Value = LonLat> {
    prop_oneof![
        4 => (0_u32..12).prop_map(door),
        1 => (-200.0..200.0_f64, -100.0..100.0_f64).prop_map(|(lon, lat)| LonLat::new(lon, lat)),
        1 => Just(LonLat::new(f64::NAN, 0.0)),
    ]
}

fn act() -> impl Strategy<Value = Act> {
    let text = prop_oneof![Just(String::new()), Just("说明".to_owned())];
    let officer = || OfficerId("P01".into());
    text.prop_flat_map(move |text| {
        let t = || text.clone();
        prop::sample::select(vec![
            accept(),
            accept(),
            Act::Accept { verification_waived: false, opinion: t() },
            Act::Reject { reason: t() },
            Act::SendVerify { officer: officer(), opinion: t() },
            Act::VerifyReply { found: Found::Exist, opinion: t() },
            file(),
            file(),
            Act::Void { reason: t() },
            dispatch(),
            sign(),
            Act::AskReturn { reason: t() },
            Act::AgreeReturn { opinion: t() },
            Act::RefuseReturn { opinion: t() },
            finish(),
            Act::ToCheck { opinion: t() },
            Act::SendBack { reason: t() },
            Act::SendCheck { officer: officer(), opinion: t() },
            pass(),
            Act::CheckReply { result: CheckResult::NotPass, opinion: t() },
            Act::Close { opinion: t() },
            Act::Rework { reason: t() },
            Act::Recheck { reason: t() },
        ])
    })
}

fn edit() -> impl Strategy<Value = DraftEdit> {
    prop_oneof![
        ".{0,12}".prop_map(DraftEdit::Text),
        ".{0,12}".prop_map(DraftEdit::ClassQuery),
        prop::sample::select(vec!["鲁谷路3号", "鲁谷路", "lgl", "", "火星"])
            .prop_map(|text| DraftEdit::PlaceQuery(text.into())),
        (0_usize..4).prop_map(DraftEdit::PlaceHit),
        place().prop_map(DraftEdit::PlacePoint),
        prop::sample::select(vec![event_class(), class(Kind::Component, "0103"), class(Kind::Event, "9999")])
            .prop_map(DraftEdit::Class),
        Just(DraftEdit::Condition(condition(&event_class()))),
        any::<bool>().prop_map(DraftEdit::WantsReply),
        any::<bool>().prop_map(DraftEdit::Urgent),
        Just(DraftEdit::Clear),
    ]
}

fn tool() -> impl Strategy<Value = ToolAction> {
    let id = |fid| FeatureId { layer: Layer::Pois, fid };
    prop_oneof![
        2 => prop::option::of(prop::sample::select(Tool::ALL.to_vec())).prop_map(|what| ToolAction::Choose { what }),
        4 => place().prop_map(|at| ToolAction::Point { at }),
        1 => ".{0,12}".prop_map(|text| ToolAction::Typed { text, index: None }),
        1 => (0_usize..4, place()).prop_map(|(index, at)| ToolAction::MovePoint { index, at }),
        1 => (0_usize..4).prop_map(|index| ToolAction::RemovePoint { index }),
        2 => prop::sample::select(vec![
            ToolAction::Finish, ToolAction::Undo, ToolAction::Redo, ToolAction::Clear, ToolAction::SelectAll,
            ToolAction::ClearSelection, ToolAction::Stop, ToolAction::ZoomToSelection,
            ToolAction::SelectIn { area: format!("{STREET}001001") },
            ToolAction::ListMore { layer: Layer::Pois },
            ToolAction::Filter { text: "floors > 6".into() }, ToolAction::Filter { text: "(".into() },
        ]),
        1 => any::<f64>().prop_map(|metres| ToolAction::Width { metres }),
        1 => prop::sample::select(vec![SelectMode::Replace, SelectMode::Add, SelectMode::Remove])
            .prop_map(|mode| ToolAction::Mode { mode }),
        1 => (0_i64..5).prop_map(move |fid| ToolAction::Show { feature: Some(id(fid)) }),
    ]
}

fn grid() -> impl Strategy<Value = GridAction> {
    let code =
        prop::sample::select(vec!["001", "002", "003", "004", "009"]).prop_map(|number| format!("{STREET}001{number}"));
    let text = |text: &str| text.to_owned();
    prop_oneof![
        2 => prop::option::of(prop::sample::select(Change::ALL.to_vec())).prop_map(|what| GridAction::Begin { what }),
        3 => code.clone().prop_map(|code| GridAction::Pick { code }),
        1 => code.prop_map(|code| GridAction::History { code: Some(code) }),
        4 => prop::sample::select(vec![
            GridAction::Make, GridAction::Make, GridAction::Undo, GridAction::Redo, GridAction::Save, GridAction::Check,
            GridAction::Reason { text: text("道路改建") }, GridAction::Day { text: text("昨天") },
            GridAction::Day { text: text("") }, GridAction::ShowFinding { index: 0 },
            GridAction::Community { code: format!("{STREET}001") },
        ]),
    ]
}

fn export() -> impl Strategy<Value = ExportAction> {
    let area = prop_oneof![
        Just(Area::Whole),
        Just(Area::Selection),
        Just(Area::Cell { code: format!("{STREET}001001") }),
        any::<[f64; 4]>().prop_map(|bounds| Area::Box { bounds }),
    ];
    let layers = prop::sample::subsequence(vec![Layer::Addresses, Layer::UnitGrids, Layer::Roads], 0..3);
    let wishes = (area, layers, ".{0,8}", prop::sample::select(vec!["EPSG:4490", "gcj02", "x"]));
    prop_oneof![
        wishes.prop_map(|(area, layers, filter, crs)| {
            let wishes = Wishes { layers, area, filter, crs: crs.into(), file: "/out/x.csv".into() };
            ExportAction::Wishes { wishes: Box::new(wishes) }
        }),
        prop::sample::select(vec![
            ExportAction::Start,
            ExportAction::Start,
            ExportAction::Overwrite,
            ExportAction::Cancel,
            ExportAction::Stop,
            ExportAction::Again,
            ExportAction::Show { open: false },
        ]),
    ]
}

fn action() -> impl Strategy<Value = Action> {
    let line = prop_oneof![
        ".{0,16}".prop_map(String::from),
        (0..COMMANDS.len(), prop::sample::select(vec!["", " 属实", " 通过", " 环卫所", " P01 看看", " 100", " 说明"]))
            .prop_map(|(at, rest)| format!("{}{rest}", COMMANDS[at].word(Lang::ZhCn))),
        "[0-9]{1,16}",
    ];
    prop_oneof![
        prop::sample::select(Seat::ALL.to_vec()).prop_map(|seat| Action::SelectSeat { seat }),
        prop::sample::select(vec![QueueFilter::Mine, QueueFilter::Open, QueueFilter::Late, QueueFilter::Ended])
            .prop_map(|filter| Action::FilterQueue { filter }),
        prop::sample::select(vec!["", "私搭", "鲁谷路", "2603"])
            .prop_map(|text| Action::SearchQueue { text: text.into() }),
        any::<i32>().prop_map(|by| Action::StepCase { by }),
        (-2..3).prop_map(|by| Action::StepCase { by }),
        edit().prop_map(Action::Draft),
        edit().prop_map(Action::Draft),
        any::<bool>().prop_map(|confirmed| Action::SubmitDraft { confirmed }),
        line.prop_map(|line| Action::CommandLine { line }),
        place().prop_map(|at| Action::Map(MapAction::GoTo { at })),
        (place(), any::<f64>()).prop_map(|(at, radius_m)| Action::Map(MapAction::Inspect { at, radius_m })),
        (place(), any::<f64>()).prop_map(|(center, metres_per_point)| {
            Action::Map(MapAction::SetCamera { camera: Camera { center, metres_per_point } })
        }),
        Just(Action::Map(MapAction::ToggleLayer { layer: LayerGroup::Cases })),
        tool().prop_map(Action::Tool),
        grid().prop_map(Action::Grid),
        grid().prop_map(Action::Grid),
        export().prop_map(Action::Export),
        (place(), place()).prop_map(|(from, to)| Action::Map(MapAction::CutSection { from, to })),
        prop::option::of(prop::sample::select(crate::app::timeline::Span::NAMED.to_vec()))
            .prop_map(|span| Action::Map(MapAction::SetSpan { span })),
        Just(Action::Logout),
        Just(Action::Login { user: UserId::from("leader1"), password: Secret("x".into()) }),
        any::<u128>().prop_map(|id| Action::SelectCase { case: Some(CaseId(Uuid::from_u128(id))) }),
        any::<u128>()
            .prop_map(|id| Action::Conflict { command: CommandId(Uuid::from_u128(id)), verb: ConflictVerb::Reapply }),
        any::<bool>().prop_map(|open| Action::ShowInbox { open }),
        (0_u64..30).prop_map(|id| Action::DismissNotice { id }),
    ]
}

fn event() -> impl Strategy<Value = Event> {
    let verbs = vec![ConflictVerb::Reapply, ConflictVerb::Discard, ConflictVerb::OpenCase];
    prop_oneof![
        6 => action().prop_map(Event::Do),
        8 => (any::<usize>(), act()).prop_map(|(at, act)| Event::ActOn(at, act)),
        2 => any::<usize>().prop_map(Event::Select),
        2 => (any::<usize>(), prop::sample::select(verbs)).prop_map(|(at, verb)| Event::Answer(at, verb)),
        5 => (1_u32..9).prop_map(Event::FillAndSend),
        9 => Just(Event::Save),
        1 => Just(Event::FailToSave),
        3 => Just(Event::Sync),
        1 => any::<usize>().prop_map(Event::Refuse),
        3 => (any::<usize>(), act()).prop_map(|(at, act)| Event::Elsewhere(at, act)),
        1 => Just(Event::Reset),
        2 => any::<bool>().prop_map(Event::Enter),
        1 => prop::sample::select(vec![
            Completion::Offline { why: "sync.error.timed_out".into() },
            Completion::Online { server_time: None },
            Completion::LoginNeeded,
            Completion::LoginRefused { why: "sync.login.refused".into() },
            Completion::KeepFailed { why: "store.error.other".into() },
            Completion::PackFailed { why: "x".into() },
            Completion::Settled(CommandId(Uuid::nil())),
            Completion::Unreadable(vec![CaseId(Uuid::nil())]),
        ]).prop_map(Event::Told),
        4 => prop::collection::vec(0_i64..200, 0..6).prop_map(Event::MapAnswer),
        2 => prop::sample::select(vec![
            ExportAnswer::Counted(3),
            ExportAnswer::Progress(Progress::Writing(1, 3)),
            ExportAnswer::Exists(vec!["/out/x.csv".into()]),
            ExportAnswer::Written { report: Default::default(), unlisted: None },
            ExportAnswer::Failed("x".into()),
            ExportAnswer::Stopped,
        ]).prop_map(Event::ExportAnswer),
        3 => (0_i64..300).prop_map(Event::Tick),
    ]
}

fn nth<T: Copy>(items: impl Iterator<Item = T>, at: usize) -> Option<T> {
    let all: Vec<T> = items.collect();
    all.get(at.checked_rem(all.len())?).copied()
}

/// The worker answers all that was asked of it, each as it was asked.
fn answer_maps(desk: &mut Desk, fids: &[i64]) {
    let jobs = [desk.map_jobs(false), desk.map_jobs(true)].concat();
    let listed = |id: &FeatureId| Listed { id: *id, title: String::new(), metres: None };
    let rows: Vec<FeatureId> = fids.iter().map(|fid| FeatureId { layer: Layer::Pois, fid: *fid }).collect();
    for (number, job) in jobs {
        let answer = match job {
            _ if fids.is_empty() => Answer::Failed("x".into()),
            Job::Identify { .. } => Answer::Identified(rows.iter().map(listed).collect()),
            Job::Select { .. } => Answer::Selected { rows: rows.clone(), bounds: None },
            Job::List { titles, .. } => Answer::Listed { titles: titles.iter().map(listed).collect(), outlines: None },
            Job::Show { .. } => Answer::Shown(None),
            Job::Near { .. } => Answer::Near(None),
            Job::CheckGrid { .. } => Answer::Checked(Default::default()),
            Job::SaveGrid { made, .. } => Answer::GridSaved { count: made.len().min(fids.len() - 1), trouble: None },
        };
        desk.told(Completion::MapAnswer { number, answer });
    }
}

fn happen(desk: &mut Desk, event: Event) {
    match event {
        Event::Do(action) => desk.act(action),
        Event::ActOn(at, act) => {
            if let Some(case) = nth(desk.state.cases.view.keys().copied(), at) {
                desk.step(case, act);
            }
        }
        Event::Select(at) => {
            let case = nth(desk.state.cases.view.keys().copied(), at);
            desk.act(Action::SelectCase { case });
        }
        Event::Answer(at, verb) => {
            if let Some(command) = nth(desk.state.inbox.iter().map(|one| one.id), at) {
                desk.act(Action::Conflict { command, verb });
            }
        }
        Event::FillAndSend(number) => {
            desk.fill("私搭", number);
            desk.act(Action::SubmitDraft { confirmed: true });
        }
        Event::Save => {
            desk.save();
        }
        Event::FailToSave => {
            for command in desk.commits() {
                let why = "store.error.disk_full".to_owned();
                desk.told(Completion::SaveFailed { command: Box::new(command), why });
            }
        }
        Event::Sync => desk.sync(),
        Event::Refuse(at) => {
            if let Some(at) = at.checked_rem(desk.state.cases.pending.len()) {
                let command = desk.state.cases.pending[at].command.clone();
                let nobody = user(&command.actor.user.0, &[]);
                if !desk.authority.decided.contains(&command.id) {
                    let told = desk.decide(&command, &nobody);
                    desk.told(told);
                }
            }
        }
        Event::Elsewhere(at, act) => {
            let everybody = user(
                "everybody",
                &[
                    crate::domain::org::Role::Acceptor,
                    crate::domain::org::Role::Dispatcher,
                    crate::domain::org::Role::DutyLeader,
                ],
            );
            if let Some(case) = nth(desk.authority.cases.keys().copied(), at) {
                desk.try_elsewhere(&everybody, case, act);
            }
        }
        Event::Reset => {
            desk.authority = Authority::default();
            desk.told(Completion::FeedReset { feed: street(), pending: Vec::new() });
        }
        Event::Enter(is_leader) => desk.enter(if is_leader { leader() } else { dispatcher() }),
        Event::Told(completion) => desk.told(completion),
        Event::MapAnswer(fids) => answer_maps(desk, &fids),
        Event::ExportAnswer(answer) => {
            let number = desk.state.export.last_number;
            desk.told(Completion::Export { number, answer });
        }
        Event::Tick(minutes) => desk.tick(minutes),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_happens_the_state_holds(events in prop::collection::vec(event(), 1..70)) {
        let mut desk = Desk::manned();
        desk.told(Completion::CellsReady(cells()));
        let mut shown: (Revision, Revision) = Default::default();
        for event in events {
            let view = desk.state.cases.view.clone();
            happen(&mut desk, event);
            desk.check();
            let now = (desk.state.cases.revision, desk.state.overlay_revision);
            prop_assert!(now.0 >= shown.0 && now.1 >= shown.1, "revisions only grow");
            prop_assert_eq!(now.0 > shown.0, view != desk.state.cases.view, "and grow with every change of the view");
            shown = now;
        }
    }
}
