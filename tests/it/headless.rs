//! Two consoles and a server as built, over real sockets: a shift of work, with and without a line, with kills.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::Stdio;

use proptest::prelude::*;
use serde_json::{Value, json};

use crate::headless_desk::{
    Console, PASSWORD, Server, console_program, database, filing, nobody, report_lines, street,
};

struct Office {
    folder: tempfile::TempDir,
    map: PathBuf,
}

impl Office {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let map = street(folder.path());
        Self { folder, map }
    }

    fn console(&self, profile: &str, server: SocketAddr) -> Console {
        Console::start(&self.folder.path().join(profile), server, &self.map)
    }

    /// A profile whose person has logged in once, so that it opens without the server; and the address of no server.
    fn known_profile(&self, profile: &str) -> SocketAddr {
        let server = Server::start(&database(self.folder.path()));
        let mut console = self.console(profile, server.address);
        console.login("dispatcher1");
        assert_eq!(console.end(), Some(0));
        server.kill()
    }
}

fn state_of(console: &mut Console, case: &str) -> String {
    console.ok(json!({ "ask": "case", "case": case }))["case"]["state"].as_str().unwrap().to_owned()
}

fn dispatch() -> Value {
    json!({ "act": "dispatch", "to": { "dept": "D01" }, "opinion": "尽快处理" })
}

fn accept() -> Value {
    json!({ "act": "accept", "verification_waived": true, "opinion": "事实清楚" })
}

/// What dispatcher and leader do in turn, with the state after it; `leader` says who.
fn road() -> Vec<(bool, Value, &'static str)> {
    vec![
        (false, accept(), "ACCEPTED"),
        (true, filing(), "FILED"),
        (false, dispatch(), "DISPATCHED"),
        (false, json!({ "act": "sign", "opinion": "" }), "HANDLING"),
        (false, json!({ "act": "finish", "result": "已拆除", "person": "施工队" }), "HANDLED"),
        (false, json!({ "act": "to_check", "opinion": "" }), "CHECK_WAIT"),
        (false, json!({ "act": "send_check", "officer": "P01", "opinion": "" }), "CHECKING"),
        (false, json!({ "act": "check_reply", "result": "pass", "opinion": "" }), "CHECKED"),
        (true, json!({ "act": "close", "opinion": "同意结案" }), "CLOSED"),
    ]
}

#[test]
fn a_case_goes_from_call_to_closing_across_two_consoles() {
    let office = Office::new();
    let server = Server::start(&database(office.folder.path()));
    let mut dispatcher = office.console("dispatcher", server.address);
    let mut leader = office.console("leader", server.address);
    dispatcher.login("dispatcher1");
    leader.login("leader1");
    let (case, _) = dispatcher.report("楼下私搭棚子，占了半条路", 3);
    leader.until(&case, "REPORTED");
    for (is_leader, step, state) in road() {
        let (actor, other) = if is_leader { (&mut leader, &mut dispatcher) } else { (&mut dispatcher, &mut leader) };
        actor.act(&case, step);
        assert_eq!(state_of(actor, &case), state, "shown at once");
        other.until(&case, state);
    }
    for console in [&mut dispatcher, &mut leader] {
        console.until(&case, "CLOSED");
        console.ok(json!({ "wait": "synced" }));
    }
    let seen = |console: &mut Console| console.ok(json!({ "ask": "case", "case": &case }))["case"].clone();
    let whole = seen(&mut leader);
    assert_eq!(whole, seen(&mut dispatcher), "both see the same case");
    assert_eq!(whole["number"].as_str().unwrap().len(), 11);
    let records = whole["records"].as_array().unwrap();
    assert_eq!(records.len(), 10);
    let signed = records.iter().find(|record| record["act"] == "sign").unwrap();
    assert_eq!(signed["actor"]["on_behalf_of"], json!({ "department": "D01" }), "recorded for the department");
    let checked = records.iter().find(|record| record["act"] == "check_reply").unwrap();
    assert_eq!(checked["actor"]["on_behalf_of"], json!({ "officer": "P01" }));
    // The one who dispatched may not close; here it has ended and nothing is open to anybody.
    assert_eq!(dispatcher.ok(json!({ "ask": "case", "case": case }))["steps"], json!([]));
    assert_eq!(dispatcher.end(), Some(0));
    assert_eq!(leader.end(), Some(0));
}

