//! A street's cells, communities, components and addresses, indexed by place.
//!
//! Areas are asked in longitude and latitude, borders included; distances are metres on EPSG:4548.

use geo::{Centroid, Intersects, MultiPolygon, Point, Rect};
use rstar::primitives::{GeomWithData, Rectangle};
use rstar::{AABB, RTree};

use super::crs::{Ground, ground_from_lonlat};
use super::feature::{Feature, Layer};
use super::grid::says_void;
use super::pack::{Pack, PackError};
use crate::base::LonLat;
use crate::base::text::Lang;

/// An address further away than this says nothing about a place (DOMAIN.md 6.3).
const ADDRESS_REACH_M: f64 = 50.0;
/// The same for a point of interest.
const POI_REACH_M: f64 = 100.0;
/// Nearer than this one is at a place and not beside it.
const AT_M: f64 = 8.0;

/// A unit grid cell.
#[derive(Clone, PartialEq, Debug)]
pub struct Cell {
    /// 15 digits.
    pub code: String,
    /// 12 digits of its community.
    pub community_code: String,
    /// Name of its community; empty when the pack does not tell.
    pub community: String,
    /// Outline, longitude and latitude.
    pub shape: MultiPolygon<f64>,
    /// Its middle, for a sign or a label.
    pub centre: LonLat,
}

/// A community (社区).
#[derive(Clone, PartialEq, Debug)]
pub struct Community {
    /// 12 digits where known.
    pub code: String,
    /// Name as shown.
    pub name: String,
    /// Outline, longitude and latitude.
    pub shape: MultiPolygon<f64>,
}

/// A compound or a building.
#[derive(Clone, PartialEq, Debug)]
pub struct Block {
    /// Compound or building.
    pub layer: Layer,
    /// Kind of building or compound.
    pub class: String,
    /// What people call it: its name, compound and building number, or road and number; may be empty.
    pub label: String,
    /// Floors above ground, as the pack has them.
    pub floors: String,
    /// Outline, longitude and latitude.
    pub shape: MultiPolygon<f64>,
}

/// A component (部件) on the map.
#[derive(Clone, PartialEq, Debug)]
pub struct Component {
    /// Four digits of class.
    pub class: String,
    /// Scheme that the class belongs to.
    pub scheme: String,
    /// 16 digits where known.
    pub code: String,
    /// Name as shown.
    pub name: String,
    /// Where it stands.
    pub at: LonLat,
}

/// An address or a point of interest, ready to be spoken.
#[derive(Clone, PartialEq, Debug)]
pub struct Place {
    /// The words: 鲁谷路12号, 十字坡小区6号楼, 鲁谷医院.
    pub label: String,
    /// Kind of point of interest; empty for an address.
    pub class: String,
    /// Where it is.
    pub at: LonLat,
}

/// Eight winds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Bearing {
    /// 北
    North,
    /// 东北
    NorthEast,
    /// 东
    East,
    /// 东南
    SouthEast,
    /// 南
    South,
    /// 西南
    SouthWest,
    /// 西
    West,
    /// 西北
    NorthWest,
}

impl Bearing {
    /// The wind in which `to` lies as seen from `from`.
    pub fn between(from: Ground, to: Ground) -> Self {
        const WINDS: [Bearing; 8] = [
            Bearing::North,
            Bearing::NorthEast,
            Bearing::East,
            Bearing::SouthEast,
            Bearing::South,
            Bearing::SouthWest,
            Bearing::West,
            Bearing::NorthWest,
        ];
        let clockwise = (to.east_m - from.east_m).atan2(to.north_m - from.north_m).to_degrees();
        let sector = (clockwise.rem_euclid(360.0) / 45.0).round();
        // 0..=8 by construction; 8 is north again.
        WINDS[sector as usize % 8]
    }

    /// Degrees clockwise from north.
    pub fn degrees(self) -> f64 {
        match self {
            Self::North => 0.0,
            Self::NorthEast => 45.0,
            Self::East => 90.0,
            Self::SouthEast => 135.0,
            Self::South => 180.0,
            Self::SouthWest => 225.0,
            Self::West => 270.0,
            Self::NorthWest => 315.0,
        }
    }

