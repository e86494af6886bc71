//! What is to be drawn in a part of the picture, whoever draws it.

use std::ops::Range;

use super::{View, ground::Part};
use crate::map::scene::{Chunk, Mesh, Scene, level};
use crate::map::style::kind::{Form, Kind};
use crate::map::style::{Step, steps};

/// One mesh of a chunk with one look.
pub(super) struct Planned<'a> {
    pub step: Step,
    /// Level and place of the chunk in the scene.
    pub chunk: super::chunks::Key,
    pub mesh: &'a Mesh,
    /// The pixel of the chunk's origin.
    pub origin: [f32; 2],
    /// Rows of the picture that it may touch.
    pub rows: Range<i32>,
}

/// The chunks in a part of a picture, and their meshes in the order of drawing.
#[derive(Default)]
pub(super) struct Plan<'a> {
    pub chunks: Vec<(super::chunks::Key, &'a Chunk)>,
    pub meshes: Vec<Planned<'a>>,
}

/// Plans a part of a picture whose middle shows `center`, metres from the scene's origin. Where pictures lie below, the ground
/// is `bare`: areas, which would hide them, are left to their outlines.
pub(super) fn plan<'a>(scene: &'a Scene, view: &View<'_>, center: [f64; 2], part: Part, bare: bool) -> Plan<'a> {
    let metres_per_pixel = view.camera.metres_per_point / f64::from(view.pixels_per_point);
    let Some(level) = scene.levels().get(level::for_scale(metres_per_pixel, scene.levels().len())) else {
        return Plan::default();
    };
    let half = view.size.map(|length| f64::from(length) / 2.0);
    // Wide roads and signs reach into the picture from outside.
    let margin = 50.0 * f64::from(view.pixels_per_point);
    let [left, top, width, height] = part.map(f64::from);
    let east = |x: f64| center[0] + (x - half[0]) * metres_per_pixel;
    let north = |y: f64| center[1] - (y - half[1]) * metres_per_pixel;
    let low = [east(left - margin), north(top + height + margin)];
    let high = [east(left + width + margin), north(top - margin)];
    let seen: Vec<_> = level.within(low, high).collect();
    let mut plan = Plan::default();
    for step in steps(view.style, view.theme, view.camera.metres_per_point, view.hidden, view.opacities) {
        if bare && step.kind.form() == Form::Fill {
            continue;
        }
        let half_width = f64::from(step.half_width) * f64::from(view.pixels_per_point);
        // Discs are larger than their half width tells.
        let reach = if step.kind == Kind::Cluster { margin } else { half_width + 2.0 };
        for (number, chunk) in &seen {
            let Ok(index) = chunk.meshes.binary_search_by_key(&step.kind, |mesh| mesh.kind) else { continue };
            let down = |north: f64| half[1] - (north - center[1]) / metres_per_pixel;
            let [above, below] = [chunk.high[1], chunk.low[1]].map(|at| down(chunk.origin[1] + f64::from(at)));
            plan.meshes.push(Planned {
                step,
                chunk: (level.number, *number),
                mesh: &chunk.meshes[index],
                origin: [
                    (half[0] + (chunk.origin[0] - center[0]) / metres_per_pixel) as f32,
                    down(chunk.origin[1]) as f32,
                ],
                rows: (above - reach) as i32..(below + reach) as i32 + 1,
            });
        }
    }
    plan.chunks = seen.into_iter().map(|(number, chunk)| ((level.number, number), chunk)).collect();
    plan
}
