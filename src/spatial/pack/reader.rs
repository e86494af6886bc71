//! Reading a map pack, ours or another's.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use geo::Rect;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, OpenFlags, Row};

use super::{BadRow, PackError, blob, schema, union};
use crate::spatial::feature::{Feature, Layer};

/// How many of the bad rows a report names; the rest are only counted.
const NAMED_BAD_ROWS: usize = 20;

/// A map pack opened for reading. One thread uses it at a time; open it again for another.
#[derive(Debug)]
pub struct Pack {
    path: PathBuf,
    connection: Connection,
    tables: BTreeMap<Layer, Table>,
    meta: BTreeMap<String, String>,
    extent: Option<Rect<f64>>,
}

/// What of a feature table can be used.
#[derive(Debug)]
struct Table {
    select: String,
    /// The column that is the `fid`.
    key: String,
    /// The names of the further attributes that are selected, in order.
    extra: Vec<&'static str>,
    indexed: bool,
}

/// How a reading went.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct ReadReport {
    /// Features handed out.
    pub read: u64,
    /// Rows left out: a shape that cannot be understood, or none at all.
    pub skipped: u64,
    /// The first of the rows left out.
    pub bad_rows: Vec<BadRow>,
}

impl Pack {
    /// Opens a pack without ever writing to it. Tables that are no [`Layer`] of ours are passed over.
    ///
    /// # Errors
    /// When the file is missing, is no SQLite database, or is no GeoPackage, or is cut off.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, PackError> {
        let path = path.as_ref().to_owned();
        // SQLite's own words for a missing file do not say so.
        let length = std::fs::File::open(&path).and_then(|file| file.metadata()).map(|about| about.len());
        let bytes = length.map_err(|source| PackError::Io { path: path.clone(), source })?;
        let not_a_pack = |reason: String| PackError::NotAPack { path: path.clone(), reason };
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(&path, flags).map_err(|error| not_a_pack(error.to_string()))?;
        let application: i32 = connection
            .pragma_query_value(None, "application_id", |row| row.get(0))
            .map_err(|error| not_a_pack(error.to_string()))?;
        // Files of GeoPackage 1.0 and 1.1 say `GP10` and `GP11`.
        if ![schema::APPLICATION_ID, 0x4750_3130, 0x4750_3131].contains(&application) {
            return Err(not_a_pack(format!("its application id is {application:#010x}")));
        }
        // Whole pages that are missing are noticed by SQLite; what is missing of the last one it takes for nothing.
        let page: u32 = connection
            .pragma_query_value(None, "page_size", |row| row.get(0))
            .map_err(|error| not_a_pack(error.to_string()))?;
        let page = u64::from(page);
        if !bytes.is_multiple_of(page) {
            return Err(PackError::CutOff { path, bytes, page });
        }
        let mut pack = Self { path, connection, tables: BTreeMap::new(), meta: BTreeMap::new(), extent: None };
        pack.read_contents()?;
        pack.read_meta()?;
        Ok(pack)
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    pub(super) fn connection(&self) -> &Connection {
        &self.connection
    }

    /// What the pack says about itself, by key; empty for packs made elsewhere.
    pub fn meta(&self) -> &BTreeMap<String, String> {
        &self.meta
    }

    /// Longitude and latitude bounds of all layers, or `None` when the pack has no feature.
    pub fn extent(&self) -> Option<Rect<f64>> {
        self.extent
    }

