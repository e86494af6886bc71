//! From readings to places.

use geo::Coord;

use super::gazetteer::Gazetteer;
use super::moves::moved;
use super::names::{Entry, Match};
use super::number::Numbered;
use super::parse::{Phrase, parse, road_pairs};
use super::rank::{Hit, HitKind, Reason, ranked};
use crate::base::LonLat;
use crate::spatial::crs::distance_m;
use crate::spatial::plane::{ground_coord, lonlat_coord};

/// Of a place that another is told by, so many candidates are followed.
const MOST_ANCHORS: usize = 4;
/// 十字坡小区东门往北100米 is two deep; deeper phrases are not spoken.
const DEEPEST: usize = 3;
/// What is told as between two places is no further apart.
const BETWEEN_M: f64 = 3_000.0;
/// A number that is not there is taken for one of its side up to so many numbers away: some two hundred metres.
const FURTHEST_NUMBER: u32 = 30;
/// Around a place named before another (古城南路十字坡小区) the other is looked for so far.
const LEAD_M: f64 = 600.0;

/// A hit with what is needed to go on from it.
#[derive(Clone, Debug)]
pub(super) struct Anchor {
    pub hit: Hit,
    /// Roads it lies on, normalised.
    pub roads: Vec<String>,
    /// Outline in metres on the ground; empty when it has none.
    pub ring: Vec<Coord<f64>>,
}

pub(super) fn to_ground(at: LonLat) -> Coord<f64> {
    ground_coord(Coord { x: at.lon, y: at.lat })
}

pub(super) fn to_lonlat(at: Coord<f64>) -> LonLat {
    let at = lonlat_coord(at);
    LonLat::new(at.x, at.y)
}

/// Half the way across an outline: how far the place may lie from its middle.
fn spread_m(entry: &Entry) -> f64 {
    let middle = to_ground(entry.at);
    let ring = entry.ring.iter().flatten();
    ring.map(|at| (*at - middle).x.hypot((*at - middle).y)).fold(entry.spread_m, f64::max)
}

pub(super) fn anchor(entry: &Entry, score: f64, reason: Reason) -> Anchor {
    let least: f64 = match entry.kind {
        HitKind::Door | HitKind::Poi => 15.0,
        HitKind::Community => 300.0,
        _ => 10.0,
    };
    let hit = Hit {
        label: entry.label.clone(),
        at: entry.at,
        kind: entry.kind,
        score,
        reason,
        uncertainty_m: spread_m(entry).max(least),
        moves: Vec::new(),
    };
    let ring = entry.ring.iter().flatten().copied().collect();
    Anchor { hit, roads: entry.road.iter().cloned().collect(), ring }
}

pub(super) fn name_score(kind: HitKind, exact: bool) -> f64 {
    match (kind, exact) {
        (HitKind::Compound | HitKind::Community, true) => 0.75,
        (HitKind::Road, true) => 0.55,
        (_, true) => 1.0,
        (HitKind::Road, false) => 0.52,
        (_, false) => 0.60,
    }
}

impl Gazetteer {
    /// Places for a normalised phrase, in no order.
    pub(super) fn places(&self, phrase: &str, depth: usize) -> Vec<Anchor> {
        let mut found = Vec::new();
        for reading in parse(phrase) {
            match reading {
                Phrase::Cell(code) => found.extend(self.cells.get(code).map(|at| coded(code, *at, HitKind::Cell))),
                Phrase::Component(code) => {
                    let there = code.parse().ok().and_then(|code: u64| self.components.get(&code));
                    found.extend(there.map(|(name, at)| coded(&format!("{name} {code}"), *at, HitKind::Component)));
                }
                Phrase::Crossing(first, second) => found.extend(self.crossing(first, second)),
                Phrase::Numbered(numbered) => found.extend(self.numbered_places(&numbered)),
                Phrase::Between(first, second) if depth < DEEPEST => found.extend(self.between(first, second, depth)),
                Phrase::Relative(of, relation) if depth < DEEPEST => {
                    let anchors = self.best(of, depth + 1);
                    found.extend(anchors.into_iter().filter_map(|anchor| moved(self, anchor, relation)));
                }
                Phrase::Between(..) | Phrase::Relative(..) => {}
                Phrase::Name(name) => found.extend(self.named_places(name)),
            }
        }
        found
    }

