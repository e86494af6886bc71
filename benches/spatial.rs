//! Spatial queries among a million points and 32,000 cells: our R-tree, a linear scan, and SpatiaLite, in one run.
//!
//! `cargo bench --bench spatial`. SpatiaLite comes by the `sqlite3` program and Debian's `libsqlite3-mod-spatialite`; without
//! them it says so. All three have to find the same. Budget: the nearest ten of a million in 20 microseconds.

#![allow(missing_docs, clippy::print_stdout, clippy::unwrap_used)]

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use geo::algorithm::line_measures::metric_spaces::Euclidean;
use geo::{Coord, Distance, Geometry, Intersects, LineString, MultiPolygon, Point, Polygon, Rect};
use jiedao::base::Clock;
use jiedao::base::clock::SystemClock;
use jiedao::spatial::crs::Ground;
use jiedao::spatial::index::PlaneIndex;
use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;

const POINTS: usize = 1_000_000;
const ACROSS: usize = 200;
const UP: usize = 160;
const CELL_M: f64 = 100.0;
const WEST_M: f64 = 425_000.0;
const SOUTH_M: f64 = 4_412_000.0;
/// Queries of a kind for the tree, for SpatiaLite, and for the scan.
const ASKED: [usize; 3] = [10_000, 200, 20];
const BUDGET_US: f64 = 20.0;
const WITHIN_M: f64 = 50.0;

/// The same questions for all three.
struct Questions {
    spots: Vec<Ground>,
    boxes: Vec<Rect<f64>>,
    lines: Vec<LineString<f64>>,
}

/// Seconds a query of each kind, and how many things the first `ASKED[2]` questions found.
type Row = Vec<Option<(f64, usize)>>;

fn main() {
    let clock = SystemClock::default();
    let mut dice = ChaCha8Rng::seed_from_u64(7);
    let points = points(&mut dice);
    let cells = cells(&mut dice);
    let questions = questions(&mut dice);
    let began = clock.monotonic();
    let (point_tree, cell_tree) = (PlaneIndex::new(points), PlaneIndex::new(cells));
    println!("trees built in {:.2} s", (clock.monotonic() - began).as_secs_f64());
    let (points, cells) = (point_tree.shapes(), cell_tree.shapes());
    let ours = ours(&clock, &point_tree, &cell_tree, &questions);
    let scan = scan(&clock, points, cells, &questions);
    let theirs = spatialite(points, cells, &questions).unwrap_or_else(|why| {
        println!("left out: SpatiaLite ({why})");
        vec![None; ours.len()]
    });
    println!("| query | found, mean | R-tree | linear scan | ratio | SpatiaLite | ratio |");
    println!("|---|---|---|---|---|---|---|");
    let names =
        ["the cell at a point", "points in a cell", "points in a box of 500 m", "nearest ten", "along 2 km, 50 m"];
    for (((name, ours), scan), theirs) in names.iter().zip(&ours).zip(&scan).zip(&theirs) {
        let (Some((own, found)), Some((scanned, scan_found))) = (ours, scan) else { continue };
        assert_eq!(found, scan_found, "{name}: the tree and the scan differ");
        let (time, ratio) = match theirs {
            Some((time, their_found)) => {
                assert_eq!(found, their_found, "{name}: the tree and SpatiaLite differ");
                (said(*time), format!("{:.0}", time / own))
            }
            None => ("not installed".to_owned(), "–".to_owned()),
        };
        let mean = *found as f64 / ASKED[2] as f64;
        let scan_ratio = scanned / own;
        println!("| {name} | {mean:.1} | {} | {} | {scan_ratio:.0} | {time} | {ratio} |", said(*own), said(*scanned));
    }
    let nearest_us = ours[3].map_or(f64::INFINITY, |(seconds, _)| seconds * 1e6);
    assert!(nearest_us <= BUDGET_US, "nearest ten took {nearest_us:.1} µs, budget {BUDGET_US} µs");
}

