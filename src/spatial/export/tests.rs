use std::process::Command;

use geo::{LineString, MultiPolygon, Point, Polygon, Rect, coord};

use super::*;
use crate::base::text::Lang;
use crate::spatial::feature::Layer;
use crate::spatial::pack::PackWriter;

const FORMATS: [&str; 5] = ["gpkg", "geojson", "shp", "kml", "csv"];

fn feature(layer: Layer, name: &str, extra: &[(&'static str, &str)], geometry: Geometry<f64>) -> Feature {
    let extra = extra.iter().map(|(column, value)| (*column, (*value).to_owned())).collect();
    Feature { layer, class: "甲<&>".to_owned(), code: String::new(), name: name.to_owned(), extra, geometry }
}

/// Points, lines and areas with a hole, with letters that every format has to escape in its own way.
fn pack(folder: &Path) -> Pack {
    let path = folder.join("in.gpkg");
    let mut writer = PackWriter::create(&path).unwrap();
    let ring = |west: f64, size: f64| Rect::new((west, 39.9), (west + size, 39.9 + size)).to_polygon();
    let hole = ring(116.221, 0.001).exterior().clone();
    let (outer, _) = ring(116.22, 0.005).into_inner();
    let holed = Polygon::new(outer, vec![hole]);
    let road = LineString::from(vec![coord! { x: 116.22, y: 39.9 }, coord! { x: 116.23, y: 39.905 }]);
    let long = "长".repeat(100);
    for one in [
        feature(Layer::Buildings, "一号楼", &[("floors", "6"), ("height_m", "18.5")], holed.into()),
        feature(
            Layer::Buildings,
            "",
            &[("floors", "1")],
            MultiPolygon(vec![ring(116.24, 0.001), ring(116.25, 0.001)]).into(),
        ),
        feature(Layer::Pipelines, "\"雨水\",\n管", &[("diameter_mm", "300"), ("owner", &long)], road.into()),
        feature(Layer::Pois, "银杏'店", &[("phone", "010-1")], Point::new(116.2229, 39.9066).into()),
        feature(Layer::Pois, "=1+1", &[], Point::new(116.2329, 39.9066).into()),
    ] {
        writer.add(&one).unwrap();
    }
    writer.set_meta("attribution", "示范").unwrap();
    writer.finish().unwrap();
    Pack::open(&path).unwrap()
}

const ALL: [Layer; 3] = [Layer::Buildings, Layer::Pipelines, Layer::Pois];

/// Writes to a file that may be there.
fn tried(pack: &Pack, selection: &Selection, crs: TargetCrs, out: &Path) -> Result<ExportReport, ExportError> {
    let target = Target { crs, out, overwrite: &Overwrite::Anything };
    export(pack, selection, &target, &mut |_| ControlFlow::Continue(()))
}

fn exported(pack: &Pack, layers: &[Layer], crs: &str, out: &Path) -> ExportReport {
    tried(pack, &Selection::of(layers), crs.parse().unwrap(), out).unwrap()
}

// A test that is left out says so.
#[allow(clippy::print_stdout)]
fn ogr(arguments: &[&str]) -> Option<String> {
    let Ok(done) = Command::new("ogrinfo").args(arguments).output() else {
        println!("left out: ogrinfo is not here");
        return None;
    };
    let said = String::from_utf8_lossy(&done.stdout).into_owned() + &String::from_utf8_lossy(&done.stderr);
    assert!(done.status.success() && !said.contains("ERROR") && !said.contains("Warning"), "{arguments:?}\n{said}");
    Some(said)
}

#[test]
fn what_is_exported_is_what_other_programs_read() {
    let folder = tempfile::tempdir().unwrap();
    let pack = pack(folder.path());
    for ending in FORMATS {
        let out = folder.path().join(format!("out.{ending}"));
        let report = exported(&pack, &ALL, "EPSG:4490", &out);
        assert_eq!(
            (report.refused_count, report.files.iter().map(|(_, count)| count).sum::<u64>()),
            (0, 5),
            "{ending}"
        );
        let mut said = String::new();
        for (path, count) in &report.files {
            let path = path.to_str().unwrap();
            let arguments: &[&str] =
                if ending == "csv" { &["-al", "-oo", "GEOM_POSSIBLE_NAMES=wkt", path] } else { &["-al", path] };
            let Some(own) = ogr(arguments) else { return };
            let counts = own.lines().filter_map(|line| line.strip_prefix("Feature Count: ")?.parse::<u64>().ok());
            // The table of what a pack says about itself is no layer.
            let meta = if ending == "gpkg" { 1 } else { 0 };
            assert_eq!(counts.sum::<u64>(), count + meta, "{path}\n{own}");
            said.push_str(&own);
        }
        for part in ["甲<&>", "一号楼", "银杏'店", "116.2229 39.9066", "116.22 39.9", "=1+1"] {
            assert!(said.contains(part), "{ending}: {part}\n{said}");
        }
        // The hole, and the second part of the double building.
        assert!(said.contains("116.221 39.9") && said.contains("116.25 39.9"), "{ending}\n{said}");
    }
    let left: Vec<_> = std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert!(left.iter().all(|name| !name.to_string_lossy().contains("part")), "{left:?}");
}

#[test]
fn metres_arrive_as_metres_and_say_so() {
    let folder = tempfile::tempdir().unwrap();
    let pack = pack(folder.path());
    for ending in ["gpkg", "geojson", "shp"] {
        let out = folder.path().join(format!("metres.{ending}"));
        exported(&pack, &[Layer::Pois], "EPSG:4548", &out);
        let Some(said) = ogr(&["-al", out.to_str().unwrap()]) else { return };
        assert!(said.contains("433549.7") && said.contains("4419447.5"), "{ending}\n{said}");
        assert!(
            said.contains("3-degree") && said.contains("4548") || ending == "shp" && said.contains("3_Degree"),
            "{ending}\n{said}"
        );
    }
    let out = folder.path().join("metres.csv");
    let report = exported(&pack, &[Layer::Pois], "EPSG:4548", &out);
    assert_eq!(report.notes, [Note::SystemUnsaid(TargetCrs::Epsg(4548))]);
    let text = std::fs::read_to_string(&out).unwrap();
    assert!(text.starts_with('\u{feff}') && text.contains(",x,y\n") && text.contains("433549.74"), "{text}");
    let kml = tried(&pack, &Selection::of(&ALL), TargetCrs::Gcj02, &folder.path().join("x.kml"));
    assert!(matches!(kml, Err(ExportError::SystemUnfit { .. })));
    let shifted = folder.path().join("gcj.geojson");
    let report = exported(&pack, &[Layer::Pois], "gcj02", &shifted);
    assert_eq!(report.notes, [Note::SystemUnsaid(TargetCrs::Gcj02)]);
    assert!(std::fs::read_to_string(&shifted).unwrap().contains("116.2289"));
}

#[test]
fn an_export_in_longitude_and_latitude_is_a_map_pack_again() {
    let folder = tempfile::tempdir().unwrap();
    let pack = pack(folder.path());
    let out = folder.path().join("again.gpkg");
    exported(&pack, &ALL, "EPSG:4490", &out);
    let again = Pack::open(&out).unwrap();
    assert_eq!(again.meta().get("attribution").map(String::as_str), Some("示范"));
    for layer in ALL {
        let read = |pack: &Pack| {
            let mut all = Vec::new();
            pack.features(layer, |fid, feature| all.push((fid, feature))).unwrap();
            all
        };
        assert_eq!(read(&again), read(&pack));
    }
    assert_eq!(again.extent(), pack.extent());
}

#[test]
fn a_shapefile_tells_what_its_narrowness_cost() {
    let folder = tempfile::tempdir().unwrap();
    let pack = pack(folder.path());
    let report = exported(&pack, &ALL, "EPSG:4490", &folder.path().join("s.shp"));
    let names: Vec<_> = report.files.iter().map(|(path, _)| path.file_name().unwrap().to_str().unwrap()).collect();
    assert_eq!(names, ["s_buildings.shp", "s_pipelines.shp", "s_pois.shp"]);
    for note in [
        Note::Renamed { column: "diameter_mm", field: "diameter_m".to_owned() },
        Note::Cut { column: "owner", values: 1 },
        Note::Split,
    ] {
        assert!(report.notes.contains(&note), "{note:?} in {:?}", report.notes);
        assert!([Lang::ZhCn, Lang::En].iter().all(|lang| !note.words(*lang).contains("space.")));
    }
    for ending in ["cpg", "prj", "dbf", "shx"] {
        assert!(folder.path().join(format!("s_pois.{ending}")).exists(), "{ending}");
    }
    // One layer of one kind keeps the name asked for, and an older description does not stay beside it.
    std::fs::write(folder.path().join("one.prj"), "old").unwrap();
    let report = exported(&pack, &[Layer::Pois], "bd09", &folder.path().join("one.shp"));
    assert_eq!(report.files[0].0, folder.path().join("one.shp"));
    assert_eq!(report.notes, [Note::SystemUnsaid(TargetCrs::Bd09)]);
    assert!(!folder.path().join("one.prj").exists());
}

#[test]
fn a_refused_export_leaves_what_was_there() {
    let folder = tempfile::tempdir().unwrap();
    let pack = pack(folder.path());
    for ending in FORMATS {
        let out = folder.path().join(format!("kept.{ending}"));
        std::fs::write(&out, "before").unwrap();
        let nothing = Selection { filter: Some("name = 无此名".parse().unwrap()), ..Selection::of(&ALL) };
        assert!(matches!(tried(&pack, &nothing, TargetCrs::LonLat, &out), Err(ExportError::Nothing)));
        let unknown = tried(&pack, &Selection::of(&ALL), TargetCrs::Epsg(999_999), &out);
        assert!(matches!(unknown, Err(ExportError::Crs(_))), "{ending}");
        assert_eq!(std::fs::read(&out).unwrap(), b"before");
        let lost = folder.path().join("no such folder").join(format!("x.{ending}"));
        assert!(tried(&pack, &Selection::of(&ALL), TargetCrs::LonLat, &lost).is_err(), "{ending}");
    }
    let odd = tried(&pack, &Selection::of(&ALL), TargetCrs::LonLat, Path::new("x.docx"));
    assert!(matches!(odd, Err(ExportError::UnknownFormat(_))));
    // Nothing but the pack and what was there before.
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1 + FORMATS.len());
}

#[test]
fn nothing_is_written_over_that_nobody_was_asked_about() {
    let folder = tempfile::tempdir().unwrap();
    let pack = pack(folder.path());
    let out = |ending: &str| folder.path().join(format!("old.{ending}"));
    let go = |layers: &[Layer], out: &Path, overwrite: &Overwrite| {
        let target = Target { crs: TargetCrs::LonLat, out, overwrite };
        export(&pack, &Selection::of(layers), &target, &mut |_| ControlFlow::Continue(()))
    };
    for ending in FORMATS {
        std::fs::write(out(ending), "before").unwrap();
        let Err(ExportError::Exists(there)) = go(&[Layer::Pois], &out(ending), &Overwrite::Nothing) else {
            panic!("{ending}")
        };
        assert_eq!(there, [out(ending)]);
        assert_eq!(std::fs::read(out(ending)).unwrap(), b"before");
        go(&[Layer::Pois], &out(ending), &Overwrite::These(there)).unwrap();
        assert_ne!(std::fs::read(out(ending)).unwrap(), b"before");
    }
    // All files of a Shapefile count, and what was said of some is not said of others.
    let Err(ExportError::Exists(there)) = go(&[Layer::Pois], &out("shp"), &Overwrite::Nothing) else { panic!() };
    assert_eq!(there.len(), 5);
    let answered = Overwrite::These(there);
    std::fs::write(folder.path().join("old_pois.dbf"), "before").unwrap();
    let Err(ExportError::Exists(there)) = go(&ALL, &out("shp"), &answered) else { panic!() };
    assert_eq!(there, [folder.path().join("old_pois.dbf")]);
}

#[test]
fn the_pack_and_folders_are_no_target_whatever_was_said() {
    let folder = tempfile::tempdir().unwrap();
    let pack = pack(folder.path());
    let before = std::fs::read(pack.path()).unwrap();
    let go = |out: &Path| tried(&pack, &Selection::of(&ALL), TargetCrs::LonLat, out);
    let inner = folder.path().join("inner");
    std::fs::create_dir(&inner).unwrap();
    let mut ways = vec![pack.path().to_owned(), inner.join("../in.gpkg")];
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink(pack.path(), inner.join("link.csv")).unwrap();
        ways.push(inner.join("link.csv"));
    }
    for way in ways {
        assert!(matches!(go(&way), Err(ExportError::IsPack(_))), "{way:?}");
    }
    assert_eq!(std::fs::read(pack.path()).unwrap(), before);
    std::fs::create_dir(folder.path().join("a.csv")).unwrap();
    assert!(matches!(go(&folder.path().join("a.csv")), Err(ExportError::IsFolder(_))));
    assert!(matches!(go(&folder.path().join("none/a.csv")), Err(ExportError::NoFolder(_))));
    let open = folder.path().join("open.gpkg");
    std::fs::write(&open, "before").unwrap();
    std::fs::write(folder.path().join("open.gpkg-wal"), "log").unwrap();
    assert!(matches!(go(&open), Err(ExportError::InUse(_))));
}

