// Puts the map's picture onto the window: as it was drawn, or moved and magnified while the next one is on its way.

struct Place {
    // What of the picture lies at the field's upper left and lower right corner, 0 to 1 inside the picture.
    upper_left: vec2<f32>,
    lower_right: vec2<f32>,
    // Where there is no picture.
    ground: vec4<f32>,
}

struct Corner {
    @builtin(position) position: vec4<f32>,
    @location(0) at: vec2<f32>,
}

@group(0) @binding(0) var<uniform> place: Place;
@group(0) @binding(1) var picture: texture_2d<f32>;
@group(0) @binding(2) var filtering: sampler;

@vertex
fn corner(@builtin(vertex_index) index: u32) -> Corner {
    let part = vec2<f32>(f32(index & 1u), f32(index >> 1u));
    var corner: Corner;
    corner.position = vec4<f32>(part.x * 2.0 - 1.0, 1.0 - part.y * 2.0, 0.0, 1.0);
    corner.at = mix(place.upper_left, place.lower_right, part);
    return corner;
}

fn linear(color: vec3<f32>) -> vec3<f32> {
    let low = color / 12.92;
    let high = pow((color + 0.055) / 1.055, vec3<f32>(2.4));
    return select(high, low, color < vec3<f32>(0.04045));
}

// Picture and field pixel by pixel: nothing has to be filtered.
fn same_color(at: vec2<f32>) -> vec3<f32> {
    return textureLoad(picture, vec2<i32>(at * vec2<f32>(textureDimensions(picture))), 0).rgb;
}

@fragment
fn same(corner: Corner) -> @location(0) vec4<f32> {
    return vec4<f32>(same_color(corner.at), 1.0);
}

fn moved_color(at: vec2<f32>) -> vec3<f32> {
    let color = textureSample(picture, filtering, at).rgb;
    return select(place.ground.rgb, color, all(at >= vec2<f32>(0.0)) && all(at <= vec2<f32>(1.0)));
}

@fragment
fn moved(corner: Corner) -> @location(0) vec4<f32> {
    return vec4<f32>(moved_color(corner.at), 1.0);
}

// The same for windows whose pixels are linear numbers.
@fragment
fn same_linear(corner: Corner) -> @location(0) vec4<f32> {
    return vec4<f32>(linear(same_color(corner.at)), 1.0);
}

@fragment
fn moved_linear(corner: Corner) -> @location(0) vec4<f32> {
    return vec4<f32>(linear(moved_color(corner.at)), 1.0);
}
