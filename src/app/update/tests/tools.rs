use geo::{Geometry, Point, Rect};

use super::desk::*;
use crate::app::tools::job::{Answer, Job};
use crate::app::tools::{Draws, Listed, SelectMode, Shown, Tool, ToolAction};
use crate::app::{Action, Completion, Effect};
use crate::base::LonLat;
use crate::map::camera::Camera;
use crate::map::style::LayerGroup;
use crate::spatial::feature::{FeatureId, Layer};
use crate::spatial::measure;

fn tool(desk: &mut Desk, action: ToolAction) {
    desk.act(Action::Tool(action));
    desk.check();
}

fn take(desk: &mut Desk, what: Tool) {
    tool(desk, ToolAction::Choose { what: Some(what) });
}

fn point(desk: &mut Desk, at: LonLat) {
    tool(desk, ToolAction::Point { at });
}

fn answer(desk: &mut Desk, number: u64, answer: Answer) {
    desk.told(Completion::MapAnswer { number, answer });
    desk.check();
}

fn said(desk: &Desk) -> (String, bool) {
    desk.state.tools.said.as_ref().map(|said| (said.text.clone(), said.refused)).unwrap_or_default()
}

fn row(layer: Layer, fid: i64) -> FeatureId {
    FeatureId { layer, fid }
}

fn listed(id: FeatureId) -> Listed {
    Listed { id, title: format!("第{}号", id.fid), metres: None }
}

#[test]
fn a_line_is_measured_taken_back_and_goes_over_to_the_buffer() {
    let mut desk = Desk::manned();
    take(&mut desk, Tool::Distance);
    for number in [1, 2, 4] {
        point(&mut desk, door(number));
    }
    let measured = measure::length_m(desk.state.tools.sketch.points());
    assert!((measured - 3.0 * measure::length_m(&[door(1), door(2)])).abs() < 0.01);
    tool(&mut desk, ToolAction::Undo);
    assert_eq!(desk.state.tools.sketch.points().len(), 2);
    tool(&mut desk, ToolAction::Redo);
    tool(&mut desk, ToolAction::RemovePoint { index: 1 });
    tool(&mut desk, ToolAction::MovePoint { index: 1, at: door(3) });
    assert_eq!(desk.state.tools.sketch.points(), [door(1), door(3)]);
    tool(&mut desk, ToolAction::Finish);
    assert!(desk.state.tools.sketch.is_finished() && desk.map_jobs(false).is_empty(), "measuring asks for nothing");
    take(&mut desk, Tool::Buffer);
    assert_eq!(desk.state.tools.sketch.points().len(), 2, "the line is still there");
    tool(&mut desk, ToolAction::Width { metres: 20.0 });
    tool(&mut desk, ToolAction::Width { metres: f64::NAN });
    assert!(said(&desk).1);
    let area = measure::area_m2(&desk.state.tools.area().unwrap());
    let wanted = 40.0 * measure::length_m(&[door(1), door(3)]) + std::f64::consts::PI * 400.0;
    assert!((area / wanted - 1.0).abs() < 0.01, "{area} {wanted}");
    take(&mut desk, Tool::Area);
    assert!(desk.state.tools.sketch.points().is_empty(), "a line is no area");
    point(&mut desk, door(1));
    tool(&mut desk, ToolAction::Finish);
    assert!(said(&desk).0.contains('3') && said(&desk).1);
    point(&mut desk, LonLat::new(f64::NAN, 0.0));
    assert!(said(&desk).1 && desk.state.tools.sketch.points().len() == 1);
}

#[test]
fn typed_places_are_points_of_the_tool_and_without_one_the_map_goes_there() {
    let mut desk = Desk::manned();
    tool(&mut desk, ToolAction::Typed { text: "116.2071 39.9011".into(), index: None });
    assert_eq!(desk.state.map.camera.center, LonLat::new(116.2071, 39.9011));
    assert!(said(&desk).0.contains("CGCS2000") && !said(&desk).1);
    take(&mut desk, Tool::Distance);
    tool(&mut desk, ToolAction::Typed { text: "鲁谷路3号".into(), index: None });
    tool(&mut desk, ToolAction::Typed { text: "EPSG:4548 433549.745,4419447.586".into(), index: None });
    let points = desk.state.tools.sketch.points();
    assert_eq!((points[0], points.len()), (door(3), 2));
    assert_eq!(desk.state.map.reveal_wanted, Some(points[1]), "what is typed is brought into view");
    tool(&mut desk, ToolAction::Typed { text: "火星".into(), index: None });
    assert!(said(&desk).1 && said(&desk).0.contains("火星"));
    assert_eq!(desk.state.tools.sketch.points().len(), 2);
}

