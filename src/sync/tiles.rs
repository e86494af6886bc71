//! The thread `tiles`: brings pictures for below the map from the user's own services, a few at a time.
//!
//! What is wanted is told as a whole and replaces what was wanted before, so that nothing is fetched for a view that is gone.
//! A service that fails is left alone for a while, longer each time. Addresses hold the user's key: neither a fault nor a line
//! of the log repeats one.

use std::collections::{HashMap, VecDeque};
use std::fmt;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use reqwest::header::{ETAG, HeaderMap, HeaderName, IF_MODIFIED_SINCE, IF_NONE_MATCH, LAST_MODIFIED, RETRY_AFTER};
use reqwest::{Client, StatusCode, Url};
use tokio::sync::Notify;
use tokio::time::Instant;

use crate::base::text::Lang;
use crate::store::tiles::TileKey;
use crate::sync::http::{innermost, is_loopback};

const CONNECT: Duration = Duration::from_secs(5);
/// From the question to the last byte.
const WHOLE: Duration = Duration::from_secs(20);
/// So many at once: services count more as abuse.
const PARALLEL: usize = 4;
/// No picture of 512 pixels is larger, bytes.
const MOST_BYTES: usize = 4 << 20;
/// Pauses after failures in a row.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
const LAST_PAUSE: Duration = Duration::from_secs(60);
/// After a refusal, of the key for one: asking again does not mend it.
const REFUSED_PAUSE: Duration = Duration::from_secs(600);
const MOST_REDIRECTS: usize = 3;
/// More than a view wants at once.
const MOST_WANTED: usize = 2000;
/// Pictures that wait for whoever wants them.
const QUEUE: usize = 64;

/// A tile to be fetched.
#[derive(Clone, PartialEq, Eq)]
pub struct WantedTile {
    /// Which.
    pub key: TileKey,
    /// Where, with the user's key.
    pub url: String,
    /// What the service called the version that is kept.
    pub etag: Option<String>,
    /// When it was changed, by the service.
    pub modified: Option<String>,
}

impl fmt::Debug for WantedTile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "WantedTile({:?})", self.key)
    }
}

/// What a service answered.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Fetched {
    /// A picture; so much its first bytes say.
    New {
        /// Its bytes.
        body: Vec<u8>,
        /// What the service calls this version.
        etag: Option<String>,
        /// When it was changed.
        modified: Option<String>,
    },
    /// The one that is kept is still the newest.
    Same,
    /// There is no picture of that place.
    Nothing,
}

/// Why a tile did not come.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum TileFault {
    /// No answer in time.
    #[error("no answer in time")]
    TimedOut,
    /// No connection.
    #[error("not reachable: {0}")]
    Unreachable(String),
    /// The service will not, such as for a wrong key.
    #[error("refused ({0})")]
    Refused(u16),
    /// The service cannot at present.
    #[error("busy ({0})")]
    Busy(u16),
    /// The answer is far larger than a picture of a tile.
    #[error("more than {} MiB", MOST_BYTES >> 20)]
    TooLarge,
    /// The answer is no picture that can be shown.
    #[error("no picture")]
    NoPicture,
    /// What is asked is no address.
    #[error("no address")]
    NoAddress,
}

impl TileFault {
    /// What happened, in a few words.
    pub fn words(&self, lang: Lang) -> String {
        match self {
            Self::TimedOut => lang.text("sync.tiles.timed_out").to_owned(),
            Self::Unreachable(reason) => lang.fill("sync.tiles.unreachable", &[("reason", reason)]),
            Self::Refused(status) => lang.fill("sync.tiles.refused", &[("status", status)]),
            Self::Busy(status) => lang.fill("sync.tiles.busy", &[("status", status)]),
            Self::TooLarge => lang.text("sync.tiles.too_large").to_owned(),
            Self::NoPicture => lang.text("sync.tiles.no_picture").to_owned(),
            Self::NoAddress => lang.text("sync.tiles.no_address").to_owned(),
        }
    }

    /// Whether asking again later may help.
    fn may_pass(&self) -> bool {
        matches!(self, Self::TimedOut | Self::Unreachable(_) | Self::Busy(_))
    }
}

/// An answer, or why there was none.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Brought {
    /// Of which tile.
    pub key: TileKey,
    /// What came.
    pub result: Result<Fetched, TileFault>,
}

/// Fetches single tiles.
#[derive(Clone, Debug)]
pub struct TileClient {
    /// By the proxy that the machine is set to, if any.
    outward: Client,
    /// To this machine itself.
    inward: Client,
}

