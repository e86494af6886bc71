//! Coordinate systems: the offset systems of web maps, metres on the ground, and EPSG codes at import.
//!
//! Everything inside the program is longitude, latitude on CGCS2000 (EPSG:4490), to which WGS 84 is taken as equal.
//! Measuring happens in metres on EPSG:4548 (3-degree Gauss-Krüger, central meridian 117° E).

pub mod known;
mod source;

use std::f64::consts::PI;

use crate::base::LonLat;
pub use source::{CrsError, Definition, SourceCrs};

/// Degrees of longitude and latitude between which GCJ-02 and BD-09 differ from WGS 84; elsewhere they are the identity.
const CHINA_LON: (f64, f64) = (72.004, 137.8347);
const CHINA_LAT: (f64, f64) = (0.8293, 55.8271);

/// Longitude, latitude in degrees as Amap and Tencent publish them (GCJ-02).
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Gcj02 {
    /// Degrees east.
    pub lon: f64,
    /// Degrees north.
    pub lat: f64,
}

/// Longitude, latitude in degrees as Baidu publishes them (BD-09).
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Bd09 {
    /// Degrees east.
    pub lon: f64,
    /// Degrees north.
    pub lat: f64,
}

fn in_china(lon: f64, lat: f64) -> bool {
    (CHINA_LON.0..=CHINA_LON.1).contains(&lon) && (CHINA_LAT.0..=CHINA_LAT.1).contains(&lat)
}

impl From<LonLat> for Gcj02 {
    fn from(at: LonLat) -> Self {
        if !in_china(at.lon, at.lat) {
            return Self { lon: at.lon, lat: at.lat };
        }
        /// Semi-major axis and squared eccentricity of the Krassowsky ellipsoid, as the published formula has them.
        const A: f64 = 6_378_245.0;
        const EE: f64 = 0.006_693_421_622_965_943;
        let (x, y) = (at.lon - 105.0, at.lat - 35.0);
        let common = (20.0 * (6.0 * x * PI).sin() + 20.0 * (2.0 * x * PI).sin()) * 2.0 / 3.0;
        let north = -100.0
            + 2.0 * x
            + 3.0 * y
            + 0.2 * y * y
            + 0.1 * x * y
            + 0.2 * x.abs().sqrt()
            + common
            + (20.0 * (y * PI).sin() + 40.0 * (y / 3.0 * PI).sin()) * 2.0 / 3.0
            + (160.0 * (y / 12.0 * PI).sin() + 320.0 * (y * PI / 30.0).sin()) * 2.0 / 3.0;
        let east = 300.0
            + x
            + 2.0 * y
            + 0.1 * x * x
            + 0.1 * x * y
            + 0.1 * x.abs().sqrt()
            + common
            + (20.0 * (x * PI).sin() + 40.0 * (x / 3.0 * PI).sin()) * 2.0 / 3.0
            + (150.0 * (x / 12.0 * PI).sin() + 300.0 * (x / 30.0 * PI).sin()) * 2.0 / 3.0;
        let latitude = at.lat.to_radians();
        let magic = 1.0 - EE * latitude.sin().powi(2);
        let north = north * 180.0 / ((A * (1.0 - EE)) / (magic * magic.sqrt()) * PI);
        let east = east * 180.0 / (A / magic.sqrt() * latitude.cos() * PI);
        Self { lon: at.lon + east, lat: at.lat + north }
    }
}

impl From<Gcj02> for LonLat {
    fn from(given: Gcj02) -> Self {
        let (lon, lat) = invert((given.lon, given.lat), |(lon, lat)| {
            let there = Gcj02::from(LonLat::new(lon, lat));
            (there.lon, there.lat)
        });
        Self::new(lon, lat)
    }
}

