//! The thread `sync`: one single-threaded runtime in which login, push and a long poll for each feed run beside each other.
//!
//! The shell opens the store first, then spawns this [`Worker`] with a clone of the store's handle, takes [`Event`]s from
//! the receiver whenever it is woken, and speaks through [`Handle`]. Commands saved in the store are pushed without being
//! told. A session kept in the profile is taken up again at the start, so that what was pending leaves the house even
//! before anybody logs in.

use std::rc::Rc;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::thread::JoinHandle;
use std::time::Duration;

use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;
use tokio::sync::{mpsc, oneshot};
use tokio::task::LocalSet;

use crate::base::{CaseId, Clock, CommandId, Timestamp, UserId};
use crate::domain::case::Case;
use crate::domain::code::StreetCode;
use crate::domain::org::User;
use crate::protocol::PROTO;
use crate::protocol::api::{Epoch, LoginRequest, PageQuery, PushRequest, Reference};
use crate::store::{self, PageRefused, Pending, Recorded, Refused, Session, Store, StoreError, Wake, verifier};
use crate::sync::http::{BadServer, Http};
use crate::sync::machine::{Change, Job, MOST_BYTES, Machine, Outcome};
use crate::sync::transport::{CallError, Transport};

/// Events in one page.
const PAGE_EVENTS: usize = 500;
/// Seconds of a long poll.
const WAIT_SECONDS: u64 = 25;
const QUEUE: usize = 256;
/// Who works offline is logged in again after so long, and after twice as long each time the server is still away, up to
/// the last of these.
const FIRST_LOGIN: Duration = Duration::from_secs(1);
const LAST_LOGIN: Duration = Duration::from_secs(30);
/// With a full queue of events, how long to wait for the shell before trying again.
const SHELL_BUSY: Duration = Duration::from_millis(10);

/// Where the server is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Config {
    /// Address, such as `https://duty.example` or `http://127.0.0.1:8080`.
    pub server: String,
    /// Plain HTTP to other machines too.
    pub allow_plain_http: bool,
    /// Seed of the back-off's chance; different on each machine.
    pub seed: u64,
}

/// A password on its way; never shown.
#[derive(Clone, PartialEq, Eq)]
pub struct Password(pub String);

impl std::fmt::Debug for Password {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Password")
    }
}

