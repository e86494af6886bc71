//! Pictures below the map: the list, and what is told of it.

use super::Desk;
use crate::app::effect::Effect;
use crate::app::raster::{AllTold, FIRST_LIMIT_MB, KeptRasters, MOST_MB, MOST_RASTERS, Origin, Raster, RasterAction};
use crate::spatial::raster::Address;

/// Less cannot be seen.
const LEAST_OPACITY: u8 = 10;

impl Desk<'_> {
    pub(super) fn raster(&mut self, action: RasterAction) {
        let before = self.state.map.raster.kept.clone();
        let kept = &mut self.state.map.raster.kept;
        match action {
            RasterAction::AddFile { path } => {
                let origin = Origin::File { path };
                if kept.list.iter().any(|raster| raster.origin == origin) {
                    return self.warn("app.raster.there");
                }
                let Origin::File { path } = &origin else { return };
                let name = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
                if name.is_empty() {
                    return self.warn("app.raster.no_file");
                }
                self.add_raster(name, origin);
            }
            RasterAction::AddAddress { name, address, key } => match Address::read(&address, &key) {
                Ok(read) => {
                    // As it may be shown, with the key apart.
                    let origin = Origin::Address { address: read.shown().to_owned(), key: read.key().clone() };
                    let same = |raster: &&mut Raster| raster.origin.shown() == read.shown();
                    match kept.list.iter_mut().find(same) {
                        Some(raster) => raster.origin = origin,
                        None => {
                            let host = read.shown().split('/').nth(2).unwrap_or_default().to_owned();
                            let name = Some(name.trim().to_owned()).filter(|name| !name.is_empty()).unwrap_or(host);
                            self.add_raster(name, origin);
                        }
                    }
                }
                Err(fault) => {
                    let text = fault.words(self.lang());
                    return self.error(text);
                }
            },
            RasterAction::Set { index, shown, opacity } => {
                if let Some(raster) = kept.list.get_mut(index) {
                    (raster.shown, raster.opacity) = (shown, opacity.clamp(LEAST_OPACITY, 100));
                }
            }
            RasterAction::Move { index, to } => {
                if index < kept.list.len() && to < kept.list.len() {
                    let raster = kept.list.remove(index);
                    kept.list.insert(to, raster);
                }
            }
            RasterAction::Remove { index } => {
                if index < kept.list.len() {
                    kept.list.remove(index);
                }
            }
            RasterAction::SetLimit { megabytes } => kept.limit_mb = megabytes.min(MOST_MB),
            RasterAction::EmptyCache => return self.effects.push(Effect::EmptyTiles),
        }
        if self.state.map.raster.kept != before {
            // What was told is told in the order of the list before.
            if self.state.map.raster.kept.list.len() != before.list.len() {
                self.state.map.raster.told.each.clear();
            }
            self.show_rasters();
            self.keep_settings();
        }
    }

    fn add_raster(&mut self, name: String, origin: Origin) {
        if self.state.map.raster.kept.list.len() >= MOST_RASTERS {
            return self.warn("app.raster.too_many");
        }
        let name = name.chars().take(60).collect();
        self.state.map.raster.kept.list.push(Raster { name, origin, shown: true, opacity: 100, beside: false });
    }

    /// Has them shown as they are set now.
    pub(super) fn show_rasters(&mut self) {
        let kept = Box::new(self.state.map.raster.kept.clone());
        let in_hand = self.state.map.in_hand();
        self.effects.push(Effect::ShowRasters { kept, in_hand, lang: self.lang() });
    }

    /// What the profile has of them; nothing is done where there are none.
    pub(super) fn take_rasters(&mut self, kept: KeptRasters) {
        let KeptRasters { mut list, limit_mb } = kept;
        list.truncate(MOST_RASTERS);
        let limit_mb = if limit_mb > MOST_MB { FIRST_LIMIT_MB } else { limit_mb };
        self.state.map.raster.kept = KeptRasters { list, limit_mb };
        if !self.state.map.raster.kept.list.is_empty() {
            self.show_rasters();
        }
    }

    pub(super) fn rasters_told(&mut self, told: AllTold) {
        // Of a list that has changed since, it is told again.
        if told.each.len() == self.state.map.raster.kept.list.len() {
            self.state.map.raster.told = told;
        }
    }
}
