//! MBTiles: a database with one row for each tile, rows counted from the south.

use std::path::{Path, PathBuf};

use rusqlite::{Connection, OpenFlags, OptionalExtension as _};

use super::error::RasterError;
use super::file::{About, Format, LARGEST_TILE, bounds, plain, stem};
use super::tiling::{DEEPEST, Tile, Tiling};
use super::wanted::Reach;

#[derive(Debug)]
pub(super) struct MbTiles {
    connection: Connection,
    path: PathBuf,
}

impl MbTiles {
    pub(super) fn open(path: &Path) -> Result<(Self, About), RasterError> {
        let broken = |error: rusqlite::Error| broken(path, &error);
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(path, flags).map_err(broken)?;
        // The tables of a file from outside may be views: they get no function that reaches beyond the file.
        connection.execute_batch("PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON;").map_err(broken)?;
        let tables: i64 = connection
            .query_row("SELECT count(*) FROM sqlite_schema WHERE name IN ('tiles', 'metadata')", [], |row| row.get(0))
            .map_err(broken)?;
        if tables < 2 {
            return Err(RasterError::UnknownKind { path: path.to_path_buf() });
        }
        let said = |name: &str| -> Result<Option<String>, RasterError> {
            // Values are text by the format and numbers in some files.
            let sql = "SELECT CAST(value AS TEXT) FROM metadata WHERE name = ?1 LIMIT 1";
            let value = connection.query_row(sql, [name], |row| row.get::<_, Option<String>>(0)).optional();
            Ok(value.map_err(broken)?.flatten())
        };
        let format = match said("format")?.map(|format| format.trim().to_ascii_lowercase()).as_deref() {
            Some("pbf" | "mvt" | "application/vnd.mapbox-vector-tile") => {
                return Err(RasterError::Vector { path: path.to_path_buf() });
            }
            Some("png" | "image/png") => Some(Format::Png),
            Some("jpg" | "jpeg" | "image/jpeg") => Some(Format::Jpeg),
            Some("webp" | "image/webp") => Some(Format::Webp),
            None | Some("") => None,
            Some(other) => {
                let what = other.chars().take(40).collect();
                return Err(RasterError::Unsupported { path: path.to_path_buf(), what });
            }
        };
        // The table knows better than what stands beside it, and answers at once from its index.
        let sql = "SELECT min(zoom_level), max(zoom_level) FROM tiles";
        let (least, most): (Option<i64>, Option<i64>) =
            connection.query_row(sql, [], |row| Ok((row.get(0)?, row.get(1)?))).map_err(broken)?;
        let level = |level: Option<i64>| level.and_then(|level| u8::try_from(level).ok()).filter(|z| *z <= DEEPEST);
        let Some((least, most)) = level(least).zip(level(most)) else {
            let reason = "no tile, or none of a level between 0 and 24".to_owned();
            return Err(RasterError::Broken { path: path.to_path_buf(), reason });
        };
        let numbers: Vec<f64> =
            said("bounds")?.unwrap_or_default().split(',').filter_map(|number| number.trim().parse().ok()).collect();
        let bounds = match numbers[..] {
            [west, south, east, north] => bounds(west, south, east, north),
            _ => None,
        };
        let name = said("name")?.map(|name| plain(&name)).filter(|name| !name.is_empty());
        let about = About {
            name: name.unwrap_or_else(|| stem(path)),
            format,
            attribution: plain(&said("attribution")?.unwrap_or_default()),
            reach: Reach { tiling: Tiling::Mercator, levels: least..=most, bounds },
        };
        Ok((Self { connection, path: path.to_path_buf() }, about))
    }

    pub(super) fn tile(&mut self, tile: Tile) -> Result<Option<Vec<u8>>, RasterError> {
        let broken = |error: rusqlite::Error| broken(&self.path, &error);
        let sql = "SELECT length(tile_data), CASE WHEN length(tile_data) <= ?4 THEN CAST(tile_data AS BLOB) END
                   FROM tiles WHERE zoom_level = ?1 AND tile_column = ?2 AND tile_row = ?3 LIMIT 1";
        let mut query = self.connection.prepare_cached(sql).map_err(broken)?;
        let found = query
            .query_row((tile.z, tile.x, tile.row_from_south(), LARGEST_TILE as i64), |row| {
                Ok((row.get::<_, Option<i64>>(0)?, row.get::<_, Option<Vec<u8>>>(1)?))
            })
            .optional()
            .map_err(broken)?;
        match found {
            None | Some((None, _)) => Ok(None),
            Some((_, Some(bytes))) => Ok(Some(bytes).filter(|bytes| !bytes.is_empty())),
            Some((Some(length), None)) => {
                let reason = format!("tile {}/{}/{} has {length} bytes", tile.z, tile.x, tile.y);
                Err(RasterError::Broken { path: self.path.clone(), reason })
            }
        }
    }
}

fn broken(path: &Path, error: &rusqlite::Error) -> RasterError {
    RasterError::Broken { path: path.to_path_buf(), reason: error.to_string() }
}
