//! Files of tiles, as imagery comes in.

use std::path::Path;

use image::RgbaImage;
use jiedao::spatial::raster::Tile;

/// Writes a file of MBTiles with these pictures and this word on their origin.
pub fn mbtiles(path: &Path, origin: &str, tiles: &[(Tile, RgbaImage)]) {
    let db = rusqlite::Connection::open(path).unwrap();
    db.execute_batch(
        "CREATE TABLE metadata (name TEXT, value TEXT);
         CREATE TABLE tiles (zoom_level INTEGER, tile_column INTEGER, tile_row INTEGER, tile_data BLOB);
         INSERT INTO metadata VALUES ('format', 'png');",
    )
    .unwrap();
    db.execute("INSERT INTO metadata VALUES ('attribution', ?1)", [origin]).unwrap();
    for (tile, picture) in tiles {
        let mut bytes = std::io::Cursor::new(Vec::new());
        picture.write_to(&mut bytes, image::ImageFormat::Png).unwrap();
        let values = (tile.z, tile.x, tile.row_from_south(), bytes.into_inner());
        db.execute("INSERT INTO tiles VALUES (?1, ?2, ?3, ?4)", values).unwrap();
    }
}
