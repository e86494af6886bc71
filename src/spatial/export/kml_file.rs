//! KML 2.2 (OGC 12-007): a folder for each layer, attributes as extended data. KML knows longitude and latitude only.

use std::collections::HashMap;
use std::io::Write as _;
use std::path::Path;

use kml::types::{Element, Placemark};
use kml::{Kml, KmlWriter};

use super::part::PartFile;
use super::{ExportError, Finished, Reason, Sink, Survey, value};
use crate::spatial::feature::{Feature, Layer};

pub(super) struct Document {
    file: PartFile,
    columns: Vec<&'static str>,
    folder: Option<Layer>,
    count: u64,
}

impl Document {
    pub fn create(survey: &Survey, out: &Path) -> Result<Self, ExportError> {
        let file = PartFile::create(out)?;
        let columns = survey.columns().into_iter().filter(|column| *column != "name").collect();
        let mut document = Self { file, columns, folder: None, count: 0 };
        document.write(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<kml xmlns=\"http://www.opengis.net/kml/2.2\">\n<Document>\n",
        )?;
        Ok(document)
    }

    fn write(&mut self, text: &str) -> Result<(), ExportError> {
        self.file.write_all(text.as_bytes()).map_err(|error| self.file.refused(error))
    }
}

fn element(name: &str, content: Option<String>, children: Vec<Element>) -> Element {
    Element { name: name.to_owned(), attrs: HashMap::new(), content, children }
}

impl Sink for Document {
    fn take(&mut self, _: i64, feature: &Feature) -> Result<Option<Reason>, ExportError> {
        if self.folder != Some(feature.layer) {
            if self.folder.is_some() {
                self.write("\n</Folder>\n")?;
            }
            // A table's name has no letters that XML would have to escape.
            self.write(&format!("<Folder><name>{}</name>\n", feature.layer.table()))?;
            self.folder = Some(feature.layer);
        }
        let data = self.columns.iter().filter(|column| !value(feature, column).is_empty()).map(|column| {
            let text = element("value", Some(value(feature, column).to_owned()), Vec::new());
            let attrs = HashMap::from([("name".to_owned(), (*column).to_owned())]);
            Element { attrs, ..element("Data", None, vec![text]) }
        });
        let placemark = Placemark {
            name: (!feature.name.is_empty()).then(|| feature.name.clone()),
            geometry: Some(feature.geometry.clone().into()),
            children: vec![element("ExtendedData", None, data.collect())],
            ..Placemark::default()
        };
        KmlWriter::from_writer(&mut self.file)
            .write(&Kml::Placemark(placemark))
            .map_err(|error| self.file.refused(error))?;
        self.write("\n")?;
        self.count += 1;
        Ok(None)
    }

    fn finish(mut self: Box<Self>) -> Result<Finished, ExportError> {
        if self.folder.is_some() {
            self.write("</Folder>\n")?;
        }
        self.write("</Document>\n</kml>\n")?;
        Ok((vec![(self.file.finish()?, self.count)], Vec::new()))
    }
}
