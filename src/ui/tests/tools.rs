//! The tools: by key and list alone, and by the buttons over the map.

use eframe::egui::{Key, Modifiers};
use egui_kittest::kittest::Queryable as _;

use super::bench::*;
use crate::app::Completion;
use crate::app::tools::job::{Answer, Job};
use crate::app::tools::{Listed, Shown, Tool};
use crate::app::update::tests::desk::*;
use crate::spatial::feature::{FeatureId, Layer};

#[test]
fn a_distance_is_measured_by_typed_places_alone() {
    let mut window = window(Desk::manned());
    window.key_with(Modifiers::ALT, Key::Num2);
    assert_eq!(window.desk().state.tools.tool, Some(Tool::Distance));
    window.types("鲁谷路1号");
    window.key(Key::Enter);
    window.types("116.2030,39.9021");
    window.key(Key::Enter);
    assert_eq!(window.desk().state.tools.sketch.points().len(), 2);
    assert!(window.has("长度") && window.has("171.") && window.has("116.203000, 39.902100"));
    window.click("修改第 2 点");
    window.key_with(Modifiers::CTRL, Key::A);
    window.types("鲁谷路5号");
    window.key(Key::Enter);
    assert_eq!(window.desk().state.tools.sketch.points(), [door(1), door(5)]);
    window.click("删除第 2 点");
    assert!(!window.has("长度"));
    window.click("撤销");
    assert!(window.has("长度"));
    window.click("添加一点");
    window.types("火星");
    window.key(Key::Enter);
    assert!(window.has("无法识别"));
    window.key(Key::Escape);
    window.key(Key::F8);
    window.key_with(Modifiers::ALT, Key::Num2);
    assert_eq!(window.desk().state.tools.tool, None, "the same key puts it away");
    window.key_with(Modifiers::CTRL, Key::G);
    window.types("鲁谷路9号");
    window.key(Key::Enter);
    assert_eq!(window.desk().state.map.camera.center, door(9), "without a tool the map goes there");
}

#[test]
fn keys_on_the_map_draw_take_back_finish_and_put_away() {
    let mut window = window(Desk::manned());
    window.key_with(Modifiers::ALT, Key::Num3);
    window.key(Key::F6);
    for key in [Key::Enter, Key::ArrowRight, Key::Enter, Key::ArrowDown, Key::Enter] {
        window.key(key);
    }
    let corners = window.desk().state.tools.sketch.points().to_vec();
    assert_eq!(corners.len(), 3, "Enter draws at the cross in the middle");
    window.key(Key::Backspace);
    assert_eq!(window.desk().state.tools.sketch.points().len(), 2);
    window.key_with(Modifiers::CTRL, Key::Y);
    assert_eq!(window.desk().state.tools.sketch.points(), corners);
    window.key_with(Modifiers::CTRL, Key::Enter);
    assert!(window.desk().state.tools.sketch.is_finished());
    assert!(window.has("周长"));
    window.key(Key::Escape);
    assert!(window.desk().state.tools.sketch.points().is_empty());
    window.key(Key::Escape);
    assert_eq!(window.desk().state.tools.tool, None);
}

#[test]
fn what_is_selected_is_listed_by_layer_and_shown_by_arrows() {
    let mut window = window(Desk::manned());
    window.click("按网格选（Alt+7）");
    window.click("网格编码（15 位）");
    window.types(&format!("{STREET}001001"));
    window.key(Key::Enter);
    let rows: Vec<FeatureId> = [(Layer::Buildings, 1), (Layer::Buildings, 2), (Layer::Pois, 5)]
        .map(|(layer, fid)| FeatureId { layer, fid })
        .into();
    let answer = |window: &mut Window, wanted: &dyn Fn(&Job) -> Answer| {
        let (number, job) = window.desk().map_jobs(false).remove(0);
        let answer = wanted(&job);
        window.desk().told(Completion::MapAnswer { number, answer });
        window.run();
    };
    answer(&mut window, &|_| Answer::Selected { rows: rows.clone(), bounds: None });
    answer(&mut window, &|job| {
        let Job::List { titles, .. } = job else { panic!() };
        let named = |id: &FeatureId| Listed { id: *id, title: format!("{}号楼", id.fid), metres: None };
        Answer::Listed { titles: titles.iter().map(named).collect(), outlines: None }
    });
    assert!(window.has("已选 3 个") && window.has("建筑 2") && window.has("单位与设施 1"));
    window.node("已选要素").focus();
    window.run();
    window.key(Key::ArrowDown);
    answer(&mut window, &|job| {
        let Job::Show { id } = job else { panic!() };
        let attributes = vec![("floors".to_owned(), "6".to_owned())];
        let shape = geo::Point::new(116.2, 39.9).into();
        Answer::Shown(Some(Box::new(Shown { id: *id, title: "1号楼".into(), attributes, shape })))
    });
    assert!(window.has("层数") && window.has("缩放到"));
    window.click("取消选择");
    assert!(!window.has("已选 3 个") && window.desk().state.selection.rows.is_empty());
}

