//! A printed sheet by keys and clicks: what is on it, its frame, the file that is there already, what came of it.

use eframe::egui::{Key, Modifiers};
use egui_kittest::kittest::NodeT as _;

use super::bench::*;
use crate::app::Action;
use crate::app::effect::{Completion, Effect};
use crate::app::sheet::{Outcome, Pictures, Report, SheetAnswer, SheetJob, What};
use crate::app::update::tests::desk::*;
use crate::map::sheet::{Paper, Stage, Subject};

fn opened() -> Window {
    let mut window = window_sized(Desk::manned(), 1366.0, 1200.0, |builder| builder);
    window.key_with(Modifiers::CTRL, Key::P);
    window
}

fn asked(window: &mut Window) -> (u64, SheetJob) {
    let effects = std::mem::take(&mut window.desk().effects);
    let last = effects.into_iter().rev().find_map(|effect| match effect {
        Effect::MakeSheet { number, job } => Some((number, *job)),
        _ => None,
    });
    last.expect("a job")
}

fn told(window: &mut Window, number: u64, answer: SheetAnswer) {
    window.desk().told(Completion::Sheet { number, answer });
    window.0.step();
    window.0.step();
}

fn report(pictures: Pictures) -> Outcome {
    let path = "/data/单元网格图.pdf".into();
    let (paper_mm, page_px) = ([297.0, 420.0], [2806, 3969]);
    Outcome::Done(Box::new(Report { path, bytes: 9, paper_mm, page_px, missing: "字".into(), pictures }))
}

#[test]
fn a_sheet_is_chosen_made_and_written_over_only_when_that_is_said() {
    let mut window = opened();
    assert!(window.has("按比例尺的图幅") && window.has("A3 横向，1:2000，图面"));
    for button in ["A2", "竖向", "500"] {
        window.click(button);
    }
    assert!(window.has("A2 竖向，1:500，图面"));
    window.click("图名");
    window.types("单元网格图");
    window.click("审图号");
    window.types("京S(2026)001");
    window.click("保存到（.pdf 或 .png）");
    window.types("/data/单元网格图.pdf");
    window.click("制作");
    let (number, job) = asked(&mut window);
    let Subject::Sheet(sheet) = &job.subject else { panic!() };
    assert_eq!((sheet.paper, sheet.upright, sheet.scale), (Paper::A2, true, 500));
    assert_eq!((sheet.title.as_deref(), sheet.approval.as_deref()), (Some("单元网格图"), Some("京S(2026)001")));
    assert!(job.path == "/data/单元网格图.pdf" && !job.signs && !job.overwrite);
    told(&mut window, number, SheetAnswer::Stage(Stage::Drawing));
    assert!(window.has("正在绘图") && window.has("停止") && !window.has("制作"));
    told(&mut window, number, SheetAnswer::Ended(Outcome::Exists("/data/单元网格图.pdf".into())));
    assert!(window.has("/data/单元网格图.pdf 已存在。要覆盖吗？"));
    window.click("覆盖原文件");
    let (number, job) = asked(&mut window);
    assert!(job.overwrite);
    told(&mut window, number, SheetAnswer::Ended(report(Pictures::Partly(12))));
    assert!(window.has("已保存：/data/单元网格图.pdf") && window.has("缺 12 块") && window.has("显示为方框：字"));
}

#[test]
fn what_is_typed_wrong_says_so_and_nothing_is_made_of_it() {
    let mut window = opened();
    window.click("比例尺 1:");
    window.key_with(Modifiers::CTRL | Modifiers::COMMAND, Key::A);
    window.types("12");
    assert!(window.has("请填 200 到 100000 的整数"));
    window.key_with(Modifiers::CTRL, Key::Enter);
    assert!(window.desk().state.sheets.running.is_none());
    window.types("34");
    assert_eq!(window.desk().state.sheets.wishes.scale, 1234);
    assert!(!window.has("请填"));
    window.click("制图日期");
    window.types("2026-02-3");
    assert!(window.has("请写成 2026-03-01"));
    window.types("0");
    assert!(window.has("请写成"), "February has no such day");
    window.click("1000");
    window.click("保存到（.pdf 或 .png）");
    window.types("图.doc");
    assert!(window.has("文件名要以 .pdf 或 .png 结尾"));
    let wrong = window.node("制作");
    assert!(wrong.accesskit_node().is_disabled());
}

#[test]
fn the_view_is_made_by_key_with_signs_and_a_frame_beyond_the_map_is_told() {
    let mut window = opened();
    assert!(window.has("在地图范围之外"), "the street of this desk is smaller than the sheet");
    window.click("在地图上看整幅");
    let sent = window.sent();
    assert!(sent.iter().any(|action| matches!(action, Action::Map(_))), "{sent:?}");
    window.click("当前视图");
    assert!(window.has("屏幕上的地图原样存成图片") && !window.has("图名"));
    window.click("画上案件、往期案件和人员标志");
    window.click("审图号");
    window.key_with(Modifiers::CTRL, Key::Enter);
    let (number, job) = asked(&mut window);
    assert!(job.signs && matches!(job.subject, Subject::View(_)));
    assert_eq!(window.desk().state.sheets.wishes.what, What::View);
    told(&mut window, number, SheetAnswer::Ended(Outcome::Failed("磁盘空间不够".into())));
    assert!(window.has("磁盘空间不够") && window.has("制作"));
    window.key(Key::Escape);
    window.key(Key::Escape);
    assert!(!window.has("当前视图"), "the queue is back");
}
