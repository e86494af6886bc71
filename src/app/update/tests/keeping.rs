use std::sync::Arc;

use geo::Rect;
use jiff::civil::date;

use super::desk::*;
use crate::app::keeping::{Change, GridAction, SaveTrouble};
use crate::app::tools::job::{Answer, Job};
use crate::app::tools::{Tool, ToolAction};
use crate::app::{Action, Completion, Effect};
use crate::base::LonLat;
use crate::spatial::grid::check::{Check, Finding, Report};
use crate::spatial::grid::{Act, CellBook};

fn desk() -> Desk {
    let mut desk = Desk::manned();
    desk.told(Completion::CellsReady(cells()));
    grid(&mut desk, GridAction::Reason { text: "道路改建".into() });
    desk
}

fn grid(desk: &mut Desk, action: GridAction) {
    desk.act(Action::Grid(action));
    desk.check();
}

fn draw(desk: &mut Desk, points: &[(f64, f64)]) {
    for (lon, lat) in points {
        desk.act(Action::Tool(ToolAction::Point { at: LonLat::new(*lon, *lat) }));
    }
    desk.check();
}

fn code(number: u32) -> String {
    format!("{STREET}001{number:03}")
}

fn begin(desk: &mut Desk, what: Change) {
    grid(desk, GridAction::Begin { what: Some(what) });
}

fn pick(desk: &mut Desk, number: u32) {
    grid(desk, GridAction::Pick { code: code(number) });
}

fn current(desk: &Desk) -> Vec<String> {
    desk.state.keeping.preview.current().map(|cell| cell.code.clone()).collect()
}

fn refused(desk: &Desk) -> String {
    desk.state.keeping.said.as_ref().filter(|said| said.refused).map(|said| said.text.clone()).unwrap_or_default()
}

/// A line through the first cell from north to south.
const CUT: [(f64, f64); 2] = [(116.2025, 39.91), (116.2025, 39.89)];

fn split(desk: &mut Desk) {
    begin(desk, Change::Split);
    assert_eq!(desk.state.tools.tool, Some(Tool::CellPick));
    pick(desk, 1);
    assert_eq!(desk.state.tools.tool, Some(Tool::CellCut));
    draw(desk, &CUT);
    grid(desk, GridAction::Make);
}

fn save(desk: &mut Desk) -> (u64, Job) {
    grid(desk, GridAction::Save);
    desk.map_jobs(false).pop().unwrap()
}

#[test]
fn a_cell_is_split_taken_back_made_again_and_saved() {
    let mut desk = desk();
    split(&mut desk);
    assert_eq!((refused(&desk), current(&desk)), (String::new(), vec![code(2), code(3), code(4)]));
    assert_eq!(desk.state.keeping.book.current().count(), 2, "nothing is saved yet");
    assert_eq!(desk.state.keeping.preview.of(&code(1))[0].ended.as_ref().unwrap().day, Some(date(2026, 3, 2)));
    grid(&mut desk, GridAction::Undo);
    assert_eq!(current(&desk), [code(1), code(2)]);
    grid(&mut desk, GridAction::Redo);
    assert_eq!(current(&desk).len(), 3);
    // What waits is what the next change stands on.
    begin(&mut desk, Change::Merge);
    desk.act(Action::Tool(ToolAction::Point { at: LonLat::new(116.204, 39.902) }));
    assert_eq!(desk.state.keeping.picked, [code(4)], "a click picks what lies there by then");
    pick(&mut desk, 2);
    grid(&mut desk, GridAction::Make);
    assert_eq!(current(&desk), [code(3), code(5)]);
    let (number, job) = save(&mut desk);
    assert!(matches!(&job, Job::SaveGrid { made, .. } if made.len() == 2));
    grid(&mut desk, GridAction::Undo);
    assert_eq!(current(&desk).len(), 2, "what is being saved is not taken back");
    desk.told(Completion::MapAnswer { number, answer: Answer::GridSaved { count: 2, trouble: None } });
    desk.check();
    assert!(desk.state.keeping.made.is_empty() && desk.effects.contains(&Effect::ReloadPack));
    assert_eq!(desk.state.keeping.book.current().count(), 2);
    assert_eq!(desk.state.keeping.book.of(&code(5))[0].began.act, Act::Merged);
}

