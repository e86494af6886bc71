//! Command line of `jiedao`.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};

use crate::base::clock::SystemClock;
use crate::base::text::Lang;

/// The command console of a subdistrict office. Without a subcommand it opens the window; without --server it brings a
/// demonstration server of its own.
#[derive(Debug, Parser)]
#[command(name = "jiedao", version, args_conflicts_with_subcommands = true)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    window: WindowArgs,
}

/// What the window is opened with.
#[derive(Debug, Args)]
pub struct WindowArgs {
    /// Folder of the profile; a folder of the user's when it is not given.
    #[arg(long, value_name = "DIR")]
    pub profile: Option<PathBuf>,
    /// Address of the district server, for example http://127.0.0.1:8750.
    #[arg(long, value_name = "URL")]
    pub server: Option<String>,
    /// The street's map pack.
    #[arg(long, value_name = "street.gpkg")]
    pub map: Option<PathBuf>,
    /// The style file of the map; style.toml in the profile when it is not given.
    #[arg(long, value_name = "style.toml")]
    pub style: Option<PathBuf>,
    /// What to log, for example `info` or `jiedao=debug`.
    #[arg(long, value_name = "FILTER", default_value = "warn")]
    pub log: String,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Bring map data of the usual formats into a map pack.
    Import(super::import::ImportArgs),
    /// The console without a window: one JSON request a line in, one JSON answer a line out.
    #[command(after_long_help = super::headless::PROTOCOL)]
    Headless(super::headless::HeadlessArgs),
    /// Write the generated demonstration subdistrict as a map pack.
    Demo {
        /// The map pack to write.
        #[arg(long, value_name = "town.gpkg")]
        out: PathBuf,
        /// The same seed gives the same town.
        #[arg(long, default_value_t = crate::demo::SEED)]
        seed: u64,
        /// About how many features; more makes the town larger, up to some 5,000,000.
        #[arg(long, value_name = "N")]
        features: Option<u64>,
        /// So many past incidents strewn over the streets.
        #[arg(long, value_name = "N", default_value_t = 0)]
        incidents: u64,
        /// Keep only about so many of the components.
        #[arg(long, value_name = "N")]
        components: Option<u64>,
    },
    /// Write layers of a map pack, or a selection of them, as a file for other programs.
    Export(super::export::ExportArgs),
    /// Find where a phrase leads, best first and each with its reason; or say in words what is around a point.
    Geocode(super::geocode::GeocodeArgs),
    /// Keep the unit grid cells of a map pack: check, draw, split, merge, void, reshape, history.
    Grid {
        #[command(subcommand)]
        command: super::grid::GridCommand,
    },
    /// Draw a map pack into a PNG file.
    Render(super::render::RenderArgs),
    /// Cut through the pipelines below a line: which it crosses, where, how deep, and how far apart.
    Section(super::section::SectionArgs),
    /// Draw a map sheet for print: a PDF at an exact scale, with title, legend, scale bar and what a sheet has to say.
    Sheet(super::sheet::SheetArgs),
}

/// The language that the environment asks for.
pub(super) fn lang_from_env() -> Lang {
    ["LC_ALL", "LC_MESSAGES", "LANG"]
        .into_iter()
        .find_map(|name| Lang::from_tag(&std::env::var(name).ok()?))
        .unwrap_or_default()
}

/// Runs the console's program.
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    let lang = lang_from_env();
    match cli.command {
        Some(Command::Import(args)) => super::import::run(&args, lang, &mut std::io::stdout().lock()),
        Some(Command::Headless(args)) => super::headless::run(args, lang),
        Some(Command::Demo { out, seed, features, incidents, components }) => {
            let plan = crate::demo::Plan { seed, features, incidents, components };
            super::demo::run(&out, plan, lang, &mut std::io::stdout().lock())
        }
        Some(Command::Export(args)) => super::export::run(&args, lang, &mut std::io::stdout().lock()),
        Some(Command::Geocode(args)) => super::geocode::run(&args, lang, &mut std::io::stdout().lock()),
        Some(Command::Grid { command }) => {
            super::grid::run(&command, &SystemClock::default(), lang, &mut std::io::stdout().lock())
        }
        Some(Command::Render(args)) => super::render::run(&args, lang, &mut std::io::stdout().lock()),
        Some(Command::Section(args)) => super::section::run(&args, lang, &mut std::io::stdout().lock()),
        Some(Command::Sheet(args)) => {
            super::sheet::run(&args, &SystemClock::default(), lang, &mut std::io::stdout().lock())
        }
        None => super::window::run(cli.window, lang),
    }
}
