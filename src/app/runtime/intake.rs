//! The thread `intake`: reads data from elsewhere into the map pack, and keeps mappings, one job after the other.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::JoinHandle;

use crate::app::intake::{IntakeAnswer, IntakeJob, Wishes};
use crate::base::text::Lang;
use crate::spatial::import::profile::Profile;
use crate::spatial::import::{ImportError, Options, SourceCrs, import};
use crate::store::Wake;

const QUEUE: usize = 16;
/// A progress bar has so many steps.
const STEPS: u64 = 200;

struct Order {
    number: u64,
    job: IntakeJob,
    stop: Arc<AtomicBool>,
    lang: Lang,
}

/// Owner of the thread.
pub(super) struct IntakeDesk {
    orders: Option<SyncSender<Order>>,
    answers: Option<Receiver<(u64, IntakeAnswer)>>,
    /// Of the jobs that have been handed over, by number.
    stops: Vec<(u64, Arc<AtomicBool>)>,
    thread: Option<JoinHandle<()>>,
}

impl IntakeDesk {
    /// `folder` is where mappings are kept; without a pack files cannot be read.
    pub(super) fn spawn(pack: Option<PathBuf>, folder: PathBuf, wake: Wake) -> std::io::Result<Self> {
        let (orders, jobs) = sync_channel::<Order>(QUEUE);
        let (tell, answers) = sync_channel(QUEUE);
        let thread = std::thread::Builder::new().name("intake".to_owned()).spawn(move || {
            let names = |lang| kept(&folder, lang);
            let _ = tell.send((0, names(Lang::default())));
            while let Ok(Order { number, job, stop, lang }) = jobs.recv() {
                let mut step = 0;
                let mut progress = |done: u64, total: u64| {
                    let now = done * STEPS / total.max(1);
                    if now != step {
                        step = now;
                        // Progress may be left out while the shell is busy.
                        let _ = tell.try_send((number, IntakeAnswer::Progress([done, total])));
                        wake();
                    }
                };
                let answer = match &job {
                    IntakeJob::Read { files, wishes, tries } => match &pack {
                        Some(pack) => read(files, pack, wishes, *tries, stop, lang, &mut progress),
                        None => IntakeAnswer::Failed(lang.text("data.refused.no_pack").to_owned()),
                    },
                    IntakeJob::List => names(lang),
                    IntakeJob::Load(name) => load(&folder, name, lang),
                    IntakeJob::Save(profile) => save(&folder, profile, lang).unwrap_or_else(|| names(lang)),
                    IntakeJob::Delete(name) => match fs::remove_file(path_of(&folder, name)) {
                        Ok(()) => names(lang),
                        Err(error) => failed(&path_of(&folder, name), &error, lang),
                    },
                };
                if tell.send((number, answer)).is_err() {
                    // The console has ended.
                    return;
                }
                wake();
            }
        })?;
        Ok(Self { orders: Some(orders), answers: Some(answers), stops: Vec::new(), thread: Some(thread) })
    }

    /// Hands over a job; what is to be told when there was no room for it.
    pub(super) fn ask(&mut self, number: u64, job: IntakeJob, lang: Lang) -> Result<(), IntakeAnswer> {
        let busy = lang.text("app.store.busy").to_owned();
        // What is told of files is told to who waits for them; of mappings nobody is known to wait.
        let refused = match job {
            IntakeJob::Read { .. } => IntakeAnswer::Failed(busy),
            _ => IntakeAnswer::ProfileFailed(busy),
        };
        let stop = Arc::new(AtomicBool::new(false));
        self.stops.retain(|(_, stop)| Arc::strong_count(stop) > 1);
        self.stops.push((number, stop.clone()));
        let order = Order { number, job, stop, lang };
        let orders = self.orders.as_ref().ok_or_else(|| refused.clone())?;
        orders.try_send(order).map_err(|_| refused)
    }

    /// Gives up a job.
    pub(super) fn stop(&self, number: u64) {
        for (_, stop) in self.stops.iter().filter(|(known, _)| *known == number) {
            stop.store(true, Ordering::Relaxed);
        }
    }

    pub(super) fn next(&self) -> Option<(u64, IntakeAnswer)> {
        self.answers.as_ref()?.try_recv().ok()
    }
}

impl Drop for IntakeDesk {
    fn drop(&mut self) {
        self.stops.iter().for_each(|(_, stop)| stop.store(true, Ordering::Relaxed));
        drop(self.orders.take());
        drop(self.answers.take());
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("the thread that brings data in has panicked");
        }
    }
}

fn read(
    files: &[PathBuf],
    pack: &Path,
    wishes: &Wishes,
    tries: bool,
    stop: Arc<AtomicBool>,
    lang: Lang,
    progress: &mut dyn FnMut(u64, u64),
) -> IntakeAnswer {
    let outcome = options(wishes, tries, stop)
        .and_then(|options| import(files, pack, &options, |now| progress(now.done_bytes, now.total_bytes)));
    match outcome {
        Ok(report) => IntakeAnswer::Read(Arc::new(report)),
        Err(ImportError::Ask(question)) => IntakeAnswer::Asked(question),
        Err(ImportError::Stopped) => IntakeAnswer::Stopped,
        Err(error) => {
            tracing::warn!(%error, "data could not be brought in");
            IntakeAnswer::Failed(error.words(lang))
        }
    }
}

