//! How well a class fits what somebody typed.

use pinyin::ToPinyin as _;

use super::Class;
use crate::domain::case::command::Kind;

/// Letters of one word that are looked at; more than the longest name spells.
const MOST_LETTERS: usize = 63;
/// Words that are looked at.
const MOST_WORDS: usize = 8;

/// What somebody typed, made comparable.
#[derive(Debug)]
pub(super) struct Query {
    words: Vec<Word>,
}

#[derive(Debug)]
struct Word {
    text: String,
    chars: Vec<char>,
    /// Whether it can be spelt sounds.
    latin: bool,
}

impl Query {
    pub(super) fn new(text: &str) -> Self {
        let words = comparable(text)
            .split_whitespace()
            .take(MOST_WORDS)
            .map(|word| {
                let text: String = word.chars().take(MOST_LETTERS).collect();
                let latin = text.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'\'');
                Word { chars: text.chars().collect(), text, latin }
            })
            .collect();
        Self { words }
    }
}

/// What a class is sought by, worked out once.
#[derive(Debug)]
pub(super) struct Sought {
    name: String,
    chars: Vec<char>,
    english: String,
    major: String,
    code: String,
    kind_code: String,
    syllables: Vec<Vec<String>>,
    /// City's own classes come after the standard's.
    extension: bool,
}

/// Smaller is better: how the worst of the words fits, then all of them together, then short and general names first.
pub(super) type Rank = (u8, u32, bool, usize);

impl Sought {
    pub(super) fn new(class: &Class, extension: bool) -> Self {
        let kind = match class.class.kind {
            Kind::Component => 'c',
            Kind::Event => 'e',
        };
        let name = comparable(&class.name_zh);
        Self {
            chars: name.chars().filter(|letter| !letter.is_ascii_punctuation()).collect(),
            english: comparable(&class.name_en),
            major: comparable(&class.major_zh),
            code: class.class.code.to_string(),
            kind_code: format!("{kind}{}", class.class.code),
            syllables: syllables(&class.name_zh),
            name,
            extension,
        }
    }

    /// `None` when a word does not fit at all.
    pub(super) fn rank(&self, query: &Query) -> Option<Rank> {
        if query.words.is_empty() {
            return Some((0, 0, false, 0));
        }
        let (mut worst, mut all) = (0, 0);
        for word in &query.words {
            let fit = self.fit(word)?;
            worst = worst.max(fit);
            all += u32::from(fit);
        }
        Some((worst, all, self.extension, self.chars.len()))
    }

    fn fit(&self, word: &Word) -> Option<u8> {
        let text = word.text.as_str();
        if self.name == text || self.code == text || self.kind_code == text || self.english == text {
            return Some(0);
        }
        if self.name.starts_with(text) || self.code.starts_with(text) || self.kind_code.starts_with(text) {
            return Some(1);
        }
        if self.name.contains(text) {
            return Some(2);
        }
        let spoken = if word.latin { self.spoken(text.as_bytes()) } else { None };
        if let Some(fit @ ..=4) = spoken {
            return Some(fit);
        }
        if self.english.split(' ').any(|one| one.starts_with(text)) || (text.len() > 3 && self.english.contains(text)) {
            return Some(5);
        }
        if spoken.is_some() {
            return spoken;
        }
        if word.chars.len() > 1 && !word.latin {
            let mut rest = self.chars.iter();
            if word.chars.iter().all(|letter| rest.any(|other| other == letter)) {
                return Some(7);
            }
            if word.chars.iter().all(|letter| self.chars.contains(letter)) {
                return Some(8);
            }
        }
        (!word.latin && self.major.contains(text)).then_some(9)
    }

    /// Whether the letters spell the name, each syllable whole or by its first letters (`shangshuijg`): the whole name
    /// 3, its beginning 4, a part 6. The bits of `reached` are the letters that can be used up after a syllable.
    fn spoken(&self, letters: &[u8]) -> Option<u8> {
        let done = 1_u64 << letters.len();
        let mut found = None;
        for start in 0..self.syllables.len() {
            let mut reached = 1_u64;
            for (number, spoken) in self.syllables.iter().enumerate().skip(start) {
                let mut next = 0;
                for at in (0..letters.len()).filter(|at| reached & (1 << at) != 0) {
                    let rest = &letters[at..];
                    let rest = rest.strip_prefix(b"'").unwrap_or(rest);
                    let at = letters.len() - rest.len();
                    for sound in spoken {
                        let same = sound.bytes().zip(rest).take_while(|(one, other)| one == *other).count();
                        for used in 1..=same {
                            next |= 1 << (at + used);
                        }
                    }
                }
                if next & done != 0 {
                    let whole = number + 1 == self.syllables.len();
                    let fit = match (start, whole) {
                        (0, true) => 3,
                        (0, false) => 4,
                        _ => 6,
                    };
                    found = Some(found.map_or(fit, |best: u8| best.min(fit)));
                }
                if next == 0 {
                    break;
                }
                reached = next;
            }
        }
        found
    }
}

/// Small letters, half width, without brackets and commas that nobody types.
fn comparable(text: &str) -> String {
    text.chars()
        .flat_map(|letter| {
            match letter {
                '\u{ff01}'..='\u{ff5e}' => char::from_u32(letter as u32 - 0xfee0).unwrap_or(letter),
                '\u{3000}' | '、' => ' ',
                other => other,
            }
            .to_lowercase()
        })
        .collect()
}

/// How each character of a name may be spelt. Characters without a sound are left out.
pub(super) fn syllables(name: &str) -> Vec<Vec<String>> {
    name.chars()
        .filter_map(|letter| {
            // The first sound is the one that counts in these names.
            let fixed: &[&str] = match letter {
                '调' => &["tiao", "diao"],
                '行' => &["xing", "hang"],
                '长' => &["zhang", "chang"],
                '重' => &["zhong", "chong"],
                '朝' => &["chao", "zhao"],
                '便' => &["bian", "pian"],
                '绿' => &["lv", "lu"],
                _ => &[],
            };
            if !fixed.is_empty() {
                return Some(fixed.iter().map(|sound| (*sound).to_owned()).collect());
            }
            let plain = letter.to_pinyin()?.plain().replace('ü', "v");
            let other = plain.contains('v').then(|| plain.replace('v', "u"));
            Some(std::iter::once(plain).chain(other).collect())
        })
        .collect()
}
