//! The changes: draw, split, merge, void, reshape. Each is decided on the book as it stands and gives an [`Edit`].

use geo::{Area, BooleanOps, BoundingRect, Centroid, Intersects, LineString, MultiPolygon, Validation};
use jiff::Timestamp;
use jiff::civil::Date;

use super::check::{OUTSIDE_M2, OVERLAP_M2};
use super::{Act, COMMUNITY_DIGITS, CellBook, CellVersion, Change, cut};
use crate::spatial::plane::ground_area;

/// Parts smaller than this are slips of the hand.
const LEAST_M2: f64 = 1.0;

/// When and why.
#[derive(Clone, PartialEq, Debug)]
pub struct Request {
    /// Office day from which the change holds.
    pub day: Date,
    /// Why; must not be empty.
    pub reason: String,
    /// Now.
    pub recorded_at: Timestamp,
}

/// What a change did: versions that ended, with their end, and versions that began.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Edit {
    /// Versions that ended.
    pub ended: Vec<CellVersion>,
    /// Versions that began.
    pub began: Vec<CellVersion>,
}

/// Why a change was refused. Codes are those of cells where not said otherwise.
#[derive(Clone, PartialEq, Debug, thiserror::Error)]
pub enum KeepError {
    /// No reason was given.
    #[error("a reason is needed")]
    NoReason,
    /// No cell has this code.
    #[error("cell {code} is not known")]
    Unknown {
        /// As given.
        code: String,
    },
    /// The cell is void.
    #[error("cell {code} is void")]
    Void {
        /// The cell.
        code: String,
    },
    /// Two cells hold the same code: which one is meant cannot be said.
    #[error("cell {code} is there twice")]
    Twice {
        /// The code.
        code: String,
    },
    /// The day lies before the day from which the cell holds.
    #[error("{day} is before {first}, the first day of cell {code}")]
    TooEarly {
        /// The cell.
        code: String,
        /// The day asked for.
        day: Date,
        /// Its first day.
        first: Date,
    },
    /// A community's code is not 12 digits.
    #[error("community code {code:?} is not 12 digits")]
    BadCommunity {
        /// As given.
        code: String,
    },
    /// All 999 codes of the community were given.
    #[error("community {community} has given all its codes")]
    CommunityFull {
        /// 12 digits.
        community: String,
    },
    /// The outline is no sound area.
    #[error("the outline is not sound: {reason}")]
    Unsound {
        /// What is wrong.
        reason: String,
    },
    /// The outline overlaps a cell that holds.
    #[error("the outline overlaps cell {code} by {area_m2:.1} m²")]
    Overlaps {
        /// The other cell.
        code: String,
        /// How much.
        area_m2: f64,
    },
    /// The outline leaves its community.
    #[error("the outline leaves community {community} by {area_m2:.1} m²")]
    Outside {
        /// 12 digits.
        community: String,
        /// How much.
        area_m2: f64,
    },
    /// The line does not cut the cell through.
    #[error("the line does not cut cell {code} into parts of more than 1 m²")]
    NotCut {
        /// The cell.
        code: String,
    },
    /// Fewer than two cells.
    #[error("merging takes two cells")]
    TooFew,
    /// Cells of several communities.
    #[error("cells {first} and {other} are in different communities")]
    TwoCommunities {
        /// One.
        first: String,
        /// Another.
        other: String,
    },
    /// The cells do not share borders.
    #[error("the cells do not lie side by side")]
    NotAdjacent,
    /// Less than half of the area stays: that is another cell.
    #[error("only {percent:.0}% of cell {code} would stay")]
    TooDifferent {
        /// The cell.
        code: String,
        /// How much stays.
        percent: f64,
    },
}

