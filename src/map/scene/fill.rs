//! Areas: cut along the borders of chunks, then turned into triangles.

use lyon_tessellation::geom::point;
use lyon_tessellation::path::Path;
use lyon_tessellation::{BuffersBuilder, FillOptions, FillRule, FillTessellator, FillVertex, VertexBuffers};

use super::simplify::Point;

/// Rings of an area, the outer one and holes in any order: what lies inside an odd number of them is filled.
pub type Rings = Vec<Vec<Point>>;

/// West, south, east, north of some rings.
pub fn bounds(rings: &[Vec<Point>]) -> [f64; 4] {
    let mut all = [f64::INFINITY, f64::INFINITY, f64::NEG_INFINITY, f64::NEG_INFINITY];
    for [x, y] in rings.iter().flatten() {
        all = [all[0].min(*x), all[1].min(*y), all[2].max(*x), all[3].max(*y)];
    }
    all
}

/// Hands every piece of an area to `each`, cut so that it lies in one chunk of `side` metres; `[column, row]` of the chunk
/// comes with it. An area smaller than half a chunk is not cut: it goes whole to the chunk of its middle.
pub fn by_chunk(rings: Rings, side: f64, each: &mut impl FnMut([i32; 2], Rings)) {
    cut(rings, side, MOST_CUTS, each);
}

/// An area is cut at most so many times over, into some four thousand pieces: a country among street maps is drawn in
/// larger pieces than a chunk.
const MOST_CUTS: u32 = 12;

fn cut(rings: Rings, side: f64, cuts: u32, each: &mut impl FnMut([i32; 2], Rings)) {
    let all = bounds(&rings);
    if !all.iter().all(|number| number.is_finite()) {
        return;
    }
    let middle = [(all[0] + all[2]) / 2.0, (all[1] + all[3]) / 2.0];
    if all[2] - all[0] <= side * 0.5 && all[3] - all[1] <= side * 0.5 {
        each(chunk_of(middle, side), rings);
        return;
    }
    // The pieces overlap by a hair, so that no seam shows between them.
    let hair = side * 1e-4;
    let span = |low: f64, high: f64| (((low + 2.0 * hair) / side).floor(), ((high - 2.0 * hair) / side).floor());
    let (columns, rows) = (span(all[0], all[2]), span(all[1], all[3]));
    let wide = columns.1 - columns.0;
    let tall = rows.1 - rows.0;
    if (wide <= 0.0 && tall <= 0.0) || cuts == 0 {
        each(chunk_of(middle, side), rings);
        return;
    }
    let axis = usize::from(tall > wide);
    let (first, last) = if axis == 0 { columns } else { rows };
    let line = (first + ((last - first) / 2.0).floor() + 1.0) * side;
    for (limit, below) in [(line + hair, true), (line - hair, false)] {
        let piece: Rings =
            rings.iter().map(|ring| clip(ring, axis, limit, below)).filter(|ring| ring.len() > 2).collect();
        if !piece.is_empty() {
            cut(piece, side, cuts - 1, each);
        }
    }
}

/// The chunk that a point lies in.
pub fn chunk_of(at: Point, side: f64) -> [i32; 2] {
    // A cast saturates: what lies beyond two thousand million chunks shares the last one.
    [(at[0] / side).floor() as i32, (at[1] / side).floor() as i32]
}

/// What of a ring lies on one side of a line across an axis (Sutherland and Hodgman). Edges along the line cancel out
/// under the odd-even rule.
fn clip(ring: &[Point], axis: usize, limit: f64, below: bool) -> Vec<Point> {
    let inside = |p: &Point| if below { p[axis] <= limit } else { p[axis] >= limit };
    let mut out = Vec::with_capacity(ring.len() + 4);
    let Some(mut before) = ring.last() else { return out };
    for point in ring {
        if inside(point) != inside(before) {
            let t = (limit - before[axis]) / (point[axis] - before[axis]);
            let mut crossing = [before[0] + (point[0] - before[0]) * t, before[1] + (point[1] - before[1]) * t];
            crossing[axis] = limit;
            out.push(crossing);
        }
        if inside(point) {
            out.push(*point);
        }
        before = point;
    }
    out
}

/// Turns rings into triangles; keeps its working memory between areas.
pub struct Filler {
    tessellator: FillTessellator,
    buffers: VertexBuffers<[f32; 2], u32>,
}

impl Default for Filler {
    fn default() -> Self {
        Self { tessellator: FillTessellator::new(), buffers: VertexBuffers::new() }
    }
}

impl Filler {
    /// Adds the triangles of some rings, with coordinates from `origin`, to a mesh. Tells whether it could.
    pub fn fill(
        &mut self,
        rings: &[Vec<Point>],
        origin: Point,
        vertices: &mut Vec<[f32; 2]>,
        indices: &mut Vec<u32>,
    ) -> bool {
        let Ok(base) = u32::try_from(vertices.len()) else { return false };
        let local = |p: &Point| [(p[0] - origin[0]) as f32, (p[1] - origin[1]) as f32];
        if let [ring] = rings
            && is_convex(ring)
        {
            vertices.extend(ring.iter().map(local));
            for corner in 1..ring.len() as u32 - 1 {
                indices.extend([base, base + corner, base + corner + 1]);
            }
            return true;
        }
        let mut path = Path::builder();
        for ring in rings.iter().filter(|ring| ring.len() > 2) {
            for (index, at) in ring.iter().enumerate() {
                let [x, y] = local(at);
                if !(x.is_finite() && y.is_finite()) {
                    return false;
                }
                if index == 0 {
                    path.begin(point(x, y));
                } else {
                    path.line_to(point(x, y));
                }
            }
            path.end(true);
        }
        self.buffers.clear();
        let options = FillOptions::default().with_fill_rule(FillRule::EvenOdd).with_tolerance(0.05);
        let mut sink = BuffersBuilder::new(&mut self.buffers, |vertex: FillVertex| vertex.position().to_array());
        // The tessellator knows its own errors; a fault of its own must not take the map down either.
        let path = path.build();
        let tessellator = &mut self.tessellator;
        let outcome = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            tessellator.tessellate_path(&path, &options, &mut sink).is_ok()
        }));
        match outcome {
            Ok(true) => {
                vertices.extend_from_slice(&self.buffers.vertices);
                indices.extend(self.buffers.indices.iter().map(|index| base + index));
                true
            }
            Ok(false) => false,
            Err(_) => {
                *self = Self::default();
                false
            }
        }
    }
}

