//! Coordinates as people type or paste them: decimal degrees, degrees with minutes and seconds, metres; on CGCS2000, GCJ-02,
//! BD-09 or a system of the EPSG registry. What may mean several places is read as all of them, each with its label.

use super::crs::SourceCrs;
use crate::base::LonLat;
use crate::base::text::Lang;

/// One way to read what was typed.
#[derive(Clone, PartialEq, Debug)]
pub struct Reading {
    /// The system it would be in.
    pub system: System,
    /// Whether latitude or northing was taken as the first number.
    pub north_first: bool,
    /// The place.
    pub at: LonLat,
}

/// A system that typed coordinates may be in.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum System {
    /// Degrees on CGCS2000 or WGS 84.
    LonLat,
    /// Degrees as Amap and Tencent have them.
    Gcj02,
    /// Degrees as Baidu has them.
    Bd09,
    /// Metres in a system of the EPSG registry.
    Epsg(u32),
}

impl System {
    fn source(self) -> SourceCrs {
        match self {
            Self::LonLat => SourceCrs::LonLat,
            Self::Gcj02 => SourceCrs::Gcj02,
            Self::Bd09 => SourceCrs::Bd09,
            Self::Epsg(code) => SourceCrs::Epsg(code),
        }
    }
}

impl Reading {
    /// What the reading takes the numbers for.
    pub fn label(&self, lang: Lang) -> String {
        let system = match self.system {
            System::LonLat => lang.text("space.typed.lonlat").to_owned(),
            System::Gcj02 => lang.text("space.typed.gcj02").to_owned(),
            System::Bd09 => lang.text("space.typed.bd09").to_owned(),
            System::Epsg(code) => match code {
                4548 => lang.text("space.typed.epsg_4548").to_owned(),
                4527 => lang.text("space.typed.epsg_4527").to_owned(),
                3857 => lang.text("space.typed.epsg_3857").to_owned(),
                _ => format!("EPSG:{code}"),
            },
        };
        let order = if self.north_first { "space.typed.north_first" } else { "space.typed.east_first" };
        lang.fill(order, &[("system", &system)])
    }
}

/// Longitudes and latitudes between which a projected reading has to lie: China, so that swapped numbers are seen.
const AROUND: (f64, f64, f64, f64) = (72.0, 3.0, 136.0, 54.0);
/// Systems of metres that people in Beijing meet, by the size of their numbers.
const METRES: [u32; 3] = [4548, 4527, 3857];
/// Longer than this no coordinate is.
const MOST_LETTERS: usize = 200;

/// The place that a text means where nobody can be asked: degrees without a system are those that this program shows
/// (CGCS2000, WGS 84), as the first of [`read`] has them.
///
/// # Errors
/// When it is no place: what to type instead, in words for a person.
pub fn first(text: &str, lang: Lang) -> Result<LonLat, String> {
    read(text).first().map(|reading| reading.at).ok_or_else(|| lang.fill("space.typed.no_place", &[("text", &text)]))
}

/// All places that a text may mean; none when it is no pair of coordinates. Where the text names its system (`gcj02`, `高德`,
/// `bd09`, `百度`, `wgs84`, `cgcs2000`, `EPSG:n`) only that one is tried.
pub fn read(text: &str) -> Vec<Reading> {
    if text.chars().count() > MOST_LETTERS {
        return Vec::new();
    }
    let text = plain(text);
    let (text, named) = without_system(&text);
    let Some(pair) = pair_of(&text) else { return Vec::new() };
    let [a, b] = pair.numbers;
    // Degrees, unless a number is too large for them; hemispheres and degree signs say so too.
    let degrees = pair.is_angle || (a.abs() <= 180.0 && b.abs() <= 180.0 && !matches!(named, Some(System::Epsg(_))));
    let systems: Vec<System> = match (named, degrees) {
        (Some(system), _) => vec![system],
        (None, true) => vec![System::LonLat, System::Gcj02, System::Bd09],
        (None, false) => METRES.map(System::Epsg).to_vec(),
    };
    let orders: &[bool] = match pair.north_first {
        Some(true) => &[true],
        Some(false) => &[false],
        None => &[false, true],
    };
    let mut readings = Vec::new();
    for system in systems {
        for north_first in orders {
            let (x, y) = if *north_first { (b, a) } else { (a, b) };
            let Ok(at) = system.source().to_lonlat(x, y) else { continue };
            let (west, south, east, north) = AROUND;
            let in_china = (west..=east).contains(&at.lon) && (south..=north).contains(&at.lat);
            // Degrees with a side named may be anywhere; all else only where it makes sense here.
            if in_china || (degrees && pair.north_first.is_some()) {
                readings.push(Reading { system, north_first: *north_first, at });
            }
        }
    }
    readings
}

