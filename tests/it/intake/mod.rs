//! What an office has in its drawers, brought into a map pack: every format, every fault.

mod bad;
mod files;
mod formats;
mod fuzz;
mod real;
mod update;

use std::path::{Path, PathBuf};

use jiedao::spatial::feature::{Feature, Layer};
use jiedao::spatial::import::{ImportError, ImportReport, Options, import};
use jiedao::spatial::pack::Pack;

fn taken(files: &[PathBuf], into: &Path, options: &Options) -> Result<ImportReport, ImportError> {
    let report = import(files, into, options, |_| {})?;
    assert_eq!(report.rows, report.accepted + report.skipped + report.unclassified, "every row is accounted for");
    assert_eq!(report.rows, report.sources.iter().map(|source| source.rows).sum::<u64>());
    Ok(report)
}

fn features(pack: &Path, layer: Layer) -> Vec<Feature> {
    let mut found = Vec::new();
    Pack::open(pack).unwrap().features(layer, |_, feature| found.push(feature)).unwrap();
    found
}

/// Writes the text under the name in a folder of its own and imports it; what became of the pack comes too.
fn text(
    name: &str,
    text: impl AsRef<[u8]>,
    options: &Options,
) -> (Result<ImportReport, ImportError>, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    std::fs::write(&path, text).unwrap();
    let outcome = taken(&[path], &folder.path().join("p.gpkg"), options);
    let left = std::fs::read_dir(folder.path()).unwrap().count();
    assert_eq!(left, if outcome.is_ok() && !options.dry_run { 2 } else { 1 }, "nothing half is left behind");
    (outcome, folder)
}