fn said(seconds: f64) -> String {
    if seconds < 1e-3 { format!("{:.1} µs", seconds * 1e6) } else { format!("{:.1} ms", seconds * 1e3) }
}

fn points(dice: &mut ChaCha8Rng) -> Vec<Geometry<f64>> {
    let (width, height) = (ACROSS as f64 * CELL_M, UP as f64 * CELL_M);
    // Incidents cluster: half of them near one of 300 spots.
    let spots: Vec<(f64, f64)> =
        (0..300).map(|_| (dice.random::<f64>() * width, dice.random::<f64>() * height)).collect();
    (0..POINTS)
        .map(|index| {
            let (x, y) = if index % 2 == 0 {
                (dice.random::<f64>() * width, dice.random::<f64>() * height)
            } else {
                let (x, y) = spots[dice.random_range(0..spots.len())];
                let near = |dice: &mut ChaCha8Rng| (0..4).map(|_| dice.random::<f64>() - 0.5).sum::<f64>() * 250.0;
                ((x + near(dice)).clamp(0.0, width), (y + near(dice)).clamp(0.0, height))
            };
            Point::new(WEST_M + x, SOUTH_M + y).into()
        })
        .collect()
}

/// Cells of some 100 m by 100 m whose corners are moved a little.
fn cells(dice: &mut ChaCha8Rng) -> Vec<Geometry<f64>> {
    let corners: Vec<Vec<Coord<f64>>> = (0..=UP)
        .map(|row| {
            (0..=ACROSS)
                .map(|column| Coord {
                    x: WEST_M + column as f64 * CELL_M + dice.random_range(-20.0..20.0),
                    y: SOUTH_M + row as f64 * CELL_M + dice.random_range(-20.0..20.0),
                })
                .collect()
        })
        .collect();
    let mut cells = Vec::with_capacity(UP * ACROSS);
    for rows in corners.windows(2) {
        for (low, high) in rows[0].windows(2).zip(rows[1].windows(2)) {
            cells.push(Polygon::new(LineString(vec![low[0], low[1], high[1], high[0]]), Vec::new()).into());
        }
    }
    cells
}

fn questions(dice: &mut ChaCha8Rng) -> Questions {
    let (width, height) = (ACROSS as f64 * CELL_M, UP as f64 * CELL_M);
    let mut spot = || Coord {
        x: WEST_M + (0.1 + 0.8 * dice.random::<f64>()) * width,
        y: SOUTH_M + (0.1 + 0.8 * dice.random::<f64>()) * height,
    };
    let spots: Vec<Coord<f64>> = (0..ASKED[0]).map(|_| spot()).collect();
    let boxes = spots.iter().map(|at| Rect::new(*at, Coord { x: at.x + 500.0, y: at.y + 500.0 })).collect();
    let lines = spots.iter().map(|at| {
        // A road of 2 km that winds a little.
        let heading = dice.random::<f64>() * std::f64::consts::TAU;
        let mut vertex = *at;
        let steps = (0..20).map(|step| {
            let turn = heading + (f64::from(step) / 3.0).sin() * 0.4;
            vertex = Coord { x: vertex.x + 100.0 * turn.cos(), y: vertex.y + 100.0 * turn.sin() };
            vertex
        });
        LineString(std::iter::once(*at).chain(steps).collect())
    });
    let lines = lines.collect();
    Questions { spots: spots.iter().map(|at| Ground { east_m: at.x, north_m: at.y }).collect(), boxes, lines }
}

/// Mean seconds of `count` questions, and what the first `ASKED[2]` found.
fn timed(clock: &SystemClock, count: usize, mut ask: impl FnMut(usize) -> usize) -> Option<(f64, usize)> {
    let found = (0..ASKED[2]).map(&mut ask).sum();
    let began = clock.monotonic();
    let mut sink = 0_usize;
    for index in 0..count {
        sink = sink.wrapping_add(ask(index));
    }
    std::hint::black_box(sink);
    Some(((clock.monotonic() - began).as_secs_f64() / count as f64, found))
}

