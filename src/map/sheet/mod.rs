//! Map sheets: a map at an exact scale on paper, with title, legend, scale bar and all that a sheet has to say; and the view as
//! it is, with its scale bar. Window and command line make both here, so that equal wishes give equal files.

mod canvas;
mod file;
mod layout;
mod legend;
mod paper;
mod pdf;
mod ruler;
mod view;
mod words;

#[cfg(test)]
mod tests;

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;

use geo::Rect;
use image::RgbaImage;
use jiff::civil::Date;

pub use file::{Format, save};
pub use paper::{NoPaper, Paper};

use self::layout::{PIXELS_PER_POINT, Sheet, metres_per_point};
use self::ruler::Ruler;
use crate::base::LonLat;
use crate::base::text::Lang;
use crate::map::camera::{Camera, ground_bounds};
use crate::map::gpu::{Gpu, GpuError, Painter, View};
use crate::map::label::font::{Face, Fonts};
use crate::map::overlay::Overlay;
use crate::map::raster::Underlay;
use crate::map::scene::Scene;
use crate::map::style::{LayerGroup, MapTheme, Style};
use crate::spatial::pack::{Pack, PackError};

/// The largest and the smallest scale of a sheet, as the number after `1:`.
pub const SCALES: [u32; 2] = [200, 100_000];

/// What is wanted on a sheet of paper.
#[derive(Clone, PartialEq, Debug)]
pub struct SheetWish {
    /// The middle of the map.
    pub middle: LonLat,
    /// The number after `1:`.
    pub scale: u32,
    /// Size of the paper.
    pub paper: Paper,
    /// Upright instead of across.
    pub upright: bool,
    /// Title; none for the pack's own.
    pub title: Option<String>,
    /// Approval number (审图号); without one the sheet says that it is not approved.
    pub approval: Option<String>,
    /// Copyright line; none for the pack's own.
    pub copyright: Option<String>,
    /// Date on the sheet.
    pub date: Date,
}

/// What is wanted of the view as it is.
#[derive(Clone, PartialEq, Debug)]
pub struct ViewWish {
    /// What it shows.
    pub camera: Camera,
    /// Width and height in pixels.
    pub size: [u32; 2],
    /// Pixels of a logical point.
    pub pixels_per_point: f32,
    /// Its colours.
    pub theme: MapTheme,
    /// As on a sheet.
    pub approval: Option<String>,
    /// As on a sheet.
    pub copyright: Option<String>,
}

/// The one or the other.
#[derive(Clone, PartialEq, Debug)]
pub enum Subject {
    /// A sheet of paper.
    Sheet(SheetWish),
    /// The view as it is.
    View(ViewWish),
}

/// What of the map is shown, and how it looks.
#[derive(Clone, PartialEq, Debug)]
pub struct Look {
    /// The style.
    pub style: Arc<Style>,
    /// Layers left out.
    pub hidden: Vec<LayerGroup>,
    /// Layers that are not fully opaque, with their percent.
    pub opacities: Vec<(LayerGroup, u8)>,
}

/// What the pack says of itself, and whom the pictures below the map are owed to. Empty where nothing is said.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Own {
    /// Title of the map.
    pub title: String,
    /// Whom it is owed to.
    pub attribution: String,
    /// What has to be known of it.
    pub note: String,
    /// Whom the pictures below it are owed to.
    pub pictures: String,
    /// Day and minute that the signs above it tell of, where there are any.
    pub moment: String,
}

impl Own {
    /// What a pack says, by its own entries.
    pub fn of(meta: impl Fn(&str) -> String, lang: Lang) -> Self {
        let note = meta(if lang == Lang::En { "note_en" } else { "note" });
        Self { title: meta("title"), attribution: meta("attribution"), note, ..Self::default() }
    }
}

/// All that a sheet is made of, but for pack and scene.
#[derive(Clone, Debug)]
pub struct Order {
    /// What is wanted.
    pub subject: Subject,
    /// What of the map is shown.
    pub look: Look,
    /// What the pack says of itself.
    pub own: Own,
    /// Signs on top, if they are wanted.
    pub signs: Option<Arc<Overlay>>,
    /// Pictures below, if there are any.
    pub below: Option<Arc<Underlay>>,
    /// In which words.
    pub lang: Lang,
    /// What it becomes.
    pub format: Format,
}

/// A sheet as a file.
#[derive(Clone, PartialEq, Debug)]
pub struct Made {
    /// The file's content.
    pub bytes: Vec<u8>,
    /// Width and height of the paper, millimetres.
    pub paper_mm: [f64; 2],
    /// Width and height of the whole as a picture, pixels.
    pub page_px: [u32; 2],
    /// Letters that are shown as boxes, because no face has them.
    pub missing: String,
}