#[test]
fn what_a_change_lacks_is_said_and_nothing_is_done() {
    let mut desk = desk();
    grid(&mut desk, GridAction::Make);
    assert!(!refused(&desk).is_empty());
    begin(&mut desk, Change::Void);
    grid(&mut desk, GridAction::Make);
    assert!(refused(&desk).contains("网格"));
    pick(&mut desk, 9);
    assert!(refused(&desk).contains(&code(9)));
    pick(&mut desk, 2);
    grid(&mut desk, GridAction::Day { text: "昨天".into() });
    grid(&mut desk, GridAction::Make);
    assert!(refused(&desk).contains("昨天"));
    grid(&mut desk, GridAction::Day { text: "2026-04-01".into() });
    grid(&mut desk, GridAction::Reason { text: " ".into() });
    grid(&mut desk, GridAction::Make);
    assert!(refused(&desk).contains("原因"));
    assert!(desk.state.keeping.made.is_empty());
    grid(&mut desk, GridAction::Reason { text: "并入".into() });
    grid(&mut desk, GridAction::Make);
    assert_eq!(current(&desk), [code(1)]);
    pick(&mut desk, 2);
    assert!(refused(&desk).contains("作废"));
    begin(&mut desk, Change::Split);
    pick(&mut desk, 1);
    draw(&mut desk, &CUT[..1]);
    grid(&mut desk, GridAction::Make);
    assert!(!refused(&desk).is_empty());
    desk.act(Action::Tool(ToolAction::Choose { what: Some(Tool::Distance) }));
    desk.check();
    assert_eq!(desk.state.keeping.change, None, "another tool puts the change away");
    assert_eq!(desk.state.keeping.made.len(), 1, "but not what waits");
}

#[test]
fn a_new_cell_is_drawn_and_a_border_moves_by_its_corners() {
    let mut desk = desk();
    begin(&mut desk, Change::Draw);
    let corners = [(116.210, 39.900), (116.212, 39.900), (116.212, 39.902), (116.210, 39.902)];
    draw(&mut desk, &corners);
    grid(&mut desk, GridAction::Make);
    assert!(refused(&desk).contains("社区"), "the town knows no area of a community");
    grid(&mut desk, GridAction::Community { code: format!("{STREET}001") });
    grid(&mut desk, GridAction::Make);
    assert_eq!(current(&desk), [code(1), code(2), code(3)]);
    begin(&mut desk, Change::Reshape);
    pick(&mut desk, 3);
    let sketch = &desk.state.tools.sketch;
    assert_eq!((sketch.points().len(), sketch.is_finished()), (4, true), "the border as it is");
    let index = sketch.points().iter().position(|at| *at == LonLat::new(116.212, 39.902)).unwrap();
    desk.act(Action::Tool(ToolAction::MovePoint { index, at: LonLat::new(116.2124, 39.9024) }));
    grid(&mut desk, GridAction::Make);
    let versions = desk.state.keeping.preview.of(&code(3));
    assert_eq!((versions.len(), versions[1].version), (2, 2), "the same code, another version");
    begin(&mut desk, Change::Reshape);
    pick(&mut desk, 3);
    desk.act(Action::Tool(ToolAction::Clear));
    draw(&mut desk, &[(116.2, 39.9), (116.201, 39.9), (116.201, 39.901)]);
    grid(&mut desk, GridAction::Make);
    assert!(refused(&desk).contains("重叠"));
}

