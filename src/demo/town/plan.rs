//! The plan of the town: roads, superblocks, blocks, cells and communities, before anything is built.

use super::shape::{Axis, Bend, Block};

/// Which way a road is built.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Way {
    /// 主干路.
    Primary,
    /// 次干路.
    Secondary,
    /// 支路 between superblocks and through them.
    Tertiary,
    /// 街坊路 between blocks.
    Residential,
    /// 胡同 of the old quarter.
    Hutong,
    /// Lane inside a compound; it has no name.
    Lane,
}

impl Way {
    /// Value of OpenStreetMap's `highway`.
    pub fn class(self) -> &'static str {
        match self {
            Self::Primary => "primary",
            Self::Secondary => "secondary",
            Self::Tertiary => "tertiary",
            Self::Residential => "residential",
            Self::Hutong => "living_street",
            Self::Lane => "service",
        }
    }

    /// From the middle to the border of the plots: carriageway, verge and pavement.
    pub fn half_m(self) -> f64 {
        match self {
            Self::Primary => 26.0,
            Self::Secondary => 19.0,
            Self::Tertiary => 13.0,
            Self::Residential => 9.0,
            Self::Hutong => 3.0,
            Self::Lane => 3.5,
        }
    }

    /// Width of the carriageway.
    pub fn carriage_m(self) -> f64 {
        match self {
            Self::Primary => 32.0,
            Self::Secondary => 22.0,
            Self::Tertiary => 14.0,
            Self::Residential => 9.0,
            Self::Hutong => 4.0,
            Self::Lane => 5.0,
        }
    }

    /// Traffic lanes of both directions.
    pub fn lanes(self) -> u32 {
        match self {
            Self::Primary => 8,
            Self::Secondary => 6,
            Self::Tertiary => 4,
            Self::Residential => 2,
            Self::Hutong | Self::Lane => 1,
        }
    }
}

/// How a stretch of a road is carried.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Carried {
    /// Over the river.
    Bridge,
    /// Under the railway.
    Tunnel,
}

/// A road with a name: one straight line of the board.
#[derive(Clone, PartialEq, Debug)]
pub struct Road {
    /// Its direction.
    pub axis: Axis,
    /// Where it lies across its direction.
    pub across: f64,
    /// Where it begins in the town.
    pub from: f64,
    /// Where it ends in the town.
    pub to: f64,
    /// How far it goes on outside, at its beginning and its end.
    pub tails: (f64, f64),
    /// From where door numbers count.
    pub origin: f64,
    /// Kind.
    pub way: Way,
    /// Name.
    pub name: String,
    /// Where other roads meet it.
    pub joints: Vec<f64>,
    /// Those of them at which traffic lights may stand: roads of some weight that cross or end.
    pub lights: Vec<f64>,
    /// Bridges and tunnels.
    pub carried: Vec<(f64, f64, Carried)>,
}

impl Road {
    /// The door number at `along` on the left (odd) or right (even) side, seen in the direction of the numbers: one
    /// number of a side for every twelve metres.
    pub fn number(&self, along: f64, left: bool) -> u32 {
        let step = ((along - self.origin).max(0.0) / 12.0).floor() as u32;
        2 * step + if left { 1 } else { 2 }
    }

    /// The board point `along` the road, `aside` metres left of its middle.
    pub fn point(&self, along: f64, aside: f64) -> (f64, f64) {
        match self.axis {
            Axis::East => (along, self.across + aside),
            Axis::North => (self.across - aside, along),
        }
    }
}

/// Side of a block.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Side {
    /// South.
    South,
    /// North.
    North,
    /// West.
    West,
    /// East.
    East,
}

impl Side {
    /// All sides, in the order of [`Leaf::edges`].
    pub const ALL: [Self; 4] = [Self::South, Self::North, Self::West, Self::East];

    /// Whether a block that has the road on this side lies left of it (odd door numbers).
    pub fn is_left(self) -> bool {
        // East-going roads have the north on their left, north-going ones the west.
        matches!(self, Self::South | Self::East)
    }

    /// Direction of the road on this side.
    pub fn axis(self) -> Axis {
        match self {
            Self::South | Self::North => Axis::East,
            Self::West | Self::East => Axis::North,
        }
    }
}

/// What is built in a block.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Use {
    /// Rows of walk-up slabs of the 1980s and 1990s.
    Slabs,
    /// Point houses and high slabs with a green middle.
    Towers,
    /// Courtyard houses along alleys.
    Old,
    /// A shopping centre with a square.
    Mall,
    /// Office houses.
    Offices,
    /// Workshops and stores.
    Works,
    /// A primary (or middle) school.
    School {
        /// Middle school.
        middle: bool,
    },
    /// A hospital.
    Hospital,
    /// A covered market.
    Market,
    /// The street office, police, services.
    Civic,
    /// Fire station and a depot.
    Fire,
    /// A park.
    Park,
    /// A building site.
    Site,
    /// The river between its banks.
    River,
    /// The railway.
    Rail,
}

