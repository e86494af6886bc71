//! Which room may look at which: the arrows of ARCHITECTURE.md, read off the sources.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// Room and the rooms it may use. A room may always use itself.
const MAY_USE: &[(&str, &[&str])] = &[
    ("base", &[]),
    ("domain", &["base"]),
    ("spatial", &["base"]),
    ("geocode", &["base", "spatial"]),
    ("protocol", &["base", "domain"]),
    ("demo", &["base", "domain", "spatial", "geocode", "protocol"]),
    ("store", &["base", "domain", "protocol"]),
    ("sync", &["base", "domain", "protocol", "store"]),
    ("map", &["base", "spatial"]),
    ("app", &["base", "domain", "spatial", "geocode", "protocol", "store", "sync", "map"]),
    ("ui", &["base", "domain", "spatial", "geocode", "map", "app"]),
    ("server", &["base", "domain", "spatial", "geocode", "protocol", "demo"]),
    ("bin", &["cli"]),
    (
        "cli",
        &["base", "domain", "spatial", "geocode", "protocol", "demo", "store", "sync", "map", "app", "ui", "server"],
    ),
];

/// Outside crate and the places (path prefixes below `src/`) that may name it.
const ONLY_IN: &[(&str, &[&str])] = &[
    ("proj", &["spatial/crs"]),
    ("rusqlite", &["store/", "spatial/pack", "spatial/import/gpkg_file", "spatial/raster/mbtiles", "server/storage"]),
    ("reqwest", &["sync/"]),
    ("axum", &["server/"]),
    ("tower_http", &["server/"]),
    ("argon2", &["server/", "store/"]),
    ("egui", &["ui/", "map/widget"]),
    ("eframe", &["ui/", "map/gpu", "map/widget", "cli/"]),
    ("osmpbf", &["spatial/import"]),
    ("geojson", &["spatial/import", "spatial/export", "spatial/outline"]),
    ("calamine", &["spatial/import"]),
    ("dbase", &["spatial/import"]),
    ("flatgeobuf", &["spatial/import"]),
    ("quick_xml", &["spatial/import"]),
    ("zip", &["spatial/import"]),
    ("clap", &["cli/"]),
    ("shapefile", &["spatial/export", "spatial/import"]),
    ("kml", &["spatial/export", "spatial/import"]),
    ("krilla", &["map/sheet"]),
];

fn sources() -> Vec<(PathBuf, String)> {
    fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, found);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                found.push(path);
            }
        }
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    walk(&root, &mut found);
    found.sort();
    assert!(found.len() > 30, "the sources were not found");
    found
        .into_iter()
        .map(|path| {
            let text = std::fs::read_to_string(&path).unwrap();
            // Unit tests at the end of a file may reach further than the room itself.
            let code = text.split("\n#[cfg(test)]\nmod ").next().unwrap_or("");
            let code: String =
                code.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n");
            (path.strip_prefix(&root).unwrap().to_path_buf(), code)
        })
        .collect()
}

fn is_test_file(path: &Path) -> bool {
    path.components().any(|part| part.as_os_str() == "tests" || part.as_os_str() == "tests.rs")
}

/// Rooms named after `crate::`, singly or in a group such as `crate::{base, domain::code}`.
fn rooms_named(code: &str) -> BTreeSet<String> {
    let mut named = BTreeSet::new();
    for rest in code.split("crate::").skip(1) {
        if let Some(group) = rest.strip_prefix('{') {
            let mut depth = 0_usize;
            let mut word = String::new();
            for letter in group.chars() {
                match letter {
                    '{' => depth += 1,
                    '}' if depth == 0 => break,
                    '}' => depth -= 1,
                    ',' if depth == 0 => {
                        named.insert(first_word(&word));
                        word.clear();
                        continue;
                    }
                    _ => {}
                }
                if depth == 0 {
                    word.push(letter);
                }
            }
            named.insert(first_word(&word));
        } else {
            named.insert(first_word(rest));
        }
    }
    named
}

fn first_word(text: &str) -> String {
    text.trim_start().chars().take_while(|letter| letter.is_alphanumeric() || *letter == '_').collect()
}

#[test]
fn rooms_look_only_where_they_may() {
    let rooms: BTreeMap<&str, BTreeSet<&str>> =
        MAY_USE.iter().map(|(room, others)| (*room, others.iter().copied().collect())).collect();
    let mut wrong = Vec::new();
    for (path, code) in sources() {
        let Some(room) = path.components().next().and_then(|part| part.as_os_str().to_str()) else { continue };
        if path.components().count() < 2 || is_test_file(&path) {
            continue;
        }
        let allowed = rooms.get(room).unwrap_or_else(|| panic!("src/{room} is not in the table of rooms"));
        for named in rooms_named(&code) {
            if named != room && rooms.contains_key(named.as_str()) && !allowed.contains(named.as_str()) {
                wrong.push(format!("{} uses {named}", path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "against the layers of ARCHITECTURE.md:\n{}", wrong.join("\n"));
}

#[test]
fn outside_crates_stay_in_their_rooms() {
    let mut wrong = Vec::new();
    for (path, code) in sources() {
        let place = path.to_string_lossy().replace('\\', "/");
        if is_test_file(&path) {
            continue;
        }
        for (outside, places) in ONLY_IN {
            let names_it = code.split(&format!("{outside}::")).zip(code.split(&format!("{outside}::")).skip(1)).any(
                |(before, _)| {
                    !before.ends_with(|letter: char| letter.is_alphanumeric() || letter == '_' || letter == ':')
                },
            );
            if names_it && !places.iter().any(|prefix| place.starts_with(prefix)) {
                wrong.push(format!("{place} names {outside}"));
            }
        }
    }
    assert!(wrong.is_empty(), "outside crates beyond their rooms:\n{}", wrong.join("\n"));
}

#[test]
fn no_file_has_outgrown_its_subject() {
    let long: Vec<_> = sources()
        .into_iter()
        .map(|(path, code)| (code.lines().count(), path))
        .filter(|(lines, _)| *lines > 800)
        .map(|(lines, path)| format!("{} has {lines} lines", path.display()))
        .collect();
    assert!(long.is_empty(), "files to be split:\n{}", long.join("\n"));
}

#[test]
fn the_reader_of_sources_can_fail() {
    assert_eq!(
        rooms_named("use crate::{base, domain::{code::X, org}};\nlet x = crate::ui::y;"),
        ["base", "domain", "ui"].map(String::from).into()
    );
}
