//! Names and how they are found although they were not quite said: endings, one wrong character, sound, pinyin.

use std::collections::{BTreeMap, BTreeSet};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use geo::Coord;
use pinyin::ToPinyin;

use super::rank::{HitKind, Reason};
use crate::base::LonLat;

/// A place of the pack.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub label: String,
    pub at: LonLat,
    pub kind: HitKind,
    /// Normalised name of the road it stands on, where the pack tells.
    pub road: Option<String>,
    /// Outline in metres on the ground.
    pub ring: Option<Box<[Coord<f64>]>>,
    /// How far it reaches from its middle, metres; of a place with an outline that tells it better.
    pub spread_m: f64,
}

/// A name that a text may mean: the key, how well it fits (0 to 1), and how it was found.
pub(super) type Match<'a> = (&'a str, f64, Reason);

/// Endings that callers leave out, add or take for each other.
const ENDINGS: [&str; 15] =
    ["小区", "社区", "大街", "胡同", "家园", "路", "街", "巷", "道", "里", "苑", "园", "区", "站", "口"];
/// A wrong character in a shorter name leaves too little to go by.
const SHORTEST_WITH_TYPO: usize = 3;
const LONGEST_WITH_TYPO: usize = 24;

/// All names, normalised.
#[derive(Debug, Default)]
pub(super) struct Names {
    entries: BTreeMap<String, Vec<Entry>>,
    /// Pinyin and initials, each with the names that sound so.
    sounds: BTreeMap<String, BTreeSet<String>>,
    /// The same for Chinese said by ear: sounds that are taken for each other are one.
    heard: BTreeMap<String, BTreeSet<String>>,
    keys: Vec<Box<str>>,
    /// Hashes of each name and of what is left of it without one of its characters, with its place in `keys`; sorted.
    nearly: Vec<(u64, u32)>,
}

impl Names {
    pub(super) fn add(&mut self, key: String, entry: Entry) {
        let all = self.entries.entry(key).or_default();
        all.push(entry);
    }

    pub(super) fn has(&self, key: &str) -> bool {
        self.entries.contains_key(key)
    }

    pub(super) fn get(&self, key: &str) -> &[Entry] {
        self.entries.get(key).map_or(&[], Vec::as_slice)
    }

    /// Makes the indexes; to be called once all names are there.
    pub(super) fn finish(&mut self) {
        self.keys = self.entries.keys().map(|key| key.as_str().into()).collect();
        for (key, number) in self.keys.iter().zip(0_u32..) {
            let syllables = syllables(key);
            if !syllables.is_empty() {
                let initials: String = syllables.iter().filter_map(|syllable| syllable.chars().next()).collect();
                for sound in [syllables.concat(), initials] {
                    self.sounds.entry(sound).or_default().insert(key.to_string());
                }
                self.heard.entry(by_ear(&syllables)).or_default().insert(key.to_string());
            }
            self.nearly.extend(shorter(key).into_iter().map(|hash| (hash, number)));
        }
        self.nearly.sort_unstable();
    }

    /// Names that begin with a text, at most so many.
    pub(super) fn beginning(&self, text: &str, most: usize) -> impl Iterator<Item = (&str, &[Entry])> {
        let all = self.entries.range(text.to_owned()..);
        all.take_while(move |(key, _)| key.starts_with(text))
            .take(most)
            .map(|(key, all)| (key.as_str(), all.as_slice()))
    }

    /// Names whose pinyin or initials begin with a text, at most so many sounds.
    pub(super) fn sounding(&self, text: &str, most: usize) -> impl Iterator<Item = &Entry> {
        let all = self.sounds.range(text.to_owned()..).take_while(move |(key, _)| key.starts_with(text)).take(most);
        all.flat_map(|(_, keys)| keys).flat_map(|key| self.get(key))
    }

    /// Names that hold a text, at most so many.
    pub(super) fn holding(&self, text: &str, most: usize) -> impl Iterator<Item = &Entry> {
        self.entries.iter().filter(move |(key, _)| key.contains(text)).take(most).flat_map(|(_, all)| all)
    }

    /// Names that a text may mean, the text itself alone when it is one.
    pub(super) fn matching(&self, text: &str) -> Vec<Match<'_>> {
        if let Some((key, _)) = self.entries.get_key_value(text) {
            return vec![(key, 1.0, Reason::Exact)];
        }
        let mut found: Vec<Match<'_>> = Vec::new();
        let mut add = |key: &str, fit: f64, reason: Reason| {
            if let Some((key, _)) = self.entries.get_key_value(key)
                && !found.iter().any(|(other, ..)| other == key)
            {
                found.push((key, fit, reason));
            }
        };
        if text.is_ascii() {
            for key in self.sounds.get(text).into_iter().flatten() {
                add(key, if text.len() > key.chars().count() { 0.90 } else { 0.60 }, Reason::Pinyin);
            }
            return found;
        }
        for ending in ENDINGS {
            if let Some(stem) = text.strip_suffix(ending).filter(|stem| stem.chars().count() > 1) {
                add(stem, 0.92, Reason::Ending);
                ENDINGS.iter().for_each(|other| add(&format!("{stem}{other}"), 0.80, Reason::Ending));
            }
            add(&format!("{text}{ending}"), 0.92, Reason::Ending);
        }
        let syllables = syllables(text);
        if syllables.len() > 1 && syllables.len() == text.chars().count() {
            let plain = syllables.concat();
            self.sounds.get(&plain).into_iter().flatten().for_each(|key| add(key, 0.90, Reason::Sound));
            self.heard.get(&by_ear(&syllables)).into_iter().flatten().for_each(|key| add(key, 0.84, Reason::Sound));
        }
        let letters = text.chars().count();
        for key in self.with_typo(text) {
            add(key, if letters > 3 { 0.84 } else { 0.76 }, Reason::Typo);
        }
        // Where several names may be meant none of them is sure.
        if found.len() > 1 {
            found.iter_mut().for_each(|(_, fit, _)| *fit *= 0.88);
        }
        found
    }

    /// Names that differ from a text by one character replaced, left out or put in.
    fn with_typo(&self, text: &str) -> Vec<&str> {
        let mut found = BTreeSet::new();
        for hash in shorter(text) {
            let from = self.nearly.partition_point(|(other, _)| *other < hash);
            let same = self.nearly.iter().skip(from).take_while(|(other, _)| *other == hash).take(64);
            found.extend(same.filter_map(|(_, number)| self.keys.get(usize::try_from(*number).ok()?)));
        }
        // A name that only goes on is not wrong but unfinished.
        let all = found.into_iter().map(AsRef::as_ref);
        all.filter(|key: &&str| !key.starts_with(text) && one_apart(text, key)).collect()
    }
}

