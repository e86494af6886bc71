//! The grammar of what callers say: the readings of a phrase.
//!
//! A phrase may be read in several ways (和 joins two roads or belongs to a name); all readings are given and the places
//! they lead to decide. Every reading is shorter than its phrase, so that taking it apart again comes to an end.

use super::number::{Numbered, numbered};
use crate::spatial::street::Bearing;

/// One way to read a phrase. Texts are parts of the phrase, still to be read themselves.
#[derive(Clone, PartialEq, Debug)]
pub enum Phrase<'a> {
    /// 15 digits of a unit grid cell.
    Cell(&'a str),
    /// 16 digits of a component.
    Component(&'a str),
    /// A's and B's crossing.
    Crossing(&'a str, &'a str),
    /// 鲁谷路12号, 十字坡小区6号楼.
    Numbered(Numbered<'a>),
    /// Between A and B.
    Between(&'a str, &'a str),
    /// A place as seen from another.
    Relative(&'a str, Relation),
    /// A name, or the beginning of one.
    Name(&'a str),
}

/// How a place lies to another.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Relation {
    /// At its entrance, or in it.
    At,
    /// 附近, 一带.
    Near,
    /// 前面.
    Before,
    /// 后面.
    Behind,
    /// 对面.
    Opposite,
    /// 旁边.
    Beside,
    /// 南侧; of a road 路北.
    Side(Bearing),
    /// 西南角.
    Corner(Bearing),
    /// 东门.
    Gate(Bearing),
    /// 往北100米, 几十米外.
    Away {
        /// Metres.
        metres: u32,
        /// Which way, if it was said.
        bearing: Option<Bearing>,
        /// Whether the figure was only hinted at (几十米).
        vague: bool,
    },
}

/// Ends of a phrase that say how a place lies to another, longer ones before those they end with.
const ENDINGS: [(&str, Relation); 34] = [
    ("斜对面", Relation::Opposite),
    ("正对面", Relation::Opposite),
    ("马路对面", Relation::Opposite),
    ("对面", Relation::Opposite),
    ("对过", Relation::Opposite),
    ("正前方", Relation::Before),
    ("前面", Relation::Before),
    ("前边", Relation::Before),
    ("门前", Relation::Before),
    ("前", Relation::Before),
    ("后面", Relation::Behind),
    ("后边", Relation::Behind),
    ("背后", Relation::Behind),
    ("后身", Relation::Behind),
    ("后", Relation::Behind),
    ("旁边", Relation::Beside),
    ("边上", Relation::Beside),
    ("隔壁", Relation::Beside),
    ("旁", Relation::Beside),
    ("附近", Relation::Near),
    ("一带", Relation::Near),
    ("周边", Relation::Near),
    ("周围", Relation::Near),
    ("那边", Relation::Near),
    ("这边", Relation::Near),
    ("那儿", Relation::Near),
    ("这儿", Relation::Near),
    ("大门口", Relation::At),
    ("正门", Relation::At),
    ("大门", Relation::At),
    ("门口", Relation::At),
    ("里面", Relation::At),
    ("院内", Relation::At),
    ("下", Relation::At),
];

const JOINTS: [&str; 6] = ["与", "和", "、", "跟", "同", "-"];
const CROSSINGS: [&str; 9] =
    ["交叉路口", "十字路口", "丁字路口", "交叉口", "交汇处", "交会处", "相交处", "交口", "路口"];
/// Ends of the names of roads, as far as a name can be cut after them.
const ROADS: [&str; 5] = ["路", "街", "巷", "胡同", "道"];
/// A joint is looked for at so many places; the names of a real phrase hold fewer.
const MOST_SPLITS: usize = 6;

/// All readings of a normalised phrase.
pub fn parse(phrase: &str) -> Vec<Phrase<'_>> {
    if phrase.bytes().all(|byte| byte.is_ascii_digit()) {
        match phrase.len() {
            15 => return vec![Phrase::Cell(phrase)],
            16 => return vec![Phrase::Component(phrase)],
            _ => {}
        }
    }
    let mut readings = Vec::new();
    between(phrase, &mut readings);
    crossing(phrase, &mut readings);
    readings.extend(numbered(phrase).map(Phrase::Numbered));
    relative(phrase, &mut readings);
    readings.push(Phrase::Name(phrase));
    readings
}

fn relative<'a>(phrase: &'a str, readings: &mut Vec<Phrase<'a>>) {
    let mut add = |anchor: &'a str, relation| {
        let anchor = anchor.strip_suffix('的').unwrap_or(anchor);
        if !anchor.is_empty() {
            readings.push(Phrase::Relative(anchor, relation));
        }
    };
    if let Some((anchor, relation)) = away(phrase) {
        add(anchor, relation);
    }
    // 十字坡小区东门前 ends with 前 and with 门前.
    for (word, relation) in ENDINGS {
        if let Some(anchor) = phrase.strip_suffix(word) {
            add(anchor, relation);
        }
    }
    let word = |words: &[&str]| words.iter().find_map(|word| bearing_end(phrase.strip_suffix(word)?));
    if let Some((anchor, bearing)) = word(&["拐角", "角上", "角"]) {
        add(anchor, Relation::Corner(bearing));
    }
    if let Some((anchor, bearing)) = word(&["门口", "大门", "门外", "门"]) {
        add(anchor, Relation::Gate(bearing));
    }
    if let Some((anchor, bearing)) = word(&["侧", "边", "面", "头", "端", "方向"]).or_else(|| bearing_end(phrase))
    {
        add(anchor, Relation::Side(bearing));
        // 鲁谷路路北, 鲁谷路12号路北.
        if let Some(anchor) = anchor.strip_suffix("马路").or_else(|| anchor.strip_suffix('路')) {
            add(anchor, Relation::Side(bearing));
        }
    }
}

