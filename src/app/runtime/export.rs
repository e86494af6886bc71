//! The thread `export`: counts and writes what goes out of the map pack, one job after the other, and lists in the profile what
//! has gone out.

use std::fs::OpenOptions;
use std::io::Write as _;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::JoinHandle;

use serde_json::json;

use crate::app::export::{ExportAnswer, ExportJob, Order};
use crate::base::text::Lang;
use crate::base::{Timestamp, UserId};
use crate::spatial::export::{ExportError, ExportReport, Overwrite, Progress, Target, count, export};
use crate::spatial::pack::Pack;
use crate::store::Wake;

const QUEUE: usize = 16;
/// A progress bar has so many steps.
const STEPS: u64 = 200;
/// While nothing is written yet, progress is told after so many features.
const SURVEYED: u64 = 10_000;
/// The list of what has gone out, in the profile: one JSON object a line.
const LIST: &str = "exports.jsonl";

struct Request {
    number: u64,
    job: ExportJob,
    stop: Arc<AtomicBool>,
    lang: Lang,
}

/// Owner of the thread.
pub(super) struct ExportDesk {
    requests: Option<SyncSender<Request>>,
    answers: Option<Receiver<(u64, ExportAnswer)>>,
    /// Of the jobs that have been handed over, by number.
    stops: Vec<(u64, Arc<AtomicBool>)>,
    thread: Option<JoinHandle<()>>,
}

impl ExportDesk {
    /// Without a pack nothing can go out.
    pub(super) fn spawn(pack: Option<PathBuf>, profile: PathBuf, wake: Wake) -> std::io::Result<Self> {
        let (requests, jobs) = sync_channel::<Request>(QUEUE);
        let (tell, answers) = sync_channel(QUEUE);
        let thread = std::thread::Builder::new().name("export".to_owned()).spawn(move || {
            if let Some(folder) = documents() {
                let _ = tell.send((0, ExportAnswer::Home(folder)));
                wake();
            }
            while let Ok(Request { number, job, stop, lang }) = jobs.recv() {
                let mut step = 0;
                let mut goes_on = |now: Progress| {
                    let at = match now {
                        Progress::Surveying(looked_at) => looked_at / SURVEYED,
                        Progress::Writing(done, total) => SURVEYED + done * STEPS / total.max(1),
                    };
                    if at != step {
                        step = at;
                        // Progress may be left out while the shell is busy.
                        let _ = tell.try_send((number, ExportAnswer::Progress(now)));
                        wake();
                    }
                    if stop.load(Ordering::Relaxed) { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
                };
                let answer = match &pack {
                    Some(pack) => done(pack, &profile, &job, lang, &mut goes_on),
                    None => ExportAnswer::Failed(lang.text("data.out.refused.no_pack").to_owned()),
                };
                if tell.send((number, answer)).is_err() {
                    // The console has ended.
                    return;
                }
                wake();
            }
        })?;
        Ok(Self { requests: Some(requests), answers: Some(answers), stops: Vec::new(), thread: Some(thread) })
    }

    /// Hands over a job; whether there was room for it.
    pub(super) fn ask(&mut self, number: u64, job: ExportJob, lang: Lang) -> bool {
        let stop = Arc::new(AtomicBool::new(false));
        self.stops.retain(|(_, stop)| Arc::strong_count(stop) > 1);
        self.stops.push((number, stop.clone()));
        let request = Request { number, job, stop, lang };
        self.requests.as_ref().is_some_and(|requests| requests.try_send(request).is_ok())
    }

    /// Breaks off a job.
    pub(super) fn stop(&self, number: u64) {
        for (_, stop) in self.stops.iter().filter(|(known, _)| *known == number) {
            stop.store(true, Ordering::Relaxed);
        }
    }

    pub(super) fn next(&self) -> Option<(u64, ExportAnswer)> {
        self.answers.as_ref()?.try_recv().ok()
    }
}

impl Drop for ExportDesk {
    fn drop(&mut self) {
        self.stops.iter().for_each(|(_, stop)| stop.store(true, Ordering::Relaxed));
        drop(self.requests.take());
        drop(self.answers.take());
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("the thread that writes exports has panicked");
        }
    }
}

/// Where people look for their files.
fn documents() -> Option<PathBuf> {
    let dirs = directories::UserDirs::new()?;
    let documents = dirs.document_dir().filter(|folder| folder.is_dir());
    Some(documents.unwrap_or(dirs.home_dir()).to_owned())
}

fn done(
    pack: &Path,
    profile: &Path,
    job: &ExportJob,
    lang: Lang,
    goes_on: &mut dyn FnMut(Progress) -> ControlFlow<()>,
) -> ExportAnswer {
    let pack = match Pack::open(pack) {
        Ok(pack) => pack,
        Err(error) => return ExportAnswer::Failed(error.words(lang)),
    };
    match job {
        ExportJob::Count(selection) => match count(&pack, selection, &mut |at| goes_on(Progress::Surveying(at))) {
            Ok(Some(found)) => ExportAnswer::Counted(found),
            Ok(None) => ExportAnswer::Stopped,
            Err(error) => ExportAnswer::Failed(error.words(lang)),
        },
        ExportJob::Write { order, over, who, at } => {
            let overwrite = Overwrite::These(over.clone());
            let target = Target { crs: order.crs, out: &order.out, overwrite: &overwrite };
            match export(&pack, &order.selection, &target, goes_on) {
                Ok(report) => {
                    let unlisted = listed(profile, order, &report, who, *at);
                    ExportAnswer::Written { report: Arc::new(report), unlisted }
                }
                Err(ExportError::Exists(files)) => ExportAnswer::Exists(files),
                Err(ExportError::Stopped) => ExportAnswer::Stopped,
                Err(error) => {
                    tracing::warn!(%error, "an export has failed");
                    ExportAnswer::Failed(error.words(lang))
                }
            }
        }
    }
}

