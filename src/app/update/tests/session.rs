use super::desk::*;
use crate::app::action::Secret;
use crate::app::state::{Link, ProfileState, Seat, Session, Severity, TextScale, ThemeChoice};
use crate::app::{Action, Completion, Effect};
use crate::base::UserId;
use crate::base::text::Lang;
use crate::domain::org::Role;

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
