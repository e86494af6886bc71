//! Why a place was proposed, in words.

use super::parse::Relation;
use super::rank::{Hit, HitKind, Reason};
use crate::base::text::Lang;

impl HitKind {
    /// The level in words.
    pub fn words(self, lang: Lang) -> &'static str {
        match self {
            Self::Door => lang.text("place.level.door"),
            Self::Building => lang.text("place.level.building"),
            Self::Crossing => lang.text("place.level.crossing"),
            Self::Poi => lang.text("place.level.poi"),
            Self::Compound => lang.text("place.level.compound"),
            Self::Road => lang.text("place.level.road"),
            Self::Cell => lang.text("place.level.cell"),
            Self::Community => lang.text("place.level.community"),
            Self::Component => lang.text("place.level.component"),
            Self::Position => lang.text("place.level.position"),
        }
    }
}

impl Reason {
    /// The reason in words.
    pub fn words(self, lang: Lang) -> String {
        let plain = match self {
            Self::Exact => "place.why.exact",
            Self::Prefix => "place.why.prefix",
            Self::Part => "place.why.part",
            Self::Pinyin => "place.why.pinyin",
            Self::Ending => "place.why.ending",
            Self::Typo => "place.why.typo",
            Self::Sound => "place.why.sound",
            Self::NearlyMeeting => "place.why.nearly_meeting",
            Self::Between => "place.why.between",
            Self::Coordinates => "place.why.coordinates",
            Self::NearestNumber { wanted } => return lang.fill("place.why.nearest", &[("wanted", &wanted)]),
            Self::WithoutNumber { wanted } => return lang.fill("place.why.without", &[("wanted", &wanted)]),
            Self::Interpolated { wanted, low, high } => {
                return lang.fill("place.why.interpolated", &[("wanted", &wanted), ("low", &low), ("high", &high)]);
            }
        };
        lang.text(plain).to_owned()
    }
}

impl Relation {
    /// What was done with the point, in words.
    pub fn words(self, lang: Lang) -> String {
        let to =
            |key: &str, bearing: crate::spatial::street::Bearing| lang.fill(key, &[("bearing", &bearing.text(lang))]);
        let plain = match self {
            Self::At => "place.move.at",
            Self::Near => "place.move.near",
            Self::Before => "place.move.before",
            Self::Behind => "place.move.behind",
            Self::Opposite => "place.move.opposite",
            Self::Beside => "place.move.beside",
            Self::Side(bearing) => return to("place.move.side", bearing),
            Self::Corner(bearing) => return to("place.move.corner", bearing),
            Self::Gate(bearing) => return to("place.move.gate", bearing),
            Self::Away { metres, bearing: None, .. } => {
                return lang.fill("place.move.within", &[("metres", &metres)]);
            }
            Self::Away { metres, bearing: Some(bearing), vague } => {
                let key = if vague { "place.move.away_vague" } else { "place.move.away" };
                return lang.fill(key, &[("metres", &metres), ("bearing", &bearing.text(lang))]);
            }
        };
        lang.text(plain).to_owned()
    }
}

impl Hit {
    /// Why it is here: how the place named was found, and how the point was moved off it.
    pub fn why(&self, lang: Lang) -> String {
        let mut words = self.reason.words(lang);
        for relation in &self.moves {
            words.push_str(lang.text("place.why.then"));
            words.push_str(&relation.words(lang));
        }
        words
    }
}
