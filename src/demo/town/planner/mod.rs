//! Draws the plan of a town from its seed.

mod cells;
mod roads;
mod uses;

use std::collections::BTreeMap;

use super::plan::{Leaf, Road, Superblock, Theme, Town, Use, Way};
use super::shape::{Axis, Bend, Block};
use crate::demo::dice::Dice;
use crate::demo::names::{PlaceNames, numeral};

/// Columns and rows of superblocks in a tile; a tile has twelve communities and is the whole town of `make run`.
const TILE: usize = 4;
/// Communities of a tile.
const COMMUNITIES: usize = 12;
/// Tiles that make one street, west to east.
const TILES_A_STREET: usize = 5;
/// How far main roads go on beyond the town.
const TAIL_M: f64 = 150.0;

/// What prevails where, by row from the south and column from the west.
const THEMES: [[Theme; TILE]; TILE] = [
    [Theme::Works, Theme::Slabs, Theme::Slabs, Theme::Works],
    [Theme::Old, Theme::Slabs, Theme::Slabs, Theme::Park],
    [Theme::Slabs, Theme::Centre, Theme::Centre, Theme::Towers],
    [Theme::Slabs, Theme::Towers, Theme::Slabs, Theme::Slabs],
];
/// The community of each superblock of a tile, in the same order; numbered west to east, then north to south.
const COMMUNITY_OF: [[usize; TILE]; TILE] = [[10, 10, 11, 11], [6, 7, 8, 9], [3, 4, 4, 5], [0, 1, 2, 2]];

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Strip {
    Rail,
    River,
    Row,
}

/// The plan of a town of so many tiles.
pub fn draw(seed: u64, tiles: usize) -> Town {
    let mut planner = Planner::new(seed, tiles.max(1));
    planner.main_roads();
    planner.superblocks();
    planner.collectors();
    planner.blocks();
    planner.joints();
    planner.uses();
    planner.cells();
    planner.town
}

struct Planner {
    town: Town,
    tiles: usize,
    tiles_across: usize,
    dice: Dice,
    names: PlaceNames,
    /// Kind, south border, row, for each strip.
    kinds: Vec<(Strip, f64, f64, usize)>,
    /// Main road on the south border of strip `s` in column `c`.
    east_roads: BTreeMap<(usize, usize), usize>,
    /// Main road on the west border of column `c` in strip `s`.
    north_roads: BTreeMap<(usize, usize), usize>,
    /// Collector through a superblock, by direction.
    collectors: BTreeMap<(usize, Axis), usize>,
}

impl Planner {
    fn new(seed: u64, tiles: usize) -> Self {
        let mut dice = Dice::new(seed, &[3]);
        let tiles_across = (tiles as f64).sqrt().ceil() as usize;
        let tiles_up = tiles.div_ceil(tiles_across);
        let mut columns = vec![0.0];
        for _ in 0..tiles_across {
            for width in [630.0, 700.0, 600.0, 710.0] {
                let last = columns[columns.len() - 1];
                columns.push(last + (width + dice.range(-25.0, 25.0)).round());
            }
        }
        let mut kinds = Vec::new();
        let mut at = 0.0;
        for tile in 0..tiles_up {
            let row = tile * TILE;
            let rail = (tile == 0).then_some((Strip::Rail, 60.0, 0));
            let rows = [(Strip::Row, 590.0, 0), (Strip::Row, 550.0, 1), (Strip::River, 92.0, 2)];
            let more = [(Strip::Row, 580.0, 2), (Strip::Row, 530.0, 3)];
            for (kind, height, own) in rail.into_iter().chain(rows).chain(more) {
                let height = if kind == Strip::Row { (height + dice.range(-20.0, 20.0)).round() } else { height };
                kinds.push((kind, at, at + height, row + own));
                at += height;
            }
        }
        let mut strips: Vec<(f64, usize)> = kinds.iter().map(|(_, from, _, row)| (*from, *row)).collect();
        strips.push((at, usize::MAX));
        // The bend of a larger town is the same in its first tile, whose middle lies where the small town's does.
        let (width, height) = (columns[TILE], kinds.get(5).map_or(at, |kind| kind.2));
        let bend = Bend::new(seed, width, height);
        let town = Town {
            seed,
            bend,
            roads: Vec::new(),
            superblocks: Vec::new(),
            leaves: Vec::new(),
            cells: Vec::new(),
            communities: Vec::new(),
            streets: Vec::new(),
            rivers: Vec::new(),
            rails: Vec::new(),
            metros: Vec::new(),
            stations: Vec::new(),
            grid: vec![vec![None; tiles_up * TILE]; tiles_across * TILE],
            columns,
            strips,
        };
        Self {
            town,
            tiles,
            tiles_across,
            dice,
            names: PlaceNames::new(seed),
            kinds,
            east_roads: BTreeMap::new(),
            north_roads: BTreeMap::new(),
            collectors: BTreeMap::new(),
        }
    }