    /// 东南, south-east.
    pub fn text(self, lang: Lang) -> &'static str {
        match self {
            Self::North => lang.text("map.bearing.n"),
            Self::NorthEast => lang.text("map.bearing.ne"),
            Self::East => lang.text("map.bearing.e"),
            Self::SouthEast => lang.text("map.bearing.se"),
            Self::South => lang.text("map.bearing.s"),
            Self::SouthWest => lang.text("map.bearing.sw"),
            Self::West => lang.text("map.bearing.w"),
            Self::NorthWest => lang.text("map.bearing.nw"),
        }
    }
}

/// What a point is asked against.
#[derive(Debug, Default)]
pub struct Street {
    code: String,
    extent: Option<Rect<f64>>,
    cells: Areas<Cell>,
    communities: Areas<Community>,
    compounds: Areas<Block>,
    buildings: Areas<Block>,
    components: Points<Component>,
    addresses: Points<Place>,
    pois: Points<Place>,
    skipped: u64,
}

impl Street {
    /// Reads a pack's places into memory.
    ///
    /// # Errors
    /// When a table of the pack cannot be read; single bad rows are left out and counted by [`skipped`](Self::skipped).
    pub fn load(pack: &Pack) -> Result<Self, PackError> {
        let mut skipped = 0;
        let mut read = |layer| {
            let mut features = Vec::new();
            let report = pack.features(layer, |_, feature| features.push(feature))?;
            skipped += report.skipped;
            Ok::<_, PackError>(features)
        };
        let communities: Vec<Community> = read(Layer::Boundaries)?
            .into_iter()
            .filter(|feature| feature.class == "community")
            .filter_map(|feature| {
                Some(Community { shape: area(feature.geometry)?, code: feature.code, name: feature.name })
            })
            .collect();
        let mut cells: Vec<Cell> =
            read(Layer::UnitGrids)?.into_iter().filter_map(|feature| cell_of(feature, &communities)).collect();
        cells.sort_by(|a, b| a.code.cmp(&b.code));
        let blocks = |features: Vec<Feature>| features.into_iter().filter_map(block_of).collect::<Vec<_>>();
        let compounds = blocks(read(Layer::Compounds)?);
        let buildings = blocks(read(Layer::Buildings)?);
        let components = read(Layer::Components)?.into_iter().filter_map(component_of).collect();
        let places = |features: Vec<Feature>| features.iter().filter_map(place_of).collect::<Vec<_>>();
        let addresses = places(read(Layer::Addresses)?);
        let pois = places(read(Layer::Pois)?);
        let code = match pack.meta().get("street_code") {
            Some(code) => code.clone(),
            None => cells.first().and_then(|cell| cell.code.get(..9)).unwrap_or_default().to_owned(),
        };
        Ok(Self {
            code,
            extent: pack.extent(),
            cells: Areas::new(cells, |cell| &cell.shape),
            communities: Areas::new(communities, |community| &community.shape),
            compounds: Areas::new(compounds, |block| &block.shape),
            buildings: Areas::new(buildings, |block| &block.shape),
            components: Points::new(components, |component: &Component| component.at),
            addresses: Points::new(addresses, |place: &Place| place.at),
            pois: Points::new(pois, |place: &Place| place.at),
            skipped,
        })
    }

    /// Nine digits of the street, from the pack's own word or its first cell; empty when it tells neither.
    pub fn street_code(&self) -> &str {
        &self.code
    }

    /// Longitude and latitude bounds of the pack.
    pub fn extent(&self) -> Option<Rect<f64>> {
        self.extent
    }

    /// Rows of the pack that could not be understood.
    pub fn skipped(&self) -> u64 {
        self.skipped
    }

    /// All cells, by code.
    pub fn cells(&self) -> &[Cell] {
        &self.cells.items
    }

    /// All communities, as the pack has them.
    pub fn communities(&self) -> &[Community] {
        &self.communities.items
    }

