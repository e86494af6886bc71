//! The cells' history in a pack, and the one way in which a finished pack is changed: a cell edit, whole or not at all.

use std::path::{Path, PathBuf};

use geo::{Area, Geometry, Rect};
use jiff::Timestamp;
use jiff::civil::Date;
use rusqlite::{Connection, OpenFlags, OptionalExtension, Row, TransactionBehavior, params};

use super::{PACK_SRS, Pack, PackError, blob, schema};
use crate::spatial::feature::Layer;
use crate::spatial::grid::{Act, CellBook, CellVersion, Change, Edit};
use crate::spatial::plane::{area_of, ground_area};

/// How long another program that has the pack open may hold up an edit.
const PATIENCE: std::time::Duration = std::time::Duration::from_secs(5);

impl Pack {
    /// The versions that the pack's history holds, by code and version; none when no history has been kept.
    ///
    /// # Errors
    /// When the table cannot be read, or a row of it cannot be understood: a history with holes is none.
    pub fn cell_versions(&self) -> Result<Vec<CellVersion>, PackError> {
        versions(self.connection(), self.path())
    }
}

/// Keeps up the cells of a pack.
#[derive(Debug)]
pub struct CellKeeper {
    path: PathBuf,
    connection: Connection,
}

impl CellKeeper {
    /// Opens a pack for edits of its cells.
    ///
    /// # Errors
    /// When the file is no pack or cannot be opened for writing.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, PackError> {
        let path = path.as_ref().to_owned();
        // The checks of a reader first: what is no pack is told as such.
        drop(Pack::open(&path)?);
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let sql = |source| PackError::Sql { path: path.clone(), table: schema::CELL_VERSIONS.to_owned(), source };
        let connection = Connection::open_with_flags(&path, flags).map_err(sql)?;
        connection.busy_timeout(PATIENCE).map_err(sql)?;
        connection.execute_batch("PRAGMA synchronous = FULL;").map_err(sql)?;
        Ok(Self { path, connection })
    }

    /// Decides on the history as it stands in the file and writes what was decided, in one transaction: the history's rows, the
    /// table of cells that hold, and its index.
    ///
    /// # Errors
    /// What `decide` refuses, as it says it; otherwise what the pack refuses. Either way the pack stays as it was.
    pub fn edit<E: From<PackError>>(
        &mut self,
        book: &CellBook,
        now: Timestamp,
        decide: impl FnOnce(&CellBook) -> Result<Edit, E>,
    ) -> Result<Edit, E> {
        let path = self.path.clone();
        let sql = |source| PackError::Sql { path: path.clone(), table: schema::CELL_VERSIONS.to_owned(), source };
        let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(sql)?;
        let stored = versions(&transaction, &path)?;
        // Another program may have changed the history since it was read.
        let fresh = if stored.is_empty() { book.clone() } else { book.with_history(stored) };
        let edit = decide(&fresh)?;
        write(&transaction, &path, &fresh, &edit, now)?;
        transaction.commit().map_err(sql)?;
        Ok(edit)
    }
}

fn versions(connection: &Connection, path: &Path) -> Result<Vec<CellVersion>, PackError> {
    let sql = |source| PackError::Sql { path: path.to_owned(), table: schema::CELL_VERSIONS.to_owned(), source };
    if !has_table(connection, schema::CELL_VERSIONS).map_err(sql)? {
        return Ok(Vec::new());
    }
    let mut statement = connection
        .prepare(
            "SELECT fid, geom, code, version, began_by, began_on, began_because, began_at, predecessors, \
             ended_by, ended_on, ended_because, ended_at, successors FROM cell_versions ORDER BY code, version",
        )
        .map_err(sql)?;
    let mut rows = statement.query([]).map_err(sql)?;
    let mut found = Vec::new();
    while let Some(row) = rows.next().map_err(sql)? {
        let fid: i64 = row.get(0).map_err(sql)?;
        found.push(version_of(row).map_err(|reason| PackError::NotAPack {
            path: path.to_owned(),
            reason: format!("{}, fid {fid}: {reason}", schema::CELL_VERSIONS),
        })?);
    }
    Ok(found)
}

