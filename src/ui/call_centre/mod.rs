//! The call centre (呼叫中心): the sheet of the report being taken, and the case in hand beside it. Going from one to
//! the other loses nothing.

pub mod sheet;

use eframe::egui::{self, Ui};

use crate::app::action::Action;
use crate::app::state::AppState;
use crate::ui::local::{Hand, Local};
use crate::ui::{case_panel, keys, widgets};

/// Shows sheet or case.
pub fn show(ui: &mut Ui, state: &AppState, local: &mut Local, out: &mut Vec<Action>) {
    let lang = state.settings.lang;
    ui.horizontal(|ui| {
        let begun = if state.draft.is_blank() { "ui.hand.sheet" } else { "ui.hand.sheet_begun" };
        let tab = |chosen, key| egui::Button::selectable(chosen, lang.text(key)).frame_when_inactive(true);
        if ui.add(tab(local.hand == Hand::Sheet, begun)).on_hover_text(keys::NEW_REPORT).clicked() {
            local.hand = Hand::Sheet;
        }
        if ui.add(tab(local.hand == Hand::Case, "ui.hand.case")).clicked() {
            local.hand = Hand::Case;
        }
    });
    ui.separator();
    match (local.hand, state.selected_case()) {
        (Hand::Sheet, _) => sheet::show(ui, state, local, out),
        (Hand::Case, Some(case)) => case_panel::show(ui, state, case, local, out),
        (Hand::Case, None) => {
            widgets::empty(ui, lang.text("ui.hand.no_case"), lang.text("ui.hand.choose"));
        }
    }
}
