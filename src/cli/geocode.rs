//! `jiedao geocode --map street.gpkg TEXT`: where a phrase leads; `--reverse LON,LAT`: what is around a point.

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use serde_json::{Value, json};

use crate::base::text::Lang;
use crate::geocode::{Around, Gazetteer, Hit, HitKind, Nearby, around};
use crate::spatial::pack::Pack;
use crate::spatial::street::Street;
use crate::spatial::typed;

/// Hits whose scores differ by less are a tie.
const TIE: f64 = 0.005;
/// Below this no case is placed (DOMAIN.md 6.3).
const PLACED: f64 = 0.50;

/// What to look up.
#[derive(Debug, Args)]
pub struct GeocodeArgs {
    /// The map pack.
    #[arg(long, value_name = "street.gpkg")]
    map: PathBuf,
    /// The place, as a caller would say it.
    #[arg(value_name = "TEXT", required_unless_present = "reverse", conflicts_with = "reverse")]
    text: Option<String>,
    /// A point, as it would be typed in the window: what is there, in words.
    #[arg(long, value_name = "LON,LAT", allow_hyphen_values = true)]
    reverse: Option<String>,
    /// Answer as GeocodeJSON.
    #[arg(long)]
    json: bool,
    /// At most so many places.
    #[arg(long, value_name = "N", default_value_t = 5)]
    limit: usize,
}

/// Prints the answer on `out` and returns the program's exit code: failure also when nothing was found.
pub fn run(args: &GeocodeArgs, lang: Lang, out: &mut dyn Write) -> ExitCode {
    let (text, code) = match answer(args, lang) {
        Ok(text) => (text, ExitCode::SUCCESS),
        Err(why) => (why, ExitCode::FAILURE),
    };
    // A closed pipe is no reason to fail.
    let _ = writeln!(out, "{text}");
    code
}

fn answer(args: &GeocodeArgs, lang: Lang) -> Result<String, String> {
    let reverse = args.reverse.as_deref().map(|typed| typed::first(typed, lang)).transpose()?;
    let pack = Pack::open(&args.map).map_err(|error| error.words(lang))?;
    let places = Gazetteer::build(&pack).map_err(|error| error.words(lang))?;
    let Some(at) = reverse else {
        let text = args.text.as_deref().unwrap_or_default();
        let hits = places.search(text, None, args.limit);
        return match (hits.is_empty(), args.json) {
            (_, true) => Ok(forward_json(text, &hits, lang).to_string()),
            (true, false) => Err(lang.fill("place.none", &[("text", &text)])),
            (false, false) => Ok(forward(&hits, lang)),
        };
    };
    let street = Street::load(&pack).map_err(|error| error.words(lang))?;
    let found = around(&street, &places, at, lang);
    if args.json {
        let kind = HitKind::Position.key();
        let label = if found.phrase.is_empty() { format!("{:.6},{:.6}", at.lon, at.lat) } else { found.phrase.clone() };
        let properties = json!({ "geocoding": { "type": "locality", "label": label, "accuracy": 0 }, "level": kind, "around": around_json(&found) });
        let point = json!({ "type": "Feature", "geometry": { "type": "Point", "coordinates": [at.lon, at.lat] }, "properties": properties });
        return Ok(collection(args.reverse.as_deref().unwrap_or_default(), vec![point]).to_string());
    }
    Ok(backward(&found, lang))
}

fn forward(hits: &[Hit], lang: Lang) -> String {
    let mut lines = Vec::new();
    for (number, hit) in (1..).zip(hits) {
        let values: [(&str, &dyn std::fmt::Display); 8] = [
            ("number", &number),
            ("label", &hit.label),
            ("lon", &format!("{:.6}", hit.at.lon)),
            ("lat", &format!("{:.6}", hit.at.lat)),
            ("metres", &hit.uncertainty_m.round()),
            ("level", &hit.kind.words(lang)),
            ("score", &format!("{:.2}", hit.score)),
            ("why", &hit.why(lang)),
        ];
        lines.push(lang.fill("place.line", &values));
    }
    let tied = ties(hits);
    if tied > 1 {
        lines.push(lang.fill("place.tie", &[("count", &tied)]));
    }
    if hits.first().is_some_and(|hit| hit.score < PLACED) {
        lines.push(lang.text("place.unsure").to_owned());
    }
    lines.join("\n")
}

/// How many of the first hits are equally good.
fn ties(hits: &[Hit]) -> usize {
    let best = hits.first().map_or(0.0, |hit| hit.score);
    hits.iter().take_while(|hit| best - hit.score < TIE).count()
}

fn forward_json(query: &str, hits: &[Hit], lang: Lang) -> Value {
    let tied = ties(hits);
    let features = hits.iter().enumerate().map(|(order, hit)| {
        let kind = match hit.kind {
            HitKind::Door | HitKind::Building | HitKind::Poi | HitKind::Component => "house",
            HitKind::Road | HitKind::Crossing => "street",
            HitKind::Compound | HitKind::Cell | HitKind::Community | HitKind::Position => "locality",
        };
        json!({
            "type": "Feature",
            "geometry": { "type": "Point", "coordinates": [hit.at.lon, hit.at.lat] },
            "properties": {
                "geocoding": { "type": kind, "label": hit.label, "name": hit.label, "accuracy": hit.uncertainty_m.round() },
                "level": hit.kind.key(),
                "score": (hit.score * 1000.0).round() / 1000.0,
                "reason": hit.why(lang),
                "tie": tied > 1 && order < tied,
            },
        })
    });
    collection(query, features.collect())
}

fn collection(query: &str, features: Vec<Value>) -> Value {
    json!({
        "type": "FeatureCollection",
        "geocoding": { "version": "0.1.0", "query": query },
        "features": features,
    })
}

fn around_json(found: &Around) -> Value {
    let near = |one: &Option<Nearby>| {
        one.as_ref().map(|one| {
            let degrees = one.bearing.degrees();
            json!({ "label": one.label, "metres": (one.metres * 10.0).round() / 10.0, "bearing_degrees": degrees })
        })
    };
    json!({
        "cell": found.cell,
        "community": found.community,
        "compound": found.compound,
        "building": found.building,
        "door": near(&found.door),
        "crossing": near(&found.crossing),
        "landmark": near(&found.landmark),
    })
}

fn backward(found: &Around, lang: Lang) -> String {
    let phrase = if found.phrase.is_empty() { lang.text("place.around.nothing") } else { &found.phrase };
    let mut lines = vec![phrase.to_owned()];
    let mut say = |key: &'static str, value: Option<String>| {
        lines.extend(value.map(|value| lang.fill(key, &[("value", &value)])));
    };
    let near = |one: &Option<Nearby>| {
        one.as_ref().map(|one| {
            let values: [(&str, &dyn std::fmt::Display); 3] =
                [("place", &one.label), ("bearing", &one.bearing.text(lang)), ("metres", &one.metres.round())];
            lang.fill("map.place.beside", &values)
        })
    };
    say("place.around.cell", found.cell.clone());
    say("place.around.community", found.community.clone());
    say("place.around.compound", found.compound.clone());
    say("place.around.building", found.building.clone());
    say("place.around.door", near(&found.door));
    say("place.around.crossing", near(&found.crossing));
    say("place.around.landmark", near(&found.landmark));
    lines.join("\n")
}
