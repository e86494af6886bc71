//! Which sign is meant by a place on the picture.

use crate::map::camera::{Camera, ScreenPos};
use crate::map::gpu::signs;
use crate::map::overlay::Overlay;
use crate::map::style::LayerGroup;

/// How far beside a sign a click may go and still mean it, points.
const SLACK: f64 = 3.0;

/// Key of the sign that is meant by `at` on a picture of `size` points: of those hit the one whose middle is nearest, and
/// the uppermost of equals. A selected sign lies on top.
pub fn marker_at(
    overlay: &Overlay,
    hidden: &[LayerGroup],
    camera: Camera,
    size: [f64; 2],
    at: ScreenPos,
) -> Option<u64> {
    let mut best: Option<(f64, u64)> = None;
    for marker in &overlay.markers {
        if !marker.at.is_valid() || signs::group(marker).is_some_and(|group| hidden.contains(&group)) {
            continue;
        }
        let (lift, half) = signs::body(marker);
        let [x, y] = camera.screen_from_lonlat(marker.at, size);
        let distance = (x - at[0]).hypot(y - f64::from(lift) - at[1]);
        let rank = if marker.selected { distance - f64::from(signs::HALF) } else { distance };
        if distance <= f64::from(half) + SLACK && best.is_none_or(|(nearest, _)| rank <= nearest) {
            best = Some((rank, marker.key));
        }
    }
    best.map(|(_, key)| key)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::LonLat;
    use crate::map::overlay::{Marker, Shape};

    fn marker(key: u64, east: f64, shape: Shape) -> Marker {
        let camera = Camera::default();
        Marker {
            key,
            at: camera.lonlat_from_screen([500.0 + east, 400.0], [1000.0, 800.0]),
            shape,
            fill: [200, 30, 30, 255],
            lamp: None,
            glyph: String::new(),
            heading_degrees: None,
            selected: false,
            faint: false,
            note: String::new(),
            size: 1.0,
        }
    }

    fn at(overlay: &Overlay, hidden: &[LayerGroup], x: f64, y: f64) -> Option<u64> {
        marker_at(overlay, hidden, Camera::default(), [1000.0, 800.0], [x, y])
    }

    #[test]
    fn the_nearest_sign_is_meant_and_a_selected_one_first() {
        let markers =
            vec![marker(1, 0.0, Shape::Circle), marker(2, 12.0, Shape::Square), marker(3, 300.0, Shape::Person)];
        let mut overlay = Overlay { markers, ..Overlay::default() };
        assert_eq!(at(&overlay, &[], 501.0, 400.0), Some(1));
        assert_eq!(at(&overlay, &[], 509.0, 400.0), Some(2));
        assert_eq!(at(&overlay, &[], 560.0, 400.0), None);
        assert_eq!(at(&overlay, &[], 800.0, 405.0), Some(3));
        assert_eq!(at(&overlay, &[LayerGroup::Officers], 800.0, 405.0), None);
        overlay.markers[0].selected = true;
        assert_eq!(at(&overlay, &[], 509.0, 400.0), Some(1));
    }

    #[test]
    fn a_pin_is_hit_at_its_head_and_broken_positions_never() {
        let markers = vec![marker(1, 0.0, Shape::Pin), marker(2, 0.0, Shape::Circle)];
        let mut overlay = Overlay { markers, ..Overlay::default() };
        overlay.markers[1].at = LonLat::new(f64::NAN, 0.0);
        assert_eq!(at(&overlay, &[], 500.0, 381.0), Some(1));
        assert_eq!(at(&overlay, &[], 500.0, 420.0), None);
    }
}
