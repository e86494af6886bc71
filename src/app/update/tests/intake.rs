use std::path::PathBuf;
use std::sync::Arc;

use super::desk::*;
use crate::app::effect::{Completion, Effect};
use crate::app::intake::{IntakeAction, IntakeAnswer, IntakeJob, MOST_FILES, Outcome, Way, Wishes};
use crate::app::{Action, intake};
use crate::domain::org::Role;
use crate::spatial::crs::SourceCrs;
use crate::spatial::feature::Layer;
use crate::spatial::import::profile::{Profile, TableRule};
use crate::spatial::import::{ImportReport, Question, Reading};

fn led() -> Desk {
    let mut desk = Desk::open();
    desk.enter(leader());
    desk
}

fn act(desk: &mut Desk, action: IntakeAction) {
    desk.act(Action::Intake(action));
}

fn add(desk: &mut Desk, names: &[&str]) {
    act(desk, IntakeAction::Files { paths: names.iter().map(PathBuf::from).collect() });
}

/// The jobs that were asked for since the last call.
fn jobs(desk: &mut Desk) -> Vec<(u64, IntakeJob)> {
    let (jobs, others) =
        std::mem::take(&mut desk.effects).into_iter().partition(|one| matches!(one, Effect::Intake { .. }));
    desk.effects = others;
    let jobs: Vec<Effect> = jobs;
    jobs.into_iter()
        .map(|effect| match effect {
            Effect::Intake { number, job } => (number, *job),
            other => panic!("{other:?}"),
        })
        .collect()
}

fn tell(desk: &mut Desk, number: u64, answer: IntakeAnswer) {
    desk.told(Completion::Intake { number, answer });
}

fn report(dry_run: bool) -> Arc<ImportReport> {
    let tables = vec![TableRule { layer: "components".into(), ..TableRule::default() }];
    let profile = Profile { tables, ..Profile::default() };
    let layers = [(Layer::Components, 2)].into();
    Arc::new(ImportReport { layers, rows: 3, accepted: 2, skipped: 1, dry_run, profile, ..ImportReport::default() })
}

fn said(desk: &Desk) -> &str {
    desk.state.intake.said.as_ref().map_or("", |said| &said.text)
}

#[test]
fn nothing_comes_in_that_was_not_tried_in_just_this_way() {
    let mut desk = led();
    act(&mut desk, IntakeAction::Try);
    assert!(said(&desk).contains("先添加文件") && jobs(&mut desk).is_empty());
    add(&mut desk, &["a.csv", "b.shp", "a.csv"]);
    act(&mut desk, IntakeAction::Bring);
    assert!(said(&desk).contains("先试读") && jobs(&mut desk).is_empty());
    act(&mut desk, IntakeAction::Try);
    let [(number, IntakeJob::Read { files, tries: true, .. })] = &jobs(&mut desk)[..] else { panic!() };
    assert_eq!(files.len(), 2, "a file counts once");
    let number = *number;
    tell(&mut desk, number, IntakeAnswer::Progress([50, 100]));
    assert_eq!(desk.state.intake.running.unwrap().bytes, [50, 100]);
    for action in [IntakeAction::Try, IntakeAction::Remove { path: "a.csv".into() }] {
        act(&mut desk, action);
        assert!(said(&desk).contains("正在读取") && desk.state.intake.files.len() == 2);
    }
    tell(&mut desk, number + 7, IntakeAnswer::Read(report(true)));
    assert!(desk.state.intake.running.is_some(), "another job's answer is none of this");
    tell(&mut desk, number, IntakeAnswer::Read(report(true)));
    assert!(desk.state.intake.is_ready());
    // Another way of reading is another thing.
    let wishes = Wishes { way: Way::Replace, ..Wishes::default() };
    act(&mut desk, IntakeAction::Wishes { wishes: Box::new(wishes) });
    act(&mut desk, IntakeAction::Bring);
    assert!(said(&desk).contains("先试读"));
    act(&mut desk, IntakeAction::Try);
    let (number, _) = jobs(&mut desk).remove(0);
    tell(&mut desk, number, IntakeAnswer::Read(report(true)));
    act(&mut desk, IntakeAction::Bring);
    let [(number, IntakeJob::Read { tries: false, wishes, .. })] = &jobs(&mut desk)[..] else { panic!() };
    assert_eq!(wishes.way, Way::Replace);
    assert!(desk.state.intake.brings());
    let number = *number;
    tell(&mut desk, number, IntakeAnswer::Read(report(false)));
    assert!(matches!(&desk.state.intake.outcome, Some(Outcome::Done(report)) if report.accepted == 2));
    assert!(desk.effects.contains(&Effect::ReloadPack));
    assert!(desk.state.notices.iter().any(|notice| notice.text.contains("接收 2 行")));
    act(&mut desk, IntakeAction::Bring);
    assert!(said(&desk).contains("先试读"), "not twice");
}

