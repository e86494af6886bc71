//! Settings: language, light or dark, size of text, layers of the map.

use eframe::egui::{self, Popup, PopupCloseBehavior, PopupKind, RectAlign, Ui};

use crate::app::action::{Action, MapAction};
use crate::app::state::{AppState, TextScale, ThemeChoice};
use crate::base::text::Lang;
use crate::map::style::LayerGroup;
use crate::ui::widgets;

/// Layers in the order in which a person thinks of them: what moves first, what lies still last.
const LAYERS: [(LayerGroup, &str); 15] = [
    (LayerGroup::Cases, "ui.layer.cases"),
    (LayerGroup::Officers, "ui.layer.officers"),
    (LayerGroup::UnitGrid, "ui.layer.unit_grid"),
    (LayerGroup::Boundaries, "ui.layer.boundaries"),
    (LayerGroup::Components, "ui.layer.components"),
    (LayerGroup::Pipelines, "ui.layer.pipelines"),
    (LayerGroup::Places, "ui.layer.places"),
    (LayerGroup::Incidents, "ui.layer.incidents"),
    (LayerGroup::Parcels, "ui.layer.parcels"),
    (LayerGroup::Sites, "ui.layer.sites"),
    (LayerGroup::Patrols, "ui.layer.patrols"),
    (LayerGroup::Video, "ui.layer.video"),
    (LayerGroup::Emergency, "ui.layer.emergency"),
    (LayerGroup::Relief, "ui.layer.relief"),
    (LayerGroup::Names, "ui.layer.names"),
];

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
    widgets::section(ui, lang.text("ui.settings.layers"));
    egui::Grid::new("layers").num_columns(2).show(ui, |ui| {
        for (at, (layer, key)) in LAYERS.into_iter().enumerate() {
            let mut shown = !state.map.hidden.contains(&layer);
            if ui.checkbox(&mut shown, lang.text(key)).changed() {
                out.push(Action::Map(MapAction::ToggleLayer { layer }));
            }
            if at % 2 == 1 {
                ui.end_row();
            }
        }
    });
}
