//! The style editor: an entry of the style is picked and changed, and the map follows at once.

use eframe::egui::{self, Button, ComboBox, DragValue, Label, RichText, Role, ScrollArea, TextEdit, Ui, WidgetInfo};
use serde_json::{Value as Json, json};

use crate::app::action::Action;
use crate::app::state::{AppState, Severity};
use crate::app::style::StyleAction;
use crate::base::text::Lang;
use crate::map::style::kind::Kind;
use crate::map::style::palette::Ink;
use crate::map::style::text::{Naming, Symbol};
use crate::map::style::vision::{self, Vision};
use crate::map::style::{Allowed, Key, MapTheme, SOLID, Style, Value, denominator, hex};
use crate::ui::local::Local;
use crate::ui::theme::{self, Palette, SMALL};
use crate::ui::widgets;

/// What the editor is about.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Subject {
    /// Ground and letters, by the colours of the palette.
    #[default]
    Palette,
    /// A kind of line, area or sign.
    Kind(Kind),
    /// A kind of lettering.
    Name(Naming),
    /// A sign beside letters.
    Sign(Symbol),
}

/// What the editor keeps from frame to frame.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct EditorLocal {
    /// What it is about.
    pub subject: Subject,
    /// The theme whose colours are shown, when it is not the map's.
    pub theme: Option<MapTheme>,
    /// A colour as it is being typed.
    typed: Option<(Key, String)>,
}

impl EditorLocal {
    /// Goes over to a kind.
    pub fn edit(&mut self, kind: Kind) {
        self.subject = Subject::Kind(kind);
    }
}

impl Subject {
    /// What is chosen first when a person goes over to another sort.
    const SORTS: [(Self, &'static str); 4] = [
        (Self::Palette, "layer.style.palette"),
        (Self::Kind(Kind::Primary), "layer.style.kinds"),
        (Self::Name(Naming::MajorRoad), "layer.style.names"),
        (Self::Sign(Symbol::Transit), "layer.style.signs"),
    ];

    fn sort(self) -> usize {
        match self {
            Self::Palette => 0,
            Self::Kind(_) => 1,
            Self::Name(_) => 2,
            Self::Sign(_) => 3,
        }
    }

    /// All of the same sort.
    fn alike(self) -> Vec<Self> {
        match self {
            Self::Palette => Vec::new(),
            Self::Kind(_) => Kind::ALL.into_iter().map(Self::Kind).collect(),
            Self::Name(_) => Naming::ALL.into_iter().map(Self::Name).collect(),
            Self::Sign(_) => Symbol::ALL.into_iter().map(Self::Sign).collect(),
        }
    }

    fn name(self, lang: Lang) -> &'static str {
        let key = match self {
            Self::Palette => "layer.style.palette".to_owned(),
            Self::Kind(kind) => super::kind_key(kind),
            Self::Name(naming) => format!("layer.naming.{naming:?}"),
            Self::Sign(symbol) => format!("layer.symbol.{symbol:?}"),
        };
        lang.find(&key).unwrap_or_default()
    }

    fn keys(self, theme: MapTheme) -> Vec<Key> {
        let is_its = |key: &Key| match (self, *key) {
            (Self::Palette, Key::Ink(of, _) | Key::Component(of, _)) => of == theme,
            (Self::Kind(kind), Key::Body(own, of) | Key::Edge(own, of)) => {
                // Components have the colours of their classes.
                kind == own && of == theme && kind != Kind::Component
            }
            (Self::Kind(kind), Key::Width(own) | Key::Dash(own) | Key::Farthest(own)) => kind == own,
            (Self::Name(naming), Key::Size(own) | Key::Bold(own) | Key::Spacing(own) | Key::Halo(own)) => naming == own,
            (Self::Name(naming), Key::NameNearest(own) | Key::NameFarthest(own) | Key::NameInk(own)) => naming == own,
            (Self::Sign(symbol), Key::SignSize(own) | Key::SignInk(own)) => symbol == own,
            _ => false,
        };
        Key::all().filter(is_its).collect()
    }
}

/// Key of an entry's name in the text table.
pub(crate) fn entry_key(key: Key) -> String {
    let word = match key {
        Key::Ink(_, ink) => return format!("layer.ink.{}", ink.word()),
        Key::Component(_, major) => return format!("layer.ink.component_{major}"),
        Key::Body(..) => "color",
        Key::Edge(..) => "edge",
        Key::Width(_) => "width",
        Key::Dash(_) => "dash",
        Key::Farthest(_) | Key::NameFarthest(_) => "farthest",
        Key::NameNearest(_) => "nearest",
        Key::Size(_) => "size",
        Key::Bold(_) => "bold",
        Key::Spacing(_) => "spacing",
        Key::Halo(_) => "halo",
        Key::SignSize(_) => "half_side",
        Key::NameInk(_) | Key::SignInk(_) => "ink",
    };
    format!("layer.entry.{word}")
}

