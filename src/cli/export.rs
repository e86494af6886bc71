//! `jiedao export --map street.gpkg --layer L[,L] [--where …] [--box …] [--crs …] [--overwrite] --out FILE`.

use std::fmt::Display;
use std::io::Write;
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{ArgGroup, Args};
use geo::Rect;

use crate::base::text::Lang;
use crate::spatial::crs::{CrsError, SourceCrs};
use crate::spatial::crs_out::TargetCrs;
use crate::spatial::export::{ExportError, ExportReport, Overwrite, Progress, Target, export};
use crate::spatial::feature::Layer;
use crate::spatial::filter::{Filter, FilterError};
use crate::spatial::outline::{OutlineError, read_area};
use crate::spatial::pack::{Pack, PackError};
use crate::spatial::select::{Selection, box_area, cell_area, community_area};

/// What to export.
#[derive(Debug, Args)]
#[command(group(ArgGroup::new("area").args(["bounds", "cell", "community", "polygon"])))]
pub struct ExportArgs {
    /// The map pack.
    #[arg(long, value_name = "street.gpkg")]
    map: PathBuf,
    /// Layers by the names of their tables, for example roads,buildings; all when it is not given.
    #[arg(long, value_name = "LAYER", value_delimiter = ',')]
    layer: Vec<String>,
    /// Only features with these attributes: FIELD=VALUE, also != < <= > >= ~ (contains), and, or, not, brackets.
    #[arg(long = "where", value_name = "FILTER")]
    filter: Option<String>,
    /// Only features that touch a box of longitudes and latitudes.
    #[arg(long = "box", id = "bounds", value_name = "W,S,E,N", allow_hyphen_values = true, value_parser = super::render::bbox)]
    bounds: Option<Rect<f64>>,
    /// Only features that touch a unit grid cell.
    #[arg(long, value_name = "CODE")]
    cell: Option<String>,
    /// Only features that touch a community, by code or name.
    #[arg(long, value_name = "CODE")]
    community: Option<String>,
    /// Only features that touch the area in a file: GeoJSON or well-known text, longitude and latitude.
    #[arg(long, value_name = "FILE")]
    polygon: Option<PathBuf>,
    /// System of the coordinates in the file.
    #[arg(long, value_name = "EPSG:n|gcj02|bd09", default_value = "EPSG:4490")]
    crs: String,
    /// The file to write; its ending says the format: .gpkg .geojson .shp .kml .csv.
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// Files that are there already may be written over.
    #[arg(long)]
    overwrite: bool,
}

/// Why nothing was exported.
#[derive(Debug, thiserror::Error)]
enum Trouble {
    #[error("{0}")]
    UnknownLayer(String),
    #[error("{0}")]
    NoSuchArea(String),
    #[error(transparent)]
    Filter(#[from] FilterError),
    #[error(transparent)]
    Outline(#[from] OutlineError),
    #[error(transparent)]
    Crs(#[from] CrsError),
    #[error(transparent)]
    Pack(#[from] PackError),
    #[error(transparent)]
    Export(#[from] ExportError),
}

impl Trouble {
    fn words(&self, lang: Lang) -> String {
        match self {
            Self::UnknownLayer(name) => {
                let all = Layer::ALL.map(Layer::table).join(" ");
                lang.fill("cli.export.unknown_layer", &[("name", name), ("all", &all)])
            }
            Self::NoSuchArea(code) => lang.fill("cli.export.no_such_area", &[("code", code)]),
            Self::Filter(error) => error.words(lang),
            Self::Outline(error) => error.words(lang),
            Self::Crs(error) => error.words(lang),
            Self::Pack(error) => error.words(lang),
            Self::Export(error @ ExportError::Exists(_)) => {
                lang.fill("cli.export.exists", &[("exists", &error.words(lang))])
            }
            Self::Export(error) => error.words(lang),
        }
    }
}

/// Exports, tells on `out` what came of it, and returns the program's exit code.
pub fn run(args: &ExportArgs, lang: Lang, out: &mut dyn Write) -> ExitCode {
    let mut tell = |words: &dyn Display| {
        // A closed pipe is no reason to give the export up.
        let _ = writeln!(out, "{words}");
    };
    let mut shown = 0;
    let mut progress = |now: Progress| {
        let Progress::Writing(done, total) = now else { return ControlFlow::Continue(()) };
        let tenths = done * 10 / total.max(1);
        if total > 100_000 && tenths != shown {
            shown = tenths;
            tell(&lang.fill("cli.export.progress", &[("percent", &(tenths * 10))]));
        }
        ControlFlow::Continue(())
    };
    match exported(args, &mut progress) {
        Ok(report) => {
            for (path, count) in &report.files {
                tell(&lang.fill("cli.export.file", &[("path", &path.display()), ("count", count)]));
            }
            for one in &report.refused {
                tell(&lang.fill("cli.export.left_out", &[("what", &one.words(lang))]));
            }
            report.notes.iter().for_each(|note| tell(&note.words(lang)));
            tell(&lang.fill("cli.export.done", &[("left_out", &report.refused_count)]));
            ExitCode::SUCCESS
        }
        Err(trouble) => {
            tell(&lang.fill("cli.export.failed", &[("reason", &trouble.words(lang))]));
            ExitCode::FAILURE
        }
    }
}

fn exported(args: &ExportArgs, progress: &mut dyn FnMut(Progress) -> ControlFlow<()>) -> Result<ExportReport, Trouble> {
    let crs: TargetCrs = args.crs.parse()?;
    let filter = args.filter.as_deref().map(str::parse::<Filter>).transpose()?;
    let named = |name: &String| Layer::from_table(name.trim()).ok_or_else(|| Trouble::UnknownLayer(name.clone()));
    let mut layers = args.layer.iter().map(named).collect::<Result<Vec<_>, _>>()?;
    let pack = Pack::open(&args.map)?;
    if layers.is_empty() {
        layers = pack.layers().collect();
    }
    let mut seen = std::collections::BTreeSet::new();
    layers.retain(|layer| seen.insert(*layer));
    let known = |area: Option<_>, code: &String| area.ok_or_else(|| Trouble::NoSuchArea(code.clone()));
    let area = match (args.bounds, &args.cell, &args.community, &args.polygon) {
        (Some(bounds), ..) => Some(box_area(bounds)),
        (_, Some(code), ..) => Some(known(cell_area(&pack, code)?, code)?),
        (_, _, Some(code), _) => Some(known(community_area(&pack, code)?, code)?),
        (_, _, _, Some(path)) => Some(read_area(path, SourceCrs::LonLat)?),
        _ => None,
    };
    let selection = Selection { layers, filter, area, rows: None };
    let overwrite = if args.overwrite { Overwrite::Anything } else { Overwrite::Nothing };
    Ok(export(&pack, &selection, &Target { crs, out: &args.out, overwrite: &overwrite }, progress)?)
}
