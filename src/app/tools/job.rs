//! What the tools ask of the map pack, and what comes back. A worker thread does it; nothing here waits.

use std::sync::Arc;

use geo::{Geometry, Rect};

use super::{Listed, Shown};
use crate::base::LonLat;
use crate::spatial::feature::{FeatureId, Layer};
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
    /// It was stopped.
    Stopped,
    /// It could not be done; why, in words.
    Failed(String),
}
