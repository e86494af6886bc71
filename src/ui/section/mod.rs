//! The cross-section through the pipelines, below the map: two places, the drawing to scale, the list that says the same,
//! and the report to take away.

mod plan;

use eframe::egui::{
    self, Align2, Color32, FontId, Key, Label, Modifiers, Pos2, Rect, RichText, ScrollArea, Sense, Shape, Stroke, Ui,
    WidgetInfo, vec2,
};

use crate::app::action::{Action, MapAction};
use crate::app::section::{SectionOutcome, SectionView};
use crate::app::state::{AppState, Severity};
use crate::base::LonLat;
use crate::map::scene::pipe_kind;
use crate::spatial::section::Section;
use crate::spatial::typed;
use crate::ui::local::Local;
use crate::ui::theme::{self, Palette, SMALL};
use crate::ui::widgets;
use plan::{MARGIN, Mark, Plan};

/// Height of the panel with a section, and without one.
const HEIGHT: f32 = 272.0;
const EMPTY: f32 = 108.0;
/// Part of the width that the drawing takes.
const DRAWING: f32 = 0.6;

/// What is being typed.
#[derive(Debug, Default)]
pub struct SectionForm {
    ends: [String; 2],
    /// Words about an end that cannot be read.
    wrong: String,
    /// The ends that the fields were last filled with.
    filled: Option<[LonLat; 2]>,
    true_to_scale: bool,
    /// The keyboard is to go to the first field.
    pub grab: bool,
    /// Whether the keyboard was in the panel in the last frame.
    had_keyboard: bool,
}

/// Height of the panel. On a low screen the map keeps nearly half of what there is.
pub fn height(view: &SectionView, room: f32) -> f32 {
    match view.outcome {
        SectionOutcome::Done(_) => HEIGHT.min(room * 0.55),
        _ => EMPTY,
    }
}

fn written(at: LonLat) -> String {
    format!("{:.6},{:.6}", at.lon, at.lat)
}

/// The place that was asked about on the map: with a tool in hand by that tool, else by a plain click.
fn asked_about(state: &AppState) -> Option<LonLat> {
    let tools = &state.tools;
    let by_tool = tools.place.or(tools.identified.as_ref().map(|found| found.at)).filter(|_| tools.tool.is_some());
    by_tool.or(state.map.inspected.as_ref().map(|found| found.at))
}

/// Shows the panel.
pub fn show(ui: &mut Ui, state: &AppState, local: &mut Local, view: &SectionView, out: &mut Vec<Action>) {
    let lang = state.settings.lang;
    let whole = ui.available_rect_before_wrap();
    let focused = ui.ctx().memory(|memory| memory.focused()).and_then(|id| ui.ctx().read_response(id));
    let is_here = focused.is_some_and(|response| whole.contains(response.rect.center()));
    // The toolkit takes the keyboard away with the same key, before this is asked.
    let was_here = std::mem::replace(&mut local.section.had_keyboard, is_here);
    if (is_here || was_here) && ui.input_mut(|input| input.consume_key(Modifiers::NONE, Key::Escape)) {
        out.push(Action::Map(MapAction::ShowSection { open: false }));
    }
    if view.ends.is_some() && view.ends != local.section.filled {
        local.section.filled = view.ends;
        local.section.ends = view.ends.unwrap_or_default().map(written);
        local.section.wrong.clear();
    }
    ui.spacing_mut().item_spacing = vec2(6.0, 4.0);
    fields(ui, state, local, out);
    match &view.outcome {
        SectionOutcome::Unasked => {
            ui.add(Label::new(RichText::new(lang.text("ui.section.advice")).weak()).wrap());
        }
        SectionOutcome::Working => {
            ui.label(lang.text("ui.section.working"));
        }
        SectionOutcome::Failed(why) => {
            widgets::banner(ui, Severity::Error, |ui| {
                ui.add(Label::new(why.as_str()).wrap());
            });
        }
        SectionOutcome::Done(section) => done(ui, state, local, section, out),
    }
}

