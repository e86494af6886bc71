//! The meshes of the ground.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError};

use super::picture::Textured;
use super::pixel::{cover, fill};
use super::sign::{SignColors, Stamp};
use super::triangle::{Gradient, Px, is_convex, quad_spans, spans};
use super::{Band, Canvas, Clip};
use crate::map::scene::Arrays;
use crate::map::scene::stroke::{PUSH, Wide};

/// How a mesh is drawn.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Brush {
    /// Triangles of one colour.
    Fill,
    /// Strips widened to twice the half width, smooth at the edges.
    Line,
    /// The same with gaps: on, off, on, off, in pixels.
    Dash([f32; 4]),
    /// Squares that show class and state of a component.
    Component,
    /// Signs of themes: shape and direction in what the vertex bears.
    Theme,
    /// Discs; `scaled` when the radius is the half width times what the vertex bears.
    Disc {
        /// Whether discs differ in size.
        scaled: bool,
    },
}

/// One mesh with one look.
#[derive(Clone, Debug)]
pub struct Job<'a> {
    /// Its chunk's vertices and triangles.
    pub arrays: &'a Arrays,
    /// Which of the triangles.
    pub indices: Range<u32>,
    /// Where its vertices begin.
    pub base: i32,
    /// The pixel of the chunk's origin.
    pub origin: Px,
    /// Pixels for a metre.
    pub scale: f32,
    /// Rows of the picture that it may touch.
    pub rows: Range<i32>,
    /// How.
    pub brush: Brush,
    /// Premultiplied.
    pub color: u32,
    /// Pixels.
    pub half_width: f32,
}

impl Canvas {
    /// Draws pictures, then meshes in order into a part (left, top, width, height) that is paper before.
    pub fn meshes(
        &mut self,
        part: [u32; 4],
        (paper, pictures): (u32, &[Textured<'_>]),
        jobs: &[Job<'_>],
        colors: &SignColors,
        stamps: &Stamps,
    ) {
        self.draw(part, |band| {
            let Clip { columns, rows } = band.clip.clone();
            for y in rows {
                band.row(y, columns.start, columns.end).fill(paper);
            }
            pictures.iter().for_each(|picture| picture.draw(band));
            let mut stamps = Hand::of(stamps);
            for job in jobs {
                if job.rows.start < band.clip.rows.end && band.clip.rows.start < job.rows.end {
                    job.draw(band, colors, &mut stamps);
                }
            }
        });
    }
}

/// A vertex on its way to a pixel: its place, how far from the middle of the line, and how far along.
#[derive(Clone, Copy)]
struct Corner {
    at: Px,
    aside: f32,
    along: f32,
}

impl Job<'_> {
    fn draw(&self, band: &mut Band<'_>, colors: &SignColors, stamps: &mut Hand<'_>) {
        match self.brush {
            Brush::Fill => self.fill(band),
            Brush::Line => self.lines(band),
            Brush::Dash(dash) => self.strip(band, |band, triangle| self.dash(band, triangle, dash)),
            Brush::Component => self.signs(band, stamps, |what| {
                let what = (what + 0.5) as u32;
                let key = Key { what, half: self.half_width.to_bits(), color: 0 };
                (key, move || Stamp::component(what, self.half_width, colors))
            }),
            Brush::Theme => self.signs(band, stamps, |what| {
                let what = (what + 0.5) as u32;
                let key = Key { what, half: self.half_width.to_bits(), color: self.color };
                (key, move || Stamp::theme(what, self.half_width, self.color, colors.paper))
            }),
            Brush::Disc { scaled } => self.signs(band, stamps, |what| {
                // Quarters of a pixel: a crowd of discs is of a few sizes.
                let radius = if scaled { (self.half_width * what * 4.0).round() / 4.0 } else { self.half_width };
                // Discs of crowds let what lies below shine through.
                let color = if scaled { super::pixel::scaled(self.color, 205) } else { self.color };
                let key = Key { what: u32::MAX, half: radius.to_bits(), color };
                (key, move || Stamp::disc(radius, color, colors.paper))
            }),
        }
    }

    /// Its triangles' corners out of `vertices`. Written without closures over arrays: this is the innermost loop.
    #[inline]
    fn triangles<'v, V>(&'v self, vertices: &'v [V]) -> impl Iterator<Item = (&'v V, &'v V, &'v V)> {
        let range = self.indices.start as usize..self.indices.end as usize;
        let indices = self.arrays.indices.get(range).unwrap_or_default();
        let vertices = vertices.get(self.base.max(0) as usize..).unwrap_or_default();
        indices.chunks_exact(3).filter_map(move |three| {
            let (a, b, c) = (three[0] as usize, three[1] as usize, three[2] as usize);
            Some((vertices.get(a)?, vertices.get(b)?, vertices.get(c)?))
        })
    }

    #[inline]
    fn pixel(&self, at: [f32; 2]) -> Px {
        [self.origin[0] + at[0] * self.scale, self.origin[1] - at[1] * self.scale]
    }

    fn fill(&self, band: &mut Band<'_>) {
        for (a, b, c) in self.triangles(&self.arrays.fills) {
            let corners = [self.pixel(*a), self.pixel(*b), self.pixel(*c)];
            if !is_outside(band, &corners) {
                each_row(band, corners, |_, _, row| fill(row, self.color));
            }
        }
    }

    #[inline]
    fn corner(&self, vertex: &Wide, rim: f32) -> Corner {
        let out = rim / PUSH as f32;
        let (across, down) = (f32::from(vertex.push[0]) * out, f32::from(vertex.push[1]) * out);
        let [x, y] = self.pixel(vertex.at);
        let aside = match vertex.push[0] & 3 {
            1 => rim,
            2 => -rim,
            _ => 0.0,
        };
        Corner { at: [x + across, y - down], aside, along: vertex.along * self.scale }
    }

    #[inline]
    fn strip(&self, band: &mut Band<'_>, draw: impl Fn(&mut Band<'_>, [Corner; 3])) {
        let rim = self.half_width + 0.5;
        for (a, b, c) in self.triangles(&self.arrays.wides) {
            let corners = [self.corner(a, rim), self.corner(b, rim), self.corner(c, rim)];
            if !is_outside(band, &corners.map(|corner| corner.at)) {
                draw(band, corners);
            }
        }
    }

