//! `jiedao import FILE... --into street.gpkg`: map data from elsewhere into a map pack.

use std::fmt::Display;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, ValueEnum};
use serde_json::json;

use crate::base::text::Lang;
use crate::spatial::import::profile::Profile;
use crate::spatial::import::{ImportError, ImportReport, Mode, Options, SourceCrs, district_from_geojson, import};

/// What to import, and how.
#[derive(Clone, Debug, Default, Args)]
pub struct ImportArgs {
    /// Files to read: OSM PBF or XML, GeoJSON, shapefile, GeoPackage, KML, GPX, CSV, XLSX, FlatGeobuf, zips of these.
    #[arg(required = true)]
    pub files: Vec<PathBuf>,
    /// The map pack to write.
    #[arg(long, value_name = "street.gpkg")]
    pub into: PathBuf,
    /// System of the coordinates, whatever the files say; a parameter file describes a local system.
    #[arg(long, value_name = "EPSG:n|gcj02|bd09|file:PARAMETERS.toml")]
    pub crs: Option<String>,
    /// Take the systems as the files say, or longitude and latitude where they say nothing, without asking.
    #[arg(long)]
    pub accept_crs: bool,
    /// The two numbers of each place change places.
    #[arg(long)]
    pub swap_axes: bool,
    /// Encoding of the text, for example GBK, where it is not found out rightly.
    #[arg(long, value_name = "NAME")]
    pub encoding: Option<String>,
    /// A profile that says what becomes of foreign columns: a file, or the name of a saved one.
    #[arg(long, value_name = "FILE|NAME")]
    pub profile: Option<String>,
    /// Save the mapping that was used, to a file or under a name.
    #[arg(long, value_name = "FILE|NAME")]
    pub save_profile: Option<String>,
    /// What becomes of the pack that is there.
    #[arg(long, value_enum, default_value_t)]
    pub mode: ModeArg,
    /// The attribute by which an update finds features.
    #[arg(long, value_name = "FIELD", default_value = "code")]
    pub key: String,
    /// Do everything but change the pack.
    #[arg(long)]
    pub dry_run: bool,
    /// Tell what came of it as one JSON object.
    #[arg(long)]
    pub json: bool,
    /// Where the data should lie, as GeoJSON; Shijingshan when it is not given.
    #[arg(long, value_name = "FILE.geojson")]
    pub district: Option<PathBuf>,
}

/// What becomes of the pack that is there.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, ValueEnum)]
pub enum ModeArg {
    /// A new pack takes its place.
    #[default]
    New,
    /// It is kept, and what comes in is added.
    Append,
    /// The layers that something comes in for are replaced.
    Replace,
    /// Features of the same key are changed, others added.
    Update,
}

impl From<ModeArg> for Mode {
    fn from(given: ModeArg) -> Self {
        match given {
            ModeArg::New => Self::New,
            ModeArg::Append => Self::Append,
            ModeArg::Replace => Self::Replace,
            ModeArg::Update => Self::Update,
        }
    }
}

/// Where a profile lies: a path as it is, a bare name in the folder of saved profiles.
fn profile_path(named: &str) -> Result<PathBuf, ImportError> {
    let path = Path::new(named);
    if path.extension().is_some() || path.components().count() > 1 {
        return Ok(path.to_owned());
    }
    let dirs = directories::ProjectDirs::from("", "", "jiedao");
    let folder = dirs.map(|dirs| dirs.data_local_dir().join("import"));
    folder
        .map(|folder| folder.join(format!("{named}.toml")))
        .ok_or_else(|| ImportError::Profile(format!("{named}: there is no folder of the user's; give a path")))
}

fn options(args: &ImportArgs) -> Result<Options, ImportError> {
    let text =
        |path: &Path| fs::read_to_string(path).map_err(|source| ImportError::Io { path: path.to_owned(), source });
    let mut options = Options {
        crs: args.crs.as_deref().map(SourceCrs::from_argument).transpose()?,
        accept_crs: args.accept_crs,
        swap_axes: args.swap_axes,
        encoding: args.encoding.clone(),
        mode: args.mode.into(),
        dry_run: args.dry_run,
        ..Options::default()
    };
    if !args.key.is_empty() {
        options.key.clone_from(&args.key);
    }
    if let Some(named) = &args.profile {
        let path = profile_path(named)?;
        let bad = |reason| ImportError::Profile(format!("{}: {reason}", path.display()));
        options.profile = Some(Profile::from_toml(&text(&path)?).map_err(bad)?);
    }
    if let Some(path) = &args.district {
        let bad = |reason| ImportError::Profile(format!("{}: {reason}", path.display()));
        options.district = district_from_geojson(&text(path)?).map_err(bad)?;
    }
    Ok(options)
}

