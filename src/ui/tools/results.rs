//! What was found and what is selected, as lists; the attributes of one feature.

use eframe::egui::{self, EventFilter, Id, Key, Label, Modifiers, Role, ScrollArea, Sense, Ui, WidgetInfo};

use super::send;
use crate::app::action::Action;
use crate::app::export::{Area, ExportAction, Wishes};
use crate::app::state::AppState;
use crate::app::tools::{Listed, Tool, ToolAction};
use crate::spatial::feature::{FeatureId, Layer};
use crate::ui::keys;
use crate::ui::local::{Focus, Local, Tab};
use crate::ui::theme::bold;
use crate::ui::tools::words;
use crate::ui::widgets::{self, Row};

/// Height of the lists.
const LIST: f32 = 190.0;

/// Shows what there is to show.
pub fn show(ui: &mut Ui, state: &AppState, local: &mut Local, out: &mut Vec<Action>) {
    if state.tools.tool == Some(Tool::Identify) {
        identified(ui, state, out);
    }
    selected(ui, state, local, out);
    shown(ui, state, out);
}

fn identified(ui: &mut Ui, state: &AppState, out: &mut Vec<Action>) {
    let lang = state.settings.lang;
    let Some(identified) = &state.tools.identified else { return };
    match &identified.found {
        None => {
            ui.label(lang.text("tool.reading"));
        }
        Some(found) if found.is_empty() => {
            ui.label(lang.text("tool.nothing_here"));
        }
        Some(found) => {
            widgets::section(ui, &lang.fill("tool.found_here", &[("count", &found.len())]));
            let name = lang.text("tool.list.identified");
            if let Some(id) = list(ui, state, "identified", name, found) {
                send(out, ToolAction::Show { feature: Some(id) });
            }
        }
    }
}

fn selected(ui: &mut Ui, state: &AppState, local: &mut Local, out: &mut Vec<Action>) {
    let lang = state.settings.lang;
    let selection = &state.selection;
    if selection.rows.is_empty() {
        return;
    }
    ui.separator();
    ui.horizontal_wrapped(|ui| {
        ui.label(bold(lang.fill("tool.selected", &[("count", &selection.rows.len())])));
        if ui.button(lang.text("tool.zoom_to_selection")).clicked() {
            send(out, ToolAction::ZoomToSelection);
        }
        if ui.button(lang.text("tool.export_selection")).on_hover_text(keys::EXPORT).clicked() {
            let wishes = Wishes { area: Area::Selection, ..state.export.wishes.clone() };
            out.push(Action::Export(ExportAction::Wishes { wishes: Box::new(wishes) }));
            out.push(Action::Export(ExportAction::Show { open: true }));
            local.tab = Tab::Data;
            local.focus = Some(Focus::Column);
        }
        if ui.button(lang.text("tool.clear_selection")).clicked() {
            send(out, ToolAction::ClearSelection);
        }
    });
    if selection.listed.iter().map(|one| one.id.layer).collect::<std::collections::BTreeSet<_>>().is_empty() {
        ui.label(lang.text("tool.reading"));
    }
    let counts = selection.counts();
    let names: Vec<(Layer, String)> =
        counts.iter().map(|(layer, count)| (*layer, format!("{} {count}", words::layer(lang, *layer)))).collect();
    let choices: Vec<(Layer, &str)> = names.iter().map(|(layer, name)| (*layer, name.as_str())).collect();
    let open = local.tools.layer.filter(|layer| counts.iter().any(|(one, _)| one == layer)).or(Some(counts[0].0));
    if let Some(layer) = widgets::choices(ui, &choices, open) {
        local.tools.layer = Some(layer);
    }
    let Some(layer) = open else { return };
    let own: Vec<Listed> = selection.listed.iter().filter(|one| one.id.layer == layer).cloned().collect();
    let name = lang.text("tool.list.selected");
    if let Some(id) = list(ui, state, "selected", name, &own) {
        send(out, ToolAction::Show { feature: Some(id) });
    }
    let rest = selection.rows_of(layer).len().saturating_sub(own.len());
    if rest > 0 && ui.button(lang.fill("tool.list_more", &[("count", &rest)])).clicked() {
        send(out, ToolAction::ListMore { layer });
    }
    if selection.outlines.len() < selection.rows.len() && !selection.outlines.is_empty() {
        ui.weak(lang.fill("tool.drawn_of", &[("drawn", &selection.outlines.len()), ("count", &selection.rows.len())]));
    }
}

