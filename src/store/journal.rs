//! The last resort: an append-only text file beside the outbox, one checksummed line for each thing that must not be lost.
//!
//! A line is sixteen hexadecimal digits (the beginning of the SHA-256 of the rest), a space, and a JSON object. It is on
//! the disk before the outbox commits, so that the outbox never knows more than the journal. Each good opening writes the
//! journal anew from the outbox.

use std::fs::File;
use std::io::{Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::base::{CommandId, DeviceId, Timestamp};
use crate::domain::case::{Command, Refusal};
use crate::store::error::StoreError;
use crate::store::sqlite::make_private;

/// What a line says.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(tag = "line", rename_all = "snake_case")]
pub(super) enum Line {
    /// Who this profile is, and the last number it has given.
    Device { device: DeviceId, last_device_no: u64 },
    /// A command was saved.
    Saved { device_no: u64, saved_at: Timestamp, command: Box<Command> },
    /// A command was refused.
    Refused { command_id: CommandId, refusal: Refusal, refused_at: Timestamp },
    /// A person has dealt with a refusal.
    Settled { command_id: CommandId, settled_at: Timestamp },
    /// A refused command was seen in the feed after all.
    AppliedAfterAll { command_id: CommandId },
}

/// What was read back.
#[derive(Debug, Default)]
pub(super) struct ReadBack {
    pub(super) lines: Vec<Line>,
    /// Lines whose checksum or form is wrong.
    pub(super) unreadable: usize,
}

#[derive(Debug)]
pub(super) struct Journal {
    path: PathBuf,
    file: File,
    length: u64,
}

fn line_text(line: &Line) -> Result<String, serde_json::Error> {
    let body = serde_json::to_string(line)?;
    Ok(format!("{} {body}\n", checksum(&body)))
}

fn checksum(body: &str) -> String {
    hex::encode(&Sha256::digest(body.as_bytes())[..8])
}

/// Reads a journal; no file is an empty one.
pub(super) fn read(path: &Path) -> Result<ReadBack, StoreError> {
    let mut bytes = Vec::new();
    match File::open(path) {
        Ok(mut file) => file.read_to_end(&mut bytes).map_err(|source| StoreError::io(path, source))?,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(ReadBack::default()),
        Err(source) => return Err(StoreError::io(path, source)),
    };
    Ok(parse(&bytes))
}

fn parse(bytes: &[u8]) -> ReadBack {
    let mut back = ReadBack::default();
    for raw in bytes.split(|byte| *byte == b'\n').filter(|raw| !raw.is_empty()) {
        let line = std::str::from_utf8(raw)
            .ok()
            .and_then(|text| text.split_once(' '))
            .filter(|(sum, body)| *sum == checksum(body))
            .and_then(|(_, body)| serde_json::from_str(body).ok());
        match line {
            Some(line) => back.lines.push(line),
            None => back.unreadable += 1,
        }
    }
    back
}

impl Journal {
    /// Replaces the journal by `lines`: beside, synced, renamed over.
    pub(super) fn rewrite(path: &Path, lines: &[Line]) -> Result<Self, StoreError> {
        let wrap = |source| StoreError::io(path, source);
        let beside = path.with_extension("journal.new");
        let _ = std::fs::remove_file(&beside);
        make_private(&beside)?;
        let mut file = File::options().append(true).open(&beside).map_err(wrap)?;
        let mut text = String::new();
        for line in lines {
            text.push_str(&line_text(line).map_err(|error| wrap(error.into()))?);
        }
        file.write_all(text.as_bytes()).and_then(|()| file.sync_all()).map_err(wrap)?;
        std::fs::rename(&beside, path).map_err(wrap)?;
        if let Some(folder) = path.parent() {
            // The name itself has to reach the disk as well.
            File::open(folder).and_then(|folder| folder.sync_all()).map_err(wrap)?;
        }
        Ok(Self { path: path.to_path_buf(), file, length: text.len() as u64 })
    }

    /// Appends lines and waits for the disk. On a fault nothing of them stays.
    pub(super) fn append(&mut self, lines: &[Line]) -> Result<(), StoreError> {
        let mut text = String::new();
        for line in lines {
            text.push_str(&line_text(line).map_err(|error| StoreError::io(&self.path, error.into()))?);
        }
        if text.is_empty() {
            return Ok(());
        }
        match self.file.write_all(text.as_bytes()).and_then(|()| self.file.sync_data()) {
            Ok(()) => {
                self.length += text.len() as u64;
                Ok(())
            }
            Err(source) => {
                self.cut_back(self.length);
                Err(StoreError::io(&self.path, source))
            }
        }
    }

    /// Where the next line will begin, for [`cut_back`](Self::cut_back).
    pub(super) fn length(&self) -> u64 {
        self.length
    }

    /// Takes lines back whose commit failed. If even that fails, the lines stay: the journal may know more than the
    /// outbox, never less.
    pub(super) fn cut_back(&mut self, length: u64) {
        let cut = self.file.set_len(length).and_then(|()| self.file.seek(SeekFrom::End(0)));
        match cut {
            Ok(_) => self.length = length,
            Err(error) => tracing::warn!(%error, "a journal line could not be taken back"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn damaged_lines_are_counted_and_the_others_read() {
        let settled = |n: u128| Line::Settled {
            command_id: CommandId(uuid::Uuid::from_u128(n)),
            settled_at: Timestamp::UNIX_EPOCH,
        };
        let mut text = line_text(&settled(1)).unwrap();
        text.push_str("not a line\n");
        text.push_str(&line_text(&settled(2)).unwrap().replace("settled", "settlec"));
        text.push_str(&line_text(&settled(3)).unwrap());
        text.push_str(line_text(&settled(4)).unwrap().get(..30).unwrap());
        let back = parse(text.as_bytes());
        assert_eq!(back.lines, [settled(1), settled(3)]);
        assert_eq!(back.unreadable, 3);
    }

    #[test]
    fn any_bytes_are_survived() {
        let back = parse(&[0xff, 0, b' ', b'\n', b' ', b'\n', 0xc3]);
        assert!(back.lines.is_empty());
        assert_eq!(back.unreadable, 3);
    }
}
