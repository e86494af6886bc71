//! What a feature becomes on the map: its kind, and what is written beside it.

use crate::map::style::kind::Kind;
use crate::map::style::text::{Naming, Symbol};
use crate::spatial::feature::{Feature, Layer};

/// The kind of an area.
pub fn area_kind(feature: &Feature) -> Option<Kind> {
    Some(match feature.layer {
        Layer::Water => Kind::Water,
        Layer::Green => match &*feature.class {
            "wood" | "forest" | "scrub" | "wetland" => Kind::Wood,
            "pitch" | "playground" => Kind::Pitch,
            "farmland" | "orchard" | "vineyard" | "meadow" | "allotments" => Kind::Farmland,
            "park" | "garden" | "golf_course" | "nature_reserve" | "recreation_ground" | "cemetery" => Kind::Park,
            _ => Kind::Grass,
        },
        Layer::LandUse => match &*feature.class {
            "residential" => Kind::LandResidential,
            "commercial" | "retail" | "office" => Kind::LandCommercial,
            "industrial" | "construction" | "brownfield" | "quarry" | "landfill" | "port" | "harbour" => {
                Kind::LandIndustrial
            }
            "education" | "school" | "university" | "college" | "kindergarten" => Kind::LandEducation,
            "hospital" | "medical" | "clinic" => Kind::LandMedical,
            "railway" | "pedestrian" | "transport" | "parking" | "garages" | "footway" => Kind::LandTransport,
            _ => Kind::LandOther,
        },
        Layer::Compounds => Kind::Compound,
        Layer::Buildings => Kind::Building,
        _ => return None,
    })
}

/// The kind of a line.
pub fn line_kind(feature: &Feature) -> Option<Kind> {
    let is = |key: &str| feature.extra(key).is_some_and(|value| !matches!(value, "" | "no" | "0" | "false"));
    Some(match feature.layer {
        Layer::Water => match &*feature.class {
            "river" | "canal" => Kind::River,
            _ => Kind::Stream,
        },
        Layer::Green => Kind::TreeRow,
        Layer::Roads => {
            let kind = match &*feature.class {
                "motorway" | "motorway_link" => Kind::Motorway,
                "trunk" | "trunk_link" => Kind::Trunk,
                "primary" | "primary_link" => Kind::Primary,
                "secondary" | "secondary_link" => Kind::Secondary,
                "tertiary" | "tertiary_link" => Kind::Tertiary,
                "residential" | "unclassified" | "living_street" | "road" | "minor" | "busway" => Kind::Minor,
                "service" | "services" | "bus_guideway" | "raceway" => Kind::Service,
                "pedestrian" => Kind::Pedestrian,
                "track" => Kind::Track,
                "construction" => Kind::Construction,
                "footway" | "path" | "steps" | "cycleway" | "bridleway" | "corridor" | "platform" | "elevator" => {
                    Kind::Path
                }
                _ => Kind::Service,
            };
            match kind {
                Kind::Path | Kind::Track | Kind::Construction => kind,
                Kind::Pedestrian | Kind::Service | Kind::Minor if is("tunnel") => Kind::TunnelMinor,
                _ if is("tunnel") => Kind::TunnelMajor,
                _ => kind,
            }
        }
        Layer::Railways => match &*feature.class {
            "subway" | "light_rail" | "monorail" => Kind::Subway,
            "tram" | "funicular" => Kind::Tram,
            "siding" | "yard" | "spur" | "narrow_gauge" => Kind::RailSiding,
            _ if is("tunnel") => Kind::Subway,
            _ => Kind::Rail,
        },
        Layer::Pipelines => pipe_kind(&feature.class),
        _ => return None,
    })
}

/// The kind of a pipeline by its class.
pub fn pipe_kind(class: &str) -> Kind {
    match class {
        "water" => Kind::PipeWater,
        "sewage" | "combined" => Kind::PipeSewage,
        "storm" => Kind::PipeStorm,
        "gas" => Kind::PipeGas,
        "heat" => Kind::PipeHeat,
        "power" => Kind::PipePower,
        "telecom" => Kind::PipeTelecom,
        _ => Kind::PipeOther,
    }
}

/// The kind of a border. The order of the kinds is their rank.
pub fn border_kind(feature: &Feature) -> Kind {
    match (feature.layer, &*feature.class) {
        (Layer::UnitGrids, _) => Kind::GridBorder,
        (_, "community") => Kind::CommunityBorder,
        (_, "street" | "subdistrict") => Kind::StreetBorder,
        (_, "district" | "city" | "province" | "country") => Kind::DistrictBorder,
        _ => Kind::OtherBorder,
    }
}

/// What is written along a road of a kind.
pub fn road_naming(kind: Kind) -> Naming {
    match kind {
        Kind::Motorway | Kind::Trunk | Kind::Primary => Naming::MajorRoad,
        Kind::Secondary | Kind::Tertiary | Kind::TunnelMajor => Naming::MainRoad,
        _ => Naming::SmallRoad,
    }
}

/// What is written at a point of interest, with its sign.
pub fn poi(class: &str) -> (Naming, Option<Symbol>) {
    match class {
        "station" | "halt" => (Naming::Station, Some(Symbol::Transit)),
        "subway_entrance" | "tram_stop" | "bus_stop" | "bus_station" | "platform" => {
            (Naming::BusStop, Some(Symbol::Transit))
        }
        "hospital" => (Naming::PublicPlace, Some(Symbol::Health)),
        "clinic" | "doctors" | "dentist" | "pharmacy" | "centre" => (Naming::Place, Some(Symbol::Health)),
        "school" | "university" | "college" | "kindergarten" | "townhall" | "police" | "fire_station" | "library"
        | "government" | "museum" | "theatre" | "courthouse" | "post_office" | "community_centre" => {
            (Naming::PublicPlace, Some(Symbol::Public))
        }
        "city" | "town" | "suburb" => (Naming::Town, None),
        "village" | "hamlet" | "quarter" | "neighbourhood" | "locality" | "square" | "islet" | "island" => {
            (Naming::CommunityName, None)
        }
        "compound" => (Naming::CompoundName, None),
        _ => (Naming::Place, Some(Symbol::Dot)),
    }
}

/// State of a component, as its sign tells it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub enum State {
    /// 完好: filled.
    Intact = 0,
    /// 破损: half filled.
    Broken = 1,
    /// 丢失: crossed.
    Lost = 2,
    /// 废弃: hollow.
    Abandoned = 3,
}

/// State of a component by its attribute.
pub fn component_state(text: &str) -> State {
    match text {
        "破损" | "broken" | "2" => State::Broken,
        "丢失" | "lost" | "3" => State::Lost,
        "废弃" | "abandoned" | "4" => State::Abandoned,
        _ => State::Intact,
    }
}

/// Major class of a component, 1 to 6; 0 where its class does not tell.
pub fn component_major(class: &str) -> u8 {
    class.get(..2).and_then(|digits| digits.parse().ok()).filter(|major| (1..=6).contains(major)).unwrap_or(0)
}
