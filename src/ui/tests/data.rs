//! Data from elsewhere by keys and clicks: a file, a trial with a bad row, the question about its system, the import.

use std::sync::Arc;

use eframe::egui::Key;

use super::bench::*;
use crate::app::Action;
use crate::app::effect::{Completion, Effect};
use crate::app::intake::{IntakeAction, IntakeAnswer, IntakeJob};
use crate::app::update::tests::desk::*;
use crate::spatial::crs::SourceCrs;
use crate::spatial::feature::Layer;
use crate::spatial::import::profile::{FieldRule, Profile, TableRule};
use crate::spatial::import::{ImportReport, Question, Reading, RowKind, RowName, Skip, SkipReason, SourceReport};

fn led() -> Desk {
    let mut desk = Desk::open();
    desk.enter(leader());
    desk
}

/// The number of the reading that was asked for last.
fn asked(window: &mut Window) -> (u64, IntakeJob) {
    let effects = std::mem::take(&mut window.desk().effects);
    let last = effects.into_iter().rev().find_map(|effect| match effect {
        Effect::Intake { number, job } => Some((number, *job)),
        _ => None,
    });
    last.expect("a job")
}

fn answer(window: &mut Window, answer: IntakeAnswer) -> IntakeJob {
    let (number, job) = asked(window);
    window.desk().told(Completion::Intake { number, answer });
    window.run();
    job
}

fn report(dry_run: bool) -> Arc<ImportReport> {
    let rule = TableRule { layer: "components".into(), code: FieldRule::column("编码"), ..TableRule::default() };
    let fields = [("编码", "0101"), ("灯杆说明", "")].map(|(name, sample)| (name.to_owned(), sample.to_owned())).into();
    let source = SourceReport {
        path: "/data/lamps.csv".into(),
        table: String::new(),
        crs: "GCJ-02".into(),
        rows: 3,
        mapped: Some(Layer::Components),
        fields,
    };
    let what = RowName { table: String::new(), kind: RowKind::Row, number: 4 };
    let reason = SkipReason::NoCoordinate { column: "经度".into(), text: "abc".into() };
    Arc::new(ImportReport {
        layers: [(Layer::Components, 2)].into(),
        rows: 3,
        accepted: 2,
        skipped: 1,
        skips: vec![Skip { path: "/data/lamps.csv".into(), what, reason }],
        profile: Profile { tables: vec![rule], ..Profile::default() },
        sources: vec![source],
        dry_run,
        ..ImportReport::default()
    })
}

#[test]
fn a_file_is_typed_tried_asked_about_and_brought_in() {
    let mut window = window_sized(led(), 1366.0, 900.0, |builder| builder);
    window.key(Key::F9);
    assert!(window.has("把文件拖到窗口里"));
    window.click("文件");
    window.types("/data/lamps.csv");
    window.key(Key::Enter);
    assert!(window.has("lamps.csv"));
    window.click("试读");
    let inside = vec![(Reading { crs: SourceCrs::Gcj02, swapped: false }, 3)];
    let question = Question { path: "/data/lamps.csv".into(), table: String::new(), says: None, looked_at: 3, inside };
    answer(&mut window, IntakeAnswer::Asked(Box::new(question)));
    assert!(window.has("请确认坐标系"));
    window.click("按 GCJ-02 读取：3 行中有 3 行落在本区");
    let IntakeJob::Read { wishes, tries: true, .. } = answer(&mut window, IntakeAnswer::Read(report(true))) else {
        panic!()
    };
    assert_eq!(wishes.crs, "gcj02");
    assert!(window.has("试读完成，尚未改动：读取 3 行，可接收 2 行，拒绝 1 行"));
    assert!(window.has("“经度”列的“abc”不是坐标"), "the refused row is told with its reason");
    window.click("导入地图包");
    let IntakeJob::Read { tries: false, .. } = answer(&mut window, IntakeAnswer::Read(report(false))) else { panic!() };
    assert!(window.has("已导入：读取 3 行，接收 2 行"));
}

#[test]
fn a_column_is_assigned_by_hand_and_has_to_be_tried_again() {
    // High enough that nothing has to be scrolled to.
    let mut window = window_sized(led(), 1366.0, 2400.0, |builder| builder);
    window.key(Key::F9);
    window.desk().act(Action::Intake(IntakeAction::Files { paths: vec!["/data/lamps.csv".into()] }));
    window.desk().act(Action::Intake(IntakeAction::Try));
    answer(&mut window, IntakeAnswer::Read(report(true)));
    assert!(window.has("编码 编码（0101）"), "the proposal with a sample of its values");
    window.click("名称 （不导入）");
    window.click("灯杆说明");
    let wished = window.desk().state.intake.wishes.profile.clone().unwrap();
    assert_eq!(wished.tables[0].name.columns, ["灯杆说明"]);
    assert!(window.desk().state.intake.outcome.is_none() && window.has("试读"));
    assert!(!window.has("导入地图包"));
}

#[test]
fn a_table_that_says_nothing_is_given_its_layer_by_hand() {
    let mut window = window_sized(led(), 1366.0, 1600.0, |builder| builder);
    window.key(Key::F9);
    window.desk().act(Action::Intake(IntakeAction::Files { paths: vec!["/data/lamps.csv".into()] }));
    window.desk().act(Action::Intake(IntakeAction::Try));
    let unknown = ImportReport {
        layers: Default::default(),
        profile: Profile::default(),
        accepted: 0,
        unclassified: 2,
        ..(*report(true)).clone()
    };
    answer(&mut window, IntakeAnswer::Read(Arc::new(unknown)));
    assert!(window.has("没有可导入的内容") && !window.has("导入地图包"));
    window.click("lamps 导入到哪个图层： （未指定）");
    window.click("水系");
    let profile = window.desk().state.intake.wishes.profile.clone().unwrap();
    assert_eq!((&*profile.tables[0].layer, &*profile.tables[0].source), ("water", "lamps"));
    assert_eq!(profile.tables[0].code.columns, ["编码"], "what can be told from the names of columns is filled in");
}

#[test]
fn who_may_not_sees_why() {
    let mut window = window(Desk::manned());
    window.key(Key::F9);
    assert!(window.has("只有值班长和系统管理员可以导入数据"));
}
