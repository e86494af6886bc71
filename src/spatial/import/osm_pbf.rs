//! OpenStreetMap PBF: one pass for the places of nodes and for relations, one for everything that has tags.
//!
//! The osmpbf crate can panic on blocks whose numbers overflow or name no member type, so each block is read inside
//! `catch_unwind` and such a block is a broken one.

use std::fs::File;
use std::io::{BufReader, Read};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use geo::Point;
use osmpbf::{BlobDecode, BlobReader, Element, PrimitiveBlock, RelMemberType};

use super::osm::{Gathered, MAX_NODES};
use super::row::{Row, RowKind, Rows};
use super::{ImportError, Tags};
use crate::spatial::crs::SourceCrs;

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

pub(super) fn read(path: &Path, size: u64, rows: &mut dyn Rows) -> Result<(), ImportError> {
    rows.begin("", Some(SourceCrs::LonLat))?;
    let mut all = Gathered::default();
    let mut each = |block: &PrimitiveBlock| {
        guarded(|| first_pass(block, &mut all)).map_err(BlockError::Broken)?;
        if all.nodes.len() > MAX_NODES {
            let (what, limit) = ("nodes", MAX_NODES as u64);
            return Err(BlockError::Sink(ImportError::TooMuch { path: path.to_owned(), what, limit }));
        }
        Ok(())
    };
    each_block(path, size, &mut |bytes| rows.told(bytes / 2), &mut each)?;
    all.sort();
    // Both what tells and what takes rows are the same object, so the blocks' ends are noted and told with the rows.
    let told = Arc::new(AtomicU64::new(0));
    let mut tell = |bytes: u64| told.store(bytes, Ordering::Relaxed);
    each_block(path, size, &mut tell, &mut |block: &PrimitiveBlock| {
        for row in guarded(|| second_pass(block, &mut all)).map_err(BlockError::Broken)? {
            rows.row(row).map_err(BlockError::Sink)?;
        }
        rows.told((size + told.load(Ordering::Relaxed)) / 2);
        Ok(())
    })?;
    all.areas(rows)
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
    each: &mut dyn FnMut(&PrimitiveBlock) -> Result<(), BlockError>,
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
                let members = relation
                    .members()
                    .filter(|member| member.member_type == RelMemberType::Way)
                    .map(|member| member.member_id)
                    .collect();
                all.relation(relation.id(), owned(relation.tags()), members);
            }
            Element::Way(_) => {}
        }
    }
}

/// Tagged nodes and ways of the block.
fn second_pass(block: &PrimitiveBlock, all: &mut Gathered) -> Vec<Row> {
    let mut found = Vec::new();
    let mut node = |id, tags: Tags, lon, lat| {
        if !tags.is_empty() {
            found.push(Row { kind: RowKind::Node, number: id, tags, geometry: Ok(Point::new(lon, lat).into()) });
        }
    };
    let mut ways = Vec::new();
    for element in block.elements() {
        match element {
            Element::DenseNode(dense) => node(dense.id(), owned(dense.tags()), dense.lon(), dense.lat()),
            Element::Node(plain) => node(plain.id(), owned(plain.tags()), plain.lon(), plain.lat()),
            Element::Way(way) => ways.extend(all.way(way.id(), way.refs(), owned(way.tags()))),
            Element::Relation(_) => {}
        }
    }
    found.extend(ways);
    found
}

fn owned<'a>(tags: impl Iterator<Item = (&'a str, &'a str)>) -> Tags {
    tags.map(|(key, value)| (key.to_owned(), value.to_owned())).collect()
}
