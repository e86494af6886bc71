//! The tab of the tools: each of them can be used from here by typed coordinates and lists, without the map.

pub mod drawn;
pub mod hand;
mod results;
pub mod toolbar;
pub mod words;

use eframe::egui::{self, Id, Label, RichText, ScrollArea, Ui};

use crate::app::action::Action;
use crate::app::state::{AppState, Severity};
use crate::app::tools::place::Form;
use crate::app::tools::{Draws, Said, SelectMode, Tool, ToolAction};
use crate::base::LonLat;
use crate::spatial::feature::Layer;
use crate::spatial::measure;
use crate::ui::local::{Focus, Local};
use crate::ui::theme::{SMALL, bold};
use crate::ui::{keys, widgets};

fn send(out: &mut Vec<Action>, action: ToolAction) {
    out.push(Action::Tool(action));
}

/// Shows the panel.
pub fn show(ui: &mut Ui, state: &AppState, local: &mut Local, out: &mut Vec<Action>) {
    if local.tools.focus.take_if(|tool| *tool == state.tools.tool).is_some() {
        local.focus = Some(Focus::Tool);
    }
    answer(ui, state, out);
    ScrollArea::vertical().id_salt("tools").auto_shrink(false).show(ui, |ui| {
        ui.set_width(ui.available_width() - 4.0);
        choose(ui, state, local, out);
        in_hand(ui, state, local, out);
        results::show(ui, state, local, out);
    });
}

fn choose(ui: &mut Ui, state: &AppState, local: &mut Local, out: &mut Vec<Action>) {
    let lang = state.settings.lang;
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing = egui::vec2(3.0, 3.0);
        ui.spacing_mut().button_padding.x = 6.0;
        for tool in Tool::ALL {
            let chosen = state.tools.tool == Some(tool);
            let button = egui::Button::selectable(chosen, words::tool(lang, tool)).frame_when_inactive(true);
            if ui.add(button).on_hover_text(keys::tool(tool)).clicked() {
                toolbar::choose(state, local, tool, out);
            }
        }
    });
}

fn in_hand(ui: &mut Ui, state: &AppState, local: &mut Local, out: &mut Vec<Action>) {
    let lang = state.settings.lang;
    ui.separator();
    match state.tools.tool {
        None => {
            ui.add(Label::new(lang.fill("tool.how.none", &[("key", &keys::GO_TO)])).wrap());
            typed(ui, state, local, "tool.go_to", out);
        }
        // The tab of grid keeping says what is to be done with those.
        Some(tool) if tool.keeps_grid() => {
            ui.add(Label::new(lang.text("tool.how.grid")).wrap());
        }
        Some(tool) => {
            ui.horizontal(|ui| {
                ui.label(bold(words::tool(lang, tool)));
                ui.label(widgets::key_hint(keys::tool(tool)));
            });
            ui.add(Label::new(RichText::new(words::how(lang, tool)).size(SMALL)).wrap());
            if tool == Tool::Buffer {
                width(ui, state, out);
            }
            if tool.selects() {
                selecting(ui, state, local, tool, out);
            }
            if tool.draws() != Draws::Nothing {
                let key = if tool.draws() == Draws::Point { "tool.point" } else { "tool.add_point" };
                typed(ui, state, local, key, out);
            }
            if matches!(tool.draws(), Draws::Line | Draws::Ring | Draws::Box) {
                sketch(ui, state, local, tool, out);
            }
            if tool == Tool::Place {
                place(ui, state, out);
            }
        }
    }
}

/// What came of the last thing done, and what is going on: always in sight at the foot of the panel, where it moves nothing.
fn answer(ui: &mut Ui, state: &AppState, out: &mut Vec<Action>) {
    let lang = state.settings.lang;
    foot(ui, "tool-said", state.tools.said.as_ref());
    if let Some(busy) = state.tools.busy {
        egui::Panel::bottom("tool-busy").frame(egui::Frame::new()).show_separator_line(false).show(ui, |ui| {
            ui.horizontal(|ui| {
                ui.label(lang.fill("tool.busy", &[("count", &busy.looked_at)]));
                if ui.button(lang.text("tool.stop")).clicked() {
                    send(out, ToolAction::Stop);
                }
            });
        });
    }
}

