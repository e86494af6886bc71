//! The thread `map-raster`: brings pictures below the map, from files, from the disk's cache, and from the network beside it.
//!
//! Nothing waits for it: the map is drawn with what is there, and again when more has come. It begins with the first layer of
//! pictures, so that a console without any pays nothing.

mod layer;
mod taking;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use crate::app::effect::Completion;
use crate::app::raster::{AllTold, KeptRasters, Origin, Raster, Told};
use crate::base::Clock;
use crate::base::text::Lang;
use crate::map::camera::Camera;
use crate::map::raster::{Found, Picture, Placed, Shelf, Underlay};
use crate::map::side::Side;
use crate::spatial::raster::wanted::Reach;
use crate::spatial::raster::{RasterFile, Tile};
use crate::store::tiles::{Held, KeptTile, TileCache};
use crate::store::{StoreError, Wake};
use crate::sync::tiles::{Brought, Fetched, TileFault, TileWorker};

use layer::{AtHand, Layer, Source, Stack};
use taking::Taking;
pub(super) use taking::{Taken, Taker};

const QUEUE: usize = 32;
/// Tiles read and decoded before what is there is shown.
const AT_ONCE: usize = 24;
/// What came over the network is shown in batches: not each tile is worth a picture.
const BATCH: Duration = Duration::from_millis(120);
/// The deepest level that is asked of an address.
const DEEPEST: u8 = 18;

/// What a window shows.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) struct Sight {
    pub camera: Camera,
    /// Width and height in points.
    pub points: [f64; 2],
    pub pixels_per_point: f32,
}

pub(super) enum Order {
    /// What there is, and which of two maps `shown` is about.
    Show(Box<KeptRasters>, Side, Lang),
    See(Sight),
    Empty,
    /// Bring another view for once, and answer when all of it is there.
    Take(Sight, SyncSender<Taken>),
    /// Answer with what is there.
    Enough,
    /// Something has come from the network.
    News,
    /// The console ends.
    End,
}

/// What lies below the left and the right map.
type Slots = [Option<Arc<Underlay>>; 2];

/// Owner of the thread.
pub(super) struct RasterDesk {
    orders: Option<SyncSender<Order>>,
    answers: Option<Receiver<Completion>>,
    underlays: Arc<Mutex<Slots>>,
    thread: Option<JoinHandle<()>>,
}

impl RasterDesk {
    /// `cache` is the file of what came over the network.
    pub(super) fn spawn(cache: PathBuf, clock: Arc<dyn Clock>, wake: Wake) -> std::io::Result<Self> {
        let (orders, waiting) = sync_channel(QUEUE);
        let (answers, receiver) = sync_channel(QUEUE);
        let underlays = Arc::<Mutex<Slots>>::default();
        let (slots, bell) = (underlays.clone(), orders.clone());
        let thread = std::thread::Builder::new().name("map-raster".to_owned()).spawn(move || {
            let mut desk = Desk {
                cache_file: cache,
                clock,
                wake,
                bell,
                answers,
                slots,
                layers: Vec::new(),
                in_hand: Side::Right,
                lang: Lang::default(),
                sight: None,
                taking: None,
                again: false,
                limit: 0,
                cache: None,
                cache_fault: None,
                network: None,
                revision: 0,
                held: Held::default(),
                last_told: None,
            };
            desk.run(&waiting);
        })?;
        Ok(Self { orders: Some(orders), answers: Some(receiver), underlays, thread: Some(thread) })
    }

    /// False when the thread does not keep up.
    pub(super) fn order(&self, order: Order) -> bool {
        let sent = self.orders.as_ref().map(|orders| orders.try_send(order));
        !matches!(sent, None | Some(Err(TrySendError::Full(_) | TrySendError::Disconnected(_))))
    }

    /// For whoever needs the pictures below another view.
    pub(super) fn taker(&self) -> Option<Taker> {
        self.orders.clone().map(Taker)
    }

    pub(super) fn next(&self) -> Option<Completion> {
        self.answers.as_ref()?.try_recv().ok()
    }

    pub(super) fn underlay(&self, side: Side) -> Option<Arc<Underlay>> {
        let slots = self.underlays.lock().unwrap_or_else(PoisonError::into_inner);
        side.of([&slots[0], &slots[1]]).clone()
    }
}

