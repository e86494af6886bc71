//! The file that a sheet becomes.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use super::SheetError;

/// What a sheet is written as, by the ending of its file.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Format {
    /// Lettering and frame stay what they are; the map is a picture in it.
    Pdf,
    /// One picture.
    Png,
}

impl Format {
    /// By the ending of a file; none when it is another one.
    pub fn of(path: &Path) -> Option<Self> {
        let ending = path.extension()?.to_string_lossy().to_ascii_lowercase();
        match &*ending {
            "pdf" => Some(Self::Pdf),
            "png" => Some(Self::Png),
            _ => None,
        }
    }
}

/// Writes beside the file first, so that no half file is left behind and one that was there stays until the new one is
/// whole.
///
/// # Errors
/// What stands against it, with the file's name.
pub fn save(path: &Path, bytes: &[u8]) -> Result<(), SheetError> {
    let part = part_of(path);
    let written = write(&part, bytes).and_then(|()| fs::rename(&part, path));
    written.map_err(|source| {
        // What is left of it is of no use; the error that matters is the first one.
        let _ = fs::remove_file(&part);
        SheetError::Write { path: path.to_owned(), source }
    })
}

fn write(part: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = fs::File::create(part)?;
    file.write_all(bytes)?;
    // A disk that is full may say so only now.
    file.sync_all()
}

fn part_of(path: &Path) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_os_string();
    name.push(".part");
    path.with_file_name(name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::text::Lang;

    #[test]
    fn endings_decide_and_what_cannot_be_written_is_told() {
        assert_eq!(Format::of(Path::new("/a/图.PDF")), Some(Format::Pdf));
        assert_eq!(Format::of(Path::new("x.png")), Some(Format::Png));
        assert!(["x", "x.jpg", "pdf", ""].iter().all(|path| Format::of(Path::new(path)).is_none()));
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.png");
        save(&path, b"one").unwrap();
        save(&path, b"two").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"two");
        let lost = save(&folder.path().join("none/a.png"), b"x").unwrap_err();
        let words = lost.words(Lang::ZhCn);
        assert!(words.contains("none") && words.contains("文件夹"), "{words}");
        let taken = folder.path().join("taken.png");
        fs::create_dir(&taken).unwrap();
        assert!(save(&taken, b"x").unwrap_err().words(Lang::En).contains("taken.png"));
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2, "nothing is left beside them");
    }
}
