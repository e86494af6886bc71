//! What is drawn with a tool: points in order, with every change taken back and made again.

use crate::base::LonLat;

/// More points than this nobody draws by hand.
pub const MOST_POINTS: usize = 2_000;
/// Changes that can be taken back.
const MOST_STEPS: usize = 200;

/// Points in the order in which they were drawn.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Sketch {
    points: Vec<LonLat>,
    finished: bool,
    before: Vec<Vec<LonLat>>,
    after: Vec<Vec<LonLat>>,
}

impl Sketch {
    /// The points.
    pub fn points(&self) -> &[LonLat] {
        &self.points
    }

    /// Whether the person has said that it is whole.
    pub fn is_finished(&self) -> bool {
        self.finished
    }

    /// Whether there is something to take back.
    pub fn can_undo(&self) -> bool {
        !self.before.is_empty()
    }

    /// Whether something that was taken back can be made again.
    pub fn can_redo(&self) -> bool {
        !self.after.is_empty()
    }

    /// Adds a point. A sketch that was whole begins anew; one that holds `most` points gives up its last for it.
    pub fn add(&mut self, at: LonLat, most: usize) {
        if most == 0 || !at.is_valid() {
            return;
        }
        let mut points = if self.finished { Vec::new() } else { self.points.clone() };
        points.truncate(most - 1);
        points.push(at);
        self.change(points);
    }

    /// Moves a point; a sketch that is whole stays so.
    pub fn move_to(&mut self, index: usize, at: LonLat) {
        let mut points = self.points.clone();
        if let Some(point) = points.get_mut(index).filter(|point| at.is_valid() && **point != at) {
            *point = at;
            let finished = self.finished;
            self.change(points);
            self.finished = finished;
        }
    }

    /// Takes a point out; what is left goes on being drawn.
    pub fn remove(&mut self, index: usize) {
        if index < self.points.len() {
            let mut points = self.points.clone();
            points.remove(index);
            self.change(points);
        }
    }

    /// Takes all points away.
    pub fn clear(&mut self) {
        if !self.points.is_empty() {
            self.change(Vec::new());
        }
    }

    /// Says that it is whole, when it has `least` points; whether it is.
    pub fn finish(&mut self, least: usize) -> bool {
        self.finished |= self.points.len() >= least.max(1);
        self.finished
    }

    /// Takes back the last change; whether there was one.
    pub fn undo(&mut self) -> bool {
        let Some(points) = self.before.pop() else { return false };
        self.after.push(std::mem::replace(&mut self.points, points));
        self.finished = false;
        true
    }

    /// Makes the change again that was taken back last; whether there was one.
    pub fn redo(&mut self) -> bool {
        let Some(points) = self.after.pop() else { return false };
        self.before.push(std::mem::replace(&mut self.points, points));
        self.finished = false;
        true
    }

    fn change(&mut self, points: Vec<LonLat>) {
        self.before.push(std::mem::replace(&mut self.points, points));
        if self.before.len() > MOST_STEPS {
            self.before.remove(0);
        }
        self.after.clear();
        self.finished = false;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[derive(Clone, Debug)]
    enum Step {
        Add(f64),
        Move(usize, f64),
        Remove(usize),
        Clear,
        Finish,
        Undo,
        Redo,
    }

    fn step() -> impl Strategy<Value = Step> {
        let lon = || prop_oneof![9 => 116.0..116.5_f64, 1 => Just(f64::NAN)];
        prop_oneof![
            6 => lon().prop_map(Step::Add),
            2 => (0_usize..6, lon()).prop_map(|(index, lon)| Step::Move(index, lon)),
            1 => (0_usize..6).prop_map(Step::Remove),
            1 => Just(Step::Clear),
            1 => Just(Step::Finish),
            3 => Just(Step::Undo),
            2 => Just(Step::Redo),
        ]
    }

    fn at(lon: f64) -> LonLat {
        LonLat::new(lon, 39.9)
    }

    fn apply(sketch: &mut Sketch, step: &Step, most: usize) {
        match *step {
            Step::Add(lon) => sketch.add(at(lon), most),
            Step::Move(index, lon) => sketch.move_to(index, at(lon)),
            Step::Remove(index) => sketch.remove(index),
            Step::Clear => sketch.clear(),
            Step::Finish => {
                sketch.finish(2);
            }
            Step::Undo => {
                sketch.undo();
            }
            Step::Redo => {
                sketch.redo();
            }
        }
    }

    proptest! {
        #[test]
        fn every_change_is_taken_back_and_made_again(steps in prop::collection::vec(step(), 0..60), most in 0_usize..5) {
            let mut sketch = Sketch::default();
            for step in &steps {
                let before = sketch.clone();
                apply(&mut sketch, step, most);
                prop_assert!(sketch.points().len() <= most && sketch.points().iter().all(|at| at.is_valid()));
                prop_assert!(!sketch.is_finished() || !sketch.points().is_empty());
                let drawn = !matches!(step, Step::Undo | Step::Redo | Step::Finish);
                if drawn && sketch.points() != before.points() {
                    let after = sketch.points().to_vec();
                    let mut back = sketch.clone();
                    prop_assert!(back.undo() && back.points() == before.points());
                    prop_assert!(back.redo() && back.points() == after);
                    prop_assert!(!sketch.can_redo(), "what was taken back is given up for something new");
                }
            }
            while sketch.undo() {}
            prop_assert!(sketch.points().is_empty(), "all the way back to nothing");
        }
    }

    #[test]
    fn a_whole_sketch_gives_way_to_the_next_point_but_not_to_a_moved_one() {
        let mut sketch = Sketch::default();
        assert!(!sketch.finish(2));
        for lon in [116.1, 116.2, 116.3] {
            sketch.add(at(lon), 9);
        }
        assert!(sketch.finish(3));
        sketch.move_to(1, at(116.25));
        assert!(sketch.is_finished());
        sketch.add(at(116.4), 9);
        assert_eq!((sketch.points(), sketch.is_finished()), (&[at(116.4)][..], false));
        assert!(sketch.undo());
        assert_eq!(sketch.points().len(), 3);
        let mut pair = Sketch::default();
        for lon in [116.1, 116.2, 116.3] {
            pair.add(at(lon), 2);
        }
        assert_eq!(pair.points(), [at(116.1), at(116.3)]);
    }
}