impl Drop for RasterDesk {
    fn drop(&mut self) {
        // The thread holds a sender of its own, so that its end has to be told.
        if let Some(orders) = self.orders.take() {
            drop(self.answers.take());
            let _ = orders.send(Order::End);
        }
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("the thread of the pictures below the map has panicked");
        }
    }
}

struct Desk {
    cache_file: PathBuf,
    clock: Arc<dyn Clock>,
    wake: Wake,
    bell: SyncSender<Order>,
    answers: SyncSender<Completion>,
    slots: Arc<Mutex<Slots>>,
    layers: Vec<Layer>,
    /// The map that `shown` of a layer is about; `beside` is about the other.
    in_hand: Side,
    lang: Lang,
    sight: Option<Sight>,
    /// A view that is brought for once, instead of the one that is shown.
    taking: Option<Taking>,
    /// What is shown has to be built anew.
    again: bool,
    limit: u64,
    cache: Option<TileCache>,
    cache_fault: Option<String>,
    network: Option<(TileWorker, Receiver<Brought>)>,
    revision: u64,
    held: Held,
    last_told: Option<AllTold>,
}

impl Desk {
    fn run(&mut self, orders: &Receiver<Order>) {
        // Whether something of the present view is still to be read from the disk.
        let mut more = false;
        loop {
            let first = if more {
                match orders.recv_timeout(Duration::ZERO) {
                    Ok(order) => Some(order),
                    Err(RecvTimeoutError::Timeout) => None,
                    Err(RecvTimeoutError::Disconnected) => return,
                }
            } else {
                match orders.recv() {
                    Ok(order) => Some(order),
                    Err(_) => return,
                }
            };
            let mut counts = matches!(first, Some(Order::News));
            if counts {
                std::thread::sleep(BATCH);
            }
            for order in first.into_iter().chain(orders.try_iter()) {
                match order {
                    Order::Show(kept, in_hand, lang) => {
                        self.in_hand = in_hand;
                        self.show(*kept, lang);
                        (self.last_told, counts) = (None, true);
                        if self.layers.is_empty() {
                            Side::ALL.into_iter().for_each(|side| self.publish(side, None));
                        }
                    }
                    Order::See(sight) => match &mut self.taking {
                        Some(taking) => taking.back = Some(sight),
                        None => self.sight = Some(sight),
                    },
                    Order::Take(sight, reply) => {
                        let back = self.taking.take().map_or(self.sight, |taking| taking.back);
                        self.taking = Some(Taking { reply, back, enough: false });
                        self.sight = Some(sight);
                    }
                    Order::Enough => {
                        if let Some(taking) = &mut self.taking {
                            taking.enough = true;
                        }
                    }
                    Order::Empty => {
                        self.empty();
                        counts = true;
                    }
                    Order::News => {}
                    Order::End => return,
                }
            }
            self.take_brought();
            if counts {
                self.held = self.cache.as_ref().and_then(|cache| cache.count().ok()).unwrap_or_default();
            }
            more = self.build();
            // What is shown comes back at once.
            more |= std::mem::take(&mut self.again);
            if !self.tell() {
                return;
            }
        }
    }

    fn show(&mut self, kept: KeptRasters, lang: Lang) {
        self.lang = lang;
        let mut before = std::mem::take(&mut self.layers);
        for raster in kept.list {
            let known = before.iter().position(|layer| layer.raster.origin == raster.origin);
            let layer = match known.map(|at| before.swap_remove(at)) {
                Some(mut layer) => {
                    layer.raster = raster;
                    layer
                }
                None => self.open(raster),
            };
            self.layers.push(layer);
        }
        self.limit = u64::from(kept.limit_mb) << 20;
        let outcome = self.cache.as_mut().map(|cache| cache.set_limit(self.limit));
        self.note(outcome.unwrap_or(Ok(())));
        if !self.layers.iter().any(|layer| matches!(layer.source, Source::Address(..))) {
            self.network = None;
        } else if self.network.is_none() {
            self.connect();
        }
    }

