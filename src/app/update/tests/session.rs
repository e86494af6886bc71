use std::sync::Arc;

use super::desk::*;
use crate::app::action::Secret;
use crate::app::export::{ExportAction, ExportAnswer, Wishes as Outgoing};
use crate::app::intake::{IntakeAction, IntakeAnswer};
use crate::app::sheet::{self, SheetAction, SheetAnswer};
use crate::app::state::{Link, ProfileState, Seat, Session, Severity, TextScale, ThemeChoice};
use crate::app::tools::{Tool, ToolAction};
use crate::app::{Action, Completion, Effect};
use crate::base::UserId;
use crate::base::text::Lang;
use crate::domain::org::Role;
use crate::spatial::feature::{FeatureId, Layer};
use crate::spatial::import::ImportReport;

fn login(desk: &mut Desk, user: &str, password: &str) {
    desk.act(Action::Login { user: UserId::from(user), password: Secret(password.into()) });
}

#[test]
fn a_login_is_asked_for_once_and_answered() {
    let mut desk = Desk::open();
    login(&mut desk, " ", "x");
    assert_eq!(desk.state.session, Session::Refused("app.login.empty".into()));
    login(&mut desk, " dispatcher1 ", "right");
    login(&mut desk, "dispatcher1", "right");
    let wanted = Effect::Login { user: UserId::from("dispatcher1"), password: Secret("right".into()) };
    assert_eq!(desk.effects.iter().filter(|effect| **effect == wanted).count(), 1);
    assert!(!format!("{:?}", desk.effects).contains("right"), "the password is not shown");
    desk.told(Completion::LoginRefused { why: "sync.login.refused".into() });
    assert_eq!(desk.state.session, Session::Refused("sync.login.refused".into()));
    login(&mut desk, "dispatcher1", "right");
    desk.told(Completion::LoggedIn { user: dispatcher(), online: false });
    assert_eq!(desk.state.seat, Seat::Command);
    assert_eq!(desk.worst_notice(), Some(Severity::Warning), "offline is said");
    let notices = desk.state.notices.len();
    desk.act(Action::SelectSeat { seat: Seat::CallCentre });
    desk.told(Completion::LoggedIn { user: dispatcher(), online: true });
    assert_eq!((desk.state.notices.len(), desk.state.seat), (notices, Seat::CallCentre), "no news to who is here");
}

#[test]
fn an_answer_after_the_logout_is_not_followed() {
    let mut desk = Desk::open();
    login(&mut desk, "dispatcher1", "right");
    desk.act(Action::Logout);
    desk.effects.clear();
    desk.told(Completion::LoggedIn { user: dispatcher(), online: true });
    assert_eq!(desk.state.session, Session::LoggedOut);
    assert_eq!(desk.effects, [Effect::Logout]);
    login(&mut desk, "dispatcher1", "right");
    desk.told(Completion::LoggedIn { user: dispatcher(), online: true });
    assert!(desk.state.session.user().is_some());
}

#[test]
fn each_begins_at_the_seat_of_the_role() {
    for (role, seat) in [
        (Role::Acceptor, Seat::CallCentre),
        (Role::Supervisor, Seat::CallCentre),
        (Role::DutyLeader, Seat::Supervision),
        (Role::Inspector, Seat::Supervision),
        (Role::Dispatcher, Seat::Command),
        (Role::Department, Seat::Command),
    ] {
        let mut desk = Desk::open();
        desk.enter(user("somebody", &[role]));
        assert_eq!(desk.state.seat, seat, "{role:?}");
    }
}

#[test]
fn an_ended_session_does_not_end_the_work() {
    let mut desk = Desk::manned();
    desk.told(Completion::LoginNeeded);
    assert_eq!(desk.state.sync.link, Link::LoginNeeded);
    let case = desk.report("私搭", 1);
    desk.step(case, accept());
    assert_eq!(desk.save().len(), 1);
    desk.told(Completion::LoggedIn { user: dispatcher(), online: true });
    assert_eq!((desk.state.sync.link, &desk.state.sync.last_error), (Link::Online, &None));
}

#[test]
fn a_profile_that_cannot_be_opened_says_what_to_do() {
    let mut desk = Desk::starting();
    login(&mut desk, "dispatcher1", "right");
    desk.told(Completion::OpenFailed { why: "store.error.in_use".into() });
    assert_eq!(desk.state.profile, ProfileState::Failed("store.error.in_use".into()));
    assert_eq!(desk.state.session, Session::Refused("store.error.in_use".into()));
    assert!(desk.state.sync.store_failed.as_ref().unwrap().contains("窗口"));
    login(&mut desk, "dispatcher1", "right");
    assert_eq!(desk.state.session, Session::Refused("store.error.in_use".into()));
    desk.fill("私搭", 1);
    desk.act(Action::SubmitDraft { confirmed: true });
    assert!(desk.state.draft.is_blank() && desk.commits().is_empty());
}

#[test]
fn settings_are_kept_when_they_change_and_errors_follow_the_language() {
    let mut desk = Desk::manned();
    desk.told(Completion::Offline { why: "sync.error.unreachable".into() });
    assert_eq!(desk.state.sync.last_error.as_deref(), Some(Lang::ZhCn.text("sync.error.unreachable")));
    desk.effects.clear();
    desk.act(Action::SetLang { lang: Lang::En });
    desk.act(Action::SetLang { lang: Lang::En });
    assert_eq!(desk.state.sync.last_error.as_deref(), Some(Lang::En.text("sync.error.unreachable")));
    desk.act(Action::SetTheme { theme: ThemeChoice::Dark });
    desk.act(Action::SetTextScale { scale: TextScale::P150 });
    assert_eq!(desk.effects.len(), 3);
    assert_eq!(desk.effects.last(), Some(&Effect::KeepSettings(Box::new(crate::app::layers::Kept::of(&desk.state)))));
}

