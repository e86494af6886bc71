//! The window's loop: `logic` takes in what the workers have told, `ui` only shows, and the window is drawn again when
//! something has come in or the next text is due. Nothing repaints without end.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use eframe::egui;

use crate::app::action::{Action, Secret};
use crate::app::runtime::{Config, Runtime, StartError};
use crate::app::state::{AppState, ProfileState, Session};
use crate::base::clock::SystemClock;
use crate::base::text::Lang;
use crate::base::{Clock, UserId};
use crate::map::scene::Scene;
use crate::map::side::Side;
use crate::map::widget::MapView;
use crate::ui::view::{Around, View, stands_for};
use crate::ui::{map_overlay, still, theme};

/// Time in which `logic` has to be done, so that a frame stays a frame.
const BUDGET: Duration = Duration::from_millis(8);

/// How a window comes to its profile, server and map.
#[derive(Debug)]
pub struct Start {
    /// Folder of the profile.
    pub profile: PathBuf,
    /// Address of the district server.
    pub server: Option<String>,
    /// The street's map pack.
    pub pack: Option<PathBuf>,
    /// The style file; the profile's own when none is given.
    pub style: Option<PathBuf>,
    /// What surrounds the window.
    pub around: Around,
    /// Who is logged in without being asked: the dispatcher of the demonstration.
    pub login: Option<(UserId, String)>,
}

/// Rings for the window from another thread.
pub type Wake = Arc<dyn Fn() + Send + Sync>;

/// Opens the window and returns when it is closed. `begin` is called once display and graphics are there.
///
/// # Errors
/// When there is no display or no graphics, or `begin` fails.
pub fn open(lang: Lang, begin: impl FnOnce(Wake) -> std::io::Result<Box<dyn Before>> + 'static) -> eframe::Result {
    let options = eframe::NativeOptions {
        viewport: egui::ViewportBuilder::default()
            .with_title(lang.text("ui.window"))
            .with_app_id("jiedao")
            .with_inner_size([1366.0, 768.0])
            .with_min_inner_size([960.0, 540.0])
            .with_maximized(true),
        renderer: eframe::Renderer::Wgpu,
        system_font_fallback: false,
        // There are no gradients to smooth, and on the software driver each pixel of noise costs.
        dithering: false,
        ..Default::default()
    };
    let create: eframe::AppCreator<'_> = Box::new(move |cc| {
        let ctx = cc.egui_ctx.clone();
        let before = begin(Arc::new(move || ctx.request_repaint()))?;
        Ok(Box::new(Shell::new(cc, before, lang)))
    });
    eframe::run_native("jiedao", options, create)
}

/// What has to be done before a console can start, told in words while it lasts; kept until the window is closed.
pub trait Before {
    /// How far it is: `Err` with words for a person when it cannot be done.
    ///
    /// # Errors
    /// What a person is told.
    fn poll(&mut self) -> Result<Option<Start>, String>;

    /// What is being done, in words.
    fn words(&self) -> String;
}

/// Nothing has to be done before: it can start at once.
impl Before for Option<Start> {
    fn poll(&mut self) -> Result<Option<Start>, String> {
        Ok(self.take())
    }

    fn words(&self) -> String {
        String::new()
    }
}

enum Stage {
    Waiting,
    Failed(String),
    Running { runtime: Box<Runtime>, view: Box<View>, login: Option<(UserId, String)>, shown_scene: Option<Arc<Scene>> },
}

/// The window's program.
pub struct Shell {
    // The console goes before what it stands on.
    stage: Stage,
    before: Box<dyn Before>,
    gpu: Option<eframe::egui_wgpu::RenderState>,
    clock: Arc<dyn Clock>,
    lang: Lang,
    ctx: egui::Context,
    frames: u8,
}

impl Shell {
    /// A window that waits for what is done before.
    pub fn new(cc: &eframe::CreationContext<'_>, before: Box<dyn Before>, lang: Lang) -> Self {
        theme::install_fonts(&cc.egui_ctx);
        theme::use_system_fonts(&cc.egui_ctx);
        theme::apply(&cc.egui_ctx, Default::default(), Default::default());
        still::install(&cc.egui_ctx, cc.wgpu_render_state.as_ref());
        Self {
            stage: Stage::Waiting,
            before,
            gpu: cc.wgpu_render_state.clone(),
            clock: Arc::new(SystemClock::default()),
            lang,
            ctx: cc.egui_ctx.clone(),
            frames: 0,
        }
    }

