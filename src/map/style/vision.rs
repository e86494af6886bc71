//! Whether signs can be told apart, by those too who see fewer colours, and whether they stand out from the ground.

use palette::color_difference::{Ciede2000, Wcag21RelativeContrast};
use palette::{FromColor, Lab, LinSrgb, Srgb};

use super::kind::{Form, Kind};
use super::palette::Rgba;
use super::{Dash, MapTheme, SOLID, Style};

/// How a person sees colours.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Vision {
    /// With all three kinds of cones.
    Full,
    /// Without those for long waves.
    Protanopia,
    /// Without those for middle waves.
    Deuteranopia,
    /// Without those for short waves.
    Tritanopia,
}

/// Two signs that differ in nothing but colour are told apart from here on (CIEDE2000).
pub const LEAST_DIFFERENCE: f32 = 8.0;
/// Contrast of letters against their ground, from here on (WCAG 2.1, for large letters and signs).
pub const LEAST_CONTRAST_OF_LETTERS: f32 = 3.0;
/// Contrast of lines and signs. Calm is wanted of what lies below the cases; less than this cannot be followed.
pub const LEAST_CONTRAST: f32 = 1.8;

/// Two signs that some people cannot tell apart.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Clash {
    /// The other one.
    pub with: Kind,
    /// For whom.
    pub seen: Vision,
    /// How far apart they are, by CIEDE2000.
    pub difference: f32,
}

impl Vision {
    /// All.
    pub const ALL: [Self; 4] = [Self::Full, Self::Protanopia, Self::Deuteranopia, Self::Tritanopia];

    /// What of linear red, green and blue becomes of each, for those who lack one kind of cones altogether: the matrices of
    /// severity 1.0 in G. M. Machado, M. M. Oliveira and L. A. F. Fernandes, "A Physiologically-based Model for Simulation of
    /// Color Vision Deficiency", IEEE Transactions on Visualization and Computer Graphics 15(6), 2009.
    fn matrix(self) -> [[f32; 3]; 3] {
        match self {
            Self::Full => [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]],
            Self::Protanopia => {
                [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
            }
            Self::Deuteranopia => {
                [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
            }
            Self::Tritanopia => {
                [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]
            }
        }
    }

    fn sees(self, color: Rgba) -> Lab {
        let LinSrgb { red, green, blue, .. } = srgb(color).into_linear();
        let [r, g, b] = self.matrix().map(|row| (row[0] * red + row[1] * green + row[2] * blue).clamp(0.0, 1.0));
        Lab::from_color(LinSrgb::new(r, g, b))
    }
}

fn srgb([r, g, b, _]: Rgba) -> Srgb<f32> {
    Srgb::new(r, g, b).into_format()
}

/// How far apart two colours are for those who see them worst, by CIEDE2000.
pub fn difference(a: Rgba, b: Rgba) -> (f32, Vision) {
    let all = Vision::ALL.map(|vision| (vision.sees(a).difference(vision.sees(b)), vision));
    all.into_iter().fold(all[0], |least, one| if one.0 < least.0 { one } else { least })
}

/// Contrast of two colours, 1 to 21.
pub fn contrast(a: Rgba, b: Rgba) -> f32 {
    srgb(a).relative_contrast(srgb(b))
}

/// Whether a kind says something by its colour: lines and signs of the themes, pipelines, borders. The ground tells by place
/// and shape.
pub fn tells(kind: Kind) -> bool {
    kind >= Kind::ParcelHome || matches!(kind, Kind::Contour | Kind::ContourIndex)
}

/// Signs whose outline is their own. All others are discs.
fn has_own_outline(kind: Kind) -> bool {
    kind == Kind::Component || (Kind::Site..=Kind::Medical).contains(&kind)
}

fn has_same_gaps(a: Dash, b: Dash) -> bool {
    const ALIKE: f32 = 1.3;
    if a == SOLID || b == SOLID { a == b } else { (0..4).all(|at| (a[at].max(b[at]) / a[at].min(b[at])) < ALIKE) }
}

/// Whether only their colour tells two kinds apart.
fn differ_only_in_colour(style: &Style, a: Kind, b: Kind) -> bool {
    // One incident and many.
    let same_meaning = |a: Kind, b: Kind| a.group() == b.group() && !matches!(a, Kind::PipePoint);
    match (a.form(), b.form()) {
        (Form::Line, Form::Line) => {
            // A hatch is like no line.
            let hatched = a == Kind::SiteHatch || b == Kind::SiteHatch;
            !hatched && has_same_gaps(style.dash(a), style.dash(b)) && !is_wider(style, a, b)
        }
        (Form::Sign, Form::Sign) => !has_own_outline(a) && !has_own_outline(b) && !same_meaning(a, b),
        _ => false,
    }
}

/// Whether of two lines one is plainly the wider where both are drawn.
fn is_wider(style: &Style, a: Kind, b: Kind) -> bool {
    const PLAINLY: f32 = 1.4;
    let scale = style.farthest(a).min(style.farthest(b)).min(1.0) as f32;
    let widths = [a, b].map(|kind| style.width(kind, scale).max(0.1));
    widths[0].max(widths[1]) / widths[0].min(widths[1]) > PLAINLY
}

/// What some people cannot tell from a kind, the worst first.
pub fn clashes(style: &Style, theme: MapTheme, kind: Kind) -> Vec<Clash> {
    if !tells(kind) {
        return Vec::new();
    }
    let mut found: Vec<Clash> = Kind::ALL
        .into_iter()
        .filter(|other| *other != kind && tells(*other) && differ_only_in_colour(style, kind, *other))
        .filter_map(|with| {
            let (difference, seen) = difference(style.body(kind, theme), style.body(with, theme));
            (difference < LEAST_DIFFERENCE).then_some(Clash { with, seen, difference })
        })
        .collect();
    found.sort_by(|a, b| a.difference.total_cmp(&b.difference));
    found
}

/// Contrast of a kind to the empty ground, when it is too small.
pub fn too_pale(style: &Style, theme: MapTheme, kind: Kind) -> Option<f32> {
    let contrast = contrast(style.body(kind, theme), style.palette(theme).ground);
    (tells(kind) && contrast < LEAST_CONTRAST).then_some(contrast)
}

#[cfg(test)]
mod tests {
    use super::super::key::{Key, Value};
    use super::super::palette::Ink;
    use super::super::text::Naming;
    use super::*;

