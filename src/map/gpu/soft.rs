//! The picture drawn on the processor and handed to the device when it is done: for drivers that would draw on the
//! processor too.

use std::collections::HashMap;

use super::ahead::Ahead;
use super::ground::{Look, Part};
use super::plan::{Plan, Planned, plan};
use super::*;
use crate::map::scene::Arrays;
use crate::map::soft::{self, Brush, Canvas, Job, Sheet, SignColors, packed};

/// What a processor keeps between two pictures.
#[derive(Default)]
pub(super) struct Soft {
    chunks: HashMap<chunks::Key, Held>,
    bytes: u64,
    picture: u64,
    ground: Canvas,
    shown: Canvas,
    signs: Vec<soft::Sign>,
    words: Vec<soft::Word>,
}

struct Held {
    arrays: Arrays,
    bytes: u64,
    seen: u64,
}

/// Geometry read from the disk beyond this goes, the part not seen for longest first.
const BUDGET_BYTES: u64 = 96 << 20;

impl Soft {
    /// Forgets another scene's geometry.
    pub fn clear(&mut self) {
        *self = Self {
            ground: std::mem::take(&mut self.ground),
            shown: std::mem::take(&mut self.shown),
            ..Self::default()
        };
    }

    /// Bytes of geometry in memory.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Draws parts of the ground, after what is there has moved `by` so many pixels; without a move the parts are all.
    pub fn ground(
        &mut self,
        scene: Option<&Scene>,
        view: &View<'_>,
        center: [f64; 2],
        by: Option<[i32; 2]>,
        parts: &[Part],
    ) {
        let mut ground = std::mem::take(&mut self.ground);
        if ground.size() != view.size {
            ground = Canvas::new(view.size, 0);
        }
        if let Some(by) = by {
            ground.shift(by);
        }
        for part in parts {
            self.draw_part(&mut ground, scene, view, center, *part);
        }
        self.ground = ground;
    }

    /// The ground as it was drawn ahead, if it was; `None` leaves what is there.
    pub fn take_ahead(&mut self, ahead: &mut Ahead, look: &Look, wanted: [f64; 2]) -> Option<[f64; 2]> {
        ahead.take(look, wanted, &mut self.ground)
    }

    /// Draws a part of a ground on a canvas of the view's size.
    pub fn draw_part(
        &mut self,
        canvas: &mut Canvas,
        scene: Option<&Scene>,
        view: &View<'_>,
        center: [f64; 2],
        part: Part,
    ) {
        self.make_room();
        let paper = packed(palette::palette(view.theme).ground);
        let colors = sign_colors(view.theme);
        let scale = (f64::from(view.pixels_per_point) / view.camera.metres_per_point) as f32;
        let plan = scene.map_or_else(Plan::default, |scene| plan(scene, view, center, part));
        for (key, chunk) in &plan.chunks {
            self.need(*key, chunk);
        }
        let job = |planned: &Planned<'_>| {
            let Planned { step, mesh, origin, rows, .. } = planned;
            let arrays = &self.chunks.get(&planned.chunk)?.arrays;
            let brush = match (step.kind.form(), step.kind) {
                (Form::Fill, _) => Brush::Fill,
                (Form::Line, _) if step.dash != SOLID => {
                    Brush::Dash(step.dash.map(|length| length * view.pixels_per_point))
                }
                (Form::Line, _) => Brush::Line,
                (Form::Sign, Kind::Component) => Brush::Component,
                (Form::Sign, kind) if (Kind::Site..=Kind::Medical).contains(&kind) => Brush::Theme,
                (Form::Sign, kind) => Brush::Disc { scaled: kind == Kind::Cluster },
            };
            Some(Job {
                arrays,
                indices: mesh.indices.clone(),
                base: mesh.base,
                origin: *origin,
                scale,
                rows: rows.clone(),
                brush,
                color: packed(premultiplied(step.color)),
                half_width: step.half_width * view.pixels_per_point,
            })
        };
        let jobs: Vec<Job<'_>> = plan.meshes.iter().filter_map(job).collect();
        canvas.meshes(part, paper, &jobs, &colors);
    }

    fn make_room(&mut self) {
        self.picture += 1;
        if self.bytes <= BUDGET_BYTES {
            return;
        }
        let mut by_age: Vec<(u64, chunks::Key)> = self.chunks.iter().map(|(key, held)| (held.seen, *key)).collect();
        by_age.sort_unstable();
        for (_, key) in by_age {
            if self.bytes <= BUDGET_BYTES / 2 {
                break;
            }
            if let Some(gone) = self.chunks.remove(&key) {
                self.bytes -= gone.bytes;
            }
        }
    }

    fn need(&mut self, key: chunks::Key, chunk: &crate::map::scene::Chunk) {
        if let Some(held) = self.chunks.get_mut(&key) {
            held.seen = self.picture;
            return;
        }
        match chunk.arrays() {
            Ok(arrays) => {
                let arrays = arrays.into_owned();
                let bytes = arrays.bytes();
                self.bytes += bytes;
                self.chunks.insert(key, Held { arrays, bytes, seen: self.picture });
            }
            // Asked for again with the next picture.
            Err(error) => tracing::error!(%error, "a piece of the map cannot be read from the disk"),
        }
    }

    /// Writes down what is lettered on the ground.
    pub fn letter(&mut self, words: &[Word], signs: &[Sign]) {
        self.words = words.iter().map(Into::into).collect();
        self.signs = signs.iter().map(Into::into).collect();
    }

    /// Puts names, then the overlay's signs and words batch by batch on a copy of the ground, and tells what is shown.
    pub fn compose(
        &mut self,
        atlas: &Atlas,
        (signs, words): (&[Sign], &[Word]),
        batches: &[(Range<u32>, Range<u32>)],
    ) -> &[u32] {
        let sheet: Sheet<'_> = atlas.sheet();
        let signs: Vec<soft::Sign> = signs.iter().map(Into::into).collect();
        let words: Vec<soft::Word> = words.iter().map(Into::into).collect();
        let of = |range: &Range<u32>| range.start as usize..range.end as usize;
        let (own_signs, own_words) = (&self.signs, &self.words);
        self.shown.draw_on(&self.ground, |band| {
            own_signs.iter().for_each(|sign| sign.draw(band));
            own_words.iter().for_each(|word| word.draw(band, sheet));
            for (which_signs, which_words) in batches {
                signs[of(which_signs)].iter().for_each(|sign| sign.draw(band));
                words[of(which_words)].iter().for_each(|word| word.draw(band, sheet));
            }
        });
        self.shown.pixels()
    }
}

fn sign_colors(theme: MapTheme) -> SignColors {
    let color = |color| packed(premultiplied(color));
    SignColors {
        paper: color(palette::palette(theme).sign_paper),
        component: [0, 1, 2, 3, 4, 5, 6, 7].map(|major| color(palette::component(major, theme))),
    }
}

impl From<&Sign> for soft::Sign {
    fn from(sign: &Sign) -> Self {
        let Sign { middle, half_size, shape, color, edge, turn } = *sign;
        Self { middle, half_size, shape, color: packed(color), edge: packed(edge), turn }
    }
}

impl From<&Word> for soft::Word {
    fn from(word: &Word) -> Self {
        let Word { middle, turn, corner, extent, color, halo } = *word;
        Self { corner, extent, middle, turn, color: packed(color), halo: packed(halo) }
    }
}
