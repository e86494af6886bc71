//! The tab of printed sheets: what is on the sheet, at which scale, into which file; the map shows the sheet's frame meanwhile.

use eframe::egui::{self, Button, Id, Label, ProgressBar, RichText, ScrollArea, Ui};
use jiff::civil::Date;

use crate::app::action::{Action, MapAction};
use crate::app::sheet::{self, Outcome, Report, Running, SheetAction, What, Wishes};
use crate::app::state::{AppState, PackState, Severity};
use crate::base::text::Lang;
use crate::map::camera::Camera;
use crate::map::drawing::Drawn;
use crate::map::sheet::{Footprint, Format, Paper, SCALES, Stage};
use crate::ui::local::Local;
use crate::ui::theme::{Palette, SMALL};
use crate::ui::tools::drawn::ink;
use crate::ui::{keys, widgets};

/// Scales that one click chooses.
const USUAL: [u32; 5] = [500, 1000, 2000, 5000, 10_000];
/// Part of the map's field that the frame takes when all of it is to be seen.
const SEEN: f64 = 0.9;

/// What of the tab belongs to the window alone: what is typed and means nothing yet.
#[derive(Debug, Default)]
pub struct SheetLocal {
    scale: Option<String>,
    date: Option<String>,
}

fn send(out: &mut Vec<Action>, action: SheetAction) {
    out.push(Action::Sheet(action));
}

/// Shows the panel.
pub fn show(ui: &mut Ui, state: &AppState, local: &mut Local, out: &mut Vec<Action>) {
    let lang = state.settings.lang;
    let now = &state.sheets.wishes;
    let mut next = now.clone();
    let faults = Faults::of(local, now, lang);
    foot(ui, state, &faults, out);
    ScrollArea::vertical().id_salt("sheet").auto_shrink(false).show(ui, |ui| {
        ui.set_width(ui.available_width() - 4.0);
        widgets::section(ui, lang.text("sheet.ask.what"));
        let whats = [(What::Sheet, lang.text("sheet.ask.what.sheet")), (What::View, lang.text("sheet.ask.what.view"))];
        if let Some(what) = widgets::choices(ui, &whats, Some(now.what)) {
            next.what = what;
        }
        match now.what {
            What::Sheet => {
                paper(ui, lang, &mut next);
                scale(ui, lang, &mut local.sheet, &faults, &mut next);
                covered(ui, state, local, out);
                let own = &state.books.about.title;
                text(ui, lang, "sheet.ask.title", own, &mut next.title);
            }
            What::View => {
                ui.add(Label::new(RichText::new(lang.text("sheet.frame.view")).size(SMALL)).wrap());
            }
        }
        text(ui, lang, "sheet.ask.approval", lang.text("sheet.ask.approval_hint"), &mut next.approval);
        text(ui, lang, "sheet.ask.copyright", &state.books.about.attribution, &mut next.copyright);
        if now.what == What::Sheet {
            date(ui, state, &mut local.sheet, &faults, &mut next);
        }
        ui.checkbox(&mut next.signs, lang.text("sheet.ask.signs"));
        let hint = lang.fill("sheet.ask.file_hint", &[("path", &sheet::file_name(state))]);
        widgets::field(ui, lang.text("sheet.ask.file"), faults.path.as_deref(), |ui, name| {
            widgets::line(ui, Id::unique("sheet-path"), &mut next.path, &hint).labelled_by(name);
        });
    });
    if next != *now {
        send(out, SheetAction::Wishes { wishes: Box::new(next) });
    }
}

/// What cannot be as it is typed.
struct Faults {
    scale: Option<String>,
    date: Option<&'static str>,
    path: Option<String>,
}

impl Faults {
    fn of(local: &Local, wishes: &Wishes, lang: Lang) -> Self {
        let [low, high] = SCALES;
        let scale = local.sheet.scale.as_ref();
        let path = wishes.path.trim().trim_matches('"');
        let ends = path.is_empty() || Format::of(std::path::Path::new(path)).is_some();
        let is_sheet = wishes.what == What::Sheet;
        Self {
            scale: scale
                .filter(|_| is_sheet)
                .map(|_| lang.fill("sheet.ask.not_a_scale", &[("low", &low), ("high", &high)])),
            date: local.sheet.date.as_ref().filter(|_| is_sheet).map(|_| lang.text("sheet.ask.not_a_date")),
            path: (!ends).then(|| lang.text("sheet.ask.ending").to_owned()),
        }
    }

    fn first(&self) -> Option<&str> {
        self.scale.as_deref().or(self.date).or(self.path.as_deref())
    }
}

