//! `jiedao grid check|draw|split|merge|void|reshape|history`.

use std::fmt::Display;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, Subcommand};
use geo::LineString;
use jiff::civil::Date;
use serde_json::json;

use crate::base::Clock;
use crate::base::clock::office_time;
use crate::base::text::Lang;
use crate::spatial::crs::SourceCrs;
use crate::spatial::grid::check::{Check, Finding, Report, Surroundings, check};
use crate::spatial::grid::{CellBook, CellVersion, Change, Edit, GridError, KeepError, Request};
use crate::spatial::outline::{OutlineError, read_area};
use crate::spatial::pack::{CellKeeper, Pack, PackError};

/// Exit code of a check that found something wrong.
const FOUND: u8 = 9;
/// Findings of one check that are told one by one; `--json` has all.
const TOLD_EACH: usize = 20;

/// What to do with the cells of a map pack.
#[derive(Debug, Subcommand)]
pub enum GridCommand {
    /// Checks G1 to G11. Ends with code 9 when something is wrong; sizes (G8) are only warned of.
    Check {
        /// The map pack.
        #[arg(long, value_name = "street.gpkg")]
        map: PathBuf,
        /// Duty grids, a CSV file with the columns `duty` and `cell`; the officers named in the pack when it is not given.
        #[arg(long, value_name = "duties.csv")]
        duties: Option<PathBuf>,
        /// Open cases, a CSV file with the columns `case` and `cell`.
        #[arg(long, value_name = "cases.csv")]
        cases: Option<PathBuf>,
        /// One JSON object with all findings.
        #[arg(long)]
        json: bool,
    },
    /// Draw a cell in a community; it gets the community's next code.
    Draw {
        /// 12 digits of the community.
        community: String,
        #[command(flatten)]
        outline: OutlineArgs,
        #[command(flatten)]
        change: ChangeArgs,
    },
    /// Split a cell along a line; it ends, and its parts get new codes.
    Split {
        /// 15 digits of the cell.
        code: String,
        /// Longitude and latitude of the line's points; its ends lie beyond the cell.
        #[arg(long, value_name = "LON,LAT LON,LAT ...", allow_hyphen_values = true, value_parser = line)]
        line: LineString<f64>,
        #[command(flatten)]
        change: ChangeArgs,
    },
    /// Merge cells of one community that lie side by side; they end, and one new code begins.
    Merge {
        /// 15 digits of each cell.
        #[arg(required = true, num_args = 2..)]
        codes: Vec<String>,
        #[command(flatten)]
        change: ChangeArgs,
    },
    /// End a cell without a successor.
    Void {
        /// 15 digits of the cell.
        code: String,
        #[command(flatten)]
        change: ChangeArgs,
    },
    /// Move a cell's border; it keeps its code while most of its area stays.
    Reshape {
        /// 15 digits of the cell.
        code: String,
        #[command(flatten)]
        outline: OutlineArgs,
        #[command(flatten)]
        change: ChangeArgs,
    },
    /// The versions of a cell, of all that it came from and all that it became.
    History {
        /// 15 digits of the cell.
        code: String,
        /// The map pack.
        #[arg(long, value_name = "street.gpkg")]
        map: PathBuf,
        /// One JSON object.
        #[arg(long)]
        json: bool,
    },
}

/// A cell's outline to be.
#[derive(Debug, Args)]
pub struct OutlineArgs {
    /// The outline, a polygon as GeoJSON or well-known text.
    #[arg(long, value_name = "FILE")]
    shape: PathBuf,
    /// System of the outline's coordinates.
    #[arg(long, value_name = "EPSG:n|gcj02|bd09", default_value = "EPSG:4490")]
    crs: String,
}

/// Where, from when and why.
#[derive(Debug, Args)]
pub struct ChangeArgs {
    /// The map pack.
    #[arg(long, value_name = "street.gpkg")]
    map: PathBuf,
    /// Why the grid changes; it is kept with the cell.
    #[arg(long)]
    reason: String,
    /// Day from which the change holds; today when it is not given.
    #[arg(long, value_name = "YYYY-MM-DD")]
    from: Option<Date>,
}

fn line(text: &str) -> Result<LineString<f64>, String> {
    let point = |pair: &str| {
        let (lon, lat) = pair.split_once(',')?;
        let (lon, lat) = (lon.trim().parse::<f64>().ok()?, lat.trim().parse::<f64>().ok()?);
        crate::base::LonLat::new(lon, lat).is_valid().then_some((lon, lat))
    };
    let points: Option<Vec<(f64, f64)>> = text.split_whitespace().map(point).collect();
    points
        .filter(|points| points.len() >= 2)
        .map(LineString::from)
        .ok_or_else(|| "116.22,39.90 116.23,39.91 ...".to_owned())
}