/// Shows the editor.
pub fn show(ui: &mut Ui, state: &AppState, local: &mut Local, out: &mut Vec<Action>) {
    let lang = state.settings.lang;
    bar(ui, state, lang, out);
    let editor = &mut local.editor;
    let sorts: Vec<(usize, &str)> =
        Subject::SORTS.iter().enumerate().map(|(sort, (_, key))| (sort, lang.text(key))).collect();
    if let Some(sort) = widgets::choices(ui, &sorts, Some(editor.subject.sort()))
        && sort != editor.subject.sort()
    {
        editor.subject = Subject::SORTS[sort].0;
    }
    let alike = editor.subject.alike();
    if !alike.is_empty() {
        let name = editor.subject.name(lang);
        ComboBox::from_id_salt("subject")
            .selected_text(name)
            .width(ui.available_width() - 12.0)
            .height(420.0)
            .show_ui(ui, |ui| {
                for one in alike {
                    ui.selectable_value(&mut editor.subject, one, one.name(lang));
                }
            })
            .response
            .accessible_name(lang.fill("layer.style.about", &[("name", &name)]));
    }
    let theme = editor.theme.unwrap_or(theme::map_theme(state.settings.theme));
    let keys = editor.subject.keys(theme);
    if keys.iter().any(|key| key.allowed() == Allowed::Color) {
        let themes = MapTheme::ALL.map(|one| {
            let key = match one {
                MapTheme::Light => "layer.style.light",
                MapTheme::Dark => "layer.style.dark",
                MapTheme::Print => "layer.style.print",
            };
            (one, lang.text(key))
        });
        if let Some(chosen) = widgets::choices(ui, &themes, Some(theme)) {
            editor.theme = (chosen != theme::map_theme(state.settings.theme)).then_some(chosen);
        }
    }
    ScrollArea::vertical().id_salt("style").auto_shrink(false).show(ui, |ui| {
        ui.set_width(ui.available_width() - 4.0);
        let gesture = ui.input(|input| {
            input.pointer.any_down().then(|| input.pointer.press_start_time()).flatten().map(|at| (at * 1000.0) as u64)
        });
        for key in keys {
            let before = state.map.style.shown.get(key);
            if let Some(value) = row(ui, lang, key, &before, editor, out) {
                let key = key.to_string();
                out.push(Action::Style(StyleAction::Set { key, value, gesture }));
            }
        }
        warnings(ui, lang, &state.map.style.shown, editor.subject, theme);
    });
}

/// The way back and the way to the disk.
fn bar(ui: &mut Ui, state: &AppState, lang: Lang, out: &mut Vec<Action>) {
    let style = &state.map.style;
    ui.horizontal_wrapped(|ui| {
        let mut button = |ui: &mut Ui, enabled: bool, key: &'static str, action: StyleAction| {
            if ui.add_enabled(enabled, Button::new(lang.text(key))).clicked() {
                out.push(Action::Style(action));
            }
        };
        button(ui, style.can_undo(), "layer.style.undo", StyleAction::Undo);
        button(ui, style.can_redo(), "layer.style.redo", StyleAction::Redo);
        let unsaved = !style.edits.is_empty();
        button(ui, unsaved && !style.saving, "layer.style.save", StyleAction::Save);
        button(ui, unsaved, "layer.style.discard", StyleAction::Discard);
        button(ui, style.is_own(), "layer.style.all_built_in", StyleAction::AllBuiltIn);
        button(ui, true, "layer.style.reload", StyleAction::Reload);
    });
    if !style.problems.is_empty() {
        widgets::banner(ui, Severity::Error, |ui| {
            for problem in &style.problems {
                ui.add(Label::new(problem.words(lang)).wrap());
            }
        });
    }
    let told = match style.edits.len() {
        0 => lang.fill("layer.style.file", &[("path", &style.path)]),
        count => lang.fill("layer.style.unsaved", &[("count", &count)]),
    };
    ui.add(Label::new(RichText::new(told).size(SMALL).weak()).truncate()).on_hover_text(&style.path);
}

/// One entry; what it is to become.
fn row(
    ui: &mut Ui,
    lang: Lang,
    key: Key,
    before: &Value,
    editor: &mut EditorLocal,
    out: &mut Vec<Action>,
) -> Option<Json> {
    let name = lang.find(&entry_key(key)).unwrap_or_default();
    let mut set = None;
    ui.horizontal(|ui| {
        ui.label(name);
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            let own = Style::built_in().get(key) != *before;
            let back =
                ui.add_enabled(own, Button::new(RichText::new(lang.text("layer.style.back")).size(SMALL)).small());
            let told = lang.fill("layer.style.built_in", &[("name", &name)]);
            back.widget_info(|| WidgetInfo::labeled(Role::Button, own, &told));
            if back.on_hover_text(&told).clicked() {
                out.push(Action::Style(StyleAction::BuiltIn { key: key.to_string() }));
            }
            set = control(ui, lang, key, name, before, editor);
        });
    });
    match before {
        Value::Stops(stops) => set = by_scale(ui, lang, key, stops).or(set),
        Value::Dash(dash) if *dash != SOLID => set = gaps(ui, lang, key, *dash).or(set),
        _ => {}
    }
    set
}

