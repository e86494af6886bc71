//! Phrases as callers say them, made by grammar from the features of the town, and how many of them are placed where they
//! belong. What is right is worked out here from the features, not by the code that is tried.

use std::collections::{BTreeMap, BTreeSet};

use geo::{BoundingRect as _, Coord, CoordsIter as _, Geometry};
use pinyin::ToPinyin as _;

use super::TOWN;
use crate::base::LonLat;
use crate::base::text::Lang;
use crate::demo::names::numeral;
use crate::geocode::{Hit, around};
use crate::spatial::crs::{Ground, distance_m, ground_from_lonlat, lonlat_from_ground};
use crate::spatial::feature::{Feature, Layer};

/// Phrase, where it belongs.
type Said = (String, LonLat);

fn at(feature: &Feature) -> LonLat {
    crate::spatial::street::middle(&feature.geometry).unwrap()
}

fn shifted(from: LonLat, east_m: f64, north_m: f64) -> LonLat {
    let ground = ground_from_lonlat(from);
    lonlat_from_ground(Ground { east_m: ground.east_m + east_m, north_m: ground.north_m + north_m })
}

fn layer(layer: Layer) -> &'static [Feature] {
    &TOWN.layers[&layer]
}

fn get<'a>(feature: &'a Feature, key: &str) -> &'a str {
    feature.extra(key).unwrap_or("")
}

/// Points of interest whose name nothing else bears and that hold no brackets.
fn pois() -> Vec<&'static Feature> {
    let mut count: BTreeMap<&str, usize> = BTreeMap::new();
    for poi in layer(Layer::Pois) {
        *count.entry(&poi.name).or_default() += 1;
    }
    let sole = |poi: &&Feature| count[poi.name.as_str()] == 1 && !poi.name.contains('（');
    layer(Layer::Pois).iter().filter(sole).collect()
}

fn doors() -> Vec<&'static Feature> {
    layer(Layer::Addresses).iter().filter(|one| get(one, "building").is_empty()).collect()
}

fn houses() -> Vec<&'static Feature> {
    layer(Layer::Addresses).iter().filter(|one| !get(one, "building").is_empty()).collect()
}

/// Roads that share exactly one point, with it and their half widths.
fn crossings() -> Vec<(&'static str, &'static str, LonLat, f64)> {
    let mut at: BTreeMap<(i64, i64), BTreeSet<&str>> = BTreeMap::new();
    let mut half: BTreeMap<&str, f64> = BTreeMap::new();
    for road in layer(Layer::Roads).iter().filter(|road| !road.name.is_empty()) {
        half.insert(&road.name, get(road, "width_m").parse::<f64>().unwrap_or(6.0) / 2.0);
        for point in road.geometry.coords_iter() {
            at.entry(((point.x * 1e9).round() as i64, (point.y * 1e9).round() as i64)).or_default().insert(&road.name);
        }
    }
    let mut pairs: BTreeMap<(&str, &str), Vec<LonLat>> = BTreeMap::new();
    for (point, names) in at {
        let place = LonLat::new(point.0 as f64 / 1e9, point.1 as f64 / 1e9);
        for a in &names {
            for b in names.iter().filter(|b| *b > a) {
                pairs.entry((a, b)).or_default().push(place);
            }
        }
    }
    let sole = pairs.into_iter().filter(|(_, places)| places.len() == 1);
    sole.map(|((a, b), places)| (a, b, places[0], half[a].max(half[b]))).collect()
}

/// As many of a list as wanted, from all over it.
fn some<T>(all: Vec<T>, wanted: usize) -> Vec<T> {
    let step = (all.len() / wanted).max(1);
    all.into_iter().step_by(step).take(wanted).collect()
}

fn door_phrases() -> Vec<Said> {
    let mut said = Vec::new();
    for (order, door) in some(doors(), 60).into_iter().enumerate() {
        let (street, number) = (get(door, "street"), get(door, "number"));
        let figure: usize = number.parse().unwrap();
        let spoken = if figure < 100 { numeral(figure) } else { number.to_owned() };
        let wide: String = number.chars().map(|digit| char::from_u32(digit as u32 + 0xFEE0).unwrap()).collect();
        said.push(match order % 6 {
            0 => (format!("北京市石景山区{street}{number}号"), at(door)),
            1 => (format!("{street}{spoken}号"), at(door)),
            2 => (format!("喂，我在{street} {wide} 号呢"), at(door)),
            3 => (format!("就是那个{street}{number}号院"), at(door)),
            4 => (format!("{street}{number}"), at(door)),
            _ => (format!("{street}{number}号门口"), at(door)),
        });
    }
    said
}

