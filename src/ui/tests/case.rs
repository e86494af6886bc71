//! The case in hand: the queue, each step with its form, what has been typed, the inbox.

use eframe::egui::{Key, Modifiers};

use super::bench::*;
use crate::app::state::{QueueFilter, Seat};
use crate::app::update::tests::desk::*;
use crate::app::{Action, ConflictVerb};
use crate::base::CaseId;
use crate::domain::case::command::{Assignee, CheckResult, Found};
use crate::domain::case::transition::open_steps;
use crate::domain::case::{Act, ActKind, State};
use crate::domain::org::{DeptCode, OfficerId, Role};

fn at_the_case(acts: &[Act]) -> (Window, CaseId) {
    let mut desk = Desk::open();
    // Somebody who may do every step, so that each form is seen; the other half of the office does what came before.
    let mut all = (*user("all", &[Role::Acceptor, Role::Dispatcher, Role::DutyLeader])).clone();
    all.dept = Some(DeptCode("D01".into()));
    desk.enter(all.into());
    let case = desk.report("私搭", 1);
    desk.sync();
    let both = user("both", &[Role::Acceptor, Role::Dispatcher, Role::DutyLeader]);
    for act in acts {
        desk.elsewhere(&both, case, act.clone());
    }
    desk.act(Action::SelectSeat { seat: Seat::Command });
    desk.act(Action::SelectCase { case: Some(case) });
    (window(desk), case)
}

fn acts(window: &mut Window) -> Vec<Act> {
    let sent = window.sent();
    sent.into_iter()
        .filter_map(|action| if let Action::Act { step, .. } = action { Some(step) } else { None })
        .collect()
}

fn sent_verify() -> Act {
    Act::SendVerify { officer: OfficerId("P02".into()), opinion: String::new() }
}

fn sent_check() -> Act {
    Act::SendCheck { officer: OfficerId("P02".into()), opinion: String::new() }
}

/// The road to each step, and what its form is to give after `fill` has been done to it with the words typed.
fn steps() -> Vec<(Vec<Act>, ActKind, Vec<&'static str>, Act)> {
    let words = || "已核对".to_owned();
    let to_check = || Act::ToCheck { opinion: String::new() };
    let asked = || Act::AskReturn { reason: "非本部门职责".into() };
    let filed = || vec![accept(), file()];
    let handling = || [filed(), vec![dispatch(), sign()]].concat();
    let checking = || [handling(), vec![finish(), to_check(), sent_check()]].concat();
    let checked = |result| [checking(), vec![Act::CheckReply { result, opinion: String::new() }]].concat();
    let to = Assignee { dept: DeptCode("D02".into()), officer: None };
    let limit = BOOKS.limits.find(&event_class(), &condition(&event_class())).unwrap().limit;
    vec![
        (
            vec![],
            ActKind::SendVerify,
            vec!["王巡 P01 340 米  3 分钟前"],
            Act::SendVerify { officer: OfficerId("P01".into()), opinion: words() },
        ),
        (
            vec![],
            ActKind::Accept,
            vec!["免核实（请在意见中写明理由）"],
            Act::Accept { verification_waived: true, opinion: words() },
        ),
        (vec![], ActKind::Reject, vec![], Act::Reject { reason: words() }),
        (
            vec![sent_verify()],
            ActKind::VerifyReply,
            vec!["核实属实"],
            Act::VerifyReply { found: Found::Exist, opinion: words() },
        ),
        (
            vec![accept()],
            ActKind::File,
            vec![],
            Act::File { class: event_class(), condition: condition(&event_class()), limit, opinion: words() },
        ),
        (vec![accept()], ActKind::Void, vec![], Act::Void { reason: words() }),
        (filed(), ActKind::Dispatch, vec!["环卫所"], Act::Dispatch { to, opinion: words() }),
        ([filed(), vec![dispatch()]].concat(), ActKind::Sign, vec![], Act::Sign { opinion: words() }),
        (handling(), ActKind::AskReturn, vec![], Act::AskReturn { reason: words() }),
        (handling(), ActKind::Finish, vec![], Act::Finish { result: words(), person: String::new() }),
        ([handling(), vec![asked()]].concat(), ActKind::AgreeReturn, vec![], Act::AgreeReturn { opinion: words() }),
        ([handling(), vec![asked()]].concat(), ActKind::RefuseReturn, vec![], Act::RefuseReturn { opinion: words() }),
        ([handling(), vec![finish()]].concat(), ActKind::ToCheck, vec![], Act::ToCheck { opinion: words() }),
        ([handling(), vec![finish()]].concat(), ActKind::SendBack, vec![], Act::SendBack { reason: words() }),
        (
            [handling(), vec![finish(), to_check()]].concat(),
            ActKind::SendCheck,
            vec![],
            Act::SendCheck { officer: OfficerId("P02".into()), opinion: words() },
        ),
        (
            checking(),
            ActKind::CheckReply,
            vec!["核查不通过"],
            Act::CheckReply { result: CheckResult::NotPass, opinion: words() },
        ),
        (checked(CheckResult::Pass), ActKind::Close, vec![], Act::Close { opinion: words() }),
        (checked(CheckResult::NotPass), ActKind::Rework, vec![], Act::Rework { reason: words() }),
        (checked(CheckResult::Unable), ActKind::Recheck, vec![], Act::Recheck { reason: words() }),
    ]
}

