//! The built server from outside: real process, real sockets, real kills.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command as Process, Stdio};

use jiedao::base::{CaseId, CommandId, DeviceId, IdSource, LonLat, Timestamp, UserId};
use jiedao::domain::case::command::{Caller, Channel, ClassRef, Kind, Place, Report};
use jiedao::domain::case::{Act, Command, Refusal};
use jiedao::domain::code::{ClassCode, GridCode, StreetCode};
use jiedao::domain::org::{Actor, Role};
use jiedao::protocol::api::{
    Feeds, LoginAnswer, Meta, NumberedCommand, Page, Problem, PushAnswer, PushRequest, Verdict,
};
use jiedao::protocol::problem;
use proptest::prelude::*;
use serde::de::DeserializeOwned;
use sha2::{Digest as _, Sha256};

const STREET: &str = "110107001";
const FOREIGN: &str = "110107002";
const PASSWORD: &str = "a password for tests";

/// A server process; killed hard when dropped.
struct Running {
    child: Child,
    address: SocketAddr,
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn program() -> Process {
    let mut process = Process::new(env!("CARGO_BIN_EXE_jiedao-server"));
    process.env("LANG", "en_US.UTF-8").env_remove("LC_ALL").env_remove("LC_MESSAGES");
    process
}

fn database(path: &Path) -> String {
    format!("sqlite:{}", path.display())
}

fn start(path: &Path) -> Running {
    start_with(path, &[])
}

fn start_with(path: &Path, more: &[&str]) -> Running {
    let mut child = program()
        .args(["--listen", "127.0.0.1:0", "--log", "error", "--database", &database(path)])
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
    Running { child, address }
}

fn add_user(path: &Path, user: &str, roles: &[&str], streets: &[&str]) {
    let mut process = program();
    process.args(["user", "add", "--database", &database(path), "--user", user]);
    for role in roles {
        process.args(["--role", role]);
    }
    for street in streets {
        process.args(["--street", street]);
    }
    let mut child = process.stdin(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap();
    writeln!(child.stdin.take().unwrap(), "{PASSWORD}").unwrap();
    assert!(child.wait().unwrap().success());
}

/// A folder with a database that holds one acceptor.
fn folder() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("server.db");
    add_user(&path, "acceptor1", &["acceptor"], &[STREET]);
    (folder, path)
}

struct Answer {
    status: u16,
    head: String,
    body: String,
}

impl Answer {
    fn read<T: DeserializeOwned>(&self) -> T {
        assert_eq!(self.status, 200, "{}", self.body);
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.body))
    }

    fn problem(&self) -> Problem {
        assert!(self.head.to_ascii_lowercase().contains("content-type: application/problem+json"), "{}", self.head);
        let problem: Problem = serde_json::from_str(&self.body).unwrap();
        assert_eq!(problem.status, self.status);
        assert!(!problem.request_id.is_empty());
        problem
    }
}