fn missing_doors() -> Vec<Said> {
    let mut by_street: BTreeMap<&str, BTreeMap<u32, LonLat>> = BTreeMap::new();
    for door in doors() {
        by_street.entry(get(door, "street")).or_default().insert(get(door, "number").parse().unwrap(), at(door));
    }
    let mut said = Vec::new();
    for (street, numbers) in by_street {
        for (number, from) in &numbers {
            if let (false, Some(to)) = (numbers.contains_key(&(number + 2)), numbers.get(&(number + 4))) {
                let (a, b) = (ground_from_lonlat(*from), ground_from_lonlat(*to));
                let middle = shifted(*from, (b.east_m - a.east_m) / 2.0, (b.north_m - a.north_m) / 2.0);
                said.push((format!("{street}{}号", number + 2), middle));
            }
        }
    }
    some(said, 30)
}

fn building_phrases() -> Vec<Said> {
    let mut said = Vec::new();
    for (order, house) in some(houses(), 60).into_iter().enumerate() {
        let (compound, number) = (get(house, "compound"), get(house, "building"));
        let spoken = numeral(number.parse().unwrap());
        said.push(match order % 6 {
            0 => (format!("{compound}{number}号楼3单元502室"), at(house)),
            1 => (format!("{compound}{spoken}号楼"), at(house)),
            2 => (format!("{compound}{number}栋"), at(house)),
            3 => (format!("{compound}{number}-2-301"), at(house)),
            4 => (format!("{compound}{number}号楼前面"), at(house)),
            _ => (format!("{compound}{number}#楼"), at(house)),
        });
    }
    said
}

fn crossing_phrases() -> Vec<Said> {
    let words = |order: usize, a: &str, b: &str| match order % 6 {
        0 => format!("{a}与{b}交叉口"),
        1 => format!("{b}和{a}路口"),
        2 => format!("{a}、{b}十字路口"),
        3 => format!("{a}{b}路口"),
        4 => format!("{b}跟{a}的交叉口"),
        _ => format!("{a}/{b}"),
    };
    let all = some(crossings(), 48).into_iter().enumerate();
    all.map(|(order, (a, b, place, _))| (words(order, a, b), place)).collect()
}

fn corner_phrases() -> Vec<Said> {
    let corners = [("西南", -1.0, -1.0), ("东南", 1.0, -1.0), ("西北", -1.0, 1.0), ("东北", 1.0, 1.0)];
    let all = some(crossings(), 32).into_iter().enumerate();
    all.map(|(order, (a, b, place, half_m))| {
        let (word, east, north) = corners[order % 4];
        let aside = half_m + 3.0;
        (format!("{a}与{b}交叉口{word}角"), shifted(place, east * aside, north * aside))
    })
    .collect()
}

fn landmark_phrases() -> Vec<Said> {
    let words = |order: usize, name: &str| match order % 4 {
        0 => name.to_owned(),
        1 => format!("{name}附近"),
        2 => format!("嗯我在{name}旁边呢"),
        _ => format!("{name}门口"),
    };
    let all = some(pois(), 48).into_iter().enumerate();
    all.map(|(order, poi)| (words(order, &poi.name), at(poi))).collect()
}

fn distance_phrases() -> Vec<Said> {
    let ways = [("北", 0.0, 1.0), ("东", 1.0, 0.0), ("南", 0.0, -1.0), ("西", -1.0, 0.0)];
    let all = some(pois(), 40).into_iter().enumerate();
    all.map(|(order, poi)| {
        let (word, east, north) = ways[order % 4];
        let name = &poi.name;
        let (phrase, metres) = match order % 5 {
            0 => (format!("{name}往{word}一百米"), 100.0),
            1 => (format!("{name}以{word}80米处"), 80.0),
            2 => (format!("{name}{word}边大概六十米"), 60.0),
            3 => (format!("{name}往{word}走几十米"), 50.0),
            _ => (format!("{name}向{word}120米"), 120.0),
        };
        (phrase, shifted(at(poi), east * metres, north * metres))
    })
    .collect()
}

