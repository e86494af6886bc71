//! How wide lettering is, and how it is cut into rows.

use ab_glyph::{Font, FontRef};

use crate::map::label::font::{BOLD, REGULAR};

/// Room of a letter that no bundled face has, ems.
const UNKNOWN: f64 = 1.0;
/// Signs that no row begins with.
const NO_BEGINNING: &str = "，。、；：？！）》」』”’％,.;:?!)%…";

/// Measures lettering by the bundled faces alone, so that a sheet is laid out alike on every machine.
pub(super) struct Ruler {
    regular: Option<FontRef<'static>>,
    bold: Option<FontRef<'static>>,
}

impl Default for Ruler {
    fn default() -> Self {
        Self { regular: FontRef::try_from_slice(REGULAR).ok(), bold: FontRef::try_from_slice(BOLD).ok() }
    }
}

impl Ruler {
    fn letter(&self, letter: char, bold: bool) -> f64 {
        let faces = if bold { [&self.bold, &self.regular] } else { [&self.regular, &self.bold] };
        for face in faces.into_iter().flatten() {
            let glyph = face.glyph_id(letter);
            if glyph.0 != 0 {
                return f64::from(face.h_advance_unscaled(glyph) / face.units_per_em().unwrap_or(1000.0));
            }
        }
        UNKNOWN
    }

    /// Width of a line, ems.
    pub(super) fn width(&self, text: &str, bold: bool) -> f64 {
        text.chars().map(|letter| self.letter(letter, bold)).sum()
    }

    /// A text in rows of so many ems: cut between words, and anywhere in Chinese. Together they are the text.
    pub(super) fn rows(&self, text: &str, bold: bool, most_ems: f64) -> Vec<String> {
        let mut rows = Vec::new();
        let (mut row, mut width) = (String::new(), 0.0);
        for letter in text.chars() {
            row.push(letter);
            width += self.letter(letter, bold);
            if letter.is_whitespace() || width <= most_ems {
                continue;
            }
            let at = cut(&row);
            let rest = row.split_off(at);
            if !row.is_empty() {
                rows.push(std::mem::replace(&mut row, rest));
            } else {
                row = rest;
            }
            width = self.width(&row, bold);
        }
        if !row.is_empty() {
            rows.push(row);
        }
        rows
    }

    /// So many rows at most; the last one tells by … that there would be more.
    pub(super) fn some_rows(&self, text: &str, bold: bool, most_ems: f64, most: usize) -> Vec<String> {
        let mut rows = self.rows(text, bold, most_ems);
        if rows.len() > most {
            rows.truncate(most);
            if let Some(last) = rows.last_mut() {
                while !last.is_empty() && self.width(last, bold) + UNKNOWN > most_ems {
                    last.pop();
                }
                last.push('…');
            }
        }
        rows
    }
}

/// Where a row that has become too long by its last letter is cut, in bytes: behind the last space or Chinese letter.
fn cut(row: &str) -> usize {
    let letters: Vec<(usize, char)> = row.char_indices().collect();
    let Some((last, _)) = letters.split_last() else { return 0 };
    for (index, (at, letter)) in letters.iter().enumerate().skip(1).rev() {
        let before = letters.get(index - 1).map_or(' ', |(_, before)| *before);
        let breaks = before.is_whitespace() || is_wide(before) || is_wide(*letter);
        if breaks && !NO_BEGINNING.contains(*letter) {
            return *at;
        }
    }
    // One long word: cut where it is full.
    if last.0 == 0 { row.len() } else { last.0 }
}

fn is_wide(letter: char) -> bool {
    letter as u32 >= 0x2E80
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_cut_into_rows_and_nothing_of_it_lost() {
        let ruler = Ruler::default();
        for text in ["审图号 BJ-2026-001 号", "Approval number: JS(2026)001, for internal use", "", "W"] {
            for most in [0.1, 2.0, 5.0, 100.0] {
                assert_eq!(ruler.rows(text, false, most).concat(), text);
            }
        }
        let rows = ruler.rows("单元网格图，二〇二六年。", false, 5.0);
        assert_eq!(rows, ["单元网格", "图，二〇二", "六年。"], "no row begins with a comma");
        assert_eq!(ruler.rows("one two three", true, 4.5), ["one two ", "three"]);
        assert_eq!(ruler.some_rows("八角北里社区", false, 3.0, 1), ["八角…"]);
        assert!(ruler.rows("WWWWWWWWWW", true, 4.0).iter().all(|row| ruler.width(row, true) <= 4.0));
    }
}
