use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};

use super::*;

const PNG: &[u8] = b"\x89PNG\r\n\x1a\nand so on";

/// A service on this machine: the last part of the path says what it does. It counts who is asked at once.
struct Service {
    address: String,
    asked: Arc<Mutex<Vec<String>>>,
    most: Arc<AtomicUsize>,
}

impl Service {
    fn begin() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let asked = Arc::<Mutex<Vec<String>>>::default();
        let (now, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        let (told, top) = (asked.clone(), most.clone());
        let serve = move || {
            for stream in listener.incoming() {
                let Ok(stream) = stream else { continue };
                let (told, now, top) = (told.clone(), now.clone(), top.clone());
                let each = move || {
                    top.fetch_max(now.fetch_add(1, SeqCst) + 1, SeqCst);
                    answer(stream, &told);
                    now.fetch_sub(1, SeqCst);
                };
                std::thread::Builder::new().spawn(each).unwrap();
            }
        };
        std::thread::Builder::new().spawn(serve).unwrap();
        Self { address, asked, most }
    }

    fn tile(&self, what: &str, x: u32) -> WantedTile {
        let key = TileKey { source: "one".to_owned(), z: 1, x, y: 0 };
        WantedTile { key, url: format!("{}/{what}?tk=secret", self.address), etag: None, modified: None }
    }

    fn times(&self, what: &str) -> usize {
        self.asked.lock().unwrap().iter().filter(|head| head.contains(what)).count()
    }
}

fn answer(mut stream: TcpStream, told: &Mutex<Vec<String>>) {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") && stream.read(&mut byte).is_ok_and(|read| read == 1) {
        head.push(byte[0]);
    }
    let head = String::from_utf8_lossy(&head).into_owned();
    let path = head.split(['/', '?']).nth(1).unwrap_or_default().to_owned();
    let seen = told.lock().unwrap().iter().filter(|before| before.contains(&format!("/{path}?"))).count();
    told.lock().unwrap().push(head.clone());
    let say = |stream: &mut TcpStream, status: &str, more: &str, body: &[u8]| {
        let length = body.len();
        let _ = write!(stream, "HTTP/1.1 {status}\r\nContent-Length: {length}\r\nConnection: close\r\n{more}\r\n");
        let _ = stream.write_all(body);
    };
    match path.as_str() {
        "tagged" if head.to_ascii_lowercase().contains("if-none-match: \"v1\"") => {
            say(&mut stream, "304 Not Modified", "", b"")
        }
        "good" | "tagged" => say(&mut stream, "200 OK", "ETag: \"v1\"\r\nLast-Modified: today\r\n", PNG),
        "slow" => {
            std::thread::sleep(Duration::from_millis(60));
            say(&mut stream, "200 OK", "", PNG);
        }
        "once_busy" if seen == 0 => say(&mut stream, "503 Busy", "", b""),
        "once_busy" => say(&mut stream, "200 OK", "", PNG),
        "later" => say(&mut stream, "429 Slow", "Retry-After: 7\r\n", b""),
        "none" => say(&mut stream, "404 None", "", b""),
        "forbidden" => say(&mut stream, "403 No", "", b"<xml>key</xml>"),
        "words" => say(&mut stream, "200 OK", "", b"<html>sorry</html>"),
        "cut" => {
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n\x89PNG\r\n\x1a\n");
        }
        "large" => say(&mut stream, "200 OK", "", &vec![0x89; MOST_BYTES + 1]),
        "endless" => {
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n");
            while stream.write_all(&[0x89; 65_536]).is_ok() {}
        }
        "away" => say(&mut stream, "302 Found", "Location: /good?from=away\r\n", b""),
        "file" => say(&mut stream, "302 Found", "Location: file:///etc/hosts\r\n", b""),
        "ring" => say(&mut stream, "302 Found", "Location: /ring?again\r\n", b""),
        _ => {}
    }
}

fn fetch(tile: &WantedTile) -> Result<Fetched, (TileFault, Option<Duration>)> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(TileClient::new().unwrap().fetch(tile))
}

