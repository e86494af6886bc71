//! `GET /v1/meta`: what this server is and how much it takes at once. Open to everybody.

use std::sync::Arc;

use axum::extract::State;

use super::{MOST_PAGE_EVENTS, MOST_PUSH_BYTES, MOST_PUSH_COMMANDS};
use crate::protocol::PROTO;
use crate::protocol::api::Meta;
use crate::server::state::Server;

/// The server's card.
pub(super) async fn meta(State(server): State<Arc<Server>>) -> axum::Json<Meta> {
    axum::Json(Meta {
        proto_min: PROTO,
        proto_max: PROTO,
        server_id: server.storage.server_id().to_owned(),
        title: server.title.clone(),
        epoch: server.storage.epoch(),
        server_time: server.clock.now(),
        max_push_commands: MOST_PUSH_COMMANDS,
        max_push_bytes: MOST_PUSH_BYTES,
        max_page_events: MOST_PAGE_EVENTS,
    })
}
