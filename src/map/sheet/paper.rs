//! Paper sizes.

use std::fmt::{self, Display};
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// Paper sizes of ISO 216 that office printers and plotters take.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub enum Paper {
    /// 297 mm by 210 mm.
    A4,
    /// 420 mm by 297 mm.
    #[default]
    A3,
    /// 594 mm by 420 mm.
    A2,
    /// 841 mm by 594 mm.
    A1,
}

impl Paper {
    /// All sizes, the smallest first.
    pub const ALL: [Self; 4] = [Self::A4, Self::A3, Self::A2, Self::A1];

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::A4 => "A4",
            Self::A3 => "A3",
            Self::A2 => "A2",
            Self::A1 => "A1",
        }
    }

    /// Width and height in millimetres, upright or across.
    pub fn size_mm(self, upright: bool) -> [f64; 2] {
        let (long, short) = match self {
            Self::A4 => (297.0, 210.0),
            Self::A3 => (420.0, 297.0),
            Self::A2 => (594.0, 420.0),
            Self::A1 => (841.0, 594.0),
        };
        if upright { [short, long] } else { [long, short] }
    }
}

impl Display for Paper {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The text names no paper size; `Display` lists those there are.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("A4, A3, A2, A1")]
pub struct NoPaper;

impl FromStr for Paper {
    type Err = NoPaper;

    fn from_str(text: &str) -> Result<Self, NoPaper> {
        Self::ALL.into_iter().find(|paper| paper.name().eq_ignore_ascii_case(text.trim())).ok_or(NoPaper)
    }
}
