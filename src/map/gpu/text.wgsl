// Words from the atlas: halo first, letters on it.

struct Globals {
    size: vec2<f32>,
};

@group(0) @binding(0) var<uniform> globals: Globals;
@group(1) @binding(0) var atlas: texture_2d<f32>;
@group(1) @binding(1) var smooth_sampler: sampler;

struct Word {
    @builtin(position) position: vec4<f32>,
    @location(0) uv: vec2<f32>,
    @location(1) @interpolate(flat) color: vec4<f32>,
    @location(2) @interpolate(flat) halo: vec4<f32>,
};

@vertex
fn word_vertex(
    @builtin(vertex_index) vertex: u32,
    @location(0) middle: vec2<f32>,
    // Cosine and sine of the turn.
    @location(1) turn: vec2<f32>,
    @location(2) corner: vec2<u32>,
    @location(3) extent: vec2<u32>,
    @location(4) color: vec4<f32>,
    @location(5) halo: vec4<f32>,
) -> Word {
    let unit = vec2<f32>(f32(vertex & 1u), f32(vertex >> 1u));
    let size = vec2<f32>(extent);
    let at = (unit - 0.5) * size;
    let px = middle + vec2<f32>(at.x * turn.x - at.y * turn.y, at.x * turn.y + at.y * turn.x);
    let ndc = px / globals.size * 2.0 - 1.0;
    let uv = (vec2<f32>(corner) + unit * size) / vec2<f32>(textureDimensions(atlas));
    return Word(vec4<f32>(ndc.x, -ndc.y, 0.0, 1.0), uv, color, halo);
}

// Words that stand upright on whole pixels need no smoothing, which on a processor that draws costs twice the reading.

struct Upright {
    @builtin(position) position: vec4<f32>,
    @location(0) texel: vec2<f32>,
    @location(1) @interpolate(flat) color: vec4<f32>,
    @location(2) @interpolate(flat) halo: vec4<f32>,
};

@vertex
fn upright_vertex(
    @builtin(vertex_index) vertex: u32,
    @location(0) middle: vec2<f32>,
    @location(2) corner: vec2<u32>,
    @location(3) extent: vec2<u32>,
    @location(4) color: vec4<f32>,
    @location(5) halo: vec4<f32>,
) -> Upright {
    let unit = vec2<f32>(f32(vertex & 1u), f32(vertex >> 1u));
    let size = vec2<f32>(extent);
    let ndc = (middle + (unit - 0.5) * size) / globals.size * 2.0 - 1.0;
    return Upright(vec4<f32>(ndc.x, -ndc.y, 0.0, 1.0), vec2<f32>(corner) + unit * size, color, halo);
}

@fragment
fn upright_fragment(in: Upright) -> @location(0) vec4<f32> {
    let texel = textureLoad(atlas, vec2<i32>(in.texel), 0).rg;
    return in.color * texel.r + in.halo * (texel.g * (1.0 - in.color.a * texel.r));
}

@fragment
fn word_fragment(in: Word) -> @location(0) vec4<f32> {
    let texel = textureSample(atlas, smooth_sampler, in.uv).rg;
    let halo = in.halo * texel.g;
    return in.color * texel.r + halo * (1.0 - in.color.a * texel.r);
}
