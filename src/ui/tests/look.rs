//! Language, theme, size of text, and the states in which there is little to show.

use eframe::egui::{Key, Modifiers};
use egui_kittest::kittest::Queryable as _;

use super::bench::*;
use crate::app::state::{PackState, QueueFilter, Seat, TextScale, ThemeChoice};
use crate::app::update::tests::desk::*;
use crate::app::{Action, Completion};
use crate::base::text::Lang;
use crate::map::style::{LayerGroup, LayerLook};

#[test]
fn language_theme_and_size_are_set_and_take_effect() {
    let mut window = window(Desk::manned());
    window.click("设置");
    window.click("English");
    assert_eq!(window.desk().state.settings.lang, Lang::En);
    assert!(window.has("Settings") && window.has("Call centre"));
    window.click("Dark");
    assert!(window.0.ctx.global_style().visuals.dark_mode);
    assert_eq!(window.desk().state.settings.theme, ThemeChoice::Dark);
    window.click("150%");
    assert_eq!(window.desk().state.settings.text_scale, TextScale::P150);
    assert!((window.0.ctx.zoom_factor() - 1.5).abs() < 0.01);
}

#[test]
fn layers_are_a_tab_of_the_left_column_by_key_and_pointer_and_escape_leads_back() {
    let mut window = window(Desk::manned());
    window.key(Key::F7);
    assert!(!window.has("在列表中查找"));
    window.click("单元网格");
    assert!(window.desk().state.map.hidden.contains(&LayerGroup::UnitGrid));
    window.click("单元网格：样式与来源");
    assert!(window.has("单元网格线") && window.has("要素数"));
    window.desk().act(Action::Map(crate::app::MapAction::SetLayerLook {
        layer: LayerGroup::UnitGrid,
        look: LayerLook { opacity: 50, farthest: Some(2000), nearest: None },
    }));
    window.run();
    assert!(window.has("当前比例尺不显示"), "from 8 metres a point the limit is in force");
    window.click("恢复默认");
    assert!(window.desk().state.map.layers_as_at_first());
    window.key(Key::Escape);
    assert!(window.has("在列表中查找"));
    window.click("图层");
    window.key_with(Modifiers::CTRL, Key::K);
    window.key(Key::Escape);
    assert!(window.has("铁路与轨道"), "Esc was meant for the command bar");
    window.key_with(Modifiers::CTRL, Key::F);
    assert!(window.has("在列表中查找"), "whoever searches gets the queue");
}

#[test]
fn every_layer_and_kind_has_a_name_in_both_languages() {
    for lang in [Lang::ZhCn, Lang::En] {
        for layer in LayerGroup::ALL {
            assert!(lang.find(&crate::ui::layers::name_key(layer)).is_some(), "{layer:?}");
        }
        for kind in crate::map::style::kind::Kind::ALL {
            assert!(lang.find(&crate::ui::layers::kind_key(kind)).is_some(), "{kind:?}");
        }
    }
}

#[test]
fn the_style_is_edited_with_the_map_following_and_taken_back() {
    use crate::map::style::kind::Kind;
    use crate::map::style::{Key as Entry, MapTheme, Style, Value};
    let mut window = window(Desk::manned());
    window.key(Key::F7);
    window.click("往期案件：样式与来源");
    window.click("编辑“往期案件（聚合）”的样式");
    let color = Entry::Body(Kind::Cluster, MapTheme::Light);
    window.node("颜色的色值").click();
    window.run();
    window.key_with(Modifiers::CTRL | Modifiers::COMMAND, Key::A);
    window.types("#00AA11");
    assert_eq!(window.desk().state.map.style.shown.get(color), Value::Color([0, 0xAA, 0x11, 255]));
    assert!(window.has("有 1 项修改尚未存入文件"));
    window.click("颜色：恢复内置");
    assert!(!window.desk().state.map.style.is_own());
    window.click("撤销");
    assert!(window.desk().state.map.style.is_own());
    window.click("存入文件");
    assert!(window.desk().state.map.style.saving);
    window.click("全部恢复内置");
    assert_eq!(window.desk().state.map.style.shown, *Style::built_in());
    // Two pipelines made alike but for a colour that not everybody sees.
    window.desk().act(Action::Style(crate::app::style::StyleAction::Set {
        key: "kinds.pipe_gas.dash".to_owned(),
        value: serde_json::json!([]),
        gesture: None,
    }));
    let water = Style::built_in().get(Entry::Body(Kind::PipeWater, MapTheme::Light));
    window.desk().act(Action::Style(crate::app::style::StyleAction::Set {
        key: "kinds.pipe_gas.light".to_owned(),
        value: (&water.raw()).into(),
        gesture: None,
    }));
    window.0.state_mut().view.local.editor.edit(Kind::PipeGas);
    window.run();
    assert!(window.has("难以区分它与“给水”"));
}

