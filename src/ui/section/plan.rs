//! Where things stand in the drawing of a section: one scale across, one down, both told.

use crate::spatial::section::Section;

/// Room around the drawing, points: depths on the left, numbers above, distances below.
pub const MARGIN: Margin = Margin { left: 38.0, right: 12.0, top: 46.0, bottom: 20.0 };
/// How many times the height may be stretched.
const STRETCHES: [f64; 6] = [1.0, 2.0, 5.0, 10.0, 20.0, 50.0];
/// Rows of numbers above the ground, and the least distance of two in one row.
const ROWS: usize = 3;
const APART: f32 = 17.0;
/// Smaller than this a pipe cannot be seen, points.
const LEAST: f32 = 1.5;

/// Room on four sides.
#[derive(Clone, Copy, Debug)]
pub struct Margin {
    /// Left.
    pub left: f32,
    /// Right.
    pub right: f32,
    /// Above.
    pub top: f32,
    /// Below.
    pub bottom: f32,
}

/// A pipe in the drawing.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Mark {
    /// Its place in the list of crossings.
    pub index: usize,
    /// Middle, points from the upper left corner; on the ground where the depth is not known.
    pub middle: [f32; 2],
    /// Half its width and height.
    pub half: [f32; 2],
    /// Where its number stands; none where there is no room for it. The list and the card at the pointer tell it then.
    pub number: Option<[f32; 2]>,
    /// Whether its depth is known.
    pub is_deep: bool,
}

/// A drawing.
#[derive(Clone, PartialEq, Debug)]
pub struct Plan {
    /// Points for a metre, across and down.
    pub scale: [f64; 2],
    /// How many times the height is stretched.
    pub stretch: f64,
    /// The ground, points from above.
    pub ground: f32,
    /// Pipes, in the order of the section.
    pub marks: Vec<Mark>,
}

impl Plan {
    /// The drawing of a section in so much room, as large as it can be; `true_to_scale` stretches nothing.
    pub fn new(section: &Section, [width, height]: [f32; 2], true_to_scale: bool) -> Self {
        let across = f64::from((width - MARGIN.left - MARGIN.right).max(10.0));
        let down = f64::from((height - MARGIN.top - MARGIN.bottom).max(10.0));
        let deepest = section.deepest_m() * 1.06;
        let fill = [across / section.length_m, down / deepest];
        let wanted = if true_to_scale { 1.0 } else { fill[1] / fill[0] };
        let stretch = STRETCHES.into_iter().rev().find(|stretch| *stretch <= wanted).unwrap_or(1.0);
        // A short section over deep pipes is as wide as its depth allows.
        let x = fill[0].min(fill[1] / stretch);
        let scale = [x, x * stretch];
        let mut last = [f32::NEG_INFINITY; ROWS];
        let marks = section.crossings.iter().enumerate().map(|(index, crossing)| {
            let at = MARGIN.left + (crossing.along_m * scale[0]) as f32;
            let half_across = ((crossing.half_along_m() * scale[0]) as f32).max(LEAST);
            let (middle, half_down) = match crossing.depth_m {
                Some((top, bottom)) => {
                    (((top + bottom) / 2.0 * scale[1]) as f32, ((bottom - top) / 2.0 * scale[1]) as f32)
                }
                None => (0.0, LEAST),
            };
            // The first row with room.
            let free = last.iter_mut().enumerate().find(|(_, last)| at - **last >= APART);
            let row = free.map(|(row, last)| {
                *last = at;
                row as f32
            });
            Mark {
                index,
                middle: [at, MARGIN.top + middle],
                half: [half_across, half_down.max(LEAST)],
                number: row.map(|row| [at, MARGIN.top - 9.0 - 13.0 * row]),
                is_deep: crossing.depth_m.is_some(),
            }
        });
        Self { scale, stretch, ground: MARGIN.top, marks: marks.collect() }
    }

    /// Metres between two lines of a ruler with so many points for a metre: a round number, not too dense.
    pub fn ruler(points_per_metre: f64, apart: f64) -> f64 {
        let least = apart / points_per_metre;
        let power = 10.0_f64.powf(least.log10().floor());
        [1.0, 2.0, 5.0, 10.0].into_iter().map(|step| step * power).find(|step| *step >= least).unwrap_or(10.0 * power)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::LonLat;
    use crate::spatial::section::Crossing;

    /// Distance along the section, depths, diameter.
    type Pipe = (f64, Option<(f64, f64)>, f64);

    fn section(length_m: f64, pipes: &[Pipe]) -> Section {
        let at = LonLat::new(116.2, 39.9);
        let crossings = pipes
            .iter()
            .map(|(along_m, depth_m, size)| Crossing {
                fid: 1,
                kind: "water".to_owned(),
                name: String::new(),
                at,
                along_m: *along_m,
                angle_degrees: 90.0,
                size_m: Some((*size, *size)),
                depth_m: *depth_m,
                material: String::new(),
                built: String::new(),
                owner: String::new(),
            })
            .collect();
        Section { ends: [at, at], length_m, crossings, clearances: Vec::new(), left_out: 0 }
    }

    #[test]
    fn one_scale_across_and_one_down_and_all_in_the_room() {
        let pipes = [(5.0, Some((1.0, 2.0)), 1.0), (20.0, Some((2.0, 4.0)), 2.0), (39.0, None, 0.5)];
        let plan = Plan::new(&section(40.0, &pipes), [600.0, 220.0], true);
        assert_eq!(plan.stretch, 1.0);
        // A round pipe is round where nothing is stretched.
        for mark in plan.marks.iter().filter(|mark| mark.is_deep) {
            assert!((mark.half[0] - mark.half[1]).abs() < 0.01, "{mark:?}");
        }
        let stretched = Plan::new(&section(400.0, &pipes), [600.0, 220.0], false);
        assert!(STRETCHES.contains(&stretched.stretch) && stretched.stretch > 1.0);
        assert!((stretched.scale[1] / stretched.scale[0] - stretched.stretch).abs() < 1e-9);
        for plan in [plan, stretched] {
            for mark in plan.marks {
                assert!((MARGIN.left..=600.0 - MARGIN.right).contains(&mark.middle[0]));
                assert!(mark.middle[1] + mark.half[1] <= 220.0 - MARGIN.bottom + 0.1, "{mark:?}");
            }
        }
    }

    #[test]
    fn numbers_near_each_other_stand_in_rows() {
        let near = |count: u32| {
            let pipes: Vec<_> = (0..count).map(|i| (10.0 + f64::from(i) * 0.3, Some((1.0, 1.2)), 0.2)).collect();
            Plan::new(&section(40.0, &pipes), [600.0, 220.0], false).marks
        };
        let rows: std::collections::BTreeSet<i32> =
            near(3).iter().filter_map(|mark| Some(mark.number?[1] as i32)).collect();
        assert_eq!(rows.len(), 3);
        // More than there is room for: none lies on another, and what has a number is told from what has none.
        let marks = near(24);
        let numbers: Vec<_> = marks.iter().filter_map(|mark| mark.number).collect();
        assert!(numbers.len() > 6 && numbers.len() < 24, "{numbers:?}");
        for (at, one) in numbers.iter().enumerate() {
            for other in &numbers[at + 1..] {
                assert!(one[1] != other[1] || other[0] - one[0] >= APART, "{one:?} {other:?}");
            }
        }
        assert_eq!((Plan::ruler(10.0, 40.0), Plan::ruler(100.0, 40.0), Plan::ruler(0.3, 60.0)), (5.0, 0.5, 200.0));
    }
}