    fn columns(&self) -> usize {
        self.town.columns.len() - 1
    }

    /// Whether a superblock belongs to the town. The corner in the north-east of a town of one tile does not: so its
    /// outline is not a plain square.
    fn is_built(&self, column: usize, row: usize) -> bool {
        if column >= self.columns() {
            return false;
        }
        let tile = row / TILE * self.tiles_across + column / TILE;
        tile < self.tiles && !(self.tiles == 1 && column == TILE - 1 && row == TILE - 1)
    }

    fn add(&mut self, axis: Axis, across: f64, (from, to): (f64, f64), way: Way, name: String) -> usize {
        self.town.roads.push(Road {
            axis,
            across,
            from,
            to,
            tails: (0.0, 0.0),
            origin: from,
            way,
            name,
            joints: Vec::new(),
            lights: Vec::new(),
            carried: Vec::new(),
        });
        self.town.roads.len() - 1
    }

    fn superblocks(&mut self) {
        let rows: Vec<_> = self.kinds.iter().copied().filter(|kind| kind.0 == Strip::Row).collect();
        for (_, low, high, row) in rows {
            for column in 0..self.columns() {
                if !self.is_built(column, row) {
                    continue;
                }
                let tile = row / TILE * self.tiles_across + column / TILE;
                let place = self.names.take();
                self.town.grid[column][row] = Some(self.town.superblocks.len());
                self.town.superblocks.push(Superblock {
                    at: (column, row),
                    block: Block::new(self.town.columns[column], low, self.town.columns[column + 1], high),
                    theme: THEMES[row % TILE][column % TILE],
                    place,
                    community: tile * COMMUNITIES + COMMUNITY_OF[row % TILE][column % TILE],
                    leaves: 0..0,
                });
            }
        }
    }

    /// Cuts superblocks into blocks.
    fn blocks(&mut self) {
        let strip_of_row: BTreeMap<usize, usize> =
            self.kinds.iter().enumerate().filter(|(_, k)| k.0 == Strip::Row).map(|(s, k)| (k.3, s)).collect();
        for index in 0..self.town.superblocks.len() {
            let Superblock { at: (column, row), block, .. } = self.town.superblocks[index];
            let Some(strip) = strip_of_row.get(&row).copied() else { continue };
            let first = self.town.leaves.len();
            let edges = self.edges(column, strip);
            let mut streets = Streets::default();
            for (part, edges) in self.quarters(index, block, edges) {
                self.cut(index, part, edges, true, &mut streets);
            }
            // The band south of a row belongs to it.
            if strip > 0 {
                let (kind, low, high, owner) = self.kinds[strip - 1];
                let use_ = match kind {
                    Strip::River => Some(Use::River),
                    Strip::Rail => Some(Use::Rail),
                    Strip::Row => None,
                };
                if let Some(use_) = use_.filter(|_| owner == row) {
                    let band = Block::new(block.u0, low, block.u1, high);
                    let edges = self.edges(column, strip - 1);
                    self.leaf(index, band, edges, use_);
                }
            }
            self.town.superblocks[index].leaves = first..self.town.leaves.len();
        }
    }

    fn edges(&self, column: usize, strip: usize) -> [Option<usize>; 4] {
        [
            self.east_roads.get(&(strip, column)).copied(),
            self.east_roads.get(&(strip + 1, column)).copied(),
            self.north_roads.get(&(column, strip)).copied(),
            self.north_roads.get(&(column + 1, strip)).copied(),
        ]
    }

    fn leaf(&mut self, superblock: usize, block: Block, edges: [Option<usize>; 4], use_: Use) {
        self.town.leaves.push(Leaf {
            block,
            edges,
            use_,
            cells: 0..0,
            lanes: Vec::new(),
            alleys: Vec::new(),
            superblock,
            ordinal: 0,
            guests: Vec::new(),
        });
    }