/// A line whose text counts as it is typed.
fn text(ui: &mut Ui, lang: Lang, label: &'static str, hint: &str, into: &mut String) {
    let hint = if hint.is_empty() { lang.text("sheet.ask.own_none") } else { hint };
    widgets::field(ui, lang.text(label), None, |ui, name| {
        widgets::line(ui, Id::unique(label), into, hint).labelled_by(name);
    });
}

fn paper(ui: &mut Ui, lang: Lang, next: &mut Wishes) {
    widgets::section(ui, lang.text("sheet.ask.paper"));
    let pick = |ui: &mut Ui, chosen: bool, name: &str| {
        ui.add(Button::selectable(chosen, name).frame_when_inactive(true)).clicked()
    };
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing = egui::vec2(4.0, 4.0);
        for paper in Paper::ALL {
            if pick(ui, next.paper == paper, paper.name()) {
                next.paper = paper;
            }
        }
        for upright in [false, true] {
            if pick(ui, next.upright == upright, turn(lang, upright)) {
                next.upright = upright;
            }
        }
    });
}

fn turn(lang: Lang, upright: bool) -> &'static str {
    lang.text(if upright { "sheet.ask.upright" } else { "sheet.ask.across" })
}

fn scale(ui: &mut Ui, lang: Lang, local: &mut SheetLocal, faults: &Faults, next: &mut Wishes) {
    let mut typed = local.scale.clone().unwrap_or_else(|| next.scale.to_string());
    let changed = widgets::field(ui, lang.text("sheet.ask.scale"), faults.scale.as_deref(), |ui, name| {
        widgets::line(ui, Id::unique("sheet-scale"), &mut typed, "2000").labelled_by(name).changed()
    });
    if changed {
        let number = typed.trim().trim_start_matches("1:").parse().ok();
        match number.filter(|number| (SCALES[0]..=SCALES[1]).contains(number)) {
            Some(number) => (next.scale, local.scale) = (number, None),
            None => local.scale = Some(typed),
        }
    }
    let names = USUAL.map(|scale| (scale, scale.to_string()));
    let names: Vec<(u32, &str)> = names.iter().map(|(scale, name)| (*scale, name.as_str())).collect();
    if let Some(scale) = widgets::choices(ui, &names, Some(next.scale).filter(|_| local.scale.is_none())) {
        (next.scale, local.scale) = (scale, None);
    }
}

fn date(ui: &mut Ui, state: &AppState, local: &mut SheetLocal, faults: &Faults, next: &mut Wishes) {
    let lang = state.settings.lang;
    let known = next.date.map(|date| date.to_string()).unwrap_or_default();
    let mut typed = local.date.clone().unwrap_or(known);
    let hint = lang.fill("sheet.ask.date_hint", &[("today", &sheet::today(state))]);
    let changed = widgets::field(ui, lang.text("sheet.ask.date"), faults.date, |ui, name| {
        widgets::line(ui, Id::unique("sheet-date"), &mut typed, &hint).labelled_by(name).changed()
    });
    if changed {
        let text = typed.trim();
        match text.parse::<Date>() {
            // A date that is short of its last digit may be one too: only the whole is taken.
            Ok(date) if date.to_string() == text => (next.date, local.date) = (Some(date), None),
            _ if text.is_empty() => (next.date, local.date) = (None, None),
            _ => local.date = Some(typed),
        }
    }
}

/// What the sheet shows of the ground, and what of it lies beyond the map.
fn covered(ui: &mut Ui, state: &AppState, local: &Local, out: &mut Vec<Action>) {
    let lang = state.settings.lang;
    let footprint = sheet::footprint(state);
    ui.add(Label::new(RichText::new(told(state, &footprint)).size(SMALL)).wrap());
    if let Some(words) = beyond(state, &footprint) {
        widgets::banner(ui, Severity::Warning, |ui| {
            ui.add(Label::new(RichText::new(words).size(SMALL)).wrap());
        });
    }
    let field = local.map_field;
    if ui.add_enabled(field.is_some(), Button::new(lang.text("sheet.ask.see"))).clicked()
        && let Some(field) = field
    {
        let [width, height] = footprint.ground_m();
        let scale = (width / f64::from(field.width())).max(height / f64::from(field.height())) / SEEN;
        let camera = Camera { center: state.map.camera.center, metres_per_point: scale };
        out.push(Action::Map(MapAction::SetCamera { camera }));
    }
}

