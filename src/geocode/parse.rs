//! What a normalised query asks for.

/// A query taken apart.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Parsed<'a> {
    /// 15 digits of a unit grid cell.
    Cell(&'a str),
    /// A与B路交叉口.
    Crossing(&'a str, &'a str),
    /// A name and the number behind it: 鲁谷路 and 12, 十字坡小区 and 6.
    Numbered {
        /// Road or compound.
        name: &'a str,
        /// The number.
        number: u32,
        /// Whether 楼, 栋, 座 or 幢 says that it is a building's.
        building: bool,
    },
    /// A name, or the beginning of one.
    Name(&'a str),
}

/// Takes a normalised query apart.
pub fn parse(query: &str) -> Parsed<'_> {
    if query.len() == 15 && query.bytes().all(|byte| byte.is_ascii_digit()) {
        return Parsed::Cell(query);
    }
    for ending in ["交叉口", "路口", "交口", "交叉路口"] {
        if let Some(pair) = query.strip_suffix(ending)
            && let Some((first, second)) = ["与", "和", "/", "、"].iter().find_map(|and| pair.split_once(and))
            && !first.is_empty()
            && !second.is_empty()
        {
            // 「路口」 shares its 路 with the second road's name; the look-up tries both.
            return Parsed::Crossing(first, second);
        }
    }
    let Some(start) = query.find(|letter: char| letter.is_ascii_digit()).filter(|start| *start > 0) else {
        return Parsed::Name(query);
    };
    let (name, rest) = query.split_at(start);
    let end = rest.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(rest.len());
    let (digits, word) = rest.split_at(end);
    match digits.parse() {
        Ok(number) if ["", "号", "号院", "号楼", "楼", "栋", "座", "幢"].contains(&word) => {
            let building = word.ends_with(['楼', '栋', '座', '幢']);
            Parsed::Numbered { name, number, building }
        }
        _ => Parsed::Name(query),
    }
}