fn control(ui: &mut Ui, lang: Lang, key: Key, name: &str, before: &Value, editor: &mut EditorLocal) -> Option<Json> {
    match (before, key.allowed()) {
        (Value::Color(color), _) => {
            let [r, g, b, _] = *color;
            let mut rgb = [r, g, b];
            let button = color_well(ui, &mut rgb);
            let changed = button.changed();
            button.widget_info(|| WidgetInfo::labeled(Role::ColorWell, true, name));
            let typed = typed_color(ui, lang, key, name, &hex(*color), editor);
            if changed { Some(json!(hex([rgb[0], rgb[1], rgb[2], 255]))) } else { typed }
        }
        (Value::Number(number), Allowed::Number(low, high)) => {
            let mut new = *number;
            let scale = matches!(key, Key::Farthest(_) | Key::NameNearest(_) | Key::NameFarthest(_));
            // Scales are spoken of by their denominators.
            let shown = |number: f64, _: std::ops::RangeInclusive<usize>| match (scale, number.is_infinite()) {
                (true, true) => lang.text("layer.no_limit").to_owned(),
                (true, false) => format!("1:{}", super::rounded(denominator(number))),
                (false, _) => format!("{number:.1}"),
            };
            let speed = if scale { (number.min(100.0) / 50.0).max(0.01) } else { 0.1 };
            let drag = DragValue::new(&mut new).range(low..=high).speed(speed).custom_formatter(shown);
            let response = ui.add(if scale { drag } else { drag.max_decimals(2) });
            response.widget_info(|| WidgetInfo::labeled(Role::SpinButton, true, name));
            (new != *number).then(|| json!((new * 1000.0).round() / 1000.0))
        }
        (Value::Flag(flag), _) => {
            let mut new = *flag;
            let response = ui.checkbox(&mut new, "");
            response.widget_info(|| WidgetInfo::selected(Role::CheckBox, true, new, name));
            (new != *flag).then(|| json!(new))
        }
        (Value::Ink(ink), _) => {
            let word = |ink: Ink| lang.find(&format!("layer.ink.{}", ink.word())).unwrap_or_default();
            let mut new = *ink;
            ComboBox::from_id_salt(("ink", key.to_string()))
                .selected_text(word(*ink))
                .width(130.0)
                .show_ui(ui, |ui| {
                    for one in Ink::ALL {
                        ui.selectable_value(&mut new, *one, word(*one));
                    }
                })
                .response
                .accessible_name(format!("{name} {}", word(*ink)));
            (new != *ink).then(|| json!(new.word()))
        }
        (Value::Dash(dash), _) => {
            let mut solid = *dash == SOLID;
            if ui.checkbox(&mut solid, lang.text("layer.style.solid")).changed() {
                return Some(if solid { json!([]) } else { json!([6.0, 3.0]) });
            }
            None
        }
        _ => None,
    }
}

/// A colour for those who type it, or who have only the keyboard.
/// A field of the colour, with an edge: a colour like that of the panel is seen too, and so is where the keyboard is.
fn color_well(ui: &mut Ui, rgb: &mut [u8; 3]) -> egui::Response {
    let palette = Palette::in_ui(ui);
    ui.scope(|ui| {
        let widgets = &mut ui.visuals_mut().widgets;
        // The toolkit draws the edge in the colour that other buttons are filled with.
        widgets.inactive.bg_fill = palette.line;
        (widgets.hovered.bg_fill, widgets.active.bg_fill) = (palette.text, palette.accent);
        ui.color_edit_button_srgb(rgb)
    })
    .inner
}

fn typed_color(ui: &mut Ui, lang: Lang, key: Key, name: &str, now: &str, editor: &mut EditorLocal) -> Option<Json> {
    let mut text = match &editor.typed {
        Some((typed, text)) if *typed == key => text.clone(),
        _ => now.to_owned(),
    };
    let told = lang.fill("layer.style.hex", &[("name", &name)]);
    let field = ui.add(TextEdit::singleline(&mut text).desired_width(84.0).char_limit(7));
    field.widget_info(|| WidgetInfo::labeled(Role::TextInput, true, &told));
    if field.changed() {
        let value = json!(text.trim());
        let sound = key.read(&(&value).into()).is_ok();
        editor.typed = Some((key, text));
        return sound.then_some(value);
    }
    if field.lost_focus() || !field.has_focus() {
        editor.typed.take_if(|(typed, _)| *typed == key);
    }
    None
}

