//! `jiedao section --map street.gpkg --from PLACE --to PLACE`: the pipelines below a line, as text.

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;

use crate::base::text::Lang;
use crate::spatial::pack::Pack;
use crate::spatial::section::of_pack;
use crate::spatial::typed;

/// Where to cut.
#[derive(Debug, Args)]
pub struct SectionArgs {
    /// The map pack.
    #[arg(long, value_name = "street.gpkg")]
    map: PathBuf,
    /// Where the section begins, as it would be typed in the window: 116.207,39.902 or with a system before it.
    #[arg(long, value_name = "PLACE", allow_hyphen_values = true)]
    from: String,
    /// Where it ends.
    #[arg(long, value_name = "PLACE", allow_hyphen_values = true)]
    to: String,
}

/// Prints the section on `out` and returns the program's exit code.
pub fn run(args: &SectionArgs, lang: Lang, out: &mut dyn Write) -> ExitCode {
    let (text, code) = match report(args, lang) {
        Ok(text) => (text, ExitCode::SUCCESS),
        Err(why) => (why, ExitCode::FAILURE),
    };
    // A closed pipe is no reason to fail.
    let _ = writeln!(out, "{text}");
    code
}

fn report(args: &SectionArgs, lang: Lang) -> Result<String, String> {
    let ends = [typed::first(&args.from, lang)?, typed::first(&args.to, lang)?];
    let pack = Pack::open(&args.map).map_err(|error| error.words(lang))?;
    let section = of_pack(&pack, ends).map_err(|error| error.words(lang))?;
    Ok(section.report(lang))
}
