//! Answers to questions: the state in JSON.

mod export;

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::failed;
use super::request::Ask;
use crate::app::bar::COMMANDS;
use crate::app::intake::Outcome;
use crate::app::section::{SectionOutcome, SectionView};
use crate::app::sheet::{self, Pictures};
use crate::app::state::{AppState, Link, Notice, PackState, ProfileState, Session, Severity};
use crate::app::timeline;
use crate::app::tools::Listed;
use crate::app::{propose, words};
use crate::base::CaseId;
use crate::domain::case::transition::open_steps;
use crate::domain::case::{Case, Lamp, words as case_words};
use crate::map::style::{Key, Style};
use crate::spatial::grid::CellVersion;
use crate::spatial::measure;

/// Officers proposed.
const MOST_OFFICERS: usize = 5;

pub(super) fn answer(state: &AppState, ask: &Ask) -> Map<String, Value> {
    let found = match ask {
        Ask::State {} => summary(state),
        Ask::Queue {} => json!({
            "filter": state.queue.filter,
            "search": state.queue.search,
            "rows": state.queue.rows.iter().filter_map(|id| row(state, *id)).collect::<Vec<_>>(),
        }),
        Ask::Case { case, number } => match find(state, *case, number.as_deref()) {
            Some(case) => whole_case(state, case),
            None => return failed("unknown_case", "this case is not known here"),
        },
        Ask::Draft {} => draft(state),
        Ask::Inbox {} => json!({ "open": state.inbox_open, "conflicts": inbox(state) }),
        Ask::Notices {} => json!({ "notices": state.notices.iter().map(notice).collect::<Vec<_>>() }),
        Ask::Sync {} => sync(state),
        Ask::Map {} => map(state),
        Ask::Tools {} => tools(state),
        Ask::Grid {} => grid(state),
        Ask::Style { key } => match style(state, key.as_deref()) {
            Some(found) => found,
            None => return failed("cannot_be", "the style has no such key"),
        },
        Ask::Intake {} => intake(state),
        Ask::Export {} => export::export(state),
        Ask::Sheet {} => sheets(state),
        Ask::Reference {} => json!({
            "departments": state.reference.departments,
            "officers": state.reference.officers,
            "as_of": state.reference.as_of,
        }),
        Ask::Propose { case, number } => match find(state, *case, number.as_deref()) {
            Some(case) => proposals(state, case),
            None => return failed("unknown_case", "this case is not known here"),
        },
        Ask::Help {} => help(state),
    };
    let mut answer = Map::from_iter([("ok".to_owned(), Value::from(true))]);
    if let Value::Object(fields) = found {
        answer.extend(fields);
    }
    answer
}

/// The case meant: by id, by number, or the one in hand.
fn find<'a>(state: &'a AppState, id: Option<CaseId>, number: Option<&str>) -> Option<&'a Case> {
    let view = &state.cases.view;
    let found = match (id, number) {
        (Some(id), _) => view.get(&id),
        (None, Some(number)) => {
            view.values().find(|case| case.number.as_ref().is_some_and(|own| own.as_str() == number))
        }
        (None, None) => state.selected_case(),
    };
    found.map(|case| &**case)
}

pub(super) fn notice(notice: &Notice) -> Value {
    let severity = match notice.severity {
        Severity::Info => "info",
        Severity::Warning => "warning",
        Severity::Error => "error",
    };
    json!({ "id": notice.id, "severity": severity, "text": notice.text, "at": notice.at })
}

fn lamp(state: &AppState, id: CaseId) -> &'static str {
    state.cases.lamps.get(&id).copied().unwrap_or(Lamp::Off).name()
}

