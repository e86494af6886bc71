//! Keys that work everywhere in the window. They are read before any field sees them, so that they mean the same
//! wherever the keyboard is; none of them is a key that types or edits text.

use eframe::egui::{self, Context, Event, Key, KeyboardShortcut, Modifiers};

use crate::app::action::{Action, MapAction};
use crate::app::export::ExportAction;
use crate::app::keeping::GridAction;
use crate::app::state::{AppState, Seat};
use crate::app::timeline::Span;
use crate::app::tools::{Draws, Tool, ToolAction};
use crate::domain::case::transition::open_steps;
use crate::ui::layers::Part;
use crate::ui::local::{Focus, Hand, Local, Pane, Tab};
use crate::ui::tools::{self, toolbar};

/// Key of the command bar, as shown.
pub const COMMAND_BAR: &str = "Ctrl+K";
/// Key of the queue's search, as shown.
pub const SEARCH: &str = "Ctrl+F";
/// Key of a new report, as shown.
pub const NEW_REPORT: &str = "Ctrl+N";
/// Key of the inbox, as shown.
pub const INBOX: &str = "Ctrl+I";
/// Key that sends what is filled in, as shown.
pub const SEND: &str = "Ctrl+Enter";
/// Key that tries the line now, as shown.
pub const SYNC: &str = "F5";
/// Keys that go through the queue, as shown.
pub const STEP_CASE: &str = "Alt+↑↓";
/// Key that goes to a typed place, as shown.
pub const GO_TO: &str = "Ctrl+G";
/// Key that takes back the last change of what is drawn, as shown.
pub const UNDO: &str = "Ctrl+Z";
/// Key that makes it again, as shown.
pub const REDO: &str = "Ctrl+Y";
/// Key that shows the whole street, as shown.
pub const FIT: &str = "Ctrl+0";

/// Key that opens what goes out, as shown.
pub const EXPORT: &str = "Ctrl+E";
/// Key that shows the overview of the whole map, as shown.
pub const OVERVIEW: &str = "Ctrl+M";
/// Key that puts a second map beside the first, as shown.
pub const BESIDE: &str = "Ctrl+J";
/// Key that takes the other of two maps in hand, as shown.
pub const OTHER_MAP: &str = "Ctrl+Shift+J";
/// Key that opens the list of views kept by name, as shown.
pub const BOOKMARKS: &str = "Ctrl+B";
/// Key that shows the cases of some days, as shown.
pub const SPAN: &str = "Ctrl+T";
/// Key that opens the cross-section, as shown.
pub const SECTION: &str = "Ctrl+D";

const STEPS: [Key; 9] =
    [Key::Num1, Key::Num2, Key::Num3, Key::Num4, Key::Num5, Key::Num6, Key::Num7, Key::Num8, Key::Num9];

/// Key of the step at a place of the list of open ones, as shown.
pub fn step(at: usize) -> String {
    if at < STEPS.len() { format!("Ctrl+{}", at + 1) } else { String::new() }
}

/// Key of a seat, as shown.
pub fn seat(seat: Seat) -> &'static str {
    match seat {
        Seat::CallCentre => "F2",
        Seat::Supervision => "F3",
        Seat::Command => "F4",
    }
}

/// Key of a tab of the left column, as shown.
pub fn tab(tab: Tab) -> &'static str {
    match tab {
        Tab::Queue => "Esc",
        Tab::Layers => "F7",
        Tab::Tools => "F8",
        Tab::Data => "F9",
        Tab::Grid => "F10",
        Tab::Sheet => "Ctrl+P",
    }
}

/// Key of a tool of the map, as shown.
pub fn tool(tool: Tool) -> &'static str {
    const SHOWN: [&str; 10] =
        ["Alt+1", "Alt+2", "Alt+3", "Alt+4", "Alt+5", "Alt+6", "Alt+7", "Alt+8", "Alt+9", "Alt+0"];
    Tool::ALL.iter().position(|one| *one == tool).and_then(|at| SHOWN.get(at)).copied().unwrap_or_default()
}

fn pressed(ctx: &Context, modifiers: Modifiers, key: Key) -> bool {
    ctx.input_mut(|input| input.consume_shortcut(&KeyboardShortcut::new(modifiers, key)))
}

/// Whether the key that sends was pressed; whoever asks first has it.
pub fn send_pressed(ctx: &Context) -> bool {
    pressed(ctx, Modifiers::CTRL, Key::Enter)
}

/// The key that sends, where the keyboard is in the column of this part of the window.
pub fn send_pressed_in(ui: &egui::Ui, enabled: bool) -> bool {
    let column = ui.max_rect();
    let focused = ui.memory(egui::Memory::focused).and_then(|id| ui.ctx().read_response(id));
    let here = focused.is_some_and(|response| column.x_range().contains(response.rect.center().x));
    // The field that has the keyboard is not to see it, even where nothing can be sent.
    here && send_pressed(ui.ctx()) && enabled
}