#[test]
fn the_overview_is_opened_by_key_takes_the_keyboard_and_stays() {
    let mut window = window(Desk::manned());
    window.key_with(Modifiers::CTRL, Key::M);
    assert!(window.desk().state.map.overview);
    // Without a scene there is nothing to show; the wish for the keyboard does not stay behind.
    window.key_with(Modifiers::CTRL, Key::M);
    assert!(!window.desk().state.map.overview);
    window.click("鹰眼");
    assert!(window.desk().state.map.overview);
    window.desk().line("鹰眼");
    assert!(!window.desk().state.map.overview);
}

#[test]
fn two_maps_stand_side_by_side_and_each_is_set_by_itself() {
    use crate::map::side::Side;
    let mut window = window_sized(Desk::manned(), 1366.0, 2000.0, |builder| builder);
    window.key_with(Modifiers::CTRL, Key::J);
    assert!(window.desk().state.map.beside.is_some());
    let fields = ["左图：对照地图", "右图：街道地图"].map(|name| window.node(name).rect());
    assert_eq!(fields[0].size(), fields[1].size(), "one camera shows the same ground in both");
    assert!(fields[0].right() < fields[1].left());
    // A click on a map, on its name, the key, and the layers' tab all take it in hand.
    window.node("左图：对照地图").click();
    window.run();
    assert_eq!(window.desk().state.map.in_hand(), Side::Left);
    window.key(Key::F7);
    window.click("单元网格");
    let hidden = window.desk().state.map.hidden.clone();
    assert!(hidden.contains(&LayerGroup::UnitGrid), "{hidden:?}");
    assert!(window.has("右图 · +单元网格"));
    window.click("右图 · +单元网格");
    assert_eq!(window.desk().state.map.in_hand(), Side::Right);
    window.key_with(Modifiers::CTRL | Modifiers::SHIFT, Key::J);
    assert_eq!(window.desk().state.map.in_hand(), Side::Left);
    window.key_with(Modifiers::CTRL, Key::T);
    assert!(window.has("左图 · "), "the days stand on the map");
    window.click("对照");
    assert!(window.desk().state.map.beside.is_none() && window.has("街道地图"));
    assert!(!window.desk().state.map.hidden.contains(&LayerGroup::UnitGrid), "the right map stays");
}

#[test]
fn views_are_kept_by_name_opened_renamed_and_taken_away() {
    let mut window = window(Desk::manned());
    window.key_with(Modifiers::CTRL, Key::B);
    assert!(window.has("还没有书签"));
    window.node("书签名称").click();
    window.run();
    window.types("东门");
    window.key(Key::Enter);
    let before = window.desk().state.map.camera;
    window.desk().act(Action::Map(crate::app::MapAction::GoTo { at: door(5) }));
    window.run();
    window.click("东门");
    assert_eq!(window.desk().state.map.camera, before);
    window.click("改名");
    window.types("二号");
    window.key(Key::Enter);
    assert!(window.desk().state.map.bookmarks.position("东门二号").is_some());
    window.click("删除");
    assert!(window.has("还没有书签"));
    window.click("恢复");
    assert!(window.desk().state.map.bookmarks.position("东门二号").is_some());
}

#[test]
fn every_entry_of_the_style_has_a_name_in_both_languages() {
    use crate::map::style::Key as Entry;
    use crate::map::style::text::{Naming, Symbol};
    for lang in [Lang::ZhCn, Lang::En] {
        for key in Entry::all() {
            assert!(lang.find(&crate::ui::layers::editor::entry_key(key)).is_some(), "{key}");
        }
        for key in Naming::ALL.map(|one| format!("layer.naming.{one:?}")) {
            assert!(lang.find(&key).is_some(), "{key}");
        }
        for key in Symbol::ALL.map(|one| format!("layer.symbol.{one:?}")) {
            assert!(lang.find(&key).is_some(), "{key}");
        }
    }
}