#[test]
fn the_road_goes_on_over_a_server_that_is_killed_and_comes_back() {
    let office = Office::new();
    let db = database(office.folder.path());
    let mut server = Some(Server::start(&db));
    let address = server.as_ref().unwrap().address;
    let mut dispatcher = office.console("dispatcher", address);
    let mut leader = office.console("leader", address);
    dispatcher.login("dispatcher1");
    leader.login("leader1");
    let (case, _) = dispatcher.report("夜间施工扰民", 5);
    leader.until(&case, "REPORTED");
    for (step_no, (is_leader, step, state)) in road().into_iter().enumerate() {
        let killed = step_no % 3 == 1;
        if killed {
            server.take().unwrap().kill();
        }
        let (actor, other) = if is_leader { (&mut leader, &mut dispatcher) } else { (&mut dispatcher, &mut leader) };
        actor.act(&case, step);
        assert_eq!(state_of(actor, &case), state, "the line is not on the way of the work");
        if killed {
            actor.ok(json!({ "wait": "offline" }));
            let sync = actor.ok(json!({ "ask": "sync" }));
            assert_eq!(sync["pending"].as_array().unwrap().len(), 1);
            server = Some(Server::start_at(&db, address, &[]));
            for console in [&mut *actor, &mut *other] {
                console.ok(json!({ "do": "sync_now" }));
            }
        }
        other.until(&case, state);
    }
    for console in [&mut dispatcher, &mut leader] {
        console.until(&case, "CLOSED");
        console.ok(json!({ "wait": "synced", "timeout_ms": 30_000 }));
    }
}

#[test]
fn a_day_begun_without_the_server_arrives_when_it_comes() {
    let office = Office::new();
    let address = office.known_profile("dispatcher");
    // Nobody at the old address: the profile opens by itself, and all can be done.
    let mut dispatcher = office.console("dispatcher", address);
    let wrong = json!({ "do": "login", "user": "dispatcher1", "password": "not that" });
    dispatcher.ok(wrong);
    assert_eq!(dispatcher.say(json!({ "wait": "login" }))["error"], "cannot_be");
    dispatcher.login("dispatcher1");
    let (case, _) = dispatcher.report("井盖松动", 2);
    dispatcher.act(&case, accept());
    assert_eq!(state_of(&mut dispatcher, &case), "ACCEPTED");
    assert_eq!(dispatcher.ok(json!({ "ask": "sync" }))["link"]["state"], "offline");
    assert_eq!(dispatcher.say(json!({ "wait": "synced", "timeout_ms": 0 }))["error"], "timeout");

    let _server = Server::start_at(&office.folder.path().join("server.db"), address, &[]);
    let mut leader = office.console("leader", address);
    leader.login("leader1");
    leader.until(&case, "ACCEPTED");
    dispatcher.ok(json!({ "wait": "synced", "timeout_ms": 40_000 }));
}

