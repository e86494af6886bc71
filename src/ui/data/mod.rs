//! The tab of data. What comes in: files from elsewhere, how they are read, what a trial says, and then into the map pack. What
//! goes out stands in [`export`].

pub mod export;
mod mapping;
mod outcome;

use std::path::PathBuf;

use eframe::egui::{self, Button, ComboBox, Id, Label, ProgressBar, RichText, ScrollArea, Ui};

use crate::app::action::Action;
use crate::app::export::ExportAction;
use crate::app::intake::{IntakeAction, Way, Wishes, may_bring};
use crate::app::raster::RasterAction;
use crate::app::state::{AppState, Severity};
use crate::base::text::Lang;
use crate::ui::layers;
use crate::ui::local::{Local, Tab};
use crate::ui::theme::SMALL;
use crate::ui::{tools, widgets};

/// What of the tab belongs to the window alone.
#[derive(Debug, Default)]
pub struct DataLocal {
    /// A path being typed.
    pub path: String,
    /// The name of a mapping being typed.
    pub profile: String,
    /// The wishes being typed, until they are sent.
    pub typed: Typed,
    /// So many refused rows are listed.
    pub listed: usize,
}

/// What is typed and has not been sent.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Typed {
    crs: String,
    encoding: String,
    key: String,
    /// What the state held when these were taken from it.
    from: Option<Box<Wishes>>,
}

fn send(out: &mut Vec<Action>, action: IntakeAction) {
    out.push(Action::Intake(action));
}

/// Takes files that were dropped onto the window, and shows the tab. Files of tiles are laid below the map instead.
pub fn dropped(ctx: &egui::Context, local: &mut Local, out: &mut Vec<Action>) {
    let paths: Vec<PathBuf> =
        ctx.input(|input| input.raw.dropped_files.iter().map(|file| file.path().to_owned()).collect());
    let (tiles, paths): (Vec<_>, Vec<_>) = paths.into_iter().partition(|path| layers::raster::is_tiles(path));
    if !tiles.is_empty() {
        local.tab = Tab::Layers;
        out.extend(tiles.into_iter().map(|path| Action::Raster(RasterAction::AddFile { path })));
    }
    if !paths.is_empty() {
        local.tab = Tab::Data;
        out.push(Action::Export(ExportAction::Show { open: false }));
        send(out, IntakeAction::Files { paths });
    }
}

/// Shows the panel.
pub fn show(ui: &mut Ui, state: &AppState, local: &mut Local, out: &mut Vec<Action>) {
    let lang = state.settings.lang;
    let parts = [(false, lang.text("data.part.in")), (true, lang.text("data.part.out"))];
    if let Some(open) = widgets::choices(ui, &parts, Some(state.export.open)) {
        out.push(Action::Export(ExportAction::Show { open }));
    }
    if state.export.open {
        export::show(ui, state, local, out);
    } else {
        bring_in(ui, state, local, out);
    }
}

fn bring_in(ui: &mut Ui, state: &AppState, local: &mut Local, out: &mut Vec<Action>) {
    let lang = state.settings.lang;
    let may = state.session.user().is_some_and(|user| may_bring(user));
    tools::foot(ui, "data-said", state.intake.said.as_ref());
    run(ui, state, may, out);
    ScrollArea::vertical().id_salt("data").auto_shrink(false).show(ui, |ui| {
        ui.set_width(ui.available_width() - 4.0);
        if !may {
            widgets::banner(ui, Severity::Info, |ui| {
                ui.add(Label::new(lang.text("data.refused.right")).wrap());
            });
        }
        files(ui, state, local, out);
        if !state.intake.files.is_empty() {
            ui.add_enabled_ui(state.intake.running.is_none(), |ui| {
                wishes(ui, state, local, out);
                mapping::show(ui, state, local, out);
            });
        }
        outcome::show(ui, state, local, out);
    });
}

fn files(ui: &mut Ui, state: &AppState, local: &mut Local, out: &mut Vec<Action>) {
    let lang = state.settings.lang;
    let id = Id::unique("data-path");
    let entered = widgets::enter(ui, id);
    widgets::field(ui, lang.text("data.file"), None, |ui, name| {
        widgets::line(ui, id, &mut local.data.path, lang.text("data.file_hint")).labelled_by(name);
    });
    let typed = local.data.path.trim().trim_matches('"').to_owned();
    let added = ui.add_enabled(!typed.is_empty(), Button::new(lang.text("data.add"))).clicked();
    if (added || entered) && !typed.is_empty() {
        send(out, IntakeAction::Files { paths: vec![PathBuf::from(typed)] });
        local.data.path.clear();
    }
    if state.intake.files.is_empty() {
        ui.add(Label::new(RichText::new(lang.text("data.explained")).size(SMALL)).wrap());
        return;
    }
    for path in &state.intake.files {
        ui.horizontal(|ui| {
            let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
            let told = lang.fill("data.remove", &[("file", &name)]);
            if ui.small_button("×").on_hover_text(told.as_str()).accessible_name(told).clicked() {
                send(out, IntakeAction::Remove { path: path.clone() });
            }
            ui.add(Label::new(name).truncate()).on_hover_text(path.display().to_string());
        });
    }
}

