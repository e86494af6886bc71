// Everything of the base picture and the signs. Positions are pixels of the target, y downwards, until the last line.

struct Globals {
    // Width and height of the target, pixels.
    size: vec2<f32>,
    // Pixels for a metre.
    scale: f32,
    pixels_per_point: f32,
    paper: vec4<f32>,
    ink: vec4<f32>,
    // By major class of component.
    component: array<vec4<f32>, 8>,
};

@group(0) @binding(0) var<uniform> globals: Globals;

fn clip(px: vec2<f32>) -> vec4<f32> {
    let ndc = px / globals.size * 2.0 - 1.0;
    return vec4<f32>(ndc.x, -ndc.y, 0.0, 1.0);
}

// One draw: a mesh of a chunk with the look of its kind.
struct Draw {
    @location(4) origin: vec2<f32>,
    @location(5) color: vec4<f32>,
    @location(6) half_width: f32,
};

fn on_target(at: vec2<f32>, draw: Draw) -> vec2<f32> {
    return draw.origin + vec2<f32>(at.x, -at.y) * globals.scale;
}

// Areas.

struct Plain {
    @builtin(position) position: vec4<f32>,
    @location(0) @interpolate(flat) color: vec4<f32>,
};

@vertex
fn fill_vertex(@location(0) at: vec2<f32>, draw: Draw) -> Plain {
    return Plain(clip(on_target(at, draw)), draw.color);
}

@fragment
fn fill_fragment(in: Plain) -> @location(0) vec4<f32> {
    return in.color;
}

// A rectangle of the picture, washed before it is drawn anew.
@vertex
fn wash_vertex(@builtin(vertex_index) vertex: u32, @location(0) part: vec4<f32>, @location(1) color: vec4<f32>) -> Plain {
    let corner = vec2<f32>(f32(vertex & 1u), f32(vertex >> 1u));
    return Plain(clip(part.xy + corner * part.zw), color);
}

// Lines. They are drawn half a pixel wider than they are, and fade out over the last pixel. What goes from corner to pixel
// is kept small: on a processor that draws, every number costs for every triangle.

struct Line {
    @builtin(position) position: vec4<f32>,
    @location(0) @interpolate(flat) color: vec4<f32>,
    // From the middle of the line in pixels, and where the fading ends, the same at all corners.
    @location(1) aside_and_rim: vec2<f32>,
};

fn pushed(push: vec2<i32>, rim: f32) -> vec2<f32> {
    return vec2<f32>(f32(push.x), -f32(push.y)) / 16000.0 * rim;
}

fn aside(push: vec2<i32>, rim: f32) -> f32 {
    let code = push.x & 3;
    return f32(i32(code == 1) - i32(code == 2)) * rim;
}

@vertex
fn line_vertex(@location(0) at: vec2<f32>, @location(1) push: vec2<i32>, draw: Draw) -> Line {
    let rim = draw.half_width + 0.5;
    return Line(clip(on_target(at, draw) + pushed(push, rim)), draw.color, vec2<f32>(aside(push, rim), rim));
}

@fragment
fn line_fragment(in: Line) -> @location(0) vec4<f32> {
    return in.color * clamp(in.aside_and_rim.y - abs(in.aside_and_rim.x), 0.0, 1.0);
}

struct Dashed {
    @builtin(position) position: vec4<f32>,
    @location(0) @interpolate(flat) color: vec4<f32>,
    @location(1) aside_rim_along: vec3<f32>,
    @location(2) @interpolate(flat) dash: vec4<f32>,
};

@vertex
fn dash_vertex(
    @location(0) at: vec2<f32>,
    @location(1) push: vec2<i32>,
    @location(2) along: f32,
    draw: Draw,
    @location(7) dash: vec4<f32>,
) -> Dashed {
    let rim = draw.half_width + 0.5;
    let position = clip(on_target(at, draw) + pushed(push, rim));
    return Dashed(position, draw.color, vec3<f32>(aside(push, rim), rim, along * globals.scale), dash);
}

@fragment
fn dash_fragment(in: Dashed) -> @location(0) vec4<f32> {
    let whole = in.dash.x + in.dash.y + in.dash.z + in.dash.w;
    let along = in.aside_rim_along.z;
    let t = along - floor(along / whole) * whole;
    // How far inside a dash, in pixels; below zero in a gap.
    let first = min(t, in.dash.x - t);
    let start = in.dash.x + in.dash.y;
    let second = min(t - start, start + in.dash.z - t);
    let cover = clamp(max(max(first, second), t - whole) + 0.5, 0.0, 1.0);
    return in.color * cover * clamp(in.aside_rim_along.y - abs(in.aside_rim_along.x), 0.0, 1.0);
}

