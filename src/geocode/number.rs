//! Names with a number behind them: doors of a road, buildings of a compound.

/// A name and the number behind it: 鲁谷路 and 12, 十字坡小区 and 6.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Numbered<'a> {
    /// Road or compound.
    pub name: &'a str,
    /// The number; of a range its middle on the side of its first.
    pub number: u32,
    /// Whether 楼, 栋, 座, 幢 or `#` says that it is a building's.
    pub building: bool,
    /// The building in the yard of that number: 12号院3号楼.
    pub inner: Option<u32>,
}

/// 甲 in 甲12号; the plates that bear it stand beside the plain number's.
const MARKS: [char; 7] = ['甲', '乙', '丙', '丁', '戊', '第', '#'];

/// Reads a normalised text as a name with a number; unit, floor and room behind it are allowed and not kept, since no map
/// pack knows them. None when anything else follows.
pub(super) fn numbered(text: &str) -> Option<Numbered<'_>> {
    let start = text.find(|letter: char| letter.is_ascii_digit()).filter(|start| *start > 0)?;
    let (name, rest) = text.split_at_checked(start)?;
    let name = name.trim_end_matches(MARKS);
    if name.is_empty() {
        return None;
    }
    let (first, mut rest) = digits(rest)?;
    let mut number = first;
    // 12-16号, 12至16号, 12、14号; but 6-3-502 is building, unit and room.
    if let Some((last, after)) = ["-", "~", "至", "到", "、"].iter().find_map(|to| digits(rest.strip_prefix(to)?))
        && after.starts_with('号')
        && !after.starts_with("号楼")
        && last > first
    {
        number = first + (last - first) / 4 * 2;
        rest = after;
    }
    let (word, rest) = word(rest);
    let building = matches!(word, "号楼" | "#楼" | "#" | "楼" | "栋" | "座" | "幢");
    let mut tail = rest;
    let mut inner = None;
    while !tail.is_empty() {
        let open = tail.trim_start_matches(['附', '-', '之', '第', '院', '内']);
        let Some((figure, after)) = digits(open) else {
            if open.is_empty() {
                break;
            }
            return None;
        };
        let (kind, after) = self::word(after);
        if matches!(kind, "号楼" | "#楼" | "楼" | "栋" | "座" | "幢") && !building && inner.is_none() {
            inner = Some(figure);
        }
        tail = after;
    }
    Some(Numbered { name, number, building, inner })
}

/// The number that a text begins with, and the rest.
fn digits(text: &str) -> Option<(u32, &str)> {
    let end = text.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(text.len());
    let (digits, rest) = text.split_at_checked(end)?;
    Some((digits.parse().ok()?, rest))
}

/// The number word that a text begins with, and the rest.
fn word(text: &str) -> (&str, &str) {
    const WORDS: [&str; 15] =
        ["号院", "号楼", "#楼", "#", "单元", "号", "楼", "栋", "座", "幢", "门", "层", "室", "户", "弄"];
    let length = WORDS.iter().find(|word| text.starts_with(**word)).map_or(0, |word| word.len());
    text.split_at_checked(length).unwrap_or(("", text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_with_all_that_may_follow() {
        let read = |name, number, building, inner| Some(Numbered { name, number, building, inner });
        for (text, wanted) in [
            ("鲁谷路12号", read("鲁谷路", 12, false, None)),
            ("鲁谷路12", read("鲁谷路", 12, false, None)),
            ("鲁谷路甲12号", read("鲁谷路", 12, false, None)),
            ("鲁谷路12号院3号楼2单元501室", read("鲁谷路", 12, false, Some(3))),
            ("鲁谷路12号附3号", read("鲁谷路", 12, false, None)),
            ("鲁谷路12-16号", read("鲁谷路", 14, false, None)),
            ("鲁谷路12号-3", read("鲁谷路", 12, false, None)),
            ("十字坡小区6号楼", read("十字坡小区", 6, true, None)),
            ("十字坡小区6#楼3单元", read("十字坡小区", 6, true, None)),
            ("十字坡小区6-3-502", read("十字坡小区", 6, false, None)),
            ("鲁谷路12号对面", None),
            ("12号", None),
            ("鲁谷路99999999999号", None),
            ("甲12号", None),
        ] {
            assert_eq!(numbered(text), wanted, "{text}");
        }
    }
}
