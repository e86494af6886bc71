//! The look of the map: edits, the way back, the file.

use std::sync::Arc;

use serde_json::json;

use super::desk::*;
use crate::app::action::Action;
use crate::app::effect::{Completion, Effect};
use crate::app::state::Severity;
use crate::app::style::{StyleAction, StyleFile};
use crate::map::style::kind::Kind;
use crate::map::style::{Fault, Key, MapTheme, Problem, Style, Value};

const KEY: &str = "kinds.rail.light";

fn key() -> Key {
    Key::Body(Kind::Rail, MapTheme::Light)
}

fn set(desk: &mut Desk, key: &str, value: serde_json::Value, gesture: Option<u64>) {
    desk.act(Action::Style(StyleAction::Set { key: key.to_owned(), value, gesture }));
}

fn shown(desk: &Desk) -> Value {
    desk.state.map.style.shown.get(key())
}

fn color(rgb: u32) -> Value {
    let [_, r, g, b] = rgb.to_be_bytes();
    Value::Color([r, g, b, 255])
}

fn read(desk: &mut Desk, outcome: Result<Arc<Style>, Vec<Problem>>) {
    desk.told(Completion::StyleRead(StyleFile { path: "style.toml".to_owned(), outcome, asked: false }));
}

#[test]
fn an_edit_is_shown_at_once_taken_back_done_again_and_saved() {
    let mut desk = Desk::open();
    let built_in = shown(&desk);
    set(&mut desk, KEY, json!("#102030"), None);
    assert_eq!(shown(&desk), color(0x10_2030));
    desk.act(Action::Style(StyleAction::Undo));
    assert_eq!(shown(&desk), built_in);
    assert!(!desk.state.map.style.is_own() && desk.state.map.style.edits.is_empty());
    desk.act(Action::Style(StyleAction::Redo));
    assert_eq!(shown(&desk), color(0x10_2030));
    desk.act(Action::Style(StyleAction::Save));
    let effects = std::mem::take(&mut desk.effects);
    assert_eq!(effects, [Effect::SaveStyle(vec![(key(), Some(color(0x10_2030)))])]);
    desk.act(Action::Style(StyleAction::Save));
    assert_eq!(desk.effects, [], "it is on its way already");
    desk.told(Completion::StyleSaved(Ok(())));
    read(&mut desk, Ok(Arc::new(Style::built_in().with([(key(), color(0x10_2030))]))));
    assert!(desk.state.map.style.edits.is_empty() && desk.state.map.style.is_own());
    // After saving the way back is still there, and as built in means out of the file.
    desk.act(Action::Style(StyleAction::Undo));
    assert_eq!(shown(&desk), built_in);
    desk.act(Action::Style(StyleAction::Save));
    let effects = std::mem::take(&mut desk.effects);
    assert_eq!(effects, [Effect::SaveStyle(vec![(key(), None)])]);
}

#[test]
fn a_drag_is_one_step_and_another_drag_another() {
    let mut desk = Desk::open();
    let built_in = shown(&desk);
    for (value, gesture) in [("#000001", 1), ("#000002", 1), ("#000003", 2), ("#000004", 2)] {
        set(&mut desk, KEY, json!(value), Some(gesture));
    }
    desk.act(Action::Style(StyleAction::Undo));
    assert_eq!(shown(&desk), color(2));
    desk.act(Action::Style(StyleAction::Undo));
    assert_eq!(shown(&desk), built_in);
    desk.act(Action::Style(StyleAction::Undo));
    assert_eq!(desk.state.notices.last().unwrap().severity, Severity::Warning);
    desk.act(Action::Style(StyleAction::Redo));
    desk.act(Action::Style(StyleAction::Redo));
    assert_eq!(shown(&desk), color(4));
}

#[test]
fn what_no_key_takes_changes_nothing_and_says_what_is_allowed() {
    let mut desk = Desk::open();
    for (key, value, told) in [
        (KEY, json!("rot"), "#RRGGBB"),
        ("names.water.size", json!(500), "48"),
        ("kinds.rail.width", json!([]), "96"),
        ("kinds.rail.colour", json!("#000000"), "kinds.rail.colour"),
        ("", json!(null), "docs/style.md"),
    ] {
        set(&mut desk, key, value, None);
        let notice = desk.state.notices.last().unwrap();
        assert!(notice.severity == Severity::Error && notice.text.contains(told), "{notice:?}");
    }
    assert_eq!(desk.state.map.style, crate::app::style::StyleState::default());
}

#[test]
fn a_faulty_file_leaves_the_last_good_style_and_edits_outlive_a_changed_file() {
    let mut desk = Desk::open();
    let theirs = Key::Body(Kind::Water, MapTheme::Light);
    read(&mut desk, Ok(Arc::new(Style::built_in().with([(theirs, color(7))]))));
    set(&mut desk, KEY, json!("#000009"), None);
    let problem = Problem { line: Some(3), key: "light.ground".to_owned(), fault: Fault::Format };
    read(&mut desk, Err(vec![problem.clone()]));
    let notice = desk.state.notices.last().unwrap().text.clone();
    assert!(notice.contains("light.ground") && notice.contains('3') && notice.contains("style.toml"), "{notice}");
    let count = desk.state.notices.len();
    read(&mut desk, Err(vec![problem]));
    assert_eq!(desk.state.notices.len(), count, "the same fault is told once");
    let style = &desk.state.map.style.shown;
    assert_eq!((style.get(theirs), style.get(key())), (color(7), color(9)));
    read(&mut desk, Ok(Arc::new(Style::built_in().with([(theirs, color(8))]))));
    let style = &desk.state.map.style;
    assert_eq!((style.shown.get(theirs), style.shown.get(key())), (color(8), color(9)));
    assert!(style.problems.is_empty() && style.edits.len() == 1);
    desk.act(Action::Style(StyleAction::AllBuiltIn));
    assert!(!desk.state.map.style.is_own());
    desk.act(Action::Style(StyleAction::Undo));
    desk.act(Action::Style(StyleAction::Discard));
    assert_eq!(desk.state.map.style.shown.get(theirs), color(8));
    assert!(desk.state.map.style.edits.is_empty());
}
