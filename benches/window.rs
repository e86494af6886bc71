//! What a frame of the window costs while the map is dragged, beside an empty window of the same size in the same run.
//!
//! `cargo bench --bench window`, on a screen (`xvfb-run -s '-screen 0 1920x1080x24' cargo bench --bench window`). The console is the
//! whole one with the demonstration's server behind it; its map is the generated town, or the pack that `JIEDAO_BENCH_PACK`
//! names. Each window is a process of its own that repaints without end; a frame lasts from one call of its `ui` to the next.

#![allow(clippy::print_stdout, clippy::unwrap_used, dead_code)]

#[path = "../tests/it/headless_desk.rs"]
mod headless_desk;

use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::Duration;

use eframe::{egui, egui_wgpu};
use headless_desk::Server;
use jiedao::base::clock::SystemClock;
use jiedao::base::text::Lang;
use jiedao::base::{Clock, UserId};
use jiedao::demo::{PASSWORD, Plan, SEED, write_pack};
use jiedao::ui::shell::{Shell, Start};
use jiedao::ui::view::Around;

const SIZE: [f32; 2] = [1920.0, 1080.0];
/// Until then the console has its map and its dispatcher; the first of all makes the map's drawing, which the others open.
const WARM: Duration = Duration::from_secs(8);
const FIRST: Duration = Duration::from_secs(40);
/// Frames that count.
const FRAMES: usize = 200;
/// Points that the pointer moves with each frame of a drag.
const STEP: f32 = 12.0;
const WANTED: f64 = 1.5;

fn main() {
    let mut arguments = std::env::args().skip(1).filter(|argument| argument != "--bench");
    match (arguments.next().as_deref(), arguments.next(), arguments.next(), arguments.next()) {
        (Some("empty"), ..) => child(Duration::from_secs(1), |_| Box::new(Empty)),
        (Some(what @ ("first" | "still" | "drag")), Some(address), Some(pack), Some(profile)) => {
            let (drags, profile) = (what == "drag", PathBuf::from(profile));
            child(if what == "first" { FIRST } else { WARM }, move |cc| {
                let start = Start {
                    style: None,
                    profile,
                    server: Some(address),
                    pack: Some(pack.into()),
                    around: Around { demonstration: true, demo_password: PASSWORD.to_owned() },
                    login: Some((UserId::from("dispatcher1"), PASSWORD.to_owned())),
                };
                let shell = Shell::new(cc, Box::new(Some(start)), Lang::ZhCn);
                Box::new(Console { shell, drags, clock: SystemClock::default(), at: None })
            });
        }
        _ => parent(),
    }
}

fn parent() {
    let folder = tempfile::tempdir().unwrap();
    let pack = std::env::var_os("JIEDAO_BENCH_PACK").map_or_else(
        || {
            let path = folder.path().join("town.gpkg");
            write_pack(&path, Plan::town(SEED), |_| ()).unwrap();
            path
        },
        PathBuf::from,
    );
    let server = Server::start_at(&folder.path().join("district.db"), "127.0.0.1:0".parse().unwrap(), &["--demo"]);
    let address = format!("http://{}", server.address);
    let profile = folder.path().join("profile");
    let run = |what: &str| -> Vec<f64> {
        let mut child = Command::new(std::env::current_exe().unwrap());
        child.arg(what).arg(&address).arg(&pack).arg(&profile).stdout(Stdio::piped());
        let output = child.spawn().unwrap().wait_with_output().unwrap();
        let words = String::from_utf8(output.stdout).unwrap();
        words.split_whitespace().map(|number| number.parse().unwrap()).collect()
    };
    println!("| window | frame ms, median | longest | ratio | of it the program's own, before drawing |");
    println!("|---|---|---|---|---|");
    let mut empty = None;
    if run("first").len() != 3 {
        println!("| the window did not open | | | | |");
        return;
    }
    for (what, words) in [("empty", "empty"), ("still", "console, map unmoved"), ("drag", "console, map dragged")] {
        let numbers = run(what);
        let [median, longest, own] = numbers[..] else { panic!("{what}: {numbers:?}") };
        let ratio = median / *empty.get_or_insert(median);
        let wanted = if what == "drag" { format!(" (of {WANTED})") } else { String::new() };
        println!("| {words} | {median:.1} | {longest:.1} | {ratio:.2}{wanted} | {own:.1} |");
    }
}

