//! A window on a desk: what the person does is done to the state at once, and written down.

use eframe::egui::{self, Key, Modifiers, Role};
use egui_kittest::kittest::{Queryable as _, by};
use egui_kittest::{Harness, HarnessBuilder, Node};

use crate::app::Action;
use crate::app::update::tests::desk::Desk;
use crate::map::widget::MapView;
use crate::ui::theme;
use crate::ui::view::{Around, View};

pub(super) struct Bench {
    pub(super) desk: Desk,
    pub(super) view: View,
    pub(super) sent: Vec<Action>,
}

/// The window with its test hands.
pub(super) struct Window(pub(super) Harness<'static, Bench>);

pub(super) fn window(desk: Desk) -> Window {
    window_sized(desk, 1366.0, 768.0, |builder| builder)
}

pub(super) fn window_sized(
    desk: Desk,
    width: f32,
    height: f32,
    with: impl FnOnce(HarnessBuilder<Bench>) -> HarnessBuilder<Bench>,
) -> Window {
    let around = Around { demonstration: true, demo_password: "jiedao-demo".into() };
    let bench = Bench { desk, view: View::new(MapView::new(None), around), sent: Vec::new() };
    let builder =
        Harness::<Bench>::builder().with_size(egui::vec2(width, height)).with_max_steps(12).with_context_setup(|ctx| {
            theme::install_fonts(ctx);
            theme::apply(ctx, Default::default(), Default::default());
        });
    let harness = with(builder).build_ui_state(
        |ui: &mut egui::Ui, bench: &mut Bench| {
            bench.view.prepare(ui.ctx(), &bench.desk.state);
            let mut actions = Vec::new();
            bench.view.show(ui, &bench.desk.state, &mut actions);
            if !actions.is_empty() {
                ui.ctx().request_repaint();
            }
            for action in actions {
                bench.sent.push(action.clone());
                bench.desk.act(action);
            }
        },
        bench,
    );
    let mut window = Window(harness);
    window.run();
    window
}

impl Window {
    /// Frames until the window stands still; it has to.
    pub(super) fn run(&mut self) {
        self.0.run();
    }

    pub(super) fn desk(&mut self) -> &mut Desk {
        &mut self.0.state_mut().desk
    }

    pub(super) fn node<'a>(&'a self, name: &'a str) -> Node<'a> {
        self.0.get_by_label(name)
    }

    pub(super) fn has(&self, words: &str) -> bool {
        self.0.query_all_by_label_contains(words).next().is_some()
    }

    pub(super) fn click(&mut self, name: &str) {
        self.node(name).click();
        self.run();
    }

    /// Clicks the row of a list whose name holds these words.
    pub(super) fn click_row(&mut self, words: &str) {
        let rows = self.0.get_all(by().role(Role::ListBoxOption).label_contains(words));
        rows.into_iter().next().unwrap_or_else(|| panic!("no row {words}")).click();
        self.run();
    }

    pub(super) fn key(&mut self, key: Key) {
        self.0.key_press(key);
        self.run();
    }

    pub(super) fn key_with(&mut self, modifiers: Modifiers, key: Key) {
        self.0.key_press_modifiers(modifiers, key);
        self.run();
    }

    /// Types into whatever has the keyboard.
    pub(super) fn types(&mut self, text: &str) {
        self.0.event(egui::Event::Text(text.into()));
        self.run();
    }

    /// What the person did since the last call.
    pub(super) fn sent(&mut self) -> Vec<Action> {
        std::mem::take(&mut self.0.state_mut().sent)
    }
}
