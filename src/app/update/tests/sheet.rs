use super::desk::*;
use crate::app::action::{Action, MapAction};
use crate::app::effect::{Completion, Effect};
use crate::app::raster::RasterAction;
use crate::app::sheet::*;
use crate::app::timeline::Span;
use crate::base::LonLat;
use crate::map::camera::Camera;
use crate::map::sheet::{Paper, Stage, Subject};
use crate::map::style::{LayerGroup, LayerLook, MapTheme};

fn wish(desk: &mut Desk, change: impl FnOnce(&mut Wishes)) {
    let mut wishes = desk.state.sheets.wishes.clone();
    change(&mut wishes);
    desk.act(Action::Sheet(SheetAction::Wishes { wishes: Box::new(wishes) }));
}

fn make(desk: &mut Desk) -> Option<(u64, SheetJob)> {
    desk.effects.clear();
    desk.act(Action::Sheet(SheetAction::Make { overwrite: false }));
    match desk.effects.pop() {
        Some(Effect::MakeSheet { number, job }) => Some((number, *job)),
        _ => None,
    }
}

fn failed(desk: &Desk) -> &str {
    match &desk.state.sheets.outcome {
        Some(Outcome::Failed(why)) => why,
        other => panic!("{other:?}"),
    }
}

fn ended(desk: &mut Desk, number: u64, outcome: Outcome) {
    desk.told(Completion::Sheet { number, answer: SheetAnswer::Ended(outcome) });
}

#[test]
fn a_sheet_is_what_the_map_shows_around_its_middle() {
    let mut desk = Desk::open();
    let middle = LonLat::new(116.204, 39.902);
    desk.act(Action::Map(MapAction::SetCamera { camera: Camera { center: middle, metres_per_point: 20.0 } }));
    desk.act(Action::Map(MapAction::ToggleLayer { layer: LayerGroup::Buildings }));
    // Shown on the screen only from afar, but at the scale of the sheet.
    let look = LayerLook { opacity: 50, nearest: None, farthest: Some(3000) };
    desk.act(Action::Map(MapAction::SetLayerLook { layer: LayerGroup::Pipelines, look }));
    assert!(desk.state.map.unseen().contains(&LayerGroup::Pipelines));
    wish(&mut desk, |wishes| {
        (wishes.paper, wishes.upright, wishes.approval) = (Paper::A1, true, " 京S(2026)001 ".into());
    });
    let (_, job) = make(&mut desk).unwrap();
    let Subject::Sheet(sheet) = &job.subject else { panic!() };
    assert_eq!((sheet.middle, sheet.scale, sheet.paper, sheet.upright), (middle, 2000, Paper::A1, true));
    assert_eq!((sheet.approval.as_deref(), sheet.title.as_deref()), (Some("京S(2026)001"), None));
    assert_eq!(sheet.date, jiff::civil::date(2026, 3, 2), "today");
    for layer in [LayerGroup::Buildings, LayerGroup::Parcels, LayerGroup::Cases, LayerGroup::Incidents] {
        assert!(job.look.hidden.contains(&layer), "{layer:?}");
    }
    assert!(!job.look.hidden.contains(&LayerGroup::Pipelines));
    assert_eq!(job.look.opacities, [(LayerGroup::Pipelines, 50)]);
    assert!(!job.below && !job.signs && job.path.is_empty() && job.own.moment.is_empty());
    assert_eq!(job.name, "地图 1-2000 A1 2026-03-02.pdf");
}

#[test]
fn the_view_is_itself_with_its_colours_and_signs_only_where_they_are_wished() {
    let mut desk = Desk::open();
    wish(&mut desk, |wishes| (wishes.what, wishes.signs) = (What::View, true));
    assert!(make(&mut desk).is_none());
    assert!(failed(&desk).contains("登录"), "who is not here sees no cases on paper either");
    desk.enter(dispatcher());
    desk.act(Action::SetTheme { theme: crate::app::state::ThemeChoice::Dark });
    desk.act(Action::Map(MapAction::SetSpan { span: Some(Span::Week) }));
    desk.act(Action::Raster(RasterAction::AddFile { path: "/a/b.mbtiles".into() }));
    let (_, job) = make(&mut desk).unwrap();
    let Subject::View(view) = &job.subject else { panic!() };
    assert_eq!((view.camera, view.theme), (desk.state.map.camera.sound(), MapTheme::Dark));
    assert!(job.signs && job.below && !job.sized && job.name.ends_with(".png"));
    assert_eq!(job.own.moment, "2026-03-02 09:00", "signs tell of a moment");
    assert!(!job.look.hidden.contains(&LayerGroup::Cases));
    assert!(job.look.hidden.contains(&LayerGroup::Incidents), "those of the span are signs");
    assert_eq!(signs_for(&job.subject), (view.camera, MapTheme::Dark));
}

