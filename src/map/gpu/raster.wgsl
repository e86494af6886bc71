// Pictures below the ground, stretched over triangles.

struct Globals {
    size: vec2<f32>,
};

@group(0) @binding(0) var<uniform> globals: Globals;
@group(1) @binding(0) var picture: texture_2d<f32>;
@group(1) @binding(1) var smooth_sampler: sampler;

struct Corner {
    @builtin(position) position: vec4<f32>,
    @location(0) uv: vec2<f32>,
    // Light in the first three, opacity in the fourth.
    @location(1) @interpolate(flat) tint: vec4<f32>,
};

@vertex
fn raster_vertex(@location(0) at: vec2<f32>, @location(1) uv: vec2<f32>, @location(2) tint: vec4<f32>) -> Corner {
    let ndc = at / globals.size * 2.0 - 1.0;
    return Corner(vec4<f32>(ndc.x, -ndc.y, 0.0, 1.0), uv, tint);
}

@fragment
fn raster_fragment(in: Corner) -> @location(0) vec4<f32> {
    // Premultiplied: what is less opaque is less in all parts.
    return textureSampleLevel(picture, smooth_sampler, in.uv, 0.0) * vec4<f32>(in.tint.rgb, 1.0) * in.tint.a;
}