#[test]
fn what_was_acknowledged_is_there_after_kill_9() {
    let office = Office::new();
    let address = office.known_profile("dispatcher");
    let mut acknowledged = BTreeSet::new();
    let mut sent = 0_u32;
    for round in 0..5_usize {
        let mut console = office.console("dispatcher", address);
        console.login("dispatcher1");
        let pending = console.ok(json!({ "ask": "sync" }))["pending"].clone();
        let pending: BTreeSet<String> =
            pending.as_array().unwrap().iter().map(|one| one["command"].as_str().unwrap().to_owned()).collect();
        assert!(acknowledged.is_subset(&pending), "round {round}: {acknowledged:?} in {pending:?}");
        console.ok(json!({ "wait": "map" }));
        // Twelve reports are sent in one breath; the kill comes somewhere among the answers.
        let mut lines = String::new();
        for _ in 0..12 {
            sent += 1;
            for line in report_lines(&format!("第{sent}件"), 1 + sent % 9) {
                lines.push_str(&format!("{line}\n"));
            }
            lines.push_str(&format!("{}\n", json!({ "do": "submit_draft", "confirmed": true, "id": "submit" })));
            lines.push_str(&format!("{}\n", json!({ "wait": "saved", "id": "saved" })));
        }
        console.send(lines.as_bytes());
        let mut on_its_way = None;
        for _ in 0..(7 + 13 * round) {
            let Some(answer) = console.next() else { break };
            assert_eq!(answer["ok"], true, "{answer}");
            match answer["id"].as_str() {
                Some("submit") => on_its_way = answer["commands"][0]["command"].as_str().map(str::to_owned),
                Some("saved") => acknowledged.extend(on_its_way.take()),
                _ => {}
            }
        }
        console.kill();
    }
    assert!(acknowledged.len() >= 10, "{}", acknowledged.len());
    let mut console = office.console("dispatcher", address);
    let state = console.ok(json!({ "ask": "state" }));
    assert!(state["pending"].as_u64().unwrap() >= acknowledged.len() as u64);
}

#[test]
fn what_the_server_refuses_waits_in_the_inbox_until_somebody_settles_it() {
    let office = Office::new();
    let db = database(office.folder.path());
    let server = Server::start(&db);
    let address = server.address;
    let mut first = office.console("first", address);
    let mut second = office.console("second", address);
    first.login("dispatcher1");
    second.login("dispatcher2");
    let cases: Vec<String> = (1..=2).map(|door| first.report("占道经营", door * 4).0).collect();
    for case in &cases {
        second.until(case, "REPORTED");
    }
    server.kill();
    second.ok(json!({ "wait": "offline", "timeout_ms": 30_000 }));
    // Both work on without a line; the second one's acts come too late.
    let refused: Vec<String> = cases.iter().map(|case| second.act(case, accept())).collect();
    for case in &cases {
        first.act(case, json!({ "act": "send_verify", "officer": "P01", "opinion": "请核实" }));
    }
    second.kill();
    let _server = Server::start_at(&db, address, &[]);
    first.ok(json!({ "do": "sync_now" }));
    for case in &cases {
        first.until(case, "VERIFYING");
    }
    let mut second = office.console("second", address);
    second.login("dispatcher2");
    second.ok(json!({ "wait": "inbox", "count": 2, "timeout_ms": 30_000 }));
    second.until(&cases[0], "VERIFYING");
    let inbox = second.ok(json!({ "ask": "inbox" }))["conflicts"].clone();
    assert_eq!(inbox[0]["command"], json!(refused[0]));
    assert_eq!(inbox[0]["refusal"]["why"], "state_moved");
    assert!(inbox[0]["words"].as_str().unwrap().contains("dispatcher1"), "says who: {inbox}");

    let answer = |verb: &str, command: &str| json!({ "do": "conflict", "command": command, "verb": verb });
    second.ok(answer("open_case", &refused[0]));
    assert_eq!(second.ok(json!({ "ask": "state" }))["selected"], json!(cases[0]));
    // The case does not allow it yet: the entry stays.
    assert_eq!(second.say(answer("reapply", &refused[0]))["ok"], false);
    first.act(&cases[0], json!({ "act": "verify_reply", "found": "exist", "opinion": "" }));
    second.until(&cases[0], "VERIFIED");
    second.ok(answer("reapply", &refused[0]));
    second.ok(json!({ "wait": "saved" }));
    first.until(&cases[0], "ACCEPTED");
    second.ok(answer("discard", &refused[1]));
    assert_eq!(second.ok(json!({ "ask": "inbox" }))["conflicts"], json!([]));
    assert_eq!(second.end(), Some(0));
    let mut again = office.console("second", address);
    assert_eq!(again.ok(json!({ "ask": "inbox" }))["conflicts"], json!([]), "settled for good");
}

