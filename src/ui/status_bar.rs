//! The bar at the bottom: the line, the age of what is shown, what is pending and since when, refusals, street and time.
//! Each direction is told by itself; there is no one green light.

use eframe::egui::{self, Align, Layout, Pos2, RichText, Sense, Stroke, Ui, vec2};

use crate::app::action::Action;
use crate::app::state::{AppState, Link};
use crate::ui::theme::Palette;
use crate::ui::{keys, words};

/// Shows the bar.
pub fn show(ui: &mut Ui, state: &AppState, out: &mut Vec<Action>) {
    let lang = state.settings.lang;
    let palette = Palette::in_ui(ui);
    ui.spacing_mut().interact_size.y = 20.0;
    ui.spacing_mut().item_spacing.x = 6.0;
    ui.horizontal_centered(|ui| {
        link(ui, state, palette, out);
        part(ui);
        age(ui, state, palette);
        part(ui);
        pending(ui, state, palette);
        if !state.inbox.is_empty() {
            part(ui);
            let words = lang.fill("ui.status.inbox", &[("count", &state.inbox.len())]);
            if ui.link(RichText::new(words).color(palette.error)).clicked() {
                out.push(Action::ShowInbox { open: true });
            }
        }
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            ui.label(words::clock(state.now));
            if let Some(offset) = state.sync.clock_offset_ms.filter(|offset| offset.abs() >= 60_000) {
                let minutes = offset.abs() / 60_000;
                ui.colored_label(palette.warning, lang.fill("ui.status.clock_off", &[("value", &minutes)]))
                    .on_hover_text(lang.text("ui.status.clock_off_advice"));
            }
            if let Some(user) = state.session.user() {
                part(ui);
                let streets: Vec<_> = user.streets.iter().map(ToString::to_string).collect();
                let words = lang.fill("ui.status.street", &[("street", &streets.join(lang.text("ui.list.comma")))]);
                ui.label(words);
            }
            // What is wrong stands in what room there is, and whole under the pointer.
            let trouble = state.sync.store_failed.as_ref().or(state.sync.last_error.as_ref());
            if let Some(trouble) = trouble {
                let ink = if state.sync.store_failed.is_some() { palette.error } else { palette.warning };
                ui.add(egui::Label::new(RichText::new(trouble).color(ink)).truncate()).on_hover_text(trouble);
            }
        });
    });
}

fn part(ui: &mut Ui) {
    let (rect, _) = ui.allocate_exact_size(vec2(9.0, 16.0), Sense::hover());
    let line = Palette::in_ui(ui).edge;
    ui.painter().vline(rect.center().x, rect.y_range(), Stroke::new(1.0, line));
}

/// The line: a sign whose shape tells, and words.
fn link(ui: &mut Ui, state: &AppState, palette: &Palette, out: &mut Vec<Action>) {
    let lang = state.settings.lang;
    let (words, ink, whole) = match state.sync.link {
        Link::Starting => (lang.text("ui.link.starting").to_owned(), palette.weak, None),
        Link::Online => (lang.text("ui.link.online").to_owned(), palette.text, Some(true)),
        Link::Offline { since } => {
            (lang.fill("ui.link.offline", &[("since", &words::moment(state.now, since))]), palette.warning, Some(false))
        }
        Link::LoginNeeded => (lang.text("ui.link.login_needed").to_owned(), palette.warning, Some(false)),
    };
    // The words beside it are its name.
    let (rect, _) = ui.allocate_exact_size(vec2(12.0, 16.0), Sense::hover());
    plug(ui, rect.center(), ink, whole);
    if matches!(state.sync.link, Link::Offline { .. }) {
        let button = ui.link(RichText::new(&words).color(ink));
        if button.on_hover_text(lang.fill("ui.link.try_now", &[("key", &keys::SYNC)])).clicked() {
            out.push(Action::SyncNow);
        }
    } else if state.sync.link == Link::LoginNeeded {
        let button = ui.link(RichText::new(&words).color(ink));
        if button.on_hover_text(lang.text("ui.link.login_again")).clicked() {
            out.push(Action::Logout);
        }
    } else {
        ui.colored_label(ink, words);
    }
}

/// A full disc for a line, a broken ring for none, an empty ring while nothing is known.
fn plug(ui: &Ui, at: Pos2, ink: egui::Color32, whole: Option<bool>) {
    let painter = ui.painter();
    match whole {
        Some(true) => {
            painter.circle_filled(at, 4.5, ink);
        }
        Some(false) => {
            painter.circle_stroke(at, 4.5, Stroke::new(1.5, ink));
            painter.line_segment([at + vec2(-5.0, 5.0), at + vec2(5.0, -5.0)], Stroke::new(1.5, ink));
        }
        None => {
            painter.circle_stroke(at, 4.5, Stroke::new(1.5, ink));
        }
    }
}

fn age(ui: &mut Ui, state: &AppState, palette: &Palette) {
    let lang = state.settings.lang;
    let behind: u64 = state.sync.behind.values().sum();
    let (words, ink) = match state.sync.current_as_of {
        None => (lang.text("ui.status.never_current").to_owned(), palette.warning),
        Some(at) => {
            let time = words::moment(state.now, at);
            let age = words::age(lang, state.now, at);
            let old = state.now.duration_since(at).as_mins() >= 5;
            let words = lang.fill("ui.status.as_of", &[("time", &time), ("age", &age)]);
            (words, if old { palette.warning } else { palette.text })
        }
    };
    ui.colored_label(ink, words).on_hover_text(lang.text("ui.status.as_of_explained"));
    if behind > 0 {
        ui.colored_label(palette.warning, lang.fill("ui.status.behind", &[("count", &behind)]));
    }
}

fn pending(ui: &mut Ui, state: &AppState, palette: &Palette) {
    let lang = state.settings.lang;
    match state.cases.pending.first() {
        None => {
            ui.label(lang.text("ui.status.nothing_pending"));
        }
        Some(oldest) => {
            let count = state.cases.pending.len();
            let since = words::moment(state.now, oldest.saved_at);
            let words = lang.fill("ui.status.pending", &[("count", &count), ("since", &since)]);
            ui.colored_label(palette.warning, words).on_hover_text(lang.text("ui.status.pending_explained"));
        }
    }
}
