//! What lies over the town without being built: parcels, works, duty grids with their routes, video points, emergency
//! resources, and the relief below it all. Each has throws of its own, so that none of them moves a house.

mod duty;
mod land;
mod relief;
mod watch;
mod works;

use geo::{MultiPolygon, Polygon};

use super::out::Out;
use super::plan::{Leaf, Use};
use super::shape::points_between;
use crate::spatial::measure;

/// Builds the themes. `each` is called after every one and may take the features away; components must have been set
/// before, since cameras and hydrants are among them.
///
/// # Errors
/// What `each` answers; nothing more is built then.
pub fn build<'a, E>(out: &mut Out<'a>, mut each: impl FnMut(&mut Out<'a>) -> Result<(), E>) -> Result<(), E> {
    for theme in [relief::build, land::build, works::build, duty::build, watch::build] {
        theme(out);
        each(out)?;
    }
    Ok(())
}

/// Square metres of an area, as text.
fn square_metres(shape: &Polygon<f64>) -> String {
    format!("{:.0}", measure::area_m2(&MultiPolygon(vec![shape.clone()])))
}

/// What people call a block; one without a name of its own is called after its place.
fn title(out: &Out<'_>, leaf: &Leaf) -> String {
    super::block::title(out.town, leaf).unwrap_or_else(|| {
        let place = &out.town.superblocks[leaf.superblock].place;
        let what = match leaf.use_ {
            Use::Old => "平房区",
            Use::Offices => "商务区",
            Use::Works => "产业园",
            Use::Site => "安置房项目",
            Use::River => "河道",
            Use::Rail => "铁路",
            _ => "地块",
        };
        format!("{place}{what}")
    })
}

/// The road at the front of a block, if it has one.
fn street(out: &Out<'_>, leaf: &Leaf) -> String {
    leaf.edges.iter().flatten().next().map(|road| out.town.roads[*road].name.clone()).unwrap_or_default()
}

/// Board points along a path, near enough to each other for the bend.
fn along(path: &[(f64, f64)]) -> Vec<(f64, f64)> {
    let mut points = Vec::new();
    for pair in path.windows(2) {
        let [(u0, v0), (u1, v1)] = [pair[0], pair[1]];
        let length = (u1 - u0).hypot(v1 - v0);
        if length < 0.5 {
            continue;
        }
        points.pop();
        let place = |metres: f64| (u0 + (u1 - u0) * metres / length, v0 + (v1 - v0) * metres / length);
        points.extend(points_between(0.0, length, &[]).into_iter().map(place));
    }
    points
}
