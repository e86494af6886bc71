//! The console's side of the line: push, pull, back off, log in (SYNC.md 2.5).
//!
//! * [`transport`]: what is asked of a server; [`http`] carries it over sockets, a simulation carries it in memory.
//! * [`machine`]: what to do next and when, pure.
//! * [`tiles`]: the thread `tiles`, which brings pictures for below the map from the user's own services.
//! * [`worker`]: the thread `sync`, which carries that out between [`crate::store`] and a transport.

pub mod http;
pub mod machine;
pub mod tiles;
pub mod transport;
pub mod worker;

pub use http::BadServer;
pub use worker::{Config, Event, Handle, Password, Worker};
