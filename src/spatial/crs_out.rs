//! The way out: from longitude and latitude to the system that an export is asked for in.

use std::cell::RefCell;
use std::collections::HashMap;
use std::fmt;
use std::str::FromStr;

use proj::Proj;
use proj::wkt::WktVersion;

use super::crs::{Bd09, CrsError, Gcj02, SourceCrs, known};
use crate::base::LonLat;

/// The system that exported numbers are in.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum TargetCrs {
    /// Longitude, latitude on CGCS2000 (EPSG:4490), as the pack has them.
    #[default]
    LonLat,
    /// GCJ-02 longitude, latitude.
    Gcj02,
    /// BD-09 longitude, latitude.
    Bd09,
    /// A system of the EPSG registry; easting or longitude first.
    Epsg(u32),
}

impl FromStr for TargetCrs {
    type Err = CrsError;

    fn from_str(text: &str) -> Result<Self, CrsError> {
        let name = text.trim().to_ascii_lowercase();
        match name.as_str() {
            "gcj02" | "gcj-02" => Ok(Self::Gcj02),
            "bd09" | "bd-09" => Ok(Self::Bd09),
            "cgcs2000" => Ok(Self::LonLat),
            "wgs84" => Ok(Self::Epsg(4326)),
            _ => match name.strip_prefix("epsg:").unwrap_or(&name).parse() {
                Ok(4490) => Ok(Self::LonLat),
                Ok(code) => Ok(Self::Epsg(code)),
                Err(_) => Err(CrsError::UnknownName(text.to_owned())),
            },
        }
    }
}

impl fmt::Display for TargetCrs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::LonLat => f.write_str("EPSG:4490"),
            Self::Gcj02 => f.write_str("GCJ-02"),
            Self::Bd09 => f.write_str("BD-09"),
            Self::Epsg(code) => write!(f, "EPSG:{code}"),
        }
    }
}

/// How a system is described in words that programs read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum WktFlavour {
    /// As a GeoPackage wants it.
    Ogc,
    /// As the `.prj` of a Shapefile wants it.
    Esri,
}

thread_local! {
    /// `Proj` belongs to the thread that made it, and making one takes milliseconds.
    static FROM_LONLAT: RefCell<HashMap<u32, Proj>> = RefCell::new(HashMap::new());
}

impl TargetCrs {
    /// The EPSG code; `None` for the offset systems of web maps, which have none.
    pub fn epsg(self) -> Option<u32> {
        match self {
            Self::LonLat => Some(4490),
            Self::Epsg(code) => Some(code),
            Self::Gcj02 | Self::Bd09 => None,
        }
    }

    /// Whether its numbers are degrees on the datum of GPS and CGCS2000, which this program takes as equal.
    pub fn is_lonlat(self) -> bool {
        matches!(self, Self::LonLat | Self::Epsg(4326))
    }

    /// The numbers of a position: easting (or longitude) first.
    ///
    /// # Errors
    /// When PROJ does not know the system, or the position is no place in it.
    pub fn from_lonlat(self, at: LonLat) -> Result<(f64, f64), CrsError> {
        let (x, y) = match self {
            Self::LonLat | Self::Epsg(4326) => (at.lon, at.lat),
            Self::Gcj02 => {
                let there = Gcj02::from(at);
                (there.lon, there.lat)
            }
            Self::Bd09 => {
                let there = Bd09::from(at);
                (there.lon, there.lat)
            }
            Self::Epsg(code) => by_proj(code, at)?,
        };
        let no_place = || CrsError::NoPlace { x: at.lon, y: at.lat, crs: SourceCrs::LonLat };
        if x.is_finite() && y.is_finite() { Ok((x, y)) } else { Err(no_place()) }
    }

    /// Name and well-known text of the system; `None` for the offset systems, and for systems of other kinds than geographic or
    /// projected in two dimensions.
    pub fn definition(self, flavour: WktFlavour) -> Option<(String, String)> {
        let code = self.epsg().filter(|code| known::is_known(*code))?;
        let proj = Proj::new(&format!("EPSG:{code}")).ok()?;
        let json: serde_json::Value = serde_json::from_str(&proj.to_projjson(None, None, None).ok()?).ok()?;
        let flat = matches!(json.get("type")?.as_str()?, "GeographicCRS" | "ProjectedCRS")
            && json.get("coordinate_system")?.get("axis")?.as_array()?.len() == 2;
        let version = match flavour {
            WktFlavour::Ogc => WktVersion::Wkt1_Gdal,
            WktFlavour::Esri => WktVersion::Wkt1_Esri,
        };
        let name = json.get("name")?.as_str()?.to_owned();
        let wkt = flat.then(|| proj.as_wkt(Some(version), None).ok())??;
        // Some readers of `.prj` take one line only.
        Some((name, wkt.lines().map(str::trim).collect()))
    }
}

fn by_proj(code: u32, at: LonLat) -> Result<(f64, f64), CrsError> {
    FROM_LONLAT.with_borrow_mut(|cache| {
        let proj = match cache.entry(code) {
            std::collections::hash_map::Entry::Occupied(known) => known.into_mut(),
            std::collections::hash_map::Entry::Vacant(new) => {
                let unknown = || CrsError::UnknownName(format!("EPSG:{code}"));
                if !known::is_known(code) {
                    return Err(unknown());
                }
                let proj = Proj::new_known_crs("EPSG:4490", &format!("EPSG:{code}"), None).map_err(|_| unknown())?;
                new.insert(proj)
            }
        };
        let no_place = CrsError::NoPlace { x: at.lon, y: at.lat, crs: SourceCrs::LonLat };
        proj.convert((at.lon, at.lat)).map_err(|_| no_place)
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn systems_describe_themselves() {
        let (name, wkt) = TargetCrs::Epsg(4548).definition(WktFlavour::Ogc).unwrap();
        assert!(name.contains("117E") && wkt.starts_with("PROJCS[") && wkt.contains("4548"), "{name} {wkt}");
        let (_, esri) = TargetCrs::LonLat.definition(WktFlavour::Esri).unwrap();
        assert!(esri.starts_with("GEOGCS[\"GCS_China_Geodetic") && !esri.contains('\n'), "{esri}");
        for none in [TargetCrs::Gcj02, TargetCrs::Epsg(999_999), TargetCrs::Epsg(4978), TargetCrs::Epsg(5773)] {
            assert_eq!(none.definition(WktFlavour::Esri), None, "{none}");
        }
        assert!(TargetCrs::Epsg(999_999).from_lonlat(LonLat::new(116.0, 39.0)).is_err());
    }

    #[test]
    fn names_are_read_and_written() {
        for name in ["EPSG:4490", "EPSG:4548", "GCJ-02", "BD-09", "EPSG:4326"] {
            assert_eq!(name.parse::<TargetCrs>().unwrap().to_string(), name);
        }
        assert!("moon".parse::<TargetCrs>().is_err());
    }

    proptest! {
        #[test]
        fn out_and_in_again_is_the_same_place(lon in 115.5f64..118.0, lat in 39.0f64..41.0) {
            let at = LonLat::new(lon, lat);
            for name in ["EPSG:4490", "EPSG:4548", "EPSG:4527", "EPSG:3857", "gcj02", "bd09"] {
                let (x, y) = name.parse::<TargetCrs>().unwrap().from_lonlat(at).unwrap();
                let back = name.parse::<SourceCrs>().unwrap().to_lonlat(x, y).unwrap();
                prop_assert!((back.lon - lon).abs() < 1e-8 && (back.lat - lat).abs() < 1e-8, "{}", name);
            }
        }
    }
}