fn summary(state: &AppState) -> Value {
    let session = match &state.session {
        Session::LoggedOut => json!({ "state": "logged_out" }),
        Session::LoggingIn => json!({ "state": "logging_in" }),
        Session::Refused(why) => {
            let words = state.settings.lang.find(why).unwrap_or(why);
            json!({ "state": "refused", "why": why, "words": words })
        }
        Session::User(user) => json!({ "state": "user", "user": **user }),
    };
    let profile = match &state.profile {
        ProfileState::Opening => "opening",
        ProfileState::Open => "open",
        ProfileState::Failed(_) => "failed",
    };
    let pack = match &state.pack {
        PackState::Absent => json!({ "state": "absent" }),
        PackState::Loading { features } => json!({ "state": "loading", "features": features }),
        PackState::Ready => json!({ "state": "ready", "street": state.books.street.street_code() }),
        PackState::Failed(why) => json!({ "state": "failed", "why": why }),
    };
    json!({
        "session": session,
        "profile": profile,
        "pack": pack,
        "seat": state.seat,
        "settings": state.settings,
        "selected": state.selected,
        "cases": state.cases.view.len(),
        "open": state.cases.open.len(),
        "unreadable": state.cases.unreadable,
        "saving": state.cases.saving.len(),
        "pending": state.cases.pending.len(),
        "inbox": state.inbox.len(),
        "queue": state.queue.rows.len(),
        "now": state.now,
        "bar": { "reply": state.bar.reply, "help_open": state.bar.help_open },
    })
}

fn row(state: &AppState, id: CaseId) -> Option<Value> {
    let case = state.cases.view.get(&id)?;
    let lang = state.settings.lang;
    let class = state.books.catalogue.get(&case.report.class).map(|class| class.name(lang));
    Some(json!({
        "case": id,
        "number": case.number,
        "state": case.state,
        "lamp": lamp(state, id),
        "minutes_left": case.minutes_left(state.office_now(), &state.books.calendar),
        "class": class,
        "address": case.report.place.address,
        "pending": state.cases.pending.iter().any(|one| one.command.case_id == id),
    }))
}

fn whole_case(state: &AppState, case: &Case) -> Value {
    let pending: Vec<_> = state.cases.pending.iter().filter(|one| one.command.case_id == case.id).collect();
    let steps: Vec<_> = state.session.user().map_or_else(Vec::new, |user| {
        open_steps(case, user)
            .into_iter()
            .map(|step| json!({ "act": step.act, "to": step.to, "as": step.actor(Some(case), user) }))
            .collect()
    });
    json!({
        "case": case,
        "lamp": lamp(state, case.id),
        "minutes_left": case.minutes_left(state.office_now(), &state.books.calendar),
        "steps": steps,
        "pending": pending
            .iter()
            .map(|one| json!({
                "command": one.command.id,
                "act": one.command.act.kind(),
                "saved_at": one.saved_at,
                "predicted_refusal": one.predicted_refusal,
            }))
            .collect::<Vec<_>>(),
    })
}

fn draft(state: &AppState) -> Value {
    let draft = &state.draft;
    let lang = state.settings.lang;
    let named = |class: &crate::domain::case::command::ClassRef| json!({ "class": class, "name": state.books.catalogue.get(class).map(|class| class.name(lang)) });
    let conditions: Vec<_> = draft.class.as_ref().map_or_else(Vec::new, |class| {
        let rows = state.books.limits.conditions(class).iter();
        rows.map(|row| json!({ "condition": row.condition, "words": row.words(lang), "limit": row.limit })).collect()
    });
    let likely: Vec<_> = draft.likely_duplicates().map(|other| other.case).collect();
    json!({
        "draft": draft,
        "class_hits": draft.class_hits.iter().map(named).collect::<Vec<_>>(),
        "conditions": conditions,
        "place_hits": draft
            .place_hits
            .iter()
            .map(|hit| json!({ "label": hit.label, "at": hit.at }))
            .collect::<Vec<_>>(),
        "duplicates": draft
            .duplicates
            .iter()
            .map(|other| json!({
                "case": other.case,
                "distance_m": other.distance_m,
                "same_class": other.same_class,
                "likely": likely.contains(&other.case),
            }))
            .collect::<Vec<_>>(),
        "missing": draft.missing,
        "confirm_wanted": draft.confirm_wanted,
        "saving": draft.saving,
    })
}

