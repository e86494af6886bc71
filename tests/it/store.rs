//! The profile from outside: kills, damage, two owners, bad pages, and a line that loses, doubles and forgets.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Command as Process, Stdio};

use jiedao::base::{CaseId, Clock as _, CommandId, IdSource, Timestamp, UserId};
use jiedao::domain::case::command::Act;
use jiedao::domain::case::{Command, Entry, Fact, Refusal};
use jiedao::domain::code::StreetCode;
use jiedao::domain::org::{Actor, Role, User};
use jiedao::protocol::api::{
    CommandResult, Epoch, Event, FeedHead, Feeds, LoginAnswer, LoginRequest, NumberedCommand, Page, PageQuery,
    PushAnswer, PushRequest, Reference, Verdict,
};
use jiedao::protocol::chain;
use jiedao::store::{Answer, PageRefused, Request, Store, StoreError};
use jiedao::sync::Password;
use jiedao::sync::transport::{CallError, Transport};
use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;

fn street() -> StreetCode {
    StreetCode::new("110107001").unwrap()
}

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_790_000_000 + second).unwrap()
}

fn actor() -> Actor {
    Actor { user: UserId::from("dispatcher1"), name: "张三".into(), role: Role::Dispatcher, on_behalf_of: None }
}

fn command(ids: &IdSource) -> Command {
    Command {
        id: CommandId(ids.next(at(0))),
        case_id: CaseId(ids.next(at(0))),
        street: street(),
        actor: actor(),
        claimed_at: at(0),
        based_on: 1,
        act: Act::Close { opinion: "已现场核查，予以结案".into() },
    }
}

fn open(dir: &Path) -> (Store, jiedao::store::Opened) {
    Store::open(dir, at(0)).unwrap()
}

/// A server with one feed that applies or refuses each command once.
#[derive(Clone)]
struct Server {
    epoch: Epoch,
    events: Vec<Event>,
    verdicts: BTreeMap<CommandId, Verdict>,
}

impl Server {
    fn new() -> Self {
        Self { epoch: Epoch { n: 1, id: "first".into() }, events: Vec::new(), verdicts: BTreeMap::new() }
    }

    fn decide(&mut self, command: &Command, refuse: bool) -> Verdict {
        if let Some(known) = self.verdicts.get(&command.id) {
            return known.clone();
        }
        let verdict = if refuse {
            Verdict::Refused { refusal: Refusal::WrongStreet }
        } else {
            let entry = Entry {
                case_id: command.case_id,
                case_seq: 1,
                command_id: command.id,
                actor: command.actor.clone(),
                claimed_at: command.claimed_at,
                recorded_at: at(1),
                fact: Fact::Closed { opinion: "结案".into() },
            };
            self.append("closed", &serde_json::to_string(&entry).unwrap());
            Verdict::Applied { seq: self.events.len() as u64 }
        };
        self.verdicts.insert(command.id, verdict.clone());
        verdict
    }

    fn append(&mut self, kind: &str, body: &str) {
        let seq = self.events.len() as u64 + 1;
        let prev_hash = self.hash_at(seq - 1);
        self.events.push(Event {
            seq,
            kind: kind.into(),
            version: 1,
            hash: chain::link(&prev_hash, street().as_str(), seq, body),
            prev_hash,
            body: serde_json::value::RawValue::from_string(body.into()).unwrap(),
        });
    }

    fn hash_at(&self, seq: u64) -> String {
        if seq == 0 { chain::genesis() } else { self.events[seq as usize - 1].hash.clone() }
    }

    /// `None` is 410.
    fn page(&self, query: &PageQuery, stable_seq: u64) -> Option<Page> {
        let head = self.events.len() as u64;
        let fits = query.epoch.as_ref().is_none_or(|tag| *tag == self.epoch.tag())
            && query.after <= head
            && query.hash.as_ref().is_none_or(|hash| *hash == self.hash_at(query.after));
        fits.then(|| Page {
            epoch: self.epoch.clone(),
            server_time: at(2),
            head: FeedHead { feed: street().to_string(), seq: head, hash: self.hash_at(head), stable_seq },
            events: self.events.iter().skip(query.after as usize).take(query.limit).cloned().collect(),
        })
    }

