//! The command lines that keep the grid, export layers and draw sheets, on the generated town.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::LazyLock;

use serde_json::{Value, json};

use crate::headless_desk::{Console, nobody};

static TOWN: LazyLock<(tempfile::TempDir, PathBuf)> = LazyLock::new(|| {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("town.gpkg");
    jiedao::demo::write_pack(&path, jiedao::demo::Plan::town(4), |_| ()).unwrap();
    (folder, path)
});

/// A folder with a town of one's own in it.
fn town() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("town.gpkg");
    std::fs::copy(&TOWN.1, &path).unwrap();
    (folder, path)
}

fn jiedao(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_jiedao")).args(arguments).env("LC_ALL", "en_US.UTF-8").output().unwrap()
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

fn parsed(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {}", said(output)))
}

// A test that is left out says so.
#[allow(clippy::print_stdout)]
fn tool(program: &str, arguments: &[&str]) -> Option<String> {
    let Ok(output) = Command::new(program).args(arguments).output() else {
        println!("left out: {program} is not here");
        return None;
    };
    assert!(output.status.success(), "{program}: {}", said(&output));
    Some(said(&output))
}

fn findings(map: &Path, cases: Option<&Path>) -> (Option<i32>, Vec<String>) {
    let mut arguments = vec!["grid", "check", "--json", "--map", map.to_str().unwrap()];
    if let Some(cases) = cases {
        arguments.extend(["--cases", cases.to_str().unwrap()]);
    }
    let output = jiedao(&arguments);
    let report = parsed(&output);
    let ids =
        report["findings"].as_array().unwrap().iter().map(|finding| finding["check"].as_str().unwrap().to_owned());
    (output.status.code(), ids.filter(|id| id != "G8").collect())
}

#[test]
fn a_cell_is_split_and_its_history_told() {
    let (folder, map) = town();
    let path = map.to_str().unwrap();
    assert_eq!(findings(&map, None), (Some(0), vec![]), "the generated town keeps all rules but those of size");
    let code = "110107901001001";
    // Through the cell from south to north, wherever in the west it lies.
    let history = parsed(&jiedao(&["grid", "history", code, "--map", path, "--json"]));
    assert_eq!(history["versions"][0]["began"]["act"], "imported");
    let street = jiedao::spatial::street::Street::load(&jiedao::spatial::pack::Pack::open(&map).unwrap()).unwrap();
    let centre = street.cell(code).unwrap().centre;
    let line = format!("{0},{1} {0},{2}", centre.lon, centre.lat - 0.005, centre.lat + 0.005);
    let split = ["grid", "split", code, "--line", &line, "--map", path, "--reason", "new road", "--from", "2026-03-01"];
    let output = jiedao(&split);
    assert!(output.status.success() && said(&output).contains("2026-03-01 split"), "{}", said(&output));
    assert_eq!(jiedao(&split).status.code(), Some(1), "a void cell is not split again");
    let history = parsed(&jiedao(&["grid", "history", code, "--map", path, "--json"]));
    let versions = history["versions"].as_array().unwrap();
    assert_eq!(versions.len(), 3);
    assert_eq!(versions[0]["ended"]["others"].as_array().unwrap().len(), 2);
    let cases = folder.path().join("cases.csv");
    std::fs::write(&cases, format!("case,cell\n26030100001,{code}\n")).unwrap();
    let (exit, ids) = findings(&map, Some(&cases));
    assert!(exit == Some(9) && ids.contains(&"G11".to_owned()) && !ids.contains(&"G4".to_owned()), "{ids:?}");
    // A house may stand on the line; gaps and overlaps may not be made.
    assert!(ids.iter().all(|id| id == "G11" || id == "G7"), "{ids:?}");
    if let Some(told) = tool("ogrinfo", &["-so", path, "cell_versions"]) {
        assert!(told.contains("Multi Polygon"), "{told}");
    }
}

#[test]
fn a_selection_is_exported_and_counted_alike_elsewhere() {
    let (folder, map) = town();
    let path = map.to_str().unwrap();
    let out = folder.path().join("lamps.gpkg");
    let arguments = [
        "export",
        "--map",
        path,
        "--layer",
        "components,roads",
        "--where",
        "class = 0137 or layer = roads",
        "--crs",
        "EPSG:4548",
        "--out",
        out.to_str().unwrap(),
    ];
    let output = jiedao(&arguments);
    assert!(output.status.success(), "{}", said(&output));
    let refused = jiedao(&arguments);
    assert!(refused.status.code() == Some(1) && said(&refused).contains("--overwrite"), "{}", said(&refused));
    let output = jiedao(&[&arguments[..], &["--overwrite"]].concat());
    assert!(output.status.success(), "{}", said(&output));
    if let Some(told) = tool("ogrinfo", &["-so", "-al", out.to_str().unwrap()]) {
        let counts: Vec<&str> = told.lines().filter_map(|line| line.strip_prefix("Feature Count: ")).collect();
        let pack = jiedao::spatial::pack::Pack::open(&map).unwrap();
        let mut lamps = 0;
        pack.features(jiedao::spatial::feature::Layer::Components, |_, one| lamps += u64::from(one.class == "0137"))
            .unwrap();
        let roads = pack.count(jiedao::spatial::feature::Layer::Roads).unwrap();
        assert!(lamps > 0 && counts.contains(&lamps.to_string().as_str()), "{lamps}: {told}");
        assert!(counts.contains(&roads.to_string().as_str()), "{roads}: {told}");
    }
    for (arguments, wanted) in [
        (vec!["--layer", "moon"], "moon"),
        (vec!["--where", "colour = red"], "colour"),
        (vec!["--cell", "123"], "123"),
        (vec!["--crs", "EPSG:1"], "EPSG:1"),
    ] {
        let lost = folder.path().join("lost.geojson");
        let output = jiedao(&[&["export", "--map", path, "--out", lost.to_str().unwrap()][..], &arguments].concat());
        assert!(output.status.code() == Some(1) && said(&output).contains(wanted), "{}", said(&output));
        assert_eq!(said(&output).lines().count(), 1, "no library says it once more: {}", said(&output));
        assert!(!lost.exists());
    }
}

#[test]
fn a_sheet_has_its_paper_and_its_words() {
    let (folder, map) = town();
    let out = folder.path().join("sheet.pdf");
    let file = out.to_str().unwrap();
    let arguments = [
        "sheet",
        "--map",
        map.to_str().unwrap(),
        "--center",
        "116.2050,39.9020",
        "--scale",
        "2000",
        "--paper",
        "A4",
        "--title",
        "Sheet of Ludong 示范街道",
        "--approval",
        "JS(2026)001",
        "--date",
        "2026-03-01",
        "--out",
        file,
    ];
    let output = jiedao(&arguments);
    assert!(output.status.success(), "{}", said(&output));
    let bytes = std::fs::read(&out).unwrap();
    assert!(bytes.starts_with(b"%PDF-") && bytes.len() > 20_000 && bytes.len() < 20_000_000, "{}", bytes.len());
    if let Some(info) = tool("pdfinfo", &[file]) {
        // 297 mm by 210 mm.
        assert!(info.contains("841.89 x 595.276") || info.contains("841.89 x 595.28"), "{info}");
        assert!(info.contains("Pages:") && info.contains("Sheet of Ludong"), "{info}");
    }
    if let Some(text) = tool("pdftotext", &[file, "-"]) {
        for words in ["示范街道", "1:2000", "JS(2026)001", "2026-03-01", "EPSG:4548", "Legend", "unit grid", "200 m"]
        {
            assert!(text.contains(words), "{words}: {text}");
        }
    }
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 2, "nothing is left beside it");
    // Neither a sheet nor a picture takes the place of a file unasked.
    std::fs::write(&out, b"mine").unwrap();
    let render = ["render", "--map", map.to_str().unwrap(), "--size", "320x200", "--out", file];
    for arguments in [&arguments[..], &render[..]] {
        let refused = jiedao(arguments);
        assert!(refused.status.code() == Some(1) && said(&refused).contains("--overwrite"), "{}", said(&refused));
        assert_eq!(std::fs::read(&out).unwrap(), b"mine");
        let output = jiedao(&[arguments, &["--overwrite"]].concat());
        assert!(output.status.success(), "{}", said(&output));
        assert_ne!(std::fs::read(&out).unwrap(), b"mine");
        std::fs::write(&out, b"mine").unwrap();
    }
}

