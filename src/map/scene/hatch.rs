//! A sparse hatch: what an area is, told without covering what lies in it.

use super::simplify::Point;

/// An area is crossed by no more lines than this; a larger one gets them farther apart.
const MOST_LINES: f64 = 400.0;

/// Lines from lower left to upper right through what lies inside an odd number of the rings, `spacing` metres apart. They
/// lie on multiples of the spacing, so those of neighbours go on in one another.
pub fn hatch(rings: &[Vec<Point>], spacing: f64) -> Vec<[Point; 2]> {
    // On axes turned by 45 degrees: `along` the lines and `across` them.
    let turned = |[x, y]: Point| [(x + y) / std::f64::consts::SQRT_2, (y - x) / std::f64::consts::SQRT_2];
    let back = |along: f64, across: f64| {
        [(along - across) / std::f64::consts::SQRT_2, (along + across) / std::f64::consts::SQRT_2]
    };
    let rings: Vec<Vec<Point>> = rings.iter().map(|ring| ring.iter().map(|at| turned(*at)).collect()).collect();
    let (mut low, mut high) = (f64::INFINITY, f64::NEG_INFINITY);
    for [_, across] in rings.iter().flatten() {
        (low, high) = (low.min(*across), high.max(*across));
    }
    let spacing = spacing * ((high - low) / spacing / MOST_LINES).ceil().max(1.0);
    // Broken numbers give no lines.
    if !(spacing.is_finite() && spacing > 0.0 && low.is_finite() && high.is_finite()) {
        return Vec::new();
    }
    let mut lines = Vec::new();
    // Counted, because far out a number may be too large to grow by the spacing.
    let first = (low / spacing).ceil();
    for number in 0..=MOST_LINES as u32 {
        let across = (first + f64::from(number)) * spacing;
        if across >= high {
            break;
        }
        let mut crossings: Vec<f64> = rings
            .iter()
            .flat_map(|ring| ring.iter().zip(ring.iter().skip(1).chain(ring.first())))
            .filter(|(a, b)| (a[1] > across) != (b[1] > across))
            .map(|(a, b)| a[0] + (across - a[1]) / (b[1] - a[1]) * (b[0] - a[0]))
            .collect();
        crossings.sort_unstable_by(f64::total_cmp);
        let pieces = crossings.chunks_exact(2).filter(|pair| pair[1] - pair[0] > spacing * 0.05);
        lines.extend(pieces.map(|pair| [back(pair[0], across), back(pair[1], across)]));
    }
    lines
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn length(lines: &[[Point; 2]]) -> f64 {
        lines.iter().map(|[a, b]| (b[0] - a[0]).hypot(b[1] - a[1])).sum()
    }

    #[test]
    fn lines_cover_the_area_and_spare_its_holes() {
        let square =
            |low: f64, side: f64| vec![[low, low], [low + side, low], [low + side, low + side], [low, low + side]];
        let whole = hatch(&[square(0.0, 100.0)], 1.0);
        // An area is about the length of its lines times their spacing.
        assert!((length(&whole) / 10_000.0 - 1.0).abs() < 0.02, "{}", length(&whole));
        let holed = hatch(&[square(0.0, 100.0), square(30.0, 40.0)], 1.0);
        assert!((length(&holed) / 8_400.0 - 1.0).abs() < 0.02, "{}", length(&holed));
        let middle = holed.iter().map(|[a, b]| [(a[0] + b[0]) / 2.0, (a[1] + b[1]) / 2.0]);
        assert!(middle.into_iter().all(|[x, y]| !((31.0..69.0).contains(&x) && (31.0..69.0).contains(&y))));
        assert!(hatch(&[square(0.0, 1e7)], 1.0).len() <= 400);
        // So far out that a step is less than the last digit.
        assert!(hatch(&[square(1e300, 10.0)], 7.0).len() <= 400);
        assert!(hatch(&[vec![[1e300, 0.0], [1e300, 1e284], [1e300, 3.0]]], 7.3).len() <= 400);
    }

    proptest! {
        #[test]
        fn no_ring_is_too_broken(
            ring in prop::collection::vec(
                (prop_oneof![Just(f64::NAN), Just(1e300), -1e4..1e4_f64], prop_oneof![Just(f64::INFINITY), -1e4..1e4_f64])
                    .prop_map(|(x, y)| [x, y]),
                0..9),
            spacing in prop_oneof![Just(0.0), Just(f64::NAN), 0.5..100.0_f64],
        ) {
            prop_assert!(hatch(&[ring], spacing).len() <= 400 * 9);
        }
    }
}