/// One request on one connection. `None` when the server went away before it had answered.
fn try_ask(address: SocketAddr, method: &str, path: &str, token: &str, body: &[u8], length: usize) -> Option<Answer> {
    let mut stream = TcpStream::connect(address).ok()?;
    let head = format!(
        "{method} {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\ncontent-type: application/json\r\n\
         authorization: Bearer {token}\r\ncontent-length: {length}\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).ok()?;
    // The server may answer and close before it has read everything.
    let _ = stream.write_all(body);
    if body.len() < length {
        let _ = stream.shutdown(Shutdown::Write);
    }
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    let answer = String::from_utf8(answer).ok()?;
    let (head, body) = answer.split_once("\r\n\r\n")?;
    let status = head.split(' ').nth(1)?.parse().ok()?;
    let length: usize = head
        .lines()
        .find_map(|line| line.to_ascii_lowercase().strip_prefix("content-length:")?.trim().parse().ok())
        .unwrap_or(0);
    (body.len() == length).then(|| Answer { status, head: head.to_owned(), body: body.to_owned() })
}

fn ask(address: SocketAddr, method: &str, path: &str, token: &str, body: &[u8]) -> Answer {
    try_ask(address, method, path, token, body, body.len()).unwrap_or_else(|| panic!("no answer to {method} {path}"))
}

/// A console's side of the conversation.
struct Desk {
    ids: IdSource,
    device: DeviceId,
    token: String,
    next_no: u64,
}

impl Desk {
    fn log_in(address: SocketAddr, user: &str, seed: u64) -> Self {
        let ids = IdSource::seeded(seed);
        let device = DeviceId(ids.next(time()));
        let request = serde_json::json!({ "user": user, "password": PASSWORD, "device": device });
        let answer: LoginAnswer = ask(address, "POST", "/v1/auth/login", "", request.to_string().as_bytes()).read();
        assert_eq!(answer.user.id, UserId::from(user));
        Self { ids, device, token: answer.token, next_no: 1 }
    }

    fn report(&mut self, street: &str) -> NumberedCommand {
        let case_id = CaseId(self.ids.next(time()));
        let report = Report {
            channel: Channel::Hotline,
            caller: Caller::default(),
            class: ClassRef {
                scheme: "GB/T 30428.2-2013".to_owned(),
                kind: Kind::Event,
                code: ClassCode::new("0101").unwrap(),
            },
            condition: "c1".to_owned(),
            component: None,
            place: Place {
                at: LonLat::new(116.2, 39.9),
                grid: GridCode::new(format!("{street}001001")).unwrap(),
                address: "鲁谷路 12 号门前".to_owned(),
            },
            text: "路边堆放垃圾".to_owned(),
            urgent: false,
        };
        self.number(case_id, street, 0, Act::Report(Box::new(report)))
    }

    fn number(&mut self, case_id: CaseId, street: &str, based_on: u32, act: Act) -> NumberedCommand {
        let actor = Actor {
            user: UserId::from("acceptor1"),
            name: "受理员一".to_owned(),
            role: Role::Acceptor,
            on_behalf_of: None,
        };
        let command = Command {
            id: CommandId(self.ids.next(time())),
            case_id,
            street: StreetCode::new(street).unwrap(),
            actor,
            claimed_at: time(),
            based_on,
            act,
        };
        let device_no = self.next_no;
        self.next_no += 1;
        NumberedCommand { device_no, command }
    }

    fn body(&self, commands: &[NumberedCommand]) -> String {
        let request =
            PushRequest { proto: 1, epoch_seen: Default::default(), device: self.device, commands: commands.to_vec() };
        serde_json::to_string(&request).unwrap()
    }

    fn push(&self, address: SocketAddr, commands: &[NumberedCommand]) -> Vec<Verdict> {
        let body = self.body(commands);
        let answer: PushAnswer = ask(address, "POST", "/v1/sync/push", &self.token, body.as_bytes()).read();
        assert!(answer.results.iter().map(|result| result.command_id).eq(commands.iter().map(|c| c.command.id)));
        answer.results.into_iter().map(|result| result.verdict).collect()
    }

    fn page(&self, address: SocketAddr, query: &str) -> Page {
        ask(address, "GET", &format!("/v1/sync/feeds/{STREET}/events?{query}"), &self.token, b"").read()
    }

    /// The whole feed, its chain hashed again by this test's own reading of the protocol.
    fn checked_feed(&self, address: SocketAddr) -> Vec<CommandId> {
        let mut commands = Vec::new();
        let mut hash = [0_u8; 32];
        loop {
            let page = self.page(address, &format!("after={}&hash={}&limit=7", commands.len(), hex::encode(hash)));
            for event in &page.events {
                assert_eq!(event.seq, commands.len() as u64 + 1);
                assert_eq!(event.prev_hash, hex::encode(hash));
                let mut hasher = Sha256::new();
                hasher.update(hash);
                hasher.update(STREET);
                hasher.update([0]);
                hasher.update(event.seq.to_be_bytes());
                hasher.update(event.body.get());
                hash = hasher.finalize().into();
                assert_eq!(event.hash, hex::encode(hash));
                let body: serde_json::Value = serde_json::from_str(event.body.get()).unwrap();
                assert_eq!(body["fact"]["fact"], event.kind.as_str());
                commands.push(serde_json::from_value(body["command_id"].clone()).unwrap());
            }
            if page.events.is_empty() {
                assert_eq!((page.head.seq, page.head.hash), (commands.len() as u64, hex::encode(hash)));
                return commands;
            }
        }
    }
}

fn time() -> Timestamp {
    "2026-03-02T01:00:00Z".parse().unwrap()
}

#[test]
fn a_push_is_decided_once_and_read_back_whole() {
    let (_folder, path) = folder();
    let server = start(&path);
    let address = server.address;
    let mut desk = Desk::log_in(address, "acceptor1", 1);
    let one = desk.report(STREET);
    let accept = Act::Accept { verification_waived: true, opinion: "事实清楚".to_owned() };
    let two = desk.number(one.command.case_id, STREET, 1, accept);
    let first = desk.push(address, &[one.clone(), two.clone()]);
    assert_eq!(first, [Verdict::Applied { seq: 1 }, Verdict::Applied { seq: 2 }]);
    assert_eq!(desk.push(address, &[one.clone(), two.clone()]), first, "a repeated command gets its first verdict");

    // The same step again is refused, and what was built on it waits for a person.
    let again = desk.number(one.command.case_id, STREET, 1, two.command.act.clone());
    let built_on = desk.number(one.command.case_id, STREET, 2, Act::Reject { reason: "重复".to_owned() });
    let other = desk.report(STREET);
    let verdicts = desk.push(address, &[again.clone(), built_on.clone(), other.clone()]);
    assert!(matches!(&verdicts[0], Verdict::Refused { refusal: Refusal::AlreadyDone { .. } }), "{verdicts:?}");
    assert_eq!(verdicts[1], Verdict::DependsOn { command_id: again.command.id });
    assert_eq!(verdicts[2], Verdict::Applied { seq: 3 });

    // A later push that counts on entries which the case never got.
    let late = desk.number(one.command.case_id, STREET, 9, Act::Reject { reason: "重复".to_owned() });
    let verdicts = desk.push(address, &[late]);
    assert!(matches!(verdicts[0], Verdict::DependsOn { .. }), "{verdicts:?}");

    // Another intent under a known id has no effect.
    let mut forged = one.clone();
    forged.command.claimed_at = "2026-03-02T02:00:00Z".parse().unwrap();
    assert!(matches!(desk.push(address, &[forged])[0], Verdict::Refused { refusal: Refusal::BadValue { .. } }));

    let feed = desk.checked_feed(address);
    assert_eq!(feed, [one.command.id, two.command.id, other.command.id]);
    let feeds: Feeds = ask(address, "GET", "/v1/sync/feeds", &desk.token, b"").read();
    assert_eq!(feeds.feeds.iter().map(|head| (head.feed.as_str(), head.seq)).collect::<Vec<_>>(), [(STREET, 3)]);
}

#[test]
fn a_waiting_reader_is_woken_by_news() {
    let (_folder, path) = folder();
    let server = start(&path);
    let address = server.address;
    let mut desk = Desk::log_in(address, "acceptor1", 2);
    let report = desk.report(STREET);
    let page = std::thread::scope(|scope| {
        let reader = scope.spawn(|| desk.page(address, "after=0&wait=25"));
        std::thread::sleep(std::time::Duration::from_millis(200));
        assert_eq!(desk.push(address, &[report]), [Verdict::Applied { seq: 1 }]);
        reader.join().unwrap()
    });
    assert_eq!(page.events.len(), 1);
}

#[test]
fn what_was_acknowledged_survives_kills_exactly_once() {
    let (_folder, path) = folder();
    let mut server = start(&path);
    let mut desk = Desk::log_in(server.address, "acceptor1", 3);
    let mut sent: Vec<NumberedCommand> = Vec::new();
    let mut acknowledged: Vec<CommandId> = Vec::new();
    for round in 0..5_u64 {
        let address = server.address;
        let batch: Vec<_> = (0..40).map(|_| desk.report(STREET)).collect();
        let acks = std::thread::scope(|scope| {
            let pusher = scope.spawn(|| {
                let mut acks = Vec::new();
                for command in &batch {
                    let body = desk.body(std::slice::from_ref(command));
                    let answer = try_ask(address, "POST", "/v1/sync/push", &desk.token, body.as_bytes(), body.len());
                    let Some(answer) = answer else { break };
                    assert!(matches!(answer.read::<PushAnswer>().results[0].verdict, Verdict::Applied { .. }));
                    acks.push(command.command.id);
                }
                acks
            });
            std::thread::sleep(std::time::Duration::from_millis(20 + 37 * round));
            server.child.kill().unwrap();
            server.child.wait().unwrap();
            pusher.join().unwrap()
        });
        acknowledged.extend(acks);
        sent.extend(batch);
        server = start(&path);
        let feed = desk.checked_feed(server.address);
        for id in &acknowledged {
            assert_eq!(feed.iter().filter(|seen| *seen == id).count(), 1, "acknowledged {id} in round {round}");
        }
    }
    // Everything comes again, as a console does that does not know what arrived.
    for batch in sent.chunks(100) {
        assert!(desk.push(server.address, batch).iter().all(|verdict| matches!(verdict, Verdict::Applied { .. })));
    }
    let mut feed = desk.checked_feed(server.address);
    let mut all: Vec<_> = sent.iter().map(|numbered| numbered.command.id).collect();
    feed.sort();
    all.sort();
    assert_eq!(feed, all);
}

#[test]
fn only_the_right_people_see_and_do_what_is_theirs() {
    let (_folder, path) = folder();
    add_user(&path, "admin1", &["admin"], &[STREET]);
    add_user(&path, "elsewhere", &["acceptor"], &[FOREIGN]);
    let server = start(&path);
    let address = server.address;
    let mut desk = Desk::log_in(address, "acceptor1", 4);
    let report = desk.report(STREET);
    desk.push(address, &[report]);

    let closed = [
        ("GET", "/v1/sync/feeds".to_owned()),
        ("GET", format!("/v1/sync/feeds/{STREET}/events")),
        ("GET", "/v1/reference".to_owned()),
        ("POST", "/v1/sync/push".to_owned()),
        ("POST", "/v1/auth/logout".to_owned()),
    ];
    for (method, path) in &closed {
        for token in ["", "0000", &"f".repeat(64)] {
            let answer = ask(address, method, path, token, b"{}");
            assert_eq!((answer.status, answer.problem().kind.as_str()), (401, problem::UNAUTHORIZED), "{path}");
        }
    }
    let admin = Desk::log_in(address, "admin1", 5);
    for (method, path) in &closed[..4] {
        let answer = ask(address, method, path, &admin.token, admin.body(&[]).as_bytes());
        assert_eq!(answer.status, 403, "{path}");
    }
    // A street that is not granted looks like one that does not exist.
    let elsewhere = Desk::log_in(address, "elsewhere", 6);
    for street in [STREET, "999999999", "nonsense"] {
        let answer = ask(address, "GET", &format!("/v1/sync/feeds/{street}/events"), &elsewhere.token, b"");
        assert_eq!((answer.status, answer.problem().kind.as_str()), (404, problem::NOT_FOUND));
    }
    // Acting in another street, or in another's name, is refused by the rules.
    let foreign = desk.report(FOREIGN);
    let verdicts = desk.push(address, &[foreign]);
    assert_eq!(verdicts, [Verdict::Refused { refusal: Refusal::WrongStreet }]);
    let mut borrowed = Desk::log_in(address, "elsewhere", 7);
    let in_anothers_name = borrowed.report(FOREIGN);
    let verdicts = borrowed.push(address, &[in_anothers_name]);
    assert!(matches!(verdicts[0], Verdict::Refused { refusal: Refusal::NotAllowed { .. } }), "{verdicts:?}");
    // A token does not serve another device.
    let stolen = Desk { token: desk.token.clone(), ..Desk::log_in(address, "elsewhere", 8) };
    assert_eq!(ask(address, "POST", "/v1/sync/push", &stolen.token, stolen.body(&[]).as_bytes()).status, 403);
    // After logging out the token is worth nothing.
    assert_eq!(ask(address, "POST", "/v1/auth/logout", &desk.token, b"").status, 204);
    assert_eq!(ask(address, "GET", "/v1/sync/feeds", &desk.token, b"").status, 401);
}

#[test]
fn the_demonstrations_people_exist_only_in_a_demonstration() {
    let folder = tempfile::tempdir().unwrap();
    let log_in = |server: &Running, user: &str| {
        let device = DeviceId(IdSource::seeded(13).next(time()));
        let body = serde_json::json!({ "user": user, "password": "jiedao-demo", "device": device }).to_string();
        ask(server.address, "POST", "/v1/auth/login", "", body.as_bytes()).status
    };
    let path = folder.path().join("demo.db");
    let server = start_with(&path, &["--demo"]);
    assert_eq!([log_in(&server, "dispatcher1"), log_in(&server, "leader1")], [200, 200]);
    let epoch = ask(server.address, "GET", "/v1/meta", "", b"").read::<Meta>().epoch;
    drop(server);
    let server = start_with(&path, &["--demo"]);
    assert_eq!(ask(server.address, "GET", "/v1/meta", "", b"").read::<Meta>().epoch, epoch);
    assert_eq!(log_in(&server, "dispatcher1"), 200);

    let plain = start(&folder.path().join("plain.db"));
    assert_eq!(log_in(&plain, "dispatcher1"), 401);
    // A database with accounts of its own gets none of the demonstration's.
    let (_folder, real) = self::folder();
    let server = start_with(&real, &["--demo"]);
    assert_eq!(log_in(&server, "dispatcher1"), 401);
}

#[test]
fn five_wrong_passwords_lock_whether_or_not_there_is_an_account() {
    let (_folder, path) = folder();
    let server = start(&path);
    let device = DeviceId(IdSource::seeded(9).next(time()));
    let attempt = |user: &str, password: &str| {
        let body = serde_json::json!({ "user": user, "password": password, "device": device }).to_string();
        let answer = ask(server.address, "POST", "/v1/auth/login", "", body.as_bytes());
        (answer.status, answer.problem().kind)
    };
    for user in ["acceptor1", "nobody"] {
        for _ in 0..5 {
            assert_eq!(attempt(user, "wrong password"), (401, problem::WRONG_LOGIN.to_owned()));
        }
        assert_eq!(attempt(user, PASSWORD), (429, problem::LOCKED.to_owned()));
    }
}

#[test]
fn bad_bodies_are_the_senders_fault_and_never_the_servers() {
    let (_folder, path) = folder();
    let server = start(&path);
    let address = server.address;
    let mut desk = Desk::log_in(address, "acceptor1", 10);
    let commands: Vec<_> = (0..2).map(|_| desk.report(STREET)).collect();
    let good = desk.body(&commands);
    let token = desk.token.clone();
    let send = |body: &[u8], length: usize| try_ask(address, "POST", "/v1/sync/push", &token, body, length);

    let huge = format!("{{\"x\":\"{}\"}}", "x".repeat(300 * 1024));
    assert_eq!(send(huge.as_bytes(), huge.len()).map(|answer| answer.status), Some(413));
    let deep = "[".repeat(100_000);
    assert_eq!(send(deep.as_bytes(), deep.len()).map(|answer| answer.status), Some(400));
    let many: Vec<_> = (0..201)
        .map(|_| desk.number(commands[0].command.case_id, STREET, 1, Act::Close { opinion: String::new() }))
        .collect();
    let many = desk.body(&many);
    assert_eq!(send(many.as_bytes(), many.len()).map(|answer| answer.status), Some(413));
    let unsorted = desk.body(&[commands[1].clone(), commands[0].clone()]);
    assert_eq!(send(unsorted.as_bytes(), unsorted.len()).map(|answer| answer.status), Some(400));
    let other = good.replacen("\"proto\":1", "\"proto\":99", 1);
    assert_eq!(send(other.as_bytes(), other.len()).map(|answer| answer.status), Some(426));
    // Cut off in the middle: no answer or a 400, and nothing has happened.
    let cut = send(&good.as_bytes()[..good.len() / 2], good.len());
    assert!(cut.is_none_or(|answer| answer.status == 400));
    for query in ["after=-1", "after=x", "limit=no", "wait=1e9", "after=18446744073709551616"] {
        let path = format!("/v1/sync/feeds/{STREET}/events?{query}");
        assert_eq!(ask(address, "GET", &path, &desk.token, b"").status, 400, "{query}");
    }
    assert_eq!(ask(address, "GET", "/v1/auth/login", "", b"").status, 405);
    assert_eq!(ask(address, "GET", "/../../etc/passwd", "", b"").status, 404);
    assert!(desk.checked_feed(address).is_empty());

    // Good bodies with a few bytes changed, and cut anywhere.
    let mut runner = proptest::test_runner::TestRunner::new(ProptestConfig {
        cases: 150,
        failure_persistence: None,
        ..ProptestConfig::default()
    });
    let changes = (proptest::collection::vec((0..good.len(), any::<u8>()), 0..4), 0..=good.len());
    runner
        .run(&changes, |(changes, end)| {
            let mut body = good.clone().into_bytes();
            for (at, byte) in changes {
                body[at] = byte;
            }
            body.truncate(end);
            let answer = send(&body, body.len());
            let status = answer.map_or(0, |answer| answer.status);
            prop_assert!((200..500).contains(&status), "{status} to {}", String::from_utf8_lossy(&body));
            Ok(())
        })
        .unwrap();
    assert_eq!(ask(address, "GET", "/readyz", "", b"").status, 200);
}

#[test]
fn another_history_is_told_by_epoch_and_hash() {
    let (folder, path) = folder();
    let server = start(&path);
    let mut desk = Desk::log_in(server.address, "acceptor1", 11);
    let first = desk.report(STREET);
    desk.push(server.address, &[first]);
    let epoch = ask(server.address, "GET", "/v1/meta", "", b"").read::<Meta>().epoch;
    let stop = |mut server: Running| {
        server.child.kill().unwrap();
        server.child.wait().unwrap();
    };
    stop(server);
    let copy = folder.path().join("copy.db");
    std::fs::copy(&path, &copy).unwrap();

    let server = start(&path);
    let second = desk.report(STREET);
    desk.push(server.address, std::slice::from_ref(&second));
    let page = desk.page(server.address, &format!("after=1&epoch={}", epoch.tag()));
    assert_eq!(page.epoch, epoch, "a restart keeps the epoch");
    let seen = page.events[0].hash.clone();
    stop(server);

    // Somebody puts the older copy back by hand.
    std::fs::copy(&copy, &path).unwrap();
    let server = start(&path);
    let gone = |query: String| {
        let answer = ask(server.address, "GET", &format!("/v1/sync/feeds/{STREET}/events?{query}"), &desk.token, b"");
        (answer.status, answer.problem().kind)
    };
    assert_eq!(gone(format!("after=1&epoch={}", epoch.tag())), (410, problem::EPOCH.to_owned()));
    assert_eq!(gone(format!("after=2&hash={seen}")), (410, problem::HASH.to_owned()));
    assert_eq!(gone(format!("after=1&hash={seen}")), (410, problem::HASH.to_owned()));
    let now = ask(server.address, "GET", "/v1/meta", "", b"").read::<Meta>().epoch;
    assert_eq!(now.n, epoch.n + 1);
    // The console still holds the command and sends it again.
    assert_eq!(desk.push(server.address, &[second]), [Verdict::Applied { seq: 2 }]);
    assert_eq!(desk.checked_feed(server.address).len(), 2);
}

#[test]
fn it_does_not_start_where_it_must_not_and_says_why() {
    let (folder, path) = folder();
    let refused = |arguments: &[&str]| {
        let out = program().args(arguments).output().unwrap();
        (out.status.code(), String::from_utf8(out.stderr).unwrap())
    };
    let server = start(&path);
    let (code, text) = refused(&["--listen", "127.0.0.1:0", "--database", &database(&path)]);
    assert_eq!(code, Some(4), "{text}");
    assert!(text.contains("Another server process"), "{text}");
    drop(server);

    let damaged = folder.path().join("damaged.db");
    let mut bytes = std::fs::read(&path).unwrap();
    bytes[4096..].fill(0xa5);
    std::fs::write(&damaged, bytes).unwrap();
    let (code, text) = refused(&["--listen", "127.0.0.1:0", "--database", &database(&damaged)]);
    assert_eq!(code, Some(3), "{text}");
    assert!(text.contains("damaged") && !text.contains("panicked"), "{text}");

    let (code, text) = refused(&["--listen", "0.0.0.0:0", "--database", &database(&path)]);
    assert_eq!(code, Some(5), "{text}");
    assert!(text.contains("--insecure-plaintext"), "{text}");
    assert_eq!(refused(&["--listen", "127.0.0.1:0", "--database", "postgres://x"]).0, Some(2));
}

#[cfg(unix)]
#[test]
fn a_termination_signal_ends_it_in_order_with_readers_waiting() {
    let (_folder, path) = folder();
    let mut server = start(&path);
    let address = server.address;
    let desk = Desk::log_in(address, "acceptor1", 12);
    std::thread::scope(|scope| {
        let reader = scope.spawn(|| desk.page(address, "after=0&wait=25"));
        std::thread::sleep(std::time::Duration::from_millis(200));
        let told = Process::new("kill").args(["-TERM", &server.child.id().to_string()]).status().unwrap();
        assert!(told.success());
        assert!(reader.join().unwrap().events.is_empty(), "the waiting reader gets an empty page");
    });
    assert!(server.child.wait().unwrap().success());
}

#[test]
fn one_that_was_started_for_a_window_ends_with_its_input_and_no_sooner() {
    let (_folder, path) = folder();
    let mut child = program()
        .args(["--listen", "127.0.0.1:0", "--log", "error", "--until-stdin-closes", "--database", &database(&path)])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let input = child.stdin.take().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
    let address = lines.find_map(|line| line.strip_prefix("listening on http://")?.parse().ok()).unwrap();
    let mut server = Running { child, address };
    assert!(std::net::TcpStream::connect(server.address).is_ok());
    assert!(server.child.try_wait().unwrap().is_none(), "it lives while its input is open");
    drop(input);
    assert!(server.child.wait().unwrap().success());
}
