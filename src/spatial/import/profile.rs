//! From the attributes of a foreign table to our layers and fields: plain data that a person writes, or has proposed.

mod propose;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Tags;
use super::classify::{Draft, Shape};
use super::report::SkipReason;
use crate::spatial::feature::Layer;
pub use propose::{propose, propose_for};

/// How tables of one origin come in; kept as a TOML file, whose fields are these.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Profile {
    /// What a person calls it.
    #[serde(default)]
    pub name: String,
    /// The system of the coordinates, as `--crs` takes it; what the command line says goes first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub crs: Option<String>,
    /// The encoding of text, as `--encoding` takes it; what the command line says goes first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub encoding: Option<String>,
    /// What becomes of each table.
    #[serde(default, rename = "table")]
    pub tables: Vec<TableRule>,
}

/// What becomes of the rows of a table.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TableRule {
    /// Name of the table, sheet or layer, or of the file without its ending; empty for every table.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub source: String,
    /// Table of the layer the rows go to ([`Layer::table`]).
    pub layer: String,
    /// Column of the first coordinate, for tables without shapes whose columns are not recognised.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub x: Option<String>,
    /// Column of the second coordinate.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub y: Option<String>,
    /// Column of shapes as WKT.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wkt: Option<String>,
    /// The feature's class.
    #[serde(default, skip_serializing_if = "FieldRule::is_nothing")]
    pub class: FieldRule,
    /// The feature's code.
    #[serde(default, skip_serializing_if = "FieldRule::is_nothing")]
    pub code: FieldRule,
    /// The feature's name.
    #[serde(default, skip_serializing_if = "FieldRule::is_nothing")]
    pub name: FieldRule,
    /// The layer's further columns ([`Layer::columns`]).
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub extra: BTreeMap<String, FieldRule>,
}

/// Where a field's value comes from.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FieldRule {
    /// Columns of the foreign table; the first that is not empty counts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub columns: Vec<String>,
    /// Part of the value: characters to pass over, characters to take.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub part: Option<(usize, usize)>,
    /// Foreign values and ours; a value that is not among them counts as empty. Without this, values stay as they are.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub values: BTreeMap<String, String>,
    /// The value where the columns give none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub value: String,
    /// Whether a row without a value is refused.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub required: bool,
}

impl FieldRule {
    /// A rule that takes the value of one column as it is.
    pub fn column(name: &str) -> Self {
        Self { columns: vec![name.to_owned()], ..Self::default() }
    }

    fn is_nothing(&self) -> bool {
        *self == Self::default()
    }

    fn of(&self, tags: &Tags) -> Result<String, SkipReason> {
        let given = self.columns.iter().find_map(|column| tags.get(column)).map(String::as_str).unwrap_or_default();
        let part: String = match self.part {
            Some((pass, take)) => given.chars().skip(pass).take(take).collect(),
            None => given.to_owned(),
        };
        let mapped = if self.values.is_empty() { part } else { self.values.get(&part).cloned().unwrap_or_default() };
        let value = if mapped.is_empty() { self.value.clone() } else { mapped };
        if value.is_empty() && self.required {
            return Err(SkipReason::NoValue { column: self.columns.join(", ") });
        }
        Ok(value)
    }
}

impl Profile {
    /// A profile from the text of its file.
    ///
    /// # Errors
    /// What is wrong, with line and column, or which layer or column does not exist.
    pub fn from_toml(text: &str) -> Result<Self, String> {
        let profile: Self = toml::from_str(text).map_err(|error| error.to_string())?;
        for rule in &profile.tables {
            let layer = rule.target()?;
            if let Some(unknown) = rule.extra.keys().find(|key| !layer.columns().contains(&key.as_str())) {
                return Err(format!(
                    "layer {} has no column {unknown}; it has {}",
                    rule.layer,
                    layer.columns().join(", ")
                ));
            }
        }
        Ok(profile)
    }

    /// The text of the profile's file.
    ///
    /// # Errors
    /// Never for a profile made of plain text; the writer's words otherwise.
    pub fn to_toml(&self) -> Result<String, String> {
        toml::to_string(self).map_err(|error| error.to_string())
    }

    /// The rule for a table in a file (the file's name without its ending): one that names it, else one for all.
    pub fn rule(&self, table: &str, stem: &str) -> Option<&TableRule> {
        let named = |rule: &&TableRule| !rule.source.is_empty() && (rule.source == table || rule.source == stem);
        self.tables.iter().find(named).or_else(|| self.tables.iter().find(|rule| rule.source.is_empty()))
    }
}

