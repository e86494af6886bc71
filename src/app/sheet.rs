//! Printed sheets and pictures of the view: what is wished, what goes on, what came of it.

use std::path::{Path, PathBuf};

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::app::state::AppState;
use crate::base::clock::office_time;
use crate::base::text::Lang;
use crate::map::camera::Camera;
use crate::map::sheet::{Footprint, Format, Look, Own, Paper, SCALES, SheetWish, Stage, Subject, metres_of_a_point};
use crate::map::style::{LayerGroup, MapTheme};

/// No line is longer than this, letters.
const MOST_LETTERS: usize = 120;
/// Width and height that a picture may have, pixels.
const SIZES: [u32; 2] = [64, 16_384];

/// What a person does about sheets.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(tag = "sheet", rename_all = "snake_case")]
pub enum SheetAction {
    /// What is wished from now on; what is left out is as at first.
    Wishes {
        /// All of it.
        wishes: Box<Wishes>,
    },
    /// Make it.
    Make {
        /// A file of that name may be written over.
        #[serde(default)]
        overwrite: bool,
    },
    /// Give up what is being made.
    Stop,
}

/// What is made.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum What {
    /// A sheet of paper at an exact scale, in the colours for paper.
    #[default]
    Sheet,
    /// The view as it is.
    View,
}

/// What is wished.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Wishes {
    /// What is made.
    pub what: What,
    /// Paper of a sheet.
    pub paper: Paper,
    /// Upright instead of across.
    pub upright: bool,
    /// The number after `1:`.
    pub scale: u32,
    /// Title; empty for the pack's own.
    pub title: String,
    /// Approval number; empty where there is none.
    pub approval: String,
    /// Copyright line; empty for the pack's own.
    pub copyright: String,
    /// Date on the sheet; none for today.
    pub date: Option<Date>,
    /// With signs of cases, past incidents and persons.
    pub signs: bool,
    /// The file, PDF or PNG by its ending; empty for one in the person's own folder that is named after the sheet.
    pub path: String,
    /// Width and height of a picture of the view in pixels; none for those of the window.
    pub size: Option<[u32; 2]>,
}

impl Default for Wishes {
    fn default() -> Self {
        Self {
            what: What::Sheet,
            paper: Paper::A3,
            upright: false,
            scale: 2000,
            title: String::new(),
            approval: String::new(),
            copyright: String::new(),
            date: None,
            signs: false,
            path: String::new(),
            size: None,
        }
    }
}

impl Wishes {
    /// What the next sheet has in common with this one. Title and approval number belong to one map and are not kept.
    #[must_use]
    pub fn kept(&self) -> Self {
        let Self { paper, upright, scale, copyright, .. } = self;
        let kept =
            Self { paper: *paper, upright: *upright, scale: *scale, copyright: copyright.clone(), ..Self::default() };
        kept.sound()
    }

    /// Within bounds, whatever a script said.
    #[must_use]
    pub fn sound(mut self) -> Self {
        for text in [&mut self.title, &mut self.approval, &mut self.copyright] {
            *text =
                text.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).take(MOST_LETTERS).collect();
        }
        self.scale = self.scale.clamp(SCALES[0], SCALES[1]);
        self.size = self.size.map(|size| size.map(|px| px.clamp(SIZES[0], SIZES[1])));
        self
    }
}

/// What is asked of the thread.
#[derive(Clone, PartialEq, Debug)]
pub struct SheetJob {
    /// What is made; the size of a view is that of the window where it is not said.
    pub subject: Subject,
    /// Whether the size of the view is said.
    pub sized: bool,
    /// What of the map is shown.
    pub look: Look,
    /// What the pack says of itself.
    pub own: Own,
    /// With signs above the map.
    pub signs: bool,
    /// With the pictures below it.
    pub below: bool,
    /// The file as wished, or empty.
    pub path: String,
    /// Its name when none was wished.
    pub name: String,
    /// One of that name may be written over.
    pub overwrite: bool,
    /// In which words.
    pub lang: Lang,
}

/// What is being made.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Running {
    /// By which its answers are known.
    pub number: u64,
    /// How far it is.
    pub stage: Stage,
}

