//! Choosing features of a pack: by layer, by attributes, by a box, an area, a cell or a community; and telling what lies at a
//! point.

use std::ops::ControlFlow;
use std::sync::Arc;

use geo::{BoundingRect, Intersects, MultiPolygon, Rect};

use super::feature::{Feature, FeatureId, Layer};
use super::filter::Filter;
use super::grid::COMMUNITY_DIGITS;
use super::index::FeatureIndex;
use super::pack::{BadRow, Pack, PackError, ReadReport};
use super::plane::area_of;
use crate::base::LonLat;
use crate::spatial::crs::ground_from_lonlat;

/// What is chosen.
#[derive(Clone, PartialEq, Debug)]
pub struct Selection {
    /// Layers, in the order in which features are handed out.
    pub layers: Vec<Layer>,
    /// Attributes, when they matter.
    pub filter: Option<Filter>,
    /// Longitude and latitude of the area that a feature has to touch, when it matters.
    pub area: Option<MultiPolygon<f64>>,
    /// Rows by layer and number that a feature has to be among, when they matter.
    pub rows: Option<Arc<Vec<FeatureId>>>,
}

impl Selection {
    /// Everything in some layers.
    pub fn of(layers: &[Layer]) -> Self {
        Self { layers: layers.to_vec(), filter: None, area: None, rows: None }
    }

    /// Whether a feature is chosen by its layer, its attributes and where it lies.
    fn holds(&self, feature: &Feature) -> bool {
        self.layers.contains(&feature.layer)
            && self.filter.as_ref().is_none_or(|filter| filter.holds(feature))
            && self.area.as_ref().is_none_or(|area| feature.geometry.intersects(area))
    }

    /// Hands every chosen feature of a pack, with its `fid`, to `each`, layer by layer. `read` of the report counts what was
    /// looked at.
    ///
    /// # Errors
    /// When a table cannot be read; single bad rows are left out and told in the report.
    pub fn each(&self, pack: &Pack, mut each: impl FnMut(i64, Feature)) -> Result<ReadReport, PackError> {
        self.walk(pack, |fid, feature, chosen| {
            if chosen {
                each(fid, feature);
            }
            ControlFlow::Continue(())
        })
    }

    /// Hands every feature that was looked at, and whether it is chosen, to `each` until that breaks off.
    ///
    /// # Errors
    /// As [`each`](Self::each).
    pub fn walk(
        &self,
        pack: &Pack,
        mut each: impl FnMut(i64, Feature, bool) -> ControlFlow<()>,
    ) -> Result<ReadReport, PackError> {
        if let Some(rows) = &self.rows {
            return self.walk_rows(pack, rows, each);
        }
        let mut all = ReadReport::default();
        let bounds = match &self.area {
            // An area without points touches nothing.
            Some(area) => match area.bounding_rect() {
                Some(bounds) => Some(bounds),
                None => return Ok(all),
            },
            None => None,
        };
        let mut flow = ControlFlow::Continue(());
        for layer in &self.layers {
            let report = pack.walk(*layer, bounds, |fid, feature| {
                let chosen = self.holds(&feature);
                flow = each(fid, feature, chosen);
                flow
            })?;
            all.read += report.read;
            all.skipped += report.skipped;
            all.bad_rows.extend(report.bad_rows);
            if flow.is_break() {
                break;
            }
        }
        Ok(all)
    }

    fn walk_rows(
        &self,
        pack: &Pack,
        rows: &[FeatureId],
        mut each: impl FnMut(i64, Feature, bool) -> ControlFlow<()>,
    ) -> Result<ReadReport, PackError> {
        let mut all = ReadReport::default();
        for id in self.layers.iter().flat_map(|layer| rows.iter().filter(move |id| id.layer == *layer)) {
            match pack.feature(id.layer, id.fid)? {
                Some(feature) => {
                    all.read += 1;
                    let chosen = self.holds(&feature);
                    if each(id.fid, feature, chosen).is_break() {
                        break;
                    }
                }
                None => {
                    all.skipped += 1;
                    let (path, table) = (pack.path().to_owned(), id.layer.table());
                    all.bad_rows.push(BadRow { path, table, fid: id.fid, reason: "there is no such row".to_owned() });
                }
            }
        }
        Ok(all)
    }
}

/// A box of longitudes and latitudes as an area.
pub fn box_area(bounds: Rect<f64>) -> MultiPolygon<f64> {
    MultiPolygon(vec![bounds.to_polygon()])
}

/// The area of a cell, by its 15 digits; `None` when the pack has no such cell.
///
/// # Errors
/// When the table of cells cannot be read.
pub fn cell_area(pack: &Pack, code: &str) -> Result<Option<MultiPolygon<f64>>, PackError> {
    coded_area(pack, Layer::UnitGrids, |feature| feature.code == code)
}

/// The area of a community, by its 12 digits or its name; `None` when the pack has no such community.
///
/// # Errors
/// When the table of boundaries cannot be read.
pub fn community_area(pack: &Pack, community: &str) -> Result<Option<MultiPolygon<f64>>, PackError> {
    let by_code = community.len() == COMMUNITY_DIGITS && community.bytes().all(|byte| byte.is_ascii_digit());
    coded_area(pack, Layer::Boundaries, |feature| {
        feature.class == "community" && if by_code { feature.code == community } else { feature.name == community }
    })
}

fn coded_area(
    pack: &Pack,
    layer: Layer,
    wanted: impl Fn(&Feature) -> bool,
) -> Result<Option<MultiPolygon<f64>>, PackError> {
    let mut polygons = Vec::new();
    pack.features(layer, |_, feature| {
        if wanted(&feature) {
            polygons.extend(area_of(feature.geometry).into_iter().flat_map(|area| area.0));
        }
    })?;
    Ok((!polygons.is_empty()).then_some(MultiPolygon(polygons)))
}

