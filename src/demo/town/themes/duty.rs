//! Duty grids (责任网格): the unit grid cells of one officer joined, and the way the officer goes round in them.

use geo::LineString;

use super::along;
use crate::base::{LonLat, Timestamp};
use crate::demo::people::{self, OFFICERS};
use crate::demo::town::areas::{Corners, plain};
use crate::demo::town::out::Out;
use crate::demo::town::shape::Block;
use crate::demo::{STREET, names};
use crate::spatial::feature::Layer;
use crate::spatial::measure;

/// Blocks that one route goes round.
const MOST_BLOCKS: usize = 4;

pub fn build(out: &mut Out<'_>) {
    out.turn_to(&[43]);
    let town = out.town;
    let corners = Corners::of(town);
    let mut cells: Vec<Vec<Block>> = vec![Vec::new(); OFFICERS];
    for (order, community) in town.communities.iter().enumerate() {
        for (place, cell) in community.cells.iter().enumerate() {
            if let Some(officer) = people::officer_of(town, order, place) {
                cells[officer].push(town.cells[*cell].block);
            }
        }
    }
    // Names and telephones are those of the reference data; when the officers were seen matters to neither.
    let officers = people::people_of(town, Timestamp::default()).officers;
    for (index, (own, officer)) in cells.iter().zip(&officers).enumerate() {
        if own.is_empty() {
            continue;
        }
        let (code, name) = (format!("{STREET}Z{:02}", index + 1), format!("第{}责任网格", names::numeral(index + 1)));
        let shape = corners.polygon(town, own);
        let extra = vec![
            ("officer", officer.name.clone()),
            ("badge", officer.id.0.clone()),
            ("phone", officer.phone.clone()),
            ("cells", own.len().to_string()),
            ("area_m2", format!("{:.0}", measure::area_m2(&shape))),
        ];
        out.add_coded(Layer::DutyGrids, "", (&code, &name), extra, plain(shape));
        let line = route(out, own);
        if line.0.len() < 2 {
            continue;
        }
        let places: Vec<LonLat> = line.0.iter().map(|at| LonLat::new(at.x, at.y)).collect();
        let (turn, hours) = if index % 2 == 0 { ("早班", "08:00–16:00") } else { ("晚班", "14:00–22:00") };
        let extra = vec![
            ("officer", officer.name.clone()),
            ("badge", officer.id.0.clone()),
            ("turn", turn.to_owned()),
            ("hours", hours.to_owned()),
            ("length_m", format!("{:.0}", measure::length_m(&places))),
        ];
        out.add_coded(Layer::PatrolRoutes, "walk", (&format!("{code}R1"), &format!("{name}巡查路线")), extra, line);
    }
}

/// Round one block after the other on its pavements, from each to the nearest corner of the next.
fn route(out: &Out<'_>, cells: &[Block]) -> LineString<f64> {
    let town = out.town;
    let mut blocks: Vec<Block> = Vec::new();
    for cell in cells {
        let Some(leaf) = town.leaf_at(cell.centre()) else { continue };
        let plot = leaf.plot(&town.roads).shrunk(-2.0);
        if plot.is_sound() && !blocks.contains(&plot) && blocks.len() < MOST_BLOCKS {
            blocks.push(plot);
        }
    }
    let mut path: Vec<(f64, f64)> = Vec::new();
    for block in &blocks {
        let ring = [(block.u0, block.v0), (block.u1, block.v0), (block.u1, block.v1), (block.u0, block.v1)];
        let far = |corner: usize| {
            path.last().map_or(0.0, |last: &(f64, f64)| (ring[corner].0 - last.0).hypot(ring[corner].1 - last.1))
        };
        let first = (0..4).min_by(|a, b| far(*a).total_cmp(&far(*b))).unwrap_or_default();
        path.extend((0..=4).map(|step| ring[(first + step) % 4]));
    }
    along(&path).into_iter().map(|at| town.bend.coord(at)).collect()
}
