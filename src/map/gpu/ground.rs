//! The ground, and how a dragged map gets by with the strips that came into view.

use super::ahead::Taken;
use super::*;
use pipelines::Wash;
use plan::{Planned, plan};

/// What the ground depends on, but for its place.
#[derive(Clone, PartialEq)]
pub(super) struct Look {
    /// Number of what lies below; 0 for nothing.
    pub under: u64,
    pub scene: u64,
    pub metres_per_point: f64,
    pub size: [u32; 2],
    pub pixels_per_point: f32,
    pub style: Arc<Style>,
    pub theme: MapTheme,
    pub hidden: Vec<LayerGroup>,
    pub opacities: Vec<(LayerGroup, u8)>,
}

/// The ground as it stands in a texture.
pub(super) struct Drawn {
    pub look: Look,
    /// Which of the two textures holds it.
    pub at: usize,
    /// What its middle shows, metres from the scene's origin.
    pub center: [f64; 2],
}

pub(super) use crate::map::soft::Part;

/// By how many whole pixels to the right and down the picture moves between two middles; `None` if it leaves nothing of
/// itself in view.
fn moved(from: [f64; 2], to: [f64; 2], metres_per_pixel: f64, size: [u32; 2]) -> Option<[i32; 2]> {
    let by = [(from[0] - to[0]) / metres_per_pixel, (to[1] - from[1]) / metres_per_pixel];
    (0..2)
        .all(|axis| by[axis].abs() < f64::from(size[axis]) * MOST_MOVED)
        .then(|| by.map(|pixels| pixels.round() as i32))
}

/// A picture that moved farther is drawn anew: the strips would be most of it.
const MOST_MOVED: f64 = 0.7;

/// What came into view by a move: a strip on one side, and one above or below it.
fn strips(by: [i32; 2], [width, height]: [u32; 2]) -> Vec<Part> {
    let [across, down] = by.map(i32::unsigned_abs);
    let mut parts = Vec::with_capacity(2);
    if across > 0 {
        parts.push([if by[0] > 0 { 0 } else { width - across }, 0, across, height]);
    }
    if down > 0 {
        let left = if by[0] > 0 { across } else { 0 };
        parts.push([left, if by[1] > 0 { 0 } else { height - down }, width - across, down]);
    }
    parts
}

impl Painter {
    /// Brings the ground up to date and tells what is lettered on it. While only the place changes, the ground stays on its own
    /// pixels, so its middle is off the camera's by up to half a pixel.
    pub(super) fn draw_ground(&mut self, view: &View<'_>, look: &Look) -> Collected {
        let scene = self.scene.clone();
        let scene = scene.as_deref();
        let metres_per_pixel = view.camera.metres_per_point / f64::from(view.pixels_per_point);
        let wanted = self.scene.as_ref().map_or([0.0, 0.0], |scene| scene.local(view.camera.center));
        let old = self.ground.take().filter(|old| old.look == *look && self.gpu.samples == 1 && !view.still);
        if old.is_none()
            && !view.still
            && let Some(soft) = &mut self.soft
            && let Some(Taken { center, names }) = soft.take_ahead(&mut self.ahead, look, wanted)
        {
            self.ground = Some(Drawn { look: look.clone(), at: 0, center });
            self.lettering.lettered = names.or(self.lettering.lettered.take());
            return self.lettering.letter(scene, view, &look.hidden, center);
        }
        let (at, center, by) = match &old {
            Some(old) => match moved(old.center, wanted, metres_per_pixel, view.size) {
                Some([0, 0]) => (old.at, old.center, Some([0, 0])),
                Some(by) => {
                    let center = [
                        old.center[0] - f64::from(by[0]) * metres_per_pixel,
                        old.center[1] + f64::from(by[1]) * metres_per_pixel,
                    ];
                    (1 - old.at, center, Some(by))
                }
                None => (0, wanted, None),
            },
            None => (0, wanted, None),
        };
        let parts = match by {
            Some(by) => strips(by, view.size),
            None => vec![[0, 0, view.size[0], view.size[1]]],
        };
        self.chunks.begin();
        let mut letter = || self.lettering.letter(scene, view, &look.hidden, center);
        let names = match &mut self.soft {
            _ if parts.is_empty() => letter(),
            Some(soft) if by.is_some() => {
                soft.ground(scene, view, center, by, &self.under);
                letter()
            }
            Some(soft) => {
                // Names are found for one after the other: meanwhile the other cores draw.
                let beside = std::thread::scope(|scope| {
                    let names =
                        std::thread::Builder::new().name("map names".to_owned()).spawn_scoped(scope, &mut letter);
                    soft.ground(scene, view, center, by, &self.under);
                    names.ok().map(std::thread::ScopedJoinHandle::join)
                });
                match beside {
                    Some(Ok(names)) => names,
                    Some(Err(panic)) => std::panic::resume_unwind(panic),
                    None => letter(),
                }
            }
            None => {
                let names = letter();
                self.draw_parts(view, center, at, by, &parts);
                names
            }
        };
        self.ground = Some(Drawn { look: look.clone(), at, center });
        names
    }

