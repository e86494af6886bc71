//! What goes out of the map pack: from where, which layers and attributes, in which system, into which file.

use std::fmt::Display;
use std::path::Path;

use eframe::egui::{self, Button, Id, Label, Panel, ProgressBar, RichText, ScrollArea, Ui};

use super::chosen;
use crate::app::action::Action;
use crate::app::export::{Area, ExportAction, Outcome, SYSTEMS, Wishes, may_export};
use crate::app::state::{AppState, PackState, Severity};
use crate::base::text::Lang;
use crate::spatial::export::{ExportReport, Format, Progress};
use crate::spatial::feature::Layer;
use crate::ui::local::Local;
use crate::ui::theme::{Palette, SMALL, bold};
use crate::ui::tools::words;
use crate::ui::{keys, tools, widgets};

/// So many files or features are named; the rest is counted.
const NAMED: usize = 8;

/// What of it belongs to the window alone.
#[derive(Debug, Default)]
pub struct ExportLocal {
    /// A system is typed, not chosen.
    other_system: bool,
    /// The question about files has had the keyboard.
    asked: bool,
    /// What came of the last one has been brought into view.
    told: bool,
}

/// Kinds of areas, as they are chosen.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Whole,
    View,
    Selection,
    Cell,
    Community,
}

fn send(out: &mut Vec<Action>, action: ExportAction) {
    out.push(Action::Export(action));
}

/// Small words below what they are about.
fn small(ui: &mut Ui, text: impl Into<String>) {
    ui.add(Label::new(RichText::new(text).size(SMALL)).wrap());
}

/// What is wrong with a field, below it.
fn complaint(ui: &mut Ui, fault: Option<&String>) {
    if let Some(fault) = fault {
        let error = Palette::in_ui(ui).error;
        ui.add(Label::new(RichText::new(fault).size(SMALL).color(error)).wrap());
    }
}

/// Shows it.
pub fn show(ui: &mut Ui, state: &AppState, local: &mut Local, out: &mut Vec<Action>) {
    let lang = state.settings.lang;
    let may = state.session.user().is_some_and(|user| may_export(user));
    tools::foot(ui, "export-said", state.export.said.as_ref());
    foot(ui, state, local, may, out);
    let ended = matches!(state.export.outcome, Some(Outcome::Done(_) | Outcome::Failed(_)));
    let mut scroll = ScrollArea::vertical().id_salt("export").auto_shrink(false);
    if ended && !local.export.told {
        // It stands on top, and the button at the foot was pressed from anywhere.
        scroll = scroll.vertical_scroll_offset(0.0);
    }
    local.export.told = ended;
    scroll.show(ui, |ui| {
        ui.set_width(ui.available_width() - 4.0);
        if !may {
            widgets::banner(ui, Severity::Info, |ui| {
                ui.add(Label::new(lang.text("data.out.refused.right")).wrap());
            });
        }
        outcome(ui, state, out);
        ui.add_enabled_ui(state.export.running.is_none(), |ui| {
            let mut next = state.export.wishes.clone();
            area(ui, state, local, &mut next);
            layers(ui, state, &mut next);
            filter(ui, state, &mut next);
            system(ui, state, local, &mut next);
            file(ui, state, &mut next);
            // The view may move while it is written; that is of the next export.
            if next != state.export.wishes && state.export.running.is_none() {
                send(out, ExportAction::Wishes { wishes: Box::new(next) });
            }
        });
    });
}

