//! The cross-section through the underground pipelines, as the window shows it.

use std::sync::Arc;

use crate::base::LonLat;
use crate::spatial::section::Section;

/// The section that is open.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct SectionView {
    /// From where to where; `None` until both are said.
    pub ends: Option<[LonLat; 2]>,
    /// How far it is.
    pub outcome: SectionOutcome,
}

/// How far a section is.
#[derive(Clone, PartialEq, Debug, Default)]
pub enum SectionOutcome {
    /// Nothing was asked for.
    #[default]
    Unasked,
    /// A worker reads the pack.
    Working,
    /// Here it is.
    Done(Arc<Section>),
    /// There is none; why, in words for a person.
    Failed(String),
}