    #[test]
    fn signs_that_differ_only_in_colour_differ_for_everybody() {
        let style = Style::built_in();
        for theme in MapTheme::ALL {
            for kind in Kind::ALL {
                assert_eq!(clashes(style, theme, kind), [], "{theme:?} {kind:?}");
                assert_eq!(too_pale(style, theme, kind), None, "{theme:?} {kind:?}");
            }
            for naming in Naming::ALL {
                let contrast = contrast(style.letters(naming, theme), style.palette(theme).ground);
                assert!(contrast >= LEAST_CONTRAST_OF_LETTERS, "{theme:?} {naming:?}: {contrast}");
            }
        }
    }

    #[test]
    fn a_colour_that_only_some_can_tell_is_found() {
        // Red and green that the eye without cones for middle waves takes for one another; the gaps are made the same.
        let [gas, water] = [Kind::PipeGas, Kind::PipeWater];
        let light = |kind| Key::Body(kind, MapTheme::Light);
        let same_gaps = (Key::Dash(gas), Value::Dash(SOLID));
        let (red, green) = ([0x9C, 0x4A, 0x2B, 255], [0x66, 0x66, 0x22, 255]);
        let style =
            Style::built_in().with([same_gaps, (light(gas), Value::Color(red)), (light(water), Value::Color(green))]);
        let found = clashes(&style, MapTheme::Light, gas);
        assert!(found.iter().any(|clash| clash.with == water && clash.seen != Vision::Full), "{found:?}");
        assert!(Vision::Full.sees(red).difference(Vision::Full.sees(green)) > LEAST_DIFFERENCE * 2.0);
        let dashed = style.with([(Key::Dash(gas), Value::Dash([9.0, 3.0, 9.0, 3.0]))]);
        assert!(clashes(&dashed, MapTheme::Light, gas).iter().all(|clash| clash.with != water), "gaps tell as well");
        let pale = style.with([(light(gas), style.get(Key::Ink(MapTheme::Light, Ink::Ground)))]);
        assert!(too_pale(&pale, MapTheme::Light, gas).is_some_and(|contrast| contrast < 1.001));
    }

    #[test]
    fn colours_are_as_far_apart_as_the_standard_says() {
        assert!((contrast([0, 0, 0, 255], [255, 255, 255, 255]) - 21.0).abs() < 1e-3);
        assert_eq!(difference([9, 80, 200, 255], [9, 80, 200, 255]).0, 0.0);
        // Grey stays grey for everybody.
        for vision in Vision::ALL {
            let grey = vision.sees([128, 128, 128, 255]);
            assert!(grey.a.abs() < 0.6 && grey.b.abs() < 0.6 && (grey.l - 53.6).abs() < 0.5, "{vision:?} {grey:?}");
        }
    }
}
