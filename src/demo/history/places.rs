//! Where things happen: addresses, crossings and components of the town, found by what a matter is about.

use std::collections::BTreeMap;

use super::matters::{BESIDE, BY_HOUSE, Matter, Where};
use crate::base::LonLat;
use crate::demo::dice::Dice;
use crate::demo::town::plan::{Town, Use, Way};
use crate::demo::town::shape::Axis;
use crate::demo::town::{self, Out, Spot, SpotKind, Thing};
use crate::domain::case::command::Place;
use crate::domain::code::{ComponentCode, GridCode};

/// Every place of the town that a case may be at.
pub struct Places {
    spots: Vec<Spot>,
    things: BTreeMap<&'static str, Vec<Thing>>,
    by_kind: BTreeMap<usize, Vec<usize>>,
    doors_by_grid: BTreeMap<String, Vec<usize>>,
    crossings: Vec<(String, LonLat, String)>,
    /// The officer of each cell.
    officers: BTreeMap<String, usize>,
}

/// Where something was found.
pub struct Found {
    /// The place with its words.
    pub place: Place,
    /// The name of the place without where exactly.
    pub bare: String,
    /// The component it is about.
    pub component: Option<ComponentCode>,
}

const KINDS: [Where; 6] = [Where::Homes, Where::Shops, Where::Roads, Where::Any, Where::Green, Where::Works];

fn fits(place: Where, spot: &Spot) -> bool {
    match place {
        Where::Homes => spot.kind == SpotKind::House,
        Where::Shops => {
            let trades = matches!(spot.use_, Use::Slabs | Use::Towers | Use::Old | Use::Mall | Use::Market);
            trades && spot.kind == SpotKind::Shop
        }
        Where::Roads => spot.kind == SpotKind::Door && spot.use_ != Use::Old,
        Where::Any => spot.kind != SpotKind::Shop,
        Where::Green => matches!(spot.use_, Use::Park | Use::River),
        Where::Works => matches!(spot.use_, Use::Site | Use::Works),
    }
}

impl Places {
    /// Builds the town once and keeps its places.
    pub fn of(town: &Town) -> Self {
        let mut out = Out::new(town);
        out.spots = Some(Vec::new());
        out.things = Some(Vec::new());
        let built = town::build(&mut out, |out| {
            out.features.clear();
            Ok::<(), std::convert::Infallible>(())
        });
        match built {
            Ok(()) => {}
            Err(never) => match never {},
        }
        let mut spots = out.spots.take().unwrap_or_default();
        let mut things: BTreeMap<&'static str, Vec<Thing>> = BTreeMap::new();
        for thing in out.things.take().unwrap_or_default() {
            // Seats stand for the green they stand in.
            if matches!(thing.class, "0407" | "0507") && !thing.street.ends_with(['路', '街']) {
                let label = thing.street.clone();
                let use_ = if label.ends_with('河') { Use::River } else { Use::Park };
                if label.ends_with(['河', '园']) {
                    let (at, grid) = (thing.at, thing.grid.clone());
                    spots.push(Spot { label, at, grid, use_, kind: SpotKind::Roadside });
                }
            }
            things.entry(thing.class).or_default().push(thing);
        }
        let mut by_kind: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        let mut doors_by_grid: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (index, spot) in spots.iter().enumerate() {
            for (kind, place) in KINDS.into_iter().enumerate() {
                if fits(place, spot) {
                    by_kind.entry(kind).or_default().push(index);
                }
            }
            if spot.kind == SpotKind::Door {
                doors_by_grid.entry(spot.grid.clone()).or_default().push(index);
            }
        }
        let mut officers = BTreeMap::new();
        for (index, community) in town.communities.iter().enumerate() {
            for (place, cell) in community.cells.iter().enumerate() {
                if let Some(officer) = crate::demo::people::officer_of(town, index, place) {
                    officers.insert(town.cells[*cell].code.clone(), officer);
                }
            }
        }
        Self { spots, things, by_kind, doors_by_grid, crossings: crossings(town), officers }
    }

    /// The officer whose duty grid a cell belongs to.
    pub fn officer(&self, grid: &GridCode) -> usize {
        self.officers.get(grid.as_str()).copied().unwrap_or(0)
    }

