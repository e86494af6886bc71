//! Short messages: made, aged, taken away.

use jiff::SignedDuration;

use super::Desk;
use crate::app::state::{Notice, Severity};

/// More than these at once would hide one another; the oldest go.
const MOST: usize = 20;

/// How long a message stays: errors say that something was not done, so they wait for a person.
fn stays(severity: Severity) -> Option<SignedDuration> {
    match severity {
        Severity::Info => Some(SignedDuration::from_secs(6)),
        Severity::Warning => Some(SignedDuration::from_secs(30)),
        Severity::Error => None,
    }
}

impl Desk<'_> {
    /// Shows a message. The same words again only make the message young again.
    pub(super) fn notice(&mut self, severity: Severity, text: String) {
        let state = &mut *self.state;
        state.notices.retain(|notice| (notice.severity, &notice.text) != (severity, &text));
        let notice = Notice { id: state.next_notice, severity, text, at: state.now };
        state.next_notice += 1;
        state.notices.push(notice);
        if state.notices.len() > MOST {
            // Of the messages that may go, the least grave and oldest.
            let least = state.notices.iter().enumerate().min_by_key(|(_, notice)| (notice.severity, notice.id));
            if let Some((at, _)) = least {
                state.notices.remove(at);
            }
        }
    }

    pub(super) fn info(&mut self, key: &'static str) {
        let text = self.lang().text(key).to_owned();
        self.notice(Severity::Info, text);
    }

    pub(super) fn warn(&mut self, key: &'static str) {
        let text = self.lang().text(key).to_owned();
        self.notice(Severity::Warning, text);
    }

    pub(super) fn error(&mut self, text: String) {
        self.notice(Severity::Error, text);
    }

    pub(super) fn age_notices(&mut self) {
        let now = self.state.now;
        self.state.notices.retain(|notice| {
            stays(notice.severity).is_none_or(|stays| {
                // A clock that was set back must not keep a message for ever.
                notice.at <= now && now.duration_since(notice.at) < stays
            })
        });
    }
}
