//! What stands on every map: scale bar, focus ring, the cross in the middle.

use eframe::egui;

use super::color;
use crate::map::camera::{Camera, scale_bar};
use crate::map::style::palette::Palette;

/// Scale bar, focus ring and, for those who steer by key, the cross in the middle.
pub(super) fn furnish(
    ui: &egui::Ui,
    rect: egui::Rect,
    camera: Camera,
    palette: &Palette,
    on_pictures: bool,
    focused: bool,
) {
    let painter = ui.painter_at(rect);
    let (ink, paper) = (color(palette.text), color(palette.halo));
    let (metres, points) = scale_bar(camera.metres_per_point, 120.0);
    let words = if metres >= 1000.0 {
        format!("{} km", metres / 1000.0)
    } else if metres >= 1.0 {
        format!("{metres} m")
    } else {
        format!("{} cm", (metres * 100.0).round())
    };
    let left = rect.min.x + 14.0;
    let base = rect.max.y - 12.0;
    if on_pictures {
        // A picture below has any colour: the bar and its words lie on paper of their own.
        let plate = egui::Rect::from_min_max(
            egui::pos2(left - 7.0, base - 20.0),
            egui::pos2((left + points as f32).max(left + 44.0) + 7.0, base + 6.0),
        );
        painter.rect_filled(plate, 3.0, paper.gamma_multiply(0.85));
    }
    let bar = |painter: &egui::Painter, width: f32, color: egui::Color32| {
        let right = left + points as f32;
        let stroke = egui::Stroke::new(width, color);
        painter.line(
            vec![
                egui::pos2(left, base - 5.0),
                egui::pos2(left, base),
                egui::pos2(right, base),
                egui::pos2(right, base - 5.0),
            ],
            stroke,
        );
    };
    bar(&painter, 4.0, paper);
    bar(&painter, 1.5, ink);
    let at = egui::pos2(left + 5.0, base - 3.0);
    let font = egui::FontId::proportional(11.0);
    for by in [[-1.0, 0.0], [1.0, 0.0], [0.0, -1.0], [0.0, 1.0]] {
        painter.text(at + egui::vec2(by[0], by[1]), egui::Align2::LEFT_BOTTOM, &words, font.clone(), paper);
    }
    painter.text(at, egui::Align2::LEFT_BOTTOM, &words, font, ink);
    if focused {
        let ring = ui.visuals().selection.stroke;
        let width = ring.width.max(2.0);
        painter.rect_stroke(rect, 0.0, egui::Stroke::new(width, ring.color), egui::StrokeKind::Inside);
        let middle = rect.center();
        for (width, color) in [(3.0, paper), (1.0, ink)] {
            let stroke = egui::Stroke::new(width, color);
            for arm in [egui::vec2(6.0, 0.0), egui::vec2(0.0, 6.0)] {
                painter.line_segment([middle - arm, middle + arm], stroke);
            }
        }
    }
}
