//! The shell of `update`: carries out effects on named worker threads and feeds completions back. The window and the
//! headless console both stand on it.
//!
//! | thread | what it does |
//! |---|---|
//! | `store` | the only one that touches the books of the profile |
//! | `sync` | speaks with the district server |
//! | `map-pack` | reads the map pack, once |
//! | `map-desk` | looks into the pack for the tools of the map |
//! | `map-raster` | reads pictures below the map, from files and from the cache of those from the network |
//! | `tiles` | fetches those, from the user's own services |
//! | `style-file` | reads, watches and writes the style file |
//! | `intake` | reads data from elsewhere into the pack |
//! | `export` | counts and writes what goes out of the pack |
//! | `sheet` | makes printed sheets; begun with the first one |
//!
//! Nothing here waits for disk or network. Queues between the threads have bounds; a store that does not keep up makes a
//! save fail loudly instead of letting the window hang. Dropping the [`Runtime`] ends sync first, then writes what is held
//! back and closes the profile.

mod desk;
mod export;
mod intake;
mod loader;
mod look;
mod raster;
mod sheet;
mod translate;

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::time::Duration;

use crate::app::action::{Action, Secret};
use crate::app::effect::{Completion, Effect};
use crate::app::export::ExportAnswer;
use crate::app::raster::KeptRasters;
use crate::app::sheet::{self as sheets, Outcome, SheetAnswer, SheetJob};
use crate::app::state::AppState;
use crate::app::tools::job as map_job;
use crate::app::update::{Input, update};
use crate::base::text::Lang;
use crate::base::{Clock, IdSource, LonLat, UserId};
use crate::map::camera::Camera;
use crate::map::overlay::Overlay;
use crate::map::raster::Underlay;
use crate::map::scene::Scene;
use crate::map::sheet::Subject;
use crate::map::side::Side;
use crate::map::style::{Fault, MapTheme, Problem};
use crate::spatial::pack::Pack;
use crate::spatial::section::{self, SectionError};
use crate::store::{self, Answer, Request, StoreError, verifier};
use crate::sync;

use desk::MapDesk;
use export::ExportDesk;
use intake::IntakeDesk;
use loader::{Loaded, Loader};
use look::{Look, Order};
use raster::RasterDesk;
use sheet::{Ordered, SheetDesk};

/// How often time is told to the state.
const TICK: Duration = Duration::from_secs(1);

/// Pixels of a point, at least, in a picture of the view.
const PICTURE: f32 = 2.0;

/// Makes the signs above a map for one view and its colours.
pub type Signs = Box<dyn Fn(&AppState, Camera, MapTheme) -> Arc<Overlay> + Send>;

