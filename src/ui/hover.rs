//! The card beside the pointer: what the sign under it stands for, without a click.

use eframe::egui::{self, Frame, Label, Margin, RichText, Stroke, Ui};

use crate::app::state::AppState;
use crate::base::CaseId;
use crate::domain::case::Lamp;
use crate::domain::org::OfficerId;
use crate::ui::map_overlay::Sign;
use crate::ui::theme::{Palette, SMALL, bold};
use crate::ui::words;

/// Lines of a card: the first one heads it. Empty for what needs no explaining.
pub fn lines(state: &AppState, sign: &Sign) -> Vec<String> {
    let lang = state.settings.lang;
    match sign {
        Sign::Case(id) => case(state, *id),
        Sign::Cases(cases, _) => cases_together(state, cases),
        Sign::Past(count, _) => vec![lang.fill("ui.hover.past", &[("count", count)])],
        Sign::Officer(id) => officer(state, id),
        Sign::SectionEnd(end) => vec![lang.fill("ui.hover.section_end", &[("end", &["A", "B"][(*end).min(1)])])],
        Sign::Draft | Sign::Inspected => Vec::new(),
    }
}

fn case(state: &AppState, id: CaseId) -> Vec<String> {
    let lang = state.settings.lang;
    let Some(case) = state.cases.view.get(&id) else { return Vec::new() };
    let lamp = state.cases.lamps.get(&id).copied().unwrap_or(Lamp::Off);
    let comma = lang.text("ui.list.comma");
    let left = case
        .minutes_left(state.office_now(), &state.books.calendar)
        .filter(|_| case.state.is_open())
        .map(|minutes| words::time_left(lang, minutes, words::runs_in_working_time(case)));
    let mut now = vec![words::state(lang, case.state).to_owned(), words::lamp_name(lang, lamp).to_owned()];
    now.extend(left);
    now.retain(|part| !part.is_empty());
    vec![
        words::class(state, &case.report.class),
        words::number(lang, case),
        now.join(comma),
        case.report.place.address.clone(),
        lang.fill("ui.hover.reported", &[("at", &words::moment(state.office_now(), case.reported_at))]),
    ]
}

fn cases_together(state: &AppState, cases: &[CaseId]) -> Vec<String> {
    let lang = state.settings.lang;
    let mut lines = vec![lang.fill("ui.hover.cases", &[("count", &cases.len())])];
    for lamp in [Lamp::Red, Lamp::Yellow, Lamp::Green, Lamp::Off] {
        let count = cases.iter().filter(|id| state.cases.lamps.get(id).copied().unwrap_or(Lamp::Off) == lamp).count();
        if count > 0 {
            let name = words::lamp_name(lang, lamp);
            let name = if name.is_empty() { lang.text("ui.hover.no_lamp") } else { name };
            lines.push(lang.fill("ui.hover.of_lamp", &[("lamp", &name), ("count", &count)]));
        }
    }
    lines.push(lang.text("ui.hover.click_to_part").to_owned());
    lines
}

fn officer(state: &AppState, id: &OfficerId) -> Vec<String> {
    let lang = state.settings.lang;
    let Some(officer) = state.reference.officers.iter().find(|officer| officer.id == *id) else { return Vec::new() };
    let duty = if officer.on_duty { "ui.hover.on_duty" } else { "ui.hover.off_duty" };
    let mut lines = vec![format!("{} {}", officer.name, officer.id.0), lang.text(duty).to_owned()];
    if let Some(fix) = officer.fix {
        let age = words::age(lang, state.office_now(), fix.time);
        lines.push(lang.fill("ui.hover.fix", &[("age", &age), ("metres", &format!("{:.0}", fix.accuracy_m))]));
        if let Some(heading) = fix.heading_degrees.filter(|degrees| degrees.is_finite()) {
            lines.push(lang.fill("ui.hover.heading", &[("degrees", &format!("{:.0}", heading.rem_euclid(360.0)))]));
        }
    }
    if !officer.phone.is_empty() {
        lines.push(officer.phone.clone());
    }
    lines
}

/// Shows the card beside the pointer. It is small, lets clicks through, and goes with the pointer.
pub fn show(ui: &Ui, state: &AppState, sign: &Sign) {
    let lines = lines(state, sign);
    let (Some(pointer), false) = (ui.ctx().pointer_hover_pos(), lines.is_empty()) else { return };
    let palette = Palette::in_ui(ui);
    egui::Area::new(egui::Id::unique("map-hover"))
        .order(egui::Order::Tooltip)
        .interactable(false)
        .constrain(true)
        .fixed_pos(pointer + egui::vec2(16.0, 14.0))
        .show(ui.ctx(), |ui| {
            Frame::new()
                .fill(palette.surface)
                .stroke(Stroke::new(1.0, palette.edge))
                .inner_margin(Margin::symmetric(8, 5))
                .show(ui, |ui| {
                    ui.set_max_width(280.0);
                    ui.spacing_mut().item_spacing.y = 1.0;
                    for (at, line) in lines.iter().enumerate() {
                        let text = if at == 0 { bold(line.as_str()) } else { RichText::new(line).size(SMALL) };
                        ui.add(Label::new(text).wrap());
                    }
                });
        });
}
