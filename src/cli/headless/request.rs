//! Lines in: actions, questions, waits.

use std::time::Duration;

use serde::Deserialize;
use serde_json::Value;

use crate::app::Action;
use crate::app::section::SectionOutcome;
use crate::app::state::{AppState, Link, PackState, ProfileState, Session};
use crate::app::tools::Waiting;
use crate::base::{CaseId, CommandId};
use crate::domain::case::State;

/// How long a wait lasts when the line does not say, and at most.
const WAIT_MS: u64 = 10_000;
const LONGEST_WAIT_MS: u64 = 600_000;

/// A line understood.
pub(super) enum Request {
    Action(Box<Action>),
    Ask(Ask),
    Wait { wanted: Wanted, most: Duration },
}

/// What can be asked for. Braces without fields, so that a word too many is refused there as well.
#[derive(Debug, Deserialize)]
#[serde(tag = "ask", rename_all = "snake_case", deny_unknown_fields)]
pub(super) enum Ask {
    State {},
    Queue {},
    Case { case: Option<CaseId>, number: Option<String> },
    Draft {},
    Inbox {},
    Notices {},
    Sync {},
    Map {},
    Tools {},
    Grid {},
    Style { key: Option<String> },
    Intake {},
    Export {},
    Sheet {},
    Reference {},
    Propose { case: Option<CaseId>, number: Option<String> },
    Help {},
}

/// What can be waited for.
#[derive(Debug, Deserialize)]
#[serde(tag = "wait", rename_all = "snake_case", deny_unknown_fields)]
pub(super) enum Wanted {
    /// Nothing is on its way to the disk.
    Saved {},
    /// Everything is at the server and back, and what the server has is here.
    Synced {},
    /// The command is no longer pending: confirmed, or refused.
    Settled {
        command: CommandId,
    },
    /// Somebody is logged in; by the server, if `online`.
    Login {
        #[serde(default)]
        online: bool,
    },
    Online {},
    Offline {},
    /// The map pack has been read, again if it was changed.
    /// The section that was asked for is here, or cannot be.
    Section {},
    /// The map pack has been read.
    Map {},
    /// Nothing is asked of the map pack, and nothing is being saved to it.
    Tools {},
    /// Nothing of the style is on its way to its file.
    Style {},
    /// No sheet is being made.
    Sheet {},
    /// The case is here, in this state; as the server has confirmed it, if `confirmed`.
    Case {
        case: CaseId,
        state: Option<State>,
        #[serde(default)]
        confirmed: bool,
    },
    /// At least so many cases are here.
    Cases {
        count: usize,
    },
    /// At least so many refusals are in the inbox.
    Inbox {
        count: usize,
    },
}

impl Wanted {
    /// Whether it is so; `None` while it may still come.
    pub(super) fn state(&self, now: &AppState) -> Option<bool> {
        let so = |so: bool| so.then_some(true);
        let cases = &now.cases;
        match self {
            Self::Saved {} => so(cases.saving.is_empty()),
            Self::Synced {} => so(cases.saving.is_empty()
                && cases.pending.is_empty()
                && now.sync.link == Link::Online
                && now.sync.current_as_of.is_some()
                && now.sync.behind.values().all(|behind| *behind == 0)),
            Self::Settled { command } => so(cases.saving.iter().all(|one| one.command.id != *command)
                && cases.pending.iter().all(|one| one.command.id != *command)),
            Self::Login { online } => match &now.session {
                Session::User(_) => so(!online || now.sync.link == Link::Online),
                Session::LoggingIn => None,
                Session::Refused(_) | Session::LoggedOut => Some(false),
            },
            Self::Online {} => so(now.sync.link == Link::Online),
            Self::Offline {} => so(matches!(now.sync.link, Link::Offline { .. })),
            Self::Section {} => match now.map.section.as_ref().map(|view| &view.outcome) {
                Some(SectionOutcome::Done(_)) => Some(true),
                Some(SectionOutcome::Working) => None,
                _ => Some(false),
            },
            Self::Map {} => match now.pack {
                PackState::Ready => so(!now.pack_rereading),
                PackState::Loading { .. } => None,
                PackState::Absent | PackState::Failed(_) => Some(false),
            },
            Self::Tools {} => so(now.tools.busy.is_none()
                && now.tools.waiting == Waiting::default()
                && now.keeping.saving.is_none()
                && now.keeping.checking.is_none()
                && now.intake.running.is_none()
                && now.export.running.is_none()
                && now.export_count().is_none_or(|count| !count.waiting)),
            Self::Style {} => so(!now.map.style.path.is_empty() && !now.map.style.saving),
            Self::Sheet {} => so(now.sheets.running.is_none()),
            Self::Case { case, state, confirmed } => {
                let known = if *confirmed { cases.confirmed.get(case) } else { cases.view.get(case) };
                so(known.is_some_and(|case| state.is_none_or(|state| case.state == state)))
            }
            Self::Cases { count } => so(now.profile == ProfileState::Open && cases.view.len() >= *count),
            Self::Inbox { count } => so(now.inbox.len() >= *count),
        }
    }
}

/// Why a line was not understood.
pub(super) struct NotUnderstood {
    pub(super) kind: &'static str,
    pub(super) detail: String,
}

fn not_understood(kind: &'static str, detail: impl ToString) -> NotUnderstood {
    NotUnderstood { kind, detail: detail.to_string() }
}

/// Reads a line: its `id`, which the answer repeats, and what it wants.
pub(super) fn read(line: &[u8]) -> (Option<Value>, Result<Request, NotUnderstood>) {
    let mut fields = match serde_json::from_slice(line) {
        Ok(Value::Object(fields)) => fields,
        Ok(_) => return (None, Err(not_understood("bad_request", "a line is one JSON object"))),
        Err(error) => return (None, Err(not_understood("bad_json", error))),
    };
    let id = fields.remove("id");
    let kinds: Vec<_> = ["do", "ask", "wait"].into_iter().filter(|kind| fields.contains_key(*kind)).collect();
    let request = match kinds[..] {
        ["do"] => parse(fields).map(|action| Request::Action(Box::new(action))),
        ["ask"] => parse(fields).map(Request::Ask),
        ["wait"] => wait(fields),
        _ => Err(not_understood("bad_request", "a line has one of \"do\", \"ask\" and \"wait\"")),
    };
    (id, request)
}

fn parse<T: serde::de::DeserializeOwned>(fields: serde_json::Map<String, Value>) -> Result<T, NotUnderstood> {
    serde_json::from_value(Value::Object(fields)).map_err(|error| not_understood("bad_request", error))
}

fn wait(mut fields: serde_json::Map<String, Value>) -> Result<Request, NotUnderstood> {
    let most = match fields.remove("timeout_ms") {
        None => WAIT_MS,
        Some(value) => value
            .as_u64()
            .ok_or_else(|| not_understood("bad_request", "timeout_ms is a whole number of milliseconds"))?,
    };
    let wanted = parse(fields)?;
    Ok(Request::Wait { wanted, most: Duration::from_millis(most.min(LONGEST_WAIT_MS)) })
}