fn inbox(state: &AppState) -> Vec<Value> {
    let one = |conflict: &crate::app::state::Conflict| {
        json!({
            "command": conflict.id,
            "case": conflict.command.case_id,
            "act": conflict.command.act.kind(),
            "wanted": conflict.command.act,
            "actor": conflict.command.actor,
            "claimed_at": conflict.command.claimed_at,
            "refusal": conflict.refusal,
            "words": words::refusal(state.settings.lang, &conflict.refusal, &state.reference),
            "refused_at": conflict.refused_at,
        })
    };
    state.inbox.iter().map(one).collect()
}

fn sync(state: &AppState) -> Value {
    let sync = &state.sync;
    let link = match sync.link {
        Link::Starting => json!({ "state": "starting" }),
        Link::Online => json!({ "state": "online" }),
        Link::Offline { since } => json!({ "state": "offline", "since": since }),
        Link::LoginNeeded => json!({ "state": "login_needed" }),
    };
    json!({
        "link": link,
        "clock_offset_ms": sync.clock_offset_ms,
        "current_as_of": sync.current_as_of,
        "behind": sync.behind.iter().map(|(street, behind)| (street.to_string(), Value::from(*behind))).collect::<Map<_, _>>(),
        "last_error": sync.last_error,
        "store_failed": sync.store_failed,
        "saving": state.cases.saving.iter().map(|one| one.command.id).collect::<Vec<_>>(),
        "pending": state
            .cases
            .pending
            .iter()
            .map(|one| json!({ "command": one.command.id, "device_no": one.device_no, "saved_at": one.saved_at }))
            .collect::<Vec<_>>(),
    })
}

/// One entry of the style, or where it comes from, what is not as built in, what is not saved, what is wrong with the file.
fn style(state: &AppState, key: Option<&str>) -> Option<Value> {
    let style = &state.map.style;
    let value = |key: Key| Value::from(&style.shown.get(key).raw());
    if let Some(text) = key {
        let key: Key = text.parse().ok()?;
        let allowed = key.allowed().words(state.settings.lang);
        return Some(json!({ "key": text, "value": value(key), "allowed": allowed }));
    }
    let own = |key: &Key| style.shown.get(*key) != Style::built_in().get(*key);
    let changed: Map<String, Value> = Key::all().filter(own).map(|key| (key.to_string(), value(key))).collect();
    Some(json!({
        "file": style.path,
        "changed": changed,
        "unsaved": style.edits.keys().map(Key::to_string).collect::<Vec<_>>(),
        "problems": style.problems.iter().map(|problem| problem.words(state.settings.lang)).collect::<Vec<_>>(),
        "can_undo": style.can_undo(),
        "can_redo": style.can_redo(),
    }))
}

fn map(state: &AppState) -> Value {
    let map = &state.map;
    let inspected = map.inspected.as_ref().map(|found| {
        json!({
            "at": found.at,
            "grid": found.grid,
            "community": found.community,
            "address": found.address.as_ref().map(|(label, metres)| json!({ "label": label, "distance_m": metres })),
            "components": found
                .components
                .iter()
                .map(|(class, code, metres)| json!({ "class": class, "code": code, "distance_m": metres }))
                .collect::<Vec<_>>(),
            "cases": found.cases,
        })
    });
    json!({
        "camera": map.camera,
        "rasters": rasters(state),
        "hidden": map.hidden,
        "unseen": map.unseen(),
        "looks": map.looks,
        "beside": map.beside.as_ref().map(|beside| json!({
            "in_hand": beside.in_hand,
            "other": { "hidden": beside.hidden, "looks": beside.looks, "span": beside.span },
        })),
        "overview": map.overview,
        "bookmarks": map.bookmarks.list,
        "fit_wanted": map.fit_wanted,
        "reveal_wanted": map.reveal_wanted,
        "inspected": inspected,
        "section": map.section.as_ref().map(|view| section(state, view)),
        "span": map.span.map(|span| {
            let within = timeline::within(state, span);
            json!({
                "span": span,
                "days": span.days(state.office_now()),
                "open": within.open,
                "open_outside": within.open_outside,
                "ended": within.ended,
                "past": within.past,
            })
        }),
    })
}