/// Full-width letters, Chinese words and signs of several keyboards in their plain form.
fn plain(text: &str) -> String {
    let mut plain = String::new();
    for letter in text.trim().chars() {
        match letter {
            '！'..='～' => plain.extend(char::from_u32(letter as u32 - 0xFEE0)),
            '、' | '\t' | '\n' => plain.push(','),
            '　' | '\u{a0}' => plain.push(' '),
            '度' | 'º' | '˚' => plain.push('°'),
            '分' | '′' | '’' | '‘' => plain.push('\''),
            '秒' | '″' | '”' | '“' => plain.push('"'),
            '−' | '–' => plain.push('-'),
            _ => plain.push(letter),
        }
    }
    let mut plain = plain.to_lowercase().replace("''", "\"");
    for (from, to) in [
        ("东经", "e"),
        ("西经", "w"),
        ("北纬", "n"),
        ("南纬", "s"),
        ("经度", ""),
        ("纬度", ""),
        ("经°", ""),
        ("纬°", ""),
        ("longitude", ""),
        ("latitude", ""),
        ("lng", ""),
        ("lon", ""),
        ("lat", ""),
    ] {
        plain = plain.replace(from, to);
    }
    plain
}

/// The text without the words that name a system, and that system.
fn without_system(text: &str) -> (String, Option<System>) {
    let names = [
        ("cgcs2000", System::LonLat),
        ("wgs84", System::LonLat),
        ("wgs-84", System::LonLat),
        ("gcj02", System::Gcj02),
        ("gcj-02", System::Gcj02),
        ("高德", System::Gcj02),
        ("腾讯", System::Gcj02),
        ("bd09", System::Bd09),
        ("bd-09", System::Bd09),
        ("百度", System::Bd09),
    ];
    for (name, system) in names {
        if text.contains(name) {
            return (text.replace(name, " "), Some(system));
        }
    }
    if let Some((before, rest)) = text.split_once("epsg:") {
        let digits: String = rest.trim_start().chars().take_while(char::is_ascii_digit).collect();
        if let Ok(code) = digits.parse::<u32>() {
            let after = rest.trim_start().get(digits.len()..).unwrap_or_default();
            let system = if matches!(code, 4326 | 4490) { System::LonLat } else { System::Epsg(code) };
            return (format!("{before} {after}"), Some(system));
        }
    }
    (text.to_owned(), None)
}

struct Pair {
    numbers: [f64; 2],
    /// Said by hemispheres; `None` when the text leaves it open.
    north_first: Option<bool>,
    is_angle: bool,
}

#[derive(Clone, Copy, PartialEq, Debug)]
enum Token {
    Number(f64),
    Degree,
    Minute,
    Second,
    /// East, west, north, south.
    Side(char),
    Comma,
}

fn tokens(text: &str) -> Option<Vec<Token>> {
    let letters: Vec<char> = text.chars().collect();
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(letter) = letters.get(at).copied() {
        let token = match letter {
            '0'..='9' | '.' | '-' | '+' => {
                let start = at;
                at += 1;
                while letters.get(at).is_some_and(|next| next.is_ascii_digit() || *next == '.') {
                    at += 1;
                }
                let number: String = letters.get(start..at)?.iter().collect();
                found.push(Token::Number(number.parse().ok().filter(|number: &f64| number.is_finite())?));
                continue;
            }
            '°' => Some(Token::Degree),
            '\'' => Some(Token::Minute),
            '"' => Some(Token::Second),
            'e' | 'w' | 'n' | 's' => Some(Token::Side(letter)),
            ',' | ';' | '/' => Some(Token::Comma),
            ' ' | '(' | ')' | '[' | ']' | ':' | '=' => None,
            'm' | '米' | 'x' | 'y' => None,
            _ => return None,
        };
        found.extend(token);
        at += 1;
    }
    Some(found)
}

/// One of the two coordinates as it was typed.
#[derive(Default)]
struct Typed {
    numbers: Vec<f64>,
    side: Option<char>,
    signs: bool,
}