/// A block: what lies between roads that have names.
#[derive(Clone, PartialEq, Debug)]
pub struct Leaf {
    /// Between the middles of its roads.
    pub block: Block,
    /// Roads on its sides, in the order of [`Side::ALL`].
    pub edges: [Option<usize>; 4],
    /// What is built.
    pub use_: Use,
    /// Numbers of its cells.
    pub cells: std::ops::Range<usize>,
    /// Lanes between its cells: direction and place.
    pub lanes: Vec<(Axis, f64)>,
    /// Alleys with names through it (old quarter).
    pub alleys: Vec<usize>,
    /// Its superblock.
    pub superblock: usize,
    /// Number within the superblock.
    pub ordinal: usize,
    /// Small institutions that find room here.
    pub guests: Vec<Guest>,
}

/// A small institution inside a residential block.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Guest {
    /// 幼儿园.
    Kindergarten,
    /// 社区居委会 with its service station.
    CommunityOffice,
    /// 社区卫生服务站.
    Clinic,
    /// 养老驿站.
    ElderCare,
}

impl Leaf {
    /// The block without half its roads.
    pub fn plot(&self, roads: &[Road]) -> Block {
        self.block.inset(self.edges.map(|edge| edge.map_or(0.0, |road| roads[road].way.half_m())))
    }
}

/// A unit grid cell.
#[derive(Clone, PartialEq, Debug)]
pub struct Cell {
    /// Outline.
    pub block: Block,
    /// 15 digits.
    pub code: String,
    /// Its community.
    pub community: usize,
    /// What is built there.
    pub use_: Use,
}

/// A community.
#[derive(Clone, PartialEq, Debug)]
pub struct Community {
    /// 12 digits.
    pub code: String,
    /// 青禾社区.
    pub name: String,
    /// Its superblocks with their bands.
    pub parts: Vec<Block>,
    /// Its cells.
    pub cells: Vec<usize>,
}

/// What prevails in a superblock.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Theme {
    /// Walk-up compounds.
    Slabs,
    /// High compounds.
    Towers,
    /// Courtyards.
    Old,
    /// Shops, offices, the street office.
    Centre,
    /// A large park.
    Park,
    /// Workshops.
    Works,
}

/// Between main roads.
#[derive(Clone, PartialEq, Debug)]
pub struct Superblock {
    /// Column and row of the board.
    pub at: (usize, usize),
    /// Between the middles of its main roads.
    pub block: Block,
    /// What prevails.
    pub theme: Theme,
    /// Name of the place.
    pub place: String,
    /// Its community.
    pub community: usize,
    /// Its blocks, bands included.
    pub leaves: std::ops::Range<usize>,
}

/// The whole plan.
#[derive(Clone, Debug)]
pub struct Town {
    /// The seed.
    pub seed: u64,
    /// The way onto the ground.
    pub bend: Bend,
    /// Roads with names.
    pub roads: Vec<Road>,
    /// Superblocks, by row and column.
    pub superblocks: Vec<Superblock>,
    /// Blocks.
    pub leaves: Vec<Leaf>,
    /// Cells.
    pub cells: Vec<Cell>,
    /// Communities.
    pub communities: Vec<Community>,
    /// Codes of streets with what belongs to each.
    pub streets: Vec<(String, Vec<Block>)>,
    /// Name of the river or rivers, each with its band.
    pub rivers: Vec<(String, Block)>,
    /// The railway bands.
    pub rails: Vec<Block>,
    /// Roads below which the metro runs.
    pub metros: Vec<usize>,
    /// Metro stations: name, road, place along it.
    pub stations: Vec<(String, usize, f64)>,
    /// Superblock by column and row.
    pub(super) grid: Vec<Vec<Option<usize>>>,
    /// Borders of columns, west to east.
    pub(super) columns: Vec<f64>,
    /// Borders of strips, south to north, and the row that a strip belongs to.
    pub(super) strips: Vec<(f64, usize)>,
}

impl Town {
    /// The cell at a board point.
    pub fn cell_at(&self, at: (f64, f64)) -> Option<&Cell> {
        let leaf = self.leaf_at(at)?;
        self.cells[leaf.cells.clone()].iter().find(|cell| cell.block.holds(at))
    }

    /// The block at a board point.
    pub fn leaf_at(&self, at: (f64, f64)) -> Option<&Leaf> {
        let leaves = self.leaves.get(self.superblock_at(at)?.leaves.clone())?;
        leaves.iter().find(|leaf| leaf.block.holds(at))
    }

    /// The superblock at a board point, bands included.
    pub fn superblock_at(&self, (u, v): (f64, f64)) -> Option<&Superblock> {
        let column = self.columns.partition_point(|border| *border <= u).checked_sub(1)?;
        let strip = self.strips.partition_point(|(border, _)| *border <= v).checked_sub(1)?;
        let row = self.strips.get(strip)?.1;
        self.superblocks.get((*self.grid.get(column)?.get(row)?)?)
    }
}
