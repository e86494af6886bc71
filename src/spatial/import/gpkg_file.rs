//! GeoPackages of others: every feature table, each in its own coordinate system.

use std::io::Read;
use std::panic::{AssertUnwindSafe, catch_unwind};

use rusqlite::types::ValueRef;
use rusqlite::{Connection, OpenFlags, OptionalExtension};

use super::report::SkipReason;
use super::row::{Row, RowKind, Rows, Stop};
use super::shp::system;
use super::{File, Tags};
use crate::spatial::crs::SourceCrs;
use crate::spatial::pack::decode_geometry;

/// A feature table: name, column of shapes, system.
struct Layer {
    table: String,
    column: String,
    says: Option<SourceCrs>,
}

pub(super) fn read(file: &File, rows: &mut dyn Rows) -> Result<(), Stop> {
    let broken = |error: rusqlite::Error| Stop::Broken(error.to_string());
    whole(file)?;
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(&file.path, flags).map_err(broken)?;
    // What a file from elsewhere holds may not call functions that reach out of it.
    connection.execute_batch("PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON;").map_err(broken)?;
    let layers = layers(&connection).map_err(broken)?;
    if layers.is_empty() {
        return Err(Stop::Broken("it has no feature table".to_owned()));
    }
    let mut all = 0_u64;
    for layer in &layers {
        let kind: Option<String> = connection
            .query_row("SELECT type FROM sqlite_master WHERE name = ?1", [&layer.table], |row| row.get(0))
            .optional()
            .map_err(broken)?;
        match kind.as_deref() {
            Some("table") => {}
            Some("view") => {
                return Err(Stop::Broken(format!("layer {} is a view; export it as a table", layer.table)));
            }
            _ => return Err(Stop::Broken(format!("it names the layer {}, which is not in it", layer.table))),
        }
        all += connection
            .query_row(&format!("SELECT count(*) FROM {}", quoted(&layer.table)), [], |row| row.get::<_, i64>(0))
            .map_or(0, |count| count.max(0).unsigned_abs());
    }
    let mut done = 0;
    for layer in layers {
        read_layer(file, &connection, &layer, rows, &mut done, all)?;
    }
    Ok(())
}

/// SQLite takes what is missing of a last page for zeros, so the file's length is compared with what its head claims.
fn whole(file: &File) -> Result<(), Stop> {
    let mut head = [0; 32];
    let read = std::fs::File::open(&file.path).and_then(|mut open| open.read_exact(&mut head));
    if read.is_err() || !head.starts_with(b"SQLite format 3\0") {
        return Err(Stop::Broken("it does not begin like a GeoPackage".to_owned()));
    }
    let [a, b] = [head[16], head[17]];
    // A page of 65,536 bytes is written as 1.
    let page_bytes = if [a, b] == [0, 1] { 65_536 } else { u64::from(u16::from_be_bytes([a, b])) };
    let pages = u64::from(u32::from_be_bytes([head[28], head[29], head[30], head[31]]));
    let claimed = page_bytes * pages;
    if claimed > file.size {
        return Err(Stop::Broken(format!("it claims {claimed} bytes and holds {}: it is cut off", file.size)));
    }
    Ok(())
}

fn layers(connection: &Connection) -> rusqlite::Result<Vec<Layer>> {
    connection
        .prepare(
            "SELECT g.table_name, g.column_name, s.organization, s.organization_coordsys_id, s.definition \
             FROM gpkg_geometry_columns g JOIN gpkg_contents c USING (table_name) \
             LEFT JOIN gpkg_spatial_ref_sys s ON s.srs_id = g.srs_id \
             WHERE c.data_type = 'features' ORDER BY c.rowid",
        )?
        .query_map([], |row| {
            let organization: Option<String> = row.get(2)?;
            let code: Option<i64> = row.get(3)?;
            let definition: Option<String> = row.get(4)?;
            let by_code = organization
                .filter(|name| name.eq_ignore_ascii_case("EPSG"))
                .and_then(|_| code?.to_string().parse::<SourceCrs>().ok());
            let described = definition.filter(|text| text.contains('[')).map(|text| system(&text));
            Ok(Layer { table: row.get(0)?, column: row.get(1)?, says: by_code.or(described) })
        })?
        .collect()
}

fn read_layer(
    file: &File,
    connection: &Connection,
    layer: &Layer,
    rows: &mut dyn Rows,
    done: &mut u64,
    all: u64,
) -> Result<(), Stop> {
    let broken = |error: rusqlite::Error| Stop::Broken(format!("layer {}: {error}", layer.table));
    let columns: Vec<(String, i64)> = connection
        .prepare("SELECT name, pk FROM pragma_table_info(?1)")
        .and_then(|mut names| names.query_map([&layer.table], |row| Ok((row.get(0)?, row.get(1)?)))?.collect())
        .map_err(broken)?;
    let key = columns.iter().find(|(_, pk)| *pk == 1).map(|(name, _)| name.clone());
    let wanted: Vec<String> = columns
        .into_iter()
        .map(|(name, _)| name)
        .filter(|name| !name.eq_ignore_ascii_case(&layer.column) && Some(name) != key.as_ref())
        .collect();
    let further: String = wanted.iter().map(|name| format!(", {}", quoted(name))).collect();
    let key = key.map_or("rowid".to_owned(), |name| quoted(&name));
    let text = format!("SELECT {key}, {}{further} FROM {}", quoted(&layer.column), quoted(&layer.table));
    rows.begin(&layer.table, layer.says.clone())?;
    let mut statement = connection.prepare(&text).map_err(broken)?;
    let mut found = statement.query([]).map_err(broken)?;
    let mut count = 0;
    while let Some(row) = found.next().map_err(broken)? {
        count += 1;
        let number = match row.get_ref(0) {
            Ok(ValueRef::Integer(number)) => number,
            _ => count,
        };
        let geometry = match row.get_ref(1) {
            Ok(ValueRef::Blob(bytes)) => {
                let decoded = catch_unwind(AssertUnwindSafe(|| decode_geometry(bytes)));
                match decoded.unwrap_or_else(|_| Err("its shape cannot be read".to_owned())) {
                    Ok(Some(geometry)) => Ok(geometry),
                    Ok(None) => Err(SkipReason::NoGeometry),
                    Err(reason) => Err(SkipReason::Unsound(reason)),
                }
            }
            Ok(ValueRef::Null) => Err(SkipReason::NoGeometry),
            _ => Err(SkipReason::Unsound("its shape is no blob".to_owned())),
        };
        let mut tags = Tags::new();
        for (slot, column) in wanted.iter().enumerate() {
            let value = match row.get_ref(slot + 2) {
                Ok(ValueRef::Text(bytes)) => String::from_utf8_lossy(bytes).trim().to_owned(),
                Ok(ValueRef::Integer(number)) => number.to_string(),
                Ok(ValueRef::Real(number)) => number.to_string(),
                _ => continue,
            };
            if !value.is_empty() {
                tags.insert(column.clone(), value);
            }
        }
        rows.row(Row { kind: RowKind::Feature, number, tags, geometry })?;
        *done += 1;
        if done.is_multiple_of(256) {
            rows.told((u128::from(file.size) * u128::from(*done) / u128::from(all.max(1))) as u64);
        }
    }
    Ok(())
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}
