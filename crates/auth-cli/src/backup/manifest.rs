//! What a backup is, in a file beside it.

use std::fs::{self, File};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use time::OffsetDateTime;

use super::engine::Engine;
use super::error::BackupError;
use crate::transfer::{PartFile, Totals, TransferError, hexadecimal};

/// What a backup is. It holds no row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// The version of this form: 1.
    auth_backup: u32,
    /// When the backup was begun.
    #[serde(with = "time::serde::rfc3339")]
    pub created_at: OffsetDateTime,
    pub(super) engine: Engine,
    /// The engine's version.
    pub version: String,
    /// How long the backup is.
    pub bytes: u64,
    /// The SHA-256 of the backup, in hexadecimal digits.
    pub sha256: String,
    /// Rows and checksum of each model, as they were restored; `None`: it was not verified.
    pub totals: Option<Totals>,
}

impl Manifest {
    pub(super) fn new(
        (engine, version): (Engine, String),
        created_at: OffsetDateTime,
        file: &Path,
        totals: Option<Totals>,
    ) -> Result<Self, BackupError> {
        let (bytes, sha256) = fingerprint(file)?;
        Ok(Self { auth_backup: VERSION, created_at, engine, version, bytes, sha256, totals })
    }

    /// The name of the manifest of a backup.
    pub fn path(backup: &Path) -> PathBuf {
        let mut name = backup.as_os_str().to_owned();
        name.push(".json");
        name.into()
    }

    /// Writes the manifest of a backup, which stands on the disk then and has no name yet.
    pub(super) fn begin(&self, backup: &Path) -> Result<PartFile, BackupError> {
        let path = Self::path(backup);
        let mut file = PartFile::create(&path, true)?;
        let text = serde_json::to_vec_pretty(self).map_err(std::io::Error::from);
        let written = text.and_then(|text| file.write_all(&text)).and_then(|()| file.write_all(b"\n"));
        written.map_err(|source| TransferError::File { what: "write", path, source })?;
        file.sync()?;
        Ok(file)
    }

    /// Reads the manifest of a backup.
    ///
    /// # Errors
    ///
    /// [`BackupError::NoManifest`] when there is none, or it is another file.
    pub fn read(backup: &Path) -> Result<Self, BackupError> {
        let path = Self::path(backup);
        let none = |source| BackupError::NoManifest { path: path.clone(), source };
        let text = fs::read(&path).map_err(|error| none(error.into()))?;
        let manifest: Self = serde_json::from_slice(&text).map_err(|error| none(error.into()))?;
        if manifest.auth_backup != VERSION {
            return Err(none("it is of another version of this command".into()));
        }
        Ok(manifest)
    }

    /// Holds the bytes of a backup against it.
    pub(super) fn check_bytes(&self, backup: &Path) -> Result<(), BackupError> {
        let (found, sha256) = fingerprint(backup)?;
        if (found, &sha256) == (self.bytes, &self.sha256) {
            return Ok(());
        }
        Err(BackupError::Changed { path: backup.to_owned(), expected: self.bytes, found })
    }
}

fn fingerprint(path: &Path) -> Result<(u64, String), BackupError> {
    let failed = |source| TransferError::File { what: "read", path: path.to_owned(), source };
    let mut file = File::open(path).map_err(failed)?;
    let (mut hash, mut bytes, mut buffer) = (Sha256::new(), 0, vec![0; BUFFER]);
    loop {
        let read = file.read(&mut buffer).map_err(failed)?;
        if read == 0 {
            return Ok((bytes, hexadecimal(&hash.finalize())));
        }
        hash.update(&buffer[..read]);
        bytes += u64::try_from(read).unwrap_or_default();
    }
}

const VERSION: u32 = 1;
const BUFFER: usize = 256 * 1024;
