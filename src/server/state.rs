//! What the handlers share.

use std::sync::Arc;

use jiff::SignedDuration;
use tokio::sync::watch;

use crate::base::{Clock, Timestamp};
use crate::domain::calendar::Calendar;
use crate::domain::org::{Fix, Officer};
use crate::server::doorbell::Doorbell;
use crate::server::password::{PasswordError, Passwords};
use crate::server::rate::Rate;
use crate::server::storage::Storage;

/// Tells where an officer is now, when positions do not lie in the storage.
pub type FixSource = Arc<dyn Fn(&Officer, Timestamp) -> Option<Fix> + Send + Sync>;

/// What a server is made of.
pub struct Setup {
    /// Where everything is kept.
    pub storage: Arc<dyn Storage>,
    /// The time of recording.
    pub clock: Arc<dyn Clock>,
    /// Name to show to people.
    pub title: String,
    /// Positions of officers, if not from the storage.
    pub fixes: Option<FixSource>,
    /// Turns true when the server is to stop.
    pub stopping: watch::Receiver<bool>,
}

/// The running server.
pub struct Server {
    pub(super) storage: Arc<dyn Storage>,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) title: String,
    pub(super) fixes: Option<FixSource>,
    pub(super) stopping: watch::Receiver<bool>,
    pub(super) doorbell: Doorbell,
    pub(super) passwords: Passwords,
    /// Requests of one session.
    pub(super) session_rate: Rate,
    /// Login attempts of one address.
    pub(super) login_rate: Rate,
}

impl Server {
    /// Puts the parts together.
    ///
    /// # Errors
    /// [`PasswordError`] when passwords cannot be hashed on this machine.
    pub fn new(setup: Setup) -> Result<Self, PasswordError> {
        warn_of_unknown_holidays(setup.clock.now());
        Ok(Self {
            storage: setup.storage,
            clock: setup.clock,
            title: setup.title,
            fixes: setup.fixes,
            stopping: setup.stopping,
            doorbell: Doorbell::default(),
            passwords: Passwords::new()?,
            session_rate: Rate::new(60.0, 240.0),
            login_rate: Rate::new(1.0, 60.0),
        })
    }
}

/// Deadlines that reach into a year without published holidays are provisional, and nobody should find out by accident.
fn warn_of_unknown_holidays(now: Timestamp) {
    let soon = now.checked_add(SignedDuration::from_hours(60 * 24)).unwrap_or(now);
    if let Some(year) = Calendar::standard().unknown_year_between(now, soon) {
        tracing::warn!(year, "the holidays of this year are not known: Monday to Friday count as working days in it");
    }
}
