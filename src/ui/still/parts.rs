//! Which shapes of a frame are a panel, and what of its field they cover.

use eframe::egui::epaint::ClippedShape;
use eframe::egui::{Rect, Shape};

/// Height of a band of a panel's picture, points.
const BAND: f32 = 16.0;
/// What arithmetic may err by, points.
const NOTHING: f32 = 0.01;

/// Where a shape is seen at all; nowhere when it is nothing or lies out of its clip.
pub(super) fn seen(shape: &ClippedShape) -> Rect {
    if matches!(shape.shape, Shape::Noop) {
        return Rect::NOTHING;
    }
    let bounds = shape.transform_after_tessellation * shape.shape.visual_bounding_rect();
    let seen = bounds.intersect(shape.clip_rect);
    if seen.is_positive() { seen } else { Rect::NOTHING }
}

/// The shapes, by their place in the frame, that are the picture of a field and of nothing else; `None` when there are none, or
/// when they cannot be taken out of the frame without changing it: something that reaches out of the field lies below one of
/// them, one of them is drawn by a program of its own, or the field does not lie on whole pixels.
pub(super) fn of_field(
    field: Rect,
    pixels_per_point: f32,
    shapes: &[ClippedShape],
    seen: &[Rect],
) -> Option<Vec<usize>> {
    let whole = |points: f32| ((points * pixels_per_point).round() / pixels_per_point - points).abs() < NOTHING;
    if !field.is_positive() || ![field.min.x, field.min.y, field.max.x, field.max.y].into_iter().all(whole) {
        return None;
    }
    let (mut own, mut crossed) = (Vec::new(), false);
    for (at, (seen, clipped)) in seen.iter().zip(shapes).enumerate() {
        if !seen.is_positive() || !seen.intersects(field.shrink(NOTHING)) {
            continue;
        }
        if field.expand(NOTHING).contains_rect(*seen) {
            if crossed || matches!(clipped.shape, Shape::Callback(_)) {
                return None;
            }
            own.push(at);
        } else {
            crossed = true;
        }
    }
    Some(own).filter(|own| !own.is_empty())
}

/// The parts of a field that shapes cover, as bands from edge to edge of what they cover at that height. What lies in none of them
/// is the bare ground.
pub(super) fn bands<'a>(field: Rect, seen: impl Iterator<Item = &'a Rect> + Clone) -> Vec<Rect> {
    let count = (field.height() / BAND).ceil().max(1.0) as usize;
    let mut bands: Vec<Rect> = Vec::new();
    for number in 0..count {
        let top = field.top() + number as f32 * BAND;
        let rows = top..=(top + BAND).min(field.bottom());
        let covers = |rect: &&Rect| rect.top() < *rows.end() && rect.bottom() > *rows.start();
        let Some((left, right)) = seen
            .clone()
            .filter(covers)
            .map(|rect| (rect.left().max(field.left()), rect.right().min(field.right())))
            .reduce(|a, b| (a.0.min(b.0), a.1.max(b.1)))
        else {
            continue;
        };
        let band = Rect::from_x_y_ranges(left..=right, *rows.start()..=*rows.end());
        match bands.last_mut().filter(|last| last.bottom() == band.top() && last.x_range() == band.x_range()) {
            Some(last) => last.max.y = band.max.y,
            None => bands.push(band),
        }
    }
    bands
}

#[cfg(test)]
mod tests {
    use eframe::egui::{Color32, pos2};

    use super::*;

    fn rect(left: f32, top: f32, right: f32, bottom: f32) -> Rect {
        Rect::from_min_max(pos2(left, top), pos2(right, bottom))
    }

    fn filled(rect: Rect) -> ClippedShape {
        ClippedShape::new(Rect::EVERYTHING, Shape::rect_filled(rect, 0.0, Color32::WHITE))
    }

    fn of(field: Rect, scale: f32, shapes: &[ClippedShape]) -> Option<Vec<usize>> {
        let seen: Vec<Rect> = shapes.iter().map(seen).collect();
        of_field(field, scale, shapes, &seen)
    }

    const FIELD: Rect = Rect { min: pos2(10.0, 10.0), max: pos2(110.0, 60.0) };

    #[test]
    fn a_panel_is_what_lies_in_its_field_alone() {
        let inside = filled(rect(20.0, 20.0, 40.0, 40.0));
        let outside = filled(rect(120.0, 20.0, 140.0, 40.0));
        let across = filled(rect(100.0, 20.0, 140.0, 40.0));
        let shapes = [outside.clone(), inside.clone(), ClippedShape::new(FIELD, Shape::Noop), inside.clone()];
        assert_eq!(of(FIELD, 1.0, &shapes), Some(vec![1, 3]));
        assert_eq!(
            of(FIELD, 1.0, &[inside.clone(), across.clone()]),
            Some(vec![0]),
            "what lies above it stays above it"
        );
        assert_eq!(of(FIELD, 1.0, &[across.clone(), inside.clone()]), None, "what lies below would come to lie above");
        let clipped = ClippedShape { clip_rect: FIELD, ..across };
        assert_eq!(
            of(FIELD, 1.0, &[clipped, inside.clone()]),
            Some(vec![0, 1]),
            "what is clipped to the field is in it"
        );
        assert_eq!(of(FIELD, 1.0, &[outside]), None);
        assert_eq!(of(FIELD.translate(eframe::egui::vec2(0.4, 0.0)), 1.0, &[inside]), None, "not on whole pixels");
    }

    #[test]
    fn bands_cover_what_is_covered_and_leave_the_rest() {
        let shapes = [rect(20.0, 12.0, 40.0, 20.0), rect(30.0, 14.0, 60.0, 22.0), rect(10.0, 58.0, 110.0, 60.0)];
        let bands = bands(FIELD, shapes.iter());
        for shape in &shapes {
            let top = bands.iter().find(|band| band.contains(shape.min + eframe::egui::vec2(0.5, 0.5)));
            assert!(top.is_some_and(|band| band.left() <= shape.left() && band.right() >= shape.right()), "{bands:?}");
        }
        assert!(!bands.iter().any(|band| band.contains(pos2(50.0, 50.0))), "{bands:?}");
        let one = [FIELD];
        assert_eq!(super::bands(FIELD, one.iter()), [FIELD], "a full field is one");
    }
}