impl TileClient {
    /// A client; nothing is connected yet.
    ///
    /// # Errors
    /// When TLS cannot be set up, with the reason.
    pub fn new() -> Result<Self, String> {
        // An error says that a provider is installed already, which is as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let build = |proxy: bool| {
            let redirects = reqwest::redirect::Policy::custom(|attempt| {
                let from = attempt.previous().last().map(|url| url.scheme().to_owned()).unwrap_or_default();
                let to = attempt.url().scheme();
                let weaker = from == "https" && to != "https";
                if attempt.previous().len() > MOST_REDIRECTS || weaker || !matches!(to, "http" | "https") {
                    attempt.stop()
                } else {
                    attempt.follow()
                }
            });
            let builder = Client::builder()
                .connect_timeout(CONNECT)
                .timeout(WHOLE)
                .redirect(redirects)
                // It would tell the next host the whole address, key included.
                .referer(false)
                .pool_max_idle_per_host(PARALLEL)
                .user_agent(concat!("jiedao/", env!("CARGO_PKG_VERSION")));
            let builder = if proxy { builder } else { builder.no_proxy() };
            builder.build().map_err(|error| innermost(&error))
        };
        Ok(Self { outward: build(true)?, inward: build(false)? })
    }

    /// Asks for one tile. The pause that a service asks for comes with its fault.
    ///
    /// # Errors
    /// [`TileFault`].
    pub async fn fetch(&self, wanted: &WantedTile) -> Result<Fetched, (TileFault, Option<Duration>)> {
        let plain = |fault| (fault, None);
        let url = Url::parse(&wanted.url).map_err(|_| plain(TileFault::NoAddress))?;
        let host = url.host_str().unwrap_or_default();
        if !matches!(url.scheme(), "http" | "https") || host.is_empty() {
            return Err(plain(TileFault::NoAddress));
        }
        let client = if is_loopback(host) { &self.inward } else { &self.outward };
        let mut request = client.get(url);
        if let Some(etag) = &wanted.etag {
            request = request.header(IF_NONE_MATCH, etag);
        } else if let Some(modified) = &wanted.modified {
            request = request.header(IF_MODIFIED_SINCE, modified);
        }
        let fault = |error: reqwest::Error| {
            plain(if error.is_timeout() {
                TileFault::TimedOut
            } else {
                TileFault::Unreachable(innermost(&error.without_url()))
            })
        };
        let mut response = request.send().await.map_err(fault)?;
        let status = response.status();
        match status {
            StatusCode::NOT_MODIFIED => return Ok(Fetched::Same),
            StatusCode::NO_CONTENT | StatusCode::NOT_FOUND | StatusCode::GONE => return Ok(Fetched::Nothing),
            status if status.is_success() => {}
            status if status.is_server_error() || matches!(status.as_u16(), 408 | 425 | 429) => {
                let pause = text(response.headers(), &RETRY_AFTER).and_then(|text| text.parse().ok());
                return Err((TileFault::Busy(status.as_u16()), pause.map(Duration::from_secs)));
            }
            status => return Err(plain(TileFault::Refused(status.as_u16()))),
        }
        if response.content_length().is_some_and(|length| length > MOST_BYTES as u64) {
            return Err(plain(TileFault::TooLarge));
        }
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(fault)? {
            if body.len() + chunk.len() > MOST_BYTES {
                return Err(plain(TileFault::TooLarge));
            }
            body.extend_from_slice(&chunk);
        }
        if !is_picture(&body) {
            return Err(plain(TileFault::NoPicture));
        }
        let headers = response.headers();
        Ok(Fetched::New { body, etag: text(headers, &ETAG), modified: text(headers, &LAST_MODIFIED) })
    }
}

fn text(headers: &HeaderMap, name: &HeaderName) -> Option<String> {
    headers.get(name).and_then(|value| value.to_str().ok()).filter(|text| text.len() <= 200).map(str::to_owned)
}

