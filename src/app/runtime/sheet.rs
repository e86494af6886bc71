//! The thread `sheet`: makes printed sheets and pictures of the view, one after the other, with a device of its own. The window
//! never waits for it.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::JoinHandle;
use std::time::Duration;

use super::raster::{Sight, Taker};
use crate::app::sheet::{self, Outcome, Pictures, Report, SheetAnswer, SheetJob};
use crate::map::overlay::Overlay;
use crate::map::raster::Underlay;
use crate::map::scene::Scene;
use crate::map::sheet::{Format, Order, SheetError, Stage, make, save};
use crate::spatial::pack::Pack;
use crate::store::Wake;

const QUEUE: usize = 8;
/// Pictures below the map are waited for so long.
const PATIENCE: Duration = Duration::from_secs(20);

/// A job with what the shell knows and the state does not.
pub(super) struct Ordered {
    pub number: u64,
    pub job: SheetJob,
    pub pack: PathBuf,
    /// Where maps drawn from the pack lie.
    pub drawn: Option<PathBuf>,
    /// The drawable map, where it has been made already.
    pub scene: Option<Arc<Scene>>,
    pub signs: Option<Arc<Overlay>>,
    /// By whom pictures below the map come.
    pub below: Option<Taker>,
}

/// Owner of the thread.
pub(super) struct SheetDesk {
    orders: Option<SyncSender<Ordered>>,
    answers: Option<Receiver<(u64, SheetAnswer)>>,
    /// All jobs up to this number have been given up.
    given_up: Arc<AtomicU64>,
    ended: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl SheetDesk {
    pub(super) fn spawn(wake: Wake) -> std::io::Result<Self> {
        let (orders, jobs) = sync_channel::<Ordered>(QUEUE);
        let (tell, answers) = sync_channel(QUEUE);
        let (given_up, ended) = (Arc::<AtomicU64>::default(), Arc::<AtomicBool>::default());
        let (stopped, gone) = (given_up.clone(), ended.clone());
        let thread = std::thread::Builder::new().name("sheet".to_owned()).spawn(move || {
            while let Ok(ordered) = jobs.recv() {
                let number = ordered.number;
                let goes_on = || !gone.load(Ordering::Relaxed) && stopped.load(Ordering::Relaxed) < number;
                let stage = |stage| {
                    // Progress may be left out while the shell is busy.
                    let _ = tell.try_send((number, SheetAnswer::Stage(stage)));
                    wake();
                };
                let lang = ordered.job.lang;
                // A driver that runs out of memory breaks off where it stands.
                let outcome = catch_unwind(AssertUnwindSafe(|| done(ordered, &goes_on, &stage)))
                    .unwrap_or_else(|_| Outcome::Failed(lang.text("sheet.error.panicked").to_owned()));
                if tell.send((number, SheetAnswer::Ended(outcome))).is_err() {
                    // The console has ended.
                    return;
                }
                wake();
            }
        })?;
        Ok(Self { orders: Some(orders), answers: Some(answers), given_up, ended, thread: Some(thread) })
    }

    /// Hands over a job; whether there was room for it.
    pub(super) fn ask(&self, ordered: Ordered) -> bool {
        self.orders.as_ref().is_some_and(|orders| orders.try_send(ordered).is_ok())
    }

    /// Gives up a job.
    pub(super) fn stop(&self, number: u64) {
        self.given_up.fetch_max(number, Ordering::Relaxed);
    }

    pub(super) fn next(&self) -> Option<(u64, SheetAnswer)> {
        self.answers.as_ref()?.try_recv().ok()
    }
}

impl Drop for SheetDesk {
    fn drop(&mut self) {
        self.ended.store(true, Ordering::Relaxed);
        drop(self.orders.take());
        drop(self.answers.take());
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("the thread that makes sheets has panicked");
        }
    }
}

