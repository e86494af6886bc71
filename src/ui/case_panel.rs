//! The case in hand: where it stands and until when, the steps open to this person, what was reported, what happened.

use eframe::egui::{self, Label, RichText, ScrollArea, Stroke, Ui};

use crate::app::action::{Action, MapAction};
use crate::app::state::{AppState, Severity};
use crate::base::clock::office_time;
use crate::domain::case::command::Answer;
use crate::domain::case::{ActKind, Case, FlowRecord, Lamp};
use crate::ui::local::Local;
use crate::ui::theme::{Palette, SMALL, bold};
use crate::ui::{step_form, widgets, words};

/// Shows the case.
pub fn show(ui: &mut Ui, state: &AppState, case: &Case, local: &mut Local, out: &mut Vec<Action>) {
    head(ui, state, case, out);
    ui.add_space(2.0);
    ScrollArea::vertical().id_salt(("case", case.id)).auto_shrink(false).show(ui, |ui| {
        // Room for the scroll bar, so that nothing moves when it comes.
        ui.set_width(ui.available_width() - 4.0);
        step_form::show(ui, state, case, local, out);
        ui.separator();
        facts(ui, state, case, out);
        ui.separator();
        records(ui, state, case);
    });
}

fn head(ui: &mut Ui, state: &AppState, case: &Case, out: &mut Vec<Action>) {
    let lang = state.settings.lang;
    let palette = Palette::in_ui(ui);
    let lamp = state.cases.lamps.get(&case.id).copied().unwrap_or(Lamp::Off);
    ui.horizontal(|ui| {
        ui.spacing_mut().interact_size.y = 22.0;
        widgets::lamp(ui, lang, lamp);
        ui.label(bold(words::state(lang, case.state)).size(17.0));
        if case.report.urgent {
            ui.label(bold(lang.text("ui.case.urgent")).color(palette.error));
        }
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            let name = lang.text("ui.case.put_down");
            if ui.button("×").on_hover_text(name).accessible_name(name).clicked() {
                out.push(Action::SelectCase { case: None });
            }
            let number = case.number.as_ref().map_or(lang.text("ui.case.no_number"), |number| number.as_str());
            ui.label(bold(number));
        });
    });
    ui.add(Label::new(bold(words::class(state, &case.report.class)).size(16.0)).wrap());
    deadline(ui, state, case, lamp);
    if state.cases.unreadable.contains(&case.id) {
        widgets::banner(ui, Severity::Warning, |ui| {
            ui.add(Label::new(lang.text("app.case.unreadable")).wrap());
        });
    }
    pending(ui, state, case);
}

fn deadline(ui: &mut Ui, state: &AppState, case: &Case, lamp: Lamp) {
    let lang = state.settings.lang;
    let palette = Palette::in_ui(ui);
    if let Some(at) = case.ended_at {
        ui.weak(lang.fill("ui.case.ended", &[("at", &words::moment(state.now, at))]));
        return;
    }
    let (Some(deadline), Some(left)) = (case.deadline, case.minutes_left(state.office_now(), &state.books.calendar))
    else {
        ui.weak(lang.text("ui.case.no_deadline"));
        return;
    };
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().interact_size.y = 0.0;
        let left = words::time_left(lang, left, words::runs_in_working_time(case));
        let ink = if lamp == Lamp::Red { palette.lamp_red } else { palette.text };
        ui.label(bold(left).color(ink));
        // The limit of the condition is the department's; the desks before and after it have their own.
        let key = if case.state.is_disposal() { "ui.case.deadline" } else { "ui.case.stage_deadline" };
        let mut words = lang.fill(key, &[("at", &words::moment(state.now, deadline))]);
        if let Some(limit) = case.limit {
            words.push_str(&lang.fill("ui.case.limit", &[("limit", &words::limit(lang, limit))]));
        }
        ui.label(words);
    });
}

