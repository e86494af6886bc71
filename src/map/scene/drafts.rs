//! Chunks in the making.

use std::collections::{BTreeMap, HashMap};

use super::fill::{Filler, Rings, area, by_chunk, chunk_of};
use super::hatch::hatch;
use super::level::{Level, lower, upper};
use super::simplify::{Point, simplify, without_repeats};
use super::stroke::{Cap, PUSH, Sink, Wide, stroke};
use super::{Arrays, Chunk, Held, Mesh};
use crate::map::style::kind::{Form, Kind};

/// Side of a chunk in pixels of its level's coarsest view.
const CHUNK_PIXELS: f64 = 256.0;
/// Pixels between the lines of a hatch in the level's coarsest view.
const HATCH_PIXELS: f64 = 9.0;
/// An area with less than this side is not drawn from level 1 on, in pixels of the level's coarsest view: the least area of
/// printed maps, half a square millimetre. Water is a landmark and shown as long as it is a pixel.
fn smallest_pixels(kind: Kind) -> f64 {
    if kind == Kind::Water { 0.9 } else { 2.4 }
}

/// How far a thinned line may stray, in pixels of the level's finest view.
const STRAY_PIXELS: f64 = 0.5;
/// Lines from this level on have plain ends and corners: they are too thin to tell.
const ROUND_LEVELS: usize = 2;

#[derive(Default)]
struct Draft {
    fills: BTreeMap<Kind, (Vec<[f32; 2]>, Vec<u32>)>,
    wides: BTreeMap<Kind, (Vec<Wide>, Vec<u32>)>,
}

/// The chunks of all levels in the making.
pub struct Drafts {
    levels: usize,
    chunks: HashMap<(usize, [i32; 2]), Draft>,
    filler: Filler,
    /// Shapes that could not be drawn.
    pub broken: u64,
}

/// Side of a level's chunks, metres.
fn side(level: usize) -> f64 {
    upper(level) * CHUNK_PIXELS
}

struct Into<'a> {
    chunks: &'a mut HashMap<(usize, [i32; 2]), Draft>,
    level: usize,
    kind: Kind,
}

impl Sink for Into<'_> {
    fn at(&mut self, at: Point) -> ([i32; 2], Point, &mut Vec<Wide>, &mut Vec<u32>) {
        let side = side(self.level);
        let chunk = chunk_of(at, side);
        let (vertices, indices) =
            self.chunks.entry((self.level, chunk)).or_default().wides.entry(self.kind).or_default();
        (chunk, origin(chunk, side), vertices, indices)
    }
}

fn origin(chunk: [i32; 2], side: f64) -> Point {
    [f64::from(chunk[0]) * side, f64::from(chunk[1]) * side]
}

impl Drafts {
    /// With so many levels.
    pub fn new(levels: usize) -> Self {
        Self { levels, chunks: HashMap::new(), filler: Filler::default(), broken: 0 }
    }

    fn levels_of(&self, kind: Kind) -> impl Iterator<Item = usize> + use<> {
        let most = kind.max_metres_per_pixel();
        (0..self.levels).filter(move |level| *level == 0 || lower(*level) < most)
    }

    /// Adds an area at all levels that show it.
    pub fn area(&mut self, kind: Kind, rings: &[Vec<Point>]) {
        let size = rings.first().map_or(0.0, |ring| area(ring)).sqrt();
        // Zero, or no number at all.
        if size.is_nan() || size <= 1e-3 {
            self.broken += 1;
            return;
        }
        let mut good = true;
        for level in self.levels_of(kind) {
            let smallest = if level == 0 { 0.0 } else { upper(level) * smallest_pixels(kind) };
            if size < smallest {
                break;
            }
            let thin: Rings = rings
                .iter()
                .map(|ring| thin_ring(ring, lower(level) * STRAY_PIXELS))
                .filter(|ring| ring.len() > 2 && area(ring).sqrt() >= smallest)
                .collect();
            if thin.is_empty() {
                continue;
            }
            let (chunks, filler, side) = (&mut self.chunks, &mut self.filler, side(level));
            by_chunk(thin, side, &mut |chunk, piece| {
                let (vertices, indices) = chunks.entry((level, chunk)).or_default().fills.entry(kind).or_default();
                good &= filler.fill(&piece, origin(chunk, side), vertices, indices);
            });
        }
        self.broken += u64::from(!good);
    }

    /// Adds a line at all levels that show it.
    pub fn line(&mut self, kind: Kind, line: &[Point], closed: bool) {
        let length: f64 = line.windows(2).map(|p| (p[1][0] - p[0][0]).hypot(p[1][1] - p[0][1])).sum();
        if length.is_nan() || length <= 1e-3 {
            self.broken += 1;
            return;
        }
        for level in self.levels_of(kind) {
            // What is shorter than a pixel or two leaves no gap where it is missing.
            if level > 0 && length < upper(level) * 1.5 {
                break;
            }
            let thin = if closed {
                thin_ring(line, lower(level) * STRAY_PIXELS)
            } else {
                simplify(line, lower(level) * STRAY_PIXELS)
            };
            let cap = match kind.is_round() {
                true if level < ROUND_LEVELS => Cap::Round,
                true => Cap::Square,
                false => Cap::Butt,
            };
            let mut sink = Into { chunks: &mut self.chunks, level, kind };
            stroke(&thin, closed, cap, side(level) / 2.0, &mut sink);
        }
    }

