//! Grounds drawn before anybody asks: where the next notch of the wheel may lead, closer and farther. Drawn while the view
//! rests and only where the processor draws: a graphics card is quick enough without.

use std::sync::Arc;

use super::ground::{Drawn, Look};
use super::lettering::Lettered;
use super::soft::Soft;
use super::under::Under;
use super::{Overlay, Painter, Shown, View};
use crate::map::camera::{Camera, NOTCH};
use crate::map::label::Request;
use crate::map::scene::Scene;
use crate::map::soft::{Canvas, Part, Scroll};

/// What is drawn ahead.
#[derive(Default)]
pub(super) struct Ahead {
    /// The ground whose next steps these are.
    of: Option<(Look, [f64; 2])>,
    /// Closer, farther.
    sheets: Vec<Sheet>,
    /// A canvas that was given in exchange for one of them.
    spare: Option<Canvas>,
    /// How often one of them was what was asked for.
    pub taken: u64,
}

/// A ground larger than the picture: wherever the pointer was, the next view lies on it.
struct Sheet {
    look: Look,
    center: [f64; 2],
    canvas: Canvas,
    /// Rows from the top that are done.
    rows: u32,
    /// Its names, placed when all rows are done; the inner is none where they found no room in the atlas.
    names: Option<Option<Lettered>>,
}

/// What was drawn ahead and is wanted now.
pub(super) struct Taken {
    /// What the middle of the ground shows, metres from the scene's origin.
    pub center: [f64; 2],
    /// The names on it.
    pub names: Option<Lettered>,
}

/// Rows drawn in one go: an order that comes meanwhile waits for no more.
const ROWS: u32 = 192;
/// Room for rounding, pixels.
const MARGIN: f64 = 4.0;
/// More than this is not kept twice, pixels of a side.
const LARGEST: f64 = 6000.0;

impl Ahead {
    /// Forgets another scene's grounds.
    pub fn clear(&mut self) {
        (self.of, self.sheets, self.spare) = (None, Vec::new(), None);
    }

    /// Lays out what may come after a ground; nothing when that is known already.
    fn begin(&mut self, ground: &Drawn) {
        if self.of.as_ref().is_some_and(|(look, center)| *look == ground.look && *center == ground.center) {
            return;
        }
        self.of = Some((ground.look.clone(), ground.center));
        // Magnified, the next view lies within the present one. The other way it may reach out on any side.
        let steps = [(1.0 / NOTCH, NOTCH), (NOTCH, 2.0 - 1.0 / NOTCH)];
        let mut canvases: Vec<Canvas> =
            std::mem::take(&mut self.sheets).into_iter().map(|sheet| sheet.canvas).collect();
        canvases.extend(self.spare.take());
        let sheet = |(scale, larger): (f64, f64)| {
            let length = |length: u32| (f64::from(length) * larger + MARGIN).ceil();
            let size = ground.look.size.map(length);
            if size.iter().any(|length| *length > LARGEST) {
                return None;
            }
            let size = size.map(|length| length as u32);
            let kept = canvases.iter().position(|canvas| canvas.size() == size).map(|at| canvases.swap_remove(at));
            Some(Sheet {
                look: Look { metres_per_point: ground.look.metres_per_point * scale, size, ..ground.look.clone() },
                center: ground.center,
                canvas: kept.unwrap_or_else(|| Canvas::new(size, 0)),
                rows: 0,
                names: None,
            })
        };
        self.sheets = steps.into_iter().filter_map(sheet).collect();
    }