    fn push(&mut self, commands: &[NumberedCommand]) -> PushAnswer {
        let results = commands
            .iter()
            .map(|one| CommandResult {
                command_id: one.command.id,
                // One in four commands is refused, and the same one always.
                verdict: self.decide(&one.command, one.command.id.0.as_bytes()[15] % 4 == 0),
            })
            .collect();
        PushAnswer { epoch: self.epoch.clone(), server_time: at(2), results }
    }
}

fn query(store: &Store, limit: usize) -> PageQuery {
    let cursor = store.cursor(&street()).unwrap();
    PageQuery {
        epoch: cursor.epoch.as_ref().map(Epoch::tag),
        after: cursor.seq,
        hash: (cursor.seq > 0).then_some(cursor.hash),
        limit,
        wait: 0,
    }
}

#[test]
fn a_profile_has_one_owner() {
    let dir = tempfile::tempdir().unwrap();
    let first = open(dir.path());
    assert!(matches!(Store::open(dir.path(), at(0)), Err(StoreError::InUse { .. })));
    let device = first.1.device;
    drop(first);
    assert_eq!(open(dir.path()).1.device, device);
}

#[cfg(unix)]
#[test]
fn a_profile_is_private() {
    use std::os::unix::fs::PermissionsExt as _;
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path().join("profile");
    let (mut store, _) = open(&dir);
    store.commit_command(&command(&IdSource::seeded(1)), at(0)).unwrap();
    assert_eq!(std::fs::metadata(&dir).unwrap().permissions().mode() & 0o777, 0o700);
    for file in std::fs::read_dir(&dir).unwrap() {
        let file = file.unwrap();
        assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o600, "{:?}", file.file_name());
    }
}

#[test]
fn numbers_have_no_holes_and_a_command_keeps_its_own() {
    let dir = tempfile::tempdir().unwrap();
    let ids = IdSource::seeded(2);
    let (mut store, _) = open(dir.path());
    let commands: Vec<_> = (0..5).map(|_| command(&ids)).collect();
    for (index, one) in commands.iter().enumerate() {
        assert_eq!(store.commit_command(one, at(0)).unwrap(), index as u64 + 1);
    }
    assert_eq!(store.commit_command(&commands[1], at(9)).unwrap(), 2);
    drop(store);
    let (mut store, opened) = open(dir.path());
    let found: Vec<_> = opened.pending.into_iter().map(|one| one.command).collect();
    assert_eq!(found, commands);
    assert_eq!(store.commit_command(&command(&ids), at(0)).unwrap(), 6);
}

const KILLED_DIR: &str = "JIEDAO_TEST_COMMIT_UNTIL_KILLED";

/// Not a test of its own: the process that the next test kills.
#[test]
fn commits_until_killed() {
    let Some(dir) = std::env::var_os(KILLED_DIR) else { return };
    let ids = IdSource::from_os();
    let (mut store, _) = open(Path::new(&dir));
    let mut out = std::io::stdout().lock();
    loop {
        let one = command(&ids);
        let device_no = store.commit_command(&one, at(0)).unwrap();
        writeln!(out, "saved {device_no} {}", one.id).unwrap();
        out.flush().unwrap();
    }
}

#[test]
fn what_was_saved_is_found_after_kill_9() {
    let dir = tempfile::tempdir().unwrap();
    let mut rng = ChaCha8Rng::seed_from_u64(9);
    let mut acknowledged: BTreeMap<u64, String> = BTreeMap::new();
    for round in 0..20 {
        let mut child = Process::new(std::env::current_exe().unwrap())
            .args(["--exact", "store::commits_until_killed", "--nocapture"])
            .env(KILLED_DIR, dir.path())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let wanted = rng.random_range(1..12);
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut seen = 0;
        let mut note = |line: String| {
            let words: Vec<_> = line.split_whitespace().collect();
            // The test runner's own words may stand before the first.
            if let Some(at) = words.iter().position(|word| *word == "saved")
                && let [_, number, id] = words[at..]
            {
                acknowledged.insert(number.parse().unwrap(), id.to_owned());
                seen += 1;
            }
            seen
        };
        while note(lines.next().expect("the child goes on until it is killed").unwrap()) < wanted {}
        child.kill().unwrap();
        child.wait().unwrap();
        for line in lines.map_while(Result::ok) {
            note(line);
        }
        let (store, opened) = open(dir.path());
        assert!(opened.recovered.as_ref().is_none_or(|it| it.damaged.is_none()), "round {round}: {opened:?}");
        let found: BTreeMap<_, _> =
            opened.pending.iter().map(|one| (one.device_no, one.command.id.to_string())).collect();
        for (number, id) in &acknowledged {
            assert_eq!(found.get(number), Some(id), "round {round}: number {number}");
        }
        let numbers: Vec<_> = found.keys().copied().collect();
        assert_eq!(numbers, (1..=found.len() as u64).collect::<Vec<_>>(), "round {round}: holes");
        drop(store);
    }
    assert!(acknowledged.len() >= 20);
}

