//! The addresses of the server, one file per resource.
//!
//! Every answer carries `x-request-id`; every error is a problem document (RFC 9457) that names no SQL and no path.

mod auth;
mod body;
mod caller;
mod feeds;
mod health;
mod meta;
mod problem;
mod push;
mod reference;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::StatusCode;
use axum::middleware;
use axum::routing::{get, post};
use tokio::net::TcpListener;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::timeout::{RequestBodyTimeoutLayer, TimeoutLayer};

use crate::server::state::Server;

/// Most bytes of the body of a push.
pub const MOST_PUSH_BYTES: usize = 256 * 1024;
/// Most commands of a push.
pub const MOST_PUSH_COMMANDS: usize = 200;
/// Most events of a page.
pub const MOST_PAGE_EVENTS: usize = 1000;
/// Longest wait for news, seconds.
pub const LONGEST_WAIT_SECONDS: u64 = 25;
/// Most bytes of any other body.
const MOST_BYTES: usize = 16 * 1024;
/// Longest any request may take; more than the longest wait.
const LONGEST_REQUEST: Duration = Duration::from_secs(40);
/// Longest silence while a body arrives.
const LONGEST_BODY_SILENCE: Duration = Duration::from_secs(10);
/// How long requests may finish once the server is told to stop.
const LONGEST_GOODBYE: Duration = Duration::from_secs(3);

/// All addresses. What a caller may do is checked by the handlers, by account and street.
pub fn router(server: Arc<Server>) -> Router {
    dress(routes(), server)
}

fn routes() -> Router<Arc<Server>> {
    Router::new()
        .route("/healthz", get(health::alive))
        .route("/readyz", get(health::ready))
        .route("/v1/meta", get(meta::meta))
        .route("/v1/auth/login", post(auth::login))
        .route("/v1/auth/logout", post(auth::logout))
        .route("/v1/sync/push", post(push::push).layer(DefaultBodyLimit::max(MOST_PUSH_BYTES)))
        .route("/v1/sync/feeds", get(feeds::heads))
        .route("/v1/sync/feeds/{feed}/events", get(feeds::events))
        .route("/v1/reference", get(reference::reference))
}

/// What holds for every address: bounds of size and time, a roof over panics, problems and the log outermost.
fn dress(routes: Router<Arc<Server>>, server: Arc<Server>) -> Router {
    routes
        .layer(DefaultBodyLimit::max(MOST_BYTES))
        .layer(TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, LONGEST_REQUEST))
        .layer(RequestBodyTimeoutLayer::new(LONGEST_BODY_SILENCE))
        .layer(CatchPanicLayer::new())
        .layer(middleware::from_fn_with_state(server.clone(), problem::finish))
        .with_state(server)
}

/// Serves until the server is told to stop; requests under way may finish for a few seconds.
///
/// # Errors
/// When the listener fails for good.
pub async fn serve(server: Arc<Server>, listener: TcpListener) -> std::io::Result<()> {
    let told = |mut stopping: tokio::sync::watch::Receiver<bool>| async move {
        // An error means that the teller has gone, which ends the server as well.
        let _ = stopping.wait_for(|stopping| *stopping).await;
    };
    let (first, second) = (told(server.stopping.clone()), told(server.stopping.clone()));
    let service = router(server).into_make_service_with_connect_info::<SocketAddr>();
    let serving = axum::serve(listener, service).with_graceful_shutdown(first);
    tokio::select! {
        result = serving => result,
        () = async { second.await; tokio::time::sleep(LONGEST_GOODBYE).await } => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Read as _, Write as _};

    use super::*;
    use crate::base::clock::SystemClock;
    use crate::domain::calendar::Calendar;
    use crate::server::state::Setup;
    use crate::server::storage::StorageError;
    use crate::server::storage::sqlite::SqliteStorage;

    fn ask(address: SocketAddr, path: &str) -> String {
        let mut stream = std::net::TcpStream::connect(address).unwrap();
        write!(stream, "GET {path} HTTP/1.1\r\nhost: test\r\nconnection: close\r\n\r\n").unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }

    #[test]
    fn a_panic_and_a_failing_database_become_problems_and_the_server_lives() {
        let folder = tempfile::tempdir().unwrap();
        let storage = SqliteStorage::open(&folder.path().join("server.db"), Calendar::default()).unwrap();
        let (_stop, stopping) = tokio::sync::watch::channel(false);
        let clock = Arc::new(SystemClock::default());
        let setup = Setup { storage: Arc::new(storage), clock, title: "test".to_owned(), fixes: None, stopping };
        let server = Arc::new(Server::new(setup).unwrap());
        async fn panicking() -> &'static str {
            panic!("a handler that panics")
        }
        let routes = routes()
            .route("/panic", get(panicking))
            .route("/full", get(|| async { problem::Failure::from(StorageError::Full) }))
            .route("/broken", get(|| async { problem::Failure::from(StorageError::Failed("SELECT secret".into())) }));
        let service = dress(routes, server).into_make_service_with_connect_info::<SocketAddr>();
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
        let address = listener.local_addr().unwrap();
        runtime.spawn(async move { axum::serve(listener, service).await });

        for (path, status) in [("/panic", "500"), ("/full", "507"), ("/broken", "503"), ("/nowhere", "404")] {
            let answer = ask(address, path);
            assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")), "{path}: {answer}");
            assert!(answer.contains("application/problem+json") && answer.contains("request_id"), "{answer}");
            assert!(!answer.contains("secret"), "{answer}");
            assert_eq!(answer.contains("retry-after"), path == "/full" || path == "/broken", "{answer}");
        }
        assert!(ask(address, "/healthz").starts_with("HTTP/1.1 200 "));
        assert!(ask(address, "/readyz").starts_with("HTTP/1.1 200 "));
    }
}
