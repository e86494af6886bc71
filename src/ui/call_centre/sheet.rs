//! The sheet of a report, in the order in which a call goes: what is it, where, who calls. Every keystroke is an edit of
//! the draft, which the profile keeps.

use eframe::egui::{self, Button, ComboBox, Id, Key, Label, Modifiers, RichText, ScrollArea, Ui};

use crate::app::action::{Action, DraftEdit};
use crate::app::state::{AppState, Duplicate, PackState, Severity};
use crate::domain::case::Lamp;
use crate::domain::case::command::{Channel, Kind};
use crate::domain::code::ComponentCode;
use crate::ui::local::{Focus, Local};
use crate::ui::supervision::filing;
use crate::ui::theme::{Palette, SMALL, bold};
use crate::ui::widgets::{self, Row};
use crate::ui::{keys, queue, words};

/// Components so near to the place are offered.
const COMPONENT_REACH_M: f64 = 30.0;
const MOST_COMPONENTS: usize = 5;

fn id(field: &str) -> Id {
    Id::unique(("sheet", field))
}

/// Shows the sheet.
pub fn show(ui: &mut Ui, state: &AppState, local: &mut Local, out: &mut Vec<Action>) {
    // Whatever has the keyboard, the whole sheet is sent by this key.
    let send = keys::send_pressed(ui.ctx());
    let foot = egui::Panel::bottom("sheet-send").frame(egui::Frame::new()).show_separator_line(false);
    let sent = foot.show(ui, |ui| sending(ui, state, local, send, out)).inner;
    ScrollArea::vertical().id_salt("sheet").auto_shrink(false).show(ui, |ui| {
        ui.set_width(ui.available_width() - 4.0);
        let saving = state.draft.saving.is_some();
        ui.add_enabled_ui(!saving, |ui| {
            matter(ui, state, local, out);
            class(ui, state, local, out);
            place(ui, state, local, out);
            component(ui, state, out);
        });
        duplicates(ui, state, local, out);
        ui.add_enabled_ui(!saving, |ui| caller(ui, state, local, out));
    });
    if sent {
        // Last, so that what was typed in this very frame is sent along.
        out.push(Action::SubmitDraft { confirmed: state.draft.confirm_wanted });
    }
}

/// What is said beside the label of a field that is wanted, once sending was tried.
fn complaint(state: &AppState, local: &Local, field: &str) -> Option<&'static str> {
    let wanted = local.sheet_tried && state.draft.missing.contains(&field);
    wanted.then(|| state.settings.lang.text("ui.missing"))
}

fn matter(ui: &mut Ui, state: &AppState, local: &mut Local, out: &mut Vec<Action>) {
    let lang = state.settings.lang;
    widgets::field(ui, lang.text("ui.draft.text"), complaint(state, local, "text"), |ui, name| {
        let mut text = state.draft.text.clone();
        let response = widgets::lines(ui, id("text"), &mut text, 2, lang.text("ui.sheet.text_hint")).labelled_by(name);
        if local.focus == Some(Focus::Sheet) {
            local.focus = None;
            response.request_focus();
        }
        if response.changed() {
            out.push(Action::Draft(DraftEdit::Text(text)));
        }
    });
}

