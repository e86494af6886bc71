//! Settings: language, light or dark, size of text.

use eframe::egui::{Popup, PopupCloseBehavior, PopupKind, RectAlign, Ui};

use crate::app::action::Action;
use crate::app::state::{AppState, TextScale, ThemeChoice};
use crate::base::text::Lang;
use crate::ui::widgets;

/// The button that opens the settings. What it opens hangs from its right end, above the hand and not above the map.
pub fn menu(ui: &mut Ui, state: &AppState, out: &mut Vec<Action>) {
    let lang = state.settings.lang;
    let button = ui.button(lang.text("ui.settings"));
    Popup::from_toggle_button_response(&button)
        .kind(PopupKind::Menu)
        .align(RectAlign::BOTTOM_END)
        .close_behavior(PopupCloseBehavior::CloseOnClickOutside)
        .show(|ui| {
            ui.set_width(206.0);
            show(ui, state, out);
        });
}

/// What stands in the menu.
pub fn show(ui: &mut Ui, state: &AppState, out: &mut Vec<Action>) {
    let settings = state.settings;
    let lang = settings.lang;
    widgets::section(ui, lang.text("ui.settings.lang"));
    // Each language is named in itself, so that whoever has landed in the wrong one finds back.
    let langs = [(Lang::ZhCn, lang.text("ui.lang.zh")), (Lang::En, lang.text("ui.lang.en"))];
    if let Some(lang) = widgets::choices(ui, &langs, Some(settings.lang)) {
        out.push(Action::SetLang { lang });
    }
    widgets::section(ui, lang.text("ui.settings.theme"));
    let themes = [(ThemeChoice::Light, lang.text("ui.theme.light")), (ThemeChoice::Dark, lang.text("ui.theme.dark"))];
    if let Some(theme) = widgets::choices(ui, &themes, Some(settings.theme)) {
        out.push(Action::SetTheme { theme });
    }
    widgets::section(ui, lang.text("ui.settings.text_scale"));
    let scales = [(TextScale::P100, "100%"), (TextScale::P125, "125%"), (TextScale::P150, "150%")];
    if let Some(scale) = widgets::choices(ui, &scales, Some(settings.text_scale)) {
        out.push(Action::SetTextScale { scale });
    }
}
