//! Signs above the base map, made from the state when its overlay revision has changed and not otherwise. Signs and
//! lamps follow DOMAIN.md 7.1: square for a component, circle for an event, the lamp by shape and colour at its corner.

use eframe::egui::Color32;

use crate::app::state::{AppState, ThemeChoice};
use crate::base::{CaseId, LonLat, Revision};
use crate::domain::case::Lamp;
use crate::domain::case::command::Kind;
use crate::domain::org::OfficerId;
use crate::map::overlay::{Marker, Overlay, Shape};
use crate::map::style::LayerGroup;
use crate::ui::theme::Palette;
use crate::ui::words;

/// What a sign stands for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Sign {
    /// A case.
    Case(CaseId),
    /// An officer.
    Officer(OfficerId),
    /// The place of the report being taken.
    Draft,
    /// The point that was asked about.
    Inspected,
}

/// What the picture depends on.
type Made = (Revision, ThemeChoice, Option<CaseId>);

/// The overlay with what its keys mean; kept from frame to frame.
#[derive(Debug, Default)]
pub struct MapOverlay {
    overlay: Overlay,
    signs: Vec<Sign>,
    made: Option<Made>,
}

impl MapOverlay {
    /// The overlay for this state, made anew only when something in it changed.
    pub fn of(&mut self, state: &AppState) -> &Overlay {
        let wanted = (state.overlay_revision, state.settings.theme, state.selected);
        if self.made != Some(wanted) {
            self.made = Some(wanted);
            self.signs.clear();
            self.overlay.markers.clear();
            self.overlay.revision.bump();
            self.fill(state);
        }
        &self.overlay
    }

    /// What the key of a marker stands for.
    pub fn sign(&self, key: u64) -> Option<&Sign> {
        self.signs.get(usize::try_from(key).ok()?)
    }

    fn add(&mut self, sign: Sign, marker: Marker) {
        let key = self.signs.len() as u64;
        self.signs.push(sign);
        self.overlay.markers.push(Marker { key, ..marker });
    }

    fn fill(&mut self, state: &AppState) {
        let palette = Palette::of(state.settings.theme);
        if !state.map.hidden.contains(&LayerGroup::Officers) {
            self.officers(state, palette);
        }
        if !state.map.hidden.contains(&LayerGroup::Cases) {
            self.cases(state, palette);
        }
        if let Some(inspected) = &state.map.inspected {
            self.add(Sign::Inspected, marker(inspected.at, Shape::Pin, palette.weak));
        }
        if let Some(place) = &state.draft.place {
            self.add(Sign::Draft, Marker { selected: true, ..marker(place.at, Shape::Pin, palette.pin) });
        }
    }

    fn officers(&mut self, state: &AppState, palette: &Palette) {
        for officer in &state.reference.officers {
            let Some(fix) = officer.fix.filter(|fix| fix.at.is_valid()) else { continue };
            let sign = Marker {
                heading_degrees: fix.heading_degrees,
                faint: !officer.on_duty,
                ..marker(fix.at, Shape::Person, palette.officer)
            };
            self.add(Sign::Officer(officer.id.clone()), sign);
        }
    }

    /// Open cases; the one in hand last, so that it lies on top, and even when it has ended.
    fn cases(&mut self, state: &AppState, palette: &Palette) {
        let open = state.cases.open.iter().filter(|id| state.selected != Some(**id));
        for id in open.chain(&state.selected) {
            let Some(case) = state.cases.view.get(id) else { continue };
            let shape = match case.report.class.kind {
                Kind::Component => Shape::Square,
                Kind::Event => Shape::Circle,
            };
            let lamp = state.cases.lamps.get(id).copied().unwrap_or(Lamp::Off);
            let lamp_shape = match lamp {
                Lamp::Off => None,
                Lamp::Green => Some(Shape::Circle),
                Lamp::Yellow => Some(Shape::Triangle),
                Lamp::Red => Some(Shape::Square),
            };
            let sign = Marker {
                lamp: lamp_shape.map(|shape| (shape, bytes(palette.lamp(lamp)))),
                glyph: words::class_glyph(state, &case.report.class),
                selected: state.selected == Some(*id),
                faint: !case.state.is_open(),
                ..marker(case.report.place.at, shape, palette.sign)
            };
            self.add(Sign::Case(*id), sign);
        }
    }
}

fn marker(at: LonLat, shape: Shape, fill: Color32) -> Marker {
    Marker {
        key: 0,
        at,
        shape,
        fill: bytes(fill),
        lamp: None,
        glyph: String::new(),
        heading_degrees: None,
        selected: false,
        faint: false,
    }
}

fn bytes(colour: Color32) -> [u8; 4] {
    colour.to_srgba_unmultiplied()
}
