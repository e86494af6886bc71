//! The overlay's markers as signs and words, in batches that keep each marker whole.

use std::collections::HashSet;

use super::pipelines::{Sign, premultiplied};
use crate::map::label::sprite::SpriteKey;
use crate::map::overlay::{Marker, Overlay, Shape};
use crate::map::style::LayerGroup;

/// Half the side of a marker in points.
pub const HALF: f32 = 10.0;
/// Height of the letters below a sign, points.
const NOTE: f32 = 9.5;
/// A selected one is larger by so much.
const SELECTED: f32 = 1.3;

/// Signs and words drawn together; within a batch no marker covers another.
#[derive(Default)]
pub struct Batch {
    /// Bodies, lamps and rings, in order.
    pub signs: Vec<Sign>,
    /// Letters, and where their middle is.
    pub words: Vec<(SpriteKey, [f32; 2], [u8; 4])>,
}

/// The shape's number in the shader.
fn number(shape: Shape) -> u32 {
    match shape {
        Shape::Circle => 0,
        Shape::Square => 1,
        Shape::Triangle => 2,
        Shape::Person => 3,
        Shape::Pin => 4,
    }
}

const RING: u32 = 5;
const WEDGE: u32 = 7;
const STEM: u32 = 8;

/// The group of layers that hides a marker.
pub fn group(marker: &Marker) -> Option<LayerGroup> {
    match marker.shape {
        Shape::Person => Some(LayerGroup::Officers),
        Shape::Pin => None,
        _ => Some(LayerGroup::Cases),
    }
}

/// Middle of a marker's body above its place, and its half size, in points. A pin stands on its point.
pub fn body(marker: &Marker) -> (f32, f32) {
    let size = if marker.size.is_finite() { marker.size.clamp(0.3, 3.0) } else { 1.0 };
    let half = HALF * size * if marker.selected { SELECTED } else { 1.0 };
    let lift = if marker.shape == Shape::Pin { half * 1.9 } else { 0.0 };
    (lift, half)
}

/// Black or white, whichever reads better on a colour.
fn ink_on(fill: [u8; 4]) -> [u8; 4] {
    let light = 0.299 * f32::from(fill[0]) + 0.587 * f32::from(fill[1]) + 0.114 * f32::from(fill[2]);
    if light > 150.0 { [20, 22, 26, 255] } else { [255, 255, 255, 255] }
}

fn faded(color: [u8; 4], faint: bool) -> [u8; 4] {
    let [r, g, b, a] = color;
    premultiplied(if faint { [r, g, b, (u16::from(a) * 45 / 100) as u8] } else { color })
}

/// All markers within a picture. `place` gives the pixel of a marker; `paper` is the colour of edges.
pub fn batches(
    overlay: &Overlay,
    hidden: &[LayerGroup],
    size: [u32; 2],
    scale: f32,
    paper: [u8; 4],
    mut place: impl FnMut(&Marker) -> [f32; 2],
) -> Vec<Batch> {
    let mut batches = vec![Batch::default()];
    let mut taken: HashSet<[i32; 2]> = HashSet::new();
    // Grouped signs are larger than others; two squares apart nothing touches.
    let largest = overlay.markers.iter().map(|marker| body(marker).1).fold(HALF * SELECTED, f32::max);
    let square = 2.0 * largest * scale;
    // What is selected lies on top of all else.
    let (selected, others): (Vec<&Marker>, Vec<&Marker>) = overlay.markers.iter().partition(|marker| marker.selected);
    for marker in others.into_iter().chain(selected) {
        if !marker.at.is_valid() || group(marker).is_some_and(|group| hidden.contains(&group)) {
            continue;
        }
        let [x, y] = place(marker);
        let margin = square * 2.0;
        if !(x > -margin && y > -margin && x < size[0] as f32 + margin && y < size[1] as f32 + margin) {
            continue;
        }
        let cell = [(x / square).floor() as i32, (y / square).floor() as i32];
        let around = (-1..=1).flat_map(|dx| (-1..=1).map(move |dy| [cell[0] + dx, cell[1] + dy]));
        if around.into_iter().any(|cell| taken.contains(&cell)) {
            taken.clear();
            batches.push(Batch::default());
        }
        taken.insert(cell);
        if let Some(batch) = batches.last_mut() {
            marker_into(batch, marker, [x, y], scale, paper);
        }
    }
    batches
}

fn marker_into(batch: &mut Batch, marker: &Marker, at: [f32; 2], scale: f32, paper: [u8; 4]) {
    let (lift, half) = body(marker);
    let middle = [at[0].round(), (at[1] - lift * scale).round()];
    let half = half * scale;
    let fill = faded(marker.fill, marker.faint);
    let edge = faded(paper, marker.faint);
    let sign = |middle, half_size, shape, color, edge, turn| Sign { middle, half_size, shape, color, edge, turn };
    if marker.selected {
        batch.signs.push(sign(middle, half * 1.42, RING, fill, edge, [0.0, 0.0]));
    }
    if let Some(heading) = marker.heading_degrees.filter(|heading| heading.is_finite()) {
        // North is up the picture, where y is below zero.
        let (sin, cos) = heading.to_radians().sin_cos();
        let tip = [middle[0] + sin * half * 0.95, middle[1] - cos * half * 0.95];
        batch.signs.push(sign(tip, half * 0.75, WEDGE, fill, edge, [sin, -cos]));
    }
    if marker.shape == Shape::Pin {
        batch.signs.push(sign([middle[0], middle[1] + half * 0.3], half * 1.6, STEM, fill, edge, [0.0, 0.0]));
    }
    let person = marker.shape == Shape::Person;
    batch.signs.push(sign(middle, half, number(marker.shape), fill, edge, [0.0, 0.0]));
    let glyph = marker.glyph.trim();
    if !glyph.is_empty() {
        let letters = glyph.chars().take(4).collect::<String>();
        let size = [11.5, 9.0, 7.6, 6.4][letters.chars().count().clamp(1, 4) - 1] * half / HALF;
        let down = match marker.shape {
            Shape::Triangle => 0.16,
            Shape::Person => 0.52,
            _ => 0.0,
        };
        let size = if person { size * 0.75 } else { size };
        let key =
            SpriteKey { text: letters.into(), size: (size * 4.0).round() as u16, bold: true, halo: 0, spacing: 0 };
        batch.words.push((
            key,
            [middle[0], (middle[1] + half * down).round()],
            faded(ink_on(marker.fill), marker.faint),
        ));
    }
    if !marker.note.is_empty() {
        // Below all that the sign is; the halo parts it from the ground.
        let (size, halo) = ((NOTE * scale * 4.0).round() as u16, (1.5 * scale * 8.0).round() as u8);
        let key = SpriteKey { text: marker.note.as_str().into(), size, bold: false, halo, spacing: 0 };
        let at = [middle[0], (middle[1] + half + NOTE * 0.75 * scale).round()];
        batch.words.push((key, at, faded(marker.fill, marker.faint)));
    }
    if let Some((shape, color)) = marker.lamp {
        let corner = [middle[0] + half * 0.86, middle[1] - half * 0.86];
        batch.signs.push(sign(corner, half * 0.46, number(shape), faded(color, marker.faint), edge, [0.0, 0.0]));
    }
}
