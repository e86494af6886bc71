//! `/v1/auth`: logging in and out. A session lasts a shift and is renewed by logging in again.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::extract::{ConnectInfo, Extension, State};
use axum::http::StatusCode;
use jiff::SignedDuration;

use super::body::Json;
use super::caller::Caller;
use super::problem::{Failure, RequestId};
use crate::base::UserId;
use crate::protocol::api::{LoginAnswer, LoginRequest};
use crate::protocol::problem as kind;
use crate::server::password::{LONGEST_BYTES, new_token, token_hash};
use crate::server::state::Server;
use crate::server::storage::{AuditLine, Session};

/// Length of a session, hours: a shift.
const SESSION_HOURS: i64 = 12;
/// Longest login name, bytes.
const LONGEST_NAME: usize = 64;

/// `POST /v1/auth/login`.
pub(super) async fn login(
    State(server): State<Arc<Server>>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    Extension(request_id): Extension<RequestId>,
    Json(request): Json<LoginRequest>,
) -> Result<axum::Json<LoginAnswer>, Failure> {
    let now = server.clock.now();
    server.login_rate.take(&peer.ip().to_string(), server.clock.monotonic()).map_err(Failure::too_often)?;
    if request.user.0.len() > LONGEST_NAME || request.password.len() > LONGEST_BYTES {
        return Err(wrong());
    }
    let state = server.storage.login_state(request.user.clone(), now).await?;
    let (user, phc) = state.account.map(|account| (account.user, account.password)).unzip();
    // The password is looked at in any case, so that neither a lock nor an unknown name answers faster.
    let right = server.passwords.check(request.password, phc.flatten()).await;
    if let Some(until) = state.locked_until {
        note(&server, &request_id, "login_locked", &request.user, peer).await?;
        let left = now.duration_until(until).unsigned_abs();
        return Err(
            Failure::new(StatusCode::TOO_MANY_REQUESTS, kind::LOCKED, "too many failed logins; wait").retry_after(left)
        );
    }
    let Some(user) = user.filter(|_| right) else {
        server.storage.login_failed(request.user.clone(), now).await?;
        note(&server, &request_id, "login_failed", &request.user, peer).await?;
        return Err(wrong());
    };
    let token = new_token();
    let expires_at = now.checked_add(SignedDuration::from_hours(SESSION_HOURS)).unwrap_or(now);
    let session = Session { user: user.clone(), device: request.device, expires_at };
    server.storage.open_session(token_hash(&token), session, now).await?;
    note(&server, &request_id, "login", &request.user, peer).await?;
    Ok(axum::Json(LoginAnswer { token, expires_at, user }))
}

/// `POST /v1/auth/logout`.
pub(super) async fn logout(
    State(server): State<Arc<Server>>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    Extension(request_id): Extension<RequestId>,
    caller: Caller,
) -> Result<StatusCode, Failure> {
    server.storage.close_session(caller.token_hash.clone()).await?;
    note(&server, &request_id, "logout", &caller.user().id, peer).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn wrong() -> Failure {
    Failure::new(StatusCode::UNAUTHORIZED, kind::WRONG_LOGIN, "name or password is wrong")
}

async fn note(
    server: &Server,
    request_id: &RequestId,
    what: &'static str,
    user: &UserId,
    peer: SocketAddr,
) -> Result<(), Failure> {
    let line = AuditLine {
        at: server.clock.now(),
        what,
        user: Some(user.clone()),
        detail: peer.ip().to_string(),
        request_id: request_id.0.clone(),
    };
    Ok(server.storage.audit(line).await?)
}
