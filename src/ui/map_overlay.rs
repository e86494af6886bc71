//! Signs above the base map, made from the state when its overlay revision has changed and not otherwise. Signs and
//! lamps follow DOMAIN.md 7.1: square for a component, circle for an event, the lamp by shape and colour at its corner.

use std::sync::Arc;

use eframe::egui::Color32;
use jiff::civil::Date;

use crate::app::beside::Shown;
use crate::app::state::{AppState, ThemeChoice};
use crate::app::timeline::{self, Group, Span, Within};
use crate::base::clock::office_time;
use crate::base::text::Lang;
use crate::base::{CaseId, LonLat, Revision, Timestamp};
use crate::domain::case::Lamp;
use crate::domain::case::command::Kind;
use crate::domain::org::{Fix, Officer, OfficerId};
use crate::map::camera::Camera;
use crate::map::overlay::{Marker, Overlay, Shape};
use crate::map::style::{LayerGroup, MapTheme};
use crate::spatial::crs::{Ground, ground_from_lonlat, lonlat_from_ground};
use crate::ui::theme::Palette;
use crate::ui::words;

/// What a sign stands for.
#[derive(Clone, PartialEq, Debug)]
pub enum Sign {
    /// A case.
    Case(CaseId),
    /// Open cases near each other, and where their middle is.
    Cases(Vec<CaseId>, LonLat),
    /// Ended cases and past incidents near each other: how many.
    Past(usize, LonLat),
    /// An officer.
    Officer(OfficerId),
    /// The place of the report being taken.
    Draft,
    /// The point that was asked about.
    Inspected,
    /// An end of the cross-section: 0 or 1.
    SectionEnd(usize),
}

/// What the picture depends on, but for the view.
#[derive(Clone, PartialEq, Debug)]
struct Made {
    revision: Revision,
    books: usize,
    theme: ThemeChoice,
    selected: Option<CaseId>,
    /// Midnight, by which spans with a name are counted.
    day: Option<Date>,
    /// Ages of the fixes in words.
    ages: Vec<String>,
    lang: Lang,
    /// How signs are grouped.
    step: Option<i32>,
    /// Layers that are hidden, and the days.
    shown: (Vec<LayerGroup>, Option<Span>),
    /// The part of the plane in which past incidents are looked for: column, row and step of a square.
    part: Option<[i64; 2]>,
}

/// Officers whose last fix is older than this are drawn fainter: they may be anywhere by now.
const STALE_MINUTES: i64 = 15;
/// Past incidents are looked for so many points around the middle of a part of the map, and a part is so many points wide.
const PART_POINTS: f64 = 1500.0;
const REACH_POINTS: f64 = 3600.0;
/// Opacity of what is past, of 255.
const PAST_OPACITY: u8 = 200;
/// No more signs of what is past than this; beyond it even near ones become discs.
const MOST_PAST: usize = 1500;

/// The overlay with what its keys mean; kept from frame to frame.
#[derive(Debug, Default)]
pub struct MapOverlay {
    overlay: Arc<Overlay>,
    signs: Vec<Sign>,
    made: Option<Made>,
    within: Option<Within>,
}

impl MapOverlay {
    /// The signs of a map, made anew only when something in it changed.
    pub fn of(&mut self, state: &AppState, shown: Shown<'_>) -> &Arc<Overlay> {
        let wanted = wanted(state, shown, state.map.camera, state.settings.theme);
        if self.made.as_ref() != Some(&wanted) {
            self.signs.clear();
            // The painter may still be drawing from the one before.
            let mut revision = self.overlay.revision;
            revision.bump();
            self.overlay = Arc::new(Overlay { revision, ..Overlay::default() });
            self.fill(state, shown, &wanted, state.map.camera.metres_per_point);
            self.pins(state, &wanted);
            self.made = Some(wanted);
        }
        &self.overlay
    }

    /// The signs as they were made last.
    pub fn overlay(&self) -> &Arc<Overlay> {
        &self.overlay
    }

    /// What the key of a marker stands for.
    pub fn sign(&self, key: u64) -> Option<&Sign> {
        self.signs.get(usize::try_from(key).ok()?)
    }

    /// What falls into the span of days that is shown: the cases of the map, counted.
    pub fn within(&self) -> Option<&Within> {
        self.within.as_ref()
    }

    fn add(&mut self, sign: Sign, marker: Marker) {
        let key = self.signs.len() as u64;
        self.signs.push(sign);
        Arc::make_mut(&mut self.overlay).markers.push(Marker { key, ..marker });
    }

    fn fill(&mut self, state: &AppState, shown: Shown<'_>, made: &Made, metres_per_point: f64) {
        self.within = shown.span.map(|span| timeline::within(state, span));
        let palette = Palette::of(made.theme);
        let shows = |layer| !shown.hidden.contains(&layer);
        if shows(LayerGroup::Incidents) {
            self.past(state, shown.span, palette, made, metres_per_point);
        }
        if shows(LayerGroup::Officers) {
            self.officers(state, palette, made);
        }
        if shows(LayerGroup::Cases) {
            self.cases(state, palette, made.step);
        }
    }

