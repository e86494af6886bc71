//! The painter on a thread of its own: a picture that takes long holds up neither pointer nor keys.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, TryRecvError, sync_channel};
use std::thread::JoinHandle;
use std::time::Duration;

use eframe::egui;
use eframe::egui_wgpu::wgpu;

use crate::base::Revision;
use crate::base::clock::{Clock, SystemClock};
use crate::map::camera::Camera;
use crate::map::gpu::{Gpu, Painter, View};
use crate::map::overlay::Overlay;
use crate::map::raster::Underlay;
use crate::map::scene::Scene;
use crate::map::style::{LayerGroup, MapTheme, Style};

/// A picture that the window wants. It owns what [`View`] borrows.
#[derive(Clone, Debug)]
pub(super) struct Wish {
    pub camera: Camera,
    /// Pixels.
    pub size: [u32; 2],
    pub pixels_per_point: f32,
    pub style: Arc<Style>,
    pub theme: MapTheme,
    pub hidden: Vec<LayerGroup>,
    pub opacities: Vec<(LayerGroup, u8)>,
    pub overlay: Arc<Overlay>,
    pub scene: Option<Arc<Scene>>,
    pub underlay: Option<Arc<Underlay>>,
}

impl Wish {
    /// Whether both are of the same picture.
    pub fn is(&self, other: &Self) -> bool {
        let about = |wish: &Self| -> (Option<u64>, Option<u64>, Revision, usize) {
            let under = wish.underlay.as_ref().map(|under| under.revision);
            (wish.scene.as_ref().map(|scene| scene.id()), under, wish.overlay.revision, wish.overlay.markers.len())
        };
        self.camera == other.camera
            && self.size == other.size
            && self.pixels_per_point == other.pixels_per_point
            && self.style.id() == other.style.id()
            && self.theme == other.theme
            && self.hidden == other.hidden
            && self.opacities == other.opacities
            && about(self) == about(other)
    }

    fn view(&self) -> View<'_> {
        View {
            camera: self.camera,
            size: self.size,
            pixels_per_point: self.pixels_per_point,
            style: &self.style,
            theme: self.theme,
            hidden: &self.hidden,
            opacities: &self.opacities,
            overlay: &self.overlay,
            still: false,
        }
    }
}

/// A finished picture. Its texture is not drawn into again before the picture after it has been taken.
#[derive(Debug)]
pub(super) struct Picture {
    pub of: Wish,
    pub view: wgpu::TextureView,
    /// How often the ground has been drawn up to now.
    pub drawn: u64,
    took: Duration,
}

/// The window's side of the thread. One picture is drawn at a time; what is wanted meanwhile is not kept in a queue, the
/// window asks again with what it wants by then.
pub(super) struct Artist {
    gpu: Gpu,
    hands: Option<Hands>,
    /// The picture being drawn.
    at_work: Option<Wish>,
    /// What the last picture took.
    took: Duration,
    /// So often the thread may still be begun anew.
    lives: u32,
}

struct Hands {
    orders: SyncSender<(Wish, egui::Context)>,
    pictures: Receiver<Option<Picture>>,
    thread: JoinHandle<()>,
}

/// A picture that takes no longer is waited for, so that it is shown in the frame that wants it.
const QUICK: Duration = Duration::from_millis(8);
/// A view that nobody moves for so long is followed by what may come next.
const REST: Duration = Duration::from_millis(120);
/// Every picture failing would begin threads without end.
const LIVES: u32 = 3;

impl Artist {
    /// Begins the thread, which makes its painter itself: pipelines take a while to compile.
    pub fn new(gpu: Gpu) -> Self {
        let mut artist = Self { gpu, hands: None, at_work: None, took: Duration::MAX, lives: LIVES };
        artist.begin();
        artist
    }

    /// Another one on the same device.
    pub fn beside(&self) -> Self {
        Self::new(self.gpu.clone())
    }

