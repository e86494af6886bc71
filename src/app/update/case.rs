//! An act of a person: decided here as a prediction, saved, and from then on pending until the feed confirms it.

use std::collections::BTreeSet;

use super::Desk;
use super::view::predict;
use crate::app::effect::Effect;
use crate::app::state::{PendingCommand, Saving, Severity};
use crate::app::words;
use crate::base::{CaseId, CommandId};
use crate::domain::case::transition::Step;
use crate::domain::case::words as case_words;
use crate::domain::case::{Act, ActKind, Case, Command};
use crate::domain::org::{Actor, Role, User};

impl Desk<'_> {
    /// Does one step with a case; `instead_of` is the refused command that this one makes again. False when it cannot be
    /// done, and the person has been told why.
    pub(super) fn act(&mut self, id: CaseId, act: Act, instead_of: Option<CommandId>) -> bool {
        if !self.can_write() {
            return false;
        }
        let Some(user) = self.state.session.user().cloned() else {
            self.warn("app.login.first");
            return false;
        };
        let case = self.state.cases.view.get(&id).cloned();
        let is_report = act.kind() == ActKind::Report;
        if is_report && instead_of.is_none() {
            self.warn("app.case.report_by_draft");
            return false;
        }
        if case.is_none() && !is_report {
            self.warn("app.case.unknown");
            return false;
        }
        if self.state.cases.unreadable.contains(&id) {
            self.warn("app.case.unreadable");
            return false;
        }
        if let Some(saving) = self.state.cases.saving.iter().find(|saving| saving.command.case_id == id) {
            // The same again is a key that was held too long.
            if saving.command.act.kind() != act.kind() {
                self.warn("app.case.saving");
            }
            return false;
        }
        let street = match (&case, &act) {
            (_, Act::Report(report)) => report.place.grid.street(),
            (Some(case), _) => case.street(),
            (None, _) => return false,
        };
        let command = Command {
            id: CommandId(self.ids.next(self.state.now)),
            case_id: id,
            street,
            actor: actor(&user, case.as_deref(), act.kind()),
            claimed_at: self.state.now,
            based_on: case.as_ref().map_or(0, |case| case.seq),
            act,
        };
        match predict(case.as_deref(), &command, Some(&user), &self.state.books, self.state.now) {
            Ok(_) => {
                self.commit(command, instead_of);
                true
            }
            Err(refusal) => {
                let lang = self.lang();
                let why = words::refusal(lang, &refusal, &self.state.reference);
                let text = self
                    .fill("app.case.refused", &[("act", &case_words::act(lang, command.act.kind())), ("why", &why)]);
                self.notice(Severity::Warning, text);
                false
            }
        }
    }

    /// Sends a command to the disk. Nobody is told that it is saved, and the view does not show it, until it is.
    pub(super) fn commit(&mut self, command: Command, instead_of: Option<CommandId>) {
        self.effects.push(Effect::Commit(Box::new(command.clone())));
        self.state.cases.saving.push(Saving { command, instead_of });
    }

    /// The command is on the disk.
    pub(super) fn saved(&mut self, command: &Command, device_no: u64) {
        let Some(saving) = self.take_saving(command.id) else {
            // The feed has shown it before the disk's own answer came: all is done.
            return;
        };
        let pending =
            PendingCommand { command: saving.command, device_no, saved_at: self.state.now, predicted_refusal: None };
        let id = pending.command.case_id;
        let kind = pending.command.act.kind();
        if self.state.cases.pending.iter().all(|one| one.command.id != pending.command.id) {
            let at = self.state.cases.pending.partition_point(|one| one.device_no <= device_no);
            self.state.cases.pending.insert(at, pending);
        }
        self.renew(&BTreeSet::from([id]));
        if kind == ActKind::Report && self.state.cases.view.contains_key(&id) {
            self.select_case(Some(id));
        }
    }

    /// What follows from a save, however it was heard of: by the disk's answer or, before that, from the feed.
    pub(super) fn take_saving(&mut self, id: CommandId) -> Option<Saving> {
        let at = self.state.cases.saving.iter().position(|saving| saving.command.id == id)?;
        let saving = self.state.cases.saving.remove(at);
        self.store_error(None);
        if self.state.draft.saving == Some(id) {
            self.fresh_draft();
        }
        if let Some(refused) = saving.instead_of {
            self.settle(refused);
        }
        let lang = self.lang();
        let text = self.fill("app.case.saved", &[("act", &case_words::act(lang, saving.command.act.kind()))]);
        self.notice(Severity::Info, text);
        Some(saving)
    }

    /// The command is not on the disk: nothing has happened, and nothing that was typed is lost.
    pub(super) fn save_failed(&mut self, command: &Command, why: String) {
        self.state.cases.saving.retain(|saving| saving.command.id != command.id);
        if self.state.draft.saving == Some(command.id) {
            self.state.draft.saving = None;
        }
        let lang = self.lang();
        let act = case_words::act(lang, command.act.kind());
        let text = self.fill("app.case.save_failed", &[("act", &act), ("why", &self.words(&why))]);
        self.error(text);
        self.store_error(Some(why));
    }
}

/// The person behind an act: in a role of the person's own, or recording what the department or the officer in charge has
/// told by telephone or radio (代录). Whoever may do neither stands in the nearest role, and the rules say what is lacking.
pub(super) fn actor(user: &User, case: Option<&Case>, act: ActKind) -> Actor {
    let step = Step::find(case.map(|case| case.state), act).or_else(|| Step::of(act).next());
    step.and_then(|step| step.actor(case, user)).unwrap_or_else(|| {
        let fitting = step.and_then(|step| step.roles.iter().find(|role| user.roles.contains(role)));
        let role = fitting.or_else(|| user.roles.first()).copied().unwrap_or(Role::Inspector);
        Actor { user: user.id.clone(), name: user.name.clone(), role, on_behalf_of: None }
    })
}
