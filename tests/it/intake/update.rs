//! What becomes of the pack that is there: new, append, replace, update by key, and a trial that changes nothing.

use geo::Geometry;
use jiedao::base::text::Lang;
use jiedao::cli::import::{ImportArgs, ModeArg};
use jiedao::spatial::crs::SourceCrs;
use jiedao::spatial::feature::Layer;
use jiedao::spatial::import::profile::Profile;
use jiedao::spatial::import::{ImportError, Mode, Options, UpdateCount};
use jiedao::spatial::pack::{Pack, PackError};

use super::files::{self, COVERS};
use super::{features, taken};

fn by(mode: Mode) -> Options {
    Options { mode, ..Options::with_crs(SourceCrs::LonLat) }
}

const SHOPS: &str = "名称,经度,纬度\n超市,116.2,39.9\n书店,116.21,39.9\n";

#[test]
fn append_replace_and_update_keep_what_they_should() {
    let folder = tempfile::tempdir().unwrap();
    let into = folder.path().join("p.gpkg");
    let covers = files::make("csv", folder.path());
    let shops = folder.path().join("shops.csv");
    std::fs::write(&shops, SHOPS).unwrap();
    taken(std::slice::from_ref(&covers), &into, &by(Mode::New)).unwrap();
    let report = taken(std::slice::from_ref(&shops), &into, &by(Mode::Append)).unwrap();
    assert_eq!(report.layers.get(&Layer::Pois), Some(&2));
    assert_eq!((features(&into, Layer::Components).len(), features(&into, Layer::Pois).len()), (3, 2));
    // The codes are there already.
    let again = taken(std::slice::from_ref(&covers), &into, &by(Mode::Append)).unwrap();
    assert_eq!((again.accepted, again.reasons.get("duplicate_code")), (0, Some(&3)));
    let old: Vec<_> = features(&into, Layer::Components);
    std::fs::write(&shops, "名称,经度,纬度\n茶馆,116.2,39.9\n").unwrap();
    taken(std::slice::from_ref(&shops), &into, &by(Mode::Replace)).unwrap();
    let names: Vec<String> = features(&into, Layer::Pois).into_iter().map(|shop| shop.name).collect();
    assert_eq!(names, ["茶馆"]);
    assert_eq!(features(&into, Layer::Components), old, "other layers stay");
    // One moved, one with a new name, one as it was, one new; an empty name leaves the old one.
    let (code, name, lon, lat) = COVERS[2];
    let changed = format!(
        "部件标识码,部件名称,经度,纬度\n{},{},116.3,39.9\n{},,{},{}\n{code},{name},{lon},{lat}\n1101070101000009,新井,116.2,39.9\n",
        COVERS[0].0, COVERS[0].1, COVERS[1].0, COVERS[1].2, COVERS[1].3
    );
    std::fs::write(&covers, changed).unwrap();
    let report = taken(std::slice::from_ref(&covers), &into, &by(Mode::Update)).unwrap();
    assert_eq!(report.update, Some(UpdateCount { added: 1, changed: 1, unchanged: 2 }), "{:?}", report.skips);
    let now = features(&into, Layer::Components);
    assert_eq!(now.len(), 4);
    assert_eq!(now[1], old[1]);
    assert!(matches!(now[0].geometry, Geometry::Point(at) if at.x() == 116.3));
    // The index finds the moved one where it is now, and nothing of the old place is left.
    let pack = Pack::open(&into).unwrap();
    let mut there = Vec::new();
    let around = geo::Rect::new((116.29, 39.89), (116.31, 39.91));
    pack.features_in(Layer::Components, around, |_, feature| there.push(feature.code)).unwrap();
    assert_eq!(there, [COVERS[0].0]);
    assert_eq!(pack.meta().get("source").map(String::as_str), Some("covers.csv, shops.csv"));
    let sources: Vec<_> =
        pack.about().unwrap().layers.into_values().map(|layer| (layer.source, layer.count > 0)).collect();
    assert_eq!(sources, [("shops.csv".to_owned(), true), ("covers.csv".to_owned(), true)], "each layer knows its own");
    // By another attribute, and by one there is none of.
    let by_name = Options { key: "name".to_owned(), ..by(Mode::Update) };
    assert_eq!(taken(std::slice::from_ref(&covers), &into, &by_name).unwrap().reasons.get("no_key"), Some(&1));
    let by_none = Options { key: "colour".to_owned(), ..by(Mode::Update) };
    assert!(matches!(taken(&[covers], &into, &by_none), Err(ImportError::UnknownKey { .. })));
}

