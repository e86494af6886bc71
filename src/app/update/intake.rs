//! Data from elsewhere: what is wished, tried, and brought into the pack by a worker thread.

use std::sync::Arc;

use super::Desk;
use crate::app::effect::Effect;
use crate::app::intake::{IntakeAction, IntakeAnswer, IntakeJob, MOST_FILES, Outcome, Running, Wishes, may_bring};
use crate::app::state::{PackState, Severity};
use crate::app::tools::Said;
use crate::spatial::import::ImportReport;
use crate::spatial::import::profile::Profile;

impl Desk<'_> {
    pub(super) fn intake(&mut self, action: IntakeAction) {
        self.state.intake.said = None;
        match action {
            IntakeAction::Files { paths } => {
                if self.may_change_intake() {
                    let intake = &mut self.state.intake;
                    let mut too_many = false;
                    for path in paths {
                        if intake.files.contains(&path) {
                            continue;
                        }
                        too_many = intake.files.len() >= MOST_FILES;
                        if too_many {
                            break;
                        }
                        intake.files.push(path);
                    }
                    (intake.outcome, intake.sources) = (None, Vec::new());
                    if too_many {
                        self.refuse_intake("data.refused.too_many", &[("count", &MOST_FILES)]);
                    }
                }
            }
            IntakeAction::Remove { path } => {
                if self.may_change_intake() {
                    let intake = &mut self.state.intake;
                    intake.files.retain(|one| *one != path);
                    (intake.outcome, intake.sources) = (None, Vec::new());
                }
            }
            IntakeAction::Wishes { wishes } => {
                if self.may_change_intake() {
                    self.wish(*wishes);
                }
            }
            IntakeAction::Try => self.read_files(true),
            IntakeAction::Bring => self.read_files(false),
            IntakeAction::Answer { reading } => {
                let Some(Outcome::Asked(question)) = &self.state.intake.outcome else { return };
                let chosen = reading.and_then(|at| question.inside.get(at)).map(|(reading, _)| reading.clone());
                if reading.is_some() && chosen.is_none() {
                    return;
                }
                let wishes = self.state.intake.wishes.clone().with_reading(chosen.as_ref());
                self.wish(wishes);
                self.read_files(true);
            }
            IntakeAction::Stop => self.stop_intake(),
            IntakeAction::LoadProfile { name } => self.intake_job(IntakeJob::Load(name)),
            IntakeAction::DeleteProfile { name } => self.intake_job(IntakeJob::Delete(name)),
            IntakeAction::SaveProfile { name } => self.save_profile(name.trim()),
        }
    }

    fn stop_intake(&mut self) {
        if let Some(running) = self.state.intake.running {
            self.effects.push(Effect::StopIntake { number: running.number });
        }
    }

    /// The person logs out: the pack stays as it is, and files and wishes wait for the next trial.
    pub(super) fn leave_intake(&mut self) {
        self.stop_intake();
        let intake = &mut self.state.intake;
        intake.left = intake.running.is_some();
        (intake.outcome, intake.said, intake.sources) = (None, None, Vec::new());
    }

    fn refuse_intake(&mut self, key: &'static str, values: &[(&str, &dyn std::fmt::Display)]) {
        let text = self.lang().fill(key, values);
        self.state.intake.said = Some(Said { text, refused: true });
    }

    /// Files and wishes stay as they are while they are being read.
    fn may_change_intake(&mut self) -> bool {
        let free = self.state.intake.running.is_none();
        if !free {
            self.refuse_intake("data.refused.running", &[]);
        }
        free
    }

    fn wish(&mut self, wishes: Wishes) {
        let intake = &mut self.state.intake;
        if intake.wishes != wishes {
            intake.wishes = wishes;
            // What was tried was tried in another way.
            intake.outcome = None;
        }
    }

    fn read_files(&mut self, tries: bool) {
        if !self.may_change_intake() {
            return;
        }
        let refused = if !self.state.session.user().is_some_and(|user| may_bring(user)) {
            Some("data.refused.right")
        } else if !matches!(self.state.pack, PackState::Ready) {
            Some("data.refused.no_pack")
        } else if self.state.intake.files.is_empty() {
            Some("data.refused.no_files")
        } else if !tries && !self.state.intake.is_ready() {
            Some("data.refused.not_tried")
        } else if !tries && self.state.keeping.saving.is_some() {
            Some("data.refused.grid_saves")
        } else if !tries && self.state.export.running.is_some() {
            Some("data.refused.export_runs")
        } else {
            None
        };
        if let Some(key) = refused {
            self.refuse_intake(key, &[]);
            return;
        }
        let intake = &self.state.intake;
        let (files, wishes) = (intake.files.clone(), Box::new(intake.wishes.clone()));
        self.intake_job(IntakeJob::Read { files, wishes, tries });
        let intake = &mut self.state.intake;
        intake.running = Some(Running { number: intake.last_number, tries, bytes: [0, 0] });
        intake.outcome = None;
    }

    fn save_profile(&mut self, name: &str) {
        // It becomes the name of a file.
        let is_plain = |letter: char| letter.is_alphanumeric() || matches!(letter, '-' | '_' | ' ');
        if name.is_empty() || name.chars().count() > 60 || !name.chars().all(is_plain) {
            self.refuse_intake("data.refused.profile_name", &[("name", &name)]);
            return;
        }
        let Some(profile) = self.state.intake.profile().filter(|profile| !profile.tables.is_empty()).cloned() else {
            self.refuse_intake("data.refused.no_profile", &[]);
            return;
        };
        let wishes = &self.state.intake.wishes;
        let said = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
        let profile =
            Profile { name: name.to_owned(), crs: said(&wishes.crs), encoding: said(&wishes.encoding), ..profile };
        self.intake_job(IntakeJob::Save(Box::new(profile)));
    }

    fn intake_job(&mut self, job: IntakeJob) {
        self.state.intake.last_number += 1;
        self.effects.push(Effect::Intake { number: self.state.intake.last_number, job: Box::new(job) });
    }

    pub(super) fn intake_answer(&mut self, number: u64, answer: IntakeAnswer) {
        let running = self.state.intake.running.filter(|running| running.number == number);
        let intake = &mut self.state.intake;
        match answer {
            IntakeAnswer::Progress(bytes) => {
                if let Some(running) = intake.running.as_mut().filter(|running| running.number == number) {
                    running.bytes = bytes;
                }
            }
            IntakeAnswer::Profiles(names) => intake.profiles = names,
            IntakeAnswer::Loaded(profile) => {
                let mut wishes = intake.wishes.clone();
                wishes.crs = profile.crs.clone().unwrap_or_default();
                wishes.encoding = profile.encoding.clone().unwrap_or_default();
                wishes.profile = Some(*profile);
                if self.may_change_intake() {
                    self.wish(wishes);
                }
            }
            IntakeAnswer::ProfileFailed(text) => intake.said = Some(Said { text, refused: true }),
            IntakeAnswer::Read(_) | IntakeAnswer::Asked(_) | IntakeAnswer::Failed(_) | IntakeAnswer::Stopped => {
                let Some(running) = running else { return };
                intake.running = None;
                if std::mem::take(&mut intake.left) {
                    if let (IntakeAnswer::Read(report), false) = (&answer, running.tries) {
                        // It was quicker than the word to stop.
                        self.brought(report);
                    }
                    return;
                }
                if let IntakeAnswer::Read(report) = &answer {
                    intake.sources.clone_from(&report.sources);
                }
                match answer {
                    IntakeAnswer::Read(report) if running.tries => intake.outcome = Some(Outcome::Tried(report)),
                    IntakeAnswer::Read(report) => {
                        intake.outcome = Some(Outcome::Done(report.clone()));
                        self.brought(&report);
                    }
                    IntakeAnswer::Asked(question) => intake.outcome = Some(Outcome::Asked(question)),
                    IntakeAnswer::Failed(why) => intake.outcome = Some(Outcome::Failed(why)),
                    _ => {
                        let text = self.lang().text("data.stopped").to_owned();
                        self.state.intake.said = Some(Said { text, refused: false });
                    }
                }
            }
        }
    }

    /// The pack holds more than the map shows.
    fn brought(&mut self, report: &Arc<ImportReport>) {
        self.effects.push(Effect::ReloadPack);
        let text = self.fill("data.done", &[("accepted", &report.accepted), ("skipped", &report.skipped)]);
        self.notice(Severity::Info, text);
    }
}
