//! A line of the command bar.

use std::sync::Arc;

use super::Desk;
use crate::app::action::{DraftEdit, MapAction};
use crate::app::bar::{self, BarCommand, Line, Verb, narrow};
use crate::app::effect::Effect;
use crate::app::export::ExportAction;
use crate::app::state::{QueueFilter, Seat};
use crate::app::tools::ToolAction;
use crate::app::{propose, words};
use crate::base::LonLat;
use crate::domain::case::command::{Assignee, CheckResult, Found};
use crate::domain::case::{Act, ActKind, Case};
use crate::domain::code::{CaseNo, ComponentCode, GridCode};
use crate::domain::org::{Department, Officer, OfficerId};
use crate::geocode::Hit;
use crate::spatial::crs::distance_m;
use crate::spatial::typed::{self, Reading};

/// Why a line could not be carried out, in words.
type Reply = String;

/// Further away than this from what the map shows, a reading of coordinates is taken only when there is no nearer one.
const SAME_DISTRICT_M: f64 = 100_000.0;

impl Desk<'_> {
    pub(super) fn command_line(&mut self, line: &str) {
        let line = narrow(line);
        self.state.bar.reply = None;
        let reply = match bar::parse(&line) {
            Line::Empty => None,
            Line::Number(digits) => self.number_line(digits),
            Line::Search(text) => self.search_line(text),
            Line::Command(command, rest) => self.run(command, rest).unwrap_or_else(Some),
        };
        self.state.bar.reply = reply;
    }

    fn say(&self, key: &'static str) -> Reply {
        self.lang().text(key).to_owned()
    }

    fn number_line(&mut self, digits: &str) -> Option<Reply> {
        match digits.len() {
            CaseNo::DIGITS => {
                let view = &self.state.cases.view;
                let found = view.values().find(|case| case.number.as_ref().is_some_and(|no| no.as_str() == digits));
                match found.map(|case| case.id) {
                    Some(id) => {
                        self.select_case(Some(id));
                        None
                    }
                    None => Some(self.fill("app.bar.no_case", &[("number", &digits)])),
                }
            }
            GridCode::DIGITS => {
                let at = self.state.books.street.cell(digits).map(|cell| cell.centre);
                self.show_place(at)
            }
            ComponentCode::DIGITS => {
                let components = self.state.books.street.components();
                let at = components.iter().find(|component| component.code == digits).map(|component| component.at);
                self.show_place(at)
            }
            _ => self.search_line(digits),
        }
    }

    fn show_place(&mut self, at: Option<LonLat>) -> Option<Reply> {
        match at {
            Some(at) if self.go_to(at) => None,
            _ => Some(self.say("app.map.no_place")),
        }
    }

    /// The place that typed coordinates mean, and by which system they were read; none when they are no coordinates. Of
    /// several readings the first counts that lies near what the map shows, else the first.
    pub(super) fn typed_coordinates(&self, text: &str) -> Option<(LonLat, Reply)> {
        let readings = typed::read(text);
        let view = self.state.map.camera.center;
        let near = |reading: &&Reading| distance_m(view, reading.at) <= SAME_DISTRICT_M;
        let taken = readings.iter().find(near).or(readings.first())?;
        let label = taken.label(self.lang());
        let key = if readings.len() > 1 { "app.bar.read_as_of_several" } else { "app.bar.read_as" };
        Some((taken.at, self.fill(key, &[("reading", &label)])))
    }

    /// The place that words mean: an address, a building, a crossing, a cell; of equals the nearest to what the map shows.
    pub(super) fn named_place(&self, text: &str) -> Option<Hit> {
        let near = Some(self.state.map.camera.center).filter(|center| center.is_valid());
        self.state.books.gazetteer.search(text, near, 1).pop()
    }

    /// Narrows the queue; a single find is taken in hand.
    fn search_line(&mut self, text: &str) -> Option<Reply> {
        self.search_queue(text);
        if self.state.queue.rows.is_empty() && self.state.queue.filter == QueueFilter::Mine && !text.is_empty() {
            // Who searches means the whole house, not the own desk alone.
            self.filter_queue(QueueFilter::Open);
        }
        if let [only] = self.state.queue.rows[..] {
            self.select_case(Some(only));
        }
        let found = self.state.queue.rows.len();
        (!text.is_empty()).then(|| self.fill("app.bar.found", &[("count", &found)]))
    }

    fn run(&mut self, command: &'static BarCommand, rest: &str) -> Result<Option<Reply>, Reply> {
        match command.verb {
            Verb::Act(kind) => self.act_line(kind, rest)?,
            Verb::Seat(seat) => self.select_seat(seat),
            Verb::Filter(filter) => self.filter_queue(filter),
            Verb::NewReport => self.select_seat(Seat::CallCentre),
            Verb::Submit => self.submit_draft(false),
            Verb::ClearDraft => self.edit_draft(DraftEdit::Clear),
            Verb::Fit => self.state.map.fit_wanted = true,
            Verb::GoTo => {
                if let Some((at, reply)) = self.typed_coordinates(rest) {
                    self.go_to(at);
                    return Ok(Some(reply));
                }
                let Some(hit) = self.named_place(rest).filter(|_| !rest.is_empty()) else {
                    return Err(self.say("app.map.no_place"));
                };
                self.go_to(hit.at);
                return Ok(Some(hit.label));
            }
            Verb::Layer => {
                let layer = bar::layer(rest).ok_or_else(|| self.usage(command))?;
                self.toggle_layer(layer);
            }
            Verb::Overview => self.map(MapAction::ShowOverview { open: !self.state.map.overview }),
            Verb::Beside => self.show_beside(self.state.map.beside.is_none()),
            Verb::InHand(side) => self.take_in_hand(side),
            Verb::Bookmark => {
                if rest.is_empty() {
                    return Err(self.usage(command));
                }
                let bookmarks = &self.state.map.bookmarks;
                let at = bookmarks.find(rest).and_then(|one| bookmarks.position(&one.name));
                let at = at.ok_or_else(|| self.fill("app.bookmark.unknown", &[("name", &rest)]))?;
                self.open_bookmark(at);
                return Ok(Some(self.state.map.bookmarks.list[at].name.clone()));
            }
            Verb::KeepView => {
                if rest.is_empty() {
                    return Err(self.usage(command));
                }
                self.add_bookmark(rest);
            }
            Verb::Section => self.section_line(command, rest)?,
            Verb::Span => self.span_line(command, rest)?,
            Verb::Sheet => return Ok(self.sheet_line(rest)),
            Verb::Tool(tool) => self.tool(ToolAction::Choose { what: Some(tool) }),
            Verb::BringIn => self.export(ExportAction::Show { open: false }),
            Verb::BringOut => self.export(ExportAction::Show { open: true }),
            Verb::Inbox => self.state.inbox_open = !self.state.inbox_open,
            Verb::Sync => self.effects.push(Effect::SyncNow),
            Verb::Theme(theme) => self.set_theme(theme),
            Verb::Lang(lang) => self.set_lang(lang),
            Verb::TextScale => {
                let scale = bar::text_scale(rest).ok_or_else(|| self.usage(command))?;
                self.set_text_scale(scale);
            }
            Verb::Help => self.state.bar.help_open = !self.state.bar.help_open,
            Verb::Logout => self.logout(),
        }
        Ok(None)
    }

    /// How a command is to be written.
    pub(super) fn usage(&self, command: &BarCommand) -> Reply {
        let lang = self.lang();
        self.fill("app.bar.usage", &[("word", &command.word(lang)), ("args", &command.pattern(lang))])
    }

    fn act_line(&mut self, kind: ActKind, rest: &str) -> Result<(), Reply> {
        let case = self.state.selected_case().cloned().ok_or_else(|| self.say("app.bar.no_case_in_hand"))?;
        let act = self.act_from(kind, &case, rest)?;
        self.act(case.id, act, None);
        Ok(())
    }

    fn act_from(&self, kind: ActKind, case: &Arc<Case>, rest: &str) -> Result<Act, Reply> {
        let text = || rest.to_owned();
        let wanted = || {
            if rest.is_empty() {
                let command = bar::COMMANDS.iter().find(|command| command.verb == Verb::Act(kind));
                return Err(command.map(|command| self.usage(command)).unwrap_or_default());
            }
            Ok(rest.to_owned())
        };
        let (first, after) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
        let after = after.trim().to_owned();
        Ok(match kind {
            ActKind::Report => return Err(self.say("app.case.report_by_draft")),
            ActKind::SendVerify => {
                let (officer, opinion) = self.officer_line(case, rest)?;
                Act::SendVerify { officer, opinion }
            }
            ActKind::SendCheck => {
                let (officer, opinion) = self.officer_line(case, rest)?;
                Act::SendCheck { officer, opinion }
            }
            ActKind::VerifyReply => {
                let found = match first.to_lowercase().as_str() {
                    "属实" | "存在" | "exist" | "yes" => Found::Exist,
                    "不属实" | "不存在" | "not_exist" | "no" => Found::NotExist,
                    "无法核实" | "unable" => Found::Unable,
                    _ => return Err(wanted().err().unwrap_or_else(|| self.say("app.bar.args.found"))),
                };
                Act::VerifyReply { found, opinion: after }
            }
            ActKind::CheckReply => {
                let result = match first.to_lowercase().as_str() {
                    "通过" | "pass" | "yes" => CheckResult::Pass,
                    "不通过" | "not_pass" | "no" => CheckResult::NotPass,
                    "无法核查" | "unable" => CheckResult::Unable,
                    _ => return Err(wanted().err().unwrap_or_else(|| self.say("app.bar.args.check"))),
                };
                Act::CheckReply { result, opinion: after }
            }
            ActKind::Accept => match first.to_lowercase().as_str() {
                "免核实" | "waive" => Act::Accept { verification_waived: true, opinion: after },
                _ => Act::Accept { verification_waived: false, opinion: text() },
            },
            ActKind::Reject => Act::Reject { reason: wanted()? },
            ActKind::File => self.file_line(case, first, rest, after)?,
            ActKind::Void => Act::Void { reason: wanted()? },
            ActKind::Dispatch => self.dispatch_line(case, rest)?,
            ActKind::Sign => Act::Sign { opinion: text() },
            ActKind::AskReturn => Act::AskReturn { reason: wanted()? },
            ActKind::AgreeReturn => Act::AgreeReturn { opinion: text() },
            ActKind::RefuseReturn => Act::RefuseReturn { opinion: wanted()? },
            ActKind::Finish => {
                let person = self.state.session.user().map(|user| user.name.clone()).unwrap_or_default();
                Act::Finish { result: wanted()?, person }
            }
            ActKind::ToCheck => Act::ToCheck { opinion: text() },
            ActKind::SendBack => Act::SendBack { reason: wanted()? },
            ActKind::Close => Act::Close { opinion: text() },
            ActKind::Rework => Act::Rework { reason: wanted()? },
            ActKind::Recheck => Act::Recheck { reason: wanted()? },
        })
    }

    /// An officer by name or number, then a message; without a known name the nearest on duty, and all is message.
    fn officer_line(&self, case: &Case, rest: &str) -> Result<(OfficerId, String), Reply> {
        let (first, after) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
        if let Some(officer) = self.officer(first) {
            return Ok((officer.id.clone(), after.trim().to_owned()));
        }
        let officers = &self.state.reference.officers;
        let nearest = propose::officers(officers, case.report.place.at, self.state.office_now(), 1);
        match nearest.first() {
            Some(one) => Ok((one.officer.id.clone(), rest.to_owned())),
            None => Err(self.say("app.bar.no_officer")),
        }
    }

    fn officer(&self, word: &str) -> Option<&Officer> {
        let word = word.trim_start_matches('@');
        self.state
            .reference
            .officers
            .iter()
            .find(|officer| !word.is_empty() && (officer.name == word || officer.id.0.eq_ignore_ascii_case(word)))
    }

    fn file_line(&self, case: &Case, first: &str, rest: &str, after: String) -> Result<Act, Reply> {
        let class = case.report.class.clone();
        let rows = self.state.books.limits.conditions(&class);
        let named = rows.iter().find(|row| row.condition == first || row.words_zh == first || row.words_en == first);
        let (row, opinion) = match named {
            Some(row) => (row, after),
            None => {
                let reported = self.state.books.limits.find(&class, &case.report.condition);
                (reported.ok_or_else(|| self.say("app.bar.no_condition"))?, rest.to_owned())
            }
        };
        Ok(Act::File { class, condition: row.condition.clone(), limit: row.limit, opinion })
    }

    /// `部门 [@队员] [意见]`; nothing when exactly one department answers for the class.
    fn dispatch_line(&self, case: &Case, rest: &str) -> Result<Act, Reply> {
        let mut parts = rest.splitn(2, char::is_whitespace);
        let first = parts.next().unwrap_or_default();
        let mut opinion = parts.next().unwrap_or_default().trim();
        let dept = if first.is_empty() {
            let all = propose::departments(&self.state.reference.departments, &case.report.class);
            match all.iter().filter(|one| one.fit.is_some()).collect::<Vec<_>>()[..] {
                [only] => only.department.code.clone(),
                _ => return Err(self.say("app.bar.which_department")),
            }
        } else {
            self.department(first)?.code.clone()
        };
        let mut officer = None;
        if opinion.starts_with('@') {
            let (word, after) = opinion.split_once(char::is_whitespace).unwrap_or((opinion, ""));
            let found = self.officer(word).ok_or_else(|| self.fill("app.bar.unknown_officer", &[("word", &word)]))?;
            officer = Some(found.id.clone());
            opinion = after.trim();
        }
        Ok(Act::Dispatch { to: Assignee { dept, officer }, opinion: opinion.to_owned() })
    }

    /// A department by code or name; part of a name will do when it fits one only.
    fn department(&self, word: &str) -> Result<&Department, Reply> {
        let all = &self.state.reference.departments;
        let exact = all.iter().find(|one| one.name == word || one.code.0.eq_ignore_ascii_case(word));
        if let Some(found) = exact {
            return Ok(found);
        }
        let parts: Vec<_> = all.iter().filter(|one| one.name.contains(word)).collect();
        match parts[..] {
            [only] => Ok(only),
            [] => Err(self.fill("app.bar.unknown_department", &[("word", &word)])),
            _ => {
                let names: Vec<_> = parts.iter().map(|one| one.name.as_str()).collect();
                Err(self.fill("app.bar.many_departments", &[("names", &names.join(words::list_comma(self.lang())))]))
            }
        }
    }
}
