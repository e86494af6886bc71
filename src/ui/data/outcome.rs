//! What came of reading: a question about the coordinate system, a report, or why not.

use std::fmt::Display;

use eframe::egui::{Button, Label, RichText, Ui};

use super::send;
use crate::app::action::Action;
use crate::app::intake::{IntakeAction, Outcome};
use crate::app::state::{AppState, Severity};
use crate::base::text::Lang;
use crate::spatial::import::{ImportReport, Question, SourceCrs};
use crate::ui::local::Local;
use crate::ui::theme::{SMALL, bold};
use crate::ui::widgets;

/// So many refused rows are listed at a time.
const AT_ONCE: usize = 20;

/// Shows it.
pub fn show(ui: &mut Ui, state: &AppState, local: &mut Local, out: &mut Vec<Action>) {
    let lang = state.settings.lang;
    match &state.intake.outcome {
        None => local.data.listed = AT_ONCE,
        Some(Outcome::Failed(why)) => widgets::banner(ui, Severity::Error, |ui| {
            ui.add(Label::new(why.as_str()).wrap());
        }),
        Some(Outcome::Asked(question)) => asked(ui, lang, question, out),
        Some(Outcome::Tried(report)) => told(ui, lang, report, local, "data.tried"),
        Some(Outcome::Done(report)) => told(ui, lang, report, local, "data.brought"),
    }
}

fn asked(ui: &mut Ui, lang: Lang, question: &Question, out: &mut Vec<Action>) {
    widgets::banner(ui, Severity::Warning, |ui| {
        ui.add(Label::new(bold(lang.text("data.ask"))).wrap());
        let file = question.path.file_name().unwrap_or_default().to_string_lossy();
        let values: [(&str, &dyn Display); 2] = [("file", &file), ("rows", &question.looked_at)];
        ui.add(Label::new(lang.fill("data.ask_rows", &values)).wrap());
    });
    for (place, (reading, inside)) in question.inside.iter().enumerate() {
        let swap = if reading.swapped { lang.text("data.ask_swapped") } else { "" };
        let values: [(&str, &dyn Display); 4] =
            [("crs", &system(lang, &reading.crs)), ("swap", &swap), ("inside", inside), ("rows", &question.looked_at)];
        if ui.add(Button::new(lang.fill("data.ask_reading", &values)).wrap()).clicked() {
            send(out, IntakeAction::Answer { reading: Some(place) });
        }
    }
    let own = match &question.says {
        Some(crs) => lang.fill("data.ask_says", &[("crs", crs)]),
        None => lang.text("data.ask_degrees").to_owned(),
    };
    if ui.add(Button::new(own).wrap()).clicked() {
        send(out, IntakeAction::Answer { reading: None });
    }
}

/// A system as people know it.
fn system(lang: Lang, crs: &SourceCrs) -> String {
    match crs {
        SourceCrs::LonLat => lang.text("data.cgcs2000").to_owned(),
        other => other.to_string(),
    }
}

fn told(ui: &mut Ui, lang: Lang, report: &ImportReport, local: &mut Local, title: &'static str) {
    let values: [(&str, &dyn Display); 4] = [
        ("rows", &report.rows),
        ("accepted", &report.accepted),
        ("skipped", &report.skipped),
        ("unclassified", &report.unclassified),
    ];
    let severity = if report.skipped > 0 { Severity::Warning } else { Severity::Info };
    widgets::banner(ui, severity, |ui| {
        ui.add(Label::new(bold(lang.fill(title, &values))).wrap());
        if report.layers.is_empty() {
            ui.add(Label::new(lang.text("data.nothing")).wrap());
        }
    });
    for (layer, count) in &report.layers {
        let name = lang.find(&format!("tool.layer.{}", layer.table())).unwrap_or(layer.table());
        widgets::fact(ui, name, count.to_string());
    }
    if let Some(update) = report.update {
        let values: [(&str, &dyn Display); 3] =
            [("added", &update.added), ("changed", &update.changed), ("unchanged", &update.unchanged)];
        ui.add(Label::new(lang.fill("data.updated", &values)).wrap());
    }
    if report.mended > 0 {
        ui.add(Label::new(lang.fill("data.mended", &[("count", &report.mended)])).wrap());
    }
    for source in &report.sources {
        let name = source.path.file_name().unwrap_or_default().to_string_lossy();
        let name = if source.table.is_empty() { name.into_owned() } else { format!("{name} · {}", source.table) };
        let values: [(&str, &dyn Display); 3] = [("source", &name), ("rows", &source.rows), ("crs", &source.crs)];
        ui.add(Label::new(RichText::new(lang.fill("data.source", &values)).size(SMALL)).wrap());
    }
    if report.skips.is_empty() {
        return;
    }
    widgets::section(ui, lang.text("data.skips"));
    for skip in report.skips.iter().take(local.data.listed) {
        ui.add(Label::new(RichText::new(skip.words(lang)).size(SMALL)).wrap());
    }
    let rest = report.skips.len().saturating_sub(local.data.listed);
    if rest > 0 && ui.button(lang.fill("data.more", &[("count", &rest)])).clicked() {
        local.data.listed += AT_ONCE;
    }
    let untold = report.skipped.saturating_sub(report.skips.len() as u64);
    if rest == 0 && untold > 0 {
        ui.weak(lang.fill("data.untold", &[("count", &untold)]));
    }
}
