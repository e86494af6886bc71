//! `jiedao import FILE... --into street.gpkg [--crs EPSG:n|gcj02|bd09]`.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use crate::base::text::Lang;
use crate::spatial::import::{ImportError, SourceCrs, import};

/// Imports the files, tells progress and what came of it on `out`, and returns the program's exit code.
pub fn run(files: &[PathBuf], into: &Path, crs: &str, lang: Lang, out: &mut dyn Write) -> ExitCode {
    let mut shown = None;
    let mut tell = |line: String| {
        // A closed pipe is no reason to give the import up.
        let _ = writeln!(out, "{line}");
    };
    let outcome = crs.parse::<SourceCrs>().map_err(ImportError::from).and_then(|crs| {
        import(files, into, crs, |progress| {
            let tenths = progress.done_bytes * 10 / progress.total_bytes.max(1);
            if shown != Some(tenths) {
                shown = Some(tenths);
                tell(lang.fill("cli.import.progress", &[("percent", &(tenths * 10))]));
            }
        })
    });
    match outcome {
        Ok(report) => {
            for (layer, count) in &report.layers {
                tell(format!("{:<12} {count:>9}", layer.table()));
            }
            for skip in &report.skips {
                tell(lang.fill("cli.import.skipped", &[("what", &skip.words(lang))]));
            }
            let done: [(&str, &dyn std::fmt::Display); 3] =
                [("path", &into.display()), ("skipped", &report.skipped), ("unclassified", &report.unclassified)];
            tell(lang.fill("cli.import.done", &done));
            ExitCode::SUCCESS
        }
        Err(error) => {
            tell(lang.fill("cli.import.failed", &[("reason", &error.words(lang))]));
            ExitCode::FAILURE
        }
    }
}