    fn open(&mut self, raster: Raster) -> Layer {
        let mut told = Told::default();
        let source = match &raster.origin {
            Origin::File { path } => match RasterFile::open(path) {
                Ok(file) => {
                    told.attribution = file.about().attribution.clone();
                    Source::File(Box::new(file))
                }
                Err(error) => {
                    told.fault = Some(error.words(self.lang));
                    Source::Nothing
                }
            },
            origin @ Origin::Address { .. } => match origin.address() {
                Ok(Some(address)) => {
                    if let Some((worker, _)) = &self.network {
                        // A key that was typed anew is tried at once.
                        worker.forgive(&address.identity());
                    }
                    told.attribution = raster.name.clone();
                    let reach = Reach { tiling: address.tiling(), levels: 0..=DEEPEST, bounds: None };
                    Source::Address(address, reach)
                }
                Ok(None) => Source::Nothing,
                Err(fault) => {
                    told.fault = Some(fault.words(self.lang));
                    Source::Nothing
                }
            },
        };
        Layer { raster, source, shelf: Shelf::default(), told, stale: BTreeMap::new() }
    }

    /// Opens the cache and begins to speak with the network.
    fn connect(&mut self) {
        if self.cache.is_none() {
            match TileCache::open(&self.cache_file, self.limit) {
                Ok(cache) => self.cache = Some(cache),
                Err(error) => self.note(Err(error)),
            }
        }
        let bell = self.bell.clone();
        let ring = move || {
            // Full is as good: there is something to be done already.
            let _ = bell.try_send(Order::News);
        };
        match TileWorker::spawn(ring) {
            Ok(network) => self.network = Some(network),
            Err(error) => tracing::error!(%error, "no pictures come from the network"),
        }
    }

    fn note(&mut self, outcome: Result<(), StoreError>) {
        if let Err(error) = outcome {
            tracing::warn!(%error, "the cache of the map's pictures");
            let file = error.file().map(|file| file.display().to_string()).unwrap_or_default();
            self.cache_fault = Some(self.lang.fill(error.text_key(), &[("file", &file)]));
        }
    }

    fn empty(&mut self) {
        let outcome = self.cache.as_mut().map(|cache| cache.empty(None));
        self.note(outcome.unwrap_or(Ok(())));
    }

    /// Takes what has come over the network.
    fn take_brought(&mut self) {
        let now = self.clock.now();
        let Some((_, receiver)) = &self.network else { return };
        let all: Vec<Brought> = receiver.try_iter().collect();
        for Brought { key, result } in all {
            let is_of = |layer: &&mut Layer| matches!(&layer.source, Source::Address(address, _) if address.identity() == key.source);
            let Some(layer) = self.layers.iter_mut().find(is_of) else { continue };
            let tile = Tile { z: key.z, x: key.x, y: key.y };
            layer.stale.remove(&tile);
            let kept = |body: Vec<u8>, etag, modified| KeptTile { body, fetched: now, etag, modified };
            let outcome = match result {
                Ok(fetched) => {
                    layer.told.fault = None;
                    match fetched {
                        Fetched::New { body, etag, modified } => match Picture::decode(&body) {
                            Ok(picture) => {
                                layer.shelf.put(tile, Found::Picture(Arc::new(picture)));
                                self.cache.as_mut().map(|cache| cache.put(&key, &kept(body, etag, modified), now))
                            }
                            Err(_) => {
                                layer.shelf.put(tile, Found::Nothing);
                                layer.told.fault = Some(TileFault::NoPicture.words(self.lang));
                                None
                            }
                        },
                        Fetched::Same => self.cache.as_mut().map(|cache| cache.renew(&key, now)),
                        Fetched::Nothing => {
                            layer.shelf.put(tile, Found::Nothing);
                            self.cache.as_mut().map(|cache| cache.put(&key, &kept(Vec::new(), None, None), now))
                        }
                    }
                }
                Err(fault) => {
                    layer.told.fault = Some(fault.words(self.lang));
                    if matches!(fault, TileFault::NoPicture | TileFault::TooLarge) && layer.shelf.get(tile).is_none() {
                        layer.shelf.put(tile, Found::Nothing);
                    }
                    None
                }
            };
            self.note(outcome.unwrap_or(Ok(())));
        }
    }