/// Positions of all features within some metres of a point, with their distance, as they lie on top of each other: the
/// upper layer first, within a layer the nearer one first, and of those equally near the later one.
pub fn identify(index: &FeatureIndex, at: LonLat, within_m: f64) -> Vec<(usize, f64)> {
    if !at.is_valid() || within_m.is_nan() {
        return Vec::new();
    }
    let mut found = index.plane().within(ground_from_lonlat(at), within_m);
    found.sort_by(|a, b| {
        let layer = |position: usize| index.key(position).map(|(layer, _)| layer);
        layer(b.0).cmp(&layer(a.0)).then(a.1.total_cmp(&b.1)).then(b.0.cmp(&a.0))
    });
    found
}

#[cfg(test)]
mod tests {
    use geo::{LineString, Point, coord};

    use super::*;
    use crate::spatial::pack::PackWriter;

    fn feature(layer: Layer, class: &str, code: &str, geometry: geo::Geometry<f64>) -> Feature {
        let own = str::to_owned;
        Feature { layer, class: own(class), code: own(code), name: own(class), extra: Vec::new(), geometry }
    }

    fn pack(folder: &tempfile::TempDir) -> Pack {
        let path = folder.path().join("s.gpkg");
        let mut writer = PackWriter::create(&path).unwrap();
        let square = |west: f64, size: f64| Rect::new((west, 39.9), (west + size, 39.9 + size)).to_polygon();
        let road = LineString::from(vec![coord! { x: 116.22, y: 39.905 }, coord! { x: 116.24, y: 39.905 }]);
        for one in [
            feature(Layer::Boundaries, "community", "110107011001", square(116.22, 0.01).into()),
            feature(Layer::Buildings, "house", "", square(116.2245, 0.001).into()),
            feature(Layer::Buildings, "shed", "", square(116.2248, 0.0001).into()),
            feature(Layer::Roads, "primary", "", road.into()),
            feature(Layer::UnitGrids, "", "110107011001001", square(116.22, 0.005).into()),
            feature(Layer::Components, "0137", "", Point::new(116.2248, 39.9).into()),
            feature(Layer::Components, "0101", "", Point::new(116.235, 39.9).into()),
        ] {
            writer.add(&one).unwrap();
        }
        writer.finish().unwrap();
        Pack::open(&path).unwrap()
    }

    fn classes(pack: &Pack, selection: &Selection) -> Vec<String> {
        let mut found = Vec::new();
        selection.each(pack, |_, feature| found.push(feature.class)).unwrap();
        found
    }

    #[test]
    fn features_are_chosen_by_attributes_and_areas() {
        let folder = tempfile::tempdir().unwrap();
        let pack = pack(&folder);
        let mut selection = Selection::of(&[Layer::Components, Layer::Buildings, Layer::Roads]);
        assert_eq!(classes(&pack, &selection), ["0137", "0101", "house", "shed", "primary"]);
        selection.filter = Some("class = 0137 or layer = roads".parse().unwrap());
        assert_eq!(classes(&pack, &selection), ["0137", "primary"]);
        selection.area = Some(box_area(Rect::new((116.23, 39.89), (116.25, 39.91))));
        assert_eq!(classes(&pack, &selection), ["primary"]);
        selection.filter = None;
        selection.area = cell_area(&pack, "110107011001001").unwrap();
        assert_eq!(classes(&pack, &selection), ["0137", "house", "shed", "primary"], "borders are in");
        selection.area = community_area(&pack, "110107011001").unwrap();
        assert_eq!(selection.area, community_area(&pack, "community").unwrap());
        assert_eq!(classes(&pack, &selection).len(), 4);
        assert_eq!(cell_area(&pack, "110107011001002").unwrap(), None);
        selection.area = Some(MultiPolygon(Vec::new()));
        assert!(classes(&pack, &selection).is_empty());
    }

    #[test]
    fn rows_are_taken_exactly_and_those_that_are_gone_are_told() {
        let folder = tempfile::tempdir().unwrap();
        let pack = pack(&folder);
        let row = |layer, fid| FeatureId { layer, fid };
        let rows = vec![row(Layer::Buildings, 2), row(Layer::Buildings, 9), row(Layer::Components, 1)];
        let mut selection = Selection { rows: Some(Arc::new(rows)), ..Selection::of(&Layer::ALL) };
        assert_eq!(classes(&pack, &selection), ["shed", "0137"]);
        let report = selection.each(&pack, |_, _| ()).unwrap();
        assert_eq!((report.read, report.skipped, report.bad_rows[0].fid), (2, 1, 9));
        selection.filter = Some("layer = components".parse().unwrap());
        assert_eq!(classes(&pack, &selection), ["0137"]);
    }

    #[test]
    fn what_lies_on_top_comes_first() {
        let folder = tempfile::tempdir().unwrap();
        let index = FeatureIndex::load(&pack(&folder), &Layer::ALL).unwrap();
        let found = identify(&index, LonLat::new(116.22482, 39.90002), 5.0);
        let layers: Vec<_> = found.iter().map(|(position, _)| index.key(*position).unwrap()).collect();
        use Layer::{Boundaries, Buildings, Components, UnitGrids};
        let wanted = [(Components, 1), (UnitGrids, 1), (Buildings, 2), (Buildings, 1), (Boundaries, 1)];
        assert_eq!(layers, wanted);
        assert!(found[0].1 > 1.0 && found[2].1 == 0.0);
        assert!(identify(&index, LonLat::new(f64::NAN, 0.0), 5.0).is_empty());
        assert!(identify(&index, LonLat::new(116.3, 39.9), 5.0).is_empty());
    }
}
