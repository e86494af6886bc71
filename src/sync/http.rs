//! [`Transport`] over HTTP/1.1.

use std::sync::Arc;
use std::time::Duration;

use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, RETRY_AFTER};
use reqwest::{Client, RequestBuilder, StatusCode, Url};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::domain::code::StreetCode;
use crate::protocol::api::{
    Feeds, LoginAnswer, LoginRequest, Page, PageQuery, Problem, PushAnswer, PushRequest, Reference,
};
use crate::sync::transport::{CallError, Transport};

const CONNECT: Duration = Duration::from_secs(5);
/// Until the head of the answer is here; a long poll may take its waiting time in addition.
const FIRST_BYTE: Duration = Duration::from_secs(10);
/// Without a byte for so long, a connection is dead.
const WATCHDOG: Duration = Duration::from_secs(45);
/// No good answer is larger: 1000 events of a few kilobytes.
const MOST_BYTES: usize = 32 * 1024 * 1024;

/// Why a server address was not taken.
#[derive(Debug, thiserror::Error)]
pub enum BadServer {
    /// It is no `http` or `https` address of a host.
    #[error("{0:?} is not the address of a server: write https://host or http://127.0.0.1:port")]
    Address(String),
    /// Plain HTTP to another machine.
    #[error("{0} is not encrypted: use https, or allow plain http in this network")]
    Plain(String),
    /// The HTTP client could not be made.
    #[error("no HTTP client: {0}")]
    Client(String),
}

/// The server over HTTP.
#[derive(Clone, Debug)]
pub struct Http {
    client: Client,
    base: Url,
}

impl Http {
    /// A client for the server at `address`. Plain HTTP goes to this machine only, unless `allow_plain_http`.
    ///
    /// # Errors
    /// [`BadServer`].
    pub fn new(address: &str, allow_plain_http: bool) -> Result<Self, BadServer> {
        let base = Url::parse(address).map_err(|_| BadServer::Address(address.to_owned()))?;
        let host = base.host_str().unwrap_or_default();
        if !matches!(base.scheme(), "http" | "https") || host.is_empty() || base.cannot_be_a_base() {
            return Err(BadServer::Address(address.to_owned()));
        }
        if base.scheme() == "http" && !allow_plain_http && !is_loopback(host) {
            return Err(BadServer::Plain(address.to_owned()));
        }
        // An error says that a provider is installed already, which is as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let mut builder = Client::builder()
            .connect_timeout(CONNECT)
            .read_timeout(WATCHDOG)
            .redirect(reqwest::redirect::Policy::none())
            .user_agent(concat!("jiedao/", env!("CARGO_PKG_VERSION")));
        if is_loopback(host) {
            // A proxy of the network has no business with this machine's own server.
            builder = builder.no_proxy();
        }
        let client = builder.build().map_err(|error| BadServer::Client(error.to_string()))?;
        Ok(Self { client, base })
    }

    fn url(&self, path: &[&str]) -> Url {
        let mut url = self.base.clone();
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.pop_if_empty().extend(path);
        }
        url
    }

    async fn call<T: DeserializeOwned>(&self, request: RequestBuilder, wait: Duration) -> Result<T, CallError> {
        let sent = tokio::time::timeout(FIRST_BYTE + wait, request.send()).await;
        let mut response = sent.map_err(|_| CallError::TimedOut)?.map_err(|error| from_reqwest(&error))?;
        let status = response.status();
        let retry_after = response
            .headers()
            .get(RETRY_AFTER)
            .and_then(|value| value.to_str().ok()?.parse().ok())
            .map(Duration::from_secs);
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|error| from_reqwest(&error))? {
            if body.len() + chunk.len() > MOST_BYTES {
                return Err(CallError::Unreadable(format!("more than {MOST_BYTES} bytes")));
            }
            body.extend_from_slice(&chunk);
        }
        if status.is_success() {
            return serde_json::from_slice(&body).map_err(|error| CallError::Unreadable(error.to_string()));
        }
        Err(match status {
            StatusCode::UNAUTHORIZED => CallError::Unauthorised,
            StatusCode::FORBIDDEN => CallError::Forbidden,
            StatusCode::GONE => CallError::Gone,
            StatusCode::PAYLOAD_TOO_LARGE => CallError::TooLarge,
            StatusCode::UPGRADE_REQUIRED => CallError::TooOld,
            StatusCode::TOO_MANY_REQUESTS => CallError::Busy { status: status.as_u16(), retry_after },
            status if status.is_server_error() => CallError::Busy { status: status.as_u16(), retry_after },
            status => {
                let problem: Problem = serde_json::from_slice(&body).unwrap_or_default();
                CallError::Refused { status: status.as_u16(), title: problem.title }
            }
        })
    }

    fn get(&self, url: Url, token: &str) -> RequestBuilder {
        self.client.get(url).header(AUTHORIZATION, format!("Bearer {token}"))
    }

    fn post(&self, url: Url, body: &impl Serialize) -> Result<RequestBuilder, CallError> {
        let body = serde_json::to_vec(body).map_err(|error| CallError::Unreadable(error.to_string()))?;
        Ok(self.client.post(url).header(CONTENT_TYPE, "application/json").body(body))
    }
}

