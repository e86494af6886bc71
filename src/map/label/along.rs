//! Lettering along a line.

use crate::map::scene::names::is_wide;

/// A point of the picture.
pub type Px = [f32; 2];

/// A letter, or a whole word where the line is straight.
#[derive(Clone, PartialEq, Debug)]
pub struct Run {
    /// What is written there.
    pub text: String,
    /// Its middle.
    pub at: Px,
    /// Turned by so much, radians clockwise.
    pub turn: f32,
}

/// A line with the distances of its points from its beginning.
pub struct Measured {
    points: Vec<Px>,
    along: Vec<f32>,
}

impl Measured {
    /// Measures a line.
    pub fn new(points: Vec<Px>) -> Self {
        let mut along = Vec::with_capacity(points.len());
        let mut sum = 0.0;
        for (index, point) in points.iter().enumerate() {
            if index > 0 {
                let before = points[index - 1];
                sum += (point[0] - before[0]).hypot(point[1] - before[1]);
            }
            along.push(sum);
        }
        Self { points, along }
    }

    /// Its length.
    pub fn length(&self) -> f32 {
        self.along.last().copied().unwrap_or(0.0)
    }

    /// The point at a distance from the beginning.
    pub fn at(&self, distance: f32) -> Px {
        let index = self.along.partition_point(|along| *along < distance).clamp(1, self.points.len().max(2) - 1);
        let (Some(a), Some(b)) = (self.points.get(index - 1), self.points.get(index)) else {
            return self.points.first().copied().unwrap_or_default();
        };
        let length = self.along[index] - self.along[index - 1];
        let t = if length > 0.0 { ((distance - self.along[index - 1]) / length).clamp(0.0, 1.0) } else { 0.0 };
        [a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t]
    }
}

/// Sharpest turn from one letter to the next, radians.
const MAX_TURN: f32 = 0.42;
/// Farthest that a letter may lean, radians: beyond that it stands on its head.
const MAX_LEAN: f32 = std::f32::consts::FRAC_PI_2 + 0.5;
/// Farthest that a letter may stand beside the straight line for the word to be written in one piece, ems.
const STRAIGHT: f32 = 0.1;

/// Sets letters of the given widths (pixels, spacing included) around `middle` on a line so that they read upright:
/// from left to right, and Chinese from top to bottom where the line runs up and down. `None` where the line bends too
/// much or is too short.
pub fn set(line: &Measured, middle: f32, letters: &[(char, f32)], size: f32) -> Option<Vec<Run>> {
    let width: f32 = letters.iter().map(|(_, width)| width).sum();
    let (start, end) = (middle - width / 2.0, middle + width / 2.0);
    if letters.is_empty() || start < 0.0 || end > line.length() {
        return None;
    }
    let (from, to) = (line.at(start), line.at(end));
    let chord = [to[0] - from[0], to[1] - from[1]];
    let span = chord[0].hypot(chord[1]);
    if span < width * 0.8 {
        return None;
    }
    let upright = letters.iter().filter(|(letter, _)| is_wide(*letter)).count() * 2 > letters.len();
    let steep = chord[1].abs() > chord[0].abs() * 1.05;
    let columns = upright && steep;
    let backwards = if columns {
        chord[1] < 0.0
    } else if steep && chord[0].abs() < span * 0.05 {
        // Straight up and down in Latin letters: read from below.
        chord[1] > 0.0
    } else {
        chord[0] < 0.0
    };
    let sign = if backwards { -1.0 } else { 1.0 };
    let angle_at = |distance: f32, reach: f32| {
        let (a, b) = (line.at(distance - reach), line.at(distance + reach));
        (sign * (b[1] - a[1])).atan2(sign * (b[0] - a[0]))
    };
    let mut runs = Vec::with_capacity(letters.len());
    let mut at = 0.0;
    let mut before: Option<f32> = None;
    let direction = [sign * chord[0] / span, sign * chord[1] / span];
    let mut aside = 0.0_f32;
    for (letter, width) in letters {
        let distance = if backwards { end - at - width / 2.0 } else { start + at + width / 2.0 };
        let angle = angle_at(distance, width.max(size) * 0.6);
        if before.is_some_and(|before| turned(before, angle).abs() > MAX_TURN) {
            return None;
        }
        before = Some(angle);
        let point = line.at(distance);
        aside = aside.max(((point[0] - from[0]) * direction[1] - (point[1] - from[1]) * direction[0]).abs());
        let turn = turned(0.0, if columns { angle - std::f32::consts::FRAC_PI_2 } else { angle });
        if turn.abs() > MAX_LEAN {
            return None;
        }
        runs.push(Run { text: letter.to_string(), at: point, turn: level(turn) });
        at += width;
    }
    if !columns && aside < size * STRAIGHT {
        let text = letters.iter().map(|(letter, _)| *letter).collect();
        let at = [(from[0] + to[0]) / 2.0, (from[1] + to[1]) / 2.0];
        return Some(vec![Run { text, at, turn: level(direction[1].atan2(direction[0])) }]);
    }
    runs.retain(|run| !run.text.trim().is_empty());
    Some(runs)
}

