//! Names on the ground: placed, brought into the atlas, and written down for the pass that draws them.

use super::*;

impl Names {
    /// Whether there is nothing to draw.
    pub(super) fn is_empty(&self) -> bool {
        self.signs.is_none() && self.words.is_none()
    }
}

impl Painter {
    /// Writes down what is lettered on a ground around `center`, metres from the scene's origin.
    pub(super) fn write_names(&mut self, view: &View<'_>, center: [f64; 2]) {
        let (mut words, signs) = self.letter(view, center);
        if let Some(soft) = &mut self.soft {
            soft.letter(&self.atlas, &words, &signs);
            return;
        }
        self.atlas.send(&self.gpu.queue);
        words.sort_by_key(|word| !is_upright(word));
        let upright = words.partition_point(is_upright);
        let held = |buffer: Option<wgpu::Buffer>, count: usize| buffer.map(|buffer| (buffer, count as u32));
        self.names = Names {
            signs: held(self.instances(&signs), signs.len()),
            words: held(self.instances(&words), words.len()),
            upright: upright as u32,
        };
    }

    /// Names and their signs for a view, from the last placing where that still covers it.
    fn letter(&mut self, view: &View<'_>, center: [f64; 2]) -> (Vec<Word>, Vec<Sign>) {
        let Some(scene) = self.scene.clone() else { return Default::default() };
        let half = view.size.map(|length| length as f32 / 2.0);
        // A placing for more than is seen lasts for some of a drag.
        let room = if view.still { 0.0 } else { 200.0 * view.pixels_per_point };
        let request = Request {
            center,
            metres_per_point: view.camera.metres_per_point,
            pixels_per_point: view.pixels_per_point,
            half: half.map(|half| half + room),
            shown: Shown::without(view.hidden),
        };
        let metres_per_pixel = view.camera.metres_per_point / f64::from(view.pixels_per_point);
        let moved = |from: [f64; 2]| {
            [((from[0] - center[0]) / metres_per_pixel) as f32, ((center[1] - from[1]) / metres_per_pixel) as f32]
        };
        let covered = self.lettered.as_ref().is_some_and(|lettered| {
            let by = moved(lettered.request.center);
            lettered.scene == scene.id()
                && Request { center, ..lettered.request } == request
                && (0..2).all(|axis| by[axis].abs() <= room)
        });
        if !covered {
            let layout = place(scene.names(), &mut self.fonts, &request);
            self.lettered = Some(Lettered { scene: scene.id(), request, layout });
        }
        let Some(lettered) = self.lettered.take() else { return Default::default() };
        let by = moved(lettered.request.center);
        // Whole pixels keep letters crisp.
        let origin = [(half[0] + by[0]).round(), (half[1] + by[1]).round()];
        let found = match self.collect(&lettered.layout, origin, view) {
            Some(found) => found,
            None => {
                // The atlas was full of what is not seen any more.
                self.atlas.clear();
                self.collect(&lettered.layout, origin, view).unwrap_or_default()
            }
        };
        self.lettered = Some(lettered);
        found
    }

    fn collect(&mut self, layout: &Layout, origin: [f32; 2], view: &View<'_>) -> Option<(Vec<Word>, Vec<Sign>)> {
        let palette = palette::palette(view.theme);
        let (mut words, mut signs) = (Vec::new(), Vec::new());
        let inside = |at: [f32; 2], reach: f32| {
            (0..2).all(|axis| at[axis] > -reach && at[axis] < view.size[axis] as f32 + reach)
        };
        for placed in &layout.placed {
            if let Some((symbol, at)) = placed.symbol {
                let middle = [at[0] + origin[0], at[1] + origin[1]];
                if inside(middle, 20.0) {
                    signs.extend(symbol_signs(symbol, middle, view.pixels_per_point, palette));
                }
            }
            let color = premultiplied(placed.naming.color(palette));
            for piece in &placed.pieces {
                let middle = [piece.at[0] + origin[0], piece.at[1] + origin[1]];
                if !inside(middle, 400.0 * view.pixels_per_point) {
                    continue;
                }
                let slot = self.atlas.slot(&mut self.fonts, &piece.sprite)?;
                let (sin, cos) = piece.turn.sin_cos();
                words.push(word(slot, middle, [cos, sin], color, premultiplied(palette.halo)));
            }
        }
        Some((words, signs))
    }
}

/// Whether the pixels of a word's picture fall on pixels of the map's.
fn is_upright(word: &Word) -> bool {
    word.turn == [1.0, 0.0] && word.middle.iter().all(|part| part.fract() == 0.0)
}

/// A bar in the shader.
const BAR: u32 = 9;

/// The signs of a point of interest.
fn symbol_signs(symbol: Symbol, middle: [f32; 2], scale: f32, palette: &palette::Palette) -> Vec<Sign> {
    let (color, paper) = (premultiplied(symbol.color(palette)), premultiplied(palette.sign_paper));
    let half = symbol.half() * scale;
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
