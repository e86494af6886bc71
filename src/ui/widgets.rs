//! The small parts that panels are made of. Each of them has an accessible name and shows where the keyboard is.

use eframe::egui::{
    self, Align, Align2, Color32, Id, Key, Layout, Margin, Modifiers, Pos2, Rect, Response, RichText, Role, Sense,
    Shape, Stroke, StrokeKind, TextEdit, Ui, WidgetInfo, vec2,
};

use crate::base::text::Lang;
use crate::domain::case::Lamp;
use crate::ui::theme::{self, Palette, bold};
use crate::ui::words;

/// Paints a lamp: its shape tells what its colour tells.
pub fn paint_lamp(painter: &egui::Painter, centre: Pos2, size: f32, lamp: Lamp, palette: &Palette) {
    let colour = palette.lamp(lamp);
    let r = size / 2.0;
    match lamp {
        Lamp::Off => {
            painter.circle_stroke(centre, r * 0.75, Stroke::new(1.5, colour));
        }
        Lamp::Green => {
            painter.circle_filled(centre, r * 0.9, colour);
        }
        Lamp::Yellow => {
            let corners = vec![centre + vec2(0.0, -r), centre + vec2(r, r * 0.8), centre + vec2(-r, r * 0.8)];
            painter.add(Shape::convex_polygon(corners, colour, Stroke::NONE));
        }
        Lamp::Red => {
            painter.rect_filled(Rect::from_center_size(centre, vec2(size, size) * 0.88), 0.0, colour);
        }
    }
}

/// A lamp in a line of text.
pub fn lamp(ui: &mut Ui, lang: Lang, lamp: Lamp) -> Response {
    let (rect, response) = ui.allocate_exact_size(vec2(14.0, ui.spacing().interact_size.y), Sense::hover());
    paint_lamp(ui.painter(), rect.center(), 12.0, lamp, Palette::in_ui(ui));
    let name = words::lamp_name(lang, lamp);
    response.widget_info(|| WidgetInfo::labeled(Role::Image, true, name));
    response.on_hover_text(name)
}

/// A small heading over a part of a panel.
pub fn section(ui: &mut Ui, text: &str) -> Response {
    let weak = ui.visuals().weak_text_color();
    ui.add_space(2.0);
    ui.label(bold(text).size(theme::SMALL).color(weak))
}

/// A label and the field it names, one above the other; `complaint` stands behind the label. The field is handed the
/// label's id: one with a hint has to say by whom it is labelled.
pub fn field<R>(ui: &mut Ui, label: &str, complaint: Option<&str>, add: impl FnOnce(&mut Ui, Id) -> R) -> R {
    ui.scope(|ui| {
        ui.spacing_mut().item_spacing.y = 2.0;
        let name = ui
            .horizontal(|ui| {
                ui.spacing_mut().interact_size.y = 0.0;
                let weak = ui.visuals().weak_text_color();
                let name = ui.label(RichText::new(label).size(theme::SMALL).color(weak));
                if let Some(complaint) = complaint {
                    let error = Palette::in_ui(ui).error;
                    ui.label(RichText::new(complaint).size(theme::SMALL).color(error));
                }
                name
            })
            .inner;
        ui.label_inputs_by(name.id, |ui| add(ui, name.id))
    })
    .inner
}

/// A button for what one most likely wants; there is at most one in a panel.
pub fn main_button(ui: &mut Ui, enabled: bool, text: &str) -> Response {
    let palette = Palette::in_ui(ui);
    ui.scope(|ui| {
        if enabled {
            let ring = palette.text;
            let widgets = &mut ui.visuals_mut().widgets;
            for (visuals, edge) in
                [(&mut widgets.inactive, palette.accent), (&mut widgets.hovered, ring), (&mut widgets.active, ring)]
            {
                visuals.weak_bg_fill = palette.accent;
                visuals.fg_stroke.color = palette.on_accent;
                visuals.bg_stroke.color = edge;
            }
        }
        ui.add_enabled(enabled, egui::Button::new(bold(text)))
    })
    .inner
}

/// One choice of a few, side by side.
pub fn choices<T: Copy + PartialEq>(ui: &mut Ui, all: &[(T, &str)], chosen: Option<T>) -> Option<T> {
    choices_grabbing(ui, all, chosen, false)
}

/// The same; the keyboard goes to the first of them if `grab`.
pub fn choices_grabbing<T: Copy + PartialEq>(
    ui: &mut Ui,
    all: &[(T, &str)],
    chosen: Option<T>,
    grab: bool,
) -> Option<T> {
    let mut picked = None;
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing = vec2(4.0, 4.0);
        for (place, (value, name)) in all.iter().enumerate() {
            let button = egui::Button::selectable(chosen == Some(*value), *name).frame_when_inactive(true);
            let response = ui.add(button);
            if grab && place == 0 {
                response.request_focus();
            }
            if response.clicked() {
                picked = Some(*value);
            }
        }
    });
    picked
}

