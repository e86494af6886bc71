//! Writing a map pack, whole or not at all.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use geo::{Geometry, Rect};
use rusqlite::{Connection, params};

use super::{PACK_SRS, PackError, blob, schema, union};
use crate::spatial::feature::{Feature, Layer};

/// `last_change` of packs whose `created` was not set: writing never asks the clock, so the same input gives the same bytes.
const UNDATED: &str = "1970-01-01T00:00:00.000Z";

/// Writes a map pack to a file beside its target and gives it the target's name in [`finish`](Self::finish).
///
/// Dropped before that, it takes the unfinished file away again.
#[derive(Debug)]
pub struct PackWriter {
    pub(super) target: PathBuf,
    part: PathBuf,
    /// `None` once closed.
    connection: Option<Connection>,
    pub(super) layers: BTreeMap<Layer, Written>,
    pub(super) created: Option<String>,
}

#[derive(Debug)]
pub(super) struct Written {
    insert: String,
    index: String,
    pub(super) count: u64,
    /// `None` while the table is empty.
    pub(super) bounds: Option<Rect<f64>>,
    /// Geometry type of the table; empty while nothing is in it.
    pub(super) kind: &'static str,
}

impl Written {
    pub(super) fn of(layer: Layer) -> Self {
        let insert = schema::insert_feature(layer);
        let index = format!("INSERT INTO rtree_{}_geom VALUES (?1, ?2, ?3, ?4, ?5)", layer.table());
        Self { insert, index, count: 0, bounds: None, kind: "" }
    }

    pub(super) fn take_in(&mut self, bounds: Rect<f64>, kind: &'static str) {
        self.bounds = Some(self.bounds.map_or(bounds, |all| union(all, bounds)));
        self.kind = if self.kind.is_empty() || self.kind == kind { kind } else { "GEOMETRY" };
    }
}

impl PackWriter {
    /// Begins a pack that will lie at `path`; its folder has to exist. An older file there stays until the new one is whole.
    ///
    /// # Errors
    /// When the file beside the target cannot be made.
    pub fn create(path: impl AsRef<Path>) -> Result<Self, PackError> {
        let (target, part) = beside(path.as_ref())?;
        let writer = Self::over(target, part)?;
        writer.run(
            "gpkg_contents",
            &format!(
                "PRAGMA application_id = {}; PRAGMA user_version = {}; BEGIN;",
                schema::APPLICATION_ID,
                schema::USER_VERSION
            ),
        )?;
        writer.run("gpkg_contents", schema::CORE)?;
        Ok(writer)
    }

    /// A writer on the file at `part`, with no transaction begun.
    pub(super) fn over(target: PathBuf, part: PathBuf) -> Result<Self, PackError> {
        let sql = |source| PackError::Sql { path: target.clone(), table: "gpkg_contents".to_owned(), source };
        let connection = Connection::open(&part).map_err(sql)?;
        let writer = Self { target, part, connection: Some(connection), layers: BTreeMap::new(), created: None };
        // The file is worth nothing until it is renamed, so SQLite need not guard it against a crash meanwhile.
        writer.run(
            "gpkg_contents",
            "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA locking_mode = EXCLUSIVE;
             PRAGMA cache_size = -65536;",
        )?;
        Ok(writer)
    }

