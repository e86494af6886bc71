//! The supervision centre (监督中心): verify, file, void, check, close. It judges; the command centre acts.

pub mod filing;

use eframe::egui::Ui;

use crate::app::action::Action;
use crate::app::state::{AppState, QueueFilter};
use crate::domain::case::State;
use crate::ui::local::Local;
use crate::ui::{case_panel, widgets, words};

/// What this seat has to answer for, in the order of the work.
const WAITING: [State; 5] = [State::Verifying, State::Accepted, State::CheckWait, State::Checking, State::Checked];

/// Shows the case in hand, or what waits.
pub fn show(ui: &mut Ui, state: &AppState, local: &mut Local, out: &mut Vec<Action>) {
    match state.selected_case() {
        Some(case) => case_panel::show(ui, state, case, local, out),
        None => waiting(ui, state, out),
    }
}

fn waiting(ui: &mut Ui, state: &AppState, out: &mut Vec<Action>) {
    let lang = state.settings.lang;
    ui.heading(lang.text("ui.seat.supervision"));
    ui.weak(lang.text("ui.hand.choose"));
    ui.add_space(8.0);
    widgets::section(ui, lang.text("ui.supervision.waiting"));
    for wanted in WAITING {
        let count = state.cases.view.values().filter(|case| case.state == wanted).count();
        widgets::fact(ui, words::state(lang, wanted), count.to_string());
    }
    if state.queue.filter != QueueFilter::Mine && ui.button(lang.text("ui.queue.show_mine")).clicked() {
        out.push(Action::FilterQueue { filter: QueueFilter::Mine });
    }
}
