//! The report being taken: every edit is kept, class and place are looked up as one types, and what may be the same
//! matter near by is found before anything is sent.

use jiff::SignedDuration;

use super::Desk;
use super::view::predict;
use crate::app::action::DraftEdit;
use crate::app::state::{Draft, Duplicate, PlaceHit, Severity};
use crate::app::words;
use crate::base::{CaseId, CommandId, LonLat};
use crate::domain::case::check::{field, most_chars};
use crate::domain::case::command::{ClassRef, Kind, Place, Report};
use crate::domain::case::words as case_words;
use crate::domain::case::{Act, ActKind, Case, Command, State};
use crate::domain::code::{ClassCode, ComponentCode, GridCode};
use crate::domain::limit::LimitTable;
use crate::geocode::Hit;
use crate::spatial::crs::distance_m;

/// Reports of the same class so near to each other are likely one matter (DOMAIN.md 3.5).
const SAME_COMPONENT_M: f64 = 3.0;
const SAME_EVENT_M: f64 = 30.0;
/// Everything open within this distance is shown as well: a person sees what a rule does not.
const NEAR_BY_M: f64 = 30.0;
const WINDOW_DAYS: i64 = 7;
const MOST_DUPLICATES: usize = 20;

const MOST_CLASSES: usize = 12;
const MOST_PLACES: usize = 8;

/// Words that name a place further from the chosen point than this mean another one.
const STILL_THERE_M: f64 = 100.0;
/// Below this, what the gazetteer finds is a guess (DOMAIN.md 6.3).
const SURE: f64 = 0.80;

/// Longest query; what comes beyond is cut off.
const LONGEST_QUERY: usize = 100;

impl Draft {
    /// How near a report of the same class has to be to be likely the same matter, metres.
    pub fn same_within_m(&self) -> f64 {
        match self.class.as_ref().map(|class| class.kind) {
            Some(Kind::Component) => SAME_COMPONENT_M,
            _ => SAME_EVENT_M,
        }
    }

    /// Those of the cases near by that are likely the same matter: sending wants to be confirmed then.
    pub fn likely_duplicates(&self) -> impl Iterator<Item = &Duplicate> {
        let within = self.same_within_m();
        self.duplicates.iter().filter(move |other| other.same_class && other.distance_m <= within)
    }

    /// The report it says, once nothing is missing.
    fn report(&self) -> Option<Report> {
        let class = self.class.clone()?;
        let component = self.component.clone().filter(|_| class.kind == Kind::Component);
        Some(Report {
            channel: self.channel?,
            caller: self.caller.clone(),
            class,
            condition: self.condition.clone()?,
            component,
            place: self.place.clone()?,
            text: self.text.trim().to_owned(),
            urgent: self.urgent,
        })
    }

    fn missing(&self, limits: &LimitTable) -> Vec<&'static str> {
        let mut missing = Vec::new();
        let mut want = |there: bool, name| {
            if !there {
                missing.push(name);
            }
        };
        want(self.channel.is_some(), "channel");
        want(!self.caller.wants_reply || !self.caller.phone.trim().is_empty(), "phone");
        want(!self.text.trim().is_empty(), "text");
        want(self.class.is_some(), "class");
        let condition = match (&self.class, &self.condition) {
            (Some(class), Some(condition)) => limits.find(class, condition).is_some(),
            _ => false,
        };
        want(condition, "condition");
        want(self.place.as_ref().is_some_and(|place| !place.address.trim().is_empty()), "place");
        missing
    }
}

/// What of a text the record can hold.
fn cut(text: &str, name: &str) -> String {
    text.chars().take(most_chars(name).unwrap_or(LONGEST_QUERY)).collect()
}

