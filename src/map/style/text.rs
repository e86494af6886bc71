//! How names and numbers look, and which of them gives way.

use super::LayerGroup;
use super::palette::{Palette, Rgba};

/// What a piece of lettering names. The order is the order of placing: the first finds room first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Naming {
    DistrictName,
    Town,
    StreetName,
    MajorRoad,
    Station,
    Water,
    MainRoad,
    Park,
    CommunityName,
    DutyName,
    CompoundName,
    SiteName,
    EmergencyName,
    PublicPlace,
    SmallRoad,
    BusStop,
    BuildingName,
    GridNumber,
    ParcelUse,
    HeightNumber,
    Place,
    BuildingNumber,
    DoorNumber,
}

/// A sign beside or instead of letters.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Symbol {
    /// A plain dot.
    Dot,
    /// A stop or station.
    Transit,
    /// A clinic.
    Health,
    /// A school or public body.
    Public,
    /// Room for a sign that stands in the ground already: the name goes beside it.
    Room,
}

/// The look of lettering.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Lettering {
    /// Height of the em in points.
    pub size: f32,
    /// From the bold face.
    pub bold: bool,
    /// Extra room between Chinese characters, in ems.
    pub spacing: f32,
    /// Width of the halo, points.
    pub halo: f32,
    /// Farthest scale, metres per point.
    pub max_scale: f32,
    /// Nearest scale, metres per point.
    pub min_scale: f32,
}

impl Naming {
    /// All, by number.
    pub const ALL: [Self; 23] = [
        Self::DistrictName,
        Self::Town,
        Self::StreetName,
        Self::MajorRoad,
        Self::Station,
        Self::Water,
        Self::MainRoad,
        Self::Park,
        Self::CommunityName,
        Self::DutyName,
        Self::CompoundName,
        Self::SiteName,
        Self::EmergencyName,
        Self::PublicPlace,
        Self::SmallRoad,
        Self::BusStop,
        Self::BuildingName,
        Self::GridNumber,
        Self::ParcelUse,
        Self::HeightNumber,
        Self::Place,
        Self::BuildingNumber,
        Self::DoorNumber,
    ];

    /// Its look.
    pub fn lettering(self) -> Lettering {
        let of = |size, bold, spacing, max_scale| Lettering {
            size,
            bold,
            spacing,
            halo: if size > 12.0 { 1.7 } else { 1.4 },
            max_scale,
            min_scale: 0.0,
        };
        match self {
            Self::DistrictName => Lettering { min_scale: 6.0, ..of(18.0, true, 0.35, 120.0) },
            Self::Town => Lettering { min_scale: 1.5, ..of(14.5, true, 0.06, 60.0) },
            Self::StreetName => Lettering { min_scale: 2.5, ..of(15.5, true, 0.25, 30.0) },
            Self::CommunityName => Lettering { min_scale: 0.7, ..of(13.0, false, 0.15, 5.0) },
            Self::DutyName => Lettering { min_scale: 0.5, ..of(12.0, true, 0.05, 6.0) },
            Self::SiteName => of(11.5, true, 0.0, 3.2),
            Self::EmergencyName => of(11.0, true, 0.0, 1.6),
            Self::ParcelUse => of(10.5, false, 0.0, 1.0),
            Self::HeightNumber => of(10.5, false, 0.0, 4.0),
            Self::MajorRoad => of(12.5, true, 0.3, 24.0),
            Self::MainRoad => of(12.5, false, 0.3, 6.0),
            Self::SmallRoad => of(11.5, false, 0.22, 2.4),
            Self::Station => of(12.0, true, 0.0, 8.0),
            Self::Water => of(12.5, false, 0.25, 24.0),
            Self::Park => of(12.0, false, 0.05, 12.0),
            Self::CompoundName => of(12.0, false, 0.02, 3.2),
            Self::PublicPlace => of(11.5, false, 0.0, 1.6),
            Self::BuildingName => of(11.0, false, 0.0, 0.6),
            Self::Place => of(11.0, false, 0.0, 0.55),
            Self::BusStop => of(11.0, false, 0.0, 0.7),
            Self::BuildingNumber => of(11.0, false, 0.0, 0.75),
            // From 1:5000 up (DOMAIN.md 7.1): 1.32 m for a point of 0.2646 mm.
            Self::GridNumber => of(10.5, true, 0.0, 1.33),
            Self::DoorNumber => of(10.0, false, 0.0, 0.32),
        }
    }

    /// Its colour.
    pub fn color(self, palette: &Palette) -> Rgba {
        match self {
            Self::DistrictName | Self::StreetName | Self::CommunityName => palette.text_border,
            Self::Town | Self::CompoundName => palette.text,
            Self::Station | Self::BusStop => palette.transit,
            Self::Water => palette.text_water,
            Self::Park => palette.text_green,
            Self::MajorRoad | Self::MainRoad | Self::SmallRoad => palette.text_road,
            Self::PublicPlace => palette.poi_public,
            Self::Place => palette.poi,
            Self::BuildingName | Self::BuildingNumber | Self::DoorNumber => palette.text_faint,
            Self::GridNumber => palette.text_grid,
            Self::DutyName => palette.text_duty,
            Self::SiteName | Self::ParcelUse | Self::HeightNumber => palette.text_land,
            Self::EmergencyName => palette.text_emergency,
        }
    }

    /// The layers that have to be shown for it to be seen.
    pub fn groups(self) -> &'static [LayerGroup] {
        match self {
            Self::GridNumber => &[LayerGroup::UnitGrid],
            Self::DistrictName | Self::StreetName | Self::CommunityName => &[LayerGroup::Names, LayerGroup::Boundaries],
            Self::Station | Self::PublicPlace | Self::BusStop | Self::Place => &[LayerGroup::Places],
            Self::DoorNumber => &[LayerGroup::Places],
            Self::BuildingNumber => &[LayerGroup::Places, LayerGroup::Buildings],
            Self::BuildingName => &[LayerGroup::Names, LayerGroup::Buildings],
            Self::CompoundName => &[LayerGroup::Names, LayerGroup::Land],
            Self::MajorRoad | Self::MainRoad | Self::SmallRoad => &[LayerGroup::Names, LayerGroup::Roads],
            Self::Water => &[LayerGroup::Names, LayerGroup::Water],
            Self::Park => &[LayerGroup::Names, LayerGroup::Green],
            Self::DutyName => &[LayerGroup::Patrols],
            Self::SiteName => &[LayerGroup::Sites],
            Self::EmergencyName => &[LayerGroup::Emergency],
            Self::ParcelUse => &[LayerGroup::Parcels],
            Self::HeightNumber => &[LayerGroup::Relief],
            Self::Town => &[LayerGroup::Names],
        }
    }
}

impl Symbol {
    /// All, by number.
    pub const ALL: [Self; 5] = [Self::Dot, Self::Transit, Self::Health, Self::Public, Self::Room];

    /// Its colour.
    pub fn color(self, palette: &Palette) -> Rgba {
        match self {
            Self::Dot => palette.poi,
            Self::Transit => palette.transit,
            Self::Health => palette.poi_health,
            Self::Public => palette.poi_public,
            Self::Room => palette.text,
        }
    }

    /// Half its side, points.
    pub fn half(self) -> f32 {
        match self {
            Self::Dot => 2.4,
            Self::Transit => 5.0,
            Self::Health | Self::Public => 4.2,
            Self::Room => 9.0,
        }
    }
}
