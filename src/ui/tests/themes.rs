//! The section below the map, the days of the cases, and the card at the pointer.

use eframe::egui::{Key, Role};
use egui_kittest::kittest::{NodeT as _, Queryable as _, by};

use super::bench::*;
use crate::app::action::MapAction;
use crate::app::timeline::Span;
use crate::app::update::tests::desk::*;
use crate::app::{Action, Completion, Effect};
use crate::ui::hover;
use crate::ui::map_overlay::Sign;

#[test]
fn a_section_is_typed_cut_read_and_put_away_by_key() {
    let mut window = window(Desk::manned());
    window.click("管线断面");
    assert!(window.has("按“取点”作为 A"));
    for (name, text) in [("起点 A", "116.2,39.902"), ("终点 B", "116.204,39.902")] {
        let field = window.0.get(by().role(Role::TextInput).label(name));
        field.focus();
        window.run();
        window.types(text);
    }
    window.click("作断面");
    let asked = window.desk().effects.iter().find_map(|effect| match effect {
        Effect::CutSection(ends) => Some(*ends),
        _ => None,
    });
    let ends = asked.unwrap();
    assert!((ends[0].lon - 116.2).abs() < 1e-9 && (ends[1].lon - 116.204).abs() < 1e-9);
    assert!(window.has("正在读取管线"));
    let line = geo::LineString::from(vec![(116.201, 39.9), (116.201, 39.904)]);
    let pipe = crate::spatial::feature::Feature {
        layer: crate::spatial::feature::Layer::Pipelines,
        class: "water".into(),
        code: String::new(),
        name: "给水干管".into(),
        extra: vec![("depth_m", "1.4".into()), ("diameter_mm", "600".into())],
        geometry: line.into(),
    };
    let section = crate::spatial::section::section(ends, [(1, &pipe)]).unwrap();
    window.desk().told(Completion::SectionCut { ends, outcome: Ok(std::sync::Arc::new(section)) });
    window.run();
    assert!(window.has("穿过 1 条管线") && window.has("垂直放大") && window.has("顶深 1.40 米"));
    assert!(
        window
            .0
            .get_all(by().role(Role::Image))
            .any(|node| { node.accesskit_node().label().is_some_and(|label| label.contains("断面长")) })
    );
    window.sent();
    window.click("1 给水 DN600");
    assert!(matches!(&window.sent()[..], [Action::Map(MapAction::GoTo { at })] if (at.lon - 116.201).abs() < 1e-6));
    window.node("复制报告").focus();
    window.run();
    window.key(Key::Escape);
    assert_eq!(window.desk().state.map.section, None);
}

#[test]
fn what_is_no_place_is_said_and_nothing_is_cut() {
    let mut window = window(Desk::manned());
    window.click("管线断面");
    window.click("作断面");
    assert!(window.has("不是坐标"));
    assert!(!window.desk().effects.iter().any(|effect| matches!(effect, Effect::CutSection(_))));
}

#[test]
fn days_are_chosen_by_name_typed_and_moved_by_key() {
    let mut desk = Desk::manned();
    desk.report("私搭", 1);
    let mut window = window(desk);
    window.click("时段");
    assert_eq!(window.desk().state.map.span, Some(Span::Week));
    assert!(window.has("在办 1 件"));
    window.click("今天");
    assert_eq!(window.desk().state.map.span, Some(Span::Today));
    let [today, _] = Span::Today.days(window.desk().state.office_now());
    let handle = window.0.get(by().role(Role::Slider).label("首日"));
    handle.focus();
    window.run();
    window.key(Key::ArrowLeft);
    window.key(Key::ArrowLeft);
    let days = crate::app::timeline::day_after(today, -2);
    assert_eq!(window.desk().state.map.span, Some(Span::Between(days, today)));
    let field = window.0.get(by().role(Role::TextInput).label("从"));
    field.focus();
    window.run();
    window.key_with(eframe::egui::Modifiers::CTRL, Key::A);
    window.types("一月");
    window.key(Key::Enter);
    assert!(window.has("不是日期"));
    assert_eq!(window.desk().state.map.span, Some(Span::Between(days, today)), "nothing is guessed");
    window.click("不限时段");
    assert_eq!(window.desk().state.map.span, None);
}

#[test]
fn the_card_says_what_the_sign_stands_for() {
    let mut desk = Desk::manned();
    let case = desk.report("私搭", 1);
    let lines = hover::lines(&desk.state, &Sign::Case(case));
    assert!(lines.len() >= 4 && lines.iter().all(|line| !line.is_empty()), "{lines:?}");
    let together = hover::lines(&desk.state, &Sign::Cases(vec![case], door(1)));
    assert!(together[0].contains('1') && together.len() >= 3, "{together:?}");
    let officer = desk.state.reference.officers.iter().find(|officer| officer.fix.is_some()).unwrap().id.clone();
    let lines = hover::lines(&desk.state, &Sign::Officer(officer));
    assert!(lines.iter().any(|line| line.contains("定位于")), "{lines:?}");
    assert!(hover::lines(&desk.state, &Sign::Draft).is_empty());
}