/// How much of the pictures below the map came.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Pictures {
    /// None were wanted.
    #[default]
    Unwanted,
    /// All.
    All,
    /// So many tiles lack.
    Partly(usize),
    /// None came.
    Lost,
}

/// A file that was made.
#[derive(Clone, PartialEq, Debug)]
pub struct Report {
    /// Where it lies.
    pub path: PathBuf,
    /// How long it is.
    pub bytes: u64,
    /// Width and height of the paper, millimetres.
    pub paper_mm: [f64; 2],
    /// Width and height in pixels, of a picture of the whole.
    pub page_px: [u32; 2],
    /// Letters shown as boxes.
    pub missing: String,
    /// What came of the pictures below.
    pub pictures: Pictures,
}

impl Report {
    /// In words: where it lies and how large it is, then what has to be known of it.
    pub fn words(&self, lang: Lang) -> Vec<String> {
        let page = match Format::of(&self.path) {
            Some(Format::Png) => {
                let [width, height] = self.page_px;
                lang.fill("sheet.done.pixels", &[("width", &width), ("height", &height)])
            }
            _ => {
                let [width, height] = self.paper_mm.map(f64::round);
                lang.fill("sheet.done.paper", &[("width", &width), ("height", &height)])
            }
        };
        let mut words = vec![lang.fill("sheet.done", &[("path", &self.path.display()), ("size", &page)])];
        match self.pictures {
            Pictures::Unwanted | Pictures::All => {}
            Pictures::Partly(count) => words.push(lang.fill("sheet.pictures.partly", &[("count", &count)])),
            Pictures::Lost => words.push(lang.text("sheet.pictures.none").to_owned()),
        }
        if !self.missing.is_empty() {
            words.push(lang.fill("sheet.missing", &[("letters", &self.missing)]));
        }
        words
    }
}

/// What came of it.
#[derive(Clone, PartialEq, Debug)]
pub enum Outcome {
    /// The file is there.
    Done(Box<Report>),
    /// One of that name is there already.
    Exists(PathBuf),
    /// It was not made; why, in words.
    Failed(String),
    /// It was given up.
    Stopped,
}

/// What the thread tells.
#[derive(Clone, PartialEq, Debug)]
pub enum SheetAnswer {
    /// How far it is.
    Stage(Stage),
    /// What came of it.
    Ended(Outcome),
}

/// All of it.
#[derive(Clone, Debug, Default)]
pub struct Sheets {
    /// What is wished.
    pub wishes: Wishes,
    /// What is being made.
    pub running: Option<Running>,
    /// Who began it has logged out since: nobody waits for what comes of it.
    pub left: bool,
    /// What came of the last.
    pub outcome: Option<Outcome>,
    /// Number of the last job.
    pub last_number: u64,
}

fn said(text: &str) -> Option<String> {
    Some(text.trim().to_owned()).filter(|text| !text.is_empty())
}

/// The sheet of paper that is wished, around the middle of the map.
pub fn wish(state: &AppState) -> SheetWish {
    let wishes = &state.sheets.wishes;
    SheetWish {
        middle: state.map.camera.sound().center,
        scale: wishes.scale,
        paper: wishes.paper,
        upright: wishes.upright,
        title: said(&wishes.title),
        approval: said(&wishes.approval),
        copyright: said(&wishes.copyright),
        date: wishes.date.unwrap_or_else(|| today(state)),
    }
}

/// Today at the office.
pub fn today(state: &AppState) -> Date {
    office_time(state.office_now()).date()
}

/// What the pack and the pictures say of themselves.
pub fn own(state: &AppState) -> Own {
    let about = &state.books.about;
    let [zh, en] = &about.notes;
    Own {
        title: about.title.clone(),
        attribution: about.attribution.clone(),
        note: if state.settings.lang == Lang::En { en } else { zh }.clone(),
        pictures: state.map.raster.attribution(true),
        moment: if state.sheets.wishes.signs {
            office_time(state.office_now()).strftime("%Y-%m-%d %H:%M").to_string()
        } else {
            String::new()
        },
    }
}