/// A list that is one stop for Tab; arrows go through it. Gives the feature chosen now.
fn list(ui: &mut Ui, state: &AppState, salt: &'static str, name: &str, found: &[Listed]) -> Option<FeatureId> {
    let lang = state.settings.lang;
    let id = Id::unique(("tool-list", salt));
    let shown = state.tools.shown.as_ref().map(|shown| shown.id);
    let cursor = found.iter().position(|one| Some(one.id) == shown);
    let rows: Vec<Row> = found
        .iter()
        .map(|one| Row {
            text: words::listed(lang, one),
            detail: match one.metres {
                Some(metres) if metres >= 0.05 => {
                    format!("{} {}", words::layer(lang, one.id.layer), words::length(lang, metres))
                }
                Some(_) => words::layer(lang, one.id.layer).to_owned(),
                None => String::new(),
            },
        })
        .collect();
    let high = LIST.min(rows.len() as f32 * 26.0 + 2.0);
    let (rect, _) = ui.allocate_exact_size(egui::vec2(ui.available_width(), high), Sense::hover());
    let stop = ui.interact(rect, id, Sense::focusable_noninteractive());
    stop.widget_info(|| WidgetInfo::labeled(Role::ListBox, true, name));
    let mut picked = None;
    if stop.has_focus() && !found.is_empty() {
        let filter = EventFilter { vertical_arrows: true, ..EventFilter::default() };
        ui.memory_mut(|memory| memory.set_focus_lock_filter(id, filter));
        let pressed = |key| ui.input_mut(|input| input.consume_key(Modifiers::NONE, key));
        let last = found.len() - 1;
        if pressed(Key::ArrowDown) {
            picked = Some(cursor.map_or(0, |at| (at + 1).min(last)));
        }
        if pressed(Key::ArrowUp) {
            picked = Some(cursor.map_or(0, |at| at.saturating_sub(1)));
        }
    }
    let mut inner = ui.new_child(egui::UiBuilder::new().max_rect(rect));
    ScrollArea::vertical().id_salt(("tool-rows", salt)).max_height(high).auto_shrink(false).show(&mut inner, |ui| {
        picked = widgets::whole_list(ui, id, &rows, cursor).or(picked);
    });
    if stop.has_focus() {
        widgets::focus_ring(ui, rect);
    }
    picked.and_then(|at| found.get(at)).map(|one| one.id)
}

fn shown(ui: &mut Ui, state: &AppState, out: &mut Vec<Action>) {
    let lang = state.settings.lang;
    let Some(shown) = &state.tools.shown else { return };
    ui.separator();
    ui.horizontal_wrapped(|ui| {
        ui.add(Label::new(bold(words::title(lang, shown.id, &shown.title))).wrap());
        if ui.button(lang.text("tool.zoom_to")).clicked() {
            send(out, ToolAction::ZoomToShown);
        }
        let name = lang.text("tool.put_away");
        if ui.button("×").on_hover_text(name).accessible_name(name).clicked() {
            send(out, ToolAction::Show { feature: None });
        }
    });
    ui.spacing_mut().item_spacing.y = 3.0;
    widgets::fact(ui, lang.text("tool.layer"), words::layer(lang, shown.id.layer));
    for (column, value) in &shown.attributes {
        widgets::fact(ui, &words::column(lang, column), value.as_str());
    }
}
