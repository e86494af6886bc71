//! `jiedao demo --out town.gpkg [--seed N] [--features N]`.

use std::io::Write;
use std::path::Path;
use std::process::ExitCode;

use crate::base::text::Lang;
use crate::demo::{Plan, write_pack};

/// How many features stand between two lines of progress.
const TELL_EVERY: u64 = 100_000;

/// Writes the demonstration subdistrict, tells on `out` how far it is and what it is, and returns the exit code.
pub fn run(path: &Path, plan: Plan, lang: Lang, out: &mut dyn Write) -> ExitCode {
    let mut tell = |line: String| {
        // A closed pipe is no reason to give up.
        let _ = writeln!(out, "{line}");
    };
    let (mut shown, mut count) = (0, 0);
    let outcome = write_pack(path, plan, |written| {
        count = written;
        if written / TELL_EVERY > shown {
            shown = written / TELL_EVERY;
            tell(lang.fill("cli.demo.progress", &[("count", &written)]));
        }
    });
    match outcome {
        Ok(()) => {
            tell(lang.fill("cli.demo.done", &[("path", &path.display()), ("count", &count), ("seed", &plan.seed)]));
            tell(lang.text("cli.demo.note").to_owned());
            ExitCode::SUCCESS
        }
        Err(error) => {
            tell(lang.fill("cli.demo.failed", &[("reason", &error)]));
            ExitCode::FAILURE
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_says_what_was_made_and_that_it_is_made_up() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("town.gpkg");
        let plan = Plan::town(4);
        let mut said = Vec::new();
        run(&path, plan, Lang::ZhCn, &mut said);
        let text = String::from_utf8(said).unwrap();
        assert!(text.contains("town.gpkg") && text.contains("种子 4") && text.contains("虚构"), "{text}");
        assert!(path.exists());
        let mut said = Vec::new();
        run(&folder.path().join("no such folder").join("town.gpkg"), plan, Lang::En, &mut said);
        assert!(String::from_utf8(said).unwrap().contains("nothing was left behind"));
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}
