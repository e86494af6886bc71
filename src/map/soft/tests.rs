use proptest::prelude::*;

use super::mesh::{Brush, Job};
use super::triangle::{is_convex, quad_spans, spans};
use super::*;
use crate::map::scene::Arrays;
use crate::map::scene::stroke::{PUSH, Wide};

const WHITE: u32 = 0xFFFF_FFFF;
const INK: u32 = 0xFF20_40C0;
const COLORS: SignColors = SignColors { paper: WHITE, component: [INK; 8] };

fn job(arrays: &Arrays, brush: Brush, half_width: f32) -> Job<'_> {
    let indices = 0..arrays.indices.len() as u32;
    let (origin, rows) = ([50.0, 40.0], i32::MIN..i32::MAX);
    Job { arrays, indices, base: 0, origin, scale: 1.0, rows, brush, color: INK, half_width }
}

fn drawn(job: Job<'_>) -> Canvas {
    let mut canvas = Canvas::new([100, 80], WHITE);
    canvas.meshes([0, 0, 100, 80], (WHITE, &[]), &[job], &COLORS, &Stamps::default());
    canvas
}

fn at(canvas: &Canvas, x: usize, y: usize) -> u32 {
    canvas.pixels()[y * 100 + x]
}

/// A level line through the middle, `along` metres long.
fn strip() -> Arrays {
    let one = PUSH as i16;
    // The two lowest bits tell the side.
    let vertex = |x: f32, push: i16, side: i16| Wide { at: [x, 0.0], push: [side, push], along: x + 30.0 };
    let wides = vec![vertex(-30.0, one, 1), vertex(30.0, one, 1), vertex(-30.0, -one, 2), vertex(30.0, -one, 2)];
    Arrays { wides, indices: vec![0, 1, 2, 2, 1, 3], ..Arrays::default() }
}

#[test]
fn an_area_is_filled_to_its_edge() {
    let fills = vec![[-10.0, -10.0], [10.0, -10.0], [10.0, 10.0], [-10.0, 10.0]];
    let arrays = Arrays { fills, indices: vec![0, 1, 2, 0, 2, 3], ..Arrays::default() };
    let canvas = drawn(job(&arrays, Brush::Fill, 0.0));
    let inked = canvas.pixels().iter().filter(|pixel| **pixel == INK).count();
    assert_eq!((inked, at(&canvas, 40, 30), at(&canvas, 39, 30)), (400, INK, WHITE));
}

#[test]
fn a_line_is_as_wide_as_it_should_be_and_smooth_at_its_edges() {
    let canvas = drawn(job(&strip(), Brush::Line, 2.25));
    let column: Vec<u32> = (30..50).map(|y| at(&canvas, 50, y)).collect();
    assert_eq!(column.iter().filter(|pixel| **pixel == INK).count(), 4);
    let edge = column[7] & 0xFF;
    assert!(edge > 0xC0 && edge < 0xFF && column[6] == WHITE, "{column:x?}");
    assert_eq!((at(&canvas, 19, 40), at(&canvas, 81, 40)), (WHITE, WHITE));
}

#[test]
fn a_dashed_line_has_its_gaps() {
    let canvas = drawn(job(&strip(), Brush::Dash([6.0, 4.0, 6.0, 4.0]), 2.0));
    let row: Vec<bool> = (20..80).map(|x| at(&canvas, x, 40) == INK).collect();
    assert!(row[1..5].iter().all(|inked| *inked) && row[11..15].iter().all(|inked| *inked));
    assert!(row[7..9].iter().all(|inked| !*inked));
}

#[test]
fn components_and_discs_stand_where_they_lie() {
    let one = PUSH as i16;
    let corner = |push| Wide { at: [0.0, 0.0], push, along: 2.0 };
    let wides = [[-one, -one], [one, -one], [-one, one], [one, one]].map(corner).to_vec();
    let arrays = Arrays { wides, indices: vec![0, 1, 2, 2, 1, 3], ..Arrays::default() };
    for (brush, radius) in [
        (Brush::Component, 5),
        (Brush::Theme, 5),
        (Brush::Disc { scaled: false }, 5),
        (Brush::Disc { scaled: true }, 10),
    ] {
        let canvas = drawn(job(&arrays, brush, 5.0));
        assert_ne!(at(&canvas, 50 + radius - 2, 40), WHITE, "{brush:?}");
        assert_eq!(at(&canvas, 50 + radius + 4, 40), WHITE, "{brush:?}");
    }
}

