//! Pictures below the map: decoded tiles, laid out on the ground.
//!
//! A tile is a square of its own projection and no square on the map's plane: it is laid on a grid of points that are projected
//! exactly, and between them its picture is stretched straight. What that errs is far below a pixel.

mod picture;
mod stack;
#[cfg(test)]
mod tests;

use std::sync::Arc;

pub use picture::{BadPicture, Picture};
pub use stack::{Found, Shelf};

use geo::Rect;

use crate::map::camera::Camera;
use crate::map::scene::Scene;
use crate::spatial::raster::wanted::{Reach, wanted};
use crate::spatial::raster::{RasterError, RasterFile, Tile, Tiling};

/// A picture on the ground.
#[derive(Clone, Debug)]
pub struct Placed {
    /// What is shown.
    pub picture: Arc<Picture>,
    /// Where: the ground of this tile.
    pub tile: Tile,
    /// By which cut.
    pub tiling: Tiling,
    /// The part of the picture that is shown there: left, top, width, height as parts of one. All of it, unless a coarser tile
    /// stands in for one that is not there yet.
    pub part: [f64; 4],
    /// Percent.
    pub opacity: u8,
}

/// All that lies below the map, in the order of drawing.
#[derive(Clone, Debug, Default)]
pub struct Underlay {
    /// Another one with each change; never 0.
    pub revision: u64,
    /// The lowest first.
    pub placed: Vec<Placed>,
    /// Tiles that are still to come.
    pub awaited: usize,
}

impl Underlay {
    /// Whether everything is there that there is.
    pub fn is_final(&self) -> bool {
        self.awaited == 0
    }
}

/// A picture laid out on a scene's plane.
#[derive(Clone, Debug)]
pub(super) struct Laid {
    pub picture: Arc<Picture>,
    /// Cells of the grid along each side.
    pub cells: usize,
    /// Corners of the cells row by row from the north-western one, metres from the scene's origin.
    pub corners: Vec<[f64; 2]>,
    pub part: [f64; 4],
    pub opacity: u8,
}

/// Cells of a tile's grid. A tile's edges are bent by a part of it that shrinks with the tile.
fn cells(z: u8) -> usize {
    match z {
        0..=6 => 16,
        7..=9 => 6,
        10..=12 => 3,
        _ => 1,
    }
}

/// Lays pictures out on the plane of a scene.
pub(super) fn laid(underlay: &Underlay, scene: &Scene) -> Vec<Laid> {
    let lay = |placed: &Placed| {
        let Placed { tile: Tile { z, x, y }, tiling, .. } = *placed;
        let cells = cells(z);
        let at = |step: usize| step as f64 / cells as f64;
        let mut corners = Vec::with_capacity((cells + 1) * (cells + 1));
        for down in 0..=cells {
            for across in 0..=cells {
                let place = [f64::from(x) + at(across), f64::from(y) + at(down)];
                corners.push(scene.local(tiling.lonlat(z, place)));
            }
        }
        Laid { picture: placed.picture.clone(), cells, corners, part: placed.part, opacity: placed.opacity }
    };
    underlay.placed.iter().map(lay).collect()
}

impl Laid {
    /// Corners of the triangles: number of the corner, and the place in the picture as parts of one.
    pub fn triangles(&self) -> impl Iterator<Item = [(usize, [f32; 2]); 3]> + '_ {
        let [left, top, width, height] = self.part;
        let cells = self.cells;
        let corner = move |across: usize, down: usize| {
            let u = left + width * across as f64 / cells as f64;
            let v = top + height * down as f64 / cells as f64;
            (down * (cells + 1) + across, [u as f32, v as f32])
        };
        (0..cells * cells).flat_map(move |cell| {
            let (x, y) = (cell % cells, cell / cells);
            let [a, b, c, d] = [corner(x, y), corner(x + 1, y), corner(x, y + 1), corner(x + 1, y + 1)];
            [[a, b, c], [c, b, d]]
        })
    }
}

/// More tiles are not laid for a view: a large screen is covered by half of them.
pub const MOST_TILES: usize = 160;

/// Degrees of longitude and latitude that a view of so many points shows.
pub fn seen(camera: Camera, points: [f64; 2]) -> Rect<f64> {
    let [width, height] = points;
    let (mut low, mut high) = ([f64::INFINITY; 2], [f64::NEG_INFINITY; 2]);
    // Edges of the plane are bent lines on the globe: their middles reach out the farthest.
    for x in [0.0, width / 2.0, width] {
        for y in [0.0, height / 2.0, height] {
            let at = camera.lonlat_from_screen([x, y], points);
            for (axis, degrees) in [at.lon, at.lat].into_iter().enumerate() {
                (low[axis], high[axis]) = (low[axis].min(degrees), high[axis].max(degrees));
            }
        }
    }
    Rect::new(low, high)
}

/// The tiles of a source that a view wants.
pub fn wanted_in(reach: &Reach, camera: Camera, points: [f64; 2], pixels_per_point: f32) -> Vec<Tile> {
    wanted(reach, seen(camera, points), camera.metres_per_point / f64::from(pixels_per_point), MOST_TILES)
}

/// Lays a file of tiles below one view, from the disk at once: for pictures that are drawn once.
///
/// # Errors
/// The first fault of the file. Tiles whose bytes are no picture are left out, and their number told.
pub fn of_file(
    file: &mut RasterFile,
    camera: Camera,
    points: [f64; 2],
    pixels_per_point: f32,
    underlay: &mut Underlay,
) -> Result<usize, RasterError> {
    let (mut shelf, mut bad) = (Shelf::default(), 0);
    let wanted = wanted_in(&file.about().reach, camera, points, pixels_per_point);
    for tile in &wanted {
        // A tile that the file has none of may have a coarser one.
        let mut at = Some(*tile);
        while let Some(place) = at.filter(|place| shelf.get(*place).is_none()) {
            let found = match file.tile(place)?.map(|bytes| Picture::decode(&bytes)) {
                Some(Ok(picture)) => Found::Picture(Arc::new(picture)),
                Some(Err(_)) => {
                    bad += 1;
                    Found::Nothing
                }
                None => Found::Nothing,
            };
            let done = matches!(found, Found::Picture(_));
            shelf.put(place, found);
            at = place.parent().filter(|_| !done);
        }
    }
    shelf.lay(file.about().reach.tiling, &wanted, 100, &mut underlay.placed);
    underlay.revision += 1;
    Ok(bad)
}