    /// A strip: most of it is pieces of two triangles, which are drawn as one shape.
    fn lines(&self, band: &mut Band<'_>) {
        let rim = self.half_width + 0.5;
        let range = self.indices.start as usize..self.indices.end as usize;
        let mut indices = self.arrays.indices.get(range).unwrap_or_default();
        let vertices = self.arrays.wides.get(self.base.max(0) as usize..).unwrap_or_default();
        let corner = |index: u32| vertices.get(index as usize).map(|vertex| self.corner(vertex, rim));
        loop {
            match *indices {
                [a, b, c, again, same, d, ..] if again == c && same == b => {
                    indices = &indices[6..];
                    let (Some(a), Some(b), Some(d), Some(c)) = (corner(a), corner(b), corner(d), corner(c)) else {
                        continue;
                    };
                    self.piece(band, [a, b, d, c]);
                }
                [a, b, c, ..] => {
                    indices = &indices[3..];
                    let (Some(a), Some(b), Some(c)) = (corner(a), corner(b), corner(c)) else { continue };
                    self.line(band, [a, b, c]);
                }
                _ => break,
            }
        }
    }

    /// A piece of a line between its four corners, in order around it.
    #[inline]
    fn piece(&self, band: &mut Band<'_>, corners: [Corner; 4]) {
        let [a, b, c, d] = corners;
        let places = [a.at, b.at, c.at, d.at];
        if is_outside(band, &places) {
            return;
        }
        let aside = Gradient::new([a.at, b.at, d.at], [a.aside, b.aside, d.aside]);
        let Some(aside) = aside.filter(|_| is_convex(&places)) else {
            self.line(band, [a, b, d]);
            self.line(band, [d, b, c]);
            return;
        };
        let edge = Edge::new(self, aside);
        let Band { pixels, width, first_row, clip } = band;
        quad_spans(clip, &places, |y, from, to| {
            let start = (y as usize - *first_row) * *width;
            edge.draw(y, from, &mut pixels[start + from as usize..start + to as usize]);
        });
    }

