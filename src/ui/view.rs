//! The whole window as a function of the state: bars at the top and the bottom, left column, map, the hand. Tests run it without
//! a window.

use eframe::egui::{self, Frame, Margin, Ui};

use crate::app::action::Action;
use crate::app::state::{AppState, Seat, Session, Severity, TextScale, ThemeChoice};
use crate::base::Timestamp;
use crate::map::widget::MapView;
use crate::ui::local::{Focus, Hand, Local, Pane};
use crate::ui::map_panel::Overlays;
use crate::ui::theme::Palette;
use crate::ui::{
    call_centre, column, command, data, inbox, keys, login, map_panel, notices, status_bar, step_form, still,
    supervision, theme, top_bar, widgets,
};

/// What surrounds the window and does not change while it is open.
#[derive(Clone, Debug, Default)]
pub struct Around {
    /// The data are made up, and the window says so.
    pub demonstration: bool,
    /// Password of everybody in the demonstration.
    pub demo_password: String,
}

/// The window between frames.
pub struct View {
    /// What belongs to the window alone.
    pub local: Local,
    /// The map.
    pub map: MapView,
    overlays: Overlays,
    around: Around,
    applied: Option<(ThemeChoice, TextScale)>,
    was_in: bool,
    focus_frames: u8,
}

impl View {
    /// A window with this map.
    pub fn new(map: MapView, around: Around) -> Self {
        let local = Local { focus: Some(Focus::Login), ..Local::default() };
        Self { local, map, overlays: Overlays::default(), around, applied: None, was_in: false, focus_frames: 0 }
    }

    /// Puts the settings into effect; before [`Self::show`] in each frame. Costs nothing while they stay the same.
    pub fn prepare(&mut self, ctx: &egui::Context, state: &AppState) {
        let wanted = (state.settings.theme, state.settings.text_scale);
        if self.applied != Some(wanted) {
            self.applied = Some(wanted);
            theme::apply(ctx, wanted.0, wanted.1);
            ctx.request_repaint();
        }
    }

    /// Shows the window and tells what the person did.
    pub fn show(&mut self, ui: &mut Ui, state: &AppState, out: &mut Vec<Action>) {
        let inside = matches!(state.session, Session::User(_));
        if inside != self.was_in {
            self.was_in = inside;
            self.local.focus = Some(if inside { first_focus(state) } else { Focus::Login });
        }
        if !inside {
            login::show(ui, state, &mut self.local, &self.around, out);
            return;
        }
        step_form::forget_sent(state, &mut self.local);
        if state.selected != self.local.last_case && state.selected.is_some() {
            // A case taken in hand by key, map or command line is seen in the call centre as well.
            self.local.hand = Hand::Case;
        }
        keys::read(ui.ctx(), state, &mut self.local, out);
        data::dropped(ui.ctx(), &mut self.local, out);
        self.panels(ui, state, out);
        self.local.last_case = state.selected;
        self.age_focus(ui.ctx());
    }

    /// A place that the keyboard is to go to may come with the next frame (another seat, a form); one that never comes is
    /// not waited for.
    fn age_focus(&mut self, ctx: &egui::Context) {
        const FRAMES: u8 = 3;
        self.focus_frames = if self.local.focus.is_some() { self.focus_frames + 1 } else { 0 };
        if self.focus_frames >= FRAMES {
            self.local.focus = None;
            self.focus_frames = 0;
        } else if self.focus_frames > 0 {
            ctx.request_repaint();
        }
    }