// Signs: a square in which a shape is drawn by its distance.

struct Sign {
    @builtin(position) position: vec4<f32>,
    // From the middle, in pixels.
    @location(0) at: vec2<f32>,
    @location(1) @interpolate(flat) color: vec4<f32>,
    @location(2) @interpolate(flat) edge: vec4<f32>,
    @location(3) @interpolate(flat) half_size: f32,
    @location(4) @interpolate(flat) shape: u32,
    @location(5) @interpolate(flat) turn: vec2<f32>,
};

// Components stand in the chunks: what they show is packed into `along`.

struct Component {
    @builtin(position) position: vec4<f32>,
    // From the middle, and half the side, in pixels.
    @location(0) at_and_half: vec3<f32>,
    @location(1) @interpolate(flat) color: vec4<f32>,
    @location(2) @interpolate(flat) what: u32,
};

@vertex
fn component_vertex(@location(0) at: vec2<f32>, @location(1) push: vec2<i32>, @location(2) along: f32, draw: Draw) -> Component {
    let what = u32(along + 0.5);
    let out = pushed(push, draw.half_width + 1.5);
    // Whole pixels keep small squares crisp.
    let middle = floor(on_target(at, draw)) + 0.5;
    return Component(clip(middle + out), vec3<f32>(out, draw.half_width), globals.component[what % 8u], what);
}

// Discs: points of pipelines, and many points as one, whose radius in logical points is what it shows. On a processor all
// branches of a shader cost, so discs have one without any.

struct Disc {
    @builtin(position) position: vec4<f32>,
    // From the middle, and the radius, in pixels.
    @location(0) at_and_radius: vec3<f32>,
    @location(1) @interpolate(flat) color: vec4<f32>,
};

@vertex
fn pipe_point_vertex(@location(0) at: vec2<f32>, @location(1) push: vec2<i32>, draw: Draw) -> Disc {
    let out = pushed(push, draw.half_width + 1.5);
    return Disc(clip(on_target(at, draw) + out), vec3<f32>(out, draw.half_width), draw.color);
}

@vertex
fn cluster_vertex(@location(0) at: vec2<f32>, @location(1) push: vec2<i32>, @location(2) along: f32, draw: Draw) -> Disc {
    let radius = draw.half_width * along;
    let out = pushed(push, radius + 1.5);
    return Disc(clip(on_target(at, draw) + out), vec3<f32>(out, radius), draw.color * 0.8);
}

@fragment
fn disc_fragment(in: Disc) -> @location(0) vec4<f32> {
    let radius = in.at_and_radius.z;
    let distance = length(in.at_and_radius.xy) - radius;
    let edge = globals.paper * cover(distance - max(1.0, radius * 0.13));
    return over(in.color * cover(distance), edge);
}

// Signs of themes: what they show is their shape, and 64 times the direction they look in, in 64ths of a turn, counted from
// one; zero where they look nowhere.
@vertex
fn theme_vertex(@location(0) at: vec2<f32>, @location(1) push: vec2<i32>, @location(2) along: f32, draw: Draw) -> Sign {
    let corner = vec2<f32>(f32(push.x), -f32(push.y)) / 16000.0;
    let what = u32(along + 0.5);
    let out = corner * (draw.half_width * 1.3 + 2.0);
    let middle = floor(on_target(at, draw)) + 0.5;
    let angle = (f32(what / 64u) - 1.0) * 0.09817477;
    let turn = select(vec2<f32>(0.0), vec2<f32>(sin(angle), -cos(angle)), what >= 64u);
    return Sign(clip(middle + out), out, draw.color, globals.paper, draw.half_width, what % 64u, turn);
}

// Signs of the overlay and of points of interest come one by one.
@vertex
fn sign_vertex(
    @builtin(vertex_index) vertex: u32,
    @location(0) middle: vec2<f32>,
    @location(1) half_size: f32,
    @location(2) shape: u32,
    @location(3) color: vec4<f32>,
    @location(4) edge: vec4<f32>,
    @location(5) turn: vec2<f32>,
) -> Sign {
    let corner = vec2<f32>(f32(vertex & 1u), f32(vertex >> 1u)) * 2.0 - 1.0;
    let out = corner * (half_size * 1.3 + 3.0);
    return Sign(clip(middle + out), out, color, edge, half_size, shape, turn);
}