    /// All components, as the pack has them.
    pub fn components(&self) -> &[Component] {
        &self.components.items
    }

    /// The cell that a point lies in; on a border, the one with the lowest code.
    pub fn cell_at(&self, at: LonLat) -> Option<&Cell> {
        self.cells.at(at, |cell| &cell.shape)
    }

    /// The cell with a code.
    pub fn cell(&self, code: &str) -> Option<&Cell> {
        let index = self.cells.items.binary_search_by(|cell| cell.code.as_str().cmp(code)).ok()?;
        self.cells.items.get(index)
    }

    /// The community that a point lies in.
    pub fn community_at(&self, at: LonLat) -> Option<&Community> {
        self.communities.at(at, |community| &community.shape)
    }

    /// The compound that a point lies in.
    pub fn compound_at(&self, at: LonLat) -> Option<&Block> {
        self.compounds.at(at, |block| &block.shape)
    }

    /// The building that a point lies in.
    pub fn building_at(&self, at: LonLat) -> Option<&Block> {
        self.buildings.at(at, |block| &block.shape)
    }

    /// At most `max` components within `radius_m` metres, nearest first, with their distance in metres.
    pub fn components_near(&self, at: LonLat, radius_m: f64, max: usize) -> Vec<(&Component, f64)> {
        self.components.near(at, radius_m, max)
    }

    /// At most `max` points of interest within `radius_m` metres, nearest first, with their distance in metres.
    pub fn pois_near(&self, at: LonLat, radius_m: f64, max: usize) -> Vec<(&Place, f64)> {
        self.pois.near(at, radius_m, max)
    }

    /// The nearest address however far it is, and how many metres away.
    pub fn nearest_address(&self, at: LonLat) -> Option<(&Place, f64)> {
        self.addresses.near(at, f64::INFINITY, 1).pop()
    }

    /// One phrase for a place: 鲁谷路12号东南约30米. It leans on the nearest address within 50 m, the building or compound
    /// around it, or a point of interest within 100 m; `None` when there is nothing of the kind.
    pub fn describe(&self, at: LonLat, lang: Lang) -> Option<String> {
        let beside = |(place, metres): (&Place, f64)| {
            if metres < AT_M {
                return place.label.clone();
            }
            let bearing = Bearing::between(ground_from_lonlat(place.at), ground_from_lonlat(at)).text(lang);
            let rounded = ((metres / 5.0).round() * 5.0).max(10.0);
            lang.fill("map.place.beside", &[("place", &place.label), ("bearing", &bearing), ("metres", &rounded)])
        };
        let address = self.addresses.near(at, ADDRESS_REACH_M, 1).pop();
        address
            .map(beside)
            .or_else(|| {
                let inside = |block: &Block| (!block.label.is_empty()).then(|| block.label.clone());
                self.building_at(at).and_then(inside).or_else(|| self.compound_at(at).and_then(inside))
            })
            .or_else(|| self.pois.near(at, POI_REACH_M, 1).pop().map(beside))
    }
}

/// The words of an address feature: compound and building, else road and number, else its name.
pub fn address_label(feature: &Feature) -> String {
    let get = |key| feature.extra(key).unwrap_or("").trim();
    let (street, number, compound, building) = (get("street"), get("number"), get("compound"), get("building"));
    if !compound.is_empty() && !building.is_empty() {
        return joined(compound, building, "号楼");
    }
    if !street.is_empty() && !number.is_empty() {
        return joined(street, number, "号");
    }
    if compound.is_empty() { feature.name.clone() } else { compound.to_owned() }
}

/// `鲁谷路` and `12` make 鲁谷路12号; a number that carries its word already, or a name in another script, stays as it is.
fn joined(name: &str, number: &str, word: &str) -> String {
    if name.is_ascii() || name.chars().all(|letter| (letter as u32) < 0x2E80) {
        format!("{name} {number}")
    } else if number.chars().next_back().is_some_and(|last| last.is_ascii_digit()) {
        format!("{name}{number}{word}")
    } else {
        format!("{name}{number}")
    }
}

