//! Views of the map kept by name.

use super::desk::*;
use crate::app::bookmarks::{Bookmark, BookmarkAction, Bookmarks};
use crate::app::layers::{Kept, KeptMap};
use crate::app::state::Severity;
use crate::app::{Action, Effect, MapAction};
use crate::base::LonLat;
use crate::map::camera::Camera;
use crate::map::style::LayerGroup;

fn act(desk: &mut Desk, action: BookmarkAction) {
    desk.act(Action::Bookmark(action));
    desk.check();
}

fn look_at(desk: &mut Desk, number: u32, metres_per_point: f64) -> Camera {
    let camera = Camera { center: door(number), metres_per_point };
    desk.act(Action::Map(MapAction::SetCamera { camera }));
    camera
}

fn add(desk: &mut Desk, name: &str) {
    act(desk, BookmarkAction::Add { name: name.to_owned() });
}

fn names(desk: &Desk) -> Vec<&str> {
    desk.state.map.bookmarks.list.iter().map(|one| one.name.as_str()).collect()
}

#[test]
fn a_view_comes_back_with_place_scale_and_layers() {
    let mut desk = Desk::manned();
    let near = look_at(&mut desk, 3, 0.7);
    desk.act(Action::Map(MapAction::ToggleLayer { layer: LayerGroup::Parcels }));
    let hidden = desk.state.map.hidden.clone();
    add(&mut desk, " 东门 ");
    look_at(&mut desk, 9, 4.0);
    desk.act(Action::Map(MapAction::ResetLayers));
    desk.effects.clear();
    act(&mut desk, BookmarkAction::Open { name: "东门".to_owned() });
    assert_eq!((desk.state.map.camera, &desk.state.map.hidden), (near, &hidden));
    assert!(matches!(&desk.effects[0], Effect::KeepSettings(kept) if kept.bookmarks.len() == 1));
    // By the command bar, by the first letters of its name.
    look_at(&mut desk, 9, 4.0);
    desk.line("书签 东");
    assert_eq!(desk.state.map.camera, near);
    desk.line("存书签 西门");
    assert_eq!(names(&desk), ["东门", "西门"]);
    desk.line("书签 南门");
    assert!(desk.state.bar.reply.as_ref().is_some_and(|reply| reply.contains("南门")));
    let far = look_at(&mut desk, 5, 9.0);
    act(&mut desk, BookmarkAction::Replace { name: "东门".to_owned() });
    assert_eq!(desk.state.map.bookmarks.list[0].camera, far);
}

#[test]
fn the_list_is_ordered_renamed_and_what_is_taken_away_comes_back() {
    let mut desk = Desk::manned();
    ["甲", "乙", "丙"].into_iter().for_each(|name| add(&mut desk, name));
    act(&mut desk, BookmarkAction::Move { name: "丙".to_owned(), by: -9 });
    act(&mut desk, BookmarkAction::Move { name: "甲".to_owned(), by: i32::MAX });
    assert_eq!(names(&desk), ["丙", "乙", "甲"]);
    act(&mut desk, BookmarkAction::Rename { name: "乙".to_owned(), to: "丁".to_owned() });
    act(&mut desk, BookmarkAction::Remove { name: "丁".to_owned() });
    assert_eq!(names(&desk), ["丙", "甲"]);
    act(&mut desk, BookmarkAction::Restore);
    assert_eq!(names(&desk), ["丙", "丁", "甲"]);
    for bad in [
        BookmarkAction::Restore,
        BookmarkAction::Add { name: "  ".to_owned() },
        BookmarkAction::Add { name: "长".repeat(60) },
        BookmarkAction::Add { name: "甲".to_owned() },
        BookmarkAction::Rename { name: "甲".to_owned(), to: "丙".to_owned() },
        BookmarkAction::Open { name: "无".to_owned() },
        BookmarkAction::Remove { name: "无".to_owned() },
    ] {
        desk.state.notices.clear();
        act(&mut desk, bad.clone());
        assert!(desk.worst_notice() >= Some(Severity::Warning), "{bad:?}");
        assert_eq!(names(&desk), ["丙", "丁", "甲"]);
    }
}

#[test]
fn what_a_profile_holds_is_read_and_what_is_strange_is_left_out() {
    let one = |name: &str, lon: f64| Bookmark {
        name: name.to_owned(),
        camera: Camera { center: LonLat::new(lon, 39.9), metres_per_point: 1.0 },
        map: KeptMap::default(),
    };
    let kept = Kept { bookmarks: vec![one("甲", 116.2), one("乙", 116.3)], ..Kept::default() };
    let text = serde_json::to_string(&kept).unwrap();
    assert_eq!(Kept::from_text(&text), kept);
    let strange = text.replace("\"bookmarks\":[", "\"bookmarks\":[7,{\"name\":\"丙\"},");
    assert_eq!(Kept::from_text(&strange), kept);
    let list = vec![one("甲", 116.2), one("甲", 116.3), one("", 116.2), one("远", 1e9)];
    assert_eq!(Bookmarks::from_kept(list).list, [one("甲", 116.2)]);
}
