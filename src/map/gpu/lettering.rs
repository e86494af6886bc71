//! Names on the ground: placed, brought into the atlas, and written down for the pass that draws them.

use super::*;
use crate::map::label::{Layout, Request, place};

impl Names {
    /// Whether there is nothing to draw.
    pub(super) fn is_empty(&self) -> bool {
        self.signs.is_none() && self.words.is_none()
    }
}

/// A placing of names, good for every view inside it at the same scale.
pub(super) struct Lettered {
    scene: u64,
    style: u64,
    /// What was asked for.
    pub request: Request,
    layout: Layout,
    /// Where the pictures of its pieces lie, in their order, and in which filling of the atlas.
    slots: Option<(u64, Vec<atlas::Slot>)>,
}

/// Words and signs on their way to a picture.
pub(super) type Collected = (Vec<Word>, Vec<Sign>);

/// What names are made with, and those placed last.
#[derive(Default)]
pub(super) struct Lettering {
    pub fonts: Fonts,
    pub atlas: Atlas,
    pub lettered: Option<Lettered>,
}

impl Lettering {
    /// Names and their signs for a ground around `center`, metres from the scene's origin, from the last placing where that
    /// still covers the view.
    pub fn letter(
        &mut self,
        scene: Option<&Scene>,
        view: &View<'_>,
        hidden: &[LayerGroup],
        center: [f64; 2],
    ) -> Collected {
        let Some(scene) = scene else { return Default::default() };
        let half = view.size.map(|length| length as f32 / 2.0);
        // A placing for more than is seen lasts for some of a drag.
        let room = if view.still { 0.0 } else { 200.0 * view.pixels_per_point };
        let request = Request {
            center,
            metres_per_point: view.camera.metres_per_point,
            pixels_per_point: view.pixels_per_point,
            half: half.map(|half| half + room),
            shown: Shown::without(hidden),
        };
        let metres_per_pixel = view.camera.metres_per_point / f64::from(view.pixels_per_point);
        let moved = |from: [f64; 2]| {
            [((from[0] - center[0]) / metres_per_pixel) as f32, ((center[1] - from[1]) / metres_per_pixel) as f32]
        };
        let covers = |lettered: &Lettered| {
            let (by, reach) = (moved(lettered.request.center), lettered.request.half);
            let same = Request { center, half: request.half, ..lettered.request } == request;
            let same = same && lettered.style == view.style.id();
            lettered.scene == scene.id() && same && (0..2).all(|axis| by[axis].abs() <= reach[axis] - half[axis])
        };
        let mut lettered = match self.lettered.take().filter(covers) {
            Some(lettered) => lettered,
            None => self.place(scene, view.style, &request),
        };
        let by = moved(lettered.request.center);
        // Whole pixels keep letters crisp.
        let origin = [(half[0] + by[0]).round(), (half[1] + by[1]).round()];
        if !self.find_slots(&mut lettered) {
            // The atlas was full of what is not seen any more.
            self.atlas.clear();
            self.find_slots(&mut lettered);
        }
        let found = lettered.collect(origin, view.size, view.pixels_per_point, (view.style, view.theme));
        self.lettered = Some(lettered);
        found
    }

    /// Places the names of a scene anew.
    pub fn place(&mut self, scene: &Scene, style: &Style, request: &Request) -> Lettered {
        let layout = place(scene.names(), &mut self.fonts, style, request);
        Lettered { scene: scene.id(), style: style.id(), request: *request, layout, slots: None }
    }

    /// Brings what is placed into the atlas; `false` when it is full.
    pub fn find_slots(&mut self, lettered: &mut Lettered) -> bool {
        let filling = self.atlas.filling();
        if lettered.slots.as_ref().is_none_or(|(known, _)| *known != filling) {
            let pieces = lettered.layout.placed.iter().flat_map(|placed| &placed.pieces);
            let slots: Option<Vec<_>> = pieces.map(|piece| self.atlas.slot(&mut self.fonts, &piece.sprite)).collect();
            lettered.slots = slots.map(|slots| (filling, slots));
        }
        lettered.slots.is_some()
    }
}