fn class(ui: &mut Ui, state: &AppState, local: &mut Local, out: &mut Vec<Action>) {
    let lang = state.settings.lang;
    let draft = &state.draft;
    widgets::field(ui, lang.text("ui.draft.class"), complaint(state, local, "class"), |ui, name| {
        let field = id("class");
        let hits = &draft.class_hits;
        let chosen = widgets::list_keys(ui, field, hits.len(), &mut local.class_cursor);
        let mut query = draft.class_query.clone();
        if widgets::line(ui, field, &mut query, lang.text("ui.sheet.class_hint")).labelled_by(name).changed() {
            local.class_cursor = 0;
            out.push(Action::Draft(DraftEdit::ClassQuery(query)));
        }
        let rows: Vec<Row> = hits
            .iter()
            .map(|hit| {
                let major = state.books.catalogue.get(hit).map(|class| class.major(lang)).unwrap_or_default();
                Row { text: words::class(state, hit), detail: format!("{} {}", hit.code, major) }
            })
            .collect();
        let clicked = if rows.is_empty() { None } else { widgets::list(ui, field, &rows, Some(local.class_cursor)) };
        if let Some(hit) = chosen.or(clicked).and_then(|at| hits.get(at)) {
            local.class_cursor = 0;
            out.push(Action::Draft(DraftEdit::Class(hit.clone())));
        }
        if rows.is_empty() && draft.class.is_none() && !draft.class_query.trim().is_empty() {
            ui.weak(lang.text("ui.sheet.no_class"));
        }
    });
    let Some(class) = &draft.class else { return };
    let rows = state.books.limits.conditions(class);
    widgets::field(ui, lang.text("ui.draft.condition"), complaint(state, local, "condition"), |ui, _| {
        ScrollArea::vertical().id_salt("conditions").max_height(122.0).show(ui, |ui| {
            ui.spacing_mut().item_spacing.y = 2.0;
            if let Some(condition) = filing::conditions(ui, rows, draft.condition.as_deref(), lang) {
                out.push(Action::Draft(DraftEdit::Condition(condition)));
            }
        });
    });
}

fn place(ui: &mut Ui, state: &AppState, local: &mut Local, out: &mut Vec<Action>) {
    let lang = state.settings.lang;
    let draft = &state.draft;
    widgets::field(ui, lang.text("ui.draft.place"), complaint(state, local, "place"), |ui, name| {
        let field = id("place");
        let hits = &draft.place_hits;
        let chosen = widgets::list_keys(ui, field, hits.len(), &mut local.place_cursor);
        let mut query = draft.place_query.clone();
        if widgets::line(ui, field, &mut query, lang.text("ui.sheet.place_hint")).labelled_by(name).changed() {
            local.place_cursor = 0;
            out.push(Action::Draft(DraftEdit::PlaceQuery(query)));
        }
        let rows: Vec<Row> =
            hits.iter().map(|hit| Row { text: hit.label.clone(), detail: community_at(state, hit.at) }).collect();
        let clicked = if rows.is_empty() { None } else { widgets::list(ui, field, &rows, Some(local.place_cursor)) };
        if let Some(at) = chosen.or(clicked) {
            local.place_cursor = 0;
            out.push(Action::Draft(DraftEdit::PlaceHit(at)));
        }
        match &draft.place {
            Some(place) => {
                let community = community_at(state, place.at);
                let words = lang.fill("ui.sheet.placed", &[("grid", &place.grid), ("community", &community)]);
                ui.add(Label::new(RichText::new(words).size(SMALL)).wrap());
            }
            None => {
                let advice = match &state.pack {
                    PackState::Ready => "ui.sheet.place_advice",
                    PackState::Loading { .. } => "ui.sheet.place_loading",
                    PackState::Absent | PackState::Failed(_) => "ui.sheet.place_no_map",
                };
                ui.add(Label::new(RichText::new(lang.text(advice)).size(SMALL).weak()).wrap());
            }
        }
    });
}

fn community_at(state: &AppState, at: crate::base::LonLat) -> String {
    state.books.street.cell_at(at).map(|cell| cell.community.clone()).unwrap_or_default()
}

