//! Filing (立案): class and condition as filed, and the limit that follows from them.

use eframe::egui::{Id, Ui};

use crate::app::state::AppState;
use crate::base::text::Lang;
use crate::domain::case::Case;
use crate::domain::limit::LimitRow;
use crate::ui::local::StepForm;
use crate::ui::widgets::{self, Row};
use crate::ui::words;

const MOST_CLASSES: usize = 8;

/// The row of the limit table that the form means: what is chosen, else what was reported.
pub fn row<'a>(state: &'a AppState, case: &Case, form: &StepForm) -> Option<&'a LimitRow> {
    let class = form.class.as_ref().unwrap_or(&case.report.class);
    let limits = &state.books.limits;
    match &form.condition {
        Some(condition) => limits.find(class, condition),
        None if form.class.is_none() => limits.find(class, &case.report.condition),
        None => match limits.conditions(class) {
            [only] => Some(only),
            _ => None,
        },
    }
}

/// Shows class and conditions.
pub fn show(ui: &mut Ui, state: &AppState, case: &Case, form: &mut StepForm, complaint: Option<&str>) {
    let lang = state.settings.lang;
    let class = form.class.clone().unwrap_or_else(|| case.report.class.clone());
    widgets::fact(ui, lang.text("ui.field.class"), words::class(state, &class));
    widgets::field(ui, lang.text("ui.filing.other_class"), None, |ui, name| {
        let id = Id::unique(("filing-class", case.id));
        let query = form.class_query.trim().to_owned();
        let hits = if query.is_empty() { Vec::new() } else { state.books.catalogue.search(&query, None, MOST_CLASSES) };
        let chosen = widgets::list_keys(ui, id, hits.len(), &mut form.class_cursor);
        if widgets::line(ui, id, &mut form.class_query, lang.text("ui.sheet.class_hint")).labelled_by(name).changed() {
            form.class_cursor = 0;
        }
        let rows: Vec<Row> = hits
            .iter()
            .map(|hit| Row {
                text: hit.name(lang).to_owned(),
                detail: format!("{} {}", hit.class.code, hit.major(lang)),
            })
            .collect();
        let clicked = if rows.is_empty() { None } else { widgets::list(ui, id, &rows, Some(form.class_cursor)) };
        if let Some(hit) = chosen.or(clicked).and_then(|at| hits.get(at)) {
            form.class = Some(hit.class.clone());
            form.condition = None;
            form.class_query.clear();
        }
    });
    widgets::field(ui, lang.text("ui.field.condition"), complaint, |ui, _| {
        let marked = row(state, case, form).map(|row| row.condition.clone());
        if let Some(condition) = conditions(ui, state.books.limits.conditions(&class), marked.as_deref(), lang) {
            form.condition = Some(condition);
        }
    });
}

/// Conditions of a class with their limits; each is a button of its own, so Tab and arrows reach it.
pub fn conditions(ui: &mut Ui, rows: &[LimitRow], marked: Option<&str>, lang: Lang) -> Option<String> {
    use eframe::egui::Button;
    let mut picked = None;
    for row in rows {
        let words = row.words(lang);
        let limit = crate::ui::words::limit(lang, row.limit);
        let name = format!("{words} {limit}");
        let button = Button::selectable(marked == Some(row.condition.as_str()), words)
            .frame_when_inactive(true)
            .right_text(widgets::key_hint(&limit))
            .truncate()
            .min_size(eframe::egui::vec2(ui.available_width(), 26.0));
        if ui.add(button).accessible_name(&name).on_hover_text(&name).clicked() {
            picked = Some(row.condition.clone());
        }
    }
    picked
}
