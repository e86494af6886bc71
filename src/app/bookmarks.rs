//! Views of the map kept by name: place, scale, and which layers are shown and how.

use serde::{Deserialize, Serialize};

use crate::app::layers::KeptMap;
use crate::map::camera::Camera;

/// A view kept by name.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Bookmark {
    /// Its name; no other has it.
    pub name: String,
    /// Place and scale.
    pub camera: Camera,
    /// Layers.
    pub map: KeptMap,
}

/// Something done with views kept by name.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(tag = "bookmark", rename_all = "snake_case")]
pub enum BookmarkAction {
    /// Keep the present view.
    Add {
        /// Under this name.
        name: String,
    },
    /// Show a view, with its layers.
    Open {
        /// Which.
        name: String,
    },
    /// Keep the present view in the place of the one of that name.
    Replace {
        /// Which.
        name: String,
    },
    /// Give it another name.
    Rename {
        /// Which.
        name: String,
        /// The new name.
        to: String,
    },
    /// Move it in the list.
    Move {
        /// Which.
        name: String,
        /// Rows; negative is up.
        by: i32,
    },
    /// Take it away.
    Remove {
        /// Which.
        name: String,
    },
    /// Bring back the one that was taken away last.
    Restore,
}

/// Longer names do not fit the list.
pub const LONGEST_NAME: usize = 40;
/// More than this nobody finds again.
pub const MOST: usize = 200;

/// Views kept by name, in the order of the person.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Bookmarks {
    /// The list.
    pub list: Vec<Bookmark>,
    /// The one taken away last, and where it stood.
    pub removed: Option<(usize, Bookmark)>,
}

impl Bookmarks {
    /// As they come from the profile: what cannot be used is left out.
    pub(crate) fn from_kept(kept: Vec<Bookmark>) -> Self {
        let mut list: Vec<Bookmark> = Vec::new();
        for one in kept {
            let sound = one.camera.center.is_valid() && one.camera.metres_per_point.is_finite();
            if sound && sound_name(&one.name).is_some() && list.iter().all(|known| known.name != one.name) {
                list.push(one);
            }
        }
        list.truncate(MOST);
        Self { list, removed: None }
    }

    /// Where one stands.
    pub fn position(&self, name: &str) -> Option<usize> {
        self.list.iter().position(|one| one.name == name)
    }

    /// By its name, or by the only one that begins so or holds these words.
    pub fn find(&self, words: &str) -> Option<&Bookmark> {
        let words = words.to_lowercase();
        let only = |fits: &dyn Fn(&str) -> bool| {
            let mut found = self.list.iter().filter(|one| fits(&one.name.to_lowercase()));
            found.next().filter(|_| found.next().is_none())
        };
        only(&|name| name == words)
            .or_else(|| only(&|name| name.starts_with(&words)))
            .or_else(|| only(&|name| name.contains(&words)))
    }
}

/// A name as it is kept; none when it is empty, too long, or holds what is no text.
pub fn sound_name(name: &str) -> Option<String> {
    let name = name.trim();
    let fits = (1..=LONGEST_NAME).contains(&name.chars().count()) && !name.chars().any(char::is_control);
    fits.then(|| name.to_owned())
}
