//! The kinds of meshes: what is styled, ordered and hidden as one.

use super::LayerGroup;

/// What a mesh shows. All of a kind is drawn with one look, in one place of the drawing order.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[repr(u8)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Kind {
    // Areas, by use.
    LandResidential,
    LandCommercial,
    LandIndustrial,
    LandEducation,
    LandMedical,
    LandTransport,
    LandOther,
    Compound,
    Farmland,
    Grass,
    Park,
    Wood,
    Pitch,
    Water,
    Building,
    // Lines of the ground.
    Contour,
    ContourIndex,
    Shore,
    GreenEdge,
    Stream,
    River,
    TreeRow,
    CompoundWall,
    BuildingEdge,
    // Roads, from the least.
    Path,
    Track,
    Pedestrian,
    Service,
    Minor,
    Tertiary,
    Secondary,
    Primary,
    Trunk,
    Motorway,
    Construction,
    TunnelMinor,
    TunnelMajor,
    // Rails.
    Rail,
    RailSiding,
    Subway,
    Tram,
    // Outlines of parcels by land use, and the sign of collective ownership on them.
    ParcelHome,
    ParcelCommerce,
    ParcelIndustry,
    ParcelPublic,
    ParcelGreen,
    ParcelTraffic,
    ParcelOther,
    ParcelCollective,
    // Construction sites: a sparse hatch within a fence.
    SiteHatch,
    SiteEdge,
    // Pipelines.
    PipeWater,
    PipeSewage,
    PipeStorm,
    PipeGas,
    PipeHeat,
    PipePower,
    PipeTelecom,
    PipeOther,
    // Borders.
    GridBorder,
    CommunityBorder,
    StreetBorder,
    DistrictBorder,
    OtherBorder,
    DutyBorder,
    PatrolRoute,
    // Signs that stand by the thousand.
    Component,
    PipePoint,
    /// A construction site from afar.
    Site,
    Video,
    Shelter,
    Hydrant,
    Store,
    Medical,
    /// Past incidents, each by itself.
    Incident,
    /// Past incidents near each other, as one disc.
    Cluster,
}

/// How a mesh is drawn.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Form {
    /// Triangles of an area.
    Fill,
    /// A strip along a line, widened on the graphics card.
    Line,
    /// Squares of a fixed size on the screen.
    Sign,
}

use Kind::*;

impl Kind {
    /// All kinds.
    pub const ALL: [Self; 76] = [
        LandResidential,
        LandCommercial,
        LandIndustrial,
        LandEducation,
        LandMedical,
        LandTransport,
        LandOther,
        Compound,
        Farmland,
        Grass,
        Park,
        Wood,
        Pitch,
        Water,
        Building,
        Contour,
        ContourIndex,
        Shore,
        GreenEdge,
        Stream,
        River,
        TreeRow,
        CompoundWall,
        BuildingEdge,
        Path,
        Track,
        Pedestrian,
        Service,
        Minor,
        Tertiary,
        Secondary,
        Primary,
        Trunk,
        Motorway,
        Construction,
        TunnelMinor,
        TunnelMajor,
        Rail,
        RailSiding,
        Subway,
        Tram,
        ParcelHome,
        ParcelCommerce,
        ParcelIndustry,
        ParcelPublic,
        ParcelGreen,
        ParcelTraffic,
        ParcelOther,
        ParcelCollective,
        SiteHatch,
        SiteEdge,
        PipeWater,
        PipeSewage,
        PipeStorm,
        PipeGas,
        PipeHeat,
        PipePower,
        PipeTelecom,
        PipeOther,
        GridBorder,
        CommunityBorder,
        StreetBorder,
        DistrictBorder,
        OtherBorder,
        DutyBorder,
        PatrolRoute,
        Component,
        PipePoint,
        Site,
        Video,
        Shelter,
        Hydrant,
        Store,
        Medical,
        Incident,
        Cluster,
    ];

    /// How its meshes are drawn.
    pub fn form(self) -> Form {
        match self {
            kind if kind >= Component => Form::Sign,
            kind if kind <= Building => Form::Fill,
            _ => Form::Line,
        }
    }

