//! The queue: what is nearest to being late stands on top. Lamp by shape and colour, class, time left, number, place.
//!
//! The list is one stop for Tab; arrows go through it. Only the rows that can be seen are laid out.

use eframe::egui::{
    self, Align2, EventFilter, FontId, Id, Key, Modifiers, Pos2, Rect, Role, ScrollArea, Sense, Ui, WidgetInfo, vec2,
};

use crate::app::action::Action;
use crate::app::state::{AppState, Link, QueueFilter};
use crate::base::CaseId;
use crate::domain::case::{Case, Lamp};
use crate::ui::local::{Focus, Hand, Local};
use crate::ui::theme::{BODY, Palette, SMALL, bold_font};
use crate::ui::{keys, widgets, words};

const FILTERS: [(QueueFilter, &str); 4] = [
    (QueueFilter::Mine, "ui.queue.mine"),
    (QueueFilter::Open, "ui.queue.open"),
    (QueueFilter::Late, "ui.queue.late"),
    (QueueFilter::Ended, "ui.queue.ended"),
];

/// Two lines of text and some air.
const ROW_HEIGHT: f32 = 46.0;

fn list_id() -> Id {
    Id::unique("queue-list")
}

/// Shows the queue.
pub fn show(ui: &mut Ui, state: &AppState, local: &mut Local, out: &mut Vec<Action>) {
    let lang = state.settings.lang;
    let filters = FILTERS.map(|(filter, key)| (filter, lang.text(key)));
    if let Some(filter) = widgets::choices(ui, &filters, Some(state.queue.filter)) {
        out.push(Action::FilterQueue { filter });
    }
    if local.focus == Some(Focus::Queue) && state.queue.rows.is_empty() {
        local.focus = Some(Focus::Search);
    }
    search(ui, state, local, out);
    ui.horizontal(|ui| {
        ui.spacing_mut().interact_size.y = 0.0;
        let late = state.queue.rows.iter().filter(|id| state.cases.lamps.get(id) == Some(&Lamp::Red)).count();
        ui.weak(lang.fill("ui.queue.count", &[("count", &state.queue.rows.len())]));
        if late > 0 {
            let red = Palette::in_ui(ui).lamp_red;
            ui.colored_label(red, lang.fill("ui.queue.late_count", &[("count", &late)]));
        }
    });
    if state.queue.rows.is_empty() {
        nothing(ui, state);
    } else {
        list(ui, state, local, out);
    }
}

fn search(ui: &mut Ui, state: &AppState, local: &mut Local, out: &mut Vec<Action>) {
    let lang = state.settings.lang;
    let id = Id::unique("queue-search");
    if ui.memory(|memory| memory.has_focus(id)) {
        let down = ui.input_mut(|input| {
            input.consume_key(Modifiers::NONE, Key::Enter) || input.consume_key(Modifiers::NONE, Key::ArrowDown)
        });
        if down {
            local.focus = Some(Focus::Queue);
        }
    }
    let mut text = state.queue.search.clone();
    let hint = lang.fill("ui.queue.search_hint", &[("key", &keys::SEARCH)]);
    let response = widgets::line(ui, id, &mut text, &hint).accessible_name(lang.text("ui.queue.search"));
    if local.focus == Some(Focus::Search) {
        local.focus = None;
        response.request_focus();
    }
    if response.changed() {
        out.push(Action::SearchQueue { text });
    } else if response.lost_focus() && ui.input(|input| input.key_pressed(Key::Escape)) {
        out.push(Action::SearchQueue { text: String::new() });
    }
}

