//! The view: which part of the ground the picture shows.

use geo::Rect;
use serde::{Deserialize, Serialize};

use crate::base::LonLat;
use crate::spatial::crs::{Ground, ground_from_lonlat, lonlat_from_ground};

/// By how much one notch of the wheel magnifies, or a press of `+`.
pub const NOTCH: f64 = 1.35;
/// Closest view: 4 cm of ground for a point, some 1:150.
pub const MIN_METRES_PER_POINT: f64 = 0.04;
/// Farthest view: a whole province.
pub const MAX_METRES_PER_POINT: f64 = 600.0;
/// Where a map without data opens: the middle of Shijingshan.
pub const HOME: LonLat = LonLat::new(116.2, 39.92);
/// Beyond these degrees from its central meridian the ground plane is no map any more.
const MAX_LON_FROM_MERIDIAN: f64 = 40.0;
/// Central meridian of EPSG:4548.
const MERIDIAN: f64 = 117.0;

/// The plane that a map is drawn on: EPSG:4548 around Beijing, and elsewhere the same projection on the nearest
/// meridian of the 3-degree zones, so that north is up and a metre a metre wherever a pack comes from.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct Plane {
    /// Degrees from 117° E to the meridian in use.
    shift: f64,
}

impl Plane {
    /// The plane for what lies around `at`.
    pub fn around(at: LonLat) -> Self {
        let off = at.lon - MERIDIAN;
        Self { shift: if off.abs() <= 6.0 || !off.is_finite() { 0.0 } else { (off / 3.0).round() * 3.0 } }
    }

    /// Metres on the plane.
    pub fn ground(self, at: LonLat) -> Ground {
        ground_from_lonlat(LonLat::new(at.lon - self.shift, at.lat))
    }

    /// The position of a point of the plane.
    pub fn lonlat(self, at: Ground) -> LonLat {
        let there = lonlat_from_ground(at);
        LonLat::new(there.lon + self.shift, there.lat)
    }

    fn holds(self, at: LonLat) -> bool {
        at.is_valid() && (at.lon - self.shift - MERIDIAN).abs() < MAX_LON_FROM_MERIDIAN
    }
}

/// A place on the picture in logical points: x to the right, y downwards from the upper left corner.
pub type ScreenPos = [f64; 2];

/// A north-up view. Ground metres are those of EPSG:4548; the picture's size is given at each use.
#[derive(Clone, Copy, PartialEq, Debug, Serialize, Deserialize)]
pub struct Camera {
    /// The point in the middle of the picture.
    pub center: LonLat,
    /// Metres on the ground for one logical point on the screen.
    pub metres_per_point: f64,
}

impl Default for Camera {
    fn default() -> Self {
        Self { center: HOME, metres_per_point: 8.0 }
    }
}

impl Camera {
    /// A view within the limits; numbers that are none are replaced by those of the default view.
    pub fn new(center: LonLat, metres_per_point: f64) -> Self {
        Self { center, metres_per_point }.sound()
    }

    /// The same view brought within the limits.
    pub fn sound(self) -> Self {
        let center = if self.center.is_valid() {
            LonLat::new(self.center.lon, self.center.lat.clamp(-84.0, 84.0))
        } else {
            HOME
        };
        let metres_per_point = if self.metres_per_point.is_finite() {
            self.metres_per_point.clamp(MIN_METRES_PER_POINT, MAX_METRES_PER_POINT)
        } else {
            Self::default().metres_per_point
        };
        Self { center, metres_per_point }
    }

    /// The view that shows all of `extent` (longitude, latitude) with a margin of a twentieth.
    pub fn fit(extent: Rect<f64>, size: [f64; 2]) -> Self {
        let plane = Plane::around(LonLat::new(extent.center().x, extent.center().y));
        let bounds = ground_bounds(extent, plane);
        let (low, high) = (bounds.min(), bounds.max());
        let scale = ((high.x - low.x) / size[0].max(1.0)).max((high.y - low.y) / size[1].max(1.0)) * 1.1;
        let middle = Ground { east_m: (low.x + high.x) / 2.0, north_m: (low.y + high.y) / 2.0 };
        // A single point is shown at the scale of a block.
        Self::new(plane.lonlat(middle), if scale > 0.0 { scale } else { 0.5 })
    }

    /// The plane around the middle of the picture.
    pub fn plane(self) -> Plane {
        Plane::around(self.center)
    }

    /// The middle of the picture on the ground plane.
    pub fn center_on_ground(self) -> Ground {
        self.plane().ground(self.center)
    }

    /// The ground below a place on a picture of `size` points.
    pub fn ground_from_screen(self, at: ScreenPos, size: [f64; 2]) -> Ground {
        let middle = self.center_on_ground();
        Ground {
            east_m: middle.east_m + (at[0] - size[0] / 2.0) * self.metres_per_point,
            north_m: middle.north_m - (at[1] - size[1] / 2.0) * self.metres_per_point,
        }
    }

