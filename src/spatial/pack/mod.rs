//! The map pack: one GeoPackage 1.3 file (OGC 12-128r17) with a table for each [`Layer`](super::feature::Layer).
//!
//! A pack is written by [`PackWriter`], new or changed, to a file beside its target that takes the target's name only
//! when it is whole; only its cells are kept up in place, by [`CellKeeper`], and everything else only reads it, by
//! [`Pack`]. Shapes are longitude, latitude in degrees on EPSG:4490.

mod about;
mod blob;
mod cells;
mod edit;
mod fingerprint;
mod plain;
mod reader;
mod schema;
mod writer;

use std::path::PathBuf;

use geo::Rect;

pub(crate) use about::source_key;
pub use about::{About, OfLayer};
pub use blob::decode_any as decode_geometry;
pub use cells::CellKeeper;
pub use edit::Found;
pub use fingerprint::Fingerprint;
pub use plain::{PlainWriter, System};
pub use reader::{Pack, ReadReport};
pub use writer::PackWriter;

/// EPSG code of the coordinates in a pack.
pub const PACK_SRS: i32 = 4490;

/// Why a pack could not be written or read.
#[derive(Debug, thiserror::Error)]
pub enum PackError {
    /// The file system refused.
    #[error("{path}: {source}")]
    Io {
        /// The file in question.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// SQLite refused, at the table named.
    #[error("{path}: table {table}: {source}")]
    Sql {
        /// The file in question.
        path: PathBuf,
        /// The table that was being read or written.
        table: String,
        /// What SQLite said.
        source: rusqlite::Error,
    },
    /// The file is no GeoPackage with feature tables.
    #[error("{path} is not a GeoPackage: {reason}")]
    NotAPack {
        /// The file in question.
        path: PathBuf,
        /// What is missing or wrong.
        reason: String,
    },
    /// The file ends before it should: copying it was broken off, or the disk was full.
    #[error("{path} is cut off: {bytes} bytes are no whole number of pages of {page}")]
    CutOff {
        /// The file in question.
        path: PathBuf,
        /// Its length.
        bytes: u64,
        /// Bytes of a page.
        page: u64,
    },
    /// A feature cannot be kept: its shape is empty or holds numbers that are no place on the globe.
    #[error("{path}: table {table}: shape cannot be kept: {reason}")]
    BadShape {
        /// The file that was being written.
        path: PathBuf,
        /// The table the feature was meant for.
        table: &'static str,
        /// What is wrong with it.
        reason: String,
    },
    /// A feature brings an attribute that its layer's table has no column for.
    #[error("{path}: table {table} has no column {column:?}; Layer::columns lists those it has")]
    UnknownColumn {
        /// The file that was being written.
        path: PathBuf,
        /// The table the feature was meant for.
        table: &'static str,
        /// The attribute's name.
        column: &'static str,
    },
}

impl PackError {
    /// Whether there was no room left on the disk.
    pub fn is_disk_full(&self) -> bool {
        match self {
            Self::Io { source, .. } => source.kind() == std::io::ErrorKind::StorageFull,
            Self::Sql { source, .. } => source.sqlite_error_code() == Some(rusqlite::ErrorCode::DiskFull),
            _ => false,
        }
    }
}

/// A row that could not be understood and was left out.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{path}: table {table}, fid {fid}: {reason}")]
pub struct BadRow {
    /// The pack.
    pub path: PathBuf,
    /// The table.
    pub table: &'static str,
    /// The row's `fid`.
    pub fid: i64,
    /// What is wrong with it.
    pub reason: String,
}

/// The smallest rectangle around two.
fn union(a: Rect<f64>, b: Rect<f64>) -> Rect<f64> {
    Rect::new(
        (a.min().x.min(b.min().x), a.min().y.min(b.min().y)),
        (a.max().x.max(b.max().x), a.max().y.max(b.max().y)),
    )
}

#[cfg(test)]
mod tests {
    use geo::{Geometry, LineString, Point, polygon};

    use super::*;
    use crate::spatial::feature::{Feature, Layer};

    fn feature(layer: Layer, name: &str, geometry: Geometry<f64>) -> Feature {
        Feature {
            layer,
            class: "k".to_owned(),
            code: String::new(),
            name: name.to_owned(),
            extra: Vec::new(),
            geometry,
        }
    }

