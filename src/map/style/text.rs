//! How names and numbers look, and which of them gives way.

use super::LayerGroup;
use super::palette::Ink;

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
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
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
    /// Which colour of the palette it has.
    pub ink: Ink,
}

impl Lettering {
    pub(super) fn blank(naming: Naming) -> Self {
        let (min_scale, max_scale) = naming.reach();
        Self { size: 12.0, bold: false, spacing: 0.0, halo: 1.4, max_scale, min_scale, ink: Ink::Text }
    }

    /// Whether names of this look are shown at a scale.
    pub fn shows_at(&self, metres_per_point: f32) -> bool {
        (self.min_scale..=self.max_scale).contains(&metres_per_point)
    }
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

    /// Nearest and farthest scale for which names are made, metres per point. A style can make the range narrower.
    pub fn reach(self) -> (f32, f32) {
        match self {
            Self::DistrictName => (6.0, 120.0),
            Self::Town => (1.5, 60.0),
            Self::StreetName => (2.5, 30.0),
            Self::CommunityName => (0.7, 5.0),
            Self::DutyName => (0.5, 6.0),
            Self::SiteName | Self::CompoundName => (0.0, 3.2),
            Self::EmergencyName | Self::PublicPlace => (0.0, 1.6),
            Self::ParcelUse => (0.0, 1.0),
            Self::HeightNumber => (0.0, 4.0),
            Self::MajorRoad | Self::Water => (0.0, 24.0),
            Self::MainRoad => (0.0, 6.0),
            Self::SmallRoad => (0.0, 2.4),
            Self::Station => (0.0, 8.0),
            Self::Park => (0.0, 12.0),
            Self::BuildingName => (0.0, 0.6),
            Self::Place => (0.0, 0.55),
            Self::BusStop => (0.0, 0.7),
            Self::BuildingNumber => (0.0, 0.75),
            // From 1:5000 up (DOMAIN.md 7.1): 1.32 m for a point of 0.2646 mm.
            Self::GridNumber => (0.0, 1.33),
            Self::DoorNumber => (0.0, 0.32),
        }
    }

    /// Height of the letters, points, for which it is worked out whether a name has room in what it names.
    pub fn made_for(self) -> f32 {
        match self {
            Self::DistrictName => 18.0,
            Self::StreetName => 15.5,
            Self::Town => 14.5,
            Self::CommunityName => 13.0,
            Self::MajorRoad | Self::Water | Self::MainRoad => 12.5,
            Self::Station | Self::Park | Self::DutyName | Self::CompoundName => 12.0,
            Self::SiteName | Self::PublicPlace | Self::SmallRoad => 11.5,
            Self::EmergencyName | Self::BusStop | Self::BuildingName | Self::Place | Self::BuildingNumber => 11.0,
            Self::GridNumber | Self::ParcelUse | Self::HeightNumber => 10.5,
            Self::DoorNumber => 10.0,
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
}
