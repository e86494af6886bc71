//! GeoJSON (RFC 7946), one feature at a time however long the file is.

use std::cell::Cell;
use std::fmt;
use std::fs::File;
use std::io::{BufReader, Read};
use std::path::Path;
use std::rc::Rc;

use geo::Geometry;
use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use super::{ImportError, Sink, SkipReason, Tags};

struct Counting<R> {
    inner: R,
    bytes: Rc<Cell<u64>>,
}

impl<R: Read> Read for Counting<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.bytes.set(self.bytes.get() + count as u64);
        Ok(count)
    }
}

pub fn read(path: &Path, sink: &mut Sink, tell: &mut dyn FnMut(u64)) -> Result<(), ImportError> {
    let file = File::open(path).map_err(|source| ImportError::Io { path: path.to_owned(), source })?;
    let bytes = Rc::new(Cell::new(0));
    let reader = BufReader::new(Counting { inner: file, bytes: Rc::clone(&bytes) });
    let mut number = 0;
    let mut failure = None;
    let mut each = |raw: &RawValue| {
        number += 1;
        if let Err(error) = put(raw, number, sink) {
            failure = Some(error);
            return false;
        }
        if number % 256 == 0 {
            tell(bytes.get());
        }
        true
    };
    let mut json = serde_json::Deserializer::from_reader(reader);
    let outcome = Collection { each: &mut each }.deserialize(&mut json).and_then(|()| json.end());
    if let Some(error) = failure {
        return Err(error);
    }
    outcome.map_err(|error| ImportError::BrokenGeoJson {
        path: path.to_owned(),
        features: number,
        reason: error.to_string(),
    })
}

fn put(raw: &RawValue, number: u64, sink: &mut Sink) -> Result<(), ImportError> {
    let what = || format!("feature {number}");
    let feature: geojson::Feature = match serde_json::from_str(raw.get()) {
        Ok(feature) => feature,
        Err(error) => {
            sink.skip(what(), SkipReason::Unsound(error.to_string()));
            return Ok(());
        }
    };
    let tags: Tags = feature
        .properties
        .unwrap_or_default()
        .into_iter()
        .filter_map(|(key, value)| match value {
            serde_json::Value::String(text) => Some((key, text)),
            serde_json::Value::Number(number) => Some((key, number.to_string())),
            serde_json::Value::Bool(yes) => Some((key, if yes { "yes" } else { "no" }.to_owned())),
            _ => None,
        })
        .collect();
    let Some(geometry) = feature.geometry else {
        sink.skip(what(), SkipReason::NoGeometry);
        return Ok(());
    };
    match Geometry::<f64>::try_from(geometry) {
        Ok(geometry) => sink.put(&tags, &geometry, what),
        Err(error) => {
            sink.skip(what(), SkipReason::Unsound(error.to_string()));
            Ok(())
        }
    }
}

/// The outermost object; hands each member of its `features` on and passes over the rest.
struct Collection<'a> {
    each: &'a mut dyn FnMut(&RawValue) -> bool,
}

impl<'de> DeserializeSeed<'de> for Collection<'_> {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<(), D::Error> {
        json.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Collection<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a GeoJSON FeatureCollection")
    }

    fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<(), M::Error> {
        let mut seen = false;
        while let Some(key) = map.next_key::<String>()? {
            if key == "features" {
                map.next_value_seed(Members { each: &mut *self.each })?;
                seen = true;
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        if seen { Ok(()) } else { Err(serde::de::Error::missing_field("features")) }
    }
}

struct Members<'a> {
    each: &'a mut dyn FnMut(&RawValue) -> bool,
}

impl<'de> DeserializeSeed<'de> for Members<'_> {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<(), D::Error> {
        json.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for Members<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array of features")
    }

    fn visit_seq<S: SeqAccess<'de>>(self, mut members: S) -> Result<(), S::Error> {
        while let Some(raw) = members.next_element::<Box<RawValue>>()? {
            if !(self.each)(&raw) {
                return Err(serde::de::Error::custom("given up"));
            }
        }
        Ok(())
    }
}