/// A row of a list that is chosen from.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Row {
    /// What it is.
    pub text: String,
    /// What helps to tell it from others, weaker, on the right.
    pub detail: String,
}

/// Whether Enter is to be carried out for this field now. Keys may come in quicker than frames are drawn: an Enter that
/// arrives together with letters waits for the next frame, in which the letters have had their effect. To be called
/// before the field is shown.
pub fn enter(ui: &Ui, field: Id) -> bool {
    let due = field.with("enter-due");
    if ui.data_mut(|data| data.remove_temp::<()>(due)).is_some() {
        return true;
    }
    if !ui.memory(|memory| memory.has_focus(field)) {
        return false;
    }
    let (pressed, typing) = ui.input_mut(|input| {
        let typing = input.events.iter().any(|event| {
            matches!(event, egui::Event::Text(_) | egui::Event::Paste(_) | egui::Event::Ime(egui::ImeEvent::Commit(_)))
        });
        (input.consume_key(Modifiers::NONE, Key::Enter), typing)
    });
    if pressed && typing {
        ui.data_mut(|data| data.insert_temp(due, ()));
        ui.ctx().request_repaint();
    }
    pressed && !typing
}

/// Keys of a field with a list below it: arrows move `cursor` through `count` rows, Enter chooses the row. To be called
/// before the field is shown, with the field's id. A line that is being put together by an input method keeps its keys:
/// they never arrive here.
pub fn list_keys(ui: &Ui, field: Id, count: usize, cursor: &mut usize) -> Option<usize> {
    let enter = enter(ui, field);
    let last = count.checked_sub(1)?;
    *cursor = (*cursor).min(last);
    if ui.memory(|memory| memory.has_focus(field)) {
        ui.input_mut(|input| {
            if input.consume_key(Modifiers::NONE, Key::ArrowDown) {
                *cursor = if *cursor == last { 0 } else { *cursor + 1 };
            }
            if input.consume_key(Modifiers::NONE, Key::ArrowUp) {
                *cursor = cursor.checked_sub(1).unwrap_or(last);
            }
        });
    }
    enter.then_some(*cursor)
}

/// So many rows are seen at once; the rest is scrolled to.
const ROWS_SEEN: usize = 6;
const ROW_HEIGHT: f32 = 26.0;

/// Rows to choose from, a few at a time; the one under the keyboard is marked and in sight. Gives the row that was
/// clicked. `id` is that of the field above.
pub fn list(ui: &mut Ui, id: Id, rows: &[Row], cursor: Option<usize>) -> Option<usize> {
    let high = ROWS_SEEN.min(rows.len()) as f32 * ROW_HEIGHT;
    egui::ScrollArea::vertical()
        .id_salt(id)
        .max_height(high)
        .min_scrolled_height(high)
        .show(ui, |ui| whole_list(ui, id, rows, cursor))
        .inner
}

/// Rows to choose from, all of them; for a list that has a scroll area of its own.
pub fn whole_list(ui: &mut Ui, id: Id, rows: &[Row], cursor: Option<usize>) -> Option<usize> {
    let palette = Palette::in_ui(ui);
    let mut picked = None;
    let seen = ui.data(|data| data.get_temp::<Option<usize>>(id.with("seen"))).flatten();
    egui::Frame::new().fill(palette.surface).stroke(Stroke::new(1.0, palette.line)).show(ui, |ui| {
        ui.spacing_mut().item_spacing.y = 0.0;
        for (at, row) in rows.iter().enumerate() {
            let response = list_row(ui, row, cursor == Some(at), palette);
            if cursor == Some(at) && seen != cursor {
                response.scroll_to_me(None);
            }
            if response.clicked() {
                picked = Some(at);
            }
        }
    });
    ui.data_mut(|data| data.insert_temp(id.with("seen"), cursor));
    picked
}

fn list_row(ui: &mut Ui, row: &Row, marked: bool, palette: &Palette) -> Response {
    let size = vec2(ui.available_width(), ROW_HEIGHT);
    // Not a stop for Tab: the field above goes through the rows with the arrows.
    let (rect, response) = ui.allocate_exact_size(size, Sense::CLICK);
    let name = if row.detail.is_empty() { row.text.clone() } else { format!("{} {}", row.text, row.detail) };
    response.widget_info(|| WidgetInfo::selected(Role::ListBoxOption, true, marked, &name));
    if !ui.is_rect_visible(rect) {
        return response;
    }
    let (ground, ink) = match (marked, response.hovered()) {
        (true, _) => (Some(palette.chosen), palette.on_chosen),
        (false, true) => (Some(palette.faint), palette.text),
        (false, false) => (None, palette.text),
    };
    if let Some(ground) = ground {
        ui.painter().rect_filled(rect, 0.0, ground);
    }
    let inner = rect.shrink2(vec2(8.0, 0.0));
    let detail_ink = if marked { palette.on_chosen } else { palette.weak };
    let detail = elided(ui, &row.detail, egui::FontId::proportional(theme::SMALL), detail_ink, inner.width() * 0.6);
    let width = detail.size().x;
    let text = elided(ui, &row.text, egui::FontId::proportional(theme::BODY), ink, inner.width() - width - 8.0);
    let middle = rect.center().y;
    ui.painter().galley(Pos2::new(inner.left(), middle - text.size().y / 2.0), text, ink);
    ui.painter().galley(Pos2::new(inner.right() - width, middle - detail.size().y / 2.0), detail, detail_ink);
    response
}

