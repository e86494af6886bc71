//! Where the layers of a pack come from, as far as the pack says it.

use std::collections::BTreeMap;

use geo::Rect;

use super::{Pack, PackError};
use crate::spatial::feature::Layer;

/// What a pack says of itself and of its layers. Empty where it says nothing.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct About {
    /// What it is called.
    pub title: String,
    /// What has to be known of it, in Chinese and in English.
    pub notes: [String; 2],
    /// Bounds in longitude and latitude of all that is in it.
    pub extent: Option<Rect<f64>>,
    /// Whom it is owed to.
    pub attribution: String,
    /// Under which licence it may be used.
    pub licence: String,
    /// When it was made, as written.
    pub created: String,
    /// Its layers.
    pub layers: BTreeMap<Layer, OfLayer>,
}

/// What a pack says of one layer.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct OfLayer {
    /// Its features.
    pub count: u64,
    /// The files it was read from, or those of the whole pack when it says no more.
    pub source: String,
}

/// Key of `jiedao_meta` under which the files of a layer stand.
pub(crate) fn source_key(layer: Layer) -> String {
    format!("source.{}", layer.table())
}

impl Pack {
    /// Reads what the pack says of itself.
    ///
    /// # Errors
    /// When a table cannot be read.
    pub fn about(&self) -> Result<About, PackError> {
        let meta = |key: &str| self.meta().get(key).filter(|value| !value.is_empty()).cloned();
        let whole = meta("source").unwrap_or_default();
        let of_layer = |layer: Layer| {
            let source = meta(&source_key(layer)).unwrap_or_else(|| whole.clone());
            Ok((layer, OfLayer { count: self.count(layer)?, source }))
        };
        Ok(About {
            title: meta("title").unwrap_or_default(),
            notes: ["note", "note_en"].map(|key| meta(key).unwrap_or_default()),
            extent: self.extent(),
            attribution: meta("attribution").unwrap_or_default(),
            licence: meta("licence").unwrap_or_default(),
            created: meta("created").unwrap_or_default(),
            layers: self.layers().map(of_layer).collect::<Result<_, PackError>>()?,
        })
    }
}
