//! What the map costs: from a pack to a scene, the first picture, and pictures never seen before, by scale.
//!
//! `cargo bench --bench map`, on a graphics card `cargo bench --bench map -- --gpu`. The pack is the demonstration town, and
//! the same generator at a million features, made in a temporary folder. Prints a table; times are from the camera's change
//! until the picture is finished.

#![allow(clippy::print_stdout, clippy::unwrap_used)]

use std::sync::Arc;
use std::time::Duration;

use jiedao::base::clock::SystemClock;
use jiedao::base::{Clock, LonLat};
use jiedao::demo::{Plan, SEED, write_pack};
use jiedao::map::camera::Camera;
use jiedao::map::gpu::{Gpu, Painter, View};
use jiedao::map::overlay::Overlay;
use jiedao::map::scene::Scene;
use jiedao::map::style::MapTheme;
use jiedao::spatial::pack::Pack;

const SIZE: [u32; 2] = [1920, 1080];
const STEPS: usize = 12;

/// Resident memory of this process at its highest, MB, where the system tells.
fn peak_mb() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    Some(line.split_whitespace().nth(1)?.parse::<u64>().ok()? / 1024)
}

fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

fn main() {
    let clock = SystemClock::default();
    let folder = tempfile::tempdir().unwrap();
    let software = !std::env::args().any(|argument| argument == "--gpu");
    println!("{}\n", Gpu::headless(software).unwrap().info.name);
    println!(
        "| features | scene ms | view | first picture ms | next step ms, median | longest | unmoved ms | peak MB |"
    );
    println!("|---|---|---|---|---|---|---|---|");
    for features in [None, Some(1_000_000)] {
        let path = folder.path().join("town.gpkg");
        write_pack(&path, Plan { features, ..Plan::town(SEED) }, |_| ()).unwrap();
        let began = clock.monotonic();
        let scene = Arc::new(Scene::build(&Pack::open(&path).unwrap(), |_| ()).unwrap());
        let built = clock.monotonic().saturating_sub(began);
        let extent = scene.extent().unwrap();
        let whole = Camera::fit(extent, SIZE.map(f64::from));
        for (view, metres_per_point) in [("district", whole.metres_per_point), ("street", 1.5), ("block", 0.3)] {
            let mut painter = Painter::new(Gpu::headless(software).unwrap());
            painter.set_scene(&scene);
            let mut camera = Camera { metres_per_point, ..whole };
            let mut draw = |camera: Camera| {
                let began = clock.monotonic();
                painter.draw(&View {
                    camera,
                    size: SIZE,
                    pixels_per_point: 1.0,
                    theme: MapTheme::Light,
                    hidden: &[],
                    overlay: &Overlay::default(),
                    still: true,
                });
                painter.gpu().finish();
                clock.monotonic().saturating_sub(began)
            };
            let first = draw(camera);
            let mut steps: Vec<Duration> = (0..STEPS)
                .map(|_| {
                    // A twentieth of the picture to the east.
                    let degrees = 96.0 * metres_per_point / 85_400.0;
                    camera.center = LonLat::new(camera.center.lon + degrees, camera.center.lat);
                    draw(camera)
                })
                .collect();
            steps.sort();
            let unmoved = draw(camera);
            println!(
                "| {} | {:.0} | {view} | {:.0} | {:.1} | {:.1} | {:.2} | {} |",
                scene.stats().features,
                ms(built),
                ms(first),
                ms(steps[STEPS / 2]),
                ms(steps[STEPS - 1]),
                ms(unmoved),
                peak_mb().map_or_else(|| "–".to_owned(), |mb| mb.to_string()),
            );
        }
    }
}