fn fields(ui: &mut Ui, state: &AppState, local: &mut Local, out: &mut Vec<Action>) {
    let lang = state.settings.lang;
    let form = &mut local.section;
    let mut cut = false;
    ui.horizontal(|ui| {
        let is_drawn = state.tools.sketch.points().len() > 1;
        let others = if is_drawn { 430.0 } else { 330.0 };
        let room = ((ui.available_width() - others) / 2.0).clamp(90.0, 190.0);
        for (end, name) in ["ui.section.from", "ui.section.to"].into_iter().enumerate() {
            let label = ui.label(lang.text(name));
            let id = egui::Id::unique(("section-end", end));
            let field = egui::TextEdit::singleline(&mut form.ends[end]).id(id).desired_width(room);
            let field = field.hint_text(lang.text("ui.section.hint"));
            let response = ui.add(field).labelled_by(label.id);
            if end == 0 && std::mem::take(&mut form.grab) {
                response.request_focus();
            }
            cut |= widgets::stay(ui, &response);
            let here = asked_about(state);
            let take = ui.add_enabled(here.is_some(), egui::Button::new(lang.text("ui.section.take")));
            take.widget_info(|| {
                let name = lang.fill("ui.section.take_as", &[("end", &["A", "B"][end])]);
                WidgetInfo::labeled(egui::Role::Button, here.is_some(), name)
            });
            if let Some(at) = here.filter(|_| take.on_hover_text(lang.text("ui.section.take_help")).clicked()) {
                form.ends[end] = written(at);
            }
        }
        let drawn = state.tools.sketch.points();
        if let (Some(from), Some(to), true) = (drawn.first(), drawn.last(), drawn.len() > 1) {
            let take =
                ui.button(lang.text("ui.section.take_line")).on_hover_text(lang.text("ui.section.take_line_help"));
            if take.clicked() {
                form.ends = [written(*from), written(*to)];
                cut = true;
            }
        }
        cut |= widgets::main_button(ui, true, lang.text("ui.section.cut")).clicked();
        if ui.button(lang.text("ui.section.close")).clicked() {
            out.push(Action::Map(MapAction::ShowSection { open: false }));
        }
    });
    if cut {
        match (typed::first(&form.ends[0], lang), typed::first(&form.ends[1], lang)) {
            (Ok(from), Ok(to)) => {
                form.wrong.clear();
                form.filled = Some([from, to]);
                out.push(Action::Map(MapAction::CutSection { from, to }));
            }
            (Err(why), _) | (_, Err(why)) => form.wrong = why,
        }
    }
    if !form.wrong.is_empty() {
        let error = Palette::in_ui(ui).error;
        ui.add(Label::new(RichText::new(&form.wrong).size(SMALL).color(error)).wrap());
    }
}

fn done(ui: &mut Ui, state: &AppState, local: &mut Local, section: &Section, out: &mut Vec<Action>) {
    let lang = state.settings.lang;
    let room = ui.available_rect_before_wrap();
    let width = room.width() * DRAWING;
    let plan = Plan::new(section, [width, room.height() - 24.0], local.section.true_to_scale);
    ui.horizontal(|ui| {
        ui.label(theme::bold(section.summary(lang)));
        let stretch = match plan.stretch {
            1.0 => lang.text("ui.section.true").to_owned(),
            times => lang.fill("ui.section.stretched", &[("times", &format!("{times:.0}"))]),
        };
        ui.label(RichText::new(stretch).size(SMALL));
        ui.checkbox(&mut local.section.true_to_scale, lang.text("ui.section.true_wish"));
        if ui.button(lang.text("ui.section.copy")).clicked() {
            ui.ctx().copy_text(section.report(lang));
        }
    });
    ui.horizontal_top(|ui| {
        let size = vec2(width, ui.available_height());
        let (rect, response) = ui.allocate_exact_size(size, Sense::hover());
        response.widget_info(|| WidgetInfo::labeled(egui::Role::Image, true, section.summary(lang)));
        draw(ui, state, section, &plan, rect);
        ui.vertical(|ui| {
            let area = ScrollArea::vertical().id_salt("section-list").auto_shrink(false);
            area.show(ui, |ui| list(ui, state, section, out));
        });
    });
}

/// The list that says what the drawing shows. A name leads to its place on the map.
fn list(ui: &mut Ui, state: &AppState, section: &Section, out: &mut Vec<Action>) {
    let lang = state.settings.lang;
    ui.spacing_mut().item_spacing.y = 1.0;
    if section.crossings.is_empty() {
        ui.add(Label::new(RichText::new(lang.text("ui.section.none")).weak()).wrap());
    }
    for (index, crossing) in section.crossings.iter().enumerate() {
        let name = format!("{} {}", index + 1, crossing.label(lang));
        if ui.link(RichText::new(name).strong()).on_hover_text(crossing.details(lang)).clicked() {
            out.push(Action::Map(MapAction::GoTo { at: crossing.at }));
        }
        let small = |text: String| Label::new(RichText::new(text).size(SMALL)).wrap();
        ui.add(small(crossing.place(lang)));
        let room = section.room(index, lang);
        if !room.is_empty() {
            ui.add(small(room));
        }
    }
    if section.left_out > 0 {
        ui.label(lang.fill("section.left_out", &[("count", &section.left_out)]));
    }
    ui.add(Label::new(RichText::new(lang.text("section.note")).size(SMALL).weak()).wrap());
}