#[test]
fn only_who_leads_or_keeps_the_system_changes_the_map() {
    for (role, may) in Role::ALL.map(|role| (role, matches!(role, Role::DutyLeader | Role::Admin))) {
        let mut desk = Desk::open();
        desk.enter(user("somebody", &[role]));
        add(&mut desk, &["a.csv"]);
        act(&mut desk, IntakeAction::Try);
        assert_eq!(jobs(&mut desk).len(), usize::from(may), "{role:?}");
        assert_eq!(said(&desk).contains("值班长"), !may);
    }
    assert!(intake::may_bring(&leader()) && !intake::may_bring(&dispatcher()));
}

#[test]
fn a_system_is_chosen_by_a_person_and_tried_at_once() {
    let reading = |crs, swapped| Reading { crs, swapped };
    let question = || Question {
        path: "a.csv".into(),
        table: String::new(),
        says: None,
        looked_at: 10,
        inside: vec![(reading(SourceCrs::Gcj02, false), 10), (reading(SourceCrs::Epsg(4548), true), 9)],
    };
    for (answer, crs, swapped, accepted) in
        [(Some(0), "gcj02", false, false), (Some(1), "EPSG:4548", true, false), (None, "", false, true)]
    {
        let mut desk = led();
        add(&mut desk, &["a.csv"]);
        act(&mut desk, IntakeAction::Try);
        let (number, _) = jobs(&mut desk).remove(0);
        tell(&mut desk, number, IntakeAnswer::Asked(Box::new(question())));
        act(&mut desk, IntakeAction::Answer { reading: Some(5) });
        assert!(jobs(&mut desk).is_empty(), "there is no such answer");
        act(&mut desk, IntakeAction::Answer { reading: answer });
        let [(_, IntakeJob::Read { tries: true, wishes, .. })] = &jobs(&mut desk)[..] else { panic!() };
        assert_eq!((&*wishes.crs, wishes.swap_axes, wishes.accept_crs), (crs, swapped, accepted));
    }
}

#[test]
fn it_can_be_stopped_and_a_failure_is_told() {
    let mut desk = led();
    add(&mut desk, &["a.csv"]);
    act(&mut desk, IntakeAction::Stop);
    act(&mut desk, IntakeAction::Try);
    let (number, _) = jobs(&mut desk).remove(0);
    act(&mut desk, IntakeAction::Stop);
    assert!(desk.effects.contains(&Effect::StopIntake { number }));
    tell(&mut desk, number, IntakeAnswer::Stopped);
    assert!(said(&desk).contains("已停止") && desk.state.intake.outcome.is_none());
    act(&mut desk, IntakeAction::Try);
    let (number, _) = jobs(&mut desk).remove(0);
    tell(&mut desk, number, IntakeAnswer::Failed("a.csv 损坏".into()));
    assert_eq!(desk.state.intake.outcome, Some(Outcome::Failed("a.csv 损坏".into())));
    let many: Vec<String> = (0..MOST_FILES + 3).map(|number| format!("{number}.csv")).collect();
    add(&mut desk, &many.iter().map(String::as_str).collect::<Vec<_>>());
    assert!(desk.state.intake.files.len() == MOST_FILES && said(&desk).contains("50"));
}

#[test]
fn a_mapping_is_kept_under_a_plain_name_and_taken_again() {
    let mut desk = led();
    add(&mut desk, &["a.csv"]);
    let save = |desk: &mut Desk, name: &str| act(desk, IntakeAction::SaveProfile { name: name.into() });
    save(&mut desk, "区普查");
    assert!(said(&desk).contains("先试读"));
    act(&mut desk, IntakeAction::Try);
    let (number, _) = jobs(&mut desk).remove(0);
    tell(&mut desk, number, IntakeAnswer::Read(report(true)));
    for bad in ["", "../x", "a/b", &"长".repeat(61)] {
        save(&mut desk, bad);
        assert!(said(&desk).contains("不能用"), "{bad}");
    }
    save(&mut desk, " 区普查 2026 ");
    let [(_, IntakeJob::Save(profile))] = &jobs(&mut desk)[..] else { panic!() };
    assert_eq!((&*profile.name, profile.tables.len()), ("区普查 2026", 1));
    tell(&mut desk, 0, IntakeAnswer::Profiles(vec!["区普查 2026".into()]));
    assert_eq!(desk.state.intake.profiles, ["区普查 2026"]);
    let loaded = Profile { crs: Some("gcj02".into()), ..(**profile).clone() };
    tell(&mut desk, 0, IntakeAnswer::Loaded(Box::new(loaded)));
    assert_eq!(desk.state.intake.wishes.crs, "gcj02");
    assert!(!desk.state.intake.is_ready(), "what was tried was tried in another way");
}