    /// The layers that the pack has, from the ground upwards.
    pub fn layers(&self) -> impl Iterator<Item = Layer> + '_ {
        self.tables.keys().copied()
    }

    /// Rows of a layer's table; 0 when the pack has none.
    ///
    /// # Errors
    /// When the table cannot be read.
    pub fn count(&self, layer: Layer) -> Result<u64, PackError> {
        if !self.tables.contains_key(&layer) {
            return Ok(0);
        }
        let count: i64 = self
            .connection
            .query_row(&format!("SELECT count(*) FROM {}", layer.table()), [], |row| row.get(0))
            .map_err(|source| self.sql(layer.table(), source))?;
        Ok(u64::try_from(count).unwrap_or(0))
    }

    /// Hands every feature of a layer, with its `fid`, to `each`, in the order of `fid`.
    ///
    /// # Errors
    /// When the table cannot be read to its end. A row that cannot be understood is counted in the report and left out.
    pub fn features(&self, layer: Layer, mut each: impl FnMut(i64, Feature)) -> Result<ReadReport, PackError> {
        self.walk(layer, None, |fid, feature| {
            each(fid, feature);
            ControlFlow::Continue(())
        })
    }

    /// The same for the features whose bounds touch `bounds` (longitude, latitude), found by the table's R-tree where it has one.
    ///
    /// # Errors
    /// As [`features`](Self::features).
    pub fn features_in(
        &self,
        layer: Layer,
        bounds: Rect<f64>,
        mut each: impl FnMut(i64, Feature),
    ) -> Result<ReadReport, PackError> {
        self.walk(layer, Some(bounds), |fid, feature| {
            each(fid, feature);
            ControlFlow::Continue(())
        })
    }

    /// The same, in all of the layer or in bounds, until `each` breaks off.
    ///
    /// # Errors
    /// As [`features`](Self::features).
    pub fn walk(
        &self,
        layer: Layer,
        bounds: Option<Rect<f64>>,
        mut each: impl FnMut(i64, Feature) -> ControlFlow<()>,
    ) -> Result<ReadReport, PackError> {
        let Some(table) = self.tables.get(&layer) else { return Ok(ReadReport::default()) };
        let all = format!("{} ORDER BY fid", table.select);
        let Some(bounds) = bounds else { return self.query(layer, table, &all, [], each) };
        if table.indexed {
            let name = layer.table();
            let text = format!(
                "{} WHERE fid IN (SELECT id FROM rtree_{name}_geom \
                 WHERE maxx >= ?1 AND minx <= ?2 AND maxy >= ?3 AND miny <= ?4) ORDER BY fid",
                table.select
            );
            let (low, high) = (bounds.min(), bounds.max());
            return self.query(layer, table, &text, [low.x, high.x, low.y, high.y], each);
        }
        self.query(layer, table, &all, [], |fid, feature| {
            if blob::sound_bounds(&feature.geometry).is_ok_and(|own| touches(own, bounds)) {
                each(fid, feature)
            } else {
                ControlFlow::Continue(())
            }
        })
    }

    /// The feature of a layer with a `fid`; `None` when there is none, or none that can be understood.
    ///
    /// # Errors
    /// When the table cannot be read.
    pub fn feature(&self, layer: Layer, fid: i64) -> Result<Option<Feature>, PackError> {
        let Some(table) = self.tables.get(&layer) else { return Ok(None) };
        let mut found = None;
        self.query(layer, table, &format!("{} WHERE {} = ?1", table.select, table.key), [fid], |_, feature| {
            found = Some(feature);
            ControlFlow::Break(())
        })?;
        Ok(found)
    }

    fn query(
        &self,
        layer: Layer,
        table: &Table,
        text: &str,
        values: impl rusqlite::Params,
        mut each: impl FnMut(i64, Feature) -> ControlFlow<()>,
    ) -> Result<ReadReport, PackError> {
        let sql = |source| self.sql(layer.table(), source);
        let mut statement = self.connection.prepare_cached(text).map_err(sql)?;
        let mut rows = statement.query(values).map_err(sql)?;
        let mut report = ReadReport::default();
        while let Some(row) = rows.next().map_err(sql)? {
            let fid = row.get(0).map_err(sql)?;
            match feature_of(layer, &table.extra, row) {
                Ok(feature) => {
                    report.read += 1;
                    if each(fid, feature).is_break() {
                        break;
                    }
                }
                Err(reason) => {
                    report.skipped += 1;
                    if report.bad_rows.len() < NAMED_BAD_ROWS {
                        report.bad_rows.push(BadRow { path: self.path.clone(), table: layer.table(), fid, reason });
                    }
                }
            }
        }
        Ok(report)
    }

    fn read_contents(&mut self) -> Result<(), PackError> {
        let not_a_pack =
            |error: rusqlite::Error| PackError::NotAPack { path: self.path.clone(), reason: error.to_string() };
        let mut statement = self
            .connection
            .prepare(
                "SELECT c.table_name, g.column_name, c.min_x, c.min_y, c.max_x, c.max_y, g.srs_id \
                 FROM gpkg_contents c JOIN gpkg_geometry_columns g USING (table_name) WHERE c.data_type = 'features'",
            )
            .map_err(not_a_pack)?;
        type Entry = (String, String, [Option<f64>; 4], i32);
        let entries: Vec<Entry> = statement
            .query_map([], |row| {
                Ok((row.get(0)?, row.get(1)?, [row.get(2)?, row.get(3)?, row.get(4)?, row.get(5)?], row.get(6)?))
            })
            .and_then(Iterator::collect)
            .map_err(not_a_pack)?;
        drop(statement);
        for (name, geometry, bounds, srs) in entries {
            let Some(layer) = Layer::from_table(&name) else { continue };
            // WGS 84 is taken as CGCS2000 throughout; anything else would be drawn in the wrong place.
            if srs != super::PACK_SRS && srs != 4326 {
                let reason = format!("table {name} is in SRS {srs}, wanted are 4490 or 4326: import it first");
                return Err(PackError::NotAPack { path: self.path.clone(), reason });
            }
            let table = self.table(layer, &geometry)?;
            self.tables.insert(layer, table);
            if let [Some(west), Some(south), Some(east), Some(north)] = bounds
                && [west, south, east, north].iter().all(|number| number.is_finite())
            {
                let own = Rect::new((west, south), (east, north));
                self.extent = Some(self.extent.map_or(own, |all| union(all, own)));
            }
        }
        Ok(())
    }

    fn table(&self, layer: Layer, geometry: &str) -> Result<Table, PackError> {
        let name = layer.table();
        let sql = |source| self.sql(name, source);
        let mut statement = self.connection.prepare("SELECT name, pk FROM pragma_table_info(?1)").map_err(sql)?;
        let columns: Vec<(String, i64)> = statement
            .query_map([name], |row| Ok((row.get(0)?, row.get(1)?)))
            .and_then(Iterator::collect)
            .map_err(sql)?;
        let key = columns.iter().find(|(_, pk)| *pk == 1).map_or("rowid", |(column, _)| column);
        let has = |wanted: &str| columns.iter().any(|(column, _)| column.eq_ignore_ascii_case(wanted));
        let fixed =
            ["class", "code", "name"].map(|column| if has(column) { quoted(column) } else { "NULL".to_owned() });
        let extra: Vec<&'static str> = layer.columns().iter().copied().filter(|column| has(column)).collect();
        let further: String = extra.iter().map(|column| format!(", {}", quoted(column))).collect();
        let key = if key == "rowid" { key.to_owned() } else { quoted(key) };
        let select = format!("SELECT {key} AS fid, {}, {}{further} FROM {name}", quoted(geometry), fixed.join(", "));
        let index_name = format!("rtree_{name}_geom");
        let indexed = geometry == "geom"
            && self
                .connection
                .query_row("SELECT count(*) FROM sqlite_master WHERE name = ?1", [index_name], |row| {
                    row.get::<_, i64>(0)
                })
                .map_err(sql)?
                > 0;
        Ok(Table { select, key, extra, indexed })
    }

    fn read_meta(&mut self) -> Result<(), PackError> {
        let Ok(mut statement) = self.connection.prepare("SELECT key, value FROM jiedao_meta") else {
            return Ok(());
        };
        self.meta = statement
            .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))
            .and_then(Iterator::collect)
            .map_err(|source| self.sql("jiedao_meta", source))?;
        Ok(())
    }

    fn sql(&self, table: &str, source: rusqlite::Error) -> PackError {
        PackError::Sql { path: self.path.clone(), table: table.to_owned(), source }
    }
}

