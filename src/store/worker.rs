//! The store thread: it alone touches the files, so that neither the window nor the network waits for the disk.
//!
//! The shell spawns a [`Worker`], takes [`Answer`]s from the receiver whenever it is woken, and sends [`Request`]s through
//! a [`Handle`]; the first answer is [`Answer::Opened`] or [`Answer::OpenFailed`]. A clone of the handle goes to
//! `sync::Worker`, which uses [`Handle::run`]. Dropping the worker writes what is still held back and closes the profile.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, TrySendError, sync_channel};
use std::thread::JoinHandle;
use std::time::Duration;

use crate::base::{Clock, CommandId};
use crate::domain::case::Command;
use crate::store::{Opened, Store, StoreError};

/// Called whenever an answer or event waits; it must not block.
pub type Wake = Arc<dyn Fn() + Send + Sync>;

/// How many requests may wait. A person makes a few per second.
const WAITING: usize = 512;
/// How long drafts and settings are held back, so that typing costs one write and not one for each letter.
const HOLD_BACK: Duration = Duration::from_millis(400);

/// What the store thread can be asked.
pub enum Request {
    /// Save a command: answered by [`Answer::Saved`] or [`Answer::SaveFailed`].
    Commit(Box<Command>),
    /// Keep the draft, soon; no answer unless it fails.
    KeepDraft(Option<String>),
    /// Keep the settings, soon; no answer unless it fails.
    KeepSettings(String),
    /// Take a refusal out of the inbox: answered by [`Answer::Settled`].
    Settle(CommandId),
    /// Run something on the store; used through [`Handle::run`].
    Run(Box<dyn FnOnce(&mut Store) + Send>),
    /// Call this after every command saved: how sync learns of work.
    WhenSaved(Wake),
    /// Write what is held back and end.
    Close,
}

/// What the store thread tells the shell.
#[derive(Debug)]
pub enum Answer {
    /// The profile is open; first answer.
    Opened(Box<Opened>),
    /// The profile could not be opened; the thread has ended.
    OpenFailed(StoreError),
    /// The command is on the disk.
    Saved {
        /// The command.
        command: Box<Command>,
        /// Its number on this device.
        device_no: u64,
    },
    /// The command is not saved.
    SaveFailed {
        /// The command, so that nothing typed is lost.
        command: Box<Command>,
        /// Why.
        error: StoreError,
    },
    /// The refusal is out of the inbox.
    Settled(CommandId),
    /// Draft, settings or a settlement could not be written.
    KeepFailed(StoreError),
}

/// The store thread has ended or cannot take more.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("the profile is closed, or its disk does not keep up")]
pub struct Closed;

/// Sends requests to the store thread. Cheap to clone.
#[derive(Clone)]
pub struct Handle {
    requests: SyncSender<Request>,
}

impl std::fmt::Debug for Handle {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("store::Handle")
    }
}

impl Handle {
    /// Sends a request without waiting.
    ///
    /// # Errors
    /// The request comes back when the thread has ended or does not keep up; a command among them is not saved.
    pub fn send(&self, request: Request) -> Result<(), Request> {
        self.requests.try_send(request).map_err(|error| match error {
            TrySendError::Full(request) | TrySendError::Disconnected(request) => request,
        })
    }

    /// Runs `work` on the store thread and hands its result to `reply` there; `reply` must not block.
    ///
    /// # Errors
    /// [`Closed`] when the thread has ended or does not keep up.
    pub fn run<R>(
        &self,
        work: impl FnOnce(&mut Store) -> R + Send + 'static,
        reply: impl FnOnce(R) + Send + 'static,
    ) -> Result<(), Closed> {
        self.send(Request::Run(Box::new(move |store| reply(work(store))))).map_err(|_| Closed)
    }
}

/// Owner of the store thread.
#[derive(Debug)]
pub struct Worker {
    handle: Handle,
    thread: Option<JoinHandle<()>>,
}

