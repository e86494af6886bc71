//! The faces that the map is lettered with: the two bundled ones, and the machine's own for rare characters.

use std::collections::HashMap;
use std::sync::OnceLock;

use ab_glyph::{Font, FontRef, FontVec, GlyphId, Outline, PxScale};

/// The bundled face for ordinary text.
pub static REGULAR: &[u8] = include_bytes!("../../../assets/fonts/jiedao-sans-sc.otf");
/// The bundled face for headings.
pub static BOLD: &[u8] = include_bytes!("../../../assets/fonts/jiedao-sans-sc-bold.otf");

/// Which face a letter is taken from.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Face {
    /// [`REGULAR`].
    Regular,
    /// [`BOLD`].
    Bold,
    /// A face of the machine.
    System,
    /// In no face: an empty box stands for it.
    Missing,
}

/// The faces, and the widths of the letters met so far.
pub struct Fonts {
    regular: Option<FontRef<'static>>,
    bold: Option<FontRef<'static>>,
    letters: HashMap<(char, bool), (Face, GlyphId, f32)>,
}

/// The first face of the machine that has a Chinese character which the bundled faces lack, looked for once.
static SYSTEM: OnceLock<Vec<FontVec>> = OnceLock::new();

impl Default for Fonts {
    fn default() -> Self {
        Self {
            regular: FontRef::try_from_slice(REGULAR).ok(),
            bold: FontRef::try_from_slice(BOLD).ok(),
            letters: HashMap::new(),
        }
    }
}

impl Fonts {
    /// Face, glyph and width in ems of a letter.
    pub fn letter(&mut self, letter: char, bold: bool) -> (Face, GlyphId, f32) {
        if let Some(known) = self.letters.get(&(letter, bold)) {
            return *known;
        }
        let found = self.look_up(letter, bold);
        self.letters.insert((letter, bold), found);
        found
    }

    fn look_up(&self, letter: char, bold: bool) -> (Face, GlyphId, f32) {
        let order = if bold { [Face::Bold, Face::Regular] } else { [Face::Regular, Face::Bold] };
        for face in order {
            let font = match face {
                Face::Bold => &self.bold,
                _ => &self.regular,
            };
            if let Some((glyph, width)) = font.as_ref().and_then(|font| glyph_of(font, letter)) {
                return (face, glyph, width);
            }
        }
        // The index is kept in the glyph's face below by looking again; faces of the machine are few.
        for font in SYSTEM.get_or_init(system_faces) {
            if let Some((glyph, width)) = glyph_of(font, letter) {
                return (Face::System, glyph, width);
            }
        }
        (Face::Missing, GlyphId(0), if crate::map::scene::names::is_wide(letter) { 1.0 } else { 0.6 })
    }

    /// Outline of a letter, with the factor from its units to ems. `None` for spaces and for letters in no face.
    pub fn outline(&mut self, letter: char, bold: bool) -> Option<(Outline, f32)> {
        let (face, glyph, _) = self.letter(letter, bold);
        let outlined = |font: &dyn Fn() -> (Option<Outline>, Option<f32>)| {
            let (outline, units) = font();
            Some((outline?, 1.0 / units?))
        };
        match face {
            Face::Regular => self.regular.as_ref().and_then(|f| outlined(&|| (f.outline(glyph), f.units_per_em()))),
            Face::Bold => self.bold.as_ref().and_then(|f| outlined(&|| (f.outline(glyph), f.units_per_em()))),
            Face::System => SYSTEM
                .get()?
                .iter()
                .find(|font| font.glyph_id(letter).0 != 0)
                .and_then(|f| outlined(&|| (f.outline(glyph), f.units_per_em()))),
            Face::Missing => None,
        }
    }

    /// Width of a line of text in ems, with `spacing` ems more after each Chinese character.
    pub fn width(&mut self, text: &str, bold: bool, spacing: f32) -> f32 {
        let width: f32 = text.chars().map(|letter| self.letter(letter, bold).2 + room_after(letter, spacing)).sum();
        (width - text.chars().last().map_or(0.0, |last| room_after(last, spacing))).max(0.0)
    }
}

/// Spacing stretches Chinese lettering only.
pub fn room_after(letter: char, spacing: f32) -> f32 {
    if crate::map::scene::names::is_wide(letter) { spacing } else { spacing * 0.25 }
}

fn glyph_of(font: &impl Font, letter: char) -> Option<(GlyphId, f32)> {
    let glyph = font.glyph_id(letter);
    (glyph.0 != 0).then(|| (glyph, font.h_advance_unscaled(glyph) / font.units_per_em().unwrap_or(1000.0)))
}

/// The scale at which a face's em is so many pixels high.
pub fn scale(pixels: f32) -> PxScale {
    PxScale::from(pixels)
}

/// Faces of the machine that hold Chinese beyond the bundled set, simplified Chinese forms first.
fn system_faces() -> Vec<FontVec> {
    let mut base = fontdb::Database::new();
    base.load_system_fonts();
    // A rare character in the basic block, and one beyond it.
    const PROBES: [char; 2] = ['\u{9FA5}', '\u{20BB7}'];
    let mut faces: Vec<(u8, FontVec)> = Vec::new();
    for info in base.faces() {
        if info.style != fontdb::Style::Normal || info.weight != fontdb::Weight::NORMAL {
            continue;
        }
        let name = &info.post_script_name;
        // The same file holds the forms of several languages; the office reads the mainland's.
        let rank = if name.contains("CJKsc") || name.contains("SansSC") || name.contains("-SC") { 0 } else { 1 };
        let font = base.with_face_data(info.id, |data, index| {
            let known = FontRef::try_from_slice_and_index(data, index).ok()?;
            PROBES.iter().any(|probe| known.glyph_id(*probe).0 != 0).then(|| data.to_vec())
        });
        // Faces of one collection share a file of some 20 MB: one is enough.
        if let Some(Some(data)) = font
            && faces.iter().all(|(known, _)| *known > rank)
            && let Ok(font) = FontVec::try_from_vec_and_index(data, info.index)
        {
            faces.retain(|(known, _)| *known < rank);
            faces.push((rank, font));
        }
    }
    faces.into_iter().map(|(_, font)| font).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bundled_faces_hold_what_streets_are_named_with() {
        let mut fonts = Fonts::default();
        for letter in "石景山区八角北里鲁谷路3号楼A".chars() {
            for (bold, face) in [(false, Face::Regular), (true, Face::Bold)] {
                assert_eq!(fonts.letter(letter, bold).0, face, "{letter}");
                assert!(fonts.outline(letter, bold).is_some());
            }
        }
        assert!((fonts.width("八角", false, 0.0) - 2.0).abs() < 0.01);
        assert!((fonts.width("八角", false, 0.3) - 2.3).abs() < 0.01);
    }

    #[test]
    fn a_letter_in_no_face_keeps_its_room() {
        let (face, _, width) = Fonts::default().letter('\u{E123}', false);
        assert!(matches!(face, Face::Missing | Face::System) && width > 0.3);
    }
}
