//! The ground while it is dragged about. Its rows and columns go round: what leaves it on one side makes room for what comes
//! in on the other, so that a move copies nothing.

use super::Canvas;

/// A rectangle of a picture: left, top, width, height.
pub type Part = [u32; 4];

/// A picture, perhaps larger than the view that is on it.
#[derive(Debug, Default)]
pub struct Scroll {
    canvas: Canvas,
    /// Width and height of the view.
    size: [i32; 2],
    /// The pixel of the canvas at the view's upper left corner.
    corner: [i32; 2],
    /// What is drawn, counted from that corner: left, top, right, bottom. Never wider or higher than the canvas.
    drawn: [i32; 4],
}

impl Scroll {
    /// Width and height of the view.
    pub fn size(&self) -> [u32; 2] {
        self.size.map(i32::unsigned_abs)
    }

    /// Begins anew: nothing is drawn.
    pub fn clear(&mut self, size: [u32; 2]) {
        let whole = self.canvas.size();
        if (0..2).any(|axis| whole[axis] < size[axis] || whole[axis] / 2 > size[axis]) {
            self.canvas = Canvas::new(size, 0);
        }
        (self.size, self.corner, self.drawn) = (size.map(|length| length as i32), [0, 0], [0; 4]);
    }

    /// Moves what is shown by whole pixels to the right and down.
    pub fn shift(&mut self, by: [i32; 2]) {
        let whole = self.canvas.size().map(|length| (length as i32).max(1));
        for axis in 0..2 {
            self.corner[axis] = (self.corner[axis].saturating_sub(by[axis])).rem_euclid(whole[axis]);
            for edge in [axis, axis + 2] {
                self.drawn[edge] = self.drawn[edge].saturating_add(by[axis]);
            }
        }
    }

    /// Goes over to another canvas that is drawn already, with the view's upper left corner at one of its pixels, and gives
    /// back the old one. `None`, and nothing has changed, when the view would reach out of it.
    pub fn go_over(&mut self, canvas: &mut Canvas, size: [u32; 2], corner: [f64; 2]) -> Option<()> {
        let whole = canvas.size();
        let fits = |axis: usize| {
            size[axis] > 0 && corner[axis] >= 0.0 && corner[axis] + f64::from(size[axis]) <= f64::from(whole[axis])
        };
        if !(fits(0) && fits(1)) {
            return None;
        }
        std::mem::swap(&mut self.canvas, canvas);
        let corner = corner.map(|at| at as i32);
        self.size = size.map(|length| length as i32);
        self.corner = corner;
        self.drawn = [-corner[0], -corner[1], whole[0] as i32 - corner[0], whole[1] as i32 - corner[1]];
        Some(())
    }

    /// The parts of the view that are yet to be drawn; from now on they count as drawn.
    pub fn take_missing(&mut self) -> Vec<Part> {
        let [width, height] = self.size;
        let [left, top] = [0, 1].map(|axis| self.drawn[axis].clamp(0, self.size[axis]));
        let [right, bottom] = [0, 1].map(|axis| self.drawn[axis + 2].clamp(0, self.size[axis]));
        if left >= right || top >= bottom {
            self.drawn = [0, 0, width, height];
            return if width > 0 && height > 0 { vec![[0, 0, width as u32, height as u32]] } else { Vec::new() };
        }
        let strips = [
            [0, 0, width, top],
            [0, bottom, width, height - bottom],
            [0, top, left, bottom - top],
            [right, top, width - right, bottom - top],
        ];
        let missing: Vec<Part> = strips
            .into_iter()
            .filter(|strip| strip[2] > 0 && strip[3] > 0)
            .map(|strip| strip.map(i32::unsigned_abs))
            .collect();
        if !missing.is_empty() {
            self.drawn = [0, 0, width, height];
        }
        missing
    }

    /// Where a part of the view lies on the canvas: up to four pieces, each as a part of the view and by how much it is moved.
    pub fn pieces(&self, [left, top, width, height]: Part) -> Vec<(Part, [i32; 2])> {
        let whole = self.canvas.size();
        let runs = |axis: usize, from: u32, length: u32| {
            let begin = (self.corner[axis] as u32 + from) % whole[axis].max(1);
            let first = length.min(whole[axis] - begin);
            [(from, first, begin as i32 - from as i32), (from + first, length - first, -((from + first) as i32))]
        };
        let mut pieces = Vec::with_capacity(4);
        for (y, high, down) in runs(1, top, height) {
            for (x, wide, across) in runs(0, left, width) {
                if wide > 0 && high > 0 {
                    pieces.push(([x, y, wide, high], [across, down]));
                }
            }
        }
        pieces
    }

