//! A change of the grid as it was asked for, so that it can be decided again on the book as the pack has it.

use geo::{LineString, MultiPolygon};

use super::Change;
use crate::spatial::grid::{CellBook, Edit, KeepError, Request};

/// A change with all that decides it.
#[derive(Clone, PartialEq, Debug)]
pub struct Step {
    /// What is done, to what.
    pub what: What,
    /// When and why.
    pub request: Request,
}

/// What is done, to what. Shapes are longitude and latitude.
#[derive(Clone, PartialEq, Debug)]
pub enum What {
    /// A new cell.
    Draw {
        /// 12 digits.
        community: String,
        /// Its outline.
        shape: MultiPolygon<f64>,
        /// Area of the community, where it is known.
        area: Option<MultiPolygon<f64>>,
    },
    /// One cell becomes several.
    Split {
        /// 15 digits.
        code: String,
        /// The line that cuts it.
        line: LineString<f64>,
    },
    /// Several cells become one.
    Merge {
        /// 15 digits each.
        codes: Vec<String>,
    },
    /// A cell ends.
    Void {
        /// 15 digits.
        code: String,
    },
    /// A border moves.
    Reshape {
        /// 15 digits.
        code: String,
        /// The new outline.
        shape: MultiPolygon<f64>,
        /// Area of the community, where it is known.
        area: Option<MultiPolygon<f64>>,
    },
}

impl Step {
    /// What the step does to a book.
    ///
    /// # Errors
    /// When it is against the rules.
    pub fn decide(&self, book: &CellBook) -> Result<Edit, KeepError> {
        let request = &self.request;
        match &self.what {
            What::Draw { community, shape, area } => book.draw(community, shape.clone(), area.as_ref(), request),
            What::Split { code, line } => book.split(code, line, request),
            What::Merge { codes } => book.merge(codes, request),
            What::Void { code } => book.void(code, request),
            What::Reshape { code, shape, area } => book.reshape(code, shape.clone(), area.as_ref(), request),
        }
    }

    /// Which kind of change it is.
    pub fn change(&self) -> Change {
        match &self.what {
            What::Draw { .. } => Change::Draw,
            What::Split { .. } => Change::Split,
            What::Merge { .. } => Change::Merge,
            What::Void { .. } => Change::Void,
            What::Reshape { .. } => Change::Reshape,
        }
    }
}
