//! The one function that changes the state.

use crate::app::action::Action;
use crate::app::effect::{Completion, Effect};
use crate::app::state::AppState;
use crate::base::{IdSource, Timestamp};

/// What comes in.
#[derive(Debug)]
pub enum Input {
    /// A person did something.
    Action(Action),
    /// Something that was asked for is done.
    Completion(Completion),
    /// Time has passed.
    Tick,
}

/// Takes one input. Total and synchronous; what has to happen outside goes into `effects`.
pub fn update(state: &mut AppState, input: Input, now: Timestamp, ids: &IdSource, effects: &mut Vec<Effect>) {
    let _ = (input, ids, effects);
    state.now = now;
}
