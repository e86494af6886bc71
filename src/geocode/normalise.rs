//! Queries and names on one footing: half width, no spaces, small letters, arabic numbers, no city and district in front.

/// Beginnings that every address of the district may bear and none needs.
const PREFIXES: [&str; 6] = ["北京市石景山区", "北京石景山区", "北京市", "北京", "石景山区", "中国"];

/// The form in which names and queries are compared.
pub fn normalise(text: &str) -> String {
    let mut plain: String = text
        .chars()
        .map(|letter| match letter {
            '\u{FF01}'..='\u{FF5E}' => char::from_u32(letter as u32 - 0xFEE0).unwrap_or(letter),
            other => other,
        })
        .filter(|letter| !letter.is_whitespace() && !matches!(letter, ',' | '，' | '。' | '、' | '.' | '"' | '“' | '”'))
        .flat_map(char::to_lowercase)
        .collect();
    while let Some(rest) = PREFIXES.iter().find_map(|prefix| plain.strip_prefix(prefix)).filter(|rest| !rest.is_empty())
    {
        plain = rest.to_owned();
    }
    numbers(&plain)
}

/// Chinese numerals before a number word (号, 楼, 栋, 座, 幢) in digits: 十二号 is 12号. Elsewhere they may be part of a
/// name (八角, 十字坡) and stay.
fn numbers(text: &str) -> String {
    let letters: Vec<char> = text.chars().collect();
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    while let Some(letter) = letters.get(at) {
        let run: Vec<char> =
            letters.iter().skip(at).copied().take_while(|l| digit(*l).is_some() || unit(*l).is_some()).collect();
        let word = letters.get(at + run.len());
        match (run.is_empty(), word, value(&run)) {
            (false, Some('号' | '楼' | '栋' | '座' | '幢'), Some(number)) => {
                out.push_str(&number.to_string());
                at += run.len();
            }
            (false, ..) => {
                out.extend(&run);
                at += run.len();
            }
            _ => {
                out.push(*letter);
                at += 1;
            }
        }
    }
    out
}

fn digit(letter: char) -> Option<u32> {
    "零一二三四五六七八九".chars().position(|own| own == letter).and_then(|at| u32::try_from(at).ok()).or(
        match letter {
            '〇' => Some(0),
            '两' => Some(2),
            _ => None,
        },
    )
}

fn unit(letter: char) -> Option<u32> {
    match letter {
        '十' => Some(10),
        '百' => Some(100),
        _ => None,
    }
}

fn value(run: &[char]) -> Option<u32> {
    if run.iter().all(|letter| unit(*letter).is_none()) {
        // 一〇二号 is read digit by digit.
        return run.iter().try_fold(0_u32, |sum, letter| sum.checked_mul(10)?.checked_add(digit(*letter)?));
    }
    let (mut sum, mut open) = (0_u32, None);
    for letter in run {
        match (digit(*letter), unit(*letter)) {
            (Some(number), _) => open = Some(number),
            (None, Some(unit)) => sum = sum.checked_add(open.take().unwrap_or(1).checked_mul(unit)?)?,
            (None, None) => return None,
        }
    }
    sum.checked_add(open.unwrap_or(0))
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
            ("十字坡小区六号楼", "十字坡小区6号楼"),
            ("八角", "八角"),
            ("LGL", "lgl"),
            ("北京市", "北京市"),
        ] {
            let got = normalise(given);
            assert_eq!(got, wanted, "{given}");
        }
    }
}