impl Desk<'_> {
    pub(super) fn edit_draft(&mut self, edit: DraftEdit) {
        if !self.can_write() {
            return;
        }
        if self.state.draft.saving.is_some() {
            // For the moment until the disk has answered: what is being saved must not change under the hand.
            self.warn("app.case.saving");
            return;
        }
        let before = self.state.draft.clone();
        let draft = &mut self.state.draft;
        match edit {
            DraftEdit::Channel(channel) => draft.channel = Some(channel),
            DraftEdit::CallerName(name) => draft.caller.name = cut(&name, field::REPORTER),
            DraftEdit::CallerPhone(phone) => draft.caller.phone = cut(&phone, field::PHONE),
            DraftEdit::WantsReply(wants) => draft.caller.wants_reply = wants,
            DraftEdit::Text(text) => draft.text = cut(&text, field::DESCRIPTION),
            DraftEdit::Urgent(urgent) => draft.urgent = urgent,
            DraftEdit::ClassQuery(query) => {
                draft.class_query = cut(&query, "");
                self.look_up_class();
            }
            DraftEdit::Class(class) => self.choose_class(class),
            DraftEdit::Condition(condition) => self.choose_condition(condition),
            DraftEdit::PlaceQuery(query) => self.type_place(&query),
            DraftEdit::PlaceHit(index) => match draft.place_hits.get(index).cloned() {
                Some(hit) => {
                    if self.place_draft(hit.at, Some(hit.label)) {
                        self.state.map.reveal_wanted = Some(hit.at);
                    }
                }
                None => self.warn("app.draft.no_hit"),
            },
            DraftEdit::PlacePoint(at) => {
                // Words that a person has typed tell more than what the map makes of the point.
                let draft = &self.state.draft;
                let typed = draft.place_query.trim();
                let keep = draft.place.is_none() && !typed.is_ascii();
                let address = keep.then(|| typed.to_owned());
                self.place_draft(at, address);
            }
            DraftEdit::Component(code) => self.choose_component(code),
            DraftEdit::Clear => self.fresh_draft(),
        }
        self.draft_changed(&before);
    }

    fn draft_changed(&mut self, before: &Draft) {
        let now = &self.state.draft;
        if now == before {
            return;
        }
        let point = |draft: &Draft| draft.place.as_ref().map(|place| place.at);
        let moved = point(now) != point(before);
        let other_matter = moved || now.class != before.class;
        self.state.draft.confirm_wanted = false;
        if moved {
            self.state.overlay_revision.bump();
        }
        if other_matter {
            self.find_duplicates();
        }
        self.check_draft();
        self.keep_draft();
    }

    /// An empty sheet.
    pub(super) fn fresh_draft(&mut self) {
        if self.state.draft.place.is_some() {
            self.state.overlay_revision.bump();
        }
        self.state.draft = Draft::fresh();
        self.check_draft();
        self.keep_draft();
    }

    /// The draft as it was left; one whose report was saved in the last moment is not offered again.
    pub(super) fn restore_draft(&mut self, kept: Option<Draft>) {
        let sent = |draft: &Draft| {
            draft.report().is_some_and(|report| {
                self.state
                    .cases
                    .pending
                    .iter()
                    .any(|one| matches!(&one.command.act, Act::Report(sent) if **sent == report))
            })
        };
        match kept {
            Some(draft) if sent(&draft) => self.fresh_draft(),
            Some(draft) => {
                self.state.draft = draft;
                self.state.overlay_revision.bump();
            }
            None => {}
        }
        self.look_up_draft();
    }

    /// Looks up anew what hangs on books and cases.
    pub(super) fn look_up_draft(&mut self) {
        if self.state.draft.class.is_none() {
            self.look_up_class();
        }
        if self.state.draft.place.is_none() {
            self.look_up_place();
        }
        self.find_duplicates();
        self.check_draft();
    }

    fn check_draft(&mut self) {
        self.state.draft.missing = self.state.draft.missing(&self.state.books.limits);
    }

    fn look_up_class(&mut self) {
        let query = self.state.draft.class_query.trim();
        let hits =
            if query.is_empty() { Vec::new() } else { self.state.books.catalogue.search(query, None, MOST_CLASSES) };
        self.state.draft.class_hits = hits.into_iter().map(|class| class.class.clone()).collect();
    }

    fn choose_class(&mut self, class: ClassRef) {
        let Some(known) = self.state.books.catalogue.get(&class) else {
            self.warn("app.draft.no_class");
            return;
        };
        let name = known.name(self.state.settings.lang).to_owned();
        let conditions = self.state.books.limits.conditions(&class);
        let draft = &mut self.state.draft;
        let fits = |condition: &String| conditions.iter().any(|row| row.condition == *condition);
        draft.condition = match (draft.condition.take().filter(fits), conditions) {
            (Some(condition), _) => Some(condition),
            // With one condition there is nothing to choose.
            (None, [only]) => Some(only.condition.clone()),
            (None, _) => None,
        };
        let of_class = |code: &ComponentCode| code.as_str().get(6..10) == Some(class.code.as_str());
        if class.kind != Kind::Component || !draft.component.as_ref().is_some_and(of_class) {
            draft.component = None;
        }
        draft.class = Some(class);
        draft.class_query = name;
        draft.class_hits.clear();
    }

    fn choose_condition(&mut self, condition: String) {
        let draft = &self.state.draft;
        let known = draft.class.as_ref().is_some_and(|class| self.state.books.limits.find(class, &condition).is_some());
        if known {
            self.state.draft.condition = Some(condition);
        } else {
            self.warn("app.draft.no_condition");
        }
    }

    fn choose_component(&mut self, code: Option<ComponentCode>) {
        let Some(code) = code else {
            self.state.draft.component = None;
            return;
        };
        let found = self.state.books.street.components().iter().find(|component| component.code == code.as_str());
        let (at, class) = match found {
            Some(component) => (Some(component.at), component_class(&component.scheme, &component.class)),
            None => (None, None),
        };
        if let Some(class) = class.filter(|class| self.state.books.catalogue.get(class).is_some()) {
            self.choose_class(class);
        }
        self.state.draft.component = Some(code);
        if let (Some(at), None) = (at, &self.state.draft.place) {
            self.place_draft(at, None);
        }
    }

    /// Words for the place were typed. With a point chosen they describe it, unless they name a place elsewhere.
    fn type_place(&mut self, query: &str) {
        self.state.draft.place_query = cut(query, field::ADDRESS);
        let hits = self.look_up_place();
        let words = self.state.draft.place_query.trim().to_owned();
        // A point that was chosen does not yield to a name that is only like what was typed.
        let names = |hit: &&Hit| hit.score >= SURE && !hit.reason.is_likeness();
        let elsewhere =
            |at: LonLat| hits.first().filter(names).is_some_and(|hit| distance_m(hit.at, at) > STILL_THERE_M);
        let draft = &mut self.state.draft;
        match &mut draft.place {
            Some(place) if words.is_empty() || elsewhere(place.at) => draft.place = None,
            Some(place) => place.address = words,
            None => {}
        }
    }

    fn look_up_place(&mut self) -> Vec<Hit> {
        let near = Some(self.state.map.camera.center).filter(|center| center.is_valid());
        let query = self.state.draft.place_query.trim();
        let hits =
            if query.is_empty() { Vec::new() } else { self.state.books.gazetteer.search(query, near, MOST_PLACES) };
        self.state.draft.place_hits =
            hits.iter().map(|hit| PlaceHit { label: hit.label.clone(), at: hit.at }).collect();
        hits
    }

    /// Puts the report at a point; false, with a message, when the point lies in no cell of the street.
    fn place_draft(&mut self, at: LonLat, address: Option<String>) -> bool {
        let street = &self.state.books.street;
        let cell = street.cell_at(at).and_then(|cell| Some((cell, GridCode::new(cell.code.clone()).ok()?)));
        let Some((cell, grid)) = cell else {
            let key = if street.cells().is_empty() { "app.draft.no_map" } else { "app.draft.outside" };
            self.warn(key);
            return false;
        };
        // Far from every door and name a place is told by its cell.
        let by_cell = || self.fill("app.draft.in_cell", &[("community", &cell.community), ("cell", &grid.sequence())]);
        let described = || street.describe(at, self.state.settings.lang).unwrap_or_else(by_cell);
        let address = address.filter(|words| !words.is_empty()).unwrap_or_else(described);
        let draft = &mut self.state.draft;
        draft.place_query = address.clone();
        draft.place_hits.clear();
        draft.place = Some(Place { at, grid, address });
        true
    }

    /// Cases near the place that may be the same matter, nearest first.
    pub(super) fn find_duplicates(&mut self) {
        let draft = &self.state.draft;
        let (Some(place), Some(class)) = (&draft.place, &draft.class) else {
            self.state.draft.duplicates.clear();
            return;
        };
        let now = self.state.office_now();
        let since = now.checked_sub(SignedDuration::from_hours(24 * WINDOW_DAYS)).unwrap_or(now);
        let mut found: Vec<Duplicate> =
            self.state.cases.view.values().filter_map(|case| duplicate(case, place.at, class, since)).collect();
        found.sort_by(|a, b| a.distance_m.total_cmp(&b.distance_m).then_with(|| a.case.cmp(&b.case)));
        found.truncate(MOST_DUPLICATES);
        self.state.draft.duplicates = found;
        if self.state.draft.likely_duplicates().next().is_none() {
            self.state.draft.confirm_wanted = false;
        }
    }

    pub(super) fn submit_draft(&mut self, confirmed: bool) {
        if !self.can_write() || self.state.draft.saving.is_some() {
            return;
        }
        let Some(user) = self.state.session.user().cloned() else {
            self.warn("app.login.first");
            return;
        };
        self.find_duplicates();
        self.check_draft();
        let report = self.state.draft.report().filter(|_| self.state.draft.missing.is_empty());
        // What is missing, and that a person has to look at what is near, stands in the draft: the sheet says so for as
        // long as it is so.
        let Some(report) = report else { return };
        if !confirmed && self.state.draft.likely_duplicates().next().is_some() {
            self.state.draft.confirm_wanted = true;
            return;
        }
        let now = self.state.now;
        let command = Command {
            id: CommandId(self.ids.next(now)),
            case_id: CaseId(self.ids.next(now)),
            street: report.place.grid.street(),
            actor: super::case::actor(&user, None, ActKind::Report),
            claimed_at: now,
            based_on: 0,
            act: Act::Report(Box::new(report)),
        };
        if let Err(refusal) = predict(None, &command, Some(&user), &self.state.books, now) {
            let lang = self.lang();
            let act = case_words::act(lang, ActKind::Report);
            let text = self.fill(
                "app.case.refused",
                &[("act", &act), ("why", &words::refusal(lang, &refusal, &self.state.reference))],
            );
            self.notice(Severity::Warning, text);
            return;
        }
        self.state.draft.confirm_wanted = false;
        self.state.draft.saving = Some(command.id);
        self.commit(command, None);
    }
}

/// The class of a component on the map.
pub(super) fn component_class(scheme: &str, class: &str) -> Option<ClassRef> {
    let code = ClassCode::new(class).ok()?;
    Some(ClassRef { scheme: scheme.to_owned(), kind: Kind::Component, code })
}

fn duplicate(case: &Case, at: LonLat, class: &ClassRef, since: crate::base::Timestamp) -> Option<Duplicate> {
    let other = case.report.place.at;
    // A few hundredths of a degree are kilometres: most cases need no measuring.
    if case.reported_at < since || (other.lat - at.lat).abs() > 0.01 || (other.lon - at.lon).abs() > 0.01 {
        return None;
    }
    let same_class = case.report.class == *class;
    let counts = match case.state {
        State::Void | State::NotAccepted | State::Merged => false,
        state => same_class || state.is_open(),
    };
    let distance_m = distance_m(at, other);
    (counts && distance_m <= NEAR_BY_M).then_some(Duplicate { case: case.id, distance_m, same_class })
}
