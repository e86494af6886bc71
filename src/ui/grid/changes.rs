//! Changes of cells: chosen, drawn or picked, decided, and saved together.

use eframe::egui::{self, Id, Label, RichText, Ui};

use super::send;
use crate::app::action::Action;
use crate::app::keeping::{Change, GridAction, Made};
use crate::app::state::AppState;
use crate::app::tools::{Draws, ToolAction};
use crate::base::clock::office_time;
use crate::base::text::Lang;
use crate::ui::local::{Focus, Local};
use crate::ui::theme::{SMALL, bold};
use crate::ui::{keys, tools, widgets};

/// Name of a change.
pub fn name(lang: Lang, change: Change) -> &'static str {
    lang.find(&format!("grid.do.{}", change.word())).unwrap_or(change.word())
}

/// Shows the page.
pub fn show(ui: &mut Ui, state: &AppState, local: &mut Local, out: &mut Vec<Action>) {
    let lang = state.settings.lang;
    let keeping = &state.keeping;
    let mut begun = false;
    let choices = Change::ALL.map(|change| (change, name(lang, change)));
    if let Some(change) = widgets::choices(ui, &choices, keeping.change) {
        let what = Some(change).filter(|change| keeping.change != Some(*change));
        send(out, GridAction::Begin { what });
        begun = what.is_some();
    }
    match keeping.change {
        None => {
            ui.add(Label::new(lang.text("grid.panel.choose")).wrap());
        }
        Some(change) => {
            let how = lang.find(&format!("grid.how.{}", change.word())).unwrap_or_default();
            ui.add(Label::new(RichText::new(how).size(SMALL)).wrap());
            if change == Change::Draw {
                community(ui, state, out);
            } else {
                cells(ui, state, local, change, out);
            }
            if matches!(state.tools.draws(), Draws::Line | Draws::Ring) {
                outline(ui, state, local, out);
            }
            when_and_why(ui, state, out);
            let busy = keeping.saving.is_some();
            let make = lang.text("grid.panel.make");
            // What waits to be saved is the more important of the two.
            let pressed = if keeping.made.is_empty() {
                widgets::main_button(ui, !busy, make).clicked()
            } else {
                ui.add_enabled(!busy, egui::Button::new(make)).clicked()
            };
            if pressed {
                send(out, GridAction::Make);
            }
        }
    }
    waiting(ui, state, out);
    if begun {
        // Not to a field of what was begun before: they have been shown by now.
        local.focus = Some(Focus::Tool);
    }
}

fn community(ui: &mut Ui, state: &AppState, out: &mut Vec<Action>) {
    let lang = state.settings.lang;
    let chosen = &state.keeping.community;
    let known = state.books.street.communities();
    let own = lang.text("grid.panel.community_drawn");
    let text = known.iter().find(|one| one.code == *chosen).map_or(own, |one| one.name.as_str());
    widgets::field(ui, lang.text("grid.panel.community"), None, |ui, label| {
        egui::ComboBox::from_id_salt("grid-community")
            .selected_text(text)
            .width(ui.available_width())
            .show_ui(ui, |ui| {
                let all =
                    std::iter::once((own, "")).chain(known.iter().map(|one| (one.name.as_str(), one.code.as_str())));
                for (name, code) in all {
                    if ui.selectable_label(code == chosen, name).clicked() {
                        send(out, GridAction::Community { code: code.to_owned() });
                    }
                }
            })
            .response
            .labelled_by(label);
    });
}

/// The cells that are taken into the change: picked on the map, or by code.
fn cells(ui: &mut Ui, state: &AppState, local: &mut Local, change: Change, out: &mut Vec<Action>) {
    let lang = state.settings.lang;
    let picked = &state.keeping.picked;
    let id = Id::unique("grid-code");
    let entered = widgets::enter(ui, id);
    let ready = !local.grid.code.trim().is_empty();
    let pressed = widgets::field(ui, lang.text("grid.panel.code"), None, |ui, label| {
        tools::beside(ui, lang.text("grid.panel.pick"), ready, |ui| {
            let response = widgets::line(ui, id, &mut local.grid.code, "").labelled_by(label);
            let next = change.tool(picked.len()).draws() == Draws::Point;
            if next && local.focus == Some(Focus::Tool) {
                local.focus = None;
                response.request_focus();
            }
        })
    });
    if ready && (pressed || entered) {
        send(out, GridAction::Pick { code: std::mem::take(&mut local.grid.code) });
        local.focus = Some(Focus::Tool);
    }
    for code in picked {
        ui.horizontal(|ui| {
            ui.label(code);
            let name = lang.fill("grid.panel.unpick", &[("code", code)]);
            if ui.small_button("×").on_hover_text(&name).accessible_name(name).clicked() {
                send(out, GridAction::Pick { code: code.clone() });
            }
        });
    }
}