fn area(geometry: geo::Geometry<f64>) -> Option<MultiPolygon<f64>> {
    match geometry {
        geo::Geometry::Polygon(polygon) => Some(MultiPolygon(vec![polygon])),
        geo::Geometry::MultiPolygon(polygons) => Some(polygons),
        _ => None,
    }
}

fn cell_of(feature: Feature, communities: &[Community]) -> Option<Cell> {
    // A pack from elsewhere may keep its void cells among the others; nothing new is filed in them.
    if feature.extra("state").is_some_and(says_void) {
        return None;
    }
    let community_code = feature.code.get(..12).unwrap_or_default().to_owned();
    let named = communities.iter().find(|community| community.code == community_code && !community_code.is_empty());
    let community = match named {
        Some(community) => community.name.clone(),
        None => feature.extra("community").unwrap_or_default().to_owned(),
    };
    let shape = area(feature.geometry)?;
    let middle = shape.centroid()?;
    Some(Cell { code: feature.code, community_code, community, shape, centre: LonLat::new(middle.x(), middle.y()) })
}

fn block_of(feature: Feature) -> Option<Block> {
    let label = if feature.name.is_empty() { address_label(&feature) } else { feature.name.clone() };
    let floors = feature.extra("floors").unwrap_or_default().to_owned();
    Some(Block { layer: feature.layer, class: feature.class, label, floors, shape: area(feature.geometry)? })
}

fn component_of(feature: Feature) -> Option<Component> {
    let scheme = feature.extra("scheme").unwrap_or_default().to_owned();
    let at = middle(&feature.geometry)?;
    Some(Component { class: feature.class, scheme, code: feature.code, name: feature.name, at })
}

fn place_of(feature: &Feature) -> Option<Place> {
    let label = match feature.layer {
        Layer::Addresses => address_label(feature),
        _ => feature.name.clone(),
    };
    if label.is_empty() {
        return None;
    }
    Some(Place { label, class: feature.class.clone(), at: middle(&feature.geometry)? })
}

/// The middle of a shape, in longitude and latitude.
pub fn middle(geometry: &geo::Geometry<f64>) -> Option<LonLat> {
    let point = geometry.centroid()?;
    Some(LonLat::new(point.x(), point.y()))
}

/// Areas by their bounds; indexes are positions in `items`.
#[derive(Debug)]
struct Areas<T> {
    items: Vec<T>,
    tree: RTree<GeomWithData<Rectangle<[f64; 2]>, usize>>,
}

impl<T> Default for Areas<T> {
    fn default() -> Self {
        Self { items: Vec::new(), tree: RTree::new() }
    }
}

impl<T> Areas<T> {
    fn new(items: Vec<T>, shape: impl Fn(&T) -> &MultiPolygon<f64>) -> Self {
        use geo::BoundingRect;
        let entries = items
            .iter()
            .enumerate()
            .filter_map(|(index, item)| {
                let bounds = shape(item).bounding_rect()?;
                let corners = ([bounds.min().x, bounds.min().y], [bounds.max().x, bounds.max().y]);
                Some(GeomWithData::new(Rectangle::from_corners(corners.0, corners.1), index))
            })
            .collect();
        Self { tree: RTree::bulk_load(entries), items }
    }

    /// The first item, in the order of `items`, whose shape holds or touches the point.
    fn at(&self, at: LonLat, shape: impl Fn(&T) -> &MultiPolygon<f64>) -> Option<&T> {
        if !at.is_valid() {
            return None;
        }
        let point = Point::new(at.lon, at.lat);
        self.tree
            .locate_in_envelope_intersecting(&AABB::from_point([at.lon, at.lat]))
            .map(|entry| entry.data)
            .filter(|index| self.items.get(*index).is_some_and(|item| shape(item).intersects(&point)))
            .min()
            .and_then(|index| self.items.get(index))
    }
}

/// Points by their place on the ground; indexes are positions in `items`.
#[derive(Debug)]
struct Points<T> {
    items: Vec<T>,
    tree: RTree<GeomWithData<[f64; 2], usize>>,
}

