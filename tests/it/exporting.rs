//! What is in the pack on its way elsewhere through a whole console: counted, written, asked about, and read again by us and by
//! another program.

use std::fs;
use std::path::Path;
use std::process::Command;

use jiedao::spatial::feature::Layer;
use jiedao::spatial::pack::Pack;
use serde_json::{Value, json};

use crate::headless_desk::{Console, Server, database, street};

fn export(console: &mut Console) -> Value {
    console.ok(json!({ "wait": "tools", "timeout_ms": 60000 }));
    console.ok(json!({ "ask": "export" }))
}

fn wish(console: &mut Console, file: &Path, mut more: Value) -> Value {
    more["file"] = json!(file);
    console.say(json!({ "do": "export", "export": "wishes", "wishes": more }));
    export(console)
}

fn go(console: &mut Console, what: &str) -> Value {
    console.say(json!({ "do": "export", "export": what }));
    export(console)
}

/// Features of a file as another program counts them, where there is one.
fn counted(file: &Path, layer: &str) -> Option<u64> {
    let told = Command::new("ogrinfo").args(["-ro", "-so"]).arg(file).arg(layer).output().ok()?;
    let words = String::from_utf8_lossy(&told.stdout).into_owned();
    let count = words.lines().find_map(|line| line.strip_prefix("Feature Count: "));
    Some(count.unwrap_or_else(|| panic!("{words}")).parse().unwrap())
}

#[test]
fn a_leader_takes_features_out_and_nothing_is_written_over_unasked() {
    let folder = tempfile::tempdir().unwrap();
    let map = street(folder.path());
    let before = fs::read(&map).unwrap();
    let server = Server::start(&database(folder.path()));
    let profile = folder.path().join("one");
    let mut console = Console::start(&profile, server.address, &map);
    console.login("dispatcher1");
    console.ok(json!({ "wait": "map" }));
    let out = folder.path().join("门牌.gpkg");
    let doors = json!({ "layers": ["addresses", "pipelines"], "filter": "number >= 4 or layer = pipelines" });
    let told = wish(&mut console, &out, doors.clone());
    assert_eq!((&told["count"], &told["file"]), (&json!(7), &json!(out)), "{told}");
    let refused = go(&mut console, "start");
    assert_eq!((&refused["said"]["refused"], &refused["outcome"]), (&json!(true), &Value::Null), "{refused}");
    assert!(!out.exists());
    console.say(json!({ "do": "logout" }));
    console.login("leader1");
    let done = go(&mut console, "start");
    assert_eq!(done["outcome"], "done", "{done}");
    assert_eq!(done["report"]["files"], json!([{ "file": out, "features": 7 }]), "{done}");
    let again = Pack::open(&out).unwrap();
    assert_eq!((again.count(Layer::Addresses).unwrap(), again.count(Layer::Pipelines).unwrap()), (6, 1));
    drop(again);
    match counted(&out, "addresses") {
        Some(count) => assert_eq!(count, 6),
        None => println!("not asked: ogrinfo is not here"),
    }
    // What is there stays until a person has answered.
    let first = fs::read(&out).unwrap();
    let asked = go(&mut console, "start");
    assert_eq!((&asked["outcome"], &asked["exists"]), (&json!("asked"), &json!([out])), "{asked}");
    assert_eq!(go(&mut console, "cancel")["outcome"], Value::Null);
    assert_eq!(fs::read(&out).unwrap(), first);
    let fewer =
        json!({ "layers": ["addresses"], "area": { "in": "cell", "code": "110107901001001" }, "crs": "EPSG:4548" });
    assert_eq!(wish(&mut console, &out, fewer)["count"], 9);
    go(&mut console, "start");
    let done = go(&mut console, "overwrite");
    assert_eq!(done["report"]["files"][0]["features"], 9, "{done}");
    assert!(counted(&out, "addresses").is_none_or(|count| count == 9));
    assert!(Pack::open(&out).is_err(), "in metres it is no map pack");
    // Exactly what was selected with the tools; a name without a folder goes beside the last.
    for line in [
        json!({ "do": "tool", "tool": "layers", "layers": ["addresses"] }),
        json!({ "do": "tool", "tool": "filter", "text": "number < 3" }),
        json!({ "do": "tool", "tool": "select_all" }),
    ] {
        console.say(line);
    }
    export(&mut console);
    assert_eq!(wish(&mut console, Path::new("两处.csv"), json!({ "area": { "in": "selection" } }))["count"], 2);
    assert_eq!(go(&mut console, "start")["outcome"], "done");
    let text = fs::read_to_string(folder.path().join("两处.csv")).unwrap();
    assert_eq!(text.lines().count(), 3, "{text}");
    // The pack in use is no place for it, whatever is answered.
    let refused = wish(&mut console, &map, doors);
    assert_eq!(refused["faults"]["file"], Value::Null);
    let refused = go(&mut console, "start");
    assert!(
        refused["outcome"] == "failed" && refused["why"].as_str().unwrap().contains("正在使用的地图包"),
        "{refused}"
    );
    console.end();
    assert_eq!(fs::read(&map).unwrap(), before);
    let list = fs::read_to_string(profile.join("exports.jsonl")).unwrap();
    let lines: Vec<Value> = list.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.len(), 3);
    assert!(lines.iter().all(|line| line["user"] == "leader1"), "{list}");
}