/// Reads the keys of this frame.
pub fn read(ctx: &Context, state: &AppState, local: &mut Local, out: &mut Vec<Action>) {
    for (seat, key) in [(Seat::CallCentre, Key::F2), (Seat::Supervision, Key::F3), (Seat::Command, Key::F4)] {
        if pressed(ctx, Modifiers::NONE, key) {
            out.push(Action::SelectSeat { seat });
        }
    }
    if pressed(ctx, Modifiers::CTRL, Key::K) || pressed(ctx, Modifiers::NONE, Key::F1) {
        local.focus = Some(Focus::CommandBar);
    }
    if pressed(ctx, Modifiers::CTRL, Key::F) {
        local.focus = Some(Focus::Search);
    }
    if pressed(ctx, Modifiers::CTRL, Key::N) {
        new_report(state, local, out);
    }
    // With shift first: without it the key would answer for both.
    if pressed(ctx, Modifiers::SHIFT, Key::F6) {
        go_round(ctx, state, local, -1);
    } else if pressed(ctx, Modifiers::NONE, Key::F6) {
        go_round(ctx, state, local, 1);
    }
    tool_keys(ctx, state, local, out);
    for (tab, key) in [(Tab::Layers, Key::F7), (Tab::Tools, Key::F8), (Tab::Data, Key::F9), (Tab::Grid, Key::F10)] {
        if pressed(ctx, Modifiers::NONE, key) {
            local.tab = tab;
            local.focus = Some(Focus::Column);
        }
    }
    if pressed(ctx, Modifiers::CTRL, Key::E) {
        local.tab = Tab::Data;
        local.focus = Some(Focus::Column);
        out.push(Action::Export(ExportAction::Show { open: true }));
    }
    if pressed(ctx, Modifiers::CTRL, Key::P) {
        (local.tab, local.focus) = (Tab::Sheet, Some(Focus::Column));
    }
    if pressed(ctx, Modifiers::CTRL, Key::M) {
        let open = !state.map.overview;
        local.focus = Some(if open { Focus::Overview } else { Focus::Map });
        out.push(Action::Map(MapAction::ShowOverview { open }));
    }
    // With shift first, as above.
    if pressed(ctx, Modifiers::CTRL | Modifiers::SHIFT, Key::J) {
        out.push(Action::Map(MapAction::TakeInHand { side: state.map.in_hand().other() }));
    } else if pressed(ctx, Modifiers::CTRL, Key::J) {
        local.focus = Some(Focus::Map);
        out.push(Action::Map(MapAction::ShowBeside { open: state.map.beside.is_none() }));
    }
    if pressed(ctx, Modifiers::CTRL, Key::B) {
        local.tab = Tab::Layers;
        local.layers_part = Part::Bookmarks;
        local.focus = Some(Focus::Column);
    }
    if pressed(ctx, Modifiers::CTRL, Key::I) {
        out.push(Action::ShowInbox { open: !state.inbox_open });
    }
    if pressed(ctx, Modifiers::NONE, Key::F5) {
        out.push(Action::SyncNow);
    }
    if pressed(ctx, Modifiers::CTRL, Key::T) {
        let span = if state.map.span.is_some() { None } else { Some(Span::Week) };
        out.push(Action::Map(MapAction::SetSpan { span }));
    }
    if pressed(ctx, Modifiers::CTRL, Key::D) {
        let open = state.map.section.is_none();
        local.section.grab = open;
        out.push(Action::Map(MapAction::ShowSection { open }));
    }
    if pressed(ctx, Modifiers::CTRL, Key::Num0) {
        out.push(Action::Map(MapAction::Fit));
    }
    if pressed(ctx, Modifiers::ALT, Key::ArrowDown) {
        out.push(Action::StepCase { by: 1 });
    }
    if pressed(ctx, Modifiers::ALT, Key::ArrowUp) {
        out.push(Action::StepCase { by: -1 });
    }
    if let (Some(case), Some(user)) = (state.selected_case(), state.session.user()) {
        for (step, key) in open_steps(case, user).into_iter().zip(STEPS) {
            if pressed(ctx, Modifiers::CTRL, key) {
                local.step = Some((case.id, step.act));
                local.hand = Hand::Case;
                local.focus = Some(Focus::Step);
                if state.inbox_open {
                    out.push(Action::ShowInbox { open: false });
                }
            }
        }
    }
}

/// Whether a key was pressed with Alt. The letter that it would type as well is taken away.
fn alt_pressed(ctx: &Context, key: Key, letter: &str) -> bool {
    let pressed = pressed(ctx, Modifiers::ALT, key);
    if pressed {
        ctx.input_mut(|input| input.events.retain(|event| !matches!(event, Event::Text(text) if text == letter)));
    }
    pressed
}