#[test]
fn one_at_a_time_and_what_came_of_it_is_told() {
    let mut desk = Desk::open();
    let (number, _) = make(&mut desk).unwrap();
    assert_eq!(desk.state.sheets.running, Some(Running { number, stage: Stage::Reading }));
    assert!(make(&mut desk).is_none() && failed(&desk).contains("正在制作"));
    let drawing = SheetAnswer::Stage(Stage::Drawing);
    desk.told(Completion::Sheet { number, answer: drawing.clone() });
    assert_eq!(desk.state.sheets.running.unwrap().stage, Stage::Drawing);
    desk.act(Action::Sheet(SheetAction::Stop));
    assert_eq!(desk.effects.last(), Some(&Effect::StopSheet { number }));
    ended(&mut desk, number, Outcome::Stopped);
    assert_eq!((desk.state.sheets.running, &desk.state.sheets.outcome), (None, &Some(Outcome::Stopped)));
    desk.told(Completion::Sheet { number, answer: drawing });
    assert_eq!(desk.state.sheets.running, None, "a late word changes nothing");
    let (number, job) = make(&mut desk).unwrap();
    assert!(!job.overwrite);
    ended(&mut desk, number, Outcome::Exists("/a/b.pdf".into()));
    desk.act(Action::Sheet(SheetAction::Make { overwrite: true }));
    let Some(Effect::MakeSheet { number, job }) = desk.effects.pop() else { panic!() };
    assert!(job.overwrite && desk.state.sheets.outcome.is_none());
    ended(&mut desk, number, Outcome::Failed("磁盘".into()));
    assert_eq!(failed(&desk), "磁盘");
    wish(&mut desk, |wishes| wishes.scale = 500);
    assert_eq!(desk.state.sheets.outcome, None, "it was said of other wishes");
}

#[test]
fn paper_scale_and_copyright_stay_for_the_next_sheet_and_an_approval_number_does_not() {
    let mut desk = Desk::open();
    wish(&mut desk, |wishes| {
        (wishes.scale, wishes.paper, wishes.copyright) = (1000, Paper::A2, "街道办事处".into());
        (wishes.approval, wishes.title, wishes.signs) = ("京S(2026)001".into(), "图".into(), false);
    });
    desk.effects.clear();
    desk.act(Action::Sheet(SheetAction::Make { overwrite: false }));
    let kept = desk.effects.iter().find_map(|effect| match effect {
        Effect::KeepSettings(kept) => Some(kept.sheet.clone()),
        _ => None,
    });
    let expected = Wishes { scale: 1000, paper: Paper::A2, copyright: "街道办事处".into(), ..Wishes::default() };
    assert_eq!(kept, Some(expected));
}

#[test]
fn what_cannot_be_made_is_refused_with_its_reason() {
    let mut desk = Desk::open();
    wish(&mut desk, |wishes| wishes.path = "/a/b.jpg".into());
    assert!(make(&mut desk).is_none());
    assert!(failed(&desk).contains("/a/b.jpg") && failed(&desk).contains(".png"));
    desk.state.pack = crate::app::state::PackState::Absent;
    assert!(make(&mut desk).is_none() && failed(&desk).contains("地图包"));
}

#[test]
fn a_line_of_the_command_bar_makes_one_at_once() {
    let mut desk = Desk::open();
    desk.line("打印");
    assert!(desk.state.bar.reply.as_ref().unwrap().contains("打印"));
    desk.effects.clear();
    desk.line("dayin /a/图.png");
    assert!(matches!(desk.effects.last(), Some(Effect::MakeSheet { job, .. }) if job.path == "/a/图.png"));
    desk.line("print /a/x.txt");
    assert!(desk.state.bar.reply.as_ref().unwrap().contains("正在制作"));
}

#[test]
fn the_frame_is_as_large_as_the_sheet_and_knows_the_map() {
    let mut desk = Desk::open();
    let extent = desk.state.books.about.extent.unwrap();
    let at = |lon: f64, lat: f64| Camera { center: LonLat::new(lon, lat), metres_per_point: 4.0 };
    let centre = extent.center();
    desk.act(Action::Map(MapAction::SetCamera { camera: at(centre.x, centre.y) }));
    wish(&mut desk, |wishes| (wishes.scale, wishes.paper) = (500, Paper::A4));
    let small = footprint(&desk.state);
    assert!(outside(&desk.state, &small) < 0.01, "{extent:?}");
    wish(&mut desk, |wishes| wishes.scale = 5000);
    let large = footprint(&desk.state);
    assert!((large.ground_m()[0] / small.ground_m()[0] - 10.0).abs() < 1e-6);
    assert!(outside(&desk.state, &large) > 0.3);
    desk.act(Action::Map(MapAction::SetCamera { camera: at(117.5, 39.9) }));
    assert_eq!(outside(&desk.state, &footprint(&desk.state)), 1.0, "the frame goes with the middle of the map");
}
