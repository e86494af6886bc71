//! What the headless tests work with: a small street, the built server, and the built console as somebody to talk to.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command as Process, Stdio};
use std::sync::OnceLock;
use std::sync::mpsc::{Receiver, RecvTimeoutError, sync_channel};
use std::time::Duration;

use geo::{Geometry, Point, Rect};
use jiedao::spatial::feature::{Feature, Layer};
use jiedao::spatial::pack::PackWriter;
use serde_json::{Value, json};

pub const STREET: &str = "110107901";
pub const PASSWORD: &str = "a password for tests";
/// No answer takes longer: waits have ends of their own.
const PATIENCE: Duration = Duration::from_secs(60);

/// A street of two cells with a few doors and a pipeline in the first and a lamp in the second.
pub fn street(folder: &Path) -> PathBuf {
    let path = folder.join("street.gpkg");
    let mut pack = PackWriter::create(&path).unwrap();
    pack.set_meta("street_code", STREET).unwrap();
    let mut add = |layer, class: &str, code: &str, extra: &[(&'static str, &str)], geometry: Geometry<f64>| {
        let extra = extra.iter().map(|(key, value)| (*key, (*value).to_owned())).collect();
        let (class, code, name) = (class.to_owned(), code.to_owned(), String::new());
        pack.add(&Feature { layer, class, code, name, extra, geometry }).unwrap();
    };
    for (sequence, west) in [("001", 116.200), ("002", 116.205)] {
        let code = format!("{STREET}001{sequence}");
        let cell = Rect::new((west, 39.900), (west + 0.005, 39.905)).to_polygon();
        add(Layer::UnitGrids, "", &code, &[("community", "古城社区")], cell.into());
    }
    for number in 1..=9 {
        let at = Point::new(116.2005 + 0.0005 * f64::from(number), 39.9021);
        add(Layer::Addresses, "", "", &[("street", "鲁谷路"), ("number", &number.to_string())], at.into());
    }
    let pipe = geo::LineString::from(vec![(116.2031, 39.9), (116.2031, 39.905)]);
    add(Layer::Pipelines, "gas", "", &[("depth_m", "1.2"), ("diameter_mm", "300")], pipe.into());
    pack.finish().unwrap();
    path
}

/// The built server; killed hard when dropped.
pub struct Server {
    child: Child,
    pub address: SocketAddr,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn server_program() -> Process {
    let mut process = Process::new(env!("CARGO_BIN_EXE_jiedao-server"));
    process.env("LANG", "en_US.UTF-8").env_remove("LC_ALL").env_remove("LC_MESSAGES");
    process
}

/// Login name, roles, department and officer if there are any.
const PEOPLE: &[(&str, &[&str])] = &[
    ("dispatcher1", &["acceptor", "dispatcher"]),
    ("dispatcher2", &["acceptor", "dispatcher"]),
    ("leader1", &["duty_leader"]),
];

/// A database with the people of these tests. Hashing takes its time, so it is made once and copied.
pub fn database(folder: &Path) -> PathBuf {
    static MADE: OnceLock<(tempfile::TempDir, PathBuf)> = OnceLock::new();
    let (_, made) = MADE.get_or_init(|| {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("server.db");
        for (user, roles) in PEOPLE {
            let mut process = server_program();
            process.args(["user", "add", "--user", user, "--street", STREET]);
            process.arg("--database").arg(format!("sqlite:{}", path.display()));
            for role in *roles {
                process.args(["--role", role]);
            }
            let mut child = process.stdin(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap();
            writeln!(child.stdin.take().unwrap(), "{PASSWORD}").unwrap();
            assert!(child.wait().unwrap().success());
        }
        (folder, path)
    });
    let path = folder.join("server.db");
    for entry in std::fs::read_dir(made.parent().unwrap()).unwrap() {
        let from = entry.unwrap().path();
        let name = from.file_name().unwrap().to_string_lossy().into_owned();
        if name.starts_with("server.db") && !name.ends_with("lock") {
            std::fs::copy(&from, folder.join(name)).unwrap();
        }
    }
    path
}

impl Server {
    /// On a free port.
    pub fn start(database: &Path) -> Self {
        Self::start_at(database, "127.0.0.1:0".parse().unwrap(), &[])
    }

    pub fn start_at(database: &Path, listen: SocketAddr, more: &[&str]) -> Self {
        let mut child = server_program()
            .args(["--log", "error", "--listen", &listen.to_string()])
            .arg("--database")
            .arg(format!("sqlite:{}", database.display()))
            .args(more)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let out = BufReader::new(child.stdout.take().unwrap());
        let address = out
            .lines()
            .map_while(Result::ok)
            .find_map(|line| line.strip_prefix("listening on http://")?.parse().ok())
            .expect("the server did not say where it listens");
        Self { child, address }
    }

    /// SIGKILL.
    pub fn kill(mut self) -> SocketAddr {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
        self.address
    }
}

/// An address at which nobody listens.
pub fn nobody() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap()
}

/// The built console; killed hard when dropped.
pub struct Console {
    child: Child,
    input: Option<ChildStdin>,
    answers: Receiver<String>,
}

impl Drop for Console {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

pub fn console_program(profile: &Path, server: SocketAddr, map: &Path) -> Process {
    let mut process = Process::new(env!("CARGO_BIN_EXE_jiedao"));
    process.env("LANG", "en_US.UTF-8").env_remove("LC_ALL").env_remove("LC_MESSAGES");
    process.arg("headless").arg("--profile").arg(profile).arg("--map").arg(map);
    process.args(["--server", &format!("http://{server}")]);
    process
}

impl Console {
    pub fn start(profile: &Path, server: SocketAddr, map: &Path) -> Self {
        Self::run(&mut console_program(profile, server, map))
    }

    pub fn run(program: &mut Process) -> Self {
        let mut child = program.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let out = BufReader::new(child.stdout.take().unwrap());
        let (sender, answers) = sync_channel(1024);
        std::thread::Builder::new()
            .name("answers".to_owned())
            .spawn(move || {
                for line in out.lines().map_while(Result::ok) {
                    if sender.send(line).is_err() {
                        return;
                    }
                }
            })
            .unwrap();
        let input = child.stdin.take();
        Self { child, input, answers }
    }

    /// Sends bytes as they are. False when the console has gone.
    pub fn send(&mut self, bytes: &[u8]) -> bool {
        let input = self.input.as_mut().unwrap();
        input.write_all(bytes).and_then(|()| input.flush()).is_ok()
    }

    /// The next answer; `None` when the console has ended.
    pub fn next(&self) -> Option<Value> {
        match self.answers.recv_timeout(PATIENCE) {
            Ok(line) => Some(serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error}: {line}"))),
            Err(RecvTimeoutError::Disconnected) => None,
            Err(RecvTimeoutError::Timeout) => panic!("no answer"),
        }
    }

    pub fn say(&mut self, line: Value) -> Value {
        assert!(self.send(format!("{line}\n").as_bytes()), "the console has gone");
        self.next().expect("the console has ended")
    }

    /// Says something that has to go.
    pub fn ok(&mut self, line: Value) -> Value {
        let answer = self.say(line.clone());
        assert_eq!(answer["ok"], true, "{line} was answered with {answer}");
        answer
    }

    pub fn login(&mut self, user: &str) {
        self.ok(json!({ "do": "login", "user": user, "password": PASSWORD }));
        self.ok(json!({ "wait": "login" }));
    }

    /// Fills the sheet with a report at a door of the street, all but the sending.
    pub fn fill_report(&mut self, text: &str, door: u32) {
        for line in report_lines(text, door) {
            self.ok(line);
        }
    }

    /// Sends a report, waits until it is saved, and gives case and command.
    pub fn report(&mut self, text: &str, door: u32) -> (String, String) {
        self.ok(json!({ "wait": "map" }));
        self.fill_report(text, door);
        let answer = self.ok(json!({ "do": "submit_draft", "confirmed": false }));
        self.ok(json!({ "wait": "saved" }));
        let sent = &answer["commands"][0];
        (sent["case"].as_str().unwrap().to_owned(), sent["command"].as_str().unwrap().to_owned())
    }

    /// Takes a step, waits until it is saved, and gives the command.
    pub fn act(&mut self, case: &str, step: Value) -> String {
        let answer = self.ok(json!({ "do": "act", "case": case, "step": step }));
        self.ok(json!({ "wait": "saved" }));
        answer["commands"][0]["command"].as_str().unwrap().to_owned()
    }

    pub fn until(&mut self, case: &str, state: &str) {
        self.ok(json!({ "wait": "case", "case": case, "state": state, "confirmed": true, "timeout_ms": 30_000 }));
    }

    /// Closes standard input; the exit code.
    pub fn end(mut self) -> Option<i32> {
        drop(self.input.take());
        self.child.wait().unwrap().code()
    }

    /// SIGKILL.
    pub fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

/// The lines that fill the sheet.
pub fn report_lines(text: &str, door: u32) -> Vec<Value> {
    let edit = |field: &str, value: Value| json!({ "do": "draft", "field": field, "value": value });
    vec![
        edit("caller_name", "李女士".into()),
        edit("caller_phone", "13800000000".into()),
        edit("text", text.into()),
        edit("class", json!({ "scheme": "GB/T 30428.2-2013", "kind": "E", "code": "0101" })),
        edit("condition", condition().into()),
        edit("place_query", format!("鲁谷路{door}号").into()),
        edit("place_hit", 0.into()),
    ]
}

/// A condition of the class that these tests report.
fn condition() -> String {
    use jiedao::domain::case::command::{ClassRef, Kind};
    let code = jiedao::domain::code::ClassCode::new("0101").unwrap();
    let class = ClassRef { scheme: "GB/T 30428.2-2013".to_owned(), kind: Kind::Event, code };
    jiedao::domain::limit::LimitTable::sample().conditions(&class)[0].condition.clone()
}

/// The filing of a report as it was made.
pub fn filing() -> Value {
    json!({
        "act": "file",
        "class": { "scheme": "GB/T 30428.2-2013", "kind": "E", "code": "0101" },
        "condition": condition(),
        "limit": { "value": 1.0, "unit": "work_day" },
        "opinion": "",
    })
}
