//! Codes of the field: districts, streets, communities, unit grid cells, components, classes, case numbers.
//!
//! Code lengths follow DOMAIN.md 1.2, 2.1 and 3.6. The standards behind them are being re-issued, so every code is
//! checked where it enters and kept as text.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Why a code was refused.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{what} code {given:?} is not {digits} digits")]
pub struct BadCode {
    /// Which code it should have been.
    pub what: &'static str,
    /// What was given.
    pub given: String,
    /// How many digits it has to have.
    pub digits: usize,
}

macro_rules! digit_code {
    ($(#[$doc:meta])* $name:ident, $what:literal, $digits:literal) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// Number of digits.
            pub const DIGITS: usize = $digits;

            /// Checks length and digits.
            ///
            /// # Errors
            /// [`BadCode`] when the text is not exactly the wanted number of ASCII digits.
            pub fn new(text: impl Into<String>) -> Result<Self, BadCode> {
                let given = text.into();
                if given.len() == $digits && given.bytes().all(|b| b.is_ascii_digit()) {
                    Ok(Self(given))
                } else {
                    Err(BadCode { what: $what, given, digits: $digits })
                }
            }

            /// The digits.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<String> for $name {
            type Error = BadCode;
            fn try_from(text: String) -> Result<Self, BadCode> {
                Self::new(text)
            }
        }

        impl From<$name> for String {
            fn from(code: $name) -> Self {
                code.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self.0)
            }
        }
    };
}

digit_code! {
    /// A street (街道): district 6 + street 3 digits. It also names the feed of that street.
    StreetCode, "street", 9
}
digit_code! {
    /// A community (社区): street 9 + community 3 digits.
    CommunityCode, "community", 12
}
digit_code! {
    /// A unit grid cell (单元网格): community 12 + sequence 3 digits (DB11/T 2157-2023).
    GridCode, "unit grid", 15
}
digit_code! {
    /// A component (部件): district 6 + major 2 + sub 2 + sequence 6 digits.
    ComponentCode, "component", 16
}
digit_code! {
    /// A class of component or event: major 2 + sub 2 digits. Only meaningful together with its scheme and kind.
    ClassCode, "class", 4
}
digit_code! {
    /// A printed case number: YYMMDD + five digits, from 00001 each local midnight, unique in a centre (DOMAIN.md 3.6).
    CaseNo, "case number", 11
}

impl CommunityCode {
    /// The street the community lies in.
    pub fn street(&self) -> StreetCode {
        StreetCode(self.0[..StreetCode::DIGITS].to_owned())
    }
}

impl GridCode {
    /// The community the cell lies in.
    pub fn community(&self) -> CommunityCode {
        CommunityCode(self.0[..CommunityCode::DIGITS].to_owned())
    }

    /// The street the cell lies in.
    pub fn street(&self) -> StreetCode {
        StreetCode(self.0[..StreetCode::DIGITS].to_owned())
    }

    /// The sequence within the community, as printed on the map.
    pub fn sequence(&self) -> &str {
        &self.0[CommunityCode::DIGITS..]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_digits_of_the_right_number_and_nothing_else() {
        assert!(GridCode::new("110107003005012").is_ok());
        for wrong in ["", "11010700300501", "1101070030050123", "11010700300501x", "１１０１０７００３００５０１２"]
        {
            assert!(GridCode::new(wrong).is_err(), "{wrong}");
        }
        let cell = GridCode::new("110107003005012").unwrap();
        assert_eq!(
            (cell.street().as_str(), cell.community().as_str(), cell.sequence()),
            ("110107003", "110107003005", "012")
        );
        assert!(serde_json::from_str::<StreetCode>("\"110107\"").is_err());
    }

    #[test]
    fn the_divisions_that_are_passed_on_nest() {
        let table = include_str!("../../data/divisions.tsv");
        let columns = ["code", "level", "name_zh", "name_en"];
        let rows = crate::domain::table::rows("divisions", table, columns).unwrap();
        let mut streets = std::collections::BTreeMap::new();
        for row in &rows {
            let [code, level, name_zh, _] = row.cells;
            assert!(code.starts_with("110107") && !name_zh.is_empty(), "{code}");
            match level {
                "district" => assert_eq!(code, "110107"),
                "street" => assert_eq!(streets.insert(StreetCode::new(code).unwrap(), 0), None, "{code}"),
                "community" => *streets.get_mut(&CommunityCode::new(code).unwrap().street()).unwrap() += 1,
                other => panic!("{other:?} of {code}"),
            }
        }
        assert_eq!((streets.len(), streets.values().sum::<i32>()), (9, 153));
        assert!(streets.values().all(|communities| *communities > 0));
    }

    #[test]
    fn the_boundary_that_is_passed_on_is_a_closed_ring_in_the_district() {
        let boundary: serde_json::Value =
            serde_json::from_str(include_str!("../../data/district_110107.geojson")).unwrap();
        let ring = boundary["features"][0]["geometry"]["coordinates"][0][0].as_array().unwrap();
        assert_eq!(ring.first(), ring.last());
        assert!(ring.len() > 300);
        for point in ring {
            let (lon, lat) = (point[0].as_f64().unwrap(), point[1].as_f64().unwrap());
            assert!((116.07..116.29).contains(&lon) && (39.84..40.0).contains(&lat), "{point}");
        }
    }
}
