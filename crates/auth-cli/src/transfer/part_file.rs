//! A file that is there whole or not at all, for its owner alone.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use super::error::TransferError;

/// A file in the making: written beside its name, with `.part` behind it, and renamed when it is whole.
#[derive(Debug)]
pub struct PartFile {
    path: PathBuf,
    part: PathBuf,
    file: BufWriter<File>,
}

impl PartFile {
    /// Begins a file. What an earlier run has left half-written goes.
    ///
    /// # Errors
    ///
    /// [`TransferError::Exists`] when the file is there and is not to be written over.
    pub fn create(path: &Path, force: bool) -> Result<Self, TransferError> {
        if path.exists() && !force {
            return Err(TransferError::Exists { path: path.to_owned() });
        }
        let mut name = path.as_os_str().to_owned();
        name.push(".part");
        let part = PathBuf::from(name);
        let failed = |source| TransferError::File { what: "create", path: part.clone(), source };
        match fs::remove_file(&part) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(failed(error)),
            _ => {}
        }
        let file = private(&mut OpenOptions::new()).open(&part).map_err(failed)?;
        Ok(Self { path: path.to_owned(), part, file: BufWriter::new(file) })
    }

    /// Where it is until it is whole, for a program that writes it itself.
    pub fn part(&self) -> &Path {
        &self.part
    }

    /// Gives it its name, once it stands on the disk.
    ///
    /// # Errors
    ///
    /// [`TransferError::File`] when the disk is full, or the name cannot be had.
    pub fn finish(mut self) -> Result<(), TransferError> {
        let failed = |what, path: &Path, source| TransferError::File { what, path: path.to_owned(), source };
        self.file.flush().map_err(|source| failed("write", &self.part, source))?;
        // Opened anew: a program may have written another file under the name.
        let synced = File::open(&self.part).and_then(|file| file.sync_all());
        synced.map_err(|source| failed("write", &self.part, source))?;
        fs::rename(&self.part, &self.path).map_err(|source| failed("rename", &self.part, source))
    }

    /// Takes away what was written.
    pub fn discard(self) {
        let _ = fs::remove_file(&self.part);
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

/// A new file that only its owner reads: it holds what signs people in.
fn private(options: &mut OpenOptions) -> &mut OpenOptions {
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(options, 0o600);
    options.write(true).create_new(true)
}
