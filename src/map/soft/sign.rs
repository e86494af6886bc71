//! Signs: shapes drawn by the distance of a pixel from their edge, as the graphics card's shader does it.

use super::Band;
use super::pixel::{cover, inside, over, packed, scaled};

/// Colours that all signs share, premultiplied.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct SignColors {
    /// What lifts a sign off the ground.
    pub paper: u32,
    /// By major class of component.
    pub component: [u32; 8],
}

/// A sign that stands by itself.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Sign {
    /// Pixels.
    pub middle: [f32; 2],
    /// Pixels.
    pub half_size: f32,
    /// The shape's number in the shader.
    pub shape: u32,
    /// Premultiplied.
    pub color: u32,
    /// Premultiplied.
    pub edge: u32,
    /// Where a heading leads, to the right and down.
    pub turn: [f32; 2],
}

/// A sign drawn once, to be put down by the thousand. Its middle is the middle of a pixel.
#[derive(Debug)]
pub struct Stamp {
    /// From the middle pixel to the first and the last.
    reach: i32,
    pixels: Vec<u32>,
}

impl Stamp {
    fn new(half_size: f32, look: impl Fn([f32; 2]) -> u32) -> Self {
        Self::within(half_size + 1.5, look)
    }

    fn within(reach: f32, look: impl Fn([f32; 2]) -> u32) -> Self {
        let most = reach.clamp(0.0, 500.0);
        let reach = most.ceil() as i32;
        let pixels = (-reach..=reach)
            .flat_map(|y| (-reach..=reach).map(move |x| [x as f32, y as f32]))
            .map(|at| if at.iter().all(|part| part.abs() <= most) { look(at) } else { 0 })
            .collect();
        Self { reach, pixels }
    }

    /// Many points as one.
    pub fn disc(radius: f32, color: u32, paper: u32) -> Self {
        Self::new(radius, |at| {
            let distance = at[0].hypot(at[1]) - radius;
            let edge = part(paper, inside(distance - (radius * 0.13).max(1.0)));
            over(part(color, inside(distance)), edge)
        })
    }

    /// A sign of a theme: its shape in the lowest six bits of `what`, above them the direction it looks in, in 64ths of a turn
    /// counted from one; zero where it looks nowhere.
    pub fn theme(what: u32, half_size: f32, color: u32, paper: u32) -> Self {
        let turn = match what / 64 {
            0 => [0.0, 0.0],
            direction => {
                let (sin, cos) = ((direction - 1) as f32 * std::f32::consts::TAU / 64.0).sin_cos();
                [sin, -cos]
            }
        };
        let sign = Sign { middle: [0.0, 0.0], half_size, shape: what % 64, color, edge: paper, turn };
        Self::within(half_size * 1.3 + 2.0, |at| {
            let distance = sign.distance(at);
            let edge = part(paper, inside(distance - (half_size * 0.13).max(1.0)));
            over(part(color, inside(distance)), edge)
        })
    }

    /// A component: its class in the lowest three bits of `what`, its state above them.
    pub fn component(what: u32, half_size: f32, colors: &SignColors) -> Self {
        let (r, major, state) = (half_size, what % 8, what / 8);
        let (color, paper) = (colors.component[major as usize], colors.paper);
        Self::new(r, |at| {
            let outer = box_distance(at, [r, r]);
            let inner = outer + (r * 0.16).max(1.0);
            let filled = match state {
                0 => 1.0,
                // Broken: the lower left half is filled.
                1 => inside(at[0] - at[1]),
                _ => 0.0,
            };
            let mut body = mix(paper, color, filled);
            if r >= 5.0 && state != 2 {
                let mark = inside(class_distance(at, r * 0.62, major));
                body = mix(body, mix(color, paper, filled), mark);
            }
            if state == 2 {
                // Lost: crossed out.
                let cross = segment_distance(at, [-r, -r], [r, r]).min(segment_distance(at, [-r, r], [r, -r]));
                body = mix(body, color, inside(cross - (r * 0.12).max(0.6)));
            }
            // A thin margin in the colour of the paper lifts it off the ground.
            let lifted = mix(paper, mix(color, body, inside(inner)), inside(outer));
            part(lifted, inside(outer - 1.0))
        })
    }

