use std::path::PathBuf;
use std::sync::Arc;

use super::desk::*;
use crate::app::Action;
use crate::app::effect::{Completion, Effect};
use crate::app::export::{Area, ExportAction, ExportAnswer, ExportJob, Outcome, Wishes, may_export};
use crate::app::intake::{IntakeAction, IntakeAnswer};
use crate::app::tools::ToolAction;
use crate::app::tools::job::Answer;
use crate::domain::org::Role;
use crate::spatial::crs_out::TargetCrs;
use crate::spatial::export::{ExportReport, LeftOut, Progress, Reason};
use crate::spatial::feature::{FeatureId, Layer};

fn led() -> Desk {
    let mut desk = Desk::open();
    desk.enter(leader());
    desk
}

fn act(desk: &mut Desk, action: ExportAction) {
    desk.act(Action::Export(action));
}

fn wish(desk: &mut Desk, wishes: Wishes) {
    act(desk, ExportAction::Wishes { wishes: Box::new(wishes) });
}

fn doors() -> Wishes {
    Wishes { layers: vec![Layer::Addresses], file: "/data/doors.csv".into(), ..Wishes::default() }
}

/// The jobs that were asked for since the last call.
fn jobs(desk: &mut Desk) -> Vec<(u64, ExportJob)> {
    let mut jobs = Vec::new();
    desk.effects.retain(|effect| match effect {
        Effect::Export { number, job } => {
            jobs.push((*number, (**job).clone()));
            false
        }
        _ => true,
    });
    jobs
}

fn tell(desk: &mut Desk, number: u64, answer: ExportAnswer) {
    desk.told(Completion::Export { number, answer });
}

fn said(desk: &Desk) -> &str {
    desk.state.export.said.as_ref().map_or("", |said| &said.text)
}

fn report() -> Arc<ExportReport> {
    let left = LeftOut { layer: Layer::Addresses, fid: 7, reason: Reason::MixedShape };
    let files = vec![("/data/doors.csv".into(), 8)];
    Arc::new(ExportReport { files, refused: vec![left], refused_count: 1, notes: Vec::new() })
}

#[test]
fn what_stands_against_a_wish_is_told_while_it_is_made() {
    let mut desk = led();
    act(&mut desk, ExportAction::Show { open: true });
    let faults = &desk.state.export.faults;
    assert!(faults.layers.as_ref().unwrap().contains("图层") && faults.file.as_ref().unwrap().contains("文件"));
    wish(&mut desk, doors());
    assert_eq!(desk.state.export.faults.first(), None);
    let cell = |code: &str| Area::Cell { code: code.into() };
    let not_whole = Area::Box { bounds: [116.2, f64::NAN, 116.3, 40.0] };
    for (wishes, wanted) in [
        (Wishes { filter: "number >".into(), ..doors() }, "第 9 个字"),
        (Wishes { filter: "colour = red".into(), ..doors() }, "colour"),
        (Wishes { crs: "EPSG:999999".into(), ..doors() }, "999999"),
        (Wishes { crs: "moon".into(), ..doors() }, "moon"),
        (Wishes { file: "/data/doors.kml".into(), crs: "gcj02".into(), ..doors() }, "GCJ-02"),
        (Wishes { file: "/data/doors.docx".into(), ..doors() }, "doors.docx"),
        (Wishes { file: "doors.csv".into(), ..doors() }, "完整路径"),
        (Wishes { area: cell("123"), ..doors() }, "123"),
        (Wishes { area: Area::Community { name: "无此社区".into() }, ..doors() }, "无此社区"),
        (Wishes { area: not_whole, ..doors() }, "范围不完整"),
        (Wishes { area: Area::Selection, ..doors() }, "选择要素"),
    ] {
        wish(&mut desk, wishes.clone());
        let fault = desk.state.export.faults.first().cloned().unwrap_or_default();
        assert!(fault.contains(wanted), "{wanted}: {fault}");
        jobs(&mut desk);
        act(&mut desk, ExportAction::Start);
        assert!(jobs(&mut desk).is_empty() && said(&desk) == fault, "{wanted}");
    }
    // A bare name goes where the last one went, at first to the user's documents.
    tell(&mut desk, 0, ExportAnswer::Home("/home/leader1".into()));
    wish(&mut desk, Wishes { file: "doors.csv".into(), ..doors() });
    assert_eq!(desk.state.export.file(), Some(PathBuf::from("/home/leader1/doors.csv")));
    assert_eq!(desk.state.export.faults.first(), None);
    // The words follow the language.
    wish(&mut desk, Wishes { layers: Vec::new(), ..doors() });
    desk.act(Action::SetLang { lang: crate::base::text::Lang::En });
    assert_eq!(desk.state.export.faults.first().map(String::as_str), Some("Please choose layers."));
}