/// `X往北100米`, `X以北约几十米`, `X东南30米处`, `X100米外`.
fn away(phrase: &str) -> Option<(&str, Relation)> {
    let rest = cut(phrase, &["的地方", "左右", "远", "处", "外"]);
    let rest = cut(rest, &["左右", "远"]);
    let (rest, scale) = match rest.strip_suffix("公里").or_else(|| rest.strip_suffix("千米")) {
        Some(rest) => (rest, 1000),
        None => (rest.strip_suffix('米').or_else(|| rest.strip_suffix('m'))?, 1),
    };
    let rest = cut(rest, &["来", "多"]);
    let (rest, metres, vague) = figure(rest)?;
    let metres = metres.checked_mul(scale).filter(|metres| *metres <= 5_000)?;
    let rest = cut(cut(rest, &["大约", "大概", "差不多", "约", "有"]), &["走", "再走", "大概", "约"]);
    let Some((anchor, bearing)) = bearing_end(cut(rest, &["方向", "侧", "边", "面", "走"])) else {
        return Some((rest, Relation::Away { metres, bearing: None, vague: true }));
    };
    let anchor = cut(anchor, &["往", "向", "朝", "以", "偏", "再往", "的"]);
    Some((anchor, Relation::Away { metres, bearing: Some(bearing), vague }))
}

/// The number that a text ends with, and whether it was only hinted at.
fn figure(text: &str) -> Option<(&str, u32, bool)> {
    for (word, metres) in
        [("百十", 110), ("十几", 15), ("几十", 50), ("几百", 300), ("数十", 50), ("数百", 300), ("几", 5)]
    {
        if let Some(rest) = text.strip_suffix(word) {
            return Some((rest, metres, true));
        }
    }
    let rest = text.trim_end_matches(|letter: char| letter.is_ascii_digit());
    let number = text.get(rest.len()..)?.parse().ok()?;
    Some((rest, number, false))
}

fn cut<'a>(text: &'a str, words: &[&str]) -> &'a str {
    words.iter().find_map(|word| text.strip_suffix(word)).unwrap_or(text)
}

/// The bearing that a text ends with, and what comes before it.
pub(super) fn bearing_end(text: &str) -> Option<(&str, Bearing)> {
    use Bearing::{East, North, NorthEast, NorthWest, South, SouthEast, SouthWest, West};
    let names = [
        ("东北", NorthEast),
        ("北东", NorthEast),
        ("东南", SouthEast),
        ("南东", SouthEast),
        ("西北", NorthWest),
        ("北西", NorthWest),
        ("西南", SouthWest),
        ("南西", SouthWest),
        ("东", East),
        ("西", West),
        ("南", South),
        ("北", North),
    ];
    names
        .into_iter()
        .find_map(|(word, bearing)| Some((text.strip_suffix(word)?, bearing)))
        .filter(|(rest, _)| !rest.is_empty())
}

fn crossing<'a>(phrase: &'a str, readings: &mut Vec<Phrase<'a>>) {
    let ending = CROSSINGS.iter().find_map(|word| phrase.strip_suffix(word));
    let pair = ending.map(|pair| pair.strip_suffix('的').unwrap_or(pair)).unwrap_or(phrase);
    for (first, second) in splits(pair) {
        readings.push(Phrase::Crossing(first, second));
    }
    if ending.is_some() {
        readings.extend(road_pairs(pair).into_iter().map(|(first, second)| Phrase::Crossing(first, second)));
    }
}

