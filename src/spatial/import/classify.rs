//! From the tags of OpenStreetMap to layers and classes. The one place that knows both.
//!
//! GeoJSON properties are read as tags too; `layer`, `class`, `code` put a feature where its maker wants it.

use geo::{Centroid, Geometry, InteriorPoint};

use super::Tags;
use crate::spatial::feature::Layer;

/// What kind of shape a thing has.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Shape {
    Point,
    Line,
    Area,
}

impl Shape {
    pub fn of(geometry: &Geometry<f64>) -> Self {
        match geometry {
            Geometry::Point(_) | Geometry::MultiPoint(_) => Self::Point,
            Geometry::Line(_) | Geometry::LineString(_) | Geometry::MultiLineString(_) => Self::Line,
            _ => Self::Area,
        }
    }
}

/// A feature but for its geometry.
#[derive(Clone, PartialEq, Debug)]
pub struct Draft {
    pub layer: Layer,
    pub class: String,
    pub code: String,
    pub name: String,
    pub extra: Vec<(&'static str, String)>,
    /// Whether the thing's middle is kept instead of its shape.
    pub as_point: bool,
}

impl Draft {
    /// The shape the feature gets.
    pub fn geometry(&self, whole: &Geometry<f64>) -> Option<Geometry<f64>> {
        if !self.as_point || matches!(whole, Geometry::Point(_)) {
            return Some(whole.clone());
        }
        // A point inside reads better than a centroid that may lie outside an L-shaped house.
        whole.interior_point().or_else(|| whole.centroid()).map(Geometry::Point)
    }
}

/// Component classes by the scheme they are numbered in.
const SCHEME_2013: &str = "GB/T 30428.2-2013";
const SCHEME_2007: &str = "CJ/T 214-2007";

const POI_KEYS: [&str; 9] =
    ["amenity", "shop", "healthcare", "tourism", "office", "public_transport", "leisure", "historic", "place"];

/// Every layer that a thing with these tags belongs to; none for what the map does not show.
pub fn classify(tags: &Tags, shape: Shape) -> Vec<Draft> {
    let get = |key: &str| tags.get(key).map_or("", String::as_str);
    let mut drafts = Vec::new();
    if let Some(layer) = Layer::from_table(get("layer")) {
        drafts.push(draft(tags, layer, get("class"), false));
        return drafts;
    }
    if let Some((class, scheme)) = component(tags) {
        let mut component = draft(tags, Layer::Components, class, true);
        component.extra.push(("scheme", scheme.to_owned()));
        drafts.push(component);
    }
    // A pipeline of which one node is in the extract is a point: it is shown where it is known to be.
    if get("man_made") == "pipeline" {
        drafts.push(draft(tags, Layer::Pipelines, pipeline_kind(tags), false));
    }
    drafts.extend(theme(tags, shape));
    match shape {
        Shape::Area => drafts.extend(area(tags)),
        Shape::Line => drafts.extend(line(tags)),
        Shape::Point => {}
    }
    let house_number = get("addr:housenumber");
    if !house_number.is_empty() {
        let mut address = draft(tags, Layer::Addresses, "", true);
        address.name = format!("{} {house_number}", get("addr:street")).trim().to_owned();
        drafts.push(address);
    }
    if shape != Shape::Line
        && let Some(class) = poi(tags)
    {
        drafts.push(draft(tags, Layer::Pois, class, true));
    }
    drafts
}

fn draft(tags: &Tags, layer: Layer, class: &str, as_point: bool) -> Draft {
    let get = |keys: &[&str]| keys.iter().find_map(|key| tags.get(*key)).filter(|value| !value.is_empty()).cloned();
    let extra = layer
        .columns()
        .iter()
        .filter_map(|column| {
            let value = match *column {
                "street" => get(&["addr:street", "street"]),
                "number" => get(&["addr:housenumber", "number"]),
                "city" => get(&["addr:city", "city"]),
                "floors" => get(&["building:levels", "floors"]),
                "height_m" if layer == Layer::Contours => get(&["ele", "height_m"]),
                "height_m" => get(&["height", "height_m"]),
                "direction_degrees" => get(&["camera:direction", "direction", "direction_degrees"]),
                "diameter_mm" => get(&["diameter", "diameter_mm"]),
                "depth_m" => get(&["depth", "depth_m"]),
                "width_m" => get(&["width", "width_m"]),
                "owner" => get(&["operator", "owner"]),
                "name_en" => get(&["name:en", "name_en"]),
                "note" => get(&["description", "note"]),
                "building" => get(&["addr:unit"]),
                "built" => get(&["start_date", "built"]),
                // Filled by the component's own class.
                "scheme" => None,
                "level" => get(&["layer", "level"]),
                other => get(&[other]),
            }?;
            Some((*column, value))
        })
        .collect();
    Draft {
        layer,
        class: class.to_owned(),
        code: get(&["code", "adcode", "ref:code"]).unwrap_or_default(),
        name: get(&["name", "name:zh", "name:en"]).unwrap_or_default(),
        extra,
        as_point,
    }
}

/// What belongs to a theme of the map beside its place on the base map.
fn theme(tags: &Tags, shape: Shape) -> Option<Draft> {
    let get = |key: &str| tags.get(key).map_or("", String::as_str);
    if get("man_made") == "surveillance" {
        let class = match (get("camera:type"), get("surveillance:zone")) {
            ("dome" | "panning", _) => "dome",
            (_, "traffic") => "crossing",
            _ => "fixed",
        };
        return Some(draft(tags, Layer::VideoPoints, class, true));
    }
    match get("emergency") {
        "fire_hydrant" => return Some(draft(tags, Layer::Emergency, "hydrant", true)),
        "assembly_point" => return Some(draft(tags, Layer::Emergency, "shelter", true)),
        _ => {}
    }
    (get("contour") == "elevation" && shape == Shape::Line).then(|| draft(tags, Layer::Contours, "", false))
}

/// Class and scheme of a thing that the office looks after.
fn component(tags: &Tags) -> Option<(&'static str, &'static str)> {
    let get = |key: &str| tags.get(key).map_or("", String::as_str);
    if tags.contains_key("manhole") || get("man_made") == "manhole" {
        return Some((cover_class(&[get("manhole"), get("utility"), get("substance")]), SCHEME_2013));
    }
    if get("highway") == "street_lamp" {
        return Some(("0137", SCHEME_2013));
    }
    match get("amenity") {
        "waste_basket" => return Some(("0305", SCHEME_2013)),
        "telephone" => return Some(("0141", SCHEME_2013)),
        "post_box" => return Some(("0142", SCHEME_2013)),
        "vending_machine" => return Some(("0145", SCHEME_2013)),
        _ => {}
    }
    // The 2013 numbering at hand has no hydrant; that of 2007 has.
    (get("emergency") == "fire_hydrant").then_some(("0113", SCHEME_2007))
}

/// Class of a manhole cover by what runs below. A guess of the mapper's (`suspected_gas`, `missing_gas`) counts as the kind.
fn cover_class(words: &[&str]) -> &'static str {
    const KINDS: [(&str, &str); 12] = [
        ("water", "0101"),
        ("suspected_w", "0101"),
        ("sewer", "0102"),
        ("sewage", "0102"),
        ("drain", "0103"),
        ("power", "0105"),
        ("electric", "0105"),
        ("telecom", "0107"),
        ("heat", "0110"),
        ("gas", "0111"),
        ("septic", "0118"),
        ("television", "0108"),
    ];
    // Rainwater and waste water are not tap water.
    const FIRST: [(&str, &str); 3] = [("rain", "0103"), ("storm", "0103"), ("waste", "0102")];
    FIRST
        .iter()
        .chain(&KINDS)
        .find(|(word, _)| words.iter().any(|given| given.contains(word)))
        .map_or("0123", |(_, class)| class)
}

