//! Paints lines and marks above the map. Places on the ground are worked out once for each drawing; a frame only moves and
//! scales them, and leaves out what is not in sight.

use eframe::egui;

use super::color;
use crate::base::{LonLat, Revision};
use crate::map::camera::{Camera, Plane};
use crate::map::drawing::{Drawing, Drawn, Form, Ink, Mark};
use crate::map::style::palette::Rgba;

/// Corners nearer to each other than this are drawn as one, points.
const LEAST_STEP: f32 = 0.7;
/// Beyond so many points outside of the picture nothing is drawn; coordinates stay small.
const MARGIN: f32 = 4_000.0;

/// A drawing with its places on the plane.
#[derive(Debug, Default)]
pub(super) struct Flat {
    of: Option<(Revision, Plane)>,
    shapes: Vec<FlatShape>,
}

#[derive(Debug)]
struct FlatShape {
    drawn: Drawn,
    /// East and north, metres.
    ground: Vec<[f64; 2]>,
    low: [f64; 2],
    high: [f64; 2],
}

impl FlatShape {
    fn new(drawn: &Drawn, plane: Plane) -> Self {
        let place = |at: &LonLat| {
            let ground = plane.ground(*at);
            [ground.east_m, ground.north_m]
        };
        let ground: Vec<[f64; 2]> = match &drawn.form {
            Form::Path { points, closed } => {
                let back = points.first().filter(|_| *closed);
                points.iter().chain(back).filter(|at| at.is_valid()).map(place).collect()
            }
            Form::Mark { at, .. } | Form::Words { at, .. } => {
                Some(at).filter(|at| at.is_valid()).map(place).into_iter().collect()
            }
        };
        let bound =
            |axis: usize, pick: fn(f64, f64) -> f64, start: f64| ground.iter().map(|at| at[axis]).fold(start, pick);
        let low = [bound(0, f64::min, f64::INFINITY), bound(1, f64::min, f64::INFINITY)];
        let high = [bound(0, f64::max, f64::NEG_INFINITY), bound(1, f64::max, f64::NEG_INFINITY)];
        // What it says and how it looks; the places lie in `ground`.
        let form = match &drawn.form {
            Form::Path { closed, .. } => Form::Path { points: Vec::new(), closed: *closed },
            other => other.clone(),
        };
        Self { drawn: Drawn { form, ink: drawn.ink }, ground, low, high }
    }
}

impl Flat {
    /// Paints a drawing that stays the same from frame to frame.
    pub(super) fn paint(&mut self, painter: &egui::Painter, camera: Camera, drawing: &Drawing, paper: Rgba) {
        let of = Some((drawing.revision, camera.plane()));
        if self.of != of {
            self.of = of;
            self.shapes = drawing.shapes.iter().map(|drawn| FlatShape::new(drawn, camera.plane())).collect();
        }
        let sight = Sight::new(painter, camera, paper);
        self.shapes.iter().for_each(|shape| sight.paint(shape));
    }
}

/// Paints what is drawn in this frame only.
pub(super) fn paint_live(painter: &egui::Painter, camera: Camera, shapes: &[Drawn], paper: Rgba) {
    let sight = Sight::new(painter, camera, paper);
    shapes.iter().for_each(|drawn| sight.paint(&FlatShape::new(drawn, camera.plane())));
}

struct Sight<'a> {
    painter: &'a egui::Painter,
    rect: egui::Rect,
    middle: [f64; 2],
    scale: f64,
    paper: egui::Color32,
}

impl<'a> Sight<'a> {
    fn new(painter: &'a egui::Painter, camera: Camera, paper: Rgba) -> Self {
        let middle = camera.center_on_ground();
        Self {
            painter,
            rect: painter.clip_rect(),
            middle: [middle.east_m, middle.north_m],
            scale: camera.metres_per_point,
            paper: color(paper),
        }
    }

    fn place(&self, ground: [f64; 2]) -> egui::Pos2 {
        let middle = self.rect.center();
        let x = (ground[0] - self.middle[0]) / self.scale;
        let y = (self.middle[1] - ground[1]) / self.scale;
        let limit = f64::from(MARGIN) * 4.0;
        egui::pos2(middle.x + x.clamp(-limit, limit) as f32, middle.y + y.clamp(-limit, limit) as f32)
    }

