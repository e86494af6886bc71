//! The case: its states, what may be done to it by whom, what that records, and how it looks afterwards.
//!
//! * [`state`]: the 22 states and the stages of `states.tsv`.
//! * [`command`]: what a person wants (an [`Act`](command::Act) in a [`Command`](command::Command)).
//! * [`transition`]: one table of all allowed steps; code, tests and help text are made from it.
//! * [`check`]: what a command may contain.
//! * [`decide`]: command against case gives entries or a refusal.
//! * [`words`]: what all of this is called.
//! * [`entry`]: what happened; [`apply`]: what the case looks like after it.

pub mod apply;
pub mod check;
pub mod command;
pub mod decide;
pub mod entry;
pub mod state;
pub mod transition;
pub mod words;

pub use apply::{Case, FlowRecord, apply};
pub use command::{Act, ActKind, Command};
pub use decide::{Context, Refusal, decide};
pub use entry::{Entry, Fact};
pub use state::{Lamp, Stage, State};

#[cfg(test)]
mod tests;
