//! The map in the middle, and the strip below it that says where one is and what lies there.

use eframe::egui::{self, Align, FontId, Label, Layout, RichText, Ui};

use crate::app::action::{Action, DraftEdit, MapAction};
use crate::app::state::{AppState, PackState, Seat, Severity};
use crate::app::timeline::Span;
use crate::base::LonLat;
use crate::map::camera::Camera;
use crate::map::side::Side;
use crate::map::style::{LayerGroup, MapTheme};
use crate::map::widget::{MapInput, MapOutput, MapView, OverviewInput, SideInput};
use crate::spatial::crs::ground_from_lonlat;
use crate::ui::local::{Focus, Hand, Local, Tab};
use crate::ui::map_overlay::{MapOverlay, Sign};
use crate::ui::theme::{self, SMALL};
use crate::ui::tools::{drawn, hand, toolbar};
use crate::ui::{beside, hover, keys, layers, queue, section, sheet, timeline, widgets, words};

/// Height of the strip: two lines, always, so that the map does not jump.
const STRIP: f32 = 50.0;

/// Signs of both maps.
pub type Overlays = [MapOverlay; 2];

/// Shows maps and strip.
pub fn show(
    ui: &mut Ui,
    state: &AppState,
    local: &mut Local,
    map: &mut MapView,
    overlays: &mut Overlays,
    out: &mut Vec<Action>,
) {
    egui::Panel::bottom("map-strip").exact_size(STRIP).show(ui, |ui| strip(ui, state, local, out));
    // What is counted below is what is drawn above.
    for side in state.map.sides() {
        overlay_mut(overlays, *side).of(state, state.map.shown(*side));
    }
    let in_hand = state.map.in_hand();
    if let Some(span) = state.map.span {
        let within = overlay(overlays, in_hand).within();
        egui::Panel::bottom("map-span").exact_size(timeline::HEIGHT).show(ui, |ui| {
            timeline::show(ui, state, local, span, within, out);
        });
    }
    if let Some(view) = &state.map.section {
        let height = section::height(view, ui.available_height());
        egui::Panel::bottom("map-section").exact_size(height).show(ui, |ui| section::show(ui, state, local, view, out));
    }
    told_of_pack(ui, state);
    let theme = theme::map_theme(state.settings.theme);
    let output = fields(ui, state, local, map, overlays, theme);
    if output.taken && output.side != in_hand {
        out.push(Action::Map(MapAction::TakeInHand { side: output.side }));
    }
    local.pointer = output.hover;
    let taken = hand::follow(state, local, &output, out);
    let overlay = overlay(overlays, output.side);
    follow(state, local, overlay, &output, taken, out);
    map.draw_over(ui, &drawn::live(state, local));
    if local.tab == Tab::Sheet {
        map.draw_over_one(ui, in_hand, &sheet::on_map(state));
    }
    beside::over(ui, state, map, overlays, &output, out);
    for side in state.map.sides() {
        layers::raster::attribution(ui, map.field(*side), state, *side == in_hand);
    }
    toolbar::show(ui, map.field(*state.map.sides().first().unwrap_or(&Side::Right)), state, local, out);
    if state.map.overview {
        let input = OverviewInput {
            camera: output.camera.unwrap_or(state.map.camera),
            style: &state.map.style.shown,
            theme,
            name: state.settings.lang.text("ui.map.overview"),
            focus: local.focus.take_if(|focus| *focus == Focus::Overview).is_some(),
        };
        if let Some(camera) = map.overview(ui, &input) {
            out.push(Action::Map(MapAction::SetCamera { camera }));
        }
    }
    // With a tool in hand the pointer is for drawing.
    if let Some(sign) = output.hover_marker.filter(|_| state.tools.tool.is_none()).and_then(|key| overlay.sign(key)) {
        hover::show(ui, state, sign);
    }
}

/// The signs of a map.
pub fn overlay(overlays: &Overlays, side: Side) -> &MapOverlay {
    let [left, right] = overlays;
    side.of([left, right])
}

fn overlay_mut(overlays: &mut Overlays, side: Side) -> &mut MapOverlay {
    let [left, right] = overlays;
    side.of([left, right])
}