fn child(warm: Duration, make: impl FnOnce(&eframe::CreationContext<'_>) -> Box<dyn eframe::App> + 'static) {
    let options = eframe::NativeOptions {
        viewport: egui::ViewportBuilder::default().with_inner_size(SIZE).with_decorations(false),
        renderer: eframe::Renderer::Wgpu,
        system_font_fallback: false,
        dithering: false,
        wgpu_options: egui_wgpu::WgpuConfiguration::default().with_surface_config(egui_wgpu::SurfaceConfig {
            // The screen's own pace is not what is measured.
            present_mode: egui_wgpu::wgpu::PresentMode::AutoNoVsync,
            ..egui_wgpu::SurfaceConfig::LOW_LATENCY
        }),
        ..Default::default()
    };
    let create: eframe::AppCreator<'_> = Box::new(move |cc| {
        Ok(Box::new(Watch { app: make(cc), clock: SystemClock::default(), warm, times: Vec::new(), own: Vec::new() }))
    });
    eframe::run_native("jiedao bench", options, create).unwrap();
}

/// Takes the time of each frame of a program, and ends it when it has enough.
struct Watch {
    app: Box<dyn eframe::App>,
    clock: SystemClock,
    warm: Duration,
    times: Vec<Duration>,
    own: Vec<Duration>,
}

impl eframe::App for Watch {
    fn logic(&mut self, ctx: &egui::Context, frame: &mut eframe::Frame) {
        self.app.logic(ctx, frame);
        ctx.request_repaint();
    }

    fn ui(&mut self, ui: &mut egui::Ui, frame: &mut eframe::Frame) {
        let now = self.clock.monotonic();
        if now >= self.warm {
            self.times.push(now);
        }
        self.app.ui(ui, frame);
        if now >= self.warm {
            self.own.push(self.clock.monotonic().saturating_sub(now));
        }
        if self.times.len() > FRAMES {
            let mut frames: Vec<f64> = self.times.windows(2).map(|two| (two[1] - two[0]).as_secs_f64() * 1e3).collect();
            frames.sort_by(f64::total_cmp);
            self.own.sort();
            let own = self.own[self.own.len() / 2].as_secs_f64() * 1e3;
            println!("{} {} {own}", frames[frames.len() / 2], frames[frames.len() - 1]);
            std::process::exit(0);
        }
    }

    fn clear_color(&self, visuals: &egui::Visuals) -> [f32; 4] {
        self.app.clear_color(visuals)
    }

    fn raw_input_hook(&mut self, ctx: &egui::Context, raw_input: &mut egui::RawInput) {
        self.app.raw_input_hook(ctx, raw_input);
    }
}

/// A window with nothing in it.
struct Empty;

impl eframe::App for Empty {
    fn ui(&mut self, _ui: &mut egui::Ui, _frame: &mut eframe::Frame) {}
}

/// The whole console, whose map a hand drags to and fro.
struct Console {
    shell: Shell,
    drags: bool,
    clock: SystemClock,
    at: Option<(egui::Pos2, f32)>,
}

impl eframe::App for Console {
    fn logic(&mut self, ctx: &egui::Context, frame: &mut eframe::Frame) {
        self.shell.logic(ctx, frame);
    }

    fn ui(&mut self, ui: &mut egui::Ui, frame: &mut eframe::Frame) {
        self.shell.ui(ui, frame);
    }

    fn clear_color(&self, visuals: &egui::Visuals) -> [f32; 4] {
        self.shell.clear_color(visuals)
    }

    fn raw_input_hook(&mut self, _ctx: &egui::Context, raw_input: &mut egui::RawInput) {
        let middle = egui::pos2(SIZE[0] * 0.45, SIZE[1] * 0.5);
        // A real pointer would lie in between.
        raw_input.events.clear();
        if self.clock.monotonic() + Duration::from_secs(2) < WARM {
            return;
        }
        let (at, by) = match self.at {
            Some((at, by)) if (at.x - middle.x).abs() < 240.0 => (at + egui::vec2(by, by * 0.5), by),
            Some((at, by)) => (at - egui::vec2(by, by * 0.5), -by),
            None => (middle, STEP),
        };
        raw_input.events.push(egui::Event::PointerMoved(at));
        if self.at.is_none() && self.drags {
            raw_input.events.push(egui::Event::PointerButton {
                pos: at,
                button: egui::PointerButton::Primary,
                pressed: true,
                modifiers: egui::Modifiers::NONE,
            });
        }
        self.at = self.drags.then_some((at, by));
    }
}
