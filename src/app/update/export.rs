//! What goes out of the map pack: what is wished, what stands against it, what a worker thread counts and writes.

use std::path::PathBuf;
use std::sync::Arc;

use super::Desk;
use crate::app::effect::Effect;
use crate::app::export::{
    Area, Count, ExportAction, ExportAnswer, ExportJob, Faults, Order, Outcome, Running, Wishes, may_export, shape,
};
use crate::app::state::{PackState, Severity};
use crate::app::tools::Said;
use crate::spatial::crs_out::TargetCrs;
use crate::spatial::export::{ExportError, ExportReport, Progress, format_for};
use crate::spatial::feature::FeatureId;
use crate::spatial::filter::Filter;
use crate::spatial::select::Selection;

impl Desk<'_> {
    pub(super) fn export(&mut self, action: ExportAction) {
        self.state.export.said = None;
        match action {
            ExportAction::Show { open } => {
                self.state.export.open = open;
                self.check_export();
                self.count_export();
            }
            ExportAction::Wishes { wishes } => self.wish_export(*wishes),
            ExportAction::Start => self.write_export(None, Vec::new()),
            ExportAction::Overwrite => {
                if let Some(Outcome::Asked { files, order }) = &self.state.export.outcome {
                    let (files, order) = (files.clone(), order.clone());
                    self.write_export(Some(order), files);
                }
            }
            ExportAction::Cancel => {
                if matches!(self.state.export.outcome, Some(Outcome::Asked { .. })) {
                    self.state.export.outcome = None;
                    let text = self.lang().text("data.out.cancelled").to_owned();
                    self.state.export.said = Some(Said { text, refused: false });
                }
            }
            ExportAction::Stop => self.stop_export(),
            ExportAction::Again => self.state.export.outcome = None,
        }
    }

    fn stop_export(&mut self) {
        if let Some(running) = &self.state.export.running {
            self.effects.push(Effect::StopExport { number: running.number });
        }
    }

    /// The person logs out: what is half written is taken away again, and a question is not left to somebody else.
    pub(super) fn leave_export(&mut self) {
        self.stop_export();
        let export = &mut self.state.export;
        export.left = export.running.is_some();
        (export.outcome, export.said) = (None, None);
    }

    fn refuse_export(&mut self, key: &'static str) {
        let text = self.lang().text(key).to_owned();
        self.state.export.said = Some(Said { text, refused: true });
    }

    fn wish_export(&mut self, wishes: Wishes) {
        if self.state.export.running.is_some() {
            self.refuse_export("data.out.refused.running");
            return;
        }
        let export = &mut self.state.export;
        if export.wishes == wishes {
            return;
        }
        let moves = matches!((&export.wishes.area, &wishes.area), (Area::Box { .. }, Area::Box { .. }));
        export.wishes = wishes;
        // A script need not show what it wishes for.
        export.open = true;
        if !moves {
            // What came of it came of other wishes.
            export.outcome = None;
        }
        self.check_export();
        // A view that is being dragged takes no answer away, and is counted when it rests.
        if !moves {
            self.count_export();
        }
    }

    /// Why there is nothing to be taken from.
    fn no_layers(&self) -> Option<String> {
        let selects = self.state.export.wishes.area == Area::Selection;
        let key = if selects { "data.out.refused.no_selection" } else { "data.out.refused.no_layers" };
        self.state.export_layers().is_empty().then(|| self.lang().text(key).to_owned())
    }

    /// What was selected with the tools, when that is to go out.
    fn export_rows(&self) -> Option<Arc<Vec<FeatureId>>> {
        let selects = self.state.export.wishes.area == Area::Selection;
        selects.then(|| Arc::new(self.state.selection.rows.clone()))
    }

    /// What is to be written, but for single rows; beside it all that stands against it.
    fn export_order(&self) -> (Option<Order>, Faults) {
        let (lang, wishes) = (self.lang(), &self.state.export.wishes);
        let mut faults = Faults { layers: self.no_layers(), ..Faults::default() };
        let layers = self.state.export_layers();
        let area = shape(self.state, &wishes.area);
        faults.area = match &wishes.area {
            Area::Cell { code } if area.is_none() => Some(self.fill("data.out.refused.no_cell", &[("code", code)])),
            Area::Community { name } if area.is_none() => {
                Some(self.fill("data.out.refused.no_community", &[("name", name)]))
            }
            Area::Box { .. } if area.is_none() => Some(lang.text("data.out.refused.no_box").to_owned()),
            _ => None,
        };
        let filter = match wishes.filter.trim() {
            "" => None,
            text => match text.parse::<Filter>() {
                Ok(filter) => Some(filter),
                Err(error) => {
                    faults.filter = Some(error.words(lang));
                    None
                }
            },
        };
        let crs = wishes.crs.parse::<TargetCrs>();
        let out = self.state.export.file();
        if out.is_none() {
            let none = wishes.file.trim().is_empty();
            let key = if none { "data.out.refused.no_file" } else { "data.out.refused.no_folder" };
            faults.file = Some(lang.text(key).to_owned());
        }
        match (&crs, &out) {
            (Err(error), _) => faults.crs = Some(error.words(lang)),
            // Without a file the system is tried with a format that holds any.
            (Ok(crs), out) => match format_for(out.as_deref().unwrap_or("any.csv".as_ref()), *crs) {
                Err(error @ (ExportError::SystemUnfit { .. } | ExportError::Crs(_))) => {
                    faults.crs = Some(error.words(lang));
                }
                Err(error) => faults.file = Some(error.words(lang)),
                Ok(_) => {}
            },
        }
        let order = match (crs, out) {
            (Ok(crs), Some(out)) if faults.first().is_none() => {
                Some(Order { selection: Selection { layers, filter, area, rows: None }, crs, out })
            }
            _ => None,
        };
        (order, faults)
    }

    pub(super) fn check_export(&mut self) {
        if self.state.export.open {
            self.state.export.faults = self.export_order().1;
        }
    }

    /// The selection of the tools may be another by now, and a view may have come to rest.
    pub(super) fn tick_export(&mut self) {
        if self.state.export.open {
            self.state.export.faults.layers = self.no_layers();
            self.count_export();
        }
    }

    /// Has what is wished counted, unless that is known.
    pub(super) fn count_export(&mut self) {
        let state = &self.state;
        let wanted = state.export.open
            && state.export.faults.selects()
            && state.export.running.is_none()
            && state.pack == PackState::Ready
            && !state.pack_rereading
            && state.keeping.saving.is_none()
            && state.export_count().is_none();
        if !wanted {
            return;
        }
        self.stop_counting();
        self.state.export.last_number += 1;
        let number = self.state.export.last_number;
        let mut count = Count::asked(self.state, number);
        let wishes = &self.state.export.wishes;
        let layers = self.state.export_layers();
        let filter = wishes.filter.trim().parse::<Filter>().ok();
        match &wishes.area {
            // Known without a look at the features.
            Area::Whole if filter.is_none() => {
                let about = &self.state.books.about.layers;
                count.found = Some(layers.iter().filter_map(|layer| about.get(layer)).map(|one| one.count).sum());
                count.waiting = false;
            }
            Area::Selection if filter.is_none() => {
                count.found = Some(self.state.selection.rows.len() as u64);
                count.waiting = false;
            }
            area => {
                let selection = Selection { layers, filter, area: shape(self.state, area), rows: self.export_rows() };
                let job = Box::new(ExportJob::Count(Box::new(selection)));
                self.effects.push(Effect::Export { number, job });
            }
        }
        self.state.export.count = Some(count);
    }

    /// Gives up a count that goes on; it is asked for again when it is needed.
    pub(super) fn stop_counting(&mut self) {
        if let Some(count) = self.state.export.count.take_if(|count| count.waiting) {
            self.effects.push(Effect::StopExport { number: count.number });
        }
    }

    /// Writes what is wished, or what was wished before a question; `over` may be written over.
    fn write_export(&mut self, order: Option<Arc<Order>>, over: Vec<PathBuf>) {
        let state = &self.state;
        let user = state.session.user().filter(|user| may_export(user)).map(|user| user.id.clone());
        let refused = if state.export.running.is_some() {
            Some("data.out.refused.running")
        } else if user.is_none() {
            Some("data.out.refused.right")
        } else if state.pack != PackState::Ready {
            Some("data.out.refused.no_pack")
        } else if state.intake.brings() || state.pack_rereading {
            // What is written would be the pack of before, or half of each.
            Some("data.out.refused.intake_runs")
        } else if state.keeping.saving.is_some() {
            Some("data.out.refused.grid_saves")
        } else {
            None
        };
        if let Some(key) = refused {
            self.refuse_export(key);
            return;
        }
        let order = match order {
            Some(order) => order,
            None => {
                let (order, faults) = self.export_order();
                let first = faults.first().cloned();
                self.state.export.faults = faults;
                let Some(mut order) = order else {
                    self.state.export.said = first.map(|text| Said { text, refused: true });
                    return;
                };
                order.selection.rows = self.export_rows();
                Arc::new(order)
            }
        };
        let Some(who) = user else { return };
        self.stop_counting();
        self.state.export.last_number += 1;
        let number = self.state.export.last_number;
        let job = ExportJob::Write { order: order.clone(), over, who, at: self.state.now };
        self.effects.push(Effect::Export { number, job: Box::new(job) });
        self.state.export.outcome = None;
        self.state.export.running = Some(Running { number, order, progress: Progress::Surveying(0) });
    }

    pub(super) fn export_answer(&mut self, number: u64, answer: ExportAnswer) {
        let export = &mut self.state.export;
        if let ExportAnswer::Home(folder) = &answer {
            export.first_folder = folder.display().to_string();
            self.check_export();
            return;
        }
        if let Some(count) = export.count.as_mut().filter(|count| count.number == number) {
            count.waiting = false;
            match answer {
                ExportAnswer::Counted(found) => count.found = Some(found),
                ExportAnswer::Failed(text) => export.said = Some(Said { text, refused: true }),
                _ => {}
            }
            return;
        }
        let Some(running) = export.running.take_if(|running| running.number == number) else { return };
        if let ExportAnswer::Progress(progress) = answer {
            export.running = Some(Running { progress, ..running });
            return;
        }
        if std::mem::take(&mut export.left) {
            return;
        }
        match answer {
            ExportAnswer::Exists(files) => export.outcome = Some(Outcome::Asked { files, order: running.order }),
            ExportAnswer::Failed(why) => export.outcome = Some(Outcome::Failed(why)),
            ExportAnswer::Written { report, unlisted } => {
                export.outcome = Some(Outcome::Done(report.clone()));
                if let Some(folder) = running.order.out.parent() {
                    export.folder = folder.display().to_string();
                    self.keep_settings();
                }
                self.written(&report, unlisted);
            }
            ExportAnswer::Stopped | ExportAnswer::Progress(_) | ExportAnswer::Counted(_) | ExportAnswer::Home(_) => {
                let text = self.lang().text("data.out.stopped").to_owned();
                self.state.export.said = Some(Said { text, refused: false });
            }
        }
    }

    /// Told also to whoever has gone on to something else.
    fn written(&mut self, report: &ExportReport, unlisted: Option<String>) {
        let count: u64 = report.files.iter().map(|(_, count)| count).sum();
        let text = self.fill("data.out.done", &[("count", &count), ("left_out", &report.refused_count)]);
        self.notice(Severity::Info, text);
        if let Some(why) = unlisted {
            let text = self.fill("data.out.unlisted", &[("why", &why)]);
            self.notice(Severity::Warning, text);
        }
    }
}
