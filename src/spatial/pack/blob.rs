//! GeoPackage geometry blobs (OGC 12-128r17, 2.1.3): a header with envelope, then well-known binary.
//!
//! Writing goes by geozero. Reading is done here, because a reader of files from elsewhere must not believe their
//! counts: geozero reserves memory for as many points as the file claims to have.

use geo::{BoundingRect, Coord, Geometry, LineString, MultiLineString, MultiPoint, MultiPolygon, Point, Polygon, Rect};
use geozero::{CoordDimensions, ToWkb};

use super::PACK_SRS;

/// Collections inside collections deeper than this are refused.
const MAX_NESTING: usize = 8;

/// Bytes of a geometry with the given bounds.
pub fn encode(geometry: &Geometry<f64>, bounds: Rect<f64>) -> Result<Vec<u8>, String> {
    let envelope = vec![bounds.min().x, bounds.max().x, bounds.min().y, bounds.max().y];
    geometry.to_gpkg_wkb(CoordDimensions::xy(), Some(PACK_SRS), envelope).map_err(|error| error.to_string())
}

/// The bounds of a shape whose every number is a place on the globe.
pub fn sound_bounds(geometry: &Geometry<f64>) -> Result<Rect<f64>, String> {
    use geo::CoordsIter;
    if let Some(bad) = geometry.coords_iter().find(|c| !(c.x.abs() <= 180.0 && c.y.abs() <= 90.0)) {
        return Err(format!("{}, {} is no longitude, latitude", bad.x, bad.y));
    }
    geometry.bounding_rect().ok_or_else(|| "it has no points".to_owned())
}

/// The geometry of a blob of a pack; `Ok(None)` when it says that it is empty.
pub fn decode(bytes: &[u8]) -> Result<Option<Geometry<f64>>, String> {
    let Some(geometry) = decode_any(bytes)? else { return Ok(None) };
    if sound_bounds(&geometry).is_err() {
        return Err("shape is empty or off the globe".to_owned());
    }
    Ok(Some(geometry))
}

/// The geometry of a blob in whatever coordinates it has; `Ok(None)` when it says that it is empty.
pub fn decode_any(bytes: &[u8]) -> Result<Option<Geometry<f64>>, String> {
    let mut cursor = Cursor { bytes, little: true };
    if cursor.take::<2>()? != *b"GP" {
        return Err("blob does not begin with GP".to_owned());
    }
    let [_version, flags] = cursor.take::<2>()?;
    let envelope_bytes = match (flags >> 1) & 7 {
        0 => 0,
        1 => 32,
        2 | 3 => 48,
        4 => 64,
        other => return Err(format!("envelope kind {other}")),
    };
    cursor.skip(4 + envelope_bytes)?;
    if flags & 0b1_0000 != 0 {
        return Ok(None);
    }
    cursor.geometry(0).map(Some)
}

struct Cursor<'a> {
    bytes: &'a [u8],
    little: bool,
}

