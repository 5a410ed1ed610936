//! Reads a file line by line.

use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use super::error::TransferError;

/// The lines of a file, with their numbers.
#[derive(Debug)]
pub(super) struct Lines {
    path: PathBuf,
    reader: BufReader<File>,
    number: u64,
    line: Vec<u8>,
}

impl Lines {
    pub(super) fn open(path: &Path) -> Result<Self, TransferError> {
        let failed = |source| TransferError::File { what: "read", path: path.to_owned(), source };
        let reader = BufReader::with_capacity(BUFFER, File::open(path).map_err(failed)?);
        Ok(Self { path: path.to_owned(), reader, number: 0, line: Vec::new() })
    }

    /// The next line without its end; `None` behind the last.
    pub(super) fn next(&mut self) -> Result<Option<&[u8]>, TransferError> {
        self.line.clear();
        let read = self.reader.by_ref().take(LONGEST).read_until(b'\n', &mut self.line);
        read.map_err(|source| TransferError::File { what: "read", path: self.path.clone(), source })?;
        if self.line.is_empty() {
            return Ok(None);
        }
        self.number += 1;
        if self.line.pop_if(|last| *last == b'\n').is_none() && u64::try_from(self.line.len()) == Ok(LONGEST)
        {
            return Err(self.wrong("it is longer than 64 MiB: is it an export?"));
        }
        Ok(Some(&self.line))
    }

    /// The number of the last line.
    pub(super) fn number(&self) -> u64 {
        self.number
    }

    /// What is wrong with the last line.
    pub(super) fn wrong(&self, problem: impl Into<String>) -> TransferError {
        TransferError::Line { path: self.path.clone(), line: self.number, problem: problem.into() }
    }

    /// What is wrong with the file.
    pub(super) fn damaged(&self, problem: impl Into<String>) -> TransferError {
        TransferError::Damaged { path: self.path.clone(), problem: problem.into() }
    }
}

const BUFFER: usize = 256 * 1024;
const LONGEST: u64 = 64 * 1024 * 1024;
