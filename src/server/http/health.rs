//! `/healthz`: the process lives. `/readyz`: the database answers.

use std::sync::Arc;

use axum::extract::State;

use super::problem::Failure;
use crate::server::state::Server;

/// Always fine when it can be asked.
pub(super) async fn alive() -> &'static str {
    "ok"
}

/// Fine when the database answers.
pub(super) async fn ready(State(server): State<Arc<Server>>) -> Result<&'static str, Failure> {
    server.storage.count_accounts().await?;
    Ok("ok")
}
