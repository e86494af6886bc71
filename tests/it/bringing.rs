//! Data from elsewhere through a whole console: a table with good and bad rows is tried, brought in, and seen on the map.

use std::fs;
use std::process::Command;

use serde_json::{Value, json};

use crate::headless_desk::{Console, Server, database, street};

const LAMPS: &str = "编码,名称,经度,纬度\n\
    1101070100001,路灯一,116.2021,39.9011\n\
    1101070100002,路灯二,116.2022,39.9012\n\
    1101070100002,同号,116.2023,39.9013\n\
    1101070100003,坏坐标,北边,39.9\n\
    1101070100004,缺纬度,116.2,\n";

fn intake(console: &mut Console) -> Value {
    console.ok(json!({ "wait": "tools", "timeout_ms": 60000 }));
    console.ok(json!({ "ask": "intake" }))
}

#[test]
fn good_rows_come_in_bad_ones_are_named_and_a_dispatcher_may_not() {
    let folder = tempfile::tempdir().unwrap();
    let map = street(folder.path());
    let file = folder.path().join("路灯.csv");
    fs::write(&file, LAMPS).unwrap();
    let server = Server::start(&database(folder.path()));
    let mut console = Console::start(&folder.path().join("one"), server.address, &map);
    console.login("dispatcher1");
    console.ok(json!({ "wait": "map" }));
    console.say(json!({ "do": "intake", "intake": "files", "paths": [file] }));
    console.say(json!({ "do": "intake", "intake": "try" }));
    let refused = intake(&mut console);
    assert_eq!((&refused["said"]["refused"], &refused["outcome"]), (&json!(true), &Value::Null), "{refused}");
    console.say(json!({ "do": "logout" }));
    console.login("leader1");
    let rule = json!({ "layer": "components", "x": "经度", "y": "纬度",
        "code": { "columns": ["编码"] }, "name": { "columns": ["名称"] } });
    let wishes = json!({ "crs": "EPSG:4490", "profile": { "table": [rule] } });
    console.say(json!({ "do": "intake", "intake": "wishes", "wishes": wishes }));
    console.say(json!({ "do": "intake", "intake": "try" }));
    let tried = intake(&mut console);
    assert_eq!(tried["outcome"], "tried", "{tried}");
    let reasons = &tried["report"]["refused"]["reasons"];
    for (reason, row) in [("duplicate_code", 4), ("no_coordinate", 5)] {
        assert_eq!(reasons[reason]["first"][0]["number"], row, "{reason}: {tried}");
    }
    let report = &tried["report"];
    assert_eq!((&report["rows"], &report["accepted"], &report["refused"]["count"]), (&json!(5), &json!(2), &json!(3)));
    console.say(json!({ "do": "intake", "intake": "save_profile", "name": "路灯普查" }));
    console.say(json!({ "do": "intake", "intake": "bring" }));
    let done = intake(&mut console);
    assert_eq!((&done["outcome"], &done["report"]["accepted"]), (&json!("done"), &json!(2)), "{done}");
    assert_eq!(done["profiles"], json!(["路灯普查"]));
    console.ok(json!({ "wait": "map", "timeout_ms": 60000 }));
    console.end();
    // As another program sees it, where there is one.
    match Command::new("ogrinfo").args(["-ro", "-q", "-sql", "SELECT COUNT(*) AS n FROM components"]).arg(&map).output()
    {
        Ok(told) => {
            let words = String::from_utf8_lossy(&told.stdout).into_owned();
            assert!(words.contains("n (Integer) = 2"), "{words}");
        }
        Err(error) => println!("not asked: ogrinfo ({error})"),
    }
}
