//! Pictures below the map: which there are, how they are shown, and what is told of them.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::spatial::raster::{Address, AddressFault, Key};

/// Megabytes that pictures from the network may take on the disk, at first and at most.
pub const FIRST_LIMIT_MB: u32 = 500;
/// See [`FIRST_LIMIT_MB`].
pub const MOST_MB: u32 = 20_000;
/// So many lie above each other at most.
pub const MOST_RASTERS: usize = 12;

/// Where pictures come from.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "from", rename_all = "snake_case")]
pub enum Origin {
    /// A file of tiles.
    File {
        /// Which.
        path: PathBuf,
    },
    /// An address on a network.
    Address {
        /// With `{key}` where the key goes.
        address: String,
        /// The user's own.
        #[serde(default)]
        key: Key,
    },
}

impl Origin {
    /// The address in use.
    ///
    /// # Errors
    /// Why it cannot be used. `Ok(None)` for a file.
    pub fn address(&self) -> Result<Option<Address>, AddressFault> {
        match self {
            Self::File { .. } => Ok(None),
            Self::Address { address, key } => Address::read(address, key).map(Some),
        }
    }

    /// As it may be shown: never with a key.
    pub fn shown(&self) -> String {
        match self {
            Self::File { path } => path.display().to_string(),
            Self::Address { address, .. } => address.clone(),
        }
    }
}

/// One layer of pictures.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Raster {
    /// What it is called.
    pub name: String,
    /// Where it comes from.
    #[serde(flatten)]
    pub origin: Origin,
    /// Whether it is shown.
    pub shown: bool,
    /// Percent, from 10.
    pub opacity: u8,
    /// Whether the other one of two maps shows it. It goes with that map, so it is not kept.
    #[serde(skip)]
    pub beside: bool,
}

/// What is kept of them in the profile.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct KeptRasters {
    /// The lowest first.
    pub list: Vec<Raster>,
    /// Megabytes on the disk.
    pub limit_mb: u32,
}

impl Default for KeptRasters {
    fn default() -> Self {
        Self { list: Vec::new(), limit_mb: FIRST_LIMIT_MB }
    }
}

impl KeptRasters {
    /// What the map in hand shows becomes what the other one shows.
    pub fn change_sides(&mut self) {
        self.list.iter_mut().for_each(|raster| std::mem::swap(&mut raster.shown, &mut raster.beside));
    }
}

/// What is known of one layer of pictures.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Told {
    /// To be shown beside the map while the layer is.
    pub attribution: String,
    /// What is wrong with it, in words.
    pub fault: Option<String>,
    /// Tiles of the present view that are still to come.
    pub awaited: usize,
}

/// What is known of all of them.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct AllTold {
    /// In the order of the list that it is about.
    pub each: Vec<Told>,
    /// Tiles on the disk.
    pub tiles: u64,
    /// Bytes they take.
    pub bytes: u64,
    /// When the oldest came.
    pub oldest: Option<crate::base::Timestamp>,
    /// What is wrong with what is kept on the disk, in words.
    pub fault: Option<String>,
}

/// All of it, as the window sees it.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct RasterState {
    /// What a person has set.
    pub kept: KeptRasters,
    /// What was told of it last.
    pub told: AllTold,
}

impl RasterState {
    /// What is to be said on a map: the origins of what it shows, each once.
    pub fn attribution(&self, in_hand: bool) -> String {
        let mut words: Vec<&str> = Vec::new();
        for (raster, told) in self.kept.list.iter().zip(&self.told.each) {
            let shown = if in_hand { raster.shown } else { raster.beside };
            if shown && !told.attribution.is_empty() && !words.contains(&told.attribution.as_str()) {
                words.push(&told.attribution);
            }
        }
        words.join(" · ")
    }
}

/// What a person does with them.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(tag = "raster", rename_all = "snake_case")]
pub enum RasterAction {
    /// Lay a file above those there are.
    AddFile {
        /// MBTiles or PMTiles.
        path: PathBuf,
    },
    /// Lay what an address has above those there are; of an address that is in the list already, the key is changed.
    AddAddress {
        /// What to call it.
        name: String,
        /// With places for column, row and level.
        address: String,
        /// The user's own, if the address asks for one.
        #[serde(default)]
        key: Key,
    },
    /// Show or hide one, and how opaque.
    Set {
        /// Its place in the list.
        index: usize,
        /// Shown.
        shown: bool,
        /// Percent.
        opacity: u8,
    },
    /// Bring one to another place of the order.
    Move {
        /// Its place in the list.
        index: usize,
        /// The place it is to have.
        to: usize,
    },
    /// Take one out. Nothing of a file is touched.
    Remove {
        /// Its place in the list.
        index: usize,
    },
    /// Megabytes for pictures from the network.
    SetLimit {
        /// So many.
        megabytes: u32,
    },
    /// Take all pictures from the network off the disk.
    EmptyCache,
}