#[test]
fn every_step_has_a_form_that_sends_what_was_chosen_and_typed() {
    let all = steps();
    for kind in ActKind::ALL.iter().filter(|kind| **kind != ActKind::Report) {
        assert!(all.iter().any(|(_, one, _, _)| one == kind), "{kind:?}");
    }
    for (road, kind, clicks, wanted) in all {
        let (mut window, case) = at_the_case(&road);
        let state = &window.desk().state;
        let user = state.session.user().unwrap().clone();
        let at = open_steps(&state.cases.view[&case], &user).iter().position(|step| step.act == kind);
        let at = at.unwrap_or_else(|| panic!("{kind:?} is not open"));
        let key = [Key::Num1, Key::Num2, Key::Num3, Key::Num4][at];
        window.key_with(Modifiers::CTRL, key);
        // Where a result has to be chosen, the keyboard begins there and goes on to the words by itself.
        let result_first = matches!(kind, ActKind::VerifyReply | ActKind::CheckReply);
        if !result_first {
            window.types("已核对");
        }
        for name in clicks {
            window.click(name);
        }
        if result_first {
            window.types("已核对");
        }
        window.key_with(Modifiers::CTRL, Key::Enter);
        assert_eq!(acts(&mut window), [wanted], "{kind:?}");
        assert_eq!(window.desk().commits().len(), 1, "{kind:?} {:?}", window.desk().state.notices);
    }
}

#[test]
fn buttons_are_exactly_the_steps_that_are_open() {
    let (mut window, case) = at_the_case(&[accept(), file()]);
    assert!(window.has("派遣") && !window.has("立案条件与") && window.0.state().view.local.step.is_none());
    window.click("派遣");
    assert_eq!(window.0.state().view.local.step, Some((case, ActKind::Dispatch)));
    window.desk().act(Action::Logout);
    window.desk().enter(user("inspector1", &[Role::Inspector]));
    window.desk().act(Action::SelectCase { case: Some(case) });
    window.run();
    assert!(window.has("当前环节由其他岗位办理"));
}

#[test]
fn a_step_for_another_says_for_whom_it_is_recorded() {
    let mut desk = Desk::manned();
    let case = desk.report("私搭", 1);
    desk.sync();
    for (who, act) in [(dispatcher(), accept()), (leader(), file()), (dispatcher(), dispatch())] {
        desk.elsewhere(&who, case, act);
    }
    desk.act(Action::SelectSeat { seat: Seat::Command });
    desk.act(Action::SelectCase { case: Some(case) });
    let mut window = window(desk);
    window.click("签收");
    assert!(window.has("代“城管执法队”记录"));
}

#[test]
fn what_is_wanted_is_said_and_nothing_is_sent() {
    let (mut window, _) = at_the_case(&[]);
    window.click("不予受理");
    window.key_with(Modifiers::CTRL, Key::Enter);
    assert!(acts(&mut window).is_empty());
    assert!(window.has("还需填写：理由"));
}

#[test]
fn a_check_is_reported_by_keys_alone() {
    let before =
        [accept(), file(), dispatch(), sign(), finish(), Act::ToCheck { opinion: String::new() }, sent_check()];
    let (mut window, case) = at_the_case(&before);
    assert!(window.has("本环节截止"), "the check has its own limit");
    window.key_with(Modifiers::CTRL, Key::Num1);
    window.key_with(Modifiers::CTRL, Key::Enter);
    assert!(window.has("还需填写：核查结果"));
    window.key(Key::Space);
    window.types("已清理");
    window.key_with(Modifiers::CTRL, Key::Enter);
    let reply = Act::CheckReply { result: CheckResult::Pass, opinion: "已清理".to_owned() };
    assert!(window.sent().contains(&Action::Act { case, step: reply }));
}

