//! What the features of the themes become: parcels, works, patrols, video, emergency resources, relief.

use crate::map::style::kind::Kind;
use crate::map::style::text::Naming;
use crate::spatial::feature::{Feature, Layer};

/// Shapes of signs in the shader.
const CROSS: u32 = 6;
const HOUSE: u32 = 10;
const HYDRANT: u32 = 11;
const CRATE: u32 = 12;
const CRANE: u32 = 13;
const CAMERA: u32 = 14;
const BALL: u32 = 15;
/// Directions of a turn that a sign can look in.
const DIRECTIONS: f64 = 64.0;

/// The outline of a parcel by its use: the classes of GB/T 21010-2017, or the words of other packs.
pub fn parcel_kind(class: &str) -> Kind {
    match class {
        "0810" | "park" | "green" => Kind::ParcelGreen,
        "residential" => Kind::ParcelHome,
        "commercial" | "retail" | "office" => Kind::ParcelCommerce,
        "industrial" | "warehouse" => Kind::ParcelIndustry,
        "public" | "institutional" | "education" | "medical" => Kind::ParcelPublic,
        "transport" | "railway" | "road" => Kind::ParcelTraffic,
        _ => match class.get(..2) {
            Some("05") => Kind::ParcelCommerce,
            Some("06") => Kind::ParcelIndustry,
            Some("07") => Kind::ParcelHome,
            Some("08") => Kind::ParcelPublic,
            Some("10") => Kind::ParcelTraffic,
            _ => Kind::ParcelOther,
        },
    }
}

/// Whether a parcel's land is owned by a collective: by its attribute, or by the letter in its code (GB/T 37346-2019).
pub fn is_collective(feature: &Feature) -> bool {
    match feature.extra("ownership") {
        Some(said) => said.contains("集体") || said.eq_ignore_ascii_case("collective"),
        None => feature.code.as_bytes().get(12) == Some(&b'J'),
    }
}

/// The sign of a point, and what the shader is told of it.
pub fn sign(feature: &Feature) -> Option<(Kind, f32)> {
    let (kind, shape) = match (feature.layer, &*feature.class) {
        (Layer::VideoPoints, "dome") => (Kind::Video, BALL),
        (Layer::VideoPoints, _) => return Some((Kind::Video, camera(feature.extra("direction_degrees")))),
        (Layer::Emergency, "hydrant") => (Kind::Hydrant, HYDRANT),
        (Layer::Emergency, "store") => (Kind::Store, CRATE),
        (Layer::Emergency, "medical") => (Kind::Medical, CROSS),
        (Layer::Emergency, _) => (Kind::Shelter, HOUSE),
        (Layer::Sites, _) => (Kind::Site, CRANE),
        _ => return None,
    };
    Some((kind, shape as f32))
}

/// A camera that looks somewhere; one that does not say where looks around.
fn camera(direction_degrees: Option<&str>) -> f32 {
    let degrees =
        direction_degrees.and_then(|text| text.trim().parse::<f64>().ok()).filter(|number| number.is_finite());
    let Some(degrees) = degrees else { return BALL as f32 };
    let step = (degrees.rem_euclid(360.0) / 360.0 * DIRECTIONS).round() % DIRECTIONS;
    CAMERA as f32 + 64.0 * (step as f32 + 1.0)
}

/// Contours whose height is a multiple of five are numbered, unless the pack says which are.
pub fn contour_kind(feature: &Feature) -> Kind {
    let numbered = match &*feature.class {
        "" => height(feature).is_some_and(|metres| metres.rem_euclid(5.0) == 0.0),
        class => class == "index",
    };
    if numbered { Kind::ContourIndex } else { Kind::Contour }
}

fn height(feature: &Feature) -> Option<f64> {
    feature.extra("height_m").and_then(|text| text.trim().parse().ok())
}

/// What is written along a contour.
pub fn contour_text(feature: &Feature) -> String {
    height(feature).map(|metres| format!("{metres}")).unwrap_or_default()
}

/// What is written in an area of a theme.
pub fn area_text(feature: &Feature) -> Option<(String, Naming)> {
    Some(match feature.layer {
        Layer::Parcels => {
            let said = feature.extra("use").unwrap_or_default();
            (format!("{} {said}", feature.class).trim().to_owned(), Naming::ParcelUse)
        }
        Layer::DutyGrids => {
            let officer = feature.extra("officer").unwrap_or_default();
            let name = if feature.name.is_empty() { &feature.code } else { &feature.name };
            // What stands in brackets is written below.
            let text = if officer.is_empty() { name.clone() } else { format!("{name}（{officer}）") };
            (text, Naming::DutyName)
        }
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn feature(layer: Layer, class: &str, extra: &[(&'static str, &str)]) -> Feature {
        Feature {
            layer,
            class: class.to_owned(),
            code: String::new(),
            name: String::new(),
            extra: extra.iter().map(|(key, value)| (*key, (*value).to_owned())).collect(),
            geometry: geo::Point::new(116.2, 39.9).into(),
        }
    }

    #[test]
    fn land_uses_are_told_by_code_or_word() {
        let uses = ["0701", "0501", "0601", "0803", "0810", "1004", "1201", "residential", "", "街"];
        let kinds = uses.map(parcel_kind);
        use Kind::*;
        let (home, other) = (ParcelHome, ParcelOther);
        assert_eq!(
            kinds,
            [home, ParcelCommerce, ParcelIndustry, ParcelPublic, ParcelGreen, ParcelTraffic, other, home, other, other]
        );
        let mut parcel = feature(Layer::Parcels, "0701", &[]);
        parcel.code = "110107001002JB00003".to_owned();
        assert!(is_collective(&parcel));
        parcel.extra.push(("ownership", "国有".to_owned()));
        assert!(!is_collective(&parcel));
    }

    #[test]
    fn a_camera_looks_where_it_says() {
        let what =
            |degrees: &str| sign(&feature(Layer::VideoPoints, "fixed", &[("direction_degrees", degrees)])).unwrap().1;
        assert_eq!(
            [what("0"), what("90"), what("359.9"), what("-90")],
            [78.0, 78.0 + 64.0 * 16.0, 78.0, 78.0 + 64.0 * 48.0]
        );
        assert_eq!([what("NaN"), what("north")], [15.0, 15.0]);
        assert_eq!(sign(&feature(Layer::Emergency, "store", &[])), Some((Kind::Store, 12.0)));
    }

    #[test]
    fn every_fifth_metre_is_numbered_where_the_pack_does_not_say() {
        let kind = |class, height| contour_kind(&feature(Layer::Contours, class, &[("height_m", height)]));
        assert_eq!(
            [kind("", "65"), kind("", "66"), kind("index", "66")],
            [Kind::ContourIndex, Kind::Contour, Kind::ContourIndex]
        );
        assert_eq!(contour_text(&feature(Layer::Contours, "", &[("height_m", "65.0")])), "65");
    }
}
