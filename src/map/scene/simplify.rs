//! Thinning of lines: what a pixel cannot show is left out.

/// Metres east and north of the scene's origin.
pub type Point = [f64; 2];

/// Longest piece that is thinned at once. It bounds the work for lines of millions of points.
const PIECE: usize = 1024;

/// The points of a line that matter at a tolerance: no dropped point lies farther than that from what is left. First
/// and last point stay.
pub fn simplify(line: &[Point], tolerance: f64) -> Vec<Point> {
    if line.len() < 3 || tolerance <= 0.0 {
        return line.to_vec();
    }
    let mut kept = Vec::with_capacity(line.len().min(64));
    let mut start = 0;
    while start + 1 < line.len() {
        let end = (start + PIECE).min(line.len() - 1);
        piece(&line[start..=end], tolerance, &mut kept);
        start = end;
    }
    kept.extend(line.last());
    kept
}

/// Douglas and Peucker without recursion; adds all kept points but the last.
fn piece(line: &[Point], tolerance: f64, kept: &mut Vec<Point>) {
    let limit = tolerance * tolerance;
    let mut keep = vec![false; line.len()];
    keep[0] = true;
    let mut open = vec![(0, line.len() - 1)];
    while let Some((first, last)) = open.pop() {
        let mut farthest = (limit, 0);
        for (index, point) in line.iter().enumerate().take(last).skip(first + 1) {
            let distance = squared_distance(*point, line[first], line[last]);
            if distance > farthest.0 {
                farthest = (distance, index);
            }
        }
        if farthest.1 > 0 {
            keep[farthest.1] = true;
            open.push((first, farthest.1));
            open.push((farthest.1, last));
        }
    }
    kept.extend(line.iter().zip(&keep).take(line.len() - 1).filter(|(_, keep)| **keep).map(|(point, _)| *point));
}

fn squared_distance(point: Point, from: Point, to: Point) -> f64 {
    let (dx, dy) = (to[0] - from[0], to[1] - from[1]);
    let length = dx * dx + dy * dy;
    let t = if length > 0.0 {
        (((point[0] - from[0]) * dx + (point[1] - from[1]) * dy) / length).clamp(0.0, 1.0)
    } else {
        0.0
    };
    let (ex, ey) = (point[0] - from[0] - t * dx, point[1] - from[1] - t * dy);
    ex * ex + ey * ey
}

/// Removes points that repeat the one before.
pub fn without_repeats(line: &mut Vec<Point>) {
    line.dedup_by(|a, b| (a[0] - b[0]).abs() < 1e-3 && (a[1] - b[1]).abs() < 1e-3);
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn distance_to_line(point: Point, line: &[Point]) -> f64 {
        line.windows(2).map(|pair| squared_distance(point, pair[0], pair[1])).fold(f64::INFINITY, f64::min).sqrt()
    }

    proptest! {
        #[test]
        fn no_point_is_farther_away_than_allowed(
            line in prop::collection::vec((0.0..100.0_f64, 0.0..100.0_f64).prop_map(|(x, y)| [x, y]), 2..60),
            tolerance in 0.1..20.0_f64,
        ) {
            let thin = simplify(&line, tolerance);
            prop_assert_eq!((thin[0], thin[thin.len() - 1]), (line[0], line[line.len() - 1]));
            for point in &line {
                prop_assert!(distance_to_line(*point, &thin) <= tolerance + 1e-9);
            }
        }
    }

    #[test]
    fn a_straight_line_of_a_million_points_becomes_short() {
        let line: Vec<Point> = (0..1_000_000).map(|i| [f64::from(i), 0.0]).collect();
        assert!(simplify(&line, 0.5).len() < 1200);
    }
}