impl CellBook {
    /// Draws a new cell in a community, whose area is given where it is known. The first cells of a community are drawn one by
    /// one from west to east, row by row from the north; later ones take the next number wherever they lie.
    ///
    /// # Errors
    /// When the outline is not sound, overlaps a cell, or leaves the community; when all codes were given.
    pub fn draw(
        &self,
        community: &str,
        shape: MultiPolygon<f64>,
        community_area: Option<&MultiPolygon<f64>>,
        request: &Request,
    ) -> Result<Edit, KeepError> {
        let asked = reason_of(request)?;
        if community.len() != COMMUNITY_DIGITS || !community.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(KeepError::BadCommunity { code: community.to_owned() });
        }
        self.fits(&shape, community, community_area, None)?;
        let born = change(asked, Act::Drawn, Vec::new());
        let codes = self.next_codes(community, 1)?;
        let began = codes.into_iter().map(|code| first(code, shape.clone(), born.clone())).collect();
        Ok(Edit { ended: Vec::new(), began })
    }

    /// Splits a cell along a line (longitude, latitude) that goes through it. The old cell ends; its parts get new codes, from
    /// west to east, row by row from the north.
    ///
    /// # Errors
    /// When the cell does not hold or the line does not cut it.
    pub fn split(&self, code: &str, line: &LineString<f64>, request: &Request) -> Result<Edit, KeepError> {
        let asked = reason_of(request)?;
        let old = self.holding(code, request.day)?;
        let mut parts = cut::split(&old.shape, line);
        if parts.len() < 2 || parts.iter().any(|part| cut::area_m2(part) < LEAST_M2) {
            return Err(KeepError::NotCut { code: code.to_owned() });
        }
        in_reading_order(&mut parts);
        let codes = self.next_codes(old.community(), parts.len())?;
        let born = || change(asked, Act::Split, vec![code.to_owned()]);
        let began = codes.iter().zip(parts).map(|(code, part)| first(code.clone(), part, born())).collect();
        Ok(Edit { ended: vec![end(old, change(asked, Act::Split, codes))], began })
    }

    /// Merges cells of one community that lie side by side. All old cells end; the new one gets a new code.
    ///
    /// # Errors
    /// When a cell does not hold, they are of several communities, or they do not share borders.
    pub fn merge(&self, codes: &[String], request: &Request) -> Result<Edit, KeepError> {
        let asked = reason_of(request)?;
        let mut codes = codes.to_vec();
        codes.sort();
        codes.dedup();
        let old = codes.iter().map(|code| self.holding(code, request.day)).collect::<Result<Vec<_>, _>>()?;
        let [one, rest @ ..] = old.as_slice() else { return Err(KeepError::TooFew) };
        if rest.is_empty() {
            return Err(KeepError::TooFew);
        }
        if let Some(other) = rest.iter().find(|other| other.community() != one.community()) {
            return Err(KeepError::TwoCommunities { first: one.code.clone(), other: other.code.clone() });
        }
        let shape = cut::join(&old.iter().map(|version| &version.shape).collect::<Vec<_>>());
        if shape.0.len() != 1 {
            return Err(KeepError::NotAdjacent);
        }
        let new = self.next_codes(one.community(), 1)?;
        let ended = old.iter().map(|version| end(version, change(asked, Act::Merged, new.clone()))).collect();
        let born = change(asked, Act::Merged, codes);
        Ok(Edit { ended, began: new.into_iter().map(|code| first(code, shape.clone(), born.clone())).collect() })
    }

    /// Ends a cell without a successor.
    ///
    /// # Errors
    /// When the cell does not hold.
    pub fn void(&self, code: &str, request: &Request) -> Result<Edit, KeepError> {
        let asked = reason_of(request)?;
        let old = self.holding(code, request.day)?;
        Ok(Edit { ended: vec![end(old, change(asked, Act::Voided, Vec::new()))], began: Vec::new() })
    }

    /// Moves a cell's border: a new version of the same code, while at least half of the old area stays and makes up at least
    /// half of the new one.
    ///
    /// # Errors
    /// As [`draw`](Self::draw), and when too little stays.
    pub fn reshape(
        &self,
        code: &str,
        shape: MultiPolygon<f64>,
        community_area: Option<&MultiPolygon<f64>>,
        request: &Request,
    ) -> Result<Edit, KeepError> {
        let asked = reason_of(request)?;
        let old = self.holding(code, request.day)?;
        self.fits(&shape, old.community(), community_area, Some(code))?;
        let (before, after) = (ground_area(&old.shape), ground_area(&shape));
        let whole = before.unsigned_area().max(after.unsigned_area());
        let stays = before.intersection(&after).unsigned_area() / whole;
        if stays < 0.5 {
            return Err(KeepError::TooDifferent { code: code.to_owned(), percent: stays * 100.0 });
        }
        let own = || vec![code.to_owned()];
        let began = CellVersion {
            version: old.version + 1,
            ..first(code.to_owned(), shape, change(asked, Act::Reshaped, own()))
        };
        Ok(Edit { ended: vec![end(old, change(asked, Act::Reshaped, own()))], began: vec![began] })
    }

    /// The version of a code that holds and can end on a day.
    fn holding(&self, code: &str, day: Date) -> Result<&CellVersion, KeepError> {
        let versions = self.of(code);
        let code = || code.to_owned();
        let mut current = versions.iter().filter(|version| version.is_current());
        let Some(version) = current.next() else {
            let (code, none) = (code(), versions.is_empty());
            return Err(if none { KeepError::Unknown { code } } else { KeepError::Void { code } });
        };
        if current.next().is_some() {
            return Err(KeepError::Twice { code: code() });
        }
        match version.began.day {
            Some(first) if day < first => Err(KeepError::TooEarly { code: code(), day, first }),
            _ => Ok(version),
        }
    }

    /// Whether an outline may become a cell of a community, beside all cells that hold but `own`.
    fn fits(
        &self,
        shape: &MultiPolygon<f64>,
        community: &str,
        community_area: Option<&MultiPolygon<f64>>,
        own: Option<&str>,
    ) -> Result<(), KeepError> {
        let unsound = |reason: String| KeepError::Unsound { reason };
        shape.check_validation().map_err(|error| unsound(error.to_string()))?;
        let bounds = shape.bounding_rect().ok_or_else(|| unsound("it is empty".to_owned()))?;
        let ground = ground_area(shape);
        if ground.unsigned_area() < LEAST_M2 {
            return Err(unsound("it is smaller than 1 m²".to_owned()));
        }
        for other in self.current().filter(|other| own != Some(other.code.as_str())) {
            if other.shape.bounding_rect().is_some_and(|theirs| theirs.intersects(&bounds)) {
                let area_m2 = ground.intersection(&ground_area(&other.shape)).unsigned_area();
                if area_m2 > OVERLAP_M2 {
                    return Err(KeepError::Overlaps { code: other.code.clone(), area_m2 });
                }
            }
        }
        let area_m2 = community_area.map_or(0.0, |area| ground.difference(&ground_area(area)).unsigned_area());
        if area_m2 > OUTSIDE_M2 {
            return Err(KeepError::Outside { community: community.to_owned(), area_m2 });
        }
        Ok(())
    }
}

