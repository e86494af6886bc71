//! All places of a map pack that have words.

use std::collections::{BTreeMap, BTreeSet};

use geo::{BoundingRect, Geometry, LineString};
use pinyin::ToPinyin;

use super::normalise::normalise;
use super::parse::{Parsed, parse};
use super::rank::{Hit, HitKind, Reason, ranked};
use crate::base::LonLat;
use crate::spatial::feature::{Feature, Layer};
use crate::spatial::pack::{Pack, PackError};
use crate::spatial::street::{address_label, middle};

/// Places that begin with a query are looked at up to this many: enough to choose from, few enough to stay quick.
const MOST_CANDIDATES: usize = 400;

/// Places of a map pack, found by words.
#[derive(Debug, Default)]
pub struct Gazetteer {
    /// Doors and buildings by the normalised name they belong to, then building or door, then number.
    numbered: BTreeMap<String, BTreeMap<(bool, u32), Entry>>,
    /// All named places by normalised name.
    names: BTreeMap<String, Vec<Entry>>,
    /// Pinyin and initials, each with the normalised names that sound so.
    sounds: BTreeMap<String, BTreeSet<String>>,
    cells: BTreeMap<String, LonLat>,
    roads: BTreeMap<String, Road>,
}

#[derive(Clone, Debug)]
struct Entry {
    label: String,
    at: LonLat,
    kind: HitKind,
}

#[derive(Debug, Default)]
struct Road {
    label: String,
    lines: Vec<LineString<f64>>,
}

impl Gazetteer {
    /// Reads the names of a pack.
    ///
    /// # Errors
    /// When a table of the pack cannot be read.
    pub fn build(pack: &Pack) -> Result<Self, PackError> {
        let mut all = Self::default();
        for layer in [Layer::Addresses, Layer::Buildings, Layer::Compounds, Layer::Pois, Layer::Roads, Layer::UnitGrids]
        {
            pack.features(layer, |_, feature| all.take(feature))?;
        }
        let roads = std::mem::take(&mut all.roads);
        for (key, road) in &roads {
            // The middle vertex of the longest piece lies on the road, which a centroid need not.
            let longest = road.lines.iter().max_by_key(|line| line.0.len());
            if let Some(at) = longest.and_then(|line| line.0.get(line.0.len() / 2)) {
                let entry = Entry { label: road.label.clone(), at: LonLat::new(at.x, at.y), kind: HitKind::Road };
                all.name(key.clone(), entry);
            }
        }
        all.roads = roads;
        Ok(all)
    }

    fn take(&mut self, feature: Feature) {
        let Some(at) = middle(&feature.geometry) else { return };
        match feature.layer {
            Layer::UnitGrids => {
                self.cells.insert(feature.code, at);
            }
            Layer::Roads => {
                if feature.name.is_empty() {
                    return;
                }
                let road = self.roads.entry(normalise(&feature.name)).or_default();
                road.label = feature.name;
                match feature.geometry {
                    Geometry::LineString(line) => road.lines.push(line),
                    Geometry::MultiLineString(lines) => road.lines.extend(lines),
                    _ => {}
                }
            }
            Layer::Addresses | Layer::Buildings => {
                let get = |key| feature.extra(key).filter(|value| !value.is_empty());
                let (name, number, building) = match (get("compound"), get("building"), get("street"), get("number")) {
                    (Some(compound), Some(building), ..) => (compound, building, true),
                    (_, _, Some(street), Some(number)) => (street, number, false),
                    _ => {
                        if !feature.name.is_empty() && feature.layer == Layer::Buildings {
                            let entry = Entry { label: feature.name.clone(), at, kind: HitKind::Poi };
                            self.name(normalise(&feature.name), entry);
                        }
                        return;
                    }
                };
                let kind = if building { HitKind::Building } else { HitKind::Door };
                let entry = Entry { label: address_label(&feature), at, kind };
                let leading: String = number.chars().take_while(char::is_ascii_digit).collect();
                match leading.parse() {
                    // Points come before buildings and are the better place, so the first of a number stays.
                    Ok(number) => {
                        self.numbered.entry(normalise(name)).or_default().entry((building, number)).or_insert(entry);
                    }
                    Err(_) => self.name(normalise(&entry.label.clone()), entry),
                }
            }
            Layer::Compounds => self.named(&feature.name, at, HitKind::Compound),
            _ => self.named(&feature.name, at, HitKind::Poi),
        }
    }

    fn named(&mut self, name: &str, at: LonLat, kind: HitKind) {
        if !name.is_empty() {
            self.name(normalise(name), Entry { label: name.to_owned(), at, kind });
        }
    }

