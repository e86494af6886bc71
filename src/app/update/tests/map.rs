use super::desk::*;
use crate::app::layers::Kept;
use crate::app::{Action, Effect, MapAction};
use crate::base::LonLat;
use crate::map::camera::Camera;
use crate::map::style::{LayerGroup, LayerLook};

fn map(desk: &mut Desk, action: MapAction) {
    desk.act(Action::Map(action));
    desk.check();
}

#[test]
fn a_click_tells_what_lies_there() {
    let mut desk = Desk::manned();
    let case = desk.report("私搭", 3);
    map(&mut desk, MapAction::Inspect { at: door(3), radius_m: 8.0 });
    let found = desk.state.map.inspected.clone().unwrap();
    assert_eq!(found.grid, Some(format!("{STREET}001001")));
    assert_eq!(found.community.as_deref(), Some("古城社区"));
    assert_eq!(found.address.as_ref().unwrap().0, "鲁谷路3号");
    assert!(found.address.unwrap().1 < 0.1);
    assert_eq!((found.cases, found.components), (vec![case], vec![]));
    map(&mut desk, MapAction::Inspect { at: LonLat::new(116.2071, 39.9011), radius_m: f64::NAN });
    let found = desk.state.map.inspected.clone().unwrap();
    assert_eq!(found.components.len(), 1);
    assert_eq!(found.components[0].1, LAMP);
    assert!(found.cases.is_empty());
    // Nothing at all lies far outside, and what is no place changes nothing.
    map(&mut desk, MapAction::Inspect { at: LonLat::new(100.0, 20.0), radius_m: 1e9 });
    let found = desk.state.map.inspected.clone().unwrap();
    assert_eq!((&found.grid, &found.address), (&None, &None));
    map(&mut desk, MapAction::Inspect { at: LonLat::new(f64::NAN, 20.0), radius_m: 1.0 });
    assert_eq!(desk.state.map.inspected, Some(found));
}

#[test]
fn the_view_moves_within_its_bounds() {
    let mut desk = Desk::manned();
    let camera = |metres_per_point| Camera { center: door(2), metres_per_point };
    map(&mut desk, MapAction::SetCamera { camera: camera(3.0) });
    assert_eq!(desk.state.map.camera, camera(3.0));
    assert!(!desk.state.map.fit_wanted);
    map(&mut desk, MapAction::SetCamera { camera: camera(f64::NAN) });
    assert_eq!(desk.state.map.camera, camera(3.0));
    map(&mut desk, MapAction::SetCamera { camera: camera(-1.0) });
    assert!(desk.state.map.camera.metres_per_point > 0.0);
    map(&mut desk, MapAction::GoTo { at: door(5) });
    assert_eq!(desk.state.map.camera.center, door(5));
    map(&mut desk, MapAction::GoTo { at: LonLat::new(f64::INFINITY, 0.0) });
    assert_eq!(desk.state.map.camera.center, door(5));
    map(&mut desk, MapAction::Fit);
    assert!(desk.state.map.fit_wanted);
}

/// Layers hidden beyond those hidden at first.
fn more(desk: &Desk) -> Vec<LayerGroup> {
    let hidden = &desk.state.map.hidden;
    hidden.iter().copied().filter(|layer| !LayerGroup::HIDDEN_AT_FIRST.contains(layer)).collect()
}

#[test]
fn layers_go_and_come() {
    let mut desk = Desk::manned();
    let before = desk.state.overlay_revision;
    assert_eq!(desk.state.map.hidden, LayerGroup::HIDDEN_AT_FIRST);
    map(&mut desk, MapAction::ToggleLayer { layer: LayerGroup::Names });
    assert_eq!((more(&desk), desk.state.overlay_revision), (vec![LayerGroup::Names], before));
    map(&mut desk, MapAction::ToggleLayer { layer: LayerGroup::Cases });
    assert!(desk.state.overlay_revision > before);
    map(&mut desk, MapAction::ToggleLayer { layer: LayerGroup::Names });
    assert_eq!(more(&desk), [LayerGroup::Cases]);
    map(&mut desk, MapAction::ToggleLayer { layer: LayerGroup::Parcels });
    assert!(!desk.state.map.hidden.contains(&LayerGroup::Parcels));
    assert_eq!(
        desk.effects.last(),
        Some(&Effect::KeepSettings(Box::new(Kept::of(&desk.state)))),
        "kept for the next start"
    );
}

#[test]
fn layers_are_made_fainter_and_kept_to_scales_and_put_back() {
    let mut desk = Desk::manned();
    let set = |desk: &mut Desk, layer, look| map(desk, MapAction::SetLayerLook { layer, look });
    let look = LayerLook { opacity: 3, nearest: Some(500), farthest: Some(2000) };
    set(&mut desk, LayerGroup::Roads, look);
    set(&mut desk, LayerGroup::Cases, LayerLook { opacity: 20, ..LayerLook::default() });
    assert_eq!(desk.state.map.opacities(), [(LayerGroup::Roads, LayerLook::LEAST_OPACITY)], "a case never fades");
    let unseen = |desk: &mut Desk, metres_per_point| {
        let camera = Camera { metres_per_point, ..desk.state.map.camera };
        map(desk, MapAction::SetCamera { camera });
        desk.state.map.unseen().contains(&LayerGroup::Roads)
    };
    assert_eq!([0.1, 0.3, 5.0].map(|scale| unseen(&mut desk, scale)), [true, false, true]);
    let kept = Kept::of(&desk.state);
    map(&mut desk, MapAction::ToggleLayer { layer: LayerGroup::Water });
    map(&mut desk, MapAction::ResetLayers);
    assert!(desk.state.map.layers_as_at_first() && !unseen(&mut desk, 5.0));
    desk.state.map.take_kept(kept.map.clone());
    assert_eq!(Kept::of(&desk.state), kept);
    desk.effects.clear();
    set(&mut desk, LayerGroup::Roads, look);
    assert!(desk.effects.is_empty(), "nothing changed");
}