fn reason_of(request: &Request) -> Result<&Request, KeepError> {
    if request.reason.trim().is_empty() { Err(KeepError::NoReason) } else { Ok(request) }
}

fn change(asked: &Request, act: Act, others: Vec<String>) -> Change {
    let (reason, recorded_at) = (asked.reason.trim().to_owned(), Some(asked.recorded_at));
    Change { act, day: Some(asked.day), reason, recorded_at, others }
}

fn first(code: String, shape: MultiPolygon<f64>, began: Change) -> CellVersion {
    CellVersion { code, version: 1, shape, began, ended: None }
}

fn end(version: &CellVersion, ended: Change) -> CellVersion {
    CellVersion { ended: Some(ended), ..version.clone() }
}

/// Rows from the north, each from the west. A part begins a new row when its middle lies below that of the row's first part by
/// more than half of the lower part's height.
fn in_reading_order(parts: &mut Vec<MultiPolygon<f64>>) {
    let placed = |part: MultiPolygon<f64>| {
        let middle = part.centroid().map_or((0.0, 0.0), |at| (at.x(), at.y()));
        let height = part.bounding_rect().map_or(0.0, |bounds| bounds.height());
        (middle, height, part)
    };
    let mut all: Vec<_> = parts.drain(..).map(placed).collect();
    all.sort_by(|a, b| b.0.1.total_cmp(&a.0.1));
    let mut row: (usize, f64) = (0, f64::INFINITY);
    let mut numbered = Vec::new();
    for (middle, height, part) in all {
        if middle.1 < row.1 - height / 2.0 {
            row = (row.0 + 1, middle.1);
        }
        numbered.push((row.0, middle.0, part));
    }
    numbered.sort_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)));
    parts.extend(numbered.into_iter().map(|(_, _, part)| part));
}