    /// Puts it down with its middle in a pixel.
    pub fn put(&self, band: &mut Band<'_>, [x, y]: [i32; 2]) {
        let reach = self.reach;
        let (columns, rows) = (band.clip.columns.clone(), band.clip.rows.clone());
        let [left, top] = [x, y].map(|middle| middle.saturating_sub(reach));
        let side = 2 * reach + 1;
        let (from, to) = (left.max(columns.start), left.saturating_add(side).min(columns.end));
        if from >= to {
            return;
        }
        for row in top.max(rows.start)..top.saturating_add(side).min(rows.end) {
            let start = ((row - top) * side) as usize;
            let own = &self.pixels[start + (from - left) as usize..start + (to - left) as usize];
            for (pixel, color) in band.row(row, from, to).iter_mut().zip(own) {
                match color >> 24 {
                    0 => {}
                    255 => *pixel = *color,
                    _ => *pixel = over(*color, *pixel),
                }
            }
        }
    }
}

impl Sign {
    /// Draws it.
    pub fn draw(&self, band: &mut Band<'_>) {
        let reach = self.half_size * 1.3 + 3.0;
        let [x, y] = self.middle;
        let (columns, rows) = (band.clip.columns.clone(), band.clip.rows.clone());
        let (from, to) =
            (((x - reach) as i32).max(columns.start), ((x + reach) as i32).saturating_add(1).min(columns.end));
        if from >= to {
            return;
        }
        let edge_width = (self.half_size * 0.13).max(1.0);
        for row in ((y - reach) as i32).max(rows.start)..((y + reach) as i32).saturating_add(1).min(rows.end) {
            let down = row as f32 + 0.5 - y;
            for (column, pixel) in (from..).zip(band.row(row, from, to)) {
                let distance = self.distance([column as f32 + 0.5 - x, down]);
                if distance - edge_width < 0.5 {
                    cover(pixel, self.edge, inside(distance - edge_width));
                    cover(pixel, self.color, inside(distance));
                }
            }
        }
    }

    fn distance(&self, at: [f32; 2]) -> f32 {
        let r = self.half_size;
        match self.shape {
            0 => at[0].hypot(at[1]) - r,
            1 => box_distance(at, [r * 0.9 - 1.5; 2]) - 1.5,
            2 => triangle_distance(at, r * 1.12) - 0.5,
            // A person: head and shoulders.
            3 => {
                let head = at[0].hypot(at[1] + r * 0.42) - r * 0.46;
                let body = (at[0].hypot(at[1] - r * 0.92) - r * 0.88).max(at[1] - r * 0.95);
                head.min(body)
            }
            // The head of a pin.
            4 => at[0].hypot(at[1]) - r * 0.8,
            // A ring.
            5 => (at[0].hypot(at[1]) - r).abs() - (r * 0.09).max(1.2),
            // A cross.
            6 => box_distance(at, [r, r * 0.34]).min(box_distance(at, [r * 0.34, r])),
            // A wedge that shows a heading.
            7 => {
                let [east, south] = self.turn;
                let q = [(at[1] * east - at[0] * south).abs(), at[0] * east + at[1] * south];
                (q[0] * 0.8 + q[1] * 0.6 - r * 0.6).max(r * 0.35 - q[1])
            }
            // The stem of a pin.
            8 => (at[0].abs() * 0.916 + at[1] * 0.4 - r * 0.4).max(-at[1]),
            // A bar.
            9 => box_distance(at, [r, r * 0.36]),
            10..=15 => theme_distance(self.shape, at, r, self.turn),
            _ => box_distance(at, [r, r]),
        }
    }
}

fn part(color: u32, part: f32) -> u32 {
    scaled(color, (part * 256.0) as u32)
}

/// Between two colours.
fn mix(from: u32, to: u32, at: f32) -> u32 {
    let (from, to) = (from.to_le_bytes(), to.to_le_bytes());
    let between = |index: usize| {
        let (a, b) = (f32::from(from[index]), f32::from(to[index]));
        (a + (b - a) * at).round() as u8
    };
    packed([0, 1, 2, 3].map(between))
}