    #[inline]
    fn line(&self, band: &mut Band<'_>, corners: [Corner; 3]) {
        let [a, b, c] = corners;
        let places = [a.at, b.at, c.at];
        if is_outside(band, &places) {
            return;
        }
        let Some(aside) = Gradient::new(places, [a.aside, b.aside, c.aside]) else { return };
        let edge = Edge::new(self, aside);
        each_row(band, places, |y, from, row| edge.draw(y, from, row));
    }

    fn dash(&self, band: &mut Band<'_>, corners: [Corner; 3], dash: [f32; 4]) {
        let [a, b, c] = corners;
        let places = [a.at, b.at, c.at];
        let Some(aside) = Gradient::new(places, [a.aside, b.aside, c.aside]) else { return };
        let Some(along) = Gradient::new(places, [a.along, b.along, c.along]) else { return };
        let (rim, color) = (self.half_width + 0.5, self.color);
        let whole: f32 = dash.iter().sum();
        let wholes = 1.0 / whole;
        let start = dash[0] + dash[1];
        each_row(band, places, |y, from, row| {
            let (mut across, mut forth) = (aside.in_pixel(from, y), along.in_pixel(from, y));
            for pixel in row {
                // Lines begin at zero, so that cutting off is rounding down.
                let t = forth - (forth * wholes) as i32 as f32 * whole;
                // How far inside a dash, in pixels; below zero in a gap.
                let one = t.min(dash[0] - t);
                let other = (t - start).min(start + dash[2] - t);
                let part = (one.max(other).max(t - whole) + 0.5).clamp(0.0, 1.0);
                let part = part * (rim - across.abs()).clamp(0.0, 1.0);
                if part > 0.0 {
                    cover(pixel, color, part);
                }
                across += aside.step[0];
                forth += along.step[0];
            }
        });
    }

    /// Signs of four corners each; `look` gives a sign's key and its maker.
    fn signs<M: FnOnce() -> Stamp>(&self, band: &mut Band<'_>, stamps: &mut Hand<'_>, look: impl Fn(f32) -> (Key, M)) {
        let range = self.indices.start as usize..self.indices.end as usize;
        let indices = self.arrays.indices.get(range).unwrap_or_default();
        for six in indices.chunks_exact(6) {
            let Some(vertex) = self.arrays.wides.get(self.base.max(0) as usize + six[0] as usize) else { continue };
            let at = self.pixel(vertex.at);
            let (key, make) = look(vertex.along);
            stamps.get(key, make).put(band, at.map(floor));
        }
    }
}

/// What a small picture of a sign depends on.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
struct Key {
    what: u32,
    half: u32,
    color: u32,
}

/// Pictures of signs, made once.
#[derive(Debug, Default)]
pub struct Stamps {
    made: Mutex<HashMap<Key, Arc<Stamp>>>,
    colors: Option<SignColors>,
}

impl Stamps {
    /// More are not kept.
    const MOST: usize = 2000;

    /// What was made in other colours is no use any more.
    pub fn keep_to(&mut self, colors: &SignColors) {
        let made = self.made.get_mut().unwrap_or_else(PoisonError::into_inner);
        if self.colors.as_ref() != Some(colors) || made.len() > Self::MOST {
            made.clear();
            self.colors = Some(*colors);
        }
    }
}

/// The stamps that one thread has at hand.
struct Hand<'a> {
    all: &'a Stamps,
    known: HashMap<Key, Arc<Stamp>>,
    /// Signs of one sort often come in a row.
    last: Option<(Key, Arc<Stamp>)>,
}

impl<'a> Hand<'a> {
    fn of(all: &'a Stamps) -> Self {
        Self { all, known: HashMap::new(), last: None }
    }