pub(super) fn is_loopback(host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || bare.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}

fn from_reqwest(error: &reqwest::Error) -> CallError {
    if error.is_timeout() { CallError::TimedOut } else { CallError::Unreachable(innermost(error)) }
}

/// The last cause, which names what the system said; the outer ones repeat the address.
pub(super) fn innermost(error: &dyn std::error::Error) -> String {
    let mut error = error;
    while let Some(source) = error.source() {
        error = source;
    }
    error.to_string()
}

impl Transport for Arc<Http> {
    async fn login(&self, request: &LoginRequest) -> Result<LoginAnswer, CallError> {
        self.call(self.post(self.url(&["v1", "auth", "login"]), request)?, Duration::ZERO).await
    }

    async fn push(&self, token: &str, request: &PushRequest) -> Result<PushAnswer, CallError> {
        let post = self.post(self.url(&["v1", "sync", "push"]), request)?;
        self.call(post.header(AUTHORIZATION, format!("Bearer {token}")), Duration::ZERO).await
    }

    async fn feeds(&self, token: &str) -> Result<Feeds, CallError> {
        self.call(self.get(self.url(&["v1", "sync", "feeds"]), token), Duration::ZERO).await
    }

    async fn page(&self, token: &str, feed: &StreetCode, query: &PageQuery) -> Result<Page, CallError> {
        let mut url = self.url(&["v1", "sync", "feeds", feed.as_str(), "events"]);
        {
            let mut pairs = url.query_pairs_mut();
            if let Some(epoch) = &query.epoch {
                pairs.append_pair("epoch", epoch);
            }
            if let Some(hash) = &query.hash {
                pairs.append_pair("hash", hash);
            }
            pairs.append_pair("after", &query.after.to_string());
            pairs.append_pair("limit", &query.limit.to_string());
            pairs.append_pair("wait", &query.wait.to_string());
        }
        self.call(self.get(url, token), Duration::from_secs(query.wait)).await
    }

    async fn reference(&self, token: &str) -> Result<Reference, CallError> {
        self.call(self.get(self.url(&["v1", "reference"]), token), Duration::ZERO).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_http_stays_on_this_machine() {
        for good in ["http://127.0.0.1:8080", "http://localhost:1", "http://[::1]:9", "https://duty.example"] {
            assert!(Http::new(good, false).is_ok(), "{good}");
        }
        assert!(matches!(Http::new("http://192.0.2.1", false), Err(BadServer::Plain(_))));
        assert!(matches!(Http::new("http://127.0.0.1.example", false), Err(BadServer::Plain(_))));
        assert!(Http::new("http://192.0.2.1", true).is_ok());
        for bad in ["", "duty", "ftp://127.0.0.1", "mailto:a@b", "http://"] {
            assert!(matches!(Http::new(bad, true), Err(BadServer::Address(_))), "{bad}");
        }
    }

    #[test]
    fn an_address_may_have_a_path() {
        let http = Http::new("https://duty.example/jiedao/", false).unwrap();
        assert_eq!(http.url(&["v1", "meta"]).as_str(), "https://duty.example/jiedao/v1/meta");
    }
}
