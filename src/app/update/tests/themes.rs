//! Sections through the pipelines, and the days whose cases are shown.

use std::sync::Arc;

use geo::LineString;
use jiff::civil::date;

use super::desk::*;
use crate::app::section::SectionOutcome;
use crate::app::state::Books;
use crate::app::timeline::{self, Span};
use crate::app::{Action, Completion, Effect, MapAction};
use crate::base::LonLat;
use crate::domain::case::Act;
use crate::map::camera::Camera;
use crate::map::overlay::Shape;
use crate::map::side::Side;
use crate::spatial::feature::{Feature, Layer};
use crate::spatial::incidents::Incidents;
use crate::spatial::section::section;
use crate::ui::map_overlay::{MapOverlay, Sign};

fn ends() -> [LonLat; 2] {
    [door(1), door(5)]
}

/// A section through one pipe between two doors.
fn cut() -> Arc<crate::spatial::section::Section> {
    let at = door(3);
    let line = LineString::from(vec![(at.lon, at.lat - 0.001), (at.lon, at.lat + 0.001)]);
    let extra = vec![("depth_m", "1.5".to_owned()), ("diameter_mm", "400".to_owned())];
    let (class, code, name) = ("gas".to_owned(), String::new(), "燃气管".to_owned());
    let pipe = Feature { layer: Layer::Pipelines, class, code, name, extra, geometry: line.into() };
    Arc::new(section(ends(), [(1, &pipe)]).unwrap())
}

#[test]
fn a_section_is_asked_for_and_an_answer_to_an_older_question_is_dropped() {
    let mut desk = Desk::manned();
    desk.line("断面");
    assert_eq!(desk.state.map.section.as_ref().unwrap().outcome, SectionOutcome::Unasked);
    let [from, to] = ends();
    desk.act(Action::Map(MapAction::CutSection { from: to, to: from }));
    desk.act(Action::Map(MapAction::CutSection { from, to }));
    assert!(desk.effects.contains(&Effect::CutSection([from, to])));
    assert_eq!(desk.state.map.reveal_wanted, Some(from));
    let view = |desk: &Desk| desk.state.map.section.clone().unwrap();
    desk.told(Completion::SectionCut { ends: [to, from], outcome: Ok(cut()) });
    assert_eq!(view(&desk).outcome, SectionOutcome::Working);
    desk.told(Completion::SectionCut { ends: [from, to], outcome: Ok(cut()) });
    assert_eq!(view(&desk).outcome, SectionOutcome::Done(cut()));
    desk.line(&format!("section {},{} {},{}", from.lon, from.lat, to.lon, to.lat));
    assert_eq!(view(&desk).ends, Some([from, to]));
    desk.told(Completion::SectionCut { ends: [from, to], outcome: Err("没有".into()) });
    assert_eq!(view(&desk).outcome, SectionOutcome::Failed("没有".into()));
    desk.line("断面 somewhere nowhere");
    assert!(desk.state.bar.reply.as_ref().is_some_and(|reply| reply.contains("somewhere")));
    desk.line("断面 1");
    assert!(desk.state.bar.reply.is_some());
    desk.act(Action::Map(MapAction::ShowSection { open: false }));
    assert_eq!(desk.state.map.section, None);
    desk.told(Completion::SectionCut { ends: [from, to], outcome: Ok(cut()) });
    assert_eq!(desk.state.map.section, None, "what was put away stays away");
    desk.check();
}

/// Three open cases on three days, one that has ended on the second of them, and three incidents in the pack.
fn days() -> Desk {
    let mut desk = Desk::manned();
    let old = desk.report("私搭", 1);
    desk.sync();
    desk.tick(3 * 24 * 60);
    desk.report("积水", 2);
    desk.sync();
    let other = desk.report("无照", 6);
    desk.sync();
    desk.step(other, Act::Reject { reason: "重复".into() });
    desk.save();
    desk.sync();
    desk.tick(24 * 60);
    desk.report("路灯", 2);
    desk.sync();
    let now = desk.state.office_now();
    let day = |days: i64| now.checked_sub(jiff::SignedDuration::from_hours(24 * days)).unwrap();
    let incidents = Incidents::of([(door(7), day(1)), (door(7), day(40)), (door(8), day(2))]);
    let old_books = &desk.state.books;
    let books = Books {
        calendar: old_books.calendar.clone(),
        catalogue: old_books.catalogue.clone(),
        limits: old_books.limits.clone(),
        street: crate::spatial::street::Street::default(),
        gazetteer: crate::geocode::Gazetteer::default(),
        about: old_books.about.clone(),
        incidents,
    };
    desk.told(Completion::PackReady(Arc::new(books)));
    desk.act(Action::SelectCase { case: Some(old) });
    desk.act(Action::SelectCase { case: None });
    desk
}

