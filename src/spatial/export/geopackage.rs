//! GeoPackage: each layer a table as a map pack has it, so that an export in longitude and latitude is a map pack again.

use std::path::{Path, PathBuf};

use super::{ExportError, Finished, Note, Reason, Sink, Survey};
use crate::spatial::crs_out::{TargetCrs, WktFlavour};
use crate::spatial::feature::Feature;
use crate::spatial::pack::{Pack, PlainWriter, System};

pub(super) struct Geopackage {
    writer: PlainWriter,
    count: u64,
    out: PathBuf,
    crs: TargetCrs,
}

impl Geopackage {
    pub fn create(pack: &Pack, survey: &Survey, crs: TargetCrs, out: &Path) -> Result<Self, ExportError> {
        let system = match (crs.epsg(), crs.definition(WktFlavour::Ogc)) {
            (Some(code), Some((name, definition))) => System { code, name, definition },
            (Some(_), None) => return Err(ExportError::SystemUnfit { crs }),
            (None, _) => System::unsaid(),
        };
        let mut writer = PlainWriter::create(out, system)?;
        for (layer, _) in &survey.layers {
            writer.begin(*layer)?;
        }
        for (key, value) in pack.meta() {
            writer.set_meta(key, value)?;
        }
        Ok(Self { writer, count: 0, out: out.to_owned(), crs })
    }
}

impl Sink for Geopackage {
    fn take(&mut self, _: i64, feature: &Feature) -> Result<Option<Reason>, ExportError> {
        self.writer.add(feature)?;
        self.count += 1;
        Ok(None)
    }

    fn finish(self: Box<Self>) -> Result<Finished, ExportError> {
        self.writer.finish()?;
        let unsaid = self.crs.epsg().is_none().then_some(Note::SystemUnsaid(self.crs));
        Ok((vec![(self.out, self.count)], unsaid.into_iter().collect()))
    }
}
