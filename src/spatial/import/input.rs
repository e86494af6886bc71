//! The bytes of a source: counted, unpacked and turned into text, with a limit on what one row and one file may hold.

use std::cell::Cell;
use std::fs::File;
use std::io::{BufRead, BufReader, Error, Read, Result};
use std::path::Path;
use std::rc::Rc;

use encoding_rs::{Encoding, GB18030, UTF_8, UTF_16BE, UTF_16LE};
use encoding_rs_io::{DecodeReaderBytes, DecodeReaderBytesBuilder};
use flate2::read::MultiGzDecoder;

use super::ImportError;

/// No row may take more bytes than this: an area of a million corners is some 40 MB of text.
pub(super) const MAX_ROW_BYTES: u64 = 256 << 20;

/// No compressed file may unpack to more than this.
pub(super) const MAX_UNPACKED_BYTES: u64 = 16 << 30;

/// Counts what went through.
#[derive(Clone, Default)]
pub(super) struct Meter {
    file: Rc<Cell<u64>>,
    row: Rc<Cell<u64>>,
}

impl Meter {
    /// Bytes of the file on disk that have been read.
    pub fn file_bytes(&self) -> u64 {
        self.file.get()
    }

    /// A row has ended: the next may again take [`MAX_ROW_BYTES`].
    pub fn row_done(&self) {
        self.row.set(0);
    }
}

struct Counting<R> {
    inner: R,
    bytes: Rc<Cell<u64>>,
    limit: u64,
    words: &'static str,
}

impl<R: Read> Read for Counting<R> {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize> {
        let count = self.inner.read(buffer)?;
        self.bytes.set(self.bytes.get() + count as u64);
        if self.bytes.get() > self.limit { Err(Error::other(self.words)) } else { Ok(count) }
    }
}

/// A file as it is, or unpacked when it begins like gzip.
pub(super) fn open(path: &Path) -> std::result::Result<(Box<dyn Read>, Meter), ImportError> {
    let io = |source| ImportError::Io { path: path.to_owned(), source };
    let meter = Meter::default();
    let file = File::open(path).map_err(io)?;
    let bytes = Rc::clone(&meter.file);
    let mut file = BufReader::new(Counting { inner: file, bytes, limit: u64::MAX, words: "" });
    let packed = file.fill_buf().map_err(io)?.starts_with(&[0x1f, 0x8b]);
    let plain: Box<dyn Read> = if packed {
        Box::new(Counting {
            inner: MultiGzDecoder::new(file),
            bytes: Rc::default(),
            limit: MAX_UNPACKED_BYTES,
            words: "it unpacks to more than 16 GiB",
        })
    } else {
        Box::new(file)
    };
    let bytes = Rc::clone(&meter.row);
    let words = "a single row takes more than 256 MiB";
    Ok((Box::new(Counting { inner: plain, bytes, limit: MAX_ROW_BYTES, words }), meter))
}

/// A reader's bytes as UTF-8; what is no text in the encoding becomes U+FFFD, by which a row is found out.
pub(super) fn as_text<R: Read>(reader: R, encoding: &'static Encoding) -> DecodeReaderBytes<R, Vec<u8>> {
    DecodeReaderBytesBuilder::new().encoding(Some(encoding)).bom_override(true).build(reader)
}

/// The encoding by its name.
pub(super) fn encoding_named(name: &str) -> std::result::Result<&'static Encoding, ImportError> {
    // GB18030 holds all of GBK and GB 2312.
    match name.trim().to_ascii_lowercase().as_str() {
        "gbk" | "gb2312" | "cp936" | "936" => Ok(GB18030),
        "65001" => Ok(UTF_8),
        other => Encoding::for_label(other.as_bytes()).ok_or_else(|| ImportError::UnknownEncoding(name.to_owned())),
    }
}

/// What can be told of bytes of which only the encoding is not known.
#[derive(Default)]
pub(super) struct Guess {
    /// Up to three bytes of a character that goes on.
    carry: Vec<u8>,
    begun: bool,
    by_mark: Option<&'static Encoding>,
    characters: u64,
    faults: u64,
}

impl Guess {
    pub fn take(&mut self, bytes: &[u8]) {
        if !self.begun {
            self.begun = true;
            self.by_mark = match bytes {
                [0xFF, 0xFE, ..] => Some(UTF_16LE),
                [0xFE, 0xFF, ..] => Some(UTF_16BE),
                [0xEF, 0xBB, 0xBF, ..] => Some(UTF_8),
                _ => None,
            };
        }
        self.carry.extend_from_slice(bytes);
        let mut rest = self.carry.as_slice();
        loop {
            match std::str::from_utf8(rest) {
                Ok(text) => {
                    self.characters += text.bytes().filter(|byte| *byte >= 0xC0).count() as u64;
                    rest = &[];
                    break;
                }
                Err(error) => {
                    let (good, after) = rest.split_at_checked(error.valid_up_to()).unwrap_or_default();
                    self.characters += good.iter().filter(|byte| **byte >= 0xC0).count() as u64;
                    let Some(bad) = error.error_len() else {
                        rest = after;
                        break;
                    };
                    self.faults += 1;
                    rest = after.get(bad..).unwrap_or_default();
                }
            }
        }
        self.carry = rest.to_vec();
    }

    /// UTF-8 when it is that, or nearly; else GB18030, which is what offices have.
    pub fn encoding(&self) -> &'static Encoding {
        let is_utf8 = self.faults == 0 || self.characters > 20 * self.faults;
        self.by_mark.unwrap_or(if is_utf8 { UTF_8 } else { GB18030 })
    }
}

/// The encoding of a text file, by reading it through once.
pub(super) fn guess_encoding(path: &Path) -> std::result::Result<&'static Encoding, ImportError> {
    let (mut reader, meter) = open(path)?;
    let mut guess = Guess::default();
    let mut block = vec![0; 1 << 16];
    loop {
        match reader.read(&mut block) {
            Ok(0) => break,
            Ok(count) => guess.take(block.get(..count).unwrap_or_default()),
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            // Whoever reads it for its rows says where it is broken.
            Err(_) => break,
        }
        meter.row_done();
    }
    Ok(guess.encoding())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn guessed(bytes: &[u8], step: usize) -> &'static Encoding {
        let mut guess = Guess::default();
        bytes.chunks(step).for_each(|chunk| guess.take(chunk));
        guess.encoding()
    }

    #[test]
    fn encodings_are_told_apart_however_the_bytes_are_cut() {
        let text = "名称,经度,纬度\n鲁谷社区,116.2,39.9\n";
        let (gbk, _, _) = GB18030.encode(text);
        for step in [1, 2, 3, 7, 1000] {
            // A byte order mark cannot be seen in one byte; the text after it is UTF-8 all the same.
            assert_eq!(guessed(text.as_bytes(), step), UTF_8);
            assert_eq!(guessed(format!("\u{feff}{text}").as_bytes(), step), UTF_8);
            assert_eq!(guessed(&gbk, step), GB18030);
        }
        let mut one_bad = text.repeat(20).into_bytes();
        one_bad.push(0xFF);
        assert_eq!(guessed(&one_bad, 1000), UTF_8);
        assert_eq!(encoding_named("gbk").unwrap(), GB18030);
        assert!(encoding_named("klingon").is_err());
    }
}
