//! Files that have their names only when they are whole.

use std::cell::RefCell;
use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{self, BufWriter, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::rc::Rc;

use super::ExportError;

/// The first thing that went wrong with some files. Writers of formats put it into words of their own, or, when they write
/// their last bytes on being dropped, tell nobody.
#[derive(Clone, Default, Debug)]
pub(super) struct Fault(Rc<RefCell<Option<io::Error>>>);

impl Fault {
    fn note<T>(&self, outcome: io::Result<T>) -> io::Result<T> {
        outcome.map_err(|error| {
            let again = error.raw_os_error().map_or_else(|| error.kind().into(), io::Error::from_raw_os_error);
            self.0.borrow_mut().get_or_insert(error);
            again
        })
    }

    /// What went wrong.
    pub fn take(&self, path: &Path) -> Option<ExportError> {
        self.0.borrow_mut().take().map(|source| ExportError::io(path, source))
    }

    /// What went wrong, or what a writer says of it.
    pub fn or(&self, path: &Path, reason: impl ToString) -> ExportError {
        self.take(path).unwrap_or_else(|| ExportError::Writer { path: path.to_owned(), reason: reason.to_string() })
    }
}

/// A file that is written through a buffer and tells its [`Fault`] also of what its last bytes met.
#[derive(Debug)]
pub(super) struct Watched {
    file: BufWriter<File>,
    fault: Fault,
}

impl Watched {
    pub fn create(path: &Path, fault: &Fault) -> Result<Self, ExportError> {
        let file = File::create(path).map_err(|source| ExportError::io(path, source))?;
        Ok(Self { file: BufWriter::new(file), fault: fault.clone() })
    }
}

impl Write for Watched {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let outcome = self.file.write(bytes);
        self.fault.note(outcome)
    }

    fn flush(&mut self) -> io::Result<()> {
        let outcome = self.file.flush();
        self.fault.note(outcome)
    }
}

impl Seek for Watched {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let outcome = self.file.seek(to);
        self.fault.note(outcome)
    }
}

impl Drop for Watched {
    fn drop(&mut self) {
        // Whoever needs the file asks the fault.
        let _ = self.flush();
    }
}

/// Brings a closed file from the system's memory to the disk.
pub(super) fn sync(path: &Path) -> Result<(), ExportError> {
    File::open(path).and_then(|file| file.sync_all()).map_err(|source| ExportError::io(path, source))
}

/// Writes beside the target and takes its name in [`finish`](Self::finish); dropped before that it leaves nothing.
#[derive(Debug)]
pub(super) struct PartFile {
    target: PathBuf,
    part: PathBuf,
    fault: Fault,
    file: Option<Watched>,
}

impl PartFile {
    pub fn create(target: &Path) -> Result<Self, ExportError> {
        let (part, fault) = (part_name(target), Fault::default());
        let file = Some(Watched::create(&part, &fault)?);
        Ok(Self { target: target.to_owned(), part, fault, file })
    }

    pub fn finish(mut self) -> Result<PathBuf, ExportError> {
        self.file.take();
        if let Some(fault) = self.fault.take(&self.target) {
            return Err(fault);
        }
        sync(&self.part)?;
        fs::rename(&self.part, &self.target).map_err(|source| ExportError::io(&self.target, source))?;
        Ok(self.target.clone())
    }

    pub fn refused(&self, reason: impl ToString) -> ExportError {
        self.fault.or(&self.target, reason)
    }
}

impl Write for PartFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match &mut self.file {
            Some(file) => file.write(bytes),
            None => Err(io::ErrorKind::BrokenPipe.into()),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.as_mut().map_or(Ok(()), Write::flush)
    }
}

impl Drop for PartFile {
    fn drop(&mut self) {
        self.file.take();
        // After `finish` there is nothing of this name.
        let _ = fs::remove_file(&self.part);
    }
}

/// The name beside a target that its unfinished file has.
pub(super) fn part_name(target: &Path) -> PathBuf {
    let mut name = OsString::from(".");
    name.push(target.file_name().unwrap_or_default());
    name.push(format!(".{}.part", std::process::id()));
    target.with_file_name(name)
}

/// A finished file, if there is one, and the name that is to be its own.
pub(super) type Move = (Option<PathBuf>, PathBuf);

/// Gives several finished files their names, and takes away what had those without a new file. When one of them cannot be done
/// all names are as before. What was there goes to `aside`, a folder on the same disk.
pub(super) fn place(moves: &[Move], aside: &Path) -> Result<(), ExportError> {
    let mut undo: Vec<(PathBuf, PathBuf)> = Vec::new();
    let mut rename = |from: &Path, to: &Path| {
        fs::rename(from, to).map_err(|source| ExportError::io(to, source))?;
        undo.push((to.to_owned(), from.to_owned()));
        Ok(())
    };
    let outcome = moves.iter().enumerate().try_for_each(|(number, (from, to))| {
        if to.symlink_metadata().is_ok() {
            rename(to, &aside.join(format!("before-{number}")))?;
        }
        from.as_ref().map_or(Ok(()), |from| rename(from, to))
    });
    if outcome.is_err() {
        for (now, before) in undo.iter().rev() {
            // It was so a moment ago; nothing better can be done than to try.
            let _ = fs::rename(now, before);
        }
    }
    outcome
}
