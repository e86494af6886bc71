//! The thread `map-desk`: looks into the map pack for the tools of the map, one job after the other.

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::JoinHandle;

use geo::{BoundingRect, CoordsIter, Geometry, Rect};

use crate::app::keeping::{Made, SaveTrouble};
use crate::app::tools::job::{Answer, Job};
use crate::app::tools::{Listed, Shown};
use crate::base::{LonLat, Timestamp};
use crate::spatial::crs::{Ground, ground_from_lonlat, lonlat_from_ground};
use crate::spatial::feature::{Feature, FeatureId, Layer};
use crate::spatial::grid::check::{Surroundings, check};
use crate::spatial::grid::{CellBook, Edit, GridError};
use crate::spatial::index::FeatureIndex;
use crate::spatial::pack::{CellKeeper, Pack, PackError};
use crate::spatial::select::{Selection, identify};
use crate::spatial::street::address_label;
use crate::store::Wake;

/// A person has a few of them open at most.
const QUEUE: usize = 32;
/// So many features between two words of progress.
const STEP: u64 = 5_000;
/// What lies at one point, at most.
const MOST_IDENTIFIED: usize = 100;
/// Corners of all outlines together, at most: more would be drawn too slowly.
const MOST_CORNERS: usize = 20_000;
/// Features that drawing can hold to, at most: where more lie, corners cannot be told apart.
const MOST_NEAR: usize = 60_000;
/// Bounds that touch are those of all that lies within so many times the reach: the box is turned a little on the plane.
const BOX_MARGIN: f64 = 1.05;

type Told = (u64, Result<Answer, PackError>);

/// Owner of the thread.
pub(super) struct MapDesk {
    requests: Option<SyncSender<(u64, Box<Job>)>>,
    answers: Option<Receiver<Told>>,
    stopped: Arc<AtomicU64>,
    thread: Option<JoinHandle<()>>,
}

impl MapDesk {
    pub(super) fn spawn(pack: PathBuf, wake: Wake) -> std::io::Result<Self> {
        let (requests, jobs) = sync_channel::<(u64, Box<Job>)>(QUEUE);
        let (tell, answers) = sync_channel::<Told>(QUEUE);
        let stopped = Arc::new(AtomicU64::new(0));
        let given_up = stopped.clone();
        let thread = std::thread::Builder::new().name("map-desk".to_owned()).spawn(move || {
            while let Ok((number, job)) = jobs.recv() {
                let goes_on = |looked_at: u64| {
                    if looked_at > 0 {
                        // Progress may be left out while the shell is busy.
                        let _ = tell.try_send((number, Ok(Answer::LookedAt(looked_at))));
                        wake();
                    }
                    given_up.load(Ordering::Relaxed) < number
                };
                let answer = if goes_on(0) {
                    Pack::open(&pack).and_then(|pack| carry_out(&pack, *job, &goes_on))
                } else {
                    Ok(Answer::Stopped)
                };
                if let Err(error) = &answer {
                    tracing::warn!(%error, "a job at the map pack");
                }
                if tell.send((number, answer)).is_err() {
                    // The console has ended.
                    return;
                }
                wake();
            }
        })?;
        Ok(Self { requests: Some(requests), answers: Some(answers), stopped, thread: Some(thread) })
    }

    /// Hands over a job; whether there was room for it.
    pub(super) fn ask(&self, number: u64, job: Box<Job>) -> bool {
        self.requests.as_ref().is_some_and(|requests| requests.try_send((number, job)).is_ok())
    }

    /// Gives up the jobs up to a number.
    pub(super) fn stop(&self, up_to: u64) {
        self.stopped.fetch_max(up_to, Ordering::Relaxed);
    }

    pub(super) fn next(&self) -> Option<Told> {
        self.answers.as_ref()?.try_recv().ok()
    }
}

impl Drop for MapDesk {
    fn drop(&mut self) {
        self.stop(u64::MAX);
        drop(self.requests.take());
        drop(self.answers.take());
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("the thread that looks into the map pack has panicked");
        }
    }
}

/// Does a job. `goes_on` is told of progress (features looked at; 0 for none) and says whether the job is still wanted.
fn carry_out(pack: &Pack, job: Job, goes_on: &dyn Fn(u64) -> bool) -> Result<Answer, PackError> {
    match job {
        Job::Identify { at, within_m } => identified(pack, at, within_m).map(Answer::Identified),
        Job::Select { selection } => selected(pack, &selection, goes_on),
        Job::List { titles, outlines } => listed(pack, &titles, &outlines, goes_on),
        Job::Show { id } => {
            Ok(Answer::Shown(pack.feature(id.layer, id.fid)?.map(|feature| Box::new(shown(id, feature)))))
        }
        Job::Near { bounds, layers } => near(pack, bounds, &layers, goes_on),
        Job::CheckGrid { book, open_cases } => {
            let around = Surroundings { open_cases: Some(open_cases), ..Surroundings::load(pack)? };
            Ok(Answer::Checked(Arc::new(check(&book, &around))))
        }
        Job::SaveGrid { book, made, now } => {
            let (count, trouble) = grid_saved(pack.path(), &book, &made, now);
            Ok(Answer::GridSaved { count, trouble: trouble.map(Arc::new) })
        }
    }
}

