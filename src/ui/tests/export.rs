//! Data on its way elsewhere by keys and clicks: what stands against it, the question about files, the outcome.

use std::path::PathBuf;
use std::sync::Arc;

use eframe::egui::{Key, Modifiers};
use egui_kittest::kittest::NodeT as _;

use super::bench::*;
use crate::app::Action;
use crate::app::action::MapAction;
use crate::app::effect::{Completion, Effect};
use crate::app::export::{Area, ExportAction, ExportAnswer, ExportJob, Wishes};
use crate::app::tools::ToolAction;
use crate::app::tools::job::Answer;
use crate::app::update::tests::desk::*;
use crate::map::camera::Camera;
use crate::spatial::export::{ExportReport, LeftOut, Note, Progress, Reason};
use crate::spatial::feature::{FeatureId, Layer};

fn led() -> Window {
    let mut desk = Desk::open();
    desk.enter(leader());
    // High enough that nothing has to be scrolled to.
    window_sized(desk, 1366.0, 1400.0, |builder| builder)
}

/// The job that was asked for last.
fn asked(window: &mut Window) -> (u64, ExportJob) {
    let effects = std::mem::take(&mut window.desk().effects);
    let last = effects.into_iter().rev().find_map(|effect| match effect {
        Effect::Export { number, job } => Some((number, *job)),
        _ => None,
    });
    last.expect("a job")
}

fn tell(window: &mut Window, number: u64, answer: ExportAnswer) {
    window.desk().told(Completion::Export { number, answer });
    window.run();
}

fn wishes(window: &mut Window) -> Wishes {
    window.desk().state.export.wishes.clone()
}

fn is_disabled(window: &Window, name: &str) -> bool {
    window.node(name).accesskit_node().is_disabled()
}

#[test]
fn layers_are_chosen_a_file_is_typed_asked_about_and_written() {
    let mut window = led();
    window.key_with(Modifiers::CTRL, Key::E);
    assert!(window.has("请选择要导出的图层。") && is_disabled(&window, "开始导出"));
    window.click("全选");
    assert_eq!(wishes(&mut window).layers.len(), 3);
    window.click("全不选");
    window.click("门牌 9");
    assert_eq!(wishes(&mut window).layers, [Layer::Addresses]);
    assert!(window.has("将导出 9 个要素"));
    window.click("属性条件（留空则不限）");
    window.types("number >");
    assert!(window.has("第 9 个字"), "checked while it is typed");
    window.types(" 4");
    assert!(!window.has("第 9 个字") && window.has("正在统计要素"));
    let (number, _) = asked(&mut window);
    tell(&mut window, number, ExportAnswer::Counted(5));
    assert!(window.has("将导出 5 个要素"));
    window.click("导出到文件");
    window.types("/data/doors.k");
    assert!(window.has("不代表任何可导出的格式") && is_disabled(&window, "开始导出"));
    window.types("ml");
    assert!(window.has("KML：每个图层一个文件夹"));
    window.click("GCJ-02");
    assert!(window.has("该格式不能使用坐标系 GCJ-02") && is_disabled(&window, "开始导出"));
    window.click("WGS 84");
    window.click("开始导出");
    let (number, _) = asked(&mut window);
    tell(&mut window, number, ExportAnswer::Progress(Progress::Writing(1, 5)));
    assert!(window.has("停止") && is_disabled(&window, "全选"));
    let there = PathBuf::from("/data/doors.kml");
    tell(&mut window, number, ExportAnswer::Exists(vec![there.clone()]));
    assert!(window.has("文件已存在，要覆盖吗？") && window.has("/data/doors.kml"));
    // The keyboard is at what does no harm.
    window.key(Key::Enter);
    assert!(window.has("未导出，原有文件保持不变。"));
    window.click("开始导出");
    let (number, _) = asked(&mut window);
    tell(&mut window, number, ExportAnswer::Exists(vec![there.clone()]));
    window.click("覆盖");
    let (number, job) = asked(&mut window);
    let ExportJob::Write { over, .. } = job else { panic!() };
    assert_eq!(over, std::slice::from_ref(&there));
    let report = ExportReport {
        files: vec![(there, 4)],
        refused: vec![LeftOut { layer: Layer::Addresses, fid: 7, reason: Reason::Unreadable("blob".into()) }],
        refused_count: 1,
        notes: vec![Note::Split],
    };
    tell(&mut window, number, ExportAnswer::Written { report: Arc::new(report), unlisted: None });
    assert!(window.has("/data/doors.kml：4 个要素") && window.has("门牌（编号 7）") && window.has("分成多个文件"));
    window.click("再导出");
    assert!(!window.has("/data/doors.kml：4 个要素"));
}

