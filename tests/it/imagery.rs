//! Imagery below the map through a whole console: laid, ordered, hidden, taken away; kept for the next start, and a key that is
//! told to nobody.

use std::path::{Path, PathBuf};
use std::time::Duration;

use jiedao::base::LonLat;
use jiedao::spatial::raster::{Tile, Tiling};
use serde_json::{Value, json};

use crate::headless_desk::{Console, nobody, street};
use crate::tiles::mbtiles;

/// A file of one tile over the street.
fn tiles(folder: &Path, name: &str, origin: &str) -> PathBuf {
    let path = folder.join(name);
    let [x, y] = Tiling::Mercator.place(LonLat::new(116.2025, 39.9025), 15).map(|part| part as u32);
    let earth = image::RgbaImage::from_pixel(256, 256, image::Rgba([120, 110, 80, 255]));
    mbtiles(&path, origin, &[(Tile { z: 15, x, y }, earth)]);
    path
}

/// The list, once it is as wanted; what is told of it comes from a thread of its own.
fn until(console: &mut Console, so: impl Fn(&[Value]) -> bool) -> Vec<Value> {
    for _ in 0..200 {
        let answer = console.ok(json!({ "ask": "map" }));
        assert!(!answer.to_string().contains("topsecret"), "a key is shown to nobody: {answer}");
        let list = answer["rasters"]["list"].as_array().cloned().unwrap_or_default();
        if so(&list) {
            return list;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    panic!("{}", console.ok(json!({ "ask": "map" })));
}

fn names(list: &[Value]) -> Vec<&str> {
    list.iter().filter_map(|one| one["name"].as_str()).collect()
}

#[test]
fn imagery_is_laid_ordered_hidden_kept_and_its_key_told_to_nobody() {
    let folder = tempfile::tempdir().unwrap();
    let map = street(folder.path());
    let profile = folder.path().join("one");
    let (old, new) = (tiles(folder.path(), "2010.mbtiles", "一队"), tiles(folder.path(), "2026.mbtiles", "二队"));
    let mut console = Console::start(&profile, nobody(), &map);
    console.ok(json!({ "wait": "map" }));
    for path in [&old, &new] {
        console.ok(json!({ "do": "raster", "raster": "add_file", "path": path }));
    }
    let again = console.say(json!({ "do": "raster", "raster": "add_file", "path": old }));
    assert_eq!(again["ok"], false, "it is there already: {again}");
    let address = "http://127.0.0.1:9/{z}/{x}/{y}.png?tk=topsecret";
    console.ok(json!({ "do": "raster", "raster": "add_address", "name": "影像", "address": address }));
    let list = until(&mut console, |list| list.len() == 3 && list[1]["attribution"] == "二队");
    assert_eq!(names(&list), ["2010", "2026", "影像"]);
    assert_eq!(list[2]["from"], "http://127.0.0.1:9/{z}/{x}/{y}.png?tk={key}");
    console.ok(json!({ "do": "raster", "raster": "move", "index": 2, "to": 0 }));
    console.ok(json!({ "do": "raster", "raster": "set", "index": 1, "shown": false, "opacity": 40 }));
    // Of two maps each has its own.
    console.ok(json!({ "do": "map", "map": "show_beside", "open": true }));
    console.ok(json!({ "do": "map", "map": "take_in_hand", "side": "left" }));
    console.ok(json!({ "do": "raster", "raster": "set", "index": 1, "shown": true, "opacity": 40 }));
    let list = until(&mut console, |list| list[1]["shown"] == true);
    assert_eq!((&list[1]["beside"], &list[2]["beside"]), (&json!(false), &json!(true)), "{list:?}");
    console.end();
    let mut console = Console::start(&profile, nobody(), &map);
    console.ok(json!({ "wait": "map" }));
    let list = until(&mut console, |list| list.len() == 3);
    assert_eq!(names(&list), ["影像", "2010", "2026"]);
    assert_eq!((&list[1]["shown"], &list[1]["opacity"]), (&json!(false), &json!(40)), "as the right map had it");
    console.ok(json!({ "do": "raster", "raster": "remove", "index": 0 }));
    std::fs::write(&new, "no tiles any more").unwrap();
    console.end();
    let mut console = Console::start(&profile, nobody(), &map);
    let list = until(&mut console, |list| list.get(1).is_some_and(|one| !one["fault"].is_null()));
    assert!(list[1]["fault"].as_str().unwrap().contains("2026.mbtiles"), "{list:?}");
}