    /// The few best places for a part of a phrase.
    fn best(&self, phrase: &str, depth: usize) -> Vec<Anchor> {
        let mut all = self.places(phrase, depth);
        all.sort_by(|a, b| b.hit.score.total_cmp(&a.hit.score));
        all.truncate(MOST_ANCHORS);
        all
    }

    fn named_places(&self, name: &str) -> Vec<Anchor> {
        let mut found = Vec::new();
        for (key, fit, reason) in self.names.matching(name) {
            let all = self.names.get(key).iter();
            found.extend(all.map(|entry| anchor(entry, name_score(entry.kind, true) * fit, reason)));
        }
        if found.is_empty()
            && let Some((leads, rest)) = self.lead(name)
        {
            for (key, fit, reason) in self.names.matching(rest) {
                for entry in self.names.get(key) {
                    let near = leads.iter().any(|lead| lead.near(entry));
                    let fit = fit * if near { 0.98 } else { 0.80 };
                    found.push(anchor(entry, name_score(entry.kind, true) * fit, reason));
                }
            }
        }
        // A metro entrance without the word for it, and a station's own words: 地铁新泽站.
        if found.is_empty() {
            let plain = name.replace("地铁站", "站").replace("地铁", "").replace("出入口", "口").replace("出口", "口");
            if plain != name {
                let all = self.names.matching(&plain);
                for (key, fit, reason) in all {
                    found.extend(self.names.get(key).iter().map(|e| anchor(e, name_score(e.kind, true) * fit, reason)));
                }
            }
        }
        found
    }

