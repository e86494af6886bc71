//! `jiedao sheet --map street.gpkg --center LON,LAT --scale 2000 --paper A3 --out FILE.pdf`.

mod layout;
mod pdf;

use std::collections::BTreeSet;
use std::fmt::Display;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use clap::Args;
use geo::Rect;
use jiff::civil::Date;

use self::layout::{PIXELS_PER_POINT, Paper, Sheet, Swatch, Words, layout, metres_per_point};
use crate::base::clock::office_time;
use crate::base::text::Lang;
use crate::base::{Clock, LonLat};
use crate::map::camera::Camera;
use crate::map::gpu::{Gpu, Painter, View};
use crate::map::label::font::{Face, Fonts};
use crate::map::overlay::Overlay;
use crate::map::scene::Scene;
use crate::map::style::kind::{Form, Kind};
use crate::map::style::{LayerGroup, MapTheme, Style};
use crate::spatial::feature::Layer;
use crate::spatial::pack::{Pack, PackError};

/// What to put on the sheet.
#[derive(Debug, Args)]
pub struct SheetArgs {
    /// The map pack.
    #[arg(long, value_name = "street.gpkg")]
    map: PathBuf,
    /// Longitude and latitude of the middle of the map.
    #[arg(long, value_name = "LON,LAT", allow_hyphen_values = true, value_parser = center)]
    center: LonLat,
    /// The scale is one to N.
    #[arg(long, value_name = "N", default_value_t = 2000, value_parser = clap::value_parser!(u32).range(200..=100_000))]
    scale: u32,
    /// Paper size.
    #[arg(long, value_enum, ignore_case = true, default_value_t = Paper::A3)]
    paper: Paper,
    /// Upright instead of across.
    #[arg(long)]
    portrait: bool,
    /// Title; the pack's own when it is not given.
    #[arg(long)]
    title: Option<String>,
    /// Approval number of the map (审图号).
    #[arg(long, value_name = "NUMBER")]
    approval: Option<String>,
    /// Copyright line; the pack's own word on its source when it is not given.
    #[arg(long)]
    copyright: Option<String>,
    /// Date on the sheet; today when it is not given.
    #[arg(long, value_name = "YYYY-MM-DD")]
    date: Option<Date>,
    /// A style file; the built-in style when it is not given.
    #[arg(long, value_name = "style.toml")]
    style: Option<PathBuf>,
    /// The PDF file to write.
    #[arg(long, value_name = "FILE.pdf")]
    out: PathBuf,
}

fn center(text: &str) -> Result<LonLat, String> {
    text.split_once(',')
        .and_then(|(lon, lat)| Some(LonLat::new(lon.trim().parse().ok()?, lat.trim().parse().ok()?)))
        .filter(|at| at.is_valid())
        .ok_or_else(|| "LON,LAT: 116.2229,39.9066".to_owned())
}

/// Draws the sheet into a file, says what came of it on `out`, and returns the program's exit code.
pub fn run(args: &SheetArgs, clock: &dyn Clock, lang: Lang, out: &mut dyn Write) -> ExitCode {
    let mut tell = |key: &'static str, values: &[(&str, &dyn Display)]| {
        // A closed pipe is no reason to give the sheet up.
        let _ = writeln!(out, "{}", lang.fill(key, values));
    };
    let date = args.date.unwrap_or_else(|| office_time(clock.now()).date());
    match draw(args, date, lang) {
        Ok(missing) => {
            if !missing.is_empty() {
                tell("cli.sheet.missing", &[("letters", &missing)]);
            }
            tell("cli.sheet.done", &[("path", &args.out.display())]);
            ExitCode::SUCCESS
        }
        Err(reason) => {
            tell("cli.sheet.failed", &[("reason", &reason)]);
            ExitCode::FAILURE
        }
    }
}