    /// Adds a feature and returns its `fid`, counted from 1 within its layer. Empty attributes are kept as NULL.
    ///
    /// # Errors
    /// When the shape is empty or off the globe, an attribute has no column, or SQLite refuses.
    pub fn add(&mut self, feature: &Feature) -> Result<i64, PackError> {
        let layer = feature.layer;
        let (bounds, bytes) = self.encoded(feature)?;
        let kind = kind_name(&feature.geometry);
        if !self.layers.contains_key(&layer) {
            self.run(layer.table(), &schema::create_layer(layer))?;
            self.layers.insert(layer, Written::of(layer));
        }
        let connection = self.connection()?;
        let Some(written) = self.layers.get(&layer) else { return Ok(0) };
        let sql = |source| PackError::Sql { path: self.target.clone(), table: layer.table().to_owned(), source };
        let fid = {
            let mut insert = connection.prepare_cached(&written.insert).map_err(sql)?;
            insert.raw_bind_parameter(1, bytes.as_slice()).map_err(sql)?;
            for (index, value) in [&*feature.class, &*feature.code, &*feature.name].into_iter().enumerate() {
                insert.raw_bind_parameter(index + 2, some(value)).map_err(sql)?;
            }
            for (index, column) in layer.columns().iter().enumerate() {
                insert.raw_bind_parameter(index + 5, feature.extra(column).and_then(some)).map_err(sql)?;
            }
            insert.raw_execute().map_err(sql)?;
            connection.last_insert_rowid()
        };
        connection
            .prepare_cached(&written.index)
            .and_then(|mut put| {
                put.execute(params![fid, bounds.min().x, bounds.max().x, bounds.min().y, bounds.max().y])
            })
            .map_err(sql)?;
        if let Some(written) = self.layers.get_mut(&layer) {
            written.count += 1;
            written.take_in(bounds, kind);
        }
        Ok(fid)
    }

    /// Bounds and blob of a feature that its table can take.
    pub(super) fn encoded(&self, feature: &Feature) -> Result<(Rect<f64>, Vec<u8>), PackError> {
        let (path, table) = (|| self.target.clone(), feature.layer.table());
        let bad_shape = |reason| PackError::BadShape { path: path(), table, reason };
        if let Some((column, _)) = feature.extra.iter().find(|(key, _)| !feature.layer.columns().contains(key)) {
            return Err(PackError::UnknownColumn { path: path(), table, column });
        }
        let bounds = blob::sound_bounds(&feature.geometry).map_err(bad_shape)?;
        Ok((bounds, blob::encode(&feature.geometry, bounds).map_err(bad_shape)?))
    }

    /// Sets what the pack says about itself: `title`, `generated` (`true` for made-up data), `seed`, `source`,
    /// `attribution`, `licence`, `created` (RFC 3339), `crs_from`, `street_code`, …. The last value of a key stays.
    ///
    /// # Errors
    /// When SQLite refuses.
    pub fn set_meta(&mut self, key: &str, value: &str) -> Result<(), PackError> {
        self.connection()?
            .prepare_cached(
                "INSERT INTO jiedao_meta (key, value) VALUES (?1, ?2) ON CONFLICT (key) DO UPDATE SET value = ?2",
            )
            .and_then(|mut put| put.execute([key, value]))
            .map_err(|source| self.sql("jiedao_meta", source))?;
        if key == "created" {
            self.created = Some(value.to_owned());
        }
        Ok(())
    }

    /// How many features a layer has so far.
    pub fn count(&self, layer: Layer) -> u64 {
        self.layers.get(&layer).map_or(0, |written| written.count)
    }