    /// Adds a sparse hatch over an area at all levels that show it: lines from lower left to upper right, the same number of
    /// pixels apart in each level's coarsest view.
    pub fn hatch(&mut self, kind: Kind, rings: &[Vec<Point>]) {
        for level in self.levels_of(kind) {
            for line in hatch(rings, upper(level) * HATCH_PIXELS) {
                let mut sink = Into { chunks: &mut self.chunks, level, kind };
                stroke(&line, false, Cap::Butt, side(level) / 2.0, &mut sink);
            }
        }
    }

    /// Adds a sign at the levels that show it; `what` is for the shader.
    pub fn sign(&mut self, kind: Kind, at: Point, what: f32) {
        if !(at[0].abs() < 1e8 && at[1].abs() < 1e8) {
            self.broken += 1;
            return;
        }
        for level in self.levels_of(kind) {
            self.sign_at(level, kind, at, what);
        }
    }

    /// Adds a sign at one level.
    pub fn sign_at(&mut self, level: usize, kind: Kind, at: Point, what: f32) {
        let mut sink = Into { chunks: &mut self.chunks, level, kind };
        let (_, origin, vertices, indices) = sink.at(at);
        let Ok(base) = u32::try_from(vertices.len()) else { return };
        let local = [(at[0] - origin[0]) as f32, (at[1] - origin[1]) as f32];
        let one = PUSH as i16;
        vertices.extend([[-one, -one], [one, -one], [-one, one], [one, one]].map(|push| Wide {
            at: local,
            push,
            along: what,
        }));
        indices.extend([base, base + 1, base + 2, base + 2, base + 1, base + 3]);
    }

    /// How many levels there are.
    pub fn levels(&self) -> usize {
        self.levels
    }

    /// The finished levels.
    pub fn finish(self) -> Vec<Level> {
        let mut levels: Vec<Level> = (0..self.levels).map(Level::new).collect();
        let mut drafts: Vec<_> = self.chunks.into_iter().collect();
        drafts.sort_unstable_by_key(|(key, _)| *key);
        for ((level, at), draft) in drafts {
            levels[level].chunks.push(finished(draft, origin(at, side(level))));
        }
        levels
    }
}

/// A ring thinned; a ring given closed loses its repeated last point.
fn thin_ring(ring: &[Point], tolerance: f64) -> Vec<Point> {
    let mut thin = if ring.len() > 5 {
        // The two halves between the first point and the one farthest from it keep the ring from collapsing.
        let far = ring
            .iter()
            .enumerate()
            .map(|(i, p)| (i, (p[0] - ring[0][0]).hypot(p[1] - ring[0][1])))
            .fold((0, 0.0), |best, next| if next.1 > best.1 { next } else { best })
            .0;
        let mut thin = simplify(&ring[..=far], tolerance);
        thin.pop();
        thin.extend(simplify(&ring[far..], tolerance));
        thin
    } else {
        ring.to_vec()
    };
    without_repeats(&mut thin);
    while thin.len() > 1 && thin.first() == thin.last() {
        thin.pop();
    }
    thin
}

fn finished(draft: Draft, origin: Point) -> Chunk {
    let (mut low, mut high) = ([f32::INFINITY; 2], [f32::NEG_INFINITY; 2]);
    let mut grow = |at: [f32; 2]| {
        for (axis, value) in at.into_iter().enumerate() {
            low[axis] = low[axis].min(value);
            high[axis] = high[axis].max(value);
        }
    };
    draft.fills.values().flat_map(|(vertices, _)| vertices).for_each(|at| grow(*at));
    draft.wides.values().flat_map(|(vertices, _)| vertices).for_each(|vertex| grow(vertex.at));
    let (mut arrays, mut meshes) = (Arrays::default(), Vec::new());
    let mut mesh = |kind: Kind, base: usize, all: &mut Vec<u32>, indices: Vec<u32>| {
        let (Ok(start), Ok(count), Ok(base)) =
            (u32::try_from(all.len()), u32::try_from(indices.len()), i32::try_from(base))
        else {
            return;
        };
        all.extend(indices);
        meshes.push(Mesh { kind, indices: start..start + count, base });
    };
    for (kind, (vertices, indices)) in draft.fills {
        mesh(kind, arrays.fills.len(), &mut arrays.indices, indices);
        arrays.fills.extend(vertices);
    }
    for (kind, (vertices, indices)) in draft.wides {
        debug_assert_ne!(kind.form(), Form::Fill);
        mesh(kind, arrays.wides.len(), &mut arrays.indices, indices);
        arrays.wides.extend(vertices);
    }
    arrays.fills.shrink_to_fit();
    arrays.wides.shrink_to_fit();
    arrays.indices.shrink_to_fit();
    Chunk { origin, low, high, meshes, held: Held::Memory(arrays) }
}