fn done(ordered: Ordered, goes_on: &dyn Fn() -> bool, stage: &dyn Fn(Stage)) -> Outcome {
    let lang = ordered.job.lang;
    match made(ordered, goes_on, stage) {
        Ok(outcome) => outcome,
        Err(SheetError::Stopped) => Outcome::Stopped,
        Err(error) => {
            tracing::warn!(%error, "a sheet was not made");
            Outcome::Failed(error.words(lang))
        }
    }
}

fn made(ordered: Ordered, goes_on: &dyn Fn() -> bool, stage: &dyn Fn(Stage)) -> Result<Outcome, SheetError> {
    let Ordered { mut job, pack, drawn, scene, signs, below, .. } = ordered;
    let lang = job.lang;
    let Some(path) = sheet::place(&job.path, &job.name, home().as_deref()) else {
        return Ok(Outcome::Failed(lang.text("sheet.error.no_home").to_owned()));
    };
    let Some(format) = Format::of(&path) else {
        return Ok(Outcome::Failed(lang.fill("sheet.error.ending", &[("path", &path.display())])));
    };
    if let Some(known) = in_the_way(&path, job.overwrite)? {
        return Ok(known);
    }
    stage(Stage::Reading);
    let pack = Pack::open(&pack)?;
    let scene = match scene {
        Some(scene) => scene,
        None => Arc::new(Scene::open(&pack, drawn.as_deref(), |_| ())?),
    };
    let (below, pictures) = match below {
        Some(taker) => taken(&taker, &mut job, goes_on),
        None => (None, Pictures::Unwanted),
    };
    let order = Order { subject: job.subject, look: job.look, own: job.own, signs, below, lang, format };
    let made = make(&order, &pack, &scene, |next| {
        stage(next);
        goes_on()
    })?;
    if !goes_on() {
        return Err(SheetError::Stopped);
    }
    save(&path, &made.bytes)?;
    Ok(Outcome::Done(Box::new(Report {
        path,
        bytes: made.bytes.len() as u64,
        paper_mm: made.paper_mm,
        page_px: made.page_px,
        missing: made.missing,
        pictures,
    })))
}

/// What is known of the file before anything is drawn: that it is there, or that it cannot be.
fn in_the_way(path: &Path, overwrite: bool) -> Result<Option<Outcome>, SheetError> {
    let refused = |kind: std::io::ErrorKind| Err(SheetError::Write { path: path.to_owned(), source: kind.into() });
    if path.is_dir() {
        return refused(std::io::ErrorKind::IsADirectory);
    }
    if path.exists() && !overwrite {
        return Ok(Some(Outcome::Exists(path.to_owned())));
    }
    if !path.parent().is_none_or(Path::is_dir) {
        return refused(std::io::ErrorKind::NotFound);
    }
    Ok(None)
}

/// What lies below. It is named after whom it is owed to as it came; nobody is named for pictures that are not there.
fn taken(taker: &Taker, job: &mut SheetJob, goes_on: &dyn Fn() -> bool) -> (Option<Arc<Underlay>>, Pictures) {
    let (camera, points, pixels_per_point) = job.subject.sight(&job.own, job.lang);
    let taken = taker.take(Sight { camera, points, pixels_per_point }, PATIENCE, goes_on);
    job.own.pictures = taken.attribution;
    match taken.underlay.filter(|underlay| !underlay.placed.is_empty()) {
        None => {
            job.own.pictures.clear();
            (None, Pictures::Lost)
        }
        Some(underlay) if underlay.is_final() => (Some(underlay), Pictures::All),
        Some(underlay) => {
            let awaited = underlay.awaited;
            (Some(underlay), Pictures::Partly(awaited))
        }
    }
}

