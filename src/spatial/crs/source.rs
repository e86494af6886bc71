//! The system that the numbers of an imported file are in, and the way from it to longitude and latitude.

use std::cell::RefCell;
use std::collections::HashMap;
use std::fmt;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::Path;
use std::str::FromStr;
use std::sync::Arc;

use proj::Proj;
use serde::Deserialize;

use super::{Bd09, Gcj02, known};
use crate::base::LonLat;

/// The system that the numbers of an imported file are in.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub enum SourceCrs {
    /// Longitude, latitude on WGS 84 or CGCS2000: taken as they are.
    #[default]
    LonLat,
    /// GCJ-02 longitude, latitude.
    Gcj02,
    /// BD-09 longitude, latitude.
    Bd09,
    /// A system of the EPSG registry, easting (or longitude) first whatever order the registry gives.
    Epsg(u32),
    /// A system that its own text describes: the WKT of a `.prj`, or a parameter file.
    Defined(Arc<Definition>),
}

/// A coordinate system that is described and not only named.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Definition {
    /// What it calls itself.
    pub name: String,
    /// WKT or a PROJ string of the system, or a PROJ pipeline to degrees of longitude and latitude.
    text: String,
    is_pipeline: bool,
    north_first: bool,
}

/// Why coordinates could not be converted.
#[derive(Clone, PartialEq, Debug, thiserror::Error)]
pub enum CrsError {
    /// A name that is no coordinate system of ours.
    #[error("coordinate system {0:?} is not known: give EPSG:n, gcj02, bd09, wgs84 or file:PARAMETERS.toml")]
    UnknownName(String),
    /// PROJ has no way from this system to longitude and latitude.
    #[error("{name} cannot be converted to EPSG:4490: {reason}")]
    NoWay {
        /// The system.
        name: String,
        /// What PROJ said.
        reason: String,
    },
    /// A parameter file is no description of a system.
    #[error("coordinate system file {path}: {reason}")]
    BadFile {
        /// The file.
        path: String,
        /// What is missing or wrong.
        reason: String,
    },
    /// The numbers are no place in the system they are said to be in.
    #[error("{x}, {y} is no place in {crs}")]
    NoPlace {
        /// First number as given.
        x: f64,
        /// Second number as given.
        y: f64,
        /// The system.
        crs: SourceCrs,
    },
}

impl FromStr for SourceCrs {
    type Err = CrsError;

    fn from_str(text: &str) -> Result<Self, CrsError> {
        let unknown = || CrsError::UnknownName(text.to_owned());
        let name = text.trim().to_ascii_lowercase();
        match name.as_str() {
            "gcj02" | "gcj-02" => Ok(Self::Gcj02),
            "bd09" | "bd-09" => Ok(Self::Bd09),
            "wgs84" | "cgcs2000" | "crs84" => Ok(Self::LonLat),
            _ => match name.strip_prefix("epsg:").unwrap_or(&name).parse().map_err(|_| unknown())? {
                4326 | 4490 => Ok(Self::LonLat),
                code => Ok(Self::Epsg(code)),
            },
        }
    }
}

impl fmt::Display for SourceCrs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::LonLat => f.write_str("EPSG:4490"),
            Self::Gcj02 => f.write_str("GCJ-02"),
            Self::Bd09 => f.write_str("BD-09"),
            Self::Epsg(code) => write!(f, "EPSG:{code}"),
            Self::Defined(definition) => f.write_str(&definition.name),
        }
    }
}

/// A parameter file for a local system: `pipeline`, or `projection` with an ellipsoid and, where the datum is another
/// than CGCS2000, seven parameters. Points given as `check` are converted when the file is read.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Parameters {
    name: String,
    /// PROJ pipeline from the file's numbers to degrees of longitude and latitude.
    pipeline: Option<String>,
    /// PROJ string of the projection, without an ellipsoid: `+proj=tmerc +lat_0=… +lon_0=… +x_0=… +y_0=…`.
    projection: Option<String>,
    /// A PROJ ellipsoid: `krass`, `GRS80`; or `+a=… +rf=…`.
    #[serde(default = "grs80")]
    ellipsoid: String,
    seven: Option<Seven>,
    #[serde(default)]
    axes: Axes,
    #[serde(default)]
    check: Vec<Check>,
}

