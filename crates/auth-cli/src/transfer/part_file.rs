//! A file that is there whole or not at all, for its owner alone.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use auth_core::domain::{Random, SystemRandom};

use super::error::TransferError;

/// A file in the making: written beside its name, under a name of its own that ends with `.part`, and renamed when it is whole. What
/// is dropped before goes.
#[derive(Debug)]
pub struct PartFile {
    path: PathBuf,
    part: PathBuf,
    force: bool,
    file: BufWriter<File>,
}

impl PartFile {
    /// Begins a file. Others may make the same one at the same time: nobody writes into the part of another.
    ///
    /// # Errors
    ///
    /// [`TransferError::Exists`] when the file is there and is not to be written over.
    pub fn create(path: &Path, force: bool) -> Result<Self, TransferError> {
        if path.exists() && !force {
            return Err(TransferError::Exists { path: path.to_owned() });
        }
        let part = part_of(path);
        let file = private(&mut OpenOptions::new()).open(&part);
        let file = file.map_err(|source| failed("create", &part, source))?;
        Ok(Self { path: path.to_owned(), part, force, file: BufWriter::new(file) })
    }

    /// Where it is until it is whole, for a program that writes it itself.
    pub fn part(&self) -> &Path {
        &self.part
    }

    /// Waits until all of it stands on the disk.
    ///
    /// # Errors
    ///
    /// [`TransferError::File`] when the disk is full.
    pub fn sync(&mut self) -> Result<(), TransferError> {
        // Opened anew: a program may have written another file under the name.
        let synced = self.flush().and_then(|()| File::open(&self.part)).and_then(|file| file.sync_all());
        synced.map_err(|source| failed("write", &self.part, source))
    }

    /// Gives it its name, once it stands on the disk.
    ///
    /// # Errors
    ///
    /// [`TransferError::File`] when the disk is full, or the name cannot be had; [`TransferError::Exists`] when somebody else has
    /// made the file meanwhile and it is not to be written over.
    pub fn finish(mut self) -> Result<(), TransferError> {
        self.sync()?;
        self.name().map_err(|source| match source.kind() {
            io::ErrorKind::AlreadyExists => TransferError::Exists { path: self.path.clone() },
            _ => failed("rename", &self.part, source),
        })
    }

    fn name(&self) -> io::Result<()> {
        if self.force {
            return fs::rename(&self.part, &self.path);
        }
        // A second name is refused where a file is, which a new name is not.
        match fs::hard_link(&self.part, &self.path) {
            Ok(()) => Ok(()),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Err(error),
            // Not every file system has second names.
            Err(_) if self.path.exists() => Err(io::ErrorKind::AlreadyExists.into()),
            Err(_) => fs::rename(&self.part, &self.path),
        }
    }
}

impl Write for PartFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl Drop for PartFile {
    fn drop(&mut self) {
        // It is nobody else's; once the file has its name, there is none.
        let _ = fs::remove_file(&self.part);
    }
}

/// A name beside a file that no other run has.
fn part_of(path: &Path) -> PathBuf {
    let mut number = [0; 8];
    SystemRandom.fill(&mut number);
    let mut name = path.as_os_str().to_owned();
    name.push(format!(".{}-{:016x}.part", std::process::id(), u64::from_be_bytes(number)));
    name.into()
}

fn failed(what: &'static str, path: &Path, source: io::Error) -> TransferError {
    TransferError::File { what, path: path.to_owned(), source }
}

/// A new file that only its owner reads: it holds what signs people in.
fn private(options: &mut OpenOptions) -> &mut OpenOptions {
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(options, 0o600);
    options.write(true).create_new(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Folder(PathBuf);

    impl Folder {
        fn new(name: &str) -> Self {
            let folder = std::env::temp_dir().join(format!("auth-part-{}-{name}", std::process::id()));
            fs::create_dir_all(&folder).unwrap();
            Self(folder)
        }

        fn files(&self) -> usize {
            fs::read_dir(&self.0).unwrap().count()
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    fn text(path: &Path, force: bool, text: &str) -> PartFile {
        let mut file = PartFile::create(path, force).unwrap();
        file.write_all(text.as_bytes()).unwrap();
        file
    }

    #[test]
    fn two_runs_to_one_file_do_not_mix() {
        let folder = Folder::new("two");
        let path = folder.0.join("x");
        let (first, mut second) = (text(&path, true, "the first"), text(&path, true, "half of"));
        first.finish().unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "the first");
        second.write_all(b" the second").unwrap();
        second.finish().unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "half of the second");
        assert_eq!(folder.files(), 1);
    }

    #[test]
    fn a_file_that_came_meanwhile_stays() {
        let folder = Folder::new("meanwhile");
        let path = folder.0.join("x");
        let (first, second) = (text(&path, false, "the first"), text(&path, false, "the second"));
        first.finish().unwrap();
        assert!(matches!(second.finish(), Err(TransferError::Exists { .. })));
        assert_eq!((fs::read_to_string(&path).unwrap().as_str(), folder.files()), ("the first", 1));
    }

    #[test]
    fn what_is_dropped_goes() {
        let folder = Folder::new("dropped");
        let file = text(&folder.0.join("x"), false, "half of");
        assert!(file.part().exists());
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(fs::metadata(file.part()).unwrap().permissions().mode() & 0o777, 0o600);
        }
        drop(file);
        assert_eq!(folder.files(), 0);
    }
}
