//! The tools of the map: what is in hand, what has been drawn with it, what was found and chosen.
//!
//! All of it is plain state: `update::tools` changes it, a worker thread answers what needs the map pack ([`job`]), and each
//! tool can be used by clicks on the map as well as by typed coordinates and lists.

pub mod job;
pub mod place;
pub mod sketch;

use std::sync::Arc;

use geo::{Geometry, LineString, MultiPolygon, Polygon, Rect};
use serde::{Deserialize, Serialize};

use crate::base::{LonLat, Revision};
use crate::spatial::feature::{FeatureId, Layer};
use crate::spatial::index::FeatureIndex;
use crate::spatial::measure;
use sketch::Sketch;

/// What a person can take in hand on the map. Without a tool a click asks and a drag moves.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tool {
    /// Tell all that lies at a point, layer by layer.
    Identify,
    /// Measure along a line.
    Distance,
    /// Measure an area.
    Area,
    /// Everything within some metres of a point or a line.
    Buffer,
    /// Select by two corners of a box.
    SelectBox,
    /// Select by an area that is drawn.
    SelectPolygon,
    /// Select what lies in a unit grid cell.
    SelectCell,
    /// Select what lies in a community.
    SelectCommunity,
    /// Select by attributes alone, in the whole pack.
    SelectFilter,
    /// Tell a place in every way in which people write it, to be copied.
    Place,
    /// Pick a unit grid cell for a change of the grid.
    CellPick,
    /// Draw the outline of a cell.
    CellOutline,
    /// Draw the line that cuts a cell.
    CellCut,
}

/// What is drawn with a tool.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Draws {
    /// Nothing on the map.
    Nothing,
    /// One point; the next click takes its place.
    Point,
    /// A line of any number of points.
    Line,
    /// A ring of at least three points.
    Ring,
    /// Two corners.
    Box,
}

impl Tool {
    /// All tools that can be taken in hand by themselves, in the order in which they are listed. The others come with a change of
    /// the grid.
    pub const ALL: [Self; 10] = [
        Self::Identify,
        Self::Distance,
        Self::Area,
        Self::Buffer,
        Self::SelectBox,
        Self::SelectPolygon,
        Self::SelectCell,
        Self::SelectCommunity,
        Self::SelectFilter,
        Self::Place,
    ];

    /// Its name in scripts and in keys of the text table.
    pub fn word(self) -> &'static str {
        match self {
            Self::Identify => "identify",
            Self::Distance => "distance",
            Self::Area => "area",
            Self::Buffer => "buffer",
            Self::SelectBox => "select_box",
            Self::SelectPolygon => "select_polygon",
            Self::SelectCell => "select_cell",
            Self::SelectCommunity => "select_community",
            Self::SelectFilter => "select_filter",
            Self::Place => "place",
            Self::CellPick => "cell_pick",
            Self::CellOutline => "cell_outline",
            Self::CellCut => "cell_cut",
        }
    }

    /// What is drawn with it.
    pub fn draws(self) -> Draws {
        match self {
            Self::Identify | Self::SelectCell | Self::SelectCommunity | Self::Place | Self::CellPick => Draws::Point,
            Self::Distance | Self::Buffer | Self::CellCut => Draws::Line,
            Self::Area | Self::SelectPolygon | Self::CellOutline => Draws::Ring,
            Self::SelectBox => Draws::Box,
            Self::SelectFilter => Draws::Nothing,
        }
    }

    /// Whether features are selected with it.
    pub fn selects(self) -> bool {
        matches!(
            self,
            Self::Buffer
                | Self::SelectBox
                | Self::SelectPolygon
                | Self::SelectCell
                | Self::SelectCommunity
                | Self::SelectFilter
        )
    }

    /// Whether it serves a change of the grid.
    pub fn keeps_grid(self) -> bool {
        matches!(self, Self::CellPick | Self::CellOutline | Self::CellCut)
    }

    /// Whether what is drawn holds to corners and edges that are there.
    pub fn snaps(self) -> bool {
        matches!(self.draws(), Draws::Line | Draws::Ring)
    }
}

impl Draws {
    /// Points that make a whole of it.
    pub fn least(self) -> usize {
        match self {
            Self::Nothing => 0,
            Self::Point => 1,
            Self::Line | Self::Box => 2,
            Self::Ring => 3,
        }
    }

