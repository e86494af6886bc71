//! The layers as a person sees them: their order, how opaque each is, and from which scale to which it shows.

use serde::{Deserialize, Serialize};

use super::LayerGroup;
use super::kind::{Form, Kind};
use super::palette::Rgba;

/// Metres of the screen that a point has when the screen's own size is not known: 1/96 inch.
const METRES_OF_A_POINT: f64 = 0.0254 / 96.0;

/// The number after `1:` of a scale.
pub fn denominator(metres_per_point: f64) -> f64 {
    metres_per_point / METRES_OF_A_POINT
}

/// How a layer is shown.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(default)]
pub struct LayerLook {
    /// Percent, from [`LayerLook::LEAST_OPACITY`] to 100.
    pub opacity: u8,
    /// The largest scale at which it shows, as the number after `1:`.
    pub nearest: Option<u32>,
    /// The smallest one.
    pub farthest: Option<u32>,
}

impl Default for LayerLook {
    fn default() -> Self {
        Self { opacity: 100, nearest: None, farthest: None }
    }
}

impl LayerLook {
    /// Less cannot be seen: whoever wants less hides the layer.
    pub const LEAST_OPACITY: u8 = 10;

    /// Within bounds, whatever a file or script said; a range turned about is put right.
    #[must_use]
    pub fn sound(self) -> Self {
        let (nearest, farthest) = (self.nearest.filter(|to| *to > 0), self.farthest.filter(|to| *to > 0));
        let turned = nearest.zip(farthest).is_some_and(|(nearest, farthest)| nearest > farthest);
        let (nearest, farthest) = if turned { (farthest, nearest) } else { (nearest, farthest) };
        Self { opacity: self.opacity.clamp(Self::LEAST_OPACITY, 100), nearest, farthest }
    }

    /// Whether it is shown at a scale.
    pub fn shows_at(self, metres_per_point: f64) -> bool {
        let scale = denominator(metres_per_point).round();
        self.nearest.is_none_or(|nearest| scale >= f64::from(nearest))
            && self.farthest.is_none_or(|farthest| scale <= f64::from(farthest))
    }
}

impl LayerGroup {
    /// All layers, the uppermost first.
    pub const ALL: [Self; 21] = [
        Self::Cases,
        Self::Officers,
        Self::Names,
        Self::Places,
        Self::Incidents,
        Self::Emergency,
        Self::Video,
        Self::Components,
        Self::Patrols,
        Self::Boundaries,
        Self::UnitGrid,
        Self::Pipelines,
        Self::Sites,
        Self::Parcels,
        Self::Rails,
        Self::Roads,
        Self::Buildings,
        Self::Water,
        Self::Relief,
        Self::Green,
        Self::Land,
    ];

    /// What of the ground belongs to it, in the order of the kinds; nothing for names and signs above the ground.
    pub fn kinds(self) -> impl Iterator<Item = Kind> {
        Kind::ALL.into_iter().filter(move |kind| kind.group() == self)
    }

    /// Whether its opacity can be set. Signs, names and what is at work always stand out.
    pub fn fades(self) -> bool {
        self.kinds().any(|kind| kind.form() != Form::Sign)
    }
}

/// The colour of a kind that is so many percent opaque. What is drawn in several coats or without blending takes on the colour
/// of the empty ground instead; signs stay.
pub fn faded(kind: Kind, color: Rgba, opacity: u8, ground: Rgba) -> Rgba {
    let part = f32::from(opacity.min(100)) / 100.0;
    let coats = kind.form() == Form::Fill || matches!(kind.group(), LayerGroup::Roads | LayerGroup::Rails);
    if kind.form() == Form::Sign {
        color
    } else if coats {
        let mixed =
            |at: usize| (f32::from(ground[at]) + (f32::from(color[at]) - f32::from(ground[at])) * part).round() as u8;
        [mixed(0), mixed(1), mixed(2), color[3]]
    } else {
        [color[0], color[1], color[2], (f32::from(color[3]) * part).round() as u8]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_of_scales_holds_its_ends_and_is_put_right() {
        let look = LayerLook { opacity: 0, nearest: Some(5000), farthest: Some(1000) }.sound();
        assert_eq!(look, LayerLook { opacity: 10, nearest: Some(1000), farthest: Some(5000) });
        let at = |denominator: f64| look.shows_at(denominator * METRES_OF_A_POINT);
        assert_eq!([999.0, 1000.0, 5000.0, 5001.0].map(at), [false, true, true, false]);
        assert!(LayerLook::default().shows_at(0.02) && LayerLook::default().shows_at(500.0));
        assert_eq!(LayerLook { nearest: Some(0), ..Default::default() }.sound(), LayerLook::default());
    }

    #[test]
    fn fading_goes_to_the_ground_or_lets_it_through_and_never_takes_signs() {
        let ground = [245, 244, 240, 255];
        let fade = |kind, opacity| faded(kind, [0, 0, 0, 200], opacity, ground);
        assert_eq!(fade(Kind::Building, 0), [ground[0], ground[1], ground[2], 200]);
        assert_eq!(fade(Kind::Primary, 100), [0, 0, 0, 200]);
        assert_eq!(fade(Kind::GridBorder, 50), [0, 0, 0, 100]);
        assert_eq!(fade(Kind::Video, 10), [0, 0, 0, 200]);
        assert!(LayerGroup::Sites.fades() && !LayerGroup::Emergency.fades() && !LayerGroup::Cases.fades());
    }

    #[test]
    fn every_layer_stands_once_in_the_order() {
        let sorted: std::collections::BTreeSet<_> = LayerGroup::ALL.into_iter().collect();
        assert_eq!(sorted.len(), LayerGroup::ALL.len());
        assert_eq!(sorted.last(), Some(&LayerGroup::Land));
        assert_eq!(LayerGroup::Land as usize + 1, LayerGroup::ALL.len());
    }
}