    fn get(&mut self, key: Key, make: impl FnOnce() -> Stamp) -> &Stamp {
        let stamp = match self.last.take() {
            Some((last, stamp)) if last == key => stamp,
            _ => {
                let shared = || {
                    let mut made = self.all.made.lock().unwrap_or_else(PoisonError::into_inner);
                    made.entry(key).or_insert_with(|| Arc::new(make())).clone()
                };
                self.known.entry(key).or_insert_with(shared).clone()
            }
        };
        &self.last.insert((key, stamp)).1
    }
}

/// The smooth edge of a line: how far a pixel is from the line's middle.
struct Edge {
    aside: Gradient,
    rim: f32,
    color: u32,
    /// One by the step from pixel to pixel; none where it stands still.
    inverse: Option<f32>,
}

impl Edge {
    #[inline]
    fn new(job: &Job<'_>, aside: Gradient) -> Self {
        let step = aside.step[0];
        let inverse = (step.abs() >= 1e-6).then(|| 1.0 / step);
        Self { aside, rim: job.half_width + 0.5, color: job.color, inverse }
    }

    /// A piece of a row that begins in a column.
    #[inline]
    fn draw(&self, y: i32, from: i32, row: &mut [u32]) {
        let (first, step) = (self.aside.in_pixel(from, y), self.aside.step[0]);
        // The pixels that lie wholly inside are a run in the middle of the row.
        let full = full_run(first, self.inverse, self.rim - 1.0, row.len());
        let edge = |pixels: &mut [u32], begin: usize| {
            let mut at = first + begin as f32 * step;
            for pixel in pixels {
                let part = (self.rim - at.abs()).clamp(0.0, 1.0);
                if part > 0.0 {
                    cover(pixel, self.color, part);
                }
                at += step;
            }
        };
        edge(&mut row[..full.start], 0);
        fill(&mut row[full.clone()], self.color);
        edge(&mut row[full.end..], full.end);
    }
}

#[inline]
fn is_outside<const N: usize>(band: &Band<'_>, corners: &[Px; N]) -> bool {
    let Clip { columns, rows } = &band.clip;
    let (mut low, mut high) = (corners[0], corners[0]);
    for corner in corners {
        for axis in 0..2 {
            low[axis] = low[axis].min(corner[axis]);
            high[axis] = high[axis].max(corner[axis]);
        }
    }
    // Written so that what is no number lies outside.
    !(high[1] >= rows.start as f32
        && low[1] <= rows.end as f32
        && high[0] >= columns.start as f32
        && low[0] <= columns.end as f32)
}

#[inline]
/// Calls `each` with row number, first column and pixels of every row of a triangle.
fn each_row(band: &mut Band<'_>, corners: [Px; 3], mut each: impl FnMut(i32, i32, &mut [u32])) {
    let Band { pixels, width, first_row, clip } = band;
    spans(clip, corners, |y, from, to| {
        let start = (y as usize - *first_row) * *width;
        each(y, from, &mut pixels[start + from as usize..start + to as usize]);
    });
}

/// Which of `count` numbers, `first` and others after it in steps whose inverse is given, lie within `limit` of zero.
#[inline]
fn full_run(first: f32, inverse: Option<f32>, limit: f32, count: usize) -> Range<usize> {
    if limit <= 0.0 {
        return 0..0;
    }
    let Some(inverse) = inverse else {
        return if first.abs() <= limit { 0..count } else { 0..0 };
    };
    let (one, other) = ((-limit - first) * inverse, (limit - first) * inverse);
    // Casts instead of rounding: processors of the oldest sort that is built for have no instruction for it.
    let least = one.min(other).max(0.0);
    let start = (least as usize + usize::from((least as usize as f32) < least)).min(count);
    let most = one.max(other);
    let end = if most < 0.0 { 0 } else { (most as usize).saturating_add(1).min(count) };
    if start < end { start..end } else { 0..0 }
}

/// The greatest whole number not above `value`.
#[inline]
fn floor(value: f32) -> i32 {
    let whole = value as i32;
    whole.saturating_sub(i32::from((whole as f32) > value))
}
