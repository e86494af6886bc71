//! What OpenStreetMap's two formats share: nodes, ways and relations become shapes in two passes over a file.

use std::collections::{BTreeMap, BTreeSet};

use geo::{Coord, Geometry, LineString, Point, Polygon};

use super::report::SkipReason;
use super::rings::{Way, close_rings, polygons};
use super::row::{Row, RowKind, Rows};
use super::{ImportError, Tags};

/// Nodes whose places are kept in memory, 16 bytes each.
pub(super) const MAX_NODES: usize = 64_000_000;

/// Tags that keep a closed way a line.
const LINE_KEYS: [&str; 5] = ["highway", "railway", "waterway", "barrier", "power"];

/// A relation whose ways make an area.
pub(super) struct AreaRelation {
    pub id: i64,
    pub tags: Tags,
    pub ways: Vec<i64>,
}

#[derive(Default)]
pub(super) struct Gathered {
    /// Node id and place in 1e-7 degrees, sorted by id after the first pass.
    pub nodes: Vec<(i64, i32, i32)>,
    pub relations: Vec<AreaRelation>,
    pub wanted_ways: BTreeSet<i64>,
    pub ways: BTreeMap<i64, Way>,
}

impl Gathered {
    /// The first pass is over.
    pub fn sort(&mut self) {
        self.nodes.sort_unstable_by_key(|(id, _, _)| *id);
    }

    /// Notes a relation that makes an area; `members` are its ways.
    pub fn relation(&mut self, id: i64, tags: Tags, members: Vec<i64>) {
        if matches!(tags.get("type").map(String::as_str), Some("multipolygon" | "boundary")) {
            self.wanted_ways.extend(&members);
            self.relations.push(AreaRelation { id, tags, ways: members });
        }
    }

    /// The second pass comes to a way: the row it makes, if it has tags.
    pub fn way(&mut self, id: i64, refs: impl Iterator<Item = i64>, tags: Tags) -> Option<Row> {
        let nodes: Way = refs.filter_map(|node| Some((node, place(&self.nodes, node)?))).collect();
        let row = (!tags.is_empty()).then(|| {
            let geometry = shape(&nodes, &tags).ok_or(SkipReason::NoNodes);
            Row { kind: RowKind::Way, number: id, tags, geometry }
        });
        if self.wanted_ways.contains(&id) {
            self.ways.insert(id, nodes);
        }
        row
    }

    /// Both passes are over: areas from relations.
    pub fn areas(mut self, rows: &mut dyn Rows) -> Result<(), ImportError> {
        for relation in std::mem::take(&mut self.relations) {
            let ways: Vec<Way> = relation.ways.iter().filter_map(|id| self.ways.get(id).cloned()).collect();
            let missing = relation.ways.len() - ways.len();
            let (rings, open) = close_rings(ways);
            let shape = polygons(rings);
            let geometry = if shape.0.is_empty() {
                Err(SkipReason::OpenRing { missing, open })
            } else {
                Ok(Geometry::MultiPolygon(shape))
            };
            rows.row(Row { kind: RowKind::Relation, number: relation.id, tags: relation.tags, geometry })?;
        }
        Ok(())
    }
}

fn place(nodes: &[(i64, i32, i32)], id: i64) -> Option<Coord<f64>> {
    let index = nodes.binary_search_by_key(&id, |(id, _, _)| *id).ok()?;
    nodes.get(index).map(|(_, lon, lat)| Coord { x: f64::from(*lon) / 1e7, y: f64::from(*lat) / 1e7 })
}

fn shape(nodes: &Way, tags: &Tags) -> Option<Geometry<f64>> {
    if let [(_, only)] = nodes.as_slice() {
        // Cut off at the edge of an extract: where it is can still be told, how far it reaches cannot.
        return Some(Point(*only).into());
    }
    if nodes.is_empty() {
        return None;
    }
    let line = LineString(nodes.iter().map(|(_, at)| *at).collect());
    let closed = nodes.len() >= 4 && nodes.first().map(|(id, _)| id) == nodes.last().map(|(id, _)| id);
    let is_line = LINE_KEYS.iter().any(|key| tags.contains_key(*key))
        || tags.get("man_made").is_some_and(|kind| kind == "pipeline");
    let says_area = tags.get("area").is_some_and(|value| value == "yes")
        || tags.contains_key("building")
        || tags.contains_key("landuse")
        || tags.get("waterway").is_some_and(|kind| kind == "riverbank");
    if closed && (says_area || !is_line) { Some(Polygon::new(line, Vec::new()).into()) } else { Some(line.into()) }
}