/// Kind of a pipeline: water, sewage, storm, gas, heat, power, telecom, or what the tags say.
fn pipeline_kind(tags: &Tags) -> &str {
    let given =
        ["substance", "type", "content", "utility"].iter().find_map(|key| tags.get(*key)).map_or("", String::as_str);
    match given {
        "hot_water" | "heat" | "steam" | "heating" => "heat",
        "cold" | "cooling" => "cooling",
        "rainwater" | "stormwater" | "drain" => "storm",
        "sewage" | "wastewater" | "sewerage" => "sewage",
        "natural_gas" | "gas" => "gas",
        "electricity" | "power" => "power",
        "" => "unknown",
        other => other,
    }
}

fn area(tags: &Tags) -> Vec<Draft> {
    let get = |key: &str| tags.get(key).map_or("", String::as_str);
    let mut drafts = Vec::new();
    let mut put = |layer, class: &str| drafts.push(draft(tags, layer, class, false));
    if let Some(kind) = tags.get("building")
        && kind != "no"
        && kind != "entrance"
    {
        put(Layer::Buildings, kind);
    }
    let (natural, landuse, leisure) = (get("natural"), get("landuse"), get("leisure"));
    if natural == "water" || get("waterway") == "riverbank" || matches!(landuse, "reservoir" | "basin") {
        put(Layer::Water, if natural == "water" { tags.get("water").map_or("water", String::as_str) } else { landuse });
    } else if matches!(
        leisure,
        "park" | "garden" | "pitch" | "golf_course" | "playground" | "nature_reserve" | "common"
    ) {
        put(Layer::Green, leisure);
    } else if matches!(natural, "wood" | "scrub" | "grassland" | "heath" | "wetland" | "tree_row") {
        put(Layer::Green, natural);
    } else if matches!(
        landuse,
        "grass"
            | "forest"
            | "meadow"
            | "village_green"
            | "recreation_ground"
            | "orchard"
            | "allotments"
            | "cemetery"
            | "farmland"
            | "vineyard"
            | "flowerbed"
            | "greenfield"
    ) {
        put(Layer::Green, landuse);
    } else if !landuse.is_empty() {
        put(Layer::LandUse, landuse);
        if landuse == "residential" && !get("name").is_empty() {
            put(Layer::Compounds, "residential");
        }
    }
    if get("boundary") == "administrative" {
        put(Layer::Boundaries, admin_class(get("admin_level")));
    } else if drafts.is_empty() && tags.contains_key("name") {
        // Boundary files of Chinese administrations bear the code of the division and no tags.
        let code = ["adcode", "gb", "code"].iter().find_map(|key| tags.get(*key)).map_or("", String::as_str);
        let digits = code.strip_prefix("156").filter(|rest| rest.len() == 6).unwrap_or(code);
        let class = match digits.len() {
            6 => Some("district"),
            9 => Some("street"),
            12 => Some("community"),
            15 => None,
            _ => return drafts,
        };
        if digits.bytes().all(|byte| byte.is_ascii_digit()) {
            let layer = if class.is_some() { Layer::Boundaries } else { Layer::UnitGrids };
            let mut boundary = draft(tags, layer, class.unwrap_or_default(), false);
            boundary.code = digits.to_owned();
            drafts.push(boundary);
        }
    }
    let highway = get("highway");
    if !highway.is_empty() && get("area") == "yes" && drafts.is_empty() {
        drafts.push(draft(tags, Layer::LandUse, highway, false));
    }
    drafts
}