/// Why a command was not done.
#[derive(Debug, thiserror::Error)]
enum Trouble {
    #[error(transparent)]
    Grid(#[from] GridError),
    #[error(transparent)]
    Outline(#[from] OutlineError),
    #[error("{path}, row {row}: {reason}")]
    Table { path: PathBuf, row: u64, reason: String },
}

impl From<PackError> for Trouble {
    fn from(error: PackError) -> Self {
        Self::Grid(error.into())
    }
}

impl From<KeepError> for Trouble {
    fn from(error: KeepError) -> Self {
        Self::Grid(error.into())
    }
}

impl Trouble {
    fn words(&self, lang: Lang) -> String {
        match self {
            Self::Grid(error) => error.words(lang),
            Self::Outline(error) => error.words(lang),
            Self::Table { path, row, reason } => {
                lang.fill("cli.grid.bad_table", &[("path", &path.display()), ("row", row), ("reason", reason)])
            }
        }
    }
}

/// Does it, tells on `out` what came of it, and returns the exit code.
pub fn run(command: &GridCommand, clock: &dyn Clock, lang: Lang, out: &mut dyn Write) -> ExitCode {
    match done(command, clock, lang, out) {
        Ok(code) => code,
        Err(trouble) => {
            tell(out, &lang.fill("cli.grid.failed", &[("reason", &trouble.words(lang))]));
            ExitCode::FAILURE
        }
    }
}

/// A closed pipe is no reason to give up.
fn tell(out: &mut dyn Write, words: &dyn Display) {
    let _ = writeln!(out, "{words}");
}

fn done(command: &GridCommand, clock: &dyn Clock, lang: Lang, out: &mut dyn Write) -> Result<ExitCode, Trouble> {
    let shape = |path: &Path, crs: &str| {
        let crs = crs.parse::<SourceCrs>().map_err(OutlineError::from)?;
        Ok::<_, Trouble>(read_area(path, crs)?)
    };
    let area_of = |map: &Path, community: &str| {
        let around = Surroundings::load(&Pack::open(map)?)?;
        let parts = around.communities.into_iter().filter(|(code, ..)| code == community);
        let area: Vec<_> = parts.flat_map(|(_, _, area)| area.0).collect();
        Ok::<_, PackError>((!area.is_empty()).then_some(geo::MultiPolygon(area)))
    };
    match command {
        GridCommand::Check { map, duties, cases, json } => {
            let pack = Pack::open(map)?;
            let book = CellBook::load(&pack)?;
            let mut around = Surroundings::load(&pack)?;
            if let Some(path) = duties {
                around.duties = Some(bonds(path, "duty")?);
            }
            if let Some(path) = cases {
                around.open_cases = Some(bonds(path, "case")?);
            }
            let report = check(&book, &around);
            if *json {
                tell(out, &report_json(&report))
            } else {
                tell_report(&report, lang, out)
            }
            let wrong = report.findings.iter().any(|finding| !finding.check.is_warning());
            Ok(if wrong { ExitCode::from(FOUND) } else { ExitCode::SUCCESS })
        }
        GridCommand::Draw { community, outline, change } => {
            let (shape, area) = (shape(&outline.shape, &outline.crs)?, area_of(&change.map, community)?);
            edit(change, clock, lang, out, |book, request| book.draw(community, shape, area.as_ref(), request))
        }
        GridCommand::Split { code, line, change } => {
            edit(change, clock, lang, out, |book, request| book.split(code, line, request))
        }
        GridCommand::Merge { codes, change } => {
            edit(change, clock, lang, out, |book, request| book.merge(codes, request))
        }
        GridCommand::Void { code, change } => edit(change, clock, lang, out, |book, request| book.void(code, request)),
        GridCommand::Reshape { code, outline, change } => {
            let community = code.get(..crate::spatial::grid::COMMUNITY_DIGITS).unwrap_or_default();
            let (shape, area) = (shape(&outline.shape, &outline.crs)?, area_of(&change.map, community)?);
            edit(change, clock, lang, out, |book, request| book.reshape(code, shape, area.as_ref(), request))
        }
        GridCommand::History { code, map, json } => {
            let book = CellBook::load(&Pack::open(map)?)?;
            let family = book.family(code);
            if family.is_empty() {
                return Err(KeepError::Unknown { code: code.clone() }.into());
            }
            if *json {
                let versions: Vec<_> = family.into_iter().map(version_json).collect();
                tell(out, &json!({ "code": code, "versions": versions }));
            } else {
                family.into_iter().for_each(|version| tell(out, &version.words(lang)));
            }
            Ok(ExitCode::SUCCESS)
        }
    }
}

fn edit(
    change: &ChangeArgs,
    clock: &dyn Clock,
    lang: Lang,
    out: &mut dyn Write,
    decide: impl FnOnce(&CellBook, &Request) -> Result<Edit, KeepError>,
) -> Result<ExitCode, Trouble> {
    let now = clock.now();
    let day = change.from.unwrap_or_else(|| office_time(now).date());
    let request = Request { day, reason: change.reason.clone(), recorded_at: now };
    let book = CellBook::load(&Pack::open(&change.map)?)?;
    let edit =
        CellKeeper::open(&change.map)?.edit(&book, now, |book| decide(book, &request).map_err(GridError::from))?;
    for version in edit.ended.iter().chain(&edit.began) {
        tell(out, &version.words(lang));
    }
    Ok(ExitCode::SUCCESS)
}

/// Rows of name and cell from a CSV file.
fn bonds(path: &Path, name: &str) -> Result<Vec<(String, String)>, Trouble> {
    let bad =
        |row: u64, reason: &dyn Display| Trouble::Table { path: path.to_owned(), row, reason: reason.to_string() };
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_path(path).map_err(|error| bad(0, &error))?;
    let header = reader.headers().map_err(|error| bad(1, &error))?.clone();
    let column = |wanted: &str| {
        let found = header.iter().position(|title| title.trim().trim_start_matches('\u{feff}') == wanted);
        found.ok_or_else(|| bad(1, &format!("{wanted}?")))
    };
    let (name, cell) = (column(name)?, column("cell")?);
    let mut rows = Vec::new();
    for (row, record) in (2..).zip(reader.records()) {
        let record = record.map_err(|error| bad(row, &error))?;
        let field = |index: usize| record.get(index).map(|text| text.trim().to_owned());
        match (field(name), field(cell)) {
            (Some(name), Some(cell)) => rows.push((name, cell)),
            _ => return Err(bad(row, &record.len())),
        }
    }
    Ok(rows)
}

fn tell_report(report: &Report, lang: Lang, out: &mut dyn Write) {
    for check in Check::ALL {
        let found: Vec<&Finding> = report.findings.iter().filter(|finding| finding.check == check).collect();
        let state = if report.unchecked.contains(&check) {
            lang.text("cli.grid.unchecked").to_owned()
        } else {
            found.len().to_string()
        };
        tell(out, &format!("{:<4}{}: {state}", check.id(), check.title(lang)));
        for finding in found.iter().take(TOLD_EACH) {
            let at = finding.at.map_or_else(String::new, |at| format!("  [{:.6},{:.6}]", at.lon, at.lat));
            tell(out, &format!("    {}{at}", finding.words(lang)));
        }
        if found.len() > TOLD_EACH {
            tell(out, &lang.fill("cli.grid.more", &[("count", &(found.len() - TOLD_EACH))]));
        }
    }
    tell(out, &lang.fill("cli.grid.checked", &[("cells", &report.cells), ("findings", &report.findings.len())]));
}

fn report_json(report: &Report) -> serde_json::Value {
    let finding = |finding: &Finding| {
        json!({
            "check": finding.check.id(),
            "severity": if finding.check.is_warning() { "warning" } else { "error" },
            "cells": finding.cells,
            "about": finding.about,
            "area_m2": finding.area_m2,
            "at": finding.at.map(|at| [at.lon, at.lat]),
            "bounds": finding.bounds.map(|b| [b.min().x, b.min().y, b.max().x, b.max().y]),
            "zh": finding.words(Lang::ZhCn),
            "en": finding.words(Lang::En),
        })
    };
    json!({
        "cells": report.cells,
        "unchecked": report.unchecked.iter().map(|check| check.id()).collect::<Vec<_>>(),
        "findings": report.findings.iter().map(finding).collect::<Vec<_>>(),
    })
}

fn version_json(version: &CellVersion) -> serde_json::Value {
    let change = |change: &Change| {
        json!({
            "act": change.act.key(),
            "day": change.day.map(|day| day.to_string()),
            "reason": change.reason,
            "recorded_at": change.recorded_at.map(|at| at.to_string()),
            "others": change.others,
        })
    };
    json!({
        "code": version.code,
        "version": version.version,
        "began": change(&version.began),
        "ended": version.ended.as_ref().map(change),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_read_or_refused() {
        assert_eq!(line("116.1,39.9  116.2,40").unwrap().0.len(), 2);
        for bad in ["", "116.1,39.9", "116.1 39.9", "116.1,39.9 x,y", "116.1,39.9 116.1,99"] {
            assert!(line(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn tables_of_bonds_are_read_and_their_faults_named() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("d.csv");
        std::fs::write(&path, "\u{feff}duty,cell\n张三,110107011001001\n李四 , 110107011001002\n").unwrap();
        let read = bonds(&path, "duty").unwrap();
        assert_eq!(read[1], ("李四".to_owned(), "110107011001002".to_owned()));
        assert!(bonds(&path, "case").unwrap_err().words(Lang::En).contains("case?"));
        std::fs::write(&path, "duty,cell\n张三\n").unwrap();
        assert!(bonds(&path, "duty").unwrap_err().words(Lang::En).contains("row 2"));
    }
}
