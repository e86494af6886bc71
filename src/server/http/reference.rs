//! `GET /v1/reference`: departments, and officers where they were last seen.

use std::sync::Arc;

use axum::extract::State;

use super::caller::Caller;
use super::problem::Failure;
use crate::protocol::api::Reference;
use crate::server::state::Server;

/// Of the granted streets.
pub(super) async fn reference(
    State(server): State<Arc<Server>>,
    caller: Caller,
) -> Result<axum::Json<Reference>, Failure> {
    caller.must_work_on_cases()?;
    let server_time = server.clock.now();
    let mut directory = server.storage.directory(caller.user().streets.clone()).await?;
    if let Some(fixes) = &server.fixes {
        for officer in &mut directory.officers {
            if let Some(fix) = fixes(officer, server_time) {
                officer.fix = Some(fix);
            }
        }
    }
    Ok(axum::Json(Reference {
        server_time,
        departments: directory.departments,
        officers: directory.officers,
        calendar: CALENDAR.to_owned(),
    }))
}

/// Name of the calendar that deadlines are worked out by: the one built into this version.
const CALENDAR: &str = concat!("builtin-", env!("CARGO_PKG_VERSION"));
