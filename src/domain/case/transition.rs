//! The table of allowed steps, after `states.tsv`.

use crate::domain::case::apply::Case;
use crate::domain::case::command::ActKind;
use crate::domain::case::state::{Stage, State};
use crate::domain::org::{Role, User};

/// One row: in `from`, somebody in one of `roles` may do `act`, which leads to `to`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Step {
    /// The state before; `None` for the report that begins a case.
    pub from: Option<State>,
    /// The act.
    pub act: ActKind,
    /// The state after it.
    pub to: State,
    /// Roles of which one is needed. A seat may also record what an absent officer or department told (代录).
    pub roles: &'static [Role],
    /// Stage of the work.
    pub stage: Stage,
}

/// All allowed steps.
pub const STEPS: &[Step] = &[];

/// The steps that `user` may take with `case` now, in the order of the table: state, role, four eyes and guards are
/// looked at. Buttons and shortcuts are made from it.
pub fn open_steps(case: &Case, user: &User) -> Vec<&'static Step> {
    let _ = (case, user);
    Vec::new()
}