#[test]
fn what_would_go_is_counted_at_once_or_by_the_worker() {
    let mut desk = led();
    let count = |desk: &Desk| desk.state.export_count().and_then(|count| count.found);
    wish(&mut desk, Wishes { layers: vec![Layer::Addresses, Layer::UnitGrids], ..doors() });
    assert_eq!((count(&desk), jobs(&mut desk).len()), (Some(11), 0), "the pack says so itself");
    wish(&mut desk, Wishes { filter: "number < 4".into(), ..doors() });
    let [(first, ExportJob::Count(selection))] = &jobs(&mut desk)[..] else { panic!() };
    assert!(selection.filter.is_some() && selection.layers == [Layer::Addresses]);
    assert_eq!(count(&desk), None);
    wish(&mut desk, Wishes { area: Area::Cell { code: format!("{STREET}001001") }, ..doors() });
    assert!(desk.effects.contains(&Effect::StopExport { number: *first }), "nobody waits for it any more");
    tell(&mut desk, *first, ExportAnswer::Counted(3));
    let [(second, ExportJob::Count(selection))] = &jobs(&mut desk)[..] else { panic!() };
    assert!(selection.area.is_some());
    tell(&mut desk, *second, ExportAnswer::Counted(9));
    assert_eq!(count(&desk), Some(9));
    // A view that moves is counted when it rests.
    let view = |west: f64| Wishes { area: Area::Box { bounds: [west, 39.9, 116.3, 40.0] }, ..doors() };
    wish(&mut desk, view(116.1));
    assert_eq!(jobs(&mut desk).len(), 1);
    wish(&mut desk, view(116.2));
    assert!(jobs(&mut desk).is_empty() && count(&desk).is_none());
    desk.tick(0);
    let [(third, _)] = &jobs(&mut desk)[..] else { panic!() };
    desk.tick(0);
    assert!(jobs(&mut desk).is_empty(), "asked once");
    tell(&mut desk, *third, ExportAnswer::Failed("坏表".into()));
    desk.tick(0);
    assert!(said(&desk) == "坏表" && jobs(&mut desk).is_empty(), "what failed is not tried for ever");
    desk.told(Completion::PackReady(BOOKS.clone()));
    desk.tick(0);
    assert_eq!(jobs(&mut desk).len(), 1, "the pack may hold more by now");
}

#[test]
fn it_is_written_asked_about_and_its_folder_kept() {
    let mut desk = led();
    wish(&mut desk, doors());
    act(&mut desk, ExportAction::Start);
    let [(number, ExportJob::Write { order, over, who, at })] = &jobs(&mut desk)[..] else { panic!() };
    assert_eq!((order.crs, order.out.as_path()), (TargetCrs::LonLat, "/data/doors.csv".as_ref()));
    assert!(over.is_empty() && who.0 == "leader1" && *at == desk.now);
    tell(&mut desk, *number, ExportAnswer::Progress(Progress::Writing(3, 9)));
    assert_eq!(desk.state.export.running.as_ref().unwrap().progress, Progress::Writing(3, 9));
    for action in [ExportAction::Start, ExportAction::Wishes { wishes: Box::default() }] {
        act(&mut desk, action);
        assert!(said(&desk).contains("正在导出") && desk.state.export.wishes == doors());
    }
    let there: PathBuf = "/data/doors.csv".into();
    tell(&mut desk, *number, ExportAnswer::Exists(vec![there.clone()]));
    act(&mut desk, ExportAction::Cancel);
    assert!(desk.state.export.outcome.is_none() && said(&desk).contains("保持不变"));
    act(&mut desk, ExportAction::Overwrite);
    assert!(jobs(&mut desk).is_empty(), "nothing is asked about");
    act(&mut desk, ExportAction::Start);
    let (number, _) = jobs(&mut desk).remove(0);
    tell(&mut desk, number, ExportAnswer::Exists(vec![there.clone()]));
    act(&mut desk, ExportAction::Overwrite);
    let [(number, ExportJob::Write { over, .. })] = &jobs(&mut desk)[..] else { panic!() };
    assert_eq!(*over, [there], "just what was asked about");
    tell(&mut desk, number + 9, ExportAnswer::Stopped);
    assert!(desk.state.export.running.is_some(), "another job's answer is none of this");
    tell(&mut desk, *number, ExportAnswer::Written { report: report(), unlisted: Some("只读".into()) });
    assert_eq!(desk.state.export.outcome, Some(Outcome::Done(report())));
    let told = |words: &str| desk.state.notices.iter().any(|notice| notice.text.contains(words));
    assert!(told("已导出 8 个要素，略过 1 个") && told("只读"));
    let kept = desk.effects.iter().rev().find_map(|effect| match effect {
        Effect::KeepSettings(kept) => Some(kept.export_folder.clone()),
        _ => None,
    });
    assert_eq!(kept.as_deref(), Some("/data"));
    act(&mut desk, ExportAction::Again);
    assert_eq!((&desk.state.export.outcome, &desk.state.export.wishes), (&None, &doors()));
    act(&mut desk, ExportAction::Stop);
    act(&mut desk, ExportAction::Start);
    let (number, _) = jobs(&mut desk).remove(0);
    act(&mut desk, ExportAction::Stop);
    assert!(desk.effects.contains(&Effect::StopExport { number }));
    tell(&mut desk, number, ExportAnswer::Stopped);
    assert!(said(&desk).contains("已停止") && desk.state.export.outcome.is_none());
}