    fn paint(&self, shape: &FlatShape) {
        let (a, b) = (self.place([shape.low[0], shape.high[1]]), self.place([shape.high[0], shape.low[1]]));
        if shape.ground.is_empty() || !self.rect.expand(40.0).intersects(egui::Rect::from_min_max(a, b)) {
            return;
        }
        let ink = shape.drawn.ink;
        match &shape.drawn.form {
            Form::Path { .. } => self.path(shape, ink),
            Form::Mark { mark, .. } => {
                if let Some(at) = shape.ground.first() {
                    self.mark(self.place(*at), *mark, ink);
                }
            }
            Form::Words { text, .. } => {
                if let Some(at) = shape.ground.first() {
                    self.words(self.place(*at), text, ink);
                }
            }
        }
    }

    fn path(&self, shape: &FlatShape, ink: Ink) {
        let mut points: Vec<egui::Pos2> = Vec::with_capacity(shape.ground.len());
        for (index, ground) in shape.ground.iter().enumerate() {
            let at = self.place(*ground);
            let last = index + 1 == shape.ground.len();
            if last || points.last().is_none_or(|before| before.distance(at) >= LEAST_STEP) {
                points.push(at);
            }
        }
        if let [only] = points[..] {
            self.mark(only, Mark::Dot, ink);
            return;
        }
        let stroke = egui::Stroke::new(ink.width, color(ink.color));
        // A hair line is one of many: an edge around each would cost as much as the line and hide the map.
        if ink.width > 1.0 {
            self.painter.line(points.clone(), egui::Stroke::new(ink.width + 2.0, self.paper));
        }
        if ink.dashed {
            // Dashes of a line far longer than the picture would be counted by the million.
            let near = self.rect.expand(200.0);
            for side in points.windows(2) {
                if egui::Rect::from_two_pos(side[0], side[1]).intersects(near) && side[0].distance(side[1]) < MARGIN {
                    self.painter.extend(egui::Shape::dashed_line(side, stroke, 7.0, 5.0));
                }
            }
        } else {
            self.painter.line(points, stroke);
        }
    }

    fn mark(&self, at: egui::Pos2, mark: Mark, ink: Ink) {
        let (painter, own) = (self.painter, color(ink.color));
        let square = |half: f32| egui::Rect::from_center_size(at, egui::Vec2::splat(half * 2.0));
        let outline = |rect: egui::Rect, width: f32, ink: egui::Color32| {
            painter.rect_stroke(rect, 0.0, egui::Stroke::new(width, ink), egui::StrokeKind::Middle);
        };
        match mark {
            Mark::Handle => {
                painter.rect_filled(square(4.0), 0.0, self.paper);
                outline(square(4.0), 1.5, own);
            }
            Mark::Dot => {
                painter.circle_filled(at, 5.0, self.paper);
                painter.circle_filled(at, 3.5, own);
            }
            Mark::OnVertex => {
                outline(square(8.0), 4.0, self.paper);
                outline(square(8.0), 2.0, own);
            }
            Mark::OnEdge | Mark::Cross => {
                let arms = if mark == Mark::OnEdge {
                    [egui::vec2(7.0, 7.0), egui::vec2(7.0, -7.0)]
                } else {
                    [egui::vec2(9.0, 0.0), egui::vec2(0.0, 9.0)]
                };
                for (width, ink) in [(4.5, self.paper), (2.0, own)] {
                    for arm in arms {
                        painter.line_segment([at - arm, at + arm], egui::Stroke::new(width, ink));
                    }
                }
            }
        }
    }

    fn words(&self, at: egui::Pos2, text: &str, ink: Ink) {
        let font = egui::FontId::proportional(13.0);
        let galley = self.painter.layout_no_wrap(text.to_owned(), font, color(ink.color));
        let corner = at + egui::vec2(12.0, 8.0);
        let ground = egui::Rect::from_min_size(corner, galley.size()).expand2(egui::vec2(4.0, 1.0));
        self.painter.rect_filled(ground, 2.0, self.paper);
        self.painter.galley(corner, galley, color(ink.color));
    }
}
