//! Pictures below the map, with a service on this machine.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst};

use super::*;
use crate::base::clock::SystemClock;
use crate::spatial::raster::Key;

/// A service on this machine that gives one picture for every tile, until it is taken off the line.
fn service() -> (String, Arc<AtomicBool>, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}/{{z}}/{{x}}/{{y}}.png?tk=topsecret", listener.local_addr().unwrap());
    let (on, asked) = (Arc::new(AtomicBool::new(true)), Arc::new(AtomicUsize::new(0)));
    let (is_on, count) = (on.clone(), asked.clone());
    let mut picture = std::io::Cursor::new(Vec::new());
    image::RgbaImage::from_pixel(8, 8, image::Rgba([9, 80, 160, 255]))
        .write_to(&mut picture, image::ImageFormat::Png)
        .unwrap();
    let serve = move || {
        for stream in listener.incoming() {
            let Ok(mut stream) = stream else { continue };
            let mut head = [0; 2048];
            let read = stream.read(&mut head).unwrap_or(0);
            assert!(read == 0 || String::from_utf8_lossy(&head).contains("tk=topsecret"));
            count.fetch_add(1, SeqCst);
            if is_on.load(SeqCst) {
                let body = picture.get_ref();
                let length = body.len();
                let _ = write!(stream, "HTTP/1.1 200 OK\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n");
                let _ = stream.write_all(body);
            }
        }
    };
    std::thread::Builder::new().spawn(serve).unwrap();
    (address, on, asked)
}

fn shown(address: &str) -> Order {
    let origin = Origin::Address { address: address.to_owned(), key: Key::default() };
    let raster = Raster { name: "影像".to_owned(), origin, shown: true, opacity: 100, beside: false };
    Order::Show(Box::new(KeptRasters { list: vec![raster], limit_mb: 50 }), Side::Right, Lang::ZhCn)
}

fn desk(folder: &std::path::Path) -> RasterDesk {
    let clock = Arc::new(SystemClock::default());
    RasterDesk::spawn(folder.join("tiles.db"), clock, Arc::new(|| ())).unwrap()
}

const SIGHT: Sight = Sight {
    camera: Camera { center: crate::map::camera::HOME, metres_per_point: 8.0 },
    points: [300.0, 200.0],
    pixels_per_point: 1.0,
};

/// Waits until the underlay is as wanted.
fn until(desk: &RasterDesk, so: impl Fn(&Underlay) -> bool) -> Arc<Underlay> {
    for _ in 0..400 {
        if let Some(underlay) = desk.underlay(Side::Right).filter(|underlay| so(underlay)) {
            return underlay;
        }
        std::thread::sleep(Duration::from_millis(25));
    }
    panic!("{:?} {:?}", desk.underlay(Side::Right), last_told(desk));
}

fn last_told(desk: &RasterDesk) -> Option<AllTold> {
    let mut last = None;
    while let Some(Completion::RastersTold(told)) = desk.next() {
        last = Some(*told);
    }
    last
}

#[test]
fn pictures_come_from_the_network_once_and_from_the_disk_without_it() {
    let folder = tempfile::tempdir().unwrap();
    let (address, on, asked) = service();
    let whole = |underlay: &Underlay| underlay.is_final() && !underlay.placed.is_empty();
    let first = desk(folder.path());
    assert!(first.order(shown(&address)) && first.order(Order::See(SIGHT)));
    let covered = until(&first, whole).placed.len();
    assert_eq!(asked.load(SeqCst), covered, "each tile is fetched once");
    drop(first);
    on.store(false, SeqCst);
    let again = desk(folder.path());
    assert!(again.order(shown(&address)) && again.order(Order::See(SIGHT)));
    assert_eq!(until(&again, whole).placed.len(), covered, "without a line all is there that was seen before");
    assert_eq!(asked.load(SeqCst), covered, "and nothing is asked for");
    // Beside it nothing is there, and one quiet line says so.
    let beside = Camera { center: crate::base::LonLat::new(116.5, 39.92), ..SIGHT.camera };
    assert!(again.order(Order::See(Sight { camera: beside, ..SIGHT })));
    let bare = until(&again, |underlay| underlay.awaited > 0);
    assert!(!bare.is_final() && bare.placed.is_empty());
    let fault = (0..200).find_map(|_| {
        std::thread::sleep(Duration::from_millis(25));
        last_told(&again)?.each.first()?.fault.clone()
    });
    let fault = fault.expect("what is wrong is told");
    assert!(!fault.contains("topsecret") && fault.contains("连接不上"), "{fault}");
    assert!(again.order(Order::Empty));
    let emptied = (0..200).any(|_| {
        std::thread::sleep(Duration::from_millis(25));
        last_told(&again).is_some_and(|told| told.tiles == 0)
    });
    assert!(emptied, "the cache can be emptied");
    drop(again);
    for entry in std::fs::read_dir(folder.path()).unwrap() {
        let bytes = std::fs::read(entry.unwrap().path()).unwrap();
        assert!(!bytes.windows(9).any(|part| part == b"topsecret"), "no file of the cache holds the key");
    }
}