#[test]
fn only_who_leads_or_keeps_the_system_takes_data_out() {
    for (role, may) in Role::ALL.map(|role| (role, matches!(role, Role::DutyLeader | Role::Admin))) {
        let mut desk = Desk::open();
        desk.enter(user("somebody", &[role]));
        wish(&mut desk, doors());
        act(&mut desk, ExportAction::Start);
        assert_eq!(jobs(&mut desk).len(), usize::from(may), "{role:?}");
        assert_eq!(said(&desk).contains("值班长"), !may);
        assert_eq!(may_export(&user("x", &[role])), may);
    }
    // An answer to the question is asked for the right as well.
    let mut desk = led();
    wish(&mut desk, doors());
    act(&mut desk, ExportAction::Start);
    let (number, _) = jobs(&mut desk).remove(0);
    tell(&mut desk, number, ExportAnswer::Exists(vec!["/data/doors.csv".into()]));
    desk.enter(dispatcher());
    act(&mut desk, ExportAction::Overwrite);
    assert!(jobs(&mut desk).is_empty() && said(&desk).contains("值班长"));
}

#[test]
fn what_was_selected_with_the_tools_goes_out_and_nothing_else() {
    let mut desk = led();
    desk.act(Action::Tool(ToolAction::Filter { text: "number < 3".into() }));
    desk.act(Action::Tool(ToolAction::Layers { layers: vec![Layer::Addresses] }));
    desk.act(Action::Tool(ToolAction::SelectAll));
    let (number, _) = desk.map_jobs(false).remove(0);
    let rows = vec![FeatureId { layer: Layer::Addresses, fid: 2 }, FeatureId { layer: Layer::Addresses, fid: 1 }];
    desk.told(Completion::MapAnswer { number, answer: Answer::Selected { rows, bounds: None } });
    // Layers named here do not matter.
    wish(&mut desk, Wishes { layers: vec![Layer::Roads], area: Area::Selection, ..doors() });
    assert_eq!(desk.state.export_count().and_then(|count| count.found), Some(2));
    act(&mut desk, ExportAction::Start);
    let [(_, ExportJob::Write { order, .. })] = &jobs(&mut desk)[..] else { panic!() };
    let fids: Vec<i64> = order.selection.rows.as_ref().unwrap().iter().map(|row| row.fid).collect();
    assert_eq!((fids, &order.selection.layers), (vec![1, 2], &vec![Layer::Addresses]));
    assert!(order.selection.filter.is_none() && order.selection.area.is_none());
    desk.act(Action::Tool(ToolAction::ClearSelection));
    desk.tick(0);
    assert!(desk.state.export.faults.layers.is_some(), "there is nothing to be taken any more");
}

#[test]
fn the_pack_is_not_changed_under_an_export_nor_exported_while_it_changes() {
    let mut desk = led();
    wish(&mut desk, doors());
    act(&mut desk, ExportAction::Start);
    let (number, _) = jobs(&mut desk).remove(0);
    desk.act(Action::Intake(IntakeAction::Files { paths: vec!["a.csv".into()] }));
    desk.act(Action::Intake(IntakeAction::Try));
    let trial = desk.state.intake.running.unwrap().number;
    let layers = [(Layer::Components, 2)].into();
    let tried = crate::spatial::import::ImportReport { layers, dry_run: true, ..Default::default() };
    desk.told(Completion::Intake { number: trial, answer: IntakeAnswer::Read(Arc::new(tried)) });
    desk.act(Action::Intake(IntakeAction::Bring));
    assert!(desk.state.intake.running.is_none());
    assert!(desk.state.intake.said.as_ref().unwrap().text.contains("停止导出"));
    tell(&mut desk, number, ExportAnswer::Stopped);
    desk.act(Action::Intake(IntakeAction::Bring));
    assert!(desk.state.intake.brings());
    act(&mut desk, ExportAction::Start);
    assert!(jobs(&mut desk).is_empty() && said(&desk).contains("正在更新"));
}

#[test]
fn a_line_opens_it() {
    let mut desk = led();
    desk.line("导出");
    assert!(desk.state.export.open);
    desk.line("import");
    assert!(!desk.state.export.open);
}
