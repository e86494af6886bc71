//! Main roads, collectors, and where they meet.

use super::super::plan::{Carried, Theme, Way};
use super::super::shape::{Axis, Block};
use super::{Planner, Strip, TAIL_M, TILE};

impl Planner {
    pub(super) fn main_roads(&mut self) {
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

    /// Collectors run through the middle of several superblocks and are missing in some, so that crossings and T-joints
    /// alternate.
    pub(super) fn collectors(&mut self) {
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

    /// Where main roads and collectors meet, and where that wants traffic lights.
    pub(super) fn joints(&mut self) {
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
}
