//! Duty grids (责任网格): the unit grid cells of one officer joined, and the way the officer goes round in them.

use geo::LineString;

use super::along;
use crate::base::{LonLat, Timestamp};
use crate::demo::people::{self, OFFICERS};
use crate::demo::town::areas::{Corners, plain};
use crate::demo::town::out::Out;
use crate::demo::town::plan::Use;
use crate::demo::town::shape::Block;
use crate::demo::{STREET, names};
use crate::spatial::feature::Layer;
use crate::spatial::measure;

/// Blocks that one route goes round.
const MOST_BLOCKS: usize = 4;
/// Blocks farther from each other than this are not neighbours.
const WIDEST_ROAD_M: f64 = 60.0;

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

/// Round one block after the other on its pavements, from each to the nearest corner of the next across the road. It begins
/// where most of the cells are.
fn route(out: &Out<'_>, cells: &[Block]) -> LineString<f64> {
    let town = out.town;
    let mut blocks: Vec<(Block, usize)> = Vec::new();
    for cell in cells {
        let Some(leaf) = town.leaf_at(cell.centre()) else { continue };
        let plot = leaf.plot(&town.roads).shrunk(-2.0);
        if matches!(leaf.use_, Use::River | Use::Rail) || !plot.is_sound() {
            continue;
        }
        match blocks.iter_mut().find(|(block, _)| *block == plot) {
            Some((_, count)) => *count += 1,
            None => blocks.push((plot, 1)),
        }
    }
    let mut next = (0..blocks.len()).max_by_key(|block| blocks[*block].1);
    let mut path: Vec<(f64, f64)> = Vec::new();
    for _ in 0..MOST_BLOCKS {
        let Some(block) = next.map(|block| blocks.remove(block).0) else { break };
        let ring = [(block.u0, block.v0), (block.u1, block.v0), (block.u1, block.v1), (block.u0, block.v1)];
        let far = |corner: usize| {
            path.last().map_or(0.0, |last: &(f64, f64)| (ring[corner].0 - last.0).hypot(ring[corner].1 - last.1))
        };
        let first = (0..4).min_by(|a, b| far(*a).total_cmp(&far(*b))).unwrap_or_default();
        path.extend((0..=4).map(|step| ring[(first + step) % 4]));
        let away = |other: &Block| corner_gap(&block, other);
        next = (0..blocks.len()).min_by(|a, b| away(&blocks[*a].0).total_cmp(&away(&blocks[*b].0)));
        // On to the corner that is nearest to the next block, if one only has to cross a road.
        let Some(other) = next.map(|next| blocks[next].0) else { break };
        if away(&other) > WIDEST_ROAD_M {
            break;
        }
        let corner = |at: &(f64, f64)| {
            let (u, v) = (at.0.clamp(other.u0, other.u1), at.1.clamp(other.v0, other.v1));
            (u - at.0).hypot(v - at.1)
        };
        let exit = (0..4).min_by(|a, b| corner(&ring[*a]).total_cmp(&corner(&ring[*b]))).unwrap_or_default();
        let steps = (exit + 4 - first) % 4;
        path.extend((1..=steps).map(|step| ring[(first + step) % 4]));
    }
    along(&path).into_iter().map(|at| town.bend.coord(at)).collect()
}

/// Metres between two blocks.
fn corner_gap(a: &Block, b: &Block) -> f64 {
    let apart = |low0: f64, high0: f64, low1: f64, high1: f64| (low1 - high0).max(low0 - high1).max(0.0);
    apart(a.u0, a.u1, b.u0, b.u1).hypot(apart(a.v0, a.v1, b.v0, b.v1))
}