    fn name(&mut self, key: String, entry: Entry) {
        let syllables: Vec<&str> = key.as_str().to_pinyin().flatten().map(pinyin::Pinyin::plain).collect();
        if !syllables.is_empty() {
            let initials: String = syllables.iter().filter_map(|syllable| syllable.chars().next()).collect();
            for sound in [syllables.concat(), initials] {
                self.sounds.entry(sound).or_default().insert(key.clone());
            }
        }
        self.names.entry(key).or_default().push(entry);
    }

    /// At most `limit` places for a query as typed, best first; of equally good ones the nearest to `near`.
    pub fn search(&self, query: &str, near: Option<LonLat>, limit: usize) -> Vec<Hit> {
        let query = normalise(query);
        if query.is_empty() {
            return Vec::new();
        }
        let mut hits = Vec::new();
        match parse(&query) {
            Parsed::Cell(code) => hits.extend(self.cells.get(code).map(|at| Hit {
                label: code.to_owned(),
                at: *at,
                kind: HitKind::Cell,
                score: 1.0,
                reason: Reason::Exact,
            })),
            Parsed::Crossing(first, second) => hits.extend(self.crossing(first, second)),
            Parsed::Numbered { name, number, building } => hits.extend(self.number(name, number, building)),
            Parsed::Name(_) => {}
        }
        self.by_name(&query, &mut hits);
        ranked(hits, near, limit)
    }

    fn number(&self, name: &str, number: u32, building: bool) -> Option<Hit> {
        let numbers = self.numbered.get(name)?;
        let exact = numbers.get(&(building, number)).or_else(|| numbers.get(&(!building, number)));
        if let Some(entry) = exact {
            let score = if entry.kind == HitKind::Building { 0.93 } else { 0.95 };
            return Some(hit(entry, score, Reason::Exact));
        }
        let (gap, entry) = numbers
            .iter()
            .filter(|((of_building, own), _)| !of_building && own % 2 == number % 2)
            .map(|((_, own), entry)| (own.abs_diff(number), entry))
            .min_by_key(|(gap, _)| *gap)?;
        Some(hit(entry, (0.80 - 0.01 * f64::from(gap)).max(0.50), Reason::NearestNumber { wanted: number }))
    }

    fn crossing(&self, first: &str, second: &str) -> Option<Hit> {
        let road = |name: &str| self.roads.get(name).or_else(|| self.roads.get(&format!("{name}路")));
        let (a, b) = (road(first)?, road(second)?);
        let mut best: Option<(f64, LonLat)> = None;
        for line in &a.lines {
            for other in &b.lines {
                let (Some(own), Some(its)) = (line.bounding_rect(), other.bounding_rect()) else { continue };
                /// Degrees; roads whose bounds are further apart do not meet.
                const REACH: f64 = 0.0005;
                if own.min().x > its.max().x + REACH
                    || its.min().x > own.max().x + REACH
                    || own.min().y > its.max().y + REACH
                    || its.min().y > own.max().y + REACH
                {
                    continue;
                }
                for segment in line.lines() {
                    for across in other.lines() {
                        use geo::line_intersection::{LineIntersection, line_intersection};
                        let at = match line_intersection(segment, across) {
                            Some(LineIntersection::SinglePoint { intersection, .. }) => intersection,
                            Some(LineIntersection::Collinear { intersection }) => intersection.start,
                            None => continue,
                        };
                        // Of several meeting points the most northern-western, so that the answer does not change.
                        let order = at.x - at.y;
                        if best.is_none_or(|(least, _)| order < least) {
                            best = Some((order, LonLat::new(at.x, at.y)));
                        }
                    }
                }
            }
        }
        let (_, at) = best?;
        let label = format!("{}与{}交叉口", a.label, b.label);
        Some(Hit { label, at, kind: HitKind::Crossing, score: 0.90, reason: Reason::Exact })
    }

    /// Names that are, begin with, hold or sound like the query.
    fn by_name(&self, query: &str, hits: &mut Vec<Hit>) {
        let beginning = |key: &str| key.starts_with(query);
        for (key, entries) in
            self.names.range(query.to_owned()..).take_while(|(key, _)| beginning(key)).take(MOST_CANDIDATES)
        {
            let exact = key == query;
            let reason = if exact { Reason::Exact } else { Reason::Prefix };
            hits.extend(entries.iter().map(|entry| hit(entry, name_score(entry.kind, exact), reason)));
        }
        if query.is_ascii() {
            for (_, keys) in
                self.sounds.range(query.to_owned()..).take_while(|(key, _)| beginning(key)).take(MOST_CANDIDATES)
            {
                for entry in keys.iter().filter_map(|key| self.names.get(key)).flatten() {
                    hits.push(hit(entry, name_score(entry.kind, false) - 0.05, Reason::Pinyin));
                }
            }
        } else if hits.is_empty() {
            let holding = self.names.iter().filter(|(key, _)| key.contains(query)).take(MOST_CANDIDATES);
            hits.extend(holding.flat_map(|(_, all)| all).map(|entry| hit(entry, 0.50, Reason::Part)));
        }
    }
}