/// Whether bytes begin as a PNG, JPEG or WebP does. Services answer with pages of words too.
fn is_picture(bytes: &[u8]) -> bool {
    bytes.starts_with(b"\x89PNG\r\n\x1a\n")
        || bytes.starts_with(b"\xff\xd8\xff")
        || (bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP"))
}

/// How long a service is left alone.
#[derive(Clone, Copy, Debug)]
struct Pause {
    until: Instant,
    length: Duration,
}

#[derive(Default)]
struct Board {
    wanted: VecDeque<WantedTile>,
    under_way: Vec<TileKey>,
    pauses: HashMap<String, Pause>,
    ended: bool,
}

impl Board {
    /// The next tile whose service may be asked; or when one may.
    fn next(&mut self, now: Instant) -> Result<WantedTile, Option<Instant>> {
        let free = |tile: &WantedTile| self.pauses.get(&tile.key.source).is_none_or(|pause| pause.until <= now);
        if let Some(at) = self.wanted.iter().position(free)
            && let Some(tile) = self.wanted.remove(at)
        {
            self.under_way.push(tile.key.clone());
            return Ok(tile);
        }
        Err(self.wanted.iter().filter_map(|tile| self.pauses.get(&tile.key.source)).map(|pause| pause.until).min())
    }

    fn done(&mut self, tile: &WantedTile, result: &Result<Fetched, (TileFault, Option<Duration>)>, now: Instant) {
        self.under_way.retain(|key| *key != tile.key);
        let source = &tile.key.source;
        match result {
            Ok(_) => {
                self.pauses.remove(source);
            }
            Err((fault, asked)) if fault.may_pass() => {
                // Several of one service fail together; that is one failure.
                let before = self.pauses.get(source).copied();
                if before.is_none_or(|pause| pause.until <= now) {
                    let longer = before.map_or(FIRST_PAUSE, |pause| (pause.length * 2).min(LAST_PAUSE));
                    let length = asked.map_or(longer, |asked| asked.clamp(longer, REFUSED_PAUSE));
                    self.pauses.insert(source.clone(), Pause { until: now + length, length });
                }
                if !self.wanted.iter().any(|other| other.key == tile.key) {
                    self.wanted.push_back(tile.clone());
                }
            }
            Err((TileFault::Refused(_) | TileFault::NoAddress, _)) => {
                self.pauses.insert(source.clone(), Pause { until: now + REFUSED_PAUSE, length: REFUSED_PAUSE });
            }
            // Of this tile only.
            Err(_) => {}
        }
    }
}

#[derive(Default)]
struct Shared {
    board: Mutex<Board>,
    news: Notify,
}

impl Shared {
    fn board(&self) -> MutexGuard<'_, Board> {
        self.board.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The thread. It ends when this is dropped; what is under way is given up.
pub struct TileWorker {
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

impl fmt::Debug for TileWorker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TileWorker")
    }
}

impl TileWorker {
    /// Begins the thread. `wake` is called whenever something has been put into the receiver.
    ///
    /// # Errors
    /// When the system gives no thread, or TLS cannot be set up.
    pub fn spawn(wake: impl Fn() + Send + 'static) -> std::io::Result<(Self, Receiver<Brought>)> {
        let client = TileClient::new().map_err(std::io::Error::other)?;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let (out, brought) = sync_channel(QUEUE);
        let shared = Arc::new(Shared::default());
        let inner = shared.clone();
        let thread = std::thread::Builder::new().name("tiles".to_owned()).spawn(move || {
            let work = (0..PARALLEL).map(|_| carry(&inner, &client, &out, &wake));
            let all = async {
                let mut work: Vec<_> = work.map(Box::pin).collect();
                // All end together; polling them in one task keeps them on this thread.
                std::future::poll_fn(|context| {
                    work.retain_mut(|one| one.as_mut().poll(context).is_pending());
                    if work.is_empty() { std::task::Poll::Ready(()) } else { std::task::Poll::Pending }
                })
                .await;
            };
            runtime.block_on(all);
        })?;
        Ok((Self { shared, thread: Some(thread) }, brought))
    }

    /// Says all that is wanted from now on, the most wanted first. What is under way is brought in any case.
    pub fn want(&self, tiles: impl IntoIterator<Item = WantedTile>) {
        let mut board = self.shared.board();
        let mut wanted: VecDeque<WantedTile> = tiles.into_iter().take(MOST_WANTED).collect();
        wanted.retain(|tile| !board.under_way.contains(&tile.key));
        board.wanted = wanted;
        drop(board);
        self.shared.news.notify_waiters();
    }

    /// Asks a service at once again: its key was changed, or a person wants it.
    pub fn forgive(&self, source: &str) {
        self.shared.board().pauses.remove(source);
        self.shared.news.notify_waiters();
    }
}

impl Drop for TileWorker {
    fn drop(&mut self) {
        {
            let mut board = self.shared.board();
            board.ended = true;
            board.wanted.clear();
        }
        self.shared.news.notify_waiters();
        if let Some(thread) = self.thread.take() {
            // A panic has been told by its hook.
            let _ = thread.join();
        }
    }
}

/// One of those that fetch.
async fn carry(shared: &Shared, client: &TileClient, out: &SyncSender<Brought>, wake: &impl Fn()) {
    loop {
        let news = shared.news.notified();
        tokio::pin!(news);
        // From here on no word is missed, whatever is looked up meanwhile.
        news.as_mut().enable();
        let next = {
            let mut board = shared.board();
            if board.ended {
                return;
            }
            board.next(Instant::now())
        };
        let tile = match next {
            Ok(tile) => tile,
            Err(Some(until)) => {
                let _ = tokio::time::timeout_at(until, news).await;
                continue;
            }
            Err(None) => {
                news.await;
                continue;
            }
        };
        let result = tokio::select! {
            result = client.fetch(&tile) => result,
            () = ended(shared) => return,
        };
        if let Err((fault, _)) = &result {
            tracing::debug!(source = tile.key.source, %fault, "a tile did not come");
        }
        shared.board().done(&tile, &result, Instant::now());
        let mut brought = Brought { key: tile.key, result: result.map_err(|(fault, _)| fault) };
        // Whoever wants them is busy: the others of this thread go on meanwhile.
        loop {
            match out.try_send(brought) {
                Ok(()) => break,
                Err(std::sync::mpsc::TrySendError::Disconnected(_)) => return,
                Err(std::sync::mpsc::TrySendError::Full(back)) => brought = back,
            }
            if shared.board().ended {
                return;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        wake();
    }
}

async fn ended(shared: &Shared) {
    loop {
        let news = shared.news.notified();
        tokio::pin!(news);
        news.as_mut().enable();
        if shared.board().ended {
            return;
        }
        news.await;
    }
}

#[cfg(test)]
mod tests;
