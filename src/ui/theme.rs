//! All colours, sizes and faces of the window: the only file in which a colour is written down.
//!
//! The ground is calm; colour stands for something. No meaning hangs on colour alone: lamps have shapes, marks have
//! words. Greens lean to blue and reds are the darkest (by day) or the warmest (by night) of the three lamps, so that
//! eyes which do not part red from green still part the lamps.

use eframe::egui::style::{ScrollAnimation, Selection, TextCursorStyle, WidgetVisuals, Widgets};
use eframe::egui::{
    self, Color32, Context, CornerRadius, FontFamily, FontId, Margin, RichText, Shadow, Stroke, TextStyle, Visuals,
    vec2,
};

use crate::app::state::{Severity, TextScale, ThemeChoice};
use crate::domain::case::Lamp;
use crate::map::style::MapTheme;

/// Colours of one theme.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Palette {
    /// Behind panels.
    pub ground: Color32,
    /// Behind bars at the top and the bottom.
    pub bar: Color32,
    /// Behind fields and lists.
    pub surface: Color32,
    /// Behind rows under the pointer, and behind quiet boxes.
    pub faint: Color32,
    /// Buttons at rest.
    pub button: Color32,
    /// Lines that part one thing from another.
    pub line: Color32,
    /// Outline of what can be worked.
    pub edge: Color32,
    /// Text.
    pub text: Color32,
    /// Text of lesser weight.
    pub weak: Color32,
    /// Focus, links, the main button.
    pub accent: Color32,
    /// Text on the accent.
    pub on_accent: Color32,
    /// Behind what is chosen.
    pub chosen: Color32,
    /// Text on what is chosen.
    pub on_chosen: Color32,
    /// Lamp: enough time.
    pub lamp_green: Color32,
    /// Lamp: little time.
    pub lamp_yellow: Color32,
    /// Lamp: late.
    pub lamp_red: Color32,
    /// Lamp: no clock runs.
    pub lamp_off: Color32,
    /// Words that warn.
    pub warning: Color32,
    /// Words about what was not done.
    pub error: Color32,
    /// Behind words that warn.
    pub warning_ground: Color32,
    /// Behind words about what was not done.
    pub error_ground: Color32,
    /// Body of a case's sign on the map.
    pub sign: Color32,
    /// Body of an officer's sign on the map.
    pub officer: Color32,
    /// What is over and past, on the map.
    pub past: Color32,
    /// A point just picked on the map.
    pub pin: Color32,
}

/// A colour as the web writes it.
#[expect(clippy::disallowed_methods, reason = "the one place where colours are written down")]
const fn rgb(hex: u32) -> Color32 {
    let [_, r, g, b] = hex.to_be_bytes();
    Color32::from_rgb(r, g, b)
}

/// For a bright room.
pub const LIGHT: Palette = Palette {
    ground: rgb(0xf4f5f7),
    bar: rgb(0xe6e9ed),
    surface: rgb(0xffffff),
    faint: rgb(0xeaedf1),
    button: rgb(0xfbfcfd),
    line: rgb(0xcdd3da),
    edge: rgb(0x747f8b),
    text: rgb(0x1a2027),
    weak: rgb(0x505b66),
    accent: rgb(0x0b5cad),
    on_accent: rgb(0xffffff),
    chosen: rgb(0xdbe9f9),
    on_chosen: rgb(0x0a2b4f),
    lamp_green: rgb(0x0a7d78),
    lamp_yellow: rgb(0xb06a00),
    lamp_red: rgb(0xb01f24),
    lamp_off: rgb(0x6f7a85),
    warning: rgb(0x7a4800),
    error: rgb(0xa01a1f),
    warning_ground: rgb(0xfbf0d8),
    error_ground: rgb(0xfbe6e5),
    sign: rgb(0x2b3a4a),
    officer: rgb(0x0b5cad),
    past: rgb(0x7a4b8c),
    pin: rgb(0x6a1b9a),
};