impl<T> Default for Points<T> {
    fn default() -> Self {
        Self { items: Vec::new(), tree: RTree::new() }
    }
}

impl<T> Points<T> {
    fn new(items: Vec<T>, place: impl Fn(&T) -> LonLat) -> Self {
        let entries = items
            .iter()
            .enumerate()
            .map(|(index, item)| {
                let ground = ground_from_lonlat(place(item));
                GeomWithData::new([ground.east_m, ground.north_m], index)
            })
            .collect();
        Self { tree: RTree::bulk_load(entries), items }
    }

    fn near(&self, at: LonLat, radius_m: f64, max: usize) -> Vec<(&T, f64)> {
        if !at.is_valid() {
            return Vec::new();
        }
        let ground = ground_from_lonlat(at);
        let mut found: Vec<(f64, usize)> = Vec::new();
        for (entry, squared) in self.tree.nearest_neighbor_iter_with_distance_2(&[ground.east_m, ground.north_m]) {
            let metres = squared.sqrt();
            // Those as far away as the last one wanted are looked at too, so that the order does not hang on the tree.
            let enough = found.len() >= max && found.last().is_none_or(|(last, _)| metres > *last);
            if metres > radius_m || enough {
                break;
            }
            found.push((metres, entry.data));
        }
        found.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        found.truncate(max);
        found.into_iter().filter_map(|(metres, index)| Some((self.items.get(index)?, metres))).collect()
    }
}

#[cfg(test)]
mod tests {
    use geo::Rect;
    use proptest::prelude::*;

    use super::*;
    use crate::spatial::crs::{distance_m, lonlat_from_ground};
    use crate::spatial::pack::PackWriter;

    const HOME: LonLat = LonLat::new(116.2229, 39.9066);

    fn moved(east_m: f64, north_m: f64) -> LonLat {
        let home = ground_from_lonlat(HOME);
        lonlat_from_ground(Ground { east_m: home.east_m + east_m, north_m: home.north_m + north_m })
    }

    fn feature(layer: Layer, class: &str, code: &str, name: &str, geometry: geo::Geometry<f64>) -> Feature {
        let own = str::to_owned;
        Feature { layer, class: own(class), code: own(code), name: own(name), extra: Vec::new(), geometry }
    }

    fn point(at: LonLat) -> geo::Geometry<f64> {
        Point::new(at.lon, at.lat).into()
    }

    fn street() -> Street {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("s.gpkg");
        let mut pack = PackWriter::create(&path).unwrap();
        let community = Rect::new((116.22, 39.90), (116.23, 39.91)).to_polygon();
        pack.add(&feature(Layer::Boundaries, "community", "110107011001", "六合园社区", community.into())).unwrap();
        for (index, west) in [116.22, 116.225].into_iter().enumerate() {
            let cell = Rect::new((west, 39.90), (west + 0.005, 39.91)).to_polygon();
            let code = format!("11010701100100{}", index + 1);
            pack.add(&feature(Layer::UnitGrids, "", &code, "", cell.into())).unwrap();
        }
        let mut door = feature(Layer::Addresses, "", "", "", point(HOME));
        door.extra = vec![("street", "鲁谷路".to_owned()), ("number", "12".to_owned())];
        pack.add(&door).unwrap();
        pack.add(&feature(Layer::Pois, "hospital", "", "鲁谷医院", point(moved(300.0, 0.0)))).unwrap();
        pack.add(&feature(Layer::Components, "0137", "", "路灯", point(moved(3.0, 4.0)))).unwrap();
        pack.finish().unwrap();
        Street::load(&Pack::open(&path).unwrap()).unwrap()
    }