#[test]
fn a_box_selects_counts_names_and_draws() {
    let mut desk = Desk::manned();
    take(&mut desk, Tool::SelectBox);
    point(&mut desk, door(1));
    assert!(desk.map_jobs(false).is_empty());
    point(&mut desk, door(4));
    let (number, job) = desk.map_jobs(false).remove(0);
    let Job::Select { selection } = job else { panic!("{job:?}") };
    assert!(selection.layers.contains(&Layer::Roads) && !selection.layers.contains(&Layer::Parcels), "what is visible");
    assert!(desk.state.tools.busy.is_some());
    answer(&mut desk, number, Answer::LookedAt(5_000));
    assert_eq!(desk.state.tools.busy.unwrap().looked_at, 5_000);
    let rows: Vec<FeatureId> =
        (1..=150).map(|fid| row(Layer::Addresses, fid)).chain([row(Layer::Components, 7)]).collect();
    let bounds = Some(Rect::new((116.2, 39.9), (116.21, 39.91)));
    answer(&mut desk, number, Answer::Selected { rows: rows.clone(), bounds });
    assert_eq!(desk.state.selection.rows, rows);
    assert_eq!(desk.state.selection.counts(), [(Layer::Addresses, 150), (Layer::Components, 1)]);
    let (number, job) = desk.map_jobs(false).remove(0);
    let Job::List { titles, outlines } = job else { panic!("{job:?}") };
    assert_eq!((titles.len(), outlines.len()), (101, 151));
    let shape = Geometry::from(Point::new(116.2, 39.9));
    let titles = titles.into_iter().map(listed).collect();
    answer(&mut desk, number, Answer::Listed { titles, outlines: Some(vec![shape].into()) });
    assert_eq!((desk.state.selection.listed.len(), desk.state.selection.outlines.len()), (101, 1));
    tool(&mut desk, ToolAction::ListMore { layer: Layer::Addresses });
    tool(&mut desk, ToolAction::ListMore { layer: Layer::Addresses });
    let more = desk.map_jobs(false);
    assert_eq!(more.len(), 1, "asked once");
    assert!(matches!(&more[0].1, Job::List { titles, .. } if titles.len() == 50));
    tool(&mut desk, ToolAction::ZoomToSelection);
    assert!((desk.state.map.camera.center.lon - 116.205).abs() < 1e-6);
    tool(&mut desk, ToolAction::ClearSelection);
    assert!(desk.state.selection.rows.is_empty());
    answer(&mut desk, more[0].0, Answer::Listed { titles: vec![listed(row(Layer::Addresses, 101))], outlines: None });
    assert!(desk.state.selection.listed.is_empty(), "an answer about rows that are gone is let go");
}