#[test]
fn a_view_is_brought_for_once_beside_the_one_that_is_shown() {
    let folder = tempfile::tempdir().unwrap();
    let (address, on, _) = service();
    let whole = |underlay: &Underlay| underlay.is_final() && !underlay.placed.is_empty();
    let desk = desk(folder.path());
    assert!(desk.order(shown(&address)) && desk.order(Order::See(SIGHT)));
    let before = until(&desk, whole);
    let taker = desk.taker().unwrap();
    let beside =
        |lon| Sight { camera: Camera { center: crate::base::LonLat::new(lon, 39.92), ..SIGHT.camera }, ..SIGHT };
    let Taken { underlay, attribution } = taker.take(beside(116.4), Duration::from_secs(10), &|| true);
    let taken = underlay.unwrap();
    assert_eq!(attribution, "影像", "whom it is owed to comes with it");
    assert!(whole(&taken));
    let places = |underlay: &Underlay| underlay.placed.iter().map(|placed| placed.tile).collect::<Vec<_>>();
    assert!(places(&taken).iter().all(|tile| !places(&before).contains(tile)));
    assert_eq!(places(&until(&desk, whole)), places(&before), "the window shows what it showed");
    on.store(false, SeqCst);
    let bare = taker.take(beside(116.6), Duration::from_millis(300), &|| true).underlay.unwrap();
    assert!(bare.placed.is_empty() && bare.awaited > 0, "what has not come in time is told: {bare:?}");
    assert!(
        taker.take(beside(116.7), Duration::from_secs(60), &|| false).underlay.is_some(),
        "given up, and not waited for"
    );
    drop(desk);
    assert!(taker.take(SIGHT, Duration::from_secs(60), &|| true).underlay.is_none(), "the console has ended");
}

#[test]
fn what_cannot_be_read_is_told_and_hiding_all_leaves_nothing_below() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("bad.mbtiles");
    std::fs::write(&path, "nothing").unwrap();
    let desk = desk(folder.path());
    let origin = Origin::File { path };
    let raster = Raster { name: "bad".to_owned(), origin, shown: true, opacity: 100, beside: false };
    let kept = KeptRasters { list: vec![raster], limit_mb: 50 };
    assert!(desk.order(Order::Show(Box::new(kept), Side::Right, Lang::En)) && desk.order(Order::See(SIGHT)));
    let fault = (0..200).find_map(|_| {
        std::thread::sleep(Duration::from_millis(25));
        last_told(&desk)?.each.first()?.fault.clone()
    });
    assert!(fault.expect("told").contains("bad.mbtiles"));
    assert!(desk.underlay(Side::Right).is_none(), "the map is as without pictures");
}

#[test]
fn each_of_two_maps_has_its_own_pictures_whichever_is_in_hand() {
    let folder = tempfile::tempdir().unwrap();
    let (address, ..) = service();
    let desk = desk(folder.path());
    let order = |in_hand, shown, beside| {
        let origin = Origin::Address { address: address.clone(), key: Key::default() };
        let raster = Raster { name: "影像".to_owned(), origin, shown, opacity: 100, beside };
        Order::Show(Box::new(KeptRasters { list: vec![raster], limit_mb: 50 }), in_hand, Lang::ZhCn)
    };
    assert!(desk.order(order(Side::Right, true, false)) && desk.order(Order::See(SIGHT)));
    let right = until(&desk, |underlay| underlay.is_final() && !underlay.placed.is_empty());
    assert!(desk.underlay(Side::Left).is_none());
    // The other map is taken in hand: nothing that is seen changes.
    assert!(desk.order(order(Side::Left, false, true)) && desk.order(order(Side::Left, true, true)));
    let left = (0..200).find_map(|_| {
        std::thread::sleep(Duration::from_millis(25));
        desk.underlay(Side::Left)
    });
    assert_eq!(left.expect("shown on the left as well").placed.len(), right.placed.len());
    assert_eq!(desk.underlay(Side::Right).map(|underlay| underlay.revision), Some(right.revision));
}