    /// What pieces are drawn on.
    pub fn canvas(&mut self) -> &mut Canvas {
        &mut self.canvas
    }

    /// Copies a row of the view.
    pub fn row(&self, y: usize, onto: &mut [u32]) {
        let [width, height] = self.canvas.size;
        let row = (self.corner[1] as usize + y) % height.max(1);
        let pixels = &self.canvas.pixels[row * width..(row + 1) * width];
        let (end, start) = pixels.split_at(self.corner[0] as usize);
        let first = start.len().min(onto.len());
        let rest = onto.len() - first;
        onto[..first].copy_from_slice(&start[..first]);
        onto[first..].copy_from_slice(&end[..rest]);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// A colour of its own for each place of the world.
    fn color(x: i32, y: i32) -> u32 {
        (x as u32) << 16 ^ (y as u32 & 0xFFFF)
    }

    struct World {
        scroll: Scroll,
        /// Place of the view's upper left corner.
        at: [i32; 2],
    }

    impl World {
        /// Draws what is missing and gives how many pixels that was.
        fn draw(&mut self) -> u32 {
            let mut count = 0;
            for part in self.scroll.take_missing() {
                for (piece, shift) in self.scroll.pieces(part) {
                    count += piece[2] * piece[3];
                    let place = [piece[0] as i32 + shift[0], piece[1] as i32 + shift[1]];
                    let canvas = self.scroll.canvas();
                    let width = canvas.size[0];
                    for y in 0..piece[3] as i32 {
                        for x in 0..piece[2] as i32 {
                            let at = (place[1] + y) as usize * width + (place[0] + x) as usize;
                            let [left, top] = [piece[0] as i32 + x, piece[1] as i32 + y];
                            canvas.pixels[at] = color(self.at[0] + left, self.at[1] + top);
                        }
                    }
                }
            }
            count
        }

        fn check(&self) -> Result<(), TestCaseError> {
            let [width, height] = self.scroll.size();
            let mut row = vec![0; width as usize];
            for y in 0..height as i32 {
                self.scroll.row(y as usize, &mut row);
                for (x, pixel) in (0..).zip(&row) {
                    prop_assert_eq!(*pixel, color(self.at[0] + x, self.at[1] + y), "{} {}", x, y);
                }
            }
            Ok(())
        }
    }

    proptest! {
        #[test]
        fn wherever_it_is_moved_every_pixel_is_the_right_one_and_drawn_once(
            steps in prop::collection::vec((-30..30_i32, -30..30_i32), 1..30),
            larger in prop::option::of((0.0..15.0_f64, 0.0..9.0_f64)),
        ) {
            let mut world = World { scroll: Scroll::default(), at: [1000, 1000] };
            world.scroll.clear([20, 16]);
            prop_assert_eq!(world.draw(), 20 * 16);
            world.check()?;
            if let Some((left, top)) = larger {
                let corner = [left.floor(), top.floor()];
                let mut canvas = Canvas::new([36, 26], 0);
                let origin = [world.at[0] - corner[0] as i32, world.at[1] - corner[1] as i32];
                for (index, pixel) in canvas.pixels.iter_mut().enumerate() {
                    *pixel = color(origin[0] + (index % 36) as i32, origin[1] + (index / 36) as i32);
                }
                prop_assert!(world.scroll.go_over(&mut canvas, [20, 16], corner).is_some());
                prop_assert_eq!(canvas.size(), [20, 16]);
                prop_assert_eq!(world.draw(), 0);
            }
            for (across, down) in steps {
                world.scroll.shift([across, down]);
                world.at = [world.at[0] - across, world.at[1] - down];
                let most = 20 * 16 - (20 - across.abs()).max(0) * (16 - down.abs()).max(0);
                prop_assert!(world.draw() <= most as u32);
                world.check()?;
            }
        }

        #[test]
        fn a_canvas_that_does_not_hold_the_view_changes_nothing(left in -9.0..40.0_f64, top in -9.0..40.0_f64) {
            let mut scroll = Scroll::default();
            scroll.clear([20, 16]);
            let mut canvas = Canvas::new([30, 30], 7);
            let holds = (0.0..=10.0).contains(&left) && (0.0..=14.0).contains(&top);
            prop_assert_eq!(scroll.go_over(&mut canvas, [20, 16], [left, top]).is_some(), holds);
            prop_assert_eq!(canvas.size() == [30, 30], !holds);
            prop_assert!(scroll.go_over(&mut Canvas::new([9, 9], 0), [0, 4], [0.0, 0.0]).is_none());
        }
    }
}
