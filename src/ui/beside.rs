//! What stands over two maps side by side: which is which, what one shows and the other does not, which of them is in hand, and
//! on each the place that the pointer is at on the other.

use eframe::egui::{FontId, Id, Rect, Role, Sense, Stroke, StrokeKind, Ui, WidgetInfo, pos2, vec2};

use crate::app::action::{Action, MapAction};
use crate::app::state::AppState;
use crate::map::drawing::{Drawn, Ink, Mark};
use crate::map::side::Side;
use crate::map::style::LayerGroup;
use crate::map::widget::{MapOutput, MapView};
use crate::ui::map_panel::{Overlays, overlay};
use crate::ui::theme::{Palette, SMALL};
use crate::ui::{keys, layers, widgets};

/// More layers are not named, only counted.
const MOST_NAMED: usize = 3;
/// Room that the tools leave at the upper left edge, points.
const TOOLS: f32 = 44.0;

/// Shows it over the maps as they were just shown; nothing where there is one map only.
pub fn over(ui: &Ui, state: &AppState, map: &MapView, overlays: &Overlays, output: &MapOutput, out: &mut Vec<Action>) {
    if state.map.beside.is_none() {
        return;
    }
    let palette = Palette::of(state.settings.theme);
    if let Some(at) = output.hover {
        let ink = Ink { color: palette.accent.to_srgba_unmultiplied(), width: 2.0, dashed: false };
        map.draw_over_one(ui, output.side.other(), &[Drawn::mark(at, Mark::Cross, ink)]);
    }
    for side in Side::ALL {
        title(ui, state, map.field(side), side, overlays, out);
    }
}

/// The name of a map at its upper edge; a click takes the map in hand.
fn title(ui: &Ui, state: &AppState, field: Rect, side: Side, overlays: &Overlays, out: &mut Vec<Action>) {
    let room = field.width() - 2.0 * TOOLS;
    if room < 60.0 {
        return;
    }
    let (lang, palette) = (state.settings.lang, Palette::of(state.settings.theme));
    let in_hand = state.map.in_hand() == side;
    let words = told(state, side, overlays);
    let (ground, ink) = if in_hand { (palette.accent, palette.on_accent) } else { (palette.surface, palette.text) };
    let galley = widgets::elided(ui, &words, FontId::proportional(SMALL), ink, room);
    let size = galley.size() + vec2(16.0, 6.0);
    let rect = Rect::from_min_size(pos2(field.center().x - size.x / 2.0, field.top() + 6.0), size);
    let response = ui.interact(rect, Id::unique(("map-title", side)), Sense::click());
    response.widget_info(|| WidgetInfo::selected(Role::Button, true, in_hand, &words));
    let painter = ui.painter_at(field);
    if in_hand {
        painter.hline(field.x_range(), field.top() + 1.5, Stroke::new(3.0, palette.accent));
    }
    painter.rect_filled(rect, 3.0, ground);
    let edge = if response.hovered() || in_hand { palette.accent } else { palette.edge };
    painter.rect_stroke(rect, 3.0, Stroke::new(1.0, edge), StrokeKind::Inside);
    painter.galley(rect.min + vec2(8.0, 3.0), galley, ink);
    if response.has_focus() {
        widgets::focus_ring(ui, rect.expand(2.0));
    }
    if response.clicked() {
        out.push(Action::Map(MapAction::TakeInHand { side }));
    }
    response.on_hover_text(lang.fill("ui.beside.take", &[("key", &keys::OTHER_MAP)]));
}

/// What a map is, and what it shows that the other does not.
fn told(state: &AppState, side: Side, overlays: &Overlays) -> String {
    let lang = state.settings.lang;
    let (here, there) = (state.map.shown(side), state.map.shown(side.other()));
    let mut parts = vec![lang.text(side.of(["ui.beside.left", "ui.beside.right"])).to_owned()];
    if let Some(span) = here.span {
        let [from, to] = span.days(state.office_now());
        let within = overlay(overlays, side).within();
        let count = within.map_or(0, |within| within.open.len() + within.ended.len() + within.past);
        parts.push(lang.fill("ui.beside.span", &[("from", &from), ("to", &to), ("count", &count)]));
    } else if there.span.is_some() {
        parts.push(lang.text("ui.beside.open_cases").to_owned());
    }
    let in_hand = state.map.in_hand() == side;
    let pictures = state.map.raster.kept.list.iter().filter(|one| if in_hand { one.shown } else { one.beside });
    parts.extend(pictures.map(|one| one.name.clone()));
    let only: Vec<LayerGroup> =
        LayerGroup::ALL.into_iter().filter(|one| !here.hidden.contains(one) && there.hidden.contains(one)).collect();
    let name = |one: &LayerGroup| format!("+{}", lang.find(&layers::name_key(*one)).unwrap_or_default());
    parts.extend(only.iter().take(MOST_NAMED).map(name));
    if only.len() > MOST_NAMED {
        parts.push(lang.fill("ui.beside.more", &[("count", &(only.len() - MOST_NAMED))]));
    }
    parts.join(" · ")
}

/// Which of two maps is set in a panel; nothing where there is one map only.
pub fn choice(ui: &mut Ui, state: &AppState, out: &mut Vec<Action>) {
    if state.map.beside.is_none() {
        return;
    }
    let lang = state.settings.lang;
    ui.horizontal(|ui| {
        ui.label(lang.text("ui.beside.set"));
        let sides = Side::ALL.map(|side| (side, lang.text(side.of(["ui.beside.left", "ui.beside.right"]))));
        if let Some(side) = widgets::choices(ui, &sides, Some(state.map.in_hand())) {
            out.push(Action::Map(MapAction::TakeInHand { side }));
        }
    });
}