/// What is saved here and not yet at the server, and what will not be accepted there.
fn pending(ui: &mut Ui, state: &AppState, case: &Case) {
    let lang = state.settings.lang;
    let saving = state.cases.saving.iter().any(|one| one.command.case_id == case.id);
    if saving {
        ui.weak(lang.text("ui.case.saving"));
    }
    let mut waiting = Vec::new();
    for one in state.cases.pending.iter().filter(|one| one.command.case_id == case.id) {
        let name = words::act(lang, one.command.act.kind());
        match &one.predicted_refusal {
            None => waiting.push(name),
            Some(refusal) => widgets::banner(ui, Severity::Warning, |ui| {
                ui.label(RichText::new(name).strikethrough());
                ui.add(Label::new(words::refusal(state, refusal)).wrap());
            }),
        }
    }
    if !waiting.is_empty() {
        let acts = waiting.join(lang.text("ui.list.comma"));
        widgets::banner(ui, Severity::Info, |ui| {
            ui.add(Label::new(lang.fill("ui.case.pending", &[("acts", &acts)])).wrap());
        });
    }
}

fn facts(ui: &mut Ui, state: &AppState, case: &Case, out: &mut Vec<Action>) {
    let lang = state.settings.lang;
    let report = &case.report;
    ui.spacing_mut().item_spacing.y = 4.0;
    let fact = |ui: &mut Ui, key: &'static str, value: String| widgets::fact(ui, lang.text(key), value);
    fact(ui, "ui.field.text", report.text.clone());
    fact(ui, "ui.field.condition", words::condition(state, &report.class, &report.condition));
    fact(ui, "ui.field.place", report.place.address.clone());
    let cell = report.place.grid.to_string();
    let community = state.books.street.cell(&cell).map(|cell| cell.community.clone()).unwrap_or_default();
    fact(ui, "ui.field.grid", format!("{cell} {community}"));
    if let Some(version) = cell_version(state, case, &cell) {
        fact(ui, "ui.field.cell_version", version);
    }
    if let Some(component) = &report.component {
        fact(ui, "ui.field.component", component.to_string());
    }
    if let Some(to) = &case.assignee {
        let mut words = words::department(state, &to.dept.0);
        if let Some(officer) = &to.officer {
            words.push_str(&format!(" {}", words::officer(state, &officer.0)));
        }
        fact(ui, "ui.field.dept", words);
        if let Some(known) = state.reference.departments.iter().find(|one| one.code == to.dept && !one.phone.is_empty())
        {
            fact(ui, "ui.field.dept_phone", known.phone.clone());
        }
    }
    if let Some(found) = case.found {
        fact(ui, "ui.field.found", words::answer(lang, Answer::Verify(found)).to_owned());
    }
    if let Some(officer) = &case.officer {
        fact(ui, "ui.field.officer", words::officer(state, &officer.0));
    }
    caller(ui, state, case);
    let came = format!("{} {}", words::moment(state.now, case.reported_at), words::channel(lang, report.channel));
    fact(ui, "ui.field.reported", came);
    if case.rework_count > 0 {
        fact(ui, "ui.field.rework", case.rework_count.to_string());
    }
    if case.return_count > 0 {
        fact(ui, "ui.field.returns", case.return_count.to_string());
    }
    if ui.button(lang.text("ui.case.show_on_map")).clicked() {
        out.push(Action::Map(MapAction::GoTo { at: report.place.at }));
    }
}

/// The version of the cell on the day of the case, where the cell has a history: later changes of the grid do not move it.
fn cell_version(state: &AppState, case: &Case, cell: &str) -> Option<String> {
    let lang = state.settings.lang;
    let filed = case.records.iter().find(|record| record.act == ActKind::File).map(|record| record.recorded_at);
    let day = office_time(filed.unwrap_or(case.reported_at)).date();
    let version = state.keeping.book.on(cell, day)?;
    let since =
        version.began.day.map(|day| lang.fill("grid.case.since", &[("version", &version.version), ("day", &day)]));
    let ended = version.ended.as_ref().and_then(|end| {
        let day = end.day?;
        Some(lang.fill("grid.case.ended", &[("day", &day), ("act", &end.act.words(lang))]))
    });
    if since.is_none() && ended.is_none() {
        // In the map from the beginning, and as it was.
        return None;
    }
    let first = || lang.fill("grid.case.version", &[("version", &version.version)]);
    Some(format!("{}{}", since.unwrap_or_else(first), ended.unwrap_or_default()))
}