impl From<Gcj02> for Bd09 {
    fn from(at: Gcj02) -> Self {
        if !in_china(at.lon, at.lat) {
            return Self { lon: at.lon, lat: at.lat };
        }
        const K: f64 = PI * 3000.0 / 180.0;
        let z = at.lon.hypot(at.lat) + 0.000_02 * (at.lat * K).sin();
        let theta = at.lat.atan2(at.lon) + 0.000_003 * (at.lon * K).cos();
        Self { lon: z * theta.cos() + 0.0065, lat: z * theta.sin() + 0.006 }
    }
}

impl From<Bd09> for Gcj02 {
    fn from(given: Bd09) -> Self {
        let (lon, lat) = invert((given.lon, given.lat), |(lon, lat)| {
            let there = Bd09::from(Gcj02 { lon, lat });
            (there.lon, there.lat)
        });
        Self { lon, lat }
    }
}

impl From<LonLat> for Bd09 {
    fn from(at: LonLat) -> Self {
        Gcj02::from(at).into()
    }
}

impl From<Bd09> for LonLat {
    fn from(at: Bd09) -> Self {
        Gcj02::from(at).into()
    }
}

/// `p = p − (f(p) − target)` until the step is below 1e-10 degrees (some 0.01 mm); three to five rounds.
fn invert(target: (f64, f64), forward: impl Fn((f64, f64)) -> (f64, f64)) -> (f64, f64) {
    let mut at = target;
    for _ in 0..20 {
        let there = forward(at);
        let step = (there.0 - target.0, there.1 - target.1);
        at = (at.0 - step.0, at.1 - step.1);
        if step.0.abs().max(step.1.abs()) < 1e-10 {
            break;
        }
    }
    at
}

/// A point in metres on EPSG:4548: easting with 500 000 m at 117° E, northing from the equator.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct Ground {
    /// Metres east, false easting 500 000.
    pub east_m: f64,
    /// Metres north of the equator.
    pub north_m: f64,
}

impl Ground {
    /// Metres on the map plane between two points.
    pub fn distance_m(self, other: Self) -> f64 {
        (self.east_m - other.east_m).hypot(self.north_m - other.north_m)
    }
}

/// Transverse Mercator on the CGCS2000 ellipsoid by Krüger's series in the third flattening, to its fourth power
/// (Karney 2011, equations 7 to 12 and 35, 36). Within a zone it agrees with PROJ to far below a millimetre.
mod kruger {
    const A_M: f64 = 6_378_137.0;
    const F: f64 = 1.0 / 298.257_222_101;
    const N: f64 = F / (2.0 - F);
    const N2: f64 = N * N;
    const N3: f64 = N2 * N;
    const N4: f64 = N3 * N;
    pub const MERIDIAN_DEG: f64 = 117.0;
    pub const FALSE_EAST_M: f64 = 500_000.0;
    /// Radius of the rectifying sphere.
    pub const RADIUS_M: f64 = A_M / (1.0 + N) * (1.0 + N2 / 4.0 + N4 / 64.0);
    pub const ALPHA: [f64; 4] = [
        N / 2.0 - 2.0 / 3.0 * N2 + 5.0 / 16.0 * N3 + 41.0 / 180.0 * N4,
        13.0 / 48.0 * N2 - 3.0 / 5.0 * N3 + 557.0 / 1440.0 * N4,
        61.0 / 240.0 * N3 - 103.0 / 140.0 * N4,
        49_561.0 / 161_280.0 * N4,
    ];
    pub const BETA: [f64; 4] = [
        N / 2.0 - 2.0 / 3.0 * N2 + 37.0 / 96.0 * N3 - 1.0 / 360.0 * N4,
        1.0 / 48.0 * N2 + 1.0 / 15.0 * N3 - 437.0 / 1440.0 * N4,
        17.0 / 480.0 * N3 - 37.0 / 840.0 * N4,
        4397.0 / 161_280.0 * N4,
    ];
    pub const DELTA: [f64; 4] = [
        2.0 * N - 2.0 / 3.0 * N2 - 2.0 * N3 + 116.0 / 45.0 * N4,
        7.0 / 3.0 * N2 - 8.0 / 5.0 * N3 - 227.0 / 45.0 * N4,
        56.0 / 15.0 * N3 - 136.0 / 35.0 * N4,
        4279.0 / 630.0 * N4,
    ];
    /// First eccentricity, `2√n / (1 + n)`.
    pub fn eccentricity() -> f64 {
        2.0 * N.sqrt() / (1.0 + N)
    }
}

