//! All places of a map pack that have words.

use std::collections::BTreeMap;

use geo::{Coord, Geometry};

use super::names::{Entry, Names};
use super::normalise::normalise;
use super::rank::HitKind;
use super::roads::Road;
use crate::base::LonLat;
use crate::spatial::feature::{Feature, Layer};
use crate::spatial::pack::{Pack, PackError};
use crate::spatial::plane::{area_of, ground_shape};
use crate::spatial::street::{address_label, middle};

/// Doors (false) and buildings (true) of one name, by number.
pub(super) type Numbers = BTreeMap<(bool, u32), Entry>;

/// Places of a map pack, found by words.
#[derive(Debug, Default)]
pub struct Gazetteer {
    /// Doors and buildings by the normalised name they belong to.
    pub(super) numbered: BTreeMap<String, Numbers>,
    /// All places with a name.
    pub(super) names: Names,
    pub(super) cells: BTreeMap<String, LonLat>,
    /// Components by their 16 digits.
    pub(super) components: BTreeMap<u64, (String, LonLat)>,
    /// Roads by normalised name.
    pub(super) roads: BTreeMap<String, Road>,
    /// Compounds by the road and number of their gate.
    pub(super) yards: BTreeMap<(String, u32), String>,
}

impl Gazetteer {
    /// Reads the names of a pack.
    ///
    /// # Errors
    /// When a table of the pack cannot be read.
    pub fn build(pack: &Pack) -> Result<Self, PackError> {
        let mut all = Self::default();
        for layer in [
            Layer::Addresses,
            Layer::Buildings,
            Layer::Compounds,
            Layer::Pois,
            Layer::Roads,
            Layer::UnitGrids,
            Layer::Boundaries,
            Layer::Components,
        ] {
            pack.features(layer, |_, feature| all.take(feature))?;
        }
        all.finish();
        Ok(all)
    }

    fn finish(&mut self) {
        for (key, road) in &self.roads {
            if let Some(at) = road.middle() {
                let spread_m = road.longest_m() / 2.0;
                let entry =
                    Entry { label: road.label.clone(), at, kind: HitKind::Road, road: None, ring: None, spread_m };
                self.names.add(key.clone(), entry);
            }
        }
        // A road or compound that only its doors and houses tell of.
        for (key, numbers) in &self.numbered {
            if let (false, Some(((building, _), some))) = (self.names.has(key), numbers.iter().nth(numbers.len() / 2)) {
                let kind = if *building { HitKind::Compound } else { HitKind::Road };
                let entry = Entry { label: key.clone(), kind, road: None, ring: None, spread_m: 200.0, ..some.clone() };
                self.names.add(key.clone(), entry);
            }
        }
        self.names.finish();
    }

    fn take(&mut self, feature: Feature) {
        let Some(at) = middle(&feature.geometry) else { return };
        match feature.layer {
            Layer::UnitGrids => {
                self.cells.insert(feature.code, at);
            }
            Layer::Components => {
                if let Ok(code) = feature.code.parse() {
                    self.components.insert(code, (feature.name, at));
                }
            }
            Layer::Roads => self.road(feature),
            Layer::Addresses | Layer::Buildings => self.numbered_place(&feature, at),
            Layer::Boundaries if feature.class != "community" => {}
            Layer::Boundaries => self.named(&feature, at, HitKind::Community),
            Layer::Compounds => {
                self.named(&feature, at, HitKind::Compound);
                let get = |key| feature.extra(key).unwrap_or_default();
                if let (Some(number), false) = (leading(get("number")), feature.name.is_empty()) {
                    self.yards.insert((normalise(get("street")), number), normalise(&feature.name));
                }
            }
            _ => self.named(&feature, at, HitKind::Poi),
        }
    }

    fn road(&mut self, feature: Feature) {
        if feature.name.is_empty() {
            return;
        }
        let width_m = feature.extra("width_m").and_then(|width| width.parse().ok());
        let road = self.roads.entry(normalise(&feature.name)).or_default();
        road.take(width_m, ground_shape(&feature.geometry));
        road.label = feature.name;
    }

    fn numbered_place(&mut self, feature: &Feature, at: LonLat) {
        let get = |key| feature.extra(key).filter(|value| !value.is_empty());
        let (name, number, building) = match (get("compound"), get("building"), get("street"), get("number")) {
            (Some(compound), Some(building), ..) => (compound, building, true),
            (_, _, Some(street), Some(number)) => (street, number, false),
            _ if feature.layer == Layer::Buildings => return self.named(feature, at, HitKind::Poi),
            _ => return,
        };
        let kind = if building { HitKind::Building } else { HitKind::Door };
        let road = (!building).then(|| normalise(name));
        let ring = ring_of(&feature.geometry);
        let entry = Entry { label: address_label(feature), at, kind, road, ring, spread_m: 0.0 };
        match leading(number) {
            Some(number) => {
                let numbers = self.numbered.entry(normalise(name)).or_default();
                match numbers.get_mut(&(building, number)) {
                    // Points come before buildings and are the better place; the outline is the building's.
                    Some(there) if there.ring.is_none() => there.ring = entry.ring,
                    Some(_) => {}
                    None => {
                        numbers.insert((building, number), entry);
                    }
                }
            }
            None => self.names.add(normalise(&entry.label), entry),
        }
    }

    fn named(&mut self, feature: &Feature, at: LonLat, kind: HitKind) {
        if feature.name.is_empty() {
            return;
        }
        let road = feature.extra("street").filter(|street| !street.is_empty()).map(normalise);
        let ring = ring_of(&feature.geometry);
        let entry = Entry { label: feature.name.clone(), at, kind, road, ring, spread_m: 0.0 };
        let key = normalise(&feature.name);
        // 新泽站（地铁示范线） is 新泽站 to callers.
        if let Some((short, _)) = key.split_once('(').filter(|(short, _)| !short.is_empty()) {
            self.names.add(short.to_owned(), entry.clone());
        }
        self.names.add(key, entry);
    }
}

/// The number that a door's or building's number begins with.
fn leading(number: &str) -> Option<u32> {
    let digits: String = number.chars().take_while(char::is_ascii_digit).collect();
    digits.parse().ok()
}

/// The outline of an area in metres on the ground.
fn ring_of(geometry: &Geometry<f64>) -> Option<Box<[Coord<f64>]>> {
    let area = area_of(ground_shape(geometry))?;
    let largest = area.0.into_iter().max_by_key(|polygon| polygon.exterior().0.len())?;
    Some(largest.exterior().0.clone().into())
}
