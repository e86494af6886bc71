use super::desk::*;
use crate::app::Action;
use crate::app::state::{QueueFilter, Seat, Session, TextScale, ThemeChoice};
use crate::base::text::Lang;
use crate::domain::case::command::{Assignee, CheckResult, Found};
use crate::domain::case::{Act, State};
use crate::domain::org::{DeptCode, OfficerId};
use crate::map::style::LayerGroup;

/// The act that a line led to.
fn act_of(desk: &mut Desk, line: &str) -> Act {
    desk.line(line);
    let mut commits = desk.commits();
    assert_eq!(commits.len(), 1, "{line}: {:?} {:?}", desk.state.bar.reply, desk.state.notices);
    let command = commits.remove(0);
    let act = command.act.clone();
    let told = crate::app::Completion::Saved { command: Box::new(command), device_no: 1_000 };
    desk.told(told);
    act
}

#[test]
fn a_case_goes_its_road_by_typed_lines() {
    let mut desk = Desk::manned();
    let case = desk.report("私搭", 3);
    let officer = |id: &str| OfficerId(id.into());
    assert_eq!(
        act_of(&mut desk, "发核实 请看一眼"),
        Act::SendVerify { officer: officer("P02"), opinion: "请看一眼".into() },
        "the nearest on duty"
    );
    assert_eq!(
        act_of(&mut desk, "核实反馈 属实 确有其事"),
        Act::VerifyReply { found: Found::Exist, opinion: "确有其事".into() }
    );
    assert_eq!(act_of(&mut desk, "sl"), Act::Accept { verification_waived: false, opinion: String::new() });
    desk.sync();
    desk.enter(leader());
    assert!(matches!(act_of(&mut desk, "立案 情况属实"), Act::File { opinion, .. } if opinion == "情况属实"));
    desk.sync();
    desk.enter(dispatcher());
    let to = |officer| Assignee { dept: DeptCode("D01".into()), officer };
    assert_eq!(
        act_of(&mut desk, "派遣 城管 @王巡 尽快"),
        Act::Dispatch { to: to(Some(officer("P01"))), opinion: "尽快".into() }
    );
    assert_eq!(act_of(&mut desk, "sign"), sign());
    assert_eq!(
        act_of(&mut desk, "处置完成 已拆除"),
        Act::Finish { result: "已拆除".into(), person: "dispatcher1先生".into() }
    );
    assert_eq!(act_of(&mut desk, "转核查"), Act::ToCheck { opinion: String::new() });
    assert_eq!(act_of(&mut desk, "发核查 P01"), Act::SendCheck { officer: officer("P01"), opinion: String::new() });
    assert_eq!(
        act_of(&mut desk, "核查反馈 不通过 还剩半截"),
        Act::CheckReply { result: CheckResult::NotPass, opinion: "还剩半截".into() }
    );
    desk.sync();
    desk.enter(leader());
    assert_eq!(act_of(&mut desk, "返工 请拆干净"), Act::Rework { reason: "请拆干净".into() });
    assert_eq!(desk.state_of(case), Some(State::Handling));
    desk.check();
}

#[test]
fn what_a_line_lacks_is_said_and_nothing_is_done() {
    let mut desk = Desk::manned();
    desk.line("受理");
    assert!(desk.state.bar.reply.is_some(), "no case in hand");
    let case = desk.report("私搭", 3);
    for line in [
        "不予受理",
        "核实反馈",
        "核实反馈 也许",
        "派遣 没有这个部门",
        "派遣 环",
        "派遣 城管 @没有这个人",
        "字号 200",
        "图层 x",
        "定位",
        "定位 火星",
    ] {
        desk.line(line);
        assert!(desk.state.bar.reply.as_ref().is_some_and(|reply| !reply.is_empty()), "{line}");
        assert!(desk.commits().is_empty(), "{line}");
    }
    desk.line("派遣");
    assert!(desk.commits().is_empty(), "not in this state, which a notice says");
    assert_eq!(desk.state_of(case), Some(State::Reported));
    desk.line("");
    assert_eq!(desk.state.bar.reply, None);
}