/// What a console is started with.
pub struct Config {
    /// Folder of the profile: outbox, cache, settings. Made when it is not there.
    pub profile: PathBuf,
    /// Address of the district server; `None` works offline only.
    pub server: Option<String>,
    /// The street's map pack.
    pub pack: Option<PathBuf>,
    /// The style file; `style.toml` in the profile when none is given.
    pub style: Option<PathBuf>,
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
    Server(#[from] sync::worker::StartError),
    /// The system gives no thread.
    #[error(transparent)]
    Thread(#[from] std::io::Error),
}

/// A running console without pixels.
pub struct Runtime {
    state: AppState,
    ids: IdSource,
    clock: Arc<dyn Clock>,
    ticked_at: Duration,
    scene: Option<Arc<Scene>>,
    loader: Option<Loader>,
    /// The pack, and where maps drawn from it lie.
    pack: Option<(PathBuf, Option<PathBuf>)>,
    /// The pack has been read once.
    pack_shown: bool,
    /// The pack is to be read again, once the reading that goes on is done.
    reload_wanted: bool,
    map_desk: Option<MapDesk>,
    look: Look,
    intake: IntakeDesk,
    export: ExportDesk,
    sheets: Option<SheetDesk>,
    signs: Option<Signs>,
    rasters: Option<RasterDesk>,
    /// What the window shows, and whether the pictures below know it.
    sight: Option<(raster::Sight, bool)>,
    profile: PathBuf,
    /// Completions made here, for things that could not be handed to a thread.
    own: Vec<Completion>,
    /// Answers of work that was done on the store thread for the shell itself.
    unlocked: (SyncSender<Completion>, Receiver<Completion>),
    wake: store::Wake,
    // In the order in which they have to go: sync uses the store; a receiver goes before the worker that fills it, so
    // that no worker can hang in telling while it is waited for.
    sync_events: Option<Receiver<sync::Event>>,
    sync: Option<sync::Worker>,
    store_answers: Receiver<Answer>,
    store: store::Worker,
}

impl Runtime {
    /// Opens the profile, starts the store, sync and loading threads. Never waits for the network.
    ///
    /// # Errors
    /// When the address of the server cannot be used or the system gives no thread. A profile that cannot be opened is
    /// told through the state.
    pub fn start(config: Config) -> Result<Self, StartError> {
        let Config { profile, server, pack, style, scene, clock, wake } = config;
        let ids = IdSource::from_os();
        let now = clock.now();
        let intake = IntakeDesk::spawn(pack.clone(), profile.join("import"), wake.clone())?;
        let export = ExportDesk::spawn(pack.clone(), profile.clone(), wake.clone())?;
        // Beside the cache: what was drawn once for a pack.
        let drawn = scene.then(|| profile.join("drawn"));
        let look = Look::spawn(style.unwrap_or_else(|| profile.join("style.toml")), wake.clone())?;
        let (store, store_answers) = store::Worker::spawn(profile.clone(), clock.clone(), wake.clone())?;
        let (sync, sync_events) = match server {
            Some(server) => {
                // Machines that lost the line together must not come back together.
                let seed = ids.next(now).as_u64_pair().1;
                let config = sync::Config { server, allow_plain_http: false, seed };
                let (worker, events) = sync::Worker::spawn(&config, store.handle(), clock.clone(), wake.clone())?;
                (Some(worker), Some(events))
            }
            None => (None, None),
        };
        let mut state = AppState::new(Arc::new(loader::standard_books()), now);
        let known = pack.clone().map(|pack| (pack, drawn.clone()));
        let (loader, map_desk) = match pack {
            Some(pack) => {
                state.pack = crate::app::state::PackState::Loading { features: 0 };
                let map_desk = MapDesk::spawn(pack.clone(), wake.clone())?;
                (Some(Loader::spawn(pack, drawn, wake.clone())?), Some(map_desk))
            }
            None => (None, None),
        };
        let ticked_at = clock.monotonic();
        Ok(Self {
            state,
            ids,
            clock,
            ticked_at,
            scene: None,
            loader,
            pack: known,
            pack_shown: false,
            reload_wanted: false,
            map_desk,
            look,
            intake,
            export,
            sheets: None,
            signs: None,
            rasters: None,
            sight: None,
            profile,
            own: Vec::new(),
            unlocked: sync_channel(8),
            wake,
            sync_events,
            sync,
            store_answers,
            store,
        })
    }

    /// What is known and shown.
    pub fn state(&self) -> &AppState {
        &self.state
    }

    /// Does one thing that a person did.
    pub fn act(&mut self, action: Action) {
        self.input(Input::Action(action));
        self.settle_own();
    }

    /// Takes what the workers have told, for at most `budget`, and ticks when a second has passed. True when the state
    /// may have changed.
    pub fn poll(&mut self, budget: Duration) -> bool {
        let began = self.clock.monotonic();
        let mut changed = false;
        self.reload();
        while let Some(completions) = self.next() {
            changed = true;
            for completion in completions {
                self.input(Input::Completion(completion));
            }
            self.settle_own();
            if self.clock.monotonic().saturating_sub(began) >= budget {
                // The rest comes with the next call, which has to come even if nothing else wakes the shell.
                (self.wake)();
                break;
            }
        }
        if self.clock.monotonic().saturating_sub(self.ticked_at) >= TICK {
            self.ticked_at = self.clock.monotonic();
            self.input(Input::Tick);
            changed = true;
        }
        changed
    }

    /// The drawable base map, once it is made.
    pub fn scene(&self) -> Option<&Arc<Scene>> {
        self.scene.as_ref()
    }

    /// What lies below a map, as far as it is there.
    pub fn underlay(&self, side: Side) -> Option<Arc<Underlay>> {
        self.rasters.as_ref().and_then(|desk| desk.underlay(side))
    }

    /// What the window shows of the map now: a size in points, and pixels of a point.
    pub fn see(&mut self, points: [f64; 2], pixels_per_point: f32) {
        let sight = raster::Sight { camera: self.state.map.camera.sound(), points, pixels_per_point };
        let known = self.sight.is_some_and(|(before, known)| known && before == sight);
        if !known && points.iter().all(|length| *length >= 1.0) {
            // Asked again with the next frame when the thread does not keep up.
            let told = self.rasters.as_ref().is_some_and(|desk| desk.order(raster::Order::See(sight)));
            self.sight = Some((sight, told));
        }
    }

    /// By whom the signs on printed sheets are made: the runtime knows no colours and shapes of signs.
    pub fn set_signs(&mut self, signs: Signs) {
        self.signs = Some(signs);
    }

    fn make_sheet(&mut self, number: u64, mut job: SheetJob) {
        let lang = job.lang;
        let mut failed = |words: String| {
            let answer = SheetAnswer::Ended(Outcome::Failed(words));
            self.own.push(Completion::Sheet { number, answer });
        };
        let Some((pack, drawn)) = self.pack.clone() else {
            return failed(lang.text("sheet.error.no_pack").to_owned());
        };
        if self.sheets.is_none() {
            match SheetDesk::spawn(self.wake.clone()) {
                Ok(desk) => self.sheets = Some(desk),
                Err(error) => return failed(lang.fill("sheet.error.thread", &[("why", &error)])),
            }
        }
        if let (Subject::View(view), Some((sight, _)), false) = (&mut job.subject, &self.sight, job.sized) {
            // A screen's own pixels would be coarse on paper.
            view.pixels_per_point = sight.pixels_per_point.max(PICTURE);
            view.size = sight.points.map(|length| (length * f64::from(view.pixels_per_point)).round() as u32);
        }
        let (camera, theme) = sheets::signs_for(&job.subject);
        let signs = self.signs.as_ref().filter(|_| job.signs).map(|signs| signs(&self.state, camera, theme));
        let below = self.rasters.as_ref().filter(|_| job.below).and_then(RasterDesk::taker);
        let ordered = Ordered { number, job, pack, drawn, scene: self.scene.clone(), signs, below };
        if !self.sheets.as_ref().is_some_and(|desk| desk.ask(ordered)) {
            failed(lang.text("sheet.error.busy").to_owned());
        }
    }

    fn show_rasters(&mut self, kept: Box<KeptRasters>, in_hand: Side, lang: Lang) {
        if self.rasters.is_none() {
            let cache = self.profile.join("tiles.db");
            match RasterDesk::spawn(cache, self.clock.clone(), self.wake.clone()) {
                Ok(desk) => self.rasters = Some(desk),
                Err(error) => tracing::error!(%error, "no pictures below the map: no thread"),
            }
        }
        let Some(desk) = &self.rasters else { return };
        if !desk.order(raster::Order::Show(kept, in_hand, lang)) {
            self.own.push(Completion::KeepFailed { why: "app.store.busy".to_owned() });
        }
        if let Some((sight, known)) = &mut self.sight {
            *known = desk.order(raster::Order::See(*sight));
        }
    }

    /// The next thing that a worker has told. The disk's answers come first: what it has saved must be known to be saved
    /// before the server's word on it is.
    fn next(&mut self) -> Option<Vec<Completion>> {
        if let Ok(answer) = self.store_answers.try_recv() {
            return Some(translate::store_answer(answer));
        }
        if let Ok(completion) = self.unlocked.1.try_recv() {
            return Some(vec![completion]);
        }
        if let Some(event) = self.sync_events.as_ref().and_then(|events| events.try_recv().ok()) {
            return Some(translate::sync_event(event));
        }
        if let Some((number, answer)) = self.map_desk.as_ref().and_then(MapDesk::next) {
            let lang = self.state.settings.lang;
            let answer = answer.unwrap_or_else(|error| map_job::Answer::Failed(error.words(lang)));
            return Some(vec![Completion::MapAnswer { number, answer }]);
        }
        if let Some(completion) = self.look.next() {
            return Some(vec![completion]);
        }
        if let Some(completion) = self.rasters.as_ref().and_then(RasterDesk::next) {
            return Some(vec![completion]);
        }
        if let Some((number, answer)) = self.intake.next() {
            return Some(vec![Completion::Intake { number, answer }]);
        }
        if let Some((number, answer)) = self.export.next() {
            return Some(vec![Completion::Export { number, answer }]);
        }
        if let Some((number, answer)) = self.sheets.as_ref().and_then(SheetDesk::next) {
            return Some(vec![Completion::Sheet { number, answer }]);
        }
        match self.loader.as_ref()?.next()? {
            // What is read again goes on beside the work and is told when it is there.
            Loaded::Progress(_) if self.pack_shown => Some(Vec::new()),
            Loaded::Progress(features) => Some(vec![Completion::PackProgress { features }]),
            Loaded::Cells(book) => Some(vec![Completion::CellsReady(book)]),
            Loaded::Books(books) => {
                self.pack_shown = true;
                Some(vec![Completion::PackReady(books)])
            }
            Loaded::Failed(error) => Some(vec![Completion::PackFailed { why: error.words(self.state.settings.lang) }]),
            Loaded::Scene(scene) => {
                self.scene = Some(scene);
                Some(Vec::new())
            }
        }
    }

    /// Begins to read the pack again when that is wanted and nothing is being read.
    fn reload(&mut self) {
        if !self.reload_wanted || self.loader.as_ref().is_some_and(|loader| !loader.is_done()) {
            return;
        }
        let Some((pack, drawn)) = self.pack.clone() else { return };
        // What the last reading has told and nobody has taken yet comes before it.
        while let Some(completions) = self.next() {
            completions.into_iter().for_each(|completion| self.input(Input::Completion(completion)));
        }
        self.reload_wanted = false;
        match Loader::spawn(pack, drawn, self.wake.clone()) {
            Ok(loader) => self.loader = Some(loader),
            Err(error) => tracing::error!(%error, "the map pack is not read again"),
        }
    }

    fn input(&mut self, input: Input) {
        let mut effects = Vec::new();
        update(&mut self.state, input, self.clock.now(), &self.ids, &mut effects);
        for effect in effects {
            self.carry_out(effect);
        }
    }

    fn settle_own(&mut self) {
        while !self.own.is_empty() {
            for completion in std::mem::take(&mut self.own) {
                self.input(Input::Completion(completion));
            }
        }
    }

    fn carry_out(&mut self, effect: Effect) {
        match effect {
            Effect::Commit(command) => {
                if let Err(Request::Commit(command)) = self.store.handle().send(Request::Commit(command)) {
                    self.own.push(Completion::SaveFailed { command, why: "app.store.busy".to_owned() });
                }
            }
            Effect::Login { user, password } => self.login(user, password),
            Effect::Logout => {
                if let Some(sync) = &self.sync {
                    sync.handle().logout();
                }
            }
            Effect::KeepDraft(draft) => {
                let text = if draft.is_blank() { None } else { serde_json::to_string(&draft).ok() };
                self.keep(Request::KeepDraft(text));
            }
            Effect::KeepSettings(settings) => {
                if let Ok(text) = serde_json::to_string(&settings) {
                    self.keep(Request::KeepSettings(text));
                }
            }
            Effect::SettleConflict(id) => self.keep(Request::Settle(id)),
            Effect::MapJob { number, job } => {
                if !self.map_desk.as_ref().is_some_and(|desk| desk.ask(number, job)) {
                    let why = self.state.settings.lang.text("app.store.busy").to_owned();
                    self.own.push(Completion::MapAnswer { number, answer: map_job::Answer::Failed(why) });
                }
            }
            Effect::Intake { number, job } => {
                let lang = self.state.settings.lang;
                if let Err(answer) = self.intake.ask(number, *job, lang) {
                    self.own.push(Completion::Intake { number, answer });
                }
            }
            Effect::StopIntake { number } => self.intake.stop(number),
            Effect::Export { number, job } => {
                let lang = self.state.settings.lang;
                if !self.export.ask(number, *job, lang) {
                    let answer = ExportAnswer::Failed(lang.text("app.store.busy").to_owned());
                    self.own.push(Completion::Export { number, answer });
                }
            }
            Effect::StopExport { number } => self.export.stop(number),
            Effect::MakeSheet { number, job } => self.make_sheet(number, *job),
            Effect::StopSheet { number } => {
                if let Some(desk) = &self.sheets {
                    desk.stop(number);
                }
            }
            Effect::ReloadPack => {
                self.reload_wanted = true;
                (self.wake)();
            }
            Effect::StopMapJobs { up_to } => {
                if let Some(desk) = &self.map_desk {
                    desk.stop(up_to);
                }
            }
            Effect::SaveStyle(set) => {
                if !self.look.order(Order::Save(set)) {
                    let why = self.state.settings.lang.text("app.store.busy").to_owned();
                    let problem = Problem { line: None, key: String::new(), fault: Fault::Unreadable(why) };
                    self.own.push(Completion::StyleSaved(Err(vec![problem])));
                }
            }
            Effect::ReloadStyle => {
                // One that waits already will read it.
                self.look.order(Order::Reload);
            }
            Effect::ShowRasters { kept, in_hand, lang } => self.show_rasters(kept, in_hand, lang),
            Effect::EmptyTiles => {
                if !self.rasters.as_ref().is_none_or(|desk| desk.order(raster::Order::Empty)) {
                    self.own.push(Completion::KeepFailed { why: "app.store.busy".to_owned() });
                }
            }
            Effect::CutSection(ends) => self.cut_section(ends),
            Effect::SyncNow => {
                if let Some(sync) = &self.sync {
                    sync.handle().sync_now();
                }
            }
        }
    }

    /// Cuts a section on a thread of its own: it is short, and nothing else waits for it.
    fn cut_section(&mut self, ends: [LonLat; 2]) {
        let lang = self.state.settings.lang;
        let (reply, wake) = (self.unlocked.0.clone(), self.wake.clone());
        let Some((pack, _)) = self.pack.clone() else {
            let outcome = Err(lang.text("section.no_pack").to_owned());
            self.own.push(Completion::SectionCut { ends, outcome });
            return;
        };
        let work = move || {
            let cut = Pack::open(&pack).map_err(SectionError::Pack).and_then(|pack| section::of_pack(&pack, ends));
            let outcome = cut.map(Arc::new).map_err(|error| error.words(lang));
            // An error means that the console has ended.
            let _ = reply.send(Completion::SectionCut { ends, outcome });
            wake();
        };
        if let Err(error) = std::thread::Builder::new().name("section".to_owned()).spawn(work) {
            self.own.push(Completion::SectionCut { ends, outcome: Err(error.to_string()) });
        }
    }

    fn keep(&mut self, request: Request) {
        if self.store.handle().send(request).is_err() {
            self.own.push(Completion::KeepFailed { why: "app.store.busy".to_owned() });
        }
    }

    fn login(&mut self, user: UserId, password: Secret) {
        let refused = |why: &str| Completion::LoginRefused { why: why.to_owned() };
        let sent = match &self.sync {
            Some(sync) => sync.handle().login(user, sync::Password(password.0)),
            // Without a server the profile alone says who may come in.
            None => {
                let (now, reply, wake) = (self.clock.now(), self.unlocked.0.clone(), self.wake.clone());
                let unlock = move |store: &mut store::Store| match store.verifier(&user, now) {
                    Ok(Some((account, phc))) if verifier::matches(&password.0, &phc) => {
                        Completion::LoggedIn { user: Arc::new(account), online: false }
                    }
                    Ok(Some(_)) => refused("sync.login.refused"),
                    Ok(None) => refused("sync.login.unknown_offline"),
                    Err(error) => refused(StoreError::text_key(&error)),
                };
                let answer = move |completion| {
                    // Full only when nobody waits for the answers any more.
                    let _ = reply.try_send(completion);
                    wake();
                };
                self.store.handle().run(unlock, answer).is_ok()
            }
        };
        if !sent {
            self.own.push(Completion::LoginRefused { why: "app.store.busy".to_owned() });
        }
    }
}
