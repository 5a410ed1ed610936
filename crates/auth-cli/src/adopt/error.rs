//! Why a database cannot be taken over.

use std::io;
use std::path::PathBuf;

use auth_core::adapter::AdapterError;
use auth_schema::SchemaError;

use crate::migrate::MigrateError;
use crate::transfer::TransferError;

/// Why nothing, or not all, was done. What was applied before stays applied.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AdoptError {
    /// The database does not answer, or is not one of Better Auth's.
    #[error(transparent)]
    Adapter(#[from] AdapterError),
    /// The schema contradicts itself.
    #[error(transparent)]
    Schema(#[from] SchemaError),
    /// What is missing cannot be told, or not be added.
    #[error(transparent)]
    Migrate(Box<MigrateError>),
    /// A row would go without a whole backup.
    #[error("{problem}: the row would go without a whole backup")]
    Unsaved {
        /// What is not known.
        problem: String,
    },
    /// The file holds decisions, which would be lost.
    #[error("{0} holds decisions: apply them with --apply {0}, or give --force to write it anew", path.display())]
    Decided {
        /// The file.
        path: PathBuf,
    },
    /// The file cannot be written.
    #[error(transparent)]
    Written(#[from] TransferError),
    /// The file cannot be read or written.
    #[error("cannot {what} {}", path.display())]
    File {
        /// What was tried.
        what: &'static str,
        /// The file.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// A line of the file is not a case.
    #[error("{}, line {line}, is not a case", path.display())]
    Line {
        /// The file.
        path: PathBuf,
        /// The line's number.
        line: u64,
        /// What is wrong with it.
        source: serde_json::Error,
    },
}

impl From<MigrateError> for AdoptError {
    fn from(error: MigrateError) -> Self {
        Self::Migrate(Box::new(error))
    }
}