fn has_table(connection: &Connection, table: &str) -> rusqlite::Result<bool> {
    let known = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?1";
    Ok(connection.query_row(known, [table], |_| Ok(())).optional()?.is_some())
}

fn version_of(row: &Row<'_>) -> Result<CellVersion, String> {
    let told = |error: rusqlite::Error| error.to_string();
    let bytes: Vec<u8> = row.get(1).map_err(told)?;
    let shape = blob::decode(&bytes)?.and_then(area_of).ok_or("its shape is no area")?;
    let began = change_of(row, 4)?.ok_or("it has no beginning")?;
    let (code, version) = (row.get(2).map_err(told)?, row.get(3).map_err(told)?);
    Ok(CellVersion { code, version, shape, began, ended: change_of(row, 9)? })
}

/// Act, day, reason, time of entry and codes from five columns on.
fn change_of(row: &Row<'_>, first: usize) -> Result<Option<Change>, String> {
    let text = |index: usize| row.get::<_, Option<String>>(first + index).map_err(|error| error.to_string());
    let Some(act) = text(0)? else { return Ok(None) };
    let act = Act::from_key(&act).ok_or_else(|| format!("act {act:?}"))?;
    let day = text(1)?.map(|day| day.parse::<Date>().map_err(|error| error.to_string())).transpose()?;
    let recorded_at = text(3)?.map(|at| at.parse::<Timestamp>().map_err(|error| error.to_string())).transpose()?;
    let others = text(4)?.unwrap_or_default();
    let others = others.split(' ').filter(|code| !code.is_empty()).map(str::to_owned).collect();
    Ok(Some(Change { act, day, reason: text(2)?.unwrap_or_default(), recorded_at, others }))
}

fn write(connection: &Connection, path: &Path, book: &CellBook, edit: &Edit, now: Timestamp) -> Result<(), PackError> {
    let sql = |source| PackError::Sql { path: path.to_owned(), table: schema::CELL_VERSIONS.to_owned(), source };
    if !has_table(connection, schema::CELL_VERSIONS).map_err(sql)? {
        connection.execute_batch(schema::CREATE_CELL_VERSIONS).map_err(sql)?;
        // The first edit takes down what was there before it.
        for version in book.versions() {
            insert_version(connection, path, version)?;
        }
    }
    for version in &edit.ended {
        let Some(end) = &version.ended else { continue };
        let changed = connection
            .execute(
                "UPDATE cell_versions SET ended_by = ?3, ended_on = ?4, ended_because = ?5, ended_at = ?6, successors = ?7 \
                 WHERE code = ?1 AND version = ?2 AND ended_by IS NULL",
                params![
                    version.code,
                    version.version,
                    end.act.key(),
                    end.day.map(|day| day.to_string()),
                    end.reason,
                    end.recorded_at.map(|at| at.to_string()),
                    end.others.join(" "),
                ],
            )
            .map_err(sql)?;
        if changed == 0 {
            // Known from the table of cells only, after the history had begun.
            insert_version(connection, path, version)?;
        }
    }
    for version in &edit.began {
        insert_version(connection, path, version)?;
    }
    replace_current(connection, edit).map_err(|source| PackError::Sql {
        path: path.to_owned(),
        table: Layer::UnitGrids.table().to_owned(),
        source,
    })?;
    connection
        .execute(
            "UPDATE gpkg_contents SET last_change = ?1 WHERE table_name IN (?2, ?3)",
            params![
                now.strftime("%Y-%m-%dT%H:%M:%S.000Z").to_string(),
                schema::CELL_VERSIONS,
                Layer::UnitGrids.table()
            ],
        )
        .map_err(sql)?;
    Ok(())
}

