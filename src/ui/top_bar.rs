//! The bar at the top: seats as tabs, what waits in the inbox, settings, who is here.

use eframe::egui::{self, Align, Layout, Ui};

use crate::app::action::Action;
use crate::app::state::{AppState, Seat};
use crate::ui::local::Local;
use crate::ui::theme::{Palette, bold};
use crate::ui::view::Around;
use crate::ui::{keys, settings, words};

/// Seats with the keys of their texts, in the order of the work.
pub const SEATS: [(Seat, &str); 3] = [
    (Seat::CallCentre, "ui.seat.call_centre"),
    (Seat::Supervision, "ui.seat.supervision"),
    (Seat::Command, "ui.seat.command"),
];

/// Shows the bar.
pub fn show(ui: &mut Ui, state: &AppState, local: &mut Local, around: &Around, out: &mut Vec<Action>) {
    let lang = state.settings.lang;
    ui.horizontal_centered(|ui| {
        ui.label(bold(lang.text("ui.name")).size(17.0));
        ui.add_space(8.0);
        for (seat, key) in SEATS {
            let name = lang.text(key);
            let tab =
                egui::Button::selectable(state.seat == seat, if state.seat == seat { bold(name) } else { name.into() });
            if ui.add(tab).on_hover_text(keys::seat(seat)).clicked() && state.seat != seat {
                out.push(Action::SelectSeat { seat });
            }
        }
        if around.demonstration {
            ui.add_space(8.0);
            let warning = Palette::in_ui(ui).warning;
            ui.label(bold(lang.text("ui.demo.label")).color(warning)).on_hover_text(lang.text("ui.demo.explained"));
        }
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            person(ui, state, local, out);
            settings::menu(ui, state, out);
            let waiting = state.inbox.len();
            let words = lang.fill("ui.inbox.button", &[("count", &waiting)]);
            let text = if waiting > 0 { bold(words).color(Palette::in_ui(ui).error) } else { words.into() };
            let button = egui::Button::selectable(state.inbox_open, text).frame_when_inactive(true);
            if ui.add(button).on_hover_text(keys::INBOX).clicked() {
                out.push(Action::ShowInbox { open: !state.inbox_open });
            }
        });
    });
}

fn person(ui: &mut Ui, state: &AppState, local: &mut Local, out: &mut Vec<Action>) {
    let lang = state.settings.lang;
    let Some(user) = state.session.user() else { return };
    ui.menu_button(user.name.as_str(), |ui| {
        ui.set_width(220.0);
        ui.label(bold(user.name.as_str()));
        ui.weak(user.id.to_string());
        let roles: Vec<_> = user.roles.iter().map(|role| words::role(lang, *role)).collect();
        ui.label(roles.join(lang.text("ui.list.comma")));
        ui.separator();
        if !state.cases.pending.is_empty() {
            let words = lang.fill("ui.logout.pending", &[("count", &state.cases.pending.len())]);
            ui.add(egui::Label::new(words).wrap());
        }
        if ui.button(lang.text("ui.logout")).clicked() {
            local.password.clear();
            out.push(Action::Logout);
            ui.close();
        }
    });
}
