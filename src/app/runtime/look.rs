//! The thread `style-file`: reads the style file, sees when another program has changed it, and writes what was edited.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, TrySendError, sync_channel};
use std::thread::JoinHandle;
use std::time::{Duration, SystemTime};

use crate::app::effect::Completion;
use crate::app::style::StyleFile;
use crate::map::style::{self, Fault, Key, Problem, Style, Value};
use crate::store::Wake;

/// So often the file is looked at: one question to the system, not one for each frame.
const LOOK: Duration = Duration::from_secs(2);
/// A style file is some kilobytes.
const LARGEST: u64 = 4 << 20;
const QUEUE: usize = 8;

/// What is asked of the thread.
pub(super) enum Order {
    /// Read the file now.
    Reload,
    /// Set entries, or take them out.
    Save(Vec<(Key, Option<Value>)>),
}

/// Owner of the thread.
pub(super) struct Look {
    orders: Option<SyncSender<Order>>,
    answers: Option<Receiver<Completion>>,
    thread: Option<JoinHandle<()>>,
}

impl Look {
    /// Reads the file, and goes on looking at it.
    pub(super) fn spawn(path: PathBuf, wake: Wake) -> std::io::Result<Self> {
        let (orders, waiting) = sync_channel(QUEUE);
        let (answers, receiver) = sync_channel(QUEUE);
        let work = move || Desk { path, seen: None, answers, wake }.run(&waiting);
        let thread = std::thread::Builder::new().name("style-file".to_owned()).spawn(work)?;
        Ok(Self { orders: Some(orders), answers: Some(receiver), thread: Some(thread) })
    }

    /// False when the thread does not keep up or has ended.
    pub(super) fn order(&self, order: Order) -> bool {
        self.orders.as_ref().is_some_and(|orders| match orders.try_send(order) {
            Ok(()) => true,
            Err(TrySendError::Full(_) | TrySendError::Disconnected(_)) => false,
        })
    }

    pub(super) fn next(&self) -> Option<Completion> {
        self.answers.as_ref()?.try_recv().ok()
    }
}

impl Drop for Look {
    fn drop(&mut self) {
        // With nobody to listen the thread cannot hang in telling.
        drop((self.orders.take(), self.answers.take()));
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("the thread of the style file has panicked");
        }
    }
}

/// By what a changed file is known.
type Seen = (SystemTime, u64);

struct Desk {
    path: PathBuf,
    /// The file as it was read; `None` for none.
    seen: Option<Seen>,
    answers: SyncSender<Completion>,
    wake: Wake,
}

impl Desk {
    fn run(&mut self, orders: &Receiver<Order>) {
        self.read(false);
        loop {
            match orders.recv_timeout(LOOK) {
                Ok(Order::Reload) => self.read(true),
                Ok(Order::Save(set)) => {
                    let outcome = self.save(&set);
                    let saved = outcome.is_ok();
                    self.tell(Completion::StyleSaved(outcome));
                    if saved {
                        self.read(false);
                    }
                }
                Err(RecvTimeoutError::Timeout) => {
                    if stamp(&self.path) != self.seen {
                        self.read(false);
                    }
                }
                Err(RecvTimeoutError::Disconnected) => return,
            }
        }
    }

    fn read(&mut self, asked: bool) {
        // Before the text: a change in between is seen the next time.
        self.seen = stamp(&self.path);
        let outcome = text(&self.path).and_then(|text| style::changes(&text)).map(|changes| {
            if changes.is_empty() { Style::built_in().clone() } else { Arc::new(Style::built_in().with(changes)) }
        });
        self.tell(Completion::StyleRead(StyleFile { path: self.path.display().to_string(), outcome, asked }));
    }

    fn save(&self, set: &[(Key, Option<Value>)]) -> Result<(), Vec<Problem>> {
        let text = style::merged(&text(&self.path)?, set)?;
        let folder = self.path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        // Beside the file first: whatever happens, one of the two is whole.
        let written = std::fs::create_dir_all(folder).and_then(|()| {
            let mut file = tempfile::NamedTempFile::new_in(folder)?;
            file.write_all(text.as_bytes())?;
            file.as_file().sync_all()?;
            file.persist(&self.path).map_err(|error| error.error)
        });
        written.map(|_| ()).map_err(|error| unreadable(&error))
    }

    fn tell(&self, completion: Completion) {
        // An error means that the console has ended.
        let _ = self.answers.send(completion);
        (self.wake)();
    }
}

fn unreadable(error: &dyn std::fmt::Display) -> Vec<Problem> {
    vec![Problem { line: None, key: String::new(), fault: Fault::Unreadable(error.to_string()) }]
}

fn stamp(path: &Path) -> Option<Seen> {
    let about = std::fs::metadata(path).ok()?;
    Some((about.modified().ok()?, about.len()))
}

/// The text of the file; nothing where there is none.
fn text(path: &Path) -> Result<String, Vec<Problem>> {
    match std::fs::metadata(path) {
        Ok(about) if about.len() > LARGEST => Err(unreadable(&format_args!("{} MB", about.len() >> 20))),
        _ => match std::fs::read_to_string(path) {
            Ok(text) => Ok(text),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(String::new()),
            Err(error) => Err(unreadable(&error)),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::map::style::MapTheme;
    use crate::map::style::kind::Kind;

    /// The next answer; waits for it.
    fn next(look: &Look) -> Completion {
        look.answers.as_ref().unwrap().recv_timeout(Duration::from_secs(30)).unwrap()
    }

    fn read(look: &Look) -> Result<Arc<Style>, Vec<Problem>> {
        match next(look) {
            Completion::StyleRead(file) => file.outcome,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_file_is_read_saved_and_seen_when_another_program_changes_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("profile").join("style.toml");
        let look = Look::spawn(path.clone(), Arc::new(|| ())).unwrap();
        assert_eq!(read(&look).unwrap(), *Style::built_in());
        let (key, red) = (Key::Body(Kind::Rail, MapTheme::Light), Value::Color([200, 0, 0, 255]));
        assert!(look.order(Order::Save(vec![(key, Some(red.clone()))])));
        assert!(matches!(next(&look), Completion::StyleSaved(Ok(()))));
        assert_eq!(read(&look).unwrap().get(key), red);
        // Another program, and with a fault.
        std::fs::write(&path, "[kinds.rail]\nlight = \"rot\"\n").unwrap();
        assert_eq!(read(&look).unwrap_err()[0].line, Some(2));
        assert!(look.order(Order::Save(vec![(key, Some(red))])));
        assert!(matches!(next(&look), Completion::StyleSaved(Err(_))), "a faulty file is not written over");
        std::fs::remove_file(&path).unwrap();
        assert_eq!(read(&look).unwrap(), *Style::built_in());
    }
}
