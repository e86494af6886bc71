//! Imagery in the layers' tab by keys and clicks: files and addresses laid, shown, ordered and taken away.

use eframe::egui::{Key, Role};
use egui_kittest::kittest::{Queryable as _, by};

use super::bench::*;
use crate::app::effect::Completion;
use crate::app::raster::{AllTold, Origin, Told};
use crate::app::update::tests::desk::*;

/// High enough that nothing has to be scrolled to.
fn tall() -> Window {
    let mut window = window_sized(Desk::manned(), 1366.0, 1800.0, |builder| builder);
    window.key(Key::F7);
    window
}

fn names(window: &mut Window) -> Vec<String> {
    window.desk().state.map.raster.kept.list.iter().map(|one| one.name.clone()).collect()
}

/// Types into a field; layers have names of their own, so it is asked for as a field.
fn typed(window: &mut Window, name: &str, words: &str) {
    window.0.get(by().role(Role::TextInput).label(name)).click();
    window.run();
    window.types(words);
}

fn file(window: &mut Window, path: &str) {
    typed(window, "文件路径（.mbtiles、.pmtiles）", path);
    window.click("添加");
}

#[test]
fn files_are_laid_ordered_hidden_and_taken_away() {
    let mut window = tall();
    assert!(window.has("未添加影像"));
    window.click("添加影像文件");
    file(&mut window, "/data/2010.mbtiles");
    // Or by the keyboard alone.
    typed(&mut window, "文件路径（.mbtiles、.pmtiles）", "/data/2026.pmtiles");
    window.key(Key::Enter);
    assert_eq!(names(&mut window), ["2010", "2026"]);
    window.click("下移 2026");
    assert_eq!(names(&mut window), ["2026", "2010"]);
    window.click("2010");
    assert!(!window.desk().state.map.raster.kept.list[1].shown);
    let each = vec![Told { fault: Some("2026.pmtiles：不是瓦片文件".into()), ..Told::default() }, Told::default()];
    window.desk().told(Completion::RastersTold(Box::new(AllTold { each, ..AllTold::default() })));
    window.run();
    assert!(window.has("不是瓦片文件"), "what is wrong stands by its layer");
    window.click("移除 2026");
    assert_eq!(names(&mut window), ["2010"]);
}

#[test]
fn an_address_with_its_key_is_laid_and_the_key_is_seen_nowhere() {
    let mut window = tall();
    window.click("添加网络影像");
    for (field, words) in [("名称", "航片"), ("地址", "https://a.example/{z}/{x}/{y}.png?tk=topsecret")] {
        typed(&mut window, field, words);
    }
    window.click("添加");
    let list = window.desk().state.map.raster.kept.list.clone();
    let [only] = list.as_slice() else { panic!("{list:?}") };
    assert!(
        matches!(&only.origin, Origin::Address { address, key } if address.ends_with("tk={key}") && key.0 == "topsecret")
    );
    assert!(!window.has("topsecret"), "not even in the field that it was typed into");
    // An address that is none is told with its fault and costs nothing that was typed.
    typed(&mut window, "地址", "ftp://nowhere");
    window.click("添加");
    assert_eq!(window.desk().state.map.raster.kept.list.len(), 1);
    assert!(window.desk().state.notices.iter().any(|notice| notice.text.contains("http")));
}