fn box_distance(at: vec2<f32>, half_size: vec2<f32>) -> f32 {
    let d = abs(at) - half_size;
    return length(max(d, vec2<f32>(0.0))) + min(max(d.x, d.y), 0.0);
}

fn triangle_distance(at: vec2<f32>, r: f32) -> f32 {
    // Pointing up, middle of gravity a little below the middle.
    let p = vec2<f32>(abs(at.x), at.y + r * 0.15);
    return max(dot(p, vec2<f32>(0.8944, -0.4472)) - r * 0.4472, p.y - r * 0.85);
}

fn segment_distance(at: vec2<f32>, a: vec2<f32>, b: vec2<f32>) -> f32 {
    let t = clamp(dot(at - a, b - a) / dot(b - a, b - a), 0.0, 1.0);
    return length(at - a - (b - a) * t);
}

fn cover(distance: f32) -> f32 {
    return clamp(0.5 - distance, 0.0, 1.0);
}

fn over(top: vec4<f32>, below: vec4<f32>) -> vec4<f32> {
    return top + below * (1.0 - top.a);
}

// The mark of a major class inside a component's square.
fn class_distance(at: vec2<f32>, r: f32, major: u32) -> f32 {
    switch major {
        case 1u: { return abs(length(at) - r * 0.75) - r * 0.22; }
        case 2u: { return triangle_distance(at, r); }
        case 3u: { return box_distance(at, vec2<f32>(r * 0.5, r * 0.8)); }
        case 4u: { return min(length(at + vec2<f32>(0.0, r * 0.3)) - r * 0.62, box_distance(at - vec2<f32>(0.0, r * 0.5), vec2<f32>(r * 0.16, r * 0.5))); }
        case 5u: { return min(triangle_distance(at + vec2<f32>(0.0, r * 0.3), r * 0.8), box_distance(at - vec2<f32>(0.0, r * 0.5), vec2<f32>(r * 0.55, r * 0.4))); }
        default: { return length(at) - r * 0.4; }
    }
}

@fragment
fn component_fragment(in: Component) -> @location(0) vec4<f32> {
    let r = in.at_and_half.z;
    let at = in.at_and_half.xy;
    let paper = globals.paper;
    let major = in.what % 8u;
    let state = in.what / 8u;
    let outer = box_distance(at, vec2<f32>(r));
    let inner = outer + max(1.0, r * 0.16);
    var filled = 1.0;
    if state == 1u {
        // Broken: the lower left half is filled.
        filled = cover(at.x - at.y);
    } else if state >= 2u {
        filled = 0.0;
    }
    var body = mix(paper, in.color, filled);
    if r >= 5.0 && state != 2u {
        let mark = cover(class_distance(at, r * 0.62, major));
        body = mix(body, mix(in.color, paper, filled), mark);
    }
    if state == 2u {
        // Lost: crossed out.
        let cross = min(segment_distance(at, vec2<f32>(-r), vec2<f32>(r)), segment_distance(at, vec2<f32>(-r, r), vec2<f32>(r, -r)));
        body = mix(body, in.color, cover(cross - max(0.6, r * 0.12)));
    }
    let color = mix(in.color, body, cover(inner));
    // A thin margin in the colour of the paper lifts it off the ground.
    let lifted = mix(paper, color, cover(outer));
    return lifted * cover(outer - 1.0);
}

