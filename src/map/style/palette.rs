//! Colours of the ground by day and by night. Calm on purpose: what is vivid has a meaning. Red, yellow and green as
//! full colours belong to the lamps of the cases and appear nowhere else on the ground, but for the conventional
//! colours of gas, power and telecom lines below it.

use super::MapTheme;
use super::kind::Kind;

/// Red, green, blue, opacity; sRGB.
pub type Rgba = [u8; 4];

/// An opaque colour.
const fn c(rgb: u32) -> Rgba {
    [(rgb >> 16) as u8, (rgb >> 8) as u8, rgb as u8, 255]
}

/// Colours that are no mesh's own.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Palette {
    /// Where nothing is known.
    pub ground: Rgba,
    /// Around letters.
    pub halo: Rgba,
    /// Ordinary letters.
    pub text: Rgba,
    /// Less important letters.
    pub text_faint: Rgba,
    /// Names of waters.
    pub text_water: Rgba,
    /// Names of parks and woods.
    pub text_green: Rgba,
    /// Names of administrative areas.
    pub text_border: Rgba,
    /// Numbers of unit grid cells.
    pub text_grid: Rgba,
    /// Names of roads.
    pub text_road: Rgba,
    /// Names of duty grids.
    pub text_duty: Rgba,
    /// Names of sites, uses of parcels, heights.
    pub text_land: Rgba,
    /// Names of emergency resources.
    pub text_emergency: Rgba,
    /// Outline and inside of signs on the ground.
    pub sign_ink: Rgba,
    /// Inside of hollow signs.
    pub sign_paper: Rgba,
    /// Stations and stops.
    pub transit: Rgba,
    /// Other points of interest.
    pub poi: Rgba,
    /// Schools and public bodies.
    pub poi_public: Rgba,
    /// Clinics.
    pub poi_health: Rgba,
}

/// The palette of a theme.
pub fn palette(theme: MapTheme) -> &'static Palette {
    match theme {
        MapTheme::Light => &LIGHT,
        MapTheme::Dark => &DARK,
    }
}

static LIGHT: Palette = Palette {
    ground: c(0xF5F4F0),
    halo: c(0xFDFCFA),
    text: c(0x3A3D42),
    text_faint: c(0x75787D),
    text_water: c(0x3F7298),
    text_green: c(0x567350),
    text_border: c(0x6B5B8F),
    text_grid: c(0xC4006D),
    text_road: c(0x55524C),
    text_duty: c(0x1E6A6C),
    text_land: c(0x7A5A33),
    text_emergency: c(0x2B6B49),
    sign_ink: c(0x4A4E55),
    sign_paper: c(0xFFFFFF),
    transit: c(0x3D6FA8),
    poi: c(0x8A7763),
    poi_public: c(0x6E6A8E),
    poi_health: c(0x3E8A8F),
};

static DARK: Palette = Palette {
    ground: c(0x1C2025),
    halo: c(0x15181C),
    text: c(0xD2D6DC),
    text_faint: c(0x9298A1),
    text_water: c(0x7FB0D3),
    text_green: c(0x8FB389),
    text_border: c(0xAE9CD3),
    text_grid: c(0xFF6BB8),
    text_road: c(0xB9B5AC),
    text_duty: c(0x6CC4C2),
    text_land: c(0xC9A97C),
    text_emergency: c(0x86CFA6),
    sign_ink: c(0xB6BCC6),
    sign_paper: c(0x1C2025),
    transit: c(0x76A5DB),
    poi: c(0xB39F88),
    poi_public: c(0xA5A0CC),
    poi_health: c(0x72BABF),
};

