//! Where the rows of a source would lie, by the system its numbers may be in. A system is never guessed in silence.

use std::fmt;
use std::path::PathBuf;

use geo::{Contains, Coord, MultiPolygon, Point};

use crate::spatial::crs::SourceCrs;

/// How many rows a survey keeps the place of.
const KEPT: usize = 4096;

/// Systems in metres that Beijing data comes in: 3-degree Gauss-Krüger about 117° E and 114° E with and without the
/// zone's number, 6-degree about 117° E, Web Mercator.
const IN_METRES: [u32; 7] = [4548, 4547, 4527, 4526, 4509, 4498, 3857];

/// A coordinate system that has to be said by a person.
#[derive(Clone, PartialEq, Debug)]
pub struct Question {
    /// The file.
    pub path: PathBuf,
    /// The table in it, or empty.
    pub table: String,
    /// The system the file names; `None` when it names none.
    pub says: Option<SourceCrs>,
    /// Rows whose place was looked at.
    pub looked_at: u64,
    /// How many of them would lie in the district, by what would have to be said.
    pub inside: Vec<(Reading, u64)>,
}

/// A way to read the numbers of a file.
#[derive(Clone, PartialEq, Debug)]
pub struct Reading {
    /// The system.
    pub crs: SourceCrs,
    /// Whether the two numbers change places.
    pub swapped: bool,
}

impl fmt::Display for Reading {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let swap = if self.swapped { " --swap-axes" } else { "" };
        match self.crs {
            SourceCrs::Gcj02 => write!(f, "--crs gcj02{swap}"),
            SourceCrs::Bd09 => write!(f, "--crs bd09{swap}"),
            SourceCrs::Defined(_) => write!(f, "--accept-crs{swap}"),
            SourceCrs::LonLat | SourceCrs::Epsg(_) => write!(f, "--crs {}{swap}", self.crs),
        }
    }
}

impl fmt::Display for Question {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.path.display())?;
        if !self.table.is_empty() {
            write!(f, " ({})", self.table)?;
        }
        match &self.says {
            Some(crs) => write!(f, ": the file says {crs}, and its rows do not lie in the district")?,
            None => write!(f, ": the file does not say what system its coordinates are in")?,
        }
        write!(f, "; of {} rows there would lie in the district:", self.looked_at)?;
        for (reading, count) in &self.inside {
            write!(f, " {count} by {reading};")?;
        }
        write!(f, " say which, or --accept-crs to take them as they are")
    }
}

/// Remembers where rows are, at most [`KEPT`] of them, evenly over the source.
#[derive(Default)]
pub(super) struct Survey {
    seen: u64,
    stride: u64,
    kept: Vec<Coord<f64>>,
}

impl Survey {
    /// Looks at a row's first point, in the numbers of the file.
    pub fn look(&mut self, at: Coord<f64>) {
        let stride = self.stride.max(1);
        if self.seen.is_multiple_of(stride) {
            if self.kept.len() >= KEPT {
                let mut index = 0_usize;
                self.kept.retain(|_| {
                    index += 1;
                    index % 2 == 1
                });
                self.stride = stride * 2;
            }
            if self.seen.is_multiple_of(self.stride.max(1)) {
                self.kept.push(at);
            }
        }
        self.seen += 1;
    }

    fn inside(&self, district: &MultiPolygon<f64>, reading: &Reading) -> u64 {
        let inside = |at: &Coord<f64>| {
            let (x, y) = if reading.swapped { (at.y, at.x) } else { (at.x, at.y) };
            reading.crs.to_lonlat(x, y).is_ok_and(|at| district.contains(&Point::new(at.lon, at.lat)))
        };
        self.kept.iter().filter(|at| inside(at)).count() as u64
    }

