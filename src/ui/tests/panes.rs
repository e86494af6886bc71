//! One key goes round the panes.

use eframe::egui::{Key, Modifiers};
use egui_kittest::kittest::{NodeT as _, Queryable as _};

use super::bench::*;
use crate::app::Action;
use crate::app::state::Seat;
use crate::app::update::tests::desk::*;

/// Name of what has the keyboard.
fn focused(window: &Window) -> String {
    let all = window.0.query_all_by(|node| node.is_focused());
    all.filter_map(|node| node.accesskit_node().label()).next_back().unwrap_or_default()
}

#[test]
fn one_key_goes_round_queue_map_and_hand_and_with_shift_back() {
    let mut desk = Desk::manned();
    let case = desk.report("私搭", 1);
    desk.act(Action::SelectSeat { seat: Seat::Command });
    desk.act(Action::FilterQueue { filter: crate::app::state::QueueFilter::Open });
    desk.act(Action::SelectCase { case: Some(case) });
    let mut window = window(desk);
    assert_eq!(focused(&window), "案件列表");
    for there in ["街道地图", "手头事务", "案件列表", "街道地图"] {
        window.key(Key::F6);
        assert_eq!(focused(&window), there);
    }
    window.key_with(Modifiers::SHIFT, Key::F6);
    assert_eq!(focused(&window), "案件列表");
    window.key_with(Modifiers::SHIFT, Key::F6);
    assert_eq!(focused(&window), "手头事务");
    window.key(Key::Tab);
    window.key(Key::F6);
    assert_eq!(focused(&window), "案件列表", "from anything inside the hand as well");
}

#[test]
fn the_round_takes_in_whatever_the_column_shows() {
    let mut window = window(Desk::manned());
    window.key(Key::F8);
    assert_eq!(focused(&window), "工具");
    window.key(Key::F6);
    assert_eq!(focused(&window), "街道地图");
    window.key_with(Modifiers::SHIFT, Key::F6);
    assert_eq!(focused(&window), "工具");
    window.key(Key::Tab);
    assert_eq!(focused(&window), "识别");
    window.key(Key::Space);
    assert_eq!(window.desk().state.tools.tool, Some(crate::app::tools::Tool::Identify));
    window.key(Key::Escape);
    assert!(focused(&window).contains("查找"), "an empty queue gives the keyboard to its search");
}

#[test]
fn an_empty_queue_gives_the_key_to_its_search_and_the_sheet_to_its_first_field() {
    let mut desk = Desk::manned();
    desk.act(Action::SelectSeat { seat: Seat::CallCentre });
    let mut window = window(desk);
    window.key(Key::F6);
    assert!(focused(&window).contains("查找"), "{}", focused(&window));
    window.key_with(Modifiers::SHIFT, Key::F6);
    assert_eq!(focused(&window), "问题描述");
}
