//! The tab of the layers: which are shown, how opaque, from which scale to which, what their signs mean and where they
//! come from. The uppermost layer of the map stands first.

pub mod bookmarks;
pub(crate) mod editor;
mod legend;
pub mod raster;

use eframe::egui::{self, Button, ComboBox, Label, RichText, Role, ScrollArea, Slider, Ui, WidgetInfo};

use crate::app::action::{Action, MapAction};
use crate::app::state::AppState;
use crate::base::text::Lang;
use crate::map::style::kind::Kind;
use crate::map::style::{LayerGroup, LayerLook, denominator, steps};
use crate::spatial::feature::Layer;
use crate::ui::local::Local;
use crate::ui::theme::{self, SMALL};
use crate::ui::{beside, widgets};

/// Scales that a range is set to.
const SCALES: [u32; 10] = [500, 1000, 2000, 5000, 10_000, 20_000, 50_000, 100_000, 200_000, 500_000];
/// A scale at which the kinds of every layer are drawn, metres for a point.
const NEAR: f64 = 0.3;

/// What of the tab is shown.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Part {
    /// The layers.
    #[default]
    Layers,
    /// Their look.
    Style,
    /// Views kept by name.
    Bookmarks,
}

/// Key of a layer's name in the text table.
pub(crate) fn name_key(layer: LayerGroup) -> String {
    // Written as in scripts.
    let word = serde_json::to_value(layer).ok();
    format!("layer.name.{}", word.as_ref().and_then(serde_json::Value::as_str).unwrap_or_default())
}

/// Key of a kind's name in the text table.
pub(crate) fn kind_key(kind: Kind) -> String {
    format!("layer.kind.{kind:?}")
}

fn name(lang: Lang, layer: LayerGroup) -> &'static str {
    lang.find(&name_key(layer)).unwrap_or_default()
}

/// Shows the panel.
pub fn show(ui: &mut Ui, state: &AppState, local: &mut Local, out: &mut Vec<Action>) {
    let lang = state.settings.lang;
    let here = state.map.camera.metres_per_point;
    let parts = [
        (Part::Layers, lang.text("layer.style.layers")),
        (Part::Style, lang.text("layer.style.title")),
        (Part::Bookmarks, lang.text("layer.bookmark.title")),
    ];
    if let Some(part) = widgets::choices(ui, &parts, Some(local.layers_part)) {
        local.layers_part = part;
    }
    match local.layers_part {
        Part::Layers => {}
        Part::Style => return editor::show(ui, state, local, out),
        Part::Bookmarks => return bookmarks::show(ui, state, local, out),
    }
    beside::choice(ui, state, out);
    ui.horizontal(|ui| {
        ui.weak(lang.fill("layer.scale", &[("scale", &rounded(denominator(here)))]));
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            let changed = !state.map.layers_as_at_first();
            if ui.add_enabled(changed, Button::new(lang.text("layer.reset"))).clicked() {
                out.push(Action::Map(MapAction::ResetLayers));
            }
        });
    });
    let theme = theme::map_theme(state.settings.theme);
    let drawn: Vec<Kind> = steps(&state.map.style.shown, theme, here, &[], &[]).iter().map(|step| step.kind).collect();
    ScrollArea::vertical().id_salt("layers").auto_shrink(false).show(ui, |ui| {
        ui.set_width(ui.available_width() - 4.0);
        raster::show(ui, state, local, out);
        for layer in LayerGroup::ALL {
            let is_drawn = layer.kinds().next().is_none() || layer.kinds().any(|kind| drawn.contains(&kind));
            row(ui, state, layer, is_drawn && state.map.look(layer).shows_at(here), local, out);
            if local.layer == Some(layer) {
                ui.indent(("layer", layer), |ui| details(ui, state, layer, local, out));
            }
        }
    });
}

/// One layer: shown or not, and its state in words.
fn row(ui: &mut Ui, state: &AppState, layer: LayerGroup, at_scale: bool, local: &mut Local, out: &mut Vec<Action>) {
    let lang = state.settings.lang;
    let name = name(lang, layer);
    ui.horizontal(|ui| {
        let mut shown = !state.map.hidden.contains(&layer);
        if ui.checkbox(&mut shown, name).changed() {
            out.push(Action::Map(MapAction::ToggleLayer { layer }));
        }
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            let open = local.layer == Some(layer);
            let response = ui.selectable_label(open, lang.text("layer.more"));
            let told = lang.fill("layer.details", &[("name", &name)]);
            response.widget_info(|| WidgetInfo::selected(Role::Button, true, open, &told));
            if response.on_hover_text(&told).clicked() {
                local.layer = if open { None } else { Some(layer) };
            }
            let opacity = state.map.look(layer).opacity;
            if shown && !at_scale {
                ui.add(Label::new(RichText::new(lang.text("layer.not_at_scale")).size(SMALL).weak()).truncate());
            } else if opacity < 100 {
                ui.label(RichText::new(format!("{opacity}%")).size(SMALL).weak());
            }
        });
    });
}

