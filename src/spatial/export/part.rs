//! A file that has its name only when it is whole.

use std::ffi::OsString;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use super::ExportError;

/// Writes beside the target and takes its name in [`finish`](Self::finish); dropped before that it leaves nothing.
#[derive(Debug)]
pub(super) struct PartFile {
    target: PathBuf,
    part: PathBuf,
    file: Option<BufWriter<File>>,
}

impl PartFile {
    pub fn create(target: &Path) -> Result<Self, ExportError> {
        let part = part_name(target);
        let file = File::create(&part).map_err(|source| ExportError::Io { path: part.clone(), source })?;
        Ok(Self { target: target.to_owned(), part, file: Some(BufWriter::new(file)) })
    }

    pub fn finish(mut self) -> Result<PathBuf, ExportError> {
        let io = |source| ExportError::Io { path: self.target.clone(), source };
        if let Some(mut file) = self.file.take() {
            file.flush().map_err(io)?;
            file.get_ref().sync_all().map_err(io)?;
        }
        std::fs::rename(&self.part, &self.target).map_err(io)?;
        Ok(self.target.clone())
    }

    pub fn refused(&self, reason: impl ToString) -> ExportError {
        ExportError::Writer { path: self.target.clone(), reason: reason.to_string() }
    }
}

impl Write for PartFile {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        match &mut self.file {
            Some(file) => file.write(bytes),
            None => Err(std::io::ErrorKind::BrokenPipe.into()),
        }
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.file.as_mut().map_or(Ok(()), Write::flush)
    }
}

impl Drop for PartFile {
    fn drop(&mut self) {
        self.file.take();
        // After `finish` there is nothing of this name.
        let _ = std::fs::remove_file(&self.part);
    }
}

/// The name beside a target that its unfinished file has.
pub(super) fn part_name(target: &Path) -> PathBuf {
    let mut name = OsString::from(".");
    name.push(target.file_name().unwrap_or_default());
    name.push(format!(".{}.part", std::process::id()));
    target.with_file_name(name)
}
