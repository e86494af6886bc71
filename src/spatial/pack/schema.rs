//! Tables of a GeoPackage as OGC 12-128r17 (version 1.3) wants them.

use crate::spatial::feature::Layer;

/// `GPKG` as SQLite's application id.
pub const APPLICATION_ID: i32 = 0x4750_4B47;
/// GeoPackage 1.3.0 as SQLite's user version.
pub const USER_VERSION: i32 = 10_300;

/// Geometry types a table can say it holds.
pub const KINDS: [&str; 8] =
    ["POINT", "LINESTRING", "POLYGON", "MULTIPOINT", "MULTILINESTRING", "MULTIPOLYGON", "GEOMCOLLECTION", "GEOMETRY"];

/// The tables that every pack has.
pub const CORE: &str = r#"
CREATE TABLE gpkg_spatial_ref_sys (
  srs_name TEXT NOT NULL, srs_id INTEGER PRIMARY KEY, organization TEXT NOT NULL,
  organization_coordsys_id INTEGER NOT NULL, definition TEXT NOT NULL, description TEXT);
INSERT INTO gpkg_spatial_ref_sys VALUES
 ('Undefined cartesian SRS', -1, 'NONE', -1, 'undefined', 'undefined cartesian coordinate reference system'),
 ('Undefined geographic SRS', 0, 'NONE', 0, 'undefined', 'undefined geographic coordinate reference system'),
 ('WGS 84 geodetic', 4326, 'EPSG', 4326,
  'GEOGCS["WGS 84",DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563,AUTHORITY["EPSG","7030"]],AUTHORITY["EPSG","6326"]],PRIMEM["Greenwich",0,AUTHORITY["EPSG","8901"]],UNIT["degree",0.0174532925199433,AUTHORITY["EPSG","9122"]],AUTHORITY["EPSG","4326"]]',
  'longitude/latitude coordinates in decimal degrees on the WGS 84 spheroid'),
 ('China Geodetic Coordinate System 2000', 4490, 'EPSG', 4490,
  'GEOGCS["China Geodetic Coordinate System 2000",DATUM["China_2000",SPHEROID["CGCS2000",6378137,298.257222101,AUTHORITY["EPSG","1024"]],AUTHORITY["EPSG","1043"]],PRIMEM["Greenwich",0,AUTHORITY["EPSG","8901"]],UNIT["degree",0.0174532925199433,AUTHORITY["EPSG","9122"]],AUTHORITY["EPSG","4490"]]',
  'longitude/latitude coordinates in decimal degrees on CGCS2000');
CREATE TABLE gpkg_contents (
  table_name TEXT NOT NULL PRIMARY KEY, data_type TEXT NOT NULL, identifier TEXT UNIQUE, description TEXT DEFAULT '',
  last_change DATETIME NOT NULL, min_x DOUBLE, min_y DOUBLE, max_x DOUBLE, max_y DOUBLE, srs_id INTEGER,
  CONSTRAINT fk_gc_r_srs_id FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys(srs_id));
CREATE TABLE gpkg_geometry_columns (
  table_name TEXT NOT NULL, column_name TEXT NOT NULL, geometry_type_name TEXT NOT NULL, srs_id INTEGER NOT NULL,
  z TINYINT NOT NULL, m TINYINT NOT NULL,
  CONSTRAINT pk_geom_cols PRIMARY KEY (table_name, column_name), CONSTRAINT uk_gc_table_name UNIQUE (table_name),
  CONSTRAINT fk_gc_tn FOREIGN KEY (table_name) REFERENCES gpkg_contents(table_name),
  CONSTRAINT fk_gc_srs FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys(srs_id));
CREATE TABLE gpkg_extensions (
  table_name TEXT, column_name TEXT, extension_name TEXT NOT NULL, definition TEXT NOT NULL, scope TEXT NOT NULL,
  CONSTRAINT ge_tce UNIQUE (table_name, column_name, extension_name));
CREATE TABLE jiedao_meta (id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, key TEXT NOT NULL UNIQUE, value TEXT NOT NULL);
"#;

