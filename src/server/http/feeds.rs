//! `/v1/sync/feeds`: what happened, street by street, in order and without holes.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;

use super::caller::Caller;
use super::problem::Failure;
use super::{LONGEST_WAIT_SECONDS, MOST_PAGE_EVENTS};
use crate::protocol::api::{Feeds, Page, PageQuery};
use crate::protocol::problem as kind;
use crate::server::state::Server;

/// `GET /v1/sync/feeds`.
pub(super) async fn heads(State(server): State<Arc<Server>>, caller: Caller) -> Result<axum::Json<Feeds>, Failure> {
    caller.must_work_on_cases()?;
    let feeds = server.storage.heads(caller.user().streets.clone()).await?;
    Ok(axum::Json(Feeds { epoch: server.storage.epoch(), feeds }))
}

/// `GET /v1/sync/feeds/{feed}/events`: a page, as soon as there is one.
pub(super) async fn events(
    State(server): State<Arc<Server>>,
    caller: Caller,
    Path(feed): Path<String>,
    query: Result<Query<PageQuery>, QueryRejection>,
) -> Result<axum::Json<Page>, Failure> {
    caller.must_work_on_cases()?;
    let feed = caller.granted(&feed)?;
    let Ok(Query(query)) = query else {
        return Err(Failure::bad_request("wanted: epoch, after, hash, limit, wait"));
    };
    let epoch = server.storage.epoch();
    if query.epoch.as_ref().is_some_and(|known| *known != epoch.tag()) {
        return Err(gone(kind::EPOCH, "another history begins here; read the feed from its start"));
    }
    let limit = query.limit.clamp(1, MOST_PAGE_EVENTS);
    let mut slice = server.storage.slice(feed.clone(), query.after, limit).await?;
    let fits = match (&slice.hash_at_after, &query.hash) {
        (None, _) => false,
        (Some(here), Some(known)) => here == known,
        (Some(_), None) => true,
    };
    if !fits {
        return Err(gone(kind::HASH, "the feed went another way; read it from its start"));
    }
    if slice.events.is_empty() && query.wait > 0 {
        let longest = Duration::from_secs(query.wait.min(LONGEST_WAIT_SECONDS));
        server.doorbell.wait(feed.as_str(), query.after, longest, server.stopping.clone()).await;
        if !caller.still_holds(&server).await? {
            return Err(Failure::unauthorized());
        }
        slice = server.storage.slice(feed, query.after, limit).await?;
    }
    Ok(axum::Json(Page { epoch, server_time: server.clock.now(), head: slice.head, events: slice.events }))
}

fn gone(kind: &'static str, title: &'static str) -> Failure {
    Failure::new(StatusCode::GONE, kind, title)
}
