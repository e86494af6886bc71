//! The command bar: one line, and below it, in the column of the queue, what the line may become. The map is not
//! covered by it.

use eframe::egui::{FocusDirection, Id, Key, Label, Modifiers, RichText, ScrollArea, TextEdit, Ui};

use crate::app::action::Action;
use crate::app::bar::{self, Args, BarCommand, Verb};
use crate::app::state::{AppState, Seat};
use crate::domain::case::transition::open_steps;
use crate::ui::local::{Focus, Hand, Local, Tab};
use crate::ui::theme::SMALL;
use crate::ui::widgets::{self, Row};
use crate::ui::{keys, words};

fn line_id() -> Id {
    Id::unique("command-line")
}

/// Shows the line. True when the list below it takes the place of the queue.
pub fn show(ui: &mut Ui, state: &AppState, local: &mut Local, out: &mut Vec<Action>) -> bool {
    let lang = state.settings.lang;
    if local.focus == Some(Focus::CommandBar) {
        local.focus = None;
        local.line_done = false;
        ui.memory_mut(|memory| memory.request_focus(line_id()));
    }
    let focused = ui.memory(|memory| memory.has_focus(line_id()));
    let list = commands(state, local, focused);
    if focused {
        read_keys(ui, state, local, &list, out);
    }
    let hint = lang.fill("ui.bar.hint", &[("key", &keys::COMMAND_BAR)]);
    let room = ui.available_width();
    let field =
        TextEdit::singleline(&mut local.line).id(line_id()).hint_text(hint).desired_width(room).lock_focus(true);
    let response = ui.add(field).accessible_name(lang.text("ui.bar.name"));
    if response.changed() || response.gained_focus() {
        local.line_cursor = None;
        local.line_done = false;
    }
    if response.lost_focus() && ui.input(|input| input.key_pressed(Key::Escape)) {
        local.line.clear();
        local.line_cursor = None;
        if state.bar.help_open {
            out.push(Action::ShowHelp { open: false });
        }
    }
    if let Some(reply) = &state.bar.reply {
        ui.add(Label::new(RichText::new(reply).size(SMALL)).wrap());
    }
    let shown = state.bar.help_open || (focused && !list.is_empty() && !local.line_done);
    if shown {
        palette(ui, state, local, &list, out);
    }
    shown
}

fn commands(state: &AppState, local: &Local, focused: bool) -> Vec<&'static BarCommand> {
    let typed = bar::narrow(&local.line);
    if !typed.is_empty() {
        return bar::complete(&local.line);
    }
    if !focused && !state.bar.help_open {
        return Vec::new();
    }
    // Of the steps only those that are open are listed; all the rest always.
    let open: Vec<_> = match (state.selected_case(), state.session.user()) {
        (Some(case), Some(user)) => open_steps(case, user).iter().map(|step| step.act).collect(),
        _ => Vec::new(),
    };
    let usable = |command: &&BarCommand| match command.verb {
        Verb::Act(kind) => state.bar.help_open || open.contains(&kind),
        _ => true,
    };
    let (steps, rest): (Vec<_>, Vec<_>) =
        bar::COMMANDS.iter().filter(usable).partition(|command| matches!(command.verb, Verb::Act(_)));
    steps.into_iter().chain(rest).collect()
}

