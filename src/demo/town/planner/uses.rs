//! What is built in each block.

use super::super::plan::{Guest, Theme, Town, Use};
use super::{Planner, TILE};

impl Planner {
    /// Decides what is built in each block.
    pub(super) fn uses(&mut self) {
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
}
