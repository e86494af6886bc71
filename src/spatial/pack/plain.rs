//! Writing features in any system as a GeoPackage: what an export needs.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use geo::{BoundingRect, CoordsIter, Rect};
use geozero::{CoordDimensions, ToWkb};
use rusqlite::{Connection, params};

use super::writer::beside;
use super::{PackError, schema, union};
use crate::spatial::feature::{Feature, Layer};

/// The system of a GeoPackage's numbers.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct System {
    /// EPSG code; 0 for one that has none.
    pub code: u32,
    /// Name of the system.
    pub name: String,
    /// Its well-known text.
    pub definition: String,
}

impl System {
    /// Degrees of which a GeoPackage cannot say more: its "undefined geographic" system.
    pub fn unsaid() -> Self {
        Self { code: 0, name: String::new(), definition: String::new() }
    }
}

/// Writes features in the system given, to a file beside its target that takes the target's name in
/// [`finish`](Self::finish); dropped before that it leaves nothing.
#[derive(Debug)]
pub struct PlainWriter {
    target: PathBuf,
    part: PathBuf,
    /// `None` once closed.
    connection: Option<Connection>,
    code: u32,
    bounds: BTreeMap<Layer, Option<Rect<f64>>>,
}

impl PlainWriter {
    /// Begins a file that will lie at `path`.
    ///
    /// # Errors
    /// When the file beside the target cannot be made.
    pub fn create(path: &Path, system: System) -> Result<Self, PackError> {
        let (target, part) = beside(path)?;
        let sql = |source| PackError::Sql { path: target.clone(), table: "gpkg_spatial_ref_sys".to_owned(), source };
        let connection = Connection::open(&part).map_err(sql)?;
        // Worth nothing until it is renamed, so SQLite need not guard it against a crash meanwhile.
        let begin = format!(
            "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA application_id = {}; PRAGMA user_version = {}; BEGIN;",
            schema::APPLICATION_ID,
            schema::USER_VERSION
        );
        connection
            .execute_batch(&begin)
            .and_then(|()| connection.execute_batch(schema::CORE))
            .and_then(|()| {
                connection.execute(
                    "INSERT OR IGNORE INTO gpkg_spatial_ref_sys VALUES (?1, ?2, 'EPSG', ?2, ?3, '')",
                    params![system.name, system.code, system.definition],
                )
            })
            .map_err(sql)?;
        let (connection, bounds) = (Some(connection), BTreeMap::new());
        Ok(Self { target, part, connection, code: system.code, bounds })
    }

    /// Makes a layer's table.
    ///
    /// # Errors
    /// When SQLite refuses.
    pub fn begin(&mut self, layer: Layer) -> Result<(), PackError> {
        self.connection()?
            .execute_batch(&schema::create_layer(layer))
            .map_err(|source| self.sql(layer.table(), source))?;
        self.bounds.insert(layer, None);
        Ok(())
    }

    /// Adds a feature to its layer's table, which was begun.
    ///
    /// # Errors
    /// When its shape is empty or not finite, or SQLite refuses.
    pub fn add(&mut self, feature: &Feature) -> Result<(), PackError> {
        let table = feature.layer.table();
        let bad = |reason: String| PackError::BadShape { path: self.target.clone(), table, reason };
        if feature.geometry.coords_iter().any(|at| !(at.x.is_finite() && at.y.is_finite())) {
            return Err(bad("it has numbers that are not finite".to_owned()));
        }
        let own = feature.geometry.bounding_rect().ok_or_else(|| bad("it has no points".to_owned()))?;
        let (low, high) = (own.min(), own.max());
        // The code fits: EPSG codes have at most six digits.
        let srs = i32::try_from(self.code).map_err(|error| bad(error.to_string()))?;
        let bytes = feature
            .geometry
            .to_gpkg_wkb(CoordDimensions::xy(), Some(srs), vec![low.x, high.x, low.y, high.y])
            .map_err(|error| bad(error.to_string()))?;
        let sql = |source| self.sql(table, source);
        let connection = self.connection()?;
        let some = |value: &str| (!value.is_empty()).then(|| value.to_owned());
        let mut insert = connection.prepare_cached(&schema::insert_feature(feature.layer)).map_err(sql)?;
        insert.raw_bind_parameter(1, bytes.as_slice()).map_err(sql)?;
        let fixed = [&*feature.class, &*feature.code, &*feature.name];
        let further = feature.layer.columns().iter().map(|column| feature.extra(column).unwrap_or_default());
        for (index, value) in (2..).zip(fixed.into_iter().chain(further)) {
            insert.raw_bind_parameter(index, some(value)).map_err(sql)?;
        }
        insert.raw_execute().map_err(sql)?;
        drop(insert);
        connection
            .prepare_cached(&format!("INSERT INTO rtree_{table}_geom VALUES (?1, ?2, ?3, ?4, ?5)"))
            .and_then(|mut put| put.execute(params![connection.last_insert_rowid(), low.x, high.x, low.y, high.y]))
            .map_err(sql)?;
        let all = self.bounds.entry(feature.layer).or_default();
        *all = Some(all.map_or(own, |all| union(all, own)));
        Ok(())
    }

