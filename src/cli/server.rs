//! Command line of `jiedao-server`.

use std::process::ExitCode;

/// Runs the server's program.
pub fn main() -> ExitCode {
    ExitCode::SUCCESS
}