fn gate_phrases() -> Vec<Said> {
    let all = some(layer(Layer::Compounds).iter().collect(), 32).into_iter().enumerate();
    all.map(|(order, compound)| {
        let bounds = compound.geometry.bounding_rect().unwrap();
        let (low, high, middle) = (bounds.min(), bounds.max(), bounds.center());
        let (word, place) = match order % 4 {
            0 => ("东门", Coord { x: high.x, y: middle.y }),
            1 => ("南门", Coord { x: middle.x, y: low.y }),
            2 => ("西门", Coord { x: low.x, y: middle.y }),
            _ => ("北门口", Coord { x: middle.x, y: high.y }),
        };
        (format!("{}{word}", compound.name), LonLat::new(place.x, place.y))
    })
    .collect()
}

fn between_phrases() -> Vec<Said> {
    let mut said = Vec::new();
    let all = pois();
    for (order, pair) in some(all.windows(2).collect(), 60).into_iter().enumerate() {
        let (a, b) = (at(pair[0]), at(pair[1]));
        if (20.0..400.0).contains(&distance_m(a, b)) {
            let (from, to) = (ground_from_lonlat(a), ground_from_lonlat(b));
            let middle = shifted(a, (to.east_m - from.east_m) / 2.0, (to.north_m - from.north_m) / 2.0);
            let (first, second) = (&pair[0].name, &pair[1].name);
            said.push(match order % 3 {
                0 => (format!("{first}和{second}之间"), middle),
                1 => (format!("{first}与{second}中间"), middle),
                _ => (format!("从{first}到{second}的路上"), middle),
            });
        }
    }
    said.truncate(24);
    said
}

fn wrong_characters() -> Vec<Said> {
    let long = pois().into_iter().filter(|poi| poi.name.chars().count() > 4).collect();
    let all = some(long, 30).into_iter().enumerate();
    all.map(|(order, poi)| {
        let mut letters: Vec<char> = poi.name.chars().collect();
        let place = 1 + order % (letters.len() - 2);
        if order % 3 == 0 {
            letters.remove(place);
        } else {
            letters[place] = '某';
        }
        (letters.into_iter().collect(), at(poi))
    })
    .collect()
}

fn without_endings() -> Vec<Said> {
    let on_roads = doors().into_iter().filter(|door| get(door, "street").ends_with('路')).collect();
    let all = some(on_roads, 24).into_iter();
    all.map(|door| (format!("{}{}号", get(door, "street").trim_end_matches('路'), get(door, "number")), at(door)))
        .collect()
}

fn pinyin_phrases() -> Vec<Said> {
    let said = |poi: &Feature| {
        let syllables: Vec<&str> = poi.name.as_str().to_pinyin().flatten().map(pinyin::Pinyin::plain).collect();
        (syllables.concat(), at(poi))
    };
    let whole = pois().into_iter().filter(|poi| poi.name.as_str().to_pinyin().all(|letter| letter.is_some())).collect();
    some(whole, 24).into_iter().map(said).collect()
}

fn entrances() -> Vec<Said> {
    let all = layer(Layer::Pois).iter().filter(|poi| poi.class == "subway_entrance").take(12).enumerate();
    all.map(|(order, poi)| {
        let words = match order % 3 {
            0 => format!("地铁{}", poi.name),
            1 => poi.name.replace('口', "出口"),
            _ => poi.name.replace('站', "地铁站"),
        };
        (words, at(poi))
    })
    .collect()
}

fn codes() -> Vec<Said> {
    let cells = some(layer(Layer::UnitGrids).iter().collect(), 10);
    let things = some(layer(Layer::Components).iter().collect(), 14);
    cells.into_iter().chain(things).map(|one| (one.code.clone(), at(one))).collect()
}

fn led_phrases() -> Vec<Said> {
    let all = some(layer(Layer::Compounds).iter().collect(), 60).into_iter();
    let house = |compound: &Feature| {
        let own = |house: &&Feature| get(house, "compound") == compound.name;
        let house = houses().into_iter().find(own)?;
        let (community, road) = (get(compound, "community"), get(compound, "street"));
        let lead = if compound.name.chars().count().is_multiple_of(2) { community } else { road };
        Some((format!("{lead}{}{}号楼", compound.name, get(house, "building")), at(house)))
    };
    all.filter_map(house).take(30).collect()
}