#[test]
fn a_stopped_export_leaves_what_was_there() {
    let folder = tempfile::tempdir().unwrap();
    let pack = pack(folder.path());
    for ending in FORMATS {
        let out = folder.path().join(format!("kept.{ending}"));
        std::fs::write(&out, "before").unwrap();
        for last in [Progress::Surveying(2), Progress::Writing(3, 5)] {
            let target = Target { crs: TargetCrs::LonLat, out: &out, overwrite: &Overwrite::Anything };
            let mut heard = Vec::new();
            let stopped = export(&pack, &Selection::of(&ALL), &target, &mut |now| {
                heard.push(now);
                if now == last { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
            });
            assert!(matches!(stopped, Err(ExportError::Stopped)), "{ending}");
            assert_eq!(heard.last(), Some(&last), "it is heard at once");
            assert_eq!(std::fs::read(&out).unwrap(), b"before");
        }
    }
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1 + FORMATS.len());
    let all = Selection::of(&ALL);
    assert_eq!(count(&pack, &all, &mut |_| ControlFlow::Continue(())).unwrap(), Some(5));
    assert_eq!(count(&pack, &all, &mut |_| ControlFlow::Break(())).unwrap(), None);
}

#[test]
fn several_files_get_their_names_together_or_not_at_all() {
    let folder = tempfile::tempdir().unwrap();
    let (at, aside) = (|name: &str| folder.path().join(name), folder.path().join("aside"));
    std::fs::create_dir(&aside).unwrap();
    for (name, text) in [("new-a", "new"), ("new-b", "new"), ("a", "old"), ("b", "old"), ("c", "old")] {
        std::fs::write(at(name), text).unwrap();
    }
    let moves = [(Some(at("new-a")), at("a")), (None, at("c")), (Some(at("lost")), at("b"))];
    assert!(part::place(&moves, &aside).is_err());
    for name in ["a", "b", "c"] {
        assert_eq!(std::fs::read(at(name)).unwrap(), b"old", "{name}");
    }
    assert_eq!(std::fs::read(at("new-a")).unwrap(), b"new");
    let moves = [(Some(at("new-a")), at("a")), (None, at("c")), (Some(at("new-b")), at("b"))];
    part::place(&moves, &aside).unwrap();
    assert!(!at("c").exists() && ["a", "b"].iter().all(|name| std::fs::read(at(name)).unwrap() == b"new"));
}

