//! Where the rows of a plain table are: columns of coordinates, or of WKT, by the names that people give them.

use std::panic::{AssertUnwindSafe, catch_unwind};

use geo::{Geometry, Point};
use wkt::TryFromWkt;

use super::profile::TableRule;
use super::report::SkipReason;
use super::{ImportError, Tags};
use crate::spatial::crs::SourceCrs;

/// Collections inside collections deeper than this are refused.
const MAX_NESTING: usize = 16;

const LON: &[&str] = &["lon", "lng", "long", "longitude", "经度", "东经", "经度坐标", "gps经度", "longitud"];
const LAT: &[&str] = &["lat", "latitude", "纬度", "北纬", "纬度坐标", "gps纬度"];
const EAST: &[&str] =
    &["x", "xcoord", "coordx", "pointx", "x坐标", "坐标x", "横坐标", "东坐标", "easting", "east", "centerx", "gpsx"];
const NORTH: &[&str] =
    &["y", "ycoord", "coordy", "pointy", "y坐标", "坐标y", "纵坐标", "北坐标", "northing", "north", "centery", "gpsy"];
const WKT: &[&str] = &["wkt", "geom", "geometry", "thegeom", "shape", "wktgeom", "几何", "图形", "空间几何"];
const PAIR: &[&str] = &["location", "lnglat", "lonlat", "坐标", "经纬度", "经纬度坐标", "位置坐标"];

/// Which columns say where a row is.
#[derive(Clone, PartialEq, Eq, Debug)]
enum Places {
    Two {
        x: usize,
        y: usize,
    },
    Wkt(usize),
    /// `116.22,39.91` in one column.
    Pair(usize),
}

/// The header of a table, understood.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Header {
    pub columns: Vec<String>,
    places: Places,
    /// The system that the names of the columns speak of.
    pub says: Option<SourceCrs>,
}

impl Header {
    /// A header by the names of its columns, or by those that a profile names; `None` when nothing says where rows are.
    pub fn recognise(columns: Vec<String>, rule: Option<&TableRule>) -> Option<Self> {
        let named = |name: &Option<String>| {
            let name = name.as_deref()?;
            columns.iter().position(|column| column == name)
        };
        let by_rule = rule.and_then(|rule| match (named(&rule.wkt), named(&rule.x), named(&rule.y)) {
            (Some(column), _, _) => Some(Places::Wkt(column)),
            (None, Some(x), Some(y)) => Some(Places::Two { x, y }),
            _ => None,
        });
        let plain: Vec<(String, Option<SourceCrs>)> = columns.iter().map(|column| spoken(column)).collect();
        let find = |names: &[&str]| names.iter().find_map(|name| plain.iter().position(|(column, _)| column == name));
        let two = |x: &[&str], y: &[&str]| Some(Places::Two { x: find(x)?, y: find(y)? });
        let places = by_rule
            .or_else(|| find(WKT).map(Places::Wkt))
            .or_else(|| two(LON, LAT))
            .or_else(|| two(EAST, NORTH))
            .or_else(|| find(PAIR).map(Places::Pair))?;
        let first = match places {
            Places::Two { x, .. } => x,
            Places::Wkt(column) | Places::Pair(column) => column,
        };
        let says = plain.get(first).and_then(|(_, says)| says.clone());
        Some(Self { columns, places, says })
    }

    /// The attributes and the place of a row.
    pub fn row(&self, fields: &[&str]) -> (Tags, Result<Geometry<f64>, SkipReason>) {
        let tags = self
            .columns
            .iter()
            .zip(fields)
            .map(|(column, field)| (column, field.trim()))
            .filter(|(column, field)| !column.is_empty() && !field.is_empty())
            .map(|(column, field)| (column.clone(), field.to_owned()))
            .collect();
        if fields.len() > self.columns.len() {
            let (found, wanted) = (fields.len(), self.columns.len());
            return (tags, Err(SkipReason::Ragged { found, wanted }));
        }
        (tags, self.place(fields))
    }

    fn place(&self, fields: &[&str]) -> Result<Geometry<f64>, SkipReason> {
        let text = |column: usize| fields.get(column).map_or("", |field| field.trim());
        let bad = |column: usize, text: &str| SkipReason::NoCoordinate {
            column: self.columns.get(column).cloned().unwrap_or_default(),
            text: text.chars().take(60).collect(),
        };
        match self.places {
            Places::Two { x, y } => {
                if text(x).is_empty() && text(y).is_empty() {
                    return Err(SkipReason::NoGeometry);
                }
                let read = |column| number(text(column)).ok_or_else(|| bad(column, text(column)));
                Ok(Point::new(read(x)?, read(y)?).into())
            }
            Places::Wkt(column) if text(column).is_empty() => Err(SkipReason::NoGeometry),
            Places::Wkt(column) => from_wkt(text(column)).map_err(SkipReason::Unsound),
            Places::Pair(column) if text(column).is_empty() => Err(SkipReason::NoGeometry),
            Places::Pair(column) => {
                let pair = text(column).split_once([',', '，', ';', ' ']);
                let pair = pair.and_then(|(x, y)| Some((number(x)?, number(y)?)));
                let (x, y) = pair.ok_or_else(|| bad(column, text(column)))?;
                Ok(Point::new(x, y).into())
            }
        }
    }
}

/// What is said when no column tells where rows are.
pub(super) fn no_places(path: &std::path::Path, columns: &[String]) -> ImportError {
    ImportError::NoPlaces { path: path.to_owned(), columns: columns.join(", ").chars().take(400).collect() }
}