/// The pane that has the keyboard.
fn pane_with_keyboard(ctx: &Context, local: &Local) -> Option<usize> {
    let focused = ctx.memory(|memory| memory.focused()).and_then(|id| ctx.read_response(id));
    focused
        .map(|response| response.rect.center())
        .and_then(|at| local.panes.iter().position(|pane| pane.is_some_and(|pane| pane.contains(at))))
}

/// Keys of the tools; those that change what is drawn only where no text is being typed.
fn tool_keys(ctx: &Context, state: &AppState, local: &mut Local, out: &mut Vec<Action>) {
    const DIGITS: [(Key, &str); 10] = [
        (Key::Num1, "1"),
        (Key::Num2, "2"),
        (Key::Num3, "3"),
        (Key::Num4, "4"),
        (Key::Num5, "5"),
        (Key::Num6, "6"),
        (Key::Num7, "7"),
        (Key::Num8, "8"),
        (Key::Num9, "9"),
        (Key::Num0, "0"),
    ];
    for (tool, (key, letter)) in Tool::ALL.into_iter().zip(DIGITS) {
        if alt_pressed(ctx, key, letter) {
            toolbar::choose(state, local, tool, out);
            if state.tools.tool != Some(tool) {
                local.tools.focus = Some(Some(tool));
            }
        }
    }
    if pressed(ctx, Modifiers::CTRL, Key::G) {
        // Without a tool a typed place is where the map goes.
        out.push(Action::Tool(ToolAction::Choose { what: None }));
        (local.tab, local.tools.focus) = (Tab::Tools, Some(None));
    }
    if pressed(ctx, Modifiers::CTRL | Modifiers::SHIFT, Key::C)
        && let Some(text) = tools::place_in_hand(state)
            .and_then(|at| crate::app::tools::place::Form::LonLat.write(at, &state.books, state.settings.lang))
    {
        tools::copy(ctx, text, out);
    }
    let pane = pane_with_keyboard(ctx, local).and_then(|at| Pane::ALL.get(at));
    // Escape has taken the keyboard away by now: what counts is where it was.
    let before = std::mem::replace(&mut local.tools.pane, pane.copied());
    let Some(tool) = state.tools.tool else { return };
    let typing = ctx.text_edit_focused();
    if !typing && tool.draws() != Draws::Nothing {
        if pressed(ctx, Modifiers::CTRL | Modifiers::SHIFT, Key::Z) || pressed(ctx, Modifiers::CTRL, Key::Y) {
            if local.tab == Tab::Grid && !state.tools.sketch.can_redo() {
                out.push(Action::Grid(GridAction::Redo));
            } else {
                out.push(Action::Tool(ToolAction::Redo));
            }
        } else if pressed(ctx, Modifiers::CTRL, Key::Z)
            || (pane == Some(&Pane::Map) && pressed(ctx, Modifiers::NONE, Key::Backspace))
        {
            if local.tab == Tab::Grid && !state.tools.sketch.can_undo() {
                out.push(Action::Grid(GridAction::Undo));
            } else {
                out.push(Action::Tool(ToolAction::Undo));
            }
        }
    }
    let mut send = |action| out.push(Action::Tool(action));
    let on_map = pane == Some(&Pane::Map);
    let in_column = pane == Some(&Pane::Column) && local.tab == Tab::Tools;
    let draws = matches!(tool.draws(), Draws::Line | Draws::Ring | Draws::Box);
    if (on_map || in_column) && draws && send_pressed(ctx) {
        send(ToolAction::Finish);
    }
    if before.is_none_or(|pane| pane == Pane::Map) && pressed(ctx, Modifiers::NONE, Key::Escape) {
        let begun = !state.tools.sketch.points().is_empty();
        send(if begun { ToolAction::Clear } else { ToolAction::Choose { what: None } });
    }
}

/// Takes the keyboard to the pane beside the one that has it.
fn go_round(ctx: &Context, state: &AppState, local: &mut Local, by: isize) {
    let here = pane_with_keyboard(ctx, local);
    let count = Pane::ALL.len();
    let next = match here {
        Some(here) => (here + count).saturating_add_signed(by) % count,
        None => 0,
    };
    local.focus = Some(match Pane::ALL[next] {
        Pane::Column if local.tab == Tab::Queue => Focus::Queue,
        Pane::Column => Focus::Column,
        Pane::Map => Focus::Map,
        Pane::Hand if state.seat == Seat::CallCentre && local.hand == Hand::Sheet && !state.inbox_open => Focus::Sheet,
        Pane::Hand => Focus::Hand,
    });
}

/// Brings the sheet of a report to the hand; what has been begun on it is still there.
pub fn new_report(state: &AppState, local: &mut Local, out: &mut Vec<Action>) {
    if state.seat != Seat::CallCentre {
        out.push(Action::SelectSeat { seat: Seat::CallCentre });
    }
    if state.inbox_open {
        out.push(Action::ShowInbox { open: false });
    }
    local.hand = Hand::Sheet;
    local.focus = Some(Focus::Sheet);
}