/// Pictures below the map, without keys.
fn rasters(state: &AppState) -> Value {
    let raster = &state.map.raster;
    let each = raster.kept.list.iter().enumerate().map(|(index, one)| {
        let told = raster.told.each.get(index);
        json!({
            "name": one.name,
            "from": one.origin.shown(),
            "shown": one.shown,
            "beside": one.beside,
            "opacity": one.opacity,
            "attribution": told.map(|told| &told.attribution),
            "fault": told.and_then(|told| told.fault.as_ref()),
        })
    });
    json!({
        "list": each.collect::<Vec<_>>(),
        "limit_mb": raster.kept.limit_mb,
        "tiles": raster.told.tiles,
        "bytes": raster.told.bytes,
    })
}

/// The tool in hand, what is drawn and measured with it, what is selected.
fn tools(state: &AppState) -> Value {
    let (tools, selection) = (&state.tools, &state.selection);
    let points = tools.sketch.points();
    let enclosed = measure::enclosed(points);
    let listed = |one: &Listed| json!({ "feature": one.id, "title": one.title, "distance_m": one.metres });
    let counts = selection.counts();
    json!({
        "tool": tools.tool,
        "points": points,
        "length_m": measure::length_m(points),
        "area_m2": enclosed.area_m2,
        "said": tools.said.as_ref().map(|said| json!({ "text": said.text, "refused": said.refused })),
        "selected": selection.rows.len(),
        "by_layer": counts.iter().map(|(layer, count)| (layer.table(), *count)).collect::<BTreeMap<_, _>>(),
        "listed": selection.listed.iter().map(listed).collect::<Vec<_>>(),
        "identified": tools.identified.as_ref().and_then(|one| one.found.as_ref())
            .map(|found| found.iter().map(listed).collect::<Vec<_>>()),
        "shown": tools.shown.as_ref().map(|shown| json!({
            "feature": shown.id,
            "title": shown.title,
            "attributes": shown.attributes.iter().cloned().collect::<BTreeMap<_, _>>(),
        })),
    })
}

/// Files from elsewhere, what was tried or brought in, or what is asked.
fn intake(state: &AppState) -> Value {
    let intake = &state.intake;
    let (what, report, question, why) = match &intake.outcome {
        None => (None, None, None, None),
        Some(Outcome::Tried(report)) => (Some("tried"), Some(report.to_json()), None, None),
        Some(Outcome::Done(report)) => (Some("done"), Some(report.to_json()), None, None),
        Some(Outcome::Failed(why)) => (Some("failed"), None, None, Some(why)),
        Some(Outcome::Asked(question)) => {
            let readings: Vec<Value> = question
                .inside
                .iter()
                .map(|(reading, inside)| {
                    json!({ "crs": reading.crs.to_string(), "swap_axes": reading.swapped, "inside": inside })
                })
                .collect();
            let question = json!({ "rows": question.looked_at, "readings": readings });
            (Some("asked"), None, Some(question), None)
        }
    };
    json!({
        "files": intake.files, "wishes": intake.wishes, "profiles": intake.profiles,
        "running": intake.running.map(|running| json!({ "tries": running.tries, "bytes": running.bytes })),
        "outcome": what, "report": report, "question": question, "why": why,
        "said": intake.said.as_ref().map(|said| json!({ "text": said.text, "refused": said.refused })),
    })
}

/// What is wished of a printed sheet, the ground that it shows, and what came of the last one.
fn sheets(state: &AppState) -> Value {
    let (sheets, lang) = (&state.sheets, state.settings.lang);
    let footprint = sheet::footprint(state);
    let outcome = sheets.outcome.as_ref().map(|outcome| match outcome {
        sheet::Outcome::Done(report) => json!({
            "done": report.path,
            "bytes": report.bytes,
            "paper_mm": report.paper_mm,
            "pixels": report.page_px,
            "missing_letters": report.missing,
            "pictures": match report.pictures {
                Pictures::Unwanted => json!(null),
                Pictures::All => json!("all"),
                Pictures::Partly(count) => json!({ "lacking": count }),
                Pictures::Lost => json!("none"),
            },
            "words": report.words(lang),
        }),
        sheet::Outcome::Exists(path) => json!({ "exists": path }),
        sheet::Outcome::Failed(why) => json!({ "failed": why }),
        sheet::Outcome::Stopped => json!({ "stopped": true }),
    });
    json!({
        "wishes": sheets.wishes,
        "frame": {
            "corners": footprint.corners(),
            "ground_m": footprint.ground_m(),
            "outside": sheet::outside(state, &footprint),
        },
        "file": sheet::file_name(state),
        "running": sheets.running.is_some(),
        "outcome": outcome,
    })
}

