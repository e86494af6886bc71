//! Queries and names on one footing: half width, no spaces, small letters, arabic numbers, no city and
//! district in front; of what a caller says, no words that tell nothing of the place.

use super::numerals::in_digits;

/// Beginnings that every address of the district may bear and none needs.
const PREFIXES: [&str; 6] = ["北京市石景山区", "北京石景山区", "北京市", "北京", "石景山区", "中国"];

/// What callers say before they come to the place.
const OPENINGS: [&str; 27] = [
    "我现在就在",
    "我们现在在",
    "我现在在",
    "我们就在",
    "我们在",
    "我就在",
    "我在",
    "我是在",
    "我家在",
    "这里是",
    "这边是",
    "这儿是",
    "地址是",
    "位置是",
    "位置在",
    "地址在",
    "位于",
    "就在",
    "你好",
    "您好",
    "请问",
    "麻烦",
    "喂",
    "在",
    "哎",
    "呃",
    "嗯",
];
/// What they say in between.
const FILLERS: [&str; 9] = ["那个那个", "那个", "就是说", "就是", "反正", "应该是", "好像是", "嗯", "呃"];
/// What they say after it.
const CLOSINGS: [&str; 7] = ["呢", "啊", "吧", "呀", "了", "的", "嘛"];

/// The form in which names and queries are compared.
pub fn normalise(text: &str) -> String {
    let mut plain: String = text
        .chars()
        .map(half_width)
        .filter(|letter| {
            !letter.is_whitespace() && !matches!(letter, ',' | '。' | '.' | '"' | '“' | '”' | ';' | '!' | '?')
        })
        .flat_map(char::to_lowercase)
        .collect();
    while let Some(rest) = PREFIXES.iter().find_map(|prefix| plain.strip_prefix(prefix)).filter(|rest| !rest.is_empty())
    {
        plain = rest.to_owned();
    }
    in_digits(plain.trim_matches(['、', '/']))
}

/// What a caller said, in the form of [`normalise`] and without the words around the place. Only the first 120
/// characters count: no place needs more, and the time for an answer stays bounded.
pub(super) fn spoken(text: &str) -> String {
    let mut plain = normalise(&text.chars().take(400).collect::<String>());
    for filler in FILLERS {
        if plain.contains(filler) && plain.len() > filler.len() {
            plain = plain.replace(filler, "");
        }
    }
    loop {
        let shorter = OPENINGS
            .iter()
            .find_map(|opening| plain.strip_prefix(opening))
            .or_else(|| CLOSINGS.iter().find_map(|closing| plain.strip_suffix(closing)))
            .filter(|rest| !rest.is_empty());
        match shorter {
            Some(rest) => plain = rest.to_owned(),
            // The city may come after 「我在」.
            None => return normalise(&plain).chars().take(120).collect(),
        }
    }
}

/// Full-width letters and signs at half width; what parts two names is always 「、」.
fn half_width(letter: char) -> char {
    match letter {
        '／' | '/' | '&' | '＆' | '+' | '＋' => '、',
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(letter as u32 - 0xFEE0).unwrap_or(letter),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ways_of_writing_become_one() {
        for (given, wanted) in [
            ("北京市石景山区鲁谷路１２号", "鲁谷路12号"),
            ("鲁谷路 十二 号", "鲁谷路12号"),
            ("鲁谷路一〇二号", "鲁谷路102号"),
            ("鲁谷路一百零二号", "鲁谷路102号"),
            ("鲁谷路一百二十号", "鲁谷路120号"),
            ("十字坡小区六号楼", "十字坡小区6号楼"),
            ("鲁谷路／政达路路口", "鲁谷路、政达路路口"),
            ("八角", "八角"),
            ("LGL", "lgl"),
            ("北京市", "北京市"),
        ] {
            let got = normalise(given);
            assert_eq!(got, wanted, "{given}");
        }
    }

    #[test]
    fn words_around_a_place_fall_away() {
        for (given, wanted) in [
            ("喂你好，我在北京市石景山区鲁谷路12号呢", "鲁谷路12号"),
            ("就是那个，鲁谷医院对面", "鲁谷医院对面"),
            ("我现在在十字坡小区六号楼", "十字坡小区6号楼"),
            ("就是", "就是"),
            ("在", "在"),
        ] {
            assert_eq!(spoken(given), wanted, "{given}");
        }
        assert_eq!(spoken(&"路".repeat(10_000)).chars().count(), 120);
    }
}
