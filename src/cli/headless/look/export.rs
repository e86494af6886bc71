//! What is in the pack on its way elsewhere.

use serde_json::{Value, json};

use crate::app::export::Outcome;
use crate::app::state::AppState;
use crate::spatial::export::{ExportReport, Progress};

pub(super) fn export(state: &AppState) -> Value {
    let export = &state.export;
    let faults = &export.faults;
    let (what, report, files, why) = match &export.outcome {
        None => (None, None, None, None),
        Some(Outcome::Done(report)) => (Some("done"), Some(written(state, report)), None, None),
        Some(Outcome::Asked { files, .. }) => (Some("asked"), None, Some(files), None),
        Some(Outcome::Failed(why)) => (Some("failed"), None, None, Some(why)),
    };
    json!({
        "open": export.open,
        "wishes": export.wishes,
        "faults": {
            "layers": faults.layers, "area": faults.area, "filter": faults.filter, "crs": faults.crs, "file": faults.file,
        },
        "file": export.file(),
        "count": state.export_count().and_then(|count| count.found),
        "running": export.running.as_ref().map(|running| match running.progress {
            Progress::Surveying(looked_at) => json!({ "looked_at": looked_at }),
            Progress::Writing(done, total) => json!({ "written": done, "of": total }),
        }),
        "outcome": what, "report": report, "exists": files, "why": why,
        "said": export.said.as_ref().map(|said| json!({ "text": said.text, "refused": said.refused })),
    })
}

fn written(state: &AppState, report: &ExportReport) -> Value {
    let lang = state.settings.lang;
    json!({
        "files": report.files.iter().map(|(file, count)| json!({ "file": file, "features": count })).collect::<Vec<_>>(),
        "left_out": report.refused_count,
        "reasons": report.refused.iter().map(|one| one.words(lang)).collect::<Vec<_>>(),
        "notes": report.notes.iter().map(|note| note.words(lang)).collect::<Vec<_>>(),
    })
}