fn pair_of(text: &str) -> Option<Pair> {
    let tokens = tokens(text)?;
    let count = tokens.iter().filter(|token| matches!(token, Token::Number(_))).count();
    let signs = tokens.iter().any(|token| matches!(token, Token::Degree | Token::Minute | Token::Second));
    let mut pair: Vec<Typed> = Vec::new();
    // Without signs and commas the numbers are shared out evenly.
    let each = if count % 2 == 0 { count / 2 } else { return signs.then(|| by_signs(&tokens)).flatten() };
    if signs {
        return by_signs(&tokens);
    }
    let mut open_side = None;
    for token in tokens {
        match token {
            Token::Number(number) => {
                if pair.last().is_none_or(|last| last.numbers.len() == each) {
                    pair.push(Typed { side: open_side.take(), ..Typed::default() });
                }
                pair.last_mut()?.numbers.push(number);
            }
            Token::Side(side) => match pair.last_mut() {
                Some(last) if last.numbers.len() == each && last.side.is_none() => last.side = Some(side),
                _ => open_side = Some(side),
            },
            _ => {}
        }
    }
    finished(pair)
}

/// A new coordinate begins with each number that comes before a degree sign.
fn by_signs(tokens: &[Token]) -> Option<Pair> {
    let mut pair: Vec<Typed> = Vec::new();
    let mut open_side = None;
    for (index, token) in tokens.iter().enumerate() {
        match token {
            Token::Number(number) => {
                let begins = tokens.get(index + 1) == Some(&Token::Degree);
                if begins {
                    pair.push(Typed { side: open_side.take(), signs: true, ..Typed::default() });
                }
                pair.last_mut()?.numbers.push(*number);
            }
            Token::Side(side) => match pair.last_mut() {
                // After a whole coordinate it is its side; before one, the next one's.
                Some(last) if last.side.is_none() && open_side.is_none() => last.side = Some(*side),
                _ => open_side = Some(*side),
            },
            _ => {}
        }
    }
    finished(pair)
}