    /// Completes the pack and gives it its name; the older file of that name is replaced in one step.
    ///
    /// # Errors
    /// When SQLite or the file system refuses; the target is then as it was before.
    pub fn finish(mut self) -> Result<(), PackError> {
        self.forget_keys()?;
        let changed = self.created.clone().unwrap_or_else(|| UNDATED.to_owned());
        {
            let connection = self.connection()?;
            let mut contents = connection
                .prepare("INSERT INTO gpkg_contents VALUES (?1, ?2, ?1, '', ?3, ?4, ?5, ?6, ?7, ?8)")
                .map_err(|source| self.sql("gpkg_contents", source))?;
            for (layer, written) in &self.layers {
                let table = layer.table();
                let low = written.bounds.map(|bounds| bounds.min());
                let high = written.bounds.map(|bounds| bounds.max());
                let (x, y) = (|at: geo::Coord<f64>| at.x, |at: geo::Coord<f64>| at.y);
                let kind = if written.kind.is_empty() { "GEOMETRY" } else { written.kind };
                contents
                    .execute(params![
                        table,
                        "features",
                        changed,
                        low.map(x),
                        low.map(y),
                        high.map(x),
                        high.map(y),
                        PACK_SRS
                    ])
                    .and_then(|_| {
                        connection.execute(
                            "INSERT INTO gpkg_geometry_columns VALUES (?1, 'geom', ?2, ?3, 0, 0)",
                            params![table, kind, PACK_SRS],
                        )
                    })
                    .and_then(|_| connection.execute(schema::REGISTER_INDEX, [table]))
                    .and_then(|_| connection.execute_batch(&schema::index_triggers(*layer)))
                    .map_err(|source| self.sql(table, source))?;
            }
            let none: Option<f64> = None;
            contents
                .execute(params!["jiedao_meta", "attributes", changed, none, none, none, none, 0])
                .and_then(|_| connection.execute_batch("COMMIT; PRAGMA optimize;"))
                .map_err(|source| self.sql("gpkg_contents", source))?;
        }
        if let Some(connection) = self.connection.take() {
            connection.close().map_err(|(_, source)| self.sql("gpkg_contents", source))?;
        }
        let io = |source| PackError::Io { path: self.part.clone(), source };
        fs::File::open(&self.part).and_then(|file| file.sync_all()).map_err(io)?;
        fs::rename(&self.part, &self.target).map_err(|source| PackError::Io { path: self.target.clone(), source })?;
        #[cfg(unix)]
        if let Some(folder) = self.target.parent().filter(|folder| !folder.as_os_str().is_empty()) {
            // The name is only on disk when its folder is.
            fs::File::open(folder)
                .and_then(|folder| folder.sync_all())
                .map_err(|source| PackError::Io { path: folder.to_owned(), source })?;
        }
        Ok(())
    }

    pub(super) fn connection(&self) -> Result<&Connection, PackError> {
        self.connection.as_ref().ok_or_else(|| self.sql("gpkg_contents", rusqlite::Error::InvalidQuery))
    }

    pub(super) fn run(&self, table: &str, batch: &str) -> Result<(), PackError> {
        self.connection()?.execute_batch(batch).map_err(|source| self.sql(table, source))
    }

    pub(super) fn sql(&self, table: &str, source: rusqlite::Error) -> PackError {
        PackError::Sql { path: self.target.clone(), table: table.to_owned(), source }
    }
}

impl Drop for PackWriter {
    fn drop(&mut self) {
        self.connection.take();
        // After `finish` there is nothing of this name; otherwise a leftover is all that a failure here could mean.
        let _ = fs::remove_file(&self.part);
    }
}

/// The target, and the name beside it that a pack has until it is whole; a leftover of that name is taken away.
pub(super) fn beside(path: &Path) -> Result<(PathBuf, PathBuf), PackError> {
    let target = path.to_owned();
    let Some(name) = target.file_name() else {
        let source = std::io::Error::new(std::io::ErrorKind::InvalidInput, "is no file name");
        return Err(PackError::Io { path: target, source });
    };
    let mut part_name = std::ffi::OsString::from(".");
    part_name.push(name);
    part_name.push(format!(".{}.part", std::process::id()));
    let part = target.with_file_name(part_name);
    if let Err(source) = fs::remove_file(&part)
        && source.kind() != std::io::ErrorKind::NotFound
    {
        return Err(PackError::Io { path: part, source });
    }
    Ok((target, part))
}

pub(super) fn some(value: &str) -> Option<&str> {
    (!value.is_empty()).then_some(value)
}

pub(super) fn kind_name(geometry: &Geometry<f64>) -> &'static str {
    match geometry {
        Geometry::Point(_) => "POINT",
        Geometry::Line(_) | Geometry::LineString(_) => "LINESTRING",
        Geometry::Polygon(_) | Geometry::Rect(_) | Geometry::Triangle(_) => "POLYGON",
        Geometry::MultiPoint(_) => "MULTIPOINT",
        Geometry::MultiLineString(_) => "MULTILINESTRING",
        Geometry::MultiPolygon(_) => "MULTIPOLYGON",
        Geometry::GeometryCollection(_) => "GEOMCOLLECTION",
    }
}
