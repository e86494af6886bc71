//! What is shown: confirmed cases with the pending commands replayed on them, by the rules that the server decides by.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::Desk;
use crate::app::state::{AppState, Books, PendingCommand, Severity};
use crate::app::words;
use crate::base::{CaseId, Timestamp};
use crate::domain::case::words as case_words;
use crate::domain::case::{Case, Command, Context, Entry, Refusal, apply, decide};
use crate::domain::org::{Role, User};

/// Decides a command as a prediction, as the account `known` if it is the one that gives it; else as an account that holds
/// what the command claims, since the authority alone knows better.
pub(super) fn predict(
    case: Option<&Case>,
    command: &Command,
    known: Option<&User>,
    books: &Books,
    at: Timestamp,
) -> Result<Vec<Entry>, Refusal> {
    let stand_in;
    let user = match known.filter(|user| user.id == command.actor.user) {
        Some(user) => user,
        None => {
            stand_in = claimed(case, command);
            &stand_in
        }
    };
    decide(case, command, &Context { now: at, calendar: &books.calendar, user, next_number: None })
}

/// The account that a command of somebody who is not here claims to come from.
fn claimed(case: Option<&Case>, command: &Command) -> User {
    let actor = &command.actor;
    let assignee = case.and_then(|case| case.assignee.as_ref());
    User {
        id: actor.user.clone(),
        name: actor.name.clone(),
        roles: [actor.role].into(),
        streets: [command.street.clone()].into(),
        dept: assignee.map(|assignee| assignee.dept.clone()).filter(|_| actor.role == Role::Department),
        officer: case.and_then(|case| case.officer.clone()).filter(|_| actor.role == Role::Supervisor),
    }
}

/// The case after the commands about it, and for each of them why it no longer applies, if it does not.
pub(super) fn replay<'a>(
    confirmed: Option<&Arc<Case>>,
    pending: impl IntoIterator<Item = &'a PendingCommand>,
    known: Option<&User>,
    books: &Books,
) -> (Option<Arc<Case>>, Vec<Option<Refusal>>) {
    let mut shown = confirmed.cloned();
    let mut refusals = Vec::new();
    for one in pending {
        match predict(shown.as_deref(), &one.command, known, books, one.saved_at) {
            Ok(entries) => {
                let mut case = shown.map(Arc::unwrap_or_clone);
                for entry in &entries {
                    case = apply(case, entry);
                }
                shown = case.map(Arc::new);
                refusals.push(None);
            }
            Err(refusal) => refusals.push(Some(refusal)),
        }
    }
    (shown, refusals)
}

impl AppState {
    /// The view and the predictions as they follow from what is confirmed and pending: what `cases` has to hold.
    #[cfg(test)]
    pub(super) fn view_from_scratch(&self) -> std::collections::BTreeMap<CaseId, Arc<Case>> {
        let ids: BTreeSet<CaseId> = self
            .cases
            .confirmed
            .keys()
            .copied()
            .chain(self.cases.pending.iter().map(|one| one.command.case_id))
            .collect();
        let known = self.session.user().map(|user| &**user);
        ids.into_iter()
            .filter_map(|id| {
                let pending = self.cases.pending.iter().filter(|one| one.command.case_id == id);
                Some((id, replay(self.cases.confirmed.get(&id), pending, known, &self.books).0?))
            })
            .collect()
    }
}

impl Desk<'_> {
    /// Shows these cases anew, and what hangs on them: lamps, queue, likely duplicates.
    pub(super) fn renew(&mut self, ids: &BTreeSet<CaseId>) {
        let mut changed = false;
        let mut doubtful = Vec::new();
        let known = self.state.session.user().cloned();
        let (books, cases) = (&self.state.books, &mut self.state.cases);
        for id in ids {
            let about = |one: &&mut PendingCommand| one.command.case_id == *id;
            let pending = cases.pending.iter().filter(|one| one.command.case_id == *id);
            let (shown, refusals) = replay(cases.confirmed.get(id), pending, known.as_deref(), books);
            for (one, refusal) in cases.pending.iter_mut().filter(about).zip(refusals) {
                if refusal.is_some() && one.predicted_refusal.is_none() {
                    doubtful.push((one.command.clone(), refusal.clone()));
                }
                one.predicted_refusal = refusal;
            }
            match shown {
                Some(case) => {
                    let open = case.state.is_open();
                    if open {
                        cases.open.insert(*id);
                    } else {
                        cases.open.remove(id);
                    }
                    if cases.view.get(id) != Some(&case) {
                        cases.view.insert(*id, case);
                        changed = true;
                    }
                }
                None => {
                    cases.open.remove(id);
                    changed |= cases.view.remove(id).is_some();
                }
            }
        }
        for (command, refusal) in doubtful {
            self.tell_doubt(&command, refusal.as_ref());
        }
        if changed {
            self.state.cases.revision.bump();
            self.state.overlay_revision.bump();
            self.refresh_lamps();
            self.refresh_queue();
            self.find_duplicates();
        }
    }

    /// Shows anew what has pending commands.
    pub(super) fn renew_pending(&mut self) {
        let ids = self.state.cases.pending.iter().map(|one| one.command.case_id).collect();
        self.renew(&ids);
    }

    fn tell_doubt(&mut self, command: &Command, refusal: Option<&Refusal>) {
        let Some(refusal) = refusal else { return };
        let lang = self.lang();
        let known = self.state.cases.confirmed.get(&command.case_id);
        let text = lang.fill(
            "app.case.doubtful",
            &[
                ("act", &case_words::act(lang, command.act.kind())),
                ("case", &words::subject(known.map(|case| &**case), &command.act)),
                ("why", &words::refusal(lang, refusal, &self.state.reference)),
            ],
        );
        self.notice(Severity::Warning, text);
    }
}