/// Components near the place, when a component is meant.
fn component(ui: &mut Ui, state: &AppState, out: &mut Vec<Action>) {
    let lang = state.settings.lang;
    let draft = &state.draft;
    let Some(place) = &draft.place else { return };
    let Some(class) = draft.class.as_ref().filter(|class| class.kind == Kind::Component) else { return };
    let near = state.books.street.components_near(place.at, COMPONENT_REACH_M, 40);
    let fitting: Vec<_> =
        near.into_iter().filter(|(one, _)| one.class == class.code.as_str()).take(MOST_COMPONENTS).collect();
    widgets::field(ui, lang.text("ui.draft.component"), None, |ui, _| {
        if fitting.is_empty() {
            ui.weak(lang.text("ui.sheet.no_component"));
            return;
        }
        ui.spacing_mut().item_spacing.y = 2.0;
        for (one, metres) in fitting {
            let Ok(code) = ComponentCode::new(one.code.clone()) else { continue };
            let chosen = draft.component.as_ref() == Some(&code);
            let detail = words::metres(lang, metres);
            let name = format!("{} {detail}", one.code);
            let button = Button::selectable(chosen, one.code.as_str())
                .frame_when_inactive(true)
                .right_text(widgets::key_hint(&detail))
                .min_size(egui::vec2(ui.available_width(), 26.0));
            if ui.add(button).accessible_name(name).clicked() {
                out.push(Action::Draft(DraftEdit::Component(if chosen { None } else { Some(code) })));
            }
        }
    });
}

fn caller(ui: &mut Ui, state: &AppState, local: &Local, out: &mut Vec<Action>) {
    let lang = state.settings.lang;
    let draft = &state.draft;
    ui.horizontal(|ui| {
        let half = (ui.available_width() - ui.spacing().item_spacing.x) / 2.0;
        let mut called = draft.caller.name.clone();
        let mut phone = draft.caller.phone.clone();
        ui.vertical(|ui| {
            ui.set_width(half);
            widgets::field(ui, lang.text("ui.draft.caller"), None, |ui, name| {
                if widgets::line(ui, id("caller"), &mut called, "").labelled_by(name).changed() {
                    out.push(Action::Draft(DraftEdit::CallerName(called)));
                }
            });
        });
        ui.vertical(|ui| {
            ui.set_width(half);
            widgets::field(ui, lang.text("ui.draft.phone"), complaint(state, local, "phone"), |ui, name| {
                if widgets::line(ui, id("phone"), &mut phone, "").labelled_by(name).changed() {
                    out.push(Action::Draft(DraftEdit::CallerPhone(phone)));
                }
            });
        });
    });
    ui.horizontal_wrapped(|ui| {
        let mut wants_reply = draft.caller.wants_reply;
        if ui.checkbox(&mut wants_reply, lang.text("ui.draft.wants_reply")).changed() {
            out.push(Action::Draft(DraftEdit::WantsReply(wants_reply)));
        }
        let mut urgent = draft.urgent;
        if ui.checkbox(&mut urgent, lang.text("ui.draft.urgent")).changed() {
            out.push(Action::Draft(DraftEdit::Urgent(urgent)));
        }
        channel(ui, state, out);
    });
}

fn channel(ui: &mut Ui, state: &AppState, out: &mut Vec<Action>) {
    let lang = state.settings.lang;
    let chosen = state.draft.channel;
    let name = lang.text("ui.draft.channel");
    let shown = chosen.map_or(name, |channel| words::channel(lang, channel));
    let response = ComboBox::from_id_salt("channel").selected_text(shown).width(112.0).show_ui(ui, |ui| {
        for channel in Channel::ALL {
            if ui.selectable_label(chosen == Some(channel), words::channel(lang, channel)).clicked() {
                out.push(Action::Draft(DraftEdit::Channel(channel)));
            }
        }
    });
    response.response.accessible_name(format!("{name} {shown}"));
}

/// Cases near by that may be the same matter, before anything is sent.
fn duplicates(ui: &mut Ui, state: &AppState, local: &mut Local, out: &mut Vec<Action>) {
    let lang = state.settings.lang;
    let draft = &state.draft;
    if draft.duplicates.is_empty() {
        return;
    }
    let likely = draft.likely_duplicates().count();
    ui.add_space(4.0);
    let title = if likely > 0 {
        lang.fill("ui.sheet.likely", &[("count", &likely)])
    } else {
        lang.fill("ui.sheet.near", &[("count", &draft.duplicates.len())])
    };
    let ink = if likely > 0 { Palette::in_ui(ui).warning } else { Palette::in_ui(ui).text };
    ui.label(bold(title).color(ink));
    for duplicate in draft.duplicates.iter().take(5) {
        self::duplicate(ui, state, duplicate, local, out);
    }
}