    /// Points beyond which it has no room.
    pub fn most(self) -> usize {
        match self {
            Self::Nothing => 0,
            Self::Point => 1,
            Self::Box => 2,
            Self::Line | Self::Ring => sketch::MOST_POINTS,
        }
    }
}

/// What becomes of what was selected before.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SelectMode {
    /// It goes.
    #[default]
    Replace,
    /// It stays, the new ones come beside it.
    Add,
    /// The new ones are taken out of it.
    Remove,
}

/// What a person does with the tools.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(tag = "tool", rename_all = "snake_case")]
pub enum ToolAction {
    /// Take a tool in hand, or put it away.
    Choose {
        /// Which.
        what: Option<Tool>,
    },
    /// A point for the tool in hand: a click, or a place typed.
    Point {
        /// Where.
        at: LonLat,
    },
    /// A place in typed coordinates or in words, for the tool in hand; without one the map goes there.
    Typed {
        /// As typed.
        text: String,
        /// The point of what is drawn that comes to lie there, from 0; a new one when it is left out.
        #[serde(default)]
        index: Option<usize>,
    },
    /// Move a point of what is drawn.
    MovePoint {
        /// Its number, from 0.
        index: usize,
        /// Where to.
        at: LonLat,
    },
    /// Take a point out of what is drawn.
    RemovePoint {
        /// Its number, from 0.
        index: usize,
    },
    /// What is drawn is whole: measure it, or select with it.
    Finish,
    /// Take back the last change of what is drawn.
    Undo,
    /// Make it again.
    Redo,
    /// Begin anew.
    Clear,
    /// Hold to corners and edges, or not.
    Snap {
        /// Whether.
        on: bool,
    },
    /// Width of a buffer.
    Width {
        /// Metres.
        metres: f64,
    },
    /// Which layers are selected from; none stands for those that are visible.
    Layers {
        /// The layers.
        layers: Vec<Layer>,
    },
    /// By which attributes features are selected; empty for any.
    Filter {
        /// In the language of filters.
        text: String,
    },
    /// What becomes of what was selected before.
    Mode {
        /// Which.
        mode: SelectMode,
    },
    /// Select what lies in a cell or community, by code or name.
    SelectIn {
        /// 15 digits of a cell, 12 digits or name of a community.
        area: String,
    },
    /// Select by the attributes alone.
    SelectAll,
    /// Name more of the selected features of a layer.
    ListMore {
        /// The layer.
        layer: Layer,
    },
    /// Show the attributes of a feature; `None` puts it away.
    Show {
        /// Which.
        feature: Option<FeatureId>,
    },
    /// Bring what is selected into view.
    ZoomToSelection,
    /// Bring the feature whose attributes are shown into view.
    ZoomToShown,
    /// Select nothing.
    ClearSelection,
    /// A place was put on the clipboard.
    Copied {
        /// As it was written.
        text: String,
    },
    /// Stop the selection that is running.
    Stop,
}

/// A feature in a list.
#[derive(Clone, PartialEq, Debug)]
pub struct Listed {
    /// Which.
    pub id: FeatureId,
    /// What people call it; empty when it has neither name nor address nor code.
    pub title: String,
    /// Metres from the point that was asked about.
    pub metres: Option<f64>,
}

/// What is selected: the rows that an export can take. Lists and outlines follow as they are read.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Selection {
    /// Rows by layer and number.
    pub rows: Vec<FeatureId>,
    /// Those of them that have been named so far, by layer and number.
    pub listed: Vec<Listed>,
    /// Shapes of the rows, longitude and latitude, as far as they are drawn.
    pub outlines: Arc<Vec<Geometry<f64>>>,
    /// Longitude and latitude bounds of all.
    pub bounds: Option<Rect<f64>>,
    /// Grows with every change.
    pub revision: Revision,
}

impl Selection {
    /// Layers with the number of their selected rows, in the order of layers.
    pub fn counts(&self) -> Vec<(Layer, usize)> {
        self.rows.chunk_by(|a, b| a.layer == b.layer).map(|rows| (rows[0].layer, rows.len())).collect()
    }

    /// The rows of a layer.
    pub fn rows_of(&self, layer: Layer) -> &[FeatureId] {
        let from = self.rows.partition_point(|row| row.layer < layer);
        let to = self.rows.partition_point(|row| row.layer <= layer);
        self.rows.get(from..to).unwrap_or_default()
    }
}