impl Worker {
    /// Starts the thread `store`, which opens the profile in `dir`.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub fn spawn(dir: PathBuf, clock: Arc<dyn Clock>, wake: Wake) -> std::io::Result<(Self, Receiver<Answer>)> {
        let (requests, waiting) = sync_channel(WAITING);
        let (answers, receiver) = sync_channel(WAITING);
        let thread = std::thread::Builder::new().name("store".to_owned()).spawn(move || {
            let tell = |answer: Answer| {
                let told = answers.send(answer).is_ok();
                wake();
                told
            };
            match Store::open(&dir, clock.now()) {
                Ok((store, opened)) => {
                    tell(Answer::Opened(Box::new(opened)));
                    Desk { store, clock, held_draft: None, held_settings: None, when_saved: None }
                        .serve(&waiting, &tell);
                }
                Err(error) => {
                    tell(Answer::OpenFailed(error));
                }
            }
        })?;
        Ok((Self { handle: Handle { requests }, thread: Some(thread) }, receiver))
    }

    /// Through which to ask.
    pub fn handle(&self) -> Handle {
        self.handle.clone()
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        // The queue may be full for a moment; the thread empties it. An error means that it has ended already.
        let _ = self.handle.requests.send(Request::Close);
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("the store thread has panicked");
        }
    }
}

struct Desk {
    store: Store,
    clock: Arc<dyn Clock>,
    held_draft: Option<Option<String>>,
    held_settings: Option<String>,
    when_saved: Option<Wake>,
}

impl Desk {
    fn serve(mut self, waiting: &Receiver<Request>, tell: &impl Fn(Answer) -> bool) {
        let mut due: Option<Duration> = None;
        loop {
            let request = match due {
                Some(due) => waiting.recv_timeout(due.saturating_sub(self.clock.monotonic())),
                None => waiting.recv().map_err(|_| RecvTimeoutError::Disconnected),
            };
            match request {
                Ok(Request::KeepDraft(draft)) => {
                    self.held_draft = Some(draft);
                    due.get_or_insert(self.clock.monotonic() + HOLD_BACK);
                }
                Ok(Request::KeepSettings(settings)) => {
                    self.held_settings = Some(settings);
                    due.get_or_insert(self.clock.monotonic() + HOLD_BACK);
                }
                Ok(Request::Commit(command)) => {
                    let answer = match self.store.commit_command(&command, self.clock.now()) {
                        Ok(device_no) => Answer::Saved { command, device_no },
                        Err(error) => Answer::SaveFailed { command, error },
                    };
                    let saved = matches!(answer, Answer::Saved { .. });
                    tell(answer);
                    if let (true, Some(when_saved)) = (saved, &self.when_saved) {
                        when_saved();
                    }
                }
                Ok(Request::Settle(id)) => {
                    let settled = self.store.settle(id, self.clock.now());
                    tell(settled.map_or_else(Answer::KeepFailed, |()| Answer::Settled(id)));
                }
                Ok(Request::Run(work)) => work(&mut self.store),
                Ok(Request::WhenSaved(wake)) => self.when_saved = Some(wake),
                Ok(Request::Close) | Err(RecvTimeoutError::Disconnected) => {
                    self.write_held(tell);
                    return;
                }
                Err(RecvTimeoutError::Timeout) => {}
            }
            if due.is_some_and(|due| due <= self.clock.monotonic()) {
                due = None;
                self.write_held(tell);
            }
        }
    }

    fn write_held(&mut self, tell: &impl Fn(Answer) -> bool) {
        if let Some(draft) = self.held_draft.take()
            && let Err(error) = self.store.keep_draft(draft.as_deref())
        {
            tell(Answer::KeepFailed(error));
        }
        if let Some(settings) = self.held_settings.take()
            && let Err(error) = self.store.keep_settings(&settings)
        {
            tell(Answer::KeepFailed(error));
        }
    }
}
