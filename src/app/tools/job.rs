//! What the tools ask of the map pack, and what comes back. A worker thread does it; nothing here waits.

use std::sync::Arc;

use geo::{Geometry, Rect};

use super::{Listed, Shown};
use crate::app::keeping::{Made, SaveTrouble};
use crate::base::{LonLat, Timestamp};
use crate::spatial::feature::{FeatureId, Layer};
use crate::spatial::grid::CellBook;
use crate::spatial::grid::check::Report;
use crate::spatial::index::FeatureIndex;
use crate::spatial::select::Selection;

/// Something to be read from the pack.
#[derive(Clone, PartialEq, Debug)]
pub enum Job {
    /// What lies at a point.
    Identify {
        /// The point.
        at: LonLat,
        /// How far beside it something may lie.
        within_m: f64,
    },
    /// The rows that a selection holds.
    Select {
        /// Layers, attributes, area.
        selection: Selection,
    },
    /// Names of some rows, and shapes of some.
    List {
        /// Rows to be named.
        titles: Vec<FeatureId>,
        /// Rows to be drawn.
        outlines: Vec<FeatureId>,
    },
    /// One feature with all it has.
    Show {
        /// Which.
        id: FeatureId,
    },
    /// What drawing can hold to.
    Near {
        /// Longitude and latitude to be covered.
        bounds: Rect<f64>,
        /// Layers that count.
        layers: Vec<Layer>,
    },
    /// The checks G1 to G11 of the unit grid.
    CheckGrid {
        /// The cells, with changes that are not saved.
        book: Arc<CellBook>,
        /// Numbers of open cases and their cells.
        open_cases: Vec<(String, String)>,
    },
    /// Save changes of the unit grid, one after the other, until one is refused.
    SaveGrid {
        /// The cells as they were known before.
        book: Arc<CellBook>,
        /// The changes.
        made: Vec<Made>,
        /// Now.
        now: Timestamp,
    },
}

/// What came of a job.
#[derive(Clone, Debug)]
pub enum Answer {
    /// So many features have been looked at; the job goes on.
    LookedAt(u64),
    /// What lies at the point, the uppermost first.
    Identified(Vec<Listed>),
    /// The rows selected, by layer and number, and the bounds of all.
    Selected {
        /// The rows.
        rows: Vec<FeatureId>,
        /// Longitude and latitude.
        bounds: Option<Rect<f64>>,
    },
    /// The names and shapes asked for.
    Listed {
        /// Names.
        titles: Vec<Listed>,
        /// Shapes, longitude and latitude; `None` when none were asked for.
        outlines: Option<Arc<Vec<Geometry<f64>>>>,
    },
    /// The feature; `None` when the row is gone.
    Shown(Option<Box<Shown>>),
    /// What drawing can hold to; `None` when there is more than can be told apart.
    Near(Option<Arc<FeatureIndex>>),
    /// What the checks found.
    Checked(Arc<Report>),
    /// So many changes, from the first, are saved; and why no more.
    GridSaved {
        /// How many.
        count: usize,
        /// Why not all.
        trouble: Option<Arc<SaveTrouble>>,
    },
    /// It was stopped.
    Stopped,
    /// It could not be done; why, in words.
    Failed(String),
}
