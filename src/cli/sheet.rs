//! `jiedao sheet --map street.gpkg --center LON,LAT --scale 2000 --paper A3 [--overwrite] --out FILE.pdf`.

use std::fmt::Display;
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use clap::Args;
use jiff::civil::Date;

use super::render;
use crate::base::clock::office_time;
use crate::base::text::Lang;
use crate::base::{Clock, LonLat};
use crate::map::scene::Scene;
use crate::map::sheet::{self, Format, Look, Made, Order, Own, Paper, SCALES, SheetError, SheetWish, Subject};
use crate::map::style::LayerGroup;
use crate::spatial::pack::Pack;

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
    #[arg(long, value_name = "N", default_value_t = 2000, value_parser = scale)]
    scale: u32,
    /// Paper size: A4, A3, A2 or A1.
    #[arg(long, value_name = "SIZE", default_value_t = Paper::A3)]
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
    /// Layers to show beside those shown at first, for example parcels,incidents; the names are those of `jiedao headless`.
    #[arg(long, value_name = "LAYER", value_delimiter = ',', value_parser = render::layer)]
    show: Vec<LayerGroup>,
    /// Layers to leave out.
    #[arg(long, value_name = "LAYER", value_delimiter = ',', value_parser = render::layer)]
    hide: Vec<LayerGroup>,
    /// A style file; the built-in style when it is not given.
    #[arg(long, value_name = "style.toml")]
    style: Option<PathBuf>,
    /// The file to write: PDF, or one picture at 240 dots an inch.
    #[arg(long, value_name = "FILE.pdf|FILE.png")]
    out: PathBuf,
    /// A file of that name may be written over.
    #[arg(long)]
    overwrite: bool,
}

fn center(text: &str) -> Result<LonLat, String> {
    text.split_once(',')
        .and_then(|(lon, lat)| Some(LonLat::new(lon.trim().parse().ok()?, lat.trim().parse().ok()?)))
        .filter(|at| at.is_valid())
        .ok_or_else(|| "LON,LAT: 116.2229,39.9066".to_owned())
}

fn scale(text: &str) -> Result<u32, String> {
    let [nearest, farthest] = SCALES;
    let number = text.parse().ok().filter(|number| (nearest..=farthest).contains(number));
    number.ok_or_else(|| format!("{nearest}..{farthest}"))
}

/// Draws the sheet into a file, says what came of it on `out`, and returns the program's exit code.
pub fn run(args: &SheetArgs, clock: &dyn Clock, lang: Lang, out: &mut dyn Write) -> ExitCode {
    let mut tell = |key: &'static str, values: &[(&str, &dyn Display)]| {
        // A closed pipe is no reason to give the sheet up.
        let _ = writeln!(out, "{}", lang.fill(key, values));
    };
    let date = args.date.unwrap_or_else(|| office_time(clock.now()).date());
    match draw(args, date, lang) {
        Ok(made) => {
            if !made.missing.is_empty() {
                tell("sheet.missing", &[("letters", &made.missing)]);
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

fn draw(args: &SheetArgs, date: Date, lang: Lang) -> Result<Made, String> {
    let told = |error: SheetError| error.words(lang);
    let format =
        Format::of(&args.out).ok_or_else(|| lang.fill("sheet.error.ending", &[("path", &args.out.display())]))?;
    render::may_write(&args.out, args.overwrite, lang)?;
    let style = render::style(args.style.as_deref(), lang)?;
    let pack = Pack::open(&args.map).map_err(|error| error.words(lang))?;
    let order = Order {
        subject: Subject::Sheet(SheetWish {
            middle: args.center,
            scale: args.scale,
            paper: args.paper,
            upright: args.portrait,
            title: args.title.clone(),
            approval: args.approval.clone(),
            copyright: args.copyright.clone(),
            date,
        }),
        look: Look { style, hidden: hidden(args), opacities: Vec::new() },
        own: Own::of(|key| pack.meta().get(key).cloned().unwrap_or_default(), lang),
        signs: None,
        below: None,
        lang,
        format,
    };
    let scene = Scene::build(&pack, |_| ()).map_err(|error| error.words(lang))?;
    let made = sheet::make(&order, &pack, &Arc::new(scene), |_| true).map_err(told)?;
    sheet::save(&args.out, &made.bytes).map_err(told)?;
    Ok(made)
}

/// As in the window: without the layers hidden at first, and without past incidents unless they are asked for.
fn hidden(args: &SheetArgs) -> Vec<LayerGroup> {
    let at_first = LayerGroup::HIDDEN_AT_FIRST.into_iter().chain(LayerGroup::SIGNS);
    let mut hidden: Vec<LayerGroup> =
        at_first.filter(|layer| !args.show.contains(layer)).chain(args.hide.iter().copied()).collect();
    hidden.sort_unstable();
    hidden.dedup();
    hidden
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_middle_and_a_scale_are_read_or_refused() {
        assert_eq!(center("116.2, 39.9"), Ok(LonLat::new(116.2, 39.9)));
        for bad in ["", "116.2", "a,b", "39.9,116.2", "NaN,1"] {
            assert!(center(bad).is_err(), "{bad}");
        }
        assert_eq!((scale("200"), scale("100000")), (Ok(200), Ok(100_000)));
        assert!(scale("199").is_err() && scale("100001").is_err() && scale("1:500").is_err());
        assert_eq!("a2".parse(), Ok(Paper::A2));
        assert!("A5".parse::<Paper>().is_err());
    }
}
