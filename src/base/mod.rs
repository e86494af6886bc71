//! What every room may use: ids, clocks, revisions, positions, the text table. Nothing of ours lies above it.

pub mod clock;
pub mod ids;
pub mod position;
pub mod revision;
pub mod text;

pub use clock::Clock;
pub use ids::{CaseId, CommandId, DeviceId, IdSource, UserId};
/// An instant, kept in UTC. Office time (UTC+8, no daylight saving) is derived by [`clock::office_time`].
pub use jiff::Timestamp;
pub use position::LonLat;
pub use revision::Revision;
