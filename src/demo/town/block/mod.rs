//! What is built inside the blocks.

mod homes;
mod old;
mod open;
mod public;
mod works;

use super::out::Out;
use super::plan::{Cell, Leaf, Side, Town, Use, Way};
use super::shape::{Axis, Block};

/// Builds everything inside one block.
pub fn build(out: &mut Out<'_>, leaf: &Leaf) {
    out.turn_to(&[5, leaf.superblock as u64, leaf.ordinal as u64]);
    let place = out.town.superblocks[leaf.superblock].place.clone();
    lanes(out, leaf, &place);
    match leaf.use_ {
        Use::Slabs | Use::Towers => homes::build(out, leaf, &place),
        Use::Old => old::build(out, leaf, &place),
        Use::Mall => public::mall(out, leaf, &place),
        Use::Offices => public::offices(out, leaf, &place),
        Use::School { middle } => public::school(out, leaf, &place, middle),
        Use::Hospital => public::hospital(out, leaf, &place),
        Use::Market => public::market(out, leaf, &place),
        Use::Civic => public::civic(out, leaf, &place),
        Use::Fire => works::fire(out, leaf, &place),
        Use::Works => works::works(out, leaf, &place),
        Use::Site => works::site(out, leaf, &place),
        Use::Park => open::park(out, leaf, &place),
        Use::River => open::river(out, leaf),
        Use::Rail => open::rail(out, leaf, &place),
    }
}

/// What people call a block, if it has a name that no other block of the place has.
pub fn title(town: &Town, leaf: &Leaf) -> Option<String> {
    let place = &town.superblocks[leaf.superblock].place;
    let what = match leaf.use_ {
        Use::Slabs | Use::Towers => return Some(homes::compound_name(leaf, place)),
        Use::Mall => "购物中心",
        Use::School { middle: true } => "中学",
        Use::School { middle: false } => "小学",
        Use::Hospital => "医院",
        Use::Market => "便民市场",
        Use::Civic => "政务中心",
        Use::Fire => "消防站",
        Use::Park => "公园",
        Use::Old | Use::Offices | Use::Works | Use::Site | Use::River | Use::Rail => return None,
    };
    Some(format!("{place}{what}"))
}

/// The lanes between the cells of a block, from road to road.
fn lanes(out: &mut Out<'_>, leaf: &Leaf, place: &str) {
    let across =
        |axis: Axis| -> Vec<f64> { leaf.lanes.iter().filter(|(other, _)| *other != axis).map(|(_, at)| *at).collect() };
    let plot = leaf.plot(&out.town.roads);
    for (axis, at) in &leaf.lanes {
        let (span, inner) = match axis {
            Axis::North => ((leaf.block.v0, leaf.block.v1), (plot.v0, plot.v1)),
            Axis::East => ((leaf.block.u0, leaf.block.u1), (plot.u0, plot.u1)),
        };
        out.lane("service", *axis, *at, span, &across(*axis));
        let street = format!("{place}内部路");
        let mut along = inner.0 + 8.0;
        while along < inner.1 - 6.0 {
            out.component("0137", "路灯", axis.point(along, at - 3.0), &street);
            if along + 14.0 < inner.1 {
                out.component("0102", "污水井盖", axis.point(along + 9.0, at + 0.6), &street);
                out.component("0103", "雨水井盖", axis.point(along + 14.0, at - 0.8), &street);
            }
            along += 44.0;
        }
    }
}

/// A cell without the roads around its block and the lanes between the cells.
fn inner(out: &Out<'_>, leaf: &Leaf, cell: &Cell) -> Block {
    let plot = leaf.plot(&out.town.roads);
    let gap = if leaf.lanes.is_empty() { 2.0 } else { Way::Lane.half_m() };
    let edge = |own: f64, whole: f64, of_plot: f64, inwards: f64| {
        if (own - whole).abs() < 0.01 { of_plot } else { own + gap * inwards }
    };
    Block::new(
        edge(cell.block.u0, leaf.block.u0, plot.u0, 1.0),
        edge(cell.block.v0, leaf.block.v0, plot.v0, 1.0),
        edge(cell.block.u1, leaf.block.u1, plot.u1, -1.0),
        edge(cell.block.v1, leaf.block.v1, plot.v1, -1.0),
    )
}

/// Cells of a block with their inner rectangles.
fn cells(out: &Out<'_>, leaf: &Leaf) -> Vec<Block> {
    out.town.cells[leaf.cells.clone()].iter().map(|cell| inner(out, leaf, cell)).collect()
}

/// The part of a rectangle that lies within another.
fn within(a: &Block, b: &Block) -> Block {
    Block::new(a.u0.max(b.u0), a.v0.max(b.v0), a.u1.min(b.u1), a.v1.min(b.v1))
}

/// The side with the weightiest road that is not too loud for a gate, and a place for the gate: at the end of a lane
/// where there is one.
fn gate(out: &Out<'_>, leaf: &Leaf) -> Option<(Side, f64)> {
    let rank = |side: Side| {
        let road = leaf.edges[side as usize]?;
        Some(match out.town.roads[road].way {
            Way::Tertiary => 0,
            Way::Secondary => 1,
            Way::Residential => 2,
            Way::Primary => 3,
            _ => 4,
        })
    };
    let lane = |side: Side| leaf.lanes.iter().find(|(axis, _)| *axis != side.axis()).map(|(_, at)| *at);
    let best = Side::ALL
        .into_iter()
        .filter_map(|side| Some((lane(side).is_none() && !leaf.lanes.is_empty(), rank(side)?, side)))
        .min_by_key(|(laneless, rank, _)| (*laneless, *rank))?;
    let side = best.2;
    let (u, v) = leaf.block.centre();
    let middle = if side.axis() == Axis::East { u } else { v };
    Some((side, lane(side).unwrap_or(middle)))
}

/// A board point just inside the gate.
fn gate_point(out: &Out<'_>, leaf: &Leaf, side: Side, along: f64, inside: f64) -> (f64, f64) {
    let plot = leaf.plot(&out.town.roads);
    match side {
        Side::South => (along, plot.v0 + inside),
        Side::North => (along, plot.v1 - inside),
        Side::West => (plot.u0 + inside, along),
        Side::East => (plot.u1 - inside, along),
    }
}