fn cell(cells: &[Geometry<f64>], index: usize) -> MultiPolygon<f64> {
    match &cells[index * 37 % cells.len()] {
        Geometry::Polygon(polygon) => MultiPolygon(vec![polygon.clone()]),
        _ => MultiPolygon(Vec::new()),
    }
}

fn ours(clock: &SystemClock, points: &PlaneIndex, cells: &PlaneIndex, asked: &Questions) -> Row {
    vec![
        timed(clock, ASKED[0], |index| cells.at(asked.spots[index]).len()),
        timed(clock, ASKED[0], |index| points.in_area(&cell(cells.shapes(), index)).len()),
        timed(clock, ASKED[0], |index| points.in_box(asked.boxes[index]).len()),
        timed(clock, ASKED[0], |index| points.nearest(asked.spots[index], 10).len()),
        timed(clock, ASKED[0] / 10, |index| points.along(&asked.lines[index], WITHIN_M).len()),
    ]
}

fn scan(clock: &SystemClock, points: &[Geometry<f64>], cells: &[Geometry<f64>], asked: &Questions) -> Row {
    let count = |shapes: &[Geometry<f64>], holds: &dyn Fn(&Geometry<f64>) -> bool| {
        shapes.iter().filter(|shape| holds(shape)).count()
    };
    vec![
        timed(clock, ASKED[2], |index| {
            let at = Point::new(asked.spots[index].east_m, asked.spots[index].north_m);
            count(cells, &|shape| shape.intersects(&at))
        }),
        timed(clock, ASKED[2], |index| {
            let area = cell(cells, index);
            count(points, &|shape| shape.intersects(&area))
        }),
        timed(clock, ASKED[2], |index| count(points, &|shape| shape.intersects(&asked.boxes[index]))),
        timed(clock, ASKED[2], |index| {
            let at = Point::new(asked.spots[index].east_m, asked.spots[index].north_m);
            let mut far: Vec<f64> = points.iter().map(|shape| Euclidean.distance(shape, &at)).collect();
            far.select_nth_unstable_by(9, f64::total_cmp);
            10
        }),
        timed(clock, ASKED[2], |index| {
            count(points, &|shape| Euclidean.distance(shape, &asked.lines[index]) <= WITHIN_M)
        }),
    ]
}