/// Cells that hold with what waits, the changes that wait, what the checks found.
fn grid(state: &AppState) -> Value {
    let keeping = &state.keeping;
    let lang = state.settings.lang;
    let codes = |versions: &[CellVersion]| versions.iter().map(|version| version.code.clone()).collect::<Vec<_>>();
    json!({
        "cells": keeping.preview.current().count(),
        "change": keeping.change,
        "picked": keeping.picked,
        "waiting": keeping.made.iter()
            .map(|made| json!({ "ended": codes(&made.edit.ended), "began": codes(&made.edit.began) }))
            .collect::<Vec<_>>(),
        "said": keeping.said.as_ref().map(|said| json!({ "text": said.text, "refused": said.refused })),
        "findings": keeping.report.as_ref().map(|report| report.findings.iter()
            .map(|finding| json!({ "check": finding.check.id(), "cells": finding.cells, "text": finding.words(lang) }))
            .collect::<Vec<_>>()),
        "history": keeping.history.as_ref()
            .map(|code| keeping.preview.family(code).into_iter().map(|version| version.words(lang)).collect::<Vec<_>>()),
    })
}

fn section(state: &AppState, view: &SectionView) -> Value {
    let answer = match &view.outcome {
        SectionOutcome::Unasked | SectionOutcome::Working => json!({}),
        SectionOutcome::Failed(why) => json!({ "failed": why }),
        SectionOutcome::Done(section) => json!({
            "length_m": section.length_m,
            "crossings": section
                .crossings
                .iter()
                .map(|crossing| {
                    json!({
                        "kind": crossing.kind,
                        "name": crossing.name,
                        "at": crossing.at,
                        "along_m": crossing.along_m,
                        "angle_degrees": crossing.angle_degrees,
                        "size_m": crossing.size_m,
                        "depth_m": crossing.depth_m,
                    })
                })
                .collect::<Vec<_>>(),
            "clearances": section
                .clearances
                .iter()
                .map(|room| json!({ "aside_m": room.aside_m, "below_m": room.below_m }))
                .collect::<Vec<_>>(),
            "report": section.report(state.settings.lang),
        }),
    };
    json!({ "ends": view.ends, "answer": answer })
}

fn proposals(state: &AppState, case: &Case) -> Value {
    let at = case.report.place.at;
    let officers: Vec<_> = propose::officers(&state.reference.officers, at, state.office_now(), MOST_OFFICERS)
        .into_iter()
        .map(|one| {
            json!({
                "officer": one.officer.id,
                "name": one.officer.name,
                "distance_m": one.distance_m,
                "fix_age_minutes": one.fix_age_minutes,
            })
        })
        .collect();
    let departments: Vec<_> = propose::departments(&state.reference.departments, &case.report.class)
        .into_iter()
        .map(|one| {
            let fit = one.fit.map(|fit| match fit {
                propose::Fit::Class => "class",
                propose::Fit::Major => "major",
                propose::Fit::Place => "place",
            });
            json!({ "dept": one.department.code, "name": one.department.name, "fit": fit })
        })
        .collect();
    json!({ "officers": officers, "departments": departments })
}

fn help(state: &AppState) -> Value {
    let lang = state.settings.lang;
    let commands: Vec<_> = COMMANDS
        .iter()
        .map(|command| {
            let what = match command.verb {
                crate::app::bar::Verb::Act(kind) => case_words::act(lang, kind),
                _ => command.help(lang),
            };
            json!({ "words": command.words(), "args": command.pattern(lang), "what": what })
        })
        .collect();
    json!({ "commands": commands })
}
