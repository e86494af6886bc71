//! Two maps side by side.

use super::Desk;
use crate::map::side::Side;

impl Desk<'_> {
    pub(super) fn show_beside(&mut self, open: bool) {
        let map = &mut self.state.map;
        if map.beside.is_some() == open {
            return;
        }
        if open {
            map.open_beside();
        } else {
            map.close_beside();
        }
        self.sides_changed();
    }

    pub(super) fn take_in_hand(&mut self, side: Side) {
        if self.state.map.take_in_hand(side) {
            self.sides_changed();
        } else if self.state.map.in_hand() != side {
            self.warn("app.beside.none");
        }
    }

    /// Signs and pictures follow; nothing that is kept has changed.
    fn sides_changed(&mut self) {
        self.state.overlay_revision.bump();
        if !self.state.map.raster.kept.list.is_empty() {
            self.show_rasters();
        }
    }
}