/// Why there is nothing, which is not always that there is nothing.
fn nothing(ui: &mut Ui, state: &AppState) {
    let lang = state.settings.lang;
    let never = state.sync.current_as_of.is_none() && state.cases.view.is_empty();
    let (title, advice) = if !state.queue.search.trim().is_empty() {
        ("ui.queue.empty.search", "ui.queue.empty.search_advice")
    } else if never && matches!(state.sync.link, Link::Starting | Link::Online) {
        ("ui.queue.empty.loading", "ui.queue.empty.loading_advice")
    } else if never {
        ("ui.queue.empty.offline", "ui.queue.empty.offline_advice")
    } else {
        match state.queue.filter {
            QueueFilter::Mine => ("ui.queue.empty.mine", "ui.queue.empty.mine_advice"),
            QueueFilter::Open => ("ui.queue.empty.open", "ui.queue.empty.open_advice"),
            QueueFilter::Late => ("ui.queue.empty.late", "ui.queue.empty.late_advice"),
            QueueFilter::Ended => ("ui.queue.empty.ended", "ui.queue.empty.ended_advice"),
        }
    };
    widgets::empty(ui, lang.text(title), lang.text(advice));
}

fn list(ui: &mut Ui, state: &AppState, local: &mut Local, out: &mut Vec<Action>) {
    let lang = state.settings.lang;
    let rows = &state.queue.rows;
    let whole = ui.available_rect_before_wrap();
    let list = ui.interact(whole, list_id(), Sense::focusable_noninteractive());
    list.widget_info(|| WidgetInfo::labeled(Role::ListBox, true, lang.text("ui.queue.name")));
    if local.focus == Some(Focus::Queue) {
        local.focus = None;
        list.request_focus();
    }
    let focused = list.has_focus();
    if focused {
        let filter = EventFilter { vertical_arrows: true, ..EventFilter::default() };
        ui.memory_mut(|memory| memory.set_focus_lock_filter(list_id(), filter));
        arrows(ui, state, whole, out);
    }
    let gap = ui.spacing().item_spacing.y;
    ui.spacing_mut().item_spacing.y = 0.0;
    // A case that was taken in hand elsewhere is brought into sight; one in sight stays where it is.
    let chosen = state.selected.filter(|id| Some(*id) != local.last_case);
    let reveal = chosen.and_then(|id| rows.iter().position(|row| *row == id));
    ScrollArea::vertical().id_salt("queue").auto_shrink(false).show_rows(ui, ROW_HEIGHT, rows.len(), |ui, range| {
        if let Some(at) = reveal {
            let top = ui.min_rect().top() + (at as f32 - range.start as f32) * ROW_HEIGHT;
            let row = Rect::from_min_size(Pos2::new(ui.min_rect().left(), top), vec2(1.0, ROW_HEIGHT));
            ui.scroll_to_rect(row, None);
        }
        for id in &rows[range] {
            let Some(case) = state.cases.view.get(id) else { continue };
            row(ui, state, case, local, out);
        }
    });
    ui.spacing_mut().item_spacing.y = gap;
    if focused {
        widgets::focus_ring(ui, whole);
    }
}

fn arrows(ui: &Ui, state: &AppState, whole: Rect, out: &mut Vec<Action>) {
    let page = ((whole.height() / ROW_HEIGHT) as i32 - 1).max(1);
    let all = i32::try_from(state.queue.rows.len()).unwrap_or(i32::MAX);
    for (key, by) in [
        (Key::ArrowDown, 1),
        (Key::ArrowUp, -1),
        (Key::PageDown, page),
        (Key::PageUp, -page),
        (Key::End, all),
        (Key::Home, -all),
    ] {
        if ui.input_mut(|input| input.consume_key(Modifiers::NONE, key)) {
            out.push(Action::StepCase { by });
        }
    }
}

/// What a row says, for a screen reader and for tests.
fn spoken(state: &AppState, case: &Case, lamp: Lamp, left: &str) -> String {
    let lang = state.settings.lang;
    let parts = [
        words::lamp_name(lang, lamp).to_owned(),
        left.to_owned(),
        words::number(lang, case),
        words::class(state, &case.report.class),
        case.report.place.address.clone(),
        words::state(lang, case.state).to_owned(),
    ];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(lang.text("ui.list.comma"))
}