/// Statements that make a layer's feature table and its index.
pub fn create_layer(layer: Layer) -> String {
    let table = layer.table();
    let columns: String = layer.columns().iter().map(|column| format!(", {column} TEXT")).collect();
    format!(
        "CREATE TABLE {table} (fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, geom GEOMETRY, \
         class TEXT, code TEXT, name TEXT{columns});
         CREATE VIRTUAL TABLE rtree_{table}_geom USING rtree(id, minx, maxx, miny, maxy);"
    )
}

/// Statement that adds a feature: geometry, class, code, name, then the layer's columns.
pub fn insert_feature(layer: Layer) -> String {
    let columns: String = layer.columns().iter().map(|column| format!(", {column}")).collect();
    let holders: String = (0..layer.columns().len()).map(|i| format!(", ?{}", i + 5)).collect();
    format!("INSERT INTO {} (geom, class, code, name{columns}) VALUES (?1, ?2, ?3, ?4{holders})", layer.table())
}

/// The triggers by which other programs keep the index true when they edit the table (annex F.3). They are made after
/// the writer's last row: they call functions that SQLite alone does not have.
pub fn index_triggers(layer: Layer) -> String {
    let t = layer.table();
    let r = format!("rtree_{t}_geom");
    let put = format!(
        "INSERT OR REPLACE INTO {r} VALUES (NEW.fid, ST_MinX(NEW.geom), ST_MaxX(NEW.geom), \
         ST_MinY(NEW.geom), ST_MaxY(NEW.geom))"
    );
    let some = "NEW.geom NOTNULL AND NOT ST_IsEmpty(NEW.geom)";
    let none = "(NEW.geom ISNULL OR ST_IsEmpty(NEW.geom))";
    format!(
        "CREATE TRIGGER {r}_insert AFTER INSERT ON {t} WHEN ({some}) BEGIN {put}; END;
         CREATE TRIGGER {r}_update1 AFTER UPDATE OF geom ON {t} WHEN OLD.fid = NEW.fid AND ({some}) BEGIN {put}; END;
         CREATE TRIGGER {r}_update2 AFTER UPDATE OF geom ON {t} WHEN OLD.fid = NEW.fid AND {none}
           BEGIN DELETE FROM {r} WHERE id = OLD.fid; END;
         CREATE TRIGGER {r}_update3 AFTER UPDATE ON {t} WHEN OLD.fid != NEW.fid AND ({some})
           BEGIN DELETE FROM {r} WHERE id = OLD.fid; {put}; END;
         CREATE TRIGGER {r}_update4 AFTER UPDATE ON {t} WHEN OLD.fid != NEW.fid AND {none}
           BEGIN DELETE FROM {r} WHERE id IN (OLD.fid, NEW.fid); END;
         CREATE TRIGGER {r}_delete AFTER DELETE ON {t} WHEN OLD.geom NOT NULL
           BEGIN DELETE FROM {r} WHERE id = OLD.fid; END;"
    )
}

/// Registers the index extension of a table: ?1 table.
pub const REGISTER_INDEX: &str = "INSERT INTO gpkg_extensions VALUES \
    (?1, 'geom', 'gpkg_rtree_index', 'http://www.geopackage.org/spec/#extension_rtree', 'write-only')";

/// The history of the cells: a feature table of its own, so that other programs show it.
pub const CELL_VERSIONS: &str = "cell_versions";

/// Makes the table of the cells' history and registers it.
pub const CREATE_CELL_VERSIONS: &str = "
CREATE TABLE cell_versions (
  fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, geom GEOMETRY, code TEXT NOT NULL, version INTEGER NOT NULL,
  began_by TEXT NOT NULL, began_on TEXT, began_because TEXT NOT NULL, began_at TEXT, predecessors TEXT NOT NULL,
  ended_by TEXT, ended_on TEXT, ended_because TEXT, ended_at TEXT, successors TEXT);
CREATE INDEX cell_versions_code ON cell_versions (code, version);
INSERT INTO gpkg_contents (table_name, data_type, identifier, last_change, srs_id)
  VALUES ('cell_versions', 'features', 'cell_versions', '1970-01-01T00:00:00.000Z', 4490);
INSERT INTO gpkg_geometry_columns VALUES ('cell_versions', 'geom', 'MULTIPOLYGON', 4490, 0, 0);
";