/// Whether a ring turns one way only, and only once around.
fn is_convex(ring: &[Point]) -> bool {
    if ring.len() < 3 || ring.len() > 8 {
        return false;
    }
    let (mut turns, mut side) = (0.0_f64, 0.0_f64);
    for i in 0..ring.len() {
        let [a, b, c] = [ring[i], ring[(i + 1) % ring.len()], ring[(i + 2) % ring.len()]];
        let (u, v) = ([b[0] - a[0], b[1] - a[1]], [c[0] - b[0], c[1] - b[1]]);
        let cross = u[0] * v[1] - u[1] * v[0];
        if cross * side < 0.0 {
            return false;
        }
        if cross != 0.0 {
            side = cross;
        }
        turns += cross.atan2(u[0] * v[0] + u[1] * v[1]);
    }
    side != 0.0 && turns.abs() < 6.5
}

/// Twice the area inside a ring would be negative for clockwise ones; this is the plain area.
pub fn area(ring: &[Point]) -> f64 {
    let Some(mut before) = ring.last() else { return 0.0 };
    let origin = *before;
    let mut twice = 0.0;
    for point in ring {
        twice += (before[0] - origin[0]) * (point[1] - origin[1]) - (point[0] - origin[0]) * (before[1] - origin[1]);
        before = point;
    }
    (twice / 2.0).abs()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn filled(rings: &Rings) -> Option<f64> {
        let (mut vertices, mut indices) = (Vec::new(), Vec::new());
        Filler::default().fill(rings, [0.0, 0.0], &mut vertices, &mut indices).then(|| {
            indices
                .chunks(3)
                .map(|t| {
                    let [a, b, c] = [0, 1, 2].map(|i| vertices[t[i] as usize].map(f64::from));
                    area(&[a, b, c])
                })
                .sum()
        })
    }

    fn square(x: f64, y: f64, side: f64) -> Vec<Point> {
        vec![[x, y], [x + side, y], [x + side, y + side], [x, y + side]]
    }

    #[test]
    fn holes_stay_empty_and_crossing_rings_are_filled() {
        assert_eq!(filled(&vec![square(0.0, 0.0, 10.0)]), Some(100.0));
        assert_eq!(filled(&vec![square(0.0, 0.0, 10.0), square(2.0, 2.0, 5.0)]), Some(75.0));
        let bow = vec![[0.0, 0.0], [10.0, 10.0], [10.0, 0.0], [0.0, 10.0]];
        assert!((filled(&vec![bow]).unwrap() - 50.0).abs() < 1e-3);
    }

    #[test]
    fn pieces_of_an_area_are_the_area() {
        let rings = vec![square(-950.0, -310.0, 2000.0), square(-100.0, 100.0, 300.0)];
        let mut sum = 0.0;
        let mut chunks = Vec::new();
        by_chunk(rings, 256.0, &mut |chunk, piece| {
            let edge = bounds(&piece);
            assert!(
                edge[0] >= f64::from(chunk[0]) * 256.0 - 0.1 && edge[2] <= f64::from(chunk[0] + 1) * 256.0 + 0.1,
                "{edge:?}"
            );
            sum += filled(&piece).unwrap();
            chunks.push(chunk);
        });
        // The overlapping hairs add a little.
        assert!((sum / (2000.0 * 2000.0 - 300.0 * 300.0) - 1.0).abs() < 1e-3, "{sum}");
        let all = chunks.len();
        chunks.sort_unstable();
        chunks.dedup();
        assert_eq!(chunks.len(), all);
    }

    proptest! {
        #[test]
        fn no_ring_is_too_broken(
            rings in prop::collection::vec(prop::collection::vec(
                (prop_oneof![Just(0.0), Just(f64::NAN), Just(1e300), -1e4..1e4_f64, Just(50.0)],
                 prop_oneof![Just(0.0), Just(f64::INFINITY), -1e4..1e4_f64, Just(50.0)]).prop_map(|(x, y)| [x, y]),
                0..12), 0..4),
        ) {
            let (mut vertices, mut indices) = (Vec::new(), Vec::new());
            let mut filler = Filler::default();
            filler.fill(&rings, [0.0, 0.0], &mut vertices, &mut indices);
            prop_assert!(indices.iter().all(|index| (*index as usize) < vertices.len()));
            if bounds(&rings).iter().all(|number| number.abs() < 1e5) {
                by_chunk(rings, 256.0, &mut |_, piece| { filler.fill(&piece, [0.0, 0.0], &mut vertices, &mut indices); });
            }
        }
    }
}
