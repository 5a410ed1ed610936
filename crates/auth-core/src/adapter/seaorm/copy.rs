//! Copies a database of SQLite while others work with it, and looks whether a file of SQLite is whole.

use std::path::Path;

use sea_orm::sea_query::Value as SqlValue;
use sea_orm::{DatabaseConnection, DbBackend};

use super::error::classify;
use super::pool::Pool;
use crate::adapter::AdapterError;

/// What SQLite finds wrong in a file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the database is damaged: {0}")]
pub struct SqliteProblem(String);

/// Writes a whole copy of a SQLite database to a file, as it is at one moment; nobody has to wait (`VACUUM INTO`). The file may be
/// there when it is empty.
///
/// # Errors
///
/// [`AdapterError::Unsupported`] for another engine; [`AdapterError::Database`] when the file cannot be written or is not empty.
pub async fn copy_sqlite(connection: &DatabaseConnection, file: &Path) -> Result<(), AdapterError> {
    let pool = of_sqlite(connection)?;
    let Some(name) = file.to_str() else {
        let problem = format!("{} is no name in UTF-8: choose another file", file.display());
        return Err(AdapterError::Configuration { problem });
    };
    let name = SqlValue::String(Some(name.to_owned()));
    let outcome = pool.execute("VACUUM INTO ?", vec![name]).await;
    outcome.map(|_| ()).map_err(|error| classify(error, "copy the database", None))
}

/// Reads a whole SQLite database and tells what is wrong with its pages and indexes, and which references have no counterpart.
///
/// # Errors
///
/// [`AdapterError::Unsupported`] for another engine; [`AdapterError::Database`] when it cannot be read at all.
pub async fn check_sqlite(
    connection: &DatabaseConnection,
) -> Result<Result<(), SqliteProblem>, AdapterError> {
    let pool = of_sqlite(connection)?;
    let rows = pool.all("PRAGMA integrity_check", Vec::new()).await;
    let rows = rows.map_err(|error| classify(error, "check the database", None))?;
    let told: Result<Vec<String>, _> = rows.iter().map(|row| row.try_get_by_index(0)).collect();
    let told = told.map_err(|error| classify(error, "check the database", None))?;
    if told != ["ok"] {
        return Ok(Err(SqliteProblem(told.join("; "))));
    }
    let loose = pool.all("PRAGMA foreign_key_check", Vec::new()).await;
    let loose = loose.map_err(|error| classify(error, "check the references", None))?;
    Ok(match loose.len() {
        0 => Ok(()),
        rows => Err(SqliteProblem(format!("{rows} rows point to rows that are not there"))),
    })
}

fn of_sqlite(connection: &DatabaseConnection) -> Result<Pool, AdapterError> {
    let pool = Pool::plain(connection.clone());
    if pool.backend() == DbBackend::Sqlite {
        return Ok(pool);
    }
    Err(AdapterError::Unsupported { what: "copy the file", advice: "servers have tools for that" })
}
