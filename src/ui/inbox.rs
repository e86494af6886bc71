//! The conflict inbox: what was refused, why, what was wanted and how things stand, and three ways out of it.

use eframe::egui::{self, Grid, Label, RichText, ScrollArea, Ui};

use crate::app::action::{Action, ConflictVerb};
use crate::app::state::{AppState, Conflict, Severity};
use crate::domain::case::{Act, ActKind};
use crate::ui::local::Local;
use crate::ui::theme::{Palette, SMALL, bold};
use crate::ui::{keys, widgets, words};

/// Shows the inbox.
pub fn show(ui: &mut Ui, state: &AppState, local: &mut Local, out: &mut Vec<Action>) {
    let lang = state.settings.lang;
    ui.horizontal(|ui| {
        ui.heading(lang.fill("ui.inbox.title", &[("count", &state.inbox.len())]));
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            if ui.button(lang.text("ui.inbox.close")).on_hover_text(keys::INBOX).clicked() {
                out.push(Action::ShowInbox { open: false });
            }
        });
    });
    if state.inbox.is_empty() {
        widgets::empty(ui, lang.text("ui.inbox.empty"), lang.text("ui.inbox.empty_advice"));
        return;
    }
    ui.add(Label::new(RichText::new(lang.text("ui.inbox.explained")).weak()).wrap());
    ScrollArea::vertical().id_salt("inbox").auto_shrink(false).show(ui, |ui| {
        ui.set_width(ui.available_width() - 4.0);
        for conflict in &state.inbox {
            ui.push_id(conflict.id, |ui| entry(ui, state, conflict, local, out));
            ui.separator();
        }
    });
}

fn entry(ui: &mut Ui, state: &AppState, conflict: &Conflict, local: &mut Local, out: &mut Vec<Action>) {
    let lang = state.settings.lang;
    let palette = Palette::in_ui(ui);
    let command = &conflict.command;
    let case = state.cases.view.get(&command.case_id);
    let subject = crate::app::words::subject(case.map(AsRef::as_ref), &command.act);
    let act = words::act(lang, command.act.kind());
    ui.add(Label::new(bold(lang.fill("ui.inbox.what", &[("act", &act), ("case", &subject)]))).wrap());
    let who = lang.fill(
        "ui.inbox.who",
        &[
            ("name", &command.actor.name),
            ("at", &words::moment(state.now, command.claimed_at)),
            ("refused", &words::moment(state.now, conflict.refused_at)),
        ],
    );
    ui.add(Label::new(RichText::new(who).size(SMALL).color(palette.weak)).wrap());
    widgets::banner(ui, Severity::Error, |ui| {
        ui.add(Label::new(words::refusal(state, &conflict.refusal)).wrap());
    });
    values(ui, state, conflict);
    ui.horizontal_wrapped(|ui| {
        let saving = state.cases.saving.iter().any(|saving| saving.instead_of == Some(conflict.id));
        let answer = |verb| Action::Conflict { command: conflict.id, verb };
        let button = |ui: &mut Ui, enabled: bool, key: &'static str| {
            let words = lang.text(key);
            let name = format!("{words} {act} {subject}");
            ui.add_enabled(enabled, egui::Button::new(words)).accessible_name(name).clicked()
        };
        if button(ui, !saving, "ui.inbox.reapply") {
            out.push(answer(ConflictVerb::Reapply));
        }
        if button(ui, case.is_some(), "ui.inbox.open_case") {
            local.hand = crate::ui::local::Hand::Case;
            out.push(answer(ConflictVerb::OpenCase));
        }
        // What a person has written goes only when asked for twice.
        if local.discard_asked == Some(conflict.id) {
            if button(ui, !saving, "ui.inbox.discard_sure") {
                local.discard_asked = None;
                out.push(answer(ConflictVerb::Discard));
            }
            if button(ui, true, "ui.inbox.keep") {
                local.discard_asked = None;
            }
        } else if button(ui, !saving, "ui.inbox.discard") {
            local.discard_asked = Some(conflict.id);
        }
    });
}

/// The two values beside each other: what was wanted here, and how the case stands by what others did.
fn values(ui: &mut Ui, state: &AppState, conflict: &Conflict) {
    let lang = state.settings.lang;
    let case = state.cases.confirmed.get(&conflict.command.case_id);
    let weak = Palette::in_ui(ui).weak;
    let half = (ui.available_width() - 12.0) / 2.0;
    Grid::new("values").num_columns(2).min_col_width(half).max_col_width(half).show(ui, |ui| {
        ui.label(bold(lang.text("ui.inbox.wanted")).size(SMALL).color(weak));
        ui.label(bold(lang.text("ui.inbox.stands")).size(SMALL).color(weak));
        ui.end_row();
        ui.vertical(|ui| {
            ui.add(Label::new(words::act(lang, conflict.command.act.kind())).wrap());
            for (name, value) in words::wanted(state, &conflict.command.act) {
                ui.add(Label::new(lang.fill("ui.pair", &[("name", &lang.text(name)), ("value", &value)])).wrap());
            }
        });
        ui.vertical(|ui| match case {
            None => {
                ui.weak(lang.text("ui.inbox.no_case"));
            }
            Some(case) => {
                ui.add(Label::new(words::state(lang, case.state)).wrap());
                for line in standing(state, case, &conflict.command.act) {
                    ui.add(Label::new(line).wrap());
                }
            }
        });
        ui.end_row();
    });
}

/// What the case holds where the command wanted something, and who did the last step.
fn standing(state: &AppState, case: &crate::domain::case::Case, act: &Act) -> Vec<String> {
    let lang = state.settings.lang;
    let mut lines = Vec::new();
    let mut line = |key: &'static str, value: String| {
        lines.push(lang.fill("ui.pair", &[("name", &lang.text(key)), ("value", &value)]))
    };
    match act.kind() {
        ActKind::Dispatch => {
            if let Some(to) = &case.assignee {
                line("ui.field.dept", words::department(state, &to.dept.0));
            }
        }
        ActKind::File => {
            line("ui.field.class", words::class(state, &case.report.class));
            line("ui.field.condition", words::condition(state, &case.report.class, &case.report.condition));
        }
        ActKind::SendVerify | ActKind::SendCheck => {
            if let Some(officer) = &case.officer {
                line("ui.field.officer", words::officer(state, &officer.0));
            }
        }
        _ => {}
    }
    if let Some(last) = case.records.last() {
        let at = words::moment(state.now, last.recorded_at);
        lines.push(format!("{} {} {at}", words::act(lang, last.act), last.actor.name));
        if !last.opinion.is_empty() {
            lines.push(last.opinion.clone());
        }
    }
    lines
}
