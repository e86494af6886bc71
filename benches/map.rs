//! What the map costs, beside QGIS on the same file in the same run: a view never seen before, the next step of a drag and of a
//! zoom, a notch of the wheel after a rest, memory, a start, and what grows with the number of features.
//!
//! `cargo bench --bench map`, on a graphics card `cargo bench --bench map -- --gpu`; `-- --quick` leaves out the larger towns.
//! The packs are made by the generator in a temporary folder, or kept in the folder that `JIEDAO_BENCH_DIR` names. Times are
//! from the camera's change until the picture is finished. QGIS is asked through its own Python where Debian's
//! `python3-qgis` and `qgis-providers` are installed.

#![allow(clippy::print_stdout, clippy::unwrap_used)]

#[path = "map/peer.rs"]
mod peer;

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use jiedao::base::clock::SystemClock;
use jiedao::base::{Clock, LonLat};
use jiedao::demo::{Plan, SEED, write_pack};
use jiedao::map::camera::{Camera, NOTCH};
use jiedao::map::gpu::{Gpu, Painter, View};
use jiedao::map::overlay::Overlay;
use jiedao::map::scene::Scene;
use jiedao::map::style::{LayerGroup, MapTheme, Style};
use jiedao::spatial::pack::Pack;

const SIZE: [u32; 2] = [1920, 1080];
/// Places at which a view never seen before is taken, and steps of a drag and of a zoom.
const PLACES: usize = 5;
const STEPS: usize = 12;
/// How many times faster than QGIS: never seen before, next step.
const WANTED: [(&str, f64, f64); 3] = [("district", 200.0, 500.0), ("street", 12.0, 60.0), ("block", 2.5, 5.0)];

/// Resident memory of this process at its highest, MB, where the system tells.
fn peak_mb() -> String {
    let peak = || {
        let status = std::fs::read_to_string("/proc/self/status").ok()?;
        let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
        Some(line.split_whitespace().nth(1)?.parse::<u64>().ok()? / 1024)
    };
    peak().map_or_else(|| "–".to_owned(), |mb| mb.to_string())
}

fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

fn median(times: &mut [Duration]) -> Duration {
    times.sort();
    times[times.len() / 2]
}

struct Stand<'a> {
    clock: &'a SystemClock,
    scene: Arc<Scene>,
    software: bool,
}

impl Stand<'_> {
    fn painter(&self) -> Painter {
        let mut painter = Painter::new(Gpu::headless(self.software).unwrap());
        painter.set_scene(&self.scene);
        painter
    }

    fn draw(&self, painter: &mut Painter, camera: Camera) -> Duration {
        let began = self.clock.monotonic();
        painter.draw(&View {
            camera,
            size: SIZE,
            pixels_per_point: 1.0,
            style: Style::built_in(),
            theme: MapTheme::Light,
            hidden: &LayerGroup::HIDDEN_AT_FIRST,
            opacities: &[],
            overlay: &Overlay::default(),
            still: false,
        });
        painter.gpu().finish();
        self.clock.monotonic().saturating_sub(began)
    }

    /// Median of views never seen before, the pipelines being warm.
    fn unseen(&self, camera: Camera, warm: Camera) -> Duration {
        let mut times: Vec<Duration> = (0..PLACES)
            .map(|place| {
                let mut painter = self.painter();
                self.draw(&mut painter, warm);
                // Along a diagonal of the middle of the town; the whole of it looks the same from everywhere.
                let off = (place as f64 - 2.0) * 0.006;
                let center = LonLat::new(camera.center.lon + off, camera.center.lat + off * 0.7);
                self.draw(&mut painter, Camera { center, ..camera })
            })
            .collect();
        median(&mut times)
    }

    fn steps(&self, from: Camera, next: impl Fn(Camera) -> Camera) -> [Duration; 2] {
        let mut painter = self.painter();
        self.draw(&mut painter, from);
        let mut camera = from;
        let mut times: Vec<Duration> = (0..STEPS)
            .map(|_| {
                camera = next(camera);
                self.draw(&mut painter, camera)
            })
            .collect();
        [median(&mut times), times[STEPS - 1]]
    }
}

impl Stand<'_> {
    /// Notches of the wheel in and out around a place beside the middle, each after a rest in which what may come is drawn
    /// ahead.
    fn notches(&self, from: Camera) -> Duration {
        let mut painter = self.painter();
        self.draw(&mut painter, from);
        let mut camera = from;
        let mut times: Vec<Duration> = [NOTCH, NOTCH, 1.0 / NOTCH, 1.0 / NOTCH]
            .into_iter()
            .cycle()
            .take(STEPS)
            .map(|factor| {
                while painter.look_ahead() {}
                camera = camera.zoomed_at([700.0, 300.0], factor, SIZE.map(f64::from));
                self.draw(&mut painter, camera)
            })
            .collect();
        median(&mut times)
    }
}

