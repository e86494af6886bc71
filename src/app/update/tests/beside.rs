//! Two maps side by side: each has layers, days and pictures of its own, and the right one is what stays.

use super::desk::*;
use crate::app::layers::Kept;
use crate::app::raster::RasterAction;
use crate::app::timeline::Span;
use crate::app::{Action, Effect, MapAction};
use crate::map::side::Side;
use crate::map::style::LayerGroup;

fn map(desk: &mut Desk, action: MapAction) {
    desk.act(Action::Map(action));
    desk.check();
}

fn take(desk: &mut Desk, side: Side) {
    map(desk, MapAction::TakeInHand { side });
}

fn hides(desk: &Desk, side: Side, layer: LayerGroup) -> bool {
    desk.state.map.shown(side).hidden.contains(&layer)
}

#[test]
fn each_map_is_set_by_itself_and_the_right_one_stays() {
    let mut desk = Desk::manned();
    map(&mut desk, MapAction::ToggleLayer { layer: LayerGroup::Parcels });
    let before = Kept::of(&desk.state);
    map(&mut desk, MapAction::ShowBeside { open: true });
    assert_eq!(desk.state.map.sides(), Side::ALL);
    assert_eq!(desk.state.map.shown(Side::Left), desk.state.map.shown(Side::Right), "at first both show the same");
    let revision = desk.state.overlay_revision;
    take(&mut desk, Side::Left);
    assert!(desk.state.overlay_revision > revision, "signs follow");
    map(&mut desk, MapAction::ToggleLayer { layer: LayerGroup::Buildings });
    map(&mut desk, MapAction::SetSpan { span: Some(Span::Month) });
    assert!(hides(&desk, Side::Left, LayerGroup::Buildings) && !hides(&desk, Side::Right, LayerGroup::Buildings));
    assert_eq!(Side::ALL.map(|side| desk.state.map.shown(side).span), [Some(Span::Month), None]);
    assert_eq!(Kept::of(&desk.state), before, "what is compared with is not kept");
    take(&mut desk, Side::Right);
    map(&mut desk, MapAction::ToggleLayer { layer: LayerGroup::Water });
    assert!(hides(&desk, Side::Right, LayerGroup::Water) && !hides(&desk, Side::Left, LayerGroup::Water));
    take(&mut desk, Side::Left);
    map(&mut desk, MapAction::ShowBeside { open: false });
    assert_eq!((desk.state.map.sides(), desk.state.map.in_hand()), (&[Side::Right][..], Side::Right));
    assert!(desk.state.map.hidden.contains(&LayerGroup::Water) && desk.state.map.span.is_none());
    assert!(!desk.state.map.hidden.contains(&LayerGroup::Buildings));
}

#[test]
fn pictures_belong_to_the_map_that_they_were_shown_on() {
    let mut desk = Desk::manned();
    let add = |name: &str| Action::Raster(RasterAction::AddFile { path: format!("{name}.mbtiles").into() });
    desk.act(add("2010"));
    desk.act(add("2026"));
    map(&mut desk, MapAction::ShowBeside { open: true });
    take(&mut desk, Side::Left);
    desk.act(Action::Raster(RasterAction::Set { index: 1, shown: false, opacity: 100 }));
    take(&mut desk, Side::Right);
    desk.act(Action::Raster(RasterAction::Set { index: 0, shown: false, opacity: 100 }));
    let flags = |desk: &Desk| -> Vec<[bool; 2]> {
        desk.state.map.raster.kept.list.iter().map(|one| [one.beside, one.shown]).collect()
    };
    assert_eq!(flags(&desk), [[true, false], [false, true]], "left, right");
    desk.effects.clear();
    take(&mut desk, Side::Left);
    assert_eq!(flags(&desk), [[false, true], [true, false]], "what is in hand comes first");
    let told = desk.effects.iter().find_map(|effect| match effect {
        Effect::ShowRasters { in_hand, .. } => Some(*in_hand),
        _ => None,
    });
    assert_eq!(told, Some(Side::Left), "the thread is told whose they are");
    let kept: Vec<bool> = Kept::of(&desk.state).map.raster.list.iter().map(|one| one.shown).collect();
    assert_eq!(kept, [false, true], "those of the right map");
    map(&mut desk, MapAction::ShowBeside { open: false });
    assert_eq!(flags(&desk), [[false, false], [false, true]]);
}

#[test]
fn by_the_command_bar_and_only_what_is_there_is_taken_in_hand() {
    let mut desk = Desk::manned();
    take(&mut desk, Side::Right);
    assert!(desk.state.notices.is_empty(), "it is the one in hand");
    desk.line("左图");
    assert!(desk.state.notices.iter().any(|notice| notice.text.contains("Ctrl+J")));
    desk.line("对照");
    desk.line("左图");
    assert_eq!(desk.state.map.in_hand(), Side::Left);
    desk.line("compare");
    assert!(desk.state.map.beside.is_none());
}
