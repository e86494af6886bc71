//! A section in words: the list beside the drawing, and the report as text.

use super::{Crossing, Section, SectionError};
use crate::base::text::Lang;

/// What a kind of pipe is called.
pub fn kind(kind: &str, lang: Lang) -> String {
    lang.find(&format!("section.kind.{kind}")).map_or_else(|| kind.to_owned(), str::to_owned)
}

fn metres(metres: f64) -> String {
    format!("{metres:.2}")
}

impl Crossing {
    /// Kind and size, as a label: 给水 DN600.
    pub fn label(&self, lang: Lang) -> String {
        let kind = kind(&self.kind, lang);
        match self.size_m {
            Some((width, height)) if width == height => format!("{kind} DN{:.0}", width * 1000.0),
            Some((width, height)) => format!("{kind} {:.0}×{:.0}", width * 1000.0, height * 1000.0),
            None => kind,
        }
    }

    /// Where it is cut and how deep it lies, in words.
    pub fn place(&self, lang: Lang) -> String {
        let along = metres(self.along_m);
        match self.depth_m {
            Some((top, bottom)) => {
                lang.fill("section.place", &[("along", &along), ("top", &metres(top)), ("bottom", &metres(bottom))])
            }
            None => lang.fill("section.place_unknown", &[("along", &along)]),
        }
    }

    /// What else is known of it: name, material, year, owner; only what the pack says.
    pub fn details(&self, lang: Lang) -> String {
        let mut parts = vec![self.name.clone(), self.material.clone()];
        if !self.built.is_empty() {
            parts.push(lang.fill("section.built", &[("year", &self.built)]));
        }
        parts.push(self.owner.clone());
        parts.retain(|part| !part.is_empty());
        parts.join(lang.text("section.comma"))
    }
}

impl Section {
    /// One line on the whole.
    pub fn summary(&self, lang: Lang) -> String {
        let count = self.crossings.len() + self.left_out;
        lang.fill("section.summary", &[("length", &metres(self.length_m)), ("count", &count)])
    }

    /// Room between a pipe and the next, in words; empty for the last one.
    pub fn room(&self, index: usize, lang: Lang) -> String {
        let Some(room) = self.clearances.get(index) else { return String::new() };
        match room.below_m {
            Some(below) => lang.fill("section.room", &[("aside", &metres(room.aside_m)), ("below", &metres(below))]),
            None => lang.fill("section.room_unknown", &[("aside", &metres(room.aside_m))]),
        }
    }

    /// The whole section as text, a line for each pipe.
    pub fn report(&self, lang: Lang) -> String {
        let end = |at: crate::base::LonLat| format!("{:.6}, {:.6}", at.lon, at.lat);
        let mut lines = vec![
            lang.fill("section.title", &[("from", &end(self.ends[0])), ("to", &end(self.ends[1]))]),
            self.summary(lang),
            lang.text("section.note").to_owned(),
        ];
        for (index, crossing) in self.crossings.iter().enumerate() {
            let (label, place) = (crossing.label(lang), crossing.place(lang));
            lines.push(lang.fill(
                "section.line",
                &[
                    ("number", &(index + 1)),
                    ("label", &label),
                    ("place", &place),
                    ("angle", &format!("{:.0}", crossing.angle_degrees)),
                    ("details", &crossing.details(lang)),
                ],
            ));
            let room = self.room(index, lang);
            if !room.is_empty() {
                lines.push(format!("    {room}"));
            }
        }
        if let Some((room, straight)) = self.closest() {
            let name = |index: usize| format!("{} {}", index + 1, self.crossings[index].label(lang));
            let (a, b) = (name(room.between.0), name(room.between.1));
            lines.push(lang.fill("section.closest", &[("a", &a), ("b", &b), ("metres", &metres(straight))]));
        }
        if self.left_out > 0 {
            lines.push(lang.fill("section.left_out", &[("count", &self.left_out)]));
        }
        lines.join("\n")
    }
}

impl SectionError {
    /// What is wrong and what to do.
    pub fn words(&self, lang: Lang) -> String {
        match self {
            Self::NoPlace => lang.text("section.no_place").to_owned(),
            Self::NoLength => lang.text("section.no_length").to_owned(),
            Self::TooLong(length) => lang.fill(
                "section.too_long",
                &[("length", &format!("{length:.0}")), ("most", &format!("{:.0}", super::LONGEST_M))],
            ),
            Self::Pack(error) => error.words(lang),
        }
    }
}