fn area(ui: &mut Ui, state: &AppState, local: &Local, next: &mut Wishes) {
    let lang = state.settings.lang;
    widgets::section(ui, lang.text("data.out.area"));
    let kinds = [
        (Kind::Whole, lang.text("data.out.area.whole")),
        (Kind::View, lang.text("data.out.area.view")),
        (Kind::Selection, lang.text("data.out.area.selection")),
        (Kind::Cell, lang.text("data.out.area.cell")),
        (Kind::Community, lang.text("data.out.area.community")),
    ];
    let kind = match next.area {
        Area::Whole => Kind::Whole,
        Area::Box { .. } => Kind::View,
        Area::Selection => Kind::Selection,
        Area::Cell { .. } => Kind::Cell,
        Area::Community { .. } => Kind::Community,
    };
    if let Some(picked) = widgets::choices(ui, &kinds, Some(kind)).filter(|picked| *picked != kind) {
        next.area = match picked {
            Kind::Whole => Area::Whole,
            Kind::View => Area::Box { bounds: seen(state, local).unwrap_or_default() },
            Kind::Selection => Area::Selection,
            Kind::Cell => Area::Cell { code: String::new() },
            Kind::Community => Area::Community { name: String::new() },
        };
        return;
    }
    match &mut next.area {
        Area::Whole => {}
        Area::Box { bounds } => {
            // What goes out is what is seen, so it follows the map.
            *bounds = seen(state, local).unwrap_or(*bounds);
            let [west, south, east, north] = *bounds;
            let values: [(&str, &dyn Display); 4] =
                [("west", &west), ("south", &south), ("east", &east), ("north", &north)];
            small(ui, lang.fill("data.out.area.box", &values));
        }
        Area::Selection => {
            let counts = state.selection.counts().into_iter();
            let each: Vec<String> =
                counts.map(|(layer, count)| format!("{} {count}", words::layer(lang, layer))).collect();
            if !each.is_empty() {
                ui.add(Label::new(each.join("  ·  ")).wrap());
            }
            let hint = lang.fill("data.out.area.selection_hint", &[("key", &keys::tab(crate::ui::local::Tab::Tools))]);
            small(ui, hint);
        }
        Area::Cell { code } => {
            widgets::field(ui, lang.text("data.out.cell"), None, |ui, name| {
                widgets::line(ui, Id::unique("export-cell"), code, lang.text("data.out.cell_hint")).labelled_by(name);
            });
        }
        Area::Community { name } => {
            let all: Vec<(String, String)> =
                state.books.street.communities().iter().map(|one| (one.name.clone(), one.name.clone())).collect();
            let shown = if name.is_empty() { lang.text("data.out.community_none") } else { name.as_str() };
            if let Some(picked) = chosen(ui, "export-community", lang.text("data.out.community"), shown, &all) {
                *name = picked;
            }
        }
    }
    let begun = match &state.export.wishes.area {
        Area::Cell { code } => !code.is_empty(),
        Area::Community { name } => !name.is_empty(),
        _ => true,
    };
    complaint(ui, state.export.faults.area.as_ref().filter(|_| begun));
}

/// Longitudes and latitudes that the map shows: west, south, east, north, to 10 cm.
fn seen(state: &AppState, local: &Local) -> Option<[f64; 4]> {
    let field = local.map_field.filter(|field| field.is_positive())?;
    let size = [f64::from(field.width()), f64::from(field.height())];
    let corners = [[0.0, 0.0], [size[0], 0.0], [0.0, size[1]], size];
    let corners = corners.map(|at| state.map.camera.sound().lonlat_from_screen(at, size));
    let least = |of: fn(&crate::base::LonLat) -> f64| corners.iter().map(of).fold(f64::INFINITY, f64::min);
    let most = |of: fn(&crate::base::LonLat) -> f64| corners.iter().map(of).fold(f64::NEG_INFINITY, f64::max);
    let bounds = [least(|at| at.lon), least(|at| at.lat), most(|at| at.lon), most(|at| at.lat)];
    Some(bounds.map(|degrees| (degrees * 1e6).round() / 1e6))
}

fn layers(ui: &mut Ui, state: &AppState, next: &mut Wishes) {
    if next.area == Area::Selection {
        // It names its layers itself.
        return;
    }
    let lang = state.settings.lang;
    widgets::section(ui, lang.text("data.out.layers"));
    let about = &state.books.about.layers;
    let there: Vec<(Layer, u64)> =
        about.iter().filter(|(_, one)| one.count > 0).map(|(layer, one)| (*layer, one.count)).collect();
    if there.is_empty() {
        small(ui, lang.text("data.out.refused.no_pack"));
        return;
    }
    ui.horizontal(|ui| {
        if ui.button(lang.text("data.out.all")).clicked() {
            next.layers = there.iter().map(|(layer, _)| *layer).collect();
        }
        if ui.button(lang.text("data.out.none")).clicked() {
            next.layers.clear();
        }
    });
    ui.columns(2, |columns| {
        for ui in columns.iter_mut() {
            ui.spacing_mut().item_spacing.y = 1.0;
            ui.spacing_mut().interact_size.y = 20.0;
        }
        // The uppermost layer of the map stands first, as in the tab of the layers.
        for (place, (layer, count)) in there.iter().rev().enumerate() {
            let Some(ui) = columns.get_mut(place % 2) else { continue };
            let mut on = next.layers.contains(layer);
            if ui.checkbox(&mut on, format!("{} {count}", words::layer(lang, *layer))).changed() {
                next.layers.retain(|one| one != layer);
                next.layers.extend(on.then_some(*layer));
            }
        }
    });
}