/// Body colour of a kind.
pub fn body(kind: Kind, theme: MapTheme) -> Rgba {
    let (light, dark) = match kind {
        Kind::LandResidential => (0xF0EEE9, 0x20242A),
        Kind::LandCommercial => (0xF3EDE7, 0x26252A),
        Kind::LandIndustrial => (0xEDEBEF, 0x23242C),
        Kind::LandEducation => (0xF0EFE3, 0x25272A),
        Kind::LandMedical => (0xF1EAEB, 0x28252A),
        Kind::LandTransport => (0xEAE9E7, 0x22262B),
        Kind::LandOther => (0xF1F0EB, 0x20242A),
        Kind::Compound => (0xEDEAE3, 0x23282E),
        Kind::Farmland => (0xEFEFE0, 0x21261F),
        Kind::Grass => (0xE2EAD8, 0x202B25),
        Kind::Park => (0xD8E7CE, 0x21352B),
        Kind::Wood => (0xCFDFC6, 0x1E2E26),
        Kind::Pitch => (0xCBE0CC, 0x23362E),
        Kind::Water | Kind::Stream | Kind::River => (0xB5D1E5, 0x1B3550),
        Kind::Shore => (0x9FC0D8, 0x2A4A69),
        Kind::GreenEdge => (0xC3D6B9, 0x2A3D33),
        Kind::Building => (0xE4E0D8, 0x2E343B),
        Kind::BuildingEdge => (0xCBC5BA, 0x454C55),
        Kind::CompoundWall => (0xD3CCC0, 0x39404A),
        Kind::TreeRow => (0xC2D8B6, 0x284034),
        Kind::Path => (0xB9AE9C, 0x585B57),
        Kind::Track => (0xC7BDA8, 0x55564F),
        Kind::Pedestrian => (0xF7F3EC, 0x383C42),
        Kind::Service => (0xFCFBF9, 0x343A41),
        Kind::Minor | Kind::Tertiary => (0xFFFFFF, 0x3D444C),
        Kind::Construction => (0xEFEBE2, 0x30353B),
        Kind::Secondary => (0xFFFBF0, 0x474A4B),
        Kind::Primary => (0xFCEFCF, 0x4D4B47),
        Kind::Trunk => (0xF8E2B8, 0x59534A),
        Kind::Motorway => (0xF2D3A0, 0x665C4A),
        Kind::TunnelMinor => (0xEFEDE8, 0x2C3137),
        Kind::TunnelMajor => (0xF6EEDD, 0x37383A),
        Kind::Rail | Kind::RailSiding | Kind::Tram => (0x97979C, 0x6A7079),
        Kind::Subway => (0x8FA3BD, 0x55708F),
        // Colours of the survey of underground pipelines.
        Kind::PipeWater => (0x2C8FCF, 0x4FA9E2),
        Kind::PipeSewage => (0x7A5138, 0xB08463),
        Kind::PipeStorm => (0x9C7B5B, 0xC4A482),
        Kind::PipeGas => (0xD96C9B, 0xEC8FB6),
        Kind::PipeHeat => (0xE08A2E, 0xEFA452),
        Kind::PipePower => (0xB8423A, 0xDB6E66),
        Kind::PipeTelecom => (0x5E9A3C, 0x86BE65),
        Kind::PipeOther | Kind::PipePoint => (0x777B82, 0x9299A3),
        Kind::GridBorder => (0xE4007F, 0xE4007F),
        Kind::CommunityBorder | Kind::StreetBorder | Kind::DistrictBorder | Kind::OtherBorder => (0x75669B, 0x9483BE),
        Kind::Contour => (0xC3A27C, 0x6E5F4C),
        Kind::ContourIndex => (0xA8845A, 0x94805F),
        Kind::ParcelHome => (0xB98A3A, 0xDDB565),
        Kind::ParcelCommerce => (0xB0605A, 0xDC8F86),
        Kind::ParcelIndustry => (0x7F6A58, 0xB59E88),
        Kind::ParcelPublic => (0x94568A, 0xCB93C1),
        Kind::ParcelGreen => (0x5B8A57, 0x8DBB86),
        Kind::ParcelTraffic => (0x6C7580, 0x98A2AE),
        Kind::ParcelOther => (0x918C83, 0x8E897F),
        Kind::ParcelCollective => (0x4A4E55, 0xB6BCC6),
        Kind::SiteHatch => (0xD3A876, 0x8A6B47),
        Kind::SiteEdge | Kind::Site => (0xA8651F, 0xDD9F5B),
        Kind::DutyBorder => (0x2B8183, 0x55AFAE),
        Kind::PatrolRoute => (0x2F66A6, 0x7DAEE6),
        Kind::Video => (0x38558F, 0x93B2EE),
        Kind::Shelter => (0x2F7A50, 0x74C497),
        Kind::Hydrant => (0xA14A42, 0xDB8A80),
        Kind::Store => (0x836224, 0xCFAA63),
        Kind::Medical => (0x35788F, 0x7ABFD6),
        Kind::Component => (0x5A626E, 0xA2ABB8),
        Kind::Incident | Kind::Cluster => (0x7A4B8C, 0xB98FCB),
    };
    c(match theme {
        MapTheme::Light => light,
        MapTheme::Dark => dark,
    })
}

/// Colour of a road's edge.
pub fn casing(kind: Kind, theme: MapTheme) -> Rgba {
    let (light, dark) = match kind {
        Kind::Motorway => (0xBF9E66, 0x14161A),
        Kind::Trunk => (0xCBB17C, 0x14161A),
        Kind::Primary => (0xCFBF98, 0x14161A),
        Kind::Secondary => (0xCAC3B2, 0x14161A),
        Kind::TunnelMajor | Kind::TunnelMinor => (0xC9C3B6, 0x4B525B),
        Kind::Pedestrian => (0xD9D2C6, 0x17191D),
        _ => (0xCFCABF, 0x15181C),
    };
    c(match theme {
        MapTheme::Light => light,
        MapTheme::Dark => dark,
    })
}

/// Colour of a component by its major class (01 to 06).
pub fn component(major: u8, theme: MapTheme) -> Rgba {
    let (light, dark) = match major {
        1 => (0x4F6F97, 0x86A6CE),
        2 => (0x6B5F8C, 0xA195C4),
        3 => (0x8A6A4C, 0xC09F80),
        4 => (0x5A7A50, 0x93B488),
        5 => (0x7A5468, 0xB48BA0),
        _ => (0x5F666F, 0x9DA5B0),
    };
    c(match theme {
        MapTheme::Light => light,
        MapTheme::Dark => dark,
    })
}