/// Draws and writes; returns the letters that no bundled face has.
fn draw(args: &SheetArgs, date: Date, lang: Lang) -> Result<String, String> {
    let told = |error: PackError| error.words(lang);
    let text = |error: &dyn Display| error.to_string();
    let pack = Pack::open(&args.map).map_err(told)?;
    let (paper_mm, scale) = (args.paper.size_mm(args.portrait), f64::from(args.scale));
    let camera = Camera::new(args.center, metres_per_point(scale));
    let shown = shown(&layout(paper_mm, scale, &Words::default()), camera);
    let style = super::render::style(args.style.as_deref(), lang)?;
    let words = words(args, &pack, &style, shown, date, lang).map_err(told)?;
    let sheet = layout(paper_mm, scale, &words);
    let scene = Arc::new(Scene::build(&pack, |_| ()).map_err(|error| text(&error))?);
    let mut painter = Painter::new(Gpu::headless(false).map_err(|error| text(&error))?);
    painter.set_scene(&scene);
    painter.draw(&View {
        camera,
        size: sheet.map_px,
        pixels_per_point: PIXELS_PER_POINT as f32,
        style: &style,
        theme: MapTheme::Print,
        hidden: &LayerGroup::HIDDEN_AT_FIRST,
        opacities: &[],
        overlay: &Overlay::default(),
        still: true,
    });
    let picture = painter.read_back().map_err(|error| text(&error))?;
    let tag = match lang {
        Lang::ZhCn => "zh-CN",
        Lang::En => "en",
    };
    let bytes = pdf::pdf(&sheet, picture, &words.title, tag)?;
    save(&args.out, &bytes).map_err(|error| format!("{}: {error}", args.out.display()))?;
    Ok(missing(&sheet))
}

/// Writes beside the file first, so that no half sheet is left behind.
fn save(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let part = path.with_extension("pdf.part");
    let written = std::fs::write(&part, bytes).and_then(|()| std::fs::rename(&part, path));
    if written.is_err() {
        // What is left of it is of no use; the error that matters is the first one.
        let _ = std::fs::remove_file(&part);
    }
    written
}

/// Longitudes and latitudes that the map shows.
fn shown(sheet: &Sheet, camera: Camera) -> Rect<f64> {
    let size = sheet.map_px.map(|px| f64::from(px) / PIXELS_PER_POINT);
    let corners = [[0.0, 0.0], [size[0], 0.0], [0.0, size[1]], size].map(|at| camera.lonlat_from_screen(at, size));
    let low = |of: fn(&LonLat) -> f64| corners.iter().map(of).fold(f64::INFINITY, f64::min);
    let high = |of: fn(&LonLat) -> f64| corners.iter().map(of).fold(f64::NEG_INFINITY, f64::max);
    Rect::new((low(|at| at.lon), low(|at| at.lat)), (high(|at| at.lon), high(|at| at.lat)))
}

fn words(
    args: &SheetArgs,
    pack: &Pack,
    style: &Style,
    shown: Rect<f64>,
    date: Date,
    lang: Lang,
) -> Result<Words, PackError> {
    let meta = |key: &str| pack.meta().get(key).cloned().unwrap_or_default();
    let own_title = meta("title");
    let title = args.title.clone().unwrap_or(own_title);
    let copyright = args.copyright.clone().unwrap_or_else(|| meta("attribution"));
    let corner = |at: geo::Coord<f64>| format!("{:.5}, {:.5}", at.x, at.y);
    let mut lines = vec![
        lang.text("cli.sheet.system").to_owned(),
        lang.fill("cli.sheet.corners", &[("low", &corner(shown.min())), ("high", &corner(shown.max()))]),
        lang.fill("cli.sheet.date", &[("date", &date)]),
        match &args.approval {
            Some(number) => lang.fill("cli.sheet.approval", &[("number", number)]),
            None => lang.text("cli.sheet.unapproved").to_owned(),
        },
    ];
    if !copyright.is_empty() {
        lines.push(lang.fill("cli.sheet.copyright", &[("holder", &copyright)]));
    }
    let note = if lang == Lang::En { meta("note_en") } else { meta("note") };
    lines.extend((!note.is_empty()).then_some(note));
    let mut legend = Vec::new();
    let drawn = |kind: Kind| metres_per_point(f64::from(args.scale)) <= style.farthest(kind);
    for (layer, kind, key) in SIGNS.iter().filter(|(_, kind, _)| drawn(*kind)) {
        let mut seen = 0;
        pack.features_in(*layer, shown, |_, _| seen += 1)?;
        if seen > 0 {
            legend.push((swatch(style, *kind), lang.text(key).to_owned()));
        }
    }
    Ok(Words {
        title,
        legend_title: lang.text("cli.sheet.legend").to_owned(),
        legend,
        scale: format!("1:{}", args.scale),
        north: lang.text("cli.sheet.north").to_owned(),
        lines,
    })
}