#[test]
fn the_area_is_the_view_a_cell_or_what_is_selected() {
    let mut window = led();
    window.key(Key::F9);
    window.click("导出");
    window.click("当前视图");
    let Area::Box { bounds: first } = wishes(&mut window).area else { panic!() };
    assert!(first[0] < first[2] && first[1] < first[3]);
    let camera = Camera { center: door(3), metres_per_point: 0.5 };
    window.desk().act(Action::Map(MapAction::SetCamera { camera }));
    window.run();
    let Area::Box { bounds: then } = wishes(&mut window).area else { panic!() };
    assert!(then[0] < door(3).lon && door(3).lon < then[2] && then[2] - then[0] < first[2] - first[0]);
    // While it is written or asked about, the map can be moved and nothing is refused or lost.
    window.click("全选");
    window.click("导出到文件");
    window.types("/data/view.csv");
    window.click("开始导出");
    let (number, _) = asked(&mut window);
    let drag = |window: &mut Window, metres_per_point| {
        let camera = Camera { center: door(3), metres_per_point };
        window.desk().act(Action::Map(MapAction::SetCamera { camera }));
        window.run();
    };
    drag(&mut window, 0.6);
    assert!(window.desk().state.export.said.is_none());
    tell(&mut window, number, ExportAnswer::Exists(vec!["/data/view.csv".into()]));
    drag(&mut window, 0.7);
    assert!(window.has("文件已存在，要覆盖吗？"));
    window.click("取消");
    window.click("单元网格");
    window.click("网格编码");
    window.types("12");
    assert!(window.has("没有编码为“12”的单元网格。"));
    window.click("选择结果");
    assert!(window.has("还没有用地图工具选择要素。") && !window.has("全不选"));
    window.click("其他…");
    window.click("坐标系编码");
    window.key_with(Modifiers::CTRL | Modifiers::COMMAND, Key::A);
    window.types("EPSG:4527");
    assert_eq!(wishes(&mut window).crs, "EPSG:4527");
    window.click("导入");
    assert!(window.has("把文件拖到窗口里"));
}

#[test]
fn who_may_not_sees_why() {
    let mut desk = Desk::manned();
    desk.act(Action::Export(ExportAction::Wishes {
        wishes: Box::new(Wishes { layers: vec![Layer::Addresses], file: "/data/x.csv".into(), ..Wishes::default() }),
    }));
    let mut window = window_sized(desk, 1366.0, 1400.0, |builder| builder);
    window.key(Key::F9);
    assert!(window.has("只有值班长和系统管理员可以导出数据。") && is_disabled(&window, "开始导出"));
}

#[test]
fn what_is_selected_goes_from_the_tools_to_the_export() {
    let mut window = led();
    let desk = window.desk();
    desk.act(Action::Tool(ToolAction::Filter { text: "number < 3".into() }));
    desk.act(Action::Tool(ToolAction::SelectAll));
    let (number, _) = desk.map_jobs(false).remove(0);
    let rows = [1, 2].map(|fid| FeatureId { layer: Layer::Addresses, fid }).to_vec();
    desk.told(Completion::MapAnswer { number, answer: Answer::Selected { rows, bounds: None } });
    window.key(Key::F8);
    window.click("导出…");
    assert_eq!(wishes(&mut window).area, Area::Selection);
    assert!(window.has("将导出 2 个要素") && window.has("请填写要写入的文件。"));
}

#[test]
fn enter_leaves_the_keyboard_in_its_field_and_the_key_that_sends_starts() {
    let mut window = led();
    window.key_with(Modifiers::CTRL, Key::E);
    window.click("全选");
    window.click("导出到文件");
    window.types("/data/town.");
    window.key_with(Modifiers::CTRL, Key::Enter);
    window.key(Key::Enter);
    window.types("gpkg");
    assert_eq!(wishes(&mut window).file, "/data/town.gpkg");
    assert!(window.desk().state.export.running.is_none());
    window.key_with(Modifiers::CTRL, Key::Enter);
    let (_, job) = asked(&mut window);
    assert!(matches!(job, ExportJob::Write { .. }), "{job:?}");
}