/// Keeps the mapping that was used, with the system and encoding that were said.
fn save_profile(args: &ImportArgs, named: &str, report: &ImportReport) -> Result<PathBuf, ImportError> {
    let path = profile_path(named)?;
    let mut profile = report.profile.clone();
    profile.name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    profile.crs.clone_from(&args.crs);
    profile.encoding.clone_from(&args.encoding);
    let io = |source| ImportError::Io { path: path.clone(), source };
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        fs::create_dir_all(folder).map_err(io)?;
    }
    fs::write(&path, profile.to_toml().map_err(ImportError::Profile)?).map_err(io)?;
    Ok(path)
}

/// Imports the files, tells progress and what came of it on `out`, and returns the program's exit code.
pub fn run(args: &ImportArgs, lang: Lang, out: &mut dyn Write) -> ExitCode {
    let mut shown = None;
    let mut tell = |line: String| {
        // A closed pipe is no reason to give the import up.
        let _ = writeln!(out, "{line}");
    };
    let outcome = options(args).and_then(|options| {
        import(&args.files, &args.into, &options, |progress| {
            let tenths = progress.done_bytes * 10 / progress.total_bytes.max(1);
            if shown != Some(tenths) && !args.json {
                shown = Some(tenths);
                tell(lang.fill("cli.import.progress", &[("percent", &(tenths * 10))]));
            }
        })
    });
    let outcome = outcome.and_then(|report| {
        let saved = args.save_profile.as_deref().map(|named| save_profile(args, named, &report)).transpose()?;
        Ok((report, saved))
    });
    match outcome {
        Ok((report, _)) if args.json => {
            tell(json!({ "ok": true, "report": report.to_json() }).to_string());
            ExitCode::SUCCESS
        }
        Ok((report, saved)) => {
            words(&report, &args.into, lang).into_iter().for_each(&mut tell);
            if let Some(path) = saved {
                tell(lang.fill("cli.import.profile_saved", &[("path", &path.display())]));
            }
            ExitCode::SUCCESS
        }
        Err(error) if args.json => {
            tell(refusal(&error).to_string());
            ExitCode::FAILURE
        }
        Err(error) => {
            tell(lang.fill("cli.import.failed", &[("reason", &error.words(lang))]));
            ExitCode::FAILURE
        }
    }
}

/// The report, line by line.
fn words(report: &ImportReport, into: &Path, lang: Lang) -> Vec<String> {
    let mut lines = Vec::new();
    for source in &report.sources {
        let name = match source.table.as_str() {
            "" => source.path.display().to_string(),
            table => format!("{} ({table})", source.path.display()),
        };
        let values: [(&str, &dyn Display); 3] = [("source", &name), ("rows", &source.rows), ("crs", &source.crs)];
        lines.push(lang.fill("cli.import.source", &values));
        if let Some(layer) = source.mapped {
            lines.push(lang.fill("cli.import.mapped", &[("layer", &layer.table())]));
        }
    }
    for (layer, count) in &report.layers {
        lines.push(format!("{:<12} {count:>9}", layer.table()));
    }
    for skip in &report.skips {
        lines.push(lang.fill("cli.import.skipped", &[("what", &skip.words(lang))]));
    }
    if report.skipped > report.skips.len() as u64 {
        let more = report.skipped - report.skips.len() as u64;
        lines.push(lang.fill("cli.import.more_skipped", &[("count", &more)]));
    }
    if report.mended > 0 {
        lines.push(lang.fill("cli.import.mended", &[("count", &report.mended)]));
    }
    if let Some(update) = report.update {
        let values: [(&str, &dyn Display); 3] =
            [("added", &update.added), ("changed", &update.changed), ("unchanged", &update.unchanged)];
        lines.push(lang.fill("cli.import.update", &values));
    }
    let values: [(&str, &dyn Display); 5] = [
        ("path", &into.display()),
        ("rows", &report.rows),
        ("accepted", &report.accepted),
        ("skipped", &report.skipped),
        ("unclassified", &report.unclassified),
    ];
    lines.push(lang.fill(if report.dry_run { "cli.import.tried" } else { "cli.import.done" }, &values));
    lines
}

/// What a machine is told of a failed import; a question about the coordinate system comes with what can be said.
fn refusal(error: &ImportError) -> serde_json::Value {
    let question = match error {
        ImportError::Ask(question) => {
            let inside: Vec<_> = question
                .inside
                .iter()
                .map(|(reading, count)| {
                    json!({ "crs": reading.crs.to_string(), "swap_axes": reading.swapped, "inside": count })
                })
                .collect();
            json!({
                "path": question.path.to_string_lossy(), "table": question.table,
                "says": question.says.as_ref().map(ToString::to_string), "rows": question.looked_at, "by": inside,
            })
        }
        _ => serde_json::Value::Null,
    };
    json!({ "ok": false, "error": error.to_string(), "question": question })
}