fn details(ui: &mut Ui, state: &AppState, layer: LayerGroup, local: &mut Local, out: &mut Vec<Action>) {
    let lang = state.settings.lang;
    let before = state.map.look(layer);
    let mut look = before;
    if layer.fades() {
        let least = LayerLook::LEAST_OPACITY;
        let slider =
            Slider::new(&mut look.opacity, least..=100).step_by(10.0).suffix("%").text(lang.text("layer.opacity"));
        ui.add(slider);
    } else {
        ui.label(RichText::new(lang.text("layer.stands_out")).size(SMALL).weak());
    }
    scale(ui, lang, layer, "layer.nearest", &mut look.nearest);
    scale(ui, lang, layer, "layer.farthest", &mut look.farthest);
    let reach = layer.kinds().map(Kind::max_metres_per_pixel).fold(0.0, f64::max);
    if reach > 0.0 && reach.is_finite() {
        let scale = rounded(denominator(reach));
        ui.label(RichText::new(lang.fill("layer.drawn_to", &[("scale", &scale)])).size(SMALL).weak());
    }
    if look != before {
        out.push(Action::Map(MapAction::SetLayerLook { layer, look }));
    }
    let theme = theme::map_theme(state.settings.theme);
    let here = state.map.camera.metres_per_point;
    let of_layer = |scale| -> Vec<_> {
        let opacities = [(layer, look.opacity)];
        steps(&state.map.style.shown, theme, scale, &[], &opacities)
            .into_iter()
            .filter(|step| step.kind.group() == layer)
            .collect()
    };
    let (present, nearer) = (of_layer(here), of_layer(NEAR));
    let (title, signs) = if present.is_empty() { ("layer.legend_nearer", nearer) } else { ("layer.legend", present) };
    if layer == LayerGroup::Cases {
        widgets::section(ui, lang.text("layer.legend"));
        legend::cases(ui, lang);
    } else if !signs.is_empty() {
        widgets::section(ui, lang.text(title));
        if let Some(kind) = legend::show(ui, lang, state.map.style.shown.palette(theme), &signs) {
            local.editor.edit(kind);
            local.layers_part = Part::Style;
        }
    }
    origin(ui, state, layer);
}

/// A limit of the scales at which a layer shows.
fn scale(ui: &mut Ui, lang: Lang, layer: LayerGroup, key: &'static str, limit: &mut Option<u32>) {
    let shown =
        |limit: Option<u32>| limit.map_or_else(|| lang.text("layer.no_limit").to_owned(), |to| format!("1:{to}"));
    ui.horizontal(|ui| {
        let words = lang.text(key);
        ui.label(words);
        let told = format!("{words} {}", shown(*limit));
        ComboBox::from_id_salt((key, layer))
            .selected_text(shown(*limit))
            .width(110.0)
            .show_ui(ui, |ui| {
                for one in std::iter::once(None).chain(SCALES.map(Some)) {
                    ui.selectable_value(limit, one, shown(one));
                }
            })
            .response
            .accessible_name(told);
    });
}

/// What the pack says of where a layer comes from.
fn origin(ui: &mut Ui, state: &AppState, layer: LayerGroup) {
    let lang = state.settings.lang;
    widgets::section(ui, lang.text("layer.origin"));
    if matches!(layer, LayerGroup::Cases | LayerGroup::Officers) {
        ui.label(lang.text("layer.live"));
        return;
    }
    let about = &state.books.about;
    // Names stand on what they name.
    let belongs = |one: Layer| layer == LayerGroup::Names || LayerGroup::of(one) == layer;
    let parts: Vec<_> = about.layers.iter().filter(|(one, _)| belongs(**one)).map(|(_, part)| part).collect();
    let count: u64 = parts.iter().map(|part| part.count).sum();
    if count == 0 {
        ui.weak(lang.text("layer.absent"));
        return;
    }
    let mut sources: Vec<&str> = parts.iter().flat_map(|part| part.source.split(", ")).collect();
    sources.retain(|source| !source.is_empty());
    sources.sort_unstable();
    sources.dedup();
    widgets::fact(ui, lang.text("layer.count"), count.to_string());
    let told = [
        ("layer.source", sources.join(", ")),
        ("layer.date", about.created.split('T').next().unwrap_or_default().to_owned()),
        ("layer.attribution", about.attribution.clone()),
        ("layer.licence", about.licence.clone()),
    ];
    for (key, value) in told {
        widgets::fact(ui, lang.text(key), if value.is_empty() { "–".to_owned() } else { value });
    }
}

/// To two figures: a scale on a screen is no more exact.
fn rounded(scale: f64) -> u64 {
    let unit = 10_f64.powf((scale.max(1.0).log10() - 1.0).floor()).max(1.0);
    ((scale / unit).round() * unit) as u64
}