/// From nothing but the files, the drawn map among them, to the first picture; the second time, so that the disk is warm.
fn cold_start(clock: &SystemClock, pack: &Path, drawn: &Path, software: bool) -> Duration {
    let mut took = Duration::ZERO;
    for _ in 0..2 {
        let began = clock.monotonic();
        let scene = Arc::new(Scene::open(&Pack::open(pack).unwrap(), Some(drawn), |_| ()).unwrap());
        let camera = Camera::fit(scene.extent().unwrap(), SIZE.map(f64::from));
        let stand = Stand { clock, scene, software };
        stand.draw(&mut stand.painter(), camera);
        took = clock.monotonic().saturating_sub(began);
    }
    took
}

fn pack(folder: &Path, name: &str, plan: Plan) -> std::path::PathBuf {
    let path = folder.join(name);
    if !path.exists() {
        write_pack(&path, plan, |_| ()).unwrap();
    }
    path
}

fn main() {
    let clock = SystemClock::default();
    let kept = std::env::var_os("JIEDAO_BENCH_DIR");
    let temporary = tempfile::tempdir().unwrap();
    let folder = kept.as_ref().map_or(temporary.path(), Path::new);
    let has = |flag: &str| std::env::args().any(|argument| argument == flag);
    let software = !has("--gpu");
    println!("{}\n", Gpu::headless(software).unwrap().info.name);
    let town = |features, incidents, components| Plan { features, incidents, components, ..Plan::town(SEED) };
    let mut plans = vec![("bench.gpkg", town(Some(1_580_000), 1_000_000, Some(200_000)))];
    if !has("--quick") {
        plans.insert(0, ("small.gpkg", town(Some(100_000), 0, None)));
        plans.push(("large.gpkg", town(Some(4_000_000), 1_000_000, None)));
    }
    for (name, plan) in plans {
        let path = pack(folder, name, plan);
        let began = clock.monotonic();
        let scene = Arc::new(Scene::build(&Pack::open(&path).unwrap(), |_| ()).unwrap());
        let built = clock.monotonic().saturating_sub(began);
        let whole = Camera::fit(scene.extent().unwrap(), SIZE.map(f64::from));
        let stats = scene.stats();
        println!("{name}: {} features, scene in {:.0} ms\n", stats.features, ms(built));
        let stand = Stand { clock: &clock, scene, software };
        let views = [whole.metres_per_point, 1.5, 0.3].map(|metres_per_point| Camera { metres_per_point, ..whole });
        let peers = if name == "bench.gpkg" { peer::qgis(&path, &views, SIZE) } else { vec![None; 3] };
        println!(
            "| view | QGIS ms | never seen ms | ratio | drag ms | longest | ratio | zoom ms | longest | ratio | notch ms | ratio |"
        );
        println!("|---|---|---|---|---|---|---|---|---|---|---|---|");
        for (index, (view, unseen_wanted, step_wanted)) in WANTED.into_iter().enumerate() {
            let camera = views[index];
            let unseen = stand.unseen(camera, views[(index + 2) % 3]);
            let drag = stand.steps(camera, |camera| camera.panned([-96.0, 0.0]));
            let zoom =
                stand.steps(camera, |camera| Camera { metres_per_point: camera.metres_per_point / 1.04, ..camera });
            let notch = stand.notches(camera);
            let ratio = |time: Duration, wanted: f64| match peers[index] {
                Some(peer) => format!("{:.0} (of {wanted})", peer / ms(time)),
                None => "–".to_owned(),
            };
            println!(
                "| {view} | {} | {:.1} | {} | {:.1} | {:.1} | {} | {:.1} | {:.1} | {} | {:.1} | {} |",
                peers[index].map_or_else(|| "–".to_owned(), |peer| format!("{peer:.0}")),
                ms(unseen),
                ratio(unseen, unseen_wanted),
                ms(drag[0]),
                ms(drag[1]),
                ratio(drag[0], step_wanted),
                ms(zoom[0]),
                ms(zoom[1]),
                ratio(zoom[0], step_wanted),
                ms(notch),
                ratio(notch, step_wanted),
            );
        }
        drop(stand);
        println!("\npeak memory so far: {} MB", peak_mb());
        let start = cold_start(&clock, &path, &folder.join("drawn"), software);
        println!("from the files to the first picture: {:.0} ms (of 1500)\n", ms(start));
    }
}