    /// Where a point of the ground lies on a picture of `size` points.
    pub fn screen_from_ground(self, at: Ground, size: [f64; 2]) -> ScreenPos {
        let middle = self.center_on_ground();
        [
            size[0] / 2.0 + (at.east_m - middle.east_m) / self.metres_per_point,
            size[1] / 2.0 - (at.north_m - middle.north_m) / self.metres_per_point,
        ]
    }

    /// The position below a place on the picture.
    pub fn lonlat_from_screen(self, at: ScreenPos, size: [f64; 2]) -> LonLat {
        self.plane().lonlat(self.ground_from_screen(at, size))
    }

    /// Where a position lies on the picture.
    pub fn screen_from_lonlat(self, at: LonLat, size: [f64; 2]) -> ScreenPos {
        self.screen_from_ground(self.plane().ground(at), size)
    }

    /// The view after the ground was dragged by so many points.
    pub fn panned(self, by: [f64; 2]) -> Self {
        let middle = self.center_on_ground();
        let moved = Ground {
            east_m: middle.east_m - by[0] * self.metres_per_point,
            north_m: middle.north_m + by[1] * self.metres_per_point,
        };
        let center = self.plane().lonlat(moved);
        // The plane ends somewhere; a drag that would leave it does nothing.
        if self.plane().holds(center) { Self { center, ..self } } else { self }
    }

    /// The view magnified by `factor` (above 1: closer) while the ground below `at` stays where it is.
    pub fn zoomed_at(self, at: ScreenPos, factor: f64, size: [f64; 2]) -> Self {
        if !(factor.is_finite() && factor > 0.0) {
            return self;
        }
        let wanted = (self.metres_per_point / factor).clamp(MIN_METRES_PER_POINT, MAX_METRES_PER_POINT);
        let around = |plane: Plane, fixed: Ground| {
            let center = plane.lonlat(Ground {
                east_m: fixed.east_m - (at[0] - size[0] / 2.0) * wanted,
                north_m: fixed.north_m + (at[1] - size[1] / 2.0) * wanted,
            });
            plane.holds(center).then_some(Self { center, metres_per_point: wanted })
        };
        let plane = self.plane();
        match around(plane, self.ground_from_screen(at, size)) {
            Some(next) if next.plane() == plane => next,
            // Far from the meridian the new middle belongs to a plane that is turned against the old one.
            Some(next) => around(next.plane(), next.plane().ground(self.lonlat_from_screen(at, size))).unwrap_or(next),
            None => self,
        }
    }

    /// The view moved just so far that `at` lies inside the picture, `margin` points from its edge; itself when it does.
    pub fn revealing(self, at: LonLat, margin: f64, size: [f64; 2]) -> Self {
        if !at.is_valid() {
            return self;
        }
        let [x, y] = self.screen_from_lonlat(at, size);
        let shift = |value: f64, length: f64| {
            let margin = margin.min(length / 2.0);
            value.clamp(margin, (length - margin).max(margin)) - value
        };
        let by = [shift(x, size[0]), shift(y, size[1])];
        if by == [0.0, 0.0] {
            return self;
        }
        // What lies a whole picture away is better shown in the middle than at an edge.
        if by[0].abs() > size[0] || by[1].abs() > size[1] {
            return Self { center: at, ..self }.sound();
        }
        self.panned(by)
    }
}

/// Bounds on the ground plane of a box in longitude and latitude. The sides of such a box are curves there, so points
/// along them are looked at too.
pub fn ground_bounds(extent: Rect<f64>, plane: Plane) -> Rect<f64> {
    let (low, high) = (extent.min(), extent.max());
    let mut west_south = (f64::INFINITY, f64::INFINITY);
    let mut east_north = (f64::NEG_INFINITY, f64::NEG_INFINITY);
    for i in 0..=8 {
        for j in 0..=8 {
            let lon = low.x + (high.x - low.x) * f64::from(i) / 8.0;
            let lat = low.y + (high.y - low.y) * f64::from(j) / 8.0;
            let at = plane.ground(LonLat::new(lon, lat));
            if at.east_m.is_finite() && at.north_m.is_finite() {
                west_south = (west_south.0.min(at.east_m), west_south.1.min(at.north_m));
                east_north = (east_north.0.max(at.east_m), east_north.1.max(at.north_m));
            }
        }
    }
    if west_south.0 > east_north.0 {
        let home = plane.ground(HOME);
        return Rect::new((home.east_m, home.north_m), (home.east_m, home.north_m));
    }
    Rect::new(west_south, east_north)
}

