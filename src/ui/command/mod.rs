//! The command centre (指挥中心): dispatch, returns, passing results on to the check.

pub mod dispatch;

use eframe::egui::{self, Button, ScrollArea, Ui};

use crate::app::action::{Action, MapAction};
use crate::app::state::AppState;
use crate::ui::local::Local;
use crate::ui::{case_panel, widgets, words};

/// Shows the case in hand, or who is on duty.
pub fn show(ui: &mut Ui, state: &AppState, local: &mut Local, out: &mut Vec<Action>) {
    match state.selected_case() {
        Some(case) => case_panel::show(ui, state, case, local, out),
        None => on_duty(ui, state, out),
    }
}

fn on_duty(ui: &mut Ui, state: &AppState, out: &mut Vec<Action>) {
    let lang = state.settings.lang;
    ui.heading(lang.text("ui.seat.command"));
    ui.weak(lang.text("ui.hand.choose"));
    ui.add_space(8.0);
    let duty: Vec<_> = state.reference.officers.iter().filter(|officer| officer.on_duty).collect();
    let total = state.reference.officers.len();
    widgets::section(ui, &lang.fill("ui.command.on_duty", &[("count", &duty.len()), ("total", &total)]));
    if let Some(as_of) = state.reference.as_of {
        ui.weak(lang.fill("ui.command.as_of", &[("age", &words::age(lang, state.now, as_of))]));
    }
    if duty.is_empty() {
        widgets::empty(ui, lang.text("ui.command.nobody"), lang.text("ui.command.nobody_advice"));
        return;
    }
    ScrollArea::vertical().id_salt("duty").auto_shrink(false).show(ui, |ui| {
        ui.spacing_mut().item_spacing.y = 2.0;
        for officer in duty {
            let name = format!("{} {}", officer.name, officer.id.0);
            let seen = match officer.fix {
                Some(fix) => words::age(lang, state.now, fix.time),
                None => lang.text("ui.officer.no_fix").to_owned(),
            };
            let button = Button::new(name.as_str())
                .frame_when_inactive(false)
                .right_text(widgets::key_hint(&seen))
                .min_size(egui::vec2(ui.available_width(), 26.0));
            let spoken = format!("{name} {seen}");
            let response = ui.add_enabled(officer.fix.is_some(), button).accessible_name(spoken);
            let clicked = response.on_hover_text(officer.phone.as_str()).clicked();
            if let Some(fix) = officer.fix.filter(|_| clicked) {
                out.push(Action::Map(MapAction::GoTo { at: fix.at }));
            }
        }
    });
}