/// For the night shift.
pub const DARK: Palette = Palette {
    ground: rgb(0x1d2127),
    bar: rgb(0x15181d),
    surface: rgb(0x14171b),
    faint: rgb(0x272d35),
    button: rgb(0x2a3139),
    line: rgb(0x38404a),
    edge: rgb(0x84909d),
    text: rgb(0xdfe3e8),
    weak: rgb(0xa6b0bb),
    accent: rgb(0x7ab8f5),
    on_accent: rgb(0x081d33),
    chosen: rgb(0x214266),
    on_chosen: rgb(0xecf4fd),
    lamp_green: rgb(0x43b8b0),
    lamp_yellow: rgb(0xf0b83c),
    lamp_red: rgb(0xff756b),
    lamp_off: rgb(0x909ba7),
    warning: rgb(0xf3c46b),
    error: rgb(0xff9a93),
    warning_ground: rgb(0x3a2f17),
    error_ground: rgb(0x442020),
    sign: rgb(0xd6dee6),
    officer: rgb(0x7ab8f5),
    past: rgb(0xb98fcb),
    pin: rgb(0xd99cf5),
};

impl Palette {
    /// Colours of a theme.
    pub fn of(theme: ThemeChoice) -> &'static Self {
        match theme {
            ThemeChoice::Light => &LIGHT,
            ThemeChoice::Dark => &DARK,
        }
    }

    /// Colours of the theme in which `ui` is drawn.
    pub fn in_ui(ui: &egui::Ui) -> &'static Self {
        if ui.visuals().dark_mode { &DARK } else { &LIGHT }
    }

    /// Colour of a lamp.
    pub fn lamp(&self, lamp: Lamp) -> Color32 {
        match lamp {
            Lamp::Off => self.lamp_off,
            Lamp::Green => self.lamp_green,
            Lamp::Yellow => self.lamp_yellow,
            Lamp::Red => self.lamp_red,
        }
    }

    /// Colour of words of a severity, and of the ground behind them.
    pub fn severity(&self, severity: Severity) -> (Color32, Color32) {
        match severity {
            Severity::Info => (self.text, self.faint),
            Severity::Warning => (self.warning, self.warning_ground),
            Severity::Error => (self.error, self.error_ground),
        }
    }
}

/// Ground of the map in a theme.
pub fn map_theme(theme: ThemeChoice) -> MapTheme {
    match theme {
        ThemeChoice::Light => MapTheme::Light,
        ThemeChoice::Dark => MapTheme::Dark,
    }
}

/// Factor of a size of text. The whole window grows with it: a hand that needs larger letters needs larger buttons too.
pub fn zoom(scale: TextScale) -> f32 {
    match scale {
        TextScale::P100 => 1.0,
        TextScale::P125 => 1.25,
        TextScale::P150 => 1.5,
    }
}

/// Name of the bold face among the font families.
const BOLD: &str = "bold";

/// Text in the bold face.
pub fn bold(text: impl Into<String>) -> RichText {
    RichText::new(text).family(FontFamily::Name(BOLD.into()))
}

/// Body text in the bold face, for what is painted by hand.
pub fn bold_font(size: f32) -> FontId {
    FontId::new(size, FontFamily::Name(BOLD.into()))
}

/// Size of body text.
pub const BODY: f32 = 14.0;
/// Size of small text.
pub const SMALL: f32 = 12.0;

/// Installs the bundled faces. Called before the first frame, so that it is drawn with them.
pub fn install_fonts(ctx: &Context) {
    const REGULAR: &str = "jiedao-sans-sc";
    const REGULAR_BYTES: &[u8] = include_bytes!("../../assets/fonts/jiedao-sans-sc.otf");
    const BOLD_BYTES: &[u8] = include_bytes!("../../assets/fonts/jiedao-sans-sc-bold.otf");
    let mut fonts = egui::FontDefinitions::default();
    let name = |name: &str| name.to_owned();
    fonts.font_data.insert(name(REGULAR), egui::FontData::from_static(REGULAR_BYTES).into());
    fonts.font_data.insert(name(BOLD), egui::FontData::from_static(BOLD_BYTES).into());
    // The face has digits of one width, so numbers stand in columns in it too.
    let rest = fonts.families.get(&FontFamily::Proportional).cloned().unwrap_or_default();
    let chain =
        |first: &str, then: &[String]| std::iter::once(name(first)).chain(then.iter().cloned()).collect::<Vec<_>>();
    let regular = chain(REGULAR, &rest);
    fonts.families.insert(FontFamily::Name(BOLD.into()), chain(BOLD, &regular));
    fonts.families.insert(FontFamily::Monospace, regular.clone());
    fonts.families.insert(FontFamily::Proportional, regular);
    ctx.set_fonts(fonts);
}