fn outline(ui: &mut Ui, state: &AppState, local: &mut Local, out: &mut Vec<Action>) {
    let lang = state.settings.lang;
    tools::typed(ui, state, local, "tool.add_point", out);
    tools::figures(ui, state);
    let sketch = &state.tools.sketch;
    ui.horizontal_wrapped(|ui| {
        for (key, can, hint, action) in [
            ("tool.undo", sketch.can_undo(), keys::UNDO, ToolAction::Undo),
            ("tool.redo", sketch.can_redo(), keys::REDO, ToolAction::Redo),
            ("tool.clear", !sketch.points().is_empty(), "Esc", ToolAction::Clear),
        ] {
            if ui.add_enabled(can, egui::Button::new(lang.text(key))).on_hover_text(hint).clicked() {
                out.push(Action::Tool(action));
            }
        }
    });
    tools::snap(ui, state, out);
    if !sketch.points().is_empty() {
        egui::CollapsingHeader::new(lang.fill("tool.points", &[("count", &sketch.points().len())]))
            .id_salt("grid-points")
            .show(ui, |ui| tools::points(ui, state, local, out));
    }
}

fn when_and_why(ui: &mut Ui, state: &AppState, out: &mut Vec<Action>) {
    let lang = state.settings.lang;
    let keeping = &state.keeping;
    let today = office_time(state.office_now()).date();
    let complaint = keeping.day(today).is_none().then(|| lang.text("grid.panel.day_form"));
    widgets::field(ui, lang.text("grid.panel.day"), complaint, |ui, label| {
        let mut text = keeping.day.clone();
        let response = widgets::line(ui, Id::unique("grid-day"), &mut text, &today.to_string()).labelled_by(label);
        if response.changed() {
            send(out, GridAction::Day { text });
        }
    });
    let id = Id::unique("grid-reason");
    let entered = widgets::enter(ui, id);
    widgets::field(ui, lang.text("grid.panel.reason"), None, |ui, label| {
        let mut text = keeping.reason.clone();
        if widgets::line(ui, id, &mut text, "").labelled_by(label).changed() {
            send(out, GridAction::Reason { text });
        }
    });
    if entered {
        send(out, GridAction::Make);
    }
}

/// The changes that are not saved yet.
fn waiting(ui: &mut Ui, state: &AppState, out: &mut Vec<Action>) {
    let lang = state.settings.lang;
    let keeping = &state.keeping;
    if state.pack_rereading {
        ui.label(lang.text("grid.panel.rereading"));
    }
    if keeping.made.is_empty() && keeping.undone.is_empty() {
        return;
    }
    ui.separator();
    widgets::section(ui, &lang.fill("grid.panel.waiting", &[("count", &keeping.made.len())]));
    for made in &keeping.made {
        ui.add(Label::new(in_words(lang, made)).wrap());
    }
    let busy = keeping.saving.is_some();
    ui.horizontal_wrapped(|ui| {
        let save = lang.fill("grid.panel.save", &[("count", &keeping.made.len())]);
        if widgets::main_button(ui, !busy && !keeping.made.is_empty(), &save).clicked() {
            send(out, GridAction::Save);
        }
        for (key, can, action) in [
            ("grid.panel.undo", !keeping.made.is_empty(), GridAction::Undo),
            ("grid.panel.redo", !keeping.undone.is_empty(), GridAction::Redo),
        ] {
            if ui.add_enabled(can && !busy, egui::Button::new(lang.text(key))).clicked() {
                send(out, action);
            }
        }
    });
    if busy {
        ui.label(bold(lang.text("grid.panel.saving")));
    }
}

/// What a change does: codes that end and codes that begin.
fn in_words(lang: Lang, made: &Made) -> String {
    let codes = |versions: &[crate::spatial::grid::CellVersion]| {
        let codes: Vec<&str> = versions.iter().map(|version| version.code.as_str()).collect();
        if codes.is_empty() { lang.text("grid.panel.none").to_owned() } else { codes.join(lang.text("grid.and")) }
    };
    let values: [(&str, &dyn std::fmt::Display); 5] = [
        ("act", &name(lang, made.step.change())),
        ("day", &made.step.request.day),
        ("ended", &codes(&made.edit.ended)),
        ("began", &codes(&made.edit.began)),
        ("reason", &made.step.request.reason),
    ];
    lang.fill("grid.panel.made", &values)
}
