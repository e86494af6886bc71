//! The days whose cases the map shows: names for the usual spans, two days to type, a slider over a picture of how many came
//! in when, and the count of what is shown.

use eframe::egui::{
    self, EventFilter, Key, Label, Modifiers, Pos2, Rect, RichText, Sense, Stroke, Ui, WidgetInfo, vec2,
};
use jiff::civil::Date;

use crate::app::action::{Action, MapAction};
use crate::app::state::AppState;
use crate::app::timeline::{self, Span, Within};
use crate::base::Revision;
use crate::base::text::Lang;
use crate::ui::local::Local;
use crate::ui::theme::{Palette, SMALL};
use crate::ui::widgets;

/// Height of the panel: fields, count, slider.
pub const HEIGHT: f32 = 96.0;
/// Height of the slider with its bars.
const SLIDER: f32 = 30.0;
/// Width of a bar, points.
const BAR: f32 = 4.0;
/// Half the width of what a handle is taken by.
const GRIP: f32 = 7.0;

/// What is being typed, and what was counted for the bars.
#[derive(Debug, Default)]
pub struct SpanForm {
    text: [String; 2],
    wrong: [bool; 2],
    bars: Option<(BarsOf, Vec<u32>)>,
}

/// What the bars depend on.
#[derive(Clone, Copy, PartialEq, Debug)]
struct BarsOf {
    revision: Revision,
    incidents: usize,
    days: [Date; 2],
    count: usize,
}

/// What is counted, in words: what is shown, and what is open and not shown.
pub fn counted(lang: Lang, within: &Within) -> String {
    let mut text = lang.fill(
        "ui.span.counted",
        &[("open", &within.open.len()), ("ended", &within.ended.len()), ("past", &within.past)],
    );
    if within.open_outside > 0 {
        text.push_str(&lang.fill("ui.span.outside", &[("count", &within.open_outside)]));
    }
    text
}

/// Shows the panel for the span that is set.
pub fn show(
    ui: &mut Ui,
    state: &AppState,
    local: &mut Local,
    span: Span,
    within: Option<&Within>,
    out: &mut Vec<Action>,
) {
    let lang = state.settings.lang;
    let mut set = |span: Option<Span>| out.push(Action::Map(MapAction::SetSpan { span }));
    let days = span.days(state.office_now());
    ui.spacing_mut().item_spacing = vec2(6.0, 4.0);
    ui.horizontal(|ui| {
        let names = ["today", "week", "month", "season"].map(|name| lang.fill(&format!("ui.span.{name}"), &[]));
        let named: Vec<(Span, &str)> = Span::NAMED.into_iter().zip(names.iter().map(String::as_str)).collect();
        if let Some(span) = widgets::choices(ui, &named, Some(span)) {
            set(Some(span));
        }
        for (end, key) in ["ui.span.from", "ui.span.to"].into_iter().enumerate() {
            if let Some(day) = day_field(ui, state, &mut local.span, end, days[end], lang.text(key)) {
                let mut days = days;
                days[end] = day;
                set(Some(Span::Between(days[0], days[1])));
            }
        }
        if ui.button(lang.text("ui.span.close")).clicked() {
            set(None);
        }
    });
    if let Some(within) = within {
        ui.add(Label::new(RichText::new(counted(lang, within)).size(SMALL)).truncate());
    }
    if let Some([from, to]) = slider(ui, state, &mut local.span, days) {
        set(Some(Span::Between(from, to)));
    }
}

/// A day that is typed; `Some` once it is another and can be read.
fn day_field(ui: &mut Ui, state: &AppState, form: &mut SpanForm, end: usize, day: Date, name: &str) -> Option<Date> {
    let lang = state.settings.lang;
    let id = egui::Id::unique(("span-day", end));
    let has_focus = ui.memory(|memory| memory.has_focus(id));
    if !has_focus && !form.wrong[end] {
        form.text[end] = day.to_string();
    }
    let label = ui.label(RichText::new(name).size(SMALL));
    let field = egui::TextEdit::singleline(&mut form.text[end]).id(id).desired_width(94.0);
    let response = ui.add(field).labelled_by(label.id);
    let left = response.lost_focus();
    widgets::stay(ui, &response);
    let mut typed = None;
    if left && form.text[end] != day.to_string() {
        typed = timeline::read_day(&form.text[end], state.office_now());
        form.wrong[end] = typed.is_none();
    }
    if response.changed() {
        form.wrong[end] = false;
    }
    if form.wrong[end] {
        ui.label(RichText::new(lang.text("ui.span.no_day")).size(SMALL).color(Palette::in_ui(ui).error));
    }
    typed
}