fn admin_class(level: &str) -> &'static str {
    match level {
        "2" => "country",
        "4" => "province",
        "5" => "city",
        "6" => "district",
        "8" | "9" => "street",
        "10" | "11" => "community",
        _ => "other",
    }
}

fn line(tags: &Tags) -> Option<Draft> {
    let get = |key: &str| tags.get(key).map_or("", String::as_str);
    let (highway, waterway, railway) = (get("highway"), get("waterway"), get("railway"));
    let (layer, class) = if !highway.is_empty()
        && !matches!(highway, "street_lamp" | "proposed" | "razed" | "abandoned")
    {
        (Layer::Roads, highway)
    } else if matches!(railway, "rail" | "subway" | "light_rail" | "tram" | "narrow_gauge" | "monorail" | "funicular") {
        (Layer::Railways, railway)
    } else if matches!(waterway, "river" | "stream" | "canal" | "ditch" | "drain") {
        (Layer::Water, waterway)
    } else if get("natural") == "tree_row" {
        (Layer::Green, "tree_row")
    } else if get("boundary") == "administrative" {
        (Layer::Boundaries, admin_class(get("admin_level")))
    } else {
        return None;
    };
    Some(draft(tags, layer, class, false))
}

/// Kind of a point of interest: the value of the first key that speaks of one.
fn poi(tags: &Tags) -> Option<&str> {
    let get = |key: &str| tags.get(key).map_or("", String::as_str);
    if get("highway") == "bus_stop" {
        return Some("bus_stop");
    }
    if matches!(get("railway"), "station" | "subway_entrance" | "tram_stop" | "halt") {
        return tags.get("railway").map(String::as_str);
    }
    let found = POI_KEYS.iter().find_map(|key| tags.get(*key).map(|value| (*key, value.as_str())));
    match found {
        // Street furniture that is a component, and things too small to find one's way by.
        Some((
            "amenity",
            "waste_basket" | "telephone" | "post_box" | "vending_machine" | "bench" | "parking_space"
            | "waste_disposal" | "bicycle_parking",
        )) => None,
        Some(("leisure" | "historic" | "place" | "tourism" | "office", _)) if get("name").is_empty() => None,
        Some(("amenity" | "leisure", "parking" | "pitch")) if get("name").is_empty() => None,
        Some(("public_transport", "stop_position" | "stop_area")) => None,
        Some(("shop", "yes")) => Some("shop"),
        Some((_, value)) => Some(value),
        // A bare named point: listings of compounds and places.
        None if !get("households").is_empty() => Some("compound"),
        None => None,
    }
}
