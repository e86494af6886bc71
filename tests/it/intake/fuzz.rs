//! Spoilt files of every format: whatever bytes change, an import ends, without a panic, in a report or an error.
//!
//! A short seeded run goes with every test; `JIEDAO_FUZZ_ROUNDS=20000` makes it as long as one likes,
//! `JIEDAO_FUZZ_SEED` begins elsewhere.

use std::io::Write;
use std::panic::{AssertUnwindSafe, catch_unwind};

use jiedao::base::text::Lang;
use jiedao::spatial::import::{Options, import};
use rand::{Rng, RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::files;

const ROUNDS: u64 = 40;

fn number(name: &str, otherwise: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(otherwise)
}

/// Changes some of the bytes: single bits, bytes that mean much, stretches cut out, doubled or moved.
fn spoil(bytes: &mut Vec<u8>, random: &mut ChaCha8Rng) {
    for _ in 0..random.random_range(1..=6) {
        if bytes.is_empty() {
            bytes.push(0);
        }
        let at = random.random_range(0..bytes.len());
        match random.random_range(0..8) {
            0 => bytes[at] ^= 1 << random.random_range(0..8),
            1 => bytes[at] = [0, 1, 0x7F, 0x80, 0xFF, b'"', b'<', b'{', b'-', b'9'][random.random_range(0..10)],
            2 => {
                let end = (at + random.random_range(1..=8)).min(bytes.len());
                random.fill_bytes(&mut bytes[at..end]);
            }
            3 => bytes.truncate(at),
            4 => {
                let end = (at + random.random_range(1..64)).min(bytes.len());
                bytes.drain(at..end);
            }
            5 => {
                let end = (at + random.random_range(1..64)).min(bytes.len());
                let piece = bytes[at..end].to_vec();
                bytes.splice(at..at, piece);
            }
            6 => {
                let end = (at + 4).min(bytes.len());
                bytes[at..end].fill(0xFF);
            }
            _ => {
                let other = random.random_range(0..bytes.len());
                bytes.swap(at, other);
            }
        }
    }
}

#[test]
#[allow(clippy::print_stdout)]
fn spoilt_files_end_in_a_report_or_an_error() {
    let (rounds, seed) = (number("JIEDAO_FUZZ_ROUNDS", ROUNDS), number("JIEDAO_FUZZ_SEED", 20_260_101));
    for (slot, format) in (0..).zip(files::FORMATS) {
        let folder = tempfile::tempdir().unwrap();
        let path = files::make(format, folder.path());
        // A shapefile is spoilt in any of its files, a packed one also before it is packed.
        let endings: &[&str] = if format == "shp" { &["shp", "dbf", "prj", "cpg"] } else { &[""] };
        let paths: Vec<_> = endings
            .iter()
            .map(|ending| if ending.is_empty() { path.clone() } else { path.with_extension(ending) })
            .collect();
        let whole: Vec<Vec<u8>> = paths.iter().map(|path| std::fs::read(path).unwrap()).collect();
        let into = folder.path().join("p.gpkg");
        let options = Options { accept_crs: true, dry_run: true, ..Options::default() };
        let (mut kept, mut refused) = (0, 0);
        for round in 0..rounds {
            let mut random = ChaCha8Rng::seed_from_u64(seed ^ (slot << 32) ^ round);
            let which = random.random_range(0..paths.len());
            let mut bytes = whole[which].clone();
            match format {
                "osm.gz" if round % 2 == 0 => {
                    let mut plain = Vec::new();
                    std::io::Read::read_to_end(&mut flate2::read::GzDecoder::new(&bytes[..]), &mut plain).unwrap();
                    spoil(&mut plain, &mut random);
                    bytes = files::gzip(&plain);
                }
                "xlsx" | "zip" | "kmz" if round % 2 == 0 => bytes = spoilt_member(&bytes, &mut random),
                _ => spoil(&mut bytes, &mut random),
            }
            std::fs::write(&paths[which], &bytes).unwrap();
            let outcome =
                catch_unwind(AssertUnwindSafe(|| import(std::slice::from_ref(&path), &into, &options, |_| {})));
            match outcome {
                Ok(Ok(report)) => {
                    kept += 1;
                    assert_eq!(report.rows, report.accepted + report.skipped + report.unclassified);
                    report.skips.iter().for_each(|skip| assert!(!skip.words(Lang::ZhCn).is_empty()));
                }
                Ok(Err(error)) => {
                    refused += 1;
                    assert!(!error.words(Lang::ZhCn).is_empty());
                }
                Err(_) => panic!("{format}: seed {seed}, round {round}, file {}", paths[which].display()),
            }
            std::fs::write(&paths[which], &whole[which]).unwrap();
        }
        println!("{format}: {rounds} rounds, {kept} read, {refused} refused");
        assert_eq!(kept + refused, rounds);
    }
}

/// An archive with one of its members spoilt, and sound sums over it.
fn spoilt_member(bytes: &[u8], random: &mut ChaCha8Rng) -> Vec<u8> {
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
    let spoilt = random.random_range(0..archive.len());
    let mut out = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for index in 0..archive.len() {
        let mut member = archive.by_index(index).unwrap();
        let name = String::from_utf8_lossy(member.name_raw()).into_owned();
        let mut plain = Vec::new();
        std::io::Read::read_to_end(&mut member, &mut plain).unwrap();
        if index == spoilt {
            spoil(&mut plain, random);
        }
        out.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        out.write_all(&plain).unwrap();
    }
    out.finish().unwrap().into_inner()
}
