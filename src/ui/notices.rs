//! Short messages at the foot of the pane where one has just worked; the newest stands lowest.

use eframe::egui::{self, Align, Layout, Ui};

use crate::app::action::Action;
use crate::app::state::AppState;
use crate::ui::{widgets, words};

/// More than this many are counted and not shown.
const MOST: usize = 3;

/// Shows the newest; nothing when there are none.
pub fn show(ui: &mut Ui, state: &AppState, out: &mut Vec<Action>) {
    let lang = state.settings.lang;
    let hidden = state.notices.len().saturating_sub(MOST);
    if hidden > 0 {
        ui.weak(lang.fill("ui.notice.more", &[("count", &hidden)]));
    }
    for notice in &state.notices[hidden..] {
        widgets::banner(ui, notice.severity, |ui| {
            ui.with_layout(Layout::right_to_left(Align::Min), |ui| {
                let name = lang.fill("ui.notice.dismiss", &[("text", &notice.text)]);
                if ui.small_button("×").accessible_name(name).clicked() {
                    out.push(Action::DismissNotice { id: notice.id });
                }
                ui.with_layout(Layout::top_down(Align::Min), |ui| {
                    ui.add(egui::Label::new(format!("{} {}", words::clock(notice.at), notice.text)).wrap());
                });
            });
        });
    }
}