fn finished(pair: Vec<Typed>) -> Option<Pair> {
    let [first, second] = pair.as_slice() else { return None };
    let angle = |typed: &Typed| {
        let sign = if matches!(typed.side, Some('s' | 'w')) { -1.0 } else { 1.0 };
        let (degrees, parts) = typed.numbers.split_first()?;
        // Minutes and seconds are less than sixty, and have no sign of their own.
        if parts.len() > 2 || parts.iter().any(|part| !(0.0..60.0).contains(part)) {
            return None;
        }
        let fraction: f64 = parts.iter().zip([60.0, 3600.0]).map(|(part, divisor)| part / divisor).sum();
        let size = degrees.abs() + fraction;
        Some(sign * if degrees.is_sign_negative() { -size } else { size })
    };
    let numbers = [angle(first)?, angle(second)?];
    let is_north = |side: char| matches!(side, 'n' | 's');
    let north_first = match (first.side.map(is_north), second.side.map(is_north)) {
        // Both sides along the same axis are no place.
        (Some(a), Some(b)) if a == b => return None,
        (Some(first), _) => Some(first),
        (None, Some(second)) => Some(!second),
        (None, None) => None,
    };
    let is_angle = first.signs || second.signs || first.numbers.len() > 1 || north_first.is_some();
    Some(Pair { numbers, north_first, is_angle })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// DOMAIN.md 7.2, first row.
    const HOME: LonLat = LonLat::new(116.2229, 39.9066);

    fn near(at: LonLat, other: LonLat) -> bool {
        (at.lon - other.lon).abs() < 1e-6 && (at.lat - other.lat).abs() < 1e-6
    }

    /// The systems in which a text means the place, with the order taken.
    fn means(text: &str) -> Vec<(System, bool)> {
        let found = read(text).into_iter().filter(|reading| near(reading.at, HOME));
        found.map(|reading| (reading.system, reading.north_first)).collect()
    }

    #[test]
    fn degrees_in_either_order_are_read_in_all_three_systems() {
        for text in ["116.2229,39.9066", "39.9066 116.2229", "（116.2229，39.9066）", "lon: 116.2229 lat: 39.9066"] {
            let readings = read(text);
            assert_eq!(readings.len(), 3, "{text}: {readings:?}");
            assert_eq!(means(text), [(System::LonLat, text.starts_with("39"))], "{text}");
        }
        assert_eq!(means("116.2289550,39.9078286"), [(System::Gcj02, false)]);
        assert_eq!(means("116.2355542,39.9135150"), [(System::Bd09, false)]);
        assert_eq!(read("高德 116.2289550,39.9078286").len(), 1);
        assert_eq!(read("116.2355542, 39.9135150 bd09")[0].system, System::Bd09);
        assert_eq!(read("EPSG:4326 39.9066,116.2229")[0].system, System::LonLat);
    }

    #[test]
    fn degrees_with_minutes_and_seconds_are_read() {
        // 116.2229 = 116° 13′ 22.44″, 39.9066 = 39° 54′ 23.76″.
        for text in [
            "116°13'22.44\"E 39°54'23.76\"N",
            "39°54′23.76″N，116°13′22.44″E",
            "东经116度13分22.44秒，北纬39度54分23.76秒",
            "N39°54'23.76\" E116°13'22.44\"",
            "116°13.374' 39°54.396'",
            "116 13 22.44, 39 54 23.76",
            "39 54.396 116 13.374",
            "116.2229°E, 39.9066°N",
            "n 39.9066 e 116.2229",
            "116.2229e 39.9066n",
        ] {
            assert!(means(text).iter().any(|(system, _)| *system == System::LonLat), "{text}: {:?}", read(text));
        }
        // A side named may lie anywhere on the globe.
        let paris = read("48°51'24\"N 2°21'08\"E");
        assert!((paris[0].at.lat - 48.856_666).abs() < 1e-5 && (paris[0].at.lon - 2.352_222).abs() < 1e-5);
        let south = read("33.9 S 18.4 E");
        assert!((south[0].at.lat + 33.9).abs() < 1e-9);
    }

    #[test]
    fn metres_are_read_by_their_size() {
        assert_eq!(means("433549.745 4419447.586"), [(System::Epsg(4548), false)]);
        // Chinese papers print X for north and Y for east.
        assert_eq!(means("X=4419447.586, Y=433549.745"), [(System::Epsg(4548), true)]);
        assert_eq!(means("39433549.745,4419447.586"), [(System::Epsg(4527), false)]);
        assert_eq!(means("12937874.05 4852378.91"), [(System::Epsg(3857), false)]);
        assert_eq!(means("EPSG:4548 433549.745 4419447.586"), [(System::Epsg(4548), false)]);
        // One hundred and fourteen degrees as the meridian puts it elsewhere, and only when it is named.
        let other = read("EPSG:4547 433549.745 4419447.586");
        assert!(other.iter().any(|reading| (reading.at.lon - 113.22).abs() < 0.01), "{other:?}");
        assert!(read("433549.745 4419447.586").iter().all(|reading| reading.system != System::Epsg(4547)));
    }

    #[test]
    fn what_is_no_place_is_none() {
        for text in [
            "",
            "八角街道",
            "116.2229",
            "116.2229,39.9066,5",
            "1,2",
            "116°70'00\"E 39°54'00\"N",
            "N39 N116",
            "999 999",
            "1e5,3",
            "--1,2",
            "116..2,39",
            "EPSG:999999 1 2",
        ] {
            assert_eq!(read(text), [], "{text}");
        }
        assert_eq!(read(&"1 ".repeat(1000)), []);
    }

    #[test]
    fn readings_have_labels_in_both_languages() {
        for text in ["116.2229,39.9066", "4419447.586,433549.745", "EPSG:4547 433549.745 4419447.586"] {
            for reading in read(text) {
                for lang in [Lang::ZhCn, Lang::En] {
                    let label = reading.label(lang);
                    assert!(!label.contains("space.") && !label.contains('{'), "{label}");
                }
            }
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(lon in 73.0f64..135.0, lat in 4.0f64..53.0) {
            let at = LonLat::new(lon, lat);
            let seconds = |value: f64| {
                let (degrees, minutes) = (value.floor(), (value.fract() * 60.0).floor());
                format!("{degrees}°{minutes}'{:.7}\"", (value - degrees - minutes / 60.0) * 3600.0)
            };
            for text in [format!("{lon},{lat}"), format!("{}N {}E", seconds(lat), seconds(lon))] {
                // Sixty seconds by rounding are refused; that is the writer's fault.
                if !text.contains("60.0000000") {
                    prop_assert!(read(&text).iter().any(|reading| near(reading.at, at)), "{}", text);
                }
            }
        }

        #[test]
        fn no_text_makes_it_panic(text in "[-0-9.°'\"NSEW,; epsg:度分秒东经北纬]{0,40}") {
            let _ = read(&text);
        }
    }
}
