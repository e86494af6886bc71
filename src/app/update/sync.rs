//! What the profile and the server tell.

use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::SignedDuration;

use super::Desk;
use crate::app::bookmarks::Bookmarks;
use crate::app::effect::{Effect, Repair};
use crate::app::export::Outcome;
use crate::app::layers::Kept;
use crate::app::state::{
    Books, Conflict, Draft, Link, PackState, PendingCommand, ProfileState, ReferenceState, Session, Severity,
};
use crate::base::{CaseId, CommandId, Timestamp};
use crate::domain::case::{Case, Command};
use crate::domain::code::StreetCode;
use crate::protocol::api::Reference;

/// Radius about a place that was asked about before the pack was read again, metres: that of a click at the scale of a block.
const RADIUS_M: f64 = 5.0;

impl Desk<'_> {
    pub(super) fn opened(
        &mut self,
        cases: Vec<Arc<Case>>,
        pending: Vec<(u64, Timestamp, Command)>,
        inbox: Vec<Conflict>,
        draft: Option<Box<Draft>>,
        settings: Kept,
        reference: Option<Reference>,
    ) {
        self.state.profile = ProfileState::Open;
        self.state.settings = settings.settings;
        self.state.map.overview = settings.overview;
        self.state.map.bookmarks = Bookmarks::from_kept(settings.bookmarks);
        self.state.export.folder = settings.export_folder;
        self.state.sheets.wishes = settings.sheet;
        let mut kept = settings.map;
        let rasters = std::mem::take(&mut kept.raster);
        self.state.map.take_kept(kept);
        self.take_rasters(rasters);
        self.say_errors_again();
        let book = &mut self.state.cases;
        book.confirmed = cases.into_iter().map(|case| (case.id, case)).collect();
        book.pending = pending.into_iter().map(pending_command).collect();
        let ids: BTreeSet<CaseId> =
            book.confirmed.keys().copied().chain(book.pending.iter().map(|one| one.command.case_id)).collect();
        self.state.inbox = inbox;
        if let Some(reference) = reference {
            self.take_reference(reference);
        }
        self.renew(&ids);
        self.refresh_queue();
        self.restore_draft(draft.map(|draft| *draft));
        self.warn_of_unknown_holidays();
    }

    /// Deadlines that reach into a year without published holidays are provisional, and nobody should find out by accident.
    fn warn_of_unknown_holidays(&mut self) {
        let now = self.state.now;
        let soon = now.checked_add(SignedDuration::from_hours(60 * 24)).unwrap_or(now);
        if let Some(year) = self.state.books.calendar.unknown_year_between(now, soon) {
            let text = self.fill("app.profile.unknown_holidays", &[("year", &year)]);
            self.notice(Severity::Warning, text);
        }
    }

    pub(super) fn open_failed(&mut self, why: String) {
        self.state.profile = ProfileState::Failed(why.clone());
        if self.state.session == Session::LoggingIn {
            // Nobody is left to answer it.
            self.state.session = Session::Refused(why.clone());
        }
        let text = self.words(&why);
        self.error(text);
        self.store_error(Some(why));
    }

    pub(super) fn repaired(&mut self, repair: Repair) {
        match repair {
            Repair::Cache => self.warn("app.profile.cache_repaired"),
            Repair::Outbox { commands, unreadable_lines } => {
                let key = if unreadable_lines == 0 {
                    "app.profile.outbox_repaired"
                } else {
                    "app.profile.outbox_repaired_in_part"
                };
                let text = self.fill(key, &[("commands", &commands), ("lines", &unreadable_lines)]);
                // It stays until a person has read it.
                self.notice(Severity::Error, text);
            }
        }
    }

    pub(super) fn unreadable(&mut self, cases: Vec<CaseId>) {
        if !cases.is_empty() {
            self.state.cases.unreadable.extend(cases);
            self.warn("app.case.newer_build");
        }
    }

    pub(super) fn keep_failed(&mut self, why: String) {
        let text = self.words(&why);
        self.error(text);
        self.store_error(Some(why));
    }

    pub(super) fn pulled(
        &mut self,
        feed: StreetCode,
        cases: Vec<Arc<Case>>,
        retired: &[CommandId],
        behind: u64,
        server_time: Timestamp,
    ) {
        let mut touched: BTreeSet<CaseId> = cases.iter().map(|case| case.id).collect();
        for id in retired {
            // The feed may overtake the disk's own answer.
            self.take_saving(*id);
        }
        let book = &mut self.state.cases;
        for case in cases {
            book.confirmed.insert(case.id, case);
        }
        book.pending.retain(|one| {
            let keep = !retired.contains(&one.command.id);
            if !keep {
                touched.insert(one.command.case_id);
            }
            keep
        });
        self.renew(&touched);
        self.state.sync.behind.insert(feed, behind);
        self.answered(Some(server_time));
        if self.state.sync.behind.values().all(|behind| *behind == 0) {
            self.state.sync.current_as_of = Some(self.state.now);
        }
    }

    pub(super) fn feed_reset(&mut self, feed: &StreetCode, pending: Vec<(u64, Timestamp, Command)>) {
        let book = &mut self.state.cases;
        let mut touched = BTreeSet::new();
        book.confirmed.retain(|id, case| {
            let keep = case.street() != *feed;
            if !keep {
                touched.insert(*id);
            }
            keep
        });
        book.unreadable.retain(|id| !touched.contains(id));
        // What was saved since the store gave this list is pending as well; what is on its way to the disk comes by itself.
        for one in pending.into_iter().map(pending_command) {
            let id = one.command.id;
            let known = book.pending.iter().any(|known| known.command.id == id)
                || book.saving.iter().any(|saving| saving.command.id == id);
            if !known {
                touched.insert(one.command.case_id);
                book.pending.push(one);
            }
        }
        book.pending.sort_by_key(|one| one.device_no);
        touched.extend(book.pending.iter().map(|one| one.command.case_id));
        self.renew(&touched);
        self.state.sync.current_as_of = None;
        self.warn("app.sync.feed_reset");
    }

    pub(super) fn take_reference(&mut self, reference: Reference) {
        let known = &self.state.reference;
        if known.officers != reference.officers {
            self.state.overlay_revision.bump();
        }
        self.state.reference = ReferenceState {
            departments: reference.departments,
            officers: reference.officers,
            as_of: Some(reference.server_time),
        };
    }

    pub(super) fn online(&mut self, server_time: Option<Timestamp>) {
        self.answered(server_time);
    }

    /// The server has answered.
    fn answered(&mut self, server_time: Option<Timestamp>) {
        if let Some(server_time) = server_time {
            let ahead = server_time.duration_since(self.state.now).as_millis();
            self.state.sync.clock_offset_ms = i64::try_from(ahead).ok();
        }
        if self.state.sync.link != Link::Online {
            self.state.sync.link = Link::Online;
        }
        self.line_error(None);
    }

    pub(super) fn offline(&mut self, why: String) {
        let now = self.state.now;
        if !matches!(self.state.sync.link, Link::Offline { .. }) {
            self.state.sync.link = Link::Offline { since: now };
        }
        self.line_error(Some(why));
    }

    pub(super) fn trouble(&mut self, why: String) {
        let text = self.words(&why);
        self.notice(Severity::Warning, text);
        self.line_error(Some(why));
    }

    pub(super) fn feed_stuck(&mut self, feed: &StreetCode) {
        let text = self.fill("app.sync.feed_stuck", &[("street", feed)]);
        self.error(text);
    }

    pub(super) fn line_error(&mut self, key: Option<String>) {
        self.state.sync.error_keys[0] = key;
        self.say_errors_again();
    }

    pub(super) fn store_error(&mut self, key: Option<String>) {
        self.state.sync.error_keys[1] = key;
        self.say_errors_again();
    }

    pub(super) fn pack_progress(&mut self, features: u64) {
        if !matches!(self.state.pack, PackState::Ready | PackState::Failed(_)) {
            self.state.pack = PackState::Loading { features };
        }
    }

    pub(super) fn pack_ready(&mut self, books: Arc<Books>) {
        self.state.books = books;
        // A pack that is read again must not move the view.
        self.state.map.fit_wanted |= self.state.pack != PackState::Ready;
        self.state.pack = PackState::Ready;
        self.state.pack_rereading = false;
        self.forget_found();
        // It may hold more or less by now.
        self.state.export.count = None;
        if matches!(self.state.export.outcome, Some(Outcome::Asked { .. })) {
            // The rows that were to be written may be others by now.
            self.state.export.outcome = None;
        }
        self.check_export();
        if let Some(found) = &self.state.map.inspected {
            // What was told of a place may be told by other cells now.
            self.inspect(found.at, RADIUS_M);
        }
        self.look_up_draft();
        // The limits and the calendar may be others now.
        self.renew_pending();
        self.refresh_lamps();
        self.refresh_queue();
    }

    pub(super) fn pack_failed(&mut self, why: String) {
        self.error(why.clone());
        self.state.pack = PackState::Failed(why);
        self.state.pack_rereading = false;
    }

    /// Keeps the draft as it is now.
    pub(super) fn keep_draft(&mut self) {
        self.effects.push(Effect::KeepDraft(Box::new(self.state.draft.clone())));
    }
}

fn pending_command((device_no, saved_at, command): (u64, Timestamp, Command)) -> PendingCommand {
    PendingCommand { command, device_no, saved_at, predicted_refusal: None }
}
