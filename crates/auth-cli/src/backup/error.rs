//! Why a backup was not made, or is none.

use std::path::PathBuf;

use auth_core::adapter::AdapterError;
use auth_core::adapter::seaorm::SqliteProblem;

use crate::transfer::TransferError;

/// Why a backup was not made, or is none. Nothing that stands in a row is ever part of it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BackupError {
    /// The database does not answer, or does not fit the schema.
    #[error(transparent)]
    Adapter(Box<AdapterError>),
    /// Rows cannot be read, or a file cannot be written.
    #[error(transparent)]
    Transfer(Box<TransferError>),
    /// The URL cannot be read.
    #[error("the URL does not tell a server and a database: write it as postgres://USER@HOST/NAME")]
    Url,
    /// What the URL says of TLS cannot be told to the engine's tools.
    #[error("{name} of the URL cannot be told to the tools that make and restore backups: {advice}")]
    Tls {
        /// The parameter.
        name: String,
        /// Why not, and what to do.
        advice: &'static str,
    },
    /// A tool of the engine is not there.
    #[error("{program} is not installed: it belongs to the {package}")]
    NoTool {
        /// The tool.
        program: &'static str,
        /// What to install.
        package: &'static str,
        /// Why it does not run.
        source: std::io::Error,
    },
    /// A tool has the name of MySQL's and is MariaDB's, which takes other options.
    #[error(
        "{program} on the path is MariaDB's, and the server is MySQL: install the {package}, and put it in front"
    )]
    ForeignTool {
        /// The tool.
        program: &'static str,
        /// What to install.
        package: &'static str,
    },
    /// A tool of the engine failed.
    #[error("{program} failed ({status}){}{said}", if said.is_empty() { "" } else { ": " })]
    Tool {
        /// The tool.
        program: &'static str,
        /// How it ended.
        status: std::process::ExitStatus,
        /// What it said, where that cannot hold a row.
        said: String,
    },
    /// There is no right to make a database.
    #[error(
        "cannot make a database to restore the backup into: let the user make databases (PostgreSQL: ALTER ROLE name \
         CREATEDB; MySQL and MariaDB: GRANT ALL ON `auth_verify_%`.* TO name), give --migration-url one who may, or \
         --no-verify"
    )]
    NoScratch(#[source] Box<AdapterError>),
    /// The restored backup holds something else.
    #[error(
        "the backup is not what the database was: {model} has {found} rows of {expected}, or rows that differ. \
         It was thrown away; make another"
    )]
    Differs {
        /// The model.
        model: String,
        /// How many rows the database had.
        expected: u64,
        /// How many the backup has.
        found: u64,
    },
    /// A file of SQLite is damaged.
    #[error("the backup cannot be restored")]
    Damaged(#[from] SqliteProblem),
    /// The file is another one than was written.
    #[error("{} is not as it was written: it has {found} bytes of {expected}, or others. Take another backup", path.display())]
    Changed {
        /// The file.
        path: PathBuf,
        /// How many bytes were written.
        expected: u64,
        /// How many there are.
        found: u64,
    },
    /// The restored backup holds something else than its manifest tells.
    #[error("{model} holds something else than {} tells: take another backup, or restore it anew", path.display())]
    Untrue {
        /// The manifest.
        path: PathBuf,
        /// The model.
        model: String,
    },
    /// The manifest is of another engine than the server.
    #[error("the backup is one of {backup}, and the URL names a server of {server}: name one of {backup}")]
    OtherEngine {
        /// The backup's.
        backup: String,
        /// The server's.
        server: String,
    },
    /// The manifest cannot be read.
    #[error("{} is no manifest of a backup: it stands beside the backup that auth backup has made", path.display())]
    NoManifest {
        /// The file.
        path: PathBuf,
        /// Why not.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
}

impl From<AdapterError> for BackupError {
    fn from(error: AdapterError) -> Self {
        Self::Adapter(Box::new(error))
    }
}

impl From<TransferError> for BackupError {
    fn from(error: TransferError) -> Self {
        Self::Transfer(Box::new(error))
    }
}
