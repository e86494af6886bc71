//! Lines: strips that the graphics card widens to their width in pixels.
//!
//! Every vertex bears its point on the line and the direction in which it is pushed out, so one strip serves all
//! widths: the casing and the body of a road, and every scale of its level. It bears its side too, from which the
//! shader knows how far a pixel is from the edge: lines are smooth without more than one sample for a pixel.

use bytemuck::{Pod, Zeroable};

use super::simplify::Point;

/// A vertex of a strip, or a corner of a sign.
#[derive(Clone, Copy, Debug, PartialEq, Pod, Zeroable)]
#[repr(C)]
pub struct Wide {
    /// Metres from the chunk's origin.
    pub at: [f32; 2],
    /// Direction of widening, in half widths times [`PUSH`]; for signs the corner. The two lowest bits of the first number
    /// are the [`Side`].
    pub push: [i16; 2],
    /// Metres along the line; for signs what it shows.
    pub along: f32,
}

/// One half width in [`Wide::push`].
pub const PUSH: f64 = 16_000.0;

/// Where a vertex lies across its line.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(i16)]
pub enum Side {
    /// On the line itself.
    Middle = 0,
    /// At the left edge, or at the rim of something round.
    Left = 1,
    /// At the right edge.
    Right = 2,
}

/// How a line ends.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Cap {
    /// At the point.
    Butt,
    /// Half a width beyond the point.
    Square,
    /// In a half circle.
    Round,
}

/// Where the pieces of a line go: the mesh of the chunk that a piece lies in, and the chunk's origin.
pub trait Sink {
    /// Opens the chunk that `at` lies in.
    fn at(&mut self, at: Point) -> ([i32; 2], Point, &mut Vec<Wide>, &mut Vec<u32>);
}

/// The corner between two pieces: pushes for the left and the right side.
fn pushed(normal: Point, length: f64) -> [Point; 2] {
    [[normal[0] * length, normal[1] * length], [-normal[0] * length, -normal[1] * length]]
}

fn vertex(at: Point, origin: Point, push: Point, along: f64, side: Side) -> Wide {
    // A cast saturates; pushes stay below two half widths anyway.
    Wide {
        at: [(at[0] - origin[0]) as f32, (at[1] - origin[1]) as f32],
        push: [((push[0] * PUSH) as i16 & !3) | side as i16, (push[1] * PUSH) as i16],
        along: along as f32,
    }
}

/// Corners whose point would stick out farther than this share no vertices: their outer side is rounded off. In half
/// widths, for lines with round ends and for others; the latter keep the corners of a house.
const MAX_MITRE: [f64; 2] = [1.3, 2.0];

