//! Which of two maps that stand side by side.

use serde::{Deserialize, Serialize};

/// The place of a map in the window. One that stands alone is the right one.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// The map that the right one is compared with.
    Left,
    /// The map of every day.
    #[default]
    Right,
}

impl Side {
    /// Both, from left to right.
    pub const ALL: [Self; 2] = [Self::Left, Self::Right];

    /// The other one.
    pub fn other(self) -> Self {
        match self {
            Self::Left => Self::Right,
            Self::Right => Self::Left,
        }
    }

    /// What a pair, from left to right, has for this side.
    pub fn of<T>(self, [left, right]: [T; 2]) -> T {
        match self {
            Self::Left => left,
            Self::Right => right,
        }
    }
}