    /// Draws parts of the picture into one of the textures, after what moved `by` so many pixels has come over from the
    /// other one.
    fn draw_parts(&mut self, view: &View<'_>, center: [f64; 2], at: usize, by: Option<[i32; 2]>, parts: &[Part]) {
        self.write_globals(view);
        let mut draws: Vec<Draw> = Vec::new();
        let mut runs: Vec<Vec<Run>> = Vec::with_capacity(parts.len());
        for part in parts {
            runs.push(self.list(view, center, *part, &mut draws));
        }
        let ground = view.style.palette(view.theme).ground;
        let washes: Vec<Wash> = match by {
            Some(_) => {
                parts.iter().map(|part| Wash { part: part.map(|length| length as f32), color: ground }).collect()
            }
            None => Vec::new(),
        };
        let (draws, washes) = (self.instances(&draws), self.instances(&washes));
        let (corners, pictures) = self.under.vertices(view, center);
        let corners = self.instances(&corners);
        let (Some(target), Some(card)) = (&self.target, &self.card) else { return };
        if corners.is_some() {
            self.under.send(&self.gpu.device, &self.gpu.queue, &card.pipelines);
        }
        let mut encoder =
            self.gpu.device.create_command_encoder(&wgpu::CommandEncoderDescriptor { label: Some("map") });
        let to = &target.grounds[at];
        if let Some(by) = by {
            copy_moved(&mut encoder, &target.grounds[1 - at].texture, &to.texture, by, view.size);
        }
        let clear = ground.map(|part| f64::from(part) / 255.0);
        let load = match by {
            Some(_) => wgpu::LoadOp::Load,
            None => wgpu::LoadOp::Clear(wgpu::Color { r: clear[0], g: clear[1], b: clear[2], a: 1.0 }),
        };
        let (drawn_to, resolved_to) = match &target.samples {
            Some(samples) => (samples, Some(&to.view)),
            None => (&to.view, None),
        };
        let store = if resolved_to.is_some() { wgpu::StoreOp::Discard } else { wgpu::StoreOp::Store };
        {
            let mut pass = pass(&mut encoder, "ground", drawn_to, resolved_to, load, store);
            pass.set_bind_group(0, &card.globals_group, &[]);
            for (number, (part, runs)) in (0..).zip(parts.iter().zip(&runs)) {
                let [left, top, width, height] = *part;
                pass.set_scissor_rect(left, top, width, height);
                if let Some(washes) = &washes {
                    pass.set_pipeline(&card.pipelines.wash);
                    pass.set_vertex_buffer(0, washes.slice(..));
                    pass.draw(0..4, number..number + 1);
                }
                if let Some(corners) = &corners {
                    pass.set_pipeline(&card.pipelines.raster);
                    pass.set_vertex_buffer(0, corners.slice(..));
                    let mut first = 0;
                    for (picture, count) in &pictures {
                        if let Some(texture) = self.under.texture(*picture) {
                            pass.set_bind_group(1, texture, &[]);
                            pass.draw(first..first + count, 0..1);
                        }
                        first += count;
                    }
                }
                let Some(draws) = &draws else { continue };
                pass.set_vertex_buffer(1, draws.slice(..));
                for run in runs {
                    self.run(card, &mut pass, run);
                }
            }
        }
        self.gpu.queue.submit([encoder.finish()]);
    }

