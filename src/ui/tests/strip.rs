//! The row below the map, in windows of every width: what is switched, what is hidden and where the pointer is never overlap.

use eframe::egui::{self, Rect};
use egui_kittest::kittest::{NodeT as _, Queryable as _};

use super::bench::*;
use crate::app::Action;
use crate::app::action::MapAction;
use crate::app::state::TextScale;
use crate::app::update::tests::desk::*;
use crate::base::text::Lang;
use crate::map::style::LayerGroup;
use crate::ui::theme;

/// Places of the parts of the row, from the left, and what is told of the place.
fn row(lang: Lang, scale: TextScale, width: f32) -> (Vec<Rect>, String) {
    let mut desk = Desk::manned();
    desk.act(Action::SetLang { lang });
    desk.act(Action::SetTextScale { scale });
    for layer in [LayerGroup::Buildings, LayerGroup::Components] {
        desk.act(Action::Map(MapAction::ToggleLayer { layer }));
    }
    desk.act(Action::Map(MapAction::Inspect { at: door(3), radius_m: 5.0 }));
    let window = window_sized(desk, width, 540.0, |builder| builder);
    let place = window.0.query_by_label_contains("116.202000, 39.902100");
    let told = place.as_ref().and_then(|place| place.accesskit_node().value().or(place.accesskit_node().label()));
    let mut parts: Vec<Rect> = place.iter().map(|place| place.rect()).collect();
    parts.push(window.node(&lang.fill("ui.map.hidden", &[("count", &2)])).rect());
    for key in ["ui.map.section", "ui.map.beside", "ui.map.overview_short", "ui.map.span"] {
        parts.push(window.node(lang.text(key)).rect());
    }
    (parts, told.unwrap_or_default())
}

#[test]
fn the_row_below_the_map_never_overlaps() {
    for (lang, scale, width, told) in [
        (Lang::En, TextScale::P100, 960.0, ""),
        (Lang::En, TextScale::P100, 1366.0, "WGS 84  116.202000, 39.902100"),
        (Lang::En, TextScale::P100, 1920.0, "EPSG:4548"),
        (Lang::En, TextScale::P150, 1920.0, ""),
        (Lang::ZhCn, TextScale::P100, 960.0, ""),
        (Lang::ZhCn, TextScale::P150, 1366.0, ""),
    ] {
        let (parts, place) = row(lang, scale, width);
        for pair in parts.windows(2) {
            let [left, right] = pair else { panic!() };
            let apart = left.right() <= right.left() && left.width() > 0.0;
            assert!(apart, "{lang:?} {scale:?} {width} {place}: {parts:?}");
        }
        assert!(place.contains(told), "{lang:?} {scale:?} {width} {place}");
    }
}

#[test]
fn a_name_of_a_fact_wraps_between_words_only() {
    let lines = |name: &'static str| {
        let harness = egui_kittest::Harness::builder().with_size(egui::vec2(300.0, 100.0)).with_max_steps(4).build_ui(
            move |ui| {
                theme::install_fonts(ui.ctx());
                crate::ui::widgets::fact(ui, name, "value");
            },
        );
        let (name, value) = (harness.get_by_label(name).rect(), harness.get_by_label("value").rect());
        assert!(name.right() <= value.left(), "{name:?} {value:?}");
        (name.height() / value.height()).round() as u32
    };
    assert_eq!([lines("Limit"), lines("Unclassified-things"), lines("Verification waived")], [1, 1, 2]);
    assert_eq!(lines("单元网格的历史版本编号"), 2);
}
