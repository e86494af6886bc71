//! Tools, layers and measures in words.

use crate::app::tools::{Draws, Listed, Tool, Tools};
use crate::base::LonLat;
use crate::base::text::Lang;
use crate::spatial::feature::{FeatureId, Layer};
use crate::spatial::measure;

/// Name of a tool.
pub fn tool(lang: Lang, tool: Tool) -> &'static str {
    lang.find(&format!("tool.name.{}", tool.word())).unwrap_or(tool.word())
}

/// How it is used, by pointer, by key and by typing.
pub fn how(lang: Lang, tool: Tool) -> &'static str {
    lang.find(&format!("tool.how.{}", tool.word())).unwrap_or_default()
}

/// Name of a layer of the pack.
pub fn layer(lang: Lang, layer: Layer) -> &'static str {
    lang.find(&format!("tool.layer.{}", layer.table())).unwrap_or(layer.table())
}

/// Name of a column; the column itself where it has none.
pub fn column(lang: Lang, column: &str) -> String {
    lang.find(&format!("tool.column.{column}")).unwrap_or(column).to_owned()
}

/// What a feature is called in a list; by its layer and row when nobody has given it a name.
pub fn title(lang: Lang, id: FeatureId, title: &str) -> String {
    if title.is_empty() { format!("{} {}", layer(lang, id.layer), id.fid) } else { title.to_owned() }
}

/// The same for a row of a list.
pub fn listed(lang: Lang, one: &Listed) -> String {
    title(lang, one.id, &one.title)
}

/// A length as it is measured.
pub fn length(lang: Lang, metres: f64) -> String {
    if metres < 1000.0 {
        lang.fill("ui.metres", &[("value", &format!("{metres:.1}"))])
    } else {
        lang.fill("ui.kilometres", &[("value", &format!("{:.3}", metres / 1000.0))])
    }
}

/// An area as it is measured.
pub fn area(lang: Lang, square_metres: f64) -> String {
    if square_metres < 10_000.0 {
        lang.fill("tool.square_metres", &[("value", &format!("{square_metres:.1}"))])
    } else if square_metres < 1_000_000.0 {
        lang.fill("tool.hectares", &[("value", &format!("{:.3}", square_metres / 10_000.0))])
    } else {
        lang.fill("tool.square_kilometres", &[("value", &format!("{:.3}", square_metres / 1_000_000.0))])
    }
}

/// What has been measured: names and values. `points` are those drawn, and the one under the pointer if there is one.
pub fn figures(lang: Lang, tools: &Tools, points: &[LonLat]) -> Vec<(&'static str, String)> {
    let length_of = |points: &[LonLat]| length(lang, measure::length_m(points));
    match (tools.draws(), points) {
        (Draws::Line, [.., before, last]) => {
            let mut figures = vec![(lang.text("tool.figure.length"), length_of(points))];
            if points.len() > 2 {
                figures.push((lang.text("tool.figure.last"), length_of(&[*before, *last])));
            }
            figures
        }
        (Draws::Ring, [_, _, _, ..]) => {
            let enclosed = measure::enclosed(points);
            vec![
                (lang.text("tool.figure.area"), area(lang, enclosed.area_m2)),
                (lang.text("tool.figure.perimeter"), length(lang, enclosed.perimeter_m)),
            ]
        }
        (Draws::Ring, [_, _]) => vec![(lang.text("tool.figure.length"), length_of(points))],
        (Draws::Box, [a, b]) => {
            let corner = LonLat::new(b.lon, a.lat);
            let sides = format!("{} × {}", length_of(&[*a, corner]), length_of(&[corner, *b]));
            vec![(lang.text("tool.figure.sides"), sides)]
        }
        _ => Vec::new(),
    }
}