fn shape_distance(in: Sign, shape: u32) -> f32 {
    let r = in.half_size;
    switch shape {
        case 0u: { return length(in.at) - r; }
        case 1u: { return box_distance(in.at, vec2<f32>(r * 0.9 - 1.5)) - 1.5; }
        case 2u: { return triangle_distance(in.at, r * 1.12) - 0.5; }
        // A person: head and shoulders.
        case 3u: {
            let head = length(in.at + vec2<f32>(0.0, r * 0.42)) - r * 0.46;
            let body = max(length(in.at - vec2<f32>(0.0, r * 0.92)) - r * 0.88, in.at.y - r * 0.95);
            return min(head, body);
        }
        // A pin: its point is the place.
        case 4u: {
            let head = length(in.at + vec2<f32>(0.0, r * 0.0)) - r * 0.8;
            return head;
        }
        // A ring.
        case 5u: { return abs(length(in.at) - r) - max(1.2, r * 0.09); }
        // A cross.
        case 6u: { return min(box_distance(in.at, vec2<f32>(r, r * 0.34)), box_distance(in.at, vec2<f32>(r * 0.34, r))); }
        // A wedge that shows a heading.
        case 7u: {
            let p = vec2<f32>(dot(in.at, vec2<f32>(-in.turn.y, in.turn.x)), dot(in.at, in.turn));
            let q = vec2<f32>(abs(p.x), p.y);
            return max(dot(q, vec2<f32>(0.8, 0.6)) - r * 0.6, r * 0.35 - q.y);
        }
        // The stem of a pin.
        case 8u: {
            let q = vec2<f32>(abs(in.at.x), in.at.y);
            return max(dot(q, vec2<f32>(0.916, 0.4)) - r * 0.4, -in.at.y);
        }
        // A bar.
        case 9u: { return box_distance(in.at, vec2<f32>(r, r * 0.36)); }
        // A shelter: a house.
        case 10u: {
            let roof = max(dot(vec2<f32>(abs(in.at.x), in.at.y + r * 0.15), vec2<f32>(0.64, -0.77)) - r * 0.64, in.at.y + r * 0.05);
            return min(roof, box_distance(in.at - vec2<f32>(0.0, r * 0.38), vec2<f32>(r * 0.66, r * 0.5)));
        }
        // A hydrant: body with a cap, two outlets, a foot.
        case 11u: {
            let body = min(box_distance(in.at - vec2<f32>(0.0, r * 0.1), vec2<f32>(r * 0.38, r * 0.7)), length(in.at + vec2<f32>(0.0, r * 0.55)) - r * 0.42);
            let arms = box_distance(in.at + vec2<f32>(0.0, r * 0.05), vec2<f32>(r * 0.75, r * 0.2));
            return min(min(body, arms), box_distance(in.at - vec2<f32>(0.0, r * 0.86), vec2<f32>(r * 0.62, r * 0.14)));
        }
        // A store: a crate seen from a corner.
        case 12u: {
            let q = abs(in.at);
            return max(q.x - r * 0.82, dot(q, vec2<f32>(0.5, 0.866)) - r * 0.82);
        }
        // A building site: a crane.
        case 13u: {
            let mast = box_distance(in.at - vec2<f32>(-r * 0.35, r * 0.1), vec2<f32>(r * 0.17, r * 0.9));
            let jib = box_distance(in.at + vec2<f32>(-r * 0.1, r * 0.62), vec2<f32>(r * 0.9, r * 0.16));
            let load = box_distance(in.at - vec2<f32>(r * 0.66, -r * 0.08), vec2<f32>(r * 0.26, r * 0.26));
            let rope = box_distance(in.at - vec2<f32>(r * 0.66, -r * 0.4), vec2<f32>(r * 0.07, r * 0.3));
            return min(min(mast, jib), min(load, rope));
        }
        // A camera: a body, and a lens that widens the way it looks.
        case 14u: {
            let p = vec2<f32>(dot(in.at, vec2<f32>(-in.turn.y, in.turn.x)), dot(in.at, in.turn));
            let lens = max(max(abs(p.x) - r * 0.2 - max(p.y - r * 0.1, 0.0) * 0.55, r * 0.1 - p.y), p.y - r);
            return min(box_distance(p + vec2<f32>(0.0, r * 0.4), vec2<f32>(r * 0.5, r * 0.5)), lens);
        }
        // A camera that looks around: a half ball below a plate.
        case 15u: {
            let ball = max(length(in.at + vec2<f32>(0.0, r * 0.3)) - r * 0.8, -in.at.y - r * 0.3);
            return min(ball, box_distance(in.at + vec2<f32>(0.0, r * 0.5), vec2<f32>(r * 0.9, r * 0.2)));
        }
        default: { return box_distance(in.at, vec2<f32>(r)); }
    }
}

@fragment
fn sign_fragment(in: Sign) -> @location(0) vec4<f32> {
    let distance = shape_distance(in, in.shape);
    let edge_width = max(1.0, in.half_size * 0.13);
    let edge = in.edge * cover(distance - edge_width);
    return over(in.color * cover(distance), edge);
}
