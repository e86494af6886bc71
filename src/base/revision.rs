//! Revisions tell whether something changed, without comparing it.

/// A counter that grows whenever the thing it stands for changes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Revision(pub u64);

impl Revision {
    /// Moves on to the next revision.
    pub fn bump(&mut self) {
        self.0 += 1;
    }
}
