//! Looks of the themes: land, works, patrols, video, emergency resources, relief. Areas are outlines or a sparse hatch, so
//! that a theme costs few pixels and hides nothing below it; dash and shape tell what the colour tells.

use super::kind::Kind;
use super::{Dash, SOLID, Stops};

/// Steps of the themes in their drawing order: what, gaps.
pub(super) const STEPS: [(Kind, Dash); 20] = [
    (Kind::Contour, SOLID),
    (Kind::ContourIndex, SOLID),
    (Kind::ParcelOther, [2.0, 4.0, 2.0, 4.0]),
    (Kind::ParcelTraffic, [18.0, 4.0, 18.0, 4.0]),
    (Kind::ParcelGreen, [4.0, 3.0, 4.0, 3.0]),
    (Kind::ParcelIndustry, [14.0, 3.0, 3.0, 3.0]),
    (Kind::ParcelPublic, [7.0, 3.0, 7.0, 3.0]),
    (Kind::ParcelCommerce, [11.0, 3.0, 11.0, 3.0]),
    (Kind::ParcelHome, SOLID),
    (Kind::ParcelCollective, [3.0, 9.0, 3.0, 9.0]),
    (Kind::SiteHatch, SOLID),
    (Kind::SiteEdge, [8.0, 4.0, 8.0, 4.0]),
    (Kind::Site, SOLID),
    (Kind::DutyBorder, SOLID),
    (Kind::PatrolRoute, [12.0, 4.0, 2.0, 4.0]),
    (Kind::Video, SOLID),
    (Kind::Hydrant, SOLID),
    (Kind::Medical, SOLID),
    (Kind::Store, SOLID),
    (Kind::Shelter, SOLID),
];

/// Widths of a theme's kind; `None` for kinds of the base map.
pub(super) fn stops(kind: Kind) -> Option<Stops> {
    Some(match kind {
        Kind::Contour => &[(0.5, 0.9), (4.0, 0.6)],
        Kind::ContourIndex => &[(0.5, 1.5), (12.0, 0.8)],
        kind if (Kind::ParcelHome..Kind::ParcelCollective).contains(&kind) => &[(0.25, 3.0), (1.0, 1.8), (3.0, 1.0)],
        Kind::ParcelCollective => &[(0.25, 6.0), (1.0, 4.0), (3.0, 2.4)],
        Kind::SiteHatch => &[(0.25, 1.6), (4.0, 0.8)],
        Kind::SiteEdge => &[(0.25, 3.0), (6.0, 1.4)],
        Kind::DutyBorder => &[(0.5, 2.8), (12.0, 1.6)],
        Kind::PatrolRoute => &[(0.25, 3.2), (6.0, 1.6)],
        Kind::Site => &[(0.5, 20.0), (12.0, 11.0)],
        Kind::Video => &[(0.3, 16.0), (1.2, 9.0)],
        Kind::Hydrant => &[(0.3, 14.0), (0.6, 9.0)],
        Kind::Medical | Kind::Store | Kind::Shelter => &[(0.5, 19.0), (6.0, 11.0)],
        _ => return None,
    })
}