#[test]
fn numbers_lead_to_what_they_name_and_words_are_searched_for() {
    let mut desk = Desk::manned();
    let case = desk.report("铁皮棚子", 3);
    desk.step(case, accept());
    desk.save();
    desk.sync();
    desk.elsewhere(&leader(), case, file());
    let other = desk.report("砌墙", 6);
    let number = desk.state.cases.view[&case].number.clone().unwrap();
    desk.line(&format!("#{number}"));
    assert_eq!(desk.state.selected, Some(case));
    desk.line("26030299999");
    assert!(desk.state.bar.reply.is_some());
    assert_eq!(desk.state.selected, Some(case));
    desk.line(&format!("{STREET}001002"));
    assert!(desk.state.map.camera.center.lon > 116.205);
    desk.line(LAMP);
    assert!((desk.state.map.camera.center.lon - 116.2071).abs() < 1e-9);
    desk.line("定位 鲁谷路4号");
    assert_eq!(desk.state.map.camera.center, door(4));
    coordinates_are_gone_to(&mut desk);
    desk.act(Action::SelectSeat { seat: Seat::Supervision });
    desk.line("砌墙");
    assert_eq!(desk.state.selected, Some(other), "found in the whole house, and the only one");
    assert_eq!(desk.state.queue.filter, QueueFilter::Open);
    desk.line("/");
    assert_eq!(desk.state.queue.search, "");
    desk.check();
}

#[test]
fn the_rest_of_the_table_does_what_it_says() {
    let mut desk = Desk::manned();
    desk.line("呼叫");
    assert_eq!(desk.state.seat, Seat::CallCentre);
    desk.line("jiandu");
    assert_eq!(desk.state.seat, Seat::Supervision);
    desk.line("登记");
    assert_eq!(desk.state.seat, Seat::CallCentre);
    desk.line("超期");
    assert_eq!(desk.state.queue.filter, QueueFilter::Late);
    desk.line("深色");
    desk.line("english");
    desk.line("size 150");
    let settings = desk.state.settings;
    assert_eq!((settings.theme, settings.lang, settings.text_scale), (ThemeChoice::Dark, Lang::En, TextScale::P150));
    desk.line("layer grid");
    assert!(desk.state.map.hidden.contains(&LayerGroup::UnitGrid));
    desk.line("？");
    assert!(desk.state.bar.help_open);
    desk.act(Action::ShowHelp { open: false });
    desk.line("inbox");
    assert!(desk.state.inbox_open);
    desk.fill("私搭", 3);
    desk.line("提交");
    assert_eq!(desk.save().len(), 1);
    desk.fill("私搭", 5);
    desk.line("清空");
    assert!(desk.state.draft.is_blank());
    desk.line("fit");
    assert!(desk.state.map.fit_wanted);
    desk.line("logout");
    assert_eq!(desk.state.session, Session::LoggedOut);
}

#[test]
fn an_answer_goes_when_what_it_tells_of_has_changed() {
    for after in [
        Action::SearchQueue { text: "路".into() },
        Action::FilterQueue { filter: QueueFilter::Late },
        Action::SetLang { lang: Lang::En },
    ] {
        let mut desk = Desk::manned();
        desk.act(Action::CommandLine { line: "没有这样的案件".into() });
        assert!(desk.state.bar.reply.is_some());
        desk.act(after);
        assert_eq!(desk.state.bar.reply, None);
    }
}

fn coordinates_are_gone_to(desk: &mut Desk) {
    let mut go = |line: &str| {
        desk.line(line);
        (desk.state.map.camera.center, desk.state.bar.reply.clone().unwrap_or_default())
    };
    let (plain, said) = go("定位 116.2229，39.9066");
    assert_eq!((plain.lon, plain.lat), (116.2229, 39.9066));
    assert!(said.contains("CGCS2000") && said.contains("gcj02"), "what else it may be is told: {said}");
    // The same place as Amap and the survey give it.
    for (line, system) in [("定位 gcj02 116.2289550 39.9078286", "GCJ-02"), ("goto 4419447.586 433549.745", "4548")] {
        let (at, said) = go(line);
        assert!((at.lon - plain.lon).abs() < 1e-5 && (at.lat - plain.lat).abs() < 1e-5, "{line}: {at:?}");
        assert!(said.contains(system), "{line}: {said}");
    }
    let before = go("定位 鲁谷路4号").0;
    assert_eq!(go("定位 116.2229,999").0, before, "no place: the map stays");
}
