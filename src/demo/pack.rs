//! The town as a map pack.

use std::path::Path;

use super::incidents::Incidents;
use super::town::{self, Out};
use super::{Plan, STREET};
use crate::spatial::feature::Layer;
use crate::spatial::pack::{PackError, PackWriter};

/// When the plan of the town was drawn, by its own word: a pack of the same seed has the same bytes on any day.
const DRAWN: &str = "2026-01-01T00:00:00Z";

/// Writes the town into a map pack. `progress` is told how many features stand in it.
///
/// # Errors
/// When the pack cannot be written.
pub fn write_pack(path: &Path, plan: Plan, mut progress: impl FnMut(u64)) -> Result<(), PackError> {
    let town = town::plan(plan.seed, plan.features);
    let mut writer = PackWriter::create(path)?;
    let meta = [
        ("title", "示范街道（演示数据）"),
        ("generated", "true"),
        ("street_code", STREET),
        ("source", "由程序按种子生成"),
        ("note", "示范街道为程序生成的演示数据：道路、单位、人员、电话均为虚构，不得用于实际工作。"),
        (
            "note_en",
            "Generated demonstration data: roads, bodies, people and telephones are invented. Not for real work.",
        ),
        ("attribution", "示范数据，程序生成"),
        ("licence", "MIT OR Apache-2.0"),
        ("created", DRAWN),
    ];
    for (key, value) in meta {
        writer.set_meta(key, value)?;
    }
    writer.set_meta("seed", &plan.seed.to_string())?;
    let mut out = Out::new(&town);
    let (mut written, mut seen) = (0, 0_u64);
    let keep_every = plan.components.map_or(1, |wanted| (town::components(&town) / wanted.max(1)).max(1));
    let mut keep = |out: &mut Out<'_>| {
        for feature in out.features.drain(..) {
            if feature.layer == Layer::Components {
                seen += 1;
                if seen % keep_every != 0 {
                    continue;
                }
            }
            writer.add(&feature)?;
            written += 1;
        }
        progress(written);
        Ok::<(), PackError>(())
    };
    town::build(&mut out, &mut keep)?;
    town::build_themes(&mut out, &mut keep)?;
    let mut incidents = Incidents::of(&town);
    for number in 0..plan.incidents {
        let Some(feature) = incidents.as_mut().and_then(|incidents| incidents.next(number)) else { break };
        writer.add(&feature)?;
        written += 1;
        if number % 1000 == 0 {
            progress(written);
        }
    }
    progress(written);
    writer.finish()
}