#[test]
fn panel_and_map_count_the_same_at_every_scale() {
    let mut desk = days();
    let mut overlay = MapOverlay::default();
    for (line, open, outside, ended, past) in
        [("时段 7天", 3, 0, 1, 2), ("span today", 1, 2, 0, 0), ("时段 30天", 3, 0, 1, 2), ("时段", 3, 0, 0, 0)]
    {
        desk.line(line);
        let Some(span) = desk.state.map.span else {
            // Off again: all that is open, and no count.
            overlay.of(&desk.state, desk.state.map.shown(Side::Right));
            assert_eq!(overlay.within(), None);
            continue;
        };
        let within = timeline::within(&desk.state, span);
        let counted = (within.open.len(), within.open_outside, within.ended.len(), within.past);
        assert_eq!(counted, (open, outside, ended, past), "{line}");
        for metres_per_point in [0.2, 0.9, 1.5, 6.0, 40.0] {
            let camera = Camera { center: door(4), metres_per_point };
            desk.act(Action::Map(MapAction::SetCamera { camera }));
            let markers = overlay.of(&desk.state, desk.state.map.shown(Side::Right)).markers.clone();
            assert_eq!(overlay.within(), Some(&within));
            let (mut cases, mut over) = (0, 0);
            for marker in &markers {
                match overlay.sign(marker.key) {
                    Some(Sign::Case(_)) => cases += 1,
                    Some(Sign::Cases(members, _)) => {
                        assert!(marker.glyph == members.len().to_string() && marker.shape == Shape::Circle);
                        cases += members.len();
                    }
                    Some(Sign::Past(count, _)) => over += count,
                    _ => {}
                }
            }
            assert_eq!((cases, over), (open, ended + past), "{line} at {metres_per_point}");
        }
    }
}

#[test]
fn from_afar_cases_near_each_other_are_one_sign_and_the_one_in_hand_stands_alone() {
    let mut desk = days();
    let mut overlay = MapOverlay::default();
    let mut signs = |desk: &Desk| -> Vec<Sign> {
        let keys: Vec<u64> = overlay
            .of(&desk.state, desk.state.map.shown(Side::Right))
            .markers
            .iter()
            .map(|marker| marker.key)
            .collect();
        let is_case = |sign: &Sign| matches!(sign, Sign::Case(_) | Sign::Cases(..));
        keys.iter().filter_map(|key| overlay.sign(*key).cloned()).filter(is_case).collect()
    };
    let far = Camera { center: door(4), metres_per_point: 20.0 };
    desk.act(Action::Map(MapAction::SetCamera { camera: far }));
    let together = signs(&desk);
    assert!(matches!(&together[..], [Sign::Cases(members, _)] if members.len() == 3), "{together:?}");
    let one = *desk.state.cases.open.first().unwrap();
    desk.act(Action::SelectCase { case: Some(one) });
    let parted = signs(&desk);
    assert!(matches!(&parted[..], [Sign::Cases(members, _), Sign::Case(only)] if members.len() == 2 && *only == one));
    desk.act(Action::Map(MapAction::SetCamera { camera: Camera { metres_per_point: 0.3, ..far } }));
    assert_eq!(signs(&desk).iter().filter(|sign| matches!(sign, Sign::Case(_))).count(), 3);
}

#[test]
fn days_are_typed_in_the_bar() {
    let mut desk = Desk::manned();
    desk.line("时段 2026-03-01 2026-03-05");
    assert_eq!(desk.state.map.span, Some(Span::Between(date(2026, 3, 1), date(2026, 3, 5))));
    desk.line("时段 三月");
    assert!(desk.state.bar.reply.is_some());
    desk.line("span off");
    assert_eq!(desk.state.map.span, None);
    desk.check();
}