fn insert_version(connection: &Connection, path: &Path, version: &CellVersion) -> Result<(), PackError> {
    let bad_shape = |reason| PackError::BadShape { path: path.to_owned(), table: schema::CELL_VERSIONS, reason };
    let sql = |source| PackError::Sql { path: path.to_owned(), table: schema::CELL_VERSIONS.to_owned(), source };
    let bytes = shape_bytes(&Geometry::MultiPolygon(version.shape.clone())).map_err(bad_shape)?.0;
    let (began, ended) = (&version.began, version.ended.as_ref());
    connection
        .prepare_cached(
            "INSERT INTO cell_versions VALUES (NULL, ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)",
        )
        .and_then(|mut insert| {
            insert.execute(params![
                bytes,
                version.code,
                version.version,
                began.act.key(),
                began.day.map(|day| day.to_string()),
                began.reason,
                began.recorded_at.map(|at| at.to_string()),
                began.others.join(" "),
                ended.map(|end| end.act.key()),
                ended.and_then(|end| end.day).map(|day| day.to_string()),
                ended.map(|end| &end.reason),
                ended.and_then(|end| end.recorded_at).map(|at| at.to_string()),
                ended.map(|end| end.others.join(" ")),
            ])
        })
        .map_err(sql)?;
    Ok(())
}

fn shape_bytes(shape: &Geometry<f64>) -> Result<(Vec<u8>, Rect<f64>), String> {
    let bounds = blob::sound_bounds(shape)?;
    Ok((blob::encode(shape, bounds)?, bounds))
}

/// Brings the table of cells that hold, and its index, to what an edit left.
fn replace_current(connection: &Connection, edit: &Edit) -> rusqlite::Result<()> {
    let layer = Layer::UnitGrids;
    let table = layer.table();
    if !has_table(connection, table)? {
        connection.execute_batch(&schema::create_layer(layer))?;
        connection.execute_batch(&schema::index_triggers(layer))?;
        connection.execute(schema::REGISTER_INDEX, [table])?;
        connection.execute_batch(&format!(
            "INSERT INTO gpkg_contents (table_name, data_type, identifier, last_change, srs_id) \
             VALUES ('{table}', 'features', '{table}', '1970-01-01T00:00:00.000Z', {PACK_SRS}); \
             INSERT INTO gpkg_geometry_columns VALUES ('{table}', 'geom', 'POLYGON', {PACK_SRS}, 0, 0);"
        ))?;
    }
    let triggers = index_triggers_of(connection, table)?;
    for (name, _) in &triggers {
        connection.execute_batch(&format!("DROP TRIGGER \"{name}\""))?;
    }
    // What all the sources of a cell say of community, officer and kind goes on holding for what came of them.
    let mut said: Vec<[Option<String>; 3]> = Vec::new();
    for version in &edit.ended {
        let mut select =
            connection.prepare_cached(&format!("SELECT fid, community, officer, kind FROM {table} WHERE code = ?1"))?;
        let rows: Vec<(i64, [Option<String>; 3])> = select
            .query_map([&version.code], |row| Ok((row.get(0)?, [row.get(1)?, row.get(2)?, row.get(3)?])))?
            .collect::<rusqlite::Result<_>>()?;
        for (fid, words) in rows {
            said.push(words);
            connection.execute(&format!("DELETE FROM {table} WHERE fid = ?1"), [fid])?;
            connection.execute(&format!("DELETE FROM rtree_{table}_geom WHERE id = ?1"), [fid])?;
        }
    }
    let agreed = |index: usize| {
        let mut words = said.iter().filter_map(|words| words.get(index));
        let first = words.next()?;
        words.all(|other| other == first).then(|| first.clone())?
    };
    let inherited = [agreed(0), agreed(1), agreed(2)];
    for version in &edit.began {
        put_current(connection, table, version, &inherited)?;
    }
    for (_, statement) in triggers {
        connection.execute_batch(&statement)?;
    }
    Ok(())
}