/// The ground that the wished sheet shows.
pub fn footprint(state: &AppState) -> Footprint {
    Footprint::of(&wish(state), &own(state), state.settings.lang)
}

/// Which part of it, of one, lies beyond the map; nothing of it where no extent is known.
pub fn outside(state: &AppState, footprint: &Footprint) -> f64 {
    state.books.about.extent.map_or(0.0, |extent| footprint.outside(extent))
}

/// What of the map is shown at the scale of what is made.
pub fn look(state: &AppState) -> Look {
    let wishes = &state.sheets.wishes;
    let scale = match wishes.what {
        What::Sheet => metres_of_a_point(wishes.scale),
        What::View => state.map.camera.metres_per_point,
    };
    let mut hidden = state.map.unseen_at(scale);
    if !wishes.signs {
        hidden.extend(LayerGroup::SIGNS);
    } else if state.map.span.is_some() {
        // Those of the span stand above the map; the others would be counted twice.
        hidden.push(LayerGroup::Incidents);
    }
    hidden.sort_unstable();
    hidden.dedup();
    Look { style: state.map.style.shown.clone(), hidden, opacities: state.map.opacities() }
}

/// The camera and the colours that signs on it are made for.
pub fn signs_for(subject: &Subject) -> (Camera, MapTheme) {
    match subject {
        Subject::Sheet(wish) => (Camera::new(wish.middle, metres_of_a_point(wish.scale)), MapTheme::Print),
        Subject::View(wish) => (wish.camera, wish.theme),
    }
}

/// The name of a file for which none was wished, after title, scale and day.
pub fn file_name(state: &AppState) -> String {
    let wishes = &state.sheets.wishes;
    let lang = state.settings.lang;
    let title = said(&wishes.title).unwrap_or_else(|| state.books.about.title.clone());
    // What some system or other does not take in a name is left out.
    let plain = |letter: &char| !letter.is_control() && !"/\\:*?\"<>|".contains(*letter);
    let title: String = title.trim().chars().filter(plain).take(60).collect();
    let title = if title.is_empty() { lang.text("sheet.map_name").to_owned() } else { title };
    let day = wishes.date.unwrap_or_else(|| today(state));
    match wishes.what {
        What::Sheet => format!("{title} 1-{} {} {day}.pdf", wishes.scale, wishes.paper),
        What::View => format!("{title} {day}.png"),
    }
}

/// Where a wished file lies: `~` is the person's own folder, and a name alone lies there too.
pub fn place(path: &str, name: &str, home: Option<&Path>) -> Option<PathBuf> {
    let path = path.trim().trim_matches('"');
    if path.is_empty() {
        return Some(home?.join(name));
    }
    if let Some(rest) = path.strip_prefix("~/").or(path.strip_prefix("~\\")) {
        return Some(home?.join(rest));
    }
    let path = PathBuf::from(path);
    if path.is_absolute() { Some(path) } else { Some(home?.join(path)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_lies_where_it_is_said_or_in_ones_own_folder() {
        let home = Some(Path::new("/home/a"));
        let placed = |path| place(path, "图.pdf", home).unwrap();
        assert_eq!(placed(""), Path::new("/home/a/图.pdf"));
        assert_eq!(placed(" \"~/b/c.png\" "), Path::new("/home/a/b/c.png"));
        assert_eq!(placed("c.png"), Path::new("/home/a/c.png"));
        if cfg!(unix) {
            assert_eq!(placed("/d/e.pdf"), Path::new("/d/e.pdf"));
            assert_eq!(place("/d/e.pdf", "", None), Some("/d/e.pdf".into()));
        }
        assert_eq!(place("e.pdf", "", None), None);
    }

    #[test]
    fn wishes_are_brought_within_bounds_and_read_in_part() {
        let wishes: Wishes = serde_json::from_str(r#"{"scale":5,"title":"a\nb","size":[1,99999]}"#).unwrap();
        let sound = wishes.sound();
        assert_eq!((sound.scale, sound.title.as_str(), sound.size), (200, "a b", Some([64, 16_384])));
        assert_eq!(sound.paper, Paper::A3);
        assert!(serde_json::from_str::<Wishes>(r#"{"papers":"A4"}"#).is_err());
    }
}