/// A feature whose attributes are shown.
#[derive(Clone, PartialEq, Debug)]
pub struct Shown {
    /// Which.
    pub id: FeatureId,
    /// What people call it.
    pub title: String,
    /// Column and value, in the order of the columns.
    pub attributes: Vec<(String, String)>,
    /// Longitude and latitude.
    pub shape: Geometry<f64>,
}

/// What lies at a point.
#[derive(Clone, PartialEq, Debug)]
pub struct Identified {
    /// The point.
    pub at: LonLat,
    /// What was found, the uppermost first; `None` until the answer is there.
    pub found: Option<Vec<Listed>>,
}

/// A selection that is running.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Busy {
    /// Number of the job.
    pub number: u64,
    /// Features looked at so far.
    pub looked_at: u64,
}

/// What drawing holds to.
#[derive(Clone, Debug, Default)]
pub struct Snapping {
    /// Whether it is wanted.
    pub on: bool,
    /// Longitude and latitude that `near` was read for.
    pub bounds: Option<Rect<f64>>,
    /// Layers that it was read from.
    pub layers: Vec<Layer>,
    /// What lies there; `None` when it has not been read, or is too much.
    pub near: Option<Arc<FeatureIndex>>,
}

/// Numbers of the jobs whose answers are waited for.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Waiting {
    /// What lies at a point.
    pub identify: Option<u64>,
    /// Names of selected rows.
    pub list: Option<u64>,
    /// Attributes of a feature.
    pub show: Option<u64>,
    /// What drawing holds to.
    pub near: Option<u64>,
}

/// An answer to what a person did last with a tool.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Said {
    /// In words.
    pub text: String,
    /// Something was not done.
    pub refused: bool,
}

/// All of it.
#[derive(Clone, Debug)]
pub struct Tools {
    /// What is in hand.
    pub tool: Option<Tool>,
    /// What is drawn with it.
    pub sketch: Sketch,
    /// What drawing holds to.
    pub snapping: Snapping,
    /// Width of a buffer, metres.
    pub width_m: f64,
    /// Layers selected from; empty for those that are visible.
    pub layers: Vec<Layer>,
    /// Attributes selected by, as typed.
    pub filter: String,
    /// What becomes of what was selected before.
    pub mode: SelectMode,
    /// The selection that is running.
    pub busy: Option<Busy>,
    /// Answer to the last thing done.
    pub said: Option<Said>,
    /// What lies at the point asked about last.
    pub identified: Option<Identified>,
    /// The place that can be copied.
    pub place: Option<LonLat>,
    /// The feature whose attributes are shown.
    pub shown: Option<Shown>,
    /// What is being read from the pack.
    pub waiting: Waiting,
    last_job: u64,
    /// Grows with every change of what of it is drawn on the map.
    pub revision: Revision,
}

impl Default for Tools {
    fn default() -> Self {
        Self {
            tool: None,
            sketch: Sketch::default(),
            snapping: Snapping { on: true, ..Snapping::default() },
            width_m: 50.0,
            layers: Vec::new(),
            filter: String::new(),
            mode: SelectMode::default(),
            busy: None,
            said: None,
            identified: None,
            place: None,
            shown: None,
            waiting: Waiting::default(),
            last_job: 0,
            revision: Revision::default(),
        }
    }
}

impl Tools {
    /// What is drawn with the tool in hand.
    pub fn draws(&self) -> Draws {
        self.tool.map_or(Draws::Nothing, Tool::draws)
    }

    /// A number that no job has had.
    pub fn next_job(&mut self) -> u64 {
        self.last_job += 1;
        self.last_job
    }

    /// The area that the sketch and its tool mean, longitude and latitude; `None` while it is not whole.
    pub fn area(&self) -> Option<MultiPolygon<f64>> {
        let points = self.sketch.points();
        let coords = || points.iter().map(|at| (at.lon, at.lat));
        match (self.tool?, points) {
            (Tool::Buffer, [at]) => Some(measure::buffer(&geo::Point::new(at.lon, at.lat).into(), self.width_m)),
            (Tool::Buffer, [_, _, ..]) => {
                Some(measure::buffer(&Geometry::LineString(coords().collect::<LineString<f64>>()), self.width_m))
            }
            (Tool::SelectBox, [a, b]) => {
                Some(crate::spatial::select::box_area(Rect::new((a.lon, a.lat), (b.lon, b.lat))))
            }
            (Tool::Area | Tool::SelectPolygon, [_, _, _, ..]) => {
                Some(MultiPolygon(vec![Polygon::new(coords().collect(), Vec::new())]))
            }
            _ => None,
        }
    }
}