fn put_current(
    connection: &Connection,
    table: &str,
    version: &CellVersion,
    inherited: &[Option<String>; 3],
) -> rusqlite::Result<()> {
    let shape = match version.shape.0.as_slice() {
        [only] => Geometry::Polygon(only.clone()),
        _ => Geometry::MultiPolygon(version.shape.clone()),
    };
    let (bytes, bounds) =
        shape_bytes(&shape).map_err(|reason| rusqlite::Error::ToSqlConversionFailure(reason.into()))?;
    let area = format!("{:.1}", ground_area(&version.shape).unsigned_area());
    let [community, officer, kind] = inherited;
    connection.execute(
        &format!("INSERT INTO {table} (geom, code, community, area_m2, officer, kind) VALUES (?1, ?2, ?3, ?4, ?5, ?6)"),
        params![bytes, version.code, community, area, officer, kind],
    )?;
    let (fid, low, high) = (connection.last_insert_rowid(), bounds.min(), bounds.max());
    connection.execute(
        &format!("INSERT INTO rtree_{table}_geom VALUES (?1, ?2, ?3, ?4, ?5)"),
        params![fid, low.x, high.x, low.y, high.y],
    )?;
    connection.execute(
        "UPDATE gpkg_contents SET min_x = min(coalesce(min_x, ?2), ?2), min_y = min(coalesce(min_y, ?3), ?3), \
         max_x = max(coalesce(max_x, ?4), ?4), max_y = max(coalesce(max_y, ?5), ?5) WHERE table_name = ?1",
        params![table, low.x, low.y, high.x, high.y],
    )?;
    if version.shape.0.len() > 1 {
        connection.execute(
            "UPDATE gpkg_geometry_columns SET geometry_type_name = 'GEOMETRY' WHERE table_name = ?1",
            [table],
        )?;
    }
    Ok(())
}

/// Names and statements of a table's index triggers. They call functions that SQLite alone does not have, so an edit takes
/// them away and puts them back as they were.
fn index_triggers_of(connection: &Connection, table: &str) -> rusqlite::Result<Vec<(String, String)>> {
    let mut statement = connection.prepare(
        "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND substr(name, 1, length(?1)) = ?1 ORDER BY name",
    )?;
    statement.query_map([format!("rtree_{table}_geom_")], |row| Ok((row.get(0)?, row.get(1)?)))?.collect()
}

#[cfg(test)]
mod tests {
    use geo::{LineString, MultiPolygon};
    use jiff::civil::date;

    use super::*;
    use crate::spatial::feature::Feature;
    use crate::spatial::grid::{GridError, Request};
    use crate::spatial::pack::PackWriter;

    const COMMUNITY: &str = "110107011001";

    fn square(west: f64, south: f64) -> MultiPolygon<f64> {
        MultiPolygon(vec![Rect::new((west, south), (west + 0.001, south + 0.001)).to_polygon()])
    }

    fn request(day: Date) -> Request {
        Request { day, reason: "道路改建".to_owned(), recorded_at: "2026-03-01T01:00:00Z".parse().unwrap() }
    }

    fn pack(path: &Path) {
        let mut writer = PackWriter::create(path).unwrap();
        for (number, west) in [(1, 116.22), (2, 116.221)] {
            let shape = square(west, 39.9).0.remove(0);
            let words = |text: &str| text.to_owned();
            let extra = vec![("community", words("六合园社区")), ("officer", format!("员{number}"))];
            let code = format!("{COMMUNITY}00{number}");
            let geometry = shape.into();
            let (class, name) = (words(""), words(""));
            writer.add(&Feature { layer: Layer::UnitGrids, class, code, name, extra, geometry }).unwrap();
        }
        writer.finish().unwrap();
    }

    fn current(path: &Path) -> Vec<(String, Option<String>, Option<String>)> {
        let mut found = Vec::new();
        let window = Rect::new((116.0, 39.0), (117.0, 40.0));
        // By the index, so that it is known to follow.
        let pack = Pack::open(path).unwrap();
        pack.features_in(Layer::UnitGrids, window, |_, feature| {
            let own = |key: &str| feature.extra(key).map(str::to_owned);
            found.push((feature.code.clone(), own("community"), own("officer")));
        })
        .unwrap();
        assert_eq!(pack.count(Layer::UnitGrids).unwrap() as usize, found.len());
        found.sort();
        found
    }