/// A disk of some kilobytes, where one can be had.
struct TinyDisk(tempfile::TempDir);

impl TinyDisk {
    fn mounted() -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let mut mount = Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", "size=256k", "tmpfs"]).arg(folder.path());
        let done = mount.stderr(std::process::Stdio::null()).status();
        done.is_ok_and(|status| status.success()).then_some(Self(folder))
    }
}

impl Drop for TinyDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(self.0.path()).status();
    }
}

#[test]
fn a_full_disk_is_called_so_and_the_old_file_stays() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("many.gpkg");
    let mut writer = PackWriter::create(&path).unwrap();
    for number in 0..4_000_u32 {
        let at = Point::new(116.2 + f64::from(number) * 1e-6, 39.9);
        writer.add(&feature(Layer::Pois, "一个比较长的名字，好让文件长一些", &[], at.into())).unwrap();
    }
    writer.finish().unwrap();
    let pack = Pack::open(&path).unwrap();
    let Some(disk) = TinyDisk::mounted() else {
        println!("left out: no small disk can be mounted here");
        return;
    };
    let at = |name: &str| disk.0.path().join(name);
    for ending in FORMATS {
        let out = at(&format!("kept.{ending}"));
        std::fs::write(&out, "before").unwrap();
        let error = tried(&pack, &Selection::of(&[Layer::Pois]), TargetCrs::LonLat, &out).unwrap_err();
        assert!(error.is_disk_full() && error.words(Lang::En).contains("no room left"), "{ending}: {error}");
        assert_eq!(std::fs::read(&out).unwrap(), b"before", "{ending}");
    }
    assert_eq!(std::fs::read_dir(disk.0.path()).unwrap().count(), FORMATS.len(), "nothing is left beside them");
}

#[test]
fn only_what_was_chosen_is_written() {
    let folder = tempfile::tempdir().unwrap();
    let pack = pack(folder.path());
    let area = crate::spatial::select::box_area(Rect::new((116.2, 39.8), (116.225, 39.91)));
    let chosen = Selection {
        area: Some(area),
        filter: Some("floors = 6 or layer = pois".parse().unwrap()),
        ..Selection::of(&ALL)
    };
    let out = folder.path().join("chosen.csv");
    let report = tried(&pack, &chosen, TargetCrs::LonLat, &out).unwrap();
    assert_eq!(report.files, [(out.clone(), 2)]);
    let text = std::fs::read_to_string(&out).unwrap();
    assert!(
        text.contains("一号楼") && text.contains("银杏") && text.contains("POLYGON") && !text.contains("=1+1"),
        "{text}"
    );
}