/// An answer at the foot of a panel.
pub(crate) fn foot(ui: &mut Ui, id: &'static str, said: Option<&Said>) {
    let Some(said) = said else { return };
    egui::Panel::bottom(id).frame(egui::Frame::new()).show_separator_line(false).show(ui, |ui| {
        widgets::banner(ui, if said.refused { Severity::Warning } else { Severity::Info }, |ui| {
            ui.add(Label::new(RichText::new(said.text.as_str()).size(SMALL)).wrap());
        });
    });
}

/// A place in coordinates of any system or in words, for the tool or to go to.
pub(crate) fn typed(ui: &mut Ui, state: &AppState, local: &mut Local, key: &'static str, out: &mut Vec<Action>) {
    let lang = state.settings.lang;
    let id = Id::unique("tool-typed");
    let entered = widgets::enter(ui, id);
    let edits = local.tools.edits.filter(|index| *index < state.tools.sketch.points().len());
    let label = match edits {
        Some(index) => lang.fill("tool.edit_point", &[("number", &(index + 1))]),
        None => lang.text(key).to_owned(),
    };
    let pressed = widgets::field(ui, &label, None, |ui, label| {
        beside(ui, lang.text("tool.take"), !local.tools.typed.trim().is_empty(), |ui| {
            let hint = lang.text("tool.typed_hint");
            let response = widgets::line(ui, id, &mut local.tools.typed, hint).labelled_by(label);
            if local.focus == Some(Focus::Tool) {
                local.focus = None;
                response.request_focus();
            }
        })
    });
    if (entered || pressed) && !local.tools.typed.trim().is_empty() {
        send(out, ToolAction::Typed { text: std::mem::take(&mut local.tools.typed), index: edits });
        local.tools.edits = None;
    }
}

/// A field, and a button at its right end that does what Enter does; whether it was pressed.
pub(crate) fn beside(ui: &mut Ui, button: &str, enabled: bool, add: impl FnOnce(&mut Ui)) -> bool {
    let size = egui::vec2(ui.available_width(), ui.spacing().interact_size.y);
    ui.allocate_ui_with_layout(size, egui::Layout::right_to_left(egui::Align::Center), |ui| {
        let pressed = ui.add_enabled(enabled, egui::Button::new(button)).on_hover_text("Enter").clicked();
        add(ui);
        pressed
    })
    .inner
}

fn width(ui: &mut Ui, state: &AppState, out: &mut Vec<Action>) {
    let lang = state.settings.lang;
    widgets::field(ui, lang.text("tool.width"), None, |ui, label| {
        let mut metres = state.tools.width_m;
        let value = egui::DragValue::new(&mut metres).range(0.1..=20_000.0).speed(1.0).max_decimals(1).suffix(" m");
        if ui.add(value).labelled_by(label).changed() {
            send(out, ToolAction::Width { metres });
        }
    });
}

/// Which layers, which attributes, what becomes of the old selection; cells and communities by name.
fn selecting(ui: &mut Ui, state: &AppState, local: &mut Local, tool: Tool, out: &mut Vec<Action>) {
    let lang = state.settings.lang;
    if matches!(tool, Tool::SelectCell | Tool::SelectCommunity) {
        area(ui, state, local, tool, out);
    }
    let id = Id::unique("tool-filter");
    let entered = widgets::enter(ui, id);
    widgets::field(ui, lang.text("tool.filter"), None, |ui, label| {
        let mut text = state.tools.filter.clone();
        let response = widgets::line(ui, id, &mut text, lang.text("tool.filter_hint")).labelled_by(label);
        if tool == Tool::SelectFilter && local.focus == Some(Focus::Tool) {
            local.focus = None;
            response.request_focus();
        }
        if response.on_hover_text(lang.text("tool.filter_explained")).changed() {
            send(out, ToolAction::Filter { text });
        }
    });
    if tool == Tool::SelectFilter && (ui.button(lang.text("tool.select_all")).clicked() || entered) {
        send(out, ToolAction::SelectAll);
    }
    let modes = [
        (SelectMode::Replace, lang.text("tool.mode.replace")),
        (SelectMode::Add, lang.text("tool.mode.add")),
        (SelectMode::Remove, lang.text("tool.mode.remove")),
    ];
    if let Some(mode) = widgets::choices(ui, &modes, Some(state.tools.mode)) {
        send(out, ToolAction::Mode { mode });
    }
    layers(ui, state, out);
}

