//! Makes backups of a database and proves that they can be restored. `docs/backup.md` is the walk-through.
//!
//! A file of SQLite is copied by SQLite itself; a server's own tool writes its dump. Then the backup is opened, or restored into a
//! database that is made for it and dropped, and held against what stood in the database. What was found stands in a
//! [`Manifest`] beside the backup.

mod check;
mod engine;
mod error;
mod make;
mod manifest;
mod mysql;
mod option_file;
mod postgres;
mod scratch;
mod sqlite;
mod tls;
mod tool;

pub use check::Check;
pub use error::BackupError;
pub use make::{Backup, Made};
pub use manifest::Manifest;