    fn begin(&mut self) {
        self.at_work = None;
        if self.lives == 0 {
            return;
        }
        self.lives -= 1;
        let (orders, wishes) = sync_channel::<(Wish, egui::Context)>(1);
        let (answers, pictures) = sync_channel(1);
        let gpu = self.gpu.clone();
        let work = move || {
            let (mut painter, clock) = (Painter::new(gpu), SystemClock::default());
            // How long an order is waited for before something is drawn ahead, while there is something.
            let mut rest = None;
            loop {
                let order = match rest {
                    None => wishes.recv().map_err(|_| RecvTimeoutError::Disconnected),
                    Some(rest) => wishes.recv_timeout(rest),
                };
                match order {
                    Ok((wish, context)) => {
                        let start = clock.monotonic();
                        let picture = draw(&mut painter, wish, || clock.monotonic().saturating_sub(start));
                        if answers.send(picture).is_err() {
                            break;
                        }
                        context.request_repaint();
                        rest = Some(REST);
                    }
                    Err(RecvTimeoutError::Timeout) => rest = painter.look_ahead().then_some(Duration::ZERO),
                    Err(RecvTimeoutError::Disconnected) => break,
                }
            }
        };
        match std::thread::Builder::new().name("map painter".to_owned()).spawn(work) {
            Ok(thread) => self.hands = Some(Hands { orders, pictures, thread }),
            Err(error) => tracing::error!(%error, "the map cannot be drawn: no thread"),
        }
    }

    /// Whether a picture is being drawn.
    pub fn is_at_work(&self) -> bool {
        self.at_work.is_some()
    }

    /// Has this picture drawn; not while another one is being drawn.
    pub fn order(&mut self, wish: Wish, context: &egui::Context) {
        if self.is_at_work() {
            return;
        }
        let Some(hands) = &self.hands else { return };
        self.at_work = Some(wish.clone());
        if hands.orders.try_send((wish, context.clone())).is_err() {
            self.fail(context);
        }
    }

    /// The picture that was ordered, if it is done; waits for it a moment when the last one was quick.
    pub fn take(&mut self, context: &egui::Context) -> Option<Picture> {
        self.at_work.as_ref()?;
        let hands = self.hands.as_ref()?;
        let answer = if self.took <= QUICK {
            hands.pictures.recv_timeout(QUICK + QUICK / 2).map_err(|error| error == RecvTimeoutError::Disconnected)
        } else {
            hands.pictures.try_recv().map_err(|error| error == TryRecvError::Disconnected)
        };
        match answer {
            Ok(picture) => {
                self.at_work = None;
                self.took = picture.as_ref().map_or(self.took, |picture| picture.took);
                picture
            }
            Err(true) => {
                self.fail(context);
                None
            }
            Err(false) => {
                // One that is late for once is not waited for again in the next frame.
                self.took = self.took.max(QUICK + QUICK / 2);
                None
            }
        }
    }

    /// The thread has died of a fault.
    fn fail(&mut self, context: &egui::Context) {
        tracing::error!(left = self.lives, "drawing the map failed; it is begun anew");
        self.end();
        self.begin();
        context.request_repaint();
    }

    fn end(&mut self) {
        if let Some(Hands { orders, pictures, thread }) = self.hands.take() {
            drop((orders, pictures));
            // A panic has been told by its hook.
            let _ = thread.join();
        }
    }
}

impl Drop for Artist {
    fn drop(&mut self) {
        self.end();
    }
}

/// `None` when there is nothing to be drawn.
fn draw(painter: &mut Painter, wish: Wish, took: impl Fn() -> Duration) -> Option<Picture> {
    if let Some(scene) = &wish.scene {
        painter.set_scene(scene);
    }
    painter.set_underlay(wish.underlay.as_ref());
    if !painter.draw(&wish.view()) {
        return None;
    }
    let view = painter.picture()?.clone();
    Some(Picture { of: wish, view, drawn: painter.drawn(), took: took() })
}
