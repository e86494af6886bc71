//! The thread `map-pack`: reads the street's map pack once, beside everything else.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::thread::JoinHandle;

use crate::app::state::Books;
use crate::geocode::Gazetteer;
use crate::map::scene::Scene;
use crate::spatial::grid::CellBook;
use crate::spatial::incidents::Incidents;
use crate::spatial::pack::{About, Pack, PackError};
use crate::spatial::street::Street;
use crate::store::Wake;

/// Progress may be left out while the shell is busy; the rest waits for it.
const QUEUE: usize = 16;
/// So many features between two words of progress.
const STEP: u64 = 2_000;

/// What the thread tells.
pub(super) enum Loaded {
    /// So many features have been read.
    Progress(u64),
    /// The drawable map.
    Scene(Arc<Scene>),
    /// The history of the unit grid.
    Cells(Arc<CellBook>),
    /// The books with the places of the pack.
    Books(Arc<Books>),
    /// The pack cannot be read.
    Failed(PackError),
}

/// The books that every console has, before it knows a street.
pub(super) fn standard_books() -> Books {
    Books {
        calendar: crate::domain::calendar::Calendar::standard(),
        catalogue: crate::domain::category::Catalogue::standard(),
        limits: crate::domain::limit::LimitTable::sample(),
        street: Street::default(),
        gazetteer: Gazetteer::default(),
        about: About::default(),
        incidents: Incidents::default(),
    }
}

/// Owner of the thread.
pub(super) struct Loader {
    stop: Arc<AtomicBool>,
    done: Arc<AtomicBool>,
    answers: Option<Receiver<Loaded>>,
    thread: Option<JoinHandle<()>>,
}

impl Loader {
    /// `drawn` is the folder of drawn maps; without it no map is drawn.
    pub(super) fn spawn(pack: PathBuf, drawn: Option<PathBuf>, wake: Wake) -> std::io::Result<Self> {
        let (answers, receiver) = sync_channel(QUEUE);
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = stop.clone();
        let done = Arc::new(AtomicBool::new(false));
        let ended = done.clone();
        let thread = std::thread::Builder::new().name("map-pack".to_owned()).spawn(move || {
            let desk = Desk { answers, wake, stopped };
            if let Err(error) = desk.load(&pack, drawn.as_deref()) {
                tracing::error!(%error, "the map pack");
                desk.tell(Loaded::Failed(error));
            }
            ended.store(true, Ordering::Release);
            (desk.wake)();
        })?;
        Ok(Self { stop, done, answers: Some(receiver), thread: Some(thread) })
    }

    /// Whether it has told all that it had to.
    pub(super) fn is_done(&self) -> bool {
        self.done.load(Ordering::Acquire)
    }

    pub(super) fn next(&self) -> Option<Loaded> {
        self.answers.as_ref()?.try_recv().ok()
    }
}

impl Drop for Loader {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        // With nobody to listen the thread cannot hang in telling.
        drop(self.answers.take());
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("the thread that reads the map pack has panicked");
        }
    }
}

struct Desk {
    answers: SyncSender<Loaded>,
    wake: Wake,
    stopped: Arc<AtomicBool>,
}

impl Desk {
    fn load(&self, path: &Path, drawn: Option<&Path>) -> Result<(), PackError> {
        let pack = Pack::open(path)?;
        if let Some(folder) = drawn.filter(|_| self.goes_on()) {
            let mut told = 0;
            let scene = Scene::open(&pack, Some(folder), |features| {
                if features >= told + STEP {
                    told = features;
                    if let Err(TrySendError::Full(_)) = self.answers.try_send(Loaded::Progress(features)) {
                        tracing::trace!("the shell is busy");
                    }
                    (self.wake)();
                }
            })?;
            self.tell(Loaded::Scene(Arc::new(scene)));
        }
        if !self.goes_on() {
            return Ok(());
        }
        let street = Street::load(&pack)?;
        self.tell(Loaded::Cells(Arc::new(CellBook::load(&pack)?)));
        if !self.goes_on() {
            return Ok(());
        }
        let gazetteer = Gazetteer::build(&pack)?;
        if !self.goes_on() {
            return Ok(());
        }
        let incidents = Incidents::load(&pack)?;
        let about = pack.about()?;
        self.tell(Loaded::Books(Arc::new(Books { street, gazetteer, about, incidents, ..standard_books() })));
        Ok(())
    }

    fn goes_on(&self) -> bool {
        !self.stopped.load(Ordering::Relaxed)
    }

    fn tell(&self, loaded: Loaded) {
        // An error means that the console has ended.
        let _ = self.answers.send(loaded);
        (self.wake)();
    }
}
