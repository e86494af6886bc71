//! What is in the map pack on its way out: which features, in which system, into which file. Files that are there are written
//! over only when a person has been asked about just these.

use std::path::PathBuf;
use std::sync::Arc;

use geo::{MultiPolygon, Rect};
use serde::{Deserialize, Serialize};

use crate::app::intake::may_bring;
use crate::app::state::AppState;
use crate::app::tools::Said;
use crate::base::{Revision, Timestamp, UserId};
use crate::domain::org::User;
use crate::spatial::crs_out::TargetCrs;
use crate::spatial::export::{ExportReport, Progress};
use crate::spatial::feature::Layer;
use crate::spatial::select::{self, box_area};

/// Systems that are offered by name, as `--crs` takes them; any other is typed.
pub const SYSTEMS: [&str; 5] = ["EPSG:4490", "EPSG:4548", "EPSG:4326", "GCJ-02", "BD-09"];

/// What a person does with it.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(tag = "export", rename_all = "snake_case")]
pub enum ExportAction {
    /// Show this part of the tab of data, or the other.
    Show {
        /// This one.
        open: bool,
    },
    /// What is to go out, and where to.
    Wishes {
        /// All of it.
        wishes: Box<Wishes>,
    },
    /// Write it.
    Start,
    /// The files that were asked about may be written over.
    Overwrite,
    /// They may not.
    Cancel,
    /// Break off what is being written.
    Stop,
    /// Put away what came of the last one.
    Again,
}

/// Where features have to lie.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
#[serde(tag = "in", rename_all = "snake_case", deny_unknown_fields)]
pub enum Area {
    /// Anywhere.
    #[default]
    Whole,
    /// In a box: what the map shows.
    Box {
        /// West, south, east, north in degrees.
        bounds: [f64; 4],
    },
    /// Nowhere in particular: exactly the features that are selected with the tools of the map, whatever layers are named.
    Selection,
    /// In a unit grid cell.
    Cell {
        /// Its 15 digits.
        code: String,
    },
    /// In a community.
    Community {
        /// Its 12 digits or its name.
        name: String,
    },
}

/// What is to go out, and where to.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Wishes {
    /// From which layers.
    pub layers: Vec<Layer>,
    /// From where.
    pub area: Area,
    /// With which attributes, as `--where` takes it; empty for any.
    pub filter: String,
    /// System of the numbers, as `--crs` takes it.
    pub crs: String,
    /// The file as typed; one without a folder goes into the folder of the last export.
    pub file: String,
}

impl Default for Wishes {
    fn default() -> Self {
        let crs = TargetCrs::LonLat.to_string();
        Self { layers: Vec::new(), area: Area::default(), filter: String::new(), crs, file: String::new() }
    }
}

/// Why these wishes cannot be carried out, each in words for a person.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Faults {
    /// No layer, or nothing is selected.
    pub layers: Option<String>,
    /// There is no such area.
    pub area: Option<String>,
    /// The attributes cannot be read.
    pub filter: Option<String>,
    /// There is no such system, or the format cannot hold it.
    pub crs: Option<String>,
    /// The file has no folder, or its ending says no format.
    pub file: Option<String>,
}

impl Faults {
    /// The first of them.
    pub fn first(&self) -> Option<&String> {
        [&self.layers, &self.area, &self.filter, &self.crs, &self.file].into_iter().flatten().next()
    }

    /// Whether it can be told what is selected.
    pub fn selects(&self) -> bool {
        self.layers.is_none() && self.area.is_none() && self.filter.is_none()
    }
}

/// What is written where.
#[derive(Clone, PartialEq, Debug)]
pub struct Order {
    /// Which features.
    pub selection: select::Selection,
    /// System of the numbers.
    pub crs: TargetCrs,
    /// The file.
    pub out: PathBuf,
}

/// How many features a selection holds.
#[derive(Clone, PartialEq, Debug)]
pub struct Count {
    /// The wishes that were counted for.
    wishes: (Vec<Layer>, Area, String),
    /// The selection of the tools at that time.
    selected: Revision,
    /// By which the answer is known.
    pub number: u64,
    /// The count; none until the answer is there, or when it could not be counted.
    pub found: Option<u64>,
    /// The answer is waited for.
    pub waiting: bool,
}

/// What is being written.
#[derive(Clone, PartialEq, Debug)]
pub struct Running {
    /// By which its answers are known.
    pub number: u64,
    /// What.
    pub order: Arc<Order>,
    /// How far it is.
    pub progress: Progress,
}

/// What came of it.
#[derive(Clone, PartialEq, Debug)]
pub enum Outcome {
    /// Files are there already: may they be written over?
    Asked {
        /// Which.
        files: Vec<PathBuf>,
        /// What was to be written.
        order: Arc<Order>,
    },
    /// It is written.
    Done(Arc<ExportReport>),
    /// It is not, and why, in words.
    Failed(String),
}

