//! Cells, communities and their codes.

use std::collections::BTreeMap;

use super::super::plan::{Cell, Community, Leaf, Use, Way};
use super::super::shape::{Axis, Block};
use super::{COMMUNITIES, Planner, TILES_A_STREET};
use crate::demo::names::{LANES, numeral};

impl Planner {
    /// Cuts blocks into cells and gives codes.
    pub(super) fn cells(&mut self) {
        let mut lane_names: Vec<&str> = LANES.to_vec();
        self.dice.shuffle(&mut lane_names);
        let mut lanes_named = 0;
        let communities = self.tiles * COMMUNITIES;
        let street_of = |tile: usize, across: usize| {
            let streets_across = across.div_ceil(TILES_A_STREET);
            let (column, row) = (tile % across, tile / across);
            (row * streets_across + column / TILES_A_STREET, column % TILES_A_STREET)
        };
        for community in 0..communities {
            let (street, within) = street_of(community / COMMUNITIES, self.tiles_across);
            let code = format!("110107{:03}{:03}", 901 + street, within * COMMUNITIES + community % COMMUNITIES + 1);
            let (name, parts, cells) = (String::new(), Vec::new(), Vec::new());
            self.town.communities.push(Community { code, name, parts, cells });
        }
        for index in 0..self.town.superblocks.len() {
            let superblock = self.town.superblocks[index].clone();
            let community = &mut self.town.communities[superblock.community];
            if community.name.is_empty() {
                community.name = format!("{}社区", superblock.place);
            }
            community.parts.push(superblock.block);
            for leaf in superblock.leaves.clone() {
                let Leaf { block, use_, edges, .. } = self.town.leaves[leaf].clone();
                if matches!(use_, Use::River | Use::Rail) {
                    self.town.communities[superblock.community].parts.push(block);
                }
                let plot = self.town.leaves[leaf].plot(&self.town.roads);
                let mut alley_borders = Vec::new();
                if use_ == Use::Old {
                    let rows = (plot.height() / 47.0).round().max(1.0);
                    let pitch = plot.height() / rows;
                    for row in 0..rows as usize {
                        let at = ((plot.v0 + pitch * (row as f64 + 0.5)) * 2.0).round() / 2.0;
                        alley_borders.push(plot.v0 + pitch * (row + 1) as f64);
                        let name = match lane_names.get(lanes_named) {
                            Some(name) if lanes_named % 4 < 2 => format!("{name}胡同"),
                            Some(name) => format!("{name}巷"),
                            None => format!("{}{}条", superblock.place, numeral(lanes_named - lane_names.len() + 1)),
                        };
                        lanes_named += 1;
                        let span = (block.u0, block.u1);
                        let road = self.add(Axis::East, at, span, Way::Hutong, name);
                        self.town.roads[road].joints = vec![span.0, span.1];
                        for other in [edges[2], edges[3]].into_iter().flatten() {
                            self.town.roads[other].joints.push(at);
                        }
                        self.town.leaves[leaf].alleys.push(road);
                    }
                }
                let (across, up) = match use_ {
                    Use::River => ((block.width() / 118.0).round().max(1.0) as usize, 1),
                    Use::Rail => ((block.width() / 180.0).round().max(1.0) as usize, 1),
                    Use::Old => ((block.area() / 11_800.0).round().max(1.0) as usize, 1),
                    _ => cell_grid(&block),
                };
                let up = if use_ == Use::Old && block.height() > 210.0 { 2 } else { up };
                let across = if up == 2 && use_ == Use::Old { across.div_ceil(2) } else { across };
                let us = cuts(plot.u0, plot.u1, across);
                let vs = if use_ == Use::Old && up == 2 {
                    // Between the backs of two rows of houses.
                    vec![(alley_borders[alley_borders.len() / 2 - 1] * 2.0).round() / 2.0]
                } else {
                    cuts(plot.v0, plot.v1, up)
                };
                let borders = |first: f64, middle: &[f64], last: f64| -> Vec<(f64, f64)> {
                    let all: Vec<f64> = [first].into_iter().chain(middle.iter().copied()).chain([last]).collect();
                    all.windows(2).map(|pair| (pair[0], pair[1])).collect()
                };
                let first = self.town.cells.len();
                for (v0, v1) in borders(block.v0, &vs, block.v1) {
                    for (u0, u1) in borders(block.u0, &us, block.u1) {
                        let (code, community) = (String::new(), superblock.community);
                        self.town.cells.push(Cell { block: Block::new(u0, v0, u1, v1), code, community, use_ });
                    }
                }
                self.town.leaves[leaf].cells = first..self.town.cells.len();
                let laned = matches!(use_, Use::Slabs | Use::Towers | Use::Works | Use::Hospital | Use::Offices);
                if laned {
                    for (at, ends) in us.iter().map(|at| (at, [0, 1])).chain(vs.iter().map(|at| (at, [2, 3]))) {
                        for other in ends.into_iter().filter_map(|end| edges[end]) {
                            self.town.roads[other].joints.push(*at);
                        }
                    }
                    let lanes = us.iter().map(|u| (Axis::North, *u)).chain(vs.iter().map(|v| (Axis::East, *v)));
                    self.town.leaves[leaf].lanes = lanes.collect();
                }
            }
        }
        for road in &mut self.town.roads {
            road.joints.sort_by(f64::total_cmp);
            road.joints.dedup();
        }
        self.number_cells();
        let mut streets: BTreeMap<String, Vec<Block>> = BTreeMap::new();
        for community in &self.town.communities {
            streets.entry(community.code[..9].to_owned()).or_default().extend(&community.parts);
        }
        self.town.streets = streets.into_iter().collect();
    }

    /// West to east, then north to south, in rows of a cell's height.
    fn number_cells(&mut self) {
        const ROW_M: f64 = 110.0;
        for (index, cell) in self.town.cells.iter().enumerate() {
            self.town.communities[cell.community].cells.push(index);
        }
        for community in &mut self.town.communities {
            let cells = &self.town.cells;
            let north = community.parts.iter().map(|part| part.v1).fold(f64::NEG_INFINITY, f64::max);
            let order = |index: &usize| {
                let (u, v) = cells[*index].block.centre();
                (((north - v) / ROW_M).floor() as i64, u)
            };
            community.cells.sort_by(|a, b| {
                let (a, b) = (order(a), order(b));
                a.0.cmp(&b.0).then(a.1.total_cmp(&b.1))
            });
            for (sequence, index) in community.cells.iter().enumerate() {
                self.town.cells[*index].code = format!("{}{:03}", community.code, sequence + 1);
            }
        }
    }
}

/// How many cells beside and above each other come nearest to squares of 100 m.
fn cell_grid(block: &Block) -> (usize, usize) {
    let mut best = (f64::INFINITY, (1, 1));
    for across in 1..=8 {
        for up in 1..=8 {
            let (width, height) = (block.width() / across as f64, block.height() / up as f64);
            let cost = (width * height / 11_500.0).ln().abs() * 1.6 + (width / height).ln().abs();
            if cost < best.0 {
                best = (cost, (across, up));
            }
        }
    }
    best.1
}

/// `parts - 1` cuts at equal distances, on half metres.
fn cuts(from: f64, to: f64, parts: usize) -> Vec<f64> {
    (1..parts).map(|part| ((from + (to - from) * part as f64 / parts as f64) * 2.0).round() / 2.0).collect()
}