fn row(ui: &mut Ui, state: &AppState, case: &Case, local: &mut Local, out: &mut Vec<Action>) {
    let lang = state.settings.lang;
    let palette = Palette::in_ui(ui);
    let chosen = state.selected == Some(case.id);
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), ROW_HEIGHT), Sense::CLICK);
    let lamp = state.cases.lamps.get(&case.id).copied().unwrap_or(Lamp::Off);
    let left = case
        .minutes_left(state.office_now(), &state.books.calendar)
        .filter(|_| case.state.is_open())
        .map(|minutes| words::time_left(lang, minutes, words::runs_in_working_time(case)))
        .unwrap_or_default();
    response.widget_info(|| WidgetInfo::selected(Role::ListBoxOption, true, chosen, spoken(state, case, lamp, &left)));
    if response.clicked() {
        choose(case.id, state, local, out);
    }
    if !ui.is_rect_visible(rect) {
        return;
    }
    let (ink, weak) = if chosen { (palette.on_chosen, palette.on_chosen) } else { (palette.text, palette.weak) };
    if chosen {
        ui.painter().rect_filled(rect, 0.0, palette.chosen);
        let bar = Rect::from_min_size(rect.min, vec2(3.0, rect.height()));
        ui.painter().rect_filled(bar, 0.0, palette.accent);
    } else if response.hovered() {
        ui.painter().rect_filled(rect, 0.0, palette.faint);
    }
    ui.painter().hline(rect.x_range(), rect.bottom(), egui::Stroke::new(1.0, palette.line));
    let (first, second) = (rect.top() + 14.0, rect.top() + 33.0);
    let (start, end) = (rect.left() + 12.0, rect.right() - 8.0);
    widgets::paint_lamp(ui.painter(), Pos2::new(start + 6.0, first), 12.0, lamp, palette);

    let small = FontId::proportional(SMALL);
    let left_ink = if lamp == Lamp::Red && !chosen { palette.lamp_red } else { ink };
    let left_font = if matches!(lamp, Lamp::Red | Lamp::Yellow) { bold_font(SMALL) } else { small.clone() };
    let left = widgets::paint_text(ui, Pos2::new(end, first), Align2::RIGHT_CENTER, &left, left_font, left_ink);
    let text = start + 20.0;
    let mut title = words::class(state, &case.report.class);
    if case.report.urgent {
        title = format!("{}{title}", lang.text("ui.case.urgent_mark"));
    }
    let title = widgets::elided(ui, &title, bold_font(BODY), ink, left.left() - 6.0 - text);
    ui.painter().galley(Pos2::new(text, first - title.size().y / 2.0), title, ink);

    // In a narrow column the place is worth more than the state.
    let stage = if rect.width() < 276.0 { "" } else { words::state(lang, case.state) };
    let stage = widgets::paint_text(ui, Pos2::new(end, second), Align2::RIGHT_CENTER, stage, small.clone(), weak);
    let number = case.number.as_ref().map(ToString::to_string).unwrap_or_else(|| words::clock(case.reported_at));
    // Numbers have one width, so places begin in one column.
    let number_rect =
        widgets::paint_text(ui, Pos2::new(text, second), Align2::LEFT_CENTER, &number, small.clone(), weak);
    let place_at = number_rect.left() + number_column(ui) + 8.0;
    let place = widgets::elided(ui, &case.report.place.address, small, ink, stage.left() - 6.0 - place_at);
    ui.painter().galley(Pos2::new(place_at, second - place.size().y / 2.0), place, ink);
    response.on_hover_text(case.report.place.address.as_str());
}

/// Width of a case number, eleven digits.
fn number_column(ui: &Ui) -> f32 {
    ui.painter().layout_no_wrap("00000000000".into(), FontId::proportional(SMALL), egui::Color32::PLACEHOLDER).size().x
}

/// Takes a case in hand.
pub fn choose(case: CaseId, state: &AppState, local: &mut Local, out: &mut Vec<Action>) {
    local.hand = Hand::Case;
    if state.inbox_open {
        out.push(Action::ShowInbox { open: false });
    }
    out.push(Action::SelectCase { case: Some(case) });
}