#[test]
fn each_answer_is_told_for_what_it_is_and_never_with_the_key() {
    let service = Service::begin();
    let ask = |what: &str| {
        let result = fetch(&service.tile(what, 0));
        let told = format!("{result:?} {:?}", service.tile(what, 0));
        assert!(!told.contains("secret"), "{told}");
        if let Err((fault, _)) = &result {
            for lang in [Lang::ZhCn, Lang::En] {
                assert!(!fault.words(lang).contains("sync.") && !fault.words(lang).contains("secret"));
            }
        }
        result.map_err(|(fault, _)| fault)
    };
    let new = |etag: Option<&str>, modified: Option<&str>| {
        Ok(Fetched::New { body: PNG.to_vec(), etag: etag.map(str::to_owned), modified: modified.map(str::to_owned) })
    };
    assert_eq!(ask("good"), new(Some("\"v1\""), Some("today")));
    assert_eq!(ask("none"), Ok(Fetched::Nothing));
    assert_eq!(ask("forbidden"), Err(TileFault::Refused(403)));
    assert_eq!(ask("once_busy"), Err(TileFault::Busy(503)));
    assert_eq!(ask("words"), Err(TileFault::NoPicture));
    assert_eq!((ask("large"), ask("endless")), (Err(TileFault::TooLarge), Err(TileFault::TooLarge)));
    assert!(matches!(ask("cut"), Err(TileFault::Unreachable(_))));
    assert!(matches!(ask("nothing at all"), Err(TileFault::Unreachable(_))));
    assert_eq!(ask("away"), new(Some("\"v1\""), Some("today")));
    assert!(!service.asked.lock().unwrap().iter().any(|head| head.to_ascii_lowercase().contains("referer")));
    assert_eq!((ask("file"), ask("ring")), (Err(TileFault::Refused(302)), Err(TileFault::Refused(302))));
    assert!(service.times("/ring") <= MOST_REDIRECTS + 2);
    let later = fetch(&service.tile("later", 0)).unwrap_err();
    assert_eq!(later, (TileFault::Busy(429), Some(Duration::from_secs(7))));
    let kept = WantedTile { etag: Some("\"v1\"".to_owned()), ..service.tile("tagged", 0) };
    assert_eq!(fetch(&kept), Ok(Fetched::Same));
    let nowhere = WantedTile { url: "ftp://127.0.0.1/a".to_owned(), ..service.tile("good", 0) };
    assert_eq!(fetch(&nowhere), Err((TileFault::NoAddress, None)));
}

#[test]
fn a_few_are_fetched_at_once_and_each_is_brought() {
    let service = Service::begin();
    let (worker, brought) = TileWorker::spawn(|| {}).unwrap();
    worker.want((0..30).map(|x| service.tile("slow", x)));
    let mut columns: Vec<u32> = (0..30).map(|_| brought.recv_timeout(Duration::from_secs(20)).unwrap().key.x).collect();
    columns.sort_unstable();
    assert_eq!(columns, (0..30).collect::<Vec<_>>());
    let most = service.most.load(SeqCst);
    assert!((2..=PARALLEL).contains(&most), "{most} at once");
}

#[test]
fn what_is_no_longer_wanted_is_not_fetched() {
    let service = Service::begin();
    let (worker, brought) = TileWorker::spawn(|| {}).unwrap();
    worker.want((0..500).map(|x| service.tile("slow", x)));
    brought.recv_timeout(Duration::from_secs(20)).unwrap();
    worker.want([service.tile("good", 1000)]);
    let at_last = |brought: &Receiver<Brought>| loop {
        if brought.recv_timeout(Duration::from_secs(20)).unwrap().key.x == 1000 {
            break;
        }
    };
    at_last(&brought);
    drop(worker);
    assert!(service.times("/slow") < 40, "{}", service.times("/slow"));
}

#[test]
fn a_busy_service_is_asked_again_after_a_pause_and_one_that_refuses_is_not() {
    let service = Service::begin();
    let (worker, brought) = TileWorker::spawn(|| {}).unwrap();
    worker.want([service.tile("once_busy", 0)]);
    let next = || brought.recv_timeout(Duration::from_secs(20)).unwrap().result;
    assert_eq!(next(), Err(TileFault::Busy(503)));
    assert!(matches!(next(), Ok(Fetched::New { .. })));
    worker.want((0..20).map(|x| service.tile("forbidden", x)));
    assert_eq!(next(), Err(TileFault::Refused(403)));
    while brought.recv_timeout(Duration::from_millis(300)).is_ok() {}
    assert!(service.times("/forbidden") <= PARALLEL);
    // Another service is not held up by it.
    let mut other = service.tile("good", 7);
    other.key.source = "two".to_owned();
    worker.want([service.tile("forbidden", 1), other]);
    assert!(matches!(next(), Ok(Fetched::New { .. })));
    worker.forgive("one");
    assert_eq!(next(), Err(TileFault::Refused(403)));
}

#[test]
fn pauses_grow_to_their_limit_and_end_with_a_good_answer() {
    let mut board = Board::default();
    let tile = WantedTile {
        key: TileKey { source: "s".to_owned(), z: 0, x: 0, y: 0 },
        url: String::new(),
        etag: None,
        modified: None,
    };
    let mut now = Instant::now();
    let busy = Err((TileFault::Busy(500), None));
    let mut lengths = Vec::new();
    for _ in 0..8 {
        board.done(&tile, &busy, now);
        board.done(&tile, &busy, now);
        let pause = board.pauses["s"];
        lengths.push(pause.length.as_secs());
        assert_eq!(board.next(now).unwrap_err(), Some(pause.until));
        now = pause.until;
        assert!(board.next(now).is_ok());
    }
    assert_eq!(lengths, [1, 2, 4, 8, 16, 32, 60, 60]);
    board.done(&tile, &Ok(Fetched::Nothing), now);
    assert!(board.pauses.is_empty());
}