#[test]
fn messages_age_by_how_grave_they_are() {
    let mut desk = Desk::manned();
    desk.act(Action::Logout);
    desk.act(Action::SubmitDraft { confirmed: true });
    desk.told(Completion::KeepFailed { why: "store.error.other".into() });
    desk.told(Completion::KeepFailed { why: "store.error.other".into() });
    assert_eq!(desk.state.notices.len(), 2, "the same words stand once");
    desk.tick(1);
    assert_eq!(desk.worst_notice(), Some(Severity::Error));
    assert_eq!(desk.state.notices.len(), 1);
    desk.tick(600);
    let id = desk.state.notices[0].id;
    desk.act(Action::DismissNotice { id });
    desk.act(Action::DismissNotice { id });
    assert!(desk.state.notices.is_empty());
}

#[test]
fn whoever_leaves_leaves_no_outcome_and_nothing_running() {
    let mut desk = Desk::open();
    desk.enter(leader());
    let doors = Outgoing { layers: vec![Layer::Addresses], file: "/data/doors.csv".into(), ..Outgoing::default() };
    let files = vec!["a.csv".into()];
    desk.act(Action::Intake(IntakeAction::Files { paths: files.clone() }));
    // What came of the last of each.
    for action in begun(&doors) {
        desk.act(action);
    }
    answered(&mut desk);
    assert_eq!(outcomes(&desk), [true; 3]);
    desk.act(Action::Logout);
    assert_eq!(outcomes(&desk), [false; 3]);
    assert!(desk.state.intake.files == files && desk.state.intake.sources.is_empty());
    // What still runs.
    desk.enter(leader());
    for action in begun(&doors) {
        desk.act(action);
    }
    desk.effects.clear();
    desk.act(Action::Logout);
    let stops = |effect: &&Effect| {
        matches!(effect, Effect::StopIntake { .. } | Effect::StopExport { .. } | Effect::StopSheet { .. })
    };
    assert_eq!(desk.effects.iter().filter(stops).count(), 3, "{:?}", desk.effects);
    // Each was done before the word to stop came; somebody else is here by then.
    desk.enter(user("leader2", &[Role::DutyLeader]));
    let notices = desk.state.notices.len();
    answered(&mut desk);
    assert_eq!((outcomes(&desk), desk.state.notices.len()), ([false; 3], notices));
    // And what that person does is that person's.
    for action in begun(&doors) {
        desk.act(action);
    }
    answered(&mut desk);
    assert_eq!(outcomes(&desk), [true; 3]);
}

#[test]
fn what_was_in_hand_on_the_map_and_selected_goes_with_the_person() {
    let mut desk = Desk::manned();
    desk.act(Action::Tool(ToolAction::Choose { what: Some(Tool::SelectBox) }));
    desk.act(Action::Tool(ToolAction::Point { at: door(1) }));
    let row = FeatureId { layer: Layer::Addresses, fid: 1 };
    desk.state.selection.rows = vec![row];
    let revision = desk.state.selection.revision;
    desk.act(Action::Logout);
    let tools = &desk.state.tools;
    assert!(tools.tool.is_none() && tools.sketch.points().is_empty() && tools.said.is_none());
    assert!(desk.state.selection.rows.is_empty() && desk.state.selection.revision > revision);
}

#[test]
fn an_import_that_was_quicker_than_the_logout_is_shown_on_the_map() {
    let mut desk = Desk::open();
    desk.enter(leader());
    desk.act(Action::Intake(IntakeAction::Files { paths: vec!["a.csv".into()] }));
    desk.act(Action::Intake(IntakeAction::Try));
    let number = desk.state.intake.running.unwrap().number;
    let layers = [(Layer::Addresses, 1)].into();
    let report = Arc::new(ImportReport { layers, accepted: 1, ..ImportReport::default() });
    desk.told(Completion::Intake { number, answer: IntakeAnswer::Read(report.clone()) });
    desk.act(Action::Intake(IntakeAction::Bring));
    let number = desk.state.intake.running.unwrap().number;
    desk.act(Action::Logout);
    assert!(desk.effects.contains(&Effect::StopIntake { number }) && desk.state.intake.brings());
    desk.told(Completion::Intake { number, answer: IntakeAnswer::Read(report.clone()) });
    assert!(desk.effects.contains(&Effect::ReloadPack) && desk.state.intake.outcome.is_none());
}

/// A trial, an export and a sheet.
fn begun(doors: &Outgoing) -> [Action; 4] {
    [
        Action::Intake(IntakeAction::Try),
        Action::Export(ExportAction::Wishes { wishes: Box::new(doors.clone()) }),
        Action::Export(ExportAction::Start),
        Action::Sheet(SheetAction::Make { overwrite: false }),
    ]
}

/// All of that is done.
fn answered(desk: &mut Desk) {
    let number = desk.state.intake.running.unwrap().number;
    let read = IntakeAnswer::Read(Arc::new(ImportReport::default()));
    desk.told(Completion::Intake { number, answer: read });
    let number = desk.state.export.running.as_ref().unwrap().number;
    let there = ExportAnswer::Exists(vec!["/data/doors.csv".into()]);
    desk.told(Completion::Export { number, answer: there });
    let number = desk.state.sheets.running.unwrap().number;
    let there = sheet::Outcome::Exists("/data/sheet.pdf".into());
    desk.told(Completion::Sheet { number, answer: SheetAnswer::Ended(there) });
}

fn outcomes(desk: &Desk) -> [bool; 3] {
    let state = &desk.state;
    [state.intake.outcome.is_some(), state.export.outcome.is_some(), state.sheets.outcome.is_some()]
}