/// A text cut at its joints.
pub(super) fn splits(pair: &str) -> Vec<(&str, &str)> {
    let found = JOINTS.iter().flat_map(|joint| {
        pair.match_indices(joint).filter_map(|(at, joint)| Some((pair.get(..at)?, pair.get(at + joint.len()..)?)))
    });
    found.filter(|(first, second)| !first.is_empty() && !second.is_empty()).take(MOST_SPLITS).collect()
}

/// Two names of roads written as one: 鲁谷路政达路.
pub(super) fn road_pairs(pair: &str) -> Vec<(&str, &str)> {
    let found = ROADS
        .iter()
        .flat_map(|word| pair.match_indices(word).filter_map(|(at, word)| pair.split_at_checked(at + word.len())));
    found.filter(|(_, second)| !second.is_empty()).take(MOST_SPLITS).collect()
}

fn between<'a>(phrase: &'a str, readings: &mut Vec<Phrase<'a>>) {
    let ended = ["正中间", "中间", "之间", "当中", "段"].iter().find_map(|word| phrase.strip_suffix(word));
    let on_the_way = phrase.strip_prefix('从').map(|rest| cut(rest, &["的路上", "路上", "途中", "之间"]));
    let Some(pair) = ended.or(on_the_way) else { return };
    let pair = pair.strip_prefix('从').unwrap_or(pair).trim_end_matches('的');
    let mut found = splits(pair);
    for joint in ["到", "至"] {
        found.extend(pair.split_once(joint).filter(|(first, second)| !first.is_empty() && !second.is_empty()));
    }
    readings.extend(found.into_iter().map(|(first, second)| Phrase::Between(first, second)));
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn has(phrase: &str, wanted: &Phrase<'_>) {
        let readings = parse(phrase);
        assert!(readings.contains(wanted), "{phrase}: {readings:?}");
    }

    #[test]
    fn relations_are_read_from_the_end() {
        use Relation::{Away, Before, Corner, Gate, Near, Opposite, Side};
        let away = |metres, bearing, vague| Away { metres, bearing, vague };
        for (phrase, anchor, relation) in [
            ("鲁谷医院对面", "鲁谷医院", Opposite),
            ("鲁谷医院的斜对面", "鲁谷医院", Opposite),
            ("八角北里6号楼前", "八角北里6号楼", Before),
            ("鲁谷医院附近", "鲁谷医院", Near),
            ("鲁谷路与政达路交叉口西南角", "鲁谷路与政达路交叉口", Corner(Bearing::SouthWest)),
            ("十字坡小区东门", "十字坡小区", Gate(Bearing::East)),
            ("鲁谷路路北", "鲁谷路", Side(Bearing::North)),
            ("鲁谷路12号北侧", "鲁谷路12号", Side(Bearing::North)),
            ("十字坡小区东门往北100米", "十字坡小区东门", away(100, Some(Bearing::North), false)),
            ("鲁谷医院以西约200米处", "鲁谷医院", away(200, Some(Bearing::West), false)),
            ("鲁谷医院往东走几十米", "鲁谷医院", away(50, Some(Bearing::East), true)),
            ("鲁谷医院东南约30米", "鲁谷医院", away(30, Some(Bearing::SouthEast), false)),
            ("鲁谷医院300米", "鲁谷医院", away(300, None, true)),
        ] {
            has(phrase, &Phrase::Relative(anchor, relation));
        }
    }

    #[test]
    fn pairs_are_read_at_every_joint() {
        has("鲁谷路与政达路交叉口", &Phrase::Crossing("鲁谷路", "政达路"));
        has("鲁谷路政达路路口", &Phrase::Crossing("鲁谷路", "政达路"));
        has("鲁谷路和政达路", &Phrase::Crossing("鲁谷路", "政达路"));
        has("和平路和政达路路口", &Phrase::Crossing("和平路", "政达路"));
        has("鲁谷医院和政达小学之间", &Phrase::Between("鲁谷医院", "政达小学"));
        has("从鲁谷医院到政达小学的路上", &Phrase::Between("鲁谷医院", "政达小学"));
        has("鲁谷医院至政达小学段", &Phrase::Between("鲁谷医院", "政达小学"));
        assert_eq!(parse("110107011001001"), [Phrase::Cell("110107011001001")]);
        assert_eq!(parse("1101070102000002"), [Phrase::Component("1101070102000002")]);
    }

    proptest! {
        #[test]
        fn every_reading_is_shorter_or_a_name(text in "[东西南北路口角门侧与和、从到之间约0-9米号楼院甲附的往几十前后]{0,40}") {
            for reading in parse(&text) {
                match reading {
                    Phrase::Relative(anchor, _) => prop_assert!(!anchor.is_empty() && anchor.len() < text.len()),
                    Phrase::Crossing(a, b) | Phrase::Between(a, b) => prop_assert!(a.len() + b.len() <= text.len()),
                    _ => {}
                }
            }
        }
    }
}
