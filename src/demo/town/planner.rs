//! Draws the plan of a town from its seed.

use std::collections::BTreeMap;

use super::plan::{Carried, Cell, Community, Guest, Leaf, Road, Superblock, Theme, Town, Use, Way};
use super::shape::{Axis, Bend, Block};
use crate::demo::dice::Dice;
use crate::demo::names::{LANES, PlaceNames, numeral};

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
        let (width, height) = (columns[TILE], kinds.iter().take(6).last().map_or(at, |kind| kind.2));
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

    fn main_roads(&mut self) {
        self.roads_to_the_north();
        self.roads_to_the_east();
    }

    fn roads_to_the_north(&mut self) {
        for line in 0..=self.columns() {
            let across = self.town.columns[line];
            let way = if line % TILE == 2 { Way::Primary } else { Way::Secondary };
            let mut run: Vec<usize> = Vec::new();
            let built: Vec<bool> = (0..self.town.grid[0].len())
                .map(|row| (line > 0 && self.is_built(line - 1, row)) || self.is_built(line, row))
                .collect();
            let own = |row: usize| built[row];
            for strip in 0..=self.kinds.len() {
                let here = self.kinds.get(strip).is_some_and(|kind| own(kind.3));
                // Each tile has names of its own.
                let new_tile = strip > 0
                    && self.kinds.get(strip).is_some_and(|kind| kind.3 / TILE != self.kinds[strip - 1].3 / TILE);
                if (!here || new_tile) && !run.is_empty() {
                    let (first, last) = (run[0], run[run.len() - 1]);
                    let (from, to) = (self.kinds[first].1, self.kinds[last].2);
                    let ending = if way == Way::Primary || line % 2 == 1 { "路" } else { "街" };
                    let name = format!("{}{ending}", self.names.take());
                    let road = self.add(Axis::North, across, (from, to), way, name);
                    let rails: Vec<_> = run.iter().map(|s| self.kinds[*s]).collect();
                    for (kind, low, high, _) in rails {
                        match kind {
                            Strip::River => {
                                self.town.roads[road].carried.push((low + 25.0, high - 25.0, Carried::Bridge))
                            }
                            Strip::Rail => {
                                self.town.roads[road].carried.push((low + 4.0, high - 16.0, Carried::Tunnel))
                            }
                            Strip::Row => {}
                        }
                    }
                    let before = first == 0 || !own(self.kinds[first - 1].3);
                    let after = last + 1 == self.kinds.len() || !own(self.kinds[last + 1].3);
                    self.town.roads[road].tails = (if before { TAIL_M } else { 0.0 }, if after { TAIL_M } else { 0.0 });
                    for strip in run.drain(..) {
                        self.north_roads.insert((line, strip), road);
                    }
                }
                if here {
                    run.push(strip);
                }
            }
        }
    }

    fn roads_to_the_east(&mut self) {
        for border in 0..=self.kinds.len() {
            let below = border.checked_sub(1).map(|strip| self.kinds[strip]);
            let above = self.kinds.get(border).copied();
            let across = above.map_or_else(|| below.map_or(0.0, |kind| kind.2), |kind| kind.1);
            let (way, ending) = match (below.map(|kind| kind.0), above.map(|kind| (kind.0, kind.3 % TILE))) {
                // Nothing runs along the outer side of the railway.
                (None, Some((Strip::Rail, _))) => continue,
                (Some(Strip::Rail), _) => (Way::Tertiary, "南路"),
                (_, Some((Strip::River, _))) => (Way::Tertiary, "滨河南路"),
                (Some(Strip::River), _) => (Way::Tertiary, "滨河北路"),
                (_, Some((Strip::Row, 3))) => (Way::Primary, "大街"),
                _ => (Way::Secondary, "路"),
            };
            let own = |planner: &Self, column: usize| {
                below.is_some_and(|kind| planner.is_built(column, kind.3))
                    || above.is_some_and(|kind| planner.is_built(column, kind.3))
            };
            for tile in 0..self.tiles_across {
                let columns: Vec<usize> =
                    (tile * TILE..(tile + 1) * TILE).filter(|column| own(self, *column)).collect();
                let (Some(first), Some(last)) = (columns.first().copied(), columns.last().copied()) else { continue };
                // The road along the far bank bears the name of the near one.
                let base = match (ending, self.east_roads.get(&(border.wrapping_sub(1), first))) {
                    ("滨河北路", Some(road)) => self.town.roads[*road].name.trim_end_matches("滨河南路").to_owned(),
                    _ => self.names.take(),
                };
                let split =
                    (way == Way::Secondary && above.is_some_and(|kind| kind.3 % TILE == 1)).then_some(first + 2);
                let parts = match split {
                    Some(middle) if middle <= last => {
                        vec![(first, middle - 1, "西路"), (middle, last, "东路")]
                    }
                    _ => vec![(first, last, ending)],
                };
                for (first_of, last_of, ending) in parts {
                    let span = (self.town.columns[first_of], self.town.columns[last_of + 1]);
                    let road = self.add(Axis::East, across, span, way, format!("{base}{ending}"));
                    let tail = if way == Way::Tertiary { 0.0 } else { TAIL_M };
                    let before = first_of == first && (first == 0 || !own(self, first - 1));
                    let after = last_of == last && !own(self, last + 1);
                    self.town.roads[road].tails = (if before { tail } else { 0.0 }, if after { tail } else { 0.0 });
                    for column in first_of..=last_of {
                        self.east_roads.insert((border, column), road);
                    }
                    if way == Way::Primary {
                        self.town.metros.push(road);
                        for column in [first_of + 1, first_of + 3] {
                            if let (Some(at), Some(cross)) =
                                (self.town.columns.get(column), self.north_roads.get(&(column, border)))
                            {
                                let place = &self.town.roads[*cross].name;
                                let place: String = place.chars().take(place.chars().count() - 1).collect();
                                self.town.stations.push((format!("{place}站"), road, *at));
                            }
                        }
                    }
                }
                match above {
                    Some((Strip::River, low, high, _)) => {
                        let band = Block::new(self.town.columns[first], low, self.town.columns[last + 1], high);
                        self.town.rivers.push((format!("{base}河"), band));
                    }
                    Some((_, low, _, 0)) if below.is_some_and(|kind| kind.0 == Strip::Rail) => {
                        let south = below.map_or(low, |kind| kind.1);
                        let band = Block::new(self.town.columns[first], south, self.town.columns[last + 1], low);
                        self.town.rails.push(band);
                    }
                    _ => {}
                }
            }
        }
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

    /// Collectors run through the middle of several superblocks and are missing in some, so that crossings and T-joints
    /// alternate.
    fn collectors(&mut self) {
        let missing: Vec<(bool, bool)> = (0..self.town.superblocks.len())
            .map(|index| {
                let theme = self.town.superblocks[index].theme;
                let (north, east) = (self.dice.chance(0.12), self.dice.chance(0.3));
                (north && !matches!(theme, Theme::Park), east && !matches!(theme, Theme::Park | Theme::Centre))
            })
            // A superblock without any collector would be one deaf block.
            .map(|(north, east)| (north && !east, east))
            .collect();
        for column in 0..self.columns() {
            let (west, east) = (self.town.columns[column], self.town.columns[column + 1]);
            for tile_row in 0..self.town.grid[0].len() / TILE {
                let across = (west + (east - west) * self.dice.range(0.42, 0.58)).round();
                let rows: Vec<Option<usize>> =
                    (0..TILE).map(|row| self.town.grid[column][tile_row * TILE + row]).collect();
                let through = |index: Option<usize>| index.filter(|index| !missing[*index].0);
                let bridge = column % 2 == 0;
                let mut run: Vec<usize> = Vec::new();
                let mut runs: Vec<Vec<usize>> = Vec::new();
                for (row, index) in rows.iter().enumerate() {
                    if row == 2 && !bridge {
                        runs.push(std::mem::take(&mut run));
                    }
                    match through(*index) {
                        Some(index) => run.push(index),
                        None => runs.push(std::mem::take(&mut run)),
                    }
                }
                runs.push(run);
                runs.retain(|run| !run.is_empty());
                let base = if runs.is_empty() { String::new() } else { self.names.take() };
                let count = runs.len();
                for (order, run) in runs.into_iter().enumerate() {
                    let ending = match (count, order) {
                        (1, _) => "街",
                        (_, 0) => "南街",
                        (2, _) | (_, 2) => "北街",
                        _ => "中街",
                    };
                    let blocks: Vec<Block> = run.iter().map(|index| self.town.superblocks[*index].block).collect();
                    let span = (blocks[0].v0, blocks[blocks.len() - 1].v1);
                    let road = self.add(Axis::North, across, span, Way::Tertiary, format!("{base}{ending}"));
                    for (kind, low, high, _) in &self.kinds {
                        if *kind == Strip::River && *low > span.0 && *high < span.1 {
                            self.town.roads[road].carried.push((low + 25.0, high - 25.0, Carried::Bridge));
                        }
                    }
                    for index in run {
                        self.collectors.insert((index, Axis::North), road);
                    }
                }
            }
        }
        for row in 0..self.town.grid[0].len() {
            for tile in 0..self.tiles_across {
                let part = self.dice.range(0.42, 0.58);
                let mut run: Vec<usize> = Vec::new();
                let mut runs: Vec<Vec<usize>> = Vec::new();
                for column in tile * TILE..(tile + 1) * TILE {
                    match self.town.grid[column][row].filter(|index| !missing[*index].1) {
                        Some(index) => run.push(index),
                        None => runs.push(std::mem::take(&mut run)),
                    }
                }
                runs.push(run);
                runs.retain(|run| !run.is_empty());
                let base = if runs.is_empty() { String::new() } else { self.names.take() };
                let count = runs.len();
                for (order, run) in runs.into_iter().enumerate() {
                    let ending = match (count, order) {
                        (1, _) => "路",
                        (_, 0) => "西路",
                        (2, _) | (_, 2) => "东路",
                        _ => "中路",
                    };
                    let blocks: Vec<Block> = run.iter().map(|index| self.town.superblocks[*index].block).collect();
                    let across = (blocks[0].v0 + blocks[0].height() * part).round();
                    let span = (blocks[0].u0, blocks[blocks.len() - 1].u1);
                    let road = self.add(Axis::East, across, span, Way::Tertiary, format!("{base}{ending}"));
                    for index in run {
                        self.collectors.insert((index, Axis::East), road);
                    }
                }
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

    /// Where main roads and collectors meet, and where that wants traffic lights.
    fn joints(&mut self) {
        let heavy: Vec<usize> =
            (0..self.town.roads.len()).filter(|index| self.town.roads[*index].way <= Way::Tertiary).collect();
        let mut meetings = Vec::new();
        for a in &heavy {
            let east = &self.town.roads[*a];
            if east.axis != Axis::East {
                continue;
            }
            for b in &heavy {
                let north = &self.town.roads[*b];
                let meet = north.axis == Axis::North
                    && (east.from..=east.to).contains(&north.across)
                    && (north.from..=north.to).contains(&east.across);
                if meet {
                    let lights = east.way.min(north.way) < Way::Tertiary;
                    meetings.push((*a, north.across, lights));
                    meetings.push((*b, east.across, lights));
                }
            }
        }
        for (road, at, lights) in meetings {
            self.town.roads[road].joints.push(at);
            if lights {
                self.town.roads[road].lights.push(at);
            }
        }
        for road in &mut self.town.roads {
            for list in [&mut road.joints, &mut road.lights] {
                list.sort_by(f64::total_cmp);
                list.dedup();
            }
        }
    }

    /// Decides what is built in each block.
    fn uses(&mut self) {
        for index in 0..self.town.superblocks.len() {
            let superblock = self.town.superblocks[index].clone();
            let (column, row) = (superblock.at.0 % TILE, superblock.at.1 % TILE);
            let mut open: Vec<usize> = superblock
                .leaves
                .clone()
                .filter(|leaf| !matches!(self.town.leaves[*leaf].use_, Use::River | Use::Rail))
                .collect();
            let area = |town: &Town, leaf: usize| town.leaves[leaf].block.area();
            open.sort_by(|a, b| area(&self.town, *b).total_cmp(&area(&self.town, *a)));
            // What a quarter cannot do without, on the largest blocks that fit.
            let mut wanted: Vec<(Use, f64, f64)> = Vec::new();
            let (park, school) = ((Use::Park, 9_000.0, 30_000.0), (Use::School { middle: false }, 15_000.0, 36_000.0));
            match superblock.theme {
                Theme::Park => wanted.push((Use::Park, 40_000.0, 1e9)),
                Theme::Centre if column == 1 => wanted.extend([
                    (Use::Mall, 18_000.0, 60_000.0),
                    (Use::Civic, 14_000.0, 30_000.0),
                    (Use::Offices, 14_000.0, 40_000.0),
                    (Use::Park, 9_000.0, 22_000.0),
                ]),
                Theme::Centre => wanted.extend([
                    (Use::Mall, 18_000.0, 60_000.0),
                    (Use::School { middle: true }, 18_000.0, 60_000.0),
                    (Use::Offices, 14_000.0, 40_000.0),
                    (Use::Offices, 14_000.0, 40_000.0),
                    (Use::Market, 9_000.0, 26_000.0),
                ]),
                Theme::Works if column == 3 => wanted.extend([(Use::Fire, 12_000.0, 46_000.0), (Use::Site, 1.0, 1e9)]),
                Theme::Works => wanted.push((Use::Offices, 12_000.0, 46_000.0)),
                _ => {}
            }
            if matches!(superblock.theme, Theme::Slabs | Theme::Towers | Theme::Old | Theme::Park) {
                wanted.push(school);
            }
            match (column, row) {
                (0, 2) => wanted.push((Use::Hospital, 16_000.0, 50_000.0)),
                (0, 3) => wanted.push((Use::School { middle: true }, 18_000.0, 60_000.0)),
                (2, 1) | (1, 0) => wanted.push((Use::Market, 9_000.0, 28_000.0)),
                _ => {}
            }
            if matches!(superblock.theme, Theme::Slabs | Theme::Towers) && (column + row) % 2 == 0 {
                wanted.push(park);
            }
            for (use_, least, most) in wanted {
                let fits = |leaf: &usize| (least..most).contains(&area(&self.town, *leaf));
                let small = use_ == Use::Park && most < 1e6;
                let found = if small { open.iter().rposition(fits) } else { open.iter().position(fits) };
                // Blocks of one kind are not lined up by size: those that want a usual size take a random one of them.
                if let Some(at) = found {
                    let usual: Vec<usize> = (0..open.len()).filter(|at| fits(&open[*at])).collect();
                    let at = if most < 1e6 && !small { *self.dice.pick(&usual) } else { at };
                    let leaf = open.remove(at);
                    self.town.leaves[leaf].use_ = use_;
                }
            }
            for leaf in &open {
                let use_ = match superblock.theme {
                    Theme::Slabs => [Use::Slabs, Use::Towers, Use::Offices][self.dice.weighted(&[0.84, 0.13, 0.03])],
                    Theme::Towers => [Use::Towers, Use::Slabs][self.dice.weighted(&[0.85, 0.15])],
                    Theme::Old => [Use::Old, Use::Slabs][self.dice.weighted(&[0.78, 0.22])],
                    Theme::Centre => [Use::Towers, Use::Slabs, Use::Offices][self.dice.weighted(&[0.4, 0.4, 0.2])],
                    Theme::Park => [Use::Towers, Use::Slabs][self.dice.weighted(&[0.7, 0.3])],
                    Theme::Works => [Use::Works, Use::Offices, Use::Slabs][self.dice.weighted(&[0.72, 0.1, 0.18])],
                };
                self.town.leaves[*leaf].use_ = use_;
            }
            let homes: Vec<usize> = superblock
                .leaves
                .clone()
                .filter(|leaf| matches!(self.town.leaves[*leaf].use_, Use::Slabs | Use::Towers))
                .collect();
            let guests = [Guest::Kindergarten, Guest::CommunityOffice, Guest::Clinic, Guest::ElderCare];
            for (order, guest) in guests.into_iter().enumerate() {
                if let Some(leaf) = homes.get((order * 2 + 1).min(homes.len().saturating_sub(1))) {
                    self.town.leaves[*leaf].guests.push(guest);
                }
            }
            for (ordinal, leaf) in superblock.leaves.clone().enumerate() {
                self.town.leaves[leaf].ordinal = ordinal;
            }
        }
    }

    /// Cuts blocks into cells and gives codes.
    fn cells(&mut self) {
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