fn options(wishes: &Wishes, tries: bool, stop: Arc<AtomicBool>) -> Result<Options, ImportError> {
    let said = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
    let mut options = Options {
        crs: said(&wishes.crs).map(|crs| SourceCrs::from_argument(&crs)).transpose()?,
        accept_crs: wishes.accept_crs,
        swap_axes: wishes.swap_axes,
        encoding: said(&wishes.encoding),
        // A mapping without tables is one that has yet to be proposed.
        profile: wishes.profile.clone().filter(|profile| !profile.tables.is_empty()),
        mode: wishes.way.mode(),
        dry_run: tries,
        stop,
        ..Options::default()
    };
    if let Some(key) = said(&wishes.key) {
        options.key = key;
    }
    Ok(options)
}

fn path_of(folder: &Path, name: &str) -> PathBuf {
    // A name is no path: what is not part of one is left out.
    let name: String = name.chars().filter(|letter| !matches!(letter, '/' | '\\' | '.' | ':' | '\0')).collect();
    folder.join(format!("{name}.toml"))
}

fn failed(path: &Path, why: &dyn std::fmt::Display, lang: Lang) -> IntakeAnswer {
    IntakeAnswer::ProfileFailed(lang.fill("data.profile.failed", &[("path", &path.display()), ("why", why)]))
}

fn kept(folder: &Path, lang: Lang) -> IntakeAnswer {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return IntakeAnswer::Profiles(Vec::new()),
        Err(error) => return failed(folder, &error, lang),
    };
    let name = |entry: fs::DirEntry| {
        let path = entry.path();
        let is_profile = path.extension().is_some_and(|ending| ending == "toml");
        path.file_stem().filter(|_| is_profile).map(|stem| stem.to_string_lossy().into_owned())
    };
    let mut names: Vec<String> = entries.filter_map(Result::ok).filter_map(name).collect();
    names.sort();
    IntakeAnswer::Profiles(names)
}

fn load(folder: &Path, name: &str, lang: Lang) -> IntakeAnswer {
    let path = path_of(folder, name);
    match fs::read_to_string(&path).map_err(|error| error.to_string()).and_then(|text| Profile::from_toml(&text)) {
        Ok(profile) => IntakeAnswer::Loaded(Box::new(Profile { name: name.to_owned(), ..profile })),
        Err(why) => failed(&path, &why, lang),
    }
}