fn draw(ui: &Ui, state: &AppState, section: &Section, plan: &Plan, rect: Rect) {
    let (palette, map_theme) = (Palette::in_ui(ui), theme::map_theme(state.settings.theme));
    let style = &state.map.style.shown;
    let painter = ui.painter().with_clip_rect(rect);
    let small = FontId::proportional(SMALL - 1.0);
    let at = |x: f32, y: f32| rect.min + vec2(x, y);
    painter.rect_filled(rect, 2.0, palette.surface);
    let right = MARGIN.left + (section.length_m * plan.scale[0]) as f32;
    let floor = rect.height() - MARGIN.bottom;
    // Depths.
    let step = Plan::ruler(plan.scale[1], 24.0);
    for line in 0.. {
        let metres = f64::from(line) * step;
        let y = plan.ground + (metres * plan.scale[1]) as f32;
        if y > floor + 0.5 {
            break;
        }
        let stroke = if line == 0 { Stroke::new(2.0, palette.text) } else { Stroke::new(1.0, palette.line) };
        painter.line_segment([at(MARGIN.left, y), at(right, y)], stroke);
        let text = format!("{metres}");
        painter.text(at(MARGIN.left - 4.0, y), Align2::RIGHT_CENTER, text, small.clone(), palette.weak);
    }
    // Distances.
    let step = Plan::ruler(plan.scale[0], 56.0);
    for line in 0.. {
        let metres = f64::from(line) * step;
        if metres > section.length_m {
            break;
        }
        let x = MARGIN.left + (metres * plan.scale[0]) as f32;
        painter.line_segment([at(x, floor), at(x, floor + 4.0)], Stroke::new(1.0, palette.edge));
        painter.text(at(x, floor + 5.0), Align2::CENTER_TOP, format!("{metres}"), small.clone(), palette.weak);
    }
    let ends = theme::bold_font(SMALL);
    painter.text(at(MARGIN.left - 4.0, 10.0), Align2::RIGHT_CENTER, "A", ends.clone(), palette.accent);
    painter.text(at(right + 2.0, 10.0), Align2::LEFT_CENTER, "B", ends.clone(), palette.accent);
    for mark in &plan.marks {
        let Some(crossing) = section.crossings.get(mark.index) else { continue };
        let [r, g, b, _] = style.body(pipe_kind(&crossing.kind), map_theme);
        let color = egui::Rgba::from_srgba_premultiplied(r, g, b, 255).into();
        let [x, y] = mark.middle;
        if let Some([_, above]) = mark.number {
            let foot = at(x, (y - mark.half[1]).max(above + 7.0));
            painter.line_segment([at(x, above + 7.0), foot], Stroke::new(1.0, palette.line));
        }
        pipe(&painter, &crossing.kind, mark, rect.min, (color, palette.surface, palette.text));
        if let Some([x, y]) = mark.number {
            let number = (mark.index + 1).to_string();
            painter.text(at(x, y), Align2::CENTER_CENTER, number, ends.clone(), palette.text);
        }
    }
}

/// A pipe by kind: those that drain are half full, ducts are boxes, heat has its insulation, gas a dot; one whose depth is not
/// known is a question mark on the ground.
fn pipe(
    painter: &egui::Painter,
    kind: &str,
    mark: &Mark,
    corner: Pos2,
    (ink, paper, text): (Color32, Color32, Color32),
) {
    let middle = corner + vec2(mark.middle[0], mark.middle[1]);
    let half = vec2(mark.half[0], mark.half[1]);
    if !mark.is_deep {
        painter.text(middle, Align2::CENTER_BOTTOM, "?", theme::bold_font(SMALL), text);
        return;
    }
    let ring = |scale: f32| -> Vec<Pos2> { arc(middle, half * scale, 0.0, std::f32::consts::TAU) };
    let stroke = Stroke::new(1.5, ink);
    match kind {
        "power" | "telecom" => {
            let duct = Rect::from_center_size(middle, half * 2.0);
            painter.rect(duct, 0.0, if kind == "power" { ink } else { paper }, stroke, egui::StrokeKind::Middle);
        }
        "sewage" | "storm" | "combined" => {
            painter.add(Shape::convex_polygon(ring(1.0), paper, Stroke::NONE));
            painter.add(Shape::convex_polygon(arc(middle, half, 0.0, std::f32::consts::PI), ink, Stroke::NONE));
            painter.add(Shape::closed_line(ring(1.0), stroke));
        }
        "heat" => {
            painter.add(Shape::convex_polygon(ring(1.0), paper, stroke));
            painter.add(Shape::convex_polygon(ring(0.6), ink, Stroke::NONE));
        }
        "gas" => {
            painter.add(Shape::convex_polygon(ring(1.0), paper, stroke));
            painter.circle_filled(middle, (half.min_elem() * 0.3).clamp(1.0, 3.0), ink);
        }
        _ => {
            painter.add(Shape::convex_polygon(ring(1.0), ink, stroke));
        }
    }
}

/// Points of an ellipse from one angle to another; downwards is positive.
fn arc(middle: Pos2, half: egui::Vec2, from: f32, to: f32) -> Vec<Pos2> {
    const STEPS: u8 = 24;
    (0..=STEPS)
        .map(|step| {
            let angle = from + (to - from) * f32::from(step) / f32::from(STEPS);
            middle + vec2(half.x * angle.cos(), half.y * angle.sin())
        })
        .collect()
}