    fn edit(
        path: &Path,
        decide: impl FnOnce(&CellBook) -> Result<Edit, crate::spatial::grid::KeepError>,
    ) -> Result<Edit, GridError> {
        let book = CellBook::load(&Pack::open(path).unwrap()).unwrap();
        let now = "2026-03-01T01:00:00Z".parse().unwrap();
        CellKeeper::open(path).unwrap().edit(&book, now, |book| decide(book).map_err(GridError::from))
    }

    #[test]
    fn edits_are_kept_with_their_history_and_found_by_the_index() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("s.gpkg");
        pack(&path);
        let [first, second] = [1, 2].map(|number| format!("{COMMUNITY}00{number}"));
        let line = LineString::from(vec![(116.2195, 39.9005), (116.2215, 39.9005)]);
        let day = date(2026, 3, 1);
        edit(&path, |book| book.split(&first, &line, &request(day))).unwrap();
        let [north, south] = [3, 4].map(|number| format!("{COMMUNITY}00{number}"));
        let six = || Some("六合园社区".to_owned());
        let worker = |number: u32| Some(format!("员{number}"));
        assert_eq!(
            current(&path),
            [(second.clone(), six(), worker(2)), (north.clone(), six(), worker(1)), (south.clone(), six(), worker(1))]
        );
        let later = date(2026, 4, 1);
        edit(&path, |book| book.merge(&[second.clone(), north.clone()], &request(later))).unwrap();
        let merged = format!("{COMMUNITY}005");
        // Two officers looked after what is one now: a person has to say who does.
        assert_eq!(current(&path), [(south.clone(), six(), worker(1)), (merged.clone(), six(), None)]);
        let book = CellBook::load(&Pack::open(&path).unwrap()).unwrap();
        assert_eq!(book.versions().len(), 5);
        assert_eq!(book.on(&first, date(2026, 2, 28)).unwrap().code, first);
        assert_eq!(book.on(&first, day), None, "a case of the day of the split lies in a part");
        assert!(book.on(&north, day).is_some() && book.is_void(&north));
        let ended = book.of(&north)[0].ended.as_ref().unwrap();
        assert_eq!(
            (ended.act, ended.others.as_slice(), ended.reason.as_str()),
            (Act::Merged, &[merged][..], "道路改建")
        );
        // What the triggers were before they are again.
        let kept = Connection::open(&path).unwrap();
        let triggers: i64 =
            kept.query_row("SELECT count(*) FROM sqlite_master WHERE type = 'trigger'", [], |row| row.get(0)).unwrap();
        assert_eq!(triggers, 6);
        let sound: String = kept.query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
        assert_eq!(sound, "ok");
    }

    #[test]
    fn a_refused_edit_changes_no_byte() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("s.gpkg");
        pack(&path);
        let before = std::fs::read(&path).unwrap();
        let refused = edit(&path, |book| book.void("110107011001009", &request(date(2026, 1, 1)))).unwrap_err();
        assert!(matches!(refused, GridError::Keep(_)));
        assert!(std::fs::read(&path).unwrap() == before);
    }

    #[test]
    fn a_first_cell_makes_the_table() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("s.gpkg");
        PackWriter::create(&path).unwrap().finish().unwrap();
        edit(&path, |book| book.draw(COMMUNITY, square(116.22, 39.9), None, &request(date(2026, 1, 1)))).unwrap();
        assert_eq!(current(&path), [(format!("{COMMUNITY}001"), None, None)]);
        assert_eq!(Pack::open(&path).unwrap().extent().unwrap().min().x, 116.22);
    }

    #[test]
    fn a_history_that_cannot_be_understood_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("s.gpkg");
        pack(&path);
        edit(&path, |book| book.void(&format!("{COMMUNITY}001"), &request(date(2026, 1, 1)))).unwrap();
        Connection::open(&path).unwrap().execute_batch("UPDATE cell_versions SET began_by = 'wished'").unwrap();
        let refused = CellBook::load(&Pack::open(&path).unwrap()).unwrap_err();
        assert!(refused.to_string().contains("wished"), "{refused}");
    }
}