#[test]
fn the_command_bar_lists_completes_and_sends() {
    let mut window = window(Desk::manned());
    window.key_with(Modifiers::CTRL, Key::K);
    assert!(window.has("登记") && window.has("Ctrl+N"));
    window.types("ck");
    window.key(Key::Escape);
    window.key_with(Modifiers::CTRL, Key::K);
    window.types("深");
    window.key(Key::Tab);
    assert_eq!(window.0.state().view.local.line, "深色");
    window.key(Key::Enter);
    assert!(window.sent().contains(&Action::CommandLine { line: "深色".into() }));
    assert_eq!(window.desk().state.settings.theme, ThemeChoice::Dark);
    assert!(!window.has("Ctrl+N"), "the queue is seen again");
    window.key(Key::ArrowDown);
    assert!(window.has("Ctrl+N"), "and the list with the next key");
}

#[test]
fn keys_that_come_quicker_than_frames_are_not_lost() {
    let mut window = window(Desk::manned());
    window.key_with(Modifiers::CTRL, Key::K);
    let enter = |pressed| eframe::egui::Event::Key {
        key: Key::Enter,
        physical_key: None,
        pressed,
        repeat: false,
        modifiers: Modifiers::NONE,
    };
    let batch = [eframe::egui::Event::Text("深色".into()), enter(true), enter(false)];
    window.0.input_mut().events.extend(batch);
    window.run();
    assert_eq!(window.desk().state.settings.theme, ThemeChoice::Dark);
}

#[test]
fn seats_are_tabs_with_keys() {
    let mut window = window(Desk::manned());
    window.click("监督中心");
    assert_eq!(window.desk().state.seat, Seat::Supervision);
    assert!(window.has("待监督中心办理"));
    window.key(Key::F4);
    assert_eq!(window.desk().state.seat, Seat::Command);
    assert!(window.has("在岗队员 2 / 3"));
    window.key(Key::F2);
    assert_eq!(window.desk().state.seat, Seat::CallCentre);
    assert!(window.has("提交登记"));
}

#[test]
fn emptiness_says_why_it_is_empty() {
    let mut desk = Desk::open();
    desk.told(Completion::Offline { why: "sync.error.unreachable".into() });
    desk.told(Completion::LoggedIn { user: dispatcher(), online: false });
    let mut window = window(desk);
    assert!(window.has("不代表没有案件"), "an empty list without a line is not an empty street");
    assert!(window.has("离线（自"));
    window.desk().told(Completion::Online { server_time: None });
    window.run();
    assert!(window.has("正在获取案件"));
    let told = window.desk().pulled(&[], &[]);
    window.desk().told(told);
    window.run();
    for (filter, words) in [
        (QueueFilter::Mine, "没有待办案件"),
        (QueueFilter::Open, "没有在办案件"),
        (QueueFilter::Late, "没有超期案件"),
        (QueueFilter::Ended, "没有办结案件"),
    ] {
        window.desk().act(Action::FilterQueue { filter });
        window.run();
        assert!(window.has(words), "{words}");
    }
    window.desk().act(Action::ShowInbox { open: true });
    window.run();
    assert!(window.has("没有冲突"));
}

#[test]
fn trouble_is_told_in_words_and_pending_work_with_its_time() {
    let mut desk = Desk::manned();
    desk.report("私搭", 1);
    desk.told(Completion::Offline { why: "sync.error.unreachable".into() });
    let mut window = window(desk);
    assert!(window.has("待上传 1 步（自 09:00）"));
    assert!(window.has("连接不上区平台"));
    window.desk().state.pack = PackState::Failed("文件损坏".into());
    window.run();
    assert!(window.has("底图无法读取：文件损坏"));
    window.desk().state.pack = PackState::Loading { features: 12_000 };
    window.0.step();
    assert!(window.has("已读取 12000 个要素"));
    window.desk().state.pack = PackState::Absent;
    window.run();
    assert!(window.has("未指定底图"));
    window.desk().state.sync.store_failed = Some("磁盘空间不足".into());
    window.run();
    assert!(window.0.query_all_by_label("磁盘空间不足").count() >= 2, "in the pane and in the status bar");
    window.click("离线（自 09:00）");
    assert!(window.sent().contains(&Action::SyncNow));
}

#[test]
fn notices_are_shown_and_taken_away() {
    let mut desk = Desk::manned();
    desk.act(Action::CommandLine { line: "定位 没有的地方".into() });
    desk.act(Action::Conflict {
        command: crate::base::CommandId(uuid::Uuid::nil()),
        verb: crate::app::ConflictVerb::Discard,
    });
    let mut window = window(desk);
    assert!(window.has("该项已处理"));
    window.click("关闭提示：该项已处理");
    assert!(!window.has("该项已处理"));
}
