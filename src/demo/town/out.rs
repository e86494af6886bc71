//! What comes out of the plan: features of a map pack, and the places that people speak of.

use geo::{Geometry, LineString, Point, Polygon};

use super::plan::{Leaf, Road, Side, Town, Use};
use super::shape::{Axis, Block};
use crate::base::LonLat;
use crate::demo::dice::Dice;
use crate::demo::names;
use crate::demo::offices::{DEPARTMENTS, answering};
use crate::spatial::feature::{Feature, Layer};

/// Schemes of the component classes.
pub const SCHEME: &str = "GB/T 30428.2-2013";
const OLD_SCHEME: &str = "CJ/T 214-2007";

/// A place that a caller may name.
#[derive(Clone, PartialEq, Debug)]
pub struct Spot {
    /// 青禾路12号, 青禾东里6号楼.
    pub label: String,
    /// Where.
    pub at: LonLat,
    /// Cell.
    pub grid: String,
    /// What kind of block it is in.
    pub use_: Use,
    /// What kind of place.
    pub kind: SpotKind,
}

/// What kind of place a spot is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SpotKind {
    /// A house in a compound.
    House,
    /// A gate or a door on a road.
    Door,
    /// A shop.
    Shop,
    /// The side of a road.
    Roadside,
}

/// A component, as a case may name it.
#[derive(Clone, PartialEq, Debug)]
pub struct Thing {
    /// Four digits.
    pub class: &'static str,
    /// 16 digits.
    pub code: String,
    /// Where.
    pub at: LonLat,
    /// Cell.
    pub grid: String,
    /// The road or compound it belongs to.
    pub street: String,
}

/// Where something stands that a theme shows too.
#[derive(Clone, PartialEq, Debug)]
pub struct Mark {
    /// Place on the board.
    pub at: (f64, f64),
    /// The road or compound it belongs to.
    pub street: String,
}

/// Collects features; the caller takes them away from time to time.
pub struct Out<'a> {
    /// The plan.
    pub town: &'a Town,
    /// What has been made since it was last taken.
    pub features: Vec<Feature>,
    /// Places, when they are wanted.
    pub spots: Option<Vec<Spot>>,
    /// Components, when they are wanted.
    pub things: Option<Vec<Thing>>,
    /// Cameras set so far.
    pub cameras: Vec<Mark>,
    /// Hydrants set so far.
    pub hydrants: Vec<Mark>,
    /// Throws for what is being made.
    pub dice: Dice,
    /// Last sequence number of each component class.
    sequences: Vec<u32>,
}

/// A house to be built.
#[derive(Clone, Debug, Default)]
pub struct House {
    /// Class of building.
    pub class: &'static str,
    /// Middle on the board.
    pub at: (f64, f64),
    /// Outline in metres around the middle.
    pub outline: Vec<(f64, f64)>,
    /// Floors.
    pub floors: usize,
    /// Name, if it has one.
    pub name: String,
    /// Road and number.
    pub door: Option<(String, u32)>,
    /// Compound and number of building.
    pub building: Option<(String, usize)>,
}

/// A rectangle around its middle.
pub fn bar(width: f64, depth: f64) -> Vec<(f64, f64)> {
    let (x, y) = (width / 2.0, depth / 2.0);
    vec![(-x, -y), (x, -y), (x, y), (-x, y)]
}

impl<'a> Out<'a> {
    /// Nothing yet.
    pub fn new(town: &'a Town) -> Self {
        let dice = Dice::new(town.seed, &[4]);
        Self {
            town,
            features: Vec::new(),
            spots: None,
            things: None,
            cameras: Vec::new(),
            hydrants: Vec::new(),
            dice,
            sequences: vec![0; 10_000],
        }
    }

    /// Goes over to the throws of another purpose.
    pub fn turn_to(&mut self, purpose: &[u64]) {
        self.dice = Dice::new(self.town.seed, purpose);
    }