/// Metres on EPSG:4548 of a position; good to well below a millimetre within three degrees of 117° E.
pub fn ground_from_lonlat(at: LonLat) -> Ground {
    use kruger::{ALPHA, FALSE_EAST_M, MERIDIAN_DEG, RADIUS_M};
    let e = kruger::eccentricity();
    let sin_lat = at.lat.to_radians().sin();
    let t = (sin_lat.atanh() - e * (e * sin_lat).atanh()).sinh();
    let (sin_lon, cos_lon) = (at.lon - MERIDIAN_DEG).to_radians().sin_cos();
    let xi = t.atan2(cos_lon);
    let eta = (sin_lon / t.hypot(1.0)).atanh();
    let (mut x, mut y) = (xi, eta);
    for (alpha, twice) in ALPHA.iter().zip([2.0, 4.0, 6.0, 8.0]) {
        x += alpha * (twice * xi).sin() * (twice * eta).cosh();
        y += alpha * (twice * xi).cos() * (twice * eta).sinh();
    }
    Ground { east_m: FALSE_EAST_M + RADIUS_M * y, north_m: RADIUS_M * x }
}

/// The position of a point in metres on EPSG:4548.
pub fn lonlat_from_ground(at: Ground) -> LonLat {
    use kruger::{BETA, DELTA, FALSE_EAST_M, MERIDIAN_DEG, RADIUS_M};
    let (x, y) = (at.north_m / RADIUS_M, (at.east_m - FALSE_EAST_M) / RADIUS_M);
    let (mut xi, mut eta) = (x, y);
    for (beta, twice) in BETA.iter().zip([2.0, 4.0, 6.0, 8.0]) {
        xi -= beta * (twice * x).sin() * (twice * y).cosh();
        eta -= beta * (twice * x).cos() * (twice * y).sinh();
    }
    let chi = (xi.sin() / eta.cosh()).clamp(-1.0, 1.0).asin();
    let lat =
        chi + DELTA.iter().zip([2.0, 4.0, 6.0, 8.0]).map(|(delta, twice)| delta * (twice * chi).sin()).sum::<f64>();
    let lon = eta.sinh().atan2(xi.cos());
    LonLat::new(MERIDIAN_DEG + lon.to_degrees(), lat.to_degrees())
}

/// Metres on the ground between two positions, measured in EPSG:4548.
pub fn distance_m(a: LonLat, b: LonLat) -> f64 {
    ground_from_lonlat(a).distance_m(ground_from_lonlat(b))
}

#[cfg(test)]
mod tests {
    use proj::Proj;
    use proptest::prelude::*;

    use super::*;

    /// DOMAIN.md 7.2: longitude, latitude; GCJ-02; BD-09; EPSG:4548; EPSG:3857.
    const VECTORS: [[f64; 10]; 3] = [
        [
            116.2229,
            39.9066,
            116.228_955_0,
            39.907_828_6,
            116.235_554_2,
            39.913_515_0,
            433_549.745,
            4_419_447.586,
            12_937_874.05,
            4_852_378.91,
        ],
        [
            116.3974,
            39.9087,
            116.403_643_6,
            39.910_103_5,
            116.410_016_4,
            39.916_443_1,
            448_473.024,
            4_419_565.493,
            12_957_299.30,
            4_852_683.67,
        ],
        [
            116.1150,
            39.9500,
            116.121_314_8,
            39.951_393_1,
            116.127_859_2,
            39.957_237_2,
            424_370.810,
            4_424_352.394,
            12_925_862.67,
            4_858_679.07,
        ],
    ];