fn box_distance(at: [f32; 2], half: [f32; 2]) -> f32 {
    let [x, y] = [at[0].abs() - half[0], at[1].abs() - half[1]];
    x.max(0.0).hypot(y.max(0.0)) + x.max(y).min(0.0)
}

fn triangle_distance(at: [f32; 2], r: f32) -> f32 {
    // Pointing up, middle of gravity a little below the middle.
    let [x, y] = [at[0].abs(), at[1] + r * 0.15];
    (x * 0.8944 - y * 0.4472 - r * 0.4472).max(y - r * 0.85)
}

fn segment_distance(at: [f32; 2], a: [f32; 2], b: [f32; 2]) -> f32 {
    let (u, v) = ([b[0] - a[0], b[1] - a[1]], [at[0] - a[0], at[1] - a[1]]);
    let t = ((u[0] * v[0] + u[1] * v[1]) / (u[0] * u[0] + u[1] * u[1])).clamp(0.0, 1.0);
    (v[0] - u[0] * t).hypot(v[1] - u[1] * t)
}

/// The mark of a major class inside a component's square.
fn class_distance(at: [f32; 2], r: f32, major: u32) -> f32 {
    let [x, y] = at;
    match major {
        1 => (x.hypot(y) - r * 0.75).abs() - r * 0.22,
        2 => triangle_distance(at, r),
        3 => box_distance(at, [r * 0.5, r * 0.8]),
        4 => (x.hypot(y + r * 0.3) - r * 0.62).min(box_distance([x, y - r * 0.5], [r * 0.16, r * 0.5])),
        5 => triangle_distance([x, y + r * 0.3], r * 0.8).min(box_distance([x, y - r * 0.5], [r * 0.55, r * 0.4])),
        _ => x.hypot(y) - r * 0.4,
    }
}

/// Shapes of themes.
fn theme_distance(shape: u32, [x, y]: [f32; 2], r: f32, [east, south]: [f32; 2]) -> f32 {
    let block = |middle: [f32; 2], half: [f32; 2]| {
        box_distance([x - middle[0] * r, y - middle[1] * r], [half[0] * r, half[1] * r])
    };
    match shape {
        // A shelter: a house.
        10 => {
            let roof = (x.abs() * 0.64 - (y + r * 0.15) * 0.77 - r * 0.64).max(y + r * 0.05);
            roof.min(block([0.0, 0.38], [0.66, 0.5]))
        }
        // A hydrant: body with a cap, two outlets, a foot.
        11 => {
            let body = block([0.0, 0.1], [0.38, 0.7]).min(x.hypot(y + r * 0.55) - r * 0.42);
            body.min(block([0.0, -0.05], [0.75, 0.2])).min(block([0.0, 0.86], [0.62, 0.14]))
        }
        // A store: a crate seen from a corner.
        12 => (x.abs() - r * 0.82).max(x.abs() * 0.5 + y.abs() * 0.866 - r * 0.82),
        // A building site: a crane.
        13 => {
            let mast = block([-0.35, 0.1], [0.17, 0.9]);
            let jib = block([0.1, -0.62], [0.9, 0.16]);
            mast.min(jib).min(block([0.66, -0.08], [0.26, 0.26])).min(block([0.66, -0.4], [0.07, 0.3]))
        }
        // A camera: a body, and a lens that widens the way it looks.
        14 => {
            let [aside, ahead] = [y * east - x * south, x * east + y * south];
            let wide = aside.abs() - r * 0.2 - (ahead - r * 0.1).max(0.0) * 0.55;
            let lens = wide.max(r * 0.1 - ahead).max(ahead - r);
            box_distance([aside, ahead + r * 0.4], [r * 0.5, r * 0.5]).min(lens)
        }
        // A camera that looks around: a half ball below a plate.
        _ => {
            let ball = (x.hypot(y + r * 0.3) - r * 0.8).max(-y - r * 0.3);
            ball.min(block([0.0, -0.5], [0.9, 0.2]))
        }
    }
}
