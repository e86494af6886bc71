//! The town as others will meet it: read back from its pack, walked through, its history decided again.

mod history;
mod phrases;
mod town;

use std::collections::BTreeMap;
use std::sync::LazyLock;

use crate::demo::{Plan, SEED, write_pack};
use crate::geocode::Gazetteer;
use crate::spatial::feature::{Feature, Layer};
use crate::spatial::pack::Pack;
use crate::spatial::street::Street;

/// The town of `make run`, built once for all tests.
struct Read {
    _folder: tempfile::TempDir,
    bytes: Vec<u8>,
    layers: BTreeMap<Layer, Vec<Feature>>,
    meta: BTreeMap<String, String>,
    street: Street,
    gazetteer: Gazetteer,
    counted: u64,
}

static TOWN: LazyLock<Read> = LazyLock::new(|| {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("town.gpkg");
    let mut counted = 0;
    write_pack(&path, Plan::town(SEED), |count| counted = count).unwrap();
    let pack = Pack::open(&path).unwrap();
    let mut layers = BTreeMap::new();
    for layer in pack.layers() {
        let mut features = Vec::new();
        assert_eq!(pack.features(layer, |_, feature| features.push(feature)).unwrap().skipped, 0);
        layers.insert(layer, features);
    }
    let meta = pack.meta().iter().map(|(key, value)| (key.clone(), value.clone())).collect();
    let street = Street::load(&pack).unwrap();
    let gazetteer = Gazetteer::build(&pack).unwrap();
    Read { bytes: std::fs::read(&path).unwrap(), _folder: folder, layers, meta, street, gazetteer, counted }
});
