//! The login screen. It works without a line too, and says so.

use eframe::egui::{self, Id, TextEdit, Ui};

use crate::app::action::{Action, Secret};
use crate::app::state::{AppState, Link, ProfileState, Session, Severity};
use crate::base::UserId;
use crate::ui::local::{Focus, Local};
use crate::ui::theme::bold;
use crate::ui::view::Around;
use crate::ui::{settings, widgets};

fn user_field() -> Id {
    Id::unique("login-user")
}

fn password_field() -> Id {
    Id::unique("login-password")
}

/// Shows the screen.
pub fn show(ui: &mut Ui, state: &AppState, local: &mut Local, around: &Around, out: &mut Vec<Action>) {
    let lang = state.settings.lang;
    egui::Panel::top("login-settings").show_separator_line(false).show(ui, |ui| {
        ui.add_space(4.0);
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| settings::menu(ui, state, out));
    });
    egui::CentralPanel::no_frame().show(ui, |ui| {
        let high = ui.available_height();
        ui.add_space((high * 0.16).min(140.0));
        ui.vertical_centered(|ui| {
            ui.set_max_width(340.0);
            ui.label(bold(lang.text("ui.title")).size(24.0));
            ui.label(lang.text("ui.subtitle"));
            ui.add_space(16.0);
            ui.with_layout(egui::Layout::top_down(egui::Align::Min), |ui| {
                ui.set_width(340.0);
                if around.demonstration {
                    widgets::banner(ui, Severity::Info, |ui| {
                        ui.label(lang.fill("ui.demo.login", &[("password", &around.demo_password)]));
                    });
                }
                form(ui, state, local, out);
                line_words(ui, state);
            });
        });
    });
}

fn form(ui: &mut Ui, state: &AppState, local: &mut Local, out: &mut Vec<Action>) {
    let lang = state.settings.lang;
    let busy = state.session == Session::LoggingIn || state.profile == ProfileState::Opening;
    let enter = widgets::enter(ui, user_field()) || widgets::enter(ui, password_field());
    widgets::field(ui, lang.text("ui.login.user"), None, |ui, name| {
        let response = widgets::line(ui, user_field(), &mut local.user, "").labelled_by(name);
        if local.focus == Some(Focus::Login) {
            local.focus = None;
            response.request_focus();
        }
    });
    widgets::field(ui, lang.text("ui.login.password"), None, |ui, _| {
        let room = ui.available_width();
        let field = TextEdit::singleline(&mut local.password).id(password_field()).password(true);
        ui.add(field.desired_width(room));
    });
    let complete = !local.user.trim().is_empty() && !local.password.is_empty();
    ui.add_space(4.0);
    ui.horizontal(|ui| {
        let words = if busy { "ui.login.busy" } else { "ui.login.enter" };
        let pressed = widgets::main_button(ui, complete && !busy, lang.text(words)).clicked();
        if (pressed || enter) && complete && !busy {
            let password = Secret(std::mem::take(&mut local.password));
            out.push(Action::Login { user: UserId(local.user.trim().to_owned()), password });
        }
        if busy {
            ui.weak(lang.text("ui.login.busy_advice"));
        }
    });
    ui.add_space(4.0);
    if let Session::Refused(why) = &state.session {
        widgets::banner(ui, Severity::Error, |ui| {
            ui.label(lang.find(why).unwrap_or(why));
        });
    }
}

/// What the line does, and what that means for who wants to come in.
fn line_words(ui: &mut Ui, state: &AppState) {
    let lang = state.settings.lang;
    if let ProfileState::Failed(why) = &state.profile {
        widgets::banner(ui, Severity::Error, |ui| {
            ui.label(lang.find(why).unwrap_or(why));
        });
    }
    match state.sync.link {
        Link::Offline { since } => widgets::banner(ui, Severity::Warning, |ui| {
            let since = crate::ui::words::moment(state.now, since);
            ui.label(bold(lang.fill("ui.login.offline", &[("since", &since)])));
            ui.label(lang.text("ui.login.offline_advice"));
        }),
        // Without a person there is nobody in whose name to speak to the server: nothing is known of the line yet.
        Link::Starting => {}
        Link::Online | Link::LoginNeeded => {
            ui.weak(lang.text("ui.link.online"));
        }
    }
}
