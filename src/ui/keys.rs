//! Keys that work everywhere in the window. They are read before any field sees them, so that they mean the same
//! wherever the keyboard is; none of them is a key that types or edits text.

use eframe::egui::{Context, Key, KeyboardShortcut, Modifiers};

use crate::app::action::{Action, MapAction};
use crate::app::state::{AppState, Seat};
use crate::domain::case::transition::open_steps;
use crate::ui::local::{Focus, Hand, Local, Pane};

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
/// Key that shows the whole street, as shown.
pub const FIT: &str = "Ctrl+0";

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

fn pressed(ctx: &Context, modifiers: Modifiers, key: Key) -> bool {
    ctx.input_mut(|input| input.consume_shortcut(&KeyboardShortcut::new(modifiers, key)))
}

/// Whether the key that sends was pressed; whoever asks first has it.
pub fn send_pressed(ctx: &Context) -> bool {
    pressed(ctx, Modifiers::CTRL, Key::Enter)
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
    if pressed(ctx, Modifiers::CTRL, Key::I) {
        out.push(Action::ShowInbox { open: !state.inbox_open });
    }
    if pressed(ctx, Modifiers::NONE, Key::F5) {
        out.push(Action::SyncNow);
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

/// Takes the keyboard to the pane beside the one that has it.
fn go_round(ctx: &Context, state: &AppState, local: &mut Local, by: isize) {
    let focused = ctx.memory(|memory| memory.focused()).and_then(|id| ctx.read_response(id));
    let here = focused
        .map(|response| response.rect.center())
        .and_then(|at| local.panes.iter().position(|pane| pane.is_some_and(|pane| pane.contains(at))));
    let count = Pane::ALL.len();
    let next = match here {
        Some(here) => (here + count).saturating_add_signed(by) % count,
        None => 0,
    };
    local.focus = Some(match Pane::ALL[next] {
        Pane::Queue => Focus::Queue,
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