/// A round length for the scale bar (1, 2 or 5 times a power of ten, metres) that is at most `max_points` long, and its
/// length in points.
pub fn scale_bar(metres_per_point: f64, max_points: f64) -> (f64, f64) {
    let most = (metres_per_point * max_points).max(f64::MIN_POSITIVE);
    let power = 10_f64.powf(most.log10().floor());
    let metres = [5.0, 2.0, 1.0].into_iter().map(|step| step * power).find(|metres| *metres <= most).unwrap_or(power);
    (metres, metres / metres_per_point)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const SIZE: [f64; 2] = [1366.0, 768.0];

    fn camera() -> impl Strategy<Value = Camera> {
        (115.5..118.5_f64, 39.0..41.0_f64, MIN_METRES_PER_POINT..MAX_METRES_PER_POINT)
            .prop_map(|(lon, lat, scale)| Camera::new(LonLat::new(lon, lat), scale))
    }

    fn place() -> impl Strategy<Value = ScreenPos> {
        (0.0..SIZE[0], 0.0..SIZE[1]).prop_map(|(x, y)| [x, y])
    }

    fn close(a: ScreenPos, b: ScreenPos, camera: Camera) {
        // A tenth of a millimetre on the ground, or a thousandth of a point.
        let slack = 1e-3_f64.max(1e-4 / camera.metres_per_point);
        assert!((a[0] - b[0]).abs() < slack && (a[1] - b[1]).abs() < slack, "{a:?} {b:?} {camera:?}");
    }

    #[test]
    fn what_lies_under_the_cursor_stays_there_where_planes_meet() {
        let camera = Camera::new(LonLat::new(122.98, 40.4), 40.0);
        let at = [1364.0, 30.0];
        let fixed = camera.lonlat_from_screen(at, SIZE);
        let zoomed = camera.zoomed_at(at, 5.0, SIZE);
        assert_ne!(zoomed.plane(), camera.plane());
        close(zoomed.screen_from_lonlat(fixed, SIZE), at, zoomed);
    }

    proptest! {
        #[test]
        fn screen_and_position_are_inverse(camera in camera(), at in place()) {
            let there = camera.lonlat_from_screen(at, SIZE);
            close(camera.screen_from_lonlat(there, SIZE), at, camera);
        }

        #[test]
        fn what_lies_under_the_cursor_stays_there_when_zooming(
            camera in camera(), at in place(), factor in 0.01..100.0_f64,
        ) {
            let there = camera.lonlat_from_screen(at, SIZE);
            let zoomed = camera.zoomed_at(at, factor, SIZE);
            prop_assert!((MIN_METRES_PER_POINT..=MAX_METRES_PER_POINT).contains(&zoomed.metres_per_point));
            close(zoomed.screen_from_lonlat(there, SIZE), at, zoomed);
        }

        #[test]
        fn a_drag_carries_the_ground_with_the_pointer(camera in camera(), at in place(), dx in -300.0..300.0_f64, dy in -300.0..300.0_f64) {
            let there = camera.lonlat_from_screen(at, SIZE);
            let moved = camera.panned([dx, dy]);
            close(moved.screen_from_lonlat(there, SIZE), [at[0] + dx, at[1] + dy], camera);
        }

        #[test]
        fn a_fit_shows_the_whole_extent(west in 116.0..117.0_f64, south in 39.0..40.0_f64, w in 0.0..0.4_f64, h in 0.0..0.4_f64) {
            let extent = Rect::new((west, south), (west + w, south + h));
            let camera = Camera::fit(extent, SIZE);
            for (lon, lat) in [(west, south), (west + w, south), (west, south + h), (west + w, south + h)] {
                let [x, y] = camera.screen_from_lonlat(LonLat::new(lon, lat), SIZE);
                prop_assert!((0.0..=SIZE[0]).contains(&x) && (0.0..=SIZE[1]).contains(&y), "{x} {y}");
            }
        }

        #[test]
        fn what_is_revealed_lies_inside(camera in camera(), lon in 115.0..119.0_f64, lat in 38.5..41.5_f64) {
            let at = LonLat::new(lon, lat);
            let moved = camera.revealing(at, 40.0, SIZE);
            let [x, y] = moved.screen_from_lonlat(at, SIZE);
            prop_assert!((39.0..=SIZE[0] - 39.0).contains(&x) && (39.0..=SIZE[1] - 39.0).contains(&y), "{x} {y}");
            prop_assert_eq!(moved.revealing(at, 39.0, SIZE), moved);
        }

        #[test]
        fn the_scale_bar_is_round_and_fits(scale in MIN_METRES_PER_POINT..MAX_METRES_PER_POINT) {
            let (metres, points) = scale_bar(scale, 120.0);
            prop_assert!(points <= 120.0 + 1e-6 && points > 120.0 / 2.6, "{metres} {points}");
            let digits = format!("{metres:e}");
            prop_assert!(["1e", "2e", "5e"].iter().any(|start| digits.starts_with(start)), "{}", digits);
        }

        #[test]
        fn no_number_breaks_a_camera(lon in any::<f64>(), lat in any::<f64>(), scale in any::<f64>(), x in any::<f64>()) {
            let camera = Camera::new(LonLat::new(lon, lat), scale).zoomed_at([x, 0.0], 2.0, SIZE).panned([x, x]);
            prop_assert!(camera.center.is_valid() && camera.metres_per_point.is_finite());
        }
    }
}
