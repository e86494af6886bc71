//! How fast map data becomes a map pack, beside GDAL's `ogr2ogr` doing the same files in the same run.
//!
//! `cargo bench --bench import`. The files are the real ones beside the checkout; without them, or without `ogr2ogr`, it
//! says what it leaves out. Budget: at most as long as `ogr2ogr`, which sorts no feature into classes.

#![allow(clippy::print_stdout, clippy::unwrap_used)]

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use jiedao::base::Clock;
use jiedao::base::clock::SystemClock;
use jiedao::spatial::crs::SourceCrs;
use jiedao::spatial::import::{Options, import};

/// Below `../shared/data`.
const FILES: [&str; 5] = [
    "osm_shijingshan/beijing_roads_osm2013.osm.pbf",
    "osm_shijingshan/shijingshan_box_roads_osm2013.geojson",
    "osm_fixtures/Helsinki.osm.pbf",
    "osm_fixtures/liechtenstein.osm.pbf",
    "osm_fixtures/nyc_small.osm.pbf",
];

const ROUNDS: usize = 5;

fn main() {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data");
    let clock = SystemClock::default();
    let folder = tempfile::tempdir().unwrap();
    println!("| file | MB | features kept | jiedao import | features/s | ogr2ogr | ratio |");
    println!("|---|---|---|---|---|---|---|");
    let mut slow = Vec::new();
    for name in FILES {
        let path = data.join(name);
        let Ok(size) = std::fs::metadata(&path).map(|meta| meta.len()) else {
            println!("left out: {name} is not here");
            continue;
        };
        let into = folder.path().join("ours.gpkg");
        let mut features = 0;
        let ours = best(&clock, || {
            let report =
                import(std::slice::from_ref(&path), &into, &Options::with_crs(SourceCrs::LonLat), |_| {}).unwrap();
            features = report.layers.values().sum();
        });
        let theirs = by_ogr(&clock, &path, &folder.path().join("theirs.gpkg"));
        let per_second = features as f64 / ours.as_secs_f64();
        let (theirs, ratio) = match theirs {
            Some(time) => {
                let ratio = time.as_secs_f64() / ours.as_secs_f64();
                if ratio < 1.0 {
                    slow.push(name);
                }
                (format!("{:.0} ms", time.as_secs_f64() * 1e3), format!("{ratio:.1}"))
            }
            None => ("not installed".to_owned(), "–".to_owned()),
        };
        println!(
            "| {name} | {:.1} | {features} | {:.0} ms | {per_second:.0} | {theirs} | {ratio} |",
            size as f64 / 1e6,
            ours.as_secs_f64() * 1e3,
        );
    }
    assert!(slow.is_empty(), "slower than ogr2ogr: {slow:?}");
}

fn best(clock: &SystemClock, mut run: impl FnMut()) -> Duration {
    let mut best = Duration::MAX;
    for _ in 0..ROUNDS {
        let began = clock.monotonic();
        run();
        best = best.min(clock.monotonic().saturating_sub(began));
    }
    best
}

fn by_ogr(clock: &SystemClock, from: &Path, into: &Path) -> Option<Duration> {
    Command::new("ogr2ogr").arg("--version").stdout(Stdio::null()).status().ok()?;
    Some(best(clock, || {
        let _ = std::fs::remove_file(into);
        let done = Command::new("ogr2ogr")
            .args(["-q", "-f", "GPKG"])
            .args([into, from])
            .stderr(Stdio::null())
            .status()
            .unwrap();
        assert!(done.success());
    }))
}