/// From the local datum to CGCS2000.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Seven {
    dx_m: f64,
    dy_m: f64,
    dz_m: f64,
    rx_arcsec: f64,
    ry_arcsec: f64,
    rz_arcsec: f64,
    scale_ppm: f64,
    rotation: Rotation,
}

/// Which way the angles of seven parameters turn; the two conventions differ in sign, so the file has to say.
#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Rotation {
    PositionVector,
    CoordinateFrame,
}

#[derive(Deserialize, Default, PartialEq)]
#[serde(rename_all = "snake_case")]
enum Axes {
    #[default]
    EastNorth,
    NorthEast,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Check {
    x: f64,
    y: f64,
    lon: f64,
    lat: f64,
    within_m: f64,
}

fn grs80() -> String {
    "GRS80".to_owned()
}

impl Parameters {
    fn pipeline(&self) -> Result<String, String> {
        match (&self.pipeline, &self.projection) {
            (Some(pipeline), None) if self.seven.is_none() => Ok(pipeline.clone()),
            (Some(_), _) => Err("give `pipeline` alone, or `projection` with `ellipsoid` and `seven`".to_owned()),
            (None, None) => Err("neither `pipeline` nor `projection` is given".to_owned()),
            (None, Some(projection)) => {
                let ellipsoid = if self.ellipsoid.starts_with('+') {
                    self.ellipsoid.clone()
                } else {
                    format!("+ellps={}", self.ellipsoid)
                };
                let shift = self.seven.as_ref().map_or(String::new(), |seven| {
                    let rotation = match seven.rotation {
                        Rotation::PositionVector => "position_vector",
                        Rotation::CoordinateFrame => "coordinate_frame",
                    };
                    format!(
                        " +step +proj=cart {ellipsoid} +step +proj=helmert +x={} +y={} +z={} +rx={} +ry={} +rz={} +s={} \
                         +convention={rotation} +step +inv +proj=cart +ellps=GRS80",
                        seven.dx_m,
                        seven.dy_m,
                        seven.dz_m,
                        seven.rx_arcsec,
                        seven.ry_arcsec,
                        seven.rz_arcsec,
                        seven.scale_ppm
                    )
                });
                Ok(format!(
                    "+proj=pipeline +step +inv {projection} {ellipsoid}{shift} \
                     +step +proj=unitconvert +xy_in=rad +xy_out=deg"
                ))
            }
        }
    }
}

/// What a converter is kept under.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Key {
    Epsg(u32),
    Defined(u64),
}

thread_local! {
    /// `Proj` belongs to the thread that made it, and making one takes milliseconds.
    static TO_LONLAT: RefCell<HashMap<Key, Proj>> = RefCell::new(HashMap::new());
}

impl SourceCrs {
    /// A system as a person names it on the command line: as by `parse`, or `file:` and a parameter file.
    ///
    /// # Errors
    /// When the name is not known, the file cannot be read or understood, or one of its check points is missed.
    pub fn from_argument(text: &str) -> Result<Self, CrsError> {
        let Some(path) = text.trim().strip_prefix("file:") else { return text.parse() };
        let bad = |reason: String| CrsError::BadFile { path: path.to_owned(), reason };
        let source = std::fs::read_to_string(Path::new(path)).map_err(|error| bad(error.to_string()))?;
        Self::from_parameters(&source).map_err(bad)
    }

