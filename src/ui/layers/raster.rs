//! Pictures below the map in the layers' tab: which there are, how they are shown, and how one is added.

use eframe::egui::{self, Button, ComboBox, DragValue, Label, RichText, Slider, TextEdit, Ui};

use crate::app::action::Action;
use crate::app::raster::{MOST_MB, Raster, RasterAction, Told};
use crate::app::state::AppState;
use crate::base::clock::office_time;
use crate::base::text::Lang;
use crate::spatial::raster::Key;
use crate::spatial::raster::address::Tianditu;
use crate::ui::local::Local;
use crate::ui::theme::SMALL;
use crate::ui::widgets;

/// What is being typed.
#[derive(Debug, Default)]
pub struct RasterForm {
    /// A file.
    file: String,
    /// A pattern of an address, and what was made of it.
    pattern: usize,
    name: String,
    address: String,
    key: String,
    /// Megabytes, while they are being changed.
    limit: Option<u32>,
}

/// Names of the patterns: an address of one's own, then those of Tianditu.
const PATTERNS: [&str; 5] =
    ["layer.raster.own", "layer.raster.vec", "layer.raster.cva", "layer.raster.img", "layer.raster.cia"];

/// Shows the section.
pub fn show(ui: &mut Ui, state: &AppState, local: &mut Local, out: &mut Vec<Action>) {
    let lang = state.settings.lang;
    let raster = &state.map.raster;
    widgets::section(ui, lang.text("layer.raster.title"));
    let none = Told::default();
    for (index, one) in raster.kept.list.iter().enumerate().rev() {
        let told = raster.told.each.get(index).unwrap_or(&none);
        row(ui, lang, (index, raster.kept.list.len()), one, told, out);
    }
    if raster.kept.list.is_empty() {
        ui.weak(lang.text("layer.raster.none"));
    }
    let form = &mut local.raster;
    ui.collapsing(lang.text("layer.raster.add_file"), |ui| {
        let entered = field(ui, lang.text("layer.raster.path"), &mut form.file, false);
        ui.label(RichText::new(lang.text("layer.raster.drop")).size(SMALL).weak());
        if add(ui, lang, &form.file, entered) {
            let path = form.file.trim().into();
            form.file.clear();
            out.push(Action::Raster(RasterAction::AddFile { path }));
        }
    });
    ui.collapsing(lang.text("layer.raster.add_address"), |ui| add_address(ui, lang, form, out));
    cache(ui, state, &mut local.raster, out);
    ui.separator();
}

fn row(ui: &mut Ui, lang: Lang, (index, count): (usize, usize), one: &Raster, told: &Told, out: &mut Vec<Action>) {
    let (mut shown, mut opacity) = (one.shown, one.opacity);
    ui.horizontal(|ui| {
        ui.checkbox(&mut shown, &one.name).on_hover_text(one.origin.shown());
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            let mut button = |key: &'static str, on: bool, action: RasterAction| {
                let words = lang.text(key);
                let response = ui.add_enabled(on, Button::new(RichText::new(words).size(SMALL)));
                let clicked = response.clicked();
                response
                    .widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, on, format!("{words} {}", one.name)));
                if clicked {
                    out.push(Action::Raster(action));
                }
            };
            button("layer.raster.remove", true, RasterAction::Remove { index });
            button("layer.raster.down", index > 0, RasterAction::Move { index, to: index.saturating_sub(1) });
            button("layer.raster.up", index + 1 < count, RasterAction::Move { index, to: index + 1 });
        });
    });
    if one.shown {
        ui.indent(("raster", index), |ui| {
            ui.add(Slider::new(&mut opacity, 10..=100).step_by(10.0).suffix("%").text(lang.text("layer.opacity")));
        });
    }
    if let Some(fault) = &told.fault {
        ui.add(Label::new(RichText::new(fault).size(SMALL).weak()).wrap());
    } else if told.awaited > 0 && one.shown {
        ui.label(RichText::new(lang.fill("layer.raster.awaited", &[("count", &told.awaited)])).size(SMALL).weak());
    }
    if (shown, opacity) != (one.shown, one.opacity) {
        out.push(Action::Raster(RasterAction::Set { index, shown, opacity }));
    }
}

/// A field and its name; whether Enter was pressed in it.
fn field(ui: &mut Ui, words: &'static str, text: &mut String, hidden: bool) -> bool {
    let id = egui::Id::unique(("raster-field", words));
    let label = ui.label(words);
    let entered = widgets::enter(ui, id);
    let field = TextEdit::singleline(text).id(id).password(hidden).desired_width(f32::INFINITY);
    ui.add(field).labelled_by(label.id);
    entered
}