#[test]
fn a_second_console_does_not_get_the_profile() {
    let office = Office::new();
    let address = nobody();
    let mut first = office.console("profile", address);
    first.ok(json!({ "ask": "state" }));
    let profile = office.folder.path().join("profile");
    let second =
        console_program(&profile, address, &office.map).stdin(Stdio::null()).stdout(Stdio::piped()).output().unwrap();
    assert_eq!(second.status.code(), Some(4));
    let said = String::from_utf8(second.stderr).unwrap();
    assert!(said.contains("Another window"), "{said}");
    assert!(second.stdout.is_empty());
    // The first one has not noticed.
    first.ok(json!({ "ask": "state" }));
    assert_eq!(first.end(), Some(0));
}

#[test]
fn a_profile_that_cannot_be_opened_is_told_and_ends_it() {
    let office = Office::new();
    let file = office.folder.path().join("file");
    std::fs::write(&file, "no folder").unwrap();
    let out = console_program(&file, nobody(), &office.map).stdin(Stdio::null()).output().unwrap();
    assert_eq!(out.status.code(), Some(3));
    let said = String::from_utf8(out.stderr).unwrap();
    assert!(said.contains("Check the disk") && said.contains(&*file.to_string_lossy()), "{said}");
}

#[test]
fn without_a_server_at_all_the_profile_says_who_may_come_in() {
    let office = Office::new();
    office.known_profile("profile");
    let mut process = std::process::Command::new(env!("CARGO_BIN_EXE_jiedao"));
    process.arg("headless").arg("--profile").arg(office.folder.path().join("profile"));
    let mut console = Console::run(process.arg("--map").arg(&office.map));
    for (user, password) in [("dispatcher1", "not that"), ("dispatcher2", PASSWORD)] {
        console.ok(json!({ "do": "login", "user": user, "password": password }));
        assert_eq!(console.say(json!({ "wait": "login" }))["error"], "cannot_be", "{user}");
    }
    console.login("dispatcher1");
    let (case, _) = console.report("井盖松动", 2);
    assert_eq!(state_of(&mut console, &case), "REPORTED");
    assert_eq!(console.end(), Some(0));
}

#[test]
fn it_does_not_start_with_a_server_that_cannot_be_one() {
    let office = Office::new();
    let mut process = console_program(&office.folder.path().join("p"), nobody(), &office.map);
    let out = process.args(["--server", "gopher://duty"]).stdin(Stdio::null()).output().unwrap();
    assert_ne!(out.status.code(), Some(0));
    let said = String::from_utf8(out.stderr).unwrap();
    assert!(!said.contains("panicked") && !said.is_empty(), "{said}");
}

#[test]
fn a_draft_outlives_a_kill_and_is_not_offered_again_once_sent() {
    let office = Office::new();
    let address = office.known_profile("dispatcher");
    let mut console = office.console("dispatcher", address);
    console.login("dispatcher1");
    console.ok(json!({ "wait": "map" }));
    console.fill_report("半截的话", 6);
    assert_eq!(console.end(), Some(0));
    let mut console = office.console("dispatcher", address);
    console.login("dispatcher1");
    console.ok(json!({ "wait": "map" }));
    let draft = console.ok(json!({ "ask": "draft" }));
    assert_eq!(draft["draft"]["text"], "半截的话");
    assert_eq!(draft["missing"], json!([]));
    let (case, _) = console.report("半截的话", 6);
    console.kill();
    let mut console = office.console("dispatcher", address);
    assert_eq!(console.ok(json!({ "ask": "draft" }))["draft"]["text"], "");
    assert_eq!(state_of(&mut console, &case), "REPORTED");
    // The same again at the same door is asked about.
    console.login("dispatcher1");
    console.ok(json!({ "wait": "map" }));
    console.fill_report("又是那里", 6);
    assert_eq!(console.say(json!({ "do": "submit_draft", "confirmed": false }))["ok"], false);
    let draft = console.ok(json!({ "ask": "draft" }));
    assert_eq!(draft["duplicates"][0]["case"], json!(case));
    assert_eq!((&draft["duplicates"][0]["likely"], &draft["confirm_wanted"]), (&json!(true), &json!(true)));
    console.ok(json!({ "do": "submit_draft", "confirmed": true }));
}

