//! The demonstration behind a window: the town's map pack, made once; a district server on this machine's own address
//! that lives as long as the window; and who sits at the desk. A second start keeps the data.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use crate::base::UserId;
use crate::base::text::Lang;
use crate::demo::{EDITION, PASSWORD, Plan, SEED, write_pack};
use crate::ui::shell::{Before, Start, Wake};
use crate::ui::view::Around;

/// Who is at the desk.
const AT_THE_DESK: &str = "dispatcher1";
/// Exit code of a server whose database another one uses.
const IN_USE: i32 = 4;
/// Time for a server to end by itself once its standard input has closed.
const GRACE: Duration = Duration::from_secs(5);

/// What comes before the console's start.
pub(super) struct Demonstration {
    shared: Arc<Mutex<Shared>>,
    lang: Lang,
}

#[derive(Default)]
struct Shared {
    words: String,
    done: Option<Result<Start, String>>,
    /// Ends with the window: whoever holds this struct last lets it go.
    server: Option<Server>,
}

/// A district server whose standard input this process holds open. It ends when that closes: with this value, or when
/// this process dies in whatever way.
struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.0.stdin.take());
        let step = Duration::from_millis(50);
        let mut waited = Duration::ZERO;
        while waited < GRACE {
            match self.0.try_wait() {
                Ok(None) => std::thread::sleep(step),
                Ok(Some(_)) | Err(_) => return,
            }
            waited += step;
        }
        tracing::warn!("the demonstration's server did not end by itself");
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn lock(shared: &Mutex<Shared>) -> std::sync::MutexGuard<'_, Shared> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Demonstration {
    /// Begins on a thread of its own; the window shows meanwhile what is being done.
    pub(super) fn begin(
        home: &Path,
        map: Option<PathBuf>,
        style: Option<PathBuf>,
        lang: Lang,
        wake: Wake,
    ) -> std::io::Result<Self> {
        let shared = Arc::new(Mutex::new(Shared::default()));
        // Map, history and what was done in it belong together: another town has a folder of its own.
        let folder = home.join(format!("demonstration-{EDITION}"));
        let work = Work { home: folder, map, style, lang, shared: shared.clone(), wake };
        std::thread::Builder::new().name("demonstration".to_owned()).spawn(move || work.run())?;
        Ok(Self { shared, lang })
    }
}

impl Before for Demonstration {
    fn poll(&mut self) -> Result<Option<Start>, String> {
        lock(&self.shared).done.take().transpose()
    }

    fn words(&self) -> String {
        let words = lock(&self.shared).words.clone();
        if words.is_empty() { self.lang.text("cli.demonstration.begin").to_owned() } else { words }
    }
}

struct Work {
    home: PathBuf,
    map: Option<PathBuf>,
    style: Option<PathBuf>,
    lang: Lang,
    shared: Arc<Mutex<Shared>>,
    wake: Wake,
}

impl Work {
    fn run(self) {
        let done = self.start();
        lock(&self.shared).done = Some(done);
        (self.wake)();
    }

    fn say(&self, words: String) {
        lock(&self.shared).words = words;
        (self.wake)();
    }

    fn start(&self) -> Result<Start, String> {
        let failed = |path: &Path, error: &dyn std::fmt::Display| {
            self.lang.fill("cli.demonstration.folder", &[("path", &path.display()), ("why", error)])
        };
        std::fs::create_dir_all(&self.home).map_err(|error| failed(&self.home, &error))?;
        let server = self.start_server()?;
        let pack = match &self.map {
            Some(map) => map.clone(),
            None => self.town()?,
        };
        Ok(Start {
            profile: self.home.join("console"),
            server: Some(server),
            pack: Some(pack),
            style: self.style.clone(),
            around: Around { demonstration: true, demo_password: PASSWORD.to_owned() },
            login: Some((UserId::from(AT_THE_DESK), PASSWORD.to_owned())),
        })
    }

    /// The town's map pack.
    fn town(&self) -> Result<PathBuf, String> {
        let path = self.home.join("town.gpkg");
        if !path.exists() {
            let mut told = 0;
            let tell = |features: u64| {
                if features == 0 || features / 5_000 > told {
                    told = features / 5_000;
                    self.say(self.lang.fill("cli.demonstration.town", &[("count", &features)]));
                }
            };
            write_pack(&path, Plan::town(SEED), tell).map_err(|error| {
                self.lang.fill("cli.demonstration.town_failed", &[("why", &error.words(self.lang))])
            })?;
        }
        Ok(path)
    }

    /// Starts the server and gives its address.
    fn start_server(&self) -> Result<String, String> {
        self.say(self.lang.text("cli.demonstration.server").to_owned());
        let program = super::window::beside("jiedao-server", std::env::current_exe().ok().as_deref());
        let mut database = std::ffi::OsString::from("sqlite:");
        database.push(self.home.join("district.db"));
        let failed = |why: &dyn std::fmt::Display| {
            self.lang.fill("cli.demonstration.server_failed", &[("program", &program.display()), ("why", why)])
        };
        let mut child = Command::new(&program)
            .args(["--listen", "127.0.0.1:0", "--demo", "--until-stdin-closes", "--log", "warn", "--database"])
            .arg(database)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| failed(&error))?;
        let out = child.stdout.take();
        let mut server = Server(child);
        let mut lines = out.map(BufReader::new).into_iter().flat_map(BufReader::lines);
        let address = lines
            .by_ref()
            .map_while(Result::ok)
            .find_map(|line| line.strip_prefix("listening on ").map(|address| address.trim().to_owned()));
        let Some(address) = address else {
            // It has closed its output, so it is ending.
            let code = server.0.wait().ok().and_then(|status| status.code());
            return Err(match code {
                Some(IN_USE) => self.lang.text("cli.demonstration.in_use").to_owned(),
                Some(code) => failed(&self.lang.fill("cli.demonstration.ended", &[("code", &code)])),
                None => failed(&self.lang.text("cli.demonstration.killed")),
            });
        };
        // Whatever it still says is read and let go, so that it never waits for a reader.
        std::thread::Builder::new()
            .name("demo-server-out".to_owned())
            .spawn(move || lines.map_while(Result::ok).for_each(drop))
            .map_err(|error| failed(&error))?;
        lock(&self.shared).server = Some(server);
        Ok(address)
    }
}