/// A row of a layer's table: `fid`, shape, class, code, name, then the columns of `extra`.
pub(super) fn feature_of(layer: Layer, extra: &[&'static str], row: &Row<'_>) -> Result<Feature, String> {
    let geometry = match row.get_ref(1) {
        Ok(ValueRef::Blob(bytes)) => blob::decode(bytes)?.ok_or("its shape is empty")?,
        Ok(ValueRef::Null) => return Err("it has no shape".to_owned()),
        Ok(_) => return Err("its shape is no blob".to_owned()),
        Err(error) => return Err(error.to_string()),
    };
    let text = |index: usize| match row.get_ref(index) {
        Ok(ValueRef::Text(bytes)) => String::from_utf8_lossy(bytes).into_owned(),
        Ok(ValueRef::Integer(number)) => number.to_string(),
        Ok(ValueRef::Real(number)) => number.to_string(),
        _ => String::new(),
    };
    let extra = extra
        .iter()
        .enumerate()
        .map(|(index, column)| (*column, text(index + 5)))
        .filter(|(_, value)| !value.is_empty())
        .collect();
    Ok(Feature { layer, class: text(2), code: text(3), name: text(4), extra, geometry })
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

fn touches(a: Rect<f64>, b: Rect<f64>) -> bool {
    a.min().x <= b.max().x && a.max().x >= b.min().x && a.min().y <= b.max().y && a.max().y >= b.min().y
}
