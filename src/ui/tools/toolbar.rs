//! The tools as small buttons at the map's upper left edge.

use eframe::egui::{self, Id, Pos2, Rect, Role, Sense, Shape, Stroke, StrokeKind, Ui, WidgetInfo, pos2, vec2};

use crate::app::action::Action;
use crate::app::state::AppState;
use crate::app::tools::{Tool, ToolAction};
use crate::ui::keys;
use crate::ui::local::{Local, Tab};
use crate::ui::theme::{Palette, bold_font};
use crate::ui::tools::words;

const SIDE: f32 = 27.0;
const GAP: f32 = 2.0;
const MARGIN: f32 = 8.0;

/// Shows the buttons over the map's field.
pub fn show(ui: &Ui, field: Rect, state: &AppState, local: &mut Local, out: &mut Vec<Action>) {
    let lang = state.settings.lang;
    let palette = Palette::of(state.settings.theme);
    let high = SIDE * Tool::ALL.len() as f32 + GAP * (Tool::ALL.len() - 1) as f32;
    if field.height() < high + MARGIN * 2.0 || field.width() < SIDE * 4.0 {
        // No room: the tools stand in their tab as well.
        return;
    }
    let corner = field.min + vec2(MARGIN, MARGIN);
    let painter = ui.painter_at(field);
    painter.rect_filled(Rect::from_min_size(corner, vec2(SIDE, high)).expand(2.0), 3.0, palette.ground);
    for (place, tool) in Tool::ALL.into_iter().enumerate() {
        let rect = Rect::from_min_size(corner + vec2(0.0, place as f32 * (SIDE + GAP)), vec2(SIDE, SIDE));
        let response = ui.interact(rect, Id::unique(("toolbar", place)), Sense::click());
        let chosen = state.tools.tool == Some(tool);
        let name = lang.fill("tool.bar", &[("name", &words::tool(lang, tool)), ("key", &keys::tool(tool))]);
        response.widget_info(|| WidgetInfo::selected(Role::Button, true, chosen, &name));
        let (ground, ink) = match (chosen, response.hovered()) {
            (true, _) => (palette.chosen, palette.on_chosen),
            (false, true) => (palette.faint, palette.text),
            (false, false) => (palette.button, palette.text),
        };
        painter.rect_filled(rect, 3.0, ground);
        let (width, edge) = if response.has_focus() || chosen { (2.0, palette.accent) } else { (1.0, palette.line) };
        painter.rect_stroke(rect, 3.0, Stroke::new(width, edge), StrokeKind::Inside);
        icon(&painter, rect.shrink(6.0), tool, ink);
        if response.clicked() {
            choose(state, local, tool, out);
        }
        response.on_hover_text(name);
    }
}

/// Takes a tool in hand and opens its tab, or puts it away when it is in hand already.
pub fn choose(state: &AppState, local: &mut Local, tool: Tool, out: &mut Vec<Action>) {
    let what = Some(tool).filter(|tool| state.tools.tool != Some(*tool));
    if what.is_some() {
        local.tab = Tab::Tools;
    }
    out.push(Action::Tool(ToolAction::Choose { what }));
}

fn icon(painter: &egui::Painter, rect: Rect, tool: Tool, ink: egui::Color32) {
    let stroke = Stroke::new(1.5, ink);
    let at = |x: f32, y: f32| -> Pos2 { pos2(rect.left() + x * rect.width(), rect.top() + y * rect.height()) };
    let line = |points: &[(f32, f32)]| {
        painter.line(points.iter().map(|(x, y)| at(*x, *y)).collect::<Vec<_>>(), stroke);
    };
    let dashed = |points: &[(f32, f32)]| {
        let points: Vec<Pos2> = points.iter().map(|(x, y)| at(*x, *y)).collect();
        painter.extend(Shape::dashed_line(&points, stroke, 3.0, 2.0));
    };
    let dot = |x: f32, y: f32| {
        painter.circle_filled(at(x, y), 2.2, ink);
    };
    match tool {
        Tool::Identify => {
            painter.circle_stroke(rect.center(), rect.width() / 2.0, stroke);
            painter.text(rect.center(), egui::Align2::CENTER_CENTER, "i", bold_font(11.0), ink);
        }
        Tool::Distance => {
            line(&[(0.0, 1.0), (0.45, 0.5), (1.0, 0.0)]);
            dot(0.0, 1.0);
            dot(0.45, 0.5);
            dot(1.0, 0.0);
        }
        Tool::Area => {
            line(&[(0.0, 0.3), (0.6, 0.0), (1.0, 0.7), (0.3, 1.0), (0.0, 0.3)]);
            line(&[(0.2, 0.75), (0.75, 0.3)]);
        }
        Tool::Buffer => {
            painter.circle_filled(rect.center(), 2.5, ink);
            painter.circle_stroke(rect.center(), rect.width() / 2.0, stroke);
        }
        Tool::SelectBox => dashed(&[(0.0, 0.1), (1.0, 0.1), (1.0, 0.9), (0.0, 0.9), (0.0, 0.1)]),
        Tool::SelectPolygon => dashed(&[(0.0, 0.4), (0.5, 0.0), (1.0, 0.4), (0.7, 1.0), (0.2, 0.9), (0.0, 0.4)]),
        Tool::SelectCell => {
            line(&[(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0), (0.0, 0.0)]);
            line(&[(0.5, 0.0), (0.5, 1.0)]);
            line(&[(0.0, 0.5), (1.0, 0.5)]);
            painter.rect_filled(Rect::from_min_max(at(0.5, 0.0), at(1.0, 0.5)), 0.0, ink);
        }
        Tool::SelectCommunity => {
            line(&[(0.0, 0.5), (0.5, 0.0), (1.0, 0.5)]);
            line(&[(0.15, 0.4), (0.15, 1.0), (0.85, 1.0), (0.85, 0.4)]);
        }
        Tool::SelectFilter => {
            line(&[(0.0, 0.05), (1.0, 0.05), (0.6, 0.5), (0.6, 0.95), (0.4, 0.8), (0.4, 0.5), (0.0, 0.05)])
        }
        Tool::Place => {
            line(&[(0.5, 1.0), (0.2, 0.45), (0.25, 0.15), (0.5, 0.0), (0.75, 0.15), (0.8, 0.45), (0.5, 1.0)]);
            dot(0.5, 0.33);
        }
        // These come with a change of the grid and have no button here.
        Tool::CellPick | Tool::CellOutline | Tool::CellCut => {}
    }
}
