//! A backup of SQLite is a database of SQLite.

use std::path::Path;

use auth_core::adapter::seaorm::check_sqlite;
use auth_core::{DatabaseConfig, SeaOrmAdapter};
use auth_schema::Schema;

use super::error::BackupError;
use crate::adopt::Shown;
use crate::transfer::{Totals, totals};

/// Opens a backup, looks whether it is whole, and reads every row. The file is not changed.
pub(super) async fn read(file: &Path, schema: &Schema, shown: Shown) -> Result<Totals, BackupError> {
    let mut config = DatabaseConfig::new(format!("sqlite:{}?mode=ro", file.display()));
    // A log beside the file would be a change.
    config.sqlite.wal = false;
    config.statement_timeout = None;
    let connection = auth_core::connect(&config).await?;
    check_sqlite(&connection).await??;
    let adapter = SeaOrmAdapter::with_schema(connection.clone(), schema.clone()).await?;
    let totals = totals(&adapter, shown, "reading the backup").await;
    drop(adapter);
    let _ = connection.close().await;
    Ok(totals?)
}
