//! What a sheet says beside its map.

use super::layout::{Rooms, Words, rooms};
use super::ruler::Ruler;
use super::{Own, SheetWish};
use crate::base::LonLat;
use crate::base::text::Lang;

/// Places at the corners of a map, as long as any: for the room that the line takes.
const LONGEST_CORNER: &str = "188.88888, 88.88888";

/// The paper as title and lines leave it to the map. The same whatever lies on the ground.
pub(super) fn shared_out(wish: &SheetWish, own: &Own, lang: Lang, ruler: &Ruler) -> Rooms {
    let corner = LONGEST_CORNER.to_owned();
    let words = words(wish, own, [&corner, &corner], lang);
    rooms(wish.paper.size_mm(wish.upright), f64::from(wish.scale), &words, ruler)
}

/// Title, scale and lines; the legend is yet to come. `corners` are the south-western and the north-eastern one.
pub(super) fn words(wish: &SheetWish, own: &Own, corners: [&String; 2], lang: Lang) -> Words {
    let title = wish.title.clone().unwrap_or_else(|| own.title.clone());
    let mut lines = vec![approval(wish.approval.as_deref(), lang)];
    lines.extend(copyright(wish.copyright.as_deref(), own, lang));
    lines.extend([
        lang.text("sheet.system").to_owned(),
        lang.fill("sheet.corners", &[("low", corners[0]), ("high", corners[1])]),
        lang.fill("sheet.date", &[("date", &wish.date)]),
    ]);
    lines.extend(moment(own, lang));
    lines.extend((!own.note.is_empty()).then(|| own.note.clone()));
    Words {
        title,
        legend_title: lang.text("sheet.legend").to_owned(),
        legend: Vec::new(),
        scale: format!("1:{}", wish.scale),
        north: lang.text("sheet.north").to_owned(),
        lines,
    }
}

/// The approval number, or that there is none.
pub(super) fn approval(number: Option<&str>, lang: Lang) -> String {
    match number {
        Some(number) => lang.fill("sheet.approval", &[("number", &number)]),
        None => lang.text("sheet.unapproved").to_owned(),
    }
}

/// Whom the map is owed to, and whom the pictures below it.
pub(super) fn copyright(said: Option<&str>, own: &Own, lang: Lang) -> Vec<String> {
    let holder = said.unwrap_or(&own.attribution);
    let line = |key: &'static str, holder: &str| lang.fill(key, &[("holder", &holder)]);
    let map = (!holder.is_empty()).then(|| line("sheet.copyright", holder));
    let below = (!own.pictures.is_empty()).then(|| line("sheet.pictures", &own.pictures));
    map.into_iter().chain(below).collect()
}

/// As of when signs tell of cases and persons.
pub(super) fn moment(own: &Own, lang: Lang) -> Option<String> {
    (!own.moment.is_empty()).then(|| lang.fill("sheet.moment", &[("moment", &own.moment)]))
}

/// A corner as it is written.
pub(super) fn corner(at: LonLat) -> String {
    format!("{:.5}, {:.5}", at.lon, at.lat)
}