#[test]
fn a_damaged_cache_is_put_aside_and_the_outbox_stays() {
    let dir = tempfile::tempdir().unwrap();
    let ids = IdSource::seeded(3);
    let (mut store, _) = open(dir.path());
    let mut server = Server::new();
    let seen = command(&ids);
    let waiting = command(&ids);
    store.commit_command(&seen, at(0)).unwrap();
    store.commit_command(&waiting, at(0)).unwrap();
    server.decide(&seen, false);
    let base = store.cursor(&street()).unwrap();
    let page = server.page(&query(&store, 10), 0).unwrap();
    assert_eq!(store.apply_page(&street(), &base, &page, at(0)).unwrap().retired, [seen.id]);
    assert_eq!(store.pending().unwrap().len(), 1);
    drop(store);
    std::fs::write(dir.path().join("cache.db"), b"this is no database, and long enough to be looked at ".repeat(100))
        .unwrap();
    let (store, opened) = open(dir.path());
    assert!(opened.cache_put_aside.is_some_and(|aside| aside.exists()));
    // Seen is looked up, never remembered: both wait for the feed again.
    assert_eq!(opened.pending.len(), 2);
    assert_eq!(store.cursor(&street()).unwrap().seq, 0);
}

#[test]
fn a_damaged_outbox_comes_back_from_its_journal() {
    let dir = tempfile::tempdir().unwrap();
    let ids = IdSource::seeded(4);
    let (mut store, opened) = open(dir.path());
    let commands: Vec<_> = (0..6).map(|_| command(&ids)).collect();
    for one in &commands {
        store.commit_command(one, at(0)).unwrap();
    }
    let answer = PushAnswer {
        epoch: Epoch { n: 1, id: "a".into() },
        server_time: at(1),
        results: vec![CommandResult {
            command_id: commands[2].id,
            verdict: Verdict::Refused { refusal: Refusal::UnknownCase },
        }],
    };
    assert_eq!(store.record_verdicts(&answer, at(1)).unwrap().refused.len(), 1);
    drop(store);
    for damage in ["overwritten", "gone"] {
        let path = dir.path().join("outbox.db");
        match damage {
            "gone" => std::fs::remove_file(&path).unwrap(),
            _ => std::fs::write(&path, b"rubbish where a database was ".repeat(400)).unwrap(),
        }
        let (store, again) = open(dir.path());
        let recovered = again.recovered.expect(damage);
        assert_eq!((recovered.commands, recovered.refusals, recovered.unreadable_lines), (6, 1, 0), "{damage}");
        assert_eq!(recovered.damaged.is_some(), damage == "overwritten");
        assert_eq!(again.device, opened.device);
        assert_eq!(again.pending.len(), 5);
        assert_eq!(again.inbox[0].command, commands[2]);
        drop(store);
    }
    let (mut store, again) = open(dir.path());
    assert!(again.recovered.is_none(), "told once");
    assert_eq!(store.commit_command(&command(&ids), at(0)).unwrap(), 7);
}

#[test]
fn without_room_nothing_is_called_saved() {
    let Some(dir) = tiny_disk() else {
        println!("skipped: a small file system cannot be mounted here");
        return;
    };
    let ids = IdSource::seeded(5);
    let profile = dir.path().join("profile");
    let (mut store, _) = open(&profile);
    store.commit_command(&command(&ids), at(0)).unwrap();
    std::fs::write(dir.path().join("filler"), vec![0_u8; 16]).unwrap();
    let mut filler = std::fs::File::options().append(true).open(dir.path().join("filler")).unwrap();
    while filler.write_all(&[0_u8; 4096]).is_ok() {}
    let mut saved = 1;
    let error = loop {
        match store.commit_command(&command(&ids), at(0)) {
            Ok(_) => saved += 1,
            Err(error) => break error,
        }
    };
    assert!(matches!(error, StoreError::DiskFull { .. }), "{error:?}");
    assert_eq!(store.pending().unwrap().len(), saved);
    drop(filler);
    std::fs::remove_file(dir.path().join("filler")).unwrap();
    assert_eq!(store.commit_command(&command(&ids), at(0)).unwrap(), saved as u64 + 1);
    drop(store);
    assert_eq!(open(&profile).1.pending.len(), saved + 1);
}

