//! What the checks G1 to G11 found, check by check, with the place on the map.

use eframe::egui::{Label, RichText, Ui};

use super::send;
use crate::app::action::Action;
use crate::app::keeping::GridAction;
use crate::app::state::AppState;
use crate::spatial::grid::check::{Check, Finding};
use crate::ui::local::Local;
use crate::ui::theme::{Palette, bold};
use crate::ui::widgets;

/// So many findings of a check are listed at a time.
const AT_ONCE: usize = 50;

/// Shows the page.
pub fn show(ui: &mut Ui, state: &AppState, local: &mut Local, out: &mut Vec<Action>) {
    let lang = state.settings.lang;
    let keeping = &state.keeping;
    let running = keeping.checking.is_some();
    if widgets::main_button(ui, !running, lang.text("grid.panel.check")).clicked() {
        send(out, GridAction::Check);
    }
    if running {
        ui.label(lang.text("grid.panel.checking"));
    }
    let Some(report) = &keeping.report else {
        ui.add(Label::new(lang.text("grid.panel.check_explained")).wrap());
        return;
    };
    let values: [(&str, &dyn std::fmt::Display); 2] = [("cells", &report.cells), ("findings", &report.findings.len())];
    ui.add(Label::new(lang.fill("grid.panel.checked", &values)).wrap());
    let palette = Palette::in_ui(ui);
    for check in Check::ALL {
        let own: Vec<(usize, &Finding)> =
            report.findings.iter().enumerate().filter(|(_, finding)| finding.check == check).collect();
        let title = format!("{} {}", check.id(), check.title(lang));
        if own.is_empty() {
            let state = if report.unchecked.contains(&check) { "grid.panel.unchecked" } else { "grid.panel.fine" };
            ui.label(format!("{title}  {}", lang.text(state)));
            continue;
        }
        let sign = if check.is_warning() { "grid.panel.hint" } else { "grid.panel.fault" };
        let ink = if check.is_warning() { palette.warning } else { palette.error };
        let open = local.grid.check == Some(check);
        let text = format!("{title}  {} {}", lang.text(sign), own.len());
        if ui.add(eframe::egui::Button::selectable(open, bold(text).color(ink)).frame_when_inactive(true)).clicked() {
            local.grid.check = (!open).then_some(check);
            local.grid.listed = AT_ONCE;
        }
        if open {
            findings(ui, state, local, &own, out);
        }
    }
}

fn findings(ui: &mut Ui, state: &AppState, local: &mut Local, own: &[(usize, &Finding)], out: &mut Vec<Action>) {
    let lang = state.settings.lang;
    for (index, finding) in own.iter().take(local.grid.listed) {
        let chosen = state.keeping.finding == Some(*index);
        let words = finding.words(lang);
        ui.horizontal_top(|ui| {
            let name = lang.fill("grid.panel.go_to_finding", &[("finding", &words)]);
            let button =
                eframe::egui::Button::selectable(chosen, lang.text("grid.panel.go_to")).frame_when_inactive(true);
            if ui.add(button).accessible_name(name).clicked() {
                send(out, GridAction::ShowFinding { index: *index });
            }
            ui.add(Label::new(RichText::new(words)).wrap());
        });
    }
    let rest = own.len().saturating_sub(local.grid.listed);
    if rest > 0 && ui.button(lang.fill("grid.panel.more", &[("count", &rest)])).clicked() {
        local.grid.listed += AT_ONCE;
    }
}