    fn small_pack(path: &std::path::Path) -> Vec<Feature> {
        let road = feature(Layer::Roads, "鲁谷路", LineString::from(vec![(116.22, 39.90), (116.23, 39.90)]).into());
        let mut house = feature(
            Layer::Buildings,
            "",
            polygon![(x: 116.221, y: 39.901), (x: 116.222, y: 39.901), (x: 116.222, y: 39.902), (x: 116.221, y: 39.901)]
                .into(),
        );
        house.extra = vec![("floors", "6".to_owned()), ("building", "3".to_owned())];
        let mut writer = PackWriter::create(path).unwrap();
        writer.set_meta("title", "一").unwrap();
        writer.set_meta("title", "示范").unwrap();
        assert_eq!(writer.add(&road).unwrap(), 1);
        assert_eq!(writer.add(&house).unwrap(), 1);
        let far = feature(Layer::Roads, "远路", LineString::from(vec![(116.3, 39.95), (116.31, 39.96)]).into());
        assert_eq!(writer.add(&far).unwrap(), 2);
        assert!(!path.exists(), "no pack before it is whole");
        writer.finish().unwrap();
        vec![road, far, house]
    }

    fn all(pack: &Pack, layer: Layer) -> Vec<Feature> {
        let mut found = Vec::new();
        let report = pack.features(layer, |_, feature| found.push(feature)).unwrap();
        assert_eq!(report.read as usize, found.len());
        found
    }

    #[test]
    fn what_is_written_is_read_again() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("街.gpkg");
        let written = small_pack(&path);
        let pack = Pack::open(&path).unwrap();
        assert_eq!(pack.layers().collect::<Vec<_>>(), [Layer::Buildings, Layer::Roads]);
        let mut read = all(&pack, Layer::Roads);
        read.extend(all(&pack, Layer::Buildings));
        for feature in &mut read {
            feature.extra.sort();
        }
        let mut wanted = written.clone();
        wanted.iter_mut().for_each(|feature| feature.extra.sort());
        assert_eq!(read, wanted);
        assert_eq!(pack.meta().get("title").map(String::as_str), Some("示范"));
        assert_eq!(pack.count(Layer::Roads).unwrap(), 2);
        assert_eq!(pack.count(Layer::Water).unwrap(), 0);
        assert_eq!(pack.extent(), Some(Rect::new((116.22, 39.90), (116.31, 39.96))));
        let mut near = Vec::new();
        let window = Rect::new((116.225, 39.89), (116.226, 39.91));
        pack.features_in(Layer::Roads, window, |fid, feature| near.push((fid, feature.name))).unwrap();
        assert_eq!(near, [(1, "鲁谷路".to_owned())]);
    }

    #[test]
    fn the_same_features_give_the_same_bytes() {
        let folder = tempfile::tempdir().unwrap();
        let paths = ["a.gpkg", "b.gpkg"].map(|name| folder.path().join(name));
        for path in &paths {
            small_pack(path);
        }
        let [first, second] = paths.map(|path| std::fs::read(path).unwrap());
        assert!(first == second);
    }

