//! The command lines that keep the grid, export layers and draw sheets, on the generated town.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::LazyLock;

use serde_json::Value;

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

fn json(output: &Output) -> Value {
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
    let report = json(&output);
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
    let history = json(&jiedao(&["grid", "history", code, "--map", path, "--json"]));
    assert_eq!(history["versions"][0]["began"]["act"], "imported");
    let street = jiedao::spatial::street::Street::load(&jiedao::spatial::pack::Pack::open(&map).unwrap()).unwrap();
    let centre = street.cell(code).unwrap().centre;
    let line = format!("{0},{1} {0},{2}", centre.lon, centre.lat - 0.005, centre.lat + 0.005);
    let split = ["grid", "split", code, "--line", &line, "--map", path, "--reason", "new road", "--from", "2026-03-01"];
    let output = jiedao(&split);
    assert!(output.status.success() && said(&output).contains("2026-03-01 split"), "{}", said(&output));
    assert_eq!(jiedao(&split).status.code(), Some(1), "a void cell is not split again");
    let history = json(&jiedao(&["grid", "history", code, "--map", path, "--json"]));
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
        assert!(!lost.exists());
    }
}

#[test]
fn a_sheet_has_its_paper_and_its_words() {
    let (folder, map) = town();
    let out = folder.path().join("sheet.pdf");
    let file = out.to_str().unwrap();
    let output = jiedao(&[
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
    ]);
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
}
