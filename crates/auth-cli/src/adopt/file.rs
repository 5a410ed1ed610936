//! The file of cases: one JSON object a line, so that it is read and written a case at a time.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Write};
use std::path::{Path, PathBuf};

use super::case::Case;
use super::error::AdoptError;
use crate::transfer::PartFile;

/// A file of cases in the making. It has its name once it is whole; before, a run that ends leaves the old one.
#[derive(Debug)]
pub struct CaseFile {
    path: PathBuf,
    output: PartFile,
}

/// The cases of a file.
#[derive(Debug)]
pub struct CaseLines {
    path: PathBuf,
    input: BufReader<File>,
    line: u64,
}

impl CaseFile {
    /// Begins a file. One that holds decisions is not written over, unless by force. Its owner alone can read it: it holds
    /// addresses.
    ///
    /// # Errors
    ///
    /// [`AdoptError::Decided`], or why it cannot be written.
    pub fn create(path: &Path, force: bool) -> Result<Self, AdoptError> {
        if !force && path.exists() && holds_decisions(path)? {
            return Err(AdoptError::Decided { path: path.to_owned() });
        }
        Ok(Self { path: path.to_owned(), output: PartFile::create(path, true)? })
    }

    /// Adds a case.
    ///
    /// # Errors
    ///
    /// Why it cannot be written.
    pub fn write(&mut self, case: &Case) -> Result<(), AdoptError> {
        let written = serde_json::to_writer(&mut self.output, case).map_err(io::Error::from);
        let written = written.and_then(|()| self.output.write_all(b"\n"));
        written.map_err(|source| failed("write", &self.path, source))
    }

    /// Gives the file its name.
    ///
    /// # Errors
    ///
    /// Why it cannot be written.
    pub fn finish(self) -> Result<(), AdoptError> {
        Ok(self.output.finish()?)
    }
}

impl CaseLines {
    /// Opens a file.
    ///
    /// # Errors
    ///
    /// Why it cannot be read.
    pub fn open(path: &Path) -> Result<Self, AdoptError> {
        let file = File::open(path).map_err(|source| failed("read", path, source))?;
        Ok(Self { path: path.to_owned(), input: BufReader::new(file), line: 0 })
    }

    /// How many cases a file holds.
    ///
    /// # Errors
    ///
    /// As those of the cases.
    pub fn count(path: &Path) -> Result<u64, AdoptError> {
        Self::open(path)?.try_fold(0, |count, case| case.map(|_| count + 1))
    }
}

impl Iterator for CaseLines {
    type Item = Result<Case, AdoptError>;

    fn next(&mut self) -> Option<Self::Item> {
        let mut text = String::new();
        while text.trim().is_empty() {
            text.clear();
            self.line += 1;
            match self.input.read_line(&mut text) {
                Ok(0) => return None,
                Ok(_) => {}
                Err(source) => return Some(Err(failed("read", &self.path, source))),
            }
        }
        let (path, line) = (&self.path, self.line);
        let case = serde_json::from_str(&text);
        Some(case.map_err(|source| AdoptError::Line { path: path.clone(), line, source }))
    }
}

fn holds_decisions(path: &Path) -> Result<bool, AdoptError> {
    for case in CaseLines::open(path)? {
        if case?.rows.iter().any(|row| row.decision.is_some()) {
            return Ok(true);
        }
    }
    Ok(false)
}

fn failed(what: &'static str, path: &Path, source: io::Error) -> AdoptError {
    AdoptError::File { what, path: path.to_owned(), source }
}