fn filter(ui: &mut Ui, state: &AppState, next: &mut Wishes) {
    let lang = state.settings.lang;
    widgets::field(ui, lang.text("data.out.filter"), None, |ui, name| {
        widgets::line(ui, Id::unique("export-filter"), &mut next.filter, lang.text("tool.filter_hint"))
            .labelled_by(name)
            .on_hover_text(lang.text("tool.filter_explained"));
    });
    complaint(ui, state.export.faults.filter.as_ref());
}

fn system(ui: &mut Ui, state: &AppState, local: &mut Local, next: &mut Wishes) {
    let lang = state.settings.lang;
    widgets::section(ui, lang.text("data.out.crs"));
    let names = [lang.text("data.out.crs.cgcs2000"), lang.text("data.out.crs.metres"), "WGS 84", "GCJ-02", "BD-09"];
    let known = SYSTEMS.into_iter().find(|system| system.eq_ignore_ascii_case(next.crs.trim()));
    let typed = local.export.other_system || known.is_none();
    let mut all: Vec<(&str, &str)> = SYSTEMS.into_iter().zip(names).collect();
    all.push(("", lang.text("data.out.crs.other")));
    let now = if typed { Some("") } else { known };
    match widgets::choices(ui, &all, now) {
        Some("") => local.export.other_system = true,
        Some(picked) => {
            local.export.other_system = false;
            picked.clone_into(&mut next.crs);
        }
        None => {}
    }
    if typed {
        widgets::field(ui, lang.text("data.out.crs.code"), None, |ui, name| {
            widgets::line(ui, Id::unique("export-crs"), &mut next.crs, "EPSG:4527").labelled_by(name);
        });
    }
    complaint(ui, state.export.faults.crs.as_ref());
}

fn file(ui: &mut Ui, state: &AppState, next: &mut Wishes) {
    let (lang, export) = (state.settings.lang, &state.export);
    widgets::field(ui, lang.text("data.out.file"), None, |ui, name| {
        widgets::line(ui, Id::unique("export-file"), &mut next.file, lang.text("data.out.file_hint")).labelled_by(name);
    });
    if export.wishes.file.trim().is_empty() {
        let folder = export.home();
        if !folder.is_empty() {
            small(ui, lang.fill("data.out.folder", &[("folder", &folder)]));
        }
        small(ui, lang.text("data.out.formats"));
        return;
    }
    complaint(ui, export.faults.file.as_ref());
    let Some(path) = export.file() else { return };
    if !Path::new(export.wishes.file.trim().trim_matches('"')).is_absolute() {
        small(ui, lang.fill("data.out.full_path", &[("path", &path.display())]));
    }
    if let Some(format) = Format::of(&path) {
        small(ui, lang.text(format_key(format)));
    }
}

/// What a format can hold, and what not.
fn format_key(format: Format) -> &'static str {
    match format {
        Format::GeoPackage => "data.out.format.gpkg",
        Format::GeoJson => "data.out.format.geojson",
        Format::Shapefile => "data.out.format.shp",
        Format::Kml => "data.out.format.kml",
        Format::Csv => "data.out.format.csv",
    }
}

/// What goes on, what is asked, and the button, at the foot: they stay in view whatever is filled in.
fn foot(ui: &mut Ui, state: &AppState, local: &mut Local, may: bool, out: &mut Vec<Action>) {
    Panel::bottom("export-run").frame(egui::Frame::new()).show_separator_line(false).show(ui, |ui| {
        ui.add_space(4.0);
        match (&state.export.running, &state.export.outcome) {
            (Some(running), _) => progress(ui, state.settings.lang, running.progress, out),
            (None, Some(Outcome::Asked { files, .. })) => {
                let grab = !std::mem::replace(&mut local.export.asked, true);
                asked(ui, state.settings.lang, files, may, grab, out);
                return;
            }
            _ => start(ui, state, may, out),
        }
        local.export.asked = false;
    });
}

fn progress(ui: &mut Ui, lang: Lang, now: Progress, out: &mut Vec<Action>) {
    let (part, words) = match now {
        Progress::Surveying(count) => (0.0, lang.fill("data.out.surveying", &[("count", &count)])),
        Progress::Writing(done, total) => {
            let part = if total == 0 { 0.0 } else { done as f32 / total as f32 };
            (part, lang.fill("data.out.writing", &[("percent", &(part * 100.0).round())]))
        }
    };
    ui.horizontal(|ui| {
        if ui.button(lang.text("data.stop")).clicked() {
            send(out, ExportAction::Stop);
        }
        let room = ui.available_width();
        ui.add(ProgressBar::new(part).desired_width(room).text(words));
    });
}