    fn start(&self, start: Start) -> Result<Stage, StartError> {
        let ctx = self.ctx.clone();
        let config = Config {
            profile: start.profile,
            server: start.server,
            pack: start.pack,
            style: start.style,
            scene: true,
            clock: self.clock.clone(),
            wake: Arc::new(move || ctx.request_repaint()),
        };
        let mut runtime = Runtime::start(config)?;
        runtime.set_signs(Box::new(map_overlay::printed));
        let view = View::new(MapView::new(self.gpu.as_ref()), start.around);
        Ok(Stage::Running { runtime: Box::new(runtime), view: Box::new(view), login: start.login, shown_scene: None })
    }

    /// On X11 a window that is not shown yet cannot be maximised: it is asked for once more with the second frame.
    fn fill_the_screen(&mut self) {
        const SHOWN: u8 = 2;
        if self.frames < SHOWN {
            self.frames += 1;
            self.ctx.request_repaint();
            if self.frames == SHOWN {
                self.ctx.send_viewport_cmd(egui::ViewportCommand::Maximized(true));
            }
        }
    }

    fn step_before(&mut self) {
        if !matches!(self.stage, Stage::Waiting) {
            return;
        }
        match self.before.poll() {
            Ok(None) => self.ctx.request_repaint_after(Duration::from_millis(100)),
            Ok(Some(start)) => {
                self.stage = match self.start(start) {
                    Ok(stage) => stage,
                    Err(error) => Stage::Failed(self.lang.fill("ui.start.failed", &[("why", &error)])),
                };
            }
            Err(why) => self.stage = Stage::Failed(why),
        }
    }
}

/// Whether the demonstration's dispatcher can be logged in now.
fn ready_for_login(state: &AppState) -> bool {
    state.profile == ProfileState::Open && state.session == Session::LoggedOut
}

impl eframe::App for Shell {
    fn logic(&mut self, ctx: &egui::Context, _frame: &mut eframe::Frame) {
        self.step_before();
        let Stage::Running { runtime, view, login, shown_scene } = &mut self.stage else { return };
        runtime.poll(BUDGET);
        if let Some((user, password)) = login.take_if(|_| ready_for_login(runtime.state())) {
            runtime.act(Action::Login { user, password: Secret(password) });
        }
        if let Some(scene) =
            runtime.scene().filter(|scene| !shown_scene.as_ref().is_some_and(|old| Arc::ptr_eq(old, scene)))
        {
            view.map.set_scene(scene);
            *shown_scene = Some(scene.clone());
        }
        for side in Side::ALL {
            view.map.set_underlay(side, runtime.underlay(side));
        }
        view.prepare(ctx, runtime.state());
        ctx.request_repaint_after(stands_for(runtime.state(), self.clock.now()));
    }

    /// The ground of all panels; filling it in costs a pass over the whole window on the software driver.
    fn clear_color(&self, visuals: &egui::Visuals) -> [f32; 4] {
        visuals.panel_fill.to_normalized_gamma_f32()
    }

    fn ui(&mut self, ui: &mut egui::Ui, _frame: &mut eframe::Frame) {
        self.fill_the_screen();
        match &mut self.stage {
            Stage::Waiting => message(ui, self.lang.text("ui.start.waiting"), &self.before.words()),
            Stage::Failed(why) => message(ui, self.lang.text("ui.start.cannot"), why),
            Stage::Running { runtime, view, .. } => {
                let mut actions = Vec::new();
                view.show(ui, runtime.state(), &mut actions);
                let pixels_per_point = ui.ctx().pixels_per_point();
                if !actions.is_empty() {
                    for action in actions {
                        runtime.act(action);
                    }
                    // What the actions changed is shown at once, once.
                    ui.ctx().request_repaint();
                }
                runtime.see(view.map.size(), pixels_per_point);
            }
        }
    }
}

fn message(ui: &mut egui::Ui, title: &str, words: &str) {
    egui::CentralPanel::no_frame().show(ui, |ui| {
        ui.add_space(ui.available_height() * 0.3);
        ui.vertical_centered(|ui| {
            ui.set_max_width(560.0);
            ui.label(theme::bold(title).size(20.0));
            ui.add_space(8.0);
            ui.label(words);
        });
    });
}