/// Lets rare characters, as they occur in personal names, come from the fonts of the machine. The forms of mainland
/// China are asked for, whatever the machine's own language is.
pub fn use_system_fonts(ctx: &Context) {
    let provider = egui_system_font_provider::SystemFontProvider::new().with_locale(Some("zh-Hans-CN"));
    ctx.add_font_provider(std::sync::Arc::new(provider));
}

/// Puts theme and size of text into effect; takes hold with the next frame.
pub fn apply(ctx: &Context, theme: ThemeChoice, scale: TextScale) {
    let (own, palette) = match theme {
        ThemeChoice::Light => (egui::Theme::Light, &LIGHT),
        ThemeChoice::Dark => (egui::Theme::Dark, &DARK),
    };
    ctx.options_mut(|options| options.zoom_with_keyboard = false);
    ctx.set_theme(own);
    ctx.set_zoom_factor(zoom(scale));
    ctx.style_mut_of(own, |style| {
        style.visuals = visuals(theme, palette);
        let font = |size| FontId::proportional(size);
        style.text_styles = [
            (TextStyle::Small, font(SMALL)),
            (TextStyle::Body, font(BODY)),
            (TextStyle::Button, font(BODY)),
            (TextStyle::Monospace, FontId::monospace(BODY)),
            (TextStyle::Heading, bold_font(17.0)),
        ]
        .into();
        style.spacing.item_spacing = vec2(8.0, 6.0);
        style.spacing.button_padding = vec2(10.0, 4.0);
        style.spacing.interact_size = vec2(36.0, 28.0);
        style.spacing.icon_width = 16.0;
        style.spacing.icon_width_inner = 9.0;
        style.spacing.menu_margin = Margin::same(8);
        style.spacing.text_edit_width = 200.0;
        style.spacing.scroll = egui::style::ScrollStyle::solid();
        style.spacing.scroll.bar_width = 9.0;
        style.spacing.scroll.bar_inner_margin = 3.0;
        // Nothing moves by itself: no fades, no slides, no blinking.
        style.animation_time = 0.0;
        style.scroll_animation = ScrollAnimation::none();
        style.interaction.tooltip_delay = 0.4;
    });
}

fn visuals(theme: ThemeChoice, palette: &Palette) -> Visuals {
    let mut visuals = match theme {
        ThemeChoice::Light => Visuals::light(),
        ThemeChoice::Dark => Visuals::dark(),
    };
    let radius = CornerRadius::same(4);
    let widget = |fill: Color32, edge: Color32, width: f32, text: Color32| WidgetVisuals {
        bg_fill: fill,
        weak_bg_fill: fill,
        bg_stroke: Stroke::new(width, edge),
        corner_radius: radius,
        fg_stroke: Stroke::new(1.0, text),
        expansion: 0.0,
    };
    visuals.widgets = Widgets {
        noninteractive: widget(palette.ground, palette.line, 1.0, palette.text),
        inactive: widget(palette.button, palette.edge, 1.0, palette.text),
        hovered: widget(palette.faint, palette.text, 1.0, palette.text),
        // Pressed, and also: has the keyboard. The ring is what a hand on the keys goes by.
        active: widget(palette.faint, palette.accent, 2.0, palette.text),
        open: widget(palette.faint, palette.edge, 1.0, palette.text),
    };
    visuals.selection = Selection { bg_fill: palette.chosen, stroke: Stroke::new(2.0, palette.accent) };
    visuals.weak_text_color = Some(palette.weak);
    visuals.hyperlink_color = palette.accent;
    visuals.faint_bg_color = palette.faint;
    visuals.extreme_bg_color = palette.surface;
    visuals.text_edit_bg_color = Some(palette.surface);
    visuals.code_bg_color = palette.faint;
    visuals.warn_fg_color = palette.warning;
    visuals.error_fg_color = palette.error;
    visuals.window_fill = palette.ground;
    visuals.window_stroke = Stroke::new(1.0, palette.edge);
    visuals.window_corner_radius = radius;
    visuals.menu_corner_radius = radius;
    visuals.window_shadow = Shadow::NONE;
    visuals.popup_shadow = Shadow::NONE;
    visuals.panel_fill = palette.ground;
    visuals.text_cursor =
        TextCursorStyle { blink: false, stroke: Stroke::new(2.0, palette.accent), ..visuals.text_cursor };
    visuals
}