    /// What is at work: the point that was asked about, the ends of the section, the report being taken.
    fn pins(&mut self, state: &AppState, made: &Made) {
        let palette = Palette::of(made.theme);
        if let Some(inspected) = &state.map.inspected {
            self.add(Sign::Inspected, marker(inspected.at, Shape::Pin, palette.weak));
        }
        for (end, at) in state.map.section.iter().flat_map(|section| section.ends).flatten().enumerate() {
            let glyph = ["A", "B"][end].to_owned();
            self.add(Sign::SectionEnd(end), Marker { glyph, ..marker(at, Shape::Pin, palette.accent) });
        }
        if let Some(place) = &state.draft.place {
            self.add(Sign::Draft, Marker { selected: true, ..marker(place.at, Shape::Pin, palette.pin) });
        }
    }

    fn officers(&mut self, state: &AppState, palette: &Palette, made: &Made) {
        let now = state.office_now();
        for (officer, age) in state.reference.officers.iter().zip(&made.ages) {
            let Some(fix) = officer.fix.filter(|fix| fix.at.is_valid()) else { continue };
            let stale = minutes_old(&fix, now) >= STALE_MINUTES;
            let sign = Marker {
                heading_degrees: fix.heading_degrees,
                faint: !officer.on_duty || stale,
                note: age.clone(),
                ..marker(fix.at, Shape::Person, palette.officer)
            };
            self.add(Sign::Officer(officer.id.clone()), sign);
        }
    }

    /// Ended cases and past incidents of the span that is shown.
    fn past(&mut self, state: &AppState, span: Option<Span>, palette: &Palette, made: &Made, scale: f64) {
        let (Some(span), Some(within), Some(part)) = (span, self.within.clone(), made.part) else { return };
        let around = part_middle(part, scale);
        let reach_m = REACH_POINTS * scale_of_step(scale);
        let near = timeline::discs(state, span, &within.ended, made.step.unwrap_or(NEAR_STEP), around, reach_m);
        let discs = if made.step.is_none() && near.len() > MOST_PAST {
            timeline::discs(state, span, &within.ended, 1, around, reach_m)
        } else {
            near
        };
        for disc in discs {
            // The area grows slowly with the number, so that a thousand do not cover the street.
            let size = (0.55 + 0.16 * (disc.count as f32).ln()).min(1.7);
            let sign = Marker {
                glyph: if disc.count > 1 { short(disc.count) } else { String::new() },
                size,
                ..marker(disc.at, Shape::Circle, palette.past)
            };
            // The ground shows through; the number stays plain.
            let [r, g, b, _] = sign.fill;
            let sign = Marker { fill: [r, g, b, PAST_OPACITY], ..sign };
            self.add(Sign::Past(disc.count, disc.at), sign);
        }
    }

    /// Open cases, from afar those near each other as one sign; the one in hand last and by itself, so that it lies on top,
    /// and even when it has ended or came in on another day.
    fn cases(&mut self, state: &AppState, palette: &Palette, step: Option<i32>) {
        let shown: Vec<CaseId> = match &self.within {
            Some(within) => within.open.clone(),
            None => state.cases.open.iter().copied().collect(),
        };
        let others = shown.into_iter().filter(|id| state.selected != Some(*id));
        let placed = others.filter_map(|id| Some((state.cases.view.get(&id)?.report.place.at, id)));
        let groups = match step {
            Some(step) => timeline::grouped(placed, step),
            None => placed.map(|(at, id)| Group { at, members: vec![id] }).collect(),
        };
        for group in groups {
            match *group.members.as_slice() {
                [only] => self.case(state, palette, only),
                _ => self.group(state, palette, group),
            }
        }
        if let Some(id) = state.selected {
            self.case(state, palette, id);
        }
    }

    fn case(&mut self, state: &AppState, palette: &Palette, id: CaseId) {
        let Some(case) = state.cases.view.get(&id) else { return };
        let shape = match case.report.class.kind {
            Kind::Component => Shape::Square,
            Kind::Event => Shape::Circle,
        };
        let lamp = state.cases.lamps.get(&id).copied().unwrap_or(Lamp::Off);
        let sign = Marker {
            lamp: lamp_shape(lamp).map(|shape| (shape, bytes(palette.lamp(lamp)))),
            glyph: words::class_glyph(state, &case.report.class),
            selected: state.selected == Some(id),
            faint: !case.state.is_open(),
            ..marker(case.report.place.at, shape, palette.sign)
        };
        self.add(Sign::Case(id), sign);
    }