/// What has to be said of the base map, above it.
fn told_of_pack(ui: &mut Ui, state: &AppState) {
    let lang = state.settings.lang;
    match &state.pack {
        PackState::Loading { features } => {
            egui::Panel::top("map-loading").show(ui, |ui| {
                let done = lang.fill("ui.map.loading", &[("count", features)]);
                ui.label(done);
            });
        }
        PackState::Failed(why) => {
            egui::Panel::top("map-failed").show(ui, |ui| {
                widgets::banner(ui, Severity::Error, |ui| {
                    ui.add(Label::new(lang.fill("ui.map.failed", &[("why", why)])).wrap());
                });
            });
        }
        PackState::Absent => {
            egui::Panel::top("map-absent").show(ui, |ui| ui.label(lang.text("ui.map.absent")));
        }
        PackState::Ready => {}
    }
}

/// The map, or two of them.
fn fields(
    ui: &mut Ui,
    state: &AppState,
    local: &mut Local,
    map: &mut MapView,
    overlays: &Overlays,
    theme: MapTheme,
) -> MapOutput {
    let lang = state.settings.lang;
    let sides = state.map.sides();
    let here = state.map.camera.metres_per_point;
    let sets: Vec<_> = sides
        .iter()
        .map(|side| {
            let shown = state.map.shown(*side);
            let mut hidden = shown.unseen(here);
            if shown.span.is_some() {
                // Those of the span stand above the map; the others would be counted twice.
                hidden.push(LayerGroup::Incidents);
            }
            (*side, hidden, shown.opacities())
        })
        .collect();
    let inputs: Vec<SideInput<'_>> = sets
        .iter()
        .map(|(side, hidden, opacities)| SideInput {
            side: *side,
            hidden,
            opacities,
            overlay: overlay(overlays, *side).overlay(),
            name: lang.text(if sides.len() == 1 {
                "ui.map.name"
            } else {
                side.of(["ui.map.left_name", "ui.map.right_name"])
            }),
        })
        .collect();
    let mut drawing = std::mem::take(&mut local.tools.drawing);
    let input = MapInput {
        camera: state.map.camera,
        style: &state.map.style.shown,
        theme,
        fit: state.map.fit_wanted,
        reveal: state.map.reveal_wanted,
        focus: local.focus.take_if(|focus| *focus == Focus::Map).map(|_| state.map.in_hand()),
        hand: hand::on_map(state, &mut drawing),
        sides: &inputs,
    };
    let output = egui::CentralPanel::no_frame().show(ui, |ui| map.show(ui, &input)).inner;
    local.tools.drawing = drawing;
    // Two maps are of one size and show one view.
    local.map_field = Some(map.field(Side::Right));
    output
}

/// What the person did on the map becomes actions; a click that was `taken` by a tool no other.
fn follow(
    state: &AppState,
    local: &mut Local,
    overlay: &MapOverlay,
    output: &MapOutput,
    taken: bool,
    out: &mut Vec<Action>,
) {
    if let Some(camera) = output.camera {
        out.push(Action::Map(MapAction::SetCamera { camera }));
    }
    let Some(click) = output.click.filter(|_| !taken) else { return };
    let sign = click.marker.and_then(|key| overlay.sign(key));
    if let (Some(Sign::Case(case)), false) = (sign, click.secondary) {
        queue::choose(*case, state, local, out);
        return;
    }
    if let (Some(Sign::Cases(_, at) | Sign::Past(_, at)), false) = (sign, click.secondary) {
        // Nearer, so that what stands together comes apart.
        let metres_per_point = state.map.camera.metres_per_point / 2.5;
        out.push(Action::Map(MapAction::SetCamera { camera: Camera { center: *at, metres_per_point } }));
        return;
    }
    out.push(Action::Map(MapAction::Inspect { at: click.at, radius_m: click.radius_m }));
    // With a report in hand a click is where it is; with the other button one only asks.
    let taking = state.seat == Seat::CallCentre && local.hand == Hand::Sheet && !state.inbox_open;
    if taking && !click.secondary {
        out.push(Action::Draft(DraftEdit::PlacePoint(click.at)));
    }
}

