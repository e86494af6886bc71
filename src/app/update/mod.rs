//! The one function that changes the state; one file for each area.
//!
//! | file | what it settles |
//! |---|---|
//! | `session` | login and logout, the seat that fits a person |
//! | `draft` | the report being taken |
//! | `queue` | which cases stand in the queue, in which order, with which lamp |
//! | `case` | an act becomes a command, the command a save, the save something pending |
//! | `view` | what is shown: confirmed cases with the pending commands replayed on them |
//! | `sync` | what the profile and the server tell |
//! | `conflict` | refused commands in front of a person |
//! | `beside` | two maps side by side |
//! | `bookmarks` | views of the map kept by name |
//! | `map` | the view of the map, and what lies under a click |
//! | `keeping` | changes of the unit grid, checks, history |
//! | `style` | the look of the map: edits, undo, the file |
//! | `intake` | data from elsewhere, tried and brought in |
//! | `export` | what is in the pack, counted and written elsewhere |
//! | `sheet` | printed sheets and pictures of the view |
//! | `tools` | measuring, selecting, telling what lies at a place |
//! | `bar` | a line of the command bar |
//! | `notice`, `settings` | short messages; language, theme, size of text |

mod bar;
mod beside;
mod bookmarks;
mod case;
mod conflict;
mod draft;
mod export;
mod intake;
mod keeping;
mod map;
mod notice;
mod queue;
mod raster;
mod section;
mod session;
mod settings;
mod sheet;
mod style;
mod sync;
mod timeline;
mod tools;
mod view;

#[cfg(test)]
pub(crate) mod tests;

use std::fmt::Display;

use crate::app::action::Action;
use crate::app::effect::{Completion, Effect};
use crate::app::state::{AppState, ProfileState, Seat};
use crate::base::text::Lang;
use crate::base::{CaseId, IdSource, Timestamp};

/// What comes in.
#[derive(Debug)]
pub enum Input {
    /// A person did something.
    Action(Action),
    /// Something that was asked for is done.
    Completion(Completion),
    /// Time has passed.
    Tick,
}

/// Takes one input. Total and synchronous; what has to happen outside goes into `effects`.
pub fn update(state: &mut AppState, input: Input, now: Timestamp, ids: &IdSource, effects: &mut Vec<Effect>) {
    state.now = now;
    let mut desk = Desk { state, ids, effects };
    match input {
        Input::Action(action) => desk.action(action),
        Input::Completion(completion) => desk.completion(completion),
        Input::Tick => desk.tick(),
    }
}

/// The state on the table while one input is being settled.
struct Desk<'a> {
    state: &'a mut AppState,
    ids: &'a IdSource,
    effects: &'a mut Vec<Effect>,
}