    /// What has to be asked about a source that says `says` of itself and is read as `reading`: nothing when it names a
    /// system and by it lies in the district as well as by any other.
    pub fn question(
        &self,
        district: &MultiPolygon<f64>,
        says: Option<&SourceCrs>,
        reading: &Reading,
    ) -> Option<(u64, Vec<(Reading, u64)>)> {
        let all = self.kept.len() as u64;
        if all == 0 {
            return None;
        }
        let as_is = self.inside(district, reading);
        if says.is_some() && as_is * 2 >= all {
            return None;
        }
        let in_metres =
            self.kept.iter().filter(|at| at.x.abs() > 1000.0 || at.y.abs() > 1000.0).count() as u64 * 2 > all;
        let mut systems = vec![reading.crs.clone()];
        if in_metres {
            systems.extend(IN_METRES.map(SourceCrs::Epsg));
        } else {
            systems.extend([SourceCrs::LonLat, SourceCrs::Gcj02, SourceCrs::Bd09]);
        }
        let mut inside: Vec<(Reading, u64)> = Vec::new();
        for crs in systems {
            for swapped in [reading.swapped, !reading.swapped] {
                let other = Reading { crs: crs.clone(), swapped };
                if inside.iter().any(|(known, _)| *known == other) {
                    continue;
                }
                let count = self.inside(district, &other);
                // The way it is read now, and the plain offset systems, are told even when nothing lies there.
                let plain = swapped == reading.swapped && !in_metres;
                if count > 0 || other == *reading || plain {
                    inside.push((other, count));
                }
            }
        }
        let best = inside.iter().filter(|(other, _)| other != reading).map(|(_, count)| *count).max().unwrap_or(0);
        // A system that the file names is doubted when no row lies in the district by it, or far more do by another.
        let doubted = says.is_none() || as_is == 0 || best > as_is + all / 10;
        doubted.then(|| {
            inside.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
            (all, inside)
        })
    }
}

#[cfg(test)]
mod tests {
    use geo::polygon;

    use super::*;
    use crate::base::LonLat;
    use crate::spatial::crs::{Bd09, Gcj02};

    fn district() -> MultiPolygon<f64> {
        // Small enough that the shift of an offset system leads out of it.
        MultiPolygon(vec![polygon![
            (x: 116.20, y: 39.90), (x: 116.2005, y: 39.90), (x: 116.2005, y: 39.9005), (x: 116.20, y: 39.9005),
        ]])
    }

    fn survey(make: impl Fn(LonLat) -> (f64, f64)) -> Survey {
        let mut survey = Survey::default();
        for step in 0..100 {
            let at = LonLat::new(116.2001 + f64::from(step) * 1e-6, 39.9002);
            survey.look(Coord::from(make(at)));
        }
        survey
    }

    fn as_lonlat() -> Reading {
        Reading { crs: SourceCrs::LonLat, swapped: false }
    }

    #[test]
    fn each_offset_and_the_swap_are_found() {
        let cases: [(Survey, Reading); 4] = [
            (
                survey(|at| (Gcj02::from(at).lon, Gcj02::from(at).lat)),
                Reading { crs: SourceCrs::Gcj02, swapped: false },
            ),
            (survey(|at| (Bd09::from(at).lon, Bd09::from(at).lat)), Reading { crs: SourceCrs::Bd09, swapped: false }),
            (survey(|at| (at.lat, at.lon)), Reading { crs: SourceCrs::LonLat, swapped: true }),
            (
                survey(|at| {
                    let ground = crate::spatial::crs::ground_from_lonlat(at);
                    (ground.north_m, ground.east_m)
                }),
                Reading { crs: SourceCrs::Epsg(4548), swapped: true },
            ),
        ];
        for (survey, wanted) in cases {
            let (looked_at, inside) =
                survey.question(&district(), Some(&SourceCrs::LonLat), &as_lonlat()).expect("it must be asked");
            assert_eq!((looked_at, inside.first()), (100, Some(&(wanted, 100))), "{inside:?}");
        }
    }

    #[test]
    fn what_lies_right_is_not_asked_about_unless_it_says_nothing() {
        let right = survey(|at| (at.lon, at.lat));
        assert_eq!(right.question(&district(), Some(&SourceCrs::LonLat), &as_lonlat()), None);
        assert!(right.question(&district(), None, &as_lonlat()).is_some());
        assert_eq!(Survey::default().question(&district(), None, &as_lonlat()), None);
    }

    #[test]
    fn a_survey_of_many_rows_stays_small() {
        let mut survey = Survey::default();
        (0..1_000_000).for_each(|step| survey.look(Coord { x: f64::from(step), y: 0.0 }));
        assert!(survey.kept.len() <= KEPT && survey.kept.len() > KEPT / 4);
        assert!(survey.kept.last().is_some_and(|at| at.x > 990_000.0));
    }
}