/// Turns a line into strips. `longest` bounds the length of a piece, so that every piece stays near its chunk.
pub fn stroke(line: &[Point], closed: bool, cap: Cap, longest: f64, sink: &mut impl Sink) {
    let line = &*split(line, closed, longest);
    let count = line.len();
    if count < 2 {
        return;
    }
    let direction = |i: usize| {
        let (a, b) = (line[i], line[i + 1]);
        let (dx, dy) = (b[0] - a[0], b[1] - a[1]);
        let length = dx.hypot(dy);
        ([dx / length, dy / length], length)
    };
    let most = MAX_MITRE[usize::from(cap != Cap::Round)];
    let pieces = count - 1;
    let mut along = 0.0;
    // Chunk and the two vertices that the last piece ended in, where the next may go on from them.
    let mut open: Option<([i32; 2], u32, u32)> = None;
    for i in 0..pieces {
        let (along_dir, length) = direction(i);
        let normal = [-along_dir[1], along_dir[0]];
        let before = if i > 0 {
            Some(direction(i - 1).0)
        } else if closed {
            Some(direction(pieces - 1).0)
        } else {
            None
        };
        let after = if i + 1 < pieces {
            Some(direction(i + 1).0)
        } else if closed {
            Some(direction(0).0)
        } else {
            None
        };
        let (a, b) = (line[i], line[i + 1]);
        let (chunk, origin, vertices, indices) = sink.at([(a[0] + b[0]) / 2.0, (a[1] + b[1]) / 2.0]);
        let Ok(mut next) = u32::try_from(vertices.len()) else { return };
        // The beginning of the piece.
        let start = match (open, before) {
            (Some((same, left, right)), _) if same == chunk => (left, right),
            (_, neighbour) => {
                let [left, right] = match neighbour.and_then(|dir| mitre(dir, along_dir, most)) {
                    Some(corner) => corner,
                    None if neighbour.is_none() && cap == Cap::Square => [
                        [normal[0] - along_dir[0], normal[1] - along_dir[1]],
                        [-normal[0] - along_dir[0], -normal[1] - along_dir[1]],
                    ],
                    None => pushed(normal, 1.0),
                };
                vertices
                    .extend([vertex(a, origin, left, along, Side::Left), vertex(a, origin, right, along, Side::Right)]);
                next += 2;
                if neighbour.is_none() && cap == Cap::Round {
                    half_circle(a, origin, along, [-along_dir[0], -along_dir[1]], vertices, indices);
                    next = vertices.len() as u32;
                    (next - HALF_CIRCLE - 2, next - HALF_CIRCLE - 1)
                } else {
                    (next - 2, next - 1)
                }
            }
        };
        // Its end.
        let end_along = along + length;
        let corner = after.and_then(|dir| mitre(along_dir, dir, most));
        let [left, right] = match (corner, after) {
            (Some(corner), _) => corner,
            (None, None) if cap == Cap::Square => [
                [normal[0] + along_dir[0], normal[1] + along_dir[1]],
                [-normal[0] + along_dir[0], -normal[1] + along_dir[1]],
            ],
            (None, _) => pushed(normal, 1.0),
        };
        vertices
            .extend([vertex(b, origin, left, end_along, Side::Left), vertex(b, origin, right, end_along, Side::Right)]);
        indices.extend([start.0, start.1, next, next, start.1, next + 1]);
        open = corner.map(|_| (chunk, next, next + 1));
        match after {
            None if cap == Cap::Round => half_circle(b, origin, end_along, along_dir, vertices, indices),
            Some(dir) if corner.is_none() => bend(b, origin, end_along, along_dir, dir, vertices, indices),
            _ => {}
        }
        along = end_along;
    }
}

/// The line without repeated points, closed if it is to be, and with long pieces divided.
fn split(line: &[Point], closed: bool, longest: f64) -> Vec<Point> {
    let mut out: Vec<Point> = Vec::with_capacity(line.len() + 1);
    let ends = if closed { line.first() } else { None };
    for point in line.iter().chain(ends) {
        if !(point[0].abs() < 1e8 && point[1].abs() < 1e8) {
            continue;
        }
        let Some(last) = out.last().copied() else {
            out.push(*point);
            continue;
        };
        let (dx, dy) = (point[0] - last[0], point[1] - last[1]);
        let length = dx.hypot(dy);
        if length < 1e-3 {
            continue;
        }
        let parts = (length / longest).ceil().clamp(1.0, 4096.0);
        for part in 1..parts as u32 {
            let t = f64::from(part) / parts;
            out.push([last[0] + dx * t, last[1] + dy * t]);
        }
        out.push(*point);
    }
    out
}

/// Pushes of a corner that both pieces can share; `None` where it would stick out too far.
fn mitre(before: Point, after: Point, most: f64) -> Option<[Point; 2]> {
    let sum = [-(before[1] + after[1]), before[0] + after[0]];
    let length = sum[0].hypot(sum[1]);
    // Half the length is the cosine of half the angle; the mitre is its inverse.
    let reach = 2.0 / length;
    (reach <= most).then(|| pushed([sum[0] / length, sum[1] / length], reach))
}

const HALF_CIRCLE: u32 = 5;

/// A half circle around `at` towards `direction`.
fn half_circle(
    at: Point,
    origin: Point,
    along: f64,
    direction: Point,
    vertices: &mut Vec<Wide>,
    indices: &mut Vec<u32>,
) {
    let base = vertices.len() as u32;
    let normal = [-direction[1], direction[0]];
    vertices.push(vertex(at, origin, [0.0, 0.0], along, Side::Middle));
    for step in [-3.0_f64, -1.0, 1.0, 3.0] {
        let (sin, cos) = (step * std::f64::consts::FRAC_PI_6).sin_cos();
        let push = [direction[0] * cos - normal[0] * sin, direction[1] * cos - normal[1] * sin];
        vertices.push(vertex(at, origin, push, along, Side::Left));
    }
    for step in 1..4 {
        indices.extend([base, base + step, base + step + 1]);
    }
}

