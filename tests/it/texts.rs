//! Every text that the code asks for is in the table, and every text of the table is asked for.

use std::collections::BTreeSet;
use std::path::Path;

use jiedao::base::text::Lang;

const AREAS: [&str; 17] = [
    "app", "case", "cli", "data", "grid", "layer", "map", "pack", "place", "section", "server", "sheet", "space",
    "store", "sync", "tool", "ui",
];

fn all_code() -> String {
    fn walk(folder: &Path, code: &mut String) {
        let mut paths: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
        paths.sort();
        for path in paths {
            if path.is_dir() {
                walk(&path, code);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                code.push_str(&std::fs::read_to_string(&path).unwrap());
            }
        }
    }
    let mut code = String::new();
    walk(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut code);
    code
}

/// String literals that look like keys, and the fixed beginnings of keys made at run time (`"case.state.{…}"`).
fn keys_in(code: &str) -> (BTreeSet<String>, BTreeSet<String>) {
    let mut keys = BTreeSet::new();
    let mut beginnings = BTreeSet::new();
    for area in AREAS {
        for rest in code.split(&format!("\"{area}.")).skip(1) {
            let word: String = rest
                .chars()
                .take_while(|letter| letter.is_ascii_alphanumeric() || matches!(letter, '_' | '.' | '-'))
                .collect();
            match rest[word.len()..].chars().next() {
                Some('"') if !word.ends_with('.') && !word.is_empty() => {
                    keys.insert(format!("{area}.{word}"));
                }
                Some('{' | '"') => {
                    beginnings.insert(format!("{area}.{word}"));
                }
                _ => {}
            }
        }
    }
    (keys, beginnings)
}

/// Endings of names of files and other things that look like keys and are none.
fn is_file_name(key: &str) -> bool {
    [".db", ".toml", ".rs", ".json", ".lock", ".gpkg", ".log", ".tmp", ".png", ".pdf", ".wgsl"]
        .iter()
        .any(|ending| key.ends_with(ending))
}

#[test]
fn every_key_in_the_code_is_in_the_table() {
    let (keys, beginnings) = keys_in(&all_code());
    let table: BTreeSet<&str> = Lang::ZhCn.keys().collect();
    let lost: Vec<_> = keys.iter().filter(|key| !table.contains(key.as_str()) && !is_file_name(key)).cloned().collect();
    assert!(lost.is_empty(), "not in the text table: {lost:#?}");
    let empty: Vec<_> = beginnings
        .iter()
        .filter(|beginning| !is_file_name(beginning) && !table.iter().any(|key| key.starts_with(beginning.as_str())))
        .collect();
    assert!(empty.is_empty(), "nothing in the text table begins so: {empty:#?}");
}

#[test]
fn every_key_of_the_table_is_asked_for() {
    let (keys, beginnings) = keys_in(&all_code());
    let unused: Vec<_> = Lang::ZhCn
        .keys()
        .filter(|key| !keys.contains(*key) && !beginnings.iter().any(|beginning| key.starts_with(beginning.as_str())))
        .collect();
    assert!(unused.is_empty(), "nobody asks for: {unused:#?}");
}