#[cfg(test)]
mod tests {
    use super::*;

    fn luminance(colour: Color32) -> f64 {
        let part = |value: u8| {
            let value = f64::from(value) / 255.0;
            if value <= 0.040_45 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * part(colour.r()) + 0.7152 * part(colour.g()) + 0.0722 * part(colour.b())
    }

    fn contrast(a: Color32, b: Color32) -> f64 {
        let (a, b) = (luminance(a), luminance(b));
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    #[test]
    fn words_and_signs_stand_out_from_their_grounds() {
        for (name, p) in [("light", LIGHT), ("dark", DARK)] {
            let words = [
                ("text", p.text, vec![p.ground, p.bar, p.surface, p.faint, p.button]),
                ("weak", p.weak, vec![p.ground, p.bar, p.surface, p.faint]),
                ("accent", p.accent, vec![p.ground, p.surface, p.faint]),
                ("on_accent", p.on_accent, vec![p.accent]),
                ("on_chosen", p.on_chosen, vec![p.chosen]),
                ("warning", p.warning, vec![p.ground, p.bar, p.surface, p.warning_ground]),
                ("error", p.error, vec![p.ground, p.bar, p.surface, p.error_ground]),
                ("late", p.lamp_red, vec![p.ground, p.surface]),
            ];
            for (what, colour, grounds) in words {
                for ground in grounds {
                    assert!(contrast(colour, ground) >= 4.5, "{name} {what} {:.2}", contrast(colour, ground));
                }
            }
            let signs = [p.lamp_green, p.lamp_yellow, p.lamp_red, p.lamp_off, p.edge, p.accent];
            for sign in signs {
                for ground in [p.ground, p.surface, p.chosen] {
                    assert!(contrast(sign, ground) >= 3.0, "{name} {sign:?} {:.2}", contrast(sign, ground));
                }
            }
        }
    }

    /// A red-green-blind eye (Viénot, Brettel and Mollon 1999, deuteranopia and protanopia) in linear light.
    #[test]
    fn eyes_that_do_not_part_red_from_green_part_the_lamps() {
        let linear = |value: u8| (f64::from(value) / 255.0).powf(2.2);
        let seen = |c: Color32, deutan: bool| {
            let (r, g, b) = (linear(c.r()), linear(c.g()), linear(c.b()));
            let yellow = if deutan { 0.292_75 * r + 0.707_25 * g } else { 0.112_38 * r + 0.887_62 * g };
            let blue = if deutan { -0.022_34 * r + 0.022_34 * g + b } else { 0.004_01 * r - 0.004_01 * g + b };
            [yellow.max(0.0).powf(1.0 / 2.2), blue.max(0.0).powf(1.0 / 2.2)]
        };
        for (name, p) in [("light", LIGHT), ("dark", DARK)] {
            for deutan in [true, false] {
                let lamps = [p.lamp_green, p.lamp_yellow, p.lamp_red].map(|lamp| seen(lamp, deutan));
                for (i, j) in [(0, 1), (0, 2), (1, 2)] {
                    let apart = (lamps[i][0] - lamps[j][0]).hypot(lamps[i][1] - lamps[j][1]);
                    assert!(apart > 0.12, "{name} {deutan} {i} {j} {apart:.3}");
                }
            }
        }
    }
}
