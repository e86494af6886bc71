//! GeoJSON (RFC 7946): one collection. Other systems than longitude and latitude are named by the `crs` member that programs
//! still read, which is older than the RFC.

use std::io::Write as _;
use std::path::Path;

use geojson::JsonObject;
use geojson::feature::Id;
use serde_json::json;

use super::part::PartFile;
use super::{ExportError, Finished, Note, Reason, Sink, Survey, value};
use crate::spatial::crs_out::TargetCrs;
use crate::spatial::feature::Feature;

pub(super) struct Collection {
    file: PartFile,
    columns: Vec<&'static str>,
    several: bool,
    count: u64,
    crs: TargetCrs,
}

impl Collection {
    pub fn create(survey: &Survey, crs: TargetCrs, out: &Path) -> Result<Self, ExportError> {
        let mut file = PartFile::create(out)?;
        let named = crs.epsg().filter(|_| !crs.is_lonlat()).map(|code| {
            let crs = json!({ "type": "name", "properties": { "name": format!("urn:ogc:def:crs:EPSG::{code}") } });
            format!("\"crs\":{crs},")
        });
        let head = format!("{{\"type\":\"FeatureCollection\",{}\"features\":[", named.unwrap_or_default());
        file.write_all(head.as_bytes()).map_err(|error| file.refused(error))?;
        Ok(Self { file, columns: survey.columns(), several: survey.layers.len() > 1, count: 0, crs })
    }

    fn write(&mut self, text: &str) -> Result<(), ExportError> {
        self.file.write_all(text.as_bytes()).map_err(|error| self.file.refused(error))
    }
}

impl Sink for Collection {
    fn take(&mut self, fid: i64, feature: &Feature) -> Result<Option<Reason>, ExportError> {
        let mut properties = JsonObject::new();
        if self.several {
            properties.insert("layer".to_owned(), feature.layer.table().into());
        }
        for column in &self.columns {
            let own = value(feature, column);
            // Missing is null, so that every feature has the same members.
            let own = if own.is_empty() { serde_json::Value::Null } else { own.into() };
            properties.insert((*column).to_owned(), own);
        }
        let one = geojson::Feature {
            geometry: Some(geojson::Geometry::from(&feature.geometry)),
            // The number is unique within its layer only.
            id: (!self.several).then(|| Id::Number(fid.into())),
            properties: Some(properties),
            ..geojson::Feature::default()
        };
        self.write(if self.count == 0 { "\n" } else { ",\n" })?;
        serde_json::to_writer(&mut self.file, &one).map_err(|error| self.file.refused(error))?;
        self.count += 1;
        Ok(None)
    }

    fn finish(mut self: Box<Self>) -> Result<Finished, ExportError> {
        self.write("\n]}\n")?;
        let unsaid = self.crs.epsg().is_none().then_some(Note::SystemUnsaid(self.crs));
        Ok((vec![(self.file.finish()?, self.count)], unsaid.into_iter().collect()))
    }
}