    /// Covers the view with what is at hand; true when more is to be read from the disk.
    fn build(&mut self) -> bool {
        let Some(sight) = self.sight else { return false };
        let mut hand = AtHand {
            cache: self.cache.as_ref(),
            now: self.clock.now(),
            lang: self.lang,
            budget: AT_ONCE,
            fetch: Vec::new(),
            old: Vec::new(),
            fault: None,
        };
        let mut stacks = Side::ALL.map(Stack::new);
        for layer in &mut self.layers {
            layer.told.awaited = 0;
            // For once only what lies below the map in hand is wanted.
            if !layer.raster.shown && (!layer.raster.beside || self.taking.is_some()) {
                continue;
            }
            let Some((tiling, tiles)) = layer.gather(sight, &mut hand) else { continue };
            for stack in stacks.iter_mut().filter(|stack| stack.shows(&layer.raster, self.in_hand)) {
                stack.any = true;
                stack.awaited += layer.told.awaited;
                layer.shelf.lay(tiling, &tiles, layer.raster.opacity, &mut stack.placed);
            }
        }
        let AtHand { budget, fetch, old, fault, .. } = hand;
        if let Some(error) = fault {
            self.note(Err(error));
        }
        if let Some((worker, _)) = &self.network {
            worker.want(fetch.into_iter().chain(old));
        }
        for Stack { side, any, placed, awaited } in stacks {
            let what = any.then_some((placed, awaited));
            if self.taking.is_none() && !self.again {
                self.publish(side, what);
            } else if side == self.in_hand {
                self.deliver(what);
            }
        }
        budget == 0
    }

    /// Hands over what lies below a view that was brought for once, when that is all of it or enough.
    fn deliver(&mut self, what: Option<(Vec<Placed>, usize)>) {
        let Some(taking) = &self.taking else { return };
        if what.as_ref().is_some_and(|(_, awaited)| *awaited > 0) && !taking.enough {
            return;
        }
        self.revision += 1;
        let revision = self.revision;
        let underlay = what.map(|(placed, awaited)| Arc::new(Underlay { revision, placed, awaited }));
        let mut owed: Vec<&str> = Vec::new();
        for Layer { raster, told, .. } in &self.layers {
            if raster.shown && !told.attribution.is_empty() && !owed.contains(&told.attribution.as_str()) {
                owed.push(&told.attribution);
            }
        }
        let attribution = owed.join(" · ");
        // Whoever asked may have given up.
        let _ = taking.reply.try_send(Taken { underlay, attribution });
        self.sight = taking.back;
        (self.taking, self.again) = (None, true);
    }

    fn publish(&mut self, side: Side, what: Option<(Vec<Placed>, usize)>) {
        let mut slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
        let [left, right] = &mut *slots;
        let slot = side.of([left, right]);
        let same = |old: &Underlay, new: &[Placed], awaited: usize| {
            old.awaited == awaited
                && old.placed.len() == new.len()
                && old.placed.iter().zip(new).all(|(a, b)| {
                    (a.picture.id(), a.tile, a.part, a.opacity) == (b.picture.id(), b.tile, b.part, b.opacity)
                })
        };
        let next = match what {
            None if slot.is_none() => return,
            None => None,
            Some((placed, awaited)) => {
                if slot.as_ref().is_some_and(|old| same(old, &placed, awaited)) {
                    return;
                }
                self.revision += 1;
                Some(Arc::new(Underlay { revision: self.revision, placed, awaited }))
            }
        };
        *slot = next;
        drop(slots);
        (self.wake)();
    }

    /// False when the console has ended.
    fn tell(&mut self) -> bool {
        let held = self.held;
        let told = AllTold {
            each: self.layers.iter().map(|layer| layer.told.clone()).collect(),
            tiles: held.tiles,
            bytes: held.bytes,
            oldest: held.oldest,
            fault: self.cache_fault.clone(),
        };
        if self.last_told.as_ref() == Some(&told) {
            return true;
        }
        match self.answers.try_send(Completion::RastersTold(Box::new(told.clone()))) {
            Err(TrySendError::Disconnected(_)) => return false,
            // Whoever does not look is told with the next change.
            Err(TrySendError::Full(_)) => return true,
            Ok(()) => self.last_told = Some(told),
        }
        (self.wake)();
        true
    }
}
