//! One layer of pictures: its source, the tiles that are at hand, and what is to be asked of the network.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::Sight;
use crate::app::raster::{Raster, Told};
use crate::base::Timestamp;
use crate::base::text::Lang;
use crate::map::raster::{Found, Picture, Placed, Shelf, wanted_in};
use crate::map::side::Side;
use crate::spatial::raster::wanted::Reach;
use crate::spatial::raster::{Address, RasterFile, Tile, Tiling};
use crate::store::StoreError;
use crate::store::tiles::{KeptTile, TileCache, TileKey};
use crate::sync::tiles::WantedTile;

/// A picture older than this is asked for again, and shown meanwhile; seconds.
const STALE: i64 = 30 * 86_400;
/// A service is asked again for what it had not, after so long; seconds.
const NONE_STALE: i64 = 86_400;
/// A layer of pictures at work.
pub(super) struct Layer {
    pub raster: Raster,
    pub source: Source,
    pub shelf: Shelf,
    pub told: Told,
    /// Shown from the cache, and old: asked for again after what is missing.
    pub stale: BTreeMap<Tile, WantedTile>,
}

pub(super) enum Source {
    File(Box<RasterFile>),
    Address(Address, Reach),
    /// It cannot be used; the fault is told.
    Nothing,
}

/// What a layer takes its tiles from, and what it leaves to be done.
pub(super) struct AtHand<'a> {
    pub cache: Option<&'a TileCache>,
    pub now: Timestamp,
    pub lang: Lang,
    /// Tiles that may still be read before what is there is shown.
    pub budget: usize,
    /// To be asked of services: what is missing.
    pub fetch: Vec<WantedTile>,
    /// And after that: what is shown and old.
    pub old: Vec<WantedTile>,
    /// What the cache could not do.
    pub fault: Option<StoreError>,
}

impl Layer {
    /// Takes what a view wants of this layer from its file or the cache: how it is cut, and which tiles. `None` when it cannot be
    /// used at all.
    pub fn gather(&mut self, sight: Sight, hand: &mut AtHand<'_>) -> Option<(Tiling, Vec<Tile>)> {
        let reach = match &self.source {
            Source::File(file) => file.about().reach.clone(),
            Source::Address(_, reach) => reach.clone(),
            Source::Nothing => return None,
        };
        let Sight { camera, points, pixels_per_point } = sight;
        let tiles = wanted_in(&reach, camera, points, pixels_per_point);
        self.shelf.begin();
        for tile in &tiles {
            if self.shelf.get(*tile).is_some() {
                continue;
            }
            if hand.budget == 0 {
                self.told.awaited += 1;
                continue;
            }
            match &mut self.source {
                Source::File(file) => {
                    hand.budget -= 1;
                    from_file(file, &mut self.shelf, *tile, hand.lang, &mut self.told.fault);
                }
                Source::Address(address, _) => {
                    let key = TileKey { source: address.identity(), z: tile.z, x: tile.x, y: tile.y };
                    let kept = match hand.cache.map(|cache| cache.get(&key, hand.now)) {
                        Some(Ok(kept)) => kept,
                        Some(Err(error)) => {
                            hand.fault = Some(error);
                            None
                        }
                        None => None,
                    };
                    hand.budget -= usize::from(kept.is_some());
                    if let Some(wanted) = from_cache(kept, address, key, &mut self.shelf, *tile, hand.now) {
                        if self.shelf.get(*tile).is_none() {
                            self.told.awaited += 1;
                            hand.fetch.push(wanted);
                        } else {
                            self.stale.insert(*tile, wanted);
                        }
                    }
                }
                Source::Nothing => {}
            }
        }
        hand.old.extend(tiles.iter().filter_map(|tile| self.stale.get(tile)).cloned());
        Some((reach.tiling, tiles))
    }
}

/// What is being laid below one of the maps.
pub(super) struct Stack {
    pub side: Side,
    /// Something is shown there, even if nothing of it has come yet.
    pub any: bool,
    pub placed: Vec<Placed>,
    pub awaited: usize,
}

impl Stack {
    pub fn new(side: Side) -> Self {
        Self { side, any: false, placed: Vec::new(), awaited: 0 }
    }

    pub fn shows(&self, raster: &Raster, in_hand: Side) -> bool {
        if self.side == in_hand { raster.shown } else { raster.beside }
    }
}

/// Reads a tile, or the nearest coarser one that the file has.
fn from_file(file: &mut RasterFile, shelf: &mut Shelf, tile: Tile, lang: Lang, fault: &mut Option<String>) {
    let mut at = Some(tile);
    while let Some(place) = at.filter(|place| shelf.get(*place).is_none()) {
        let found = match file.tile(place) {
            Ok(bytes) => match bytes.map(|bytes| Picture::decode(&bytes)) {
                Some(Ok(picture)) => Found::Picture(Arc::new(picture)),
                Some(Err(_)) | None => Found::Nothing,
            },
            Err(error) => {
                *fault = Some(error.words(lang));
                Found::Nothing
            }
        };
        let done = matches!(found, Found::Picture(_));
        shelf.put(place, found);
        at = place.parent().filter(|_| !done);
    }
}

/// Takes a tile as it was kept, and tells what is to be asked of the service.
fn from_cache(
    kept: Option<KeptTile>,
    address: &Address,
    key: TileKey,
    shelf: &mut Shelf,
    tile: Tile,
    now: Timestamp,
) -> Option<WantedTile> {
    let Some(kept) = kept else {
        return Some(WantedTile { key, url: address.of(tile), etag: None, modified: None });
    };
    let age = now.as_second() - kept.fetched.as_second();
    let none = kept.body.is_empty();
    let found = match Picture::decode(&kept.body) {
        Ok(picture) => Found::Picture(Arc::new(picture)),
        Err(_) => Found::Nothing,
    };
    let broken = !none && matches!(found, Found::Nothing);
    if !broken {
        shelf.put(tile, found);
    }
    let stale = age > if none { NONE_STALE } else { STALE } || age < 0;
    let (etag, modified) = if broken { (None, None) } else { (kept.etag, kept.modified) };
    (stale || broken).then(|| WantedTile { key, url: address.of(tile), etag, modified })
}
