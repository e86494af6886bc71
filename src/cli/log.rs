//! The log: to standard error, as text for a person and as JSON for a collector.

use std::io::IsTerminal as _;

/// Starts the log with a filter such as `info` or `jiedao=debug`.
pub fn start(filter: &str) {
    let filter = tracing_subscriber::EnvFilter::new(filter);
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    // Only a second subscriber could make this fail, and there is none.
    let _ = if std::io::stderr().is_terminal() { builder.try_init() } else { builder.json().try_init() };
}