impl<E: Into<GridError>> From<E> for SaveTrouble {
    fn from(error: E) -> Self {
        Self::Grid(error.into())
    }
}

/// Saves changes until one is refused; how many were saved, and why no more. A step that would do on the pack as it is
/// by now anything but what was shown is not done.
fn grid_saved(path: &Path, book: &CellBook, made: &[Made], now: Timestamp) -> (usize, Option<SaveTrouble>) {
    let mut keeper = match CellKeeper::open(path) {
        Ok(keeper) => keeper,
        Err(error) => return (0, Some(error.into())),
    };
    for (count, made) in made.iter().enumerate() {
        let saved = keeper.edit(book, now, |fresh| -> Result<Edit, SaveTrouble> {
            let edit = made.step.decide(fresh)?;
            if edit == made.edit { Ok(edit) } else { Err(SaveTrouble::Elsewhere) }
        });
        if let Err(trouble) = saved {
            return (count, Some(trouble));
        }
    }
    (made.len(), None)
}

fn identified(pack: &Pack, at: LonLat, within_m: f64) -> Result<Vec<Listed>, PackError> {
    let middle = ground_from_lonlat(at);
    let corner = |sign: f64| {
        let reach = within_m * BOX_MARGIN * sign;
        let at = lonlat_from_ground(Ground { east_m: middle.east_m + reach, north_m: middle.north_m + reach });
        (at.lon, at.lat)
    };
    let bounds = Rect::new(corner(-1.0), corner(1.0));
    let mut found = Vec::new();
    for layer in Layer::ALL {
        pack.features_in(layer, bounds, |fid, feature| found.push((FeatureId { layer, fid }, feature)))?;
    }
    let index = FeatureIndex::of(found.iter().map(|(id, feature)| (id.layer, id.fid, feature.geometry.clone())));
    let lying = identify(&index, at, within_m).into_iter().take(MOST_IDENTIFIED);
    Ok(lying
        .filter_map(|(position, metres)| {
            let (id, feature) = found.get(position)?;
            Some(Listed { metres: Some(metres), ..named(*id, feature) })
        })
        .collect())
}