/// What the shell is told.
#[derive(Clone, Debug)]
pub enum Event {
    /// Somebody is logged in; `online` is false when the profile alone has said so.
    LoggedIn {
        /// Who.
        user: User,
        /// By the server.
        online: bool,
    },
    /// The login was refused; a key of the text table says why.
    LoginRefused(&'static str),
    /// Confirmed cases changed, or the feed was found unchanged (no cases).
    Pulled {
        /// The street.
        feed: StreetCode,
        /// Cases as they stand now.
        cases: Vec<Case>,
        /// Own commands seen in the feed: no longer pending.
        retired: Vec<CommandId>,
        /// Own commands that had been refused and were applied after all.
        applied_after_all: Vec<CommandId>,
        /// Cases with events that only a newer build can read.
        unreadable: Vec<CaseId>,
        /// Events the server has beyond these.
        behind: u64,
        /// The server's clock.
        server_time: Timestamp,
    },
    /// The history of a feed is another one now: forget its confirmed cases. All that is pending now is given.
    FeedReset {
        /// The street.
        feed: StreetCode,
        /// Pending commands of all feeds, oldest first.
        pending: Vec<Pending>,
    },
    /// Commands were refused for good and are in the inbox on the disk.
    Refused(Vec<Refused>),
    /// Departments and officers.
    Reference(Box<Reference>),
    /// The server answered after silence.
    Online,
    /// It does not answer; a key of the text table says why.
    Offline(&'static str),
    /// The session at the server has ended.
    LoginNeeded,
    /// A call failed in a way that time alone does not mend; a key of the text table.
    Trouble(&'static str),
    /// A feed stands still: this build cannot read it, or its bytes do not match their hashes. In words for the log.
    FeedStuck {
        /// The street.
        feed: StreetCode,
        /// Why.
        why: String,
    },
    /// The profile could not be written or read; [`StoreError::text_key`] and the file.
    StoreTrouble(&'static str),
}

#[derive(Debug)]
enum Order {
    Login(UserId, Password),
    Logout,
    Now,
    Saved,
}

/// Speaks to the sync thread. Cheap to clone; nothing here waits.
#[derive(Clone, Debug)]
pub struct Handle {
    orders: mpsc::Sender<Order>,
}

impl Handle {
    /// Logs in; answered by [`Event::LoggedIn`] or [`Event::LoginRefused`]. False when the thread has ended.
    pub fn login(&self, user: UserId, password: Password) -> bool {
        self.orders.try_send(Order::Login(user, password)).is_ok()
    }

    /// Forgets the session. False when the thread has ended.
    pub fn logout(&self) -> bool {
        self.orders.try_send(Order::Logout).is_ok()
    }

    /// Pushes and pulls now, whatever the back-off says. False when the thread has ended.
    pub fn sync_now(&self) -> bool {
        self.orders.try_send(Order::Now).is_ok()
    }
}

/// Owner of the sync thread; dropping it ends the thread, calls under way are given up.
#[derive(Debug)]
pub struct Worker {
    handle: Handle,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

/// Why the worker did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The address is not usable.
    #[error(transparent)]
    Server(#[from] BadServer),
    /// The system gives no thread or no runtime.
    #[error(transparent)]
    System(#[from] std::io::Error),
}

impl Worker {
    /// Starts the thread against a server over HTTP.
    ///
    /// # Errors
    /// When the address is not usable or the system gives no thread.
    pub fn spawn(
        config: &Config,
        store: store::Handle,
        clock: Arc<dyn Clock>,
        wake: Wake,
    ) -> Result<(Self, Receiver<Event>), StartError> {
        let http = Arc::new(Http::new(&config.server, config.allow_plain_http)?);
        Self::spawn_with(move || http, config.seed, store, clock, wake)
    }

    /// Starts the thread with a transport that `make` makes there.
    ///
    /// # Errors
    /// When the system gives no thread or no runtime.
    pub fn spawn_with<T: Transport>(
        make: impl FnOnce() -> T + Send + 'static,
        seed: u64,
        store: store::Handle,
        clock: Arc<dyn Clock>,
        wake: Wake,
    ) -> Result<(Self, Receiver<Event>), StartError> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let (orders, waiting) = mpsc::channel(QUEUE);
        let (events, receiver) = sync_channel(QUEUE);
        let (stop, stopped) = oneshot::channel();
        let saved = orders.clone();
        let when_saved: Wake = Arc::new(move || {
            // A full queue has a wake in it already.
            let _ = saved.try_send(Order::Saved);
        });
        // Without it the outbox is still looked at every half minute.
        let _ = store.send(store::Request::WhenSaved(when_saved));
        let thread = std::thread::Builder::new().name("sync".to_owned()).spawn(move || {
            let desk = Rc::new(Desk { transport: make(), store, clock, events, wake });
            let local = LocalSet::new();
            local.block_on(&runtime, async move {
                tokio::select! {
                    () = drive(desk, seed, waiting) => {}
                    _ = stopped => {}
                }
            });
        })?;
        Ok((Self { handle: Handle { orders }, stop: Some(stop), thread: Some(thread) }, receiver))
    }

    /// Through which to speak.
    pub fn handle(&self) -> Handle {
        self.handle.clone()
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("the sync thread has panicked");
        }
    }
}

/// A job's end, with what else the driver needs to know of it.
enum Ended {
    Job { job: Job, session_no: u64, outcome: Outcome, feeds: Option<Vec<StreetCode>> },
    Login { login_no: u64, end: LoginEnd },
}

/// How a login ended.
enum LoginEnd {
    /// The server has let the person in.
    In(Session),
    /// The server was not there. The profile has let the person in, who is to be logged in at the server as soon as it
    /// answers: else what is done offline would wait for somebody to type the password again.
    Unlocked(UserId, Password),
    /// Nobody is in.
    Out,
}

/// Somebody who works offline, until the server answers.
struct Waiting {
    user: UserId,
    password: Password,
    failures: u32,
    next_at: Duration,
    /// The server is being asked.
    asking: bool,
}

async fn drive<T: Transport>(desk: Rc<Desk<T>>, seed: u64, mut orders: mpsc::Receiver<Order>) {
    let mut machine = Machine::new(seed);
    let mut session: Option<Rc<Session>> = None;
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut waiting: Option<Waiting> = None;
    let mut login_no = 0;
    let (ended, mut endings) = mpsc::channel::<Ended>(QUEUE);
    let now = desk.clock.now();
    if let Some(Ok(Some(kept))) = desk.on_store(move |store| store.session(now)).await {
        machine.begin_session(kept.user.streets.iter().cloned());
        session = Some(Rc::new(kept));
    }
    loop {
        if let Some(session) = &session {
            let session_no = machine.session_no();
            for job in machine.due(desk.clock.monotonic()) {
                let (desk, session, ended, batch) = (desk.clone(), session.clone(), ended.clone(), machine.batch());
                let may_wait = machine.may_wait(&job);
                tokio::task::spawn_local(async move {
                    let mut feeds = None;
                    let outcome = match &job {
                        Job::Push => desk.push(&session, batch).await,
                        Job::Pull(feed) => desk.pull(&session, feed, may_wait).await,
                        Job::Refresh => desk.refresh(&session, &mut feeds).await,
                    };
                    // An error means that the driver has ended.
                    let _ = ended.send(Ended::Job { job, session_no, outcome, feeds }).await;
                });
            }
        }
        if let Some(waiting) = waiting.as_mut().filter(|one| !one.asking && one.next_at <= desk.clock.monotonic()) {
            waiting.asking = true;
            let (desk, ended) = (desk.clone(), ended.clone());
            let (user, password) = (waiting.user.clone(), waiting.password.clone());
            tokio::task::spawn_local(async move {
                let end = desk.login(user, password, true).await;
                let _ = ended.send(Ended::Login { login_no, end }).await;
            });
        }
        let login_at = waiting.as_ref().filter(|one| !one.asking).map(|one| one.next_at);
        let next_at = machine.wake_at().into_iter().chain(login_at).min();
        let until = next_at.map(|at| at.saturating_sub(desk.clock.monotonic()));
        let pause = async {
            match until {
                Some(until) => tokio::time::sleep(until).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            () = pause => {}
            order = orders.recv() => match order {
                Some(Order::Login(user, password)) => {
                    waiting = None;
                    login_no += 1;
                    let (desk, ended) = (desk.clone(), ended.clone());
                    tokio::task::spawn_local(async move {
                        let end = desk.login(user, password, false).await;
                        let _ = ended.send(Ended::Login { login_no, end }).await;
                    });
                }
                Some(Order::Logout) => {
                    waiting = None;
                    login_no += 1;
                    machine.end_session();
                    session = None;
                    desk.keep_session(None).await;
                }
                Some(Order::Now) => {
                    machine.poke();
                    if let Some(waiting) = &mut waiting {
                        waiting.next_at = Duration::ZERO;
                    }
                }
                Some(Order::Saved) => machine.command_saved(),
                None => return,
            },
            Some(ending) = endings.recv() => match ending {
                Ended::Login { login_no: of, end } if of != login_no => {
                    // Overtaken by another login or a logout, which has the last word on what is kept.
                    if let LoginEnd::In(_) = end {
                        desk.keep_session(session.as_deref().cloned()).await;
                    }
                }
                Ended::Login { end: LoginEnd::In(new), .. } => {
                    waiting = None;
                    machine.begin_session(new.user.streets.iter().cloned());
                    session = Some(Rc::new(new));
                }
                Ended::Login { end: LoginEnd::Unlocked(user, password), .. } => {
                    let failures = waiting.as_ref().map_or(0, |one| one.failures + 1);
                    let ceiling = FIRST_LOGIN.saturating_mul(1 << failures.min(10)).min(LAST_LOGIN);
                    let next_at = desk.clock.monotonic() + rng.random_range(ceiling / 2..=ceiling);
                    // A session of the same person that was kept in the profile does as well.
                    let known = session.as_ref().is_some_and(|session| session.user.id == user);
                    waiting = (!known).then_some(Waiting { user, password, failures, next_at, asking: false });
                }
                Ended::Login { end: LoginEnd::Out, .. } => waiting = None,
                Ended::Job { job, session_no, outcome, feeds } => {
                    if let Some(feeds) = feeds && session_no == machine.session_no() {
                        machine.set_feeds(feeds);
                    }
                    if let Outcome::Failed(error) = &outcome {
                        tracing::debug!(?job, %error, "a call failed");
                        if !error.is_absence() && !matches!(error, CallError::Unauthorised | CallError::TooLarge) {
                            desk.tell(Event::Trouble(error.text_key())).await;
                        }
                    }
                    let change = machine.finished(&job, session_no, desk.clock.monotonic(), &outcome);
                    match change {
                        Some(Change::Online) => desk.tell(Event::Online).await,
                        Some(Change::Offline(why)) => desk.tell(Event::Offline(why)).await,
                        Some(Change::LoginNeeded) => {
                            session = None;
                            desk.keep_session(None).await;
                            desk.tell(Event::LoginNeeded).await;
                        }
                        None => {}
                    }
                }
            },
        }
    }
}

struct Desk<T> {
    transport: T,
    store: store::Handle,
    clock: Arc<dyn Clock>,
    events: SyncSender<Event>,
    wake: Wake,
}

impl<T: Transport> Desk<T> {
    /// Tells the shell; waits, without holding up the other jobs, while its queue is full.
    async fn tell(&self, event: Event) {
        let mut event = event;
        loop {
            match self.events.try_send(event) {
                Ok(()) => break,
                Err(TrySendError::Full(back)) => event = back,
                Err(TrySendError::Disconnected(_)) => return,
            }
            (self.wake)();
            tokio::time::sleep(SHELL_BUSY).await;
        }
        (self.wake)();
    }

    /// Runs `work` on the store thread; `None` when the profile is closed.
    async fn on_store<R: Send + 'static>(&self, work: impl FnOnce(&mut Store) -> R + Send + 'static) -> Option<R> {
        let (reply, result) = oneshot::channel();
        let sent = self.store.run(work, move |result| {
            // An error means that the asker has gone.
            let _ = reply.send(result);
        });
        match sent {
            Ok(()) => result.await.ok(),
            Err(closed) => {
                tracing::debug!(%closed, "the store was not asked");
                None
            }
        }
    }

    async fn store_trouble(&self, error: &StoreError) -> Outcome {
        tracing::error!(%error, "the profile");
        self.tell(Event::StoreTrouble(error.text_key())).await;
        Outcome::StoreTrouble
    }

    async fn keep_session(&self, session: Option<Session>) {
        if let Some(Err(error)) = self.on_store(move |store| store.keep_session(session.as_ref())).await {
            self.store_trouble(&error).await;
        }
    }

    /// Logs in; `again` for one who is in by the profile already and is not to be told what he knows.
    async fn login(&self, user: UserId, password: Password, again: bool) -> LoginEnd {
        let Some(device) = self.on_store(|store| store.device()).await else { return LoginEnd::Out };
        let request = LoginRequest { user: user.clone(), password: password.0.clone(), device };
        match self.transport.login(&request).await {
            Ok(answer) => {
                let session = Session { token: answer.token, expires_at: answer.expires_at, user: answer.user };
                let account = session.user.clone();
                let now = self.clock.now();
                let phc = tokio::task::spawn_blocking(move || verifier::make(&password.0)).await;
                let kept = session.clone();
                let done = self
                    .on_store(move |store| {
                        if let Ok(Ok(phc)) = phc {
                            store.keep_verifier(&account, &phc, now)?;
                        }
                        store.keep_session(Some(&kept))
                    })
                    .await;
                if let Some(Err(error)) = done {
                    self.store_trouble(&error).await;
                }
                self.tell(Event::LoggedIn { user: session.user.clone(), online: true }).await;
                LoginEnd::In(session)
            }
            Err(error) if error.is_absence() => {
                if again || self.unlock(user.clone(), password.clone(), &error).await {
                    LoginEnd::Unlocked(user, password)
                } else {
                    LoginEnd::Out
                }
            }
            Err(error) if again => {
                // The password is another one by now, say. The person works on and is asked for a new login.
                tracing::warn!(%error, "who works offline was not let in by the server");
                self.tell(Event::LoginNeeded).await;
                LoginEnd::Out
            }
            Err(error) => {
                if matches!(error, CallError::Unauthorised) {
                    // A wrong password is not yet a closed account; only the account's own refusal forgets it.
                    self.tell(Event::LoginRefused("sync.login.refused")).await;
                } else {
                    if matches!(error, CallError::Forbidden) {
                        self.on_store(move |store| store.forget_verifier(&user)).await;
                    }
                    self.tell(Event::LoginRefused(error.text_key())).await;
                }
                LoginEnd::Out
            }
        }
    }

    /// Opens the profile without the server, for somebody whom the server has let in within the last days. True when it
    /// was opened.
    async fn unlock(&self, user: UserId, password: Password, error: &CallError) -> bool {
        let now = self.clock.now();
        let event = match self.on_store(move |store| store.verifier(&user, now)).await {
            Some(Ok(Some((account, phc)))) => {
                let matches = tokio::task::spawn_blocking(move || verifier::matches(&password.0, &phc)).await;
                if matches.unwrap_or(false) {
                    Event::LoggedIn { user: account, online: false }
                } else {
                    Event::LoginRefused("sync.login.refused")
                }
            }
            Some(Ok(None)) => Event::LoginRefused("sync.login.unknown_offline"),
            Some(Err(error)) => Event::StoreTrouble(error.text_key()),
            None => return false,
        };
        let unlocked = matches!(event, Event::LoggedIn { .. });
        self.tell(Event::Offline(error.text_key())).await;
        self.tell(event).await;
        unlocked
    }

    async fn push(&self, session: &Session, batch: usize) -> Outcome {
        let user = session.user.id.clone();
        let parcel = match self.on_store(move |store| store.to_push(&user, batch, MOST_BYTES)).await {
            Some(Ok(parcel)) => parcel,
            Some(Err(error)) => return self.store_trouble(&error).await,
            None => return Outcome::StoreTrouble,
        };
        if parcel.commands.is_empty() {
            return Outcome::Nothing;
        }
        let request = PushRequest {
            proto: PROTO,
            epoch_seen: parcel.epoch_seen,
            device: parcel.device,
            commands: parcel.commands,
        };
        let answer = match self.transport.push(&session.token, &request).await {
            Ok(answer) => answer,
            Err(error) => return Outcome::Failed(error),
        };
        let now = self.clock.now();
        match self.on_store(move |store| store.record_verdicts(&answer, now)).await {
            Some(Ok(Recorded { refused, applied, .. })) => {
                let progress = applied > 0 || !refused.is_empty();
                if !refused.is_empty() {
                    self.tell(Event::Refused(refused)).await;
                }
                if progress { Outcome::Progress } else { Outcome::Later }
            }
            Some(Err(error)) => self.store_trouble(&error).await,
            None => Outcome::StoreTrouble,
        }
    }

    async fn pull(&self, session: &Session, feed: &StreetCode, may_wait: bool) -> Outcome {
        let asked = feed.clone();
        let base = match self.on_store(move |store| store.cursor(&asked)).await {
            Some(Ok(cursor)) => cursor,
            Some(Err(error)) => return self.store_trouble(&error).await,
            None => return Outcome::StoreTrouble,
        };
        let query = PageQuery {
            epoch: base.epoch.as_ref().map(Epoch::tag),
            after: base.seq,
            hash: (base.seq > 0).then(|| base.hash.clone()),
            limit: PAGE_EVENTS,
            // The first page is wanted at once, be it empty: it tells that all is here.
            wait: if may_wait && base.epoch.is_some() { WAIT_SECONDS } else { 0 },
        };
        let page = match self.transport.page(&session.token, feed, &query).await {
            Ok(page) => page,
            Err(CallError::Gone) => return self.reset(feed).await,
            Err(error) => return Outcome::Failed(error),
        };
        let (now, asked) = (self.clock.now(), feed.clone());
        let last = page.events.last().map_or(base.seq, |event| event.seq);
        let (server_time, behind, empty) =
            (page.server_time, page.head.seq.saturating_sub(last), page.events.is_empty());
        match self.on_store(move |store| store.apply_page(&asked, &base, &page, now)).await {
            Some(Ok(applied)) => {
                self.tell(Event::Pulled {
                    feed: feed.clone(),
                    cases: applied.cases,
                    retired: applied.retired,
                    applied_after_all: applied.applied_after_all,
                    unreadable: applied.unreadable,
                    behind,
                    server_time,
                })
                .await;
                if empty { Outcome::Nothing } else { Outcome::Progress }
            }
            Some(Err(refused)) if refused.needs_reset() => self.reset(feed).await,
            Some(Err(PageRefused::Store(error))) => self.store_trouble(&error).await,
            Some(Err(refused @ (PageRefused::Stale { .. } | PageRefused::OldEpoch { .. }))) => {
                tracing::debug!(%refused, "a page was dropped");
                Outcome::Useless
            }
            Some(Err(refused)) => {
                tracing::error!(%refused, "a feed stands still");
                self.tell(Event::FeedStuck { feed: feed.clone(), why: refused.to_string() }).await;
                Outcome::Useless
            }
            None => Outcome::StoreTrouble,
        }
    }

    async fn reset(&self, feed: &StreetCode) -> Outcome {
        let asked = feed.clone();
        match self.on_store(move |store| store.reset_feed(&asked)).await {
            Some(Ok(pending)) => {
                self.tell(Event::FeedReset { feed: feed.clone(), pending }).await;
                Outcome::Reset
            }
            Some(Err(error)) => self.store_trouble(&error).await,
            None => Outcome::StoreTrouble,
        }
    }

    async fn refresh(&self, session: &Session, feeds: &mut Option<Vec<StreetCode>>) -> Outcome {
        match self.transport.feeds(&session.token).await {
            Ok(answer) => {
                let known = answer.feeds.into_iter().filter_map(|head| StreetCode::new(head.feed).ok());
                *feeds = Some(known.collect());
            }
            Err(error) => return Outcome::Failed(error),
        }
        let reference = match self.transport.reference(&session.token).await {
            Ok(reference) => reference,
            Err(error) => return Outcome::Failed(error),
        };
        let kept = reference.clone();
        if let Some(Err(error)) = self.on_store(move |store| store.keep_reference(&kept)).await {
            return self.store_trouble(&error).await;
        }
        self.tell(Event::Reference(Box::new(reference))).await;
        Outcome::Nothing
    }
}
