//! The legend: swatches drawn by the very steps that draw the map.

use eframe::egui::{self, Color32, Painter, Pos2, Rect, RichText, Sense, Shape, Stroke, Ui, pos2, vec2};

use crate::base::text::Lang;
use crate::domain::case::Lamp;
use crate::map::style::kind::{Form, Kind};
use crate::map::style::palette::{Palette, Rgba};
use crate::map::style::{SOLID, Step};
use crate::ui::theme::SMALL;
use crate::ui::{widgets, words};

const SWATCH: egui::Vec2 = vec2(40.0, 18.0);
/// A wide road would fill its swatch; its edges are to be seen.
const WIDEST: f32 = 12.0;

fn color([r, g, b, a]: Rgba) -> Color32 {
    Color32::from_rgba_unmultiplied(r, g, b, a)
}

/// Shows what a layer's kinds look like, the uppermost first; the one whose style is to be edited.
pub fn show(ui: &mut Ui, lang: Lang, palette: &Palette, steps: &[Step]) -> Option<Kind> {
    let mut wanted = None;
    let mut kinds: Vec<Kind> = Vec::new();
    for step in steps.iter().rev() {
        if !kinds.contains(&step.kind) {
            kinds.push(step.kind);
        }
    }
    for kind in kinds {
        ui.horizontal(|ui| {
            ui.spacing_mut().interact_size.y = SWATCH.y;
            let (rect, _) = ui.allocate_exact_size(SWATCH, Sense::hover());
            let painter = ui.painter_at(rect);
            painter.rect_filled(rect, 2.0, color(palette.ground));
            for step in steps.iter().filter(|step| step.kind == kind) {
                swatch(&painter, rect.shrink2(vec2(2.0, 1.0)), step, palette);
            }
            let name = lang.find(&super::kind_key(kind)).unwrap_or_default();
            ui.label(RichText::new(name).size(SMALL));
            ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                let told = lang.fill("layer.style.edit_kind", &[("name", &name)]);
                let button =
                    ui.add(egui::Button::new(RichText::new(lang.text("layer.style.title")).size(SMALL)).small());
                button.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, true, &told));
                if button.on_hover_text(&told).clicked() {
                    wanted = Some(kind);
                }
            });
        });
    }
    wanted
}

/// Shows the signs of cases by their lamps.
pub fn cases(ui: &mut Ui, lang: Lang) {
    for lamp in [Lamp::Green, Lamp::Yellow, Lamp::Red] {
        ui.horizontal(|ui| {
            widgets::lamp(ui, lang, lamp);
            ui.label(RichText::new(words::lamp_name(lang, lamp)).size(SMALL));
        });
    }
}

fn swatch(painter: &Painter, rect: Rect, step: &Step, palette: &Palette) {
    let ink = color(step.color);
    let paper = color(palette.sign_paper);
    let middle = rect.center();
    match step.kind.form() {
        Form::Fill => {
            painter.rect_filled(rect, 0.0, ink);
        }
        Form::Line => {
            let ends = [rect.left_center(), rect.right_center()];
            let stroke = Stroke::new((step.half_width * 2.0).min(WIDEST), ink);
            if step.dash == SOLID {
                painter.line_segment(ends, stroke);
            } else {
                let [on, off, on_too, off_too] = step.dash;
                painter.extend(Shape::dashed_line_with_offset(&ends, stroke, &[on, on_too], &[off, off_too], 0.0));
            }
        }
        Form::Sign => sign(painter, middle, (step.half_width).clamp(3.0, 7.5), step.kind, ink, paper),
    }
}

/// The outline of a sign as it stands on the map, small.
fn sign(painter: &Painter, middle: Pos2, r: f32, kind: Kind, ink: Color32, paper: Color32) {
    let at = |x: f32, y: f32| pos2(middle.x + x * r, middle.y + y * r);
    let filled = |points: Vec<Pos2>| painter.add(Shape::convex_polygon(points, ink, Stroke::NONE));
    let block = |x: f32, y: f32, half: [f32; 2]| {
        painter.rect_filled(Rect::from_center_size(at(x, y), vec2(half[0], half[1]) * 2.0 * r), 0.0, ink);
    };
    match kind {
        Kind::Component => {
            painter.rect_filled(Rect::from_center_size(middle, vec2(r, r) * 2.0), 0.0, ink);
            painter.circle_stroke(middle, r * 0.46, Stroke::new(1.2, paper));
        }
        Kind::Site => {
            block(-0.35, 0.1, [0.17, 0.9]);
            block(0.1, -0.62, [0.9, 0.16]);
            block(0.66, -0.35, [0.07, 0.3]);
            block(0.66, -0.08, [0.26, 0.26]);
        }
        Kind::Video => {
            block(0.0, 0.35, [0.5, 0.5]);
            filled(vec![at(-0.2, -0.1), at(-0.7, -0.95), at(0.7, -0.95), at(0.2, -0.1)]);
        }
        Kind::Shelter => {
            filled(vec![at(0.0, -0.95), at(1.0, -0.05), at(-1.0, -0.05)]);
            block(0.0, 0.38, [0.66, 0.5]);
        }
        Kind::Hydrant => {
            block(0.0, 0.1, [0.38, 0.7]);
            block(0.0, -0.05, [0.75, 0.2]);
            block(0.0, 0.86, [0.62, 0.14]);
            painter.circle_filled(at(0.0, -0.55), r * 0.42, ink);
        }
        Kind::Store => {
            filled(
                (0..6)
                    .map(|corner| {
                        let (sin, cos) = (std::f32::consts::TAU * corner as f32 / 6.0).sin_cos();
                        at(sin * 0.95, cos * 0.95)
                    })
                    .collect(),
            );
        }
        Kind::Medical => {
            block(0.0, 0.0, [1.0, 0.34]);
            block(0.0, 0.0, [0.34, 1.0]);
        }
        _ => {
            painter.circle(middle, r, ink, Stroke::new(1.0, paper));
        }
    }
}