#[test]
fn selections_are_added_and_taken_out_and_an_old_search_is_stopped() {
    let mut desk = Desk::manned();
    let select = |desk: &mut Desk, mode, fids: &[i64]| {
        tool(desk, ToolAction::Mode { mode });
        tool(desk, ToolAction::SelectIn { area: "古城社区".into() });
        assert!(said(desk).1, "the town's communities have no area");
        tool(desk, ToolAction::SelectIn { area: format!("{STREET}001001") });
        let (number, _) = desk.map_jobs(false).remove(0);
        let rows = fids.iter().map(|fid| row(Layer::Pois, *fid)).collect();
        answer(desk, number, Answer::Selected { rows, bounds: None });
        desk.map_jobs(false);
        desk.state.selection.rows.iter().map(|row| row.fid).collect::<Vec<_>>()
    };
    assert_eq!(select(&mut desk, SelectMode::Replace, &[3, 1]), [1, 3]);
    assert_eq!(select(&mut desk, SelectMode::Add, &[2, 3]), [1, 2, 3]);
    assert_eq!(select(&mut desk, SelectMode::Remove, &[3, 9]), [1, 2]);
    take(&mut desk, Tool::SelectCell);
    point(&mut desk, door(1));
    let first = desk.map_jobs(false).remove(0).0;
    point(&mut desk, door(2));
    assert!(desk.effects.contains(&Effect::StopMapJobs { up_to: first }));
    let second = desk.map_jobs(false).remove(0).0;
    answer(&mut desk, first, Answer::Selected { rows: vec![row(Layer::Pois, 99)], bounds: None });
    assert_eq!(desk.state.selection.rows.len(), 2, "nobody waits for the first any more");
    tool(&mut desk, ToolAction::Stop);
    answer(&mut desk, second, Answer::Stopped);
    assert_eq!((desk.state.tools.busy, desk.state.selection.rows.len()), (None, 2));
    point(&mut desk, LonLat::new(100.0, 20.0));
    assert!(said(&desk).1 && desk.map_jobs(false).is_empty(), "no cell lies there");
}

#[test]
fn attributes_and_layers_narrow_and_faults_of_a_filter_are_told() {
    let mut desk = Desk::manned();
    take(&mut desk, Tool::SelectFilter);
    tool(&mut desk, ToolAction::SelectAll);
    assert!(said(&desk).1);
    tool(&mut desk, ToolAction::Filter { text: "colour = red".into() });
    tool(&mut desk, ToolAction::SelectAll);
    assert!(said(&desk).0.contains("colour") && desk.map_jobs(false).is_empty());
    tool(&mut desk, ToolAction::Filter { text: "floors > 6".into() });
    desk.act(Action::Map(crate::app::MapAction::ToggleLayer { layer: LayerGroup::Places }));
    tool(&mut desk, ToolAction::SelectAll);
    let (_, job) = desk.map_jobs(false).remove(0);
    let Job::Select { selection } = job else { panic!("{job:?}") };
    assert!(selection.filter.is_some() && selection.area.is_none());
    assert!(!selection.layers.contains(&Layer::Pois) && selection.layers.contains(&Layer::Buildings));
    tool(&mut desk, ToolAction::Layers { layers: vec![Layer::Roads, Layer::Pois, Layer::Roads] });
    tool(&mut desk, ToolAction::SelectAll);
    let (_, job) = desk.map_jobs(false).remove(0);
    assert!(matches!(job, Job::Select { selection } if selection.layers == [Layer::Roads, Layer::Pois]));
}

#[test]
fn a_point_is_identified_and_the_uppermost_is_shown_with_its_attributes() {
    let mut desk = Desk::manned();
    take(&mut desk, Tool::Identify);
    point(&mut desk, door(1));
    let (number, job) = desk.map_jobs(false).remove(0);
    assert!(matches!(job, Job::Identify { at, within_m } if at == door(1) && within_m > 0.4));
    assert_eq!(
        desk.state.map.inspected.as_ref().unwrap().grid,
        Some(format!("{STREET}001001")),
        "below the map as well"
    );
    let found = vec![listed(row(Layer::Components, 4)), listed(row(Layer::Buildings, 2))];
    answer(&mut desk, number, Answer::Identified(found));
    let (number, job) = desk.map_jobs(false).remove(0);
    assert_eq!(job, Job::Show { id: row(Layer::Components, 4) });
    let shown = Shown {
        id: row(Layer::Components, 4),
        title: "井盖".into(),
        attributes: vec![("state".into(), "完好".into())],
        shape: Point::new(116.2, 39.9).into(),
    };
    answer(&mut desk, number, Answer::Shown(Some(Box::new(shown))));
    assert_eq!(desk.state.tools.shown.as_ref().unwrap().title, "井盖");
    tool(&mut desk, ToolAction::ZoomToShown);
    assert!((desk.state.map.camera.center.lon - 116.2).abs() < 1e-9);
    tool(&mut desk, ToolAction::Show { feature: Some(row(Layer::Buildings, 2)) });
    let number = desk.map_jobs(false).remove(0).0;
    answer(&mut desk, number, Answer::Shown(None));
    assert!(said(&desk).1 && desk.state.tools.shown.is_none());
    point(&mut desk, door(2));
    assert_eq!(desk.state.tools.sketch.points(), [door(2)], "the next click takes the place of the last");
    let number = desk.map_jobs(false).remove(0).0;
    answer(&mut desk, number, Answer::Failed("文件损坏".into()));
    assert!(said(&desk).0.contains("文件损坏") && desk.state.tools.identified.is_none());
    desk.state.pack = crate::app::state::PackState::Absent;
    point(&mut desk, door(3));
    assert!(said(&desk).1 && desk.map_jobs(true).is_empty());
}