/// Personal data: whole for those who talk to the caller or answer for the case, masked for all others.
fn caller(ui: &mut Ui, state: &AppState, case: &Case) {
    let lang = state.settings.lang;
    let caller = &case.report.caller;
    if caller.name.is_empty() && caller.phone.is_empty() {
        return;
    }
    let whole = state.session.user().is_some_and(|user| words::may_see_caller(user));
    let (name, phone) = if whole {
        (caller.name.clone(), caller.phone.clone())
    } else {
        (words::masked_name(&caller.name), words::masked_phone(&caller.phone))
    };
    let mut words = [name, phone].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("  ");
    if caller.wants_reply {
        words.push_str(lang.text("ui.case.wants_reply"));
    }
    widgets::fact(ui, lang.text("ui.field.caller"), words);
}

/// The record, newest on top. What is only predicted here says so.
fn records(ui: &mut Ui, state: &AppState, case: &Case) {
    let lang = state.settings.lang;
    widgets::section(ui, lang.text("ui.case.record"));
    let confirmed = state.cases.confirmed.get(&case.id).map_or(0, |known| known.seq);
    for record in case.records.iter().rev() {
        self::record(ui, state, record, record.seq <= confirmed);
    }
}

fn record(ui: &mut Ui, state: &AppState, record: &FlowRecord, confirmed: bool) {
    let lang = state.settings.lang;
    let palette = Palette::in_ui(ui);
    egui::Frame::new().inner_margin(egui::Margin { left: 8, right: 0, top: 2, bottom: 4 }).show(ui, |ui| {
        ui.spacing_mut().item_spacing.y = 1.0;
        ui.spacing_mut().interact_size.y = 0.0;
        ui.set_width(ui.available_width());
        ui.horizontal_wrapped(|ui| {
            ui.label(bold(words::act(lang, record.act)));
            if let Some(receiver) = words::receiver(state, record) {
                ui.label(format!("→ {receiver}"));
            }
            if let Some(answer) = record.answer {
                ui.label(words::answer(lang, answer));
            }
            if !confirmed {
                ui.label(RichText::new(lang.text("ui.case.not_sent")).size(SMALL).color(palette.warning));
            }
        });
        let small = |text: String| RichText::new(text).size(SMALL).color(palette.weak);
        let mut who = format!(
            "{}  {} {}",
            words::moment(state.now, record.claimed_at),
            words::role(lang, record.actor.role),
            record.actor.name
        );
        if let Some(other) = &record.actor.on_behalf_of {
            let name = crate::app::words::party(other, &state.reference);
            who.push_str(&lang.fill("ui.case.on_behalf", &[("name", &name)]));
        }
        // Work done without a line is recorded later than it was done: both times are told.
        if record.recorded_at.duration_since(record.claimed_at).as_mins().abs() >= 2 {
            who.push_str(&lang.fill("ui.case.recorded", &[("at", &words::moment(state.now, record.recorded_at))]));
        }
        ui.add(Label::new(small(who)).wrap());
        if let Some(person) = &record.person {
            let person = words::officer(state, person);
            ui.label(lang.fill("ui.case.by_person", &[("name", &person)]));
        }
        if !record.opinion.is_empty() {
            ui.add(Label::new(record.opinion.as_str()).wrap());
        }
    });
    let rect = ui.min_rect();
    ui.painter().hline(rect.x_range(), ui.cursor().top() - 2.0, Stroke::new(1.0, palette.line));
}