fn layers(ui: &mut Ui, state: &AppState, out: &mut Vec<Action>) {
    let lang = state.settings.lang;
    let chosen = &state.tools.layers;
    let title = match chosen.len() {
        0 => lang.text("tool.layers_visible").to_owned(),
        count => lang.fill("tool.layers_chosen", &[("count", &count)]),
    };
    egui::CollapsingHeader::new(title).id_salt("tool-layers").show(ui, |ui| {
        ui.horizontal_wrapped(|ui| {
            for layer in Layer::ALL {
                let mut on = chosen.contains(&layer);
                if ui.checkbox(&mut on, words::layer(lang, layer)).changed() {
                    let mut layers: Vec<Layer> = chosen.iter().copied().filter(|one| *one != layer).collect();
                    layers.extend(on.then_some(layer));
                    send(out, ToolAction::Layers { layers });
                }
            }
        });
        if !chosen.is_empty() && ui.button(lang.text("tool.layers_reset")).clicked() {
            send(out, ToolAction::Layers { layers: Vec::new() });
        }
    });
}

fn area(ui: &mut Ui, state: &AppState, local: &mut Local, tool: Tool, out: &mut Vec<Action>) {
    let lang = state.settings.lang;
    let (key, id) = if tool == Tool::SelectCell {
        ("tool.area_cell", Id::unique("tool-cell"))
    } else {
        ("tool.area_community", Id::unique("tool-community"))
    };
    let entered = widgets::enter(ui, id);
    let ready = !local.tools.area.trim().is_empty();
    let pressed = widgets::field(ui, lang.text(key), None, |ui, label| {
        beside(ui, lang.text("tool.select_in"), ready, |ui| {
            let response = widgets::line(ui, id, &mut local.tools.area, "").labelled_by(label);
            if local.focus == Some(Focus::Tool) {
                local.focus = None;
                response.request_focus();
            }
        })
    });
    if tool == Tool::SelectCommunity {
        egui::ComboBox::from_id_salt("tool-communities")
            .selected_text(lang.text("tool.communities"))
            .width(ui.available_width())
            .show_ui(ui, |ui| {
                for community in state.books.street.communities() {
                    if ui.selectable_label(local.tools.area == community.name, community.name.as_str()).clicked() {
                        local.tools.area.clone_from(&community.name);
                        send(out, ToolAction::SelectIn { area: community.name.clone() });
                    }
                }
            })
            .response
            .accessible_name(lang.text("tool.communities"));
    }
    if ready && (pressed || entered) {
        send(out, ToolAction::SelectIn { area: local.tools.area.clone() });
    }
}

/// What has been measured.
pub(crate) fn figures(ui: &mut Ui, state: &AppState) {
    for (name, value) in words::figures(state.settings.lang, &state.tools, state.tools.sketch.points()) {
        ui.horizontal(|ui| {
            ui.label(name);
            ui.label(bold(value));
        });
    }
}

/// Whether drawing holds to corners and edges.
pub(crate) fn snap(ui: &mut Ui, state: &AppState, out: &mut Vec<Action>) {
    let lang = state.settings.lang;
    let snapping = &state.tools.snapping;
    let mut on = snapping.on;
    if ui.checkbox(&mut on, lang.text("tool.snap")).changed() {
        send(out, ToolAction::Snap { on });
    }
    if on && snapping.near.is_none() && state.tools.waiting.near.is_none() {
        ui.label(RichText::new(lang.text("tool.snap.far")).size(SMALL));
    }
}

