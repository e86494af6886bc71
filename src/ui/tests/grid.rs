//! Grid keeping by keys and lists alone, the report of the checks, the history, and the cell version of a case.

use std::sync::Arc;

use eframe::egui::Key;
use jiff::civil::date;

use super::bench::*;
use crate::app::keeping::{Change, GridAction};
use crate::app::tools::job::{Answer, Job};
use crate::app::update::tests::desk::*;
use crate::app::{Action, Completion};
use crate::spatial::grid::Request;
use crate::spatial::grid::check::{Check, Finding, Report};

fn code(number: u32) -> String {
    format!("{STREET}001{number:03}")
}

fn kept() -> Desk {
    let mut desk = Desk::manned();
    desk.told(Completion::CellsReady(cells()));
    desk
}

#[test]
fn a_cell_is_split_by_typing_alone_and_saved() {
    let mut window = window(kept());
    window.key(Key::F10);
    window.click("拆分");
    window.types(&code(1));
    window.key(Key::Enter);
    assert_eq!(window.desk().state.keeping.picked, [code(1)]);
    for place in ["116.2025,39.91", "116.2025,39.89"] {
        window.types(place);
        window.key(Key::Enter);
    }
    assert_eq!(window.desk().state.tools.sketch.points().len(), 2);
    window.click("变更原因");
    window.types("道路改建");
    window.key(Key::Enter);
    assert!(window.has(&format!("拆分 2026-03-02：道路改建\n{}\n→ {}、{}", code(1), code(3), code(4))));
    window.click("撤销一项");
    assert!(!window.has("拆分 2026-03-02"));
    window.click("恢复一项");
    window.click("保存 1 项到地图包");
    let (number, job) = window.desk().map_jobs(false).remove(0);
    assert!(matches!(job, Job::SaveGrid { .. }));
    window.desk().told(Completion::MapAnswer { number, answer: Answer::GridSaved { count: 1, trouble: None } });
    window.run();
    assert!(window.has("已保存 1 项网格变更"));
    window.click("历史");
    window.click("网格编码（15 位）");
    window.types(&code(3));
    window.key(Key::Enter);
    assert!(
        window.has(&format!("{} 第 1 版", code(1))) && !window.has(&format!("{} 第 1 版", code(4))),
        "siblings are no family"
    );
    window.click(&format!("在地图上查看 {} 第 1 版", code(1)));
    assert!(window.desk().state.keeping.pointed.is_some());
    window.key(Key::Escape);
}

#[test]
fn the_report_tells_check_by_check_what_is_wrong_and_where() {
    let mut window = window(kept());
    window.key(Key::F10);
    window.click("检查");
    window.click("运行检查 G1–G11");
    let (number, _) = window.desk().map_jobs(false).remove(0);
    let finding = |check, about: &str| Finding {
        check,
        cells: vec![code(1)],
        about: about.into(),
        area_m2: Some(12.0),
        at: Some(door(1)),
        bounds: None,
    };
    let report = Report {
        cells: 2,
        findings: vec![finding(Check::G7, "3号楼"), finding(Check::G8, "")],
        unchecked: vec![Check::G10],
    };
    window.desk().told(Completion::MapAnswer { number, answer: Answer::Checked(Arc::new(report)) });
    window.run();
    assert!(window.has("G10 作废网格仍有责任绑定  未检查") && window.has("G4 网格重叠  无误"));
    assert!(window.has("G8 面积  请确认 1"), "a hint is no fault");
    window.click("G7 穿过建筑  有误 1");
    let go = window.sent();
    assert!(go.iter().all(|action| !matches!(action, Action::Grid(GridAction::ShowFinding { .. }))));
    let words = Finding { ..finding(Check::G7, "3号楼") }.words(crate::base::text::Lang::ZhCn);
    window.click(&format!("在地图上查看：{words}"));
    assert_eq!(window.desk().state.keeping.finding, Some(0));
}

#[test]
fn a_case_shows_the_cell_as_it_was_on_its_day() {
    let mut desk = kept();
    let case = desk.report("私搭", 1);
    desk.act(Action::SelectCase { case: Some(case) });
    let mut window = window(desk);
    assert!(!window.has("网格版本"), "a cell without a history is as it always was");
    let mut book = (*cells()).clone();
    let request = |day| Request { day, reason: "改建".into(), recorded_at: at(0) };
    let square = book.of(&code(1))[0].shape.clone();
    let first = book.reshape(&code(1), square.clone(), None, &request(date(2026, 2, 1))).unwrap();
    book.apply(&first);
    book.apply(&book.void(&code(1), &request(date(2026, 3, 9))).unwrap());
    window.desk().told(Completion::CellsReady(Arc::new(book)));
    window.run();
    assert!(window.has("网格版本") && window.has("第 2 版，自 2026-02-01 起（后于 2026-03-09 作废）"));
}

#[test]
fn every_change_can_be_begun_and_put_away() {
    let mut window = window(kept());
    window.key(Key::F10);
    for (change, name) in
        [(Change::Draw, "划设"), (Change::Merge, "合并"), (Change::Void, "作废"), (Change::Reshape, "调整边界")]
    {
        window.click(name);
        assert_eq!(window.desk().state.keeping.change, Some(change));
        window.click(name);
        assert_eq!(window.desk().state.keeping.change, None);
    }
}