/// A column's name without the system it speaks of, and that system.
fn spoken(name: &str) -> (String, Option<SourceCrs>) {
    const SYSTEMS: [(&str, SourceCrs); 10] = [
        ("gcj02", SourceCrs::Gcj02),
        ("gcj", SourceCrs::Gcj02),
        ("火星", SourceCrs::Gcj02),
        ("高德", SourceCrs::Gcj02),
        ("bd09", SourceCrs::Bd09),
        ("百度", SourceCrs::Bd09),
        ("wgs84", SourceCrs::LonLat),
        ("cgcs2000", SourceCrs::LonLat),
        ("国家2000", SourceCrs::LonLat),
        ("2000", SourceCrs::LonLat),
    ];
    let letters: String = name.chars().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_lowercase).collect();
    for (word, system) in SYSTEMS {
        if letters.contains(word) {
            return (letters.replace(word, ""), Some(system));
        }
    }
    (letters, None)
}

/// A coordinate as people write it: plain, with a sign of degrees, or in degrees, minutes and seconds.
pub(super) fn number(text: &str) -> Option<f64> {
    let text = text.trim();
    if let Ok(number) = text.parse::<f64>() {
        return Some(number);
    }
    let text =
        text.trim_start_matches(['E', 'N', '东', '北', '经', '纬']).trim_end_matches(['E', 'N', '米', 'm']).trim();
    let mut parts =
        text.split(['°', '度', '′', '\'', '分', '″', '"', '秒']).map(str::trim).filter(|part| !part.is_empty());
    let mut value: f64 = parts.next()?.parse().ok()?;
    let sign = if text.starts_with('-') { -1.0 } else { 1.0 };
    for (part, share) in parts.zip([60.0, 3600.0, f64::NAN]) {
        let number: f64 = part.parse().ok().filter(|number| (0.0..60.0).contains(number))?;
        if share.is_nan() {
            return None;
        }
        value += sign * number / share;
    }
    Some(value)
}

/// A shape from its well-known text; an `SRID=…;` before it is passed over.
fn from_wkt(text: &str) -> Result<Geometry<f64>, String> {
    let text = text.split_once(';').filter(|(head, _)| head.starts_with("SRID")).map_or(text, |(_, rest)| rest);
    // The parser goes down once for each bracket.
    let mut depth = 0_usize;
    for byte in text.bytes() {
        match byte {
            b'(' => depth += 1,
            b')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > MAX_NESTING {
            return Err(format!("more than {MAX_NESTING} brackets inside each other"));
        }
    }
    catch_unwind(AssertUnwindSafe(|| Geometry::<f64>::try_from_wkt_str(text)))
        .map_or_else(|_| Err("its well-known text cannot be read".to_owned()), |read| read.map_err(|e| e.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header(columns: &[&str]) -> Option<Header> {
        Header::recognise(columns.iter().map(|column| (*column).to_owned()).collect(), None)
    }

    #[test]
    fn usual_names_of_coordinates_are_recognised() {
        for (columns, x) in [
            (["名称", "经度", "纬度"], 1),
            (["Longitude", "Latitude", "name"], 0),
            (["y坐标", "X坐标", "z"], 1),
            (["n", "lng_gcj02", "lat_gcj02"], 1),
        ] {
            let found = header(&columns).unwrap();
            assert!(matches!(found.places, Places::Two { x: at, .. } if at == x), "{columns:?}");
        }
        assert_eq!(header(&["lng_gcj02", "lat_gcj02"]).unwrap().says, Some(SourceCrs::Gcj02));
        assert_eq!(header(&["经度(百度)", "纬度(百度)"]).unwrap().says, Some(SourceCrs::Bd09));
        assert_eq!(header(&["经度", "纬度"]).unwrap().says, None);
        assert_eq!(header(&["name", "WKT"]).unwrap().places, Places::Wkt(1));
        assert_eq!(header(&["location"]).unwrap().places, Places::Pair(0));
        assert_eq!(header(&["name", "x"]), None);
    }

    #[test]
    fn coordinates_are_read_as_people_write_them() {
        for (text, wanted) in [
            ("116.5", Some(116.5)),
            (" 116.5° ", Some(116.5)),
            ("116°30′", Some(116.5)),
            ("116°30'0\"", Some(116.5)),
            ("东经116度30分0秒", Some(116.5)),
            ("39°61′", None),
            ("", None),
            ("abc", None),
            ("1°2′3″4", None),
        ] {
            assert_eq!(number(text), wanted, "{text}");
        }
        assert!(number("NaN").is_some_and(f64::is_nan), "told apart from no number by the check of shapes");
    }

    #[test]
    fn rows_are_placed_or_refused_with_the_column() {
        let table = header(&["名称", "lon", "lat"]).unwrap();
        let (tags, shape) = table.row(&["点", "116.2", "39.9"]);
        assert_eq!(tags.get("名称").map(String::as_str), Some("点"));
        assert_eq!(shape, Ok(Point::new(116.2, 39.9).into()));
        assert_eq!(table.row(&["点", "", ""]).1, Err(SkipReason::NoGeometry));
        assert_eq!(table.row(&["点"]).1, Err(SkipReason::NoGeometry));
        let bad = table.row(&["点", "116.2", "north"]).1;
        assert_eq!(bad, Err(SkipReason::NoCoordinate { column: "lat".to_owned(), text: "north".to_owned() }));
        assert_eq!(table.row(&["a", "1", "2", "3"]).1, Err(SkipReason::Ragged { found: 4, wanted: 3 }));
        let wkt = header(&["wkt"]).unwrap();
        assert!(wkt.row(&["SRID=4326;POINT(1 2)"]).1.is_ok());
        assert!(matches!(wkt.row(&[&"GEOMETRYCOLLECTION(".repeat(50_000)]).1, Err(SkipReason::Unsound(_))));
    }
}