/// The points that are drawn, as a list, with what they measure.
fn sketch(ui: &mut Ui, state: &AppState, local: &mut Local, tool: Tool, out: &mut Vec<Action>) {
    let lang = state.settings.lang;
    let sketch = &state.tools.sketch;
    figures(ui, state);
    if tool == Tool::Buffer
        && let Some(area) = state.tools.area()
    {
        ui.horizontal(|ui| {
            ui.label(lang.text("tool.figure.buffer"));
            ui.label(bold(words::area(lang, measure::area_m2(&area))));
        });
    }
    ui.horizontal_wrapped(|ui| {
        let done = if tool.selects() { "tool.select_in" } else { "tool.finish" };
        let least = if tool == Tool::Buffer { 1 } else { tool.draws().least() };
        let whole = sketch.points().len() >= least;
        if widgets::main_button(ui, whole, lang.text(done)).on_hover_text(keys::SEND).clicked() {
            send(out, ToolAction::Finish);
        }
        for (key, can, hint, action) in [
            ("tool.undo", sketch.can_undo(), keys::UNDO, ToolAction::Undo),
            ("tool.redo", sketch.can_redo(), keys::REDO, ToolAction::Redo),
            ("tool.clear", !sketch.points().is_empty(), "Esc", ToolAction::Clear),
        ] {
            if ui.add_enabled(can, egui::Button::new(lang.text(key))).on_hover_text(hint).clicked() {
                send(out, action);
            }
        }
    });
    if tool.snaps() {
        snap(ui, state, out);
    }
    if !sketch.points().is_empty() {
        // For selecting, what was found matters more than where it was looked for.
        egui::CollapsingHeader::new(lang.fill("tool.points", &[("count", &sketch.points().len())]))
            .id_salt(("tool-points", tool.selects()))
            .default_open(!tool.selects())
            .show(ui, |ui| points(ui, state, local, out));
    }
}

pub(crate) fn points(ui: &mut Ui, state: &AppState, local: &mut Local, out: &mut Vec<Action>) {
    let lang = state.settings.lang;
    for (index, at) in state.tools.sketch.points().iter().enumerate() {
        ui.horizontal(|ui| {
            ui.label(format!("{}.  {:.6}, {:.6}", index + 1, at.lon, at.lat));
            let name = lang.fill("tool.edit_point", &[("number", &(index + 1))]);
            let mut edits = local.tools.edits == Some(index);
            let button = egui::Button::selectable(edits, lang.text("tool.edit")).frame_when_inactive(true).small();
            if ui.add(button).on_hover_text(&name).accessible_name(name).clicked() {
                edits = !edits;
                local.tools.edits = edits.then_some(index);
                if edits {
                    local.tools.typed = format!("{:.7},{:.7}", at.lon, at.lat);
                    local.focus = Some(Focus::Tool);
                }
            }
            let name = lang.fill("tool.remove_point", &[("number", &(index + 1))]);
            if ui.small_button("×").on_hover_text(&name).accessible_name(name).clicked() {
                send(out, ToolAction::RemovePoint { index });
            }
        });
    }
}

/// The place in every way in which people write it.
fn place(ui: &mut Ui, state: &AppState, out: &mut Vec<Action>) {
    let lang = state.settings.lang;
    let Some(at) = place_in_hand(state) else {
        ui.label(lang.text("tool.place.none"));
        return;
    };
    for form in Form::ALL {
        let Some(text) = form.write(at, &state.books, lang) else { continue };
        widgets::field(ui, form.name(lang), None, |ui, _| {
            ui.horizontal(|ui| {
                let name = lang.fill("tool.place.copy_named", &[("name", &form.name(lang))]);
                if ui.small_button(lang.text("tool.place.copy")).accessible_name(name).clicked() {
                    copy(ui.ctx(), text.clone(), out);
                }
                ui.add(Label::new(text.as_str()).wrap());
            });
        });
    }
}

/// The place that is meant by "copy": the one marked last, or the one asked about last.
pub fn place_in_hand(state: &AppState) -> Option<LonLat> {
    state.tools.place.or(state.map.inspected.as_ref().map(|found| found.at))
}

/// Puts a text on the clipboard and says so.
pub fn copy(ctx: &egui::Context, text: String, out: &mut Vec<Action>) {
    ctx.copy_text(text.clone());
    send(out, ToolAction::Copied { text });
}