/// The folder of documents, or the person's own.
fn home() -> Option<PathBuf> {
    let folders = directories::UserDirs::new()?;
    let documents = folders.document_dir().filter(|folder| folder.is_dir());
    Some(documents.unwrap_or(folders.home_dir()).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::LonLat;
    use crate::base::text::Lang;
    use crate::map::sheet::{Look, Own, Paper, SheetWish, Subject};
    use crate::map::style::Style;
    use crate::spatial::feature::{Feature, Layer};
    use crate::spatial::pack::PackWriter;

    struct Stand {
        folder: tempfile::TempDir,
        desk: SheetDesk,
        number: u64,
    }

    fn stand() -> Stand {
        let folder = tempfile::tempdir().unwrap();
        let mut pack = PackWriter::create(folder.path().join("street.gpkg")).unwrap();
        let geometry = geo::Rect::new((116.2, 39.9), (116.205, 39.905)).to_polygon().into();
        let (class, code, name) = (String::new(), "110107901001001".to_owned(), String::new());
        pack.add(&Feature { layer: Layer::UnitGrids, class, code, name, extra: Default::default(), geometry }).unwrap();
        pack.finish().unwrap();
        Stand { folder, desk: SheetDesk::spawn(Arc::new(|| ())).unwrap(), number: 0 }
    }

    impl Stand {
        fn made(&mut self, path: &str, overwrite: bool) -> Outcome {
            self.number += 1;
            let wish = SheetWish {
                middle: LonLat::new(116.2025, 39.9025),
                scale: 5000,
                paper: Paper::A4,
                upright: true,
                title: None,
                approval: None,
                copyright: None,
                date: jiff::civil::date(2026, 3, 1),
            };
            let job = SheetJob {
                subject: Subject::Sheet(wish),
                sized: false,
                look: Look { style: Style::built_in().clone(), hidden: Vec::new(), opacities: Vec::new() },
                own: Own { title: "图".to_owned(), pictures: "天地图".to_owned(), ..Own::default() },
                signs: false,
                below: false,
                path: self.folder.path().join(path).to_str().unwrap().to_owned(),
                name: String::new(),
                overwrite,
                lang: Lang::ZhCn,
            };
            let pack = self.folder.path().join("street.gpkg");
            let number = self.number;
            let ordered = Ordered { number, job, pack, drawn: None, scene: None, signs: None, below: None };
            assert!(self.desk.ask(ordered));
            self.outcome()
        }

        fn outcome(&self) -> Outcome {
            for _ in 0..2400 {
                match self.desk.next() {
                    Some((number, SheetAnswer::Ended(outcome))) => {
                        assert_eq!(number, self.number);
                        return outcome;
                    }
                    Some(_) => {}
                    None => std::thread::sleep(Duration::from_millis(25)),
                }
            }
            panic!("no answer");
        }
    }

    #[test]
    fn a_sheet_is_made_asked_about_written_over_and_refused_with_a_reason() {
        let mut stand = stand();
        let Outcome::Done(report) = stand.made("a.pdf", false) else { panic!() };
        let bytes = std::fs::read(stand.folder.path().join("a.pdf")).unwrap();
        assert_eq!((report.bytes, report.pictures), (bytes.len() as u64, Pictures::Unwanted));
        assert!(bytes.starts_with(b"%PDF-") && report.paper_mm == [210.0, 297.0]);
        assert_eq!(stand.made("a.pdf", false), Outcome::Exists(stand.folder.path().join("a.pdf")));
        assert!(matches!(stand.made("a.pdf", true), Outcome::Done(_)));
        for (path, why) in [("none/a.pdf", "文件夹不存在"), ("b.gif", ".png")] {
            let Outcome::Failed(words) = stand.made(path, false) else { panic!("{path}") };
            assert!(words.contains(why), "{words}");
        }
        std::fs::write(stand.folder.path().join("street.gpkg"), "no pack").unwrap();
        let Outcome::Failed(words) = stand.made("c.png", false) else { panic!() };
        assert!(words.contains("street.gpkg"), "{words}");
    }

    #[test]
    fn what_was_given_up_leaves_no_file() {
        let mut stand = stand();
        stand.desk.stop(1);
        assert_eq!(stand.made("a.png", false), Outcome::Stopped);
        assert!(matches!(stand.made("b.png", false), Outcome::Done(_)), "the next one is another");
        assert_eq!(std::fs::read_dir(stand.folder.path()).unwrap().count(), 2);
    }
}