#[test]
fn broken_geometry_is_left_out() {
    let far = [f32::NAN, f32::INFINITY, f32::NEG_INFINITY, 1e30, -1e30, 0.0];
    let fills: Vec<[f32; 2]> = far.iter().flat_map(|x| far.iter().map(move |y| [*x, *y])).collect();
    let wides = fills.iter().map(|at| Wide { at: *at, push: [1, i16::MAX], along: at[0] }).collect();
    let count = fills.len() as u32;
    let indices =
        (0..count).flat_map(|a| [a, (a * 7 + 3) % count, (a * 13 + 5) % count, count + a, u32::MAX, 0]).collect();
    let arrays = Arrays { fills, wides, indices };
    let dash = Brush::Dash([0.0; 4]);
    for brush in [Brush::Fill, Brush::Line, dash, Brush::Component, Brush::Theme, Brush::Disc { scaled: true }] {
        drawn(job(&arrays, brush, 3.0));
    }
    let mut beyond = job(&arrays, Brush::Fill, 0.0);
    (beyond.indices, beyond.base) = (u32::MAX - 5..u32::MAX, i32::MIN);
    drawn(beyond);
}

proptest! {
    #[test]
    fn triangles_of_a_fan_neither_share_a_pixel_nor_leave_one_out(
        middle in (20.0..80.0_f32, 20.0..60.0_f32),
        angles in prop::collection::btree_set(0..3600_u32, 3..12),
        radius in 1.0..200.0_f32,
    ) {
        let rim: Vec<[f32; 2]> = angles.iter().map(|tenths| {
            let angle = (*tenths as f32 / 10.0).to_radians();
            [middle.0 + radius * angle.cos(), middle.1 + radius * angle.sin()]
        }).collect();
        let clip = Clip { columns: 0..100, rows: 0..80 };
        let mut hits = vec![0_u8; 8000];
        for (index, from) in rim.iter().enumerate() {
            let to = rim[(index + 1) % rim.len()];
            spans(&clip, [[middle.0, middle.1], *from, to], |y, from, to| {
                (from..to).for_each(|x| hits[(y * 100 + x) as usize] += 1);
            });
        }
        prop_assert!(hits.iter().all(|hits| *hits <= 2), "a fan around less than half a turn may fold over once");
        // Around the whole, every pixel well inside is hit exactly once.
        let widest = rim.iter().enumerate().map(|(index, from)| {
            let to = rim[(index + 1) % rim.len()];
            let angle = |at: [f32; 2]| (at[1] - middle.1).atan2(at[0] - middle.0);
            (angle(to) - angle(*from)).rem_euclid(std::f32::consts::TAU)
        }).fold(0.0, f32::max);
        if widest < 3.0 {
            let inside = radius * (widest / 2.0).cos() - 1.5;
            for y in 0..80 {
                for x in 0..100 {
                    let away = (x as f32 + 0.5 - middle.0).hypot(y as f32 + 0.5 - middle.1);
                    prop_assert!(hits[y * 100 + x] <= 1);
                    if away < inside {
                        prop_assert_eq!(hits[y * 100 + x], 1, "{} {}", x, y);
                    }
                }
            }
        }
    }

    #[test]
    fn a_convex_shape_of_four_corners_is_its_two_triangles(
        middle in (-20.0..120.0_f32, -20.0..100.0_f32), radius in 0.1..90.0_f32,
        mut angles in prop::array::uniform4(0.0..std::f32::consts::TAU), whole in any::<bool>(), back in any::<bool>(),
    ) {
        angles.sort_by(f32::total_cmp);
        if back {
            angles.reverse();
        }
        let corners = angles.map(|angle| [middle.0 + radius * angle.cos(), middle.1 + radius * angle.sin()]);
        // Corners in the middle of pixels and level edges too.
        let corners = if whole { corners.map(|at| at.map(|part| part.round() + 0.5)) } else { corners };
        prop_assume!(is_convex(&corners));
        let clip = Clip { columns: 0..100, rows: 0..80 };
        let mut pixels = vec![0_u8; 8000];
        quad_spans(&clip, &corners, |y, from, to| (from..to).for_each(|x| pixels[(y * 100 + x) as usize] += 1));
        let [a, b, c, d] = corners;
        let mut triangles = vec![0_u8; 8000];
        for triangle in [[a, b, c], [a, c, d]] {
            spans(&clip, triangle, |y, from, to| (from..to).for_each(|x| triangles[(y * 100 + x) as usize] += 1));
        }
        prop_assert_eq!(pixels, triangles);
    }

    #[test]
    fn words_stay_in_their_band_whatever_their_place(
        x in -500.0..500.0_f32, y in -500.0..500.0_f32, turn in 0.0..7.0_f32, corner in 0..40_u16, extent in 0..40_u16,
    ) {
        let pixels = vec![[200_u8, 255]; 32 * 32];
        let (sin, cos) = turn.sin_cos();
        for (middle, turn) in [([x, y], [cos, sin]), ([x.round(), y.round()], [1.0, 0.0])] {
            let word = Word { corner: [corner, corner], extent: [extent, extent], middle, turn, color: INK, halo: WHITE };
            let sign = Sign { middle, half_size: f32::from(extent), shape: u32::from(corner % 17), color: INK, edge: WHITE, turn };
            Canvas::new([100, 80], 0).draw([10, 10, 50, 40], |band| {
                word.draw(band, Sheet { pixels: &pixels, side: 32 });
                sign.draw(band);
            });
        }
    }
}