impl Painter {
    /// Writes down what is lettered on the ground.
    pub(super) fn write_names(&mut self, (mut words, signs): Collected) {
        if let Some(soft) = &mut self.soft {
            soft.letter(&self.lettering.atlas, &words, &signs);
            return;
        }
        self.lettering.atlas.send(&self.gpu.queue);
        words.sort_by_key(|word| !is_upright(word));
        let upright = words.partition_point(is_upright);
        let held = |buffer: Option<wgpu::Buffer>, count: usize| buffer.map(|buffer| (buffer, count as u32));
        self.names = Names {
            signs: held(self.instances(&signs), signs.len()),
            words: held(self.instances(&words), words.len()),
            upright: upright as u32,
        };
    }
}

impl Lettered {
    /// Words and signs for a picture of `size` pixels, with the layout's middle at its pixel `origin`. None before their slots
    /// have been found.
    pub(super) fn collect(
        &self,
        origin: [f32; 2],
        size: [u32; 2],
        pixels_per_point: f32,
        (style, theme): (&Style, MapTheme),
    ) -> Collected {
        let halo = premultiplied(style.palette(theme).halo);
        let (mut words, mut signs) = (Vec::new(), Vec::new());
        let inside =
            |at: [f32; 2], reach: f32| (0..2).all(|axis| at[axis] > -reach && at[axis] < size[axis] as f32 + reach);
        let mut slots = self.slots.iter().flat_map(|(_, slots)| slots);
        for placed in &self.layout.placed {
            if let Some((symbol, at)) = placed.symbol {
                let middle = [at[0] + origin[0], at[1] + origin[1]];
                if inside(middle, 20.0) {
                    signs.extend(symbol_signs(symbol, middle, pixels_per_point, (style, theme)));
                }
            }
            let color = premultiplied(style.letters(placed.naming, theme));
            for (piece, slot) in placed.pieces.iter().zip(&mut slots) {
                let middle = [piece.at[0] + origin[0], piece.at[1] + origin[1]];
                let reach = f32::from(slot.extent[0].max(slot.extent[1]));
                if inside(middle, reach) {
                    let (sin, cos) = piece.turn.sin_cos();
                    words.push(word(*slot, middle, [cos, sin], color, halo));
                }
            }
        }
        (words, signs)
    }
}

/// Whether the pixels of a word's picture fall on pixels of the map's.
fn is_upright(word: &Word) -> bool {
    word.turn == [1.0, 0.0] && word.middle.iter().all(|part| part.fract() == 0.0)
}

/// A bar in the shader.
const BAR: u32 = 9;

/// The signs of a point of interest.
fn symbol_signs(symbol: Symbol, middle: [f32; 2], scale: f32, (style, theme): (&Style, MapTheme)) -> Vec<Sign> {
    let color = premultiplied(style.symbol_color(symbol, theme));
    let paper = premultiplied(style.palette(theme).sign_paper);
    let half = style.symbol_half(symbol) * scale;
    let sign = |half_size, shape, color, edge| Sign { middle, half_size, shape, color, edge, turn: [0.0, 0.0] };
    match symbol {
        Symbol::Dot => vec![sign(half, 0, color, paper)],
        // Never a square: that is what components are.
        Symbol::Transit => vec![sign(half, 0, color, paper), sign(half * 0.6, BAR, paper, [0; 4])],
        Symbol::Health => vec![sign(half, 0, color, paper), sign(half * 0.6, 6, paper, [0; 4])],
        Symbol::Room => Vec::new(),
        Symbol::Public => vec![sign(half, 0, color, paper), sign(half * 0.62, 2, paper, [0; 4])],
    }
}