/// All of it.
#[derive(Clone, Debug, Default)]
pub struct Export {
    /// The tab of data shows this part.
    pub open: bool,
    /// What is wished.
    pub wishes: Wishes,
    /// Why that cannot be done.
    pub faults: Faults,
    /// How many features that are.
    pub count: Option<Count>,
    /// Folder of the last export; kept in the profile.
    pub folder: String,
    /// Folder of the user's documents, for the first one.
    pub first_folder: String,
    /// What is being written.
    pub running: Option<Running>,
    /// Who began it has logged out since: nobody waits for what comes of it.
    pub left: bool,
    /// What came of the last.
    pub outcome: Option<Outcome>,
    /// An answer to the last thing that was asked.
    pub said: Option<Said>,
    /// Number of the last job.
    pub last_number: u64,
}

impl Count {
    pub(crate) fn asked(state: &AppState, number: u64) -> Self {
        let Wishes { layers, area, filter, .. } = state.export.wishes.clone();
        let selected = state.selection.revision;
        Self { wishes: (layers, area, filter), selected, number, found: None, waiting: true }
    }

    /// Whether it is of what is wished now.
    fn is_of(&self, state: &AppState) -> bool {
        let (layers, area, filter) = &self.wishes;
        let now = &state.export.wishes;
        let selected = now.area != Area::Selection || self.selected == state.selection.revision;
        (layers, area, filter) == (&now.layers, &now.area, &now.filter) && selected
    }
}

impl Export {
    /// The folder of a file that is typed without one.
    pub fn home(&self) -> &str {
        if self.folder.is_empty() { &self.first_folder } else { &self.folder }
    }

    /// The file that is meant; none when that cannot be told.
    pub fn file(&self) -> Option<PathBuf> {
        let typed = self.wishes.file.trim().trim_matches('"');
        let path = PathBuf::from(typed);
        match (typed.is_empty(), path.is_absolute(), self.home()) {
            (false, true, _) => Some(path),
            (false, false, home) if !home.is_empty() => Some(PathBuf::from(home).join(path)),
            _ => None,
        }
    }
}

impl AppState {
    /// The count of what is wished to go out, when it has been asked for.
    pub fn export_count(&self) -> Option<&Count> {
        self.export.count.as_ref().filter(|count| count.is_of(self))
    }

    /// Layers that features to go out come from.
    pub(crate) fn export_layers(&self) -> Vec<Layer> {
        let mut layers = match self.export.wishes.area {
            Area::Selection => self.selection.counts().into_iter().map(|(layer, _)| layer).collect(),
            _ => self.export.wishes.layers.clone(),
        };
        layers.sort();
        layers.dedup();
        layers
    }
}

/// The shape of an area, if it is one and known.
pub(crate) fn shape(state: &AppState, area: &Area) -> Option<MultiPolygon<f64>> {
    let street = &state.books.street;
    match area {
        Area::Whole | Area::Selection => None,
        Area::Box { bounds: [west, south, east, north] } => {
            let sound = [west, south, east, north].iter().all(|number| number.is_finite());
            sound.then(|| box_area(Rect::new((*west, *south), (*east, *north))))
        }
        Area::Cell { code } => street.cell(code.trim()).map(|cell| cell.shape.clone()),
        Area::Community { name } => {
            let wanted = name.trim();
            let found = street.communities().iter().find(|one| one.code == wanted || one.name == wanted);
            found.map(|one| one.shape.clone())
        }
    }
}

/// Who may take out what the map holds: whoever may change it. The map holds no cases and no callers, but where pipelines,
/// cameras and stores lie is not for everybody either.
pub fn may_export(user: &User) -> bool {
    may_bring(user)
}

/// What a worker does for it.
#[derive(Clone, PartialEq, Debug)]
pub enum ExportJob {
    /// Counts features.
    Count(Box<select::Selection>),
    /// Writes files.
    Write {
        /// What, and where to.
        order: Arc<Order>,
        /// What may be written over.
        over: Vec<PathBuf>,
        /// Who wants it.
        who: UserId,
        /// When.
        at: Timestamp,
    },
}

/// What a worker tells.
#[derive(Clone, PartialEq, Debug)]
pub enum ExportAnswer {
    /// Folder of the user's documents.
    Home(PathBuf),
    /// So many features.
    Counted(u64),
    /// How far it is.
    Progress(Progress),
    /// It is written.
    Written {
        /// What.
        report: Arc<ExportReport>,
        /// It could not be noted in the profile's list of exports, and why.
        unlisted: Option<String>,
    },
    /// These files are there already.
    Exists(Vec<PathBuf>),
    /// It was broken off.
    Stopped,
    /// It could not be done; why, in words.
    Failed(String),
}
