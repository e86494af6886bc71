//! A place in every way in which people write it, to be copied.

use crate::app::state::Books;
use crate::base::LonLat;
use crate::base::text::Lang;
use crate::spatial::crs::{Bd09, Gcj02, ground_from_lonlat};

/// A way of writing a place.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Form {
    /// Longitude, latitude on CGCS2000.
    LonLat,
    /// Degrees, minutes and seconds on CGCS2000.
    Seconds,
    /// Longitude, latitude as Amap and Tencent have them.
    Gcj02,
    /// Longitude, latitude as Baidu has them.
    Bd09,
    /// East and north in metres, EPSG:4548.
    Metres,
    /// 15 digits of the unit grid cell.
    Cell,
    /// In words.
    Words,
}

impl Form {
    /// All, in the order in which they are listed.
    pub const ALL: [Self; 7] =
        [Self::LonLat, Self::Seconds, Self::Gcj02, Self::Bd09, Self::Metres, Self::Cell, Self::Words];

    /// What it is called.
    pub fn name(self, lang: Lang) -> &'static str {
        lang.text(match self {
            Self::LonLat => "tool.place.lonlat",
            Self::Seconds => "tool.place.seconds",
            Self::Gcj02 => "tool.place.gcj02",
            Self::Bd09 => "tool.place.bd09",
            Self::Metres => "tool.place.metres",
            Self::Cell => "tool.place.cell",
            Self::Words => "tool.place.words",
        })
    }

    /// The place so written; `None` where it has no such form (no cell, no address near). What is written can be typed in again.
    pub fn write(self, at: LonLat, books: &Books, lang: Lang) -> Option<String> {
        Some(match self {
            Self::LonLat => format!("{:.7},{:.7}", at.lon, at.lat),
            Self::Seconds => {
                let [east, west, north, south] = ["E", "W", "N", "S"];
                let side = |value: f64, plus, minus| if value < 0.0 { minus } else { plus };
                format!(
                    "{}{} {}{}",
                    seconds(at.lon),
                    side(at.lon, east, west),
                    seconds(at.lat),
                    side(at.lat, north, south)
                )
            }
            Self::Gcj02 => {
                let there = Gcj02::from(at);
                format!("gcj02 {:.7},{:.7}", there.lon, there.lat)
            }
            Self::Bd09 => {
                let there = Bd09::from(at);
                format!("bd09 {:.7},{:.7}", there.lon, there.lat)
            }
            Self::Metres => {
                let ground = ground_from_lonlat(at);
                format!("EPSG:4548 {:.3},{:.3}", ground.east_m, ground.north_m)
            }
            Self::Cell => books.street.cell_at(at)?.code.clone(),
            Self::Words => books.street.describe(at, lang)?,
        })
    }
}

/// Degrees, minutes and seconds to a hundredth (30 cm), without a sign.
fn seconds(value: f64) -> String {
    let hundredths = (value.abs() * 360_000.0).round() as u64;
    let (degrees, minutes) = (hundredths / 360_000, hundredths / 6_000 % 60);
    let rest = hundredths % 6_000;
    format!("{degrees}°{minutes:02}'{:02}.{:02}\"", rest / 100, rest % 100)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::update::tests::desk::{BOOKS, STREET, door};
    use crate::spatial::crs::distance_m;
    use crate::spatial::typed;

    #[test]
    fn a_place_is_written_in_every_way_and_read_back_as_the_same() {
        let at = door(3);
        for form in [Form::LonLat, Form::Seconds, Form::Gcj02, Form::Bd09, Form::Metres] {
            let text = form.write(at, &BOOKS, Lang::ZhCn).unwrap();
            let back = typed::read(&text);
            assert!(back.iter().any(|reading| distance_m(reading.at, at) < 0.3), "{text}: {back:?}");
        }
        assert_eq!(Form::Cell.write(at, &BOOKS, Lang::ZhCn).unwrap(), format!("{STREET}001001"));
        assert_eq!(Form::Words.write(at, &BOOKS, Lang::ZhCn).unwrap(), "鲁谷路3号");
        let far = LonLat::new(2.3522, 48.8566);
        assert_eq!(Form::Cell.write(far, &BOOKS, Lang::ZhCn), None);
        assert_eq!(Form::Words.write(far, &BOOKS, Lang::ZhCn), None);
    }

    #[test]
    fn seconds_never_come_to_sixty() {
        assert_eq!(seconds(116.2229), "116°13'22.44\"");
        assert_eq!(seconds(39.999_999_999), "40°00'00.00\"");
        assert_eq!(seconds(-0.5), "0°30'00.00\"");
    }
}