fn strip(ui: &mut Ui, state: &AppState, local: &mut Local, out: &mut Vec<Action>) {
    let lang = state.settings.lang;
    ui.spacing_mut().interact_size.y = 18.0;
    ui.spacing_mut().item_spacing.y = 2.0;
    let Some(found) = &state.map.inspected else {
        ui.add(Label::new(RichText::new(lang.text("ui.map.click_advice")).weak()).truncate());
        coordinates(ui, state, local.pointer, out);
        return;
    };
    let mut parts = Vec::new();
    match &found.grid {
        Some(grid) => parts.push(lang.fill("ui.map.grid", &[("code", grid)])),
        None => parts.push(lang.text("ui.map.outside").to_owned()),
    }
    parts.extend(found.community.clone());
    if let Some((address, metres)) = &found.address {
        parts.push(lang.fill("ui.map.address", &[("address", address), ("distance", &words::metres(lang, *metres))]));
    }
    for (name, code, metres) in found.components.iter().take(2) {
        parts.push(format!("{name} {code} ({})", words::metres(lang, *metres)));
    }
    if found.components.len() > 2 {
        parts.push(lang.fill("ui.map.more_components", &[("count", &(found.components.len() - 2))]));
    }
    let line = parts.join("  ·  ");
    ui.horizontal(|ui| {
        for id in found.cases.iter().take(3) {
            let Some(case) = state.cases.view.get(id) else { continue };
            let name = words::class(state, &case.report.class);
            if ui.link(name).on_hover_text(words::number(lang, case)).clicked() {
                queue::choose(*id, state, local, out);
            }
        }
        ui.add(Label::new(line.as_str()).truncate()).on_hover_text(line.as_str());
    });
    coordinates(ui, state, local.pointer.or(Some(found.at)), out);
}

/// The row of what is switched on and off, and where the pointer is. What is switched has its room first, so nothing ever
/// lies on top of it.
fn coordinates(ui: &mut Ui, state: &AppState, at: Option<LonLat>, out: &mut Vec<Action>) {
    let lang = state.settings.lang;
    // Names and the themes that nobody asked for are not missed.
    let missed = |layer: &&LayerGroup| **layer != LayerGroup::Names && !LayerGroup::HIDDEN_AT_FIRST.contains(layer);
    let hidden = state.map.hidden.iter().filter(missed).count();
    ui.horizontal(|ui| {
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            switches(ui, state, out);
            if hidden > 0 {
                let words = RichText::new(lang.fill("ui.map.hidden", &[("count", &hidden)])).size(SMALL).weak();
                ui.add(Label::new(words).truncate());
            }
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| place(ui, at));
        });
    });
}

/// What opens and closes above the strip; from the right, as it is laid out.
fn switches(ui: &mut Ui, state: &AppState, out: &mut Vec<Action>) {
    ui.spacing_mut().button_padding.y = 0.0;
    let map = &state.map;
    let mut switch = |key: &'static str, shortcut: &str, open: bool| {
        let mut now = open;
        let words = RichText::new(state.settings.lang.text(key)).size(SMALL);
        ui.toggle_value(&mut now, words).on_hover_text(shortcut).changed().then_some(now)
    };
    let asked = [
        switch("ui.map.span", keys::SPAN, map.span.is_some())
            .map(|open| MapAction::SetSpan { span: open.then_some(Span::Week) }),
        switch("ui.map.overview_short", keys::OVERVIEW, map.overview).map(|open| MapAction::ShowOverview { open }),
        switch("ui.map.beside", keys::BESIDE, map.beside.is_some()).map(|open| MapAction::ShowBeside { open }),
        switch("ui.map.section", keys::SECTION, map.section.is_some()).map(|open| MapAction::ShowSection { open }),
    ];
    out.extend(asked.into_iter().flatten().map(Action::Map));
}

/// Longitude and latitude, and metres in the projected system; as much of it as there is room for, and never half a number.
fn place(ui: &mut Ui, at: Option<LonLat>) {
    let told = at.filter(|at| at.is_valid());
    let degrees = told.map_or("–".to_owned(), |at| format!("{:.6}, {:.6}", at.lon, at.lat));
    let ground = told.map(ground_from_lonlat);
    let metres = ground.map_or("–".to_owned(), |at| format!("{:.1}, {:.1}", at.east_m, at.north_m));
    let both = format!("WGS 84  {degrees}    EPSG:4548  {metres}");
    // Each with the longest that comes about: nothing comes and goes with the width of a number.
    let forms = [
        ("WGS 84  000.000000, 00.000000    EPSG:4548  000000.0, 0000000.0", both.clone()),
        ("WGS 84  000.000000, 00.000000", format!("WGS 84  {degrees}")),
        ("000.000000, 00.000000", degrees),
    ];
    let width = |longest: &str| {
        let font = FontId::proportional(SMALL);
        ui.painter().layout_no_wrap(longest.to_owned(), font, ui.visuals().text_color()).size().x
    };
    let room = ui.available_width();
    let Some((_, words)) = forms.into_iter().find(|(longest, _)| width(longest) <= room) else { return };
    let is_whole = words == both;
    let shown = ui.add(Label::new(RichText::new(words).size(SMALL)).truncate());
    if !is_whole {
        shown.on_hover_text(both);
    }
}