    /// A place for a matter.
    pub fn find(&self, matter: &Matter, dice: &mut Dice) -> Option<Found> {
        if let Some(class) = matter.class.strip_prefix('C') {
            let all = self.things.get(class)?;
            let fitting = |thing: &&Thing| match matter.place {
                Where::Homes => !thing.street.ends_with(['路', '街', '巷']),
                Where::Roads => thing.street.ends_with(['路', '街', '巷']),
                _ => true,
            };
            let thing = (0..40).map(|_| dice.pick(all)).find(fitting)?;
            let address = self.beside_thing(thing, dice);
            let place = place(address.clone(), thing.at, &thing.grid)?;
            return Some(Found { place, bare: address, component: ComponentCode::new(thing.code.clone()).ok() });
        }
        if matter.place == Where::Roads && dice.chance(0.16) && !self.crossings.is_empty() {
            let (label, at, grid) = dice.pick(&self.crossings);
            let corner = dice.pick(&["", "", "东北角", "西北角", "东南角", "西南角", "公交站旁"]);
            let place = place(format!("{label}{corner}"), *at, grid)?;
            return Some(Found { place, bare: label.clone(), component: None });
        }
        let kind = KINDS.iter().position(|kind| *kind == matter.place)?;
        let spot = &self.spots[*dice.pick(self.by_kind.get(&kind).filter(|list| !list.is_empty())?)];
        let beside = match spot.kind {
            SpotKind::House => *dice.pick(BY_HOUSE),
            SpotKind::Roadside => *dice.pick(&["岸边", "北侧", "南侧", "步道旁", "座椅旁", "入口处"]),
            _ => *dice.pick(BESIDE),
        };
        let beside = if spot.use_ == Use::Park && beside == "岸边" { "里" } else { beside };
        let place = place(format!("{}{beside}", spot.label), spot.at, &spot.grid)?;
        Some(Found { place, bare: spot.label.clone(), component: None })
    }

    /// Words for a component: the nearest door of its cell, else the road or compound it belongs to.
    fn beside_thing(&self, thing: &Thing, dice: &mut Dice) -> String {
        let near = self.doors_by_grid.get(&thing.grid).into_iter().flatten();
        let squared = |spot: &Spot| {
            let (x, y) = ((spot.at.lon - thing.at.lon) * 0.767, spot.at.lat - thing.at.lat);
            x * x + y * y
        };
        let best = near
            .map(|index| &self.spots[*index])
            .filter(|spot| spot.label.starts_with(&thing.street))
            .min_by(|a, b| squared(a).total_cmp(&squared(b)));
        let beside = *dice.pick(&["门前", "附近", "旁边", "对面路边", "门口便道"]);
        match best {
            Some(spot) => format!("{}{beside}", spot.label),
            None if thing.street.ends_with(['路', '街', '巷']) => {
                format!("{}{}", thing.street, dice.pick(&["路段", "路边", "便道上", "中段"]))
            }
            None => format!("{}{}", thing.street, dice.pick(&["院内", "内", "中心花园旁", "东侧通道"])),
        }
    }
}

fn place(address: String, at: LonLat, grid: &str) -> Option<Place> {
    let round = |degrees: f64| (degrees * 1e7).round() / 1e7;
    let at = LonLat::new(round(at.lon), round(at.lat));
    Some(Place { at, grid: GridCode::new(grid).ok()?, address })
}

/// Crossings of roads that people know.
fn crossings(town: &Town) -> Vec<(String, LonLat, String)> {
    let mut all = Vec::new();
    for east in town.roads.iter().filter(|road| road.axis == Axis::East && road.way <= Way::Tertiary) {
        for north in town.roads.iter().filter(|road| road.axis == Axis::North && road.way <= Way::Tertiary) {
            let meets = (east.from..=east.to).contains(&north.across) && (north.from..=north.to).contains(&east.across);
            // A step inwards of the crossing, so that it lies in a cell.
            let at = (north.across - 3.0, east.across - 3.0);
            if let Some(cell) = town.cell_at(at).filter(|_| meets) {
                let label = format!("{}与{}交叉口", east.name, north.name);
                all.push((label, town.bend.lonlat(at), cell.code.clone()));
            }
        }
    }
    all
}
