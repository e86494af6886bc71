//! The picture drawn on the processor and handed to the device when it is done: for drivers that would draw on the
//! processor too.

use std::collections::HashMap;

use super::ahead::{Ahead, Taken};
use super::ground::Look;
use super::plan::{Plan, Planned, plan};
use super::under::Under;
use super::upload::Upload;
use super::*;
use crate::map::scene::Arrays;
use crate::map::soft::{self, Brush, Canvas, Job, Part, Scroll, Sheet, SignColors, Stamps, Turns, packed};

/// What a processor keeps between two pictures.
#[derive(Default)]
pub(super) struct Soft {
    chunks: HashMap<chunks::Key, Held>,
    bytes: u64,
    picture: u64,
    ground: Scroll,
    upload: Upload,
    signs: Vec<soft::Sign>,
    words: Vec<soft::Ready>,
    turns: Turns,
    stamps: Stamps,
    /// The filling of the atlas that `turns` were made of.
    filling: u64,
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
        *self = Self { upload: std::mem::take(&mut self.upload), ..Self::default() };
    }

    /// Bytes of geometry in memory.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Brings the ground up to date after what is there has moved `by` so many pixels; without a move it is drawn anew.
    pub fn ground(
        &mut self,
        scene: Option<&Scene>,
        view: &View<'_>,
        center: [f64; 2],
        by: Option<[i32; 2]>,
        under: &Under,
    ) {
        let mut ground = std::mem::take(&mut self.ground);
        match by.filter(|_| ground.size() == view.size) {
            Some(by) => ground.shift(by),
            None => ground.clear(view.size),
        }
        for part in ground.take_missing() {
            for (piece, shift) in ground.pieces(part) {
                self.draw_part(ground.canvas(), (scene, under), view, center, piece, shift);
            }
        }
        self.ground = ground;
    }

    /// The ground as it was drawn ahead, if it was; `None` leaves what is there.
    pub fn take_ahead(&mut self, ahead: &mut Ahead, look: &Look, wanted: [f64; 2]) -> Option<Taken> {
        ahead.take(look, wanted, &mut self.ground)
    }

    /// Draws a part of a view on a canvas, where it lies by `shift` so many pixels farther to the right and down.
    pub fn draw_part(
        &mut self,
        canvas: &mut Canvas,
        (scene, under): (Option<&Scene>, &Under),
        view: &View<'_>,
        center: [f64; 2],
        part: Part,
        shift: [i32; 2],
    ) {
        self.make_room();
        let paper = packed(view.style.palette(view.theme).ground);
        let colors = sign_colors(view.style.palette(view.theme));
        self.stamps.keep_to(&colors);
        let scale = (f64::from(view.pixels_per_point) / view.camera.metres_per_point) as f32;
        let plan = scene.map_or_else(Plan::default, |scene| plan(scene, view, center, part, under.revision() != 0));
        let pictures = under.textured(view, center, shift);
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
                origin: [origin[0] + shift[0] as f32, origin[1] + shift[1] as f32],
                scale,
                rows: rows.start.saturating_add(shift[1])..rows.end.saturating_add(shift[1]),
                brush,
                color: packed(premultiplied(step.color)),
                half_width: step.half_width * view.pixels_per_point,
            })
        };
        let jobs: Vec<Job<'_>> = plan.meshes.iter().filter_map(job).collect();
        let [left, top, width, height] = part;
        canvas.meshes(
            [left.saturating_add_signed(shift[0]), top.saturating_add_signed(shift[1]), width, height],
            (paper, &pictures),
            &jobs,
            &colors,
            &self.stamps,
        );
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
    pub fn letter(&mut self, atlas: &Atlas, words: &[Word], signs: &[Sign]) {
        self.words = self.turn(atlas, words);
        self.signs = signs.iter().map(Into::into).collect();
    }

    /// Turns letters as they lie, those that are not turned already.
    pub fn turn(&mut self, atlas: &Atlas, words: &[Word]) -> Vec<soft::Ready> {
        if self.filling != atlas.filling() {
            self.filling = atlas.filling();
            self.turns.clear();
        }
        self.turns.ready(words.iter().map(Into::into), atlas.sheet())
    }

    /// Puts names, then the overlay's signs and words batch by batch on a copy of the ground, and brings that into a texture.
    /// `None` when the device is lost.
    pub fn compose(
        &mut self,
        gpu: &Gpu,
        texture: &wgpu::Texture,
        atlas: &Atlas,
        (signs, words): (&[Sign], &[Word]),
        batches: &[(Range<u32>, Range<u32>)],
    ) -> Option<()> {
        let sheet: Sheet<'_> = atlas.sheet();
        let signs: Vec<soft::Sign> = signs.iter().map(Into::into).collect();
        let words: Vec<soft::Word> = words.iter().map(Into::into).collect();
        let of = |range: &Range<u32>| range.start as usize..range.end as usize;
        let (own_signs, own_words, ground) = (&self.signs, &self.words, &self.ground);
        let size = ground.size();
        let draw = |band: &mut soft::Band<'_>| {
            own_signs.iter().for_each(|sign| sign.draw(band));
            own_words.iter().for_each(|word| word.draw(band, sheet));
            for (which_signs, which_words) in batches {
                signs[of(which_signs)].iter().for_each(|sign| sign.draw(band));
                words[of(which_words)].iter().for_each(|word| word.draw(band, sheet));
            }
        };
        self.upload.send(gpu, size, texture, |rows| {
            soft::compose(ground, rows, draw, |rows, pixels| rows.put(pixels, size[0] as usize));
        })
    }
}

fn sign_colors(palette: &Palette) -> SignColors {
    let color = |color| packed(premultiplied(color));
    SignColors {
        paper: color(palette.sign_paper),
        component: [0, 1, 2, 3, 4, 5, 6, 7].map(|major| color(palette.component(major))),
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
