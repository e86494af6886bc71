//! Refused commands in front of a person.

use super::Desk;
use crate::app::action::ConflictVerb;
use crate::app::effect::Effect;
use crate::app::state::{Conflict, Severity};
use crate::app::words;
use crate::base::{CaseId, CommandId};
use crate::domain::case::words as case_words;
use crate::domain::case::{Act, Refusal};

impl Desk<'_> {
    /// A command was refused for good; its refusal is on the disk already.
    pub(super) fn refused(&mut self, conflict: Conflict) {
        // The verdict may overtake the disk's own answer.
        self.take_saving(conflict.id);
        self.state.cases.pending.retain(|one| one.command.id != conflict.id);
        let id = conflict.command.case_id;
        let lang = self.lang();
        let known = self.state.cases.view.get(&id).map(|case| &**case);
        let text = lang.fill(
            "app.conflict.new",
            &[
                ("act", &case_words::act(lang, conflict.command.act.kind())),
                ("case", &words::subject(known, &conflict.command.act)),
                ("why", &words::refusal(lang, &conflict.refusal, &self.state.reference)),
            ],
        );
        if self.state.inbox.iter().all(|known| known.id != conflict.id) {
            self.state.inbox.push(conflict);
            self.notice(Severity::Warning, text);
        }
        self.renew(&[id].into());
        if self.state.selected == Some(id) && !self.state.cases.view.contains_key(&id) {
            self.put_in_hand(None);
        }
    }

    pub(super) fn answer_conflict(&mut self, id: CommandId, verb: ConflictVerb) {
        let Some(conflict) = self.state.inbox.iter().find(|conflict| conflict.id == id) else {
            self.warn("app.conflict.unknown");
            return;
        };
        match verb {
            ConflictVerb::OpenCase => {
                let case = conflict.command.case_id;
                if self.state.cases.view.contains_key(&case) {
                    self.state.inbox_open = false;
                    self.select_case(Some(case));
                } else {
                    self.warn("app.conflict.no_case");
                }
            }
            ConflictVerb::Discard => {
                self.settle(id);
                self.info("app.conflict.discarded");
            }
            ConflictVerb::Reapply => {
                if self.state.cases.saving.iter().any(|saving| saving.instead_of == Some(id)) {
                    return;
                }
                let mut case = conflict.command.case_id;
                let act = conflict.command.act.clone();
                // Only a report whose id is taken begins another case; else what was built on it would lose its ground.
                if matches!(act, Act::Report(_)) && conflict.refusal == Refusal::CaseExists {
                    case = CaseId(self.ids.next(self.state.now));
                }
                self.act(case, act, Some(id));
            }
        }
    }

    /// Takes a refusal out of the inbox; the profile's record keeps it.
    pub(super) fn settle(&mut self, id: CommandId) {
        self.state.inbox.retain(|conflict| conflict.id != id);
        self.effects.push(Effect::SettleConflict(id));
        if self.state.inbox.is_empty() {
            self.state.inbox_open = false;
        }
    }

    pub(super) fn applied_after_all(&mut self, id: CommandId) {
        if let Some(at) = self.state.inbox.iter().position(|conflict| conflict.id == id) {
            let conflict = self.state.inbox.remove(at);
            let lang = self.lang();
            let text =
                self.fill("app.conflict.applied", &[("act", &case_words::act(lang, conflict.command.act.kind()))]);
            self.notice(Severity::Info, text);
        }
    }
}