    /// A local system from the text of a parameter file; the README documents its fields.
    ///
    /// # Errors
    /// What is missing or wrong, in words of a person who writes such files.
    pub fn from_parameters(text: &str) -> Result<Self, String> {
        let parameters: Parameters = toml::from_str(text).map_err(|error| error.to_string())?;
        let crs = Self::Defined(Arc::new(Definition {
            name: parameters.name.clone(),
            text: parameters.pipeline()?,
            is_pipeline: true,
            north_first: parameters.axes == Axes::NorthEast,
        }));
        crs.check().map_err(|error| error.to_string())?;
        for (number, check) in parameters.check.iter().enumerate() {
            let at = crs.to_lonlat(check.x, check.y).map_err(|error| error.to_string())?;
            let off_m = super::distance_m(at, LonLat::new(check.lon, check.lat));
            if off_m.is_nan() || off_m > check.within_m {
                return Err(format!(
                    "check {}: {}, {} becomes {:.8}, {:.8}, which is {off_m:.3} m off",
                    number + 1,
                    check.x,
                    check.y,
                    at.lon,
                    at.lat
                ));
            }
        }
        Ok(crs)
    }

    /// The system of a WKT text (OGC or ESRI), as `.prj` files hold it.
    pub fn from_wkt(text: &str) -> Self {
        let name = text.split('"').nth(1).unwrap_or("WKT").to_owned();
        Self::Defined(Arc::new(Definition { name, text: text.to_owned(), is_pipeline: false, north_first: false }))
    }

    /// Longitude, latitude on EPSG:4490 of numbers in this system.
    ///
    /// # Errors
    /// When PROJ does not know the system, or the numbers are no place in it.
    pub fn to_lonlat(&self, x: f64, y: f64) -> Result<LonLat, CrsError> {
        let no_place = || CrsError::NoPlace { x, y, crs: self.clone() };
        let at = match self {
            Self::LonLat => LonLat::new(x, y),
            Self::Gcj02 => Gcj02 { lon: x, lat: y }.into(),
            Self::Bd09 => Bd09 { lon: x, lat: y }.into(),
            Self::Epsg(_) | Self::Defined(_) => {
                let given = if self.is_north_first() { (y, x) } else { (x, y) };
                let (lon, lat) = self.with_proj(|proj| proj.convert(given))?.map_err(|_| no_place())?;
                LonLat::new(lon, lat)
            }
        };
        if at.is_valid() { Ok(at) } else { Err(no_place()) }
    }

    /// Asks PROJ whether it can convert from this system, before a file is opened for it.
    ///
    /// # Errors
    /// When it cannot.
    pub fn check(&self) -> Result<(), CrsError> {
        match self {
            Self::Epsg(_) | Self::Defined(_) => self.with_proj(|_| ()),
            Self::LonLat | Self::Gcj02 | Self::Bd09 => Ok(()),
        }
    }

    fn is_north_first(&self) -> bool {
        matches!(self, Self::Defined(definition) if definition.north_first)
    }

