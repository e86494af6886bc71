//! OpenStreetMap PBF: one pass for the places of nodes and for relations, one for everything that has tags.
//!
//! The osmpbf crate can panic on blocks whose numbers overflow or name no member type, so each block is read inside
//! `catch_unwind` and such a block is a broken one.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::{BufReader, Read};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use geo::{Coord, Geometry, LineString, Point, Polygon};
use osmpbf::{BlobDecode, BlobReader, Element, PrimitiveBlock, RelMemberType};

use super::rings::{Way, close_rings, polygons};
use super::{ImportError, Sink, SkipReason, Tags};

/// Tags that keep a closed way a line.
const LINE_KEYS: [&str; 5] = ["highway", "railway", "waterway", "barrier", "power"];

/// Counts what has been read, so that a broken blob has an offset.
struct Counting<R> {
    inner: R,
    bytes: Arc<AtomicU64>,
}

impl<R: Read> Read for Counting<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.bytes.fetch_add(count as u64, Ordering::Relaxed);
        Ok(count)
    }
}

/// A relation whose ways make an area.
struct AreaRelation {
    id: i64,
    tags: Tags,
    ways: Vec<i64>,
}

#[derive(Default)]
struct Gathered {
    /// Node id and place in 1e-7 degrees, sorted by id after the first pass.
    nodes: Vec<(i64, i32, i32)>,
    relations: Vec<AreaRelation>,
    wanted_ways: BTreeSet<i64>,
    ways: BTreeMap<i64, Way>,
}