fn name_score(kind: HitKind, exact: bool) -> f64 {
    match (kind, exact) {
        (HitKind::Compound, true) => 0.75,
        (HitKind::Road, true) => 0.55,
        (_, true) => 1.0,
        (HitKind::Road, false) => 0.52,
        (_, false) => 0.60,
    }
}

fn hit(entry: &Entry, score: f64, reason: Reason) -> Hit {
    Hit { label: entry.label.clone(), at: entry.at, kind: entry.kind, score, reason }
}

#[cfg(test)]
mod tests {
    use geo::Point;

    use super::*;
    use crate::spatial::pack::PackWriter;

    fn gazetteer() -> Gazetteer {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("g.gpkg");
        let mut pack = PackWriter::create(&path).unwrap();
        let mut add = |layer, name: &str, code: &str, extra: &[(&'static str, &str)], geometry: Geometry<f64>| {
            let extra = extra.iter().map(|(key, value)| (*key, (*value).to_owned())).collect();
            let (class, code, name) = (String::new(), code.to_owned(), name.to_owned());
            pack.add(&Feature { layer, class, code, name, extra, geometry }).unwrap();
        };
        let at = |east: f64| Geometry::from(Point::new(116.2 + east, 39.9));
        let line = |points: Vec<(f64, f64)>| Geometry::from(LineString::from(points));
        add(Layer::Roads, "鲁谷路", "", &[], line(vec![(116.2, 39.9), (116.22, 39.9), (116.3, 39.9)]));
        add(Layer::Roads, "八角东街", "", &[], line(vec![(116.25, 39.8), (116.25, 39.95)]));
        for (number, east) in [("10", 0.01), ("12", 0.012), ("17", 0.017)] {
            add(Layer::Addresses, "", "", &[("street", "鲁谷路"), ("number", number)], at(east));
        }
        add(Layer::Addresses, "", "", &[("compound", "十字坡小区"), ("building", "6")], at(0.03));
        add(
            Layer::Compounds,
            "十字坡小区",
            "",
            &[],
            geo::Rect::new((116.22, 39.9), (116.23, 39.91)).to_polygon().into(),
        );
        add(Layer::Pois, "鲁谷医院", "", &[], at(0.04));
        add(
            Layer::UnitGrids,
            "",
            "110107011001001",
            &[],
            geo::Rect::new((116.2, 39.9), (116.21, 39.91)).to_polygon().into(),
        );
        pack.finish().unwrap();
        Gazetteer::build(&Pack::open(&path).unwrap()).unwrap()
    }

    #[test]
    fn queries_find_their_places() {
        let all = gazetteer();
        let cases = [
            ("北京市石景山区鲁谷路１２号", "鲁谷路12号", HitKind::Door, Reason::Exact),
            ("鲁谷路 十二号", "鲁谷路12号", HitKind::Door, Reason::Exact),
            ("鲁谷路13号", "鲁谷路17号", HitKind::Door, Reason::NearestNumber { wanted: 13 }),
            ("鲁谷路14号", "鲁谷路12号", HitKind::Door, Reason::NearestNumber { wanted: 14 }),
            ("鲁谷路", "鲁谷路", HitKind::Road, Reason::Exact),
            ("十字坡小区六号楼", "十字坡小区6号楼", HitKind::Building, Reason::Exact),
            ("十字坡小区", "十字坡小区", HitKind::Compound, Reason::Exact),
            ("鲁谷医院", "鲁谷医院", HitKind::Poi, Reason::Exact),
            ("鲁谷路与八角东街交叉口", "鲁谷路与八角东街交叉口", HitKind::Crossing, Reason::Exact),
            ("110107011001001", "110107011001001", HitKind::Cell, Reason::Exact),
            ("鲁谷医", "鲁谷医院", HitKind::Poi, Reason::Prefix),
            ("医院", "鲁谷医院", HitKind::Poi, Reason::Part),
            ("lgyy", "鲁谷医院", HitKind::Poi, Reason::Pinyin),
            ("luguyi", "鲁谷医院", HitKind::Poi, Reason::Pinyin),
        ];
        for (query, label, kind, reason) in cases {
            let hits = all.search(query, None, 5);
            let first = hits.first().unwrap_or_else(|| panic!("{query} finds nothing"));
            assert_eq!((first.label.as_str(), first.kind, first.reason), (label, kind, reason), "{query}");
        }
        let crossing = &all.search("鲁谷路与八角东街交叉口", None, 1)[0];
        assert!((crossing.at.lon - 116.25).abs() < 1e-9 && (crossing.at.lat - 39.9).abs() < 1e-9);
        assert!(all.search("无此路9号", None, 5).is_empty());
        assert!(all.search("", None, 5).is_empty());
        assert!(all.search("鲁谷", None, 1).len() <= 1);
    }
}
