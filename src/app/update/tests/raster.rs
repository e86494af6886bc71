use super::desk::*;
use crate::app::action::Action;
use crate::app::effect::{Completion, Effect};
use crate::app::layers::Kept;
use crate::app::raster::{AllTold, Origin, RasterAction, Told};
use crate::spatial::raster::Key;

fn does(desk: &mut Desk, action: RasterAction) {
    desk.act(Action::Raster(action));
}

fn address(key: &str) -> RasterAction {
    let address = "https://a.example/{z}/{x}/{y}?tk=abc123".to_owned();
    RasterAction::AddAddress { name: "影像".to_owned(), address, key: Key(key.to_owned()) }
}

#[test]
fn pictures_are_added_ordered_shown_and_kept_with_the_key_apart() {
    let mut desk = Desk::open();
    does(&mut desk, RasterAction::AddFile { path: "/a/航片.mbtiles".into() });
    does(&mut desk, address(""));
    let list = &desk.state.map.raster.kept.list;
    assert_eq!(list.iter().map(|raster| raster.name.as_str()).collect::<Vec<_>>(), ["航片", "影像"]);
    let Origin::Address { address: shown, key } = &list[1].origin else { panic!("{:?}", list[1]) };
    assert_eq!((shown.as_str(), key.0.as_str()), ("https://a.example/{z}/{x}/{y}?tk={key}", "abc123"));
    assert!(!format!("{:?}", desk.state.map.raster).contains("abc123"), "nothing that is logged shows the key");
    assert!(matches!(desk.effects.last(), Some(Effect::KeepSettings(_))));
    does(&mut desk, address("another"));
    does(&mut desk, RasterAction::Set { index: 1, shown: false, opacity: 1 });
    does(&mut desk, RasterAction::Move { index: 1, to: 0 });
    let kept = Kept::of(&desk.state);
    let first = &kept.map.raster.list[0];
    assert_eq!((first.shown, first.opacity, kept.map.raster.list.len()), (false, 10, 2));
    assert!(matches!(&first.origin, Origin::Address { key, .. } if key.0 == "another"), "only the key was changed");
    let text = serde_json::to_string(&kept).unwrap();
    assert_eq!(Kept::from_text(&text), kept);
    does(&mut desk, RasterAction::Remove { index: 0 });
    does(&mut desk, RasterAction::SetLimit { megabytes: 90_000 });
    assert_eq!((desk.state.map.raster.kept.list.len(), desk.state.map.raster.kept.limit_mb), (1, 20_000));
    does(&mut desk, RasterAction::EmptyCache);
    assert_eq!(desk.effects.last(), Some(&Effect::EmptyTiles));
}

#[test]
fn what_cannot_be_is_said_and_changes_nothing() {
    let mut desk = Desk::open();
    desk.state.notices.clear();
    let bad =
        RasterAction::AddAddress { name: String::new(), address: "https://a/{z}".to_owned(), key: Key::default() };
    for action in [
        bad,
        RasterAction::AddFile { path: "".into() },
        RasterAction::Set { index: 3, shown: true, opacity: 50 },
        RasterAction::Move { index: 0, to: 1 },
        RasterAction::Remove { index: 9 },
    ] {
        does(&mut desk, action);
    }
    assert!(desk.state.map.raster.kept.list.is_empty() && desk.state.notices.len() == 2);
    for number in 0..20 {
        does(&mut desk, RasterAction::AddFile { path: format!("/{number}.mbtiles").into() });
    }
    assert_eq!(desk.state.map.raster.kept.list.len(), crate::app::raster::MOST_RASTERS);
}

#[test]
fn origins_are_told_once_each_and_only_of_what_is_shown() {
    let mut desk = Desk::open();
    for name in ["/a.mbtiles", "/b.mbtiles", "/c.mbtiles"] {
        does(&mut desk, RasterAction::AddFile { path: name.into() });
    }
    let told = |attribution: &str| Told { attribution: attribution.to_owned(), ..Told::default() };
    let all = |each| AllTold { each, ..AllTold::default() };
    desk.told(Completion::RastersTold(Box::new(all(vec![told("甲"), told("甲"), told("乙")]))));
    assert_eq!(desk.state.map.raster.attribution(true), "甲 · 乙");
    does(&mut desk, RasterAction::Set { index: 2, shown: false, opacity: 100 });
    assert_eq!(desk.state.map.raster.attribution(true), "甲");
    // Late words about another list.
    desk.told(Completion::RastersTold(Box::new(all(vec![told("丙")]))));
    assert_eq!(desk.state.map.raster.attribution(true), "甲");
}