    fn panels(&mut self, ui: &mut Ui, state: &AppState, out: &mut Vec<Action>) {
        let palette = Palette::of(state.settings.theme);
        let bar = |margin| Frame::new().fill(palette.bar).inner_margin(margin);
        // The window is cleared with the ground's colour: nothing is filled twice.
        let side = Frame::new().inner_margin(Margin::symmetric(8, 8));
        let local = &mut self.local;
        // On whole pixels, so that a panel that stands still can be kept as a picture.
        let pixels_per_point = ui.ctx().pixels_per_point();
        let whole = |points: f32| (points * pixels_per_point).round() / pixels_per_point;
        let top = egui::Panel::top("top").frame(bar(Margin::symmetric(10, 6))).exact_size(whole(42.0)).show(ui, |ui| {
            top_bar::show(ui, state, local, &self.around, out);
        });
        let status =
            egui::Panel::bottom("status").frame(bar(Margin::symmetric(10, 3))).exact_size(whole(28.0)).show(ui, |ui| {
                status_bar::show(ui, state, out);
            });
        let width = ui.available_width();
        let (left, right) = (whole((width * 0.235).clamp(260.0, 400.0)), whole((width * 0.28).clamp(286.0, 480.0)));
        let column = egui::Panel::left("column").frame(side).resizable(false).exact_size(left).show(ui, |ui| {
            column::show(ui, state, local, out);
        });
        let hand = egui::Panel::right("hand").frame(side).resizable(false).exact_size(right).show(ui, |ui| {
            anchor(ui, state, local);
            if !state.notices.is_empty() {
                let frame = Frame::new().inner_margin(Margin { left: 0, right: 0, top: 4, bottom: 0 });
                egui::Panel::bottom("notices").frame(frame).show_separator_line(false).show(ui, |ui| {
                    notices::show(ui, state, out);
                });
            }
            let room = Frame::new();
            egui::CentralPanel::no_frame().frame(room).show(ui, |ui| {
                if let Some(why) = &state.sync.store_failed {
                    // Nothing weighs more than this: what is done now is not kept.
                    widgets::banner(ui, Severity::Error, |ui| {
                        ui.add(egui::Label::new(why.as_str()).wrap());
                    });
                }
                if state.inbox_open {
                    inbox::show(ui, state, local, out);
                } else {
                    match state.seat {
                        Seat::CallCentre => call_centre::show(ui, state, local, out),
                        Seat::Supervision => supervision::show(ui, state, local, out),
                        Seat::Command => command::show(ui, state, local, out),
                    }
                }
            });
        });
        still::tell(ui.ctx(), [top, status].map(|bar| bar.response.rect));
        still::tell(ui.ctx(), [column.response.rect, hand.response.rect]);
        // What is left between the two is the map's.
        let map = ui.available_rect_before_wrap();
        local.panes = Pane::ALL.map(|pane| {
            Some(match pane {
                Pane::Column => column.response.rect,
                Pane::Map => map,
                Pane::Hand => hand.response.rect,
            })
        });
        map_panel::show(ui, state, local, &mut self.map, &mut self.overlays, out);
    }
}

/// Where the keyboard arrives in the pane of the hand; Tab goes on to what stands in it.
fn anchor(ui: &mut Ui, state: &AppState, local: &mut Local) {
    let whole = ui.available_rect_before_wrap();
    let anchor = ui.interact(whole, egui::Id::unique("hand-anchor"), egui::Sense::focusable_noninteractive());
    anchor.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Group, true, state.settings.lang.text("ui.hand.name")));
    if local.focus == Some(Focus::Hand) {
        local.focus = None;
        anchor.request_focus();
    }
    if anchor.has_focus() {
        widgets::focus_ring(ui, whole);
    }
}

fn first_focus(state: &AppState) -> Focus {
    match state.seat {
        Seat::CallCentre => Focus::Sheet,
        Seat::Supervision | Seat::Command => Focus::Queue,
    }
}

/// How long the window may stand still: until the next text on it changes by itself. Clock and ages are told in minutes;
/// while something is on its way or a message stands that goes by itself, the state is asked each second; an error waits
/// for a person.
pub fn stands_for(state: &AppState, now: Timestamp) -> std::time::Duration {
    use crate::app::state::{Link, PackState, ProfileState};
    use std::time::Duration;
    let busy = state.notices.iter().any(|notice| notice.severity < Severity::Error)
        || !state.cases.saving.is_empty()
        || state.session == Session::LoggingIn
        || state.profile == ProfileState::Opening
        || (state.sync.link == Link::Starting && state.session.user().is_some())
        || matches!(state.pack, PackState::Loading { .. });
    if busy {
        return Duration::from_secs(1);
    }
    let into_minute = now.as_millisecond().rem_euclid(60_000).unsigned_abs();
    Duration::from_millis((60_000 - into_minute + 50).min(15_000))
}