/// One line of text that ends in … where there is no more room.
pub fn elided(ui: &Ui, text: &str, font: egui::FontId, ink: Color32, width: f32) -> std::sync::Arc<egui::Galley> {
    let line = text.lines().next().unwrap_or_default().to_owned();
    let mut job = egui::text::LayoutJob::simple_singleline(line, font, ink);
    job.wrap = egui::text::TextWrapping::truncate_at_width(width.max(1.0));
    ui.painter().layout_job(job)
}

/// A line of text to type into, as wide as there is room.
pub fn line(ui: &mut Ui, id: Id, text: &mut String, hint: &str) -> Response {
    let room = ui.available_width();
    let response = ui.add(TextEdit::singleline(text).id(id).hint_text(hint).desired_width(room));
    stay(ui, &response);
    response
}

/// Keeps the keyboard in a field in which Enter was pressed: the toolkit takes it away and gives it to nobody, so that Tab
/// would begin anew at the window's first control. The field counts as not left from here on.
/// Whether that was so.
pub fn stay(ui: &Ui, field: &Response) -> bool {
    let entered = field.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter));
    if entered {
        field.request_focus();
    }
    entered
}

/// Some lines of text to type into. Tab leaves it, Ctrl+Enter is left to the form.
pub fn lines(ui: &mut Ui, id: Id, text: &mut String, rows: usize, hint: &str) -> Response {
    let room = ui.available_width();
    ui.add(TextEdit::multiline(text).id(id).hint_text(hint).desired_width(room).desired_rows(rows))
}

/// Width of the names of facts in points, where no word of one is longer.
const NAME: f32 = 80.0;

/// A name and a value; the value wraps and can be selected. A name wraps between words only.
pub fn fact(ui: &mut Ui, name: &str, value: impl Into<egui::WidgetText>) {
    ui.horizontal_top(|ui| {
        ui.spacing_mut().interact_size.y = 0.0;
        let weak = ui.visuals().weak_text_color();
        let width = longest_word(ui, name).min(ui.available_width() * 0.5).max(NAME);
        ui.allocate_ui_with_layout(vec2(width, 0.0), Layout::top_down(Align::Min), |ui| {
            ui.set_width(width);
            ui.add(egui::Label::new(RichText::new(name).color(weak)).wrap());
        });
        ui.add(egui::Label::new(value).wrap());
    });
}

/// Width of the longest word that cannot be broken; Chinese breaks between any two signs.
fn longest_word(ui: &Ui, text: &str) -> f32 {
    let font = egui::TextStyle::Body.resolve(ui.style());
    let width = |word: &str| ui.painter().layout_no_wrap(word.to_owned(), font.clone(), Color32::PLACEHOLDER).size().x;
    let whole = text.split_whitespace().filter(|word| word.is_ascii());
    whole.map(width).fold(0.0, f32::max).ceil()
}

/// What stands where there is nothing to show: what is so, and what can be done.
pub fn empty(ui: &mut Ui, title: &str, advice: &str) {
    ui.add_space(24.0);
    ui.vertical_centered(|ui| {
        let weak = ui.visuals().weak_text_color();
        ui.label(bold(title));
        if !advice.is_empty() {
            ui.label(RichText::new(advice).color(weak));
        }
    });
}

/// A box with words of some weight.
pub fn banner(ui: &mut Ui, severity: crate::app::state::Severity, add: impl FnOnce(&mut Ui)) {
    use crate::app::state::Severity;
    let (ink, ground) = Palette::in_ui(ui).severity(severity);
    let edge = if severity == Severity::Info { Palette::in_ui(ui).line } else { ink };
    egui::Frame::new().fill(ground).stroke(Stroke::new(1.0, edge)).inner_margin(Margin::symmetric(8, 6)).show(
        ui,
        |ui| {
            ui.set_width(ui.available_width());
            ui.visuals_mut().override_text_color = Some(ink);
            add(ui);
        },
    );
}

/// The ring around what has the keyboard, for what is painted by hand.
pub fn focus_ring(ui: &Ui, rect: Rect) {
    let accent = Palette::in_ui(ui).accent;
    ui.painter().rect_stroke(rect, 2.0, Stroke::new(2.0, accent), StrokeKind::Inside);
}

/// A text painted at a place of a rectangle.
pub fn paint_text(ui: &Ui, at: Pos2, anchor: Align2, text: &str, font: egui::FontId, ink: Color32) -> Rect {
    ui.painter().text(at, anchor, text, font, ink)
}

/// A key as it is shown beside what it does.
pub fn key_hint(text: &str) -> RichText {
    RichText::new(text).size(theme::SMALL).weak()
}