    #[test]
    fn a_writer_that_is_dropped_leaves_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("half.gpkg");
        let mut writer = PackWriter::create(&path).unwrap();
        writer.add(&feature(Layer::Pois, "x", Point::new(116.2, 39.9).into())).unwrap();
        drop(writer);
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    }

    #[test]
    fn shapes_and_columns_that_cannot_be_kept_are_refused() {
        let folder = tempfile::tempdir().unwrap();
        let mut writer = PackWriter::create(folder.path().join("p.gpkg")).unwrap();
        for bad in [Point::new(f64::NAN, 1.0).into(), Point::new(433_549.0, 4_419_447.0).into()] {
            let refused = writer.add(&feature(Layer::Pois, "", bad)).unwrap_err();
            assert!(matches!(refused, PackError::BadShape { table: "pois", .. }), "{refused}");
        }
        let empty: Geometry<f64> = LineString(Vec::new()).into();
        assert!(matches!(writer.add(&feature(Layer::Roads, "", empty)), Err(PackError::BadShape { .. })));
        let mut odd = feature(Layer::Pois, "", Point::new(116.2, 39.9).into());
        odd.extra.push(("colour", "red".to_owned()));
        assert!(matches!(writer.add(&odd), Err(PackError::UnknownColumn { column: "colour", .. })));
    }

    #[test]
    fn files_that_are_no_pack_are_named() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.gpkg");
        assert!(matches!(Pack::open(&path), Err(PackError::Io { .. })));
        for bytes in [&b""[..], b"not a database", &[0x53; 5000]] {
            std::fs::write(&path, bytes).unwrap();
            let refused = Pack::open(&path).unwrap_err();
            assert!(matches!(refused, PackError::NotAPack { .. }), "{refused}");
            assert!(refused.to_string().contains("x.gpkg"));
        }
    }

    #[test]
    fn a_pack_that_is_cut_off_anywhere_is_noticed_when_it_is_opened() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.gpkg");
        small_pack(&path);
        let whole = std::fs::read(&path).unwrap();
        for missing in [1, 100, 4095, 4096, 5000, whole.len() / 2] {
            std::fs::write(&path, &whole[..whole.len() - missing]).unwrap();
            let refused = Pack::open(&path).map(|_| ()).unwrap_err();
            assert!(matches!(refused, PackError::CutOff { .. } | PackError::NotAPack { .. }), "{missing}: {refused}");
            assert!(refused.words(crate::base::text::Lang::ZhCn).contains("x.gpkg"));
        }
        std::fs::write(&path, &whole).unwrap();
        Pack::open(&path).unwrap();
    }

    #[test]
    fn a_damaged_pack_gives_errors_and_never_a_panic() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.gpkg");
        small_pack(&path);
        let whole = std::fs::read(&path).unwrap();
        for start in (100..whole.len()).step_by(997) {
            let mut bytes = whole.clone();
            let end = (start + 400).min(bytes.len());
            bytes[start..end].fill(0xA5);
            std::fs::write(&path, &bytes).unwrap();
            let Ok(pack) = Pack::open(&path) else { continue };
            for layer in Layer::ALL {
                let _ = pack.features(layer, |_, _| ());
            }
        }
        std::fs::write(&path, &whole[..whole.len() / 2]).unwrap();
        let outcome = Pack::open(&path).and_then(|pack| pack.features(Layer::Roads, |_, _| ()));
        assert!(outcome.is_err());
    }

    #[test]
    fn a_pack_from_before_a_layer_was_known_takes_it_and_keeps_what_it_has() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("older.gpkg");
        let before = small_pack(&path);
        let old = Pack::open(&path).unwrap();
        assert_eq!((old.count(Layer::Parcels).unwrap(), all(&old, Layer::Parcels)), (0, Vec::new()));
        let known: Vec<Layer> = old.layers().collect();
        drop(old);
        let plot = polygon![(x: 116.2, y: 39.9), (x: 116.201, y: 39.9), (x: 116.2, y: 39.901)];
        let mut parcel = feature(Layer::Parcels, "地块", plot.into());
        parcel.extra.push(("ownership", "国有".to_owned()));
        let mut writer = PackWriter::reopen(&path).unwrap();
        writer.add(&parcel).unwrap();
        writer.finish().unwrap();
        let new = Pack::open(&path).unwrap();
        assert_eq!(all(&new, Layer::Parcels), [parcel]);
        for layer in known {
            let kept: Vec<Feature> = before.iter().filter(|feature| feature.layer == layer).cloned().collect();
            assert_eq!(all(&new, layer), kept);
        }
    }

    #[test]
    fn rows_that_cannot_be_understood_are_counted_and_packs_from_elsewhere_are_read() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.gpkg");
        small_pack(&path);
        let edit = rusqlite::Connection::open(&path).unwrap();
        edit.execute_batch(
            "DROP TRIGGER rtree_roads_geom_update1; DROP TRIGGER rtree_roads_geom_update2;
             DROP TRIGGER rtree_roads_geom_update3; DROP TRIGGER rtree_roads_geom_update4;
             UPDATE roads SET geom = x'4750' WHERE fid = 1; ALTER TABLE roads DROP COLUMN code; DROP TABLE jiedao_meta;",
        )
        .unwrap();
        drop(edit);
        let pack = Pack::open(&path).unwrap();
        let mut names = Vec::new();
        let report = pack.features(Layer::Roads, |_, feature| names.push(feature.name)).unwrap();
        assert_eq!((report.read, report.skipped, names), (1, 1, vec!["远路".to_owned()]));
        assert_eq!((report.bad_rows[0].table, report.bad_rows[0].fid), ("roads", 1));
        assert!(pack.meta().is_empty());
    }
}