    /// Sets what the file says about itself.
    ///
    /// # Errors
    /// When SQLite refuses.
    pub fn set_meta(&mut self, key: &str, value: &str) -> Result<(), PackError> {
        self.connection()?
            .execute("INSERT INTO jiedao_meta (key, value) VALUES (?1, ?2)", [key, value])
            .map_err(|source| self.sql("jiedao_meta", source))?;
        Ok(())
    }

    /// Completes the file and gives it its name.
    ///
    /// # Errors
    /// When SQLite or the file system refuses; the target is then as it was before.
    pub fn finish(mut self) -> Result<(), PackError> {
        let undated = "1970-01-01T00:00:00.000Z";
        {
            let connection = self.connection()?;
            for (layer, bounds) in &self.bounds {
                let table = layer.table();
                let sides = bounds.map(|all| (all.min().x, all.min().y, all.max().x, all.max().y));
                connection
                    .execute(
                        "INSERT INTO gpkg_contents VALUES (?1, 'features', ?1, '', ?2, ?3, ?4, ?5, ?6, ?7)",
                        params![
                            table,
                            undated,
                            sides.map(|sides| sides.0),
                            sides.map(|sides| sides.1),
                            sides.map(|sides| sides.2),
                            sides.map(|sides| sides.3),
                            self.code
                        ],
                    )
                    .and_then(|_| {
                        connection.execute(
                            "INSERT INTO gpkg_geometry_columns VALUES (?1, 'geom', 'GEOMETRY', ?2, 0, 0)",
                            params![table, self.code],
                        )
                    })
                    .and_then(|_| connection.execute(schema::REGISTER_INDEX, [table]))
                    .and_then(|_| connection.execute_batch(&schema::index_triggers(*layer)))
                    .map_err(|source| self.sql(table, source))?;
            }
            connection
                .execute(
                    "INSERT INTO gpkg_contents (table_name, data_type, identifier, last_change, srs_id) \
                     VALUES ('jiedao_meta', 'attributes', 'jiedao_meta', ?1, 0)",
                    [undated],
                )
                .and_then(|_| connection.execute_batch("COMMIT;"))
                .map_err(|source| self.sql("gpkg_contents", source))?;
        }
        if let Some(connection) = self.connection.take() {
            connection.close().map_err(|(_, source)| self.sql("gpkg_contents", source))?;
        }
        let io = |source| PackError::Io { path: self.target.clone(), source };
        fs::File::open(&self.part).and_then(|file| file.sync_all()).map_err(io)?;
        fs::rename(&self.part, &self.target).map_err(io)
    }

    fn connection(&self) -> Result<&Connection, PackError> {
        self.connection.as_ref().ok_or_else(|| self.sql("gpkg_contents", rusqlite::Error::InvalidQuery))
    }

    fn sql(&self, table: &str, source: rusqlite::Error) -> PackError {
        PackError::Sql { path: self.target.clone(), table: table.to_owned(), source }
    }
}

impl Drop for PlainWriter {
    fn drop(&mut self) {
        self.connection.take();
        // After `finish` there is nothing of this name.
        let _ = fs::remove_file(&self.part);
    }
}
