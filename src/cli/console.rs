//! Command line of `jiedao`.

use std::process::ExitCode;

/// Runs the console's program.
pub fn main() -> ExitCode {
    ExitCode::SUCCESS
}