    /// The places that a text begins with (a road, a community, a compound), and the rest of it; the longest such beginning.
    fn lead<'a>(&self, text: &'a str) -> Option<(Vec<Lead>, &'a str)> {
        let cuts = text.char_indices().skip(2).map(|(at, _)| at).collect::<Vec<_>>();
        cuts.into_iter().rev().find_map(|at| {
            let (lead, rest) = text.split_at_checked(at).filter(|(_, rest)| rest.chars().count() > 1)?;
            let entries = self.names.get(lead).iter().filter(|entry| entry.kind != HitKind::Poi);
            let mut leads: Vec<Lead> = entries.map(|entry| Lead { at: entry.at, reach_m: spread_m(entry) }).collect();
            if leads.is_empty() && lead.ends_with("街道") {
                leads.push(Lead { at: LonLat::new(0.0, 0.0), reach_m: f64::INFINITY });
            }
            (!leads.is_empty()).then_some((leads, rest))
        })
    }

    fn numbered_places(&self, asked: &Numbered<'_>) -> Vec<Anchor> {
        let of = |name: &str| -> Vec<Anchor> {
            let known = self.names.matching(name).into_iter();
            known.filter_map(|name| self.number(name, asked)).collect()
        };
        let found = of(asked.name);
        if !found.is_empty() {
            return found;
        }
        // 锦棠社区新泽路12号, 鲁谷街道新泽路12号.
        self.lead(asked.name).map(|(_, rest)| of(rest)).unwrap_or_default()
    }

    fn number(&self, (key, fit, reason): Match<'_>, asked: &Numbered<'_>) -> Option<Anchor> {
        let wanted = asked.number;
        let whole = || {
            let entry = self.names.get(key).iter().find(|e| matches!(e.kind, HitKind::Road | HitKind::Compound))?;
            let score = name_score(entry.kind, true) * fit * 0.95;
            Some(anchor(entry, score, Reason::WithoutNumber { wanted }))
        };
        let Some(numbers) = self.numbered.get(key) else { return whole() };
        // 12号院3号楼: the third building of the compound whose gate bears that number.
        if let Some(inner) = asked.inner
            && let Some(yard) = self.yards.get(&(key.to_owned(), wanted))
            && let Some(entry) = self.numbered.get(yard).and_then(|numbers| numbers.get(&(true, inner)))
        {
            return Some(anchor(entry, 0.93 * fit, reason));
        }
        let own = numbers.get(&(asked.building, wanted)).or_else(|| numbers.get(&(!asked.building, wanted)));
        if let Some(entry) = own {
            let score = if entry.kind == HitKind::Building { 0.93 } else { 0.95 };
            return Some(anchor(entry, score * fit, reason));
        }
        let side: Vec<(u32, &Entry)> = numbers
            .iter()
            .filter(|((building, own), _)| !building && own % 2 == wanted % 2)
            .map(|((_, own), entry)| (*own, entry))
            .collect();
        let (nearest, entry) = *side.iter().min_by_key(|(own, _)| own.abs_diff(wanted))?;
        let gap = nearest.abs_diff(wanted);
        // So far off the nearest door says less than the road does.
        if gap > FURTHEST_NUMBER
            && let Some(road) = whole()
        {
            return Some(road);
        }
        let score = (0.80 - 0.01 * f64::from(gap)).max(0.50) * fit;
        let above = side.partition_point(|(own, _)| *own < wanted);
        let pair = above.checked_sub(1).and_then(|below| Some((side.get(below)?, side.get(above)?)));
        let mut hit = anchor(entry, score, Reason::NearestNumber { wanted });
        // A number stands for six metres of a road: there is one on either side for every twelve or so.
        hit.hit.uncertainty_m += 6.0 * f64::from(gap);
        if let Some(((low, below), (high, above))) = pair {
            let (from, to) = (to_ground(below.at), to_ground(above.at));
            let part = f64::from(wanted - low) / f64::from(high - low);
            let along = self.roads.get(key).and_then(|road| road.between(from, to, part));
            let at = to_lonlat(along.unwrap_or(from + (to - from) * part));
            hit.hit.uncertainty_m = distance_m(below.at, above.at) / 2.0 + 10.0;
            let name = self.names.get(key).iter().find(|entry| entry.kind == HitKind::Road);
            hit.hit.label = format!("{}{wanted}号", name.map_or(key, |entry| entry.label.as_str()));
            hit.hit.at = at;
            hit.hit.reason = Reason::Interpolated { wanted, low: *low, high: *high };
            hit.ring.clear();
        }
        Some(hit)
    }

    /// Names of roads that a text means.
    fn roads_named<'a>(&'a self, text: &'a str) -> Vec<Match<'a>> {
        let all = self.names.matching(text).into_iter();
        all.filter(|(key, ..)| self.roads.contains_key(*key)).take(MOST_ANCHORS * 2).collect()
    }

    fn crossing(&self, first: &str, second: &str) -> Vec<Anchor> {
        let mut found = Vec::new();
        for (a, a_fit, a_reason) in self.roads_named(first) {
            for (b, b_fit, b_reason) in self.roads_named(second) {
                let (Some(one), Some(other)) = (self.roads.get(a), self.roads.get(b)) else { continue };
                if a == b {
                    continue;
                }
                let (meetings, nearly) = one.meetings(other);
                let reason = match (nearly, a_reason) {
                    (true, _) => Reason::NearlyMeeting,
                    (_, Reason::Exact) => b_reason,
                    (_, other) => other,
                };
                let half_m = one.half_m().max(other.half_m());
                for at in meetings {
                    let hit = Hit {
                        label: format!("{}与{}交叉口", one.label, other.label),
                        at: to_lonlat(at),
                        kind: HitKind::Crossing,
                        score: 0.90 * a_fit * b_fit * if nearly { 0.90 } else { 1.0 },
                        reason,
                        uncertainty_m: half_m + 10.0,
                        moves: Vec::new(),
                    };
                    found.push(Anchor { hit, roads: vec![a.to_owned(), b.to_owned()], ring: Vec::new() });
                }
            }
        }
        found
    }

    fn between(&self, first: &str, second: &str, depth: usize) -> Vec<Anchor> {
        let mut ends = (self.best(first, depth + 1), Vec::new());
        // 新泽路芳洲街与棠梨路之间 is a stretch of the first road.
        let mut stretch = Vec::new();
        for (road, cross) in road_pairs(first) {
            let (from, to) = (self.crossing(road, cross), self.crossing(road, second));
            stretch.extend(self.halfway(&from, &to));
        }
        ends.1 = self.best(second, depth + 1);
        // The middles of two roads say nothing of a place between them.
        let placed = |all: Vec<Anchor>| all.into_iter().filter(|one| one.hit.kind != HitKind::Road).collect::<Vec<_>>();
        stretch.extend(self.halfway(&placed(ends.0), &placed(ends.1)));
        stretch
    }

    fn halfway(&self, from: &[Anchor], to: &[Anchor]) -> Option<Anchor> {
        let pairs = from.iter().flat_map(|a| to.iter().map(move |b| (a, b, distance_m(a.hit.at, b.hit.at))));
        let (a, b, apart_m) = pairs
            .filter(|(.., apart_m)| (1.0..BETWEEN_M).contains(apart_m))
            .max_by(|x, y| (x.0.hit.score * x.1.hit.score).total_cmp(&(y.0.hit.score * y.1.hit.score)))?;
        let (start, end) = (to_ground(a.hit.at), to_ground(b.hit.at));
        let roads: Vec<String> = a.roads.iter().filter(|road| b.roads.contains(road)).cloned().collect();
        let along = roads.iter().find_map(|road| self.roads.get(road)?.between(start, end, 0.5));
        let hit = Hit {
            label: format!("{}—{}", a.hit.label, b.hit.label),
            at: to_lonlat(along.unwrap_or((start + end) / 2.0)),
            kind: a.hit.kind,
            score: 0.85 * a.hit.score.min(b.hit.score),
            reason: Reason::Between,
            uncertainty_m: apart_m / 2.0 + 10.0,
            moves: Vec::new(),
        };
        Some(Anchor { hit, roads, ring: Vec::new() })
    }

    /// At most `limit` places for a query as typed or spoken, best first; of equally good ones the nearest to `near`.
    /// Answers within a bounded time for any text.
    pub fn search(&self, query: &str, near: Option<LonLat>, limit: usize) -> Vec<Hit> {
        let phrase = super::normalise::spoken(query);
        if phrase.is_empty() {
            return Vec::new();
        }
        let mut hits: Vec<Hit> = self.positions(query);
        hits.extend(self.places(&phrase, 0).into_iter().map(|anchor| anchor.hit));
        self.by_name(&phrase, &mut hits);
        ranked(hits, near, limit)
    }
}

/// Where a leading name lies.
struct Lead {
    at: LonLat,
    reach_m: f64,
}

impl Lead {
    fn near(&self, entry: &Entry) -> bool {
        self.reach_m.is_infinite() || distance_m(self.at, entry.at) < LEAD_M + self.reach_m
    }
}

fn coded(label: &str, at: LonLat, kind: HitKind) -> Anchor {
    let uncertainty_m = if kind == HitKind::Cell { 70.0 } else { 2.0 };
    let (label, reason) = (label.to_owned(), Reason::Exact);
    let hit = Hit { label, at, kind, score: 1.0, reason, uncertainty_m, moves: Vec::new() };
    Anchor { hit, roads: Vec::new(), ring: Vec::new() }
}