/// Whether the features of a layer are points, whatever shape they come with.
fn is_point(layer: Layer) -> bool {
    matches!(
        layer,
        Layer::Components | Layer::Pois | Layer::Addresses | Layer::Incidents | Layer::VideoPoints | Layer::Emergency
    )
}

impl TableRule {
    /// The layer that the rule leads to.
    ///
    /// # Errors
    /// When there is no such layer.
    pub fn target(&self) -> Result<Layer, String> {
        Layer::from_table(&self.layer).ok_or_else(|| {
            let known = Layer::ALL.map(Layer::table).join(", ");
            format!("there is no layer {:?}; there are {known}", self.layer)
        })
    }

    /// The feature that a row becomes, but for its shape.
    pub(super) fn draft(&self, tags: &Tags, shape: Shape) -> Result<Draft, SkipReason> {
        let layer = self.target().map_err(SkipReason::Unsound)?;
        let as_point = is_point(layer);
        let fits = match layer {
            _ if as_point => true,
            Layer::Water | Layer::Green => shape != Shape::Point,
            Layer::Pipelines => shape != Shape::Area,
            Layer::Roads | Layer::Railways | Layer::PatrolRoutes => shape == Shape::Line,
            Layer::Contours => shape != Shape::Point,
            Layer::Boundaries => shape != Shape::Point,
            _ => shape == Shape::Area,
        };
        if !fits {
            return Err(SkipReason::WrongShape { layer: layer.table() });
        }
        let mut extra = Vec::new();
        for column in layer.columns() {
            if let Some(rule) = self.extra.get(*column) {
                let value = rule.of(tags)?;
                if !value.is_empty() {
                    extra.push((*column, value));
                }
            }
        }
        let (class, code, name) = (self.class.of(tags)?, self.code.of(tags)?, self.name.of(tags)?);
        Ok(Draft { layer, class, code, name, extra, as_point })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PIPES: &str = r#"
name = "管线普查"
crs = "EPSG:4548"
[[table]]
source = "PIPE"
layer = "pipelines"
[table.class]
columns = ["管类"]
values = { "给水" = "water", "雨水" = "storm" }
required = true
[table.code]
columns = ["编号", "ID"]
[table.extra.depth_m]
columns = ["埋深"]
[table.extra.owner]
value = "市政"
"#;

    fn tags(pairs: &[(&str, &str)]) -> Tags {
        pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn a_row_becomes_what_the_profile_says() {
        let profile = Profile::from_toml(PIPES).unwrap();
        let rule = profile.rule("PIPE", "file").unwrap();
        let draft = rule.draft(&tags(&[("管类", "雨水"), ("ID", "7"), ("埋深", "1.5")]), Shape::Line).unwrap();
        assert_eq!((draft.layer, &*draft.class, &*draft.code), (Layer::Pipelines, "storm", "7"));
        assert_eq!(draft.extra, [("depth_m", "1.5".to_owned()), ("owner", "市政".to_owned())]);
        let unknown = rule.draft(&tags(&[("管类", "石油")]), Shape::Line);
        assert_eq!(unknown, Err(SkipReason::NoValue { column: "管类".to_owned() }));
        let area = rule.draft(&tags(&[("管类", "给水")]), Shape::Area);
        assert_eq!(area, Err(SkipReason::WrongShape { layer: "pipelines" }));
        assert_eq!(profile.rule("OTHER", "file"), None);
    }

    #[test]
    fn what_is_written_is_read_again_and_errors_name_what_there_is() {
        let profile = Profile::from_toml(PIPES).unwrap();
        assert_eq!(Profile::from_toml(&profile.to_toml().unwrap()).unwrap(), profile);
        let layer = Profile::from_toml("[[table]]\nlayer = \"tubes\"").unwrap_err();
        assert!(layer.contains("tubes") && layer.contains("pipelines"), "{layer}");
        let column =
            Profile::from_toml("[[table]]\nlayer = \"roads\"\n[table.extra.depth_m]\nvalue = \"1\"").unwrap_err();
        assert!(column.contains("depth_m") && column.contains("lanes"), "{column}");
        assert!(Profile::from_toml("colour = 1").unwrap_err().contains("colour"));
    }
}