    /// The parts into which collectors cut a superblock.
    fn quarters(&self, index: usize, block: Block, edges: [Option<usize>; 4]) -> Vec<(Block, [Option<usize>; 4])> {
        let mut parts = vec![(block, edges)];
        for axis in [Axis::North, Axis::East] {
            let Some(road) = self.collectors.get(&(index, axis)).copied() else { continue };
            let at = self.town.roads[road].across;
            parts = parts
                .into_iter()
                .flat_map(|(part, edges)| {
                    let (low, high) = part.cut(axis, at);
                    let (mut low_edges, mut high_edges) = (edges, edges);
                    let (end, start) = if axis == Axis::North { (3, 2) } else { (1, 0) };
                    low_edges[end] = Some(road);
                    high_edges[start] = Some(road);
                    [(low, low_edges), (high, high_edges)]
                })
                .collect();
        }
        parts
    }

    fn cut(&mut self, index: usize, part: Block, edges: [Option<usize>; 4], first: bool, streets: &mut Streets) {
        let theme = self.town.superblocks[index].theme;
        let large = match theme {
            // One corner of the park superblock is the park.
            Theme::Park if first && !streets.has_park => {
                streets.has_park = true;
                1e9
            }
            Theme::Works => 46_000.0,
            _ if first => 34_000.0,
            _ if self.dice.chance(0.14) => 50_000.0,
            _ => 27_500.0,
        };
        let axis = if part.width() >= part.height() { Axis::North } else { Axis::East };
        let length = part.width().max(part.height());
        if part.area() < large || length < 190.0 {
            self.leaf(index, part, edges, Use::Slabs);
            return;
        }
        let start = if axis == Axis::North { part.u0 } else { part.v0 };
        let mut at = (start + length * self.dice.range(0.42, 0.58)).round();
        // A street on the other side of a collector is taken up where it is near.
        let (from, to) = if axis == Axis::North { (part.v0, part.v1) } else { (part.u0, part.u1) };
        let near = streets.made.iter().find(|(road, _)| {
            let road = &self.town.roads[*road];
            let touching = (road.to - from).abs() < 0.5 || (road.from - to).abs() < 0.5;
            road.axis == axis && touching && (road.across - at).abs() < 45.0
        });
        let name = match near {
            Some((road, _)) => {
                let road = &self.town.roads[*road];
                at = road.across;
                road.name.clone()
            }
            None => {
                let superblock = &self.town.superblocks[index];
                let (u, v) = superblock.block.centre();
                streets.name(&superblock.place, axis, at < if axis == Axis::North { u } else { v }, first)
            }
        };
        let road = self.add(axis, at, (from, to), Way::Residential, name);
        streets.made.push((road, first));
        let ends = if axis == Axis::North { [edges[0], edges[1]] } else { [edges[2], edges[3]] };
        for other in ends.into_iter().flatten() {
            self.town.roads[other].joints.push(at);
        }
        for end in [from, to] {
            self.town.roads[road].joints.push(end);
        }
        // Door numbers go on where the name does.
        let origin = self.town.roads.iter().rev().take(60).filter(|other| other.name == self.town.roads[road].name);
        let origin = origin.map(|other| other.from).fold(f64::INFINITY, f64::min);
        let name = self.town.roads[road].name.clone();
        self.town.roads.iter_mut().rev().take(60).filter(|other| other.name == name).for_each(|o| o.origin = origin);
        let (low, high) = part.cut(axis, at);
        let (mut low_edges, mut high_edges) = (edges, edges);
        let (end, begin) = if axis == Axis::North { (3, 2) } else { (1, 0) };
        low_edges[end] = Some(road);
        high_edges[begin] = Some(road);
        self.cut(index, low, low_edges, false, streets);
        self.cut(index, high, high_edges, false, streets);
    }
}

/// Streets of one superblock.
#[derive(Default)]
struct Streets {
    made: Vec<(usize, bool)>,
    counts: BTreeMap<(&'static str, &'static str), usize>,
    has_park: bool,
}

impl Streets {
    /// 青禾西街, 青禾西二街, 青禾北路, 青禾南二巷.
    fn name(&mut self, place: &str, axis: Axis, low: bool, main: bool) -> String {
        let half = match (axis, low) {
            (Axis::North, true) => "西",
            (Axis::North, false) => "东",
            (Axis::East, true) => "南",
            (Axis::East, false) => "北",
        };
        let ending = match (main, axis) {
            (false, _) => "巷",
            (true, Axis::North) => "街",
            (true, Axis::East) => "路",
        };
        let count = self.counts.entry((half, ending)).or_insert(0);
        *count += 1;
        match *count {
            1 => format!("{place}{half}{ending}"),
            more => format!("{place}{half}{}{ending}", numeral(more)),
        }
    }
}