    /// Cases near each other: how many, and the lamp of the worst of them.
    fn group(&mut self, state: &AppState, palette: &Palette, group: Group<CaseId>) {
        let lamp = worst(state, &group.members);
        let sign = Marker {
            lamp: lamp_shape(lamp).map(|shape| (shape, bytes(palette.lamp(lamp)))),
            glyph: short(group.members.len()),
            size: 1.2,
            ..marker(group.at, Shape::Circle, palette.sign)
        };
        self.add(Sign::Cases(group.members, group.at), sign);
    }
}

/// The signs of the map in hand as another view shows them: cases, past incidents and persons of the layers shown, without the
/// marks of what is at work.
pub fn printed(state: &AppState, camera: Camera, theme: MapTheme) -> Arc<Overlay> {
    let theme = if theme == MapTheme::Dark { ThemeChoice::Dark } else { ThemeChoice::Light };
    let shown = state.map.shown(state.map.in_hand());
    let mut signs = MapOverlay::default();
    signs.fill(state, shown, &wanted(state, shown, camera, theme), camera.metres_per_point);
    signs.overlay
}

/// The worst lamp of some cases.
pub fn worst(state: &AppState, cases: &[CaseId]) -> Lamp {
    let rank = |lamp: &Lamp| match lamp {
        Lamp::Off => 0,
        Lamp::Green => 1,
        Lamp::Yellow => 2,
        Lamp::Red => 3,
    };
    let lamps = cases.iter().filter_map(|id| state.cases.lamps.get(id).copied());
    lamps.max_by_key(rank).unwrap_or(Lamp::Off)
}

fn lamp_shape(lamp: Lamp) -> Option<Shape> {
    match lamp {
        Lamp::Off => None,
        Lamp::Green => Some(Shape::Circle),
        Lamp::Yellow => Some(Shape::Triangle),
        Lamp::Red => Some(Shape::Square),
    }
}

fn minutes_old(fix: &Fix, now: Timestamp) -> i64 {
    now.duration_since(fix.time).as_mins()
}

/// A number in at most four letters.
fn short(count: usize) -> String {
    match count {
        0..=9_999 => count.to_string(),
        10_000..=99_999 => format!("{:.0}k", count as f64 / 1000.0),
        _ => "99k+".to_owned(),
    }
}

/// Near by, what stands at the same door is one sign still.
const NEAR_STEP: i32 = -3;

/// The scale that a whole step is seen at, metres for a point: parts do not change while one zooms within it.
fn scale_of_step(metres_per_point: f64) -> f64 {
    2.0_f64.powi(metres_per_point.max(1e-3).log2().ceil() as i32)
}

fn part(camera: Camera) -> [i64; 2] {
    let side = PART_POINTS * scale_of_step(camera.metres_per_point);
    let middle = ground_from_lonlat(camera.center);
    [middle.east_m, middle.north_m].map(|metres| (metres / side).floor() as i64)
}

fn part_middle(part: [i64; 2], metres_per_point: f64) -> LonLat {
    let side = PART_POINTS * scale_of_step(metres_per_point);
    let [east_m, north_m] = part.map(|number| (number as f64 + 0.5) * side);
    lonlat_from_ground(Ground { east_m, north_m })
}

fn wanted(state: &AppState, shown: Shown<'_>, camera: Camera, theme: ThemeChoice) -> Made {
    let lang = state.settings.lang;
    let now = state.office_now();
    let shows_officers = !shown.hidden.contains(&LayerGroup::Officers);
    let step = timeline::step(camera.metres_per_point);
    // From afar only an age that matters is worth its room.
    let is_told = |fix: &Fix| step.is_none_or(|step| step <= 1) || minutes_old(fix, now) >= STALE_MINUTES;
    let age =
        |officer: &Officer| officer.fix.filter(is_told).map_or_else(String::new, |fix| words::age(lang, now, fix.time));
    let officers = state.reference.officers.iter().filter(|_| shows_officers);
    Made {
        revision: state.overlay_revision,
        books: Arc::as_ptr(&state.books) as usize,
        theme,
        selected: state.selected,
        day: shown.span.map(|_| office_time(now).date()),
        ages: officers.map(age).collect(),
        lang,
        step,
        part: shown.span.filter(|_| !shown.hidden.contains(&LayerGroup::Incidents)).map(|_| part(camera)),
        shown: (shown.hidden.to_vec(), shown.span),
    }
}

fn marker(at: LonLat, shape: Shape, fill: Color32) -> Marker {
    Marker {
        key: 0,
        at,
        shape,
        fill: bytes(fill),
        lamp: None,
        glyph: String::new(),
        heading_degrees: None,
        selected: false,
        faint: false,
        note: String::new(),
        size: 1.0,
    }
}

fn bytes(colour: Color32) -> [u8; 4] {
    colour.to_srgba_unmultiplied()
}
