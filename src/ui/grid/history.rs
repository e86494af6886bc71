//! The versions of a cell, of all that it came from and all that it became.

use eframe::egui::{Id, Label, Ui};

use super::send;
use crate::app::action::Action;
use crate::app::keeping::GridAction;
use crate::app::state::AppState;
use crate::ui::local::{Focus, Local};
use crate::ui::{tools, widgets};

/// Shows the page.
pub fn show(ui: &mut Ui, state: &AppState, local: &mut Local, out: &mut Vec<Action>) {
    let lang = state.settings.lang;
    let id = Id::unique("grid-history");
    let entered = widgets::enter(ui, id);
    let ready = !local.grid.history.trim().is_empty();
    let pressed = widgets::field(ui, lang.text("grid.panel.code"), None, |ui, label| {
        tools::beside(ui, lang.text("grid.panel.show"), ready, |ui| {
            let response = widgets::line(ui, id, &mut local.grid.history, "").labelled_by(label);
            if local.focus == Some(Focus::Tool) {
                local.focus = None;
                response.request_focus();
            }
        })
    });
    if ready && (pressed || entered) {
        send(out, GridAction::History { code: Some(local.grid.history.clone()) });
    }
    // The cell that was asked about on the map is the one most likely meant.
    if let Some(code) = state.map.inspected.as_ref().and_then(|found| found.grid.as_ref())
        && ui.button(lang.fill("grid.panel.asked_about", &[("code", code)])).clicked()
    {
        local.grid.history.clone_from(code);
        send(out, GridAction::History { code: Some(code.clone()) });
    }
    let Some(code) = &state.keeping.history else {
        ui.add(Label::new(lang.text("grid.panel.history_explained")).wrap());
        return;
    };
    for version in state.keeping.preview.family(code) {
        ui.separator();
        ui.add(Label::new(version.words(lang)).wrap());
        let values: [(&str, &dyn std::fmt::Display); 2] = [("code", &version.code), ("version", &version.version)];
        let name = lang.fill("grid.panel.go_to_version", &values);
        if ui.button(lang.text("grid.panel.go_to")).accessible_name(name).clicked() {
            send(out, GridAction::ShowVersion { code: version.code.clone(), version: version.version });
        }
    }
}