#[test]
fn a_changed_pack_is_still_one_that_others_read_and_edit() {
    let folder = tempfile::tempdir().unwrap();
    let into = folder.path().join("p.gpkg");
    let covers = files::make("csv", folder.path());
    taken(std::slice::from_ref(&covers), &into, &by(Mode::New)).unwrap();
    let tables = |path: &std::path::Path| -> Vec<String> {
        let db = rusqlite::Connection::open(path).unwrap();
        let mut names = db.prepare("SELECT type || ' ' || name FROM sqlite_master ORDER BY 1").unwrap();
        names.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
    };
    let before = tables(&into);
    taken(&[covers], &into, &by(Mode::Update)).unwrap();
    assert_eq!(tables(&into), before, "triggers are back, helpers are gone");
}

#[test]
fn what_fails_or_is_only_tried_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let into = folder.path().join("p.gpkg");
    let covers = files::make("csv", folder.path());
    taken(std::slice::from_ref(&covers), &into, &by(Mode::New)).unwrap();
    let before = std::fs::read(&into).unwrap();
    let broken = folder.path().join("broken.geojson");
    let text = files::geojson().replace("11010701", "22010701");
    std::fs::write(&broken, &text[..text.len() - 20]).unwrap();
    for mode in [Mode::New, Mode::Append, Mode::Replace, Mode::Update] {
        assert!(taken(std::slice::from_ref(&broken), &into, &by(mode)).is_err());
        let trial = Options { dry_run: true, ..by(mode) };
        let report = taken(std::slice::from_ref(&covers), &into, &trial).unwrap();
        assert!(report.dry_run && report.rows == 3);
        assert_eq!(std::fs::read(&into).unwrap(), before, "{mode:?}");
    }
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 3, "nothing half is left behind");
    // What is no pack, or is none of ours, is not changed.
    let foreign = files::make("gpkg", folder.path());
    let outcome = taken(std::slice::from_ref(&covers), &foreign, &by(Mode::Append));
    assert!(matches!(outcome, Err(ImportError::Pack(PackError::NotAPack { .. }))), "{outcome:?}");
    let nowhere = taken(&[covers], &folder.path().join("none.gpkg"), &by(Mode::Append));
    assert!(matches!(nowhere, Err(ImportError::Pack(PackError::Io { .. }))), "{nowhere:?}");
}

#[test]
fn the_command_tells_machines_and_people_and_keeps_the_mapping() {
    let folder = tempfile::tempdir().unwrap();
    let covers = files::make("xlsx", folder.path());
    let said = |args: &ImportArgs, lang: Lang| {
        let mut out = Vec::new();
        jiedao::cli::import::run(args, lang, &mut out);
        String::from_utf8(out).unwrap()
    };
    let saved = folder.path().join("井盖.toml");
    let args = ImportArgs {
        files: vec![covers],
        into: folder.path().join("p.gpkg"),
        dry_run: true,
        json: true,
        save_profile: Some(saved.to_str().unwrap().to_owned()),
        ..ImportArgs::default()
    };
    let told: serde_json::Value = serde_json::from_str(said(&args, Lang::En).trim()).unwrap();
    assert_eq!(told["ok"], true);
    assert_eq!(told["report"]["dry_run"], true);
    assert_eq!(told["report"]["sources"][0]["table"], "井盖");
    assert_eq!(told["report"]["sources"][0]["layer"], "components");
    assert_eq!(told["report"]["layers"]["components"], 3);
    assert!(!args.into.exists());
    let profile = std::fs::read_to_string(&saved).unwrap();
    assert_eq!(Profile::from_toml(&profile).unwrap().tables[0].code.columns, ["部件标识码"]);
    // The saved mapping, changed by hand, leads elsewhere.
    std::fs::write(&saved, profile.replace("components", "pois")).unwrap();
    let poi = ImportArgs {
        profile: args.save_profile.clone(),
        save_profile: None,
        dry_run: false,
        json: false,
        ..args.clone()
    };
    let told = said(&poi, Lang::ZhCn);
    assert!(told.contains("pois") && told.contains("收入 3"), "{told}");
    assert_eq!(features(&poi.into, Layer::Pois).len(), 3);
    let update = ImportArgs { mode: ModeArg::Update, ..poi };
    assert!(said(&update, Lang::En).contains("0 added, 0 changed, 3 unchanged"));
    // A question comes with what can be said.
    let shops = folder.path().join("shops.csv");
    std::fs::write(&shops, SHOPS).unwrap();
    let asks = ImportArgs { files: vec![shops], json: true, ..ImportArgs { save_profile: None, ..args } };
    let told: serde_json::Value = serde_json::from_str(said(&asks, Lang::En).trim()).unwrap();
    assert_eq!((&told["ok"], &told["question"]["rows"]), (&false.into(), &2.into()));
    assert!(told["question"]["by"].as_array().unwrap().iter().any(|by| by["crs"] == "GCJ-02"), "{told}");
}
