//! What the workers tell, in the words of `update`.

use std::sync::Arc;

use crate::app::effect::{Completion, Repair};
use crate::app::layers::Kept;
use crate::app::state::Conflict;
use crate::base::Timestamp;
use crate::domain::case::Command;
use crate::store::{Answer, Opened, Pending, Refused};
use crate::sync::Event;

/// What the store tells.
pub(super) fn store_answer(answer: Answer) -> Vec<Completion> {
    match answer {
        Answer::Opened(opened) => self::opened(*opened),
        Answer::OpenFailed(error) => {
            tracing::error!(%error, "the profile cannot be opened");
            vec![Completion::OpenFailed { why: error.text_key().to_owned() }]
        }
        Answer::Saved { command, device_no } => vec![Completion::Saved { command, device_no }],
        Answer::SaveFailed { command, error } => {
            tracing::error!(%error, "a command was not saved");
            vec![Completion::SaveFailed { command, why: error.text_key().to_owned() }]
        }
        Answer::Settled(id) => vec![Completion::Settled(id)],
        Answer::KeepFailed(error) => {
            tracing::error!(%error, "something was not kept");
            vec![Completion::KeepFailed { why: error.text_key().to_owned() }]
        }
    }
}

fn opened(opened: Opened) -> Vec<Completion> {
    // A draft or settings of another build that cannot be read are begun anew rather than keeping the console shut.
    let draft = opened.draft.and_then(|text| serde_json::from_str(&text).ok());
    let settings = Box::new(opened.settings.map(|text| Kept::from_text(&text)).unwrap_or_default());
    let mut all = vec![Completion::Opened {
        cases: opened.cases.into_iter().map(Arc::new).collect(),
        pending: opened.pending.into_iter().map(pending).collect(),
        inbox: opened.inbox.into_iter().map(conflict).collect(),
        draft,
        settings,
        reference: opened.reference,
    }];
    if !opened.unreadable.is_empty() {
        all.push(Completion::Unreadable(opened.unreadable));
    }
    if opened.cache_put_aside.is_some() {
        all.push(Completion::Repaired(Repair::Cache));
    }
    if let Some(recovered) = opened.recovered {
        all.push(Completion::Repaired(Repair::Outbox {
            commands: recovered.commands,
            unreadable_lines: recovered.unreadable_lines,
        }));
    }
    all
}

fn pending(pending: Pending) -> (u64, Timestamp, Command) {
    (pending.device_no, pending.saved_at, pending.command)
}

fn conflict(refused: Refused) -> Conflict {
    Conflict {
        id: refused.command.id,
        command: refused.command,
        refusal: refused.refusal,
        refused_at: refused.refused_at,
    }
}

/// What sync tells.
pub(super) fn sync_event(event: Event) -> Vec<Completion> {
    match event {
        Event::LoggedIn { user, online } => vec![Completion::LoggedIn { user: Arc::new(user), online }],
        Event::LoginRefused(why) => vec![Completion::LoginRefused { why: why.to_owned() }],
        Event::Pulled { feed, cases, retired, applied_after_all, unreadable, behind, server_time } => {
            let cases = cases.into_iter().map(Arc::new).collect();
            let mut all = vec![Completion::Pulled { feed, cases, retired, behind, server_time }];
            all.extend(applied_after_all.into_iter().map(Completion::AppliedAfterAll));
            if !unreadable.is_empty() {
                all.push(Completion::Unreadable(unreadable));
            }
            all
        }
        Event::FeedReset { feed, pending } => {
            vec![Completion::FeedReset { feed, pending: pending.into_iter().map(self::pending).collect() }]
        }
        Event::Refused(all) => {
            all.into_iter().map(|one| Completion::Refused { conflict: Box::new(conflict(one)) }).collect()
        }
        Event::Reference(reference) => vec![Completion::Reference(reference)],
        Event::Online => vec![Completion::Online { server_time: None }],
        Event::Offline(why) => vec![Completion::Offline { why: why.to_owned() }],
        Event::LoginNeeded => vec![Completion::LoginNeeded],
        Event::Trouble(why) => vec![Completion::Trouble { why: why.to_owned() }],
        Event::FeedStuck { feed, why } => {
            tracing::error!(%feed, why, "a feed stands still");
            vec![Completion::FeedStuck { feed }]
        }
        Event::StoreTrouble(why) => vec![Completion::KeepFailed { why: why.to_owned() }],
    }
}
