//! Errors as people and programs see them, and the line that each request leaves in the log.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::{Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::protocol::api::Problem;
use crate::protocol::problem as kind;
use crate::server::state::Server;
use crate::server::storage::StorageError;

/// The id of a request, as in the log, the answer's header and the problem document.
#[derive(Debug, Clone)]
pub(super) struct RequestId(pub String);

/// An error on its way out.
#[derive(Debug, Clone)]
pub(super) struct Failure {
    status: StatusCode,
    kind: &'static str,
    title: &'static str,
    detail: String,
    retry_after: Option<Duration>,
}

impl Failure {
    pub(super) fn new(status: StatusCode, kind: &'static str, title: &'static str) -> Self {
        Self { status, kind, title, detail: String::new(), retry_after: None }
    }

    pub(super) fn detail(mut self, detail: impl Into<String>) -> Self {
        self.detail = detail.into();
        self
    }

    pub(super) fn retry_after(mut self, wait: Duration) -> Self {
        self.retry_after = Some(wait);
        self
    }

    pub(super) fn unauthorized() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, kind::UNAUTHORIZED, "log in first")
    }

    pub(super) fn forbidden() -> Self {
        Self::new(StatusCode::FORBIDDEN, kind::FORBIDDEN, "the account has no rights here")
    }

    pub(super) fn not_found() -> Self {
        Self::new(StatusCode::NOT_FOUND, kind::NOT_FOUND, "there is nothing at this address")
    }

    pub(super) fn bad_request(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, kind::BAD_REQUEST, "the request cannot be understood").detail(detail)
    }

    pub(super) fn internal() -> Self {
        Self::of_status(StatusCode::INTERNAL_SERVER_ERROR)
    }

    pub(super) fn too_often(wait: Duration) -> Self {
        Self::new(StatusCode::TOO_MANY_REQUESTS, kind::TOO_OFTEN, "too many requests; wait a little").retry_after(wait)
    }

    /// For an answer that the framework made: its status says enough.
    fn of_status(status: StatusCode) -> Self {
        match status {
            StatusCode::NOT_FOUND => Self::not_found(),
            StatusCode::UNAUTHORIZED => Self::unauthorized(),
            StatusCode::METHOD_NOT_ALLOWED => Self::new(status, kind::BAD_REQUEST, "this address knows other methods"),
            StatusCode::PAYLOAD_TOO_LARGE => {
                Self::new(status, kind::TOO_LARGE, "the body is too large; send fewer at once")
            }
            StatusCode::SERVICE_UNAVAILABLE => {
                Self::new(status, kind::UNAVAILABLE, "not now").retry_after(Duration::from_secs(5))
            }
            status if status.is_server_error() => Self::new(status, kind::INTERNAL, "a fault of the server"),
            status => Self::new(status, kind::BAD_REQUEST, "the request cannot be understood"),
        }
    }
}

impl From<StorageError> for Failure {
    fn from(error: StorageError) -> Self {
        // The text may name SQL or files: it goes to the log and never into the answer.
        tracing::error!(%error, "storage");
        match error {
            StorageError::Full => Self::new(StatusCode::INSUFFICIENT_STORAGE, kind::FULL, "the server's disk is full")
                .retry_after(Duration::from_secs(60)),
            StorageError::Busy => Self::of_status(StatusCode::SERVICE_UNAVAILABLE).retry_after(Duration::from_secs(1)),
            StorageError::Failed(_) => Self::of_status(StatusCode::SERVICE_UNAVAILABLE),
            StorageError::Unreadable(_) | StorageError::Fault(_) => Self::internal(),
        }
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let mut response = self.status.into_response();
        response.extensions_mut().insert(self);
        response
    }
}

/// The outermost layer: gives each request an id, turns every error into a problem document, writes the log line.
pub(super) async fn finish(State(server): State<Arc<Server>>, mut request: Request, next: Next) -> Response {
    let started = server.clock.monotonic();
    let id = uuid::Uuid::new_v4().simple().to_string();
    let (method, path) = (request.method().clone(), request.uri().path().to_owned());
    request.extensions_mut().insert(RequestId(id.clone()));
    let mut response = next.run(request).await;
    let status = response.status();
    if status.is_client_error() || status.is_server_error() {
        let failure = response.extensions_mut().remove::<Failure>().unwrap_or_else(|| Failure::of_status(status));
        response = document(&failure, &id);
    }
    if let Ok(value) = HeaderValue::from_str(&id) {
        response.headers_mut().insert("x-request-id", value);
    }
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response.headers_mut().insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    let took_ms = server.clock.monotonic().saturating_sub(started).as_millis();
    tracing::info!(%method, path, status = status.as_u16(), took_ms, request_id = id, "request");
    response
}

fn document(failure: &Failure, id: &str) -> Response {
    let problem = Problem {
        kind: failure.kind.to_owned(),
        title: failure.title.to_owned(),
        status: failure.status.as_u16(),
        detail: failure.detail.clone(),
        request_id: id.to_owned(),
    };
    let body = serde_json::to_string(&problem).unwrap_or_default();
    let mut response = (failure.status, [(header::CONTENT_TYPE, "application/problem+json")], body).into_response();
    if let Some(wait) = failure.retry_after {
        let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds.max(1)));
    }
    if failure.status == StatusCode::UNAUTHORIZED {
        response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
    response
}
