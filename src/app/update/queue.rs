//! The queue: which cases, in which order, with which lamp.

use std::cmp::Reverse;
use std::sync::Arc;

use super::Desk;
use crate::app::state::{QueueFilter, Seat};
use crate::base::text::Lang;
use crate::base::{CaseId, Timestamp};
use crate::domain::case::{Case, Lamp};
use crate::domain::category::Catalogue;

/// Longest search; what is typed beyond it is cut off.
const LONGEST_SEARCH: usize = 200;

impl Desk<'_> {
    pub(super) fn filter_queue(&mut self, filter: QueueFilter) {
        if self.state.queue.filter != filter {
            self.state.queue.filter = filter;
            self.state.queue.cursor = 0;
            self.refresh_queue();
        }
    }

    pub(super) fn search_queue(&mut self, text: &str) {
        let text: String = text.chars().take(LONGEST_SEARCH).collect();
        if self.state.queue.search != text {
            self.state.queue.search = text;
            self.state.queue.cursor = 0;
            self.refresh_queue();
        }
    }

    /// Goes so many rows up or down; from a case that has left the queue, on from where it stood.
    pub(super) fn step_case(&mut self, by: i32) {
        let rows = &self.state.queue.rows;
        let Some(last) = rows.len().checked_sub(1) else { return };
        let by = isize::try_from(by).unwrap_or(0);
        let here = self.state.selected.and_then(|id| rows.iter().position(|row| *row == id));
        let to = match here {
            Some(here) => here.saturating_add_signed(by),
            None if self.state.selected.is_none() => {
                if by < 0 {
                    last
                } else {
                    0
                }
            }
            // The row it left is taken by the next one: a step down is that row, a step up the one above.
            None if by > 0 => self.state.queue.cursor.saturating_add_signed(by - 1),
            None => self.state.queue.cursor.saturating_add_signed(by),
        };
        let case = rows.get(to.min(last)).copied();
        self.select_case(case);
    }

    /// Works out the lamps of all open cases.
    pub(super) fn refresh_lamps(&mut self) {
        let now = self.state.office_now();
        let (books, cases) = (&self.state.books, &mut self.state.cases);
        let mut changed = false;
        let (open, view, lamps) = (&cases.open, &cases.view, &mut cases.lamps);
        let gone = lamps.len();
        lamps.retain(|id, _| open.contains(id));
        changed |= lamps.len() != gone;
        for id in open {
            let lamp = view.get(id).map_or(Lamp::Off, |case| case.lamp(now, &books.calendar));
            let before = if lamp == Lamp::Off { lamps.remove(id) } else { lamps.insert(*id, lamp) };
            changed |= before.unwrap_or(Lamp::Off) != lamp;
        }
        if changed {
            self.state.overlay_revision.bump();
        }
    }

    /// Puts the queue in order again.
    pub(super) fn refresh_queue(&mut self) {
        let state = &*self.state;
        let (queue, cases) = (&state.queue, &state.cases);
        let now = state.office_now();
        let found = |id: &CaseId| cases.view.get(id).filter(|case| fits(case, queue.filter, state.seat, now, state));
        let wanted = Search::new(&queue.search, state.settings.lang);
        let mut shown: Vec<&Arc<Case>> = match queue.filter {
            QueueFilter::Ended => {
                cases.view.iter().filter(|(id, _)| !cases.open.contains(id)).map(|(_, case)| case).collect()
            }
            _ => cases.open.iter().filter_map(found).collect(),
        };
        shown.retain(|case| wanted.matches(case, &state.books.catalogue));
        match queue.filter {
            QueueFilter::Ended => shown.sort_by_key(|case| (Reverse(case.ended_at), case.id)),
            _ => shown.sort_by_cached_key(|case| urgency(case, now, state)),
        }
        let rows: Vec<CaseId> = shown.iter().map(|case| case.id).collect();
        if let Some(row) = state.selected.and_then(|id| rows.iter().position(|row| *row == id)) {
            self.state.queue.cursor = row;
        }
        if rows != self.state.queue.rows {
            self.state.queue.rows = rows;
        }
    }
}

/// Whether an open case stands in the queue so narrowed.
fn fits(case: &Case, filter: QueueFilter, seat: Seat, now: Timestamp, state: &crate::app::AppState) -> bool {
    match filter {
        QueueFilter::Mine => Seat::of(case.state) == Some(seat),
        QueueFilter::Open => true,
        QueueFilter::Late => case.minutes_left(now, &state.books.calendar).is_some_and(|minutes| minutes < 0),
        QueueFilter::Ended => false,
    }
}

/// Order of open cases: minutes left in the case's own clock; without a clock after those, urgent ones and older ones
/// first.
fn urgency(
    case: &Case,
    now: Timestamp,
    state: &crate::app::AppState,
) -> (bool, i64, Option<Timestamp>, Reverse<bool>, Timestamp, CaseId) {
    let left = case.minutes_left(now, &state.books.calendar);
    (left.is_none(), left.unwrap_or(0), case.deadline, Reverse(case.report.urgent), case.reported_at, case.id)
}

/// What the queue is searched for: every word has to be found somewhere.
struct Search {
    words: Vec<String>,
    lang: Lang,
}

impl Search {
    fn new(text: &str, lang: Lang) -> Self {
        let words = crate::app::bar::narrow(text).to_lowercase();
        Self { words: words.split_whitespace().map(str::to_owned).collect(), lang }
    }

    fn matches(&self, case: &Case, catalogue: &Catalogue) -> bool {
        let class = catalogue.get(&case.report.class).map_or("", |class| class.name(self.lang));
        let report = &case.report;
        let holds = |text: &str, word: &str| text.to_lowercase().contains(word);
        self.words.iter().all(|word| {
            case.number.as_ref().is_some_and(|number| number.as_str().contains(word.as_str()))
                || holds(&report.place.address, word)
                || holds(&report.text, word)
                || holds(class, word)
                || report.place.grid.as_str() == word
                || report.component.as_ref().is_some_and(|code| code.as_str() == word)
                // Who rings again is found by the number; a few digits alone would find half the street.
                || (word.len() >= 7 && report.caller.phone.contains(word.as_str()))
        })
    }
}