fn duplicate(ui: &mut Ui, state: &AppState, one: &Duplicate, local: &mut Local, out: &mut Vec<Action>) {
    let lang = state.settings.lang;
    let Some(case) = state.cases.view.get(&one.case) else { return };
    let lamp = state.cases.lamps.get(&one.case).copied().unwrap_or(Lamp::Off);
    ui.horizontal(|ui| {
        widgets::lamp(ui, lang, lamp);
        let class = words::class(state, &case.report.class);
        let name = format!("{class} {}", words::number(lang, case));
        if ui.link(bold(class)).accessible_name(name).clicked() {
            queue::choose(one.case, state, local, out);
        }
        ui.label(words::metres(lang, one.distance_m));
        let came = words::age(lang, state.now, case.reported_at);
        let rest = format!("{came}  {}  {}", words::state(lang, case.state), case.report.text);
        ui.add(Label::new(RichText::new(rest.as_str()).size(SMALL)).truncate()).on_hover_text(rest.as_str());
    });
}

/// The foot of the sheet; true when it is to be sent.
fn sending(ui: &mut Ui, state: &AppState, local: &mut Local, send: bool, out: &mut Vec<Action>) -> bool {
    let lang = state.settings.lang;
    let draft = &state.draft;
    if draft.saving.is_some() {
        local.sheet_tried = false;
    }
    if local.sheet_tried && !draft.missing.is_empty() {
        widgets::banner(ui, Severity::Warning, |ui| {
            let names: Vec<_> =
                draft.missing.iter().map(|field| lang.find(&format!("ui.draft.{field}")).unwrap_or(field)).collect();
            let words = lang.fill("ui.step.missing", &[("fields", &names.join(lang.text("ui.list.comma")))]);
            ui.add(Label::new(words).wrap());
        });
    }
    if draft.confirm_wanted {
        widgets::banner(ui, Severity::Warning, |ui| {
            ui.add(Label::new(lang.text("ui.sheet.confirm")).wrap());
        });
    }
    ui.add_space(2.0);
    ui.horizontal(|ui| {
        let saving = draft.saving.is_some();
        let key = match (saving, draft.confirm_wanted) {
            (true, _) => "ui.sheet.saving",
            (false, true) => "ui.sheet.send_anyway",
            (false, false) => "ui.sheet.send",
        };
        let pressed = widgets::main_button(ui, !saving, lang.text(key)).on_hover_text(keys::SEND).clicked();
        let sent = (pressed || send) && !saving;
        local.sheet_tried |= sent;
        ui.label(widgets::key_hint(keys::SEND));
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            clear(ui, state, local, out);
        });
        ui.add_space(4.0);
        sent
    })
    .inner
}

/// Throws the sheet away; what has been written goes only when asked for twice.
fn clear(ui: &mut Ui, state: &AppState, local: &mut Local, out: &mut Vec<Action>) {
    let lang = state.settings.lang;
    let usable = !state.draft.is_blank() && state.draft.saving.is_none();
    if !usable {
        local.clear_asked = false;
    }
    if local.clear_asked {
        let escaped = ui.input_mut(|input| input.consume_key(Modifiers::NONE, Key::Escape));
        if ui.button(lang.text("ui.inbox.keep")).clicked() || escaped {
            local.clear_asked = false;
        }
        if ui.button(lang.text("ui.sheet.clear_sure")).clicked() {
            local.clear_asked = false;
            local.sheet_tried = false;
            out.push(Action::Draft(DraftEdit::Clear));
        }
    } else if ui.add_enabled(usable, Button::new(lang.text("ui.sheet.clear"))).clicked() {
        local.clear_asked = true;
    }
}