struct Mounted(tempfile::TempDir);

impl Mounted {
    fn path(&self) -> &Path {
        self.0.path()
    }
}

impl Drop for Mounted {
    fn drop(&mut self) {
        let _ = Process::new("umount").arg("-l").arg(self.0.path()).status();
    }
}

fn tiny_disk() -> Option<Mounted> {
    let dir = tempfile::tempdir().unwrap();
    let mounted = Process::new("mount")
        .args(["-t", "tmpfs", "-o", "size=512k", "tmpfs"])
        .arg(dir.path())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success());
    mounted.then_some(Mounted(dir))
}

#[test]
fn a_session_sends_what_its_own_person_has_done() {
    let dir = tempfile::tempdir().unwrap();
    let (mut store, _) = open(dir.path());
    let ids = IdSource::seeded(12);
    let (mine, mut hers) = (command(&ids), command(&ids));
    hers.actor.user = UserId::from("dispatcher2");
    for one in [&hers, &mine] {
        store.commit_command(one, at(0)).unwrap();
    }
    let sent = |user: &UserId| -> Vec<CommandId> {
        store.to_push(user, 10, 1 << 20).unwrap().commands.iter().map(|one| one.command.id).collect()
    };
    assert_eq!(sent(&mine.actor.user), [mine.id]);
    assert_eq!(sent(&hers.actor.user), [hers.id]);
    assert_eq!(store.pending().unwrap().len(), 2, "both are shown as pending");
}

#[test]
fn a_page_that_does_not_fit_changes_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let ids = IdSource::seeded(6);
    let (mut store, _) = open(dir.path());
    let mut server = Server::new();
    for _ in 0..6 {
        server.decide(&command(&ids), false);
    }
    let base = store.cursor(&street()).unwrap();
    let first = server.page(&query(&store, 3), 0).unwrap();
    store.apply_page(&street(), &base, &first, at(0)).unwrap();
    let here = store.cursor(&street()).unwrap();
    assert_eq!(here.seq, 3);
    let good = server.page(&query(&store, 3), 0).unwrap();

    let mut try_page = |base: &jiedao::store::Cursor, change: &dyn Fn(&mut Page)| {
        let mut page = good.clone();
        change(&mut page);
        let refused = store.apply_page(&street(), base, &page, at(0)).unwrap_err();
        assert_eq!(store.cursor(&street()).unwrap(), here);
        refused
    };
    assert!(matches!(try_page(&base, &|_| ()), PageRefused::Stale { .. }));
    assert!(matches!(try_page(&here, &|page| drop(page.events.remove(1))), PageRefused::Hole { expected: 5, .. }));
    assert!(matches!(
        try_page(&here, &|page| page.events[1].hash = chain::genesis()),
        PageRefused::BadHash { seq: 5, .. }
    ));
    assert!(matches!(try_page(&here, &|page| page.head.feed = "110107002".into()), PageRefused::WrongFeed { .. }));
    assert!(matches!(try_page(&here, &|page| page.head.seq = 5), PageRefused::Hole { .. }));
    let other = try_page(&here, &|page| {
        let event = &mut page.events[0];
        event.prev_hash = chain::genesis();
        event.hash = chain::link(&event.prev_hash, street().as_str(), event.seq, event.body.get());
    });
    assert!(other.needs_reset());
    let lost = try_page(&here, &|page| {
        page.events.clear();
        page.head.seq = 1;
    });
    assert!(lost.needs_reset());
    assert!(matches!(try_page(&here, &|page| page.epoch.n = 0), PageRefused::OldEpoch { .. }));
    assert!(try_page(&here, &|page| page.epoch.id = "other".into()).needs_reset());
    store.apply_page(&street(), &here, &good, at(0)).unwrap();
    assert_eq!(store.cursor(&street()).unwrap().seq, 6);
}