fn syllables(text: &str) -> Vec<&'static str> {
    text.to_pinyin().flatten().map(pinyin::Pinyin::plain).collect()
}

/// Flat and retroflex, front and back nasals, n and l as one.
fn by_ear(syllables: &[&str]) -> String {
    let mut out = String::new();
    for syllable in syllables {
        let plain = syllable.strip_suffix('g').filter(|rest| rest.ends_with('n')).unwrap_or(syllable);
        let mut letters = plain.chars();
        match letters.next() {
            Some('n') => out.push('l'),
            Some(first) => out.push(first),
            None => {}
        }
        let rest = letters.as_str();
        let hissing = syllable.starts_with(['z', 'c', 's']);
        out.push_str(rest.strip_prefix('h').filter(|_| hissing).unwrap_or(rest));
        out.push(' ');
    }
    out
}

fn hash(letters: impl Iterator<Item = char>) -> u64 {
    let mut hasher = DefaultHasher::new();
    letters.for_each(|letter| letter.hash(&mut hasher));
    hasher.finish()
}

/// The hash of a text, and those of the text without each of its characters.
fn shorter(text: &str) -> Vec<u64> {
    let letters: Vec<char> = text.chars().take(LONGEST_WITH_TYPO + 1).collect();
    if !(SHORTEST_WITH_TYPO..=LONGEST_WITH_TYPO).contains(&letters.len()) {
        return Vec::new();
    }
    let without =
        |left: usize| letters.iter().enumerate().filter(move |(at, _)| *at != left).map(|(_, letter)| *letter);
    let mut all = vec![hash(letters.iter().copied())];
    all.extend((0..letters.len()).map(|left| hash(without(left))));
    all
}

/// Whether two texts differ by one character and digits agree.
fn one_apart(a: &str, b: &str) -> bool {
    let same_front = a.chars().zip(b.chars()).take_while(|(a, b)| a == b).count();
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().skip(same_front).collect(), b.chars().skip(same_front).collect());
    let same_back = a.iter().rev().zip(b.iter().rev()).take_while(|(a, b)| a == b).count();
    let differing = |letters: &[char]| letters.iter().take(letters.len() - same_back).copied().collect::<Vec<_>>();
    let (a, b) = (differing(&a), differing(&b));
    let telling = |letter: &char| letter.is_ascii_digit() || "东西南北上下前后一二三四五六七八九十".contains(*letter);
    // 东里 for 西里 is another place and no slip of the pen.
    a.len() <= 1 && b.len() <= 1 && !(a.iter().any(telling) || b.iter().any(telling))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(all: &[&str]) -> Names {
        let mut names = Names::default();
        for name in all {
            let (label, at) = ((*name).to_owned(), LonLat::new(116.2, 39.9));
            let entry = Entry { label, at, kind: HitKind::Poi, road: None, ring: None, spread_m: 0.0 };
            names.add((*name).to_owned(), entry);
        }
        names.finish();
        names
    }

    #[test]
    fn names_are_found_although_they_were_not_quite_said() {
        let all = names(&["鲁谷路", "十字坡小区", "新泽站", "八角东里", "八角西里", "政达路", "锦棠储蓄所"]);
        for (text, name, reason) in [
            ("鲁谷路", "鲁谷路", Reason::Exact),
            ("鲁谷", "鲁谷路", Reason::Ending),
            ("鲁谷街", "鲁谷路", Reason::Ending),
            ("十字坡", "十字坡小区", Reason::Ending),
            ("八角东里小区", "八角东里", Reason::Ending),
            ("锦堂储蓄所", "锦棠储蓄所", Reason::Sound),
            ("锦棠储备所", "锦棠储蓄所", Reason::Typo),
            ("锦棠储所", "锦棠储蓄所", Reason::Typo),
            ("正达路", "政达路", Reason::Sound),
            ("振达路", "政达路", Reason::Sound),
            ("luguluì", "", Reason::Exact),
            ("zhengdalu", "政达路", Reason::Pinyin),
        ] {
            let first = all.matching(text).first().map(|(key, _, reason)| (*key, *reason));
            assert_eq!(first, (!name.is_empty()).then_some((name, reason)), "{text}");
        }
        assert!(all.matching("八角南里").is_empty(), "another compound is no slip of the pen");
    }
}