/// The button that adds what is named, and the same by Enter.
fn add(ui: &mut Ui, lang: Lang, named: &str, entered: bool) -> bool {
    let named = !named.trim().is_empty();
    ui.add_enabled(named, Button::new(lang.text("layer.raster.add"))).clicked() || (named && entered)
}

fn add_address(ui: &mut Ui, lang: Lang, form: &mut RasterForm, out: &mut Vec<Action>) {
    let before = form.pattern;
    ComboBox::from_id_salt("raster pattern")
        .selected_text(lang.text(PATTERNS[form.pattern.min(PATTERNS.len() - 1)]))
        .width(ui.available_width() - 8.0)
        .show_ui(ui, |ui| {
            for (number, key) in PATTERNS.into_iter().enumerate() {
                ui.selectable_value(&mut form.pattern, number, lang.text(key));
            }
        })
        .response
        .widget_info(|| egui::WidgetInfo::labeled(egui::Role::ComboBox, true, lang.text("layer.raster.pattern")));
    if form.pattern != before {
        match form.pattern.checked_sub(1).and_then(|at| Tianditu::ALL.get(at)) {
            Some(layer) => {
                form.address = layer.address();
                lang.text(PATTERNS[form.pattern]).clone_into(&mut form.name);
            }
            None => (form.address, form.name) = (String::new(), String::new()),
        }
    }
    let entered = [
        field(ui, lang.text("layer.raster.name"), &mut form.name, false),
        field(ui, lang.text("layer.raster.address"), &mut form.address, false),
        field(ui, lang.text("layer.raster.key"), &mut form.key, true),
    ];
    ui.add(Label::new(RichText::new(lang.text("layer.raster.advice")).size(SMALL).weak()).wrap());
    if add(ui, lang, &form.address, entered.contains(&true)) {
        let (name, address) = (form.name.clone(), form.address.clone());
        let key = Key(form.key.trim().to_owned());
        // The key stays for the next layer of the same service; leaving the program forgets it.
        out.push(Action::Raster(RasterAction::AddAddress { name, address, key }));
        if form.pattern == 0 {
            // An address that was pasted with a key in it is not left to be read.
            (form.address, form.name) = (String::new(), String::new());
        }
    }
}

fn cache(ui: &mut Ui, state: &AppState, form: &mut RasterForm, out: &mut Vec<Action>) {
    let lang = state.settings.lang;
    let raster = &state.map.raster;
    let told = &raster.told;
    ui.horizontal(|ui| {
        let label = ui.label(lang.text("layer.raster.limit"));
        let mut limit = form.limit.unwrap_or(raster.kept.limit_mb);
        let response = ui.add(DragValue::new(&mut limit).range(0..=MOST_MB).suffix(" MB")).labelled_by(label.id);
        // Each step on the way would throw away what the next one keeps.
        form.limit = (response.dragged() || response.has_focus()).then_some(limit);
        if limit != raster.kept.limit_mb && form.limit.is_none() {
            out.push(Action::Raster(RasterAction::SetLimit { megabytes: limit }));
        }
        if ui.add_enabled(told.tiles > 0, Button::new(lang.text("layer.raster.empty"))).clicked() {
            out.push(Action::Raster(RasterAction::EmptyCache));
        }
    });
    let megabytes = format!("{:.1}", told.bytes as f64 / f64::from(1 << 20));
    let words = match (&told.fault, told.oldest) {
        (Some(fault), _) => fault.clone(),
        (None, Some(oldest)) => {
            let day = office_time(oldest).date();
            lang.fill("layer.raster.held", &[("count", &told.tiles), ("megabytes", &megabytes), ("day", &day)])
        }
        (None, None) => return,
    };
    ui.add(Label::new(RichText::new(words).size(SMALL).weak()).wrap());
}

/// Whether a file is one of tiles, by its ending: such a file is shown and not imported.
pub fn is_tiles(path: &std::path::Path) -> bool {
    let ending = path.extension().map(|ending| ending.to_string_lossy().to_ascii_lowercase());
    matches!(ending.as_deref(), Some("mbtiles" | "pmtiles"))
}

/// The origins of the pictures, in the map's lower right corner.
pub fn attribution(ui: &Ui, field: egui::Rect, state: &AppState, in_hand: bool) {
    let words = state.map.raster.attribution(in_hand);
    if words.is_empty() || !field.is_positive() {
        return;
    }
    let painter = ui.painter_at(field);
    let (ink, paper) = (ui.visuals().text_color(), ui.visuals().panel_fill.gamma_multiply(0.8));
    let galley = painter.layout(words, egui::FontId::proportional(11.0), ink, field.width() * 0.6);
    let at = field.right_bottom() - galley.size() - egui::vec2(6.0, 4.0);
    painter.rect_filled(egui::Rect::from_min_size(at, galley.size()).expand(3.0), 2.0, paper);
    painter.galley(at, galley, ink);
}
