//! `jiedao render --map street.gpkg --bbox W,S,E,N --size 1920x1080 --out map.png [--overwrite] [--theme light|dark|print]`.

use std::fmt::Display;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use clap::{Args, ValueEnum};
use geo::Rect;

use crate::base::text::Lang;
use crate::map::camera::Camera;
use crate::map::gpu::{Gpu, Painter, View};
use crate::map::overlay::Overlay;
use crate::map::raster::{self, Underlay};
use crate::map::scene::Scene;
use crate::map::style::{self, LayerGroup, MapTheme, Style};
use crate::spatial::export::ExportError;
use crate::spatial::pack::Pack;
use crate::spatial::raster::RasterFile;

/// What to draw.
#[derive(Debug, Args)]
pub struct RenderArgs {
    /// The map pack.
    #[arg(long, value_name = "street.gpkg")]
    pub map: PathBuf,
    /// Longitudes and latitudes of the part to show; the whole map when it is not given.
    #[arg(long, value_name = "W,S,E,N", allow_hyphen_values = true, value_parser = bbox)]
    pub bbox: Option<Rect<f64>>,
    /// Layers to show beside those shown at first, for example parcels,video; the names are those of `jiedao headless`.
    #[arg(long, value_name = "LAYER", value_delimiter = ',', value_parser = layer)]
    pub show: Vec<LayerGroup>,
    /// Layers to leave out.
    #[arg(long, value_name = "LAYER", value_delimiter = ',', value_parser = layer)]
    pub hide: Vec<LayerGroup>,
    /// Width and height of the picture in pixels.
    #[arg(long, value_name = "WxH", default_value = "1920x1080", value_parser = size)]
    pub size: [u32; 2],
    /// The PNG file to write.
    #[arg(long, value_name = "map.png")]
    pub out: PathBuf,
    /// A file of that name may be written over.
    #[arg(long)]
    pub overwrite: bool,
    /// A file of tiles to lay below the map (MBTiles, PMTiles); several lie above each other, the first lowest.
    #[arg(long, value_name = "tiles.mbtiles")]
    pub raster: Vec<PathBuf>,
    /// A style file; the built-in style when it is not given.
    #[arg(long, value_name = "style.toml")]
    pub style: Option<PathBuf>,
    /// Pale ground, dark ground, or white paper.
    #[arg(long, value_enum, default_value_t = Theme::Light)]
    pub theme: Theme,
    /// Pixels of a point: 2 draws lines and letters twice as large, for print.
    #[arg(long, value_name = "N", default_value_t = 1.0)]
    pub pixels_per_point: f32,
}

/// Ground for the day, for the night, for paper.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Theme {
    /// Pale ground.
    Light,
    /// Dark ground.
    Dark,
    /// White ground, for paper.
    Print,
}

/// Longest side of a picture; graphics drivers draw the line somewhere near.
const LONGEST: u32 = 16_384;

/// Longitudes and latitudes of a box: west, south, east, north.
pub(super) fn bbox(text: &str) -> Result<Rect<f64>, String> {
    let numbers: Vec<f64> = text.split(',').filter_map(|part| part.trim().parse().ok()).collect();
    match *numbers.as_slice() {
        [west, south, east, north]
            if west < east
                && south < north
                && [west, east].iter().all(|lon| lon.abs() <= 180.0)
                && [south, north].iter().all(|lat| lat.abs() <= 90.0) =>
        {
            Ok(Rect::new((west, south), (east, north)))
        }
        _ => Err("W,S,E,N: 116.19,39.89,116.23,39.92".to_owned()),
    }
}

/// A layer by its name in the protocol; the error lists those there are.
pub(super) fn layer(text: &str) -> Result<LayerGroup, String> {
    serde_json::from_value(text.trim().into()).map_err(|error| error.to_string())
}

fn size(text: &str) -> Result<[u32; 2], String> {
    text.split_once(['x', 'X'])
        .and_then(|(width, height)| Some([width.trim().parse().ok()?, height.trim().parse().ok()?]))
        .filter(|size| size.iter().all(|length| (1..=LONGEST).contains(length)))
        .ok_or_else(|| format!("WxH, 1..{LONGEST}: 1920x1080"))
}

/// Draws the map into a file, says what came of it on `out`, and returns the program's exit code.
pub fn run(args: &RenderArgs, lang: Lang, out: &mut dyn Write) -> ExitCode {
    let mut tell = |key: &'static str, values: &[(&str, &dyn Display)]| {
        // A closed pipe is no reason to give the picture up.
        let _ = writeln!(out, "{}", lang.fill(key, values));
    };
    match draw(args, lang) {
        Ok(stats) => {
            tell("cli.render.done", &[("path", &args.out.display()), ("features", &stats.features)]);
            if stats.broken > 0 {
                tell("cli.render.broken", &[("count", &stats.broken)]);
            }
            ExitCode::SUCCESS
        }
        Err(reason) => {
            tell("cli.render.failed", &[("reason", &reason)]);
            ExitCode::FAILURE
        }
    }
}