/// The bars with a handle at either end of the span; `Some` when one was moved.
fn slider(ui: &mut Ui, state: &AppState, form: &mut SpanForm, days: [Date; 2]) -> Option<[Date; 2]> {
    let palette = Palette::in_ui(ui);
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), SLIDER), Sense::hover());
    let inner = rect.shrink2(vec2(GRIP, 1.0));
    let all = timeline::extent(state);
    let all = [all[0].min(days[0]), all[1].max(days[1])];
    let length = (timeline::days_between(all[0], all[1]) + 1) as f32;
    let count = ((inner.width() / BAR) as usize).clamp(1, 600);
    let of = BarsOf { revision: state.cases.revision, incidents: state.books.incidents.len(), days: all, count };
    if form.bars.as_ref().is_none_or(|(known, _)| *known != of) {
        form.bars = Some((of, timeline::bars(state, all, count)));
    }
    let x_of = |day: Date| inner.left() + timeline::days_between(all[0], day) as f32 / length * inner.width();
    // The last day ends where the next begins.
    let ends = [x_of(days[0]), x_of(timeline::day_after(days[1], 1))];
    let painter = ui.painter();
    painter.rect_filled(inner, 2.0, palette.faint);
    painter.rect_filled(Rect::from_x_y_ranges(ends[0]..=ends[1], inner.y_range()), 0.0, palette.chosen);
    if let Some((_, bars)) = &form.bars {
        let most = bars.iter().copied().max().unwrap_or(0).max(1) as f32;
        let width = inner.width() / bars.len() as f32;
        for (at, bar) in bars.iter().enumerate().filter(|(_, bar)| **bar > 0) {
            let left = inner.left() + at as f32 * width;
            // A day with one is seen beside a day with a thousand.
            let tall = ((*bar as f32 / most).sqrt() * inner.height()).max(2.0);
            let bar = Rect::from_min_max(
                Pos2::new(left, inner.bottom() - tall),
                Pos2::new(left + width - 1.0, inner.bottom()),
            );
            painter.rect_filled(bar, 0.0, palette.edge);
        }
    }
    let mut moved = None;
    for (end, key) in ["ui.span.first", "ui.span.last"].into_iter().enumerate() {
        let id = ui.scope_id().with(("span-handle", end));
        let grip = Rect::from_center_size(Pos2::new(ends[end], inner.center().y), vec2(GRIP * 2.0, inner.height()));
        let response = ui.interact(grip, id, Sense::click_and_drag());
        let name = state.settings.lang.text(key);
        let place = timeline::days_between(all[0], days[end]);
        response.widget_info(|| WidgetInfo::slider(true, place as f64, name));
        let mut by = 0;
        if response.has_focus() {
            let filter = EventFilter { horizontal_arrows: true, ..EventFilter::default() };
            ui.memory_mut(|memory| memory.set_focus_lock_filter(id, filter));
            let pressed = |key| ui.input_mut(|input| input.consume_key(Modifiers::NONE, key));
            by = i64::from(pressed(Key::ArrowRight)) - i64::from(pressed(Key::ArrowLeft));
        }
        let mut day = timeline::day_after(days[end], by);
        if let Some(pointer) = response.interact_pointer_pos().filter(|_| response.dragged()) {
            let days_in = ((pointer.x - inner.left()) / inner.width() * length).round() as i64 - end as i64;
            day = timeline::day_after(all[0], days_in);
        }
        let day = if end == 0 { day.clamp(all[0], days[1]) } else { day.clamp(days[0], all[1]) };
        if day != days[end] {
            let mut days = days;
            days[end] = day;
            moved = Some(days);
        }
        let ink = if response.hovered() || response.has_focus() { palette.accent } else { palette.text };
        ui.painter().vline(ends[end], inner.y_range(), Stroke::new(2.0, ink));
        ui.painter().circle_filled(Pos2::new(ends[end], inner.center().y), 5.0, ink);
        if response.has_focus() {
            widgets::focus_ring(ui, grip);
        }
        response.on_hover_text(format!("{name} {}", days[end]));
    }
    moved
}