/// A kind of mesh that stands for a layer on the map, and what the layer is called.
const SIGNS: [(Layer, Kind, &str); 11] = [
    (Layer::Buildings, Kind::Building, "cli.sheet.sign.buildings"),
    (Layer::Compounds, Kind::Compound, "cli.sheet.sign.compounds"),
    (Layer::Green, Kind::Park, "cli.sheet.sign.green"),
    (Layer::Water, Kind::Water, "cli.sheet.sign.water"),
    (Layer::Roads, Kind::Primary, "cli.sheet.sign.roads"),
    (Layer::Railways, Kind::Rail, "cli.sheet.sign.railways"),
    (Layer::Pipelines, Kind::PipeWater, "cli.sheet.sign.pipelines"),
    (Layer::UnitGrids, Kind::GridBorder, "cli.sheet.sign.unit_grids"),
    (Layer::Boundaries, Kind::CommunityBorder, "cli.sheet.sign.boundaries"),
    (Layer::Sites, Kind::SiteEdge, "cli.sheet.sign.sites"),
    (Layer::Components, Kind::Component, "cli.sheet.sign.components"),
];

fn swatch(style: &Style, kind: Kind) -> Swatch {
    let [red, green, blue, _] = style.body(kind, MapTheme::Print);
    let color = [red, green, blue];
    match kind {
        Kind::Primary => Swatch::Area(color),
        _ => match kind.form() {
            Form::Fill => Swatch::Area(color),
            Form::Line => Swatch::Line(color),
            Form::Sign => Swatch::Dot(color),
        },
    }
}

/// Letters of the sheet that no bundled face has; the PDF shows boxes in their place.
fn missing(sheet: &Sheet) -> String {
    let mut fonts = Fonts::default();
    let mut letters = BTreeSet::new();
    for text in &sheet.texts {
        let wanted = if text.bold { Face::Bold } else { Face::Regular };
        letters.extend(text.words.chars().filter(|letter| fonts.letter(*letter, text.bold).0 != wanted));
    }
    letters.into_iter().filter(|letter| !letter.is_whitespace()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_middle_is_read_or_refused() {
        assert_eq!(center("116.2, 39.9"), Ok(LonLat::new(116.2, 39.9)));
        for bad in ["", "116.2", "a,b", "39.9,116.2", "NaN,1"] {
            assert!(center(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn what_is_shown_is_as_wide_as_the_scale_says() {
        let sheet = layout(Paper::A3.size_mm(false), 2000.0, &Words::default());
        let middle = LonLat::new(116.2, 39.9);
        let shown = shown(&sheet, Camera::new(middle, metres_per_point(2000.0)));
        let width_m = crate::spatial::crs::distance_m(
            LonLat::new(shown.min().x, middle.lat),
            LonLat::new(shown.max().x, middle.lat),
        );
        // The box around a map whose north is that of the grid is a little wider than the map.
        assert!((width_m / (sheet.map.width * 2.0) - 1.0).abs() < 0.02, "{width_m}");
        assert_eq!(missing(&sheet), "");
    }
}
