//! Keeping the unit grid: changes are made on a copy of the book, taken back and made again, and saved to the map pack one by
//! one, each whole or not at all. Codes that a change will give are seen before it is saved; a pack that has changed
//! meanwhile gives no others in silence.

pub mod step;

use std::sync::Arc;

use geo::{MultiPolygon, Rect};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::app::tools::{Said, Tool};
use crate::base::{LonLat, Revision};
use crate::spatial::grid::check::Report;
use crate::spatial::grid::{CellBook, Edit, GridError};
use step::Step;

/// What is being done to the grid.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// A new cell.
    Draw,
    /// One cell becomes several.
    Split,
    /// Several cells become one.
    Merge,
    /// A cell ends.
    Void,
    /// A border moves.
    Reshape,
}

impl Change {
    /// All, in the order in which they are listed.
    pub const ALL: [Self; 5] = [Self::Draw, Self::Split, Self::Merge, Self::Void, Self::Reshape];

    /// Its name in scripts and in keys of the text table.
    pub fn word(self) -> &'static str {
        match self {
            Self::Draw => "draw",
            Self::Split => "split",
            Self::Merge => "merge",
            Self::Void => "void",
            Self::Reshape => "reshape",
        }
    }

    /// How many cells it takes, at most.
    pub fn most_cells(self) -> usize {
        match self {
            Self::Draw => 0,
            Self::Split | Self::Void | Self::Reshape => 1,
            Self::Merge => 100,
        }
    }

    /// The tool that is in hand for it, with so many cells picked.
    pub fn tool(self, picked: usize) -> Tool {
        match self {
            Self::Draw => Tool::CellOutline,
            Self::Split if picked > 0 => Tool::CellCut,
            Self::Reshape if picked > 0 => Tool::CellOutline,
            Self::Split | Self::Reshape | Self::Merge | Self::Void => Tool::CellPick,
        }
    }
}

/// What a person does to keep the grid.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(tag = "grid", rename_all = "snake_case")]
pub enum GridAction {
    /// Begin a change; `None` puts it away.
    Begin {
        /// Which.
        what: Option<Change>,
    },
    /// Take a cell into the change, or out of it.
    Pick {
        /// 15 digits.
        code: String,
    },
    /// The community of a new cell; empty for the one in which it is drawn.
    Community {
        /// 12 digits.
        code: String,
    },
    /// Day from which the change holds; empty for today.
    Day {
        /// Year, month and day, as `2026-03-01`.
        text: String,
    },
    /// Why.
    Reason {
        /// In words.
        text: String,
    },
    /// Decide the change and put it with those that wait to be saved.
    Make,
    /// Take back the last change that is not saved.
    Undo,
    /// Make it again.
    Redo,
    /// Save all changes.
    Save,
    /// Make the checks G1 to G11.
    Check,
    /// Show where a finding lies, by its number.
    ShowFinding {
        /// From 0.
        index: usize,
    },
    /// Show the history of a cell; `None` puts it away.
    History {
        /// 15 digits.
        code: Option<String>,
    },
    /// Show where a version lies.
    ShowVersion {
        /// 15 digits.
        code: String,
        /// From 1.
        version: u32,
    },
}

/// A change that was decided and is not saved.
#[derive(Clone, PartialEq, Debug)]
pub struct Made {
    /// What was asked for.
    pub step: Step,
    /// What it does.
    pub edit: Edit,
}

/// Why changes were not saved.
#[derive(Debug)]
pub enum SaveTrouble {
    /// The rules, or the pack, refuse.
    Grid(GridError),
    /// The pack has changed: the same step would do something else there.
    Elsewhere,
}

/// What is pointed at on the map.
#[derive(Clone, PartialEq, Debug)]
pub struct Pointed {
    /// Where, when it is a point.
    pub at: Option<LonLat>,
    /// Bounds, longitude and latitude.
    pub bounds: Option<Rect<f64>>,
    /// Outline, longitude and latitude.
    pub shape: Option<MultiPolygon<f64>>,
}

/// All of it.
#[derive(Clone, Debug, Default)]
pub struct Keeping {
    /// Cells through time, as the pack has them.
    pub book: Arc<CellBook>,
    /// The same with the changes that are not saved.
    pub preview: Arc<CellBook>,
    /// Those changes, oldest first.
    pub made: Vec<Made>,
    /// Changes that were taken back, the last one taken back last.
    pub undone: Vec<Made>,
    /// What is being done.
    pub change: Option<Change>,
    /// Cells taken into it.
    pub picked: Vec<String>,
    /// Community of a new cell; empty for the one in which it is drawn.
    pub community: String,
    /// Day from which it holds, as typed; empty for today.
    pub day: String,
    /// Why.
    pub reason: String,
    /// Job that saves, while it runs.
    pub saving: Option<u64>,
    /// Job that checks, while it runs.
    pub checking: Option<u64>,
    /// What the checks found.
    pub report: Option<Arc<Report>>,
    /// The finding that is pointed at.
    pub finding: Option<usize>,
    /// The cell whose history is shown.
    pub history: Option<String>,
    /// What is pointed at on the map.
    pub pointed: Option<Pointed>,
    /// Answer to the last thing done.
    pub said: Option<Said>,
    /// Grows with every change of what of it is drawn on the map.
    pub revision: Revision,
}

impl Keeping {
    /// The day that was typed, or today; `None` when it is no day.
    pub fn day(&self, today: Date) -> Option<Date> {
        match self.day.trim() {
            "" => Some(today),
            text => text.parse().ok(),
        }
    }

    /// The book with the changes that are not saved, worked out anew.
    pub fn work_out(&mut self) {
        if self.made.is_empty() {
            self.preview = self.book.clone();
            return;
        }
        let mut preview = (*self.book).clone();
        self.made.iter().for_each(|made| preview.apply(&made.edit));
        self.preview = Arc::new(preview);
    }
}