#[test]
fn a_sheet_of_the_console_is_that_of_the_command_and_a_picture_has_the_size_it_says() {
    let (folder, map) = town();
    let at = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let command = |out: &str| {
        let output = jiedao(&[
            "sheet",
            "--map",
            map.to_str().unwrap(),
            "--center",
            "116.2050,39.9020",
            "--scale",
            "1000",
            "--paper",
            "a4",
            "--portrait",
            "--title",
            "示范街道单元网格图",
            "--approval",
            "京S(2026)001号",
            "--date",
            "2026-03-01",
            "--copyright",
            "示范街道办事处",
            "--hide",
            "names",
            "--out",
            out,
        ]);
        assert!(output.status.success(), "{}", said(&output));
    };
    let profile = folder.path().join("profile");
    let mut console = Console::start(&profile, nobody(), &map);
    console.ok(json!({ "do": "set_lang", "lang": "en" }));
    console.ok(json!({ "wait": "map", "timeout_ms": 60_000 }));
    let camera = json!({ "center": { "lon": 116.2050, "lat": 39.9020 }, "metres_per_point": 2.0 });
    console.ok(json!({ "do": "map", "map": "set_camera", "camera": camera }));
    console.ok(json!({ "do": "map", "map": "toggle_layer", "layer": "names" }));
    let mut made = |what: &str, path: &str, overwrite: bool| {
        let wishes = json!({
            "what": what, "scale": 1000, "paper": "A4", "upright": true, "title": "示范街道单元网格图",
            "approval": "京S(2026)001号", "date": "2026-03-01", "copyright": "示范街道办事处", "path": path,
            "size": [800, 450],
        });
        console.ok(json!({ "do": "sheet", "sheet": "wishes", "wishes": wishes }));
        console.ok(json!({ "do": "sheet", "sheet": "make", "overwrite": overwrite }));
        console.ok(json!({ "wait": "sheet", "timeout_ms": 300_000 }));
        console.ok(json!({ "ask": "sheet" }))
    };
    for ending in ["pdf", "png"] {
        let (one, other) = (at(&format!("command.{ending}")), at(&format!("console.{ending}")));
        command(&one);
        let told = made("sheet", &other, false);
        assert_eq!(told["outcome"]["done"], other.as_str(), "{told}");
        let bytes = std::fs::read(&other).unwrap();
        assert!(std::fs::read(&one).unwrap() == bytes, "{ending}");
        assert_eq!(told["outcome"]["bytes"], bytes.len());
        assert!(told["frame"]["outside"].as_f64().unwrap() < 0.01, "{told}");
    }
    let size = |path: &str| image::image_dimensions(path).unwrap();
    // 210 mm by 297 mm at 240 dots an inch.
    assert_eq!(size(&at("console.png")), (1984, 2806));
    if let Some(text) = tool("pdftotext", &["-layout", &at("console.pdf"), "-"]) {
        for words in
            ["示范街道单元网格图", "1:1000", "京S(2026)001号", "2026-03-01", "EPSG:4548", "示范街道办事处", "80 m"]
        {
            assert!(text.contains(words), "{words}: {text}");
        }
    }
    let told = made("sheet", &at("console.pdf"), false);
    assert_eq!(told["outcome"]["exists"], at("console.pdf").as_str(), "{told}");
    let told = made("sheet", &at("console.pdf"), true);
    assert_eq!(told["outcome"]["done"], at("console.pdf").as_str(), "{told}");
    let told = made("view", &at("view.png"), false);
    assert_eq!(told["outcome"]["pixels"], json!([800, 450]), "{told}");
    assert_eq!(size(&at("view.png")), (800, 450));
    for (path, why) in
        [(at("none/sheet.pdf"), "no such folder"), (at("sheet.txt"), ".pdf"), (at("profile.png"), "done")]
    {
        let told = made("view", &path, false);
        let outcome = &told["outcome"];
        assert!(
            outcome["failed"].as_str().is_some_and(|words| words.contains(why)) || outcome[why].is_string(),
            "{told}"
        );
    }
    let left: Vec<_> = std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert!(left.iter().all(|name| !name.to_string_lossy().ends_with(".part")), "{left:?}");
}