#[test]
fn what_a_newer_build_says_is_kept_and_what_is_broken_stops_the_feed() {
    let dir = tempfile::tempdir().unwrap();
    let (mut store, _) = open(dir.path());
    let ids = IdSource::seeded(7);
    let case = CaseId(ids.next(at(0)));
    let mut server = Server::new();
    server.append("teleported", &format!(r#"{{"case_id":"{case}","fact":{{"fact":"teleported","to":"moon"}}}}"#));
    let base = store.cursor(&street()).unwrap();
    let page = server.page(&query(&store, 10), 0).unwrap();
    assert_eq!(store.apply_page(&street(), &base, &page, at(0)).unwrap().unreadable, [case]);
    assert_eq!(store.look().unwrap().unreadable, [case]);
    server.append("closed", r#"{"fact":{"fact":"closed"}}"#);
    let base = store.cursor(&street()).unwrap();
    let page = server.page(&query(&store, 10), 0).unwrap();
    let refused = store.apply_page(&street(), &base, &page, at(0)).unwrap_err();
    assert!(matches!(refused, PageRefused::BadBody { seq: 2, .. }), "{refused}");
}

/// One console against a server over a bad line, with stops between any two steps and servers put back to a copy. At the
/// end, on a good line: every command that was called saved is in the feed once, or refused and in the inbox, not both.
fn simulate(seed: u64, dir: &Path) {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let ids = IdSource::seeded(seed);
    let mut server = Server::new();
    let mut copy = server.clone();
    let mut highest = 1;
    let (mut store, _) = open(dir);
    let mut saved = BTreeSet::new();
    let mut late_pages: Vec<(jiedao::store::Cursor, Page)> = Vec::new();
    let mut late_answers: Vec<PushAnswer> = Vec::new();
    for step in 0..70 {
        let healed = step >= 55;
        let pushes = |server: &mut Server, store: &Store| {
            let parcel = store.to_push(&actor().user, 3, 64 * 1024).unwrap();
            (!parcel.commands.is_empty()).then(|| server.push(&parcel.commands))
        };
        match if healed { 1 + step % 2 } else { rng.random_range(0..9) } {
            0 => {
                let one = command(&ids);
                store.commit_command(&one, at(step)).unwrap();
                saved.insert(one.id);
            }
            1 | 3 => {
                if let Some(answer) = pushes(&mut server, &store) {
                    if healed || rng.random_bool(0.6) {
                        store.record_verdicts(&answer, at(step)).unwrap();
                    }
                    late_answers.push(answer);
                }
            }
            2 | 4 => {
                let base = store.cursor(&street()).unwrap();
                let stable = copy.events.len() as u64;
                match server.page(&query(&store, 4), stable) {
                    None => drop(store.reset_feed(&street()).unwrap()),
                    Some(page) => {
                        if healed || rng.random_bool(0.7) {
                            match store.apply_page(&street(), &base, &page, at(step)) {
                                Err(refused) if refused.needs_reset() => drop(store.reset_feed(&street()).unwrap()),
                                Err(PageRefused::Store(error)) => panic!("{error}"),
                                _ => {}
                            }
                        }
                        late_pages.push((base, page));
                    }
                }
            }
            5 if !late_pages.is_empty() => {
                let (base, page) = late_pages[rng.random_range(0..late_pages.len())].clone();
                if store.apply_page(&street(), &base, &page, at(step)).is_err_and(|refused| refused.needs_reset()) {
                    store.reset_feed(&street()).unwrap();
                }
            }
            6 if !late_answers.is_empty() => {
                let answer = late_answers[rng.random_range(0..late_answers.len())].clone();
                store.record_verdicts(&answer, at(step)).unwrap();
            }
            7 if rng.random_bool(0.5) => {
                drop(store);
                store = open(dir).0;
            }
            8 if rng.random_bool(0.4) => {
                if rng.random_bool(0.5) {
                    copy = server.clone();
                } else {
                    highest += 1;
                    server = copy.clone();
                    server.epoch = Epoch { n: highest, id: format!("restore{step}") };
                }
            }
            _ => {}
        }
    }
    for step in 0..40 {
        let parcel = store.to_push(&actor().user, 50, 1 << 20).unwrap();
        if !parcel.commands.is_empty() {
            let answer = server.push(&parcel.commands);
            store.record_verdicts(&answer, at(100 + step)).unwrap();
        }
        let base = store.cursor(&street()).unwrap();
        match server.page(&query(&store, 50), server.events.len() as u64) {
            None => drop(store.reset_feed(&street()).unwrap()),
            Some(page) => {
                if store.apply_page(&street(), &base, &page, at(100 + step)).is_err_and(|refused| refused.needs_reset())
                {
                    store.reset_feed(&street()).unwrap();
                }
            }
        }
    }
    let mut in_feed = BTreeSet::new();
    for event in &server.events {
        let entry: Entry = serde_json::from_str(event.body.get()).unwrap();
        assert!(in_feed.insert(entry.command_id), "seed {seed}: applied twice");
    }
    let inbox: BTreeSet<_> = store.inbox().unwrap().into_iter().map(|one| one.command.id).collect();
    for id in &saved {
        assert!(in_feed.contains(id) != inbox.contains(id), "seed {seed}: {id} is lost, or both applied and refused");
    }
    assert!(store.pending().unwrap().is_empty(), "seed {seed}: stuck");
    assert_eq!(store.cursor(&street()).unwrap().hash, server.hash_at(server.events.len() as u64), "seed {seed}");
}

#[test]
fn a_bad_line_loses_nothing() {
    let seeds: u64 = std::env::var("JIEDAO_SIM_SEEDS").ok().and_then(|text| text.parse().ok()).unwrap_or(60);
    let memory = Path::new("/dev/shm");
    for seed in 0..seeds {
        // Memory where there is some: the disk's own part is tested by the kills.
        let dir = if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() }.unwrap();
        simulate(seed, dir.path());
    }
}

/// The server of these tests as something to call, for the two threads together.
struct Line {
    server: std::sync::Arc<std::sync::Mutex<Server>>,
    up: std::sync::Arc<std::sync::atomic::AtomicBool>,
}

impl Line {
    fn is_up(&self) -> Result<(), CallError> {
        let up = self.up.load(std::sync::atomic::Ordering::SeqCst);
        if up { Ok(()) } else { Err(CallError::Unreachable("cut".into())) }
    }
}

fn user() -> User {
    User {
        id: UserId::from("dispatcher1"),
        name: "张三".into(),
        roles: [Role::Dispatcher].into(),
        streets: [street()].into(),
        dept: None,
        officer: None,
    }
}

impl Transport for Line {
    async fn login(&self, request: &LoginRequest) -> Result<LoginAnswer, CallError> {
        self.is_up()?;
        if request.password != "right" {
            return Err(CallError::Unauthorised);
        }
        let expires_at = Timestamp::from_second(4_000_000_000).unwrap();
        Ok(LoginAnswer { token: "token".into(), expires_at, user: user() })
    }

    async fn push(&self, _: &str, request: &PushRequest) -> Result<PushAnswer, CallError> {
        self.is_up()?;
        Ok(self.server.lock().unwrap().push(&request.commands))
    }

    async fn feeds(&self, _: &str) -> Result<Feeds, CallError> {
        self.is_up()?;
        let server = self.server.lock().unwrap();
        let head = server.page(&PageQuery { epoch: None, after: 0, hash: None, limit: 0, wait: 0 }, 0).unwrap().head;
        Ok(Feeds { epoch: server.epoch.clone(), feeds: vec![head] })
    }

    async fn page(&self, _: &str, _: &StreetCode, query: &PageQuery) -> Result<Page, CallError> {
        loop {
            self.is_up()?;
            let page = self.server.lock().unwrap().page(query, 0).ok_or(CallError::Gone)?;
            if query.wait == 0 || !page.events.is_empty() {
                return Ok(page);
            }
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
    }

    async fn reference(&self, _: &str) -> Result<Reference, CallError> {
        self.is_up()?;
        Ok(Reference::default())
    }
}

#[test]
fn the_two_threads_carry_a_command_there_and_back() {
    use std::sync::Arc;
    let dir = tempfile::tempdir().unwrap();
    let clock = Arc::new(jiedao::base::clock::SystemClock::default());
    let wake: jiedao::store::Wake = Arc::new(|| ());
    let (store, answers) = jiedao::store::Worker::spawn(dir.path().to_path_buf(), clock.clone(), wake.clone()).unwrap();
    assert!(matches!(answers.recv().unwrap(), Answer::Opened(_)));
    let server = Arc::new(std::sync::Mutex::new(Server::new()));
    let up = Arc::new(std::sync::atomic::AtomicBool::new(true));
    let line = Line { server: server.clone(), up: up.clone() };
    let (sync, events) = jiedao::sync::Worker::spawn_with(move || line, 1, store.handle(), clock, wake).unwrap();
    let until = |wanted: &dyn Fn(&jiedao::sync::Event) -> bool| {
        while !wanted(&events.recv().expect("the thread lives")) {}
    };
    let login = |password: &str| assert!(sync.handle().login(UserId::from("dispatcher1"), Password(password.into())));
    login("wrong");
    until(&|event| matches!(event, jiedao::sync::Event::LoginRefused("sync.login.refused")));
    login("right");
    until(&|event| matches!(event, jiedao::sync::Event::LoggedIn { online: true, .. }));

    let ids = IdSource::seeded(11);
    let (mut to_apply, mut to_refuse) = (None, None);
    while to_apply.is_none() || to_refuse.is_none() {
        let one = command(&ids);
        let slot = if one.id.0.as_bytes()[15].is_multiple_of(4) { &mut to_refuse } else { &mut to_apply };
        slot.get_or_insert(one);
    }
    let (to_apply, to_refuse) = (to_apply.unwrap(), to_refuse.unwrap());
    let commit = |one: &Command| assert!(store.handle().send(Request::Commit(Box::new(one.clone()))).is_ok());
    commit(&to_apply);
    assert!(matches!(answers.recv().unwrap(), Answer::Saved { device_no: 1, .. }));
    until(&|event| matches!(event, jiedao::sync::Event::Pulled { retired, .. } if *retired == [to_apply.id]));
    commit(&to_refuse);
    until(&|event| matches!(event, jiedao::sync::Event::Refused(all) if all[0].command.id == to_refuse.id));

    up.store(false, std::sync::atomic::Ordering::SeqCst);
    until(&|event| matches!(event, jiedao::sync::Event::Offline(_)));
    login("right");
    until(&|event| matches!(event, jiedao::sync::Event::LoggedIn { online: false, .. }));
    up.store(true, std::sync::atomic::Ordering::SeqCst);
    until(&|event| matches!(event, jiedao::sync::Event::Online));
    drop(sync);
    drop(store);
    let (_, opened) = open(dir.path());
    assert!(opened.pending.is_empty());
    assert_eq!(opened.inbox.len(), 1);
}

#[test]
fn who_came_in_offline_is_logged_in_when_the_server_answers() {
    use std::sync::Arc;
    let dir = tempfile::tempdir().unwrap();
    let clock = Arc::new(jiedao::base::clock::SystemClock::default());
    let wake: jiedao::store::Wake = Arc::new(|| ());
    let (mut known, _) = open(dir.path());
    let phc = jiedao::store::verifier::make("right").unwrap();
    known.keep_verifier(&user(), &phc, clock.now()).unwrap();
    drop(known);
    let (store, answers) = jiedao::store::Worker::spawn(dir.path().to_path_buf(), clock.clone(), wake.clone()).unwrap();
    assert!(matches!(answers.recv().unwrap(), Answer::Opened(_)));
    let server = Arc::new(std::sync::Mutex::new(Server::new()));
    let up = Arc::new(std::sync::atomic::AtomicBool::new(false));
    let line = Line { server: server.clone(), up: up.clone() };
    let (sync, events) = jiedao::sync::Worker::spawn_with(move || line, 1, store.handle(), clock, wake).unwrap();
    let until = |wanted: &dyn Fn(&jiedao::sync::Event) -> bool| {
        while !wanted(&events.recv().expect("the thread lives")) {}
    };
    assert!(sync.handle().login(UserId::from("dispatcher1"), Password("right".into())));
    until(&|event| matches!(event, jiedao::sync::Event::LoggedIn { online: false, .. }));
    let ids = IdSource::seeded(13);
    let one = loop {
        let one = command(&ids);
        if !one.id.0.as_bytes()[15].is_multiple_of(4) {
            break one;
        }
    };
    assert!(store.handle().send(Request::Commit(Box::new(one.clone()))).is_ok());
    assert!(matches!(answers.recv().unwrap(), Answer::Saved { .. }));
    up.store(true, std::sync::atomic::Ordering::SeqCst);
    until(&|event| matches!(event, jiedao::sync::Event::LoggedIn { online: true, .. }));
    until(&|event| matches!(event, jiedao::sync::Event::Pulled { retired, .. } if *retired == [one.id]));
}