/// Paper, scale and ground in words.
fn told(state: &AppState, footprint: &Footprint) -> String {
    let (lang, wishes) = (state.settings.lang, &state.sheets.wishes);
    let [width, height] = footprint.ground_m().map(f64::round);
    let turn = turn(lang, wishes.upright);
    lang.fill(
        "sheet.frame",
        &[("paper", &wishes.paper), ("turn", &turn), ("scale", &wishes.scale), ("width", &width), ("height", &height)],
    )
}

/// What of the frame lies outside the map, in words.
fn beyond(state: &AppState, footprint: &Footprint) -> Option<String> {
    const LEAST: f64 = 0.005;
    let lang = state.settings.lang;
    let part = sheet::outside(state, footprint);
    if part > 1.0 - LEAST {
        return Some(lang.text("sheet.frame.all_outside").to_owned());
    }
    let percent = (part * 100.0).round().max(1.0);
    (part > LEAST).then(|| lang.fill("sheet.frame.outside", &[("percent", &percent)]))
}

/// The frame of the sheet on the map, as long as the tab is open.
pub fn on_map(state: &AppState) -> Vec<Drawn> {
    if state.sheets.wishes.what != What::Sheet {
        return Vec::new();
    }
    let palette = Palette::of(state.settings.theme);
    let footprint = sheet::footprint(state);
    let corners = footprint.corners();
    let outside = beyond(state, &footprint).is_some();
    let line = ink(if outside { palette.error } else { palette.accent }, 2.5, outside);
    let wishes = &state.sheets.wishes;
    let name = format!("{} {} 1:{}", wishes.paper, turn(state.settings.lang, wishes.upright), wishes.scale);
    let label = Drawn::words(corners[3], name, ink(palette.text, 1.0, false));
    vec![Drawn::path(corners.to_vec(), true, line), label]
}

/// What goes on or came of it, and the button, at the foot: they stay in view.
fn foot(ui: &mut Ui, state: &AppState, faults: &Faults, out: &mut Vec<Action>) {
    let lang = state.settings.lang;
    egui::Panel::bottom("sheet-foot").frame(egui::Frame::new()).show_separator_line(false).show(ui, |ui| {
        ui.add_space(4.0);
        if let Some(Running { stage, .. }) = state.sheets.running {
            ui.horizontal(|ui| {
                if ui.button(lang.text("sheet.ask.stop")).clicked() {
                    send(out, SheetAction::Stop);
                }
                let (part, words) = told_stage(lang, stage);
                ui.add(ProgressBar::new(part).desired_width(ui.available_width()).text(words));
            });
            return;
        }
        match &state.sheets.outcome {
            Some(Outcome::Done(report)) => done(ui, lang, report),
            Some(Outcome::Exists(path)) => {
                let words = lang.fill("sheet.exists", &[("path", &path.display())]);
                said(ui, Severity::Warning, &words);
                if ui.button(lang.text("sheet.ask.make_over")).clicked() {
                    send(out, SheetAction::Make { overwrite: true });
                }
            }
            Some(Outcome::Failed(why)) => said(ui, Severity::Error, why),
            Some(Outcome::Stopped) => said(ui, Severity::Info, lang.text("sheet.stopped")),
            None => {}
        }
        let why_not = match (&state.pack, faults.first()) {
            (PackState::Ready, fault) => fault,
            _ => Some(lang.text("sheet.error.no_pack")),
        };
        let enabled = why_not.is_none();
        let entered = keys::send_pressed_in(ui, enabled);
        let button = widgets::main_button(ui, enabled, lang.text("sheet.ask.make"));
        let button = button.on_hover_text(keys::SEND).on_disabled_hover_text(why_not.unwrap_or_default());
        if button.clicked() || entered {
            send(out, SheetAction::Make { overwrite: false });
        }
    });
}

fn said(ui: &mut Ui, severity: Severity, words: &str) {
    widgets::banner(ui, severity, |ui| {
        ui.add(Label::new(RichText::new(words).size(SMALL)).wrap());
    });
}

fn done(ui: &mut Ui, lang: Lang, report: &Report) {
    let mut words = report.words(lang).into_iter();
    if let Some(first) = words.next() {
        said(ui, Severity::Info, &first);
    }
    words.for_each(|more| said(ui, Severity::Warning, &more));
}

/// How far it is, of one, and in words.
fn told_stage(lang: Lang, stage: Stage) -> (f32, &'static str) {
    match stage {
        Stage::Reading => (0.1, lang.text("sheet.stage.reading")),
        Stage::Drawing => (0.4, lang.text("sheet.stage.drawing")),
        Stage::Writing => (0.8, lang.text("sheet.stage.writing")),
    }
}
