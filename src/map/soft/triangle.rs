//! Triangles, row by row.

use super::Clip;

/// A point of the picture, pixels.
pub type Px = [f32; 2];

/// The least whole number not below `value`, kept within bounds that every picture fits.
#[inline]
pub fn ceil(value: f32) -> i32 {
    let whole = value as i32;
    whole.saturating_add(i32::from((whole as f32) < value))
}

/// Calls `each` with what a triangle covers of the rows within a clip: row, first column, column behind the last. Triangles that
/// share an edge neither share a pixel nor leave one out: an edge is always followed from its upper end.
#[inline]
pub fn spans(clip: &Clip, mut corners: [Px; 3], mut each: impl FnMut(i32, i32, i32)) {
    let above = |a: &Px, b: &Px| a[1] < b[1] || (a[1] == b[1] && a[0] <= b[0]);
    if !above(&corners[0], &corners[1]) {
        corners.swap(0, 1);
    }
    if !above(&corners[1], &corners[2]) {
        corners.swap(1, 2);
        if !above(&corners[0], &corners[1]) {
            corners.swap(0, 1);
        }
    }
    let [a, b, c] = corners;
    let first = ceil(a[1] - 0.5).max(clip.rows.start);
    let last = ceil(c[1] - 0.5).min(clip.rows.end);
    if first >= last {
        return;
    }
    let slope = |from: Px, to: Px| (to[0] - from[0]) / (to[1] - from[1]);
    let (long, upper, lower) = (slope(a, c), slope(a, b), slope(b, c));
    for row in first..last {
        let y = row as f32 + 0.5;
        let one = a[0] + (y - a[1]) * long;
        let other = if y < b[1] { a[0] + (y - a[1]) * upper } else { b[0] + (y - b[1]) * lower };
        let (left, right) = if one < other { (one, other) } else { (other, one) };
        let from = ceil(left - 0.5).max(clip.columns.start);
        let to = ceil(right - 0.5).min(clip.columns.end);
        if from < to {
            each(row, from, to);
        }
    }
}

/// An edge on its way down.
#[derive(Clone, Copy, Default)]
struct Edge {
    top: Px,
    bottom: f32,
    slope: f32,
}

/// Whether going round four corners always turns the same way.
#[inline]
pub fn is_convex(corners: &[Px; 4]) -> bool {
    let turn = |at: usize| {
        let (a, b, c) = (corners[at], corners[(at + 1) % 4], corners[(at + 2) % 4]);
        (b[0] - a[0]) * (c[1] - b[1]) - (b[1] - a[1]) * (c[0] - b[0])
    };
    let turns = [turn(0), turn(1), turn(2), turn(3)];
    turns.iter().all(|turn| *turn >= 0.0) || turns.iter().all(|turn| *turn <= 0.0)
}

/// As [`spans`], for four corners in their order around a convex shape: the pixels of its two triangles, each once.
#[inline]
pub fn quad_spans(clip: &Clip, corners: &[Px; 4], mut each: impl FnMut(i32, i32, i32)) {
    // Those that lead down going round, and those that lead up.
    let mut sides = [[Edge::default(); 3]; 2];
    let mut counts = [0; 2];
    let (mut top, mut bottom) = (f32::INFINITY, f32::NEG_INFINITY);
    for at in 0..4 {
        let (from, to) = (corners[at], corners[(at + 1) % 4]);
        (top, bottom) = (top.min(from[1]), bottom.max(from[1]));
        let (side, upper, lower) = if from[1] < to[1] { (0, from, to) } else { (1, to, from) };
        if upper[1] < lower[1] && counts[side] < 3 {
            let slope = (lower[0] - upper[0]) / (lower[1] - upper[1]);
            sides[side][counts[side]] = Edge { top: upper, bottom: lower[1], slope };
            counts[side] += 1;
        }
    }
    let first = ceil(top - 0.5).max(clip.rows.start);
    let last = ceil(bottom - 0.5).min(clip.rows.end);
    if first >= last || counts.contains(&0) {
        return;
    }
    for (side, count) in sides.iter_mut().zip(counts) {
        side[..count].sort_unstable_by(|a, b| a.top[1].total_cmp(&b.top[1]));
    }
    let mut at = [0; 2];
    for row in first..last {
        let y = row as f32 + 0.5;
        let mut x = [0.0; 2];
        for side in 0..2 {
            while at[side] + 1 < counts[side] && y >= sides[side][at[side]].bottom {
                at[side] += 1;
            }
            let Edge { top, slope, .. } = sides[side][at[side]];
            x[side] = top[0] + (y - top[1]) * slope;
        }
        let (left, right) = if x[0] < x[1] { (x[0], x[1]) } else { (x[1], x[0]) };
        let from = ceil(left - 0.5).max(clip.columns.start);
        let to = ceil(right - 0.5).min(clip.columns.end);
        if from < to {
            each(row, from, to);
        }
    }
}

/// A number that changes evenly over a triangle.
#[derive(Clone, Copy, Debug)]
pub struct Gradient {
    at: Px,
    value: f32,
    /// By so much for a pixel to the right, and down.
    pub step: [f32; 2],
}

impl Gradient {
    /// From the numbers at three corners; `None` where the corners lie on one line.
    #[inline]
    pub fn new(corners: [Px; 3], values: [f32; 3]) -> Option<Self> {
        let [a, b, c] = corners;
        let (u, v) = ([b[0] - a[0], b[1] - a[1]], [c[0] - a[0], c[1] - a[1]]);
        let (du, dv) = (values[1] - values[0], values[2] - values[0]);
        let twice = u[0] * v[1] - v[0] * u[1];
        if twice.is_nan() || twice.abs() < 1e-6 {
            return None;
        }
        let step = [(du * v[1] - dv * u[1]) / twice, (dv * u[0] - du * v[0]) / twice];
        Some(Self { at: a, value: values[0], step })
    }

    /// In the middle of a pixel.
    #[inline]
    pub fn in_pixel(&self, x: i32, y: i32) -> f32 {
        let by = [x as f32 + 0.5 - self.at[0], y as f32 + 0.5 - self.at[1]];
        self.value + by[0] * self.step[0] + by[1] * self.step[1]
    }
}
