//! Chinese numerals.

/// Numerals before a number word (号, 楼, 栋, 米, …) in digits: 十二号 is 12号; at the end after a road too: 鲁谷路二〇八.
/// Elsewhere they may be part of a name (八角, 十字坡) and stay.
pub(super) fn in_digits(text: &str) -> String {
    let letters: Vec<char> = text.chars().collect();
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    while let Some(letter) = letters.get(at) {
        let run = letters.get(at..).unwrap_or_default();
        let length = run.iter().take_while(|l| digit(**l).is_some() || unit(**l).is_some()).count();
        let run = run.get(..length).unwrap_or_default();
        if run.is_empty() {
            out.push(*letter);
            at += 1;
            continue;
        }
        let (before, after) = (at.checked_sub(1).and_then(|at| letters.get(at)), letters.get(at + length));
        match value(run).filter(|_| counts(before, run, after)) {
            Some(number) => out.push_str(&number.to_string()),
            None => out.extend(run),
        }
        at += length;
    }
    out
}

/// Whether a run of numerals is a number and no part of a name.
fn counts(before: Option<&char>, run: &[char], after: Option<&char>) -> bool {
    // 几百米 is no number, and 甲12号 has its own.
    if before.is_some_and(|letter| matches!(letter, '几' | '数' | '好') || letter.is_ascii_digit()) {
        return false;
    }
    match after {
        Some('号' | '楼' | '栋' | '座' | '幢' | '米' | '室' | '层' | '单' | '弄' | '#' | '-') => true,
        None => run.len() > 1 && before.is_some_and(|letter| matches!(letter, '路' | '街' | '巷' | '道')),
        Some(_) => false,
    }
}

fn digit(letter: char) -> Option<u32> {
    const DIGITS: [char; 10] = ['零', '一', '二', '三', '四', '五', '六', '七', '八', '九'];
    match letter {
        '〇' => Some(0),
        '两' => Some(2),
        '幺' => Some(1),
        _ => DIGITS.iter().position(|own| *own == letter).and_then(|at| u32::try_from(at).ok()),
    }
}

fn unit(letter: char) -> Option<u32> {
    match letter {
        '十' => Some(10),
        '百' => Some(100),
        '千' => Some(1000),
        _ => None,
    }
}

fn value(run: &[char]) -> Option<u32> {
    if run.iter().all(|letter| unit(*letter).is_none()) {
        // 一〇二号 is read digit by digit.
        return run.iter().try_fold(0_u32, |sum, letter| sum.checked_mul(10)?.checked_add(digit(*letter)?));
    }
    let (mut sum, mut open, mut last) = (0_u32, None, 1);
    for letter in run {
        match (digit(*letter), unit(*letter)) {
            // After a 零 the last digit counts ones: 一百零二, but 一百二 is 120.
            (Some(0), _) => (open, last) = (None, 1),
            (Some(number), _) => open = Some(number),
            (None, Some(unit)) => {
                sum = sum.checked_add(open.take().unwrap_or(1).checked_mul(unit)?)?;
                last = unit;
            }
            (None, None) => return None,
        }
    }
    sum.checked_add(open.unwrap_or(0).checked_mul((last / 10).max(1))?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numerals_before_number_words_are_digits() {
        for (given, wanted) in [
            ("十二号", "12号"),
            ("二十号", "20号"),
            ("一百二号", "120号"),
            ("一百零二号", "102号"),
            ("一千二百三十四号", "1234号"),
            ("二〇八号", "208号"),
            ("两百米", "200米"),
            ("百米", "100米"),
            ("几百米", "几百米"),
            ("鲁谷路二〇八", "鲁谷路208"),
            ("鲁谷东里二区", "鲁谷东里二区"),
            ("三眼井胡同", "三眼井胡同"),
            ("三单元五层五〇二室", "3单元5层502室"),
            ("九九九九九九九九九九九九号", "九九九九九九九九九九九九号"),
        ] {
            assert_eq!(in_digits(given), wanted, "{given}");
        }
    }
}
