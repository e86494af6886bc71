//! How the map's layers are set, and what of it is kept in the profile.

use serde::{Deserialize, Serialize};

use crate::app::bookmarks::Bookmark;
use crate::app::raster::{FIRST_LIMIT_MB, KeptRasters};
use crate::app::sheet::Wishes;
use crate::app::state::{AppState, MapState, Settings};
use crate::map::side::Side;
use crate::map::style::{LayerGroup, LayerLook};

/// What is kept of the map, each entry by itself so that one that cannot be read costs no other.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct KeptMap {
    /// Layers that are hidden.
    pub hidden: Vec<LayerGroup>,
    /// Layers that are not shown as at first.
    pub looks: Vec<(LayerGroup, LayerLook)>,
    /// Pictures below the map, keys of services included.
    #[serde(default)]
    pub raster: KeptRasters,
}

impl Default for KeptMap {
    fn default() -> Self {
        Self { hidden: LayerGroup::HIDDEN_AT_FIRST.to_vec(), looks: Vec::new(), raster: KeptRasters::default() }
    }
}

/// All that a person has set, as it is kept in the profile.
#[derive(Clone, PartialEq, Debug, Default, Serialize)]
pub struct Kept {
    /// Language, light or dark, size of text.
    #[serde(flatten)]
    pub settings: Settings,
    /// The map.
    pub map: KeptMap,
    /// The overview of the whole map is shown.
    pub overview: bool,
    /// Views kept by name.
    pub bookmarks: Vec<Bookmark>,
    /// Folder of the last export.
    pub export_folder: String,
    /// What every printed sheet has in common.
    pub sheet: Wishes,
}

impl Kept {
    /// What is to be kept of a state.
    pub fn of(state: &AppState) -> Self {
        // A map that stands beside it for a while is not kept.
        let shown = state.map.shown(Side::Right);
        let looks = shown.looks.iter().map(|(layer, look)| (*layer, *look)).collect();
        let map = KeptMap { hidden: shown.hidden.to_vec(), looks, raster: state.map.kept_rasters() };
        Self {
            settings: state.settings,
            map,
            overview: state.map.overview,
            bookmarks: state.map.bookmarks.list.clone(),
            export_folder: state.export.folder.clone(),
            sheet: state.sheets.wishes.kept(),
        }
    }

    /// From its text. What another build wrote and this one cannot read is as at first.
    pub fn from_text(text: &str) -> Self {
        #[derive(Deserialize)]
        struct Map {
            map: Listed,
        }
        #[derive(Deserialize)]
        struct Listed {
            hidden: Vec<serde_json::Value>,
            looks: Vec<serde_json::Value>,
            #[serde(default)]
            raster: Rasters,
        }
        #[derive(Deserialize, Default)]
        struct Rasters {
            #[serde(default)]
            list: Vec<serde_json::Value>,
            limit_mb: Option<u32>,
        }
        fn known<T: serde::de::DeserializeOwned>(all: Vec<serde_json::Value>) -> Vec<T> {
            all.into_iter().filter_map(|one| serde_json::from_value(one).ok()).collect()
        }
        let settings = serde_json::from_str::<Settings>(text).unwrap_or_default();
        let map = serde_json::from_str::<Map>(text).map_or_else(
            |_| KeptMap::default(),
            |read| KeptMap {
                hidden: known(read.map.hidden),
                looks: known(read.map.looks),
                raster: KeptRasters {
                    list: known(read.map.raster.list),
                    limit_mb: read.map.raster.limit_mb.unwrap_or(FIRST_LIMIT_MB),
                },
            },
        );
        #[derive(Deserialize)]
        struct Views {
            bookmarks: Vec<serde_json::Value>,
        }
        let bookmarks = serde_json::from_str::<Views>(text).map_or_else(|_| Vec::new(), |read| known(read.bookmarks));
        #[derive(Deserialize)]
        struct Shown {
            overview: bool,
        }
        let overview = serde_json::from_str::<Shown>(text).is_ok_and(|read| read.overview);
        #[derive(Deserialize)]
        struct Folders {
            export_folder: String,
        }
        let export_folder =
            serde_json::from_str::<Folders>(text).map_or_else(|_| String::new(), |read| read.export_folder);
        #[derive(Deserialize)]
        struct Sheets {
            sheet: Wishes,
        }
        let sheet = serde_json::from_str::<Sheets>(text).map_or_else(|_| Wishes::default(), |read| read.sheet);
        Self { settings, map, overview, bookmarks, export_folder, sheet: sheet.kept() }
    }
}

impl MapState {
    /// How a layer is set.
    pub fn look(&self, layer: LayerGroup) -> LayerLook {
        self.looks.get(&layer).copied().unwrap_or_default()
    }

    /// What the map in hand does not draw at the present scale.
    pub fn unseen(&self) -> Vec<LayerGroup> {
        self.unseen_at(self.camera.metres_per_point)
    }

    /// The same at another scale.
    pub fn unseen_at(&self, metres_per_point: f64) -> Vec<LayerGroup> {
        self.shown(self.in_hand()).unseen(metres_per_point)
    }

    /// Layers that the map in hand shows not fully opaque, with their percent.
    pub fn opacities(&self) -> Vec<(LayerGroup, u8)> {
        self.shown(self.in_hand()).opacities()
    }

    /// Whether hidden layers and looks are as they are at first.
    pub fn layers_as_at_first(&self) -> bool {
        self.looks.is_empty() && self.hidden == LayerGroup::HIDDEN_AT_FIRST
    }

    pub(crate) fn take_kept(&mut self, kept: KeptMap) {
        self.hidden = kept.hidden;
        self.hidden.sort_unstable();
        self.hidden.dedup();
        let looks = kept.looks.into_iter().map(|(layer, look)| (layer, look.sound()));
        self.looks = looks.filter(|(_, look)| *look != LayerLook::default()).collect();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::state::ThemeChoice;

    #[test]
    fn what_is_kept_comes_back_and_what_is_strange_costs_nothing_else() {
        let look = LayerLook { opacity: 40, nearest: None, farthest: Some(5000) };
        let kept = Kept {
            settings: Settings { theme: ThemeChoice::Dark, ..Default::default() },
            map: KeptMap {
                hidden: vec![LayerGroup::Names],
                looks: vec![(LayerGroup::Roads, look)],
                raster: KeptRasters::default(),
            },
            overview: true,
            bookmarks: Vec::new(),
            export_folder: "/data/out".to_owned(),
            sheet: Wishes { scale: 500, copyright: "街道办事处".to_owned(), ..Wishes::default() },
        };
        let text = serde_json::to_string(&kept).unwrap();
        assert_eq!(Kept::from_text(&text), kept);
        let strange = text.replace("\"names\"", "\"names\",\"of_another_build\"");
        assert_eq!(Kept::from_text(&strange), kept);
        let old = serde_json::to_string(&kept.settings).unwrap();
        assert_eq!(
            Kept::from_text(&old),
            Kept {
                map: KeptMap::default(),
                overview: false,
                export_folder: String::new(),
                sheet: Wishes::default(),
                ..kept
            }
        );
        assert_eq!(Kept::from_text("{"), Kept::default());
    }
}