/// Notes who has taken what out; why not, if that cannot be written.
fn listed(profile: &Path, order: &Order, report: &ExportReport, who: &UserId, at: Timestamp) -> Option<String> {
    let layers: Vec<&str> = order.selection.layers.iter().map(|layer| layer.table()).collect();
    let files: Vec<_> = report.files.iter().map(|(path, count)| json!({ "file": path, "features": count })).collect();
    tracing::info!(user = %who.0, layers = %layers.join(","), crs = %order.crs, out = %order.out.display(), "an export");
    let line = json!({ "at": at, "user": who, "layers": layers, "crs": order.crs.to_string(), "files": files });
    let path = profile.join(LIST);
    let append = || writeln!(OpenOptions::new().create(true).append(true).open(&path)?, "{line}");
    append().err().map(|error| format!("{}: {error}", path.display()))
}

#[cfg(test)]
mod tests {
    use geo::Point;

    use super::*;
    use crate::spatial::crs_out::TargetCrs;
    use crate::spatial::feature::{Feature, Layer};
    use crate::spatial::pack::PackWriter;
    use crate::spatial::select::Selection;

    struct Stand {
        folder: tempfile::TempDir,
        desk: ExportDesk,
        number: u64,
    }

    fn stand() -> Stand {
        let folder = tempfile::tempdir().unwrap();
        let pack = folder.path().join("street.gpkg");
        let mut writer = PackWriter::create(&pack).unwrap();
        for number in 0..5_u32 {
            let geometry = Point::new(116.2 + f64::from(number) * 0.001, 39.9).into();
            let (class, code, name) = (String::new(), number.to_string(), String::new());
            writer.add(&Feature { layer: Layer::Pois, class, code, name, extra: Vec::new(), geometry }).unwrap();
        }
        writer.finish().unwrap();
        let desk = ExportDesk::spawn(Some(pack), folder.path().to_owned(), Arc::new(|| {})).unwrap();
        Stand { folder, desk, number: 0 }
    }

    impl Stand {
        fn answer(&mut self, job: ExportJob) -> ExportAnswer {
            self.number += 1;
            assert!(self.desk.ask(self.number, job, Lang::En));
            self.next()
        }

        fn next(&self) -> ExportAnswer {
            loop {
                match self.desk.next() {
                    Some((number, answer)) if number == self.number && !matches!(answer, ExportAnswer::Progress(_)) => {
                        return answer;
                    }
                    _ => std::thread::yield_now(),
                }
            }
        }

        fn write(&self, name: &str, over: &[PathBuf]) -> ExportJob {
            let order = Order {
                selection: Selection::of(&[Layer::Pois]),
                crs: TargetCrs::LonLat,
                out: self.folder.path().join(name),
            };
            let at = "2026-03-02T01:00:00Z".parse().unwrap();
            ExportJob::Write { order: Arc::new(order), over: over.to_vec(), who: UserId::from("leader1"), at }
        }
    }

    #[test]
    fn it_counts_writes_asks_and_lists_what_went_out() {
        let mut stand = stand();
        let selection = Selection { filter: Some("code >= 3".parse().unwrap()), ..Selection::of(&[Layer::Pois]) };
        assert_eq!(stand.answer(ExportJob::Count(Box::new(selection))), ExportAnswer::Counted(2));
        let job = stand.write("out.csv", &[]);
        let ExportAnswer::Written { report, unlisted: None } = stand.answer(job.clone()) else { panic!() };
        let file = stand.folder.path().join("out.csv");
        assert_eq!(report.files, [(file.clone(), 5)]);
        assert_eq!(stand.answer(job), ExportAnswer::Exists(vec![file.clone()]));
        let again = stand.write("out.csv", &[file]);
        assert!(matches!(stand.answer(again), ExportAnswer::Written { .. }));
        let list = std::fs::read_to_string(stand.folder.path().join(LIST)).unwrap();
        let line: serde_json::Value = serde_json::from_str(list.lines().next().unwrap()).unwrap();
        assert_eq!((&line["user"], &line["files"][0]["features"]), (&json!("leader1"), &json!(5)));
        assert_eq!(list.lines().count(), 2, "what was refused did not go out");
    }

    #[test]
    fn the_open_pack_is_refused_and_a_stopped_job_writes_nothing() {
        let mut stand = stand();
        let job = stand.write("street.gpkg", &[stand.folder.path().join("street.gpkg")]);
        let ExportAnswer::Failed(why) = stand.answer(job) else { panic!() };
        assert!(why.contains("is the map pack in use"), "{why}");
        stand.number += 1;
        let stop = Arc::new(AtomicBool::new(true));
        let request = Request { number: stand.number, job: stand.write("x.csv", &[]), stop, lang: Lang::En };
        stand.desk.requests.as_ref().unwrap().send(request).unwrap();
        assert_eq!(stand.next(), ExportAnswer::Stopped);
        assert!(!stand.folder.path().join("x.csv").exists());
    }
}