/// Keeps a mapping; why not, if it cannot be.
fn save(folder: &Path, profile: &Profile, lang: Lang) -> Option<IntakeAnswer> {
    let path = path_of(folder, &profile.name);
    let write = |text: String| fs::create_dir_all(folder).and_then(|()| fs::write(&path, text));
    let outcome = profile.to_toml().and_then(|text| write(text).map_err(|error| error.to_string()));
    outcome.err().map(|why| failed(&path, &why, lang))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::intake::Way;
    use crate::spatial::feature::Layer;
    use crate::spatial::pack::{Pack, PackWriter};

    struct Stand {
        folder: tempfile::TempDir,
        pack: PathBuf,
        desk: IntakeDesk,
        number: u64,
    }

    fn stand() -> Stand {
        let folder = tempfile::tempdir().unwrap();
        let pack = folder.path().join("street.gpkg");
        PackWriter::create(&pack).unwrap().finish().unwrap();
        let desk = IntakeDesk::spawn(Some(pack.clone()), folder.path().join("import"), Arc::new(|| {})).unwrap();
        Stand { folder, pack, desk, number: 0 }
    }

    impl Stand {
        fn file(&self, name: &str, text: &str) -> PathBuf {
            let path = self.folder.path().join(name);
            fs::write(&path, text).unwrap();
            path
        }

        fn answer(&mut self, job: IntakeJob) -> IntakeAnswer {
            self.number += 1;
            self.desk.ask(self.number, job, Lang::En).unwrap();
            loop {
                match self.desk.next() {
                    Some((number, answer)) if number == self.number && !matches!(answer, IntakeAnswer::Progress(_)) => {
                        return answer;
                    }
                    _ => std::thread::yield_now(),
                }
            }
        }

        fn read(&mut self, files: &[PathBuf], wishes: Wishes, tries: bool) -> IntakeAnswer {
            self.answer(IntakeJob::Read { files: files.to_vec(), wishes: Box::new(wishes), tries })
        }

        fn components(&self) -> usize {
            let mut count = 0;
            Pack::open(&self.pack).unwrap().features(Layer::Components, |_, _| count += 1).unwrap();
            count
        }
    }

    const LAMPS: &str = "编码,名称,经度,纬度\n0101,路灯一,116.2,39.91\n0102,路灯二,116.201,39.911\n0103,坏,abc,39.9\n";

    #[test]
    fn a_table_is_tried_then_brought_in_and_its_bad_row_is_told() {
        let mut stand = stand();
        let file = stand.file("components.csv", LAMPS);
        let wishes = Wishes { crs: "EPSG:4490".into(), ..Wishes::default() };
        let IntakeAnswer::Read(report) = stand.read(std::slice::from_ref(&file), wishes.clone(), true) else {
            panic!()
        };
        assert!(report.dry_run && report.rows == 3, "{report:?}");
        assert_eq!(report.sources[0].fields.get("名称").map(String::as_str), Some("路灯一"));
        assert_eq!(stand.components(), 0, "a trial changes nothing");
        let rule = crate::spatial::import::profile::TableRule {
            layer: "components".into(),
            x: Some("经度".into()),
            y: Some("纬度".into()),
            code: crate::spatial::import::profile::FieldRule::column("编码"),
            name: crate::spatial::import::profile::FieldRule::column("名称"),
            ..Default::default()
        };
        let profile = Profile { tables: vec![rule], ..Profile::default() };
        let wishes = Wishes { profile: Some(profile), ..wishes };
        let IntakeAnswer::Read(report) = stand.read(std::slice::from_ref(&file), wishes.clone(), false) else {
            panic!()
        };
        assert_eq!((report.accepted, report.skipped), (2, 1));
        assert_eq!(report.skips[0].reason.key(), "no_coordinate");
        assert_eq!(stand.components(), 2);
        let again = Wishes { way: Way::Update, ..wishes };
        let IntakeAnswer::Read(report) = stand.read(&[file], again, false) else { panic!() };
        assert_eq!(report.update.map(|count| count.unchanged), Some(2));
        assert_eq!(stand.components(), 2);
    }

    #[test]
    fn a_job_that_finds_no_room_is_told_and_not_dropped() {
        let folder = tempfile::tempdir().unwrap();
        let (held, rung) = (Arc::new(std::sync::Mutex::new(())), Arc::new(AtomicBool::new(false)));
        let (gate, rings) = (held.clone(), rung.clone());
        // The thread rings after its first job and stays there.
        let wake: Wake = Arc::new(move || {
            rings.store(true, Ordering::Relaxed);
            drop(gate.lock());
        });
        let mut desk = IntakeDesk::spawn(None, folder.path().join("import"), wake).unwrap();
        let guard = held.lock().unwrap();
        desk.ask(1, IntakeJob::List, Lang::En).unwrap();
        while !rung.load(Ordering::Relaxed) {
            std::thread::yield_now();
        }
        let refused = (2..=3 * QUEUE as u64).find_map(|number| desk.ask(number, IntakeJob::List, Lang::En).err());
        let Some(IntakeAnswer::ProfileFailed(why)) = refused else { panic!("{refused:?}") };
        assert_eq!(why, Lang::En.text("app.store.busy"));
        let read = IntakeJob::Read { files: Vec::new(), wishes: Box::default(), tries: true };
        assert!(matches!(desk.ask(99, read, Lang::En), Err(IntakeAnswer::Failed(_))));
        drop(guard);
    }

    #[test]
    fn broken_files_are_named_and_the_pack_stays() {
        let mut stand = stand();
        let before = fs::read(&stand.pack).unwrap();
        for (name, text) in [("cut.geojson", "{\"type\":\"FeatureCollection\",\"features\":[{"), ("x.bin", "\0\0")] {
            let file = stand.file(name, text);
            let IntakeAnswer::Failed(words) = stand.read(&[file], Wishes::default(), false) else { panic!("{name}") };
            assert!(words.contains(name), "{words}");
        }
        let bad = Wishes { crs: "EPSG:none".into(), ..Wishes::default() };
        assert!(matches!(stand.read(&[], bad, true), IntakeAnswer::Failed(_)));
        assert_eq!(fs::read(&stand.pack).unwrap(), before);
    }

    #[test]
    fn mappings_are_kept_by_name_and_a_name_is_no_path() {
        let mut stand = stand();
        assert_eq!(stand.answer(IntakeJob::List), IntakeAnswer::Profiles(Vec::new()));
        let rule = crate::spatial::import::profile::TableRule { layer: "roads".into(), ..Default::default() };
        let profile = Profile { name: "../区普查 2026".into(), tables: vec![rule], ..Profile::default() };
        let IntakeAnswer::Profiles(names) = stand.answer(IntakeJob::Save(Box::new(profile.clone()))) else { panic!() };
        assert_eq!(names, ["区普查 2026"]);
        let IntakeAnswer::Loaded(loaded) = stand.answer(IntakeJob::Load(names[0].clone())) else { panic!() };
        assert_eq!(loaded.tables, profile.tables);
        fs::write(stand.folder.path().join("import/bad.toml"), "name = 3").unwrap();
        let IntakeAnswer::ProfileFailed(why) = stand.answer(IntakeJob::Load("bad".into())) else { panic!() };
        assert!(why.contains("bad.toml"), "{why}");
        assert_eq!(stand.answer(IntakeJob::Delete("bad".into())), IntakeAnswer::Profiles(names));
        assert!(matches!(stand.answer(IntakeJob::Delete("none".into())), IntakeAnswer::ProfileFailed(_)));
    }
}