#[test]
fn what_is_saved_in_part_or_changed_elsewhere_is_told() {
    let mut desk = desk();
    split(&mut desk);
    begin(&mut desk, Change::Void);
    pick(&mut desk, 2);
    grid(&mut desk, GridAction::Make);
    let (number, _) = save(&mut desk);
    let trouble = Some(Arc::new(SaveTrouble::Elsewhere));
    desk.told(Completion::MapAnswer { number, answer: Answer::GridSaved { count: 1, trouble } });
    desk.check();
    assert!(refused(&desk).contains("别处"));
    assert_eq!((desk.state.keeping.made.len(), desk.state.keeping.book.current().count()), (1, 3));
    // Elsewhere cell 2 was voided: what waits is of no use any more.
    let mut book = (*desk.state.keeping.book).clone();
    let made = desk.state.keeping.made[0].clone();
    book.apply(&made.step.decide(&book).unwrap());
    desk.told(Completion::CellsReady(Arc::new(book)));
    desk.check();
    assert!(desk.state.keeping.made.is_empty() && desk.worst_notice().is_some());
}

#[test]
fn what_the_checks_find_is_shown_with_the_open_cases_and_histories_by_code() {
    let mut desk = desk();
    desk.report("私搭", 3);
    grid(&mut desk, GridAction::Check);
    let (number, job) = desk.map_jobs(false).pop().unwrap();
    let Job::CheckGrid { open_cases, .. } = job else { panic!("{job:?}") };
    assert_eq!(open_cases, [("私搭".to_owned(), code(1))]);
    let finding = |bounds| Finding {
        check: Check::G4,
        cells: vec![code(1)],
        about: String::new(),
        area_m2: Some(2.0),
        at: None,
        bounds,
    };
    let bounds = Rect::new((116.30, 39.90), (116.31, 39.91));
    let report = Report { cells: 2, findings: vec![finding(Some(bounds)), finding(None)], unchecked: Vec::new() };
    desk.told(Completion::MapAnswer { number, answer: Answer::Checked(Arc::new(report)) });
    grid(&mut desk, GridAction::ShowFinding { index: 0 });
    assert!((desk.state.map.camera.center.lon - 116.305).abs() < 1e-6);
    grid(&mut desk, GridAction::ShowFinding { index: 1 });
    assert!(desk.state.keeping.pointed.is_none(), "it has no place");
    grid(&mut desk, GridAction::History { code: Some(code(7)) });
    assert!(refused(&desk).contains(&code(7)));
    split(&mut desk);
    grid(&mut desk, GridAction::History { code: Some(code(1)) });
    assert_eq!(desk.state.keeping.history, Some(code(1)));
    grid(&mut desk, GridAction::ShowVersion { code: code(1), version: 1 });
    assert!(desk.state.keeping.pointed.as_ref().is_some_and(|pointed| pointed.shape.is_some()));
    assert!((desk.state.map.camera.center.lon - 116.2025).abs() < 1e-4);
}

#[test]
fn a_pack_that_is_read_again_does_not_move_the_view() {
    let mut desk = desk();
    desk.act(Action::Map(crate::app::MapAction::Inspect { at: door(1), radius_m: 5.0 }));
    desk.state.map.inspected.as_mut().unwrap().grid = Some("old".into());
    desk.state.map.fit_wanted = false;
    desk.told(Completion::PackReady(BOOKS.clone()));
    assert!(!desk.state.map.fit_wanted);
    assert_eq!(desk.state.map.inspected.as_ref().unwrap().grid, Some(code(1)), "but what was told of a place follows");
    desk.told(Completion::CellsReady(Arc::new(CellBook::default())));
    desk.check();
    for change in Change::ALL {
        for lang in [crate::base::text::Lang::ZhCn, crate::base::text::Lang::En] {
            for key in ["do", "how"] {
                assert!(lang.find(&format!("grid.{key}.{}", change.word())).is_some(), "{change:?}");
            }
        }
    }
}