impl Cursor<'_> {
    fn take<const N: usize>(&mut self) -> Result<[u8; N], String> {
        let (head, rest) = self.bytes.split_first_chunk::<N>().ok_or("blob ends early")?;
        self.bytes = rest;
        Ok(*head)
    }

    fn skip(&mut self, count: usize) -> Result<(), String> {
        self.bytes = self.bytes.get(count..).ok_or("blob ends early")?;
        Ok(())
    }

    fn u32(&mut self) -> Result<u32, String> {
        let raw = self.take()?;
        Ok(if self.little { u32::from_le_bytes(raw) } else { u32::from_be_bytes(raw) })
    }

    fn f64(&mut self) -> Result<f64, String> {
        let raw = self.take()?;
        Ok(if self.little { f64::from_le_bytes(raw) } else { f64::from_be_bytes(raw) })
    }

    /// A count of things that take at least `min_bytes` each: more than the blob can hold is refused.
    fn count(&mut self, min_bytes: usize) -> Result<usize, String> {
        let count = self.u32()? as usize;
        if count.saturating_mul(min_bytes) > self.bytes.len() {
            return Err(format!("blob claims {count} parts in {} bytes", self.bytes.len()));
        }
        Ok(count)
    }

    /// Byte order and type; returns the plain type (1 to 7) and the numbers per point (2 to 4).
    fn head(&mut self) -> Result<(u32, usize), String> {
        self.little = self.take::<1>()?[0] == 1;
        let raw = self.u32()?;
        let numbers = match raw / 1000 {
            0 => 2,
            1 | 2 => 3,
            3 => 4,
            _ => return Err(format!("geometry type {raw}")),
        };
        Ok((raw % 1000, numbers))
    }

    fn coord(&mut self, numbers: usize) -> Result<Coord<f64>, String> {
        let coord = Coord { x: self.f64()?, y: self.f64()? };
        self.skip((numbers - 2) * 8)?;
        Ok(coord)
    }

    fn line(&mut self, numbers: usize) -> Result<LineString<f64>, String> {
        let count = self.count(numbers * 8)?;
        (0..count).map(|_| self.coord(numbers)).collect::<Result<Vec<_>, _>>().map(LineString)
    }

    fn polygon(&mut self, numbers: usize) -> Result<Polygon<f64>, String> {
        let count = self.count(4)?;
        let mut rings = (0..count).map(|_| self.line(numbers)).collect::<Result<Vec<_>, _>>()?.into_iter();
        Ok(Polygon::new(rings.next().unwrap_or(LineString(Vec::new())), rings.collect()))
    }

    fn members<T>(
        &mut self,
        wanted: u32,
        read: impl Fn(&mut Self, usize) -> Result<T, String>,
    ) -> Result<Vec<T>, String> {
        let count = self.count(5)?;
        (0..count)
            .map(|_| {
                let (kind, numbers) = self.head()?;
                if kind == wanted { read(self, numbers) } else { Err(format!("geometry type {kind} inside another")) }
            })
            .collect()
    }

    fn geometry(&mut self, nesting: usize) -> Result<Geometry<f64>, String> {
        if nesting > MAX_NESTING {
            return Err("collections nested too deeply".to_owned());
        }
        let (kind, numbers) = self.head()?;
        Ok(match kind {
            1 => Geometry::Point(Point(self.coord(numbers)?)),
            2 => Geometry::LineString(self.line(numbers)?),
            3 => Geometry::Polygon(self.polygon(numbers)?),
            4 => Geometry::MultiPoint(MultiPoint(self.members(1, |c, n| c.coord(n).map(Point))?)),
            5 => Geometry::MultiLineString(MultiLineString(self.members(2, Cursor::line)?)),
            6 => Geometry::MultiPolygon(MultiPolygon(self.members(3, Cursor::polygon)?)),
            7 => {
                let count = self.count(5)?;
                let parts = (0..count).map(|_| self.geometry(nesting + 1)).collect::<Result<Vec<_>, _>>()?;
                Geometry::GeometryCollection(geo::GeometryCollection(parts))
            }
            other => return Err(format!("geometry type {other}")),
        })
    }
}

#[cfg(test)]
mod tests {
    use geo::{line_string, point, polygon};
    use proptest::prelude::*;

    use super::*;

    fn shapes() -> Vec<Geometry<f64>> {
        let ring = polygon!(
            exterior: [(x: 0.0, y: 0.0), (x: 4.0, y: 0.0), (x: 4.0, y: 4.0), (x: 0.0, y: 0.0)],
            interiors: [[(x: 2.0, y: 1.0), (x: 3.0, y: 1.0), (x: 3.0, y: 2.0), (x: 2.0, y: 1.0)]]
        );
        let line = line_string![(x: 116.2, y: 39.9), (x: 116.3, y: 39.95)];
        vec![
            point!(x: 116.2229, y: 39.9066).into(),
            line.clone().into(),
            ring.clone().into(),
            MultiPoint(vec![point!(x: 1.0, y: 2.0), point!(x: 3.0, y: 4.0)]).into(),
            MultiLineString(vec![line.clone(), line.clone()]).into(),
            MultiPolygon(vec![ring.clone()]).into(),
            Geometry::GeometryCollection(geo::GeometryCollection(vec![line.into(), ring.into()])),
        ]
    }

    #[test]
    fn what_is_written_is_read() {
        for shape in shapes() {
            let bytes = encode(&shape, sound_bounds(&shape).unwrap()).unwrap();
            assert_eq!(decode(&bytes).unwrap(), Some(shape));
        }
    }

    #[test]
    fn every_cut_is_refused() {
        for shape in shapes() {
            let bytes = encode(&shape, sound_bounds(&shape).unwrap()).unwrap();
            for end in 0..bytes.len() {
                assert!(decode(&bytes[..end]).is_err(), "{shape:?} cut at {end}");
            }
        }
    }

    #[test]
    fn a_claim_of_four_thousand_million_points_is_refused() {
        let mut bytes = b"GP\0\x01\0\0\0\0\x01\x02\0\0\0".to_vec();
        bytes.extend(u32::MAX.to_le_bytes());
        assert!(decode(&bytes).unwrap_err().contains("4294967295"));
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(tail in proptest::collection::vec(any::<u8>(), 0..200), flags in 0u8..64) {
            let mut bytes = vec![b'G', b'P', 0, flags];
            bytes.extend(tail);
            let _ = decode(&bytes);
        }
    }
}
