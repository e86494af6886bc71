//! GeoJSON (RFC 7946), one feature at a time however long the file is.

use std::fmt;
use std::io::BufReader;

use geo::Geometry;
use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use super::input::{self, as_text};
use super::report::SkipReason;
use super::row::{Row, RowKind, Rows, Stop};
use super::{File, Tags};
use crate::spatial::crs::SourceCrs;

/// Hands the rows on; what stops it is kept, because the JSON parser has only words for errors.
struct Hand<'a> {
    rows: &'a mut dyn Rows,
    meter: input::Meter,
    number: i64,
    begun: bool,
    crs: Option<SourceCrs>,
    stop: Option<Stop>,
}

impl Hand<'_> {
    /// Takes the members of a feature or collection that say what system it is in.
    fn system(&mut self, raw: &RawValue) -> Result<(), String> {
        let named: serde_json::Value = serde_json::from_str(raw.get()).map_err(|error| error.to_string())?;
        let Some(name) = named.pointer("/properties/name").and_then(serde_json::Value::as_str) else {
            return if named.is_null() { Ok(()) } else { Err("its crs member has no name".to_owned()) };
        };
        // urn:ogc:def:crs:EPSG::4548, urn:ogc:def:crs:OGC:1.3:CRS84, EPSG:4548
        let short = name.rsplit(':').next().unwrap_or_default();
        let named = name.to_ascii_uppercase();
        let known = (named.contains("EPSG:") || named.ends_with("CRS84")).then(|| short.parse().ok()).flatten();
        let crs: SourceCrs = known.ok_or_else(|| format!("its crs member {name:?} is not known"))?;
        if self.begun && crs != SourceCrs::LonLat {
            return Err("its crs member comes after the features: say it with --crs".to_owned());
        }
        self.crs = Some(crs);
        Ok(())
    }

    fn begin(&mut self) -> bool {
        if !self.begun {
            self.begun = true;
            // RFC 7946 leaves no other system than longitude, latitude to a file without the member.
            let says = self.crs.clone().or(Some(SourceCrs::LonLat));
            self.stop = self.rows.begin("", says).err().map(Stop::Given);
        }
        self.stop.is_none()
    }

    fn feature(&mut self, raw: &str) -> bool {
        self.number += 1;
        if !self.begin() {
            return false;
        }
        self.meter.row_done();
        if let Err(error) = self.rows.row(row(raw, self.number)) {
            self.stop = Some(Stop::Given(error));
            return false;
        }
        if self.number % 256 == 0 {
            self.rows.told(self.meter.file_bytes());
        }
        true
    }
}

pub(super) fn read(file: &File, rows: &mut dyn Rows) -> Result<(), Stop> {
    let (bytes, meter) = input::open(&file.path)?;
    let reader = BufReader::with_capacity(1 << 16, as_text(bytes, file.encoding.unwrap_or(encoding_rs::UTF_8)));
    let mut hand = Hand { rows, meter, number: 0, begun: false, crs: None, stop: None };
    let mut json = serde_json::Deserializer::from_reader(reader);
    let outcome = Collection { hand: &mut hand }.deserialize(&mut json).and_then(|()| json.end());
    if let Some(stop) = hand.stop.take() {
        return Err(stop);
    }
    outcome.map_err(|error| Stop::Broken(error.to_string()))?;
    // An empty collection is a source too.
    if hand.begin() { Ok(()) } else { Err(hand.stop.unwrap_or(Stop::Broken(String::new()))) }
}

fn row(raw: &str, number: i64) -> Row {
    let refused = |reason| Row { kind: RowKind::Feature, number, tags: Tags::new(), geometry: Err(reason) };
    let feature: geojson::Feature = match serde_json::from_str(raw) {
        Ok(feature) => feature,
        Err(error) => return refused(SkipReason::Unsound(error.to_string())),
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
    let geometry = match feature.geometry {
        None => Err(SkipReason::NoGeometry),
        Some(geometry) => Geometry::<f64>::try_from(geometry).map_err(|error| SkipReason::Unsound(error.to_string())),
    };
    Row { kind: RowKind::Feature, number, tags, geometry }
}

/// The outermost object: a collection, whose members are handed on one by one, or a single feature.
struct Collection<'a, 'b> {
    hand: &'a mut Hand<'b>,
}

impl<'de> DeserializeSeed<'de> for Collection<'_, '_> {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<(), D::Error> {
        json.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Collection<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a GeoJSON FeatureCollection or Feature")
    }

    fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<(), M::Error> {
        let mut seen = false;
        let (mut properties, mut geometry) = (None::<Box<RawValue>>, None::<Box<RawValue>>);
        while let Some(key) = map.next_key::<String>()? {
            match key.as_str() {
                "features" => {
                    map.next_value_seed(Members { hand: &mut *self.hand })?;
                    seen = true;
                }
                "crs" => {
                    let raw: Box<RawValue> = map.next_value()?;
                    self.hand.system(&raw).map_err(serde::de::Error::custom)?;
                }
                "properties" => properties = Some(map.next_value()?),
                "geometry" => geometry = Some(map.next_value()?),
                _ => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        if let (false, Some(geometry)) = (seen, geometry) {
            let properties = properties.as_ref().map_or("null", |raw| raw.get());
            let raw = format!(r#"{{"type":"Feature","properties":{properties},"geometry":{}}}"#, geometry.get());
            seen = true;
            if !self.hand.feature(&raw) {
                return Err(serde::de::Error::custom("given up"));
            }
        }
        if seen { Ok(()) } else { Err(serde::de::Error::missing_field("features")) }
    }
}

struct Members<'a, 'b> {
    hand: &'a mut Hand<'b>,
}

impl<'de> DeserializeSeed<'de> for Members<'_, '_> {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<(), D::Error> {
        json.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for Members<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array of features")
    }

    fn visit_seq<S: SeqAccess<'de>>(self, mut members: S) -> Result<(), S::Error> {
        while let Some(raw) = members.next_element::<Box<RawValue>>()? {
            if !self.hand.feature(raw.get()) {
                return Err(serde::de::Error::custom("given up"));
            }
        }
        Ok(())
    }
}
