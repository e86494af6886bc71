//! From a point to words.

use geo::Coord;

use super::gazetteer::Gazetteer;
use super::resolve::{to_ground, to_lonlat};
use super::roads::{Foot, Road};
use crate::base::LonLat;
use crate::base::text::Lang;
use crate::spatial::crs::{distance_m, ground_from_lonlat};
use crate::spatial::street::{Bearing, Street};

/// A crossing further away than this says nothing about a place.
const CROSSING_REACH_M: f64 = 400.0;
/// Crossings of this many of the nearest roads are looked at.
const MOST_ROADS: usize = 10;
/// A landmark further away than this says nothing.
const LANDMARK_REACH_M: f64 = 100.0;

/// Something near a point.
#[derive(Clone, PartialEq, Debug)]
pub struct Nearby {
    /// Its words.
    pub label: String,
    /// Metres from it to the point.
    pub metres: f64,
    /// Where the point lies as seen from it.
    pub bearing: Bearing,
}

/// What is around a point; what the pack does not tell is empty.
#[derive(Clone, PartialEq, Default, Debug)]
pub struct Around {
    /// 15 digits of the cell.
    pub cell: Option<String>,
    /// Community.
    pub community: Option<String>,
    /// The compound that contains the point.
    pub compound: Option<String>,
    /// The building that contains the point.
    pub building: Option<String>,
    /// The nearest door or house number.
    pub door: Option<Nearby>,
    /// The nearest crossing of two roads with names, within 400 m.
    pub crossing: Option<Nearby>,
    /// The nearest point of interest, within 100 m.
    pub landmark: Option<Nearby>,
    /// One phrase to read to somebody on the way there; empty when nothing is known around the point.
    pub phrase: String,
}

/// What is around `at`.
pub fn around(street: &Street, places: &Gazetteer, at: LonLat, lang: Lang) -> Around {
    let nearby = |label: &str, place: LonLat, metres: f64| Nearby {
        label: label.to_owned(),
        metres,
        bearing: Bearing::between(ground_from_lonlat(place), ground_from_lonlat(at)),
    };
    let cell = street.cell_at(at);
    let community = street.community_at(at).map(|community| community.name.clone());
    let label = |block: &crate::spatial::street::Block| Some(block.label.clone()).filter(|label| !label.is_empty());
    let mut found = Around {
        cell: cell.map(|cell| cell.code.clone()),
        community: community.or_else(|| Some(cell?.community.clone())).filter(|name| !name.is_empty()),
        compound: street.compound_at(at).and_then(label),
        building: street.building_at(at).and_then(label),
        door: street.nearest_address(at).map(|(place, metres)| nearby(&place.label, place.at, metres)),
        crossing: places.nearest_crossing(at).map(|(label, place, metres)| nearby(&label, place, metres)),
        landmark: street
            .pois_near(at, LANDMARK_REACH_M, 1)
            .pop()
            .map(|(poi, metres)| nearby(&poi.label, poi.at, metres)),
        phrase: String::new(),
    };
    found.phrase = phrase(&found, street.describe(at, lang), lang);
    found
}

/// Community, the place by the nearest door or landmark, its compound, the way from the nearest crossing.
fn phrase(found: &Around, described: Option<String>, lang: Lang) -> String {
    let mut parts: Vec<String> = found.community.iter().cloned().collect();
    let said = |name: &str| described.as_ref().is_some_and(|words| words.contains(name));
    if let Some(compound) = found.compound.as_ref().filter(|name| !said(name)) {
        parts.push(lang.fill("place.around.inside", &[("compound", compound)]));
    }
    parts.extend(described.clone());
    if let Some(crossing) = &found.crossing {
        let rounded = ((crossing.metres / 10.0).round() * 10.0).max(10.0);
        let values: [(&str, &dyn std::fmt::Display); 3] =
            [("place", &crossing.label), ("bearing", &crossing.bearing.text(lang)), ("metres", &rounded)];
        parts.push(lang.fill("map.place.beside", &values));
    }
    parts.join(lang.text("place.around.comma"))
}

impl Gazetteer {
    fn nearest_crossing(&self, at: LonLat) -> Option<(String, LonLat, f64)> {
        if !at.is_valid() {
            return None;
        }
        let ground: Coord<f64> = to_ground(at);
        let feet = self.roads.values().filter_map(|road| Some((road, road.foot(ground, CROSSING_REACH_M)?)));
        let mut near: Vec<(&Road, Foot<'_>)> = feet.collect();
        near.sort_by(|a, b| a.1.away_m.total_cmp(&b.1.away_m));
        near.truncate(MOST_ROADS);
        let pairs =
            near.iter().enumerate().flat_map(|(own, one)| near.iter().skip(own + 1).map(move |other| (one, other)));
        let all = pairs.flat_map(|((one, _), (other, _))| {
            let (meetings, nearly) = one.meetings(other);
            let label = format!("{}与{}交叉口", one.label, other.label);
            meetings.into_iter().filter(move |_| !nearly).map(move |meeting| {
                let place = to_lonlat(meeting);
                (label.clone(), place, distance_m(place, at))
            })
        });
        all.filter(|(.., metres)| *metres <= CROSSING_REACH_M).min_by(|a, b| a.2.total_cmp(&b.2))
    }
}