fn spatialite(points: &[Geometry<f64>], cells: &[Geometry<f64>], asked: &Questions) -> Result<Row, String> {
    let folder = tempfile::tempdir().unwrap();
    let database = folder.path().join("peer.db");
    let probe = sqlite(&database, "SELECT load_extension('mod_spatialite'); SELECT spatialite_version();")?;
    println!("SpatiaLite {}", probe.trim());
    let text = |name: &str, rows: &mut dyn Iterator<Item = String>| {
        let mut file = std::io::BufWriter::new(std::fs::File::create(folder.path().join(name)).unwrap());
        rows.for_each(|row| writeln!(file, "{row}").unwrap());
        file.flush().unwrap();
    };
    text(
        "points.csv",
        &mut points.iter().map(|shape| match shape {
            Geometry::Point(at) => format!("{},{}", at.x(), at.y()),
            _ => String::new(),
        }),
    );
    let area = |shape: &Geometry<f64>| match shape {
        Geometry::Polygon(polygon) => format!("POLYGON(({}))", vertices(polygon.exterior())),
        _ => String::new(),
    };
    text("cells.csv", &mut cells.iter().map(|shape| format!("\"{}\"", area(shape))));
    let here = |name: &str| folder.path().join(name).display().to_string();
    let mut script = format!(
        "SELECT load_extension('mod_spatialite'); SELECT InitSpatialMetaDataFull(1);
CREATE TABLE raw_points (x REAL, y REAL); CREATE TABLE raw_cells (w TEXT);
.mode csv
.import {} raw_points
.import {} raw_cells
.mode list
CREATE TABLE pts (id INTEGER PRIMARY KEY); SELECT AddGeometryColumn('pts', 'geom', 4548, 'POINT', 'XY');
INSERT INTO pts SELECT rowid, MakePoint(x, y, 4548) FROM raw_points; SELECT CreateSpatialIndex('pts', 'geom');
CREATE TABLE cells (id INTEGER PRIMARY KEY); SELECT AddGeometryColumn('cells', 'geom', 4548, 'POLYGON', 'XY');
INSERT INTO cells SELECT rowid, GeomFromText(w, 4548) FROM raw_cells; SELECT CreateSpatialIndex('cells', 'geom');
CREATE TABLE q (id INTEGER PRIMARY KEY, spot, box, line, cell);
BEGIN;
",
        here("points.csv"),
        here("cells.csv")
    );
    for index in 0..ASKED[1] {
        let (spot, box_) = (asked.spots[index], asked.boxes[index]);
        let _ = writeln!(
            script,
            "INSERT INTO q VALUES ({index}, MakePoint({}, {}, 4548), BuildMbr({}, {}, {}, {}, 4548), \
             GeomFromText('LINESTRING({})', 4548), GeomFromText('{}', 4548));",
            spot.east_m,
            spot.north_m,
            box_.min().x,
            box_.min().y,
            box_.max().x,
            box_.max().y,
            vertices(&asked.lines[index]),
            area(&cells[index * 37 % cells.len()])
        );
    }
    script.push_str("COMMIT; ANALYZE;\n");
    let framed = |table: &str, frame: &str, exact: &str| {
        format!(
            "SELECT count(*) FROM q CROSS JOIN {table} t WHERE t.rowid IN (SELECT rowid FROM SpatialIndex WHERE \
             f_table_name = '{table}' AND search_frame = {frame}) AND {exact} AND q.id < "
        )
    };
    let queries = [
        framed("cells", "q.spot", "ST_Intersects(t.geom, q.spot)"),
        framed("pts", "q.cell", "ST_Intersects(t.geom, q.cell)"),
        framed("pts", "q.box", "MbrIntersects(t.geom, q.box)"),
        "SELECT count(*) FROM q CROSS JOIN knn k WHERE k.f_table_name = 'pts' AND k.f_geometry_column = 'geom' AND \
         k.ref_geometry = q.spot AND k.max_items = 10 AND q.id < "
            .to_owned(),
        framed("pts", "ST_Expand(q.line, 50)", "ST_Distance(t.geom, q.line) <= 50"),
    ];
    for query in &queries {
        let _ =
            writeln!(script, "SELECT 'found', ({query} {});\n.timer on\n{query} {};\n.timer off", ASKED[2], ASKED[1]);
    }
    let answer = sqlite(&database, &script)?;
    let found = answer.lines().filter_map(|line| line.strip_prefix("found|")?.parse::<usize>().ok());
    let times = answer
        .lines()
        .filter_map(|line| line.strip_prefix("Run Time: real ")?.split_whitespace().next()?.parse::<f64>().ok());
    let row: Row = found.zip(times).map(|(found, time)| Some((time / ASKED[1] as f64, found))).collect();
    if row.len() == queries.len() { Ok(row) } else { Err(format!("it answered {answer}")) }
}

fn vertices(line: &LineString<f64>) -> String {
    line.0.iter().map(|at| format!("{} {}", at.x, at.y)).collect::<Vec<_>>().join(", ")
}

fn sqlite(database: &Path, script: &str) -> Result<String, String> {
    let mut child = Command::new("sqlite3")
        .arg(database)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|error| format!("sqlite3: {error}"))?;
    child.stdin.take().unwrap().write_all(script.as_bytes()).map_err(|error| error.to_string())?;
    let output = child.wait_with_output().map_err(|error| error.to_string())?;
    let said = String::from_utf8_lossy(&output.stderr);
    if said.trim().is_empty() {
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    } else {
        Err(said.trim().to_owned())
    }
}