/// Nodes and ways of a block that have something to say: name for the report, tags, shape.
type Found = (&'static str, i64, Tags, Geometry<f64>);

pub fn read(path: &Path, size: u64, sink: &mut Sink, tell: &mut dyn FnMut(u64)) -> Result<(), ImportError> {
    let mut all = Gathered::default();
    each_block(path, size, tell, |block| guarded(|| first_pass(block, &mut all)).map_err(BlockError::Broken))?;
    all.nodes.sort_unstable_by_key(|(id, _, _)| *id);
    let mut tell_second = |bytes| tell(size + bytes);
    each_block(path, size, &mut tell_second, |block| {
        let (found, lost) = guarded(|| second_pass(block, &mut all)).map_err(BlockError::Broken)?;
        for (kind, id, tags, geometry) in found {
            sink.put(&tags, &geometry, || format!("{kind} {id}")).map_err(BlockError::Sink)?;
        }
        for id in lost {
            sink.skip(format!("way {id}"), SkipReason::NoNodes);
        }
        Ok(())
    })?;
    for relation in std::mem::take(&mut all.relations) {
        let ways: Vec<Way> = relation.ways.iter().filter_map(|id| all.ways.get(id).cloned()).collect();
        let missing = relation.ways.len() - ways.len();
        let (rings, open) = close_rings(ways);
        let shape = polygons(rings);
        let what = || format!("relation {}", relation.id);
        if shape.0.is_empty() {
            sink.skip(what(), SkipReason::OpenRing { missing, open });
            continue;
        }
        sink.put(&relation.tags, &Geometry::MultiPolygon(shape), what)?;
    }
    Ok(())
}

enum BlockError {
    Broken(String),
    Sink(ImportError),
}

/// Runs what reads a block; a panic of the parser becomes the reason why the block is broken.
fn guarded<T>(read: impl FnOnce() -> T) -> Result<T, String> {
    catch_unwind(AssertUnwindSafe(read)).map_err(|_| "its numbers overflow or name things that do not exist".to_owned())
}

/// Hands the file's data blocks to `each`, naming the offset of one that is broken.
fn each_block(
    path: &Path,
    size: u64,
    tell: &mut dyn FnMut(u64),
    mut each: impl FnMut(&PrimitiveBlock) -> Result<(), BlockError>,
) -> Result<(), ImportError> {
    let file = File::open(path).map_err(|source| ImportError::Io { path: path.to_owned(), source })?;
    let bytes = Arc::new(AtomicU64::new(0));
    let mut reader = BlobReader::new(Counting { inner: BufReader::new(file), bytes: Arc::clone(&bytes) });
    let mut first = true;
    loop {
        let offset = bytes.load(Ordering::Relaxed);
        let broken = |reason: String| ImportError::BrokenPbf { path: path.to_owned(), offset, reason };
        let blob = match guarded(|| reader.next()).map_err(broken)? {
            Some(blob) => blob.map_err(|error| broken(error.to_string()))?,
            None if first => return Err(broken("there is no OpenStreetMap header".to_owned())),
            // Up to three bytes of a header's length are taken for the end by the reader.
            None if offset != size => return Err(broken("the file ends inside a blob".to_owned())),
            None => return Ok(()),
        };
        let decoded = guarded(|| blob.decode()).map_err(broken)?.map_err(|error| broken(error.to_string()))?;
        match decoded {
            BlobDecode::OsmHeader(header) => {
                const UNDERSTOOD: [&str; 3] = ["OsmSchema-V0.6", "DenseNodes", "HistoricalInformation"];
                let strange = header.required_features().iter().find(|name| !UNDERSTOOD.contains(&name.as_str()));
                if let Some(name) = strange {
                    return Err(broken(format!("it needs the feature {name}, which is not understood")));
                }
            }
            _ if first => return Err(broken("there is no OpenStreetMap header".to_owned())),
            BlobDecode::OsmData(block) => match each(&block) {
                Ok(()) => {}
                Err(BlockError::Broken(reason)) => return Err(broken(reason)),
                Err(BlockError::Sink(error)) => return Err(error),
            },
            BlobDecode::Unknown(_) => {}
        }
        first = false;
        tell(bytes.load(Ordering::Relaxed));
    }
}

fn first_pass(block: &PrimitiveBlock, all: &mut Gathered) {
    for element in block.elements() {
        match element {
            Element::DenseNode(node) => all.nodes.push((node.id(), node.decimicro_lon(), node.decimicro_lat())),
            Element::Node(node) => all.nodes.push((node.id(), node.decimicro_lon(), node.decimicro_lat())),
            Element::Relation(relation) => {
                let tags = owned(relation.tags());
                if !matches!(tags.get("type").map(String::as_str), Some("multipolygon" | "boundary")) {
                    continue;
                }
                let ways: Vec<i64> = relation
                    .members()
                    .filter(|member| member.member_type == RelMemberType::Way)
                    .map(|member| member.member_id)
                    .collect();
                all.wanted_ways.extend(&ways);
                all.relations.push(AreaRelation { id: relation.id(), tags, ways });
            }
            Element::Way(_) => {}
        }
    }
}

/// Tagged nodes and ways of the block, and the ids of ways that have no node in the file.
fn second_pass(block: &PrimitiveBlock, all: &mut Gathered) -> (Vec<Found>, Vec<i64>) {
    let (mut found, mut lost): (Vec<Found>, _) = (Vec::new(), Vec::new());
    for element in block.elements() {
        match element {
            Element::DenseNode(node) => {
                let tags = owned(node.tags());
                if !tags.is_empty() {
                    found.push(("node", node.id(), tags, Point::new(node.lon(), node.lat()).into()));
                }
            }
            Element::Node(node) => {
                let tags = owned(node.tags());
                if !tags.is_empty() {
                    found.push(("node", node.id(), tags, Point::new(node.lon(), node.lat()).into()));
                }
            }
            Element::Way(way) => {
                let nodes: Way = way.refs().filter_map(|id| Some((id, place(&all.nodes, id)?))).collect();
                let tags = owned(way.tags());
                if !tags.is_empty() {
                    match shape(&nodes, &tags) {
                        Some(geometry) => found.push(("way", way.id(), tags, geometry)),
                        None => lost.push(way.id()),
                    }
                }
                if all.wanted_ways.contains(&way.id()) {
                    all.ways.insert(way.id(), nodes);
                }
            }
            Element::Relation(_) => {}
        }
    }
    (found, lost)
}

fn owned<'a>(tags: impl Iterator<Item = (&'a str, &'a str)>) -> Tags {
    tags.map(|(key, value)| (key.to_owned(), value.to_owned())).collect()
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
