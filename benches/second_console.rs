//! From sending a report on one console to the confirmed case on a second one, through the built server on this machine.
//!
//! `cargo bench --bench second_console`.

#![allow(clippy::print_stdout, clippy::unwrap_used, dead_code)]

#[path = "../tests/it/headless_desk.rs"]
mod headless_desk;

use std::time::Duration;

use headless_desk::{Console, Server, database, street};
use jiedao::base::Clock;
use jiedao::base::clock::SystemClock;
use serde_json::json;

const REPORTS: u32 = 20;

fn main() {
    let clock = SystemClock::default();
    let folder = tempfile::tempdir().unwrap();
    let map = street(folder.path());
    let server = Server::start(&database(folder.path()));
    let mut first = Console::start(&folder.path().join("first"), server.address, &map);
    let mut second = Console::start(&folder.path().join("second"), server.address, &map);
    first.login("dispatcher1");
    second.login("leader1");
    let mut times: Vec<Duration> = (0..REPORTS)
        .map(|no| {
            first.ok(json!({ "wait": "map" }));
            first.fill_report(&format!("井盖松动第{no}处"), no % 8 + 1);
            let began = clock.monotonic();
            // The doors are near each other, and the same thing twice is what this is about.
            let answer = first.ok(json!({ "do": "submit_draft", "confirmed": true }));
            let case = answer["commands"][0]["case"].as_str().unwrap().to_owned();
            second.until(&case, "REPORTED");
            clock.monotonic().saturating_sub(began)
        })
        .collect();
    times.sort();
    let ms = |time: Duration| time.as_secs_f64() * 1e3;
    println!("| reports | median ms | longest ms |");
    println!("|---|---|---|");
    println!("| {REPORTS} | {:.0} | {:.0} |", ms(times[times.len() / 2]), ms(times[times.len() - 1]));
}