    #[test]
    fn a_point_tells_cell_and_community() {
        let street = street();
        let cell = street.cell_at(LonLat::new(116.2249, 39.905)).unwrap();
        assert_eq!((cell.code.as_str(), cell.community.as_str()), ("110107011001001", "六合园社区"));
        assert_eq!(
            street.cell_at(LonLat::new(116.225, 39.905)).unwrap().code,
            "110107011001001",
            "a border has one owner"
        );
        assert_eq!(street.cell_at(LonLat::new(116.2251, 39.905)).unwrap().code, "110107011001002");
        assert!(street.cell_at(LonLat::new(116.3, 39.905)).is_none());
        assert!(street.cell_at(LonLat::new(f64::NAN, 39.905)).is_none());
        assert_eq!(street.community_at(HOME).unwrap().code, "110107011001");
        assert_eq!(street.street_code(), "110107011");
        assert_eq!(street.cell("110107011001002").unwrap().code, "110107011001002");
    }

    #[test]
    fn void_cells_hold_no_point() {
        let mut void =
            feature(Layer::UnitGrids, "", "110107011001001", "", Rect::new((0.0, 0.0), (1.0, 1.0)).to_polygon().into());
        assert!(cell_of(void.clone(), &[]).is_some());
        void.extra = vec![("state", "作废".to_owned())];
        assert!(cell_of(void, &[]).is_none());
    }

    #[test]
    fn places_are_described_in_words() {
        let street = street();
        let say = |at| street.describe(at, Lang::ZhCn);
        assert_eq!(say(HOME).as_deref(), Some("鲁谷路12号"));
        assert_eq!(say(moved(21.0, -21.0)).as_deref(), Some("鲁谷路12号东南约30米"));
        assert_eq!(say(moved(300.0, 60.0)).as_deref(), Some("鲁谷医院北约60米"));
        assert_eq!(say(moved(2000.0, 0.0)), None);
        let (address, metres) = street.nearest_address(moved(2000.0, 0.0)).unwrap();
        assert_eq!(address.label, "鲁谷路12号");
        assert!((metres - 2000.0).abs() < 0.01);
        let near = street.components_near(HOME, 10.0, 5);
        assert!((near[0].1 - 5.0).abs() < 1e-4);
        assert!(street.components_near(HOME, 4.9, 5).is_empty());
    }

    #[test]
    fn an_empty_street_answers_nothing() {
        let street = Street::default();
        assert!(street.cell_at(HOME).is_none() && street.nearest_address(HOME).is_none());
        assert!(street.components_near(HOME, 1e9, 9).is_empty());
    }

    proptest! {
        #[test]
        fn the_nearest_are_those_of_a_scan(
            spots in proptest::collection::vec((0u8..20, 0u8..20), 0..60),
            at in (-5.0f64..25.0, -5.0f64..25.0),
            radius in 0.0f64..15.0,
            max in 0usize..12,
        ) {
            let items: Vec<LonLat> = spots.iter().map(|(x, y)| moved(f64::from(*x), f64::from(*y))).collect();
            let points = Points::new((0..items.len()).collect(), |index: &usize| items[*index]);
            let at = moved(at.0, at.1);
            let mut scan: Vec<(f64, usize)> =
                items.iter().enumerate().map(|(index, item)| (distance_m(at, *item), index)).collect();
            scan.retain(|(metres, _)| *metres <= radius);
            scan.sort_by(|a, b| a.0.total_cmp(&b.0));
            let found: Vec<f64> = points.near(at, radius, max).into_iter().map(|(_, metres)| metres).collect();
            prop_assert_eq!(found.len(), scan.len().min(max));
            for (a, (b, _)) in found.iter().zip(&scan) {
                prop_assert!((a - b).abs() < 1e-4);
            }
        }

        #[test]
        fn the_area_is_that_of_a_scan(
            boxes in proptest::collection::vec((0.0f64..10.0, 0.0f64..10.0, 0.1f64..5.0), 0..30),
            at in (0.0f64..12.0, 0.0f64..12.0),
        ) {
            let items: Vec<MultiPolygon<f64>> = boxes
                .iter()
                .map(|(x, y, size)| MultiPolygon(vec![Rect::new((*x, *y), (x + size, y + size)).to_polygon()]))
                .collect();
            let scan = items.iter().find(|item| item.intersects(&Point::new(at.0, at.1)));
            let areas = Areas::new(items.clone(), |item| item);
            prop_assert_eq!(areas.at(LonLat::new(at.0, at.1), |item| item), scan);
        }
    }
}