/// The outer side of a sharp corner, rounded.
fn bend(
    at: Point,
    origin: Point,
    along: f64,
    before: Point,
    after: Point,
    vertices: &mut Vec<Wide>,
    indices: &mut Vec<u32>,
) {
    let cross = before[0] * after[1] - before[1] * after[0];
    let dot = before[0] * after[0] + before[1] * after[1];
    let turn = cross.atan2(dot);
    // To the left the right side is the outer one.
    let side = if turn > 0.0 { 1.0 } else { -1.0 };
    let from = [before[1] * side, -before[0] * side];
    let steps = (turn.abs() / 0.7).ceil().clamp(1.0, 5.0) as u32;
    let base = vertices.len() as u32;
    vertices.push(vertex(at, origin, [0.0, 0.0], along, Side::Middle));
    for step in 0..=steps {
        let (sin, cos) = (turn * f64::from(step) / f64::from(steps)).sin_cos();
        let push = [from[0] * cos - from[1] * sin, from[0] * sin + from[1] * cos];
        vertices.push(vertex(at, origin, push, along, Side::Left));
        if step > 0 {
            indices.extend([base, base + step, base + step + 1]);
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[derive(Default)]
    struct One {
        vertices: Vec<Wide>,
        indices: Vec<u32>,
    }

    impl Sink for One {
        fn at(&mut self, _: Point) -> ([i32; 2], Point, &mut Vec<Wide>, &mut Vec<u32>) {
            ([0, 0], [0.0, 0.0], &mut self.vertices, &mut self.indices)
        }
    }

    fn made(line: &[Point], closed: bool, cap: Cap) -> One {
        let mut one = One::default();
        stroke(line, closed, cap, 100.0, &mut one);
        one
    }

    #[test]
    fn pieces_share_their_corners() {
        let bent = made(&[[0.0, 0.0], [10.0, 0.0], [20.0, 4.0]], false, Cap::Butt);
        assert_eq!((bent.vertices.len(), bent.indices.len()), (6, 12));
        let sharp = made(&[[0.0, 0.0], [10.0, 0.0], [0.0, 1.0]], false, Cap::Butt);
        assert!(sharp.vertices.len() > 8, "a sharp corner is rounded");
        let ring = made(&[[0.0, 0.0], [10.0, 0.0], [10.0, 10.0], [0.0, 10.0]], true, Cap::Butt);
        assert_eq!(ring.indices.chunks(3).filter(|t| t[0] != t[1]).count() % 4, 0);
        assert_eq!(made(&[[0.0, 0.0], [250.0, 0.0]], false, Cap::Butt).indices.len(), 18, "long pieces are divided");
    }

    #[test]
    fn the_two_sides_lie_a_width_apart() {
        let one = made(&[[0.0, 0.0], [10.0, 0.0]], false, Cap::Butt);
        assert_eq!(one.vertices[0].push, [Side::Left as i16, 16_000]);
        assert_eq!(one.vertices[1].push, [Side::Right as i16, -16_000]);
        assert_eq!(one.vertices[2].along, 10.0);
        let capped = made(&[[0.0, 0.0], [10.0, 0.0]], false, Cap::Round);
        let leftmost =
            capped.vertices.iter().map(|v| f64::from(v.at[0]) * PUSH + f64::from(v.push[0])).fold(0.0, f64::min);
        assert!((-16_000.0..-13_000.0).contains(&leftmost));
    }

    proptest! {
        #[test]
        fn no_line_is_too_broken(
            line in prop::collection::vec(
                (prop_oneof![Just(0.0), Just(f64::NAN), Just(1e300), -1e3..1e3_f64, Just(5.0)],
                 prop_oneof![Just(0.0), Just(-f64::INFINITY), -1e3..1e3_f64, Just(5.0)]).prop_map(|(x, y)| [x, y]),
                0..20),
            closed in any::<bool>(),
            cap in prop_oneof![Just(Cap::Butt), Just(Cap::Square), Just(Cap::Round)],
        ) {
            let one = made(&line, closed, cap);
            prop_assert!(one.indices.iter().all(|index| (*index as usize) < one.vertices.len()));
            prop_assert!(one.vertices.iter().all(|v| v.at.iter().all(|number| number.is_finite())));
        }
    }
}