#[test]
fn a_section_is_cut_and_days_are_counted_without_a_window() {
    let office = Office::new();
    let address = office.known_profile("dispatcher");
    let mut console = office.console("dispatcher", address);
    console.login("dispatcher1");
    console.ok(json!({ "wait": "map" }));
    assert_eq!(console.say(json!({ "wait": "section" }))["error"], "cannot_be");
    let (from, to) = (json!({ "lon": 116.2021, "lat": 39.902 }), json!({ "lon": 116.2041, "lat": 39.902 }));
    console.ok(json!({ "do": "map", "map": "cut_section", "from": from, "to": to }));
    console.ok(json!({ "wait": "section" }));
    let map = console.ok(json!({ "ask": "map" }));
    let pipe = &map["section"]["answer"]["crossings"][0];
    assert_eq!((&pipe["kind"], &pipe["size_m"]), (&json!("gas"), &json!([0.3, 0.3])));
    assert!((pipe["along_m"].as_f64().unwrap() - 85.5).abs() < 0.5, "{pipe}");
    assert!(map["section"]["answer"]["report"].as_str().unwrap().contains("DN300"));
    console.ok(json!({ "do": "map", "map": "cut_section", "from": from, "to": from }));
    console.ok(json!({ "ask": "map" }));
    console.report("井盖响", 5);
    console.ok(json!({ "do": "map", "map": "set_span", "span": "today" }));
    let span = &console.ok(json!({ "ask": "map" }))["span"];
    assert_eq!((span["open"].as_array().unwrap().len(), &span["ended"], &span["past"]), (1, &json!([]), &json!(0)));
    console.ok(json!({ "do": "map", "map": "set_span", "span": { "between": ["2020-01-01", "2020-02-01"] } }));
    let span = &console.ok(json!({ "ask": "map" }))["span"];
    assert_eq!((&span["open"], &span["open_outside"]), (&json!([]), &json!(1)));
}