    /// The layer that it is shown and hidden with.
    pub fn group(self) -> LayerGroup {
        match self {
            LandResidential | LandCommercial | LandIndustrial | LandEducation | LandMedical | LandTransport
            | LandOther | Compound | CompoundWall => LayerGroup::Land,
            Farmland | Grass | Park | Wood | Pitch | GreenEdge | TreeRow => LayerGroup::Green,
            Water | Shore | Stream | River => LayerGroup::Water,
            Building | BuildingEdge => LayerGroup::Buildings,
            Contour | ContourIndex => LayerGroup::Relief,
            Path | Track | Pedestrian | Service | Minor | Tertiary | Secondary | Primary | Trunk | Motorway
            | Construction | TunnelMinor | TunnelMajor => LayerGroup::Roads,
            Rail | RailSiding | Subway | Tram => LayerGroup::Rails,
            ParcelHome | ParcelCommerce | ParcelIndustry | ParcelPublic | ParcelGreen | ParcelTraffic | ParcelOther
            | ParcelCollective => LayerGroup::Parcels,
            SiteHatch | SiteEdge | Site => LayerGroup::Sites,
            PipeWater | PipeSewage | PipeStorm | PipeGas | PipeHeat | PipePower | PipeTelecom | PipeOther
            | PipePoint => LayerGroup::Pipelines,
            GridBorder => LayerGroup::UnitGrid,
            CommunityBorder | StreetBorder | DistrictBorder | OtherBorder => LayerGroup::Boundaries,
            DutyBorder | PatrolRoute => LayerGroup::Patrols,
            Component => LayerGroup::Components,
            Video => LayerGroup::Video,
            Shelter | Hydrant | Store | Medical => LayerGroup::Emergency,
            Incident | Cluster => LayerGroup::Incidents,
        }
    }

    /// Whether it is drawn with an edge on either side.
    pub fn has_edge(self) -> bool {
        matches!(self, Pedestrian | Service | Minor | Tertiary | Secondary | Primary | Trunk | Motorway | Construction)
            || matches!(self, TunnelMinor | TunnelMajor)
    }

    /// Whether lines of the kind have round ends and corners when seen from near.
    pub fn is_round(self) -> bool {
        (Service..=Construction).contains(&self) || matches!(self, Stream | River | Pedestrian)
    }

    /// Metres for a pixel up to which geometry is made. A style may end a kind before that and not after it.
    pub fn max_metres_per_pixel(self) -> f64 {
        match self {
            Component | PipePoint | Incident | Hydrant => 0.6,
            Video => 1.2,
            Medical | SiteHatch | Contour => 4.0,
            Shelter | Store | SiteEdge | PatrolRoute => 6.0,
            ParcelHome | ParcelCommerce | ParcelIndustry | ParcelPublic | ParcelGreen | ParcelTraffic | ParcelOther
            | ParcelCollective => 3.0,
            Site | DutyBorder | ContourIndex => 12.0,
            BuildingEdge => 0.9,
            GreenEdge => 1.0,
            Shore => 24.0,
            CompoundWall => 2.5,
            Building => 6.0,
            Path | Track | TreeRow => 1.8,
            Service | RailSiding => 4.5,
            PipeWater | PipeSewage | PipeStorm | PipeGas | PipeHeat | PipePower | PipeTelecom | PipeOther => 0.5,
            Pedestrian | TunnelMinor => 6.0,
            GridBorder => 3.4,
            Minor | Construction | Tram | Stream => 10.0,
            Compound | Pitch => 12.0,
            CommunityBorder => 24.0,
            Tertiary => 24.0,
            LandEducation | LandMedical | LandOther | LandTransport => 24.0,
            Secondary | River | Subway | TunnelMajor => 48.0,
            StreetBorder => 96.0,
            LandResidential | LandCommercial | LandIndustrial | Grass | Park | Farmland => 96.0,
            Primary => 100.0,
            Rail => 128.0,
            Trunk | Motorway | Water | Wood | DistrictBorder | OtherBorder | Cluster => f64::INFINITY,
        }
    }
}
