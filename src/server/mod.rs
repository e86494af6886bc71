//! The district server: the same rules as in the console, on the deciding side.
//!
//! * [`http`]: the addresses, one file per resource; errors are problem documents.
//! * [`storage`]: one transaction per command; SQLite behind a trait that another database can take.
//! * [`authority`]: from a command to what is written, pure.
//! * [`password`], [`rate`], [`doorbell`]: logging in, how often, and who waits for news.
//! * [`demo`]: what a demonstration begins with.

pub mod authority;
pub mod demo;
pub mod doorbell;
pub mod http;
pub mod password;
pub mod rate;
pub mod state;
pub mod storage;

pub use http::{router, serve};
pub use state::{FixSource, Server, Setup};