    /// Adds a feature. Empty attributes are left out.
    pub fn add(
        &mut self,
        layer: Layer,
        class: &str,
        name: &str,
        mut extra: Vec<(&'static str, String)>,
        geometry: impl Into<Geometry<f64>>,
    ) {
        extra.retain(|(_, value)| !value.is_empty());
        let (class, name, geometry) = (class.to_owned(), name.to_owned(), geometry.into());
        self.features.push(Feature { layer, class, code: String::new(), name, extra, geometry });
    }

    /// The same with a code.
    pub fn add_coded(
        &mut self,
        layer: Layer,
        class: &str,
        (code, name): (&str, &str),
        extra: Vec<(&'static str, String)>,
        geometry: impl Into<Geometry<f64>>,
    ) {
        self.add(layer, class, name, extra, geometry);
        if let Some(last) = self.features.last_mut() {
            last.code = code.to_owned();
        }
    }

    /// A rectangle of the board as an area.
    pub fn area(&mut self, layer: Layer, class: &str, name: &str, block: &Block) {
        if block.is_sound() {
            let shape = self.town.bend.area(block);
            self.add(layer, class, name, Vec::new(), shape);
        }
    }

    /// A stiff rectangle in the middle of a rectangle of the board: lawns and courts lie square to the houses.
    pub fn lawn(&mut self, class: &str, block: &Block) {
        if block.is_sound() {
            let shape = self.town.bend.stiff(block.centre(), &bar(block.width(), block.height()));
            self.add(Layer::Green, class, "", Vec::new(), shape);
        }
    }

    /// A stiff oval within a rectangle of the board.
    pub fn oval(&self, block: &Block) -> Polygon<f64> {
        // Two straights and two half circles, as a running track has.
        let (half_w, half_h) = (block.width() / 2.0, block.height() / 2.0);
        let radius = half_w.min(half_h);
        let (sx, sy) = (half_w - radius, half_h - radius);
        let ring: Vec<(f64, f64)> = (0..32)
            .map(|step| {
                let angle = (f64::from(step) + 0.5) / 32.0 * std::f64::consts::TAU;
                let (sin, cos) = angle.sin_cos();
                (radius * cos + sx * cos.signum(), radius * sin + sy * sin.signum())
            })
            .collect();
        self.town.bend.stiff(block.centre(), &ring)
    }

    /// Builds a house, with its address.
    pub fn house(&mut self, house: House) {
        let shape = self.town.bend.stiff(house.at, &house.outline);
        let (street, number) = house.door.clone().map_or_else(Default::default, |(s, n)| (s, n.to_string()));
        let (compound, building) = house.building.clone().map_or_else(Default::default, |(c, b)| (c, b.to_string()));
        let height = house.floors as f64 * if house.floors == 1 { 4.0 } else { 3.0 } + 0.5;
        let extra = vec![
            ("floors", house.floors.to_string()),
            ("height_m", format!("{height:.1}")),
            ("street", street),
            ("number", number),
            ("compound", compound.clone()),
            ("building", building.clone()),
        ];
        self.add(Layer::Buildings, house.class, &house.name, extra, shape);
        if let Some((compound, building)) = house.building {
            let at = self.town.bend.coord(house.at);
            let extra =
                vec![("compound", compound.clone()), ("building", building.to_string()), ("city", "北京市".to_owned())];
            self.add(Layer::Addresses, "", "", extra, Point(at));
            self.spot(house.at, format!("{compound}{building}号楼"), SpotKind::House);
        }
    }

    /// A door with a number on a road.
    pub fn door(&mut self, road: usize, along: f64, left: bool, at: (f64, f64), compound: &str) -> (String, u32) {
        let road = &self.town.roads[road];
        let (name, number) = (road.name.clone(), road.number(along, left));
        let at = self.settled(at);
        let extra = vec![
            ("street", name.clone()),
            ("number", number.to_string()),
            ("compound", compound.to_owned()),
            ("city", "北京市".to_owned()),
        ];
        let place = self.town.bend.coord(at);
        self.add(Layer::Addresses, "", "", extra, Point(place));
        self.spot(at, format!("{name}{number}号"), SpotKind::Door);
        (name, number)
    }

    /// The door of a plot on one of its sides, a little inside its border.
    pub fn plot_door(&mut self, leaf: &Leaf, side: Side, along: f64, compound: &str) -> Option<(String, u32)> {
        let road = leaf.edges[side as usize]?;
        let plot = leaf.plot(&self.town.roads);
        let at = match side {
            Side::South => (along, plot.v0 + 2.0),
            Side::North => (along, plot.v1 - 2.0),
            Side::West => (plot.u0 + 2.0, along),
            Side::East => (plot.u1 - 2.0, along),
        };
        Some(self.door(road, along, side.is_left(), at, compound))
    }

    /// A point of interest, with a telephone.
    pub fn poi(&mut self, class: &str, name: &str, at: (f64, f64), door: Option<&(String, u32)>, compound: &str) {
        let at = self.settled(at);
        let phone = names::office_phone(&mut self.dice);
        let (street, number) = door.map_or_else(Default::default, |(s, n)| (s.clone(), n.to_string()));
        let extra = vec![("street", street), ("number", number), ("phone", phone), ("compound", compound.to_owned())];
        let place = self.town.bend.coord(at);
        self.add(Layer::Pois, class, name, extra, Point(place));
        if !matches!(class, "bus_stop" | "subway_entrance") {
            self.spot(at, name.to_owned(), SpotKind::Shop);
        }
    }

    /// The point itself, or one a step away from the border of its cell: borders are drawn as chords of the bend, and what
    /// stands on one must lie in the cell that it names.
    fn settled(&self, at: (f64, f64)) -> (f64, f64) {
        const STEP_M: f64 = 0.5;
        self.town.cell_at(at).map_or(at, |cell| {
            let inner = cell.block.shrunk(STEP_M);
            (at.0.clamp(inner.u0, inner.u1), at.1.clamp(inner.v0, inner.v1))
        })
    }

    /// Remembers a place that callers name.
    pub fn spot(&mut self, at: (f64, f64), label: String, kind: SpotKind) {
        if self.spots.is_none() {
            return;
        }
        let Some(cell) = self.town.cell_at(at) else { return };
        let spot = Spot { label, at: self.town.bend.lonlat(at), grid: cell.code.clone(), use_: cell.use_, kind };
        if let Some(spots) = &mut self.spots {
            spots.push(spot);
        }
    }

    /// Sets a component; outside the town there are none.
    pub fn component(&mut self, class: &'static str, name: &str, at: (f64, f64), street: &str) {
        let at = self.settled(at);
        let Some(cell) = self.town.cell_at(at) else { return };
        let grid = cell.code.clone();
        let Some(sequence) = class.parse().ok().and_then(|class: usize| self.sequences.get_mut(class)) else { return };
        *sequence += 1;
        let mark = || Mark { at, street: street.to_owned() };
        match class {
            "0150" => self.cameras.push(mark()),
            "0113" => self.hydrants.push(mark()),
            _ => {}
        }
        let code = format!("110107{class}{:06}", *sequence);
        let state = ["完好", "破损", "丢失", "废弃"][self.dice.weighted(&[0.972, 0.02, 0.004, 0.004])];
        let department = DEPARTMENTS[answering(&format!("C{class}"))].1;
        // What stands in a compound belongs to its owners.
        let owner = if street.ends_with(['路', '街', '巷', '胡', '同', '条']) || class < "0118" {
            department.to_owned()
        } else {
            DEPARTMENTS[13].1.to_owned()
        };
        let built = 1988 + self.dice.whole(36);
        // The 2013 numbering at hand has neither hydrants nor traffic lights; that of 2007 has.
        let scheme = if matches!(class, "0113" | "0210") { OLD_SCHEME } else { SCHEME };
        let extra = vec![
            ("scheme", scheme.to_owned()),
            ("state", state.to_owned()),
            ("grid", grid.clone()),
            ("department", department.to_owned()),
            ("owner", owner),
            ("street", street.to_owned()),
            ("built", built.to_string()),
        ];
        let place = self.town.bend.coord(at);
        self.add_coded(Layer::Components, class, (&code, name), extra, Point(place));
        if let Some(things) = &mut self.things
            && scheme == SCHEME
        {
            let at = LonLat::new(place.x, place.y);
            things.push(Thing { class, code, at, grid, street: street.to_owned() });
        }
    }

    /// Draws a road, or a part of it.
    pub fn road(&mut self, road: &Road, (from, to): (f64, f64), carried: &str) {
        let line = self.town.bend.line(road.axis, road.across, from, to, &road.joints);
        let level = match carried {
            "bridge" => "1",
            "tunnel" => "-1",
            _ => "",
        };
        let yes = |what: &str| if carried == what { "yes".to_owned() } else { String::new() };
        let extra = vec![
            ("lanes", road.way.lanes().to_string()),
            ("width_m", format!("{:.0}", road.way.carriage_m())),
            ("bridge", yes("bridge")),
            ("tunnel", yes("tunnel")),
            ("level", level.to_owned()),
        ];
        self.add(Layer::Roads, road.way.class(), &road.name, extra, line);
    }

    /// A lane or path without a name.
    pub fn lane(&mut self, class: &str, axis: Axis, across: f64, (from, to): (f64, f64), stops: &[f64]) {
        let line = self.town.bend.line(axis, across, from, to, stops);
        let width = if class == "service" { "5" } else { "3" };
        self.add(Layer::Roads, class, "", vec![("lanes", "1".to_owned()), ("width_m", width.to_owned())], line);
    }

    /// A path through board points.
    pub fn path(&mut self, class: &str, name: &str, points: &[(f64, f64)]) {
        let line: LineString<f64> = points.iter().map(|at| self.town.bend.coord(*at)).collect();
        self.add(Layer::Roads, class, name, vec![("width_m", "3".to_owned())], line);
    }
}