fn first(phrase: &str) -> Option<Hit> {
    TOWN.gazetteer.search(phrase, None, 1).pop()
}

/// Kinds of phrases, and how many of a hundred must come within 50 m.
fn kinds() -> Vec<(&'static str, usize, Vec<Said>)> {
    vec![
        ("door", 100, door_phrases()),
        ("door that is not there", 95, missing_doors()),
        ("building", 100, building_phrases()),
        ("crossing", 100, crossing_phrases()),
        ("corner", 100, corner_phrases()),
        ("landmark", 100, landmark_phrases()),
        ("metres to a bearing", 90, distance_phrases()),
        ("gate", 90, gate_phrases()),
        ("between", 90, between_phrases()),
        ("wrong character", 90, wrong_characters()),
        ("road without ending", 90, without_endings()),
        ("pinyin", 95, pinyin_phrases()),
        ("metro entrance", 100, entrances()),
        ("code", 100, codes()),
        ("community or road before", 95, led_phrases()),
    ]
}

#[test]
fn phrases_lead_to_their_places() {
    let (mut all, mut right, mut low) = (0, 0, Vec::new());
    println!("{:<28}{:>6}{:>8}{:>8}", "kind", "said", "50 m", "share");
    for (kind, bound, said) in kinds() {
        assert!(said.len() >= 6, "{kind}: {}", said.len());
        let mut near = 0;
        for (phrase, place) in &said {
            let hit = first(phrase);
            let away = hit.as_ref().map_or(f64::INFINITY, |hit| distance_m(hit.at, *place));
            if away <= 50.0 {
                near += 1;
            } else {
                let found = hit.map(|hit| format!("{} ({:.2}, {})", hit.label, hit.score, hit.why(Lang::En)));
                println!("  {phrase}: {away:.0} m off, {}", found.unwrap_or_default());
            }
        }
        println!("{kind:<28}{:>6}{near:>8}{:>7}%", said.len(), near * 100 / said.len());
        if near * 100 < bound * said.len() {
            low.push(format!("{kind}: {near} of {}, wanted {bound} %", said.len()));
        }
        (all, right) = (all + said.len(), right + near);
    }
    println!("{:<28}{all:>6}{right:>8}{:>7}%", "all", right * 100 / all);
    assert!(all >= 300, "{all}");
    assert!(low.is_empty(), "{low:#?}");
    assert!(right * 100 >= all * 97, "{right} of {all}");
}

#[test]
fn what_is_no_place_is_not_placed() {
    for phrase in ["今天天气不错", "我要投诉物业", "谢谢你再见", "三点半开会", "无此路九百九十九号", "qqqqqq", "？？？"]
    {
        let hit = first(phrase);
        assert!(hit.as_ref().is_none_or(|hit| hit.score < 0.8), "{phrase}: {hit:?}");
    }
}

#[test]
fn a_point_is_told_in_words() {
    for door in some(doors(), 40) {
        let found = around(&TOWN.street, &TOWN.gazetteer, at(door), Lang::ZhCn);
        let nearest = found.door.unwrap();
        assert!(nearest.metres < 1.0, "{nearest:?}");
        assert!(found.cell.is_some() && found.community.is_some());
        assert!(found.phrase.contains(&nearest.label), "{}", found.phrase);
    }
    let (a, b, place, _) = crossings()[0];
    let found = around(&TOWN.street, &TOWN.gazetteer, place, Lang::ZhCn);
    let crossing = found.crossing.unwrap();
    assert!(crossing.metres < 1.0 && crossing.label.contains(a) && crossing.label.contains(b), "{crossing:?}");
    let nowhere = around(&TOWN.street, &TOWN.gazetteer, LonLat::new(0.0, 0.0), Lang::En);
    assert_eq!((nowhere.cell, nowhere.crossing, nowhere.phrase.as_str()), (None, None, ""));
    let Geometry::Polygon(_) = layer(Layer::Compounds)[0].geometry else { panic!("a compound is an area") };
}