    /// Lets a ground go over to what was drawn ahead, if that holds a view around `wanted`, and tells what its middle shows:
    /// off by up to half a pixel, metres from the scene's origin.
    pub fn take(&mut self, look: &Look, wanted: [f64; 2], ground: &mut Scroll) -> Option<Taken> {
        let metres_per_pixel = look.metres_per_point / f64::from(look.pixels_per_point);
        let same = |sheet: &Sheet| {
            // A factor and its inverse do not cancel to the last bit.
            let scale = (sheet.look.metres_per_point / look.metres_per_point - 1.0).abs() < 1e-9;
            let Look { metres_per_point, size, .. } = sheet.look;
            scale && sheet.rows == size[1] && Look { metres_per_point, size, ..look.clone() } == sheet.look
        };
        let found = self.sheets.iter().position(same)?;
        let sheet = &mut self.sheets[found];
        let by = [wanted[0] - sheet.center[0], sheet.center[1] - wanted[1]];
        let middle = |axis: usize| f64::from(sheet.look.size[axis]) / 2.0 - f64::from(look.size[axis]) / 2.0;
        let corner = [0, 1].map(|axis| (middle(axis) + by[axis] / metres_per_pixel).round());
        let off = [0, 1].map(|axis| (corner[axis] - middle(axis)) * metres_per_pixel);
        ground.go_over(&mut sheet.canvas, look.size, corner)?;
        let center = [sheet.center[0] + off[0], sheet.center[1] - off[1]];
        // Its canvas is another one now.
        let Sheet { canvas, names, .. } = self.sheets.remove(found);
        (self.spare, self.of) = (Some(canvas), None);
        self.taken += 1;
        let mut names = names.flatten();
        if let Some(names) = &mut names {
            names.request.metres_per_point = look.metres_per_point;
        }
        Some(Taken { center, names })
    }
}

impl Sheet {
    fn draw(&mut self, soft: &mut Soft, scene: &Arc<Scene>, under: &Under) {
        let [width, height] = self.look.size;
        let part: Part = [0, self.rows, width, ROWS.min(height - self.rows)];
        let view = View {
            // Plans ask for the scale only; the place is `center`.
            camera: Camera { metres_per_point: self.look.metres_per_point, ..Camera::default() },
            size: self.look.size,
            pixels_per_point: self.look.pixels_per_point,
            style: &self.look.style,
            theme: self.look.theme,
            hidden: &self.look.hidden,
            opacities: &self.look.opacities,
            overlay: &Overlay::default(),
            still: false,
        };
        soft.draw_part(&mut self.canvas, (Some(scene), under), &view, self.center, part, [0, 0]);
        self.rows += part[3];
    }
}

impl Painter {
    /// Draws a piece of what the next notch of the wheel may show, and tells whether there is more to draw. For when nothing
    /// else is to be done.
    pub fn look_ahead(&mut self) -> bool {
        let (Some(soft), Some(scene), Some(ground)) = (&mut self.soft, &self.scene, &self.ground) else { return false };
        // Pictures below are those of the present view: of the next one there may be none yet.
        if self.view_key.as_ref().is_none_or(|key| key.still) || self.under.revision() != 0 {
            return false;
        }
        self.ahead.begin(ground);
        if let Some(sheet) = self.ahead.sheets.iter_mut().find(|sheet| sheet.rows < sheet.look.size[1]) {
            sheet.draw(soft, scene, &self.under);
            return true;
        }
        self.letter_ahead()
    }

    /// Places the names of one of the sheets and turns their letters.
    fn letter_ahead(&mut self) -> bool {
        let Some(at) = self.ahead.sheets.iter().position(|sheet| sheet.names.is_none()) else { return false };
        let Some(scene) = self.scene.clone() else { return false };
        let sheet = &self.ahead.sheets[at];
        let Look { size, pixels_per_point, metres_per_point, theme, .. } = sheet.look;
        let style = sheet.look.style.clone();
        let half = size.map(|length| length as f32 / 2.0);
        let shown = Shown::without(&sheet.look.hidden);
        let request = Request { center: sheet.center, metres_per_point, pixels_per_point, half, shown };
        let mut names = self.lettering.place(&scene, &style, &request);
        let fits = self.lettering.find_slots(&mut names);
        if let Some(soft) = self.soft.as_mut().filter(|_| fits) {
            let (words, _) = names.collect(half.map(f32::round), size, pixels_per_point, (&style, theme));
            soft.turn(&self.lettering.atlas, &words);
        }
        self.ahead.sheets[at].names = Some(fits.then_some(names));
        true
    }
}