    fn with_proj<T>(&self, use_it: impl FnOnce(&Proj) -> T) -> Result<T, CrsError> {
        let key = match self {
            Self::Epsg(code) => Key::Epsg(*code),
            Self::Defined(definition) => {
                let mut hasher = DefaultHasher::new();
                definition.hash(&mut hasher);
                Key::Defined(hasher.finish())
            }
            Self::LonLat | Self::Gcj02 | Self::Bd09 => Key::Epsg(4490),
        };
        TO_LONLAT.with_borrow_mut(|cache| {
            if let Some(proj) = cache.get(&key) {
                return Ok(use_it(proj));
            }
            if matches!(self, Self::Epsg(code) if !known::is_known(*code)) {
                return Err(CrsError::UnknownName(self.to_string()));
            }
            // `new_known_crs` gives and takes easting or longitude first, against the registry's order for 4490.
            let made = match self {
                Self::Defined(definition) if definition.is_pipeline => Proj::new(&definition.text),
                Self::Defined(definition) => Proj::new_known_crs(&definition.text, "EPSG:4490", None),
                _ => Proj::new_known_crs(&self.to_string(), "EPSG:4490", None),
            };
            let proj = made.map_err(|error| CrsError::NoWay { name: self.to_string(), reason: error.to_string() })?;
            let answer = use_it(&proj);
            cache.insert(key, proj);
            Ok(answer)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Invented: transverse Mercator on the Krassowsky ellipsoid with shift, turn and scale that belong to no real place.
    const INVENTED: &str = r#"
name = "invented"
projection = "+proj=tmerc +lat_0=39 +lon_0=116 +k=1 +x_0=100000 +y_0=50000"
ellipsoid = "krass"
axes = "north_east"
[seven]
dx_m = 10
dy_m = -20
dz_m = 30
rx_arcsec = 0
ry_arcsec = 0
rz_arcsec = 0
scale_ppm = 1
rotation = "position_vector"
"#;

    #[test]
    fn a_parameter_file_is_a_system_and_its_check_points_are_asked() {
        let crs = SourceCrs::from_parameters(INVENTED).unwrap();
        assert_eq!(crs.to_string(), "invented");
        // North first: 50 km is the latitude of origin.
        let at = crs.to_lonlat(50_000.0, 100_000.0).unwrap();
        assert!((at.lon - 116.0).abs() < 1e-3 && (at.lat - 39.0).abs() < 1e-3, "{at:?}");
        let check = |lon: f64| {
            format!("{INVENTED}[[check]]\nx = 50000\ny = 100000\nlon = {lon}\nlat = {}\nwithin_m = 0.01\n", at.lat)
        };
        assert!(SourceCrs::from_parameters(&check(at.lon)).is_ok());
        let missed = SourceCrs::from_parameters(&check(at.lon + 1e-4)).unwrap_err();
        assert!(missed.contains("check 1") && missed.contains("m off"), "{missed}");
    }

    #[test]
    fn a_pipeline_is_taken_as_it_is_and_half_a_file_is_refused() {
        let text = "name = \"p\"\npipeline = \"+proj=pipeline +step +inv +proj=tmerc +lon_0=117 +x_0=500000 \
                    +ellps=GRS80 +step +proj=unitconvert +xy_in=rad +xy_out=deg\"";
        let at = SourceCrs::from_parameters(text).unwrap().to_lonlat(433_549.745, 4_419_447.586).unwrap();
        assert!((at.lon - 116.2229).abs() < 1e-7 && (at.lat - 39.9066).abs() < 1e-7, "{at:?}");
        for bad in ["", "name = \"x\"", "name = \"x\"\npipeline = \"+proj=nothing\"", "name = \"x\"\nseven = 7"] {
            assert!(SourceCrs::from_parameters(bad).is_err(), "{bad}");
        }
        assert!(matches!(SourceCrs::from_argument("file:nowhere.toml"), Err(CrsError::BadFile { .. })));
    }

    #[test]
    fn a_prj_of_esri_is_understood() {
        let wkt = r#"PROJCS["CGCS2000_3_Degree_GK_CM_117E",GEOGCS["GCS_China_Geodetic_Coordinate_System_2000",DATUM["D_China_2000",SPHEROID["CGCS2000",6378137.0,298.257222101]],PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]],PROJECTION["Gauss_Kruger"],PARAMETER["False_Easting",500000.0],PARAMETER["False_Northing",0.0],PARAMETER["Central_Meridian",117.0],PARAMETER["Scale_Factor",1.0],PARAMETER["Latitude_Of_Origin",0.0],UNIT["Meter",1.0]]"#;
        let crs = SourceCrs::from_wkt(wkt);
        assert_eq!(crs.to_string(), "CGCS2000_3_Degree_GK_CM_117E");
        let at = crs.to_lonlat(433_549.745, 4_419_447.586).unwrap();
        assert!((at.lon - 116.2229).abs() < 1e-7 && (at.lat - 39.9066).abs() < 1e-7, "{at:?}");
        assert!(matches!(SourceCrs::from_wkt("rubbish").check(), Err(CrsError::NoWay { .. })));
    }
}