/// What is turned by less than the eye notices is not turned: letters stay crisp.
fn level(turn: f32) -> f32 {
    if turn.abs() < 0.035 { 0.0 } else { turn }
}

fn turned(from: f32, to: f32) -> f32 {
    let turn = to - from;
    turn.sin().atan2(turn.cos())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn letters(text: &str) -> Vec<(char, f32)> {
        text.chars().map(|letter| (letter, if is_wide(letter) { 14.0 } else { 7.0 })).collect()
    }

    fn set_on(points: &[Px], text: &str) -> Option<Vec<Run>> {
        let line = Measured::new(points.to_vec());
        set(&line, line.length() / 2.0, &letters(text), 12.0)
    }

    #[test]
    fn a_straight_road_is_named_in_one_piece_from_left_to_right() {
        for points in [[[0.0, 50.0], [200.0, 50.0]], [[200.0, 50.0], [0.0, 50.0]]] {
            let runs = set_on(&points, "鲁谷路").unwrap();
            assert_eq!(runs, [Run { text: "鲁谷路".to_owned(), at: [100.0, 50.0], turn: 0.0 }]);
        }
    }

    #[test]
    fn a_road_up_and_down_is_named_in_a_column_of_upright_characters() {
        for points in [[[50.0, 0.0], [50.0, 200.0]], [[50.0, 200.0], [50.0, 0.0]]] {
            let runs = set_on(&points, "鲁谷路").unwrap();
            let text: String = runs.iter().map(|run| &*run.text).collect();
            assert_eq!(text, "鲁谷路");
            assert!(runs.windows(2).all(|pair| pair[0].at[1] < pair[1].at[1]));
            assert!(runs.iter().all(|run| run.turn == 0.0));
        }
        let latin = set_on(&[[50.0, 0.0], [50.0, 200.0]], "Mannerheimintie").unwrap();
        assert_eq!(latin.len(), 1);
        assert!((latin[0].turn.abs() - std::f32::consts::FRAC_PI_2).abs() < 1e-3);
    }

    #[test]
    fn no_name_goes_round_a_sharp_corner_or_beyond_the_end() {
        assert_eq!(set_on(&[[0.0, 0.0], [30.0, 0.0], [30.0, 30.0]], "鲁谷路"), None);
        assert_eq!(set_on(&[[0.0, 0.0], [30.0, 0.0]], "鲁谷路"), None);
        assert_eq!(set_on(&[], "鲁谷路"), None);
        let hook = [[190.5, 222.2], [231.9, 268.5], [241.0, 189.1], [182.0, 111.3]];
        assert_eq!(set_on(&hook, "Elimäenkatu"), None, "its last letters would stand on their heads");
    }

    proptest! {
        #[test]
        fn names_never_stand_on_their_heads(
            points in prop::collection::vec((0.0..400.0_f32, 0.0..400.0_f32).prop_map(|(x, y)| [x, y]), 0..6),
            text in prop_oneof![Just("鲁谷路"), Just("Elimäenkatu"), Just("G6辅路")],
        ) {
            if let Some(runs) = set_on(&points, text) {
                let quarter = std::f32::consts::FRAC_PI_2 + 0.6;
                prop_assert!(runs.iter().all(|run| run.turn.abs() <= quarter), "{:?}", runs);
            }
        }
    }
}
