//! Two maps side by side with one view (before and after): what each shows by itself.
//!
//! The right map is that of every day; the left one stands beside it while it is wanted. Everything that is set about layers,
//! days and pictures is set for the map *in hand*: its settings are the fields of [`MapState`], those of the other one lie in
//! [`Beside`] and the two change places when the other map is taken in hand.

use std::collections::BTreeMap;

use crate::app::raster::KeptRasters;
use crate::app::state::MapState;
use crate::app::timeline::Span;
use crate::map::side::Side;
use crate::map::style::{LayerGroup, LayerLook};

/// The map that is not in hand.
#[derive(Clone, PartialEq, Debug)]
pub struct Beside {
    /// Where the map in hand stands.
    pub in_hand: Side,
    /// Layers that the other one hides.
    pub hidden: Vec<LayerGroup>,
    /// Layers that the other one does not show as at first.
    pub looks: BTreeMap<LayerGroup, LayerLook>,
    /// Days whose cases the other one shows.
    pub span: Option<Span>,
}

/// What one map shows by itself. View, style, what is chosen and what is drawn by hand are the same in both.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Shown<'a> {
    /// Layers that are hidden.
    pub hidden: &'a [LayerGroup],
    /// Layers that are not shown as at first.
    pub looks: &'a BTreeMap<LayerGroup, LayerLook>,
    /// The days whose cases are shown; without them those that are open.
    pub span: Option<Span>,
}

impl Shown<'_> {
    /// What is not drawn at a scale: layers that are hidden, and those set to show at other scales.
    pub fn unseen(&self, metres_per_point: f64) -> Vec<LayerGroup> {
        let elsewhere = self.looks.iter().filter(|(_, look)| !look.shows_at(metres_per_point)).map(|(layer, _)| *layer);
        let mut all: Vec<LayerGroup> = self.hidden.iter().copied().chain(elsewhere).collect();
        all.sort_unstable();
        all.dedup();
        all
    }

    /// Layers that are not fully opaque, with their percent.
    pub fn opacities(&self) -> Vec<(LayerGroup, u8)> {
        self.looks.iter().filter(|(_, look)| look.opacity < 100).map(|(layer, look)| (*layer, look.opacity)).collect()
    }
}

impl MapState {
    /// Where the map in hand stands.
    pub fn in_hand(&self) -> Side {
        self.beside.as_ref().map_or(Side::Right, |beside| beside.in_hand)
    }

    /// The maps there are, from left to right.
    pub fn sides(&self) -> &'static [Side] {
        if self.beside.is_some() { &Side::ALL } else { &Side::ALL[1..] }
    }

    /// What a map shows by itself; of one that is not there, what the other shows.
    pub fn shown(&self, side: Side) -> Shown<'_> {
        match self.beside.as_ref().filter(|beside| beside.in_hand != side) {
            Some(Beside { hidden, looks, span, .. }) => Shown { hidden, looks, span: *span },
            None => Shown { hidden: &self.hidden, looks: &self.looks, span: self.span },
        }
    }

    /// Pictures below the map as the map of every day shows them.
    pub fn kept_rasters(&self) -> KeptRasters {
        let mut kept = self.raster.kept.clone();
        if self.in_hand() == Side::Left {
            kept.change_sides();
        }
        kept
    }

    pub(crate) fn open_beside(&mut self) {
        let (hidden, looks) = (self.hidden.clone(), self.looks.clone());
        self.beside = Some(Beside { in_hand: Side::Right, hidden, looks, span: self.span });
        self.raster.kept.list.iter_mut().for_each(|raster| raster.beside = raster.shown);
    }

    /// What stays is the right map.
    pub(crate) fn close_beside(&mut self) {
        self.take_in_hand(Side::Right);
        self.beside = None;
        self.raster.kept.list.iter_mut().for_each(|raster| raster.beside = false);
    }

    /// Takes a map in hand; false where it is in hand already, or not there.
    pub(crate) fn take_in_hand(&mut self, side: Side) -> bool {
        let Some(beside) = self.beside.as_mut().filter(|beside| beside.in_hand != side) else { return false };
        beside.in_hand = side;
        std::mem::swap(&mut self.hidden, &mut beside.hidden);
        std::mem::swap(&mut self.looks, &mut beside.looks);
        std::mem::swap(&mut self.span, &mut beside.span);
        self.raster.kept.change_sides();
        true
    }
}
