//! Who asks: the session behind the bearer token, and what its account may do.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::header;
use axum::http::request::Parts;

use super::problem::Failure;
use crate::domain::code::StreetCode;
use crate::domain::org::{Role, User};
use crate::server::password::token_hash;
use crate::server::state::Server;
use crate::server::storage::Session;

/// Longest token looked at.
const LONGEST_TOKEN: usize = 128;

/// A request of somebody who has logged in.
pub(super) struct Caller {
    /// The session with the account as it is now.
    pub session: Session,
    /// Hash of the token.
    pub token_hash: String,
}

impl Caller {
    /// The account.
    pub(super) fn user(&self) -> &User {
        &self.session.user
    }

    /// Case work is for everybody but those who only administer.
    pub(super) fn must_work_on_cases(&self) -> Result<(), Failure> {
        if self.user().roles.iter().any(|role| *role != Role::Admin) { Ok(()) } else { Err(Failure::forbidden()) }
    }

    /// The feed of a street, if it is granted; what is not granted does not exist for the caller.
    pub(super) fn granted(&self, feed: &str) -> Result<StreetCode, Failure> {
        self.user().streets.iter().find(|street| street.as_str() == feed).cloned().ok_or_else(Failure::not_found)
    }

    /// Whether the session still holds.
    pub(super) async fn still_holds(&self, server: &Server) -> Result<bool, Failure> {
        Ok(server.storage.session(self.token_hash.clone(), server.clock.now()).await?.is_some())
    }
}

impl FromRequestParts<Arc<Server>> for Caller {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, server: &Arc<Server>) -> Result<Self, Failure> {
        let token = parts
            .headers
            .get(header::AUTHORIZATION)
            .and_then(|value| value.to_str().ok())
            .and_then(|value| value.strip_prefix("Bearer "))
            .filter(|token| token.len() <= LONGEST_TOKEN)
            .ok_or_else(Failure::unauthorized)?;
        let token_hash = token_hash(token);
        server.session_rate.take(&token_hash, server.clock.monotonic()).map_err(Failure::too_often)?;
        let session = server.storage.session(token_hash.clone(), server.clock.now()).await?;
        let session = session.ok_or_else(Failure::unauthorized)?;
        Ok(Self { session, token_hash })
    }
}