fn selected(pack: &Pack, selection: &Selection, goes_on: &dyn Fn(u64) -> bool) -> Result<Answer, PackError> {
    let (mut rows, mut looked_at, mut wanted) = (Vec::new(), 0, true);
    let mut bounds: Option<Rect<f64>> = None;
    selection.walk(pack, |fid, feature, chosen| {
        looked_at += 1;
        if looked_at % STEP == 0 {
            wanted = goes_on(looked_at);
        }
        if chosen {
            rows.push(FeatureId { layer: feature.layer, fid });
            if let Some(own) = feature.geometry.bounding_rect() {
                bounds = Some(bounds.map_or(own, |all| around(all, own)));
            }
        }
        if wanted { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    })?;
    rows.sort_unstable();
    Ok(if wanted { Answer::Selected { rows, bounds } } else { Answer::Stopped })
}

fn around(a: Rect<f64>, b: Rect<f64>) -> Rect<f64> {
    Rect::new(
        (a.min().x.min(b.min().x), a.min().y.min(b.min().y)),
        (a.max().x.max(b.max().x), a.max().y.max(b.max().y)),
    )
}

fn listed(
    pack: &Pack,
    titles: &[FeatureId],
    outlines: &[FeatureId],
    goes_on: &dyn Fn(u64) -> bool,
) -> Result<Answer, PackError> {
    let mut named_rows = Vec::with_capacity(titles.len());
    for id in titles {
        named_rows.extend(pack.feature(id.layer, id.fid)?.map(|feature| named(*id, &feature)));
    }
    let (mut shapes, mut corners) = (Vec::<Geometry<f64>>::new(), 0);
    for id in outlines {
        if !goes_on(0) {
            return Ok(Answer::Stopped);
        }
        if let Some(feature) = pack.feature(id.layer, id.fid)? {
            corners += feature.geometry.coords_count();
            if corners > MOST_CORNERS {
                break;
            }
            shapes.push(feature.geometry);
        }
    }
    Ok(Answer::Listed { titles: named_rows, outlines: (!outlines.is_empty()).then(|| Arc::new(shapes)) })
}

fn near(pack: &Pack, bounds: Rect<f64>, layers: &[Layer], goes_on: &dyn Fn(u64) -> bool) -> Result<Answer, PackError> {
    let mut found = Vec::new();
    for layer in layers {
        pack.walk(*layer, Some(bounds), |fid, feature| {
            found.push((*layer, fid, feature.geometry));
            if found.len() > MOST_NEAR { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        })?;
        if !goes_on(0) {
            return Ok(Answer::Stopped);
        }
    }
    Ok(Answer::Near((found.len() <= MOST_NEAR).then(|| Arc::new(FeatureIndex::of(found)))))
}

/// What people call a feature: its name, its address, else its code.
fn title(feature: &Feature) -> String {
    if !feature.name.is_empty() {
        return feature.name.clone();
    }
    let address = address_label(feature);
    if address.is_empty() { feature.code.clone() } else { address }
}

fn named(id: FeatureId, feature: &Feature) -> Listed {
    Listed { id, title: title(feature), metres: None }
}

fn shown(id: FeatureId, feature: Feature) -> Shown {
    let title = title(&feature);
    let own = [("class", feature.class), ("code", feature.code), ("name", feature.name)];
    let attributes = own
        .into_iter()
        .chain(feature.extra)
        .filter(|(_, value)| !value.is_empty())
        .map(|(column, value)| (column.to_owned(), value))
        .collect();
    Shown { id, title, attributes, shape: feature.geometry }
}

#[cfg(test)]
mod tests {
    use geo::{Point, polygon};

    use super::*;
    use crate::spatial::pack::PackWriter;

    fn pack(folder: &tempfile::TempDir) -> PathBuf {
        let path = folder.path().join("d.gpkg");
        let mut writer = PackWriter::create(&path).unwrap();
        let mut add = |layer, name: &str, geometry: Geometry<f64>| {
            let (class, code, name) = ("x".to_owned(), "c".to_owned(), name.to_owned());
            let extra = if layer == Layer::Buildings { vec![("floors", "6".to_owned())] } else { Vec::new() };
            writer.add(&Feature { layer, class, code, name, extra, geometry }).unwrap();
        };
        let house =
            polygon![(x: 116.2, y: 39.9), (x: 116.201, y: 39.9), (x: 116.201, y: 39.901), (x: 116.2, y: 39.901)];
        add(Layer::Buildings, "一号楼", house.into());
        for number in 0..6_u32 {
            let (lon, name) = (116.2005 + 0.01 * f64::from(number), if number == 0 { "" } else { "灯" });
            add(Layer::Components, name, Point::new(lon, 39.9005).into());
        }
        writer.finish().unwrap();
        path
    }

    fn id(layer: Layer, fid: i64) -> FeatureId {
        FeatureId { layer, fid }
    }

    #[test]
    fn what_lies_at_a_point_is_told_layer_by_layer_and_shown_with_all_it_has() {
        let folder = tempfile::tempdir().unwrap();
        let pack = Pack::open(pack(&folder)).unwrap();
        let found = identified(&pack, LonLat::new(116.200_51, 39.9005), 2.0).unwrap();
        let told: Vec<_> = found.iter().map(|one| (one.id, one.title.as_str())).collect();
        assert_eq!(told, [(id(Layer::Components, 1), "c"), (id(Layer::Buildings, 1), "一号楼")]);
        assert!(found[0].metres.unwrap() > 0.5 && found[1].metres == Some(0.0));
        assert!(identified(&pack, LonLat::new(116.3, 39.9), 2.0).unwrap().is_empty());
        let Ok(Answer::Shown(Some(shown))) = carry_out(&pack, Job::Show { id: found[1].id }, &|_| true) else {
            panic!()
        };
        assert_eq!(shown.attributes.last(), Some(&("floors".to_owned(), "6".to_owned())));
        let gone = carry_out(&pack, Job::Show { id: id(Layer::Roads, 9) }, &|_| true);
        assert!(matches!(gone, Ok(Answer::Shown(None))));
    }

    #[test]
    fn a_selection_gives_rows_and_bounds_and_can_be_stopped() {
        let folder = tempfile::tempdir().unwrap();
        let pack = Pack::open(pack(&folder)).unwrap();
        let selection = Selection::of(&[Layer::Components, Layer::Buildings]);
        let Ok(Answer::Selected { rows, bounds }) = selected(&pack, &selection, &|_| true) else { panic!() };
        assert_eq!((rows.len(), rows[0]), (7, id(Layer::Buildings, 1)), "in the order of layers");
        assert!((bounds.unwrap().max().x - 116.2505).abs() < 1e-9);
        let Ok(Answer::Listed { titles, outlines }) = listed(&pack, &rows[..2], &rows, &|_| true) else { panic!() };
        assert_eq!((titles.len(), outlines.unwrap().len()), (2, 7));
        assert!(matches!(listed(&pack, &[], &rows, &|_| false), Ok(Answer::Stopped)));
        let bounds = Rect::new((116.19, 39.89), (116.205, 39.91));
        let Ok(Answer::Near(Some(index))) = near(&pack, bounds, &[Layer::Components], &|_| true) else { panic!() };
        assert_eq!(index.plane().shapes().len(), 1);
    }

    #[test]
    fn the_thread_answers_in_order_and_leaves_out_what_is_given_up() {
        let folder = tempfile::tempdir().unwrap();
        let (ring, rung) = sync_channel(64);
        let wake: Wake = Arc::new(move || {
            let _ = ring.try_send(());
        });
        let desk = MapDesk::spawn(pack(&folder), wake).unwrap();
        desk.stop(1);
        let job = |layer| Box::new(Job::Select { selection: Selection::of(&[layer]) });
        assert!(desk.ask(1, job(Layer::Components)) && desk.ask(2, job(Layer::Buildings)));
        let mut told = Vec::new();
        while told.len() < 2 {
            rung.recv().unwrap();
            told.extend(std::iter::from_fn(|| desk.next()));
        }
        assert!(matches!(told[0], (1, Ok(Answer::Stopped))));
        assert!(matches!(&told[1], (2, Ok(Answer::Selected { rows, .. })) if rows.len() == 1));
        let missing = MapDesk::spawn(folder.path().join("none.gpkg"), Arc::new(|| {})).unwrap();
        assert!(missing.ask(1, job(Layer::Roads)));
        let told = loop {
            if let Some(told) = missing.next() {
                break told;
            }
            std::thread::yield_now();
        };
        assert!(told.1.is_err());
    }

    #[test]
    fn changes_of_the_grid_are_saved_until_one_would_do_something_else() {
        use crate::app::keeping::step::{Step, What};
        use crate::spatial::grid::Request;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("g.gpkg");
        let mut writer = PackWriter::create(&path).unwrap();
        let code = |number: u32| format!("110107011001{number:03}");
        for (number, west) in [(1, 116.22), (2, 116.221)] {
            let geometry = Rect::new((west, 39.9), (west + 0.001, 39.901)).to_polygon().into();
            let (class, name) = (String::new(), String::new());
            writer
                .add(&Feature { layer: Layer::UnitGrids, class, code: code(number), name, extra: Vec::new(), geometry })
                .unwrap();
        }
        writer.finish().unwrap();
        let book = Arc::new(CellBook::load(&Pack::open(&path).unwrap()).unwrap());
        let now: Timestamp = "2026-03-02T01:00:00Z".parse().unwrap();
        let step = |what| {
            let request = Request { day: "2026-03-02".parse().unwrap(), reason: "改建".into(), recorded_at: now };
            Step { what, request }
        };
        let line = geo::LineString::from(vec![(116.2205, 39.91), (116.2205, 39.89)]);
        let split = step(What::Split { code: code(1), line });
        let mut preview = (*book).clone();
        let first = split.decide(&preview).unwrap();
        preview.apply(&first);
        let merge = step(What::Merge { codes: vec![code(4), code(2)] });
        let second = merge.decide(&preview).unwrap();
        let made = vec![Made { step: split, edit: first }, Made { step: merge, edit: second }];
        let save = |made: Vec<Made>| {
            let job = Job::SaveGrid { book: book.clone(), made, now };
            carry_out(&Pack::open(&path).unwrap(), job, &|_| true).unwrap()
        };
        let Answer::GridSaved { count: 2, trouble: None } = save(made.clone()) else { panic!() };
        let saved = CellBook::load(&Pack::open(&path).unwrap()).unwrap();
        let current: Vec<_> = saved.current().map(|cell| cell.code.clone()).collect();
        assert_eq!(current, [code(3), code(5)]);
        // The same once more: the first cell is void by now.
        let Answer::GridSaved { count: 0, trouble: Some(trouble) } = save(made.clone()) else { panic!() };
        assert!(matches!(&*trouble, SaveTrouble::Grid(GridError::Keep(_))));
        // Somebody else has given the code that was shown.
        let void = step(What::Void { code: code(3) });
        let mut shown = void.decide(&saved).unwrap();
        shown.ended[0].ended.as_mut().unwrap().reason = "别的".into();
        let Answer::GridSaved { count: 0, trouble: Some(trouble) } = save(vec![Made { step: void, edit: shown }])
        else {
            panic!()
        };
        assert!(matches!(&*trouble, SaveTrouble::Elsewhere));
        let Ok(Answer::Checked(report)) = carry_out(
            &Pack::open(&path).unwrap(),
            Job::CheckGrid { book: Arc::new(saved), open_cases: Vec::new() },
            &|_| true,
        ) else {
            panic!()
        };
        assert_eq!(report.cells, 2);
    }
}
