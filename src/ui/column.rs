//! The left column: the command bar, a row of tabs, and the panel that is open. The queue is one of the panels and the
//! one to which Esc leads back.

use eframe::egui::{self, Button, Id, Key, Popup, Role, Sense, Ui, WidgetInfo, vec2};

use crate::app::action::Action;
use crate::app::state::AppState;
use crate::base::text::Lang;
use crate::ui::local::{Focus, Local, Tab};
use crate::ui::theme::bold;
use crate::ui::{command_bar, data, grid, keys, layers, queue, sheet, tools, widgets};

/// Name of a tab.
fn name(tab: Tab, lang: Lang) -> &'static str {
    lang.text(match tab {
        Tab::Queue => "ui.tab.queue",
        Tab::Layers => "ui.tab.layers",
        Tab::Tools => "ui.tab.tools",
        Tab::Data => "ui.tab.data",
        Tab::Grid => "ui.tab.grid",
        Tab::Sheet => "ui.tab.sheet",
    })
}

/// Shows the column.
pub fn show(ui: &mut Ui, state: &AppState, local: &mut Local, out: &mut Vec<Action>) {
    if command_bar::show(ui, state, local, out) {
        // Its list stands in the panel's place and takes the key.
        local.column_has_keyboard = false;
        return;
    }
    if matches!(local.focus, Some(Focus::Queue | Focus::Search)) {
        local.tab = Tab::Queue;
    }
    tabs(ui, state.settings.lang, local);
    // A list that hangs open takes the key for itself.
    let hanging = Popup::is_any_open(ui.ctx());
    let whole = ui.available_rect_before_wrap();
    if local.tab != Tab::Queue {
        anchor(ui, whole, name(local.tab, state.settings.lang), local);
    }
    match local.tab {
        Tab::Queue => queue::show(ui, state, local, out),
        Tab::Layers => layers::show(ui, state, local, out),
        Tab::Tools => tools::show(ui, state, local, out),
        Tab::Data => data::show(ui, state, local, out),
        Tab::Grid => grid::show(ui, state, local, out),
        Tab::Sheet => sheet::show(ui, state, local, out),
    }
    // A panel that wants the key for something of its own has consumed it by now.
    let escaped = ui.input(|input| input.key_pressed(Key::Escape));
    if local.tab != Tab::Queue && escaped && local.column_has_keyboard && !hanging {
        local.tab = Tab::Queue;
        local.focus = Some(Focus::Queue);
    }
    let focused = ui.memory(egui::Memory::focused).and_then(|id| ui.ctx().read_response(id));
    local.column_has_keyboard = focused.is_none_or(|response| whole.contains(response.rect.center()));
}

fn tabs(ui: &mut Ui, lang: Lang, local: &mut Local) {
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing = vec2(2.0, 2.0);
        ui.spacing_mut().button_padding.x = 5.0;
        for tab in Tab::ALL {
            let (open, name) = (local.tab == tab, name(tab, lang));
            let button = Button::selectable(open, if open { bold(name) } else { name.into() });
            if ui.add(button).on_hover_text(keys::tab(tab)).clicked() && !open {
                local.tab = tab;
                local.focus = Some(if tab == Tab::Queue { Focus::Queue } else { Focus::Column });
            }
        }
    });
}

/// Where the keyboard arrives in a panel; Tab goes on to what stands in it.
fn anchor(ui: &Ui, whole: egui::Rect, name: &str, local: &mut Local) {
    let anchor = ui.interact(whole, Id::unique("column-anchor"), Sense::focusable_noninteractive());
    anchor.widget_info(|| WidgetInfo::labeled(Role::Group, true, name));
    if local.focus == Some(Focus::Column) {
        local.focus = None;
        anchor.request_focus();
    }
    if anchor.has_focus() {
        widgets::focus_ring(ui, whole.expand(4.0));
    }
}
