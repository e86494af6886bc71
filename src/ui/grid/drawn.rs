//! What of grid keeping is seen on the map: cells taken into a change, what changes will do, what is pointed at.

use geo::{Centroid, Geometry};

use crate::app::state::AppState;
use crate::base::LonLat;
use crate::map::drawing::{Drawn, Ink, Mark};
use crate::spatial::grid::CellVersion;
use crate::ui::theme::Palette;
use crate::ui::tools::drawn::ink;

/// Adds lines and marks.
pub fn fill(state: &AppState, out: &mut Vec<Drawn>) {
    let keeping = &state.keeping;
    let palette = Palette::of(state.settings.theme);
    // What ends is a broken thin line, what begins a whole thick one with its code: no meaning hangs on colour alone.
    for made in &keeping.made {
        for version in &made.edit.ended {
            shape(version, ink(palette.weak, 1.5, true), out);
        }
        for version in &made.edit.began {
            if keeping.preview.of(&version.code).iter().any(|one| one.version == version.version && one.is_current()) {
                shape(version, ink(palette.accent, 3.0, false), out);
                label(version, ink(palette.text, 1.0, false), out);
            }
        }
    }
    for code in &keeping.picked {
        if let Some(version) = keeping.preview.of(code).iter().find(|version| version.is_current()) {
            shape(version, ink(palette.pin, 4.0, false), out);
            label(version, ink(palette.text, 1.0, false), out);
        }
    }
    if let Some(pointed) = &keeping.pointed {
        let own = ink(palette.error, 3.0, true);
        if let Some(area) = &pointed.shape {
            Drawn::shape(&Geometry::MultiPolygon(area.clone()), own, out);
        } else if let Some(bounds) = pointed.bounds {
            Drawn::shape(&Geometry::Rect(bounds), own, out);
        }
        if let Some(at) = pointed.at {
            out.push(Drawn::mark(at, Mark::Cross, own));
        }
    }
}

fn shape(version: &CellVersion, ink: Ink, out: &mut Vec<Drawn>) {
    Drawn::shape(&Geometry::MultiPolygon(version.shape.clone()), ink, out);
}

fn label(version: &CellVersion, ink: Ink, out: &mut Vec<Drawn>) {
    if let Some(at) = version.shape.centroid() {
        out.push(Drawn::words(LonLat::new(at.x(), at.y()), version.code.clone(), ink));
    }
}
