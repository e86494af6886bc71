//! What is in a selection, before it is written.

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use geo::Geometry;

use crate::spatial::feature::{Feature, Layer};
use crate::spatial::pack::{Pack, PackError};
use crate::spatial::select::Selection;

/// Kinds of shapes as drawers of maps sort them.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Kind {
    /// Single points.
    Point,
    /// Several points as one feature.
    MultiPoint,
    /// One line or more.
    Line,
    /// One polygon or more.
    Area,
    /// Shapes of several kinds as one feature.
    Mixed,
}

impl Kind {
    /// The kind of a shape.
    pub fn of(shape: &Geometry<f64>) -> Self {
        match shape {
            Geometry::Point(_) => Self::Point,
            Geometry::MultiPoint(_) => Self::MultiPoint,
            Geometry::Line(_) | Geometry::LineString(_) | Geometry::MultiLineString(_) => Self::Line,
            Geometry::Polygon(_) | Geometry::MultiPolygon(_) | Geometry::Rect(_) | Geometry::Triangle(_) => Self::Area,
            Geometry::GeometryCollection(_) => Self::Mixed,
        }
    }

    /// A short word for file names.
    pub fn word(self) -> &'static str {
        match self {
            Self::Point => "point",
            Self::MultiPoint => "multipoint",
            Self::Line => "line",
            Self::Area => "polygon",
            Self::Mixed => "mixed",
        }
    }
}

/// What is selected of a layer.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct LayerSurvey {
    /// How many features of each kind.
    pub kinds: BTreeMap<Kind, u64>,
    /// The columns in use, in the layer's order, with the bytes of their longest value.
    pub widths: Vec<(&'static str, usize)>,
}

/// What is selected, by layer in the order of the selection.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Survey {
    /// Layers with something selected.
    pub layers: Vec<(Layer, LayerSurvey)>,
}

impl Survey {
    /// Looks through a selection; none when `goes_on`, which hears how many features were looked at, breaks off.
    ///
    /// # Errors
    /// When a table cannot be read.
    pub fn of(
        pack: &Pack,
        selection: &Selection,
        goes_on: &mut dyn FnMut(u64) -> ControlFlow<()>,
    ) -> Result<Option<Self>, PackError> {
        let (mut survey, mut looked_at, mut flow) = (Self::default(), 0, ControlFlow::Continue(()));
        selection.walk(pack, |_, feature, chosen| {
            looked_at += 1;
            flow = goes_on(looked_at);
            if chosen {
                survey.count_in(&feature);
            }
            flow
        })?;
        if flow.is_break() {
            return Ok(None);
        }
        for (_, layer) in &mut survey.layers {
            layer.widths.retain(|(_, width)| *width > 0);
        }
        Ok(Some(survey))
    }

    fn count_in(&mut self, feature: &Feature) {
        if self.layers.last().is_none_or(|(layer, _)| *layer != feature.layer) {
            let columns = ["class", "code", "name"].into_iter().chain(feature.layer.columns().iter().copied());
            let widths = columns.map(|column| (column, 0)).collect();
            self.layers.push((feature.layer, LayerSurvey { kinds: BTreeMap::new(), widths }));
        }
        let Some((_, layer)) = self.layers.last_mut() else { return };
        *layer.kinds.entry(Kind::of(&feature.geometry)).or_insert(0) += 1;
        for (column, width) in &mut layer.widths {
            *width = (*width).max(super::value(feature, column).len());
        }
    }

    /// How many features are selected.
    pub fn count(&self) -> u64 {
        self.layers.iter().flat_map(|(_, layer)| layer.kinds.values()).sum()
    }

    /// The columns in use in any layer, in the order of first use.
    pub fn columns(&self) -> Vec<&'static str> {
        let mut columns = Vec::new();
        for (column, _) in self.layers.iter().flat_map(|(_, layer)| &layer.widths) {
            if !columns.contains(column) {
                columns.push(*column);
            }
        }
        columns
    }

    /// Whether all that is selected are single points.
    pub fn only_points(&self) -> bool {
        self.layers.iter().all(|(_, layer)| layer.kinds.keys().all(|kind| *kind == Kind::Point))
    }
}
