//! The view of the map, and what lies under a click.

use super::Desk;
use super::draft::component_class;
use crate::app::action::MapAction;
use crate::app::layers::KeptMap;
use crate::app::state::{AppState, Inspected};
use crate::base::{CaseId, LonLat};
use crate::map::camera::Camera;
use crate::map::style::{LayerGroup, LayerLook};
use crate::spatial::crs::distance_m;

/// Bounds of the scale, metres for one point of the screen: a paving stone, a whole city.
const NEAREST: f64 = 0.02;
const FURTHEST: f64 = 500.0;
/// Close enough to make out what stands at a place.
const CLOSE: f64 = 0.5;
/// Bounds of the radius of a click, metres.
const LEAST_CLICK_M: f64 = 1.0;
const MOST_CLICK_M: f64 = 200.0;
/// An address further away than this says nothing about a place.
const ADDRESS_REACH_M: f64 = 300.0;
const MOST_COMPONENTS: usize = 12;

impl Desk<'_> {
    pub(super) fn map(&mut self, action: MapAction) {
        let map = &mut self.state.map;
        match action {
            MapAction::SetCamera { camera } => {
                map.fit_wanted = false;
                map.reveal_wanted = None;
                if camera.center.is_valid() && camera.metres_per_point.is_finite() {
                    map.camera = clamped(camera);
                }
            }
            MapAction::Fit => map.fit_wanted = true,
            MapAction::GoTo { at } => {
                self.go_to(at);
            }
            MapAction::Inspect { at, radius_m } => self.inspect(at, radius_m),
            MapAction::ToggleLayer { layer } => self.toggle_layer(layer),
            MapAction::SetLayerLook { layer, look } => self.set_look(layer, look),
            MapAction::ResetLayers => self.reset_layers(),
            MapAction::ShowOverview { open } => {
                if map.overview != open {
                    map.overview = open;
                    self.keep_settings();
                }
            }
            MapAction::ShowSection { open } => self.show_section(open),
            MapAction::CutSection { from, to } => self.cut_section([from, to]),
            MapAction::SetSpan { span } => self.set_span(span),
            MapAction::ShowBeside { open } => self.show_beside(open),
            MapAction::TakeInHand { side } => self.take_in_hand(side),
        }
        self.read_near();
    }

    pub(super) fn go_to(&mut self, at: LonLat) -> bool {
        if !at.is_valid() {
            self.warn("app.map.no_place");
            return false;
        }
        let map = &mut self.state.map;
        map.fit_wanted = false;
        map.reveal_wanted = None;
        map.camera = Camera { center: at, metres_per_point: map.camera.metres_per_point.min(CLOSE) };
        true
    }

    pub(super) fn toggle_layer(&mut self, layer: LayerGroup) {
        let hidden = &mut self.state.map.hidden;
        match hidden.iter().position(|hidden| *hidden == layer) {
            Some(at) => {
                hidden.remove(at);
            }
            None => {
                hidden.push(layer);
                hidden.sort();
            }
        }
        if matches!(layer, LayerGroup::Cases | LayerGroup::Officers) {
            self.state.overlay_revision.bump();
        }
        self.keep_settings();
    }

    fn set_look(&mut self, layer: LayerGroup, look: LayerLook) {
        let look = look.sound();
        let look = if layer.fades() { look } else { LayerLook { opacity: 100, ..look } };
        if self.state.map.look(layer) == look {
            return;
        }
        if look == LayerLook::default() {
            self.state.map.looks.remove(&layer);
        } else {
            self.state.map.looks.insert(layer, look);
        }
        self.keep_settings();
    }

    fn reset_layers(&mut self) {
        if !self.state.map.layers_as_at_first() {
            self.state.map.take_kept(KeptMap::default());
            self.state.overlay_revision.bump();
            self.keep_settings();
        }
    }

    pub(super) fn inspect(&mut self, at: LonLat, radius_m: f64) {
        if !at.is_valid() {
            return;
        }
        let radius_m = if radius_m.is_finite() { radius_m.clamp(LEAST_CLICK_M, MOST_CLICK_M) } else { LEAST_CLICK_M };
        let found = inspected(self.state, at, radius_m);
        if self.state.map.inspected.as_ref().map(|known| known.at) != Some(at) {
            self.state.overlay_revision.bump();
        }
        self.state.map.inspected = Some(found);
    }
}

pub(super) fn clamped(camera: Camera) -> Camera {
    Camera { metres_per_point: camera.metres_per_point.clamp(NEAREST, FURTHEST), ..camera }
}

fn inspected(state: &AppState, at: LonLat, radius_m: f64) -> Inspected {
    let (books, lang) = (&state.books, state.settings.lang);
    let street = &books.street;
    let cell = street.cell_at(at);
    let community = cell
        .map(|cell| cell.community.clone())
        .filter(|name| !name.is_empty())
        .or_else(|| street.community_at(at).map(|community| community.name.clone()));
    let address = street
        .nearest_address(at)
        .filter(|(_, metres)| *metres <= ADDRESS_REACH_M)
        .map(|(place, metres)| (place.label.clone(), metres));
    let components = street
        .components_near(at, radius_m, MOST_COMPONENTS)
        .into_iter()
        .map(|(component, metres)| {
            let class = component_class(&component.scheme, &component.class);
            let name = match class.as_ref().and_then(|class| books.catalogue.get(class)) {
                Some(class) => class.name(lang).to_owned(),
                None if component.name.is_empty() => component.class.clone(),
                None => component.name.clone(),
            };
            (name, component.code.clone(), metres)
        })
        .collect();
    let mut cases: Vec<(f64, CaseId)> = state
        .cases
        .open
        .iter()
        .filter_map(|id| Some((distance_m(at, state.cases.view.get(id)?.report.place.at), *id)))
        .filter(|(metres, _)| *metres <= radius_m)
        .collect();
    cases.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    let cases = cases.into_iter().map(|(_, id)| id).collect();
    Inspected { at, grid: cell.map(|cell| cell.code.clone()), community, address, components, cases }
}