impl Desk<'_> {
    fn action(&mut self, action: Action) {
        if matches!(action, Action::FilterQueue { .. } | Action::SearchQueue { .. } | Action::SetLang { .. }) {
            // What it told of changes, or the words it told it in.
            self.state.bar.reply = None;
        }
        match action {
            Action::Login { user, password } => self.login(user, password),
            Action::Logout => self.logout(),
            Action::SelectSeat { seat } => self.select_seat(seat),
            Action::SelectCase { case } => self.select_case(case),
            Action::StepCase { by } => self.step_case(by),
            Action::FilterQueue { filter } => self.filter_queue(filter),
            Action::SearchQueue { text } => self.search_queue(&text),
            Action::Draft(edit) => self.edit_draft(edit),
            Action::SubmitDraft { confirmed } => self.submit_draft(confirmed),
            Action::Act { case, step } => {
                self.act(case, step, None);
            }
            Action::Map(action) => self.map(action),
            Action::Tool(action) => self.tool(action),
            Action::Grid(action) => self.grid(action),
            Action::Style(action) => self.style(action),
            Action::Raster(action) => self.raster(action),
            Action::Intake(action) => self.intake(action),
            Action::Export(action) => self.export(action),
            Action::Sheet(action) => self.sheet(action),
            Action::Bookmark(action) => self.bookmark(action),
            Action::Conflict { command, verb } => self.answer_conflict(command, verb),
            Action::ShowInbox { open } => self.state.inbox_open = open,
            Action::DismissNotice { id } => self.state.notices.retain(|notice| notice.id != id),
            Action::CommandLine { line } => self.command_line(&line),
            Action::ShowHelp { open } => self.state.bar.help_open = open,
            Action::SetLang { lang } => self.set_lang(lang),
            Action::SetTheme { theme } => self.set_theme(theme),
            Action::SetTextScale { scale } => self.set_text_scale(scale),
            Action::SyncNow => self.effects.push(Effect::SyncNow),
        }
    }

    fn completion(&mut self, completion: Completion) {
        match completion {
            Completion::Opened { cases, pending, inbox, draft, settings, reference } => {
                self.opened(cases, pending, inbox, draft, *settings, reference);
            }
            Completion::OpenFailed { why } => self.open_failed(why),
            Completion::Repaired(repair) => self.repaired(repair),
            Completion::Unreadable(cases) => self.unreadable(cases),
            Completion::Saved { command, device_no } => self.saved(&command, device_no),
            Completion::SaveFailed { command, why } => self.save_failed(&command, why),
            Completion::LoggedIn { user, online } => self.logged_in(user, online),
            Completion::LoginRefused { why } => self.login_refused(why),
            Completion::Pulled { feed, cases, retired, behind, server_time } => {
                self.pulled(feed, cases, &retired, behind, server_time);
            }
            Completion::FeedReset { feed, pending } => self.feed_reset(&feed, pending),
            Completion::Refused { conflict } => self.refused(*conflict),
            Completion::Settled(id) => self.state.inbox.retain(|conflict| conflict.id != id),
            Completion::KeepFailed { why } => self.keep_failed(why),
            Completion::AppliedAfterAll(id) => self.applied_after_all(id),
            Completion::SectionCut { ends, outcome } => self.section_cut(ends, outcome),
            Completion::Reference(reference) => self.take_reference(*reference),
            Completion::Online { server_time } => self.online(server_time),
            Completion::Offline { why } => self.offline(why),
            Completion::Trouble { why } => self.trouble(why),
            Completion::FeedStuck { feed } => self.feed_stuck(&feed),
            Completion::LoginNeeded => self.login_needed(),
            Completion::PackProgress { features } => self.pack_progress(features),
            Completion::PackReady(books) => self.pack_ready(books),
            Completion::CellsReady(book) => self.cells_ready(book),
            Completion::PackFailed { why } => self.pack_failed(why),
            Completion::StyleRead(file) => self.style_read(file),
            Completion::RastersTold(told) => self.rasters_told(*told),
            Completion::StyleSaved(outcome) => self.style_saved(outcome),
            Completion::Intake { number, answer } => self.intake_answer(number, answer),
            Completion::Export { number, answer } => self.export_answer(number, answer),
            Completion::Sheet { number, answer } => self.sheet_answer(number, answer),
            Completion::MapAnswer { number, answer } => self.map_answer(number, answer),
        }
    }

    fn tick(&mut self) {
        self.age_notices();
        self.refresh_lamps();
        self.refresh_queue();
        self.tick_export();
    }

    fn lang(&self) -> Lang {
        self.state.settings.lang
    }

    /// Words of a key, or what was given when it is no key.
    fn words(&self, key_or_words: &str) -> String {
        self.lang().find(key_or_words).unwrap_or(key_or_words).to_owned()
    }

    fn fill(&self, key: &str, values: &[(&str, &dyn Display)]) -> String {
        self.lang().fill(key, values)
    }

    /// Whether something can be taken down at all; tells the person when not.
    fn can_write(&mut self) -> bool {
        match &self.state.profile {
            ProfileState::Open => true,
            ProfileState::Opening => {
                self.warn("app.profile.opening");
                false
            }
            ProfileState::Failed(why) => {
                let why = self.words(&why.clone());
                self.error(why);
                false
            }
        }
    }

    fn select_seat(&mut self, seat: Seat) {
        if self.state.seat != seat {
            self.state.seat = seat;
            self.state.queue.cursor = 0;
            self.refresh_queue();
        }
    }

    fn select_case(&mut self, case: Option<CaseId>) {
        if let Some(id) = case {
            let Some(found) = self.state.cases.view.get(&id) else {
                self.warn("app.case.unknown");
                return;
            };
            let at = found.report.place.at;
            self.state.map.reveal_wanted = at.is_valid().then_some(at);
            if let Some(row) = self.state.queue.rows.iter().position(|row| *row == id) {
                self.state.queue.cursor = row;
            }
        }
        self.put_in_hand(case);
    }

    /// Changes the case in hand without moving the map.
    fn put_in_hand(&mut self, case: Option<CaseId>) {
        if self.state.selected != case {
            self.state.selected = case;
            self.state.overlay_revision.bump();
        }
    }
}
