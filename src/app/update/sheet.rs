//! Printed sheets: wishes, and a job for the thread that makes them.

use std::fmt::Display;
use std::path::Path;

use super::Desk;
use crate::app::effect::Effect;
use crate::app::sheet::{self, Outcome, Running, SheetAction, SheetAnswer, SheetJob, What, Wishes};
use crate::app::state::{PackState, Session, ThemeChoice};
use crate::map::sheet::{Format, Stage, Subject, ViewWish};
use crate::map::style::MapTheme;

impl Desk<'_> {
    pub(super) fn sheet(&mut self, action: SheetAction) {
        match action {
            SheetAction::Wishes { wishes } => self.wish_sheet(*wishes),
            SheetAction::Make { overwrite } => self.make_sheet(overwrite),
            SheetAction::Stop => self.stop_sheet(),
        }
    }

    fn stop_sheet(&mut self) {
        if let Some(Running { number, .. }) = self.state.sheets.running {
            self.effects.push(Effect::StopSheet { number });
        }
    }

    /// The person logs out.
    pub(super) fn leave_sheet(&mut self) {
        self.stop_sheet();
        let sheets = &mut self.state.sheets;
        sheets.left = sheets.running.is_some();
        sheets.outcome = None;
    }

    fn wish_sheet(&mut self, wishes: Wishes) {
        let wishes = wishes.sound();
        let sheets = &mut self.state.sheets;
        if sheets.wishes != wishes {
            sheets.wishes = wishes;
            // What was said of the last was said of other wishes.
            sheets.outcome = None;
        }
    }

    /// A line of the command bar: the file, or nothing.
    pub(super) fn sheet_line(&mut self, path: &str) -> Option<String> {
        if path.is_empty() {
            return Some(self.lang().text("sheet.command").to_owned());
        }
        let wishes = Wishes { path: path.to_owned(), ..self.state.sheets.wishes.clone() };
        self.wish_sheet(wishes);
        self.make_sheet(false);
        match &self.state.sheets.outcome {
            Some(Outcome::Failed(why)) => Some(why.clone()),
            _ => None,
        }
    }

    fn refuse_sheet(&mut self, key: &'static str, values: &[(&str, &dyn Display)]) {
        let words = self.lang().fill(key, values);
        self.state.sheets.outcome = Some(Outcome::Failed(words));
    }

    fn make_sheet(&mut self, overwrite: bool) {
        let path = self.state.sheets.wishes.path.trim().trim_matches('"').to_owned();
        if self.state.sheets.running.is_some() {
            self.refuse_sheet("sheet.error.busy", &[]);
        } else if self.state.pack != PackState::Ready {
            self.refuse_sheet("sheet.error.no_pack", &[]);
        } else if self.state.sheets.wishes.signs && !matches!(self.state.session, Session::User(_)) {
            self.refuse_sheet("sheet.error.login", &[]);
        } else if !path.is_empty() && Format::of(Path::new(&path)).is_none() {
            self.refuse_sheet("sheet.error.ending", &[("path", &path)]);
        } else {
            let job = self.sheet_job(path, overwrite);
            self.keep_settings();
            let sheets = &mut self.state.sheets;
            sheets.last_number += 1;
            sheets.running = Some(Running { number: sheets.last_number, stage: Stage::Reading });
            sheets.outcome = None;
            self.effects.push(Effect::MakeSheet { number: sheets.last_number, job: Box::new(job) });
        }
    }

    fn sheet_job(&self, path: String, overwrite: bool) -> SheetJob {
        let state = &*self.state;
        let wishes = &state.sheets.wishes;
        let wish = sheet::wish(state);
        let subject = match wishes.what {
            What::Sheet => Subject::Sheet(wish),
            What::View => Subject::View(ViewWish {
                camera: state.map.camera.sound(),
                size: wishes.size.unwrap_or([1280, 720]),
                pixels_per_point: 1.0,
                theme: match state.settings.theme {
                    ThemeChoice::Light => MapTheme::Light,
                    ThemeChoice::Dark => MapTheme::Dark,
                },
                approval: wish.approval,
                copyright: wish.copyright,
            }),
        };
        SheetJob {
            subject,
            sized: wishes.size.is_some(),
            look: sheet::look(state),
            own: sheet::own(state),
            signs: wishes.signs,
            below: state.map.raster.kept.list.iter().any(|raster| raster.shown),
            path,
            name: sheet::file_name(state),
            overwrite,
            lang: state.settings.lang,
        }
    }

    pub(super) fn sheet_answer(&mut self, number: u64, answer: SheetAnswer) {
        let sheets = &mut self.state.sheets;
        let Some(running) = sheets.running.as_mut().filter(|running| running.number == number) else { return };
        match answer {
            SheetAnswer::Stage(stage) => running.stage = stage,
            SheetAnswer::Ended(outcome) => {
                sheets.running = None;
                sheets.outcome = Some(outcome).filter(|_| !std::mem::take(&mut sheets.left));
            }
        }
    }
}