#[test]
fn a_place_is_told_in_every_way_and_goes_to_the_clipboard() {
    let mut window = window(Desk::manned());
    window.key_with(Modifiers::ALT, Key::Num0);
    window.types("鲁谷路3号");
    window.key(Key::Enter);
    assert!(window.has("gcj02 116.") && window.has("EPSG:4548") && window.has(&format!("{STREET}001001")));
    window.click("复制：GCJ-02 经纬度（高德、腾讯）");
    assert!(window.has("已复制：gcj02"));
    window.key_with(Modifiers::CTRL | Modifiers::SHIFT, Key::C);
    assert!(window.has("已复制：116.2020000,39.9021000"));
}

#[test]
fn the_tools_are_a_tab_of_the_left_column_and_escape_leads_back() {
    let mut window = window(Desk::manned());
    window.key(Key::F8);
    assert!(window.has("请选择工具") && !window.has("在列表中查找"));
    window.key_with(Modifiers::CTRL, Key::K);
    window.key(Key::Escape);
    assert!(window.has("请选择工具"), "Esc was meant for the command bar");
    window.key_with(Modifiers::CTRL, Key::F);
    assert!(window.has("在列表中查找"), "whoever searches gets the queue");
    window.click("工具");
    assert!(window.has("请选择工具"));
    window.key(Key::Escape);
    assert!(window.has("在列表中查找"));
}

#[test]
fn the_command_bar_takes_a_tool_in_hand_and_goes_to_its_field() {
    let mut window = window(Desk::manned());
    window.key_with(Modifiers::CTRL, Key::K);
    window.types("测距");
    window.key(Key::Enter);
    assert_eq!(window.desk().state.tools.tool, Some(Tool::Distance));
    window.types("鲁谷路3号");
    window.key(Key::Enter);
    assert_eq!(window.desk().state.tools.sketch.points(), [door(3)]);
}

#[test]
fn the_keyboard_goes_from_the_field_of_one_tool_to_that_of_the_next() {
    let mut window = window(Desk::manned());
    for (key, tool) in
        [(Key::Num6, Tool::SelectPolygon), (Key::Num7, Tool::SelectCell), (Key::Num9, Tool::SelectFilter)]
    {
        window.key_with(Modifiers::ALT, key);
        assert_eq!(window.desk().state.tools.tool, Some(tool));
    }
    window.types("floors > 6");
    assert_eq!(window.desk().state.tools.filter, "floors > 6");
    window.key_with(Modifiers::ALT, Key::Num8);
    window.types("没有的社区");
    window.key(Key::Enter);
    assert!(window.has("没有名为“没有的社区”的网格或社区"));
    window.key_with(Modifiers::ALT, Key::Num0);
    window.types("鲁谷路3号");
    window.key(Key::Enter);
    assert_eq!(window.desk().state.tools.place, Some(door(3)));
}

#[test]
fn every_tool_stands_over_the_map_with_its_key() {
    let mut window = window(Desk::manned());
    for (place, tool) in Tool::ALL.into_iter().enumerate() {
        let key = format!("（Alt+{}）", (place + 1) % 10);
        let button = window.0.query_all_by_label_contains(&key).next().unwrap_or_else(|| panic!("{tool:?}"));
        button.click();
        window.run();
        assert_eq!(window.desk().state.tools.tool, Some(tool));
    }
}