#[test]
fn what_drawing_holds_to_is_read_once_for_a_view_and_again_when_it_is_left() {
    let mut desk = Desk::manned();
    let camera = |at, metres_per_point| Camera { center: at, metres_per_point };
    let look = |desk: &mut Desk, camera| desk.act(Action::Map(crate::app::MapAction::SetCamera { camera }));
    look(&mut desk, camera(door(1), 1.0));
    assert!(desk.map_jobs(true).is_empty(), "nothing is drawn");
    take(&mut desk, Tool::Area);
    let (number, job) = desk.map_jobs(true).remove(0);
    let Job::Near { bounds, layers } = job else { panic!("{job:?}") };
    assert!(bounds.width() > 0.02 && layers.contains(&Layer::Buildings));
    look(&mut desk, camera(door(2), 1.0));
    assert!(desk.map_jobs(true).is_empty(), "one at a time");
    let index = crate::spatial::index::FeatureIndex::of([(Layer::Pois, 1, Point::new(116.2, 39.9).into())]);
    answer(&mut desk, number, Answer::Near(Some(std::sync::Arc::new(index))));
    assert!(desk.state.tools.snapping.near.is_some());
    look(&mut desk, camera(door(3), 1.0));
    assert!(desk.map_jobs(true).is_empty(), "still inside");
    look(&mut desk, camera(LonLat::new(116.3, 39.95), 1.0));
    assert_eq!(desk.map_jobs(true).len(), 1);
    take(&mut desk, Tool::SelectBox);
    look(&mut desk, camera(LonLat::new(116.1, 39.95), 1.0));
    tool(&mut desk, ToolAction::Snap { on: false });
    take(&mut desk, Tool::Distance);
    assert!(desk.map_jobs(true).is_empty(), "neither a box nor a hand that wants none holds to anything");
}

#[test]
fn another_pack_forgets_rows_and_every_tool_has_words_and_draws_something_it_can_finish() {
    let mut desk = Desk::manned();
    tool(&mut desk, ToolAction::SelectIn { area: format!("{STREET}001001") });
    let number = desk.map_jobs(false).remove(0).0;
    answer(&mut desk, number, Answer::Selected { rows: vec![row(Layer::Pois, 1)], bounds: None });
    desk.told(Completion::PackReady(BOOKS.clone()));
    assert!(desk.state.selection.rows.is_empty());
    for what in Tool::ALL {
        take(&mut desk, what);
        let draws = what.draws();
        for number in 1..=4 {
            point(&mut desk, door(number));
        }
        assert!(desk.state.tools.sketch.points().len() >= draws.least(), "{what:?}");
        assert_eq!(draws == Draws::Nothing, desk.state.tools.sketch.points().is_empty());
        for lang in [crate::base::text::Lang::ZhCn, crate::base::text::Lang::En] {
            for key in ["name", "how"] {
                assert!(lang.find(&format!("tool.{key}.{}", what.word())).is_some(), "{what:?}");
            }
        }
        let script = serde_json::to_value(Action::Tool(ToolAction::Choose { what: Some(what) })).unwrap();
        assert_eq!(script["what"], what.word());
    }
}

#[test]
fn every_layer_and_column_has_a_name() {
    for lang in [crate::base::text::Lang::ZhCn, crate::base::text::Lang::En] {
        for layer in Layer::ALL {
            assert!(lang.find(&format!("tool.layer.{}", layer.table())).is_some(), "{layer:?}");
            for column in ["class", "code", "name"].iter().chain(layer.columns()) {
                assert!(lang.find(&format!("tool.column.{column}")).is_some(), "{layer:?} {column}");
            }
        }
    }
}
