//! The window stands still when nothing happens, nothing in it lacks a name, and signs on the map follow the state.

use std::time::Duration;

use super::bench::*;
use crate::app::Action;
use crate::app::state::{AppState, Seat};
use crate::app::update::tests::desk::*;
use crate::map::overlay::Shape;
use crate::map::side::Side;
use crate::map::style::LayerGroup;
use crate::ui::map_overlay::{MapOverlay, Sign};
use crate::ui::view::stands_for;

#[test]
fn a_window_in_which_nothing_happens_asks_for_no_frame() {
    for seat in [Seat::CallCentre, Seat::Supervision, Seat::Command] {
        let mut desk = Desk::manned();
        let case = desk.report("私搭", 1);
        desk.act(Action::SelectSeat { seat });
        desk.act(Action::SelectCase { case: Some(case) });
        let mut window = window(desk);
        window.0.step();
        let delay = window.0.output().viewport_output.values().map(|one| one.repaint_delay).min();
        assert!(delay.is_some_and(|delay| delay > Duration::from_secs(60)), "{seat:?} {delay:?}");
    }
}

#[test]
fn the_next_frame_is_due_when_a_text_changes_by_itself() {
    let mut desk = Desk::manned();
    let told = desk.pulled(&[], &[]);
    desk.told(told);
    desk.told(crate::app::Completion::Online { server_time: None });
    let due = |state: &AppState, second: i64| {
        stands_for(state, at(0).checked_add(jiff::SignedDuration::from_secs(second)).unwrap())
    };
    assert_eq!(due(&desk.state, 0), Duration::from_secs(15));
    assert!(due(&desk.state, 58) < Duration::from_secs(3), "the clock turns with the minute");
    desk.act(Action::Login { user: "x".into(), password: crate::app::action::Secret("y".into()) });
    assert_eq!(due(&desk.state, 0), Duration::from_secs(1));
}

#[test]
fn signs_are_made_anew_only_when_something_in_them_changed() {
    let mut desk = Desk::manned();
    let case = desk.report("私搭", 1);
    let mut overlay = MapOverlay::default();
    let first = overlay.of(&desk.state, desk.state.map.shown(Side::Right)).clone();
    let shapes = |shape| first.markers.iter().filter(|marker| marker.shape == shape).count();
    assert_eq!((shapes(Shape::Circle), shapes(Shape::Person)), (1, 3), "an event is a circle");
    let sign = first.markers.iter().find(|marker| marker.shape == Shape::Circle).unwrap();
    assert_eq!(overlay.sign(sign.key), Some(&Sign::Case(case)));
    assert!(sign.lamp.is_some() && sign.selected && !sign.glyph.is_empty());
    assert_eq!(overlay.sign(999), None);
    desk.tick(0);
    assert_eq!(
        overlay.of(&desk.state, desk.state.map.shown(Side::Right)).revision,
        first.revision,
        "time alone changes nothing here"
    );
    desk.tick(20);
    let later = overlay.of(&desk.state, desk.state.map.shown(Side::Right)).clone();
    let fixed = |of: &crate::map::overlay::Overlay| {
        let people = of.markers.iter().filter(|marker| marker.shape == Shape::Person);
        people.map(|marker| (marker.note.clone(), marker.faint)).collect::<Vec<_>>()
    };
    assert!(later.revision > first.revision && fixed(&later) != fixed(&first), "the age of a fix is told");
    assert!(fixed(&later).iter().all(|(note, faint)| !note.is_empty() && *faint), "{:?}", fixed(&later));
    desk.act(Action::SelectCase { case: None });
    let second = overlay.of(&desk.state, desk.state.map.shown(Side::Right)).clone();
    assert!(second.revision > later.revision && second.markers.iter().all(|marker| !marker.selected));
    desk.act(Action::Map(crate::app::MapAction::ToggleLayer { layer: LayerGroup::Officers }));
    assert!(
        overlay
            .of(&desk.state, desk.state.map.shown(Side::Right))
            .markers
            .iter()
            .all(|marker| marker.shape != Shape::Person)
    );
}
