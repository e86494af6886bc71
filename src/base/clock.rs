//! Time comes in by the edge: rules and state take `now` as an argument and never ask a machine for it.

use std::time::{Duration, Instant};

use jiff::{Timestamp, civil, tz};

/// A source of the present. One lives in each program's shell; tests bring their own.
pub trait Clock: Send + Sync {
    /// The wall clock of this machine. It may be wrong and may jump.
    fn now(&self) -> Timestamp;
    /// Time since some fixed moment of this process; never runs backwards.
    fn monotonic(&self) -> Duration;
}

/// The machine's own clocks.
#[derive(Debug)]
pub struct SystemClock {
    started: Instant,
}

impl Default for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the one place where the shell's clock is made")]
    fn default() -> Self {
        Self { started: Instant::now() }
    }
}

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the one reader of the wall clock")]
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }

    fn monotonic(&self) -> Duration {
        self.started.elapsed()
    }
}

/// Offset of office time from UTC: China Standard Time, without daylight saving since 1991.
pub const OFFICE_OFFSET: tz::Offset = tz::offset(8);

/// The civil date and time on the office wall at `at`.
pub fn office_time(at: Timestamp) -> civil::DateTime {
    OFFICE_OFFSET.to_datetime(at)
}

/// The instant at which the office wall shows `civil`; instants beyond the calendar saturate.
pub fn from_office_time(civil: civil::DateTime) -> Timestamp {
    OFFICE_OFFSET.to_timestamp(civil).unwrap_or(Timestamp::MAX)
}
