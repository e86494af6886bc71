//! The pictures below a view that is drawn for once: a sheet, or the view as a picture.

use std::sync::Arc;
use std::sync::mpsc::{RecvTimeoutError, SyncSender, sync_channel};
use std::time::Duration;

use super::{Order, Sight};
use crate::map::raster::Underlay;

/// What lies below a view, if anything is shown there, and whom it is owed to.
#[derive(Debug, Default)]
pub(in super::super) struct Taken {
    pub underlay: Option<Arc<Underlay>>,
    pub attribution: String,
}

/// A view that is brought for once.
pub(super) struct Taking {
    pub reply: SyncSender<Taken>,
    /// What is shown again afterwards.
    pub back: Option<Sight>,
    /// What is there is enough.
    pub enough: bool,
}

/// Brings the pictures below a view that is not the one on the screen.
pub(in super::super) struct Taker(pub(super) SyncSender<Order>);

impl Taker {
    /// What lies below a view: all of it, or what has come within so long a time. Nothing when nothing is shown there, or it is
    /// not wanted any more.
    pub(in super::super) fn take(&self, sight: Sight, patience: Duration, goes_on: &dyn Fn() -> bool) -> Taken {
        self.taken(sight, patience, goes_on).unwrap_or_default()
    }

    fn taken(&self, sight: Sight, patience: Duration, goes_on: &dyn Fn() -> bool) -> Option<Taken> {
        const ROUND: Duration = Duration::from_millis(100);
        let (reply, answer) = sync_channel(1);
        self.0.send(Order::Take(sight, reply)).ok()?;
        let mut left = patience;
        while goes_on() {
            match answer.recv_timeout(ROUND) {
                Ok(taken) => return Some(taken),
                Err(RecvTimeoutError::Disconnected) => return None,
                Err(RecvTimeoutError::Timeout) => left = left.saturating_sub(ROUND),
            }
            if left.is_zero() {
                break;
            }
        }
        self.0.send(Order::Enough).ok()?;
        // It is at work on a batch at most.
        answer.recv_timeout(ROUND * 50).ok()
    }
}