fn read_keys(ui: &Ui, state: &AppState, local: &mut Local, list: &[&'static BarCommand], out: &mut Vec<Action>) {
    let pressed = |key| ui.input_mut(|input| input.consume_key(Modifiers::NONE, key));
    let last = list.len().checked_sub(1);
    if pressed(Key::ArrowDown) {
        local.line_done = false;
        local.line_cursor = last.map(|last| local.line_cursor.map_or(0, |at| (at + 1).min(last)));
    }
    if pressed(Key::ArrowUp) {
        local.line_cursor = local.line_cursor.and_then(|at| at.checked_sub(1));
    }
    if ui.input_mut(|input| input.consume_key(Modifiers::SHIFT, Key::Tab)) {
        ui.memory_mut(|memory| memory.move_focus(FocusDirection::Previous));
    } else if pressed(Key::Tab) {
        // Tab completes while there is something to complete; else it goes on to the next field as everywhere.
        match local.line_cursor.or(last.map(|_| 0)).and_then(|at| list.get(at)) {
            Some(command) if !local.line.trim().is_empty() => take(ui, state, local, command, false, out),
            _ => ui.memory_mut(|memory| memory.move_focus(FocusDirection::Next)),
        }
    }
    if widgets::enter(ui, line_id()) {
        match local.line_cursor.and_then(|at| list.get(at)) {
            Some(command) => take(ui, state, local, command, true, out),
            None if !local.line.trim().is_empty() => send(local, out),
            None => {}
        }
    }
}

/// What a line does to the window itself, besides what it does to the state.
fn send(local: &mut Local, out: &mut Vec<Action>) {
    let line = std::mem::take(&mut local.line);
    local.line_cursor = None;
    local.line_done = true;
    if let bar::Line::Command(command, _) = bar::parse(&bar::narrow(&line)) {
        follow(local, command);
    }
    out.push(Action::CommandLine { line });
}

fn follow(local: &mut Local, command: &BarCommand) {
    match command.verb {
        Verb::NewReport => {
            local.hand = Hand::Sheet;
            local.focus = Some(Focus::Sheet);
        }
        Verb::Submit | Verb::ClearDraft => local.hand = Hand::Sheet,
        Verb::Act(_) => local.hand = Hand::Case,
        Verb::BringIn | Verb::BringOut => {
            local.tab = Tab::Data;
            local.focus = Some(Focus::Column);
        }
        Verb::Sheet => (local.tab, local.focus) = (Tab::Sheet, Some(Focus::Column)),
        Verb::Tool(tool) => {
            local.tab = Tab::Tools;
            local.tools.focus = Some(Some(tool));
        }
        _ => {}
    }
}

/// A command of the list: it is carried out, or its word is put into the line when something has to follow.
fn take(ui: &Ui, state: &AppState, local: &mut Local, command: &'static BarCommand, run: bool, out: &mut Vec<Action>) {
    let word = command.word(state.settings.lang);
    let wants_more = !matches!(command.args, Args::None);
    match (command.verb, state.selected_case()) {
        // A step opens its form: there it is seen what it needs.
        (Verb::Act(kind), Some(case)) if run && is_open(state, kind) => {
            local.line.clear();
            local.step = Some((case.id, kind));
            local.hand = Hand::Case;
            local.focus = Some(Focus::Step);
            ui.memory_mut(|memory| memory.surrender_focus(line_id()));
        }
        _ if run && !wants_more => {
            local.line = word.to_owned();
            send(local, out);
        }
        _ => {
            local.line = if wants_more { format!("{word} ") } else { word.to_owned() };
            cursor_to_end(ui, &local.line);
        }
    }
    local.line_cursor = None;
}

fn is_open(state: &AppState, kind: crate::domain::case::ActKind) -> bool {
    match (state.selected_case(), state.session.user()) {
        (Some(case), Some(user)) => open_steps(case, user).iter().any(|step| step.act == kind),
        _ => false,
    }
}

fn cursor_to_end(ui: &Ui, line: &str) {
    use eframe::egui::text::{CCursor, CCursorRange};
    use eframe::egui::text_edit::TextEditState;
    let mut edit = TextEditState::load(ui.ctx(), line_id()).unwrap_or_default();
    edit.cursor.set_char_range(Some(CCursorRange::one(CCursor::new(line.chars().count()))));
    edit.store(ui.ctx(), line_id());
    ui.memory_mut(|memory| memory.request_focus(line_id()));
}

fn palette(ui: &mut Ui, state: &AppState, local: &mut Local, list: &[&'static BarCommand], out: &mut Vec<Action>) {
    let lang = state.settings.lang;
    ui.horizontal(|ui| {
        ui.weak(lang.text("ui.bar.commands"));
        if state.bar.help_open && ui.small_button(lang.text("ui.bar.close_help")).clicked() {
            out.push(Action::ShowHelp { open: false });
        }
    });
    let rows: Vec<Row> = list
        .iter()
        .map(|command| Row {
            text: [command.word(lang), command.pattern(lang)].join(" ").trim_end().to_owned(),
            detail: key_of(command, state).unwrap_or_else(|| explained(command, state)),
        })
        .collect();
    ScrollArea::vertical().id_salt("commands").auto_shrink(false).show(ui, |ui| {
        if let Some(at) = widgets::whole_list(ui, line_id(), &rows, local.line_cursor) {
            take(ui, state, local, list[at], true, out);
        }
        ui.add_space(4.0);
        ui.add(Label::new(RichText::new(lang.text("ui.bar.explained")).size(SMALL).weak()).wrap());
    });
}

fn explained(command: &BarCommand, state: &AppState) -> String {
    let lang = state.settings.lang;
    match command.verb {
        Verb::Act(kind) => words::act(lang, kind).to_owned(),
        _ => command.help(lang).to_owned(),
    }
}

/// The key that does the same, if there is one.
fn key_of(command: &BarCommand, state: &AppState) -> Option<String> {
    Some(match command.verb {
        Verb::NewReport => keys::NEW_REPORT.to_owned(),
        Verb::Submit => keys::SEND.to_owned(),
        Verb::Fit => keys::FIT.to_owned(),
        Verb::BringIn => keys::tab(Tab::Data).to_owned(),
        Verb::BringOut => keys::EXPORT.to_owned(),
        Verb::Inbox => keys::INBOX.to_owned(),
        Verb::Sync => keys::SYNC.to_owned(),
        Verb::GoTo => keys::GO_TO.to_owned(),
        Verb::Tool(tool) => keys::tool(tool).to_owned(),
        Verb::Seat(seat @ (Seat::CallCentre | Seat::Supervision | Seat::Command)) => keys::seat(seat).to_owned(),
        Verb::Act(kind) => {
            let (case, user) = (state.selected_case()?, state.session.user()?);
            let at = open_steps(case, user).iter().position(|step| step.act == kind)?;
            keys::step(at)
        }
        _ => return None,
    })
}
