//! `POST /v1/sync/push`: commands in, verdicts out.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;

use super::MOST_PUSH_COMMANDS;
use super::body::Json;
use super::caller::Caller;
use super::problem::Failure;
use crate::base::{CaseId, CommandId};
use crate::protocol::PROTO;
use crate::protocol::api::{CommandResult, PushAnswer, PushRequest, Verdict};
use crate::protocol::problem as kind;
use crate::server::state::Server;
use crate::server::storage::Arrival;

/// Decides the commands one by one, each in its own transaction, in the order of the device.
pub(super) async fn push(
    State(server): State<Arc<Server>>,
    caller: Caller,
    Json(request): Json<PushRequest>,
) -> Result<axum::Json<PushAnswer>, Failure> {
    caller.must_work_on_cases()?;
    check(&caller, &request)?;
    // On a task of its own: a sender who hangs up in the middle must not keep the news from those who wait for it.
    let deciding = tokio::spawn(decide_all(server, caller, request));
    deciding.await.unwrap_or_else(|error| {
        tracing::error!(%error, "a push ended in the middle");
        Err(Failure::internal())
    })
}

async fn decide_all(
    server: Arc<Server>,
    caller: Caller,
    request: PushRequest,
) -> Result<axum::Json<PushAnswer>, Failure> {
    let mut results = Vec::with_capacity(request.commands.len());
    // Commands of this push that were refused: what follows about the same case was made without knowing.
    let mut refused: BTreeMap<CaseId, CommandId> = BTreeMap::new();
    let mut commands = request.commands.into_iter();
    while let Some(numbered) = commands.next() {
        let command_id = numbered.command.id;
        let case_id = numbered.command.case_id;
        let arrival = Arrival {
            user: caller.user().clone(),
            device: request.device,
            device_no: numbered.device_no,
            stands_on: refused.get(&case_id).copied(),
            command: numbered.command,
            now: server.clock.now(),
        };
        let outcome = match server.storage.decide(arrival).await {
            Ok(outcome) => outcome,
            Err(error) if results.is_empty() => return Err(error.into()),
            // What was decided has to be told; the rest comes again.
            Err(error) => {
                tracing::error!(%error, "a push was cut short");
                let rest = std::iter::once(command_id).chain(commands.map(|numbered| numbered.command.id));
                results.extend(rest.map(|command_id| CommandResult { command_id, verdict: Verdict::RetryLater }));
                break;
            }
        };
        if let Some((feed, seq)) = &outcome.grown {
            server.doorbell.ring(feed, *seq);
        }
        if matches!(outcome.verdict, Verdict::Refused { .. } | Verdict::DependsOn { .. }) {
            refused.entry(case_id).or_insert(command_id);
        }
        results.push(CommandResult { command_id, verdict: outcome.verdict });
    }
    Ok(axum::Json(PushAnswer { epoch: server.storage.epoch(), server_time: server.clock.now(), results }))
}

/// What has to be right about the push as a whole.
fn check(caller: &Caller, request: &PushRequest) -> Result<(), Failure> {
    if request.proto != PROTO {
        return Err(Failure::new(StatusCode::UPGRADE_REQUIRED, kind::PROTO, "this protocol is not spoken here")
            .detail(format!("spoken: {PROTO}")));
    }
    if request.device != caller.session.device {
        return Err(Failure::new(StatusCode::FORBIDDEN, kind::FORBIDDEN, "the session belongs to another device"));
    }
    if request.commands.len() > MOST_PUSH_COMMANDS {
        return Err(Failure::new(StatusCode::PAYLOAD_TOO_LARGE, kind::TOO_LARGE, "too many commands at once")
            .detail(format!("at most {MOST_PUSH_COMMANDS}")));
    }
    let in_order = request.commands.windows(2).all(|pair| pair[0].device_no < pair[1].device_no);
    let from_one = request.commands.iter().all(|numbered| (1..i64::MAX.cast_unsigned()).contains(&numbered.device_no));
    if in_order && from_one { Ok(()) } else { Err(Failure::bad_request("device numbers start at 1 and grow")) }
}