#[test]
fn a_typed_opinion_survives_a_click_elsewhere_and_back_and_a_failed_save() {
    let (mut window, case) = at_the_case(&[]);
    let other = window.desk().report("另一件", 5);
    window.desk().act(Action::SelectCase { case: Some(case) });
    window.run();
    window.click("不予受理");
    window.types("不属于本街道");
    window.desk().act(Action::SelectCase { case: Some(other) });
    window.run();
    window.desk().act(Action::SelectCase { case: Some(case) });
    window.run();
    assert_eq!(window.node("理由").value().as_deref(), Some("不属于本街道"));
    window.key_with(Modifiers::CTRL, Key::Enter);
    let command = window.desk().commits().pop().unwrap();
    window
        .desk()
        .told(crate::app::Completion::SaveFailed { command: Box::new(command), why: "store.error.disk_full".into() });
    window.run();
    window.click("不予受理");
    assert_eq!(window.node("理由").value().as_deref(), Some("不属于本街道"));
    window.key_with(Modifiers::CTRL, Key::Enter);
    window.desk().save();
    window.run();
    assert!(window.0.state().view.local.forms.is_empty(), "once it is done it is forgotten");
}

#[test]
fn the_queue_is_gone_through_by_keys_and_chosen_from_by_a_click() {
    let mut desk = Desk::manned();
    let (first, second) = (desk.report("私搭一", 1), desk.report("私搭二", 9));
    desk.act(Action::FilterQueue { filter: QueueFilter::Open });
    desk.act(Action::SelectCase { case: Some(first) });
    let mut window = window(desk);
    window.key_with(Modifiers::ALT, Key::ArrowDown);
    assert_eq!(window.desk().state.selected, Some(second));
    window.key(Key::ArrowUp);
    assert_eq!(window.desk().state.selected, Some(first), "the list has the keyboard from the start");
    window.click_row("鲁谷路9号");
    assert_eq!(window.desk().state.selected, Some(second));
    window.key_with(Modifiers::CTRL, Key::F);
    window.types("没有这样的案件");
    assert!(window.has("没有找到"));
    window.click("超期");
    assert!(window.sent().contains(&Action::FilterQueue { filter: QueueFilter::Late }));
}

#[test]
fn a_caller_is_whole_only_for_those_who_need_it() {
    use crate::app::DraftEdit;
    for (role, whole) in [(Role::Acceptor, true), (Role::Admin, false), (Role::Supervisor, false)] {
        let mut desk = Desk::manned();
        desk.edit(DraftEdit::CallerName("王建国".into()));
        desk.edit(DraftEdit::CallerPhone("13812345678".into()));
        let case = desk.report("私搭", 1);
        desk.sync();
        desk.enter(user("reader", &[role]));
        desk.act(Action::SelectSeat { seat: Seat::Command });
        desk.act(Action::SelectCase { case: Some(case) });
        let window = window(desk);
        assert_eq!(window.has("13812345678"), whole, "{role:?}");
        assert_eq!(window.has("138****5678"), !whole, "{role:?}");
    }
}

#[test]
fn the_inbox_tells_both_values_and_each_verb_is_sent() {
    let refused = || {
        let mut desk = Desk::manned();
        let case = desk.report("私搭", 1);
        desk.sync();
        desk.step(case, accept());
        let id = desk.save()[0];
        desk.elsewhere(&dispatcher(), case, sent_verify());
        desk.sync();
        desk.state.notices.clear();
        (desk, case, id)
    };
    let (desk, _, command) = refused();
    let mut window = window(desk);
    window.key_with(Modifiers::CTRL, Key::I);
    assert!(window.has("本机操作") && window.has("现状") && window.has("事实清楚") && window.has("核实中"));
    window.click("重新办理 受理 私搭");
    assert!(window.sent().contains(&Action::Conflict { command, verb: ConflictVerb::Reapply }));
    window.click("放弃 受理 私搭");
    assert_eq!(window.desk().state.inbox.len(), 1, "what was written goes only when asked twice");
    window.click("确认放弃 受理 私搭");
    assert!(window.desk().state.inbox.is_empty());

    let (desk, case, command) = refused();
    let mut window = super::bench::window(desk);
    window.click("冲突 1");
    window.click("打开案件 受理 私搭");
    assert!(window.sent().contains(&Action::Conflict { command, verb: ConflictVerb::OpenCase }));
    assert_eq!(window.desk().state.selected, Some(case));
    assert_eq!(window.desk().state_of(case), Some(State::Verifying));
}