    /// What is to be drawn in a part of the picture, in order.
    fn list(&mut self, view: &View<'_>, center: [f64; 2], part: Part, draws: &mut Vec<Draw>) -> Vec<Run> {
        let Some(scene) = self.scene.clone() else { return Vec::new() };
        let plan = plan(&scene, view, center, part, self.under.revision() != 0);
        for (key, chunk) in &plan.chunks {
            self.chunks.need(&self.gpu.device, *key, chunk);
        }
        let first = draws.len() as u32;
        draws.extend(plan.meshes.iter().map(|Planned { step, origin, .. }| Draw {
            origin: *origin,
            color: premultiplied(step.color),
            half_width: step.half_width * view.pixels_per_point,
            dash: step.dash.map(|length| length * view.pixels_per_point),
        }));
        let run = |(draw, planned): (u32, &Planned<'_>)| Run {
            kind: planned.step.kind,
            dashed: planned.step.dash != SOLID,
            chunk: planned.chunk,
            indices: planned.mesh.indices.clone(),
            base: planned.mesh.base,
            draw,
        };
        (first..).zip(&plan.meshes).map(run).collect()
    }

    fn run(&self, card: &Card, pass: &mut wgpu::RenderPass<'_>, run: &Run) {
        let Some(chunk) = self.chunks.get(run.chunk) else { return };
        let (pipeline, vertices) = match (run.kind.form(), run.kind) {
            (Form::Fill, _) => (&card.pipelines.fill, &chunk.fills),
            (Form::Line, _) if run.dashed => (&card.pipelines.dash, &chunk.wides),
            (Form::Line, _) => (&card.pipelines.line, &chunk.wides),
            (Form::Sign, Kind::Component) => (&card.pipelines.component, &chunk.wides),
            (Form::Sign, kind) if (Kind::Site..=Kind::Medical).contains(&kind) => (&card.pipelines.theme, &chunk.wides),
            (Form::Sign, Kind::Cluster) => (&card.pipelines.cluster, &chunk.wides),
            (Form::Sign, _) => (&card.pipelines.pipe_point, &chunk.wides),
        };
        let (Some(vertices), Some(indices)) = (vertices, &chunk.indices) else { return };
        pass.set_pipeline(pipeline);
        pass.set_vertex_buffer(0, vertices.slice(..));
        pass.set_index_buffer(indices.slice(..), wgpu::IndexFormat::Uint32);
        pass.draw_indexed(run.indices.clone(), run.base, run.draw..run.draw + 1);
    }
}

/// One mesh of a chunk with one look.
struct Run {
    kind: Kind,
    dashed: bool,
    chunk: chunks::Key,
    indices: std::ops::Range<u32>,
    base: i32,
    draw: u32,
}

/// Copies what stays in view to where it comes to lie.
fn copy_moved(
    encoder: &mut wgpu::CommandEncoder,
    from: &wgpu::Texture,
    to: &wgpu::Texture,
    by: [i32; 2],
    [width, height]: [u32; 2],
) {
    let place = |texture, sign: i32| wgpu::TexelCopyTextureInfo {
        texture,
        mip_level: 0,
        origin: wgpu::Origin3d { x: (by[0] * sign).max(0) as u32, y: (by[1] * sign).max(0) as u32, z: 0 },
        aspect: wgpu::TextureAspect::All,
    };
    let extent = wgpu::Extent3d {
        width: width - by[0].unsigned_abs(),
        height: height - by[1].unsigned_abs(),
        depth_or_array_layers: 1,
    };
    encoder.copy_texture_to_texture(place(from, -1), place(to, 1), extent);
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_picture_moves_against_the_camera_and_only_by_less_than_itself() {
        assert_eq!(moved([0.0, 0.0], [20.0, 10.0], 2.0, [100, 100]), Some([-10, 5]));
        assert_eq!(moved([0.0, 0.0], [20.0, 10.0], 0.2, [100, 100]), None);
        assert_eq!(moved([0.0, 0.0], [f64::NAN, 0.0], 1.0, [100, 100]), None);
    }

    proptest! {
        #[test]
        fn strips_are_exactly_what_came_into_view(across in -40..40_i32, down in -30..30_i32) {
            let size = [60_u32, 50];
            let strips = strips([across, down], size);
            for x in 0..60_i32 {
                for y in 0..50_i32 {
                    let kept = (0..60).contains(&(x - across)) && (0..50).contains(&(y - down));
                    let inside = |part: &&Part| {
                        let [left, top, width, height] = part.map(|length| length as i32);
                        (left..left + width).contains(&x) && (top..top + height).contains(&y)
                    };
                    prop_assert_eq!(strips.iter().filter(inside).count(), usize::from(!kept));
                }
            }
        }
    }
}
