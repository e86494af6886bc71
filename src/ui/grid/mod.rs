//! The tab of grid keeping: changes of cells, the checks G1 to G11, the history of a cell.

mod changes;
mod checks;
pub mod drawn;
mod history;

use eframe::egui::{ScrollArea, Ui};

use crate::app::action::Action;
use crate::app::keeping::GridAction;
use crate::app::state::AppState;
use crate::spatial::grid::check::Check;
use crate::ui::local::Local;
use crate::ui::{tools, widgets};

/// What the tab shows.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Page {
    /// Changes of cells.
    #[default]
    Changes,
    /// What the checks found.
    Checks,
    /// Versions of a cell.
    History,
}

/// What of the tab belongs to the window alone.
#[derive(Debug, Default)]
pub struct GridLocal {
    /// What it shows.
    pub page: Page,
    /// Code of a cell being typed for a change.
    pub code: String,
    /// Code of a cell being typed for its history.
    pub history: String,
    /// The check whose findings are listed.
    pub check: Option<Check>,
    /// So many findings of it are listed.
    pub listed: usize,
}

fn send(out: &mut Vec<Action>, action: GridAction) {
    out.push(Action::Grid(action));
}

/// Shows the panel.
pub fn show(ui: &mut Ui, state: &AppState, local: &mut Local, out: &mut Vec<Action>) {
    let lang = state.settings.lang;
    let pages = [
        (Page::Changes, lang.text("grid.page.changes")),
        (Page::Checks, lang.text("grid.page.checks")),
        (Page::History, lang.text("grid.page.history")),
    ];
    if let Some(page) = widgets::choices(ui, &pages, Some(local.grid.page)) {
        local.grid.page = page;
    }
    // Of the change, else what was wrong with a place typed for it.
    let of_place = state.tools.said.as_ref().filter(|said| said.refused && local.grid.page == Page::Changes);
    let said = state.keeping.said.as_ref().or(of_place);
    tools::foot(ui, "grid-said", said);
    ScrollArea::vertical().id_salt(("grid", local.grid.page as u8)).auto_shrink(false).show(ui, |ui| {
        ui.set_width(ui.available_width() - 4.0);
        match local.grid.page {
            Page::Changes => changes::show(ui, state, local, out),
            Page::Checks => checks::show(ui, state, local, out),
            Page::History => history::show(ui, state, local, out),
        }
    });
}
