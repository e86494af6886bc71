//! Data from elsewhere on its way into the map pack: which files, how they are to be read, what a trial said. Nothing changes
//! before a trial of the same files in the same way has been seen.

use std::path::PathBuf;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::app::tools::Said;
use crate::domain::org::{Role, User};
use crate::spatial::import::profile::Profile;
use crate::spatial::import::{ImportReport, Mode, Question, Reading, SourceCrs, SourceReport};

/// More files are not taken at once.
pub const MOST_FILES: usize = 50;

/// What a person does with it.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(tag = "intake", rename_all = "snake_case")]
pub enum IntakeAction {
    /// Take these files as well.
    Files {
        /// Where they lie.
        paths: Vec<PathBuf>,
    },
    /// Leave a file out again.
    Remove {
        /// Which.
        path: PathBuf,
    },
    /// How the files are to be read.
    Wishes {
        /// All of it.
        wishes: Box<Wishes>,
    },
    /// Read everything and change nothing.
    Try,
    /// Answer the question about the coordinate system by one of its readings, or take the file's word.
    Answer {
        /// Place in the question's list; none for the file's word.
        reading: Option<usize>,
    },
    /// Bring in what was tried.
    Bring,
    /// Give up what is being read.
    Stop,
    /// Take a kept mapping.
    LoadProfile {
        /// Its name.
        name: String,
    },
    /// Keep the mapping.
    SaveProfile {
        /// Under this name.
        name: String,
    },
    /// Throw a kept mapping away.
    DeleteProfile {
        /// Its name.
        name: String,
    },
}

/// What becomes of the layers that something comes in for.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Way {
    /// They get more.
    #[default]
    Append,
    /// They are emptied first.
    Replace,
    /// Features of the same key are changed, others added.
    Update,
}

impl Way {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Append, Self::Replace, Self::Update];

    /// As the importer calls it.
    pub fn mode(self) -> Mode {
        match self {
            Self::Append => Mode::Append,
            Self::Replace => Mode::Replace,
            Self::Update => Mode::Update,
        }
    }
}

/// How files are to be read.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Wishes {
    /// What becomes of what is there.
    pub way: Way,
    /// The attribute that an update finds features by.
    pub key: String,
    /// The system of the coordinates as `--crs` takes it; empty for the files' own word.
    pub crs: String,
    /// The files are believed what they say of their system, without a question.
    pub accept_crs: bool,
    /// The two numbers of each place change places.
    pub swap_axes: bool,
    /// Encoding of the text; empty to find it out.
    pub encoding: String,
    /// What becomes of foreign columns; none to have it proposed.
    pub profile: Option<Profile>,
}

impl Default for Wishes {
    fn default() -> Self {
        Self {
            way: Way::default(),
            key: "code".to_owned(),
            crs: String::new(),
            accept_crs: false,
            swap_axes: false,
            encoding: String::new(),
            profile: None,
        }
    }
}

impl Wishes {
    /// The same with the system that a person has chosen among the readings of a question.
    #[must_use]
    pub fn with_reading(mut self, reading: Option<&Reading>) -> Self {
        self.accept_crs = false;
        match reading {
            None => self.accept_crs = true,
            Some(Reading { crs, swapped }) => {
                self.swap_axes = *swapped;
                match crs {
                    SourceCrs::Gcj02 => self.crs = "gcj02".to_owned(),
                    SourceCrs::Bd09 => self.crs = "bd09".to_owned(),
                    SourceCrs::LonLat | SourceCrs::Epsg(_) => self.crs = crs.to_string(),
                    // The file's own definition: nothing else is to be said.
                    SourceCrs::Defined(_) => (self.crs, self.accept_crs) = (String::new(), true),
                }
            }
        }
        self
    }
}

/// What is being done.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Running {
    /// By which its answers are known.
    pub number: u64,
    /// It changes nothing.
    pub tries: bool,
    /// Bytes read, and to be read.
    pub bytes: [u64; 2],
}

/// What came of it.
#[derive(Clone, PartialEq, Debug)]
pub enum Outcome {
    /// A trial.
    Tried(Arc<ImportReport>),
    /// It is in the pack.
    Done(Arc<ImportReport>),
    /// The coordinate system has to be said.
    Asked(Box<Question>),
    /// It was given up, and why, in words.
    Failed(String),
}

/// All of it.
#[derive(Clone, Debug, Default)]
pub struct Intake {
    /// Files in the order in which they are read.
    pub files: Vec<PathBuf>,
    /// How.
    pub wishes: Wishes,
    /// What is being done.
    pub running: Option<Running>,
    /// Who began it has logged out since: nobody waits for what comes of it.
    pub left: bool,
    /// What came of the last.
    pub outcome: Option<Outcome>,
    /// What these files hold, from when they were last read.
    pub sources: Vec<SourceReport>,
    /// Names of the mappings that are kept.
    pub profiles: Vec<String>,
    /// An answer to the last thing that was asked.
    pub said: Option<Said>,
    /// Number of the last job.
    pub last_number: u64,
}

impl Intake {
    /// The pack is being changed.
    pub fn brings(&self) -> bool {
        self.running.is_some_and(|running| !running.tries)
    }

    /// What has been tried of just these files in just this way may be brought in.
    pub fn is_ready(&self) -> bool {
        self.running.is_none() && matches!(&self.outcome, Some(Outcome::Tried(report)) if !report.layers.is_empty())
    }

    /// The mapping that was used, or is wished.
    pub fn profile(&self) -> Option<&Profile> {
        self.wishes.profile.as_ref().or(match &self.outcome {
            Some(Outcome::Tried(report) | Outcome::Done(report)) => Some(&report.profile),
            _ => None,
        })
    }
}

/// Who may change what the map holds: who leads the shift, and who keeps the system.
pub fn may_bring(user: &User) -> bool {
    [Role::DutyLeader, Role::Admin].iter().any(|role| user.roles.contains(role))
}

/// What a worker does for it.
#[derive(Clone, PartialEq, Debug)]
pub enum IntakeJob {
    /// Reads files.
    Read {
        /// Which.
        files: Vec<PathBuf>,
        /// How.
        wishes: Box<Wishes>,
        /// Changes nothing.
        tries: bool,
    },
    /// Names the kept mappings.
    List,
    /// Reads a kept mapping.
    Load(String),
    /// Keeps a mapping under its name.
    Save(Box<Profile>),
    /// Throws a mapping away.
    Delete(String),
}

/// What a worker tells.
#[derive(Clone, PartialEq, Debug)]
pub enum IntakeAnswer {
    /// So many bytes of so many have been read.
    Progress([u64; 2]),
    /// Files have been read.
    Read(Arc<ImportReport>),
    /// The coordinate system has to be said.
    Asked(Box<Question>),
    /// It was given up, and why, in words.
    Failed(String),
    /// It was stopped.
    Stopped,
    /// Names of kept mappings.
    Profiles(Vec<String>),
    /// A kept mapping.
    Loaded(Box<Profile>),
    /// A mapping could not be kept, read or thrown away; why, in words.
    ProfileFailed(String),
}