    fn near(a: f64, b: f64, within: f64) -> bool {
        (a - b).abs() <= within
    }

    #[test]
    fn the_published_vectors_hold() {
        for [lon, lat, g_lon, g_lat, b_lon, b_lat, east, north, merc_x, merc_y] in VECTORS {
            let at = LonLat::new(lon, lat);
            let gcj = Gcj02::from(at);
            assert!(near(gcj.lon, g_lon, 6e-8) && near(gcj.lat, g_lat, 6e-8), "{gcj:?}");
            let bd = Bd09::from(at);
            assert!(near(bd.lon, b_lon, 6e-8) && near(bd.lat, b_lat, 6e-8), "{bd:?}");
            let ground = ground_from_lonlat(at);
            assert!(near(ground.east_m, east, 6e-4) && near(ground.north_m, north, 6e-4), "{ground:?}");
            for (back, within) in [
                (SourceCrs::Gcj02.to_lonlat(gcj.lon, gcj.lat), 1e-9),
                (SourceCrs::Bd09.to_lonlat(bd.lon, bd.lat), 1e-9),
                (SourceCrs::Epsg(4548).to_lonlat(east, north), 1e-8),
                (SourceCrs::Epsg(3857).to_lonlat(merc_x, merc_y), 1e-7),
            ] {
                let back = back.unwrap();
                assert!(near(back.lon, lon, within) && near(back.lat, lat, within), "{back:?}");
            }
        }
    }

    #[test]
    fn outside_china_nothing_is_shifted() {
        for at in [LonLat::new(24.94, 60.17), LonLat::new(-73.9, 40.7), LonLat::new(151.2, -33.9)] {
            let gcj = Gcj02::from(at);
            assert_eq!((gcj.lon, gcj.lat), (at.lon, at.lat));
            assert_eq!(LonLat::from(Bd09::from(at)), at);
        }
    }

    #[test]
    fn names_are_read_and_unknown_ones_refused() {
        assert_eq!("EPSG:4490".parse(), Ok(SourceCrs::LonLat));
        assert_eq!("4548".parse(), Ok(SourceCrs::Epsg(4548)));
        assert_eq!("GCJ-02".parse(), Ok(SourceCrs::Gcj02));
        assert!(matches!("moon".parse::<SourceCrs>(), Err(CrsError::UnknownName(_))));
        assert_eq!(SourceCrs::Epsg(999_999).check(), Err(CrsError::UnknownName("EPSG:999999".into())));
        assert!(SourceCrs::LonLat.to_lonlat(433_549.0, 4_419_447.0).is_err());
    }

    proptest! {
        #[test]
        fn our_projection_is_that_of_proj(lon in 115.5f64..118.5, lat in 39.0f64..41.0) {
            let ground = ground_from_lonlat(LonLat::new(lon, lat));
            let proj = Proj::new_known_crs("EPSG:4490", "EPSG:4548", None).unwrap();
            let by_proj: (f64, f64) = proj.convert((lon, lat)).unwrap();
            prop_assert!(near(ground.east_m, by_proj.0, 1e-3) && near(ground.north_m, by_proj.1, 1e-3));
            let back = lonlat_from_ground(ground);
            prop_assert!(near(back.lon, lon, 1e-9) && near(back.lat, lat, 1e-9));
        }

        #[test]
        fn the_way_back_from_the_offset_systems_is_exact(lon in 73.0f64..135.0, lat in 4.0f64..53.0) {
            let at = LonLat::new(lon, lat);
            for back in [LonLat::from(Gcj02::from(at)), LonLat::from(Bd09::from(at))] {
                prop_assert!(near(back.lon, lon, 1e-9) && near(back.lat, lat, 1e-9), "{:?} {:?}", at, back);
            }
        }
    }
}