/// Width by scale: each step by itself.
fn by_scale(ui: &mut Ui, lang: Lang, key: Key, stops: &[(f32, f32)]) -> Option<Json> {
    let mut new = stops.to_vec();
    let Allowed::Stops(most) = key.allowed() else { return None };
    ui.indent(("width", key.to_string()), |ui| {
        // Scale and width, twice in a row.
        egui::Grid::new(("widths", key.to_string())).num_columns(4).show(ui, |ui| {
            for (at, (metres, points)) in new.iter_mut().enumerate() {
                let scale = format!("1:{}", super::rounded(denominator(f64::from(*metres))));
                let told = lang.fill("layer.style.width_at", &[("scale", &scale)]);
                ui.label(RichText::new(&scale).size(SMALL).weak());
                let drag = DragValue::new(points).range(0.0..=most).speed(0.05).max_decimals(2);
                ui.add(drag).widget_info(|| WidgetInfo::labeled(Role::SpinButton, true, &told));
                if at % 2 == 1 {
                    ui.end_row();
                }
            }
        });
    });
    let round = |number: f32| (f64::from(number) * 1000.0).round() / 1000.0;
    (new != stops).then(|| json!(new.iter().map(|(at, width)| [round(*at), round(*width)]).collect::<Vec<_>>()))
}

/// Dash, gap, dash, gap.
fn gaps(ui: &mut Ui, lang: Lang, key: Key, dash: [f32; 4]) -> Option<Json> {
    let mut new = dash;
    ui.indent(("dash", key.to_string()), |ui| {
        ui.horizontal(|ui| {
            for (at, length) in new.iter_mut().enumerate() {
                let told = lang.text(if at % 2 == 0 { "layer.style.on" } else { "layer.style.off" });
                ui.label(RichText::new(told).size(SMALL).weak());
                let drag = DragValue::new(length).range(0.5..=200.0).speed(0.1).max_decimals(1);
                ui.add(drag).widget_info(|| WidgetInfo::labeled(Role::SpinButton, true, told));
            }
        });
    });
    (new != dash).then(|| json!(new.map(|length| (f64::from(length) * 10.0).round() / 10.0)))
}

/// What some people will not be able to tell apart, or to see.
fn warnings(ui: &mut Ui, lang: Lang, style: &Style, subject: Subject, theme: MapTheme) {
    let mut told = Vec::new();
    match subject {
        Subject::Kind(kind) => {
            for clash in vision::clashes(style, theme, kind).into_iter().take(4) {
                let who = lang.text(match clash.seen {
                    Vision::Full => "layer.style.seen_full",
                    Vision::Protanopia => "layer.style.seen_protanopia",
                    Vision::Deuteranopia => "layer.style.seen_deuteranopia",
                    Vision::Tritanopia => "layer.style.seen_tritanopia",
                });
                let with = lang.find(&super::kind_key(clash.with)).unwrap_or_default();
                let difference = format!("{:.1}", clash.difference);
                let values: [(&str, &dyn std::fmt::Display); 3] =
                    [("who", &who), ("other", &with), ("difference", &difference)];
                told.push(lang.fill("layer.style.clash", &values));
            }
            if let Some(contrast) = vision::too_pale(style, theme, kind) {
                told.push(pale(lang, lang.text("layer.entry.color"), contrast, vision::LEAST_CONTRAST));
            }
        }
        Subject::Palette => {
            let ground = style.palette(theme).ground;
            for ink in Ink::ALL.iter().filter(|ink| !matches!(ink, Ink::Ground | Ink::Halo | Ink::SignPaper)) {
                let contrast = vision::contrast(style.palette(theme).get(*ink), ground);
                if contrast < vision::LEAST_CONTRAST_OF_LETTERS {
                    let name = lang.find(&format!("layer.ink.{}", ink.word())).unwrap_or_default();
                    told.push(pale(lang, name, contrast, vision::LEAST_CONTRAST_OF_LETTERS));
                }
            }
        }
        Subject::Name(_) | Subject::Sign(_) => {}
    }
    if !told.is_empty() {
        ui.add_space(6.0);
        widgets::banner(ui, Severity::Warning, |ui| {
            for words in told {
                ui.add(Label::new(words).wrap());
            }
        });
    }
}

fn pale(lang: Lang, name: &str, contrast: f32, least: f32) -> String {
    let (contrast, least) = (format!("{contrast:.1}"), format!("{least:.1}"));
    lang.fill("layer.style.pale", &[("name", &name), ("contrast", &contrast), ("least", &least)])
}