fn draw(args: &RenderArgs, lang: Lang) -> Result<crate::map::scene::Stats, String> {
    let text = |error: &dyn Display| error.to_string();
    may_write(&args.out, args.overwrite, lang)?;
    let style = style(args.style.as_deref(), lang)?;
    let pack = Pack::open(&args.map).map_err(|error| text(&error))?;
    let scene = Arc::new(Scene::build(&pack, |_| ()).map_err(|error| text(&error))?);
    let scale = args.pixels_per_point.clamp(0.25, 8.0);
    let points = args.size.map(|length| f64::from(length) / f64::from(scale));
    let camera = match (args.bbox, scene.extent()) {
        (Some(bbox), _) => Camera::fit(bbox, points.map(|length| length * 1.1)),
        (None, Some(extent)) => Camera::fit(extent, points),
        (None, None) => Camera::default(),
    };
    let mut hidden = args.hide.clone();
    hidden.extend(LayerGroup::HIDDEN_AT_FIRST.iter().filter(|layer| !args.show.contains(layer)));
    let mut painter = Painter::new(Gpu::headless(false).map_err(|error| text(&error))?);
    painter.set_scene(&scene);
    let mut underlay = Underlay::default();
    for path in &args.raster {
        let mut file = RasterFile::open(path).map_err(|error| error.words(lang))?;
        let bad = raster::of_file(&mut file, camera, points, scale, &mut underlay);
        let bad = bad.map_err(|error| error.words(lang))?;
        if bad > 0 {
            tracing::warn!(path = %path.display(), bad, "tiles that are no pictures were left out");
        }
    }
    painter.set_underlay((!args.raster.is_empty()).then(|| Arc::new(underlay)).as_ref());
    painter.draw(&View {
        camera,
        size: args.size,
        pixels_per_point: scale,
        style: &style,
        theme: match args.theme {
            Theme::Light => MapTheme::Light,
            Theme::Dark => MapTheme::Dark,
            Theme::Print => MapTheme::Print,
        },
        hidden: &hidden,
        opacities: &[],
        overlay: &Overlay::default(),
        still: true,
    });
    let picture = painter.read_back().map_err(|error| text(&error))?;
    save(&picture, &args.out)?;
    Ok(scene.stats())
}

/// The style of a file, or the built-in one; in words what is wrong with the file.
pub(super) fn style(path: Option<&Path>, lang: Lang) -> Result<Arc<Style>, String> {
    let Some(path) = path else { return Ok(Style::built_in().clone()) };
    let told = |why: &str| format!("{}: {why}", path.display());
    let text = std::fs::read_to_string(path).map_err(|error| told(&error.to_string()))?;
    let changes = style::changes(&text).map_err(|problems| {
        let words: Vec<String> = problems.iter().map(|problem| problem.words(lang)).collect();
        told(&words.join("\n"))
    })?;
    Ok(Arc::new(Style::built_in().with(changes)))
}

/// Before anything is drawn: a file that is there already is written over only when that is said.
pub(super) fn may_write(path: &Path, overwrite: bool, lang: Lang) -> Result<(), String> {
    if overwrite || path.symlink_metadata().is_err() {
        return Ok(());
    }
    let exists = ExportError::Exists(vec![path.to_owned()]).words(lang);
    Err(lang.fill("cli.export.exists", &[("exists", &exists)]))
}

/// Writes beside the file first, so that no half picture is left behind.
fn save(picture: &image::RgbaImage, path: &Path) -> Result<(), String> {
    let told = |error: &dyn Display| format!("{}: {error}", path.display());
    let mut bytes = std::io::Cursor::new(Vec::new());
    picture.write_to(&mut bytes, image::ImageFormat::Png).map_err(|error| told(&error))?;
    let part = path.with_extension("png.part");
    std::fs::write(&part, bytes.into_inner()).and_then(|()| std::fs::rename(&part, path)).map_err(|error| told(&error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn boxes_and_sizes_are_read_or_refused() {
        assert_eq!(bbox("116.1, 39.8,116.2,39.9"), Ok(Rect::new((116.1, 39.8), (116.2, 39.9))));
        for bad in ["", "1,2,3", "116.2,39.8,116.1,39.9", "a,b,c,d", "1,2,3,95", "NaN,1,2,3"] {
            assert!(bbox(bad).is_err(), "{bad}");
        }
        assert_eq!((layer("parcels"), layer("unit_grid")), (Ok(LayerGroup::Parcels), Ok(LayerGroup::UnitGrid)));
        assert!(layer("tubes").unwrap_err().contains("pipelines"));
        assert_eq!(size("1920x1080"), Ok([1920, 1080]));
        for bad in ["", "1920", "0x5", "-1x5", "99999x5"] {
            assert!(size(bad).is_err(), "{bad}");
        }
    }
}