#[test]
fn no_line_ends_the_console() {
    let office = Office::new();
    let mut console = office.console("profile", nobody());
    let good = [
        json!({ "do": "login", "user": "x", "password": PASSWORD }),
        json!({ "do": "draft", "field": "place_point", "value": { "lon": 116.2, "lat": 39.9 } }),
        json!({ "do": "map", "map": "inspect", "at": { "lon": 116.2, "lat": 39.9 }, "radius_m": 5 }),
        json!({ "do": "step_case", "by": 3 }),
        json!({ "do": "command_line", "line": "派遣 环卫所" }),
        json!({ "ask": "case", "number": "26030200001" }),
        json!({ "wait": "cases", "count": 1, "timeout_ms": 0 }),
    ];
    let good: Vec<String> = good.iter().map(Value::to_string).collect();
    for (line, error) in [
        ("", None),
        ("[]", Some("bad_request")),
        ("{", Some("bad_json")),
        ("{}", Some("bad_request")),
        (r#"{"do":"fly"}"#, Some("bad_request")),
        (r#"{"do":"logout","ask":"state"}"#, Some("bad_request")),
        (r#"{"ask":"weather"}"#, Some("bad_request")),
        (r#"{"wait":"saved","timeout_ms":-1}"#, Some("bad_request")),
        (r#"{"wait":"cases","count":1,"timeout":5}"#, Some("bad_request")),
        (r#"{"wait":"saved","timeout":5}"#, Some("bad_request")),
        (r#"{"ask":"case","nummber":"1"}"#, Some("bad_request")),
        (r#"{"do":"draft","field":"place_hit","value":18446744073709551615}"#, Some("not_done")),
        (r#"{"do":"step_case","by":99999999999}"#, Some("bad_request")),
    ] {
        assert!(console.send(format!("{line}\n").as_bytes()));
        if let Some(error) = error {
            let answer = console.next().expect(line);
            assert_eq!((&answer["ok"], answer["error"].as_str()), (&json!(false), Some(error)), "{line}");
        }
    }
    let changes = (
        0..good.len(),
        proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..4),
        proptest::collection::vec(any::<u8>(), 0..40),
        any::<bool>(),
    );
    let mut runner = proptest::test_runner::TestRunner::new(ProptestConfig {
        cases: 400,
        failure_persistence: None,
        ..ProptestConfig::default()
    });
    let console = std::cell::RefCell::new(console);
    runner
        .run(&changes, |(base, changes, noise, whole)| {
            let mut line = if whole { noise } else { good[base].clone().into_bytes() };
            for (at, byte) in changes {
                if !line.is_empty() {
                    let at = at.index(line.len());
                    line[at] = byte;
                }
            }
            line.push(b'\n');
            // Each piece between line ends has an answer, unless it is blank.
            let wanted =
                line.split(|byte| *byte == b'\n').filter(|part| !part.iter().all(u8::is_ascii_whitespace)).count();
            let mut console = console.borrow_mut();
            prop_assert!(console.send(&line));
            for _ in 0..wanted {
                let answer = console.next();
                prop_assert!(answer.as_ref().is_some_and(|answer| answer["ok"].is_boolean()), "{answer:?}");
            }
            Ok(())
        })
        .unwrap();
    let mut console = console.into_inner();
    console.ok(json!({ "ask": "state", "id": 7 }));
    assert_eq!(console.end(), Some(0));
}

#[test]
fn the_grid_is_kept_from_the_window_and_the_map_follows() {
    let office = Office::new();
    let address = office.known_profile("dispatcher");
    let mut console = office.console("dispatcher", address);
    console.login("dispatcher1");
    console.ok(json!({ "wait": "map" }));
    let cell = |number: u32| format!("{}001{number:03}", crate::headless_desk::STREET);
    let at = |lon: f64| json!({ "lon": lon, "lat": 39.9021 });
    console.ok(json!({ "do": "tool", "tool": "select_in", "area": cell(1) }));
    console.ok(json!({ "wait": "tools" }));
    let found = console.ok(json!({ "ask": "tools" }));
    assert_eq!(found["by_layer"]["addresses"], 9, "the ninth door stands on the border: {found}");
    assert!(found["listed"].as_array().unwrap().iter().any(|one| one["title"] == "鲁谷路3号"));
    console.ok(json!({ "do": "grid", "grid": "begin", "what": "split" }));
    console.ok(json!({ "do": "grid", "grid": "pick", "code": cell(1) }));
    for text in ["116.2026,39.91", "116.2026,39.89"] {
        console.ok(json!({ "do": "tool", "tool": "typed", "text": text }));
    }
    console.ok(json!({ "do": "grid", "grid": "reason", "text": "道路改建" }));
    console.ok(json!({ "do": "grid", "grid": "make" }));
    let waiting = console.ok(json!({ "ask": "grid" }));
    assert_eq!(waiting["waiting"], json!([{ "ended": [cell(1)], "began": [cell(3), cell(4)] }]), "{waiting}");
    console.ok(json!({ "do": "grid", "grid": "save" }));
    console.ok(json!({ "wait": "tools" }));
    console.ok(json!({ "wait": "map" }));
    console.ok(json!({ "do": "map", "map": "inspect", "at": at(116.2040), "radius_m": 5 }));
    assert_eq!(console.ok(json!({ "ask": "map" }))["inspected"]["grid"], cell(4), "the places follow the cells");
    console.ok(json!({ "do": "grid", "grid": "check" }));
    console.ok(json!({ "wait": "tools" }));
    let found = console.ok(json!({ "ask": "grid" }));
    assert!(found["findings"].as_array().unwrap().iter().all(|one| one["check"] != "G4"), "{found}");
    console.ok(json!({ "do": "grid", "grid": "history", "code": cell(4) }));
    let history = console.ok(json!({ "ask": "grid" }))["history"].to_string();
    assert!(history.contains(&cell(1)) && history.contains("道路改建"), "{history}");
    assert_eq!(console.end(), Some(0));
    let pack = jiedao::spatial::pack::Pack::open(&office.map).unwrap();
    let book = jiedao::spatial::grid::CellBook::load(&pack).unwrap();
    assert!(book.is_void(&cell(1)) && book.current().count() == 3);
}