fn asked(ui: &mut Ui, lang: Lang, files: &[std::path::PathBuf], may: bool, grab: bool, out: &mut Vec<Action>) {
    widgets::banner(ui, Severity::Warning, |ui| {
        ui.add(Label::new(bold(lang.text("data.out.ask"))).wrap());
        for file in files.iter().take(NAMED) {
            small(ui, file.display().to_string());
        }
        if files.len() > NAMED {
            small(ui, lang.fill("data.out.more_files", &[("count", &(files.len() - NAMED))]));
        }
    });
    ui.horizontal(|ui| {
        // What does no harm is nearest to the keyboard.
        let cancel = ui.button(lang.text("data.out.cancel"));
        if grab {
            cancel.request_focus();
        }
        if cancel.clicked() {
            send(out, ExportAction::Cancel);
        }
        if ui.add_enabled(may, Button::new(lang.text("data.out.overwrite"))).clicked() {
            send(out, ExportAction::Overwrite);
        }
    });
}

fn start(ui: &mut Ui, state: &AppState, may: bool, out: &mut Vec<Action>) {
    let (lang, export) = (state.settings.lang, &state.export);
    let count = state.export_count();
    let found = count.and_then(|count| count.found);
    let empty = found == Some(0);
    let words = match (found, count.is_some_and(|count| count.waiting)) {
        (Some(0), _) => Some(lang.text("data.out.count_none").to_owned()),
        (Some(found), _) => Some(lang.fill("data.out.count", &[("count", &found)])),
        (None, true) => Some(lang.text("data.out.counting").to_owned()),
        (None, false) => None,
    };
    let ready = state.pack == PackState::Ready;
    let against =
        if !ready { Some(lang.text("data.out.refused.no_pack")) } else { export.faults.first().map(String::as_str) };
    if let Some(words) = words.filter(|_| export.faults.selects()) {
        ui.add(Label::new(words).wrap());
    }
    ui.horizontal_wrapped(|ui| {
        let enabled = may && against.is_none() && !empty;
        let entered = keys::send_pressed_in(ui, enabled);
        let button = widgets::main_button(ui, enabled, lang.text("data.out.start")).on_hover_text(keys::SEND);
        if button.clicked() || entered {
            send(out, ExportAction::Start);
        }
        if let Some(against) = against {
            small(ui, against);
        }
    });
}

fn outcome(ui: &mut Ui, state: &AppState, out: &mut Vec<Action>) {
    let lang = state.settings.lang;
    match &state.export.outcome {
        None | Some(Outcome::Asked { .. }) => return,
        Some(Outcome::Failed(why)) => widgets::banner(ui, Severity::Error, |ui| {
            ui.add(Label::new(bold(lang.text("data.out.failed"))).wrap());
            ui.add(Label::new(why.as_str()).wrap());
        }),
        Some(Outcome::Done(report)) => written(ui, lang, report),
    }
    if ui.button(lang.text("data.out.again")).clicked() {
        send(out, ExportAction::Again);
    }
}

fn written(ui: &mut Ui, lang: Lang, report: &ExportReport) {
    let count: u64 = report.files.iter().map(|(_, count)| count).sum();
    let severity = if report.refused_count > 0 { Severity::Warning } else { Severity::Info };
    widgets::banner(ui, severity, |ui| {
        let values: [(&str, &dyn Display); 2] = [("count", &count), ("left_out", &report.refused_count)];
        ui.add(Label::new(bold(lang.fill("data.out.done", &values))).wrap());
        for (path, count) in &report.files {
            let values: [(&str, &dyn Display); 2] = [("path", &path.display()), ("count", count)];
            small(ui, lang.fill("data.out.written", &values));
        }
        for note in &report.notes {
            small(ui, note.words(lang));
        }
    });
    if report.refused_count == 0 {
        return;
    }
    widgets::section(ui, lang.text("data.out.left_out"));
    for one in report.refused.iter().take(NAMED) {
        small(ui, one.words(lang));
    }
    let named = report.refused.len().min(NAMED) as u64;
    if report.refused_count > named {
        small(ui, lang.fill("data.out.more_left_out", &[("count", &(report.refused_count - named))]));
    }
}
