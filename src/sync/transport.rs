//! What sync asks of a server, whatever carries it: sockets, or a simulation.

use std::future::Future;
use std::time::Duration;

use crate::domain::code::StreetCode;
use crate::protocol::api::{Feeds, LoginAnswer, LoginRequest, Page, PageQuery, PushAnswer, PushRequest, Reference};

/// Why a call brought no answer that can be used.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum CallError {
    /// No connection, or it broke.
    #[error("the server cannot be reached: {0}")]
    Unreachable(String),
    /// Nothing came in time.
    #[error("the server does not answer in time")]
    TimedOut,
    /// 401: no session, or it has ended; at a login, name or password is wrong.
    #[error("the server wants a login")]
    Unauthorised,
    /// 403.
    #[error("the account may not do this")]
    Forbidden,
    /// 410: the history of the feed is another one now.
    #[error("the history of the feed is another one now")]
    Gone,
    /// 413: the push was too large.
    #[error("the push was too large")]
    TooLarge,
    /// 426: this build is too old.
    #[error("the server wants a newer build of this program")]
    TooOld,
    /// 429, 503, 507 and other 5xx: later.
    #[error("the server is busy or has trouble (status {status})")]
    Busy {
        /// HTTP status.
        status: u16,
        /// How long the server asks to wait.
        retry_after: Option<Duration>,
    },
    /// Another status.
    #[error("the server answered {status}: {title}")]
    Refused {
        /// HTTP status.
        status: u16,
        /// Title of its problem document.
        title: String,
    },
    /// An answer that is not what was asked for, or larger than any good one.
    #[error("the answer cannot be read: {0}")]
    Unreadable(String),
}

impl CallError {
    /// Key of the text table that says it to a person.
    pub fn text_key(&self) -> &'static str {
        match self {
            Self::Unreachable(_) => "sync.error.unreachable",
            Self::TimedOut => "sync.error.timed_out",
            Self::Unauthorised => "sync.error.unauthorised",
            Self::Forbidden => "sync.error.forbidden",
            Self::Gone | Self::TooLarge | Self::Refused { .. } => "sync.error.refused",
            Self::TooOld => "sync.error.too_old",
            Self::Busy { .. } => "sync.error.busy",
            Self::Unreadable(_) => "sync.error.unreadable",
        }
    }

    /// Whether the server was not there at all, so that a profile may be opened without it.
    pub fn is_absence(&self) -> bool {
        matches!(self, Self::Unreachable(_) | Self::TimedOut | Self::Busy { .. })
    }
}

/// The calls of SYNC.md section 3. Futures need not be `Send`: one thread runs them all.
pub trait Transport: 'static {
    /// Logs in.
    fn login(&self, request: &LoginRequest) -> impl Future<Output = Result<LoginAnswer, CallError>>;
    /// Sends commands.
    fn push(&self, token: &str, request: &PushRequest) -> impl Future<Output = Result<PushAnswer, CallError>>;
    /// Asks which feeds may be read.
    fn feeds(&self, token: &str) -> impl Future<Output = Result<Feeds, CallError>>;
    /// Asks for events; the server may take `query.wait` seconds to answer.
    fn page(&self, token: &str, feed: &StreetCode, query: &PageQuery) -> impl Future<Output = Result<Page, CallError>>;
    /// Asks for departments and officers.
    fn reference(&self, token: &str) -> impl Future<Output = Result<Reference, CallError>>;
}
