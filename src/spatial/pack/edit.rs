//! Changing a pack that lies there: on a copy beside it, so that the pack stays as it was until the change is whole.

use std::fs;
use std::path::Path;

use geo::Rect;
use rusqlite::{OptionalExtension, params};

use super::writer::{Written, beside, kind_name, some};
use super::{Pack, PackError, PackWriter, reader, schema};
use crate::spatial::feature::{Feature, Layer};

/// What a pack holds under a key.
#[derive(Clone, PartialEq, Debug)]
pub enum Found {
    /// Nothing.
    None,
    /// One feature, with its `fid`.
    One(i64, Feature),
    /// More than one, or one whose shape cannot be read.
    Unclear,
}

impl PackWriter {
    /// Whether the pack keeps the history of its cells, so that they are changed by way of it only.
    ///
    /// # Errors
    /// When the pack cannot be read.
    pub fn keeps_cells(&self) -> Result<bool, PackError> {
        self.has_table(schema::CELL_VERSIONS)
    }

    /// Begins a change of the pack at `path`, which stays as it is until [`finish`](Self::finish).
    ///
    /// # Errors
    /// When the file is no pack that was written by [`PackWriter`], or cannot be copied.
    pub fn reopen(path: impl AsRef<Path>) -> Result<Self, PackError> {
        // Reading it first tells what is wrong with it in the words of the reader.
        drop(Pack::open(path.as_ref())?);
        let (target, part) = beside(path.as_ref())?;
        fs::copy(&target, &part).map_err(|source| PackError::Io { path: target.clone(), source })?;
        let mut writer = Self::over(target, part)?;
        writer.run("gpkg_contents", "BEGIN; CREATE TEMP TABLE jiedao_own (table_name TEXT);")?;
        for layer in Layer::ALL {
            if writer.has_table(layer.table())? {
                let written = writer.take_over(layer)?;
                writer.layers.insert(layer, written);
            }
        }
        if !writer.has_table("jiedao_meta")? {
            return Err(writer.foreign("it has no table jiedao_meta"));
        }
        writer.created = writer
            .connection()?
            .query_row("SELECT value FROM jiedao_meta WHERE key = 'created'", [], |row| row.get(0))
            .optional()
            .map_err(|source| writer.sql("jiedao_meta", source))?;
        // Written anew by `finish`.
        writer.run(
            "gpkg_contents",
            "DELETE FROM gpkg_geometry_columns WHERE table_name IN (SELECT table_name FROM jiedao_own);
             DELETE FROM gpkg_extensions WHERE table_name IN (SELECT table_name FROM jiedao_own);
             DELETE FROM gpkg_contents WHERE table_name IN (SELECT table_name FROM jiedao_own)
                OR table_name = 'jiedao_meta';
             DROP TABLE jiedao_own;",
        )?;
        Ok(writer)
    }

    /// Empties a layer.
    ///
    /// # Errors
    /// When SQLite refuses.
    pub fn clear(&mut self, layer: Layer) -> Result<(), PackError> {
        if !self.layers.contains_key(&layer) {
            return Ok(());
        }
        let table = layer.table();
        self.run(table, &format!("DELETE FROM {table}; DELETE FROM rtree_{table}_geom;"))?;
        self.layers.insert(layer, Written::of(layer));
        Ok(())
    }

    /// The feature of `layer` whose attribute `key` (`code`, `name`, `class` or a column of the layer) is `value`.
    ///
    /// # Errors
    /// When the layer has no such attribute, or SQLite refuses.
    pub fn find(&mut self, layer: Layer, key: &'static str, value: &str) -> Result<Found, PackError> {
        let table = layer.table();
        if !["code", "name", "class"].contains(&key) && !layer.columns().contains(&key) {
            return Err(PackError::UnknownColumn { path: self.target.clone(), table, column: key });
        }
        if !self.layers.contains_key(&layer) {
            return Ok(Found::None);
        }
        self.run(table, &format!("CREATE INDEX IF NOT EXISTS jiedao_key_{table} ON {table} ({key})"))?;
        let further: String = layer.columns().iter().map(|column| format!(", {column}")).collect();
        let sql = |source| self.sql(table, source);
        let mut statement = self
            .connection()?
            .prepare_cached(&format!(
                "SELECT fid, geom, class, code, name{further} FROM {table} WHERE {key} = ?1 LIMIT 2"
            ))
            .map_err(sql)?;
        let mut rows = statement.query([value]).map_err(sql)?;
        let Some(row) = rows.next().map_err(sql)? else { return Ok(Found::None) };
        let fid: i64 = row.get(0).map_err(sql)?;
        let feature = reader::feature_of(layer, layer.columns(), row);
        let more = rows.next().map_err(sql)?.is_some();
        Ok(match feature {
            Ok(feature) if !more => Found::One(fid, feature),
            _ => Found::Unclear,
        })
    }

