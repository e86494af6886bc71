//! To whom: departments that answer for the class first, officers on duty by distance. Proposals; a person chooses.

use eframe::egui::{Button, ScrollArea, Ui, vec2};

use crate::app::propose;
use crate::app::state::AppState;
use crate::domain::case::Case;
use crate::domain::org::{DeptCode, OfficerId};
use crate::ui::local::StepForm;
use crate::ui::{widgets, words};

/// So many officers are proposed.
const MOST_OFFICERS: usize = 6;

/// The department, if exactly one answers for the class.
pub fn only_answerable(state: &AppState, case: &Case) -> Option<DeptCode> {
    let all = propose::departments(&state.reference.departments, &case.report.class);
    match all.iter().filter(|one| one.fit.is_some()).collect::<Vec<_>>()[..] {
        [only] => Some(only.department.code.clone()),
        _ => None,
    }
}

/// The nearest officer on duty with a fresh position.
pub fn nearest(state: &AppState, case: &Case) -> Option<OfficerId> {
    let all = propose::officers(&state.reference.officers, case.report.place.at, state.office_now(), 1);
    all.first().filter(|one| one.is_fresh()).map(|one| one.officer.id.clone())
}

/// Shows departments and officers for a dispatch.
pub fn show(ui: &mut Ui, state: &AppState, case: &Case, form: &mut StepForm, complaint: Option<&str>) {
    let lang = state.settings.lang;
    widgets::field(ui, lang.text("ui.field.dept"), complaint, |ui, _| {
        let all = propose::departments(&state.reference.departments, &case.report.class);
        if all.is_empty() {
            ui.weak(lang.text("ui.dispatch.no_departments"));
        }
        ScrollArea::vertical().id_salt("departments").max_height(150.0).show(ui, |ui| {
            ui.spacing_mut().item_spacing.y = 2.0;
            for one in &all {
                let name = one.department.name.as_str();
                let fit = if one.fit.is_some() { lang.text("ui.dispatch.answers") } else { "" };
                let chosen = form.dept.as_ref() == Some(&one.department.code);
                if choice(ui, chosen, name, fit) {
                    form.dept = Some(one.department.code.clone());
                }
            }
        });
    });
    officers(ui, state, case, &mut form.officer, None, "ui.dispatch.officer");
}

/// Officers on duty to choose from; a second click takes the choice back.
pub fn officers(
    ui: &mut Ui,
    state: &AppState,
    case: &Case,
    chosen: &mut Option<OfficerId>,
    complaint: Option<&str>,
    label: &'static str,
) {
    let lang = state.settings.lang;
    widgets::field(ui, lang.text(label), complaint, |ui, _| {
        let found =
            propose::officers(&state.reference.officers, case.report.place.at, state.office_now(), MOST_OFFICERS);
        if found.is_empty() {
            ui.weak(lang.text("ui.command.nobody"));
        }
        ui.spacing_mut().item_spacing.y = 2.0;
        for one in &found {
            let name = format!("{} {}", one.officer.name, one.officer.id.0);
            let detail = match (one.distance_m, one.officer.fix) {
                (Some(metres), Some(fix)) => {
                    let age = words::age(lang, state.now, fix.time);
                    format!("{}  {age}", words::metres(lang, metres))
                }
                _ => lang.text("ui.officer.no_fix").to_owned(),
            };
            let is_chosen = chosen.as_ref() == Some(&one.officer.id);
            if choice(ui, is_chosen, &name, &detail) {
                *chosen = if is_chosen { None } else { Some(one.officer.id.clone()) };
            }
        }
    });
}

fn choice(ui: &mut Ui, chosen: bool, name: &str, detail: &str) -> bool {
    let button = Button::selectable(chosen, name)
        .frame_when_inactive(true)
        .right_text(widgets::key_hint(detail))
        .truncate()
        .min_size(vec2(ui.available_width(), 26.0));
    let spoken = if detail.is_empty() { name.to_owned() } else { format!("{name} {detail}") };
    ui.add(button).accessible_name(spoken).clicked()
}
