//! The call centre: login, and a call from the first word to the case, by keyboard alone.

use eframe::egui::{Key, Modifiers};

use super::bench::*;
use crate::app::action::Secret;
use crate::app::state::Seat;
use crate::app::update::tests::desk::*;
use crate::app::{Action, DraftEdit};
use crate::base::UserId;
use crate::domain::case::State;
use crate::domain::case::command::Kind;

fn at_the_phone() -> Window {
    let mut desk = Desk::manned();
    desk.act(Action::SelectSeat { seat: Seat::CallCentre });
    window(desk)
}

#[test]
fn name_and_password_go_out_once_and_the_field_is_empty_afterwards() {
    let mut window = window(Desk::open());
    assert!(window.has("演示模式"), "made-up data say so before anybody is in");
    window.types("dispatcher1");
    window.key(Key::Enter);
    assert!(window.sent().is_empty(), "not without a password");
    window.key(Key::Tab);
    window.types("geheim");
    window.key(Key::Enter);
    let login = Action::Login { user: UserId::from("dispatcher1"), password: Secret("geheim".into()) };
    assert_eq!(window.sent(), [login]);
    assert!(window.0.state().view.local.password.is_empty());
    assert!(window.has("正在登录"));
    window.desk().told(crate::app::Completion::LoginRefused { why: "sync.login.refused".into() });
    window.run();
    assert!(window.has("用户名或密码不正确"));
}

#[test]
fn without_a_line_the_login_screen_says_what_still_works() {
    let mut desk = Desk::open();
    desk.told(crate::app::Completion::Offline { why: "sync.error.unreachable".into() });
    let window = window(desk);
    assert!(window.has("当前离线") && window.has("可以离线进入"));
}

#[test]
fn a_call_is_taken_by_keyboard_alone() {
    let mut window = at_the_phone();
    window.key_with(Modifiers::CTRL, Key::N);
    window.types("小区门口堆了很多建筑垃圾");
    window.key(Key::Tab);
    window.types("sdlj");
    assert!(window.has("私搭乱建"), "classes are found by the first letters of their sound");
    let hits = window.desk().state.draft.class_hits.clone();
    let wanted = hits.iter().position(|hit| *hit == event_class()).unwrap();
    for _ in 0..wanted {
        window.key(Key::ArrowDown);
    }
    window.key(Key::Enter);
    assert_eq!(window.desk().state.draft.class, Some(event_class()));
    window.key(Key::Tab);
    window.key(Key::Space);
    assert!(window.desk().state.draft.condition.is_some(), "{:?}", window.sent());
    let conditions = window.desk().state.books.limits.conditions(&event_class()).len();
    for _ in 0..conditions {
        window.key(Key::Tab);
    }
    window.types("鲁谷路3");
    window.key(Key::Enter);
    assert!(window.has("古城社区"));
    assert!(window.desk().state.draft.missing.is_empty(), "{:?}", window.desk().state.draft);
    window.key_with(Modifiers::CTRL, Key::Enter);
    assert_eq!(window.sent().last(), Some(&Action::SubmitDraft { confirmed: false }));
    window.desk().save();
    window.run();
    let case = window.desk().state.cases.view.values().next().cloned().unwrap();
    assert_eq!((case.state, case.report.class.kind), (State::Reported, Kind::Event));
    assert!(window.desk().state.draft.is_blank());
}

#[test]
fn what_is_missing_is_said_when_sending_is_tried_and_not_before() {
    let mut window = at_the_phone();
    window.click("来电登记");
    assert!(!window.has("还需填写"));
    window.key_with(Modifiers::CTRL, Key::Enter);
    assert!(window.has("还需填写") && window.has("必填"));
    window.node("问题描述").click();
    window.run();
    window.types("路灯不亮");
    assert_eq!(window.sent().last(), Some(&Action::Draft(DraftEdit::Text("路灯不亮".into()))));
    assert!(!window.has("还需填写：问题描述"));
}

#[test]
fn likely_duplicates_are_seen_before_anything_is_sent() {
    let mut desk = Desk::manned();
    desk.report("私搭", 3);
    desk.act(Action::SelectSeat { seat: Seat::CallCentre });
    desk.fill("又有人私搭", 3);
    let mut window = window(desk);
    window.key_with(Modifiers::CTRL, Key::N);
    assert!(window.has("可能重复 1 件"));
    window.key_with(Modifiers::CTRL, Key::Enter);
    assert!(window.has("确为另一件"));
    window.key_with(Modifiers::CTRL, Key::Enter);
    assert_eq!(window.sent().last(), Some(&Action::SubmitDraft { confirmed: true }));
    assert_eq!(window.desk().commits().len(), 1);
}

#[test]
fn the_sheet_survives_a_look_at_a_case_and_goes_only_when_asked_twice() {
    let mut desk = Desk::manned();
    let case = desk.report("私搭", 1);
    desk.act(Action::SelectSeat { seat: Seat::CallCentre });
    desk.edit(DraftEdit::Text("半句话".into()));
    let mut window = window(desk);
    window.key_with(Modifiers::CTRL, Key::N);
    window.desk().act(Action::SelectCase { case: None });
    window.run();
    window.desk().act(Action::SelectCase { case: Some(case) });
    window.run();
    assert!(window.has("办理记录"), "the case is seen");
    window.click("来电登记（未完）");
    assert!(window.has("提交登记"));
    window.click("清空");
    assert_eq!(window.desk().state.draft.text, "半句话");
    window.click("确认清空");
    assert!(window.desk().state.draft.is_blank());
}
