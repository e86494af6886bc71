//! The meshes of the ground.

use std::collections::HashMap;
use std::ops::Range;

use super::pixel::{cover, fill};
use super::sign::{SignColors, Stamp};
use super::triangle::{Gradient, Px, spans};
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
    /// Draws meshes in order into a part (left, top, width, height) that is paper before.
    pub fn meshes(&mut self, part: [u32; 4], paper: u32, jobs: &[Job<'_>], colors: &SignColors) {
        self.draw(part, |band| {
            let Clip { columns, rows } = band.clip.clone();
            for y in rows {
                band.row(y, columns.start, columns.end).fill(paper);
            }
            let mut stamps = HashMap::new();
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
    fn draw(&self, band: &mut Band<'_>, colors: &SignColors, stamps: &mut Stamps) {
        match self.brush {
            Brush::Fill => self.fill(band),
            Brush::Line => self.strip(band, |band, triangle| self.line(band, triangle)),
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
            if !is_outside(band, &[corners[0].at, corners[1].at, corners[2].at]) {
                draw(band, corners);
            }
        }
    }

    #[inline]
    fn line(&self, band: &mut Band<'_>, corners: [Corner; 3]) {
        let [a, b, c] = corners;
        let places = [a.at, b.at, c.at];
        let Some(aside) = Gradient::new(places, [a.aside, b.aside, c.aside]) else { return };
        let (rim, color, step) = (self.half_width + 0.5, self.color, aside.step[0]);
        each_row(band, places, |y, from, row| {
            let first = aside.in_pixel(from, y);
            // The pixels that lie wholly inside are a run in the middle of the row.
            let full = full_run(first, step, rim - 1.0, row.len());
            let edge = |pixels: &mut [u32], begin: usize| {
                let mut at = first + begin as f32 * step;
                for pixel in pixels {
                    let part = (rim - at.abs()).clamp(0.0, 1.0);
                    if part > 0.0 {
                        cover(pixel, color, part);
                    }
                    at += step;
                }
            };
            edge(&mut row[..full.start], 0);
            fill(&mut row[full.clone()], color);
            edge(&mut row[full.end..], full.end);
        });
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
    fn signs<M: FnOnce() -> Stamp>(&self, band: &mut Band<'_>, stamps: &mut Stamps, look: impl Fn(f32) -> (Key, M)) {
        let range = self.indices.start as usize..self.indices.end as usize;
        let indices = self.arrays.indices.get(range).unwrap_or_default();
        for six in indices.chunks_exact(6) {
            let Some(vertex) = self.arrays.wides.get(self.base.max(0) as usize + six[0] as usize) else { continue };
            let at = self.pixel(vertex.at);
            let (key, make) = look(vertex.along);
            stamps.entry(key).or_insert_with(make).put(band, at.map(|part| part.floor() as i32));
        }
    }
}

/// What a small picture of a sign depends on.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct Key {
    what: u32,
    half: u32,
    color: u32,
}

type Stamps = HashMap<Key, Stamp>;

#[inline]
fn is_outside(band: &Band<'_>, [a, b, c]: &[Px; 3]) -> bool {
    let Clip { columns, rows } = &band.clip;
    let (top, bottom) = (a[1].min(b[1]).min(c[1]), a[1].max(b[1]).max(c[1]));
    let (left, right) = (a[0].min(b[0]).min(c[0]), a[0].max(b[0]).max(c[0]));
    // Written so that what is no number lies outside.
    !(bottom >= rows.start as f32
        && top <= rows.end as f32
        && right >= columns.start as f32
        && left <= columns.end as f32)
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

#[inline]
/// Which of `count` numbers `first`, `first + step`, … lie within `limit` of zero.
fn full_run(first: f32, step: f32, limit: f32, count: usize) -> Range<usize> {
    if limit <= 0.0 {
        return 0..0;
    }
    if step.abs() < 1e-6 {
        return if first.abs() <= limit { 0..count } else { 0..0 };
    }
    let (one, other) = ((-limit - first) / step, (limit - first) / step);
    let start = (one.min(other).max(0.0).ceil() as usize).min(count);
    let end = ((one.max(other).max(-1.0).floor() + 1.0) as usize).min(count);
    if start < end { start..end } else { 0..0 }
}