fn wishes(ui: &mut Ui, state: &AppState, local: &mut Local, out: &mut Vec<Action>) {
    let lang = state.settings.lang;
    let now = &state.intake.wishes;
    let typed = &mut local.data.typed;
    if typed.from.as_deref() != Some(now) {
        let (crs, encoding, key) = (now.crs.clone(), now.encoding.clone(), now.key.clone());
        *typed = Typed { crs, encoding, key, from: Some(Box::new(now.clone())) };
    }
    let mut next = now.clone();
    widgets::section(ui, lang.text("data.way"));
    let ways = Way::ALL.map(|way| (way, lang.text(way_key(way))));
    if let Some(way) = widgets::choices(ui, &ways, Some(now.way)) {
        next.way = way;
    }
    if now.way == Way::Update {
        text(ui, lang, "data.key", "data.key_hint", &mut typed.key, &mut next.key);
    }
    text(ui, lang, "data.crs", "data.crs_hint", &mut typed.crs, &mut next.crs);
    ui.checkbox(&mut next.swap_axes, lang.text("data.swap"));
    if next.crs.is_empty() {
        ui.checkbox(&mut next.accept_crs, lang.text("data.accept_crs"));
    }
    text(ui, lang, "data.encoding", "data.encoding_hint", &mut typed.encoding, &mut next.encoding);
    if next != *now {
        send(out, IntakeAction::Wishes { wishes: Box::new(next) });
    }
}

/// A line whose text counts once it is left or entered.
fn text(ui: &mut Ui, lang: Lang, label: &'static str, hint: &'static str, typed: &mut String, into: &mut String) {
    widgets::field(ui, lang.text(label), None, |ui, name| {
        let id = Id::unique(label);
        let field = widgets::line(ui, id, typed, lang.text(hint)).labelled_by(name);
        // Enter leaves the keyboard in it.
        let entered = field.has_focus() && ui.input(|input| input.key_pressed(egui::Key::Enter));
        if entered || field.lost_focus() {
            typed.trim().clone_into(into);
        }
    });
}

fn way_key(way: Way) -> &'static str {
    match way {
        Way::Append => "data.way.append",
        Way::Replace => "data.way.replace",
        Way::Update => "data.way.update",
    }
}

/// What goes on, and the two buttons, at the foot: they stay in view whatever the report holds.
fn run(ui: &mut Ui, state: &AppState, may: bool, out: &mut Vec<Action>) {
    let lang = state.settings.lang;
    let intake = &state.intake;
    if intake.files.is_empty() {
        return;
    }
    egui::Panel::bottom("data-run").frame(egui::Frame::new()).show_separator_line(false).show(ui, |ui| {
        if let Some(running) = intake.running {
            let [done, total] = running.bytes;
            let part = if total == 0 { 0.0 } else { done as f32 / total as f32 };
            let words = lang.text(if running.tries { "data.trying" } else { "data.bringing" });
            ui.horizontal(|ui| {
                if ui.button(lang.text("data.stop")).clicked() {
                    send(out, IntakeAction::Stop);
                }
                let room = ui.available_width();
                let percent = (part * 100.0).round();
                ui.add(ProgressBar::new(part).desired_width(room).text(format!("{words} {percent}%")));
            });
            return;
        }
        ui.horizontal_wrapped(|ui| {
            let ready = intake.is_ready();
            if ready {
                if ui.add_enabled(may, Button::new(lang.text("data.try_again"))).clicked() {
                    send(out, IntakeAction::Try);
                }
                if widgets::main_button(ui, may, lang.text("data.bring")).clicked() {
                    send(out, IntakeAction::Bring);
                }
            } else if widgets::main_button(ui, may, lang.text("data.try")).clicked() {
                send(out, IntakeAction::Try);
            }
        });
    });
}

/// One of a few texts, by a list that hangs open.
fn chosen(
    ui: &mut Ui,
    salt: impl std::hash::Hash + std::fmt::Debug,
    label: &str,
    shown: &str,
    all: &[(String, String)],
) -> Option<String> {
    let mut picked = None;
    ComboBox::from_id_salt(salt)
        .selected_text(shown)
        .width(ui.available_width() - 12.0)
        .truncate()
        .show_ui(ui, |ui| {
            for (value, words) in all {
                if ui.selectable_label(words == shown, words).clicked() {
                    picked = Some(value.clone());
                }
            }
        })
        .response
        .accessible_name(format!("{label} {shown}"));
    picked
}