    /// Puts a feature in the place of the one with this `fid`.
    ///
    /// # Errors
    /// As [`add`](Self::add).
    pub fn replace(&mut self, fid: i64, feature: &Feature) -> Result<(), PackError> {
        let layer = feature.layer;
        let table = layer.table();
        let (bounds, bytes) = self.encoded(feature)?;
        let further: String =
            layer.columns().iter().enumerate().map(|(index, column)| format!(", {column} = ?{}", index + 6)).collect();
        {
            let sql = |source| self.sql(table, source);
            let connection = self.connection()?;
            let mut update = connection
                .prepare_cached(&format!(
                    "UPDATE {table} SET geom = ?2, class = ?3, code = ?4, name = ?5{further} WHERE fid = ?1"
                ))
                .map_err(sql)?;
            update.raw_bind_parameter(1, fid).map_err(sql)?;
            update.raw_bind_parameter(2, bytes.as_slice()).map_err(sql)?;
            for (index, value) in [&*feature.class, &*feature.code, &*feature.name].into_iter().enumerate() {
                update.raw_bind_parameter(index + 3, some(value)).map_err(sql)?;
            }
            for (index, column) in layer.columns().iter().enumerate() {
                update.raw_bind_parameter(index + 6, feature.extra(column).and_then(some)).map_err(sql)?;
            }
            update.raw_execute().map_err(sql)?;
            connection
                .prepare_cached(&format!(
                    "UPDATE rtree_{table}_geom SET minx = ?2, maxx = ?3, miny = ?4, maxy = ?5 WHERE id = ?1"
                ))
                .and_then(|mut put| {
                    put.execute(params![fid, bounds.min().x, bounds.max().x, bounds.min().y, bounds.max().y])
                })
                .map_err(sql)?;
        }
        if let Some(written) = self.layers.get_mut(&layer) {
            written.take_in(bounds, kind_name(&feature.geometry));
        }
        Ok(())
    }

    /// What the pack says about itself so far; empty when it says nothing.
    ///
    /// # Errors
    /// When SQLite refuses.
    pub fn meta(&self, key: &str) -> Result<String, PackError> {
        self.connection()?
            .query_row("SELECT value FROM jiedao_meta WHERE key = ?1", [key], |row| row.get(0))
            .optional()
            .map(Option::unwrap_or_default)
            .map_err(|source| self.sql("jiedao_meta", source))
    }

    /// The name of the pack's file, without folders.
    pub fn target_name(&self) -> String {
        self.target.file_name().unwrap_or_default().to_string_lossy().into_owned()
    }

    /// Takes away the indices that [`find`](Self::find) made.
    pub(super) fn forget_keys(&self) -> Result<(), PackError> {
        let drops: String =
            self.layers.keys().map(|layer| format!("DROP INDEX IF EXISTS jiedao_key_{};", layer.table())).collect();
        self.run("gpkg_contents", &drops)
    }

    fn has_table(&self, table: &str) -> Result<bool, PackError> {
        self.connection()?
            .query_row("SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = ?1", [table], |row| {
                row.get::<_, i64>(0)
            })
            .map(|count| count > 0)
            .map_err(|source| self.sql(table, source))
    }

    /// Count, bounds and kind of a table; its triggers are dropped, because plain SQLite cannot run them.
    fn take_over(&self, layer: Layer) -> Result<Written, PackError> {
        let table = layer.table();
        let sql = |source| self.sql(table, source);
        let connection = self.connection()?;
        connection.execute("INSERT INTO jiedao_own VALUES (?1)", [table]).map_err(sql)?;
        let mut wanted = vec!["fid", "geom", "class", "code", "name"];
        wanted.extend(layer.columns());
        let found: i64 = connection
            .query_row(
                "SELECT count(*) FROM pragma_table_info(?1) WHERE name IN (SELECT value FROM json_each(?2))",
                params![table, serde_json::to_string(&wanted).unwrap_or_default()],
                |row| row.get(0),
            )
            .map_err(sql)?;
        if usize::try_from(found) != Ok(wanted.len()) || !self.has_table(&format!("rtree_{table}_geom"))? {
            return Err(self.foreign(&format!("table {table} has other columns than a pack of this program")));
        }
        let triggers: Vec<String> = connection
            .prepare("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = ?1")
            .and_then(|mut names| names.query_map([table], |row| row.get(0))?.collect())
            .map_err(sql)?;
        for name in triggers {
            self.run(table, &format!("DROP TRIGGER \"{}\"", name.replace('"', "\"\"")))?;
        }
        let count: i64 =
            connection.query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get(0)).map_err(sql)?;
        let mut written = Written::of(layer);
        written.count = u64::try_from(count).unwrap_or(0);
        let row: Option<([Option<f64>; 4], String)> = connection
            .query_row(
                "SELECT min_x, min_y, max_x, max_y, geometry_type_name FROM gpkg_contents \
                 JOIN gpkg_geometry_columns USING (table_name) WHERE table_name = ?1",
                [table],
                |row| Ok(([row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?], row.get(4)?)),
            )
            .optional()
            .map_err(sql)?;
        if let Some(([Some(west), Some(south), Some(east), Some(north)], kind)) = row {
            let kind = schema::KINDS.into_iter().find(|known| *known == kind).unwrap_or("GEOMETRY");
            written.take_in(Rect::new((west, south), (east, north)), kind);
        }
        Ok(written)
    }

    fn foreign(&self, what: &str) -> PackError {
        PackError::NotAPack {
            path: self.target.clone(),
            reason: format!("{what}; import it into a new pack before it can be changed"),
        }
    }
}