/// What is being done.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Stage {
    /// The map is read.
    Reading,
    /// The map is drawn.
    Drawing,
    /// The file is written.
    Writing,
}

/// Why a sheet was not made.
#[derive(Debug, thiserror::Error)]
pub enum SheetError {
    /// The pack cannot be read.
    #[error(transparent)]
    Pack(#[from] PackError),
    /// Nothing to draw with, or it broke off.
    #[error(transparent)]
    Gpu(#[from] GpuError),
    /// The graphics driver takes no pictures of that size.
    #[error("{wanted:?} pixels, at most {most}")]
    TooLarge {
        /// Width and height.
        wanted: [u32; 2],
        /// Of each.
        most: u32,
    },
    /// The PDF writer refused.
    #[error("pdf: {0}")]
    Pdf(String),
    /// The PNG writer refused.
    #[error("png: {0}")]
    Png(String),
    /// The file cannot be written.
    #[error("{}: {source}", path.display())]
    Write {
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// It was given up.
    #[error("stopped")]
    Stopped,
}

impl SheetError {
    /// In words for a person.
    pub fn words(&self, lang: Lang) -> String {
        use std::io::ErrorKind;
        match self {
            Self::Pack(error) => error.words(lang),
            Self::Gpu(error) => lang.fill("sheet.error.drawing", &[("why", error)]),
            Self::TooLarge { wanted: [width, height], most } => {
                lang.fill("sheet.error.too_large", &[("width", width), ("height", height), ("most", most)])
            }
            Self::Pdf(why) | Self::Png(why) => lang.fill("sheet.error.format", &[("why", why)]),
            Self::Write { path, source } => {
                let path = path.display();
                let known = match source.kind() {
                    ErrorKind::NotFound => "sheet.error.no_folder",
                    ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => "sheet.error.denied",
                    ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::FileTooLarge => "sheet.error.full",
                    ErrorKind::IsADirectory => "sheet.error.is_folder",
                    _ => return lang.fill("sheet.error.write", &[("path", &path), ("why", source)]),
                };
                lang.fill(known, &[("path", &path)])
            }
            Self::Stopped => lang.text("sheet.stopped").to_owned(),
        }
    }
}

/// The ground that a sheet shows.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Footprint {
    /// The view of its map.
    pub camera: Camera,
    /// Width and height of its map in logical points.
    pub points: [f64; 2],
}

impl Footprint {
    /// Of a sheet.
    pub fn of(wish: &SheetWish, own: &Own, lang: Lang) -> Self {
        let rooms = words::shared_out(wish, own, lang, &Ruler::default());
        Self::new(wish, rooms.map_px)
    }

    fn new(wish: &SheetWish, map_px: [u32; 2]) -> Self {
        let camera = Camera::new(wish.middle, metres_per_point(f64::from(wish.scale)));
        Self { camera, points: map_px.map(|px| f64::from(px) / PIXELS_PER_POINT) }
    }

    /// Its corners from the north-western one clockwise.
    pub fn corners(&self) -> [LonLat; 4] {
        let [width, height] = self.points;
        [[0.0, 0.0], [width, 0.0], [width, height], [0.0, height]]
            .map(|at| self.camera.lonlat_from_screen(at, self.points))
    }

    /// Width and height on the ground, metres.
    pub fn ground_m(&self) -> [f64; 2] {
        self.points.map(|points| points * self.camera.metres_per_point)
    }

    /// Which part of it, of one, lies beyond a map's extent (longitude, latitude).
    pub fn outside(&self, extent: Rect<f64>) -> f64 {
        let known = ground_bounds(extent, self.camera.plane());
        let middle = self.camera.center_on_ground();
        let [width, height] = self.ground_m();
        let common = |low: f64, high: f64, middle: f64, length: f64| {
            ((middle + length / 2.0).min(high) - (middle - length / 2.0).max(low)).max(0.0) / length
        };
        let across = common(known.min().x, known.max().x, middle.east_m, width);
        let down = common(known.min().y, known.max().y, middle.north_m, height);
        (1.0 - across * down).clamp(0.0, 1.0)
    }
}

impl Subject {
    /// The view of its map, the map's size in logical points, and pixels of a point.
    pub fn sight(&self, own: &Own, lang: Lang) -> (Camera, [f64; 2], f32) {
        match self {
            Self::Sheet(wish) => {
                let Footprint { camera, points } = Footprint::of(wish, own, lang);
                (camera, points, PIXELS_PER_POINT as f32)
            }
            Self::View(wish) => {
                let scale = f64::from(wish.pixels_per_point);
                (wish.camera.sound(), wish.size.map(|px| f64::from(px) / scale), wish.pixels_per_point)
            }
        }
    }
}

/// Metres of ground that a logical point of a sheet at one to `scale` stands for.
pub fn metres_of_a_point(scale: u32) -> f64 {
    metres_per_point(f64::from(scale))
}

/// Makes a sheet. `go_on` is told what is done next and says whether it is still wanted.
///
/// # Errors
/// When the pack cannot be read, nothing draws, or it is not wanted any more.
pub fn make(
    order: &Order,
    pack: &Pack,
    scene: &Arc<Scene>,
    mut go_on: impl FnMut(Stage) -> bool,
) -> Result<Made, SheetError> {
    let mut next = |stage| if go_on(stage) { Ok(()) } else { Err(SheetError::Stopped) };
    let (sheet, title) = laid_out(order, pack)?;
    next(Stage::Drawing)?;
    let picture = drawn(order, &sheet, scene)?;
    next(Stage::Writing)?;
    let (paper_mm, page_px) = (sheet.paper_mm, canvas::page_px(&sheet));
    let missing = missing(&sheet, order.format);
    let bytes = match order.format {
        Format::Pdf => {
            let tag = if order.lang == Lang::En { "en" } else { "zh-CN" };
            pdf::pdf(&sheet, picture, &title, tag)?
        }
        Format::Png => canvas::png(&canvas::painted(&sheet, picture), sheet.dpi)?,
    };
    Ok(Made { bytes, paper_mm, page_px, missing })
}

/// The sheet, and its title.
fn laid_out(order: &Order, pack: &Pack) -> Result<(Sheet, String), PackError> {
    let Order { own, lang, look, .. } = order;
    match &order.subject {
        Subject::View(wish) => Ok((view::layout(wish, own, &look.style, *lang), own.title.clone())),
        Subject::Sheet(wish) => {
            let ruler = Ruler::default();
            let rooms = words::shared_out(wish, own, *lang, &ruler);
            let footprint = Footprint::new(wish, rooms.map_px);
            let corners = footprint.corners();
            let [_, north_east, _, south_west] = corners;
            let [low, high] = [south_west, north_east].map(words::corner);
            let mut words = words::words(wish, own, [&low, &high], *lang);
            let outline = corners.map(|at| geo::coord! { x: at.lon, y: at.lat }).to_vec();
            let seen = geo::Polygon::new(outline.into(), Vec::new());
            let scale = footprint.camera.metres_per_point;
            let over_pictures = order.below.is_some();
            words.legend = legend::entries(pack, &seen, scale, look, order.signs.as_deref(), over_pictures, *lang)?;
            Ok((layout::layout(&rooms, f64::from(wish.scale), &words, &ruler), words.title))
        }
    }
}

/// The map's picture.
fn drawn(order: &Order, sheet: &Sheet, scene: &Arc<Scene>) -> Result<RgbaImage, SheetError> {
    let gpu = Gpu::headless(false)?;
    let limits = gpu.device.limits();
    let bytes = sheet.map_px.iter().map(|px| u64::from(*px)).product::<u64>() * 4;
    let most = limits.max_texture_dimension_2d;
    if sheet.map_px.iter().any(|px| *px > most) || bytes > limits.max_buffer_size {
        return Err(SheetError::TooLarge { wanted: sheet.map_px, most });
    }
    let mut painter = Painter::new(gpu);
    painter.set_scene(scene);
    painter.set_underlay(order.below.as_ref());
    let (camera, _, pixels_per_point) = order.subject.sight(&order.own, order.lang);
    let none = Overlay::default();
    painter.draw(&View {
        camera,
        size: sheet.map_px,
        pixels_per_point,
        style: &order.look.style,
        theme: match &order.subject {
            Subject::Sheet(_) => MapTheme::Print,
            Subject::View(wish) => wish.theme,
        },
        hidden: &order.look.hidden,
        opacities: &order.look.opacities,
        overlay: order.signs.as_deref().unwrap_or(&none),
        still: true,
    });
    Ok(painter.read_back()?)
}

/// Letters of the sheet that are shown as boxes: in a PDF those that the bundled face lacks, in a picture those that no face
/// of the machine has either.
fn missing(sheet: &Sheet, format: Format) -> String {
    let mut fonts = Fonts::default();
    let mut letters = BTreeSet::new();
    for text in &sheet.texts {
        let wanted = if text.bold { Face::Bold } else { Face::Regular };
        letters.extend(text.words.chars().filter(|letter| match (fonts.letter(*letter, text.bold).0, format) {
            (face, Format::Pdf) => face != wanted,
            (face, Format::Png) => face == Face::Missing,
        }));
    }
    letters.into_iter().filter(|letter| !letter.is_whitespace()).collect()
}
